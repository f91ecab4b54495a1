"""What no assignment changes, tried with one: careless and hostile students, and nbgrader's other commands."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from bs4 import BeautifulSoup

from rnncourse.checks import find
from tests.roundtrip.course import ASSIGNMENTS, Course, answer, plain, variant

MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.7/latest.js?config=TeX-AMS_CHTML-full,Safe"

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.parametrize("graded", ASSIGNMENTS[:1], indirect=True),
]

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


@pytest.fixture(scope="session")
def handled(graded: Course) -> Course:
    """The assignment with further students."""
    answers, first = graded.answers, next(iter(graded.tests))
    graded.submit("broken", answers | {answer(first): "def broken(:"})
    noisy = {}
    for test in graded.tests:
        name = graded.exercise(test)
        parameters = ", ".join(a.name for a in find(name).arguments)
        noise = NOISE.format(name=name.partition(".")[2], parameters=parameters)
        noisy[answer(test)] = answers[answer(test)] + "\n" + noise
    graded.submit("noisy", answers | noisy)
    graded.submit("tampered", answers, tamper)
    code = HOSTILE_CODE % graded.exercise(first).partition(".")[2]
    graded.submit("hostile", {answer(first): code, "question-answer": HOSTILE_TEXT})
    graded.nbgrader("autograde", graded.assignment)
    graded.nbgrader("generate_feedback", graded.assignment)
    return graded


def test_noise_costs_nothing(handled: Course) -> None:
    scores = handled.scores("noisy")
    assert {t: scores[t] for t in handled.tests} == handled.points


def test_a_broken_cell_costs_what_it_answers_and_its_error_is_shown(handled: Course) -> None:
    first = next(iter(handled.tests))
    assert handled.scores("broken")[first] == 0
    assert "NameError" in handled.feedback("broken")[first]


def test_feedback_on_them_hides_what_is_hidden(handled: Course) -> None:
    for student in ("broken", "noisy", "tampered", "hostile"):
        assert handled.shows_of_the_hidden(student) == [], student


def test_mishandled_cells_are_mended_and_named(handled: Course) -> None:
    tests, scores = list(handled.tests), handled.scores("tampered")
    assert {t: scores[t] for t in tests} == handled.points
    said = [f"The cells {answer(tests[0])!r}, {tests[1]!r} were renamed, and their names were put back."]
    said.append(f"The cells 'setup', {tests[3]!r} were missing and were put back.")
    for sentence in said:
        assert f"tampered, notebook {handled.assignment}: {sentence}" in handled.log
        assert sentence in handled.html("tampered").replace("&#39;", "'"), sentence
    assert handled.log.count("tampered, notebook") == len(said)
    assert "stripped, notebook" not in handled.log


def test_validate_says_what_grading_says(graded: Course) -> None:
    def validate(student: str) -> str:
        return graded.nbgrader("validate", f"submitted/{student}/{graded.assignment}/{graded.assignment}.ipynb")

    assert "Success! Your notebook passes all the tests." in validate("solved")
    said = plain(validate("stub"))
    assert f"VALIDATION FAILED ON {len(graded.tests) + 1} CELL(S)!" in said  # the question too
    for test in graded.tests:
        assert f"✗ {graded.exercise(test)}: no points yet. • Not written yet." in said
    assert "Partial credit" not in said
    student, ids = next(iter(graded.typed.items()))
    said = plain(validate(student))
    assert "VALIDATION FAILED" in said
    for test, id in ids.items():
        hints = [plain(m.hint) for m in find(graded.exercise(test)).mistakes if m.id == id.split()[0]]
        assert any(hint in said for hint in hints), test


def test_endless_loop_costs_its_own_points_alone(graded: Course) -> None:
    first = next(iter(graded.tests))
    others = {answer(test): variant(graded.exercise(test)) for test in graded.tests}
    graded.submit("endless", others | {answer(first): graded.signature(first) + "\n    while True:\n        pass"})
    graded.configure("c.Grading.test = 2")
    graded.nbgrader("autograde", graded.assignment, "--student=endless")
    graded.nbgrader("generate_feedback", graded.assignment, "--student=endless")
    scores = graded.scores("endless")
    assert {t: scores[t] for t in graded.tests} == graded.points | {first: 0}
    assert "your code was stopped: it took longer than 2 s" in graded.feedback("endless")[first]


def test_feedback_runs_nothing_of_a_students(handled: Course) -> None:
    """On the page of a student who tries are nbgrader's own scripts, MathJax with its Safe extension, and no others."""
    plain_page, page = (BeautifulSoup(handled.html(student), "html.parser") for student in ("solved", "hostile"))
    assert "harmless" in page.get_text()
    assert [str(script) for script in page.find_all("script")] == [str(s) for s in plain_page.find_all("script")]
    assert [s["src"] for s in page.find_all("script", src=True)] == [MATHJAX]
    for tag in page.find_all(["iframe", "object", "embed", "form", "base", "link", "meta", "svg", "video", "audio"]):
        assert tag in plain_page.find_all(tag.name), tag
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")], tag
        for name in {"href", "src", "srcset", "action", "data", "poster", "background"} & tag.attrs.keys():
            address = str(tag[name])
            image = tag.name == "img" and address.startswith(("data:image/png;base64,", "data:image/jpeg;base64,"))
            link = tag.name == "a" and address.startswith(("#", "https://"))  # asks for nothing until it is followed
            assert image or link or address in str(plain_page), tag
        assert "url(" not in str(tag.get("style", "")), tag


def test_stock_nbgrader_grades_it_too(graded: Course) -> None:
    """As it is for those who do not want more: without the exporter, right answers and none."""
    stock = graded.stock("solved", "stub")
    stock.nbgrader("autograde", graded.assignment)
    assert any(cell.get("execution_count") for cell in stock.notebook("autograded", "solved").cells)  # a kernel ran it
    for student in ("solved", "stub"):
        assert stock.scores(student) == graded.scores(student)
