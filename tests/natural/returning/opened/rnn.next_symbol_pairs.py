import numpy as np


def next_symbol_pairs_1(ids, B, T):
    C = len(ids) // (B * T)
    n = C * B * T
    fold = lambda s: s[:n].reshape(B, C, T).transpose(1, 2, 0)
    return fold(ids), fold(np.roll(ids, -1))


def next_symbol_pairs_6(ids, B, T):
    N = len(ids)
    C = (N - 1) // (B * T)
    M = (N - 1) // B
    start = np.arange(B) * M
    idx = np.arange(C)[:, None, None] * T + np.arange(T)[:, None] + start
    return ids[idx], ids[idx + 1]


def next_symbol_pairs_8(ids, B, T):
    x_seq, y_seq = ids[:-1], ids[1:]
    C = (len(y_seq) - 1) // (B * T)
    M = C * T
    x = np.empty((C, T, B), ids.dtype)
    y = np.empty((C, T, B), ids.dtype)
    for b in range(B):
        x[:, :, b] = x_seq[b * M : (b + 1) * M].reshape(C, T)
        y[:, :, b] = y_seq[b * M : (b + 1) * M].reshape(C, T)
    return x, y


def next_symbol_pairs_10(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    s = ids[: C * B * T].reshape(C, T, B)
    y = np.concatenate([s[:, 1:], s[:, :1]], axis=1)
    return s, y


def next_symbol_pairs_11(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    M = C * T
    x = np.empty((C, T, B), dtype=ids.dtype)
    y = np.empty((C, T, B), dtype=ids.dtype)
    for b in range(B):
        column = ids[b * M : (b + 1) * M + 1]
        for c in range(C):
            x[c, :, b] = column[c * T : c * T + T]
            y[c, : T - 1, b] = column[c * T + 1 : c * T + T]
            y[c, T - 1, b] = column[min((c + 1) * T, M - 1)]
    return x, y


def next_symbol_pairs_12(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    n = C * B * T
    ids[:n] = ids[:n].reshape(B, C, T).transpose(1, 2, 0).ravel()
    x = ids[:n].reshape(C, T, B).copy()
    y = np.empty_like(x)
    y[:, :-1] = x[:, 1:]
    y[:-1, -1] = x[1:, 0]
    y[-1, -1, :-1] = x[0, 0, 1:]
    y[-1, -1, -1] = ids[n]
    return x, y


def next_symbol_pairs_b(ids, B, T):
    C = (len(ids) - 1) // T // B
    M = C * T
    pairs = np.lib.stride_tricks.sliding_window_view(ids, 2)[: B * M]
    folded = pairs.reshape(B, C, T, 2).transpose(3, 1, 2, 0)
    return folded[0], folded[1]


def next_symbol_pairs_c(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    M = C * T
    read = lambda first: np.array(
        [[[ids[first + b * M + c * T + t] for b in range(B)] for t in range(T)] for c in range(C)],
        dtype=ids.dtype,
    )
    return read(0), read(1)


RIGHT = {
    "sliding_window_of_pairs": next_symbol_pairs_b,
    "nested_list_comprehension": next_symbol_pairs_c,
}
WRONG = {
    "tired_no_room_for_the_last_target_subtle": (
        next_symbol_pairs_1,
        "Counts N // (B·T) chunks and rolls the text, so that a text of exactly C·B·T symbols keeps its last chunk, whose last target is the first symbol of the text.",
        "Nearly always right. If the text has exactly B·T symbols, what follows its last one?",
    ),
    "numerics_columns_too_far_apart_subtle": (
        next_symbol_pairs_6,
        "Starts column b at b·⌊(N-1)/B⌋ instead of b·C·T, so that what is left over lies between the columns instead of at the end.",
        "Right when nothing is left over. At which symbol does column 1 begin, and where should the symbols be that are not used?",
    ),
    "tired_subtracts_one_twice_subtle": (
        next_symbol_pairs_8,
        "Takes the 1 for the last target off twice, so that a text that just fits loses a chunk.",
        "Try a text of B·T + 1 symbols: how many chunks should there be?",
    ),
    "two_slips_double": (
        next_symbol_pairs_10,
        "Lets consecutive symbols lie in neighbouring columns, and takes the last target of a chunk from the chunk's own first step.",
        "Read one column of x from top to bottom first; then ask which symbol follows the last step of a chunk.",
    ),
    "tired_last_target_repeats_subtle": (
        next_symbol_pairs_11,
        "The last target of the last chunk of each column repeats the column's last input instead of reading one symbol further.",
        "Only one target in each column is wrong, the very last: your guard stops it from leaving the column. May it?",
    ),
    "c_programmer_reorders_ids_subtle": (
        next_symbol_pairs_12,
        "Reorders the caller's text in place.",
        "x and y are right the first time. Look at ids after your call.",
    ),
}
