"""What the chapter ``book/irregular`` trains and measures: next week's carbon dioxide from a record full of holes.

A share of the weeks is dropped at random, the real gaps stay, and every week the next one is forecast, also where this
one was dropped. Networks train on windows of the first 1700 weeks, dropped anew for every batch; the 583 weeks after
them are the test. torch and statsmodels are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from rnncourse._extras import needs

with needs(__name__, "torch"):
    import torch
    from torch import Tensor

from rnncourse import irregular, sequences
from rnncourse._arrays import Array
from rnncourse.data.series import co2
from rnncourse.experiments.fitting import set_rate
from rnncourse.experiments.irregular_simple import KEEP, dropped, rmse
from rnncourse.nn import GRU
from rnncourse.nn.grud import GRUD
from rnncourse.results import result
from rnncourse.training import fit, seed_everything

TRAIN = 1700  # weeks to train on
MISSING = (0.0, 0.3, 0.5, 0.7, 0.9)  # shares dropped in the test
LENGTH, WARM_UP = 156, 52  # weeks of a window; weeks of it before the first forecast
PPM, WEEKS = 2.0, 10.0  # what one unit of the networks' values and intervals stands for


@cache
def record() -> tuple[Array, Array]:
    """Carbon dioxide in ppm (N,), NaN where no value is, and two numbers that tell the season (N, 2)."""
    time, value = co2()
    angle = 2 * np.pi * time
    return value, np.stack([np.sin(angle), np.cos(angle)], axis=1)


class Window(NamedTuple):
    """What the networks read, in their units: T weeks of B examples."""

    x: Array  # (T, B, 1), 0 where nothing was seen; each example less what it was in its warm-up, on average
    m: Array  # (T, B, 1)
    delta: Array  # (T, B, 1)
    season: Array  # (T, B, 2), of the week to forecast
    last: Array  # (T, B, 1): what was seen last, this week included
    level: Array  # (B,): the ppm at which x is 0
    base: Array  # (T, B, 1): what a network's outputs are added to


def window(seen: Array, season: Array) -> Window:
    """From ppm (T, B) with NaN for what was not seen, and the season (T, B, 2) of the week after.

    An example of which nothing is seen in the warm-up has no level, NaN, and counts nowhere.
    """
    with np.errstate(invalid="ignore"):
        level = np.nansum(seen[:WARM_UP], axis=0) / np.isfinite(seen[:WARM_UP]).sum(axis=0)
    x, m = irregular.observed((seen - level)[:, :, None] / PPM)
    weeks = np.broadcast_to(np.arange(len(x), dtype=x.dtype)[:, None], seen.shape)
    last = irregular.fill_forward(x, m, np.zeros_like(x[0]))
    return Window(x, m, irregular.intervals(weeks, m) / WEEKS, season, last, level, last)


# --- the networks: what they are given where nothing was seen


class Filled(torch.nn.Module):
    """A GRU that reads some series of the window and the season, and forecasts the change from a base."""

    def __init__(self, series: Callable[[Window], Array | tuple[Array, Array]], F: int, H: int) -> None:
        super().__init__()
        self.series, self.gru, self.out = series, GRU(F + 2, H), torch.nn.Linear(H, 1)

    def forward(self, w: Window) -> Tensor:
        """Forecasts (T, B) in units of the window."""
        given = self.series(w)
        series, base = given if isinstance(given, tuple) else (given, w.base)
        h, _ = self.gru(_tensor(np.concatenate([series, w.season], axis=2)))
        return (self.out(h) + _tensor(base))[:, :, 0]


class Decaying(torch.nn.Module):
    """GRU-D; the season is always observed."""

    def __init__(self, H: int) -> None:
        super().__init__()
        self.grud, self.out = GRUD(3, H), torch.nn.Linear(H, 1)

    def forward(self, w: Window) -> Tensor:
        """Forecasts (T, B) in units of the window."""
        always, just = np.ones_like(w.season), np.full_like(w.season, 1 / WEEKS)
        series = (np.concatenate(pair, axis=2) for pair in ((w.x, w.season), (w.m, always), (w.delta, just)))
        h, _ = self.grud(*map(_tensor, series))
        return (self.out(h) + _tensor(w.base))[:, :, 0]


class Gaps(torch.nn.Module):
    """RNN-Δt: a GRU that takes a step for each observation, reads it with the gap before it, and is then asked."""

    def __init__(self, H: int) -> None:
        super().__init__()
        self.gru = GRU(4, H)
        self.out = torch.nn.Sequential(torch.nn.Linear(H + 3, H), torch.nn.Tanh(), torch.nn.Linear(H, 1))

    def forward(self, w: Window) -> Tensor:
        """Forecasts (T, B) in units of the window."""
        seen = w.m[:, :, 0] == 1
        n = int(seen.sum(axis=0).max())
        order = np.argsort(~seen, axis=0, kind="stable")[:n]  # weeks of the observations, then of the others
        weeks = np.maximum.accumulate(order, axis=0).astype(w.x.dtype)
        examples = np.arange(seen.shape[1])
        u = irregular.with_gaps(np.concatenate([w.x, w.season], axis=2)[order, examples], weeks / WEEKS)
        h, _ = self.gru(_tensor(u))
        count = seen.cumsum(axis=0)  # how many observations there were up to a week
        at = np.maximum(count - 1, 0)
        ahead = (np.arange(1, len(seen) + 1)[:, None] - weeks[at, examples]) / WEEKS
        question = _tensor(np.concatenate([ahead[:, :, None], w.season], axis=2))
        return (self.out(torch.cat([h[at, examples], question], dim=2)) + _tensor(w.base))[:, :, 0]


def _tensor(array: Array) -> Tensor:
    return torch.from_numpy(array.astype(np.float32))


def _line(w: Window) -> Array:
    weeks = np.broadcast_to(np.arange(len(w.x), dtype=w.x.dtype)[:, None], w.x.shape[:2])
    return irregular.fill_linear(weeks, w.x, w.m, np.zeros_like(w.x[0]))


NETWORKS: dict[str, Callable[[int], torch.nn.Module]] = {
    "mean": lambda H: Filled(lambda w: w.x, 1, H),
    "forward": lambda H: Filled(lambda w: w.last, 1, H),
    "linear": lambda H: Filled(lambda w: (_line(w),) * 2, 1, H),
    "mask": lambda H: Filled(lambda w: irregular.simple(w.x, w.m, w.delta), 3, H),
    "RNN-Δt": Gaps,
    "GRU-D": Decaying,
}
"""What a network is given where nothing was seen. ``linear`` reads a record filled afterwards, so with a leak."""


def shares(rng: np.random.Generator, B: int) -> Array:
    """A share to keep for each of B examples, from 0.05 to 1: one network for records of every kind."""
    return rng.uniform(0.05, 1, B)


def train(
    seed: int, name: str, steps: int = 600, H: int = 32, B: int = 32, lr: float = 0.01, mixed: bool = False
) -> torch.nn.Module:
    """Train one of :data:`NETWORKS` on the first 1700 weeks; ``mixed``: each example keeps a share of its own."""
    seed_everything(seed)
    model, rng = NETWORKS[name](H), np.random.default_rng(seed)
    value, season = record()
    optimiser = torch.optim.Adam(model.parameters(), lr)

    def loss(step: int) -> Tensor:
        set_rate(optimiser, lr * min(1.0, 2 * (1 - step / steps)))
        weeks = rng.integers(0, TRAIN - LENGTH, B) + np.arange(LENGTH)[:, None]
        w = window(dropped(value[weeks], rng, shares(rng, B) if mixed else KEEP), season[weeks + 1])
        target = _tensor((value[weeks + 1] - w.level) / PPM)[WARM_UP:]
        error = (model(w)[WARM_UP:] - target)[~torch.isnan(target)]
        return (error**2).mean()

    fit(loss, range(steps), optimiser, steps, clip_norm=1.0, progress=False)
    return model


# --- the test


def seen_in_test(seed: int, keep: float = KEEP) -> Array:
    """The record (N,) of which a test sees the share that was not dropped."""
    return dropped(record()[0], np.random.default_rng([seed, 1]), keep)


def _ends(seen: Array, first: int = TRAIN, last: int | None = None) -> tuple[Window, Array]:
    """A window that ends in each week from first to before last, and the ppm after it; by default the 583 of the test.

    ``seen`` (N,) is the record with NaN for what was not seen.
    """
    value, season = record()
    weeks = np.arange(first, last or len(value) - 1) + np.arange(1 - LENGTH, 1)[:, None]
    return window(seen[weeks], season[weeks + 1]), value[weeks[-1] + 1]


@torch.no_grad()
def online(model: torch.nn.Module, seed: int, keep: float = KEEP) -> float:
    """RMSE in ppm on the test weeks, each forecast from a record that ends the week before."""
    w, coming = _ends(seen_in_test(seed, keep))
    return rmse(model(w)[-1].double().numpy() * PPM + w.level - coming)


@torch.no_grad()
def afterwards(model: torch.nn.Module, seed: int) -> float:
    """RMSE in ppm on the test weeks, forecast from windows that go on after them: no test of what looks ahead."""
    value, season = record()
    first = np.append(np.arange(TRAIN - WARM_UP, len(value) - LENGTH, LENGTH - WARM_UP), len(value) - LENGTH - 1)
    weeks = first + np.arange(LENGTH)[:, None]
    w = window(seen_in_test(seed)[weeks], season[weeks + 1])
    return rmse((model(w).double().numpy() * PPM + w.level - value[weeks + 1])[WARM_UP:])


def forecast(seed: int, name: str, steps: int = 600) -> float:
    """RMSE in ppm of a network of :data:`NETWORKS`, trained and tested with one seed."""
    return online(train(seed, name, steps), seed)


# --- what needs no network


def full_persistence() -> float:
    """RMSE in ppm of the forecast "as this week", where no week of the test is dropped."""
    return rmse(np.diff(record()[0])[TRAIN:])


def persistence(seed: int, keep: float = KEEP) -> float:
    """RMSE in ppm of the forecast "as when last seen"."""
    w, coming = _ends(seen_in_test(seed, keep))
    return rmse(w.last[-1, :, 0] * PPM + w.level - coming)


def average(seed: int, keep: float = KEEP) -> float:
    """RMSE in ppm of the forecast "as the year that was first seen", 3 to 2 years ago."""
    w, coming = _ends(seen_in_test(seed, keep))
    return rmse(w.level - coming)


def autoregression(seed: int, K: int = 130, keep: float = KEEP) -> float:
    """RMSE in ppm of least squares on the last K weeks, filled forward: what is fitted saw as little as the test."""

    def windows(w: Window, coming: Array) -> tuple[Array, Array]:
        return w.last[-K:, :, 0].T, (coming - w.level) / PPM

    X, y = windows(*_ends(dropped(record()[0], np.random.default_rng([seed, 2]), keep), LENGTH - 1, TRAIN - 1))
    known = np.isfinite(y)
    model = sequences.ar_fit(X[known], y[known])
    X, y = windows(*_ends(seen_in_test(seed, keep)))
    return rmse(PPM * (sequences.ar_predict(X, *model) - y))


def local_level(seed: int, ratios: Sequence[float] = (0.02, 0.05, 0.1, 0.2, 0.5), keep: float = KEEP) -> float:
    """RMSE in ppm of trend and season by least squares, and a level that wanders around them, by a Kalman filter.

    The ratio of its variance to that of the noise is the one that forecasts the training weeks best. Curve and ratio
    are fitted to the training weeks that were not dropped, and to no other.
    """
    value, _ = record()
    seen = seen_in_test(seed, keep)
    years = np.arange(len(value)) * 7 / 365.2425
    waves = [f(2 * np.pi * k * years) for k in (1, 2, 3) for f in (np.sin, np.cos)]
    columns = np.stack([np.ones_like(years), years, years**2, *waves], axis=1)
    known = np.isfinite(seen[:TRAIN])  # and nothing else of the training weeks is looked at
    curve = columns @ np.linalg.lstsq(columns[:TRAIN][known], seen[:TRAIN][known], rcond=None)[0]
    y, m = irregular.observed((seen - curve)[:, None, None])

    def errors(ratio: float) -> Array:
        a = irregular.local_level(y[:, :, 0], m[:, :, 0], np.zeros(1), np.ones(1), ratio, 1.0).a_pred[:, 0]
        return (curve + a - value)[1:]

    best = min(map(errors, ratios), key=lambda e: rmse(e[: TRAIN - 1][known[1:]][WARM_UP:]))
    return rmse(best[TRAIN:])


# --- against the share missing


@result("irregular/co2", seeds=range(5), data=("statsmodels",), quick={"steps": 2, "missing": (0.7,)}, tolerance=0.2)
def co2_shares(seed: int, steps: int = 200, missing: Sequence[float] = MISSING) -> dict[str, list[float]]:
    """RMSE in ppm against the share missing; each network is trained once, on examples of all shares."""
    keeps = [1 - share for share in missing]
    found = {
        "year": [average(seed, keep) for keep in keeps],
        "persistence": [persistence(seed, keep) for keep in keeps],
        "autoregression": [autoregression(seed, keep=keep) for keep in keeps],
        "level": [local_level(seed, keep=keep) for keep in keeps],
    }
    for name in ("mean", "forward", "mask", "RNN-Δt", "GRU-D"):
        model = train(seed, name, steps, H=24, mixed=True)
        found[name] = [online(model, seed, keep) for keep in keeps]
    return found


@result("irregular/leak", seeds=range(5), data=("statsmodels",), quick={"steps": 2}, tolerance=0.2)
def leak(seed: int, steps: int = 150) -> dict[str, float]:
    """RMSE in ppm of a network that reads straight lines between observations: afterwards, and where it is used."""
    model = train(seed, "linear", steps, H=24)
    return {"afterwards": afterwards(model, seed), "online": online(model, seed), "level": local_level(seed)}
