"""As a student who knows other ways to draw from a distribution: one symbol a row."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("searchsorted_by_row")
def f(o, tau, u):
    e = np.exp((o - o.max(axis=1, keepdims=True)) / float(tau))
    p = e / e.sum(axis=1, keepdims=True)
    ks = [np.searchsorted(np.cumsum(row), v, side="right") for row, v in zip(p, u)]
    return np.minimum(ks, [np.flatnonzero(row)[-1] for row in p])


@right("wheel_of_fortune")
def f(o, tau, u):
    drawn = np.zeros(len(o), dtype=int)
    for b in range(len(o)):
        w = np.exp((o[b] - o[b].max()) / float(tau))
        p = w / w.sum()
        reached = p.dtype.type(0)
        for k in range(len(p)):
            if p[k] > 0:
                drawn[b] = k
            reached = reached + p[k]
            if reached > u[b]:
                break
    return drawn


@right("first_true")
def f(o, tau, u):
    e = np.exp((o - o.max(axis=1, keepdims=True)) / float(tau))
    cdf = np.add.accumulate(e / e.sum(axis=1, keepdims=True), axis=1)
    above = cdf > u[:, np.newaxis]
    full = cdf >= cdf[:, -1:]  # where all is added up, if rounding leaves no sum above u
    return np.where(above.any(axis=1), above.argmax(axis=1), full.argmax(axis=1))


@wrong(
    "random_choice",
    "Draws with a generator of its own and ignores u.",
    "Call it with u = 0 and with u = 0.999. What decides the symbol in your code?",
)
def f(o, tau, u):
    rng = np.random.default_rng(0)
    e = np.exp((o - o.max(axis=1, keepdims=True)) / tau)
    p = e / e.sum(axis=1, keepdims=True)
    return np.array([rng.choice(p.shape[1], p=row.astype(float) / row.astype(float).sum()) for row in p])


@wrong(
    "gumbel_with_one_number_a_row",
    "Uses the Gumbel trick with the same random number for all symbols of a row, which shifts all scores alike: it is argmax.",
    "How many different symbols come out for a row when u runs from 0 to 1? Compare what your random number adds to each of the K scores.",
)
def f(o, tau, u):
    g = -np.log(-np.log(np.clip(u, 1e-12, 1 - 1e-12)))
    return np.argmax(o / tau + g[:, None], axis=1)


@wrong(
    "sums_run_on_through_the_batch",
    "Calls cumsum without an axis, so that the sums of a row start where the row before ended.",
    "The first row is right. Print the added-up probabilities of the second one: where should they start?",
)
def f(o, tau, u):
    e = np.exp((o - o.max(axis=1, keepdims=True)) / tau)
    p = e / e.sum(axis=1, keepdims=True)
    cdf = np.cumsum(p).reshape(p.shape)
    return (cdf > u[:, None]).argmax(axis=1)


@wrong(
    "numbered_from_one",
    "Numbers the symbols from 1, as the Matlab code does with find(cumsum(p) > u, 1).",
    "Run the four examples of the task. By how much are you off each time?",
)
def f(o, tau, u):
    e = np.exp((o - o.max(axis=1, keepdims=True)) / tau)
    p = e / e.sum(axis=1, keepdims=True)
    k = 1 + (np.cumsum(p, axis=1) <= u[:, None]).sum(axis=1)
    return np.minimum(k, p.shape[1])


@wrong(
    "likeliest_first",
    "Adds the probabilities up from the likeliest symbol on, the order of nucleus sampling, not from symbol 0 on.",
    "The frequencies of your draws are right, but u = 0.1 in the example gives another symbol. In which order do you add?",
)
def f(o, tau, u):
    e = np.exp((o - o.max(axis=1, keepdims=True)) / tau)
    p = e / e.sum(axis=1, keepdims=True)
    order = np.argsort(-p, axis=1)
    cdf = np.cumsum(np.take_along_axis(p, order, axis=1), axis=1)
    rank = np.minimum((cdf <= u[:, None]).sum(axis=1), p.shape[1] - 1)
    return np.take_along_axis(order, rank[:, None], axis=1)[:, 0]


@wrong(
    "first_random_number_for_all",
    "Converts u to a single number, from code for one sequence, and uses it for every row.",
    "Change only the last entry of u. Does any of your symbols change?",
)
def f(o, tau, u):
    r = float(u[0])
    e = np.exp((o - o.max(axis=1, keepdims=True)) / tau)
    p = e / e.sum(axis=1, keepdims=True)
    return np.array([min(int(np.sum(np.cumsum(row) <= r)), len(row) - 1) for row in p])


@wrong(
    "column_as_from_multinomial",
    "Returns a column (B, 1), the shape that torch.multinomial gives for one draw.",
    "Your symbols are right. Print the shape of what you return.",
)
def f(o, tau, u):
    e = np.exp((o - o.max(axis=1, keepdims=True)) / tau)
    p = e / e.sum(axis=1, keepdims=True)
    k = (np.cumsum(p, axis=1) <= u[:, None]).sum(axis=1, keepdims=True)
    return np.minimum(k, p.shape[1] - 1)
