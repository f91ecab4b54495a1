r"""What people use now, as one recurrence: a state that forgets, takes in, and is asked.

A state S is a matrix of values by keys; keys and queries (T, B, D), values (T, B, V). Models whose state is a vector
are those with D = 1.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from rnncourse.gates import sigmoid
from rnncourse.rules import within
from rnncourse.shapes import H_, T_B, T_B_D, T_B_H, T_B_V, Positive, checked

Between = Annotated[T_B, within(0, 1)]


@checked
def memory(a: T_B_D, k: T_B_D, v: T_B_V, q: T_B_D) -> T_B_V:
    r"""The one recurrence: the old state, a factor for each key's column; a new pair; a question.

    .. math:: S_t = S_{t-1}\, \mathrm{diag}(a_t) + v_t k_t^\top, \qquad o_t = S_t\, q_t

    Equation ``eq-after-memory``, with S_0 = 0. What is written is the outer product of Hopfield's rule and of the
    memory of a Neural Turing machine. Source: Katharopoulos et al. (2020), with a = 1; Yang et al. (2024), gated
    linear attention.
    """
    S_t, o = np.zeros((k.shape[1], v.shape[2], k.shape[2]), k.dtype), []
    for a_t, k_t, v_t, q_t in zip(a, k, v, q, strict=True):
        S_t = S_t * a_t[:, None, :] + v_t[:, :, None] * k_t[:, None, :]
        o.append(np.einsum("bvd,bd->bv", S_t, q_t))
    return np.stack(o)


@checked
def memory_as_attention(a: T_B_D, k: T_B_D, v: T_B_V, q: T_B_D) -> T_B_V:
    r"""The same answers without a state: each step looks back at all steps, as attention does.

    .. math::
       o_t = \sum_{s \le t} \Bigl( q_t^\top\, \mathrm{diag}\Bigl(\prod_{r=s+1}^{t} a_r\Bigr) k_s \Bigr) v_s

    Equation ``eq-after-looking-back``: T² products where the state needs T. Source: ``eq-after-memory`` unrolled; Dao
    and Gu (2024).
    """
    o = np.zeros_like(v)
    for t in range(len(k)):
        kept = np.ones_like(a[0])
        for s in reversed(range(t + 1)):
            o[t] += (q[t] * kept * k[s]).sum(axis=1, keepdims=True) * v[s]
            kept = kept * a[s]
    return o


@checked
def delta_rule(k: T_B_D, v: T_B_V, q: T_B_D, beta: Between) -> T_B_V:
    r"""A state that corrects what it says of a key, where the sum would add to it.

    .. math:: S_t = S_{t-1} + \beta_t\, (v_t - S_{t-1} k_t)\, k_t^\top, \qquad o_t = S_t\, q_t

    Equation ``eq-after-delta``. With keys of length 1 and β = 1, what was last written under a key is what comes out;
    the factor on the old state is :math:`I - \beta_t k_t k_t^\top`, half-way to a mirror. Source: Widrow and Hoff
    (1960); Yang et al. (2024), the delta rule in parallel.
    """
    S_t, o = np.zeros((k.shape[1], v.shape[2], k.shape[2]), k.dtype), []
    for k_t, v_t, q_t, beta_t in zip(k, v, q, beta, strict=True):
        wrong = v_t - np.einsum("bvd,bd->bv", S_t, k_t)
        S_t = S_t + beta_t[:, None, None] * wrong[:, :, None] * k_t[:, None, :]
        o.append(np.einsum("bvd,bd->bv", S_t, q_t))
    return np.stack(o)


@checked
def selective(x: T_B, delta: T_B, a: H_, k: T_B_H, q: T_B_H) -> T_B:
    r"""A channel of Mamba: how long a step counts, what it writes and what it asks hang on the input.

    .. math:: h_t = e^{\Delta_t a} \odot h_{t-1} + \Delta_t\, x_t\, k_t, \qquad o_t = q_t^\top h_t

    Equation ``eq-after-selective``. A large Δ forgets and takes in, a small one lets the step pass. Source: Gu and
    Dao (2023).

    Shapes: x and delta (T, B), delta at least 0, a (H,), k and q (T, B, H), the paper's B and C; returns (T, B).
    """
    h_t, o = np.zeros_like(k[0]), []
    for x_t, delta_t, k_t, q_t in zip(x, delta, k, q, strict=True):
        h_t = np.exp(delta_t[:, None] * a) * h_t + (delta_t * x_t)[:, None] * k_t
        o.append((q_t * h_t).sum(axis=1))
    return np.stack(o)


@checked
def real_gated(x: T_B_H, r: T_B_H, i: T_B_H, a: H_, c: Positive = 8.0) -> T_B_H:
    r"""Griffin's recurrence: the LRU's factor, to a power that the input chooses.

    .. math::
       \alpha_t = \sigma(a)^{\,c\, \sigma(r_t)}, \qquad
       h_t = \alpha_t \odot h_{t-1} + \sqrt{1 - \alpha_t^2} \odot \bigl(\sigma(i_t) \odot x_t\bigr)

    Equation ``eq-after-griffin``, with h_0 = 0. Source: De et al. (2024).
    """
    alpha = sigmoid(a) ** (c * sigmoid(r))
    into = np.sqrt(1 - alpha**2) * sigmoid(i) * x
    h_t, h = np.zeros_like(x[0]), []
    for alpha_t, into_t in zip(alpha, into, strict=True):
        h_t = alpha_t * h_t + into_t
        h.append(h_t)
    return np.stack(h)


@checked
def weighted_keys(k: T_B_H, v: T_B_H, w: H_, u: H_) -> T_B_H:
    r"""RWKV-4's time mixing: a mean of all values so far, weighted by their keys and by how long ago they were.

    .. math::
       o_t = \frac{\sum_{s < t} e^{-(t - 1 - s) w + k_s} \odot v_s + e^{u + k_t} \odot v_t}
       {\sum_{s < t} e^{-(t - 1 - s) w + k_s} + e^{u + k_t}}

    Equation ``eq-after-rwkv``, with numerator and denominator as two states, and the largest exponent so far taken
    out of both. Source: Peng et al. (2023).
    """
    above, below, most = np.zeros_like(v[0]), np.zeros_like(v[0]), np.full_like(v[0], -np.inf)
    o = []
    for k_t, v_t in zip(k, v, strict=True):
        top = np.maximum(most, u + k_t)
        old, new = np.exp(most - top), np.exp(u + k_t - top)
        o.append((old * above + new * v_t) / (old * below + new))
        top = np.maximum(most - w, k_t)
        old, new = np.exp(most - w - top), np.exp(k_t - top)
        above, below, most = old * above + new * v_t, old * below + new, top
    return np.stack(o)


@checked
def matrix_lstm(i: T_B, f: T_B, k: T_B_D, v: T_B_V, q: T_B_D) -> T_B_V:
    r"""The matrix cell of xLSTM: an LSTM whose state is the memory above, and whose input gate is an exponential.

    .. math::
       S_t = f_t S_{t-1} + i_t v_t k_t^\top, \qquad n_t = f_t n_{t-1} + i_t k_t, \qquad
       o_t = \frac{S_t q_t}{\max(|n_t^\top q_t|, 1)}

    Equation ``eq-after-mlstm``, with :math:`i_t = e^{\tilde i_t}` and :math:`f_t = \sigma(\tilde f_t)`, and before
    its output gate. Source: Beck et al. (2024).

    Shapes: i and f (T, B), before their exponential and sigmoid; k and q (T, B, D), v (T, B, V); returns (T, B, V).
    """
    S_t, n_t = np.zeros((k.shape[1], v.shape[2], k.shape[2]), k.dtype), np.zeros_like(k[0])
    o = []
    for i_t, f_t, k_t, v_t, q_t in zip(np.exp(i), sigmoid(f), k, v, q, strict=True):
        S_t = f_t[:, None, None] * S_t + i_t[:, None, None] * v_t[:, :, None] * k_t[:, None, :]
        n_t = f_t[:, None] * n_t + i_t[:, None] * k_t
        o.append(np.einsum("bvd,bd->bv", S_t, q_t) / np.maximum(np.abs((n_t * q_t).sum(axis=1)), 1)[:, None])
    return np.stack(o)
