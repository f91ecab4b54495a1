"""How a decay learns, and how GRU-D's state counts empty rows: what ``book/irregular`` shows of a single decay."""

from __future__ import annotations

import numpy as np

from rnncourse import irregular
from rnncourse._arrays import Array
from rnncourse.grud import Weights

AGES = np.array([0.5, 1.0, 2.0, 4.0])
RIGHT = 0.5


def decay_loss(w: float) -> tuple[float, float]:
    """Mean squared error of a decay with the weight w at four ages, where RIGHT is right; and its slope."""
    error = irregular.decay(w * AGES) - np.exp(-RIGHT * AGES)
    slope = 2 * error * irregular.decay_slope(w * AGES) * AGES
    return float((error**2).mean()), float(slope.mean())


def descend_decay(w: float, steps: int = 60, lr: float = 2.0) -> Array:
    """The weights that gradient descent goes through, (steps + 1,)."""
    path = [w]
    for _ in range(steps):
        path.append(path[-1] - lr * decay_loss(path[-1])[1])
    return np.array(path)


def share_dead(seed: int, H: int) -> float:
    """Share of units whose decay, of weights from U(-1/√H, 1/√H) and no bias, rests at 1 for every age of one input."""
    W_d = np.random.default_rng(seed).uniform(-1, 1, (H, 1)) / np.sqrt(H)
    gamma = irregular.state_decay(AGES[:, None], W_d, np.zeros(H))
    return float((gamma == 1).all(axis=0).mean())


def small(seed: int, T: int = 7, B: int = 2, F: int = 2, H: int = 3) -> tuple[Weights, Array, Array, Array, Array]:
    """A GRU-D with weights at random, and a sequence with gaps for it: weights, x, m, δ and the mean."""
    rng = np.random.default_rng(seed)
    p = Weights(
        W_ih=rng.normal(size=(3 * H, F)),
        W_hh=rng.normal(size=(3 * H, H)),
        W_mh=rng.normal(size=(3 * H, F)),
        b=rng.normal(size=3 * H),
        w_x=rng.uniform(0.1, 1, F),
        b_x=np.zeros(F),
        W_d=rng.uniform(0, 0.5, (H, F)),
        b_d=np.zeros(H),
    )
    x, time = rng.normal(size=(T, B, F)), np.cumsum(rng.exponential(1, (T, B)), axis=0)
    m = (rng.random(x.shape) < 0.5).astype(float)
    m[0] = 1
    return p, x, m, irregular.intervals(time, m), irregular.empirical_mean(x, m)


def empty_rows(n: int, rate: float = 0.1, length: float = 8.0) -> tuple[float, float]:
    """What is left of a state after a gap of this length that n empty rows divide: in GRU-D, and by one exponential.

    GRU-D decays at every row by the age of the last observation; the gates are shut (z = 1).
    """
    time = np.concatenate([[0.0], np.linspace(0, length, n + 1)[1:]])[:, None]
    m = np.zeros((n + 1, 1, 1))
    m[0] = 1
    delta = irregular.intervals(time, m)
    gamma = irregular.state_decay(delta[1:, :, 0], np.full((1, 1), rate), np.zeros(1))
    one = irregular.relax(np.ones((1, 1)), np.zeros(1), np.full(1, rate), np.full(1, length))
    return float(gamma.prod()), float(one[0, 0])
