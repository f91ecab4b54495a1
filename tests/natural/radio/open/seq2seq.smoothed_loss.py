"""seq2seq.smoothed_loss"""
import numpy as np


def log_softmax(o):
    m = o.max(axis=-1, keepdims=True)
    return o - m - np.log(np.exp(o - m).sum(axis=-1, keepdims=True))


def r_loops_over_examples(o, y, lengths, epsilon):
    T, B, K = o.shape
    total, hits, count = 0.0, 0, int(lengths.sum())
    do = np.zeros_like(o)
    for b in range(B):
        for t in range(lengths[b]):
            logp = log_softmax(o[t, b])
            q = np.full(K, epsilon / K)
            q[y[t, b]] += 1 - epsilon
            total -= np.sum(q * logp)
            do[t, b] = (np.exp(logp) - q) / count
            hits += int(np.argmax(o[t, b]) == y[t, b])
    return float(total / count), do, hits / count


def r_one_hot_mask(o, y, lengths, epsilon):
    T, B, K = o.shape
    mask = np.arange(T)[:, None] < lengths
    n = int(mask.sum())
    one_hot = (np.arange(K) == y[..., None]).astype(o.dtype)
    q = (1 - epsilon) * one_hot + epsilon / K
    logp = log_softmax(o)
    loss = -(q * logp).sum(axis=-1)
    L = loss[mask].sum() / n
    do = np.where(mask[..., None], (np.exp(logp) - q) / n, 0)
    right = (o.argmax(axis=-1) == y)[mask].mean()
    return float(L), do.astype(o.dtype), float(right)


def r_flattened(o, y, lengths, epsilon):
    T, B, K = o.shape
    keep = (np.arange(T)[:, None] < lengths[None, :]).reshape(-1)
    logits = o.reshape(-1, K)[keep]
    target = y.reshape(-1)[keep]
    n = len(target)
    lp = log_softmax(logits)
    rows = np.arange(n)
    nll = -lp[rows, target]
    smooth = -lp.mean(axis=1)
    L = (1 - epsilon) * nll.mean() + epsilon * smooth.mean()
    g = np.exp(lp) - epsilon / K
    g[rows, target] -= 1 - epsilon
    do = np.zeros((T * B, K), dtype=o.dtype)
    do[keep] = g / n
    acc = np.count_nonzero(logits.argmax(1) == target) / n
    return float(L), do.reshape(T, B, K), acc


def w_mean_of_sentence_means(o, y, lengths, epsilon):
    T, B, K = o.shape
    L, right = 0.0, 0
    do = np.zeros_like(o)
    for b in range(B):
        n = lengths[b]
        lp = log_softmax(o[:n, b])
        q = np.full((n, K), epsilon / K, dtype=o.dtype)
        q[np.arange(n), y[:n, b]] += 1 - epsilon
        L += -(q * lp).sum() / n / B
        do[:n, b] = (np.exp(lp) - q) / n / B
        right += (lp.argmax(1) == y[:n, b]).sum()
    return float(L), do, float(right / lengths.sum())


def w_fairseq_smoothing(o, y, lengths, epsilon):
    # label_smoothed_nll_loss: eps_i = epsilon / (K - 1)
    T, B, K = o.shape
    mask = np.arange(T)[:, None] < lengths
    n = mask.sum()
    lp = log_softmax(o)
    q = np.full((T, B, K), epsilon / (K - 1), dtype=o.dtype)
    np.put_along_axis(q, y[..., None], 1 - epsilon, axis=-1)
    L = -(q * lp).sum(-1)[mask].sum() / n
    do = (np.exp(lp) - q) * mask[..., None] / n
    right = ((o.argmax(-1) == y) * mask).sum() / n
    return float(L), do.astype(o.dtype), float(right)


def w_divided_by_T_B(o, y, lengths, epsilon):
    T, B, K = o.shape
    mask = (np.arange(T)[:, None] < lengths).astype(o.dtype)
    lp = log_softmax(o)
    q = (1 - epsilon) * np.eye(K, dtype=o.dtype)[y] + epsilon / K
    loss = -(q * lp).sum(-1) * mask
    do = (np.exp(lp) - q) * mask[..., None] / (T * B)
    right = ((o.argmax(-1) == y) * mask).sum() / mask.sum()
    return float(loss.mean()), do, float(right)


def w_gradient_not_divided(o, y, lengths, epsilon):
    T, B, K = o.shape
    mask = np.arange(T)[:, None] < lengths
    lp = log_softmax(o)
    q = (1 - epsilon) * np.eye(K, dtype=o.dtype)[y] + epsilon / K
    L = -(q * lp).sum(-1)[mask].mean()
    do = np.exp(lp) - q
    do[~mask] = 0
    right = (o.argmax(-1) == y)[mask].mean()
    return float(L), do, float(right)


def w_gradient_of_plain_loss(o, y, lengths, epsilon):
    T, B, K = o.shape
    mask = np.arange(T)[:, None] < lengths
    n = int(mask.sum())
    lp = log_softmax(o)
    onehot = np.eye(K, dtype=o.dtype)[y]
    q = (1 - epsilon) * onehot + epsilon / K
    L = -(q * lp).sum(-1)[mask].sum() / n
    do = (np.exp(lp) - onehot) / n      # softmax + CE: p - y
    do[~mask] = 0
    right = (lp.argmax(-1) == y)[mask].sum() / n
    return float(L), do, float(right)


def w_accuracy_counts_padding(o, y, lengths, epsilon):
    T, B, K = o.shape
    mask = np.arange(T)[:, None] < lengths
    n = int(mask.sum())
    lp = log_softmax(o)
    q = (1 - epsilon) * np.eye(K, dtype=o.dtype)[y] + epsilon / K
    L = -((q * lp).sum(-1) * mask).sum() / n
    do = (np.exp(lp) - q) * mask[..., None] / n
    right = np.mean(np.argmax(o, axis=-1) == y)
    return float(L), do.astype(o.dtype), float(right)


def w_gradient_on_padding(o, y, lengths, epsilon):
    T, B, K = o.shape
    mask = np.arange(T)[:, None] < lengths
    n = int(mask.sum())
    lp = log_softmax(o)
    q = (1 - epsilon) * np.eye(K, dtype=o.dtype)[y] + epsilon / K
    L = -np.sum((q * lp).sum(-1) * mask) / n
    do = (np.exp(lp) - q) / n
    right = np.sum((o.argmax(-1) == y) & mask) / n
    return float(L), do, float(right)


def w_naive_softmax(o, y, lengths, epsilon):
    T, B, K = o.shape
    e = np.exp(o)
    p = e / e.sum(axis=-1, keepdims=True)
    mask = np.arange(T)[:, None] < lengths
    n = int(mask.sum())
    q = (1 - epsilon) * np.eye(K, dtype=o.dtype)[y] + epsilon / K
    L = -(q * np.log(p)).sum(-1)[mask].sum() / n
    do = (p - q) / n
    do[~mask] = 0
    right = (p.argmax(-1) == y)[mask].mean()
    return float(L), do, float(right)


def w_clipped_log(o, y, lengths, epsilon):
    # keras: clip by epsilon 1e-7
    T, B, K = o.shape
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    mask = np.arange(T)[:, None] < lengths
    n = int(mask.sum())
    q = (1 - epsilon) * np.eye(K, dtype=o.dtype)[y] + epsilon / K
    L = -(q * np.log(np.clip(p, 1e-7, 1))).sum(-1)[mask].sum() / n
    do = (p - q) / n
    do[~mask] = 0
    right = (p.argmax(-1) == y)[mask].mean()
    return float(L), do, float(right)


def w_bits(o, y, lengths, epsilon):
    T, B, K = o.shape
    m = o.max(-1, keepdims=True)
    p = np.exp(o - m)
    s = p.sum(-1, keepdims=True)
    lp2 = (o - m) / np.log(2).astype(o.dtype) - np.log2(s)
    mask = np.arange(T)[:, None] < lengths
    n = int(mask.sum())
    q = (1 - epsilon) * np.eye(K, dtype=o.dtype)[y] + epsilon / K
    L = -(q * lp2).sum(-1)[mask].sum() / n
    do = (p / s - q) * mask[..., None] / n
    right = (o.argmax(-1) == y)[mask].mean()
    return float(L), do.astype(o.dtype), float(right)


def w_softmax_over_batch(o, y, lengths, epsilon):
    T, B, K = o.shape
    m = o.max(axis=1, keepdims=True)
    lp = o - m - np.log(np.exp(o - m).sum(axis=1, keepdims=True))
    mask = np.arange(T)[:, None] < lengths
    n = int(mask.sum())
    q = (1 - epsilon) * np.eye(K, dtype=o.dtype)[y] + epsilon / K
    L = -(q * lp).sum(-1)[mask].sum() / n
    do = (np.exp(lp) - q) / n
    do[~mask] = 0
    right = (o.argmax(-1) == y)[mask].mean()
    return float(L), do, float(right)


def w_right_by_sentence(o, y, lengths, epsilon):
    T, B, K = o.shape
    mask = np.arange(T)[:, None] < lengths
    n = int(mask.sum())
    lp = log_softmax(o)
    q = (1 - epsilon) * np.eye(K, dtype=o.dtype)[y] + epsilon / K
    L = -(q * lp).sum(-1)[mask].sum() / n
    do = (np.exp(lp) - q) / n
    do[~mask] = 0
    ok = (o.argmax(-1) == y) | ~mask
    right = ok.all(axis=0).mean()
    return float(L), do, float(right)


RIGHT = {
    "loops_over_examples": r_loops_over_examples,
    "one_hot_mask": r_one_hot_mask,
    "flattened": r_flattened,
}
WRONG = {
    "mean_of_sentence_means": (w_mean_of_sentence_means, "The mean over each sentence is taken first, then the mean over the batch: short sentences count as much as long ones.", "How much does one symbol of a sentence of 1 weigh in your loss, and one of a sentence of 10?"),
    "fairseq_smoothing": (w_fairseq_smoothing, "Spreads the share over the K - 1 other symbols (as fairseq and many blogs), not over all K.", "Over how many symbols is the share spread here, and is the right one among them?"),
    "divided_by_T_B": (w_divided_by_T_B, "Padding is not summed, but still counted: divided by T times B.", "By how many symbols do you divide, and how many are real?"),
    "gradient_not_divided": (w_gradient_not_divided, "The gradient lacks the division by the number of real symbols: it is that of the sum.", "L is a mean. What does this do to its gradient?"),
    "gradient_of_plain_loss": (w_gradient_of_plain_loss, "The gradient is p minus one-hot, that of the loss without smoothing.", "Does epsilon occur in your gradient? What is the target that your loss compares with?"),
    "accuracy_counts_padding": (w_accuracy_counts_padding, "right is a mean over all steps, padding too.", "Change y behind the end of a sentence. Does right change?"),
    "gradient_on_padding": (w_gradient_on_padding, "The gradient is not masked: outputs at padding get one, too.", "How does L change, if an output at padding does? And your do there?"),
    "naive_softmax": (w_naive_softmax, "exp of outputs as they are overflows at large outputs.", "What is np.exp(1000)? What may be taken from all outputs of a step without changing the softmax?"),
    "clipped_log": (w_clipped_log, "Probabilities are clipped at 1e-7 before the logarithm, so that large losses come out too small.", "What is the log of the softmax of (0, 1000), and what do you get? Can you find log y without making y first?"),
    "bits": (w_bits, "The loss is in bits (log2), not in nats.", "Which logarithm is asked for? Compare with the example: by which factor are you off?"),
    "softmax_over_batch": (w_softmax_over_batch, "The softmax is taken over axis 1, the batch, not over the symbols.", "Over which axis do your probabilities sum to 1?"),
    "right_by_sentence": (w_right_by_sentence, "right is the share of sentences that are right as a whole, not of symbols.", "A sentence with one wrong symbol of ten: how much does it add to right, by the text and by you?"),
}
