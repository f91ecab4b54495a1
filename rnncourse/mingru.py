r"""The minimal GRU: gates and candidates that see the input alone, so that the state is a running weighted mean.

All steps' gates are known before the first state is. What is left of the recurrence is linear,
:math:`h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \tilde h_t`, and pairs of its steps can be put together in any order:
:func:`rnncourse.after.scan` needs :math:`\log_2 T` rounds where a loop needs T steps.
Source: Feng et al. (2024), "Were RNNs all we needed?", arXiv:2410.01201.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncourse._arrays import Array, expect
from rnncourse.gates import sigmoid


class Gradients(NamedTuple):
    """Gradients of the loss, each in the shape of what it belongs to."""

    dW_ih: Array
    db_ih: Array
    dx: Array
    dh0: Array


def gates(x: Array, W_ih: Array, b_ih: Array) -> tuple[Array, Array]:
    r"""The update gates and the candidates of all steps.

    .. math:: z_t = \sigma(W_{iz} x_t + b_{iz}), \qquad \tilde h_t = W_{in} x_t + b_{in}

    Equation ``eq-after-mingru-gates``. Source: Feng et al. (2024), section 3.1.

    Shapes: x (T, B, F), W_ih (2H, F) and b_ih (2H,), rows z, n; returns z and the candidates, (T, B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError for an odd number of rows.
    """
    rows = expect(x=(x, "T B F"), W_ih=(W_ih, "R F"), b_ih=(b_ih, "R"))["R"]
    if rows % 2:
        raise ValueError(f"W_ih: expected 2H rows, got shape {W_ih.shape}")
    a_z, candidate = np.split(x @ W_ih.T + b_ih, 2, axis=2)
    return sigmoid(a_z), candidate


def forward(x: Array, h0: Array, W_ih: Array, b_ih: Array) -> Array:
    r"""The states along a sequence, one after the other.

    .. math:: h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \tilde h_t

    Equation ``eq-after-mingru``. Source: Feng et al. (2024), section 3.1.

    Shapes: x (T, B, F), h0 (B, H), W_ih (2H, F), b_ih (2H,); returns h (T, B, H). Raises as :func:`gates`.
    """
    z, candidate = gates(x, W_ih, b_ih)
    expect(h=(z, "T B H"), h0=(h0, "B H"))
    h = np.empty_like(z)
    h_t = h0
    for t in range(len(x)):
        h_t = h[t] = (1 - z[t]) * h_t + z[t] * candidate[t]
    return h


def backward(dh_out: Array, x: Array, h0: Array, h: Array, W_ih: Array, b_ih: Array) -> Gradients:
    r"""Back-propagation through time: the carry meets gates that are known beforehand.

    .. math::
       dh_t = dh_t^{\text{out}} + dh_t^{\text{rec}}, \qquad dh_{t-1}^{\text{rec}} = (1 - z_t) \odot dh_t, \qquad
       da^z_t = dh_t \odot (\tilde h_t - h_{t-1}) \odot z_t \odot (1 - z_t), \qquad
       d\tilde h_t = dh_t \odot z_t

    Equation ``eq-after-mingru-backward``. Source: chain rule on :func:`forward`.

    Shapes: dh_out and h (T, B, H), the others as :func:`forward`. Raises as :func:`gates`.
    """
    z, candidate = gates(x, W_ih, b_ih)
    expect(z=(z, "T B H"), dh_out=(dh_out, "T B H"), h=(h, "T B H"), h0=(h0, "B H"))
    before = np.concatenate([h0[None], h[:-1]])
    dh, dh_rec = np.empty_like(dh_out), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        dh[t] = dh_out[t] + dh_rec
        dh_rec = (1 - z[t]) * dh[t]
    da = np.concatenate([dh * (candidate - before) * z * (1 - z), dh * z], axis=2)
    return Gradients(np.einsum("tbr,tbf->rf", da, x), da.sum(axis=(0, 1)), da @ W_ih, dh_rec)
