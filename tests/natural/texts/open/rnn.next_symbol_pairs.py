import collections

import numpy as np

from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("reshape_transpose")
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x = ids[: B * C * T].reshape(B, C, T).transpose(1, 2, 0)
    y = ids[1 : B * C * T + 1].reshape(B, C, T).transpose(1, 2, 0)
    return x, y


@right("index_arithmetic")
def next_symbol_pairs(ids, B, T):
    C = (ids.size - 1) // (B * T)
    c, t, b = np.ogrid[:C, :T, :B]
    i = b * (C * T) + c * T + t
    return ids[i], ids[i + 1]


@right("columns_then_chunks")
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    M = C * T
    columns_x = np.stack([ids[b * M : (b + 1) * M] for b in range(B)], axis=1)
    columns_y = np.stack([ids[b * M + 1 : (b + 1) * M + 1] for b in range(B)], axis=1)
    return np.array(np.split(columns_x, C)), np.array(np.split(columns_y, C))


@right("roll_whole_text")
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    n = B * C * T
    return tuple(a[:n].reshape(B, C * T).T.reshape(C, T, B) for a in (ids, np.roll(ids, -1)))


Pair = collections.namedtuple("Pair", "x y")


@right("namedtuple_int32")
def next_symbol_pairs(ids, B, T):
    C, _ = divmod(len(ids) - 1, B * T)
    n = B * C * T
    return Pair(*(np.moveaxis(ids[i : n + i].reshape(B, C, T), 0, 2).astype(np.int32) for i in (0, 1)))


@right("nested_lists_borderline")
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    at = lambda k: [[[int(ids[b * C * T + c * T + t + k]) for b in range(B)] for t in range(T)] for c in range(C)]
    return at(0), at(1)


# ---------------------------------------------------------------- wrong

def _cut(a, B, C, T):
    return a[: B * C * T].reshape(B, C, T).transpose(1, 2, 0)


@wrong("one_chunk_too_many", "C = N // (B·T): if the text just fits, the last target does not exist.", "The last symbol has no successor: C = (N-1) // (B T).")
def next_symbol_pairs(ids, B, T):
    C = len(ids) // (B * T)
    return _cut(ids, B, C, T), _cut(ids[1:], B, C, T)


@wrong("reshape_only", "reshape(C, T, B) without transpose: neighbours in the text become neighbours in the batch.", "reshape alone keeps the order: text runs across the batch.")
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    n = B * C * T
    return ids[:n].reshape(C, T, B), ids[1 : n + 1].reshape(C, T, B)


@wrong("chunk_major", "A chunk is B·T symbols in a row: column b does not go on from chunk to chunk.", "Column b of chunk c must go on where column b of chunk c-1 stopped.")
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    n = B * C * T
    f = lambda a: a.reshape(C, B, T).transpose(0, 2, 1)
    return f(ids[:n]), f(ids[1 : n + 1])


@wrong("shifted_backwards", "y is the symbol before.", "The target is the next symbol, not the one before.")
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    return _cut(ids[1:], B, C, T), _cut(ids, B, C, T)


@wrong("roll_in_chunk", "y is x rolled within each chunk: the last target of a chunk is its own first symbol.", "At the end of a chunk the target is the first symbol of the same chunk, not the next of the text.")
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x = _cut(ids, B, C, T)
    return x, np.roll(x, -1, axis=1)


@wrong("roll_in_column", "y is rolled within each column: the last target of column b is the column's first symbol.", "The last target of column 0 is the first symbol of column 1.")
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    M = C * T
    columns = ids[: B * M].reshape(B, M)
    f = lambda a: a.T.reshape(C, T, B)
    return f(columns), f(np.roll(columns, -1, axis=1))


@wrong("next_column", "The target is the neighbour in the batch axis.", "The shift goes along the wrong axis.")
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x = _cut(ids, B, C, T)
    return x, np.roll(x, -1, axis=2)


@wrong("precedence", "(N-1) // B * T: precedence, far too many chunks; reshape fails.", "Brackets: (N-1) // (B*T).")
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // B * T
    return _cut(ids, B, C, T), _cut(ids[1:], B, C, T)


@wrong("M_from_N", "Columns start at b·(N // B), not at b·C·T.", "Column b starts at b·M with M = C·T.")
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    M = (len(ids) - 1) // B
    x = np.stack([ids[b * M : b * M + C * T] for b in range(B)], axis=1).reshape(C, T, B)
    y = np.stack([ids[b * M + 1 : b * M + C * T + 1] for b in range(B)], axis=1).reshape(C, T, B)
    return x, y


@wrong("one_target_per_chunk", "Only the symbol after each chunk is the target: y is (C, B).", "A target at every step is asked for.")
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x = _cut(ids, B, C, T)
    return x, _cut(ids[1:], B, C, T)[:, -1]


@wrong("list_of_chunks", "A list of (x, y) for each chunk.", "Two arrays are asked for, a list of pairs came.")
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    return list(zip(_cut(ids, B, C, T), _cut(ids[1:], B, C, T)))


@wrong("one_chunk_less", "C is one too small: (N-1)//(B·T) - 1.", "One chunk is missing.")
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T) - 1
    return _cut(ids, B, C, T), _cut(ids[1:], B, C, T)


@wrong("ids_shifted_in_place", "ids[:-1] = ids[1:] to make the targets: changes the argument, x too (views).", "ids is changed; and x is a view on it.")
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x = _cut(ids, B, C, T).copy()
    ids[:-1] = ids[1:]
    return x, _cut(ids, B, C, T)


@wrong("none", "No return.", "Nothing is returned.")
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x, y = _cut(ids, B, C, T), _cut(ids[1:], B, C, T)
