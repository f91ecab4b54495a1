import numpy as np


def cross_entropy_hugo(o, y):
    total, n = 0.0, 0
    for t in range(len(o)):
        for b in range(len(o[t])):
            s = o[t, b].astype(np.float64)
            m = max(s)
            total += m + np.log(sum(np.exp(v - m) for v in s)) - s[y[t, b]]
            n += 1
    return total / n


def cross_entropy_kira(o, y):
    m = o.max(axis=-1, keepdims=True)
    lse = np.log(np.sum(np.exp(o - m), axis=-1))
    o_y = np.take_along_axis(o, y[..., None], axis=-1)[..., 0]
    return np.mean(lse - o_y)


def cross_entropy_olga(o, y):
    e = np.exp(o - np.max(o, axis=2, keepdims=True))
    p = e / np.sum(e, axis=2, keepdims=True)
    T, B = y.shape
    loss = 0
    for t in range(T):
        loss += -np.log(p[t, np.arange(B), y[t]] + 1e-12).sum()
    return loss / (T * B)


def cross_entropy_paul(o, y):
    z = o - o.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return -log_p[..., y].mean()


def cross_entropy_finn(o, y):
    e = np.exp(o - o.max(-1, keepdims=True))
    p = e / e.sum(-1, keepdims=True)
    right = np.array([[p[t, b, y[t, b]] for b in range(y.shape[1])] for t in range(y.shape[0])])
    return -np.log(right.mean())


def cross_entropy_vera(o, y):
    logits, targets = o[:-1], y[1:]
    if len(targets) == 0:
        logits, targets = o, y
    logits = logits - logits.max(axis=2, keepdims=True)
    lp = logits - np.log(np.exp(logits).sum(axis=2, keepdims=True))
    picked = np.take_along_axis(lp, targets[:, :, None], 2)
    return float(-picked.mean())


RIGHT = {
    'plain_loops': cross_entropy_hugo,
}

WRONG = {
    'forget_max_back': (
        cross_entropy_kira,
        'The maximum is subtracted inside the logarithm of the sum but not added back before o_y is subtracted.',
        'Add 5 to all scores: your loss changes, but the probabilities do not. Which of your two terms was shifted?',
    ),
    'epsilon_in_log': (
        cross_entropy_olga,
        '1e-12 is added to the probability inside the logarithm, which caps the loss of one symbol near 27.6 nats.',
        'How large can the loss of a single symbol become in your function? Try a right symbol whose score is 1000 below the best.',
    ),
    'fancy_index_all_pairs': (
        cross_entropy_paul,
        'log_p[..., y] picks for every step and example the targets of all steps and examples.',
        'Print the shape of what your index picks. It should hold one number for each entry of y.',
    ),
    'mean_then_log': (
        cross_entropy_finn,
        'The probabilities of the right symbols are averaged first and the logarithm is taken of the mean.',
        'Is the logarithm of a mean the mean of the logarithms? Look at the order of log and sum in the formula.',
    ),
    'shifted_again': (
        cross_entropy_vera,
        'The targets are moved one step ahead once more: the scores of step t are compared with the target of step t+1.',
        'y is already the target that belongs to each row of scores. What happens in your function to y[0], and when T = 1?',
    ),
}
