"""The readout: a linear fit with a penalty, a washout and a constant that is free; and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.checks.reservoir.draws import WORDS, signed
from rnncourse.shapes import K_, K_NF1, M_K, T_B_F, T_B_K, T_B_N, M_n, Natural, NotNegative, checked


def fit(A: M_n, y: M_K, penalty: float) -> Array:
    """Weights (K, n) by least squares; the last column of A, of ones, has weights without a penalty."""
    share = np.full(A.shape[1], penalty, A.dtype)
    share[-1] = 0
    rows = np.concatenate([A, np.diag(np.sqrt(share))])
    targets = np.concatenate([y, np.zeros((A.shape[1], y.shape[1]), y.dtype)])
    W: Array = np.linalg.lstsq(rows, targets, rcond=None)[0].T
    return W


def in_rows(a: Array) -> Array:
    """Steps and sequences in one axis."""
    return a.reshape(-1, a.shape[2])


@checked
def readout(h: T_B_N, x: T_B_F, y: T_B_K, washout: Natural, penalty: NotNegative) -> tuple[K_NF1, K_]:
    r"""A linear readout of state, input and a constant, fitted after a washout, and its error.

    .. math:: \sum_{t, b} \lVert o_{t,b} - y_{t,b} \rVert^2 + \lambda \sum_k \sum_{j \le N + F} (W_{ho})_{kj}^2

    Returns W_ho (K, N + F + 1) and the root mean squared errors (K,).
    """
    require(washout < len(h), f"washout: expected fewer than T = {len(h)} steps, got {washout}")
    z = np.concatenate([h, x, np.ones_like(h[:, :, :1])], axis=2)
    A = in_rows(z[washout:])
    target = in_rows(y[washout:])
    W_ho = fit(A, target, penalty)
    e = A @ W_ho.T - target
    rmse = np.sqrt((e**2).mean(axis=0))
    return W_ho, rmse


sign(globals(), "readout")

WASHED, AIMED = "in_rows(z[washout:])", "in_rows(y[washout:])"
SHARE, FREE = "np.full(A.shape[1], penalty, A.dtype)", "share[-1] = 0"
SOLVED, SCORED = "np.linalg.lstsq(rows, targets, rcond=None)[0].T", "np.sqrt((e**2).mean(axis=0))"
FEATURES, FITTED = "np.concatenate([h, x, np.ones_like(h[:, :, :1])], axis=2)", "fit(A, target, penalty)"
NORMAL = "np.linalg.solve(A.T @ A + penalty * np.eye(A.shape[1], dtype=A.dtype)"

# What hints ask to try: h = 1, -1, 1, -1 and no input, y = 5 + 3 h; then λ = 4 halves the weight, as Σ h² = 4.
LINE: dict[str, Any] = {
    "h": [[[1]], [[-1]], [[1]], [[-1]]],
    "x": [[[1]], [[1]], [[-1]], [[-1]]],
    "y": [[[8]], [[2]], [[8]], [[2]]],
    "washout": 0,
    "penalty": 4.0,
}
EXACT: dict[str, Any] = {**LINE, "penalty": 0.0}
START: dict[str, Any] = {  # the first two steps say something else
    "h": [[[5]], [[2]], [[1]], [[-1]], [[1]], [[-1]]],
    "x": [[[3]], [[0]], [[1]], [[1]], [[-1]], [[-1]]],
    "y": [[[0]], [[50]], [[8]], [[2]], [[8]], [[2]]],
    "washout": 2,
    "penalty": 0.0,
}
PAIR: dict[str, Any] = {  # the second sequence has an input too
    "h": [[[9], [9]], [[1], [1]], [[-1], [-1]], [[2], [0]]],
    "x": [[[7], [9]], [[0], [1]], [[0], [-1]], [[1], [2]]],
    "y": [[[0], [0]], [[8], [10]], [[2], [0]], [[13], [9]]],
    "washout": 1,
    "penalty": 0.0,
}
ROUGH: dict[str, Any] = {  # the input explains nothing, and errors of ±1 are left, of ±2 in the second output
    "h": [[[1], [1]], [[-1], [-1]], [[1], [1]], [[-1], [-1]]],
    "x": [[[1], [1]], [[1], [1]], [[-1], [-1]], [[-1], [-1]]],
    "y": [[[9, 2], [7, -2]], [[3, -2], [1, 2]], [[7, -2], [9, 2]], [[1, 2], [3, -2]]],
    "washout": 0,
    "penalty": 0.0,
}


def row(w: Any) -> Any:
    """The weights of the first output."""
    return w[0][0]


READOUT_MISTAKES = (
    Mistake(
        "E9",
        "steps of the washout in the fit",
        "Change a state within the washout. Do your weights notice? Should they?",
        "How many steps are left out of each sequence, and at which end?",
        {
            "all steps": edit(readout, WASHED, "in_rows(z)") + edit(readout, AIMED, "in_rows(y)"),
            "the end cut off": edit(readout, WASHED, "in_rows(z[: len(z) - washout])")
            + edit(readout, AIMED, "in_rows(y[: len(y) - washout])"),
            "one step more": edit(readout, WASHED, "in_rows(z[max(washout - 1, 0) :])")
            + edit(readout, AIMED, "in_rows(y[max(washout - 1, 0) :])"),
            "one step fewer": edit(readout, WASHED, "in_rows(z[washout + 1 :])")
            + edit(readout, AIMED, "in_rows(y[washout + 1 :])"),
        },
        test="Take h = 5, 2, 1, -1, 1, -1. Take x = 3, 0, 1, 1, -1, -1. Take y = 0, 50, 8, 2, 8, 2, a washout of 2 "
        "and no penalty. From the third step on y is 3 h + 5. What are the weights and the error? What is the error "
        "with 9 in place of 8 in the third step?",
        tries=(
            trial(
                lambda v, w: [*row(v), v[1][0], w[1][0]],
                {"y": [[[0]], [[50]], [[9]], [[2]], [[8]], [[2]]]},
                **START,
            ),
        ),
    ),
    Mistake(
        "E9f",
        "a washout counted in rows",
        "With two sequences, how many steps of each does your washout leave out?",
        "A row of your matrix is a step of one sequence. How many rows has one step?",
        {
            "": edit(readout, WASHED, "in_rows(z)[washout:]") + edit(readout, AIMED, "in_rows(y)[washout:]"),
            "sequence by sequence": edit(readout, WASHED, "in_rows(z.swapaxes(0, 1))[washout:]")
            + edit(readout, AIMED, "in_rows(y.swapaxes(0, 1))[washout:]"),
        },
        test="Take two equal sequences. In both, h is 5, 2, 1, -1, 1, -1. Take x = 3, 0, 1, 1, -1, -1. Take y = 0, "
        "50, 8, 2, 8, 2, a washout of 2 and no penalty. From the third step on y is 3 h + 5. Which weights come?",
        tries=(trial(row, **{**START, **{k: [[one[0]] * 2 for one in START[k]] for k in "hxy"}}),),
    ),
    Mistake(
        "E10",
        "targets of other steps than the states",
        "Which target belongs to the first state that you use, and which does it get?",
        "A state and its target belong to the same step: both lose the same steps.",
        {
            "cut from one side alone": edit(readout, AIMED, "in_rows(y[: len(y) - washout])"),
            "from the other": edit(readout, WASHED, "in_rows(z[: len(z) - washout])"),
            "the next step's": edit(readout, WASHED, "in_rows(z[washout:-1])")
            + edit(readout, AIMED, "in_rows(y[washout + 1 :])"),
            "the step before's": edit(readout, WASHED, "in_rows(z[washout + 1 :])")
            + edit(readout, AIMED, "in_rows(y[washout:-1])"),
        },
        test="Take h = 5, 2, 1, -1, 1, -1. Take x = 3, 0, 1, 1, -1, -1. Take y = 0, 50, 8, 2, 8, 2, a washout of 2 "
        "and no penalty. From the third step on y is 3 h + 5. What are the weights and the error?",
        tries=(trial(lambda w: [*row(w), w[1][0]], **START),),
    ),
    Mistake(
        "E11",
        "rows that mix steps and sequences",
        "Take two different sequences. Whose target stands beside the second row of your matrix?",
        "States and targets stand in rows in the same order. A row has the numbers of one step.",
        {
            "sequences first in one of them": edit(readout, WASHED, "in_rows(z[washout:].swapaxes(0, 1))"),
            "sequences first in the targets": edit(readout, AIMED, "in_rows(y[washout:].swapaxes(0, 1))"),
            "reshaped, not transposed": edit(readout, WASHED, "z[washout:].reshape(z.shape[2], -1).T"),
        },
        test="Take two sequences, a washout of 1 and no penalty. In the first, h is 9, 1, -1, 2 and x is 7, 0, 0, 1. "
        "In the second, h is 9, 1, -1, 0 and x is 9, 1, -1, 2. Let y be 3 h + 2 x + 5 after the first step. Which "
        "weights come?",
        tries=(trial(row, **PAIR),),
    ),
    Mistake(
        "E11b",
        "not all sequences in the fit",
        "Change the targets of one sequence after the other. Which of them do your weights notice?",
        "All steps of all sequences are rows of one fit.",
        {
            "the first": edit(readout, WASHED, "z[washout:, 0]") + edit(readout, AIMED, "y[washout:, 0]"),
            "the last": edit(readout, WASHED, "z[washout:, -1]") + edit(readout, AIMED, "y[washout:, -1]"),
            "their mean": edit(readout, WASHED, "z[washout:].mean(axis=1)")
            + edit(readout, AIMED, "y[washout:].mean(axis=1)"),
            "a fit each": edit(
                readout,
                FITTED,
                "np.mean([fit(z[washout:, n], y[washout:, n], penalty) for n in range(h.shape[1])], axis=0)"
                ".astype(h.dtype)",
            ),
        },
        test="Take two sequences, a washout of 1 and no penalty. In the first, h is 1, 1, -1, 0, 0 and x is 0, 1, 1, "
        "-2, 0. In the second, h is 1, 1, -1, 2, 0 and x is 0, 1, 1, -1, 0. Let y be 0 in the first and 1 in the "
        "second. Which constant and error come?",
        tries=(
            trial(
                lambda w: [w[0][0, -1], w[1][0]],
                **{
                    "h": [[[1], [1]], [[1], [1]], [[-1], [-1]], [[0], [2]], [[0], [0]]],
                    "x": [[[0], [0]], [[1], [1]], [[1], [1]], [[-2], [-1]], [[0], [0]]],
                    "y": [[[0], [1]]] * 5,
                    "washout": 1,
                    "penalty": 0.0,
                },
            ),
        ),
    ),
    Mistake(
        "E13",
        "another penalty than λ",
        "With one state, no input and four rows of ±1, which λ halves the weight? Which does with you?",
        "λ stands once before the sum of squared weights, and before the errors stands nothing.",
        {
            "none": edit(readout, FITTED, "fit(A, target, 0)"),
            "squared": edit(readout, FITTED, "fit(A, target, penalty**2)"),
            "its root": edit(readout, FITTED, "fit(A, target, penalty**0.5)"),
            "times the rows": edit(readout, FITTED, "fit(A, target, penalty * len(A))"),
            "over the rows": edit(readout, FITTED, "fit(A, target, penalty / len(A))"),
            "times the steps": edit(readout, FITTED, "fit(A, target, penalty * len(z[washout:]))"),
            "twice": edit(readout, FITTED, "fit(A, target, 2 * penalty)"),
            "half": edit(readout, FITTED, "fit(A, target, penalty / 2)"),
            "minus": edit(
                fit,
                SOLVED,
                "np.linalg.solve(A.T @ A - np.diag(share), A.T @ y).T",
            ),
        },
        test="Take h = 1, -1, 1, -1 and x = 1, 1, -1, -1 without a washout. Take y = 8, 2, 8, 2. Which weights come "
        "for λ = 4, and for λ = 0.25?",
        tries=(trial(lambda v, w: [v[0][0, 0], w[0][0, 0]], {"penalty": 0.25}, **LINE),),
    ),
    Mistake(
        "E13a",
        "λ added to every entry",
        "How many entries of your matrix does λ change? How many are squared weights?",
        "The square of each weight stands in the penalty, products of two weights do not.",
        {
            "": edit(fit, SOLVED, "np.linalg.solve(A.T @ A + A.dtype.type(penalty), A.T @ y).T"),
            "to the right side, too": edit(
                fit, SOLVED, "np.linalg.solve(A.T @ A + np.diag(share), A.T @ y + A.dtype.type(penalty)).T"
            ),
        },
        test="Take h = 1, -1, 1, -1 and x = 1, 1, -1, -1 without a washout. Take y = 8, 2, 8, 2. Which weights come "
        "for λ = 4?",
        tries=(trial(row, **LINE),),
    ),
    Mistake(
        "E14",
        "other weights penalised than those of state and input",
        "Add 100 to all targets. Which weights should change? Which change with you?",
        "Which columns does the penalty count? Where does the constant stand among them?",
        {
            "the constant, too": edit(fit, FREE, "pass"),
            "not the first, in place of the last": edit(fit, FREE, "share[0] = 0"),
            "not the inputs": edit(
                readout,
                FITTED,
                "np.linalg.solve(A.T @ A + np.diag([penalty] * h.shape[2] + [0] * (x.shape[2] + 1)).astype(A.dtype),"
                " A.T @ target).T",
            ),
            "the constant alone": edit(fit, FREE, "share[:-1] = 0"),
        },
        test="Take h = 1, -1, 1, -1 and x = 1, 1, -1, -1 without a washout. Take y = 9, 3, 7, 1, so that y is 3 h + "
        "x + 5. Which weights come for λ = 4?",
        tries=(trial(row, **{**LINE, "y": [[[9]], [[3]], [[7]], [[1]]]}),),
    ),
    Mistake(
        "E14c",
        "a constant that was not fitted with the rest",
        "Take states of mean 1 and a penalty. What is the mean of your errors? What should it be with a free constant?",
        "Whoever takes means away has to do so on both sides, and to put them back in the constant.",
        {
            "targets centred, states not": edit(
                readout,
                FITTED,
                "np.concatenate([fit(np.concatenate([A[:, :-1], 0 * A[:, -1:]], axis=1), target - target.mean(axis=0),"
                " penalty)[:, :-1], target.mean(axis=0)[:, None]], axis=1)",
            ),
            "the mean of the targets": edit(
                readout,
                FITTED,
                "np.concatenate([fit(A, target, penalty)[:, :-1], target.mean(axis=0)[:, None]], axis=1)",
            ),
            "after a fit without": edit(
                readout,
                FITTED,
                "fit(np.concatenate([A[:, :-1], 0 * A[:, -1:]], axis=1), target, penalty)\n"
                "    W_ho[:, -1] = (target - A @ W_ho.T).mean(axis=0)",
            ),
        },
        test="Take h = 2, 0, 2, 0 and x = 1, 1, -1, -1 without a washout. Take y = 8, 2, 8, 2. Which weights come "
        "for λ = 4?",
        tries=(trial(row, **{**LINE, "h": [[[2]], [[0]], [[2]], [[0]]]}),),
    ),
    Mistake(
        "E15",
        "no constant",
        "All targets are 5, all states and inputs have mean zero. Which error is left with you?",
        "The last column of the readout is for an input that is always the same.",
        {
            "a zero": edit(readout, FEATURES, "np.concatenate([h, x, np.zeros_like(h[:, :, :1])], axis=2)"),
            "no column": edit(readout, FEATURES, "np.concatenate([h, x], axis=2)") + edit(fit, FREE, "pass"),
        },
        test="Take h = 1, -1, 1, -1 and x = 1, 1, -1, -1 without a washout. Take y = 8, 2, 8, 2. Which error is left "
        "without a penalty?",
        tries=(trial(lambda w: w[1][0], **EXACT),),
    ),
    Mistake(
        "E15o",
        "columns in another order",
        "Which column of your W_ho belongs to the constant? Which to the input?",
        "State, input, constant, in this order.",
        {
            "the constant first": edit(readout, "return W_ho, rmse", "return np.roll(W_ho, 1, axis=1), rmse"),
            "the input first": edit(
                readout,
                "return W_ho, rmse",
                "return np.concatenate([W_ho[:, h.shape[2] : -1], W_ho[:, : h.shape[2]], W_ho[:, -1:]], axis=1), rmse",
            ),
            "turned round": edit(readout, "return W_ho, rmse", "return W_ho[:, ::-1], rmse"),
        },
        test="Take h = 1, -1, 1, -1 and x = 1, 1, -1, -1 without a washout. Take y = 9, 3, 7, 1, so that y is 3 h + "
        "x + 5. Which weights come without a penalty?",
        tries=(trial(row, **{**EXACT, "y": [[[9]], [[3]], [[7]], [[1]]]}),),
    ),
    Mistake(
        "E15t",
        "weights transposed",
        "How many rows has your W_ho: as many as outputs, or as many as features?",
        "A row of W_ho makes one output.",
        edit(readout, "return W_ho, rmse", "return W_ho.T, rmse"),
        test="Take one state, one input and one output: how many rows and columns has W_ho?",
        tries=(trial(lambda w: w[0].shape, **EXACT),),
    ),
    Mistake(
        "E16",
        "another error than the root of the mean square",
        "All errors are 2 or -2. What should rmse be? What is it with you?",
        "Square, mean over steps and sequences, root; for each output by itself.",
        {
            "without the root": edit(readout, SCORED, "(e**2).mean(axis=0)"),
            "sum": edit(readout, SCORED, "np.sqrt((e**2).sum(axis=0))"),
            "the sum of squares": edit(readout, SCORED, "(e**2).sum(axis=0)"),
            "sizes": edit(readout, SCORED, "np.abs(e).mean(axis=0)"),
            "one row fewer": edit(readout, SCORED, "np.sqrt((e**2).sum(axis=0) / (len(e) - 1))"),
            "rows less weights": edit(readout, SCORED, "np.sqrt((e**2).sum(axis=0) / (len(e) - A.shape[1]))"),
            "half": edit(readout, SCORED, "np.sqrt((e**2).mean(axis=0) / 2)"),
            "over the spread": edit(readout, SCORED, "np.sqrt((e**2).mean(axis=0)) / target.std(axis=0)"),
            "per step": edit(readout, SCORED, "np.sqrt((e**2).sum(axis=0) / len(z[washout:]))"),
            "the largest": edit(readout, SCORED, "np.abs(e).max(axis=0)"),
        },
        test="Take two sequences without washout and penalty. In both, h is 1, -1, 1, -1 and x is 1, 1, -1, -1. Let "
        "y be 11, 3, 7, 1 and 5, 1, 9, 3. Two errors are 3 in size, six are 1. What is rmse?",
        tries=(
            trial(
                lambda w: w[1][0],
                **{**ROUGH, "y": [[[11, 0], [5, 0]], [[3, 0], [1, 0]], [[7, 0], [9, 0]], [[1, 0], [3, 0]]]},
            ),
        ),
    ),
    Mistake(
        "E16k",
        "one error for all outputs",
        "Multiply one output's targets by 10. Does the error of the other one stay?",
        "Each output has its own error: over which axes does your mean go?",
        {
            "": edit(readout, SCORED, "np.sqrt((e**2).mean()) + 0 * e[0]"),
            "a single number": edit(readout, SCORED, "np.sqrt((e**2).mean())"),
        },
        test="Take two sequences without washout and penalty. In both, h is 1, -1, 1, -1 and x is 1, 1, -1, -1. The "
        "first output is 9, 3, 7, 1 and 7, 1, 9, 3. The second is 2, -2, -2, 2 and the opposite. What is rmse?",
        tries=(trial(lambda w: np.ravel(w[1]), **ROUGH),),
    ),
    Mistake(
        "E16w",
        "an error over other steps",
        "Change a target within the washout. Does your error notice? Should it?",
        "The error is taken over the steps that were used in the fit.",
        {
            "all": edit(readout, SCORED, "np.sqrt(((in_rows(z) @ W_ho.T - in_rows(y)) ** 2).mean(axis=0))"),
            "the washout alone, where there is one": edit(
                readout,
                SCORED,
                "np.sqrt(((in_rows(z[: washout or None]) @ W_ho.T - in_rows(y[: washout or None])) ** 2).mean(axis=0))",
            ),
            "divided by all": edit(readout, SCORED, "np.sqrt((e**2).sum(axis=0) / len(in_rows(z)))"),
        },
        test="Take h = 5, 2, 1, -1, 1, -1. Take x = 3, 0, 1, 1, -1, -1. Take y = 0, 50, 9, 2, 8, 2, a washout of 2 "
        "and no penalty. What is the error of the last four steps?",
        tries=(trial(lambda w: w[1][0], **{**START, "y": [[[0]], [[50]], [[9]], [[2]], [[8]], [[2]]]}),),
    ),
    Mistake(
        "E16p",
        "the penalty in the error",
        "Compute the error from your own W_ho. Is it the one that you return?",
        "What is minimised has a penalty. What is the error of a prediction?",
        {
            "": edit(
                readout,
                SCORED,
                "np.sqrt((e**2).mean(axis=0) + h.dtype.type(penalty) * (W_ho[:, :-1] ** 2).sum(axis=1))",
            ),
            "per row": edit(
                readout,
                SCORED,
                "np.sqrt(((e**2).sum(axis=0) + h.dtype.type(penalty) * (W_ho[:, :-1] ** 2).sum(axis=1)) / len(e))",
            ),
        },
        test="Take h = 1, -1, 1, -1 and x = 1, 1, -1, -1 without a washout. Take y = 8, 2, 8, 2. For λ = 4 the "
        "weight of h is 1.5. What is the error?",
        tries=(trial(lambda w: w[1][0], **LINE),),
    ),
)


def regression(r: Generator, T: int, B: int, N: int, F: int, K: int, washout: int, penalty: float) -> tuple[Any, ...]:
    """States whose columns are far from depending on each other, with means; targets far from zero, with noise."""
    h = np.tanh(r.normal(size=(T, B, N)) + signed(r, 0.2, 0.5, N))
    x = r.normal(size=(T, B, F)) + signed(r, 0.5, 1, F)
    y = h @ signed(r, 0.5, 1.5, N, K) + x @ signed(r, 0.5, 1.5, F, K) + signed(r, 2, 4, K)
    y = y + 0.4 * r.normal(size=y.shape)
    y[:washout] += 2 * r.normal(size=(washout, B, K))
    return h, x, y, washout, penalty


readout_exercise = Exercise(
    name="reservoir.readout",
    task="A linear readout of state, input and a constant, in this order (eq-reservoir-output), by least squares with "
    "a penalty on the squared weights, but for those of the constant (a changed eq-reservoir-ridge): sums over all "
    "steps after the washout and over all sequences. And for each output the root mean squared error on these steps. "
    "Keep the dtype; NumPy only.",
    arguments=(
        Value("h", "T B N", "states"),
        Value("x", "T B F", "inputs"),
        Value("y", "T B K", "targets of the same steps"),
        Value("washout", None, "steps left out at the beginning of each sequence"),
        Value("penalty", None, "λ"),
    ),
    outputs=(
        Value("W_ho", "K P", "weights of state, input and constant"),
        Value("rmse", "K", "root mean squared errors"),
    ),
    reference=readout,
    cases={
        "general": lambda r: regression(r, 13, 3, 4, 2, 2, 3, float(r.uniform(1.5, 3))),
        "least squares": lambda r: regression(r, 9, 2, 3, 2, 2, 0, 0.0),
        "washout": lambda r: regression(r, 11, 3, 3, 1, 2, 3, 0.0),
        "penalty": lambda r: regression(r, 9, 2, 4, 2, 2, 0, float(r.uniform(3, 6))),
        "one sequence": lambda r: regression(r, 18, 1, 3, 1, 2, 4, float(r.uniform(0.2, 0.5))),
        "float32": lambda r: in_float32(regression(r, 10, 2, 3, 1, 2, 2, float(r.uniform(1.5, 3)))),
    },
    facets=(
        Facet("least squares", 2, ("least squares",), ("W_ho",)),
        Facet("washout", 2, ("washout",), ("W_ho",)),
        Facet("penalty", 2, ("penalty",), ("W_ho",)),
        Facet("both", 1, ("general", "one sequence", "float32"), ("W_ho",)),
        Facet("rmse", 1, ("least squares", "penalty"), ("rmse",)),
        Facet("rmse, washout", 2, ("general", "washout", "one sequence", "float32"), ("rmse",)),
    ),
    mistakes=READOUT_MISTAKES,
    words={**WORDS, "P": "column", "K": "output"},
)
