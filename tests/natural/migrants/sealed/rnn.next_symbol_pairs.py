"""As someone who programs well in MATLAB, R, Julia, C++ or JavaScript and writes NumPy for the first time: inputs and targets."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("index_array")
def next_symbol_pairs(ids, B, T):
    C = (ids.size - 1) // (B * T)
    c = np.arange(C)[:, None, None]
    t = np.arange(T)[None, :, None]
    b = np.arange(B)[None, None, :]
    s = b * (C * T) + c * T + t
    return ids[s], ids[s + 1]


@right("fortran_order")
def next_symbol_pairs(ids, B, T):
    # column-major as in MATLAB and Julia: the first index runs fastest
    n = (len(ids) - 1) // (B * T) * B * T
    x = np.reshape(ids[:n], (T, -1, B), order="F")
    y = np.reshape(ids[1 : n + 1], (T, -1, B), order="F")
    return np.swapaxes(x, 0, 1).copy(), np.swapaxes(y, 0, 1).copy()


@right("three_loops")
def next_symbol_pairs(ids, B, T):
    C = int(np.floor((len(ids) - 1) / (B * T)))
    x = np.zeros((C, T, B), dtype=ids.dtype)
    y = np.zeros((C, T, B), dtype=ids.dtype)
    for b in range(B):
        place = b * C * T
        for c in range(C):
            for t in range(T):
                x[c, t, b] = ids[place]
                place += 1
                y[c, t, b] = ids[place]
    return x, y


@wrong(
    "reshape_alone",
    "Reshapes straight to (C, T, B): neighbouring symbols of the text land in neighbouring columns.",
    "Read column 0 of your x from top to bottom as text. In which axis do neighbours of the text stand?",
)
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    n = C * T * B
    return ids[:n].reshape(C, T, B), ids[1 : n + 1].reshape(C, T, B)


@wrong(
    "fortran_with_the_axes_as_they_stand",
    "Reshapes column-major to (C, T, B), where the chunk index runs fastest: each step jumps to another chunk.",
    "In column-major order the first index runs fastest. Which of c, t and b should run fastest along the text?",
)
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    n = C * T * B
    x = ids[:n].reshape((C, T, B), order="F")
    y = ids[1 : n + 1].reshape((C, T, B), order="F")
    return x, y


@wrong(
    "circshift",
    "Shifts each chunk cyclically for the targets, so that the last target of a chunk is its own first input.",
    "Look at the last target of a chunk: is it the symbol that comes next in the text?",
)
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x = ids[: C * T * B].reshape(B, C, T).transpose(1, 2, 0)
    y = np.roll(x, -1, axis=1)
    return x, y


@wrong(
    "no_symbol_kept_for_the_last_target",
    "Uses N instead of N-1 in the number of chunks: if N is a multiple of BT, the targets are one symbol short and reshape raises.",
    "Try a text of exactly B·T symbols. How many symbols does one chunk need, inputs and targets together?",
)
def next_symbol_pairs(ids, B, T):
    C = len(ids) // (B * T)
    n = B * C * T
    x = np.transpose(ids[:n].reshape(B, C, T), (1, 2, 0))
    y = np.transpose(ids[1 : n + 1].reshape(B, C, T), (1, 2, 0))
    return x, y


@wrong(
    "chunk_after_chunk",
    "Gives chunk c the c-th block of BT symbols and cuts that into columns; column b does not go on from chunk to chunk.",
    "Compare the end of column 0 in the first chunk with its start in the second: does the text go on there?",
)
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x = np.zeros((C, T, B), dtype=ids.dtype)
    y = np.zeros_like(x)
    for c in range(C):
        for b in range(B):
            first = c * B * T + b * T
            x[c, :, b] = ids[first : first + T]
            y[c, :, b] = ids[first + 1 : first + T + 1]
    return x, y


@wrong(
    "columns_of_all_symbols",
    "Cuts the columns from all N-1 symbols, (N-1)//B each, and drops the rest of each column: columns start too late.",
    "Where does column 1 start in the example of the task, and where in yours when symbols are left over?",
)
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    M = (len(ids) - 1) // B
    x = ids[: B * M].reshape(B, M)[:, : C * T]
    y = ids[1 : B * M + 1].reshape(B, M)[:, : C * T]
    return x.reshape(B, C, T).transpose(1, 2, 0), y.reshape(B, C, T).transpose(1, 2, 0)


@wrong(
    "symbols_as_doubles",
    "Preallocates with np.zeros, which is double as in MATLAB: symbols come back as floats and cannot serve as indices.",
    "Use your y to pick from an array: why does Python refuse? Look at its dtype.",
)
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x = np.zeros((C, T, B))
    y = np.zeros((C, T, B))
    for c in range(C):
        for b in range(B):
            s = b * C * T + c * T
            x[c, :, b] = ids[s : s + T]
            y[c, :, b] = ids[s + 1 : s + 1 + T]
    return x, y
