"""Public errors in recurrences that run on all steps at once, each beside the right code; no network is trained."""

from __future__ import annotations

import numpy as np

from rnncourse import after
from rnncourse._arrays import Array


def carried_over(seed: int, T: int = 200, mean: int = 20, late: int = 1) -> dict[str, float]:
    """What reaches an episode of the one before, when states are reset at its first step, or ``late`` steps later.

    Episodes have geometric lengths of the given mean; a state adds up inputs of variance 1 with the factor 0.95.
    Returns the share of steps with a wrong state, and the mean error as a share of the states' own size.
    """
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(T, 64, 1))
    first = rng.random((T, 64, 1)) < 1 / mean  # the first step of an episode
    first[0] = True
    delayed = np.concatenate([np.ones((late, 64, 1), bool), first[: T - late]])
    h0, kept = np.zeros((64, 1)), 0.95
    right = after.loop(np.where(first, 0.0, kept), x, h0)
    wrong = after.loop(np.where(delayed, 0.0, kept), x, h0)
    gone = np.abs(wrong - right)
    return {"steps": float((gone > 1e-9).mean()), "error": float(gone.mean() / np.abs(right).mean())}


def restarted(seed: int, chunk: int = 50, T: int = 400, radius: float = 0.99) -> dict[str, float]:
    """Mean squared error, as a share of the variance, when a sequence is read in pieces and each begins with zeros.

    "restarted" forgets the state at each border, "handed on" gives it to the next piece.
    """
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(T, 64, 1))
    a, b = np.full_like(x, radius), np.sqrt(1 - radius**2) * x
    whole, zeros = after.scan(a, b, np.zeros((64, 1))), np.zeros((64, 1))
    found: dict[str, list[Array]] = {"restarted": [], "handed on": []}
    state = zeros
    for start in range(0, T, chunk):
        piece = slice(start, start + chunk)
        found["restarted"].append(after.scan(a[piece], b[piece], zeros))
        found["handed on"].append(after.scan(a[piece], b[piece], state))
        state = found["handed on"][-1][-1]
    return {name: float(((np.concatenate(h) - whole) ** 2).mean() / (whole**2).mean()) for name, h in found.items()}


def divided(seed: int, T: int, dtype: type = np.float32) -> dict[str, float]:
    """Share of answers that are no numbers, or off by more than 1 %, when gates are taken out of the sum by division.

    "divided" scales keys by the reciprocal of all gates so far and queries by all gates so far, one product of matrices
    in all; "state" goes step by step. Gates are drawn around 0.8. The truth is the state in float64.
    """
    rng = np.random.default_rng(seed)
    a = 1 / (1 + np.exp(-rng.normal(1.4, 0.5, (T, 1, 8))))
    k, v, q = rng.normal(size=(3, T, 1, 8))
    truth = after.memory(a, k, v, q)
    low: list[Array] = [array.astype(dtype) for array in (a, k, v, q)]
    with np.errstate(all="ignore"):
        gates = low[0].cumprod(axis=0)
        scores = np.tril((low[3] * gates)[:, 0] @ (low[1] / gates)[:, 0].T)
        by_division = (scores @ low[2][:, 0])[:, None]
    size = np.abs(truth).mean()

    def off(o: Array) -> float:
        return float((~(np.abs(o - truth) < 0.01 * size)).mean())

    return {"divided": off(by_division), "state": off(after.memory(*low))}
