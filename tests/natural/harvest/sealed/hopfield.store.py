"""As students of the third year at the end of term: Hebb in one line, and what the line forgets."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("sum_of_outer_products")
def store(V, c):
    P, N = V.shape
    xi = 2 * V - 1
    W = np.zeros((N, N), dtype=V.dtype)
    for mu in range(P):
        W += c[mu] * np.outer(xi[mu], xi[mu])
    np.fill_diagonal(W, 0)
    return W / N


@right("one_product_of_matrices")
def store(V, c):
    xi = 2 * V - 1
    N = xi.shape[1]
    off = 1 - np.eye(N, dtype=V.dtype)
    return (xi.T * c) @ xi * off / V.dtype.type(N)


@right("pair_by_pair_agree_or_differ")
def store(V, c):
    N = V.shape[1]
    W = np.zeros((N, N), V.dtype)
    for i in range(N):
        for j in range(i):
            agree = c[V[:, i] == V[:, j]].sum()
            differ = c[V[:, i] != V[:, j]].sum()
            W[i, j] = W[j, i] = (agree - differ) / N
    return W


@wrong(
    "divided_by_the_patterns",
    "Divided by the number of patterns P instead of the number of units N.",
    "One pattern in N = 100 units: how large is a coupling? It should be 1/100.",
)
def store(V, c):
    xi = 2 * V - 1
    W = np.einsum("m,mi,mj->ij", c, xi, xi) / len(V)
    W[np.diag_indices_from(W)] = 0
    return W


@wrong(
    "divided_by_the_counts",
    "A weighted mean: divided by the sum of the counts.",
    "Double all c: W should double. Does it?",
)
def store(V, c):
    xi = 2 * V - 1
    W = sum(ci * np.outer(p, p) for ci, p in zip(c, xi, strict=True)) / np.sum(c)
    np.fill_diagonal(W, 0)
    return W


@wrong(
    "zeros_and_ones_as_they_are",
    "V is used without turning it into ±1: units that are both off are not coupled.",
    "Two units that are off in the only pattern: they agree. What is their coupling by the task, and yours?",
)
def store(V, c):
    P, N = V.shape
    W = np.zeros((N, N), dtype=V.dtype)
    for mu in range(P):
        for i in range(N):
            for j in range(N):
                if i != j:
                    W[i, j] += c[mu] * V[mu, i] * V[mu, j] / N
    return W


@wrong(
    "diagonal_left",
    "The diagonal is not set to 0.",
    "What stands in W[0, 0]? No unit is coupled to itself.",
)
def store(V, c):
    xi = 2 * V - 1
    return xi.T @ np.diag(c) @ xi / xi.shape[1]


@wrong(
    "p_times_the_identity_taken_off",
    "P/N is subtracted on the diagonal, but with counts the diagonal is the sum of c over N.",
    "c = (2, 0.5): what stands on the diagonal before, and what do you subtract?",
)
def store(V, c):
    P, N = V.shape
    S = 2 * V - 1
    W = (S.T @ (c[:, None] * S) - P * np.eye(N, dtype=V.dtype)) / N
    return W


@wrong(
    "counts_not_used",
    "c is not used: each pattern counts once.",
    "Give a pattern the count 0. Does W still know it?",
)
def store(V, c):
    xi = np.where(V > 0, 1, -1).astype(V.dtype)
    W = np.dot(xi.T, xi) / xi.shape[1]
    np.fill_diagonal(W, 0)
    return W


@wrong(
    "counts_squared",
    "The patterns themselves are multiplied by c, so that c comes in twice, and unlearning learns.",
    "c = -1: is W the negative of the one for c = 1?",
)
def store(V, c):
    xi = (2 * V - 1) * c[:, None]
    W = xi.T @ xi / V.shape[1]
    return W - np.diag(np.diag(W))


@wrong(
    "patterns_repeated",
    "Each pattern is repeated int(c) times: half and negative counts are lost.",
    "c = 0.5: how often is the pattern repeated?",
)
def store(V, c):
    reps = np.maximum(c.astype(int), 0)
    shown = np.repeat(2 * V - 1, reps, axis=0)
    N = V.shape[1]
    W = shown.T @ shown / V.dtype.type(N)
    W[range(N), range(N)] = 0
    return W


@wrong(
    "half_of_the_matrix",
    "Only the couplings above the diagonal are filled in; below stand zeros.",
    "Is your W equal to its transpose?",
)
def store(V, c):
    P, N = V.shape
    xi = 2 * V - 1
    W = np.zeros((N, N), V.dtype)
    for i in range(N):
        for j in range(i + 1, N):
            W[i, j] = np.sum(c * xi[:, i] * xi[:, j]) / N
    return W


@wrong(
    "both_halves_added_in_a_full_loop",
    "Each pair is visited twice and added to both places each time: all couplings are doubled.",
    "One pattern, N units: a coupling should be 1/N. Is yours 2/N?",
)
def store(V, c):
    P, N = V.shape
    xi = 2 * V - 1
    W = np.zeros((N, N), V.dtype)
    for m in range(P):
        for i in range(N):
            for j in range(N):
                if i != j:
                    W[i, j] += c[m] * xi[m, i] * xi[m, j]
                    W[j, i] += c[m] * xi[m, i] * xi[m, j]
    return W / N


@wrong(
    "divided_inside_the_loop",
    "The whole W is divided by N after each pattern: earlier patterns are divided again and again.",
    "Exchange the order of two patterns. May W change?",
)
def store(V, c):
    N = V.shape[1]
    W = np.zeros((N, N), dtype=V.dtype)
    for v, k in zip(V, c, strict=True):
        x = 2 * v - 1
        W = (W + k * np.outer(x, x)) / N
    np.fill_diagonal(W, 0)
    return W


@wrong(
    "mean_taken_off",
    "The mean over the patterns is subtracted from each unit first (a covariance rule).",
    "A single pattern: what is left of it when the mean over the patterns is subtracted?",
)
def store(V, c):
    xi = 2 * V - 1
    z = xi - xi.mean(axis=0)
    W = (z * c.reshape(-1, 1)).T @ z / xi.shape[1]
    np.fill_diagonal(W, 0)
    return W


@wrong(
    "fill_diagonal_assigned",
    "np.fill_diagonal works in place and returns None, which is returned here.",
    "Print what your function returns. What does np.fill_diagonal return?",
)
def store(V, c):
    xi = 2 * V - 1
    W = xi.T @ (xi * c[:, np.newaxis]) / xi.shape[1]
    W = np.fill_diagonal(W, 0)
    return W
