r"""How good a forecast of a chaotic series is, for the chapter ``book/reservoir``."""

from __future__ import annotations

import numpy as np

from rnncourse._arrays import expect, expect_alike, positive
from rnncourse.shapes import B_, F_, T_B_F, Alike, Positive


def nrmse(prediction: Alike, target: Alike, variance: Positive | None = None) -> float:
    r"""Root of the mean squared error, relative to the standard deviation: 1 is as good as the mean.

    .. math:: \mathrm{NRMSE} = \sqrt{\frac{\langle \lVert o - y \rVert^2 \rangle}{\operatorname{var} y}}

    Equation ``eq-reservoir-nrmse``. NRMSE84 is this score of the 84th value of a free run of Mackey–Glass, over many
    starts, with the variance of the whole series. Source: Jaeger and Haas (2004), Science 304.

    Shapes: prediction and target of one shape; the variance is that of the target over all its entries unless given.
    Raises ValueError when shapes differ or the variance is not positive.
    """
    expect_alike(target=target, prediction=prediction)
    variance = float(np.var(target)) if variance is None else variance
    positive(variance=variance)
    return float(np.sqrt(np.mean((prediction - target) ** 2) / variance))


def valid_time(
    prediction: T_B_F, target: T_B_F, dt: Positive, exponent: Positive, scale: F_, threshold: Positive = 0.4
) -> B_:
    r"""How long a free run follows a chaotic system, in Lyapunov times.

    .. math::
       t_{\text{valid}} = \lambda\, \Delta t \cdot \min \Bigl\{ n : \sqrt{\tfrac{1}{F} \textstyle\sum_i
       \bigl( (o_{n,i} - y_{n,i}) / \sigma_i \bigr)^2 } > \epsilon \Bigr\}

    Equation ``eq-reservoir-valid-time``: n steps are right before the first that is off by more than ε, all of them
    where none is. λ is the largest Lyapunov exponent per time unit, σ_i the standard deviation of feature i.
    Source: valid prediction time as in Vlachas et al. (2020), Neural Networks 126, with ε = 0.4.

    A free run may blow up: what is NaN or infinite
    in the prediction is off.
    """
    known = np.nan_to_num(prediction) if isinstance(prediction, np.ndarray) else prediction
    expect(target=(target, "T B F"), prediction=(known, "T B F"), scale=(scale, "F"))
    positive(dt=dt, exponent=exponent, threshold=threshold, scale=float(scale.min()))
    off = ~(np.sqrt((((prediction - target) / scale) ** 2).mean(axis=2)) <= threshold)
    steps = np.where(off.any(axis=0), off.argmax(axis=0), len(off))
    return steps * dt * exponent
