r"""The LSTM made fast: the mathematics of :mod:`rnncourse.lstm_gru`.

What buys the time, most first:

- Memory is used again, see :func:`rnncourse.kernels._layer.empty`: half of the time at H=32, a quarter at H=128.
- One product a step for all gates, of :math:`[W_{hh}\ W_{ih}\ b]` with :math:`[h_{t-1}; x_t; 1]`; one product for
  the weight gradients of as many steps as fit the cache.
- :math:`\sigma(a) = 1 / (1 + e^{-a})` for three gates at once, the minus folded into the weights. A tanh for all four
  would be faster still, but :math:`\tfrac12 + \tfrac12 \tanh \tfrac a2` leaves no digit of a gate that is closed.
- A step's arrays are (rows, B), so that each gate is a block of memory, and neighbours are multiplied at once:
  (f, i) with (c_{t-1}, g) going forward, and the three that dc reaches going back.
- The slopes are made of what the forward pass has multiplied already: :math:`f (1 - f) c_{t-1} = fc - f \cdot fc`.
- Projected, a step has one product more: going forward it ends with :math:`h_t = W_{hr} m_t`, going back it begins
  with :math:`dm_t`. Which end and which beginning is settled before the loop: a branch in it takes up to 2 % of a
  small layer's time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rnncourse._arrays import Array, expect
from rnncourse.kernels._layer import Product, Tape, add_product, empty, everything_but, expect_layer, ordered, spans

BLOCKS = "ifgo"  # of H rows in the weights


class Inputs(NamedTuple):
    """As in :func:`forward`; also their gradients."""

    x: Array
    h0: Array
    c0: Array
    W_ih: Array
    W_hh: Array
    b_ih: Array | None
    b_hh: Array | None
    W_hr: Array | None


class Outputs(NamedTuple):
    """All states (T, B, P), the last, and the last cell; also what reaches them, None for zeros."""

    h: Any
    h_T: Any
    c_T: Any


class Kept(NamedTuple):
    """What the backward pass reads."""

    states: Array  # (T+1, B, P): h0, h_1, …, h_T
    gates: Array  # (T+1, 5H, B): tanh c (c_prev until it is used), g, f, i, o; the last has c_T alone
    parts: Array  # (T+1, 3H+F+1, B), projected (T+1, 3H+P+F+1, B): fc, ig, m, then h, and of the next step x and 1


DEPENDS: dict[str, tuple[str, ...]] = {}
STATES = {"h0": "h_T", "c0": "c_T"}  # what a step hands on: the first, and the last


class Gradients(NamedTuple):
    """As :class:`rnncourse.lstm_gru.LSTMGradients`; dx is None where it was not asked for, dW_hr without projection."""

    dW_ih: Any
    dW_hh: Any
    db: Any
    dW_hr: Any
    dx: Any
    dh0: Any
    dc0: Any


def forward(
    x: Array,
    h0: Array,
    c0: Array,
    W_ih: Array,
    W_hh: Array,
    b_ih: Array | None = None,
    b_hh: Array | None = None,
    W_hr: Array | None = None,
    product: Product = np.dot,
) -> tuple[Array, Array, Tape]:
    r"""The states along a sequence, and the last cell.

    .. math:: c_t = f_t \odot c_{t-1} + i_t \odot g_t, \qquad m_t = o_t \odot \tanh c_t, \qquad h_t = W_{hr} m_t

    Equations ``eq-lstm-gru-gates``, ``eq-lstm-gru-cell``, ``eq-lstm-gru-hidden`` and ``eq-lstm-gru-forward``.
    Source: Gers et al. (2000); for the projection Sak et al. (2014); torch.nn.LSTM.

    Shapes: x (T, B, F), h0 (B, P), c0 (B, H), W_ih (4H, F), W_hh (4H, P), both biases (4H,) or neither, rows in
    torch's order i, f, g, o; W_hr (P, H), or None for h_t = m_t and P = H. Returns h (T, B, P), c_T (B, H) and the
    tape. ``product(a, b, out)`` multiplies two matrices into a C-contiguous third.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError for one bias alone.
    """
    if W_hr is None:
        expect_layer(len(BLOCKS), x, {"h0": h0, "c0": c0}, W_ih, W_hh, b_ih, b_hh)
    else:
        H = expect(c0=(c0, "B H"))["H"]
        expect(c0=(c0, "B H"), h0=(h0, "B P"), W_hh=(W_hh, f"{4 * H} P"), W_hr=(W_hr, "P H"))
        unprojected = np.broadcast_to(W_hh[:, :1], (4 * H, H))  # what is left to check has one width
        expect_layer(len(BLOCKS), x, {"c0": c0}, W_ih, unprojected, b_ih, b_hh)
    inputs = Inputs(x, h0, c0, W_ih, W_hh, b_ih, b_hh, W_hr)
    outputs, kept = forward_unchecked(inputs, product)
    return outputs.h, outputs.c_T, Tape(inputs, kept, product)


def forward_unchecked(inputs: Inputs, product: Product, keep: bool = True) -> tuple[Outputs, Kept]:
    """:func:`forward` without a look at its arguments; NaN goes through, as in torch."""
    x, h0, c0, W_ih, W_hh, b_ih, b_hh, W_hr = inputs
    (T, B, F), P, H = x.shape, h0.shape[1], c0.shape[1]
    b = np.zeros(4 * H, x.dtype) if b_ih is None or b_hh is None else b_ih + b_hh
    W = empty((4 * H, P + F + 1), x.dtype)
    W[:, :P], W[:, P:-1], W[:, -1] = _swapped(W_hh), _swapped(W_ih), _swapped(b)
    W[H:] *= -1
    of_h = 2 * H if W_hr is None else 3 * H
    of_x = of_h + P
    gates, parts = empty((T + 1, 5 * H, B), x.dtype), empty((T + 1, of_x + F + 1, B), x.dtype)
    gates[0, :H] = c0.T
    parts[0, of_h:of_x], parts[:T, of_x:-1], parts[:, -1] = h0.T, x.transpose(0, 2, 1), 1
    one = np.ones((), x.dtype)
    now, made = gates[:T], parts[1:]
    views = [parts[:T, of_h:], now[:, H:], now[:, H : 2 * H], now[:, 2 * H :], now[:, : 2 * H], now[:, 2 * H : 4 * H]]
    views += [made[:, : 2 * H], made[:, :H], made[:, H : 2 * H], gates[1:, :H], now[:, :H], now[:, 4 * H :]]
    finish: Any = np.multiply
    last: Any = made[:, 2 * H : 3 * H]
    if W_hr is not None:

        def finish(o: Array, tanh_c: Array, m_and_h: tuple[Array, Array]) -> None:
            np.multiply(o, tanh_c, m_and_h[0])
            product(W_hr, *m_and_h)

        last = zip(last, made[:, of_h:of_x], strict=True)
    with np.errstate(over="ignore"):  # of e^{-a}, whose reciprocal is then 0
        for hx1, a, g, sigmoids, cg, fi, fc_ig, fc, ig, c_t, tanh_c, o, out in zip(*views, last, strict=True):
            product(W, hx1, a)
            np.tanh(g, g)
            np.exp(sigmoids, sigmoids)
            np.add(sigmoids, one, sigmoids)
            np.divide(one, sigmoids, sigmoids)
            np.multiply(fi, cg, fc_ig)
            np.add(fc, ig, c_t)
            np.tanh(c_t, tanh_c)
            finish(o, tanh_c, out)
    states = ordered(parts[:, of_h:of_x].transpose(0, 2, 1))
    h = ordered(states[1:]) if keep else states[1:]
    return Outputs(h, h[-1].copy(), gates[T, :H].T.copy()), Kept(states, gates, parts)


def backward(
    dh_out: Array | None,
    tape: Tape,
    dh_T: Array | None = None,
    dc_T: Array | None = None,
    input_gradient: bool = True,
) -> Gradients:
    r"""Back-propagation through time with two carries.

    .. math::
       dm_t = W_{hr}^\top dh_t, \qquad
       dc_t = dc_t^{\text{rec}} + dm_t \odot o_t \odot (1 - \tanh^2 c_t), \qquad
       dc_{t-1}^{\text{rec}} = dc_t \odot f_t, \qquad
       dW_{hr} = \sum_t dh_t m_t^\top

    Equations ``eq-lstm-gru-dc``, ``eq-lstm-gru-da``, ``eq-lstm-gru-carry``, ``eq-lstm-gru-dh`` and
    ``eq-lstm-gru-dW``. Source: chain rule.

    Shapes: dh_out (T, B, P), what reaches every state from outside; dh_T (B, P) and dc_T (B, H), what reaches the last
    state and the last cell besides. None stands for zeros. Returns :class:`Gradients`, without dx if
    ``input_gradient`` is false.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    inputs, kept, product = tape
    P = "H" if inputs.W_hr is None else "P"
    arrived = {"dh_out": (dh_out, f"{len(inputs.x)} B {P}"), "dh_T": (dh_T, f"B {P}"), "dc_T": (dc_T, "B H")}
    start = {"h0": (inputs.h0, f"B {P}"), "c0": (inputs.c0, "B H")}
    expect(**start, **{name: a for name, a in arrived.items() if a[0] is not None})
    wanted = everything_but(Inputs) if input_gradient else everything_but(Inputs, "x")
    d: Any = backward_unchecked(Outputs(dh_out, dh_T, dc_T), inputs, kept, product, wanted)
    return Gradients(d.W_ih, d.W_hh, d.b_ih, d.W_hr, d.x, d.h0, d.c0)


def backward_unchecked(upstream: Any, inputs: Inputs, kept: Kept, product: Product, wanted: Any) -> Inputs:
    """:func:`backward` without a look at its arguments."""
    (dh_out, dh_T, dc_T), (x, _, _, W_ih, W_hh, _, _, W_hr), (states, gates, parts) = upstream, inputs, kept
    (T, B, F), P, H = x.shape, W_hh.shape[1], len(W_hh) // 4
    dtype = gates.dtype
    dh_out = np.broadcast_to(dtype.type(0), (T, P, B)) if dh_out is None else dh_out.transpose(0, 2, 1)
    W_hh_T = ordered(_swapped(W_hh).T)
    last = (P, dh_T), (H, dc_T)
    dh, dc = (np.zeros((n, B), dtype) if d is None else np.array(d.T, order="C") for n, d in last)
    each = spans(T, 4 * H * B)
    K = each[-1][1]
    factors, through_h = empty((K, 5 * H, B), dtype), empty((H, B), dtype)
    dW_ih, dW_hh, db = (np.zeros((4 * H, n), dtype) for n in (F, P, 1))
    begin: Any = np.add
    dW_hr, dm = None, dh
    if W_hr is not None:
        dW_hr, dm, W_hr_T = np.zeros((P, H), dtype), empty((H, B), dtype), ordered(W_hr.T)

        def begin(dh: Array, dh_t: Array, dm: Array) -> None:
            np.add(dh, dh_t, dh_t)
            product(W_hr_T, dh_t, dm)

    dx = empty(x.shape, dtype) if wanted.x else None
    W_x = _swapped(W_ih)
    for start, stop in each:
        # All that dh and dc are multiplied with, of the whole span: the door from dh to dc; of g, f, i, o the slopes.
        steps = gates[start:stop].reshape(-1, 5, H, B)
        fc_ig_m = parts[start + 1 : stop + 1, : 3 * H].reshape(-1, 3, H, B)
        factor = factors[: stop - start].reshape(-1, 5, H, B)
        oi, m_ig = steps[:, :2:-1], fc_ig_m[:, :0:-1]
        np.multiply(m_ig, steps[:, :2], factor[:, :2])
        np.subtract(oi, factor[:, :2], factor[:, :2])
        np.multiply(fc_ig_m, steps[:, 2:], factor[:, 2:])
        np.subtract(fc_ig_m, factor[:, 2:], factor[:, 2:])
        das = factors[: stop - start, H:]
        dhs = dh_out[start:stop] if W_hr is None else ordered(dh_out[start:stop])
        views = factor[:, 0], factor[:, 1:4], factor[:, 4], das, steps[:, 2], dhs
        for door, da_gfi, da_o, da, f, dh_t in zip(*(v[::-1] for v in views), strict=True):
            begin(dh, dh_t, dm)
            np.multiply(door, dm, through_h)
            np.add(dc, through_h, dc)
            np.multiply(da_o, dm, da_o)
            np.multiply(da_gfi, dc, da_gfi)
            np.multiply(dc, f, dc)
            product(W_hh_T, da, dh)

        rows = (stop - start) * B
        da_span = ordered(das.transpose(1, 0, 2)).reshape(4 * H, rows)
        add_product(dW_ih, da_span, x[start:stop].reshape(rows, F), product)
        add_product(dW_hh, da_span, states[start:stop].reshape(rows, P), product)
        add_product(db, da_span, np.ones((rows, 1), dtype), product)
        if dW_hr is not None:
            dh_span = ordered(dhs.transpose(1, 0, 2)).reshape(P, rows)
            m_span = ordered(parts[start + 1 : stop + 1, 2 * H : 3 * H].transpose(0, 2, 1)).reshape(rows, H)
            add_product(dW_hr, dh_span, m_span, product)
        if dx is not None:
            product(da_span.T, W_x, dx[start:stop].reshape(rows, F))
    dW_ih, dW_hh, db = (_swapped(total) for total in (dW_ih, dW_hh, db))
    of_weights = dW_ih, dW_hh, db[:, 0], db[:, 0].copy(), dW_hr
    return Inputs(dx, dh.T.copy(), dc.T.copy(), *of_weights)  # type: ignore[arg-type]


def _swapped(W: Array) -> Array:
    """Rows i, f, g, o as g, f, i, o, and back."""
    H = len(W) // 4
    return np.concatenate([W[2 * H : 3 * H], W[H : 2 * H], W[:H], W[3 * H :]])
