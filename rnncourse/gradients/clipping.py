r"""Gradients clipped: by their norm, by their values, and as Perdikaris's lecture prints it. For ``book/gradients``.

Nothing here changes its arguments.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from rnncourse._arrays import Array, expect_alike, require, sign
from rnncourse.shapes import (
    Positive,
    checked,
)


def global_norm(gradients: Sequence[Array]) -> float:
    r"""Length of all gradients, put end to end in one vector.

    .. math:: \lVert g \rVert = \sqrt{ \textstyle\sum_i \lVert g_i \rVert^2 }

    Equation ``eq-gradients-global-norm``; 0 for no gradient at all. Source: Pascanu et al. (2013), section 3.2.

    Shapes: any; returns a float.
    """
    for i, g in enumerate(gradients):
        expect_alike(**{f"gradients[{i}]": g})
    # as float64: squares of large float32 numbers overflow
    return math.hypot(*(float(np.linalg.norm(g.astype(np.float64))) for g in gradients))


@checked
def clip_by_norm(gradients: Sequence[Array], max_norm: Positive) -> tuple[list[Array], float]:
    r"""Shorten all gradients by one factor, if together they are too long; their direction stays.

    .. math:: g \leftarrow g \cdot \min \Bigl( 1, \frac{m}{\lVert g \rVert + 10^{-6}} \Bigr)

    Equation ``eq-gradients-clip-norm``; m = max_norm, and 10⁻⁶ is torch's: a gradient of zeros stays zeros.
    Source: Pascanu et al. (2013), algorithm 1; ``torch.nn.utils.clip_grad_norm_``.

    Shapes: any; returns new arrays of the same shapes and dtypes, and the norm before clipping.
    """
    norm = global_norm(gradients)
    factor = min(1.0, max_norm / (norm + 1e-6))
    return [g * g.dtype.type(factor) for g in gradients], norm


@checked
def clip_by_value(gradients: Sequence[Array], limit: Positive) -> list[Array]:
    r"""Cut every entry to an interval; the direction changes.

    .. math:: g_j \leftarrow \min(c, \max(-c, g_j))

    Equation ``eq-gradients-clip-value``; c = limit. Source: ``torch.nn.utils.clip_grad_value_``.

    Shapes: any; returns new arrays of the same shapes and dtypes.
    """
    global_norm(gradients)
    return [np.clip(g, -limit, limit) for g in gradients]


@checked
def rescale(gradients: Sequence[Array], eta: Positive) -> list[Array]:
    r"""Clipping as Perdikaris's lecture prints it, without the condition: a small gradient is made long.

    .. math:: g \leftarrow \frac{m\, g}{\lVert g \rVert}

    Equation ``eq-gradients-rescale``; m = eta, as the lecture writes it. Source: Perdikaris's lecture, to compare with
    :func:`clip_by_norm`, not to use.

    Shapes: any; returns new arrays of the same shapes and dtypes.
    Raises ValueError unless the norm is above 0.
    """
    norm = global_norm(gradients)
    require(norm != 0, "gradients: expected a norm above 0 (without the condition, zeros are divided by zero), got 0")
    return [g * g.dtype.type(eta / norm) for g in gradients]


sign(globals(), "global_norm", "clip_by_norm", "clip_by_value", "rescale")
