"""seq2seq.smoothed_loss"""
import math

import numpy as np


def r_logsumexp(o, y, lengths, epsilon):
    T, B, K = o.shape
    real = np.arange(T)[:, None] < lengths
    y = np.where(real, y, 0)
    top = o.max(axis=2)
    z = o - top[:, :, None]
    lse = np.log(np.sum(np.exp(z), axis=2))
    picked = np.take_along_axis(z, y[:, :, None], axis=2)[:, :, 0]
    loss = lse - (1 - epsilon) * picked - epsilon * z.mean(axis=2)
    n = real.sum().item()
    q = np.full_like(o, epsilon / K)
    np.put_along_axis(q, y[:, :, None], 1 - epsilon + epsilon / K, axis=2)
    do = np.zeros_like(o)
    do[real] = (np.exp(z - lse[:, :, None]) - q)[real] / n
    hits = (o.argmax(axis=2) == y) & real
    return float(loss[real].sum() / n), do, hits.sum().item() / n


def r_pure_python_numbers(o, y, lengths, epsilon):
    T, B, K = o.shape
    N = sum(int(n) for n in lengths)
    L = 0.0
    right = 0
    do = np.zeros(o.shape, dtype=o.dtype)
    for b, n in enumerate(lengths):
        for t in range(n):
            row = [float(v) for v in o[t, b]]
            top = max(row)
            log_z = top + math.log(sum(math.exp(v - top) for v in row))
            for k, v in enumerate(row):
                q = epsilon / K + (1 - epsilon) * (k == y[t, b])
                L += q * (log_z - v)
                do[t, b, k] = (math.exp(v - log_z) - q) / N
            right += row.index(top) == y[t, b]
    return L / N, do, right / N


def r_per_sentence(o, y, lengths, epsilon):
    K = o.shape[2]
    N = int(np.sum(lengths))
    do = np.zeros_like(o)
    losses, hits = [], []
    for b in range(o.shape[1]):
        n = lengths[b]
        logits, gold = o[:n, b], y[:n, b]
        shifted = logits - logits.max(1, keepdims=True)
        e = np.exp(shifted)
        Z = e.sum(1, keepdims=True)
        logp = shifted - np.log(Z)
        q = (1 - epsilon) * np.eye(K)[gold] + epsilon / K
        losses += list(-np.sum(q * logp, axis=1))
        hits += list(np.argmax(logits, axis=1) == gold)
        do[:n, b] = (e / Z - q) / N
    return float(np.mean(losses)), do, float(np.mean(hits))


def lsm(o):
    o = o - o.max(axis=-1, keepdims=True)
    return o - np.log(np.sum(np.exp(o), axis=-1, keepdims=True))


def w_mask_one_too_long(o, y, lengths, epsilon):
    T, B, K = o.shape
    mask = np.arange(T)[:, None] <= lengths
    n = int(mask.sum())
    lp = lsm(o)
    q = (1 - epsilon) * np.eye(K, dtype=o.dtype)[y] + epsilon / K
    L = -(q * lp).sum(-1)[mask].mean()
    do = (np.exp(lp) - q) / n
    do[~mask] = 0
    return float(L), do, float((lp.argmax(-1) == y)[mask].mean())


def w_true_symbol_excluded(o, y, lengths, epsilon):
    T, B, K = o.shape
    mask = np.arange(T)[:, None] < lengths
    n = int(mask.sum())
    lp = lsm(o)
    q = np.full((T, B, K), epsilon / K, dtype=o.dtype)
    for t in range(T):
        for b in range(B):
            q[t, b, y[t, b]] = 1 - epsilon
    L = -(q * lp).sum(-1)[mask].sum() / n
    do = (np.exp(lp) - q) / n
    do[~mask] = 0
    return float(L), do, float((o.argmax(-1) == y)[mask].mean())


def w_smoothing_forgotten(o, y, lengths, epsilon):
    T, B, K = o.shape
    lp = lsm(o)
    N = int(lengths.sum())
    L = 0.0
    hit = 0
    do = np.zeros_like(o)
    for b in range(B):
        for t in range(lengths[b]):
            L -= lp[t, b, y[t, b]]
            do[t, b] = np.exp(lp[t, b])
            do[t, b, y[t, b]] -= 1
            hit += int(lp[t, b].argmax() == y[t, b])
    return float(L / N), do / N, hit / N


def w_gradient_sign(o, y, lengths, epsilon):
    T, B, K = o.shape
    mask = np.arange(T)[:, None] < lengths
    n = int(mask.sum())
    lp = lsm(o)
    q = (1 - epsilon) * np.eye(K, dtype=o.dtype)[y] + epsilon / K
    L = -(q * lp).sum(-1)[mask].sum() / n
    do = (q - np.exp(lp)) / n
    do[~mask] = 0
    return float(L), do, float((o.argmax(-1) == y)[mask].mean())


def w_logits_zeroed_at_padding(o, y, lengths, epsilon):
    T, B, K = o.shape
    mask = (np.arange(T)[:, None] < lengths).astype(o.dtype)
    n = int(mask.sum())
    o = o * mask[..., None]
    lp = lsm(o)
    q = (1 - epsilon) * np.eye(K, dtype=o.dtype)[y] + epsilon / K
    L = -(q * lp).sum() / n
    do = (np.exp(lp) - q) * mask[..., None] / n
    right = ((o.argmax(-1) == y) * mask).sum() / n
    return float(L), do, float(right)


def w_right_as_count(o, y, lengths, epsilon):
    T, B, K = o.shape
    mask = np.arange(T)[:, None] < lengths
    n = int(mask.sum())
    lp = lsm(o)
    q = (1 - epsilon) * np.eye(K, dtype=o.dtype)[y] + epsilon / K
    L = -(q * lp).sum(-1)[mask].sum() / n
    do = (np.exp(lp) - q) / n
    do[~mask] = 0
    n_correct = ((o.argmax(-1) == y) & mask).sum()
    return float(L), do, float(n_correct)


def w_mean_over_symbols_k(o, y, lengths, epsilon):
    T, B, K = o.shape
    mask = np.arange(T)[:, None] < lengths
    n = int(mask.sum())
    lp = lsm(o)
    q = (1 - epsilon) * np.eye(K, dtype=o.dtype)[y] + epsilon / K
    L = -np.mean((q * lp)[mask])
    do = (np.exp(lp) - q) * mask[..., None] / (n * K)
    return float(L), do.astype(o.dtype), float((o.argmax(-1) == y)[mask].mean())


def w_epsilon_turned(o, y, lengths, epsilon):
    T, B, K = o.shape
    mask = np.arange(T)[:, None] < lengths
    n = int(mask.sum())
    lp = lsm(o)
    q = epsilon * np.eye(K, dtype=o.dtype)[y] + (1 - epsilon) / K
    L = -(q * lp).sum(-1)[mask].sum() / n
    do = (np.exp(lp) - q) / n
    do[~mask] = 0
    return float(L), do, float((o.argmax(-1) == y)[mask].mean())


def w_max_over_everything(o, y, lengths, epsilon):
    T, B, K = o.shape
    z = o - np.max(o)
    lp = z - np.log(np.exp(z).sum(-1, keepdims=True))
    mask = np.arange(T)[:, None] < lengths
    n = int(mask.sum())
    q = (1 - epsilon) * np.eye(K, dtype=o.dtype)[y] + epsilon / K
    L = -(q * lp).sum(-1)[mask].sum() / n
    do = (np.exp(lp) - q) / n
    do[~mask] = 0
    return float(L), do, float((o.argmax(-1) == y)[mask].mean())


def w_shifts_o_in_place(o, y, lengths, epsilon):
    T, B, K = o.shape
    o -= o.max(axis=-1, keepdims=True)
    p = np.exp(o)
    s = p.sum(axis=-1, keepdims=True)
    lp = o - np.log(s)
    p /= s
    mask = np.arange(T)[:, None] < lengths
    n = int(mask.sum())
    q = (1 - epsilon) * np.eye(K, dtype=o.dtype)[y] + epsilon / K
    L = -(q * lp).sum(-1)[mask].sum() / n
    do = (p - q) / n
    do[~mask] = 0
    return float(L), do, float((o.argmax(-1) == y)[mask].mean())


def w_returns_perplexity(o, y, lengths, epsilon):
    T, B, K = o.shape
    mask = np.arange(T)[:, None] < lengths
    n = int(mask.sum())
    lp = lsm(o)
    q = (1 - epsilon) * np.eye(K, dtype=o.dtype)[y] + epsilon / K
    L = np.exp(-(q * lp).sum(-1)[mask].sum() / n)
    do = (np.exp(lp) - q) / n
    do[~mask] = 0
    return float(L), do, float((o.argmax(-1) == y)[mask].mean())


def w_float64_gradient(o, y, lengths, epsilon):
    T, B, K = o.shape
    real = np.zeros((T, B))
    for b in range(B):
        real[: lengths[b], b] = 1
    n = real.sum()
    lp = lsm(o)
    q = np.zeros((T, B, K)) + epsilon / K
    for t in range(T):
        for b in range(B):
            q[t, b, y[t, b]] += 1 - epsilon
    L = -(real * (q * lp).sum(-1)).sum() / n
    do = real[..., None] * (np.exp(lp) - q) / n
    right = (real * (o.argmax(-1) == y)).sum() / n
    return float(L), do, float(right)


RIGHT = {
    "logsumexp": r_logsumexp,
    "pure_python_numbers": r_pure_python_numbers,
    "per_sentence": r_per_sentence,
}
WRONG = {
    "mask_one_too_long": (w_mask_one_too_long, "The mask has <= in place of <: one step of padding behind each shorter sentence is taken in.", "Sum your mask over time and compare it with lengths."),
    "true_symbol_excluded": (w_true_symbol_excluded, "The true symbol's q is set to 1 - epsilon, without its own share epsilon / K, so q does not sum to 1.", "What do the q of one step sum to?"),
    "smoothing_forgotten": (w_smoothing_forgotten, "Plain cross-entropy: epsilon is never used.", "Where do you use epsilon?"),
    "gradient_sign": (w_gradient_sign, "The gradient has the wrong sign: q - p.", "If the output of the true symbol grows, does the loss fall or rise? Which sign has your do there?"),
    "logits_zeroed_at_padding": (w_logits_zeroed_at_padding, "Outputs at padding are set to 0 instead of leaving the steps out of the sum: each adds log K to the loss.", "What is the loss of a step whose outputs are all 0?"),
    "right_as_count": (w_right_as_count, "right is the number of correct symbols, not their share.", "May a share be larger than 1?"),
    "mean_over_symbols_k": (w_mean_over_symbols_k, "np.mean also divides by K, the number of symbols: the sum over k became a mean.", "Over which axes is the mean, over which the sum in the formula?"),
    "epsilon_turned": (w_epsilon_turned, "epsilon and 1 - epsilon are exchanged.", "With epsilon = 0, which q should there be, and which is there?"),
    "max_over_everything": (w_max_over_everything, "The largest output of the whole batch is subtracted, so that steps far below it have only zeros: log 0.", "Take a step whose outputs are all a thousand less than those of another. What is the sum of your exponentials?"),
    "shifts_o_in_place": (w_shifts_o_in_place, "-= subtracts the largest output from the argument o itself.", "Print o before and after the call."),
    "returns_perplexity": (w_returns_perplexity, "The exponential of the loss, the perplexity, is returned.", "Compare your number with the example; which function takes yours to it?"),
    "float64_gradient": (w_float64_gradient, "Made of np.zeros without a dtype, the gradient of float32 outputs is float64.", "Which dtype has do, when o is float32?"),
}
