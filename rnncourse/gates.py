r"""Gates: numbers between 0 and 1 that say how much passes. LSTM, GRU, GRU-D and NTM have them."""

from __future__ import annotations

import numpy as np

from rnncourse.shapes import B_N, N_, N_N, AnyShape, checked


@checked
def sigmoid(a: AnyShape) -> AnyShape:
    r"""The logistic function, without overflow.

    .. math:: \sigma(a) = \frac{1}{1 + e^{-a}} = \tfrac12 + \tfrac12 \tanh \tfrac{a}{2}

    Equation ``eq-lstm-gru-sigmoid``; the first form, since 1/2 and tanh of a closed gate cancel. Source: definition of
    tanh. Any shape; returns the same shape.
    """
    with np.errstate(over="ignore"):  # 1/∞ is the 0 that is meant
        return 1 / (1 + np.exp(-a))


@checked
def gate(x: B_N, A: N_N, b: N_) -> B_N:
    r"""A gate that a vector holds to itself: each entry multiplied by a number between 0 and 1.

    .. math:: g(x) = x \odot \sigma(A x + b)

    Equation ``eq-lstm-gru-gate``. Source: Mohajerin's lecture.
    """
    return x * sigmoid(x @ A.T + b)
