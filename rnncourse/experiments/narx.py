"""What the chapter ``book/narx`` trains and keeps: its pages read the results, the tests compute parts of them again.

SciPy's L-BFGS trains: networks of this size and records of this length fit into one batch. torch is needed, and
statsmodels for the sunspots. Errors are relative, as in :mod:`rnncourse.experiments.narx_plain`, which has what NumPy
alone computes.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from rnncourse._extras import needs

with needs(__name__, "torch"):
    import torch
    from torch import Tensor
    from torch.nn.utils import parameters_to_vector, vector_to_parameters
with needs(__name__, "data"):
    from scipy.optimize import minimize

from rnncourse import narx
from rnncourse._arrays import Array
from rnncourse.data import LORENZ_LYAPUNOV, lorenz
from rnncourse.data.series import sunspots
from rnncourse.experiments.fitting import set_rate
from rnncourse.experiments.narx_plain import (
    Errors,
    System,
    arx_errors,
    duffing,
    errors_of,
    last_value_errors,
    polynomial_of,
    relative,
    tanks,
)
from rnncourse.narx import Orders
from rnncourse.nn.narx import NARX
from rnncourse.results import result
from rnncourse.training import seed_everything

# --- sunspots: a network over twelve years, its gradient by hand

LAGS = Orders(n_y=12)


class Years(NamedTuple):
    """Regressors (N, 12) and targets (N,) in units of 200 sunspots, the years (N,), and the variance of 1700–1979."""

    phi: Array
    target: Array
    year: Array
    variance: float

    def between(self, first: int, last: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which rows have their target in these years, both included."""
        return (self.year >= first) & (self.year <= last)


def sunspot_years() -> Years:
    """Every year from 1712 on, with the twelve before it."""
    time, value = sunspots()
    y = value / 200
    phi = narx.regressors(y[:, None, None], None, LAGS)[:, 0]
    return Years(phi, y[LAGS.start :], time[LAGS.start :], float(y[time <= 1979].var()))


def train_sunspots(
    seed: int,
    phi: Array,
    target: Array,
    H: int = 8,
    lam: float = 2e-4,
    w0: float | None = 1.0,
    steps: int = 400,
) -> narx.Network:
    """A network 12-H-1 without direct path; penalty by weight elimination with w0, or w0 = None: weight decay λ Σ w².

    λ and w0 are what :func:`sunspot_validation` prefers.
    """
    rng, P = np.random.default_rng(seed), phi.shape[1]
    shapes = [(H, P), (H,), (1, H), (1,)]
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    start = [rng.normal(scale=0.4, size=(H, P)), np.zeros(H), rng.normal(scale=0.2, size=(1, H)), np.zeros(1)]

    def network(theta: Array) -> narx.Network:
        parts = [part.reshape(s) for part, s in zip(np.split(theta, ends[:-1]), shapes, strict=True)]
        return narx.Network(*parts, np.zeros((1, P)))  # type: ignore[call-arg]

    def loss(theta: Array) -> tuple[float, Array]:
        net = network(theta)
        e = narx.mlp(phi, net) - target[:, None]
        gradients, _ = narx.mlp_backward(2 * e / len(e), phi, net)
        weights = theta[: ends[2]]  # all but the bias of the output
        decay = (lam * float(weights @ weights), 2 * lam * weights)
        penalty, slope = decay if w0 is None else narx.weight_elimination(weights, lam, w0)
        gradient = np.concatenate([g.ravel() for g in gradients[:4]])
        gradient[: ends[2]] += slope
        return float((e**2).mean()) + penalty, gradient

    theta = np.concatenate([part.ravel() for part in start])
    return network(minimize(loss, theta, jac=True, method="L-BFGS-B", options={"maxiter": steps}).x)


PERIODS = {"1712–1920": (1712, 1920), "1921–1955": (1921, 1955), "1956–1979": (1956, 1979)}


def _scores(years: Years, prediction: Array) -> dict[str, float]:
    rows = {name: years.between(*period) for name, period in PERIODS.items()}
    return {name: narx.arv(prediction[i], years.target[i], years.variance) for name, i in rows.items()}


def sunspot_arv(seed: int, lam: float = 2e-4, w0: float | None = 1.0) -> dict[str, float]:
    """Average relative variance by period, one step ahead, of a network trained on the first: 1712–1920."""
    years = sunspot_years()
    known = years.between(*PERIODS["1712–1920"])
    net = train_sunspots(seed, years.phi[known], years.target[known], lam=lam, w0=w0)
    return _scores(years, narx.mlp(years.phi, net)[:, 0])


def sunspot_baselines() -> dict[str, dict[str, float]]:
    """The same of an autoregression with twelve lags, and of the year before."""
    years, y = sunspot_years(), sunspots().value / 200
    last = LAGS.start + int(years.between(*PERIODS["1712–1920"]).sum())
    model = narx.arx_fit(y[:last, None, None], None, LAGS)
    return {
        "AR(12)": _scores(years, narx.linear(years.phi, model)[:, 0]),
        "persistence": _scores(years, years.phi[:, 0]),
    }


def sunspot_validation(
    grid: Sequence[tuple[float, float | None]], blocks: int = 8, seeds: Sequence[int] = (0, 1)
) -> dict[tuple[float, float | None], float]:
    """Average relative variance of each (λ, w0) on blocks of 1712–1920 that were left out, one after another.

    No later year is looked at: this is how λ and w0 are chosen.
    """
    years = sunspot_years()
    known = np.flatnonzero(years.between(*PERIODS["1712–1920"]))
    scores = {}
    for lam, w0 in grid:
        found = []
        for block in np.array_split(known, blocks):
            kept = np.setdiff1d(known, block)
            for seed in seeds:
                net = train_sunspots(seed, years.phi[kept], years.target[kept], lam=lam, w0=w0)
                prediction = narx.mlp(years.phi[block], net)[:, 0]
                found.append(narx.arv(prediction, years.target[block], years.variance))
        scores[lam, w0] = float(np.mean(found))
    return scores


# --- systems with an input: networks in torch


@torch.no_grad()
def errors(model: NARX, s: System) -> Errors:
    """Of a network, one step ahead and in one free run along the whole test record."""
    u, y, S = torch.from_numpy(s.u_test), torch.from_numpy(s.y_test), model.start
    found = (model(u, y), model.simulate(u, y[:S]))
    one, free = (relative(prediction.numpy(), s.y_test[S:]) for prediction in found)
    return Errors(one, free)


def lbfgs(model: torch.nn.Module, loss: Callable[[], Tensor], steps: int) -> None:
    """Minimise a loss over all parameters of a model, in place."""
    parameters = [p for p in model.parameters() if p.requires_grad]

    def value_and_gradient(theta: Array) -> tuple[float, Array]:
        with torch.no_grad():
            vector_to_parameters(torch.from_numpy(theta.copy()), parameters)
        value = loss()
        gradient = parameters_to_vector(torch.autograd.grad(value, parameters)).numpy()
        if not (torch.isfinite(value) and np.isfinite(gradient).all()):
            return 1e30, np.zeros_like(theta)  # the line search steps back from where the run diverges
        return float(value.detach()), gradient

    start = parameters_to_vector(parameters).detach().numpy().copy()
    found = minimize(value_and_gradient, start, jac=True, method="L-BFGS-B", options={"maxiter": steps}).x
    with torch.no_grad():
        vector_to_parameters(torch.from_numpy(found), parameters)


def _penalty(model: NARX) -> Tensor:
    return 1e-7 * (model.weight_ih.square().sum() + model.weight_ho.square().sum())


def from_arx(s: System, seed: int) -> NARX:
    """A network that starts as the linear model, nearly: its direct path is ARX, its hidden layer says little."""
    seed_everything(seed)
    F, K = s.u.shape[2] if s.orders.n_u else 0, s.y.shape[2]
    model = NARX(F, K, s.H, *s.orders, dtype=torch.float64)
    arx = narx.arx_fit(s.y, s.u if F else None, s.orders)
    with torch.no_grad():
        model.weight_io.copy_(torch.from_numpy(arx.W))  # type: ignore[union-attr]
        model.bias_ho.copy_(torch.from_numpy(arx.b))
        model.weight_ho.mul_(0.1)
    return model


def train_teacher_forced(s: System, seed: int, steps: int = 300) -> NARX:
    """One step ahead, from measured outputs."""
    model, u, y = from_arx(s, seed), torch.from_numpy(s.u), torch.from_numpy(s.y)
    lbfgs(model, lambda: (model(u, y) - y[model.start :]).square().mean() + _penalty(model), steps)
    return model


def pieces(s: System, L: int) -> tuple[Tensor, Tensor]:
    """The training record as overlapping pieces of L predicted steps."""
    length = s.orders.start + L
    u, y = (torch.from_numpy(narx.segments(q, length, max(1, L // 2))) for q in (s.u, s.y))
    return u, y


def train_on_simulation(model: NARX, s: System, L: int = 64, steps: int = 150) -> NARX:
    """Go on training, on free runs of L steps: the error is that of the simulation."""
    (u, y), S = pieces(s, L), model.start
    lbfgs(model, lambda: (model.simulate(u, y[:S]) - y[S:]).square().mean() + _penalty(model), steps)
    return model


def train_scheduled(
    model: NARX, s: System, seed: int, L: int = 50, steps: int = 600, lr: float = 5e-3, k: float = 50
) -> NARX:
    """Go on training with scheduled sampling: fewer and fewer measured outputs, by the inverse sigmoid of step/k."""
    (u, y), S = pieces(s, L), model.start
    optimiser = torch.optim.Adam(model.parameters(), lr)
    for i in range(steps):
        set_rate(optimiser, lr * (1 - i / steps))
        forced = narx.draw_forced(L, y.shape[1], narx.teacher_probability(i, k), seed=seed * steps + i)
        loss = (model(u, y, torch.from_numpy(forced)) - y[S:]).square().mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
    return model


def trained_ways(s: System, seed: int) -> dict[str, NARX]:
    """A network trained with teacher forcing, and two that go on from there: on a mixture, and on free runs."""
    model = train_teacher_forced(s, seed)
    return {
        "teacher forcing": model,
        "scheduled": train_scheduled(copy.deepcopy(model), s, seed),
        "simulation error": train_on_simulation(copy.deepcopy(model), s),
    }


@torch.no_grad()
def errors_by_horizon(model: NARX, s: System, L: int = 100) -> Array:
    """Relative error (L,) of the first, second, … step after the last measured output, over pieces of the test."""
    S = model.start
    u, y = (torch.from_numpy(narx.segments(q, S + L, 10)) for q in (s.u_test, s.y_test))
    e = (model.simulate(u, y[:S]) - y[S:]).square().mean(dim=(1, 2)).sqrt().numpy()
    return e / s.y_test.std()


DIVERGED = 10.0
"""What is kept of a free run whose relative error is larger, or infinite."""


def _gap(s: System, seed: int) -> dict[str, Any]:
    ways = trained_ways(s, seed)
    found = {"last": last_value_errors(s), "arx": arx_errors(s), "polynomial": errors_of(polynomial_of(s), s)}
    names = {"teacher forcing": "forced", "scheduled": "scheduled", "simulation error": "free"}
    kept: dict[str, Any] = {}
    for method, model in ways.items():
        found[names[method]] = errors(model, s)
        kept[f"{names[method]}_by_horizon"] = errors_by_horizon(model, s, 60)
    for method, error in found.items():
        kept |= {f"{method}_one": error.one_step, f"{method}_free": min(error.free_run, DIVERGED)}
    return kept


@result("narx/tanks_gap", seeds=range(10, 18))
def tanks_gap(seed: int) -> dict[str, Any]:
    """Simulated tanks: one step, free run, and error by horizon, of three ways to train and of three baselines."""
    return _gap(tanks(seed), seed)


@result("narx/duffing_gap", seeds=range(10, 18))
def duffing_gap(seed: int) -> dict[str, Any]:
    """The same of a simulated Duffing oscillator."""
    return _gap(duffing(seed), seed)


@result("narx/sunspots", seeds=range(10, 18), data=("statsmodels",))
def sunspots_compared(seed: int) -> dict[str, Any]:
    """Average relative variance by period with two penalties, of two baselines, and one network's predictions."""
    years = sunspot_years()
    known = years.between(*PERIODS["1712–1920"])
    eliminated = train_sunspots(seed, years.phi[known], years.target[known])
    decayed = train_sunspots(seed, years.phi[known], years.target[known], lam=1e-4, w0=None)
    free = train_sunspots(seed, years.phi[known], years.target[known], lam=0.0, w0=None)
    predicted = narx.mlp(years.phi, eliminated)[:, 0]
    found = {
        "eliminated": _scores(years, predicted),
        "decayed": _scores(years, narx.mlp(years.phi, decayed)[:, 0]),
        "unpenalised": _scores(years, narx.mlp(years.phi, free)[:, 0]),
    }
    baselines = sunspot_baselines()
    found |= {"ar": baselines["AR(12)"], "last": baselines["persistence"]}
    ends = {"1712–1920": "known", "1921–1955": "near", "1956–1979": "far"}
    kept: dict[str, Any] = {
        f"{name}_{ends[period]}": score for name, scores in found.items() for period, score in scores.items()
    }
    kept["left"] = int((np.abs(eliminated.W_ih) > 0.1).sum())
    kept["target"], kept["predicted"] = 200 * years.target, 200 * predicted
    return kept


# --- Lorenz's attractor from x alone


class FreeRun(NamedTuple):
    """Relative one-step errors of network and linear model; how long a free run from the test holds, in Lyapunov times
    (the median of 20 starts, error below 0.4 standard deviations); and the spread of a run of 2000 steps over the true.
    """

    one_step: float
    one_step_linear: float
    valid_time: float
    spread: float


def lorenz_record(seed: int, T: int, n_y: int, dt: float) -> tuple[System, int, int]:
    """Of x alone, T samples to train on and the rest to test on; the steps of a free run, and how many are started."""
    horizon, starts = int(8 / dt), 20
    x = lorenz(T + (starts + 1) * horizon, dt, seed=seed)[:, :1]
    y = ((x - x[:T].mean()) / x[:T].std())[:, None]
    nothing = np.zeros((1, 1, 1))
    return System(nothing, y[:T], nothing, y[T:], Orders(n_y), 32), horizon, starts


def holds(free: Array, truth: Array, dt: float) -> float:
    """For how many Lyapunov times free runs (T, B, 1) stay within 0.4 of the truth: the median of the batch."""
    wrong = ~(np.abs(free - truth)[:, :, 0] < 0.4)
    first = np.where(wrong.any(axis=0), wrong.argmax(axis=0), len(wrong))
    return float(np.median(first)) * dt * LORENZ_LYAPUNOV


def train_on_lorenz(s: System, seed: int, steps: int) -> NARX:
    """A NAR model, one step ahead, with teacher forcing."""
    model, known = from_arx(s, seed), torch.from_numpy(s.y)
    target = known[model.start :]
    lbfgs(model, lambda: 1e3 * (model(None, known) - target).square().mean() + 0.1 * _penalty(model), steps)
    return model


def lorenz_free_run(seed: int, T: int = 3000, H: int = 32, n_y: int = 6, steps: int = 1500, dt: float = 0.1) -> FreeRun:
    """A NAR model of x, sampled every 0.1: trained one step ahead with teacher forcing, then left to itself."""
    s, horizon, _ = lorenz_record(seed, T, n_y, dt)
    s = s._replace(H=H)
    model = train_on_lorenz(s, seed, steps)
    linear = partial(narx.linear, model=narx.arx_fit(s.y, None, s.orders))
    with torch.no_grad():
        one_step = model(None, torch.from_numpy(s.y_test)).numpy()
        truth = narx.segments(s.y_test, n_y + horizon, horizon)
        free = model.simulate(None, torch.from_numpy(truth[:n_y]), horizon).numpy()
        long = model.simulate(None, torch.from_numpy(truth[:n_y, :1]), 2000).numpy()
    return FreeRun(
        relative(one_step, s.y_test[n_y:]),
        relative(linear(narx.regressors(s.y_test, None, s.orders)), s.y_test[n_y:]),
        holds(free, truth[n_y:], dt),
        float(long[200:].std() / s.y.std()),
    )


@result(
    "narx/lorenz",
    seeds=range(10, 18),
    tolerance={
        "network_one": 0.01,
        "network_holds": 1.0,
        "spread": 0.1,
        "linear_one": 1e-3,
        "linear_holds": 0.1,
        "polynomial_one": 1e-3,
        "polynomial_holds": 0.3,
        "last_holds": 0.1,
    },
)
def lorenz_compared(seed: int, T: int = 3000, dt: float = 0.1, steps: int = 1500) -> dict[str, Any]:
    """From x alone: how far network, polynomial (degree 5 of four lags), linear model and last value see."""
    found = lorenz_free_run(seed, T, dt=dt, steps=steps)
    kept: dict[str, Any] = {
        "network_one": found.one_step,
        "network_holds": found.valid_time,
        "spread": found.spread if math.isfinite(found.spread) else DIVERGED,
        "linear_one": found.one_step_linear,
    }
    for name, n_y, degree in (("linear", 6, 1), ("polynomial", 4, 5)):
        s, horizon, _ = lorenz_record(seed, T, n_y, dt)
        f = polynomial_of(s, degree, 1e-8)
        truth = narx.segments(s.y_test, n_y + horizon, horizon)
        with np.errstate(over="ignore", invalid="ignore"):
            free = narx.simulate(f, truth[:n_y], None, s.orders, horizon)
        kept[f"{name}_holds"] = holds(free, truth[n_y:], dt)
        if name == "polynomial":
            one = f(narx.regressors(s.y_test, None, s.orders)[:, 0])
            kept["polynomial_one"] = relative(one[:, None], s.y_test[n_y:])
            kept["last_holds"] = holds(np.broadcast_to(truth[n_y - 1], truth[n_y:].shape), truth[n_y:], dt)
    return kept
