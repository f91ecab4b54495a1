"""What a network with a window costs, and one with a state; and what goes wrong there."""

from __future__ import annotations

from typing import Any

from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value
from rnncourse.shapes import Count, checked


@checked
def costs(L: Count, T: Count, F: Count, H: Count, K: Count) -> tuple[int, int, int, int, int]:
    r"""Numbers to learn, and multiplications for T answers, of an MLP over L steps and of an RNN.

    .. math:: N_{\text{MLP}} = HLF + H + KH + K, \qquad N_{\text{RNN}} = HF + H^2 + 2H + KH + K

    The last number is the smallest window with which the MLP has more to learn.
    """
    N_mlp = H * L * F + H + K * H + K
    N_rnn = H * F + H * H + 2 * H + K * H + K
    M_mlp = T * (H * L * F + K * H)
    M_rnn = T * (H * F + H * H + K * H)
    L_more = (F + H + 1) // F + 1
    return N_mlp, N_rnn, M_mlp, M_rnn, L_more


sign(globals(), "costs")

C = costs
MLP, RNN, MUL_MLP, MUL_RNN, MORE = (
    "N_mlp = H * L * F + H + K * H + K",
    "N_rnn = H * F + H * H + 2 * H + K * H + K",
    "M_mlp = T * (H * L * F + K * H)",
    "M_rnn = T * (H * F + H * H + K * H)",
    "(F + H + 1) // F + 1",
)
COST_MISTAKES = (
    Mistake(
        "S90",
        "biases",
        "How many biases has a layer of H units? How many have the two layers of each network together?",
        "There is one for each unit and each output; the state of the RNN has two for each unit.",
        {
            "one in the RNN": edit(C, RNN, "N_rnn = H * F + H * H + H + K * H + K"),
            "none of the state": edit(C, RNN, "N_rnn = H * F + H * H + K * H + K"),
            "none of the RNN's output": edit(C, RNN, "N_rnn = H * F + H * H + 2 * H + K * H"),
            "none of the MLP's output": edit(C, MLP, "N_mlp = H * L * F + H + K * H"),
            "none of an output": edit(C, MLP, "N_mlp = H * L * F + H + K * H")
            + edit(C, RNN, "N_rnn = H * F + H * H + 2 * H + K * H"),
            "none of the MLP's units": edit(C, MLP, "N_mlp = H * L * F + K * H + K"),
            "none in the MLP": edit(C, MLP, "N_mlp = H * L * F + K * H"),
            "none in the RNN": edit(C, RNN, "N_rnn = H * F + H * H + K * H"),
            "none at all": edit(C, MLP, "N_mlp = H * L * F + K * H") + edit(C, RNN, "N_rnn = H * F + H * H + K * H"),
            "two in the MLP": edit(C, MLP, "N_mlp = H * L * F + 2 * H + K * H + K"),
            "two of the output": edit(C, RNN, "N_rnn = H * F + H * H + 2 * H + K * H + 2 * K"),
            "one for each step": edit(C, MLP, "N_mlp = H * L * F + H * L + K * H + K"),
            "one for all": edit(C, MLP, "N_mlp = H * L * F + 1 + K * H + 1")
            + edit(C, RNN, "N_rnn = H * F + H * H + 2 + K * H + 1"),
        },
        test="Take L = 2, F = 1, H = 2 and K = 3. There are 15 and 19 numbers to learn.",
    ),
    Mistake(
        "S91",
        "the matrix of the state",
        "Each unit of the RNN reads all units of the step before. How many weights are that for 3 units?",
        "A matrix of H rows and H columns leads from the units to the units.",
        {
            "forgotten": edit(C, RNN, "N_rnn = H * F + 2 * H + K * H + K"),
            "one a unit": edit(C, RNN, "N_rnn = H * F + H + 2 * H + K * H + K"),
            "not multiplied": edit(C, MUL_RNN, "M_rnn = T * (H * F + K * H)"),
            "forgotten everywhere": edit(C, RNN, "N_rnn = H * F + 2 * H + K * H + K")
            + edit(C, MUL_RNN, "M_rnn = T * (H * F + K * H)"),
            "multiplied but for the first step": edit(C, MUL_RNN, "M_rnn = T * (H * F + K * H) + (T - 1) * H * H"),
            "in the MLP, too": edit(C, MLP, "N_mlp = H * L * F + H * H + H + K * H + K"),
        },
        test="Take H = 3 and F = K = 1, and draw each arrow into the state.",
    ),
    Mistake(
        "S92",
        "what grows with the number of steps",
        "A sequence twice as long: which of your first two numbers changes? And a window twice as long?",
        "The RNN has the same weights at each step. The MLP has a weight for each number of its window.",
        {
            "the RNN's weights, by T": edit(C, RNN, "N_rnn = T * (H * F + H * H + 2 * H) + K * H + K"),
            "all of the RNN, by T": edit(C, RNN, "N_rnn = T * (H * F + H * H + 2 * H + K * H + K)"),
            "the RNN's weights, by L": edit(C, RNN, "N_rnn = H * F * L + H * H + 2 * H + K * H + K"),
            "the MLP's, by T": edit(C, MLP, "N_mlp = H * T * F + H + K * H + K"),
            "the MLP's not by L": edit(C, MLP, "N_mlp = H * F + H + K * H + K"),
            "a sum": edit(C, MLP, "N_mlp = H * (L + F) + H + K * H + K"),
            "the outputs, by L": edit(C, MLP, "N_mlp = H * L * F + H + L * (K * H + K)"),
            "the outputs, by T": edit(C, RNN, "N_rnn = H * F + H * H + 2 * H + T * (K * H + K)"),
        },
        test="Take L = 3 and F = 2. How many weights has one unit of the MLP? And one of the RNN for its input?",
    ),
    Mistake(
        "S92o",
        "the output layer",
        "From how many units to how many outputs does the last layer lead, and is it in all four counts?",
        "Each output reads each hidden unit, once an answer.",
        {
            "not in the MLP": edit(C, MLP, "N_mlp = H * L * F + H"),
            "not in the RNN": edit(C, RNN, "N_rnn = H * F + H * H + 2 * H"),
            "not in both": edit(C, MLP, "N_mlp = H * L * F + H") + edit(C, RNN, "N_rnn = H * F + H * H + 2 * H"),
            "from the window": edit(C, MLP, "N_mlp = H * L * F + H + K * L * F + K"),
            "not multiplied": edit(C, MUL_MLP, "M_mlp = T * H * L * F")
            + edit(C, MUL_RNN, "M_rnn = T * (H * F + H * H)"),
            "not multiplied in the MLP": edit(C, MUL_MLP, "M_mlp = T * H * L * F"),
            "not multiplied in the RNN": edit(C, MUL_RNN, "M_rnn = T * (H * F + H * H)"),
        },
        test="Take K = 2 and H = 3: six weights lead from the units to the outputs.",
    ),
    Mistake(
        "S93",
        "multiplications counted otherwise",
        "How many answers are given along the sequence? What is multiplied for one of them, from the window to "
        "the output?",
        "Each weight multiplies once for each answer, and there are T answers.",
        {
            "one answer": edit(C, MUL_MLP, "M_mlp = H * L * F + K * H")
            + edit(C, MUL_RNN, "M_rnn = H * F + H * H + K * H"),
            "one answer of the MLP": edit(C, MUL_MLP, "M_mlp = H * L * F + K * H"),
            "one answer of the RNN": edit(C, MUL_RNN, "M_rnn = H * F + H * H + K * H"),
            "one output of the RNN": edit(C, MUL_RNN, "M_rnn = T * (H * F + H * H) + K * H"),
            "one output of the MLP": edit(C, MUL_MLP, "M_mlp = T * H * L * F + K * H"),
            "with the biases": edit(C, MUL_MLP, "M_mlp = T * (H * L * F + H + K * H + K)")
            + edit(C, MUL_RNN, "M_rnn = T * (H * F + H * H + 2 * H + K * H + K)"),
            "with the MLP's biases": edit(C, MUL_MLP, "M_mlp = T * (H * L * F + H + K * H + K)"),
            "with the RNN's biases": edit(C, MUL_RNN, "M_rnn = T * (H * F + H * H + 2 * H + K * H + K)"),
            "the newest step alone": edit(C, MUL_MLP, "M_mlp = T * (H * F + K * H)"),
            "full windows within the sequence": edit(C, MUL_MLP, "M_mlp = max(T - L + 1, 1) * (H * L * F + K * H)"),
            "windows beside each other": edit(C, MUL_MLP, "M_mlp = max(T // L, 1) * (H * L * F + K * H)"),
            "the whole sequence": edit(C, MUL_MLP, "M_mlp = T * (H * T * F + K * H)"),
            "the RNN anew from the window's beginning": edit(C, MUL_RNN, "M_rnn = T * (L * (H * F + H * H) + K * H)"),
            "additions, too": edit(C, MUL_MLP, "M_mlp = 2 * T * (H * L * F + K * H)")
            + edit(C, MUL_RNN, "M_rnn = 2 * T * (H * F + H * H + K * H)"),
        },
        test="Take F = H = K = 1, L = 2 and T = 10: both multiply 30 times.",
    ),
    Mistake(
        "S94",
        "another window",
        "With your L, how many numbers has the MLP to learn? And with one step less? Compare both with the RNN.",
        "More is more: equal does not count, and with one step less it is not more.",
        {
            "as many or more, or a bias too few": edit(C, MORE, "(F + H) // F + 1"),
            "one step more": edit(C, MORE, "(F + H + 1) // F + 2"),
            "one step less": edit(C, MORE, "(F + H + 1) // F"),
            "no bias in the MLP": edit(C, MORE, "(F + H + 2) // F + 1"),
            "the units alone": edit(C, MORE, "(H + 1) // F + 1"),
            "no columns": edit(C, MORE, "F + H + 2"),
            "as many steps as units": edit(C, MORE, "H"),
            "this window": edit(C, MORE, "L"),
            "by multiplications of the state": edit(C, MORE, "H // F + 1"),
            "rounded": edit(C, MORE, "round((F + H + 1) / F)"),
        },
        test="Take one column and one unit. Both counts are equal for L = 3, so it takes a window of 4.",
    ),
)


def sizes(r: Generator, F: int, rest: int) -> tuple[Any, ...]:
    """F + H + 1 leaves a rest when F divides it; all numbers are different."""
    H = F * int(r.integers(5, 8)) - 1 + rest
    K = H + int(r.integers(3, 6))
    return int(r.integers(6, 8)) + 30, int(r.integers(60, 90)), F, H, K


cost_exercise = Exercise(
    name="sequences.costs",
    task="Count the weights and biases of an MLP with H units over a window of L steps of F numbers and K outputs, "
    "and of an RNN with two biases a unit; the multiplications of each for T answers, all weights once an answer "
    "and nothing else; and the smallest window with which the MLP has more weights and biases than the RNN.",
    arguments=(
        Value("L", None, "steps of the window"),
        Value("T", None, "steps of the sequence, each with an answer"),
        Value("F", None, "numbers a step"),
        Value("H", None, "hidden units"),
        Value("K", None, "outputs"),
    ),
    outputs=(
        Value("N_mlp", "", "numbers to learn", integers=True),
        Value("N_rnn", "", "numbers to learn", integers=True),
        Value("M_mlp", "", "multiplications for T answers", integers=True),
        Value("M_rnn", "", "multiplications for T answers", integers=True),
        Value("L_more", "", "the smallest window with which the MLP has more to learn", integers=True),
    ),
    reference=costs,
    probe="T",
    cases={
        "general": lambda r: sizes(r, 5, 3),
        "no rest": lambda r: sizes(r, 4, 0),
        "one column": lambda r: (1 + int(r.integers(1, 4)), int(r.integers(20, 30)), 1, int(r.integers(5, 9)), 12),
        "a rest of one": lambda r: sizes(r, 3, 1),
    },
    facets=(
        Facet("N_mlp", 1, (), ("N_mlp",)),
        Facet("N_rnn", 1, (), ("N_rnn",)),
        Facet("M_mlp", 1, (), ("M_mlp",)),
        Facet("M_rnn", 1, (), ("M_rnn",)),
        Facet("L_more", 1, (), ("L_more",)),
    ),
    mistakes=COST_MISTAKES,
)
