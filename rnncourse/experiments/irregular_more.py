"""What else ``book/irregular`` trains: on sunspots, on a hidden level at uneven times, on gaps that say something.

torch is needed, and statsmodels and scikit-learn for what is measured beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from rnncourse._extras import needs

with needs(__name__, "torch"):
    import torch
    from torch import Tensor

from rnncourse import irregular
from rnncourse._arrays import Array
from rnncourse.data.series import sunspots
from rnncourse.experiments.fitting import set_rate
from rnncourse.experiments.irregular import MISSING, NETWORKS, Window
from rnncourse.experiments.irregular_simple import (
    HOURS,
    UNIT,
    YEARS,
    Levels,
    Ward,
    dropped,
    level_filter,
    levels,
    rmse,
    seen_years,
    spots_filter,
    spots_regression,
    ward,
)
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


# --- sunspots: the next year from a record full of holes

LONG, SHORT = 44, 11  # years of a window, of it before the first forecast


def spots(seen: Array, mean: float) -> Window:
    """What the networks read of sunspots (T, B) with NaN for what was not seen; their base is the mean."""
    x, m = irregular.observed((seen - mean)[:, :, None] / UNIT)
    years = np.broadcast_to(np.arange(len(x), dtype=x.dtype)[:, None], seen.shape)
    last, nothing = irregular.fill_forward(x, m, np.zeros_like(x[0])), np.zeros_like(x)
    delta = irregular.intervals(years, m) / 5
    return Window(x, m, delta, np.zeros((*seen.shape, 2)), last, np.full(seen.shape[1], mean), nothing)


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


# --- gaps that say something


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
