"""Series with gaps: times that grow unevenly, masks that tell mistakes apart, and values that mean nothing."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from rnncourse.checks.engine import Array

WORDS = {"F": "feature"}
EXACT = 1e-5  # a right number is one of those given; a wrong one is far from it
TOLD = (  # the first example's masks, a row a feature: first seen or not, then missing once, twice, never
    (0, 1, 0, 0, 1, 1, 0, 0, 1, 0),
    (1, 0, 0, 1, 0, 1, 1, 0, 0, 0),
    (1, 1, 0, 1, 0, 0, 0, 1, 0, 1),
)


def uneven(r: Generator, T: int, B: int) -> Array:
    """Times that begin anywhere."""
    return np.cumsum(r.uniform(0.3, 2.5, (T, B)), axis=0) + r.uniform(2, 6, B)


def quarters(r: Generator, T: int, B: int) -> Array:
    """The same in multiples of 1/4, whose differences are exact."""
    return np.cumsum(r.integers(1, 12, (T, B)), axis=0) / 4 + r.integers(8, 24, B) / 4


def gappy(r: Generator, T: int, B: int, F: int) -> Array:
    """A mask of 0 and 1 at random; the first example's is known, and no feature is missing or there throughout."""
    m = (r.random((T, B, F)) < 0.5).astype(float)
    m[:, 0] = np.array(TOLD, float)[:F, :T].T
    m[r.integers(1, T - 1, (B - 1, F)), np.arange(1, B)[:, None], np.arange(F)] = 1
    m[-1, 1:] = 0
    return m


def with_garbage(r: Generator, x: Array, m: Array) -> Array:
    """Where nothing was observed stands a number that means nothing."""
    return np.where(m == 1, x, r.choice((-1, 1), x.shape) * r.uniform(4, 9, x.shape))


def values(r: Generator, m: Array) -> Array:
    """Features around means of their own, far from 0."""
    F = m.shape[2]
    mean = (1 + np.arange(F)) * r.choice((-1, 1), F) + r.uniform(-0.3, 0.3, F)
    return with_garbage(r, mean + r.normal(size=m.shape), m)


def means(r: Generator, F: int) -> Array:
    """Of features: unlike each other, none near 0."""
    return (1.5 + np.arange(F)) * r.choice((-1, 1), F) + r.uniform(-0.3, 0.3, F)
