"""An assignment that has gone through nbgrader itself: release, hand in, autograde, feedback.

Of the mistakes those that were typed go all the way. What switches make is graded by the exporter's own job, without
nbgrader around it, which would do the same with each.
"""

from __future__ import annotations

import functools
import itertools
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.api import Gradebook

from rnncourse.checks import check, find, grade
from rnncourse.checks.engine import DTYPE
from rnncourse.checks.mistakes import Mistake
from tests.answers import TYPED
from tests.checks import once
from tests.checks.parts_kept import parts
from tests.roundtrip.course import ASSIGNMENTS, Course, answer, cut, packs, plain, variant

pytestmark = pytest.mark.timeout(900)  # the first test of an assignment waits for nbgrader


@functools.cache
def weights(name: str) -> dict[str, int]:
    """The parts that count in an exercise, with their weights."""
    exercise = find(name)
    weight = {f.name: f.weight for f in (*exercise.facets, DTYPE, exercise.conduct)}
    return {part: weight[part] for part in check(name, exercise.variant()).facets}


KEPT = parts()


def held(name: str, form: str) -> frozenset[str]:
    """The parts that a mistake in this form leaves right: what is written down is the computed, say tests/checks."""
    return frozenset({*KEPT[name, form], DTYPE.name, find(name).conduct.name} if KEPT[name, form] else ())


def kept_points(course: Course, test: str, form: str, lost: str = "") -> float:
    """The points for them, without a part that is lost besides."""
    name = course.exercise(test)
    weight = weights(name)
    parts = weight.keys() & held(name, form) - {lost}
    return round(course.points[test] * sum(weight[part] for part in parts) / sum(weight.values()), 2)


@pytest.fixture
def execute(run_notebook: Callable[[NotebookClient], None]) -> Callable[[Any], Any]:
    """Runs a notebook as a reader does, also the cells that grading leaves out."""

    def run(nb: Any) -> Any:
        run_notebook(NotebookClient(nb, timeout=120, allow_errors=True, skip_cells_with_tag=""))
        return nb

    return run


def printed(cell: Any) -> list[str]:
    """The value of a cell's last expression."""
    return [o.data["text/plain"] for o in cell.outputs if o.output_type == "execute_result"]


def test_release_is_the_source_without_what_is_hidden(graded: Course) -> None:
    path = graded.folder.joinpath("release", graded.assignment, f"{graded.assignment}.ipynb")
    text = path.read_text("utf-8")
    assert not [hidden for hidden in ("SOLUTION", "HIDDEN", *graded.hidden_seeds) if hidden in text]
    stubs = {"code": 'raise NotImplementedError("not written yet")', "markdown": "*Your answer here.*"}
    for cell, released in zip(graded.source.cells, graded.release.cells, strict=True):
        without = cut(cut(cell.source, "HIDDEN TESTS"), "SOLUTION", stubs[cell.cell_type])
        assert released.source == without, cell.id
        assert not released.get("outputs")


def test_release_runs_as_it_is(graded: Course, execute: Callable[[Any], Any]) -> None:
    nb = execute(graded.release)
    for cell in nb.cells:
        errors = [o.ename for o in cell.get("outputs", ()) if o.output_type == "error"]
        if cell.id in graded.tests:
            assert not errors, cell.id
            assert printed(cell) == ["0.0"], cell.id
        else:
            assert set(errors) <= {"NotImplementedError"}, cell.id


def test_source_runs_to_the_end_and_gets_its_points(graded: Course, execute: Callable[[Any], Any]) -> None:
    """In a kernel, as stock nbgrader runs it: that reads the points from what a test cell gives."""
    nb = execute(nbformat.from_dict(graded.source))
    failed = [
        c.id for c in nb.cells for o in c.get("outputs", ()) if o.output_type == "error" or o.get("name") == "stderr"
    ]
    assert not failed
    assert {c.id: float(*printed(c)) for c in nb.cells if c.id in graded.tests} == graded.points


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


def test_an_early_mistake_costs_its_own_points_alone_and_with_stock_nbgrader_too(graded: Course) -> None:
    """The first function of an assignment on which others build, with a mistake; the others as in the source."""
    built_on = [other for t in graded.tests for other in find(graded.exercise(t)).builds_on]
    first = next((t for t in graded.tests if graded.exercise(t) in built_on), None)
    if first is None:
        pytest.skip("nothing here builds on anything")
    later = [t for t in graded.tests if graded.exercise(first) in find(graded.exercise(t)).builds_on]
    for id in [id for name, id in TYPED if name == graded.exercise(first)]:
        answers = graded.answers | {answer(first): TYPED[graded.exercise(first), id].strip()}
        scores, said = graded.grade("early", answers)
        assert scores[first] < graded.points[first]
        if all(scores[test] for test in later):  # else it does not let everything through, or gives other shapes
            break
    assert scores == graded.points | {first: scores[first]}
    for test in later:
        assert "Right, given your own" in said[test]
        assert not [hint for m in find(graded.exercise(test)).mistakes for hint in m.hints if plain(hint) in said[test]]
    graded.submit("early", answers)
    stock = graded.stock("early")
    stock.nbgrader("autograde", graded.assignment)
    assert {t: stock.scores("early")[t] for t in graded.tests} == scores


@pytest.mark.usefixtures("cases_once")
def test_every_mistake_loses_its_points_and_shows_its_hint(graded: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """One form of each, one an exercise in each submission; cases are drawn for each of three students."""
    monkeypatch.setattr(once, "RECENT", 2 * len(graded.tests))  # of all exercises in turn
    wrong, given = [], []
    mistakes = {(t, m.id): m for t in graded.tests for m in find(graded.exercise(t)).mistakes if m.forms}
    for i, ids in enumerate(packs(mistakes)):
        made = {test: mistakes[test, id] for test, id in ids.items()}
        chosen = {test: (m, list(m.forms)[i % len(m.forms)]) for test, m in made.items()}
        answers = {answer(t): variant(graded.exercise(t), form) for t, (_, form) in chosen.items()}
        scores, said = graded.grade(f"student {i % 3}", answers)
        for test, (mistake, form) in chosen.items():
            want = kept_points(graded, test, form)
            if "Right, given your own" in said[test]:  # another mistake in what it builds on gives the same numbers
                given.append(f"{test}, {form}")
                continue
            more = (
                want < scores[test] < graded.points[test] and find(graded.exercise(test)).builds_on
            )  # given one's own
            if (scores[test] != want and not more) or want == graded.points[test]:
                wrong.append(f"{test}, {form}: expected {want} points, got {scores[test]}")
            if plain(mistake.hint) not in said[test]:
                wrong.append(f"{test}: no hint of {mistake.id} in: {said[test]}")
        assert {scores[test] for test in graded.tests.keys() - chosen.keys()} <= {0}  # left as a stub
    assert not wrong, "\n".join(wrong)
    assert len(given) <= 2, given


def test_typed_mistakes_lose_their_points_and_show_their_hint(graded: Course) -> None:
    wrong = []
    for student, ids in graded.typed.items():
        scores, feedback = graded.scores(student), graded.feedback(student)
        for test, id in ids.items():
            mistakes = [m for m in find(graded.exercise(test)).mistakes if m.id == id.split()[0]]
            score, most = scores[test], graded.points[test]
            lost = ("", find(graded.exercise(test)).conduct.name)  # whoever types may hand back the arrays that came
            declared = {kept_points(graded, test, form, one) for m in mistakes for form in m.forms for one in lost}
            if score not in declared if declared else not 0 <= score < most:
                wrong.append(f"{test}, {id}: {score} of {most} points")
            if not any(plain(m.hint) in feedback[test] for m in mistakes):
                wrong.append(f"{test}, {id}: no hint in: {feedback[test]}")
    assert not wrong, "\n".join(wrong)
    typed = {(test, id.split()[0]) for ids in graded.typed.values() for test, id in ids.items()}
    exercises = {graded.exercise(test) for test, _ in typed}
    bare = [graded.exercise(test) for test in graded.tests if graded.exercise(test) not in exercises]
    assert not bare, f"tests/answers/{graded.assignment}.py: no wrong answer as people type it for {', '.join(bare)}"
    unseen = {(t, m.id) for t in graded.tests for m in find(graded.exercise(t)).mistakes if not m.forms}
    assert unseen <= typed  # what no switch makes is typed


def points_with_hidden_seeds(course: Course, chosen: Callable[[int, Mistake], Iterable[str]]) -> None:
    """Those of stock nbgrader, too, are the points on screen: forms of each mistake, by its number and itself."""
    for test, hidden in zip(course.tests, course.hidden_seeds, strict=True):
        exercise, points = find(course.exercise(test)), course.points[test]
        for form in itertools.chain.from_iterable(itertools.starmap(chosen, enumerate(exercise.mistakes))):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                given = grade(exercise.name, exercise.variant(form), points, int(hidden))
            assert given == kept_points(course, test, form), f"{test}, {form}"


@pytest.mark.usefixtures("cases_once")
def test_hidden_seeds_give_the_points_that_every_seed_gives(graded: Course) -> None:
    """One form of each mistake, the first of this one, the second of that one."""
    points_with_hidden_seeds(graded, lambda n, mistake: [*mistake.forms][n % len(mistake.forms or "-") :][:1])


@pytest.mark.again
@pytest.mark.usefixtures("cases_once")
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_hidden_seeds_give_every_form_the_points_that_every_seed_gives(name: str, tmp_path: Path) -> None:
    points_with_hidden_seeds(Course(tmp_path, name), lambda n, mistake: mistake.forms)


def test_feedback_hides_what_is_hidden(graded: Course) -> None:
    for student in ("stub", "solved", "stripped", *graded.typed):
        assert "grade(" in graded.html(student) or "grade</span>" in graded.html(student)  # the visible part is there
        assert graded.shows_of_the_hidden(student) == [], student


def test_cells_without_names_are_known_again(graded: Course) -> None:
    scores = graded.scores("stripped")
    assert {t: scores[t] for t in graded.tests} == graded.points
    assert "stripped, notebook" not in graded.log
