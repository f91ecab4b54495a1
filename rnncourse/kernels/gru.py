r"""The GRU made fast: the mathematics of :mod:`rnncourse.lstm_gru`, in torch's form, its reset after the product.

What buys the time, most first:

- One product a step for what all gates see of h_{t-1}, one for what they see of x_t, and one for the weight
  gradients of as many steps as fit the cache.
- :math:`\sigma(a) = 1 / (1 + e^{-a})` for both gates at once, the minus folded into the weights.
- A step's arrays are (rows, B), so that each gate is a block of memory. Going back, a step writes the rows
  da_n, da_r, da_z, r·da_n: the first three belong to W_ih, the last three to W_hh.
- Memory is used again, see :func:`rnncourse.kernels._layer.empty`: a third of the time at H=32, a sixth at H=128.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rnncourse._arrays import Array
from rnncourse.kernels._layer import (
    Product,
    Tape,
    add_product,
    empty,
    everything_but,
    expect_layer,
    expect_upstream,
    ordered,
    spans,
)

BLOCKS = "rzn"  # of H rows in the weights


class Inputs(NamedTuple):
    """As in :func:`forward`; also their gradients."""

    x: Array
    h0: Array
    W_ih: Array
    W_hh: Array
    b_ih: Array | None
    b_hh: Array | None


class Outputs(NamedTuple):
    """All states (T, B, H), and the last; also what reaches them, None for zeros."""

    h: Any
    h_T: Any


class Kept(NamedTuple):
    """What the backward pass reads."""

    states: Array  # (T+1, B, H): h0, h_1, …, h_T
    columns: Array  # (T+1, H, B): the states again
    gates: Array  # (T, 3H, B): r, z, n
    reset: Array  # (T, H, B): W_hn h_prev + b_hn, what r multiplied


DEPENDS: dict[str, tuple[str, ...]] = {}
STATES = {"h0": "h_T"}  # what a step hands on: the first, and the last


class Gradients(NamedTuple):
    """As :class:`rnncourse.lstm_gru.GRUGradients`; dx is None where it was not asked for."""

    dW_ih: Any
    dW_hh: Any
    db_ih: Any
    db_hh: Any
    dx: Any
    dh0: Any


def forward(
    x: Array,
    h0: Array,
    W_ih: Array,
    W_hh: Array,
    b_ih: Array | None = None,
    b_hh: Array | None = None,
    product: Product = np.dot,
) -> tuple[Array, Tape]:
    r"""The states along a sequence.

    .. math:: h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1} = n_t + z_t \odot (h_{t-1} - n_t)

    Equations ``eq-lstm-gru-reset-update``, ``eq-lstm-gru-candidate``, ``eq-lstm-gru-gru`` and
    ``eq-lstm-gru-gru-forward``. Source: Cho et al. (2014), in the form of torch.nn.GRU.

    Shapes: x (T, B, F), h0 (B, H), W_ih (3H, F), W_hh (3H, H), both biases (3H,) or neither, rows in torch's order
    r, z, n; returns h (T, B, H) and the tape. ``product(a, b, out)`` multiplies two matrices into a C-contiguous
    third.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError for one bias alone.
    """
    expect_layer(len(BLOCKS), x, {"h0": h0}, W_ih, W_hh, b_ih, b_hh)
    inputs = Inputs(x, h0, W_ih, W_hh, b_ih, b_hh)
    outputs, kept = forward_unchecked(inputs, product)
    return outputs.h, Tape(inputs, kept, product)


def forward_unchecked(inputs: Inputs, product: Product, keep: bool = True) -> tuple[Outputs, Kept]:
    """:func:`forward` without a look at its arguments; NaN goes through, as in torch."""
    x, h0, W_ih, W_hh, b_ih, b_hh = inputs
    (T, B, _), H = x.shape, h0.shape[1]
    biases = [np.zeros(3 * H, x.dtype) if b is None else b for b in (b_ih, b_hh)]
    W_x, W_h, b_x, b_h = (ordered(w) for w in (W_ih, W_hh, *biases))
    b_x[: 2 * H] += b_h[: 2 * H]
    for w in (W_x, W_h, b_x):
        w[: 2 * H] *= -1
    b_hn = np.repeat(b_h[2 * H :, None], B, axis=1)
    columns, gates = empty((T + 1, H, B), x.dtype), empty((T, 3 * H, B), x.dtype)
    columns[0] = h0.T
    for x_t, a in zip(x, gates, strict=True):
        product(W_x, x_t.T, a)
    np.add(gates, b_x[:, None], gates)
    reset = empty((T, H, B), x.dtype)
    seen, difference = empty((3 * H, B), x.dtype), empty((H, B), x.dtype)
    one = np.ones((), x.dtype)
    seen_rz, seen_n = seen[: 2 * H], seen[2 * H :]
    with np.errstate(over="ignore"):  # of e^{-a}, whose reciprocal is then 0
        for t in range(T):
            h_prev, a, reset_t = columns[t], gates[t], reset[t]
            rz, n = a[: 2 * H], a[2 * H :]
            product(W_h, h_prev, seen)
            np.add(rz, seen_rz, rz)
            np.exp(rz, rz)
            np.add(rz, one, rz)
            np.divide(one, rz, rz)
            np.add(seen_n, b_hn, reset_t)
            np.multiply(rz[:H], reset_t, difference)
            np.add(n, difference, n)
            np.tanh(n, n)
            np.subtract(h_prev, n, difference)
            np.multiply(difference, rz[H:], difference)
            np.add(difference, n, columns[t + 1])
    states = ordered(columns.transpose(0, 2, 1))
    h = ordered(states[1:]) if keep else states[1:]
    return Outputs(h, h[-1].copy()), Kept(states, columns, gates, reset)


def backward(dh_out: Array | None, tape: Tape, dh_T: Array | None = None, input_gradient: bool = True) -> Gradients:
    r"""Back-propagation through time.

    .. math::
       dh_{t-1} = dh_{t-1}^{\text{out}} + dh_t \odot z_t + W_{hh}^\top \bigl(da^r_t,\ da^z_t,\ r_t \odot da^n_t\bigr)

    Equations ``eq-lstm-gru-gru-da``, ``eq-lstm-gru-gru-carry`` and ``eq-lstm-gru-gru-dW``. Source: chain rule.

    Shapes: dh_out (T, B, H), what reaches every state from outside; dh_T (B, H), what reaches the last state besides.
    None stands for zeros. Returns :class:`Gradients`, without dx if ``input_gradient`` is false.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    inputs, kept, product = tape
    expect_upstream(len(inputs.x), inputs.h0, dh_out, dh_T=dh_T)
    wanted = everything_but(Inputs) if input_gradient else everything_but(Inputs, "x")
    d: Any = backward_unchecked(Outputs(dh_out, dh_T), inputs, kept, product, wanted)
    return Gradients(d.W_ih, d.W_hh, d.b_ih, d.b_hh, d.x, d.h0)


def backward_unchecked(upstream: Any, inputs: Inputs, kept: Kept, product: Product, wanted: Any) -> Inputs:
    """:func:`backward` without a look at its arguments."""
    (dh_out, dh_T), (x, _, W_ih, W_hh, _, _), (states, columns, gates, reset) = upstream, inputs, kept
    (T, B, F), H = x.shape, W_hh.shape[1]
    dtype = columns.dtype
    dh_out = np.broadcast_to(dtype.type(0), (T, H, B)) if dh_out is None else dh_out.transpose(0, 2, 1)
    W_hh_T = ordered(W_hh.T)
    dh = np.zeros((H, B), dtype) if dh_T is None else np.array(dh_T.T, order="C")
    each = spans(T, 4 * H * B)
    K = each[-1][1]
    da, other = empty((K, 4 * H, B), dtype), empty((H, B), dtype)
    dW_ih, dW_hh, db_ih, db_hh = (np.zeros((3 * H, n), dtype) for n in (F, H, 1, 1))
    dx = empty(x.shape, dtype) if wanted.x else None
    W_x = np.concatenate([W_ih[2 * H :], W_ih[: 2 * H]])
    for start, stop in each:
        # All factors of da but dh and, for r, da_n, of the whole span.
        rz, n = gates[start:stop, : 2 * H], gates[start:stop, 2 * H :]
        slopes = da[: stop - start]
        slope_n, slope_r, slope_z, scratch = (slopes[:, k * H : (k + 1) * H] for k in range(4))
        slope_rz = slopes[:, H : 3 * H]
        np.subtract(1, rz, slope_rz)
        np.multiply(n, n, slope_n)
        np.subtract(1, slope_n, slope_n)
        slope_n *= slope_z
        slope_rz *= rz
        np.subtract(columns[start:stop], n, scratch)
        slope_z *= scratch
        slope_r *= reset[start:stop]
        for t in range(stop - 1, start - 1, -1):
            r, z, da_t = gates[t, :H], gates[t, H : 2 * H], da[t - start]
            da_n, da_r, da_z, da_hn = da_t[:H], da_t[H : 2 * H], da_t[2 * H : 3 * H], da_t[3 * H :]
            np.add(dh, dh_out[t], dh)
            np.multiply(da_n, dh, da_n)
            np.multiply(da_r, da_n, da_r)
            np.multiply(da_z, dh, da_z)
            np.multiply(da_n, r, da_hn)
            np.multiply(dh, z, dh)
            product(W_hh_T, da_t[H:], other)
            np.add(dh, other, dh)

        rows = (stop - start) * B
        da_span = ordered(da[: stop - start].transpose(1, 0, 2)).reshape(4 * H, rows)
        da_ih, da_hh, ones = da_span[: 3 * H], da_span[H:], np.ones((rows, 1), dtype)
        add_product(dW_ih, da_ih, x[start:stop].reshape(rows, F), product)
        add_product(dW_hh, da_hh, states[start:stop].reshape(rows, H), product)
        add_product(db_ih, da_ih, ones, product)
        add_product(db_hh, da_hh, ones, product)
        if dx is not None:
            product(da_ih.T, W_x, dx[start:stop].reshape(rows, F))
    dW_ih, db_ih = (np.concatenate([w[H:], w[:H]]) for w in (dW_ih, db_ih))  # n, r, z as r, z, n
    return Inputs(dx, dh.T.copy(), dW_ih, dW_hh, db_ih[:, 0], db_hh[:, 0])  # type: ignore[arg-type]
