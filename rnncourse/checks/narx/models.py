r"""Models: an ARX model from a record with a dead time and gaps, and a network that predicts k steps ahead."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, instead, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import H_, H_P, T_B, Count, Ints, Natural, Real, checked

T_ = Annotated[Array, "T"]

# ---------------------------------------------------------------------------------------------------------------------
# ARX with a dead time, an offset and gaps


@checked
def fit_arx(y: T_, u: T_, known: Ints, n_y: Count, n_u: Count, d: Natural) -> tuple[Array, Array, float]:
    r"""Least squares for an ARX model with an offset, over the steps whose outputs were all measured.

    .. math:: \hat y_t = c + \sum_{j=1}^{n_y} a_j\, y_{t-j} + \sum_{j=0}^{n_u-1} b_j\, u_{t-d-j}

    With samples missing, where the page has none. Returns a (n_y,), b (n_u,) and c.
    """
    require(known.shape == y.shape, f"known: expected shape {y.shape}, got {known.shape}")
    require(len(y) > max(n_y, d + n_u - 1), f"y: expected more than {max(n_y, d + n_u - 1)} samples, got {len(y)}")
    return coefficients(y, u, known, n_y, n_u, d)


sign(globals(), "fit_arx")


def coefficients(y: Array, u: Array, known: Ints, n_y: int, n_u: int, d: int) -> tuple[Array, Array, float]:
    """What :func:`fit_arx` gives."""
    S = max(n_y, d + n_u - 1)
    steps = range(S, len(y))
    rows, targets = [], []
    for t in steps:
        if known[t - n_y : t + 1].all():
            past = [y[t - j] for j in range(1, n_y + 1)]
            inputs = [u[t - d - j] for j in range(n_u)]
            rows.append([*past, *inputs, 1.0])
            targets.append(y[t])
    X, target = np.array(rows, y.dtype), np.array(targets, y.dtype)
    weights = np.linalg.lstsq(X, target, rcond=None)[0]
    a, b, c = weights[:n_y], weights[n_y:-1], weights[-1]
    return a, b, c


def with_gaps_closed(y: Array, u: Array, known: Ints, n_y: int, n_u: int, d: int) -> tuple[Array, Array, float]:
    """What was measured is put together, as if there had been nothing between."""
    there = known == 1
    return coefficients(y[there], u[there], known[there], n_y, n_u, d)


def with_gaps_of_outputs_closed(
    y: Array, u: Array, known: Ints, n_y: int, n_u: int, d: int
) -> tuple[Array, Array, float]:
    """The same, while the inputs stay where they are."""
    there = known == 1
    return coefficients(y[there], u[: there.sum()], known[there], n_y, n_u, d)


def in_two_steps(y: Array, u: Array, known: Ints, n_y: int, n_u: int, d: int) -> tuple[Array, Array, float]:
    """The outputs explain what they can, and the inputs what is left."""
    S = max(n_y, d + n_u - 1)
    steps = [t for t in range(S, len(y)) if known[t - n_y : t + 1].all()]
    past = np.array([[*y[t - n_y : t][::-1], 1.0] for t in steps], y.dtype)
    first = np.linalg.lstsq(past, y[steps], rcond=None)[0]
    inputs = np.array([[u[t - d - j] for j in range(n_u)] for t in steps], y.dtype)
    b = np.linalg.lstsq(inputs, y[steps] - past @ first, rcond=None)[0]
    return first[:-1], b, first[-1]


def at_the_longest_stretch(y: Array, u: Array, known: Ints, n_y: int, n_u: int, d: int) -> tuple[Array, Array, float]:
    """All but the longest stretch without a gap is thrown away."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], known, [0]])))
    starts, ends = edges[::2], edges[1::2]
    k = (ends - starts).argmax()
    return coefficients(y[starts[k] : ends[k]], u[starts[k] : ends[k]], known[starts[k] : ends[k]], n_y, n_u, d)


ASKED = "known[t - n_y : t + 1].all()"
PAST = "[y[t - j] for j in range(1, n_y + 1)]"
INPUTS = "[u[t - d - j] for j in range(n_u)]"
ROW = "[*past, *inputs, 1.0]"
START = "S = max(n_y, d + n_u - 1)"
SOLVED = "np.linalg.lstsq(X, target, rcond=None)[0]"
SPLIT = "weights[:n_y], weights[n_y:-1], weights[-1]"
FILLED = "steps = range(S, len(y))"


def exact(a: Any = (0.5,), b: Any = (1,), d: int = 0, gap: int = 0, there: float = 100, c: float = 3) -> dict[str, Any]:
    """A record without noise that these numbers make, with one gap at most."""
    u = np.array((0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1, 1, 0), float)
    y, known, n_y, n_u = np.zeros(len(u)), np.ones(len(u), int), len(a), len(b)
    for t in range(max(n_y, d + n_u - 1), len(u)):
        y[t] = c + np.dot(a, y[t - n_y : t][::-1]) + np.dot(b, u[t - d - np.arange(n_u)])
    if gap:
        known[gap], y[gap] = 0, there
    return {"y": y, "u": u, "known": known, "n_y": n_y, "n_u": n_u, "d": d}


def of_first_order(w: Any) -> list[float]:
    """Its numbers: a, b and c."""
    return [w[0][0], w[1][0], w[2]]


ARX_MISTAKES = (
    Mistake(
        "M1",
        "missing samples used as if they were measured",
        "Take n_y = 2, and change a number in y where nothing was measured. Should your coefficients notice? Do they?",
        "Each step needs its output and all its past outputs. Which of them do you look up in the mask?",
        {
            "the mask ignored": edit(coefficients, ASKED, "len(known)"),
            "the output alone asked": edit(coefficients, ASKED, "known[t]"),
            "the past alone asked": edit(coefficients, ASKED, "known[t - n_y : t].all()"),
            "the newest two asked": edit(coefficients, ASKED, "known[t - 1 : t + 1].all()"),
            "the two ends asked": edit(coefficients, ASKED, "(known[t] and known[t - n_y])"),
            "one of them is enough": edit(coefficients, "].all()", "].any()"),
            "the oldest left out": edit(coefficients, ASKED, "known[t - n_y + 1 : t + 1].all()"),
        },
        test="Make a record without noise with a = (0.5, 0.25), and put 100 at a missing step. What is a?",
        tries=(
            trial(
                lambda v, w: (np.abs(w[0] - v[0]) > 1e-6).any(),
                exact((0.5, 0.25), gap=7, there=50),
                **exact((0.5, 0.25), gap=7),
            ),
            trial(lambda w: w[0], **exact((0.5, 0.25), gap=7)),
        ),
    ),
    Mistake(
        "M1s",
        "more left out than has to be",
        "How many steps are left out for one missing output? Does a row need what you ask for?",
        "The inputs are known at all steps. Which outputs does one row hold?",
        {
            "one output more": edit(coefficients, ASKED, "known[max(t - n_y - 1, 0) : t + 1].all()"),
            "where inputs are read": edit(
                coefficients, ASKED, "(known[t - n_y : t + 1].all() and known[t - d - n_u + 1 : t - d + 1].all())"
            ),
            "all after the first gap": edit(coefficients, ASKED, "known[: t + 1].all()"),
            "all before the last gap": edit(coefficients, ASKED, "known[t - n_y :].all()"),
            "the next one too": edit(coefficients, ASKED, "known[t - n_y : t + 2].all()"),
            "all but the longest stretch": instead(fit_arx, at_the_longest_stretch),
        },
        test="Mark one step as missing, and list the steps that your function uses.",
    ),
    Mistake(
        "M1i",
        "the mask the wrong way round",
        "What does a 1 in the mask say: that the output is there, or that it is missing?",
        "Are the steps that you use those that were measured?",
        edit(coefficients, ASKED, "not known[t - n_y : t + 1].all()"),
        test="Make a record without noise and gaps, with a = 0.5: what is a?",
        tries=(trial(lambda w: w[0][0], **exact()),),
    ),
    Mistake(
        "M2",
        "gaps filled in",
        "What do you put where nothing was measured? Does the task ask for a number there?",
        "A step that lacks a measurement says nothing. What becomes of the squares in which a filled number stands?",
        {
            "with zeros": edit(
                coefficients, FILLED, "y, known, steps = np.where(known == 1, y, 0 * y), known**0, range(S, len(y))"
            ),
            "with the last one measured": edit(
                coefficients,
                FILLED,
                "steps = range(S, len(y))\n    y, known = y[[max([i for i in range(t + 1) if known[i]], default=0)"
                " for t in range(len(y))]], known**0",
            ),
            "with the mean": edit(
                coefficients,
                FILLED,
                "y, known, steps = np.where(known == 1, y, y[known == 1].mean()), known**0, range(S, len(y))",
            ),
            "with straight lines": edit(
                coefficients,
                FILLED,
                "steps, t = range(S, len(y)), np.arange(len(y))\n"
                "    y, known = np.interp(t, t[known == 1], y[known == 1]).astype(y.dtype), known**0",
            ),
            "with the mean of both sides": edit(
                coefficients,
                FILLED,
                "steps, y = range(S, len(y)), y.copy()\n    for t in np.flatnonzero(known == 0):\n"
                "        y[t] = (y[t - 1] + y[t + 1]) / 2\n    known = known**0",
            ),
            "the past with zeros": edit(coefficients, ASKED, "known[t]")
            + edit(coefficients, PAST, "[y[t - j] * known[t - j] for j in range(1, n_y + 1)]"),
            "rows of zeros": edit(coefficients, ASKED, "len(known)")
            + edit(coefficients, ROW, "[*(known[t - n_y : t + 1].all() * q for q in (*past, *inputs)), 1.0]")
            + edit(coefficients, "targets.append(y[t])", "targets.append(y[t] * known[t - n_y : t + 1].all())"),
        },
        test="Make a record without noise, with a = 0.5, b = 1, c = 3 and one gap. What are a, b and c?",
        tries=(trial(of_first_order, **exact(gap=6)),),
    ),
    Mistake(
        "M2c",
        "gaps closed",
        "In your rows, are the output and the one before it really one step apart, at a gap too?",
        "What is thrown out of a record makes neighbours of samples that were none.",
        {
            "in both": instead(fit_arx, with_gaps_closed),
            "in the outputs": instead(fit_arx, with_gaps_of_outputs_closed),
        },
        test="Make a record without noise, with a = 0.5, b = 1, c = 3 and one gap. What are a, b and c?",
        tries=(trial(of_first_order, **exact(gap=6)),),
    ),
    Mistake(
        "X3",
        "another dead time",
        "With a dead time of 2, which input is the newest in the row of step t? Which is it with you?",
        "The dead time moves the whole window of inputs back. By how much do you move it?",
        {
            "none": edit(coefficients, INPUTS, "[u[t - j] for j in range(n_u)]"),
            "one more": edit(coefficients, INPUTS, "[u[max(t - d - 1 - j, 0)] for j in range(n_u)]"),
            "one more, from later on": edit(coefficients, INPUTS, "[u[t - d - 1 - j] for j in range(n_u)]")
            + edit(coefficients, START, "S = max(n_y, d + n_u)"),
            "one less": edit(coefficients, INPUTS, "[u[t - max(d - 1, 0) - j] for j in range(n_u)]"),
            "one, whatever it is": edit(coefficients, INPUTS, "[u[t - 1 - j] for j in range(n_u)]"),
            "twice": edit(coefficients, INPUTS, "[u[max(t - 2 * d - j, 0)] for j in range(n_u)]"),
        },
        test="Make a record without noise, with d = 2, n_u = 1 and b = 1: what is b?",
        tries=(trial(lambda w: w[1][0], **exact(d=2)),),
    ),
    Mistake(
        "X3z",
        "a dead time of 0 taken for 1",
        "With a dead time of 0, which input is the newest in the row of step t? Which is it with you?",
        "Without a dead time an input acts at its own step.",
        edit(coefficients, INPUTS, "[u[t - max(d, 1) - j] for j in range(n_u)]"),
        test="Make a record without noise, with d = 0, n_u = 1 and b = 1: what is b?",
        tries=(trial(lambda w: w[1][0], **exact()),),
    ),
    Mistake(
        "X3y",
        "the dead time in the outputs, too",
        "Which output does the row of step t have as its newest? Does the dead time move it?",
        "Only the input needs time to arrive.",
        edit(coefficients, PAST, "[y[max(t - d - j, 0)] for j in range(1, n_y + 1)]"),
        test="Make a record without noise, with d = 2 and a = 0.5: what is a?",
        tries=(trial(lambda w: w[0][0], **exact(d=2)),),
    ),
    Mistake(
        "X3n",
        "another number of inputs",
        "How many inputs has a row? Count them, and count the columns of your matrix.",
        "From the newest input on, n_u inputs count in all.",
        {
            "one more": edit(coefficients, INPUTS, "[u[t - d - j] for j in range(n_u + 1)]")
            + edit(coefficients, START, "S = max(n_y, d + n_u)")
            + edit(coefficients, SPLIT, "weights[:n_y], weights[n_y : n_y + n_u], weights[-1]"),
            "one more, all returned": edit(coefficients, INPUTS, "[u[t - d - j] for j in range(n_u + 1)]")
            + edit(coefficients, START, "S = max(n_y, d + n_u)"),
        },
        test="Take n_u = 1 and d = 0: how many columns are there?",
    ),
    Mistake(
        "X3j",
        "the window of inputs in the wrong direction",
        "From the newest input on, do the others of a row come before it or after it?",
        "Each further input of a row is one step older.",
        {
            "": edit(coefficients, INPUTS, "[u[min(t - d + j, len(u) - 1)] for j in range(n_u)]"),
            "one input, repeated": edit(
                coefficients, INPUTS, "[u[t - d] * (j + 1) ** 0 if not j else u[t - d] * 0 for j in range(n_u)]"
            ),
        },
        test="Make a record without noise, with n_u = 3 and b = (1, 0.5, 0.25): what is b?",
        tries=(trial(lambda w: w[1], **exact(b=(1, 0.5, 0.25))),),
    ),
    Mistake(
        "X5",
        "another first step",
        "Which is the first step at which all lags lie within the record? At which do you begin?",
        "Both windows count, that of the outputs and that of the inputs, with its dead time.",
        {
            "that of the outputs alone": edit(coefficients, START, "S = n_y"),
            "one late": edit(coefficients, START, "S = max(n_y, d + n_u)"),
            "the larger order": edit(coefficients, START, "S = max(n_y, n_u)"),
            "the sum": edit(coefficients, START, "S = n_y + n_u + d"),
            "the larger order, and the dead time": edit(coefficients, START, "S = max(n_y, n_u) + d"),
            "one after both": edit(coefficients, START, "S = max(n_y, d + n_u - 1) + 1"),
        },
        test="Take n_y = 1, n_u = 2 and d = 2, and try the first steps one after the other.",
    ),
    Mistake(
        "X5e",
        "the last step left out",
        "Change the last sample of y. Should your coefficients notice? Do they?",
        "Count the steps from the first one to T-1. Is the last sample the output of one of your rows?",
        {
            "": edit(coefficients, FILLED, "steps = range(S, len(y) - 1)"),
            "as many as the dead time": edit(coefficients, FILLED, "steps = range(S, len(y) - max(d, 1))"),
        },
        test="Make a record without noise with c = 3, and add 10 to its last output: does your c change?",
        tries=(trial(lambda v, w: abs(w[2] - v[2]) > 1e-6, {"y": [*exact()["y"][:-1], 10]}, **exact()),),
    ),
    Mistake(
        "X1",
        "the output among its own regressors",
        "Is what you predict known when you predict it? How large is the error of your model on the record?",
        "The first past output is that of the step before.",
        {
            "": edit(coefficients, PAST, "[y[t - j] for j in range(n_y)]"),
            "beside the others": edit(coefficients, PAST, "[y[t - j] for j in range(n_y + 1)]")
            + edit(coefficients, SPLIT, "weights[:n_y], weights[n_y + 1 : -1], weights[-1]"),
        },
        test="Make a record without noise with a = 0.5, b = 1 and c = 3: what is a?",
        tries=(trial(lambda w: w[0][0], **exact()),),
    ),
    Mistake(
        "X15",
        "no offset",
        "Add 10 to all outputs. Which of your numbers change, and which should?",
        "Signals that do not have the mean 0 need a number of their own in each row.",
        {
            "": edit(coefficients, ROW, "[*past, *inputs]")
            + edit(coefficients, SPLIT, "weights[:n_y], weights[n_y:], y.dtype.type(0)"),
            "the mean of what is left": edit(coefficients, ROW, "[*past, *inputs]")
            + edit(coefficients, SPLIT, "weights[:n_y], weights[n_y:], (target - X @ weights).mean()"),
            "the mean of the outputs": edit(coefficients, ROW, "[*past, *inputs]")
            + edit(coefficients, SPLIT, "weights[:n_y], weights[n_y:], target.mean()"),
            "an offset of zeros": edit(coefficients, ROW, "[*past, *inputs, 0.0]"),
        },
        test="Make a record without noise with a = 0.5, b = 1 and c = 3. What are a and c?",
        tries=(
            trial(lambda v, w: abs(w[0][0] - v[0][0]) > 1e-6, {"y": exact()["y"] + 10}, **exact()),
            trial(lambda w: [w[0][0], w[2]], **exact()),
        ),
    ),
    Mistake(
        "X15m",
        "an offset of something else",
        "With a = 0 and b = 0, which number should c be? And with a = 0.5?",
        "The offset of the task stands beside coefficients that meet the signals as they are.",
        {
            "means taken away, mean as offset": edit(
                coefficients,
                FILLED,
                "there, steps = y[known == 1].mean(), range(S, len(y))\n    y, u = y - there, u - u.mean()",
            )
            + edit(coefficients, SPLIT, "weights[:n_y], weights[n_y:-1], there"),
            "means of the rows taken away": edit(coefficients, ROW, "[*past, *inputs]")
            + edit(
                coefficients,
                SOLVED,
                "np.linalg.lstsq(X - X.mean(axis=0), target - target.mean(), rcond=None)[0]",
            )
            + edit(coefficients, SPLIT, "weights[:n_y], weights[n_y:], target.mean()"),
            "means taken away, no offset": edit(
                coefficients, FILLED, "y, u, steps = y - y[known == 1].mean(), u - u.mean(), range(S, len(y))"
            ),
            "as a level": edit(
                coefficients, SPLIT, "weights[:n_y], weights[n_y:-1], weights[-1] / (1 - weights[:n_y].sum())"
            ),
        },
        test="Make a record without noise with a = 0.5, b = 1 and c = 3: what is c?",
        tries=(trial(lambda w: w[2], **exact()),),
    ),
    Mistake(
        "X15w",
        "an offset from means of other steps",
        "Over which samples are your means taken? Are these the ones that stand in your rows?",
        "With an offset that is fitted, the errors of all rows sum to 0. Do those of your model?",
        {
            word: edit(
                coefficients,
                FILLED,
                f"my, mu, steps = {mean}, u.mean(), range(S, len(y))\n    y, u = y - my, u - mu",
            )
            + edit(coefficients, ROW, "[*past, *inputs]")
            + edit(
                coefficients,
                SPLIT,
                "weights[:n_y], weights[n_y:], my * (1 - weights[:n_y].sum()) - mu * weights[n_y:].sum()",
            )
            for word, mean in (("of what was measured", "y[known == 1].mean()"), ("of all", "y.mean()"))
        },
        test="Make a record without noise with a = 0.5, b = 1 and c = 3. What are a, b and c?",
        tries=(trial(of_first_order, **exact()),),
    ),
    Mistake(
        "X2",
        "coefficients in another order",
        "Which output does your first a belong to, and which input your first b?",
        "Newest first, in both. In which order do your columns stand?",
        {
            "both oldest first": edit(coefficients, SPLIT, "weights[:n_y][::-1], weights[n_y:-1][::-1], weights[-1]"),
            "a oldest first": edit(coefficients, SPLIT, "weights[:n_y][::-1], weights[n_y:-1], weights[-1]"),
            "b oldest first": edit(coefficients, SPLIT, "weights[:n_y], weights[n_y:-1][::-1], weights[-1]"),
        },
        test="Make a record without noise with a = (0.5, 0.25) and b = (1, 2): what are a and b?",
        tries=(trial(lambda w: [*w[0], *w[1]], **exact((0.5, 0.25), (1, 2))),),
    ),
    Mistake(
        "X2s",
        "coefficients cut from the row at other places",
        "In which order stand outputs, inputs and the 1 in your rows? Do you cut the solution in the same order?",
        "Write above each column of your matrix whose coefficient comes out there.",
        {
            "inputs first": edit(coefficients, SPLIT, "weights[n_u:-1], weights[:n_u], weights[-1]"),
            "inputs first in the rows": edit(coefficients, ROW, "[*inputs, *past, 1.0]"),
            "the 1 first": edit(coefficients, SPLIT, "weights[1 : n_y + 1], weights[n_y + 1 :], weights[0]"),
            "the 1 first in the rows": edit(coefficients, ROW, "[1.0, *past, *inputs]"),
        },
        test="Make a record without noise with a = 0.5, b = (1, 0.25) and c = 3. What are a, b and c?",
        tries=(trial(lambda w: [*w[0], *w[1], w[2]], **exact(b=(1, 0.25))),),
    ),
    Mistake(
        "X19",
        "signs of another convention",
        "A record follows y = 0.5 y + u + 3. Which signs should a, b and c have? Which have yours?",
        "Some books write terms on the other side of the equation. On which does the task have them?",
        {
            "a": edit(coefficients, SPLIT, "-weights[:n_y], weights[n_y:-1], weights[-1]"),
            "all": edit(coefficients, SPLIT, "-weights[:n_y], -weights[n_y:-1], -weights[-1]"),
            "b": edit(coefficients, SPLIT, "weights[:n_y], -weights[n_y:-1], weights[-1]"),
            "c": edit(coefficients, SPLIT, "weights[:n_y], weights[n_y:-1], -weights[-1]"),
        },
        test="Make a record without noise with a = 0.5, b = 1 and c = 3. What are a, b and c?",
        tries=(trial(of_first_order, **exact()),),
    ),
    Mistake(
        "M3",
        "no plain least squares",
        "On a record without noise, do you find the coefficients that made it, to all digits?",
        "Only the squares of the errors are asked for. Is there anything else in what you solve?",
        {
            "a penalty": edit(
                coefficients, SOLVED, "np.linalg.solve(X.T @ X + np.eye(X.shape[1], dtype=X.dtype), X.T @ target)"
            ),
            "a small penalty": edit(
                coefficients,
                SOLVED,
                "np.linalg.solve(X.T @ X + X.dtype.type(0.01) * np.eye(X.shape[1], dtype=X.dtype), X.T @ target)",
            ),
            "each column by itself": edit(coefficients, SOLVED, "(X.T @ target) / (X**2).sum(axis=0)"),
            "outputs first, inputs after": instead(fit_arx, in_two_steps),
        },
        test="Make a record without noise with a = 0.5, b = 1 and c = 3. What are a, b and c?",
        tries=(trial(of_first_order, **exact()),),
    ),
    Mistake(
        "M3r",
        "as many rows as coefficients",
        "Change one output late in the record. Should your coefficients notice? Do they?",
        "As many equations as unknowns leave no error. How many rows has your least squares, and what do the "
        "others say?",
        edit(coefficients, SOLVED, "np.linalg.lstsq(X[: X.shape[1]], target[: X.shape[1]], rcond=None)[0]"),
        test="Make a record without noise with c = 3, and add 10 to its last output: does your c change?",
        tries=(trial(lambda v, w: abs(w[2] - v[2]) > 1e-6, {"y": [*exact()["y"][:-1], 10]}, **exact()),),
    ),
    Mistake(
        "M4",
        "another output fitted",
        "Which output do your rows of step t predict? Check one row by hand.",
        "A row and its target belong to the same step.",
        {
            "the change": edit(coefficients, "targets.append(y[t])", "targets.append(y[t] - y[t - 1])"),
            "the step before": edit(coefficients, "targets.append(y[t])", "targets.append(y[t - 1])"),
            "the step after": edit(coefficients, "targets.append(y[t])", "targets.append(y[min(t + 1, len(y) - 1)])"),
            "the first ones": edit(coefficients, "targets.append(y[t])", "targets.append(y[t - S])"),
        },
        test="Make a record without noise with a = 0.5, b = 1 and c = 3. What are a, b and c?",
        tries=(trial(of_first_order, **exact()),),
    ),
)


def plant(
    r: Generator, T: int, n_y: int, n_u: int, d: int, gaps: tuple[int, ...] = ()
) -> tuple[Array, Array, Ints, int, int, int]:
    """A record with noise, an offset and gaps, in which strange numbers stand."""
    a, b = 0.8 * r.dirichlet(np.ones(n_y)) * r.choice((-1, 1), n_y), r.choice((-1, 1), n_u) * r.uniform(0.5, 1.5, n_u)
    u, y, c = r.normal(size=T) + 0.7, np.zeros(T), r.uniform(1, 2)
    y[:] = r.normal(size=T) + c
    for t in range(max(n_y, d + n_u - 1), T):
        y[t] = c + a @ y[t - n_y : t][::-1] + b @ u[t - d - np.arange(n_u)] + 0.5 * r.normal()
    known = np.ones(T, int)
    known[list(gaps)] = 0
    y[list(gaps)] = r.uniform(20, 30, len(gaps))
    return y, u, known, n_y, n_u, d


arx_exercise = Exercise(
    name="narx.fit_arx",
    task="The coefficients of an ARX model with dead time d and offset c (eq-narx-arx) by least squares, from a record "
    "in which some outputs are missing: y is measured where known is 1. Sum the squares over the steps from "
    "S = max(n_y, d + n_u - 1) on whose output and past outputs were all measured. Return a and b, newest first, and "
    "c. Keep the dtype; NumPy only.",
    arguments=(
        Value("y", "T", "outputs"),
        Value("u", "T", "inputs"),
        Value("known", "T", "1 where y was measured, 0 where any finite number may stand"),
        Value("n_y", None, "how many past outputs"),
        Value("n_u", None, "how many inputs"),
        Value("d", None, "dead time: the newest input is u_{t-d}"),
    ),
    outputs=(
        Value("a", "n_y", "of the past outputs, newest first"),
        Value("b", "n_u", "of the inputs, newest first"),
        Value("c", "", "the offset"),
    ),
    reference=fit_arx,
    cases={
        "general": lambda r: plant(r, 30, 2, 3, 2, (8, 15, 16, 23)),
        "complete": lambda r: plant(r, 20, 3, 2, 0),
        "first order": lambda r: plant(r, 14, 1, 1, 0),
        "delayed": lambda r: plant(r, 22, 2, 3, 2),
        "long delay": lambda r: plant(r, 22, 1, 2, 5),
        "one gap": lambda r: plant(r, 24, 3, 1, 1, (11,)),
        "float32": lambda r: in_float32(plant(r, 24, 2, 2, 0)),
    },
    facets=(
        Facet("complete records without dead time", 3, ("complete", "first order", "float32")),
        Facet("complete records with a dead time", 3, ("delayed", "long delay")),
        Facet("samples missing", 4, ("general", "one gap")),
    ),
    mistakes=ARX_MISTAKES,
    words={"n_y": "past output", "n_u": "input"},
)

# ---------------------------------------------------------------------------------------------------------------------
# k steps ahead


def one_step(phi: Array, W_ih: Array, b_ih: Array, W_ho: Array, b_ho: float) -> Array:
    """The network, (B,) from regressors (B, P)."""
    return np.tanh(phi @ W_ih.T + b_ih) @ W_ho + b_ho


@checked
def k_ahead(y: T_B, u: T_B, W_ih: H_P, b_ih: H_, W_ho: H_, b_ho: Real, n_y: Count, k: Count) -> Array:
    r"""Predictions k steps ahead: measured outputs up to step t - k, the model's own after it.

    .. math:: \hat y_i = F(\tilde y_{i-1}, \dots, \tilde y_{i-n_y},\ u_{i-1}, \dots, u_{i-n_u}), \qquad
       i = t-k+1, \dots, t, \qquad \tilde y_i = y_i \text{ for } i \le t - k, \text{ else } \hat y_i

    Between one step and the free run of the page. Returns (T - S - k + 1, B).
    """
    n_u, T = W_ih.shape[1] - n_y, len(y)
    S = max(n_y, n_u)
    require(n_u >= 0 and S + k <= T, f"expected P ≥ n_y = {n_y} and T ≥ {S + k}, got P = {n_u + n_y} and T = {T}")
    found = []
    for t in range(S + k - 1, T):
        own = y.copy()
        for i in range(t - k + 1, t + 1):
            past = [own[i - j] for j in range(1, n_y + 1)]
            inputs = [u[i - j] for j in range(1, n_u + 1)]
            own[i] = one_step(np.stack([*past, *inputs], axis=1), W_ih, b_ih, W_ho, b_ho)
        found.append(own[t])
    return np.stack(found)


sign(globals(), "k_ahead")


def without_a_new_start(
    y: Array, u: Array, W_ih: Array, b_ih: Array, W_ho: Array, b_ho: float, n_y: int, k: int
) -> Array:
    """One free run over the whole record."""
    n_u, T = W_ih.shape[1] - n_y, len(y)
    S = max(n_y, n_u)
    own = y.copy()
    for t in range(S, T):
        phi = [own[t - j] for j in range(1, n_y + 1)] + [u[t - j] for j in range(1, n_u + 1)]
        own[t] = one_step(np.stack(phi, axis=1), W_ih, b_ih, W_ho, b_ho)
    return own[S + k - 1 :]


def in_blocks(y: Array, u: Array, W_ih: Array, b_ih: Array, W_ho: Array, b_ho: float, n_y: int, k: int) -> Array:
    """Free runs of k steps, one after the other: only every kth prediction is k steps ahead."""
    n_u, T = W_ih.shape[1] - n_y, len(y)
    S = max(n_y, n_u)
    made = np.zeros_like(y)
    for t in range(S, T):
        if (t - S) % k == 0:
            own = y.copy()
        phi = [own[t - j] for j in range(1, n_y + 1)] + [u[t - j] for j in range(1, n_u + 1)]
        own[t] = made[t] = one_step(np.stack(phi, axis=1), W_ih, b_ih, W_ho, b_ho)
    return made[S + k - 1 :]


def at_the_end_of_blocks(
    y: Array, u: Array, W_ih: Array, b_ih: Array, W_ho: Array, b_ho: float, n_y: int, k: int
) -> Array:
    """One prediction a block, each begun where the last one ended."""
    n_u, T = W_ih.shape[1] - n_y, len(y)
    S, made = max(n_y, n_u), []
    for start in range(S, T - k + 1, k):
        own = y.copy()
        for i in range(start, start + k):
            phi = [own[i - j] for j in range(1, n_y + 1)] + [u[i - j] for j in range(1, n_u + 1)]
            own[i] = one_step(np.stack(phi, axis=1), W_ih, b_ih, W_ho, b_ho)
        made.append(own[i])
    return np.stack(made)


def from_the_last_predictions(
    y: Array, u: Array, W_ih: Array, b_ih: Array, W_ho: Array, b_ho: float, n_y: int, k: int
) -> Array:
    """What was predicted for another t is read as a past output."""
    n_u, T = W_ih.shape[1] - n_y, len(y)
    S = max(n_y, n_u)
    made = y.copy()
    for t in range(S, T):
        past = [made[t - j] if j < k and t - j >= S else y[t - j] for j in range(1, n_y + 1)]
        phi = past + [u[t - j] for j in range(1, n_u + 1)]
        made[t] = one_step(np.stack(phi, axis=1), W_ih, b_ih, W_ho, b_ho)
    return made[S + k - 1 :]


def each_way_in_full(y: Array, u: Array, W_ih: Array, b_ih: Array, W_ho: Array, b_ho: float, n_y: int, k: int) -> Array:
    """All k predictions of each way, not the last one alone."""
    n_u, T = W_ih.shape[1] - n_y, len(y)
    S, made = max(n_y, n_u), []
    for t in range(S + k - 1, T):
        own = y.copy()
        for i in range(t - k + 1, t + 1):
            phi = [own[i - j] for j in range(1, n_y + 1)] + [u[i - j] for j in range(1, n_u + 1)]
            own[i] = one_step(np.stack(phi, axis=1), W_ih, b_ih, W_ho, b_ho)
        made.append(own[t - k + 1 : t + 1])
    return np.stack(made)


def with_a_register_turned(
    y: Array, u: Array, W_ih: Array, b_ih: Array, W_ho: Array, b_ho: float, n_y: int, k: int
) -> Array:
    """A new prediction is put behind the oldest output, and the newest one leaves."""
    n_u, T = W_ih.shape[1] - n_y, len(y)
    S, made = max(n_y, n_u), []
    for t in range(S + k - 1, T):
        register = [y[t - k - j] for j in range(n_y)]
        for i in range(t - k + 1, t + 1):
            phi = np.stack([*register, *(u[i - j] for j in range(1, n_u + 1))], axis=1)
            register = [*register[1:], one_step(phi, W_ih, b_ih, W_ho, b_ho)]
        made.append(register[-1])
    return np.stack(made)


def with_the_newest_overwritten(
    y: Array, u: Array, W_ih: Array, b_ih: Array, W_ho: Array, b_ho: float, n_y: int, k: int
) -> Array:
    """A new prediction takes the place of the newest output, and the others stay."""
    n_u, T = W_ih.shape[1] - n_y, len(y)
    S, made = max(n_y, n_u), []
    for t in range(S + k - 1, T):
        register = [y[t - k - j] for j in range(n_y)]
        for i in range(t - k + 1, t + 1):
            phi = np.stack([*register, *(u[i - j] for j in range(1, n_u + 1))], axis=1)
            register = [one_step(phi, W_ih, b_ih, W_ho, b_ho), *register[1:]]
        made.append(register[0])
    return np.stack(made)


WAY = "range(t - k + 1, t + 1)"
READ = "[own[i - j] for j in range(1, n_y + 1)]"
DRIVEN = "[u[i - j] for j in range(1, n_u + 1)]"
FROM = "range(S + k - 1, T)"
KEPT_WAY = "found.append(own[t])"
COLUMNS = "np.stack([*past, *inputs], axis=1)"
NETWORK = "np.tanh(phi @ W_ih.T + b_ih) @ W_ho + b_ho"


def one_unit(
    y: Any, k: int, W_ih: tuple[float, ...] = (1, 1), n_y: int = 1, u: Any = 0, **others: Any
) -> dict[str, Any]:
    """A network of one unit; what is not said is 0, and the weight of the unit 1."""
    y = np.array(y, float)[:, None]
    given = {"y": y, "u": 0 * y + np.array(u, float).reshape(-1, 1), "W_ih": [W_ih], "n_y": n_y, "k": k}
    return {**given, "b_ih": [0], "W_ho": [1], "b_ho": 0.0, **others}


PULSE = one_unit((0, 1, 0, 0, 0), 2)
STILL = one_unit((0, 0, 0, 0, 0), 1)
AHEAD_MISTAKES = (
    Mistake(
        "X7",
        "measured outputs from within the horizon",
        "Take k = 3 and n_y = 2. Change the measured outputs of the steps t-2 and t-1: does the prediction notice?",
        "Whoever predicts k steps ahead knows no output after step t-k. Which do you read on the way?",
        {
            "one step ahead, whatever k": edit(k_ahead, WAY, "range(t, t + 1)"),
            "all but the newest": edit(k_ahead, READ, "[own[i - 1], *(y[i - j] for j in range(2, n_y + 1))]"),
            "the newest": edit(k_ahead, READ, "[y[i - 1], *(own[i - j] for j in range(2, n_y + 1))]"),
            "the oldest": edit(k_ahead, READ, "[*(own[i - j] for j in range(1, n_y)), y[i - n_y]]"),
            "two steps at most": edit(k_ahead, WAY, "range(max(t - k + 1, t - 1), t + 1)"),
        },
        test="Take k = 3, n_y = 2, weights of 1, y = (0, 0, 1, 1, 0), and all else 0: what is predicted?",
        tries=(
            trial(
                lambda v, w: (np.abs(w - v) > 0).any(),
                one_unit((0, 0, 0, 0, 0), 3, (1, 1, 0), 2),
                **one_unit((0, 0, 1, 1, 0), 3, (1, 1, 0), 2),
            ),
            trial(lambda w: w[:, 0], **one_unit((0, 0, 1, 1, 0), 3, (1, 1, 1), 2)),
        ),
    ),
    Mistake(
        "X11",
        "no new start from measured outputs",
        "Change a measured output in the middle of the record. Which predictions notice, and which should?",
        "For each t the way begins anew. From which outputs do you begin?",
        {
            "one free run": instead(k_ahead, without_a_new_start),
            "a free run that goes on": edit(k_ahead, "found = []", "found, own = [], y.copy()")
            + edit(k_ahead, "own = y.copy()", "own = own"),
        },
        test="Take k = 1, n_y = 1, weights of 1, y = (0, 1, 0), and all else 0: what is predicted?",
        tries=(trial(lambda w: w[:, 0], **one_unit((0, 1, 0), 1)),),
    ),
    Mistake(
        "X11b",
        "blocks of k steps",
        "How many steps ahead is each of your predictions? Is it the same number for all?",
        "A block has one prediction that is k steps ahead. And the others?",
        {
            "all of each": instead(k_ahead, in_blocks),
            "the last of each": instead(k_ahead, at_the_end_of_blocks),
        },
        test="Take k = 2, n_y = 1, weights of 1, y = (0, 1, 0, 0, 0), and all else 0: what is predicted?",
        tries=(trial(lambda w: w[:, 0], **PULSE),),
    ),
    Mistake(
        "X11r",
        "predictions made for another time read as past outputs",
        "The prediction of step t-1 that you read: which was the last measured output when it was made?",
        "On the way to step t all predictions are made from what was known at step t-k.",
        instead(k_ahead, from_the_last_predictions),
        test="Take k = 2, n_y = 1, weights of 1, y = (0, 1, 0, 0, 0), and all else 0: what is predicted?",
        tries=(trial(lambda w: w[:, 0], **PULSE),),
    ),
    Mistake(
        "X12",
        "another number of steps on the way",
        "How many times is the network asked for one prediction? Count for k = 1 and for k = 3.",
        "From step t-k+1 to step t, both included. Where does your way begin?",
        {
            "one more": edit(k_ahead, WAY, "range(max(t - k, S), t + 1)"),
            "one more, from later on": edit(k_ahead, WAY, "range(t - k, t + 1)")
            + edit(k_ahead, FROM, "range(S + k, T)"),
            "one less": edit(k_ahead, WAY, "range(t - max(k - 1, 1) + 1, t + 1)"),
        },
        test="Take k = 2, n_y = 1, weights of 1, y = (0, 1, 0, 0, 0), and all else 0: what is predicted?",
        tries=(trial(lambda w: w[:, 0], **PULSE),),
    ),
    Mistake(
        "X12e",
        "a way that ends one step early",
        "Which output is the last one on your way to step t? Is it that of step t?",
        "From step t-k+1 to step t, both included. Where does your way end?",
        {
            "": edit(k_ahead, WAY, "range(max(t - k, S), t)") + edit(k_ahead, KEPT_WAY, "found.append(own[t - 1])"),
            "with a start before": edit(k_ahead, WAY, "range(t - k, t)")
            + edit(k_ahead, KEPT_WAY, "found.append(own[t - 1])"),
        },
        test="Take k = 1, and change the input of step t-1. Does the prediction notice?",
        tries=(trial(lambda v, w: v[-1, 0] != w[-1, 0], one_unit((0, 0, 0, 0, 0), 1, u=(0, 0, 0, 1, 0)), **STILL),),
    ),
    Mistake(
        "X9",
        "the register moved the wrong way",
        "Where in your past outputs does a new prediction go: to the front or to the back? Which entry leaves?",
        "The newest stands first. What is at the other end has become too old.",
        {
            "": instead(k_ahead, with_a_register_turned),
            "the newest overwritten": instead(k_ahead, with_the_newest_overwritten),
        },
        test="Take k = 2, n_y = 2, y = (0, 1, 0, 0), and a W_ih that reads the older output alone. What is predicted?",
        tries=(trial(lambda w: w[:, 0], **one_unit((0, 1, 0, 0), 2, (0, 1, 0), 2)),),
    ),
    Mistake(
        "X12n",
        "the network asked once for all k steps",
        "Which step does the network predict from the regressors that you give it? Is that step t?",
        "The network knows one step. How does it get k steps far?",
        {
            "": edit(k_ahead, KEPT_WAY, "found.append(own[t - k + 1])"),
        },
        test="Take k = 2, and change the input of step t-1. Does your prediction notice?",
        tries=(
            trial(
                lambda v, w: v[-1, 0] != w[-1, 0],
                one_unit((0, 0, 0, 0, 0), 2, u=(0, 0, 0, 1, 0)),
                **one_unit((0, 0, 0, 0, 0), 2),
            ),
        ),
    ),
    Mistake(
        "X10",
        "the same past outputs at each step of the way",
        "Take k = 3. Which two outputs are the newest at the last step of a way, and which do you read there?",
        "Each prediction becomes the newest past output of the next step.",
        {
            "": edit(k_ahead, READ, "[y[t - k + 1 - j] for j in range(1, n_y + 1)]"),
            "the last one measured is held": edit(k_ahead, READ, "[y[min(i - j, t - k)] for j in range(1, n_y + 1)]"),
            "zeros for what is not measured": edit(
                k_ahead, READ, "[y[i - j] * (i - j <= t - k) for j in range(1, n_y + 1)]"
            ),
            "the newest prediction for all": edit(
                k_ahead, READ, "[own[i - 1] if i - j > t - k else y[i - j] for j in range(1, n_y + 1)]"
            ),
            "the first prediction for all": edit(
                k_ahead, READ, "[own[t - k + 1] if i - j > t - k else y[i - j] for j in range(1, n_y + 1)]"
            ),
        },
        test="Take k = 3, n_y = 2 and y = 0, 1, 0, 0, 0. W_ih is (1, -1, 0), W_ho 1, and all else 0: what is ŷ?",
        tries=(trial(lambda w: w[:, 0], **one_unit((0, 1, 0, 0, 0), 3, (1, -1, 0), 2)),),
    ),
    Mistake(
        "X2",
        "regressors in another order",
        "Which column of the input weights meets the newest output? And the newest input?",
        "Outputs first, then inputs, each newest first. Write down one row.",
        {
            "both oldest first": edit(k_ahead, COLUMNS, "np.stack([*past[::-1], *inputs[::-1]], axis=1)"),
            "outputs oldest first": edit(k_ahead, COLUMNS, "np.stack([*past[::-1], *inputs], axis=1)"),
            "inputs oldest first": edit(k_ahead, COLUMNS, "np.stack([*past, *inputs[::-1]], axis=1)"),
            "inputs before outputs": edit(k_ahead, COLUMNS, "np.stack([*inputs, *past], axis=1)"),
            "all turned round": edit(k_ahead, COLUMNS, "np.stack([*past, *inputs][::-1], axis=1)"),
        },
        test="Take n_y = n_u = 2, k = 1, y = 0, 1, 0 and u = 0, 2, 0. Let W_ih be (0.1, 0.2, 0.4, 0.8), W_ho 1 "
        "and the biases 0: what is predicted?",
        tries=(trial(lambda w: w[0, 0], **one_unit((0, 1, 0), 1, (0.1, 0.2, 0.4, 0.8), 2, (0, 2, 0))),),
    ),
    Mistake(
        "X3",
        "inputs of other steps",
        "Which input is the newest one that a prediction of step i reads? Put a single 1 into u.",
        "The input of the step before is the newest here, on each step of the way.",
        {
            "from the same step on": edit(k_ahead, DRIVEN, "[u[i - j + 1] for j in range(1, n_u + 1)]"),
            "one step older": edit(k_ahead, DRIVEN, "[u[max(i - j - 1, 0)] for j in range(1, n_u + 1)]"),
            "later ones": edit(k_ahead, DRIVEN, "[u[min(i + j, T - 1)] for j in range(1, n_u + 1)]"),
        },
        test="Take k = 1, n_y = n_u = 1, weights of 1, u = (0, 1, 0, 0), and all else 0. What is predicted?",
        tries=(trial(lambda w: w[:, 0], **one_unit((0, 0, 0, 0), 1, u=(0, 1, 0, 0))),),
    ),
    Mistake(
        "X3h",
        "inputs that do not move on",
        "Do all steps of a way read the same inputs with you? Are inputs known at all steps?",
        "Each step of the way has its own past inputs, also after step t-k.",
        {
            "those of the first step": edit(k_ahead, DRIVEN, "[u[t - k + 1 - j] for j in range(1, n_u + 1)]"),
            "those of the last step": edit(k_ahead, DRIVEN, "[u[t - j] for j in range(1, n_u + 1)]"),
            "the last one held": edit(k_ahead, DRIVEN, "[u[min(i - j, t - k)] for j in range(1, n_u + 1)]"),
            "none after step t-k": edit(k_ahead, DRIVEN, "[u[i - j] * (i - j <= t - k) for j in range(1, n_u + 1)]"),
        },
        test="Take k = 2, n_y = n_u = 1, weights of 1, u = (0.5, 1, 0), all else 0. What is predicted?",
        tries=(trial(lambda w: w[:, 0], **one_unit((0, 0, 0), 2, u=(0.5, 1, 0))),),
    ),
    Mistake(
        "X5",
        "another first or last step",
        "Which is the first t for which all regressors on its way are there? How many predictions have you?",
        "Write down the way to your first t, with all that it reads.",
        {
            "one late": edit(k_ahead, FROM, "range(S + k, T)"),
            "the last left out": edit(k_ahead, FROM, "range(S + k - 1, T - 1)"),
            "from the first regressors on": edit(k_ahead, FROM, "range(S, T)")
            + edit(k_ahead, WAY, "range(max(t - k + 1, S), t + 1)"),
            "without the horizon": edit(k_ahead, FROM, "range(S, T)"),
            "those of the outputs alone": edit(k_ahead, "S = max(n_y, n_u)", "S = n_y"),
            "those of the inputs alone": edit(k_ahead, "S = max(n_y, n_u)", "S = n_u"),
            "the sum": edit(k_ahead, "S = max(n_y, n_u)", "S = n_y + n_u"),
        },
        test="Take T = 6 and k = 2. How many predictions are there with n_y = 1 and n_u = 3, and with the two "
        "exchanged?",
        tries=(trial(lambda v, w: [len(v), len(w)], {"n_y": 3}, **one_unit((0, 0, 0, 0, 0, 0), 2, (1, 1, 1, 1))),),
    ),
    Mistake(
        "X13k",
        "something else kept than the last prediction of a way",
        "A way of k steps makes k predictions. Which of them is asked for, and what do you keep?",
        "The earlier predictions of a way are made to get further.",
        {
            "all of a way": instead(k_ahead, each_way_in_full),
            "their mean": edit(k_ahead, KEPT_WAY, "found.append(own[t - k + 1 : t + 1].mean(axis=0))"),
            "one left out at the end": edit(k_ahead, KEPT_WAY, "found.append(own[max(t - 1, t - k + 1)])"),
        },
        test="Take k = 2, n_y = 1, weights of 1, y = (0, 1, 0, 0, 0), and all else 0: what is predicted?",
        tries=(trial(lambda w: w[:, 0], **PULSE),),
    ),
    Mistake(
        "N10",
        "another network",
        "Between which bounds should a hidden unit lie, and yours? What comes after the hidden units?",
        "Compare the formula of F, bracket by bracket.",
        {
            "no tanh": edit(one_step, "np.tanh(phi @ W_ih.T + b_ih)", "(phi @ W_ih.T + b_ih)"),
            "tanh outside": edit(one_step, NETWORK, "np.tanh((phi @ W_ih.T + b_ih) @ W_ho + b_ho)"),
            "tanh twice": edit(one_step, NETWORK, "np.tanh(np.tanh(phi @ W_ih.T + b_ih) @ W_ho + b_ho)"),
            "a sigmoid": edit(one_step, "np.tanh(phi @ W_ih.T + b_ih)", "(1 / (1 + np.exp(-(phi @ W_ih.T + b_ih))))"),
            "a rectifier": edit(one_step, "np.tanh(phi", "np.maximum(0, phi"),
        },
        test="Take one hidden unit, W_ih = (1, 0), W_ho = 2, k = 1, y = (3, -3, 0), no biases. What is predicted?",
        tries=(trial(lambda w: w[:, 0], **one_unit((3, -3, 0), 1, (1, 0), W_ho=[2])),),
    ),
    Mistake(
        "N10b",
        "the biases of the network",
        "Set the input weights to zero. What should each prediction be then, and what is yours?",
        "Two biases count in F. Where does each of them come in?",
        {
            "without the inner one": edit(one_step, " + b_ih)", ")"),
            "without the outer one": edit(one_step, " @ W_ho + b_ho", " @ W_ho"),
            "the outer one within": edit(one_step, NETWORK, "np.tanh(phi @ W_ih.T + b_ih + b_ho) @ W_ho"),
            "the inner one after tanh": edit(one_step, "phi @ W_ih.T + b_ih) @", "phi @ W_ih.T) + b_ih) @")
            + edit(one_step, "np.tanh(", "(np.tanh("),
        },
        test="Set W_ih to 0, b_ih to 0.5, W_ho to 1 and b_ho to 2: what is each prediction?",
        tries=(trial(lambda w: w[0, 0], **one_unit((0, 0, 0), 1, (0, 0), b_ih=[0.5], b_ho=2.0)),),
    ),
    Mistake(
        "N10d",
        "predictions taken for changes",
        "Does the network give the output or how much it changes? What do you add to it?",
        "F is the prediction itself.",
        edit(k_ahead, "W_ho, b_ho)", "W_ho, b_ho) + own[i - 1]"),
        test="Set all weights to 0, b_ho to 2 and y to 5: what is each prediction?",
        tries=(trial(lambda w: w[0, 0], **one_unit((5, 5, 5), 1, (0, 0), W_ho=[0], b_ho=2.0)),),
    ),
    Mistake(
        "X20",
        "an error for the prediction",
        "Is what you return a prediction, or how far it is off?",
        "With all weights 0, each prediction is the outer bias.",
        {
            "prediction minus output": edit(k_ahead, KEPT_WAY, "found.append(own[t] - y[t])"),
            "output minus prediction": edit(k_ahead, KEPT_WAY, "found.append(y[t] - own[t])"),
        },
        test="Change the measured output of the last step: does your answer notice?",
        tries=(trial(lambda v, w: (np.abs(w - v) > 0).any(), one_unit((0, 0, 0, 0, 7), 1), **STILL),),
    ),
    Mistake(
        "R5",
        "steps and records exchanged",
        "Which axis of your answer counts the steps, and which the records?",
        "Stack along time first; each record keeps its own column.",
        {
            "": edit(k_ahead, "np.stack(found)", "np.stack(found, axis=1)"),
        },
        test="Take two records of five samples, n_y = n_u = 1 and k = 1. How many rows has your answer?",
        tries=(trial(lambda w: len(w), **{**STILL, "y": [[0, 0]] * 5, "u": [[0, 0]] * 5}),),
    ),
    Mistake(
        "X17",
        "time turned round",
        "Which step does your first row predict, and which your last one?",
        "The predictions are in the order of time.",
        edit(k_ahead, "np.stack(found)", "np.stack(found[::-1])"),
        test="Take T = 5, n_y = n_u = 1 and k = 1, and change u at step 3 alone. Which row of your answer "
        "changes, from 0 on?",
        tries=(
            trial(lambda v, w: np.abs(w - v)[:, 0].argmax(), one_unit((0, 0, 0, 0, 0), 1, u=(0, 0, 0, 1, 0)), **STILL),
        ),
    ),
    Mistake(
        "R13",
        "records averaged",
        "Change one record alone. Do the predictions of another one notice? Should they?",
        "Each record has its own predictions.",
        edit(k_ahead, KEPT_WAY, "found.append(own[t] * 0 + own[t].mean())"),
        test="Take two records that differ: do your two columns?",
        tries=(
            trial(
                lambda v, w: (np.abs(w - v)[:, 0] > 0).any(),
                {"y": [[0, 5]] * 5},
                **{**STILL, "y": [[0, 0]] * 5, "u": [[0, 0]] * 5},
            ),
            trial(lambda w: np.ptp(w, axis=1).max() > 0, **{**STILL, "y": [[0, 5]] * 5, "u": [[0, 0]] * 5}),
        ),
    ),
)


def network(r: Generator, T: int, B: int, H: int, n_y: int, n_u: int, k: int) -> tuple[Any, ...]:
    """A record of any numbers, and weights that keep far from where tanh is straight or flat."""
    W_ih = r.uniform(0.4, 0.9, (H, n_y + n_u)) * r.choice((-1, 1), (H, n_y + n_u))
    W_ho = r.uniform(0.5, 1.0, H) * r.choice((-1, 1), H)
    return (
        r.normal(size=(T, B)),
        r.normal(size=(T, B)),
        W_ih,
        r.uniform(0.3, 0.8, H),
        W_ho,
        float(r.uniform(0.3, 0.8)),
        n_y,
        k,
    )


ahead_exercise = Exercise(
    name="narx.k_ahead",
    task="Predictions k steps ahead of a NARX network (eq-narx-mlp, without the direct path): for each t from "
    "S + k - 1 on, S = max(n_y, n_u), the network goes step by step from t-k+1 to t; outputs up to step t-k are the "
    "measured ones, later ones its own predictions. Regressors: n_y past outputs, then n_u past inputs, newest first, "
    "from step t-1 back. Keep the dtype; NumPy only.",
    arguments=(
        Value("y", "T B", "measured outputs"),
        Value("u", "T B", "inputs"),
        Value("W_ih", "H P", "P = n_y + n_u columns, n_u at least 1"),
        Value("b_ih", "H"),
        Value("W_ho", "H"),
        Value("b_ho", None),
        Value("n_y", None, "how many past outputs"),
        Value("k", None, "how many steps ahead"),
    ),
    outputs=(Value("y_hat", "R B", "a row for each t from S + k - 1 to T - 1"),),
    reference=k_ahead,
    cases={
        "general": lambda r: network(r, 10, 3, 4, 3, 2, 2),
        "one step": lambda r: network(r, 7, 2, 4, 2, 3, 1),
        "three of three": lambda r: network(r, 9, 2, 3, 3, 2, 3),
        "far": lambda r: network(r, 10, 2, 3, 2, 1, 5),
        "more inputs": lambda r: network(r, 9, 2, 4, 1, 3, 3),
        "one record": lambda r: network(r, 8, 1, 4, 2, 2, 2),
        "square": lambda r: network(r, 7, 4, 4, 2, 2, 3),
        "float32": lambda r: in_float32(network(r, 8, 2, 3, 2, 2, 3)),
    },
    facets=(
        Facet("one step ahead", 3, ("one step",)),
        Facet("k up to the number of past outputs", 3, ("general", "three of three", "one record")),
        Facet("k above the number of past outputs", 4, ("far", "more inputs", "square", "float32")),
    ),
    mistakes=AHEAD_MISTAKES,
    words={"R": "step", "B": "record", "H": "unit", "P": "regressor"},
)
