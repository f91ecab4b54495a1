"""As students at two in the morning: the loss, tried out on one column and then handed in."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("two_loops_and_a_sum")
def cross_entropy(o, y):
    T, B, K = o.shape
    loss = 0.0
    for t in range(T):
        for b in range(B):
            s = o[t, b].astype(float)
            # s = s / s.sum()    no!!!
            m = s.max()
            lse = m + np.log(np.exp(s - m).sum())
            loss = loss + lse - s[y[t, b]]
    # print("loss", loss)
    return float(loss / T / B)


@wrong(
    "shift_in_one_place_only",
    "The largest score is taken away inside the exponential, but the first term of the logarithm still has the unshifted score.",
    "Add 5 to all your scores: the loss should stay the same. Does it? Then look at each place where a score occurs in your line.",
)
def cross_entropy(o, y):
    m = o.max(axis=-1, keepdims=True)
    # overflow -> subtract the max
    log_p = o - np.log(np.exp(o - m).sum(axis=-1, keepdims=True))
    picked = np.take_along_axis(log_p, y[:, :, None], axis=2)
    return float(-picked.mean())


@wrong(
    "sum_over_axis_1",
    "The code was tried on a (B, K) array with axis=1 and the sum was not changed for (T, B, K), so it runs over the batch.",
    "Over which of T, B and K should the probabilities of one softmax add up to 1? Print p.sum(axis=-1) for your p.",
)
def cross_entropy(o, y):
    o = o - o.max(axis=-1, keepdims=True)
    log_p = o - np.log(np.exp(o).sum(axis=1, keepdims=True))
    return float(-np.take_along_axis(log_p, y[..., None], axis=-1).mean())


@wrong(
    "target_of_column_0",
    "y[t, 0] is left over from a try with one example, so all columns are scored on the targets of the first.",
    "Your result stays the same if the targets of the second example change. Which index of y never moves in your loops?",
)
def cross_entropy(o, y):
    T, B, K = o.shape
    o = o - o.max(axis=-1, keepdims=True)
    total = 0.0
    for t in range(T):
        for b in range(B):
            log_p = o[t, b] - np.log(np.sum(np.exp(o[t, b])))
            total -= log_p[y[t, 0]]
    return float(total / (T * B))


@wrong(
    "divided_by_len_y",
    "The sum over steps and examples is divided by len(y), which is T alone.",
    "Give the same column twice: a mean should not change. How many terms did you add up, and by how many do you divide?",
)
def cross_entropy(o, y):
    o = o - o.max(axis=-1, keepdims=True)
    log_p = o - np.log(np.exp(o).sum(axis=-1, keepdims=True))
    loss = 0
    for t in range(len(y)):
        for b in range(y.shape[1]):
            loss += -log_p[t, b, y[t, b]]
    return float(loss / len(y))
