r"""Windows, splits and scales of a series; a text in columns. For the chapter ``book/sequences``.

A series s is (N,) or (N, F), oldest first; symbols are integers. Nothing here changes its arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnncourse._arrays import Array, at_least, expect, expect_alike, require
from rnncourse.shapes import (
    Count,
    Ints,
    M_L_or_M_L_F,
    M_or_M_F,
    N_or_N_F,
    checked,
)


@checked
def windows(s: N_or_N_F, L: Count, h: Count = 1) -> tuple[M_L_or_M_L_F, M_or_M_F]:
    r"""Cut a series into inputs of L consecutive samples, oldest first, and the sample h steps after the last of them.

    .. math:: X_i = (s_i, \dots, s_{i+L-1}), \qquad y_i = s_{i+L-1+h}, \qquad i = 0, \dots, N - L - h

    Equation ``eq-sequences-windows``. Source: definition.

    Returns X and y, with M = N - L - h + 1. Raises ValueError unless N ≥ L + h.
    """
    M = len(s) - L - h + 1
    require(M >= 1, f"s: expected at least L+h = {L + h} samples, got {len(s)}")
    X = np.stack([s[i : i + L] for i in range(M)])
    return X, s[L - 1 + h :].copy()


@checked
def windows_of(sequences: Sequence[N_or_N_F], L: Count, h: Count = 1) -> tuple[M_L_or_M_L_F, M_or_M_F, Ints]:
    r"""Windows of several series, none of which crosses a border.

    .. math:: (X, y) = \bigcup_{j} \operatorname{windows}\bigl(s^{(j)}, L, h\bigr)

    Equation ``eq-sequences-windows-of``. Source: definition. A series too short for a window is an error, not
    dropped: its absence should be a decision.

    Shapes: as in :func:`windows`; returns X, y, and for each window the number j of its series, (M,).
    Raises ValueError naming the first series that is too short.
    """
    at_least(1, **{"number of sequences": len(sequences)})
    for j, s in enumerate(sequences):
        expect(**{f"sequences[{j}]": (s, "N" if np.ndim(s) == 1 else "N F")})
        require(len(s) >= L + h, f"sequences[{j}]: expected at least L+h = {L + h} samples, got {len(s)}")
    parts = [windows(s, L, h) for s in sequences]
    origin = np.repeat(np.arange(len(parts)), [len(y) for _, y in parts])
    return np.concatenate([X for X, _ in parts]), np.concatenate([y for _, y in parts]), origin


@checked
def split(s: N_or_N_F, n: int) -> tuple[N_or_N_F, N_or_N_F]:
    r"""Past for training, future for testing. Split first, cut windows afterwards: then none lies on both sides.

    .. math:: s_{\text{train}} = (s_0, \dots, s_{n-1}), \qquad s_{\text{test}} = (s_n, \dots, s_{N-1})

    Equation ``eq-sequences-split``. Source: definition.

    Returns two copies. Raises ValueError unless 1 ≤ n < N.
    """
    require(1 <= n < len(s), f"n: expected 1 to {len(s) - 1} samples for training, got {n}")
    return s[:n].copy(), s[n:].copy()


class Scale(NamedTuple):
    """Mean and standard deviation of the training data, each () or (F,)."""

    mean: Array
    std: Array

    def apply(self, s: Array) -> Array:
        r"""To mean 0 and deviation 1 on the training data, and by the same numbers anywhere else.

        .. math:: \tilde s = \frac{s - \mu}{\sigma}

        Equation ``eq-sequences-scale``. Source: definition.

        Any shape, with F features last where there are several scales; returns the same shape.
        """
        self._expect(s)
        return (s - self.mean) / self.std

    def undo(self, s: Array) -> Array:
        r"""Back to the units of the data, in which errors are told.

        .. math:: s = \sigma\, \tilde s + \mu

        Equation ``eq-sequences-unscale``. Source: :meth:`apply`, solved for s. Shapes, errors as there.
        """
        self._expect(s)
        return s * self.std + self.mean

    def _expect(self, s: Array) -> None:
        mean, std = (np.asarray(a) for a in self)  # the mean of a column is a number, not an array
        expect_alike(mean=mean, std=std)
        before = " ".join(f"M_{axis}" for axis in range(np.ndim(s) - mean.ndim))
        expect(s=(s, f"{before} {' '.join(map(str, mean.shape))}"))  # float32 of a network, scales of float64 data


@checked
def fit_scale(train: N_or_N_F) -> Scale:
    r"""Mean and standard deviation of each column of the training data, and of nothing else.

    .. math:: \mu = \frac1n \sum_{i<n} s_i, \qquad \sigma^2 = \frac1n \sum_{i<n} (s_i - \mu)^2

    Equation ``eq-sequences-moments``; σ = 1 for a column that is constant. Source: definition.
    """
    std = np.where(np.ptp(train, axis=0) > 0, train.std(axis=0), 1).astype(train.dtype)
    return Scale(train.mean(axis=0), std)


def text_columns(ids: Ints, B: int) -> Ints:
    r"""Lay a text out in B columns; down a column it is text, across a row it is not.

    .. math:: c_{t,b} = s_{bM + t}, \qquad M = \lfloor N / B \rfloor

    Equation ``eq-sequences-columns``; the last N - BM symbols are left over. Source: definition.

    Shapes: ids (N,) integers; returns (M, B).
    """
    if not isinstance(ids, np.ndarray) or ids.ndim != 1 or not np.issubdtype(ids.dtype, np.integer):
        raise TypeError(f"ids: expected integers of shape (N,), got {getattr(ids, 'shape', type(ids).__name__)}")
    require(1 <= B <= len(ids), f"B: expected 1 to N = {len(ids)} columns, got {B}")
    M = len(ids) // B
    return ids[: B * M].reshape(B, M).T.copy()
