r"""Series with gaps and uneven times: the reading version of the chapter ``book/irregular``.

The RNN that is told the time, and what to put where nothing was observed; the cell made for it is
:mod:`rnncourse.grud`, here under names that say so. Arrays are (T, B, F); the times of an example are a column of
``time`` (T, B). The mask m is 1 where a value was observed and 0 where not; what stands in x there is never looked at.
δ is how long ago a feature was last observed. ``dq`` is the gradient of the loss with respect to q. Nothing here
changes its arguments.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from rnncourse import bptt, rnn
from rnncourse._arrays import expect, require
from rnncourse.grud import (
    Gradients,
    Mask,
    Step,
    StepGradients,
    Weights,
    decay,
    decay_slope,
    impute,
    input_decay,
    last_observed,
    state_decay,
)
from rnncourse.grud import backward as grud_backward
from rnncourse.grud import forward as grud_forward
from rnncourse.grud import step as grud_step
from rnncourse.grud import step_backward as grud_step_backward
from rnncourse.rules import forwards, mask
from rnncourse.shapes import (
    B_,
    B_F,
    B_H,
    F_,
    H_,
    H_F,
    H_F1,
    H_H,
    T_B,
    T_B_F,
    T_B_F1,
    T_B_F3,
    T_B_H,
    Count,
    NotNegative,
    Positive,
    checked,
)

__all__ = [
    "Gradients",
    "Level",
    "RNNdtGradients",
    "Step",
    "StepGradients",
    "Weights",
    "decay",
    "decay_slope",
    "empirical_mean",
    "euler",
    "fill_forward",
    "fill_linear",
    "fill_mean",
    "gaps",
    "grud_backward",
    "grud_forward",
    "grud_step",
    "grud_step_backward",
    "impute",
    "input_decay",
    "intervals",
    "last_observed",
    "local_level",
    "observed",
    "relax",
    "rnn_dt_backward",
    "rnn_dt_forward",
    "simple",
    "state_decay",
    "state_space",
    "with_gaps",
]


Times = Annotated[T_B, forwards]
LevelMask = Annotated[T_B, mask]


# --- the RNN that is told the time


@checked
def gaps(time: Times) -> T_B:
    r"""The time that has passed since the step before; nothing has passed at the first.

    .. math:: \Delta_1 = 0, \qquad \Delta_i = t_i - t_{i-1}

    Equation ``eq-irregular-gap``. Source: the CSC413 tutorial.

    Shape: time (T, B), the same time or a later one from step to step; returns (T, B).
    """
    return np.diff(time, axis=0, prepend=time[:1])


@checked
def with_gaps(x: T_B_F, time: Times) -> T_B_F1:
    r"""The input of RNN-Δt: the gap before a step is one more feature of it, the last.

    .. math:: u_i = (x_i,\ t_i - t_{i-1})

    Equation ``eq-irregular-rnn-dt``. Source: the CSC413 tutorial. Any recurrent network can read u for x.
    """
    return np.concatenate([x, gaps(time)[:, :, None]], axis=2)


def rnn_dt_forward(x: T_B_F, time: Times, h0: B_H, W_ih: H_F1, W_hh: H_H, b_ih: H_, b_hh: H_) -> T_B_H:
    r"""The states of the vanilla RNN that reads each input with the gap before it.

    .. math:: h_i = \tanh\bigl(W_{ih} (x_i,\ t_i - t_{i-1}) + b_{ih} + W_{hh} h_{i-1} + b_{hh}\bigr)

    Equation ``eq-irregular-rnn-dt-forward``. Source: the CSC413 tutorial.
    """
    return rnn.forward(with_gaps(x, time), h0, W_ih, W_hh, b_ih, b_hh)


class RNNdtGradients(NamedTuple):
    """Gradients of the loss; db serves b_ih and b_hh alike."""

    dW_ih: H_F1
    dW_hh: H_H
    db: H_
    dx: T_B_F
    dtime: T_B
    dh0: B_H


def rnn_dt_backward(dh_out: T_B_H, x: T_B_F, time: Times, h0: B_H, h: T_B_H, W_ih: H_F1, W_hh: H_H) -> RNNdtGradients:
    r"""Back-propagation through time; a time ends one gap and begins the next.

    .. math:: dt_i = d\Delta_i - d\Delta_{i+1}, \qquad d\Delta_1 = d\Delta_{T+1} = 0

    Equation ``eq-irregular-dtime``; the rest is :func:`rnncourse.bptt.backward`. Source: chain rule on
    :func:`rnn_dt_forward`; Δ₁ is 0 whatever t₁ is.
    """
    found = bptt.backward(dh_out, with_gaps(x, time), h0, h, W_ih, W_hh)
    dgap = found.dx[:, :, -1].copy()
    dgap[0] = 0
    dtime = dgap - np.concatenate([dgap[1:], np.zeros_like(dgap[:1])])
    return RNNdtGradients(found.dW_ih, found.dW_hh, found.db, found.dx[:, :, :-1], dtime, found.dh0)


# --- what was observed, when, and what to put where nothing was


def observed(x: T_B_F) -> tuple[T_B_F, Mask]:
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


@checked
def intervals(time: Times, m: Mask) -> T_B_F:
    r"""How long ago each feature was last observed, before this step.

    .. math::
       \delta_t = \begin{cases} 0 & t = 1 \\ s_t - s_{t-1} & m_{t-1} = 1 \\
       s_t - s_{t-1} + \delta_{t-1} & m_{t-1} = 0 \end{cases}

    Equation ``eq-irregular-delta``, with s_t the time of step t. Source: Che et al. (2018). The mask of the step
    before decides: where a value has just arrived, δ still says how old the one before it is.
    """
    delta = np.zeros_like(m)
    for t, gap in enumerate(gaps(time)[1:, :, None], start=1):
        delta[t] = gap + (1 - m[t - 1]) * delta[t - 1]
    return delta


@checked
def empirical_mean(x: T_B_F, m: Mask) -> F_:
    r"""The mean of each feature over what was observed of it.

    .. math:: \bar x = \frac{\sum_{t,b} m_t \odot x_t}{\sum_{t,b} m_t}

    Equation ``eq-irregular-mean``. Source: Che et al. (2018).

    Raises ValueError when a feature was never observed.
    """
    count = m.sum(axis=(0, 1))
    require((count > 0).all(), f"m: expected every feature to be observed, got none of feature {count.argmin()}")
    return (m * x).sum(axis=(0, 1)) / count


@checked
def fill_mean(x: T_B_F, m: Mask, x_mean: F_) -> T_B_F:
    r"""What was observed, and the mean elsewhere.

    .. math:: \hat x_t = m_t \odot x_t + (1 - m_t) \odot \bar x

    Equation ``eq-irregular-fill-mean``. Source: Che et al. (2018), GRU-mean.
    """
    return m * x + (1 - m) * x_mean


def fill_forward(x: T_B_F, m: Mask, x_first: B_F) -> T_B_F:
    r"""What was observed, and the value last observed elsewhere.

    .. math:: \hat x_t = m_t \odot x_t + (1 - m_t) \odot x^{last}_t

    Equation ``eq-irregular-fill-forward``. Source: Che et al. (2018), GRU-forward.
    """
    last = last_observed(x, m, x_first)
    return m * x + (1 - m) * last


@checked
def fill_linear(time: Times, x: T_B_F, m: Mask, x_first: B_F) -> T_B_F:
    r"""What was observed, and between two observations a straight line: a line that has seen the future.

    .. math:: \hat x_t = x_a + \frac{s_t - s_a}{s_b - s_a} (x_b - x_a), \qquad a < t < b \text{ the observed neighbours}

    Equation ``eq-irregular-fill-linear``; before the first observation its value, after the last its value. Source:
    the CSC413 tutorial. At time s_t nobody knew x_b: to fill a record afterwards it is right, in a forecast a leak.

    x_first fills a feature that was never observed.
    """
    filled = np.broadcast_to(x_first, x.shape).astype(x.dtype)
    for b, f in np.argwhere(m.any(axis=0)):
        known = m[:, b, f] == 1
        filled[:, b, f] = np.interp(time[:, b], time[known, b], x[known, b, f])
    return m * x + (1 - m) * filled


@checked
def simple(x: T_B_F, m: Mask, delta: T_B_F) -> T_B_F3:
    r"""Values, mask and intervals side by side, for any recurrent network to read.

    .. math:: u_t = (m_t \odot x_t,\ m_t,\ \delta_t)

    Equation ``eq-irregular-simple``. Source: Che et al. (2018), GRU-simple, with 0 where nothing was observed.

    Shapes: (T, B, F) each; returns (T, B, 3F).
    """
    return np.concatenate([m * x, m, delta], axis=2)


# --- what needs no network: a level that wanders, observed now and then


class Level(NamedTuple):
    """Mean and variance of the level, before each observation and after it."""

    a_pred: T_B
    P_pred: T_B
    a: T_B
    P: T_B


@checked
def local_level(x: T_B, m: LevelMask, a0: B_, P0: B_, q: NotNegative, r: Positive) -> Level:
    r"""The Kalman filter of a level that wanders, at even times: what is missing corrects nothing.

    .. math::
       K_t = \frac{P^-_t}{P^-_t + r}, \qquad a_t = a^-_t + m_t K_t (x_t - a^-_t), \qquad P_t = (1 - m_t K_t) P^-_t
    .. math:: a^-_{t+1} = a_t, \qquad P^-_{t+1} = P_t + q

    Equations ``eq-irregular-level`` and ``eq-irregular-level-predict``. Source: Kalman (1960); Durbin and Koopman
    (2012), chapter 2.

    a0 and P0 are mean and variance of the level before the first observation; q is the variance of its step, r that of
    the noise of an observation. What stands in x where m is 0 is never looked at.
    """
    a_pred, P_pred, steps = a0, P0, []
    for x_t, m_t in zip(x, m, strict=True):
        K = m_t * P_pred / (P_pred + r)
        a, P = a_pred + K * (x_t - a_pred), (1 - K) * P_pred
        steps.append((a_pred, P_pred, a, P))
        a_pred, P_pred = a, P + q
    return Level(*map(np.stack, zip(*steps, strict=True)))


# --- continuous time


@checked
def relax(h_prev: B_H, rest: H_, rate: H_, gap: B_) -> B_H:
    r"""A state that returns to rest, a gap later: the solution of its differential equation, whatever the gap.

    .. math:: \frac{dh}{ds} = -\lambda \odot (h - h^*)
    .. math:: h(s + \Delta) = h^* + \exp(-\lambda \Delta) \odot \bigl(h(s) - h^*\bigr)

    Equations ``eq-irregular-ode`` and ``eq-irregular-relax``. Source: a linear differential equation.
    """
    return rest + np.exp(-gap[:, None] * rate) * (h_prev - rest)


@checked
def euler(h_prev: B_H, rest: H_, rate: H_, gap: B_, n: Count) -> B_H:
    r"""The same in n steps of Euler's method, each along the slope where it begins.

    .. math:: h \leftarrow h - \frac{\Delta}{n}\, \lambda \odot (h - h^*), \qquad n \text{ times}

    Equation ``eq-irregular-euler``. Right for n without end; with rate times Δ/n over 2 it swings away.
    """
    h = h_prev
    for _ in range(n):
        h = h - gap[:, None] / n * rate * (h - rest)
    return h


@checked
def state_space(x: T_B_F, time: Times, h0: B_H, rate: H_, B_in: H_F) -> T_B_H:
    r"""A diagonal state-space model told the time: each input acts all through the gap before it.

    .. math::
       h_i = \exp(-\lambda \Delta_i) \odot h_{i-1}
       + \frac{1 - \exp(-\lambda \Delta_i)}{\lambda} \odot B x_i

    Equation ``eq-irregular-state-space``: the solution of dh/ds = -λ ⊙ h + B x, x held. Source: Smith et al. (2023).

    Raises ValueError unless every rate is positive.
    """
    require((rate > 0).all(), f"rate: expected positive numbers, got {rate.min()}")
    h_t, h = h0, []
    for x_t, gap in zip(x, gaps(time)[:, :, None], strict=True):
        h_t = np.exp(-rate * gap) * h_t - np.expm1(-rate * gap) / rate * (x_t @ B_in.T)
        h.append(h_t)
    return np.stack(h)
