"""As students who know attention from another course and find it again in the modern Hopfield network."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("example_by_example")
def complete(h, known, xi, beta, steps):
    B, N = h.shape
    P = len(xi)
    out = h.copy()
    p = np.zeros((B, P), h.dtype)
    E = np.zeros((steps + 1, B), h.dtype)

    def energy(v):
        a = beta * (xi @ v)
        return -(a.max() + np.log(np.exp(a - a.max()).sum())) / beta + v @ v / 2

    for b in range(B):
        v = out[b]
        E[0, b] = energy(v)
        for n in range(steps):
            a = beta * (xi @ v)
            e = np.exp(a - np.max(a))
            p[b] = e / e.sum()
            new = p[b] @ xi
            for i in range(N):
                if not known[b, i]:
                    v[i] = new[i]
            E[n + 1, b] = energy(v)
    return out, p, E


@right("whole_batch")
def complete(h, known, xi, beta, steps):
    free = known == 0
    E = []
    for n in range(steps + 1):
        a = beta * (h @ xi.T)
        top = a.max(axis=1, keepdims=True)
        z = np.exp(a - top)
        Z = z.sum(axis=1, keepdims=True)
        E.append(-(top + np.log(Z))[:, 0] / beta + 0.5 * (h * h).sum(axis=1))
        if n < steps:
            p = z / Z
            h = np.where(free, p @ xi, h)
    return h, p, np.array(E)


@right("einsum_logaddexp_recursion")
def complete(h, known, xi, beta, steps):
    def scores(h):
        return np.einsum("pi,bi->bp", xi, h) * beta

    def log_sum(a):
        return np.logaddexp.reduce(a, axis=-1)

    def energy(h):
        return 0.5 * np.einsum("bi,bi->b", h, h) - log_sum(scores(h)) / beta

    def go(h, left):
        a = scores(h)
        p = np.exp(a - log_sum(a)[:, None])
        new = np.where(known.astype(bool), h, np.einsum("bp,pi->bi", p, xi))
        if left == 1:
            return new, p, [energy(h), energy(new)]
        end, last, E = go(new, left - 1)
        return end, last, [energy(h)] + E

    h, p, E = go(h, steps)
    return h, p, np.stack(E).astype(h.dtype)


@wrong(
    "exponentials_as_written",
    "exp without taking off the largest: infinite for large β.",
    "What is np.exp(1000.)? And inf / inf?",
)
def complete(h, known, xi, beta, steps):
    h = h.copy()
    E = np.zeros((steps + 1, len(h)), h.dtype)
    e = np.exp(beta * h @ xi.T)
    E[0] = -np.log(e.sum(1)) / beta + 0.5 * (h**2).sum(1)
    for n in range(steps):
        p = e / e.sum(1, keepdims=True)
        h = np.where(known == 1, h, p @ xi)
        e = np.exp(beta * h @ xi.T)
        E[n + 1] = -np.log(e.sum(1)) / beta + 0.5 * (h**2).sum(1)
    return h, p, E


@wrong(
    "energy_as_written",
    "The softmax is safe, the energy is not: the logarithm of a sum of plain exponentials.",
    "β = 1000: your p is finite. And your E?",
)
def complete(h, known, xi, beta, steps):
    free = known == 0
    E = []
    for n in range(steps + 1):
        a = beta * (h @ xi.T)
        top = a.max(axis=1, keepdims=True)
        z = np.exp(a - top)
        Z = z.sum(axis=1, keepdims=True)
        E.append(-np.log(np.exp(a).sum(axis=1)) / beta + 0.5 * (h * h).sum(axis=1))
        if n < steps:
            p = z / Z
            h = np.where(free, p @ xi, h)
    return h, p, np.array(E)


@wrong(
    "maximum_not_added_back",
    "The maximum is taken off in the energy and not added back.",
    "One pattern: what is the logarithm of the sum in your energy, whatever h?",
)
def complete(h, known, xi, beta, steps):
    free = known == 0
    E = []
    for n in range(steps + 1):
        a = beta * (h @ xi.T)
        top = a.max(axis=1, keepdims=True)
        z = np.exp(a - top)
        Z = z.sum(axis=1, keepdims=True)
        E.append(-np.log(Z)[:, 0] / beta + 0.5 * (h * h).sum(axis=1))
        if n < steps:
            p = z / Z
            h = np.where(free, p @ xi, h)
    return h, p, np.array(E)


@wrong(
    "weights_from_the_known_entries",
    "The weights are computed from the known entries alone.",
    "“From the whole state h, known entries and others alike”: do the unknown ones count in your scores?",
)
def complete(h, known, xi, beta, steps):
    free = known == 0
    E = []
    for n in range(steps + 1):
        a = beta * (h @ xi.T)
        top = a.max(axis=1, keepdims=True)
        z = np.exp(a - top)
        Z = z.sum(axis=1, keepdims=True)
        E.append(-(top + np.log(Z))[:, 0] / beta + 0.5 * (h * h).sum(axis=1))
        if n < steps:
            c = beta * (np.where(free, 0, h) @ xi.T)
            c = np.exp(c - c.max(axis=1, keepdims=True))
            p = c / c.sum(axis=1, keepdims=True)
            h = np.where(free, p @ xi, h)
    return h, p, np.array(E)


@wrong(
    "known_entries_move_too",
    "All entries are moved; the known ones are put back only at the end.",
    "Between two updates, have the known entries in your h the values they had?",
)
def complete(h, known, xi, beta, steps):
    def lse(a):
        m = a.max(1)
        return m + np.log(np.exp(a - m[:, None]).sum(1))

    def energy(h):
        return -lse(beta * h @ xi.T) / beta + (h**2).sum(1) / 2

    first = h
    E = [energy(h)]
    for n in range(steps):
        a = beta * h @ xi.T
        p = np.exp(a - lse(a)[:, None])
        h = p @ xi
        if n == steps - 1:
            h = np.where(known == 1, first, h)
        E.append(energy(h))
    return h, p, np.array(E)


@wrong(
    "mask_the_wrong_way_round",
    "The known entries move, and the unknown ones stay.",
    "known is 1: which of the two values does your np.where take?",
)
def complete(h, known, xi, beta, steps):
    free = known == 1
    E = []
    for n in range(steps + 1):
        a = beta * (h @ xi.T)
        top = a.max(axis=1, keepdims=True)
        z = np.exp(a - top)
        Z = z.sum(axis=1, keepdims=True)
        E.append(-(top + np.log(Z))[:, 0] / beta + 0.5 * (h * h).sum(axis=1))
        if n < steps:
            p = z / Z
            h = np.where(free, p @ xi, h)
    return h, p, np.array(E)


@wrong(
    "weights_of_the_last_state",
    "p is computed once more from the states after the last update.",
    "With which weights were the unknown entries of your h made?",
)
def complete(h, known, xi, beta, steps):
    def weights(h):
        a = beta * h @ xi.T
        a = np.exp(a - a.max(1, keepdims=True))
        return a / a.sum(1, keepdims=True)

    def energy(h):
        return 0.5 * (h * h).sum(1) - np.logaddexp.reduce(beta * h @ xi.T, axis=1) / beta

    E = [energy(h)]
    for _ in range(steps):
        h = np.where(known == 1, h, weights(h) @ xi)
        E.append(energy(h))
    return h, weights(h), np.array(E)


@wrong(
    "log_sum_not_divided",
    "The logarithm in the energy is not divided by β.",
    "Double β. About how much should E change for a state that is a pattern?",
)
def complete(h, known, xi, beta, steps):
    def scores(h):
        return np.einsum("pi,bi->bp", xi, h) * beta

    def log_sum(a):
        return np.logaddexp.reduce(a, axis=-1)

    def energy(h):
        return 0.5 * np.einsum("bi,bi->b", h, h) - log_sum(scores(h))

    def go(h, left):
        a = scores(h)
        p = np.exp(a - log_sum(a)[:, None])
        new = np.where(known.astype(bool), h, np.einsum("bp,pi->bi", p, xi))
        if left == 1:
            return new, p, [energy(h), energy(new)]
        end, last, E = go(new, left - 1)
        return end, last, [energy(h)] + E

    h, p, E = go(h, steps)
    return h, p, np.stack(E).astype(h.dtype)


@wrong(
    "square_without_one_half",
    "h·h without the factor 1/2 in the energy.",
    "At a fixed point, does your E have slope 0?",
)
def complete(h, known, xi, beta, steps):
    def scores(h):
        return np.einsum("pi,bi->bp", xi, h) * beta

    def log_sum(a):
        return np.logaddexp.reduce(a, axis=-1)

    def energy(h):
        return np.einsum("bi,bi->b", h, h) - log_sum(scores(h)) / beta

    def go(h, left):
        a = scores(h)
        p = np.exp(a - log_sum(a)[:, None])
        new = np.where(known.astype(bool), h, np.einsum("bp,pi->bi", p, xi))
        if left == 1:
            return new, p, [energy(h), energy(new)]
        end, last, E = go(new, left - 1)
        return end, last, [energy(h)] + E

    h, p, E = go(h, steps)
    return h, p, np.stack(E).astype(h.dtype)


@wrong(
    "softmax_over_the_examples",
    "The softmax goes over the examples, not over the patterns.",
    "Which sum is 1 in your p, that of a row or that of a column?",
)
def complete(h, known, xi, beta, steps):
    energy = lambda h: 0.5 * np.sum(h**2, axis=1) - np.logaddexp.reduce(beta * h @ xi.T, axis=1) / beta
    E = [energy(h)]
    for _ in range(steps):
        a = beta * h @ xi.T
        p = np.exp(a - np.logaddexp.reduce(a, axis=0))
        h = np.where(known == 1, h, p @ xi)
        E.append(energy(h))
    return h, p, np.array(E)


@wrong(
    "unknown_entries_start_at_0",
    "The unknown entries are set to 0 before the first update.",
    "Change an unknown entry of the h that is given. May the first p change?",
)
def complete(h, known, xi, beta, steps):
    def scores(h):
        return np.einsum("pi,bi->bp", xi, h) * beta

    def log_sum(a):
        return np.logaddexp.reduce(a, axis=-1)

    def energy(h):
        return 0.5 * np.einsum("bi,bi->b", h, h) - log_sum(scores(h)) / beta

    def go(h, left):
        a = scores(h)
        p = np.exp(a - log_sum(a)[:, None])
        new = np.where(known.astype(bool), h, np.einsum("bp,pi->bi", p, xi))
        if left == 1:
            return new, p, [energy(h), energy(new)]
        end, last, E = go(new, left - 1)
        return end, last, [energy(h)] + E

    h, p, E = go((h * known).astype(h.dtype), steps)
    return h, p, np.stack(E).astype(h.dtype)


@wrong(
    "written_into_h",
    "The unknown entries of the caller's array are overwritten.",
    "Is h after the call what it was before?",
)
def complete(h, known, xi, beta, steps):
    B, N = h.shape
    P = len(xi)
    out = h
    p = np.zeros((B, P), h.dtype)
    E = np.zeros((steps + 1, B), h.dtype)

    def energy(v):
        a = beta * (xi @ v)
        return -(a.max() + np.log(np.exp(a - a.max()).sum())) / beta + v @ v / 2

    for b in range(B):
        v = out[b]
        E[0, b] = energy(v)
        for n in range(steps):
            a = beta * (xi @ v)
            e = np.exp(a - np.max(a))
            p[b] = e / e.sum()
            new = p[b] @ xi
            for i in range(N):
                if not known[b, i]:
                    v[i] = new[i]
            E[n + 1, b] = energy(v)
    return out, p, E


@wrong(
    "one_maximum_for_the_batch",
    "Takes off the maximum over the whole batch: an example with much smaller scores gets 0/0.",
    "β = 1000, one example with scores near 3000, one near 0: what is the sum of the exponentials of the second one?",
)
def complete(h, known, xi, beta, steps):
    free = known == 0
    E = []
    for n in range(steps + 1):
        a = beta * (h @ xi.T)
        top = np.full((len(a), 1), a.max(), a.dtype)
        z = np.exp(a - top)
        Z = z.sum(axis=1, keepdims=True)
        E.append(-(top + np.log(Z))[:, 0] / beta + 0.5 * (h * h).sum(axis=1))
        if n < steps:
            p = z / Z
            h = np.where(free, p @ xi, h)
    return h, p, np.array(E)
