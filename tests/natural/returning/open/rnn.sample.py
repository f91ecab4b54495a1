import bisect
import itertools

import numpy as np

from rnncourse import rnn


def sample_1(o, tau, u):
    p = rnn.temperature(o, tau)
    ladder = np.cumsum(p, axis=1)
    k = np.array([np.searchsorted(row, u_b) for row, u_b in zip(ladder, u)])
    return np.minimum(k, o.shape[1] - 1)


def sample_2(o, tau, u):
    p = rnn.temperature(o, tau)
    order = np.argsort(-p, axis=1)
    ladder = np.cumsum(np.take_along_axis(p, order, axis=1), axis=1)
    j = np.minimum((ladder <= u[:, None]).sum(axis=1), o.shape[1] - 1)
    return np.take_along_axis(order, j[:, None], axis=1)[:, 0]


def sample_3(o, tau, u):
    z = o / tau
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    cdf = np.cumsum(p).reshape(p.shape)
    return np.minimum((cdf <= u[:, None]).sum(axis=-1), p.shape[-1] - 1)


def sample_6(o, tau, u):
    if tau <= 0.5:
        return o.argmax(axis=-1)
    p = rnn.temperature(o, tau)
    cdf = p.cumsum(axis=-1)
    return np.minimum((cdf <= u[:, None]).sum(axis=-1), o.shape[-1] - 1)


def sample_11(o, tau, u):
    w = np.exp((o - o.max(axis=1, keepdims=True)) / tau)
    ladder = np.cumsum(w, axis=1)
    return np.minimum((ladder < u[:, None]).sum(axis=1), o.shape[1] - 1)


def sample_a(o, tau, u):
    draws = []
    for row, u_b in zip(rnn.temperature(o, tau), u):
        ladder = list(itertools.accumulate(row.tolist()))
        draws.append(min(bisect.bisect_right(ladder, u_b), len(row) - 1))
    return np.array(draws)


def sample_b(o, tau, u):
    p = rnn.temperature(o, tau)
    cdf = np.cumsum(p, axis=1)
    cdf[:, -1] = 2
    return np.argmax(cdf > u[:, None], axis=1)


RIGHT = {
    "bisect_on_accumulate": sample_a,
    "argmax_with_a_last_rung_of_two": sample_b,
}
WRONG = {
    "tired_left_side_subtle": (
        sample_1,
        "searchsorted with its default side finds the first cumulated probability that is at least u, so that u on a border falls to the lower symbol.",
        "Only u exactly on a border is wrong: must the cumulated probability reach u or exceed it?",
    ),
    "assistant_sorts_first": (
        sample_2,
        "Stacks the probabilities in descending order instead of in the order of the symbols, so that a given u draws another symbol.",
        "The frequencies would be right, but u decides which symbol comes: in which order does eq-rnn-sample stack the rungs?",
    ),
    "numerics_flat_cumsum_subtle": (
        sample_3,
        "Cumulates over the flattened array, so that the ladder of every row but the first starts above 0.",
        "The first row is right. Where does the ladder of the second row begin?",
    ),
    "assistant_greedy_when_cold_subtle": (
        sample_6,
        "Takes the maximum instead of drawing when the temperature is at most 0.5.",
        "Above 0.5 you draw; below, u has no influence. At τ = 0.5 with two equal scores, what should u = 0.9 give?",
    ),
    "two_slips_double": (
        sample_11,
        "Cumulates weights that were not normalised, and counts rungs below u rather than up to u.",
        "What is the top of your ladder? Then look at what happens with u exactly on a border.",
    ),
}
