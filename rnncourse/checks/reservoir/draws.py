"""Small reservoirs, drawn at random."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from rnncourse.checks.engine import Array

WORDS = {"N": "unit", "L": "penalty", "S": "step", "P": "feature", "C": "known input"}


def reservoir(r: Generator, N: int, F: int, radius: float) -> tuple[Array, Array, Array]:
    """W_ih, W_hh and b: of any signs, of this spectral radius, not symmetric; without a unit that hears nothing."""
    while True:
        W = r.normal(size=(N, N))
        size = float(np.abs(np.linalg.eigvals(W)).max())
        if size > 0.3 * np.sqrt(N) and np.abs(W - W.T).max() > 0.5:
            break
    return signed(r, 0.3, 0.9, N, F), W * (radius / size), signed(r, 0.2, 0.6, N)


def signed(r: Generator, low: float, high: float, *shape: int) -> Array:
    """Numbers of either sign with a size between these two."""
    sizes: Array = r.uniform(low, high, shape) * (2.0 * r.integers(0, 2, shape) - 1)
    return sizes
