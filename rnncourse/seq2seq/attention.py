r"""Vectors, images and sequences into sequences: the reading version of the chapter ``book/seq2seq.md``.

One short function an equation. Sources are (S, B, features) and targets (T, B): S and T steps, rows of a batch are
examples, the padding at the end. ``dq`` is the gradient of the loss with respect to q. Nothing here changes its
arguments.

A decoder is a function ``step(y_prev, state) -> (o_t, state)``: from the symbols (B,) said last and the state (B, H)
to the outputs (B, K) before the softmax and the next state. What it looks at besides (a context, an encoder's states)
it knows itself. Teacher forcing, greedy decoding and beam search differ in what they give it as ``y_prev``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from rnncourse import bptt, rnn
from rnncourse._arrays import Array, at_least, expect, expect_ids, expect_lengths

Ints = np.ndarray[Any, Any]
Step = Callable[[Ints, Array], tuple[Array, Array]]


# --- from a vector to a sequence


def state_from_vector(v: Array, W_vh: Array, b_vh: Array) -> Array:
    r"""A vector says where the states start: it is read once.

    .. math:: h_0 = \tanh(W_{vh} v + b_{vh})

    Equation ``eq-seq2seq-vector-state``. Source: Cho et al. (2014) start their decoder so.

    Shapes: v (B, V), W_vh (H, V), b_vh (H,); returns h0 (B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(v=(v, "B V"), W_vh=(W_vh, "H V"), b_vh=(b_vh, "H"))
    return np.tanh(v @ W_vh.T + b_vh)


def vector_at_each_step(x: Array, v: Array) -> Array:
    r"""A vector is read again at every step, beside the input: it acts as a bias that each example has to itself.

    .. math:: W_{ih} \begin{bmatrix} x_t \\ v \end{bmatrix} = W_{ix} x_t + W_{iv} v

    Equation ``eq-seq2seq-vector-input``. Source: Goodfellow et al. (2016), figure 10.9.

    Shapes: x (T, B, F), v (B, V); returns the inputs (T, B, F+V) of a layer with W_ih (H, F+V).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    T = expect(x=(x, "T B F"), v=(v, "B V"))["T"]
    return np.concatenate([x, np.broadcast_to(v, (T, *v.shape))], axis=2)


# --- encoder and decoder


def encode(
    x: Array, lengths: Ints, h0: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array
) -> tuple[Array, Array]:
    r"""Read a source: its states, and the last one of each example as the fixed vector that stands for it.

    .. math:: h_j = \operatorname{cell}(x_j, h_{j-1}), \qquad c = h_{n}

    Equation ``eq-seq2seq-encoder``, n the length of the example. Source: Cho et al. (2014); Sutskever et al. (2014).

    Shapes: x (S, B, F), lengths (B,), h0 (B, H), weights as in :func:`rnncourse.rnn.cell`; returns h (S, B, H), zero
    where x is padding, and c (B, H). Raises ValueError or TypeError when shapes, dtypes or lengths do not fit.
    """
    sizes = expect(x=(x, "S B F"))
    expect_lengths(lengths, sizes["S"], sizes["B"])
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    c = h[lengths - 1, np.arange(sizes["B"])]
    return np.where(np.arange(sizes["S"])[:, None, None] < lengths[:, None], h, 0), c


def decoder_step(
    y_prev: Ints,
    s_prev: Array,
    c: Array,
    E: Array,
    W_ih: Array,
    W_hh: Array,
    b_ih: Array,
    b_hh: Array,
    W_ho: Array,
    b_ho: Array,
) -> tuple[Array, Array]:
    r"""One step of a decoder: from the symbol said last, the state and a context to the next symbol's outputs.

    .. math::
       s_t = \operatorname{cell}\Bigl(\begin{bmatrix} E_{y_{t-1}} \\ c_t \end{bmatrix}, s_{t-1}\Bigr), \qquad
       o_t = W_{ho} s_t + b_{ho}

    Equation ``eq-seq2seq-decoder``. The context is the same c at every step in an encoder–decoder, and with attention
    that of :func:`attend`, from s_{t-1}. Source: Cho et al. (2014); Bahdanau et al. (2015), without gates here.

    Shapes: y_prev (B,) integers, s_prev (B, H), c (B, C), E (K, D) an embedding a symbol, W_ih (H, D+C), W_hh (H, H),
    b_ih and b_hh (H,), W_ho (K, H), b_ho (K,); returns o_t (B, K) and s_t (B, H).
    Raises ValueError or TypeError when shapes, dtypes or symbol numbers do not fit.
    """
    sizes = expect(s_prev=(s_prev, "B H"), c=(c, "B C"), E=(E, "K D"), W_ho=(W_ho, "K H"), b_ho=(b_ho, "K"))
    expect_ids("y_prev", y_prev, (sizes["B"],), below=sizes["K"])
    s_t = rnn.cell(np.concatenate([E[y_prev], c], axis=1), s_prev, W_ih, W_hh, b_ih, b_hh)
    return s_t @ W_ho.T + b_ho, s_t


def shift(y: Ints, start: int) -> Ints:
    r"""What a decoder reads while it is taught: a start symbol, then what it should have said one step before.

    .. math:: \text{inputs } (\langle s \rangle, y_1, \dots, y_{T-1}) \quad \text{for targets } (y_1, \dots, y_T)

    Equation ``eq-seq2seq-shift``. Source: Sutskever et al. (2014); Williams and Zipser (1989) for teacher forcing.

    Shapes: y (T, B) integers of at least 0; returns the same. Raises TypeError unless y holds integers, ValueError
    when it is empty, has another shape, or start is negative.
    """
    expect_ids("y", y, None, below=np.iinfo(np.int64).max)
    at_least(0, start=start)
    if y.ndim != 2 or y.size == 0:
        raise ValueError(f"y: expected shape (T, B) with T, B ≥ 1, got {y.shape}")
    return np.concatenate([np.full_like(y[:1], start), y[:-1]])


def teacher_forced(step: Step, state: Array, y: Ints, start: int) -> Array:
    r"""The outputs of a decoder that reads the targets, whatever it would have said itself.

    .. math:: (o_t, s_t) = \operatorname{step}(y_{t-1}, s_{t-1}), \qquad y_0 = \langle s \rangle

    Equation ``eq-seq2seq-teacher``. Source: Williams and Zipser (1989); lecture M.

    Shapes: state (B, H), y (T, B) integers; returns o (T, B, K). Raises as :func:`shift`, and as step does.
    """
    outputs = []
    for y_prev in shift(y, start):
        o_t, state = step(y_prev, state)
        outputs.append(o_t)
    return np.stack(outputs)


def greedy(step: Step, state: Array, start: int, end: int, steps: int) -> tuple[Ints, Ints]:
    r"""Let a decoder speak: the likeliest symbol at each step is what it reads at the next.

    .. math::
       \hat y_t = \operatorname*{arg\,max}_k\ o_{t,k}, \qquad (o_t, s_t) = \operatorname{step}(\hat y_{t-1}, s_{t-1})

    Equation ``eq-seq2seq-greedy``; an example stops with its end symbol. Source: Sutskever et al. (2014).

    Shapes: state (B, H); returns ŷ (T, B) with T ≤ steps, the end symbol repeated after the first, and the lengths (B,)
    with the end symbol, which is missing where an example came to no end.
    Raises TypeError unless start, end and steps are integers, ValueError unless start, end ≥ 0 and steps ≥ 1.
    """
    at_least(0, start=start, end=end)
    at_least(1, steps=steps)
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


def beam_search(
    step: Step, state: Array, start: int, end: int, steps: int, width: int
) -> list[tuple[list[int], float]]:
    r"""Keep the best few beginnings at every step instead of the best one.

    .. math::
       \mathcal B_t = \operatorname*{top}_{w}\ \Bigl\{ \log p(y_{1:t-1}) + \log \hat y_{t,k} \ :\
       y_{1:t-1} \in \mathcal B_{t-1},\ k = 1, \dots, K \Bigr\}

    Equation ``eq-seq2seq-beam``; what has ended stays as it is. With w = 1 it is greedy; with w ≥ Kᵀ it misses
    nothing. Source: Sutskever et al. (2014). No division by the length: the sum of logarithms favours short ends.

    Shapes: state (1, H), of one example; returns up to ``width`` pairs (symbols, log p), the likeliest first.
    Raises TypeError unless all numbers are integers, ValueError unless start, end ≥ 0, steps, width ≥ 1 and the state
    is that of one example.
    """
    at_least(0, start=start, end=end)
    at_least(1, steps=steps, width=width)
    if len(state) != 1:
        raise ValueError(f"state: expected that of one example, got {len(state)}")
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


def masked_cross_entropy(o: Array, y: Ints, lengths: Ints) -> float:
    r"""Mean negative log-likelihood of the symbols that are there; padding is neither summed nor counted.

    .. math:: L = -\frac{1}{\sum_b n_b} \sum_b \sum_{t \le n_b} \log \hat y_{t,b,\,y_{t,b}}

    Equation ``eq-seq2seq-loss``, in nats a symbol. Source: :func:`rnncourse.rnn.cross_entropy`, over real steps.

    Shapes: o (T, B, K), y (T, B) integers in 0 … K-1, padding too, lengths (B,); returns a float.
    Raises ValueError or TypeError when shapes, dtypes, symbol numbers or lengths do not fit.
    """
    real = _real_steps(o, y, lengths)
    log_p = np.take_along_axis(rnn.log_softmax(o), y[..., None], axis=-1)[..., 0]
    return float(-log_p[real].sum() / lengths.sum())


def masked_output_gradient(o: Array, y: Ints, lengths: Ints) -> Array:
    r"""Gradient of the masked mean cross-entropy with respect to the outputs before the softmax.

    .. math:: do_{t,b} = \frac{[\,t \le n_b\,]}{\sum_b n_b} \bigl( \hat y_{t,b} - e_{y_{t,b}} \bigr)

    Equation ``eq-seq2seq-do``. Source: chain rule on :func:`masked_cross_entropy`; ``eq-bptt-do``'s reasoning.

    Shapes and errors as there; returns do (T, B, K).
    """
    real = _real_steps(o, y, lengths)
    error = rnn.softmax(o) - np.eye(o.shape[2], dtype=o.dtype)[y]
    return np.where(real[..., None], error, 0) / o.dtype.type(lengths.sum())


def _real_steps(o: Array, y: Ints, lengths: Ints) -> Ints:
    sizes = expect(o=(o, "T B K"))
    expect_ids("y", y, (sizes["T"], sizes["B"]), below=sizes["K"])
    expect_lengths(lengths, sizes["T"], sizes["B"])
    return np.arange(sizes["T"])[:, None] < lengths


# --- attention


def additive_scores(s: Array, h: Array, W_s: Array, W_h: Array, w: Array) -> Array:
    r"""How well each state of the source fits the decoder's state: a small network with one hidden layer.

    .. math:: e_j = w^\top \tanh(W_s s + W_h h_j)

    Equation ``eq-seq2seq-additive``. Source: Bahdanau et al. (2015), appendix A.1.2.

    Shapes: s (B, H), h (S, B, E), W_s (A, H), W_h (A, E), w (A,); returns e (S, B).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(s=(s, "B H"), h=(h, "S B E"), W_s=(W_s, "A H"), W_h=(W_h, "A E"), w=(w, "A"))
    return np.tanh(s @ W_s.T + h @ W_h.T) @ w


def multiplicative_scores(s: Array, h: Array, W: Array) -> Array:
    r"""The same with one matrix: a product instead of a network. W = I is the dot product.

    .. math:: e_j = s^\top W h_j

    Equation ``eq-seq2seq-multiplicative``. Source: Luong et al. (2015), eq. 8, "general".

    Shapes: s (B, H), h (S, B, E), W (H, E); returns e (S, B).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(s=(s, "B H"), h=(h, "S B E"), W=(W, "H E"))
    return np.einsum("be,sbe->sb", s @ W, h)


def attention_weights(e: Array, lengths: Ints) -> Array:
    r"""Scores as weights that sum to 1 over the real steps of the source; padding has none.

    .. math:: \alpha_j = \frac{[\,j \le n\,]\ e^{e_j}}{\sum_{i \le n} e^{e_i}}

    Equation ``eq-seq2seq-weights``. Source: Bahdanau et al. (2015), eq. 6, over the n steps that are there.

    Shapes: e (S, B), lengths (B,); returns α (S, B).
    Raises ValueError or TypeError when shapes, dtypes or lengths do not fit.
    """
    sizes = expect(e=(e, "S B"))
    expect_lengths(lengths, sizes["S"], sizes["B"])
    masked = np.where(np.arange(sizes["S"])[:, None] < lengths, e, -np.inf)
    exps = np.exp(masked - masked.max(axis=0))  # the largest exponent is 0: nothing overflows
    return exps / exps.sum(axis=0)


def context(alpha: Array, h: Array) -> Array:
    r"""What the decoder gets to see: the states of the source, mixed by the weights.

    .. math:: c = \sum_j \alpha_j h_j

    Equation ``eq-seq2seq-context``. Source: Bahdanau et al. (2015), eq. 5.

    Shapes: α (S, B), h (S, B, E); returns c (B, E).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(alpha=(alpha, "S B"), h=(h, "S B E"))
    return np.einsum("sb,sbe->be", alpha, h)


def attend(s: Array, h: Array, lengths: Ints, W_s: Array, W_h: Array, w: Array) -> tuple[Array, Array]:
    r"""A step of attention with additive scores: scores, weights, context.

    .. math:: e = a(s, h), \qquad \alpha = \operatorname{softmax}(e), \qquad c = \sum_j \alpha_j h_j

    Equation ``eq-seq2seq-attend``. Source: Bahdanau et al. (2015), section 3.1. What is W_h h_j does not depend on s
    and could be computed once for all steps of a decoder.

    Shapes and errors as in :func:`additive_scores` and :func:`attention_weights`; returns c (B, E) and α (S, B).
    """
    alpha = attention_weights(additive_scores(s, h, W_s, W_h, w), lengths)
    return context(alpha, h), alpha


def attentional_state(s: Array, c: Array, W_c: Array) -> Array:
    r"""Context after the recurrence instead of before it: what the outputs are computed from.

    .. math:: \tilde s_t = \tanh\bigl(W_c\,[c_t;\ s_t]\bigr)

    Equation ``eq-seq2seq-attentional``. Source: Luong et al. (2015), eq. 5. As c_t follows from s_t, and s_t from no
    context, the states of all steps of a taught decoder are computed in one go, and then all contexts.

    Shapes: s (B, H), c (B, E), W_c (A, E+H); returns (B, A).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    sizes = expect(s=(s, "B H"), c=(c, "B E"))
    expect(s=(s, "B H"), c=(c, "B E"), W_c=(W_c, f"A {sizes['E'] + sizes['H']}"))
    return np.tanh(np.concatenate([c, s], axis=1) @ W_c.T)


def context_backward(dc: Array, alpha: Array, h: Array) -> tuple[Array, Array]:
    r"""Back through the mixture.

    .. math:: d\alpha_j = h_j^\top dc, \qquad dh_j = \alpha_j\, dc

    Equation ``eq-seq2seq-context-backward``. Source: chain rule on :func:`context`.

    Shapes: dc (B, E), α (S, B), h (S, B, E); returns dα (S, B) and dh (S, B, E).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(dc=(dc, "B E"), alpha=(alpha, "S B"), h=(h, "S B E"))
    return np.einsum("be,sbe->sb", dc, h), alpha[..., None] * dc


def weights_backward(dalpha: Array, alpha: Array) -> Array:
    r"""Back through the softmax: a score gains as far as its weight is worth more than the mean.

    .. math:: de_j = \alpha_j \Bigl( d\alpha_j - \sum_i \alpha_i\, d\alpha_i \Bigr)

    Equation ``eq-seq2seq-weights-backward``; where α is 0, as on padding, nothing passes. Source: chain rule on
    :func:`attention_weights`.

    Shapes: dα and α (S, B); returns de (S, B). Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(dalpha=(dalpha, "S B"), alpha=(alpha, "S B"))
    return alpha * (dalpha - (alpha * dalpha).sum(axis=0))


class AttentionGradients(NamedTuple):
    """Gradients of a step of additive attention, each in the shape of what it belongs to."""

    ds: Array
    dh: Array
    dW_s: Array
    dW_h: Array
    dw: Array


def additive_backward(de: Array, s: Array, h: Array, W_s: Array, W_h: Array, w: Array) -> AttentionGradients:
    r"""Back through the additive scores.

    .. math::
       m_j = \tanh(W_s s + W_h h_j), \qquad da_j = de_j \bigl(1 - m_j^2\bigr) \odot w, \qquad
       dw = \sum_j de_j\, m_j
    .. math::
       ds = W_s^\top \sum_j da_j, \quad dh_j = W_h^\top da_j, \quad
       dW_s = \sum_j da_j\, s^\top, \quad dW_h = \sum_j da_j\, h_j^\top

    Equation ``eq-seq2seq-additive-backward`` (the weights' summed over the batch too). Source: chain rule on
    :func:`additive_scores`.

    Shapes: de (S, B), others as there; returns :class:`AttentionGradients`.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(de=(de, "S B"), h=(h, "S B E"), s=(s, "B H"), W_s=(W_s, "A H"), W_h=(W_h, "A E"), w=(w, "A"))
    m = np.tanh(s @ W_s.T + h @ W_h.T)
    da = de[..., None] * (1 - m**2) * w
    return AttentionGradients(
        ds=da.sum(axis=0) @ W_s,
        dh=da @ W_h,
        dW_s=da.sum(axis=0).T @ s,
        dW_h=np.einsum("sba,sbe->ae", da, h),
        dw=np.einsum("sb,sba->a", de, m),
    )


def multiplicative_backward(de: Array, s: Array, h: Array, W: Array) -> tuple[Array, Array, Array]:
    r"""Back through the multiplicative scores.

    .. math:: ds = W \sum_j de_j\, h_j, \qquad dh_j = de_j\, W^\top s, \qquad dW = s \Bigl(\sum_j de_j\, h_j\Bigr)^\top

    Equation ``eq-seq2seq-multiplicative-backward`` (dW summed over the batch too). Source: chain rule on
    :func:`multiplicative_scores`.

    Shapes: de (S, B), others as there; returns ds (B, H), dh (S, B, E), dW (H, E).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(de=(de, "S B"), h=(h, "S B E"), s=(s, "B H"), W=(W, "H E"))
    mixed = np.einsum("sb,sbe->be", de, h)
    return mixed @ W.T, de[..., None] * (s @ W), s.T @ mixed


def attend_backward(
    dc: Array, alpha: Array, s: Array, h: Array, W_s: Array, W_h: Array, w: Array
) -> AttentionGradients:
    r"""Back through a step of attention: a state of the source is reached as what is mixed and as what is scored.

    .. math:: dh_j = \alpha_j\, dc + W_h^\top da_j

    Equation ``eq-seq2seq-attend-backward``. Source: chain rule on :func:`attend`.

    Shapes: dc (B, E), α (S, B) from :func:`attend`, others as there; returns :class:`AttentionGradients`.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    dalpha, dh = context_backward(dc, alpha, h)
    scores = additive_backward(weights_backward(dalpha, alpha), s, h, W_s, W_h, w)
    return scores._replace(dh=dh + scores.dh)


# --- features of an image, read by an RNN


def conv2d(x: Array, W: Array, b: Array, stride: int = 1, padding: int = 0) -> Array:
    r"""A convolution as networks mean it: the same few weights at every place of an image.

    .. math:: z_{d,i,j} = b_d + \sum_{c,p,q} W_{d,c,p,q}\; x_{c,\,s i + p - r,\,s j + q - r}

    Equation ``eq-seq2seq-conv``, with stride s and r rows and columns of zeros around the image. Source: Goodfellow et
    al. (2016), eq. 9.6 and section 9.5; torch.nn.functional.conv2d.

    Shapes: x (B, C, I, J), W (D, C, P, Q), b (D,); returns z (B, D, I', J') with I' = ⌊(I + 2r - P) / s⌋ + 1.
    Raises ValueError or TypeError when shapes, dtypes or sizes do not fit.
    """
    return np.einsum("bcijpq,dcpq->bdij", _windows(x, W, b, stride, padding), W) + b[:, None, None]


def conv2d_backward(
    dz: Array, x: Array, W: Array, b: Array, stride: int = 1, padding: int = 0
) -> tuple[Array, Array, Array]:
    r"""Back through the convolution: every place where a weight was used counts.

    .. math::
       dW_{d,c,p,q} = \sum_{i,j} dz_{d,i,j}\; x_{c,\,s i + p - r,\,s j + q - r}, \qquad
       dx_{c,\,s i + p - r,\,s j + q - r} \mathrel{+}= \sum_d W_{d,c,p,q}\, dz_{d,i,j}, \qquad
       db_d = \sum_{i,j} dz_{d,i,j}

    Equation ``eq-seq2seq-conv-backward`` (dW and db summed over the batch too). Source: chain rule on :func:`conv2d`.

    Shapes: dz (B, D, I', J'), others as there; returns dx, dW, db. Raises as :func:`conv2d`.
    """
    windows = _windows(x, W, b, stride, padding)
    (B, _, rows, columns, P, Q), D, r = windows.shape, len(b), padding
    expect(dz=(dz, f"{B} {D} {rows} {columns}"), x=(x, "N C I J"))
    dx = np.zeros_like(np.pad(x, [(0, 0), (0, 0), (r, r), (r, r)]))
    for p in range(P):
        for q in range(Q):
            used = dx[:, :, p : p + stride * rows : stride, q : q + stride * columns : stride]
            used += np.einsum("dc,bdij->bcij", W[:, :, p, q], dz)
    inside = dx[:, :, r : dx.shape[2] - r, r : dx.shape[3] - r]
    return inside, np.einsum("bcijpq,bdij->dcpq", windows, dz), dz.sum(axis=(0, 2, 3))


def _windows(x: Array, W: Array, b: Array, stride: int, padding: int) -> Array:
    """What each place of the result sees of the padded image: a view (B, C, I', J', P, Q)."""
    sizes = expect(x=(x, "B C I J"), W=(W, "D C P Q"), b=(b, "D"))
    at_least(1, stride=stride)
    at_least(0, padding=padding)
    if sizes["I"] + 2 * padding < sizes["P"] or sizes["J"] + 2 * padding < sizes["Q"]:
        raise ValueError(f"W: expected a kernel no larger than the padded image, got {W.shape} on {x.shape}")
    padded = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, W.shape[2:], axis=(2, 3))  # type: ignore[call-overload]
    return windows[:, :, ::stride, ::stride]


def columns(features: Array) -> Array:
    r"""Features as a sequence: a step is a column of the image, from left to right.

    .. math:: x_{t} = \operatorname{vec}\bigl(a_{\cdot,\cdot,t}\bigr), \qquad x_{t,\,dI + i} = a_{d,i,t}

    Equation ``eq-seq2seq-columns``. Source: Shi et al. (2017), section 2.1, the map to a sequence.

    Shape: a (B, D, I, J); returns x (J, B, D·I).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    sizes = expect(features=(features, "B D I J"))
    return features.transpose(3, 0, 1, 2).reshape(sizes["J"], sizes["B"], -1)


class ImageGradients(NamedTuple):
    """Gradients of a convolution whose features an RNN reads, and of that RNN."""

    dW: Array
    db: Array
    dimage: Array
    rnn: bptt.Gradients


def image_to_states(
    image: Array, W: Array, b: Array, h0: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array, padding: int = 1
) -> Array:
    r"""A convolution finds features, an RNN reads them column by column.

    .. math:: a = \max(0,\ \operatorname{conv}(x)), \qquad h_t = \operatorname{cell}(\operatorname{vec}(a_t), h_{t-1})

    Equation ``eq-seq2seq-image``. Source: Shi et al. (2017), with one layer of each.

    Shapes: image (B, C, I, J), W and b as in :func:`conv2d`, the RNN's as in :func:`rnncourse.rnn.forward` with
    F = D·I'; returns h (J', B, H). Raises ValueError or TypeError when shapes or dtypes do not fit.
    """
    a = np.maximum(conv2d(image, W, b, padding=padding), 0)
    return rnn.forward(columns(a), h0, W_ih, W_hh, b_ih, b_hh)


def image_to_states_backward(
    dy: Array, image: Array, W: Array, b: Array, h0: Array, h: Array, W_ih: Array, W_hh: Array, padding: int = 1
) -> ImageGradients:
    r"""Back through time, then through the features of every column at once.

    .. math:: da_{\cdot,\cdot,t} = \operatorname{vec}^{-1}(dx_t), \qquad dz = [\,z > 0\,] \odot da

    Equation ``eq-seq2seq-image-backward``; dx is that of :func:`rnncourse.bptt.backward`, dz goes to
    :func:`conv2d_backward`. Source: chain rule on :func:`image_to_states`.

    Shapes: dy and h (J', B, H), others as there; returns :class:`ImageGradients`.
    Raises ValueError or TypeError when shapes or dtypes do not fit.
    """
    z = conv2d(image, W, b, padding=padding)
    through_time = bptt.backward(dy, columns(np.maximum(z, 0)), h0, h, W_ih, W_hh)
    B, D, rows, steps = z.shape
    dz = (z > 0) * through_time.dx.reshape(steps, B, D, rows).transpose(1, 2, 3, 0)
    dimage, dW, db = conv2d_backward(dz, image, W, b, padding=padding)
    return ImageGradients(dW, db, dimage, through_time)
