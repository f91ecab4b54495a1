"""What else ``book/irregular`` measures: sunspots, a hidden level at uneven times, and gaps that say something.

torch and statsmodels are needed, scikit-learn for what is missing for a reason.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from rnncourse._extras import needs

with needs(__name__, "torch"):
    import torch
    from torch import Tensor

from rnncourse import irregular
from rnncourse._arrays import Array
from rnncourse.data.series import sunspots
from rnncourse.experiments.fitting import set_rate
from rnncourse.experiments.irregular import NETWORKS, Window, dropped, rmse
from rnncourse.nn import GRU, RNN
from rnncourse.nn.grud import GRUD
from rnncourse.results import result
from rnncourse.training import fit, seed_everything

Network = TypeVar("Network", bound=torch.nn.Module)


def _trained(model: Network, loss: Callable[[], Tensor], steps: int, lr: float, decay: float = 0) -> Network:
    """The model after so many steps of Adam, whose rate falls to 0 in the second half."""
    optimiser = torch.optim.Adam(model.parameters(), lr, weight_decay=decay)

    def slower(step: int) -> Tensor:
        set_rate(optimiser, lr * min(1.0, 2 * (1 - step / steps)))
        return loss()

    fit(slower, range(steps), optimiser, steps, clip_norm=1.0, progress=False)
    return model


def _tensor(array: Array) -> Tensor:
    return torch.from_numpy(array.astype(np.float32))


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


# --- sunspots: the next year from a record full of holes

YEARS, LONG, SHORT = 200, 44, 11  # years to train on, of a window, of it before the first forecast
UNIT = 40.0  # sunspots that one unit of the networks' values stands for
MISSING = (0.0, 0.3, 0.5, 0.7, 0.9)


def spots(seen: Array, mean: float) -> Window:
    """What the networks read of sunspots (T, B) with NaN for what was not seen; their base is the mean."""
    x, m = irregular.observed((seen - mean)[:, :, None] / UNIT)
    years = np.broadcast_to(np.arange(len(x), dtype=x.dtype)[:, None], seen.shape)
    last, nothing = irregular.fill_forward(x, m, np.zeros_like(x[0])), np.zeros_like(x)
    delta = irregular.intervals(years, m) / 5
    return Window(x, m, delta, np.zeros((*seen.shape, 2)), last, np.full(seen.shape[1], mean), nothing)


def seen_years(seed: int, share: float) -> Array:
    """Sunspots (N,) with NaN for the share that is dropped, in training years and test years alike."""
    return dropped(sunspots().value, np.random.default_rng([seed, 1]), 1 - share)


def _test_windows(seen: Array) -> tuple[Array, Array]:
    """Windows (LONG, N) that end in each test year but the last, and the year after each (N,)."""
    years = np.arange(YEARS, len(seen) - 1) + np.arange(1 - LONG, 1)[:, None]
    return seen[years], sunspots().value[years[-1] + 1]


def train_spots(seed: int, name: str, seen: Array, steps: int, H: int = 16, B: int = 32) -> torch.nn.Module:
    """Train a network on the training years that were seen, some of which are dropped again in every batch."""
    seed_everything(seed)
    model, rng = NETWORKS[name](H), np.random.default_rng(seed)
    mean = float(np.nanmean(seen[:YEARS]))

    def loss() -> Tensor:
        years = rng.integers(0, YEARS - LONG, B) + np.arange(LONG)[:, None]
        w = spots(dropped(seen[years], rng, rng.uniform(0.5, 1, B)), mean)
        target = _tensor((seen[years + 1] - mean) / UNIT)[SHORT:]
        error = (model(w)[SHORT:] - target)[~torch.isnan(target)]
        return (error**2).mean()

    return _trained(model, loss, steps, lr=0.01, decay=1e-3)


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


@torch.no_grad()
def spots_online(model: torch.nn.Module, seen: Array) -> float:
    """RMSE of a network on the test years."""
    mean = float(np.nanmean(seen[:YEARS]))
    windows, coming = _test_windows(seen)
    return rmse(model(spots(windows, mean))[-1].double().numpy() * UNIT + mean - coming)


@result("irregular/sunspots", seeds=range(5), data=("statsmodels",), quick={"steps": 2, "missing": (0.5,)}, tolerance=3)
def spots_shares(seed: int, steps: int = 150, missing: Sequence[float] = MISSING) -> dict[str, list[float]]:
    """RMSE in sunspots against the share missing, in the training years too; a network is trained for each share."""
    found: dict[str, list[float]] = {}
    for share in missing:
        seen = seen_years(seed, share)
        windows, coming = _test_windows(seen)
        mean = float(np.nanmean(seen[:YEARS]))
        w = spots(windows, mean)
        row = {
            "mean year": rmse(mean - coming),
            "persistence": rmse(w.last[-1, :, 0] * UNIT + mean - coming),
            "autoregression": spots_regression(seen),
            "filter 2": spots_filter(seen, 2),
            "filter 9": spots_filter(seen, 9),
        }
        for name in ("mean", "forward", "mask", "RNN-Δt", "GRU-D"):
            row[name] = spots_online(train_spots(seed, name, seen, steps), seen)
        for name, value in row.items():
            found.setdefault(name, []).append(value)
    return found


# --- a hidden level at uneven times: RNN, RNN-Δt, and the filter that is right

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


class _Estimator(torch.nn.Module):
    def __init__(self, cell: Callable[[int, int], torch.nn.Module], told: bool, H: int) -> None:
        super().__init__()
        self.told, self.cell, self.out = told, cell(2 if told else 1, H), torch.nn.Linear(H, 1)

    def forward(self, d: Levels) -> Tensor:
        u = irregular.with_gaps(d.y[:, :, None], d.time) if self.told else d.y[:, :, None]
        h, _ = self.cell(_tensor(u))
        return self.out(h)[:, :, 0]


@result("irregular/filter", seeds=range(5), quick={"steps": 2}, tolerance=0.03)
def filtered(seed: int, steps: int = 400, H: int = 32, lr: float = 0.01) -> dict[str, float]:
    """RMSE of the estimated level: by networks and filters that are told the gaps and that are not."""
    test = levels(np.random.default_rng([seed, 1]), B=500)
    found = {
        "observation": rmse(test.y - test.level),
        "filter": rmse(level_filter(test.time, test.y) - test.level),
        "filter, not told": rmse(level_filter(test.time, test.y, told=False) - test.level),
    }
    for name, cell, told in (("RNN", RNN, 0), ("RNN-Δt", RNN, 1), ("GRU", GRU, 0), ("GRU-Δt", GRU, 1)):
        seed_everything(seed)
        model, rng = _Estimator(cell, bool(told), H), np.random.default_rng(seed)

        def loss(model: torch.nn.Module = model, rng: np.random.Generator = rng) -> Tensor:
            d = levels(rng)
            return ((model(d) - _tensor(d.level)) ** 2).mean()

        _trained(model, loss, steps, lr)
        with torch.no_grad():
            found[name] = rmse(model(test).double().numpy() - test.level)
    return found


# --- gaps that say something: patients, of whom the ill are looked at more often

HOURS, ILL = 48, 0.4  # hours of a stay, share of the patients who are ill


class Ward(NamedTuple):
    """Values of B patients (T, B, 1), what of them was measured, and who is ill (B,)."""

    x: Array
    m: Array
    ill: Array


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


class _Reader(torch.nn.Module):
    """The last state of a network that reads a ward, to one number."""

    def __init__(self, name: str, H: int) -> None:
        super().__init__()
        self.name, self.out = name, torch.nn.Linear(H, 1)
        self.cell = GRUD(1, H) if name == "GRU-D" else GRU({"mean": 1, "mask alone": 1, "mask": 3}[name], H)

    def forward(self, w: Ward) -> Tensor:
        hours = np.broadcast_to(np.arange(HOURS, dtype=float)[:, None], w.m.shape[:2])
        delta = irregular.intervals(hours, w.m) / 5
        if self.name == "GRU-D":
            h, _ = self.cell(*(_tensor(a) for a in (w.m * w.x, w.m, delta)))
        else:
            read = {"mean": w.m * w.x, "mask alone": w.m, "mask": irregular.simple(w.x, w.m, delta)}[self.name]
            h, _ = self.cell(_tensor(read))
        return self.out(h[-1])[:, 0]


READERS = ("mean", "mask alone", "mask", "GRU-D")


@result("irregular/informative", seeds=range(5), data=("scikit-learn",), quick={"steps": 2}, tolerance=0.05)
def informative(seed: int, steps: int = 200, H: int = 16, lr: float = 0.01) -> dict[str, float]:
    """Area under the ROC curve of networks trained where illness decides what is measured, on two wards."""
    with needs(__name__, "data"):
        from sklearn.metrics import roc_auc_score

    tests = {why: ward(np.random.default_rng([seed, 1]), 2000, why) for why in ("illness", "random")}
    found = {}
    for name in READERS:
        seed_everything(seed)
        model, rng = _Reader(name, H), np.random.default_rng([seed, 0])

        def loss(model: torch.nn.Module = model, rng: np.random.Generator = rng) -> Tensor:
            w = ward(rng, 64, "illness")
            return torch.nn.functional.binary_cross_entropy_with_logits(model(w), _tensor(w.ill))

        _trained(model, loss, steps, lr)
        with torch.no_grad():
            for why, test in tests.items():
                found[f"{name}, {why}"] = float(roc_auc_score(test.ill, model(test).double().numpy()))
    return found
