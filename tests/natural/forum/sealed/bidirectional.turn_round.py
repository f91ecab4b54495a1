"""As put together from forums, blogs and papers: boolean masks, argsort, take_along_axis and reverse_sequence."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("both_masks_flipped")
def turn_round(x, mask):
    # boolean indexing goes row by row, so flipping both gives each row's real steps backwards
    m = mask.astype(bool)
    out = x.copy()
    out[m] = x[:, ::-1][m[:, ::-1]]
    return out


@right("ranks_and_take_along_axis")
def turn_round(x, mask):
    B, T, _ = x.shape
    rank = np.cumsum(mask, axis=1) - 1                       # 0 .. n-1 at the real steps
    n = mask.sum(axis=1, keepdims=True)
    real_first = np.argsort(1 - mask, axis=1, kind="stable")  # positions of the real steps, in order
    source = np.take_along_axis(real_first, np.clip(n - 1 - rank, 0, T - 1), axis=1)
    source = np.where(mask == 1, source, np.arange(T))
    return np.take_along_axis(x, source[:, :, None], axis=1)


@right("permutation_matrices")
def turn_round(x, mask):
    B, T, _ = x.shape
    before = np.cumsum(mask, axis=1)                     # 1 .. n
    behind = np.cumsum(mask[:, ::-1], axis=1)[:, ::-1]   # n .. 1
    real = mask == 1
    P = (before[:, :, None] == behind[:, None, :]) & real[:, :, None] & real[:, None, :]
    P |= np.eye(T, dtype=bool) & ~real[:, :, None]
    return x[np.arange(B)[:, None], P.argmax(axis=2)]


@wrong(
    "turned_across_the_batch",
    "x[m][::-1] turns the list of all real steps of all examples round, so examples get each other's steps.",
    "How long is x[m]? Whose step stands first in x[m][::-1]?",
)
def turn_round(x, mask):
    m = mask.astype(bool)
    out = x.copy()
    out[m] = x[m][::-1]
    return out


@wrong(
    "flipped_steps_under_the_old_mask",
    "x is flipped, the mask is not: the steps picked from the flipped x may be padding.",
    "In the flipped x, where are the real steps? Is the old mask right there?",
)
def turn_round(x, mask):
    m = mask.astype(bool)
    out = x.copy()
    out[m] = x[:, ::-1][m]
    return out


@wrong(
    "span_from_first_to_last",
    "All from the first to the last real step is turned round, with the padding between.",
    "In the task's example the gap is in the middle. Try 1 0 1 1: does the padding stay second?",
)
def turn_round(x, mask):
    out = x.copy()
    for b in range(len(x)):
        i = mask[b].argmax()
        j = mask.shape[1] - mask[b, ::-1].argmax()
        out[b, i:j] = x[b, i:j][::-1]
    return out


@wrong(
    "reverse_sequence_by_lengths",
    "As tf.reverse_sequence, each row is turned up to its length, the sum of its mask: right if all padding is at the end.",
    "Mask 0 1 1: what is its sum, and which places do you turn?",
)
def turn_round(x, mask):
    B, T, _ = x.shape
    n = mask.sum(axis=1)[:, None]
    t = np.arange(T)[None, :]
    source = np.where(t < n, n - 1 - t, t)
    return np.take_along_axis(x, source[..., None], axis=1)


@wrong(
    "padding_moved_to_the_end",
    "argsort brings the real steps to the front, backwards, and the padding to the end; it is not put back to its places.",
    "Is the padding of your answer at the same places as in x?",
)
def turn_round(x, mask):
    T = x.shape[1]
    key = np.where(mask == 1, np.arange(T)[::-1], T + np.arange(T))
    order = np.argsort(key, axis=1)
    return np.take_along_axis(x, order[:, :, None], axis=1)


@wrong(
    "rank_one_too_high",
    "The rank n - cumsum is taken one step off (n + 1 - cumsum, cut at n - 1), so the last real step comes twice and the first is lost.",
    "For n real steps, which rank does the first one get from the other end: n or n - 1?",
)
def turn_round(x, mask):
    B, T, _ = x.shape
    n = mask.sum(axis=1, keepdims=True)
    rank = np.minimum(n + 1 - np.cumsum(mask, axis=1), n - 1)
    real_first = np.argsort(1 - mask, axis=1, kind="stable")
    source = np.take_along_axis(real_first, np.clip(rank, 0, T - 1), axis=1)
    source = np.where(mask == 1, source, np.arange(T))
    return np.take_along_axis(x, source[:, :, None], axis=1)


@wrong(
    "float_mixture",
    "m · turned + (1 - m) · x with a mask of int64 is right in its numbers, but makes float64 of float32.",
    "What is the dtype of an int64 array times a float32 array?",
)
def turn_round(x, mask):
    b = mask.astype(bool)
    turned = x.copy()
    turned[b] = x[:, ::-1][b[:, ::-1]]
    m = mask[:, :, None]
    return m * turned + (1 - m) * x


@wrong(
    "padding_multiplied_away",
    "The answer is multiplied by the mask, so the padding becomes zero instead of staying.",
    "What stood in the padding before, and what stands there now?",
)
def turn_round(x, mask):
    b = mask.astype(bool)
    out = x.copy()
    out[b] = x[:, ::-1][b[:, ::-1]]
    return out * mask[:, :, None].astype(x.dtype)


@wrong(
    "same_number_for_all",
    "The largest number of real steps is used for every example.",
    "Do all rows of the mask have the same sum?",
)
def turn_round(x, mask):
    out = x.copy()
    n = mask.sum(axis=1).max()
    for b in range(len(x)):
        real = np.flatnonzero(mask[b])
        first = np.resize(real, n)
        out[b, first] = x[b, first[::-1]]
    return out


@wrong(
    "rolled",
    "The real steps are rolled by one place instead of turned round.",
    "a b c becomes c a b in yours. What should it become?",
)
def turn_round(x, mask):
    out = x.copy()
    for b in range(len(x)):
        real = np.flatnonzero(mask[b])
        out[b, real] = x[b, np.roll(real, 1)]
    return out


@wrong(
    "view_written_while_it_is_read",
    "Forward and backward positions are assigned step by step in one array, so the second half reads what the first half has overwritten.",
    "After the first assignment, is the number that you need later still there?",
)
def turn_round(x, mask):
    out = x.copy()
    for b in range(len(x)):
        real = np.flatnonzero(mask[b])
        for i, j in zip(real, real[::-1]):
            out[b, i] = out[b, j]
    return out


@wrong(
    "where_of_the_flip",
    "Flipped x where the flipped mask is 1, else x: the real steps land at mirrored places, not at real ones.",
    "Mask 1 1 0: at which places does your answer differ from x?",
)
def turn_round(x, mask):
    m = mask[:, ::-1, None] == 1
    return np.where(m, x[:, ::-1], x)


@wrong(
    "sorted_by_value",
    "The real steps are sorted downwards by their numbers; the opposite order of time is meant.",
    "What is the opposite order of 2, 5, 1? Not 5, 2, 1.",
)
def turn_round(x, mask):
    out = x.copy()
    for b in range(len(x)):
        real = np.flatnonzero(mask[b])
        out[b, real] = np.sort(x[b, real], axis=0)[::-1]
    return out


@wrong(
    "padding_dropped",
    "Only the real steps are returned, cut to the longest example and filled with zeros.",
    "Compare the shape of your answer with that of x.",
)
def turn_round(x, mask):
    B, _, F = x.shape
    n = int(mask.sum(axis=1).max())
    out = np.zeros((B, n, F), dtype=x.dtype)
    for b in range(B):
        real = np.flatnonzero(mask[b])[::-1]
        out[b, :len(real)] = x[b, real]
    return out
