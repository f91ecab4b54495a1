"""after.fold"""
import numpy as np
from functools import reduce


# ---- right
def r_plain_loops(a, b, L):
    T, B, H = a.shape
    N = T // L
    A = np.ones((N, B, H), dtype=a.dtype)
    S = np.zeros((N, B, H), dtype=a.dtype)
    for n in range(N):
        for l in range(L):
            t = n * L + l
            S[n] = a[t] * S[n] + b[t]
            A[n] *= a[t]
    return A, S


def binary_operator(e1, e2):
    # S5 repository: associative operator of the diagonal scan
    a1, b1 = e1
    a2, b2 = e2
    return a2 * a1, a2 * b1 + b2


def r_s5_operator_reduce(a, b, L):
    As, Ss = [], []
    for s in range(0, len(a), L):
        A, S = reduce(binary_operator, zip(a[s:s + L], b[s:s + L]))
        As.append(A)
        Ss.append(S)
    return np.array(As), np.array(Ss)


def r_all_blocks_at_once(a, b, L):
    a = a.reshape(-1, L, *a.shape[1:])
    b = b.reshape(-1, L, *b.shape[1:])
    S = b[:, 0].copy()
    for l in range(1, L):
        S = S * a[:, l] + b[:, l]
    return a.prod(axis=1), S


# ---- wrong
def w_cumprod_division(a, b, L):
    # parallel scan trick from minGRU: h = A * cumsum(b / A)
    T, B, H = a.shape
    a = a.reshape(T // L, L, B, H)
    b = b.reshape(T // L, L, B, H)
    A = np.cumprod(a, axis=1)
    S = A * np.cumsum(b / A, axis=1)
    return A[:, -1], S[:, -1]


def w_log_space(a, b, L):
    # parallel_scan_log of the minGRU paper
    T, B, H = a.shape
    la = np.log(a).reshape(T // L, L, B, H)
    lb = np.log(b).reshape(T // L, L, B, H)
    a_star = np.cumsum(la, axis=1)
    S = np.exp(a_star[:, -1]) * np.exp(lb - a_star).sum(axis=1)
    return np.exp(a_star[:, -1]), S


def w_sum_not_multiplied(a, b, L):
    T, B, H = a.shape
    A = a.reshape(T // L, L, B, H).prod(axis=1)
    S = b.reshape(T // L, L, B, H).sum(axis=1)
    return A, S


def w_order_reversed(a, b, L):
    N = a.shape[0] // L
    A, S = [], []
    for n in range(N):
        A_n = np.ones_like(a[0])
        S_n = np.zeros_like(b[0])
        for t in reversed(range(n * L, (n + 1) * L)):
            S_n = a[t] * S_n + b[t]
            A_n = a[t] * A_n
        A.append(A_n)
        S.append(S_n)
    return np.stack(A), np.stack(S)


def w_running_over_blocks(a, b, L):
    T, B, H = a.shape
    A = np.ones((B, H), a.dtype)
    S = np.zeros((B, H), a.dtype)
    As, Ss = [], []
    for t in range(T):
        A = a[t] * A
        S = a[t] * S + b[t]
        if (t + 1) % L == 0:
            As.append(A)
            Ss.append(S)
    return np.stack(As), np.stack(Ss)


def w_own_factor_included(a, b, L):
    T, B, H = a.shape
    N = T // L
    A = np.ones((N, B, H), a.dtype)
    S = np.zeros((N, B, H), a.dtype)
    for n in range(N):
        for l in range(L):
            A[n] *= a[n * L + l]
            S[n] = a[n * L + l] * (S[n] + b[n * L + l])
    return A, S


def w_reshape_blocks_inside(a, b, L):
    T, B, H = a.shape
    aa = a.reshape(L, T // L, B, H)
    bb = b.reshape(L, T // L, B, H)
    A = np.ones_like(aa[0])
    S = np.zeros_like(bb[0])
    for l in range(L):
        A = A * aa[l]
        S = aa[l] * S + bb[l]
    return A, S


def w_L_is_number_of_blocks(a, b, L):
    A, S = [], []
    for aa, bb in zip(np.split(a, L), np.split(b, L)):
        s = 0
        for at, bt in zip(aa, bb):
            s = at * s + bt
        A.append(aa.prod(0))
        S.append(s)
    return np.array(A), np.array(S)


def w_float64_buffers(a, b, L):
    N = len(a) // L
    A = np.ones((N,) + a.shape[1:])
    S = np.zeros((N,) + a.shape[1:])
    for t in range(len(a)):
        n = t // L
        A[n] = A[n] * a[t]
        S[n] = a[t] * S[n] + b[t]
    return A, S


def w_overwrites_b(a, b, L):
    N = a.shape[0] // L
    for n in range(N):
        for t in range(n * L + 1, (n + 1) * L):
            b[t] += a[t] * b[t - 1]
            a[t] *= a[t - 1]
    return a[L - 1::L].copy(), b[L - 1::L].copy()


def w_factor_from_first_only(a, b, L):
    # A of the block is a**L, like A_bar in S4 (time invariant)
    T, B, H = a.shape
    A = a[::L] ** L
    S = np.zeros_like(A)
    for l in range(L):
        S = a[::L] * S + b[l::L]
    return A, S


def w_last_block_only(a, b, L):
    N = a.shape[0] // L
    for n in range(N):
        A = np.ones_like(a[0])
        S = np.zeros_like(b[0])
        for l in range(L):
            A = A * a[n * L + l]
            S = a[n * L + l] * S + b[n * L + l]
    return A, S


RIGHT = {
    "plain_loops": r_plain_loops,
    "s5_operator_reduce": r_s5_operator_reduce,
    "all_blocks_at_once": r_all_blocks_at_once,
}
WRONG = {
    "cumprod_division": (
        w_cumprod_division,
        "divides by the running product of the factors, which fails where a factor is 0",
        "Try it with a factor of exactly 0: what does your division do?",
    ),
    "log_space": (
        w_log_space,
        "goes through logarithms as in the minGRU code, though factors and summands may be negative",
        "The logarithm wants positive numbers; what signs may a and b have here?",
    ),
    "sum_not_multiplied": (
        w_sum_not_multiplied,
        "adds up b of the block without the factors of the later steps",
        "By hand: add 1, then double: what has become of the 1?",
    ),
    "order_reversed": (
        w_order_reversed,
        "goes through each block from its last step to its first",
        "Which step of the block meets the state first?",
    ),
    "running_over_blocks": (
        w_running_over_blocks,
        "does not begin anew at each block: A and S are those from the very first step on",
        "What should the factor and the sum be at the beginning of the second block?",
    ),
    "own_factor_included": (
        w_own_factor_included,
        "multiplies each summand by the factor of its own step too",
        "In one step, is b added before or after a multiplies? Try L = 1.",
    ),
    "reshape_blocks_inside": (
        w_reshape_blocks_inside,
        "reshapes to (L, T/L), so that a block has every (T/L)-th step instead of neighbours",
        "Print which steps are in your first block, for T = 6 and L = 2.",
    ),
    "L_is_number_of_blocks": (
        w_L_is_number_of_blocks,
        "takes L for the number of blocks instead of their length",
        "How many rows should A have for T = 12 and L = 4?",
    ),
    "float64_buffers": (
        w_float64_buffers,
        "the results are float64 although float32 came in",
        "What dtype do np.ones and np.zeros have if you do not say?",
    ),
    "overwrites_b": (
        w_overwrites_b,
        "works in place in the arguments a and b",
        "Compare a and b before and after the call.",
    ),
    "factor_from_first_only": (
        w_factor_from_first_only,
        "takes the factor of the block's first step for all its steps",
        "Are the factors of the steps in one block the same?",
    ),
    "last_block_only": (
        w_last_block_only,
        "returns A and S of the last block only, shape (B, H)",
        "Where do the results of the earlier blocks stay?",
    ),
}
