r"""The vanilla recurrent network: the reading version of the chapter ``book/rnn``.

One short function an equation, in the symbols of the page. Arrays are (T, B, features): T steps, a batch
of B examples, each example a row. The fast version of the same mathematics is ``rnncourse.kernels.rnn``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Annotated, Any, TypeVar

import numpy as np

from rnncourse._arrays import Array, expect_ids, require, sign
from rnncourse.rules import within
from rnncourse.shapes import (
    B_,
    B_F,
    B_H,
    B_K,
    H_,
    H_F,
    H_H,
    K_,
    K_H,
    T_B_F,
    T_B_H,
    T_B_K,
    Ints,
    T_B_ids_F,
    T_B_ids_K,
    checked,
)

State = TypeVar("State")


def unfold(f: Callable[[State, Any], State], h0: State, x: Iterable[Any]) -> list[State]:
    r"""Unfold a dynamical system along its input: the same f at every step.

    .. math:: h_t = f(h_{t-1}, x_t), \qquad t = 1, \dots, T

    Equation ``eq-rnn-unfold``. Source: Goodfellow et al. (2016), eq. 10.4.

    Returns the list [h_1, …, h_T]; h0 itself is not in it.
    """
    states, h = [], h0
    for x_t in x:
        h = f(h, x_t)
        states.append(h)
    return states


@checked
def cell(x_t: B_F, h_prev: B_H, W_ih: H_F, W_hh: H_H, b_ih: H_, b_hh: H_) -> B_H:
    r"""One step of the network: what unit i receives is row i of the weights.

    .. math:: z_t = W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}, \qquad h_t = \tanh z_t

    Equation ``eq-rnn-cell``. Source: Goodfellow et al. (2016), eq. 10.8–10.9, with torch's two biases.
    """
    z_t = x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh
    return np.tanh(z_t)


@checked
def forward(x: T_B_F, h0: B_H, W_ih: H_F, W_hh: H_H, b_ih: H_, b_hh: H_) -> T_B_H:
    r"""The states of the network along a sequence: the cell, unfolded.

    .. math:: h_t = \operatorname{cell}(x_t, h_{t-1}), \qquad t = 1, \dots, T

    Equation ``eq-rnn-forward``. Source: Goodfellow et al. (2016), eq. 10.5.
    """

    def step(h_prev: Array, x_t: Array) -> Array:
        return cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh)

    h: list[Array] = unfold(step, h0, x)
    return np.stack(h)


@checked
def output_layer(h: T_B_H, W_ho: K_H, b_ho: K_) -> T_B_K:
    r"""The output of every step, before the softmax.

    .. math:: o_t = W_{ho} h_t + b_{ho}

    Equation ``eq-rnn-output``. Source: Goodfellow et al. (2016), eq. 10.10.
    """
    return h @ W_ho.T + b_ho


def log_softmax(o: Array) -> Array:
    r"""Logarithm of the softmax over the last axis, without overflow.

    .. math:: \log \hat y_k = o_k - \log \sum_j \exp o_j

    Equation ``eq-rnn-softmax``. Source: Goodfellow et al. (2016), eq. 10.11 and section 4.1.

    Shape: o (…, K); returns the same shape.
    """
    shifted = o - o.max(axis=-1, keepdims=True)  # the largest exponent is 0: nothing overflows
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def softmax(o: Array) -> Array:
    r"""Probabilities of the K symbols.

    .. math:: \hat y_k = \frac{\exp o_k}{\sum_j \exp o_j}

    Equation ``eq-rnn-softmax``. Source: Goodfellow et al. (2016), eq. 10.11.

    Shape: o (…, K); returns the same shape, each row sums to 1.
    """
    return np.exp(log_softmax(o))


@checked
def cross_entropy(o: T_B_K, y: T_B_ids_K) -> float:
    r"""Mean negative log-likelihood of the right symbols, in nats a symbol.

    .. math:: L = -\frac{1}{TB} \sum_{t,b} \log \hat y_{t,b,\,y_{t,b}}

    Equation ``eq-rnn-nll``. Source: Goodfellow et al. (2016), eq. 10.12–10.14, as a mean.
    """
    return float(-np.take_along_axis(log_softmax(o), y[..., None], axis=-1).mean())


@checked
def log_likelihood(o: T_B_K, y: T_B_ids_K) -> B_:
    r"""Log-probability of each whole sequence: the sum over its steps.

    .. math:: \log p(y_1, \dots, y_T) = \sum_t \log p(y_t \mid y_1, \dots, y_{t-1}) = \sum_t \log \hat y_{t,\,y_t}

    Equation ``eq-rnn-chain``. Source: the chain rule of probability; Goodfellow et al. (2016), section 10.2.3.

    Returns (B,), in nats.
    """
    return np.take_along_axis(log_softmax(o), y[..., None], axis=-1)[..., 0].sum(axis=0)


def bits_per_character(nll: float) -> float:
    r"""Nats a character as bits a character.

    .. math:: \mathrm{bpc} = \frac{L}{\ln 2}

    Equation ``eq-rnn-bits``. Source: change of base of the logarithm.
    """
    return float(nll / np.log(2.0))


def perplexity(nll_sums: Array, counts: Ints) -> float:
    r"""Perplexity of a whole text from the parts it was scored in.

    .. math:: \text{perplexity} = \exp \frac{\sum_j \ell_j}{\sum_j n_j}

    Equation ``eq-rnn-perplexity``: ℓ_j is the summed negative log-likelihood (nats) of part j and n_j its
    number of symbols. Source: exponential of the cross-entropy of the whole text.

    Shapes: nll_sums (J,), counts (J,) positive; returns a float of at least 1.
    Raises ValueError when the two differ in shape or nothing was counted.
    """
    nll_sums, counts = np.asarray(nll_sums, float), np.asarray(counts)
    if nll_sums.shape != counts.shape or nll_sums.ndim != 1:
        raise ValueError(f"expected nll_sums and counts of one shape (J,), got {nll_sums.shape} and {counts.shape}")
    require(counts.sum() > 0, f"expected at least one symbol, got counts that sum to {counts.sum()}")
    return float(np.exp(nll_sums.sum() / counts.sum()))


@checked
def temperature(o: Array, tau: Annotated[float, within(0, math.inf, "a positive temperature", without="low")]) -> Array:
    r"""Probabilities at temperature τ: below 1 bolder, above 1 more even.

    .. math:: p_k = \frac{\exp(o_k/\tau)}{\sum_j \exp(o_j/\tau)}

    Equation ``eq-rnn-temperature``. Source: the Boltzmann distribution with energies -o_k.

    Shape: o (…, K); returns the same shape.
    """
    below = o - o.max(axis=-1, keepdims=True)  # before the division: 0 and -∞ are left of the coldest
    with np.errstate(over="ignore"):
        return softmax(below / np.maximum(o.dtype.type(tau), np.finfo(o.dtype).tiny))


@checked
def draw(p: B_K, u: B_) -> Ints:
    r"""Draw a symbol a row by inverting the cumulative distribution at u.

    .. math:: k = \min \Bigl\{ k : \sum_{j \le k} p_j > u \Bigr\}, \qquad u \sim \mathrm{U}[0, 1)

    Equation ``eq-rnn-sample``. Source: inverse transform sampling.

    Shapes: p (B, K) with rows that sum to 1, u (B,); returns integers (B,).
    """
    k = (np.cumsum(p, axis=-1) <= u[:, None]).sum(axis=-1)
    last = p.shape[1] - 1 - (p[:, ::-1] > 0).argmax(axis=-1)
    return np.minimum(k, last)  # rounding can leave the last cumulative sum just below 1: the last symbol that can come


@checked
def prime(prompt: T_B_ids_F, h0: B_H, W_ih: H_F, W_hh: H_H, b_ih: H_, b_hh: H_) -> B_H:
    r"""The state after the network has read a prompt, one symbol a step from the first to the last.

    .. math:: h_1 = \operatorname{cell}(e_{s_1}, h_0), \ \dots, \ h_T = \operatorname{cell}(e_{s_T}, h_{T-1})

    Equation ``eq-rnn-prime``; e_s is the one-hot vector of symbol s. Source: :func:`forward` on one-hot inputs.
    """
    one_hot = np.eye(W_ih.shape[1], dtype=W_ih.dtype)
    return forward(one_hot[prompt], h0, W_ih, W_hh, b_ih, b_hh)[-1]


def next_symbol_pairs(ids: Ints, B: int, T: int) -> tuple[Ints, Ints]:
    r"""Cut a text into chunks of inputs and targets, the target one symbol ahead.

    .. math:: x_{c,t,b} = s_{(bC + c)T + t}, \qquad y_{c,t,b} = s_{(bC + c)T + t + 1}

    Equation ``eq-rnn-targets``: column b reads CT consecutive symbols, chunk c continues chunk c-1.
    Source: Goodfellow et al. (2016), section 10.2.3 (the text is its own supervision).

    Shapes: ids (N,) integers; returns x and y, both (C, T, B) with C = ⌊(N-1)/(BT)⌋ chunks.
    Raises ValueError when the text is too short for one chunk, or B or T is below 1.
    """
    require(B >= 1 and T >= 1, f"expected B ≥ 1 and T ≥ 1, got B={B} and T={T}")
    least = B * T + 1
    require(ids.ndim == 1 and len(ids) >= least, f"ids: expected shape (N,) with N ≥ B·T+1 = {least}, got {ids.shape}")
    C = (len(ids) - 1) // (B * T)
    x, y = (ids[s : s + B * C * T].reshape(B, C, T).transpose(1, 2, 0) for s in (0, 1))
    return x, y


def parameter_count(F: int, H: int, K: int) -> int:
    r"""Numbers to learn in an RNN with F inputs, H hidden units and K outputs; T does not occur.

    .. math:: \text{parameters} = HF + H^2 + 2H + KH + K

    Equation ``eq-rnn-parameters``. Source: the shapes of :func:`cell` and :func:`output_layer`.
    Raises ValueError unless all three are at least 1.
    """
    require(min(F, H, K) >= 1, f"expected F, H, K ≥ 1, got {(F, H, K)}")
    return H * F + H * H + 2 * H + K * H + K


def unigram_bits(train: Ints, valid: Ints, K: int) -> float:
    r"""Bits a symbol for a model that knows how often each symbol occurs, and nothing else.

    .. math:: p(k) = \frac{n_k + 1}{N + K}, \qquad \mathrm{bits} = -\frac{1}{M} \sum_{t=1}^{M} \log_2 p(s_t)

    Equation ``eq-rnn-unigram``: n_k counts symbol k in the N symbols of train, s is valid.
    Source: add-one (Laplace) estimate.

    Shapes: train (N,), valid (M,) integers in 0 … K-1.
    """
    for name, ids in (("train", train), ("valid", valid)):
        expect_ids(name, ids, (max(ids.size, 1),), below=K)
    p = (np.bincount(train, minlength=K) + 1) / (len(train) + K)
    return float(-np.log2(p[valid]).mean())


def bigram_bits(train: Ints, valid: Ints, K: int) -> float:
    r"""Bits a symbol for a model that sees the symbol before, and nothing else.

    .. math:: p(k \mid j) = \frac{n_{jk} + 1}{\sum_i n_{ji} + K}, \qquad
       \mathrm{bits} = -\frac{1}{M-1} \sum_{t=2}^{M} \log_2 p(s_t \mid s_{t-1})

    Equation ``eq-rnn-bigram``: n_jk counts how often symbol k follows symbol j in train, s is valid.
    Source: add-one (Laplace) estimate.

    Shapes: train (N,), valid (M,) integers in 0 … K-1, M ≥ 2.
    """
    for name, ids in (("train", train), ("valid", valid)):
        expect_ids(name, ids, (max(ids.size, 2),), below=K)
    n = np.zeros((K, K))
    np.add.at(n, (train[:-1], train[1:]), 1)
    p = (n + 1) / (n.sum(axis=1, keepdims=True) + K)
    return float(-np.log2(p[valid[:-1], valid[1:]]).mean())


def free_run(f: Callable[[float, float], float], y_1: float, y_2: float, n: int) -> Array:
    r"""Let a two-lag model continue a series by itself: each prediction becomes an input.

    .. math:: \hat y_t = f(\hat y_{t-1}, \hat y_{t-2}), \qquad t = 3, 4, \dots

    Equation ``eq-rnn-free-run``; ŷ_1 and ŷ_2 are the last two values observed. Source: Perdikaris's lecture.

    Returns ŷ_3 … ŷ_{n+2}, shape (n,). Raises ValueError unless n ≥ 1.
    """
    require(n >= 1, f"n: expected at least 1 step, got {n}")
    y = [y_1, y_2]
    for _ in range(n):
        y.append(f(y[-1], y[-2]))
    return np.array(y[2:])


sign(
    globals(), "cell", "forward", "output_layer", "cross_entropy", "log_likelihood", "bits_per_character", "perplexity"
)
sign(globals(), "temperature", "draw", "prime", "next_symbol_pairs")
