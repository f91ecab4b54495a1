r"""The LSTM made fast: the mathematics of :mod:`rnncourse.lstm_gru`.

What buys the time, most first:

- One product a step for all gates, of :math:`[W_{hh}\ W_{ih}\ b]` with :math:`[h_{t-1}; x_t; 1]`; one product for
  the weight gradients of as many steps as fit the cache.
- One tanh for all gates: :math:`\sigma(a) = \tfrac12 + \tfrac12 \tanh \tfrac a2`, the inner half folded into the
  weights.
- A step's arrays are (rows, B), so that each gate is a block of memory; the order o, i, f, g, with c_{t-1} after g,
  makes i·g and f·c one multiplication, and the three that dc reaches another.
- Everything is written into memory already there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncourse._arrays import Array
from rnncourse.kernels._layer import Product, add_product, expect_layer, expect_upstream, spans


class Tape(NamedTuple):
    """What the forward pass leaves for the backward pass; it shares memory with x and with h."""

    x: Array  # (T, B, F)
    states: Array  # (T+1, B, H): h0, h_1, …, h_T
    gates: Array  # (T+1, 5H, B): o, i, f, g, c_prev; the last has c_T alone
    tanh_c: Array  # (T, H, B)
    W_ih: Array
    W_hh: Array
    product: Product


class Gradients(NamedTuple):
    """As :class:`rnncourse.lstm_gru.LSTMGradients`; dx is None where it was not asked for."""

    dW_ih: Array
    dW_hh: Array
    db: Array
    dx: Array | None
    dh0: Array
    dc0: Array


def forward(
    x: Array,
    h0: Array,
    c0: Array,
    W_ih: Array,
    W_hh: Array,
    b_ih: Array | None = None,
    b_hh: Array | None = None,
    product: Product = np.dot,
) -> tuple[Array, Array, Tape]:
    r"""The states along a sequence, and the last cell.

    .. math:: c_t = f_t \odot c_{t-1} + i_t \odot g_t, \qquad h_t = o_t \odot \tanh c_t

    Equations ``eq-lstm-gru-gates``, ``eq-lstm-gru-cell``, ``eq-lstm-gru-hidden`` and ``eq-lstm-gru-forward``.
    Source: Gers et al. (2000); torch.nn.LSTM.

    Shapes: x (T, B, F), h0 and c0 (B, H), W_ih (4H, F), W_hh (4H, H), both biases (4H,) or neither, rows in torch's
    order i, f, g, o; returns h (T, B, H), c_T (B, H) and the tape. ``product(a, b, out)`` multiplies two matrices
    into a C-contiguous third.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError for one bias alone.
    """
    expect_layer(4, x, {"h0": h0, "c0": c0}, W_ih, W_hh, b_ih, b_hh)
    return forward_unchecked(x, h0, c0, W_ih, W_hh, b_ih, b_hh, product)


def forward_unchecked(
    x: Array,
    h0: Array,
    c0: Array,
    W_ih: Array,
    W_hh: Array,
    b_ih: Array | None,
    b_hh: Array | None,
    product: Product,
) -> tuple[Array, Array, Tape]:
    """:func:`forward` without a look at its arguments; NaN goes through, as in torch."""
    (T, B, F), H = x.shape, h0.shape[1]
    b = np.zeros(4 * H, x.dtype) if b_ih is None or b_hh is None else b_ih + b_hh
    W = _output_gate_first(np.concatenate([W_hh, W_ih, b[:, None]], axis=1))
    W[: 3 * H] *= 0.5
    hx1 = np.empty((T + 1, H + F + 1, B), x.dtype)
    hx1[0, :H], hx1[:T, H:-1], hx1[:, -1] = h0.T, x.transpose(0, 2, 1), 1
    gates, tanh_c = np.empty((T + 1, 5 * H, B), x.dtype), np.empty((T, H, B), x.dtype)
    gates[0, 4 * H :] = c0.T
    written = np.empty((2 * H, B), x.dtype)
    ig, fc, half = written[:H], written[H:], np.full((), 0.5, x.dtype)
    for t in range(T):
        step = gates[t]
        a, c_t = step[: 4 * H], gates[t + 1, 4 * H :]
        product(W, hx1[t], a)
        np.tanh(a, a)
        sigmoids = a[: 3 * H]
        np.multiply(sigmoids, half, sigmoids)
        np.add(sigmoids, half, sigmoids)
        np.multiply(step[H : 3 * H], step[3 * H :], written)
        np.add(ig, fc, c_t)
        np.tanh(c_t, tanh_c[t])
        np.multiply(step[:H], tanh_c[t], hx1[t + 1, :H])
    states = np.ascontiguousarray(hx1[:, :H].transpose(0, 2, 1))
    return states[1:], gates[T, 4 * H :].T.copy(), Tape(x, states, gates, tanh_c, W_ih, W_hh, product)


def backward(
    dy: Array | None,
    tape: Tape,
    dh_T: Array | None = None,
    dc_T: Array | None = None,
    input_gradient: bool = True,
) -> Gradients:
    r"""Back-propagation through time with two carries.

    .. math:: \bar{dc}_t = dc_t + dh_t \odot o_t \odot (1 - \tanh^2 c_t), \qquad dc_{t-1} = \bar{dc}_t \odot f_t

    Equations ``eq-lstm-gru-dc``, ``eq-lstm-gru-da``, ``eq-lstm-gru-carry``, ``eq-lstm-gru-dh`` and
    ``eq-lstm-gru-dW``. Source: chain rule.

    Shapes: dy (T, B, H), what reaches every state from outside; dh_T and dc_T (B, H), what reaches the last state
    and the last cell besides. None stands for zeros. Returns :class:`Gradients`, without dx if ``input_gradient``
    is false.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect_upstream(len(tape.x), tape.states[0], dy, dh_T=dh_T, dc_T=dc_T)
    return backward_unchecked(dy, tape, dh_T, dc_T, input_gradient)


def backward_unchecked(
    dy: Array | None, tape: Tape, dh_T: Array | None, dc_T: Array | None, input_gradient: bool
) -> Gradients:
    """:func:`backward` without a look at its arguments."""
    x, states, gates, tanh_c, W_ih, W_hh, product = tape
    (T, B, F), H = x.shape, W_hh.shape[1]
    dtype = states.dtype
    dy_T = np.broadcast_to(dtype.type(0), (T, H, B)) if dy is None else dy.transpose(0, 2, 1)
    W_hh_T = np.ascontiguousarray(_output_gate_first(W_hh).T)
    dh, dc = (np.zeros((H, B), dtype) if d is None else np.array(d.T, order="C") for d in (dh_T, dc_T))
    each = spans(T, 4 * H * B)
    K = each[-1][1]
    da, doors, through_h = np.empty((K, 4 * H, B), dtype), np.empty((K, H, B), dtype), np.empty((H, B), dtype)
    dW_ih, dW_hh, db = (np.zeros((4 * H, n), dtype) for n in (F, H, 1))
    dx = np.empty(x.shape, dtype) if input_gradient else None
    W_x = _output_gate_first(W_ih)
    for start, stop in each:
        # All factors of da but dh and dc, of the whole span.
        step, tanh_c_span, door = gates[start:stop], tanh_c[start:stop], doors[: stop - start]
        sigmoids, slopes = step[:, : 3 * H], da[: stop - start]
        np.multiply(sigmoids, sigmoids, slopes[:, : 3 * H])
        np.subtract(sigmoids, slopes[:, : 3 * H], slopes[:, : 3 * H])
        np.multiply(step[:, 3 * H : 4 * H], step[:, 3 * H : 4 * H], slopes[:, 3 * H :])
        np.subtract(1, slopes[:, 3 * H :], slopes[:, 3 * H :])
        slopes[:, :H] *= tanh_c_span
        slopes[:, H : 3 * H] *= step[:, 3 * H :]
        slopes[:, 3 * H :] *= step[:, H : 2 * H]
        np.multiply(tanh_c_span, tanh_c_span, door)
        np.subtract(1, door, door)
        door *= step[:, :H]
        for t in range(stop - 1, start - 1, -1):
            da_t = da[t - start]
            da_o, da_ifg = da_t[:H], da_t[H:].reshape(3, H, B)
            np.add(dh, dy_T[t], dh)
            np.multiply(doors[t - start], dh, through_h)
            np.add(dc, through_h, dc)
            np.multiply(da_o, dh, da_o)
            np.multiply(da_ifg, dc, da_ifg)
            np.multiply(dc, gates[t, 2 * H : 3 * H], dc)
            product(W_hh_T, da_t, dh)

        rows = (stop - start) * B
        da_span = da[: stop - start].transpose(1, 0, 2).reshape(4 * H, rows)
        add_product(dW_ih, da_span, x[start:stop].reshape(rows, F), product)
        add_product(dW_hh, da_span, states[start:stop].reshape(rows, H), product)
        add_product(db, da_span, np.ones((rows, 1), dtype), product)
        if dx is not None:
            product(da_span.T, W_x, dx[start:stop].reshape(rows, F))
    dW_ih, dW_hh, db = (_output_gate_last(total) for total in (dW_ih, dW_hh, db))
    return Gradients(dW_ih, dW_hh, db[:, 0], dx, dh.T.copy(), dc.T.copy())


def _output_gate_first(W: Array) -> Array:
    """Rows i, f, g, o as o, i, f, g."""
    H = len(W) // 4
    return np.concatenate([W[3 * H :], W[: 3 * H]])


def _output_gate_last(W: Array) -> Array:
    """Rows o, i, f, g as i, f, g, o."""
    H = len(W) // 4
    return np.concatenate([W[H:], W[:H]])
