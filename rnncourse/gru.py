r"""The GRU, its reset after the product or before it: the reading version, for the chapter ``book/lstm_gru``.

One short function an equation. Weights are stacked as torch stacks them: three blocks of H rows in the order r, z, n
(reset gate, update gate, candidate). ``a`` is what reaches a gate before its nonlinearity; ``dq`` is the gradient of
the loss with respect to q, in the shape of q. Rows of a batch are examples. Nothing here changes its arguments. The
fast version of the same mathematics is ``rnncourse.kernels.gru``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnncourse.gates import sigmoid
from rnncourse.shapes import B_F, B_H, H3_, H3_F, H3_H, T_B_F, T_B_H, checked


class Weights(NamedTuple):
    """What is learned, in torch's order; the rows of each are those of r, z, n."""

    W_ih: H3_F
    W_hh: H3_H
    b_ih: H3_
    b_hh: H3_


@checked
def gates(x_t: B_F, h_prev: B_H, w: Weights) -> tuple[B_H, B_H, B_H]:
    r"""Reset gate, update gate and candidate; the reset acts after the product, on its bias too.

    .. math::
       r_t = \sigma(W_{ir} x_t + b_{ir} + W_{hr} h_{t-1} + b_{hr}), \qquad
       z_t = \sigma(W_{iz} x_t + b_{iz} + W_{hz} h_{t-1} + b_{hz})
    .. math:: n_t = \tanh\bigl(W_{in} x_t + b_{in} + r_t \odot (W_{hn} h_{t-1} + b_{hn})\bigr)

    Equations ``eq-lstm-gru-reset-update`` and ``eq-lstm-gru-candidate``. Source: Cho et al. (2014), in the form
    of torch.nn.GRU.

    Returns r_t, z_t, n_t, (B, H) each.
    """
    x_r, x_z, x_n = np.split(x_t @ w.W_ih.T + w.b_ih, 3, axis=1)
    h_r, h_z, h_n = np.split(h_prev @ w.W_hh.T + w.b_hh, 3, axis=1)
    r_t = sigmoid(x_r + h_r)
    return r_t, sigmoid(x_z + h_z), np.tanh(x_n + r_t * h_n)


def cell(x_t: B_F, h_prev: B_H, w: Weights) -> B_H:
    r"""One step of the GRU: z_t = 1 keeps the state, z_t = 0 replaces it.

    .. math:: h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}

    Equation ``eq-lstm-gru-gru``. Source: Cho et al. (2014); torch.nn.GRUCell.
    """
    _, z_t, n_t = gates(x_t, h_prev, w)
    return (1 - z_t) * n_t + z_t * h_prev


@checked
def forward(x: T_B_F, h0: B_H, w: Weights) -> T_B_H:
    r"""The states along a sequence.

    .. math:: h_t = \operatorname{cell}(x_t, h_{t-1}), \qquad t = 1, \dots, T

    Equation ``eq-lstm-gru-gru-forward``. Source: torch.nn.GRU.
    """
    return _unfolded(cell, x, h0, w)


def _unfolded(step: Callable[..., B_H], x: T_B_F, h0: B_H, w: Weights) -> T_B_H:
    """The states of either GRU: the place of the reset is the cell's."""
    h_t, h = h0, []
    for x_t in x:
        h_t = step(x_t, h_t, w)
        h.append(h_t)
    return np.stack(h)


class Gradients(NamedTuple):
    """Gradients of the loss; the two biases differ where the reset multiplies the recurrent one of n."""

    dW_ih: H3_F
    dW_hh: H3_H
    db_ih: H3_
    db_hh: H3_
    dx: T_B_F
    dh0: B_H


class StepGradients(NamedTuple):
    """What one step adds to the gradients of the weights, and what it sends to its input and to the state before it."""

    dW_ih: H3_F
    dW_hh: H3_H
    db_ih: H3_
    db_hh: H3_
    dx_t: B_F
    dh_rec: B_H


@checked
def cell_backward(dh_t: B_H, x_t: B_F, h_prev: B_H, w: Weights) -> StepGradients:
    r"""One step backwards: h_{t-1} is reached directly, through z, and through the three products.

    .. math::
       da^n_t = dh_t \odot (1 - z_t) \odot (1 - n_t^2), \quad
       da^z_t = dh_t \odot (h_{t-1} - n_t) \odot z_t (1 - z_t), \quad
       da^r_t = da^n_t \odot (W_{hn} h_{t-1} + b_{hn}) \odot r_t (1 - r_t)
    .. math::
       dh_{t-1}^{\text{rec}} = dh_t \odot z_t + W_{hh}^\top \bigl(da^r_t,\ da^z_t,\ r_t \odot da^n_t\bigr), \qquad
       dx_t = W_{ih}^\top \bigl(da^r_t,\ da^z_t,\ da^n_t\bigr)

    Equations ``eq-lstm-gru-gru-da`` and ``eq-lstm-gru-gru-carry``; the share of this step in ``eq-lstm-gru-gru-dW``.
    Source: chain rule on :func:`cell`.
    """
    H = h_prev.shape[1]
    r_t, z_t, n_t = gates(x_t, h_prev, w)
    h_n = h_prev @ w.W_hh[2 * H :].T + w.b_hh[2 * H :]
    da_n = dh_t * (1 - z_t) * (1 - n_t**2)
    da_z = dh_t * (h_prev - n_t) * z_t * (1 - z_t)
    da_r = da_n * h_n * r_t * (1 - r_t)
    da_i = np.concatenate([da_r, da_z, da_n], axis=1)
    da_h = np.concatenate([da_r, da_z, r_t * da_n], axis=1)
    return StepGradients(
        dW_ih=da_i.T @ x_t,
        dW_hh=da_h.T @ h_prev,
        db_ih=da_i.sum(axis=0),
        db_hh=da_h.sum(axis=0),
        dx_t=da_i @ w.W_ih,
        dh_rec=dh_t * z_t + da_h @ w.W_hh,
    )


@checked
def backward(dh_out: T_B_H, x: T_B_F, h0: B_H, h: T_B_H, w: Weights, dh_T: B_H | None = None) -> Gradients:
    r"""Back-propagation through time of the GRU.

    .. math::
       dh_t = dh_t^{\text{out}} + dh_t^{\text{rec}}, \qquad
       dW_{ih} = \sum_t da^{ih}_t x_t^\top, \quad dW_{hh} = \sum_t da^{hh}_t h_{t-1}^\top, \quad
       db_{ih} = \sum_t da^{ih}_t, \quad db_{hh} = \sum_t da^{hh}_t

    with :math:`da^{ih}_t = (da^r_t, da^z_t, da^n_t)` and :math:`da^{hh}_t = (da^r_t, da^z_t, r_t \odot da^n_t)`.

    Equation ``eq-lstm-gru-gru-dW`` (summed over the batch too). Source: chain rule on :func:`forward`.

    dh_T reaches the last state besides, None stands for zeros.
    """
    return _through_time(cell_backward, dh_out, x, h0, h, w, dh_T)


def _through_time(
    step_backward: Callable[..., StepGradients],
    dh_out: T_B_H,
    x: T_B_F,
    h0: B_H,
    h: T_B_H,
    w: Weights,
    dh_T: B_H | None,
) -> Gradients:
    """The gradients of either GRU: the place of the reset is the cell's."""
    dh_rec = np.zeros_like(h0) if dh_T is None else dh_T
    dW_ih, dW_hh, db_ih, db_hh = (np.zeros_like(q) for q in w)
    dx = np.empty_like(x)
    for t in reversed(range(len(x))):
        step = step_backward(dh_out[t] + dh_rec, x[t], h[t - 1] if t > 0 else h0, w)
        dW_ih += step.dW_ih
        dW_hh += step.dW_hh
        db_ih += step.db_ih
        db_hh += step.db_hh
        dx[t], dh_rec = step.dx_t, step.dh_rec
    return Gradients(dW_ih, dW_hh, db_ih, db_hh, dx, dh_rec)


def cell_before(x_t: B_F, h_prev: B_H, w: Weights) -> B_H:
    r"""One step of the GRU whose reset acts before the product: on the state, unit by unit, before they are mixed.

    .. math:: n_t = \tanh\bigl(W_{in} x_t + b_{in} + W_{hn} (r_t \odot h_{t-1}) + b_{hn}\bigr)

    Equation ``eq-lstm-gru-before``; r_t, z_t and h_t as in :func:`gates` and :func:`cell`. Source: Cho et
    al. (2014); the CSC413 tutorial and Mohajerin's lecture.

    Another function than :func:`cell`: a unit of the candidate meets H gates here, one there. With two units or
    more, no weights of one form give the other in general; ``rnncourse.conventions.gru`` converts where they do.
    """
    _, z_t, n_t = _gates_before(x_t, h_prev, w)
    return (1 - z_t) * n_t + z_t * h_prev


def _gates_before(x_t: B_F, h_prev: B_H, w: Weights) -> tuple[B_H, B_H, B_H]:
    """As :func:`gates`, with the candidate of :func:`cell_before`."""
    r_t, z_t, _ = gates(x_t, h_prev, w)
    n = slice(2 * h_prev.shape[1], None)
    return r_t, z_t, np.tanh(x_t @ w.W_ih[n].T + w.b_ih[n] + (r_t * h_prev) @ w.W_hh[n].T + w.b_hh[n])


@checked
def forward_before(x: T_B_F, h0: B_H, w: Weights) -> T_B_H:
    r"""The states along a sequence, with the reset before the product.

    .. math:: h_t = \operatorname{cell}(x_t, h_{t-1}), \qquad t = 1, \dots, T

    Equation ``eq-lstm-gru-before-forward``. Source: :func:`cell_before`, unfolded.
    """
    return _unfolded(cell_before, x, h0, w)


@checked
def cell_before_backward(dh_t: B_H, x_t: B_F, h_prev: B_H, w: Weights) -> StepGradients:
    r"""One step backwards: what reaches the product of r_t and h_{t-1} is shared between the two.

    .. math:: du_t = W_{hn}^\top da^n_t, \qquad da^r_t = du_t \odot h_{t-1} \odot r_t (1 - r_t)
    .. math::
       dh_{t-1}^{\text{rec}} = dh_t \odot z_t + du_t \odot r_t + W_{hr}^\top da^r_t + W_{hz}^\top da^z_t, \qquad
       dx_t = W_{ih}^\top \bigl(da^r_t,\ da^z_t,\ da^n_t\bigr)

    Equations ``eq-lstm-gru-before-da``, where :math:`u_t = r_t \odot h_{t-1}`, and ``eq-lstm-gru-before-carry``;
    :math:`da^n_t` and :math:`da^z_t` as in :func:`cell_backward`. Source: chain rule on :func:`cell_before`.

    Returns :class:`StepGradients`, both biases' shares alike.
    """
    H = h_prev.shape[1]
    r_t, z_t, n_t = _gates_before(x_t, h_prev, w)
    da_n = dh_t * (1 - z_t) * (1 - n_t**2)
    da_z = dh_t * (h_prev - n_t) * z_t * (1 - z_t)
    du = da_n @ w.W_hh[2 * H :]
    da_r = du * h_prev * r_t * (1 - r_t)
    da = np.concatenate([da_r, da_z, da_n], axis=1)
    return StepGradients(
        dW_ih=da.T @ x_t,
        dW_hh=np.concatenate([da[:, : 2 * H].T @ h_prev, da_n.T @ (r_t * h_prev)]),
        db_ih=da.sum(axis=0),
        db_hh=da.sum(axis=0),
        dx_t=da @ w.W_ih,
        dh_rec=dh_t * z_t + du * r_t + da[:, : 2 * H] @ w.W_hh[: 2 * H],
    )


@checked
def backward_before(dh_out: T_B_H, x: T_B_F, h0: B_H, h: T_B_H, w: Weights, dh_T: B_H | None = None) -> Gradients:
    r"""Back-propagation through time with the reset before the product, which the n rows of dW_hh see too.

    .. math::
       dW_{hr} = \sum_t da^r_t\, h_{t-1}^\top, \quad dW_{hz} = \sum_t da^z_t\, h_{t-1}^\top, \quad
       dW_{hn} = \sum_t da^n_t\, (r_t \odot h_{t-1})^\top

    Equation ``eq-lstm-gru-before-dW`` (summed over the batch too); the other sums as in :func:`backward`.
    Source: chain rule on :func:`forward_before`.
    """
    return _through_time(cell_before_backward, dh_out, x, h0, h, w, dh_T)
