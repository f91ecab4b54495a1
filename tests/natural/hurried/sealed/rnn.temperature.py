"""As students at two in the morning: softmax with a tau, squeezed in after the softmax already worked."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("row_by_row")
def temperature(o, tau):
    p = np.zeros_like(o)
    for b in range(o.shape[0]):
        row = o[b] - o[b].max()
        row = row / tau
        # row = row - row.max()   (again? does no harm)
        row = row - row.max()
        e = np.exp(row)
        p[b] = e / e.sum()
    return p


@wrong(
    "sum_over_everything",
    "The sum has no axis, so all rows together add up to 1; the try-out had one row.",
    "What is the sum of each row of your p with two rows? And with one?",
)
def temperature(o, tau):
    z = (o - o.max(axis=-1, keepdims=True)) / tau
    p = np.exp(z)
    return p / p.sum()


@wrong(
    "tau_above_but_not_below",
    "tau was put into the numerator and forgotten in the sum of the denominator.",
    "Do your rows add up to 1 when tau is not 1? Compare what is inside exp above and below the fraction line.",
)
def temperature(o, tau):
    o = o - o.max(axis=-1, keepdims=True)
    return np.exp(o / tau) / np.exp(o).sum(axis=-1, keepdims=True)


@wrong(
    "changes_the_scores",
    "The scores are shifted and divided in place, so the caller's array has other numbers afterwards.",
    "Print o before and after the call. What do -= and /= do to an array that was handed to you?",
)
def temperature(o, tau):
    o -= o.max(axis=-1, keepdims=True)
    o /= tau
    p = np.exp(o)
    return p / p.sum(axis=-1, keepdims=True)


@wrong(
    "max_not_divided",
    "The maximum taken away is that of o, not that of o / tau, so with large scores and tau below 1 the exponential overflows.",
    "Scores of 1000 and tau = 0.5: what is the largest number that goes into your exp? Mind the order of taking away and dividing.",
)
def temperature(o, tau):
    m = o.max(axis=-1, keepdims=True)
    z = o / tau - m
    p = np.exp(z)
    return p / p.sum(axis=-1, keepdims=True)
