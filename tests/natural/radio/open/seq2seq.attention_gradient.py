"""seq2seq.attention_gradient"""
import math

import numpy as np


def weights(q, k, lengths):
    S, B, D = k.shape
    e = np.einsum("bd,sbd->sb", q, k) / math.sqrt(D)
    e = np.where(np.arange(S)[:, None] < lengths, e, -np.inf)
    a = np.exp(e - e.max(axis=0))
    return a / a.sum(axis=0)


def r_einsum(dc, q, k, v, lengths):
    S, B, D = k.shape
    real = (np.arange(S)[:, None] < lengths)[:, :, None]
    k, v = np.where(real, k, 0), np.where(real, v, 0)
    alpha = weights(q, k, lengths)
    da = np.einsum("sbe,be->sb", v, dc)
    de = alpha * (da - np.sum(alpha * da, axis=0))
    dq = np.einsum("sb,sbd->bd", de, k) / math.sqrt(D)
    dk = np.einsum("sb,bd->sbd", de, q) / math.sqrt(D)
    dv = np.einsum("sb,be->sbe", alpha, dc)
    return dq, dk, dv


def r_example_loop(dc, q, k, v, lengths):
    dq, dk, dv = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
    root = k.shape[2] ** 0.5
    for b in range(len(q)):
        n = lengths[b]
        kb, vb = k[:n, b], v[:n, b]
        e = kb @ q[b] / root
        a = np.exp(e - e.max())
        a = a / a.sum()
        da = vb @ dc[b]
        de = a * (da - a @ da)
        dq[b] = de @ kb / root
        dk[:n, b] = np.outer(de, q[b]) / root
        dv[:n, b] = np.outer(a, dc[b])
    return dq, dk, dv


def r_full_jacobian(dc, q, k, v, lengths):
    B, D = q.shape
    dq = np.zeros(q.shape, q.dtype)
    dk = np.zeros(k.shape, k.dtype)
    dv = np.zeros(v.shape, v.dtype)
    for b in range(B):
        real = slice(0, lengths[b])
        K, V = k[real, b], v[real, b]
        z = np.exp((z := K @ q[b] / math.sqrt(D)) - z.max())
        p = z / z.sum()
        J = np.diag(p) - p[:, None] * p[None, :]
        ds = J.T @ (V @ dc[b]) / math.sqrt(D)
        dv[real, b] = p[:, None] * dc[b]
        dk[real, b] = ds[:, None] * q[b]
        dq[b] = K.T @ ds
    return dq, dk, dv


def w_scale_only_in_scores(dc, q, k, v, lengths):
    alpha = weights(q, k, lengths)
    da = (v * dc).sum(axis=-1)
    de = alpha * (da - (alpha * da).sum(axis=0))
    dq = (de[..., None] * k).sum(axis=0)
    dk = de[..., None] * q
    dv = alpha[..., None] * dc
    return dq, dk, dv


def w_softmax_sum_over_batch(dc, q, k, v, lengths):
    D = q.shape[-1]
    alpha = weights(q, k, lengths)
    da = (v * dc).sum(axis=-1)
    de = alpha * (da - (alpha * da).sum(axis=-1, keepdims=True))
    dq = (de[..., None] * k).sum(axis=0) / math.sqrt(D)
    dk = de[..., None] * q / math.sqrt(D)
    dv = alpha[..., None] * dc
    return dq, dk, dv


def w_diagonal_only(dc, q, k, v, lengths):
    D = q.shape[-1]
    alpha = weights(q, k, lengths)
    da = (v * dc).sum(axis=-1)
    de = da * alpha * (1 - alpha)    # like the sigmoid
    dq = (de[..., None] * k).sum(axis=0) / math.sqrt(D)
    dk = de[..., None] * q / math.sqrt(D)
    dv = alpha[..., None] * dc
    return dq, dk, dv


def w_dv_without_weight(dc, q, k, v, lengths):
    S, B, D = k.shape
    alpha = weights(q, k, lengths)
    da = (v * dc).sum(axis=-1)
    de = alpha * (da - (alpha * da).sum(axis=0))
    dq = (de[..., None] * k).sum(axis=0) / math.sqrt(D)
    dk = de[..., None] * q / math.sqrt(D)
    dv = np.where((np.arange(S)[:, None] < lengths)[..., None], dc, 0) + 0 * v
    return dq, dk, dv


def w_keys_and_query_exchanged(dc, q, k, v, lengths):
    D = q.shape[-1]
    alpha = weights(q, k, lengths)
    da = (v * dc).sum(axis=-1)
    de = alpha * (da - (alpha * da).sum(axis=0)) / math.sqrt(D)
    dq = (de[..., None] * q).sum(axis=0)
    dk = de[..., None] * k
    dv = alpha[..., None] * dc
    return dq, dk, dv


def w_dq_mean_over_steps(dc, q, k, v, lengths):
    D = q.shape[-1]
    alpha = weights(q, k, lengths)
    da = (v * dc).sum(axis=-1)
    de = alpha * (da - (alpha * da).sum(axis=0)) / math.sqrt(D)
    dq = (de[..., None] * k).mean(axis=0)
    dk = de[..., None] * q
    dv = alpha[..., None] * dc
    return dq, dk, dv


def w_no_mask(dc, q, k, v, lengths):
    D = q.shape[-1]
    e = (q * k).sum(-1) / math.sqrt(D)
    a = np.exp(e - e.max(axis=0))
    alpha = a / a.sum(axis=0)
    da = (v * dc).sum(axis=-1)
    de = alpha * (da - (alpha * da).sum(axis=0)) / math.sqrt(D)
    return (de[..., None] * k).sum(axis=0), de[..., None] * q, alpha[..., None] * dc


def w_gradients_masked_at_end(dc, q, k, v, lengths):
    S, B, D = k.shape
    mask = (np.arange(S)[:, None] < lengths)[..., None]
    e = (q * k).sum(-1) / math.sqrt(D)
    a = np.exp(e - e.max(axis=0))
    alpha = a / a.sum(axis=0)
    da = (v * dc).sum(axis=-1)
    de = alpha * (da - (alpha * da).sum(axis=0)) / math.sqrt(D)
    de = np.where(mask[..., 0], de, 0)
    dq = (de[..., None] * k).sum(axis=0)
    dk = de[..., None] * q
    dv = alpha[..., None] * dc * mask
    return dq, dk, dv


def w_dv_from_v(dc, q, k, v, lengths):
    D = q.shape[-1]
    alpha = weights(q, k, lengths)
    da = (v * dc).sum(axis=-1)
    de = alpha * (da - (alpha * da).sum(axis=0)) / math.sqrt(D)
    dq = (de[..., None] * k).sum(axis=0)
    dk = de[..., None] * q
    dv = alpha[..., None] * v * dc
    return dq, dk, dv


def w_softmax_left_out(dc, q, k, v, lengths):
    D = q.shape[-1]
    alpha = weights(q, k, lengths)
    da = np.einsum("sbe,be->sb", v, dc)
    de = alpha * da / math.sqrt(D)
    dq = np.einsum("sb,sbd->bd", de, k)
    dk = np.einsum("sb,bd->sbd", de, q)
    dv = np.einsum("sb,be->sbe", alpha, dc)
    return dq, dk, dv


def w_order_v_k_q(dc, q, k, v, lengths):
    D = q.shape[-1]
    alpha = weights(q, k, lengths)
    da = np.einsum("sbe,be->sb", v, dc)
    de = alpha * (da - (alpha * da).sum(axis=0)) / math.sqrt(D)
    dv = np.einsum("sb,be->sbe", alpha, dc)
    dk = np.einsum("sb,bd->sbd", de, q)
    dq = np.einsum("sb,sbd->bd", de, k)
    return dv, dk, dq


def w_first_example_dc(dc, q, k, v, lengths):
    D = q.shape[-1]
    alpha = weights(q, k, lengths)
    da = v @ dc[0]
    de = alpha * (da - (alpha * da).sum(axis=0)) / math.sqrt(D)
    dq = np.einsum("sb,sbd->bd", de, k)
    dk = np.einsum("sb,bd->sbd", de, q)
    dv = alpha[..., None] * dc[0]
    return dq, dk, dv


RIGHT = {
    "einsum": r_einsum,
    "example_loop": r_example_loop,
    "full_jacobian": r_full_jacobian,
}
WRONG = {
    "scale_only_in_scores": (w_scale_only_in_scores, "The root of D divides the scores forward, but not the gradients on the way back.", "What is the derivative of e_j with respect to one number of q?"),
    "softmax_sum_over_batch": (w_softmax_sum_over_batch, "The sum in de is taken over the batch (the last axis), not over the steps of the source.", "Over what does i run in the sum, and which axis is that of your array?"),
    "diagonal_only": (w_diagonal_only, "Only the diagonal alpha (1 - alpha) of the softmax's Jacobian is used.", "Does a score change only its own weight?"),
    "dv_without_weight": (w_dv_without_weight, "dv is dc at every real step, without the weight.", "How much of a value is in the context? By how much does c change, if v_j does?"),
    "keys_and_query_exchanged": (w_keys_and_query_exchanged, "dq is made of the query itself, and dk of the keys.", "What is left of q . k, if you derive by q?"),
    "dq_mean_over_steps": (w_dq_mean_over_steps, "dq is a mean over the steps, not their sum.", "A query is in every score. How do its ways to the loss come together?"),
    "no_mask": (w_no_mask, "lengths is not used: padding gets weights and gradients.", "What is dv at padding in yours?"),
    "gradients_masked_at_end": (w_gradients_masked_at_end, "The softmax runs over padding, too; only the gradients are masked at the end.", "What do the weights of the real steps of a shorter source sum to in yours?"),
    "dv_from_v": (w_dv_from_v, "dv is multiplied by v again.", "c is a sum of alpha_j v_j. Does its derivative by v_j still have v_j in it?"),
    "softmax_left_out": (w_softmax_left_out, "de is alpha times dalpha: the sum that the softmax subtracts is missing.", "Add the same number to all dalpha. Does your de change, and should it?"),
    "order_v_k_q": (w_order_v_k_q, "The gradients are returned in the order dv, dk, dq.", "In which order are the three asked for?"),
    "first_example_dc": (w_first_example_dc, "dc of the first example is used for the whole batch.", "Change dc of the second example. Does anything change?"),
}
