r"""GRU-D made fast: the mathematics of :mod:`rnncourse.irregular`.

As in :mod:`rnncourse.kernels.gru`, and besides: imputation, the decays and all that the gates see of the inputs, the
mask and the bias need no state, so they are computed for all steps before the first. A step is left with two
products, since the reset acts before the second.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rnncourse._arrays import Array, expect
from rnncourse.kernels._layer import (
    Product,
    Tape,
    add_product,
    empty,
    everything_but,
    expect_upstream,
    ordered,
    spans,
)


class Inputs(NamedTuple):
    """As in :func:`forward`; also their gradients. The mask and the mean have none."""

    x: Array
    m: Array
    delta: Array
    h0: Array
    x_first: Array
    x_mean: Array
    W_ih: Array
    W_hh: Array
    W_mh: Array
    b: Array
    w_x: Array
    b_x: Array
    W_d: Array
    b_d: Array


class Outputs(NamedTuple):
    """All states (T, B, H), the last, and the values last observed (B, F); also what reaches them, None for zeros."""

    h: Any
    h_T: Any
    x_last: Any


class Kept(NamedTuple):
    """What the backward pass reads."""

    u: Array  # (T, B, 2F+1): imputed inputs, mask, 1
    delta: Array  # (T, B, F+1): intervals, 1
    last: Array  # (T+1, B, F): the values last observed before each step and after the sequence
    gamma_x: Array  # (T, B, F)
    slope_x: Array  # (T, B, F), of the decay
    gamma_h: Array  # (T, H, B)
    slope_h: Array  # (T, H, B)
    columns: Array  # (T+1, H, B): h0, h_1, …, h_T
    decayed: Array  # (T, H, B): the states that the gates see
    gates: Array  # (T, 3H, B): r, z, n
    reset: Array  # (T, H, B): r times the decayed state


BLOCKS = "rzn"  # of H rows in the weights
DEPENDS: dict[str, tuple[str, ...]] = {"x_last": ("x", "x_first")}


class Gradients(NamedTuple):
    """As :class:`rnncourse.irregular.Gradients`; the last four but dh0 are None where they were not asked for."""

    dW_ih: Any
    dW_hh: Any
    dW_mh: Any
    db: Any
    dw_x: Any
    db_x: Any
    dW_d: Any
    db_d: Any
    dx: Any
    ddelta: Any
    dh0: Any
    dx_first: Any


def forward(
    x: Array,
    m: Array,
    delta: Array,
    h0: Array,
    x_first: Array,
    x_mean: Array,
    W_ih: Array,
    W_hh: Array,
    W_mh: Array,
    b: Array,
    w_x: Array,
    b_x: Array,
    W_d: Array,
    b_d: Array,
    product: Product = np.dot,
) -> tuple[Array, Array, Tape]:
    r"""The states along a sequence, and the values last observed in it.

    .. math::
       \hat h_{t-1} = \gamma^h_t \odot h_{t-1}, \qquad
       h_t = (1 - z_t) \odot n_t + z_t \odot \hat h_{t-1} = n_t + z_t \odot (\hat h_{t-1} - n_t)

    Equations ``eq-irregular-impute``, ``eq-irregular-state``, ``eq-irregular-gates``, ``eq-irregular-candidate``,
    ``eq-irregular-update`` and ``eq-irregular-forward``. Source: Che et al. (2018).

    Shapes: x, m and delta (T, B, F), h0 (B, H), x_first (B, F), last observed before the sequence, x_mean (F,), weights
    as in :class:`rnncourse.irregular.Weights`; returns h (T, B, H), the values last observed (B, F) and the tape.
    ``product(a, b, out)`` multiplies two matrices into a C-contiguous third.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError when the mask holds anything but
    0 and 1 or an interval is negative.
    """
    rows = len(BLOCKS) * expect(h0=(h0, "B H"))["H"]
    series = {"x": (x, "T B F"), "m": (m, "T B F"), "delta": (delta, "T B F"), "h0": (h0, "B H")}
    given = {"x_first": (x_first, "B F"), "x_mean": (x_mean, "F")}
    cell = {"W_ih": (W_ih, f"{rows} F"), "W_hh": (W_hh, f"{rows} H"), "W_mh": (W_mh, f"{rows} F"), "b": (b, str(rows))}
    decays = {"w_x": (w_x, "F"), "b_x": (b_x, "F"), "W_d": (W_d, "H F"), "b_d": (b_d, "H")}
    expect(**series, **given, **cell, **decays)
    if not ((m == 0) | (m == 1)).all():
        raise ValueError("m: expected 1 where a value was observed and 0 elsewhere")
    if (delta < 0).any():
        raise ValueError(f"delta: expected intervals of at least 0, got {delta.min()}")
    inputs = Inputs(x, m, delta, h0, x_first, x_mean, W_ih, W_hh, W_mh, b, w_x, b_x, W_d, b_d)
    outputs, kept = forward_unchecked(inputs, product)
    return outputs.h, outputs.x_last, Tape(inputs, kept, product)


def forward_unchecked(inputs: Inputs, product: Product, keep: bool = True) -> tuple[Outputs, Kept]:
    """:func:`forward` without a look at its inputs; NaN goes through, unless the mask says that nothing is there."""
    x, m, delta, h0, x_first, x_mean, W_ih, W_hh, W_mh, b, w_x, b_x, W_d, b_d = inputs
    (T, B, F), H, dtype = x.shape, h0.shape[1], x.dtype
    seen = m != 0
    last = empty((T + 1, B, F), dtype)
    last[0] = x_first
    for t in range(T):
        last[t + 1] = last[t]
        np.copyto(last[t + 1], x[t], where=seen[t])
    gamma_x, slope_x = _decay(delta * w_x + b_x)

    u, delta_1 = empty((T, B, 2 * F + 1), dtype), empty((T, B, F + 1), dtype)
    u[:, :, :F] = np.where(seen, x, x_mean + gamma_x * (last[:-1] - x_mean))
    u[:, :, F : 2 * F] = m
    delta_1[:, :, :F] = delta
    u[:, :, -1] = delta_1[:, :, -1] = 1

    W_u, W_h = np.concatenate([W_ih, W_mh, b[:, None]], axis=1), ordered(W_hh)
    for w in (W_u, W_h):
        w[: 2 * H] *= -1
    W_rz, W_n, W_gamma = W_h[: 2 * H], W_h[2 * H :], np.concatenate([W_d, b_d[:, None]], axis=1)
    gates, gamma_h = empty((T, 3 * H, B), dtype), empty((T, H, B), dtype)
    for u_t, delta_t, a, gamma in zip(u, delta_1, gates, gamma_h, strict=True):
        product(W_u, u_t.T, a)
        product(W_gamma, delta_t.T, gamma)
    gamma_h, slope_h = _decay(gamma_h)

    columns, decayed, reset = (empty((steps, H, B), dtype) for steps in (T + 1, T, T))
    columns[0] = h0.T
    seen_rz, difference = empty((2 * H, B), dtype), empty((H, B), dtype)
    one = np.ones((), dtype)
    with np.errstate(over="ignore"):  # of e^{-a}, whose reciprocal is then 0
        for t in range(T):
            a, h_hat = gates[t], decayed[t]
            rz, n = a[: 2 * H], a[2 * H :]
            np.multiply(gamma_h[t], columns[t], h_hat)
            product(W_rz, h_hat, seen_rz)
            np.add(rz, seen_rz, rz)
            np.exp(rz, rz)
            np.add(rz, one, rz)
            np.divide(one, rz, rz)
            np.multiply(rz[:H], h_hat, reset[t])
            product(W_n, reset[t], difference)
            np.add(n, difference, n)
            np.tanh(n, n)
            np.subtract(h_hat, n, difference)
            np.multiply(difference, rz[H:], difference)
            np.add(difference, n, columns[t + 1])
    h = ordered(columns[1:].transpose(0, 2, 1))
    kept = Kept(u, delta_1, last, gamma_x, slope_x, gamma_h, slope_h, columns, decayed, gates, reset)
    return Outputs(h, h[-1].copy(), last[T].copy()), kept


def _decay(a: Array) -> tuple[Array, Array]:
    """The decay and its slope, as ``eq-irregular-decay`` and ``eq-irregular-decay-slope``; a NaN stays one."""
    gamma = np.exp(-np.maximum(a, 0))
    return gamma, np.where(a > 0, -gamma, 0)


def backward(
    dh_out: Array | None,
    tape: Tape,
    dh_T: Array | None = None,
    dx_last: Array | None = None,
    input_gradient: bool = True,
) -> Gradients:
    r"""Back-propagation through time.

    .. math::
       d\hat h_{t-1} = dh_t \odot z_t + r_t \odot W_{hn}^\top da^n_t + W_{hr}^\top da^r_t + W_{hz}^\top da^z_t, \qquad
       dh_{t-1} = dh_{t-1}^{\text{out}} + \gamma^h_t \odot d\hat h_{t-1}

    Equations ``eq-irregular-da``, ``eq-irregular-carry``, ``eq-irregular-dimpute``, ``eq-irregular-dW`` and
    ``eq-irregular-dx``. Source: chain rule.

    Shapes: dh_out (T, B, H), what reaches every state from outside; dh_T (B, H) and dx_last (B, F), what reaches the
    last state and the values last observed besides. None stands for zeros. Returns :class:`Gradients`, without those of
    x, delta and x_first if ``input_gradient`` is false.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    inputs, kept, product = tape
    expect_upstream(len(inputs.x), inputs.h0, dh_out, dh_T=dh_T)
    if dx_last is not None:
        expect(x_first=(inputs.x_first, "B F"), dx_last=(dx_last, "B F"))
    wanted = everything_but(Inputs) if input_gradient else everything_but(Inputs, "x", "delta", "x_first")
    d: Any = backward_unchecked(Outputs(dh_out, dh_T, dx_last), inputs, kept, product, wanted)
    of_weights = d.W_ih, d.W_hh, d.W_mh, d.b, d.w_x, d.b_x, d.W_d, d.b_d
    return Gradients(*of_weights, d.x, d.delta, d.h0, d.x_first)


def backward_unchecked(upstream: Any, inputs: Inputs, kept: Kept, product: Product, wanted: Any) -> Inputs:
    """:func:`backward` without a look at its arguments."""
    columns, decayed, gates, (dh_out, dh_T, dx_last) = kept.columns, kept.decayed, kept.gates, upstream
    (T, H, B), F, dtype = decayed.shape, kept.last.shape[2], decayed.dtype
    input_gradient = wanted.x or wanted.delta or wanted.x_first
    dh_out = np.broadcast_to(dtype.type(0), (T, H, B)) if dh_out is None else dh_out.transpose(0, 2, 1)
    W_rz_T, W_n_T = (ordered(w.T) for w in (inputs.W_hh[: 2 * H], inputs.W_hh[2 * H :]))
    dh = np.zeros((H, B), dtype) if dh_T is None else np.array(dh_T.T, order="C")
    each = spans(T, 4 * H * B)
    K = each[-1][1]
    da, da_d = empty((K, 3 * H, B), dtype), empty((K, H, B), dtype)
    dreset, other = empty((H, B), dtype), empty((H, B), dtype)
    dW_u, dW_rz, dW_n = (np.zeros(shape, dtype) for shape in ((3 * H, 2 * F + 1), (2 * H, H), (H, H)))
    dW_gamma = np.zeros((H, F + 1), dtype)
    dx_hat = empty((T, B, F), dtype)
    ddelta = empty((T, B, F), dtype) if input_gradient else None
    for start, stop in each:
        # All factors of da but what arrives, of the whole span.
        rz, n = gates[start:stop, : 2 * H], gates[start:stop, 2 * H :]
        h_hat, slopes, slope_d = decayed[start:stop], da[: stop - start], da_d[: stop - start]
        slope_r, slope_z, slope_n = (slopes[:, k * H : (k + 1) * H] for k in range(3))
        np.subtract(1, rz, slopes[:, : 2 * H])
        np.multiply(n, n, slope_n)
        np.subtract(1, slope_n, slope_n)
        slope_n *= slope_z
        slopes[:, : 2 * H] *= rz
        slope_r *= h_hat
        np.subtract(h_hat, n, slope_d)
        slope_z *= slope_d
        np.multiply(columns[start:stop], kept.slope_h[start:stop], slope_d)
        for t in range(stop - 1, start - 1, -1):
            r, z, da_t, da_d_t = gates[t, :H], gates[t, H : 2 * H], da[t - start], da_d[t - start]
            da_r, da_z, da_n = da_t[:H], da_t[H : 2 * H], da_t[2 * H :]
            np.add(dh, dh_out[t], dh)
            np.multiply(da_n, dh, da_n)
            np.multiply(da_z, dh, da_z)
            product(W_n_T, da_n, dreset)
            np.multiply(da_r, dreset, da_r)
            np.multiply(dreset, r, dreset)
            np.multiply(dh, z, dh)
            np.add(dh, dreset, dh)
            product(W_rz_T, da_t[: 2 * H], other)
            np.add(dh, other, dh)
            np.multiply(da_d_t, dh, da_d_t)
            np.multiply(dh, kept.gamma_h[t], dh)

        rows = (stop - start) * B
        da_span, da_d_span = (ordered(q[: stop - start].transpose(1, 0, 2)).reshape(-1, rows) for q in (da, da_d))
        decayed_span, reset_span = (
            ordered(q[start:stop].transpose(0, 2, 1)).reshape(rows, H) for q in (decayed, kept.reset)
        )
        add_product(dW_u, da_span, kept.u[start:stop].reshape(rows, -1), product)
        add_product(dW_rz, da_span[: 2 * H], decayed_span, product)
        add_product(dW_n, da_span[2 * H :], reset_span, product)
        add_product(dW_gamma, da_d_span, kept.delta[start:stop].reshape(rows, -1), product)
        product(da_span.T, inputs.W_ih, dx_hat[start:stop].reshape(rows, F))
        if ddelta is not None:
            product(da_d_span.T, inputs.W_d, ddelta[start:stop].reshape(rows, F))

    seen = kept.u[:, :, F : 2 * F] != 0
    dimputed = np.where(seen, 0, dx_hat)
    da_x = dimputed * (kept.last[:-1] - inputs.x_mean) * kept.slope_x
    dw_x, db_x = (da_x * kept.delta[:, :, :F]).sum(axis=(0, 1)), da_x.sum(axis=(0, 1))
    dx, carry = None, None
    if ddelta is not None:
        ddelta += da_x * inputs.w_x
        dx, carry = dx_hat, np.zeros((B, F), dtype) if dx_last is None else dx_last.copy()
        dlast = dimputed * kept.gamma_x
        for t in range(T - 1, -1, -1):
            dx[t] = np.where(seen[t], dx[t] + carry, 0)
            carry = np.where(seen[t], 0, dlast[t] + carry)
    dW_hh = np.concatenate([dW_rz, dW_n])
    weights = dW_u[:, :F].copy(), dW_hh, dW_u[:, F : 2 * F].copy(), dW_u[:, -1].copy()
    decays = dw_x, db_x, dW_gamma[:, :F].copy(), dW_gamma[:, F].copy()
    return Inputs(dx, None, ddelta, dh.T.copy(), carry, None, *weights, *decays)  # type: ignore[arg-type]
