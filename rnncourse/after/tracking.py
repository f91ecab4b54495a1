r"""What a linear recurrence can follow: one number that may turn its sign, one matrix that may exchange things."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from rnncourse._arrays import Array, require
from rnncourse.rules import binary
from rnncourse.shapes import T_B, T_B_H, Ints, T_B_ids, checked

Bits = Annotated[T_B, binary]


@checked
def parity(x: Bits) -> T_B:
    r"""Whether the ones so far are even (+1) or odd (-1) in number: one unit, linear, without a bias.

    .. math:: h_t = (1 - 2 x_t)\, h_{t-1}, \qquad h_0 = 1

    Equation ``eq-after-parity``. The factor is 1 or -1; with factors from 0 to 1 no such unit exists. Source: Sarrof
    et al. (2024).
    """
    return np.cumprod(1 - 2 * x, axis=0)


@checked
def signed(a: T_B_H) -> T_B_H:
    r"""A gate that may turn the state round: twice a gate, less one.

    .. math:: g = 2\sigma(2a) - 1 = \tanh a

    Equation ``eq-after-signed``. Source: Grazzi et al. (2024).
    """
    return np.tanh(a)


@checked
def distance_left(a: T_B_H) -> T_B_H:
    r"""How far two starts are still apart, as a share of what they were: the product of the factors.

    .. math:: h_t - h'_t = \Bigl(\prod_{s=1}^{t} a_s\Bigr) (h_0 - h'_0)

    Equation ``eq-after-apart``. Factors from 0 to 1 never change its sign: which of two states is the greater, no
    sequence of inputs can turn round. Source: difference of two solutions of ``eq-after-recurrence``.
    """
    return np.cumprod(a, axis=0)


@checked
def reflection(u: T_B_H) -> Array:
    r"""The matrix that turns the direction of u round and leaves all others: a mirror.

    .. math:: A = I - 2\, \frac{u u^\top}{u^\top u}

    Equation ``eq-after-reflection``. With :math:`u = e_i - e_j` it exchanges entries i and j: every permutation is a
    few mirrors. Source: Householder (1958).

    Shapes: u (T, B, H), no row of zeros; returns (T, B, H, H).
    """
    size = (u**2).sum(axis=-1)
    require(bool((size > 0).all()), "u: expected directions, got a row of zeros")
    return np.eye(u.shape[-1], dtype=u.dtype) - 2 * u[..., :, None] * u[..., None, :] / size[..., None, None]


@checked
def follow_exchanges(i: T_B_ids, j: Ints, h0: Array) -> Array:
    r"""Where things lie after exchanges of two places, by a product of mirrors.

    .. math:: h_t = \Bigl(I - (e_{i_t} - e_{j_t})(e_{i_t} - e_{j_t})^\top\Bigr) h_{t-1}

    Equation ``eq-after-exchange``. Source: :func:`reflection` of the difference of two unit vectors.

    Shapes: i and j (T, B), places from 0 to H - 1, two different ones a step, h0 (B, H); returns (T, B, H).
    """
    T, B = i.shape
    require(np.shape(j) == (T, B), f"j: expected shape {(T, B)}, got {np.shape(j)}")
    require(not (i == j).any(), "i, j: expected two different places in each step")
    one = np.eye(h0.shape[1], dtype=h0.dtype)
    h_t, h = h0, []
    for t in range(T):
        u = one[i[t]] - one[j[t]]
        h_t = h_t - u * (u * h_t).sum(axis=1, keepdims=True)
        h.append(h_t)
    return np.stack(h)
