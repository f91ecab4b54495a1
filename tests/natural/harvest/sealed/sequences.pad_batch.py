"""As students of the third year at the end of term: own loops, habits of Keras and torch, things half remembered."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("plain_loops")
def pad_batch(x, labels, W, b):
    B, F = len(x), x[0].shape[1]
    T = max(len(seq) for seq in x)
    X = np.zeros((T, B, F), dtype=x[0].dtype)
    mask = np.zeros((T, B), dtype=x[0].dtype)
    f = np.zeros((B, 2 * F), dtype=x[0].dtype)
    loss = 0.0
    for i, seq in enumerate(x):
        n = len(seq)
        X[:n, i] = seq
        mask[:n, i] = 1
        f[i, :F] = seq.mean(axis=0)
        f[i, F:] = seq[-1]
        o = W @ f[i] + b
        top = o.max()
        loss += top + np.log(np.exp(o - top).sum()) - o[labels[i]]
    return X, mask, f, float(loss / B)


@right("everything_from_the_mask")
def pad_batch(x, labels, W, b):
    lengths = np.array([s.shape[0] for s in x])
    T = lengths.max()
    X = np.stack([np.pad(s, ((0, T - len(s)), (0, 0))) for s in x], axis=1)
    mask = (np.arange(T)[:, None] < lengths).astype(X.dtype)
    mean = (mask[:, :, None] * X).sum(0) / mask.sum(0)[:, None]
    last = X[lengths - 1, np.arange(len(x))]
    f = np.hstack([mean, last])
    scores = f @ W.T + b
    scores = scores - scores.max(1, keepdims=True)
    logp = scores - np.log(np.exp(scores).sum(1, keepdims=True))
    return X, mask, f, -logp[np.arange(len(x)), labels].mean()


@right("logaddexp_and_comprehensions")
def pad_batch(x, labels, W, b):
    T = max(map(len, x))
    f = np.array([np.r_[s.sum(0) / s.dtype.type(len(s)), s[-1]] for s in x])
    o = np.einsum("kf,bf->bk", W, f) + b
    nll = [np.logaddexp.reduce(ob) - ob[l] for ob, l in zip(o, labels, strict=True)]
    X = np.zeros((len(x), T, x[0].shape[1]), x[0].dtype)
    mask = np.zeros((len(x), T), x[0].dtype)
    for Xb, mb, s in zip(X, mask, x, strict=True):
        Xb[: len(s)], mb[: len(s)] = s, 1
    return X.swapaxes(0, 1), mask.T, f, np.mean(nll)


@wrong(
    "mean_over_the_padding",
    "The mean is taken over all T rows of X: short sequences are divided by T, not by T_b.",
    "Take a sequence of two steps beside one of ten. By which number do you divide its sum?",
)
def pad_batch(x, labels, W, b):
    T, B, F = max(len(s) for s in x), len(x), x[0].shape[1]
    X = np.zeros((T, B, F), dtype=x[0].dtype)
    mask = np.zeros((T, B), dtype=x[0].dtype)
    for k in range(B):
        X[: len(x[k]), k] = x[k]
        mask[: len(x[k]), k] = 1
    last = np.stack([s[-1] for s in x])
    f = np.concatenate([X.mean(axis=0), last], axis=1)
    o = f @ W.T + b
    o -= o.max(axis=1, keepdims=True)
    loss = np.mean(np.log(np.exp(o).sum(axis=1)) - o[np.arange(B), labels])
    return X, mask, f, loss


@wrong(
    "last_row_of_the_array",
    "X[-1] is taken as the last step; for shorter sequences these are the zeros of the padding.",
    "What stands in X[-1, b] if sequence b is shorter than the longest one?",
)
def pad_batch(x, labels, W, b):
    lens = [len(s) for s in x]
    X = np.zeros((max(lens), len(x), x[0].shape[-1]), x[0].dtype)
    mask = np.zeros(X.shape[:2], x[0].dtype)
    for i, (s, n) in enumerate(zip(x, lens, strict=True)):
        X[:n, i, :] = s
        mask[:n, i] = 1.0
    mean = X.sum(0) / mask.sum(0)[:, None]
    f = np.concatenate((mean, X[-1]), axis=-1)
    o = f @ W.T + b
    m = o.max(1)
    lse = m + np.log(np.exp(o - m[:, None]).sum(1))
    return X, mask, f, np.mean(lse - o[range(len(x)), labels])


@wrong(
    "mask_where_not_zero",
    "The mask is 1 where X is not all zero, so a step that is zero itself is taken for padding.",
    "A step of a sequence may be (0, 0). What does your mask say there?",
)
def pad_batch(x, labels, W, b):
    T = max(s.shape[0] for s in x)
    X = np.stack([np.vstack([s, np.zeros((T - len(s), s.shape[1]), s.dtype)]) for s in x], axis=1)
    mask = np.any(X != 0, axis=2).astype(X.dtype)  # padding is all zeros
    n = np.maximum(mask.sum(axis=0), 1)
    f = np.concatenate([X.sum(axis=0) / n[:, None], np.array([s[-1] for s in x])], axis=1)
    o = f @ W.T + b
    o = o - o.max(axis=1)[:, None]
    p = o - np.log(np.sum(np.exp(o), axis=1))[:, None]
    return X, mask, f, -np.mean(p[np.arange(len(x)), labels])


@wrong(
    "softmax_overflows",
    "exp of the scores as they are: from about 710 on (88 in float32) it is infinite and the loss is NaN.",
    "What is np.exp(1000.0)? What may you subtract from all scores without changing the softmax?",
)
def pad_batch(x, labels, W, b):
    B = len(x)
    T_b = np.array([len(s) for s in x])
    T = T_b.max()
    X = np.zeros((T, B, x[0].shape[1]), dtype=x[0].dtype)
    for i in range(B):
        X[: T_b[i], i] = x[i]
    mask = (np.arange(T)[:, None] < T_b[None, :]).astype(x[0].dtype)
    f = np.array([np.concatenate([s.mean(0), s[-1]]) for s in x])
    e = np.exp(f @ W.T + b)
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(B), labels]).mean()
    return X, mask, f, loss


@wrong(
    "small_number_in_the_logarithm",
    "A small number is added in the logarithm, so that a very improbable label costs 27.6 and never more.",
    "With scores (0, 1000) and label 0 the loss should be 1000. What do you get?",
)
def pad_batch(x, labels, W, b):
    eps = 1e-12
    B, T = len(x), max(len(s) for s in x)
    X = np.zeros((T, B, x[0].shape[1]), x[0].dtype)
    mask = np.zeros((T, B), x[0].dtype)
    f = []
    for i, s in enumerate(x):
        X[: len(s), i], mask[: len(s), i] = s, 1
        f.append(np.append(s.mean(axis=0), s[-1]))
    f = np.array(f)
    z = f @ W.T + b
    z = np.exp(z - z.max(axis=1, keepdims=True))
    p = z / z.sum(axis=1, keepdims=True)
    return X, mask, f, float(np.mean([-np.log(p[i, labels[i]] + eps) for i in range(B)]))


@wrong(
    "padded_in_front",
    "The zeros stand before the short sequences, as pad_sequences of Keras puts them.",
    "Where is step 0 of the shortest sequence in your X? The task says X[t, b] is step t.",
)
def pad_batch(x, labels, W, b):
    maxlen = max(len(s) for s in x)
    X = np.zeros((maxlen, len(x), x[0].shape[1]), dtype=x[0].dtype)
    mask = np.zeros((maxlen, len(x)), dtype=x[0].dtype)
    for i, s in enumerate(x):
        X[-len(s) :, i] = s
        mask[-len(s) :, i] = 1
    mean = X.sum(0) / mask.sum(0)[:, None]
    f = np.concatenate([mean, X[-1]], axis=1)
    o = f @ W.T + b
    o = o - o.max(1, keepdims=True)
    ll = o - np.log(np.exp(o).sum(1, keepdims=True))
    return X, mask, f, -ll[np.arange(len(x)), labels].mean()


@wrong(
    "last_step_before_mean",
    "f has the last step first and the mean behind it.",
    "Which columns of W belong to the mean by the formula of f?",
)
def pad_batch(x, labels, W, b):
    n = np.array([len(s) for s in x])
    X = np.zeros((n.max(), n.size, x[0].shape[1]), x[0].dtype)
    for j in range(n.size):
        X[: n[j], j] = x[j]
    mask = np.less.outer(np.arange(n.max()), n).astype(X.dtype)
    f = np.stack([np.hstack((seq[-1], seq.mean(axis=0))) for seq in x])
    o = (W @ f.T).T + b
    loss = 0
    for j in range(n.size):
        c = o[j].max()
        loss += np.log(np.exp(o[j] - c).sum()) + c - o[j, labels[j]]
    return X, mask, f, loss / n.size


@wrong(
    "argmax_for_the_last_one",
    "argmax of the mask finds the first 1, not the last: f holds the first step.",
    "np.argmax([1, 1, 1, 0]) is what? Which step does f then take?",
)
def pad_batch(x, labels, W, b):
    B = len(x)
    T = max(len(s) for s in x)
    X = np.zeros((T, B, x[0].shape[1]), dtype=x[0].dtype)
    mask = np.zeros((T, B), dtype=x[0].dtype)
    for i in range(B):
        X[: len(x[i]), i] = x[i]
        mask[: len(x[i]), i] = 1
    end = np.argmax(mask, axis=0)
    last = X[end, np.arange(B)]
    mean = X.sum(axis=0) / mask.sum(axis=0).reshape(-1, 1)
    f = np.concatenate([mean, last], axis=1)
    o = f @ W.T + b
    o = o - np.max(o, axis=1, keepdims=True)
    loss = -np.mean(o[np.arange(B), labels] - np.log(np.sum(np.exp(o), axis=1)))
    return X, mask, f, loss


@wrong(
    "sorted_by_length",
    "The sequences are sorted by length, longest first, as pack_padded_sequence once wanted it, but the labels are not.",
    "Is column b of X still sequence b? And whose label is labels[b]?",
)
def pad_batch(x, labels, W, b):
    x = sorted(x, key=len, reverse=True)
    T = len(x[0])
    B = len(x)
    X = np.zeros((T, B, x[0].shape[1]), x[0].dtype)
    mask = np.zeros((T, B), x[0].dtype)
    for i, s in enumerate(x):
        X[: len(s), i] = s
        mask[: len(s), i] = 1
    f = np.array([np.concatenate([s.mean(0), s[-1]]) for s in x])
    o = f @ W.T + b
    lse = np.logaddexp.reduce(o, axis=1)
    return X, mask, f, np.mean(lse - o[np.arange(B), labels])


@wrong(
    "maximum_not_put_back",
    "The maximum is subtracted in the sum of exponentials, but not from the label's score (nor added again).",
    "Add 5 to every entry of b: the loss must not change. Does yours?",
)
def pad_batch(x, labels, W, b):
    T = max([len(s) for s in x])
    X = np.stack([np.pad(s, [(0, T - len(s)), (0, 0)]) for s in x], axis=1)
    mask = np.stack([(np.arange(T) < len(s)).astype(X.dtype) for s in x], axis=1)
    f = np.stack([np.concatenate([s.mean(axis=0), s[-1]]) for s in x])
    o = f @ W.T + b
    logsumexp = np.log(np.exp(o - o.max(axis=1, keepdims=True)).sum(axis=1))
    loss = (logsumexp - o[np.arange(len(x)), labels]).mean()
    return X, mask, f, loss


@wrong(
    "mean_over_classes_too",
    "With one-hot labels np.mean divides by B times K, not by the B sequences.",
    "How many numbers does your np.mean go over? Double the classes with scores of -1000: may the loss change?",
)
def pad_batch(x, labels, W, b):
    K = W.shape[0]
    onehot = np.eye(K)[labels]
    lengths = [len(s) for s in x]
    T = max(lengths)
    X = np.zeros((T, len(x), x[0].shape[1]), x[0].dtype)
    mask = np.zeros((T, len(x)), x[0].dtype)
    for i, n in enumerate(lengths):
        X[:n, i] = x[i]
        mask[:n, i] = 1
    f = np.concatenate([X.sum(0) / mask.sum(0)[:, None], np.stack([s[-1] for s in x])], axis=1)
    o = f @ W.T + b
    o = o - o.max(axis=1, keepdims=True)
    log_p = o - np.log(np.exp(o).sum(axis=1, keepdims=True))
    return X, mask, f, -np.mean(onehot * log_p)


@wrong(
    "float64_by_default",
    "np.zeros without a dtype: X and mask are float64 though the sequences are float32.",
    "Give it float32 sequences and print X.dtype.",
)
def pad_batch(x, labels, W, b):
    T = max(len(s) for s in x)
    X = np.zeros((T, len(x), x[0].shape[1]))
    mask = np.zeros((T, len(x)))
    for i, s in enumerate(x):
        X[: len(s), i, :] = s
        mask[: len(s), i] = 1
    mean = X.sum(axis=0) / mask.sum(axis=0)[:, None]
    last = np.array([s[-1] for s in x])
    f = np.concatenate([mean, last], axis=1)
    o = f @ W.T + b
    o = o - o.max(axis=1, keepdims=True)
    logp = o - np.log(np.exp(o).sum(axis=1, keepdims=True))
    return X, mask, f, -logp[np.arange(len(x)), labels].mean()


@wrong(
    "sum_of_the_losses",
    "The losses of the sequences are added, not averaged.",
    "Give it every sequence twice: should the loss double?",
)
def pad_batch(x, labels, W, b):
    T, B = max(len(s) for s in x), len(x)
    dt = x[0].dtype
    X, mask = np.zeros((T, B, x[0].shape[1]), dt), np.zeros((T, B), dt)
    f = np.empty((B, 2 * x[0].shape[1]), dt)
    loss = 0.0
    for i in range(B):
        n = x[i].shape[0]
        X[:n, i], mask[:n, i] = x[i], 1
        f[i] = np.concatenate([x[i].mean(0), x[i][n - 1]])
        o = W.dot(f[i]) + b
        o = o - o.max()
        loss -= o[labels[i]] - np.log(np.exp(o).sum())
    return X, mask, f, loss
