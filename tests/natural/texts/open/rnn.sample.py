import bisect
import itertools

import numpy as np

from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _p(o, tau):
    e = np.exp((o - o.max(axis=-1, keepdims=True)) / tau)
    return e / e.sum(axis=-1, keepdims=True)


@right("count")
def sample(o, tau, u):
    k = (np.cumsum(_p(o, tau), axis=-1) <= u[:, None]).sum(axis=-1)
    return np.minimum(k, o.shape[-1] - 1)


@right("searchsorted_rows")
def sample(o, tau, u):
    K = o.shape[1]
    return np.array([min(np.searchsorted(np.cumsum(p), v, side="right"), K - 1) for p, v in zip(_p(o, tau), u)])


@right("weights_not_normalised")
def sample(o, tau, u):
    w = np.exp((o - o.max(axis=1, keepdims=True)) / tau).cumsum(axis=1)
    return (w[:, :-1] <= u[:, None] * w[:, -1:]).sum(axis=1)


@right("subtract_from_u")
def sample(o, tau, u):
    def draw(p, v):
        for k, q in enumerate(p):
            v -= q
            if v < 0:
                return k
        return len(p) - 1

    return np.array([draw(p, v) for p, v in zip(_p(o, tau), u)], dtype=np.int64)


@right("argmax_plain_borderline")
def sample(o, tau, u):
    return np.argmax(np.cumsum(_p(o, tau), axis=1) > u[:, None], axis=1)


# ---------------------------------------------------------------- wrong

def _draw(p, u):
    return np.minimum((np.cumsum(p, axis=-1) <= u[:, None]).sum(axis=-1), p.shape[-1] - 1)


@wrong("greedy", "argmax: the likeliest symbol, u is not used.", "The likeliest symbol always comes: u is not used.")
def sample(o, tau, u):
    return _p(o, tau).argmax(axis=-1)


@wrong("times_tau", "Multiplied by τ.", "τ works the wrong way round.")
def sample(o, tau, u):
    return _draw(_p(o, 1 / tau), u)


@wrong("searchsorted_left", "searchsorted with its default side='left'.", "side='right': the sum must exceed u, not reach it.")
def sample(o, tau, u):
    return np.array([min(np.searchsorted(np.cumsum(p), v), len(p) - 1) for p, v in zip(_p(o, tau), u)])


@wrong("one_too_large", "One added (symbols counted from 1).", "Symbols count from 0.")
def sample(o, tau, u):
    return _draw(_p(o, tau), u) + 1


@wrong("nearest_p", "The symbol whose p is nearest to u.", "u is not compared with p but with the sums of p.")
def sample(o, tau, u):
    return np.abs(_p(o, tau) - u[:, None]).argmin(axis=-1)


@wrong("cumsum_axis_0", "Summed up over the batch.", "The sums run over the symbols of a row, not over the batch.")
def sample(o, tau, u):
    return np.minimum((np.cumsum(_p(o, tau), axis=0) <= u[:, None]).sum(axis=-1), o.shape[-1] - 1)


@wrong("same_u", "u[0] for all rows.", "Each row has its own u.")
def sample(o, tau, u):
    return np.minimum((np.cumsum(_p(o, tau), axis=-1) <= u[0]).sum(axis=-1), o.shape[-1] - 1)


@wrong("default_rng", "default_rng(0) draws: u not used, same each time.", "u is not used.")
def sample(o, tau, u):
    return np.random.default_rng(0).integers(o.shape[1], size=len(o))


@wrong("sorted_mapped_back", "Sorted in descending order, drawn, mapped back: another order of the symbols.", "Right distribution, but the sums run in another order: from symbol 0 on.")
def sample(o, tau, u):
    p = _p(o, tau)
    order = np.argsort(-p, axis=-1)
    k = _draw(np.take_along_axis(p, order, -1), u)
    return order[np.arange(len(k)), k]


@wrong("one_minus_u", "1-u for u.", "Compare with u, not with 1-u.")
def sample(o, tau, u):
    return _draw(_p(o, tau), 1 - u)


@wrong("probability_drawn", "The probability of the drawn symbol.", "The number of the symbol, not its probability.")
def sample(o, tau, u):
    p = _p(o, tau)
    return p[np.arange(len(p)), _draw(p, u)]


@wrong("one_number", "One symbol only, of the first row.", "One for every row.")
def sample(o, tau, u):
    return int(_draw(_p(o, tau), u)[0])


@wrong("not_normalised", "exp without the division by the sum.", "The probabilities do not sum to 1.")
def sample(o, tau, u):
    return np.minimum((np.cumsum(np.exp((o - o.max(-1, keepdims=True)) / tau), axis=-1) <= u[:, None]).sum(axis=-1), o.shape[-1] - 1)


@wrong("broadcast_u", "u without [:, None].", "(B, K) <= (B,): u[:, None].")
def sample(o, tau, u):
    return (np.cumsum(_p(o, tau), axis=-1) <= u).sum(axis=-1)


@wrong("u_in_place", "u is changed by the subtraction.", "u is changed.")
def sample(o, tau, u):
    p, k = _p(o, tau), np.full(len(o), o.shape[1] - 1)
    done = np.zeros(len(o), dtype=bool)
    for j in range(p.shape[1]):
        u -= p[:, j]
        hit = (u < 0) & ~done
        k[hit] = j
        done |= hit
    return k


