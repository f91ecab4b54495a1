"""As someone who programs well in MATLAB, R, C++, JavaScript or Excel and writes NumPy for the first time: how wrong."""
import math

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("plain_loops")
def cross_entropy(o, y):
    T, B, K = o.shape
    total = 0.0
    for t in range(T):
        for b in range(B):
            top = float(np.max(o[t, b]))
            s = 0.0
            for k in range(K):
                s += math.exp(float(o[t, b, k]) - top)
            total += math.log(s) + top - float(o[t, b, y[t, b]])
    return total / (T * B)


@right("logaddexp_and_grid")
def cross_entropy(o, y):
    t, b = np.ogrid[: y.shape[0], : y.shape[1]]
    return float(np.mean(np.logaddexp.reduce(o, axis=2) - o[t, b, y]))


@right("mask_of_the_right_symbol")
def cross_entropy(o, y):
    K = o.shape[2]
    flat = o.reshape(-1, K)
    hit = np.arange(K) == y.reshape(-1, 1)
    z = flat - flat[hit][:, None]  # scores relative to the right symbol's
    m = np.maximum(z.max(axis=1), 0)
    return float((m + np.log(np.exp(z - m[:, None]).sum(axis=1))).sum() / y.size)


@wrong(
    "log_is_base_ten",
    "Takes log10, as LOG does in Excel, instead of the natural logarithm.",
    "Your result differs from the right one by a constant factor, whatever the scores. Which base does the task name?",
)
def cross_entropy(o, y):
    e = np.exp(o - o.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    t, b = np.indices(y.shape)
    return float(-np.log10(p[t, b, y]).mean())


@wrong(
    "sums_down_the_first_dimension",
    "max and sum run along the first axis, as they do in MATLAB by default: the softmax is over the steps.",
    "For which axis do your probabilities have the sum 1? Say in words what competes with what in a softmax here.",
)
def cross_entropy(o, y):
    z = o - o.max(axis=0)
    log_p = z - np.log(np.exp(z).sum(axis=0))
    return float(-np.take_along_axis(log_p, y[:, :, None], axis=2).mean())


@wrong(
    "symbols_from_one",
    "Subtracts 1 from y as if symbols were counted from 1; symbol 0 becomes -1, the last one, without an error.",
    "Which numbers can y hold, and which indices has an array of K scores in Python?",
)
def cross_entropy(o, y):
    T, B, K = o.shape
    z = o - o.max(axis=2, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=2, keepdims=True))
    loss = 0.0
    for t in range(T):
        for b in range(B):
            loss -= log_p[t, b, y[t, b] - 1]
    return loss / (T * B)


@wrong(
    "every_score_with_every_target",
    "log_p[:, :, y] picks all targets for all positions, an array (T, B, T, B), and the mean hides it.",
    "Print the shape of what you pick before you take the mean: how many numbers should there be?",
)
def cross_entropy(o, y):
    z = o - np.max(o, axis=-1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))
    return float(-np.mean(log_p[:, :, y]))


@wrong(
    "losses_in_an_integer_array",
    "Collects the losses in zeros_like(y), an array of integers, which cuts off everything behind the point.",
    "Your single losses are whole numbers: what dtype has the array that you write them into?",
)
def cross_entropy(o, y):
    loss = np.zeros_like(y)
    for t in range(y.shape[0]):
        for b in range(y.shape[1]):
            s = o[t, b] - np.max(o[t, b])
            loss[t, b] = np.log(np.sum(np.exp(s))) - s[y[t, b]]
    return float(np.mean(loss))


@wrong(
    "mean_over_symbols_too",
    "Multiplies by the one-hot target and takes the mean of the whole array, which divides by K as well.",
    "By how many numbers does your mean divide, and by how many does the formula?",
)
def cross_entropy(o, y):
    onehot = np.eye(o.shape[2])[y]
    z = o - o.max(axis=2, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    return float(-(onehot * log_p).mean())


@wrong(
    "one_maximum_for_all",
    "Subtracts the largest of all scores from everything, so that a row far below it underflows to log(0).",
    "Try one step with scores near 1000 and another with scores near -1000. From which scores must which maximum be taken?",
)
def cross_entropy(o, y):
    z = o - np.max(o)
    log_p = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    return float(-np.take_along_axis(log_p, y[:, :, None], axis=2).mean())
