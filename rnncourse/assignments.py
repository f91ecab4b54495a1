"""Assignments as students get them, without solutions and hidden tests: from a checkout, or from the package's wheel.

The wheel has them in ``packed/assignments``, made when it is built; of a checkout they are made when asked for.
"""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path
from typing import Any

import rnncourse

PACKAGE = Path(__file__).resolve().parent
PACKED = PACKAGE / "packed" / "assignments"
STUBS = 'raise NotImplementedError("not written yet")', "*Your answer here.*"  # for code and text, as nbgrader is told
KINDS = "source", "practice"  # folders: nbgrader's, and of exercises that nobody grades
HIDDEN = "HIDDEN TESTS", "MARK SCHEME"  # regions that are not released


def released(source: str, stub: str, solution: bool) -> str:
    """An instructor's cell as students get it: without solutions and hidden tests, as nbgrader cuts them out.

    ``solution`` says whether nbgrader fills this cell: without a marked region, the stub stands for all of it.
    """
    lines: list[str] = []
    inside = ""
    for line in source.split("\n"):
        if inside:
            inside = "" if f"END {inside}" in line else inside
        elif "BEGIN SOLUTION" in line:
            indent = line[: len(line) - len(line.lstrip())]
            lines += [indent + each for each in stub.split("\n")]
            inside, solution = "SOLUTION", False
        else:
            inside = next((region for region in HIDDEN if f"BEGIN {region}" in line), "")
            lines += [] if inside else [line]
    return stub if solution else "\n".join(lines)


def release(notebook: dict[str, Any]) -> dict[str, Any]:
    """An instructor's notebook as students get it."""
    cells = []
    for cell in notebook["cells"]:
        source, asked = "".join(cell["source"]), cell["metadata"].get("nbgrader", {})
        text = released(source, STUBS[cell["cell_type"] != "code"], bool(asked.get("solution")))
        cells.append(cell | {"source": text})
    return notebook | {"cells": cells}


def stamp(released: dict[str, Any]) -> dict[str, str]:
    """What a released notebook says of itself in its metadata: the package's version, a digest of what stands in it.

    A student's copy keeps it, so that who worked with another release is known when it is graded.
    """
    cells = [[cell["cell_type"], "".join(cell["source"])] for cell in released["cells"]]
    digest = hashlib.sha256(json.dumps(cells).encode()).hexdigest()
    return {"version": rnncourse.__version__, "notebook": digest[:8]}


@functools.cache
def code() -> str:
    """A digest of the package's code as it is installed: what grades or checks, also between two versions."""
    whole = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        content = hashlib.sha256(path.read_bytes()).digest()
        whole.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + content)
    return whole.hexdigest()[:16]


def version() -> str:
    """The package by its version and its code's digest, as `rnncourse --version` and a class's summary say it."""
    return f"rnncourse {rnncourse.__version__} (code {code()[:8]})"


def sources(root: Path) -> dict[str, Path]:
    """The instructor's notebooks of a checkout, by their names: assignments, and what is for practice alone."""
    found = (path for kind in KINDS for path in (root / "assignments").glob(f"{kind}/*/*.ipynb"))
    return {path.stem: path for path in sorted(found, key=lambda path: path.stem)}


def names() -> list[str]:
    """Which assignments there are."""
    return sorted(path.stem for path in PACKED.glob("*.ipynb")) or list(sources(PACKAGE.parent))


def read(name: str) -> dict[str, Any]:
    """An assignment as students get it. Raises LookupError for one that is not there."""
    packed = PACKED / f"{name}.ipynb"
    if packed.is_file():
        found: dict[str, Any] = json.loads(packed.read_text(encoding="utf-8"))
        return found
    source = sources(PACKAGE.parent).get(name)
    if source is None:
        raise LookupError(f"no assignment {name!r}; there are {', '.join(names())}")
    return release(json.loads(source.read_text(encoding="utf-8")))


def find_source(path: Path) -> Path:
    """The instructor's notebook of a file's name: of the course that it lies in, or of the one beside this package.

    Raises FileNotFoundError with what there is.
    """
    known: set[str] = set()
    for folder in (*path.absolute().parents, PACKAGE.parent):
        for course in (folder, folder / "assignments"):
            there = {found.stem: found for kind in KINDS for found in sorted(course.glob(f"{kind}/*/*.ipynb"))}
            if path.stem in there:
                return there[path.stem]
            known |= there.keys()
    names = f"; there are {', '.join(sorted(known))}" if known else ""
    raise FileNotFoundError(f"no instructor's notebook is called {path.name}: name it with --source{names}")


def without_checkout(path: Path) -> bool:
    """Is there of this notebook only what the wheel has: the assignment as students get it?"""
    if not PACKED.is_dir():
        return False
    try:
        find_source(path)
    except FileNotFoundError:
        return True
    return False


def start(name: str, folder: Path) -> Path:
    """Write an assignment into a folder, to be worked on; return the notebook.

    Raises LookupError for an assignment that is not there, FileExistsError where the notebook is there already.
    """
    notebook, path = read(name), folder / f"{name}.ipynb"
    if path.exists():
        raise FileExistsError(f"{path} is there already, and stays as it is: name another folder, or move it")
    notebook["metadata"] = notebook["metadata"] | {"rnncourse": stamp(notebook)}
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def pack(root: Path, folder: Path) -> None:
    """Write all assignments of a checkout into a folder, as students get them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in sources(root).items():
        text = json.dumps(release(json.loads(path.read_text(encoding="utf-8"))), indent=1, ensure_ascii=False)
        (folder / f"{name}.ipynb").write_text(text + "\n", encoding="utf-8")
