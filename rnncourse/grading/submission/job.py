"""One submission, from bytes to bytes: no database, no file of the course, so that any executor can run it.

What comes out depends on the arguments, the package and the clock, whatever this process has graded before. In the
process :func:`grade` is not alone: it works in a folder of its own, in which tests find their files, reads what tests
print from the process's streams, and puts both back; so it does one submission at a time. What it keeps is a nursery,
and what it has worked out of an instructor's notebook.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import re
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import rnncourse
from rnncourse import assignments
from rnncourse.checks.behaviour import Hint
from rnncourse.grading.jail.bubblewrap import CONFINES, Confines
from rnncourse.grading.jail.nursery import Nursery
from rnncourse.grading.submission.checker import Checker, error_output
from rnncourse.grading.submission.graft import STUBS, Cell, graft
from rnncourse.grading.submission.instructor import wanted
from rnncourse.grading.submission.reader import UnreadableError, release_of, source_of
from rnncourse.grading.submission.remote import StoppedError
from rnncourse.grading.submission.sanitise import HIDDEN, MOST_ALL, clean_attachments, clean_markdown, clean_outputs
from rnncourse.grading.submission.session import TIMES, Session, Times


@dataclass(frozen=True)
class Spec:
    """What all submissions share: the instructor's notebook (JSON, with tests) and files, the course's key, limits."""

    notebook: str
    key: bytes
    preload: tuple[str, ...] = ()
    times: Times = TIMES
    confines: Confines = CONFINES
    files: tuple[tuple[str, bytes], ...] = ()  # beside the notebook: path, content
    stubs: tuple[str, str] = STUBS  # what nbgrader releases in the place of a solution, in code and in text
    hints: tuple[str, ...] = ()  # a lecturer's own, as JSON, for mistakes that the package does not know


@dataclass
class Result:
    """What grading a submission gave."""

    student: str
    digest: str
    sha256: str  # of the notebook that was handed in; of a long one, as it was read
    scores: dict[str, float] = field(default_factory=dict)  # by grade_id; cells that a person grades are not in it
    most: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    slowest: tuple[str, float] = ("", 0.0)
    stopped: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)  # what tests take from students' names beside their answers
    released: list[str] = field(default_factory=list)  # where the student's notebook is of another release: of which
    suspicious: list[str] = field(default_factory=list)
    mistakes: dict[str, list[str]] = field(default_factory=dict)  # by grade_id: "rnn.cell:A1", as recognised by checks
    called: dict[str, list[str]] = field(default_factory=dict)  # of each mistake its name in words, and its first hint
    unnamed: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by grade_id: behaviours (checks.behaviour)
    reports: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by grade_id: of its checks, as JSON
    graded_by: dict[str, str] = field(default_factory=dict)  # the package's version and code, the notebook's digest
    unreadable: str = ""
    notebook: dict[str, Any] = field(default_factory=dict)  # autograded, of nbformat 4.5

    def to_bytes(self) -> bytes:
        """As JSON."""
        return json.dumps(vars(self), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Result:
        """From :meth:`to_bytes`."""
        found = json.loads(data)
        return cls(**found | {"slowest": tuple(found["slowest"])})


MODEL = "\N{NO-BREAK SPACE}the model solution"  # no student's name: it cannot be printed
ATTRIBUTE, IMPORTED, WORD = re.compile(r"\.(\w+)"), re.compile(r"\bimport\b(.*)"), re.compile(r"\w+")
EXERCISE = re.compile(r"""["'](\w+\.\w+)["']""")
_nurseries: dict[tuple[tuple[str, ...], Confines], Nursery] = {}


def nursery_of(spec: Spec) -> Nursery:
    """The nursery of this process for a specification: started once, used for one submission after another."""
    key = spec.preload, spec.confines
    if key not in _nurseries:
        _nurseries[key] = Nursery(*key)
    return _nurseries[key]


@functools.lru_cache(maxsize=100)
def _release(notebook: str) -> dict[str, str]:
    """The stamp that an instructor's notebook gets when it is released today."""
    return assignments.stamp(assignments.release(json.loads(notebook)))


def _graded_by(spec: Spec) -> dict[str, str]:
    notebook = hashlib.sha256(spec.notebook.encode()).hexdigest()[:8]
    return {"version": rnncourse.__version__, "code": assignments.code()[:8], "notebook": notebook}


def _another(submitted: bytes, spec: Spec) -> list[str]:
    """Of which release a notebook is, where it is of another one than would be released today."""
    said, today = release_of(submitted), _release(spec.notebook)
    if not said or said == today:
        return []
    what = [f"rnncourse {said['version']}"] if said["version"] != today["version"] else []
    what += [f"notebook {said['notebook']}"] if said["notebook"] != today["notebook"] else []
    return [f"worked with {', '.join(what)}"]


def digest(student: str, submitted: bytes, spec: Spec, files: Mapping[str, bytes]) -> str:
    """What a result depends on: equal digests, equal results."""
    limits = spec.preload, spec.times, spec.confines, spec.stubs
    settings = (rnncourse.__version__, assignments.code(), student, *limits, spec.hints)
    parts = [submitted, spec.notebook.encode(), spec.key, repr(settings).encode()]
    for name, content in (*spec.files, (".", b""), *sorted(files.items())):
        parts += [name.encode(), content]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def grade(student: str, submitted: bytes, spec: Spec, files: Mapping[str, bytes] | None = None) -> bytes:
    """Grade a submission; returns :class:`Result` as JSON. Bad submissions are results too: nothing stops a batch.

    ``files`` are what the student handed in beside the notebook; of equal names the instructor's file counts.

    Raises NoJailError where the jail cannot be built, InstructorError where a cell of the instructor's fails.
    """
    started = time.monotonic()
    theirs = dict(files or {})
    result = Result(student, digest(student, submitted, spec, theirs), hashlib.sha256(submitted).hexdigest())
    result.graded_by, result.released = _graded_by(spec), _another(submitted, spec)
    instructor = parsed(spec.notebook)
    try:
        grafted = graft(instructor, submitted, spec.stubs)
        result.mended = grafted.mended
    except UnreadableError as error:
        result.unreadable = str(error)
        grafted = graft(instructor, b'{"cells": []}', spec.stubs)
    with (
        _one_at_a_time,
        _beside(spec.files),
        Session(nursery_of(spec), spec.times, theirs | dict(spec.files)) as session,
    ):
        checker = Checker(session, spec.key, student, wanted(spec.notebook), own_hints(spec.hints))
        cells = _run_all(grafted.cells, session, checker, result)
    result.stopped = session.stops
    result.doubts = list(dict.fromkeys(checker.doubts)) if student == MODEL else []
    result.suspicious = session.suspicious + suspicious(grafted.cells)
    for note in reversed([result.unreadable] if result.unreadable else result.mended):
        cells.insert(0, {"cell_type": "markdown", "metadata": {}, "source": f"*{note}*"})
    for i, made in enumerate(cells):
        made["id"] = f"cell-{i}"
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    result.notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    result.seconds = round(time.monotonic() - started, 4)
    return result.to_bytes()


@functools.lru_cache(maxsize=100)
def parsed(notebook: str) -> Any:
    """An instructor's notebook, once for all submissions; nobody changes it."""
    return json.loads(notebook)


@functools.lru_cache(maxsize=100)
def own_hints(texts: tuple[str, ...]) -> tuple[Hint, ...]:
    """A lecturer's own hints, once for all submissions."""
    return tuple(map(Hint.from_json, texts))


_one_at_a_time = threading.Lock()  # tests redirect the process's streams


@contextlib.contextmanager
def _beside(files: tuple[tuple[str, bytes], ...]) -> Iterator[None]:
    """Tests find the instructor's files where they stand: beside the notebook."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name, content in files:
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield


def _run_all(cells: list[Cell], session: Session, checker: Checker, result: Result) -> list[dict[str, Any]]:
    """Run the cells in their order; the graded notebook's cells."""
    made, left = [], MOST_ALL
    for cell in cells:
        if cell.points is not None and cell.test:
            result.most[cell.grade_id] = cell.points
        before = time.monotonic()
        outputs = _run(cell, session, checker, result, left) if cell.kind == "code" and not cell.skip else []
        left -= len(json.dumps(outputs))
        took = time.monotonic() - before
        if took > result.slowest[1]:
            whose = "student" if cell.student else "instructor"
            result.slowest = cell.grade_id or f"a cell of the {whose}'s", round(took, 3)
        made.append(_as_notebook_cell(cell, outputs))
    return made


def _run(cell: Cell, session: Session, checker: Checker, result: Result, left: int) -> list[dict[str, Any]]:
    """The outputs of a code cell; a test's score goes into the result."""
    if result.unreadable:
        result.scores |= {cell.grade_id: 0.0} if cell.test else {}
        return [error_output("Unreadable", result.unreadable)] if cell.test else []
    if cell.test:
        verdict = checker.test(cell.grade_id, cell.source, cell.points or 0.0)
        result.scores[cell.grade_id], result.mistakes[cell.grade_id] = verdict.points, verdict.mistakes
        result.called |= verdict.called
        result.reports[cell.grade_id] = verdict.reports
        result.unnamed |= {cell.grade_id: verdict.unnamed} if verdict.unnamed else {}
        return verdict.outputs
    name = cell.grade_id or str((cell.original or {}).get("id", ""))
    ours = cell.original is not None and not cell.answer
    watched = ours and result.student == MODEL
    if ours:
        checker.instructor(source_of(cell.original), name)  # as it was, whatever a student has made of it
    try:
        before = set(session.names()) if watched else set()
        shown = session.cell(cell.source)
        if watched:
            checker.seen(name, set(session.names()) - before)
    except StoppedError as stopped:
        return [error_output("Stopped", str(stopped))]
    except Exception as error:  # a reply that its process could not send
        return [error_output(type(error).__name__, str(error))]
    return clean_outputs(shown, left)


def suspicious(cells: list[Cell]) -> list[str]:
    """What a person should look at: code that shows itself otherwise than it runs, or that hands in the library's."""
    found = []
    asked: set[str] = set()  # the exercises of the next test, such as "rnn.forward"
    for cell in reversed(cells):
        if cell.test:
            asked = set(EXERCISE.findall(cell.source))
        if cell.student and cell.kind == "code":
            where = cell.grade_id or "a cell"
            if HIDDEN.search(cell.source):
                found.append(f"characters that cannot be seen or turn the text's direction, in {where}")
            if _hands_in_the_librarys(cell.source, asked):
                found.append(f"the answer of the course's library, in {where}")
    return found[::-1]


def _hands_in_the_librarys(source: str, asked: set[str]) -> bool:
    """Does code name the package's own function for what is asked, or the checks' reference?"""
    if "rnncourse" not in source:
        return False
    names = {exercise.partition(".")[2] for exercise in asked}
    if not {"reference", "variant", *names}.isdisjoint(ATTRIBUTE.findall(source)):
        return True
    imported = (IMPORTED.search(line) for line in source.split("\n") if "import" in line)
    return any(found is not None and not names.isdisjoint(WORD.findall(found[1])) for found in imported)


def _as_notebook_cell(cell: Cell, outputs: list[dict[str, Any]]) -> dict[str, Any]:
    metadata = {} if cell.original is None else {"nbgrader": cell.original.get("metadata", {}).get("nbgrader", {})}
    metadata = {name: value for name, value in metadata.items() if value}
    if cell.kind == "markdown":
        attached = (cell.original or {}).get("attachments")
        source = cell.source
        if cell.student:
            attached = clean_attachments(cell.attachments)
            source = clean_markdown(source, attached)
        made = {"cell_type": "markdown", "metadata": metadata, "source": source}
        return made | ({"attachments": attached} if attached else {})
    return {
        "cell_type": "code",
        "metadata": metadata,
        "source": cell.source,
        "outputs": outputs,
        "execution_count": None,
    }
