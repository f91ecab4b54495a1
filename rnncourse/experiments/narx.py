"""What the chapter ``book/narx`` trains and measures: the page calls these functions, the tests of its claims too.

SciPy's L-BFGS trains: networks of this size and records of this length fit into one batch. torch is needed, and
statsmodels for the sunspots. Errors are relative: root mean square error over the standard deviation of what was to be
predicted, 1 for whoever predicts the mean.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

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
from rnncourse.data import LORENZ_LYAPUNOV, download, lorenz
from rnncourse.data.series import sunspots
from rnncourse.data.systems import Record, duffing_record, tanks_record
from rnncourse.experiments.fitting import set_rate
from rnncourse.narx import Orders
from rnncourse.nn.narx import NARX
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


# --- systems with an input


class System(NamedTuple):
    """One record to train on and one to test on, (T, 1, 1) each, all in units of the first one's mean and spread."""

    u: Array
    y: Array
    u_test: Array
    y_test: Array
    orders: Orders
    H: int


def system(name: str, seed: int = 0) -> System:
    """Two experiments on a system, other inputs and other noise in each.

    "tanks" and "duffing" are simulated, the seed draws both records; "tanks benchmark" and "silverbox" are measured and
    downloaded (of the Silverbox, the first 8000 samples to train on). Orders and width are ours, chosen on seeds 0–2.
    """
    if name == "tanks":
        pair, orders, H = (tanks_record(2 * seed), tanks_record(2 * seed + 10_001)), Orders(2, 2, 1), 8
    elif name == "duffing":
        pair, orders, H = (duffing_record(2 * seed), duffing_record(2 * seed + 10_001)), Orders(3, 3, 1), 10
    elif name == "tanks benchmark":
        pair, orders, H = download.tanks_benchmark(), Orders(4, 4, 1), 8
    elif name == "silverbox":
        parts = download.silverbox()
        train = Record(parts.train.u[:8000], parts.train.y[:8000], parts.train.dt)
        pair, orders, H = (train, parts.multisine), Orders(3, 3, 0), 10
    else:
        raise ValueError(f"name: expected 'tanks', 'duffing', 'tanks benchmark' or 'silverbox', got {name!r}")
    train, test = pair

    def scaled(s: Array, by: Array) -> Array:
        return ((s - by.mean()) / by.std())[:, None, None]

    series = scaled(train.u, train.u), scaled(train.y, train.y), scaled(test.u, train.u), scaled(test.y, train.y)
    return System(*series, orders, H)


class Errors(NamedTuple):
    """Relative errors on the test record; a free run that diverges has infinite error."""

    one_step: float
    free_run: float


def relative(prediction: Array, target: Array) -> float:
    """Root mean square error over the target's standard deviation."""
    with np.errstate(over="ignore", invalid="ignore"):
        error = float(np.sqrt(((prediction - target) ** 2).mean()) / target.std())
    return error if math.isfinite(error) else math.inf


def arx_errors(s: System) -> Errors:
    """Of the linear model: least squares on the training record."""
    S = s.orders.start
    f = partial(narx.linear, model=narx.arx_fit(s.y, s.u, s.orders))
    free = narx.simulate(f, s.y_test[:S], s.u_test, s.orders)
    return Errors(
        relative(f(narx.regressors(s.y_test, s.u_test, s.orders)), s.y_test[S:]), relative(free, s.y_test[S:])
    )


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


def teacher_forcing_gap(name: str, seed: int) -> dict[str, Errors]:
    """Test errors of ARX, of NARX with teacher forcing, and of what goes on from there: two ways to close the gap."""
    s = system(name, seed)
    model = train_teacher_forced(s, seed)
    return {
        "ARX": arx_errors(s),
        "teacher forcing": errors(model, s),
        "scheduled": errors(train_scheduled(copy.deepcopy(model), s, seed), s),
        "simulation error": errors(train_on_simulation(copy.deepcopy(model), s), s),
    }


@torch.no_grad()
def errors_by_horizon(model: NARX, s: System, L: int = 100) -> Array:
    """Relative error (L,) of the first, second, … step after the last measured output, over pieces of the test."""
    S = model.start
    u, y = (torch.from_numpy(narx.segments(q, S + L, 10)) for q in (s.u_test, s.y_test))
    e = (model.simulate(u, y[:S]) - y[S:]).square().mean(dim=(1, 2)).sqrt().numpy()
    return e / s.y_test.std()


# --- Lorenz's attractor from x alone


class Embedding(NamedTuple):
    """Distance τ in samples; per dimension 1, 2, … the share of false neighbours and of neighbours kept."""

    delay: int
    false: Array
    kept: Array


def lorenz_embedding(seed: int, T: int = 2000, m_max: int = 5, dt: float = 0.02) -> Embedding:
    """How well delays of x stand in for the state (x, y, z): ten neighbours each, 50 samples apart in time."""
    states = lorenz(T, dt, seed=seed)
    x = states[:, 0].copy()
    tau = narx.choose_delay(x, 50)
    kept = []
    for m in range(1, m_max + 1):
        embedded = narx.delay_embedding(x, m, tau)
        kept.append(narx.neighbours_kept(states[(m - 1) * tau :].copy(), embedded, 10, apart=50))
    return Embedding(tau, narx.false_neighbours(x, tau, m_max, apart=50), np.array(kept))


class FreeRun(NamedTuple):
    """Relative one-step errors of network and linear model; how long a free run from the test holds, in Lyapunov times
    (the median of 20 starts, error below 0.4 standard deviations); and the spread of a run of 2000 steps over the true.
    """

    one_step: float
    one_step_linear: float
    valid_time: float
    spread: float


def lorenz_free_run(seed: int, T: int = 3000, H: int = 32, n_y: int = 6, steps: int = 1500, dt: float = 0.1) -> FreeRun:
    """A NAR model of x, sampled every 0.1: trained one step ahead with teacher forcing, then left to itself."""
    horizon, starts = int(8 / dt), 20
    x = lorenz(T + (starts + 1) * horizon, dt, seed=seed)[:, :1]
    y = ((x - x[:T].mean()) / x[:T].std())[:, None]
    nothing, orders = np.zeros((1, 1, 1)), Orders(n_y)
    s = System(nothing, y[:T], nothing, y[T:], orders, H)
    model, known = from_arx(s, seed), torch.from_numpy(s.y)
    lbfgs(model, lambda: 1e3 * (model(None, known) - known[n_y:]).square().mean() + 0.1 * _penalty(model), steps)
    linear = partial(narx.linear, model=narx.arx_fit(s.y, None, orders))
    with torch.no_grad():
        one_step = model(None, torch.from_numpy(s.y_test)).numpy()
        truth = narx.segments(s.y_test, n_y + horizon, horizon)
        free = model.simulate(None, torch.from_numpy(truth[:n_y]), horizon).numpy()
        long = model.simulate(None, torch.from_numpy(truth[:n_y, :1]), 2000).numpy()
    wrong = ~(np.abs(free - truth[n_y:])[:, :, 0] < 0.4)
    first = np.where(wrong.any(axis=0), wrong.argmax(axis=0), horizon)
    return FreeRun(
        relative(one_step, s.y_test[n_y:]),
        relative(linear(narx.regressors(s.y_test, None, orders)), s.y_test[n_y:]),
        float(np.median(first)) * dt * LORENZ_LYAPUNOV,
        float(long[200:].std() / s.y.std()),
    )
