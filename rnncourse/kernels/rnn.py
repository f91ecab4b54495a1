r"""The vanilla RNN made fast: the mathematics of :mod:`rnncourse.rnn` and :mod:`rnncourse.bptt`.

What buys the time, most first:

- One loop in each direction, with three calls a step that write into memory already there: a product, a
  sum, a nonlinearity. Whatever does not depend on the step before leaves the loop: :math:`W_{ih} x_t + b`,
  the slopes :math:`1 - h_t^2`, and the gradients of x.
- The products of all steps' ``dz_t`` with ``h_prev`` and with ``x_t`` are one product each, over T·B rows,
  instead of T small ones that are added up.
- :math:`W_{hh}^\top` is copied once: the matrix library reads rows that lie one after another faster.
- A sum over rows is a product with ones: the matrix library adds with vector instructions.
- ``np.dot`` takes 0.4 µs less than ``np.matmul`` to find the matrix library: a quarter of a small product.

States are (T, B, H) as everywhere, so that nothing is transposed on the way in or out.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rnncourse._arrays import Array, sign
from rnncourse.kernels._layer import Product, Tape, empty, everything_but, expect_layer, expect_upstream, ordered


class Inputs(NamedTuple):
    """As in :func:`forward`; also their gradients."""

    x: Array
    h0: Array
    W_ih: Array
    W_hh: Array
    b_ih: Array | None
    b_hh: Array | None
    nonlinearity: str | None = "tanh"


class Outputs(NamedTuple):
    """All states (T, B, H), and the last; also what reaches them, None for zeros."""

    h: Any
    h_T: Any


class Kept(NamedTuple):
    """What the backward pass reads."""

    states: Array  # (T+1, B, H): h0, h_1, …, h_T


DEPENDS: dict[str, tuple[str, ...]] = {}
STATES = {"h0": "h_T"}  # what a step hands on: the first, and the last


class Gradients(NamedTuple):
    """As :class:`rnncourse.bptt.Gradients`; dx is None where it was not asked for."""

    dW_ih: Any
    dW_hh: Any
    db: Any
    dx: Any
    dh0: Any


def forward(
    x: Array,
    h0: Array,
    W_ih: Array,
    W_hh: Array,
    b_ih: Array | None = None,
    b_hh: Array | None = None,
    nonlinearity: str = "tanh",
    product: Product = np.dot,
) -> tuple[Array, Tape]:
    r"""The states of the network along a sequence.

    .. math:: h_t = f(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}), \qquad f = \tanh \text{ or } \max(0, \cdot)

    Equation ``eq-rnn-forward``. Source: Goodfellow et al. (2016), eq. 10.5, 10.8–10.9.

    Shapes: x (T, B, F), h0 (B, H), W_ih (H, F), W_hh (H, H), both biases (H,) or neither; returns h (T, B, H)
    and the tape. ``product(a, b, out)`` multiplies two matrices into a C-contiguous third.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError for another nonlinearity
    or for one bias alone.
    """
    expect_layer(1, x, {"h0": h0}, W_ih, W_hh, b_ih, b_hh)
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError(f"nonlinearity: expected 'tanh' or 'relu', got {nonlinearity!r}")
    inputs = Inputs(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity)
    outputs, kept = forward_unchecked(inputs, product)
    return outputs.h, Tape(inputs, kept, product)


def forward_unchecked(inputs: Inputs, product: Product, keep: bool = True) -> tuple[Outputs, Kept]:
    """:func:`forward` without a look at its arguments; NaN goes through, as in torch."""
    x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity = inputs
    (T, B, F), H = x.shape, len(W_hh)
    states = empty((T + 1, B, H), x.dtype)
    states[0] = h0
    h = states[1:]  # holds W_ih x_t + b first, then z_t, then h_t

    product(x.reshape(T * B, F), W_ih.T, h.reshape(T * B, H))
    if b_ih is not None and b_hh is not None:
        h += b_ih + b_hh
    W_hh_T, recurrent = np.ascontiguousarray(W_hh.T), np.empty_like(states[0])
    h_prev = states[0]
    for h_t in h:
        product(h_prev, W_hh_T, recurrent)
        np.add(h_t, recurrent, h_t)
        if nonlinearity == "tanh":
            np.tanh(h_t, h_t)
        else:
            np.maximum(h_t, 0, h_t)
        h_prev = h_t
    return Outputs(ordered(h) if keep else h, h[-1].copy()), Kept(states)


def backward(dh_out: Array | None, tape: Tape, dh_T: Array | None = None, input_gradient: bool = True) -> Gradients:
    r"""Back-propagation through time.

    .. math::
       dh_t = dh_t^{\text{out}} + dh_t^{\text{rec}}, \qquad dz_t = f'(z_t) \odot dh_t, \qquad
       dh_{t-1}^{\text{rec}} = W_{hh}^\top dz_t, \qquad
       dW_{hh} = \sum_t dz_t\, h_{t-1}^\top, \quad dW_{ih} = \sum_t dz_t\, x_t^\top, \quad db = \sum_t dz_t

    Equations ``eq-bptt-dh``, ``eq-bptt-dz``, ``eq-bptt-carry``, ``eq-bptt-W``, ``eq-bptt-U`` and ``eq-bptt-b``.
    Source: Goodfellow et al. (2016), eq. 10.20–10.28.

    Shapes: dh_out (T, B, H), what reaches every state from outside; dh_T (B, H), what reaches the last state besides.
    None stands for zeros. Returns :class:`Gradients`, without dx if ``input_gradient`` is false.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    inputs, kept, product = tape
    expect_upstream(len(inputs.x), inputs.h0, dh_out, dh_T=dh_T)
    wanted = everything_but(Inputs) if input_gradient else everything_but(Inputs, "x")
    d: Any = backward_unchecked(Outputs(dh_out, dh_T), inputs, kept, product, wanted)
    return Gradients(d.W_ih, d.W_hh, d.b_ih, d.x, d.h0)


def backward_unchecked(upstream: Any, inputs: Inputs, kept: Kept, product: Product, wanted: Any) -> Inputs:
    """:func:`backward` without a look at its arguments."""
    x, _, W_ih, W_hh, _, _, nonlinearity = inputs
    (T, B, F), H, states = x.shape, len(W_hh), kept.states
    (dh_out, dh_T), h = upstream, states[1:]
    if dh_out is None:
        dh_out = np.broadcast_to(h.dtype.type(0), h.shape)

    if nonlinearity == "tanh":
        dz = np.multiply(h, h, empty(h.shape, h.dtype))
        np.subtract(1, dz, dz)
    else:
        dz = (h > 0).astype(h.dtype)
    dh = np.zeros_like(states[0]) if dh_T is None else dh_T.copy()
    for dz_t, dh_out_t in zip(dz[::-1], dh_out[::-1], strict=True):
        np.add(dh, dh_out_t, dh)
        np.multiply(dz_t, dh, dz_t)
        product(dz_t, W_hh, dh)

    dz = dz.reshape(T * B, H)
    dW_ih, dW_hh, db = (np.empty(shape, dz.dtype) for shape in (W_ih.shape, W_hh.shape, (1, H)))
    product(dz.T, x.reshape(T * B, F), dW_ih)
    product(dz.T, states[:-1].reshape(T * B, H), dW_hh)
    product(np.ones((1, T * B), dz.dtype), dz, db)
    dx = None
    if wanted.x:
        dx = np.empty(x.shape, x.dtype)
        product(dz, W_ih, dx.reshape(T * B, F))
    return Inputs(dx, dh, dW_ih, dW_hh, db[0], db[0].copy(), None)  # type: ignore[arg-type]


sign(globals(), "forward", "backward")
