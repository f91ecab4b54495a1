"""As a student who copies a data loader (char-rnn, the torch language model, a Keras tutorial): inputs and targets."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("batchify_and_reshape")
def f(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    M = C * T

    def batchify(source):
        columns = np.array(source[: B * M].reshape(B, M).T, order="C")
        return columns.reshape(C, T, B)

    return batchify(ids), batchify(ids[1:])


@right("places_computed")
def f(ids, B, T):
    C = (ids.size - 1) // (B * T)
    c, t, b = np.ogrid[:C, :T, :B]
    place = b * C * T + c * T + t
    return ids[place], ids[place + 1]


@right("column_by_column")
def f(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x, y = np.zeros((C, T, B), dtype=ids.dtype), np.zeros((C, T, B), dtype=ids.dtype)
    for b in range(B):
        part = ids[b * C * T : (b + 1) * C * T + 1]
        for c in range(C):
            piece = part[c * T : (c + 1) * T + 1]
            x[c, :, b], y[c, :, b] = piece[:-1], piece[1:]
    return x, y


@wrong(
    "columns_of_the_torch_example",
    "Cuts the text into B columns of N//B symbols first and shifts within a column, as the torch word model does; the columns start elsewhere and may give fewer chunks.",
    "At which symbol of the text does your second column start? Work it out for the example N = 13, B = 2, T = 3 and one with a longer rest.",
)
def f(ids, B, T):
    nbatch = len(ids) // B
    data = ids[: nbatch * B].reshape(B, nbatch).T
    xs, ys = [], []
    for i in range(0, nbatch - T, T):
        xs.append(data[i : i + T])
        ys.append(data[i + 1 : i + 1 + T])
    return np.stack(xs), np.stack(ys)


@wrong(
    "target_rolled_within_the_chunk",
    "Makes the targets by rolling each chunk by one, so that its last target is its own first symbol.",
    "Look at the last target of each chunk in the example. Which symbol of the text follows there?",
)
def f(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x = ids[: B * C * T].reshape(B, C, T).transpose(1, 2, 0).copy()
    return x, np.roll(x, -1, axis=1)


@wrong(
    "reshape_only",
    "Reshapes straight to (C, T, B): neighbours in the text lie in neighbouring columns, not one below the other.",
    "Print x[0, :, 0] for the text 0, 1, 2, …. Does column 0 read symbols in a row?",
)
def f(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    n = C * B * T
    return ids[:n].reshape(C, T, B), ids[1 : n + 1].reshape(C, T, B)


@wrong(
    "stateless_batches",
    "Fills chunk after chunk with B consecutive pieces, so that a column does not go on in the next chunk.",
    "Lay x[0, :, 0] and x[1, :, 0] one after the other. Is that a piece of the text?",
)
def f(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    n = C * B * T
    x = ids[:n].reshape(C, B, T).transpose(0, 2, 1)
    y = ids[1 : n + 1].reshape(C, B, T).transpose(0, 2, 1)
    return x, y


@wrong(
    "wraps_to_the_first_symbol",
    "Takes N // (BT) chunks and closes the text to a ring, as char-rnn does: with N a multiple of BT the last target is the first symbol of the text.",
    "Count the chunks of a text whose length is exactly B·T. What follows its last symbol?",
)
def f(ids, B, T):
    C = len(ids) // (B * T)
    n = C * B * T
    xdata, ydata = ids[:n], np.append(ids[1:], ids[:1])[:n]
    x = xdata.reshape(B, C, T).transpose(1, 2, 0)
    y = ydata.reshape(B, C, T).transpose(1, 2, 0)
    return x, y


@wrong(
    "many_to_one",
    "Gives one target for each chunk and column, the symbol after its end, as in the tutorial that predicts one letter from forty.",
    "Compare the two shapes that you return. Which symbols of the input have a target of their own?",
)
def f(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x = ids[: B * C * T].reshape(B, C, T).transpose(1, 2, 0)
    next_chars = ids[T : B * C * T + 1 : T].reshape(B, C).T
    return x, next_chars


@wrong(
    "batch_before_time",
    "Returns (C, B, T), a batch-first layout.",
    "Your numbers are those asked for. Which axis is which in the conventions, and in what order do yours stand?",
)
def f(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x = ids[: B * C * T].reshape(B, C, T).swapaxes(0, 1)
    y = ids[1 : B * C * T + 1].reshape(B, C, T).swapaxes(0, 1)
    return x, y
