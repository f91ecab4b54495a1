"""Small programs on an addressed memory, and the best counter: ``book/ntm/tasks`` and ``book/ntm/grams``.

Nothing is trained here: what a head has to be told for each task, and how far that goes.
"""

from __future__ import annotations

import numpy as np

from rnncourse import ntm
from rnncourse._arrays import Array
from rnncourse.data.algorithms import context, priority_sort, recall
from rnncourse.data.copy import CopyBatch


def recalled(items: int, beta: float, seed: int, B: int = 200) -> float:
    """Share of wrong bits where a head looks for the item that is asked, and goes on by one row.

    Each item stands in a row of its own, its bits as -1 and 1, so that all rows are equally long.
    """
    batch = recall(B, items, np.random.default_rng([seed, items]))
    bits = batch.y.shape[2]
    M = 2 * batch.x[1 : 2 * items : 2, :, :bits].transpose(1, 0, 2).astype(float) - 1
    k = 2 * batch.x[-3, :, :bits].astype(float) - 1
    w_c = ntm.content_weighting(k, np.full(B, float(beta)), M)
    w = ntm.shift(w_c, np.tile([0.0, 0.0, 1.0], (B, 1)))
    return float(((ntm.read(w, M) > 0) != (batch.y[-1] > 0.5)).mean())


def sorted_by_place(L: int, N: int, seed: int, B: int = 500) -> float:
    """Share of sequences of L vectors that come out in order, where each is written at the row of its priority.

    The priorities from -1 to 1 are cut into N rows; two in one row cannot be told apart.
    """
    batch = priority_sort(B, L, np.random.default_rng([seed, L, N]))
    rows = np.floor((batch.x[:L, :, -2] + 1) / 2 * N).astype(int)  # (L, B)
    return float(np.mean([len(set(rows[:, b])) == L for b in range(B)]))


def sorted_by_content(L: int, beta: float, seed: int, B: int = 100) -> float:
    """Share of sequences that come out in order, where two heads look for the largest priority, L times.

    Row i holds the bits as -1 and 1, the priority, and a 1: all cosines to the key grow with the priority alone. One
    head reads; the other, at the same rows, erases and writes the priority -1, so that the next is largest then.
    """
    batch = priority_sort(B, L, np.random.default_rng([seed, L]))
    bits = batch.y.shape[2]
    M = np.ones((B, L, bits + 2))
    M[:, :, :bits] = 2 * batch.x[:L, :, :bits].transpose(1, 0, 2) - 1
    M[:, :, bits] = batch.x[:L, :, bits].T
    k = np.eye(bits + 2)[[bits] * B]  # the column of the priority
    right = np.ones(B, bool)
    for y_t in batch.y[L + 1 :]:
        w = ntm.content_weighting(k, np.full(B, float(beta)), M)
        right &= ((ntm.read(w, M)[:, :bits] > 0) == (y_t > 0.5)).all(axis=1)
        M = ntm.add(ntm.erase(M, w, np.ones_like(k)), w, -k)
    return float(right.mean())


def counted(batch: CopyBatch, n: int = 2, alpha: float = 0.5) -> Array:
    r"""The best that can be known: the probability of a 1 after each context, from what came after it before.

    .. math:: p = \frac{N_1 + \tfrac12}{N_0 + N_1 + 1}

    Equation ``eq-ntm-counted``. Source: Graves et al. (2014), section 4.4; the mean of a Beta(½ + N₁, ½ + N₀).

    Returns p (T, B), one half where the context is not complete.
    """
    bits, (T, B) = batch.x[:, :, 0].astype(int), batch.x.shape[:2]
    counts, p, each = np.full((B, 2**n, 2), alpha), np.full((T, B), 0.5), np.arange(B)
    for t in range(max(n - 1, 0), T):
        now = context(bits[t - n + 1 : t + 1])
        seen = counts[each, now]
        p[t] = seen[:, 1] / seen.sum(axis=1)
        counts[each, now, batch.y[t, :, 0].astype(int)] += 1
    return p


def bits_of(p: Array, batch: CopyBatch) -> Array:
    """Bits that each step's prediction costs, a mean over the batch: (T,)."""
    return np.asarray(-np.log2(np.where(batch.y[:, :, 0] > 0.5, p, 1 - p)).mean(axis=1))
