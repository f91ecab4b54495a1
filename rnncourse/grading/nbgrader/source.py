"""The instructor's notebooks: what students get of them, and faults in them that are said before anybody is graded."""

from __future__ import annotations

import ast
import json
import logging
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import nbformat
from nbgrader.preprocessors import ClearMarkScheme, ClearSolutions

from rnncourse.grading.submission.reader import settings, source_of

HEADING = re.compile(r"^(#+) +(.*?)\s*$", re.MULTILINE)
SILENT = logging.Logger("silent")  # nbgrader logs a whole cell before it raises what is said here
SILENT.addHandler(logging.NullHandler())
PROMISED = re.compile(r"\((\d+(?:\.\d+)?) points?(?:,[^()]*)?\)$")


def check(name: str, notebook: str) -> None:
    """Raise ValueError where a notebook cannot be graded, or says two things about its points; the sentence names both.

    What ``grade(…, points=…)`` gives at most, what the metadata says and what the heading promises are one number.
    """
    try:
        cells = json.loads(notebook)["cells"]
        code = [cell["cell_type"] for cell in cells]
    except (ValueError, RecursionError, TypeError, KeyError) as error:
        raise ValueError(f"{name}.ipynb cannot be read as a notebook ({type(error).__name__}: {error})") from None
    named: Counter[str] = Counter()
    for i, cell in enumerate(cells, 1):
        found = settings(cell)
        if not any(found.get(kind) for kind in ("grade", "solution", "task", "locked")):
            continue
        first = next((line.strip() for line in source_of(cell).splitlines() if line.strip()), "")
        where = f"{name}.ipynb, cell {i}, {first[:40]!r}"
        if not (isinstance(found.get("grade_id"), str) and found["grade_id"]):
            what = "expected a name, such as 'setup' or 'forward-test'"
            raise ValueError(f"{where}: nbgrader grades, locks or fills this cell, and it has no grade_id: {what}")
        named[found["grade_id"]] += 1
        where = f"{name}.ipynb, cell {found['grade_id']!r}"
        if named[found["grade_id"]] > 1:
            raise ValueError(f"{where}: two cells have this name")
        if found.get("grade") or found.get("task"):
            points = found.get("points")
            if isinstance(points, bool) or not isinstance(points, (int, float)) or not 0 <= points < math.inf:
                raise ValueError(f"{where}: points in the metadata: expected a number of at least 0, got {points!r}")
            given = points_of(source_of(cell)) if code[i - 1] == "code" else None
            if given is not None and not math.isclose(given, points):
                raise ValueError(
                    f"{where}: the metadata says {points:g} points, its grade(…, points=…) gives up to {given:g}: "
                    "make them equal"
                )
    for heading, promised, sums in _sections(cells):
        if not any(math.isclose(promised, total) for total in sums):
            raise ValueError(
                f"{name}.ipynb, heading {heading!r}: it promises {promised:g} points, the cells under it have "
                f"{' or '.join(f'{total:g}' for total in sums)}: make them equal"
            )


def points_of(test: str) -> float | None:
    """What the last expression of a test gives at most, where it is made of ``grade(…, points=number)`` alone."""
    try:
        last = ast.parse(test).body[-1]
    except (SyntaxError, IndexError, ValueError):
        return None
    return _points(last.value) if isinstance(last, ast.Expr) else None


def _points(expression: ast.expr) -> float | None:
    if isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Add):
        left, right = _points(expression.left), _points(expression.right)
        return None if left is None or right is None else left + right
    if not isinstance(expression, ast.Call):
        return None
    called = expression.func
    if (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) != "grade":
        return None
    given = next((word.value for word in expression.keywords if word.arg == "points"), None)
    if given is None and len(expression.args) > 2:
        given = expression.args[2]
    value = given.value if isinstance(given, ast.Constant) else None
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _sections(cells: list[Any]) -> Iterator[tuple[str, float, list[float]]]:
    """Headings that promise points: how many, and the points under them, of all cells, of tests and of the others."""
    open_: list[tuple[int, str, float | None, list[tuple[bool, float]]]] = []
    done = []
    for cell in cells:
        found = settings(cell)
        if cell["cell_type"] == "markdown":
            for level, title in HEADING.findall(source_of(cell)):
                done += [section for section in open_ if section[0] >= len(level)]
                open_ = [section for section in open_ if section[0] < len(level)]
                promised = PROMISED.search(title)
                open_.append((len(level), title, float(promised[1]) if promised else None, []))
        if found.get("grade") or found.get("task"):
            for *_, points in open_:
                points.append((not (found.get("solution") or found.get("task")), float(found["points"])))
    for _, title, promise, points in [*done, *open_]:
        if promise is not None and points:
            tests, others = (sum(most for test, most in points if test is kind) for kind in (True, False))
            yield title, promise, list(dict.fromkeys([tests + others, *filter(None, (tests, others))]))


def released(name: str, notebook: str, config: Any) -> dict[str, str]:
    """The text of the cells that nbgrader names, as students get them: solutions and marking schemes are taken out.

    Raises ValueError for a notebook that nbgrader cannot release.
    """
    made = nbformat.from_dict(json.loads(notebook))
    for cell in made.cells:
        cell.source = source_of(cell)
    try:
        for kind in (ClearSolutions, ClearMarkScheme):
            made, _ = kind(config=config, log=SILENT).preprocess(made, {})
    except (RuntimeError, ValueError, KeyError) as error:
        raise ValueError(f"{name}.ipynb cannot be released: {error}") from None
    return {settings(cell)["grade_id"]: cell.source for cell in made.cells if settings(cell).get("grade_id")}
