"""after.fold"""
import numpy as np


# ---- right
def r_recursion_halves(a, b, L):
    def comb(lo, hi):
        if hi - lo == 1:
            return a[lo], b[lo]
        mid = (lo + hi) // 2
        A1, S1 = comb(lo, mid)
        A2, S2 = comb(mid, hi)
        return A1 * A2, A2 * S1 + S2

    parts = [comb(i, i + L) for i in range(0, a.shape[0], L)]
    return np.stack([p[0] for p in parts]), np.stack([p[1] for p in parts])


def r_suffix_products(a, b, L):
    N = a.shape[0] // L
    a4 = a.reshape((N, L) + a.shape[1:])
    b4 = b.reshape((N, L) + b.shape[1:])
    # w[:, l] = product of the factors after l
    w = np.ones_like(a4)
    w[:, :-1] = np.cumprod(a4[:, :0:-1], axis=1)[:, ::-1]
    return np.prod(a4, axis=1), np.einsum("nlbh,nlbh->nbh", w, b4)


def r_dict_per_element(a, b, L):
    T, B, H = a.shape
    blocks = {}
    for t in range(T):
        for i in range(B):
            for j in range(H):
                A, S = blocks.get((t // L, i, j), (1.0, 0.0))
                blocks[t // L, i, j] = (A * a[t, i, j], S * a[t, i, j] + b[t, i, j])
    A = np.empty((T // L, B, H), a.dtype)
    S = np.empty((T // L, B, H), a.dtype)
    for key, (u, v) in blocks.items():
        A[key] = u
        S[key] = v
    return A, S


# ---- wrong
def w_prefix_weights(a, b, L):
    T, B, H = a.shape
    a = a.reshape(T // L, L, B, H)
    b = b.reshape(T // L, L, B, H)
    P = np.cumprod(a, axis=1)
    return P[:, -1], (P * b).sum(axis=1)


def w_factor_of_step_before(a, b, L):
    # operator with the elements swapped
    def op(e1, e2):
        a1, b1 = e1
        a2, b2 = e2
        return a1 * a2, a1 * b2 + b1

    As, Ss = [], []
    for s in range(0, a.shape[0], L):
        acc = (a[s], b[s])
        for t in range(s + 1, s + L):
            acc = op(acc, (a[t], b[t]))
        As.append(acc[0])
        Ss.append(acc[1])
    return np.stack(As), np.stack(Ss)


def w_cross_term_of_total(a, b, L):
    T, B, H = a.shape
    N = T // L
    A = np.ones((N, B, H), dtype=a.dtype)
    S = np.zeros((N, B, H), dtype=a.dtype)
    for n in range(N):
        for t in range(n * L, n * L + L):
            A[n] = A[n] * a[t]
            S[n] = A[n] * S[n] + b[t]
    return A, S


def w_sum_of_factors(a, b, L):
    N = a.shape[0] // L
    A = np.zeros_like(a[:N])
    S = np.zeros_like(b[:N])
    for n in range(N):
        for t in range(n * L, n * L + L):
            A[n] += a[t]
            S[n] = a[t] * S[n] + b[t]
    return A, S


def w_row_per_step(a, b, L):
    # returns the prefixes inside the blocks
    A = np.empty_like(a)
    S = np.empty_like(b)
    for t in range(a.shape[0]):
        if t % L == 0:
            A[t], S[t] = a[t], b[t]
        else:
            A[t] = a[t] * A[t - 1]
            S[t] = a[t] * S[t - 1] + b[t]
    return A, S


def w_last_step_missing(a, b, L):
    N = a.shape[0] // L
    A, S = [], []
    for n in range(N):
        An, Sn = a[n * L], b[n * L]
        for t in range(n * L + 1, n * L + L - 1):
            Sn = a[t] * Sn + b[t]
            An = An * a[t]
        A.append(An)
        S.append(Sn)
    return np.array(A), np.array(S)


def w_swapped_outputs(a, b, L):
    N = a.shape[0] // L
    ar = a.reshape(N, L, *a.shape[1:])
    br = b.reshape(N, L, *b.shape[1:])
    S = np.zeros_like(br[:, 0])
    for i in range(L):
        S = ar[:, i] * S + br[:, i]
    return S, ar.prod(1)


def w_returns_lists(a, b, L):
    A = []
    S = []
    for i in range(0, len(a), L):
        A_i, S_i = 1, 0
        for t in range(i, i + L):
            A_i = A_i * a[t]
            S_i = a[t] * S_i + b[t]
        A.append(A_i)
        S.append(S_i)
    return A, S


def w_block_states(a, b, L):
    # S: carries the state of the block before
    N = a.shape[0] // L
    h = np.zeros_like(b[0])
    A, S = [], []
    for n in range(N):
        A.append(np.prod(a[n * L:(n + 1) * L], axis=0))
        for t in range(n * L, (n + 1) * L):
            h = a[t] * h + b[t]
        S.append(h)
    return np.stack(A), np.stack(S)


def w_prod_over_batch(a, b, L):
    T, B, H = a.shape
    a = a.reshape(T // L, L, B, H)
    b = b.reshape(T // L, L, B, H)
    S = np.zeros_like(b[:, 0])
    for l in range(L):
        S = a[:, l] * S + b[:, l]
    return np.prod(a, axis=2), S


def w_mean_of_block(a, b, L):
    T, B, H = a.shape
    N = T // L
    A = np.ones((N, B, H), a.dtype)
    S = np.zeros((N, B, H), a.dtype)
    for t in range(T):
        n = t // L
        A[n] *= a[t]
        S[n] = a[t] * S[n] + b[t]
    return A, S / L


def w_convex_update(a, b, L):
    # minGRU: h = (1-z) h + z h~
    T, B, H = a.shape
    N = T // L
    A = np.ones((N, B, H), a.dtype)
    S = np.zeros((N, B, H), a.dtype)
    for n in range(N):
        for t in range(n * L, (n + 1) * L):
            A[n] *= a[t]
            S[n] = a[t] * S[n] + (1 - a[t]) * b[t]
    return A, S


RIGHT = {
    "recursion_halves": r_recursion_halves,
    "suffix_products": r_suffix_products,
    "dict_per_element": r_dict_per_element,
}
WRONG = {
    "prefix_weights": (
        w_prefix_weights,
        "weighs each summand with the product of the factors up to its step, instead of those after it",
        "Which factors still come after b has been added: the earlier ones or the later ones?",
    ),
    "factor_of_step_before": (
        w_factor_of_step_before,
        "joins two pieces the wrong way round: the later sum is multiplied by the earlier factor",
        "Two pieces, the first then the second: which sum is multiplied by which factor?",
    ),
    "cross_term_of_total": (
        w_cross_term_of_total,
        "multiplies the sum by the block's factor so far, not by the factor of the one step",
        "From one step to the next, what multiplies the sum that is there already?",
    ),
    "sum_of_factors": (
        w_sum_of_factors,
        "adds the factors of the block up instead of multiplying them",
        "Doubled twice: how many times as large is a state?",
    ),
    "row_per_step": (
        w_row_per_step,
        "returns a row for each step, not one for each block",
        "How many rows should there be? Which of yours are they?",
    ),
    "last_step_missing": (
        w_last_step_missing,
        "the last step of each block is left out",
        "Which steps does your inner loop visit, for L = 2?",
    ),
    "swapped_outputs": (
        w_swapped_outputs,
        "returns the sums first and the factors second",
        "In which order does the task name the two results?",
    ),
    "returns_lists": (
        w_returns_lists,
        "returns two Python lists of arrays instead of arrays",
        "What is type(A) of what you return?",
    ),
    "block_states": (
        w_block_states,
        "S holds the states after the blocks, from zero at the very beginning, not the sum that each block adds",
        "Does what a block adds depend on the blocks before it?",
    ),
    "prod_over_batch": (
        w_prod_over_batch,
        "multiplies the factors over the examples instead of over the steps of the block",
        "After your reshape, which axis counts the steps of a block?",
    ),
    "mean_of_block": (
        w_mean_of_block,
        "divides the sum of the block by L",
        "Where in the task would a division come from?",
    ),
    "convex_update": (
        w_convex_update,
        "weighs the summand with 1 - a as in the minGRU",
        "Compare your step with the recurrence of the task, term by term.",
    ),
}
