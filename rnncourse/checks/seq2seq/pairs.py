"""What a decoder is taught with: its inputs, its targets, and which steps count; and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import expect_lengths, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value
from rnncourse.shapes import Ints, Natural, T_B_ids, checked

WORDS = {"T+1": "step", "T": "step"}


@checked
def teacher_pairs(y: T_B_ids, lengths: Ints, start: Natural, end: Natural, pad: Natural) -> tuple[Ints, Ints, Ints]:
    r"""Inputs and targets of a decoder that is taught, with begin and end symbols, and which steps count.

    .. math:: \text{inputs } (\langle s \rangle, y_1, \dots, y_n), \qquad
       \text{targets } (y_1, \dots, y_n, \langle /s \rangle)

    Returns inputs, targets and real (T + 1, B).
    """
    expect_lengths(lengths, *y.shape)
    t = np.arange(len(y) + 1)[:, None]
    real = t <= lengths
    one = np.ones_like(y[:1])
    inputs = np.concatenate([start * one, y])
    targets = np.concatenate([y, pad * one])
    targets = np.where(t == lengths, end, targets)
    inputs, targets = np.where(real, inputs, pad), np.where(real, targets, pad)
    return inputs, targets, real.astype(int)


sign(globals(), "teacher_pairs")

P = teacher_pairs
REAL, INPUTS, TARGETS, END = (
    "real = t <= lengths",
    "np.concatenate([start * one, y])",
    "np.concatenate([y, pad * one])",
    "np.where(t == lengths, end, targets)",
)
PADDED = "np.where(real, inputs, pad), np.where(real, targets, pad)"
RETURN = "return inputs, targets, real.astype(int)"
AT_THE_END = "np.where(t < lengths, np.concatenate([y, pad * one]), pad)"
# What hints ask to try: a sentence of one symbol beside one of two; start is 1, end 2, pad 0.
TWO: dict[str, Any] = {"y": [[5, 6], [7, 9], [9, 9]], "lengths": [2, 1], "start": 1, "end": 2, "pad": 0}
FULL: dict[str, Any] = {"y": [[5], [7]], "lengths": [2], "start": 1, "end": 2, "pad": 0}
PAIR = "Take the sentences 5, 7 and 6, in rows of three with nines behind them. 1 starts, 2 ends, 0 pads. "


def inputs_of_first(answer: Any) -> Array:
    """The inputs of the first sentence."""
    return answer[0][:, 0]


def targets_of_first(answer: Any) -> Array:
    """Its targets."""
    return answer[1][:, 0]


def both_of_second(answer: Any) -> Any:
    """Inputs and targets of the second sentence, at the end of it and behind it."""
    return [answer[0][2, 1], answer[0][3, 1], answer[1][1, 1], answer[1][2, 1], answer[1][3, 1]]


def counted(answer: Any) -> Array:
    """How many steps of each sentence count."""
    return answer[2].sum(axis=0)


PAIRS_MISTAKES = (
    Mistake(
        "S1",
        "the input is the target",
        "When the decoder has to say the second symbol, what does it read? Is that what it should have said before?",
        "An input is the target of the step before. What would a decoder learn that reads what it has to say?",
        {
            "": edit(P, INPUTS, "np.where(t == lengths, end, np.concatenate([y, pad * one]))"),
            "without the end": edit(P, INPUTS, "np.concatenate([y, pad * one])"),
            "the one after": edit(P, INPUTS, "np.concatenate([y[1:], end * one, pad * one])"),
        },
        test="Take the sentence 5, 7, with 1 to start and 2 to end. What are its inputs?",
        tries=(trial(inputs_of_first, **FULL),),
    ),
    Mistake(
        "S2",
        "another start symbol",
        "What does the decoder read before it has said anything?",
        "At the first step there is no symbol before it. What is read in its place?",
        {
            "pad": edit(P, INPUTS, "np.concatenate([pad * one, y])"),
            "end": edit(P, INPUTS, "np.concatenate([end * one, y])"),
            "the first symbol": edit(P, INPUTS, "np.concatenate([y[:1], y])"),
            "the last symbol": edit(P, INPUTS, "np.concatenate([y[-1:], y])"),
        },
        test=PAIR + "What is the first row of your inputs?",
        tries=(trial(lambda a: a[0][0], **TWO),),
    ),
    Mistake(
        "S2t",
        "the start symbol among the targets",
        "Should a decoder ever say the start symbol? What is its first target with you?",
        "The start symbol is read, and never said. Where do your targets begin?",
        {
            "": edit(P, "targets = np.concatenate([y, pad * one])", "targets = np.concatenate([start * one, y])"),
            "and the end behind": edit(P, TARGETS, "np.concatenate([start * one, y])")
            + edit(P, "np.where(t == lengths, end, targets)", "np.where(t == lengths + 1, end, targets)"),
        },
        test="Take the sentence 5, 7, with 1 to start and 2 to end. What are its targets?",
        tries=(trial(targets_of_first, **FULL),),
    ),
    Mistake(
        "S3",
        "the end symbol is read",
        "After the end symbol nothing has to be said. Does your decoder ever read it?",
        "How many steps has a sentence of n symbols? What is the input of the last of them?",
        {
            "behind the sentence": edit(
                P,
                PADDED,
                "np.where(real, inputs, pad), np.where(real, targets, pad)\n"
                "    inputs = np.where(t == lengths + 1, end, inputs)",
            ),
            "in place of the last symbol": edit(
                P, PADDED, "np.where(t == lengths, end, np.where(real, inputs, pad)), np.where(real, targets, pad)"
            ),
        },
        test=PAIR + "What are the inputs of the shorter one?",
        tries=(trial(lambda a: a[0][:, 1], **TWO),),
    ),
    Mistake(
        "S21",
        "no end symbol, or not at the end of each sentence",
        "What is the last thing that each sentence of the batch has to say? At which step?",
        "Every sentence has an end of its own. Which row has it with you?",
        {
            "none": edit(P, END, "targets"),
            "in the last row": edit(P, END, "np.where(t == len(y), end, targets)"),
            "behind the longest": edit(P, END, "np.where(t == lengths.max(), end, targets)"),
            "behind the first sentence": edit(P, END, "np.where(t == lengths[0], end, targets)"),
            "over the last symbol": edit(P, END, "np.where(t == lengths - 1, end, targets)"),
            "over all that is left": edit(
                P, PADDED, "np.where(real, inputs, pad), np.where(t < lengths, targets, end)"
            ),
            "a step late": edit(
                P,
                PADDED,
                "np.where(real, inputs, pad), np.where(t == lengths + 1, end, np.where(t < lengths, targets, pad))",
            ),
        },
        test=PAIR + "What are the targets of the shorter one?",
        tries=(trial(lambda a: a[1][:, 1], **TWO),),
    ),
    Mistake(
        "S21s",
        "the start symbol for the end symbol",
        "Which number says that a sentence is over, and which one that it begins?",
        "There are three numbers besides the symbols. Which of them stands at the end of your targets?",
        edit(P, END, "np.where(t == lengths, start, targets)"),
        test="Take the sentence 5, 7, with 1 to start and 2 to end. What are its targets?",
        tries=(trial(targets_of_first, **FULL),),
    ),
    Mistake(
        "S9g",
        "the padding of y is left",
        "Change what stands behind a sentence. Does anything of your answer change?",
        "Padding may be any numbers. With which number do you fill the steps that do not count?",
        {
            "": edit(P, PADDED, "inputs, targets"),
            "in the inputs": edit(P, PADDED, "inputs, np.where(real, targets, pad)"),
            "in the targets": edit(P, PADDED, "np.where(real, inputs, pad), targets"),
        },
        test=PAIR + "Print the last two inputs of the shorter, then its last three targets.",
        tries=(trial(both_of_second, **TWO),),
    ),
    Mistake(
        "S9z",
        "padded with another number",
        "With which number do you fill the steps that do not count? Which one is given for that?",
        "The number for padding is an argument, and another one in each case.",
        {
            "with zeros": edit(P, PADDED, "np.where(real, inputs, 0), np.where(real, targets, 0)"),
            "with minus one": edit(P, PADDED, "np.where(real, inputs, -1), np.where(real, targets, -1)"),
            "inputs with the end symbol": edit(P, PADDED, "np.where(real, inputs, end), np.where(real, targets, pad)"),
            "both with the end symbol": edit(P, PADDED, "np.where(real, inputs, end), np.where(real, targets, end)"),
            "with the start symbol": edit(P, PADDED, "np.where(real, inputs, start), np.where(real, targets, start)"),
            "inputs with the start symbol": edit(
                P, PADDED, "np.where(real, inputs, start), np.where(real, targets, pad)"
            ),
        },
        test=PAIR.replace("0 pads", "3 pads")
        + "Print the last two inputs of the shorter, then its last three targets.",
        tries=(trial(both_of_second, **{**TWO, "pad": 3}),),
    ),
    Mistake(
        "S9",
        "padding known by its number",
        "May a real symbol have the number of the padding? Is it still real with you?",
        "Where a sentence ends, its length says. Which of your lines looks at the numbers in its place?",
        {
            "counted": edit(P, REAL, "real = t <= (y != pad).sum(axis=0)"),
            "counted, the end too": edit(P, REAL, "lengths = (y != pad).sum(axis=0)\n    real = t <= lengths"),
            "real where no pad": edit(P, RETURN, "return inputs, targets, (targets != pad).astype(int)"),
            "up to the first pad": edit(
                P,
                REAL,
                "there = y == pad\n    lengths = np.where(there.any(axis=0), there.argmax(axis=0), len(y))\n"
                "    real = t <= lengths",
            ),
            "inputs that are no pad": edit(P, RETURN, "return inputs, targets, (inputs != pad).astype(int)"),
        },
        test="Take the sentence 5, 7, with a 5 for the padding. How many of its steps count?",
        tries=(trial(counted, **{**FULL, "pad": 5}),),
    ),
    Mistake(
        "S3n",
        "too few steps count, or too many",
        "A sentence has two symbols. How many times does the decoder have to say something?",
        "The end symbol has to be learnt too. Add up your ones, and compare with the lengths.",
        {
            "without the end": edit(P, RETURN, "return inputs, targets, (t < lengths).astype(int)"),
            "one more": edit(P, RETURN, "return inputs, targets, (t <= lengths + 1).astype(int)"),
            "without the first": edit(P, RETURN, "return inputs, targets, (real & (t > 0)).astype(int)"),
            "all": edit(P, RETURN, "return inputs, targets, np.ones_like(inputs)"),
            "turned round": edit(P, RETURN, "return inputs, targets, 1 - real.astype(int)"),
            "the last alone": edit(P, RETURN, "return inputs, targets, (t == lengths).astype(int)"),
        },
        test=PAIR + "How many steps of each count?",
        tries=(trial(counted, **TWO),),
    ),
    Mistake(
        "S3f",
        "the step of the end symbol is filled up",
        "How many steps of a sentence are filled with padding? Is the one where it ends among them?",
        "A sentence of n symbols has one step more. Which of your conditions draws the line before it?",
        {
            "in the inputs": edit(P, PADDED, "np.where(t < lengths, inputs, pad), np.where(real, targets, pad)"),
            "everywhere": edit(P, REAL, "real = t < lengths"),
        },
        test="Take the sentence 5, 7, with 1 to start and 2 to end. What is read at its last step?",
        tries=(trial(lambda a: a[0][2, 0], **FULL),),
    ),
    Mistake(
        "S10l",
        "one length for all sentences",
        "Change the length of one sentence after the other. Whose columns change?",
        "Each sentence has a length of its own. Which of them meets which column in your lines?",
        {
            "of the first": edit(P, REAL, "lengths = lengths[:1]\n    real = t <= lengths"),
            "of the last": edit(P, REAL, "lengths = lengths[-1:]\n    real = t <= lengths"),
            "the longest": edit(P, REAL, "lengths = lengths.max()\n    real = t <= lengths"),
            "all rows": edit(P, REAL, "lengths = len(y)\n    real = t <= lengths"),
            "turned round": edit(P, REAL, "lengths = lengths[::-1]\n    real = t <= lengths"),
            "the longest, for what counts": edit(P, REAL, "real = t <= lengths.max() + 0 * lengths"),
        },
        test=PAIR + "What are the second and third row of the targets?",
        tries=(trial(lambda a: a[1][1:3].ravel(), **TWO),),
    ),
    Mistake(
        "S3r",
        "another number of steps",
        "How many steps need T symbols and an end? How many rows do your arrays have?",
        "A sentence may fill all rows of y. Is there room for its end?",
        {
            "T": edit(P, RETURN, "return inputs[:-1], targets[:-1], real[:-1].astype(int)"),
            "T + 2": edit(
                P,
                RETURN,
                "return tuple(np.concatenate([a, fill * one]) for a, fill in "
                "zip((inputs, targets, real.astype(int)), (pad, pad, 0)))",
            ),
            "up to the longest": edit(
                P,
                RETURN,
                "n = lengths.max() + 1\n    return inputs[:n], targets[:n], real[:n].astype(int)",
            ),
        },
        test="Take a sentence of two symbols in two rows, and one of one symbol in three. How many rows have inputs?",
        tries=(trial(lambda a, b: [len(a[0]), len(b[0])], {"y": [[5], [9], [9]], "lengths": [1]}, **FULL),),
    ),
    Mistake(
        "S3o",
        "inputs and targets exchanged",
        "Which of your first two arrays begins with the start symbol?",
        "What is read comes first, then what has to be said.",
        edit(P, RETURN, "return targets, inputs, real.astype(int)"),
        test="Take the sentence 5, 7, with 1 to start, and print the first array.",
        tries=(trial(inputs_of_first, **FULL),),
    ),
)


def sentences(
    r: Generator, lengths: tuple[int, ...], T: int, *, pad_occurs: bool = False, zero: bool = False
) -> tuple[Any, ...]:
    """Symbols in columns of these lengths, in any order; behind them are other ones, and now and then the pad.

    Every symbol of the batch is another one, but for the pad where that occurs.
    """
    B = len(lengths)
    numbers = 4 + r.permutation(T * B + 4)
    y = numbers[: T * B].reshape(T, B)
    start, end, pad = (int(n) for n in r.permutation(np.arange(1, 4)))
    lengths_of = r.permutation(lengths)
    if zero:
        pad = 0
    if pad_occurs:
        for b in range(B):
            n = int(lengths_of[b])
            y[int(r.integers(0, n - 1)), b] = pad
    return y, lengths_of, start, end, pad


pairs_exercise = Exercise(
    name="seq2seq.teacher_pairs",
    task="Make what a decoder is taught with of the sentences of a batch, columns of y with lengths of their own: "
    "inputs, which begin with the start symbol (eq-seq2seq-shift), targets, which end with the end symbol, and 1 "
    "where a step counts, else 0. Where it does not, inputs and targets have the number pad. The padding of y may be "
    "any numbers, and pad may be a real symbol. Whole numbers; NumPy only.",
    arguments=(
        Value("y", "T B", "whole numbers, sentences in columns", integers=True),
        Value("lengths", "B", "symbols of each, from 1 to T", integers=True),
        Value("start", None, "the start symbol"),
        Value("end", None, "the end symbol"),
        Value("pad", None, "what stands where no step counts"),
    ),
    outputs=(
        Value("inputs", "T+1 B", "what is read", integers=True),
        Value("targets", "T+1 B", "what has to be said", integers=True),
        Value("real", "T+1 B", "1 where a step counts, else 0", integers=True),
    ),
    reference=teacher_pairs,
    cases={
        "general": lambda r: sentences(r, (4, 2, 3), 5),
        "full rows": lambda r: sentences(r, (4, 2, 4), 4),
        "pad is a symbol": lambda r: sentences(r, (3, 5, 2), 6, pad_occurs=True),
        "pad is 0": lambda r: sentences(r, (2, 3, 4, 2), 6, zero=True),
    },
    facets=(
        Facet("inputs", 3, (), ("inputs",)),
        Facet("targets", 3, (), ("targets",)),
        Facet("which steps count", 1, (), ("real",)),
    ),
    mistakes=PAIRS_MISTAKES,
    words=WORDS,
)
