r"""A sine wave, and the pairs that a two-lag model learns from. Generated here; no licence is needed."""

from __future__ import annotations

import numpy as np

from rnncourse._arrays import Array, at_least, finite, not_negative, positive


def sine(T: int, period: float, amplitude: float = 1.0, phase: float = 0.0, noise: float = 0.0, seed: int = 0) -> Array:
    r"""A sampled sine wave, y_t = a sin(2π t / period + φ) + noise · ε_t with standard normal ε_t, t = 0 … T-1.

    Shape: returns (T,) float64; the same seed gives the same noise.
    Raises TypeError unless T is an integer and the others numbers, ValueError unless T ≥ 1, period > 0, noise ≥ 0 and
    all are finite.
    """
    at_least(1, T=T)
    positive(period=period)
    not_negative(noise=noise)
    finite(amplitude=amplitude, phase=phase)
    y = amplitude * np.sin(2 * np.pi * np.arange(T) / period + phase)
    return y + noise * np.random.default_rng(seed).standard_normal(T)


def two_lags(y: Array) -> tuple[Array, Array]:
    r"""Inputs and targets of the model ŷ_t = f(y_{t-1}, y_{t-2}): every window of two values, and the value after it.

    A window is a sequence of two steps, the older value first, so that a recurrent network that starts from
    h_{t-2} = 0 reads y_{t-2}, then y_{t-1}. Source of the model: Perdikaris's lecture.

    Shapes: y (N,) with N ≥ 3; returns x (2, N-2, 1) and target (N-2, 1), new arrays in the dtype of y.
    Raises TypeError unless y is a floating-point array, ValueError unless it has that shape.
    """
    if not isinstance(y, np.ndarray) or not np.issubdtype(y.dtype, np.floating):
        raise TypeError(f"y: expected a floating-point NumPy array, got {getattr(y, 'dtype', type(y).__name__)}")
    if y.ndim != 1 or len(y) < 3:
        raise ValueError(f"y: expected shape (N,) with N ≥ 3, got {y.shape}")
    return np.stack([y[:-2], y[1:-1]])[:, :, None], y[2:, None].copy()
