"""Windows for training and windows for testing that have nothing to do with each other; and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value
from rnncourse.shapes import N_F, Count, checked


@checked
def windows_apart(s: N_F, n: Count, L: Count, h: Count, d: Count) -> tuple[Array, Array, Array, Array]:
    r"""Scale by the training samples, split, and cut each part into windows and targets.

    .. math:: \tilde s = \frac{s - \mu}{\sigma}, \qquad X_j = (\tilde s_{jd}, \dots, \tilde s_{jd+L-1}), \qquad
       y_j = \tilde s_{jd+L-1+h,\,0}

    Returns windows and targets of training, then those of testing.
    """
    require(L + h <= min(n, len(s) - n), f"s: expected {L + h} samples in each part, got {n} and {len(s) - n}")
    scaled = scale(s, n)
    train, test = scaled[:n], scaled[n:]
    return (*cut(train, L, h, d), *cut(test, L, h, d))


def scale(s: Array, n: int) -> Array:
    """To mean 0 and deviation 1 on the first n samples."""
    past = s[:n]
    mean, std = past.mean(axis=0), past.std(axis=0)
    std = np.where(past.max(axis=0) > past.min(axis=0), std, 1).astype(s.dtype)
    return (s - mean) / std


def cut(part: Array, L: int, h: int, d: int) -> tuple[Array, Array]:
    """A window every d samples, and column 0 of the sample h after its last one."""
    starts = range(0, len(part) - L - h + 1, d)
    X = np.stack([part[i : i + L] for i in starts])
    y = np.array([part[i + L - 1 + h, 0] for i in starts])
    return X, y


sign(globals(), "windows_apart")

A = windows_apart
SCALED, SPLIT, BACK = (
    "scaled = scale(s, n)",
    "train, test = scaled[:n], scaled[n:]",
    "return (*cut(train, L, h, d), *cut(test, L, h, d))",
)
PAST, MOMENTS, ONE, DIVIDED = (
    "past = s[:n]",
    "mean, std = past.mean(axis=0), past.std(axis=0)",
    "np.where(past.max(axis=0) > past.min(axis=0), std, 1).astype(s.dtype)",
    "(s - mean) / std",
)
STARTS, CUT, TARGET = (
    "range(0, len(part) - L - h + 1, d)",
    "part[i : i + L] for i in starts",
    "part[i + L - 1 + h, 0] for i in starts",
)
WINDOW_MISTAKES = (
    Mistake(
        "S20",
        "the scale knows the test",
        "Which samples do mean and deviation come from, for the training windows and for the test windows?",
        "Mean and standard deviation are computed from the training samples, and used everywhere.",
        {
            "of all samples": edit(scale, PAST, "past = s"),
            "of the test": edit(scale, PAST, "past = s[n:]"),
            "the mean of all": edit(scale, MOMENTS, "mean, std = s.mean(axis=0), past.std(axis=0)"),
            "the deviation of all": edit(scale, ONE, "np.where(s.std(axis=0) > 0, s.std(axis=0), 1).astype(s.dtype)"),
            "each part by its own": edit(A, SPLIT, "train, test = scaled[:n], scale(s[n:], len(s) - n)"),
            "up to the last training target": edit(scale, PAST, "past = s[: n + 1]"),
        },
        test="Take ten samples and n = 5. Put 1000 into sample 5: which numbers of all windows change?",
    ),
    Mistake(
        "S21",
        "scaled otherwise",
        "What are the mean and the standard deviation of each column of your training samples, after scaling?",
        "Each column has its own mean and deviation. The deviation is the root of a mean of squares.",
        {
            "not at all": edit(scale, DIVIDED, "s * 1"),
            "mean alone": edit(scale, DIVIDED, "s - mean"),
            "deviation alone": edit(scale, DIVIDED, "s / std"),
            "variance": edit(scale, MOMENTS, "mean, std = past.mean(axis=0), past.var(axis=0)"),
            "one less than n": edit(scale, MOMENTS, "mean, std = past.mean(axis=0), past.std(axis=0, ddof=1)"),
            "one scale for all columns": edit(scale, MOMENTS, "mean, std = past.mean(), past.std()"),
            "by the range": edit(scale, MOMENTS, "mean, std = past.min(axis=0), past.max(axis=0) - past.min(axis=0)"),
            "by the range, around the mean": edit(
                scale, MOMENTS, "mean, std = past.mean(axis=0), past.max(axis=0) - past.min(axis=0)"
            ),
            "without the last sample": edit(scale, PAST, "past = s[: n - 1]"),
            "a root more": edit(scale, DIVIDED, "(s - mean) / np.sqrt(std)"),
            "first divided": edit(scale, DIVIDED, "s / std - mean"),
        },
        test="Take columns with the training samples 1, 5 and 10, 50: scaled, both are -1, 1.",
    ),
    Mistake(
        "S21y",
        "targets in other units than the windows",
        "Column 0 of a window and the target: are both scaled by the same numbers?",
        "The target is column 0 of the scaled series.",
        {
            "not scaled": edit(
                A,
                BACK,
                "return cut(train, L, h, d)[0], cut(s[:n], L, h, d)[1], cut(test, L, h, d)[0], cut(s[n:], L, h, d)[1]",
            ),
            "not scaled in the test": edit(
                A, BACK, "return (*cut(train, L, h, d), cut(test, L, h, d)[0], cut(s[n:], L, h, d)[1])"
            ),
        },
        test="Take h = 1 and d = 1: each target comes in the next window again, as its newest sample.",
    ),
    Mistake(
        "S22",
        "a column that is constant in training",
        "A column is 0 at all training samples. What is its deviation, and what do you divide by?",
        "Where σ would be 0 the task names another number.",
        {
            "divided by 0": edit(scale, ONE, "std"),
            "a small number added": edit(scale, ONE, "np.where(std > 0, std, 1e-8).astype(s.dtype)"),
            "set to 0": edit(scale, DIVIDED, "np.where(past.std(axis=0) > 0, (s - mean) / std, 0)"),
        },
        test="Let it be 0 in training, and 7 in the test.",
    ),
    Mistake(
        "S23",
        "windows across the border",
        "From which sample on do your test windows read? And which sample is the last training target?",
        "The series is split first. No window and no target takes a sample from the other part.",
        {
            "the test reads training": edit(A, SPLIT, "train, test = scaled[:n], scaled[n - L :]"),
            "the first test target is sample n": edit(A, SPLIT, "train, test = scaled[:n], scaled[n - L - h + 1 :]"),
            "training targets in the test": edit(A, SPLIT, "train, test = scaled[: n + h], scaled[n:]"),
            "training windows in the test": edit(A, SPLIT, "train, test = scaled[: n + L + h - 1], scaled[n:]"),
            "by their targets": edit(
                A,
                BACK,
                "X, y = cut(scaled, L, h, d)\n"
                "    first = np.arange(len(y)) * d + L - 1 + h < n\n"
                "    return X[first], y[first], X[~first], y[~first]",
            ),
            "by their first samples": edit(
                A,
                BACK,
                "X, y = cut(scaled, L, h, d)\n"
                "    first = np.arange(len(y)) * d < n\n"
                "    return X[first], y[first], X[~first], y[~first]",
            ),
            "one sample in both": edit(A, SPLIT, "train, test = scaled[:n], scaled[n - 1 :]"),
            "a sample lost": edit(A, SPLIT, "train, test = scaled[: n - 1], scaled[n:]"),
            "all of it": edit(A, SPLIT, "train, test = scaled, scaled[n:]"),
        },
        test="Take the series 0, 1, 2, … without scaling, and write down which samples each window reads.",
    ),
    Mistake(
        "S24",
        "another target",
        "Let L be 3, h 2 and d 2. Which sample of the series is the target of the first window?",
        "Count h samples on from the last sample of the window.",
        {
            "one too far": edit(cut, STARTS, "range(0, len(part) - L - h, d)")
            + edit(cut, TARGET, "part[i + L + h, 0] for i in starts"),
            "the next one": edit(cut, TARGET, "part[i + L, 0] for i in starts"),
            "the next one, and all such windows": edit(cut, STARTS, "range(0, len(part) - L, d)")
            + edit(cut, TARGET, "part[i + L, 0] for i in starts"),
            "within the window": edit(cut, TARGET, "part[i + L - 1, 0] for i in starts"),
            "one too near": edit(cut, TARGET, "part[i + L - 2 + h, 0] for i in starts"),
            "counted from the first": edit(cut, TARGET, "part[i + h, 0] for i in starts"),
            "h windows on": edit(cut, STARTS, "range(0, len(part) - L - h * d + 1, d)")
            + edit(cut, TARGET, "part[i + L - 1 + h * d, 0] for i in starts"),
        },
        test="Take the series 0, 1, 2, … without scaling, and d = 2. Look at the first target.",
    ),
    Mistake(
        "S25",
        "one window more or less",
        "How many windows has a part of exactly L + h samples? And with you?",
        "The last window is the one whose target is still there.",
        {
            "the last left out": edit(cut, STARTS, "range(0, len(part) - L - h, d)"),
            "the first left out": edit(cut, STARTS, "range(d, len(part) - L - h + 1, d)"),
            "room for a whole step": edit(cut, STARTS, "range(0, len(part) - L - h + 2 - d, d)"),
        },
        test="Take parts of L + h samples, with d = 1 and with d = 2. Each has one window.",
    ),
    Mistake(
        "S26",
        "another distance between windows",
        "With which samples do the first two windows of each part begin? Which samples does a window skip?",
        "d is the distance from one window to the next; within a window no sample is left out.",
        {
            "1": edit(cut, STARTS, "range(len(part) - L - h + 1)"),
            "the length": edit(cut, STARTS, "range(0, len(part) - L - h + 1, L)"),
            "within the window": edit(cut, STARTS, "range(len(part) - L - h + 1)")
            + edit(cut, CUT, "part[np.minimum(i + d * np.arange(L), len(part) - 1)] for i in starts"),
            "in the test, counted from sample 0": edit(
                A, BACK, "return (*cut(train, L, h, d), *cut(test[-n % d :], L, h, d))"
            ),
            "in training alone": edit(A, BACK, "return (*cut(train, L, h, d), *cut(test, L, h, 1))"),
            "in the test alone": edit(A, BACK, "return (*cut(train, L, h, 1), *cut(test, L, h, d))"),
        },
        test="Take d = 2 and an odd n, and print the first sample of each window.",
    ),
    Mistake(
        "S27",
        "samples of a window in another order, or others",
        "Print the first window. Which rows of the scaled series are in it, and in which order?",
        "L samples that follow each other, oldest first, with all columns.",
        {
            "newest first": edit(cut, CUT, "part[i : i + L][::-1] for i in starts"),
            "columns turned round": edit(cut, CUT, "part[i : i + L, ::-1] for i in starts"),
            "up to the target": edit(cut, CUT, "part[i : i + L + h] for i in starts"),
            "one sample late": edit(cut, CUT, "part[i + 1 : i + 1 + L] for i in starts"),
            "right before the target": edit(cut, CUT, "part[i + h - 1 : i + h - 1 + L] for i in starts"),
            "reshaped": edit(cut, CUT, "part[i : i + L].T.reshape(L, -1) for i in starts"),
            "windows newest first": edit(cut, "return X, y", "return X[::-1], y[::-1]"),
        },
        test="Take the series 0, 1, 2, … in its first column, without scaling.",
    ),
    Mistake(
        "S28",
        "the target from another column",
        "Which column do your targets come from? How many numbers has a target?",
        "One number a window is asked for: that of column 0.",
        {
            "the last": edit(cut, TARGET, "part[i + L - 1 + h, -1] for i in starts"),
            "all": edit(cut, TARGET, "part[i + L - 1 + h] for i in starts"),
            "their mean": edit(cut, TARGET, "part[i + L - 1 + h].mean() for i in starts"),
            "column 0, kept": edit(cut, TARGET, "part[i + L - 1 + h, :1] for i in starts"),
        },
        test="Take two columns, one of which is 100 times as large.",
    ),
)


def series(r: Generator, N: int, F: int, n: int, L: int, h: int, d: int) -> tuple[Any, ...]:
    """Columns of several sizes and levels, which are others in the test."""
    s = np.cumsum(r.normal(size=(N, F)), axis=0) * np.arange(1, F + 1) + r.uniform(1, 3, F)
    s[n:] = s[n:] * 1.7 + 2
    return s, n, L, h, d


def constant(given: tuple[Any, ...]) -> tuple[Any, ...]:
    """One column that does not move in training, and does afterwards: 0, which rounding does not move either."""
    s, n, *others = given
    s[:n, 1] = 0
    return s, n, *others


windows_exercise = Exercise(
    name="sequences.windows_apart",
    task="Scale each column of a series by mean and standard deviation of its first n samples (a deviation of 0 "
    "counts as 1), split it there, and cut both parts into windows of L samples, oldest first, one every d "
    "samples, each with column 0 of the sample h after its last one as target. Return windows and targets of "
    "training, then those of the test. NumPy only.",
    arguments=(
        Value("s", "N F", "a series, oldest first"),
        Value("n", None, "how many of its samples are for training"),
        Value("L", None, "samples of a window"),
        Value("h", None, "how far ahead the target lies"),
        Value("d", None, "samples from one window's beginning to the next one's"),
    ),
    outputs=(
        Value("X_train", "M L F"),
        Value("y_train", "M"),
        Value("X_test", "Q L F"),
        Value("y_test", "Q"),
    ),
    reference=windows_apart,
    probe="n",
    cases={
        "general": lambda r: series(r, 26, 3, 15, 3, 3, 3),
        "one step ahead": lambda r: series(r, 15, 2, 8, 4, 1, 1),
        "one window": lambda r: series(r, 10, 2, 5, 3, 2, 2),
        "one column": lambda r: series(r, 17, 1, 9, 2, 2, 2),
        "constant column": lambda r: constant(series(r, 16, 3, 9, 2, 2, 2)),
        "float32": lambda r: (series(r, 18, 2, 10, 3, 2, 1)[0].astype(np.float32), 10, 3, 2, 1),
    },
    facets=(
        Facet(
            "training windows", 2, ("general", "one step ahead", "one window", "one column", "float32"), ("X_train",)
        ),
        Facet(
            "training targets", 1, ("general", "one step ahead", "one window", "one column", "float32"), ("y_train",)
        ),
        Facet("test windows", 2, ("general", "one step ahead", "one window", "one column", "float32"), ("X_test",)),
        Facet("test targets", 1, ("general", "one step ahead", "one window", "one column", "float32"), ("y_test",)),
        Facet("a constant column", 2, ("constant column",)),
    ),
    mistakes=WINDOW_MISTAKES,
    words={"N": "sample", "F": "column", "M": "window", "Q": "window", "L": "sample"},
)
