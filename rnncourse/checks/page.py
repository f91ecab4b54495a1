"""What a page of the book asks of Python: an answer comes as text, and what is said of it goes back as JSON.

The page runs this module itself, in a worker, and ends the worker where an answer takes too long.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import linecache
import math
import os
import sys
import traceback
import types
import warnings
from importlib.util import find_spec
from typing import Any

from rnncourse.checks import check, exercises, find, limit
from rnncourse.checks.diagnosis import say_stopped
from rnncourse.checks.report import Report

FILE = "<your answer>"  # what tracebacks call the reader's text
LIMIT = 5  # seconds after which the page ends the worker
LONGEST = 10_000  # characters of what a text prints

_cells: dict[str, dict[str, Any]] = {}  # what the cells of a page have defined


def examine(name: str, text: str, setup: str = "import numpy as np", told: str = "") -> str:
    """Examine an answer, the text of a function with what it needs; JSON.

    It has ``report`` and ``html``, or ``error`` (and ``line``) where the text cannot be run or has not the function;
    ``printed`` is what the text itself prints. What the assignment's ``setup`` defines is there, and the library's
    functions for the exercises before this one, and ``report``, of which hints speak: that of ``told``, the JSON of the
    last report with a case that fails. Raises ValueError for an unknown exercise.
    """
    names = exercises()
    find(name)
    chapter, short = name.split(".")
    found: dict[str, Any] = {}
    exec(compile(setup, "<setup>", "exec"), found)
    for earlier in names[: names.index(name)]:
        if earlier.startswith(f"{chapter}."):
            found[earlier.partition(".")[2]] = find(earlier).reference
    if told:
        with contextlib.suppress(ValueError):  # of another release
            found["report"] = Report.from_json(json.loads(told))
    answer = run(text, found)
    if "error" not in answer and not callable(found.get(short)):
        answer["error"] = f"There is no function {short} in your answer. Keep the line that begins with def {short}."
    if "error" not in answer:
        before = limit.seconds.set(math.inf)
        try:
            report = check(name, found[short])
        finally:
            limit.seconds.reset(before)
        answer |= _shown(report)
    return json.dumps(answer)


def stopped(name: str) -> dict[str, Any]:
    """What the page says when it had to end the worker: nothing is left that could say it then."""
    report = Report(name)
    say_stopped(report, LIMIT)
    report.hints[0][0] = report.hints[0][0].partition(" Call your function")[0]  # it has no case
    return _shown(report)


def _shown(report: Report) -> dict[str, Any]:
    """A report as data, as HTML and as text."""
    return {"report": report.to_json(), "html": report._repr_html_(), "text": str(report)}


def cell(text: str, name: str) -> str:
    """Run a cell of the page of this name after those that ran before it; JSON: ``printed``, ``html`` or ``error``.

    What the last line is worth is shown as a notebook shows it; ``figures`` are those that it drew, as SVG for a light
    and for a dark page.
    """
    answer = run(text, _cells.setdefault(name, {"__name__": "__main__"}), show=True)
    if figures := _drawn():
        answer["figures"] = figures
    return json.dumps(answer)


def prepare(draws: bool) -> None:
    """Bring what cells ask for beside NumPy: matplotlib, and ``glue``, by which a page's numbers come into its text.

    The text has been made, so that here it does nothing.
    """
    if "myst_nb" not in sys.modules and find_spec("myst_nb") is None:
        glued = types.ModuleType("myst_nb")
        glued.glue = lambda name, value, display=True: None  # type: ignore[attr-defined]
        sys.modules["myst_nb"] = glued
    if draws:
        os.environ["MPLBACKEND"] = "agg"
        warnings.filterwarnings("ignore", "FigureCanvas.* is non-interactive")  # what is shown is what is open
        import matplotlib.pyplot  # noqa: F401 - it takes seconds, which are not the cell's


def _drawn() -> list[list[str]]:
    """The figures that are open, as a notebook shows them, for a light and a dark page; then they are closed."""
    plt = sys.modules.get("matplotlib.pyplot")
    if plt is None:
        return []
    style = sys.modules.get("rnncourse.plots")  # the book's colours: of a cell that asked for its style
    figures = []
    for number in plt.get_fignums():
        file = io.StringIO()
        plt.figure(number).savefig(file, format="svg", bbox_inches="tight", metadata={"Date": None})
        svg = file.getvalue()
        figures.append([style.on_page(svg, dark) if style else svg for dark in (False, True)])
    plt.close("all")
    return figures


def run(text: str, found: dict[str, Any], show: bool = False) -> dict[str, Any]:
    """Run a text; what it printed and, where it stopped, the error as the reader's own lines tell it."""
    linecache.cache[FILE] = (len(text), None, text.splitlines(keepends=True), FILE)
    printed = io.StringIO()
    answer: dict[str, Any] = {}
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            lines = ast.parse(text, FILE)
            last = lines.body.pop() if show and lines.body and isinstance(lines.body[-1], ast.Expr) else None
            exec(compile(lines, FILE, "exec"), found)
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), FILE, "eval"), found)
                if hasattr(value, "_repr_html_"):
                    answer["html"] = value._repr_html_()
                elif value is not None:
                    print(repr(value))
        except BaseException as error:
            answer |= _error(error)
    answer["printed"] = printed.getvalue()[:LONGEST]
    return answer


def _error(error: BaseException) -> dict[str, Any]:
    """As Python says it, without the frames that are not the reader's."""
    said = traceback.TracebackException.from_exception(error)
    said.stack[:] = [frame for frame in said.stack if frame.filename == FILE]
    lines = [said.lineno] if isinstance(error, SyntaxError) else [frame.lineno for frame in said.stack]
    outside = not said.stack and not isinstance(error, SyntaxError)
    text = "".join(said.format_exception_only() if outside else said.format())
    line = int(lines[-1]) if lines and lines[-1] else None
    return {"error": text.replace(f'File "{FILE}", ', "").strip(), "line": line}
