"""What each mistake leaves right, computed; ``KEPT`` in tests/answers/NAME.py holds it, so that a change is seen.

`python -m tests.checks.parts_kept` writes it anew.
"""

from __future__ import annotations

import re
import warnings
from pathlib import Path

from rnncourse.checks import exercises, find
from rnncourse.checks.engine import kept

ANSWERS = Path(__file__).parents[1] / "answers"
KEPT = re.compile(r'^KEPT = """\n(.*?)^"""\n', re.DOTALL | re.MULTILINE)


def chapters() -> list[str]:
    """The chapters that have exercises, in their order."""
    return list(dict.fromkeys(name.partition(".")[0] for name in exercises()))


def table(chapter: str) -> str:
    """A line a form: the exercise, the form, the parts of the answer that stay right."""
    names = [name for name in exercises() if name.startswith(f"{chapter}.")]
    return "".join(f"{n}, {f}: {'; '.join(kept(find(n), f)) or '-'}\n" for n in names for f in find(n).forms)


def written(chapter: str) -> str:
    """What its file has of it."""
    found = KEPT.search((ANSWERS / f"{chapter}.py").read_text("utf-8"))
    return found[1] if found else ""


def parts() -> dict[tuple[str, str], list[str]]:
    """The same of all chapters, by exercise and form."""
    lines = [line for chapter in chapters() for line in written(chapter).splitlines()]
    found = [match for line in lines if (match := re.fullmatch("([^,]*), (.*): (.*)", line))]
    return {(m[1], m[2]): [part for part in m[3].split("; ") if part != "-"] for m in found}


def write(chapter: str) -> None:
    """Put it into the file, at the end where it has none."""
    path = ANSWERS / f"{chapter}.py"
    text, block = path.read_text("utf-8"), f'KEPT = """\n{table(chapter)}"""\n'
    path.write_text(KEPT.sub(lambda _: block, text) if KEPT.search(text) else f"{text}\n{block}", "utf-8")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for chapter in chapters():
        write(chapter)
