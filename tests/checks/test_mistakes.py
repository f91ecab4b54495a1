"""A mistake is an edit of the right function: in copies, met by all that call it, and shown line by line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnncourse import bptt, rnn
from rnncourse.checks import bptt as bptt_checks
from rnncourse.checks import catalogue, check, exercises, find
from rnncourse.checks.diagnosis import told
from rnncourse.checks.engine import Examination, acquits, experimented
from rnncourse.checks.mistakes import CannotBeCombinedError, Form, Lines, Mistake, edit, instead, trial, variant
from rnncourse.experiments import bptt as experiments
from rnncourse.rnn import cell as step
from tests.checks.parts_kept import parts

DOUBLED = edit(rnn.cell, "np.tanh(z_t)", "2 * np.tanh(z_t)")


def wrong(answer, *forms: Form):
    return variant(answer, frozenset(forms))


@pytest.fixture
def network():
    p = experiments.problem(seed=1)
    return p[:6]


def test_all_that_call_an_edited_function_meet_the_edit(network):
    """In its module, in another one, and behind a reference that is put together of both."""
    x, h0, *weights = network
    h = wrong(rnn.forward, DOUBLED)(*network)
    np.testing.assert_array_equal(h[0], 2 * rnn.cell(x[0], h0, *weights))
    dh_out = np.ones((*x.shape[:2], len(weights[1])))
    through = wrong(bptt.truncated, DOUBLED)(dh_out, *network, len(x))
    by_hand = bptt.backward(dh_out, x, h0, h, *weights[:2])
    for ours, theirs in zip(through, by_hand, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def halved(x_t, h_prev, *weights):
    return 0.5 * step(x_t, h_prev, *weights)


def test_a_name_under_which_it_was_imported_is_the_same_function(network):
    x, h0, *weights = network
    np.testing.assert_array_equal(wrong(halved, DOUBLED)(x[0], h0, *weights), rnn.cell(x[0], h0, *weights))


def test_a_right_answer_makes_no_copies_and_a_wrong_one_makes_them_once():
    def own(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
        return np.tanh(x_t @ W_ih.T + h_prev @ W_hh.T + b_ih + b_hh)

    variant.cache_clear()
    assert check("rnn.cell", own).passed
    assert variant.cache_info().misses == 0
    first = check("rnn.cell", lambda *a: 3 * own(*a))
    made = variant.cache_info().currsize
    assert made > 0
    assert check("rnn.cell", lambda *a: 3 * own(*a)).messages == first.messages
    assert variant.cache_info().currsize == made


def test_the_library_stays_as_it_is(network):
    before = rnn.forward(*network)
    wrong(rnn.forward, DOUBLED)(*network)
    np.testing.assert_array_equal(rnn.forward(*network), before)
    np.testing.assert_array_equal(wrong(rnn.forward)(*network), before)
    assert rnn.forward.__module__ == "rnncourse.rnn"


def test_a_copy_is_not_taken_for_the_library():
    copy = find("rnn.cell").variant()
    assert copy.__module__ == "a copy of rnncourse.rnn"


def test_a_wrong_shape_goes_on_as_a_students_would(network):
    x, h0, *weights = network
    assert wrong(rnn.forward)(x, h0[:1], *weights).shape == (*x.shape[:2], h0.shape[1])
    with pytest.raises(ValueError, match="h0: expected shape"):
        rnn.forward(x, h0[:1], *weights)


@pytest.mark.parametrize(("old", "times"), [(" + b_xx", 0), ("b_", 2)])
def test_a_text_that_is_not_there_once_is_named(monkeypatch, old, times):
    mistake = Mistake("Q1", "a slip", "Is it so?", "It is.", {"no bias": edit(rnn.cell, old, "")})
    exercise = find("rnn.cell")
    monkeypatch.setitem(exercise.forms, "Q1 no bias", (mistake, mistake.forms["Q1 no bias"]))
    said = f"rnn.cell, mistake Q1 no bias: rnn.cell: expected {old!r} once in its body, found it {times} times"
    with pytest.raises(ValueError) as error:
        exercise.variant("Q1 no bias")
    assert str(error.value) == said


def test_an_edit_of_what_the_answer_does_not_call_is_named():
    with pytest.raises(ValueError, match=r"expected a change of what rnn.softmax calls, got one of rnn.cell"):
        wrong(rnn.softmax, DOUBLED)


def test_an_unknown_form_is_named():
    with pytest.raises(ValueError, match=r"rnn.cell: expected names of \['R1 cell', .*\], got 'R99'"):
        find("rnn.cell").variant("R99")


def test_edits_of_one_line_go_together_where_they_change_different_tokens(network):
    x, h0, W_ih, W_hh, b_ih, b_hh = network
    got = find("rnn.cell").variant("R6", "R7 no b_ih", "R9 linear")(x[0], h0, W_ih, W_hh, b_ih, b_hh)
    np.testing.assert_allclose(got, x[0] @ W_ih.T + h0 @ W_hh + b_hh, rtol=1e-14)


def test_edits_of_the_same_tokens_do_not():
    with pytest.raises(CannotBeCombinedError, match=r"rnn.cell: two mistakes change"):
        find("rnn.cell").variant("R9 linear", "R9 logistic")
    with pytest.raises(CannotBeCombinedError, match=r"two mistakes put another function in its place"):
        wrong(rnn.forward, instead(rnn.cell, rnn.prime), instead(rnn.cell, rnn.forward))
    with pytest.raises(CannotBeCombinedError, match=r"one mistake edits it, another one replaces it"):
        wrong(rnn.forward, DOUBLED, instead(rnn.cell, rnn.prime))


def test_what_no_longer_parses_is_said_so():
    with pytest.raises(CannotBeCombinedError, match=r"rnn.cell with 'np.tanh\(': .* in 'return np.tanh\(\(z_t\)'"):
        wrong(rnn.cell, edit(rnn.cell, "np.tanh", "np.tanh("))


def test_a_function_in_the_place_of_another_meets_edits_too():
    """The sliding window calls the cell's backward pass: with a mistake in it, both are there."""
    exercise = find("bptt.truncated")
    arguments = exercise.case("general", 0)
    one = exercise.variant("B17w")(*arguments)
    both = exercise.variant("B17w", "B8t")(*arguments)
    assert not np.allclose(one[1], both[1])
    np.testing.assert_array_equal(one[0], both[0])


def test_the_wrong_line_stands_beside_the_right_one():
    (lines,) = bptt_checks.B6.forms["B6"].lines()
    assert isinstance(lines, Lines)
    assert lines.function == "bptt.backward"
    assert "dh_out[t] + dh_rec" in lines.right
    assert lines.wrong == lines.right.replace("dh_out[t] + dh_rec", "dh_out[t]")
    assert str(lines) == f"bptt.backward\n- {lines.right}\n+ {lines.wrong}"


KEPT = parts()


@pytest.mark.parametrize("name", exercises())
def test_the_catalogue_has_every_mistake_with_its_lines(name, monkeypatch):
    """What a form leaves right, too: as it is written down, which is the computed, says test_recognised."""
    monkeypatch.setattr("rnncourse.checks.kept", lambda exercise, form: KEPT[exercise.name, form])
    text = str(catalogue(name))
    for mistake in find(name).mistakes:
        assert f"{mistake.id}  {mistake.name}" in text
        assert mistake.hint in text
    for form, (_, changes) in find(name).forms.items():
        assert f"{form} leaves right: {'; '.join(KEPT[name, form]) or 'nothing'}" in text
        for lines in changes.lines():
            assert lines.right != lines.wrong
            assert all(f"+ {line}" in text for line in lines.wrong.splitlines())


# ---------------------------------------------------------------------------------------------------------------------
# Experiments that hints name

TRIED = [(name, m) for name in exercises() for m in find(name).mistakes if m.tries]


@pytest.mark.parametrize(("name", "mistake"), TRIED, ids=lambda v: v if isinstance(v, str) else v.id)
def test_whoever_makes_a_mistake_fails_each_experiment_of_its_hints(name, mistake):
    """Else the hint sends a student to where all is well."""
    exercise = find(name)
    general = next(iter(exercise.cases))
    seen = Examination(exercise, 0, {general: exercise.drawn(general, 0)})
    assert mistake.test
    for form in mistake.forms:
        for n, (right, got) in enumerate(experimented(seen, mistake, exercise.handed_in(exercise.variant(form)))):
            assert right is not None, f"{form}: experiment {n} cannot be made"
            assert not acquits(right, got), f"{form}: experiment {n} shows {right}, as it should"
            assert np.size(right) <= 5


def forgetful(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    """Without b_ih, unless it is small."""
    return np.tanh(x_t @ W_ih.T + h_prev @ W_hh.T + b_ih * (np.abs(b_ih).max() < 1e-3) + b_hh)


ALL_ZERO = {"x_t": [[0]], "h_prev": [[0]], "W_ih": [[0]], "W_hh": [[0]], "b_hh": [0]}


@pytest.mark.parametrize(("bias", "fails"), [(2.0, True), (1e-4, False)])
def test_an_experiment_is_made_before_it_is_said(monkeypatch, bias, fails):
    """With the own function, whose number stands beside the right one; where nothing is wrong another hint comes."""
    exercise = find("rnn.cell")
    (mistake,) = [m for m in exercise.mistakes if m.id == "R7"]
    mistake = replace(
        mistake,
        made=mistake.forms,
        test="Let all but b_ih be 0.",
        tries=(trial(lambda h: h[0, 0] / np.tanh(bias), **ALL_ZERO, b_ih=[bias]),),
    )
    monkeypatch.setattr("rnncourse.checks._all", lambda: {"rnn.cell": replace(exercise, mistakes=(mistake,))})
    report = check("rnn.cell", forgetful)
    assert report.mistakes == ["R7"]
    if fails:
        assert report.messages == [mistake.hint]
        assert report.hints[0][0] == mistake.more
        assert report.hints[1] == ["Let all but b_ih be 0. It should be 1. With you it is 0."]
    else:
        assert report.messages == [mistake.more]
        assert "where" not in report.hints[0][0]
        assert report.hints[1][0].startswith("Test it on a small case that fails")


def test_what_an_experiment_shows_is_said_in_short():
    assert told(0.25, np.float64(1 / 3)) == " It should be 0.25. With you it is 0.333."
    assert told(1.0, 1.0001) == " It should be 1. With you it is 1.0001."
    assert told(True, np.bool_(False)) == " It should be so. With you it is not so."
    assert told([1, 2], [2, 1]) == " It should be 1 and 2. With you it is 2 and 1."
    assert told([0.5, 1e-15], [-0.0, 1]) == " It should be 0.5 and 0. With you it is 0 and 1."
    assert told(1442.7, np.inf) == " It should be 1443. With you it is inf."
    assert told(2, np.array(np.nan)) == " It should be 2. With you it is nan."
    assert told(1.0, None) == ""
    assert acquits([1, 2], np.array([1.0, 2.0]))
    assert not acquits(1.0, None)
    assert not acquits(1.0, np.nan)
    assert not acquits([1.0], 1.0)
