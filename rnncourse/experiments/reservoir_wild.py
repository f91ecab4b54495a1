"""Errors of public reservoirs beside the right code: what ``book/reservoir/wild`` shows and its tests assert."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnncourse import reservoir
from rnncourse._arrays import Array
from rnncourse.experiments.reservoir import Series, error84, mackey_glass_series
from rnncourse.readout import ridge
from rnncourse.reservoir import EchoStateNetwork


def radius_of(W: Array) -> dict[str, float]:
    """What has been taken for the spectral radius of a matrix, beside it."""
    eigenvalues = np.linalg.eigvals(W)
    return {
        "largest modulus": float(np.abs(eigenvalues).max()),
        "largest eigenvalue": float(np.max(eigenvalues).real),
        "largest entry": float(W.max()),
    }


def scaled_by(seed: int, N: int = 100, rho: float = 0.9, negative: float = 0.7) -> dict[str, float]:
    """The true radius of random weights that were scaled to rho by each of :func:`radius_of`.

    A share ``negative`` of the weights is negative: where inhibition prevails, so is the leading eigenvalue.
    """
    rng = np.random.default_rng(seed)
    W = np.abs(rng.normal(size=(N, N))) * np.where(rng.random((N, N)) < negative, -1, 1)
    return {name: reservoir.spectral_radius(W * (rho / size)) for name, size in radius_of(W).items()}


def washout_of_the_wrong_axis(x: Array) -> dict[str, int]:
    """A tenth of the steps, 100 at most, as the steps are counted, and as the features are: x is (T, F)."""
    return {name: min(int(x.shape[axis] / 10), 100) for name, axis in (("steps", 0), ("features", 1))}


def with_washout(
    seed: int, washout: int, a: float = 1.0, rho: float = 0.95, N: int = 300, taught: int = 600, penalty: float = 1e-8
) -> float:
    """NRMSE84 on Mackey–Glass of a network whose fit leaves out so many steps; it starts far from where it will be."""
    series = mackey_glass_series(seed, taught=taught - 300, places=30)
    network = EchoStateNetwork(N=N, rho=rho, a=a, penalty=penalty, seed=seed)
    return _fitted(network, series, network.drive(series.taught[:-1], np.ones((1, N))), washout)


def scored_from(seed: int, first: int, N: int = 300, a: float = 0.3) -> float:
    """Error one step ahead over 300 steps that begin with a cold network, counted from step ``first`` on."""
    series = mackey_glass_series(seed, places=10)
    network = EchoStateNetwork(N=N, rho=0.95, a=a, penalty=1e-8, seed=seed)
    network.fit(series.taught[:-1], series.taught[1:], washout=300)
    x = series.before
    e = network.read(network.drive(x[:-1]), x[:-1]) - x[1:]
    return float(np.sqrt((e[first:] ** 2).mean()) / series.scale[0])


def _fitted(network: EchoStateNetwork, series: Series, h: Array, washout: int) -> float:
    x, y = series.taught[:-1], series.taught[1:]
    A = np.concatenate([h, x, np.ones_like(h[..., :1])], axis=2)[washout:, 0]
    network.W_ho = ridge(A, y[washout:, 0], network.penalty)
    return error84(np.nan_to_num(network.free_run(series.before, 84), posinf=1e3, neginf=-1e3), series)


def one_step_late(seed: int, N: int = 50, delays: int = 5) -> dict[str, list[float]]:
    """Memory of delays 0, 1, … where a state has read the input of its step, and where it has read the one before."""
    x = np.random.default_rng([seed, 4]).uniform(-1, 1, (3000, 1, 1))
    late = np.concatenate([np.zeros((1, 1, 1)), x[:-1]])
    network = EchoStateNetwork(N=N, input_scale=0.1, bias_scale=0, seed=seed)
    found = {}
    for name, read in (("in time", x), ("late", late)):
        h = network.drive(read)[200:, 0]
        A, half = np.concatenate([h, np.ones((len(h), 1))], axis=1), 1400
        y = np.stack([x[200 - k : 3000 - k, 0, 0] for k in range(delays)], axis=1)
        o = A[half:] @ ridge(A[:half], y[:half], 1e-10).T
        found[name] = [float(np.corrcoef(o[:, k], y[half:, k])[0, 1] ** 2) for k in range(delays)]
    return found


def as_many_rows_as_columns(
    seed: int, penalty: float, lengths: Sequence[int] = (50, 80, 95, 102, 110, 130, 200, 400), N: int = 100
) -> list[float]:
    """Error one step ahead on Mackey–Glass with noise of a hundredth, by how many steps were fitted."""
    series = mackey_glass_series(seed, taught=1000)
    s = series.taught / series.scale
    s = s + 0.01 * np.random.default_rng([seed, 5]).normal(size=s.shape)
    network = EchoStateNetwork(N=N, seed=seed)
    A = np.concatenate([network.drive(s[:-1]), s[:-1], np.ones_like(s[:-1])], axis=2)[:, 0]
    y, found = s[1:, 0], []
    for length in lengths:
        W = ridge(A[300 : 300 + length], y[300 : 300 + length], penalty)
        found.append(float(np.sqrt(((A[750:] @ W.T - y[750:]) ** 2).mean())))
    return found


def linear_with_leak(seed: int, sign: int, N: int = 100, rho: float = 1.2, a: float = 0.3) -> dict[str, float]:
    """Radii of W_hh and of the matrix that moves linear units with a leak; all weights have the sign."""
    W = np.abs(np.random.default_rng(seed).normal(size=(N, N)))
    W_hh = reservoir.scale_to_radius(sign * W, rho)
    return {
        "weights": reservoir.spectral_radius(W_hh),
        "with the leak": reservoir.spectral_radius(reservoir.leaky_matrix(W_hh, a)),
    }
