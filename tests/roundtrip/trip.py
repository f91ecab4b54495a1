"""The tests of an assignment that has gone through nbgrader itself: release, hand in, autograde, feedback.

Each test file names an assignment and takes all tests from here.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbgrader.api import Gradebook

from rnncourse.checks import check, find, grade
from rnncourse.checks.engine import CONDUCT, DTYPE, kept
from rnncourse.grading.submission.checker import seed_of
from tests.roundtrip.course import Course, cut, plain, region, variant

MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.7/latest.js?config=TeX-AMS_CHTML-full,Safe"

pytestmark = pytest.mark.timeout(900)  # the first test of an assignment waits for nbgrader


@functools.cache
def weights(name: str) -> dict[str, int]:
    """The parts that count in an exercise, with their weights."""
    exercise = find(name)
    weight = {f.name: f.weight for f in (*exercise.facets, DTYPE, CONDUCT)}
    return {part: weight[part] for part in check(name, exercise.variant()).facets}


def kept_points(course: Course, test: str, form: str) -> float:
    """The points for the facets that a mistake in this form leaves right."""
    parts = kept(find(course.exercise(test)), form)
    weight = weights(course.exercise(test))
    held = {*parts, DTYPE.name, CONDUCT.name} if parts else set()
    return round(course.points[test] * sum(weight[part] for part in weight.keys() & held) / sum(weight.values()), 2)


def hidden_seeds(course: Course) -> list[str]:
    """The seeds between the marks of the source."""
    return [re.findall(r"\d+", region(c.source, "HIDDEN TESTS"))[0] for c in course.tests.values()]


def execute(nb: Any) -> Any:
    """Run a notebook as a reader does, also the cells that grading leaves out."""
    NotebookClient(nb, timeout=120, allow_errors=True, skip_cells_with_tag="").execute()
    return nb


def test_release_is_the_source_without_what_is_hidden(graded: Course) -> None:
    path = graded.folder.joinpath("release", graded.assignment, f"{graded.assignment}.ipynb")
    text = path.read_text("utf-8")
    assert not [hidden for hidden in ("SOLUTION", "HIDDEN", *hidden_seeds(graded)) if hidden in text]
    stubs = {"code": 'raise NotImplementedError("not written yet")', "markdown": "*Your answer here.*"}
    for cell, released in zip(graded.source.cells, graded.release.cells, strict=True):
        without = cut(cut(cell.source, "HIDDEN TESTS"), "SOLUTION", stubs[cell.cell_type])
        assert released.source == without, cell.id
        assert not released.get("outputs")


def test_release_runs_as_it_is(graded: Course) -> None:
    nb = execute(graded.release)
    for cell in nb.cells:
        errors = [o.ename for o in cell.get("outputs", ()) if o.output_type == "error"]
        if cell.id in graded.tests:
            assert not errors, cell.id
            assert [o.data["text/plain"] for o in cell.outputs if o.output_type == "execute_result"] == ["0.0"]
        else:
            assert set(errors) <= {"NotImplementedError"}, cell.id


def test_source_runs_to_the_end(graded: Course) -> None:
    nb = execute(nbformat.from_dict(graded.source))
    failed = [
        c.id for c in nb.cells for o in c.get("outputs", ()) if o.output_type == "error" or o.get("name") == "stderr"
    ]
    assert not failed


def test_untouched_stub_scores_nothing(graded: Course) -> None:
    assert set(graded.scores("stub").values()) == {0.0}
    feedback = graded.feedback("stub")
    assert all("Not written yet." in feedback[test] for test in graded.tests)


def test_solved_copy_scores_full(graded: Course) -> None:
    scores = graded.scores("solved")
    assert {t: scores.pop(t) for t in graded.tests} == graded.points
    assert scores == {"question-answer": None}  # waits for a person
    with Gradebook(f"sqlite:///{graded.folder}/gradebook.db") as gradebook:
        marked = gradebook.find_grade("question-answer", graded.assignment, graded.assignment, "solved")
        marked.manual_score = marked.max_score
        gradebook.db.commit()
        assert gradebook.find_submission(graded.assignment, "solved").score == 50


def test_every_mistake_loses_its_points_and_shows_its_hint(graded: Course) -> None:
    wrong = []
    for student, mistakes in graded.switched.items():
        scores, feedback = graded.scores(student), graded.feedback(student)
        for test, (mistake, form) in mistakes.items():
            want = kept_points(graded, test, form)
            if scores[test] != want or want == graded.points[test]:
                wrong.append(f"{test}, {form}: expected {want} points, got {scores[test]}")
            if plain(mistake.hint) not in feedback[test]:
                wrong.append(f"{test}, {form}: no hint of {mistake.id} in: {feedback[test]}")
        for test in graded.tests.keys() - mistakes.keys():
            assert scores[test] == 0  # left as a stub
    assert not wrong, "\n".join(wrong)
    forms = {(t, form) for mistakes in graded.switched.values() for t, (_, form) in mistakes.items()}
    assert forms == {(t, f) for t in graded.tests for m in find(graded.exercise(t)).mistakes for f in m.forms}


def test_typed_mistakes_lose_their_points_and_show_their_hint(graded: Course) -> None:
    wrong = []
    for student, ids in graded.typed.items():
        scores, feedback = graded.scores(student), graded.feedback(student)
        for test, id in ids.items():
            mistakes = [m for m in find(graded.exercise(test)).mistakes if m.id == id.split()[0]]
            score, most = scores[test], graded.points[test]
            declared = {kept_points(graded, test, form) for m in mistakes for form in m.forms}
            if score not in declared if declared else not 0 <= score < most:
                wrong.append(f"{test}, {id}: {score} of {most} points")
            if not any(plain(m.hint) in feedback[test] for m in mistakes):
                wrong.append(f"{test}, {id}: no hint in: {feedback[test]}")
    assert not wrong, "\n".join(wrong)
    typed = {(test, id.split()[0]) for ids in graded.typed.values() for test, id in ids.items()}
    assert len({id for _, id in typed}) >= 8
    unseen = {(t, m.id) for t in graded.tests for m in find(graded.exercise(t)).mistakes if not m.forms}
    assert unseen <= typed  # what no switch makes is typed


def test_points_on_screen_are_the_points_given(graded: Course) -> None:
    """The visible seed, the hidden one and those that are drawn for students agree on every mistake."""
    key = (graded.folder / ".grading_key").read_bytes()
    for test, hidden in zip(graded.tests, hidden_seeds(graded), strict=True):
        exercise = find(graded.exercise(test))
        seeds = [1, int(hidden), *(seed_of(key, student, test) for student in ("stub", "solved"))]
        for form in [None, *(f for m in exercise.mistakes for f in m.forms)]:
            answer = exercise.variant(*([form] if form else []))
            shown, *given = (grade(exercise.name, answer, points=7, seed=s) for s in seeds)
            assert given == [shown] * 3, f"{test}, {form}"


def test_feedback_hides_what_is_hidden(graded: Course) -> None:
    students = ["stub", "solved", "broken", "noisy", "tampered", "stripped", *graded.switched, *graded.typed]
    for student in students:
        page = graded.html(student)
        assert "grade(" in page or "grade</span>" in page  # the visible part of the test cells is there
        assert "HIDDEN" not in page, student
        assert not [seed for seed in hidden_seeds(graded) if seed in page], student
    first = next(iter(graded.tests))
    assert graded.scores("broken")[first] == 0
    assert "NameError" in graded.feedback("broken")[first]


def test_noise_costs_nothing(graded: Course) -> None:
    scores = graded.scores("noisy")
    assert {t: scores[t] for t in graded.tests} == graded.points


@pytest.mark.parametrize("student", ["tampered", "stripped"])
def test_mishandled_cells_are_mended(graded: Course, student: str) -> None:
    scores = graded.scores(student)
    assert {t: scores[t] for t in graded.tests} == graded.points


def test_missing_cells_are_named(graded: Course) -> None:
    tests = list(graded.tests)
    answer = tests[0].replace("-test", "-answer")
    said = [f"The cells {answer!r}, {tests[1]!r} were renamed, and their names were put back."]
    said.append(f"The cells 'setup', {tests[3]!r} were missing and were put back.")
    for sentence in said:
        assert f"tampered, notebook {graded.assignment}: {sentence}" in graded.log
        assert sentence in graded.html("tampered").replace("&#39;", "'"), sentence
    assert graded.log.count("tampered, notebook") == len(said)
    assert "stripped, notebook" not in graded.log


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
    answer = first.replace("-test", "-answer")
    others = {test.replace("-test", "-answer"): variant(graded.exercise(test)) for test in graded.tests}
    graded.submit("endless", others | {answer: graded.signature(first) + "\n    while True:\n        pass"})
    graded.configure("c.Grading.test = 2")
    graded.nbgrader("autograde", graded.assignment, "--student=endless")
    graded.nbgrader("generate_feedback", graded.assignment, "--student=endless")
    scores = graded.scores("endless")
    assert {t: scores[t] for t in graded.tests} == graded.points | {first: 0}
    assert "your code was stopped: it took longer than 2 s" in graded.feedback("endless")[first]


def test_feedback_runs_nothing_of_a_students(graded: Course) -> None:
    """On the page of a student who tries are nbgrader's own scripts, MathJax with its Safe extension, and no others."""
    plain_page, page = (BeautifulSoup(graded.html(student), "html.parser") for student in ("solved", "hostile"))
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
