r"""NARX's free run made fast: the mathematics of :mod:`rnncourse.narx`, and back-propagation through the feedback.

What buys the time, most first:

- Only what waits for the step before stays in the loops, two products a step in each. The inputs' share of the hidden
  layer is one product over all steps, and so is every gradient of a weight.
- Hidden layer and direct path are one matrix :math:`[W_{ih}; W_{io}]`, zeros where there is no direct path.
- The outputs stand newest first along a row of ``past``, so that the past of a step is a slice of it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rnncourse._arrays import Array, expect
from rnncourse.kernels._layer import Product, Tape, empty, everything_but, looped, ordered


class Inputs(NamedTuple):
    """As in :func:`forward`; also their gradients. ``forced`` has none."""

    v: Array
    y: Array
    forced: Any
    W_ih: Array
    b_ih: Array
    W_ho: Array
    b_ho: Array
    W_io: Array | None
    n_y: int


class Outputs(NamedTuple):
    """Predictions (N, B, K); also what reaches them, None for zeros."""

    y_hat: Any


class Kept(NamedTuple):
    """What the backward pass reads."""

    past: Array  # (B, (S + N) K): what was fed back, newest first
    h: Array  # (N, B, H)


class Gradients(NamedTuple):
    """Gradients of the loss; dW_io is None without a direct path, dv where it was not asked for."""

    dW_ih: Any
    db_ih: Any
    dW_ho: Any
    db_ho: Any
    dW_io: Any
    dv: Any
    dy: Any


DEPENDS: dict[str, tuple[str, ...]] = {}


def forward(
    v: Array,
    y: Array,
    forced: Any,
    W_ih: Array,
    b_ih: Array,
    W_ho: Array,
    b_ho: Array,
    W_io: Array | None,
    n_y: int,
    product: Product = np.dot,
) -> tuple[Array, Tape]:
    r"""Predictions that are fed back, step after step.

    .. math::
       \varphi_t = (y_{t-1}, \dots, y_{t-n_y},\; v_t), \qquad
       \hat y_t = W_{ho} \tanh(W_{ih} \varphi_t + b_{ih}) + W_{io} \varphi_t + b_{ho}

    Equations ``eq-narx-mlp`` and ``eq-narx-run``. Source: Leontaritis and Billings (1985).

    Shapes: v (N, B, V) the inputs' share of the regressors, y (S+N, B, K) with S ≥ n_y measured outputs to start
    from, ``forced`` (N, B) of bools, where later steps see the measured output in place of the prediction;
    W_ih (H, P), b_ih (H,), W_ho (K, H), b_ho (K,), W_io (K, P) or None, P = n_y K + V. V may be 0. Returns
    predictions (N, B, K) and the tape. ``product(a, b, out)`` multiplies two matrices into a C-contiguous third.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError when orders do not fit.
    """
    sizes = expect(y=(y, "L B K"), W_ih=(W_ih, "H P"), b_ih=(b_ih, "H"), W_ho=(W_ho, "K H"), b_ho=(b_ho, "K"))
    if W_io is not None:
        expect(W_ih=(W_ih, "H P"), W_ho=(W_ho, "K H"), W_io=(W_io, "K P"))
    B, V = sizes["B"], sizes["P"] - n_y * sizes["K"]
    if V < 0 or v.ndim != 3 or v.shape[1:] != (B, V) or not n_y <= len(y) - len(v) or not len(v):
        raise ValueError(f"v: expected shape (N, B={B}, {V}) with 1 ≤ N ≤ {len(y) - n_y}, got {v.shape}")
    if v.size:
        expect(v=(v, "N B V"), y=(y, "L B K"))
    if not isinstance(forced, np.ndarray) or forced.dtype != bool or forced.shape != v.shape[:2]:
        got = getattr(forced, "dtype", type(forced).__name__), np.shape(forced)
        raise ValueError(f"forced: expected an array of bools {v.shape[:2]}, got {got}")
    inputs = Inputs(v, y, forced, W_ih, b_ih, W_ho, b_ho, W_io, n_y)
    outputs, kept = forward_unchecked(inputs, product)
    return outputs.y_hat, Tape(inputs, kept, product)


def forward_unchecked(inputs: Inputs, product: Product, keep: bool = True) -> tuple[Outputs, Kept]:
    """:func:`forward` without a look at its arguments; NaN goes through, as in torch."""
    v, y, forced, W_ih, b_ih, W_ho, b_ho, W_io, n_y = inputs
    (N, B, V), K, S, H, dtype = v.shape, y.shape[2], len(y) - len(v), len(b_ih), y.dtype
    into, past_share = _split(W_ih, W_io, K, n_y * K)
    drive = empty((N, B, H + K), dtype)
    product(v.reshape(N * B, V), into[n_y * K :], drive.reshape(N * B, H + K))
    drive += np.concatenate([b_ih, b_ho])
    out = np.ascontiguousarray(W_ho.T)
    past = empty((B, (S + N) * K), dtype)
    past[:, N * K :] = y[:S][::-1].transpose(1, 0, 2).reshape(B, S * K)
    h, prediction = empty((N, B, H), dtype), empty((N, B, K), dtype)
    share, step = np.empty((B, H + K), dtype), looped(product, B * n_y * K * (H + K))
    partly = forced.any(axis=1)
    for t in range(N):
        at = (N - t) * K
        drive_t = drive[t]
        step(past[:, at : at + n_y * K], past_share, share)
        drive_t += share
        np.tanh(drive_t[:, :H], h[t])
        y_hat = prediction[t]
        step(h[t], out, y_hat)
        y_hat += drive_t[:, H:]
        past[:, at - K : at] = y_hat
        if partly[t]:
            past[forced[t], at - K : at] = y[S + t][forced[t]]
    return Outputs(prediction), Kept(past, h)


def backward(dy_hat_out: Array, tape: Tape, input_gradient: bool = True) -> Gradients:
    r"""Back-propagation through the feedback: what reaches a prediction reaches the steps that saw it.

    .. math::
       d\hat y_t = d\hat y_t^{\text{out}}
       + (1 - m_t) \sum_{j=1}^{n_y} (W_{ih}^\top dz_{t+j} + W_{io}^\top d\hat y_{t+j})_j, \qquad
       dz_t = (1 - h_t^2) \odot W_{ho}^\top d\hat y_t

    Here m is 1 where a step was forced. Source: chain rule on ``eq-narx-run``.

    Shape: dy_hat_out (N, B, K), what reaches every prediction from outside. Returns :class:`Gradients`, without dv
    if ``input_gradient`` is false. Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    inputs, kept, product = tape
    N, B, _ = inputs.v.shape
    expect(W_ho=(inputs.W_ho, "K H"), dy_hat_out=(dy_hat_out, f"{N} {B} K"))
    wanted = everything_but(Inputs) if input_gradient else everything_but(Inputs, "v")
    d = backward_unchecked(Outputs(dy_hat_out), inputs, kept, product, wanted)
    return Gradients(d.W_ih, d.b_ih, d.W_ho, d.b_ho, d.W_io, d.v, d.y)


def backward_unchecked(upstream: Any, inputs: Inputs, kept: Kept, product: Product, wanted: Any) -> Inputs:
    """:func:`backward` without a look at its arguments."""
    (v, y, forced, W_ih, b_ih, W_ho, _, W_io, n_y), (past, h) = inputs, kept
    (N, B, V), K, S, H, dtype = v.shape, y.shape[2], len(y) - len(v), len(b_ih), h.dtype
    into, past_share = _split(W_ih, W_io, K, n_y * K)
    back, dz = np.ascontiguousarray(past_share.T), empty((N, B, H + K), dtype)  # of z, then what the direct path sees
    np.copyto(dz[:, :, H:], 0 if upstream.y_hat is None else upstream.y_hat)
    dpast, slope = np.zeros(past.shape, dtype), np.multiply(h, h, empty(h.shape, dtype))
    np.subtract(1, slope, slope)
    into_h, into_past = np.empty((B, H), dtype), np.empty((B, n_y * K), dtype)
    partly, step = forced.any(axis=1), looped(product, B * n_y * K * (H + K))
    for t in reversed(range(N)):
        at = (N - t) * K
        dz_t, reached = dz[t], dpast[:, at - K : at]
        if partly[t]:
            dz_t[:, H:] += np.where(forced[t][:, None], 0, reached)
            reached[~forced[t]] = 0
        else:
            dz_t[:, H:] += reached
            reached[:] = 0
        step(dz_t[:, H:], W_ho, into_h)
        np.multiply(slope[t], into_h, dz_t[:, :H])
        step(dz_t, back, into_past)
        dpast[:, at : at + n_y * K] += into_past
    phi = empty((N, B, n_y * K + V), dtype)
    for t in range(N):
        phi[t, :, : n_y * K] = past[:, (N - t) * K :][:, : n_y * K]
    phi[:, :, n_y * K :] = v
    rows = dz.reshape(N * B, H + K)
    dinto, db, dW_ho = np.empty((H + K, n_y * K + V), dtype), np.empty((1, H + K), dtype), np.empty((K, H), dtype)
    product(rows.T, phi.reshape(N * B, -1), dinto)
    product(np.ones((1, N * B), dtype), rows, db)
    product(ordered(rows[:, H:]).T, h.reshape(N * B, H), dW_ho)
    dv = None
    if wanted.v:
        dv = empty(v.shape, dtype)
        product(rows, into[n_y * K :].T, dv.reshape(N * B, V))
    dy = dpast.reshape(B, S + N, K)[:, ::-1].transpose(1, 0, 2).copy()
    dW_io = None if W_io is None else dinto[H:].copy()
    return Inputs(dv, dy, None, dinto[:H].copy(), db[0, :H].copy(), dW_ho, db[0, H:].copy(), dW_io, None)  # type: ignore[arg-type]


def _split(W_ih: Array, W_io: Array | None, K: int, n_past: int) -> tuple[Array, Array]:
    """[W_ih; W_io]ᵀ (P, H + K), zeros where there is no direct path; and its rows of past outputs (n_past, H + K)."""
    direct = np.zeros((K, W_ih.shape[1]), W_ih.dtype) if W_io is None else W_io
    into = np.ascontiguousarray(np.concatenate([W_ih, direct]).T)
    return into, into[:n_past]
