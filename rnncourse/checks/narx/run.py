r"""Runs on their own: between teacher forcing and free run, the gradient through a simulation, and scores."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.checks.engine import Array, Examination, Exercise, Facet, near
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import K_, K_P, T_B_F, T_B_K, Count, NotNegative, Real, T_B_ids, checked

T_ = Annotated[Array, "T"]
J_ = Annotated[Array, "J"]

# ---------------------------------------------------------------------------------------------------------------------
# Between teacher forcing and free run


@checked
def blended_run(
    y: T_B_K, u: T_B_F, known: T_B_ids, W: K_P, b: K_, alpha: NotNegative, n_y: Count
) -> tuple[Array, Array]:
    r"""A run that is fed its predictions, moved by a share of their error towards what was measured.

    .. math:: \hat y_t = W\, (\tilde y_{t-1}, \dots, \tilde y_{t-n_y},\ u_t) + b, \qquad
       \tilde y_t = \hat y_t + \alpha\, (y_t - \hat y_t) \text{ where measured, else } \hat y_t

    Shares, where the page tosses. Source: Hess et al. (2023), generalised teacher forcing. Returns ŷ (T - n_y, B, K)
    and ỹ (T, B, K).
    """
    require(len(y) > n_y and W.shape[1] == n_y * y.shape[2] + u.shape[2], "W: expected n_y K + F columns, and T > n_y")
    fed, predictions = y.copy(), []
    for t in range(n_y, len(y)):
        past = [fed[t - j] for j in range(1, n_y + 1)]
        guess = np.concatenate([*past, u[t]], axis=1) @ W.T + b
        share = known[t][:, None] * y.dtype.type(alpha)
        fed[t] = guess + share * (y[t] - guess)
        predictions.append(guess)
    y_hat = np.stack(predictions)
    return y_hat, fed


sign(globals(), "blended_run")

BLEND = "guess + share * (y[t] - guess)"
SHARE = "known[t][:, None] * y.dtype.type(alpha)"
PAST = "[fed[t - j] for j in range(1, n_y + 1)]"
ROW = "np.concatenate([*past, u[t]], axis=1)"
TENS: dict[str, Any] = {
    "y": [[[1]], [[10]], [[10]], [[10]]],
    "u": [[[0]]] * 4,
    "known": [[1]] * 4,
    "W": [[0, 0]],
    "b": [0],
    "alpha": 1.0,
    "n_y": 1,
}
TWO: dict[str, Any] = {
    "y": [[[5], [5]]] * 3,
    "u": [[[0], [0]]] * 3,
    "known": [[1, 1], [1, 0], [1, 1]],
    "W": [[0, 0]],
    "b": [0],
    "alpha": 1.0,
    "n_y": 1,
}
DOUBLED: dict[str, Any] = {
    "y": [[[1]], [[2]], [[4]], [[8]], [[16]]],
    "u": [[[0]]] * 5,
    "known": [[1]] * 5,
    "W": [[0, 1, 0]],
    "b": [0],
    "alpha": 1.0,
    "n_y": 2,
}
THOUSAND: dict[str, Any] = {"y": [[[5], [5]], [[5], [1000]], [[5], [5]]]}


def one_or_the_other(seen: Examination) -> bool:
    """Is what is fed the prediction or the measurement, wherever something was measured, and both of them somewhere?"""
    kinds = set()
    for case, (y, _, known, _, _, alpha, n_y) in seen.given.items():
        y_hat, fed = seen.comparable(case, 0), seen.comparable(case, 1)
        if y_hat is None or fed is None or not 0 < alpha < 1:
            continue
        there = known[n_y:] == 1
        measured = [near(fed[n_y:], one, seen.tolerance(case, 1, fed))[there] for one in (y[n_y:], y_hat)]
        if not (measured[0] | measured[1]).all():
            return False
        kinds |= {n for n, some in enumerate(measured) if some.any()}
    return len(kinds) == 2


BLENDED_MISTAKES = (
    Mistake(
        "F1",
        "the share the wrong way round",
        "With which α does your run see no measurement after its start? With which should it see none?",
        "α = 0 feeds the prediction, α = 1 the measurement. Which of them does your formula feed?",
        {
            "": edit(blended_run, SHARE, "known[t][:, None] * y.dtype.type(1 - alpha)"),
            "in gaps, too": edit(blended_run, BLEND, "y[t] + share * (guess - y[t])"),
        },
        test="Take weights of zero, b = 0, α = 1, and 10 measured at all steps. What is fed after the start?",
        tries=(
            trial(
                lambda v, w: np.abs(w[1] - v[1])[1:].max() > 0,
                {"y": [[[1]], [[20]], [[20]], [[20]]]},
                **{**TENS, "alpha": 0.0},
            ),
            trial(lambda w: w[1][1:, 0, 0], **TENS),
        ),
    ),
    Mistake(
        "F2",
        "another share, or none",
        "The prediction is 0, the measurement 10. What should be fed for α = 0.2, and what do you feed?",
        "On α the weight of the measurement depends, and on nothing else but the mask.",
        {
            "predictions alone": edit(blended_run, BLEND, "guess"),
            "measurements, where there are some": edit(blended_run, SHARE, "known[t][:, None] * y.dtype.type(1)"),
            "a half": edit(blended_run, SHARE, "known[t][:, None] * y.dtype.type(0.5)"),
            "squared": edit(blended_run, SHARE, "known[t][:, None] * y.dtype.type(alpha**2)"),
            "the root": edit(blended_run, SHARE, "known[t][:, None] * y.dtype.type(alpha**0.5)"),
            "less from step to step": edit(
                blended_run, SHARE, "known[t][:, None] * y.dtype.type(alpha ** (t - n_y + 1))"
            ),
        },
        test="Take weights of zero, b = 0, α = 0.2, and 10 measured at all steps. What is fed after the start?",
        tries=(trial(lambda w: w[1][1:, 0, 0], **{**TENS, "alpha": 0.2}),),
    ),
    Mistake(
        "F2c",
        "all of the measurement, or nothing",
        "The prediction is 2, the measurement 4. What should be fed for α = 0.25? Can yours lie between the two?",
        "A share is no choice, and no chance: each step takes a part of both.",
        sees=one_or_the_other,
        test="Take weights of zero, b = 2, α = 0.25 and measurements of 10. What is fed after the start?",
        tries=(
            trial(lambda w: w[1][1, 0, 0], **{**TENS, "y": [[[4]]] * 4, "b": [2], "alpha": 0.25}),
            trial(lambda w: w[1][1, 0, 0], **{**TENS, "b": [2], "alpha": 0.25}),
        ),
    ),
    Mistake(
        "F3",
        "a gap used as if it had been measured",
        "The second of two examples has a gap. Does your answer notice which number stands there? Should it?",
        "Where nothing was measured there is nothing to move towards. What does your formula do there?",
        {
            "the mask ignored": edit(blended_run, SHARE, "known[t][:, None] ** 0 * y.dtype.type(alpha)"),
            "the number in the gap fed": edit(
                blended_run, BLEND, "np.where(known[t][:, None] == 1, guess + share * (y[t] - guess), y[t])"
            ),
            "measured where any example was": edit(blended_run, SHARE, "known[t].any() * y.dtype.type(alpha)"),
            "the mask of the first example": edit(blended_run, SHARE, "known[t, 0] * y.dtype.type(alpha)"),
            "the mask of the step before": edit(blended_run, SHARE, "known[t - 1][:, None] * y.dtype.type(alpha)"),
            "the mask from its beginning": edit(blended_run, SHARE, "known[t - n_y][:, None] * y.dtype.type(alpha)"),
            "the mask the wrong way round": edit(blended_run, SHARE, "(1 - known[t][:, None]) * y.dtype.type(alpha)"),
            "the measurement fed whole, a gap blended": edit(
                blended_run, SHARE, "np.where(known[t][:, None] == 1, y.dtype.type(1), y.dtype.type(alpha))"
            ),
            "in what is returned": edit(
                blended_run, "return y_hat, fed", "return y_hat, np.where(known[:, :, None] == 1, fed, y)"
            ),
        },
        test="Take weights of zero, b = 0, α = 1 and two examples. One output of the second is missing, 1000 "
        "stands there: what is fed?",
        tries=(
            trial(lambda v, w: np.abs(w[1] - v[1]).max() > 0, THOUSAND, **TWO),
            trial(lambda w: w[1][1, 1, 0], **{**TWO, **THOUSAND}),
        ),
    ),
    Mistake(
        "F3a",
        "measurements thrown away because another one is missing",
        "One example lacks a measurement. Is what you feed for the other examples as it was?",
        "Each example has its own mask.",
        edit(blended_run, SHARE, "known[t].all() * y.dtype.type(alpha)"),
        test="Take weights of zero, b = 0, α = 1 and two examples. The second has a gap where the first was 5: "
        "what is fed for the first?",
        tries=(
            trial(lambda v, w: np.abs(w[1] - v[1])[:, 0].max() > 0, {"known": [[1, 1]] * 3}, **TWO),
            trial(lambda w: w[1][1, 0, 0], **TWO),
        ),
    ),
    Mistake(
        "F4",
        "something else than the prediction in a gap",
        "Compare your ŷ and ỹ at a step where the mask is 0. Should they be the same? Are they?",
        "In a gap the prediction is fed as it is.",
        {
            "moved towards zero": edit(
                blended_run, BLEND, "guess + y.dtype.type(alpha) * (known[t][:, None] * y[t] - guess)"
            ),
            "zero": edit(blended_run, BLEND, "known[t][:, None] * (guess + share * (y[t] - guess))"),
            "what was fed before": edit(
                blended_run, BLEND, "np.where(known[t][:, None] == 1, guess + share * (y[t] - guess), fed[t - 1])"
            ),
            "the measured one before": edit(
                blended_run,
                BLEND,
                "np.where(known[t][:, None] == 1, guess + share * (y[t] - guess), y[t - 1])",
            ),
            "moved towards what was fed before": edit(
                blended_run,
                BLEND,
                "guess + y.dtype.type(alpha) * (np.where(known[t][:, None] == 1, y[t], fed[t - 1]) - guess)",
            ),
            "midway to what was fed before": edit(
                blended_run,
                BLEND,
                "np.where(known[t][:, None] == 1, guess + share * (y[t] - guess), (guess + fed[t - 1]) / 2)",
            ),
            "the mean of what was measured": edit(
                blended_run,
                BLEND,
                "np.where(known[t][:, None] == 1, guess + share * (y[t] - guess), y[:n_y].mean(axis=0))",
            ),
        },
        test="Take weights of zero, b = 3, α = 1 and outputs of 10, two of them missing. What is fed for these two?",
        tries=(
            trial(lambda w: np.allclose(w[0][1:], w[1][2:]), **{**TENS, "b": [3], "known": [[1], [1], [0], [0]]}),
            trial(lambda w: w[1][2:, 0, 0], **{**TENS, "b": [3], "known": [[1], [1], [0], [0]]}),
        ),
    ),
    Mistake(
        "F5",
        "another blend",
        "The prediction is 2, the measurement 4. What should be fed for α = 0.25, and what do you feed?",
        "For α = 1 the prediction is moved all the way to the measurement. Is yours?",
        {
            "the measurement added": edit(blended_run, BLEND, "guess + share * y[t]"),
            "the other way": edit(blended_run, BLEND, "guess - share * (y[t] - guess)"),
            "the correction alone": edit(blended_run, BLEND, "share * (y[t] - guess)"),
            "a wrong sum": edit(blended_run, BLEND, "(guess + share * y[t]) / 2"),
            "divided by the weights": edit(blended_run, BLEND, "(guess + share * y[t]) / (1 + share)"),
            "the bias again": edit(blended_run, BLEND, "guess + share * (y[t] - guess) + b"),
        },
        test="Take weights of zero, b = 2, α = 0.25 and measurements of 10: what is fed after the start?",
        tries=(
            trial(lambda w: w[1][1, 0, 0], **{**TENS, "y": [[[4]]] * 4, "b": [2], "alpha": 0.25}),
            trial(lambda w: w[1][1, 0, 0], **{**TENS, "b": [2], "alpha": 0.25}),
        ),
    ),
    Mistake(
        "F5r",
        "a blend with what was fed before",
        "Fed before was 0, the prediction is 2, the measurement 4. What should be fed for α = 0.25? What do you feed?",
        "Two numbers are blended. Are they those of this step?",
        {
            "with the measurement": edit(
                blended_run,
                BLEND,
                "np.where(known[t][:, None] == 1, fed[t - 1] + y.dtype.type(alpha) * (y[t] - fed[t - 1]), guess)",
            ),
            "with the prediction": edit(blended_run, BLEND, "fed[t - 1] + share * (guess - fed[t - 1])"),
            "with the prediction, in gaps too": edit(
                blended_run, BLEND, "fed[t - 1] + y.dtype.type(alpha) * (guess - fed[t - 1])"
            ),
        },
        test="Take weights of zero, b = 2, α = 0.25 and measurements of 10 after a start of 1. What is fed after it?",
        tries=(
            trial(lambda w: w[1][1, 0, 0], **{**TENS, "y": [[[0]], [[4]], [[4]], [[4]]], "b": [2], "alpha": 0.25}),
            trial(lambda w: w[1][1:, 0, 0], **{**TENS, "b": [2], "alpha": 0.25}),
        ),
    ),
    Mistake(
        "F5t",
        "moved by the error of another step",
        "By which error do you move the prediction of step t? Of which steps are the two numbers in it?",
        "Measurement and prediction of the same step make the error.",
        {
            "with the measurement of the step before": edit(blended_run, BLEND, "guess + share * (y[t - 1] - guess)"),
            "with that of the next step": edit(
                blended_run, BLEND, "guess + share * (y[min(t + 1, len(y) - 1)] - guess)"
            ),
            "with what was fed before": edit(blended_run, BLEND, "guess + share * (y[t] - fed[t - 1])"),
            "both of the step before": edit(blended_run, BLEND, "guess + share * (y[t - 1] - fed[t - 1])"),
        },
        test="Take α = 1, n_y = 2 and the outputs 1, 2, 4, 8 and 16. W and b are 0: what is fed after the start?",
        tries=(trial(lambda w: w[1][2:, 0, 0], **{**DOUBLED, "W": [[0, 0, 0]]}),),
    ),
    Mistake(
        "F6",
        "the blend returned as prediction",
        "With α = 1, is your ŷ the measured output? Should it be?",
        "A prediction is made before its measurement is seen. Which of your two results knows that measurement?",
        {
            "the blend as prediction": edit(blended_run, "np.stack(predictions)", "fed[n_y:].copy()"),
            "the blend of both": edit(
                blended_run,
                "guess = np.concatenate",
                "share = (known[t][:, None] * alpha).astype(y.dtype)\n        guess = (1 - share) * (np.concatenate",
            )
            + edit(blended_run, "@ W.T + b", "@ W.T + b) + share * y[t]"),
        },
        test="Take α = 1 and no gaps, and change the last measured output: does your last ŷ notice?",
        tries=(
            trial(lambda w: np.allclose(w[0], 10), **TENS),
            trial(lambda v, w: w[0][-1, 0, 0] != v[0][-1, 0, 0], {"y": [[[1]], [[10]], [[10]], [[20]]]}, **TENS),
        ),
    ),
    Mistake(
        "F6f",
        "something else returned than what was fed",
        "Take α = 0.5 and no gaps. Is the ỹ that you return midway between ŷ and the measurement?",
        "What you return as fed are the numbers that later steps have read.",
        {
            "the prediction": edit(blended_run, "return y_hat, fed", "return y_hat, np.concatenate([y[:n_y], y_hat])"),
            "the measured": edit(blended_run, "return y_hat, fed", "return y_hat, y.copy()"),
        },
        test="Take weights of zero, b = 3, α = 0.5, and 10 measured. What are ŷ and ỹ of one step?",
        tries=(
            trial(lambda w: np.allclose(w[1][1:], (w[0] + 10) / 2), **{**TENS, "b": [3], "alpha": 0.5}),
            trial(lambda w: [w[0][0, 0, 0], w[1][1, 0, 0]], **{**TENS, "b": [3], "alpha": 0.5}),
        ),
    ),
    Mistake(
        "X7",
        "measured outputs in the regressors",
        "With α = 0, change the measured outputs after the start. Which of your predictions notice?",
        "The regressors read what was fed back, at each of their lags.",
        {
            "all": edit(blended_run, PAST, "[y[t - j] for j in range(1, n_y + 1)]"),
            "the newest": edit(blended_run, PAST, "[y[t - 1], *(fed[t - j] for j in range(2, n_y + 1))]"),
            "all but the newest": edit(blended_run, PAST, "[fed[t - 1], *(y[t - j] for j in range(2, n_y + 1))]"),
            "the oldest": edit(blended_run, PAST, "[*(fed[t - j] for j in range(1, n_y)), y[t - n_y]]"),
        },
        test="Take α = 0, n_y = 2 and T = 5. Double the outputs after the start: by how much does your last "
        "prediction change?",
        tries=(
            trial(
                lambda v, w: np.abs(w[0] - v[0]).max() > 0,
                {"y": [[[1]], [[2]], [[8]], [[16]], [[32]]]},
                **{**DOUBLED, "W": [[1, 1, 0]], "alpha": 0.0},
            ),
            trial(
                lambda v, w: w[0][-1, 0, 0] - v[0][-1, 0, 0],
                {"y": [[[1]], [[2]], [[8]], [[16]], [[32]]]},
                **{**DOUBLED, "W": [[1, 1, 0]], "alpha": 0.0},
            ),
        ),
    ),
    Mistake(
        "X10",
        "past outputs that do not move on",
        "From one step to the next, what changes in your regressors? Does each lag hold another step?",
        "Follow one output: it is the newest once, then the one before, then it leaves.",
        {
            "those of the start": edit(blended_run, PAST, "[fed[n_y - j] for j in range(1, n_y + 1)]"),
            "the newest for all": edit(blended_run, PAST, "[fed[t - 1] for j in range(1, n_y + 1)]"),
        },
        test="Take n_y = 2, α = 1 and the outputs 1, 2, 4, 8 and 16. W reads the second lag alone: what is predicted?",
        tries=(trial(lambda w: w[0][:, 0, 0], **DOUBLED),),
    ),
    Mistake(
        "X10b",
        "past outputs from before the blend",
        "Take n_y = 2, and change α. Does your third prediction notice it by each of its two lags?",
        "Which number does the next row read: the prediction, or what you feed?",
        {
            "all": edit(
                blended_run,
                PAST,
                "[predictions[t - n_y - j] if t - j >= n_y else fed[t - j] for j in range(1, n_y + 1)]",
            ),
            "all but the newest": edit(
                blended_run,
                PAST,
                "[fed[t - j] if j == 1 or t - j < n_y else predictions[t - n_y - j] for j in range(1, n_y + 1)]",
            ),
        },
        test="Take n_y = 2, α = 1 and the outputs 1, 2, 4, 8 and 16. W reads the second lag alone: what is predicted?",
        tries=(
            trial(lambda v, w: v[0][2, 0, 0] != w[0][2, 0, 0], {"alpha": 0.0}, **{**DOUBLED, "b": [5]}),
            trial(lambda w: w[0][:, 0, 0], **DOUBLED),
        ),
    ),
    Mistake(
        "X8",
        "another start",
        "What is fed at the first steps by the task? Compare the first entries of your ỹ.",
        "The first outputs were measured, and nothing is predicted there.",
        {
            "zeros": edit(
                blended_run, "fed, predictions = y.copy(), []", "fed, predictions = y.copy(), []\n    fed[:n_y] = 0"
            ),
            "the first one for all": edit(
                blended_run, "fed, predictions = y.copy(), []", "fed, predictions = y.copy(), []\n    fed[:n_y] = y[0]"
            ),
            "a share of it": edit(
                blended_run,
                "fed, predictions = y.copy(), []",
                "fed, predictions = y.copy(), []\n    fed[:n_y] *= y.dtype.type(alpha)",
            ),
            "not written down": edit(
                blended_run, "return y_hat, fed", "return y_hat, np.concatenate([0 * y[:n_y], fed[n_y:]])"
            ),
        },
        test="Take n_y = 2, α = 0.5 and the outputs 1, 2, 4, 8 and 16. What are your first two ỹ?",
        tries=(trial(lambda w: w[1][:2, 0, 0], **{**DOUBLED, "alpha": 0.5}),),
    ),
    Mistake(
        "X13",
        "another number of steps",
        "How many steps are predicted, and for how many is something fed? Count from the start on.",
        "The first steps are in what is fed, but not in what is predicted.",
        {
            "the start among the predictions": edit(
                blended_run, "np.stack(predictions)", "np.concatenate([y[:n_y], np.stack(predictions)])"
            ),
            "what is fed without the start": edit(blended_run, "return y_hat, fed", "return y_hat, fed[n_y:]"),
            "the last step left out": edit(blended_run, "range(n_y, len(y))", "range(n_y, len(y) - 1)"),
            "a step late": edit(blended_run, "range(n_y, len(y))", "range(n_y + 1, len(y))"),
        },
        test="Take T = 5 and n_y = 2: how many entries along time have your ŷ and your ỹ?",
        tries=(trial(lambda w: [len(w[0]), len(w[1])], **DOUBLED),),
    ),
    Mistake(
        "X2",
        "regressors in another order",
        "Take two outputs and n_y = 2. Which sample does each column of W meet, by the task and with you?",
        "All numbers of one step stand together: the newest output, the one before it, at the end the inputs.",
        {
            "oldest first": edit(blended_run, PAST, "[fed[t - j] for j in range(n_y, 0, -1)]"),
            "inputs first": edit(blended_run, ROW, "np.concatenate([u[t], *past], axis=1)"),
            "output by output": edit(
                blended_run, ROW, "np.concatenate([np.stack(past, axis=2).reshape(len(u[t]), -1), u[t]], axis=1)"
            ),
            "oldest first, output by output": edit(
                blended_run, ROW, "np.concatenate([np.stack(past[::-1], axis=2).reshape(len(u[t]), -1), u[t]], axis=1)"
            ),
            "outputs in another order": edit(blended_run, PAST, "[fed[t - j][:, ::-1] for j in range(1, n_y + 1)]"),
        },
        test="Take n_y = 2, and the two outputs (0, 1), (10, 11), (20, 21). Only the second column of W is 1: "
        "what is predicted?",
        tries=(
            trial(
                lambda w: w[0][0, 0, 0],
                y=[[[0, 1]], [[10, 11]], [[20, 21]]],
                u=[[[0]]] * 3,
                known=[[1]] * 3,
                W=[[0, 1, 0, 0, 0]] * 2,
                b=[0, 0],
                alpha=1.0,
                n_y=2,
            ),
        ),
    ),
    Mistake(
        "X2e",
        "examples mixed in the regressors",
        "Take n_y = 2, and change the outputs of one example alone. Do predictions of another one notice? Should they?",
        "A row of regressors holds numbers of one example.",
        edit(blended_run, ROW, "np.concatenate([np.stack(past).reshape(len(u[t]), -1), u[t]], axis=1)"),
        test="Take n_y = 2, weights of 1, b = 0 and two examples. One is 0 at all steps, the other 5: what is "
        "predicted for the zeros?",
        tries=(
            trial(
                lambda v, w: np.abs(w[0] - v[0])[:, 0].max() > 0,
                {"y": [[[5], [7]]] * 3},
                **{**TWO, "W": [[1, 1, 0]], "n_y": 2},
            ),
            trial(lambda w: w[0][:, 0, 0], **{**TWO, "y": [[[0], [5]]] * 3, "W": [[1, 1, 0]], "n_y": 2}),
        ),
    ),
    Mistake(
        "X3",
        "the input of another step",
        "Which input does the prediction of step t read? Change one input, and look which prediction notices first.",
        "In this model the input of the same step counts.",
        {
            "the step before": edit(blended_run, ROW, "np.concatenate([*past, u[t - 1]], axis=1)"),
            "counted from the start": edit(blended_run, ROW, "np.concatenate([*past, u[t - n_y]], axis=1)"),
            "the next step": edit(blended_run, ROW, "np.concatenate([*past, u[min(t + 1, len(u) - 1)]], axis=1)"),
        },
        test="Take n_y = 2, inputs that count 0, 1, 2, … and a W that reads the input alone. What is your first "
        "prediction?",
        tries=(
            trial(lambda w: w[0][0, 0, 0], **{**DOUBLED, "u": [[[0]], [[1]], [[2]], [[3]], [[4]]], "W": [[0, 0, 1]]}),
        ),
    ),
    Mistake(
        "R7",
        "the bias left out, or added twice",
        "With all weights zero, what should each prediction be?",
        "Count how often b enters one step.",
        {
            "left out": edit(blended_run, "W.T + b", "W.T"),
            "twice": edit(blended_run, "W.T + b", "W.T + 2 * b"),
        },
        test="Set W to zero, and b to 3: what is each prediction?",
        tries=(trial(lambda w: w[0][0, 0, 0], **{**TENS, "b": [3]}),),
    ),
    Mistake(
        "R9",
        "a nonlinearity",
        "Can your predictions lie below 0, and above 1? Can those of a linear model?",
        "The model of this task is linear.",
        {
            "tanh": edit(
                blended_run,
                "guess = np.concatenate([*past, u[t]], axis=1) @ W.T + b",
                "guess = np.tanh(np.concatenate([*past, u[t]], axis=1) @ W.T + b)",
            ),
            "rectifier": edit(
                blended_run,
                "guess = np.concatenate([*past, u[t]], axis=1) @ W.T + b",
                "guess = np.maximum(0, np.concatenate([*past, u[t]], axis=1) @ W.T + b)",
            ),
        },
        test="Set W to zero, and b to 3, then to -3. What is each prediction?",
        tries=(trial(lambda v, w: [v[0][0, 0, 0], w[0][0, 0, 0]], {"b": [-3]}, **{**TENS, "b": [3]}),),
    ),
    Mistake(
        "X20",
        "errors in place of predictions",
        "With all weights zero, each prediction is b. What is yours?",
        "Is what you return a prediction, or how far it is off?",
        {
            "": edit(blended_run, "np.stack(predictions)", "np.stack(predictions) - y[n_y:]"),
            "the other way": edit(blended_run, "np.stack(predictions)", "y[n_y:] - np.stack(predictions)"),
        },
        test="Change the last measured output: does your last prediction notice?",
        tries=(
            trial(lambda w: w[0][:, 0, 0], **{**TENS, "b": [3]}),
            trial(lambda v, w: w[0][-1, 0, 0] != v[0][-1, 0, 0], {"y": [[[1]], [[10]], [[10]], [[20]]]}, **TENS),
        ),
    ),
)


def blended(
    r: Generator, T: int, B: int, K: int, F: int, n_y: int, alpha: float, gaps: tuple[tuple[int, int], ...] = ()
) -> tuple[Any, ...]:
    """Any record; where it has gaps, strange numbers stand there."""
    y, known = r.normal(size=(T, B, K)), np.ones((T, B), int)
    for t, i in gaps:
        known[t, i], y[t, i] = 0, r.uniform(8, 12, K)
    P = n_y * K + F
    W = r.uniform(0.3, 0.6, (K, P)) * r.choice((-1, 1), (K, P))
    return y, r.normal(size=(T, B, F)), known, W, r.uniform(0.3, 0.9, K), alpha, n_y


blended_exercise = Exercise(
    name="narx.blended_run",
    task="The run of a linear model (eq-narx-run, with a share for the toss): fed back is the prediction, moved by the "
    "share alpha of its error towards the measurement where there is one (generalised teacher forcing; Hess et al., "
    "2023), and the prediction as it is where known is 0. Regressors: n_y past outputs, newest first, then the inputs "
    "of the same step. Return the predictions from step n_y on, and all that was fed. Keep the dtype; NumPy only.",
    arguments=(
        Value("y", "T B K", "measured outputs"),
        Value("u", "T B F", "inputs"),
        Value("known", "T B", "1 where y was measured, 0 where any finite numbers may stand"),
        Value("W", "K P", "P = n_y K + F columns"),
        Value("b", "K"),
        Value("alpha", None, "the measurement's share"),
        Value("n_y", None, "how many past outputs"),
    ),
    outputs=(
        Value("y_hat", "R B K", "predictions, from step n_y on"),
        Value("fed", "T B K", "what was fed back; at the start what was measured"),
    ),
    reference=blended_run,
    cases={
        "general": lambda r: blended(r, 8, 3, 2, 2, 2, 0.6, ((3, 1), (4, 0), (4, 1), (5, 2))),
        "free run": lambda r: blended(r, 7, 2, 2, 1, 2, 0.0),
        "teacher forcing": lambda r: blended(r, 7, 2, 2, 1, 2, 1.0),
        "between": lambda r: blended(r, 8, 2, 2, 3, 3, 0.3),
        "one past output": lambda r: blended(r, 6, 2, 3, 2, 1, 0.8),
        "teacher forcing with gaps": lambda r: blended(r, 8, 2, 2, 2, 2, 1.0, ((3, 0), (4, 0), (5, 1))),
        "float32": lambda r: in_float32(blended(r, 7, 2, 2, 2, 2, 0.4)),
    },
    facets=(
        Facet("free run, α = 0", 2, ("free run",)),
        Facet("teacher forcing, α = 1", 2, ("teacher forcing",)),
        Facet("between the two", 2, ("between", "one past output", "float32")),
        Facet("with gaps", 2, ("general", "teacher forcing with gaps")),
    ),
    mistakes=BLENDED_MISTAKES,
    words={"R": "prediction", "K": "output"},
)

# ---------------------------------------------------------------------------------------------------------------------
# Through the simulation


def simulated(y: Array, u: Array, a: Array, b: float, c: float) -> Array:
    """The free run, with the start that was measured."""
    n, run = len(a), y.copy()
    for t in range(n, len(y)):
        run[t] = np.tanh(c + a @ run[t - n : t][::-1] + b * u[t - 1])
    return run


@checked
def simulation_gradient(y: T_, u: T_, a: J_, b: Real, c: Real) -> tuple[float, Array, float, float, Array]:
    r"""Squared error of a free run, and its gradients through all that was fed back, by hand.

    .. math:: \hat y_t = \tanh\Bigl(c + \sum_{j=1}^{n} a_j\, \hat y_{t-j} + b\, u_{t-1}\Bigr), \qquad
       d\hat y_t = \hat y_t - y_t + \sum_{j=1}^{n} a_j\, dz_{t+j}, \qquad dz_t = (1 - \hat y_t^2)\, d\hat y_t

    One unit, and the start too, where the page has a network. Returns L, da, db, dc and the gradient of the n outputs
    that the run starts from, in the order of time.
    """
    require(len(y) > len(a), f"y: expected more than n = {len(a)} samples, got {len(y)}")
    n, run = len(a), simulated(y, u, a, b, c)
    e = run - y
    L = 0.5 * (e**2).sum()
    drun, da, db, dc = e.copy(), np.zeros_like(a), y.dtype.type(0), y.dtype.type(0)
    for t in reversed(range(n, len(y))):
        dz = (1 - run[t] ** 2) * drun[t]
        da += dz * run[t - n : t][::-1]
        db += dz * u[t - 1]
        dc += dz
        drun[t - n : t] += dz * a[::-1]
    dstart = drun[:n]
    return L, da, db, dc, dstart


sign(globals(), "simulation_gradient")

CARRY = "drun[t - n : t] += dz * a[::-1]"
SLOPE = "(1 - run[t] ** 2) * drun[t]"
LOSS = "0.5 * (e**2).sum()"
THERE = "c + a @ run[t - n : t][::-1] + b * u[t - 1]"
WEIGHTED = "da += dz * run[t - n : t][::-1]"
FIRST = "drun, da, db, dc = e.copy(), np.zeros_like(a),"


def run_of(y: tuple[float, ...], a: tuple[float, ...], b: float = 0.0, c: float = 0.0, u: Any = 0) -> dict[str, Any]:
    """A small run; inputs are 0 where none are said."""
    return {"y": y, "u": np.zeros(len(y)) + u, "a": a, "b": b, "c": c}


SHORT, LONGER, OF_TWO = run_of((1, 0, 0), (0.5,)), run_of((1, 0, 0, 0), (0.5,)), run_of((1, 1, 0, 0, 0), (0.5, 0.25))
ERRORS = run_of((0, 1, 2, 3), (0,))
GRADIENT_MISTAKES = (
    Mistake(
        "X7",
        "measured outputs in the run",
        "Change a measured output after the start. Should the run itself notice, or only its error?",
        "After the start, each step reads what the run has given before. What does yours read?",
        {
            "the gradient as if it had run freely": edit(
                simulated, "a @ run[t - n : t][::-1]", "a @ y[t - n : t][::-1]"
            ),
            "and no way back": edit(simulated, "a @ run[t - n : t][::-1]", "a @ y[t - n : t][::-1]")
            + edit(simulation_gradient, WEIGHTED, "da += dz * y[t - n : t][::-1]")
            + edit(simulation_gradient, CARRY, "drun[: max(2 * n - t, 0)] += 0"),
            "and its own start": edit(simulated, "a @ run[t - n : t][::-1]", "a @ y[t - n : t][::-1]")
            + edit(simulation_gradient, WEIGHTED, "da += dz * y[t - n : t][::-1]")
            + edit(simulation_gradient, CARRY, "drun[t - n : min(t, n)] += dz * a[::-1][: max(2 * n - t, 0)]"),
        },
        test="Take y = 1, 0, 0 and a = 0.5, all else 0: what is L?",
        tries=(trial(lambda w: w[0], **SHORT),),
    ),
    Mistake(
        "B6",
        "no way back through what was fed",
        "Perturb an early step of the run by hand. Which errors change? Which of them does your gradient count?",
        "An output of the run is the input of later steps. Their errors belong to it, too.",
        {
            "": edit(simulation_gradient, CARRY, "drun[:0] += 0"),
            "in da alone": edit(simulation_gradient, WEIGHTED, "da += (1 - run[t] ** 2) * e[t] * run[t - n : t][::-1]"),
            "but for the start": edit(
                simulation_gradient, WEIGHTED, "da += (1 - run[t] ** 2) * e[t] * run[t - n : t][::-1]"
            )
            + edit(simulation_gradient, "db += dz * u[t - 1]", "db += (1 - run[t] ** 2) * e[t] * u[t - 1]")
            + edit(simulation_gradient, "dc += dz", "dc += (1 - run[t] ** 2) * e[t]"),
            "one step back alone": edit(
                simulation_gradient, SLOPE, "(1 - run[t] ** 2) * drun[t]\n        drun[t] = e[t]"
            )
            + edit(
                simulation_gradient,
                CARRY,
                "drun[t - n : t] += (1 - run[t] ** 2) * e[t] * a[::-1]",
            ),
        },
        test="Take y = 1, 0, 0, 0 and a = 0.5, all else 0: what is da?",
        tries=(trial(lambda w: w[1][0], **LONGER),),
    ),
    Mistake(
        "B6n",
        "the way back through some of the lags",
        "How many later steps read one output of the run? To how many does your way back lead?",
        "Each output is read n times, with another coefficient each time.",
        {
            "the newest alone": edit(simulation_gradient, CARRY, "drun[t - 1] += dz * a[0]"),
            "the oldest alone": edit(simulation_gradient, CARRY, "drun[t - n] += dz * a[-1]"),
            "the newest, with all coefficients": edit(simulation_gradient, CARRY, "drun[t - 1] += dz * a.sum()"),
            "the first coefficient for all": edit(simulation_gradient, CARRY, "drun[t - n : t] += dz * a[0]"),
            "of later steps the last counted alone": edit(
                simulation_gradient, CARRY, "drun[t - n : t] = e[t - n : t] + dz * a[::-1]"
            ),
        },
        test="Take y = 1, 1, 0, 0, 0 and a = (0.5, 0.25), all else 0: what is da?",
        tries=(trial(lambda w: w[1], **OF_TWO),),
    ),
    Mistake(
        "B7",
        "errors of some steps forgotten",
        "Which errors are in the loss? And in the gradient of an output in the middle of the run?",
        "To what comes back from later steps the own error is added.",
        {
            "the last one alone": edit(
                simulation_gradient,
                FIRST,
                "drun, da, db, dc = np.where(np.arange(len(y)) == len(y) - 1, e, 0 * e), np.zeros_like(a),",
            ),
            "what comes back replaces it": edit(simulation_gradient, CARRY, "drun[t - n : t] = dz * a[::-1]"),
            "the last one left out": edit(
                simulation_gradient,
                FIRST,
                "drun, da, db, dc = np.where(np.arange(len(y)) == len(y) - 1, 0 * e, e), np.zeros_like(a),",
            ),
        },
        test="Take y = 1, 0, 0 and a = 0.5, all else 0: what is dc?",
        tries=(trial(lambda w: w[3], **SHORT),),
    ),
    Mistake(
        "B8",
        "coefficients in the wrong order on the way back",
        "The output one step before came in with the first coefficient. With which does its gradient return?",
        "Write down for t and each lag j which entry gets which coefficient.",
        edit(simulation_gradient, "dz * a[::-1]", "dz * a"),
        test="Take y = 1, 1, 0, 0 and a = (1, 0), all else 0: what is dstart?",
        tries=(trial(lambda w: w[4], **run_of((1, 1, 0, 0), (1, 0))),),
    ),
    Mistake(
        "X2",
        "coefficients or outputs in another order",
        "Which output does the first coefficient meet in the run? And in its gradient?",
        "The first coefficient belongs to the newest output, in the run and in its gradient.",
        {
            "in the run": edit(simulated, "run[t - n : t][::-1]", "run[t - n : t]"),
            "everywhere": edit(simulated, "run[t - n : t][::-1]", "run[t - n : t]")
            + edit(simulation_gradient, "dz * run[t - n : t][::-1]", "dz * run[t - n : t]")
            + edit(simulation_gradient, "dz * a[::-1]", "dz * a"),
            "in da": edit(simulation_gradient, "dz * run[t - n : t][::-1]", "dz * run[t - n : t]"),
        },
        test="Take y = 0, 1, 0 and a = (0.5, 0), all else 0: what are L and da?",
        tries=(trial(lambda w: [w[0], *w[1]], **run_of((0, 1, 0), (0.5, 0))),),
    ),
    Mistake(
        "X2d",
        "the gradient of the start in another order",
        "Change the first measured output alone. Which entry of your dstart says what that does to the loss?",
        "The start is in the order of time, and so is its gradient.",
        edit(simulation_gradient, "dstart = drun[:n]", "dstart = drun[:n][::-1]"),
        test="Take y = 1, 1, 0 and a = (0.5, 0.25), all else 0: what is dstart?",
        tries=(trial(lambda w: w[4], **run_of((1, 1, 0), (0.5, 0.25))),),
    ),
    Mistake(
        "B1",
        "the slope of tanh left out",
        "Push one number through tanh: how much of a small change comes out?",
        "Between an output and what went into tanh lies its slope. Where is it in your way back?",
        {
            "": edit(simulation_gradient, SLOPE, "drun[t]"),
            "on the way back alone": edit(simulation_gradient, CARRY, "drun[t - n : t] += drun[t] * a[::-1]"),
            "of the errors alone": edit(simulation_gradient, SLOPE, "(1 - run[t] ** 2) * e[t] + drun[t] - e[t]"),
        },
        test="Take y = 1, 0, 0 and a = 0.5, all else 0: what is dc?",
        tries=(trial(lambda w: w[3], **SHORT),),
    ),
    Mistake(
        "B1t",
        "the slope of tanh twice",
        "How often does the slope of step t count at step t: for its error, and for what comes back?",
        "A gradient meets one slope for each tanh on its way, and no more.",
        {
            "on the way back": edit(simulation_gradient, CARRY, "drun[t - n : t] += (1 - run[t] ** 2) * dz * a[::-1]"),
            "at each step": edit(simulation_gradient, SLOPE, "(1 - run[t] ** 2) ** 2 * drun[t]"),
            "for the errors": edit(
                simulation_gradient, FIRST, "drun, da, db, dc = (1 - run**2) * e, np.zeros_like(a),"
            ),
            "for all errors but the last": edit(
                simulation_gradient,
                FIRST,
                "drun, da, db, dc = np.append((1 - run[:-1] ** 2) * e[:-1], e[-1]), np.zeros_like(a),",
            ),
        },
        test="Take y = 1, 0, 0 and a = 0.5, all else 0: what is dc?",
        tries=(trial(lambda w: w[3], **SHORT),),
    ),
    Mistake(
        "B2",
        "another slope",
        "How large can the slope of tanh be, and where is it largest? Try yours at 0 and at 0.9.",
        "The run holds what came out of tanh. In which of the two is your slope?",
        {
            "of tanh once more": edit(simulation_gradient, SLOPE, "(1 - np.tanh(run[t]) ** 2) * drun[t]"),
            "the square outside": edit(simulation_gradient, SLOPE, "(1 - run[t]) ** 2 * drun[t]"),
            "no square": edit(simulation_gradient, SLOPE, "(1 - run[t]) * drun[t]"),
            "inverse": edit(simulation_gradient, SLOPE, "1 / (1 - run[t] ** 2) * drun[t]"),
            "of a sigmoid": edit(simulation_gradient, SLOPE, "run[t] * (1 - run[t]) * drun[t]"),
        },
        test="Take y = 1, 0, 0 and a = 0.5, all else 0: what is dc?",
        tries=(trial(lambda w: w[3], **SHORT),),
    ),
    Mistake(
        "B2s",
        "the slope at another output",
        "Of which number do you take the slope at step t? Did tanh give it at that step of the run?",
        "The slope belongs to the step of the run whose tanh is passed.",
        {
            "of the step before": edit(simulation_gradient, SLOPE, "(1 - run[t - 1] ** 2) * drun[t]"),
            "measured": edit(simulation_gradient, SLOPE, "(1 - y[t] ** 2) * drun[t]"),
        },
        test="Take y = 1, 0, 0 and a = 0.5, all else 0: what is dc?",
        tries=(trial(lambda w: w[3], **SHORT),),
    ),
    Mistake(
        "B5",
        "the gradient of a with other outputs",
        "By which numbers were the coefficients multiplied in step t of the run? By which do you multiply?",
        "The regressors of step t are those that the run has used.",
        {
            "measured": edit(simulation_gradient, WEIGHTED, "da += dz * y[t - n : t][::-1]"),
            "one step late": edit(simulation_gradient, WEIGHTED, "da += dz * run[t - n + 1 : t + 1][::-1]"),
            "the newest for all": edit(simulation_gradient, WEIGHTED, "da += dz * run[t - 1]"),
            "errors": edit(simulation_gradient, WEIGHTED, "da += dz * e[t - n : t][::-1]"),
        },
        test="Take y = 1, 1, 0, 0, 0 and a = (0.5, 0.25), all else 0: what is da?",
        tries=(trial(lambda w: w[1], **OF_TWO),),
    ),
    Mistake(
        "B9",
        "assigned in place of added up",
        "One coefficient was used at each step. How many uses do you count?",
        "What do you do with the share of the step before when the next one comes?",
        {
            "a": edit(simulation_gradient, WEIGHTED, "da = dz * run[t - n : t][::-1]"),
            "b": edit(simulation_gradient, "db += dz", "db = dz"),
            "c": edit(simulation_gradient, "dc += dz", "dc = dz"),
            "all": edit(simulation_gradient, WEIGHTED, "da = dz * run[t - n : t][::-1]")
            + edit(simulation_gradient, "db += dz", "db = dz")
            + edit(simulation_gradient, "dc += dz", "dc = dz"),
        },
        test="Take y = (1, 0, 0), a = 0.5, all u = 1, b = 0 and c = 0. What are da, db and dc?",
        tries=(trial(lambda w: [w[1][0], w[2], w[3]], **run_of((1, 0, 0), (0.5,), u=1)),),
    ),
    Mistake(
        "B12",
        "what later steps send back comes too late, or reaches the start alone",
        "Which gradient of an output is complete first: that of the last step, or that of the first?",
        "A step needs all that later steps send back. Is it there when you come to that step?",
        {
            "": edit(simulation_gradient, "reversed(range(n, len(y)))", "range(n, len(y))"),
            "sent to the start alone": edit(
                simulation_gradient, CARRY, "drun[t - n : min(t, n)] += dz * a[::-1][: max(2 * n - t, 0)]"
            ),
        },
        test="Take y = 1, 0, 0 and a = 0.5, all else 0: what is dc?",
        tries=(trial(lambda w: w[3], **SHORT),),
    ),
    Mistake(
        "X3",
        "the input of another step",
        "Which input acts on step t of the run? Is it the same in the gradient of b?",
        "The input of the step before acts here.",
        {
            "in both": edit(simulated, "u[t - 1]", "u[t]") + edit(simulation_gradient, "u[t - 1]", "u[t]"),
            "in the run": edit(simulated, "u[t - 1]", "u[t]"),
            "in the gradient": edit(simulation_gradient, "u[t - 1]", "u[t]"),
            "counted from the start, in both": edit(simulated, "u[t - 1]", "u[t - n]")
            + edit(simulation_gradient, "u[t - 1]", "u[t - n]"),
        },
        test="Take y = (0, 0, 0), u = (0, 1, 0), a = (0, 0), b = 1 and c = 0. What are L and db?",
        tries=(trial(lambda w: [w[0], w[2]], **run_of((0, 0, 0), (0, 0), 1.0, u=np.array((0, 1, 0)))),),
    ),
    Mistake(
        "X15",
        "the offset left out of the run",
        "With a = 0 and b = 0, what should the run be? What is it?",
        "Three things are added up within tanh.",
        edit(simulated, "c + a @", "a @"),
        test="Set a and b to 0, c to 1, y to 0 and T to n + 1. What is L?",
        tries=(trial(lambda w: w[0], **run_of((0, 0), (0,), c=1.0)),),
    ),
    Mistake(
        "X9n",
        "no tanh in the run",
        "Between which numbers does the run of the task lie? And yours?",
        "The sum goes through one function before it is an output.",
        {
            "": edit(simulated, f"np.tanh({THERE})", f"({THERE})"),
            "nor in the gradient": edit(simulated, f"np.tanh({THERE})", f"({THERE})")
            + edit(simulation_gradient, SLOPE, "drun[t]"),
        },
        test="Set a and b to 0, c to 2, y to 0 and T to n + 1. What is L?",
        tries=(trial(lambda w: w[0], **run_of((0, 0), (0,), c=2.0)),),
    ),
    Mistake(
        "L1",
        "another loss",
        "Three steps have the errors 1, 2 and 3. What should L be, and what is it with you?",
        "Half of a sum of squares, over all steps after the start. What of that is otherwise with you?",
        {
            "no half": edit(simulation_gradient, LOSS, "(e**2).sum()"),
            "mean": edit(simulation_gradient, LOSS, "(e[n:] ** 2).mean()"),
            "half of the mean": edit(simulation_gradient, LOSS, "0.5 * (e[n:] ** 2).mean()"),
            "mean with the start": edit(simulation_gradient, LOSS, "0.5 * (e**2).mean()"),
            "root": edit(simulation_gradient, LOSS, "np.sqrt((e**2).sum())"),
            "sizes": edit(simulation_gradient, LOSS, "np.abs(e).sum()"),
            "the last error alone": edit(simulation_gradient, LOSS, "0.5 * e[-1] ** 2"),
            "the first error left out": edit(simulation_gradient, LOSS, "0.5 * (e[n + 1 :] ** 2).sum()"),
            "the last error left out": edit(simulation_gradient, LOSS, "0.5 * (e[:-1] ** 2).sum()"),
        },
        test="Take a = 0, b = 0, c = 0 and y = 0, 1, 2, 3: what is L?",
        tries=(trial(lambda w: w[0], **ERRORS),),
    ),
    Mistake(
        "L2",
        "gradients of a loss of another size",
        "Which loss has the gradients that you return? Is it the one that you return?",
        "Your gradients point where they should. Look at how long they are.",
        {
            "twice": edit(simulation_gradient, FIRST, "drun, da, db, dc = 2 * e, np.zeros_like(a),"),
            "by the steps": edit(simulation_gradient, FIRST, "drun, da, db, dc = e / (len(y) - n), np.zeros_like(a),"),
            "twice, by the steps": edit(
                simulation_gradient, FIRST, "drun, da, db, dc = 2 * e / (len(y) - n), np.zeros_like(a),"
            ),
            "by the samples": edit(simulation_gradient, FIRST, "drun, da, db, dc = e / len(y), np.zeros_like(a),"),
        },
        test="Take a = 0, b = 0, c = 0 and y = 0, 1, 2, 3: what is dc?",
        tries=(trial(lambda w: w[3], **ERRORS),),
    ),
    Mistake(
        "L2n",
        "gradients of the other sign",
        "Change c by a small step against your dc. Does L become smaller? Should it?",
        "Which of the two is taken from the other in your error? A square hides that, its gradient does not.",
        edit(simulation_gradient, FIRST, "drun, da, db, dc = -e, np.zeros_like(a),"),
        test="Take a = 0, b = 0, c = 0 and y = 0, 1: what is dc?",
        tries=(trial(lambda w: w[3], **run_of((0, 1), (0,))),),
    ),
    Mistake(
        "L2m",
        "loss and gradients of another size",
        "Three steps have the errors 1, 2 and 3. What should L be, and what is it with you?",
        "Loss and gradients fit each other. But is that the loss of the task?",
        {
            "no half": edit(simulation_gradient, LOSS, "(e**2).sum()")
            + edit(simulation_gradient, FIRST, "drun, da, db, dc = 2 * e, np.zeros_like(a),"),
            "mean": edit(simulation_gradient, LOSS, "(e[n:] ** 2).mean()")
            + edit(simulation_gradient, FIRST, "drun, da, db, dc = 2 * e / (len(y) - n), np.zeros_like(a),"),
            "half of the mean": edit(simulation_gradient, LOSS, "0.5 * (e[n:] ** 2).mean()")
            + edit(simulation_gradient, FIRST, "drun, da, db, dc = e / (len(y) - n), np.zeros_like(a),"),
        },
        test="Take a = 0, b = 0, c = 0 and y = (0, 1, 2, 3): what are L and dc?",
        tries=(trial(lambda w: [w[0], w[3]], **ERRORS),),
    ),
    Mistake(
        "B13",
        "the gradient of the start",
        "Change each output that the run starts from, one by one. How does the loss change, and what do you return?",
        "The start is read like any output of the run, but has no error of its own.",
        {
            "zeros": edit(simulation_gradient, "dstart = drun[:n]", "dstart = 0 * drun[:n]"),
            "of the steps after it": edit(simulation_gradient, "dstart = drun[:n]", "dstart = drun[1 : n + 1]"),
            "its newest for all": edit(simulation_gradient, "dstart = drun[:n]", "dstart = drun[n - 1] + 0 * a"),
            "of the first step alone": edit(simulation_gradient, "dstart = drun[:n]", "dstart = dz * a[::-1]"),
            "minus": edit(simulation_gradient, "dstart = drun[:n]", "dstart = -drun[:n]"),
            "in what went into tanh": edit(
                simulation_gradient, "dstart = drun[:n]", "dstart = (1 - y[:n] ** 2) * drun[:n]"
            ),
        },
        test="Take y = 1, 0.5, 0, 0 and a = (0.5, 0.25), all else 0: what is dstart?",
        tries=(trial(lambda w: w[4], **run_of((1, 0.5, 0, 0), (0.5, 0.25))),),
    ),
    Mistake(
        "X8",
        "another start",
        "With which outputs does your run begin? Does your loss change when they change?",
        "The first n outputs are the measured ones.",
        {
            "zeros": edit(simulated, "len(a), y.copy()", "len(a), np.where(np.arange(len(y)) < len(a), 0 * y, y)"),
            "the first for all": edit(
                simulated, "len(a), y.copy()", "len(a), np.where(np.arange(len(y)) < len(a), y[0], y)"
            ),
        },
        test="Take y = 1, 0.5, 0 and a = (0.5, 0.25), all else 0: what is L?",
        tries=(trial(lambda w: w[0], **run_of((1, 0.5, 0), (0.5, 0.25))),),
    ),
    Mistake(
        "B10",
        "the gradients of b and c",
        "By what was b multiplied at each step of the run? By what was c?",
        "Each step adds its share. What is the share of a step for b, and for c?",
        {
            "b like c": edit(simulation_gradient, "db += dz * u[t - 1]", "db += dz"),
            "c times c": edit(simulation_gradient, "dc += dz", "dc += dz * y.dtype.type(c)"),
            "b times b": edit(simulation_gradient, "db += dz * u[t - 1]", "db += dz * y.dtype.type(b)"),
            "c without the slope": edit(simulation_gradient, "dc += dz", "dc += drun[t]"),
            "c as a count": edit(simulation_gradient, "dc += dz", "dc += 1"),
        },
        test="Take y = (0, 0), u = (2, 0), a = 0, b = 0.5 and c = 0.2. What are db and dc?",
        tries=(trial(lambda w: [w[2], w[3]], **run_of((0, 0), (0,), 0.5, 0.2, np.array((2, 0)))),),
    ),
)


def one_unit(r: Generator, T: int, n: int) -> tuple[Array, Array, Array, float, float]:
    """Signals, and weights that keep tanh bent and the way back long."""
    a = r.uniform(0.5, 0.9, n) * r.choice((-1, 1), n)
    return r.uniform(-0.9, 0.9, T), r.normal(size=T), a, float(r.uniform(0.4, 0.8)), float(r.uniform(0.2, 0.5))


gradient_exercise = Exercise(
    name="narx.simulation_gradient",
    task="The free run of a model with one unit, tanh of c, n past outputs and the input of the step before, from n "
    "measured outputs (eq-narx-simulation); the loss L, half the sum of its squared errors from step n on; and the "
    "gradients of L by hand, back through all that was fed (eq-narx-feedback): of a, of b, of c, and of the n outputs "
    "that the run starts from, none of them a target. Keep the dtype; NumPy only.",
    arguments=(
        Value("y", "T", "measured outputs; the first n of them start the run"),
        Value("u", "T", "inputs"),
        Value("a", "n", "coefficients of the past outputs, newest first"),
        Value("b", None),
        Value("c", None),
    ),
    outputs=(
        Value("L", "", "the loss"),
        Value("da", "n", "gradient of a"),
        Value("db", "", "gradient of b"),
        Value("dc", "", "gradient of c"),
        Value("dstart", "n", "gradient of the first n outputs, in the order of time"),
    ),
    reference=simulation_gradient,
    cases={
        "general": lambda r: one_unit(r, 8, 2),
        "one lag": lambda r: one_unit(r, 5, 1),
        "one step": lambda r: one_unit(r, 4, 3),
        "three lags": lambda r: one_unit(r, 9, 3),
        "float32": lambda r: in_float32(one_unit(r, 7, 2)),
    },
    facets=(
        Facet("the loss", 2, (), ("L",)),
        Facet("da", 3, (), ("da",)),
        Facet("db", 2, (), ("db",)),
        Facet("dc", 1, (), ("dc",)),
        Facet("the gradient of the start", 2, (), ("dstart",)),
    ),
    mistakes=GRADIENT_MISTAKES,
    words={"n": "lag"},
)

# ---------------------------------------------------------------------------------------------------------------------
# Two scores


@checked
def run_scores(y: T_B_K, y_hat: T_B_K, skip: Count) -> tuple[Array, Array]:
    r"""Fit and skill of a free run, per output, without its first steps.

    .. math:: \text{fit} = 1 - \sqrt{\frac{\sum (y_t - \hat y_t)^2}{\sum (y_t - \bar y)^2}}, \qquad
       \text{skill} = 1 - \frac{\sum (y_t - \hat y_t)^2}{\sum (y_t - y_{t-1})^2}

    Against the mean and against the step before, where the page divides by a variance. Returns (K,) and (K,).
    """
    require(skip < len(y) - 1, f"skip: expected at most T - 2 = {len(y) - 2}, got {skip}")
    true, made, before = y[skip:], y_hat[skip:], y[skip - 1 : -1]
    mean = true.mean(axis=(0, 1))
    squares = ((true - made) ** 2).sum(axis=(0, 1))
    spread = ((true - mean) ** 2).sum(axis=(0, 1))
    steps = ((true - before) ** 2).sum(axis=(0, 1))
    fit = 1 - np.sqrt(squares / spread)
    skill = 1 - squares / steps
    return fit, skill


sign(globals(), "run_scores")

CUT = "y[skip:], y_hat[skip:], y[skip - 1 : -1]"
FIT = "1 - np.sqrt(squares / spread)"
SKILL = "1 - squares / steps"
MEAN = "true.mean(axis=(0, 1))"
SQUARES = "((true - made) ** 2).sum(axis=(0, 1))"
SPREAD = "((true - mean) ** 2).sum(axis=(0, 1))"
STEPS = "((true - before) ** 2).sum(axis=(0, 1))"


def record(*experiments: tuple[float, ...], by: Any = 1, skip: int = 1) -> dict[str, Any]:
    """Experiments with one output, and predictions that are too large by a number."""
    y = np.array(experiments, float).T[:, :, None]
    return {"y": y, "y_hat": y + np.asarray(by), "skip": skip}


BESIDE = np.array([[[50, 150], [60, 160]], [[0, 100], [10, 110]], [[4, 104], [14, 114]], [[8, 108], [24, 124]]])
SCORE_MISTAKES = (
    Mistake(
        "E19",
        "the fit by another formula",
        "The errors are a quarter of the distances from the mean. What should the fit be? What is yours?",
        "One minus a root of a quotient of sums. Which of these does your fit have?",
        {
            "no root": edit(run_scores, FIT, "1 - squares / spread"),
            "the quotient alone": edit(run_scores, FIT, "np.sqrt(squares / spread)"),
            "the quotient without root": edit(run_scores, FIT, "squares / spread"),
            "percent": edit(run_scores, FIT, "100 * (1 - np.sqrt(squares / spread))"),
            "root of all": edit(run_scores, FIT, "np.sqrt(np.abs(1 - squares / spread))"),
            "a root above alone": edit(run_scores, FIT, "1 - np.sqrt(squares) / spread"),
            "a root below alone": edit(run_scores, FIT, "1 - squares / np.sqrt(spread)"),
            "upside down": edit(run_scores, FIT, "1 - np.sqrt(spread / squares)"),
            "minus": edit(run_scores, FIT, "np.sqrt(squares / spread) - 1"),
        },
        test="Take 0 and 8 as the two outputs that count, and the predictions 1 and 7: what is the fit?",
        tries=(trial(lambda w: w[0][0], **record((0, 0, 8), by=[[[0]], [[1]], [[-1]]])),),
    ),
    Mistake(
        "E19z",
        "scores below 0 cut off",
        "A run is worse than the mean, or than the step before. Which sign has its score, and with you?",
        "A score says how bad a run is, too. Is there a bound in yours?",
        {
            "the fit": edit(run_scores, FIT, "np.maximum(0, 1 - np.sqrt(squares / spread))"),
            "the skill": edit(run_scores, SKILL, "np.maximum(0, 1 - squares / steps)"),
            "both": edit(run_scores, FIT, "np.maximum(0, 1 - np.sqrt(squares / spread))")
            + edit(run_scores, SKILL, "np.maximum(0, 1 - squares / steps)"),
        },
        test="Take the outputs 0, 0, 4, skip = 1, and predictions 100 too large: what are fit and skill?",
        tries=(
            trial(lambda w: [w[0][0] < 0, w[1][0] < 0], **record((0, 0, 4), by=100)),
            trial(lambda w: [w[0][0], w[1][0]], **record((0, 0, 4), by=100)),
        ),
    ),
    Mistake(
        "E19c",
        "the mean of the errors taken off",
        "All predictions are too large by the same number. Is a score 1 with you? Should it be?",
        "An error that is the same at all steps is an error, too.",
        {
            "in the fit": edit(
                run_scores,
                FIT,
                "1 - np.sqrt(((true - made - (true - made).mean(axis=(0, 1))) ** 2).sum(axis=(0, 1)) / spread)",
            ),
            "variances": edit(
                run_scores,
                FIT,
                "1 - ((true - made - (true - made).mean(axis=(0, 1))) ** 2).sum(axis=(0, 1)) / spread",
            ),
            "in both": edit(
                run_scores, SQUARES, "((true - made - (true - made).mean(axis=(0, 1))) ** 2).sum(axis=(0, 1))"
            ),
        },
        test="Take 0 and 8 as the two outputs that count, and the predictions 1 and 9: what is the fit?",
        tries=(
            trial(lambda w: np.isclose(np.ravel(w), 1).any(), **record((0, 0, 8))),
            trial(lambda w: w[0][0], **record((0, 0, 8))),
        ),
    ),
    Mistake(
        "E19r",
        "distances from zero in the fit",
        "What do you divide by in the fit? What would it be for outputs that hardly move around 100?",
        "The spread is measured around the mean.",
        edit(run_scores, SPREAD, "(true**2).sum(axis=(0, 1))"),
        test="Take 100 and 108 as the two outputs that count, and the predictions 101 and 109: what is the fit?",
        tries=(trial(lambda w: w[0][0], **record((100, 100, 108))),),
    ),
    Mistake(
        "E19p",
        "predictions below the line of the fit",
        "Multiply all predictions by 2. Does what you divide by in the fit change? Should it?",
        "What a run is compared with hangs on the measured outputs alone.",
        {
            "around their mean": edit(run_scores, MEAN, "made.mean(axis=(0, 1))"),
            "their spread": edit(run_scores, SPREAD, "((made - made.mean(axis=(0, 1))) ** 2).sum(axis=(0, 1))"),
        },
        test="Take 0 and 8 as the two outputs that count, and the predictions 20 and 24: what is the fit?",
        tries=(trial(lambda w: w[0][0], **record((0, 0, 8), by=[[[0]], [[20]], [[16]]])),),
    ),
    Mistake(
        "E19g",
        "another measure of spread in the fit",
        "The outputs 0, 0, 0 and 8 count. How large is their spread by the task, and with you?",
        "Distances from the mean, squared and added up. Which of these words does not hold for yours?",
        {
            "the range": edit(
                run_scores, FIT, "1 - np.sqrt((true - made) ** 2).mean(axis=(0, 1)) / np.ptp(true, axis=(0, 1))"
            ),
            "root mean square by the range": edit(
                run_scores, FIT, "1 - np.sqrt(((true - made) ** 2).mean(axis=(0, 1))) / np.ptp(true, axis=(0, 1))"
            ),
            "around the median": edit(run_scores, MEAN, "np.median(true, axis=(0, 1))"),
            "sizes": edit(
                run_scores, FIT, "1 - np.abs(true - made).sum(axis=(0, 1)) / np.abs(true - mean).sum(axis=(0, 1))"
            ),
        },
        test="Take these four outputs, and predict 0 at all steps: what is the fit?",
        tries=(trial(lambda w: w[0][0], **record((0, 0, 0, 0, 8), by=[[[0]], [[0]], [[0]], [[0]], [[-8]]])),),
    ),
    Mistake(
        "E19n",
        "one sample less in the spread of the fit",
        "By how many numbers do you divide the squared errors, and by how many the squared distances?",
        "A library has two kinds of standard deviation. Which one does the task compare with?",
        edit(
            run_scores,
            SPREAD,
            "true.shape[0] * true.shape[1] * ((true - mean) ** 2).sum(axis=(0, 1))"
            " / (true.shape[0] * true.shape[1] - 1)",
        ),
        test="Let two steps of one experiment count, 0 and 8, and predict their mean: what is the fit?",
        tries=(trial(lambda w: w[0][0], **record((0, 0, 8), by=[[[0]], [[4]], [[-4]]])),),
    ),
    Mistake(
        "E19m",
        "the mean of something else",
        "Over which steps and experiments is your mean taken? Is it one number for each output?",
        "The same steps and experiments as in the sums, and each output alone.",
        {
            "all steps": edit(run_scores, MEAN, "y.mean(axis=(0, 1))"),
            "each experiment its own": edit(run_scores, MEAN, "true.mean(axis=0)"),
            "each step its own": edit(run_scores, MEAN, "true.mean(axis=1, keepdims=True)"),
            "all outputs together": edit(run_scores, MEAN, "true.mean()"),
            "the steps left out": edit(run_scores, MEAN, "y[:skip].mean(axis=(0, 1))"),
            "all but the last": edit(run_scores, MEAN, "true[:-1].mean(axis=(0, 1))"),
        },
        test="Let one experiment be 50, 0, 4, 8, another 60, 10, 14, 24, and a second output larger by 100. "
        "Predict 1 too much, with skip = 1: what are both fits?",
        tries=(trial(lambda w: w[0], y=BESIDE, y_hat=BESIDE + 1, skip=1),),
    ),
    Mistake(
        "E20",
        "the skill by another formula",
        "The errors are a quarter of those of the step before. What should the skill be? What is yours?",
        "One minus a quotient of sums of squares. Is there a root in yours, or another order?",
        {
            "a root": edit(run_scores, SKILL, "1 - np.sqrt(squares / steps)"),
            "the quotient alone": edit(run_scores, SKILL, "squares / steps"),
            "upside down": edit(run_scores, SKILL, "1 - steps / squares"),
            "percent": edit(run_scores, SKILL, "100 * (1 - squares / steps)"),
            "sizes": edit(
                run_scores, SKILL, "1 - np.abs(true - made).sum(axis=(0, 1)) / np.abs(true - before).sum(axis=(0, 1))"
            ),
            "minus": edit(run_scores, SKILL, "squares / steps - 1"),
            "the mean in place of the step before": edit(run_scores, SKILL, "1 - squares / spread"),
        },
        test="Take the outputs 0, 4, 8 and skip = 1. The predictions that count are 3 and 7: what is the skill?",
        tries=(trial(lambda w: w[1][0], **record((0, 4, 8), by=-1)),),
    ),
    Mistake(
        "Q5",
        "something else repeated than the output before",
        "Which output is repeated for the first step that counts, and which for the last one?",
        "The measured output of step t-1, for each t that counts.",
        {
            "two steps before": edit(run_scores, CUT, "y[skip:], y_hat[skip:], y[np.arange(skip, len(y)) - 2]"),
            "the last one in a circle": edit(run_scores, CUT, "y[skip:], y_hat[skip:], np.roll(y[skip:], 1, axis=0)"),
            "the last output before the run": edit(run_scores, CUT, "y[skip:], y_hat[skip:], y[skip - 1]"),
            "the first output": edit(run_scores, CUT, "y[skip:], y_hat[skip:], y[0]"),
        },
        test="Take the outputs (0, 1, 2, 3, 4), predictions 1 too large, and skip = 2: what is the skill?",
        tries=(trial(lambda w: w[1][0], **record((0, 1, 2, 3, 4), skip=2)),),
    ),
    Mistake(
        "Q5p",
        "predictions in the errors of the step before",
        "Change the predictions. Do the errors of whoever repeats the step before change? Should they?",
        "Whoever repeats the step before knows measured outputs alone.",
        {
            "the prediction before": edit(run_scores, CUT, "y[skip:], y_hat[skip:], y_hat[skip - 1 : -1]"),
            "against the predictions": edit(run_scores, STEPS, "((made - before) ** 2).sum(axis=(0, 1))"),
            "changes of the predictions": edit(
                run_scores, STEPS, "((made - y_hat[skip - 1 : -1]) ** 2).sum(axis=(0, 1))"
            ),
        },
        test="Take the outputs 0, 4, 8, the predictions 0, 20, 30, and skip = 1: what is the skill?",
        tries=(trial(lambda w: w[1][0], **record((0, 4, 8), by=[[[0]], [[16]], [[22]]])),),
    ),
    Mistake(
        "Q5d",
        "differences along another axis",
        "One experiment is 0, 1, 0, 1, and another one 10 larger. How large are your errors of the step before?",
        "The step before is a step in time. Along which axis do you take differences?",
        {
            "": edit(run_scores, STEPS, "(np.diff(true, axis=1) ** 2).sum(axis=(0, 1))"),
            "of all experiments that there are": edit(
                run_scores, STEPS, "(np.diff(y, axis=1 if y.shape[1] > 1 else 0)[skip:] ** 2).sum(axis=(0, 1))"
            ),
        },
        test="Let these be the outputs, all predictions 1 too large, and skip = 1: what is the skill?",
        tries=(trial(lambda w: w[1][0], **record((0, 1, 0, 1), (10, 11, 10, 11))),),
    ),
    Mistake(
        "X13",
        "the first difference lost",
        "How many steps are in the sum below, and how many in the sum above?",
        "The output before the first step that counts was measured, too.",
        {
            "": edit(run_scores, STEPS, "(np.diff(true, axis=0) ** 2).sum(axis=(0, 1))"),
            "means in place of sums": edit(
                run_scores, STEPS, "true.shape[0] * (np.diff(true, axis=0) ** 2).mean(axis=0).sum(axis=0)"
            ),
            "in both sums": edit(
                run_scores,
                SKILL,
                "1 - ((true - made)[1:] ** 2).sum(axis=(0, 1)) / ((true - before)[1:] ** 2).sum(axis=(0, 1))",
            ),
            "all steps": edit(run_scores, STEPS, "(np.diff(y, axis=0) ** 2).sum(axis=(0, 1))"),
        },
        test="Take the outputs 0, 1, 3, 4, 5, predictions 1 too large, and skip = 2: what is the skill?",
        tries=(trial(lambda w: w[1][0], **record((0, 1, 3, 4, 5), skip=2)),),
    ),
    Mistake(
        "E9",
        "other steps left out",
        "Change the prediction of the first step that counts, then of the last one left out. Which scores notice?",
        "The steps from skip on count, in all sums.",
        {
            "none": edit(run_scores, CUT, "y[1:], y_hat[1:], y[:-1]"),
            "none at all": edit(run_scores, CUT, "y, y_hat, np.concatenate([y[:1], y[:-1]])"),
            "one more": edit(run_scores, CUT, "y[skip + 1 :], y_hat[skip + 1 :], y[skip:-1]"),
            "one less": edit(
                run_scores, CUT, "y[skip - 1 :], y_hat[skip - 1 :], y[np.maximum(np.arange(skip - 1, len(y)) - 1, 0)]"
            ),
            "the last ones": edit(run_scores, CUT, "y[1:-skip], y_hat[1:-skip], y[: -skip - 1]"),
            "the predictions from their start": edit(
                run_scores, CUT, "y[skip:], y_hat[: len(y) - skip], y[skip - 1 : -1]"
            ),
            "in the spread alone": edit(run_scores, SQUARES, "((y - y_hat) ** 2).sum(axis=(0, 1))"),
        },
        test="Take the outputs (50, 20, 0, 4, 8), predictions 1 too large, and skip = 2: what are fit and skill?",
        tries=(
            trial(
                lambda v, *w: [np.abs(np.ravel(one) - np.ravel(v)).max() > 1e-6 for one in w],
                *(
                    {"y_hat": record((50, 20, 0, 4, 8), by=by)["y_hat"]}
                    for by in ([[[1]], [[1]], [[2]], [[1]], [[1]]], [[[1]], [[2]], [[1]], [[1]], [[1]]])
                ),
                **record((50, 20, 0, 4, 8), skip=2),
            ),
            trial(lambda w: [w[0][0], w[1][0]], **record((50, 20, 0, 4, 8), skip=2)),
        ),
    ),
    Mistake(
        "E9s",
        "steps left out above the line alone",
        "Take skip = 3, and change the very first measured output. Should a score notice? Does one of yours?",
        "The steps from skip on count below the line, too.",
        {
            "": edit(run_scores, SPREAD, "((y - y.mean(axis=(0, 1))) ** 2).sum(axis=(0, 1))")
            + edit(run_scores, STEPS, "(np.diff(y, axis=0) ** 2).sum(axis=(0, 1))"),
            "by means": edit(
                run_scores, FIT, "1 - np.sqrt(((true - made) ** 2).mean(axis=(0, 1)) / y.var(axis=(0, 1)))"
            )
            + edit(
                run_scores,
                SKILL,
                "1 - ((true - made) ** 2).mean(axis=(0, 1)) / (np.diff(y, axis=0) ** 2).mean(axis=(0, 1))",
            ),
        },
        test="Take the outputs (50, 20, 10, 0, 4, 8), predictions 1 too large, and skip = 3: what are fit and skill?",
        tries=(
            trial(
                lambda v, w: np.abs(np.ravel(w) - np.ravel(v)).max() > 1e-6,
                record((90, 20, 10, 0, 4, 8), skip=3),
                **record((50, 20, 10, 0, 4, 8), skip=3),
            ),
            trial(lambda w: [w[0][0], w[1][0]], **record((50, 20, 10, 0, 4, 8), skip=3)),
        ),
    ),
    Mistake(
        "E9l",
        "the last step left out",
        "Change the prediction of the last step. Should your scores notice? Do they?",
        "From skip on all steps count, to the end of the record.",
        edit(run_scores, CUT, "y[skip:-1], y_hat[skip:-1], y[skip - 1 : -2]"),
        test="Take the outputs 0, 4, 8, 12 and skip = 2. Only the last prediction is wrong, 10 too large: what is "
        "the skill?",
        tries=(
            trial(
                lambda v, w: np.abs(np.ravel(w) - np.ravel(v)).max() > 1e-6,
                record((0, 4, 8, 12), by=[[[1]], [[1]], [[1]], [[5]]], skip=2),
                **record((0, 4, 8, 12), skip=2),
            ),
            trial(lambda w: w[1][0], **record((0, 4, 8, 12), by=[[[0]], [[0]], [[0]], [[10]]], skip=2)),
        ),
    ),
    Mistake(
        "X12",
        "predictions set against another step",
        "Which output do you compare with the prediction of step t? Shift one of the two, and look at the scores.",
        "Prediction and output have the same index.",
        {
            "late": edit(run_scores, CUT, "y[skip:], y_hat[skip - 1 : -1], y[skip - 1 : -1]"),
            "early": edit(
                run_scores, CUT, "y[skip:], np.concatenate([y_hat[skip + 1 :], y_hat[-1:]]), y[skip - 1 : -1]"
            ),
        },
        test="Take the outputs (0, 4, 8, 12) and skip = 1, and predictions that are right: what are fit and skill?",
        tries=(trial(lambda w: [w[0][0], w[1][0]], **record((0, 4, 8, 12), by=0)),),
    ),
    Mistake(
        "R13",
        "outputs added up",
        "How many scores has the task for K outputs, and over what do the sums go?",
        "Steps and experiments are summed over, outputs are not.",
        {
            "all outputs together": edit(run_scores, FIT, "1 - np.sqrt(squares.sum() / spread.sum()) + 0 * squares")
            + edit(run_scores, SKILL, "1 - squares.sum() / steps.sum() + 0 * squares"),
            "one number": edit(run_scores, FIT, "1 - np.sqrt(squares.sum() / spread.sum())")
            + edit(run_scores, SKILL, "1 - squares.sum() / steps.sum()"),
        },
        test="Take 0, 0, 8 for two outputs, and skip = 1. One is predicted without error, one 1 too large: what "
        "are both fits?",
        tries=(trial(lambda w: w[0], y=[[[0, 0]], [[0, 0]], [[8, 8]]], y_hat=[[[0, 1]], [[0, 1]], [[8, 9]]], skip=1),),
    ),
    Mistake(
        "R13e",
        "scores of parts of the record",
        "Five steps of three experiments count. How many squares does each of your sums have?",
        "Steps and experiments are summed over together, before anything is divided.",
        {
            "each experiment, then their mean": edit(
                run_scores,
                FIT,
                "(1 - np.sqrt(((true - made) ** 2).sum(axis=0) / ((true - true.mean(axis=0)) ** 2).sum(axis=0)))"
                ".mean(axis=0)",
            )
            + edit(
                run_scores,
                SKILL,
                "(1 - ((true - made) ** 2).sum(axis=0) / ((true - before) ** 2).sum(axis=0)).mean(axis=0)",
            ),
            "each experiment around the common mean": edit(
                run_scores,
                FIT,
                "(1 - np.sqrt(((true - made) ** 2).sum(axis=0) / ((true - mean) ** 2).sum(axis=0))).mean(axis=0)",
            )
            + edit(
                run_scores,
                SKILL,
                "(1 - ((true - made) ** 2).sum(axis=0) / ((true - before) ** 2).sum(axis=0)).mean(axis=0)",
            ),
            "step by step, then the mean": edit(
                run_scores,
                SKILL,
                "(1 - ((true - made) ** 2).sum(axis=1) / ((true - before) ** 2).sum(axis=1)).mean(axis=0)",
            ),
            "a score for each experiment": edit(
                run_scores,
                FIT,
                "1 - np.sqrt(((true - made) ** 2).sum(axis=0) / ((true - true.mean(axis=0)) ** 2).sum(axis=0))",
            )
            + edit(run_scores, SKILL, "1 - ((true - made) ** 2).sum(axis=0) / ((true - before) ** 2).sum(axis=0)"),
        },
        test="Let one experiment be 0, 1, 3, another one 0, 10, 40, and skip = 1. All predictions are 1 too "
        "large: what is the skill?",
        tries=(trial(lambda w: w[1][0], **record((0, 1, 3), (0, 10, 40))),),
    ),
    Mistake(
        "E21",
        "errors that cancel",
        "At one step two experiments have the errors 1 and -1. What do they add to your sum?",
        "First each error is squared, then all are added up.",
        {
            "": edit(run_scores, SQUARES, "(true - made).sum(axis=(0, 1)) ** 2"),
            "over experiments": edit(run_scores, SQUARES, "((true - made).sum(axis=1) ** 2).sum(axis=0)"),
            "of the mean experiment": edit(
                run_scores, SQUARES, "len(true[0]) * ((true - made).mean(axis=1) ** 2).sum(axis=0)"
            ),
        },
        test="Let two experiments be 0, 0, 8, with skip = 1. One is predicted 1 too large, the other 1 too small: "
        "what is the fit?",
        tries=(trial(lambda w: w[0][0], **record((0, 0, 8), (0, 0, 8), by=[[1], [-1]])),),
    ),
    Mistake(
        "E22",
        "a sum in the one, a mean in the other",
        "Take every experiment twice. Should your scores change? Do they?",
        "Above and below the line stand sums over the same steps.",
        {
            "mean above": edit(run_scores, SQUARES, "((true - made) ** 2).mean(axis=(0, 1))"),
            "mean below": edit(run_scores, SPREAD, "((true - mean) ** 2).mean(axis=(0, 1))")
            + edit(run_scores, STEPS, "((true - before) ** 2).mean(axis=(0, 1))"),
        },
        test="Take 0 and 8 as the two outputs that count, and the predictions 1 and 9: what is the fit?",
        tries=(
            trial(
                lambda v, w: np.abs(np.ravel(w) - np.ravel(v)).max() > 1e-6,
                record((0, 0, 8), (0, 0, 8)),
                **record((0, 0, 8)),
            ),
            trial(lambda w: w[0][0], **record((0, 0, 8))),
        ),
    ),
)


def compared(r: Generator, T: int, B: int, K: int, skip: int) -> tuple[Array, Array, int]:
    """Outputs that wander, predictions that are better than the mean and worse than nothing in some."""
    y = np.cumsum(r.normal(size=(T, B, K)), axis=0) + 3 * np.arange(K) + 2 * np.arange(B)[:, None]
    y_hat = y + r.normal(size=(T, B, K)) * np.linspace(0.5, 4, K)
    y_hat[:skip] += 5
    return y, y_hat, skip


scores_exercise = Exercise(
    name="narx.run_scores",
    task="Two scores of a free run for each of K outputs, without the first steps: the fit, one minus the root of the "
    "squared errors over the squared distances from the mean (eq-narx-arv is near it), and the skill, one minus the "
    "squared errors over those of whoever repeats the step before. Sums over steps from skip on and over experiments. "
    "Keep the dtype; NumPy only.",
    arguments=(
        Value("y", "T B K", "measured outputs"),
        Value("y_hat", "T B K", "the free run"),
        Value("skip", None, "how many steps are left out"),
    ),
    outputs=(
        Value("fit", "K", "against the mean"),
        Value("skill", "K", "against the step before"),
    ),
    reference=run_scores,
    cases={
        "general": lambda r: compared(r, 9, 3, 2, 3),
        "one left out": lambda r: compared(r, 7, 2, 3, 1),
        "one experiment": lambda r: compared(r, 8, 1, 2, 2),
        "one output": lambda r: compared(r, 8, 3, 1, 2),
        "square": lambda r: compared(r, 6, 3, 3, 2),
        "float32": lambda r: in_float32(compared(r, 8, 2, 2, 2)),
    },
    facets=(
        Facet("the fit", 2, (), ("fit",)),
        Facet("the skill", 2, (), ("skill",)),
    ),
    mistakes=SCORE_MISTAKES,
    words={"B": "experiment", "K": "output"},
)
