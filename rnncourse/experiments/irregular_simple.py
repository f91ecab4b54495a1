"""What ``book/irregular`` measures without training a network: fillings, filters, regressions, and a ward.

What needs statsmodels or scikit-learn imports it itself.
"""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np

from rnncourse import irregular
from rnncourse._arrays import Array
from rnncourse._extras import needs
from rnncourse.data.series import sunspots
from rnncourse.shapes import Ints

KEEP = 0.3  # share that is not dropped


def rmse(error: Array) -> float:
    """Root of the mean square, without what is NaN."""
    return float(np.sqrt(np.nanmean(error**2)))


def dropped(value: Array, rng: np.random.Generator, keep: float | Array = KEEP) -> Array:
    """The same values with NaN for all but the share ``keep`` of them (one for each example), chosen at random."""
    return np.where(rng.random(value.shape) < keep, value, np.nan)


# --- filling a record afterwards, scored on what was hidden

FILLS = ("mean", "forward", "line")


def hidden_errors(value: Array, seed: int, share: float) -> dict[str, float]:
    """RMSE of three ways to fill a series (N,) on the share of its values that is hidden."""
    rng = np.random.default_rng(seed)
    seen = dropped(value, rng, 1 - share)
    hidden = np.isfinite(value) & np.isnan(seen)
    x, m = irregular.observed(seen[:, None, None])
    mean = irregular.empirical_mean(x, m)
    first = np.broadcast_to(mean, x[0].shape)
    time = np.arange(len(x), dtype=x.dtype)[:, None]
    filled = {
        "mean": irregular.fill_mean(x, m, mean),
        "forward": irregular.fill_forward(x, m, first),
        "line": irregular.fill_linear(time, x, m, first),
    }
    return {name: rmse((x_hat[:, 0, 0] - value)[hidden]) for name, x_hat in filled.items()}


# --- sunspots: the next year without a network

YEARS = 200  # years to train on
UNIT = 40.0  # sunspots that one unit of the networks' values stands for


def seen_years(seed: int, share: float) -> Array:
    """Sunspots (N,) with NaN for the share that is dropped, in training years and test years alike."""
    return dropped(sunspots().value, np.random.default_rng([seed, 1]), 1 - share)


def spots_filter(seen: Array, order: int = 2) -> float:
    """RMSE of an autoregression whose Kalman filter skips gaps: statsmodels, fitted to the training years."""
    with needs(__name__, "data"):
        from statsmodels.tsa.statespace.sarimax import SARIMAX

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = SARIMAX(seen[:YEARS], order=(order, 0, 0), trend="c").fit(disp=False, maxiter=100)
        forecasts = fitted.apply(seen).filter_results.forecasts[0]
    return rmse((forecasts - sunspots().value)[YEARS + 1 :])


def spots_regression(seen: Array, K: int = 9, penalty: float = 10.0) -> float:
    """RMSE of ridge regression on the last K years filled forward, fitted to the training years that were seen."""
    mean = float(np.nanmean(seen[:YEARS]))
    x, m = irregular.observed((seen[:, None, None] - mean) / UNIT)
    last = irregular.fill_forward(x, m, np.zeros((1, 1)))[:, 0, 0]
    rows = np.arange(K, len(seen) - 1)[:, None] + np.arange(1 - K, 1)
    X, coming = last[rows], rows[:, -1] + 1
    early = (coming < YEARS) & np.isfinite(seen[coming])
    A, y = X[early], (seen[coming[early]] - mean) / UNIT
    w = np.linalg.solve(A.T @ A + penalty * np.eye(K), A.T @ y)
    late = coming > YEARS
    return rmse(X[late] @ w * UNIT + mean - sunspots().value[coming[late]])


# --- a hidden level at uneven times, and the filter that is right

RATE, NOISE = 0.5, 0.5  # how fast the level returns to 0, variance of an observation's noise; the level has variance 1


class Levels(NamedTuple):
    """Times, hidden level and noisy observations, (T, B) each."""

    time: Array
    level: Array
    y: Array


def levels(rng: np.random.Generator, T: int = 40, B: int = 64) -> Levels:
    """Levels that return to 0 at RATE, seen at times with gaps that are short, 0.1, or long, 3, at random."""
    gap = rng.choice([0.1, 3.0], (T, B))
    keep = np.exp(-RATE * gap)
    level = np.empty((T, B))
    level[0] = rng.standard_normal(B)
    for t in range(1, T):
        level[t] = keep[t] * level[t - 1] + np.sqrt(1 - keep[t] ** 2) * rng.standard_normal(B)
    return Levels(np.cumsum(gap, axis=0), level, level + np.sqrt(NOISE) * rng.standard_normal((T, B)))


def level_filter(time: Array, y: Array, told: bool = True) -> Array:
    """The best estimate of the level after each observation, (T, B): a Kalman filter.

    One that is not told the gaps takes each for a step on average, with the mean of its factor.
    """
    keep = np.exp(-RATE * irregular.gaps(time))
    if not told:
        keep[1:] = np.mean([np.exp(-RATE * gap) for gap in (0.1, 3.0)])
    a, P, found = np.zeros(y.shape[1]), np.ones(y.shape[1]), []
    for t in range(len(y)):
        a, P = keep[t] * a, keep[t] ** 2 * P + 1 - keep[t] ** 2
        k = P / (P + NOISE)
        a, P = a + k * (y[t] - a), (1 - k) * P
        found.append(a)
    return np.stack(found)


# --- gaps that say something: patients, of whom the ill are looked at more often

HOURS, ILL = 48, 0.4  # hours of a stay, share of the patients who are ill


class Ward(NamedTuple):
    """Values of B patients (T, B, 1), what of them was measured, and who is ill (B,)."""

    x: Array
    m: Array
    ill: Ints  # True and False


def ward(rng: np.random.Generator, B: int, why: str, shift: float = 1.0) -> Ward:
    """A value that wanders around 0, around ``shift`` in the ill, and is measured now and then.

    ``why``: "random", in 20 % of the hours; "value", the likelier the higher the value is; "illness", in 25 % of the
    hours of those who are ill and 16 % of the others; "last", likelier where the last measurement was high.
    """
    ill = rng.random(B) < ILL
    x = np.empty((HOURS, B))
    wander = 1.5 * rng.standard_normal(B)
    for t in range(HOURS):
        wander = 0.95 * wander + 1.5 * np.sqrt(1 - 0.95**2) * rng.standard_normal(B)
        x[t] = wander + shift * ill
    u, m, last = rng.random(x.shape), np.zeros(x.shape), np.zeros(B)
    for t in range(HOURS):
        share: Array
        if why == "random":
            share = np.full(B, 0.2)
        elif why == "illness":
            share = np.where(ill, 0.25, 0.16)
        elif why in ("value", "last"):
            share = 1 / (1 + np.exp(1.9 - (x[t] if why == "value" else last)))
        else:
            raise ValueError(f"why: expected random, value, illness or last, got {why!r}")
        m[t] = u[t] < share
        last = np.where(m[t] == 1, x[t], last)
    return Ward(x[:, :, None], m[:, :, None], ill)


def mean_bias(seed: int, why: str, B: int = 1000) -> float:
    """How much higher the mean of what was measured is than the mean of everything."""
    w = ward(np.random.default_rng(seed), B, why)
    return float(irregular.empirical_mean(w.x, w.m)[0] - w.x.mean())


def features(w: Ward, what: str) -> Array:
    """Numbers of each patient (B, ·): of the mask alone, of the values alone, or of both."""
    count = w.m.sum(axis=0)
    mask = np.concatenate([count, w.m[HOURS // 2 :].sum(axis=0)], axis=1)
    mean = (w.m * w.x).sum(axis=0) / np.maximum(count, 1)
    last = irregular.fill_forward(w.x, w.m, np.zeros_like(w.x[0]))[-1]
    values = np.concatenate([mean, last], axis=1)
    return {"mask": mask, "values": values, "both": np.concatenate([mask, values], axis=1)}[what]


def told_by(seed: int, why: str, what: str, tested: str | None = None) -> float:
    """Area under the ROC curve of a logistic regression that finds the ill, on a second ward of 2,000 patients."""
    with needs(__name__, "data"):
        from sklearn.linear_model import LogisticRegression
        from sklearn.metrics import roc_auc_score

    train = ward(np.random.default_rng([seed, 0]), 2000, why)
    test = ward(np.random.default_rng([seed, 1]), 2000, tested or why)
    model = LogisticRegression(max_iter=1000).fit(features(train, what), train.ill)
    return float(roc_auc_score(test.ill, model.decision_function(features(test, what))))
