"""As students of physics who prepare for the oral exam: replica theory read, indices not."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("loops_and_a_while")
def stability(xi, W, theta, q):
    import math

    P, N = xi.shape
    gamma = np.zeros_like(xi)
    turned = np.zeros(P, dtype=int)
    for mu in range(P):
        for i in range(N):
            field = sum(W[i, j] * xi[mu, j] for j in range(N)) - theta[i]
            gamma[mu, i] = xi[mu, i] * field
            if gamma[mu, i] < 0:
                turned[mu] += 1
    P_max = 0
    while 0.5 * math.erfc(math.sqrt(N / (2 * (P_max + 1)))) <= q:
        P_max += 1
    return gamma, turned, P_max


@right("matrix_product_and_halving")
def stability(xi, W, theta, q):
    from math import erfc, sqrt

    N = xi.shape[1]
    gamma = xi * (xi @ W.T - theta)
    fits = lambda P: P == 0 or erfc(sqrt(N / (2 * P))) / 2 <= q
    top = 1
    while fits(top):
        top *= 2

    def last(a, b):  # a fits, b does not
        if b - a == 1:
            return a
        c = (a + b) // 2
        return last(c, b) if fits(c) else last(a, c)

    return gamma, (gamma < 0).sum(axis=1), last(0, top)


@right("einsum_and_a_table")
def stability(xi, W, theta, q):
    import math

    f = np.einsum("ij,mj->mi", W, xi) - theta[None]
    gamma = np.einsum("mi,mi->mi", xi, f)
    turned = np.count_nonzero(np.signbit(gamma) & (gamma != 0), axis=-1)
    N = len(theta)
    shares = np.array([math.erfc(math.sqrt(N / (2 * P))) / 2 for P in range(1, 4 * N + 4)])
    return gamma, turned, int(np.count_nonzero(shares <= q))


@wrong(
    "threshold_added",
    "The threshold is added to the field.",
    "With a high threshold, is a unit that should be on held tighter or less tightly?",
)
def stability(xi, W, theta, q):
    from math import erfc, sqrt

    N = xi.shape[1]
    gamma = xi * (xi @ W.T + theta)
    fits = lambda P: P == 0 or erfc(sqrt(N / (2 * P))) / 2 <= q
    top = 1
    while fits(top):
        top *= 2

    def last(a, b):  # a fits, b does not
        if b - a == 1:
            return a
        c = (a + b) // 2
        return last(c, b) if fits(c) else last(a, c)

    return gamma, (gamma < 0).sum(axis=1), last(0, top)


@wrong(
    "threshold_outside_the_bracket",
    "The threshold is taken off behind the product: ξ·(Wξ) - θ.",
    "A unit that should be off, with a high threshold: does the threshold help it?",
)
def stability(xi, W, theta, q):
    from math import erfc, sqrt

    N = xi.shape[1]
    gamma = xi * (xi @ W.T) - theta
    fits = lambda P: P == 0 or erfc(sqrt(N / (2 * P))) / 2 <= q
    top = 1
    while fits(top):
        top *= 2

    def last(a, b):  # a fits, b does not
        if b - a == 1:
            return a
        c = (a + b) // 2
        return last(c, b) if fits(c) else last(a, c)

    return gamma, (gamma < 0).sum(axis=1), last(0, top)


@wrong(
    "couplings_transposed",
    "xi @ W: the sum goes over the first index of W.",
    "w_ij ξ_j: which index of W is summed over?",
)
def stability(xi, W, theta, q):
    from math import erfc, sqrt

    N = xi.shape[1]
    gamma = xi * (xi @ W - theta)
    fits = lambda P: P == 0 or erfc(sqrt(N / (2 * P))) / 2 <= q
    top = 1
    while fits(top):
        top *= 2

    def last(a, b):  # a fits, b does not
        if b - a == 1:
            return a
        c = (a + b) // 2
        return last(c, b) if fits(c) else last(a, c)

    return gamma, (gamma < 0).sum(axis=1), last(0, top)


@wrong("a_tie_turns", "Units whose aligned field is 0 count as turned round.", "The field is 0: what does the unit do?")
def stability(xi, W, theta, q):
    import math

    P, N = xi.shape
    gamma = np.zeros_like(xi)
    turned = np.zeros(P, dtype=int)
    for mu in range(P):
        for i in range(N):
            field = sum(W[i, j] * xi[mu, j] for j in range(N)) - theta[i]
            gamma[mu, i] = xi[mu, i] * field
            if gamma[mu, i] <= 0:
                turned[mu] += 1
    P_max = 0
    while 0.5 * math.erfc(math.sqrt(N / (2 * (P_max + 1)))) <= q:
        P_max += 1
    return gamma, turned, P_max


@wrong(
    "all_turned_units_together",
    "Each pattern gets the number of all turned units, of every pattern (no axis in the sum).",
    "Two patterns, one of them stable: what is its number?",
)
def stability(xi, W, theta, q):
    from math import erfc, sqrt

    N = xi.shape[1]
    gamma = xi * (xi @ W.T - theta)
    fits = lambda P: P == 0 or erfc(sqrt(N / (2 * P))) / 2 <= q
    top = 1
    while fits(top):
        top *= 2

    def last(a, b):  # a fits, b does not
        if b - a == 1:
            return a
        c = (a + b) // 2
        return last(c, b) if fits(c) else last(a, c)

    return gamma, np.full(len(xi), (gamma < 0).sum()), last(0, top)


@wrong(
    "a_share_of_the_units",
    "turned is the share of the units, not their number.",
    "Is turned a whole number with you?",
)
def stability(xi, W, theta, q):
    from math import erfc, sqrt

    N = xi.shape[1]
    gamma = xi * (xi @ W.T - theta)
    fits = lambda P: P == 0 or erfc(sqrt(N / (2 * P))) / 2 <= q
    top = 1
    while fits(top):
        top *= 2

    def last(a, b):  # a fits, b does not
        if b - a == 1:
            return a
        c = (a + b) // 2
        return last(c, b) if fits(c) else last(a, c)

    return gamma, (gamma < 0).mean(axis=1), last(0, top)


@wrong(
    "first_that_is_too_many",
    "Returns the smallest number of patterns that is too many.",
    "What is the estimate for your P_max? At most q?",
)
def stability(xi, W, theta, q):
    import math

    N = xi.shape[1]
    gamma = xi * ((W @ xi.T).T - theta)
    turned = np.sum(gamma < 0, axis=1)
    P = 1
    while 0.5 * math.erfc(math.sqrt(N / (2 * P))) <= q:
        P += 1
    return gamma, turned, P


@wrong(
    "without_one_half",
    "The estimate lacks the factor 1/2.",
    "erfc(0) is 1: which share of the units can be turned round at most?",
)
def stability(xi, W, theta, q):
    import math

    f = np.einsum("ij,mj->mi", W, xi) - theta[None]
    gamma = np.einsum("mi,mi->mi", xi, f)
    turned = np.count_nonzero(np.signbit(gamma) & (gamma != 0), axis=-1)
    N = len(theta)
    shares = np.array([math.erfc(math.sqrt(N / (2 * P))) for P in range(1, 4 * N + 4)])
    return gamma, turned, int(np.count_nonzero(shares <= q))


@wrong(
    "two_forgotten_under_the_root",
    "sqrt(N/P) in place of sqrt(N/(2P)).",
    "P = N: which argument has erfc in the text, and which in your code?",
)
def stability(xi, W, theta, q):
    import math

    P, N = xi.shape
    gamma = np.zeros_like(xi)
    turned = np.zeros(P, dtype=int)
    for mu in range(P):
        for i in range(N):
            field = sum(W[i, j] * xi[mu, j] for j in range(N)) - theta[i]
            gamma[mu, i] = xi[mu, i] * field
            if gamma[mu, i] < 0:
                turned[mu] += 1
    P_max = 0
    while 0.5 * math.erfc(math.sqrt(N / (P_max + 1))) <= q:
        P_max += 1
    return gamma, turned, P_max


@wrong("never_more_patterns_than_units", "P_max ends at N.", "q = 0.2: is the estimate for P = N + 1 larger than that?")
def stability(xi, W, theta, q):
    import math

    f = np.einsum("ij,mj->mi", W, xi) - theta[None]
    gamma = np.einsum("mi,mi->mi", xi, f)
    turned = np.count_nonzero(np.signbit(gamma) & (gamma != 0), axis=-1)
    N = len(theta)
    shares = np.array([math.erfc(math.sqrt(N / (2 * P))) / 2 for P in range(1, N + 1)])
    return gamma, turned, int(np.count_nonzero(shares <= q))


@wrong(
    "hangs_on_the_patterns_given",
    "The search begins with the number of patterns that were given: P_max is never smaller than that.",
    "Give the function half of the patterns. May P_max change?",
)
def stability(xi, W, theta, q):
    import math

    P, N = xi.shape
    gamma = np.array([p * (W @ p - theta) for p in xi])
    turned = np.array([int((g < 0).sum()) for g in gamma])
    while math.erfc(math.sqrt(N / 2 / (P + 1))) / 2 <= q:
        P += 1
    return gamma, turned, P


@wrong(
    "capacity_from_the_book",
    "P_max is 0.138 N, as for the phase transition, whatever q.",
    "Halve q. Does your P_max change?",
)
def stability(xi, W, theta, q):
    field = np.dot(xi, np.transpose(W)) - theta
    gamma = field * xi
    turned = np.less(gamma, 0).astype(int).sum(axis=1)
    return gamma, turned, int(0.138 * xi.shape[1])


@wrong(
    "divided_by_the_norm",
    "The aligned field is divided by the length of the row of W, as Gardner does.",
    "Double W and theta: should γ double?",
)
def stability(xi, W, theta, q):
    import math

    N = xi.shape[1]
    norm = np.linalg.norm(W, axis=1)
    norm[norm == 0] = 1
    gamma = xi * (xi @ W.T - theta) / norm
    P = 0
    while math.erfc(math.sqrt(N / (2 * (P + 1)))) <= 2 * q:
        P += 1
    return gamma, (gamma < 0).sum(axis=1), P
