"""Checks that diagnose: hand in a function, read what is right and what to think about next.

>>> from rnncourse.checks import check
>>> check("rnn.bits_per_character", lambda nll: nll / 0.6931471805599453)
✓ rnn.bits_per_character: all 2 parts are right.

Needs NumPy alone. A chapter adds its exercises by one module here, or a package, that defines ``EXERCISES``.
"""

from __future__ import annotations

import difflib
import functools
import importlib
import math
import os
import pkgutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from rnncourse.checks import limit
from rnncourse.checks.behaviour import Behaviour, Hint, Lecturer
from rnncourse.checks.carried import Own
from rnncourse.checks.diagnosis import diagnose, never
from rnncourse.checks.engine import DTYPE, Exercise, kept
from rnncourse.checks.report import Report, Text, in_notebook

LONGEST = 300  # characters of a sentence that is kept of a mistake without a name
THIRD = 3  # failure of one kind in a row at which trying is not enough


@dataclass
class Grader:
    """Who grades a notebook: brings the seed that :func:`grade` takes instead of its argument, gets its reports."""

    seed: int
    reports: list[Report] = field(default_factory=list)
    handed: dict[str, Callable[..., Any]] = field(default_factory=dict)  # in by now, by exercise: of the whole notebook
    hints: Sequence[Hint] | None = None  # a lecturer's own; None: nobody asks for mistakes without a name either
    unnamed: list[Behaviour] = field(default_factory=list)  # of those what was met


_handed: dict[str, Callable[..., Any]] = {}  # in a kernel or page, where nobody grades
grader: ContextVar[Grader | None] = ContextVar("grader", default=None)
# Of who runs somebody's notebook to help: each report that a cell of it asks for comes in here, as the cell sees it.
heard: ContextVar[list[Report] | None] = ContextVar("heard", default=None)

__all__ = ["Report", "catalogue", "check", "describe", "exercises", "grade"]


def check(name: str, function: Callable[..., Any], seed: int = 0) -> Report:
    """Examine a function against an exercise on seeded cases; another seed brings other random numbers.

    Raises ValueError for an unknown exercise.
    """
    exercise, asked = find(name), grader.get()
    handed = asked.handed if asked is not None else _handed if _notebook() else {}
    own = [Own(find(other), right, handed[other]) for other, right in exercise.builds_on.items() if other in handed]
    handed[name] = function
    if asked is None:
        report = diagnose(exercise, function, seed, _third if _learning() else never, own)
        if (reports := heard.get()) is not None:
            reports.append(report)
        return report
    lecturer = Lecturer(asked.hints) if asked.hints is not None else None
    before = limit.seconds.set(None)
    try:
        report = diagnose(exercise, function, seed, own=own, lecturer=lecturer)
    finally:
        limit.seconds.reset(before)
    if lecturer and lecturer.met:
        lecturer.met.parts = [part for part, holds in report.facets.items() if not holds]
        lecturer.met.said = [message[:LONGEST] for message in report.messages]
        asked.unnamed.append(lecturer.met)
    report.seed = None  # whoever knew it would know the cases
    return report


def _notebook() -> bool:
    """Is this the process of a notebook or of a page? There one check may know of another."""
    return in_notebook() or sys.platform == "emscripten"


def _learning() -> bool:
    """Is somebody trying, in a kernel or in a page? Who grades, in whatever process, has no use for a prediction."""
    graded = limit.seconds.get() is None or "NBGRADER_EXECUTION" in os.environ
    return not graded and _notebook()


_failures: dict[str, tuple[tuple[str, ...], int]] = {}  # of an exercise, here: the kind, how many in a row


def _third(report: Report) -> bool:
    """Count a report; is it at least the third failure of one kind in a row?"""
    kind, times = _failures.get(report.exercise, ((), 0))
    _failures[report.exercise] = report.kind, times + 1 if report.kind and report.kind == kind else 1
    return bool(report.kind) and _failures[report.exercise][1] >= THIRD


def grade(name: str, function: Callable[..., Any], points: float = 1.0, seed: int = 0) -> float:
    """Show what :func:`check` says and return the points earned: a plain float in [0, points].

    As the last expression of an nbgrader test cell it gives partial credit.
    Raises ValueError for an unknown exercise, or points that are negative or not finite.
    """
    points = float(points)
    if not (math.isfinite(points) and points >= 0):
        raise ValueError(f"points: expected a finite number of at least 0, got {points}")
    asked = grader.get()
    report = check(name, function, seed if asked is None else asked.seed)
    if asked is not None:
        asked.reports.append(report)
    report.show()
    if not report.passed and os.environ.get("NBGRADER_EXECUTION") == "validate":
        report.complain()
    return min(max(round(points * float(report.score), 2), 0.0), points) if report.score < 1 else points


def exercises() -> list[str]:
    """The names of all exercises."""
    return list(_all())


def describe(name: str) -> Text:
    """The text of an exercise: arguments with their shapes, what to return, and how it is graded.

    Raises ValueError for an unknown exercise.
    """
    exercise = find(name)
    facets = [*exercise.facets, *([DTYPE] if exercise.dtype_asked else []), exercise.conduct]
    lines = [f"{exercise.signature} → {', '.join(o.name for o in exercise.outputs)}", exercise.task, "", "Arguments"]
    lines += [f"    {value}" for value in exercise.arguments]
    lines += ["Returns", *(f"    {value}" for value in exercise.outputs), "Parts and their shares"]
    lines += [f"    {f.weight}  {f.name}" for f in facets]
    if exercise.builds_on:
        lines += [f"Builds on {', '.join(exercise.builds_on)}: a mistake there costs its points there alone."]
    lines += ["Smaller functions of the library may be used, not one that answers the exercise; torch earns nothing."]
    return Text("\n".join(lines))


def catalogue(name: str) -> Text:
    """For those who teach: the known mistakes of an exercise, their hints, wrong lines, and what each leaves right.

    Raises ValueError for an unknown exercise.
    """
    exercise, said = find(name), []
    for mistake in exercise.mistakes:
        said += [f"{mistake.id}  {mistake.name}", *(f"    {hint}" for hint in mistake.hints)]
        for form, changes in mistake.forms.items():
            said.append(f"    {form} leaves right: {'; '.join(kept(exercise, form)) or 'nothing'}")
            said += [textwrap.indent(str(lines), " " * 8) for lines in changes.lines()]
    return Text("\n".join(said))


def find(name: str) -> Exercise:
    """The exercise of that name. Raises ValueError, with the nearest names, if there is none."""
    known = _all()
    if name not in known:
        near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.5)
        raise ValueError(
            f"name: expected an exercise, got {name!r}"
            + (f"; did you mean {near[0]!r}?" if near else "; exercises() lists the names")
        )
    return known[name]


@functools.cache
def _all() -> dict[str, Exercise]:
    modules = (importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))
    return {e.name: e for module in modules for e in getattr(module, "EXERCISES", ())}
