"""A lecturer's own hints: a file each in the course's folder ``hints``, which the next course may have too.

A file has what wrong answers gave in the last run, in numbers (:mod:`rnncourse.checks.behaviour`), and nobody's name.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnncourse import assignments
from rnncourse.checks import find
from rnncourse.checks.behaviour import Behaviour, Hint, alike, hint_for

FOLDER = "hints"
PLACE = "YOUR HINT"  # where the report's commands have a lecturer's words
NAMED = 5  # students at most, in a sentence
Entry = dict[str, Any]  # of the journal
log = logging.getLogger(__name__)


@dataclass
class Stored:
    """A hint as it was stored."""

    path: Path
    hint: Hint
    students: int  # who gave these numbers in the last run

    def __str__(self) -> str:
        who = f"{self.students} student{'s' * (self.students != 1)}"
        return f"{self.path}: what {who} gave in {len(self.hint.cases)} cases, to be called “{self.hint.name}”."


def read(folder: Path) -> dict[Path, Hint]:
    """The hints of a course. Raises ValueError for a file that is none: which, and what was expected."""
    found = {}
    for path in sorted((folder / FOLDER).glob("*.json")):
        try:
            found[path] = Hint.from_json(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
    return found


def usable(folder: Path, notebook: str) -> Iterator[str]:
    """The hints, as JSON, for the exercises that a notebook asks for; of those that do not fit it is said why."""
    for path, hint in read(folder).items():
        if hint.exercise not in notebook:
            continue
        try:
            stale = "the exercise's cases have changed since" if hint.stale(find(hint.exercise)) else ""
        except ValueError:
            stale = f"there is no exercise {hint.exercise}"
        if not stale:
            yield hint.to_json()
            continue
        what = "grade, and give the hint again with `rnncourse hint`; or delete it"
        log.warning("%s is left out, %s: %s", path, stale, what)


def store(folder: Path, entries: list[Entry], exercise: str, student: str, text: str, name: str = "") -> Stored:
    """Store a hint for what a student's answer gave when it was graded last; one for the same numbers is replaced.

    Raises ValueError where that answer has no mistake without a name, or was graded by other code.
    """
    if text == PLACE:
        raise ValueError(f"hint: expected your words in the place of {PLACE!r}")
    asked = find(exercise)
    met = {entry["student"]: one for entry in entries for one in _unnamed(entry, exercise)}
    if student not in met:
        known = ", ".join(sorted(met)[:NAMED]) or "nobody"
        raise ValueError(f"{student} has no mistake without a name in {exercise}; who has: {known}")
    graded = {entry["graded_by"]["code"] for entry in entries if entry["student"] == student and entry.get("graded_by")}
    if graded != {assignments.code()[:8]}:
        raise ValueError(f"{student} was graded by another version of rnncourse: grade once more, then give the hint")
    wrong = met[student].kept
    before = {path: hint for path, hint in read(folder).items() if hint.exercise == exercise}
    path = next((path for path, hint in before.items() if alike(hint.wrong, wrong)), None)
    if path is None:
        n = next(n for n in range(1, len(before) + 2) if not (folder / FOLDER / f"{exercise}-{n}.json").exists())
        path = folder / FOLDER / f"{exercise}-{n}.json"
    hint = hint_for(asked, wrong, f"own{path.stem.rpartition('-')[2]}", text, name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(hint.to_json() + "\n", encoding="utf-8")
    return Stored(path, hint, sum(alike(one.kept, wrong) for one in met.values()))


def _unnamed(entry: Entry, exercise: str) -> Iterator[Behaviour]:
    """What wrong answers to an exercise gave, of which nobody knows the mistake."""
    for several in entry.get("unnamed", {}).values():
        yield from (Behaviour(**one) for one in several if one["exercise"] == exercise)
