r"""A vector or a sequence into a sequence: encoder, decoder, and what a decoder says. For ``book/seq2seq``.

Sources are (S, B, features) and targets (T, B): S and T steps, rows of a batch are examples, the padding at the end.
``dq`` is the gradient of the loss with respect to q. Nothing here changes its arguments.

A decoder is a function ``step(y_prev, state) -> (o_t, state)``: from the symbols (B,) said last and the state (B, H)
to the outputs (B, K) before the softmax and the next state. What it looks at besides (a context, an encoder's states)
it knows itself. Teacher forcing, greedy decoding and beam search differ in what they give it as ``y_prev``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnncourse import rnn
from rnncourse._arrays import Array, require
from rnncourse.shapes import (
    B_C,
    B_H,
    B_K,
    B_V,
    H_,
    H_DC,
    H_F,
    H_H,
    H_V,
    K_,
    K_D,
    K_H,
    S_B_F,
    S_B_H,
    T_B_F,
    T_B_FV,
    T_B_K,
    B_ids_K,
    Count,
    Ints,
    Natural,
    S_lengths,
    T_B_ids,
    T_B_ids_K,
    T_lengths,
    checked,
)

Step = Callable[[Ints, Array], tuple[Array, Array]]


@checked
def state_from_vector(v: B_V, W_vh: H_V, b_vh: H_) -> B_H:
    r"""A vector says where the states start: it is read once.

    .. math:: h_0 = \tanh(W_{vh} v + b_{vh})

    Equation ``eq-seq2seq-vector-state``. Source: Cho et al. (2014) start their decoder so.
    """
    return np.tanh(v @ W_vh.T + b_vh)


@checked
def vector_at_each_step(x: T_B_F, v: B_V) -> T_B_FV:
    r"""A vector is read again at every step, beside the input: it acts as a bias that each example has to itself.

    .. math:: W_{ih} \begin{bmatrix} x_t \\ v \end{bmatrix} = W_{ix} x_t + W_{iv} v

    Equation ``eq-seq2seq-vector-input``. Source: Goodfellow et al. (2016), figure 10.9.

    Returns the inputs (T, B, F+V) of a layer with W_ih (H, F+V).
    """
    return np.concatenate([x, np.broadcast_to(v, (len(x), *v.shape))], axis=2)


# --- encoder and decoder


@checked
def encode(x: S_B_F, lengths: S_lengths, h0: B_H, W_ih: H_F, W_hh: H_H, b_ih: H_, b_hh: H_) -> tuple[S_B_H, B_H]:
    r"""Read a source: its states, and the last one of each example as the fixed vector that stands for it.

    .. math:: h_j = \operatorname{cell}(x_j, h_{j-1}), \qquad c = h_{n}

    Equation ``eq-seq2seq-encoder``, n the length of the example. Source: Cho et al. (2014); Sutskever et al. (2014).

    Returns h, zero where x is padding, and c.
    """
    S, B, _ = x.shape
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    c = h[lengths - 1, np.arange(B)]
    return np.where(np.arange(S)[:, None, None] < lengths[:, None], h, 0), c


@checked
def decoder_step(
    y_prev: B_ids_K,
    s_prev: B_H,
    c: B_C,
    E: K_D,
    W_ih: H_DC,
    W_hh: H_H,
    b_ih: H_,
    b_hh: H_,
    W_ho: K_H,
    b_ho: K_,
) -> tuple[B_K, B_H]:
    r"""One step of a decoder: from the symbol said last, the state and a context to the next symbol's outputs.

    .. math::
       s_t = \operatorname{cell}\Bigl(\begin{bmatrix} E_{y_{t-1}} \\ c_t \end{bmatrix}, s_{t-1}\Bigr), \qquad
       o_t = W_{ho} s_t + b_{ho}

    Equation ``eq-seq2seq-decoder``. The context is the same c at every step in an encoder–decoder, and with attention
    that of :func:`rnncourse.seq2seq.attention.attend`, from s_{t-1}. Source: Cho et al. (2014); Bahdanau et al. (2015),
    without gates here.

    Shapes: y_prev (B,) integers, s_prev (B, H), c (B, C), E (K, D) an embedding a symbol, W_ih (H, D+C), W_hh (H, H),
    b_ih and b_hh (H,), W_ho (K, H), b_ho (K,); returns o_t (B, K) and s_t (B, H).
    """
    s_t = rnn.cell(np.concatenate([E[y_prev], c], axis=1), s_prev, W_ih, W_hh, b_ih, b_hh)
    return s_t @ W_ho.T + b_ho, s_t


@checked
def shift(y: T_B_ids, start: Natural) -> T_B_ids:
    r"""What a decoder reads while it is taught: a start symbol, then what it should have said one step before.

    .. math:: \text{inputs } (\langle s \rangle, y_1, \dots, y_{T-1}) \quad \text{for targets } (y_1, \dots, y_T)

    Equation ``eq-seq2seq-shift``. Source: Sutskever et al. (2014); Williams and Zipser (1989) for teacher forcing.

    Shapes: y (T, B) integers of at least 0; returns the same.
    """
    return np.concatenate([np.full_like(y[:1], start), y[:-1]])


def teacher_forced(step: Step, state: Array, y: T_B_ids, start: Natural) -> T_B_K:
    r"""The outputs of a decoder that reads the targets, whatever it would have said itself.

    .. math:: (o_t, s_t) = \operatorname{step}(y_{t-1}, s_{t-1}), \qquad y_0 = \langle s \rangle

    Equation ``eq-seq2seq-teacher``. Source: Williams and Zipser (1989); Mohajerin's lecture.

    Shapes: state (B, H), y (T, B) integers; returns o (T, B, K).
    """
    outputs = []
    for y_prev in shift(y, start):
        o_t, state = step(y_prev, state)
        outputs.append(o_t)
    return np.stack(outputs)


@checked
def greedy(step: Step, state: Array, start: Natural, end: Natural, steps: Count) -> tuple[Ints, Ints]:
    r"""Let a decoder speak: the likeliest symbol at each step is what it reads at the next.

    .. math::
       \hat y_t = \operatorname*{arg\,max}_k\ o_{t,k}, \qquad (o_t, s_t) = \operatorname{step}(\hat y_{t-1}, s_{t-1})

    Equation ``eq-seq2seq-greedy``; an example stops with its end symbol. Source: Sutskever et al. (2014).

    Shapes: state (B, H); returns ŷ (T, B) with T ≤ steps, the end symbol repeated after the first, and the lengths (B,)
    with the end symbol, which is missing where an example came to no end.
    """
    y_prev, said = np.full(len(state), start), list[Ints]()
    ended = np.zeros(len(state), bool)
    lengths = np.zeros(len(state), int)
    while len(said) < steps and not ended.all():
        o_t, state = step(y_prev, state)
        y_prev = np.where(ended, end, o_t.argmax(axis=1))
        lengths += ~ended
        ended |= y_prev == end
        said.append(y_prev)
    return np.stack(said), lengths


@checked
def beam_search(
    step: Step, state: Array, start: Natural, end: Natural, steps: Count, width: Count
) -> list[tuple[list[int], float]]:
    r"""Keep the best few beginnings at every step instead of the best one.

    .. math::
       \mathcal B_t = \operatorname*{top}_{w}\ \Bigl\{ \log p(y_{1:t-1}) + \log \hat y_{t,k} \ :\
       y_{1:t-1} \in \mathcal B_{t-1},\ k = 1, \dots, K \Bigr\}

    Equation ``eq-seq2seq-beam``; what has ended stays as it is. With w = 1 it is greedy; with w ≥ Kᵀ it misses
    nothing. Source: Sutskever et al. (2014). No division by the length: the sum of logarithms favours short ends.

    Shapes: state (1, H), of one example; returns up to ``width`` pairs (symbols, log p), the likeliest first.
    Raises ValueError unless the state is that of one example.
    """
    require(len(state) == 1, f"state: expected that of one example, got {len(state)}")
    beams = [([start], 0.0, state)]
    for _ in range(steps):
        candidates = []
        for symbols, score, s in beams:
            if symbols[-1] == end and len(symbols) > 1:
                candidates.append((symbols, score, s))
                continue
            o_t, s_t = step(np.array([symbols[-1]]), s)
            candidates += [([*symbols, k], score + float(q), s_t) for k, q in enumerate(rnn.log_softmax(o_t)[0])]
        beams = sorted(candidates, key=lambda beam: -beam[1])[:width]
    return [(symbols[1:], score) for symbols, score, _ in beams]


@checked
def masked_cross_entropy(o: T_B_K, y: T_B_ids_K, lengths: T_lengths) -> float:
    r"""Mean negative log-likelihood of the symbols that are there; padding is neither summed nor counted.

    .. math:: L = -\frac{1}{\sum_b n_b} \sum_b \sum_{t \le n_b} \log \hat y_{t,b,\,y_{t,b}}

    Equation ``eq-seq2seq-loss``, in nats a symbol. Source: :func:`rnncourse.rnn.cross_entropy`, over real steps.

    Shapes: o (T, B, K), y (T, B) integers in 0 … K-1, padding too, lengths (B,); returns a float.
    """
    real = np.arange(len(o))[:, None] < lengths
    log_p = np.take_along_axis(rnn.log_softmax(o), y[..., None], axis=-1)[..., 0]
    return float(-log_p[real].sum() / lengths.sum())


@checked
def masked_output_gradient(o: T_B_K, y: T_B_ids_K, lengths: T_lengths) -> T_B_K:
    r"""Gradient of the masked mean cross-entropy with respect to the outputs before the softmax.

    .. math:: do_{t,b} = \frac{[\,t \le n_b\,]}{\sum_b n_b} \bigl( \hat y_{t,b} - e_{y_{t,b}} \bigr)

    Equation ``eq-seq2seq-do``. Source: chain rule on :func:`masked_cross_entropy`; ``eq-bptt-do``'s reasoning.
    """
    real = np.arange(len(o))[:, None] < lengths
    error = rnn.softmax(o) - np.eye(o.shape[2], dtype=o.dtype)[y]
    return np.where(real[..., None], error, 0) / o.dtype.type(lengths.sum())
