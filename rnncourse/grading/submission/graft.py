"""The instructor's notebook with a student's answers in it: what is graded, whatever was handed in.

Of the submission are taken: the source of each answer cell, found by ``grade_id`` or else by the cell's id; that of
the code cells that the instructor left open, by id; and the code cells that the student added, where they stand.
Everything else (tests, set-up, text, metadata) is that of the instructor. So a deleted, copied, renamed or changed test
cell costs nobody anything and gains nobody anything.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

MOST_BYTES, MOST_CELLS, MOST_SOURCE = 2**24, 2_000, 200_000
SKIP = "skip-execution"  # the tag that nbclient honours too


class UnreadableError(ValueError):
    """What was handed in is no notebook: why, in a sentence for the student."""


@dataclass
class Cell:
    """A cell of the grafted notebook."""

    kind: str  # "code" or "markdown"
    source: str
    grade_id: str = ""
    points: float | None = None  # of a cell that is graded, by a test or by a person
    test: bool = False  # graded, and the instructor's
    answer: bool = False
    student: bool = False  # the source is the student's
    skip: bool = False  # not run
    attachments: Any = None  # to a student's text, as handed in
    original: Any = None  # the instructor's cell, None for an added one


@dataclass
class Grafted:
    """The cells in their order, and what was mended, in sentences."""

    cells: list[Cell]
    mended: list[str] = field(default_factory=list)


def read(submitted: bytes) -> list[dict[str, Any]]:
    """The cells of what was handed in. Raises UnreadableError, with the reason."""
    if len(submitted) > MOST_BYTES:
        size = f"The file has {len(submitted) >> 20} MB; up to {MOST_BYTES >> 20} are read."
        raise UnreadableError(f"{size} Clear the outputs, save, and hand it in again.")
    try:
        notebook = json.loads(submitted)
        found = notebook["cells"]
    except (ValueError, RecursionError, TypeError, KeyError):
        raise UnreadableError(
            "The file cannot be read as a Jupyter notebook. Open it in Jupyter, save it, and hand it in again."
        ) from None
    if not isinstance(found, list) or len(found) > MOST_CELLS:
        raise UnreadableError(f"The notebook has no list of cells, or over {MOST_CELLS}.")
    return [cell for cell in found if isinstance(cell, dict)]


def source_of(cell: dict[str, Any]) -> str:
    """The text of a cell, which may be stored in lines; never longer than allowed, never half a surrogate pair."""
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    text = source if isinstance(source, str) else ""
    return text[:MOST_SOURCE].encode("utf-8", "replace").decode()


def settings(cell: Any) -> dict[str, Any]:
    """Nbgrader's settings of a cell, or none."""
    metadata = cell.get("metadata")
    found = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


def graft(instructor: Any, submitted: bytes) -> Grafted:
    """Put a submission's answers into the instructor's notebook (as nbgrader's source, hidden tests included).

    Of several cells with one ``grade_id`` the last is taken, as nbgrader has it. Raises UnreadableError.
    """
    cells = read(submitted)
    known = {settings(cell)["grade_id"]: cell for cell in instructor["cells"] if settings(cell).get("grade_id")}
    free = {cell.get("id"): i for i, cell in enumerate(instructor["cells"]) if not settings(cell)}
    places = _places(cells, known)
    result = Grafted([])
    answers: dict[str, str] = {}
    attachments: dict[str, Any] = {}
    rewritten: dict[int, str] = {}  # cells that the instructor left open, by their place in the instructor's notebook
    added: dict[str, list[Cell]] = {}
    above = ""
    for i, cell in enumerate(cells):
        name, source = places.get(i, ""), source_of(cell)
        if name:
            answers[name], attachments[name], above = source, cell.get("attachments"), name
        elif isinstance(cell.get("id"), str) and cell["id"] in free:
            rewritten[free[cell["id"]]] = source
        elif cell.get("cell_type") == "code" and source.strip() and not (_instructors(cell, known) or skipped(cell)):
            added.setdefault(above, []).append(Cell("code", source, student=True))
    result.cells += added.get("", [])
    for i, cell in enumerate(instructor["cells"]):
        found = settings(cell)
        name = found.get("grade_id", "")
        answer, graded = bool(found.get("solution") or found.get("task")), bool(found.get("grade"))
        source, kind = source_of(cell), "code" if cell["cell_type"] == "code" else "markdown"
        mine = False
        if answer and name in answers:
            source, mine = answers[name], True
        elif name and name not in answers:
            was = f"The answer cell {name!r} was missing and counts as empty." if answer else ""
            result.mended.append(was or f"The cell {name!r} was missing and was put back.")
            source = "" if answer else source
        elif kind == "code" and rewritten.get(i, source) != source:
            source, mine = rewritten[i], True
        points = float(found["points"]) if "points" in found and (graded or found.get("task")) else None
        test = graded and not answer
        result.cells.append(
            Cell(kind, source, name, points, test, answer, mine, skipped(cell), attachments.get(name), cell)
        )
        if name:
            result.cells += added.get(name, [])
    return result


def skipped(cell: dict[str, Any]) -> bool:
    """Is this a cell that, by its tag, nobody runs when grading? Only cells that are neither answer nor test are."""
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return isinstance(tags, list) and SKIP in tags and not settings(cell)


def _instructors(cell: dict[str, Any], known: dict[str, Any]) -> bool:
    """Is this an old or copied cell of the instructor's, which must not run as the student's own?"""
    name = settings(cell).get("grade_id")
    return isinstance(name, str) and name in known and not settings(known[name]).get("solution")


def _places(cells: list[dict[str, Any]], known: dict[str, Any]) -> dict[int, str]:
    """Which cell of the submission stands for which of the instructor's: by ``grade_id``, the last one counts."""
    found: dict[str, int] = {}
    for i, cell in enumerate(cells):
        name = settings(cell).get("grade_id")
        if isinstance(name, str) and name in known and cell.get("cell_type") == known[name]["cell_type"]:
            found[name] = i
    by_id = {cell.get("id"): name for name, cell in known.items() if cell.get("id")}
    for i, cell in enumerate(cells):  # editors that drop metadata keep the cells' ids
        name = by_id.get(cell.get("id")) if isinstance(cell.get("id"), str) else None
        if (
            name
            and name not in found
            and not settings(cell).get("grade_id")
            and cell.get("cell_type") == known[name]["cell_type"]
        ):
            found[name] = i
    return {i: name for name, i in found.items()}
