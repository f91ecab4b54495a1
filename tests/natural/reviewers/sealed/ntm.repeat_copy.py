"""As programmers who skim: pad_sequence, BCEWithLogits, the copy tasks of repositories."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _task(b, lengths, n, T):
    L, B, K = b.shape
    x, y, m = np.zeros((T, B, K + 1), b.dtype), np.zeros((T, B, K), b.dtype), np.zeros((T, B), b.dtype)
    for i, l in enumerate(lengths):
        seq = b[:l, i]
        x[:l, i, :K], x[l, i, K] = seq, 1
        y[l + 1 : l + 1 + n * l, i] = np.concatenate([seq] * n)
        m[l + 1 : l + 1 + n * l, i] = 1
    return x, y, m


def _bce(y, o):
    o = o.astype(np.float64)
    return (np.maximum(o, 0) - o * y + np.log1p(np.exp(-np.abs(o)))) / np.log(2)


@right("bce_with_logits")
def repeat_copy(b, lengths, n, o):
    x, y, m = _task(b, lengths, n, len(o))
    return x, y, m, float((_bce(y, o) * m[..., None]).sum() / (m.sum() * b.shape[-1]))


@right("gather_without_loops")
def repeat_copy(b, lengths, n, o):
    (L, B, K), T = b.shape, len(o)
    t, l = np.arange(T)[:, None], np.asarray(lengths)[None]
    phase = t - l - 1
    m = ((phase >= 0) & (phase < n * l)).astype(b.dtype)
    y = np.take_along_axis(b, np.where(m > 0, phase % l, 0).astype(int)[..., None], 0)
    y = np.where(m[..., None] > 0, y, 0).astype(b.dtype)
    x = np.zeros((T, B, K + 1), b.dtype)
    x[:L, :, :K] = np.where((t[:L] < l)[..., None], b, 0)
    x[l[0], np.arange(B), K] = 1
    sign = np.where(y == 1, -1.0, 1.0)
    return x, y, m, float(np.logaddexp2(0, sign * o.astype(float) / np.log(2))[m > 0].mean())


@right("in_torch")
def repeat_copy(b, lengths, n, o):
    import torch
    import torch.nn.functional as F

    x, y, m = _task(b, lengths, n, len(o))
    keep = torch.tensor(m) > 0
    loss = F.binary_cross_entropy_with_logits(torch.tensor(o)[keep].double(), torch.tensor(y)[keep].double())
    return x, y, m, loss.item() / np.log(2)


@right("streams_per_example")
def repeat_copy(b, lengths, n, o):
    from itertools import chain, repeat

    (L, B, K), T = b.shape, len(o)
    x, y, m = np.zeros((T, B, K + 1), b.dtype), np.zeros((T, B, K), b.dtype), np.zeros((T, B), b.dtype)
    bits = []
    for i in range(B):
        l = int(lengths[i])
        for t in range(l):
            x[t, i, :K] = b[t, i]
        x[l, i, -1] = 1
        for t, src in enumerate(chain.from_iterable(repeat(range(l), n)), start=l + 1):
            y[t, i] = b[src, i]
            m[t, i] = 1
            bits.extend(np.logaddexp(0, np.where(y[t, i] == 1, -o[t, i], o[t, i]).astype(float)))
    return x, y, m, float(np.mean(bits) / np.log(2))


@right("roll_from_the_front")
def repeat_copy(b, lengths, n, o):
    (L, B, K), T = b.shape, len(o)
    lengths = np.asarray(lengths, dtype=int)
    x, y, m = np.zeros((T, B, K + 1), b.dtype), np.zeros((T, B, K), b.dtype), np.zeros((T, B), b.dtype)
    for l in np.unique(lengths):
        who = np.flatnonzero(lengths == l)
        said = np.tile(b[:l, who], (n, 1, 1))
        x[:l, who, :K] = b[:l, who]
        x[l, who, K] = 1
        y[l + 1 : l + 1 + n * l, who] = said
        m[l + 1 : l + 1 + n * l, who] = 1
    z = (o * (1 - 2 * y)).astype(float)
    c = np.where(z > 0, z, 0) + np.log1p(np.exp(-abs(z)))
    return x, y, m, float(np.einsum("tbk,tb->", c, m.astype(float)) / (K * m.sum()) / np.log(2))


def _score(y, m, o):
    return float(_bce(y, o)[m > 0].mean())


@wrong(
    "mean_of_everything",
    "BCE with reduction='mean' over all steps, mask or not.",
    "Do the steps of listening count in your score?",
)
def repeat_copy(b, lengths, n, o):
    x, y, m = _task(b, lengths, n, len(o))
    return x, y, m, float(_bce(y, o).mean())


@wrong(
    "masked_but_full_count",
    "Masked, then divided by all T B K bits.",
    "How many bits have to be said? By how many do you divide?",
)
def repeat_copy(b, lengths, n, o):
    x, y, m = _task(b, lengths, n, len(o))
    return x, y, m, float((_bce(y, o) * m[..., None]).sum() / o.size)


@wrong(
    "logits_masked_to_zero",
    "The logits are multiplied by the mask: silent steps cost one bit each.",
    "What does a logit 0 cost? In how many steps?",
)
def repeat_copy(b, lengths, n, o):
    x, y, m = _task(b, lengths, n, len(o))
    return x, y, m, float(_bce(y, o * m[..., None]).mean())


@wrong("bits_per_sequence", "Bits per sequence, as the NTM paper plots them.", "o = 0: is your score 1?")
def repeat_copy(b, lengths, n, o):
    x, y, m = _task(b, lengths, n, len(o))
    return x, y, m, float((_bce(y, o) * m[..., None]).sum() / b.shape[1])


@wrong("nats", "F.binary_cross_entropy gives nats.", "Which logarithm does the task take?")
def repeat_copy(b, lengths, n, o):
    x, y, m = _task(b, lengths, n, len(o))
    return x, y, m, _score(y, m, o) * float(np.log(2))


@wrong(
    "examples_alike", "The mean of each example, then over examples.", "Lengths 1 and 10: do their bits count alike?"
)
def repeat_copy(b, lengths, n, o):
    x, y, m = _task(b, lengths, n, len(o))
    per = (_bce(y, o) * m[..., None]).sum((0, 2)) / (m.sum(0) * b.shape[-1])
    return x, y, m, float(per.mean())


@wrong(
    "end_marker_to_say",
    "As in Graves' repeat copy: a step more to speak, for an end marker.",
    "How many steps has the mask of one example?",
)
def repeat_copy(b, lengths, n, o):
    x, y, m = _task(b, lengths, n, len(o))
    for i, l in enumerate(lengths):
        m[(n + 1) * l + 1 : (n + 1) * l + 2, i] = 1
    return x, y, m, _score(y, m, o)


@wrong(
    "count_in_the_delimiter",
    "The delimiter holds n, as in the paper, not 1.",
    "Which number stands in the last column in step l?",
)
def repeat_copy(b, lengths, n, o):
    x, y, m = _task(b, lengths, n, len(o))
    x[..., -1] *= n + 1
    return x, y, m, _score(y, m, o)


@wrong("speaks_in_the_delimiter_step", "Starts to speak at l, one step early.", "What does the network hear in step l?")
def repeat_copy(b, lengths, n, o):
    x, y, m = _task(b, lengths, n, len(o))
    y, m = np.roll(y, -1, 0), np.roll(m, -1, 0)
    return x, y, m, _score(y, m, o)


@wrong(
    "starts_at_the_longest",
    "All examples speak from L + 1 on, as in a padded batch.",
    "A short sequence: does it wait for the longest?",
)
def repeat_copy(b, lengths, n, o):
    (L, B, K), T = b.shape, len(o)
    x, y, m = _task(b, lengths, n, T)
    y, m = np.zeros_like(y), np.zeros_like(m)
    for i, l in enumerate(lengths):
        y[L + 1 : L + 1 + n * l, i] = np.concatenate([b[:l, i]] * n)
        m[L + 1 : L + 1 + n * l, i] = 1
    return x, y, m, _score(y, m, o)


@wrong(
    "tile_of_the_padded",
    "np.tile of the padded sequence: padding is said too.",
    "A sequence of 2 with L = 4: what is said in the third step?",
)
def repeat_copy(b, lengths, n, o):
    (L, B, K), T = b.shape, len(o)
    x, y, m = _task(b, lengths, n, T)
    for i, l in enumerate(lengths):
        long = np.tile(b[:, i], (n, 1))[: n * l]
        y[l + 1 : l + 1 + n * l, i] = long
    return x, y, m, _score(y, m, o)


@wrong("repeat_interleave", "repeat_interleave in place of repeat.", "A, B twice: A A B B or A B A B?")
def repeat_copy(b, lengths, n, o):
    x, y, m = _task(b, lengths, n, len(o))
    for i, l in enumerate(lengths):
        y[l + 1 : l + 1 + n * l, i] = np.repeat(b[:l, i], n, axis=0)
    return x, y, m, _score(y, m, o)


@wrong(
    "sigmoid_clamped",
    "Probabilities are clamped at 0.01, as Keras does with a smaller number.",
    "A confident wrong bit, o = 400: what does it cost, and by your clamp?",
)
def repeat_copy(b, lengths, n, o):
    x, y, m = _task(b, lengths, n, len(o))
    p = np.clip(1 / (1 + np.exp(-np.clip(o.astype(float), -700, 700))), 1e-2, 1 - 1e-2)
    c = -np.log2(np.where(y == 1, p, 1 - p))
    return x, y, m, float(c[m > 0].mean())


@wrong(
    "loss_clamped_like_torch_bce",
    "-log is clamped at 100, as F.binary_cross_entropy does.",
    "A wrong bit with o = 400: how many nats does it cost?",
)
def repeat_copy(b, lengths, n, o):
    x, y, m = _task(b, lengths, n, len(o))
    c = np.minimum(_bce(y, o) * np.log(2), 100) / np.log(2)
    return x, y, m, float(c[m > 0].mean())


@wrong("only_ones_cost", "-y log p alone: zeros cost nothing.", "A zero that is taken for a one: what does it cost?")
def repeat_copy(b, lengths, n, o):
    x, y, m = _task(b, lengths, n, len(o))
    return x, y, m, float((y * _bce(y, o))[m > 0].mean())


@wrong(
    "hard_bits",
    "The share of wrong bits at the threshold 0.5, an error rate.",
    "o grows from 1 to 2 where y is 1. Does your score change?",
)
def repeat_copy(b, lengths, n, o):
    x, y, m = _task(b, lengths, n, len(o))
    return x, y, m, float(((o > 0) != (y == 1))[m > 0].mean())


@wrong(
    "heard_while_speaking",
    "x also holds the answer while it has to speak (teacher forcing).",
    "What does the network hear after the delimiter?",
)
def repeat_copy(b, lengths, n, o):
    x, y, m = _task(b, lengths, n, len(o))
    x[1:, :, :-1] += y[:-1]
    return x, y, m, _score(y, m, o)


@wrong(
    "mask_with_listening",
    "The mask is 1 from step l + 1 to the end of T.",
    "When is the example done? What is the mask after that?",
)
def repeat_copy(b, lengths, n, o):
    x, y, m = _task(b, lengths, n, len(o))
    full = (np.arange(len(o))[:, None] > np.asarray(lengths)).astype(m.dtype)
    return x, y, full, _score(y, full, o)
