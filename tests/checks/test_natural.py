"""Answers by hands that never saw the catalogue: right ones lose nothing, wrong ones do not pass."""

from __future__ import annotations

import collections
from pathlib import Path

import pytest

from rnncourse.chapters import Chapter, chapters
from rnncourse.checks import check, exercises
from rnncourse.equations import is_unfinished
from tests.natural import VERDICTS, answers, verdicts

ROOT = Path(__file__).parents[2]

# Wrong answers that pass, and why no case can tell them.
PASS = {
    # overwrites what it gave before: each answer is copied before the next call, as it is where another process answers
    "returning/open/rnn.cell/fortran_returns_its_buffer_subtle",
    # its gradient is right: the exercise gives no ε, which is the function's own setting
    "copied/sealed/bptt.numerical_gradient/eps_of_its_own",
    # back-propagation through time: the numbers of RTRL by another way
    "texts/open/bptt.rtrl/backward_in_disguise",
    # 1 - f loses digits in float32 where a half-life is long; those of the float32 case are not, and none is promised
    "evening/open/lstm_gru.half_life_bias/one_minus_f_in_float32",
    # its overflow needs a half-life under a hundredth of a step, in float32
    "forum/sealed/lstm_gru.half_life_bias/logit_with_overflow",
    # the draws avoid the border, where rounding would decide
    "forum/sealed/bidirectional.locked_stack/strictly_greater",
    # what stands in the padding is a number, by the task
    "forum/sealed/bidirectional.sentence_vectors/mask_multiplied",
    # nor NaN in a row not in use, or where nothing was measured
    "laboratory/open/narx.blended_run/nan_times_zero",
    "reviewers/sealed/narx.blended_run/nan_safe_by_multiplication",
    "reviewers/sealed/ntm.find_used/nan_by_zero_times_anything",
    # torch on copies of the numbers: what it gives back shows nothing of it
    "reviewers/sealed/narx.simulation_gradient/autograd",
    # the sizes are small, and the alphabets have fewer than eleven symbols
    "winter/open/sequences.costs/thirty_two_bits",
    "winter/open/sequences.ngram_bits/digits_without_a_separator",
    # the patterns are independent, and β times an overlap is no large number: neither is promised otherwise
    "winter/open/hopfield.memories/inverse_of_the_gram_matrix",
    "winter/open/hopfield.memories/exponentials_as_written",
    "harvest/sealed/hopfield.memories/softmax_overflows",
    # whole numbers in lists are the array that they would make
    "radio/sealed/seq2seq.teacher_pairs/returns_lists",
    # a sentence of each case runs to the last step
    "radio/sealed/seq2seq.translate/arrays_end_with_longest",
    # no draw has w δ + b at 0 exactly, where the slope is a matter of convention
    "tides/sealed/irregular.decay_gradient/slope_at_zero",
}
EVERY = pytest.mark.parametrize("exercise", sorted({a.exercise for a in answers()}))
# A warning is no mistake: the student's settings are NumPy's own here.
pytestmark = [pytest.mark.usefixtures("cases_once"), pytest.mark.filterwarnings("ignore")]


@pytest.mark.parametrize(
    "chapter", [c for c in chapters(ROOT) if not is_unfinished(c.sources[0])], ids=lambda c: c.name
)
def test_each_exercise_of_a_chapter_has_natural_answers(chapter: Chapter) -> None:
    for exercise in (name for name in exercises() if name.startswith(f"{chapter.name}.")):
        there = [bool(a.mistake) for a in answers() if a.exercise == exercise]
        assert there.count(False) >= 5, f"{exercise}: expected 5 right answers in tests/natural by somebody else"
        assert there.count(True) >= 20, f"{exercise}: expected 20 wrong answers in tests/natural by somebody else"


@EVERY
def test_right_answers_lose_nothing(exercise: str) -> None:
    right = [a for a in answers() if a.exercise == exercise and not a.mistake]
    assert [a.key for a in right if not check(exercise, a.function, seed=2).passed] == []


@EVERY
def test_wrong_answers_do_not_pass(exercise: str) -> None:
    wrong = [a for a in answers() if a.exercise == exercise and a.mistake]
    assert {a.key for a in wrong if check(exercise, a.function, seed=2).passed} == {
        key for key in PASS if f"/{exercise}/" in key
    }


def test_names_are_used_once_and_verdicts_are_of_answers() -> None:
    keys = collections.Counter(a.key for a in answers())
    assert max(keys.values()) == 1
    assert verdicts().keys() <= keys.keys()
    said = [verdict for judged in verdicts().values() for both in judged.values() for verdict in both]
    assert set(said) <= set(VERDICTS)
