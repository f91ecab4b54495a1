"""Hints, one at a time; the one JSON form of a report; the prediction that is asked after three failures of a kind."""

from __future__ import annotations

import copy
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema
import numpy as np
import pytest

from rnncourse import checks
from rnncourse.checks import Grader, Report, check, exercises, find, grader, limit
from rnncourse.checks.diagnosis import diagnose
from rnncourse.checks.mistakes import Mistake, edit
from tests.checks.test_questions import longest

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.usefixtures("cases_once")]

NO_MORE = "There is no further hint."
MADE = [(name, mistake) for name in exercises() for mistake in find(name).mistakes if mistake.forms]
# One form of each mistake, the first of this one, the second of that one; the others: `make reproduce`.
ONE = [(name, list(mistake.forms)[n % len(mistake.forms)]) for n, (name, mistake) in enumerate(MADE)]


def wrong(name: str, form: str) -> Callable[..., Any]:
    return find(name).variant(form)


def unlike(*arguments: Any) -> Any:
    """A mistake that no catalogue knows."""
    return 1.1 * find("rnn.forward").variant()(*arguments) + 0.01


# ---------------------------------------------------------------------------------------------------------------------
# Levels


def report_on(name: str, form: str) -> None:
    """One report is looked at in four ways, for a report costs more than to look at it."""
    function = wrong(name, form)
    report = check(name, function)
    its_json_form_is_all(report)
    its_smallest_case_fails_and_has_the_sizes_that_are_said(report, function)
    each_hint_comes_after_the_one_before(report, find(name).forms[form][0])
    what_is_said_of_the_smallest_case_is_short(diagnose(find(name), function, 0, lambda report: True))


@pytest.mark.parametrize(("name", "form"), ONE)
def test_the_report_on_a_mistake(name: str, form: str) -> None:
    report_on(name, form)


@pytest.mark.again
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", exercises())
def test_the_report_on_every_form_of_a_mistake(name: str) -> None:
    for form in find(name).forms.keys() - {one for exercise, one in ONE if exercise == name}:
        report_on(name, form)


def each_hint_comes_after_the_one_before(report: Report, mistake: Mistake) -> None:
    assert len(mistake.hints) in (2, 3)
    assert mistake.hint in report.messages
    given = [report.hint() for _ in report.hints]
    assert mistake.more in given[0]
    assert given[-1].startswith("Test it on a small case that fails") or mistake.test in given[-1]
    assert len(given) == 2
    assert report.hint() == report.hint() == NO_MORE
    for text in given:
        assert text not in str(report)


def test_a_mistake_brings_an_experiment_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    exercise = find("rnn.cell")
    mistake = replace(
        exercise.mistakes[0],
        made=edit(exercise.reference, "W_hh.T", "W_hh"),
        test="Let h_prev be one row of an identity.",
    )
    assert mistake.hints == (mistake.hint, mistake.more, "Let h_prev be one row of an identity.")
    assert mistake.by({}).test == mistake.test
    monkeypatch.setattr("rnncourse.checks._all", lambda: {"rnn.cell": replace(exercise, mistakes=(mistake,))})
    report = check("rnn.cell", exercise.variant(next(f for f in exercise.forms if f.startswith("R6"))))
    assert report.mistakes == [mistake.id]
    assert report.hints[1] == ["Let h_prev be one row of an identity."]


def test_a_mistake_that_nobody_knows_has_an_experiment() -> None:
    report = check("rnn.forward", unlike)
    assert not report.mistakes
    assert report.hint() == (
        "Test it on a small case that fails: T=1, B=1, F=1, H=1. Call your function with `*report.arguments()` "
        "and print what each line gives. Which is the first that you did not expect?"
    )
    assert report.hint() == NO_MORE


def test_what_is_right_has_no_hint() -> None:
    report = check("rnn.forward", find("rnn.forward").variant())
    assert report.passed
    assert report.hint() == NO_MORE
    with pytest.raises(ValueError, match="but no case fails"):
        report.arguments()


def its_smallest_case_fails_and_has_the_sizes_that_are_said(report: Report, function: Callable[..., Any]) -> None:
    exercise, arguments = find(report.exercise), report.arguments()
    for letter, size in re.findall(r"\b([A-Z])=(\d+)", report.hints[-1][-1]):
        assert exercise.sizes(arguments)[letter] == int(size)
    try:
        got = exercise.leaves(function(*arguments))
    except Exception:
        return
    for output, g, want in zip(exercise.results, got, exercise.leaves(exercise.right(*arguments)), strict=True):
        if g.shape != want.shape or not np.allclose(g, want, rtol=output.tolerance or 1e-9, atol=0, equal_nan=True):
            return
    pytest.fail("nothing differs there")


def test_only_as_many_steps_as_it_takes() -> None:
    """A mistake of the second step needs two, and one example is enough."""

    def forgets(x: Any, h0: Any, *w: Any) -> Any:
        h = find("rnn.forward").variant()(x, h0, *w)
        return np.concatenate([h[:1], 0.9 * h[1:]])

    report = check("rnn.forward", forgets)
    assert report.cut == {"T": 2, "B": 1}
    assert len(report.arguments()[0]) == 2

    def mixes(x: Any, h0: Any, *w: Any) -> Any:
        h = find("rnn.forward").variant()(x, h0, *w)
        return h + 0.1 * (h - h.mean(axis=1, keepdims=True))

    assert "B" not in check("rnn.forward", mixes).cut  # one example alone is right


def test_a_small_case_leaves_something_to_answer() -> None:
    """With contexts of one symbol, one step has no prediction; a sum over none of them is 0, not NaN."""
    report = check("ntm.count_contexts", wrong("ntm.count_contexts", "N109 sum"))
    assert report.cut == {"T": 3}
    assert all(answer.size for answer in find("ntm.count_contexts").answer(report.arguments()))


def test_hints_in_a_page_are_opened_one_after_the_other() -> None:
    report = check("rnn.cell", wrong("rnn.cell", "R6"))
    page = report._repr_html_()
    assert page.count("<details>") == page.count("<summary") == len(report.hints) == 2
    first, second, third = (re.sub("<[^>]*>", "", part) for part in page.split("<details>"))
    assert report.messages[0] in first
    assert report.hints[0][0] in second
    assert "Test it on a small case" in third
    assert page.endswith("</details></details></section>")
    assert "script" not in page
    assert repr(report) == str(report)


# ---------------------------------------------------------------------------------------------------------------------
# The JSON form

TEXTS = {"type": "array", "items": {"type": "string", "minLength": 1}}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


SCHEMA = thing(
    version={"const": 1},
    exercise={"type": "string", "pattern": r"^\w+\.\w+$"},
    seed={"type": ["integer", "null"]},
    passed={"type": "boolean"},
    score=SHARE,
    parts={"type": "array", "items": thing(name={"type": "string"}, held={"type": "boolean"}, share=SHARE)},
    mistakes={"type": "array", "maxItems": 2, "items": thing(id={"type": "string"}, name={"type": "string"})},
    messages=TEXTS,
    hints={"type": "array", "maxItems": 2, "items": TEXTS | {"minItems": 1}},
    case=thing(
        name={"type": "string"}, cut={"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}}
    ),
)
# Made once: `jsonschema.validate` looks first whether the schema is one, which takes longer than the report.
jsonschema.Draft202012Validator.check_schema(SCHEMA)
FORM = jsonschema.Draft202012Validator(SCHEMA)


@pytest.mark.parametrize("name", exercises())
def test_text_and_page_are_made_of_the_json_form_alone(name: str) -> None:
    functions: list[Any] = [find(name).variant(), len, None, print]
    for function in functions:
        its_json_form_is_all(check(name, function))


def its_json_form_is_all(report: Report) -> None:
    found = json.loads(json.dumps(report.to_json(), allow_nan=False))
    FORM.validate(found)
    again = Report.from_json(found)
    assert again == report
    assert str(again) == str(report)
    assert again._repr_html_() == report._repr_html_()
    asked = copy.copy(report)
    assert [again.hint() for _ in again.hints] == [asked.hint() for _ in asked.hints]
    if found["parts"]:
        assert sum(part["share"] for part in found["parts"]) == pytest.approx(1)
        assert sum(part["share"] for part in found["parts"] if part["held"]) == pytest.approx(found["score"])
    assert [m["name"] for m in found["mistakes"]] == [
        next(m.name for m in find(report.exercise).mistakes if m.id == id) for id in report.mistakes
    ]


@pytest.mark.parametrize(("found", "got"), [({"version": 2}, "2"), ({}, "None"), ([], "'list'")])
def test_another_version_is_refused(found: Any, got: str) -> None:
    with pytest.raises(ValueError, match=f"^found: expected a report of version 1, got {got}$"):
        Report.from_json(found)


def test_whoever_is_graded_does_not_learn_the_seed() -> None:
    graded = Grader(seed=7)
    token = grader.set(graded)
    try:
        checks.grade("rnn.forward", unlike)
    finally:
        grader.reset(token)
    (report,) = graded.reports
    assert report.to_json()["seed"] is None
    with pytest.raises(ValueError, match="but the cases are the grader's"):
        report.arguments()


# ---------------------------------------------------------------------------------------------------------------------
# After the third failure of one kind


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if in a kernel that has just begun."""
    monkeypatch.setattr(checks, "in_notebook", lambda: True)
    monkeypatch.setattr(checks, "_failures", {})
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def asked(name: str, function: Any) -> bool:
    said = [
        message for message in check(name, function).messages if message.startswith("Before you try again, predict.")
    ]
    return bool(said)


@pytest.mark.usefixtures("kernel")
def test_the_third_failure_of_one_kind_asks_for_a_prediction() -> None:
    one, other, right = wrong("rnn.cell", "R6"), wrong("rnn.cell", "R7 no b_ih"), find("rnn.cell").variant()
    assert [asked("rnn.cell", f) for f in (one, one, one, one)] == [False, False, True, True]
    assert [asked("rnn.cell", f) for f in (other, one, one, one)] == [False, False, False, True]  # the kind has changed
    assert [asked("rnn.cell", f) for f in (right, one, one)] == [False, False, False]  # it was right
    assert [asked("rnn.forward", unlike) for _ in range(3)] == [
        False,
        False,
        True,
    ]  # another exercise, no known mistake
    assert asked("rnn.cell", one)  # in between
    assert not any(asked("rnn.perplexity", print) for _ in range(5))  # nothing to predict: it returns None


@pytest.mark.usefixtures("kernel")
def test_the_prediction_can_be_made_and_ends_the_report() -> None:
    one = wrong("rnn.cell", "R6")
    report = [check("rnn.cell", one) for _ in range(3)][-1]
    assert report.messages[-1] == (
        "Before you try again, predict. Take a small case that fails: B=1, F=3, H=5. Write down by hand the "
        "number of h_t at example 0, unit 0. Then compare. Its arguments are `report.arguments()`."
    )
    arguments = report.arguments()
    assert not np.isclose(one(*arguments)[0, 0], find("rnn.cell").reference(*arguments)[0, 0], rtol=1e-9)
    assert report.messages[-1] in str(report)


@pytest.mark.usefixtures("kernel")
def test_where_nothing_can_be_compared_shapes_are_asked() -> None:
    report = [check("rnn.forward", lambda x, *a: x[..., 0]) for _ in range(3)][-1]
    assert "Write down by hand the shape of every array, line by line. Then compare." in report.messages[-1]


def test_no_prediction_where_it_is_graded(kernel: None, monkeypatch: pytest.MonkeyPatch) -> None:
    one = wrong("rnn.cell", "R6")
    token = grader.set(Grader(seed=0))
    assert not any(asked("rnn.cell", one) for _ in range(4))
    grader.reset(token)
    jail = limit.seconds.set(None)
    assert not any(asked("rnn.cell", one) for _ in range(4))
    limit.seconds.reset(jail)
    for how in ("autograde", "validate"):
        monkeypatch.setenv("NBGRADER_EXECUTION", how)
        assert not any(asked("rnn.cell", one) for _ in range(4))
    monkeypatch.delenv("NBGRADER_EXECUTION")
    monkeypatch.setattr(checks, "in_notebook", lambda: False)  # a script, or the command line
    assert not any(asked("rnn.cell", one) for _ in range(4))
    assert checks._failures == {}


def test_a_shell_is_a_kernel() -> None:
    code = (
        "from rnncourse.checks import check, find\n"
        "for _ in range(3): print(check('rnn.cell', find('rnn.cell').variant('R6')))"
    )
    said = {
        command: subprocess.run([sys.executable, *command, code], capture_output=True, text=True, check=True).stdout
        for command in (("-c",), ("-m", "IPython", "--no-banner", "--simple-prompt", "-c"))
    }
    assert [text.count("Before you try again, predict.") for text in said.values()] == [0, 1]


# ---------------------------------------------------------------------------------------------------------------------
# The English


def test_no_sentence_of_a_hint_has_over_twenty_words() -> None:
    hints = itertools.chain.from_iterable(m.hints for name in exercises() for m in find(name).mistakes)
    sentences = {s for hint in hints for s in re.split(r"(?<=[.?!]) ", hint) if longest(s) > 20}
    assert not sentences


def what_is_said_of_the_smallest_case_is_short(report: Report) -> None:
    for text in (report.messages[-1], report.hints[-1][-1]):
        assert longest(text.replace("of shape (", "(")) <= 20, text
