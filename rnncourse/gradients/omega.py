r"""Pascanu's regulariser Ω: gradients that keep their length. For the chapter ``book/gradients``.

``dh`` (T, B, H) holds the total gradient of the loss with respect to every state. Nothing here changes its arguments.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnncourse._arrays import Array, sign
from rnncourse.shapes import (
    H_H,
    T_B,
    T_B_H,
    checked,
)


@checked
def carry_ratio(dh: T_B_H, h: T_B_H, W_hh: H_H) -> T_B:
    r"""By how much the gradient grows on its way from step t to step t-1: what arrives, divided by what set out.

    .. math:: r_t = \frac{\lVert W_{hh}^\top D_t\, dh_t \rVert}{\lVert dh_t \rVert}, \qquad 1 \text{ where } dh_t = 0

    Equation ``eq-gradients-ratio``. Source: Pascanu et al. (2013), eq. 9. Where no gradient sets out, none can
    vanish: r_t = 1 takes the step out of Ω.
    """
    u, sets_out = _directions(dh)
    return np.where(sets_out, np.linalg.norm(((1 - h**2) * u) @ W_hh, axis=-1), h.dtype.type(1))


def _directions(vectors: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Vectors (…, H) of length 1, zeros where there was no direction, and where there was one: (…)."""
    largest = np.abs(vectors).max(axis=-1)  # first by this: squares of what has nearly vanished are 0 in float32
    found = largest > 0
    scaled = vectors / np.where(found, largest, 1)[..., None]
    return scaled / np.where(found, np.linalg.norm(scaled, axis=-1), 1)[..., None], found


def omega(dh: T_B_H, h: T_B_H, W_hh: H_H) -> float:
    r"""Pascanu's regulariser: the gradient should keep its length on its way back.

    .. math:: \Omega = \frac1B \sum_{b} \sum_{t=1}^{T} (r_{t,b} - 1)^2

    Equation ``eq-gradients-omega``. Source: Pascanu et al. (2013), eq. 9, as a mean over the batch; Mohajerin.

    Returns a float of at least 0.
    """
    return float(((carry_ratio(dh, h, W_hh) - 1) ** 2).sum(axis=0).mean())


def omega_without_square(dh: T_B_H, h: T_B_H, W_hh: H_H) -> float:
    r"""Ω as Atanasov's lecture prints it: negative for vanishing gradients, so that minimising it makes them vanish.

    .. math:: \Omega_A = \frac1B \sum_{b} \sum_{t=1}^{T} (r_{t,b} - 1) \ge -T

    Equation ``eq-gradients-omega-a``. Source: Atanasov's lecture; to compare with :func:`omega`, not to use.
    """
    return float((carry_ratio(dh, h, W_hh) - 1).sum(axis=0).mean())


def omega_gradient(dh: T_B_H, h: T_B_H, W_hh: H_H) -> H_H:
    r"""Gradient of Ω with respect to W_hh, with dh and h held fixed.

    .. math:: \frac{\partial^{+} \Omega}{\partial W_{hh}} = \frac1B \sum_{b,t}
       \frac{2\,(r_t - 1)}{\lVert dh_t \rVert\, \lVert v_t \rVert}\; dz_t\, v_t^\top, \qquad
       dz_t = D_t\, dh_t, \quad v_t = W_{hh}^\top dz_t

    Equation ``eq-gradients-omega-gradient``. Source: Pascanu et al. (2013), eq. 10: the immediate derivative, which
    needs no second pass through time. A step with dh_t = 0 or v_t = 0 gives nothing.

    Returns (H, H), to be added to dW_hh with a weight.
    """
    r = carry_ratio(dh, h, W_hh)
    dz = (1 - h**2) * _directions(dh)[0]
    v, _ = _directions(dz @ W_hh)
    return np.tensordot((r - 1)[..., None] * dz, v, axes=((0, 1), (0, 1))) * W_hh.dtype.type(2 / h.shape[1])


@checked
def omega_without_square_gradient(dh: T_B_H, h: T_B_H, W_hh: H_H) -> H_H:
    r"""Gradient of Ω as Atanasov's lecture prints it, with dh and h held fixed: it shortens whatever comes back.

    .. math:: \frac{\partial^{+} \Omega_A}{\partial W_{hh}} = \frac1B \sum_{b,t}
       \frac{1}{\lVert dh_t \rVert\, \lVert v_t \rVert}\; dz_t\, v_t^\top

    Equation ``eq-gradients-omega-a-gradient``; dz_t and v_t as in :func:`omega_gradient`. Source: Atanasov's lecture;
    to compare with :func:`omega_gradient`, not to use.

    Returns (H, H).
    """
    dz = (1 - h**2) * _directions(dh)[0]
    v, _ = _directions(dz @ W_hh)
    return np.tensordot(dz, v, axes=((0, 1), (0, 1))) * W_hh.dtype.type(1 / h.shape[1])


sign(
    globals(),
    "carry_ratio",
    "omega",
    "omega_without_square",
    "omega_gradient",
    "omega_without_square_gradient",
)
