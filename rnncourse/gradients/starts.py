r"""Where to start: an identity or an orthogonal matrix, and the rectifier that goes with the first. For
``book/gradients``.

Nothing here changes its arguments.
"""

from __future__ import annotations

import numpy as np

from rnncourse import bptt, rnn
from rnncourse._arrays import Array, sign
from rnncourse.shapes import (
    B_F,
    B_H,
    H_,
    H_F,
    H_H,
    T_B_F,
    T_B_H,
    Count,
    Positive,
    checked,
)


@checked
def relu_cell(x_t: B_F, h_prev: B_H, W_ih: H_F, W_hh: H_H, b_ih: H_, b_hh: H_) -> B_H:
    r"""One step of the network with the rectifier in place of tanh.

    .. math:: h_t = \max(0,\; W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})

    Equation ``eq-gradients-relu``. Source: Le, Jaitly and Hinton (2015); torch.nn.RNN with nonlinearity="relu".
    """
    return np.maximum(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh, 0)


@checked
def relu_forward(x: T_B_F, h0: B_H, W_ih: H_F, W_hh: H_H, b_ih: H_, b_hh: H_) -> T_B_H:
    r"""The states along a sequence: :func:`relu_cell`, unfolded.

    .. math:: h_t = \max(0,\; W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}), \qquad t = 1, \dots, T

    Equation ``eq-gradients-relu``. Source: Le, Jaitly and Hinton (2015).
    """
    h: list[Array] = rnn.unfold(lambda h_prev, x_t: relu_cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh), h0, x)
    return np.stack(h)


@checked
def relu_backward(dh_out: T_B_H, x: T_B_F, h0: B_H, h: T_B_H, W_ih: H_F, W_hh: H_H) -> bptt.Gradients:
    r"""Back-propagation through time for :func:`relu_forward`: a step passes the gradient whole, or not at all.

    .. math::
       dz_t = [h_t > 0] \odot \bigl( dh_t^{\text{out}} + dh_t^{\text{rec}} \bigr), \qquad
       dh_{t-1}^{\text{rec}} = W_{hh}^\top dz_t

    Equation ``eq-gradients-relu-backward``; the rest as in :func:`rnncourse.bptt.backward`. Source: chain rule, with
    torch's slope 0 at 0.
    """
    dz, dh_rec = np.empty_like(h), np.zeros_like(h0)
    for t in reversed(range(len(h))):
        dz[t] = (h[t] > 0) * (dh_out[t] + dh_rec)
        dh_rec = dz[t] @ W_hh
    before = np.concatenate([h0[None], h[:-1]])
    return bptt.Gradients(
        dW_ih=np.tensordot(dz, x, axes=((0, 1), (0, 1))),
        dW_hh=np.tensordot(dz, before, axes=((0, 1), (0, 1))),
        db=dz.sum(axis=(0, 1)),
        dx=dz @ W_ih,
        dh0=dh_rec,
    )


@checked
def linear_forward(x: T_B_F, h0: B_H, W_ih: H_F, W_hh: H_H, b: H_) -> T_B_H:
    r"""A network whose state is handed on by a matrix alone: the rectifier sits on the input.

    .. math:: h_t = W_{hh} h_{t-1} + \max(0,\; W_{ih} x_t + b)

    Equation ``eq-gradients-linear``. Source: Henaff, Szlam and LeCun (2016), whose name for it is LT-RNN.
    """
    u = np.maximum(x @ W_ih.T + b, 0)
    h: list[Array] = rnn.unfold(lambda h_prev, u_t: h_prev @ W_hh.T + u_t, h0, u)
    return np.stack(h)


@checked
def linear_backward(dh_out: T_B_H, x: T_B_F, h0: B_H, h: T_B_H, W_ih: H_F, W_hh: H_H, b: H_) -> bptt.Gradients:
    r"""Back-propagation through time for :func:`linear_forward`: no slope stands between two states.

    .. math:: dh_{t-1} = dh_{t-1}^{\text{out}} + W_{hh}^\top dh_t

    Equation ``eq-gradients-linear-backward``; an orthogonal W_hh leaves the length of what comes back as it is.
    Source: chain rule, with torch's slope 0 at 0.
    """
    dh = np.array(dh_out)
    for t in range(len(h) - 1, 0, -1):
        dh[t - 1] += dh[t] @ W_hh
    du = (x @ W_ih.T + b > 0) * dh
    before = np.concatenate([h0[None], h[:-1]])
    return bptt.Gradients(
        dW_ih=np.tensordot(du, x, axes=((0, 1), (0, 1))),
        dW_hh=np.tensordot(dh, before, axes=((0, 1), (0, 1))),
        db=du.sum(axis=(0, 1)),
        dx=du @ W_ih,
        dh0=dh[0] @ W_hh,
    )


@checked
def identity_init(
    F: Count, H: Count, rng: np.random.Generator, alpha: Positive = 1.0, std: Positive = 0.001
) -> dict[str, Array]:
    r"""Start of an IRNN: with no input, a step of :func:`relu_cell` leaves a state as it is.

    .. math:: W_{hh} = \alpha I, \qquad b_{ih} = b_{hh} = 0, \qquad W_{ih} \sim \mathcal N(0, s^2)

    Equation ``eq-gradients-identity``; s = std. For the rectifier, and W_hh alone: under tanh the identity shrinks
    every state. Source: Le, Jaitly and Hinton (2015), section 2.

    Returns W_ih (H, F), W_hh (H, H), b_ih and b_hh (H,).
    """
    return {"W_ih": rng.normal(0, std, (H, F)), "W_hh": alpha * np.eye(H), "b_ih": np.zeros(H), "b_hh": np.zeros(H)}


@checked
def orthogonal_init(H: Count, rng: np.random.Generator, gates: Count = 1) -> Array:
    r"""An orthogonal matrix for each gate, one below the other: each block keeps lengths.

    .. math:: W_{hh} = \begin{pmatrix} Q_1 \\ \vdots \\ Q_G \end{pmatrix}, \qquad Q_g^\top Q_g = I_H

    Equation ``eq-gradients-orthogonal``; G = gates. One orthonormal (GH, H) matrix would not do: its blocks shrink.
    Source: Saxe et al. (2014); uniform over the orthogonal group by Mezzadri (2007).

    Returns (GH, H).
    """
    Q, R = np.linalg.qr(rng.normal(size=(gates, H, H)))
    signs = np.sign(np.einsum("gii->gi", R))  # QR's own choice of signs is not uniform
    return (Q * signs[:, None, :]).reshape(gates * H, H)


sign(
    globals(),
    "relu_cell",
    "relu_forward",
    "relu_backward",
    "linear_forward",
    "linear_backward",
    "identity_init",
    "orthogonal_init",
)
