r"""Baselines of a forecast: persistence and autoregression. For the chapter ``book/sequences``.

Windows are oldest first, coefficients newest first. Nothing here changes its arguments.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncourse._arrays import require
from rnncourse.shapes import (
    K_,
    M_,
    M_K,
    N_,
    Count,
    M_L_or_M_L_F,
    M_or_M_F,
    checked,
)


@checked
def persistence(X: M_L_or_M_L_F) -> M_or_M_F:
    r"""The forecast "no change": the last sample of the window, for every horizon.

    .. math:: \hat y_i = s_{i+L-1}

    Equation ``eq-sequences-persistence``. Source: definition; what every model has to beat.
    """
    return X[:, -1].copy()


@checked
def skill(y: M_or_M_F, forecast: M_or_M_F, baseline: M_or_M_F) -> float:
    r"""The share of the baseline's squared error that a forecast saves: 1 is perfect, 0 as good, negative worse.

    .. math:: 1 - \frac{\sum_i (y_i - \hat y_i)^2}{\sum_i (y_i - \hat y^{\text{base}}_i)^2}

    Equation ``eq-sequences-skill``. Source: definition of the mean-squared-error skill score.

    Shapes: three arrays of one shape, (M,) or (M, F); returns a float.
    Raises ValueError when the baseline has no error.
    """
    error = float(((y - baseline) ** 2).sum())
    require(error != 0, "baseline: expected an error to compare with, got a perfect forecast")
    return 1 - float(((y - forecast) ** 2).sum()) / error


class Autoregression(NamedTuple):
    """Coefficients (K,), the newest sample first: w[k-1] multiplies s_{t-k}; and a constant."""

    w: K_
    b: float


@checked
def ar_predict(X: M_K, w: K_, b: float = 0.0) -> M_:
    r"""Forecast from measured samples: windows are oldest first, coefficients newest first.

    .. math:: \hat s_t = \sum_{k=1}^{K} w_k\, s_{t-k} + b

    Equation ``eq-sequences-ar``. Source: the CSC413 tutorial, with a constant: without it, zeros are followed by zeros.
    """
    return X[:, ::-1] @ w + w.dtype.type(b)


@checked
def ar_fit(X: M_K, y: M_) -> Autoregression:
    r"""Least squares, by an orthogonal factorisation: normal equations would square the condition number.

    .. math:: w, b = \arg\min \sum_{i} \Bigl( y_i - b - \sum_{k=1}^{K} w_k\, X_{i,K-k} \Bigr)^2

    Equation ``eq-sequences-least-squares``; the windows may have any horizon, and come from several series. Where many
    solutions are as good, the shortest. Source: definition; numpy.linalg.lstsq.

    Shapes: X (M, K), y (M,), M ≥ K+1; returns w (K,) and b.
    Raises ValueError when there are fewer windows than numbers to fit.
    """
    M, K = X.shape
    require(M > K, f"X: expected at least K+1 = {K + 1} windows, got {M}")
    design = np.concatenate([X[:, ::-1], np.ones_like(X[:, :1])], axis=1)
    solution = np.linalg.lstsq(design, y, rcond=None)[0]
    return Autoregression(solution[:-1], float(solution[-1]))


@checked
def ar_forecast(past: N_, w: K_, b: float, n: Count) -> N_:
    r"""Forecast n steps with nothing measured after the past: each forecast is the next one's input.

    .. math:: \hat s_{t+j} = \sum_{k=1}^{K} w_k\, \hat s_{t+j-k} + b, \qquad
       \hat s_i = s_i \ \text{for}\ i < t, \qquad j = 0, \dots, n-1

    Equation ``eq-sequences-forecast``. Source: definition.

    Shapes: past (N,) with N ≥ K, w (K,); returns (n,).
    Raises ValueError unless N ≥ K.
    """
    require(len(past) >= len(w), f"past: expected at least K = {len(w)} samples, got {len(past)}")
    s = np.concatenate([past[-len(w) :], np.zeros(n, dtype=past.dtype)])
    for j in range(n):
        s[len(w) + j] = ar_predict(s[None, j : j + len(w)], w, b)[0]
    return s[len(w) :]
