"""A small assignment, what is handed in for it, and how one sees from outside what an attack has done.

An attack is a file of ``corpus/``. Its docstring says what it tries, what stock nbgrader does and what ours has to do.
Its text is put into an answer cell; or it defines ``notebook(nb) -> bytes``, which makes what is handed in of a
notebook whose first answer is wrong, or ``folder(path)``, which changes the folder that is handed in. Settings:

    STOCK    what happens to stock nbgrader: "gains" points, "leaks" what students must not see, "harms" somebody else,
             its own honest answers or the grader's machine, ends the "batch"; or it "resists"
    DEPENDS  on what, where STOCK happens on some machines alone
    CELL     the answer cell, else "mean"
    COSTS    other answers of its own that it breaks
    TOTAL    seconds for the notebook, else those of the course
    PAGE     True: the feedback page is looked at
    NOTED    True: a person has to be told to look
    LOST     True: the notebook cannot be read to its end, so it scores nothing
    NOTHING  True: there is no file to grade, and somebody is told so

What an attack prints or leaves in files' names when it has got where it must not is MARK. It writes it in two halves,
so that a traceback that quotes the line is no proof.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import html
import importlib.util
import json
import re
import struct
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).with_name("corpus")
MARK = "escaped"
PORT, ABSTRACT, SHARED_MEMORY = 48099, "\0grader", 0x5EED  # what listens outside, and what must not be left there
KEY = b"SECRET-course-key-31c8"
TOKEN = "SECRET-environment-9d2e"
SECRETS = ("SECRET", KEY.hex(), "52361")  # the last is the seed of hidden tests
BIG = 8_000_000  # bytes of a graded notebook

ANSWERS = {
    "mean": "def mean(xs):\n    return sum(xs) / len(xs)",
    "slope": "def slope(f, x):\n    return (f(x + 1e-6) - f(x - 1e-6)) / 2e-6",
    "cell": """\
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)""",
    "vowels": "def vowels(text):\n    return sum(letter in 'aeiou' for letter in text)",
}
WRONG = "def mean(xs):\n    return 0"
POINTS = {"mean": 3, "slope": 2, "cell": 4, "vowels": 3}
TESTS = {
    "mean": """\
assert mean([2, 4, 9]) == 5
### BEGIN HIDDEN TESTS
assert mean([7, 8, 9, 16]) == 10  # SECRET-test-5f1c
### END HIDDEN TESTS""",
    "slope": """\
np.testing.assert_allclose(slope(lambda x: x * x, 3.0), 6.0, rtol=1e-4)
### BEGIN HIDDEN TESTS
np.testing.assert_allclose(slope(np.sin, 0.0), 1.0, rtol=1e-4)
### END HIDDEN TESTS""",
    "cell": """\
seed = 1
### BEGIN HIDDEN TESTS
seed = 52361
### END HIDDEN TESTS
grade("rnn.cell", cell, points=4, seed=seed)""",
    "vowels": 'text = "recurrent neural network"\n3 - abs(vowels(text) - 8)',
}
FULL = {f"{name}-test": float(points) for name, points in POINTS.items()}


def _cell(kind: str, grade_id: str, source: str, **settings: Any) -> dict[str, Any]:
    found = {"grade": False, "locked": True, "solution": False, "task": False, "schema_version": 3} | settings
    cell = {
        "cell_type": kind,
        "id": grade_id,
        "metadata": {"nbgrader": {"grade_id": grade_id, **found}},
        "source": source,
    }
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def source() -> dict[str, Any]:
    """The instructor's notebook, as nbgrader's source."""
    cells = [_cell("code", "setup", "import numpy as np\nfrom rnncourse.checks import grade")]
    for name, test in TESTS.items():
        head, _, body = ANSWERS[name].partition("\n")
        solved = f"{head}\n    ### BEGIN SOLUTION\n    # SECRET-solution-7c1e\n{body}\n    ### END SOLUTION"
        cells.append(_cell("code", f"{name}-answer", solved, solution=True, locked=False))
        cells.append(_cell("code", f"{name}-test", test, grade=True, points=POINTS[name]))
    cells.append(_cell("markdown", "essay", "SECRET-essay-04ab", grade=True, solution=True, locked=False, points=2))
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}


def handed_in(**answers: str) -> dict[str, Any]:
    """The released notebook with right answers but for those given."""
    notebook = source()
    for cell in notebook["cells"]:
        name = cell["id"].removesuffix("-answer")
        if cell["cell_type"] == "markdown":
            cell["source"] = answers.get("essay", "Gradients vanish.")
        elif name in ANSWERS:
            cell["source"] = (ANSWERS | answers)[name]
        cell["source"] = re.sub(r"### BEGIN HIDDEN.*?### END HIDDEN TESTS\n?", "", cell["source"], flags=re.S)
    return notebook


@dataclass(frozen=True)
class Attack:
    """A file of the corpus."""

    name: str
    text: str

    @property
    def path(self) -> Path:
        return CORPUS / f"{self.name}.py"

    @property
    def tries(self) -> str:
        """The first paragraph of its docstring."""
        return " ".join((ast.get_docstring(ast.parse(self.text)) or "").partition("\n\n")[0].split())

    def setting(self, name: str, default: Any = None) -> Any:
        """What it says about itself."""
        for node in ast.parse(self.text).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
                return ast.literal_eval(node.value)
        return default

    @property
    def expected(self) -> dict[str, float]:
        """The points of every test: none for the attacked cell, all for the honest answers beside it."""
        if self.setting("LOST", False):
            return dict.fromkeys(FULL, 0.0)
        return FULL | {f"{name}-test": 0.0 for name in (self.setting("CELL", "mean"), *self.setting("COSTS", ()))}

    def hand_in(self, submitted: Path) -> None:
        """Put what is handed in for ``hw`` into a student's folder, which there is not yet."""
        tricks = {node.name for node in ast.parse(self.text).body if isinstance(node, ast.FunctionDef)}
        home = submitted / "hw"
        home.mkdir(parents=True)
        if "notebook" in tricks:
            content = self._module().notebook(handed_in(mean=WRONG))
        elif "folder" in tricks:
            content = json.dumps(handed_in(mean=WRONG)).encode()
        else:
            content = json.dumps(handed_in(**{self.setting("CELL", "mean"): self.text})).encode()
        (home / "hw.ipynb").write_bytes(content)
        if "folder" in tricks:
            self._module().folder(home)

    def _module(self) -> Any:
        spec = importlib.util.spec_from_file_location(f"attack_{self.name}", self.path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


def corpus() -> dict[str, Attack]:
    """All attacks, by name."""
    return {path.stem: Attack(path.stem, path.read_text("utf-8")) for path in sorted(CORPUS.glob("*.py"))}


def build(folder: Path, attack: Attack | None, config: str) -> None:
    """A course: what alice, mallory, who attacks, and zoe, who comes after, have handed in."""
    (folder / "source" / "hw").mkdir(parents=True)
    (folder / "source" / "hw" / "hw.ipynb").write_text(json.dumps(source()))
    (folder / "nbgrader_config.py").write_text(config)
    (folder / ".grading_key").write_bytes(KEY)
    for student in ("alice", "zoe"):
        home = folder / "submitted" / student / "hw"
        home.mkdir(parents=True)
        own = {name: text + f"\n# SECRET-answer-of-{student}" for name, text in ANSWERS.items()}
        (home / "hw.ipynb").write_text(json.dumps(handed_in(**own)))
    if attack is not None:
        attack.hand_in(folder / "submitted" / "mallory")


# --- what is seen from outside


def snapshot(folder: Path) -> dict[str, str]:
    """Every file and link below a folder with what is in it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[str(path)] = f"→ {path.readlink()}"
        elif path.is_file():
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def shown(notebook: Any, errors: bool = True) -> str:
    """Everything that the cells of a notebook show, as text."""
    found = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return json.dumps([o for o in found if errors or o["output_type"] != "error"], ensure_ascii=False)


def told(text: str) -> list[str]:
    """The secrets in a text."""
    return [secret for secret in SECRETS if secret in text]


def shared_memory() -> bool:
    """Is there a segment that an attack leaves for the next?"""
    lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return any(int(line.split()[0]) & 0xFFFFFFFF == SHARED_MEMORY for line in lines)


class _Page(HTMLParser):
    """Collects what of a page acts, loads or hides."""

    ACTS = re.compile("script|style|iframe|object|embed|meta|link|base|form|svg|math|input|button|video|audio")
    LOADS = re.compile("src|srcset|data|poster|action|formaction|background|xlink:href")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        if self.ACTS.fullmatch(tag):
            self.found.append(f"<{tag} {sorted(attrs, key=str)}>")
        for name, value in attrs:
            url = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith("on"):
                self.found.append(f"{name}={value}")
            acts = r"(javascript|vbscript|data(?!:image/(png|jpeg);base64,)):"
            loads = self.LOADS.fullmatch(name)
            if (loads or name == "href") and re.match(acts, url):
                self.found.append(f"{name}={url[:80]}")
            if loads and re.match(r"([a-z]+:)?//", url):
                self.found.append(f"{name}={url[:80]}")
            if name == "style" and re.search(r"url\(|position:(fixed|absolute)", url):
                self.found.append(f"style={url[:80]}")
            if name == "src" and (large := _pixels(value or "")) > 50_000_000:
                self.found.append(f"an image of {large} pixels")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside in ("script", "style"):
            self.found.append(f"<{self.inside}> {hashlib.sha256(data.encode()).hexdigest()} {data[:60]!r}")
        else:
            self.text.append(data)


def _pixels(source: str) -> int:
    """How many pixels a PNG in a data URL claims to have."""
    head = base64.b64decode(source.partition("data:image/png;base64,")[2][:64])
    width, height = struct.unpack(">II", head[16:24]) if head.startswith(b"\x89PNG") and len(head) >= 24 else (0, 0)
    return int(width * height)


def dangers(page: str, honest: str) -> list[str]:
    """What a page does that the page of an honest answer does not."""
    found = []
    for text in (page, honest):
        parser = _Page()
        parser.feed(text)
        seen, words = parser.found, "".join(parser.text)
        # What MathJax would make a link of; and what makes a reader see another text than there is.
        seen += [
            f"formula {m}"
            for m in re.findall(r"\\href\s*\{\s*(?:java|vb)script.{0,40}", html.unescape(words), flags=re.I)
        ]
        seen += [f"U+{ord(c):04X}" for c in re.findall("[\u202a-\u202e\u2066-\u2069\x00-\x08\x1b]", words)]
        found.append(seen)
    theirs, ours = found
    return [danger for danger in theirs if danger not in ours]


def beside(scores: dict[str, float], attack: Attack) -> list[str]:
    """The points that differ from what is expected, in words."""
    return [f"{test}: {scores.get(test)} of {due}" for test, due in attack.expected.items() if scores.get(test) != due]
