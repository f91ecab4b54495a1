"""As students of physics in the lab: outer products on paper, loops on the machine."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("all_loops")
def write_in_turn(M, w, e, a):
    B, N, D = M.shape
    V = w.shape[1]
    out = M.copy()
    for b in range(B):
        for v in range(V):
            for i in range(N):
                for d in range(D):
                    out[b, i, d] = out[b, i, d] * (1 - w[b, v, i] * e[b, v, d]) + w[b, v, i] * a[b, v, d]
    return out


@right("outer_products")
def write_in_turn(M, w, e, a):
    new = np.empty_like(M)
    for b in range(M.shape[0]):
        m = M[b]
        for v in range(w.shape[1]):
            m = m * (1 - np.outer(w[b, v], e[b, v])) + np.outer(w[b, v], a[b, v])
        new[b] = m
    return new


@right("columns_times_rows")
def write_in_turn(M, w, e, a):
    for v in range(w.shape[1]):
        wv = w[:, v, :, None]
        M = M * (1 - wv * e[:, v, None, :]) + wv * a[:, v, None, :]
    return M


@right("as_deviation")
def write_in_turn(M, w, e, a):
    M = np.array(M)
    for v in range(w.shape[1]):
        # M + w (a - e M)
        M += w[:, v][:, :, np.newaxis] * (a[:, v][:, np.newaxis, :] - e[:, v][:, np.newaxis, :] * M)
    return M


@right("recursion")
def write_in_turn(M, w, e, a):
    V = w.shape[1]
    if V == 0:
        return M.copy()
    before = write_in_turn_(M, w, e, a, V - 1)
    return before


def write_in_turn_(M, w, e, a, v):
    prev = M if v == 0 else write_in_turn_(M, w, e, a, v - 1)
    K = np.matmul(w[:, v, :, None], e[:, v, None, :])
    A = np.matmul(w[:, v, :, None], a[:, v, None, :])
    return prev - prev * K + A


@wrong(
    "all_at_once",
    "All heads erase first, then all add: no head erases what an earlier one added.",
    "Head 0 adds a row, head 1 erases it. What should be left?",
)
def write_in_turn(M, w, e, a):
    out = M.copy()
    for v in range(w.shape[1]):
        out = out * (1 - w[:, v, :, None] * e[:, v, None, :])
    for v in range(w.shape[1]):
        out = out + w[:, v, :, None] * a[:, v, None, :]
    return out


@wrong(
    "summed_over_heads",
    "Erases with the sum of the heads' products, in one step.",
    "Two heads erase half each. Is a quarter left, or nothing?",
)
def write_in_turn(M, w, e, a):
    E = np.matmul(w.transpose(0, 2, 1), e)
    A = np.matmul(w.transpose(0, 2, 1), a)
    return M * (1 - E) + A


@wrong(
    "add_then_erase",
    "Each head adds first and then erases, its own vector too.",
    "One head with e = 1 on one row: what stands there afterwards? It should be a.",
)
def write_in_turn(M, w, e, a):
    for v in range(w.shape[1]):
        wv = w[:, v, :, None]
        M = (M + wv * a[:, v, None, :]) * (1 - wv * e[:, v, None, :])
    return M


@wrong(
    "last_head_first",
    "The loop runs over the heads from the last to the first.",
    "Which head must find the memory that was given?",
)
def write_in_turn(M, w, e, a):
    out = M.copy()
    for v in range(w.shape[1] - 1, -1, -1):
        out = out * (1 - w[:, v, :, None] * e[:, v, None, :]) + w[:, v, :, None] * a[:, v, None, :]
    return out


@wrong(
    "given_memory_every_time",
    "Each head starts from the given memory, so only the last counts.",
    "What is left of head 0's write after your loop? Which memory does head 1 start from?",
)
def write_in_turn(M, w, e, a):
    out = M.copy()
    for v in range(w.shape[1]):
        out = M * (1 - w[:, v, :, None] * e[:, v, None, :]) + w[:, v, :, None] * a[:, v, None, :]
    return out


@wrong("in_place", "M *= changes the caller's memory.", "Print M before and after the call. Is it still the same?")
def write_in_turn(M, w, e, a):
    for v in range(w.shape[1]):
        M *= 1 - w[:, v, :, None] * e[:, v, None, :]
        M += w[:, v, :, None] * a[:, v, None, :]
    return M


@wrong(
    "one_minus_on_both",
    "Erases with (1 - w)(1 - e) instead of 1 - w e.",
    "With w = 0, what should the row become? And by your line?",
)
def write_in_turn(M, w, e, a):
    for v in range(w.shape[1]):
        M = M * (1 - w[:, v, :, None]) * (1 - e[:, v, None, :]) + w[:, v, :, None] * a[:, v, None, :]
    return M


@wrong(
    "e_is_kept",
    "Multiplies by w e: keeps what should be erased.",
    "With e = 0 nothing should be erased. What is left by your line?",
)
def write_in_turn(M, w, e, a):
    for v in range(w.shape[1]):
        M = M * (w[:, v, :, None] * e[:, v, None, :]) + w[:, v, :, None] * a[:, v, None, :]
    return M


@wrong(
    "add_without_weighting",
    "Adds a to every row, without the weighting.",
    "A head looks at row 2 alone. Which rows does your a reach?",
)
def write_in_turn(M, w, e, a):
    for v in range(w.shape[1]):
        M = M * (1 - w[:, v, :, None] * e[:, v, None, :]) + a[:, v, None, :]
    return M


@wrong(
    "erase_without_weighting",
    "Erases every row by e, without the weighting.",
    "A row with weight 0: does it stay as it is?",
)
def write_in_turn(M, w, e, a):
    for v in range(w.shape[1]):
        M = M * (1 - e[:, v, None, :]) + w[:, v, :, None] * a[:, v, None, :]
    return M


@wrong(
    "added_part_scaled_by_erase",
    "Adds w e a, as an interpolation would: the added vector is gated by e.",
    "With e = 0, is anything added? Should it be?",
)
def write_in_turn(M, w, e, a):
    for v in range(w.shape[1]):
        k = w[:, v, :, None] * e[:, v, None, :]
        M = (1 - k) * M + k * a[:, v, None, :]
    return M


@wrong("first_head_only", "range(1, V) leaves out head 0.", "With one head only, what does your function change?")
def write_in_turn(M, w, e, a):
    M = M.copy()
    for v in range(1, w.shape[1]):
        M = M * (1 - w[:, v, :, None] * e[:, v, None, :]) + w[:, v, :, None] * a[:, v, None, :]
    return M


@wrong(
    "heads_over_examples",
    "Zips heads with examples: head b alone writes into example b.",
    "Which of the heads writes into example 0 by your loop? All V should.",
)
def write_in_turn(M, w, e, a):
    M = M.copy()
    for v in range(min(w.shape[0], w.shape[1])):
        M[v] = M[v] * (1 - np.outer(w[v, v], e[v, v])) + np.outer(w[v, v], a[v, v])
    return M


@wrong(
    "minus_a",
    "Subtracts the added vector, a sign slip.",
    "Start from an empty memory with one head. Which sign has what stands there?",
)
def write_in_turn(M, w, e, a):
    for v in range(w.shape[1]):
        M = M * (1 - w[:, v, :, None] * e[:, v, None, :]) - w[:, v, :, None] * a[:, v, None, :]
    return M
