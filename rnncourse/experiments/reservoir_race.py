"""A reservoir against its rival without one, on two chaotic series, with noise, and with coordinates hidden.

Both are given the same record, and the same second record to choose their settings and their penalty by. What is kept
is read by ``book/reservoir/lorenz`` and ``book/reservoir/forecast``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from rnncourse import data, reservoir
from rnncourse._arrays import Array
from rnncourse.reservoir import NVAR, EchoStateNetwork
from rnncourse.results import result

Model = EchoStateNetwork | NVAR
PENALTIES = (1e-18, 1e-13, 1e-9, 1e-7, 1e-5, 1e-3, 1e-2)


class Stretches(NamedTuple):
    """What is read at B places, ``before`` (t, B, F), and how it goes on, ``after`` (n, B, F)."""

    before: Array
    after: Array


class Task(NamedTuple):
    """A record to learn from (T, 1, F), stretches to choose settings by, stretches to be scored on.

    All that is read or chosen by is as noisy as the record; what scores is not.
    """

    taught: Array
    choose: Stretches
    score: Stretches


def task(s: Array, noise: float, seed: int, taught: int, places: int, apart: int, read: int, wanted: int) -> Task:
    """Cut a series (T, F) of unit deviation, and its noisy copy, into the three parts, one after the other."""
    noisy = s + noise * np.random.default_rng([seed, 7]).normal(size=s.shape)
    length = places * apart + read + wanted

    def stretches(start: int, truth: Array) -> Stretches:
        starts = range(start, start + places * apart, apart)
        before = np.stack([noisy[k : k + read] for k in starts], axis=1)
        return Stretches(before, np.stack([truth[k + read : k + read + wanted] for k in starts], axis=1))

    return Task(noisy[:taught, None], stretches(taught, noisy), stretches(taught + length, s))


def rows(model: Model, x: Array, washout: int = 200) -> tuple[Array, int]:
    """What the readout sees at each step of one series (T, 1, F), and the first of these steps."""
    if isinstance(model, EchoStateNetwork):
        h = model.drive(x)[washout:]
        return np.concatenate([h, x[washout:], np.ones_like(h[..., :1])], axis=2)[:, 0], washout
    A = model.features(x)
    model.scale = np.sqrt((A**2).mean(axis=(0, 1)))
    return (A / model.scale)[:, 0], model.first


class Chosen(NamedTuple):
    """The best model by the stretches to choose by, which of the candidates it is, and its penalty."""

    model: Model
    which: int
    penalty: float


def choose(candidates: Sequence[Model], t: Task, score: Callable[[Array, Array], float]) -> Chosen:
    """Fit each candidate with each of PENALTIES, let it run freely at the places to choose by, and keep the best.

    The states are factored once, A = U S Vᵀ, by QR first; then W = V S / (S² + λ) Uᵀ y for any penalty λ.
    """
    best, kept = -np.inf, None
    x, target = t.taught[:-1], np.diff(t.taught, axis=0)[:, 0]
    for which, model in enumerate(candidates):
        A, first = rows(model, x)
        n = A.shape[1]
        R = np.linalg.qr(np.concatenate([A, target[first:]], axis=1), mode="r")
        U, S, V = np.linalg.svd(R[:n, :n])  # type: ignore[call-overload]
        along = U.T @ R[:n, n:]  # type: ignore[call-overload]
        for penalty in PENALTIES:
            model.W_ho = (V.T @ (S / (S**2 + penalty) * along.T).T).T
            reached = score(model.free_run(t.choose.before, len(t.choose.after)), t.choose.after)
            if reached > best:
                best, kept = reached, (model.W_ho, which, penalty)
    assert kept is not None
    W_ho, which, penalty = kept
    candidates[which].W_ho = W_ho
    return Chosen(candidates[which], which, penalty)


# --- Lorenz

NOISES = (0.0, 1e-4, 1e-2)
RESERVOIRS = ((0.4, 1.0, 0.2), (0.9, 0.5, 0.5), (0.4, 1.0, 1.0))
"""Radius, leak and input scale of the reservoirs among which is chosen."""
ALL_SEEN = ((2, 1, 4), (3, 2, 3), (2, 1, 3))
ONE_SEEN = ((4, 4, 6), (5, 2, 5), (3, 7, 10))
"""Delays, their distance and the degree of the polynomials among which is chosen: fewer weights than a reservoir's."""
DT = 0.02


def lorenz_task(seed: int, noise: float, seen: int) -> Task:
    """Lorenz' system every 0.02, its first ``seen`` coordinates: 5200 steps to learn from, 1300 wanted at 10 places.

    With noise no run holds for long, and 600 are enough.
    """
    wanted = 600 if noise else 1300
    s = data.lorenz(5200 + 2 * (10 * 300 + 100 + wanted), DT, seed=seed)
    s = (s - s[:5200].mean(axis=0)) / s[:5200].std(axis=0)
    return task(s[:, :seen].copy(), noise, seed, 5200, places=10, apart=300, read=100, wanted=wanted)


def valid_times(free: Array, truth: Array) -> Array:
    """Lyapunov times for which free runs stay within 0.4 standard deviations, shape (B,)."""
    with np.errstate(over="ignore", invalid="ignore"):
        return reservoir.valid_time(free, truth, DT, data.LORENZ_LYAPUNOV, np.ones(truth.shape[2]))


def reservoirs(F: int, N: int, seed: int) -> list[Model]:
    """The reservoirs among which is chosen."""
    return [
        EchoStateNetwork(F=F, N=N, rho=rho, a=a, input_scale=scale, increments=True, seed=seed)
        for rho, a, scale in RESERVOIRS
    ]


def polynomials(F: int, settings: Sequence[tuple[int, int, int]]) -> list[Model]:
    """The polynomials of delays among which is chosen."""
    return [NVAR(F=F, delays=k, apart=s, degree=d) for k, s, d in settings]


def mean_valid_time(free: Array, truth: Array) -> float:
    """What Lorenz' settings are chosen by."""
    return float(valid_times(free, truth).mean())


@result(
    "reservoir/lorenz",
    seeds=range(10, 15),
    quick={"noises": (1e-2,), "N": 60},
    tolerance={
        "reservoir_all": 3.0,
        "reservoir_one": 3.0,
        "nvar_all": 3.0,
        "nvar_one": 3.0,
        "linear_all": 0.5,
        "linear_one": 0.5,
        "reservoir_all_chosen": 2,
        "reservoir_one_chosen": 2,
        "nvar_all_chosen": 2,
        "nvar_one_chosen": 2,
    },
)
def lorenz_race(seed: int, noises: Sequence[float] = NOISES, N: int = 400) -> dict[str, list[float]]:
    """Median Lyapunov times of a reservoir, a polynomial and a linear model of delays, an entry for each of noises.

    ``all`` sees three coordinates, ``one`` the first alone. Beside each which candidate was chosen.
    """
    kept: dict[str, list[float]] = {}
    for seen, name in ((3, "all"), (1, "one")):
        for noise in noises:
            t = lorenz_task(seed, noise, seen)
            candidates = {
                "reservoir": reservoirs(seen, N, seed),
                "nvar": polynomials(seen, ALL_SEEN if seen == 3 else ONE_SEEN),
                "linear": polynomials(seen, [(50, 1, 1)]),
            }
            for method, models in candidates.items():
                chosen = choose(models, t, mean_valid_time)
                free = chosen.model.free_run(t.score.before, len(t.score.after))
                kept.setdefault(f"{method}_{name}", []).append(float(np.median(valid_times(free, t.score.after))))
                if method != "linear":
                    kept.setdefault(f"{method}_{name}_chosen", []).append(chosen.which)
    return kept


RADII = (0.2, 0.4, 0.6, 0.8, 0.9, 1.0, 1.2)


@result(
    "reservoir/radius",
    seeds=range(10, 15),
    quick={"radii": (0.4,), "N": 60},
    tolerance={"clean": 3.0, "noisy": 1.5},
)
def lorenz_by_radius(seed: int, radii: Sequence[float] = RADII, N: int = 300) -> dict[str, list[float]]:
    """Median Lyapunov times at each of RADII, the penalty chosen: without noise, and with noise of 0.01."""
    kept: dict[str, list[float]] = {}
    for name, noise in (("clean", 0.0), ("noisy", 1e-2)):
        t = lorenz_task(seed, noise, 3)
        for rho in radii:
            network = EchoStateNetwork(F=3, N=N, rho=rho, input_scale=0.2, increments=True, seed=seed)
            model = choose([network], t, mean_valid_time).model
            free = model.free_run(t.score.before, len(t.score.after))
            kept.setdefault(name, []).append(float(np.median(valid_times(free, t.score.after))))
    return kept


# --- Mackey–Glass

MG_RESERVOIRS = ((0.85, 1.0, 0.2), (0.95, 0.5, 1.0), (0.95, 1.0, 0.3))
MG_POLYNOMIALS = ((20, 1, 2), (10, 2, 3), (7, 3, 4))


def mackey_glass_task(seed: int, noise: float) -> Task:
    """Mackey–Glass through tanh(x - 1), of unit deviation: 3300 steps to learn from, 84 wanted at 40 places."""
    s = np.tanh(data.mackey_glass(3300 + 2 * (40 * 60 + 384), seed=seed) - 1)[:, None]
    s = (s - s[:3300].mean()) / s[:3300].std()
    return task(s, noise, seed, 3300, places=40, apart=60, read=300, wanted=84)


def nrmse84(free: Array, truth: Array) -> float:
    """Root mean squared error of the 84th value, in deviations of the series; at most 1e3."""
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.sqrt(((free[-1] - truth[-1]) ** 2).mean())
    return float(min(np.nan_to_num(e, nan=1e3, posinf=1e3), 1e3))


@result(
    "reservoir/mackey_glass",
    seeds=range(10, 15),
    quick={"noises": (1e-2,), "N": 60},
    tolerance={"reservoir": 0.5, "nvar": 0.5, "linear": 0.2, "reservoir_chosen": 2, "nvar_chosen": 2},
)
def mackey_glass_race(seed: int, noises: Sequence[float] = NOISES, N: int = 400) -> dict[str, list[float]]:
    """log₁₀ NRMSE84 of a reservoir, a polynomial and a linear model of delays, an entry for each of noises."""
    kept: dict[str, list[float]] = {}
    for noise in noises:
        t = mackey_glass_task(seed, noise)
        candidates: dict[str, list[Model]] = {
            "reservoir": [
                EchoStateNetwork(N=N, rho=rho, a=a, input_scale=scale, increments=True, seed=seed)
                for rho, a, scale in MG_RESERVOIRS
            ],
            "nvar": polynomials(1, MG_POLYNOMIALS),
            "linear": polynomials(1, [(150, 1, 1)]),
        }
        for method, models in candidates.items():
            chosen = choose(models, t, lambda free, truth: -nrmse84(free, truth))
            free = chosen.model.free_run(t.score.before, len(t.score.after))
            kept.setdefault(method, []).append(float(np.log10(nrmse84(free, t.score.after))))
            if method != "linear":
                kept.setdefault(f"{method}_chosen", []).append(chosen.which)
    return kept
