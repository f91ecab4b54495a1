"""As a student who copies the loss of another course or framework: the mean cross-entropy."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("logaddexp_minus_target_score")
def f(o, y):
    T, B, K = o.shape
    flat = o.reshape(T * B, K)
    target = flat[np.arange(T * B), y.reshape(-1)]
    return float(np.mean(np.logaddexp.reduce(flat, axis=1) - target))


@right("one_hot_mask")
def f(o, y):
    mask = y[:, :, None] == np.arange(o.shape[2])
    m = o.max(axis=2)
    log_z = m + np.log(np.exp(o - m[:, :, None]).sum(axis=2))
    return float((log_z.sum() - o[mask].sum()) / y.size)


@right("margins_to_the_right_symbol")
def f(o, y):
    total = 0.0
    for o_t, y_t in zip(o, y):
        for row, k in zip(o_t, y_t):
            d = row - row[k]
            top = d.max()
            total += float(top + np.log(np.sum(np.exp(d - top))))
    return total / y.size


@wrong(
    "summed_over_time",
    "Averages over the batch only and adds up the steps, as the loss of a sequence on the slide.",
    "Repeat the same sequence twice in time: should a loss per symbol change? By how many symbols do you divide?",
)
def f(o, y):
    o = o - o.max(axis=-1, keepdims=True)
    log_p = o - np.log(np.exp(o).sum(axis=-1, keepdims=True))
    picked = np.take_along_axis(log_p, y[..., None], axis=-1)[..., 0]
    return float(-picked.mean(axis=1).sum())


@wrong(
    "classes_on_axis_one",
    "Normalises over axis 1, where the classes are in two-dimensional code; here axis 1 is the batch.",
    "Compute your probabilities and add them up over the K symbols of one step and example. What do you get?",
)
def f(o, y):
    e = o - o.max(axis=1, keepdims=True)
    log_p = e - np.log(np.exp(e).sum(axis=1, keepdims=True))
    return float(-np.take_along_axis(log_p, y[..., None], axis=-1).mean())


@wrong(
    "probabilities_clipped",
    "Clips the probabilities to [1e-7, 1 - 1e-7] as the framework does, so that no loss can be above 16.1.",
    "Give it one symbol whose score is 1000 below the largest one. What should it cost, and why does it cost less with you?",
)
def f(o, y):
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    p = np.clip(e / e.sum(axis=-1, keepdims=True), 1e-7, 1 - 1e-7)
    return float(-np.log(np.take_along_axis(p, y[..., None], axis=-1)).mean())


@wrong(
    "softmax_twice",
    "Takes the softmax, and then hands it to a cross-entropy that takes the softmax once more.",
    "Give the right symbol a score of 100 and the others 0. Your loss stays far from 0: what happens to the scores on the way?",
)
def f(o, y):
    def softmax(v):
        e = np.exp(v - v.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def CrossEntropyLoss(v, t):
        return -np.log(np.take_along_axis(softmax(v), t[..., None], axis=-1)).mean()

    return float(CrossEntropyLoss(softmax(o), y))


@wrong(
    "mean_over_the_symbols_too",
    "Multiplies by a one-hot target and takes the mean over everything, K included, so the loss is K times too small.",
    "With equal scores for all K symbols the loss must be log K. What do you get, and how many entries does your mean count?",
)
def f(o, y):
    one_hot = np.eye(o.shape[-1])[y]
    o = o - o.max(axis=-1, keepdims=True)
    log_p = o - np.log(np.exp(o).sum(axis=-1, keepdims=True))
    return float(-np.mean(one_hot * log_p))


@wrong(
    "binary_cross_entropy",
    "Uses the two-class formula with sigmoids, one for each symbol, from the course on logistic regression.",
    "In your loss the K probabilities of a step do not depend on each other. Do they have to add up to 1, and do yours?",
)
def f(o, y):
    one_hot = np.eye(o.shape[-1])[y]
    # log sigmoid(o) and log(1 - sigmoid(o)), stable
    log_a, log_1_a = -np.logaddexp(0, -o), -np.logaddexp(0, o)
    cost = -(one_hot * log_a + (1 - one_hot) * log_1_a).sum(axis=-1)
    return float(cost.mean())


@wrong(
    "one_maximum_for_all",
    "Takes the largest score of the whole array away; a row far below it then underflows to log 0.",
    "Try two steps, one with scores around 1000 and one with scores around -1000. The maximum of which scores has to be taken away from a row?",
)
def f(o, y):
    o = o - np.max(o)
    e = np.exp(o)
    log_p = o - np.log(np.sum(e, axis=-1, keepdims=True))
    return float(-np.take_along_axis(log_p, y[..., None], axis=-1).mean())
