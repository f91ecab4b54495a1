"""A Neural Turing machine that copies, its weights set by hand: what ``book/ntm/memory`` shows."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnncourse import ntm
from rnncourse.data.copy import copy_task


def machine(bits: int = 8) -> ntm.Weights:
    """One head that reads and one that writes; a column for each bit, and one for the mark "here something is"."""
    D, H = bits + 1, 2 * (bits + 1)
    W_ih = np.eye(H)  # units: the bits heard, the delimiter; the bits read, the mark read
    delimiter, mark = bits, H - 1
    W_hp, b_hp = np.zeros((2 * D + 2 * D + 6 + 6, H)), np.zeros(4 * D + 12)
    _, add, erase, numbers, s_read, s_write = np.split(np.arange(len(b_hp)), np.cumsum([2 * D, D, D, 6, 3]))
    W_hp[add[:bits], :bits] = 10 * np.eye(bits)  # write what is heard,
    b_hp[add[bits]] = 10  # with a mark;
    b_hp[erase] = b_hp[numbers[:2]] = -30  # erase nothing, and never go by content
    b_hp[s_read[1]] = 10  # the head that reads stays,
    W_hp[s_read[2], [delimiter, mark]] = 40  # and goes on at the delimiter, and after a mark;
    b_hp[s_write[2]] = 10  # the one that writes goes on,
    W_hp[s_write[1], mark] = 40  # and stays once a mark has been read
    W_ho = np.zeros((bits, H + D))
    W_ho[:, D : D + bits] = 40 * np.eye(bits)  # say what was read in the step before
    return ntm.Weights(W_ih, np.zeros(H), W_hp, b_hp, W_ho, np.full(bits, -15.0))


def copied(L: int, seed: int, B: int = 1) -> tuple[Any, Any, Any]:
    """What it answers and ought to, (L, B, bits), and where its heads are, (T, B, J, N)."""
    batch = copy_task(B, L, 8, seed, np.float64)
    o, w, _ = ntm.forward(batch.x, ntm.initial_state(B, L + 3, np.zeros((1, 9)), 2), machine())
    return o[batch.mask] > 0, batch.y[batch.mask] > 0.5, w


def wrong_bits(L: int, seed: int) -> tuple[int, int]:
    """How many bits of a sequence of length L it says wrong, and how many there are."""
    said, wanted, _ = copied(L, seed)
    return int((said != wanted).sum()), wanted.size


def places(L: int, seed: int) -> Any:
    """The row of each head at each step, (T, 2), that which reads first."""
    return copied(L, seed)[2][:, 0].argmax(axis=-1)
