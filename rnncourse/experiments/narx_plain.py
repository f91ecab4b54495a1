"""What the pages of ``book/narx`` compute with NumPy alone: records, scores, baselines, training by hand, wild errors.

Errors are relative: root mean square error over the standard deviation of what was to be predicted, 1 for whoever
predicts the mean. What needs torch stands in :mod:`rnncourse.experiments.narx`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import combinations_with_replacement
from typing import Any, NamedTuple

import numpy as np

from rnncourse import narx
from rnncourse._arrays import Array
from rnncourse.data import download, lorenz, mackey_glass
from rnncourse.data.systems import Record, Tanks, duffing_record, tanks_record
from rnncourse.narx import Network, Orders
from rnncourse.training import descend

# --- systems with an input


class System(NamedTuple):
    """One record to train on and one to test on, (T, 1, 1) each, all in units of the first one's mean and spread."""

    u: Array
    y: Array
    u_test: Array
    y_test: Array
    orders: Orders
    H: int


def in_units(train: Record, test: Record, orders: Orders, H: int) -> System:
    """Both records in units of the first one's mean and spread."""

    def scaled(s: Array, by: Array) -> Array:
        return ((s - by.mean()) / by.std())[:, None, None]

    series = scaled(train.u, train.u), scaled(train.y, train.y), scaled(test.u, train.u), scaled(test.y, train.y)
    return System(*series, orders, H)


def tanks(seed: int) -> System:
    """Two simulated experiments on cascaded tanks, other inputs and other noise in each; the seed draws both.

    Orders and width are ours, chosen on seeds 0–2.
    """
    return in_units(tanks_record(2 * seed), tanks_record(2 * seed + 10_001), Orders(2, 2, 1), 8)


def duffing(seed: int) -> System:
    """The same of Duffing's oscillator."""
    return in_units(duffing_record(2 * seed), duffing_record(2 * seed + 10_001), Orders(3, 3, 1), 10)


def measured(name: str) -> System:
    """Two measured records, downloaded: "tanks benchmark", "silverbox" (its first 8000 samples to train on)."""
    if name == "tanks benchmark":
        return in_units(*download.tanks_benchmark(), Orders(4, 4, 1), 8)
    if name == "silverbox":
        parts = download.silverbox()
        train = Record(parts.train.u[:8000], parts.train.y[:8000], parts.train.dt)
        return in_units(train, parts.multisine, Orders(3, 3, 0), 10)
    raise ValueError(f"name: expected 'tanks benchmark' or 'silverbox', got {name!r}")


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


# --- a baseline that is not linear: polynomials of the regressors


def monomials(phi: Array, degree: int) -> Array:
    """All products of at most ``degree`` regressors, the constant first: (N, P) to (N, number of products)."""
    ways = [i for d in range(degree + 1) for i in combinations_with_replacement(range(phi.shape[1]), d)]
    return np.stack([phi[:, list(i)].prod(axis=1) for i in ways], axis=1)


def polynomial_fit(phi: Array, target: Array, degree: int, lam: float) -> Callable[[Array], Array]:
    """Polynomial NARX, or NVAR: least squares on monomials, each scaled to size 1, with a ridge of λ.

    Shapes: phi (N, P), target (N, K); the function that is returned takes (B, P) to (B, K).
    """
    columns = monomials(phi, degree)
    size = np.sqrt((columns**2).mean(axis=0))
    ridge = math.sqrt(lam * len(phi)) * np.eye(len(size))
    rows = np.concatenate([columns / size, ridge])
    known = np.concatenate([target, np.zeros((len(size), target.shape[1]))])
    W = np.linalg.lstsq(rows, known, rcond=None)[0] / size[:, None]
    return lambda phi: monomials(phi, degree) @ W


def polynomial_of(s: System, degree: int = 3, lam: float = 1e-6) -> Callable[[Array], Array]:
    """The polynomial of a system's training record."""
    phi = narx.regressors(s.y, s.u if s.orders.n_u else None, s.orders)
    return polynomial_fit(phi.reshape(-1, phi.shape[2]), s.y[s.orders.start :].reshape(-1, s.y.shape[2]), degree, lam)


def errors_of(f: Callable[[Array], Array], s: System) -> Errors:
    """Of any model from (B, P) to (B, K), one step ahead and in one free run along the test record."""
    S = s.orders.start
    phi = narx.regressors(s.y_test, s.u_test, s.orders)
    one = f(phi.reshape(-1, phi.shape[2])).reshape(s.y_test[S:].shape)
    with np.errstate(over="ignore", invalid="ignore"):
        free = narx.simulate(f, s.y_test[:S], s.u_test, s.orders)
    return Errors(relative(one, s.y_test[S:]), relative(free, s.y_test[S:]))


def last_value_errors(s: System) -> Errors:
    """Of the forecast "no change": one step ahead, and held along the whole test record."""
    S = s.orders.start
    held = np.broadcast_to(s.y_test[S - 1], s.y_test[S:].shape)
    return Errors(relative(s.y_test[S - 1 : -1], s.y_test[S:]), relative(held, s.y_test[S:]))


# --- a network, trained by hand


def nearly_arx(s: System, seed: int) -> Network:
    """A network whose direct path is ARX and whose hidden layer says little as yet."""
    P, K, rng = s.orders.n_y * s.y.shape[2] + s.orders.n_u * s.u.shape[2], s.y.shape[2], np.random.default_rng(seed)
    arx = narx.arx_fit(s.y, s.u, s.orders)
    bound = 1 / math.sqrt(P)
    return Network(
        rng.uniform(-bound, bound, (s.H, P)),
        rng.uniform(-bound, bound, s.H),
        rng.uniform(-0.03, 0.03, (K, s.H)),
        arx.b.copy(),
        arx.W.copy(),
    )


def train_one_step(net: Network, s: System, steps: int = 2000, lr: float = 5e-3) -> Network:
    """Teacher forcing: all steps of the record at once, each from measured outputs. Changes net, and returns it."""
    phi, target = narx.regressors(s.y, s.u, s.orders), s.y[s.orders.start :]

    def loss(step: int) -> tuple[float, dict[str, Array]]:
        e = narx.mlp(phi, net) - target
        gradients, _ = narx.mlp_backward(2 * e / e.size, phi, net)
        return float((e**2).mean()), gradients._asdict()

    descend(loss, net._asdict(), steps, lr=lambda step: lr * (1 - step / steps), progress=False)
    return net


def train_free(net: Network, s: System, steps: int = 150, L: int = 64, lr: float = 5e-3) -> Network:
    """On free runs of L steps: the gradient goes back through what was fed back. Changes net, and returns it."""
    S = s.orders.start
    u, y = (narx.segments(q, S + L, L // 2) for q in (s.u, s.y))
    free = np.zeros((L, y.shape[1]), np.bool_)

    def loss(step: int) -> tuple[float, dict[str, Array]]:
        y_hat, fed = narx.run(lambda phi: narx.mlp(phi, net), y, u, s.orders, free)
        e = y_hat - y[S:]
        gradients, _, _ = narx.run_backward(2 * e / e.size, fed, u, net, s.orders, free)
        return float((e**2).mean()), gradients._asdict()

    descend(loss, net._asdict(), steps, lr=lambda step: lr * (1 - step / steps), clip_norm=1.0, progress=False)
    return net


def steady_levels(seed: int, steps: int = 600) -> tuple[Array, dict[str, Array]]:
    """Where the lower tank's level comes to rest under a constant voltage, by the tanks and by three models of them.

    Returns voltages (N,) and levels (N,) in volts by name; a model is left alone for ``steps`` steps.
    """
    s, record = tanks(seed), tanks_record(2 * seed)
    volts = np.linspace(1.5, 4.5, 16)
    net = train_one_step(nearly_arx(s, seed), s, 1000)
    models: dict[str, Callable[[Array], Array]] = {
        "ARX": partial(narx.linear, model=narx.arx_fit(s.y, s.u, s.orders)),
        "polynomial": polynomial_of(s),
        "NARX": partial(narx.mlp, net=net),
    }
    u = np.broadcast_to(((volts - record.u.mean()) / record.u.std())[:, None], (steps, len(volts), 1)).copy()
    start = np.zeros((s.orders.start, len(volts), 1))
    with np.errstate(over="ignore", invalid="ignore"):
        last = {name: narx.simulate(f, start, u, s.orders)[-1, :, 0] for name, f in models.items()}
    rates = Tanks()
    found = {"tanks": np.minimum((rates.k4 * volts / rates.k1) ** 2, 10.0)}  # all rates of outflow are equal
    return volts, found | {name: y * record.y.std() + record.y.mean() for name, y in last.items()}


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


# --- errors of public programs, beside the right code


def noisy_delay_system(seed: int, T: int = 1500) -> Array:
    """The Mackey–Glass series with noise of 0.02."""
    return mackey_glass(T, seed=seed) + 0.02 * np.random.default_rng([seed, 1]).normal(size=T)


def past_for_future(seed: int, h: int = 15, lags: int = 16) -> dict[str, float]:
    """Relative errors 15 steps ahead; and of the program that had input and target exchanged: 15 steps *back*."""
    y = noisy_delay_system(seed)
    windows = narx.delay_embedding(y, lags, 1)[:-h]
    future, past = y[lags - 1 + h :], y[lags - 1 - h : len(y) - 2 * h]
    known, new = slice(0, 700), slice(700 + 2 * h, None)

    def score(columns: Array, target: Array, degree: int) -> float:
        f = polynomial_fit(columns[known], target[known, None], degree, 1e-4)
        return relative(f(columns[new])[:, 0], target[new])

    return {
        "exchanged": score(windows, past, 1),
        "linear": score(windows, future, 1),
        "quadratic": score(windows[:, ::3], future, 2),
        "last value": relative(windows[new, 0], future[new]),
    }


def oscillation(seed: int, T: int = 1500, period: float = 24, radius: float = 0.97) -> Array:
    """An AR(2) process that swings with a period and forgets its phase: (T,)."""
    rng, y = np.random.default_rng([seed, 2]), np.zeros(T + 300)
    noise = rng.normal(size=len(y))
    for t in range(2, len(y)):
        y[t] = 2 * radius * math.cos(2 * math.pi / period) * y[t - 1] - radius**2 * y[t - 2] + noise[t]
    return y[300:] / y[300:].std()


def lags_in_a_backtest(seed: int, h: int = 24, lags: int = 24) -> dict[str, float]:
    """Relative errors over the 24 steps after a forecast is made, with the lags of later steps from four sources."""
    y = oscillation(seed)[:, None, None]
    known, orders = y[:900], Orders(lags)
    f = partial(narx.linear, model=narx.arx_fit(known, None, orders))
    pieces = narx.segments(y[900:], lags + h, 12)
    truth = pieces[lags:]

    def score(seen: Array) -> float:
        return relative(f(narx.regressors(seen, None, orders)), truth)

    filled = pieces.copy()
    filled[lags:] = pieces[lags - 1]
    held = np.broadcast_to(pieces[lags - 1], truth.shape)
    return {
        "backtest": score(pieces),
        "in use": score(filled),
        "fed back": relative(narx.simulate(f, pieces[:lags], None, orders, h), truth),
        "last value": relative(held, truth),
    }


def walk(seed: int, T: int = 1000) -> Array:
    """A random walk: nothing predicts it better than its last value."""
    return np.random.default_rng([seed, 3]).normal(size=T).cumsum()


def nearest(rows: Array, target: Array, new: Array) -> Array:
    """What followed the most similar known window."""
    squared = ((new[:, None] - rows[None]) ** 2).sum(axis=2)
    return target[squared.argmin(axis=1)]


def shuffled_windows(seed: int, h: int = 10, lags: int = 16) -> dict[str, float]:
    """Root mean square errors 10 steps ahead on a random walk, over those of the last value: by how the data are split.

    A random walk cannot be predicted better: whoever gets less than 1 has seen the answers.
    """
    y = walk(seed)
    windows = narx.delay_embedding(y, lags, 1)[:-h]
    target = y[lags - 1 + h :]
    N, known = len(target), int(0.7 * len(target))
    order = np.random.default_rng([seed, 4]).permutation(N)
    splits = {
        "shuffled": (order[:known], order[known:]),
        "in time": (np.arange(known), np.arange(known + lags + h, N)),
    }
    found = {}
    for name, (old, new) in splits.items():
        e = nearest(windows[old], target[old], windows[new]) - target[new]
        e_last = windows[new, 0] - target[new]
        found[name] = float(np.sqrt((e**2).mean() / (e_last**2).mean()))
    return found


def looks_good(seed: int, lags: int = 10) -> dict[str, float]:
    """Share of the variance explained one step ahead on a random walk; and how near the forecast is to the last value.

    "lag 1" is the root mean square of forecast minus last value, over that of one step of the walk.
    """
    y = walk(seed, 2000)[:, None, None]
    orders = Orders(lags)
    f = partial(narx.linear, model=narx.arx_fit(y[:1000], None, orders))
    test = y[1000:]
    forecast, truth, last = f(narx.regressors(test, None, orders)), test[lags:], test[lags - 1 : -1]
    return {
        "AR(10)": 1 - relative(forecast, truth) ** 2,
        "last value": 1 - relative(last, truth) ** 2,
        "lag 1": float(np.sqrt(((forecast - last) ** 2).mean() / ((truth - last) ** 2).mean())),
    }


def scaled_with_test(seed: int) -> dict[str, float]:
    """Largest change of ARX's one-step predictions, in units of y, when scales come from both records, not from one."""
    s, found = tanks(seed), []
    for which in (slice(0, len(s.y)), slice(None)):
        u_all, y_all = np.concatenate([s.u, s.u_test]), np.concatenate([s.y, s.y_test])
        (u_mean, u_size), (y_mean, y_size) = ((q[which].mean(), q[which].std()) for q in (u_all, y_all))
        u, u_test = ((q - u_mean) / u_size for q in (s.u, s.u_test))
        y, y_test = ((q - y_mean) / y_size for q in (s.y, s.y_test))
        model = narx.arx_fit(y, u, s.orders)
        found.append(narx.linear(narx.regressors(y_test, u_test, s.orders), model) * y_size + y_mean)
    return {"ARX": float(np.abs(found[1] - found[0]).max())}


def over_seeds(experiment: Callable[[int], dict[str, float]], seeds: Any) -> dict[str, Array]:
    """Numbers of an experiment by name, one a seed."""
    found = [experiment(seed) for seed in seeds]
    return {name: np.array([numbers[name] for numbers in found]) for name in found[0]}
