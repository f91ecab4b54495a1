"""seq2seq.attention_gradient"""
import numpy as np


def r_steps_in_lists(dc, q, k, v, lengths):
    S, B, D = k.shape
    scale = float(D) ** -0.5
    e = [np.where(j < lengths, (q * k[j]).sum(axis=1) * scale, -np.inf) for j in range(S)]
    top = np.max(e, axis=0)
    w = [np.exp(e_j - top) for e_j in e]
    Z = sum(w)
    alpha = [w_j / Z for w_j in w]
    da = [np.where(j < lengths, (v[j] * dc).sum(axis=1), 0) for j in range(S)]
    mean = sum(a * d for a, d in zip(alpha, da))
    de = [(a * (d - mean) * scale)[:, None] for a, d in zip(alpha, da)]
    dq = np.zeros_like(q)
    for j in range(S):
        dq += np.where((j < lengths)[:, None], de[j] * k[j], 0)
    dk = np.array([de_j * q for de_j in de])
    dv = np.array([a[:, None] * dc for a in alpha])
    return dq, dk, dv


def r_batch_matmul(dc, q, k, v, lengths):
    K = np.moveaxis(k, 0, 1).copy()
    V = np.moveaxis(v, 0, 1).copy()
    B, S, D = K.shape
    pad = np.arange(S) >= lengths[:, None]
    K[pad] = 0
    V[pad] = 0
    e = (K @ q[:, :, None])[:, :, 0] / D**0.5
    e[pad] = -np.inf
    p = np.exp(e - e.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    dp = (V @ dc[:, :, None])[:, :, 0]
    de = p * (dp - np.sum(p * dp, axis=1, keepdims=True)) / D**0.5
    dq = (de[:, None, :] @ K)[:, 0]
    dk = de[:, :, None] @ q[:, None, :]
    dv = p[:, :, None] @ dc[:, None, :]
    return dq, np.moveaxis(dk, 1, 0), np.moveaxis(dv, 1, 0)


def r_centred_values(dc, q, k, v, lengths):
    # dalpha_j - sum alpha dalpha = (v_j - c) . dc
    dq, dk, dv = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
    for b, n in enumerate(lengths):
        D = q.shape[1]
        e = (k[:n, b] * q[b]).sum(1) / D**0.5
        a = np.exp(e - max(e))
        a = a / a.sum()
        c = a @ v[:n, b]
        de = a * ((v[:n, b] - c) @ dc[b]) / D**0.5
        for j in range(n):
            dq[b] += de[j] * k[j, b]
            dk[j, b] = de[j] * q[b]
            dv[j, b] = a[j] * dc[b]
    return dq, dk, dv


def attn(q, k, lengths):
    S, _, D = k.shape
    e = (q * k).sum(axis=-1) / D**0.5
    e = np.where(np.arange(S)[:, None] < lengths, e, -np.inf)
    a = np.exp(e - e.max(axis=0))
    return a / a.sum(axis=0)


def w_alpha_twice(dc, q, k, v, lengths):
    D = q.shape[1]
    alpha = attn(q, k, lengths)
    da = alpha * (v * dc).sum(-1)
    de = alpha * (da - (alpha * da).sum(0)) / D**0.5
    return (de[:, :, None] * k).sum(0), de[:, :, None] * q, alpha[:, :, None] * dc


def w_sum_not_weighted(dc, q, k, v, lengths):
    S, B, D = k.shape
    real = np.arange(S)[:, None] < lengths
    alpha = attn(q, k, lengths)
    da = np.where(real, (v * dc).sum(-1), 0)
    de = alpha * (da - da.sum(0)) / D**0.5
    return (de[:, :, None] * k).sum(0), de[:, :, None] * q, alpha[:, :, None] * dc


def w_divided_by_D(dc, q, k, v, lengths):
    D = q.shape[1]
    alpha = attn(q, k, lengths)
    da = (v * dc).sum(-1)
    de = alpha * (da - (alpha * da).sum(0)) / D
    return (de[:, :, None] * k).sum(0), de[:, :, None] * q, alpha[:, :, None] * dc


def w_no_scale_at_all(dc, q, k, v, lengths):
    S = len(k)
    e = (q * k).sum(axis=-1)
    e = np.where(np.arange(S)[:, None] < lengths, e, -np.inf)
    a = np.exp(e - e.max(axis=0))
    alpha = a / a.sum(axis=0)
    da = (v * dc).sum(-1)
    de = alpha * (da - (alpha * da).sum(0))
    return (de[:, :, None] * k).sum(0), de[:, :, None] * q, alpha[:, :, None] * dc


def w_sign_of_softmax(dc, q, k, v, lengths):
    D = q.shape[1]
    alpha = attn(q, k, lengths)
    da = (v * dc).sum(-1)
    de = alpha * ((alpha * da).sum(0) - da) / D**0.5
    return (de[:, :, None] * k).sum(0), de[:, :, None] * q, alpha[:, :, None] * dc


def w_dk_summed_over_batch(dc, q, k, v, lengths):
    D = q.shape[1]
    alpha = attn(q, k, lengths)
    da = (v * dc).sum(-1)
    de = alpha * (da - (alpha * da).sum(0)) / D**0.5
    dq = (de[:, :, None] * k).sum(0)
    dk = np.repeat((de @ q)[:, None], q.shape[0], axis=1)
    return dq, dk, alpha[:, :, None] * dc


def w_averaged_over_batch(dc, q, k, v, lengths):
    B, D = q.shape
    alpha = attn(q, k, lengths)
    da = (v * dc).sum(-1)
    de = alpha * (da - (alpha * da).sum(0)) / D**0.5
    return (de[:, :, None] * k).sum(0) / B, de[:, :, None] * q / B, alpha[:, :, None] * dc / B


def w_dk_batch_first(dc, q, k, v, lengths):
    B, D = q.shape
    alpha = attn(q, k, lengths)
    da = (v * dc).sum(-1)
    de = alpha * (da - (alpha * da).sum(0)) / D**0.5
    dq = np.einsum("sb,sbd->bd", de, k)
    dk = np.einsum("sb,bd->bsd", de, q)
    dv = np.einsum("sb,be->bse", alpha, dc)
    return dq, dk, dv


def w_keys_are_values(dc, q, k, v, lengths):
    # shared keys and values, as in the encoder-decoder
    D = q.shape[1]
    alpha = attn(q, k, lengths)
    da = (v * dc).sum(-1)
    de = alpha * (da - (alpha * da).sum(0)) / D**0.5
    dv = alpha[:, :, None] * dc
    dk = de[:, :, None] * q
    dk = dk + dv
    return (de[:, :, None] * k).sum(0), dk, dv


def w_padding_zeroed_in_place(dc, q, k, v, lengths):
    S, B, D = k.shape
    alpha = attn(q, k, lengths)
    for b in range(B):
        v[lengths[b]:, b] = 0
        k[lengths[b]:, b] = 0
    da = (v * dc).sum(-1)
    de = alpha * (da - (alpha * da).sum(0)) / D**0.5
    return (de[:, :, None] * k).sum(0), de[:, :, None] * q, alpha[:, :, None] * dc


def w_only_dv_done(dc, q, k, v, lengths):
    alpha = attn(q, k, lengths)
    dv = alpha[:, :, None] * dc
    da = (v * dc).sum(-1)
    de = alpha * (da - (alpha * da).sum(0))
    # TODO dq, dk
    dq = np.zeros_like(q)
    dk = np.zeros_like(k)
    return dq, dk, dv


def w_dq_overwritten(dc, q, k, v, lengths):
    B, D = q.shape
    alpha = attn(q, k, lengths)
    dq = np.zeros_like(q)
    dk = np.zeros_like(k)
    dv = np.zeros_like(v)
    for b in range(B):
        n = lengths[b]
        da = v[:n, b] @ dc[b]
        m = alpha[:n, b] @ da
        for j in range(n):
            de = alpha[j, b] * (da[j] - m) / D**0.5
            dq[b] = de * k[j, b]
            dk[j, b] = de * q[b]
            dv[j, b] = alpha[j, b] * dc[b]
    return dq, dk, dv


RIGHT = {
    "steps_in_lists": r_steps_in_lists,
    "batch_matmul": r_batch_matmul,
    "centred_values": r_centred_values,
}
WRONG = {
    "alpha_twice": (w_alpha_twice, "dalpha is multiplied by alpha, and de once more: a factor alpha too many.", "Compare your dalpha with the formula."),
    "sum_not_weighted": (w_sum_not_weighted, "The sum that is subtracted is not weighted by alpha.", "What do your de of one example sum to? If all scores grow alike, do the weights change?"),
    "divided_by_D": (w_divided_by_D, "On the way back D divides, not its root: scaled twice.", "How often is the product divided by the root of D on the way from q to e?"),
    "no_scale_at_all": (w_no_scale_at_all, "Neither scores nor gradients are divided by the root of D.", "Where does D occur in your function?"),
    "sign_of_softmax": (w_sign_of_softmax, "The difference in de is turned round: wrong sign of dq and dk.", "If a value goes well with dc, should its score have a positive or a negative gradient?"),
    "dk_summed_over_batch": (w_dk_summed_over_batch, "A matrix product of de and q sums dk over the batch; every example gets the sum.", "Change the query of one example. Which dk change?"),
    "averaged_over_batch": (w_averaged_over_batch, "All gradients are divided by B.", "dc is the gradient already. Is there a mean over the batch between it and q?"),
    "dk_batch_first": (w_dk_batch_first, "dk and dv come out batch first, (B, S, ...).", "Compare the shape of dk with that of k."),
    "keys_are_values": (w_keys_are_values, "dk gets the gradient of the values added, as if keys and values were the same states (which fails where D and E differ).", "By which ways does a key reach the context here, if values are arrays of their own?"),
    "padding_zeroed_in_place": (w_padding_zeroed_in_place, "Padding of the arguments k and v is overwritten with 0.", "Print k before and after the call."),
    "only_dv_done": (w_only_dv_done, "Half-finished: dq and dk are left at 0, although de is there.", "You have de. How does e_j hang on the query, and how on the key?"),
    "dq_overwritten": (w_dq_overwritten, "dq is overwritten at each step instead of added up: only the last step is left.", "How often does your loop write to dq[b], and what becomes of what was there?"),
}
