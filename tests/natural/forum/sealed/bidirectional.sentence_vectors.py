"""As put together from forums, blogs and papers: masked pooling, gathers, and mean pooling from sentence encoders."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def mask_of(h, lengths):
    return np.arange(h.shape[0])[:, None, None] < np.asarray(lengths)[None, :, None]


def last_of(h, lengths):
    H = h.shape[-1] // 2
    return np.concatenate([h[np.asarray(lengths) - 1, np.arange(h.shape[1]), :H], h[0, :, H:]], axis=-1)


def mean_of(h, lengths):
    m = mask_of(h, lengths)
    return np.where(m, h, 0).sum(axis=0) / np.asarray(lengths)[:, None].astype(h.dtype)


def largest_of(h, lengths):
    return np.max(h, axis=0, where=mask_of(h, lengths), initial=-np.inf)


@right("masked_pooling")
def sentence_vectors(h, lengths):
    m = mask_of(h, lengths)
    fwd, bwd = np.split(h, 2, axis=-1)
    idx = (np.asarray(lengths) - 1)[None, :, None]
    last = np.concatenate([np.take_along_axis(fwd, idx, axis=0)[0], bwd[0]], axis=-1)
    mean = np.sum(h, axis=0, where=m) / m.sum(axis=0).astype(h.dtype)
    largest = np.where(m, h, np.finfo(h.dtype).min).max(axis=0)
    return last, mean, largest


@right("masked_arrays")
def sentence_vectors(h, lengths):
    pad = np.broadcast_to(~mask_of(h, lengths), h.shape)
    M = np.ma.masked_array(h, pad)
    return last_of(h, lengths), np.asarray(M.mean(axis=0).filled(0), dtype=h.dtype), M.max(axis=0).filled(0)


@right("reduceat_on_the_flat_batch")
def sentence_vectors(h, lengths):
    # all real steps, one sentence behind the other, and sums and maxima from start to start
    lengths = np.asarray(lengths)
    flat = np.concatenate([h[:n, b] for b, n in enumerate(lengths)])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    H = h.shape[2] // 2
    last = np.concatenate([flat[starts + lengths - 1, :H], flat[starts, H:]], axis=1)
    mean = np.add.reduceat(flat, starts, axis=0) / lengths[:, None].astype(h.dtype)
    return last, mean, np.maximum.reduceat(flat, starts, axis=0)


@wrong(
    "fancy_index_without_the_examples",
    "h[lengths - 1] picks whole rows for all examples: (B, B, 2H); the index of the examples is missing.",
    "What is the shape of h[lengths - 1]? Which example belongs to which length?",
)
def sentence_vectors(h, lengths):
    H = h.shape[-1] // 2
    f = h[lengths - 1][..., :H]
    last = np.concatenate([f, np.broadcast_to(h[0, :, H:], f.shape)], axis=-1)
    return last, mean_of(h, lengths), largest_of(h, lengths)


@wrong(
    "back_from_the_end_of_the_batch",
    "The way back is taken at h[-1], the end where it begins to read; it has read all at step 0.",
    "How many words has the way back read at the last row?",
)
def sentence_vectors(h, lengths):
    H = h.shape[-1] // 2
    last = np.concatenate([h[lengths - 1, np.arange(h.shape[1]), :H], h[-1, :, H:]], axis=-1)
    return last, mean_of(h, lengths), largest_of(h, lengths)


@wrong(
    "mask_multiplied",
    "The mask is multiplied, and nan or inf times 0 is nan: what stands in the padding gets into the mean.",
    "Anything may stand in the padding. What is nan times 0?",
)
def sentence_vectors(h, lengths):
    m = mask_of(h, lengths).astype(h.dtype)
    mean = (h * m).sum(axis=0) / m.sum(axis=0)
    return last_of(h, lengths), mean, largest_of(h, lengths)


@wrong(
    "divided_by_integers",
    "float32 sums are divided by int64 lengths, which makes the mean float64.",
    "Print the dtype of a float32 array divided by an int64 array.",
)
def sentence_vectors(h, lengths):
    mean = np.where(mask_of(h, lengths), h, 0).sum(axis=0) / lengths[:, None]
    return last_of(h, lengths), mean, largest_of(h, lengths)


@wrong(
    "minus_one_for_the_padding",
    "1 is subtracted from the padding before the maximum, as with an attention mask of a small number; a large number there still wins.",
    "Put 5 into the padding. Is 5 - 1 still the largest?",
)
def sentence_vectors(h, lengths):
    m = mask_of(h, lengths)
    largest = (h - (1 - m.astype(h.dtype))).max(axis=0)
    return last_of(h, lengths), mean_of(h, lengths), largest


@wrong(
    "square_root_of_the_length",
    "The sum is divided by the root of the length, as some sentence encoders do, not by the length.",
    "Four equal steps: should the mean be that step, or twice it?",
)
def sentence_vectors(h, lengths):
    mean = np.where(mask_of(h, lengths), h, 0).sum(axis=0) / np.sqrt(lengths)[:, None].astype(h.dtype)
    return last_of(h, lengths), mean, largest_of(h, lengths)


@wrong(
    "mask_one_step_too_long",
    "The mask has t <= length with t from 0: one step of padding is counted in mean and maximum.",
    "For length 1, how many entries of your mask are true?",
)
def sentence_vectors(h, lengths):
    m = np.arange(len(h))[:, None, None] <= lengths[None, :, None]
    mean = np.where(m, h, 0).sum(axis=0) / lengths[:, None].astype(h.dtype)
    largest = np.where(m, h, -np.inf).max(axis=0)
    return last_of(h, lengths), mean, largest.astype(h.dtype)


@wrong(
    "mean_length_for_all",
    "The sums are divided by the mean length of the batch for all sentences.",
    "Does the mean of a sentence depend on the other sentences?",
)
def sentence_vectors(h, lengths):
    mean = np.where(mask_of(h, lengths), h, 0).sum(axis=0) / h.dtype.type(np.mean(lengths))
    return last_of(h, lengths), mean, largest_of(h, lengths)


@wrong(
    "mask_reshaped",
    "The mask (B, T) is reshaped to (T, B) where it should be transposed, so steps and examples are mixed.",
    "Print your mask for lengths 1 and 3. Is column b true from the top, lengths[b] times?",
)
def sentence_vectors(h, lengths):
    T, B, _ = h.shape
    m = (np.arange(T)[None, :] < lengths[:, None]).reshape(T, B, 1)
    mean = np.where(m, h, 0).sum(axis=0) / lengths[:, None].astype(h.dtype)
    largest = np.where(m, h, -np.inf).max(axis=0)
    return last_of(h, lengths), mean, largest.astype(h.dtype)


@wrong(
    "mean_of_the_ends",
    "The mean of the first and the last real step is taken for the mean over all real steps.",
    "How many steps of a sentence of five does your mean look at?",
)
def sentence_vectors(h, lengths):
    B = h.shape[1]
    mean = (h[0] + h[lengths - 1, np.arange(B)]) / 2
    return last_of(h, lengths), mean, largest_of(h, lengths)


@wrong(
    "whole_step_with_the_largest_sum",
    "The whole step with the largest sum is taken, not the largest number of each unit.",
    "Can two units have their largest numbers at different steps?",
)
def sentence_vectors(h, lengths):
    B = h.shape[1]
    s = np.where(mask_of(h, lengths), h, -np.inf).sum(axis=-1)
    largest = h[s.argmax(axis=0), np.arange(B)]
    return last_of(h, lengths), mean_of(h, lengths), largest


@wrong(
    "position_of_the_largest",
    "argmax in place of max: the step at which the number stands.",
    "Are all your numbers whole? What does argmax give?",
)
def sentence_vectors(h, lengths):
    pos = np.where(mask_of(h, lengths), h, -np.inf).argmax(axis=0)
    return last_of(h, lengths), mean_of(h, lengths), pos.astype(h.dtype)


@wrong(
    "directions_alternate",
    "The forward units are taken as h[..., ::2] and the backward ones as h[..., 1::2]; they stand in two halves.",
    "Which unit is at place 1 of h: the second one forwards, or the first one back?",
)
def sentence_vectors(h, lengths):
    B = h.shape[1]
    last = np.concatenate([h[lengths - 1, np.arange(B), ::2], h[0, :, 1::2]], axis=-1)
    return last, mean_of(h, lengths), largest_of(h, lengths)


@wrong(
    "largest_not_less_than_zero",
    "The maximum starts from initial=0, so negative numbers never win.",
    "A unit with -0.5 and -0.2: what does your maximum say?",
)
def sentence_vectors(h, lengths):
    largest = np.max(h, axis=0, where=mask_of(h, lengths), initial=0)
    return last_of(h, lengths), mean_of(h, lengths), largest
