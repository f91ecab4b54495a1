r"""Features of an image, read by an RNN column by column. For the chapter ``book/seq2seq``.

``dq`` is the gradient of the loss with respect to q. Nothing here changes its arguments.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncourse import bptt, rnn
from rnncourse._arrays import Array, expect, require
from rnncourse.shapes import (
    B_C_I_J,
    B_D_I_J,
    B_H,
    D_,
    D_C_P_Q,
    H_,
    H_F,
    H_H,
    T_B_F,
    T_B_H,
    Count,
    Natural,
    checked,
)


@checked
def conv2d(x: B_C_I_J, W: D_C_P_Q, b: D_, stride: Count = 1, padding: Natural = 0) -> B_D_I_J:
    r"""A convolution as networks mean it: the same few weights at every place of an image.

    .. math:: z_{d,i,j} = b_d + \sum_{c,p,q} W_{d,c,p,q}\; x_{c,\,s i + p - r,\,s j + q - r}

    Equation ``eq-seq2seq-conv``, with stride s and r rows and columns of zeros around the image. Source: Goodfellow et
    al. (2016), eq. 9.6 and section 9.5; torch.nn.functional.conv2d.

    Returns z (B, D, I', J') with I' = ⌊(I + 2r - P) / s⌋ + 1.
    """
    return np.einsum("bcijpq,dcpq->bdij", _windows(x, W, stride, padding), W) + b[:, None, None]


@checked
def conv2d_backward(
    dz: Array, x: B_C_I_J, W: D_C_P_Q, b: D_, stride: Count = 1, padding: Natural = 0
) -> tuple[B_C_I_J, D_C_P_Q, D_]:
    r"""Back through the convolution: every place where a weight was used counts.

    .. math::
       dW_{d,c,p,q} = \sum_{i,j} dz_{d,i,j}\; x_{c,\,s i + p - r,\,s j + q - r}, \qquad
       dx_{c,\,s i + p - r,\,s j + q - r} \mathrel{+}= \sum_d W_{d,c,p,q}\, dz_{d,i,j}, \qquad
       db_d = \sum_{i,j} dz_{d,i,j}

    Equation ``eq-seq2seq-conv-backward`` (dW and db summed over the batch too). Source: chain rule on :func:`conv2d`.

    Shapes: dz (B, D, I', J'), others as there; returns dx, dW, db.
    """
    windows = _windows(x, W, stride, padding)
    (B, _, rows, columns, P, Q), D, r = windows.shape, len(b), padding
    expect(dz=(dz, f"{B} {D} {rows} {columns}"), x=(x, "N C I J"))
    dx = np.zeros_like(np.pad(x, [(0, 0), (0, 0), (r, r), (r, r)]))
    for p in range(P):
        for q in range(Q):
            used = dx[:, :, p : p + stride * rows : stride, q : q + stride * columns : stride]
            used += np.einsum("dc,bdij->bcij", W[:, :, p, q], dz)
    inside = dx[:, :, r : dx.shape[2] - r, r : dx.shape[3] - r]
    return inside, np.einsum("bcijpq,bdij->dcpq", windows, dz), dz.sum(axis=(0, 2, 3))


def _windows(x: B_C_I_J, W: D_C_P_Q, stride: int, padding: int) -> Array:
    """What each place of the result sees of the padded image: a view (B, C, I', J', P, Q)."""
    fits = all(kernel <= image + 2 * padding for image, kernel in zip(x.shape[2:], W.shape[2:], strict=True))
    require(fits, f"W: expected a kernel no larger than the padded image, got {W.shape} on {x.shape}")
    padded = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, W.shape[2:], axis=(2, 3))  # type: ignore[call-overload]
    return windows[:, :, ::stride, ::stride]


@checked
def columns(features: B_D_I_J) -> T_B_F:
    r"""Features as a sequence: a step is a column of the image, from left to right.

    .. math:: x_{t} = \operatorname{vec}\bigl(a_{\cdot,\cdot,t}\bigr), \qquad x_{t,\,dI + i} = a_{d,i,t}

    Equation ``eq-seq2seq-columns``. Source: Shi et al. (2017), section 2.1, the map to a sequence.
    """
    B, _, _, J = features.shape
    return features.transpose(3, 0, 1, 2).reshape(J, B, -1)


class ImageGradients(NamedTuple):
    """Gradients of a convolution whose features an RNN reads, and of that RNN."""

    dW: D_C_P_Q
    db: D_
    dimage: B_C_I_J
    rnn: bptt.Gradients


def image_to_states(
    image: B_C_I_J, W: D_C_P_Q, b: D_, h0: B_H, W_ih: H_F, W_hh: H_H, b_ih: H_, b_hh: H_, padding: Natural = 1
) -> T_B_H:
    r"""A convolution finds features, an RNN reads them column by column.

    .. math:: a = \max(0,\ \operatorname{conv}(x)), \qquad h_t = \operatorname{cell}(\operatorname{vec}(a_t), h_{t-1})

    Equation ``eq-seq2seq-image``. Source: Shi et al. (2017), with one layer of each.

    Shapes: image (B, C, I, J), W and b as in :func:`conv2d`, the RNN's as in :func:`rnncourse.rnn.forward` with
    F = D·I'; returns h (J', B, H).
    """
    a = np.maximum(conv2d(image, W, b, padding=padding), 0)
    return rnn.forward(columns(a), h0, W_ih, W_hh, b_ih, b_hh)


def image_to_states_backward(
    dh_out: T_B_H, image: B_C_I_J, W: D_C_P_Q, b: D_, h0: B_H, h: T_B_H, W_ih: H_F, W_hh: H_H, padding: Natural = 1
) -> ImageGradients:
    r"""Back through time, then through the features of every column at once.

    .. math:: da_{\cdot,\cdot,t} = \operatorname{vec}^{-1}(dx_t), \qquad dz = [\,z > 0\,] \odot da

    Equation ``eq-seq2seq-image-backward``; dx is that of :func:`rnncourse.bptt.backward`, dz goes to
    :func:`conv2d_backward`. Source: chain rule on :func:`image_to_states`.
    """
    z = conv2d(image, W, b, padding=padding)
    through_time = bptt.backward(dh_out, columns(np.maximum(z, 0)), h0, h, W_ih, W_hh)
    B, D, rows, steps = z.shape
    dz = (z > 0) * through_time.dx.reshape(steps, B, D, rows).transpose(1, 2, 3, 0)
    dimage, dW, db = conv2d_backward(dz, image, W, b, padding=padding)
    return ImageGradients(dW, db, dimage, through_time)
