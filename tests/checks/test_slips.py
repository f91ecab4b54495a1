"""One slip in a right answer's text: found by rule, told in words that hold, and never instead of a known mistake."""

from __future__ import annotations

import ast

import numpy as np
import pytest

from rnncourse.checks import check, exercises, find, slips
from rnncourse.checks.engine import examine, quiet
from rnncourse.checks.slips import Slip, Slipped, compiled, slips_of

EVERY = pytest.mark.parametrize("exercise", sorted(exercises()))


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def cell(x_t, h_prev, c_prev, W_ih, W_hh, b, order="fgo", forget=0.0, peep=0.0):
    a = dict(zip(order, np.split(x_t @ W_ih.T + h_prev @ W_hh.T + b, 3, axis=1), strict=True))
    f, g, o = sigmoid(a["f"] + forget + peep * c_prev), np.tanh(a["g"]), sigmoid(a["o"])
    c = f * c_prev + (1 - f) * g
    return o * np.tanh(c), c


def said(exercise, answer, seed=1):
    report = check(exercise, answer, seed=seed)
    assert not report.mistakes
    return "\n".join(report.messages)


@EVERY
def test_slips_are_python_and_differ_from_the_text(exercise: str) -> None:
    for slip in slips_of(find(exercise)):
        with quiet():  # "1[…]" is read, with a warning
            assert compiled(slip.function, ((slip.start, slip.stop, slip.new),)) is not None, slip
        text = slips._text(slip.function)[1]
        assert text[slip.start : slip.stop] != slip.new


@EVERY
def test_a_right_answer_is_right_after_all_slips_were_tried(exercise: str) -> None:
    asked = find(exercise)
    if asked.made_with:
        return
    seen = examine(asked, asked.handed_in(asked.variant()), 3)
    slipped, case = Slipped(seen), seen.general
    for slip in slips_of(asked)[:40]:
        with quiet():
            slipped.answers(case, slip)
    again = slipped.answers(case)
    assert again is not None
    assert all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(again, seen.want[case], strict=True))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"forget": 1.0}, ("In what comes of a_f", "+ 1 stands inside the sigmoid")),
        ({"peep": 1.0}, ("`c_prev` is added inside the sigmoid",)),
        ({"order": "ofg", "forget": 1.0}, ("Two slips at once", "`a_o, a_f, a_g`", "+ 1 stands inside the sigmoid")),
    ],
    ids=["one", "an argument", "another order"],
)
def test_a_slip_is_told_by_line_and_kind(changed, words, seed: int) -> None:
    told = said("lstm_gru.coupled_cell", lambda *a: cell(*a, **changed), seed)
    assert all(word in told for word in words), told


@pytest.mark.usefixtures("cases_once")
def test_slips_that_were_tried_once_are_told_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    changes = [{"forget": 1.0}, {"peep": 1.0}, {"order": "ofg", "forget": 1.0}]
    answers = [lambda *a, changed=changed: cell(*a, **changed) for changed in changes]
    once = [said("lstm_gru.coupled_cell", answer) for answer in (*answers, *answers)]
    monkeypatch.undo()
    assert [said("lstm_gru.coupled_cell", answer) for answer in answers] * 2 == once
    assert all("slip" in told for told in once)


def test_a_slip_shows_its_line_in_the_next_hint() -> None:
    report = check("lstm_gru.coupled_cell", lambda *a: cell(*a, forget=1.0), seed=1)
    assert "`sigmoid(a_f + 1)`" in str(report.hint())


@pytest.mark.parametrize("seed", range(3))
def test_where_it_becomes_right_is_told_of_what_no_slip_explains(seed: int) -> None:
    def no_bias_in_f(x_t, h_prev, c_prev, W_ih, W_hh, b):
        a_f, _, _ = np.split(x_t @ W_ih.T + h_prev @ W_hh.T, 3, axis=1)
        _, a_g, a_o = np.split(x_t @ W_ih.T + h_prev @ W_hh.T + b, 3, axis=1)
        f = sigmoid(a_f)
        c = f * c_prev + (1 - f) * np.tanh(a_g)
        return sigmoid(a_o) * np.tanh(c), c

    told = said("lstm_gru.coupled_cell", no_bias_in_f, seed)
    assert "right with b = 0 in the rows of f" in told


def test_the_hint_is_a_question_or_reads_as_python() -> None:
    for slip in slips_of(find("lstm_gru.two_paths")):
        assert slip.hint.endswith("?") or slip.hint.endswith("more.")
        if "…" not in slip.line and "mean of rows" not in slip.line and slip.line != "pass":
            ast.parse(slip.line)


def test_slips_meet_where_they_change_the_same_text() -> None:
    one, other = (Slip(cell, start, start + 4, "", "", "", "") for start in (0, 3))
    assert slips.meet(one, other)
    assert not slips.meet(one, Slip(cell, 4, 8, "", "", "", ""))
