"""A forecast by least squares, scored beside "no change"; and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, instead
from rnncourse.checks.nested import Value
from rnncourse.shapes import M_, N_, Count, checked


@checked
def ar_ratio(train: N_, test: M_, K: Count, h: Count) -> tuple[Array, float, float]:
    r"""An autoregression h samples ahead, fitted to one series and scored on another beside persistence.

    .. math:: \hat s_t = b + \sum_{k=0}^{K-1} w_k\, s_{t-h-k}, \qquad
       \text{ratio} = \frac{\sum_t (s_t - \hat s_t)^2}{\sum_t (s_t - s_{t-h})^2}

    Returns w (K,), b and the ratio.
    """
    require(len(train) > 2 * K + h, f"train: expected more than {2 * K + h} samples, got {len(train)}")
    X, y = lagged(train, K, h)
    solution = np.linalg.lstsq(X, y, rcond=None)[0]
    X, y = lagged(test, K, h)
    error = y - X @ solution
    naive = y - X[:, 0]
    return solution[:K], float(solution[K]), relative(error, naive)


def lagged(s: Array, K: int, h: int) -> tuple[Array, Array]:
    """A row of K past samples and a 1 for each sample that has them all, newest first; and these samples."""
    first = K + h - 1
    past = [s[first - h - k : len(s) - h - k] for k in range(K)]
    return np.stack([*past, np.ones_like(past[0])], axis=1), s[first:]


def relative(error: Array, naive: Array) -> float:
    """One sum of squares over the other."""
    return float((error**2).sum() / (naive**2).sum())


sign(globals(), "ar_ratio")


def iterated(train: Array, test: Array, K: int, h: int) -> tuple[Array, float, float]:
    """One sample ahead, and from there on from its own forecasts."""
    X, y = lagged(train, K, 1)
    w = np.linalg.lstsq(X, y, rcond=None)[0]
    X, y = lagged(test, K, h)
    naive = y - X[:, 0]
    for _ in range(h):
        X = np.concatenate([(X @ w)[:, None], X[:, : K - 1], X[:, K:]], axis=1)
    return w[:K], float(w[K]), relative(y - X[:, 0], naive)


def differences(train: Array, test: Array, K: int, h: int) -> tuple[Array, float, float]:
    """What is added to the newest sample, and not the sample itself."""
    X, y = lagged(train, K, h)
    w = np.linalg.lstsq(X, y - X[:, 0], rcond=None)[0]
    X, y = lagged(test, K, h)
    return w[:K], float(w[K]), relative(y - X[:, 0] - X @ w, y - X[:, 0])


R = ar_ratio
FIT, SOLVED, SCORE, ERROR, NAIVE, BACK = (
    "X, y = lagged(train, K, h)",
    "np.linalg.lstsq(X, y, rcond=None)[0]",
    "X, y = lagged(test, K, h)",
    "error = y - X @ solution",
    "naive = y - X[:, 0]",
    "return solution[:K], float(solution[K]), relative(error, naive)",
)
FIRST, PAST, ROWS = (
    "first = K + h - 1",
    "[s[first - h - k : len(s) - h - k] for k in range(K)]",
    "np.stack([*past, np.ones_like(past[0])], axis=1), s[first:]",
)
RATIO = "(error**2).sum() / (naive**2).sum()"
AR_MISTAKES = (
    Mistake(
        "S30",
        "oldest first",
        "Which of your coefficients multiplies the newest sample, in the fit and in the test?",
        "The first coefficient belongs to the sample that is h before the one that is forecast.",
        {
            "": edit(R, BACK, "return solution[:K][::-1], float(solution[K]), relative(error, naive)"),
            "persistence by the oldest, too": edit(lagged, "for k in range(K)]", "for k in range(K)][::-1]"),
            "in the test": edit(
                R, ERROR, "error = y - np.concatenate([X[:, K - 1 :: -1], X[:, K:]], axis=1) @ solution"
            ),
        },
        test="Take 1, 3, 2, 6, 4, 12, 8, 24 for both series, K = 2, h = 1. Then w is 0 and 2, the ratio 0.",
    ),
    Mistake(
        "S31",
        "another horizon",
        "With K = 2 and h = 3: which two samples is sample 7 forecast from?",
        "The newest sample of a row is h samples before its target; the others follow one by one.",
        {
            "one ahead": edit(R, FIT, "X, y = lagged(train, K, 1)") + edit(R, SCORE, "X, y = lagged(test, K, 1)"),
            "one ahead in the fit": edit(R, FIT, "X, y = lagged(train, K, 1)"),
            "one more": edit(R, FIT, "X, y = lagged(train, K, h + 1)")
            + edit(R, SCORE, "X, y = lagged(test, K, h + 1)"),
            "one less": edit(R, FIT, "X, y = lagged(train, K, max(h - 1, 1))")
            + edit(R, SCORE, "X, y = lagged(test, K, max(h - 1, 1))"),
            "every h-th sample": edit(lagged, FIRST, "first = K * h")
            + edit(lagged, PAST, "[s[first - h - k * h : len(s) - h - k * h] for k in range(K)]"),
            "step by step": instead(ar_ratio, iterated),
        },
        test="Take the series 0, 1, 2, …, K = 2 and h = 3. Write down the first row and its target.",
    ),
    Mistake(
        "S32",
        "the constant",
        "Add 10 to all samples of both series. Does your ratio change? Should it?",
        "A column of ones is fitted with the rest, and used in the forecast.",
        {
            "none": edit(R, SOLVED, "np.append(np.linalg.lstsq(X[:, :K], y, rcond=None)[0], y.dtype.type(0))"),
            "not in the forecast": edit(R, ERROR, "error = y - X[:, :K] @ solution[:K]"),
            "the mean for it": edit(
                R,
                SOLVED,
                "np.append(np.linalg.lstsq(X[:, :K], y, rcond=None)[0], y.mean())",
            ),
            "means taken away": edit(
                R,
                SOLVED,
                "np.append(np.linalg.lstsq(X[:, :K] - train.mean(), y - train.mean(), rcond=None)[0], y.dtype.type(0))",
            ),
        },
        test="Take a series around 10, and K = 1.",
    ),
    Mistake(
        "S33",
        "compared with another forecast",
        "What does persistence say about sample 7 if h = 3? And your baseline?",
        "Persistence knows what the autoregression knows at that time, and says that nothing changes.",
        {
            "the mean": edit(R, NAIVE, "naive = y - y.mean()"),
            "the mean of training": edit(R, NAIVE, "naive = y - train.mean()"),
            "the sample right before": edit(R, NAIVE, "naive = y - test[K + h - 2 : -1]"),
            "the last of training": edit(R, NAIVE, "naive = y - train[-1]"),
            "the first of the test": edit(R, NAIVE, "naive = y - test[0]"),
            "the oldest": edit(R, NAIVE, "naive = y - X[:, K - 1]"),
            "zero": edit(R, NAIVE, "naive = y"),
            "the mean of the past samples": edit(R, NAIVE, "naive = y - X[:, :K].mean(axis=1)"),
        },
        test="Take the test series 0, 1, 2, …: persistence is wrong by h each time.",
    ),
    Mistake(
        "S34",
        "another ratio",
        "The errors are 1 and 3, those of persistence 2 and -4. What is the ratio, and what do you compute?",
        "A sum of squares stands above the line, and one below it: nothing more.",
        {
            "a root": edit(relative, RATIO, "np.sqrt((error**2).sum() / (naive**2).sum())"),
            "upside down": edit(relative, RATIO, "(naive**2).sum() / (error**2).sum()"),
            "what is saved": edit(relative, RATIO, "1 - (error**2).sum() / (naive**2).sum()"),
            "sizes": edit(relative, RATIO, "np.abs(error).sum() / np.abs(naive).sum()"),
            "sum over mean": edit(relative, RATIO, "(error**2).sum() / (naive**2).mean()"),
            "no division": edit(relative, RATIO, "(error**2).mean()"),
            "a difference": edit(relative, RATIO, "(error**2).mean() - (naive**2).mean()"),
            "ratio by ratio": edit(relative, RATIO, "(error**2 / naive**2).mean()"),
            "spreads": edit(relative, RATIO, "error.var() / naive.var()"),
            "of sums": edit(relative, RATIO, "error.sum() ** 2 / naive.sum() ** 2"),
        },
        test="Put these four errors into your last lines: the ratio is 0.5.",
    ),
    Mistake(
        "S34s",
        "the sums over other samples",
        "How many squares are added above the line, and how many below?",
        "Both forecasts are scored on the same samples of the test: those that have all K past samples there.",
        {
            "persistence from its first": edit(R, NAIVE, "naive = test[h:] - test[:-h]"),
            "persistence from its first, means": edit(R, NAIVE, "naive = test[h:] - test[:-h]")
            + edit(relative, RATIO, "(error**2).mean() / (naive**2).mean()"),
            "the last of training as past": edit(
                R, SCORE, "X, y = lagged(np.concatenate([train[1 - K - h :], test]), K, h)"
            ),
            "zeros as past": edit(
                R, SCORE, "X, y = lagged(np.concatenate([np.zeros(K + h - 1, test.dtype), test]), K, h)"
            ),
            "the first left out": edit(R, SCORE, "X, y = (part[1:] for part in lagged(test, K, h))"),
            "the last left out": edit(R, SCORE, "X, y = lagged(test[:-1], K, h)"),
            "training": edit(R, SCORE, "X, y = lagged(train, K, h)"),
        },
        test="Take a test of K + h samples: there is one forecast of each kind.",
    ),
    Mistake(
        "S35",
        "fitted to the test",
        "Change the last sample of the test. Do your coefficients change? Should they?",
        "Coefficients come from the training series alone.",
        {
            "to it alone": edit(R, FIT, "X, y = lagged(test, K, h)"),
            "to both": edit(R, FIT, "X, y = lagged(np.concatenate([train, test]), K, h)"),
        },
        test="Put 1000 into the last sample of the test, and print w before and after.",
    ),
    Mistake(
        "S36",
        "rows too many or too few in the fit",
        "How many rows has your matrix for N samples? Take N = 5, K = 2, h = 1, and write them down.",
        "There is a row for each sample whose K past samples were all measured.",
        {
            "the last left out": edit(R, FIT, "X, y = lagged(train[:-1], K, h)"),
            "the first left out": edit(R, FIT, "X, y = lagged(train[1:], K, h)"),
            "zeros before it began": edit(
                R, FIT, "X, y = lagged(np.concatenate([np.zeros(K + h - 1, train.dtype), train]), K, h)"
            ),
            "round the end": edit(R, FIT, "X, y = lagged(np.concatenate([train[1 - K - h :], train]), K, h)"),
            "every K-th": edit(R, FIT, "X, y = (part[:: max(K, 2)] for part in lagged(train, K, h))"),
        },
        test="Print the first and the last row, and their targets.",
    ),
    Mistake(
        "S37",
        "something else is fitted",
        "Move w or b a little. Can the sum of squares on the training series become smaller?",
        "Least squares: no other w and b have a smaller sum on the training series.",
        {
            "with a penalty": edit(R, SOLVED, "np.linalg.solve(X.T @ X + np.eye(K + 1, dtype=X.dtype), X.T @ y)"),
            "with a small penalty": edit(
                R, SOLVED, "np.linalg.solve(X.T @ X + X.dtype.type(0.01) * np.eye(K + 1, dtype=X.dtype), X.T @ y)"
            ),
            "changes": instead(ar_ratio, differences),
            "correlations": edit(
                R, SOLVED, "np.array([(X[:, k] * y).sum() / (X[:, k] ** 2).sum() for k in range(K + 1)])"
            ),
            "the first rows": edit(R, SOLVED, "np.linalg.solve(X[: K + 1], y[: K + 1])"),
        },
        test="Try both directions for each coefficient, with a noisy series and K = 1.",
    ),
    Mistake(
        "S38",
        "another number of coefficients",
        "How many coefficients has w? How many past samples has a row?",
        "There are K past samples, and b stands apart.",
        {
            "one more": edit(R, FIT, "X, y = lagged(train, K + 1, h)")
            + edit(R, SCORE, "X, y = lagged(test, K + 1, h)")
            + edit(R, BACK, "return solution[: K + 1], float(solution[K + 1]), relative(error, naive)"),
            "b among them": edit(R, BACK, "return solution, float(solution[K]), relative(error, naive)"),
            "b is the first": edit(R, BACK, "return solution[1:], float(solution[0]), relative(error, naive)"),
        },
        test="Take K = 1: w has one number.",
    ),
)


def wave(r: Generator, N: int, M: int, K: int, h: int) -> tuple[Any, ...]:
    """A series around a level that swings and forgets, in two pieces; each forecast misses by more than rounding."""
    while True:
        s = np.full(N + M + 50, 1.5)
        for t in range(3, len(s)):
            s[t] = 0.9 + 1.1 * s[t - 1] - 0.9 * s[t - 2] + 0.2 * s[t - 3] + 0.4 * r.normal()
        train, test = s[50 : 50 + N].copy(), s[50 + N :].copy()
        w, b, ratio = ar_ratio(train, test, K, h)
        if (
            0.05 < ratio < 0.8
            and abs(b) > 0.3
            and np.abs(w).min() > 0.04
            and np.linalg.cond(lagged(train, K, h)[0]) < 60
        ):
            return train, test, K, h


ar_exercise = Exercise(
    name="sequences.ar_ratio",
    task="Find w and b of an autoregression h samples ahead, ŝ_t = b + Σ w_k s_(t-h-k), k = 0 … K-1, by least "
    "squares on a training series; forecast a test series, of which nothing earlier is known; and return w, b and "
    "the ratio of its sum of squared errors to that of persistence, s_(t-h), on the same samples. NumPy only.",
    arguments=(
        Value("train", "N", "the series that is fitted, oldest first"),
        Value("test", "M", "the series that is forecast"),
        Value("K", None, "how many past samples are used"),
        Value("h", None, "how far ahead"),
    ),
    outputs=(
        Value("w", "K", "newest first"),
        Value("b", "", "the constant"),
        Value("ratio", "", "squared error, over that of persistence"),
    ),
    reference=ar_ratio,
    probe="test",
    cases={
        "general": lambda r: wave(r, 40, 18, 3, 2),
        "one sample": lambda r: wave(r, 24, 14, 1, 1),
        "one step ahead": lambda r: wave(r, 30, 15, 2, 1),
        "far": lambda r: wave(r, 36, 16, 2, 3),
        "float32": lambda r: (
            (a := wave(r, 30, 14, 2, 2))[0].astype(np.float32),
            a[1].astype(np.float32),
            a[2],
            a[3],
        ),
    },
    facets=(
        Facet("w and b, one ahead", 2, ("one sample", "one step ahead"), ("w", "b")),
        Facet("w and b, further ahead", 4, ("general", "far", "float32"), ("w", "b")),
        Facet("ratio, one ahead", 2, ("one sample", "one step ahead"), ("ratio",)),
        Facet("ratio, further ahead", 2, ("general", "far", "float32"), ("ratio",)),
    ),
    mistakes=AR_MISTAKES,
    words={"K": "coefficient", "N": "sample", "M": "sample"},
)
