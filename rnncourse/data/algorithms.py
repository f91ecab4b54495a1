r"""Tasks that are small programs: repeat, recall, sort, predict from counts. Generated here; no licence is needed.

Each is what the copy task is (:mod:`rnncourse.data.copy`): a batch of inputs, targets, and the steps in which the
network is asked to speak, all sequences of one length. Source: Graves et al. (2014), section 4; what is simpler here
than there, each function says.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnncourse._arrays import Array, at_least
from rnncourse.data.copy import CopyBatch

Random = np.random.Generator


def repeat_copy(B: int, L: int, times: int, rng: Random, bits: int = 6) -> CopyBatch:
    """Hear L random vectors and a delimiter, then say them ``times`` times over.

    The paper's task also gives the number of times, and wants an end marker after the last.
    Shapes: x (T, B, bits + 1), y (T, B, bits), mask (T,), with T = L + 1 + times·L.
    """
    at_least(1, B=B, L=L, times=times, bits=bits)
    T, sequence = L + 1 + times * L, rng.integers(0, 2, (L, B, bits))
    x, y = np.zeros((T, B, bits + 1), np.float32), np.zeros((T, B, bits), np.float32)
    x[:L, :, :bits], x[L, :, bits] = sequence, 1
    y[L + 1 :] = np.tile(sequence, (times, 1, 1))
    return CopyBatch(x, y, np.arange(T) > L)


def repeat_marked(B: int, L: int, times: int, rng: Random, bits: int = 6) -> CopyBatch:
    """:func:`repeat_copy` made easier: the first vector has a mark, the last another, a third is there in answering.

    Shapes: x (T, B, bits + 3), y (T, B, bits), mask (T,), with T = L + times·L; there is no delimiter.
    """
    at_least(1, B=B, L=L, times=times, bits=bits)
    T, sequence = L + times * L, rng.integers(0, 2, (L, B, bits))
    x, y = np.zeros((T, B, bits + 3), np.float32), np.zeros((T, B, bits), np.float32)
    x[:L, :, :bits] = sequence
    x[0, :, bits] = x[L - 1, :, bits + 1] = x[L:, :, bits + 2] = 1
    y[L:] = np.tile(sequence, (times, 1, 1))
    return CopyBatch(x, y, np.arange(T) >= L)


def recall(B: int, items: int, rng: Random, bits: int = 6) -> CopyBatch:
    """Hear different random vectors, then one of them again: which came after it?

    A delimiter stands before each, and around the question. An item is one vector here, three in the paper; no two of
    a sequence are equal, so that each question has an answer.
    Shapes: x (2·items + 4, B, bits + 2), with columns for both delimiters; y (2·items + 4, B, bits), its last step
    alone in the mask.
    """
    at_least(1, B=B, bits=bits)
    at_least(2, items=items)
    if items > 2**bits:
        raise ValueError(f"items: expected at most 2**bits = {2**bits} different ones, got {items}")
    numbers = np.argsort(rng.random((B, 2**bits)), axis=1)[:, :items].T  # (items, B)
    sequence = numbers[:, :, None] >> np.arange(bits) & 1
    asked, each, T = rng.integers(0, items - 1, B), np.arange(B), 2 * items + 4
    x, y = np.zeros((T, B, bits + 2), np.float32), np.zeros((T, B, bits), np.float32)
    x[0 : 2 * items : 2, :, bits], x[1 : 2 * items : 2, :, :bits] = 1, sequence
    x[[-4, -2], :, bits + 1], x[-3, :, :bits] = 1, sequence[asked, each]
    y[-1] = sequence[asked + 1, each]
    return CopyBatch(x, y, np.arange(T) == T - 1)


def priority_sort(B: int, L: int, rng: Random, bits: int = 6) -> CopyBatch:
    """Hear L random vectors, each with a priority in [-1, 1), and a delimiter; say them from the highest to the lowest.

    Shapes: x (2L + 1, B, bits + 2), the priority in the column before the last; y (2L + 1, B, bits), mask (2L + 1,).
    """
    at_least(1, B=B, L=L, bits=bits)
    sequence, priority = rng.integers(0, 2, (L, B, bits)), rng.uniform(-1, 1, (L, B))
    x, y = np.zeros((2 * L + 1, B, bits + 2), np.float32), np.zeros((2 * L + 1, B, bits), np.float32)
    x[:L, :, :bits], x[:L, :, bits], x[L, :, bits + 1] = sequence, priority, 1
    y[L + 1 :] = np.take_along_axis(sequence, np.argsort(-priority, axis=0)[:, :, None], axis=0)
    return CopyBatch(x, y, np.arange(2 * L + 1) > L)


def bit_grams(B: int, T: int, rng: Random, n: int = 2) -> CopyBatch:
    r"""Bits each of which depends on the n before it, by a table that is new for each sequence: which is the next?

    Each entry of a table, the probability of a 1 after a context, is drawn from Beta(½, ½); the first n bits are
    random. The paper has n = 5 and T = 200.
    Shapes: x (T, B, 1) and y (T, B, 1), one bit later, mask (T,): true where the context is complete.
    """
    at_least(1, B=B, n=n)
    at_least(n, T=T)
    table, bits = rng.beta(0.5, 0.5, (B, 2**n)), np.zeros((T + 1, B), np.int64)
    bits[:n] = rng.integers(0, 2, (n, B))
    for t in range(n, T + 1):
        bits[t] = rng.random(B) < table[np.arange(B), context(bits[t - n : t])]
    x: Array = bits[:, :, None].astype(np.float32)
    return CopyBatch(x[:-1], x[1:], np.arange(T) >= n - 1)


def context(bits: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number that n bits (n, B) spell, the latest last: (B,)."""
    number: NDArray[np.int64] = np.tensordot(2 ** np.arange(len(bits))[::-1], bits, 1)
    return number
