r"""A network with a memory that it reads and writes: the reading version of the chapter ``book/ntm.md``.

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

import math
from typing import NamedTuple

import numpy as np

from rnncourse._arrays import Array, expect
from rnncourse.lstm_gru import _expect_floats, lstm_cell, sigmoid
from rnncourse.rnn import softmax

EPSILON = 1e-8  # keeps the cosine finite where a key or a row is zero


def _within(name: str, a: Array, low: float, high: float = math.inf) -> None:
    if a.min() < low or a.max() > high:
        raise ValueError(f"{name}: expected numbers from {low} to {high}, got {a.min()} to {a.max()}")


# --- what a head does with the memory


def cosine(k: Array, M: Array) -> Array:
    r"""How alike the key and each row are, whatever their lengths.

    .. math:: K[k, M(i)] = \frac{k \cdot M(i)}{\lVert k \rVert\, \lVert M(i) \rVert + \varepsilon}

    Equation ``eq-ntm-cosine``, with :math:`\varepsilon = 10^{-8}`. Source: Graves et al. (2014), eq. 6, without ε.

    Shapes: k (B, D), M (B, N, D); returns (B, N).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(k=(k, "B D"), M=(M, "B N D"))
    lengths = np.linalg.norm(k, axis=1)[:, None] * np.linalg.norm(M, axis=2)
    return np.einsum("bd,bnd->bn", k, M) / (lengths + k.dtype.type(EPSILON))


def softplus(a: Array) -> Array:
    r"""A smooth way from any number to a positive one.

    .. math:: \operatorname{softplus}(a) = \log(1 + e^a)

    Equation ``eq-ntm-softplus``. Source: Dugas et al. (2001). Any shape; returns the same shape.
    Raises TypeError unless a is an array of float32 or float64.
    """
    _expect_floats("a", a)
    return np.logaddexp(a.dtype.type(0), a)


def content_weighting(k: Array, beta: Array, M: Array) -> Array:
    r"""Look for what is like the key: the larger the key strength, the sharper.

    .. math:: w^c(i) = \frac{\exp\bigl(\beta\, K[k, M(i)]\bigr)}{\sum_j \exp\bigl(\beta\, K[k, M(j)]\bigr)}

    Equation ``eq-ntm-content``. Source: Graves et al. (2014), eq. 5.

    Shapes: k (B, D), beta (B,) ≥ 0, M (B, N, D); returns (B, N).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError for a negative beta.
    """
    expect(k=(k, "B D"), beta=(beta, "B"), M=(M, "B N D"))
    _within("beta", beta, 0)
    return softmax(beta[:, None] * cosine(k, M))


def interpolate(w_c: Array, w_prev: Array, g: Array) -> Array:
    r"""Between content (g = 1) and where the head was (g = 0).

    .. math:: w^g_t = g_t\, w^c_t + (1 - g_t)\, w_{t-1}

    Equation ``eq-ntm-interpolate``. Source: Graves et al. (2014), eq. 7.

    Shapes: w_c and w_prev (B, N), g (B,) in [0, 1]; returns (B, N).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError for g outside [0, 1].
    """
    expect(w_c=(w_c, "B N"), w_prev=(w_prev, "B N"), g=(g, "B"))
    _within("g", g, 0, 1)
    return g[:, None] * w_c + (1 - g[:, None]) * w_prev


def shift(w_g: Array, s: Array) -> Array:
    r"""Move the weighting along the rows, the last beside the first: a circular convolution.

    .. math:: \tilde w(i) = \sum_{j=-S}^{S} s(j)\, w^g\bigl((i - j) \bmod N\bigr)

    Equation ``eq-ntm-shift``. The columns of s are the shifts -S, …, S; one shift of +1 moves row 2 to row 3.
    Source: Graves et al. (2014), eq. 8, where s(j) is zero for larger shifts.

    Shapes: w_g (B, N), s (B, 2S+1) ≥ 0 with 2S+1 ≤ N; returns (B, N).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError for a negative s, an even
    number of shifts or more of them than rows.
    """
    sizes = expect(w_g=(w_g, "B N"), s=(s, "B C"))
    _within("s", s, 0)
    _expect_shifts(sizes["C"], sizes["N"])
    S = sizes["C"] // 2
    return np.sum([s[:, [j + S]] * np.roll(w_g, j, axis=1) for j in range(-S, S + 1)], axis=0)


def _expect_shifts(C: int, N: int) -> None:
    if C % 2 == 0 or C > N:
        raise ValueError(f"s: expected an odd number of shifts, at most N={N}, got {C}")


def sharpen(w: Array, gamma: Array) -> Array:
    r"""Make up for what the shift has blurred: γ = 1 changes nothing.

    .. math:: w_t(i) = \frac{\tilde w_t(i)^{\gamma_t}}{\sum_j \tilde w_t(j)^{\gamma_t}}

    Equation ``eq-ntm-sharpen``. Source: Graves et al. (2014), eq. 9. Divided by the largest weight first, which
    changes nothing but keeps a large γ from making all powers zero.

    Shapes: w (B, N) ≥ 0, gamma (B,) ≥ 1; returns (B, N).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError for a negative weight, a row
    without any, or γ below 1.
    """
    expect(w=(w, "B N"), gamma=(gamma, "B"))
    _within("w", w, 0)
    _within("gamma", gamma, 1)
    if not w.any(axis=1).all():
        raise ValueError("w: expected a positive weight in each row, got a row of zeros")
    p = (w / w.max(axis=1, keepdims=True)) ** gamma[:, None]
    return p / p.sum(axis=1, keepdims=True)


def read(w: Array, M: Array) -> Array:
    r"""The rows of the memory, each as much as its weight says.

    .. math:: r_t = \sum_i w_t(i)\, M(i)

    Equation ``eq-ntm-read``. Source: Graves et al. (2014), eq. 2.

    Shapes: w (B, N), M (B, N, D); returns (B, D).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(w=(w, "B N"), M=(M, "B N D"))
    return np.einsum("bn,bnd->bd", w, M)


def erase(M: Array, w: Array, e: Array) -> Array:
    r"""Where weight and erase vector are both 1, nothing is left; where one is 0, all.

    .. math:: \tilde M_t(i) = M_{t-1}(i) \odot \bigl(1 - w_t(i)\, e_t\bigr)

    Equation ``eq-ntm-erase``. Source: Graves et al. (2014), eq. 3.

    Shapes: M (B, N, D), w (B, N), e (B, D) in [0, 1]; returns (B, N, D).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError for e outside [0, 1].
    """
    expect(M=(M, "B N D"), w=(w, "B N"), e=(e, "B D"))
    _within("e", e, 0, 1)
    return M * (1 - w[:, :, None] * e[:, None, :])


def add(M: Array, w: Array, a: Array) -> Array:
    r"""Write the vector a, to each row as much as its weight says.

    .. math:: M_t(i) = \tilde M_t(i) + w_t(i)\, a_t

    Equation ``eq-ntm-add``. Source: Graves et al. (2014), eq. 4.

    Shapes: M (B, N, D), w (B, N), a (B, D); returns (B, N, D).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(M=(M, "B N D"), w=(w, "B N"), a=(a, "B D"))
    return M + w[:, :, None] * a[:, None, :]


# --- backwards: dq is the gradient of the loss with respect to q


def write_backward(dM: Array, M_prev: Array, w: Array, e: Array, a: Array) -> tuple[Array, Array, Array, Array]:
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
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError for e outside [0, 1].
    """
    shapes = {"w": (w, "B V N"), "e": (e, "B V D"), "a": (a, "B V D")}
    V = expect(dM=(dM, "B N D"), M_prev=(M_prev, "B N D"), **shapes)["V"]
    _within("e", e, 0, 1)
    left = 1 - w[:, :, :, None] * e[:, :, None, :]
    q = np.stack([dM * M_prev * np.delete(left, v, axis=1).prod(axis=1) for v in range(V)], axis=1)
    dw = np.einsum("bvd,bnd->bvn", a, dM) - np.einsum("bvd,bvnd->bvn", e, q)
    return dM * left.prod(axis=1), dw, -np.einsum("bvn,bvnd->bvd", w, q), w @ dM


def sharpen_backward(dw_t: Array, w: Array, gamma: Array) -> tuple[Array, Array]:
    r"""Through :func:`sharpen`, with :math:`\delta(i) = dw_t(i) - \sum_j w_t(j)\, dw_t(j)`.

    .. math::
       d\tilde w(i) = \frac{\gamma\, w_t(i)}{\tilde w(i)}\, \delta(i), \qquad
       d\gamma = \sum_i w_t(i)\, \delta(i) \log \tilde w(i)

    Equation ``eq-ntm-dsharpen``. Source: chain rule on :func:`sharpen`. As there, divided by the largest weight, and
    with the power γ-1 instead of the quotient, which a weight of zero has not.

    Shapes: dw_t and w (B, N), gamma (B,); returns dw and dgamma.
    Raises ValueError or TypeError as :func:`sharpen`.
    """
    expect(dw_t=(dw_t, "B N"), w=(w, "B N"), gamma=(gamma, "B"))
    w_t, largest, power = sharpen(w, gamma), w.max(axis=1, keepdims=True), gamma[:, None]
    delta = dw_t - (w_t * dw_t).sum(axis=1, keepdims=True)
    total = ((w / largest) ** power).sum(axis=1, keepdims=True)
    dw = power * (w / largest) ** (power - 1) / (largest * total) * delta
    return dw, (w_t * delta * np.log(np.where(w > 0, w, 1))).sum(axis=1)


def shift_backward(dw: Array, w_g: Array, s: Array) -> tuple[Array, Array]:
    r"""Through :func:`shift`: the same moves, the other way.

    .. math:: dw^g(i) = \sum_{j=-S}^{S} s(j)\, d\tilde w\bigl((i + j) \bmod N\bigr), \qquad
       ds(j) = \sum_i d\tilde w\bigl((i + j) \bmod N\bigr)\, w^g(i)

    Equation ``eq-ntm-dshift``. Source: chain rule on :func:`shift`.

    Shapes: dw and w_g (B, N), s (B, 2S+1); returns dw_g and ds.
    Raises ValueError or TypeError as :func:`shift`.
    """
    sizes = expect(dw=(dw, "B N"), w_g=(w_g, "B N"), s=(s, "B C"))
    _expect_shifts(sizes["C"], sizes["N"])
    S = sizes["C"] // 2
    back = np.stack([np.roll(dw, -j, axis=1) for j in range(-S, S + 1)], axis=1)
    return np.einsum("bc,bcn->bn", s, back), np.einsum("bcn,bn->bc", back, w_g)


def interpolate_backward(dw_g: Array, w_c: Array, w_prev: Array, g: Array) -> tuple[Array, Array, Array]:
    r"""Through :func:`interpolate`.

    .. math:: dw^c = g\, dw^g, \qquad dw_{t-1} = (1 - g)\, dw^g, \qquad
       dg = \sum_i dw^g(i) \bigl(w^c(i) - w_{t-1}(i)\bigr)

    Equation ``eq-ntm-dgate``. Source: chain rule on :func:`interpolate`.

    Shapes: dw_g, w_c and w_prev (B, N), g (B,); returns dw_c, dw_prev and dg.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(dw_g=(dw_g, "B N"), w_c=(w_c, "B N"), w_prev=(w_prev, "B N"), g=(g, "B"))
    return g[:, None] * dw_g, (1 - g[:, None]) * dw_g, (dw_g * (w_c - w_prev)).sum(axis=1)


def content_backward(dw_c: Array, k: Array, beta: Array, M: Array) -> tuple[Array, Array, Array]:
    r"""Through :func:`content_weighting`: the softmax, then the cosine.

    .. math::
       \delta(i) = w^c(i) \Bigl(dw^c(i) - \sum_j w^c(j)\, dw^c(j)\Bigr), \qquad
       dK(i) = \beta\, \delta(i), \qquad d\beta = \sum_i \delta(i)\, K(i)

    Equation ``eq-ntm-dcontent``. Source: chain rule on :func:`content_weighting`.

    Shapes: dw_c (B, N), k (B, D), beta (B,), M (B, N, D); returns dk, dbeta and dM.
    Raises ValueError or TypeError as :func:`content_weighting`.
    """
    expect(dw_c=(dw_c, "B N"), k=(k, "B D"), beta=(beta, "B"), M=(M, "B N D"))
    w_c = content_weighting(k, beta, M)
    delta = w_c * (dw_c - (w_c * dw_c).sum(axis=1, keepdims=True))
    dk, dM = cosine_backward(beta[:, None] * delta, k, M)
    return dk, (delta * cosine(k, M)).sum(axis=1), dM


def cosine_backward(dK: Array, k: Array, M: Array) -> tuple[Array, Array]:
    r"""Through :func:`cosine`: along the product of key and row, and along both lengths.

    With :math:`\ell(i) = \lVert k \rVert \lVert M(i) \rVert + \varepsilon`:

    .. math:: d\kappa(i) = \frac{dK(i)}{\ell(i)}, \qquad d\ell(i) = -d\kappa(i)\, K(i)
    .. math::
       dk = \sum_i d\kappa(i)\, M(i) + \frac{k}{\lVert k \rVert} \sum_i d\ell(i)\, \lVert M(i) \rVert, \qquad
       dM(i) = d\kappa(i)\, k + d\ell(i)\, \lVert k \rVert \frac{M(i)}{\lVert M(i) \rVert}

    Equation ``eq-ntm-dcosine``; the length of a zero vector has the derivative zero. Source: chain rule on
    :func:`cosine`.

    Shapes: dK (B, N), k (B, D), M (B, N, D); returns dk and dM.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(dK=(dK, "B N"), k=(k, "B D"), M=(M, "B N D"))
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

    k: Array  # (B, J, D) keys
    a: Array  # (B, V, D) vectors to add
    e: Array  # (B, V, D) erase vectors
    g: Array  # (B, J) interpolation gates
    beta: Array  # (B, J) key strengths
    gamma: Array  # (B, J) sharpening
    s: Array  # (B, J, 2S+1) shifts


class Weights(NamedTuple):
    """All that is learned but the first reads; W_hh is None for a feed-forward controller."""

    W_ih: Array  # (H, F + R·D), or (4H, F + R·D) for an LSTM, in torch's order i, f, g, o
    b_h: Array  # (H,) or (4H,)
    W_hp: Array  # (P, H)
    b_hp: Array  # (P,)
    W_ho: Array  # (K, H + R·D)
    b_ho: Array  # (K,)
    W_hh: Array | None = None  # (4H, H)


class State(NamedTuple):
    """What one step hands to the next; h and c are None for a feed-forward controller."""

    r: Array  # (B, R, D) what the heads have read
    w: Array  # (B, J, N) where the heads are
    M: Array  # (B, N, D)
    h: Array | None = None  # (B, H)
    c: Array | None = None  # (B, H)


def heads(h_t: Array, W_hp: Array, b_hp: Array, J: int, V: int, D: int) -> Heads:
    r"""From the controller's output to numbers that a head can use.

    .. math:: p_t = W_{hp} h_t + b_{hp} = (\hat k, \hat a, \hat e, \hat g, \hat\beta, \hat\gamma, \hat s)
    .. math::
       k_t = \tanh \hat k, \quad a_t = \tanh \hat a, \quad e_t = \sigma(\hat e), \quad g_t = \sigma(\hat g), \quad
       \beta_t = \operatorname{softplus}(\hat\beta), \quad \gamma_t = 1 + \operatorname{softplus}(\hat\gamma), \quad
       s_t = \operatorname{softmax}(\hat s)

    Equations ``eq-ntm-parameters`` and ``eq-ntm-activations``. Each piece holds all heads that have it, those that
    read first. Source: the ranges in sections 3.1 to 3.3 of Graves et al. (2014), which fix g, s, e, β and γ.

    Shapes: h_t (B, H), W_hp (P, H), b_hp (P,) with P = J·D + 2·V·D + 3·J + J·(2S+1); returns :class:`Heads`.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError when P does not fit J, V, D.
    """
    sizes = expect(h_t=(h_t, "B H"), W_hp=(W_hp, "P H"), b_hp=(b_hp, "P"))
    C = _shifts(sizes["P"], J, V, D)
    p, B = h_t @ W_hp.T + b_hp, sizes["B"]
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
    if not 0 < V < J or D < 1:
        raise ValueError(f"expected heads that read and heads that write, and D ≥ 1, got J={J}, V={V}, D={D}")
    C, rest = divmod(P - J * D - 2 * V * D - 3 * J, J)
    if rest or C < 1 or C % 2 == 0:
        raise ValueError(f"W_hp: expected J·(D+3) + 2·V·D + J·(2S+1) rows with J={J}, V={V}, D={D}, got {P}")
    return C


def address(M: Array, w_prev: Array, head: Heads, j: int) -> Array:
    r"""Where head j is in this step: content, gate, shift, sharpening, in this order.

    .. math:: w_{t-1} \to w^c_t \to w^g_t \to \tilde w_t \to w_t

    Equation ``eq-ntm-address``. Source: Graves et al. (2014), figure 2.

    Shapes: M (B, N, D), w_prev (B, N); returns (B, N).
    Raises ValueError or TypeError as the four steps do.
    """
    w_c = content_weighting(head.k[:, j], head.beta[:, j], M)
    w_g = interpolate(w_c, w_prev, head.g[:, j])
    return sharpen(shift(w_g, head.s[:, j]), head.gamma[:, j])


def controller(x_t: Array, state: State, weights: Weights) -> tuple[Array, Array | None]:
    r"""A layer that sees the input and what was read in the step before: tanh units, or an LSTM.

    .. math:: h_t = \tanh\bigl(W_{ih}\, [x_t; r_{t-1}] + b_h\bigr)
    .. math:: (h_t, c_t) = \operatorname{LSTM}\bigl([x_t; r_{t-1}], h_{t-1}, c_{t-1}\bigr)

    Equations ``eq-ntm-feedforward`` and ``eq-ntm-lstm``. Source: Graves et al. (2014), section 3.4.

    Shapes: x_t (B, F); returns h_t (B, H), and c_t (B, H) or None.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(x_t=(x_t, "B F"), r=(state.r, "B R D"))
    seen = np.concatenate([x_t, state.r.reshape(len(x_t), -1)], axis=1)
    if weights.W_hh is None or state.h is None or state.c is None:
        expect(seen=(seen, "B I"), W_ih=(weights.W_ih, "H I"), b_h=(weights.b_h, "H"))
        return np.tanh(seen @ weights.W_ih.T + weights.b_h), None
    return lstm_cell(seen, state.h, state.c, weights.W_ih, weights.W_hh, weights.b_h, np.zeros_like(weights.b_h))


def output(h_t: Array, r_t: Array, W_ho: Array, b_ho: Array) -> Array:
    r"""What the network says, from its controller and from what it has just read.

    .. math:: o_t = W_{ho}\, [h_t; r_t] + b_{ho}

    Equation ``eq-ntm-output``. Source: Graves et al. (2014), figure 1; our choice of a linear layer.

    Shapes: h_t (B, H), r_t (B, R, D), W_ho (K, H + R·D), b_ho (K,); returns (B, K).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(h_t=(h_t, "B H"), r_t=(r_t, "B R D"))
    hr = np.concatenate([h_t, r_t.reshape(len(h_t), -1)], axis=1)
    expect(hr=(hr, "B I"), W_ho=(W_ho, "K I"), b_ho=(b_ho, "K"))
    return hr @ W_ho.T + b_ho


def step(x_t: Array, state: State, weights: Weights) -> tuple[Array, State]:
    r"""One step: the controller speaks, the heads find their rows, read, erase and add.

    .. math:: (o_t, \text{state}_t) = \operatorname{step}(x_t, \text{state}_{t-1})

    Equation ``eq-ntm-step``. Source: Graves et al. (2014), figure 1.

    Shapes: x_t (B, F); returns o_t (B, K) and the new :class:`State`.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError unless h, c and W_hh are all
    there or none.
    """
    _expect_state(state, weights)
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


def _expect_state(state: State, weights: Weights) -> None:
    expect(M=(state.M, "B N D"), w=(state.w, "B J N"), r=(state.r, "B R D"))
    if len({array is None for array in (state.h, state.c, weights.W_hh)}) > 1:
        raise ValueError("expected h, c and W_hh, or none of them (a feed-forward controller)")


def forward(x: Array, state: State, weights: Weights) -> tuple[Array, Array, State]:
    r"""The outputs along a sequence, where the heads have been, and the last state.

    .. math:: (o_t, \text{state}_t) = \operatorname{step}(x_t, \text{state}_{t-1}), \qquad t = 1, \dots, T

    Equation ``eq-ntm-forward``. Source: Graves et al. (2014).

    Shapes: x (T, B, F); returns o (T, B, K), w (T, B, J, N) and a :class:`State`.
    Raises ValueError or TypeError as :func:`step`.
    """
    expect(x=(x, "T B F"))
    steps = []
    for x_t in x:
        o_t, state = step(x_t, state, weights)
        steps.append((o_t, state.w))
    return np.stack([o for o, _ in steps]), np.stack([w for _, w in steps]), state


def initial_state(B: int, N: int, r_0: Array, J: int, H: int | None = None) -> State:
    r"""The state before the first step: the same small number everywhere, each head on row 0.

    .. math:: M_0(i) = 10^{-6}, \qquad w_0 = (1, 0, \dots, 0), \qquad r_0 \text{ learned}

    Equation ``eq-ntm-initial``. Source: Collier and Beel (2018) for a small constant memory.

    Shapes: r_0 (R, D), with R < J heads; H is the size of an LSTM controller, None for a feed-forward one.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError for a size below 1.
    """
    R, D = expect(r_0=(r_0, "R D")).values()
    if B < 1 or N < 1 or R >= J or (H is not None and H < 1):
        raise ValueError(f"expected sizes of at least 1 and J > R, got B={B}, N={N}, J={J}, R={R}, H={H}")
    dtype = r_0.dtype
    w = np.zeros((B, J, N), dtype)
    w[:, :, 0] = 1
    h = None if H is None else np.zeros((B, H), dtype)
    c = None if h is None else h.copy()
    return State(np.tile(r_0, (B, 1, 1)), w, np.full((B, N, D), 1e-6, dtype), h, c)
