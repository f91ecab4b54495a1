"""Mistakes without a name: what tells them apart, and what a lecturer's own hint is recognised by."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncourse import checks
from rnncourse.checks import Grader, behaviour, check, find
from rnncourse.checks.behaviour import CASES, Hint, alike, common, grouped, hint_for, kept

ASKED = ("rnn.cell", "rnn.forward", "rnn.next_symbol_pairs", "rnn.prime", "bptt.backward", "notations.hidden_order")


def shifted(x_t: Any, h_prev: Any, W_ih: Any, W_hh: Any, b_ih: Any, b_hh: Any) -> Any:
    return 0.9 * np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh) + 0.05


def shifted_too(x_t: Any, h_prev: Any, W_ih: Any, W_hh: Any, b_ih: Any, b_hh: Any) -> Any:
    """The same mistake in other words, which round otherwise."""
    z = np.concatenate([h_prev, x_t], axis=1) @ np.concatenate([W_hh, W_ih], axis=1).T + (b_hh + b_ih)
    return 0.05 + 0.9 * (1 - 2 / (np.exp(2 * z) + 1))


def steeper(x_t: Any, h_prev: Any, W_ih: Any, W_hh: Any, b_ih: Any, b_hh: Any) -> Any:
    return np.tanh(1.3 * (x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh) + 0.1)


@contextmanager
def graded(seed: int = 3, *hints: Hint) -> Iterator[Grader]:
    """As who grades sees it."""
    asked = Grader(seed, hints=hints)
    token = checks.grader.set(asked)
    try:
        yield asked
    finally:
        checks.grader.reset(token)


def found(function: Callable[..., Any], name: str = "rnn.cell") -> behaviour.Behaviour:
    met = behaviour.behaviour(find(name), function)
    assert met is not None
    return met


@pytest.mark.parametrize("name", ASKED)
def test_the_cases_are_many_and_the_same_for_everybody(name: str) -> None:
    exercise, cases = find(name), common(find(name))
    assert len(cases.drawn) >= CASES
    assert len({seed for _, seed in cases.drawn}) >= 2
    for (case, seed), inputs in zip(cases.drawn, cases.given, strict=True):
        assert not any(getattr(one, "dtype", None) == np.float32 for one in inputs)
        again = exercise.drawn(case, seed)
        assert all(np.array_equal(a, b) for a, b in zip(inputs, again, strict=True) if isinstance(a, np.ndarray))


@pytest.mark.parametrize("name", ASKED)
def test_a_right_answer_has_no_mistake_without_a_name(name: str) -> None:
    exercise = find(name)
    assert behaviour.behaviour(exercise, exercise.variant()) is None


@pytest.mark.parametrize("name", ["rnn.cell", "rnn.forward", "bptt.backward"])
def test_mistakes_are_alike_where_their_numbers_are_those_of_other_cases_too(name: str) -> None:
    """The known mistakes in all forms, each against each: by what is kept, and by all numbers of cases drawn anew."""
    exercise = find(name)
    forms = {form: behaviour.behaviour(exercise, exercise.variant(form)) for form in exercise.forms}
    wrong = {form: met.kept for form, met in forms.items() if met is not None}
    assert len(wrong) >= 5

    def numbers(form: str) -> list[Any]:
        several = []
        for case, seed in itertools.product(exercise.cases, (1001, 1002)):
            inputs = exercise.drawn(case, seed)
            if any(map(behaviour.single, inputs)):
                continue
            try:
                with np.errstate(all="ignore"):
                    several += exercise.call(exercise.variant(form), inputs)
            except Exception:
                several.append(np.array(0.0))
        return several

    known = {form: numbers(form) for form in wrong}
    for one, other in itertools.combinations(wrong, 2):
        pairs = list(zip(known[one], known[other], strict=False))
        same = len(known[one]) == len(known[other]) and all(
            a.shape == b.shape and np.allclose(a, b, 1e-5, 1e-9, equal_nan=True) for a, b in pairs
        )
        assert alike(wrong[one], wrong[other]) == same, (one, other)


def test_the_same_mistake_in_other_words_is_one() -> None:
    given = common(find("rnn.cell")).given
    assert not all(np.array_equal(shifted(*inputs), shifted_too(*inputs)) for inputs in given), "they round alike"
    several = [found(shifted).kept, found(steeper).kept, found(shifted_too).kept, found(steeper).kept]
    assert grouped(several) == [[0, 2], [1, 3]]


def test_what_is_shown_is_a_number_of_the_right_answer_and_one_that_came() -> None:
    shown = found(shifted).shown
    (case, seed), exercise = common(find("rnn.cell")).drawn[0], find("rnn.cell")
    inputs = exercise.drawn(case, seed)
    want, came = exercise.answer(inputs)[0], shifted(*inputs)
    assert shown.startswith(f"{want[0, 0]:.4g} was expected, {came[0, 0]:.4g} came: h_t[0, 0] with ")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True, width=64), min_size=0, max_size=9),
    st.sampled_from([(), (1,), (-1,)]),
)
def test_kept_numbers_are_few_and_finite_whatever_comes(numbers: list[float], shape: tuple[int, ...]) -> None:
    array = np.array(numbers).reshape(-1, *shape[1:])
    said = kept(array)
    assert len(said) <= max(len(numbers), behaviour.SUMS) + 1
    assert len(kept(np.tile(array, 50))) <= behaviour.SUMS + 1 or not len(numbers)
    assert np.isfinite(said).all()
    assert alike([[said]], [[kept(array.copy())]])
    json.dumps(said, allow_nan=False)


def test_where_nan_stands_is_told_apart() -> None:
    one, other = np.ones((3, 4)), np.ones((3, 4))
    one[0, 1], other[1, 0] = np.nan, np.nan
    assert not alike([[kept(one)]], [[kept(other)]])
    infinite = np.where(np.isnan(one), np.inf, one)
    assert not alike([[kept(one)]], [[kept(infinite)]])
    assert not alike([[None]], [[kept(one)]])
    assert not alike([[kept(one)]], [])


def test_a_grader_is_told_once_and_a_learner_never() -> None:
    with graded() as asked:
        report = check("rnn.cell", shifted)
    assert not report.mistakes
    (met,) = asked.unnamed
    assert met.exercise == "rnn.cell"
    assert met.said == report.messages
    assert met.parts == [part for part, holds in report.facets.items() if not holds]
    with graded() as asked:
        check("rnn.cell", find("rnn.cell").variant())
        check("rnn.cell", find("rnn.cell").variant(next(iter(find("rnn.cell").forms))))
        check("rnn.cell", lambda *_: 1 / 0)
    assert asked.unnamed == []
    asked = Grader(3)
    token = checks.grader.set(asked)
    check("rnn.cell", shifted)
    checks.grader.reset(token)
    assert asked.unnamed == []


def hint(function: Callable[..., Any] = shifted) -> Hint:
    return hint_for(find("rnn.cell"), found(function).kept, "own1", "Which numbers can tanh give?", "tanh moved")


@pytest.mark.parametrize("seed", [0, 3, 123_456_789])
def test_a_hint_is_said_on_any_draw_to_those_alone_whose_numbers_these_are(seed: int) -> None:
    with graded(seed, hint()) as asked:
        for function in (shifted, shifted_too):
            report = check("rnn.cell", function)
            assert (report.mistakes, report.names) == (["own1"], ["tanh moved"])
            assert report.messages[0] == "Which numbers can tanh give?"
            assert report.hints, "how to test it stays"
            assert "Which numbers" in str(report)
        assert asked.unnamed == []
        others = [check("rnn.cell", function) for function in (steeper, find("rnn.cell").variant())]
    assert [report.mistakes for report in others] == [[], []]
    assert others[1].passed
    assert len(asked.unnamed) == 1


def test_points_are_the_same_with_a_hint() -> None:
    with graded(3):
        before = check("rnn.cell", shifted)
    with graded(3, hint()):
        after = check("rnn.cell", shifted)
    assert (before.score, before.facets) == (after.score, after.facets)


def endless() -> Iterator[float]:
    n = 0.0
    while True:
        n += 1
        yield n


COUNT = endless()
HOSTILE: dict[str, Callable[..., Any]] = {
    "huge": lambda x_t, *_: np.full((len(x_t), 4), 1e308),
    "NaN": lambda x_t, h_prev, *_: np.full_like(h_prev, np.nan),
    "complex": lambda x_t, h_prev, *_: h_prev + 1j,
    "objects": lambda x_t, h_prev, *_: np.full(h_prev.shape, object()),
    "text": lambda *_: "\x1b[31m" * 1000,
    "large": lambda *_: np.zeros(10**6),
    "larger": lambda *_: np.zeros((10**4, 10**4), np.int8),
    "axes": lambda *_: np.zeros((1,) * 32),
    "another number each time": lambda x_t, h_prev, *_: h_prev + next(COUNT),
    "another error each time": lambda *_: [][int(next(COUNT))],
    "nothing at times": lambda x_t, h_prev, *_: None if next(COUNT) % 3 else h_prev + 7,
    "another shape at times": lambda x_t, h_prev, *_: h_prev[: int(next(COUNT)) % 3] + 7,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_answers_break_nothing_and_take_no_room(what: str) -> None:
    with graded(5, hint()) as asked:
        report = check("rnn.cell", HOSTILE[what])
    assert report.mistakes == []
    for met in asked.unnamed:
        text = json.dumps(asdict(met), allow_nan=False)
        assert len(text) < 10_000
        assert "\x1b" not in text
    met = behaviour.behaviour(find("rnn.cell"), HOSTILE[what])
    assert met is None or len(json.dumps(asdict(met), allow_nan=False)) < 10_000


def test_a_hint_is_written_and_read() -> None:
    made = hint()
    assert Hint.from_json(made.to_json()) == made
    assert not made.stale(find("rnn.cell"))
    long = hint_for(find("rnn.cell"), made.wrong, "own2", "word " * 50)
    assert len(long.name) <= 60
    assert long.name.endswith("…")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 2}', "null", '{"version": 1}'])
def test_what_is_no_hint_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a hint as"):
        Hint.from_json(text)


@pytest.mark.parametrize(
    "change", [{"hint": ""}, {"name": 3}, {"wrong": [["x"]]}, {"right": []}, {"cases": [["general"]]}, {"more": 1}]
)
def test_a_hint_that_was_changed_by_hand_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected a hint as"):
        Hint.from_json(json.dumps(json.loads(hint().to_json()) | change))


@pytest.mark.parametrize("text", ["", " \n ", "x" * 501, "a\x1b[31m"])
def test_a_hint_that_nobody_can_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hint: expected 1 to 500 printable characters"):
        hint_for(find("rnn.cell"), found(shifted).kept, "own1", text)


def test_a_hint_is_stale_where_the_cases_or_the_right_answer_have_changed() -> None:
    exercise, made = find("rnn.cell"), hint()
    first = next(iter(exercise.cases))
    fewer = replace(exercise, cases={name: case for name, case in exercise.cases.items() if name != first})
    assert made.stale(fewer)
    general = exercise.cases[first]
    other = replace(
        exercise, cases=exercise.cases | {first: lambda rng: general(np.random.default_rng(rng.integers(9)))}
    )
    assert made.stale(other)
    assert made.stale(replace(exercise, reference=shifted))
    assert not made.stale(replace(exercise, task="Other words."))
