r"""Attention: scores, weights, context, and the way back through them. For the chapter ``book/seq2seq``.

Sources are (S, B, features), the padding at the end; ``dq`` is the gradient of the loss with respect to q. Nothing here
changes its arguments.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncourse._arrays import Array
from rnncourse.shapes import (
    A_,
    A_E,
    A_EH,
    A_H,
    B_E,
    B_H,
    H_E,
    S_B,
    S_B_E,
    S_lengths,
    checked,
)


@checked
def additive_scores(s: B_H, h: S_B_E, W_s: A_H, W_h: A_E, w: A_) -> S_B:
    r"""How well each state of the source fits the decoder's state: a small network with one hidden layer.

    .. math:: e_j = w^\top \tanh(W_s s + W_h h_j)

    Equation ``eq-seq2seq-additive``. Source: Bahdanau et al. (2015), appendix A.1.2.
    """
    return np.tanh(s @ W_s.T + h @ W_h.T) @ w


@checked
def multiplicative_scores(s: B_H, h: S_B_E, W: H_E) -> S_B:
    r"""The same with one matrix: a product instead of a network. W = I is the dot product.

    .. math:: e_j = s^\top W h_j

    Equation ``eq-seq2seq-multiplicative``. Source: Luong et al. (2015), eq. 8, "general".
    """
    return np.einsum("be,sbe->sb", s @ W, h)


@checked
def attention_weights(e: S_B, lengths: S_lengths) -> S_B:
    r"""Scores as weights that sum to 1 over the real steps of the source; padding has none.

    .. math:: \alpha_j = \frac{[\,j \le n\,]\ e^{e_j}}{\sum_{i \le n} e^{e_i}}

    Equation ``eq-seq2seq-weights``. Source: Bahdanau et al. (2015), eq. 6, over the n steps that are there.
    """
    masked = np.where(np.arange(len(e))[:, None] < lengths, e, -np.inf)
    exps = np.exp(masked - masked.max(axis=0))  # the largest exponent is 0: nothing overflows
    return exps / exps.sum(axis=0)


@checked
def context(alpha: S_B, h: S_B_E) -> B_E:
    r"""What the decoder gets to see: the states of the source, mixed by the weights.

    .. math:: c = \sum_j \alpha_j h_j

    Equation ``eq-seq2seq-context``. Source: Bahdanau et al. (2015), eq. 5.
    """
    return np.einsum("sb,sbe->be", alpha, h)


def attend(s: B_H, h: S_B_E, lengths: S_lengths, W_s: A_H, W_h: A_E, w: A_) -> tuple[B_E, S_B]:
    r"""A step of attention with additive scores: scores, weights, context.

    .. math:: e = a(s, h), \qquad \alpha = \operatorname{softmax}(e), \qquad c = \sum_j \alpha_j h_j

    Equation ``eq-seq2seq-attend``. Source: Bahdanau et al. (2015), section 3.1. What is W_h h_j does not depend on s
    and could be computed once for all steps of a decoder.

    Returns c and α.
    """
    alpha = attention_weights(additive_scores(s, h, W_s, W_h, w), lengths)
    return context(alpha, h), alpha


@checked
def attentional_state(s: B_H, c: B_E, W_c: A_EH) -> Array:
    r"""Context after the recurrence instead of before it: what the outputs are computed from.

    .. math:: \tilde s_t = \tanh\bigl(W_c\,[c_t;\ s_t]\bigr)

    Equation ``eq-seq2seq-attentional``. Source: Luong et al. (2015), eq. 5. As c_t follows from s_t, and s_t from no
    context, the states of all steps of a taught decoder are computed in one go, and then all contexts.

    Returns (B, A).
    """
    return np.tanh(np.concatenate([c, s], axis=1) @ W_c.T)


@checked
def context_backward(dc: B_E, alpha: S_B, h: S_B_E) -> tuple[S_B, S_B_E]:
    r"""Back through the mixture.

    .. math:: d\alpha_j = h_j^\top dc, \qquad dh_j = \alpha_j\, dc

    Equation ``eq-seq2seq-context-backward``. Source: chain rule on :func:`context`.

    Returns dα and dh.
    """
    return np.einsum("be,sbe->sb", dc, h), alpha[..., None] * dc


@checked
def weights_backward(dalpha: S_B, alpha: S_B) -> S_B:
    r"""Back through the softmax: a score gains as far as its weight is worth more than the mean.

    .. math:: de_j = \alpha_j \Bigl( d\alpha_j - \sum_i \alpha_i\, d\alpha_i \Bigr)

    Equation ``eq-seq2seq-weights-backward``; where α is 0, as on padding, nothing passes. Source: chain rule on
    :func:`attention_weights`.
    """
    return alpha * (dalpha - (alpha * dalpha).sum(axis=0))


class AttentionGradients(NamedTuple):
    """Gradients of a step of additive attention, each in the shape of what it belongs to."""

    ds: B_H
    dh: S_B_E
    dW_s: A_H
    dW_h: A_E
    dw: A_


@checked
def additive_backward(de: S_B, s: B_H, h: S_B_E, W_s: A_H, W_h: A_E, w: A_) -> AttentionGradients:
    r"""Back through the additive scores.

    .. math::
       m_j = \tanh(W_s s + W_h h_j), \qquad da_j = de_j \bigl(1 - m_j^2\bigr) \odot w, \qquad
       dw = \sum_j de_j\, m_j
    .. math::
       ds = W_s^\top \sum_j da_j, \quad dh_j = W_h^\top da_j, \quad
       dW_s = \sum_j da_j\, s^\top, \quad dW_h = \sum_j da_j\, h_j^\top

    Equation ``eq-seq2seq-additive-backward`` (the weights' summed over the batch too). Source: chain rule on
    :func:`additive_scores`.
    """
    m = np.tanh(s @ W_s.T + h @ W_h.T)
    da = de[..., None] * (1 - m**2) * w
    return AttentionGradients(
        ds=da.sum(axis=0) @ W_s,
        dh=da @ W_h,
        dW_s=da.sum(axis=0).T @ s,
        dW_h=np.einsum("sba,sbe->ae", da, h),
        dw=np.einsum("sb,sba->a", de, m),
    )


@checked
def multiplicative_backward(de: S_B, s: B_H, h: S_B_E, W: H_E) -> tuple[B_H, S_B_E, H_E]:
    r"""Back through the multiplicative scores.

    .. math:: ds = W \sum_j de_j\, h_j, \qquad dh_j = de_j\, W^\top s, \qquad dW = s \Bigl(\sum_j de_j\, h_j\Bigr)^\top

    Equation ``eq-seq2seq-multiplicative-backward`` (dW summed over the batch too). Source: chain rule on
    :func:`multiplicative_scores`.

    Returns ds, dh, dW.
    """
    mixed = np.einsum("sb,sbe->be", de, h)
    return mixed @ W.T, de[..., None] * (s @ W), s.T @ mixed


def attend_backward(dc: B_E, alpha: S_B, s: B_H, h: S_B_E, W_s: A_H, W_h: A_E, w: A_) -> AttentionGradients:
    r"""Back through a step of attention: a state of the source is reached as what is mixed and as what is scored.

    .. math:: dh_j = \alpha_j\, dc + W_h^\top da_j

    Equation ``eq-seq2seq-attend-backward``. Source: chain rule on :func:`attend`.

    Shapes: dc (B, E), α (S, B) from :func:`attend`, others as there; returns :class:`AttentionGradients`.
    """
    dalpha, dh = context_backward(dc, alpha, h)
    scores = additive_backward(weights_backward(dalpha, alpha), s, h, W_s, W_h, w)
    return scores._replace(dh=dh + scores.dh)
