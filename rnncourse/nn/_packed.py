"""Packed batches: sequences of unequal length, step after step without filling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

Segments = list[tuple[int, int]]


def segments(packed: PackedSequence) -> Segments:
    """For how many steps T a packed batch has how many examples B."""
    return [(len(list(run)), B) for B, run in groupby(packed.batch_sizes.tolist())]


def through(
    step: Callable[..., tuple[Sequence[Tensor], Sequence[Tensor]]],
    parts: Segments,
    rows: Sequence[Tensor],
    states: Sequence[Tensor],
) -> tuple[list[Tensor], list[Tensor]]:
    """Run over rows segment by segment; each starts where the one before left the examples that go on.

    ``step(sequences, states)`` takes sequences (T, B, ·) and states with B first, and returns such.
    """
    sizes = [T * B for T, B in parts]
    found, ended = [], []
    for (T, B), *piece in zip(parts, *(torch.split(q, sizes) for q in rows), strict=True):
        going, done = zip(*(torch.split(q, [B, len(q) - B]) for q in states), strict=True)
        outputs, states = step([q.unflatten(0, (T, B)) for q in piece], going)
        found.append([q.flatten(0, 1) for q in outputs])
        ended.append(done)
    outputs = [torch.cat(q) for q in zip(*found, strict=True)]
    return outputs, [torch.cat(q) for q in zip(states, *reversed(ended), strict=True)]


def sorted_as(packed: PackedSequence, states: Sequence[Tensor | None]) -> list[Tensor | None]:
    """States with B first, in the order of the rows."""
    order = packed.sorted_indices
    return [q if q is None or order is None else q.index_select(0, order) for q in states]


def given_back(packed: PackedSequence, states: Sequence[Tensor | None]) -> list[Tensor | None]:
    """And in the order that the user has."""
    order = packed.unsorted_indices
    return [q if q is None or order is None else q.index_select(0, order) for q in states]


def like(packed: PackedSequence, rows: Any) -> PackedSequence:
    """Other rows, packed alike."""
    return PackedSequence(rows, packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices)
