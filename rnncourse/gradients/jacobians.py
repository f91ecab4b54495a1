r"""Derivatives multiplied along time: where a gradient vanishes or explodes. For the chapter ``book/gradients``.

Arrays are (T, B, features); ``dh`` (T, B, H) holds the total gradient of the loss with respect to every state,
``dh_out`` the part that comes from outside. Nothing here changes its arguments.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnncourse import bptt
from rnncourse._arrays import Array, expect, require, sign
from rnncourse.shapes import (
    H_H,
    N_T,
    N_T_B_H,
    T_B_H,
    Natural,
    Positive,
    checked,
)


@checked
def scalar_gradient(w: float, L: Natural) -> float:
    r"""One linear unit: what reaches it over L steps. L counts the arrows from h_{T-L} to h_T, not the states.

    .. math:: h_t = w\,h_{t-1} \ \Rightarrow \ \frac{\partial h_T}{\partial h_{T-L}} = w^L

    Equation ``eq-gradients-scalar``; ±∞ when it is too large for a float. Source: chain rule; Wang's lecture.
    """
    with np.errstate(over="ignore"):
        return float(np.float64(w) ** L)


@checked
def jacobian_products(h: T_B_H, W_hh: H_H) -> Array:
    r"""How the last state depends on each state before it: the latest step stands on the left.

    .. math:: P_k = \frac{\partial h_T}{\partial h_{T-k}}
       = (D_T W_{hh}) (D_{T-1} W_{hh}) \cdots (D_{T-k+1} W_{hh}), \qquad P_0 = I

    Equation ``eq-gradients-product``; D_t is that of :func:`rnncourse.bptt.jacobian`. Source: Pascanu et al.
    (2013), eq. 5, for h_t = tanh z_t.

    Shapes: h (T, B, H) without h_0, W_hh (H, H); returns P (T+1, B, H, H), first index the lag k.
    """
    T, B, H = h.shape
    P = np.empty((T + 1, B, H, H), dtype=W_hh.dtype)
    P[0] = np.eye(H)
    for k, h_t in enumerate(h[::-1], start=1):
        P[k] = P[k - 1] @ bptt.jacobian(h_t, W_hh)
    return P


def jacobian_norms(h: T_B_H, W_hh: H_H) -> Array:
    r"""The most that a change of h_{T-k} can be magnified on its way to h_T.

    .. math:: \lVert P_k \rVert_2 = \sigma_{\max} \Bigl( \frac{\partial h_T}{\partial h_{T-k}} \Bigr)

    Equation ``eq-gradients-norm``. Source: definition of the spectral norm.

    Returns (T+1, B).
    """
    return np.linalg.norm(jacobian_products(h, W_hh), ord=2, axis=(-2, -1))


@checked
def growth_bound(W_hh: H_H, gamma: Positive = 1.0) -> float:
    r"""The most by which one step can magnify: the largest singular value, which no eigenvalue need show.

    .. math:: \lVert D_t W_{hh} \rVert_2 \le \gamma\, \sigma_{\max}(W_{hh}), \qquad \gamma = \max \phi'

    Equation ``eq-gradients-bound``; γ is 1 for tanh (at 0), 1/4 for the logistic sigmoid. Below 1: every
    gradient vanishes. Above 1: it may explode, and need not. Source: Pascanu et al. (2013), eq. 6–7.
    """
    return gamma * float(np.linalg.norm(W_hh, ord=2))


@checked
def state_gradients(dh_out: T_B_H, h: T_B_H, W_hh: H_H) -> T_B_H:
    r"""The total gradient of every state. A weight has one gradient for all t; a state has one at each t.

    .. math:: dh_T = dh_T^{\text{out}}, \qquad dh_{t-1} = dh_{t-1}^{\text{out}} + W_{hh}^\top D_t\, dh_t

    Equation ``eq-gradients-state``. Source: Goodfellow et al. (2016), eq. 10.20–10.21.
    """
    dh = np.array(dh_out)
    for t in range(len(h) - 1, 0, -1):
        dh[t - 1] += ((1 - h[t] ** 2) * dh[t]) @ W_hh
    return dh


@checked
def gradient_flow(dh_out: T_B_H, h: N_T_B_H, W_ih: Sequence[H_H], W_hh: Sequence[H_H]) -> N_T:
    r"""Length of the gradient at each layer and step of a stacked network: the picture of where it fades.

    .. math:: n_{l,t} = \frac1B \sum_b \lVert dh^{(l)}_{t,b} \rVert, \qquad
       dh^{(l-1),\text{out}}_t = W_{ih}^{(l)\top} D^{(l)}_t\, dh^{(l)}_t

    Equation ``eq-gradients-flow``; layer l reads the states of layer l-1, and ``dh_out`` reaches the top layer alone.
    Source: chain rule; Wang's lecture.

    Shapes: dh_out (T, B, H), h (N, T, B, H) for N layers from the bottom; W_ih and W_hh one (H, H) for each layer,
    W_ih[0] of any width (it is not used); returns n (N, T).
    Raises ValueError when there are not N weights.
    """
    N, T = h.shape[:2]
    require(len(W_ih) == len(W_hh) == N, f"W_ih, W_hh: expected {N} each, got {len(W_ih)} and {len(W_hh)}")
    n = np.empty((N, T), dtype=h.dtype)
    for layer in reversed(range(N)):
        expect(h=(h[layer], "T B H"), W_hh=(W_hh[layer], "H H"), W_ih=(W_ih[layer] if layer > 0 else W_hh[0], "H H"))
        dh = state_gradients(dh_out, h[layer], W_hh[layer])
        n[layer] = np.linalg.norm(dh, axis=-1).mean(axis=-1)
        if layer > 0:
            dh_out = ((1 - h[layer] ** 2) * dh) @ W_ih[layer]
    return n


sign(globals(), "jacobian_products", "jacobian_norms", "growth_bound", "state_gradients", "gradient_flow")
