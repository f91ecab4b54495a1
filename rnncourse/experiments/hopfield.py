"""What the chapter ``book/hopfield`` measures: the page calls these functions, the tests of its claims too.

scikit-learn is needed for the images.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from rnncourse import hopfield
from rnncourse._arrays import Array
from rnncourse._extras import needs
from rnncourse.results import result
from rnncourse.shapes import Ints

LOADS = (0.08, 0.10, 0.12, 0.13, 0.138, 0.15, 0.18)
SIZES = (125, 500, 1000, 2000)
NUMBERS = (2, 5, 10, 20, 40, 200, 1000)
RULES = {"hebbian": hopfield.hebbian, "pseudo-inverse": hopfield.pseudo_inverse}


def random_patterns(seed: int, P: int, N: int) -> Array:
    """P patterns of N independent units, +1 or -1: shape (P, N)."""
    return 2.0 * np.random.default_rng(seed).integers(0, 2, (P, N)) - 1


LETTERS = (
    "ffff181818181818",
    "c3e77e3c3c7ee7c3",
    "3c7ee7c3c3e77e3c",
    "c0c0c0c0c0c0ffff",
    "ffff0e1c3870ffff",
    "c3c3c3ffffc3c3c3",
    "ffffc0fcfcc0ffff",
    "c6ccd8f0f0d8ccc6",
)
"""T, X, O, L, Z, H, E, K in 8 rows of 8 units, two hexadecimal digits a row: those of the figure that moves."""


def letters(P: int) -> Array:
    """The first P letters, ink +1: shape (P, 64)."""
    rows = [[int(digit) for digit in f"{int(word, 16):064b}"] for word in LETTERS[:P]]
    return 2.0 * np.array(rows) - 1


# --- storing


def first_step_errors(seed: int, N: int = 500, loads: Sequence[float] = (0.05, 0.1, 0.15, 0.2, 0.3)) -> Array:
    """Share of the units of stored random patterns that the first update turns, at each load."""
    found = []
    for load in loads:
        xi = random_patterns(seed, round(load * N), N)
        found.append((hopfield.synchronous(xi, hopfield.hebbian(xi), np.zeros(N)) != xi).mean())
    return np.array(found)


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


def every_digit() -> Array:
    """All handwritten digits in black and white, each once: shape (P, 64) of ±1, ink +1."""
    with needs(__name__, "data"):
        from sklearn.datasets import load_digits

    images, _ = load_digits(return_X_y=True)
    return np.unique(np.where(images > 7, 1.0, -1.0), axis=0)


def followed(s: Array, step: Callable[[Array], Array], most: int = 20) -> Array:
    """Where a step leads that is made until nothing changes, or so often at most."""
    for _ in range(most):
        after = step(s)
        if (after == s).all():
            break
        s = after
    return s


MEMORIES = ("hebbian", "pseudo-inverse", "cubes", "exponential", "attention", "nearest")


def recalled_by(memory: str, s: Array, xi: Array, beta: float = 1.0) -> Array:
    """What each of MEMORIES that holds the patterns xi makes of states."""
    if memory in RULES:
        return hopfield.recall(s, RULES[memory](xi), np.zeros(xi.shape[1])).s
    if memory == "nearest":
        return hopfield.nearest(s, xi)
    if memory == "attention":
        return np.where(followed(s, lambda h: hopfield.attend(h, xi, beta)) > 0, 1.0, -1.0)
    F = ENERGIES["power 3" if memory == "cubes" else memory](xi.shape[1])
    return followed(s, lambda s: hopfield.update(hopfield.dense_field(s, xi, F), s))


@result("hopfield/images", seeds=range(10), data=("scikit-learn",), quick={"numbers": (5,)}, tolerance=0.1)
def images_recalled(
    seed: int, numbers: Sequence[int] = NUMBERS, flips: int = 10, probes: int = 200
) -> dict[str, list[float]]:
    """Share of digits that come back whole from 10 turned pixels, by memory, at each of NUMBERS of digits stored.

    A projection onto all 64 dimensions stores nothing: with 64 digits and more it has no number, written as -1.
    """
    rng, found = np.random.default_rng(seed), {memory: [] for memory in MEMORIES}  # type: ignore[var-annotated]
    for P in numbers:
        xi = rng.permutation(every_digit())[:P]
        wanted = xi[rng.integers(0, P, probes)]
        s = hopfield.corrupt(wanted, flips, seed)
        for memory in MEMORIES:
            possible = memory != "pseudo-inverse" or xi.shape[1] > P
            share = (recalled_by(memory, s, xi) == wanted).all(axis=1).mean() if possible else -1.0
            found[memory].append(float(share))
    return found


# --- spurious states


def random_starts(seed: int, P: int, N: int = 100, B: int = 200) -> dict[str, float]:
    """Where recall from random states ends: in a stored pattern, in the opposite of one, or elsewhere."""
    xi = random_patterns(seed, P, N)
    s = 2.0 * np.random.default_rng([seed, 1]).integers(0, 2, (B, N)) - 1
    m = hopfield.overlap(hopfield.recall(s, hopfield.hebbian(xi), np.zeros(N), seed=seed).s, xi)
    stored, turned = (m > 1 - 1e-9).any(axis=1).mean(), (m < -1 + 1e-9).any(axis=1).mean()
    return {"stored": float(stored), "turned round": float(turned), "spurious": float(1 - stored - turned)}


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


@result("hopfield/capacity", seeds=range(10), quick={"sizes": (125,)}, tolerance=0.02)
def capacity_by_size(seed: int, sizes: Sequence[int] = SIZES) -> dict[str, list[float]]:
    """The overlap at the end at each of LOADS, by number of units: a name each, N125 and so on."""
    return {f"N{N}": list(capacity_curve(seed, N).values()) for N in sizes}


# --- sharper energies


def scaled_exp(N: int) -> hopfield.Separation:
    """The exponential function divided by its value at N, the overlap of a pattern with itself: no overflow."""
    return lambda x: np.exp(x - N)


ENERGIES: dict[str, Callable[[int], hopfield.Separation]] = {
    "power 2": lambda N: np.square,
    "power 3": lambda N: lambda x: x**3,
    "power 4": lambda N: lambda x: x**4,
    "exponential": scaled_exp,
}
UNITS = {
    "power 2": (64, 128, 256, 512, 1024),
    "power 3": (32, 48, 64, 96, 128),
    "power 4": (16, 24, 32, 48, 64),
    "exponential": (10, 12, 14, 16, 18),
}
MOST = {"power 2": 0.4, "power 3": 0.15, "power 4": 0.03, "exponential": 1.0}  # of N, N², N³ and e^(0.6 N) patterns


def most_patterns(energy: str, N: int) -> int:
    """How many patterns are drawn: more than the network bears."""
    powers = {"power 2": N, "power 3": N**2, "power 4": N**3, "exponential": np.exp(0.6 * N)}
    return int(MOST[energy] * powers[energy])


def units_that_turn(
    seed: int, N: int, P: int, F: hopfield.Separation, tests: int = 8, draws: int = 32, steps: int = 40
) -> tuple[Ints, Array]:
    """Share of the units of a stored pattern that want to turn, against the number of patterns stored, up to P.

    More and more patterns of one set are stored, on a logarithmic scale; `tests` of them are asked each time. The mean
    of several sets.
    """
    counts, rng = np.unique(np.geomspace(tests, P, steps).astype(int)), np.random.default_rng(seed)
    shares = np.zeros(len(counts))
    for _ in range(draws):
        xi = rng.integers(0, 2, (P, N), dtype=np.int8)
        s = 2.0 * xi[:tests] - 1
        f, first = np.zeros_like(s), 0
        for i, count in enumerate(counts):
            f += hopfield.dense_field(s, 2.0 * xi[first:count] - 1, F)
            shares[i] += (f * s < 0).mean() / draws
            first = int(count)
    return counts, shares


def patterns_borne(seed: int, N: int, energy: str, share: float = 0.01) -> float:
    """How many random patterns N units bear until so large a share of the units of each wants to turn."""
    counts, shares = units_that_turn(seed, N, most_patterns(energy, N), ENERGIES[energy](N))
    if not shares[0] < share < shares[-1]:
        raise ValueError(f"share: expected between {shares[0]} and {shares[-1]} for {energy}, N = {N}, got {share}")
    i = int(np.flatnonzero(shares >= share)[0])
    at = np.interp(share, shares[i - 1 : i + 1], np.log(counts[i - 1 : i + 1]))
    return float(np.exp(at))


@result("hopfield/dense", seeds=range(10), quick={"smallest": 2}, tolerance=0.3)
def dense_capacity(seed: int, smallest: int | None = None) -> dict[str, list[float]]:
    """Logarithm of the patterns borne, for each of ENERGIES at each of UNITS, or at the smallest of them."""
    return {
        energy: [float(np.log(patterns_borne(seed, N, energy))) for N in UNITS[energy][:smallest]]
        for energy in ENERGIES
    }


def patterns_expected(energy: str, N: int, z: float = 2.326) -> float:
    """How many patterns are borne if the crosstalk is a normal number: signal over noise is z, one unit in 100 beyond.

    Signal and noise without what vanishes for many units; for the exponential with all.
    """
    if energy == "exponential":
        signal = 1 - np.exp(-2)
        noise = 4 * np.sinh(1) ** 2 * np.exp((N - 1) * np.log(np.cosh(2)) - 2 * N)
        return float(signal**2 / (noise * z**2))
    n = int(energy[-1])
    return float(N ** (n - 1) / (np.prod(np.arange(1, 2 * n - 2, 2)) * z**2))


def slope(units: Sequence[int], log_patterns: Array, logarithmic: bool = True) -> float:
    """Least squares: how fast the logarithm of the number of patterns grows with log N, or with N."""
    x = np.log(units) if logarithmic else np.asarray(units, float)
    return float(np.polyfit(x, log_patterns, 1)[0])


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
