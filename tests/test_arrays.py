"""What a reader is told about a bad argument: the name, what was expected, what came."""

import re

import numpy as np
import pytest

from rnncourse._arrays import expect, expect_ids


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
