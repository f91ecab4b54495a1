r"""Gated cells, LSTM and GRU: the reading version of the chapter ``book/lstm_gru.md``.

One short function an equation. Weights are stacked as torch stacks them: four blocks of H rows for the LSTM, in the
order i, f, g, o (input gate, forget gate, candidate, output gate), three for the GRU, in the order r, z, n (reset
gate, update gate, candidate). ``a`` is what reaches a gate before its nonlinearity; ``dq`` is the gradient of the
loss with respect to q, in the shape of q. Rows of a batch are examples. Nothing here changes its arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from rnncourse._arrays import Array, expect


def _expect_layer(
    blocks: int,
    others: Mapping[str, tuple[Array, str]],
    h: tuple[str, Array],
    W_ih: Array,
    W_hh: Array,
    b_ih: Array,
    b_hh: Array,
) -> None:
    """Check a layer with stacked weights: blocks of H rows, with H the width of the state h (its name, the array)."""
    name, state = h
    rows = blocks * expect(**{name: (state, "B H")})["H"]
    weights = {"W_ih": (W_ih, f"{rows} F"), "W_hh": (W_hh, f"{rows} H")}
    biases = {"b_ih": (b_ih, str(rows)), "b_hh": (b_hh, str(rows))}
    expect(**{name: (state, "B H")}, **others, **weights, **biases)


def _expect_floats(name: str, a: Any) -> None:
    """Check the type alone, for functions of any shape that every step calls."""
    if not isinstance(a, np.ndarray):
        raise TypeError(f"{name}: expected a NumPy array, got {type(a).__name__}")
    if a.dtype not in (np.float32, np.float64):
        raise TypeError(f"{name}: expected float32 or float64, got {a.dtype}")


def sigmoid(a: Array) -> Array:
    r"""The logistic function, without overflow.

    .. math:: \sigma(a) = \frac{1}{1 + e^{-a}} = \tfrac12 + \tfrac12 \tanh \tfrac{a}{2}

    Equation ``eq-lstm-gru-sigmoid``. Source: definition of tanh. Any shape; returns the same shape.
    Raises TypeError unless a is an array of float32 or float64.
    """
    _expect_floats("a", a)
    return 0.5 + 0.5 * np.tanh(0.5 * a)


def gate(x: Array, A: Array, b: Array) -> Array:
    r"""A gate that a vector holds to itself: each entry multiplied by a number between 0 and 1.

    .. math:: g(x) = x \odot \sigma(A x + b)

    Equation ``eq-lstm-gru-gate``. Source: lecture M.

    Shapes: x (B, N), A (N, N), b (N,); returns (B, N).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(x=(x, "B N"), A=(A, "N N"), b=(b, "N"))
    return x * sigmoid(x @ A.T + b)


# --- LSTM


class Gates(NamedTuple):
    """Input gate, forget gate, candidate and output gate of one step, (B, H) each, in torch's order."""

    i_t: Array
    f_t: Array
    g_t: Array
    o_t: Array


def lstm_gates(x_t: Array, h_prev: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array) -> Gates:
    r"""The four layers of a step: three gates in (0, 1) and a candidate in (-1, 1).

    .. math::
       a_t = W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}, \qquad
       i_t = \sigma(a^i_t), \quad f_t = \sigma(a^f_t), \quad g_t = \tanh(a^g_t), \quad o_t = \sigma(a^o_t)

    Equation ``eq-lstm-gru-gates``. Source: Hochreiter and Schmidhuber (1997); Gers et al. (2000) for f; torch.nn.LSTM.

    Shapes: x_t (B, F), h_prev (B, H), W_ih (4H, F), W_hh (4H, H), b_ih and b_hh (4H,); returns :class:`Gates`.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    _expect_layer(4, {"x_t": (x_t, "B F")}, ("h_prev", h_prev), W_ih, W_hh, b_ih, b_hh)
    a_i, a_f, a_g, a_o = np.split(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh, 4, axis=1)
    return Gates(sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o))


def lstm_cell(
    x_t: Array, h_prev: Array, c_prev: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array
) -> tuple[Array, Array]:
    r"""One step of the LSTM: the cell keeps and adds, the state shows what the output gate lets out.

    .. math:: c_t = f_t \odot c_{t-1} + i_t \odot g_t
    .. math:: h_t = o_t \odot \tanh c_t

    Equations ``eq-lstm-gru-cell`` (c_t, which nothing squashes) and ``eq-lstm-gru-hidden`` (h_t).
    Source: Gers et al. (2000); torch.nn.LSTMCell.

    Shapes: c_prev (B, H), others as in :func:`lstm_gates`; returns h_t and c_t, both (B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(h_prev=(h_prev, "B H"), c_prev=(c_prev, "B H"))
    i_t, f_t, g_t, o_t = lstm_gates(x_t, h_prev, W_ih, W_hh, b_ih, b_hh)
    c_t = f_t * c_prev + i_t * g_t
    return o_t * np.tanh(c_t), c_t


def lstm_forward(
    x: Array, h0: Array, c0: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array
) -> tuple[Array, Array]:
    r"""The states and cells along a sequence; a step hands on both.

    .. math:: (h_t, c_t) = \operatorname{cell}(x_t, h_{t-1}, c_{t-1}), \qquad t = 1, \dots, T

    Equation ``eq-lstm-gru-forward``. Source: torch.nn.LSTM.

    Shapes: x (T, B, F), h0 and c0 (B, H), weights as in :func:`lstm_gates`; returns h and c, both (T, B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    others = {"x": (x, "T B F"), "c0": (c0, "B H")}
    _expect_layer(4, others, ("h0", h0), W_ih, W_hh, b_ih, b_hh)
    h_t, c_t, steps = h0, c0, []
    for x_t in x:
        h_t, c_t = lstm_cell(x_t, h_t, c_t, W_ih, W_hh, b_ih, b_hh)
        steps.append((h_t, c_t))
    return np.stack([h for h, _ in steps]), np.stack([c for _, c in steps])


class LSTMGradients(NamedTuple):
    """Gradients of the loss, each in the shape of what it belongs to; db serves b_ih and b_hh alike."""

    dW_ih: Array
    dW_hh: Array
    db: Array
    dx: Array
    dh0: Array
    dc0: Array


def lstm_cell_backward(
    dh_t: Array,
    dc_t: Array,
    x_t: Array,
    h_prev: Array,
    c_prev: Array,
    W_ih: Array,
    W_hh: Array,
    b_ih: Array,
    b_hh: Array,
) -> LSTMGradients:
    r"""One step backwards. c_t left the step by two doors: through h_t, and to the next step.

    .. math:: \bar{dc}_t = dc_t + dh_t \odot o_t \odot (1 - \tanh^2 c_t)
    .. math::
       da^i_t = \bar{dc}_t \odot g_t \odot i_t (1 - i_t), \quad
       da^f_t = \bar{dc}_t \odot c_{t-1} \odot f_t (1 - f_t), \quad
       da^g_t = \bar{dc}_t \odot i_t \odot (1 - g_t^2), \quad
       da^o_t = dh_t \odot \tanh c_t \odot o_t (1 - o_t)
    .. math:: dc_{t-1} = \bar{dc}_t \odot f_t, \qquad dh_{t-1} = W_{hh}^\top da_t, \qquad dx_t = W_{ih}^\top da_t

    Equations ``eq-lstm-gru-dc``, ``eq-lstm-gru-da`` and ``eq-lstm-gru-carry``; the share of this step in
    ``eq-lstm-gru-dW``. ``dh_t`` is all that reaches h_t, ``dc_t`` what reaches c_t from the next step alone.
    Source: chain rule on :func:`lstm_cell`.

    Shapes: dh_t and dc_t (B, H), others as in :func:`lstm_cell`. Returns :class:`LSTMGradients`, whose dx, dh0, dc0
    are those of x_t (B, F), h_prev and c_prev (B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(h_prev=(h_prev, "B H"), dh_t=(dh_t, "B H"), dc_t=(dc_t, "B H"), c_prev=(c_prev, "B H"))
    i_t, f_t, g_t, o_t = lstm_gates(x_t, h_prev, W_ih, W_hh, b_ih, b_hh)
    tanh_c = np.tanh(f_t * c_prev + i_t * g_t)
    dc = dc_t + dh_t * o_t * (1 - tanh_c**2)
    da_i = dc * g_t * i_t * (1 - i_t)
    da_f = dc * c_prev * f_t * (1 - f_t)
    da_g = dc * i_t * (1 - g_t**2)
    da_o = dh_t * tanh_c * o_t * (1 - o_t)
    da = np.concatenate([da_i, da_f, da_g, da_o], axis=1)
    return LSTMGradients(da.T @ x_t, da.T @ h_prev, da.sum(axis=0), da @ W_ih, da @ W_hh, dc * f_t)


def lstm_backward(
    dy: Array,
    x: Array,
    h0: Array,
    c0: Array,
    h: Array,
    c: Array,
    W_ih: Array,
    W_hh: Array,
    b_ih: Array,
    b_hh: Array,
    dh_T: Array | None = None,
    dc_T: Array | None = None,
) -> LSTMGradients:
    r"""Back-propagation through time with two carries, one for the state and one for the cell.

    .. math::
       dh_t = dy_t + W_{hh}^\top da_{t+1}, \qquad
       dW_{ih} = \sum_t da_t\, x_t^\top, \quad dW_{hh} = \sum_t da_t\, h_{t-1}^\top, \quad db = \sum_t da_t

    Equations ``eq-lstm-gru-dh`` and ``eq-lstm-gru-dW`` (summed over the batch too). Source: chain rule on
    :func:`lstm_forward`.

    Shapes: dy, h, c (T, B, H), x (T, B, F), h0 and c0 (B, H), weights as in :func:`lstm_gates`; dh_T and dc_T (B, H)
    reach the last state and the last cell besides, None stands for zeros.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    dh = np.zeros_like(h0) if dh_T is None else dh_T
    dc = np.zeros_like(c0) if dc_T is None else dc_T
    others = {"x": (x, "T B F"), "c0": (c0, "B H"), "dy": (dy, "T B H"), "h": (h, "T B H"), "c": (c, "T B H")}
    _expect_layer(4, {**others, "dh_T": (dh, "B H"), "dc_T": (dc, "B H")}, ("h0", h0), W_ih, W_hh, b_ih, b_hh)
    dW_ih, dW_hh, db, dx = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih), np.empty_like(x)
    for t in reversed(range(len(x))):
        h_prev, c_prev = (h[t - 1], c[t - 1]) if t > 0 else (h0, c0)
        step = lstm_cell_backward(dy[t] + dh, dc, x[t], h_prev, c_prev, W_ih, W_hh, b_ih, b_hh)
        dW_ih += step.dW_ih
        dW_hh += step.dW_hh
        db += step.db
        dx[t], dh, dc = step.dx, step.dh0, step.dc0
    return LSTMGradients(dW_ih, dW_hh, db, dx, dh, dc)


def direct_path(f: Array) -> Array:
    r"""How much of the first cell is left in the last by the cell's own path: what the forget gates let through.

    .. math:: \left. \frac{\partial c_T}{\partial c_0} \right|_{\text{direct}} = \prod_{t=1}^{T} f_t

    Equation ``eq-lstm-gru-direct``; the paths through h_t and the gates come on top. Source: :func:`lstm_cell`;
    Hochreiter and Schmidhuber (1997), with f = 1.

    Shape: f (T, B, H); returns (B, H). Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(f=(f, "T B H"))
    return np.prod(f, axis=0)


class Peepholes(NamedTuple):
    """What a gate sees of its own cell, (H,) each: i and f look at c_{t-1}, o at c_t."""

    p_i: Array
    p_f: Array
    p_o: Array


def _peephole_gates(
    x_t: Array, h_prev: Array, c_prev: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array, p: Peepholes
) -> tuple[Gates, Array]:
    """The gates of a step whose gates see the cell, and c_t, which the output gate waits for."""
    _expect_layer(4, {"x_t": (x_t, "B F"), "c_prev": (c_prev, "B H")}, ("h_prev", h_prev), W_ih, W_hh, b_ih, b_hh)
    expect(h_prev=(h_prev, "B H"), **_of_units(p))
    a_i, a_f, a_g, a_o = np.split(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh, 4, axis=1)
    i_t, f_t, g_t = sigmoid(a_i + p.p_i * c_prev), sigmoid(a_f + p.p_f * c_prev), np.tanh(a_g)
    c_t = f_t * c_prev + i_t * g_t
    return Gates(i_t, f_t, g_t, sigmoid(a_o + p.p_o * c_t)), c_t


def _of_units(p: Peepholes) -> dict[str, tuple[Array, str]]:
    return {name: (array, "H") for name, array in p._asdict().items()}


def peephole_cell(
    x_t: Array, h_prev: Array, c_prev: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array, p: Peepholes
) -> tuple[Array, Array]:
    r"""One step of the LSTM whose gates see the cell, each unit its own.

    .. math::
       i_t = \sigma(a^i_t + p_i \odot c_{t-1}), \quad f_t = \sigma(a^f_t + p_f \odot c_{t-1}), \quad
       c_t = f_t \odot c_{t-1} + i_t \odot g_t, \quad o_t = \sigma(a^o_t + p_o \odot c_t)

    Equation ``eq-lstm-gru-peephole``; a_t, g_t and h_t as in :func:`lstm_gates` and :func:`lstm_cell`.
    Source: Gers and Schmidhuber (2000).

    Shapes as in :func:`lstm_cell`, the peepholes (H,) each; returns h_t and c_t, both (B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    gates, c_t = _peephole_gates(x_t, h_prev, c_prev, W_ih, W_hh, b_ih, b_hh, p)
    return gates.o_t * np.tanh(c_t), c_t


def peephole_forward(
    x: Array, h0: Array, c0: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array, p: Peepholes
) -> tuple[Array, Array]:
    r"""The states and cells along a sequence.

    .. math:: (h_t, c_t) = \operatorname{cell}(x_t, h_{t-1}, c_{t-1}), \qquad t = 1, \dots, T

    Equation ``eq-lstm-gru-peephole-forward``. Source: :func:`peephole_cell`, unfolded.

    Shapes as in :func:`lstm_forward`, the peepholes (H,) each; returns h and c, both (T, B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    _expect_layer(4, {"x": (x, "T B F"), "c0": (c0, "B H")}, ("h0", h0), W_ih, W_hh, b_ih, b_hh)
    h_t, c_t, steps = h0, c0, []
    for x_t in x:
        h_t, c_t = peephole_cell(x_t, h_t, c_t, W_ih, W_hh, b_ih, b_hh, p)
        steps.append((h_t, c_t))
    return np.stack([h for h, _ in steps]), np.stack([c for _, c in steps])


class PeepholeGradients(NamedTuple):
    """As :class:`LSTMGradients`, and those of the three peepholes, (H,) each."""

    dW_ih: Array
    dW_hh: Array
    db: Array
    dx: Array
    dh0: Array
    dc0: Array
    dp_i: Array
    dp_f: Array
    dp_o: Array


def peephole_cell_backward(
    dh_t: Array,
    dc_t: Array,
    x_t: Array,
    h_prev: Array,
    c_prev: Array,
    W_ih: Array,
    W_hh: Array,
    b_ih: Array,
    b_hh: Array,
    p: Peepholes,
) -> PeepholeGradients:
    r"""One step backwards: a third door out of c_t, through o_t; two more into c_{t-1}, through i_t and f_t.

    .. math::
       da^o_t = dh_t \odot \tanh c_t \odot o_t (1 - o_t), \qquad
       \bar{dc}_t = dc_t + dh_t \odot o_t \odot (1 - \tanh^2 c_t) + p_o \odot da^o_t
    .. math:: dc_{t-1} = \bar{dc}_t \odot f_t + p_i \odot da^i_t + p_f \odot da^f_t
    .. math:: dp_i = \sum_t da^i_t \odot c_{t-1}, \quad dp_f = \sum_t da^f_t \odot c_{t-1}, \quad
       dp_o = \sum_t da^o_t \odot c_t

    Equations ``eq-lstm-gru-peephole-dc``, ``eq-lstm-gru-peephole-carry`` and, this step's share of it,
    ``eq-lstm-gru-peephole-dp`` (summed over the batch too); the rest as in :func:`lstm_cell_backward`.
    Source: chain rule on :func:`peephole_cell`.

    Shapes as in :func:`lstm_cell_backward`, the peepholes (H,) each; returns :class:`PeepholeGradients`.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(h_prev=(h_prev, "B H"), dh_t=(dh_t, "B H"), dc_t=(dc_t, "B H"))
    (i_t, f_t, g_t, o_t), c_t = _peephole_gates(x_t, h_prev, c_prev, W_ih, W_hh, b_ih, b_hh, p)
    tanh_c = np.tanh(c_t)
    da_o = dh_t * tanh_c * o_t * (1 - o_t)
    dc = dc_t + dh_t * o_t * (1 - tanh_c**2) + p.p_o * da_o
    da_i = dc * g_t * i_t * (1 - i_t)
    da_f = dc * c_prev * f_t * (1 - f_t)
    da_g = dc * i_t * (1 - g_t**2)
    da = np.concatenate([da_i, da_f, da_g, da_o], axis=1)
    dc_prev = dc * f_t + p.p_i * da_i + p.p_f * da_f
    dp = [(da_q * c).sum(axis=0) for da_q, c in ((da_i, c_prev), (da_f, c_prev), (da_o, c_t))]
    return PeepholeGradients(da.T @ x_t, da.T @ h_prev, da.sum(axis=0), da @ W_ih, da @ W_hh, dc_prev, *dp)


def peephole_backward(
    dy: Array,
    x: Array,
    h0: Array,
    c0: Array,
    h: Array,
    c: Array,
    W_ih: Array,
    W_hh: Array,
    b_ih: Array,
    b_hh: Array,
    p: Peepholes,
    dh_T: Array | None = None,
    dc_T: Array | None = None,
) -> PeepholeGradients:
    r"""Back-propagation through time with peepholes; the sums of :func:`lstm_backward`, and three more.

    .. math:: dh_t = dy_t + W_{hh}^\top da_{t+1}, \qquad dW_{ih} = \sum_t da_t\, x_t^\top, \quad
       dW_{hh} = \sum_t da_t\, h_{t-1}^\top, \quad db = \sum_t da_t

    Equation ``eq-lstm-gru-peephole-dW`` (summed over the batch too); ``eq-lstm-gru-peephole-dp`` is summed here.
    Source: chain rule on :func:`peephole_forward`.

    Shapes as in :func:`lstm_backward`, the peepholes (H,) each.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    dh = np.zeros_like(h0) if dh_T is None else dh_T
    dc = np.zeros_like(c0) if dc_T is None else dc_T
    others = {"x": (x, "T B F"), "c0": (c0, "B H"), "dy": (dy, "T B H"), "h": (h, "T B H"), "c": (c, "T B H")}
    others |= {"dh_T": (dh, "B H"), "dc_T": (dc, "B H"), **_of_units(p)}
    _expect_layer(4, others, ("h0", h0), W_ih, W_hh, b_ih, b_hh)
    sums, dx = [np.zeros_like(w) for w in (W_ih, W_hh, b_ih, *p)], np.empty_like(x)
    for t in reversed(range(len(x))):
        h_prev, c_prev = (h[t - 1], c[t - 1]) if t > 0 else (h0, c0)
        step = peephole_cell_backward(dy[t] + dh, dc, x[t], h_prev, c_prev, W_ih, W_hh, b_ih, b_hh, p)
        dx[t], dh, dc = step.dx, step.dh0, step.dc0
        for total, share in zip(sums, (step.dW_ih, step.dW_hh, step.db, *step[6:]), strict=True):
            total += share
    dW_ih, dW_hh, db, *dp = sums
    return PeepholeGradients(dW_ih, dW_hh, db, dx, dh, dc, *dp)


def forget_bias(b_ih: Array, b_hh: Array, value: float = 1.0) -> tuple[Array, Array]:
    r"""Start with the forget gate open: the two biases of its rows together are ``value``, not each.

    .. math:: b^f_{ih} + b^f_{hh} = \beta, \qquad f_t = \sigma(\beta) \text{ where nothing else arrives}

    Equation ``eq-lstm-gru-forget-bias``. Source: Gers et al. (2000); Jozefowicz et al. (2015), with β = 1.

    Shapes: b_ih and b_hh (4H,); returns two new arrays: β and 0 in the rows of f, the other rows as they were.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError when the length is no 4H.
    """
    H = _quarter(b_ih, b_hh)
    b_ih, b_hh = b_ih.copy(), b_hh.copy()
    b_ih[H : 2 * H], b_hh[H : 2 * H] = value, 0
    return b_ih, b_hh


def timescale(b_f: Array) -> Array:
    r"""How many steps a cell remembers when its forget gate rests on its bias: f^τ is then about 1/e.

    .. math:: \tau = \frac{1}{1 - \sigma(b_f)} = 1 + e^{b_f}

    Equation ``eq-lstm-gru-timescale``. Source: Tallec and Ollivier (2018). Any shape; returns the same shape.
    Raises TypeError unless b_f is an array of float32 or float64.
    """
    _expect_floats("b_f", b_f)
    return 1 + np.exp(b_f)


def chrono_bias(b_ih: Array, b_hh: Array, u: Array, T_max: float) -> tuple[Array, Array]:
    r"""Spread the time scales of the cells evenly from 2 to T_max steps, and open each input gate as far as f is shut.

    .. math:: b_f = \log\bigl(1 + u\,(T_{\max} - 2)\bigr), \qquad b_i = -b_f, \qquad u \sim \mathrm{U}[0, 1)^H

    Equation ``eq-lstm-gru-chrono``. Source: Tallec and Ollivier (2018).

    Shapes: b_ih and b_hh (4H,), u (H,) in [0, 1); returns two new arrays, the rows of g and o as they were.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError unless T_max > 2 and 0 ≤ u < 1.
    """
    H = _quarter(b_ih, b_hh)
    expect(b_ih=(b_ih, str(4 * H)), u=(u, str(H)))
    if not T_max > 2:
        raise ValueError(f"T_max: expected more than 2 steps, got {T_max}")
    if u.min() < 0 or u.max() >= 1:
        raise ValueError(f"u: expected numbers in [0, 1), got {u.min()} to {u.max()}")
    b_f = np.log1p(u * (T_max - 2))
    b_ih, b_hh = b_ih.copy(), b_hh.copy()
    b_ih[: 2 * H], b_hh[: 2 * H] = np.concatenate([-b_f, b_f]), 0
    return b_ih, b_hh


def _quarter(b_ih: Array, b_hh: Array) -> int:
    rows = expect(b_ih=(b_ih, "R"), b_hh=(b_hh, "R"))["R"]
    if rows % 4:
        raise ValueError(f"b_ih: expected shape (4H,), got {b_ih.shape}")
    return rows // 4


# --- GRU


def gru_gates(
    x_t: Array, h_prev: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array
) -> tuple[Array, Array, Array]:
    r"""Reset gate, update gate and candidate; the reset acts after the product, on its bias too.

    .. math::
       r_t = \sigma(W_{ir} x_t + b_{ir} + W_{hr} h_{t-1} + b_{hr}), \qquad
       z_t = \sigma(W_{iz} x_t + b_{iz} + W_{hz} h_{t-1} + b_{hz})
    .. math:: n_t = \tanh\bigl(W_{in} x_t + b_{in} + r_t \odot (W_{hn} h_{t-1} + b_{hn})\bigr)

    Equations ``eq-lstm-gru-reset-update`` and ``eq-lstm-gru-candidate``. Source: Cho et al. (2014), in the form
    of torch.nn.GRU.

    Shapes: x_t (B, F), h_prev (B, H), W_ih (3H, F), W_hh (3H, H), b_ih and b_hh (3H,); returns r_t, z_t, n_t (B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    _expect_layer(3, {"x_t": (x_t, "B F")}, ("h_prev", h_prev), W_ih, W_hh, b_ih, b_hh)
    x_r, x_z, x_n = np.split(x_t @ W_ih.T + b_ih, 3, axis=1)
    h_r, h_z, h_n = np.split(h_prev @ W_hh.T + b_hh, 3, axis=1)
    r_t = sigmoid(x_r + h_r)
    return r_t, sigmoid(x_z + h_z), np.tanh(x_n + r_t * h_n)


def gru_cell(x_t: Array, h_prev: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array) -> Array:
    r"""One step of the GRU: z_t = 1 keeps the state, z_t = 0 replaces it.

    .. math:: h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}

    Equation ``eq-lstm-gru-gru``. Source: Cho et al. (2014); torch.nn.GRUCell.

    Shapes as in :func:`gru_gates`; returns h_t (B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    _, z_t, n_t = gru_gates(x_t, h_prev, W_ih, W_hh, b_ih, b_hh)
    return (1 - z_t) * n_t + z_t * h_prev


def gru_forward(x: Array, h0: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array) -> Array:
    r"""The states along a sequence.

    .. math:: h_t = \operatorname{cell}(x_t, h_{t-1}), \qquad t = 1, \dots, T

    Equation ``eq-lstm-gru-gru-forward``. Source: torch.nn.GRU.

    Shapes: x (T, B, F), h0 (B, H), weights as in :func:`gru_gates`; returns h (T, B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    return _gru_unfolded(gru_cell, x, h0, W_ih, W_hh, b_ih, b_hh)


def _gru_unfolded(
    cell: Callable[..., Array], x: Array, h0: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array
) -> Array:
    """The states of either GRU: the place of the reset is the cell's."""
    _expect_layer(3, {"x": (x, "T B F")}, ("h0", h0), W_ih, W_hh, b_ih, b_hh)
    h_t, h = h0, []
    for x_t in x:
        h_t = cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
        h.append(h_t)
    return np.stack(h)


class GRUGradients(NamedTuple):
    """Gradients of the loss; the two biases differ where the reset multiplies the recurrent one of n."""

    dW_ih: Array
    dW_hh: Array
    db_ih: Array
    db_hh: Array
    dx: Array
    dh0: Array


def gru_cell_backward(
    dh_t: Array, x_t: Array, h_prev: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array
) -> GRUGradients:
    r"""One step backwards: h_{t-1} is reached directly, through z, and through the three products.

    .. math::
       da^n_t = dh_t \odot (1 - z_t) \odot (1 - n_t^2), \quad
       da^z_t = dh_t \odot (h_{t-1} - n_t) \odot z_t (1 - z_t), \quad
       da^r_t = da^n_t \odot (W_{hn} h_{t-1} + b_{hn}) \odot r_t (1 - r_t)
    .. math::
       dh_{t-1} = dh_t \odot z_t + W_{hh}^\top \bigl(da^r_t,\ da^z_t,\ r_t \odot da^n_t\bigr), \qquad
       dx_t = W_{ih}^\top \bigl(da^r_t,\ da^z_t,\ da^n_t\bigr)

    Equations ``eq-lstm-gru-gru-da`` and ``eq-lstm-gru-gru-carry``; the share of this step in ``eq-lstm-gru-gru-dW``.
    Source: chain rule on :func:`gru_cell`.

    Shapes: dh_t (B, H), others as in :func:`gru_cell`. Returns :class:`GRUGradients`, whose dx and dh0 are those of
    x_t (B, F) and h_prev (B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    H = expect(h_prev=(h_prev, "B H"), dh_t=(dh_t, "B H"))["H"]
    r_t, z_t, n_t = gru_gates(x_t, h_prev, W_ih, W_hh, b_ih, b_hh)
    h_n = h_prev @ W_hh[2 * H :].T + b_hh[2 * H :]
    da_n = dh_t * (1 - z_t) * (1 - n_t**2)
    da_z = dh_t * (h_prev - n_t) * z_t * (1 - z_t)
    da_r = da_n * h_n * r_t * (1 - r_t)
    da_i = np.concatenate([da_r, da_z, da_n], axis=1)
    da_h = np.concatenate([da_r, da_z, r_t * da_n], axis=1)
    return GRUGradients(
        dW_ih=da_i.T @ x_t,
        dW_hh=da_h.T @ h_prev,
        db_ih=da_i.sum(axis=0),
        db_hh=da_h.sum(axis=0),
        dx=da_i @ W_ih,
        dh0=dh_t * z_t + da_h @ W_hh,
    )


def gru_backward(
    dy: Array,
    x: Array,
    h0: Array,
    h: Array,
    W_ih: Array,
    W_hh: Array,
    b_ih: Array,
    b_hh: Array,
    dh_T: Array | None = None,
) -> GRUGradients:
    r"""Back-propagation through time of the GRU.

    .. math::
       dh_t = dy_t + dh_t^{\text{carry}}, \qquad
       dW_{ih} = \sum_t da^{ih}_t x_t^\top, \quad dW_{hh} = \sum_t da^{hh}_t h_{t-1}^\top, \quad
       db_{ih} = \sum_t da^{ih}_t, \quad db_{hh} = \sum_t da^{hh}_t

    with :math:`da^{ih}_t = (da^r_t, da^z_t, da^n_t)` and :math:`da^{hh}_t = (da^r_t, da^z_t, r_t \odot da^n_t)`.

    Equation ``eq-lstm-gru-gru-dW`` (summed over the batch too). Source: chain rule on :func:`gru_forward`.

    Shapes: dy and h (T, B, H), x (T, B, F), h0 (B, H), weights as in :func:`gru_gates`; dh_T (B, H) reaches the last
    state besides, None stands for zeros.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    return _gru_through_time(gru_cell_backward, dy, x, h0, h, W_ih, W_hh, b_ih, b_hh, dh_T)


def _gru_through_time(
    cell_backward: Callable[..., GRUGradients],
    dy: Array,
    x: Array,
    h0: Array,
    h: Array,
    W_ih: Array,
    W_hh: Array,
    b_ih: Array,
    b_hh: Array,
    dh_T: Array | None,
) -> GRUGradients:
    """The gradients of either GRU: the place of the reset is the cell's."""
    dh = np.zeros_like(h0) if dh_T is None else dh_T
    others = {"x": (x, "T B F"), "dy": (dy, "T B H"), "h": (h, "T B H"), "dh_T": (dh, "B H")}
    _expect_layer(3, others, ("h0", h0), W_ih, W_hh, b_ih, b_hh)
    dW_ih, dW_hh, db_ih, db_hh = (np.zeros_like(w) for w in (W_ih, W_hh, b_ih, b_hh))
    dx = np.empty_like(x)
    for t in reversed(range(len(x))):
        step = cell_backward(dy[t] + dh, x[t], h[t - 1] if t > 0 else h0, W_ih, W_hh, b_ih, b_hh)
        dW_ih += step.dW_ih
        dW_hh += step.dW_hh
        db_ih += step.db_ih
        db_hh += step.db_hh
        dx[t], dh = step.dx, step.dh0
    return GRUGradients(dW_ih, dW_hh, db_ih, db_hh, dx, dh)


def gru_cell_before(x_t: Array, h_prev: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array) -> Array:
    r"""One step of the GRU whose reset acts before the product: on the state, unit by unit, before they are mixed.

    .. math:: n_t = \tanh\bigl(W_{in} x_t + b_{in} + W_{hn} (r_t \odot h_{t-1}) + b_{hn}\bigr)

    Equation ``eq-lstm-gru-before``; r_t, z_t and h_t as in :func:`gru_gates` and :func:`gru_cell`. Source: Cho et
    al. (2014); lectures C and M.

    Another function than :func:`gru_cell`: a unit of the candidate meets H gates here, one there. With two units or
    more, no weights of one form give the other in general; ``rnncourse.conventions.gru`` converts where they do.

    Shapes as in :func:`gru_gates`; returns h_t (B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    _, z_t, n_t = _gates_before(x_t, h_prev, W_ih, W_hh, b_ih, b_hh)
    return (1 - z_t) * n_t + z_t * h_prev


def _gates_before(
    x_t: Array, h_prev: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array
) -> tuple[Array, Array, Array]:
    """As :func:`gru_gates`, with the candidate of :func:`gru_cell_before`."""
    r_t, z_t, _ = gru_gates(x_t, h_prev, W_ih, W_hh, b_ih, b_hh)
    n = slice(2 * h_prev.shape[1], None)
    return r_t, z_t, np.tanh(x_t @ W_ih[n].T + b_ih[n] + (r_t * h_prev) @ W_hh[n].T + b_hh[n])


def gru_before_forward(x: Array, h0: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array) -> Array:
    r"""The states along a sequence, with the reset before the product.

    .. math:: h_t = \operatorname{cell}(x_t, h_{t-1}), \qquad t = 1, \dots, T

    Equation ``eq-lstm-gru-before-forward``. Source: :func:`gru_cell_before`, unfolded.

    Shapes as in :func:`gru_forward`; returns h (T, B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    return _gru_unfolded(gru_cell_before, x, h0, W_ih, W_hh, b_ih, b_hh)


def gru_cell_before_backward(
    dh_t: Array, x_t: Array, h_prev: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array
) -> GRUGradients:
    r"""One step backwards: what reaches the product of r_t and h_{t-1} is shared between the two.

    .. math:: du_t = W_{hn}^\top da^n_t, \qquad da^r_t = du_t \odot h_{t-1} \odot r_t (1 - r_t)
    .. math::
       dh_{t-1} = dh_t \odot z_t + du_t \odot r_t + W_{hr}^\top da^r_t + W_{hz}^\top da^z_t, \qquad
       dx_t = W_{ih}^\top \bigl(da^r_t,\ da^z_t,\ da^n_t\bigr)

    Equations ``eq-lstm-gru-before-da``, where :math:`u_t = r_t \odot h_{t-1}`, and ``eq-lstm-gru-before-carry``;
    :math:`da^n_t` and :math:`da^z_t` as in :func:`gru_cell_backward`. Source: chain rule on :func:`gru_cell_before`.

    Shapes as in :func:`gru_cell_backward`; returns :class:`GRUGradients`, both biases' gradients alike.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    H = expect(h_prev=(h_prev, "B H"), dh_t=(dh_t, "B H"))["H"]
    r_t, z_t, n_t = _gates_before(x_t, h_prev, W_ih, W_hh, b_ih, b_hh)
    da_n = dh_t * (1 - z_t) * (1 - n_t**2)
    da_z = dh_t * (h_prev - n_t) * z_t * (1 - z_t)
    du = da_n @ W_hh[2 * H :]
    da_r = du * h_prev * r_t * (1 - r_t)
    da = np.concatenate([da_r, da_z, da_n], axis=1)
    return GRUGradients(
        dW_ih=da.T @ x_t,
        dW_hh=np.concatenate([da[:, : 2 * H].T @ h_prev, da_n.T @ (r_t * h_prev)]),
        db_ih=da.sum(axis=0),
        db_hh=da.sum(axis=0),
        dx=da @ W_ih,
        dh0=dh_t * z_t + du * r_t + da[:, : 2 * H] @ W_hh[: 2 * H],
    )


def gru_before_backward(
    dy: Array,
    x: Array,
    h0: Array,
    h: Array,
    W_ih: Array,
    W_hh: Array,
    b_ih: Array,
    b_hh: Array,
    dh_T: Array | None = None,
) -> GRUGradients:
    r"""Back-propagation through time with the reset before the product, which the n rows of dW_hh see too.

    .. math::
       dW_{hr} = \sum_t da^r_t\, h_{t-1}^\top, \quad dW_{hz} = \sum_t da^z_t\, h_{t-1}^\top, \quad
       dW_{hn} = \sum_t da^n_t\, (r_t \odot h_{t-1})^\top

    Equation ``eq-lstm-gru-before-dW`` (summed over the batch too); the other sums as in :func:`gru_backward`.
    Source: chain rule on :func:`gru_before_forward`.

    Shapes as in :func:`gru_backward`.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    return _gru_through_time(gru_cell_before_backward, dy, x, h0, h, W_ih, W_hh, b_ih, b_hh, dh_T)
