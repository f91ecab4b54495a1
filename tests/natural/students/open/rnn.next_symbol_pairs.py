import numpy as np


def next_symbol_pairs_carla(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    M = C * T
    cut = lambda s: np.stack(np.split(np.column_stack(np.split(s[: B * M], B)), C)) if C else np.empty((0, T, B), s.dtype)
    return cut(ids), cut(ids[1:])


def next_symbol_pairs_gustav(ids, B, T):
    N = len(ids)
    C = int(np.floor((N - 1) / (B * T)))
    x = np.zeros((C, T, B), dtype=ids.dtype)
    y = np.zeros((C, T, B), dtype=ids.dtype)
    for b in range(B):
        pos = b * C * T
        for c in range(C):
            for t in range(T):
                x[c, t, b] = ids[pos]
                pos += 1
                y[c, t, b] = ids[pos]
    return x, y


def next_symbol_pairs_lars(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    n = (len(ids) - 1) // B
    X = ids[:n * B].reshape(B, n).T
    Y = ids[1:n * B + 1].reshape(B, n).T
    x = np.array([X[i * T:(i + 1) * T] for i in range(C)])
    y = np.array([Y[i * T:(i + 1) * T] for i in range(C)])
    return x, y


def next_symbol_pairs_malik(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    M = C * T
    x = ids[:B * M].reshape(B, T, C)
    y = ids[1:B * M + 1].reshape(B, T, C)
    return x.transpose(2, 1, 0), y.transpose(2, 1, 0)


def next_symbol_pairs_nora(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    M = C * T
    x = np.empty((C, T, B), dtype=ids.dtype)
    y = np.empty((C, T, B), dtype=ids.dtype)
    for c in range(C):
        for b in range(B):
            start = b * M + c
            x[c, :, b] = ids[start:start + T]
            y[c, :, b] = ids[start + 1:start + T + 1]
    return x, y


def next_symbol_pairs_dana(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    xs, ys = [], []
    i = 0
    for c in range(C):
        xb, yb = [], []
        for b in range(B):
            xb.append(ids[i:i + T])
            yb.append(ids[i + 1:i + T + 1])
            i += T
        xs.append(np.array(xb).T)
        ys.append(np.array(yb).T)
    return np.array(xs), np.array(ys)


def next_symbol_pairs_karim(ids, B, T):
    C = len(ids) // (B * T)
    used = ids[:B * C * T]
    x = used.reshape(B, C, T).transpose(1, 2, 0)
    nxt = ids[np.arange(1, len(used) + 1) % len(ids)]
    y = nxt.reshape(B, C, T).transpose(1, 2, 0)
    return x, y


RIGHT = {
    'split_and_stack': next_symbol_pairs_carla,
    'three_loops': next_symbol_pairs_gustav,
}

WRONG = {
    'columns_of_N_over_B': (
        next_symbol_pairs_lars,
        'Every column gets (N-1) // B symbols of which the end is dropped, so that columns start too late.',
        'At which symbol does your column 1 start, and how many symbols does column 0 read? What is left over should be left over only once, at the end of the text.',
    ),
    'strided_chunks': (
        next_symbol_pairs_malik,
        'The column is cut as (T, C) instead of (C, T): a chunk takes every C-th symbol.',
        'How far apart in the text are two neighbouring steps of one of your chunks?',
    ),
    'chunk_step_one': (
        next_symbol_pairs_nora,
        'Chunk c starts at c instead of c·T, so that chunks overlap.',
        'Where does your chunk 1 start? It should go on where chunk 0 stopped.',
    ),
    'consecutive_chunks_in_batch': (
        next_symbol_pairs_dana,
        'The text is cut into consecutive chunks that are dealt out to the columns in turn: chunk c of column b is followed by chunk c of column b+1.',
        'Where does chunk 1 of column 0 begin in the text? The state of chunk 0 of the same column has to fit there.',
    ),
    'count_without_minus_one': (
        next_symbol_pairs_karim,
        'The number of chunks is N // (B·T), and the last target wraps around to the start of the text.',
        'Give a text of exactly B·T symbols. Which symbol is the target of the last one?',
    ),
}
