import numpy as np

from rnncourse import rnn


def sample_4(o, tau, u):
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    p = p**tau
    p /= p.sum(axis=-1, keepdims=True)
    cdf = p.cumsum(axis=-1)
    return np.minimum((cdf <= u[:, None]).sum(axis=-1), p.shape[-1] - 1)


def sample_5(o, tau, u):
    B, K = o.shape
    p = rnn.temperature(o, tau)
    out = np.zeros(B, dtype=int)
    for b in range(B):
        c, k = 0.0, 0
        while c <= u[b] and k < K - 1:
            c += p[b, k]
            k += 1
        out[b] = k
    return out


def sample_7(o, tau, u):
    slots = 100
    p = rnn.temperature(o, tau)
    k = np.empty(len(u), dtype=np.int64)
    for b in range(len(u)):
        table = np.repeat(np.arange(o.shape[1]), np.maximum(np.rint(slots * p[b]), 1).astype(int))
        k[b] = table[int(u[b] * len(table))]
    return k


def sample_8(o, tau, u):
    p = rnn.temperature(o, tau)
    F = np.cumsum(p, axis=1)
    v = 1 - u
    return np.minimum((F <= v[:, None]).sum(axis=1), o.shape[1] - 1)


def sample_9(o, tau, u):
    g = np.random.default_rng(0).gumbel(size=o.shape)
    return np.argmax(o / tau + g, axis=-1)


def sample_10(o, tau, u):
    B, K = o.shape
    p = rnn.temperature(o, tau)
    k = np.zeros(B)
    for b in range(B):
        acc = 0.0
        for j in range(K):
            acc += p[b, j]
            if acc > u[b]:
                k[b] = j
                break
        else:
            k[b] = K - 1
    return k


def sample_c(o, tau, u):
    B, K = o.shape
    p = rnn.temperature(o, tau)
    k, open_, acc = np.full(B, K - 1), np.ones(B, bool), np.zeros(B, p.dtype)
    for j in range(K):
        acc = acc + p[:, j]
        hit = open_ & (acc > u)
        k[hit] = j
        open_ &= ~hit
    return k


RIGHT = {
    "loop_over_symbols_for_all_rows": sample_c,
}
WRONG = {
    "statistician_power_tau": (
        sample_4,
        "Raises the probabilities to the power τ instead of 1/τ, which turns the effect of the temperature round.",
        "At 1 it is right. Does your draw become bolder or more even as τ goes to 0?",
    ),
    "fortran_counts_one_too_far": (
        sample_5,
        "Returns the counter after it was advanced past the symbol that was hit, so that all but the last are one too large.",
        "Try u = 0 with a probable first symbol: which number should come, and which comes?",
    ),
    "numerics_table_of_hundred_slots_subtle": (
        sample_7,
        "Rounds the probabilities to a table of about a hundred slots, so that the borders are off by up to a per cent or more.",
        "Most draws are right, those near a border are not: how exact are the borders in your table?",
    ),
    "statistician_one_minus_u": (
        sample_8,
        "Uses 1-u for u, which has the same distribution but draws another symbol.",
        "Equal in distribution is not enough here, as u is given: a small u should land at the foot of the ladder.",
    ),
    "jax_gumbel_ignores_u": (
        sample_9,
        "Draws with Gumbel noise of its own and never uses u.",
        "Your draw does not depend on u. The uniform numbers are given so that the draw can be checked.",
    ),
    "fortran_float_result": (
        sample_10,
        "Collects the symbols in a float array, so that the result has no integer type.",
        "The symbols are right, but could you use them as an index? Look at the dtype.",
    ),
}
