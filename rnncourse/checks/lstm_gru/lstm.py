r"""Exercises on the LSTM: coupled gates forwards and back, padded batches, half-lives, the gradient along the cell.

Not here: L18 (its matrix is cut otherwise: it stops), L17 as a sum that was never added (an edit for each gate is), and
matrices transposed, none of which is square.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Examination, Exercise, Facet
from rnncourse.checks.mistakes import Form, Mistake, edit
from rnncourse.checks.nested import Value
from rnncourse.lstm_gru import LSTMWeights, lstm_cell, lstm_gates, sigmoid
from rnncourse.shapes import B_F, B_H, H3_, H3_F, H3_H, H4_, H4_F, H4_H, H_, T_B_F, T_B_H, T_lengths, checked

LOGISTIC = "1 / (1 + np.exp(-a))"

# ---------------------------------------------------------------------------------------------------------------------
# One step with coupled gates


def coupled_gates(x_t: Array, h_prev: Array, W_ih: Array, W_hh: Array, b: Array) -> tuple[Array, Array, Array]:
    """Forget gate, candidate and output gate."""
    a_f, a_g, a_o = np.split(x_t @ W_ih.T + h_prev @ W_hh.T + b, 3, axis=1)
    return sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)


@checked
def coupled_cell(x_t: B_F, h_prev: B_H, c_prev: B_H, W_ih: H3_F, W_hh: H3_H, b: H3_) -> tuple[B_H, B_H]:
    r"""One step of an LSTM whose input gate is what the forget gate leaves.

    .. math:: c_t = f_t \odot c_{t-1} + (1 - f_t) \odot g_t, \qquad h_t = o_t \odot \tanh c_t

    Source: Greff et al. (2017), CIFG. Returns h_t and c_t.
    """
    f_t, g_t, o_t = coupled_gates(x_t, h_prev, W_ih, W_hh, b)
    c_t = f_t * c_prev + (1 - f_t) * g_t
    return o_t * np.tanh(c_t), c_t


sign(globals(), "coupled_cell")

SPLIT = "a_f, a_g, a_o = np.split(x_t @ W_ih.T + h_prev @ W_hh.T + b, 3, axis=1)"
SUM = "x_t @ W_ih.T + h_prev @ W_hh.T + b"
ACTIVATED = "sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)"
CELL = "f_t * c_prev + (1 - f_t) * g_t"


def in_order(names: str) -> Form:
    """The blocks read in another order."""
    return edit(coupled_gates, "a_f, a_g, a_o = ", ", ".join(f"a_{name}" for name in names) + " = ")


def cut_along_examples(seen: Examination) -> bool:
    """Three examples could be cut in three pieces, and a single one could not."""
    three, one = (seen.got[case].error[1] if case in seen.got else "" for case in ("general", "one example"))
    return "equal division" in one and "equal division" not in three


COUPLED_MISTAKES = (
    Mistake(
        "L1",
        "blocks read in another order",
        "In which order are the rows of the three blocks stacked here? In which do you read them?",
        "The pieces are right, but some of them answer for each other.",
        {
            **{" ".join(names): in_order(names) for names in ("fog", "gfo", "gof", "ofg", "ogf")},
            "interleaved": edit(
                coupled_gates, SPLIT, f"a_f, a_g, a_o = np.moveaxis(({SUM}).reshape(*h_prev.shape, 3), 2, 0)"
            ),
        },
        test="Make the biases of the first H rows large, and see which of your gates opens.",
    ),
    Mistake(
        "L20",
        "the coupling turned round",
        "With f at 1, what should be left of the old cell, and what is left of yours?",
        "A forget gate that is open forgets nothing.",
        edit(coupled_cell, CELL, "(1 - f_t) * c_prev + f_t * g_t"),
        test="Set the biases of f to 100, and print c_t beside c_prev.",
    ),
    Mistake(
        "L6",
        "the input gate missing, or not coupled",
        "With f at 1, how much of the candidate should come in? How much does in yours?",
        "Two shares of one whole: what is not kept is written.",
        {
            "missing": edit(coupled_cell, "(1 - f_t) * g_t", "g_t"),
            "f": edit(coupled_cell, "(1 - f_t) * g_t", "f_t * g_t"),
            "o": edit(coupled_cell, "(1 - f_t) * g_t", "o_t * g_t"),
            "1 - o": edit(coupled_cell, "(1 - f_t) * g_t", "(1 - o_t) * g_t"),
            "both missing": edit(coupled_cell, CELL, "c_prev + g_t"),
            "f g": edit(coupled_cell, CELL, "f_t * (c_prev + g_t)"),
        },
        test="Set the biases of f to 100, then to -100, and print c_t each time.",
    ),
    Mistake(
        "L6z",
        "a share missing, or of the wrong sign",
        "With f at 0, what should the new cell be, and what is yours?",
        "Two shares of one whole. How large is each of yours, and has it the right sign?",
        {
            "the forget gate missing": edit(coupled_cell, "f_t * c_prev", "c_prev"),
            "f - 1": edit(coupled_cell, "(1 - f_t) * g_t", "(f_t - 1) * g_t"),
        },
        test="Set the biases of f to -100, and print c_t beside the candidate.",
    ),
    Mistake(
        "L6a",
        "the share taken of what came before σ",
        "Which of your two is a gate between 0 and 1: what you subtract from 1, or something else?",
        "A share can be taken of a gate. What is the gate, and what was it before?",
        {
            "1 - a": edit(coupled_gates, ACTIVATED, "sigmoid(a_f), (np.tanh(a_g), a_f), sigmoid(a_o)")
            + edit(coupled_cell, "(1 - f_t) * g_t", "(1 - g_t[1]) * g_t[0]"),
            "σ(1 - a)": edit(coupled_gates, ACTIVATED, "sigmoid(a_f), (np.tanh(a_g), a_f), sigmoid(a_o)")
            + edit(coupled_cell, "(1 - f_t) * g_t", "sigmoid(1 - g_t[1]) * g_t[0]"),
        },
        test="Print both shares of one unit, and their sum.",
    ),
    Mistake(
        "L6d",
        "σ once more over the share that is written",
        "How many functions has your second share passed? Do f and that share add up to 1?",
        "A share can be taken of a gate. Is anything done to it afterwards?",
        {
            "σ(1 - f)": edit(coupled_cell, "(1 - f_t) * g_t", "sigmoid(1 - f_t) * g_t"),
        },
        test="Print both shares of one unit, and their sum.",
    ),
    Mistake(
        "L2",
        "no tanh on the output",
        "Can your h leave (-1, 1)?",
        "The state shows the cell, and something lies between them besides the gate.",
        {
            "": edit(coupled_cell, "np.tanh(c_t), c_t", "c_t, c_t"),
        },
        test="Set c_prev to 5 and the biases of f and o to 100.",
    ),
    Mistake(
        "L2o",
        "tanh around the output gate too",
        "The cell is very large and the output gate at a half. What should h be, and what is yours?",
        "Which of the two comes first: tanh, or the gate?",
        {
            "outside": edit(coupled_cell, "o_t * np.tanh(c_t), c_t", "np.tanh(o_t * c_t), c_t"),
        },
        test="Set c_prev to 50, the biases of f to 100, and all that concerns o to 0.",
    ),
    Mistake(
        "L2s",
        "σ in the place of tanh on the output",
        "Can the h of the task be negative? Can yours?",
        "The state shows the cell, and something lies between them besides the gate.",
        {
            "σ": edit(coupled_cell, "np.tanh(c_t), c_t", "sigmoid(c_t), c_t"),
        },
        test="Set c_prev to -5 and the biases of f and o to 100.",
    ),
    Mistake(
        "L3",
        "the cell squashed",
        "A cell that starts at 5 and forgets nothing: what is it after one step of yours?",
        "Of the two that go on, one is squashed and one is not.",
        {
            "": edit(coupled_cell, CELL, f"np.tanh({CELL})"),
            "as it goes on": edit(coupled_cell, "np.tanh(c_t), c_t", "np.tanh(c_t), np.tanh(c_t)"),
        },
        test="Set c_prev to 5 and the biases of f to 100.",
    ),
    Mistake(
        "L4",
        "the candidate through σ, or a gate through tanh",
        "Can your candidate be negative? Can one of your gates?",
        "Which of the three are shares, and which is a content with a sign?",
        {
            "g": edit(coupled_gates, "np.tanh(a_g)", "sigmoid(a_g)"),
            "f": edit(coupled_gates, "sigmoid(a_f)", "np.tanh(a_f)"),
            "o": edit(coupled_gates, "sigmoid(a_o)", "np.tanh(a_o)"),
            "g by the rectifier": edit(coupled_gates, "np.tanh(a_g)", "np.maximum(a_g, 0)"),
            "all through σ": edit(coupled_gates, SPLIT, f"a_f, a_g, a_o = np.split({SUM}, 3, axis=1)")
            + edit(coupled_gates, ACTIVATED, "sigmoid(a_f), sigmoid(a_g), sigmoid(a_o)"),
        },
        test="Make the biases of all rows -100, and print the three.",
    ),
    Mistake(
        "L4n",
        "the candidate as it is",
        "Between which bounds should the candidate lie? Does yours?",
        "Two of the three are shares, and one is a content with a sign. What squashes each of them?",
        {
            "g as it is": edit(coupled_gates, "np.tanh(a_g)", "a_g"),
        },
        test="Make the biases of all rows 100, and print the three.",
    ),
    Mistake(
        "L5",
        "another cell in the output",
        "Has your h_t seen what this step has just written?",
        "Which cell does the output gate open, and which stands in your line?",
        {
            "the old one": edit(coupled_cell, "np.tanh(c_t), c_t", "np.tanh(c_prev), c_t"),
            "what is kept": edit(coupled_cell, "np.tanh(c_t), c_t", "np.tanh(f_t * c_prev), c_t"),
        },
        test="Set the biases of f to 100, then to -100. Which of c_prev and the candidate should h_t show each time?",
    ),
    Mistake(
        "L5g",
        "the candidate in the output",
        "Has your h_t seen what was kept of the old cell?",
        "Which cell does the output gate open, and which stands in your line?",
        {
            "the candidate": edit(coupled_cell, "np.tanh(c_t), c_t", "np.tanh(g_t), c_t"),
        },
        test="Set the biases of f to 100: does h_t depend on c_prev then?",
    ),
    Mistake(
        "L7",
        "h in the place of c",
        "An LSTM hands on two things. Which of them is kept by the forget gate?",
        "Change c_prev alone, then h_prev alone: what should each of them reach?",
        {
            "kept": edit(coupled_cell, "f_t * c_prev", "f_t * h_prev"),
            "both": edit(coupled_cell, "f_t * c_prev", "f_t * h_prev")
            + edit(coupled_cell, "x_t, h_prev, W_ih", "x_t, c_prev, W_ih"),
        },
        test="Set W_hh to zeros: should c_t depend on h_prev?",
    ),
    Mistake(
        "L7g",
        "the cell in the gates",
        "Change h_prev alone, and leave c_prev as it is. Do your gates notice? Should they?",
        "An LSTM hands on two things. Which of them do the gates hear?",
        {
            "c to the gates": edit(coupled_cell, "x_t, h_prev, W_ih", "x_t, c_prev, W_ih"),
        },
        test="Change c_prev alone, and print the gates.",
    ),
    Mistake(
        "L8",
        "hard sigmoid",
        "Compare your gate at 3 with σ(3). Is a straight line near enough?",
        "Some libraries put a line with two corners in the place of σ.",
        {
            "0.2": edit(sigmoid, LOGISTIC, "np.clip(0.2 * a + 0.5, 0, 1)"),
            "1/6": edit(sigmoid, LOGISTIC, "np.clip(a / 6 + 0.5, 0, 1)"),
        },
        test="Print your gate at 0, 1, 2 and 3.",
    ),
    Mistake(
        "K6",
        "another function than σ",
        "What is σ of 2, and what is σ of -2? What does your function give?",
        "A sign, or a factor in the exponent, decides which way a gate opens.",
        {
            "sign": edit(sigmoid, LOGISTIC, "1 / (1 + np.exp(a))"),
            "half": edit(sigmoid, LOGISTIC, "0.5 + 0.5 * np.tanh(a)"),
            "a softer sign": edit(sigmoid, LOGISTIC, "a / (1 + np.abs(a))"),
        },
        test="Compare your function with σ(1) = 0.731.",
    ),
    Mistake(
        "R5",
        "reshaped in place of transposed",
        "Exchange two examples of the batch. Does anything change but their order?",
        "The shape is right, but follow one example through your arrays: do its numbers stay together?",
        {
            "both": edit(coupled_gates, "x_t @ W_ih.T", "(W_ih @ x_t.T).reshape(len(x_t), -1)")
            + edit(coupled_gates, "h_prev @ W_hh.T", "(W_hh @ h_prev.T).reshape(len(x_t), -1)"),
            "the state": edit(coupled_gates, "h_prev @ W_hh.T", "(W_hh @ h_prev.T).reshape(len(x_t), -1)"),
            "the input": edit(coupled_gates, "x_t @ W_ih.T", "(W_ih @ x_t.T).reshape(len(x_t), -1)"),
            "cut across examples": edit(coupled_gates, SPLIT, f"a_f, a_g, a_o = ({SUM}).reshape(3, *h_prev.shape)"),
        },
        test="Number the entries of a small array, and print it reshaped and transposed.",
    ),
    Mistake(
        "R5s",
        "cut along the examples",
        "Print the shape of one of your blocks. How many examples has it, and along which axis was it cut?",
        "Examples are rows, and the blocks stand side by side. What is cut where no axis is named?",
        sees=cut_along_examples,
        test="Take one example: how many rows are there to be cut in three?",
    ),
    Mistake(
        "R7",
        "the bias left out, or added twice",
        "With all weights, inputs and states zero, how far should your gates be open?",
        "There is one bias here, and it counts once for each of the three blocks.",
        {
            "": edit(coupled_gates, " + b, 3", ", 3"),
            "twice": edit(coupled_gates, " + b, 3", " + 2 * b, 3"),
            "of f alone": edit(coupled_gates, " + b, 3", " + b * (np.arange(len(b)) < len(b) // 3), 3"),
        },
        test="Set all weights to zeros, and print the three.",
    ),
    Mistake(
        "R3n",
        "the state or the input left out",
        "Change one argument after the other. Which of them has no influence on your answer?",
        "Every block hears two things besides its bias.",
        {
            "h": edit(coupled_gates, "h_prev @ W_hh.T", "0 * h_prev @ W_hh.T"),
            "x": edit(coupled_gates, "x_t @ W_ih.T", "0 * x_t @ W_ih.T"),
        },
        test="Set W_ih to zeros, then W_hh: does each of the three still move with the other?",
    ),
    Mistake(
        "R3g",
        "the state left out in some of the blocks",
        "Change h_prev alone. Which of the three move in yours, and which should?",
        "Every block hears two things besides its bias.",
        {
            "h in the gates": edit(coupled_gates, ACTIVATED, "sigmoid(a_f - h_f), np.tanh(a_g), sigmoid(a_o - h_o)")
            + edit(coupled_gates, SPLIT, f"h_f, _, h_o = np.split(h_prev @ W_hh.T, 3, axis=1)\n    {SPLIT}"),
            "h in the candidate": edit(coupled_gates, ACTIVATED, "sigmoid(a_f), np.tanh(a_g - h_g), sigmoid(a_o)")
            + edit(coupled_gates, SPLIT, f"_, h_g, _ = np.split(h_prev @ W_hh.T, 3, axis=1)\n    {SPLIT}"),
        },
        test="Set W_ih to zeros, then W_hh: does each of the three still move with the other?",
    ),
    Mistake(
        "L2g",
        "another gate on the output",
        "Shut the output gate, and leave the other one half open. What should h_t be, and what is it with you?",
        "One gate is for the cell, and one for what is shown of it.",
        {
            "f": edit(coupled_cell, "o_t * np.tanh(c_t), c_t", "f_t * np.tanh(c_t), c_t"),
            "1 - f": edit(coupled_cell, "o_t * np.tanh(c_t), c_t", "(1 - f_t) * np.tanh(c_t), c_t"),
            "1 - o": edit(coupled_cell, "o_t * np.tanh(c_t), c_t", "(1 - o_t) * np.tanh(c_t), c_t"),
        },
        test="Set the biases of o to -100, then to 100, and look at h_t.",
    ),
    Mistake(
        "L2f",
        "two gates on the output",
        "How many gates lie between the new cell and h_t, by the task and with you?",
        "One gate is for the cell, and one for what is shown of it.",
        {
            "f too": edit(coupled_cell, "o_t * np.tanh(c_t), c_t", "o_t * f_t * np.tanh(c_t), c_t"),
            "1 - f too": edit(coupled_cell, "o_t * np.tanh(c_t), c_t", "o_t * (1 - f_t) * np.tanh(c_t), c_t"),
        },
        test="Set the biases of o to 100, then those of f to 100 and to -100. Is h_t the squashed cell each time?",
    ),
    Mistake(
        "L6x",
        "the share taken of the candidate",
        "Which of the two is a share, f or the candidate? Which of them stands behind 1 - with you?",
        "What is not kept is written: how much is that?",
        {
            "(1 - g) f": edit(coupled_cell, "(1 - f_t) * g_t", "(1 - g_t) * f_t"),
            "(1 - g) c": edit(coupled_cell, CELL, "f_t * g_t + (1 - g_t) * c_prev"),
        },
        test="Set the biases of g to 100, so that the candidate is 1, and those of f to 0. What is c_t for c_prev = 0?",
    ),
    Mistake(
        "L3p",
        "the old cell squashed",
        "A cell of 5 is kept whole: the biases of f are 100. What is c_t with you?",
        "Where tanh stands, the cell is shown. Is it shown here, or handed on?",
        edit(coupled_cell, "f_t * c_prev", "f_t * np.tanh(c_prev)"),
        test="Set c_prev to 5 and the biases of f to 100, and look at c_t.",
    ),
    Mistake(
        "L5r",
        "the old state blended in, as in a GRU",
        "Shut the output gate. What should be left in h_t, and what is left with you?",
        "In an LSTM the new state comes from the cell alone.",
        {
            "1 - o of the old state": edit(
                coupled_cell, "o_t * np.tanh(c_t), c_t", "(1 - o_t) * h_prev + o_t * np.tanh(c_t), c_t"
            ),
            "o of the old state": edit(
                coupled_cell, "o_t * np.tanh(c_t), c_t", "o_t * h_prev + (1 - o_t) * np.tanh(c_t), c_t"
            ),
            "f of the old state": edit(
                coupled_cell, "o_t * np.tanh(c_t), c_t", "f_t * h_prev + (1 - f_t) * np.tanh(c_t), c_t"
            ),
        },
        test="Set the biases of o to -100, and look at h_t.",
    ),
    Mistake(
        "R3r",
        "a gate on the state within the candidate, as in a GRU",
        "Which state does the candidate hear: h_{t-1} as it is, or what a gate leaves of it?",
        "Here no gate acts before a gate is needed: all three hear the same.",
        {
            "f": edit(coupled_gates, ACTIVATED, "sigmoid(a_f), np.tanh(a_g + (sigmoid(a_f) - 1) * h_g), sigmoid(a_o)")
            + edit(coupled_gates, SPLIT, f"_, h_g, _ = np.split(h_prev @ W_hh.T, 3, axis=1)\n    {SPLIT}"),
            "f, before the matrix": edit(
                coupled_gates,
                ACTIVATED,
                "sigmoid(a_f), np.tanh(a_g + ((sigmoid(a_f) - 1) * h_prev) @ W_g.T), sigmoid(a_o)",
            )
            + edit(coupled_gates, SPLIT, f"_, W_g, _ = np.split(W_hh, 3)\n    {SPLIT}"),
        },
        test="Set the biases of f to -100: does the candidate still move with h_prev?",
    ),
    Mistake(
        "R7o",
        "the biases outside of σ and tanh",
        "With all weights zero and biases of 3, how far is your gate open? Can a gate be open that far?",
        "A bias moves what goes into a function, not what comes out of it.",
        edit(
            coupled_gates, SPLIT, f"a_f, a_g, a_o = np.split({SUM} - b, 3, axis=1)\n    b_f, b_g, b_o = np.split(b, 3)"
        )
        + edit(coupled_gates, ACTIVATED, "sigmoid(a_f) + b_f, np.tanh(a_g) + b_g, sigmoid(a_o) + b_o"),
        test="Set all weights to zeros and the biases to 3, and print the three.",
    ),
)


def coupled(r: Generator, B: int, F: int, H: int, dtype: Any = float) -> tuple[Any, ...]:
    """A step from a state and a cell that are not empty."""
    x_t, h_prev, c_prev = r.normal(size=(B, F)), r.uniform(-0.9, 0.9, (B, H)), 1.5 * r.normal(size=(B, H))
    W_ih, W_hh, b = r.normal(size=(3 * H, F)), r.normal(size=(3 * H, H)), r.normal(size=3 * H)
    return tuple(a.astype(dtype) for a in (x_t, h_prev, c_prev, 0.8 * W_ih, 0.8 * W_hh, b))


COUPLED = (
    Value("x_t", "B F"),
    Value("h_prev", "B H", "h_{t-1}"),
    Value("c_prev", "B H", "c_{t-1}"),
    Value("W_ih", "3H F", "the rows of f, g and o, in this order"),
    Value("W_hh", "3H H", "as W_ih"),
    Value("b", "3H", "as W_ih"),
)

coupled_exercise = Exercise(
    name="lstm_gru.coupled_cell",
    task="One step of an LSTM (eq-lstm-gru-cell) whose input gate is 1 - f_t: c_t = f_t ⊙ c_{t-1} + (1 - f_t) ⊙ g_t. "
    "The weights have three blocks, f, g, o, and one bias. Return h_t and c_t. Keep the dtype; NumPy only.",
    arguments=COUPLED,
    outputs=(Value("h_t", "B H"), Value("c_t", "B H")),
    probe="h_prev",
    reference=coupled_cell,
    gates="fgo",
    cases={
        "general": lambda r: coupled(r, 3, 2, 4),
        "one example": lambda r: coupled(r, 1, 3, 4),
        "one unit": lambda r: coupled(r, 2, 3, 1),
        "as many of all": lambda r: coupled(r, 3, 3, 3),
        "float32": lambda r: coupled(r, 3, 4, 2, np.float32),
    },
    facets=(Facet("c_t", 3, outputs=("c_t",)), Facet("h_t", 3, outputs=("h_t",))),
    mistakes=COUPLED_MISTAKES,
)

# ---------------------------------------------------------------------------------------------------------------------
# A padded batch


@checked
def padded_forward(
    x: T_B_F, h0: B_H, c0: B_H, W_ih: H4_F, W_hh: H4_H, b_ih: H4_, b_hh: H4_, lengths: T_lengths
) -> tuple[T_B_H, T_B_H]:
    r"""The LSTM over examples of several lengths, filled up at the end: what is finished stays as it is.

    .. math:: (h_t, c_t)_b = \begin{cases} \operatorname{cell}(x_t, h_{t-1}, c_{t-1})_b & t \le \text{length}_b \\
       (h_{t-1}, c_{t-1})_b & \text{otherwise} \end{cases}

    The last row has the last state and cell of each example. Returns h and c.
    """
    h_t, c_t, steps = h0, c0, []
    w = LSTMWeights(W_ih, W_hh, b_ih, b_hh)
    for t, x_t in enumerate(x):
        runs = (t < lengths)[:, None]
        h_new, c_new = lstm_cell(x_t, h_t, c_t, w)
        h_t, c_t = np.where(runs, h_new, h_t), np.where(runs, c_new, c_t)
        steps.append((h_t, c_t))
    return np.stack([h for h, _ in steps]), np.stack([c for _, c in steps])


sign(globals(), "padded_forward")

RUNS = "(t < lengths)[:, None]"
BLOCKS = "a_i, a_f, a_g, a_o = np.split"


def resorted(order: str) -> Form:
    """The columns in this order."""
    return edit(
        padded_forward, "np.stack([h for h, _ in steps])", f"np.stack([h for h, _ in steps])[:, {order}]"
    ) + edit(padded_forward, "np.stack([c for _, c in steps])", f"np.stack([c for _, c in steps])[:, {order}]")


PADDED_MISTAKES = (
    Mistake(
        "P1",
        "lengths not used",
        "Does your answer change when the padding changes? Should it?",
        "An example of two steps has a state after two steps. What happens to it afterwards in yours?",
        edit(padded_forward, RUNS, "(lengths > 0)[:, None]"),
        test="Take one example of length 1 with T = 3, and print its three states.",
    ),
    Mistake(
        "P2",
        "the cell goes on in the padding, or the state",
        "An LSTM hands on two things. How many of them does a finished example keep in yours?",
        "Compare the last row of both outputs with the row in which an example ends.",
        {
            "the cell": edit(padded_forward, "np.where(runs, c_new, c_t)", "c_new"),
            "the state": edit(padded_forward, "np.where(runs, h_new, h_t)", "h_new"),
            "the state, of the kept cell": edit(
                padded_forward,
                "np.where(runs, h_new, h_t)",
                "h_new / np.tanh(c_new) * np.tanh(np.where(runs, c_new, c_t))",
            ),
        },
        test="Take one example of length 1 with T = 3, and print its states and its cells.",
    ),
    Mistake(
        "P3",
        "zeros after the end",
        "Where an example is finished, what stands in your arrays, and what does the task ask for?",
        "Packed sequences of some libraries give zeros there. Is that what a finished example keeps?",
        {
            "both": edit(padded_forward, "h_new, h_t)", "h_new, 0 * h_t)")
            + edit(padded_forward, "c_new, c_t)", "c_new, 0 * c_t)"),
            "the state": edit(padded_forward, "h_new, h_t)", "h_new, 0 * h_t)"),
            "the cell": edit(padded_forward, "c_new, c_t)", "c_new, 0 * c_t)"),
        },
        test="Print the row in which an example ends, and the row after it.",
    ),
    Mistake(
        "P4",
        "the start after the end",
        "Which state and which cell has a finished example in yours: its last ones, or those before its first step?",
        "What is kept is the state of the step before, not that of the beginning.",
        {
            "both": edit(padded_forward, "h_new, h_t)", "h_new, h0)")
            + edit(padded_forward, "c_new, c_t)", "c_new, c0)"),
            "the cell": edit(padded_forward, "c_new, c_t)", "c_new, c0)"),
            "the state": edit(padded_forward, "h_new, h_t)", "h_new, h0)"),
        },
        test="Take one example of length 2 with T = 4, and compare its last rows with h0 and c0.",
    ),
    Mistake(
        "P5",
        "a step too many or too few",
        "An example of length 1: how many steps of yours does it make?",
        "Your loop counts from 0. Which is the index of the last step of an example with three?",
        {
            "too many": edit(padded_forward, "t < lengths", "t <= lengths"),
            "too few": edit(padded_forward, "t < lengths", "t + 1 < lengths"),
        },
        test="Print, for each step of the loop, which examples run.",
    ),
    Mistake(
        "P6",
        "examples taken for sorted",
        "Which examples run at a step in yours: those that are long enough, or the first of the batch?",
        "Lengths come in any order here.",
        {
            "by their number": edit(padded_forward, RUNS, "(np.arange(len(lengths)) < (lengths > t).sum())[:, None]"),
            "by sorted lengths": edit(padded_forward, RUNS, "(t < np.sort(lengths)[::-1])[:, None]"),
            "by sorted lengths, upwards": edit(padded_forward, RUNS, "(t < np.sort(lengths))[:, None]"),
        },
        test="Exchange two examples with their lengths: does anything change but their order?",
    ),
    Mistake(
        "P6s",
        "left in the order in which they were sorted",
        "Which example of the batch does the first column of your answer belong to?",
        "What was put in order for the loop has to go back to its place.",
        {
            "the longest first": resorted("np.argsort(-lengths, kind='stable')"),
            "the longest first, equal ones turned round": resorted("np.argsort(lengths, kind='stable')[::-1]"),
            "the shortest first": resorted("np.argsort(lengths, kind='stable')"),
        },
        test="Exchange two examples with their lengths: should the columns of your answer stay or go with them?",
    ),
    Mistake(
        "P7",
        "one length for all",
        "Does each example end by its own length in yours?",
        "Change the length of one example alone. Which examples should notice?",
        {
            "the longest": edit(padded_forward, RUNS, "(t < 0 * lengths + lengths.max())[:, None]"),
            "the shortest": edit(padded_forward, RUNS, "(t < 0 * lengths + lengths.min())[:, None]"),
            "the first": edit(padded_forward, RUNS, "(t < 0 * lengths + lengths[0])[:, None]"),
            "the last": edit(padded_forward, RUNS, "(t < 0 * lengths + lengths[-1])[:, None]"),
            "the mean": edit(padded_forward, RUNS, "(t < 0 * lengths + lengths.mean())[:, None]"),
            "that of the step": edit(
                padded_forward, RUNS, "(t < 0 * lengths + lengths[min(t, len(lengths) - 1)])[:, None]"
            ),
            "until all are finished": edit(padded_forward, RUNS, "(0 * lengths + (t < lengths).any() > 0)[:, None]"),
            "while all run": edit(padded_forward, RUNS, "(0 * lengths + (t < lengths).all() > 0)[:, None]"),
        },
        test="Take two examples of the lengths 1 and 3, with T = 4.",
    ),
    Mistake(
        "P8",
        "the padding at the front",
        "At which end of an example stands its padding: before its first step, or after its last?",
        "The first row of x is the first step of every example.",
        edit(padded_forward, "t < lengths", "t >= len(x) - lengths"),
        test="Take one example of length 1 with T = 3: after which step should its state change?",
    ),
    Mistake(
        "P9",
        "the input masked, not the state",
        "A step with an input of zeros: does it leave the state as it was?",
        "Biases and the state itself move a cell without any input.",
        {
            "": edit(padded_forward, "lstm_cell(x_t,", "lstm_cell(np.where(runs, x_t, 0 * x_t),")
            + edit(padded_forward, "np.where(runs, h_new, h_t)", "h_new")
            + edit(padded_forward, "np.where(runs, c_new, c_t)", "c_new"),
        },
        test="Set all inputs to zeros, and print the states of three steps.",
    ),
    Mistake(
        "P11",
        "the old and the new exchanged",
        "Which examples move in your loop: those that still run, or those that are finished?",
        "A choice between two has an order.",
        edit(padded_forward, "t < lengths", "t >= lengths"),
        test="Take all examples as long as T. Does anything move?",
    ),
    Mistake(
        "R1",
        "the start not used",
        "Does your first step depend on both h0 and c0?",
        "Double one of them and leave all else as it is. What should change?",
        {
            "h0": edit(padded_forward, "h_t, c_t, steps = h0,", "h_t, c_t, steps = 0 * h0,"),
            "c0": edit(padded_forward, "= h0, c0, []", "= h0, 0 * c0, []"),
            "both": edit(padded_forward, "= h0, c0, []", "= 0 * h0, 0 * c0, []"),
        },
        test="Take T = 1, and do the step by hand.",
    ),
    Mistake(
        "L1",
        "gates in another order",
        "In which order are the four blocks stacked here, and in which do you read them?",
        "The pieces are right, but two of them answer for each other.",
        {
            " ".join(names): edit(lstm_gates, BLOCKS, ", ".join(f"a_{n}" for n in names) + " = np.split")
            for names in ("ifog", "figo", "igfo", "fiog", "gifo")
        },
        test="Make the biases of one block large, and see which of your gates opens.",
    ),
    Mistake(
        "L2",
        "no tanh on the output",
        "Can your h leave (-1, 1)?",
        "The state shows the cell, and something lies between them besides the gate.",
        edit(lstm_cell, "np.tanh(c_t)", "c_t"),
        test="Set c0 to 5 and the biases of f and o to 100.",
    ),
    Mistake(
        "L3",
        "the cell squashed",
        "The cell should be able to count. How high can yours?",
        "Of the two that go on, one is squashed and one is not.",
        edit(lstm_cell, "f_t * c_prev + i_t * g_t", "np.tanh(f_t * c_prev + i_t * g_t)"),
        test="Set c0 to 5 and the biases of f to 100.",
    ),
    Mistake(
        "L4",
        "the candidate through σ",
        "Can the candidate of the task be negative? Can yours?",
        "Which of the four are shares, and which is a content with a sign?",
        edit(lstm_gates, "np.tanh(a_g)", "sigmoid(a_g)"),
        test="Make the biases of g -100, and print c_t.",
    ),
    Mistake(
        "L6",
        "the input gate missing or tied, or the forget gate missing",
        "Close both gates by their biases: what is left of c?",
        "Two terms, and a gate of its own before each.",
        {
            "missing": edit(lstm_cell, "i_t * g_t", "g_t"),
            "tied": edit(lstm_cell, "i_t * g_t", "(1 - f_t) * g_t"),
            "forget gate missing": edit(lstm_cell, "f_t * c_prev", "c_prev"),
        },
        test="Set the biases of i and f to -100.",
    ),
    Mistake(
        "L7",
        "the cell not carried",
        "An LSTM hands on two things. Does your second step know the cell of the first?",
        "Print both arguments of each step.",
        {
            "c0 each time": edit(padded_forward, "h_t, c_t, w)", "h_t, c0, w)"),
            "both": edit(padded_forward, "h_t, c_t, w)", "h0, c0, w)"),
            "h for c": edit(lstm_cell, "f_t * c_prev", "f_t * h_prev"),
        },
        test="Take T = 2, and do the second step by hand.",
    ),
    Mistake(
        "L7h",
        "the state not carried",
        "An LSTM hands on two things. Does your second step know the state of the first?",
        "Print both arguments of each step.",
        {
            "h each time": edit(padded_forward, "h_t, c_t, w)", "h0, c_t, w)"),
        },
        test="Take T = 2, and do the second step by hand.",
    ),
    Mistake(
        "R7",
        "a bias left out, or one of them twice",
        "With all weights and inputs zero, how far should each gate be open?",
        "Two biases, one beside each matrix: each counts once.",
        {
            "b_ih": edit(lstm_gates, " + w.b_ih", ""),
            "b_hh": edit(lstm_gates, " + w.b_hh", ""),
            "both": edit(lstm_gates, " + w.b_ih", "") + edit(lstm_gates, " + w.b_hh", ""),
            "b_ih twice": edit(lstm_gates, " + w.b_hh", " + w.b_ih"),
            "b_hh twice": edit(lstm_gates, " + w.b_ih", " + w.b_hh"),
        },
        test="Set all weights to zeros, and change one bias after the other.",
    ),
    Mistake(
        "L8",
        "hard sigmoid",
        "Compare your gate at 3 with σ(3). Is a straight line near enough?",
        "Some libraries put a line with two corners in the place of σ.",
        edit(sigmoid, LOGISTIC, "np.clip(0.2 * a + 0.5, 0, 1)"),
        test="Print your gate at 0, 1, 2 and 3.",
    ),
    Mistake(
        "R12",
        "the same array at every step",
        "Are your states of the first and of the last step one and the same? And your cells?",
        "A list can hold one array many times; writing into it changes every entry.",
        {
            "both": edit(padded_forward, "[h for h, _ in steps]", "[h_t for _ in steps]")
            + edit(padded_forward, "[c for _, c in steps]", "[c_t for _ in steps]"),
            "states": edit(padded_forward, "[h for h, _ in steps]", "[h_t for _ in steps]"),
            "cells": edit(padded_forward, "[c for _, c in steps]", "[c_t for _ in steps]"),
        },
        test="Print the first entry that you keep, in each pass of your loop.",
    ),
)


def padded(r: Generator, lengths: list[int], T: int, F: int, H: int, dtype: Any = float) -> tuple[Any, ...]:
    """Examples of these lengths, in this order, with large numbers in the padding."""
    B = len(lengths)
    x = np.where(np.arange(T)[:, None, None] < np.array(lengths)[:, None], 1.0, 6.0) * r.normal(size=(T, B, F))
    h0, c0, W_ih, W_hh = (r.normal(size=size) for size in ((B, H), (B, H), (4 * H, F), (4 * H, H)))
    b_ih, b_hh = r.normal(size=(2, 4 * H))
    arrays = (x, 0.6 * h0, 1.5 * c0, 0.6 * W_ih, 0.6 * W_hh, b_ih, b_hh)
    return (*(a.astype(dtype) for a in arrays), np.array(lengths))


padded_exercise = Exercise(
    name="lstm_gru.padded_forward",
    task="torch's LSTM (eq-lstm-gru-forward) over a batch of several lengths: example b has lengths[b] steps, and what "
    "follows in x is padding. From then on it keeps its h and its c. Return h and c. Keep the dtype; NumPy only.",
    arguments=(
        Value("x", "T B F", "filled up at the end with any numbers"),
        Value("h0", "B H"),
        Value("c0", "B H"),
        Value("W_ih", "4H F", "the rows of i, f, g and o, in this order"),
        Value("W_hh", "4H H", "as W_ih"),
        Value("b_ih", "4H", "as W_ih"),
        Value("b_hh", "4H", "as W_ih"),
        Value("lengths", "B", "from 1 to T, in any order", integers=True),
    ),
    outputs=(Value("h", "T B H"), Value("c", "T B H")),
    probe="h0",
    reference=padded_forward,
    gates="ifgo",
    cases={
        "general": lambda r: padded(r, [3, 6, 1, 4], 6, 2, 3),
        "one step": lambda r: padded(r, [1, 1, 1], 1, 2, 3),
        "equally long": lambda r: padded(r, [4, 4], 4, 3, 2),
        "all shorter": lambda r: padded(r, [2, 3, 1], 5, 2, 3),
        "one example": lambda r: padded(r, [2], 4, 3, 2),
        "square": lambda r: padded(r, [2, 4, 1, 3], 4, 4, 4),
        "float32": lambda r: padded(r, [1, 3], 4, 2, 3, np.float32),
    },
    facets=(
        Facet("examples that are as long as the batch", 3, ("one step", "equally long")),
        Facet("h where examples end", 3, ("general", "all shorter", "one example", "square", "float32"), ("h",)),
        Facet("c where examples end", 2, ("general", "all shorter", "one example", "square", "float32"), ("c",)),
    ),
    mistakes=PADDED_MISTAKES,
)

# ---------------------------------------------------------------------------------------------------------------------
# The step with coupled gates, backwards


@checked
def coupled_backward(
    dh_t: B_H, dc_rec: B_H, x_t: B_F, h_prev: B_H, c_prev: B_H, W_ih: H3_F, W_hh: H3_H, b: H3_
) -> tuple[H3_F, H3_H, H3_, B_F, B_H, B_H]:
    r"""The step of :func:`coupled_cell` backwards: f kept the one and let in the other.

    .. math:: da^f_t = dc_t \odot (c_{t-1} - g_t) \odot f_t (1 - f_t), \qquad
       da^g_t = dc_t \odot (1 - f_t) \odot (1 - g_t^2)

    Returns dW_ih, dW_hh, db, dx_t, dh_rec and dc_rec.
    """
    f_t, g_t, o_t = coupled_gates(x_t, h_prev, W_ih, W_hh, b)
    c_t = f_t * c_prev + (1 - f_t) * g_t
    dc_t = dc_rec + dh_t * o_t * (1 - np.tanh(c_t) ** 2)
    da_f = dc_t * (c_prev - g_t) * f_t * (1 - f_t)
    da_g = dc_t * (1 - f_t) * (1 - g_t**2)
    da_o = dh_t * np.tanh(c_t) * o_t * (1 - o_t)
    da = np.concatenate([da_f, da_g, da_o], axis=1)
    return da.T @ x_t, da.T @ h_prev, da.sum(axis=0), da @ W_ih, da @ W_hh, dc_t * f_t


sign(globals(), "coupled_backward")

DC = "dc_t = dc_rec + dh_t * o_t * (1 - np.tanh(c_t) ** 2)"
SLOPE_F, SLOPE_G, SLOPE_O = "* f_t * (1 - f_t)", "(1 - g_t**2)", "* o_t * (1 - o_t)"


def by_one_gate(gate: str) -> Form:
    """What one gate alone sends back."""
    return edit(
        coupled_backward, "da @ W_hh", f"da_{gate} @ W_hh[{'fgo'.index(gate)} * f_t.shape[1] :][: f_t.shape[1]]"
    )


def without_gate(gate: str) -> Form:
    """What all gates but one send back."""
    block = f"np.arange(da.shape[1]) // f_t.shape[1] != {'fgo'.index(gate)}"
    return edit(coupled_backward, "da @ W_hh", f"(da * ({block})) @ W_hh")


BACK_MISTAKES = (
    Mistake(
        "L9",
        "what the next step sends back to c left out",
        "The cell left this step by two doors. Through how many does your gradient come in?",
        "Set dh_t to zeros. Is anything left of your gradients? Should something be?",
        {
            "": edit(coupled_backward, "dc_rec + dh_t", "dh_t"),
        },
        test="Take dh_t of zeros and dc_rec of ones, and go through the step by hand.",
    ),
    Mistake(
        "L9a",
        "what the next step sends back to c kept from the gates",
        "The gradient from the next step reaches this cell. Does it go on to the gates in yours?",
        "Set dh_t to zeros. Which of your gradients are left? Which should be?",
        {
            "added at the end": edit(coupled_backward, "dc_rec + dh_t", "dh_t")
            + edit(coupled_backward, "dc_t * f_t", "(dc_t + dc_rec) * f_t"),
        },
        test="Take dh_t of zeros and dc_rec of ones, and go through the step by hand.",
    ),
    Mistake(
        "L10",
        "the way from h to c left out",
        "The cell left this step by two doors. Through how many does your gradient come in?",
        "Set dc_rec to zeros. Does the cell get any gradient in yours? Should it?",
        edit(coupled_backward, DC, "dc_t = dc_rec"),
        test="Take dc_rec of zeros, dh_t of ones and an open output gate.",
    ),
    Mistake(
        "L11",
        "the slope of tanh of another value, or left out",
        "Between c_t and h_t lies tanh. At which value is its slope taken in yours?",
        "What goes into this tanh is the cell as it is, squashed by nothing.",
        {
            "left out": edit(coupled_backward, "o_t * (1 - np.tanh(c_t) ** 2)", "o_t"),
            "squashed twice": edit(coupled_backward, "(1 - np.tanh(c_t) ** 2)", "(1 - np.tanh(np.tanh(c_t)) ** 2)"),
            "the old cell": edit(coupled_backward, "(1 - np.tanh(c_t) ** 2)", "(1 - np.tanh(c_prev) ** 2)"),
            "h": edit(coupled_backward, "(1 - np.tanh(c_t) ** 2)", "(1 - (o_t * np.tanh(c_t)) ** 2)"),
        },
        test="Set c_prev to 5 and f to 0, then to 1, by its biases. How much can pass from h to c each time?",
    ),
    Mistake(
        "L11q",
        "the slope of tanh without a square",
        "How steep is tanh at 1, and how steep at -1? What does your slope give at both?",
        "tanh is as steep on one side of 0 as on the other. Which power has that property?",
        {
            "not squared": edit(coupled_backward, "(1 - np.tanh(c_t) ** 2)", "(1 - np.tanh(c_t))"),
        },
        test="Compare your slope with difference quotients of tanh at 1 and at -1.",
    ),
    Mistake(
        "L11c",
        "the slope of tanh from what goes in",
        "Can the slope of tanh be negative? Can yours?",
        "With 1 - y² one writes a slope of tanh. Is that y what goes in, or what comes out?",
        {
            "c": edit(coupled_backward, "(1 - np.tanh(c_t) ** 2)", "(1 - c_t ** 2)"),
        },
        test="Put the cell near 5, where tanh is flat. How much should pass from h to c, and how much does?",
    ),
    Mistake(
        "L10o",
        "the output gate left out on the way from h to c",
        "With the output gate shut, can the loss know of c_t through h_t? Can it in your gradient?",
        "Going forward, something multiplied the squashed cell. Going back it does so again.",
        {
            "": edit(coupled_backward, "dh_t * o_t *", "dh_t *"),
            "all of dh_t": edit(coupled_backward, DC, "dc_t = dc_rec + dh_t"),
        },
        test="Set the biases of o to -100, and look at the gradient of the cell.",
    ),
    Mistake(
        "L10s",
        "the slope of the output gate on the way from h to c",
        "The output gate is quite open. How much should pass from h_t to the cell, and how much does in yours?",
        "On the way to the cell the gate is a factor. When is its slope needed?",
        {
            "its slope": edit(coupled_backward, "dh_t * o_t *", "dh_t * o_t * (1 - o_t) *"),
        },
        test="Set the biases of o to 100, and look at the gradient of the cell.",
    ),
    Mistake(
        "F1",
        "one of the two uses of f left out",
        "How many times does f_t stand in the formula of c_t? How many terms has its gradient in yours?",
        "Move f a little: the old cell counts more. What becomes of the candidate?",
        {
            "the candidate": edit(coupled_backward, "(c_prev - g_t)", "c_prev"),
            "the old cell": edit(coupled_backward, "(c_prev - g_t)", "g_t"),
            "the old cell, minus": edit(coupled_backward, "(c_prev - g_t)", "(-g_t)"),
        },
        test="Take a candidate equal to the old cell: how much does c_t change with f?",
    ),
    Mistake(
        "F2",
        "a wrong sign between the two uses of f",
        "When f grows, one share of c_t grows. What becomes of the other one, and what in yours?",
        "Take a candidate equal to the old cell: how much does c_t change with f?",
        {
            "plus": edit(coupled_backward, "(c_prev - g_t)", "(c_prev + g_t)"),
        },
        test="Compare your gradient of one bias of f with a difference quotient.",
    ),
    Mistake(
        "F2t",
        "the two uses of f exchanged",
        "When f grows, which of the two counts more in c_t? Which one has the plus in yours?",
        "With an old cell of 1 and a candidate of 0, does c_t rise or fall with f?",
        {
            "turned round": edit(coupled_backward, "(c_prev - g_t)", "(g_t - c_prev)"),
        },
        test="Compare your gradient of one bias of f with a difference quotient.",
    ),
    Mistake(
        "L15",
        "the new cell in the gradient of f",
        "On which cell did the forget gate act: the one before the step, or the one after it?",
        "By what was f multiplied in the formula of c_t?",
        edit(coupled_backward, "(c_prev - g_t)", "(c_t - g_t)"),
        test="Set c_prev and all weights to zeros, and compare db in the rows of f with difference quotients.",
    ),
    Mistake(
        "F3",
        "another share for the candidate",
        "By what was the candidate multiplied going forward, and by what is it going back?",
        "With f at 1 nothing of the candidate comes in. What should its gradient be then?",
        {
            "f": edit(coupled_backward, "dc_t * (1 - f_t) * (1 - g_t**2)", "dc_t * f_t * (1 - g_t**2)"),
            "none": edit(coupled_backward, "dc_t * (1 - f_t) * (1 - g_t**2)", "dc_t * (1 - g_t**2)"),
            "minus": edit(coupled_backward, "dc_t * (1 - f_t) * (1 - g_t**2)", "dc_t * (f_t - 1) * (1 - g_t**2)"),
        },
        test="Set the biases of f to 100, then to -100. Compare the rows of g in db with difference quotients.",
    ),
    Mistake(
        "L12",
        "the slope of a gate left out",
        "One of the three is treated unlike the others. Does each gradient pass the slope of its own function?",
        "Between what a gate receives and what it gives lies σ or tanh.",
        {
            "f": edit(coupled_backward, f" {SLOPE_F}", ""),
            "g": edit(coupled_backward, f" * {SLOPE_G}", ""),
            "o": edit(coupled_backward, f" {SLOPE_O}", ""),
        },
        test="Make the biases of one block 100: its rows of db should nearly vanish.",
    ),
    Mistake(
        "L12h",
        "half of the slope of σ",
        "A gate that is quite shut: how much does it change with what it receives? How large is your slope?",
        "σ is flat at both of its ends. Is your slope small at both?",
        {
            "f once": edit(coupled_backward, SLOPE_F, "* (1 - f_t)"),
            "o once": edit(coupled_backward, SLOPE_O, "* (1 - o_t)"),
        },
        test="Make the biases of one gate -100: its rows of db should nearly vanish.",
    ),
    Mistake(
        "L12a",
        "the slopes of all gates left out",
        "What does each block receive, and what does it give? How steep is the way between them in yours?",
        "Between what a gate receives and what it gives lies σ or tanh.",
        {
            "all": edit(coupled_backward, f" {SLOPE_F}", "")
            + edit(coupled_backward, f" * {SLOPE_G}", "")
            + edit(coupled_backward, f" {SLOPE_O}", ""),
        },
        test="Make the biases of one block 100: its rows of db should nearly vanish.",
    ),
    Mistake(
        "L13",
        "the slope of what was squashed already",
        "Is the gate in your slope from before its function or from after it? Which one does your formula expect?",
        "A slope can be written with what goes in, or with what comes out.",
        {
            "f": edit(coupled_backward, SLOPE_F, "* sigmoid(f_t) * (1 - sigmoid(f_t))"),
            "g": edit(coupled_backward, SLOPE_G, "(1 - np.tanh(g_t) ** 2)"),
            "o": edit(coupled_backward, SLOPE_O, "* sigmoid(o_t) * (1 - sigmoid(o_t))"),
            "f and o": edit(coupled_backward, SLOPE_F, "* sigmoid(f_t) * (1 - sigmoid(f_t))")
            + edit(coupled_backward, SLOPE_O, "* sigmoid(o_t) * (1 - sigmoid(o_t))"),
            "all": edit(coupled_backward, SLOPE_F, "* sigmoid(f_t) * (1 - sigmoid(f_t))")
            + edit(coupled_backward, SLOPE_G, "(1 - np.tanh(g_t) ** 2)")
            + edit(coupled_backward, SLOPE_O, "* sigmoid(o_t) * (1 - sigmoid(o_t))"),
        },
        test="Compare your slopes with difference quotients of σ and tanh at 1.",
    ),
    Mistake(
        "B3s",
        "the slope of the other function",
        "How steep is σ at its middle, and how steep is tanh at 0? Which of the two has each block?",
        "Two functions squash in much the same way, and each has a slope of its own.",
        {
            "g": edit(coupled_backward, SLOPE_G, "g_t * (1 - g_t)"),
            "f": edit(coupled_backward, SLOPE_F, "* (1 - f_t**2)"),
            "o": edit(coupled_backward, SLOPE_O, "* (1 - o_t**2)"),
            "f and o": edit(coupled_backward, SLOPE_F, "* (1 - f_t**2)")
            + edit(coupled_backward, SLOPE_O, "* (1 - o_t**2)"),
        },
        test="Set all weights and biases to zeros, and print your three slopes.",
    ),
    Mistake(
        "L14",
        "another value than tanh(c) in the gradient of o",
        "By what was o_t multiplied when it made h_t?",
        "The gradient of a factor has the other factor in it, as it stood there.",
        {
            "c": edit(coupled_backward, "dh_t * np.tanh(c_t) * o_t", "dh_t * c_t * o_t"),
            "the old cell": edit(coupled_backward, "dh_t * np.tanh(c_t) * o_t", "dh_t * np.tanh(c_prev) * o_t"),
            "h": edit(coupled_backward, "dh_t * np.tanh(c_t) * o_t", "dh_t * o_t * np.tanh(c_t) * o_t"),
        },
        test="Set c_prev to 2 and f to 1/2, and compare the rows of o in db with a difference quotient.",
    ),
    Mistake(
        "L14d",
        "the gradient of the cell for the output gate",
        "Which gradient reaches the output gate: that of the state, or that of the cell?",
        "In which of the two formulas of the step does o_t stand?",
        {
            "the gradient of c": edit(coupled_backward, "dh_t * np.tanh(c_t) * o_t", "dc_t * np.tanh(c_t) * o_t"),
        },
        test="Take dh_t of zeros and dc_rec of ones: what must the rows of o in db be?",
    ),
    Mistake(
        "L16",
        "another share for the cell before",
        "How much of c_{t-1} went into c_t? How much of the gradient goes back to it in yours?",
        "Going back, the cell passes the gate that it passed going forward.",
        {
            "all": edit(coupled_backward, "dc_t * f_t", "dc_t"),
            "1 - f": edit(coupled_backward, "dc_t * f_t", "dc_t * (1 - f_t)"),
        },
        test="Set the biases of f to -100: what may go back to the cell before?",
    ),
    Mistake(
        "L16d",
        "a part of the gradient of c_t for the cell before",
        "Two things reach c_t. Are both of them handed on to c_{t-1} in yours?",
        "Set one of the two gradients that arrive to zeros, then the other. When does nothing go back to c_{t-1}?",
        {
            "from the next step alone": edit(coupled_backward, "dc_t * f_t", "dc_rec * f_t"),
            "from h alone": edit(coupled_backward, "dc_t * f_t", "(dc_t - dc_rec) * f_t"),
        },
        test="Set the biases of f to 100, and dh_t to zeros, then dc_rec: what must reach c_{t-1} each time?",
    ),
    Mistake(
        "L17",
        "not all blocks send back to h",
        "How many times was h_{t-1} used in this step? How many terms has its gradient in yours?",
        "Each of the three heard the state, through rows of its own.",
        {
            **{f"{gate} alone": by_one_gate(gate) for gate in "fgo"},
            **{f"{gate} left out": without_gate(gate) for gate in "fgo"},
        },
        test="Set the rows of one block to zeros in both matrices: should the gradient of h change?",
    ),
    Mistake(
        "L26",
        "a way around the gates",
        "If W_hh is all zeros, does the loss know of h_{t-1}? Does your gradient think so?",
        "In an LSTM the state of the step before reaches this one through one matrix alone.",
        {
            "dh_t": edit(coupled_backward, "da @ W_hh", "da @ W_hh + dh_t"),
            "with f": edit(coupled_backward, "da @ W_hh", "da @ W_hh + dh_t * f_t"),
            "the cell's": edit(coupled_backward, "da @ W_hh", "da @ W_hh + dc_t * f_t"),
        },
        test="Set W_hh to zeros, and look at the gradient of h.",
    ),
    Mistake(
        "L1",
        "blocks in another order",
        "In which order are the rows of the three blocks stacked here? And in your gradients?",
        "The pieces are right, but some of them stand in each other's place.",
        {
            **{
                f"stacked {' '.join(names)}": edit(
                    coupled_backward, "[da_f, da_g, da_o]", "[" + ", ".join(f"da_{n}" for n in names) + "]"
                )
                for names in ("fog", "gfo", "ofg")
            },
            "read f o g": in_order("fog"),
            "read g f o": in_order("gfo"),
            "read o f g": in_order("ofg"),
        },
        test="Change one bias of f, and compare its entry of db with a difference quotient.",
    ),
    Mistake(
        "B5",
        "the state after the step in dW_hh",
        "By which vector was W_hh multiplied in this step? Is it the one that your gradient sees?",
        "Pair what came back with what stood beside W_hh going forward.",
        {
            "": edit(coupled_backward, "da.T @ h_prev", "da.T @ (o_t * np.tanh(c_t))"),
            "the cell before": edit(coupled_backward, "da.T @ h_prev", "da.T @ c_prev"),
        },
        test="Set h_prev to zeros: what must the gradient of W_hh be?",
    ),
    Mistake(
        "B10",
        "bias and batch",
        "The bias was added to every row of the batch. What does a row contribute to its gradient?",
        "The loss is a sum over the examples: their shares are added, and none is left out.",
        {
            "mean": edit(coupled_backward, "da.sum(axis=0)", "da.mean(axis=0)"),
            "first": edit(coupled_backward, "da.sum(axis=0)", "da[0]"),
            "not summed": edit(coupled_backward, "da.sum(axis=0)", "da"),
        },
        test="Hand in the same example twice: what should become of db?",
    ),
    Mistake(
        "B11",
        "divided by the batch",
        "How much longer does your gradient become for a batch twice as large?",
        "A mean, if there is one, is in the gradients that arrive. Nothing is left to divide by.",
        {
            "": edit(coupled_backward, "da.T @ x_t", "da.T @ x_t / len(x_t)")
            + edit(coupled_backward, "da.T @ h_prev", "da.T @ h_prev / len(x_t)")
            + edit(coupled_backward, "da.sum(axis=0)", "da.mean(axis=0)"),
            "the matrices": edit(coupled_backward, "da.T @ x_t", "da.T @ x_t / len(x_t)")
            + edit(coupled_backward, "da.T @ h_prev", "da.T @ h_prev / len(x_t)"),
        },
        test="Hand in the same example twice: what should become of the gradients of the weights?",
    ),
    Mistake(
        "R7",
        "gates computed anew without the bias",
        "You compute the gates of this step once more. Are they those of the step?",
        "Compare your own c_t with that of the step itself.",
        {
            "": edit(coupled_gates, " + b, 3", ", 3"),
            "without the state": edit(coupled_gates, "h_prev @ W_hh.T", "0 * h_prev @ W_hh.T"),
        },
        test="Set all weights to zeros, and print the gates.",
    ),
    Mistake(
        "L3",
        "the cell squashed, or its terms otherwise",
        "You compute the cell of this step once more. Is it that of the step?",
        "Compare your own c_t with that of the step itself.",
        {
            "squashed": edit(
                coupled_backward, "f_t * c_prev + (1 - f_t) * g_t", "np.tanh(f_t * c_prev + (1 - f_t) * g_t)"
            ),
            "turned round": edit(coupled_backward, "f_t * c_prev + (1 - f_t) * g_t", "(1 - f_t) * c_prev + f_t * g_t"),
            "all of the candidate": edit(coupled_backward, "f_t * c_prev + (1 - f_t) * g_t", "f_t * c_prev + g_t"),
            "the cell before": edit(coupled_backward, "f_t * c_prev + (1 - f_t) * g_t", "c_prev"),
        },
        test="Print your c_t, and that of your step forwards.",
    ),
    Mistake(
        "L4",
        "the candidate through σ",
        "You compute the candidate once more. Can it be negative in yours?",
        "Which of the three are shares, and which is a content with a sign?",
        edit(coupled_gates, "np.tanh(a_g)", "sigmoid(a_g)"),
        test="Print the three of one example.",
    ),
    Mistake(
        "L12t",
        "a slope twice",
        "How often does each gradient pass the slope of its own function with you?",
        "One function lies between what a gate receives and what it gives: one slope.",
        {
            "f": edit(coupled_backward, SLOPE_F, f"{SLOPE_F} {SLOPE_F}"),
            "g": edit(coupled_backward, SLOPE_G, f"{SLOPE_G} ** 2"),
            "o": edit(coupled_backward, SLOPE_O, f"{SLOPE_O} {SLOPE_O}"),
            "all": edit(coupled_backward, SLOPE_F, f"{SLOPE_F} {SLOPE_F}")
            + edit(coupled_backward, SLOPE_G, f"{SLOPE_G} ** 2")
            + edit(coupled_backward, SLOPE_O, f"{SLOPE_O} {SLOPE_O}"),
        },
        test="Set all weights and biases to zeros, and compare db with difference quotients, block by block.",
    ),
    Mistake(
        "B2q",
        "the square of a slope in another place",
        "A candidate of -0.5: how steep is tanh there? How large is your slope?",
        "tanh is as steep at -0.5 as at 0.5. Is your slope?",
        {
            "outside": edit(coupled_backward, SLOPE_G, "(1 - g_t) ** 2"),
            "none": edit(coupled_backward, SLOPE_G, "(1 - g_t)"),
        },
        test="Compare your slope with difference quotients of tanh on both sides of 0.",
    ),
    Mistake(
        "B2p",
        "a plus in the slope of σ",
        "How steep can σ be at most? How large is your slope for a gate of a half?",
        "σ is flat at both of its ends. Is your slope small at both?",
        {
            "f": edit(coupled_backward, SLOPE_F, "* f_t * (1 + f_t)"),
            "o": edit(coupled_backward, SLOPE_O, "* o_t * (1 + o_t)"),
            "f and o": edit(coupled_backward, SLOPE_F, "* f_t * (1 + f_t)")
            + edit(coupled_backward, SLOPE_O, "* o_t * (1 + o_t)"),
        },
        test="Make the biases of one gate 100: its rows of db should nearly vanish.",
    ),
    Mistake(
        "B3c",
        "the slope of tanh at another place",
        "The candidate and the cell each pass a tanh. Which of the two has its slope in the rows of g with you?",
        "Between what the candidate receives and what it gives lies a tanh of its own.",
        {
            "at the cell": edit(coupled_backward, SLOPE_G, "(1 - np.tanh(c_t) ** 2)"),
            "at the cell as it is": edit(coupled_backward, SLOPE_G, "(1 - c_t**2)"),
        },
        test="Set the biases of g to 100: its rows of db should nearly vanish.",
    ),
    Mistake(
        "L14h",
        "the gradient of the state for what acts within the cell",
        "Set dh_t to zeros and dc_rec to ones. Which blocks should get a gradient, and which do with you?",
        "In which of the two formulas of the step do f and the candidate stand?",
        {
            "f": edit(coupled_backward, "dc_t * (c_prev - g_t)", "dh_t * (c_prev - g_t)"),
            "g": edit(coupled_backward, "dc_t * (1 - f_t) * (1", "dh_t * (1 - f_t) * (1"),
            "both": edit(coupled_backward, "dc_t * (c_prev - g_t)", "dh_t * (c_prev - g_t)")
            + edit(coupled_backward, "dc_t * (1 - f_t) * (1", "dh_t * (1 - f_t) * (1"),
        },
        test="Take dh_t of zeros and dc_rec of ones, and print db block by block.",
    ),
    Mistake(
        "L14s",
        "the slope of tanh in the gradient of o",
        "Move o a little: does anything go through tanh on the way to h_t? Which slopes has your gradient of o?",
        "The output gate multiplies what has passed tanh already.",
        edit(coupled_backward, "dh_t * np.tanh(c_t) * o_t", "dh_t * np.tanh(c_t) * (1 - np.tanh(c_t) ** 2) * o_t"),
        test="Put the cell near 5, where tanh is flat. What should the rows of o in db be?",
    ),
    Mistake(
        "L15s",
        "the squashed cell in the gradient of f",
        "The forget gate acted on a cell of 5. Which number stands for that cell in its gradient with you?",
        "By what was f multiplied: by the cell itself, or by what the state shows of it?",
        edit(coupled_backward, "(c_prev - g_t)", "(np.tanh(c_prev) - g_t)"),
        test="Set c_prev to 5, and compare the rows of f in db with a difference quotient.",
    ),
    Mistake(
        "L17x",
        "not all blocks send back to x",
        "How many times was x_t used in this step? How many terms has its gradient in yours?",
        "Each of the three heard the input, through rows of its own.",
        {
            **{
                f"{gate} left out": edit(
                    coupled_backward,
                    "da @ W_ih",
                    f"(da * (np.arange(da.shape[1]) // f_t.shape[1] != {'fgo'.index(gate)})) @ W_ih",
                )
                for gate in "fgo"
            },
            **{
                f"{gate} left out, to h too": edit(
                    coupled_backward,
                    "da @ W_ih",
                    f"(da * (np.arange(da.shape[1]) // f_t.shape[1] != {'fgo'.index(gate)})) @ W_ih",
                )
                + without_gate(gate)
                for gate in "fgo"
            },
        },
        test="Set the rows of one block to zeros in both matrices: should the gradient of x change?",
    ),
    Mistake(
        "L17s",
        "one block of rows for all",
        "Through which rows of the matrix did the output gate hear the state? Through which does it send back?",
        "Each of the three has rows of its own, going forward and going back.",
        {
            "to h": edit(coupled_backward, "da @ W_hh", "(da_f + da_g + da_o) @ W_hh[: f_t.shape[1]]"),
            "to both": edit(coupled_backward, "da @ W_hh", "(da_f + da_g + da_o) @ W_hh[: f_t.shape[1]]")
            + edit(coupled_backward, "da @ W_ih", "(da_f + da_g + da_o) @ W_ih[: f_t.shape[1]]"),
        },
        test="Set the rows of one block to zeros in both matrices: should the gradients of h and x change?",
    ),
)


def coupled_back(
    r: Generator, B: int, F: int, H: int, dh: float = 1, dc: float = 1, dtype: Any = float
) -> tuple[Any, ...]:
    """A step, and gradients that arrive at its state and its cell."""
    dh_t, dc_rec = dh * r.normal(size=(B, H)), dc * r.normal(size=(B, H))
    return (dh_t.astype(dtype), dc_rec.astype(dtype), *coupled(r, B, F, H, dtype))


back_exercise = Exercise(
    name="lstm_gru.coupled_backward",
    task="The step of coupled_cell backwards (as eq-lstm-gru-dc, eq-lstm-gru-da and eq-lstm-gru-carry for the LSTM). "
    "dh_t is all that reaches h_t, dc_rec what reaches c_t from the next step. Return the gradients of both matrices "
    "and the bias, summed over the batch, of x_t, of h_{t-1} and of c_{t-1}. Keep the dtype; NumPy only.",
    arguments=(
        Value("dh_t", "B H", "all that reaches h_t"),
        Value("dc_rec", "B H", "what reaches c_t from the next step"),
        *COUPLED,
    ),
    outputs=(
        Value("dW_ih", "3H F"),
        Value("dW_hh", "3H H"),
        Value("db", "3H"),
        Value("dx_t", "B F"),
        Value("dh_rec", "B H", "the gradient of h_{t-1}"),
        Value("dc_rec", "B H", "the gradient of c_{t-1}"),
    ),
    probe="h_prev",
    reference=coupled_backward,
    gates="fgo",
    cases={
        "general": lambda r: coupled_back(r, 3, 2, 4),
        "one example": lambda r: coupled_back(r, 1, 3, 2),
        "one unit": lambda r: coupled_back(r, 2, 3, 1),
        "as many of all": lambda r: coupled_back(r, 3, 3, 3),
        "h alone": lambda r: coupled_back(r, 4, 3, 3, dc=0),
        "c alone": lambda r: coupled_back(r, 4, 3, 3, dh=0),
        "float32": lambda r: coupled_back(r, 3, 4, 2, dtype=np.float32),
    },
    facets=tuple(Facet(name, 2, outputs=(name,)) for name in ("dW_ih", "dW_hh", "db", "dx_t", "dh_rec", "dc_rec")),
    mistakes=BACK_MISTAKES,
)

# ---------------------------------------------------------------------------------------------------------------------
# A forget bias for a half-life


@checked
def half_life_bias(b_ih: H4_, b_hh: H4_, n: H_) -> H4_:
    r"""The b_ih with which each unit loses half of its cell in n steps, as far as its forget gate rests on the biases.

    .. math:: f^n = \tfrac12, \qquad \sigma(b^f_{ih} + b^f_{hh}) = f

    Returns a new b_ih; b_hh stays.
    """
    H = len(n)
    f = 2 ** (-1 / n)
    beta = np.log(f / (1 - f))
    b = b_ih.copy()
    b[H : 2 * H] = beta - b_hh[H : 2 * H]
    return b


sign(globals(), "half_life_bias")

HALF = "f = 2 ** (-1 / n)"
BETA = "beta = np.log(f / (1 - f))"
WRITTEN = "b[H : 2 * H] = beta - b_hh[H : 2 * H]"
HALF_LIFE_MISTAKES = (
    Mistake(
        "T1",
        "another time than the half-life",
        "After n steps, how much of the cell is left with your forget gate?",
        "A time scale and a half-life are two numbers. Which share is left after each?",
        {
            "time scale": edit(half_life_bias, HALF, "f = 1 - 1 / n"),
            "1/e": edit(half_life_bias, HALF, "f = np.exp(-1 / n)"),
            "the tenth": edit(half_life_bias, HALF, "f = 10 ** (-1 / n)"),
            "time scale of e": edit(half_life_bias, BETA, "beta = np.log(n)"),
        },
        test="Multiply your gate by itself n times, for n = 4.",
    ),
    Mistake(
        "T1a",
        "a half-life that is right for slow forgetting alone",
        "For a half-life of one step, how much is left after that step with your forget gate?",
        "Time scale and half-life differ by one factor where forgetting is slow. And where it is fast?",
        {
            "time scale for the half-life": edit(
                half_life_bias, BETA, "beta = np.log(np.maximum(n / np.log(2) - 1, 0.1))"
            ),
        },
        test="Multiply your gate by itself n times, for n = 1 and for n = 2.",
    ),
    Mistake(
        "T2",
        "another gate than the n-th root of a half",
        "Multiply your gate by itself n times. What comes out?",
        "Solve the equation for f on paper. Where do n and the half stand?",
        {
            "n-th power": edit(half_life_bias, HALF, "f = 0.5**n"),
            "half for each step": edit(half_life_bias, HALF, "f = 1 - 0.5 / n"),
            "a half divided": edit(half_life_bias, HALF, "f = 0.5 / n"),
            "1 - half^n": edit(half_life_bias, HALF, "f = 1 - 0.5**n / 1.0000001"),
            "twice as long": edit(half_life_bias, HALF, "f = 2 ** (-0.5 / n)"),
            "a step too many": edit(half_life_bias, HALF, "f = 2 ** (-1 / (n + 1))"),
        },
        test="Print your gate for n = 2. How much should be left after two steps?",
    ),
    Mistake(
        "T3",
        "the gate written where a bias belongs",
        "Is the number that you write a gate, or what goes into σ?",
        "Send your number through σ. Does the gate come out that you wanted?",
        {
            "": edit(half_life_bias, BETA, "beta = f"),
            "σ of it": edit(half_life_bias, BETA, "beta = sigmoid(f)"),
        },
        test="For n = 1 the gate is a half. Which number gives a half in σ?",
    ),
    Mistake(
        "T4",
        "another inverse of σ",
        "Send your bias through σ. Does the gate come out that you wanted?",
        "Solve σ(β) = f for β on paper, and try f = 0.9.",
        {
            "sign": edit(half_life_bias, BETA, "beta = np.log((1 - f) / f)"),
            "log f": edit(half_life_bias, BETA, "beta = np.log(f)"),
            "minus log f": edit(half_life_bias, BETA, "beta = -np.log(f)"),
            "log 1 - f": edit(half_life_bias, BETA, "beta = -np.log(1 - f)"),
            "no log": edit(half_life_bias, BETA, "beta = f / (1 - f)"),
            "log 1/f": edit(half_life_bias, BETA, "beta = np.log(1 / f + 1)"),
            "arctanh": edit(half_life_bias, BETA, "beta = np.arctanh(f)"),
            "base 2": edit(half_life_bias, BETA, "beta = np.log2(f / (1 - f))"),
            "base 10": edit(half_life_bias, BETA, "beta = np.log10(f / (1 - f))"),
            "arctanh, half": edit(half_life_bias, BETA, "beta = np.arctanh(2 * f - 1)"),
        },
        test="Send your bias for n = 4 through σ. How much of the cell does that gate leave after four steps?",
    ),
    Mistake(
        "L19",
        "another block than that of the forget gate",
        "Which of the four gates starts open by your bias?",
        "torch stacks its blocks in one order. Where does the one of f begin and end?",
        {
            "i": edit(half_life_bias, WRITTEN, "b[:H] = beta - b_hh[:H]"),
            "g": edit(half_life_bias, WRITTEN, "b[2 * H : 3 * H] = beta - b_hh[2 * H : 3 * H]"),
            "o": edit(half_life_bias, WRITTEN, "b[3 * H :] = beta - b_hh[3 * H :]"),
            "every fourth": edit(half_life_bias, WRITTEN, "b[1::4] = beta - b_hh[1::4]"),
            "all": edit(half_life_bias, WRITTEN, "b[:] = np.tile(beta, 4) - b_hh"),
        },
        test="Print which entries of b_ih you have changed, for H = 2.",
    ),
    Mistake(
        "L19r",
        "other rows of b_hh",
        "Which rows of b_hh reach the forget gate? Which ones do you take off?",
        "Both biases are stacked in one order.",
        {
            "of b_hh": edit(half_life_bias, WRITTEN, "b[H : 2 * H] = beta - b_hh[:H]"),
        },
        test="Add the two biases, and send the rows of f through σ.",
    ),
    Mistake(
        "L19b",
        "b_hh not counted",
        "Two biases reach a gate. What is their sum in the rows of f after your change?",
        "A bias that is there already does a part of the work, or works against it.",
        {
            "": edit(half_life_bias, "beta - b_hh[H : 2 * H]", "beta"),
            "added": edit(half_life_bias, "beta - b_hh[H : 2 * H]", "beta + b_hh[H : 2 * H]"),
            "turned round": edit(half_life_bias, "beta - b_hh[H : 2 * H]", "b_hh[H : 2 * H] - beta"),
        },
        test="Add the two biases, and send the sum through σ.",
    ),
    Mistake(
        "L19h",
        "half of it, or twice",
        "Two biases reach a gate, and you change one of them. What is their sum afterwards?",
        "Nobody else brings the other half.",
        {
            "half": edit(half_life_bias, "beta - b_hh[H : 2 * H]", "beta / 2"),
            "half of what is left": edit(half_life_bias, "beta - b_hh[H : 2 * H]", "(beta - b_hh[H : 2 * H]) / 2"),
            "twice": edit(half_life_bias, "beta - b_hh[H : 2 * H]", "2 * beta"),
        },
        test="Add the two biases, and send the sum through σ.",
    ),
    Mistake(
        "L19a",
        "added to what was there",
        "Does your answer depend on what b_ih had in the rows of f? Should it?",
        "The sum of the two biases is asked for. How many terms has yours?",
        {
            "": edit(half_life_bias, "b[H : 2 * H] = beta - b_hh", "b[H : 2 * H] += beta - b_hh"),
            "b_hh not counted": edit(half_life_bias, WRITTEN, "b[H : 2 * H] += beta"),
            "taken off": edit(half_life_bias, "beta - b_hh[H : 2 * H]", "beta - b_ih[H : 2 * H]"),
            "both taken off": edit(
                half_life_bias, "beta - b_hh[H : 2 * H]", "beta - b_ih[H : 2 * H] - b_hh[H : 2 * H]"
            ),
        },
        test="Call your function on its own answer: it should come back unchanged.",
    ),
    Mistake(
        "T5",
        "the other rows changed",
        "Which entries of b_ih should be as they were, and are they?",
        "Three of the four blocks have nothing to do with forgetting.",
        {
            "zeros": edit(half_life_bias, "b = b_ih.copy()", "b = 0 * b_ih"),
            "those of b_hh": edit(half_life_bias, "b = b_ih.copy()", "b = b_hh.copy()"),
            "less b_hh": edit(half_life_bias, "b = b_ih.copy()", "b = b_ih - b_hh"),
            "plus b_hh": edit(half_life_bias, "b = b_ih.copy()", "b = b_ih + b_hh"),
            "ones": edit(half_life_bias, "b = b_ih.copy()", "b = 0 * b_ih + 1"),
            "the input gate's": edit(half_life_bias, WRITTEN, "b[H : 2 * H], b[:H] = beta - b_hh[H : 2 * H], -beta"),
            "the input gate's, less b_hh": edit(
                half_life_bias, WRITTEN, "b[H : 2 * H], b[:H] = beta - b_hh[H : 2 * H], -beta - b_hh[:H]"
            ),
        },
        test="Print your answer beside b_ih, entry by entry.",
    ),
    Mistake(
        "T6",
        "the forget rows alone returned",
        "How long is what you return, and how long is b_ih?",
        "The other blocks go with it, as they were.",
        edit(half_life_bias, "return b", "return b[H : 2 * H]"),
        test="Print the shape of your answer, for H = 2.",
    ),
    Mistake(
        "T8",
        "half-lives made whole",
        "May a half-life be 2.5 steps, or half a step? What becomes of it in yours?",
        "A root needs no whole number.",
        {
            "down": edit(half_life_bias, HALF, "f = 2 ** (-1 / np.maximum(np.floor(n), 1))"),
            "up": edit(half_life_bias, HALF, "f = 2 ** (-1 / np.ceil(n))"),
            "to the nearest": edit(half_life_bias, HALF, "f = 2 ** (-1 / np.maximum(np.round(n), 1))"),
            "at least a step": edit(half_life_bias, HALF, "f = 2 ** (-1 / np.maximum(n, 1))"),
        },
        test="Print your gates for half-lives of 0.5, 2 and 2.5 steps.",
    ),
    Mistake(
        "T7",
        "one half-life for all units",
        "Change the half-life of the last unit alone: which entries of your answer change?",
        "Each unit forgets at a pace of its own.",
        {
            "mean": edit(half_life_bias, HALF, "f = 2 ** (-1 / n.mean()) + 0 * n"),
            "first": edit(half_life_bias, HALF, "f = 2 ** (-1 / n[0]) + 0 * n"),
            "largest": edit(half_life_bias, HALF, "f = 2 ** (-1 / n.max()) + 0 * n"),
        },
        test="Give two units the half-lives 1 and 100.",
    ),
)


def biased(r: Generator, n: Any, given: float = 1.0, dtype: Any = float) -> tuple[Any, ...]:
    """Biases of a layer with as many units as half-lives; given: how large its b_hh is."""
    b_ih, b_hh = r.normal(size=4 * len(n)), given * r.uniform(0.5, 2, 4 * len(n)) * r.choice((-1, 1), 4 * len(n))
    return b_ih.astype(dtype), b_hh.astype(dtype), np.asarray(n, dtype=dtype)


NEAR = 1e-5  # relative: how the root and the logarithm are written may not matter, in float32 either

half_life_exercise = Exercise(
    name="lstm_gru.half_life_bias",
    task="The b_ih with which unit j of torch's LSTM loses half of its cell in n[j] steps, as far as its forget gate "
    "rests on its two biases (eq-lstm-gru-forget-bias) and nothing is written. b_hh stays as it is, and so do "
    "the other rows of b_ih. Keep the dtype; NumPy only.",
    arguments=(
        Value("b_ih", "4H", "the rows of i, f, g and o, in this order"),
        Value("b_hh", "4H", "as b_ih"),
        Value("n", "H", "the half-life of each unit in steps, above 0"),
    ),
    outputs=(Value("b_ih", "4H", "a new array", tolerance=NEAR),),
    probe="b_hh",
    reference=half_life_bias,
    gates="ifgo",
    cases={
        "general": lambda r: biased(r, r.permutation([0.5, 1.7, 4.0, 11.0, 45.0]) * r.uniform(0.9, 1.1, 5)),
        "one unit": lambda r: biased(r, r.uniform(6, 9, 1)),
        "one step": lambda r: biased(r, [1.0, 1.0, 1.0], 0),
        "no b_hh": lambda r: biased(r, r.permutation([2.0, 5.0, 20.0]) * r.uniform(0.9, 1.1, 3), 0),
        "long": lambda r: biased(r, r.permutation([100.0, 350.0, 900.0]) * r.uniform(0.9, 1.1, 3), 0),
        "float32": lambda r: biased(r, r.permutation([2.0, 7.0, 25.0]) * r.uniform(0.9, 1.1, 3), dtype=np.float32),
    },
    facets=(
        Facet("half-lives of one step", 1, ("one step",)),
        Facet("other half-lives, with a b_hh of zeros", 2, ("no b_hh", "long")),
        Facet("a b_hh that is not zero", 3, ("general", "one unit", "float32")),
    ),
    mistakes=HALF_LIFE_MISTAKES,
)

# ---------------------------------------------------------------------------------------------------------------------
# The gradient along the cell alone, and along all ways


@checked
def two_paths(dc_T: B_H, i: T_B_H, f: T_B_H, g: T_B_H, o: T_B_H, c: T_B_H, W_hh: H4_H) -> tuple[T_B_H, T_B_H]:
    r"""What a gradient that arrives at c_T sends to each c_t: along the cell alone, and along all ways.

    .. math:: \text{direct}_t = dc_T \odot \prod_{s=t+1}^{T} f_s, \qquad \text{full}_t = \frac{dL}{dc_t}

    The page's product for each step, and back-propagation with no loss at any h. Returns direct and full.
    """
    direct, full = np.empty_like(c), np.empty_like(c)
    along_c, dc_rec, dh_rec = dc_T, dc_T, 0 * dc_T
    for t in reversed(range(len(c))):
        dc_t = dc_rec + dh_rec * o[t] * (1 - np.tanh(c[t]) ** 2)
        direct[t], full[t] = along_c, dc_t
        c_prev = c[t - 1]  # of the first step nothing more is asked
        da_i = dc_t * g[t] * i[t] * (1 - i[t])
        da_f = dc_t * c_prev * f[t] * (1 - f[t])
        da_g = dc_t * i[t] * (1 - g[t] ** 2)
        da_o = dh_rec * np.tanh(c[t]) * o[t] * (1 - o[t])
        dh_rec = np.concatenate([da_i, da_f, da_g, da_o], axis=1) @ W_hh
        along_c, dc_rec = along_c * f[t], dc_t * f[t]
    return direct, full


sign(globals(), "two_paths")

TOTAL = "dc_rec + dh_rec * o[t] * (1 - np.tanh(c[t]) ** 2)"
KEPT_T = "direct[t], full[t] = along_c, dc_t"
ONWARDS = "along_c, dc_rec = along_c * f[t], dc_t * f[t]"
JOINED = "np.concatenate([da_i, da_f, da_g, da_o], axis=1)"


def no_gate(k: int) -> Form:
    """What all gates but this one send to the state."""
    return edit(
        two_paths, f"da_{'ifgo'[k]}" + (", " if k < 3 else "]"), f"0 * da_{'ifgo'[k]}" + (", " if k < 3 else "]")
    )


def one_gate(k: int) -> Form:
    """What this gate alone sends to the state."""
    return edit(two_paths, JOINED, f"({JOINED} * (np.arange(len(W_hh)) // c.shape[2] == {k}))")


PATHS_MISTAKES = (
    Mistake(
        "D1",
        "a factor too many along the cell",
        "How much of c_T is c_T itself? What stands in the last row of your direct gradient?",
        "Count the arrows between c_t and c_T, and which gate stands at each.",
        {
            "one more": edit(two_paths, KEPT_T, "direct[t], full[t] = along_c * f[t], dc_t"),
            "one more, the gate before": edit(two_paths, KEPT_T, "direct[t], full[t] = along_c * f[t], dc_t")
            + edit(two_paths, "along_c * f[t],", "along_c * f[t - 1],"),
        },
        test="Take T = 2, and write down both rows by hand.",
    ),
    Mistake(
        "D1l",
        "a factor too few along the cell",
        "How many gates lie between the last cell and the one before it? How many does your row of it have?",
        "Count the arrows between c_t and c_T, and which gate stands at each.",
        {
            "one less": edit(two_paths, "along_c * f[t],", "along_c * (f[t] if t < len(c) - 1 else 1),"),
        },
        test="Take T = 2, and write down both rows by hand.",
    ),
    Mistake(
        "D1g",
        "the gate of the step before",
        "Which gate stands between the last cell and the one before: that of step T, or of step T-1?",
        "Going back, the cell passes the gate that it passed going forward.",
        {
            "the gate before": edit(two_paths, KEPT_T, "direct[t], full[t] = along_c, dc_t")
            + edit(two_paths, "along_c * f[t],", "along_c * f[t - 1],"),
            "of the step before": edit(two_paths, "dc_t * f[t]\n", "dc_t * f[t - 1]\n"),
            "in both": edit(two_paths, ONWARDS, "along_c, dc_rec = along_c * f[t - 1], dc_t * f[t - 1]"),
        },
        test="Take T = 2, forget gates of 0.5 and then 0.9, and W_hh of zeros: what are both first rows?",
    ),
    Mistake(
        "D2",
        "the product from the wrong end",
        "Which row of your direct gradient is dc_T itself? Which one should be?",
        "The gradient sets out from the end.",
        {
            "from the first": edit(two_paths, KEPT_T, "direct[t], full[t] = dc_T * np.prod(f[: t + 1], axis=0), dc_t"),
            "from the second": edit(
                two_paths, KEPT_T, "direct[t], full[t] = dc_T * np.prod(f[1 : t + 1], axis=0), dc_t"
            ),
            "from the first, one less": edit(
                two_paths, KEPT_T, "direct[t], full[t] = dc_T * np.prod(f[:t], axis=0), dc_t"
            ),
            "turned round": edit(two_paths, "return direct, full", "return direct[::-1], full"),
            "all of them": edit(two_paths, KEPT_T, "direct[t], full[t] = dc_T * np.prod(f, axis=0), dc_t"),
        },
        test="Change the last gate alone: which rows should change?",
    ),
    Mistake(
        "D3",
        "one factor in the place of a product",
        "What is left of a gradient after ten steps with a gate of 0.9? How does yours know?",
        "Each step between two cells lets through its own share of what the later ones left.",
        {
            "one step": edit(two_paths, "along_c * f[t],", "dc_T * f[t],"),
            "a sum": edit(
                two_paths, KEPT_T, "direct[t], full[t] = dc_T * (f[t + 1 :].sum(axis=0) if t < len(c) - 1 else 1), dc_t"
            ),
            "a mean": edit(
                two_paths,
                KEPT_T,
                "direct[t], full[t] = dc_T * (f[t + 1 :].mean(axis=0) if t < len(c) - 1 else 1), dc_t",
            ),
            "the exponential of a sum": edit(
                two_paths, KEPT_T, "direct[t], full[t] = dc_T * np.exp(f[t + 1 :].sum(axis=0)), dc_t"
            ),
            "nothing": edit(two_paths, "along_c * f[t],", "along_c,"),
        },
        test="Take three steps with the gates 0.5, and print all rows.",
    ),
    Mistake(
        "D3p",
        "a power of one gate",
        "A gradient passes two steps, with the gates 0.5 and 0.9. What should be left, and what is in yours?",
        "Each step between two cells lets through its own share of what the later ones left.",
        {
            "a power": edit(two_paths, KEPT_T, "direct[t], full[t] = dc_T * f[t] ** (len(c) - 1 - t), dc_t"),
            "of the last gate": edit(two_paths, KEPT_T, "direct[t], full[t] = dc_T * f[-1] ** (len(c) - 1 - t), dc_t"),
            "of the mean gate": edit(
                two_paths, KEPT_T, "direct[t], full[t] = dc_T * f.mean(axis=0) ** (len(c) - 1 - t), dc_t"
            ),
        },
        test="Take three steps with the gates 0.2, 0.5 and 0.9, and print all rows.",
    ),
    Mistake(
        "D4",
        "dc_T left out",
        "Double the gradient that arrives at the end. Do both of your outputs double?",
        "A derivative of c_T and a gradient of the loss are two things. What arrives at c_T?",
        {
            "direct": edit(
                two_paths, "along_c, dc_rec, dh_rec = dc_T, dc_T,", "along_c, dc_rec, dh_rec = 1 + 0 * dc_T, dc_T,"
            ),
            "both": edit(
                two_paths,
                "along_c, dc_rec, dh_rec = dc_T, dc_T,",
                "along_c, dc_rec, dh_rec = 1 + 0 * dc_T, 1 + 0 * dc_T,",
            ),
        },
        test="Set dc_T to zeros: what must come out?",
    ),
    Mistake(
        "D5",
        "another gate along the cell",
        "By which gate was c_{t-1} multiplied on its way into c_t?",
        "Four gates and one of them stands between two cells.",
        {
            "i": edit(two_paths, "along_c * f[t],", "along_c * i[t],"),
            "o": edit(two_paths, "along_c * f[t],", "along_c * o[t],"),
            "1 - f": edit(two_paths, "along_c * f[t],", "along_c * (1 - f[t]),"),
            "its slope": edit(two_paths, "along_c * f[t],", "along_c * f[t] * (1 - f[t]),"),
            "f + i": edit(two_paths, "along_c * f[t],", "along_c * (f[t] + i[t]),"),
        },
        test="Set all forget gates to 1: what should the direct gradient be?",
    ),
    Mistake(
        "L10",
        "the way through h left out of the full gradient",
        "Do your two outputs differ? Does the second depend on W_hh?",
        "A cell also shows itself in h, and the gates of the next step look at h.",
        edit(two_paths, f"dc_t = {TOTAL}", "dc_t = dc_rec"),
        test="Set W_hh to zeros: when do both agree?",
    ),
    Mistake(
        "L9",
        "the way along c left out of the full gradient",
        "With W_hh of zeros, what should the full gradient be? What is yours?",
        "A cell leaves its step by two doors.",
        {
            "": edit(two_paths, f"dc_t = {TOTAL}", f"dc_t = {TOTAL} if t == len(c) - 1 else {TOTAL} - dc_rec"),
        },
        test="Set W_hh to zeros, and compare your two outputs.",
    ),
    Mistake(
        "L9d",
        "the direct gradient carried in the place of the full one",
        "What reaches a cell on all ways together? Is it that, or what came straight, that you hand on?",
        "What a cell has got through its state goes on to the cells before it as well.",
        {
            "the direct one in its place": edit(two_paths, TOTAL, TOTAL.replace("dc_rec", "along_c", 1)),
        },
        test="Take T = 3, and compare the full gradient of the first cell with a difference quotient.",
    ),
    Mistake(
        "L16",
        "the forget gate left out of the full gradient",
        "How much of c_{t-1} went into c_t? How much of the gradient goes back in yours?",
        "Going back, the cell passes the gate that it passed going forward.",
        {
            "": edit(two_paths, "dc_t * f[t]\n", "dc_t\n"),
        },
        test="Set all forget gates to 0.5 and W_hh to zeros.",
    ),
    Mistake(
        "L11",
        "the slope of tanh of another value, or left out",
        "Between c_t and h_t lies tanh. At which value is its slope taken in yours?",
        "What goes into this tanh is the cell as it is, squashed by nothing.",
        {
            "left out": edit(two_paths, "dh_rec * o[t] * (1 - np.tanh(c[t]) ** 2)", "dh_rec * o[t]"),
            "squashed twice": edit(two_paths, "(1 - np.tanh(c[t]) ** 2)", "(1 - np.tanh(np.tanh(c[t])) ** 2)"),
            "the cell before": edit(two_paths, "(1 - np.tanh(c[t]) ** 2)", "(1 - np.tanh(c[t - 1]) ** 2)"),
            "h": edit(two_paths, "(1 - np.tanh(c[t]) ** 2)", "(1 - (o[t] * np.tanh(c[t])) ** 2)"),
        },
        test="Put one cell near 5, where tanh is flat: what can still pass from h to it?",
    ),
    Mistake(
        "L11c",
        "the slope of tanh from what goes in",
        "Can the slope of tanh be negative? Can yours?",
        "With 1 - y² one writes a slope of tanh. Is that y what goes in, or what comes out?",
        {
            "c": edit(two_paths, "(1 - np.tanh(c[t]) ** 2)", "(1 - c[t] ** 2)"),
        },
        test="Put one cell near 5, where tanh is flat. How much should pass from h to it, and how much does?",
    ),
    Mistake(
        "L10o",
        "the output gate left out on the way from h to c",
        "With an output gate shut, can the later steps know of this cell through h?",
        "Going forward, something multiplied the squashed cell. Going back it does so again.",
        {
            "": edit(two_paths, "dh_rec * o[t] *", "dh_rec *"),
        },
        test="Set all output gates to 0, and compare your two outputs.",
    ),
    Mistake(
        "L10n",
        "the output gate of the next step",
        "Which output gate made h_t, and of which cell? Look at the indices of both in your line.",
        "Between a cell and its state there is no step.",
        {
            "of the next step": edit(two_paths, "dh_rec * o[t] *", "dh_rec * o[min(t + 1, len(c) - 1)] *"),
            "of the next step, its slope too": edit(
                two_paths,
                "dh_rec * o[t] * (1 - np.tanh(c[t]) ** 2)",
                "dh_rec * o[min(t + 1, len(c) - 1)] * (1 - np.tanh(c[min(t + 1, len(c) - 1)]) ** 2)",
            ),
        },
        test="Shut the output gate of one step alone. Which cell should send nothing through its state?",
    ),
    Mistake(
        "L10s",
        "the slope of the output gate on the way from h to c",
        "An output gate is quite open. How much should pass from its h to the cell, and how much does in yours?",
        "On the way to the cell the gate is a factor. When is its slope needed?",
        {
            "its slope": edit(two_paths, "dh_rec * o[t] *", "dh_rec * o[t] * (1 - o[t]) *"),
        },
        test="Set all output gates to 1, and compare with difference quotients of the last cell.",
    ),
    Mistake(
        "L12",
        "the slope of a gate left out",
        "One of the four is treated unlike the others. Does each gradient pass the slope of its own function?",
        "Between what a gate receives and what it gives lies σ or tanh.",
        {
            "i": edit(two_paths, " * i[t] * (1 - i[t])", ""),
            "f": edit(two_paths, " * f[t] * (1 - f[t])", ""),
            "g": edit(two_paths, " * (1 - g[t] ** 2)", ""),
            "o": edit(two_paths, " * o[t] * (1 - o[t])", ""),
        },
        test="Set one gate to 1 at all steps: through it nothing should go back.",
    ),
    Mistake(
        "L12a",
        "the slopes of all gates left out",
        "What does each gate receive, and what does it give? How steep is the way between them in yours?",
        "Between what a gate receives and what it gives lies σ or tanh.",
        {
            "all": edit(two_paths, " * i[t] * (1 - i[t])", "")
            + edit(two_paths, " * f[t] * (1 - f[t])", "")
            + edit(two_paths, " * (1 - g[t] ** 2)", "")
            + edit(two_paths, " * o[t] * (1 - o[t])", ""),
        },
        test="Set one gate to 1 at all steps: through it nothing should go back.",
    ),
    Mistake(
        "L13",
        "the slope of what was squashed already",
        "Are the gates that you are handed from before σ and tanh or from after? Which does your slope expect?",
        "A slope can be written with what goes in, or with what comes out.",
        {
            "σ": edit(two_paths, "* i[t] * (1 - i[t])", "* sigmoid(i[t]) * (1 - sigmoid(i[t]))")
            + edit(two_paths, "* f[t] * (1 - f[t])", "* sigmoid(f[t]) * (1 - sigmoid(f[t]))")
            + edit(two_paths, "* o[t] * (1 - o[t])", "* sigmoid(o[t]) * (1 - sigmoid(o[t]))"),
            "tanh": edit(two_paths, "(1 - g[t] ** 2)", "(1 - np.tanh(g[t]) ** 2)"),
            "the gates themselves": edit(
                two_paths,
                "direct, full = np.empty_like(c), np.empty_like(c)",
                "i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)\n"
                "    direct, full = np.empty_like(c), np.empty_like(c)",
            ),
            "all": edit(two_paths, "* i[t] * (1 - i[t])", "* sigmoid(i[t]) * (1 - sigmoid(i[t]))")
            + edit(two_paths, "* f[t] * (1 - f[t])", "* sigmoid(f[t]) * (1 - sigmoid(f[t]))")
            + edit(two_paths, "* o[t] * (1 - o[t])", "* sigmoid(o[t]) * (1 - sigmoid(o[t]))")
            + edit(two_paths, "(1 - g[t] ** 2)", "(1 - np.tanh(g[t]) ** 2)"),
        },
        test="Compare your slopes with difference quotients of σ and tanh at 1.",
    ),
    Mistake(
        "B3s",
        "the slope of the other function",
        "How steep is σ at its middle, and how steep is tanh at 0? Which of the two has each gate?",
        "Two functions squash in much the same way, and each has a slope of its own.",
        {
            "g": edit(two_paths, "(1 - g[t] ** 2)", "g[t] * (1 - g[t])"),
            "i, f and o": edit(two_paths, "* i[t] * (1 - i[t])", "* (1 - i[t] ** 2)")
            + edit(two_paths, "* f[t] * (1 - f[t])", "* (1 - f[t] ** 2)")
            + edit(two_paths, "* o[t] * (1 - o[t])", "* (1 - o[t] ** 2)"),
        },
        test="Print your four slopes for gates of a half and a candidate of 0.",
    ),
    Mistake(
        "L14",
        "another value than tanh(c) in the gradient of o",
        "By what was o_t multiplied when it made h_t?",
        "The gradient of a factor has the other factor in it, as it stood there.",
        {
            "c": edit(two_paths, "dh_rec * np.tanh(c[t]) * o[t]", "dh_rec * c[t] * o[t]"),
            "h": edit(two_paths, "dh_rec * np.tanh(c[t]) * o[t]", "dh_rec * o[t] * np.tanh(c[t]) * o[t]"),
        },
        test="Put a cell near 5, and compare with a difference quotient.",
    ),
    Mistake(
        "L14d",
        "the gradient of the cell for the output gate",
        "Which gradient reaches the output gate: that of the state, or that of the cell?",
        "In which of the two formulas of a step does o_t stand?",
        {
            "the gradient of c": edit(two_paths, "dh_rec * np.tanh(c[t]) * o[t]", "dc_t * np.tanh(c[t]) * o[t]"),
        },
        test="Take T = 2: the loss reads no state. What should go back through the output gate of step 2?",
    ),
    Mistake(
        "L15",
        "c_t for c_{t-1} in the gradient of f",
        "On which cell did the forget gate of step t act?",
        "By what was f multiplied in the formula of c_t?",
        {
            "": edit(two_paths, "c_prev = c[t - 1]", "c_prev = c[t]"),
        },
        test="Set one cell to zeros: through which forget gate does nothing go back then?",
    ),
    Mistake(
        "L15s",
        "the squashed cell in the gradient of f",
        "The forget gate acted on a cell of 5. Which number stands for that cell in its gradient in yours?",
        "By what was f multiplied: by the cell itself, or by what the state shows of it?",
        {
            "squashed": edit(two_paths, "c_prev = c[t - 1]", "c_prev = np.tanh(c[t - 1])"),
        },
        test="Put one cell near 5, and compare with a difference quotient.",
    ),
    Mistake(
        "L15g",
        "candidate and input gate left out",
        "By what was the candidate multiplied going forward? And the input gate?",
        "The gradient of a factor has the other factor in it.",
        {
            "in i": edit(two_paths, "dc_t * g[t] * i[t]", "dc_t * i[t]"),
            "in g": edit(two_paths, "dc_t * i[t] * (1 - g[t]", "dc_t * (1 - g[t]"),
        },
        test="Set all candidates to 0, then all input gates. Through which gates should nothing go back each time?",
    ),
    Mistake(
        "L15f",
        "the cell left out of the gradient of f",
        "By what was the forget gate multiplied going forward? Is that in its gradient in yours?",
        "The gradient of a factor has the other factor in it.",
        {
            "in f": edit(two_paths, "dc_t * c_prev * f[t]", "dc_t * f[t]"),
        },
        test="Set all cells to 0: what should go back through the forget gates then?",
    ),
    Mistake(
        "L17",
        "not all gates send back to h",
        "How many times was h_{t-1} used in step t? How many terms has its gradient in yours?",
        "Each of the four heard the state, through rows of its own.",
        {
            **{f"{'ifgo'[k]} left out": no_gate(k) for k in range(3)},
            **{f"{'ifgo'[k]} alone": one_gate(k) for k in range(3)},
        },
        test="Set the rows of three gates in W_hh to zeros, and do T = 2 by hand.",
    ),
    Mistake(
        "L17o",
        "the way through the output gate left out",
        "A state has a gradient too, from the step after it. Which of its gates should that reach? Does it?",
        "One gate made the state out of the cell. What does it get from that state's gradient in yours?",
        no_gate(3),
        test="Take T = 3, and compare the full gradient of the first cell with a difference quotient.",
    ),
    Mistake(
        "L1",
        "gates in another order",
        "In which order are the rows of W_hh stacked here, and in which do you put your gates together?",
        "The pieces are right, but some of them go through each other's rows.",
        {
            " ".join(names): edit(
                two_paths, "[da_i, da_f, da_g, da_o]", "[" + ", ".join(f"da_{n}" for n in names) + "]"
            )
            for names in ("ifog", "figo", "igfo", "fiog", "figo"[::-1])
        },
        test="Set all rows of W_hh but those of one gate to zeros.",
    ),
    Mistake(
        "B6b",
        "the way through h ends after one step",
        "Change the first cell by hand in a sequence of four steps. Through which states does the last cell notice?",
        "What a state gets, its own cell gets, and so the state before it.",
        {
            "": edit(two_paths, KEPT_T, f"{KEPT_T}\n        dc_t = along_c"),
        },
        test="Take T = 4, and compare with difference quotients of the last cell.",
    ),
    Mistake(
        "B6g",
        "gates that get the direct gradient",
        "What reaches a cell on all ways together? Is it that, or what came straight, that its gates get?",
        "What a cell has got through its state goes on to its gates as well.",
        {
            "gates that get the direct gradient": edit(two_paths, "dc_t * g[t]", "along_c * g[t]")
            + edit(two_paths, "dc_t * c_prev", "along_c * c_prev")
            + edit(two_paths, "dc_t * i[t] * (1 - g", "along_c * i[t] * (1 - g"),
        },
        test="Take T = 4, and compare with difference quotients of the last cell.",
    ),
    Mistake(
        "B6a",
        "what comes back to h is added up, not replaced",
        "You go from step t+1 to step t. What of the gradient of h_{t+1} stays?",
        "Nothing but the gates leads from one state to the next.",
        edit(two_paths, f"dh_rec = {JOINED}", f"dh_rec = dh_rec + {JOINED}"),
        test="Take T = 3, and print the gradient of each state. Is that of h_2 still in that of h_1?",
    ),
    Mistake(
        "D6",
        "a gradient at the last h besides",
        "Does the loss of the task read h_T? What does your first step back begin with?",
        "What arrives at the end arrives at the cell alone.",
        {
            "dc_T": edit(two_paths, "dc_T, 0 * dc_T", "dc_T, dc_T"),
            "ones": edit(two_paths, "dc_T, 0 * dc_T", "dc_T, 1 + 0 * dc_T"),
            "for the output gate": edit(two_paths, "dc_T, 0 * dc_T", "dc_T, dc_T")
            + edit(two_paths, f"dc_t = {TOTAL}", f"dc_t = dc_T if t == len(c) - 1 else {TOTAL}"),
        },
        test="Take T = 2, and do the first step back by hand.",
    ),
    Mistake(
        "R11",
        "in the order of the way back",
        "To which step belongs the first row of what you collect on the way back?",
        "Row t belongs to step t, as in c.",
        {
            "both": edit(two_paths, "return direct, full", "return direct[::-1], full[::-1]"),
            "full": edit(two_paths, "return direct, full", "return direct, full[::-1]"),
        },
        test="With T = 2, which of your rows is dc_T?",
    ),
    Mistake(
        "R12",
        "the same array at every step",
        "Are your gradients of the first and of the last step one and the same?",
        "A list can hold one array many times; writing into it changes every entry.",
        {
            "direct": edit(two_paths, "return direct, full", "return np.stack([direct[0]] * len(c)), full"),
            "full": edit(two_paths, "return direct, full", "return direct, np.stack([full[0]] * len(c))"),
            "both": edit(
                two_paths,
                "return direct, full",
                "return np.stack([direct[0]] * len(c)), np.stack([full[0]] * len(c))",
            ),
        },
        test="Print the first entry that you keep, in each pass of your loop.",
    ),
    Mistake(
        "P12",
        "the full gradient without the direct one, or the ratio",
        "With W_hh of zeros, all ways but one are closed. What is your second output then?",
        "All ways: the straight one is one of them.",
        {
            "difference": edit(two_paths, "return direct, full", "return direct, full - direct"),
            "sum": edit(two_paths, "return direct, full", "return direct, full + direct"),
            "ratio": edit(two_paths, "return direct, full", "return direct, direct / full"),
        },
        test="Set W_hh to zeros, and compare your two outputs.",
    ),
    Mistake(
        "L11b",
        "a factor over both ways to the cell",
        "A gradient comes along the cells, and one through the state. Which factors belong to which of them?",
        "Write the two ways to a cell down, one under the other, with the factors of each.",
        {
            "the slope of tanh": edit(
                two_paths, TOTAL, "(dc_rec + dh_rec * o[t]) * (1 - np.tanh(c[t]) ** 2 * (t < len(c) - 1))"
            ),
            "the slope of tanh, at the end too": edit(
                two_paths, TOTAL, "(dc_rec + dh_rec * o[t]) * (1 - np.tanh(c[t]) ** 2)"
            ),
            "the output gate and the slope": edit(
                two_paths,
                TOTAL,
                "(dc_rec + dh_rec) * o[t] * (1 - np.tanh(c[t]) ** 2) if t < len(c) - 1 else dc_rec",
            ),
            "both, at the end too": edit(two_paths, TOTAL, "(dc_rec + dh_rec) * o[t] * (1 - np.tanh(c[t]) ** 2)"),
            "the forget gate": edit(two_paths, TOTAL, f"{TOTAL} * f[min(t + 1, len(c) - 1)]"),
        },
        test="Take T = 2 and W_hh of zeros: what are both rows of the full gradient?",
    ),
    Mistake(
        "G1",
        "gates of another step",
        "From cell t to cell t-1 you pass one step. Of which step are the gates that you pass?",
        "The gates that made c_t out of c_{t-1} are those of step t.",
        {
            "the step before": edit(
                two_paths, "dc_t * g[t] * i[t] * (1 - i[t])", "dc_t * g[t - 1] * i[t - 1] * (1 - i[t - 1])"
            )
            + edit(two_paths, "c_prev * f[t] * (1 - f[t])", "c_prev * f[t - 1] * (1 - f[t - 1])")
            + edit(two_paths, "dc_t * i[t] * (1 - g[t] ** 2)", "dc_t * i[t - 1] * (1 - g[t - 1] ** 2)")
            + edit(two_paths, "np.tanh(c[t]) * o[t] * (1 - o[t])", "np.tanh(c[t - 1]) * o[t - 1] * (1 - o[t - 1])"),
            "the step before, but for o": edit(
                two_paths, "dc_t * g[t] * i[t] * (1 - i[t])", "dc_t * g[t - 1] * i[t - 1] * (1 - i[t - 1])"
            )
            + edit(two_paths, "c_prev * f[t] * (1 - f[t])", "c_prev * f[t - 1] * (1 - f[t - 1])")
            + edit(two_paths, "dc_t * i[t] * (1 - g[t] ** 2)", "dc_t * i[t - 1] * (1 - g[t - 1] ** 2)"),
        },
        test="Take T = 2, and change a gate of the first step. Which rows should notice?",
    ),
    Mistake(
        "D3a",
        "a product over examples and units too",
        "Change one forget gate of the first example. Which examples notice, and which units?",
        "The product goes over steps alone. Along which axes does yours go?",
        {
            "over all": edit(two_paths, KEPT_T, "direct[t], full[t] = dc_T * np.prod(f[t + 1 :]), dc_t"),
            "over units": edit(
                two_paths, KEPT_T, "direct[t], full[t] = dc_T * np.prod(f[t + 1 :], axis=(0, 2))[:, None], dc_t"
            ),
            "over examples": edit(
                two_paths, KEPT_T, "direct[t], full[t] = dc_T * np.prod(f[t + 1 :], axis=(0, 1)), dc_t"
            ),
        },
        test="Take two units, one of them with gates of 1: is its direct gradient the same in all rows?",
    ),
    Mistake(
        "L15x",
        "what the input gate and the forget gate multiply exchanged",
        "By what was the input gate multiplied going forward, and by what the forget gate?",
        "The gradient of a factor has the other factor in it.",
        edit(two_paths, "dc_t * g[t] * i[t]", "dc_t * c_prev * i[t]")
        + edit(two_paths, "dc_t * c_prev * f[t]", "dc_t * g[t] * f[t]"),
        test="Set all candidates to 0: through which two gates should nothing go back?",
    ),
    Mistake(
        "L15a",
        "the other factors left out in all gates",
        "Each gate multiplied something going forward. Is that in its gradient with you?",
        "The gradient of a factor has the other factor in it.",
        {
            "in i, f and g": edit(two_paths, "dc_t * g[t] * i[t]", "dc_t * i[t]")
            + edit(two_paths, "dc_t * c_prev * f[t]", "dc_t * f[t]")
            + edit(two_paths, "dc_t * i[t] * (1 - g[t]", "dc_t * (1 - g[t]"),
            "in all": edit(two_paths, "dc_t * g[t] * i[t]", "dc_t * i[t]")
            + edit(two_paths, "dc_t * c_prev * f[t]", "dc_t * f[t]")
            + edit(two_paths, "dc_t * i[t] * (1 - g[t]", "dc_t * (1 - g[t]")
            + edit(two_paths, "dh_rec * np.tanh(c[t]) * o[t]", "dh_rec * o[t]"),
        },
        test="Set all cells and candidates to 0: what should still go back through i and f?",
    ),
    Mistake(
        "B6e",
        "the gradient of the last cell at every step",
        "What arrives at cell t: what has come there from later steps, or dc_T once more?",
        "dc_T sets out at the end. What becomes of it on its way?",
        {
            "handed on": edit(two_paths, "dc_t * f[t]\n", "dc_T * f[t]\n"),
            "for the gates": edit(two_paths, "dc_t * g[t]", "dc_T * g[t]")
            + edit(two_paths, "dc_t * c_prev", "dc_T * c_prev")
            + edit(two_paths, "dc_t * i[t] * (1 - g", "dc_T * i[t] * (1 - g"),
        },
        test="Take T = 3, forget gates of 0.5 and W_hh of zeros: what are all three rows?",
    ),
    Mistake(
        "B2q",
        "the square of a slope in another place",
        "A candidate of -0.5: how steep is tanh there? How large is your slope?",
        "tanh is as steep at -0.5 as at 0.5. Is your slope?",
        {
            "outside": edit(two_paths, "(1 - g[t] ** 2)", "(1 - g[t]) ** 2"),
            "none": edit(two_paths, "(1 - g[t] ** 2)", "(1 - g[t])"),
        },
        test="Compare your slope with difference quotients of tanh on both sides of 0.",
    ),
)


def passed(r: Generator, T: int, B: int, H: int, dtype: Any = float, shut: bool = False) -> tuple[Any, ...]:
    """Gates and cells anywhere, for a derivative does not ask where they come from; a forget gate may be quite shut."""
    i, f, o = r.uniform(0.3, 0.8, (3, T, B, H))
    f[T // 2, 0, 0] *= not shut
    g, c = r.uniform(-0.9, 0.9, (T, B, H)), 1.2 * r.normal(size=(T, B, H))
    W_hh = 2.5 * r.normal(size=(4 * H, H)) / np.sqrt(H)
    return tuple(a.astype(dtype) for a in (r.normal(size=(B, H)), i, f, g, o, c, W_hh))


paths_exercise = Exercise(
    name="lstm_gru.two_paths",
    task="The loss reads c_T alone, with the gradient dc_T. Return for each step what of it arrives at c_t: along the "
    "cells alone (eq-lstm-gru-direct, as a gradient), and along all ways (eq-lstm-gru-carry). Keep the dtype; "
    "NumPy only.",
    arguments=(
        Value("dc_T", "B H"),
        Value("i", "T B H", "the gates of each step, already squashed"),
        Value("f", "T B H"),
        Value("g", "T B H"),
        Value("o", "T B H"),
        Value("c", "T B H", "c_1 to c_T"),
        Value("W_hh", "4H H", "the rows of i, f, g and o, in this order"),
    ),
    outputs=(
        Value("direct", "T B H", "along the cells alone", backwards=True),
        Value("full", "T B H", "along all ways", backwards=True),
    ),
    probe="c",
    reference=two_paths,
    gates="ifgo",
    cases={
        "general": lambda r: passed(r, 6, 3, 4),
        "one step": lambda r: passed(r, 1, 2, 3),
        "two steps": lambda r: passed(r, 2, 3, 4),
        "one example": lambda r: passed(r, 5, 1, 3),
        "square": lambda r: passed(r, 4, 4, 4, shut=True),
        "float32": lambda r: passed(r, 4, 2, 3, np.float32),
    },
    facets=(
        Facet("along the cells alone", 3, outputs=("direct",)),
        Facet("along all ways, over one step back", 2, ("one step", "two steps"), ("full",)),
        Facet("along all ways, over several", 5, ("general", "one example", "square", "float32"), ("full",)),
    ),
    mistakes=PATHS_MISTAKES,
)
