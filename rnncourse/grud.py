r"""GRU-D, a GRU for series with gaps: the reading version, for the chapter ``book/irregular``.

One short function an equation. Arrays are (T, B, F). The mask m is 1 where a value was observed and 0 where not; what
stands in x there is never looked at. δ is how long ago a feature was last observed. ``dq`` is the gradient of the loss
with respect to q, in the shape of q. Nothing here changes its arguments. The fast version of the same mathematics is
``rnncourse.kernels.grud``.

Source: Che et al. (2018), Scientific Reports 8, 6085. The update gate is the course's (z = 1 keeps), so the paper's is
1 - z.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from rnncourse.gates import sigmoid
from rnncourse.rules import intervals, mask
from rnncourse.shapes import B_F, B_H, F_, H3_, H3_F, H3_H, H_, H_F, T_B_F, T_B_H, Alike, checked

Mask = Annotated[T_B_F, mask]
Intervals = Annotated[T_B_F, intervals]


@checked
def last_observed(x: T_B_F, m: Mask, x_first: B_F) -> T_B_F:
    r"""The value last observed before each step: the imputed ones do not count.

    .. math:: x^{last}_1 = x_{first}, \qquad x^{last}_{t+1} = m_t \odot x_t + (1 - m_t) \odot x^{last}_t

    Equation ``eq-irregular-last``. Source: Che et al. (2018), the x with time index t' of GRU-D.

    Shapes: x and m (T, B, F), x_first (B, F) for what has not been observed yet; returns (T, B, F).
    """
    last = np.empty_like(x)
    last[0] = x_first
    for t in range(len(x) - 1):
        last[t + 1] = m[t] * x[t] + (1 - m[t]) * last[t]
    return last


class Weights(NamedTuple):
    """Weights of GRU-D; the rows of the first four are r, z, n (reset gate, update gate, candidate)."""

    W_ih: H3_F
    W_hh: H3_H
    W_mh: H3_F  # from the mask
    b: H3_
    w_x: F_  # of the decay of each input towards its mean
    b_x: F_
    W_d: H_F  # of the decay of the state
    b_d: H_


@checked
def decay(a: Alike) -> Alike:
    r"""A factor in (0, 1] that never grows with waiting: 1 while a is negative, then exponentially less.

    .. math:: \gamma = \exp\bigl(-\max(0, a)\bigr)

    Equation ``eq-irregular-decay``. Source: Che et al. (2018). Any shape; returns the same shape.
    """
    return np.exp(-np.maximum(0, a))


@checked
def input_decay(delta_t: B_F, w_x: F_, b_x: F_) -> B_F:
    r"""How much the value last observed still counts; each feature decays by its own interval alone.

    .. math:: \gamma^x_t = \exp\bigl(-\max(0, w_x \odot \delta_t + b_x)\bigr)

    Equation ``eq-irregular-input-decay``. Source: Che et al. (2018), with a diagonal W_γx.
    """
    return decay(delta_t * w_x + b_x)


@checked
def state_decay(delta_t: B_F, W_d: H_F, b_d: H_) -> B_H:
    r"""How much of the state is left; every interval can make any unit forget.

    .. math:: \gamma^h_t = \exp\bigl(-\max(0, W_d\, \delta_t + b_d)\bigr)

    Equation ``eq-irregular-state-decay``. Source: Che et al. (2018).
    """
    return decay(delta_t @ W_d.T + b_d)


@checked
def impute(x_t: B_F, m_t: B_F, gamma_x: B_F, x_last: B_F, x_mean: F_) -> B_F:
    r"""What the cell reads: the observation, or something between the last one and the mean.

    .. math:: \hat x_t = m_t \odot x_t
       + (1 - m_t) \odot \bigl(\gamma^x_t \odot x^{last}_t + (1 - \gamma^x_t) \odot \bar x\bigr)

    Equation ``eq-irregular-impute``. Source: Che et al. (2018).
    """
    return m_t * x_t + (1 - m_t) * (gamma_x * x_last + (1 - gamma_x) * x_mean)


class Step(NamedTuple):
    """All that one step of GRU-D computes."""

    gamma_x: B_F
    gamma_h: B_H
    x_hat: B_F
    h_hat: B_H  # the decayed state
    r_t: B_H
    z_t: B_H
    n_t: B_H
    h_t: B_H


@checked
def step(x_t: B_F, m_t: B_F, delta_t: B_F, x_last: B_F, h_prev: B_H, x_mean: F_, p: Weights) -> Step:
    r"""One step of GRU-D: a GRU, its reset before the product, that reads imputed inputs, the mask and a decayed state.

    .. math:: \hat h_{t-1} = \gamma^h_t \odot h_{t-1}
    .. math::
       (r_t, z_t) = \sigma\bigl(W_{ih} \hat x_t + W_{hh} \hat h_{t-1} + W_{mh} m_t + b\bigr)_{r,\,z}
    .. math::
       n_t = \tanh\bigl(W_{in} \hat x_t + W_{hn} (r_t \odot \hat h_{t-1}) + W_{mn} m_t + b_n\bigr)
    .. math:: h_t = (1 - z_t) \odot n_t + z_t \odot \hat h_{t-1}

    Equations ``eq-irregular-state``, ``eq-irregular-gates``, ``eq-irregular-candidate`` and ``eq-irregular-update``.
    Source: Che et al. (2018), whose z is the course's 1 - z.
    """
    gamma_x, gamma_h = input_decay(delta_t, p.w_x, p.b_x), state_decay(delta_t, p.W_d, p.b_d)
    x_hat = impute(x_t, m_t, gamma_x, x_last, x_mean)
    h_hat = gamma_h * h_prev
    a_r, a_z, a_n = np.split(x_hat @ p.W_ih.T + m_t @ p.W_mh.T + p.b, 3, axis=1)
    W_hr, W_hz, W_hn = np.split(p.W_hh, 3)
    r_t, z_t = sigmoid(a_r + h_hat @ W_hr.T), sigmoid(a_z + h_hat @ W_hz.T)
    n_t = np.tanh(a_n + (r_t * h_hat) @ W_hn.T)
    return Step(gamma_x, gamma_h, x_hat, h_hat, r_t, z_t, n_t, (1 - z_t) * n_t + z_t * h_hat)


@checked
def forward(x: T_B_F, m: Mask, delta: Intervals, h0: B_H, x_mean: F_, p: Weights, x_first: B_F | None = None) -> T_B_H:
    r"""The states of GRU-D along a sequence.

    .. math:: h_t = \operatorname{cell}(x_t, m_t, \delta_t, x^{last}_t, h_{t-1}), \qquad t = 1, \dots, T

    Equation ``eq-irregular-forward``. Source: Che et al. (2018).

    x_first is what was last observed before the sequence, None stands for the mean. Returns h (T, B, H).
    """
    x_first = np.broadcast_to(x_mean, x[0].shape) if x_first is None else x_first
    x_last, h_t, h = last_observed(x, m, x_first), h0, []
    for t in range(len(x)):
        h_t = step(x[t], m[t], delta[t], x_last[t], h_t, x_mean, p).h_t
        h.append(h_t)
    return np.stack(h)


class Gradients(NamedTuple):
    """Gradients of the loss, each in the shape of what it belongs to."""

    dW_ih: H3_F
    dW_hh: H3_H
    dW_mh: H3_F
    db: H3_
    dw_x: F_
    db_x: F_
    dW_d: H_F
    db_d: H_
    dx: T_B_F
    ddelta: T_B_F
    dh0: B_H
    dx_first: B_F


class StepGradients(NamedTuple):
    """What one step of GRU-D adds to the gradients of the weights, and hands back."""

    weights: Weights
    dx_hat: B_F
    ddelta_t: B_F
    dx_last: B_F  # by way of the imputed input alone
    dh_rec: B_H


def decay_slope(a: Alike) -> Alike:
    r"""The slope of the decay: nothing passes where it rests at 1.

    .. math:: \frac{d\gamma}{da} = -\gamma \odot [a > 0]

    Equation ``eq-irregular-decay-slope``. Source: chain rule on :func:`decay`; at a = 0 the slope is 0, as torch's is.

    Any shape; returns the same shape.
    """
    return -decay(a) * (a > 0)


@checked
def step_backward(
    dh_t: B_H, x_t: B_F, m_t: B_F, delta_t: B_F, x_last: B_F, h_prev: B_H, x_mean: F_, p: Weights
) -> StepGradients:
    r"""One step backwards: the decayed state is reached four ways, both decays through what they multiplied.

    .. math::
       da^n = dh_t \odot (1 - z_t) \odot (1 - n_t^2), \quad
       da^z = dh_t \odot (\hat h - n_t) \odot z_t (1 - z_t), \quad
       da^r = \bigl(W_{hn}^\top da^n\bigr) \odot \hat h \odot r_t (1 - r_t)
    .. math::
       d\hat h = dh_t \odot z_t + r_t \odot W_{hn}^\top da^n + W_{hr}^\top da^r + W_{hz}^\top da^z, \qquad
       dh_{t-1}^{\text{rec}} = \gamma^h_t \odot d\hat h, \quad d\gamma^h_t = h_{t-1} \odot d\hat h
    .. math::
       d\hat x_t = W_{ih}^\top da, \qquad
       d\gamma^x_t = (1 - m_t) \odot (x^{last}_t - \bar x) \odot d\hat x_t, \qquad
       dx^{last}_t = (1 - m_t) \odot \gamma^x_t \odot d\hat x_t

    Equations ``eq-irregular-da``, ``eq-irregular-carry`` and ``eq-irregular-dimpute``; the share of this step in
    ``eq-irregular-dW``. Source: chain rule on :func:`step`.
    """
    s = step(x_t, m_t, delta_t, x_last, h_prev, x_mean, p)
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


@checked
def backward(
    dh_out: T_B_H,
    x: T_B_F,
    m: Mask,
    delta: Intervals,
    h0: B_H,
    x_mean: F_,
    p: Weights,
    x_first: B_F | None = None,
    dh_T: B_H | None = None,
) -> Gradients:
    r"""Back-propagation through time with two carries: of the state, and of the value last observed.

    .. math:: dh_t = dh_t^{\text{out}} + dh_t^{\text{rec}}, \qquad dW = \sum_t dW^{(t)}
    .. math::
       dx_t = m_t \odot \bigl(d\hat x_t + c_{t+1}\bigr), \qquad
       c_t = (1 - m_t) \odot \bigl(\gamma^x_t \odot d\hat x_t + c_{t+1}\bigr), \qquad c_{T+1} = 0

    Equations ``eq-irregular-dW`` (summed over the batch too) and ``eq-irregular-dx``, where c_t is what reaches the
    value last observed before step t from this step and all later ones. The mask and the mean are given, not learned.
    Source: chain rule on :func:`forward`.

    dh_T reaches the last state besides, None stands for zeros.
    """
    dh_rec = np.zeros_like(h0) if dh_T is None else dh_T
    x_first = np.broadcast_to(x_mean, x[0].shape) if x_first is None else x_first
    h, x_last = forward(x, m, delta, h0, x_mean, p, x_first), last_observed(x, m, x_first)
    total = Weights(*(np.zeros_like(w) for w in p))
    dx, ddelta, carry = np.empty_like(x), np.empty_like(x), np.zeros_like(x[0])
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        found = step_backward(dh_out[t] + dh_rec, x[t], m[t], delta[t], x_last[t], h_prev, x_mean, p)
        for w, part in zip(total, found.weights, strict=True):
            w += part
        dx[t] = m[t] * (found.dx_hat + carry)
        carry = found.dx_last + (1 - m[t]) * carry
        ddelta[t], dh_rec = found.ddelta_t, found.dh_rec
    return Gradients(*total, dx, ddelta, dh_rec, carry)
