r"""Exercises on what is handed on: one vector for a sentence, and where a decoder begins."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value
from rnncourse.shapes import (
    L2_B_H,
    T_B_H2,
    T_lengths,
    checked,
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
