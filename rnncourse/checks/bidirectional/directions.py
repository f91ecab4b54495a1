r"""Exercises on both directions: their mean, and a sequence turned round under a mask."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, instead
from rnncourse.checks.nested import Value
from rnncourse.shapes import (
    B_T_F,
    T_B_F,
    T_B_H,
    TWO_B_H,
    TWO_H,
    TWO_H_F,
    TWO_H_H,
    B_T_ids,
    checked,
)

PLAIN_LAYER = ("rnn.cell", "rnn.forward")  # of an earlier chapter

# ---------------------------------------------------------------------------------------------------------------------
# The mean of both directions


def one_way(x: Array, h0: Array, W_ih: Array, W_hh: Array, b: Array) -> Array:
    """The states of one direction, in the order in which it reads."""
    h, h_t = [], h0
    for x_t in x:
        h_t = np.tanh(x_t @ W_ih.T + h_t @ W_hh.T + b)
        h.append(h_t)
    return np.stack(h)


@checked
def both_ways(x: T_B_F, h0: TWO_B_H, W_ih: TWO_H_F, W_hh: TWO_H_H, b: TWO_H) -> T_B_H:
    r"""A bidirectional layer that gives the mean of its directions.

    .. math:: h_t = \frac12 \bigl(\overrightarrow h_t + \overleftarrow h_t\bigr)

    Joined otherwise than on the page, with one bias. There is 0, back is 1.
    """
    there = one_way(x, h0[0], W_ih[0], W_hh[0], b[0])
    back = one_way(x[::-1], h0[1], W_ih[1], W_hh[1], b[1])[::-1]
    return (there + back) / 2


sign(globals(), "both_ways")


def with_the_mean_carried(x: Array, h0: Array, W_ih: Array, W_hh: Array, b: Array) -> Array:
    """The way back goes on from what both directions give."""
    h, h_t = one_way(x, h0[0], W_ih[0], W_hh[0], b[0]), h0[1]
    for t in reversed(range(len(x))):
        h[t] = h_t = (h[t] + np.tanh(x[t] @ W_ih[1].T + h_t @ W_hh[1].T + b[1])) / 2
    return h


def the_mean_for_both(x: Array, h0: Array, W_ih: Array, W_hh: Array, b: Array) -> Array:
    """One loop from both ends, in which both go on from the mean of their states."""
    T, there, back = len(x), h0[0], h0[1]
    h = np.zeros((T, *there.shape), x.dtype)
    for t in range(T):
        there = np.tanh(x[t] @ W_ih[0].T + there @ W_hh[0].T + b[0])
        back = np.tanh(x[T - 1 - t] @ W_ih[1].T + back @ W_hh[1].T + b[1])
        h[t] += there / 2
        h[T - 1 - t] += back / 2
        there = back = (there + back) / 2
    return h


def averaged_inside(x: Array, h0: Array, W_ih: Array, W_hh: Array, b: Array) -> Array:
    """The mean of what goes into tanh."""
    T, z = len(x), np.zeros((*x.shape[:2], h0.shape[2]), x.dtype)
    for k, steps in enumerate((range(T), reversed(range(T)))):
        h_t = h0[k]
        for t in steps:
            z_t = x[t] @ W_ih[k].T + h_t @ W_hh[k].T + b[k]
            z[t], h_t = z[t] + z_t / 2, np.tanh(z_t)
    return np.tanh(z)


READ_BACK = "one_way(x[::-1], h0[1], W_ih[1], W_hh[1], b[1])[::-1]"
JOINED = "(there + back) / 2"
BOTH_MISTAKES = (
    Mistake(
        "D1",
        "not turned back",
        "At each step both halves should speak of the same input. Of which does the second half speak in your answer?",
        "The states of the second direction come in the order in which it read. Which is its first?",
        edit(both_ways, "b[1])[::-1]", "b[1])"),
        test="Take T = 2, and let only the first input differ from zero. Which state of the way back notices at once?",
    ),
    Mistake(
        "D9",
        "both read the same way",
        "Change the last input. Does the first of your outputs notice? Should it?",
        "One of the two directions has to know what is still to come.",
        {
            "forwards": edit(both_ways, READ_BACK, "one_way(x, h0[1], W_ih[1], W_hh[1], b[1])"),
        },
        test="Take T = 2, and change one input after the other.",
    ),
    Mistake(
        "D9b",
        "both read from the end",
        "Change the first input. Does the last of your outputs notice? Should it?",
        "One of the two directions has to know what has been.",
        {
            "backwards": edit(
                both_ways,
                "one_way(x, h0[0], W_ih[0], W_hh[0], b[0])",
                "one_way(x[::-1], h0[0], W_ih[0], W_hh[0], b[0])[::-1]",
            ),
        },
        test="Take T = 2, and change one input after the other.",
    ),
    Mistake(
        "D9t",
        "the second direction reads forwards, and is turned at the end",
        "Set all of the first direction to zero, and change the last input. Which outputs notice, and which should?",
        "A reversal at the end changes the order of the states. Which inputs does it change for them?",
        {
            "forwards, turned at the end": edit(both_ways, "x[::-1]", "x"),
        },
        test="Take T = 3, and say for each state of the second direction which inputs it has read.",
    ),
    Mistake(
        "D9h",
        "one direction joined with itself",
        "Do your outputs change when the weights of the second direction change? And those of the first?",
        "Two things are joined in the last line. Are they two different ones?",
        {
            "there": edit(both_ways, "(there + back)", "(there + there)"),
            "back": edit(both_ways, "(there + back)", "(back + back)"),
        },
        test="Set all weights of one direction to zero, then those of the other.",
    ),
    Mistake(
        "D10",
        "one set of weights for two directions",
        "Each direction has arrays of its own. Which index do you use in the first pass, and which in the second?",
        "Follow the index 0 and the index 1 through your lines: how often is each of them there?",
        {
            "all of there": edit(both_ways, "W_ih[1], W_hh[1], b[1]", "W_ih[0], W_hh[0], b[0]"),
            "all of back": edit(both_ways, "W_ih[0], W_hh[0], b[0]", "W_ih[1], W_hh[1], b[1]"),
            "W_ih": edit(both_ways, "W_ih[1]", "W_ih[0]"),
            "W_hh": edit(both_ways, "W_hh[1]", "W_hh[0]"),
            "b": edit(both_ways, "b[1]", "b[0]"),
            "all, h0 too": edit(both_ways, "h0[1], W_ih[1], W_hh[1], b[1]", "h0[0], W_ih[0], W_hh[0], b[0]"),
        },
        test="Set the weights of one direction to zero, then the other's. Which states should vanish, and which do?",
    ),
    Mistake(
        "D10x",
        "the directions exchanged",
        "Which index of the arrays belongs to the way there? With which do you read forwards?",
        "Everything is there, but not in its place: compare the order in the task with yours.",
        {
            "weights": edit(both_ways, "W_ih[0], W_hh[0], b[0]", "W_ih[1], W_hh[1], b[1]")
            + edit(both_ways, "W_ih[1], W_hh[1], b[1]", "W_ih[0], W_hh[0], b[0]"),
            "all": edit(both_ways, "h0[0], W_ih[0], W_hh[0], b[0]", "h0[1], W_ih[1], W_hh[1], b[1]")
            + edit(both_ways, "h0[1], W_ih[1], W_hh[1], b[1]", "h0[0], W_ih[0], W_hh[0], b[0]"),
        },
        test="Set all weights of the second direction to zero. Which inputs does your first output still know?",
    ),
    Mistake(
        "D10h",
        "the first states exchanged",
        "With which state does each of your directions begin? Which index has it in h0?",
        "The weights have their places. Compare the indices of h0 with theirs.",
        {
            "h0": edit(both_ways, "h0[0]", "h0[1]") + edit(both_ways, "h0[1]", "h0[0]"),
        },
        test="Change h0 of the first direction alone: which of the two directions should notice?",
    ),
    Mistake(
        "D11",
        "joined otherwise",
        "With equal states in both directions, the output should be equal to them. What is it with you?",
        "Compare your last line with the one in the task.",
        {
            "sum": edit(both_ways, JOINED, "there + back"),
            "half of one": edit(both_ways, JOINED, "there + back / 2"),
            "half of the other": edit(both_ways, JOINED, "there / 2 + back"),
            "side by side": edit(both_ways, JOINED, "np.concatenate([there, back], axis=2)"),
            "product": edit(both_ways, JOINED, "there * back"),
            "tanh of it": edit(both_ways, JOINED, "np.tanh((there + back) / 2)"),
            "tanh of the sum": edit(both_ways, JOINED, "np.tanh(there + back)"),
            "difference": edit(both_ways, "(there + back)", "(there - back)"),
        },
        test="Take one step, weights of zero, and both biases equal.",
    ),
    Mistake(
        "D11n",
        "divided by the steps too",
        "Do your outputs become smaller when the sequence becomes longer? Should they?",
        "How many states go into one output? Is that the number by which you divide?",
        {
            "divided by the steps": edit(both_ways, JOINED, "(there + back) / (2 * len(x))"),
        },
        test="Take weights of zero and equal biases, with T = 1 and then with T = 4.",
    ),
    Mistake(
        "D11t",
        "the mean taken before tanh",
        "Is the tanh of a mean the mean of the tanh? Try it with 0 and 4.",
        "Two states are joined. Are they states already when you take their mean?",
        {
            "of what goes into tanh": instead(both_ways, averaged_inside),
        },
        test="Take one step, weights of zero, and the biases 0 and 4. Is your output midway between both states?",
    ),
    Mistake(
        "D11m",
        "the larger of both in place of the mean",
        "The states are 1 in one direction and -1 in the other. What should the output be, and what is yours?",
        "Do both states count in each of your outputs, or one of them alone?",
        {
            "largest": edit(both_ways, JOINED, "np.maximum(there, back)"),
        },
        test="Take one step, weights of zero, and the biases 2 and -2.",
    ),
    Mistake(
        "D5",
        "turned round along another axis",
        "After your reversal, does each example still have its own inputs? Does each input still have its entries?",
        "Three axes could be turned round. Which of them is time?",
        {
            "examples": edit(both_ways, READ_BACK, "one_way(x[:, ::-1], h0[1], W_ih[1], W_hh[1], b[1])[:, ::-1]"),
            "examples, not back": edit(both_ways, READ_BACK, "one_way(x[:, ::-1], h0[1], W_ih[1], W_hh[1], b[1])"),
            "examples too": edit(
                both_ways, READ_BACK, "one_way(x[::-1, ::-1], h0[1], W_ih[1], W_hh[1], b[1])[::-1, ::-1]"
            ),
            "features": edit(both_ways, READ_BACK, "one_way(x[:, :, ::-1], h0[1], W_ih[1], W_hh[1], b[1])"),
            "features, and units": edit(
                both_ways, READ_BACK, "one_way(x[:, :, ::-1], h0[1], W_ih[1], W_hh[1], b[1])[:, :, ::-1]"
            ),
            "everything": edit(both_ways, "x[::-1]", "np.flip(x)"),
        },
        test="Number the entries of a small x, reverse it, and read one example.",
    ),
    Mistake(
        "R1",
        "h0 ignored",
        "Does your answer change when h0 changes, in both of its parts?",
        "Each direction has a state before the first input that it reads. Where does yours come from?",
        {
            "in both": edit(both_ways, "h0[0]", "0 * h0[0]") + edit(both_ways, "h0[1]", "0 * h0[1]"),
            "there": edit(both_ways, "h0[0]", "0 * h0[0]"),
            "back": edit(both_ways, "h0[1]", "0 * h0[1]"),
        },
        test="Take T = 1 and weights W_ih and b of zero: only h0 is left.",
    ),
    Mistake(
        "D20",
        "the second direction begins elsewhere",
        "With which state does your second direction begin? Print it before its first step.",
        "The two directions know nothing of each other until they are joined.",
        {
            "where the first one ended": edit(both_ways, "h0[1]", "there[-1]"),
            "where the first one began": edit(both_ways, "h0[1]", "h0[0]"),
            "with its first state": edit(both_ways, "h0[1]", "there[0]"),
        },
        test="Change h0 of the first direction alone: should the states of the second one notice? Do yours?",
    ),
    Mistake(
        "R3",
        "every step starts from h0",
        "From its second step on, has a direction seen what it read before? What is carried from pass to pass?",
        "Follow the state of the first step by hand. Under which name does the next step read it?",
        {
            "": edit(one_way, "h_t @ W_hh.T", "h0 @ W_hh.T"),
            "from zero": edit(one_way, "h_t @ W_hh.T", "(h0 if not h else 0 * h0) @ W_hh.T"),
        },
        test="Take T = 2, and change the first input: does the second state of the way there notice?",
    ),
    Mistake(
        "R6",
        "W_hh transposed",
        "Let one hidden unit feed one other unit only. Does row i of W_hh collect what unit i receives?",
        "Examples are rows. On which side of the product does the matrix stand, and does it stand as it is?",
        edit(one_way, "W_hh.T", "W_hh"),
        test="Take two units and a W_hh with a single entry that is not zero.",
    ),
    Mistake(
        "R6i",
        "W_ih transposed, silent only where it is square",
        "Row i of W_ih holds what unit i receives from the inputs. Does your product use it so?",
        "Over which axis of W_ih does your product sum, and over which should it?",
        edit(one_way, "W_ih.T", "W_ih"),
        test="Take more inputs than units.",
    ),
    Mistake(
        "R7",
        "a bias left out, or added twice",
        "With all weights and inputs zero, what should your output be, and on which argument does it depend?",
        "Count how often the bias of each direction enters one step.",
        {
            "left out": edit(one_way, " + b)", ")"),
            "twice": edit(one_way, " + b)", " + 2 * b)"),
            "there alone": edit(both_ways, "b[1]", "0 * b[1]"),
        },
        test="Set W_ih, W_hh and h0 to zero.",
    ),
    Mistake(
        "R9",
        "another nonlinearity, or none",
        "Between which bounds should the states of the task lie? Do yours?",
        "Compare the function that you call in each step with the one of the task.",
        {
            "none": edit(one_way, "np.tanh(", "("),
            "rectifier": edit(one_way, "np.tanh(", "np.maximum(0, "),
            "of the mean": edit(one_way, "np.tanh(", "(") + edit(both_ways, JOINED, "np.tanh((there + back) / 2)"),
        },
        test="Take large weights, and look at the largest state.",
    ),
    Mistake(
        "R9s",
        "σ in the place of tanh",
        "Can the states of the task be negative? Can yours?",
        "Compare the function that you call in each step with the one of the task.",
        {
            "logistic": edit(
                one_way,
                "np.tanh(x_t @ W_ih.T + h_t @ W_hh.T + b)",
                "1 / (1 + np.exp(-(x_t @ W_ih.T + h_t @ W_hh.T + b)))",
            ),
        },
        test="Take weights of zero and biases of -100: what should the states be?",
    ),
    Mistake(
        "D21",
        "the state before the input in place of the state after it",
        "At each step, which inputs has each of your halves read? Is the one of that step among them?",
        "A direction has one state more than inputs, with its start. Which of them belong to the steps?",
        {
            "back": edit(both_ways, JOINED, "(there + np.concatenate([back[1:], h0[1:]])) / 2"),
            "there": edit(both_ways, JOINED, "(np.concatenate([h0[:1], there[:-1]]) + back) / 2"),
            "both": edit(
                both_ways,
                JOINED,
                "(np.concatenate([h0[:1], there[:-1]]) + np.concatenate([back[1:], h0[1:]])) / 2",
            ),
        },
        test="Take T = 1, and set all of one direction to zero, then of the other. Does your answer depend on x?",
    ),
    Mistake(
        "D31",
        "an index from the end that is off by one",
        "Which input does your way back read first? Print the index in its first pass.",
        "Counted from the end, the last entry is -1. What is at index -0?",
        {
            "": edit(
                both_ways,
                READ_BACK,
                "one_way(x[-np.arange(len(x))], h0[1], W_ih[1], W_hh[1], b[1])[-np.arange(len(x))]",
            ),
            "not back": edit(both_ways, READ_BACK, "one_way(x[-np.arange(len(x))], h0[1], W_ih[1], W_hh[1], b[1])"),
            "back at the right end": edit(
                both_ways, READ_BACK, "one_way(x[-np.arange(len(x))], h0[1], W_ih[1], W_hh[1], b[1])[::-1]"
            ),
        },
        test="Take T = 3, and write down which input is read in which pass.",
    ),
    Mistake(
        "D39",
        "a mean over units in place of directions",
        "Which two numbers go into the first entry of your mean? Do both belong to the first unit?",
        "Side by side, the two directions are halves, and not neighbours.",
        edit(both_ways, JOINED, "np.concatenate([there, back], axis=2).reshape(*there.shape, 2).mean(axis=3)"),
        test="Set all that belongs to the second direction to zero, with two units.",
    ),
    Mistake(
        "D22",
        "a step that a direction does not read",
        "How many inputs does each direction read with you? Are the first and the last one among them?",
        "Write down the indices of both loops for T = 3.",
        {
            "back, the first": edit(both_ways, JOINED, "(there + np.concatenate([0 * back[:1], back[1:]])) / 2"),
            "there, the last": edit(both_ways, JOINED, "(np.concatenate([there[:-1], 0 * there[-1:]]) + back) / 2"),
            "back, the last": edit(
                both_ways,
                READ_BACK,
                "np.concatenate([one_way(x[:-1][::-1], h0[1], W_ih[1], W_hh[1], b[1])[::-1], 0 * h0[1:]]) "
                "if len(x) > 1 else 0 * there",
            ),
        },
        test="Take T = 1, and print how often each of your loops runs.",
    ),
    Mistake(
        "D23",
        "the joined output carried on",
        "Which state does your second direction take on to its next step: its own, or what you return?",
        "The two directions know nothing of each other until they are joined.",
        {
            "by the way back": instead(both_ways, with_the_mean_carried),
            "by both": instead(both_ways, the_mean_for_both),
        },
        test="Change W_hh of the first direction: should the states of the second one notice?",
    ),
)


def two_directions(r: Generator, T: int, B: int, F: int, H: int, off: int | None = None, dtype: Any = float) -> Any:
    """A layer's arguments; a direction that is off has zeros for all that is its own, so that its states are 0."""
    arrays = [r.normal(size=(2, B, H)), r.normal(size=(2, H, F)), r.normal(size=(2, H, H)) / np.sqrt(H)]
    arrays.append(r.uniform(0.3, 0.8, size=(2, H)) * r.choice((-1, 1), size=(2, H)))
    if off is not None:
        for a in arrays:
            a[off] = 0
    return tuple(a.astype(dtype) for a in (r.normal(size=(T, B, F)), *arrays))


both_exercise = Exercise(
    name="bidirectional.both_ways",
    task="A bidirectional tanh layer (eq-bidirectional-direction) with one bias, of which each output is the mean of "
    "the two states at its step. Of h0 and of the weights, index 0 belongs to the direction that reads forwards, "
    "1 to the one that reads from the last step to the first. Keep the dtype; NumPy only.",
    arguments=(
        Value("x", "T B F"),
        Value("h0", "2 B H", "before the first input that each direction reads"),
        Value("W_ih", "2 H F"),
        Value("W_hh", "2 H H"),
        Value("b", "2 H"),
    ),
    outputs=(Value("h", "T B H"),),
    smaller=PLAIN_LAYER,
    reference=both_ways,
    cases={
        "general": lambda r: two_directions(r, 5, 3, 4, 6),
        "one step": lambda r: two_directions(r, 1, 3, 2, 4),
        "there alone": lambda r: two_directions(r, 4, 2, 3, 5, off=1),
        "back alone": lambda r: two_directions(r, 4, 2, 3, 5, off=0),
        "one example": lambda r: two_directions(r, 4, 1, 2, 3),
        "square": lambda r: two_directions(r, 4, 4, 4, 4),
        "float32": lambda r: two_directions(r, 3, 2, 4, 3, dtype=np.float32),
    },
    facets=(
        Facet("a single step", 2, ("one step",)),
        Facet("the way there, the other one silent", 3, ("there alone",)),
        Facet("the way back, the other one silent", 3, ("back alone",)),
        Facet("both together", 4, ("general", "one example", "square", "float32")),
    ),
    mistakes=BOTH_MISTAKES,
)

# ---------------------------------------------------------------------------------------------------------------------
# Turned round under a mask


@checked
def turn_round(x: B_T_F, mask: B_T_ids) -> B_T_F:
    r"""The real steps of each example in the opposite order, wherever its padding stands; the padding stays.

    The page's reversal has lengths, and time first.
    """
    require(mask.max() == 1, f"mask: expected zeros and ones, got {mask.max()}")
    turned = x.copy()
    for b, real in enumerate(mask):
        steps = np.flatnonzero(real)
        turned[b, steps] = x[b, steps[::-1]]
    return turned


sign(globals(), "turn_round")

WRITTEN = "turned[b, steps] = x[b, steps[::-1]]"
STEPS = "np.flatnonzero(real)"
TO_THE_FRONT = "turned[b, : len(steps)] = x[b, steps[::-1]]"


def run_by_run(x: Array, mask: Array) -> Array:
    """Between one padding and the next."""
    turned = x.copy()
    for b, real in enumerate(mask):
        for steps in np.split(np.arange(len(real)), np.flatnonzero(np.diff(real)) + 1):
            if real[steps[0]]:
                turned[b, steps] = x[b, steps[::-1]]
    return turned


TURN_MISTAKES = (
    Mistake(
        "D4",
        "padding turned round with the rest",
        "A network that reads your answer from its first step: does a short example begin with something real?",
        "Which steps of an example change places with each other, and which stay where they are?",
        {
            "": edit(turn_round, WRITTEN, "turned[b] = x[b, ::-1]"),
            "then masked": edit(turn_round, WRITTEN, "turned[b] = x[b, ::-1] * real[:, None].astype(x.dtype)"),
            "masked first": edit(turn_round, WRITTEN, "turned[b] = (x[b] * real[:, None].astype(x.dtype))[::-1]"),
            "written where it is real": edit(turn_round, WRITTEN, "turned[b, steps] = x[b, ::-1][steps]"),
        },
        test="Take one example with the entries 1, 2, 3, of which the last is padding. What should come out?",
    ),
    Mistake(
        "D25",
        "padding supposed at one end",
        "Where may the padding of an example stand, and where do you suppose it?",
        "How many steps are real does not say which.",
        {
            "behind": edit(turn_round, STEPS, "np.arange(real.sum())"),
            "before": edit(turn_round, STEPS, "np.arange(len(real) - real.sum(), len(real))"),
        },
        test="Take the mask 0, 1, 1, and then the mask 1, 1, 0.",
    ),
    Mistake(
        "D26",
        "padding between real steps turned round with them",
        "Between the first and the last real step, may there be padding? What becomes of it with you?",
        "The first and the last real step are known to you. Are all those between them real?",
        {
            "": edit(turn_round, STEPS, "np.arange(real.argmax(), len(real) - real[::-1].argmax())"),
            "from the first on": edit(turn_round, STEPS, "np.arange(real.argmax(), real.argmax() + real.sum())"),
            "up to the last": edit(turn_round, STEPS, "np.arange(np.flatnonzero(real)[-1] + 1)"),
        },
        test="Take one example with the mask 1, 0, 1, 1.",
    ),
    Mistake(
        "D27",
        "padding overwritten",
        "What stands in the padding of your answer, and what stood in that of x?",
        "Which steps of your new array do you write, and what is in the others before?",
        {
            "zeros": edit(turn_round, "x.copy()", "np.zeros_like(x)"),
            "NaN": edit(turn_round, "x.copy()", "np.full_like(x, np.nan)"),
            "the last real step": edit(turn_round, WRITTEN, f"turned[b] = x[b, steps[-1]]\n        {WRITTEN}"),
        },
        test="Compare x and your answer where the mask is 0.",
    ),
    Mistake(
        "D28",
        "real steps moved to one end",
        "Compare the mask with your answer: are real steps still where the mask says so?",
        "The mask is that of the answer too.",
        {
            "to the front": edit(turn_round, WRITTEN, TO_THE_FRONT),
            "to the front, zeros behind": edit(turn_round, "x.copy()", "np.zeros_like(x)")
            + edit(turn_round, "turned[b, steps] =", "turned[b, : len(steps)] ="),
            "to the front, padding behind": edit(
                turn_round, WRITTEN, "turned[b] = x[b, np.concatenate([steps[::-1], np.flatnonzero(real == 0)])]"
            ),
            "all turned round, then moved": edit(
                turn_round, WRITTEN, "turned[b] = np.roll(x[b, ::-1], len(steps) - len(real), axis=0)"
            ),
            "to the end": edit(turn_round, "turned[b, steps] =", "turned[b, len(real) - len(steps) :] ="),
        },
        test="Take the mask 0, 1, 1, 0, and look where the two real steps come out.",
    ),
    Mistake(
        "D5",
        "turned round along another axis",
        "Which axis of x is time? Which one do you turn round?",
        "After a reversal in time, the entries of one input still stand in their order. Do they with you?",
        {
            "features": edit(turn_round, "x[b, steps[::-1]]", "x[b, steps, ::-1]"),
            "features too": edit(turn_round, "x[b, steps[::-1]]", "x[b, steps[::-1], ::-1]"),
            "examples": edit(turn_round, "x[b, steps[::-1]]", "x[-1 - b, steps]"),
        },
        test="Take two examples with one real step each: what should change, and what does?",
    ),
    Mistake(
        "D29",
        "one mask for all examples",
        "Is the mask of the first example that of the others? Whose do you use?",
        "Change the mask of one example alone: how many examples of your answer change?",
        {
            "the first": edit(turn_round, STEPS, "np.flatnonzero(mask[0])"),
            "where any is real": edit(turn_round, STEPS, "np.flatnonzero(mask.any(axis=0))"),
            "where all are real": edit(turn_round, STEPS, "np.flatnonzero(mask.all(axis=0))"),
            "the longest": edit(turn_round, STEPS, "np.arange(mask.sum(axis=1).max())"),
        },
        test="Take two examples, one with padding and one without.",
    ),
    Mistake(
        "D30",
        "written while it is read",
        "When you write the last real step, is the first one of your array still there to be read?",
        "Two places exchange their contents. After the first of two assignments, what do both hold?",
        edit(
            turn_round,
            WRITTEN,
            "for step, other in zip(steps, steps[::-1]):\n            turned[b, step] = turned[b, other]",
        ),
        test="Take one example with the entries 1 and 2, and print it after each assignment.",
    ),
    Mistake(
        "D31",
        "off by one",
        "To which step does the first real one go with you? To which should it?",
        "Count from 0: of n steps, which is the last?",
        {
            "late": edit(turn_round, "steps[::-1]]", "np.roll(steps[::-1], 1)]"),
            "early": edit(turn_round, "steps[::-1]]", "np.roll(steps[::-1], -1)]"),
            "the last left out": edit(turn_round, WRITTEN, "turned[b, steps[:-1]] = x[b, steps[:-1][::-1]]"),
            "the first left out": edit(turn_round, WRITTEN, "turned[b, steps[1:]] = x[b, steps[1:][::-1]]"),
        },
        test="Take one example with three real steps, and write down which index goes where.",
    ),
    Mistake(
        "D32",
        "not turned round, or twice",
        "Does your answer differ from x at all?",
        "Count the reversals between x and what you return.",
        edit(turn_round, "steps[::-1]]", "steps]"),
        test="Take one example with two real steps.",
    ),
    Mistake(
        "D35",
        "padding turned round in place of the rest",
        "What does a 1 of the mask mean, and which steps do you turn round?",
        "Print the steps that you pick, beside the mask.",
        edit(turn_round, STEPS, "np.flatnonzero(real == 0)"),
        test="Take a mask of ones: what should be turned round, and what is with you?",
    ),
    Mistake(
        "D38",
        "each run of real steps turned round by itself",
        "Where padding stands between two real steps, do those on its two sides change places with you?",
        "All real steps of an example are one sequence, whatever stands between them.",
        instead(turn_round, run_by_run),
        test="Take one example with the mask 1, 0, 1.",
    ),
    Mistake(
        "D34",
        "real steps of all examples turned round together",
        "Does an example of your answer have steps of another example?",
        "A mask over two axes picks the real steps of all examples in one row. Where does an example end in it?",
        edit(turn_round, "return turned", "turned[mask == 1] = x[mask == 1][::-1]\n    return turned"),
        test="Number the examples: fill x with 0 for the first one, with 1 for the second.",
    ),
    Mistake(
        "D36",
        "zeros and ones taken for indices",
        "Which steps do you pick with the mask? Print them for a mask that begins with three ones.",
        "As an index, a number says where. What has to come in its place so that it says whether?",
        {
            "": edit(turn_round, STEPS, "real"),
            "then written where it is real": edit(turn_round, WRITTEN, "turned[b, steps] = x[b, real][::-1][steps]"),
        },
        test="Take x with the steps 5, 6, 7 and the mask 1, 1, 1, and print what you pick.",
    ),
    Mistake(
        "D37",
        "time taken for the first axis",
        "What are the axes of x here? Which one counts the examples?",
        "Elsewhere in the course time comes first. And in this task?",
        edit(turn_round, WRITTEN, "turned[steps, b] = x[steps[::-1], b]"),
        test="Take another number of steps than of examples.",
    ),
)


def masked(r: Generator, B: int, T: int, F: int, where: str = "", dtype: Any = float) -> tuple[Any, ...]:
    """A batch with padding behind, before, nowhere, or anywhere: there each mask has padding at both ends or between.

    Anywhere: no mask is its own mirror image, none has its padding at one end, no two are alike, and none has but one
    real step.
    """
    lengths = np.concatenate([[T], 2 + r.permutation(T - 3)[: B - 1]]) if T > 3 else np.full(B, T)
    t = np.arange(T)
    if where == "behind":
        mask = t < lengths[:, None]
    elif where == "before":
        mask = t >= T - lengths[:, None]
    elif where == "one real":
        mask = t == r.choice([0, T - 1], size=B)[:, None]
    elif where == "nowhere":
        mask = np.ones((B, T), bool)
    else:
        rows: list[tuple[bool, ...]] = []
        while len(rows) < B:
            row = r.random(T) < 0.6
            if scattered(row) and tuple(row) not in rows:
                rows.append(tuple(row))
        mask = np.array(rows)
    return r.normal(size=(B, T, F)).astype(dtype), mask.astype(int)


def scattered(mask: Array) -> bool:
    """Real steps with padding between them, more at one end than at the other, and at least three."""
    real = np.flatnonzero(mask)
    if len(real) < 3 or mask.all():
        return False
    before, behind = real[0], len(mask) - 1 - real[-1]
    return bool(real[-1] - real[0] >= len(real) and (mask != mask[::-1]).any() and before != behind)


turn_exercise = Exercise(
    name="bidirectional.turn_round",
    task="Turn the real steps of each example round among themselves (eq-bidirectional-reverse, with a mask in the "
    "place of lengths, and the batch first). Where the mask is 0, the answer has what x has. Keep the dtype; NumPy "
    "only.",
    arguments=(
        Value("x", "B T F", "the batch is the first axis"),
        Value("mask", "B T", "whole numbers: 1 where a step is real, 0 where it is padding, in any order"),
    ),
    outputs=(Value("turned", "B T F"),),
    probe="mask",
    reference=turn_round,
    cases={
        "general": lambda r: masked(r, 3, 8, 2),
        "nowhere": lambda r: masked(r, 3, 5, 2, "nowhere"),
        "one step": lambda r: masked(r, 3, 1, 2, "nowhere"),
        "behind": lambda r: masked(r, 4, 7, 2, "behind"),
        "before": lambda r: masked(r, 4, 7, 2, "before"),
        "one real": lambda r: masked(r, 4, 4, 3, "one real"),
        "square": lambda r: masked(r, 6, 6, 6),
        "float32": lambda r: masked(r, 2, 6, 3, dtype=np.float32),
    },
    facets=(
        Facet("no padding", 1, ("nowhere", "one step")),
        Facet("padding behind", 2, ("behind",)),
        Facet("padding before", 1, ("before",)),
        Facet("padding anywhere", 2, ("general", "one real", "square", "float32")),
    ),
    mistakes=TURN_MISTAKES,
)
