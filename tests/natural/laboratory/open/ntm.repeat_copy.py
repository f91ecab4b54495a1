"""As students of signal processing in the lab: records of unequal length, loops over steps, bits per symbol."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _ref(b, lengths, n, T):
    L, B, K = b.shape
    x = np.zeros((T, B, K + 1), dtype=b.dtype)
    y = np.zeros((T, B, K), dtype=b.dtype)
    mask = np.zeros((T, B), dtype=b.dtype)
    for i in range(B):
        l = int(lengths[i])
        x[:l, i, :K] = b[:l, i]
        x[l, i, K] = 1
        y[l + 1 : l + 1 + n * l, i] = np.tile(b[:l, i], (n, 1))
        mask[l + 1 : l + 1 + n * l, i] = 1
    return x, y, mask


@right("loops_over_steps")
def repeat_copy(b, lengths, n, o):
    L, B, K = b.shape
    T = o.shape[0]
    x = np.zeros((T, B, K + 1), dtype=b.dtype)
    y = np.zeros((T, B, K), dtype=b.dtype)
    mask = np.zeros((T, B), dtype=b.dtype)
    bits, count = 0.0, 0
    for i in range(B):
        ell = lengths[i]
        for t in range(T):
            if t < ell:
                x[t, i, 0:K] = b[t, i]
            elif t == ell:
                x[t, i, K] = 1
            elif t <= ell + n * ell:
                y[t, i] = b[(t - ell - 1) % ell, i]
                mask[t, i] = 1
                for q in range(K):
                    z = float(o[t, i, q])
                    if y[t, i, q] == 0:
                        z = -z
                    # -log sigma(z)
                    bits += (np.log1p(np.exp(-z)) if z > 0 else -z + np.log1p(np.exp(z))) / np.log(2)
                    count += 1
    return x, y, mask, bits / count


@right("tile_and_logaddexp")
def repeat_copy(b, lengths, n, o):
    x, y, mask = _ref(b, lengths, n, len(o))
    loss = np.logaddexp(0, np.where(y == 1, -o, o).astype(float)) / np.log(2)
    return x, y, mask, float(loss[mask == 1].mean())


@right("indices_all_at_once")
def repeat_copy(b, lengths, n, o):
    L, B, K = b.shape
    T = o.shape[0]
    t = np.arange(T)[:, None]
    l = np.asarray(lengths)[None, :]
    hear, speak = t < l, (t > l) & (t <= l * (n + 1))
    x = np.zeros((T, B, K + 1), dtype=b.dtype)
    cols = np.arange(B)[None, :]
    x[:, :, :K] = np.where(hear[:, :, None], b[np.minimum(t, L - 1), cols], 0)
    x[:, :, K] = t == l
    y = np.where(speak[:, :, None], b[(t - l - 1) % l, cols], 0).astype(b.dtype)
    mask = speak.astype(b.dtype)
    o64 = o.astype(np.float64)
    ce = np.maximum(o64, 0) - o64 * y + np.log1p(np.exp(-np.abs(o64)))
    score = (ce * mask[:, :, None]).sum() / (mask.sum() * K) / np.log(2)
    return x, y, mask, float(score)


@right("python_lists_then_pad")
def repeat_copy(b, lengths, n, o):
    L, B, K = b.shape
    T = len(o)
    xs, ys, ms = [], [], []
    for i, l in enumerate(lengths):
        seq = [list(v) for v in b[:l, i]]
        xi = [v + [0] for v in seq] + [[0] * K + [1]]
        yi = [[0] * K] * (l + 1) + seq * n
        mi = [0] * (l + 1) + [1] * (n * l)
        xs.append(xi + [[0] * (K + 1)] * (T - len(xi)))
        ys.append(yi + [[0] * K] * (T - len(yi)))
        ms.append(mi + [0] * (T - len(mi)))
    x = np.array(xs, dtype=b.dtype).transpose(1, 0, 2)
    y = np.array(ys, dtype=b.dtype).transpose(1, 0, 2)
    mask = np.array(ms, dtype=b.dtype).T
    said = mask.astype(bool)
    z = ((2 * y - 1) * o)[said].astype(float)
    return x, y, mask, np.mean(np.logaddexp(0, -z)) / np.log(2)


@right("log_expit_of_scipy")
def repeat_copy(b, lengths, n, o):
    from scipy.special import log_expit

    x, y, mask = _ref(b, lengths, n, len(o))
    yes, no = log_expit(o.astype(float)), log_expit(-o.astype(float))
    p = np.where(y == 1, yes, no) / -np.log(2)
    return x, y, mask, float(np.average(p, weights=np.broadcast_to(mask[:, :, None], p.shape)))


def _bits(y, o):
    return np.logaddexp(0, np.where(y == 1, -o, o).astype(float)) / np.log(2)


@wrong(
    "nats",
    "The natural logarithm: the score is in nats, not bits.",
    "o = 0 everywhere is a fair coin. How many bits does it cost?",
)
def repeat_copy(b, lengths, n, o):
    x, y, mask = _ref(b, lengths, n, len(o))
    return x, y, mask, float(_bits(y, o)[mask == 1].mean() * np.log(2))


@wrong(
    "mean_over_all_steps",
    "The mean goes over all steps, also those in which nothing is said.",
    "By how many bits do you divide? How many have to be said?",
)
def repeat_copy(b, lengths, n, o):
    x, y, mask = _ref(b, lengths, n, len(o))
    return x, y, mask, float((_bits(y, o) * mask[:, :, None]).mean())


@wrong(
    "mean_of_means",
    "A mean for each example, then the mean of those: bits of short sequences count more.",
    "A short and a long sequence: does every bit count alike in your mean?",
)
def repeat_copy(b, lengths, n, o):
    x, y, mask = _ref(b, lengths, n, len(o))
    c = _bits(y, o)
    return x, y, mask, float(np.mean([c[mask[:, i] == 1, i].mean() for i in range(b.shape[1])]))


@wrong(
    "divided_by_steps",
    "The sum is divided by the steps, not by the bits: K times too large.",
    "o = 0 everywhere should score 1. What do you get for K = 4?",
)
def repeat_copy(b, lengths, n, o):
    x, y, mask = _ref(b, lengths, n, len(o))
    return x, y, mask, float((_bits(y, o) * mask[:, :, None]).sum() / mask.sum())


@wrong(
    "speaks_one_step_early",
    "The answer begins in the step of the delimiter.",
    "In which step does the network hear the delimiter? And in which does it speak first?",
)
def repeat_copy(b, lengths, n, o):
    L, B, K = b.shape
    x, y, mask = _ref(b, lengths, n, len(o))
    y, mask = np.zeros_like(y), np.zeros_like(mask)
    for i, l in enumerate(lengths):
        y[l : l + n * l, i] = np.tile(b[:l, i], (n, 1))
        mask[l : l + n * l, i] = 1
    return x, y, mask, float(_bits(y, o)[mask == 1].mean())


@wrong(
    "padding_heard",
    "All L vectors are heard, also what stands behind the sequence.",
    "A sequence of 2 in a batch of 4: what is x in step 3?",
)
def repeat_copy(b, lengths, n, o):
    L, B, K = b.shape
    x, y, mask = _ref(b, lengths, n, len(o))
    x = x.copy()
    x[:L, :, :K] = b
    return x, y, mask, float(_bits(y, o)[mask == 1].mean())


@wrong(
    "delimiter_after_longest",
    "The delimiter stands behind the longest sequence for all examples.",
    "A short sequence: in which step does it end, and where is its delimiter?",
)
def repeat_copy(b, lengths, n, o):
    L, B, K = b.shape
    x, y, mask = _ref(b, lengths, n, len(o))
    x[:, :, K] = 0
    x[L, :, K] = 1
    return x, y, mask, float(_bits(y, o)[mask == 1].mean())


@wrong(
    "each_vector_repeated",
    "np.repeat says each vector n times; the sequence is to be said n times.",
    "Sequence A, B with n = 2: A B A B, or A A B B?",
)
def repeat_copy(b, lengths, n, o):
    x, y, mask = _ref(b, lengths, n, len(o))
    for i, l in enumerate(lengths):
        y[l + 1 : l + 1 + n * l, i] = np.repeat(b[:l, i], n, axis=0)
    return x, y, mask, float(_bits(y, o)[mask == 1].mean())


@wrong(
    "said_once",
    "The sequence is said once only, whatever n is.",
    "How many steps has the mask of one example? n times its length?",
)
def repeat_copy(b, lengths, n, o):
    x, y, mask = _ref(b, lengths, 1, len(o))
    return x, y, mask, float(_bits(y, o)[mask == 1].mean())


@wrong(
    "sigmoid_then_log",
    "The logarithm of a rounded sigmoid: infinite for large o.",
    "What is 1 - sigmoid(400) on the machine? And its logarithm?",
)
def repeat_copy(b, lengths, n, o):
    x, y, mask = _ref(b, lengths, n, len(o))
    p = 1 / (1 + np.exp(-o.astype(float)))
    p = np.where(y == 1, p, 1 - p)
    return x, y, mask, float(-np.log2(p)[mask == 1].mean())


@wrong(
    "clipped_probability",
    "Adds 1e-12 in the logarithm: a wrong bit costs 40 bits at most.",
    "What does a wrong bit cost for o = 400? And by your line?",
)
def repeat_copy(b, lengths, n, o):
    x, y, mask = _ref(b, lengths, n, len(o))
    o = np.clip(o.astype(float), -500, 500)
    p = 1 / (1 + np.exp(-o))
    return x, y, mask, float(-np.log2(np.where(y == 1, p, 1 - p) + 1e-12)[mask == 1].mean())


@wrong(
    "sign_swapped",
    "Takes 1 - sigma for the ones: the two cases are swapped.",
    "o is large where y is 1. Is the score small, as it should be?",
)
def repeat_copy(b, lengths, n, o):
    x, y, mask = _ref(b, lengths, n, len(o))
    return x, y, mask, float(_bits(1 - y, o)[mask == 1].mean())


@wrong(
    "delimiter_between_copies",
    "A gap of one step stands between the copies.",
    "The task says without a gap. In which step does the second copy start?",
)
def repeat_copy(b, lengths, n, o):
    L, B, K = b.shape
    x, y, mask = _ref(b, lengths, n, len(o))
    y, mask = np.zeros_like(y), np.zeros_like(mask)
    for i, l in enumerate(lengths):
        t = l + 1
        for _ in range(n):
            for q in range(l):
                if t < len(o):
                    y[t, i], mask[t, i] = b[q, i], 1
                t += 1
            t += 1
    return x, y, mask, float(_bits(y, o)[mask == 1].mean())


@wrong(
    "delimiter_in_first_column",
    "The delimiter is the first column, the bits follow.",
    "Which column is for the delimiter?",
)
def repeat_copy(b, lengths, n, o):
    x, y, mask = _ref(b, lengths, n, len(o))
    x = np.concatenate([x[:, :, -1:], x[:, :, :-1]], axis=2)
    return x, y, mask, float(_bits(y, o)[mask == 1].mean())


@wrong(
    "said_backwards", "The second and later copies run backwards.", "Sequence A, B, C with n = 2: what is said after C?"
)
def repeat_copy(b, lengths, n, o):
    x, y, mask = _ref(b, lengths, n, len(o))
    for i, l in enumerate(lengths):
        for r in range(1, n):
            y[l + 1 + r * l : l + 1 + (r + 1) * l, i] = b[:l, i][::-1]
    return x, y, mask, float(_bits(y, o)[mask == 1].mean())
