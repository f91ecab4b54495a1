"""What can be read from the states of a reservoir of inputs some steps before; and what goes wrong there."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.checks.reservoir.draws import WORDS
from rnncourse.shapes import T_, Count, checked

T_N = Annotated[Array, "T N"]


def squared(o: Array, y: Array) -> Any:
    """Squared correlation of two rows of numbers."""
    from_o = o - o.mean()
    from_y = y - y.mean()
    return (from_o @ from_y) ** 2 / ((from_o @ from_o) * (from_y @ from_y))


def leading(r2: Array) -> int:
    """How many of them come before the first below one half."""
    below = r2 < 0.5
    return int(below.argmax()) if below.any() else len(r2)


@checked
def memory(h: T_N, x: T_, K: Count, washout: Count, n: Count) -> tuple[Array, Any, int]:
    r"""The memory curve, fitted on n steps and scored on later ones, its sum, and for how many delays it holds.

    .. math:: o_t^{(k)} = w_k \cdot h_t + c_k \approx x_{t-k}, \qquad \sum_k r_k^2

    Returns r2 (K,), the capacity and the span.
    """
    require(
        K <= washout < washout + n < len(x) - 1, f"expected K ≤ washout, and steps after washout + n, got T={len(x)}"
    )
    A = np.concatenate([h, np.ones_like(h[:, :1])], axis=1)
    fit = np.arange(washout, washout + n)
    rest = np.arange(washout + n, len(x))
    curve = []
    for k in range(1, K + 1):
        w = np.linalg.lstsq(A[fit], x[fit - k], rcond=None)[0]
        curve.append(squared(A[rest] @ w, x[rest - k]))
    r2 = np.array(curve, x.dtype)
    capacity = r2.sum()
    span = leading(r2)
    return r2, capacity, span


sign(globals(), "memory")

FIT, REST, DELAYS = "fit = np.arange(washout, washout + n)", "rest = np.arange(washout + n, len(x))", "range(1, K + 1)"
WEIGHTS, SCORE = "np.linalg.lstsq(A[fit], x[fit - k], rcond=None)[0]", "squared(A[rest] @ w, x[rest - k])"
SQUARED = "(from_o @ from_y) ** 2 / ((from_o @ from_o) * (from_y @ from_y))"
CONSTANT, TOTAL, SPAN = "np.concatenate([h, np.ones_like(h[:, :1])], axis=1)", "r2.sum()", "leading(r2)"

INPUTS = [1, 0, 2, 1, 0, 3, 1, 2, 0, 1, 3, 0, 2, 4, 1, 0]


def delayed(*delays: int, K: int = 2, by: float = 1, plus: float = 0, **others: Any) -> dict[str, Any]:
    """Each unit holds the input of so many steps before, zeros before the first; not at all for -1."""
    states = [[by * INPUTS[t - k] + plus if 0 <= k <= t else plus for k in delays] for t in range(len(INPUTS))]
    return {"h": states, "x": INPUTS, "K": K, "washout": 4, "n": 6, **others}


def vague(*delays: int, **others: Any) -> dict[str, Any]:
    """The same with noise, a fixed one."""
    given = delayed(*delays, **others)
    noise = [0.3, -0.5, 0.9, -0.2, -0.8, 0.6, 0.4, -0.9, 0.1, 0.7, -0.6, 0.5, -0.3, -0.7, 0.8, 0.2]
    given["h"] = [[one + e for one in row] for row, e in zip(given["h"], noise, strict=True)]
    return given


GIVEN = (
    "Let x be 1, 0, 2, 1, 0, 3, 1, 2, 0, 1, 3, 0, 2, 4, 1, 0. Use washout 4 and n = 6. A unit holds 0 before there "
    "is an input for it. "
)
NOISE = "The noise is 0.3, -0.5, 0.9, -0.2, -0.8, 0.6, 0.4, -0.9, 0.1, 0.7, -0.6, 0.5, -0.3, -0.7, 0.8, 0.2. "
VAGUE_TEST = (
    GIVEN + NOISE + "Take two units that hold the inputs of one and of three steps before, each with this noise added. "
    "Take K = 1. What is r²?"
)
MEMORY_MISTAKES = (
    Mistake(
        "M1",
        "scored on the steps of the fit",
        "Which steps do you fit to, and which do you score? Is a step in both?",
        "On the steps of the fit chance alone looks like memory: with as many units as steps all is remembered.",
        {
            "": edit(memory, SCORE, "squared(A[fit] @ w, x[fit - k])"),
            "on all": edit(memory, REST, "rest = np.arange(washout, len(x))"),
            "fitted on all": edit(memory, FIT, "fit = np.arange(washout, len(x))"),
            "fitted and scored on all": edit(memory, FIT, "fit = np.arange(washout, len(x))")
            + edit(memory, REST, "rest = np.arange(washout, len(x))"),
            "fitted on the rest": edit(memory, FIT, "fit = np.arange(washout + n, len(x))"),
            "exchanged": edit(memory, FIT, "rest = np.arange(washout, washout + n)")
            + edit(memory, REST, "fit = np.arange(washout + n, len(x))"),
        },
        test=VAGUE_TEST,
        tries=(trial(lambda w: w[0][0], **vague(1, 3, K=1)),),
    ),
    Mistake(
        "M1w",
        "other steps in the fit",
        "Which is the first step of your fit, and which the last? How many are they?",
        "The fit begins after the washout, and has n steps.",
        {
            "n steps with the washout": edit(memory, FIT, "fit = np.arange(washout, max(n, washout + 1))"),
            "up to step n, the rest scored": edit(memory, FIT, "fit = np.arange(washout, max(n, washout + 1))")
            + edit(memory, REST, "rest = np.arange(max(n, washout + 1), len(x))"),
            "from K on": edit(memory, FIT, "fit = np.arange(K, K + n)"),
            "from K on, as far": edit(memory, FIT, "fit = np.arange(K, washout + n)"),
            "one more": edit(memory, FIT, "fit = np.arange(washout, washout + n + 1)"),
            "one less": edit(memory, FIT, "fit = np.arange(washout, washout + n - 1)"),
            "one late": edit(memory, FIT, "fit = np.arange(washout + 1, washout + n + 1)"),
        },
        test=VAGUE_TEST,
        tries=(trial(lambda w: w[0][0], **vague(1, 3, K=1)),),
    ),
    Mistake(
        "M1r",
        "other steps in the score",
        "Which is the first step that you score, and which the last?",
        "All steps after the fit are scored, each once.",
        {
            "the first left out": edit(memory, REST, "rest = np.arange(washout + n + 1, len(x))"),
            "the last left out": edit(memory, REST, "rest = np.arange(washout + n, len(x) - 1)"),
            "after another washout": edit(memory, REST, "rest = np.arange(washout + n + K, len(x))"),
            "from step n on": edit(memory, REST, "rest = np.arange(max(n, K), len(x))"),
        },
        test=VAGUE_TEST,
        tries=(trial(lambda w: w[0][0], **vague(1, 3, K=1)),),
    ),
    Mistake(
        "M2",
        "inputs that are still to come",
        "A unit holds the input of one step before. For which delay does your curve find it?",
        "A delay of k steps: has that input been read when the state is there?",
        {
            "": edit(memory, WEIGHTS, "np.linalg.lstsq(A[fit], np.roll(x, -k)[fit], rcond=None)[0]")
            + edit(memory, SCORE, "squared(A[rest] @ w, np.roll(x, -k)[rest])"),
            "as far as there are any": edit(memory, WEIGHTS, "np.linalg.lstsq(A[fit], x[fit + k], rcond=None)[0]")
            + edit(memory, SCORE, "squared(A[rest[:-k]] @ w, x[rest[k:]])"),
            "states before inputs": edit(memory, WEIGHTS, "np.linalg.lstsq(A[fit - k], x[fit], rcond=None)[0]")
            + edit(memory, SCORE, "squared(A[rest - k] @ w, x[rest])"),
        },
        test=GIVEN
        + "Take two units that hold the inputs of one and of two steps before, and K = 3. What are the first "
        "two of r²?",
        tries=(trial(lambda w: w[0][:2], **delayed(1, 2, K=3)),),
    ),
    Mistake(
        "M2o",
        "delays that begin elsewhere, or go the other way",
        "A unit holds the input of one step before, and nothing else. Which entry of your curve is 1?",
        "The first delay is 1 and the last K.",
        {
            "from 0 on": edit(memory, DELAYS, "range(K)"),
            "from 2 on": edit(memory, DELAYS, "range(2, K + 2)"),
            "from K down": edit(memory, DELAYS, "range(K, 0, -1)"),
            "always 1": edit(memory, DELAYS, "[1] * K"),
        },
        test=GIVEN + "Take one unit that holds the input of one step before, and K = 2. Which curve comes?",
        tries=(trial(lambda w: w[0], **delayed(1)),),
    ),
    Mistake(
        "M2f",
        "fitted to one delay, scored at another",
        "How many readouts do you fit? Which delay is each of them for?",
        "Each delay has a readout of its own, scored against the input that it was fitted to.",
        {
            "to 1": edit(memory, WEIGHTS, "np.linalg.lstsq(A[fit], x[fit - 1], rcond=None)[0]"),
            "to the input itself": edit(memory, WEIGHTS, "np.linalg.lstsq(A[fit], x[fit], rcond=None)[0]"),
            "scored against the input itself": edit(memory, SCORE, "squared(A[rest] @ w, x[rest])"),
            "scored one late": edit(memory, SCORE, "squared(A[rest] @ w, x[rest - k + 1])"),
        },
        test=GIVEN
        + "Take two units that hold the inputs of one and of two steps before, and K = 3. What are the first "
        "two of r²?",
        tries=(trial(lambda w: w[0][:2], **delayed(1, 2, K=3)),),
    ),
    Mistake(
        "M3",
        "another score than the squared correlation",
        "A prediction is right but for a factor of two. What is its r²? And if it is of the opposite sign?",
        "Correlation, squared: neither an offset nor a factor of the prediction changes it.",
        {
            "not squared": edit(squared, SQUARED, "(from_o @ from_y) / np.sqrt((from_o @ from_o) * (from_y @ from_y))"),
            "size": edit(squared, SQUARED, "np.abs(from_o @ from_y) / np.sqrt((from_o @ from_o) * (from_y @ from_y))"),
            "explained variance": edit(squared, SQUARED, "1 - ((o - y) ** 2).sum() / (from_y @ from_y)"),
            "explained variance, at least 0": edit(
                squared, SQUARED, "max(1 - ((o - y) ** 2).sum() / (from_y @ from_y), 0)"
            ),
            "squared error": edit(squared, SQUARED, "((o - y) ** 2).mean()"),
            "share of the error": edit(squared, SQUARED, "((o - y) ** 2).sum() / (from_y @ from_y)"),
            "covariance": edit(squared, SQUARED, "(from_o @ from_y) ** 2 / len(o) ** 2"),
            "over the target alone": edit(squared, SQUARED, "(from_o @ from_y) ** 2 / (from_y @ from_y) ** 2"),
            "over the prediction alone": edit(squared, SQUARED, "(from_o @ from_y) ** 2 / (from_o @ from_o) ** 2"),
            "one square too many": edit(
                squared, SQUARED, "((from_o @ from_y) ** 2 / ((from_o @ from_o) * (from_y @ from_y))) ** 2"
            ),
            "without the square above": edit(
                squared, SQUARED, "np.abs(from_o @ from_y) / ((from_o @ from_o) * (from_y @ from_y))"
            ),
        },
        test=VAGUE_TEST,
        tries=(trial(lambda w: w[0][0], **vague(1, 3, K=1)),),
    ),
    Mistake(
        "M3m",
        "means left in, or others taken away",
        "Add 100 to all inputs. Does your curve change? Should it?",
        "A correlation goes over deviations from the mean, of the numbers that are scored.",
        {
            "both": edit(squared, "o - o.mean()", "o") + edit(squared, "y - y.mean()", "y"),
            "of the target": edit(squared, SQUARED, "(o @ y) ** 2 / ((from_o @ from_o) * (from_y @ from_y))"),
            "of the prediction below": edit(squared, SQUARED, "(from_o @ from_y) ** 2 / ((o @ o) * (from_y @ from_y))"),
            "of the target below": edit(squared, SQUARED, "(from_o @ from_y) ** 2 / ((from_o @ from_o) * (y @ y))"),
            "the mean of all inputs": edit(
                memory,
                SCORE,
                "((A[rest] @ w - (A[rest] @ w).mean()) @ (x[rest - k] - x.mean())) ** 2"
                " / (((A[rest] @ w - (A[rest] @ w).mean()) ** 2).sum() * ((x[rest - k] - x.mean()) ** 2).sum())",
            ),
        },
        test=VAGUE_TEST,
        tries=(trial(lambda w: w[0][0], **vague(1, 3, K=1)),),
    ),
    Mistake(
        "M3v",
        "a spread over other steps",
        "Over which steps does each sum of your r² go: the one above, and the two below?",
        "A correlation is between -1 and 1 only where all its sums go over the same steps.",
        {
            "of all inputs": edit(
                memory,
                SCORE,
                "np.cov(A[rest] @ w, x[rest - k], bias=True)[0, 1] ** 2 / ((A[rest] @ w).var() * x.var())",
            ),
            "of all inputs and predictions": edit(
                memory, SCORE, "np.cov(A[rest] @ w, x[rest - k], bias=True)[0, 1] ** 2 / ((A @ w).var() * x.var())"
            ),
        },
        test=VAGUE_TEST,
        tries=(trial(lambda w: w[0][0], **vague(1, 3, K=1)),),
    ),
    Mistake(
        "M4x",
        "the input in the readout",
        "How many weights has your readout of one delay? How many units are there?",
        "What this readout may look at stands in the exercise. That of exercise 3 looks at more.",
        edit(memory, CONSTANT, "np.concatenate([h, x[:, None], np.ones_like(h[:, :1])], axis=1)"),
        test=GIVEN + "Take one unit that holds the sum of an input and the one before. Take K = 1. What is r²?",
        tries=(
            trial(
                lambda w: w[0][0],
                **{**delayed(0, K=1), "h": [[INPUTS[t] + INPUTS[t - 1]] for t in range(len(INPUTS))]},
            ),
        ),
    ),
    Mistake(
        "M4",
        "no constant in the readout",
        "Add 100 to all states. Does your curve change? Should it?",
        "A linear readout has a weight for each unit, and one number more.",
        {
            "": edit(memory, CONSTANT, "h"),
            "zeros": edit(memory, CONSTANT, "np.concatenate([h, np.zeros_like(h[:, :1])], axis=1)"),
        },
        test=GIVEN
        + NOISE
        + "Take two units that hold the inputs of one and of three steps before, each with this noise and 5. "
        "Without an input, 5 and the noise are there. Take K = 1. What is r²?",
        tries=(trial(lambda w: w[0][0], **vague(1, 3, K=1, plus=5)),),
    ),
    Mistake(
        "M4p",
        "a penalty in the fit",
        "Is the error of your fit as small as a linear fit can make it?",
        "Least squares, and nothing beside the squares of the errors.",
        {
            "of 1": edit(
                memory,
                WEIGHTS,
                "np.linalg.solve(A[fit].T @ A[fit] + np.eye(len(A[0]), dtype=x.dtype), A[fit].T @ x[fit - k])",
            ),
            "small": edit(
                memory,
                WEIGHTS,
                "np.linalg.solve(A[fit].T @ A[fit] + x.dtype.type(1e-2) * np.eye(len(A[0]), dtype=x.dtype),"
                " A[fit].T @ x[fit - k])",
            ),
        },
        test=GIVEN
        + "Take two units that hold the inputs of one and of two steps before, divided by ten. Take K = 2. Which "
        "curve comes?",
        tries=(trial(lambda w: w[0], **delayed(1, 2, by=0.1)),),
    ),
    Mistake(
        "M5",
        "single units in place of a readout",
        "Two units hold x and the sum of x and the input before. Which of them alone tells the input before?",
        "A readout weights all units together, for each delay.",
        {
            "the best one": edit(
                memory,
                SCORE,
                "max(squared(h[rest, i], x[rest - k]) for i in range(h.shape[1]))",
            ),
            "their mean": edit(memory, SCORE, "squared(h[rest].mean(axis=1), x[rest - k])"),
            "the first": edit(memory, SCORE, "squared(h[rest, 0], x[rest - k])"),
            "the mean of their scores": edit(
                memory,
                SCORE,
                "np.mean([squared(h[rest, i], x[rest - k]) for i in range(h.shape[1])])",
            ),
            "the sum of their scores": edit(
                memory,
                SCORE,
                "np.sum([squared(h[rest, i], x[rest - k]) for i in range(h.shape[1])])",
            ),
        },
        test=GIVEN + "Take one unit that holds x, and one that holds its sum with the input before. Take K = 1. "
        "What is r²?",
        tries=(
            trial(
                lambda w: w[0][0],
                **{**delayed(0, 1, K=1), "h": [[INPUTS[t], INPUTS[t] + INPUTS[t - 1]] for t in range(len(INPUTS))]},
            ),
        ),
    ),
    Mistake(
        "M6",
        "another number than the sum of the curve",
        "All K delays are remembered without a fault. What is the capacity?",
        "The capacity counts delays: it is at most K.",
        {
            "the mean": edit(memory, TOTAL, "r2.mean()"),
            "the largest": edit(memory, TOTAL, "r2.max()"),
            "of the roots": edit(memory, TOTAL, "np.sqrt(r2).sum()"),
            "of those above one half": edit(memory, TOTAL, "r2[r2 >= 0.5].sum()"),
            "up to the span": edit(memory, TOTAL, "r2[: leading(r2)].sum()"),
            "how many are above one half": edit(memory, TOTAL, "(r2 >= 0.5).sum()"),
            "as a share of the units": edit(memory, TOTAL, "r2.sum() / h.shape[1]"),
            "with the input itself": edit(
                memory,
                TOTAL,
                "r2.sum() + squared(A[rest] @ np.linalg.lstsq(A[fit], x[fit], rcond=None)[0], x[rest])",
            ),
            "without the last": edit(memory, TOTAL, "r2[:-1].sum()"),
        },
        test=GIVEN
        + NOISE
        + "Take two units that hold the inputs of one and of three steps before, each with this noise added. "
        "Take K = 3 and divide the capacity by the sum of r². Which number comes?",
        tries=(trial(lambda w: [w[1] / np.sum(w[0])], **vague(1, 3, K=3)),),
    ),
    Mistake(
        "M7",
        "delays counted beyond the first that is forgotten",
        "The curve is 1, 0, 1. What is the span, and what do you give?",
        "Count from the first delay on, and stop. When?",
        {
            "all above one half": edit(memory, SPAN, "int((r2 >= 0.5).sum())"),
            "the last above one half": edit(memory, SPAN, "int(max(np.flatnonzero(r2 >= 0.5), default=-1) + 1)"),
        },
        test=GIVEN + "Take two units that hold the inputs of one and of three steps before, and K = 3. Which "
        "span comes?",
        tries=(trial(lambda w: w[2], **delayed(1, 3, K=3)),),
    ),
    Mistake(
        "M7o",
        "a span one too large, or too small",
        "The first delay is remembered, and the second is not. What is the span, and what do you give?",
        "The span is a number of delays, all of them remembered.",
        {
            "one more": edit(memory, SPAN, "leading(r2) + 1"),
            "one less": edit(memory, SPAN, "leading(r2) - 1"),
            "one more, K at most": edit(memory, SPAN, "min(leading(r2) + 1, K)"),
            "one less, 0 at least": edit(memory, SPAN, "max(leading(r2) - 1, 0)"),
        },
        test=GIVEN + "Take one unit that holds the input of one step before, and K = 2. Which span comes?",
        tries=(trial(lambda w: w[2], **delayed(1)),),
    ),
    Mistake(
        "M7a",
        "all remembered, and taken for none",
        "No delay is below one half. What does your line give then, and what should it?",
        "Where the first one below is looked for and there is none: what comes back?",
        {
            "0": edit(memory, SPAN, "int((r2 < 0.5).argmax())"),
            "one less than K": edit(memory, SPAN, "min(leading(r2), K - 1)"),
            "-1": edit(memory, SPAN, "leading(r2) if (r2 < 0.5).any() else -1"),
        },
        test=GIVEN + "Take two units that hold the inputs of one and of two steps before, and K = 2. Which span comes?",
        tries=(trial(lambda w: w[2], **delayed(1, 2)),),
    ),
    Mistake(
        "M7t",
        "another threshold of the span",
        "Which number is compared with one half: r², or its root?",
        "One half is the threshold of the squared correlation.",
        {
            "of r": edit(memory, SPAN, "leading(np.sqrt(r2))"),
            "0.9": edit(memory, SPAN, "leading(r2 - 0.4)"),
            "0.1": edit(memory, SPAN, "leading(r2 + 0.4)"),
        },
        test=GIVEN
        + NOISE
        + "Take two units that hold the inputs of one and of two steps before, each with this noise added. Take K = 2. "
        "Then add a third unit, of three steps before. All three hold half of their inputs, with all of the noise. "
        "Which two spans come?",
        tries=(trial(lambda v, w: [v[2], w[2]], {"h": vague(1, 2, 3, K=2, by=0.5)["h"]}, **vague(1, 2, K=2)),),
    ),
)


def remembered(r: Generator, T: int, n: int, washout: int, wanted: tuple[float, ...], N: int) -> tuple[Any, ...]:
    """States mixed of delayed inputs and noise: of each delay r² is within 0.06 of what is wanted, or near 0 for 0."""
    K = len(wanted)
    while True:
        x = r.uniform(0.2, 1.2, T) * float(r.uniform(0.8, 1.4))
        past = np.stack([np.concatenate([np.zeros(k), x[: T - k]]) for k in range(1, K + 1)], axis=1)
        noise = np.array([np.sqrt(1 / share - 1) if share else 30 for share in wanted]) * x.std() * 0.95
        units = past + noise * r.normal(size=past.shape)
        mix = np.linalg.qr(r.normal(size=(N, K)))[0].T if N >= K else r.normal(size=(K, N))
        h = units @ mix + 0.02 * r.normal(size=(T, N)) + r.uniform(0.3, 0.6, N)
        r2, _, _ = memory(h, x, K, washout, n)
        fits = all(
            abs(one - share) < 0.06 if share else 0.002 < one < 0.09 for one, share in zip(r2, wanted, strict=True)
        )
        if fits:
            return h, x, K, washout, n


memory_exercise = Exercise(
    name="reservoir.memory",
    task="The memory curve (eq-reservoir-memory) of given states: for each delay 1 … K a readout of the state and a "
    "constant, by least squares on n steps after the washout, and its squared correlation with the delayed input on "
    "all later steps; their sum; and how many delays come before the first below one half. Keep the dtype; NumPy only.",
    arguments=(
        Value("h", "T N", "states, each after it has read the input of its step"),
        Value("x", "T", "inputs"),
        Value("K", None, "the largest delay"),
        Value("washout", None, "steps before the fit, at least K"),
        Value("n", None, "steps of the fit"),
    ),
    outputs=(
        Value("r2", "K", "squared correlations, by delay"),
        Value("capacity", "", "their sum"),
        Value("span", "", "delays before the first below one half", integers=True),
    ),
    reference=memory,
    cases={
        "general": lambda r: remembered(r, 62, 30, 7, (0.93, 0.75, 0.6, 0.36, 0), 6),
        "a gap": lambda r: remembered(r, 58, 26, 6, (0.82, 0, 0.8, 0.6), 5),
        "all remembered": lambda r: remembered(r, 50, 24, 5, (0.8, 0.72, 0.64), 4),
        "the first forgotten": lambda r: remembered(r, 50, 24, 5, (0, 0.8, 0.7), 5),
        "float32": lambda r: in_float32(remembered(r, 50, 24, 5, (0.9, 0.7, 0), 4)),
    },
    facets=(
        Facet("r2", 4, (), ("r2",)),
        Facet("capacity", 1, (), ("capacity",)),
        Facet("r2 and span", 1, ("general", "float32"), ("r2", "span")),
        Facet("r2 and span, a gap", 1, ("a gap", "the first forgotten"), ("r2", "span")),
        Facet("r2 and span, all remembered", 1, ("all remembered",), ("r2", "span")),
    ),
    mistakes=MEMORY_MISTAKES,
    words={
        **WORDS,
        "K": "delay",
        "from 1": "K",
        "step not used": "{It} {do} not change when {argument} changes at step {step}, counted from 1.",
    },
)
