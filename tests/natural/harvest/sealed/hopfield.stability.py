"""As students of the third year at the end of term: aligned fields in one line, capacity by rule of thumb."""

import math
from statistics import NormalDist

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("loops_and_counting_up")
def stability(xi, W, theta, q):
    P, N = xi.shape
    gamma = np.zeros_like(xi)
    turned = np.zeros(P, dtype=int)
    for mu in range(P):
        for i in range(N):
            field = 0
            for j in range(N):
                field += W[i, j] * xi[mu, j]
            gamma[mu, i] = xi[mu, i] * (field - theta[i])
            if gamma[mu, i] < 0:
                turned[mu] += 1
    n = 0
    while 0.5 * math.erfc(math.sqrt(N / (2 * (n + 1)))) <= q:
        n += 1
    return gamma, turned, n


@right("arrays_and_bisection")
def stability(xi, W, theta, q):
    gamma = xi * (xi @ W.T - theta)
    turned = np.count_nonzero(gamma < 0, axis=1)
    N = xi.shape[1]
    ok = lambda P: P == 0 or math.erfc(math.sqrt(N / 2 / P)) / 2 <= q  # noqa: E731
    lo, hi = 0, 1
    while ok(hi):
        lo, hi = hi, 2 * hi
    while hi - lo > 1:
        mid = (lo + hi) // 2
        if ok(mid):
            lo = mid
        else:
            hi = mid
    return gamma, turned, lo


@right("einsum_and_the_quantile")
def stability(xi, W, theta, q):
    gamma = np.einsum("mi,ij,mj->mi", xi, W, xi) - xi * theta
    turned = (np.sign(gamma) == -1).sum(axis=-1)
    N = xi.shape[-1]
    share = lambda P: 0.5 * math.erfc((N / (2 * P)) ** 0.5)  # noqa: E731
    P = int(N / NormalDist().inv_cdf(q) ** 2) if q > 0 else 0  # then put right by the formula itself
    while P > 0 and share(P) > q:
        P -= 1
    while share(P + 1) <= q:
        P += 1
    return gamma, turned, P


@wrong(
    "field_not_aligned",
    "The field alone, not times what the unit should be.",
    "A unit that should be -1 hears a field of -3. Does it hold? What is its γ?",
)
def stability(xi, W, theta, q):
    N = xi.shape[1]
    gamma = xi @ W.T - theta
    turned = np.sum(gamma < 0, axis=1)
    P_max = 0
    while 0.5 * math.erfc(math.sqrt(N / (2 * (P_max + 1)))) <= q:
        P_max += 1
    return gamma, turned, P_max


@wrong(
    "threshold_outside_the_bracket",
    "θ is subtracted after the multiplication by ξ: for units that should be -1 it has the wrong sign.",
    "A unit should be -1, its sum is 0 and its θ is 1. Is it held or turned?",
)
def stability(xi, W, theta, q):
    gamma = xi * (xi @ W.T) - theta
    turned = (gamma < 0).sum(axis=1)
    N, P = xi.shape[1], 1
    while math.erfc(math.sqrt(N / (2 * P))) / 2 <= q:
        P += 1
    return gamma, turned, P - 1


@wrong(
    "weights_transposed",
    "xi @ W sums over the first index of W; W need not be symmetric.",
    "The field of unit i sums over row i of W. Is that xi @ W or xi @ W.T?",
)
def stability(xi, W, theta, q):
    fields = np.dot(xi, W) - theta[None, :]
    gamma = fields * xi
    turned = np.array([int(sum(g < 0)) for g in gamma])
    N = xi.shape[1]
    P_max = max([P for P in range(1, 5 * N + 1) if 0.5 * math.erfc(math.sqrt(N / (2 * P))) <= q], default=0)
    return gamma, turned, P_max


@wrong(
    "ties_counted",
    "γ <= 0: units at a tie are counted as turned round.",
    "At a tie a unit keeps its state. Is it turned round?",
)
def stability(xi, W, theta, q):
    P, N = xi.shape
    gamma = np.stack([x * (W @ x - theta) for x in xi])
    turned = N - np.sum(gamma > 0, axis=1)
    k = 0
    while math.erfc(math.sqrt(N / (2 * (k + 1)))) <= 2 * q:
        k += 1
    return gamma, turned, k


@wrong(
    "first_that_is_too_many",
    "The loop returns the first P that is over q, one more than the largest that is allowed.",
    "Put your P_max into the formula. Is the share still at most q?",
)
def stability(xi, W, theta, q):
    N = xi.shape[1]
    gamma = xi * (xi @ W.T - theta)
    turned = np.count_nonzero(gamma < 0, axis=1)
    P_max = 1
    while 0.5 * math.erfc(math.sqrt(N / (2 * P_max))) <= q:
        P_max += 1
    return gamma, turned, P_max


@wrong(
    "not_more_than_are_given",
    "The search ends at the number of patterns that are given; P_max hangs on N and q alone.",
    "Give one pattern only. Does P_max change?",
)
def stability(xi, W, theta, q):
    P, N = xi.shape
    gamma = (xi @ W.T - theta) * xi
    turned = (gamma < 0).sum(1)
    P_max = 0
    for k in range(1, P + 1):
        if 0.5 * math.erfc(math.sqrt(N / (2 * k))) <= q:
            P_max = k
    return gamma, turned, P_max


@wrong(
    "counted_over_the_patterns",
    "The sum goes over the patterns: one number for each unit instead of one for each pattern.",
    "What shape has turned by the task? Which axis do you sum over?",
)
def stability(xi, W, theta, q):
    N = xi.shape[1]
    h = np.einsum("ij,mj->mi", W, xi) - theta
    gamma = xi * h
    turned = np.sum(gamma < 0, axis=0)
    p = 0
    while math.erfc(math.sqrt(0.5 * N / (p + 1))) * 0.5 <= q:
        p += 1
    return gamma, turned, p


@wrong(
    "rule_of_thumb",
    "P_max is 0.138 N, whatever q is.",
    "Change q. Does your P_max change?",
)
def stability(xi, W, theta, q):
    gamma = xi * (xi @ W.T - theta)
    turned = (gamma < 0).sum(axis=1)
    P_max = int(0.138 * xi.shape[1])
    return gamma, turned, P_max


@wrong(
    "root_of_n_alone",
    "The root is taken of N alone and then divided by 2P.",
    "For N = 100, P = 50 the argument of erfc is 1. What is yours?",
)
def stability(xi, W, theta, q):
    N = xi.shape[1]
    gamma = xi * ((W @ xi.T).T - theta)
    turned = np.sum(np.where(gamma < 0, 1, 0), axis=1)
    P_max = 0
    while 0.5 * math.erfc(math.sqrt(N) / (2 * (P_max + 1))) <= q:
        P_max += 1
    return gamma, turned, P_max


@wrong(
    "half_forgotten",
    "The factor 1/2 before erfc is missing, so that fewer patterns seem allowed.",
    "erfc(0) is 1. Which share of the units is turned round by pure chance?",
)
def stability(xi, W, theta, q):
    P, N = xi.shape
    gamma, turned = np.empty_like(xi), np.empty(P, dtype=int)
    for m in range(P):
        gamma[m] = xi[m] * (np.dot(W, xi[m]) - theta)
        turned[m] = len(np.where(gamma[m] < 0)[0])
    p = 1
    while math.erfc(math.sqrt(N / (2 * p))) <= q:
        p += 1
    return gamma, turned, p - 1


@wrong(
    "at_least_one_pattern",
    "P_max is 1 at least, also where one pattern is too many.",
    "N = 1 and q = 0.01: is one pattern allowed?",
)
def stability(xi, W, theta, q):
    N = xi.shape[1]
    gamma = xi * (xi @ W.T - theta)
    turned = (gamma < 0).sum(-1)
    P_max = 1
    while 0.5 * math.erfc(math.sqrt(N / (2 * (P_max + 1)))) <= q:
        P_max += 1
    return gamma, turned, P_max


@wrong(
    "self_coupling_taken_out",
    "The diagonal of W is set to 0 before; the sum of the task goes over all j.",
    "Put something on the diagonal of W. Does γ change by it?",
)
def stability(xi, W, theta, q):
    N = xi.shape[1]
    W0 = W * (1 - np.eye(N, dtype=W.dtype))
    gamma = xi * (xi @ W0.T - theta)
    turned = np.count_nonzero(gamma < 0, axis=1)
    est = lambda p: 0.5 * math.erfc(math.sqrt(N / (2 * p)))  # noqa: E731
    n = 1
    while est(n) <= q:
        n += 1
    return gamma, turned, n - 1


@wrong(
    "divided_by_the_length_of_the_weights",
    "γ is divided by the length of the weight vector of its unit, as in Gardner's stability.",
    "Double W and θ: γ should double. Does it?",
)
def stability(xi, W, theta, q):
    N = xi.shape[1]
    norm = np.linalg.norm(W, axis=1)
    norm = np.where(norm > 0, norm, 1).astype(W.dtype)
    gamma = xi * (xi @ W.T - theta) / norm
    turned = np.sum(gamma < 0, axis=1)
    P = 0
    while 0.5 * math.erfc(math.sqrt(N / (2 * (P + 1)))) <= q:
        P += 1
    return gamma, turned, P


@wrong(
    "crosstalk_rounded",
    "The bound from the quantile is rounded to the nearest whole number instead of down.",
    "Put your P_max into the formula: is the share at most q for all N that you try?",
)
def stability(xi, W, theta, q):
    N = xi.shape[1]
    gamma = xi * (xi @ W.T - theta)
    turned = (gamma < 0).sum(axis=1)
    z = NormalDist().inv_cdf(1 - q)
    return gamma, turned, round(N / z**2)
