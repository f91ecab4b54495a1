"""As put together from forums, blogs and papers: powers of adjacency matrices, topological sorting, (I - S)^-1."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def parts(C):
    C = np.asarray(C)
    L = C.shape[0]
    return C[:, 0], C[:, 1:1 + L], C[:, 1 + L:]


def closure(S):
    """I + S + S² + …, which ends because S has no circle."""
    N = term = np.eye(len(S), dtype=S.dtype)
    while term.any():
        term = term @ S
        N = N + term
    return N


@right("neumann_series")
def paths(C, T):
    c, S, R = parts(C)
    N = closure(S)
    p = N @ c
    out = [p]
    for _ in range(T - 1):
        p = N @ (R @ p)
        out.append(p)
    return np.stack(out, axis=1)


@right("kahn")
def paths(C, T):
    c, S, R = parts(C)
    L = len(c)
    open_inputs = S.sum(axis=1)
    ready = [i for i in range(L) if open_inputs[i] == 0]
    order = []
    while ready:
        j = ready.pop()
        order.append(j)
        for i in np.flatnonzero(S[:, j]):
            open_inputs[i] -= 1
            if open_inputs[i] == 0:
                ready.append(i)
    P = np.zeros((L, T), dtype=C.dtype)
    for d in range(T):
        for i in order:
            P[i, d] = S[i] @ P[:, d] + (c[i] if d == 0 else R[i] @ P[:, d - 1])
    return P


@right("one_matrix_over_time")
def paths(C, T):
    # all layers at all steps as nodes of one big graph without circles
    c, S, R = parts(C)
    L = len(c)
    A = np.kron(np.eye(T, dtype=int), S) + np.kron(np.eye(T, k=-1, dtype=int), R)
    start = np.zeros(L * T, dtype=int)
    start[:L] = c
    total = start.copy()
    for _ in range(L * T):
        total = start + A @ total
    return total.reshape(T, L).T.copy()


@wrong(
    "delay_before_instead_of_after",
    "The product is R N where N R is needed: after the step in time, nothing is passed on within the new step.",
    "A path to step t + 1: can its last connection be one within the step? In your product it cannot.",
)
def paths(C, T):
    c, S, R = parts(C)
    N = closure(S)
    p = N @ c
    out = [p]
    for _ in range(T - 1):
        p = R @ (N @ p)
        out.append(p)
    return np.stack(out, axis=1)


@wrong(
    "identity_left_out_of_the_series",
    "S + S² + … without I: layers that are reached without another connection within the step are lost.",
    "With L = 1 and S = 0, what is your sum? Is the one path still there?",
)
def paths(C, T):
    c, S, R = parts(C)
    N = closure(S) - np.eye(len(S), dtype=S.dtype)
    p = c + N @ c
    out = [p]
    for _ in range(T - 1):
        p = N @ (R @ p)
        out.append(p)
    return np.stack(out, axis=1)


@wrong(
    "only_two_terms",
    "N = I + S: paths with two or more connections within a step are missing.",
    "x to 0, 0 to 1, 1 to 2 within a step: how many times S is that from layer 0 to layer 2?",
)
def paths(C, T):
    c, S, R = parts(C)
    N = np.eye(len(S), dtype=S.dtype) + S
    p = N @ c
    out = [p]
    for _ in range(T - 1):
        p = N @ (R @ p)
        out.append(p)
    return np.stack(out, axis=1)


@wrong(
    "power_for_the_series",
    "N = (I + S)^L: its powers of S have binomial numbers in front, so paths are counted several times.",
    "Write out (I + S)². Which number stands before S?",
)
def paths(C, T):
    c, S, R = parts(C)
    N = np.linalg.matrix_power(np.eye(len(S), dtype=S.dtype) + S, len(S))
    p = N @ c
    out = [p]
    for _ in range(T - 1):
        p = N @ (R @ p)
        out.append(p)
    return np.stack(out, axis=1)


@wrong(
    "adjacency_of_senders",
    "The matrices are used as if A[i, j] went from i to j, as in a textbook of graphs; here row i receives.",
    "In the table, does a 1 in row i say what layer i sends or what it receives?",
)
def paths(C, T):
    c, S, R = parts(C)
    S, R = S.T, R.T
    N = closure(S)
    p = N @ c
    out = [p]
    for _ in range(T - 1):
        p = N @ (R @ p)
        out.append(p)
    return np.stack(out, axis=1)


@wrong(
    "inverse_in_floats",
    "(I - S)^-1 by np.linalg.inv gives floats; whole numbers are asked for.",
    "Print the dtype of your answer.",
)
def paths(C, T):
    c, S, R = parts(C)
    N = np.linalg.inv(np.eye(len(S)) - S)
    p = N @ c
    out = [p]
    for _ in range(T - 1):
        p = N @ (R @ p)
        out.append(p)
    return np.round(np.stack(out, axis=1))


@wrong(
    "plus_for_minus_in_the_inverse",
    "(I + S)^-1 is I - S + S² - …: every second term has the wrong sign.",
    "Which series has 1 / (1 - s), and which 1 / (1 + s)?",
)
def paths(C, T):
    c, S, R = parts(C)
    N = np.round(np.linalg.inv(np.eye(len(S)) + S)).astype(int)
    p = N @ c
    out = [p]
    for _ in range(T - 1):
        p = N @ (R @ p)
        out.append(p)
    return np.stack(out, axis=1)


@wrong(
    "same_and_before_in_one_matrix",
    "S and R are added to one matrix and its d-th power counts paths of d connections, not of d steps in time.",
    "A connection within a step: does it take time? Your exponent counts it.",
)
def paths(C, T):
    c, S, R = parts(C)
    A = S + R
    p = c
    out = [p]
    for _ in range(T - 1):
        p = A @ p
        out.append(p)
    return np.stack(out, axis=1)


@wrong(
    "input_fed_in_again",
    "The input column is added at every step: paths from all inputs up to t + d, not from x_t alone.",
    "From how many inputs do the paths of P[:, 2] start?",
)
def paths(C, T):
    c, S, R = parts(C)
    N = closure(S)
    p = N @ c
    out = [p]
    for _ in range(T - 1):
        p = N @ (c + R @ p)
        out.append(p)
    return np.stack(out, axis=1)


@wrong(
    "one_column_too_many",
    "d runs from 0 to T: T + 1 columns.",
    "How many columns do you have for T = 1?",
)
def paths(C, T):
    c, S, R = parts(C)
    N = closure(S)
    out = [N @ c]
    for _ in range(T):
        out.append(N @ (R @ out[-1]))
    return np.stack(out, axis=1)


@wrong(
    "yes_or_no",
    "The matrices are of bools and @ of bools says whether there is a path, not how many.",
    "Two paths lead to one layer. What is True + True in your product?",
)
def paths(C, T):
    c, S, R = (m.astype(bool) for m in parts(C))
    N = np.eye(len(S), dtype=bool)
    for _ in range(len(S)):
        N = N | (N @ S)
    p = N @ c
    out = [p]
    for _ in range(T - 1):
        p = N @ (R @ p)
        out.append(p)
    return np.stack(out, axis=1).astype(int)


@wrong(
    "every_layer_from_the_input",
    "The start is a one for every layer, whether or not it receives the input.",
    "Which column of C says which layers receive x? Do you read it?",
)
def paths(C, T):
    c, S, R = parts(C)
    N = closure(S)
    p = N @ np.ones_like(c)
    out = [p]
    for _ in range(T - 1):
        p = N @ (R @ p)
        out.append(p)
    return np.stack(out, axis=1)


@wrong(
    "cut_one_column_off",
    "The columns of the same step are cut as C[:, :L] and those of the step before as C[:, L:2L]: both one to the left.",
    "Which column of C has layer 0 of the same step?",
)
def paths(C, T):
    C = np.asarray(C)
    L = len(C)
    c, S, R = C[:, 0], C[:, :L], C[:, L:2 * L]
    p = c
    out = []
    for d in range(T):
        start = c if d == 0 else R @ out[-1]
        p = start
        for _ in range(L):
            p = start + S @ p
        out.append(p)
    return np.stack(out, axis=1)


@wrong(
    "lower_triangle_only",
    "Only connections from lower numbers to higher ones are kept within a step, np.tril, as in a stack of layers.",
    "Does the task promise that the numbers are an order of computation?",
)
def paths(C, T):
    c, S, R = parts(C)
    N = closure(np.tril(S, -1))
    p = N @ c
    out = [p]
    for _ in range(T - 1):
        p = N @ (R @ p)
        out.append(p)
    return np.stack(out, axis=1)
