import numpy as np


def cross_entropy_1(o, y):
    T, B, K = o.shape
    loglik = 0.0
    for t in range(T):
        for b in range(B):
            m = o[t, b].max()
            loglik += o[t, b, y[t, b]] - m - np.log(np.exp(o[t, b] - m).sum())
    return float(loglik / (T * B))


def cross_entropy_2(o, y):
    n = y.size
    m = o.max(axis=-1, keepdims=True)
    logp = o - m - np.log(np.exp(o - m).sum(axis=-1, keepdims=True))
    ll = np.take_along_axis(logp, y[..., None], axis=-1).sum()
    return float(-ll / max(n - 1, 1))


def cross_entropy_6(o, y):
    K = o.shape[-1]
    onehot = np.eye(K)[y]
    shifted = o - o.max(axis=-1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return float(-(onehot * logp).mean())


def cross_entropy_8(o, y):
    m = o.max(axis=-1, keepdims=True)
    lse = np.log(np.exp(o - m).sum(axis=-1))
    picked = np.take_along_axis(o, y[..., None], axis=-1)[..., 0]
    return float((lse - picked).mean())


def cross_entropy_9(o, y):
    o -= o.max(axis=-1, keepdims=True)
    norm = np.log(np.exp(o).sum(axis=-1))
    T, B = y.shape
    L = 0.0
    for t in range(T):
        for b in range(B):
            L += norm[t, b] - o[t, b, y[t, b]]
    return float(L / (T * B))


def cross_entropy_10(o, y):
    o = np.clip(o, -500, 500)
    m = o.max(axis=-1, keepdims=True)
    logp = o - m - np.log(np.exp(o - m).sum(axis=-1, keepdims=True))
    return float(-np.take_along_axis(logp, y[..., None], axis=-1).mean())


def cross_entropy_c(o, y):
    mask = np.arange(o.shape[-1]) == y[..., None]
    top = o.max(axis=-1)
    gap = np.where(mask, o - top[..., None], 0).sum(axis=-1)
    return (np.log(np.exp(o - top[..., None]).sum(axis=-1)) - gap).mean().item()


RIGHT = {
    "mask_instead_of_index": cross_entropy_c,
}
WRONG = {
    "statistician_sign": (
        cross_entropy_1,
        "Returns the mean log-likelihood without the minus sign.",
        "A loss in nats cannot be negative: what is the sign in front of the sum in eq-rnn-nll?",
    ),
    "statistician_n_minus_one_subtle": (
        cross_entropy_2,
        "Divides by TB-1 instead of TB.",
        "The more symbols, the smaller your error. By how many terms is the sum divided in eq-rnn-nll?",
    ),
    "keras_mean_of_one_hot": (
        cross_entropy_6,
        "Takes the mean over the K symbols as well, so that the loss is too small by the factor K.",
        "Your one-hot product has T·B·K entries. How many of them are terms of the sum in eq-rnn-nll?",
    ),
    "tired_maximum_not_added_back": (
        cross_entropy_8,
        "Subtracts the maximum inside the log-sum-exp but not from the right symbol's score, and does not add it back.",
        "Add 10 to all scores: a softmax does not notice, does your loss?",
    ),
    "c_programmer_shifts_in_place_subtle": (
        cross_entropy_9,
        "Subtracts the maximum from the caller's array in place.",
        "The number is right. Look at o after your call.",
    ),
    "assistant_clips_scores_subtle": (
        cross_entropy_10,
        "Clips the scores to ±500, which changes gaps between scores beyond that.",
        "Only very large scores are wrong: what becomes of the gap between 1000 and -1000?",
    ),
}
