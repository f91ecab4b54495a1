"""What a reader is told about a bad argument: the name, what was expected, what came."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnncourse._arrays import (
    at_least,
    expect,
    expect_alike,
    expect_ids,
    expect_lengths,
    finite,
    not_negative,
    positive,
)


def test_sizes_are_bound_by_symbol() -> None:
    assert expect(x=(np.ones((5, 3, 4)), "T B F"), h0=(np.ones((3, 6)), "B H")) == {"T": 5, "B": 3, "F": 4, "H": 6}


@pytest.mark.parametrize(
    ("x", "symbols", "error", "message"),
    [
        (np.ones((5, 3)), "T B F", ValueError, "x: expected shape (T, B=2, F), got (5, 3)"),
        (np.ones((5, 3, 4)), "T B F", ValueError, "x: expected shape (T, B=2, F), got (5, 3, 4)"),
        (np.ones((2, 0)), "B F", ValueError, "x: expected at least one entry along each axis of (B F), got (2, 0)"),
        (np.ones((2, 4)), "B 3", ValueError, "x: expected shape (B=2, 3), got (2, 4)"),
        (np.array([[1.0], [np.nan]]), "B F", ValueError, "x: expected finite numbers, got nan at index (1, 0)"),
        (np.array([[np.inf], [1]]), "B F", ValueError, "x: expected finite numbers, got inf at index (0, 0)"),
        (np.ones((2, 3), int), "B F", TypeError, "x: expected float32 or float64, got int64"),
        ([[1.0], [2.0]], "B F", TypeError, "x: expected a NumPy array, got list"),
        (np.ones((2, 3), np.float32), "B F", TypeError, "expected one dtype for all arrays"),
    ],
)
def test_each_bad_argument_is_named(x: object, symbols: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        expect(b=(np.ones(2), "B"), x=(x, symbols))


@pytest.mark.parametrize(
    ("ids", "shape", "error", "message"),
    [
        (np.array([0, 4]), None, ValueError, "ids: expected numbers from 0 to 3, got 0 to 4"),
        (np.array([-1, 0]), None, ValueError, "ids: expected numbers from 0 to 3, got -1 to 0"),
        (np.array([0, 1]), (3,), ValueError, "ids: expected shape (3,), got (2,)"),
        (np.array([0.0]), None, TypeError, "ids: expected a NumPy array of integers, got float64"),
        ([0], None, TypeError, "ids: expected a NumPy array of integers, got list"),
    ],
)
def test_bad_symbol_numbers(ids: object, shape: tuple[int, ...] | None, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        expect_ids("ids", ids, shape, below=4)


def test_a_symbol_twice_in_one_shape_means_a_square() -> None:
    with pytest.raises(ValueError, match=re.escape("W_hh: expected shape (H=5, H=5), got (6, 5)")):
        expect(W_hh=(np.ones((6, 5)), "H H"))


@pytest.mark.parametrize(
    ("check", "number", "error", "message"),
    [
        (lambda n: at_least(2, n=n), 1, ValueError, "n: expected at least 2, got 1"),
        (lambda n: at_least(2, n=n), 3.0, TypeError, "n: expected an integer, got float"),
        (lambda n: at_least(0, n=n), True, TypeError, "n: expected an integer, got bool"),
        (lambda n: at_least(0, n=n), np.array(3), TypeError, "n: expected an integer, got ndarray"),
        (lambda n: finite(n=n), np.nan, ValueError, "n: expected a finite number, got nan"),
        (lambda n: finite(n=n), "1", TypeError, "n: expected a finite number, got str"),
        (lambda n: positive(n=n), 0, ValueError, "n: expected a positive number, got 0"),
        (lambda n: positive(n=n), np.inf, ValueError, "n: expected a positive number, got inf"),
        (lambda n: positive(n=n), True, TypeError, "n: expected a positive number, got bool"),
        (lambda n: not_negative(n=n), -1e-9, ValueError, "n: expected a number of at least 0, got -1e-09"),
        (lambda n: not_negative(n=n), np.nan, ValueError, "n: expected a number of at least 0, got nan"),
    ],
)
def test_bad_numbers(check: Callable[[Any], None], number: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        check(number)


def test_good_numbers_are_of_python_or_numpy() -> None:
    at_least(1, a=1, b=np.int32(4))
    finite(a=-1, b=np.float32(2.5))
    positive(a=1, b=np.float64(1e-9))
    not_negative(a=0, b=np.uint8(3))


def test_lengths_are_from_one_to_all_steps() -> None:
    expect_lengths(np.array([1, 5]), T=5, B=2)
    with pytest.raises(ValueError, match="lengths: expected numbers from 0 to 5, got 1 to 6"):
        expect_lengths(np.array([1, 6]), T=5, B=2)
    with pytest.raises(ValueError, match="at least 1 step of every example, got 0"):
        expect_lengths(np.array([0, 5]), T=5, B=2)
    with pytest.raises(TypeError, match="lengths: expected a NumPy array of integers, got NoneType"):
        expect_lengths(None, T=5, B=2)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3, 4)])
def test_arrays_of_one_shape(shape: tuple[int, ...]) -> None:
    expect_alike(a=np.zeros(shape), b=np.ones(shape))
    with pytest.raises(ValueError, match="b: expected shape"):
        expect_alike(a=np.zeros(shape), b=np.ones((*shape, 1)))
    with pytest.raises(ValueError, match="b: expected finite numbers"):
        expect_alike(a=np.zeros(shape), b=np.full(shape, np.nan))
