"""The minimal LSTM, and a state that turns: counting modulo any number; and what goes wrong there."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.after.steps import WORDS
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.lstm_gru import sigmoid
from rnncourse.shapes import B_H, H3_, H3_F, T_B, T_B_F, T_B_H, Count, checked

# ---------------------------------------------------------------------------------------------------------------------
# The minimal LSTM


@checked
def minimal_lstm(x: T_B_F, h0: B_H, W_ih: H3_F, b_ih: H3_) -> T_B_H:
    r"""An LSTM whose gates see the input alone, and share out what is kept and what is taken in.

    .. math::
       f_t, i_t = \sigma(\cdot), \qquad f_t' = \frac{f_t}{f_t + i_t}, \qquad i_t' = \frac{i_t}{f_t + i_t}, \qquad
       h_t = f_t' \odot h_{t-1} + i_t' \odot \tilde h_t

    Rows of W_ih and b_ih: forget gate, input gate, candidate. Source: Feng et al. (2024).
    """
    a_f, a_i, candidate = np.split(x @ W_ih.T + b_ih, 3, axis=2)
    f, i = sigmoid(a_f), sigmoid(a_i)
    both = f + i
    h_t, h = h0, []
    for t in range(len(x)):
        h_t = f[t] / both[t] * h_t + i[t] / both[t] * candidate[t]
        h.append(h_t)
    return np.stack(h)


sign(globals(), "minimal_lstm")

ROWS, GATES, BOTH = "a_f, a_i, candidate = np.split", "sigmoid(a_f), sigmoid(a_i)", "both = f + i"
KEEP = "f[t] / both[t] * h_t + i[t] / both[t] * candidate[t]"
# One unit and one input, two steps: forget gate σ(0), input gate σ(log 3) = 3/4, candidates 4 and -8.
MEAN: dict[str, Any] = {
    "x": [[[1.0]], [[-2.0]]],
    "h0": [[8.0]],
    "W_ih": [[0.0], [0.0], [4.0]],
    "b_ih": [0.0, math.log(3.0), 0.5],
}
BLOCKS: dict[str, Any] = {
    "x": [[[1.0]]],
    "h0": [[8.0, -8.0]],
    "W_ih": [[0.0]] * 6,
    "b_ih": [0.0, 0.0, math.log(3.0), math.log(3.0), 4.5, 0.5],
}
LATER = {**MEAN, "W_ih": [[0.5], [-1.0], [4.0]]}


def means(h: Array) -> list[float]:
    """Of the first unit."""
    return [round(float(value), 4) for value in h[:, 0, 0]]


LSTM_MISTAKES = (
    Mistake(
        "J30",
        "gates that are not shared out",
        "Keep and take in: do your two shares add up to 1?",
        "The task divides both gates by something.",
        {
            "": edit(minimal_lstm, BOTH, "both = np.ones_like(f)"),
            "the forget gate": edit(minimal_lstm, KEEP, "f[t] * h_t + i[t] / both[t] * candidate[t]"),
            "the input gate": edit(minimal_lstm, KEEP, "f[t] / both[t] * h_t + i[t] * candidate[t]"),
        },
        test="Take one unit in state 8, with inputs 1 and -2. The rows of W_ih are 0, 0 and 4. The biases are 0, log "
        "3 and 0.5. Which two states come?",
        tries=(trial(means, **MEAN), trial(means, **MEAN)),
    ),
    Mistake(
        "J31",
        "what is taken in is what is not kept, by the forget gate alone",
        "How does your input gate enter the share that is kept?",
        "Both gates decide about both shares.",
        {
            "": edit(minimal_lstm, KEEP, "f[t] * h_t + (1 - f[t]) * candidate[t]"),
            "by the input gate": edit(minimal_lstm, KEEP, "(1 - i[t]) * h_t + i[t] * candidate[t]"),
        },
        test="Take one unit in state 8, with inputs 1 and -2. The rows of W_ih are 0, 0 and 4. The biases are 0, log "
        "3 and 0.5. Which two states come?",
        tries=(trial(means, **MEAN), trial(means, **MEAN)),
    ),
    Mistake(
        "J32",
        "the rows in another order",
        "The forget gate is wide open, the input gate is shut. Is the state kept with you?",
        "The task names the order of the three blocks of rows, and which gate keeps.",
        {
            "input gate first": edit(minimal_lstm, ROWS, "a_i, a_f, candidate = np.split"),
            "candidate first": edit(minimal_lstm, ROWS, "candidate, a_f, a_i = np.split"),
            "candidate in the middle": edit(minimal_lstm, ROWS, "a_f, candidate, a_i = np.split"),
        },
        test="Take one unit in state 8, with inputs 1 and -2. The rows of W_ih are 0, 0 and 4. The biases are 0, log "
        "3 and 0.5. Which two states come?",
        tries=(trial(means, **MEAN), trial(means, **MEAN)),
    ),
    Mistake(
        "J32r",
        "every third row in the place of a block",
        "There are two units. Which rows of W_ih make your forget gates?",
        "Rows of one gate stand together, one for each unit: in how many blocks?",
        {
            "": edit(
                minimal_lstm,
                "np.split(x @ W_ih.T + b_ih, 3, axis=2)",
                "np.moveaxis((x @ W_ih.T + b_ih).reshape(*x.shape[:2], -1, 3), 3, 0)",
            ),
        },
        test="Take two units in the states 8 and -8, one step, and a W_ih of zeros. The biases are 0, 0, log 3, log 3, "
        "4.5 and 0.5. Which two states come?",
        tries=(trial(lambda h: [round(float(value), 4) for value in h[0, 0]], **BLOCKS),),
    ),
    Mistake(
        "J33",
        "a tanh around the candidate",
        "How large can a state become: more than 1?",
        "What was taken out of the LSTM so that nothing bends?",
        {
            "the candidate": edit(minimal_lstm, KEEP, "f[t] / both[t] * h_t + i[t] / both[t] * np.tanh(candidate[t])"),
            "the state": edit(minimal_lstm, "h.append(h_t)", "h.append(np.tanh(h_t))"),
        },
        test="Take one unit in state 8, with inputs 1 and -2. The rows of W_ih are 0, 0 and 4. The biases are 0, log "
        "3 and 0.5. Which two states come?",
        tries=(trial(means, **MEAN), trial(means, **MEAN)),
    ),
    Mistake(
        "J34",
        "shared out by a softmax",
        "With gates of 0.9 and 0.1: which share has the old state in the task, and with you?",
        "A share belongs to a gate as it is. What has been done to the gates before they are divided?",
        {
            "": edit(minimal_lstm, BOTH, "f, i = np.exp(f), np.exp(i)\n    both = f + i"),
        },
        test="Take one unit in state 8, with inputs 1 and -2. The rows of W_ih are 0, 0 and 4. The "
        "biases are 0, log 3 and 0.5. Which two states come?",
        tries=(trial(means, **MEAN),),
    ),
    Mistake(
        "J35",
        "the first state left out",
        "What is the state before step 1?",
        "h0 is given. Where does your loop begin?",
        {"": edit(minimal_lstm, "h_t, h = h0, []", "h_t, h = np.zeros_like(h0), []")},
        test="Take one unit in state 8, with inputs 1 and -2. The rows of W_ih are 0, 0 and 4. The biases are 0, log "
        "3 and 0.5. Which two states come?",
        tries=(trial(means, **MEAN), trial(means, **MEAN)),
    ),
    Mistake(
        "J36",
        "gates without their sigmoid",
        "Between which numbers do your gates lie?",
        "Which function makes a gate of any number?",
        {
            "": edit(minimal_lstm, GATES, "a_f, a_i"),
            "an exponential": edit(minimal_lstm, GATES, "np.exp(a_f), np.exp(a_i)"),
            "tanh": edit(minimal_lstm, GATES, "np.tanh(a_f) + 1, np.tanh(a_i) + 1"),
        },
        test="Take one unit in state 8, with inputs 1 and -2. The rows of W_ih are 0.5, -1 and 4. The biases are 0, "
        "log 3 and 0.5. Which two states come?",
        tries=(trial(means, **LATER), trial(means, **LATER)),
    ),
    Mistake(
        "J37",
        "the bias left out",
        "Change b_ih. Do all three blocks notice?",
        "Gates and candidate have a bias each.",
        {
            "": edit(minimal_lstm, "x @ W_ih.T + b_ih", "x @ W_ih.T + 0 * b_ih"),
            "of the candidate": edit(
                minimal_lstm, BOTH, "both = f + i\n    candidate = candidate - b_ih[2 * len(b_ih) // 3 :]"
            ),
        },
        test="Take one unit in state 8, with inputs 1 and -2. The rows of W_ih are 0, 0 and 4. The biases are 0, log "
        "3 and 0.5. Which two states come?",
        tries=(trial(means, **MEAN), trial(means, **MEAN)),
    ),
    Mistake(
        "J38",
        "the states before the steps",
        "Is your first state the one after step 1?",
        "When is the state kept: before or after its step?",
        {
            "": edit(minimal_lstm, "h_t = f[t]", "h.append(h_t)\n        h_t = f[t]")
            + edit(minimal_lstm, "h.append(h_t)\n    return", "pass\n    return"),
        },
        test="Take one unit in state 8, with inputs 1 and -2. The rows of W_ih are 0, 0 and 4. The biases are 0, log "
        "3 and 0.5. Which two states come?",
        tries=(trial(means, **MEAN), trial(means, **MEAN)),
    ),
)


def sequence(r: Generator, T: int, B: int, F: int, H: int) -> tuple[Array, ...]:
    """Gates on both sides of one half."""
    W_ih = r.normal(size=(3 * H, F)) * 0.9
    return r.normal(size=(T, B, F)), r.normal(size=(B, H)) * 2, W_ih, r.normal(size=3 * H)


def from_zero(r: Generator) -> tuple[Array, ...]:
    """One step whose state before it is zero."""
    x, h0, W_ih, b_ih = sequence(r, 1, 3, 2, 2)
    return x, np.zeros_like(h0), W_ih, b_ih


lstm_exercise = Exercise(
    name="after.minimal_lstm",
    task="The minimal LSTM: forget gate, input gate and candidate see the input alone (rows f, i, candidate of W_ih "
    "and b_ih); both gates are divided by their sum. No tanh, no output gate. Keep the dtype; NumPy only.",
    arguments=(
        Value("x", "T B F", "inputs"),
        Value("h0", "B H", "the state before step 1"),
        Value("W_ih", "3H F", "rows of the forget gate, the input gate, the candidate"),
        Value("b_ih", "3H", "biases in the same order"),
    ),
    outputs=(Value("h", "T B H", "the states after the steps"),),
    reference=minimal_lstm,
    cases={
        "general": lambda r: sequence(r, 5, 2, 3, 2),
        "one step from zero": from_zero,
        "one step": lambda r: sequence(r, 1, 2, 3, 2),
        "float32": lambda r: in_float32(sequence(r, 4, 2, 2, 3)),
    },
    facets=(
        Facet("one step from zero", 1, ("one step from zero",)),
        Facet("one step", 2, ("one step",)),
        Facet("a sequence", 3, ("general", "float32")),
    ),
    mistakes=LSTM_MISTAKES,
    gates="fi~",
    words=WORDS,
)


# ---------------------------------------------------------------------------------------------------------------------
# Counting modulo m


@checked
def count_modulo(x: T_B, m: Count) -> Array:
    r"""A point on the circle that each 1 turns by the m-th part of a whole turn, counter-clockwise.

    .. math::
       h_t = \begin{pmatrix} \cos\phi & -\sin\phi \\ \sin\phi & \cos\phi \end{pmatrix} h_{t-1}
       \text{ where } x_t = 1, \qquad \phi = \frac{2\pi}{m}, \qquad h_0 = (1, 0)
    """
    phi = 2 * math.pi / m
    first, second = np.ones_like(x[0]), np.zeros_like(x[0])
    c, s = x.dtype.type(math.cos(phi)), x.dtype.type(math.sin(phi))
    h = []
    for t in range(len(x)):
        turned = c * first - s * second, s * first + c * second
        first = np.where(x[t] > 0.5, turned[0], first)
        second = np.where(x[t] > 0.5, turned[1], second)
        h.append(np.stack([first, second], axis=1))
    return np.stack(h)


sign(globals(), "count_modulo")

TURNED, PHI = "c * first - s * second, s * first + c * second", "2 * math.pi / m"
ONE_OF_FOUR: dict[str, Any] = {"x": [[1.0], [0.0]], "m": 4}
THIRDS = {"x": [[1.0], [1.0]], "m": 3}


def places(h: Array) -> list[float]:
    """Where the first example is after each step, one coordinate after the other."""
    return [round(float(value), 3) + 0.0 for value in h[:, 0].ravel()]


MODULO_MISTAKES = (
    Mistake(
        "J40",
        "turned the other way",
        "From (1, 0), a quarter turn counter-clockwise: where does it lead, and where are you?",
        "Which of the two sines has the minus?",
        {
            "": edit(count_modulo, TURNED, "c * first + s * second, -s * first + c * second"),
            "the angle": edit(count_modulo, PHI, "-2 * math.pi / m"),
        },
        test="Take m = 4 and the bits 1 and 0. What are the two coordinates after each step?",
        tries=(trial(places, **ONE_OF_FOUR), trial(places, **ONE_OF_FOUR)),
    ),
    Mistake(
        "J41",
        "an angle of another size",
        "After m ones, are you back at (1, 0)?",
        "A whole turn is 2π. How much is its m-th part?",
        {
            "half": edit(count_modulo, PHI, "math.pi / m"),
            "in degrees": edit(count_modulo, PHI, "360 / m"),
            "m of them": edit(count_modulo, PHI, "2 * math.pi * m / (m + 1)"),
            "one less": edit(count_modulo, PHI, "2 * math.pi / (m + 1)"),
        },
        test="Take m = 3 and the bits 1 and 1. What are the two coordinates after each step?",
        tries=(trial(places, **THIRDS), trial(places, **THIRDS)),
    ),
    Mistake(
        "J42",
        "zeros turn too, or ones do not",
        "A 0 comes. Does the state move?",
        "What is left of your state when a 0 has come, and in which direction does it point?",
        {
            "every step": edit(count_modulo, "first = np.where(x[t] > 0.5, turned[0], first)", "first = turned[0]")
            + edit(count_modulo, "second = np.where(x[t] > 0.5, turned[1], second)", "second = turned[1]"),
            "zeros turn back": edit(
                count_modulo,
                TURNED,
                TURNED + ", c * first + s * second, c * second - s * first",
            )
            + edit(count_modulo, "turned[0], first)", "turned[0], turned[2])")
            + edit(count_modulo, "turned[1], second)", "turned[1], turned[3])"),
            "zeros erase": edit(count_modulo, "turned[0], first)", "turned[0], 0 * first)")
            + edit(count_modulo, "turned[1], second)", "turned[1], 0 * second)"),
            "zeros alone": edit(count_modulo, "first = np.where(x[t] > 0.5,", "first = np.where(x[t] < 0.5,")
            + edit(count_modulo, "second = np.where(x[t] > 0.5,", "second = np.where(x[t] < 0.5,"),
        },
        test="Take m = 4 and the bits 1 and 0. What are the two coordinates after each step?",
        tries=(trial(places, **ONE_OF_FOUR), trial(places, **ONE_OF_FOUR)),
    ),
    Mistake(
        "J43",
        "the places before the steps",
        "Where are you after the first 1?",
        "The first place that is asked is the one after step 1.",
        {
            "": edit(count_modulo, "turned = c", "h.append(np.stack([first, second], axis=1))\n        turned = c")
            + edit(count_modulo, "h.append(np.stack([first, second], axis=1))\n    return", "pass\n    return"),
        },
        test="Take m = 4 and the bits 1 and 0. What are the two coordinates after each step?",
        tries=(trial(places, **ONE_OF_FOUR), trial(places, **ONE_OF_FOUR)),
    ),
    Mistake(
        "J44",
        "the first coordinate is changed before the second one needs it",
        "Two coordinates turn at the same time. Which first coordinate goes into your second one?",
        "Both new numbers are made of the old ones.",
        {
            "": edit(
                count_modulo,
                "turned = c * first - s * second, s * first + c * second",
                "turned = [c * first - s * second]\n        turned.append(s * turned[0] + c * second)",
            ),
        },
        test="Take m = 3 and the bits 1 and 1. What are the two coordinates after each step?",
        tries=(trial(places, **THIRDS), trial(places, **THIRDS)),
    ),
    Mistake(
        "J45",
        "sine and cosine exchanged",
        "Where is the state before anything was read?",
        "The first number of a place is the cosine of its angle.",
        {
            "places": edit(count_modulo, "np.stack([first, second], axis=1)", "np.stack([second, first], axis=1)"),
            "of the turn": edit(count_modulo, TURNED, "s * first - c * second, c * first + s * second"),
            "the start": edit(
                count_modulo, "np.ones_like(x[0]), np.zeros_like(x[0])", "np.zeros_like(x[0]), np.ones_like(x[0])"
            ),
        },
        test="Take m = 4 and the bits 1 and 0. What are the two coordinates after each step?",
        tries=(trial(places, **ONE_OF_FOUR), trial(places, **ONE_OF_FOUR)),
    ),
    Mistake(
        "J46",
        "the count itself, or its rest",
        "Is your answer a place on the circle?",
        "A state of two numbers is asked for each step and example.",
        {
            "the rest": edit(
                count_modulo,
                "return np.stack(h)",
                "return np.stack([np.cumsum(x, axis=0) % m, np.zeros_like(x)], axis=2)",
            ),
        },
        test="Take m = 4 and the bits 1 and 0. What are the two coordinates after each step?",
        tries=(trial(places, **ONE_OF_FOUR), trial(places, **ONE_OF_FOUR)),
    ),
)


def bits_of(r: Generator, T: int, B: int, m: int) -> tuple[Array, int]:
    """Bits with at least m ones in each example, beginning with a 1 in the first and a 0 in the second."""
    x = np.zeros((T, B))
    for example in range(B):
        ones = r.permutation(np.arange(1, T))[: max(m, T // 2)]
        x[ones, example] = 1
        x[0, example] = 1 - example % 2
    return x, m


modulo_exercise = Exercise(
    name="after.count_modulo",
    task="Count ones modulo m by a state that turns: a point on the circle, (1, 0) at first, that each 1 turns by 2π/m "
    "counter-clockwise and each 0 leaves. Its two coordinates after every step. Keep the dtype; NumPy only.",
    arguments=(Value("x", "T B", "bits, 0 or 1"), Value("m", "", "how many ones make a whole turn")),
    outputs=(Value("h", "T B 2", "the places after the steps"),),
    reference=count_modulo,
    cases={
        "general": lambda r: bits_of(r, 12, 2, 5),
        "quarters": lambda r: bits_of(r, 8, 2, 4),
        "two": lambda r: bits_of(r, 7, 2, 2),
        "float32": lambda r: (bits_of(r, 9, 2, 3)[0].astype(np.float32), 3),
    },
    facets=(
        Facet("odd and even", 1, ("two",)),
        Facet("quarter turns", 2, ("quarters",)),
        Facet("any number", 2, ("general", "float32")),
    ),
    mistakes=MODULO_MISTAKES,
    words=WORDS,
)
