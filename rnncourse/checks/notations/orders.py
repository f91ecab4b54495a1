"""In which order an LSTM's blocks stand, found from a recording; and what goes wrong there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, instead, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.lstm_gru import sigmoid
from rnncourse.shapes import H4_, H4_F, H4_H, T_B_F, T_B_H, checked


def states_in_order(
    x: Array, W_ih: Array, W_hh: Array, b: Array, order: Sequence[int], recorded: Array, start: list[Array]
) -> Array:
    """The states of an LSTM whose gate k of i, f, g, o has block ``order[k]``; the last two are not looked at."""
    H = W_hh.shape[1]
    h_t = c_t = np.zeros((x.shape[1], H), x.dtype)
    h: list[Array] = []
    for x_t in x:
        blocks = np.split(x_t @ W_ih.T + h_t @ W_hh.T + b, 4, axis=1)
        i, f, g, o = (blocks[k] for k in order)
        c_t = sigmoid(f) * c_t + sigmoid(i) * np.tanh(g)
        h_t = sigmoid(o) * np.tanh(c_t)
        h.append(h_t)
    return np.stack(h)


@checked
def find_order(x: T_B_F, h: T_B_H, W_ih: H4_F, W_hh: H4_H, b: H4_) -> tuple[Array, Array]:
    r"""How far the LSTM with these blocks in each of 24 orders is from a recording, and the order that is nearest.

    .. math:: \text{errors}_n = \sqrt{\frac{1}{TBH} \sum (\hat h^{(n)} - h)^2}

    The orders are those of ``itertools.permutations(range(4))``: gate k of i, f, g, o has block ``order[k]``.
    """
    orders, errors, start = list(permutations(range(4))), [], [h[0]]
    for order in orders:
        away = states_in_order(x, W_ih, W_hh, b, order, h, start) - h
        errors.append(np.sqrt((away**2).mean()))
    return np.array(errors, h.dtype), np.array(orders[int(np.argmin(errors))])


sign(globals(), "find_order")

MEAN, FOUND, ALL = "np.sqrt((away**2).mean())", "orders[int(np.argmin(errors))]", "list(permutations(range(4)))"
SUM, MIXED, OUT = (
    "x_t @ W_ih.T + h_t @ W_hh.T + b",
    "c_t = sigmoid(f) * c_t + sigmoid(i) * np.tanh(g)",
    "sigmoid(o) * np.tanh(c_t)",
)
RUN = "states_in_order(x, W_ih, W_hh, b, order, h, start)"
TAKEN, CUT = "(blocks[k] for k in order)", f"np.split({SUM}, 4, axis=1)"

# One input and one unit, of two steps and of one; and two units that hear nothing but their biases.
LONE: dict[str, Any] = {
    "x": [[[1.0]], [[-0.5]]],
    "h": [[[0.4]], [[0.1]]],
    "W_ih": [[1.0], [-1.0], [0.5], [2.0]],
    "W_hh": [[0.5], [1.0], [-2.0], [1.5]],
    "b": [0.5, 1.0, 0.25, -0.5],
}
SINGLE: dict[str, Any] = {**LONE, "x": [[[1.0]]], "h": [[[0.4]]]}
PAIR: dict[str, Any] = {
    "x": [[[1.0]], [[-0.5]]],
    "h": [[[0.4, -0.2]], [[0.1, 0.3]]],
    "W_ih": [[0.0]] * 8,
    "W_hh": [[0.0, 0.0]] * 8,
    "b": [1.0, 2.0, -1.0, -2.0, 0.5, -0.5, 3.0, 0.0],
}
# Two examples of one step, and a state too small for three digits.
BESIDE: dict[str, Any] = {**LONE, "x": [[[1.0], [-0.5]]], "h": [[[0.4], [0.1]]]}
SMALL: dict[str, Any] = {
    "x": [[[1.0]]],
    "h": [[[0.0]]],
    "W_ih": [[0.0]] * 4,
    "W_hh": [[0.0]] * 4,
    "b": [0.0, 0.0, 0.0016, 0.0],
}
WEIGHTS = "W_ih is 1, -1, 0.5, 2 and W_hh is 0.5, 1, -2, 1.5. b is 0.5, 1, 0.25, -0.5. "
TWO = f"Take one unit and two steps: inputs 1 and -0.5, recorded 0.4 and 0.1. {WEIGHTS}"
ONE = f"Take one unit and one step: input 1, recorded 0.4. {WEIGHTS}"
UNITS = (
    "Take two units, two steps and matrices of zeros. b is 1, 2, -1, -2, 0.5, -0.5, 3, 0. Recorded are 0.4, -0.2, "
    "then 0.1, 0.3. "
)
ONNX = f"Take one unit, and the inputs 1 and -0.5. {WEIGHTS}Record it with the blocks i, o, f, g. "


def _recorded_in(order: tuple[int, ...]) -> dict[str, Any]:
    """The lone unit with blocks in this order, and its own states to four digits."""
    x, W_ih, W_hh, b = (np.array(LONE[name]) for name in ("x", "W_ih", "W_hh", "b"))
    h = states_in_order(x, W_ih, W_hh, b, order, x, [])
    return {**LONE, "h": h.round(4).tolist()}


ROUND = _recorded_in((0, 2, 3, 1))


def in_pieces(a: Array) -> Array:
    """What old versions of Keras have for σ."""
    return np.clip(0.2 * a + 0.5, 0, 1)


def in_wider_pieces(a: Array) -> Array:
    """The same of torch, under the name of hardsigmoid."""
    return np.clip(a / 6 + 0.5, 0, 1)


def first_error(answers: Sequence[Array]) -> float:
    """That of the course's own order."""
    return round(float(answers[0][0]), 9)


def some_errors(answers: Sequence[Array]) -> list[float]:
    """Those of the second to the fifth order."""
    return [round(float(value), 9) for value in answers[0][1:5]]


def named(answers: Sequence[Array]) -> list[int]:
    """The order that is named."""
    return [int(k) for k in answers[1]]


ORDER_MISTAKES = (
    Mistake(
        "Y50",
        "the order named the other way round",
        "Does your order say which block a gate has, or which gate a block is?",
        "Both are lists of four numbers, and look alike where two blocks change places. Here three go round.",
        {
            "": edit(find_order, FOUND, f"np.argsort({FOUND})"),
        },
        test=ONNX + "Which order do you name?",
        tries=(trial(named, **ROUND), trial(named, **ROUND)),
    ),
    Mistake(
        "Y50r",
        "the blocks dealt out the other way round",
        "Take the order 0, 2, 3, 1. Which block is the forget gate in your runs: the third, or the last?",
        "Entry k belongs to gate k, and says a block. Which way do you read it?",
        {
            "": edit(states_in_order, TAKEN, "(blocks[list(order).index(k)] for k in range(4))"),
        },
        test=ONNX + "Which order do you name?",
        tries=(trial(named, **ROUND), trial(named, **ROUND)),
    ),
    Mistake(
        "Y51",
        "the gates in another order than i, f, g, o",
        "To which gates do the four numbers of an order belong, by the task? And in your runs?",
        "The shares are right, but they answer for each other.",
        {
            "i, f, o, g": edit(states_in_order, "i, f, g, o =", "i, f, o, g ="),
            "i, o, f, g": edit(states_in_order, "i, f, g, o =", "i, o, f, g ="),
            "f, i, g, o": edit(states_in_order, "i, f, g, o =", "f, i, g, o ="),
            "i, g, f, o": edit(states_in_order, "i, f, g, o =", "i, g, f, o ="),
        },
        test=TWO + "What are your errors 2 to 5, counted from 1?",
        tries=(trial(some_errors, **LONE), trial(some_errors, **LONE)),
    ),
    Mistake(
        "Y52",
        "the orders counted in another sequence",
        "Which order has your second error? Which is the second of itertools.permutations(range(4))?",
        "Each error has to stand at the place of its own order.",
        {
            "backwards": edit(find_order, ALL, "list(permutations(range(4)))[::-1]"),
            "the first fastest": edit(find_order, ALL, "sorted(permutations(range(4)), key=lambda one: one[::-1])"),
        },
        test=TWO + "What are your errors 2 to 5, counted from 1?",
        tries=(trial(some_errors, **LONE), trial(some_errors, **LONE)),
    ),
    Mistake(
        "Y53",
        "another measure of the distance",
        "What should the error be of states that are off by 0.1 in every entry? What is yours?",
        "Three steps: the square, the mean over all entries, the root.",
        {
            "no root": edit(find_order, MEAN, "(away**2).mean()"),
            "sum": edit(find_order, MEAN, "np.sqrt((away**2).sum())"),
            "sum of squares": edit(find_order, MEAN, "(away**2).sum()"),
            "over time alone": edit(find_order, MEAN, "np.sqrt((away**2).sum() / len(away))"),
            "half": edit(find_order, MEAN, "np.sqrt((away**2).mean() / 2)"),
            "norms": edit(find_order, MEAN, "np.linalg.norm(away, axis=-1).mean()"),
        },
        test=UNITS + "What is your first error?",
        tries=(trial(first_error, **PAIR), trial(first_error, **PAIR)),
    ),
    Mistake(
        "Y53a",
        "a distance that is no root of a mean square",
        "One step is off by 0, the next one by 2. What should the error be, and what is yours?",
        "Three steps: the square, the mean over all entries, the root. In which order do you take them?",
        {
            "absolute": edit(find_order, MEAN, "np.abs(away).mean()"),
            "largest": edit(find_order, MEAN, "np.abs(away).max()"),
            "mean of roots": edit(find_order, MEAN, "np.sqrt((away**2).mean(axis=-1)).mean()"),
            "of the mean": edit(find_order, MEAN, "np.abs(away.mean())"),
        },
        test=UNITS + "What is your first error?",
        tries=(trial(first_error, **PAIR), trial(first_error, **PAIR)),
    ),
    Mistake(
        "Y53r",
        "rounded before it is compared",
        "The recording was rounded. Does the formula round the computed states, or their errors, as well?",
        "Rounding moves every number a little. The formula takes them as they are.",
        {
            "": edit(find_order, RUN, f"{RUN}.round(3)"),
            "to two digits": edit(find_order, RUN, f"{RUN}.round(2)"),
            "the errors": edit(find_order, MEAN, f"{MEAN}.round(3)"),
        },
        test="Take one unit, one step and weights of zero. b is 0, 0, 0.0016, 0 and 0 is recorded. What is your first "
        "error?",
        tries=(trial(first_error, **SMALL), trial(first_error, **SMALL)),
    ),
    Mistake(
        "Y54",
        "some of the steps alone compared",
        "Change one state in the middle of the recording. Do your errors notice?",
        "Every step, every example and every unit counts.",
        {
            "the last step": edit(find_order, "(away**2)", "(away[-1:] ** 2)"),
            "the first step": edit(find_order, "(away**2)", "(away[:1] ** 2)"),
        },
        test=TWO + "What is your first error?",
        tries=(trial(first_error, **LONE), trial(first_error, **LONE)),
    ),
    Mistake(
        "Y54e",
        "the first example, or the first unit, alone compared",
        "Change one state of the last example and the last unit. Do your errors notice?",
        "Every step, every example and every unit counts.",
        {
            "unit": edit(find_order, "(away**2)", "(away[..., :1] ** 2)"),
        },
        test=UNITS + "What is your first error?",
        tries=(trial(first_error, **PAIR), trial(first_error, **PAIR)),
    ),
    Mistake(
        "Y54t",
        "steps and examples exchanged",
        "Which of the three axes of x are the steps? Over which axis does your loop run?",
        "A state goes on from one step to the next, never from one example to the next.",
        {
            "": edit(states_in_order, "for x_t in x", "for x_t in x.swapaxes(0, 1)")
            + edit(states_in_order, "np.zeros((x.shape[1], H)", "np.zeros((x.shape[0], H)")
            + edit(states_in_order, "return np.stack(h)", "return np.stack(h, axis=1)"),
        },
        test=f"Take one unit, one step and two examples: inputs 1 and -0.5, recorded 0.4 and 0.1. {WEIGHTS}"
        "What is your first error?",
        tries=(trial(first_error, **BESIDE), trial(first_error, **BESIDE)),
    ),
    Mistake(
        "Y55",
        "each step begins from the recording",
        "With which state does your second step begin: with your own first one, or with that of the recording?",
        "An order that is slightly wrong goes further astray with every step, if it is left alone.",
        {"": edit(states_in_order, "h_t @ W_hh.T", "(recorded[len(h) - 1] if h else h_t) @ W_hh.T")},
        test=TWO + "What is your first error?",
        tries=(trial(first_error, **LONE), trial(first_error, **LONE)),
    ),
    Mistake(
        "Y56",
        "a run that begins where the one before it ended",
        "With which states does the second of your 24 runs begin, and with which the first?",
        "Each order is a network of its own. Where is its start set?",
        {
            "": edit(states_in_order, "return np.stack(h)", "start.append(h_t)\n    return np.stack(h)")
            + edit(
                states_in_order,
                "    for x_t in x",
                "    h_t = start[-1] if len(start) > 1 else h_t\n    for x_t in x",
            ),
            "with both": edit(states_in_order, "return np.stack(h)", "start += [h_t, c_t]\n    return np.stack(h)")
            + edit(
                states_in_order,
                "    for x_t in x",
                "    if len(start) > 1:\n        h_t, c_t = start[-2:]\n    for x_t in x",
            ),
            "with c": edit(states_in_order, "return np.stack(h)", "start.append(c_t)\n    return np.stack(h)")
            + edit(
                states_in_order,
                "    for x_t in x",
                "    c_t = start[-1] if len(start) > 1 else c_t\n    for x_t in x",
            ),
            "the first of the recording": edit(
                states_in_order, "    for x_t in x", "    h_t = start[0] if start else h_t\n    for x_t in x"
            ),
        },
        test=TWO + "What are your errors 2 to 5, counted from 1?",
        tries=(trial(some_errors, **LONE), trial(some_errors, **LONE)),
    ),
    Mistake(
        "Y57",
        "a state that does not go on",
        "Change the first input. Does the last state of your runs change, through h and through c?",
        "Two things go from a step to the next. Which of them do you carry on?",
        {
            "h": edit(states_in_order, "h_t @ W_hh.T", "0 * h_t @ W_hh.T"),
            "c": edit(states_in_order, MIXED, "c_t = sigmoid(i) * np.tanh(g)"),
        },
        test=TWO + "What is your first error?",
        tries=(trial(first_error, **LONE), trial(first_error, **LONE)),
    ),
    Mistake(
        "Y57o",
        "the cell before the step in the state after it",
        "Which cell goes into h_t: that of this step, or that of the step before?",
        "First the cell is mixed anew. Then the output gate says how much of it is seen.",
        {
            "": edit(states_in_order, "np.tanh(c_t)", "np.tanh(before)")
            + edit(states_in_order, MIXED, MIXED.replace("c_t =", "before, c_t = c_t,")),
        },
        test=ONE + "What is your first error?",
        tries=(trial(first_error, **SINGLE), trial(first_error, **SINGLE)),
    ),
    Mistake(
        "Y58",
        "the largest error chosen",
        "Is the order that you name the one that fits best, or the one that fits worst?",
        "Print your 24 errors, and look for the one that you name.",
        {"": edit(find_order, "np.argmin(errors)", "np.argmax(errors)")},
        test=ONNX + "Which order do you name?",
        tries=(trial(named, **ROUND), trial(named, **ROUND)),
    ),
    Mistake(
        "Y58c",
        "blocks counted from 1",
        "Which numbers has the first block, and which the last?",
        "Orders are those of itertools.permutations(range(4)).",
        {"": edit(find_order, f"np.array({FOUND})", f"np.array({FOUND}) + 1")},
        test=ONNX + "Which order do you name?",
        tries=(trial(named, **ROUND), trial(named, **ROUND)),
    ),
    Mistake(
        "Y59",
        "σ and tanh exchanged",
        "Which of the four is a content with a sign, and which are shares?",
        "Between which numbers may each of the four lie?",
        {
            "the candidate": edit(states_in_order, MIXED, "c_t = sigmoid(f) * c_t + sigmoid(i) * sigmoid(g)"),
            "the output gate": edit(states_in_order, OUT, "np.tanh(o) * np.tanh(c_t)"),
            "the input gate": edit(states_in_order, MIXED, "c_t = sigmoid(f) * c_t + np.tanh(i) * np.tanh(g)"),
        },
        test=ONE + "What is your first error?",
        tries=(trial(first_error, **SINGLE), trial(first_error, **SINGLE)),
    ),
    Mistake(
        "Y59h",
        "another function than σ for the gates",
        "Which function squashes your gates? Put 0, 1 and 4 through it, and through that of the task.",
        "Two functions may agree at 0, rise from 0 to 1, and yet be two.",
        {
            "in pieces, 0.2": instead(sigmoid, in_pieces),
            "in pieces, 1/6": instead(sigmoid, in_wider_pieces),
        },
        test=ONE + "What is your first error?",
        tries=(trial(first_error, **SINGLE), trial(first_error, **SINGLE)),
    ),
    Mistake(
        "Y59o",
        "no tanh on the way out, or on the way in",
        "Between which numbers may a state h lie? And the candidate?",
        "Twice something goes through tanh.",
        {
            "out": edit(states_in_order, OUT, "sigmoid(o) * c_t"),
            "in": edit(states_in_order, MIXED, "c_t = sigmoid(f) * c_t + sigmoid(i) * g"),
        },
        test=ONE + "What is your first error?",
        tries=(trial(first_error, **SINGLE), trial(first_error, **SINGLE)),
    ),
    Mistake(
        "Y59b",
        "the bias left out, or twice",
        "With all weights zero, what goes into each of the four?",
        "One bias, counted once.",
        {
            "": edit(states_in_order, SUM, "x_t @ W_ih.T + h_t @ W_hh.T"),
            "twice": edit(states_in_order, SUM, "x_t @ W_ih.T + h_t @ W_hh.T + 2 * b"),
        },
        test=ONE + "What is your first error?",
        tries=(trial(first_error, **SINGLE), trial(first_error, **SINGLE)),
    ),
    Mistake(
        "Y59c",
        "every fourth row in the place of a block",
        "There are two units. Which two rows of W_ih make block 0?",
        "The rows of one gate stand together, one for each unit.",
        {"": edit(states_in_order, CUT, f"[({SUM})[:, k::4] for k in range(4)]")},
        test=UNITS + "What is your first error?",
        tries=(trial(first_error, **PAIR), trial(first_error, **PAIR)),
    ),
)


def recorded(r: Generator, order: tuple[int, ...], T: int, B: int, F: int, H: int) -> tuple[Array, ...]:
    """What the LSTM with its blocks in this order gave, with three digits behind the point."""
    x = 1.5 * r.normal(size=(T, B, F))
    W_ih, W_hh, b = 1.5 * r.normal(size=(4 * H, F)), 1.5 * r.normal(size=(4 * H, H)), r.normal(size=4 * H)
    h = states_in_order(x, W_ih, W_hh, b, order, x, [])
    return x, h.round(3), W_ih, W_hh, b


order_exercise = Exercise(
    name="notations.find_order",
    task="An LSTM's weights with blocks of rows in an unknown order, and a recording of its states h, from states of "
    "zero, rounded to three digits. For each of the 24 orders of itertools.permutations(range(4)), in which gate k of "
    "i, f, g, o has block order[k], the root of the mean square of its states less h; and the order of the smallest. "
    "NumPy only.",
    arguments=(
        Value("x", "T B F", "inputs"),
        Value("h", "T B H", "the recording"),
        Value("W_ih", "4H F", "four blocks of rows"),
        Value("W_hh", "4H H", "blocks in the same order"),
        Value("b", "4H", "the same"),
    ),
    outputs=(
        Value("errors", "24", "in the sequence of itertools.permutations(range(4))"),
        Value("order", "4", "the block of i, of f, of g, of o", integers=True),
    ),
    probe="b",
    reference=find_order,
    smaller=("conventions._layer.reorder",),
    cases={
        "general": lambda r: recorded(r, (0, 2, 3, 1), 4, 2, 2, 3),
        "one step": lambda r: recorded(r, (2, 0, 3, 1), 1, 3, 2, 4),
        "one unit": lambda r: recorded(r, (3, 0, 1, 2), 4, 3, 2, 1),
        "torch's": lambda r: recorded(r, (0, 1, 2, 3), 3, 2, 3, 2),
        "float32": lambda r: in_float32(recorded(r, (0, 2, 1, 3), 3, 2, 2, 2)),
    },
    facets=(
        Facet("errors of one step", 2, ("one step",), ("errors",)),
        Facet("errors", 4, outputs=("errors",)),
        Facet("the order, by right errors", 2),
    ),
    mistakes=ORDER_MISTAKES,
)
