r"""A network with a memory that it reads and writes: the reading version of the chapter ``book/ntm``.

One short function an equation of Graves, Wayne and Danihelka (2014). The memory of an example is a matrix of N rows
(places) and D columns; a weighting w says how much of each row a head touches. Of J heads the first R read, the
other V write. Where the paper leaves a choice, this is ours, and :mod:`rnncourse.kernels.ntm` makes the same:

- all heads of a step look at the memory as the step before left it, those that read too;
- all heads erase before one adds;
- keys and added vectors pass through tanh;
- at the start each head is on row 0, and every entry of the memory is 1e-6: a small constant, as Collier and Beel
  (2018) found best.

No weight depends on N: a network works with a longer memory than the one that it was trained with.
Rows of a batch are examples. Nothing here changes its arguments.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from rnncourse import lstm
from rnncourse._arrays import Array, expect, require
from rnncourse.gates import sigmoid
from rnncourse.rnn import softmax
from rnncourse.rules import odd_and_at_most, within
from rnncourse.shapes import (
    B_,
    B_C,
    B_D,
    B_F,
    B_H,
    B_J,
    B_J_C,
    B_J_D,
    B_J_N,
    B_K,
    B_N,
    B_N_D,
    B_R_D,
    B_V_D,
    B_V_N,
    G_,
    G_FRD,
    G_H,
    K_,
    K_HRD,
    P_,
    P_H,
    R_D,
    T_B_F,
    T_B_J_N,
    T_B_K,
    AnyShape,
    checked,
)

EPSILON = 1e-8  # keeps the cosine finite where a key or a row is zero


Gate = Annotated[B_, within(0, 1)]
Erasure = Annotated[B_D, within(0, 1)]
Erasures = Annotated[B_V_D, within(0, 1)]
Sharpening = Annotated[B_, within(1)]
Shifts = Annotated[B_C, within(0), odd_and_at_most("C", "N")]


# --- what a head does with the memory


@checked
def cosine(k: B_D, M: B_N_D) -> B_N:
    r"""How alike the key and each row are, whatever their lengths.

    .. math:: K[k, M(i)] = \frac{k \cdot M(i)}{\lVert k \rVert\, \lVert M(i) \rVert + \varepsilon}

    Equation ``eq-ntm-cosine``, with :math:`\varepsilon = 10^{-8}`. Source: Graves et al. (2014), eq. 6, without ε.
    """
    lengths = np.linalg.norm(k, axis=1)[:, None] * np.linalg.norm(M, axis=2)
    return np.einsum("bd,bnd->bn", k, M) / (lengths + k.dtype.type(EPSILON))


@checked
def softplus(a: AnyShape) -> AnyShape:
    r"""A smooth way from any number to a positive one.

    .. math:: \operatorname{softplus}(a) = \log(1 + e^a)

    Equation ``eq-ntm-softplus``. Source: Dugas et al. (2001). Any shape; returns the same shape.
    """
    return np.logaddexp(a.dtype.type(0), a)


@checked
def content_weighting(k: B_D, beta: Annotated[B_, within(0)], M: B_N_D) -> B_N:
    r"""Look for what is like the key: the larger the key strength, the sharper.

    .. math:: w^c(i) = \frac{\exp\bigl(\beta\, K[k, M(i)]\bigr)}{\sum_j \exp\bigl(\beta\, K[k, M(j)]\bigr)}

    Equation ``eq-ntm-content``. Source: Graves et al. (2014), eq. 5.
    """
    return softmax(beta[:, None] * cosine(k, M))


@checked
def interpolate(w_c: B_N, w_prev: B_N, g: Gate) -> B_N:
    r"""Between content (g = 1) and where the head was (g = 0).

    .. math:: w^g_t = g_t\, w^c_t + (1 - g_t)\, w_{t-1}

    Equation ``eq-ntm-interpolate``. Source: Graves et al. (2014), eq. 7.
    """
    return g[:, None] * w_c + (1 - g[:, None]) * w_prev


@checked
def shift(w_g: B_N, s: Shifts) -> B_N:
    r"""Move the weighting along the rows, the last beside the first: a circular convolution.

    .. math:: \tilde w(i) = \sum_{j=-S}^{S} s(j)\, w^g\bigl((i - j) \bmod N\bigr)

    Equation ``eq-ntm-shift``. The columns of s are the shifts -S, …, S; one shift of +1 moves row 2 to row 3.
    Source: Graves et al. (2014), eq. 8, where s(j) is zero for larger shifts.

    Shapes: w_g (B, N), s (B, 2S+1) ≥ 0 with 2S+1 ≤ N; returns (B, N).
    """
    S = s.shape[1] // 2
    return np.sum([s[:, [j + S]] * np.roll(w_g, j, axis=1) for j in range(-S, S + 1)], axis=0)


@checked
def sharpen(w: Annotated[B_N, within(0)], gamma: Sharpening) -> B_N:
    r"""Make up for what the shift has blurred: γ = 1 changes nothing.

    .. math:: w_t(i) = \frac{\tilde w_t(i)^{\gamma_t}}{\sum_j \tilde w_t(j)^{\gamma_t}}

    Equation ``eq-ntm-sharpen``. Source: Graves et al. (2014), eq. 9. Divided by the largest weight first, which
    changes nothing but keeps a large γ from making all powers zero.
    """
    require(w.any(axis=1).all(), "w: expected a positive weight in each row, got a row of zeros")
    p = (w / w.max(axis=1, keepdims=True)) ** gamma[:, None]
    return p / p.sum(axis=1, keepdims=True)


@checked
def read(w: B_N, M: B_N_D) -> B_D:
    r"""The rows of the memory, each as much as its weight says.

    .. math:: r_t = \sum_i w_t(i)\, M(i)

    Equation ``eq-ntm-read``. Source: Graves et al. (2014), eq. 2.
    """
    return np.einsum("bn,bnd->bd", w, M)


@checked
def erase(M: B_N_D, w: B_N, e: Erasure) -> B_N_D:
    r"""Where weight and erase vector are both 1, nothing is left; where one is 0, all.

    .. math:: \tilde M_t(i) = M_{t-1}(i) \odot \bigl(1 - w_t(i)\, e_t\bigr)

    Equation ``eq-ntm-erase``. Source: Graves et al. (2014), eq. 3.
    """
    return M * (1 - w[:, :, None] * e[:, None, :])


@checked
def add(M: B_N_D, w: B_N, a: B_D) -> B_N_D:
    r"""Write the vector a, to each row as much as its weight says.

    .. math:: M_t(i) = \tilde M_t(i) + w_t(i)\, a_t

    Equation ``eq-ntm-add``. Source: Graves et al. (2014), eq. 4.
    """
    return M + w[:, :, None] * a[:, None, :]


# --- backwards: dq is the gradient of the loss with respect to q


@checked
def write_backward(dM: B_N_D, M_prev: B_N_D, w: B_V_N, e: Erasures, a: B_V_D) -> tuple[B_N_D, B_V_N, B_V_D, B_V_D]:
    r"""Through :func:`add` and :func:`erase` of V heads; erasing, each head meets what the others leave.

    .. math::
       da^v = \sum_i w^v(i)\, dM_t(i), \qquad
       q^v(i) = dM_t(i) \odot M_{t-1}(i) \odot \prod_{u \neq v} \bigl(1 - w^u(i)\, e^u\bigr), \qquad
       de^v = -\sum_i w^v(i)\, q^v(i)
    .. math::
       dw^v(i) = a^v \cdot dM_t(i) - e^v \cdot q^v(i), \qquad
       dM_{t-1}(i) = dM_t(i) \odot \prod_u \bigl(1 - w^u(i)\, e^u\bigr)

    Equation ``eq-ntm-dwrite``. Source: chain rule on all :func:`erase` before all :func:`add`.

    Shapes: dM and M_prev (B, N, D), w (B, V, N), e in [0, 1] and a (B, V, D); returns dM_prev, dw, de, da.
    """
    left = 1 - w[:, :, :, None] * e[:, :, None, :]
    q = np.stack([dM * M_prev * np.delete(left, v, axis=1).prod(axis=1) for v in range(w.shape[1])], axis=1)
    dw = np.einsum("bvd,bnd->bvn", a, dM) - np.einsum("bvd,bvnd->bvn", e, q)
    return dM * left.prod(axis=1), dw, -np.einsum("bvn,bvnd->bvd", w, q), w @ dM


@checked
def sharpen_backward(dw_t: B_N, w: Annotated[B_N, within(0)], gamma: Sharpening) -> tuple[B_N, B_]:
    r"""Through :func:`sharpen`, with :math:`\delta(i) = dw_t(i) - \sum_j w_t(j)\, dw_t(j)`.

    .. math::
       d\tilde w(i) = \frac{\gamma\, w_t(i)}{\tilde w(i)}\, \delta(i), \qquad
       d\gamma = \sum_i w_t(i)\, \delta(i) \log \tilde w(i)

    Equation ``eq-ntm-dsharpen``. Source: chain rule on :func:`sharpen`. As there, divided by the largest weight, and
    with the power γ-1 instead of the quotient, which a weight of zero has not.

    Returns dw and dgamma.
    """
    w_t, largest, power = sharpen(w, gamma), w.max(axis=1, keepdims=True), gamma[:, None]
    delta = dw_t - (w_t * dw_t).sum(axis=1, keepdims=True)
    total = ((w / largest) ** power).sum(axis=1, keepdims=True)
    dw = power * (w / largest) ** (power - 1) / (largest * total) * delta
    return dw, (w_t * delta * np.log(np.where(w > 0, w, 1))).sum(axis=1)


@checked
def shift_backward(dw: B_N, w_g: B_N, s: Annotated[B_C, odd_and_at_most("C", "N")]) -> tuple[B_N, B_C]:
    r"""Through :func:`shift`: the same moves, the other way.

    .. math:: dw^g(i) = \sum_{j=-S}^{S} s(j)\, d\tilde w\bigl((i + j) \bmod N\bigr), \qquad
       ds(j) = \sum_i d\tilde w\bigl((i + j) \bmod N\bigr)\, w^g(i)

    Equation ``eq-ntm-dshift``. Source: chain rule on :func:`shift`.

    Returns dw_g and ds.
    """
    S = s.shape[1] // 2
    back = np.stack([np.roll(dw, -j, axis=1) for j in range(-S, S + 1)], axis=1)
    return np.einsum("bc,bcn->bn", s, back), np.einsum("bcn,bn->bc", back, w_g)


@checked
def interpolate_backward(dw_g: B_N, w_c: B_N, w_prev: B_N, g: B_) -> tuple[B_N, B_N, B_]:
    r"""Through :func:`interpolate`.

    .. math:: dw^c = g\, dw^g, \qquad dw_{t-1} = (1 - g)\, dw^g, \qquad
       dg = \sum_i dw^g(i) \bigl(w^c(i) - w_{t-1}(i)\bigr)

    Equation ``eq-ntm-dgate``. Source: chain rule on :func:`interpolate`.

    Returns dw_c, dw_prev and dg.
    """
    return g[:, None] * dw_g, (1 - g[:, None]) * dw_g, (dw_g * (w_c - w_prev)).sum(axis=1)


@checked
def content_backward(dw_c: B_N, k: B_D, beta: Annotated[B_, within(0)], M: B_N_D) -> tuple[B_D, B_, B_N_D]:
    r"""Through :func:`content_weighting`: the softmax, then the cosine.

    .. math::
       \delta(i) = w^c(i) \Bigl(dw^c(i) - \sum_j w^c(j)\, dw^c(j)\Bigr), \qquad
       dK(i) = \beta\, \delta(i), \qquad d\beta = \sum_i \delta(i)\, K(i)

    Equation ``eq-ntm-dcontent``. Source: chain rule on :func:`content_weighting`.

    Returns dk, dbeta and dM.
    """
    w_c = content_weighting(k, beta, M)
    delta = w_c * (dw_c - (w_c * dw_c).sum(axis=1, keepdims=True))
    dk, dM = cosine_backward(beta[:, None] * delta, k, M)
    return dk, (delta * cosine(k, M)).sum(axis=1), dM


@checked
def cosine_backward(dK: B_N, k: B_D, M: B_N_D) -> tuple[B_D, B_N_D]:
    r"""Through :func:`cosine`: along the product of key and row, and along both lengths.

    With :math:`\ell(i) = \lVert k \rVert \lVert M(i) \rVert + \varepsilon`:

    .. math:: d\kappa(i) = \frac{dK(i)}{\ell(i)}, \qquad d\ell(i) = -d\kappa(i)\, K(i)
    .. math::
       dk = \sum_i d\kappa(i)\, M(i) + \frac{k}{\lVert k \rVert} \sum_i d\ell(i)\, \lVert M(i) \rVert, \qquad
       dM(i) = d\kappa(i)\, k + d\ell(i)\, \lVert k \rVert \frac{M(i)}{\lVert M(i) \rVert}

    Equation ``eq-ntm-dcosine``; the length of a zero vector has the derivative zero. Source: chain rule on
    :func:`cosine`.

    Returns dk and dM.
    """
    key, rows = np.linalg.norm(k, axis=1, keepdims=True), np.linalg.norm(M, axis=2)
    d_dot = dK / (key * rows + k.dtype.type(EPSILON))
    d_lengths = -d_dot * cosine(k, M)
    k_direction, M_direction = _direction(k, key), _direction(M, rows[:, :, None])
    dk = np.einsum("bn,bnd->bd", d_dot, M) + k_direction * (d_lengths * rows).sum(axis=1, keepdims=True)
    return dk, d_dot[:, :, None] * k[:, None] + (d_lengths * key)[:, :, None] * M_direction


def _direction(a: Array, length: Array) -> Array:
    return a / np.where(length > 0, length, 1)


# --- the network


class Heads(NamedTuple):
    """What the controller tells J heads, V of which write, in one step."""

    k: B_J_D  # keys
    a: B_V_D  # vectors to add
    e: Erasures  # erase vectors
    g: Annotated[B_J, within(0, 1)]  # interpolation gates
    beta: Annotated[B_J, within(0)]  # key strengths
    gamma: Annotated[B_J, within(1)]  # sharpening
    s: Annotated[B_J_C, within(0), odd_and_at_most("C", "N")]  # shifts, C = 2S+1


class Weights(NamedTuple):
    """All that is learned but the first reads; W_hh is None for a feed-forward controller."""

    W_ih: G_FRD  # G = H, or 4H for an LSTM, in torch's order i, f, g, o
    b_h: G_
    W_hp: P_H
    b_hp: P_
    W_ho: K_HRD
    b_ho: K_
    W_hh: G_H | None = None


class State(NamedTuple):
    """What one step hands to the next; h and c are None for a feed-forward controller."""

    r: B_R_D  # what the heads have read
    w: B_J_N  # where the heads are
    M: B_N_D
    h: B_H | None = None
    c: B_H | None = None


@checked
def heads(h_t: B_H, W_hp: P_H, b_hp: P_, J: int, V: int, D: int) -> Heads:
    r"""From the controller's output to numbers that a head can use.

    .. math:: p_t = W_{hp} h_t + b_{hp} = (\hat k, \hat a, \hat e, \hat g, \hat\beta, \hat\gamma, \hat s)
    .. math::
       k_t = \tanh \hat k, \quad a_t = \tanh \hat a, \quad e_t = \sigma(\hat e), \quad g_t = \sigma(\hat g), \quad
       \beta_t = \operatorname{softplus}(\hat\beta), \quad \gamma_t = 1 + \operatorname{softplus}(\hat\gamma), \quad
       s_t = \operatorname{softmax}(\hat s)

    Equations ``eq-ntm-parameters`` and ``eq-ntm-activations``. Each piece holds all heads that have it, those that
    read first. Source: the ranges in sections 3.1 to 3.3 of Graves et al. (2014), which fix g, s, e, β and γ.

    Shapes: h_t (B, H), W_hp (P, H), b_hp (P,) with P = J·D + 2·V·D + 3·J + J·(2S+1); returns :class:`Heads`.
    Raises ValueError when P does not fit J, V and D.
    """
    C = _shifts(len(b_hp), J, V, D)
    p, B = h_t @ W_hp.T + b_hp, len(h_t)
    k, a, e, g, beta, gamma, s = np.split(p, np.cumsum([J * D, V * D, V * D, J, J, J]), axis=1)
    return Heads(
        k=np.tanh(k).reshape(B, J, D),
        a=np.tanh(a).reshape(B, V, D),
        e=sigmoid(e).reshape(B, V, D),
        g=sigmoid(g),
        beta=softplus(beta),
        gamma=1 + softplus(gamma),
        s=softmax(s.reshape(B, J, C)),
    )


def _shifts(P: int, J: int, V: int, D: int) -> int:
    require(0 < V < J and D >= 1, f"expected heads that read and heads that write, and D ≥ 1, got J={J}, V={V}, D={D}")
    C, rest = divmod(P - J * D - 2 * V * D - 3 * J, J)
    fits = rest == 0 and C >= 1 and C % 2 == 1
    require(fits, f"W_hp: expected J·(D+3) + 2·V·D + J·(2S+1) rows with J={J}, V={V}, D={D}, got {P}")
    return C


@checked
def address(M: B_N_D, w_prev: B_N, head: Heads, j: int) -> B_N:
    r"""Where head j is in this step: content, gate, shift, sharpening, in this order.

    .. math:: w_{t-1} \to w^c_t \to w^g_t \to \tilde w_t \to w_t

    Equation ``eq-ntm-address``. Source: Graves et al. (2014), figure 2.
    """
    w_c = content_weighting(head.k[:, j], head.beta[:, j], M)
    w_g = interpolate(w_c, w_prev, head.g[:, j])
    return sharpen(shift(w_g, head.s[:, j]), head.gamma[:, j])


@checked
def controller(x_t: B_F, state: State, weights: Weights) -> tuple[B_H, B_H | None]:
    r"""A layer that sees the input and what was read in the step before: tanh units, or an LSTM.

    .. math:: h_t = \tanh\bigl(W_{ih}\, [x_t; r_{t-1}] + b_h\bigr)
    .. math:: (h_t, c_t) = \operatorname{LSTM}\bigl([x_t; r_{t-1}], h_{t-1}, c_{t-1}\bigr)

    Equations ``eq-ntm-feedforward`` and ``eq-ntm-lstm``. Source: Graves et al. (2014), section 3.4.

    Returns h_t, and c_t or None.
    Raises ValueError unless h, c and W_hh are all there, or none.
    """
    H, parts = weights.W_hp.shape[1], {state.h is None, state.c is None, weights.W_hh is None}
    require(len(parts) <= 1, "expected h, c and W_hh, or none of them (a feed-forward controller)")
    expect(b_h=(weights.b_h, str(H if weights.W_hh is None else 4 * H)))
    seen = np.concatenate([x_t, state.r.reshape(len(x_t), -1)], axis=1)
    if weights.W_hh is None or state.h is None or state.c is None:
        return np.tanh(seen @ weights.W_ih.T + weights.b_h), None
    w = lstm.Weights(weights.W_ih, weights.W_hh, weights.b_h, np.zeros_like(weights.b_h))
    return lstm.cell(seen, state.h, state.c, w)


@checked
def output(h_t: B_H, r_t: B_R_D, W_ho: K_HRD, b_ho: K_) -> B_K:
    r"""What the network says, from its controller and from what it has just read.

    .. math:: o_t = W_{ho}\, [h_t; r_t] + b_{ho}

    Equation ``eq-ntm-output``. Source: Graves et al. (2014), figure 1; our choice of a linear layer.
    """
    hr = np.concatenate([h_t, r_t.reshape(len(h_t), -1)], axis=1)
    return hr @ W_ho.T + b_ho


@checked
def step(x_t: B_F, state: State, weights: Weights) -> tuple[B_K, State]:
    r"""One step: the controller speaks, the heads find their rows, read, erase and add.

    .. math:: (o_t, \text{state}_t) = \operatorname{step}(x_t, \text{state}_{t-1})

    Equation ``eq-ntm-step``. Source: Graves et al. (2014), figure 1.

    Returns o_t and the new :class:`State`.
    """
    J, (R, D), M = state.w.shape[1], state.r.shape[1:], state.M
    h_t, c_t = controller(x_t, state, weights)
    head = heads(h_t, weights.W_hp, weights.b_hp, J, J - R, D)
    w_t = np.stack([address(M, state.w[:, j], head, j) for j in range(J)], axis=1)
    r_t = np.stack([read(w_t[:, j], M) for j in range(R)], axis=1)
    for v in range(J - R):
        M = erase(M, w_t[:, R + v], head.e[:, v])
    for v in range(J - R):
        M = add(M, w_t[:, R + v], head.a[:, v])
    return output(h_t, r_t, weights.W_ho, weights.b_ho), State(r_t, w_t, M, None if c_t is None else h_t, c_t)


@checked
def forward(x: T_B_F, state: State, weights: Weights) -> tuple[T_B_K, T_B_J_N, State]:
    r"""The outputs along a sequence, where the heads have been, and the last state.

    .. math:: (o_t, \text{state}_t) = \operatorname{step}(x_t, \text{state}_{t-1}), \qquad t = 1, \dots, T

    Equation ``eq-ntm-forward``. Source: Graves et al. (2014).

    Returns o, w and a :class:`State`.
    """
    steps = []
    for x_t in x:
        o_t, state = step(x_t, state, weights)
        steps.append((o_t, state.w))
    return np.stack([o for o, _ in steps]), np.stack([w for _, w in steps]), state


@checked
def initial_state(B: int, N: int, r_0: R_D, J: int, H: int | None = None) -> State:
    r"""The state before the first step: the same small number everywhere, each head on row 0.

    .. math:: M_0(i) = 10^{-6}, \qquad w_0 = (1, 0, \dots, 0), \qquad r_0 \text{ learned}

    Equation ``eq-ntm-initial``. Source: Collier and Beel (2018) for a small constant memory.

    Shapes: r_0 (R, D), with R < J heads; H is the size of an LSTM controller, None for a feed-forward one.
    """
    R, D = r_0.shape
    if B < 1 or N < 1 or R >= J or (H is not None and H < 1):
        raise ValueError(f"expected sizes of at least 1 and J > R, got B={B}, N={N}, J={J}, R={R}, H={H}")
    dtype = r_0.dtype
    w = np.zeros((B, J, N), dtype)
    w[:, :, 0] = 1
    h = None if H is None else np.zeros((B, H), dtype)
    c = None if h is None else h.copy()
    return State(np.tile(r_0, (B, 1, 1)), w, np.full((B, N, D), 1e-6, dtype), h, c)
