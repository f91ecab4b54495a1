"""One's own notebook without the instructor's: the visible tests of the assignment, on new seeds.

The notebook runs in a child process that ends after a time limit. That is no jail: the code has its caller's rights.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rnncourse import assignments
from rnncourse._extras import needs
from rnncourse.grading.submission.graft import Cell, graft

SECONDS = 120.0
MOST, MOST_PIECES = 2_000, 50  # characters of what a cell says in one piece, or of its error; pieces
NO_JAIL = (
    "Graded by the visible tests on new seeds, in a process of its own that is stopped after {seconds:g} s. That is no "
    "jail: the notebook's code has your rights."
)


NOT_REACHED: dict[str, Any] = {"error": "not reached", "says": [], "points": 0.0, "checks": []}


@dataclass
class Item:
    """A test: the heading above it, its points, and what it says, or what the cells before it ended with."""

    grade_id: str
    title: str
    points: float
    most: float
    says: list[str] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)  # the reports, in their JSON form


@dataclass
class Report:
    """What somebody reads about the own notebook; neither a solution nor a test is in it."""

    notebook: str
    points: float
    most: float
    by_a_person: float
    items: list[Item]
    notes: list[str]
    graded_by: str = ""  # the package by version and code, the assignment's notebook by a digest

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)

    def __str__(self) -> str:
        lines = []
        earned = [f"{item.points:g} of {item.most:g}" for item in self.items]
        for item, points in zip(self.items, earned, strict=True):
            right = item.points == item.most
            lines.append(f"{'✓' if right else '✗'} {points:>{max(map(len, earned))}}  {item.title}")
            if not right:
                lines += [f"    {line}" for text in item.says for line in text.splitlines()] + [""]
        if lines and lines[-1]:
            lines.append("")
        person = f"; {self.by_a_person:g} more are given by a person" if self.by_a_person else ""
        lines.append(f"{self.points:g} of {self.most:g} points{person}.")
        by = [f"Graded by {self.graded_by}."] if self.graded_by else []
        return "\n".join([*lines, *by, *self.notes])


def heading(markdown: str) -> str:
    """Its last heading, without the points, which are said beside it."""
    headings = re.findall(r"^#+ +(.+?)(?: *\([^()]*points?[^()]*\))?$", markdown, re.MULTILINE)
    return headings[-1] if headings else ""


def grade_visible(path: Path, seconds: float = SECONDS) -> Report:
    """Grade a notebook by the visible tests of the assignment of its name.

    Raises FileNotFoundError where there is no such notebook, LookupError where there is no such assignment, and
    UnreadableError, a ValueError, for what is no notebook.
    """
    if not path.is_file():
        raise FileNotFoundError(f"no notebook {path}")
    released = assignments.read(path.stem)
    made = graft(released, path.read_bytes(), assignments.STUBS)
    cells = [cell for cell in made.cells if cell.kind == "code" and not cell.skip]
    found, ended = run(cells, path.resolve().parent, seconds, secrets.randbelow(2**31))
    said_of = {id(cell): found.get(n, NOT_REACHED) for n, cell in enumerate(cells)}
    items: list[Item] = []
    errors: list[str] = []
    title = ""
    for cell in made.cells:
        if cell.kind != "code":
            title = (not cell.student and heading(cell.source)) or title
        if id(cell) not in said_of:
            continue
        said = said_of[id(cell)]
        if cell.test:
            says = [*errors, *said["says"], *filter(None, [said["error"]])]
            most = cell.points or 0.0
            points = min(max(said["points"], 0.0), most)
            items.append(Item(cell.grade_id, title or cell.grade_id, points, most, says, said["checks"]))
            errors = []
        elif said["error"]:
            errors.append(f"Your cell: {said['error']}")
    person = sum(cell.points or 0.0 for cell in made.cells if not cell.test)
    points, most = (round(sum(getattr(item, kind) for item in items), 2) for kind in ("points", "most"))
    notes = [*made.mended, *filter(None, [ended]), NO_JAIL.format(seconds=seconds)]
    by = f"{assignments.version()}, {path.stem}.ipynb as released {assignments.stamp(released)['notebook']}"
    return Report(str(path), points, most, person, items, notes, by)


def run(
    cells: list[Cell], folder: Path, seconds: float, seed: int | None = None
) -> tuple[dict[int, dict[str, Any]], str]:
    """What each cell gave, as far as a child process came, and why it came no further, if so.

    With a seed, that of a grader, the tests give points and reports on its cases; else each cell gives the reports that
    it asks for itself, on cases of its own.
    """
    with tempfile.TemporaryDirectory() as place:
        asked, told = Path(place, "asked.json"), Path(place, "told.jsonl")
        order = [{"source": cell.source, "test": cell.test} for cell in cells]
        asked.write_text(json.dumps({"cells": order, "seed": seed}), encoding="utf-8")
        told.touch()
        command = [sys.executable, "-c", f"from {__name__} import child; child()", str(asked), str(told)]
        root = str(assignments.PACKAGE.parent)  # the child's package is this one, from wherever it was imported
        paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        quiet: dict[str, Any] = dict.fromkeys(("stdin", "stdout"), subprocess.DEVNULL) | {"stderr": subprocess.PIPE}
        process = subprocess.Popen(command, cwd=folder, env=os.environ | {"PYTHONPATH": paths}, **quiet)
        try:
            _, complaint = process.communicate(timeout=seconds)
            ended = "" if process.returncode == 0 else f"It ended the process (status {process.returncode})"
        except subprocess.TimeoutExpired:
            complaint, ended = b"", f"It ran for more than {seconds:g} s and was stopped"
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()
        whole = told.read_text(encoding="utf-8").split("\n")[:-1]  # the last may have been cut off
        found = {n: _cut(json.loads(line)) for n, line in enumerate(whole)}
    if ended and not found and b"pip install" in complaint:
        raise ModuleNotFoundError(complaint.decode("utf-8", "replace").strip().splitlines()[-1].partition(": ")[2])
    if ended and len(found) < len(cells):
        ended += f" in the cell that begins {beginning(cells[len(found)].source)}; what follows that cell was not run."
    return found, ended


def _cut(said: dict[str, Any]) -> dict[str, Any]:
    """What a cell gave, with no text longer than anybody reads."""

    def short(text: str) -> str:
        return text if len(text) <= MOST else f"{text[:MOST]}\n… {len(text) - MOST} more characters"

    return said | {"error": short(said["error"]), "says": [short(text) for text in said["says"][:MOST_PIECES]]}


def beginning(source: str) -> str:
    """By what a cell is told from others: its first line, in quotes."""
    return repr(next((line for line in source.splitlines() if line.strip()), "")[:60])


def _error(error: BaseException | None) -> str:
    """An error in a line; of one of syntax where it is in the cell, which has no other name."""
    if isinstance(error, SyntaxError) and error.lineno:
        return f"{type(error).__name__}: {error.msg}, in line {error.lineno} of the cell"
    return f"{type(error).__name__}: {error}".rstrip(": ") if error is not None else ""


def child() -> None:
    """Run the cells of the file named first, and write a line a cell into the file named second."""
    asked, told = (Path(name) for name in sys.argv[1:3])
    order = json.loads(asked.read_text(encoding="utf-8"))
    with needs("rnncourse.grading", "grading"):
        import ipykernel  # noqa: F401
    from rnncourse.checks import Grader, grader, heard
    from rnncourse.grading.jail.shell import Runner, made

    shell, handed = made(), dict[str, Any]()
    shell._showtraceback = lambda *_: None  # there is nobody to send it to; the result has the error
    runner = Runner(shell)
    with told.open("w", encoding="utf-8") as lines:
        for cell in order["cells"]:
            asking = Grader(order["seed"], handed=handed) if cell["test"] and order["seed"] is not None else None
            reports: list[Any] = asking.reports if asking else []
            shell.display_pub.outputs.clear()
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
                runner.call(grader.set, asking)
                runner.call(heard.set, reports)
                result = runner.run_cell(cell["source"])
            error = result.error_before_exec or result.error_in_exec
            shown = [str(output["data"].get("text/plain", "")) for output in shell.display_pub.outputs]
            value = result.result if isinstance(result.result, int | float) else 0.0
            answer = {
                "error": _error(error),
                "says": [*filter(None, [*shown, printed.getvalue().strip() if error is None else ""])],
                "points": float(value) if asking else 0.0,
                "checks": [report.to_json() for report in reports],
            }
            lines.write(json.dumps(answer) + "\n")
            lines.flush()
