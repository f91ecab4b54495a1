r"""The copy task: hear a sequence of random bits, then say it. Generated here; no licence is needed."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnncourse._arrays import Array, at_least


class CopyBatch(NamedTuple):
    """Inputs, targets, and the steps in which the network is asked to speak."""

    x: Array  # (T, B, bits + 1) with T = 2L + 1: L vectors, the delimiter in the last column, L times nothing
    y: Array  # (T, B, bits): the L vectors again in the last L steps, zeros before
    mask: np.ndarray[Any, np.dtype[np.bool_]]  # (T,): true in the last L steps


def copy_task(
    B: int,
    lengths: int | tuple[int, int],
    bits: int = 8,
    seed: int | np.random.Generator = 0,
    dtype: DTypeLike = np.float32,
) -> CopyBatch:
    r"""A batch of the copy task; all its sequences have one length L, drawn evenly from ``lengths``.

    .. math:: x = (b_1, \dots, b_L, \text{delimiter}, 0, \dots, 0), \qquad y = (0, \dots, 0, b_1, \dots, b_L)

    Source: Graves et al. (2014), section 4.1. A bit that is guessed costs one bit, in the loss of base two.

    ``lengths`` is L, or the least and the greatest; ``seed`` an integer, or a generator that gives another batch at
    each call. The same seed gives the same batch, and the same bits in float32 and float64.
    Raises TypeError unless the sizes are integers and the dtype is float32 or float64, ValueError unless sizes are
    at least 1 and the least length is at most the greatest.
    """
    low, high = lengths if isinstance(lengths, tuple) else (lengths, lengths)
    at_least(1, B=B, bits=bits, lengths=low)
    at_least(0, lengths=high)
    if high < low:
        raise ValueError(f"lengths: expected the least length first, got {lengths}")
    if np.dtype(dtype) not in (np.float32, np.float64):
        raise TypeError(f"dtype: expected float32 or float64, got {np.dtype(dtype)}")
    rng = np.random.default_rng(seed)
    L = int(rng.integers(low, high + 1))
    sequence = rng.integers(0, 2, (L, B, bits))
    x, y = np.zeros((2 * L + 1, B, bits + 1), dtype), np.zeros((2 * L + 1, B, bits), dtype)
    x[:L, :, :bits] = y[L + 1 :] = sequence
    x[L, :, bits] = 1
    return CopyBatch(x, y, np.arange(2 * L + 1) > L)
