"""As students in the last week of the winter term, with notes of three other courses on the desk."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("plain_loops")
def pad_batch(x, labels, W, b):
    B = len(x)
    F = x[0].shape[1]
    T = max(len(seq) for seq in x)
    dt = x[0].dtype
    X = np.zeros((T, B, F), dtype=dt)
    mask = np.zeros((T, B), dtype=dt)
    f = np.zeros((B, 2 * F), dtype=dt)
    total = 0.0
    for i in range(B):
        n = len(x[i])
        for t in range(n):
            X[t, i] = x[i][t]
            mask[t, i] = 1
        f[i, :F] = np.mean(x[i], axis=0)
        f[i, F:] = x[i][n - 1]
        o = W @ f[i] + b
        m = np.max(o)
        total += m + np.log(np.sum(np.exp(o - m))) - o[labels[i]]
    return X, mask, f, total / B


@right("boolean_mask_and_concatenate")
def pad_batch(x, labels, W, b):
    lengths = np.array([seq.shape[0] for seq in x])
    T, B, F = lengths.max(), lengths.size, x[0].shape[1]
    inside = np.arange(T)[:, None] < lengths
    X = np.zeros((T, B, F), x[0].dtype)
    X.transpose(1, 0, 2)[inside.T] = np.concatenate(x)
    mask = inside.astype(X.dtype)
    mean = X.sum(axis=0) / lengths[:, None].astype(X.dtype)
    last = X[lengths - 1, np.arange(B)]
    f = np.hstack([mean, last])
    o = f @ W.T + b
    z = o - o.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    loss = -logp[np.arange(B), labels].mean()
    return X, mask, f, float(loss)


@right("einsum_on_the_padded_array")
def pad_batch(x, labels, W, b):
    T = max(map(len, x))
    pad = lambda a: np.pad(a, [(0, T - len(a))] + [(0, 0)] * (a.ndim - 1))
    X = np.stack([pad(a) for a in x], axis=1)
    mask = np.stack([pad(np.ones(len(a), a.dtype)) for a in x], axis=1)
    mean = np.einsum("tbf,tb->bf", X, mask) / np.einsum("tb->b", mask)[:, None]
    end = mask - np.concatenate([mask[1:], np.zeros_like(mask[:1])])
    last = np.einsum("tbf,tb->bf", X, end)
    f = np.concatenate([mean, last], axis=-1)
    o = np.einsum("kf,bf->bk", W, f) + b
    right_one = np.take_along_axis(o, np.asarray(labels)[:, None], axis=1)[:, 0]
    return X, mask, f, np.mean(np.logaddexp.reduce(o, axis=1) - right_one)


@wrong(
    "mean_over_the_longest",
    "The sum of each sequence is divided by T, the length of the longest: mean over the padded array.",
    "A sequence of one step in a batch with one of ten: what is the mean of its steps, and what is yours?",
)
def pad_batch(x, labels, W, b):
    lengths = np.array([seq.shape[0] for seq in x])
    T, B, F = lengths.max(), lengths.size, x[0].shape[1]
    inside = np.arange(T)[:, None] < lengths
    X = np.zeros((T, B, F), x[0].dtype)
    X.transpose(1, 0, 2)[inside.T] = np.concatenate(x)
    mask = inside.astype(X.dtype)
    mean = X.mean(axis=0)
    last = X[lengths - 1, np.arange(B)]
    f = np.hstack([mean, last])
    o = f @ W.T + b
    z = o - o.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    loss = -logp[np.arange(B), labels].mean()
    return X, mask, f, float(loss)


@wrong(
    "last_row_of_the_batch",
    "Takes X[-1] as last step: zeros for every shorter sequence.",
    "What stands in X[T-1, b] if sequence b has fewer than T steps?",
)
def pad_batch(x, labels, W, b):
    lengths = np.array([seq.shape[0] for seq in x])
    T, B, F = lengths.max(), lengths.size, x[0].shape[1]
    inside = np.arange(T)[:, None] < lengths
    X = np.zeros((T, B, F), x[0].dtype)
    X.transpose(1, 0, 2)[inside.T] = np.concatenate(x)
    mask = inside.astype(X.dtype)
    mean = X.sum(axis=0) / lengths[:, None].astype(X.dtype)
    last = X[-1]
    f = np.hstack([mean, last])
    o = f @ W.T + b
    z = o - o.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    loss = -logp[np.arange(B), labels].mean()
    return X, mask, f, float(loss)


@wrong(
    "mask_from_non_zeros",
    "The mask is read off the padded array: a step of zeros counts as padding.",
    "A step that really is all zeros: how does your mask tell it from padding?",
)
def pad_batch(x, labels, W, b):
    B, F = len(x), x[0].shape[1]
    T = max(len(a) for a in x)
    X = np.zeros((T, B, F), dtype=x[0].dtype)
    for i, a in enumerate(x):
        X[: len(a), i] = a
    mask = (X != 0).any(axis=2).astype(X.dtype)
    mean = np.array([a.mean(axis=0) for a in x])
    last = np.array([a[-1] for a in x])
    f = np.concatenate([mean, last], axis=1).astype(X.dtype)
    o = f @ W.T + b
    o = o - o.max(axis=1, keepdims=True)
    logp = o - np.log(np.exp(o).sum(axis=1, keepdims=True))
    return X, mask, f, -np.mean(logp[np.arange(B), labels])


@wrong(
    "softmax_as_written",
    "exp of the scores without taking off the largest: overflow from about 700 (88 in float32) on.",
    "What is np.exp(2000.)? Which number can be taken from all scores of one sequence without changing the fraction?",
)
def pad_batch(x, labels, W, b):
    lengths = np.array([seq.shape[0] for seq in x])
    T, B, F = lengths.max(), lengths.size, x[0].shape[1]
    inside = np.arange(T)[:, None] < lengths
    X = np.zeros((T, B, F), x[0].dtype)
    X.transpose(1, 0, 2)[inside.T] = np.concatenate(x)
    mask = inside.astype(X.dtype)
    mean = X.sum(axis=0) / lengths[:, None].astype(X.dtype)
    last = X[lengths - 1, np.arange(B)]
    f = np.hstack([mean, last])
    o = f @ W.T + b
    z = o
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    loss = -logp[np.arange(B), labels].mean()
    return X, mask, f, float(loss)


@wrong(
    "one_maximum_for_the_batch",
    "Takes off the maximum over the whole batch: sequences with much smaller scores underflow to log 0.",
    "Sequence 0 has scores near 3000, sequence 1 near 0: what are the exponentials of sequence 1 in your code?",
)
def pad_batch(x, labels, W, b):
    lengths = np.array([seq.shape[0] for seq in x])
    T, B, F = lengths.max(), lengths.size, x[0].shape[1]
    inside = np.arange(T)[:, None] < lengths
    X = np.zeros((T, B, F), x[0].dtype)
    X.transpose(1, 0, 2)[inside.T] = np.concatenate(x)
    mask = inside.astype(X.dtype)
    mean = X.sum(axis=0) / lengths[:, None].astype(X.dtype)
    last = X[lengths - 1, np.arange(B)]
    f = np.hstack([mean, last])
    o = f @ W.T + b
    z = o - o.max()
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    loss = -logp[np.arange(B), labels].mean()
    return X, mask, f, float(loss)


@wrong(
    "small_number_in_the_logarithm",
    "A small number added in the logarithm: the loss of one sequence cannot exceed about 28, however wrong the scores.",
    "Scores 0 and 2000, label 0: what is the loss by the formula, and what is yours?",
)
def pad_batch(x, labels, W, b):
    B = len(x)
    T = max(len(a) for a in x)
    X = np.zeros((T, B, x[0].shape[1]), dtype=x[0].dtype)
    mask = np.zeros((T, B), dtype=x[0].dtype)
    f = []
    for i, a in enumerate(x):
        X[: len(a), i] = a
        mask[: len(a), i] = 1
        f.append(np.concatenate([a.mean(0), a[-1]]))
    f = np.array(f)
    o = f @ W.T + b
    e = np.exp(o - o.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(B), labels] + 1e-12))
    return X, mask, f, loss


@wrong(
    "batch_first",
    "The arrays are (B, T, F) and (B, T): batch first.",
    "Which axis of X comes first, the step or the sequence?",
)
def pad_batch(x, labels, W, b):
    T = max(map(len, x))
    pad = lambda a: np.pad(a, [(0, T - len(a))] + [(0, 0)] * (a.ndim - 1))
    X = np.stack([pad(a) for a in x], axis=1)
    mask = np.stack([pad(np.ones(len(a), a.dtype)) for a in x], axis=1)
    mean = np.einsum("tbf,tb->bf", X, mask) / np.einsum("tb->b", mask)[:, None]
    end = mask - np.concatenate([mask[1:], np.zeros_like(mask[:1])])
    last = np.einsum("tbf,tb->bf", X, end)
    f = np.concatenate([mean, last], axis=-1)
    o = np.einsum("kf,bf->bk", W, f) + b
    right_one = np.take_along_axis(o, np.asarray(labels)[:, None], axis=1)[:, 0]
    X, mask = X.swapaxes(0, 1), mask.T
    return X, mask, f, np.mean(np.logaddexp.reduce(o, axis=1) - right_one)


@wrong(
    "zeros_in_front",
    "The zeros stand in front of shorter sequences (the default of Keras), not behind.",
    "In your X, where is step 0 of the shortest sequence?",
)
def pad_batch(x, labels, W, b):
    B, F = len(x), x[0].shape[1]
    T = max(len(a) for a in x)
    X = np.zeros((T, B, F), dtype=x[0].dtype)
    mask = np.zeros((T, B), dtype=x[0].dtype)
    for i in range(B):
        X[-len(x[i]) :, i] = x[i]
        mask[-len(x[i]) :, i] = 1
    mean = X.sum(0) / mask.sum(0)[:, None]
    f = np.concatenate([mean, X[-1]], axis=1)
    o = f @ W.T + b
    top = o.max(1, keepdims=True)
    lse = top[:, 0] + np.log(np.exp(o - top).sum(1))
    return X, mask, f, float(np.mean(lse - o[np.arange(B), labels]))


@wrong(
    "last_step_first",
    "f has the last step first and the mean behind it.",
    "Which of the two stands in the first F entries of f?",
)
def pad_batch(x, labels, W, b):
    T = max(map(len, x))
    pad = lambda a: np.pad(a, [(0, T - len(a))] + [(0, 0)] * (a.ndim - 1))
    X = np.stack([pad(a) for a in x], axis=1)
    mask = np.stack([pad(np.ones(len(a), a.dtype)) for a in x], axis=1)
    mean = np.einsum("tbf,tb->bf", X, mask) / np.einsum("tb->b", mask)[:, None]
    end = mask - np.concatenate([mask[1:], np.zeros_like(mask[:1])])
    last = np.einsum("tbf,tb->bf", X, end)
    f = np.concatenate([last, mean], axis=-1)
    o = np.einsum("kf,bf->bk", W, f) + b
    right_one = np.take_along_axis(o, np.asarray(labels)[:, None], axis=1)[:, 0]
    return X, mask, f, np.mean(np.logaddexp.reduce(o, axis=1) - right_one)


@wrong(
    "sum_of_the_losses",
    "The losses are summed over the sequences, not averaged.",
    "The same sequence twice in the batch: should the loss double?",
)
def pad_batch(x, labels, W, b):
    B = len(x)
    F = x[0].shape[1]
    T = max(len(seq) for seq in x)
    dt = x[0].dtype
    X = np.zeros((T, B, F), dtype=dt)
    mask = np.zeros((T, B), dtype=dt)
    f = np.zeros((B, 2 * F), dtype=dt)
    total = 0.0
    for i in range(B):
        n = len(x[i])
        for t in range(n):
            X[t, i] = x[i][t]
            mask[t, i] = 1
        f[i, :F] = np.mean(x[i], axis=0)
        f[i, F:] = x[i][n - 1]
        o = W @ f[i] + b
        m = np.max(o)
        total += m + np.log(np.sum(np.exp(o - m))) - o[labels[i]]
    return X, mask, f, total


@wrong(
    "bias_shadowed_by_the_loop",
    "The loop variable is called b as well: the bias is lost, and the number of the last sequence is added to all scores.",
    "What is b in the line of the scores, after your loop over b?",
)
def pad_batch(x, labels, W, b):
    B, F = len(x), x[0].shape[1]
    T = max(len(seq) for seq in x)
    X = np.zeros((T, B, F), dtype=x[0].dtype)
    mask = np.zeros((T, B), dtype=x[0].dtype)
    f = np.zeros((B, 2 * F), dtype=x[0].dtype)
    for b in range(B):
        T_b = len(x[b])
        X[:T_b, b] = x[b]
        mask[:T_b, b] = 1
        f[b] = np.concatenate([x[b].mean(axis=0), x[b][-1]])
    o = f @ W.T + b
    o = o - o.max(axis=1, keepdims=True)
    nll = np.log(np.exp(o).sum(axis=1)) - o[np.arange(B), labels]
    return X, mask, f, nll.mean()


@wrong(
    "always_float64",
    "np.zeros without a dtype: float32 comes in, float64 goes out.",
    "x[0].dtype is float32. Which dtype has np.zeros((T, B, F))?",
)
def pad_batch(x, labels, W, b):
    B = len(x)
    F = x[0].shape[1]
    T = max(len(seq) for seq in x)
    X = np.zeros((T, B, F))
    mask = np.zeros((T, B))
    f = np.zeros((B, 2 * F))
    total = 0.0
    for i in range(B):
        n = len(x[i])
        for t in range(n):
            X[t, i] = x[i][t]
            mask[t, i] = 1
        f[i, :F] = np.mean(x[i], axis=0)
        f[i, F:] = x[i][n - 1]
        o = W @ f[i] + b
        m = np.max(o)
        total += m + np.log(np.sum(np.exp(o - m))) - o[labels[i]]
    return X, mask, f, total / B


@wrong(
    "normalised_over_the_batch",
    "The sum in the denominator goes over the sequences, not over the classes.",
    "A batch of one sequence: what is your loss, whatever the scores?",
)
def pad_batch(x, labels, W, b):
    lengths = np.array([seq.shape[0] for seq in x])
    T, B, F = lengths.max(), lengths.size, x[0].shape[1]
    inside = np.arange(T)[:, None] < lengths
    X = np.zeros((T, B, F), x[0].dtype)
    X.transpose(1, 0, 2)[inside.T] = np.concatenate(x)
    mask = inside.astype(X.dtype)
    mean = X.sum(axis=0) / lengths[:, None].astype(X.dtype)
    last = X[lengths - 1, np.arange(B)]
    f = np.hstack([mean, last])
    o = f @ W.T + b
    z = o - o.max(axis=0)
    logp = z - np.log(np.exp(z).sum(axis=0))
    loss = -logp[np.arange(B), labels].mean()
    return X, mask, f, float(loss)
