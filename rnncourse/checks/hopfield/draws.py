"""Networks whose sums are exact: odd sixteenths, of which an odd number never adds up to an even one.

So whether a field is 0, no rounding decides: with an even number of units and even thresholds it never is.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from rnncourse.checks.engine import Array

WORDS = {"N": "unit", "P": "pattern", "K": "probe", "n": "update"}
EXACT = 1e-5  # a right number is right to the last digit; a wrong one is off by a sixteenth at least


def states(r: Generator, *shape: int) -> Array:
    """Of +1 and -1."""
    return 2.0 * r.integers(0, 2, shape) - 1


def odd(r: Generator, *shape: int, most: int = 4) -> Array:
    """Odd sixteenths of either sign."""
    return (2 * r.integers(0, most, shape) + 1) * states(r, *shape) / 16


def even(r: Generator, *shape: int) -> Array:
    """Two or four sixteenths of either sign."""
    return r.choice((-4, -2, 2, 4), size=shape) / 16


def couplings(r: Generator, N: int, most: int = 4) -> Array:
    """Symmetric, with a zero diagonal."""
    upper = np.triu(odd(r, N, N, most=most), 1)
    return upper + upper.T
