"""As teaching assistants who have marked hundreds of these: the exercise with the most drawings in the margin."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("index_formula")
def next_symbol_pairs(ids, B, T):
    N = len(ids)
    C = (N - 1) // (B * T)
    M = C * T
    c, t, b = np.ogrid[:C, :T, :B]
    where = b * M + c * T + t
    return ids[where], ids[where + 1]


@wrong(
    "roll_in_the_column",
    "Makes the targets by rolling each column by one, so the last target of a column is its own first symbol instead of the next of the text.",
    "Only the very last target of each column is wrong. The example in the task says what the last target of column 0 is; what is yours?",
)
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    M = C * T
    cols = ids[: B * M].reshape(B, M)
    nxt = np.roll(cols, -1, axis=1)
    x = cols.reshape(B, C, T).transpose(1, 2, 0)
    y = nxt.reshape(B, C, T).transpose(1, 2, 0)
    return x, y


@wrong(
    "reshape_to_the_goal",
    "Reshapes straight to (C, T, B), so neighbours in the text lie side by side in the batch instead of one after the other in time.",
    "The shape is right, the places are not: read down one column of your x, do the symbols follow each other in the text?",
)
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    n = C * T * B
    x = ids[:n].reshape(C, T, B)
    y = ids[1 : n + 1].reshape(C, T, B)
    return x, y


@wrong(
    "chunk_by_chunk",
    "Cuts the text into chunks first and each chunk into B pieces, so column b does not go on in the next chunk where it stopped.",
    "With one chunk you are right. With two, compare the last symbol of column 0 in chunk 0 with its first in chunk 1: do they follow each other in the text?",
)
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    n = B * C * T
    x = ids[:n].reshape(C, B, T).transpose(0, 2, 1)
    y = ids[1 : n + 1].reshape(C, B, T).transpose(0, 2, 1)
    return x, y


@wrong(
    "no_room_for_the_last_target",
    "Counts the chunks from N instead of N - 1, so when N is a multiple of BT the last target does not exist and reshape fails.",
    "It fails only for texts whose length is a multiple of B times T. How many symbols of the text have a symbol after them?",
)
def next_symbol_pairs(ids, B, T):
    C = len(ids) // (B * T)
    n = B * C * T
    x = ids[:n].reshape(B, C, T).transpose(1, 2, 0)
    y = ids[1 : n + 1].reshape(B, C, T).transpose(1, 2, 0)
    return x, y
