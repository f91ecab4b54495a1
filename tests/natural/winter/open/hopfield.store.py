"""As students of physics and biology after the lecture on associative memory, some with the paper of 1982 at hand."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("sum_of_outer_products")
def store(V, c):
    P, N = V.shape
    W = np.zeros((N, N), dtype=V.dtype)
    for mu in range(P):
        xi = 2 * V[mu] - 1
        W += c[mu] * np.outer(xi, xi)
    W /= N
    np.fill_diagonal(W, 0)
    return W


@right("one_matrix_product")
def store(V, c):
    N = V.shape[1]
    X = np.where(V > 0, 1.0, -1.0)
    W = X.T @ np.diag(c) @ X / N
    return ((1 - np.eye(N)) * W).astype(V.dtype)


@right("pairs_of_units_that_agree")
def store(V, c):
    N = V.shape[1]
    W = np.zeros((N, N), V.dtype)
    for i in range(N):
        for j in range(i):
            agree = V[:, i] == V[:, j]
            W[i, j] = W[j, i] = (c[agree].sum() - c[~agree].sum()) / N
    return W


@wrong(
    "patterns_of_0_and_1",
    "The patterns stay 0 and 1: only units that are on together are coupled.",
    "Two units that are off together: how large is their coupling by the text?",
)
def store(V, c):
    N = V.shape[1]
    W = np.einsum("m,mi,mj->ij", c, V, V) / N
    W[np.arange(N), np.arange(N)] = 0
    return W


@wrong("half_and_minus_half", "ξ = V - 1/2: all couplings are four times too small.", "Which two values has your ξ?")
def store(V, c):
    P, N = V.shape
    W = np.zeros((N, N), dtype=V.dtype)
    for mu in range(P):
        xi = V[mu] - 0.5
        W += c[mu] * np.outer(xi, xi)
    W /= N
    np.fill_diagonal(W, 0)
    return W


@wrong(
    "divided_by_the_number_of_patterns",
    "Divides by P, the number of patterns, not by N.",
    "The same pattern stored twice, each with c = 1: how should W change, and how does yours?",
)
def store(V, c):
    P, N = V.shape
    W = np.zeros((N, N), dtype=V.dtype)
    for mu in range(P):
        xi = 2 * V[mu] - 1
        W += c[mu] * np.outer(xi, xi)
    W /= P
    np.fill_diagonal(W, 0)
    return W


@wrong(
    "divided_by_the_sum_of_counts",
    "Divides by the sum of the counts: a weighted mean over the patterns.",
    "All counts doubled: should W stay as it was?",
)
def store(V, c):
    N = V.shape[1]
    X = np.where(V > 0, 1.0, -1.0)
    W = X.T @ np.diag(c) @ X / c.sum()
    return ((1 - np.eye(N)) * W).astype(V.dtype)


@wrong("coupled_to_itself", "The diagonal is left in.", "What is w_ii in your W?")
def store(V, c):
    N = V.shape[1]
    X = np.where(V > 0, 1.0, -1.0)
    W = X.T @ np.diag(c) @ X / N
    return W.astype(V.dtype)


@wrong("every_pattern_once", "The counts are not used.", "Change c. Does W change?")
def store(V, c):
    X = 2 * V - 1
    W = np.tensordot(X, X, axes=(0, 0)) / X.shape[1]
    W -= np.diag(np.diag(W))
    return W


@wrong(
    "count_twice_in_the_product",
    "ξ is multiplied by its count before the product: the count goes in squared.",
    "c = -1: does your pattern get unlearnt, or learnt again?",
)
def store(V, c):
    N = V.shape[1]
    X = c[:, None] * (2 * V - 1)
    W = X.T @ X / N
    np.fill_diagonal(W, 0)
    return W


@wrong(
    "size_of_the_count",
    "Takes the absolute value of the counts: unlearning strengthens.",
    "What should a pattern with c = -1 do to a pattern with c = 1 that is equal?",
)
def store(V, c):
    P, N = V.shape
    W = np.zeros((N, N), dtype=V.dtype)
    for mu in range(P):
        xi = 2 * V[mu] - 1
        W += abs(c[mu]) * np.outer(xi, xi)
    W /= N
    np.fill_diagonal(W, 0)
    return W


@wrong(
    "diagonal_of_P_over_N",
    "Takes P/N off the diagonal, as in the book: right only if every count is 1.",
    "What is the sum of c_μ ξ_i ξ_i over the patterns, if the counts are not 1?",
)
def store(V, c):
    N = V.shape[1]
    X = np.where(V > 0, 1.0, -1.0)
    W = X.T @ np.diag(c) @ X / N
    return (W - np.eye(N) * len(V) / N).astype(V.dtype)


@wrong(
    "signs_made_in_place",
    "V is turned to ±1 in place: the caller's patterns are changed.",
    "Is V after the call still of 0 and 1?",
)
def store(V, c):
    P, N = V.shape
    V *= 2
    V -= 1
    W = (V.T * c) @ V / N
    np.fill_diagonal(W, 0)
    return W


@wrong(
    "centred_by_the_mean_activity",
    "Takes the mean activity off the patterns, as for sparse patterns, in place of 2V - 1.",
    "A pattern with all units on: what is its ξ by the text, and what is yours?",
)
def store(V, c):
    N = V.shape[1]
    X = (V - V.mean(axis=1, keepdims=True)) * 2
    W = X.T @ (c[:, None] * X) / N
    np.fill_diagonal(W, 0)
    return W


@wrong(
    "roots_of_the_counts",
    "Spreads the count over both factors as a square root: NaN for negative counts.",
    "What is np.sqrt(-1.0)?",
)
def store(V, c):
    N = V.shape[1]
    X = np.sqrt(c)[:, None] * (2 * V - 1)
    W = X.T @ X / N
    np.fill_diagonal(W, 0)
    return W


@wrong("only_one_triangle", "Fills only the couplings with i > j.", "Is your W symmetric?")
def store(V, c):
    N = V.shape[1]
    W = np.zeros((N, N), V.dtype)
    for i in range(N):
        for j in range(i):
            agree = V[:, i] == V[:, j]
            W[i, j] = (c[agree].sum() - c[~agree].sum()) / N
    return W
