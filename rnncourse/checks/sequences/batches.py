"""Sequences of unequal length in one array, and a label for each; and what goes wrong there."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import expect, require, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import K_, Ints, checked

K_2F = Annotated[Array, "K 2F"]


@checked
def pad_batch(x: list[Array], labels: Ints, W: K_2F, b: K_) -> tuple[Array, Array, Array, float]:
    r"""A batch that is filled up with zeros, its mask, and the loss of one label a sequence.

    .. math:: f_b = \Bigl(\tfrac{1}{T_b} \sum_t x_{b,t},\ x_{b,T_b-1}\Bigr), \qquad o_b = W f_b + b

    Returns X (T, B, F), mask (T, B), f (B, 2F) and the mean cross entropy in nats.
    """
    require(isinstance(x, list) and len(x) > 0, "x: expected a list of arrays (T, F)")
    expect(**{f"x[{i}]": (steps, f"T_{i} F") for i, steps in enumerate(x)})
    X, mask = laid_out(x)
    f = features(X, mask)
    return X, mask, f, mean_loss(f @ W.T + b, labels)


def laid_out(x: list[Array]) -> tuple[Array, Array]:
    """All sequences beside each other, with zeros behind their ends, and 1 where there are steps."""
    T, B, F = max(len(steps) for steps in x), len(x), x[0].shape[1]
    X, mask = np.zeros((T, B, F), x[0].dtype), np.zeros((T, B), x[0].dtype)
    for i in range(B):
        end = len(x[i])
        X[:end, i] = x[i]
        mask[:end, i] = 1
    return X, mask


def features(X: Array, mask: Array) -> Array:
    """The mean of the steps of each sequence, and its last one."""
    lengths = mask.sum(axis=0)
    mean = X.sum(axis=0) / lengths[:, None]
    last = X[lengths.astype(int) - 1, np.arange(X.shape[1])]
    return np.concatenate([mean, last], axis=1)


def mean_loss(o: Array, labels: Ints) -> float:
    """Mean cross entropy, of large scores too."""
    o = o - o.max(axis=1, keepdims=True)
    cost = np.log(np.exp(o).sum(axis=1)) - o[np.arange(len(o)), labels]
    return float(cost.mean())


sign(globals(), "pad_batch")

P = pad_batch
PUT, MARK, LAST, AVERAGE, BOTH = (
    "X[:end, i] = x[i]",
    "mask[:end, i] = 1",
    "last = X[lengths.astype(int) - 1, np.arange(X.shape[1])]",
    "mean = X.sum(axis=0) / lengths[:, None]",
    "np.concatenate([mean, last], axis=1)",
)
SHIFT, COST, DONE = (
    "o = o - o.max(axis=1, keepdims=True)",
    "np.log(np.exp(o).sum(axis=1)) - o[np.arange(len(o)), labels]",
    "cost.mean()",
)
RETURN = "return X, mask, f, mean_loss(f @ W.T + b, labels)"
PAD_MISTAKES = (
    Mistake(
        "S1",
        "zeros in front",
        "In which row of X stands the first step of the shortest sequence? And the first 1 of its mask?",
        "All sequences begin in step 0; what is filled up stands behind their ends.",
        {
            "": edit(laid_out, PUT, "X[T - end :, i] = x[i]") + edit(laid_out, MARK, "mask[T - end :, i] = 1"),
            "of X": edit(laid_out, PUT, "X[T - end :, i] = x[i]"),
            "of the mask": edit(laid_out, MARK, "mask[T - end :, i] = 1"),
            "features as right": edit(laid_out, PUT, "X[T - end :, i] = x[i]")
            + edit(laid_out, MARK, "mask[T - end :, i] = 1")
            + edit(features, LAST, "last = X[-1]"),
        },
        test="Take two sequences, of one step and of three, and print X and the mask.",
    ),
    Mistake(
        "S2",
        "the last step is another one",
        "Which row of X is the last step of each sequence? Which ones do you take?",
        "Each sequence has a last step of its own, and it is no zero that was filled in.",
        {
            "the last row": edit(features, LAST, "last = X[-1]"),
            "one behind": edit(
                features, LAST, "last = X[np.minimum(lengths.astype(int), len(X) - 1), np.arange(X.shape[1])]"
            ),
            "one before": edit(
                features, LAST, "last = X[np.maximum(lengths.astype(int) - 2, 0), np.arange(X.shape[1])]"
            ),
            "the first": edit(features, LAST, "last = X[0]"),
            "of the first sequence": edit(features, LAST, "last = X[int(lengths[0]) - 1]"),
            "of the shortest": edit(features, LAST, "last = X[int(lengths.min()) - 1]"),
        },
        test="Take the sequence 1, 2 beside one that goes from 1 to 5: the last steps are 2 and 5.",
    ),
    Mistake(
        "S2z",
        "the last step that is not zero",
        "A sequence ends in a step of zeros. What do you take for its last step?",
        "Where a sequence ends, its length says, and not its numbers.",
        {
            "": edit(
                features,
                LAST,
                "there = (X != 0).any(axis=2)\n"
                "    last = X[len(X) - 1 - there[::-1].argmax(axis=0), np.arange(X.shape[1])]",
            ),
            "counted": edit(
                features,
                LAST,
                "last = X[(X != 0).any(axis=2).sum(axis=0) - 1, np.arange(X.shape[1])]",
            ),
        },
        test="Take the sequence 5, 0, beside a longer one.",
    ),
    Mistake(
        "S3",
        "the mean over more steps than there are",
        "Over how many steps do you take the mean of a short sequence? And that of the longest?",
        "Each sum is divided by the length of its own sequence.",
        {
            "all": edit(features, AVERAGE, "mean = X.mean(axis=0)"),
            "the length of the first": edit(features, AVERAGE, "mean = X.sum(axis=0) / lengths[0]"),
            "the mean length": edit(features, AVERAGE, "mean = X.sum(axis=0) / lengths.mean()"),
            "all lengths": edit(features, AVERAGE, "mean = X.sum(axis=0) / lengths.sum()"),
            "the number of sequences": edit(features, AVERAGE, "mean = X.sum(axis=0) / X.shape[1]"),
            "none": edit(features, AVERAGE, "mean = X.sum(axis=0)"),
            "the steps of the shortest": edit(features, AVERAGE, "mean = X[: int(lengths.min())].mean(axis=0)"),
        },
        test="Take the sequences 2 and 2, 4, 6: their means are 2 and 4.",
    ),
    Mistake(
        "S3z",
        "zeros of a sequence not counted",
        "A sequence has the steps 4, 0, 2. How many steps are there, and what is their mean?",
        "A step of zeros is a step. Can the numbers say where a sequence ends?",
        {
            "in the mask": edit(laid_out, MARK, "mask[:end, i] = (x[i] != 0).any(axis=1)"),
            "in the mask, not for the last step": edit(laid_out, MARK, "mask[:end, i] = (x[i] != 0).any(axis=1)")
            + edit(
                features,
                LAST,
                "there = (X != 0).any(axis=2)\n"
                "    last = X[len(X) - 1 - there[::-1].argmax(axis=0), np.arange(X.shape[1])]",
            ),
            "in the mean": edit(
                features,
                AVERAGE,
                "there = (X != 0).any(axis=2).sum(axis=0)[:, None]\n    mean = X.sum(axis=0) / there.astype(X.dtype)",
            ),
            "number by number": edit(
                features, AVERAGE, "mean = X.sum(axis=0) / np.maximum((X != 0).sum(axis=0), 1).astype(X.dtype)"
            ),
        },
        test="Take the sequence 4, 0, 2: its mask has three ones, and its mean is 2.",
    ),
    Mistake(
        "S4",
        "another mask",
        "Add up your mask over the steps. Are these the lengths of the sequences?",
        "The mask is 1 where a sequence has a step, and 0 where a zero was filled in.",
        {
            "turned round": edit(P, RETURN, f"mask = 1 - mask\n    {RETURN}"),
            "all ones": edit(P, RETURN, f"mask = np.ones_like(mask)\n    {RETURN}"),
            "one step more": edit(P, RETURN, f"mask = np.concatenate([mask[:1], mask[:-1]])\n    {RETURN}"),
            "one step less": edit(P, RETURN, f"mask = np.concatenate([mask[1:], 0 * mask[:1]])\n    {RETURN}"),
            "the last step alone": edit(
                P, RETURN, f"mask = mask - np.concatenate([mask[1:], 0 * mask[:1]])\n    {RETURN}"
            ),
            "of the first sequence": edit(P, RETURN, f"mask = np.tile(mask[:, :1], (1, len(x)))\n    {RETURN}"),
        },
        test="Take two sequences, of one step and of three: the mask has four ones. Where are they?",
    ),
    Mistake(
        "S5",
        "filled up with something else",
        "What stands in X behind the end of a short sequence?",
        "Behind the end of a sequence stand zeros.",
        {
            "the last step again": edit(
                P, RETURN, f"X = X + (1 - mask)[:, :, None] * f[:, X.shape[2] :]\n    {RETURN}"
            ),
            "its mean": edit(P, RETURN, f"X = X + (1 - mask)[:, :, None] * f[:, : X.shape[2]]\n    {RETURN}"),
            "minus one": edit(P, RETURN, f"X = X - (1 - mask)[:, :, None]\n    {RETURN}"),
            "from the beginning": edit(laid_out, PUT, "X[:, i] = x[i][np.arange(T) % end]")
            + edit(features, AVERAGE, "mean = (X * mask[:, :, None]).sum(axis=0) / lengths[:, None]"),
        },
        test="Take a sequence of one step beside one of three, and print X.",
    ),
    Mistake(
        "S6",
        "another number of steps",
        "How many steps has X? And the longest sequence?",
        "T is the length of the longest sequence, and none is cut.",
        {
            "the shortest": edit(laid_out, "max(len(steps)", "min(len(steps)")
            + edit(laid_out, "end = len(x[i])", "end = T")
            + edit(laid_out, PUT, "X[:end, i] = x[i][:T]"),
            "one more": edit(laid_out, "max(len(steps) for steps in x)", "1 + max(len(steps) for steps in x)"),
            "all of them": edit(laid_out, "max(len(steps) for steps in x)", "sum(len(steps) for steps in x)"),
        },
        test="Take sequences of one and three steps: X has three.",
    ),
    Mistake(
        "S7",
        "sequences and steps exchanged, or mixed",
        "Follow the first sequence through X. Which index moves from step to step? Which one is 0 all the time?",
        "The first index of X is the step, the second the sequence, in the order in which they came.",
        {
            "the batch first": edit(P, RETURN, "return X.swapaxes(0, 1), mask.T, f, mean_loss(f @ W.T + b, labels)"),
            "a reshape": edit(
                P,
                RETURN,
                "X, mask = X.swapaxes(0, 1).reshape(X.shape), mask.T.reshape(mask.shape)\n    " + RETURN,
            ),
            "sorted by length": edit(P, "X, mask = laid_out(x)", "X, mask = laid_out(sorted(x, key=len))"),
            "sorted, the longest first": edit(
                P, "X, mask = laid_out(x)", "X, mask = laid_out(sorted(x, key=len, reverse=True))"
            ),
        },
        test="Take three sequences: 7, 8, then 1, 2, 3, then 9. Write X down row by row.",
    ),
    Mistake(
        "S8",
        "other numbers of a sequence",
        "A sequence has the steps 1, 3 and 5, 9 in two columns. Which four numbers describe it, and in which order?",
        "The mean of the steps comes first, then the last step.",
        {
            "the last step first": edit(features, BOTH, "np.concatenate([last, mean], axis=1)"),
            "the mean twice": edit(features, BOTH, "np.concatenate([mean, mean], axis=1)"),
            "the last step twice": edit(features, BOTH, "np.concatenate([last, last], axis=1)"),
            "in turn": edit(features, BOTH, "np.stack([mean, last], axis=2).reshape(len(mean), -1)"),
            "the largest for the mean": edit(features, BOTH, "np.concatenate([X.max(axis=0), last], axis=1)"),
            "without the last in the mean": edit(
                features, BOTH, "np.concatenate([(mean * lengths[:, None] - last) / lengths[:, None], last], axis=1)"
            ),
        },
        test="Take one sequence of two steps and two columns, and compute f by hand.",
    ),
    Mistake(
        "S9",
        "a large score overflows",
        "A score is a thousand. What is its exponential, in NumPy, and the logarithm of a probability of 0?",
        "A softmax does not change if the same number is taken from all scores of a sequence.",
        {
            "": edit(mean_loss, SHIFT, "o = o * 1"),
            "by probabilities": edit(
                mean_loss,
                COST,
                "-np.log((np.exp(o) / np.exp(o).sum(axis=1, keepdims=True))[np.arange(len(o)), labels])",
            ),
            "cut off": edit(
                mean_loss,
                COST,
                "-np.log(np.maximum((np.exp(o) / np.exp(o).sum(axis=1, keepdims=True))"
                "[np.arange(len(o)), labels], 1e-12))",
            ),
            "scores cut off": edit(mean_loss, SHIFT, "o = np.clip(o, -50, 50)"),
        },
        test="Take the scores 0 and 1000 and the label 0: the loss is 1000.",
    ),
    Mistake(
        "S10",
        "another mean of the losses, or another logarithm",
        "Three sequences have the losses 1, 2 and 6. What should be returned, and what would you return?",
        "It is the mean over the sequences, each counted once, of a natural logarithm.",
        {
            "sum": edit(mean_loss, DONE, "cost.sum()"),
            "over classes, too": edit(mean_loss, DONE, "cost.sum() / o.size"),
            "base 2": edit(mean_loss, DONE, "cost.mean() / np.log(2)"),
            "the sign": edit(mean_loss, DONE, "(-cost).mean()"),
            "after the logarithm": edit(mean_loss, DONE, "(-np.log(np.exp(-cost).mean()))"),
            "perplexity": edit(mean_loss, DONE, "np.exp(cost).mean()"),
            "the median": edit(mean_loss, "float(cost.mean())", "float(np.median(cost))"),
        },
        test="Put the losses 1, 2 and 6 into your last line: 3 should come out.",
    ),
    Mistake(
        "S10w",
        "long sequences count more",
        "Does a sequence of ten steps count ten times in your loss? How many labels has it?",
        "There is one label, and one loss, a sequence.",
        {
            "": edit(
                P,
                RETURN,
                "each = np.array([mean_loss(f[i : i + 1] @ W.T + b, labels[i : i + 1]) for i in range(len(x))])\n"
                "    return X, mask, f, float((each * mask.sum(axis=0)).sum() / mask.sum())",
            ),
            "divided by steps": edit(
                P, RETURN, "return X, mask, f, mean_loss(f @ W.T + b, labels) * len(x) / float(mask.sum())"
            ),
        },
        test="Take a sequence of one step and one of ten, and compute both losses one by one.",
    ),
    Mistake(
        "S11",
        "scores, or a softmax, of another kind",
        "With W = 0, which scores has each sequence? What are the probabilities of its classes, and their sum?",
        "The scores are W f + b, and the softmax goes over the classes of one sequence.",
        {
            "no bias": edit(P, RETURN, "return X, mask, f, mean_loss(f @ W.T, labels)"),
            "over everything": edit(mean_loss, COST, "np.log(np.exp(o).sum()) - o[np.arange(len(o)), labels]"),
            "twice": edit(
                mean_loss,
                SHIFT,
                "o = np.exp(o - o.max(axis=1, keepdims=True))\n    o = o / o.sum(axis=1, keepdims=True)",
            ),
            "without the sum": edit(mean_loss, COST, "-o[np.arange(len(o)), labels]"),
            "without the label": edit(mean_loss, COST, "np.log(np.exp(o).sum(axis=1))"),
            "squared error": edit(
                mean_loss,
                COST,
                "((np.exp(o) / np.exp(o).sum(axis=1, keepdims=True) - np.eye(o.shape[1])[labels]) ** 2).sum(axis=1)",
            ),
            "a class further": edit(mean_loss, "labels]", "labels - 1]"),
        },
        test="Take two sequences with label 0, W = 0, and b of 0 and 1: the loss is 1.313.",
    ),
)


LARGE = (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21)
"""Seeds of large scores of which the largest are not those of the labels in another order: b would cancel."""


def sequences(r: Generator, lengths: tuple[int, ...], F: int, K: int, size: float = 1.0) -> tuple[Any, ...]:
    """Sequences of these lengths; scores of a size, of which that of a label is not the largest everywhere."""
    B = len(lengths)
    while True:
        x = [r.normal(size=(T, F)) + 0.5 * r.choice((-1, 1), size=F) for T in lengths]
        labels, W, b = r.permuted(np.arange(max(B, K)) % K)[:B], r.normal(size=(K, 2 * F)), r.normal(size=K)
        o = features(*laid_out(x)) @ W.T + b
        margin = o[np.arange(B), labels] - o.max(axis=1)
        if margin.min() < -0.8 and (B == 1 or len(set(labels)) > 1) and margin.max() - margin.min() > 0.5:
            return x, labels, W * size, b * size


def with_zeros(given: tuple[Any, ...]) -> tuple[Any, ...]:
    """The first sequence has a step of zeros within, the second one at its end."""
    x, *others = given
    x[0][1], x[1][-1] = 0, 0
    return x, *others


pad_exercise = Exercise(
    name="sequences.pad_batch",
    task="Lay sequences of unequal length into one array X (T, B, F), with zeros behind their ends, and a mask; "
    "describe each by the mean of its steps and its last step, f; and return the mean cross entropy of the scores "
    "W f + b, one label a sequence, in nats. A step of a sequence may be zero; scores can be large. NumPy only.",
    arguments=(
        Value("x", "T F", "the sequences, each with a length T of its own", each="B"),
        Value("labels", "B", "whole numbers from 0 to K-1"),
        Value("W", "K 2F"),
        Value("b", "K"),
    ),
    outputs=(
        Value("X", "T B F", "the sequences, and zeros"),
        Value("mask", "T B", "1 where a sequence has a step, else 0"),
        Value("f", "B 2F", "mean of the steps, last step"),
        Value("loss", "", "mean over the sequences, in nats"),
    ),
    reference=pad_batch,
    probe="W",
    cases={
        "general": lambda r: sequences(r, (3, 5, 2), 2, 4),
        "equal lengths": lambda r: sequences(r, (4, 4), 3, 3),
        "one step": lambda r: sequences(r, (1, 4, 3), 3, 2),
        "zero steps": lambda r: with_zeros(sequences(r, (4, 3, 6), 2, 3)),
        "large": lambda r: sequences(np.random.default_rng(int(r.choice(LARGE))), (2, 4, 3), 2, 3, 1500.0),
        "float32": lambda r: in_float32(sequences(r, (4, 2, 3), 2, 3)),
    },
    facets=(
        Facet("X", 1, (), ("X",)),
        Facet("mask", 1, (), ("mask",)),
        Facet("f, equal lengths", 1, ("equal lengths",), ("f",)),
        Facet("f, unequal ones", 2, ("general", "one step", "zero steps", "large", "float32"), ("f",)),
        Facet("loss", 2, ("general", "equal lengths", "one step", "zero steps", "float32"), ("loss",)),
        Facet("loss, large scores", 1, ("large",), ("loss",)),
    ),
    mistakes=PAD_MISTAKES,
    words={"K": "class", "B": "sequence", "F": "column", "2F": "column"},
)
