"""One submission, from bytes to bytes: no database, no file, nothing shared, so that any executor can run it."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from rnncourse.grading.checker import Checker
from rnncourse.grading.graft import Cell, UnreadableError, graft
from rnncourse.grading.jail import CONFINES, Confines
from rnncourse.grading.sanitise import clean_markdown, clean_outputs
from rnncourse.grading.session import TIMES, Nursery, Session, StoppedError, Times


@dataclass(frozen=True)
class Spec:
    """What all submissions share: the instructor's notebook (JSON, tests included), the course's key, limits."""

    notebook: str
    key: bytes
    preload: tuple[str, ...] = ()
    times: Times = TIMES
    confines: Confines = CONFINES


@dataclass
class Result:
    """What grading a submission gave."""

    student: str
    sha256: str  # of what was handed in
    scores: dict[str, float] = field(default_factory=dict)  # by grade_id; cells that a person grades are not in it
    most: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    slowest: tuple[str, float] = ("", 0.0)
    stopped: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    unreadable: str = ""
    notebook: dict[str, Any] = field(default_factory=dict)  # autograded, of nbformat 4.5

    def to_bytes(self) -> bytes:
        """As JSON."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Result:
        """From :meth:`to_bytes`."""
        found = json.loads(data)
        return cls(**found | {"slowest": tuple(found["slowest"])})


_nurseries: dict[tuple[tuple[str, ...], Confines], Nursery] = {}


def nursery(spec: Spec) -> Nursery:
    """The nursery of this process for a specification: started once, used for one submission after another."""
    key = spec.preload, spec.confines
    if key not in _nurseries:
        _nurseries[key] = Nursery(*key)
    return _nurseries[key]


def grade(student: str, submitted: bytes, spec: Spec) -> bytes:
    """Grade a submission; returns :class:`Result` as JSON. Bad submissions are results too: nothing stops a batch."""
    started = time.monotonic()
    result = Result(student, hashlib.sha256(submitted).hexdigest())
    instructor = json.loads(spec.notebook)
    try:
        grafted = graft(instructor, submitted)
    except UnreadableError as error:
        result.unreadable = str(error)
        grafted = graft(instructor, b'{"cells": []}')
    result.mended = grafted.mended if not result.unreadable else []
    cells: list[dict[str, Any]] = []
    with Session(nursery(spec), spec.times) as session:
        checker = Checker(session, spec.key, student)
        for cell in grafted.cells:
            if cell.points is not None and cell.test:
                result.most[cell.grade_id] = cell.points
            before = time.monotonic()
            outputs = _run(cell, session, checker, result) if cell.kind == "code" else []
            took = time.monotonic() - before
            if took > result.slowest[1]:
                result.slowest = (cell.grade_id or "a cell of the student's", round(took, 3))
            cells.append(_as_notebook_cell(cell, outputs))
        result.stopped = session.stops
    notes = [result.unreadable] if result.unreadable else result.mended
    cells[:0] = [{"cell_type": "markdown", "metadata": {}, "source": f"*{note}*"} for note in notes]
    for i, made in enumerate(cells):
        made["id"] = f"cell-{i}"
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    result.notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    result.seconds = round(time.monotonic() - started, 4)
    return result.to_bytes()


def _run(cell: Cell, session: Session, checker: Checker, result: Result) -> list[dict[str, Any]]:
    """The outputs of a code cell; a test's score goes into the result."""
    if cell.test:
        verdict = checker.test(cell.grade_id, cell.source, cell.points or 0.0)
        result.scores[cell.grade_id] = 0.0 if result.unreadable else verdict.points
        return verdict.outputs
    if not cell.student and not cell.answer:
        checker.instructor(cell.source)
    try:
        shown = session.cell(cell.source)
    except StoppedError as stopped:
        return [{"output_type": "error", "ename": "Stopped", "evalue": str(stopped), "traceback": [str(stopped)]}]
    return clean_outputs(shown)


def _as_notebook_cell(cell: Cell, outputs: list[dict[str, Any]]) -> dict[str, Any]:
    metadata = {} if cell.original is None else {"nbgrader": cell.original.get("metadata", {}).get("nbgrader", {})}
    metadata = {name: value for name, value in metadata.items() if value}
    if cell.kind == "markdown":
        source = clean_markdown(cell.source) if cell.student else cell.source
        return {"cell_type": "markdown", "metadata": metadata, "source": source}
    return {
        "cell_type": "code",
        "metadata": metadata,
        "source": cell.source,
        "outputs": outputs,
        "execution_count": None,
    }
