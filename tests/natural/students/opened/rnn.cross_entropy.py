import numpy as np


def cross_entropy_jonas(o, y):
    T, B, K = o.shape
    rows = o.reshape(-1, K).astype(float)
    lse = np.logaddexp.reduce(rows, axis=1)
    return (lse - rows[np.arange(T * B), y.ravel()]).sum() / (T * B)


def cross_entropy_jule(o, y):
    one_hot = np.eye(o.shape[-1])[y]
    own = np.einsum("tbk,tbk->tb", o.astype(np.float64), one_hot)
    d = o - own[..., None]
    m = d.max(axis=-1)
    return float(np.mean(m + np.log(np.exp(d - m[..., None]).sum(-1))))


def cross_entropy_bea(o, y):
    s = o - o.max()
    logp = s - np.log(np.exp(s).sum(axis=-1))[..., None]
    return -np.mean(np.take_along_axis(logp, y[:, :, np.newaxis], axis=2))


def cross_entropy_lena(o, y):
    K = o.shape[-1]
    Y = (y[..., None] == np.arange(K)).astype(o.dtype)
    m = o.max(axis=-1, keepdims=True)
    logsm = o - m - np.log(np.exp(o - m).sum(axis=-1, keepdims=True))
    return float(-(Y * logsm).mean())


def cross_entropy_ines(o, y):
    T, B, K = o.shape
    p = np.exp(o - o.max(axis=2, keepdims=True))
    p /= p.sum(axis=2, keepdims=True)
    d = np.zeros_like(p)
    for t in range(T):
        for b in range(B):
            d[t, b, y[t, b]] = 1
    p = np.clip(p, 1e-300, 1 - 1e-16)
    return -(d * np.log(p) + (1 - d) * np.log(1 - p)).sum() / (T * B)


def cross_entropy_gustav(o, y):
    loss = 0.0
    for t in range(o.shape[0]):
        s = o[t] - o[t].max(axis=1)[:, None]
        lp = s - np.log(np.exp(s).sum(axis=1))[:, None]
        loss -= np.mean(lp[range(len(y[t])), y[t]])
    return loss


RIGHT = {
    'logaddexp_reduce': cross_entropy_jonas,
    'one_hot_margin': cross_entropy_jule,
}

WRONG = {
    'global_max': (
        cross_entropy_bea,
        'One maximum of the whole array is subtracted, so rows far below it underflow to log 0.',
        'Give one row scores near 1000 and another scores near -1000. What is left of the second row after your shift?',
    ),
    'mean_over_classes_too': (
        cross_entropy_lena,
        'The product with the one-hot targets is averaged over the K symbols as well.',
        'By how many numbers do you divide? The formula has a sum over steps and examples only.',
    ),
    'binary_terms': (
        cross_entropy_ines,
        'The second term of the binary cross-entropy is added for the wrong symbols.',
        'How many terms does the formula have for one step of one example? You have K.',
    ),
    'sum_over_time': (
        cross_entropy_gustav,
        'The losses are summed over the steps and averaged over the batch only.',
        'Read the sequence twice, one copy after the other: should the mean loss a symbol double?',
    ),
}
