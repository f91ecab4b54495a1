import numpy as np


def next_symbol_pairs_yusuf(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    c, t, b = np.ogrid[:C, :T, :B]
    where = b * C * T + c * T + t
    return ids[where], ids[where + 1]


def next_symbol_pairs_paul(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    n = C * T * B
    x = ids[:n].reshape(C, T, B)
    y = ids[1:n + 1].reshape(C, T, B)
    return x, y


def next_symbol_pairs_bea(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x = ids[:B * C * T].reshape(B, C, T).transpose(1, 2, 0)
    y = x + 1
    return x, y


def next_symbol_pairs_uwe(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x = np.moveaxis(ids[:B * C * T].reshape(B, C, T), 0, 2)
    y = np.roll(x, -1, axis=1)
    return x, y


def next_symbol_pairs_quynh(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    M = C * T
    cols = ids[:B * M].reshape(B, M)
    nxt = np.zeros_like(cols)
    nxt[:, :-1] = cols[:, 1:]
    to_chunks = lambda a: a.reshape(B, C, T).transpose(1, 2, 0)
    return to_chunks(cols), to_chunks(nxt)


RIGHT = {
    'index_arithmetic': next_symbol_pairs_yusuf,
}

WRONG = {
    'plain_reshape': (
        next_symbol_pairs_paul,
        'The text is poured into (C, T, B) in storage order, so neighbours in the text lie side by side in the batch.',
        'Read column 0 of your first chunk from top to bottom: are these consecutive symbols of the text?',
    ),
    'symbol_plus_one': (
        next_symbol_pairs_bea,
        "'One symbol ahead' is read as the next number of the alphabet.",
        'Ahead in what, in the alphabet or in the text? Compare your targets with the text.',
    ),
    'roll_in_chunk': (
        next_symbol_pairs_uwe,
        'The targets are the inputs rolled within each chunk, so the last target of a chunk is its own first symbol.',
        'Look at the last target of each chunk. Which symbol follows there in the text?',
    ),
    'last_target_zero': (
        next_symbol_pairs_quynh,
        'The targets are shifted inside the column array, and the last target of every column stays 0.',
        'Which target has the last symbol of a column? There is a symbol after it in the text.',
    ),
}
