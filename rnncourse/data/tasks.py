r"""Tasks that ask how far back a network can look. Generated here; no licence is needed.

Every function makes B sequences of T steps from a seed; a generator in its place draws on, so that each batch of a
training is a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncourse._arrays import Array, at_least

Seed = int | Sequence[int] | np.random.Generator


class Batch(NamedTuple):
    """Inputs x (T, B, F) and the targets that belong to them."""

    x: Array
    target: NDArray[Any]


def adding(T: int, B: int, seed: Seed = 0) -> Batch:
    r"""Two of T numbers are marked, one in each half: what is their sum?

    .. math:: x_t = (u_t, m_t), \quad u_t \sim \mathrm U[0, 1), \quad m_t \in \{0, 1\}, \qquad
       y = \sum_t m_t u_t

    Who always answers 1, the mean, has a mean squared error of 1/6, the variance. Source: Hochreiter and Schmidhuber
    (1997), experiment 4; in this form Le, Jaitly and Hinton (2015), section 4.1.

    Shapes: returns x (T, B, 2) and target (B, 1), float32. Raises ValueError unless T ≥ 2 and B ≥ 1.
    """
    rng = _expect(seed, B, T=(T, 2))
    x = np.zeros((T, B, 2), np.float32)
    x[:, :, 0] = rng.random((T, B), dtype=np.float32)
    for first, last in ((0, T // 2), (T // 2, T)):
        x[rng.integers(first, last, B), np.arange(B), 1] = 1
    return Batch(x, x.prod(axis=-1).sum(axis=0)[:, None])


def temporal_order(T: int, B: int, seed: Seed = 0) -> Batch:
    r"""Two symbols count, each X or Y, the others distract: in which order did they come?

    The first stands in steps T/10 … 2T/10, the second in 5T/10 … 6T/10, counted from 0; at least 4T/10 - 1 steps
    follow. Columns of x: X, Y and four distractors, one of them 1 at a step. Targets: 0 for XX, 1 for XY, 2 for YX,
    3 for YY; a guess is right in one of four. Source: Hochreiter and Schmidhuber (1997), experiment 6a; in this form
    Pascanu et al. (2013), section 4.1.

    Shapes: returns x (T, B, 6) float32 and target (B,) int64. Raises ValueError unless T ≥ 10 and B ≥ 1.
    """
    rng, k = _expect(seed, B, T=(T, 10)), np.arange(B)
    symbols = rng.integers(2, 6, (T, B))
    first, second = rng.integers(0, 2, (2, B))
    symbols[rng.integers(T // 10, 2 * T // 10 + 1, B), k] = first
    symbols[rng.integers(5 * T // 10, 6 * T // 10 + 1, B), k] = second
    return Batch(np.eye(6, dtype=np.float32)[symbols], 2 * first + second)


def delayed_echo(T: int, B: int, delay: int, seed: Seed = 0) -> Batch:
    r"""Say again what was heard ``delay`` steps before; silence until then.

    .. math:: x_t \in \{-1, 1\}, \qquad y_t = x_{t-d}, \qquad y_t = 0 \text{ for the first } d \text{ steps}

    Source: definition; the memory that a task needs is d steps, no more and no less.

    Shapes: returns x and target (T, B, 1), float32. Raises ValueError unless 0 ≤ delay < T and B ≥ 1.
    """
    rng = _expect(seed, B, delay=(delay, 0), T=(T, delay + 1))
    x = 2 * rng.integers(0, 2, (T, B, 1)).astype(np.float32) - 1
    return Batch(x, np.concatenate([np.zeros((delay, B, 1), np.float32), x[: T - delay]]))


def _expect(seed: Seed, B: int, **numbers: tuple[int, int]) -> np.random.Generator:
    """Check sizes, each with the smallest allowed, and return the generator of the seed."""
    for name, (number, smallest) in {"B": (B, 1), **numbers}.items():
        at_least(smallest, **{name: number})
    return np.random.default_rng(seed)
