import math

import numpy as np


def cross_entropy_3(o, y):
    K = o.shape[-1]
    flat, idx = o.reshape(-1, K), y.ravel()
    m = flat.max(axis=0)
    lse = m + np.log(np.exp(flat - m).sum(axis=0))
    return float((lse[idx] - flat[np.arange(len(idx)), idx]).mean())


def cross_entropy_4(o, y, epsilon=1e-7):
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    y_pred = e / e.sum(axis=-1, keepdims=True)
    y_pred = np.clip(y_pred, epsilon, 1.0 - epsilon)
    y_true = np.eye(o.shape[-1])[y]
    return float(-(y_true * np.log(y_pred)).sum(axis=-1).mean())


def cross_entropy_5(o, y):
    def step(total, inputs):
        o_t, y_t = inputs
        lse = np.logaddexp.reduce(o_t, axis=-1)
        nll = lse - o_t[np.arange(len(y_t)), y_t]
        return total + nll.mean()

    total = 0.0
    for inputs in zip(o, y):
        total = step(total, inputs)
    return float(total)


def cross_entropy_7(o, y):
    n = y.size
    scores = o.reshape(n, -1)
    targets = y.ravel(order="F")
    lse = np.logaddexp.reduce(scores, axis=1)
    return float(np.mean(lse - scores[np.arange(n), targets]))


def cross_entropy_11(o, y):
    T, B, K = o.shape
    lse = np.logaddexp2.reduce(o, axis=-1)
    picked = o[np.arange(T)[:, None], np.arange(B), y]
    return float((lse - picked).sum() / T)


def cross_entropy_a(o, y):
    T, B, _ = o.shape
    picked = o[np.arange(T)[:, None], np.arange(B), y]
    return float(np.mean(np.logaddexp.reduce(o, axis=-1) - picked))


def cross_entropy_b(o, y):
    terms = []
    for row, k in zip(o.reshape(-1, o.shape[-1]), y.ravel()):
        gaps = [float(s) - float(row[k]) for s in row]
        top = max(gaps)
        terms.append(top + math.log(math.fsum(math.exp(g - top) for g in gaps)))
    return math.fsum(terms) / len(terms)


RIGHT = {
    "logaddexp_reduce": cross_entropy_a,
    "gaps_to_the_right_score_with_fsum": cross_entropy_b,
}
WRONG = {
    "numerics_logsumexp_over_positions": (
        cross_entropy_3,
        "Takes the log-sum-exp over the positions for each symbol instead of over the symbols at each position.",
        "Which scores compete with each other in a softmax, those of one step or those of one symbol? One symbol in all should already show it.",
    ),
    "keras_clips_probabilities_subtle": (
        cross_entropy_4,
        "Clips the probabilities at 1e-7, so that no symbol costs more than 16 nats.",
        "Moderate scores are right. How many nats does a symbol cost at most in your function, and what would a gap of 2000 cost?",
    ),
    "jax_sums_over_time": (
        cross_entropy_5,
        "Means over the batch, but sums over the steps.",
        "With one step it is right, with T steps T times too large: over what is the mean?",
    ),
    "fortran_ravel_order_subtle": (
        cross_entropy_7,
        "Flattens scores by rows and targets by columns, so that targets meet the scores of other positions.",
        "One step or one example is right. Do your flattened scores and targets run through steps and examples in the same order?",
    ),
    "two_slips_double": (
        cross_entropy_11,
        "Takes the logarithm of a sum of powers of 2 instead of e, and divides by T instead of TB.",
        "Check one symbol first: which base has the softmax? Then a batch: by what is the sum divided?",
    ),
}
