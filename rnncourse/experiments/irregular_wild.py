"""Errors of public programs for series with gaps, beside the right code: what ``book/irregular/wild`` shows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncourse import irregular
from rnncourse._arrays import Array
from rnncourse.data.series import sunspots
from rnncourse.experiments.irregular_simple import dropped, rmse

RATES = (0.0, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0)
"""Decays of the input that are tried; each variant keeps the one that fits the first half of the record best."""


class Record(NamedTuple):
    """A record of B series that return to 4, at uneven times, with gaps: (T, B) and (T, B, 1)."""

    time: Array
    value: Array
    x: Array  # 0 where nothing was seen
    m: Array


def record(seed: int, T: int = 200, B: int = 20, rate: float = 0.3, mean: float = 4.0, keep: float = 0.3) -> Record:
    """Values around 4 that forget at a rate, at times with exponential gaps of 1 on average; 30 % are seen."""
    rng = np.random.default_rng(seed)
    gap = rng.exponential(1.0, (T, B))
    left, value = np.exp(-rate * gap), np.empty((T, B))
    value[0] = mean + rng.standard_normal(B)
    for t in range(1, T):
        noise = np.sqrt(1 - left[t] ** 2) * rng.standard_normal(B)
        value[t] = mean + left[t] * (value[t - 1] - mean) + noise
    x, m = irregular.observed(dropped(value, rng, keep)[:, :, None])
    return Record(np.cumsum(gap, axis=0), value, x, m)


def intervals_by_mask_of_now(time: Array, m: Array) -> Array:
    """δ that adds up where this step is missing, instead of where the one before was."""
    delta = np.zeros_like(m)
    for t, gap in enumerate(irregular.gaps(time)[1:, :, None], start=1):
        delta[t] = gap + (1 - m[t]) * delta[t - 1]
    return delta


VARIANTS = ("right", "x of now", "imputed last", "no mean", "mask of now", "steps")


def imputed(r: Record, variant: str, w: float) -> Array:
    """x̂ (T, B, 1) of GRU-D with a decay w of the input, or one of the errors in its place."""
    x_mean = irregular.empirical_mean(r.x, r.m)
    time = np.cumsum(np.ones_like(r.time), axis=0) if variant == "steps" else r.time
    delta = (intervals_by_mask_of_now if variant == "mask of now" else irregular.intervals)(time, r.m)
    x_last = irregular.last_observed(r.x, r.m, np.broadcast_to(x_mean, r.x[0].shape))
    found = np.empty_like(r.x)
    for t in range(len(r.x)):
        gamma = irregular.input_decay(delta[t], np.full(1, w), np.zeros(1))
        last = x_last[t]
        if variant == "x of now":
            last = r.x[t]
        elif variant == "imputed last" and t > 0:
            last = found[t - 1]
        towards = np.zeros(1) if variant == "no mean" else x_mean
        found[t] = irregular.impute(r.x[t], r.m[t], gamma, last, towards)
    return found


def imputation_error(seed: int, variant: str) -> float:
    """RMSE of x̂ on what was hidden in the second half of the record, with the best decay of the first half."""
    r = record(seed)
    hidden, half = r.m[:, :, 0] == 0, len(r.x) // 2

    def errors(w: float) -> Array:
        return np.where(hidden, imputed(r, variant, w)[:, :, 0] - r.value, np.nan)

    best = min(map(errors, RATES), key=lambda e: rmse(e[:half]))
    return rmse(best[half:])


def filled_from_the_future(seed: int, keep: float = 0.5) -> dict[str, float]:
    """RMSE of "next year as this year": reported on a record that was filled backwards, filled forwards, and in use.

    Reported and forwards are scored on the years that were seen; in use nothing later than this year is known.
    """
    seen = dropped(sunspots().value, np.random.default_rng(seed), keep)
    forwards = _held(seen)
    backwards = _held(seen[::-1])[::-1]
    error = {"backwards": backwards[:-1] - seen[1:], "forwards": forwards[:-1] - seen[1:]}
    return {name: rmse(e) for name, e in error.items()}


def _held(seen: Array) -> Array:
    x, m = irregular.observed(seen[:, None, None])
    filled = irregular.fill_forward(x, m, np.full((1, 1), np.nanmean(seen)))
    return filled[:, 0, 0]


def mean_of_what_is_hidden(seed: int, keep: float) -> dict[str, float]:
    """RMSE on the hidden sunspots of filling with a mean that had seen them, and of one that had not."""
    value = sunspots().value
    seen = dropped(value, np.random.default_rng(seed), keep)
    hidden = np.isnan(seen)
    return {"all": rmse((value.mean() - value)[hidden]), "seen": rmse((np.nanmean(seen) - value)[hidden])}
