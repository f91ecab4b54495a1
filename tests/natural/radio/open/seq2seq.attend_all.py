"""seq2seq.attend_all"""
import math

import numpy as np


def softmax(z, axis):
    z = np.exp(z - z.max(axis=axis, keepdims=True))
    return z / z.sum(axis=axis, keepdims=True)


def r_einsum_masked(q, k, v, lengths):
    S, D = k.shape[0], k.shape[2]
    e = np.einsum("tbd,sbd->tsb", q, k) / math.sqrt(D)
    pad = np.arange(S)[:, None] >= lengths
    e = np.where(pad, -np.inf, e)
    alpha = softmax(e, axis=1)
    c = np.einsum("tsb,sbe->tbe", alpha, np.where(pad[:, :, None], 0, v))
    return c, alpha


def r_loops(q, k, v, lengths):
    T, B, D = q.shape
    S, _, E = v.shape
    alpha = np.zeros((T, S, B), dtype=q.dtype)
    c = np.zeros((T, B, E), dtype=q.dtype)
    for b in range(B):
        n = lengths[b]
        for t in range(T):
            e = np.array([np.dot(q[t, b], k[j, b]) for j in range(n)]) / D**0.5
            w = np.exp(e - max(e))
            w = w / sum(w)
            for j in range(n):
                alpha[t, j, b] = w[j]
                c[t, b] += w[j] * v[j, b]
    return c, alpha


def r_batch_first_inside(q, k, v, lengths):
    # as in torch: (B, T, D) @ (B, D, S)
    Q, K, V = (z.transpose(1, 0, 2) for z in (q, k, v))
    B, T, D = Q.shape
    S = K.shape[1]
    scores = Q @ K.transpose(0, 2, 1) / float(D) ** 0.5
    mask = (np.arange(S)[None, :] < lengths[:, None])[:, None, :]
    scores = np.where(mask, scores, -np.inf)
    w = softmax(scores, axis=-1)
    V = np.where(mask[:, 0, :, None], V, 0)
    return (w @ V).transpose(1, 0, 2), w.transpose(1, 2, 0)


def w_mask_after_softmax(q, k, v, lengths):
    S, B, D = k.shape
    e = np.einsum("tbd,sbd->tsb", q, k) / math.sqrt(D)
    mask = np.arange(S)[:, None] < lengths
    alpha = softmax(e, axis=1) * mask
    c = np.einsum("tsb,sbe->tbe", alpha, v)
    return c, alpha


def w_not_scaled(q, k, v, lengths):
    S = k.shape[0]
    e = np.einsum("tbd,sbd->tsb", q, k)
    e = np.where(np.arange(S)[:, None] < lengths, e, -np.inf)
    alpha = softmax(e, axis=1)
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


def w_scaled_by_D(q, k, v, lengths):
    S, B, D = k.shape
    e = np.einsum("tbd,sbd->tsb", q, k) / D
    e = np.where(np.arange(S)[:, None] < lengths, e, -np.inf)
    alpha = softmax(e, axis=1)
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


def w_exp_without_max(q, k, v, lengths):
    S, B, D = k.shape
    e = np.einsum("tbd,sbd->tsb", q, k) / math.sqrt(D)
    e = np.where(np.arange(S)[:, None] < lengths, e, -1e9).astype(q.dtype)
    a = np.exp(e)
    alpha = a / a.sum(axis=1, keepdims=True)
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


def w_softmax_over_queries(q, k, v, lengths):
    S, B, D = k.shape
    e = np.einsum("tbd,sbd->tsb", q, k) / math.sqrt(D)
    mask = np.arange(S)[:, None] < lengths
    alpha = softmax(e, axis=0) * mask
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


def w_zero_scores_at_padding(q, k, v, lengths):
    S, B, D = k.shape
    mask = (np.arange(S)[:, None] < lengths).astype(q.dtype)
    e = np.einsum("tbd,sbd->tsb", q, k) / math.sqrt(D) * mask
    alpha = softmax(e, axis=1)
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


def w_weights_batch_second(q, k, v, lengths):
    S, B, D = k.shape
    e = np.einsum("tbd,sbd->tbs", q, k) / math.sqrt(D)
    e = np.where(np.arange(S) < lengths[:, None], e, -np.inf)
    alpha = softmax(e, axis=-1)
    c = np.einsum("tbs,sbe->tbe", alpha, v)
    return c, alpha


def w_causal_mask_too(q, k, v, lengths):
    T, B, D = q.shape
    S = k.shape[0]
    e = np.einsum("tbd,sbd->tsb", q, k) / math.sqrt(D)
    mask = np.arange(S)[:, None] < lengths
    causal = np.tril(np.ones((T, S), dtype=bool))
    e = np.where(mask[None] & causal[:, :, None], e, -np.inf)
    alpha = softmax(e, axis=1)
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


def w_keys_as_values(q, k, v, lengths):
    S, B, D = k.shape
    e = np.einsum("tbd,sbd->tsb", q, k) / math.sqrt(D)
    e = np.where(np.arange(S)[:, None] < lengths, e, -np.inf)
    alpha = softmax(e, axis=1)
    c = np.einsum("tsb,sbd->tbd", alpha, k)   # sum of encoder states
    return c, alpha


def w_root_of_E(q, k, v, lengths):
    S, B, _ = k.shape
    d_k = v.shape[-1]
    e = np.einsum("tbd,sbd->tsb", q, k) / math.sqrt(d_k)
    e = np.where(np.arange(S)[:, None] < lengths, e, -np.inf)
    alpha = softmax(e, axis=1)
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


def w_numpy_sqrt_float64(q, k, v, lengths):
    S, B, D = k.shape
    e = np.einsum("tbd,sbd->tsb", q, k) / np.sqrt(D)
    e = np.where(np.arange(S)[:, None] < lengths, e, -np.inf)
    alpha = softmax(e, axis=1)
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


def w_mask_one_too_long(q, k, v, lengths):
    S, B, D = k.shape
    e = np.einsum("tbd,sbd->tsb", q, k) / math.sqrt(D)
    e = np.where(np.arange(S)[:, None] <= lengths, e, -np.inf)
    alpha = softmax(e, axis=1)
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


RIGHT = {
    "einsum_masked": r_einsum_masked,
    "loops": r_loops,
    "batch_first_inside": r_batch_first_inside,
}
WRONG = {
    "mask_after_softmax": (w_mask_after_softmax, "The softmax runs over all steps and the mask comes afterwards: the weights of a shorter source sum to less than 1.", "What do your weights of a shorter source sum to?"),
    "not_scaled": (w_not_scaled, "The division by the root of D is missing (as in Luong's dot attention).", "Where does D occur in your scores?"),
    "scaled_by_D": (w_scaled_by_D, "Divided by D, not by its root.", "By what number does your function divide the score with D = 4, and by what the formula?"),
    "exp_without_max": (w_exp_without_max, "exp of scores as they are overflows at large scores.", "What is np.exp(1000)? What may be taken from all the scores of a query without changing the weights?"),
    "softmax_over_queries": (w_softmax_over_queries, "The softmax is taken over the queries (axis 0), not over the steps of the source.", "Over which axis do your weights sum to 1?"),
    "zero_scores_at_padding": (w_zero_scores_at_padding, "The scores of padding are multiplied by 0 before the softmax, and exp(0) is 1, not 0.", "Which weight does a step with the score 0 get in a softmax?"),
    "weights_batch_second": (w_weights_batch_second, "alpha is (T, B, S), not (T, S, B).", "Compare the shape of your weights with that asked for."),
    "causal_mask_too": (w_causal_mask_too, "A causal mask as in self-attention of a decoder: query t sees only steps up to t of the source.", "Which steps of the source may the first query look at? Must a decoder not know the later part of the source?"),
    "keys_as_values": (w_keys_as_values, "The context is the mean of the keys, v is not used.", "Where do you use v?"),
    "root_of_E": (w_root_of_E, "Divided by the root of E, the number of features of the values.", "Over which axis is the product of query and key summed? How long is that one?"),
    "numpy_sqrt_float64": (w_numpy_sqrt_float64, "np.sqrt(D) of a Python int is a float64 scalar that turns float32 scores into float64.", "Which dtype have your scores, when q and k are float32? What type is np.sqrt(4)?"),
    "mask_one_too_long": (w_mask_one_too_long, "<= in the mask lets one step of padding in.", "How many ones has your mask for a source of length 2?"),
}
