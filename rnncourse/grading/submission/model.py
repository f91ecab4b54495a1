"""The instructor's own notebook, graded as if somebody had handed it in, before a class is graded with it.

Its answers are right. So what fails is the instructor's to mend, and is told once, with the cell's name.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from rnncourse.grading.submission.instructor import InstructorError
from rnncourse.grading.submission.job import MODEL, Result, Spec, digest, grade
from rnncourse.grading.submission.reader import settings

Work = Callable[[str, bytes, Spec, dict[str, bytes]], bytes]


@dataclass(frozen=True)
class Examined:
    """What is wrong with an instructor's notebook, in sentences for the instructor."""

    refused: tuple[str, ...] = ()  # nobody can be graded with it
    doubtful: tuple[str, ...] = ()  # somebody can, and it may be meant so


def examine(spec: Spec, kept: Path | None = None, work: Work = grade) -> Examined:
    """Grade the model solution, once for a specification: ``kept`` is the file that remembers it between runs.

    ``work`` grades as :func:`grade` does, here or on another machine.
    """
    key = digest(MODEL, spec.notebook.encode(), spec, {})
    try:
        known = json.loads(kept.read_text("utf-8")) if kept is not None else {}
        if known["digest"] == key:
            return Examined(tuple(known["refused"]), tuple(known["doubtful"]))
    except (OSError, ValueError, LookupError, TypeError):  # none yet, or half of one
        pass
    try:
        found = findings(Result.from_bytes(work(MODEL, spec.notebook.encode(), spec, {})))
    except InstructorError as error:
        found = Examined((str(error),))
    if kept is not None:
        kept.write_text(json.dumps({"digest": key, **asdict(found)}), "utf-8")
    return found


def findings(result: Result) -> Examined:
    """What the model solution's result says about the notebook."""
    refused: list[str] = []
    doubtful: list[str] = list(result.doubts)
    for number, cell in enumerate(result.notebook["cells"], 1):
        name = settings(cell).get("grade_id") or f"{cell['source'].strip().partition(chr(10))[0][:60]} (cell {number})"
        ended = [f"{o['ename']}: {o['evalue']}" for o in cell.get("outputs", ()) if o["output_type"] == "error"]
        points, most = result.scores.get(name), result.most.get(name)
        if most is None and ended:
            refused.append(f"your cell {name!r} ends with {ended[-1]}")
        elif most is not None and points is not None and points < most:
            lost = f"your own answers get {points:g} of {most:g} points in {name!r}"
            (doubtful if points or not ended else refused).append(": ".join([lost, *ended[-1:]]))
    return Examined(tuple(refused), tuple(doubtful + [f"your code was stopped: {why}" for why in result.stopped]))
