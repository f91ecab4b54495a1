"""Errors of public Hopfield networks beside the right code: what ``book/hopfield/wild`` shows and its tests assert."""

from __future__ import annotations

import numpy as np

from rnncourse import hopfield
from rnncourse._arrays import Array
from rnncourse._extras import needs
from rnncourse.experiments.hopfield import energy_paths, random_patterns
from rnncourse.rnn import softmax


def overwritten(seed: int, N: int = 200, P: int = 10, flips: int = 20) -> dict[str, float]:
    """Share of patterns recalled when each is stored by a call of its own: the weights set anew, or added."""
    xi, theta = random_patterns(seed, P, N), np.zeros(N)
    set_anew: Array = np.zeros((N, N))
    added: Array = np.zeros((N, N))
    for k in range(P):
        set_anew = hopfield.hebbian(xi[k : k + 1])
        added = added + hopfield.hebbian(xi[k : k + 1])
    return {
        name: float(hopfield.recall_rate(xi, W, theta, [flips], 2, seed)[0])
        for name, W in (("set anew", set_anew), ("added", added))
    }


def rises_at_once(seed: int) -> float:
    """Share of synchronous runs in which the energy rises at least once."""
    return float((np.diff(energy_paths(seed).at_once, axis=0) > 1e-9).any(axis=0).mean())


def without_threshold(seed: int, N: int = 100, P: int = 5, theta: float = 0.2, B: int = 40) -> dict[str, float]:
    """Share of the turns of single units at which a reported energy rises, with the term of the threshold and without.

    A third of what is stored is +1, as ink is on paper.
    """
    rng = np.random.default_rng(seed)
    xi = np.where(rng.random((P, N)) < 1 / 3, 1.0, -1.0)
    W, thresholds = hopfield.hebbian(xi), np.full(N, theta)
    s = 2.0 * rng.integers(0, 2, (B, N)) - 1
    rises = {"with": 0, "without": 0}
    turns = 0
    for i in np.concatenate([rng.permutation(N) for _ in range(3)]):
        after = hopfield.asynchronous(s, W, thresholds, np.array([i]))
        turns += int((after != s).any(axis=1).sum())
        for name, shown in (("with", thresholds), ("without", np.zeros(N))):
            change = hopfield.energy(after, W, shown) - hopfield.energy(s, W, shown)
            rises[name] += int((change > 1e-9).sum())
        s = after
    return {name: count / turns for name, count in rises.items()}


def without_half(seed: int, N: int = 64, P: int = 20, beta: float = 1.0, strength: float = 0.6) -> dict[str, float]:
    """Change of a reported energy as faded patterns are recalled, with the half of the square and without it."""
    xi = random_patterns(seed, P, N)
    h = strength * xi
    after = hopfield.attend(h, xi, beta)
    right = hopfield.attention_energy(after, xi, beta) - hopfield.attention_energy(h, xi, beta)
    squares = (after**2).sum(axis=1) - (h**2).sum(axis=1)
    return {"with": float(right.mean()), "without": float((right + squares / 2).mean())}


def grey_digits(seed: int, P: int) -> Array:
    """Handwritten digits in grey, from 0 for paper to 1 for ink: shape (P, 64)."""
    with needs(__name__, "data"):
        from sklearn.datasets import load_digits

    images, _ = load_digits(return_X_y=True)
    chosen: Array = np.random.default_rng(seed).permutation(images)[:P] / 16
    return chosen


def brightest(seed: int, P: int = 50, beta: float = 50.0, noise: float = 0.1, probes: int = 10) -> dict[str, float]:
    """Share of noisy grey images for which attention names the right one: raw, and less their mean and of length 1.

    And the share of the commonest answer; 1/P would be right.
    """
    xi = grey_digits(seed, P)
    which = np.tile(np.arange(P), probes)
    h = xi[which] + noise * np.random.default_rng([seed, 1]).normal(size=(P * probes, 64))

    def centred(a: Array) -> Array:
        a = a - a.mean(axis=1, keepdims=True)
        normal: Array = a / np.linalg.norm(a, axis=1, keepdims=True)
        return normal

    found = {}
    for name, (keys, queries) in {"raw": (xi, h), "centred": (centred(xi), centred(h))}.items():
        answer = softmax(beta * queries @ keys.T).argmax(axis=1)
        found[name] = float((answer == which).mean())
        found[f"{name} commonest"] = float(np.bincount(answer, minlength=P).max() / len(which))
    return found


def divided_by_patterns(seed: int, N: int = 100, P: int = 5, theta: float = 0.0, B: int = 100) -> float:
    """Share of random starts that end elsewhere when weights are divided by the number of patterns, not of units."""
    xi = random_patterns(seed, P, N)
    W, thresholds = hopfield.hebbian(xi), np.full(N, theta)
    s = 2.0 * np.random.default_rng([seed, 1]).integers(0, 2, (B, N)) - 1
    ends = [hopfield.recall(s, scale * W, thresholds, seed=seed).s for scale in (1.0, N / P)]
    return float((ends[0] != ends[1]).any(axis=1).mean())
