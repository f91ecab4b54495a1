r"""What can be asked of an argument besides its shape: a range, symbol numbers, signs, a mask.

A rule stands in a type, ``Annotated[B_, within(0, 1)]``. It is called with the argument's name, its value and the sizes
that the arrays of the call have given to symbols, and raises ValueError or TypeError unless it is content.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rnncourse import _arrays
from rnncourse._arrays import Array, require

Sizes = Mapping[str, int]
Rule = Callable[[str, Any, Sizes], None]
MOST = np.iinfo(np.int64).max


# ---------------------------------------------------------------- numbers and words


def whole(smallest: int) -> Rule:
    """An integer, at least as large as the smallest."""
    return lambda name, number, sizes: _arrays.at_least(smallest, **{name: number})


def within(low: float, high: float = math.inf, wanted: str = "", *, without: str = "") -> Rule:
    """A number from low to high, or an array of them; ``wanted`` says it, ``without`` leaves out "low" or "high"."""
    above = operator.gt if "low" in without else operator.ge
    below = operator.lt if "high" in without else operator.le

    def rule(name: str, value: Any, sizes: Sizes) -> None:
        if not isinstance(value, np.ndarray):
            words = wanted or f"a number from {low} to {high}"
            _arrays.expect_number(name, value, lambda number: above(number, low) and below(number, high), words)
        elif not (above(value.min(), low) and below(value.max(), high)):
            words = wanted or f"numbers from {low} to {high}"
            raise ValueError(f"{name}: expected {words}, got {value.min()} to {value.max()}")

    return rule


def one_of(*words: str) -> Rule:
    """A word out of a few."""
    wanted = " or ".join(map(repr, words))
    return lambda name, word, sizes: require(word in words, f"{name}: expected {wanted}, got {word!r}")


# ---------------------------------------------------------------- arrays


def floats(name: str, a: Any, sizes: Sizes) -> None:
    """An array of any shape: its type alone is looked at, for what every step calls."""
    if not isinstance(a, np.ndarray):
        raise TypeError(f"{name}: expected a NumPy array, got {type(a).__name__}")
    if a.dtype not in _arrays.FLOATS:
        raise TypeError(f"{name}: expected float32 or float64, got {a.dtype}")


def ids(axes: str, below: str = "") -> Rule:
    """Symbol numbers: integers from 0 to below a size, in a shape; sizes are those of the arrays and whole numbers."""
    symbols = axes.split()

    def rule(name: str, numbers: Any, sizes: Sizes) -> None:
        _arrays.expect_ids(
            name, numbers, tuple(sizes.get(a, a) for a in symbols), below=sizes[below] if below else MOST
        )
        if numbers.size == 0:
            wanted = ", ".join(symbols)
            raise ValueError(f"{name}: expected shape ({wanted}) with {wanted} ≥ 1, got {numbers.shape}")

    return rule


def lengths(steps: str) -> Rule:
    """The lengths of the B examples of a batch that is filled up at the end: integers (B,) from 1 to the steps."""
    return lambda name, numbers, sizes: _arrays.expect_lengths(numbers, sizes[steps], sizes["B"])


def binary(name: str, a: Array, sizes: Sizes) -> None:
    """Spikes: nothing but 0 and 1."""
    if not ((a == 0) | (a == 1)).all():
        raise ValueError(f"{name}: expected only 0 and 1, got {a[(a != 0) & (a != 1)][0]}")


def bools(name: str, a: Any, sizes: Sizes) -> None:
    """True or false, in an array of any shape."""
    if not isinstance(a, np.ndarray) or a.dtype != np.bool_:
        got = a.dtype if isinstance(a, np.ndarray) else type(a).__name__
        raise TypeError(f"{name}: expected a NumPy array of bools, got {got}")


def mask(name: str, m: Array, sizes: Sizes) -> None:
    """1 where a value was observed, 0 where not."""
    if not ((m == 0) | (m == 1)).all():
        wrong = m[(m != 0) & (m != 1)][0]
        raise ValueError(f"{name}: expected 1 where a value was observed and 0 elsewhere, got {wrong}")


def signs(name: str, a: Array, sizes: Sizes) -> None:
    """States of units that are on or off: nothing but -1 and +1."""
    if not (np.abs(a) == 1).all():
        where = tuple(int(i) for i in np.argwhere(np.abs(a) != 1)[0])
        raise ValueError(f"{name}: expected only -1 and +1, got {a[where]} at index {where}")


def symmetric(name: str, W: Array, sizes: Sizes) -> None:
    """Couplings: what i is to j, j is to i, and nothing is coupled to itself."""
    if not np.allclose(W, W.T, rtol=1e-6, atol=1e-6 * np.abs(W).max()):
        i, j = (int(k) for k in np.unravel_index(np.abs(W - W.T).argmax(), W.shape))
        got = f"{name}[{i}, {j}] = {W[i, j]} and {name}[{j}, {i}] = {W[j, i]}"
        raise ValueError(f"{name}: expected a symmetric matrix, got {got}")
    if W.diagonal().any():
        i = int(np.flatnonzero(W.diagonal())[0])
        raise ValueError(f"{name}: expected no self-connection, got {name}[{i}, {i}] = {W[i, i]}")


def rows_of_probabilities(name: str, p: Array, sizes: Sizes) -> None:
    """No number below 0, and 1 in all."""
    if (p < 0).any() or not np.allclose(p.sum(axis=-1), 1, atol=1e-5):
        raise ValueError(f"{name}: expected rows of probabilities that sum to 1, got {p.sum(axis=-1)}")


def forwards(name: str, time: Array, sizes: Sizes) -> None:
    """Times that stay or grow from step to step."""
    require((np.diff(time, axis=0) >= 0).all(), f"{name}: expected times that never go back along the first axis")


def intervals(name: str, delta: Array, sizes: Sizes) -> None:
    """Spans of time, none below 0."""
    require(delta.min() >= 0, f"{name}: expected intervals of at least 0, got {delta.min()}")


def fewer_than(axis: str) -> Rule:
    """How many steps of an axis are left out: not all of them."""

    def rule(name: str, number: Any, sizes: Sizes) -> None:
        _arrays.at_least(0, **{name: number})
        most = sizes[axis] - 1
        require(number <= most, f"{name}: expected 0 to {axis}-1 = {most} steps, got {number}")

    return rule


def odd_and_at_most(columns: str, rows: str) -> Rule:
    """Shifts to both sides: an odd number of them, no more than there are rows to shift over."""

    def rule(name: str, s: Array, sizes: Sizes) -> None:
        C, N = sizes[columns], sizes[rows]
        require(C % 2 == 1 and C <= N, f"{name}: expected an odd number of shifts, at most {rows}={N}, got {C}")

    return rule


def number_or_array(name: str, value: Any, sizes: Sizes) -> None:
    """A finite number, or an array of them."""
    if isinstance(value, np.ndarray):
        _arrays.expect_alike(**{name: value})
    else:
        _arrays.finite(**{name: value})
