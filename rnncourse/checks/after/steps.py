"""Steps put together, states that begin anew, a round of Newton's method; and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import B_H, H_, T_B_H, Count, T_B_ids, checked

WORDS = {"T": "step", "B": "example", "H": "unit", "N": "block"}


# ---------------------------------------------------------------------------------------------------------------------
# Blocks of steps as one step each


@checked
def fold(a: T_B_H, b: T_B_H, L: Count) -> tuple[Array, Array]:
    r"""What each block of L steps does to any state: h becomes A h + S.

    .. math:: h_{nL} = A_n \odot h_{(n-1)L} + S_n
    """
    A, S = [], []
    for start in range(0, len(a), L):
        factor, total = np.ones_like(a[0]), np.zeros_like(a[0])
        for t in range(start, start + L):
            total = a[t] * total + b[t]
            factor = a[t] * factor
        A.append(factor)
        S.append(total)
    return np.stack(A), np.stack(S)


sign(globals(), "fold")

STEP, FACTOR = "a[t] * total + b[t]", "factor = a[t] * factor"
BLOCK = "range(start, start + L)"
# What hints ask to try: one unit, two steps in one block: halve and add 1, then double and add 10.
TWO: dict[str, Any] = {"a": [[[0.5]], [[2.0]]], "b": [[[1.0]], [[10.0]]], "L": 2}
FOUR: dict[str, Any] = {"a": [[[0.5]], [[4.0]], [[0.5]], [[2.0]]], "b": [[[1.0]], [[10.0]], [[3.0]], [[5.0]]], "L": 2}


def of_first(both: list[Array]) -> list[float]:
    """Factor and sum of the first block."""
    A, S = both
    return [float(A[0, 0, 0]), float(S[0, 0, 0])]


def of_last(both: list[Array]) -> list[float]:
    """Factor and sum of the last block."""
    A, S = both
    return [float(A[-1, 0, 0]), float(S[-1, 0, 0])]


def summed(both: list[Array]) -> float:
    """The sum of the first block."""
    return float(both[1][0, 0, 0])


FOLD_MISTAKES = (
    Mistake(
        "J1",
        "what was added is not multiplied by the steps after it",
        "Two steps: halve and add 1, then double and add 10. What becomes of the 1 in the second step?",
        "A later step multiplies all that is there, also what an earlier one has added.",
        {
            "": edit(fold, STEP, "total + b[t]"),
            "own factor": edit(fold, STEP, "total + a[t] * b[t]"),
        },
        test="Take one block of two steps. Here a is 0.5, then 2, and b is 1, then 10. Which sum S comes?",
        tries=(trial(summed, **TWO), trial(summed, **TWO)),
    ),
    Mistake(
        "J2",
        "the step's own sum is multiplied too",
        "One step alone, a = 0.5, b = 1: what is its sum?",
        "The factor of a step meets what was there before it. Was its own b there?",
        {
            "with the rest": edit(fold, STEP, "a[t] * (total + b[t])"),
        },
        test="Take one block of two steps. Here a is 0.5, then 2, and b is 1, then 10. Which sum S comes?",
        tries=(trial(summed, **TWO),),
    ),
    Mistake(
        "J3",
        "the steps of a block in the wrong order",
        "Halve and add 1, then double and add 10. Is that the same as double first?",
        "In h' = a h + b the newest factor stands outside. Which step comes first in your loop?",
        {
            "backwards": edit(fold, BLOCK, "reversed(range(start, start + L))"),
        },
        test="Take one block of two steps. Here a is 0.5, then 2, and b is 1, then 10. Which sum S comes?",
        tries=(trial(summed, **TWO),),
    ),
    Mistake(
        "J4",
        "a block goes on where the last one ended",
        "Look at the second block alone. Does its pair change when a number of the first block does?",
        "A pair says what its block does to any state. What does it have to begin with?",
        {
            "both": edit(
                fold,
                "factor, total = np.ones_like(a[0]), np.zeros_like(a[0])",
                "if not start: factor, total = np.ones_like(a[0]), np.zeros_like(a[0])",
            ),
            "the sum": edit(
                fold,
                "factor, total = np.ones_like(a[0]), np.zeros_like(a[0])",
                "factor = np.ones_like(a[0])\n        if not start: total = np.zeros_like(a[0])",
            ),
            "the factor": edit(
                fold,
                "factor, total = np.ones_like(a[0]), np.zeros_like(a[0])",
                "total = np.zeros_like(a[0])\n        if not start: factor = np.ones_like(a[0])",
            ),
        },
        test="Take blocks of two steps. Here a is 0.5, 4, 0.5, 2, and b is 1, 10, 3, 5. What are A and S of the "
        "second block?",
        tries=(trial(of_last, **FOUR), trial(of_last, **FOUR)),
    ),
    Mistake(
        "J5",
        "factors added",
        "Halve, then double: by which factor is a state multiplied in the end?",
        "What happens to a factor when another one follows it?",
        {
            "": edit(fold, FACTOR, "factor = a[t] + factor"),
            "from nothing": edit(fold, "np.ones_like(a[0])", "np.zeros_like(a[0])")
            + edit(fold, FACTOR, "factor = a[t] + factor"),
        },
        test="Take one block of two steps. Here a is 0.5, then 2, and b is 1, then 10. Which A and which S come?",
        tries=(trial(of_first, **TWO),),
    ),
    Mistake(
        "J6",
        "a factor of zero",
        "What is your factor before the first step of a block? And a product that begins with it?",
        "Which pair changes nothing?",
        {"": edit(fold, "np.ones_like(a[0])", "np.zeros_like(a[0])")},
        test="Take one block of two steps. Here a is 0.5, then 2, and b is 1, then 10. Which A and which S come?",
        tries=(trial(of_first, **TWO),),
    ),
    Mistake(
        "J7",
        "a step left out, or one too many",
        "How many steps does each of your blocks read, for L = 2?",
        "Write down the numbers t of the first two blocks.",
        {
            "the last of a block": edit(fold, BLOCK, "range(start, start + L - 1)"),
            "the first of a block": edit(fold, BLOCK, "range(start + 1, start + L)"),
        },
        test="Take blocks of two steps. Here a is 0.5, 4, 0.5, 2, and b is 1, 10, 3, 5. What are A and S of the first "
        "block?",
        tries=(trial(of_first, **FOUR),),
    ),
    Mistake(
        "J8",
        "the last factor of a block for all of it",
        "Halve, then double. By how much is a state multiplied in all?",
        "A block multiplies by all its factors.",
        {
            "the last": edit(fold, FACTOR, "factor = a[t]"),
            "the first": edit(fold, FACTOR, "factor = a[start]"),
        },
        test="Take one block of two steps. Here a is 0.5, then 2, and b is 1, then 10. Which A and which S come?",
        tries=(trial(of_first, **TWO),),
    ),
)


def blocks(r: Generator, N: int, L: int, B: int, H: int) -> tuple[Array, Array, int]:
    """Factors of both signs that do not grow; one of them is 0, which forgets all."""
    a = r.uniform(0.4, 1.2, (N * L, B, H)) * r.choice((-1.0, 1.0), (N * L, B, H))
    a[L // 2, 0, -1] = 0
    return a, r.normal(size=(N * L, B, H)), L


fold_exercise = Exercise(
    name="after.fold",
    task="Blocks of L steps of h_t = a_t h_{t-1} + b_t as one step each: the pair (A, S) with h after the block = "
    "A h + S for any state h before it. T is a multiple of L. Keep the dtype; NumPy only.",
    arguments=(
        Value("a", "T B H", "factors"),
        Value("b", "T B H", "what is added"),
        Value("L", "", "steps of a block"),
    ),
    outputs=(Value("A", "N B H", "factors of the blocks"), Value("S", "N B H", "sums of the blocks")),
    reference=fold,
    cases={
        "general": lambda r: blocks(r, 3, 4, 2, 3),
        "one block": lambda r: blocks(r, 1, 5, 2, 2),
        "blocks of one": lambda r: blocks(r, 4, 1, 2, 3),
        "float32": lambda r: in_float32(blocks(r, 2, 3, 1, 2)),
    },
    facets=(
        Facet("factors", 2, ("general", "one block", "blocks of one", "float32"), ("A",)),
        Facet("sums of one block", 1, ("one block",), ("S",)),
        Facet("sums of all blocks", 2, ("general", "float32"), ("S",)),
        Facet("blocks of one step", 1, ("blocks of one",)),
    ),
    mistakes=FOLD_MISTAKES,
    words=WORDS,
)


# ---------------------------------------------------------------------------------------------------------------------
# States that begin anew


@checked
def reset_states(a: T_B_H, b: T_B_H, first: T_B_ids, h0: B_H) -> T_B_H:
    r"""A linear recurrence over several episodes in a row: at the first step of each, the state before it is zero.

    .. math:: h_t = (1 - f_t)\, a_t \odot h_{t-1} + b_t
    """
    h_t, h = h0, []
    for t in range(len(a)):
        going = (1 - first[t]).astype(a.dtype)[:, None]
        h_t = going * a[t] * h_t + b[t]
        h.append(h_t)
    return np.stack(h)


sign(globals(), "reset_states")

GOING, NEXT = "(1 - first[t]).astype(a.dtype)[:, None]", "going * a[t] * h_t + b[t]"
# One unit, three steps with the factor 1 and sums 1, 10, 100; a new episode begins at the second.
EPISODE: dict[str, Any] = {
    "a": [[[1.0]], [[1.0]], [[1.0]]],
    "b": [[[1.0]], [[10.0]], [[100.0]]],
    "first": [[0], [1], [0]],
    "h0": [[1000.0]],
}
PAIR: dict[str, Any] = {
    "a": [[[1.0], [1.0]], [[1.0], [1.0]]],
    "b": [[[1.0], [1.0]], [[10.0], [10.0]]],
    "first": [[0, 0], [1, 0]],
    "h0": [[0.0], [0.0]],
}
START = {**EPISODE, "first": [[1], [0], [0]]}


def states(h: Array) -> list[float]:
    """Of the first example."""
    return [float(value) for value in h[:, 0, 0]]


def states_of_second(h: Array) -> list[float]:
    """Of the second example."""
    return [float(value) for value in h[:, 1, 0]]


RESET_MISTAKES = (
    Mistake(
        "J10",
        "reset one step late",
        "When does the state of the last episode disappear: at the first step of the new one, or after?",
        "f is 1 at the step that begins an episode. Which f does step t look at?",
        {
            "": edit(reset_states, "first[t]", "(first[t - 1] if t else 0 * first[0])"),
            "after the step": edit(
                reset_states, NEXT, "a[t] * h_t + b[t]\n        out = h_t\n        h_t = going * h_t"
            )
            + edit(reset_states, "h.append(h_t)", "h.append(out)"),
        },
        test="Take three steps with a = 1, which add 1, 10 and 100, from the state 1000. The second begins an "
        "episode. Which three states come?",
        tries=(trial(states, **EPISODE), trial(states, **EPISODE)),
    ),
    Mistake(
        "J11",
        "what the first step adds is lost",
        "An episode begins. What does its first step add to the state?",
        "Only what was there before is gone.",
        {
            "": edit(reset_states, NEXT, "going * (a[t] * h_t + b[t])"),
        },
        test="Take three steps with a = 1, which add 1, 10 and 100, from the state 1000. The second begins an "
        "episode. Which three states come?",
        tries=(trial(states, **EPISODE), trial(states, **EPISODE)),
    ),
    Mistake(
        "J12",
        "episodes run into each other",
        "Change a number before the beginning of an episode. Do states after it change?",
        "Where does your step look at first?",
        {"": edit(reset_states, NEXT, "a[t] * h_t + b[t]")},
        test="Take three steps with a = 1, which add 1, 10 and 100, from the state 1000. The second begins an "
        "episode. Which three states come?",
        tries=(trial(states, **EPISODE), trial(states, **EPISODE)),
    ),
    Mistake(
        "J13",
        "the flag turned round",
        "What does f = 1 mean in the task, and what in your line?",
        "Print the factor of a step that begins nothing.",
        {"": edit(reset_states, GOING, "first[t].astype(a.dtype)[:, None]")},
        test="Take three steps with a = 1, which add 1, 10 and 100, from the state 1000. The second begins an "
        "episode. Which three states come?",
        tries=(trial(states, **EPISODE), trial(states, **EPISODE)),
    ),
    Mistake(
        "J14",
        "all examples are reset together",
        "One example begins an episode, the other does not. What happens to the other with you?",
        "f has a number for each example.",
        {
            "any": edit(reset_states, GOING, "1 - first[t].max().astype(a.dtype)"),
            "the first": edit(reset_states, GOING, "1 - first[t, 0].astype(a.dtype)"),
        },
        test="Take two examples of two steps with a = 1, which add 1, then 10, from the state 0. The first one begins "
        "an episode at its second step. Which states has the second example?",
        tries=(trial(states_of_second, **PAIR), trial(states_of_second, **PAIR)),
    ),
    Mistake(
        "J15",
        "the first state left out, or kept",
        "What is the state before step 1? And if step 1 begins an episode?",
        "h0 is a state like any other: it goes on, unless an episode begins.",
        {
            "left out": edit(reset_states, "h_t, h = h0, []", "h_t, h = np.zeros_like(h0), []"),
        },
        test="Take three steps with a = 1, which add 1, 10 and 100, from the state 1000. The second begins an "
        "episode. Which three states come?",
        tries=(trial(states, **EPISODE), trial(states, **EPISODE)),
    ),
    Mistake(
        "J16",
        "reset to the first state",
        "An episode begins. Is the state before it h0, or zero?",
        "h0 belongs to the first episode of the row alone.",
        {"": edit(reset_states, NEXT, "a[t] * np.where(going > 0, h_t, h0) + b[t]")},
        test="Take three steps with a = 1, which add 1, 10 and 100, from the state 1000. The second begins an "
        "episode. Which three states come?",
        tries=(trial(states, **EPISODE), trial(states, **EPISODE)),
    ),
    Mistake(
        "J17",
        "the states before the steps",
        "What is your first state: the one before step 1, or after it?",
        "When do you keep the state: before the step, or behind it?",
        {
            "": edit(reset_states, NEXT, "(h.append(h_t), going * a[t] * h_t + b[t])[1]")
            + edit(reset_states, "h.append(h_t)", "pass"),
        },
        test="Take three steps with a = 1, which add 1, 10 and 100, from the state 1000. The second begins an "
        "episode. Which three states come?",
        tries=(trial(states, **EPISODE), trial(states, **EPISODE)),
    ),
)


def episodes(r: Generator, T: int, B: int, H: int, begins: bool = True) -> tuple[Array, Array, Any, Array]:
    """Episodes that begin at other steps in each example, at one step after another once; h0 matters in some."""
    first = np.zeros((T, B), np.int64)
    if begins:
        for example in range(B):
            first[(2 + example) % T, example] = 1
            first[(5 + 2 * example) % T, example] = 1
    a = r.uniform(0.5, 1.0, (T, B, H)) * r.choice((-1.0, 1.0), (T, B, H))
    return a, r.normal(size=(T, B, H)), first, r.normal(size=(B, H))


def from_the_start(r: Generator) -> tuple[Array, Array, Any, Array]:
    """An episode begins at step 1, and none later."""
    a, b, first, h0 = episodes(r, 5, 2, 2, begins=False)
    first[0] = 1
    return a, b, first, h0


def with_short(drawn: tuple[Array, Array, Any, Array]) -> tuple[Array, Array, Any, Array]:
    """Floats in float32; flags stay whole numbers."""
    a, b, first, h0 = drawn
    return (*in_float32((a, b)), first, *in_float32((h0,)))


reset_exercise = Exercise(
    name="after.reset_states",
    task="States of h_t = a_t h_{t-1} + b_t over several episodes in a row: where first is 1 an episode begins, and "
    "the state before that step counts as zero, for that example alone. Keep the dtype; NumPy only.",
    arguments=(
        Value("a", "T B H", "factors"),
        Value("b", "T B H", "what is added"),
        Value("first", "T B", "1 at the first step of an episode"),
        Value("h0", "B H", "the state before step 1"),
    ),
    outputs=(Value("h", "T B H", "the states after the steps"),),
    reference=reset_states,
    cases={
        "general": lambda r: episodes(r, 9, 3, 2),
        "no episode begins": lambda r: episodes(r, 4, 2, 3, begins=False),
        "from the start": from_the_start,
        "float32": lambda r: with_short(episodes(r, 7, 2, 2)),
    },
    facets=(
        Facet("one episode", 2, ("no episode begins",)),
        Facet("an episode begins at step 1", 1, ("from the start",)),
        Facet("episodes in a row", 3, ("general", "float32")),
    ),
    mistakes=RESET_MISTAKES,
    words={
        **WORDS,
        "float64": "first has whole numbers: which dtype is that times float32? Where is no dtype said, or `float`?",
    },
)


# ---------------------------------------------------------------------------------------------------------------------
# A round of Newton's method


@checked
def newton_round(h: T_B_H, x: T_B_H, w: H_, h0: B_H) -> T_B_H:
    r"""The next guess of all states of units that hear themselves alone.

    .. math::
       h_t' = f_t + J_t \odot (h_{t-1}' - h_{t-1}), \qquad f_t = \tanh(w \odot h_{t-1} + x_t), \qquad
       J_t = w \odot (1 - f_t^2)
    """
    before = np.concatenate([h0[None], h[:-1]])
    f = np.tanh(w * before + x)
    J = w * (1 - f**2)
    h_t, found = h0, []
    for t in range(len(x)):
        h_t = f[t] + J[t] * (h_t - before[t])
        found.append(h_t)
    return np.stack(found)


sign(globals(), "newton_round")

TANGENT, BEFORE, SLOPE = "f[t] + J[t] * (h_t - before[t])", "np.concatenate([h0[None], h[:-1]])", "w * (1 - f**2)"
# One unit, three steps of tanh(0.5 h + 1), the guess 0.2; and the same from a first state of 1.
GUESS: dict[str, Any] = {"h": [[[0.2]], [[0.4]], [[0.1]]], "x": [[[1.0]], [[0.0]], [[-1.0]]], "w": [0.5], "h0": [[1.0]]}


def guesses(h: Array) -> list[float]:
    """Of the first unit."""
    return [round(float(value), 4) for value in h[:, 0, 0]]


NEWTON_MISTAKES = (
    Mistake(
        "J20",
        "the tangent left out",
        "Does your new guess of step 2 know the new guess of step 1?",
        "With f alone each step looks at the old guess. Which part of the formula carries the new one on?",
        {"": edit(newton_round, TANGENT, "f[t]")},
        test="Take one unit with w = 0.5, inputs 1, 0 and -1, and a first state of 1. The guesses are 0.2, 0.4 and "
        "0.1. Which three guesses come next?",
        tries=(trial(guesses, **GUESS), trial(guesses, **GUESS)),
    ),
    Mistake(
        "J21",
        "the slope without w",
        "f is a function of the state before. What is its derivative: with w, or without?",
        "The inner derivative.",
        {"": edit(newton_round, SLOPE, "1 - f**2")},
        test="Take one unit with w = 0.5, inputs 1, 0 and -1, and a first state of 1. The guesses are 0.2, 0.4 and "
        "0.1. Which three guesses come next?",
        tries=(trial(guesses, **GUESS), trial(guesses, **GUESS)),
    ),
    Mistake(
        "J22",
        "the slope without tanh",
        "How steep is tanh where it is nearly -1, and where nearly 1? And your J, for w = 1?",
        "J is the derivative of the whole step.",
        {
            "": edit(newton_round, SLOPE, "w + 0 * f"),
            "of the sum": edit(newton_round, SLOPE, "w * (1 - (w * before + x) ** 2)"),
            "one power": edit(newton_round, SLOPE, "w * (1 - f)"),
            "tanh twice": edit(newton_round, SLOPE, "w * (1 - np.tanh(f) ** 2)"),
        },
        test="Take one unit with w = 0.5, inputs 1, 0 and -1, and a first state of 1. The guesses are 0.2, 0.4 and "
        "0.1. Which three guesses come next?",
        tries=(trial(guesses, **GUESS), trial(guesses, **GUESS)),
    ),
    Mistake(
        "J23",
        "the slope at the old guess of the state after the step",
        "For J you need tanh's value at step t. Which of your arrays has it: f, or the guess h?",
        "The guess h is not what the step gives: that is why it is a guess.",
        {"": edit(newton_round, SLOPE, "w * (1 - h**2)")},
        test="Take one unit with w = 0.5, inputs 1, 0 and -1, and a first state of 1. The guesses are 0.2, 0.4 and "
        "0.1. Which three guesses come next?",
        tries=(trial(guesses, **GUESS), trial(guesses, **GUESS)),
    ),
    Mistake(
        "J24",
        "guesses of the wrong step",
        "Step 3 begins where step 2 ended. Which guess goes into its tanh with you?",
        "The states before the steps are h0 and all guesses but the last.",
        {
            "the same step": edit(newton_round, BEFORE, "h"),
            "two steps back": edit(newton_round, BEFORE, "np.concatenate([h0[None], h0[None], h[:-2]])[: len(h)]"),
        },
        test="Take one unit with w = 0.5, inputs 1, 0 and -1, and a first state of 1. The guesses are 0.2, 0.4 and "
        "0.1. Which three guesses come next?",
        tries=(trial(guesses, **GUESS), trial(guesses, **GUESS)),
    ),
    Mistake(
        "J25",
        "the first state left out",
        "What is the state before step 1? Change it: does your first guess change?",
        "h0 is known exactly, so step 1 is exactly right after one round.",
        {
            "as zeros": edit(newton_round, BEFORE, "np.concatenate([np.zeros_like(h0)[None], h[:-1]])")
            + edit(newton_round, "h_t, found = h0, []", "h_t, found = np.zeros_like(h0), []"),
            "in the guess": edit(newton_round, BEFORE, "np.concatenate([np.zeros_like(h0)[None], h[:-1]])"),
            "in the round": edit(newton_round, "h_t, found = h0, []", "h_t, found = np.zeros_like(h0), []"),
        },
        test="Take one unit with w = 0.5, inputs 1, 0 and -1, and a first state of 1. The guesses are 0.2, 0.4 and "
        "0.1. Which three guesses come next?",
        tries=(trial(guesses, **GUESS), trial(guesses, **GUESS)),
    ),
    Mistake(
        "J26",
        "the old guess not taken away",
        "Let the guess be right already. Does your round leave it as it is?",
        "A tangent goes through the point where it touches. At which state does it touch?",
        {"": edit(newton_round, TANGENT, "f[t] + J[t] * h_t")},
        test="Take one unit with w = 0.5, inputs 1, 0 and -1, and a first state of 1. The guesses are 0.2, 0.4 and "
        "0.1. Which three guesses come next?",
        tries=(trial(guesses, **GUESS), trial(guesses, **GUESS)),
    ),
    Mistake(
        "J27",
        "a sign turned",
        "The new state before the step is greater than the old one, and w is positive. Should the guess go up or down?",
        "New less old, times the slope.",
        {"": edit(newton_round, TANGENT, "f[t] - J[t] * (h_t - before[t])")},
        test="Take one unit with w = 0.5, inputs 1, 0 and -1, and a first state of 1. The guesses are 0.2, 0.4 and "
        "0.1. Which three guesses come next?",
        tries=(trial(guesses, **GUESS), trial(guesses, **GUESS)),
    ),
    Mistake(
        "J28",
        "the loop itself, without a guess",
        "Change the guess. Does your answer change?",
        "One round is asked, not the states that all rounds lead to.",
        {"": edit(newton_round, TANGENT, "np.tanh(w * h_t + x[t])")},
        test="Take one unit with w = 0.5, inputs 1, 0 and -1, and a first state of 1. The guesses are 0.2, 0.4 and "
        "0.1. Which three guesses come next?",
        tries=(trial(guesses, **GUESS), trial(guesses, **GUESS)),
    ),
)


def guessed(r: Generator, T: int, B: int, H: int, zeros: bool = False) -> tuple[Array, Array, Array, Array]:
    """Weights of both signs, guesses that are wrong by much."""
    w = r.uniform(0.6, 1.4, H) * r.choice((-1.0, 1.0), H)
    h = np.zeros((T, B, H)) if zeros else r.uniform(-0.9, 0.9, (T, B, H))
    h0 = np.zeros((B, H)) if zeros else r.uniform(0.3, 0.9, (B, H)) * r.choice((-1.0, 1.0), (B, H))
    return h, r.normal(0, 0.7, (T, B, H)), w, h0


newton_exercise = Exercise(
    name="after.newton_round",
    task="One round of Newton's method over time (eq-after-newton) for units that hear themselves alone, "
    "h_t = tanh(w h_{t-1} + x_t): from the guesses h of all states the next guesses. Keep the dtype; NumPy only.",
    arguments=(
        Value("h", "T B H", "the guesses"),
        Value("x", "T B H", "inputs, one a unit"),
        Value("w", "H", "the weight of each unit to itself"),
        Value("h0", "B H", "the state before step 1"),
    ),
    outputs=(Value("next", "T B H", "the next guesses"),),
    reference=newton_round,
    cases={
        "general": lambda r: guessed(r, 6, 2, 3),
        "zeros guessed": lambda r: guessed(r, 5, 2, 2, zeros=True),
        "one step": lambda r: guessed(r, 1, 2, 3),
        "float32": lambda r: in_float32(guessed(r, 4, 2, 2)),
    },
    facets=(
        Facet("one step", 1, ("one step",)),
        Facet("guesses of zero", 2, ("zeros guessed",)),
        Facet("any guesses", 3, ("general", "float32")),
    ),
    mistakes=NEWTON_MISTAKES,
    words=WORDS,
)
