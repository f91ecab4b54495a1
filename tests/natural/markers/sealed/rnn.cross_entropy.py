"""As teaching assistants who have marked hundreds of these: the classics of the softmax, in three axes."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("logaddexp")
def cross_entropy(o, y):
    K = o.shape[-1]
    flat, target = o.reshape(-1, K), y.ravel()
    total = 0.0
    for row, k in zip(flat, target):
        total += np.logaddexp.reduce(row) - row[k]
    return float(total / target.size)


@wrong(
    "mean_over_one_hot",
    "Multiplies with one-hot targets and takes the mean of the whole (T, B, K) array, so it divides by K too.",
    "You are too small by the same factor each time. How many numbers does your mean run over, and how many does the formula divide by?",
)
def cross_entropy(o, y):
    o = o - np.max(o, axis=-1, keepdims=True)
    p = np.exp(o)
    log_p = o - np.log(p.sum(axis=-1, keepdims=True))
    onehot = np.eye(o.shape[-1])[y]
    return float(-np.mean(onehot * log_p))


@wrong(
    "axis_one",
    "Normalises along axis=1, right for (B, K) but the batch in (T, B, K).",
    "Take exp of your log-probabilities and add them up over the K symbols: do you get 1? Which axis of (T, B, K) is K?",
)
def cross_entropy(o, y):
    o = o - o.max(axis=1, keepdims=True)
    log_p = o - np.log(np.exp(o).sum(axis=1, keepdims=True))
    T, B = y.shape
    loss = 0.0
    for t in range(T):
        for b in range(B):
            loss -= log_p[t, b, y[t, b]]
    return float(loss / (T * B))


@wrong(
    "max_only_in_exp",
    "Takes the maximum away inside the exponential but not from the score in front, so the loss is off by the maximum.",
    "Add 5 to all scores: your loss changes by 5, though the softmax does not. In how many places of the formula does o stand?",
)
def cross_entropy(o, y):
    m = o.max(axis=-1, keepdims=True)
    log_p = o - np.log(np.exp(o - m).sum(axis=-1, keepdims=True))
    return float(-np.take_along_axis(log_p, y[..., None], axis=-1).mean())


@wrong(
    "small_number_in_log",
    "Adds 1e-9 to the probability so that the logarithm does not fail, which caps the loss at about 20.7.",
    "With scores of ±1000 your loss stays near 20 where it should be in the hundreds or thousands. The second form of the formula needs no log of a probability.",
)
def cross_entropy(o, y):
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    right_p = np.take_along_axis(p, y[..., None], axis=-1)
    return float(-np.log(right_p + 1e-9).mean())
