"""What the chapter ``book/hopfield`` measures: the page calls these functions, the tests of its claims too.

scikit-learn is needed for the images, SciPy for the theory of the load.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnncourse import hopfield
from rnncourse._arrays import Array
from rnncourse._extras import needs
from rnncourse.shapes import Ints

LOADS = (0.08, 0.10, 0.12, 0.13, 0.138, 0.15, 0.18)
RULES = {"hebbian": hopfield.hebbian, "pseudo-inverse": hopfield.pseudo_inverse}


def random_patterns(seed: int, P: int, N: int) -> Array:
    """P patterns of N independent units, +1 or -1: shape (P, N)."""
    return 2.0 * np.random.default_rng(seed).integers(0, 2, (P, N)) - 1


# --- recall of images


def digit_patterns(seed: int, P: int) -> Array:
    """Handwritten digits in black and white, each of another class: shape (P, 64) of ±1, ink +1.

    They resemble each other: most of the paper is white in all of them.
    """
    with needs(__name__, "data"):
        from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    rng = np.random.default_rng(seed)
    chosen = [rng.choice(np.flatnonzero(labels == label)) for label in rng.permutation(10)[:P]]
    return np.where(images[chosen] > 7, 1.0, -1.0)


def image_recall(
    seed: int, P: int = 5, flips: Sequence[int] = (0, 3, 6, 10), trials: int = 20
) -> dict[str, dict[int, float]]:
    """How often a digit comes back whole with so many of its 64 pixels turned round, for both rules of storing."""
    xi = digit_patterns(seed, P)
    rates = {
        rule: hopfield.recall_rate(xi, store(xi), np.zeros(64), flips, trials, seed) for rule, store in RULES.items()
    }
    return {rule: dict(zip(flips, map(float, rate), strict=True)) for rule, rate in rates.items()}


# --- dynamics


class Paths(NamedTuple):
    """The energy along recall from random states: one unit at a time (N·sweeps + 1, B) and all at once (steps + 1, B).

    period (B,): how the synchronous runs ended, 1 at a fixed point, 2 in a cycle of two states.
    """

    one_at_a_time: Array
    at_once: Array
    period: Ints


def energy_paths(seed: int, N: int = 60, P: int = 30, B: int = 40, sweeps: int = 5) -> Paths:
    """Follow the energy of a network with P random patterns from B random states, by either kind of update."""
    W, theta = hopfield.hebbian(random_patterns(seed, P, N)), np.zeros(N)
    rng = np.random.default_rng([seed, 1])
    s = start = 2.0 * rng.integers(0, 2, (B, N)) - 1
    single = [hopfield.energy(s, W, theta)]
    for _ in range(sweeps):
        for i in rng.permutation(N):
            s = hopfield.asynchronous(s, W, theta, np.array([i]))
            single.append(hopfield.energy(s, W, theta))
    s, together = start, [single[0]]
    for _ in range(4 * sweeps):
        s = hopfield.synchronous(s, W, theta)
        together.append(hopfield.energy(s, W, theta))
    period = hopfield.recall(start, W, theta, mode="synchronous").period
    return Paths(np.stack(single), np.stack(together), period)


# --- capacity


def capacity_curve(seed: int, N: int = 1000, loads: Sequence[float] = LOADS) -> dict[float, float]:
    """Mean overlap of the end with the start, of synchronous recall from each stored pattern, by load P/N."""
    return {point.load: point.overlap for point in hopfield.capacity(N, loads, seed)}


def mean_field_overlap(load: float) -> float:
    r"""The overlap of an infinite network with a stored pattern, at temperature 0; 0 where no memory is left.

    .. math:: \operatorname{erf} y = y \Bigl( \sqrt{2\alpha} + \tfrac{2}{\sqrt\pi} e^{-y^2} \Bigr), \qquad
       m = \operatorname{erf} y \text{ at the largest root } y

    Source: Amit, Gutfreund and Sompolinsky (1985), Phys. Rev. Lett. 55. At 0.10 it is 0.998; it ends near 0.138, at
    0.967. Raises ValueError unless the load is positive.
    """
    with needs(__name__, "data"):
        from scipy.optimize import brentq
        from scipy.special import erf

    if not load > 0:
        raise ValueError(f"load: expected a positive number, got {load}")

    def gap(y: Array) -> Array:
        return erf(y) - y * (np.sqrt(2 * load) + 2 / np.sqrt(np.pi) * np.exp(-(y**2)))

    y = np.linspace(0.5, 8, 4000)
    above = np.flatnonzero(gap(y) > 0)
    return float(erf(brentq(gap, y[above[-1]], max(8.0, 2 / np.sqrt(2 * load))))) if len(above) else 0.0


# --- basins of attraction


def basin_sizes(
    seed: int, N: int = 200, loads: Sequence[int] = (4, 20, 40), flips: Sequence[int] = (0, 20, 40, 60, 80)
) -> dict[str, Array]:
    """How often recall leads back to 95 % of a random pattern from so many flipped units: (numbers stored, flips)."""
    stored = [random_patterns(seed, P, N) for P in loads]
    return {
        rule: np.stack(
            [
                hopfield.recall_rate(xi, store(xi), np.zeros(N), flips, 2, seed, "synchronous", m_min=0.95)
                for xi in stored
            ]
        )
        for rule, store in RULES.items()
    }


def drawn_basins(gain: float = 2.0, coupling: float = 0.4, bias: float = 0.1, n: int = 101) -> hopfield.Basins:
    """The phase plane of two continuous units that excite themselves and each other: which state ends where.

    With little coupling there are four attractors, one a quadrant; with more, the two where the units agree.
    """
    W_hh = np.array([[gain, coupling], [coupling, gain]])
    return hopfield.basins(W_hh, np.array([bias, -bias]), n=n)
