r"""The minimal GRU made fast: the mathematics of :mod:`rnncourse.mingru`.

What buys the time, most first:

- Gates and candidates need no state: a few products, exponentials and divisions for all steps. What is left in the loop
  are two calls a step, a multiplication and a sum, in each direction.
- Gates and candidates are products of their own, so that each lies in one piece.
- Both passes go through spans of steps that fit the cache, so that all which is done to a span is done there.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rnncourse._arrays import Array, expect
from rnncourse.kernels._layer import Product, Tape, add_product, empty, everything_but, expect_upstream, ordered, spans

BLOCKS = "zn"  # of H rows in the weights


class Inputs(NamedTuple):
    """As in :func:`forward`; also their gradients."""

    x: Array
    h0: Array
    W_ih: Array
    b_ih: Array | None


class Outputs(NamedTuple):
    """All states (T, B, H), and the last; also what reaches them, None for zeros."""

    h: Any
    h_T: Any


class Kept(NamedTuple):
    """What the backward pass reads."""

    states: Array  # (T+1, B, H): h0, h_1, …, h_T
    z: Array  # (T, B, H)
    candidate: Array  # (T, B, H)


class Gradients(NamedTuple):
    """As :class:`rnncourse.mingru.Gradients`; dx is None where it was not asked for."""

    dW_ih: Array
    db_ih: Array
    dx: Array | None
    dh0: Array


DEPENDS: dict[str, tuple[str, ...]] = {}
STATES = {"h0": "h_T"}  # what a step hands on: the first, and the last


def forward(
    x: Array, h0: Array, W_ih: Array, b_ih: Array | None = None, product: Product = np.dot
) -> tuple[Array, Tape]:
    r"""The states along a sequence.

    .. math:: h_t = h_{t-1} + z_t \odot (\tilde h_t - h_{t-1})

    Source: Feng et al. (2024), section 3.1.

    Shapes: x (T, B, F), h0 (B, H), W_ih (2H, F), b_ih (2H,) or None, rows z, n; returns h (T, B, H) and the tape.
    ``product(a, b, out)`` multiplies two matrices into a C-contiguous third.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    rows = str(len(BLOCKS) * expect(h0=(h0, "B H"))["H"])
    biases = {} if b_ih is None else {"b_ih": (b_ih, rows)}
    expect(x=(x, "T B F"), h0=(h0, "B H"), W_ih=(W_ih, f"{rows} F"), **biases)
    inputs = Inputs(x, h0, W_ih, b_ih)
    outputs, kept = forward_unchecked(inputs, product)
    return outputs.h, Tape(inputs, kept, product)


def forward_unchecked(inputs: Inputs, product: Product, keep: bool = True) -> tuple[Outputs, Kept]:
    """:func:`forward` without a look at its arguments; NaN goes through, as in torch."""
    x, h0, W_ih, b_ih = inputs
    (T, B, F), H, dtype = x.shape, h0.shape[1], x.dtype
    states, z, candidate = (empty((steps, B, H), dtype) for steps in (T + 1, T, T))
    states[0] = h0
    W_z, W_n = ordered(-W_ih[:H].T), ordered(W_ih[H:].T)
    b = np.zeros(2 * H, dtype) if b_ih is None else b_ih
    b_z, b_n, one, step = -b[:H], b[H:], np.ones((), dtype), np.empty((B, H), dtype)
    h = empty((T, B, H), dtype) if keep else states[1:]
    with np.errstate(over="ignore"):  # of e^{-a}, whose reciprocal is then 0
        for start, stop in reversed(spans(T, 4 * B * H)):
            span, rows = slice(start, stop), (stop - start) * B
            z_span, n_span, h_span = z[span], candidate[span], states[1:][span]
            for W, bias, a in (W_z, b_z, z_span), (W_n, b_n, n_span):
                a_rows = a.reshape(rows, H)
                product(x[span].reshape(rows, F), W, a_rows)
                np.add(a_rows, bias, a_rows)
            np.exp(z_span, z_span)
            np.add(z_span, one, z_span)
            np.divide(one, z_span, z_span)
            np.multiply(z_span, n_span, h_span)
            stays = np.subtract(one, z_span, h[span] if keep else z_span)  # in memory not needed yet, or no more
            h_prev = states[start]
            for stays_t, h_t in zip(stays, h_span, strict=True):
                np.multiply(stays_t, h_prev, step)
                np.add(h_t, step, h_t)
                h_prev = h_t
            if keep:
                h[span] = h_span
    return Outputs(h, states[T].copy()), Kept(states, z, candidate)


def backward(dh_out: Array | None, tape: Tape, dh_T: Array | None = None, input_gradient: bool = True) -> Gradients:
    r"""Back-propagation through time.

    .. math:: dh_{t-1} = dh_{t-1}^{\text{out}} + (1 - z_t) \odot dh_t

    Source: chain rule; :func:`rnncourse.mingru.backward` has the rest.

    Shapes: dh_out (T, B, H), what reaches every state from outside; dh_T (B, H), what reaches the last state besides.
    None stands for zeros. Returns :class:`Gradients`, without dx if ``input_gradient`` is false.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    inputs, kept, product = tape
    expect_upstream(len(inputs.x), inputs.h0, dh_out, dh_T=dh_T)
    wanted = everything_but(Inputs) if input_gradient else everything_but(Inputs, "x")
    d: Any = backward_unchecked(Outputs(dh_out, dh_T), inputs, kept, product, wanted)
    return Gradients(d.W_ih, d.b_ih, d.x, d.h0)


def backward_unchecked(upstream: Any, inputs: Inputs, kept: Kept, product: Product, wanted: Any) -> Inputs:
    """:func:`backward` without a look at its arguments."""
    (dh_out, dh_T), (x, h0, W_ih, _), (states, z, candidate) = upstream, inputs, kept
    (T, B, F), H, dtype = x.shape, h0.shape[1], x.dtype
    dh_out = np.broadcast_to(dtype.type(0), z.shape) if dh_out is None else dh_out
    each = spans(T, 4 * B * H)
    K = each[-1][1]
    dn, dz, stays = (empty((K, B, H), dtype) for _ in range(3))
    dh_rec = np.zeros((B, H), dtype) if dh_T is None else np.array(dh_T, order="C")
    dW_ih, db_ih = np.zeros((2 * H, F), dtype), np.zeros((2, 1, H), dtype)
    one, ones, part = np.ones((), dtype), np.ones((1, K * B), dtype), empty((K * B, F), dtype)
    dx = empty(x.shape, dtype) if wanted.x else None
    for start, stop in each:
        n, rows = stop - start, (stop - start) * B
        of_z, of_n, z_span, x_rows = dz[:n], dn[:n], z[start:stop], x[start:stop].reshape(rows, F)
        np.subtract(one, z_span, stays[:n])
        for stays_t, dh_out_t, dh_t in zip(stays[:n][::-1], dh_out[start:stop][::-1], of_n[::-1], strict=True):
            np.add(dh_out_t, dh_rec, dh_t)
            np.multiply(stays_t, dh_t, dh_rec)
        np.multiply(of_n, z_span, of_n)
        np.subtract(candidate[start:stop], states[start:stop], of_z)
        np.multiply(of_z, of_n, of_z)
        np.multiply(of_z, stays[:n], of_z)
        for block, d in enumerate((of_z.reshape(rows, H), of_n.reshape(rows, H))):
            weights = slice(block * H, (block + 1) * H)
            add_product(dW_ih[weights], d.T, x_rows, product)
            add_product(db_ih[block], ones[:, :rows], d, product)
            if dx is not None:
                dx_rows = dx[start:stop].reshape(rows, F)
                product(d, W_ih[weights], part[:rows] if block else dx_rows)
        if dx is not None:
            np.add(dx_rows, part[:rows], dx_rows)
    return Inputs(dx, dh_rec, dW_ih, db_ih.reshape(2 * H))  # type: ignore[arg-type]
