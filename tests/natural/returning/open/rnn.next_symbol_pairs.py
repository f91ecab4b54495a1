import numpy as np


def next_symbol_pairs_2(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    M = C * T
    columns = ids[: B * M].reshape(B, M)
    targets = np.roll(columns, -1, axis=1)
    x = np.stack([columns[:, c * T : (c + 1) * T].T for c in range(C)])
    y = np.stack([targets[:, c * T : (c + 1) * T].T for c in range(C)])
    return x, y


def next_symbol_pairs_3(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    M = C * T
    x = ids[: B * M].reshape(B, C, T).transpose(1, 0, 2)
    y = ids[1 : B * M + 1].reshape(B, C, T).transpose(1, 0, 2)
    return x.reshape(C, T, B), y.reshape(C, T, B)


def next_symbol_pairs_4(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    n = C * T * B
    return ids[:n].reshape(C, T, B), ids[1 : n + 1].reshape(C, T, B)


def next_symbol_pairs_5(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x = np.empty((C, T, B), dtype=ids.dtype)
    y = np.empty((C, T, B), dtype=ids.dtype)
    pos = 0
    for c in range(C):
        for b in range(B):
            x[c, :, b] = ids[pos : pos + T]
            y[c, :, b] = ids[pos + 1 : pos + T + 1]
            pos += T
    return x, y


def next_symbol_pairs_7(ids, B, T):
    C = -(-(len(ids) - 1) // (B * T))
    n = C * B * T
    padded = np.concatenate([ids, np.zeros(n + 1 - len(ids), dtype=ids.dtype)])
    x = padded[:n].reshape(B, C, T).transpose(1, 2, 0)
    y = padded[1 : n + 1].reshape(B, C, T).transpose(1, 2, 0)
    return x, y


def next_symbol_pairs_9(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    M = C * T
    x = np.zeros((C, T, B))
    y = np.zeros((C, T, B))
    for c in range(C):
        for t in range(T):
            for b in range(B):
                i = b * M + c * T + t
                x[c, t, b] = ids[i]
                y[c, t, b] = ids[i + 1]
    return x, y


def next_symbol_pairs_a(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    M = C * T
    c, t, b = np.ogrid[:C, :T, :B]
    here = b * M + c * T + t
    return np.take(ids, here), np.take(ids, here + 1)


RIGHT = {
    "open_grid_of_positions": next_symbol_pairs_a,
}
WRONG = {
    "assistant_rolls_each_column_subtle": (
        next_symbol_pairs_2,
        "Rolls within each column, so that the last target of a column is the column's own first symbol.",
        "All targets but B are right: where in the text is the symbol that follows the end of a column?",
    ),
    "keras_reshapes_instead_of_transposing": (
        next_symbol_pairs_3,
        "Brings (C, B, T) to (C, T, B) with reshape instead of a transpose.",
        "With one column it is right. Read x[0, :, 0] aloud: are these consecutive symbols?",
    ),
    "fortran_consecutive_across_columns": (
        next_symbol_pairs_4,
        "Reshapes the text directly to (C, T, B), so that consecutive symbols lie in neighbouring columns.",
        "Which index should run fastest through the text, b or t?",
    ),
    "jax_chunks_filled_one_after_the_other_subtle": (
        next_symbol_pairs_5,
        "Fills chunk after chunk with consecutive pieces, so that a column does not go on in the next chunk where it stopped.",
        "A single chunk is right. Does column 0 of chunk 1 begin where column 0 of chunk 0 ended?",
    ),
    "keras_pads_the_last_chunk": (
        next_symbol_pairs_7,
        "Rounds the number of chunks up and pads the text with zeros instead of leaving the rest out.",
        "What does the task do with symbols that do not fill a chunk?",
    ),
    "fortran_float_arrays": (
        next_symbol_pairs_9,
        "Collects symbols in float arrays.",
        "The numbers are right. Can you index with them? Look at the dtype.",
    ),
}
