"""As a tired student after work: GlobalAveragePooling, GlobalMaxPooling and the last state, rebuilt by loops."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("sentence_by_sentence")
def sentence_vectors(h, lengths):
    T, B, D = h.shape
    H = D // 2
    last, mean, largest = (np.empty((B, D), dtype=h.dtype) for _ in range(3))
    for b in range(B):
        s = h[:lengths[b], b]
        last[b, :H] = s[-1, :H]
        last[b, H:] = s[0, H:]
        mean[b] = s.mean(axis=0)
        largest[b] = s.max(axis=0)
    return last, mean, largest


@right("running_over_the_steps")
def sentence_vectors(h, lengths):
    T, B, D = h.shape
    H = D // 2
    last, largest, total = h[0].copy(), h[0].copy(), h[0].copy()
    for t in range(1, T):
        real = t < np.asarray(lengths)
        total[real] += h[t, real]
        largest[real] = np.maximum(largest[real], h[t, real])
        last[real, :H] = h[t, real, :H]
    return last, total / np.asarray(lengths)[:, None].astype(h.dtype), largest


@right("where_and_axis_zero")
def sentence_vectors(h, lengths):
    T, B, D = h.shape
    H = D // 2
    lengths = np.asarray(lengths)
    real = (np.arange(T)[:, None] < lengths)[:, :, None]
    mean = np.where(real, h, 0).sum(axis=0) / lengths[:, None]
    largest = np.where(real, h, -np.inf).max(axis=0)
    last = np.concatenate([h[lengths - 1, np.arange(B), :H], h[0, :, H:]], axis=1)
    return last, mean.astype(h.dtype), largest.astype(h.dtype)


@wrong(
    "last_row_of_the_batch",
    "h[-1] is taken for the last state; for a short sentence that is padding.",
    "A sentence of length 2 in a batch with T = 5: which row has its last state?",
)
def sentence_vectors(h, lengths):
    T, B, D = h.shape
    H = D // 2
    last = np.concatenate([h[-1, :, :H], h[0, :, H:]], axis=1)
    mean = np.stack([h[:n, b].mean(axis=0) for b, n in enumerate(lengths)])
    largest = np.stack([h[:n, b].max(axis=0) for b, n in enumerate(lengths)])
    return last, mean, largest


@wrong(
    "both_halves_at_the_end",
    "Both halves are taken at the last real step; the way back has read all of the sentence at step 0.",
    "At the last step, how many words has the way back read?",
)
def sentence_vectors(h, lengths):
    last = np.stack([h[n - 1, b] for b, n in enumerate(lengths)])
    mean = np.stack([h[:n, b].mean(axis=0) for b, n in enumerate(lengths)])
    largest = np.stack([h[:n, b].max(axis=0) for b, n in enumerate(lengths)])
    return last, mean, largest


@wrong(
    "mean_over_all_of_t",
    "The mean runs over all T steps, the padding with them.",
    "Write large numbers into the padding. Does your mean change?",
)
def sentence_vectors(h, lengths):
    H = h.shape[2] // 2
    last = np.stack([np.hstack([h[n - 1, b, :H], h[0, b, H:]]) for b, n in enumerate(lengths)])
    mean = h.mean(axis=0)
    largest = np.stack([h[:n, b].max(axis=0) for b, n in enumerate(lengths)])
    return last, mean, largest


@wrong(
    "largest_of_the_padding_too",
    "The maximum runs over all T steps, so a large number in the padding wins.",
    "Write 100 into the padding. What is your largest?",
)
def sentence_vectors(h, lengths):
    H = h.shape[2] // 2
    last = np.stack([np.hstack([h[n - 1, b, :H], h[0, b, H:]]) for b, n in enumerate(lengths)])
    mean = np.stack([h[:n, b].mean(axis=0) for b, n in enumerate(lengths)])
    return last, mean, h.max(axis=0)


@wrong(
    "zeros_win_the_maximum",
    "The padding is set to zero before the maximum: where all real numbers are negative, the zero wins.",
    "A unit that is negative at all real steps of a short sentence: what is its largest in yours?",
)
def sentence_vectors(h, lengths):
    T, B, D = h.shape
    H = D // 2
    z = h.copy()
    for b in range(B):
        z[lengths[b]:, b] = 0
    last = np.stack([np.hstack([h[n - 1, b, :H], h[0, b, H:]]) for b, n in enumerate(lengths)])
    mean = np.stack([z[:, b].sum(axis=0) / z.dtype.type(n) for b, n in enumerate(lengths)])
    return last, mean, z.max(axis=0)


@wrong(
    "sum_divided_by_t",
    "The padding is left out of the sum, but the sum is divided by T.",
    "A sentence of one step, all ones, T = 4: what should its mean be?",
)
def sentence_vectors(h, lengths):
    T, B, D = h.shape
    H = D // 2
    last = np.stack([np.hstack([h[n - 1, b, :H], h[0, b, H:]]) for b, n in enumerate(lengths)])
    mean = np.stack([h[:n, b].sum(axis=0) / T for b, n in enumerate(lengths)])
    largest = np.stack([h[:n, b].max(axis=0) for b, n in enumerate(lengths)])
    return last, mean, largest


@wrong(
    "halves_exchanged",
    "The first half is read at step 0 and the second at the end: forwards and back are exchanged.",
    "Which units stand first in h, and where have they read all of the sentence?",
)
def sentence_vectors(h, lengths):
    H = h.shape[2] // 2
    last = np.stack([np.hstack([h[0, b, :H], h[n - 1, b, H:]]) for b, n in enumerate(lengths)])
    mean = np.stack([h[:n, b].mean(axis=0) for b, n in enumerate(lengths)])
    largest = np.stack([h[:n, b].max(axis=0) for b, n in enumerate(lengths)])
    return last, mean, largest


@wrong(
    "index_is_the_length",
    "h[length] is taken for the last state (or the last row if there is none): one step too late.",
    "Steps count from 0. Which index has the third of three steps?",
)
def sentence_vectors(h, lengths):
    T, B, D = h.shape
    H = D // 2
    last = np.stack([np.hstack([h[min(n, T - 1), b, :H], h[0, b, H:]]) for b, n in enumerate(lengths)])
    mean = np.stack([h[:n, b].mean(axis=0) for b, n in enumerate(lengths)])
    largest = np.stack([h[:n, b].max(axis=0) for b, n in enumerate(lengths)])
    return last, mean, largest


@wrong(
    "last_step_left_out",
    "h[:length - 1] leaves the last real step out of the mean and of the maximum (unless it is the only one).",
    "How many rows has h[:n - 1]?",
)
def sentence_vectors(h, lengths):
    H = h.shape[2] // 2
    last = np.stack([np.hstack([h[n - 1, b, :H], h[0, b, H:]]) for b, n in enumerate(lengths)])
    mean = np.stack([h[:max(n - 1, 1), b].mean(axis=0) for b, n in enumerate(lengths)])
    largest = np.stack([h[:max(n - 1, 1), b].max(axis=0) for b, n in enumerate(lengths)])
    return last, mean, largest


@wrong(
    "mean_and_largest_exchanged",
    "The largest is returned second and the mean third.",
    "In which order are the three asked for?",
)
def sentence_vectors(h, lengths):
    H = h.shape[2] // 2
    last = np.stack([np.hstack([h[n - 1, b, :H], h[0, b, H:]]) for b, n in enumerate(lengths)])
    mean = np.stack([h[:n, b].mean(axis=0) for b, n in enumerate(lengths)])
    largest = np.stack([h[:n, b].max(axis=0) for b, n in enumerate(lengths)])
    return last, largest, mean


@wrong(
    "padding_wiped_in_h",
    "The padding is set to -inf in the caller's h; the three vectors are right.",
    "Print h after the call.",
)
def sentence_vectors(h, lengths):
    T, B, D = h.shape
    H = D // 2
    last = np.stack([np.hstack([h[n - 1, b, :H], h[0, b, H:]]) for b, n in enumerate(lengths)])
    mean = np.stack([h[:n, b].mean(axis=0) for b, n in enumerate(lengths)])
    for b in range(B):
        h[lengths[b]:, b] = -np.inf
    return last, mean, h.max(axis=0)


@wrong(
    "float64_from_empty",
    "np.zeros((B, D)) is float64 for any h.",
    "Print the dtypes of the three for a float32 h.",
)
def sentence_vectors(h, lengths):
    T, B, D = h.shape
    H = D // 2
    last, mean, largest = np.zeros((B, D)), np.zeros((B, D)), np.zeros((B, D))
    for b in range(B):
        last[b] = np.hstack([h[lengths[b] - 1, b, :H], h[0, b, H:]])
        mean[b] = h[:lengths[b], b].mean(axis=0)
        largest[b] = h[:lengths[b], b].max(axis=0)
    return last, mean, largest


@wrong(
    "one_length_for_all",
    "The longest length is used for every sentence.",
    "lengths has B numbers. Which of them does your code use?",
)
def sentence_vectors(h, lengths):
    H = h.shape[2] // 2
    n = max(lengths)
    last = np.concatenate([h[n - 1, :, :H], h[0, :, H:]], axis=1)
    return last, h[:n].mean(axis=0), h[:n].max(axis=0)


@wrong(
    "largest_by_absolute_value",
    "The number that is farthest from zero is taken for the largest.",
    "Of -0.9 and 0.5, which one is larger?",
)
def sentence_vectors(h, lengths):
    H = h.shape[2] // 2
    last = np.stack([np.hstack([h[n - 1, b, :H], h[0, b, H:]]) for b, n in enumerate(lengths)])
    mean = np.stack([h[:n, b].mean(axis=0) for b, n in enumerate(lengths)])
    largest = np.empty_like(mean)
    for b, n in enumerate(lengths):
        for j in range(h.shape[2]):
            largest[b, j] = max(h[:n, b, j], key=abs)
    return last, mean, largest
