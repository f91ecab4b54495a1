"""As students at two in the morning: cutting the text, checked on the thirteen symbols of the example and nothing else."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("loops_over_the_formula")
def next_symbol_pairs(ids, B, T):
    N = len(ids)
    C = (N - 1) // (B * T)
    M = C * T
    x = np.zeros((C, T, B), dtype=ids.dtype)
    y = np.zeros((C, T, B), dtype=ids.dtype)
    for c in range(C):
        for t in range(T):
            for b in range(B):
                i = b * M + c * T + t
                x[c, t, b] = ids[i]
                y[c, t, b] = ids[i + 1]
    # assert x[0, 0, 1] == ids[6]
    return x, y


@wrong(
    "y_still_the_old_reshape",
    "The inputs were repaired with a transpose, the targets still have the first, plain reshape.",
    "Lay x[0, :, 0] and y[0, :, 0] side by side. You changed one of your two lines: does the other need the same?",
)
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    n = C * T * B
    x = ids[:n].reshape(B, C, T).transpose(1, 2, 0)
    y = ids[1 : n + 1].reshape(C, T, B)
    return x, y


@wrong(
    "no_room_for_last_target",
    "C is computed from N instead of N-1, so a text of exactly C·B·T symbols has no target for its last input and reshape raises.",
    "Try a text of N = 12 with B = 2 and T = 3. How many symbols do the inputs and the last target need together?",
)
def next_symbol_pairs(ids, B, T):
    C = len(ids) // (B * T)
    x = ids[: C * B * T].reshape(B, C, T).transpose(1, 2, 0)
    y = ids[1 : C * B * T + 1].reshape(B, C, T).transpose(1, 2, 0)
    return x, y


@wrong(
    "sizes_of_the_example",
    "B and T of the example are still set at the top of the function, so the arguments are ignored.",
    "Your result has the same B and T whatever is asked for. Look at the first lines of your function.",
)
def next_symbol_pairs(ids, B, T):
    B, T = 2, 3
    C = (len(ids) - 1) // (B * T)
    M = C * T
    cols_x = [ids[b * M : b * M + M] for b in range(B)]
    cols_y = [ids[b * M + 1 : b * M + M + 1] for b in range(B)]
    x = np.stack(cols_x, axis=1).reshape(C, T, B)
    y = np.stack(cols_y, axis=1).reshape(C, T, B)
    return x, y


@wrong(
    "column_rolled",
    "The targets are the columns rolled by one, so the last target of each column is the first symbol of that column.",
    "All targets but one a column are right. What should follow the last symbol of column 0 in the text, and what does np.roll put there?",
)
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    cols = ids[: B * C * T].reshape(B, C * T).T
    nxt = np.roll(cols, -1, axis=0)
    return cols.reshape(C, T, B), nxt.reshape(C, T, B)
