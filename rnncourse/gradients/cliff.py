r"""A loss with a cliff, and gradient descent on it. For the chapter ``book/gradients``.

Nothing here changes its arguments.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from rnncourse import rnn
from rnncourse._arrays import Array
from rnncourse.gradients.clipping import clip_by_norm
from rnncourse.gradients.maps import iterate
from rnncourse.rules import number_or_array
from rnncourse.shapes import (
    TWO_,
    Count,
    Natural,
    Positive,
    Real,
    checked,
)

Coordinate = Annotated[Array | float, number_or_array]


class Cliff(NamedTuple):
    """Loss, and its derivatives by w and by b, in one shape."""

    loss: Array
    dw: Array
    db: Array


@checked
def cliff(w: Coordinate, b: Coordinate, h0: Real = 0.5, T: Count = 50, target: Real = 0.7) -> Cliff:
    r"""One unit that must reach a value after T steps: where it changes sides, its loss is a cliff.

    .. math:: h_t = \tanh(w\,h_{t-1} + b), \qquad L(w, b) = (h_T - y)^2

    .. math:: dh_T = 2 (h_T - y), \quad dz_t = (1 - h_t^2)\, dh_t, \quad dh_{t-1} = w\, dz_t, \quad
       dw = \sum_t dz_t h_{t-1}, \quad db = \sum_t dz_t

    Equations ``eq-gradients-cliff`` and ``eq-gradients-cliff-gradient``; y = target. Source: Pascanu et al. (2013),
    figure 6, with tanh in place of the sigmoid.

    Shapes: w and b numbers, or float arrays that broadcast to one shape, such as a grid; returns loss, dw, db of that
    shape, float64.
    """
    w, b = np.broadcast_arrays(np.asarray(w, float), np.asarray(b, float))
    h = iterate(lambda h_prev: np.tanh(w * h_prev + b), np.full(w.shape, float(h0)), T)
    dh, dw, db = 2 * (h[-1] - target), np.zeros(w.shape), np.zeros(w.shape)
    for t in range(T, 0, -1):
        dz = (1 - h[t] ** 2) * dh
        dw, db, dh = dw + dz * h[t - 1], db + dz, w * dz
    return Cliff((h[-1] - target) ** 2, dw, db)


@checked
def descend(
    theta: TWO_, lr: Positive, steps: Natural, max_norm: Positive | None = None, **cliff_settings: Any
) -> Array:
    r"""Gradient descent on :func:`cliff`, with clipping or without.

    .. math:: \theta \leftarrow \theta - \eta\, \operatorname{clip}(dL/d\theta), \qquad \theta = (w, b)

    Equation ``eq-gradients-step``; without max_norm nothing is clipped. Source: Pascanu et al. (2013), algorithm 1.

    Returns the path (steps+1, 2), the start first.
    """

    def step(theta: Array, _: Any) -> Array:
        g = [np.stack(cliff(theta[0], theta[1], **cliff_settings)[1:])]
        if max_norm is not None:
            g, _ = clip_by_norm(g, max_norm)
        return theta - lr * g[0]

    path: list[Array] = rnn.unfold(step, theta, range(steps))
    return np.stack([theta, *path])
