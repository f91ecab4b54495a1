"""As a tired student after work: counting with loops and lists, and hoping that the layers come in order."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def ordered(C):
    """The layers in an order in which they can be computed."""
    L = len(C)
    order = []
    while len(order) < L:
        for i in range(L):
            if i not in order and all(j in order for j in range(L) if C[i][1 + j]):
                order.append(i)
    return order


@right("in_order")
def paths(C, T):
    C = np.asarray(C)
    L = len(C)
    P = np.zeros((L, T), dtype=int)
    order = ordered(C)
    for d in range(T):
        for i in order:
            n = C[i, 0] if d == 0 else 0
            for j in range(L):
                if C[i, 1 + j]:
                    n += P[j, d]
                if C[i, 1 + L + j] and d > 0:
                    n += P[j, d - 1]
            P[i, d] = n
    return P


@right("recursive_with_a_notebook")
def paths(C, T):
    L = len(C)
    known = {}

    def count(i, d):
        if d < 0:
            return 0
        if (i, d) not in known:
            n = int(C[i][0]) * (d == 0)
            for j in range(L):
                if C[i][1 + j]:
                    n += count(j, d)
                if C[i][1 + L + j]:
                    n += count(j, d - 1)
            known[i, d] = n
        return known[i, d]

    P = np.zeros((L, T), dtype=np.int64)
    for d in range(T):
        for i in range(L):
            P[i, d] = count(i, d)
    return P


@right("repeated_until_still")
def paths(C, T):
    C = np.array(C)
    L = C.shape[0]
    same, before = C[:, 1:1 + L], C[:, 1 + L:]
    columns = []
    for d in range(T):
        start = C[:, 0] if d == 0 else before @ columns[-1]
        p = start
        for _ in range(L):  # no path within a step is longer than L - 1
            p = start + same @ p
        columns.append(p)
    return np.stack(columns, axis=1).astype(int)


@wrong(
    "layers_by_number",
    "The layers are computed by number, 0 to L - 1, which is not always an order in which they can be computed.",
    "Let layer 0 receive layer 1. Which count of layer 1 does your layer 0 see?",
)
def paths(C, T):
    L = len(C)
    P = np.zeros((L, T), dtype=int)
    for d in range(T):
        for i in range(L):
            n = C[i][0] if d == 0 else 0
            for j in range(L):
                n += C[i][1 + j] * P[j, d]
                if d > 0:
                    n += C[i][1 + L + j] * P[j, d - 1]
            P[i, d] = n
    return P


@wrong(
    "recursion_without_end",
    "The recursion is also called where C has a zero, and the result multiplied by it: within a step a layer calls itself for ever.",
    "Which calls are needed where C has a 0? Where does your recursion end within a step?",
)
def paths(C, T):
    L = len(C)

    def count(i, d):
        if d < 0:
            return 0
        n = int(C[i][0]) * (d == 0)
        for j in range(L):
            n += int(C[i][1 + j]) * count(j, d)
            n += int(C[i][1 + L + j]) * count(j, d - 1)
        return n

    return np.array([[count(i, d) for d in range(T)] for i in range(L)])


@wrong(
    "reachable_or_not",
    "It is noted whether there is a path (0 or 1), not how many.",
    "Two ways from x to layer 1, straight and over layer 0: what should P be?",
)
def paths(C, T):
    L = len(C)
    P = np.zeros((L, T), dtype=int)
    for d in range(T):
        for i in ordered(C):
            n = C[i][0] if d == 0 else 0
            for j in range(L):
                n += C[i][1 + j] * P[j, d]
                if d > 0:
                    n += C[i][1 + L + j] * P[j, d - 1]
            P[i, d] = min(n, 1)
    return P


@wrong(
    "input_at_every_step",
    "The input is counted at every step; the paths start from one x_t alone.",
    "For a plain recurrent network the answer is 1 for every d. What is yours for d = 2?",
)
def paths(C, T):
    L = len(C)
    P = np.zeros((L, T), dtype=int)
    for d in range(T):
        for i in ordered(C):
            n = C[i][0]
            for j in range(L):
                n += C[i][1 + j] * P[j, d]
                if d > 0:
                    n += C[i][1 + L + j] * P[j, d - 1]
            P[i, d] = n
    return P


@wrong(
    "columns_exchanged",
    "The columns 1 + j are read as those of the step before and 1 + L + j as those of the same step.",
    "With C = [[1, 0, 1]], does your network hear itself from the step before?",
)
def paths(C, T):
    C = np.array(C)
    L = len(C)
    before, same = C[:, 1:1 + L], C[:, 1 + L:]
    columns = []
    for d in range(T):
        start = C[:, 0] if d == 0 else before @ columns[-1]
        p = start
        for _ in range(L):
            p = start + same @ p
        columns.append(p)
    return np.stack(columns, axis=1)


@wrong(
    "rows_taken_for_senders",
    "Row i is read as what layer i sends, not as what it receives.",
    "A 1 in row 2, column 1 + 0: from which layer to which does that connection go?",
)
def paths(C, T):
    C = np.array(C)
    L = len(C)
    same, before = C[:, 1:1 + L].T, C[:, 1 + L:].T
    columns = []
    for d in range(T):
        start = C[:, 0] if d == 0 else before @ columns[-1]
        p = start
        for _ in range(L):
            p = start + same @ p
        columns.append(p)
    return np.stack(columns, axis=1)


@wrong(
    "one_connection_within_a_step",
    "Within a step at most one connection is followed; a path may pass several layers in one step.",
    "x to 0, 0 to 1, 1 to 2, all in one step: does your layer 2 have a path at d = 0?",
)
def paths(C, T):
    C = np.array(C)
    L = len(C)
    same, before = C[:, 1:1 + L], C[:, 1 + L:]
    P = np.zeros((L, T), dtype=int)
    for d in range(T):
        start = C[:, 0] if d == 0 else before @ P[:, d - 1]
        P[:, d] = start + same @ start
    return P


@wrong(
    "only_over_time",
    "Only connections from the step before are followed; those within a step are left out.",
    "Which columns of C does your code never read?",
)
def paths(C, T):
    C = np.array(C)
    L = len(C)
    P = np.zeros((L, T), dtype=int)
    P[:, 0] = C[:, 0]
    for d in range(1, T):
        P[:, d] = C[:, 1 + L:] @ P[:, d - 1]
    return P


@wrong(
    "own_layer_only_from_before",
    "From the step before, a layer hears only itself; connections from other layers one step before are left out.",
    "Column 1 + L + j with j different from i: what does a 1 there mean?",
)
def paths(C, T):
    L = len(C)
    P = np.zeros((L, T), dtype=int)
    for d in range(T):
        for i in ordered(C):
            n = C[i][0] if d == 0 else 0
            for j in range(L):
                n += C[i][1 + j] * P[j, d]
            if d > 0:
                n += C[i][1 + L + i] * P[i, d - 1]
            P[i, d] = n
    return P


@wrong(
    "time_in_rows",
    "The table has a row for each d and a column for each layer: (T, L).",
    "Which shape should P have? Print yours for L = 2 and T = 5.",
)
def paths(C, T):
    L = len(C)
    P = np.zeros((T, L), dtype=int)
    for d in range(T):
        for i in ordered(C):
            n = C[i][0] if d == 0 else 0
            for j in range(L):
                n += C[i][1 + j] * P[d, j]
                if d > 0:
                    n += C[i][1 + L + j] * P[d - 1, j]
            P[d, i] = n
    return P


@wrong(
    "added_up_over_d",
    "The counts are added up over the steps: P[i, d] has all paths up to t + d, not those to t + d.",
    "With C = [[1, 0, 1]] is your answer 1, 2, 3?",
)
def paths(C, T):
    C = np.array(C)
    L = len(C)
    columns = []
    for d in range(T):
        start = C[:, 0] if d == 0 else C[:, 1 + L:] @ columns[-1]
        p = start
        for _ in range(L):
            p = start + C[:, 1:1 + L] @ p
        columns.append(p)
    return np.cumsum(np.stack(columns, axis=1), axis=1)


@wrong(
    "one_step_late",
    "The first column is zero: the whole table is shifted by one step, as if an input reached the layers one step later.",
    "Column 0: the input of the same step. At which d does x_t arrive?",
)
def paths(C, T):
    C = np.array(C)
    L = len(C)
    columns = [np.zeros(L, dtype=int)]
    for d in range(1, T):
        start = C[:, 0] if d == 1 else C[:, 1 + L:] @ columns[-1]
        p = start
        for _ in range(L):
            p = start + C[:, 1:1 + L] @ p
        columns.append(p)
    return np.stack(columns, axis=1)


@wrong(
    "floats",
    "np.zeros without dtype=int gives floats; whole numbers are asked for.",
    "What is the dtype of your P?",
)
def paths(C, T):
    L = len(C)
    P = np.zeros((L, T))
    for d in range(T):
        for i in ordered(C):
            n = C[i][0] if d == 0 else 0
            for j in range(L):
                n += C[i][1 + j] * P[j, d]
                if d > 0:
                    n += C[i][1 + L + j] * P[j, d - 1]
            P[i, d] = n
    return P


@wrong(
    "step_before_without_its_own_connections",
    "For d > 0 only what comes from the step before is counted; that it then passes on within the step is left out.",
    "Layer 0 hears itself, layer 1 hears layer 0 at the same step. How does x_t reach layer 1 at t + 1?",
)
def paths(C, T):
    C = np.array(C)
    L = len(C)
    P = np.zeros((L, T), dtype=int)
    for i in ordered(C):
        P[i, 0] = C[i, 0] + C[i, 1:1 + L] @ P[:, 0]
    for d in range(1, T):
        P[:, d] = C[:, 1 + L:] @ P[:, d - 1]
    return P


@wrong(
    "longest_path",
    "The number of connections on the longest path is returned, not the number of paths.",
    "A plain recurrent network has one path for every d. What does yours say for d = 3?",
)
def paths(C, T):
    L = len(C)
    P = np.zeros((L, T), dtype=int)
    for d in range(T):
        for i in ordered(C):
            best = 1 if d == 0 and C[i][0] else 0
            for j in range(L):
                if C[i][1 + j] and P[j, d]:
                    best = max(best, P[j, d] + 1)
                if d > 0 and C[i][1 + L + j] and P[j, d - 1]:
                    best = max(best, P[j, d - 1] + 1)
            P[i, d] = best
    return P
