"""How fast a reservoir forgets its start: leaky states from two starts, and what goes wrong there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.checks.reservoir.draws import WORDS, reservoir
from rnncourse.shapes import B_N, N_, N_F, N_N, T_B, T_B_F, Ints, Positive, checked


def along(x: T_B_F, h0: B_N, W_ih: N_F, W_hh: N_N, b: N_, a: N_) -> Array:
    """The start and the states after each step, (T + 1, B, N)."""
    states, h = [h0], h0
    for x_t in x:
        z = x_t @ W_ih.T + h @ W_hh.T + b
        h = (1 - a) * h + a * np.tanh(z)
        states.append(h)
    return np.stack(states)


def settled(d: T_B, eps: float) -> Ints:
    """From which step on all distances are below eps; -1 where the last is not."""
    above = d >= eps
    after = np.where(above.any(axis=0), len(d) - above[::-1].argmax(axis=0), 0)
    n: Array = np.where(above[-1], -1, after)
    return n


@checked
def forgetting(
    x: T_B_F, h0: B_N, g0: B_N, W_ih: N_F, W_hh: N_N, b: N_, a: N_, eps: Positive
) -> tuple[Array, Array, Array]:
    r"""States from one start, their distances from those of another one, and when these stay small.

    .. math:: h_{t,n} = (1 - a_n)\, h_{t-1,n} + a_n \tanh( W_{ih} x_t + W_{hh} h_{t-1} + b )_n, \qquad
       d_t = \lVert h_t - g_t \rVert

    Returns h (T, B, N), d (T + 1, B) and n (B,), whole numbers.
    """
    h = along(x, h0, W_ih, W_hh, b, a)
    g = along(x, g0, W_ih, W_hh, b, a)
    d = np.sqrt(((h - g) ** 2).sum(axis=2))
    n = settled(d, eps)
    return h[1:], d, n


sign(globals(), "forgetting")

STEP, SUM = "(1 - a) * h + a * np.tanh(z)", "x_t @ W_ih.T + h @ W_hh.T + b"
LOOP, SECOND = "for x_t in x:", "g = along(x, g0, W_ih, W_hh, b, a)"
DISTANCE, RETURNED = "np.sqrt(((h - g) ** 2).sum(axis=2))", "return h[1:], d, n"
SETTLED = "n: Array = np.where(above[-1], -1, after)"

# What hints ask to try: one unit that hears nothing, unless it is said otherwise.
ONE: dict[str, Any] = {
    "x": [[[0]]],
    "h0": [[0.5]],
    "g0": [[-0.5]],
    "W_ih": [[0]],
    "W_hh": [[0]],
    "b": [0],
    "a": [0.25],
    "eps": 0.1,
}
TWO: dict[str, Any] = {
    "x": [[[0]]],
    "h0": [[3, 1]],
    "g0": [[0, -3]],
    "W_ih": [[0], [0]],
    "W_hh": [[0, 0], [0, 0]],
    "b": [0, 0],
    "a": [0.25, 0.75],
    "eps": 0.1,
}
HALVED: dict[str, Any] = {**ONE, "x": [[[0]]] * 3, "a": [0.5]}  # distances 1, 1/2, 1/4, 1/8
AGAIN: dict[str, Any] = {  # one unit copies the other: 1, 0 and 0, 8 and 0, 0: distances 1, 8, 0
    "x": [[[0]]] * 3,
    "h0": [[0.1, 0]],
    "g0": [[0, 0]],
    "W_ih": [[0], [0]],
    "W_hh": [[0, 0], [50, 0]],
    "b": [0, 0],
    "a": [1, 1],
    "eps": 0.5,
}


def first(w: Any) -> Any:
    """The state after one step."""
    return w[0][0, 0, 0]


LEAK = (
    trial(first, **{**ONE, "b": [100]}),  # 0.75 · 0.5 + 0.25 · 1
    trial(first, **ONE),
)
FORGETTING_MISTAKES = (
    Mistake(
        "E5",
        "the leak the wrong way round",
        "With a leak rate of 1, how much of the old state should be left? How much is left with you?",
        "The leak rate is the share of what is new. Which of your two terms has it?",
        edit(along, STEP, "a * h + (1 - a) * np.tanh(z)"),
        test="Take one unit that hears nothing, with weights and bias of zero, in state 0.5, and a = 0.25. What is its "
        "state after a step?",
        tries=LEAK,
    ),
    Mistake(
        "E6",
        "the leak inside tanh",
        "The bias is 100, the state 0.5, a is 0.25. How large can your next state be?",
        "What passes through tanh in the formula, and what past it?",
        {
            "both shares": edit(along, STEP, "np.tanh((1 - a) * h + a * z)"),
            "the old state": edit(along, STEP, "np.tanh((1 - a) * h + z)"),
            "of all that arrives": edit(along, STEP, "(1 - a) * h + np.tanh(a * z)"),
            "of a sum that is kept": edit(
                along, "states, h = [h0], h0", "states, h, kept = [h0], h0, np.arctanh(np.clip(h0, -0.999, 0.999))"
            )
            + edit(along, STEP, "np.tanh(kept := (1 - a) * kept + a * z)"),
        },
        test="Take one unit without weights, in state 0.5, with a = 0.25 and a bias of 100. What is its state after a "
        "step?",
        tries=(trial(first, **{**ONE, "b": [100]}),),
    ),
    Mistake(
        "E7",
        "two shares that do not add up to one",
        "Your formula has a share of the old state and one of the new. What is their sum for a = 0.25?",
        "The two shares add up to one, whatever a is.",
        {
            "all of the old": edit(along, STEP, "h + a * np.tanh(z)"),
            "all of the new": edit(along, STEP, "(1 - a) * h + np.tanh(z)"),
            "both whole": edit(along, STEP, "h + np.tanh(z)"),
            "no leak": edit(along, STEP, "np.tanh(z)"),
            "halves": edit(along, STEP, "(h + np.tanh(z)) / 2"),
            "the root of the old": edit(along, STEP, "np.sqrt(1 - a) * h + a * np.tanh(z)"),
        },
        test="Take one unit without weights, in state 0.5, with a = 0.25 and a bias of 100. What is its state after a "
        "step?",
        tries=(trial(first, **{**ONE, "b": [100]}),),
    ),
    Mistake(
        "E7u",
        "one leak rate for all units",
        "Two units hear nothing and have different leak rates. Do their states shrink alike with you?",
        "Each unit has a leak rate of its own: which axis of the state does it go with?",
        {
            "the mean": edit(along, "states, h = [h0], h0", "states, h, a = [h0], h0, a.mean()"),
            "the first": edit(along, "states, h = [h0], h0", "states, h, a = [h0], h0, a[0]"),
            "turned round": edit(along, "states, h = [h0], h0", "states, h, a = [h0], h0, a[::-1]"),
        },
        test="Take two units without weights in the states 3 and 1, with the leak rates 0.25 and 0.75. What are their "
        "states after a step?",
        tries=(trial(lambda w: w[0][0, 0], **TWO),),
    ),
    Mistake(
        "R6",
        "recurrent weights transposed",
        "Unit 1 hears unit 0, and nobody else. Which entry of W_hh is that? Which unit changes with you?",
        "States stand in rows. Which index of W_hh belongs to the unit that hears?",
        edit(along, SUM, "x_t @ W_ih.T + h @ W_hh + b"),
        test="Take two units without bias, with a = 1, and a weight of 50 in row 1 and column 0. The states are 0.1 "
        "and 0. What are they after a step?",
        tries=(trial(lambda w: w[0][0, 0], **AGAIN),),
    ),
    Mistake(
        "R3",
        "every step from the same state",
        "Run two steps. Does the second state come from the first, or from the start?",
        "The state is carried on from step to step.",
        {
            "from the start": edit(
                along,
                "h = (1 - a) * h + a * np.tanh(z)\n        states.append(h)",
                "states.append((1 - a) * h + a * np.tanh(z))",
            ),
            "tanh from the start": edit(along, SUM, "x_t @ W_ih.T + h0 @ W_hh.T + b"),
            "the leak from the start": edit(along, STEP, "(1 - a) * h0 + a * np.tanh(z)"),
            "from zeros": edit(along, "states, h = [h0], h0", "states, h = [h0], 0 * h0"),
        },
        test="Take one unit in state 0.5 with a weight of 2 on itself, a = 0.5 and two steps. Write down both states.",
        tries=(trial(lambda w: w[0][:, 0, 0], **{**HALVED, "x": [[[0]]] * 2, "W_hh": [[2]]}),),
    ),
    Mistake(
        "E8",
        "inputs of another step",
        "Which inputs does the first state know? Change the first input alone: which is the first state to notice?",
        "The state of a step knows the input of the same step.",
        {
            "one late": edit(along, LOOP, "for x_t in [0 * x[0], *x[:-1]]:"),
            "one late, the first twice": edit(along, LOOP, "for x_t in [x[0], *x[:-1]]:"),
            "one early": edit(along, LOOP, "for x_t in [*x[1:], 0 * x[0]]:"),
            "one early, the last twice": edit(along, LOOP, "for x_t in [*x[1:], x[-1]]:"),
            "backwards": edit(along, LOOP, "for x_t in x[::-1]:"),
            "always the first": edit(along, SUM, "x[0] @ W_ih.T + h @ W_hh.T + b"),
            "none": edit(along, SUM, "h @ W_hh.T + b"),
        },
        test="Take one unit without a leak, with an input weight of 1. The inputs are 0, 1 and 2. Which states come?",
        tries=(trial(lambda w: w[0][:, 0, 0], **{**ONE, "x": [[[0]], [[1]], [[2]]], "W_ih": [[1]], "a": [1]}),),
    ),
    Mistake(
        "R7",
        "the bias left out, or more than once",
        "With all weights, inputs and states zero, what should the state become? Does it, with you?",
        "The bias stands once in the sum, within tanh.",
        {
            "left out": edit(along, SUM, "x_t @ W_ih.T + h @ W_hh.T"),
            "twice": edit(along, SUM, "x_t @ W_ih.T + h @ W_hh.T + 2 * b"),
            "outside tanh": edit(along, SUM, "x_t @ W_ih.T + h @ W_hh.T")
            + edit(along, STEP, "(1 - a) * h + a * np.tanh(z) + b"),
            "outside tanh, with its share": edit(along, SUM, "x_t @ W_ih.T + h @ W_hh.T")
            + edit(along, STEP, "(1 - a) * h + a * (np.tanh(z) + b)"),
            "taken away": edit(along, SUM, "x_t @ W_ih.T + h @ W_hh.T - b"),
        },
        test="Take one unit in state 0 without weights, with a bias of 1 and a = 1. What is its state after a step?",
        tries=(trial(first, **{**ONE, "h0": [[0]], "b": [1], "a": [1]}),),
    ),
    Mistake(
        "R9",
        "another function than tanh",
        "A large bias, a = 1: which number should the state come near? And for a large negative one?",
        "Which function stands in the formula, and what does it make of 0 and of large numbers?",
        {
            "none": edit(along, STEP, "(1 - a) * h + a * z"),
            "logistic": edit(along, STEP, "(1 - a) * h + a / (1 + np.exp(-z))"),
            "ReLU": edit(along, STEP, "(1 - a) * h + a * np.maximum(z, 0)"),
            "around everything": edit(along, STEP, "np.tanh((1 - a) * h + a * np.tanh(z))"),
        },
        test="Take one unit in state 0.5 without weights, with a bias of -1 and a = 0.25. What is its state after a "
        "step?",
        tries=(trial(first, **{**ONE, "b": [-1]}),),
    ),
    Mistake(
        "E21",
        "a second copy that does not follow its own states",
        "Change the start g0 alone. Which distances change with you, and which should?",
        "The second copy reads the same inputs, with the same weights, but from its own start and its own states.",
        {
            "it stays where it started": edit(forgetting, SECOND, "g = np.stack([g0] * len(h))"),
            "it starts at zero": edit(forgetting, SECOND, "g = along(x, 0 * g0, W_ih, W_hh, b, a)"),
            "it reads nothing": edit(forgetting, SECOND, "g = along(0 * x, g0, W_ih, W_hh, b, a)"),
            "it starts where the first ends": edit(forgetting, SECOND, "g = along(x, h[-1], W_ih, W_hh, b, a)"),
            "it has not leaked": edit(forgetting, SECOND, "g = along(x, g0, W_ih, W_hh, b, a ** 0)"),
        },
        test="Take one unit with a bias of 1, a = 0.5 and an input weight of 0.5. Let three inputs of 1 come, with "
        "starts of 0.75 and -0.5. Print all distances.",
        tries=(
            trial(
                lambda w: w[1][:, 0],
                **{**HALVED, "x": [[[1]]] * 3, "b": [1], "h0": [[0.75]], "W_ih": [[0.5]]},
            ),
        ),
    ),
    Mistake(
        "E21r",
        "the states of the other copy returned",
        "Make g0 zero and h0 not. Is your first state that of which copy?",
        "The states asked for are those of the copy that starts in h0.",
        {
            "": edit(forgetting, RETURNED, "return g[1:], d, n"),
            "both": edit(forgetting, RETURNED, "return h[1:] - g[1:], d, n"),
            "their mean": edit(forgetting, RETURNED, "return (h[1:] + g[1:]) / 2, d, n"),
        },
        test="Take one unit that hears nothing, with starts of 0.5 and -0.5 and a = 0.25. What is the first state?",
        tries=(trial(first, **{**ONE, "g0": [[-0.25]]}),),
    ),
    Mistake(
        "E21s",
        "states of other steps returned",
        "How many states do you return for one step? Is the start among them?",
        "The states after each step are asked for; the start was given.",
        {
            "with the start": edit(forgetting, RETURNED, "return h, d, n"),
            "with the start, without the last": edit(forgetting, RETURNED, "return h[:-1], d, n"),
            "the last alone": edit(forgetting, RETURNED, "return h[-1], d, n"),
        },
        test="Take two steps of one unit that hears nothing, from 0.5, with a = 0.25. How many states come, and "
        "what is the first?",
        tries=(trial(lambda w: [*w[0].shape[:1], w[0].ravel()[0]], **{**ONE, "x": [[[0]]] * 2}),),
    ),
    Mistake(
        "D1",
        "another distance",
        "The states of two units differ by 3 and by 4. How far are they apart, in the task and with you?",
        "Square each difference, add up over the units, take the root.",
        {
            "without the root": edit(forgetting, DISTANCE, "((h - g) ** 2).sum(axis=2)"),
            "per unit": edit(forgetting, DISTANCE, "np.sqrt(((h - g) ** 2).mean(axis=2))"),
            "sizes": edit(forgetting, DISTANCE, "np.abs(h - g).sum(axis=2)"),
            "the mean size": edit(forgetting, DISTANCE, "np.abs(h - g).mean(axis=2)"),
            "the largest": edit(forgetting, DISTANCE, "np.abs(h - g).max(axis=2)"),
            "with signs": edit(forgetting, DISTANCE, "np.abs((h - g).sum(axis=2))"),
            "of the lengths": edit(
                forgetting, DISTANCE, "np.abs(np.sqrt((h * h).sum(axis=2)) - np.sqrt((g * g).sum(axis=2)))"
            ),
            "as a share of the first": edit(
                forgetting, DISTANCE, "np.sqrt(((h - g) ** 2).sum(axis=2) / ((h0 - g0) ** 2).sum(axis=1))"
            ),
        },
        test="Take two units without weights and the starts (3, 1) and (0, -3). What is the first distance?",
        tries=(trial(lambda w: w[1][0, 0], **TWO),),
    ),
    Mistake(
        "D1b",
        "all sequences in one distance",
        "Two sequences have the same starts and other inputs. Can their distances differ with you?",
        "The sum goes over the units of one sequence, and over nothing else.",
        {
            "added up": edit(forgetting, DISTANCE, "np.sqrt(((h - g) ** 2).sum(axis=(1, 2)))[:, None] + 0 * h[..., 0]"),
            "one number a step": edit(forgetting, DISTANCE, "np.sqrt(((h - g) ** 2).sum(axis=(1, 2)))")
            + edit(forgetting, "settled(d, eps)", "settled(d[:, None], eps)"),
            "of the first": edit(forgetting, DISTANCE, "np.sqrt(((h - g) ** 2).sum(axis=2)[:, :1]) + 0 * h[..., 0]"),
            "over the sequences": edit(forgetting, DISTANCE, "np.sqrt(((h - g) ** 2).sum(axis=1))"),
        },
        test="Take one unit without weights, two sequences, h0 of 1 and 2, g0 of 0. What are the first two distances?",
        tries=(
            trial(
                lambda w: np.ravel(w[1])[:2],
                **{**ONE, "x": [[[0], [0]]], "h0": [[2], [1]], "g0": [[0], [0]], "a": [0.5]},
            ),
        ),
    ),
    Mistake(
        "D2",
        "distances of other steps",
        "How many distances do you return for one step? Which is the first?",
        "There is one distance before anything is read, and one after each step.",
        {
            "the start left out": edit(forgetting, RETURNED, "return h[1:], d[1:], n"),
            "the last left out": edit(forgetting, RETURNED, "return h[1:], d[:-1], n"),
            "the last alone": edit(forgetting, RETURNED, "return h[1:], d[-1], n"),
            "turned round": edit(forgetting, RETURNED, "return h[1:], d[::-1], n"),
        },
        test="Take a single step of one unit that hears nothing, with starts of 0.5 and -0.5 and a = 0.25. Which "
        "distances come?",
        tries=(trial(lambda w: w[1].ravel(), **ONE),),
    ),
    Mistake(
        "D4",
        "the first time below ε",
        "A distance falls below ε, rises above it and falls again. Which step do you give?",
        "To be below once is not enough: no later distance may be at ε or above.",
        {
            "": edit(
                forgetting,
                "settled(d, eps)",
                "np.where((d < eps).any(axis=0), (d < eps).argmax(axis=0), -1)",
            ),
            "if the last is below": edit(
                forgetting,
                "settled(d, eps)",
                "np.where(d[-1] < eps, (d < eps).argmax(axis=0), -1)",
            ),
            "the first step down": edit(
                forgetting,
                "settled(d, eps)",
                "np.array([next((t for t in range(len(p)) if p[t] < eps and (t == 0 or p[t - 1] >= eps)), -1)"
                " for p in d.T])",
            ),
        },
        test="Take two units without bias, with a = 1, and a weight of 50 in row 1 and column 0. The starts are "
        "(0.1, 0) and (0, 0), and ε is 0.5. The distances of three steps are 0.1, 1, 0 and 0. Which step comes?",
        tries=(trial(lambda w: w[2][0], **AGAIN),),
    ),
    Mistake(
        "D4c",
        "steps counted in place of a step found",
        "A distance falls below ε, rises above it and falls again. What do you count, and when is that the step asked "
        "for?",
        "How many distances are above ε says when the last one was only if none lies below in between.",
        {
            "those above": edit(forgetting, "settled(d, eps)", "np.where(d[-1] < eps, (d >= eps).sum(axis=0), -1)"),
            "those below": edit(forgetting, "settled(d, eps)", "np.where(d[-1] < eps, (d < eps).sum(axis=0), -1)"),
        },
        test="Take two units without bias, with a = 1, and a weight of 50 in row 1 and column 0. The starts are "
        "(0.1, 0) and (0, 0), and ε is 0.5. The distances of three steps are 0.1, 1, 0 and 0. Which step comes?",
        tries=(trial(lambda w: w[2][0], **AGAIN),),
    ),
    Mistake(
        "D4o",
        "one step too many, or too few",
        "The distances are 1, 1/2, 1/4 and 1/8, the first that of the starts, and ε is 0.3. Which step do you give?",
        "The start is step 0. What is the number of the distance that you found?",
        {
            "one early": edit(settled, SETTLED, "n: Array = np.where(above[-1], -1, after - 1)"),
            "one late": edit(settled, SETTLED, "n: Array = np.where(above[-1], -1, after + 1)"),
            "never before step 1": edit(settled, SETTLED, "n: Array = np.where(above[-1], -1, np.maximum(after, 1))"),
            "without the start": edit(forgetting, "settled(d, eps)", "settled(d[1:], eps)"),
            "from the end": edit(settled, SETTLED, "n: Array = np.where(above[-1], -1, len(d) - after)"),
        },
        test="Take one unit that hears nothing, with a = 0.5. In one sequence it starts at 0.5 and -0.5, in the "
        "other at 0.01 and 0. Which steps come for ε = 0.3?",
        tries=(
            trial(
                lambda w: w[2],
                **{**HALVED, "x": [[[0], [0]]] * 4, "h0": [[0.5], [0.01]], "g0": [[-0.5], [0]], "eps": 0.3},
            ),
        ),
    ),
    Mistake(
        "D4n",
        "not forgotten, and not said so",
        "The last distance is still above ε. What should the answer be, and what do you give?",
        "Where no step is found, your line still gives a number. Which one?",
        {
            "the number of steps": edit(settled, SETTLED, "n: Array = np.where(above[-1], len(d) - 1, after)"),
            "one more": edit(settled, SETTLED, "n: Array = after"),
            "zero": edit(settled, SETTLED, "n: Array = np.where(above[-1], 0, after)"),
            "only if it never was below": edit(settled, SETTLED, "n: Array = np.where(above.all(axis=0), -1, after)"),
        },
        test="Take two units without bias, with a = 1, and a weight of 50 in row 1 and column 0. The starts are "
        "(0.1, 0) and (0, 0), and ε is 0.5. The distances of one step are 0.1 and 1. Which step comes?",
        tries=(trial(lambda w: w[2][0], **{**AGAIN, "x": [[[0]]]}),),
    ),
    Mistake(
        "D4e",
        "compared with another number than ε",
        "The distances are 1, 1/2, 1/4 and 1/8. For which step does your comparison decide at ε = 0.3?",
        "ε is compared with the distance itself, as you return it.",
        {
            "squares": edit(forgetting, "settled(d, eps)", "settled(d**2, eps)"),
            "the root": edit(forgetting, "settled(d, eps)", "settled(np.sqrt(d), eps)"),
            "as a share of the first": edit(forgetting, "settled(d, eps)", "settled(d / d[0], eps)"),
            "ε squared": edit(forgetting, "settled(d, eps)", "settled(d, eps**2)"),
        },
        test="Take three steps of two units that hear nothing, with a = 0.5 for both. The starts are (0.4, 0.3) and "
        "(0, 0) in one sequence, (4, 3) and (0, 0) in the other. Which steps come for ε = 0.45, and for ε = 0.09?",
        tries=(
            trial(
                lambda v, w: [*v[2], *w[2]],
                {"eps": 0.09},
                **{
                    **TWO,
                    "x": [[[0], [0]]] * 6,
                    "h0": [[0.4, 0.3], [4, 3]],
                    "g0": [[0, 0], [0, 0]],
                    "a": [0.5, 0.5],
                    "eps": 0.45,
                },
            ),
        ),
    ),
    Mistake(
        "D4b",
        "one step for all sequences",
        "Two sequences forget at different steps. Do you give two numbers, and each its own?",
        "Each sequence has its own distances, and forgets by itself.",
        {
            "the last to forget": edit(
                forgetting, "settled(d, eps)", "settled(d.max(axis=1, keepdims=True) + 0 * d, eps)"
            ),
            "the first to forget": edit(
                forgetting, "settled(d, eps)", "settled(d.min(axis=1, keepdims=True) + 0 * d, eps)"
            ),
            "of the mean distance": edit(
                forgetting, "settled(d, eps)", "settled(d.mean(axis=1, keepdims=True) + 0 * d, eps)"
            ),
            "that of the first": edit(forgetting, "settled(d, eps)", "settled(d[:, :1] + 0 * d, eps)"),
            "a single number": edit(forgetting, "settled(d, eps)", "settled(d.max(axis=1, keepdims=True), eps)[0]"),
        },
        test="Take one unit that hears nothing, a = 0.5, four steps, and starts of 0.8, 0.5 and 0.01 against 0. Which "
        "steps come for ε = 0.3?",
        tries=(
            trial(
                lambda w: w[2],
                **{
                    **HALVED,
                    "x": [[[0], [0], [0]]] * 4,
                    "h0": [[0.8], [0.5], [0.01]],
                    "g0": [[0], [0], [0]],
                    "eps": 0.3,
                },
            ),
        ),
    ),
)


def once(d: Array, below: Array) -> bool:
    """Below from some step in the middle on, and never before."""
    n = int(below.argmax())
    return bool(2 <= n < len(d) - 2 and below[n:].all() and not below[0])


def at_once(d: Array, below: Array) -> bool:
    """Below from the start on."""
    return bool(below.all())


def back(d: Array, below: Array) -> bool:
    """Below, above and below again, for good; it starts above, and is not below for as many steps as above."""
    turns = int((below[1:] != below[:-1]).sum())
    n = len(d) - int((~below)[::-1].argmax())
    return bool(turns == 3 and not below[0] and below[-1] and n < len(d) - 1 and below.sum() != n)


def gone(d: Array, below: Array) -> bool:
    """Never below, nor near it."""
    return bool(not below.any() and d[-1] > max(0.5, 0.25 * d[0]))


def lost(d: Array, below: Array) -> bool:
    """It was below, from some step on, and is above at the end."""
    return bool(below.any() and not below[0] and not below[-1])


def told_apart(d: Array, eps: float) -> bool:
    """Does whoever compares something else with eps find another step?"""
    n = settled(d, eps)
    others = (settled(d**2, eps), settled(np.sqrt(d), eps), settled(d / d[0], eps), settled(d, eps**2))
    return all((other != n).any() for other in others)


def pairs(
    r: Generator, T: int, N: int, F: int, leak: bool, wanted: tuple[Callable[[Array, Array], bool], ...]
) -> tuple[Any, ...]:
    """Two starts for each sequence, whose distances go as is wanted, and no distance is near ε."""
    while True:
        W_ih, W_hh, b = reservoir(r, N, F, 1.1 if {back, lost, gone} & {*wanted} else 0.8)
        a = r.permutation(np.linspace(0.45, 0.9, N)) if leak else np.ones(N)
        M = 500 if back in wanted else 100
        x, h0, g0 = r.normal(size=(T, M, F)), r.uniform(-1, 1, (M, N)), r.uniform(-1, 1, (M, N))
        g0[: M // 3] = h0[: M // 3] + 0.1 * g0[: M // 3]
        h, g = (along(x, start, W_ih, W_hh, b, a) for start in (h0, g0))
        d, eps = np.sqrt(((h - g) ** 2).sum(axis=2)), float(r.uniform(0.12, 0.2))
        clear = (np.abs(np.log(d / eps)) > 0.02).all(axis=0) & (d.min(axis=0) > 1e-4)
        chosen: list[int] = []
        for one in wanted:
            fits = [m for m in np.flatnonzero(clear) if m not in chosen and one(d[:, m], d[:, m] < eps)]
            others = [int(settled(d[:, [m]], eps)[0]) for m in chosen]
            fits = [m for m in fits if one in (gone, lost) or int(settled(d[:, [m]], eps)[0]) not in others]
            if not fits:
                break
            chosen.append(fits[0])
        if len(chosen) == len(wanted) and (wanted[0] is gone or told_apart(d[:, chosen], eps)):
            break
    arguments = (x[:, chosen], h0[chosen], g0[chosen], W_ih, W_hh, b, a)
    return (*(np.ascontiguousarray(one) for one in arguments), eps)


forgetting_exercise = Exercise(
    name="reservoir.forgetting",
    task="States of a leaky reservoir (eq-reservoir-cell) whose units have a leak rate each, from a start h0; the "
    "Euclidean distances over all units from the states that another start, g0, leads to, those of the starts first; "
    "and for each sequence the first step from which on all distances are below eps, -1 where the last is not. Keep "
    "the dtype; NumPy only.",
    arguments=(
        Value("x", "T B F", "inputs"),
        Value("h0", "B N", "the start of the first copy"),
        Value("g0", "B N", "the start of the second copy"),
        Value("W_ih", "N F", "input weights"),
        Value("W_hh", "N N", "recurrent weights"),
        Value("b", "N", "bias"),
        Value("a", "N", "leak rates"),
        Value("eps", None, "the distance below which a start counts as forgotten"),
    ),
    outputs=(
        Value("h", "T B N", "states of the first copy"),
        Value("d", "S B", "distances, of the starts first"),
        Value("n", "B", "the step from which on they are below eps, or -1", integers=True),
    ),
    reference=forgetting,
    cases={
        "general": lambda r: pairs(r, 12, 5, 2, True, (once, at_once, once)),
        "without a leak": lambda r: pairs(r, 9, 4, 2, False, (once, once)),
        "forgotten twice": lambda r: pairs(r, 14, 4, 1, True, (back, lost)),
        "not forgotten": lambda r: pairs(r, 6, 4, 1, False, (gone, gone)),
        "square": lambda r: pairs(r, 8, 3, 3, True, (once, at_once, once)),
        "float32": lambda r: in_float32(pairs(r, 9, 4, 3, True, (once, once))),
    },
    facets=(
        Facet("states", 2, ("without a leak", "not forgotten"), ("h",)),
        Facet("leaky states", 3, ("general", "forgotten twice", "square", "float32"), ("h",)),
        Facet("distances", 2, (), ("d",)),
        Facet("n", 1, ("general", "without a leak", "square"), ("d", "n")),
        Facet("n after a rise", 1, ("forgotten twice",), ("d", "n")),
        Facet("n = -1", 1, ("not forgotten",), ("d", "n")),
    ),
    mistakes=FORGETTING_MISTAKES,
    words=WORDS,
)
