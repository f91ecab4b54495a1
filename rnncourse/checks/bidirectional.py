r"""Exercises of the chapter on both directions, layers and connections, and what goes wrong in them.

Not here: D14 as an array that raises (shapes are told by themselves), D16 (no exercise has its batch first within a
loop over layers), D18 as dropout left on in evaluation (the draws are arguments, so there is one mode).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.bidirectional import network_order, stacked
from rnncourse.checks.engine import Array, Examination, Exercise, Facet
from rnncourse.checks.mistakes import Form, Mistake, edit, instead
from rnncourse.checks.nested import Value
from rnncourse.shapes import (
    B_T_F,
    L2_B_H,
    L_B_H,
    L_H,
    L_H_H,
    T_B_F,
    T_B_H,
    T_B_H2,
    TWO_B_H,
    TWO_H,
    TWO_H_F,
    TWO_H_H,
    B_ids_K,
    B_T_ids,
    Count,
    G_B_ids_K,
    Ints,
    N_ids_K,
    Probability,
    T_lengths,
    checked,
)

PLAIN_LAYER = ("rnn.cell", "rnn.forward")  # of an earlier chapter
ROUNDED = 1e-9  # relative; probabilities that come of many products, and their logarithms

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

# ---------------------------------------------------------------------------------------------------------------------
# A gap, filled from both of its sides


def bits(p: Array, y: Ints) -> float:
    """The mean over all missing symbols of the bits that the true one costs."""
    return float(-np.log2(np.take_along_axis(p, y[..., None], axis=-1)).mean())


@checked
def fill_gap(ids: N_ids_K, K: Count, left: B_ids_K, right: B_ids_K, y: G_B_ids_K) -> tuple[Array, float, float]:
    r"""Symbols that are missing between two known ones, from counted pairs and from both sides.

    .. math:: A_{ij} = \frac{n_{ij} + 1}{\sum_k (n_{ik} + 1)}, \qquad
       p(c_g = k) \propto (A^g)_{\text{left},k}\, (A^{G+1-g})_{k,\text{right}}

    Several in a row, where the page's baseline has one. Returns p (G, B, K), and bits a symbol from the left alone and
    from both sides.
    """
    n = np.ones((K, K))
    np.add.at(n, (ids[:-1], ids[1:]), 1)
    A = n / n.sum(axis=1, keepdims=True)
    from_left, from_right = [A[left]], [A[:, right].T]
    for _ in range(len(y) - 1):
        from_left.append(from_left[-1] @ A)
        from_right.append(from_right[-1] @ A.T)
    p_left = np.stack(from_left)
    p = p_left * np.stack(from_right[::-1])
    p = p / p.sum(axis=-1, keepdims=True)
    return p, bits(p_left, y), bits(p, y)


sign(globals(), "fill_gap")

PAIRS = "(ids[:-1], ids[1:])"
ONE_ON = "from_left[-1] @ A)"
ONE_BACK = "from_right[-1] @ A.T)"
OVER_SYMBOLS = "p.sum(axis=-1, keepdims=True)"
BOTH_SIDES = "p_left * np.stack(from_right[::-1])"
SIDES = "np.stack(from_right[::-1])"
COST = "-np.log2(np.take_along_axis(p, y[..., None], axis=-1)).mean()"
TRUE = "np.take_along_axis(p, y[..., None], axis=-1)"
COLUMNS = "(n / n.sum(axis=0))"
GAP_MISTAKES = (
    Mistake(
        "Q13",
        "counted the wrong way round",
        "Does row i of your counts hold what follows symbol i, or what comes before it?",
        "Each pair has a first and a second symbol. Which of them is the row?",
        {
            "": edit(fill_gap, PAIRS, "(ids[1:], ids[:-1])"),
        },
        test="Count the pairs of the text 0, 1, 1, 1 by hand.",
    ),
    Mistake(
        "Q13t",
        "the table turned round after dividing",
        "Which sums of the table that you use are 1: those of its rows, or those of its columns?",
        "Row i should say what follows symbol i. Does it still when you use it?",
        {
            "turned round after dividing": edit(
                fill_gap, "n / n.sum(axis=1, keepdims=True)", "(n / n.sum(axis=1, keepdims=True)).T"
            ),
        },
        test="Take the text 0, 1, 1, 1, and print the table that you use.",
    ),
    Mistake(
        "K1",
        "every pair counted once at most",
        "Add up your counts. How many pairs has the text?",
        "Adding to an array at many indices at once: what becomes of an index that is there twice?",
        {
            "": edit(fill_gap, f"np.add.at(n, {PAIRS}, 1)", "n[ids[:-1], ids[1:]] += 1"),
            "set to one": edit(fill_gap, f"np.add.at(n, {PAIRS}, 1)", "n[ids[:-1], ids[1:]] = 1"),
        },
        test="Count the pairs of a text of ten zeros.",
    ),
    Mistake(
        "K2",
        "another number added to the counts",
        "What is the probability of a pair that the text never shows? What should it be by the task?",
        "Something is added to each count before rows are divided. How much, and to how many counts?",
        {
            "nothing": edit(fill_gap, "np.ones((K, K))", "np.zeros((K, K))"),
            "nothing, rows without counts even": edit(
                fill_gap,
                "A = n / n.sum(axis=1, keepdims=True)",
                "n -= 1\n    A = np.where(n.sum(axis=1, keepdims=True) > 0, n / n.sum(axis=1, keepdims=True), 1 / K)",
            ),
            "1/K": edit(fill_gap, "np.ones((K, K))", "np.full((K, K), 1 / K)"),
            "two": edit(fill_gap, "np.ones((K, K))", "2 * np.ones((K, K))"),
            "in the sum alone": edit(fill_gap, "A = n / n", "A = (n - 1) / n"),
            "in the counts alone": edit(
                fill_gap, "n.sum(axis=1, keepdims=True)", "np.maximum(n.sum(axis=1, keepdims=True) - K, 1)"
            ),
            "one to the sum": edit(fill_gap, "n.sum(axis=1, keepdims=True)", "(n.sum(axis=1, keepdims=True) - K + 1)"),
        },
        test="Count the text 0, 0, 0 with K = 2: what should the first row be, and what is it?",
    ),
    Mistake(
        "K2z",
        "counts of zero alone made 1",
        "A pair that the text shows five times: what stands in its numerator by the formula, and what in yours?",
        "Something is added to each count before rows are divided. To how many counts, in yours?",
        {
            "where there is none": edit(fill_gap, "np.ones((K, K))", "np.zeros((K, K))")
            + edit(fill_gap, "A = n /", "n = np.maximum(n, 1)\n    A = n /"),
        },
        test="Count the text 0, 0, 0 with K = 2: what should the first row be, and what is it?",
    ),
    Mistake(
        "K3",
        "divided by other sums",
        "Which sums of your table are 1: those of its rows, those of its columns, or that of all?",
        "Given a symbol, what follows has the probability 1 in all.",
        {
            "columns": edit(fill_gap, "n.sum(axis=1, keepdims=True)", "n.sum(axis=0)"),
            "columns, by broadcasting": edit(fill_gap, "n.sum(axis=1, keepdims=True)", "n.sum(axis=1)"),
            "all": edit(fill_gap, "n.sum(axis=1, keepdims=True)", "n.sum()"),
            "none": edit(fill_gap, "n / n.sum(axis=1, keepdims=True)", "n"),
        },
        test="Print the sums of your table along both axes.",
    ),
    Mistake(
        "K4",
        "another text",
        "How many pairs has a text of N symbols? How many do you count, and which is your last one?",
        "Write down the pairs of a text of four symbols.",
        {
            "in a circle": edit(fill_gap, PAIRS, "(ids, np.roll(ids, -1))"),
            "without the last pair": edit(fill_gap, PAIRS, "(ids[:-2], ids[1:-1])"),
            "without the first pair": edit(fill_gap, PAIRS, "(ids[1:-1], ids[2:])"),
            "every second pair": edit(fill_gap, PAIRS, "(ids[:-1:2], ids[1::2])"),
            "two apart": edit(fill_gap, PAIRS, "(ids[:-2], ids[2:])"),
            "both orders": edit(fill_gap, "A = n /", "n = n + n.T - 1\n    A = n /"),
        },
        test="Count the pairs of the text 0, 1, 2 by hand, and print all your counts.",
    ),
    Mistake(
        "D1r",
        "the right side read as if it were a left one",
        "Which pairs tell how likely the right symbol is after each candidate? Are they a row or a column?",
        "The table says what follows. The right symbol is what has followed.",
        {
            "": edit(fill_gap, "A[:, right].T", "A[right]") + edit(fill_gap, ONE_BACK, "from_right[-1] @ A)"),
            "then back": edit(fill_gap, "A[:, right].T", "A[right]"),
        },
        test="Take a text in which 1 always follows 0, and a gap of one with a 1 behind it.",
    ),
    Mistake(
        "D1f",
        "the right side sent on as if it were the left one",
        "Two steps before the right symbol: over which symbol of a pair do you sum there?",
        "What comes from the right goes against the order of the pairs. In which order does yours go on?",
        {
            "further away alone": edit(fill_gap, ONE_BACK, "from_right[-1] @ A)"),
        },
        test="Take a gap of two, and compute the factor from the right of the first symbol by hand.",
    ),
    Mistake(
        "D1",
        "one side in the wrong order",
        "How many steps lie between the first missing symbol and the one on the right? And in your answer?",
        "From the right, the last missing symbol comes first. In which order do you use what comes from there?",
        {
            "right": edit(fill_gap, "from_right[::-1]", "from_right"),
        },
        test="Take a gap of two, and write down for each symbol how far both sides are.",
    ),
    Mistake(
        "D1l",
        "the left side in the wrong order",
        "How many steps lie between the left symbol and the first missing one? And in your answer?",
        "From the left, the first missing symbol comes first. In which order do you use what comes from there?",
        {
            "left": edit(fill_gap, "np.stack(from_left)", "np.stack(from_left[::-1])"),
        },
        test="Take a gap of two, and write down for each symbol how far both sides are.",
    ),
    Mistake(
        "F8",
        "the frequency of a symbol counted twice",
        "Both of your factors are probabilities of the missing symbol. How often do they count its frequency?",
        "Bayes: what the right side adds is how likely it is after each candidate, and not the reverse.",
        {
            "": edit(fill_gap, "A[:, right].T", f"{COLUMNS}[:, right].T")
            + edit(fill_gap, ONE_BACK, f"from_right[-1] @ {COLUMNS}.T)"),
            "one back, then as it should": edit(fill_gap, "A[:, right].T", f"{COLUMNS}[:, right].T"),
            "further away alone": edit(fill_gap, ONE_BACK, f"from_right[-1] @ {COLUMNS}.T)"),
        },
        test="Take a gap of two, and let one symbol be far more frequent: does your answer prefer it too often?",
    ),
    Mistake(
        "F7",
        "a mean in place of a product",
        "One side rules a symbol out. Is it ruled out in your answer?",
        "Both sides have to agree with a symbol. Which operation says “and”?",
        {
            "": edit(fill_gap, BOTH_SIDES, f"p_left + {SIDES} / {SIDES}.sum(axis=-1, keepdims=True)"),
            "of numbers that do not sum to one": edit(fill_gap, BOTH_SIDES, f"p_left + {SIDES}"),
            "the larger one": edit(fill_gap, BOTH_SIDES, f"np.maximum(p_left, {SIDES})"),
        },
        test="Take a text in which a symbol never follows the left one, and is often before the right one.",
    ),
    Mistake(
        "F7g",
        "a root of the product",
        "Each side finds one symbol four times as likely as another. How many times should both together, and yours?",
        "Both sides count in full. What do you do to the product before you divide by its sum?",
        {
            "geometric": edit(fill_gap, BOTH_SIDES, f"np.sqrt(p_left * {SIDES})"),
        },
        test="Take a gap of one and K = 2, and multiply both factors by hand.",
    ),
    Mistake(
        "F6",
        "not divided by its sum, or by another one",
        "Add up your probabilities over the symbols. What should come out, for each missing symbol and each example?",
        "A product of two probabilities is not one yet.",
        {
            "": edit(fill_gap, f"p / {OVER_SYMBOLS}", "p"),
            "over the gap": edit(fill_gap, "p.sum(axis=-1", "p.sum(axis=0"),
            "over the batch": edit(fill_gap, "p.sum(axis=-1", "p.sum(axis=1"),
            "over everything": edit(fill_gap, OVER_SYMBOLS, "p.sum()"),
            "over gap and symbols": edit(fill_gap, "p.sum(axis=-1", "p.sum(axis=(0, -1)"),
        },
        test="Print the sums over the symbols.",
    ),
    Mistake(
        "F6s",
        "the softmax of the product",
        "A symbol whose product is nearly 0: what should its probability be, and what is it in yours?",
        "The task divides by a sum. What happens to your products before that?",
        {
            "softmax": edit(fill_gap, f"p / {OVER_SYMBOLS}", "np.exp(p) / np.exp(p).sum(axis=-1, keepdims=True)"),
        },
        test="Take products of 0.1 and 0.3: what should they become, and what do they in yours?",
    ),
    Mistake(
        "F9",
        "every missing symbol taken for a neighbour",
        "In a gap of three, does the second symbol stand beside the left one? Does your table know the difference?",
        "Over how many steps does a message travel to the middle of the gap?",
        {
            "of both": edit(fill_gap, ONE_ON, "from_left[-1])") + edit(fill_gap, ONE_BACK, "from_right[-1])"),
            "of the left one": edit(fill_gap, ONE_ON, "from_left[-1])"),
            "both as far from all": edit(fill_gap, SIDES, "np.stack(from_right[-1:] * len(y))")
            + edit(fill_gap, "np.stack(from_left)", "np.stack(from_left[-1:] * len(y))"),
            "the left one as far from all": edit(fill_gap, "np.stack(from_left)", "np.stack(from_left[-1:] * len(y))"),
        },
        test="Take a gap of two, and print the factor from the left for both symbols. Should they be alike?",
    ),
    Mistake(
        "F9r",
        "the right symbol equally far from all",
        "In a gap of three, is the first symbol as far from the right one as the last? And in your answer?",
        "Over how many steps does what comes from the right travel to the first missing symbol?",
        {
            "of the right one": edit(fill_gap, ONE_BACK, "from_right[-1])"),
            "the right one as far from all": edit(fill_gap, SIDES, "np.stack(from_right[-1:] * len(y))"),
        },
        test="Take a gap of two, and print the factor from the right for both symbols. Should they be alike?",
    ),
    Mistake(
        "F10",
        "a step too many",
        "With a gap of one, how many pairs lead from the left symbol to the missing one? How many do you use?",
        "Count the steps between what is known and what is missing, from both sides.",
        {
            "left": edit(fill_gap, "[A[left]]", "[A[left] @ A]"),
            "both": edit(fill_gap, "[A[left]]", "[A[left] @ A]")
            + edit(fill_gap, "[A[:, right].T]", "[A[:, right].T @ A.T]"),
        },
        test="Take a gap of one, and compare with a product of one row and one column.",
    ),
    Mistake(
        "F10b",
        "a step too many, but for the nearest symbol",
        "In a gap of two, how many steps lie between each symbol and each side? How many do you take?",
        "The nearest symbol is right. By how much does the power grow from one symbol to the next?",
        {
            "right, beyond the first": edit(
                fill_gap, SIDES, "np.stack([a @ A.T if g else a for g, a in enumerate(from_right)][::-1])"
            ),
            "left, beyond the first": edit(
                fill_gap, "np.stack(from_left)", "np.stack([a @ A if g else a for g, a in enumerate(from_left)])"
            ),
        },
        test="Take a gap of two, and write down the power of the table on each side of each symbol.",
    ),
    Mistake(
        "F10r",
        "a step too many on the right",
        "With a gap of one, how many pairs lead from the missing symbol to the right one? How many do you use?",
        "Count the steps between what is known and what is missing, from both sides.",
        {
            "right": edit(fill_gap, "[A[:, right].T]", "[A[:, right].T @ A.T]"),
        },
        test="Take a gap of one, and compare with a product of one row and one column.",
    ),
    Mistake(
        "F10s",
        "a step too few",
        "With a gap of one, does your answer leave anything open? Which symbols does your factor from the left allow?",
        "What is known is no step away from itself; the nearest missing symbol is one step away.",
        {
            "left": edit(fill_gap, "[A[left]]", "[np.eye(K)[left]]"),
            "both": edit(fill_gap, "[A[left]]", "[np.eye(K)[left]]")
            + edit(fill_gap, "[A[:, right].T]", "[np.eye(K)[right]]"),
            "left, and one too many on the right": edit(fill_gap, "[A[left]]", "[np.eye(K)[left]]")
            + edit(fill_gap, "[A[:, right].T]", "[A[:, right].T @ A.T]"),
        },
        test="Take a gap of one, and print both factors.",
    ),
    Mistake(
        "F10t",
        "a step too few on the right",
        "From the last missing symbol to the right one, how many steps are there? How many do you take?",
        "What is known is no step away from itself; the nearest missing symbol is one step away.",
        {
            "right": edit(fill_gap, "[A[:, right].T]", "[np.eye(K)[right]]"),
        },
        test="Take a gap of one, and print the factor from the right.",
    ),
    Mistake(
        "F21",
        "entries raised to a power",
        "What does your power do to a matrix: is it a product of matrices, or of single entries?",
        "Two steps lead over any symbol between. Does your second power sum over those?",
        {
            "": edit(fill_gap, ONE_ON, "from_left[-1] * A[left])")
            + edit(fill_gap, ONE_BACK, "from_right[-1] * A[:, right].T)"),
            "left": edit(fill_gap, ONE_ON, "from_left[-1] * A[left])"),
            "right": edit(fill_gap, ONE_BACK, "from_right[-1] * A[:, right].T)"),
        },
        test="Raise a matrix of size 2 to its second power by hand, and print yours.",
    ),
    Mistake(
        "F18",
        "a message sent through the transposed table",
        "A message of probabilities comes from the left. Over which of the two symbols of a pair do you sum?",
        "Where you come from is summed over; where you go stays.",
        {
            "": edit(fill_gap, ONE_ON, "from_left[-1] @ A.T)"),
            "from its first step on": edit(fill_gap, "[A[left]]", "[A[:, left].T]")
            + edit(fill_gap, ONE_ON, "from_left[-1] @ A.T)"),
        },
        test="Print the sums of the messages from the left: each should be 1.",
    ),
    Mistake(
        "F18f",
        "a column of the table for the first step from the left",
        "Is your first factor from the left a row of the table, or a column? Which one says what follows?",
        "Given the left symbol, the probabilities of what follows add up to 1. Do yours?",
        {
            "its first step alone": edit(fill_gap, "[A[left]]", "[A[:, left].T]"),
        },
        test="Take a gap of one, and print the sum of the factor from the left.",
    ),
    Mistake(
        "F11",
        "one side alone",
        "Change the symbols on the right: do your probabilities notice? Then those on the left.",
        "What comes back first is to know both sides.",
        {
            "left": edit(fill_gap, BOTH_SIDES, "p_left"),
            "right": edit(fill_gap, BOTH_SIDES, SIDES),
        },
        test="Give two examples with one left symbol and two right ones, then the other way round.",
    ),
    Mistake(
        "F17",
        "a guess in place of what is missing",
        "How sure is a missing symbol beside a known one? Does the next one in your answer know that it is not sure?",
        "Sum over all that may stand between, and not over the likeliest alone.",
        {
            "from the left": edit(fill_gap, ONE_ON, "A[from_left[-1].argmax(axis=-1)])"),
            "from the right": edit(fill_gap, ONE_BACK, "A[:, from_right[-1].argmax(axis=-1)].T)"),
            "from both": edit(fill_gap, ONE_ON, "A[from_left[-1].argmax(axis=-1)])")
            + edit(fill_gap, ONE_BACK, "A[:, from_right[-1].argmax(axis=-1)].T)"),
        },
        test="Take a table of which all entries are equal but for a little: is any message sure?",
    ),
    Mistake(
        "F20",
        "the true symbols used for filling in",
        "Do your probabilities change when the true symbols change? May they know them?",
        "The true symbols are there to score by, and for nothing else.",
        {
            "from the left": edit(fill_gap, ONE_ON, "A[y[len(from_left) - 1]])"),
            "from the right": edit(fill_gap, ONE_BACK, "A[:, y[len(y) - len(from_right)]].T)"),
            "from both": edit(fill_gap, ONE_ON, "A[y[len(from_left) - 1]])")
            + edit(fill_gap, ONE_BACK, "A[:, y[len(y) - len(from_right)]].T)"),
        },
        test="Change one entry of y, and compare your probabilities.",
    ),
    Mistake(
        "F12",
        "another logarithm",
        "What should a symbol cost that has the probability one half? What does it cost with you?",
        "The unit is the bit. To which base is that?",
        {"natural": edit(bits, "np.log2", "np.log"), "to base 10": edit(bits, "np.log2", "np.log10")},
        test="Score probabilities that are all 1/2, with K = 2.",
    ),
    Mistake(
        "F15",
        "no minus",
        "Can a cost be negative? Is yours?",
        "What sign has the logarithm of a probability?",
        edit(bits, "-np.log2", "np.log2"),
        test="Score probabilities that are all 1/2.",
    ),
    Mistake(
        "F13",
        "a sum in place of a mean, or another mean",
        "Give every example twice. Does what a symbol costs change with you?",
        "Over how many missing symbols do you add up, and by what do you divide?",
        {
            "sum": edit(bits, COST, f"-np.log2({TRUE}).sum()"),
            "of the gap": edit(bits, COST, f"-np.log2({TRUE}).sum() / y.shape[0]"),
        },
        test="Score probabilities that are all 1/2, with a gap of 2 and 3 examples.",
    ),
    Mistake(
        "F13f",
        "one symbol of each gap alone",
        "Change the true symbols one after the other. Does your cost notice each of them?",
        "Over how many missing symbols is the mean of the task? Over how many is yours?",
        {
            "the first": edit(bits, "y[..., None], axis=-1)", "y[..., None], axis=-1)[:1]"),
            "the last": edit(bits, "y[..., None], axis=-1)", "y[..., None], axis=-1)[-1:]"),
        },
        test="Take a gap of two, and change one entry of y at a time.",
    ),
    Mistake(
        "F13n",
        "divided by another number",
        "All probabilities are 1/2, in a gap of two. What should a symbol cost, and what does it with you?",
        "By which number do you divide: that of the missing symbols, or another one?",
        {
            "of the batch": edit(bits, COST, f"-np.log2({TRUE}).sum() / y.shape[1]"),
            "by the symbols": edit(bits, COST, f"-np.log2({TRUE}).sum() / p.size"),
        },
        test="Score probabilities that are all 1/2, with a gap of 2 and 3 examples.",
    ),
    Mistake(
        "F14",
        "the logarithm of a mean",
        "Two symbols, one sure and one with the probability 1/4: what do they cost together?",
        "Each missing symbol has a cost of its own. When is the mean taken?",
        edit(bits, COST, f"-np.log2({TRUE}.mean())"),
        test="Score two symbols by hand, with the probabilities 1 and 1/4.",
    ),
    Mistake(
        "F12e",
        "the cost of another thing than the true symbol",
        "Does your cost change when the true symbols change? Whose probability goes into it?",
        "A model that is sure of a wrong symbol should pay much. Does it with you?",
        {
            "entropy": edit(bits, COST, "-(p * np.log2(p)).sum(axis=-1).mean()"),
            "the likeliest": edit(bits, TRUE, "p.max(axis=-1)"),
            "all symbols": edit(bits, TRUE, "p"),
        },
        test="Change one entry of y, and see whether the cost follows.",
    ),
    Mistake(
        "F12l",
        "another number than the logarithm of its probability",
        "A true symbol has the probability 1/4: what should it cost, and what does it with you?",
        "Which number goes into your logarithm, if there is one? What do you do with what comes out?",
        {
            "one minus": edit(bits, TRUE, f"(1 - {TRUE})"),
            "no logarithm": edit(bits, COST, f"{TRUE}.mean()"),
            "no logarithm, missed": edit(bits, COST, f"1 - {TRUE}.mean()"),
            "perplexity": edit(bits, f"({COST})", f"(2 ** ({COST}))"),
        },
        test="Score probabilities that are all 1/4, with K = 4.",
    ),
    Mistake(
        "F16",
        "both costs of the same probabilities",
        "Which of your costs should be the smaller one on a long text? Is it?",
        "Of which probabilities is each of your two costs?",
        {
            "both of both sides": edit(fill_gap, "bits(p_left, y)", "bits(p, y)"),
            "both of the left": edit(fill_gap, "bits(p, y)", "bits(p_left, y)"),
        },
        test="Take examples that differ on the right alone: which of the two costs should differ, and which does?",
    ),
    Mistake(
        "F16r",
        "the cost from the right for that from the left",
        "Change the symbols on the right alone. Does your cost from the left notice? Should it?",
        "Of which probabilities is each of your two costs?",
        {
            "of the right": edit(
                fill_gap, "bits(p_left, y)", f"bits({SIDES} / {SIDES}.sum(axis=-1, keepdims=True), y)"
            ),
            "of the right, not divided": edit(fill_gap, "bits(p_left, y)", f"bits({SIDES}, y)"),
        },
        test="Take examples that differ on the right alone: which of the two costs should differ, and which does?",
    ),
    Mistake(
        "F16x",
        "the two costs exchanged",
        "The numbers are right. In which order does the task ask for the two costs?",
        "Compare the order of what you return with the one in the task.",
        {
            "exchanged": edit(fill_gap, "bits(p_left, y), bits(p, y)", "bits(p, y), bits(p_left, y)"),
        },
        test="Take examples that differ on the right alone: which of the two costs should differ, and which does?",
    ),
)


def gaps(r: Generator, K: int, G: int, B: int, N: int = 80, without: bool = False) -> tuple[Any, ...]:
    """A text in which each symbol has followers of its own, and gaps; perhaps without the last symbol.

    Left and right of each example differ. In a gap of two, what is missing is what stands beside it: whoever allows
    nothing else there pays a finite number of bits.
    """
    K_seen = K - without
    A = r.dirichlet(np.full(K_seen, 0.5), size=K_seen) * 0.85 + 0.15 / K_seen
    ids = [0]
    while len(ids) < N - 1:
        ids.append(int(r.choice(K_seen, p=A[ids[-1]])))
    ids.append(int(r.integers(1, K_seen)))  # a text that ends as it begins has equal sums of rows and columns
    left = np.arange(B) % K
    right = (left + 1 + r.integers(0, K - 1, B)) % K
    if without:
        left[0], right[-1] = K - 1, K - 1
    y = r.integers(0, K, size=(G, B)) if G != 2 or without else np.stack([left, right])
    return np.array(ids), K, left, right, y


gap_exercise = Exercise(
    name="bidirectional.fill_gap",
    task="Symbols missing between two known ones. Count in ids which symbol follows which, add 1 to each count, and "
    "divide by the sums of rows. From the left, (A^g)[left] says what the g-th missing symbol may be; from the right, "
    "the same table says how likely `right` is after each candidate, G + 1 - g steps later. Multiply both, and divide "
    "by the sum over the symbols. Return p, and the mean of -log2 p(y) from the left alone and from both. NumPy only.",
    arguments=(
        Value("ids", "N", "the text, symbols 0 to K-1"),
        Value("K", None, "how many symbols there are"),
        Value("left", "B", "the symbol before each gap"),
        Value("right", "B", "the symbol behind it"),
        Value("y", "G B", "the missing symbols, to score by"),
    ),
    outputs=(
        Value("p", "G B K", "from both sides, summing to 1 over the symbols", tolerance=ROUNDED),
        Value("bits_left", "", "bits a missing symbol, from the left alone", tolerance=ROUNDED),
        Value("bits_both", "", "bits a missing symbol, from both sides", tolerance=ROUNDED),
    ),
    reference=fill_gap,
    cases={
        "general": lambda r: gaps(r, 5, 3, 4),
        "one missing": lambda r: gaps(r, 4, 1, 5),
        "two missing": lambda r: gaps(r, 6, 2, 3),
        "long gap": lambda r: gaps(r, 4, 5, 3),
        "a symbol unseen": lambda r: gaps(r, 5, 2, 4, without=True),
    },
    facets=(
        Facet("p, one missing", 2, ("one missing",), ("p",)),
        Facet("p, several missing", 3, ("general", "two missing", "long gap", "a symbol unseen"), ("p",)),
        Facet("bits from the left alone", 1, outputs=("bits_left",)),
        Facet("bits from both sides", 1, outputs=("bits_both",)),
    ),
    mistakes=GAP_MISTAKES,
    words={"N": "symbol", "G": "missing symbol"},
)

# ---------------------------------------------------------------------------------------------------------------------
# One vector for a sentence


@checked
def sentence_vectors(h: T_B_H2, lengths: T_lengths) -> tuple[Array, Array, Array]:
    r"""Three ways to sum up the states of a bidirectional layer over the real steps of each example.

    .. math:: \bigl[\overrightarrow h_{n};\ \overleftarrow h_1\bigr], \qquad
       \frac1n \sum_{t \le n} h_t, \qquad \max_{t \le n} h_t

    What stands in the padding is no state. Returns (B, 2H) each.
    """
    (T, B, H2), n = h.shape, lengths
    last = np.concatenate([h[n - 1, np.arange(B), : H2 // 2], h[0, :, H2 // 2 :]], axis=1)
    real = (np.arange(T)[:, None] < n)[:, :, None]
    mean = np.where(real, h, 0).sum(axis=0) / n[:, None].astype(h.dtype)
    largest = np.where(real, h, -np.inf).max(axis=0)
    return last, mean, largest


sign(globals(), "sentence_vectors")

THERE_LAST, BACK_LAST = "h[n - 1, np.arange(B), : H2 // 2]", "h[0, :, H2 // 2 :]"
LAST = f"np.concatenate([{THERE_LAST}, {BACK_LAST}], axis=1)"
MEAN = "np.where(real, h, 0).sum(axis=0) / n[:, None].astype(h.dtype)"
MOST = "np.where(real, h, -np.inf).max(axis=0)"
WHICH_REAL = "(np.arange(T)[:, None] < n)[:, :, None]"
VECTOR_MISTAKES = (
    Mistake(
        "D2",
        "the last step of both directions",
        "At the last step of a sentence, how many of its inputs has each of the two halves read?",
        "One of the halves has read everything at another step than its neighbour.",
        {
            "": edit(sentence_vectors, LAST, "h[-1]"),
            "at the own length": edit(sentence_vectors, BACK_LAST, "h[n - 1, np.arange(B), H2 // 2 :]"),
            "of the way back": edit(sentence_vectors, BACK_LAST, "h[-1, :, H2 // 2 :]"),
        },
        test="Take T = 2 without padding, and say for each half which inputs it has read.",
    ),
    Mistake(
        "D3",
        "the first step of both directions",
        "At the first step of a sentence, how many of its inputs has each of the two halves read?",
        "One half begins at the first step, the other one ends there.",
        edit(sentence_vectors, THERE_LAST, "h[0, :, : H2 // 2]"),
        test="Take T = 2 without padding, and say for each half which inputs it has read.",
    ),
    Mistake(
        "D8",
        "the last step of the batch for that of the example",
        "For a short sentence, is the step that you take a real one?",
        "Where does a sentence of a single step end? Which index is that?",
        {
            "": edit(sentence_vectors, THERE_LAST, "h[-1, :, : H2 // 2]"),
            "of the longest": edit(sentence_vectors, THERE_LAST, "h[n.max() - 1, :, : H2 // 2]"),
            "one too far": edit(sentence_vectors, THERE_LAST, "h[np.minimum(n, T - 1), np.arange(B), : H2 // 2]"),
        },
        test="Take two sentences of the lengths 1 and 2 with T = 3, and print both indices.",
    ),
    Mistake(
        "D8e",
        "one step too early",
        "Of a sentence of two steps, how many inputs has the state read that you take of the way there?",
        "Indices begin at 0. Which is the last one of n steps?",
        {
            "one too early": edit(sentence_vectors, THERE_LAST, "h[n - 2, np.arange(B), : H2 // 2]"),
        },
        test="Take one sentence of length 2 with T = 3, and print the index.",
    ),
    Mistake(
        "D8x",
        "each half taken where it has read one input",
        "Where does each of the two halves begin to read, and where has it read everything?",
        "You have the right steps, and the right halves. Do they belong together?",
        edit(sentence_vectors, LAST, "np.concatenate([h[0, :, : H2 // 2], h[n - 1, np.arange(B), H2 // 2 :]], axis=1)"),
        test="Take T = 2 without padding, and say for each half which inputs it has read.",
    ),
    Mistake(
        "D11",
        "the halves exchanged",
        "Which half of h belongs to the way there? And which half of your vector?",
        "Compare the order in the task with the order in which you join.",
        {
            "of the vector": edit(sentence_vectors, LAST, f"np.concatenate([{BACK_LAST}, {THERE_LAST}], axis=1)"),
            "of h": edit(
                sentence_vectors,
                LAST,
                "np.concatenate([h[n - 1, np.arange(B), H2 // 2 :], h[0, :, : H2 // 2]], axis=1)",
            ),
        },
        test="Set the second half of h to zero at all steps.",
    ),
    Mistake(
        "D39",
        "every second unit taken for one direction",
        "How do the units of the two directions lie in h: side by side, or by turns?",
        "Print h of one step with H = 2, and mark what belongs to the way back.",
        edit(sentence_vectors, THERE_LAST, "h[n - 1, np.arange(B), ::2]")
        + edit(sentence_vectors, BACK_LAST, "h[0, :, 1::2]"),
        test="Set the second half of h to zero at all steps.",
    ),
    Mistake(
        "D12",
        "the values of several examples mixed",
        "Follow one example through your arrays. Do its two halves come out in one row?",
        "Rows are examples. Along which axis do you join the two halves?",
        edit(
            sentence_vectors,
            LAST,
            f"np.concatenate([{THERE_LAST}, {BACK_LAST}]).reshape(B, H2)",
        ),
        test="Number the examples: fill h with 0 for the first one, with 1 for the second.",
    ),
    Mistake(
        "P1",
        "a mean that counts padding",
        "Add two steps of padding to a sentence. Does its mean change? May it?",
        "Both the sum and the number by which you divide have to leave padding out.",
        {
            "in the sum and the count": edit(sentence_vectors, MEAN, "h.mean(axis=0)"),
            "in the count": edit(sentence_vectors, "n[:, None].astype(h.dtype)", "h.dtype.type(T)"),
            "in the sum": edit(sentence_vectors, "np.where(real, h, 0).sum", "h.sum"),
        },
        test="Take one sentence of length 1 with T = 2, and compute its mean by hand.",
    ),
    Mistake(
        "P1s",
        "a sum, or divided by another number",
        "Take a sentence whose states are all alike. Is your mean equal to them?",
        "Each sentence has a number of its own by which it is divided.",
        {
            "sum": edit(sentence_vectors, " / n[:, None].astype(h.dtype)", ""),
            "one less": edit(
                sentence_vectors, "n[:, None].astype(h.dtype)", "np.maximum(n - 1, 1)[:, None].astype(h.dtype)"
            ),
            "one more": edit(sentence_vectors, "n[:, None].astype(h.dtype)", "(n + 1)[:, None].astype(h.dtype)"),
            "root": edit(sentence_vectors, "n[:, None].astype(h.dtype)", "np.sqrt(n)[:, None].astype(h.dtype)"),
            "by the batch": edit(sentence_vectors, "n[:, None].astype(h.dtype)", "h.dtype.type(B)"),
        },
        test="Take states that are all 1, and one sentence of three steps.",
    ),
    Mistake(
        "P1l",
        "divided by one number for all sentences",
        "Two sentences have different lengths, and all states are 1. What should their means be, and what are yours?",
        "Each sentence has a number of its own by which it is divided.",
        {
            "the longest": edit(sentence_vectors, "n[:, None].astype(h.dtype)", "h.dtype.type(n.max())"),
            "all together": edit(sentence_vectors, "n[:, None].astype(h.dtype)", "h.dtype.type(n.sum())"),
            "the mean length": edit(sentence_vectors, "n[:, None].astype(h.dtype)", "h.dtype.type(n.mean())"),
        },
        test="Take states that are all 1, and the lengths 1 and 3.",
    ),
    Mistake(
        "P2",
        "a largest value among padding",
        "May what stands in the padding be the largest value of a sentence?",
        "With what can a step of padding be filled so that it never wins?",
        {
            "as it is": edit(sentence_vectors, MOST, "h.max(axis=0)"),
            "as zeros": edit(sentence_vectors, "-np.inf", "0"),
        },
        test="Take one sentence of length 1 with a negative state, and padding behind it.",
    ),
    Mistake(
        "P2a",
        "the largest in another sense",
        "Of the states -3 and 2 of one unit, which one do you return?",
        "Compare what you look for with the word in the task.",
        {
            "in size": edit(sentence_vectors, MOST, "np.where(real, np.abs(h), -np.inf).max(axis=0)"),
            "in size, with its sign": edit(
                sentence_vectors,
                MOST,
                "np.take_along_axis(h, np.where(real, np.abs(h), -1).argmax(axis=0)[None], axis=0)[0]",
            ),
            "smallest": edit(sentence_vectors, MOST, "np.where(real, h, np.inf).min(axis=0)"),
        },
        test="Take one sentence of two steps, with the states -3 and 2.",
    ),
    Mistake(
        "P2s",
        "the largest step in place of the largest numbers",
        "May the largest values of two units come from different steps? Can they in yours?",
        "Unit by unit, says the task. What do you compare with each other: numbers, or whole steps?",
        {
            "the longest state": edit(
                sentence_vectors,
                MOST,
                "h[np.where(real[..., 0], (h**2).sum(axis=2), -1).argmax(axis=0), np.arange(B)]",
            ),
            "the step with the largest sum": edit(
                sentence_vectors,
                MOST,
                "h[np.where(real[..., 0], h.sum(axis=2), -np.inf).argmax(axis=0), np.arange(B)]",
            ),
        },
        test="Take one sentence of two steps and two units, with the states 1, 0 and then 0, 2.",
    ),
    Mistake(
        "P4",
        "a step too many or too few",
        "For a sentence of length 2, which indices do you use for its mean?",
        "Indices begin at 0. Which is the last one of n steps?",
        {
            "many": edit(sentence_vectors, "[:, None] < n)", "[:, None] <= n)"),
            "few": edit(sentence_vectors, "[:, None] < n)", "[:, None] < n - 1)"),
            "many, as many divided by": edit(sentence_vectors, "[:, None] < n)", "[:, None] <= n)")
            + edit(sentence_vectors, "n[:, None].astype(h.dtype)", "np.minimum(n + 1, T)[:, None].astype(h.dtype)"),
            "few, as many divided by": edit(sentence_vectors, "[:, None] < n)", "[:, None] < n - 1)")
            + edit(sentence_vectors, "n[:, None].astype(h.dtype)", "(n - 1)[:, None].astype(h.dtype)"),
            "few, but one": edit(sentence_vectors, "[:, None] < n)", "[:, None] < np.maximum(n - 1, 1))")
            + edit(sentence_vectors, "n[:, None].astype(h.dtype)", "np.maximum(n - 1, 1)[:, None].astype(h.dtype)"),
            "not the first": edit(sentence_vectors, WHICH_REAL, f"{WHICH_REAL} & (np.arange(T) > 0)[:, None, None]"),
        },
        test="Take one sentence of length 2 with T = 3, and compute its mean by hand.",
    ),
    Mistake(
        "D29",
        "one length for all examples",
        "Does each example use its own length with you?",
        "Change the length of one example after the other. Which examples should notice, and which do?",
        {
            "the longest": edit(sentence_vectors, "h.shape, lengths", "h.shape, lengths.max() + 0 * lengths"),
            "the first": edit(sentence_vectors, "h.shape, lengths", "h.shape, lengths[0] + 0 * lengths"),
            "the shortest": edit(sentence_vectors, "h.shape, lengths", "h.shape, lengths.min() + 0 * lengths"),
            "sorted": edit(sentence_vectors, "h.shape, lengths", "h.shape, np.sort(lengths)"),
            "sorted downwards": edit(sentence_vectors, "h.shape, lengths", "h.shape, np.sort(lengths)[::-1]"),
        },
        test="Take two examples with the lengths 1 and 2, then with 2 and 1.",
    ),
    Mistake(
        "D40",
        "padding supposed at the front",
        "At which end of an example does its padding stand in the task, and at which with you?",
        "The first n steps are real, and what follows is padding.",
        {
            "of all": edit(sentence_vectors, WHICH_REAL, "(np.arange(T)[:, None] >= T - n)[:, :, None]")
            + edit(sentence_vectors, THERE_LAST, "h[-1, :, : H2 // 2]")
            + edit(sentence_vectors, BACK_LAST, "h[T - n, np.arange(B), H2 // 2 :]"),
            "of mean and largest": edit(sentence_vectors, WHICH_REAL, "(np.arange(T)[:, None] >= T - n)[:, :, None]"),
        },
        test="Take one sentence of length 1 with T = 2.",
    ),
)


def padded(r: Generator, T: int, B: int, H: int, kind: str = "", dtype: Any = float) -> tuple[Any, ...]:
    """States and lengths, all of them different and one of them 1; padding has the largest numbers, or zeros."""
    lengths = np.full(B, T)
    if kind != "full":
        lengths = 1 + r.permutation(B)  # none is as long as T: the longest is told from all steps
        while lengths[0] in (1, B) or (np.diff(lengths) > 0).all():
            lengths = 1 + r.permutation(B)
    h = r.uniform(-0.9, -0.2, (T, B, 2 * H)) if kind == "negative" else r.uniform(-0.9, 0.9, (T, B, 2 * H))
    behind = np.arange(T)[:, None] >= lengths
    h[behind] = 0 if kind == "negative" else r.uniform(1.2, 2.2, h[behind].shape)
    return h.astype(dtype), lengths


vectors_exercise = Exercise(
    name="bidirectional.sentence_vectors",
    task="Three vectors for each sentence of a padded batch, from the states h of a bidirectional layer "
    "(eq-bidirectional-concat; the first half of the units reads forwards, the second backwards). last: of each half "
    "the state that has read the whole sentence. mean and largest: over its real steps, unit by unit. What stands in "
    "the padding is arbitrary. Keep the dtype; NumPy only.",
    arguments=(
        Value("h", "T B 2H", "arbitrary where a sentence has ended"),
        Value("lengths", "B", "real steps of each example, whole numbers from 1 to T"),
    ),
    outputs=(Value("last", "B 2H"), Value("mean", "B 2H"), Value("largest", "B 2H")),
    probe="lengths",
    reference=sentence_vectors,
    cases={
        "general": lambda r: padded(r, 6, 4, 3),
        "full": lambda r: padded(r, 5, 3, 2, "full"),
        "one step": lambda r: padded(r, 1, 3, 2, "full"),
        "negative": lambda r: padded(r, 5, 4, 2, "negative"),
        "square": lambda r: padded(r, 8, 4, 4),
        "float32": lambda r: padded(r, 5, 3, 2, dtype=np.float32),
    },
    facets=(
        Facet("last, no padding", 1, ("full", "one step"), ("last",)),
        Facet("last, padding behind", 3, ("general", "negative", "square", "float32"), ("last",)),
        Facet("the mean", 3, outputs=("mean",)),
        Facet("the largest", 3, outputs=("largest",)),
    ),
    mistakes=VECTOR_MISTAKES,
    words={"2H": "unit"},
)

# ---------------------------------------------------------------------------------------------------------------------
# Layers with locked dropout between them


@checked
def locked_stack(
    x: T_B_H, h0: L_B_H, W_ih: L_H_H, W_hh: L_H_H, b: L_H, u: L_B_H, p: Probability
) -> tuple[T_B_H, L_B_H]:
    r"""A stack of tanh layers with dropout between them, the same for all steps of an example.

    .. math:: \tilde h^{(l)}_t = \frac{[u^{(l)} \ge p]}{1 - p} \odot h^{(l)}_t, \qquad
       h^{(l)}_t = \tanh\bigl(W^{(l)}_{ih} \tilde h^{(l-1)}_t + W^{(l)}_{hh} h^{(l)}_{t-1} + b^{(l)}\bigr)

    Layers from 0; x goes into the first one as it is, and the states of the last one are returned as they are, with
    the last state of each layer. Source: Gal and Ghahramani (2016), between layers alone.
    """
    below, last = x, []
    for n in range(len(h0)):
        if n > 0:
            below = below * kept(u[n - 1], p)
        states, h_t = [], h0[n]
        for x_t in below:
            h_t = np.tanh(x_t @ W_ih[n].T + h_t @ W_hh[n].T + b[n])
            states.append(h_t)
        below = np.stack(states)
        last.append(h_t)
    return below, np.stack(last)


def kept(u: Array, p: float) -> Array:
    """What each unit is multiplied by."""
    return np.where(u >= p, 1 / (1 - p), 0).astype(u.dtype)


sign(globals(), "locked_stack")

DROPPED, ANEW = "below = below * kept(u[n - 1], p)", "below = np.stack(states)"
ONE_STEP = "np.tanh(x_t @ W_ih[n].T + h_t @ W_hh[n].T + b[n])"
AFTER_LAST = edit(locked_stack, "return below,", "return below * kept(u[-1], p),")
STACK_MISTAKES = (
    Mistake(
        "D17",
        "dropout before the first layer, or after the last one",
        "With L layers, at how many places are units dropped? Count them for L = 1.",
        "Dropout acts between two layers. Which outputs go into a layer?",
        {
            "after": AFTER_LAST,
            "before": edit(locked_stack, "x, []", "x * kept(u[0], p), []"),
            "before, by the last draws": edit(locked_stack, "x, []", "x * kept(u[-1], p), []"),
            "before, each by its own draws": edit(locked_stack, "if n > 0", "if n >= 0")
            + edit(locked_stack, "u[n - 1]", "u[n]"),
            "both": AFTER_LAST + edit(locked_stack, "x, []", "x * kept(u[0], p), []"),
        },
        test="Take a single layer and p = 1/2, and compare with p = 0.",
    ),
    Mistake(
        "D17n",
        "no dropout",
        "Does your answer change when p changes?",
        "What goes into the second layer: all that the first one gave?",
        edit(locked_stack, DROPPED, "pass"),
        test="Compare p = 0 with p = 1/2, with two layers.",
    ),
    Mistake(
        "D18",
        "not scaled, or otherwise",
        "Half of the units are dropped, the others as they were. How large is the mean that goes on?",
        "What stays makes up for what is dropped, so that the mean over many draws is as before.",
        {
            "not": edit(kept, "1 / (1 - p)", "1.0"),
            "root": edit(kept, "1 / (1 - p)", "1 / np.sqrt(1 - p)"),
        },
        test="Take p = 1/2, and states of the layer below that are all 1: what goes into the next one?",
    ),
    Mistake(
        "D18m",
        "divided by the share that happened to stay",
        "Does the factor of a unit depend on how many others were dropped? Should it?",
        "The share that stays on average is known before any draw. Where does yours come from?",
        {
            "by what was kept": edit(kept, "np.where(u >= p, 1 / (1 - p), 0)", "(u >= p) / np.mean(u >= p)"),
        },
        test="Take p = 1/2 and draws that are all above 1/2: what goes into the next layer?",
    ),
    Mistake(
        "D18n",
        "all units kept, and made larger",
        "How many of the numbers that go into your second layer are 0? How many should be?",
        "Some units are dropped, and the others grow. Which of the two is in your lines?",
        {
            "nothing dropped": edit(kept, "np.where(u >= p, 1 / (1 - p), 0)", "np.full(u.shape, 1 / (1 - p))"),
        },
        test="Take p = 1/2 and draws of 0.2 and 0.7: what goes into the next layer?",
    ),
    Mistake(
        "D18t",
        "multiplied in place of divided",
        "Are the units that stay made larger or smaller in yours? Which of the two keeps the mean as it was?",
        "What stays makes up for what is dropped, so that the mean over many draws is as before.",
        {
            "times": edit(kept, "1 / (1 - p)", "1 - p"),
            "times p": edit(kept, "1 / (1 - p)", "p"),
        },
        test="Take p = 1/2, and states of the layer below that are all 1: what goes into the next one?",
    ),
    Mistake(
        "D18p",
        "divided by the share that is dropped",
        "With p near 0 nearly all units stay. By how much should each of them grow, and by how much does it?",
        "What stays makes up for what is dropped. Which share is which?",
        {
            "by p": edit(kept, "1 / (1 - p)", "1 / np.float64(p)"),
        },
        test="Take p = 1/4, and states of the layer below that are all 1: what goes into the next one?",
    ),
    Mistake(
        "D18k",
        "the dropped ones kept",
        "With p near 0, are nearly all units kept with you?",
        "A draw is below p with the probability p. Are those the units to keep?",
        {
            "": edit(kept, "u >= p", "u < p"),
            "above the other share": edit(kept, "u >= p", "u >= 1 - p"),
            "scaled by p": edit(kept, "u >= p, 1 / (1 - p)", "u < p, 1 / np.float64(p)"),
            "scaled by p, by a quotient": edit(kept, "np.where(u >= p, 1 / (1 - p), 0)", "(u < p) / np.float64(p)"),
        },
        test="Take p = 0.1 and draws of 0.05 and 0.5: which of the two units should stay?",
    ),
    Mistake(
        "D18o",
        "the right share, but of other units",
        "Which draws stand for a dropped unit by the task: the small ones, or the large ones? And in yours?",
        "The share that stays is right. Which units are in it?",
        {
            "by the other share": edit(kept, "u >= p", "u < 1 - p"),
        },
        test="Take p = 0.1 and draws of 0.05 and 0.95: which of the two units should stay?",
    ),
    Mistake(
        "D41",
        "units dropped on the way to the next step",
        "Does a layer read its own state of the step before whole, or with units dropped?",
        "Dropout sits between two layers. Is one of your arrays used by the same layer as well?",
        {
            "": edit(locked_stack, "h_t @ W_hh", "(h_t * kept(u[n], p)) @ W_hh"),
            "and the start not": edit(locked_stack, "h_t @ W_hh", "(h_t * kept(u[n], p) if states else h_t) @ W_hh"),
            "of the layer below": edit(locked_stack, "h_t @ W_hh", "(h_t * kept(u[n - 1], p) if n else h_t) @ W_hh"),
            "the state itself": edit(locked_stack, DROPPED, "pass")
            + edit(
                locked_stack, ONE_STEP, f"{ONE_STEP}\n            h_t = h_t * kept(u[n], p) if n < len(h0) - 1 else h_t"
            ),
            "the state itself, everywhere": edit(locked_stack, DROPPED, "pass")
            + edit(locked_stack, ONE_STEP, f"{ONE_STEP} * kept(u[n], p)"),
        },
        test="Take two steps and p near 1: what does each layer still know of step 1 at step 2?",
    ),
    Mistake(
        "D42",
        "last states with units dropped",
        "Are some of the last states that you return exactly 0? Should they be?",
        "The last state is what a layer would go on from. Has it been dropped there?",
        {
            "": edit(locked_stack, "last.append(h_t)", "last.append(h_t * kept(u[n], p) if n < len(h0) - 1 else h_t)"),
            "of all": edit(locked_stack, "last.append(h_t)", "last.append(h_t * kept(u[n], p))"),
            "and the output": edit(locked_stack, "last.append(h_t)", "last.append(h_t * kept(u[n], p))") + AFTER_LAST,
        },
        test="Look for zeros in the last states, with p = 1/2.",
    ),
    Mistake(
        "D43",
        "draws of another layer",
        "Which draws belong to the outputs of the first layer? Which ones do you use for them?",
        "The draws carry the number of the layer whose outputs they drop.",
        {
            "of the layer that reads": edit(locked_stack, "u[n - 1]", "u[n]"),
            "from the end": edit(locked_stack, "u[n - 1]", "u[len(h0) - 1 - n]"),
        },
        test="Take three layers, and change the draws of one of them: which layers change?",
    ),
    Mistake(
        "D43f",
        "the draws of the first layer for all",
        "Which draws belong to the outputs of the second layer? Which ones do you use for them?",
        "The draws carry the number of the layer whose outputs they drop.",
        {
            "of the first for all": edit(locked_stack, "u[n - 1]", "u[0]"),
        },
        test="Take three layers, and change the draws of the second one: should the states of the third change?",
    ),
    Mistake(
        "D44",
        "another axis of the draws",
        "Do two examples drop the same units with you? Do they share their draws?",
        "Draws are there for each example and unit, and the same at each step.",
        {
            "the first example for all": edit(locked_stack, "u[n - 1]", "u[n - 1, :1]"),
        },
        test="Take two examples whose draws differ, and print what goes into the second layer.",
    ),
    Mistake(
        "D44s",
        "units dropped at one step alone",
        "At how many steps are units dropped with you? At how many should they be?",
        "Draws are there for each example and unit, and the same at each step.",
        {
            "at the first step alone": edit(
                locked_stack, DROPPED, "below = np.concatenate([below[:1] * kept(u[n - 1], p), below[1:]])"
            ),
            "at the last step alone": edit(
                locked_stack, DROPPED, "below = np.concatenate([below[:-1], below[-1:] * kept(u[n - 1], p)])"
            ),
        },
        test="Take three steps, and print what goes into the second layer at each of them.",
    ),
    Mistake(
        "D44u",
        "one draw for all units",
        "Has your second layer examples that get no unit at all, or every one? How many draws has an example?",
        "Draws are there for each example and unit, and the same at each step.",
        {
            "one unit for all": edit(locked_stack, "u[n - 1]", "u[n - 1, :, :1]"),
        },
        test="Take one example whose draws are small and large by turns, and print what goes into the second layer.",
    ),
    Mistake(
        "D44e",
        "the draws of another example",
        "Change the draws of one example alone. Which example notices with you, and which should?",
        "Draws are there for each example and unit, in the order of the batch.",
        {
            "examples turned": edit(locked_stack, "u[n - 1]", "u[n - 1, ::-1]"),
        },
        test="Take two examples whose draws differ, and print what goes into the second layer.",
    ),
    Mistake(
        "D15",
        "a layer that reads something else than the one below",
        "What does your second layer read at step t? And your third?",
        "Change the weights of the first layer: do the states of the last one notice?",
        {
            "x": edit(locked_stack, "in below", "in x"),
            "x, dropped": edit(locked_stack, DROPPED, "below = x * kept(u[n - 1], p)"),
            "x as well": edit(locked_stack, DROPPED, "below = x + below * kept(u[n - 1], p)"),
            "what the layer below read as well": edit(
                locked_stack, ANEW, "below = np.stack(states) + (below if n < len(h0) - 1 else 0)"
            ),
        },
        test="Take two layers and p = 0, and set the weights of the first one to zero.",
    ),
    Mistake(
        "D15t",
        "another step of the layer below",
        "At step t, which step of the layer below does your second layer read? And at the first step?",
        "Change the input of one step. At which step does your second layer notice first?",
        {
            "the last state alone": edit(
                locked_stack, DROPPED, "below = np.broadcast_to(below[-1], below.shape) * kept(u[n - 1], p)"
            ),
            "one step earlier": edit(
                locked_stack,
                DROPPED,
                "below = np.concatenate([0 * below[:1], below[:-1]]) * kept(u[n - 1], p)",
            ),
            "one step earlier, from h0 on": edit(
                locked_stack,
                DROPPED,
                "below = np.concatenate([h0[n - 1 : n], below[:-1]]) * kept(u[n - 1], p)",
            ),
        },
        test="Take two steps, and change the second input alone. Which states of the second layer should notice?",
    ),
    Mistake(
        "D46",
        "the weights of one layer for all",
        "Each layer has weights of its own. Which index do they have in your first layer, and which in your last?",
        "Change the weights of the last layer: what should change, and what does?",
        {
            "the first": edit(locked_stack, ONE_STEP, "np.tanh(x_t @ W_ih[0].T + h_t @ W_hh[0].T + b[0])"),
            "W_ih": edit(locked_stack, "W_ih[n]", "W_ih[0]"),
            "W_hh": edit(locked_stack, "W_hh[n]", "W_hh[0]"),
            "b": edit(locked_stack, "b[n]", "b[0]"),
            "from the last": edit(
                locked_stack, ONE_STEP, "np.tanh(x_t @ W_ih[-1 - n].T + h_t @ W_hh[-1 - n].T + b[-1 - n])"
            ),
        },
        test="Take two layers, the second one with weights and bias of zero.",
    ),
    Mistake(
        "D47",
        "a layer that begins elsewhere",
        "With which state does each of your layers begin? Print it for the second one.",
        "Layers hand on their outputs, step by step. Do they hand on their last state too?",
        {
            "where the layer below ended": edit(
                locked_stack, "h_t = [], h0[n]", "h_t = [], last[-1] if last else h0[0]"
            ),
            "as the first": edit(locked_stack, "h_t = [], h0[n]", "h_t = [], h0[0]"),
            "from zero": edit(locked_stack, "h_t = [], h0[n]", "h_t = [], 0 * h0[n]"),
            "from zero above the first": edit(
                locked_stack, "h_t = [], h0[n]", "h_t = [], h0[n] if n == 0 else 0 * h0[n]"
            ),
        },
        test="Change h0 of the second layer alone: what should change?",
    ),
    Mistake(
        "D48",
        "other last states",
        "For each layer, which step do your last states come from? In which order do the layers come?",
        "Compare the last state of the last layer with the last entry of h.",
        {
            "the first ones": edit(locked_stack, "last.append(h_t)", "last.append(states[0])"),
            "layers turned": edit(locked_stack, "np.stack(last)", "np.stack(last[::-1])"),
            "of the last layer for all": edit(locked_stack, "np.stack(last)", "np.stack([last[-1]] * len(last))"),
            "of the first layer for all": edit(locked_stack, "np.stack(last)", "np.stack([last[0]] * len(last))"),
        },
        test="Take two layers and two steps, and print all four states.",
    ),
    Mistake(
        "D48h",
        "the states of another layer",
        "Of which layer are the states that you return?",
        "Print the states of each layer, and compare with what comes back.",
        {
            "the first": edit(locked_stack, ANEW, f"{ANEW}\n        first = below if n == 0 else first")
            + edit(locked_stack, "return below", "return first"),
            "the mean": edit(locked_stack, ANEW, f"{ANEW}\n        total = below if n == 0 else total + below")
            + edit(locked_stack, "return below", "return total / len(h0)"),
        },
        test="Take two layers, the second one with weights and bias of zero.",
    ),
    Mistake(
        "R3",
        "every step starts from h0",
        "From step 2 on, does a layer read its own state of the step before?",
        "Follow the state of the first step by hand. Under which name does the next step read it?",
        edit(locked_stack, "h_t @ W_hh", "h0[n] @ W_hh"),
        test="Take one layer and two steps, and change the first input.",
    ),
    Mistake(
        "R6",
        "a matrix transposed",
        "All matrices are square here, so no shape complains. Does row i of each collect what unit i receives?",
        "Examples are rows. On which side of the product does the matrix stand, and does it stand as it is?",
        {
            "W_hh": edit(locked_stack, "W_hh[n].T", "W_hh[n]"),
            "W_ih": edit(locked_stack, "W_ih[n].T", "W_ih[n]"),
            "both": edit(locked_stack, "W_hh[n].T", "W_hh[n]") + edit(locked_stack, "W_ih[n].T", "W_ih[n]"),
        },
        test="Take matrices with a single entry that is not zero.",
    ),
    Mistake(
        "R7",
        "the bias left out, or added twice",
        "With all weights and inputs zero, what should your states be, and on which argument do they depend?",
        "Count how often the bias of a layer enters one step.",
        {
            "left out": edit(locked_stack, " + b[n]", ""),
            "twice": edit(locked_stack, " + b[n]", " + 2 * b[n]"),
        },
        test="Set W_ih, W_hh, h0 and x to zero.",
    ),
    Mistake(
        "R9",
        "another nonlinearity, or none",
        "Between which bounds should the states of each layer lie? Do yours?",
        "Compare the function that you call in each step with the one of the task.",
        {
            "none": edit(locked_stack, "np.tanh(", "("),
            "none but in the last layer": edit(
                locked_stack, "np.tanh(", "(np.tanh if n == len(h0) - 1 else np.positive)("
            ),
            "rectifier": edit(locked_stack, "np.tanh(", "np.maximum(0, "),
        },
        test="Take large weights, and look at the largest state of each layer.",
    ),
)


def layers(r: Generator, L: int, T: int, B: int, H: int, p: float, dtype: Any = float) -> tuple[Any, ...]:
    """A stack's arguments. No two examples of a layer drop the same units, nor an example in two layers."""
    arrays = [r.normal(size=(T, B, H)), r.normal(size=(L, B, H)), *(r.normal(size=(2, L, H, H)) * 1.2 / np.sqrt(H))]
    arrays.append(r.uniform(0.3, 0.8, size=(L, H)) * r.choice((-1, 1), size=(L, H)))
    alike = True
    while alike:
        first = r.permuted(np.broadcast_to(np.arange(H), (L, H)), axis=1)
        rank = (first[:, None] + np.arange(B)[:, None]) % H  # the next example has the next unit in each place
        u = (rank + r.uniform(0.35, 0.65, (L, B, H))) / H
        alike = p > 0 and any(len(np.unique(u[:, i] < p, axis=0)) < L for i in range(B))
    return (*(a.astype(dtype) for a in (*arrays, u)), p)


stack_exercise = Exercise(
    name="bidirectional.locked_stack",
    task="A stack of L tanh layers with H units each (eq-bidirectional-stack), with one bias, in one direction, and "
    "dropout between the layers (eq-bidirectional-dropout): what layer l gives to layer l+1 is dropped where u[l] < p "
    "and divided by 1 - p elsewhere, in the same units at all steps. Nothing is dropped of x, of the states that are "
    "returned, and within a layer from step to step. Keep the dtype; NumPy only.",
    arguments=(
        Value("x", "T B H", "as many inputs as units"),
        Value("h0", "L B H", "the first state of each layer"),
        Value("W_ih", "L H H"),
        Value("W_hh", "L H H"),
        Value("b", "L H"),
        Value("u", "L B H", "draws from 0 to 1 for the outputs of each layer; those of the last are not needed"),
        Value("p", None, "the probability of being dropped, a float from 0 to below 1"),
    ),
    outputs=(Value("h", "T B H", "of the last layer"), Value("h_n", "L B H", "the last state of each layer")),
    probe="p",
    smaller=PLAIN_LAYER,
    reference=locked_stack,
    cases={
        "general": lambda r: layers(r, 3, 4, 3, 5, 0.45),
        "one layer": lambda r: layers(r, 1, 3, 2, 4, 0.3),
        "nothing dropped": lambda r: layers(r, 3, 3, 2, 4, 0.0),
        "one step": lambda r: layers(r, 2, 1, 3, 4, 0.3),
        "square": lambda r: layers(r, 2, 4, 4, 4, 0.3),
        "float32": lambda r: layers(r, 2, 3, 2, 4, 0.3, np.float32),
    },
    facets=(
        Facet("one layer", 2, ("one layer",)),
        Facet("several layers, p = 0", 3, ("nothing dropped",)),
        Facet("the states, with dropout", 4, ("general", "one step", "square", "float32"), ("h",)),
        Facet("the last states, with dropout", 3, ("general", "one step", "square", "float32"), ("h_n",)),
    ),
    mistakes=STACK_MISTAKES,
    words={"L": "layer"},
)

# ---------------------------------------------------------------------------------------------------------------------
# Paths through connections


def paths(C: Ints, T: Count) -> Ints:
    r"""On how many paths an input gets to each layer, by the steps that it takes.

    .. math:: P_{i,d} = [d = 0]\, C_{i,0} + \sum_j C_{i,1+j}\, P_{j,d} + \sum_j C_{i,1+L+j}\, P_{j,d-1}

    Each is one term of the gradient of h^i_{t+d} with respect to x_t. Returns (L, T) integers.
    """
    order, L = network_order(C), len(C)
    P = np.zeros((L, T), int)
    for d in range(T):
        for i in order:
            P[i, d] = C[i, 0] * (d == 0) + C[i, 1 : 1 + L] @ P[:, d]
            if d > 0:
                P[i, d] += C[i, 1 + L :] @ P[:, d - 1]
    return P


sign(globals(), "paths")

NOW, LATER = "C[i, 1 : 1 + L] @ P[:, d]", "C[i, 1 + L :] @ P[:, d - 1]"
SETUP = "order, L = network_order(C), len(C)"


def rearranged(now: str, later: str) -> Form:
    """Other blocks in the place of those without and with delay, and the order that goes with them."""
    blocks = f"np.column_stack([C[:, 0], {now}, {later}])"
    return edit(paths, SETUP, f"L = len(C)\n    C = {blocks}\n    order = network_order(C)")


NOW_BLOCK, LATER_BLOCK = "C[:, 1 : 1 + L]", "C[:, 1 + L :]"


def exchanged(C: Ints, T: int) -> Ints:
    """The two blocks exchanged, and as many rounds within a step as there are layers."""
    L = len(C)
    before, same = C[:, 1 : 1 + L], C[:, 1 + L :]
    columns: list[Ints] = []
    for _ in range(T):
        start = before @ columns[-1] if columns else C[:, 0]
        arrived = start
        for _ in range(L):
            arrived = start + same @ arrived
        columns.append(arrived)
    return np.stack(columns, axis=1)


def longest(C: Ints, T: int) -> Ints:
    """The connections on the longest path, that of the input among them; 0 where there is none."""
    order, L = network_order(C), len(C)
    P = np.zeros((L, T), int)
    for d in range(T):
        for i in order:
            sources = [P[j, d] for j in range(L) if C[i, 1 + j]]
            sources += [P[j, d - 1] for j in range(L) if d > 0 and C[i, 1 + L + j]]
            P[i, d] = max([1] * int(d == 0 and C[i, 0]) + [n + 1 for n in sources if n], default=0)
    return P


def longest_from_zero(C: Ints, T: int) -> Ints:
    """The same without that of the input."""
    return np.maximum(longest(C, T) - 1, 0)


def endless(seen: Examination) -> bool:
    """Did it go on calling itself?"""
    return any(outcome.error[0] == "RecursionError" for outcome in seen.got.values())


def one_connection(C: Ints, T: int) -> Ints:
    """Within a step one connection at most."""
    L = len(C)
    P = np.zeros((L, T), int)
    for d in range(T):
        arrived = C[:, 0] if d == 0 else C[:, 1 + L :] @ P[:, d - 1]
        P[:, d] = arrived + C[:, 1 : 1 + L] @ arrived
    return P


def two_connections(C: Ints, T: int) -> Ints:
    """Or two."""
    L = len(C)
    P = np.zeros((L, T), int)
    for d in range(T):
        arrived = C[:, 0] if d == 0 else C[:, 1 + L :] @ P[:, d - 1]
        P[:, d] = arrived + C[:, 1 : 1 + L] @ (arrived + C[:, 1 : 1 + L] @ arrived)
    return P


PATH_MISTAKES = (
    Mistake(
        "D19",
        "connections read the wrong way round",
        "Draw the arrow that a 1 in row 0 and in the column of layer 1 stands for. Where does it point?",
        "A row says what a layer receives. Over what do you sum: over what it gets, or over whom it feeds?",
        {
            "": rearranged(f"{NOW_BLOCK}.T", f"{LATER_BLOCK}.T"),
            "with delay": rearranged(NOW_BLOCK, f"{LATER_BLOCK}.T"),
            "without delay": rearranged(f"{NOW_BLOCK}.T", LATER_BLOCK),
        },
        test="Let the first of two layers feed the second, once with delay and once without. Only the first has input.",
    ),
    Mistake(
        "D51",
        "layers computed before what feeds them",
        "When you compute a layer, is all there that it receives within the same step?",
        "The numbers of the layers are names. In which order can they be computed?",
        {
            "by their numbers": edit(paths, "in order", "in range(L)"),
            "by their numbers, downwards": edit(paths, "in order", "in reversed(range(L))"),
        },
        test="Take two layers, of which one feeds the other without delay; then exchange their numbers.",
    ),
    Mistake(
        "D59",
        "one or two connections within a step at most",
        "Within one step, over how many connections may a path go? And over how many with you?",
        "What arrives at a layer goes on at once, where C says so, and from there again.",
        {"": instead(paths, one_connection), "two": instead(paths, two_connections)},
        test="Take four layers in a stack, and T = 1.",
    ),
    Mistake(
        "D52",
        "a new input at every step, or a sum over the delays",
        "A layer that hears the input and itself has one path for each delay. Do your numbers grow with the delay?",
        "There is one input, at delay 0. Does it come in again, or do you add over the delays?",
        {
            "": edit(paths, " * (d == 0)", ""),
            "added up in the end": edit(paths, "return P", "return np.cumsum(P, axis=1)"),
        },
        test="Take one layer that gets the input and has no recurrence.",
    ),
    Mistake(
        "D53",
        "delays mixed up",
        "Which columns of C are the connections within a step, and which take a step? Which do you use for what?",
        "A connection with delay brings what was there one step before.",
        {
            "blocks exchanged": edit(paths, "C[i, 1 : 1 + L]", "C[i, 1 + L :]")
            + edit(paths, LATER, "C[i, 1 : 1 + L] @ P[:, d - 1]"),
            "blocks exchanged, going round": instead(paths, exchanged),
            "all": edit(paths, f" + {NOW}", "") + edit(paths, LATER, "(C[i, 1 : 1 + L] + C[i, 1 + L :]) @ P[:, d - 1]"),
            "those within a step also later": edit(paths, LATER, "(C[i, 1 : 1 + L] + C[i, 1 + L :]) @ P[:, d - 1]"),
        },
        test="Take two layers and one connection between them, once without and once with delay.",
    ),
    Mistake(
        "D53t",
        "a delay of two steps",
        "After how many steps does what a connection with delay brings arrive in yours?",
        "A connection with delay brings what was there one step before.",
        {
            "two steps": edit(paths, "d - 1]", "d - 2]") + edit(paths, "d > 0", "d > 1"),
        },
        test="Take two layers, one connection between them with delay, and T = 3.",
    ),
    Mistake(
        "D53b",
        "one kind of connections left out",
        "How many blocks of columns has C, and how many of them enter your sum?",
        "Input, within the step, one step later: which of the three never changes your answer?",
        {
            "without delay": edit(paths, f" + {NOW}", ""),
            "with delay": edit(paths, LATER, "0"),
            "the input": edit(paths, "C[i, 0] * (d == 0)", "(i == 0) * (d == 0)"),
            "the input for all": edit(paths, "C[i, 0] * (d == 0)", "(d == 0)"),
        },
        test="Set one block of C to zeros after the other. Which layers should lose paths each time?",
    ),
    Mistake(
        "D54",
        "whether there is a path, and not how many",
        "Two layers feed a third one, and both have heard the input. How many paths lead there?",
        "Yes or no is one answer, a number another one.",
        {
            "in the end": edit(paths, "return P", "return (P > 0).astype(int)"),
            "the most of one source": edit(paths, NOW, "(C[i, 1 : 1 + L] * P[:, d]).max()")
            + edit(paths, LATER, "(C[i, 1 + L :] * P[:, d - 1]).max()"),
        },
        test="Take an input that feeds two layers, both of which feed a third.",
    ),
    Mistake(
        "D60",
        "how long a path is, and not how many there are",
        "A plain recurrent network has one path for each delay. What do you say for the delay 3?",
        "What do you add up from connection to connection: how many ways there are, or how far it is?",
        {
            "the longest": instead(paths, longest),
            "the longest, counted from 0": instead(paths, longest_from_zero),
        },
        test="Take one layer that hears the input and itself.",
    ),
    Mistake(
        "D61",
        "a recursion without end",
        "For which layers does your function call itself where C has a 0? Is that call needed?",
        "A connection that is not there leads nowhere. Only along those that are there can no circle be walked.",
        sees=endless,
        test="Take two layers without any connection, and print each call.",
    ),
    Mistake(
        "D55",
        "only some of the delayed connections",
        "Which layers does a layer hear one step later with you: just those that C names?",
        "The block with delay is a whole matrix. Which of its entries do you read?",
        {
            "the own alone": edit(paths, LATER, "C[i, 1 + L + i] * P[i, d - 1]"),
            "all but the own": edit(paths, LATER, "C[i, 1 + L :] @ P[:, d - 1] - C[i, 1 + L + i] * P[i, d - 1]"),
            "the own always": edit(paths, LATER, f"{LATER} + (1 - C[i, 1 + L + i]) * P[i, d - 1]"),
        },
        test="Take two layers that hear each other with delay alone, and then two that hear themselves.",
    ),
    Mistake(
        "D56",
        "columns one off",
        "Which column of C is the input, and in which does the first block begin?",
        "Write the name of its source above each column of C.",
        {
            "within a step": edit(paths, "C[i, 1 : 1 + L]", "C[i, :L]"),
            "with delay": edit(paths, "C[i, 1 + L :]", "C[i, L:-1]"),
            "both": edit(paths, "C[i, 1 : 1 + L]", "C[i, :L]") + edit(paths, "C[i, 1 + L :]", "C[i, L:-1]"),
            "the input last": edit(
                paths, SETUP, "L = len(C)\n    order = network_order(C)\n    C = np.roll(C, 1, axis=1)"
            ),
        },
        test="Take two layers, and follow a single 1 through your slices.",
    ),
    Mistake(
        "D57",
        "delays counted otherwise",
        "In the first column of your answer, how many steps have passed since the input?",
        "An input reaches a layer within its own step, where C says so. That is delay 0.",
        {
            "from 1": edit(paths, "return P", "return np.column_stack([np.zeros(L, int), P[:, :-1]])"),
            "the step itself left out": edit(
                paths, "P = np.zeros((L, T), int)", "P, T = np.zeros((L, T + 1), int), T + 1"
            )
            + edit(paths, "return P", "return P[:, 1:]"),
            "from the end": edit(paths, "return P", "return P[:, ::-1]"),
        },
        test="Take one layer that gets the input and has no recurrence: where should its 1 stand?",
    ),
    Mistake(
        "D58",
        "of two kinds of connections one counted",
        "In a stack of two layers each layer hears itself. How many paths lead to the upper one with delay 1?",
        "For a delay above 0 both blocks of C bring something. Is all of that in your number?",
        {
            "by what comes later": edit(paths, "P[i, d] +=", "P[i, d] ="),
            "if there is any": edit(paths, f"P[i, d] += {LATER}", f"P[i, d] = {LATER} or P[i, d]"),
            "the larger one": edit(paths, f"P[i, d] += {LATER}", f"P[i, d] = max(P[i, d], {LATER})"),
        },
        test="Take two layers in a stack with recurrences, and T = 2.",
    ),
)

DIAMOND = np.array(
    [
        [1, 0, 0, 0, 0, 1, 0, 0, 1],
        [1, 1, 0, 0, 0, 0, 1, 0, 0],
        [0, 1, 1, 0, 0, 0, 1, 0, 0],
        [1, 0, 1, 1, 0, 0, 0, 1, 0],
    ]
)
"""Four layers that count as they can be computed: skips, an own memory of two of them, and feedback."""
RING = np.array(
    [
        [0, 0, 0, 0, 0, 0, 1],
        [1, 0, 0, 0, 1, 0, 1],
        [0, 0, 0, 0, 0, 1, 1],
    ]
)
"""Three layers that hear each other one step later, and nothing within a step."""


def renamed(r: Generator, C: Ints, mixed: bool = True) -> Ints:
    """The same network with other numbers for its layers: where mixed, neither upwards nor downwards an order."""
    L = len(C)
    rank = np.argsort(r.permutation(L))
    while mixed and not (
        0 < sum(C[i, 1 + j] and rank[j] > rank[i] for i in range(L) for j in range(L)) < C[:, 1 : 1 + L].sum()
    ):
        rank = np.argsort(r.permutation(L))
    place = np.argsort(rank)  # which layer has the new number
    return np.column_stack([C[place, 0], C[np.ix_(place, 1 + place)], C[np.ix_(place, 1 + L + place)]])


paths_exercise = Exercise(
    name="bidirectional.paths",
    task="On how many paths an input x_t gets to the state of layer i, d steps later, in the network that C describes "
    "(eq-bidirectional-network). A connection without delay adds to the paths of the same step, one with delay to "
    "those of the next; every 1 of C is a connection. Return whole numbers. NumPy only.",
    arguments=(
        Value("C", "L 1+2L", "zeros and ones: input, layers within the step, layers one step before"),
        Value("T", None, "how many delays: 0 to T-1"),
    ),
    outputs=(Value("P", "L D", "paths to layer i with d steps of delay", integers=True),),
    reference=paths,
    cases={
        "general": lambda r: (renamed(r, DIAMOND), int(r.integers(4, 6))),
        "same step": lambda r: (renamed(r, DIAMOND), 1),
        "stack": lambda r: (stacked(3), int(r.integers(4, 6))),
        "skips": lambda r: (stacked(3, skip=True), 3),
        "feedback": lambda r: (stacked(2, feedback=True), int(r.integers(4, 6))),
        "one layer": lambda r: (stacked(1), int(r.integers(2, 4))),
        "ring": lambda r: (renamed(r, RING, mixed=False), 5),
    },
    facets=(
        Facet("within the same step", 2, ("same step",)),
        Facet("stacks", 3, ("stack", "skips", "one layer")),
        Facet("any connections", 4, ("general", "feedback", "ring")),
    ),
    mistakes=PATH_MISTAKES,
    words={"L": "layer", "D": "delay"},  # from 0: no T, whose steps count from 1
)

# ---------------------------------------------------------------------------------------------------------------------
# Where a decoder begins


@checked
def decoder_start(h_n: L2_B_H) -> Array:
    r"""First states of a decoder of L layers with 2H units, from the last ones of a bidirectional encoder.

    .. math:: s^{(l)}_0 = \bigl[\overrightarrow h{}^{(l)};\ \overleftarrow h{}^{(l)}\bigr]

    From torch's h_n: layer 0 there, layer 0 back, layer 1 there, … Returns (L, B, 2H).
    """
    there, back = h_n[0::2], h_n[1::2]
    return np.concatenate([there, back], axis=2)


sign(globals(), "decoder_start")

SIDE_BY_SIDE = "np.concatenate([there, back], axis=2)"
HALVES = "h_n[0::2], h_n[1::2]"
START_MISTAKES = (
    Mistake(
        "D12",
        "reshaped at once",
        "Fill the rows of one example with its number. Where do they come out?",
        "A reshape keeps the order in memory. Which are neighbours there: the two directions, or the examples?",
        {
            "": edit(decoder_start, SIDE_BY_SIDE, "h_n.reshape(len(there), h_n.shape[1], -1)"),
            "after another swap": edit(
                decoder_start, SIDE_BY_SIDE, "h_n.swapaxes(1, 2).reshape(len(there), h_n.shape[1], -1)"
            ),
            "after a swap": edit(
                decoder_start, SIDE_BY_SIDE, "h_n.swapaxes(0, 1).reshape(len(there), h_n.shape[1], -1)"
            ),
        },
        test="Take two layers and two examples.",
    ),
    Mistake(
        "D13",
        "the first half of the rows taken for one direction",
        "Write down for each row of h_n its layer and its direction. Which of the two changes faster?",
        "With two layers, which rows belong to the way there?",
        {
            "": edit(decoder_start, HALVES, "h_n[: len(h_n) // 2], h_n[len(h_n) // 2 :]"),
            "and exchanged": edit(decoder_start, HALVES, "h_n[len(h_n) // 2 :], h_n[: len(h_n) // 2]"),
            "the second from its end": edit(
                decoder_start, HALVES, "h_n[: len(h_n) // 2], h_n[: len(h_n) // 2 - 1 : -1]"
            ),
        },
        test="Take two layers, and fill row n of h_n with n.",
    ),
    Mistake(
        "D11",
        "the directions exchanged",
        "Which direction comes first in the rows of h_n, and which in your answer?",
        "Compare the order in the task with the order in which you join.",
        edit(decoder_start, "[there, back]", "[back, there]"),
        test="Take one layer, with zeros on the way back.",
    ),
    Mistake(
        "D39",
        "the units of both directions by turns",
        "In your answer, do the units of one direction stand side by side?",
        "Along which axis do you join, and is there a new one for a moment?",
        edit(decoder_start, SIDE_BY_SIDE, "np.stack([there, back], axis=3).reshape(len(there), h_n.shape[1], -1)"),
        test="Take one layer and one example, with zeros on the way back.",
    ),
    Mistake(
        "D40",
        "added up in place of side by side",
        "How many units has the decoder of the task, and how many does your answer give it?",
        "Can the two directions still be told apart in your answer?",
        {
            "sum": edit(decoder_start, SIDE_BY_SIDE, "there + back"),
            "mean": edit(decoder_start, SIDE_BY_SIDE, "(there + back) / 2"),
        },
        test="Print the shape of what you return.",
    ),
    Mistake(
        "D40t",
        "the sum in both halves",
        "Exchange the two directions of each layer in h_n. Does your answer change? Should it?",
        "Can the two directions still be told apart in your answer?",
        {
            "sum, twice": edit(decoder_start, SIDE_BY_SIDE, "np.concatenate([there + back, there + back], axis=2)"),
        },
        test="Take one layer and one unit, with 1 for the way there and 2 for the way back.",
    ),
    Mistake(
        "D9",
        "one direction twice, or alone",
        "Set all that the way back has read to zero. Does your answer change? And for the way there?",
        "Two things are joined. Are they two different ones?",
        {
            "there": edit(decoder_start, "[there, back]", "[there, there]"),
            "back": edit(decoder_start, "[there, back]", "[back, back]"),
            "there, and zeros": edit(decoder_start, "[there, back]", "[there, 0 * back]"),
            "zeros, and back": edit(decoder_start, "[there, back]", "[0 * there, back]"),
        },
        test="Take one layer, one example and one unit.",
    ),
    Mistake(
        "D14",
        "another axis first",
        "In which order do the axes come that the task asks for? And in yours?",
        "Layers come first, examples second, whatever comes first elsewhere.",
        {
            "the batch": edit(decoder_start, SIDE_BY_SIDE, f"{SIDE_BY_SIDE}.swapaxes(0, 1)"),
        },
        test="Take another number of layers than of examples, and print the shape.",
    ),
    Mistake(
        "D14j",
        "joined along another axis",
        "How many layers, examples and units has your answer? Along which axis did you join?",
        "Each state becomes twice as long. Which axis counts what is in a state?",
        {
            "joined along the batch": edit(decoder_start, "axis=2", "axis=1"),
            "joined along the layers": edit(decoder_start, "axis=2", "axis=0"),
        },
        test="Take one layer and one example, and print the shape.",
    ),
    Mistake(
        "D66",
        "other layers",
        "Which layer of the encoder does the first layer of your decoder begin from?",
        "Layer by layer: the lowest of one begins the lowest of the other.",
        {
            "turned": edit(decoder_start, HALVES, "h_n[0::2][::-1], h_n[1::2][::-1]"),
            "back turned": edit(decoder_start, HALVES, "h_n[0::2], h_n[1::2][::-1]"),
            "the last for all": edit(decoder_start, HALVES, "h_n[-2:-1] + 0 * h_n[0::2], h_n[-1:] + 0 * h_n[1::2]"),
            "the last alone": edit(decoder_start, HALVES, "h_n[-2:-1], h_n[-1:]"),
        },
        test="Take two layers, and fill row n of h_n with n.",
    ),
    Mistake(
        "D66n",
        "pairs of rows that overlap",
        "Write down which two rows of h_n each of your layers joins. Does a row occur in two of them?",
        "Each row of h_n belongs to one layer and one direction. How many rows come before those of layer 1?",
        {
            "rows that follow each other": edit(
                decoder_start, HALVES, "h_n[: len(h_n) // 2], h_n[1 : len(h_n) // 2 + 1]"
            ),
        },
        test="Take two layers, and fill row n of h_n with n.",
    ),
    Mistake(
        "D66f",
        "the first layer for all",
        "Which layer of the encoder does the last layer of your decoder begin from?",
        "Layer by layer: the lowest of one begins the lowest of the other.",
        {
            "the first for all": edit(decoder_start, HALVES, "h_n[:1] + 0 * h_n[0::2], h_n[1:2] + 0 * h_n[1::2]"),
        },
        test="Take two layers, and fill row n of h_n with n.",
    ),
    Mistake(
        "D67",
        "examples exchanged",
        "Does each example of your answer have its own states, of both directions?",
        "The last states of the way back are in the order of the batch, like all else.",
        {
            "of the way back": edit(decoder_start, "[there, back]", "[there, back[:, ::-1]]"),
            "of both": edit(decoder_start, "[there, back]", "[there[:, ::-1], back[:, ::-1]]"),
        },
        test="Number the examples: fill h_n with 0 for the first one, with 1 for the second.",
    ),
    Mistake(
        "D68",
        "units turned round",
        "Do the units of the way back stand in your answer in the order in which they are in h_n?",
        "Time has been turned round by the encoder already. Is there anything left to turn?",
        {
            "of the way back": edit(decoder_start, "[there, back]", "[there, back[:, :, ::-1]]"),
            "of both": edit(decoder_start, SIDE_BY_SIDE, f"{SIDE_BY_SIDE}[:, :, ::-1]"),
        },
        test="Take one layer and one example, and number the units.",
    ),
)

start_exercise = Exercise(
    name="bidirectional.decoder_start",
    task="The first states of a decoder with L layers of 2H units, from the last states of a bidirectional encoder "
    "with L layers (eq-bidirectional-stack): for each layer what read forwards, and beside it what read backwards. "
    "h_n is as torch returns it: layer 0 forwards, layer 0 backwards, layer 1 forwards, and so on. Keep the dtype; "
    "NumPy only.",
    arguments=(Value("h_n", "2L B H", "two rows for each layer, forwards and backwards"),),
    outputs=(Value("s", "L B 2H", "forwards in the first half of the units, backwards in the second"),),
    reference=decoder_start,
    cases={
        "general": lambda r: (r.normal(size=(6, 4, 2)),),
        "one layer": lambda r: (r.normal(size=(2, 3, 4)),),
        "one example": lambda r: (r.normal(size=(4, 1, 3)),),
        "square": lambda r: (r.normal(size=(4, 4, 4)),),
        "float32": lambda r: (r.normal(size=(8, 3, 2)).astype(np.float32),),
    },
    facets=(
        Facet("one layer", 1, ("one layer",)),
        Facet("several layers", 3, ("general", "one example", "square", "float32")),
    ),
    mistakes=START_MISTAKES,
    words={"L": "layer", "2L": "row"},
)

EXERCISES = (
    both_exercise,
    turn_exercise,
    gap_exercise,
    vectors_exercise,
    stack_exercise,
    paths_exercise,
    start_exercise,
)
