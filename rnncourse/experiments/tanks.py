r"""The measured cascaded tanks: a small NARX network trained on its own free run, beside what is cheaper.

Gauss's and Newton's method, damped after Levenberg and Marquardt, needs the derivative of every prediction of a free
run with respect to every weight. What is fed back makes them a banded triangular system of equations, which SciPy
solves at once. Errors are root mean squares in volts. :func:`choice` compares settings on blocks of the estimation
record that are left out of the training; these hardly tell them apart, and a first trial had printed errors on the
test record.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from rnncourse import narx
from rnncourse._arrays import Array
from rnncourse._extras import needs
from rnncourse.data import download
from rnncourse.data.systems import Record, tanks_record
from rnncourse.experiments.narx_plain import monomials
from rnncourse.narx import Network, Orders
from rnncourse.results import result

with needs(__name__, "data"):
    from scipy.linalg import solve_banded
    from scipy.optimize import least_squares

Bools = np.ndarray[Any, np.dtype[np.bool_]]
Predict = Callable[[Array, Array, Bools], Array]  # from u (T,), y (T,) in units and the forced steps to ŷ (T,)

CAPACITY = 10.0
"""Volts at which the lower tank is full and the sensor ends."""
START = 50
"""Samples of a record from which a simulation may start; they are not scored."""
BLOCKS = 4

# --- records


class Tanks(NamedTuple):
    """Both records in units of the first one's mean and spread, (T,) each, and those of its output in volts."""

    u: Array
    y: Array
    u_test: Array
    y_test: Array
    mean: float
    spread: float

    @property
    def full(self) -> float:
        """The capacity in units."""
        return (CAPACITY - self.mean) / self.spread


def records(measured: bool) -> tuple[Record, Record]:
    """The benchmark's two records; ``measured=False``: two simulated ones in their place, for whoever is offline."""
    return download.tanks_benchmark() if measured else (tanks_record(0), tanks_record(1))


def in_units(pair: tuple[Record, Record]) -> Tanks:
    """Estimation and test record in the first one's units."""
    (u, y, _), (u_test, y_test, _) = pair
    scaled = [(s - by.mean()) / by.std() for s, by in ((u, u), (y, y), (u_test, u), (y_test, y))]
    return Tanks(*scaled, float(y.mean()), float(y.std()))  # type: ignore[call-arg]


def rms(e: Array) -> float:
    """Root mean square; infinite where a run diverged."""
    with np.errstate(over="ignore", invalid="ignore"):
        size = float(np.sqrt((e**2).mean()))
    return size if math.isfinite(size) else math.inf


def without(block: slice) -> Bools:
    """All 1024 steps but those of a block."""
    steps = np.ones(1024, np.bool_)
    steps[block] = False
    return steps


def validation_error(t: Tanks, fit: Callable[[Bools], Predict]) -> float:
    """Volts by which a model is off in free runs along blocks that it has not seen, all blocks together.

    ``fit`` is told which steps are held out. Each run starts from the measured outputs before its block.
    """
    errors, edges = [], np.linspace(START, 1024, BLOCKS + 1).astype(int).tolist()
    for block in map(slice, edges[:-1], edges[1:]):
        predict = fit(~without(block))
        errors.append((predict(t.u, t.y, without(block)) - t.y)[block])
    return t.spread * rms(np.concatenate(errors))


def test_error(t: Tanks, predict: Predict) -> float:
    """Volts by which a free run along the test record is off, from its first 50 samples on."""
    return t.spread * rms((predict(t.u_test, t.y_test, np.arange(1024) < START) - t.y_test)[START:])


# --- the free run and its derivatives


class Setting(NamedTuple):
    """Regressors, hidden units, and penalty λ on the weights of the hidden layer."""

    orders: Orders = Orders(2, 2, 1)
    H: int = 4
    lam: float = 0.01


def lagged(y: Array, u: Array, orders: Orders) -> Array:
    """Equation eq-narx-regressors for one record (T,), all steps at once: (T - S, P)."""
    (n_y, n_u, d), S, T = orders, orders.start, len(y)
    past = [y[S - j : T - j] for j in range(1, n_y + 1)]
    return np.stack(past + [u[S - d - j : T - d - j] for j in range(n_u)], axis=1)


def free_run(net: Network, u: Array, y: Array, orders: Orders, forced: Bools, full: float) -> tuple[Array, Array]:
    """Predictions (T,) and what was fed back (T,): y where ``forced`` (T,), else the prediction, full at most.

    Equation eq-narx-run with a sensor that ends: a prediction above ``full`` is ``full``, and one below -full is that,
    so that a run that diverges stays a number. Both start at step S; before that they are y.
    """
    (n_y, _, _), S, T = orders, orders.start, len(y)
    V = lagged(y, u, orders)[:, n_y:]
    W = np.concatenate([net.W_ih, net.W_io])  # hidden layer and direct path in one product
    inputs = V @ W[:, n_y:].T + np.append(net.b_ih, net.b_ho)
    W_y, w, H = W[:, :n_y].copy(), net.W_ho[0], len(net.b_ih)
    y_hat, past = y.copy(), y[::-1].copy()  # newest first: what precedes step t is a slice
    for t in range(S, T):
        z = W_y @ past[T - t : T - t + n_y] + inputs[t - S]
        y_hat[t] = min(max(w @ np.tanh(z[:H]) + z[H], -full), full)
        if not forced[t]:
            past[T - 1 - t] = y_hat[t]
    return y_hat, past[::-1].copy()


def sensitivities(
    net: Network, u: Array, y_hat: Array, fed: Array, orders: Orders, forced: Bools, full: float
) -> Array:
    r"""Derivatives (T - S, number of weights) of the predictions of :func:`free_run`, weights in a network's order.

    .. math:: s_t = \frac{\partial F}{\partial \theta} + \sum_{j=1}^{n_y} (1 - m_{t-j})
       \frac{\partial F}{\partial \tilde y_{t-j}}\, s_{t-j}

    For all t together: a unit triangular matrix with n_y further diagonals, times the s, is what stands first.
    """
    n_y, S = orders.n_y, orders.start
    phi = lagged(fed, u, orders)
    h = np.tanh(phi @ net.W_ih.T + net.b_ih)
    dz, N = (1 - h**2) * net.W_ho, len(phi)
    own = np.concatenate([(dz[:, :, None] * phi[:, None]).reshape(N, -1), dz, h, np.ones((N, 1)), phi], axis=1)
    past = dz @ net.W_ih[:, :n_y] + net.W_io[:, :n_y]
    moves = np.abs(y_hat[S:]) < full  # a full tank answers to nothing
    own, past = own * moves[:, None], past * moves[:, None]
    band = np.concatenate([np.ones((1, N)), np.zeros((n_y, N))])
    for j in range(1, n_y + 1):
        band[j, : N - j] = -past[j:, j - 1] * ~forced[S : len(fed) - j]
    return np.asarray(solve_banded((n_y, 0), band, own))


# --- training


def flat(net: Network) -> Array:
    """All weights in one vector."""
    return np.concatenate([w.ravel() for w in net])


def network(theta: Array, P: int) -> Network:
    """The network of a vector of weights."""
    H = (len(theta) - P - 1) // (P + 2)
    shapes = [(H, P), (H,), (1, H), (1,), (1, P)]
    parts = np.split(theta, np.cumsum([math.prod(s) for s in shapes])[:-1])
    return Network(*(part.reshape(s) for part, s in zip(parts, shapes, strict=True)))


def levenberg_marquardt(
    residuals: Callable[[Array], tuple[Array, Array]], theta: Array, decay: Array, steps: int
) -> tuple[Array, float]:
    r"""Minimise :math:`\lVert e(\theta) \rVert^2 + \sum_i d_i \theta_i^2`; ``residuals`` gives e and its Jacobian.

    A step solves :math:`(J^\top J + D + \mu\, \mathrm{diag}(J^\top J + D))\, \Delta = -J^\top e - D \theta`; μ grows
    until the sum falls, and shrinks when it did. Returns θ and the sum. Source: Marquardt (1963).
    """

    def at(theta: Array) -> tuple[Array, Array, float]:
        e, J = residuals(theta)
        return e, J, float(e @ e + decay @ theta**2)

    (e, J, least), mu = at(theta), 0.01
    for _ in range(steps):
        A, g = J.T @ J + np.diag(decay), J.T @ e + decay * theta
        for _ in range(6):
            tried = theta - np.linalg.solve(A + np.diag(mu * A.diagonal() + 1e-9), g)
            found = at(tried)
            if found[2] < least:
                break
            mu *= 4
        else:
            break
        gain = 1 - found[2] / least
        theta, (e, J, least), mu = tried, found, max(mu / 3, 1e-7)
        if gain < 1e-6:
            break
    return theta, least


PLAN = ((32, 20), (128, 30), (1024, 60))
"""Length of the free runs and steps of training on them: long runs of an untrained network have bad minima."""


def train(
    t: Tanks, seed: int, setting: Setting, held: Bools | None = None, plan: Sequence[tuple[int, int]] = PLAN
) -> tuple[Network, float]:
    """A network from a random start near the linear model, and what it leaves of the loss; ``held`` steps do not count.

    The loss is the mean square error of free runs that start from measurements every 32, 128, 1024 steps, plus λ times
    the squares of W_ih and W_ho.
    """
    (orders, H, lam), rng = setting, np.random.default_rng(seed)
    held = np.zeros(len(t.y), np.bool_) if held is None else held
    S, P = orders.start, orders.n_y + orders.n_u
    phi = lagged(t.y, t.u, orders)[~held[S:]]
    linear = np.linalg.lstsq(np.c_[np.ones(len(phi)), phi], t.y[S:][~held[S:]], rcond=None)[0]
    theta = np.r_[rng.normal(size=H * P) / math.sqrt(P), 0.5 * rng.normal(size=H), 0.02 * rng.normal(size=H), linear]
    penalised = flat(Network(np.ones((H, P)), np.zeros(H), np.ones((1, H)), np.zeros(1), np.zeros((1, P))))
    loss = math.inf
    for L, steps in plan:
        forced = held | (np.arange(len(t.y)) % L < S)
        counted = ~forced[S:]

        def residuals(theta: Array, forced: Bools = forced, counted: Bools = counted) -> tuple[Array, Array]:
            net = network(theta, P)
            y_hat, fed = free_run(net, t.u, t.y, orders, forced, t.full)
            J = sensitivities(net, t.u, y_hat, fed, orders, forced, t.full)
            return (y_hat - t.y)[S:][counted], J[counted]

        theta, least = levenberg_marquardt(residuals, theta, lam * counted.sum() * penalised, steps)
        loss = least / counted.sum()
    return network(theta, P), loss


def of_network(t: Tanks, net: Network, orders: Orders) -> Predict:
    """How a network predicts."""
    return lambda u, y, forced: free_run(net, u, y, orders, forced, t.full)[0]


def several(t: Tanks, seed: int, restarts: int, setting: Setting, held: Bools | None = None) -> list[Predict]:
    """How networks from several random starts predict; that with the lowest loss of training first."""
    found = sorted((train(t, seed * restarts + i, setting, held) for i in range(restarts)), key=lambda one: one[1])
    return [of_network(t, net, setting.orders) for net, _ in found]


# --- what is cheaper: linear, polynomial, and what is known about tanks


def fit_polynomial(t: Tanks, orders: Orders, degree: int, held: Bools) -> Predict:
    """Least squares on the one-step errors of a polynomial of the regressors; degree 1 is ARX."""
    S, counted = orders.start, ~held[orders.start :]
    columns = monomials(lagged(t.y, t.u, orders)[counted], degree)
    w = np.linalg.lstsq(columns, t.y[S:][counted], rcond=None)[0]

    def step(phi: Array) -> Array:  # as much as the sensor shows, so that a run that diverges stays a number
        return np.clip(monomials(phi, degree) @ w, -t.full, t.full)[:, None]

    def predict(u: Array, y: Array, forced: Bools) -> Array:
        y_hat, _ = narx.run(step, y[:, None, None], u[:, None, None], orders, forced[S:, None])
        return np.concatenate([y[:S], y_hat[:, 0, 0]])

    return predict


class TankModel(NamedTuple):
    """Seven parameters: outflow of the upper tank, what of it arrives below, outflow of the lower tank, pump, a
    constant inflow; the level at which the upper tank runs over, and what of that falls into the lower one.
    """

    k1: float = 0.05
    k2: float = 0.05
    k3: float = 0.05
    k4: float = 0.05
    inflow: float = 0.0
    brim: float = 8.0
    share: float = 0.5


def levels(m: TankModel, u: Array, x1: float, x2: float, dt: float = 4.0, substeps: int = 2) -> Array:
    r"""The lower tank's level (T,) in volts from both levels at first, by Euler's method.

    .. math:: \dot x_1 = -k_1 \sqrt{x_1} + k_4 u + d, \qquad \dot x_2 = k_2 \sqrt{x_1} - k_3 \sqrt{x_2} + s\, o

    Where x_1 stands at the brim and would rise, it stays, and what it would rise by is o. Source: Schoukens, Mattsson,
    Wigren and Noël (2016), for the model; the constant inflow is ours.
    """
    h, out = dt / substeps, np.empty(len(u))
    for i, u_t in enumerate(u.tolist()):
        out[i] = x2
        for _ in range(substeps):
            root = math.sqrt(max(x1, 0.0))
            rise, over = -m.k1 * root + m.k4 * u_t + m.inflow, 0.0
            if x1 >= m.brim and rise > 0:
                rise, over = 0.0, rise
            x2 = min(x2 + h * (m.k2 * root - m.k3 * math.sqrt(max(x2, 0.0)) + m.share * over), CAPACITY)
            x1 = min(x1 + h * rise, m.brim)
    return out


def fit_tanks(train: Record, starts: int = 12, steps: int = 60) -> TankModel:
    """Least squares on the free run along the estimation record, both first levels free; the best of some starts."""
    best, usual = None, np.array(TankModel())
    for seed in range(starts):
        rng = np.random.default_rng(seed)
        guess = usual * np.r_[np.exp(0.3 * rng.normal(size=4)), np.ones(3)]
        theta = np.r_[guess, 5 + rng.normal(), train.y[0]]
        theta[5] += rng.normal()
        found = least_squares(
            lambda p: levels(TankModel(*p[:7]), train.u, p[7], p[8]) - train.y,
            theta,
            x_scale=np.maximum(np.abs(theta), 0.01),
            diff_step=1e-4,
            max_nfev=steps,
        )
        best = found if best is None or found.cost < best.cost else best
    assert best is not None
    return TankModel(*best.x[:7])


def tanks_test_error(m: TankModel, test: Record) -> float:
    """Its free run along the test record; the two levels at first fitted to 50 samples, which are not scored."""
    first = least_squares(lambda x: levels(m, test.u[:START], *x) - test.y[:START], [5.0, test.y[0]]).x
    return rms((levels(m, test.u, *first) - test.y)[START:])


# --- results

SETTINGS = {
    f"{n}, {H}, {lam:g}": Setting(Orders(n, n, 1), H, lam)
    for n, H, lam in (
        (2, 4, 0.001),
        (2, 4, 0.003),
        (2, 4, 0.01),
        (2, 4, 0.03),
        (3, 4, 0.01),
        (2, 6, 0.01),
        (2, 8, 0.01),
    )
}
"""Orders, hidden units and λ that were compared: all with the same n_y and n_u."""
CHOSEN = "2, 4, 0.01"
"""Seeds differ in :func:`choice` as much as settings do: one record cannot tell which of several is best."""
RESTARTS = 4


def validated(t: Tanks, seed: int, restarts: int, setting: Setting) -> float:
    """Validation error of the best of some restarts, anew for every block that is left out."""
    return validation_error(t, lambda held: several(t, seed, restarts, setting, held)[0])


@result("narx/tanks_choice", seeds=range(8), quick={"measured": False, "restarts": 1, "some": 1}, tolerance=0.3)
def choice(seed: int, measured: bool = True, restarts: int = 2, some: int = len(SETTINGS)) -> dict[str, float]:
    """The validation error of each setting; the test record is not looked at. A minute of one core a seed."""
    t = in_units(records(measured))
    return {name: validated(t, 100 + seed, restarts, SETTINGS[name]) for name in list(SETTINGS)[:some]}


@result(
    "narx/tanks",
    seeds=range(10),
    quick={"measured": False, "restarts": 1},
    tolerance={"train": 0.1, "test": 0.1, "mean": 0.1, "each": 0.1, "seconds": 30.0},
)
def networks(seed: int, measured: bool = True, restarts: int = RESTARTS) -> dict[str, float | list[float]]:
    """A network a seed, the best of some restarts by its loss of training: errors in volts, and seconds of training.

    ``each`` has the test error of every restart, from the lowest loss to the highest; ``mean`` that of the mean of the
    better half's free runs.
    """
    t, setting = in_units(records(measured)), SETTINGS[CHOSEN]
    started = time.process_time()
    found = several(t, seed, restarts, setting)
    seconds, half = time.process_time() - started, found[: (restarts + 1) // 2]
    return {
        "train": t.spread * rms((found[0](t.u, t.y, np.arange(1024) < START) - t.y)[START:]),
        "test": test_error(t, found[0]),
        "mean": test_error(t, lambda *record: np.mean([predict(*record) for predict in half], axis=0)),
        "each": [test_error(t, predict) for predict in found],
        "seconds": seconds,
    }


LINEAR = [Orders(n, n, 1) for n in (1, 2, 4, 8, 12, 16)]
POLYNOMIALS = [(Orders(n, n, 1), degree) for n in (1, 2) for degree in (2, 3)]


@result("narx/tanks_baselines", seeds=(0,), quick={"measured": False, "steps": 5}, tolerance=0.3)
def baselines(seed: int, measured: bool = True, steps: int = 60) -> dict[str, float]:
    """What a linear model, a polynomial and the seven-parameter model reach: errors in volts.

    Orders and degree are chosen by the validation error, as those of the network.
    """
    pair = records(measured)
    t, none = in_units(pair), np.zeros(1024, np.bool_)
    fits = {
        "ARX": [partial(fit_polynomial, t, orders, 1) for orders in LINEAR],
        "polynomial": [partial(fit_polynomial, t, orders, degree) for orders, degree in POLYNOMIALS],
    }
    numbers: dict[str, float] = {}
    for name, candidates in fits.items():
        errors = [validation_error(t, fit) for fit in candidates]
        best = candidates[int(np.argmin(errors))]
        numbers |= {f"{name} validation": min(errors), f"{name} test": test_error(t, best(none))}
        numbers |= {f"{name} n": best.args[1].n_y, f"{name} degree": best.args[2]}
    return numbers | {"seven parameters test": tanks_test_error(fit_tanks(pair[0], steps=steps), pair[1])}
