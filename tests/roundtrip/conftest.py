"""For each assignment: generate it, hand in everything that the tests look at, and let nbgrader grade it at one go."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from rnncourse.checks import find
from rnncourse.checks.mistakes import Mistake
from tests.roundtrip.course import Course, variant
from tests.roundtrip.typed import TYPED

pytest.register_assert_rewrite("tests.roundtrip.trip")

# The handler keeps the stream that is there before a test redirects it; os.write goes past all of Python's streams.
NOISE = """
import logging, os, sys, warnings
logger = logging.getLogger("student")
logger.addHandler(logging.StreamHandler(sys.stderr))
def noisy(function):
    def wrapped({parameters}):
        warnings.warn("deprecated")
        print("stderr", file=sys.stderr)
        print("stdout")
        logger.warning("logged")
        os.write(2, b"written")
        np.log(np.zeros(1))
        return function({parameters})
    return wrapped
{name} = noisy({name})
"""

# What a page must not run or ask for, in a text and in outputs.
HOSTILE_TEXT = """harmless <script>alert(1)</script> <img src=x onerror=alert(1)> <svg onload=alert(1)></svg>
[a](javascript:alert(1)) [b](JaVa&#115;cript:alert(1)) [c](java&Tab;script:alert(1))
[d](data:text/html;base64,PHNjcmlwdD4=)
![e](https://example.org/e.png) <https://example.org/f" onmouseover="alert(1)> $\\href{javascript:alert(1)}{g}$
<iframe src="https://example.org"></iframe> <style>body{background:url(https://example.org/h)}</style>
```{=html}
<script>alert(1)</script>
```
"""
HOSTILE_CODE = r"""
from IPython.display import HTML, SVG, Image, Javascript, Markdown, display
display(HTML("<script>alert(1)</script>"), Javascript("alert(1)"), Markdown("<img src=x onerror=alert(1)>"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'></svg>"))
display({"text/html": "<script>alert(1)</script>", "text/latex": r"$\href{javascript:alert(1)}{x}$"}, raw=True)
display({"image/png": '"><script>alert(1)</script>', "application/javascript": "alert(1)"}, raw=True)
print("<script>alert(1)</script> \x1b]8;;javascript:alert(1)\x07x\x1b]8;;\x07 \x1b[31m<b onclick=alert(1)>\x1b[0m")
class Error(Exception):
    __name__ = "<script>alert(1)</script>"
def %s(*arguments, **keywords):
    raise type("<script>", (Exception,), {})("<img src=x onerror=alert(1)>")
raise Exception("<script>alert(1)</script>")
"""


def packs(course: Course) -> Iterator[tuple[str, dict[str, tuple[Mistake, str]]]]:
    """Every form of every mistake, one an exercise in each submission: student, and the mistakes by test cell."""
    columns = [[(t, m, f) for m in find(course.exercise(t)).mistakes for f in m.forms] for t in course.tests]
    for i, row in enumerate(itertools.zip_longest(*columns)):
        yield f"switched-{i:02d}", {test: (mistake, form) for test, mistake, form in filter(None, row)}


def typed_packs(course: Course) -> Iterator[tuple[str, dict[str, str]]]:
    """The answers of typed.py in the same way: student, and the mistakes' ids by test cell."""
    columns = [[(t, id) for name, id in TYPED if name == course.exercise(t)] for t in course.tests]
    for i, row in enumerate(itertools.zip_longest(*columns)):
        yield f"typed-{i}", dict(filter(None, row))


def tamper(nb: Any) -> None:
    """What happens to cells: one copied, one renamed, one deleted, one turned into another kind, the set-up deleted."""
    tests = [c for c in nb.cells if c.id.endswith("-test")]
    answers = [c for c in nb.cells if c.id.endswith("-answer")]
    twin = copy.deepcopy(tests[0])
    twin.id = "twin"
    nb.cells.insert(nb.cells.index(tests[0]), twin)
    tests[1].metadata.nbgrader.grade_id = "renamed"
    tests[2].metadata.nbgrader.update(grade=False, solution=True)
    answers[0].metadata.nbgrader.grade_id = "renamed too"
    nb.cells.remove(tests[3])
    nb.cells.remove(next(c for c in nb.cells if c.id == "setup"))


def strip_metadata(nb: Any) -> None:
    """What some editors do to a notebook."""
    for cell in nb.cells:
        cell.metadata.clear()


@pytest.fixture(scope="module")
def graded(jailed: None, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The assignment that the test file names, graded."""
    course = Course(tmp_path_factory.mktemp("course"), request.module.ASSIGNMENT)
    course.nbgrader("generate_assignment", course.assignment)

    course.submit("stub", {})
    course.submit("solved", course.answers)
    answers = course.answers
    broken = dict.fromkeys(list(answers)[:1], "def broken(:")
    course.submit("broken", answers | broken)
    noisy = {}
    for test in course.tests:
        name = course.exercise(test)
        cell, arguments = test.replace("-test", "-answer"), [a.name for a in find(name).arguments]
        noise = NOISE.format(name=name.partition(".")[2], parameters=", ".join(arguments))
        noisy[cell] = answers[cell] + "\n" + noise
    course.submit("noisy", answers | noisy)
    course.submit("tampered", answers, tamper)
    course.submit("stripped", answers, strip_metadata)

    first = next(iter(course.tests))
    code = HOSTILE_CODE % course.exercise(first).partition(".")[2]
    course.submit("hostile", {first.replace("-test", "-answer"): code, "question-answer": HOSTILE_TEXT})

    course.switched = dict(packs(course))
    for student, mistakes in course.switched.items():
        wrong = {t.replace("-test", "-answer"): variant(course.exercise(t), form) for t, (_, form) in mistakes.items()}
        course.submit(student, wrong)
    course.typed = dict(typed_packs(course))
    for student, ids in course.typed.items():
        wrong = {t.replace("-test", "-answer"): TYPED[course.exercise(t), id].strip() for t, id in ids.items()}
        course.submit(student, wrong)

    course.nbgrader("autograde", course.assignment)
    course.nbgrader("generate_feedback", course.assignment)
    return course
