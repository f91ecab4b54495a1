r"""Gradients of a recurrent network by hand: the reading version of the chapter ``book/bptt``.

``dq`` stands for the gradient of the loss with respect to q, in the shape of q. ``dh_t`` is the total gradient of a
state, of two parts: ``dh_out`` (T, B, H) reaches the states from outside, through the outputs of their own steps;
``dh_rec`` (B, H) is what the step after sends back. Rows of a batch are examples. Nothing here changes its arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, NamedTuple

import numpy as np

from rnncourse import rnn
from rnncourse._arrays import Array, require, sign
from rnncourse.rules import within
from rnncourse.shapes import (
    B_F,
    B_H,
    B_H_H,
    B_H_H_HF1,
    H_,
    H_F,
    H_H,
    K_,
    K_H,
    T_,
    T_B_F,
    T_B_H,
    T_B_K,
    T_T_H_H,
    T_B_ids_K,
    checked,
)


class Gradients(NamedTuple):
    """Gradients of the loss, each in the shape of what it belongs to; db serves b_ih and b_hh alike."""

    dW_ih: H_F
    dW_hh: H_H
    db: H_
    dx: T_B_F
    dh0: B_H


class StepGradients(NamedTuple):
    """What one step adds to the gradients of the weights, and what it sends to its input and to the state before it."""

    dW_ih: H_F
    dW_hh: H_H
    db: H_
    dx_t: B_F
    dh_rec: B_H


@checked
def output_gradient(o: T_B_K, y: T_B_ids_K) -> T_B_K:
    r"""Gradient of the mean cross-entropy with respect to the outputs before the softmax.

    .. math:: do_{t,b} = \frac{1}{TB} \bigl( \hat y_{t,b} - e_{y_{t,b}} \bigr)

    Equation ``eq-bptt-do``. Source: Goodfellow et al. (2016), eq. 10.18, as a mean.
    """
    one_hot = np.eye(o.shape[2], dtype=o.dtype)
    return (rnn.softmax(o) - one_hot[y]) / o.dtype.type(y.size)


@checked
def output_backward(do: T_B_K, h: T_B_H, W_ho: K_H) -> tuple[K_H, K_, T_B_H]:
    r"""Through the output layer: its own gradients, and what reaches the states from outside.

    .. math:: db_{ho} = \sum_t do_t, \quad dW_{ho} = \sum_t do_t\, h_t^\top, \quad dh_t^{\text{out}} = W_{ho}^\top do_t

    Equation ``eq-bptt-output``. Source: Goodfellow et al. (2016), eq. 10.22 (c), 10.24 (V), 10.19.

    Returns dW_ho, db_ho, dh_out.
    """
    return np.einsum("tbk,tbh->kh", do, h), do.sum(axis=(0, 1)), do @ W_ho


@checked
def jacobian(h_t: B_H, W_hh: H_H) -> B_H_H:
    r"""How each unit of one state depends on each unit of the state before.

    .. math:: \frac{\partial h_t}{\partial h_{t-1}} = D_t W_{hh}, \qquad D_t = \operatorname{diag}\bigl(1 - h_t^2\bigr)

    Equation ``eq-bptt-jacobian``; [b, i, j] is the derivative of unit i by unit j. Source: Goodfellow et al.
    (2016), the factor in eq. 10.21.
    """
    return (1 - h_t**2)[:, :, None] * W_hh


@checked
def cell_backward(dh_t: B_H, x_t: B_F, h_prev: B_H, h_t: B_H, W_ih: H_F, W_hh: H_H) -> StepGradients:
    r"""One step backwards: through tanh, then through the two matrices.

    .. math::
       dz_t = \bigl(1 - h_t^2\bigr) \odot dh_t, \qquad
       dx_t = W_{ih}^\top dz_t, \qquad dh_{t-1}^{\text{rec}} = W_{hh}^\top dz_t

    Equations ``eq-bptt-dz``, ``eq-bptt-dx`` and ``eq-bptt-carry``; the share of this step in
    ``eq-bptt-W``, ``eq-bptt-U`` and ``eq-bptt-b``. Source: Goodfellow et al. (2016), eq. 10.21.
    """
    dz_t = (1 - h_t**2) * dh_t
    return StepGradients(
        dW_ih=dz_t.T @ x_t,
        dW_hh=dz_t.T @ h_prev,
        db=dz_t.sum(axis=0),
        dx_t=dz_t @ W_ih,
        dh_rec=dz_t @ W_hh,
    )


@checked
def backward(dh_out: T_B_H, x: T_B_F, h0: B_H, h: T_B_H, W_ih: H_F, W_hh: H_H) -> Gradients:
    r"""Back-propagation through time: from the last step to the first, every use of a weight counted.

    .. math::
       dh_t = dh_t^{\text{out}} + dh_t^{\text{rec}}, \qquad
       dW_{hh} = \sum_t dz_t\, h_{t-1}^\top, \quad dW_{ih} = \sum_t dz_t\, x_t^\top, \quad db = \sum_t dz_t

    Equations ``eq-bptt-dh``, ``eq-bptt-W``, ``eq-bptt-U`` and ``eq-bptt-b`` (summed over the batch too).
    Source: Goodfellow et al. (2016), eq. 10.20–10.28.
    """
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dh_rec = np.empty_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        step = cell_backward(dh_out[t] + dh_rec, x[t], h_prev, h[t], W_ih, W_hh)
        dW_ih += step.dW_ih
        dW_hh += step.dW_hh
        db += step.db
        dx[t], dh_rec = step.dx_t, step.dh_rec
    return Gradients(dW_ih, dW_hh, db, dx, dh0=dh_rec)


@checked
def paths(dh_out: T_B_H, h0: B_H, h: T_B_H, W_hh: H_H) -> T_T_H_H:
    r"""The gradient of W_hh taken apart: what the use of step s changes in the loss of step t.

    .. math::
       dW_{hh} = \sum_{t=1}^{T} \sum_{s=1}^{t} C_{t,s}, \qquad
       C_{t,s} = D_s \, W_{hh}^\top D_{s+1} \cdots W_{hh}^\top D_t \; dh_t^{\text{out}} \; h_{s-1}^\top

    Equation ``eq-bptt-paths``. Source: chain rule on a network with one copy of W_hh a step, the W^(t) of
    Goodfellow et al. (2016), section 10.2.2. T²/2 products: to look at, not to train with.

    Returns C (T, T, H, H), summed over the batch.
    """
    T, before = len(h), np.concatenate([h0[None], h[:-1]])
    C = np.zeros((T, T, *W_hh.shape), dtype=W_hh.dtype)
    for t in range(T):
        dh = dh_out[t]
        for s in range(t, -1, -1):
            dz = (1 - h[s] ** 2) * dh
            C[t, s] = dz.T @ before[s]
            dh = dz @ W_hh
    return C


@checked
def sensitivity_step(S: B_H_H_HF1, x_t: B_F, h_prev: B_H, h_t: B_H, W_hh: H_H) -> B_H_H_HF1:
    r"""One step of the forward sensitivities, S[b, j, a, i] = ∂h_j/∂θ_ai with θ = [W_hh, W_ih, b].

    .. math::
       \frac{\partial h_t}{\partial \theta_{ai}} = D_t \Bigl( W_{hh} \frac{\partial h_{t-1}}{\partial \theta_{ai}}
       + e_a\, \varphi_{t,i} \Bigr), \qquad D_t = \operatorname{diag}(1 - h_t^2), \quad \varphi_t = (h_{t-1}, x_t, 1)

    Equation ``eq-bptt-sensitivity``. Source: Williams and Zipser (1989); Mohajerin (2017).

    Returns the new S.
    """
    phi_t = np.concatenate([h_prev, x_t, np.ones_like(x_t[:, :1])], axis=1)
    through_h = np.einsum("jl,blai->bjai", W_hh, S)
    direct = np.einsum("ja,bi->bjai", np.eye(len(W_hh), dtype=W_hh.dtype), phi_t)
    return (1 - h_t**2)[:, :, None, None] * (through_h + direct)


@checked
def rtrl(dh_out: T_B_H, x: T_B_F, h0: B_H, W_ih: H_F, W_hh: H_H, b_ih: H_, b_hh: H_) -> tuple[H_F, H_H, H_]:
    r"""Real-time recurrent learning: the same gradient with no step backwards.

    .. math::
       \frac{dL}{d\theta_{ai}} = \sum_t \bigl(dh_t^{\text{out}}\bigr)^\top \frac{\partial h_t}{\partial \theta_{ai}}

    Equation ``eq-bptt-rtrl``. Source: Williams and Zipser (1989); Mohajerin (2017).

    Returns dW_ih, dW_hh, db. Memory B·H·H·(H+F+1), whatever T is.
    """
    (H, F), B = W_ih.shape, len(h0)
    S = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    dtheta, h_prev = np.zeros((H, H + F + 1), dtype=x.dtype), h0
    for x_t, dh_out_t in zip(x, dh_out, strict=True):
        h_t = rnn.cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh)
        S = sensitivity_step(S, x_t, h_prev, h_t, W_hh)
        dtheta += np.einsum("bj,bjai->ai", dh_out_t, S)
        h_prev = h_t
    return dtheta[:, H : H + F], dtheta[:, :H], dtheta[:, -1]


class Cost(NamedTuple):
    """Multiplications in matrix products, and numbers kept from one step to the next."""

    bptt_products: int
    bptt_kept: int
    rtrl_products: int
    rtrl_kept: int


def cost(T: int, B: int, F: int, H: int) -> Cost:
    r"""What a gradient costs beyond the forward pass, once backwards in time and once forwards.

    .. math::
       \begin{array}{ll}
       \text{BPTT: products} & 2\,TBH(H+F) \\
       \text{BPTT: kept} & TBH \\
       \text{RTRL: products} & TBH^2(H+1)(H+F+1) \\
       \text{RTRL: kept} & BH^2(H+F+1)
       \end{array}

    Equation ``eq-bptt-cost``. Source: the shapes of :func:`backward` and :func:`rtrl`; Williams and Zipser (1989).
    Raises ValueError unless all four sizes are at least 1.
    """
    require(min(T, B, F, H) >= 1, f"expected T, B, F, H ≥ 1, got {(T, B, F, H)}")
    S = B * H * H * (H + F + 1)
    return Cost(2 * T * B * H * (H + F), T * B * H, T * (H + 1) * S, S)


@checked
def truncated(dh_out: T_B_H, x: T_B_F, h0: B_H, W_ih: H_F, W_hh: H_H, b_ih: H_, b_hh: H_, k: int) -> Gradients:
    r"""Truncated back-propagation: chunks of k steps; the state goes on, the gradient stops at the border.

    .. math:: dh_t = dh_t^{\text{out}} + [\,t+1 \text{ in the same chunk}\,]\; dh_t^{\text{rec}}

    Equation ``eq-bptt-truncated``. Source: Williams and Peng (1990), with equal chunks as in common use.

    k ≥ 1, the last chunk may be shorter. dh0 is that of the first chunk.
    """
    require(k >= 1, f"k: expected a window of at least 1 step, got {k}")
    chunks, state = [], h0
    for start in range(0, len(x), k):
        x_k, dh_out_k = x[start : start + k], dh_out[start : start + k]
        h_k = rnn.forward(x_k, state, W_ih, W_hh, b_ih, b_hh)
        chunks.append(backward(dh_out_k, x_k, state, h_k, W_ih, W_hh))
        state = h_k[-1]
    dW_ih, dW_hh, db = (np.sum([c[i] for c in chunks], axis=0) for i in range(3))
    return Gradients(dW_ih, dW_hh, db, np.concatenate([c.dx for c in chunks]), chunks[0].dh0)


@checked
def windowed(dh_out: T_B_H, x: T_B_F, h0: B_H, h: T_B_H, W_ih: H_F, W_hh: H_H, k: int) -> Gradients:
    r"""Back-propagation through a sliding window: each loss sees its own step and the k-1 before it.

    .. math:: dh_s = \sum_{j=0}^{k-1} d_s^{(j)}, \qquad d_s^{(0)} = dh_s^{\text{out}}, \quad
       d_s^{(j)} = W_{hh}^\top D_{s+1}\, d_{s+1}^{(j-1)}

    Equation ``eq-bptt-window``. Source: Williams and Peng (1990), their BPTT(h).

    k ≥ 1; where s+1 is past the end, d is 0. It is k times the work of chunks.
    """
    require(k >= 1, f"k: expected a window of at least 1 step, got {k}")
    dh, d = dh_out, dh_out
    for _ in range(min(k, len(h)) - 1):
        d = np.concatenate([((1 - h**2) * d)[1:] @ W_hh, np.zeros_like(d[:1])])
        dh = dh + d
    return _of_uses(dh, x, h0, h, W_ih, W_hh)


@checked
def randomised(
    dh_out: T_B_H,
    x: T_B_F,
    h0: B_H,
    h: T_B_H,
    W_ih: H_F,
    W_hh: H_H,
    xi: T_,
    q: Annotated[float, within(0, 1, "a probability above 0", without="low")],
) -> Gradients:
    r"""Truncation at random steps, with what comes through made larger: on average, the gradient of all.

    .. math:: dh_t = dh_t^{\text{out}} + \frac{\xi_t}{q}\, dh_t^{\text{rec}}, \qquad P(\xi_t = 1) = q

    Equation ``eq-bptt-random``. Source: Tallec and Ollivier (2017), with one probability for all steps.

    ξ_t is 1 where the gradient of step t+1 comes back to step t, 0 where it is cut; drawn independently.
    """
    dh, dh_rec = np.empty_like(dh_out), np.zeros_like(h0)
    for t in reversed(range(len(h))):
        dh[t] = dh_out[t] + xi[t] / q * dh_rec
        dh_rec = ((1 - h[t] ** 2) * dh[t]) @ W_hh
    return _of_uses(dh, x, h0, h, W_ih, W_hh)


def _of_uses(dh: Array, x: Array, h0: Array, h: Array, W_ih: Array, W_hh: Array) -> Gradients:
    """From total gradients of all states to what made them: ``eq-bptt-W``, ``eq-bptt-U``, ``eq-bptt-b``."""
    dz, before = (1 - h**2) * dh, np.concatenate([h0[None], h[:-1]])
    dW_ih, dW_hh = (np.einsum("tbh,tbf->hf", dz, of) for of in (x, before))
    return Gradients(dW_ih, dW_hh, dz.sum(axis=(0, 1)), dz @ W_ih, dz[0] @ W_hh)


@checked
def sse(y_hat: T_B_K, y: T_B_K) -> float:
    r"""Sum of squared errors over outputs, steps and the batch.

    .. math:: L = \tfrac12 \sum_{b=1}^{B} \sum_{t=1}^{T} \lVert \hat y_{t,b} - y_{t,b} \rVert^2

    Equation ``eq-bptt-sse``; its gradient with respect to ŷ is ŷ - y. Source: Mohajerin (2017).
    """
    return float(0.5 * ((y_hat - y) ** 2).sum())


def numerical_gradient(f: Callable[[Array], float], theta: Array, eps: float = 1e-6) -> Array:
    r"""Central differences, one entry of θ at a time.

    .. math:: \frac{\partial f}{\partial \theta_j} \approx
       \frac{f(\theta + \varepsilon e_j) - f(\theta - \varepsilon e_j)}{2 \varepsilon}

    Equation ``eq-bptt-fd``. Source: Taylor's theorem; the error is O(ε²) + O(machine precision/ε).

    Shape: θ of any shape, float64 (in float32 the rounding swallows the difference); returns the same shape.
    Raises TypeError unless θ is float64.
    """
    if not isinstance(theta, np.ndarray) or theta.dtype != np.float64:
        raise TypeError(f"theta: expected a float64 array, got {getattr(theta, 'dtype', type(theta).__name__)}")
    gradient = np.empty_like(theta)
    for j in np.ndindex(theta.shape):
        e_j = np.zeros_like(theta)
        e_j[j] = eps
        gradient[j] = (f(theta + e_j) - f(theta - e_j)) / (2 * eps)
    return gradient


def relative_error(a: Array, b: Array) -> float:
    r"""How far two gradients are apart, between 0 (equal) and 1 (opposite, or one of them zero).

    .. math:: \frac{\lVert a - b \rVert}{\lVert a \rVert + \lVert b \rVert}, \qquad 0 \text{ if both are zero}

    Equation ``eq-bptt-relative-error``. Source: triangle inequality bounds it by 1.

    Raises ValueError when the shapes differ.
    """
    a, b = np.asarray(a), np.asarray(b)
    require(a.shape == b.shape, f"expected two arrays of one shape, got {a.shape} and {b.shape}")
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / size) if size > 0 else 0.0


sign(globals(), "cell_backward", "backward", "rtrl", "truncated", "numerical_gradient", "relative_error")
