"""One's own notebook while learning: of each exercise in it the report of ``check``, on the notebook's own cases.

An assignment's notebook, one for practice, answers taken out of a page, a page's notebook: whatever calls ``check`` or
``grade``. No grade comes of it. The notebook runs in the child process of :mod:`rnncourse.grading.visible`, which is
no jail.
"""

from __future__ import annotations

import difflib
import re
import shlex
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from rnncourse import assignments
from rnncourse.checks import exercises
from rnncourse.checks.report import Report
from rnncourse.grading.submission.graft import ASSIGNED, FUNCTION, Cell, graft, settings, skipped, source_of
from rnncourse.grading.submission.reader import cells_of
from rnncourse.grading.visible import SECONDS, beginning, run

ASKED = re.compile(r"""^[^#\n]*?\b(?:check|grade)\(\s*["']([\w.]+)["']\s*,\s*(\w+)""", re.MULTILINE)
INSTALLS = "needs"  # the tag of a page's first cell, which installs packages
OF_A_PAGE = "exercise"  # the tag of a page's exercises
SOLUTION = "# Solution\n"  # begins the cell in which a page shows the right answer
SOLVED, BEGUN, UNTOUCHED = "solved", "begun", "untouched"
MARKS = {SOLVED: "✓", BEGUN: "✗", UNTOUCHED: "○"}


@dataclass
class Exercise:
    """An exercise of a notebook: how far it is, what ``check`` says of it, or why nothing."""

    name: str
    state: str
    report: Report | None = None
    error: str = ""

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        report = self.report.to_json() if self.report else None
        return {"exercise": self.name, "state": self.state, "report": report, "error": self.error}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Exercise:
        """That of a JSON object. Raises ValueError for a report of another version."""
        report = Report.from_json(found["report"]) if found["report"] else None
        return cls(found["exercise"], found["state"], report, found["error"])

    def text(self, path: Path, levels: int = 1) -> str:
        """What is to be read, with so many levels of hints."""
        if self.state == UNTOUCHED:
            return f"{MARKS[UNTOUCHED]} {self.name}: not begun."
        if self.report is None:
            return f"{MARKS[BEGUN]} {self.name}: not checked. {self.error}"
        line = ["rnncourse", "check", str(path), "--exercise", self.name, "--hint", str(levels + 1)]
        said = self.report.text(levels, shlex.join(line))
        if self.report.case and not self.report.passed:
            function = self.name.partition(".")[2]
            said += (
                f'\nThe case, in the notebook: check("{self.name}", {function}, seed={self.report.seed}).arguments()'
            )
        return said


@dataclass
class Practice:
    """The exercises of a notebook; neither a solution nor a grade is in it."""

    notebook: str
    assignment: str  # whose notebook it is, or ""
    exercises: list[Exercise]
    notes: list[str] = field(default_factory=list)
    ended: str = ""  # why it did not come to its end

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        found = {name: getattr(self, name) for name in ("notebook", "assignment", "notes", "ended")}
        return found | {"exercises": [exercise.to_json() for exercise in self.exercises]}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Practice:
        """That of a JSON object. Raises ValueError for a report of another version."""
        return cls(**found | {"exercises": [Exercise.from_json(each) for each in found["exercises"]]})

    def only(self, name: str) -> Practice:
        """With one of its exercises, by its whole name or without the chapter. Raises LookupError for another."""
        found = [each for each in self.exercises if name in (each.name, each.name.partition(".")[2])]
        if not found:
            names = [each.name for each in self.exercises]
            near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}"
            raise LookupError(f"{self.notebook} has no exercise {name!r}; {hint}")
        return Practice(self.notebook, self.assignment, found[:1], self.notes, self.ended)

    @property
    def solved(self) -> bool:
        """Are all right?"""
        return all(each.state == SOLVED for each in self.exercises)

    def text(self, levels: int = 1) -> str:
        """What is to be read, with so many levels of hints."""
        path = Path(self.notebook)
        counts = Counter(each.state for each in self.exercises)
        n = len(self.exercises)
        said = [each.text(path, levels) for each in self.exercises]
        total = f"{counts[SOLVED]} of {n} exercises solved, {counts[BEGUN]} begun, {counts[UNTOUCHED]} untouched."
        if self.assignment and path.stem == self.assignment:
            total += f" What a grade would be: {shlex.join(['rnncourse', 'grade', str(path)])}"
        return "\n".join([*said, *([total] if n > 1 else []), *self.notes, *filter(None, [self.ended])])


@dataclass
class Found:
    """What stands in a notebook before it is run."""

    assignment: str
    cells: list[Cell]  # the code that is run, in its order
    names: list[str]  # exercises
    untouched: set[str]  # of which nothing is written
    defined: dict[str, Cell]  # by the exercise, where the student's answer stands
    notes: list[str]


def check_notebook(path: Path, seconds: float = SECONDS) -> Practice:
    """Run a notebook, and say of each of its exercises what ``check`` says.

    Raises FileNotFoundError where there is no such notebook; ValueError for what is no notebook, or has no exercise.
    """
    if not path.is_file():
        raise FileNotFoundError(f"no notebook {path}")
    found = look(path.read_bytes(), path.stem)
    if not found.names:
        raise ValueError(
            f'{path} has no exercise: expected a cell such as check("rnn.cell", cell); `rnncourse exercises` lists '
            "them, `rnncourse start rnn` writes a notebook that has some"
        )
    return examine(path, found, seconds)


def look(submitted: bytes, stem: str = "") -> Found:
    """Which exercises a notebook has, found by its text. Raises UnreadableError, a ValueError, for what is none."""
    given = cells_of(submitted)
    assignment = _assignment(given, stem)
    notes: list[str] = []
    if assignment:
        made = graft(assignments.read(assignment), submitted, assignments.STUBS)
        cells, notes = [cell for cell in made.cells if cell.kind == "code" and not cell.skip], made.mended
    else:
        theirs = (cell for cell in given if cell.get("cell_type") == "code" and not skipped(cell))
        cells = [Cell("code", source_of(cell), student=True) for cell in theirs if INSTALLS not in _tags(cell)]
    asked = [_asked(cell) for cell in cells]
    names = list(dict.fromkeys(name for each in asked for name in each))
    last = max((n for n, each in enumerate(asked) if each), default=-1)
    answers = {name: function for each in asked for name, function in each.items()}
    written = [cell for cell in cells if not cell.test and not cell.source.startswith(SOLUTION)]
    defined = {
        name: cell for name, function in answers.items() for cell in written if function in _defines(cell.source)
    }
    untouched = {
        name
        for name in names
        if name not in defined or _bare(defined[name].source) == _bare(stubs(name.partition(".")[0]).get(name, ""))
    }
    return Found(assignment, cells[: last + 1], names, untouched, defined, notes)


def examine(path: Path, found: Found, seconds: float = SECONDS) -> Practice:
    """Run what was found in a notebook. One of which nothing is written is not run."""
    if len(found.untouched) == len(found.names):
        return Practice(str(path), found.assignment, [Exercise(name, UNTOUCHED) for name in found.names], found.notes)
    told, ended = run(found.cells, path.resolve().parent, seconds)
    reports: dict[str, Report] = {}
    failed: dict[str, str] = {}
    said_of = {id(cell): told.get(n) for n, cell in enumerate(found.cells)}
    for cell in sorted(found.cells, key=lambda cell: cell.test):  # an assignment's own test has the last word
        said = said_of[id(cell)]
        for each in map(Report.from_json, said["checks"] if said else []):
            reports[each.exercise] = each
        for name in _asked(cell):
            failed[name] = "It was not reached." if said is None else said["error"]
    made = []
    for name in found.names:
        answer = found.defined.get(name)
        said = said_of.get(id(answer)) if answer else None
        why = failed.get(name, "")
        if answer is not None and said and said["error"]:
            why = f"The cell that begins {beginning(answer.source)} ends with {said['error']}"
        report = None if name in found.untouched else reports.get(name)
        state = UNTOUCHED if name in found.untouched else SOLVED if report and report.passed else BEGUN
        made.append(Exercise(name, state, report, "" if report or state == UNTOUCHED else why))
    return Practice(str(path), found.assignment, made, found.notes, ended)


@cache
def stubs(chapter: str) -> dict[str, str]:
    """The cells of a chapter's answers as they are handed out, by the exercises."""
    if chapter not in assignments.names():
        return {}
    cells = [cell for cell in assignments.read(chapter)["cells"] if cell["cell_type"] == "code"]
    texts = [source_of(cell) for cell in cells if settings(cell).get("solution")]
    asked = {name: function for cell in cells for name, function in ASKED.findall(source_of(cell))}
    return {name: text for name, function in asked.items() for text in texts if function in _defines(text)}


def _assignment(cells: list[dict[str, Any]], stem: str) -> str:
    """Whose notebook it is: by what its tests ask, else by its name; nobody's where it is a page's or of one's own."""
    tests = [source_of(cell) for cell in cells if settings(cell).get("grade_id")]
    chapters = Counter(name.partition(".")[0] for source in tests for name, _ in ASKED.findall(source))
    known = set(assignments.names())
    for chapter, _ in chapters.most_common():
        if chapter in known:
            return chapter
    page = any(OF_A_PAGE in _tags(cell) for cell in cells)
    return stem if stem in known and not page else ""


def _asked(cell: Cell) -> dict[str, str]:
    """The exercises of which a cell asks, with the names of the functions that it hands in."""
    known = exercises()
    return {name: function for name, function in ASKED.findall(cell.source) if name in known}


def _defines(source: str) -> set[str]:
    """The names that code defines in its first column."""
    return {name for found in FUNCTION.findall(source) for name in found if name} | set(ASSIGNED.findall(source))


def _tags(cell: dict[str, Any]) -> list[Any]:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return tags if isinstance(tags, list) else []


def _bare(source: str) -> str:
    """Text without what no reader sees: blanks at the ends of lines, lines around it."""
    return "\n".join(map(str.rstrip, source.strip().split("\n")))
