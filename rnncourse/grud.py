r"""Series with gaps and uneven times: the reading version of the chapter ``book/irregular.md``.

One short function an equation. Arrays are (T, B, F); the times of an example are a column of ``time`` (T, B). The mask
m is 1 where a value was observed and 0 where not; what stands in x there is never looked at. δ is how long ago a
feature was last observed. ``dq`` is the gradient of the loss with respect to q, in the shape of q. Nothing here changes
its arguments.

Source of masks, intervals and GRU-D: Che et al. (2018), Scientific Reports 8, 6085. The update gate is the course's
(z = 1 keeps), so the paper's is 1 - z.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncourse import bptt, rnn
from rnncourse._arrays import Array, expect, expect_alike
from rnncourse.lstm_gru import sigmoid


def _expect_mask(m: Array) -> None:
    if not ((m == 0) | (m == 1)).all():
        raise ValueError(f"m: expected 1 where a value was observed and 0 elsewhere, got {m[(m != 0) & (m != 1)][0]}")


def _expect_time(time: Array) -> None:
    if (np.diff(time, axis=0) < 0).any():
        raise ValueError("time: expected times that never go back along the first axis")


def _expect_observed(x: Array, m: Array, others: dict[str, tuple[Array, str]]) -> None:
    """Check x and its mask, (T, B, F) both."""
    expect(x=(x, "T B F"), m=(m, "T B F"), **others)
    _expect_mask(m)


# --- the RNN that is told the time


def gaps(time: Array) -> Array:
    r"""The time that has passed since the step before; nothing has passed at the first.

    .. math:: \Delta_1 = 0, \qquad \Delta_i = t_i - t_{i-1}

    Equation ``eq-irregular-gap``. Source: lecture C.

    Shape: time (T, B), the same time or a later one from step to step; returns (T, B).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError when time goes back.
    """
    expect(time=(time, "T B"))
    _expect_time(time)
    return np.diff(time, axis=0, prepend=time[:1])


def with_gaps(x: Array, time: Array) -> Array:
    r"""The input of RNN-Δt: the gap before a step is one more feature of it, the last.

    .. math:: u_i = (x_i,\ t_i - t_{i-1})

    Equation ``eq-irregular-rnn-dt``. Source: lecture C. Any recurrent network can read u for x.

    Shapes: x (T, B, F), time (T, B); returns (T, B, F+1).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError when time goes back.
    """
    expect(x=(x, "T B F"), time=(time, "T B"))
    return np.concatenate([x, gaps(time)[:, :, None]], axis=2)


def rnn_dt_forward(x: Array, time: Array, h0: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array) -> Array:
    r"""The states of the vanilla RNN that reads each input with the gap before it.

    .. math:: h_i = \tanh\bigl(W_{ih} (x_i,\ t_i - t_{i-1}) + b_{ih} + W_{hh} h_{i-1} + b_{hh}\bigr)

    Equation ``eq-irregular-rnn-dt-forward``. Source: lecture C.

    Shapes: x (T, B, F), time (T, B), h0 (B, H), W_ih (H, F+1), others as in :func:`rnncourse.rnn.cell`; returns
    h (T, B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError when time goes back.
    """
    return rnn.forward(with_gaps(x, time), h0, W_ih, W_hh, b_ih, b_hh)


class RNNdtGradients(NamedTuple):
    """Gradients of the loss; db serves b_ih and b_hh alike."""

    dW_ih: Array
    dW_hh: Array
    db: Array
    dx: Array
    dtime: Array
    dh0: Array


def rnn_dt_backward(dy: Array, x: Array, time: Array, h0: Array, h: Array, W_ih: Array, W_hh: Array) -> RNNdtGradients:
    r"""Back-propagation through time; a time ends one gap and begins the next.

    .. math:: dt_i = d\Delta_i - d\Delta_{i+1}, \qquad d\Delta_1 = d\Delta_{T+1} = 0

    Equation ``eq-irregular-dtime``; the rest is :func:`rnncourse.bptt.backward`. Source: chain rule on
    :func:`rnn_dt_forward`; Δ₁ is 0 whatever t₁ is.

    Shapes: dy and h (T, B, H), others as in :func:`rnn_dt_forward`.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError when time goes back.
    """
    found = bptt.backward(dy, with_gaps(x, time), h0, h, W_ih, W_hh)
    dgap = found.dx[:, :, -1].copy()
    dgap[0] = 0
    dtime = dgap - np.concatenate([dgap[1:], np.zeros_like(dgap[:1])])
    return RNNdtGradients(found.dW_ih, found.dW_hh, found.db, found.dx[:, :, :-1], dtime, found.dh0)


# --- what was observed, when, and what to put where nothing was


def observed(x: Array) -> tuple[Array, Array]:
    r"""The values with 0 for NaN, and the mask that says where a value was.

    .. math:: m_t = \begin{cases} 1 & \text{if } x_t \text{ was observed} \\ 0 & \text{otherwise} \end{cases}

    Equation ``eq-irregular-mask``. Source: Che et al. (2018).

    Shape: x (T, B, F), NaN where nothing was observed; returns two new arrays of that shape and dtype.
    Raises TypeError unless x is a NumPy array of float32 or float64, ValueError unless it has that shape and no
    infinite entry.
    """
    known = np.where(np.isnan(x), 0, x) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x
    expect(x=(known, "T B F"))
    return known, (~np.isnan(x)).astype(x.dtype)


def intervals(time: Array, m: Array) -> Array:
    r"""How long ago each feature was last observed, before this step.

    .. math::
       \delta_t = \begin{cases} 0 & t = 1 \\ s_t - s_{t-1} & m_{t-1} = 1 \\
       s_t - s_{t-1} + \delta_{t-1} & m_{t-1} = 0 \end{cases}

    Equation ``eq-irregular-delta``, with s_t the time of step t. Source: Che et al. (2018). The mask of the step
    before decides: where a value has just arrived, δ still says how old the one before it is.

    Shapes: time (T, B), m (T, B, F); returns (T, B, F).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError when time goes back or the mask
    holds anything but 0 and 1.
    """
    expect(time=(time, "T B"), m=(m, "T B F"))
    _expect_mask(m)
    delta = np.zeros_like(m)
    for t, gap in enumerate(gaps(time)[1:, :, None], start=1):
        delta[t] = gap + (1 - m[t - 1]) * delta[t - 1]
    return delta


def empirical_mean(x: Array, m: Array) -> Array:
    r"""The mean of each feature over what was observed of it.

    .. math:: \bar x = \frac{\sum_{t,b} m_t \odot x_t}{\sum_{t,b} m_t}

    Equation ``eq-irregular-mean``. Source: Che et al. (2018).

    Shapes: x and m (T, B, F); returns (F,).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError when a feature was never
    observed or the mask holds anything but 0 and 1.
    """
    _expect_observed(x, m, {})
    count = m.sum(axis=(0, 1))
    if (count == 0).any():
        raise ValueError(f"m: expected every feature to be observed, got none of feature {int((count == 0).argmax())}")
    return (m * x).sum(axis=(0, 1)) / count


def fill_mean(x: Array, m: Array, x_mean: Array) -> Array:
    r"""What was observed, and the mean elsewhere.

    .. math:: \hat x_t = m_t \odot x_t + (1 - m_t) \odot \bar x

    Equation ``eq-irregular-fill-mean``. Source: Che et al. (2018), GRU-mean.

    Shapes: x and m (T, B, F), x_mean (F,); returns (T, B, F).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError when the mask holds anything
    but 0 and 1.
    """
    _expect_observed(x, m, {"x_mean": (x_mean, "F")})
    return m * x + (1 - m) * x_mean


def last_observed(x: Array, m: Array, x_first: Array) -> Array:
    r"""The value last observed before each step: the imputed ones do not count.

    .. math:: x^{last}_1 = x_{first}, \qquad x^{last}_{t+1} = m_t \odot x_t + (1 - m_t) \odot x^{last}_t

    Equation ``eq-irregular-last``. Source: Che et al. (2018), the x with time index t' of GRU-D.

    Shapes: x and m (T, B, F), x_first (B, F) for what has not been observed yet; returns (T, B, F).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError when the mask holds anything
    but 0 and 1.
    """
    _expect_observed(x, m, {"x_first": (x_first, "B F")})
    last = np.empty_like(x)
    last[0] = x_first
    for t in range(len(x) - 1):
        last[t + 1] = m[t] * x[t] + (1 - m[t]) * last[t]
    return last


def fill_forward(x: Array, m: Array, x_first: Array) -> Array:
    r"""What was observed, and the value last observed elsewhere.

    .. math:: \hat x_t = m_t \odot x_t + (1 - m_t) \odot x^{last}_t

    Equation ``eq-irregular-fill-forward``. Source: Che et al. (2018), GRU-forward.

    Shapes as in :func:`last_observed`; returns (T, B, F). Raises ValueError or TypeError as it does.
    """
    last = last_observed(x, m, x_first)
    return m * x + (1 - m) * last


def fill_linear(time: Array, x: Array, m: Array, x_first: Array) -> Array:
    r"""What was observed, and between two observations a straight line: a line that has seen the future.

    .. math:: \hat x_t = x_a + \frac{s_t - s_a}{s_b - s_a} (x_b - x_a), \qquad a < t < b \text{ the observed neighbours}

    Equation ``eq-irregular-fill-linear``; before the first observation its value, after the last its value. Source:
    lecture C. At time s_t nobody knew x_b: to fill a record afterwards it is right, in a forecast it is a leak.

    Shapes: time (T, B), others as in :func:`last_observed`; x_first fills a feature that was never observed.
    Raises as :func:`last_observed` and :func:`gaps` do.
    """
    _expect_observed(x, m, {"time": (time, "T B"), "x_first": (x_first, "B F")})
    _expect_time(time)
    filled = np.broadcast_to(x_first, x.shape).astype(x.dtype)
    for b, f in np.argwhere(m.any(axis=0)):
        known = m[:, b, f] == 1
        filled[:, b, f] = np.interp(time[:, b], time[known, b], x[known, b, f])
    return m * x + (1 - m) * filled


def simple(x: Array, m: Array, delta: Array) -> Array:
    r"""Values, mask and intervals side by side, for any recurrent network to read.

    .. math:: u_t = (m_t \odot x_t,\ m_t,\ \delta_t)

    Equation ``eq-irregular-simple``. Source: Che et al. (2018), GRU-simple, with 0 where nothing was observed.

    Shapes: (T, B, F) each; returns (T, B, 3F).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError when the mask holds anything
    but 0 and 1.
    """
    _expect_observed(x, m, {"delta": (delta, "T B F")})
    return np.concatenate([m * x, m, delta], axis=2)


# --- GRU-D


class Weights(NamedTuple):
    """Weights of GRU-D; the rows of the first four are r, z, n (reset gate, update gate, candidate)."""

    W_ih: Array  # (3H, F)
    W_hh: Array  # (3H, H)
    W_mh: Array  # (3H, F), from the mask
    b: Array  # (3H,)
    w_x: Array  # (F,), of the decay of each input towards its mean
    b_x: Array  # (F,)
    W_d: Array  # (H, F), of the decay of the state
    b_d: Array  # (H,)


def _expect_weights(p: Weights, h: tuple[str, Array], others: dict[str, tuple[Array, str]]) -> None:
    name, state = h
    rows = 3 * expect(**{name: (state, "B H")})["H"]
    shapes = (f"{rows} F", f"{rows} H", f"{rows} F", str(rows), "F", "F", "H F", "H")
    expect(**{name: (state, "B H")}, **others, **dict(zip(p._fields, zip(p, shapes, strict=True), strict=True)))


def decay(a: Array) -> Array:
    r"""A factor in (0, 1] that never grows with waiting: 1 while a is negative, then exponentially less.

    .. math:: \gamma = \exp\bigl(-\max(0, a)\bigr)

    Equation ``eq-irregular-decay``. Source: Che et al. (2018). Any shape; returns the same shape.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect_alike(a=a)
    return np.exp(-np.maximum(0, a))


def input_decay(delta_t: Array, w_x: Array, b_x: Array) -> Array:
    r"""How much the value last observed still counts; each feature decays by its own interval alone.

    .. math:: \gamma^x_t = \exp\bigl(-\max(0, w_x \odot \delta_t + b_x)\bigr)

    Equation ``eq-irregular-input-decay``. Source: Che et al. (2018), with a diagonal W_γx.

    Shapes: delta_t (B, F), w_x and b_x (F,); returns (B, F).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(delta_t=(delta_t, "B F"), w_x=(w_x, "F"), b_x=(b_x, "F"))
    return decay(delta_t * w_x + b_x)


def state_decay(delta_t: Array, W_d: Array, b_d: Array) -> Array:
    r"""How much of the state is left; every interval can make any unit forget.

    .. math:: \gamma^h_t = \exp\bigl(-\max(0, W_d\, \delta_t + b_d)\bigr)

    Equation ``eq-irregular-state-decay``. Source: Che et al. (2018).

    Shapes: delta_t (B, F), W_d (H, F), b_d (H,); returns (B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(delta_t=(delta_t, "B F"), W_d=(W_d, "H F"), b_d=(b_d, "H"))
    return decay(delta_t @ W_d.T + b_d)


def impute(x_t: Array, m_t: Array, gamma_x: Array, x_last: Array, x_mean: Array) -> Array:
    r"""What the cell reads: the observation, or something between the last one and the mean.

    .. math:: \hat x_t = m_t \odot x_t
       + (1 - m_t) \odot \bigl(\gamma^x_t \odot x^{last}_t + (1 - \gamma^x_t) \odot \bar x\bigr)

    Equation ``eq-irregular-impute``. Source: Che et al. (2018).

    Shapes: x_t, m_t, gamma_x and x_last (B, F), x_mean (F,); returns (B, F).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(x_t=(x_t, "B F"), m_t=(m_t, "B F"), gamma_x=(gamma_x, "B F"), x_last=(x_last, "B F"), x_mean=(x_mean, "F"))
    return m_t * x_t + (1 - m_t) * (gamma_x * x_last + (1 - gamma_x) * x_mean)


class Step(NamedTuple):
    """All that one step of GRU-D computes."""

    gamma_x: Array  # (B, F)
    gamma_h: Array  # (B, H)
    x_hat: Array  # (B, F)
    h_hat: Array  # (B, H), the decayed state
    r_t: Array
    z_t: Array
    n_t: Array
    h_t: Array


def grud_step(x_t: Array, m_t: Array, delta_t: Array, x_last: Array, h_prev: Array, x_mean: Array, p: Weights) -> Step:
    r"""One step of GRU-D: a GRU, its reset before the product, that reads imputed inputs, the mask and a decayed state.

    .. math:: \hat h_{t-1} = \gamma^h_t \odot h_{t-1}
    .. math::
       (r_t, z_t) = \sigma\bigl(W_{ih} \hat x_t + W_{hh} \hat h_{t-1} + W_{mh} m_t + b\bigr)_{r,\,z}
    .. math::
       n_t = \tanh\bigl(W_{in} \hat x_t + W_{hn} (r_t \odot \hat h_{t-1}) + W_{mn} m_t + b_n\bigr)
    .. math:: h_t = (1 - z_t) \odot n_t + z_t \odot \hat h_{t-1}

    Equations ``eq-irregular-state``, ``eq-irregular-gates``, ``eq-irregular-candidate`` and ``eq-irregular-update``.
    Source: Che et al. (2018), whose z is the course's 1 - z.

    Shapes: x_t, m_t, delta_t and x_last (B, F), h_prev (B, H), x_mean (F,); returns :class:`Step`.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    step = {"x_t": x_t, "m_t": m_t, "delta_t": delta_t, "x_last": x_last}
    others = {name: (array, "B F") for name, array in step.items()}
    _expect_weights(p, ("h_prev", h_prev), {**others, "x_mean": (x_mean, "F")})
    gamma_x, gamma_h = input_decay(delta_t, p.w_x, p.b_x), state_decay(delta_t, p.W_d, p.b_d)
    x_hat = impute(x_t, m_t, gamma_x, x_last, x_mean)
    h_hat = gamma_h * h_prev
    a_r, a_z, a_n = np.split(x_hat @ p.W_ih.T + m_t @ p.W_mh.T + p.b, 3, axis=1)
    W_hr, W_hz, W_hn = np.split(p.W_hh, 3)
    r_t, z_t = sigmoid(a_r + h_hat @ W_hr.T), sigmoid(a_z + h_hat @ W_hz.T)
    n_t = np.tanh(a_n + (r_t * h_hat) @ W_hn.T)
    return Step(gamma_x, gamma_h, x_hat, h_hat, r_t, z_t, n_t, (1 - z_t) * n_t + z_t * h_hat)


def _expect_sequence(
    x: Array,
    m: Array,
    delta: Array,
    h0: Array,
    x_mean: Array,
    p: Weights,
    x_first: Array | None,
    others: dict[str, tuple[Array, str]],
) -> Array:
    """Check a sequence, and return what was last observed before it."""
    series = {"x": (x, "T B F"), "m": (m, "T B F"), "delta": (delta, "T B F"), "x_mean": (x_mean, "F")}
    if x_first is not None:
        series["x_first"] = x_first, "B F"
    _expect_weights(p, ("h0", h0), {**series, **others})
    _expect_mask(m)
    if (delta < 0).any():
        raise ValueError(f"delta: expected intervals of at least 0, got {delta.min()}")
    return np.broadcast_to(x_mean, x[0].shape) if x_first is None else x_first


def grud_forward(
    x: Array, m: Array, delta: Array, h0: Array, x_mean: Array, p: Weights, x_first: Array | None = None
) -> Array:
    r"""The states of GRU-D along a sequence.

    .. math:: h_t = \operatorname{cell}(x_t, m_t, \delta_t, x^{last}_t, h_{t-1}), \qquad t = 1, \dots, T

    Equation ``eq-irregular-forward``. Source: Che et al. (2018).

    Shapes: x, m and delta (T, B, F), h0 (B, H), x_mean (F,); x_first (B, F) is what was last observed before the
    sequence, None stands for the mean. Returns h (T, B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError when the mask holds anything
    but 0 and 1 or an interval is negative.
    """
    x_first = _expect_sequence(x, m, delta, h0, x_mean, p, x_first, {})
    x_last, h_t, h = last_observed(x, m, x_first), h0, []
    for t in range(len(x)):
        h_t = grud_step(x[t], m[t], delta[t], x_last[t], h_t, x_mean, p).h_t
        h.append(h_t)
    return np.stack(h)


class Gradients(NamedTuple):
    """Gradients of the loss, each in the shape of what it belongs to."""

    dW_ih: Array
    dW_hh: Array
    dW_mh: Array
    db: Array
    dw_x: Array
    db_x: Array
    dW_d: Array
    db_d: Array
    dx: Array
    ddelta: Array
    dh0: Array
    dx_first: Array


class StepGradients(NamedTuple):
    """What one step of GRU-D adds to the gradients of the weights, and hands back."""

    weights: Weights
    dx_hat: Array
    ddelta_t: Array
    dx_last: Array  # by way of the imputed input alone
    dh_prev: Array


def decay_slope(a: Array) -> Array:
    r"""The slope of the decay: nothing passes where it rests at 1.

    .. math:: \frac{d\gamma}{da} = -\gamma \odot [a > 0]

    Equation ``eq-irregular-decay-slope``. Source: chain rule on :func:`decay`; at a = 0 the slope is 0, as torch's is.

    Any shape; returns the same shape. Raises as :func:`decay`.
    """
    return -decay(a) * (a > 0)


def grud_step_backward(
    dh_t: Array, x_t: Array, m_t: Array, delta_t: Array, x_last: Array, h_prev: Array, x_mean: Array, p: Weights
) -> StepGradients:
    r"""One step backwards: the decayed state is reached four ways, both decays through what they multiplied.

    .. math::
       da^n = dh_t \odot (1 - z_t) \odot (1 - n_t^2), \quad
       da^z = dh_t \odot (\hat h - n_t) \odot z_t (1 - z_t), \quad
       da^r = \bigl(W_{hn}^\top da^n\bigr) \odot \hat h \odot r_t (1 - r_t)
    .. math::
       d\hat h = dh_t \odot z_t + r_t \odot W_{hn}^\top da^n + W_{hr}^\top da^r + W_{hz}^\top da^z, \qquad
       dh_{t-1} = \gamma^h_t \odot d\hat h, \quad d\gamma^h_t = h_{t-1} \odot d\hat h
    .. math::
       d\hat x_t = W_{ih}^\top da, \qquad
       d\gamma^x_t = (1 - m_t) \odot (x^{last}_t - \bar x) \odot d\hat x_t, \qquad
       dx^{last}_t = (1 - m_t) \odot \gamma^x_t \odot d\hat x_t

    Equations ``eq-irregular-da``, ``eq-irregular-carry`` and ``eq-irregular-dimpute``; the share of this step in
    ``eq-irregular-dW``. Source: chain rule on :func:`grud_step`.

    Shapes: dh_t (B, H), others as in :func:`grud_step`; returns :class:`StepGradients`.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(h_prev=(h_prev, "B H"), dh_t=(dh_t, "B H"))
    s = grud_step(x_t, m_t, delta_t, x_last, h_prev, x_mean, p)
    W_hr, W_hz, W_hn = np.split(p.W_hh, 3)
    da_n = dh_t * (1 - s.z_t) * (1 - s.n_t**2)
    da_z = dh_t * (s.h_hat - s.n_t) * s.z_t * (1 - s.z_t)
    dreset = da_n @ W_hn  # of r ⊙ ĥ
    da_r = dreset * s.h_hat * s.r_t * (1 - s.r_t)
    dh_hat = dh_t * s.z_t + dreset * s.r_t + da_r @ W_hr + da_z @ W_hz
    da = np.concatenate([da_r, da_z, da_n], axis=1)
    dx_hat = da @ p.W_ih
    da_d = dh_hat * h_prev * decay_slope(delta_t @ p.W_d.T + p.b_d)
    da_x = (1 - m_t) * (x_last - x_mean) * dx_hat * decay_slope(delta_t * p.w_x + p.b_x)
    dW_hh = np.concatenate([da_r.T @ s.h_hat, da_z.T @ s.h_hat, da_n.T @ (s.r_t * s.h_hat)])
    weights = Weights(
        W_ih=da.T @ s.x_hat,
        W_hh=dW_hh,
        W_mh=da.T @ m_t,
        b=da.sum(axis=0),
        w_x=(da_x * delta_t).sum(axis=0),
        b_x=da_x.sum(axis=0),
        W_d=da_d.T @ delta_t,
        b_d=da_d.sum(axis=0),
    )
    ddelta_t = da_x * p.w_x + da_d @ p.W_d
    return StepGradients(weights, dx_hat, ddelta_t, (1 - m_t) * s.gamma_x * dx_hat, dh_hat * s.gamma_h)


def grud_backward(
    dy: Array,
    x: Array,
    m: Array,
    delta: Array,
    h0: Array,
    x_mean: Array,
    p: Weights,
    x_first: Array | None = None,
    dh_T: Array | None = None,
) -> Gradients:
    r"""Back-propagation through time with two carries: of the state, and of the value last observed.

    .. math:: dh_t = dy_t + dh_t^{\text{carry}}, \qquad dW = \sum_t dW^{(t)}
    .. math::
       dx_t = m_t \odot \bigl(d\hat x_t + c_{t+1}\bigr), \qquad
       c_t = (1 - m_t) \odot \bigl(\gamma^x_t \odot d\hat x_t + c_{t+1}\bigr), \qquad c_{T+1} = 0

    Equations ``eq-irregular-dW`` (summed over the batch too) and ``eq-irregular-dx``, where c_t is what reaches the
    value last observed before step t from this step and all later ones. The mask and the mean are given, not learned.
    Source: chain rule on :func:`grud_forward`.

    Shapes: dy (T, B, H), others as in :func:`grud_forward`; dh_T (B, H) reaches the last state besides, None stands
    for zeros. Raises as :func:`grud_forward` does.
    """
    dh = np.zeros_like(h0) if dh_T is None else dh_T
    x_first = _expect_sequence(x, m, delta, h0, x_mean, p, x_first, {"dy": (dy, "T B H"), "dh_T": (dh, "B H")})
    h, x_last = grud_forward(x, m, delta, h0, x_mean, p, x_first), last_observed(x, m, x_first)
    total = Weights(*(np.zeros_like(w) for w in p))
    dx, ddelta, carry = np.empty_like(x), np.empty_like(x), np.zeros_like(x[0])
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        step = grud_step_backward(dy[t] + dh, x[t], m[t], delta[t], x_last[t], h_prev, x_mean, p)
        for w, part in zip(total, step.weights, strict=True):
            w += part
        dx[t] = m[t] * (step.dx_hat + carry)
        carry = step.dx_last + (1 - m[t]) * carry
        ddelta[t], dh = step.ddelta_t, step.dh_prev
    return Gradients(*total, dx, ddelta, dh, carry)
