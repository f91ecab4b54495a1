r"""The LSTM, and its variant with peepholes: the reading version, for the chapter ``book/lstm_gru``.

One short function an equation. Weights are stacked as torch stacks them: four blocks of H rows in the order i, f, g, o
(input gate, forget gate, candidate, output gate). ``a`` is what reaches a gate before its nonlinearity; ``dq`` is the
gradient of the loss with respect to q, in the shape of q. Rows of a batch are examples. Nothing here changes its
arguments. The fast version of the same mathematics is ``rnncourse.kernels.lstm``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncourse._arrays import Array, expect, require
from rnncourse.gates import sigmoid
from rnncourse.shapes import B_F, B_H, H4_, H4_F, H4_H, H_, T_B_F, T_B_H, AnyShape, checked


class Weights(NamedTuple):
    """What is learned, in torch's order; the rows of each are those of i, f, g, o."""

    W_ih: H4_F
    W_hh: H4_H
    b_ih: H4_
    b_hh: H4_


class Gates(NamedTuple):
    """Input gate, forget gate, candidate and output gate of one step, (B, H) each, in torch's order."""

    i_t: B_H
    f_t: B_H
    g_t: B_H
    o_t: B_H


@checked
def gates(x_t: B_F, h_prev: B_H, w: Weights) -> Gates:
    r"""The four layers of a step: three gates in (0, 1) and a candidate in (-1, 1).

    .. math::
       a_t = W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}, \qquad
       i_t = \sigma(a^i_t), \quad f_t = \sigma(a^f_t), \quad g_t = \tanh(a^g_t), \quad o_t = \sigma(a^o_t)

    Equation ``eq-lstm-gru-gates``. Source: Hochreiter and Schmidhuber (1997); Gers et al. (2000) for f; torch.nn.LSTM.
    """
    a_i, a_f, a_g, a_o = np.split(x_t @ w.W_ih.T + w.b_ih + h_prev @ w.W_hh.T + w.b_hh, 4, axis=1)
    return Gates(sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o))


@checked
def cell(x_t: B_F, h_prev: B_H, c_prev: B_H, w: Weights) -> tuple[B_H, B_H]:
    r"""One step of the LSTM: the cell keeps and adds, the state shows what the output gate lets out.

    .. math:: c_t = f_t \odot c_{t-1} + i_t \odot g_t
    .. math:: h_t = o_t \odot \tanh c_t

    Equations ``eq-lstm-gru-cell`` (c_t, which nothing squashes) and ``eq-lstm-gru-hidden`` (h_t).
    Source: Gers et al. (2000); torch.nn.LSTMCell.

    Returns h_t and c_t.
    """
    i_t, f_t, g_t, o_t = gates(x_t, h_prev, w)
    c_t = f_t * c_prev + i_t * g_t
    return o_t * np.tanh(c_t), c_t


@checked
def forward(x: T_B_F, h0: B_H, c0: B_H, w: Weights) -> tuple[T_B_H, T_B_H]:
    r"""The states and cells along a sequence; a step hands on both.

    .. math:: (h_t, c_t) = \operatorname{cell}(x_t, h_{t-1}, c_{t-1}), \qquad t = 1, \dots, T

    Equation ``eq-lstm-gru-forward``. Source: torch.nn.LSTM.

    Returns h and c.
    """
    h_t, c_t, steps = h0, c0, []
    for x_t in x:
        h_t, c_t = cell(x_t, h_t, c_t, w)
        steps.append((h_t, c_t))
    return np.stack([h for h, _ in steps]), np.stack([c for _, c in steps])


class Gradients(NamedTuple):
    """Gradients of the loss, each in the shape of what it belongs to; db serves b_ih and b_hh alike."""

    dW_ih: H4_F
    dW_hh: H4_H
    db: H4_
    dx: T_B_F
    dh0: B_H
    dc0: B_H


class StepGradients(NamedTuple):
    """What one step adds to the gradients of the weights, and what it sends to its input and back in time."""

    dW_ih: H4_F
    dW_hh: H4_H
    db: H4_
    dx_t: B_F
    dh_rec: B_H
    dc_rec: B_H


@checked
def cell_backward(dh_t: B_H, dc_rec: B_H, x_t: B_F, h_prev: B_H, c_prev: B_H, w: Weights) -> StepGradients:
    r"""One step backwards. c_t left the step by two doors: through h_t, and to the next step.

    .. math:: dc_t = dc_t^{\text{rec}} + dh_t \odot o_t \odot (1 - \tanh^2 c_t)
    .. math::
       da^i_t = dc_t \odot g_t \odot i_t (1 - i_t), \quad
       da^f_t = dc_t \odot c_{t-1} \odot f_t (1 - f_t), \quad
       da^g_t = dc_t \odot i_t \odot (1 - g_t^2), \quad
       da^o_t = dh_t \odot \tanh c_t \odot o_t (1 - o_t)
    .. math::
       dc_{t-1}^{\text{rec}} = dc_t \odot f_t, \qquad
       dh_{t-1}^{\text{rec}} = W_{hh}^\top da_t, \qquad dx_t = W_{ih}^\top da_t

    Equations ``eq-lstm-gru-dc``, ``eq-lstm-gru-da`` and ``eq-lstm-gru-carry``; the share of this step in
    ``eq-lstm-gru-dW``. ``dh_t`` is all that reaches h_t, ``dc_rec`` what reaches c_t from the next step alone.
    Source: chain rule on :func:`cell`.
    """
    i_t, f_t, g_t, o_t = gates(x_t, h_prev, w)
    tanh_c = np.tanh(f_t * c_prev + i_t * g_t)
    dc_t = dc_rec + dh_t * o_t * (1 - tanh_c**2)
    da_i = dc_t * g_t * i_t * (1 - i_t)
    da_f = dc_t * c_prev * f_t * (1 - f_t)
    da_g = dc_t * i_t * (1 - g_t**2)
    da_o = dh_t * tanh_c * o_t * (1 - o_t)
    da = np.concatenate([da_i, da_f, da_g, da_o], axis=1)
    return StepGradients(da.T @ x_t, da.T @ h_prev, da.sum(axis=0), da @ w.W_ih, da @ w.W_hh, dc_t * f_t)


@checked
def backward(
    dh_out: T_B_H,
    x: T_B_F,
    h0: B_H,
    c0: B_H,
    h: T_B_H,
    c: T_B_H,
    w: Weights,
    dh_T: B_H | None = None,
    dc_T: B_H | None = None,
) -> Gradients:
    r"""Back-propagation through time with two carries, one for the state and one for the cell.

    .. math::
       dh_t = dh_t^{\text{out}} + dh_t^{\text{rec}}, \qquad
       dW_{ih} = \sum_t da_t\, x_t^\top, \quad dW_{hh} = \sum_t da_t\, h_{t-1}^\top, \quad db = \sum_t da_t

    Equations ``eq-lstm-gru-dh`` and ``eq-lstm-gru-dW`` (summed over the batch too). Source: chain rule on
    :func:`forward`.

    dh_T and dc_T reach the last state and the last cell besides, None stands for zeros.
    """
    dh_rec = np.zeros_like(h0) if dh_T is None else dh_T
    dc_rec = np.zeros_like(c0) if dc_T is None else dc_T
    dW_ih, dW_hh, db, dx = np.zeros_like(w.W_ih), np.zeros_like(w.W_hh), np.zeros_like(w.b_ih), np.empty_like(x)
    for t in reversed(range(len(x))):
        h_prev, c_prev = (h[t - 1], c[t - 1]) if t > 0 else (h0, c0)
        step = cell_backward(dh_out[t] + dh_rec, dc_rec, x[t], h_prev, c_prev, w)
        dW_ih += step.dW_ih
        dW_hh += step.dW_hh
        db += step.db
        dx[t], dh_rec, dc_rec = step.dx_t, step.dh_rec, step.dc_rec
    return Gradients(dW_ih, dW_hh, db, dx, dh_rec, dc_rec)


@checked
def direct_path(f: T_B_H) -> B_H:
    r"""How much of the first cell is left in the last by the cell's own path: what the forget gates let through.

    .. math:: \left. \frac{\partial c_T}{\partial c_0} \right|_{\text{direct}} = \prod_{t=1}^{T} f_t

    Equation ``eq-lstm-gru-direct``; the paths through h_t and the gates come on top. Source: :func:`cell`;
    Hochreiter and Schmidhuber (1997), with f = 1.
    """
    return np.prod(f, axis=0)


class Peepholes(NamedTuple):
    """What a gate sees of its own cell, (H,) each: i and f look at c_{t-1}, o at c_t."""

    p_i: H_
    p_f: H_
    p_o: H_


def _peephole_gates(x_t: B_F, h_prev: B_H, c_prev: B_H, w: Weights, p: Peepholes) -> tuple[Gates, B_H]:
    """The gates of a step whose gates see the cell, and c_t, which the output gate waits for."""
    a_i, a_f, a_g, a_o = np.split(x_t @ w.W_ih.T + w.b_ih + h_prev @ w.W_hh.T + w.b_hh, 4, axis=1)
    i_t, f_t, g_t = sigmoid(a_i + p.p_i * c_prev), sigmoid(a_f + p.p_f * c_prev), np.tanh(a_g)
    c_t = f_t * c_prev + i_t * g_t
    return Gates(i_t, f_t, g_t, sigmoid(a_o + p.p_o * c_t)), c_t


@checked
def peephole_cell(x_t: B_F, h_prev: B_H, c_prev: B_H, w: Weights, p: Peepholes) -> tuple[B_H, B_H]:
    r"""One step of the LSTM whose gates see the cell, each unit its own.

    .. math::
       i_t = \sigma(a^i_t + p_i \odot c_{t-1}), \quad f_t = \sigma(a^f_t + p_f \odot c_{t-1}), \quad
       c_t = f_t \odot c_{t-1} + i_t \odot g_t, \quad o_t = \sigma(a^o_t + p_o \odot c_t)

    Equation ``eq-lstm-gru-peephole``; a_t, g_t and h_t as in :func:`gates` and :func:`cell`.
    Source: Gers and Schmidhuber (2000).

    Returns h_t and c_t.
    """
    (_, _, _, o_t), c_t = _peephole_gates(x_t, h_prev, c_prev, w, p)
    return o_t * np.tanh(c_t), c_t


@checked
def peephole_forward(x: T_B_F, h0: B_H, c0: B_H, w: Weights, p: Peepholes) -> tuple[T_B_H, T_B_H]:
    r"""The states and cells along a sequence.

    .. math:: (h_t, c_t) = \operatorname{cell}(x_t, h_{t-1}, c_{t-1}), \qquad t = 1, \dots, T

    Equation ``eq-lstm-gru-peephole-forward``. Source: :func:`peephole_cell`, unfolded.

    Returns h and c.
    """
    h_t, c_t, steps = h0, c0, []
    for x_t in x:
        h_t, c_t = peephole_cell(x_t, h_t, c_t, w, p)
        steps.append((h_t, c_t))
    return np.stack([h for h, _ in steps]), np.stack([c for _, c in steps])


class PeepholeGradients(NamedTuple):
    """As :class:`Gradients`, and those of the three peepholes, (H,) each."""

    dW_ih: H4_F
    dW_hh: H4_H
    db: H4_
    dx: T_B_F
    dh0: B_H
    dc0: B_H
    dp_i: H_
    dp_f: H_
    dp_o: H_


class PeepholeStepGradients(NamedTuple):
    """As :class:`StepGradients`, and the shares of the three peepholes, (H,) each."""

    dW_ih: H4_F
    dW_hh: H4_H
    db: H4_
    dx_t: B_F
    dh_rec: B_H
    dc_rec: B_H
    dp_i: H_
    dp_f: H_
    dp_o: H_


@checked
def peephole_cell_backward(
    dh_t: B_H, dc_rec: B_H, x_t: B_F, h_prev: B_H, c_prev: B_H, w: Weights, p: Peepholes
) -> PeepholeStepGradients:
    r"""One step backwards: a third door out of c_t, through o_t; two more into c_{t-1}, through i_t and f_t.

    .. math::
       da^o_t = dh_t \odot \tanh c_t \odot o_t (1 - o_t), \qquad
       dc_t = dc_t^{\text{rec}} + dh_t \odot o_t \odot (1 - \tanh^2 c_t) + p_o \odot da^o_t
    .. math:: dc_{t-1}^{\text{rec}} = dc_t \odot f_t + p_i \odot da^i_t + p_f \odot da^f_t
    .. math:: dp_i = \sum_t da^i_t \odot c_{t-1}, \quad dp_f = \sum_t da^f_t \odot c_{t-1}, \quad
       dp_o = \sum_t da^o_t \odot c_t

    Equations ``eq-lstm-gru-peephole-dc``, ``eq-lstm-gru-peephole-carry`` and, this step's share of it,
    ``eq-lstm-gru-peephole-dp`` (summed over the batch too); the rest as in :func:`cell_backward`.
    Source: chain rule on :func:`peephole_cell`.
    """
    (i_t, f_t, g_t, o_t), c_t = _peephole_gates(x_t, h_prev, c_prev, w, p)
    tanh_c = np.tanh(c_t)
    da_o = dh_t * tanh_c * o_t * (1 - o_t)
    dc_t = dc_rec + dh_t * o_t * (1 - tanh_c**2) + p.p_o * da_o
    da_i = dc_t * g_t * i_t * (1 - i_t)
    da_f = dc_t * c_prev * f_t * (1 - f_t)
    da_g = dc_t * i_t * (1 - g_t**2)
    da = np.concatenate([da_i, da_f, da_g, da_o], axis=1)
    dc_before = dc_t * f_t + p.p_i * da_i + p.p_f * da_f
    dp = [(da_q * c).sum(axis=0) for da_q, c in ((da_i, c_prev), (da_f, c_prev), (da_o, c_t))]
    return PeepholeStepGradients(da.T @ x_t, da.T @ h_prev, da.sum(axis=0), da @ w.W_ih, da @ w.W_hh, dc_before, *dp)


@checked
def peephole_backward(
    dh_out: T_B_H,
    x: T_B_F,
    h0: B_H,
    c0: B_H,
    h: T_B_H,
    c: T_B_H,
    w: Weights,
    p: Peepholes,
    dh_T: B_H | None = None,
    dc_T: B_H | None = None,
) -> PeepholeGradients:
    r"""Back-propagation through time with peepholes; the sums of :func:`backward`, and three more.

    .. math:: dh_t = dh_t^{\text{out}} + dh_t^{\text{rec}}, \qquad dW_{ih} = \sum_t da_t\, x_t^\top, \quad
       dW_{hh} = \sum_t da_t\, h_{t-1}^\top, \quad db = \sum_t da_t

    Equation ``eq-lstm-gru-peephole-dW`` (summed over the batch too); ``eq-lstm-gru-peephole-dp`` is summed here.
    Source: chain rule on :func:`peephole_forward`.
    """
    dh_rec = np.zeros_like(h0) if dh_T is None else dh_T
    dc_rec = np.zeros_like(c0) if dc_T is None else dc_T
    sums, dx = [np.zeros_like(q) for q in (w.W_ih, w.W_hh, w.b_ih, *p)], np.empty_like(x)
    for t in reversed(range(len(x))):
        h_prev, c_prev = (h[t - 1], c[t - 1]) if t > 0 else (h0, c0)
        step = peephole_cell_backward(dh_out[t] + dh_rec, dc_rec, x[t], h_prev, c_prev, w, p)
        dx[t], dh_rec, dc_rec = step.dx_t, step.dh_rec, step.dc_rec
        for total, share in zip(sums, (step.dW_ih, step.dW_hh, step.db, *step[6:]), strict=True):
            total += share
    dW_ih, dW_hh, db, *dp = sums
    return PeepholeGradients(dW_ih, dW_hh, db, dx, dh_rec, dc_rec, *dp)


def forget_bias(b_ih: H4_, b_hh: H4_, value: float = 1.0) -> tuple[H4_, H4_]:
    r"""Start with the forget gate open: the two biases of its rows together are ``value``, not each.

    .. math:: b^f_{ih} + b^f_{hh} = \beta, \qquad f_t = \sigma(\beta) \text{ where nothing else arrives}

    Equation ``eq-lstm-gru-forget-bias``. Source: Gers et al. (2000); Jozefowicz et al. (2015), with β = 1.

    Returns two new arrays: β and 0 in the rows of f, the other rows as they were.
    """
    H = _quarter(b_ih, b_hh)
    b_ih, b_hh = b_ih.copy(), b_hh.copy()
    b_ih[H : 2 * H], b_hh[H : 2 * H] = value, 0
    return b_ih, b_hh


@checked
def timescale(b_f: AnyShape) -> AnyShape:
    r"""How many steps a cell remembers when its forget gate rests on its bias: f^τ is then about 1/e.

    .. math:: \tau = \frac{1}{1 - \sigma(b_f)} = 1 + e^{b_f}

    Equation ``eq-lstm-gru-timescale``. Source: Tallec and Ollivier (2018). Any shape; returns the same shape.
    """
    return 1 + np.exp(b_f)


def chrono_bias(b_ih: H4_, b_hh: H4_, u: H_, T_max: float) -> tuple[H4_, H4_]:
    r"""Spread the time scales of the cells evenly from 2 to T_max steps, and open each input gate as far as f is shut.

    .. math:: b_f = \log\bigl(1 + u\,(T_{\max} - 2)\bigr), \qquad b_i = -b_f, \qquad u \sim \mathrm{U}[0, 1)^H

    Equation ``eq-lstm-gru-chrono``; T_max > 2. Source: Tallec and Ollivier (2018).

    Shapes: b_ih and b_hh (4H,), u (H,) in [0, 1); returns two new arrays, the rows of g and o as they were.
    """
    H = _quarter(b_ih, b_hh)
    expect(b_ih=(b_ih, str(4 * H)), u=(u, str(H)))
    require(T_max > 2, f"T_max: expected more than 2 steps, got {T_max}")
    require(u.min() >= 0 and u.max() < 1, f"u: expected numbers in [0, 1), got {u.min()} to {u.max()}")
    b_f = np.log1p(u * (T_max - 2))
    b_ih, b_hh = b_ih.copy(), b_hh.copy()
    b_ih[: 2 * H], b_hh[: 2 * H] = np.concatenate([-b_f, b_f]), 0
    return b_ih, b_hh


def _quarter(b_ih: Array, b_hh: Array) -> int:
    rows = expect(b_ih=(b_ih, "R"), b_hh=(b_hh, "R"))["R"]
    require(not rows % 4, f"b_ih: expected shape (4H,), got {b_ih.shape}")
    return rows // 4
