"""seq2seq.attend_all"""
import numpy as np


def r_one_example_at_a_time(q, k, v, lengths):
    T, B, D = q.shape
    S = len(k)
    contexts, weights = [], []
    for b, n in enumerate(lengths):
        e = q[:, b] @ k[:n, b].T / D**0.5
        e = e - e.max(axis=1)[:, None]
        w = np.exp(e)
        w /= w.sum(axis=1)[:, None]
        contexts.append(w @ v[:n, b])
        weights.append(np.pad(w, ((0, 0), (0, S - n))))
    return np.stack(contexts, axis=1), np.stack(weights, axis=2)


def r_broadcast_products(q, k, v, lengths):
    S, B, D = k.shape
    real = np.arange(S)[:, None] < lengths
    k = np.where(real[..., None], k, 0)
    v = np.where(real[..., None], v, 0)
    e = (q[:, None] * k[None]).sum(axis=-1) * D**-0.5
    top = np.max(np.where(real, e, -np.inf), axis=1, keepdims=True)
    w = np.where(real, np.exp(np.minimum(e - top, 0)), 0)
    alpha = w / w.sum(axis=1, keepdims=True)
    c = (alpha[..., None] * v[None]).sum(axis=1)
    return c, alpha


def r_query_loop_lists(q, k, v, lengths):
    D = q.shape[-1]
    S = k.shape[0]
    steps = np.arange(S).reshape(-1, 1)
    v = v * 1
    v[steps >= lengths] = 0
    cs, als = [], []
    for q_t in q:
        e = np.sum(k * q_t, axis=2) / float(np.sqrt(D))
        e[steps >= lengths] = -np.inf
        e = e - e.max(axis=0)
        a = np.exp(e) / np.exp(e).sum(axis=0)
        als.append(a)
        cs.append(np.sum(a[:, :, None] * v, axis=0))
    return np.array(cs), np.array(als)


def _softmax(x, axis=-1):
    x = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return x / np.sum(x, axis=axis, keepdims=True)


def w_mask_forgotten(q, k, v, lengths):
    d = q.shape[-1]
    scores = np.einsum("tbd,sbd->tsb", q, k) / d**0.5
    alpha = _softmax(scores, axis=1)
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


def w_mask_turned(q, k, v, lengths):
    d = q.shape[-1]
    S = k.shape[0]
    key_padding_mask = np.arange(S)[:, None] < lengths
    scores = np.einsum("tbd,sbd->tsb", q, k) / d**0.5
    scores = np.where(key_padding_mask, -1e9, scores).astype(q.dtype)
    alpha = _softmax(scores, axis=1)
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


def w_padding_minus_100(q, k, v, lengths):
    d = q.shape[-1]
    S = k.shape[0]
    mask = np.arange(S)[:, None] < lengths
    scores = np.einsum("tbd,sbd->tsb", q, k) / d**0.5
    scores = np.where(mask, scores, -100).astype(q.dtype)
    alpha = _softmax(scores, axis=1)
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


def w_softmax_over_batch(q, k, v, lengths):
    d = q.shape[-1]
    S = k.shape[0]
    mask = np.arange(S)[:, None] < lengths
    scores = np.einsum("tbd,sbd->tsb", q, k) / d**0.5
    e = np.exp(scores - scores.max(axis=-1, keepdims=True)) * mask
    alpha = e / e.sum(axis=-1, keepdims=True)     # dim=-1 as always
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


def w_context_divided_by_n(q, k, v, lengths):
    d = q.shape[-1]
    S = k.shape[0]
    mask = np.arange(S)[:, None] < lengths
    scores = np.where(mask, np.einsum("tbd,sbd->tsb", q, k) / d**0.5, -np.inf)
    alpha = _softmax(scores, axis=1)
    total = np.einsum("tsb,sbe->tbe", alpha, v)
    c = total / lengths[:, None].astype(q.dtype)   # "mean of the values"
    return c, alpha


def w_max_with_padding(q, k, v, lengths):
    d = q.shape[-1]
    S = k.shape[0]
    mask = np.arange(S)[:, None] < lengths
    scores = np.einsum("tbd,sbd->tsb", q, k) / d**0.5
    e = np.exp(scores - scores.max(axis=1, keepdims=True)) * mask
    alpha = e / e.sum(axis=1, keepdims=True)
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


def w_returned_turned(q, k, v, lengths):
    d = q.shape[-1]
    S = k.shape[0]
    mask = np.arange(S)[:, None] < lengths
    scores = np.where(mask, np.einsum("tbd,sbd->tsb", q, k) / d**0.5, -np.inf)
    alpha = _softmax(scores, axis=1)
    return alpha, np.einsum("tsb,sbe->tbe", alpha, v)


def w_all_pairs_of_batch(q, k, v, lengths):
    T, B, D = q.shape
    S = k.shape[0]
    mask = np.arange(S)[:, None] < lengths
    scores = np.tensordot(q, k, axes=([2], [2])).sum(axis=1)   # (T, S, B)
    scores = np.where(mask, scores / D**0.5, -np.inf)
    alpha = _softmax(scores, axis=1)
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


def w_additive_score(q, k, v, lengths):
    # Bahdanau
    d = q.shape[-1]
    S = k.shape[0]
    mask = np.arange(S)[:, None] < lengths
    scores = np.tanh(q[:, None] + k[None]).sum(axis=-1) / d**0.5
    scores = np.where(mask, scores, -np.inf)
    alpha = _softmax(scores, axis=1)
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


def w_queries_masked(q, k, v, lengths):
    T, B, D = q.shape
    S = k.shape[0]
    mask = np.arange(S)[:, None] < lengths
    scores = np.where(mask, np.einsum("tbd,sbd->tsb", q, k) / D**0.5, -np.inf)
    alpha = _softmax(scores, axis=1)
    alpha = alpha * (np.arange(T)[:, None] < lengths)[:, None, :]
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


def w_scales_q_in_place(q, k, v, lengths):
    d = q.shape[-1]
    S = k.shape[0]
    q *= d**-0.5
    mask = np.arange(S)[:, None] < lengths
    scores = np.where(mask, np.einsum("tbd,sbd->tsb", q, k), -np.inf)
    alpha = _softmax(scores, axis=1)
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


def w_hard_attention(q, k, v, lengths):
    T, B, D = q.shape
    S = k.shape[0]
    mask = np.arange(S)[:, None] < lengths
    scores = np.where(mask, np.einsum("tbd,sbd->tsb", q, k), -np.inf)
    best = scores.argmax(axis=1)
    alpha = np.zeros((T, S, B), dtype=q.dtype)
    np.put_along_axis(alpha, best[:, None, :], 1, axis=1)
    return v[best, np.arange(B)], alpha


RIGHT = {
    "one_example_at_a_time": r_one_example_at_a_time,
    "broadcast_products": r_broadcast_products,
    "query_loop_lists": r_query_loop_lists,
}
WRONG = {
    "mask_forgotten": (w_mask_forgotten, "lengths is not used: padding gets weights.", "Where do you use lengths? What is the weight of a step of padding?"),
    "mask_turned": (w_mask_turned, "The mask is turned round: real steps are shut out, padding is looked at.", "Which steps get -1e9 in your scores?"),
    "padding_minus_100": (w_padding_minus_100, "Padding gets the score -100, which is more than real scores may be, and a weight above 0.", "What if all real scores are below -100? Must the weight not be exactly 0?"),
    "softmax_over_batch": (w_softmax_over_batch, "The softmax is taken over the last axis, here the batch.", "Over which axis do your weights sum to 1? What does the last axis stand for here?"),
    "context_divided_by_n": (w_context_divided_by_n, "The context is divided by the length again, though the weights already sum to 1.", "What do the weights sum to? Does a mean by such weights need another division?"),
    "max_with_padding": (w_max_with_padding, "The largest score is taken over padding, too: if it is far larger there, the real exponentials all become 0.", "Put a score of 1000 at padding. What are the exponentials of the real steps?"),
    "returned_turned": (w_returned_turned, "Weights and contexts are returned in the wrong order.", "Which of the two should come first?"),
    "all_pairs_of_batch": (w_all_pairs_of_batch, "tensordot pairs each query with the keys of every example and the sum mixes them.", "Change the query of one example. Do the weights of another change?"),
    "additive_score": (w_additive_score, "The score is additive (a tanh of the sum, as Bahdanau's), not a product.", "How is a score made of q and k in the formula?"),
    "queries_masked": (w_queries_masked, "The lengths of the sources mask the queries as well, so late queries get no weights.", "Whose lengths are in lengths? Do queries have padding?"),
    "scales_q_in_place": (w_scales_q_in_place, "q *= changes the argument.", "Print q before and after the call."),
    "hard_attention": (w_hard_attention, "Only the step with the largest score is taken (argmax), with the weight 1.", "What are your weights in the example? Are they a softmax?"),
}
