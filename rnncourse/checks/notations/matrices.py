"""Weights of a lecture, the biases of a GRU, hidden units in another order; and what goes wrong there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import F_H, H3_, H4_, H4_F, H4_H, H_, H_F, H_H, H_K, K_, K_H, H_ids_H, Natural, checked


def number(output: int, *place: int) -> Callable[[Sequence[Array]], float]:
    """One number of one output."""
    return lambda answers: float(answers[output][place])


# ---------------------------------------------------------------------------------------------------------------------
# A lecture's weights


@checked
def from_lecture(U: F_H, W: H_H, V: H_K, b: H_, c: K_) -> tuple[H_F, H_H, H_, H_, K_H, K_]:
    r"""The course's weights from those of Perdikaris's lecture, whose vectors are rows.

    .. math:: W_{ih} = U^\top, \qquad W_{hh} = W^\top, \qquad W_{ho} = V^\top, \qquad b_{ih} = b, \qquad b_{ho} = c
    """
    W_ih, W_hh, W_ho = U.T.copy(), W.T.copy(), V.T.copy()
    b_ih, b_hh, b_ho = b.copy(), np.zeros_like(b), c.copy()
    return W_ih, W_hh, b_ih, b_hh, W_ho, b_ho


sign(globals(), "from_lecture")

TURNED, LECTURE_BIASES = "U.T.copy(), W.T.copy(), V.T.copy()", "b.copy(), np.zeros_like(b), c.copy()"
# Three inputs or outputs beside two units, and as many of each: unit 1 sends to unit 2 alone.
THREE: dict[str, Any] = {
    "U": [[1, 2], [3, 4], [5, 6]],
    "W": [[0, 7], [0, 0]],
    "V": [[1, 2, 3], [4, 5, 6]],
    "b": [10, 20],
    "c": [30, 40, 50],
}
TWO: dict[str, Any] = {
    "U": [[1, 2], [3, 4]],
    "W": [[0, 7], [0, 0]],
    "V": [[5, 6], [8, 9]],
    "b": [10, 20],
    "c": [30, 40],
}
SQUARE = "Take two inputs, units and outputs. "

LECTURE_MISTAKES = (
    Mistake(
        "Y1",
        "the matrix of the state not turned",
        "Unit 1 sends to unit 2 alone. Where is that weight in the lecture's W, and where in the course's?",
        "In a row times a matrix, the row of the matrix is the sender. And in the course?",
        {
            "": edit(from_lecture, TURNED, "U.T.copy(), W.copy(), V.T.copy()"),
            "nor the others": edit(from_lecture, TURNED, "U.copy(), W.copy(), V.copy()"),
        },
        test=SQUARE + "Let W be zeros but for a 7 from unit 1 to unit 2. What stands in row 2, column 1 of W_hh?",
        tries=(trial(number(1, 1, 0), **TWO), trial(number(1, 1, 0), **TWO)),
    ),
    Mistake(
        "Y1u",
        "the matrix of the input not turned",
        "How many rows has the course's W_ih: one for each unit, or one for each input?",
        "With as many units as inputs no shape complains. Which index of U is the input?",
        {
            "": edit(from_lecture, TURNED, "U.copy(), W.T.copy(), V.T.copy()"),
            "filled anew": edit(from_lecture, TURNED, "U.reshape(U.shape[::-1]).copy(), W.T.copy(), V.T.copy()"),
        },
        test=SQUARE + "The rows of U are 1, 2 and 3, 4. What stands in row 1, column 2 of your W_ih?",
        tries=(trial(number(0, 0, 1), **TWO), trial(number(0, 0, 1), **TWO)),
    ),
    Mistake(
        "Y1v",
        "the matrix of the output not turned",
        "How many rows has the course's W_ho: one for each output, or one for each unit?",
        "With as many outputs as units no shape complains. Which index of V is the output?",
        {
            "": edit(from_lecture, TURNED, "U.T.copy(), W.T.copy(), V.copy()"),
            "filled anew": edit(from_lecture, TURNED, "U.T.copy(), W.T.copy(), V.reshape(V.shape[::-1]).copy()"),
        },
        test=SQUARE + "The rows of V are 5, 6 and 8, 9. What stands in row 1, column 2 of your W_ho?",
        tries=(trial(number(4, 0, 1), **TWO), trial(number(4, 0, 1), **TWO)),
    ),
    Mistake(
        "Y1r",
        "filled anew in another shape",
        "The shape is right. Does a column of the lecture's matrix come out as a row of yours?",
        "To turn a matrix is not to read its numbers into another shape.",
        {
            "": edit(
                from_lecture, TURNED, "U.reshape(U.shape[::-1]), W.reshape(W.shape[::-1]), V.reshape(V.shape[::-1])"
            ),
            "U and V": edit(from_lecture, TURNED, "U.reshape(U.shape[::-1]), W.T.copy(), V.reshape(V.shape[::-1])"),
        },
        test="Take three inputs and two units. The rows of U are 1, 2; 3, 4; 5, 6. What stands in row 1, column 2 "
        "of your W_ih?",
        tries=(trial(number(0, 0, 1), **THREE), trial(number(0, 0, 1), **THREE)),
    ),
    Mistake(
        "Y2",
        "U and W exchanged",
        "Which of the lecture's matrices multiplies the state, and which the input?",
        "Letters are a matter of taste. Look at what each is multiplied with in this lecture.",
        {
            "": edit(from_lecture, TURNED, "W.T.copy(), U.T.copy(), V.T.copy()"),
            "and not turned": edit(from_lecture, TURNED, "W.copy(), U.copy(), V.T.copy()"),
        },
        test=SQUARE + "The numbers of U add up to 10, and those of W to 7. What do those of your W_hh add up to?",
        tries=(trial(lambda o: float(o[1].sum()), **TWO), trial(lambda o: float(o[1].sum()), **TWO)),
    ),
    Mistake(
        "Y2s",
        "U and V exchanged: chosen by their shapes",
        "V has the shape that fits the input where there are as many inputs as outputs. What does it multiply?",
        "One of the two meets the state after the step. Which one?",
        {
            "": edit(from_lecture, TURNED, "V.copy(), W.T.copy(), U.copy()"),
            "and turned": edit(from_lecture, TURNED, "V.T.copy(), W.T.copy(), U.T.copy()"),
            "and W not turned": edit(from_lecture, TURNED, "V.copy(), W.copy(), U.copy()"),
        },
        test=SQUARE + "The sum of all numbers of U is 10. What is the sum of your W_ih?",
        tries=(trial(lambda o: float(o[0].sum()), **TWO), trial(lambda o: float(o[0].sum()), **TWO)),
    ),
    Mistake(
        "Y3",
        "the bias counted twice",
        "The course adds b_ih and b_hh. What is the sum of yours, and what is the lecture's b?",
        "One bias there, two here, of which only the sum counts.",
        {"": edit(from_lecture, "np.zeros_like(b)", "b.copy()")},
        test=SQUARE + "b is 10, 20. What is the sum of your b_ih and b_hh for unit 1?",
        tries=(trial(lambda o: float(o[2][0] + o[3][0]), **TWO), trial(lambda o: float(o[2][0] + o[3][0]), **TWO)),
    ),
    Mistake(
        "Y3h",
        "the bias shared out otherwise",
        "The sum of your two biases is right. Which of the two should hold all of it, by the task?",
        "A network does not notice, but two files of weights can only be compared when all share out alike.",
        {
            "in b_hh": edit(from_lecture, LECTURE_BIASES, "np.zeros_like(b), b.copy(), c.copy()"),
            "halves": edit(from_lecture, LECTURE_BIASES, "b / 2, b / 2, c.copy()"),
        },
        test=SQUARE + "b is 10, 20. What is your b_ih of unit 1, and your b_hh?",
        tries=(
            trial(lambda o: [float(o[2][0]), float(o[3][0])], **TWO),
            trial(lambda o: [float(o[2][0]), float(o[3][0])], **TWO),
        ),
    ),
    Mistake(
        "Y3o",
        "a bias left out",
        "Change b, then c. Does an array of yours change each time?",
        "Two biases are in the lecture: one before tanh, one after it.",
        {
            "b": edit(from_lecture, LECTURE_BIASES, "np.zeros_like(b), np.zeros_like(b), c.copy()"),
            "c": edit(from_lecture, LECTURE_BIASES, "b.copy(), np.zeros_like(b), np.zeros_like(c)"),
        },
        test=SQUARE + "b is 10, 20 and c is 30, 40. What do your three biases add up to?",
        tries=(
            trial(lambda o: float(o[2].sum() + o[3].sum() + o[5].sum()), **TWO),
            trial(lambda o: float(o[2].sum() + o[3].sum() + o[5].sum()), **TWO),
        ),
    ),
    Mistake(
        "Y3c",
        "b and c exchanged",
        "Which of the lecture's two biases is added before tanh?",
        "How many entries has a bias of the hidden units?",
        {
            "": edit(from_lecture, LECTURE_BIASES, "c.copy(), np.zeros_like(c), b.copy()"),
            "c as the second bias": edit(from_lecture, LECTURE_BIASES, "b.copy(), c.copy(), c.copy()"),
        },
        test=SQUARE + "b is 10, 20 and c is 30, 40. What is the sum of your b_ih and b_hh for unit 1?",
        tries=(trial(lambda o: float(o[2][0] + o[3][0]), **TWO), trial(lambda o: float(o[2][0] + o[3][0]), **TWO)),
    ),
)


def lecture(r: Generator, F: int, H: int, K: int) -> tuple[Array, ...]:
    """Weights of which none is zero."""
    return tuple(r.normal(size=size) for size in ((F, H), (H, H), (H, K), H, K))


lecture_exercise = Exercise(
    name="notations.from_lecture",
    task="The weights of Perdikaris's lecture, h_t = tanh(h_{t-1} W + y_{t-1} U + b), ŷ_t = h_t V + c with vectors as "
    "rows, as the course's (eq-rnn-cell): b goes into b_ih, b_hh is zeros. Keep the dtype; NumPy only.",
    arguments=(
        Value("U", "F H", "meets the input"),
        Value("W", "H H", "meets the state"),
        Value("V", "H K", "of the output"),
        Value("b", "H", "the bias before tanh"),
        Value("c", "K", "the bias of the output"),
    ),
    outputs=(
        Value("W_ih", "H F"),
        Value("W_hh", "H H"),
        Value("b_ih", "H"),
        Value("b_hh", "H"),
        Value("W_ho", "K H"),
        Value("b_ho", "K"),
    ),
    probe="b",
    reference=from_lecture,
    cases={
        "general": lambda r: lecture(r, 2, 3, 4),
        "as many of all": lambda r: lecture(r, 3, 3, 3),
        "one unit": lambda r: lecture(r, 2, 1, 2),
        "float32": lambda r: in_float32(lecture(r, 4, 2, 3)),
    },
    facets=(
        Facet("W_ih", 1, outputs=("W_ih",)),
        Facet("W_hh", 2, outputs=("W_hh",)),
        Facet("biases", 2, outputs=("b_ih", "b_hh", "b_ho")),
        Facet("W_ho", 1, outputs=("W_ho",)),
    ),
    mistakes=LECTURE_MISTAKES,
)


# ---------------------------------------------------------------------------------------------------------------------
# Biases of a GRU


@checked
def gru_biases(b_ih: H3_, b_hh: H3_, after: Natural) -> tuple[H3_, H_]:
    r"""The fewest biases that do the same: one of all three blocks, and one inside the brackets of the reset.

    .. math:: b_{ir} + b_{hr}, \qquad b_{iz} + b_{hz}, \qquad b_{in},\ b_{hn} \text{ apart}

    Where the reset acts before the product (``after`` 0) nothing is inside: all are added, and the second is zeros.
    """
    H = len(b_ih) // 3
    summed = 2 * H if after else 3 * H
    bias, bias_n = b_ih.copy(), b_hh[2 * H :].copy()
    bias[:summed] += b_hh[:summed]
    if not after:
        bias_n[:] = 0
    return bias, bias_n


sign(globals(), "gru_biases")

SUMMED, ADDED, BOTH = "2 * H if after else 3 * H", "bias[:summed] += b_hh[:summed]", "b_ih.copy(), b_hh[2 * H :].copy()"
FOLDED = "if after:\n        bias[2 * H :] += bias_n / (1 + np.exp(-bias[:H]))\n"
HALF = "if after:\n        bias[2 * H :] += bias_n / 2\n"
AFTER: dict[str, Any] = {"b_ih": [1, 2, 3], "b_hh": [10, 20, 30], "after": 1}
BEFORE: dict[str, Any] = {**AFTER, "after": 0}
PAIRS: dict[str, Any] = {"b_ih": [1, 2, 3, 4, 5, 6], "b_hh": [10, 20, 30, 40, 50, 60], "after": 1}
ONE_UNIT = "Take one unit with b_ih = (1, 2, 3), b_hh = (10, 20, 30) and the reset after the product. "
ONE_BEFORE = "Take one unit with b_ih = (1, 2, 3), b_hh = (10, 20, 30) and the reset before the product. "


def last_two(answers: Sequence[Array]) -> list[float]:
    """The last bias of the first array, and the last of the second."""
    return [float(a[-1]) for a in answers]


def all_biases(answers: Sequence[Array]) -> list[float]:
    """All of one unit."""
    return [float(value) for a in answers for value in a]


def first_three(answers: Sequence[Array]) -> list[float]:
    """The first array of one unit."""
    return [float(value) for value in answers[0]]


BIASES_MISTAKES = (
    Mistake(
        "Y10",
        "the candidate's biases added, with the reset after the product",
        "The reset is shut, r = 0. Which of the candidate's two biases still counts?",
        "Two numbers may be added where only their sum counts. Is that so when r stands between them?",
        {
            "": edit(gru_biases, SUMMED, "3 * H") + edit(gru_biases, "if not after", "if True"),
            "and one apart": edit(gru_biases, SUMMED, "3 * H"),
        },
        test=ONE_UNIT + "What is the last entry of your bias, and what is bias_n?",
        tries=(trial(last_two, **AFTER), trial(last_two, **AFTER)),
    ),
    Mistake(
        "Y11",
        "the two kinds of reset exchanged",
        "For which of the two resets does your answer keep a bias apart?",
        "Before the product, r multiplies the state alone. After it, what else is inside the brackets?",
        {
            "": edit(gru_biases, SUMMED, "3 * H if after else 2 * H") + edit(gru_biases, "if not after", "if after"),
            "in the sum": edit(gru_biases, SUMMED, "3 * H if after else 2 * H"),
            "in bias_n": edit(gru_biases, "if not after", "if after"),
        },
        test=ONE_UNIT + "What is the last entry of your bias, and what is bias_n?",
        tries=(trial(last_two, **AFTER), trial(last_two, **AFTER)),
    ),
    Mistake(
        "Y12",
        "the reset before the product treated like the one after it",
        "The reset acts before the product. Does r multiply any bias?",
        "Read the second form of the candidate, to the last bracket.",
        {
            "": edit(gru_biases, SUMMED, "2 * H") + edit(gru_biases, "bias_n[:] = 0", "pass"),
            "in bias_n": edit(gru_biases, "bias_n[:] = 0", "pass"),
        },
        test=ONE_BEFORE + "What is the last entry of your bias, and what is bias_n?",
        tries=(trial(last_two, **BEFORE), trial(last_two, **BEFORE)),
    ),
    Mistake(
        "Y12s",
        "a bias of the candidate lost, with the reset before the product",
        "With after = 0, change the last number of b_hh. Does anything in your answer change?",
        "A bias that r does not multiply still counts.",
        {"": edit(gru_biases, SUMMED, "2 * H")},
        test=ONE_BEFORE + "What is the last entry of your bias?",
        tries=(trial(number(0, -1), **BEFORE), trial(number(0, -1), **BEFORE)),
    ),
    Mistake(
        "Y12r",
        "r taken for a number that is known beforehand",
        "Is r the same at every step, whatever the input and the state are?",
        "What changes from step to step cannot be part of a bias.",
        {
            "": edit(gru_biases, "if not after:", f"{FOLDED}    if True:"),
            "and one apart": edit(gru_biases, "if not after:", f"{FOLDED}    if not after:"),
            "one half": edit(gru_biases, "if not after:", f"{HALF}    if True:"),
        },
        test=ONE_UNIT + "What is the last entry of your bias?",
        tries=(trial(number(0, -1), **AFTER), trial(number(0, -1), **AFTER)),
    ),
    Mistake(
        "Y13",
        "biases of a gate left out",
        "Change the entries of b_hh that belong to r and z. Does your answer change?",
        "r and z see the sum of two biases each.",
        {
            "": edit(gru_biases, ADDED, "bias[2 * H : summed] += b_hh[2 * H : summed]"),
            "of r": edit(gru_biases, ADDED, "bias[H:summed] += b_hh[H:summed]"),
            "of z": edit(gru_biases, ADDED, "bias[:H] += b_hh[:H]\n    bias[2 * H : summed] += b_hh[2 * H : summed]"),
        },
        test=ONE_UNIT + "Which three numbers has your bias?",
        tries=(trial(first_three, **AFTER), trial(first_three, **AFTER)),
    ),
    Mistake(
        "Y13i",
        "the biases of the input left out",
        "Change b_ih. Does each entry of your bias change?",
        "r and z see the sum of two biases each, one of them b_ih.",
        {
            "": edit(gru_biases, BOTH, "0 * b_ih, b_hh[2 * H :].copy()"),
            "of r and z": edit(gru_biases, ADDED, "bias[:summed] = b_hh[:summed]"),
        },
        test=ONE_UNIT + "Which three numbers has your bias?",
        tries=(trial(first_three, **AFTER), trial(first_three, **AFTER)),
    ),
    Mistake(
        "Y14",
        "another block kept apart",
        "Which of the three blocks is multiplied by the reset? Which one do you keep apart?",
        "The order of the blocks is torch's. Which of them does the formula of the candidate need?",
        {
            "the first": edit(gru_biases, BOTH, "b_ih.copy(), b_hh[:H].copy()")
            + edit(gru_biases, ADDED, "start = H if after else 0\n    bias[start:] += b_hh[start:]"),
            "the middle one": edit(gru_biases, BOTH, "b_ih.copy(), b_hh[H : 2 * H].copy()")
            + edit(gru_biases, ADDED, "bias += b_hh\n    if after:\n        bias[H : 2 * H] -= b_hh[H : 2 * H]"),
            "as bias_n alone": edit(gru_biases, BOTH, "b_ih.copy(), b_hh[:H].copy()"),
        },
        test=ONE_UNIT + "What is your bias_n?",
        tries=(trial(number(1, 0), **AFTER), trial(number(1, 0), **AFTER)),
    ),
    Mistake(
        "Y15",
        "the candidate's two biases exchanged",
        "The reset is shut, r = 0. Which of the candidate's two biases still counts, and in which array is it?",
        "bias_n is what r multiplies. Which of the two letters, i or h, has that bias?",
        {
            "": edit(gru_biases, BOTH, "b_ih.copy(), b_ih[2 * H :].copy()")
            + edit(gru_biases, ADDED, ADDED + "\n    if after:\n        bias[2 * H :] = b_hh[2 * H :]"),
            "in bias_n alone": edit(gru_biases, BOTH, "b_ih.copy(), b_ih[2 * H :].copy()"),
            "the sum in bias_n": edit(gru_biases, BOTH, "b_ih.copy(), (b_ih + b_hh)[2 * H :]"),
            "the sum in bias_n, nothing in bias": edit(gru_biases, BOTH, "b_ih.copy(), (b_ih + b_hh)[2 * H :]")
            + edit(gru_biases, ADDED, ADDED + "\n    if after:\n        bias[2 * H :] = 0"),
        },
        test=ONE_UNIT + "What is your bias_n?",
        tries=(trial(number(1, 0), **AFTER), trial(number(1, 0), **AFTER)),
    ),
    Mistake(
        "Y16",
        "the mean for the sum",
        "With all weights zero, what goes into the σ of r: the sum of its two biases, or their mean?",
        "Two arrows into one unit add up.",
        {"": edit(gru_biases, ADDED, "bias[:summed] = (bias[:summed] + b_hh[:summed]) / 2")},
        test=ONE_UNIT + "Which three numbers has your bias?",
        tries=(trial(first_three, **AFTER), trial(first_three, **AFTER)),
    ),
    Mistake(
        "Y16d",
        "the difference for the sum",
        "With all weights zero, what goes into the σ of r? Make b_hh greater: does it rise?",
        "Two arrows into one unit add up.",
        {"": edit(gru_biases, ADDED, "bias[:summed] -= b_hh[:summed]")},
        test=ONE_UNIT + "Which three numbers has your bias?",
        tries=(trial(first_three, **AFTER), trial(first_three, **AFTER)),
    ),
    Mistake(
        "Y17",
        "every third entry in the place of a block",
        "There are two units. Which entries of b_hh belong to the candidate?",
        "A block has an entry for each unit, one after the other. How many blocks are there?",
        {
            "": edit(gru_biases, BOTH, "b_ih.copy(), b_hh[2::3].copy()")
            + edit(gru_biases, ADDED, "bias += b_hh\n    if after:\n        bias[2::3] -= b_hh[2::3]"),
            "in bias_n": edit(gru_biases, BOTH, "b_ih.copy(), b_hh[2::3].copy()"),
        },
        test="Take two units. b_hh is 10, 20 and so on to 60, and the reset acts after the product. Which two numbers "
        "has your bias_n?",
        tries=(
            trial(lambda o: [float(v) for v in o[1]], **PAIRS),
            trial(lambda o: [float(v) for v in o[1]], **PAIRS),
        ),
    ),
    Mistake(
        "Y18",
        "only the first entry, or the last, is the candidate's",
        "There are two units. How many entries of b_hh belong to the candidate?",
        "A block has as many entries as there are units.",
        {
            "of r and z the first alone": edit(gru_biases, SUMMED, "2 if after else 3 * H"),
            "all but the last added": edit(gru_biases, SUMMED, "3 * H - 1 if after else 3 * H"),
        },
        test="Take two units with b_ih = 1, 2 to 6 and b_hh = 10, 20 to 60. The reset acts after the product. What are "
        "entries 3, 4 and 5 of your bias?",
        tries=(
            trial(lambda o: [float(v) for v in o[0][2:5]], **PAIRS),
            trial(lambda o: [float(v) for v in o[0][2:5]], **PAIRS),
        ),
    ),
)


def two_biases(r: Generator, H: int, after: int) -> tuple[Any, ...]:
    """None of them zero."""
    return r.normal(size=3 * H), r.normal(size=3 * H), after


biases_exercise = Exercise(
    name="notations.gru_biases",
    task="The fewest biases of a GRU that do the same as torch's two (blocks r, z, n). Reset after the product (after "
    "1, eq-lstm-gru-gru): what only counts as a sum is added, in bias; bias_n is what r multiplies. Reset before it "
    "(after 0): all are added, bias_n is zeros. Keep the dtype; NumPy only.",
    arguments=(
        Value("b_ih", "3H", "blocks r, z, n"),
        Value("b_hh", "3H", "the same"),
        Value("after", None, "1: the reset acts after the product; 0: before it"),
    ),
    outputs=(Value("bias", "3H", "blocks r, z, n"), Value("bias_n", "H", "inside the brackets of r")),
    probe="b_hh",
    reference=gru_biases,
    gates="rzn",
    cases={
        "general": lambda r: two_biases(r, 3, 1),
        "reset before": lambda r: two_biases(r, 4, 0),
        "one unit": lambda r: two_biases(r, 1, 1),
        "float32": lambda r: in_float32(two_biases(r, 2, 1)),
    },
    facets=(
        Facet("reset before the product", 2, ("reset before",)),
        Facet("bias, reset after the product", 3, ("general", "one unit", "float32"), ("bias",)),
        Facet("bias_n, reset after the product", 1, ("general", "one unit", "float32"), ("bias_n",)),
    ),
    mistakes=BIASES_MISTAKES,
)


# ---------------------------------------------------------------------------------------------------------------------
# Units in another order


@checked
def hidden_order(order: H_ids_H, W_ih: H4_F, W_hh: H4_H, b: H4_, W_ho: K_H) -> tuple[H4_F, H4_H, H4_, K_H]:
    r"""The same LSTM with its units in another order: unit j of the new one is unit ``order[j]`` of the old one.

    .. math:: W_{hh}'[kH + j, m] = W_{hh}[kH + \pi_j, \pi_m], \qquad W_{ho}'[:, m] = W_{ho}[:, \pi_m]
    """
    rows = np.concatenate([order + k * len(order) for k in range(4)])
    columns = order
    return W_ih[rows], W_hh[rows][:, columns], b[rows], W_ho[:, columns]


sign(globals(), "hidden_order")


def overwritten(w: Array, places: Array) -> Array:
    """Row after row written into the array that is read from."""
    made = w.copy()
    for new, old in enumerate(places):
        made[new] = made[old]
    return made


ROWS, COLUMNS = "np.concatenate([order + k * len(order) for k in range(4)])", "columns = order"
MOVED = "W_ih[rows], W_hh[rows][:, columns], b[rows], W_ho[:, columns]"
# Three units in a ring: unit 1 of the new network is unit 2 of the old one, unit 2 unit 3, unit 3 unit 1.
RING: dict[str, Any] = {
    "order": [1, 2, 0],
    "W_ih": [[value] for value in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)],
    "W_hh": [[10 * row + column for column in (1, 2, 3)] for row in range(1, 13)],
    "b": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    "W_ho": [[1, 2, 3]],
}
THE_RING = "Take three units in the order 1, 2, 0. "


def row(answers: Sequence[Array]) -> list[float]:
    """The first row of W_hh."""
    return [float(value) for value in answers[1][0]]


def thirds(answers: Sequence[Array]) -> list[float]:
    """The third number of b, and that of W_ho."""
    return [float(answers[2][2]), float(answers[3][0, 2])]


def second_block(answers: Sequence[Array]) -> list[float]:
    """The rows of W_ih of the forget gate."""
    return [float(value) for value in answers[0][3:6, 0]]


UNITS_MISTAKES = (
    Mistake(
        "Y40",
        "the columns of W_hh left as they are",
        "A row of W_hh is what a unit hears. From which unit does each of its numbers come, in the new order?",
        "A unit that has moved speaks from another place, too.",
        {"": edit(hidden_order, MOVED, "W_ih[rows], W_hh[rows], b[rows], W_ho[:, columns]")},
        test=THE_RING + "The first row of W_hh is 11, 12, 13, the second 21, 22, 23. Which is your first row?",
        tries=(trial(row, **RING), trial(row, **RING)),
    ),
    Mistake(
        "Y40r",
        "the rows of W_hh left as they are",
        "What does the new unit 1 hear: what the old unit at that place heard?",
        "W_hh has units along both axes: who hears, and who speaks.",
        {"": edit(hidden_order, MOVED, "W_ih[rows], W_hh[:, columns], b[rows], W_ho[:, columns]")},
        test=THE_RING + "The first row of W_hh is 11, 12, 13, the second 21, 22, 23. Which is your first row?",
        tries=(trial(row, **RING), trial(row, **RING)),
    ),
    Mistake(
        "Y41",
        "the output left as it is",
        "The output hears unit 1. Under which number does it find that unit now?",
        "Who else hears the units, besides the units?",
        {"": edit(hidden_order, MOVED, "W_ih[rows], W_hh[rows][:, columns], b[rows], W_ho.copy()")},
        test=THE_RING + "W_ho is 1, 2, 3. Which are your three numbers?",
        tries=(
            trial(lambda o: [float(v) for v in o[3][0]], **RING),
            trial(lambda o: [float(v) for v in o[3][0]], **RING),
        ),
    ),
    Mistake(
        "Y42",
        "the order read the other way",
        "Does order[0] say where the old unit 1 goes, or which old unit becomes the new unit 1?",
        "An order and its inverse differ as soon as three units go round.",
        {
            "": edit(hidden_order, ROWS, "np.concatenate([np.argsort(order) + k * len(order) for k in range(4)])")
            + edit(hidden_order, COLUMNS, "columns = np.argsort(order)"),
            "in the rows": edit(
                hidden_order, ROWS, "np.concatenate([np.argsort(order) + k * len(order) for k in range(4)])"
            ),
        },
        test=THE_RING + "The bias of the input gate is 1, 2, 3. Which three numbers come first in your b?",
        tries=(
            trial(lambda o: [float(v) for v in o[2][:3]], **RING),
            trial(lambda o: [float(v) for v in o[2][:3]], **RING),
        ),
    ),
    Mistake(
        "Y42c",
        "the order read the other way in the columns",
        "Do your rows and your columns follow the same order?",
        "A unit has one place in the new network, as a hearer and as a speaker.",
        {
            "": edit(hidden_order, COLUMNS, "columns = np.argsort(order)"),
            "of W_hh": edit(hidden_order, "W_hh[rows][:, columns]", "W_hh[rows][:, np.argsort(order)]"),
        },
        test=THE_RING + "The first row of W_hh is 11, 12, 13, the second 21, 22, 23. Which is your first row?",
        tries=(trial(row, **RING), trial(row, **RING)),
    ),
    Mistake(
        "Y43",
        "the first block alone",
        "A unit has four rows, one for each gate and one for the candidate. How many of them move with you?",
        "In which rows stands the forget gate of unit 1?",
        {
            "": edit(hidden_order, ROWS, "np.concatenate([order, np.arange(len(order), 4 * len(order))])"),
            "four times": edit(hidden_order, ROWS, "np.tile(order, 4)"),
        },
        test=THE_RING + "Number the rows of W_ih from 1 to 12. Which three are the forget gate's with you?",
        tries=(trial(second_block, **RING), trial(second_block, **RING)),
    ),
    Mistake(
        "Y44",
        "rows of a unit taken for neighbours",
        "Four rows belong to unit 1. Do they stand one below the other?",
        "The rows of one gate stand together, one for each unit.",
        {"": edit(hidden_order, ROWS, "np.concatenate([4 * unit + np.arange(4) for unit in order])")},
        test=THE_RING + "Number the rows of W_ih from 1 to 12. Which three are the forget gate's with you?",
        tries=(trial(second_block, **RING), trial(second_block, **RING)),
    ),
    Mistake(
        "Y44u",
        "the rows unit by unit",
        "Do your first rows, as many as there are units, all belong to the input gate?",
        "The rows of one gate stand together, one for each unit. So they did before.",
        {"": edit(hidden_order, ROWS, "np.array([unit + k * len(order) for unit in order for k in range(4)])")},
        test=THE_RING + "Number the rows of W_ih from 1 to 12. Which three are the forget gate's with you?",
        tries=(trial(second_block, **RING), trial(second_block, **RING)),
    ),
    Mistake(
        "Y45",
        "the bias left as it is",
        "Does a unit take its four biases along?",
        "What belongs to a unit, besides its rows of the two matrices?",
        {"": edit(hidden_order, MOVED, "W_ih[rows], W_hh[rows][:, columns], b.copy(), W_ho[:, columns]")},
        test=THE_RING + "The bias of the input gate is 1, 2, 3. Which three numbers come first in your b?",
        tries=(
            trial(lambda o: [float(v) for v in o[2][:3]], **RING),
            trial(lambda o: [float(v) for v in o[2][:3]], **RING),
        ),
    ),
    Mistake(
        "Y46",
        "the rows of the input left as they are",
        "What does the new unit 1 hear of the input?",
        "Inputs stay where they are. Do the units that hear them?",
        {"": edit(hidden_order, MOVED, "W_ih.copy(), W_hh[rows][:, columns], b[rows], W_ho[:, columns]")},
        test=THE_RING + "Number the rows of W_ih from 1 to 12. Which three are the forget gate's with you?",
        tries=(trial(second_block, **RING), trial(second_block, **RING)),
    ),
    Mistake(
        "Y47",
        "sorted in the place of moved",
        "Is your new first number the smallest one? Should it be?",
        "An order says which unit stands where, whatever its numbers are.",
        {"": edit(hidden_order, MOVED, "W_ih[rows], W_hh[rows][:, columns], b[rows], np.sort(W_ho, axis=1)")},
        test=THE_RING + "W_ho is 1, 2, 3. Which are your three numbers?",
        tries=(
            trial(lambda o: [float(v) for v in o[3][0]], **RING),
            trial(lambda o: [float(v) for v in o[3][0]], **RING),
        ),
    ),
    Mistake(
        "Y48",
        "the units counted from 1",
        "Which is the smallest number in order, and which row is the first of an array? Does your index fit both?",
        "A language may count from 0 or from 1. An order made for one is off in the other.",
        {
            "": edit(hidden_order, ROWS, "np.concatenate([order - 1 + k * len(order) for k in range(4)])")
            + edit(hidden_order, COLUMNS, "columns = order - 1"),
            "in the rows": edit(hidden_order, ROWS, "np.concatenate([order - 1 + k * len(order) for k in range(4)])"),
            "in the columns": edit(hidden_order, COLUMNS, "columns = order - 1"),
        },
        test=THE_RING + "The first row of W_hh is 11, 12, 13, the second 21, 22, 23. Which is your first row?",
        tries=(trial(row, **RING), trial(row, **RING)),
    ),
    Mistake(
        "Y49",
        "numbers read after others were written over them",
        "Do you read from the array that you write into? With the order 1, 2, 0: what stands at 0 when 2 needs it?",
        "What has been written over is gone. Who still needs it?",
        {
            "": edit(
                hidden_order,
                MOVED,
                "overwritten(W_ih, rows), overwritten(overwritten(W_hh, rows).T, columns).T, overwritten(b, rows), "
                "overwritten(W_ho.T, columns).T",
            ),
            "the rows": edit(
                hidden_order,
                MOVED,
                "overwritten(W_ih, rows), overwritten(W_hh, rows)[:, columns], overwritten(b, rows), W_ho[:, columns]",
            ),
            "the columns": edit(
                hidden_order,
                MOVED,
                "W_ih[rows], overwritten(W_hh[rows].T, columns).T, b[rows], overwritten(W_ho.T, columns).T",
            ),
            "the output": edit(
                hidden_order, MOVED, "W_ih[rows], W_hh[rows][:, columns], b[rows], overwritten(W_ho.T, columns).T"
            ),
        },
        test=THE_RING
        + "b begins with 1, 2, 3, and W_ho is 1, 2, 3. What is the third number of your b, and that of your "
        "W_ho?",
        tries=(trial(thirds, **RING), trial(thirds, **RING)),
    ),
)


def in_a_ring(r: Generator, F: int, H: int, K: int) -> tuple[Any, ...]:
    """An order in which all units go round, so that it is not its own inverse."""
    ring, order = r.permutation(H), np.empty(H, np.int64)
    order[ring] = np.roll(ring, 1)
    return (order, *(r.normal(size=size) for size in ((4 * H, F), (4 * H, H), 4 * H, (K, H))))


units_exercise = Exercise(
    name="notations.hidden_order",
    task="The same LSTM (blocks i, f, g, o; one bias) with its hidden units in another order, so that its outputs "
    "W_ho h_t stay what they are: unit j of the new network is unit order[j] of the old one. Keep the dtype; NumPy "
    "only.",
    arguments=(
        Value("order", "H", "which old unit stands at each place", integers=True),
        Value("W_ih", "4H F", "rows of i, f, g, o"),
        Value("W_hh", "4H H", "the same"),
        Value("b", "4H", "the same"),
        Value("W_ho", "K H", "of the output"),
    ),
    outputs=(Value("W_ih", "4H F"), Value("W_hh", "4H H"), Value("b", "4H"), Value("W_ho", "K H")),
    probe="b",
    reference=hidden_order,
    gates="ifgo",
    cases={
        "general": lambda r: in_a_ring(r, 3, 4, 2),
        "as many of all": lambda r: in_a_ring(r, 3, 3, 3),
        "one output": lambda r: in_a_ring(r, 2, 5, 1),
        "float32": lambda r: in_float32(in_a_ring(r, 2, 3, 2)),
    },
    facets=(
        Facet("W_ih", 1, outputs=("W_ih",)),
        Facet("W_hh", 3, outputs=("W_hh",)),
        Facet("b", 1, outputs=("b",)),
        Facet("W_ho", 1, outputs=("W_ho",)),
    ),
    mistakes=UNITS_MISTAKES,
)
