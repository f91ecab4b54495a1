"""What is handed in for the exercises of ``sequences``: right answers, and wrong ones as they are typed."""

from __future__ import annotations

import collections
import math

import numpy as np

from rnncourse.sequences import HMM, ar_fit, fit_scale, hmm_predict, mlp_parameter_count, skill, windows

from . import solves

# sequences.pad_batch


@solves("sequences.pad_batch")
def in_loops(x, labels, W, b):
    B, F, T = len(x), x[0].shape[1], max([s.shape[0] for s in x])
    X, mask = np.zeros((T, B, F), dtype=W.dtype), np.zeros((T, B), dtype=W.dtype)
    f = np.zeros((B, 2 * F), dtype=W.dtype)
    loss = 0.0
    for i in range(B):
        for t in range(x[i].shape[0]):
            X[t, i] = x[i][t]
            mask[t, i] = 1
        f[i, :F] = x[i].mean(axis=0)
        f[i, F:] = x[i][-1]
        o = [float(W[k] @ f[i] + b[k]) for k in range(len(b))]
        top = max(o)
        loss += top + math.log(sum(math.exp(v - top) for v in o)) - o[labels[i]]
    return X, mask, f, loss / B


@solves("sequences.pad_batch")
def by_padding_each(x, labels, W, b):
    lengths = np.array([len(steps) for steps in x])
    T = lengths.max()
    X = np.stack([np.pad(steps, ((0, T - len(steps)), (0, 0))) for steps in x], axis=1)
    mask = (np.arange(T)[:, None] < lengths).astype(X.dtype)
    mean = (X * mask[..., None]).sum(0) / mask.sum(0)[:, None]
    f = np.hstack([mean, X[lengths - 1, range(len(x))]])
    o = f @ W.T + b
    logs = o - np.logaddexp.reduce(o, axis=1)[:, None]
    return X, mask, f, -np.mean(np.take_along_axis(logs, labels[:, None], axis=1))


@solves("sequences.pad_batch")
def features_from_the_list(x, labels, W, b):
    T = max(map(len, x))
    X = np.zeros((len(x), T, len(W[0]) // 2), W.dtype)
    mask = np.zeros((len(x), T), W.dtype)
    for row, m, steps in zip(X, mask, x, strict=True):
        row[: len(steps)] = steps
        m[: len(steps)] = 1
    f = np.array([np.r_[steps.sum(axis=0) / len(steps), steps[len(steps) - 1]] for steps in x])
    scores = np.einsum("kf,bf->bk", W, f) + b
    scores -= scores.max(1)[:, None]
    loss = [np.log(np.exp(o).sum()) - o[label] for o, label in zip(scores, labels, strict=True)]
    return X.transpose(1, 0, 2), mask.T, f, float(np.mean(loss))


# sequences.windows_apart


@solves("sequences.windows_apart")
def window_by_window(s, n, L, h, d):
    F = s.shape[1]
    scaled = np.zeros_like(s)
    for c in range(F):
        mean = s[:n, c].mean()
        std = np.sqrt(((s[:n, c] - mean) ** 2).mean())
        scaled[:, c] = (s[:, c] - mean) / (std if std > 0 else 1)
    out = []
    for begin, end in ((0, n), (n, len(s))):
        X, y = [], []
        i = begin
        while i + L - 1 + h < end:
            X.append(scaled[i : i + L])
            y.append(scaled[i + L - 1 + h, 0])
            i += d
        out += [np.array(X), np.array(y)]
    return tuple(out)


@solves("sequences.windows_apart")
def with_the_smaller_functions(s, n, L, h, d):
    scaled = fit_scale(s[:n]).apply(s)
    (X, y), (X_test, y_test) = (windows(part, L, h) for part in (scaled[:n], scaled[n:]))
    return X[::d], y[::d, 0], X_test[::d], y_test[::d, 0]


@solves("sequences.windows_apart")
def by_indices(s, n, L, h, d):
    mu, sigma = np.mean(s[:n], axis=0), np.std(s[:n], axis=0)
    sigma[sigma == 0] = 1
    z = (s - mu) / sigma

    def pieces(part):
        start = np.arange(0, len(part) - (L + h) + 1, d)
        return part[start[:, None] + np.arange(L)], part[start + L + h - 1][:, 0]

    return pieces(z[:n]) + pieces(z[n:])


# sequences.ar_ratio


@solves("sequences.ar_ratio")
def row_by_row(train, test, K, h):
    rows, targets = [], []
    for t in range(K + h - 1, len(train)):
        rows.append([train[t - h - k] for k in range(K)] + [1.0])
        targets.append(train[t])
    w = np.linalg.lstsq(np.array(rows, dtype=train.dtype), np.array(targets), rcond=None)[0]
    above, below = 0.0, 0.0
    for t in range(K + h - 1, len(test)):
        guess = w[K] + sum(w[k] * test[t - h - k] for k in range(K))
        above += (test[t] - guess) ** 2
        below += (test[t] - test[t - h]) ** 2
    return w[:K], w[K], above / below


@solves("sequences.ar_ratio")
def with_the_librarys_windows(train, test, K, h):
    w, b = ar_fit(*windows(train, K, h))
    X, y = windows(test, K, h)
    return w, b, 1 - skill(y, X[:, ::-1] @ w + w.dtype.type(b), X[:, -1].copy())


@solves("sequences.ar_ratio")
def by_normal_equations(train, test, K, h):
    def design(s):
        past = np.lib.stride_tricks.sliding_window_view(s[: len(s) - h], K)[:, ::-1]
        return np.column_stack([past, np.ones(len(past), s.dtype)]), s[K + h - 1 :]

    X, y = design(train.astype(float))
    solution = np.linalg.solve(X.T @ X, X.T @ y).astype(train.dtype)
    X, y = design(test)
    error, still = y - X @ solution, y - X[:, 0]
    return solution[:-1], float(solution[-1]), float(error @ error / (still @ still))


@solves("sequences.ar_ratio")
def around_the_means(train, test, K, h):
    t = np.arange(K + h - 1, len(train))
    X = np.array([train[t - h - k] for k in range(K)]).T
    mean, level = X.mean(0), train[t].mean()
    w = np.linalg.pinv(X - mean) @ (train[t] - level)
    b = level - mean @ w
    t = np.arange(K + h - 1, len(test))
    error = test[t] - b - np.array([test[t - h - k] for k in range(K)]).T @ w
    return w, b, np.mean(error**2) / np.mean((test[t] - test[t - h]) ** 2)


# sequences.ngram_bits


@solves("sequences.ngram_bits")
def looked_for_each_time(train, text, K, L, alpha):
    train, text = list(train), list(text)
    p, bits = [], 0
    for t in range(L, len(text)):
        q = [1 / K] * K
        for m in range(L + 1):
            N = [0] * K
            for u in range(m, len(train)):
                if train[u - m : u] == text[t - m : t]:
                    N[train[u]] += 1
            q = [(N[k] + alpha * q[k]) / (sum(N) + alpha) for k in range(K)]
        p.append(q)
        bits -= math.log2(q[text[t]])
    return np.array(p), bits / len(p)


@solves("sequences.ngram_bits")
def by_recursion(train, text, K, L, alpha):
    N = collections.Counter()
    for m in range(L + 1):
        N.update(tuple(train[t - m : t + 1]) for t in range(m, len(train)))

    def prob(context):
        if context is None:
            return np.full(K, 1 / K)
        counts = np.array([N[(*context, k)] for k in range(K)], float)
        return (counts + alpha * prob(context[1:] if context else None)) / (counts.sum() + alpha)

    p = np.array([prob(tuple(text[t - L : t])) for t in range(L, len(text))])
    return p, np.mean(-np.log2(p[np.arange(len(p)), text[L:]]))


@solves("sequences.ngram_bits")
def in_tables_of_all_contexts(train, text, K, L, alpha):
    p = np.full((len(text) - L, K), 1 / K)
    for m in range(L + 1):
        N = np.zeros((K,) * (m + 1))
        np.add.at(N, tuple(train[i : len(train) - m + i] for i in range(m + 1)), 1)
        here = N[tuple(text[L - m + i : len(text) - m + i] for i in range(m))]
        here = np.broadcast_to(here, p.shape)
        p = (here + alpha * p) / (here.sum(axis=1, keepdims=True) + alpha)
    came = np.take_along_axis(p, text[L:, None], axis=1)
    return p, float(-np.log2(came).sum() / len(came))


# sequences.hold


@solves("sequences.hold")
def number_by_number(x, w, h0, L):
    T, B = x.shape
    h, g = np.empty_like(x), np.zeros_like(x)
    same = 0
    for b in range(B):
        state = h0[b]
        for t in range(T):
            if w[t, b]:
                state = x[t, b]
            h[t, b] = state
            for u in range(t, max(t - L, -1), -1):
                if w[u, b]:
                    g[t, b] = x[u, b]
                    break
            same += g[t, b] == h[t, b]
    return h, g, same / (T * B)


@solves("sequences.hold")
def by_the_time_of_writing(x, w, h0, L):
    t = np.arange(len(x))[:, None]
    when = np.maximum.accumulate(np.where(w == 1, t, -1), axis=0)
    found = np.take_along_axis(x, np.maximum(when, 0), axis=0)
    h = np.where(when >= 0, found, h0)
    g = np.where((when >= 0) & (t - when < L), found, np.zeros((), x.dtype))
    return h, g, (h == g).sum() / h.size


@solves("sequences.hold")
def mixed_by_the_command(x, w, h0, L):
    def run(x, w, state):
        states = []
        for x_t, w_t in zip(x, w.astype(x.dtype), strict=True):
            state = w_t * x_t + (1 - w_t) * state
            states.append(state)
        return np.array(states)

    h = run(x, w, h0)
    g = np.array([run(x[max(0, t + 1 - L) : t + 1], w[max(0, t + 1 - L) : t + 1], 0 * h0)[-1] for t in range(len(x))])
    return h, g, np.isclose(g, h, rtol=0, atol=0).mean()


# sequences.hmm_gaps


@solves("sequences.hmm_gaps")
def state_by_state(y, pi, A, E):
    T, S, K = len(y), len(pi), E.shape[1]
    p, q = np.zeros((T, K), E.dtype), np.zeros((T, S), E.dtype)
    bits, n = 0.0, 0
    a = list(pi)
    for t in range(T):
        for k in range(K):
            p[t, k] = sum(a[j] * E[j, k] for j in range(S))
        if y[t] == -1:
            q[t] = a
        else:
            for j in range(S):
                q[t, j] = a[j] * E[j, y[t]] / p[t, y[t]]
            bits -= math.log2(p[t, y[t]])
            n += 1
        a = [sum(q[t, i] * A[i, j] for i in range(S)) for j in range(S)]
    return p, q, bits / n


@solves("sequences.hmm_gaps")
def in_logarithms(y, pi, A, E):
    log_a, p, q = np.log(pi), [], []
    for symbol in y:
        known = np.logaddexp.reduce(log_a)
        p.append(np.exp(np.logaddexp.reduce(log_a[:, None] + np.log(E), axis=0) - known))
        if symbol >= 0:
            log_a = log_a + np.log(E[:, symbol])
        log_q = log_a - np.logaddexp.reduce(log_a)
        q.append(np.exp(log_q))
        log_a = np.logaddexp.reduce(log_a[:, None] + np.log(A), axis=0)
    p = np.array(p)
    return p, np.array(q), np.mean([-np.log2(p[t, k]) for t, k in enumerate(y) if k >= 0])


@solves("sequences.hmm_gaps")
def with_a_symbol_for_the_gap(y, pi, A, E):
    """A gap is one more symbol, which every state shows alike."""
    more = np.hstack([E, np.ones((len(E), 1), E.dtype)])
    q = np.zeros((len(y), len(pi)), E.dtype)
    p = np.zeros((len(y), E.shape[1]), E.dtype)
    before = pi
    for t, k in enumerate(y):
        p[t] = E.T @ before
        q[t] = before * more[:, k]
        q[t] /= q[t].sum()
        before = A.T @ q[t]
    there = y != -1
    return p, q, float(-np.log2(p[there][np.arange(there.sum()), y[there]]).sum() / there.sum())


# sequences.costs


@solves("sequences.costs")
def layer_by_layer(L, T, F, H, K):
    def layer(into, out):
        return into * out

    mlp = layer(L * F, H), layer(H, K)
    rnn = layer(F, H), layer(H, H), layer(H, K)
    N_mlp, N_rnn = sum(mlp) + H + K, sum(rnn) + H + H + K
    L_more = next(n for n in range(1, H + F + 3) if layer(n * F, H) + H + layer(H, K) + K > N_rnn)
    return N_mlp, N_rnn, T * sum(mlp), T * sum(rnn), L_more


@solves("sequences.costs")
def with_the_librarys_count(L, T, F, H, K):
    N_rnn = H * (F + H + 2) + K * (H + 1)
    more = 1
    while mlp_parameter_count(more, F, H, K) <= N_rnn:
        more += 1
    return mlp_parameter_count(L, F, H, K), N_rnn, T * H * (L * F + K), T * H * (F + H + K), more


@solves("sequences.costs")
def by_shapes(L, T, F, H, K):
    W_1, W_ih, W_hh, W_o = np.ones((H, L * F)), np.ones((H, F)), np.ones((H, H)), np.ones((K, H))
    N_mlp = W_1.size + H + W_o.size + K
    N_rnn = W_ih.size + W_hh.size + 2 * H + W_o.size + K
    return N_mlp, N_rnn, T * (W_1.size + W_o.size), T * (W_ih.size + W_hh.size + W_o.size), int((F + H + 1) / F) + 1


# sequences.choose


@solves("sequences.choose")
def three_functions(train, valid, test, K, L, pi, A, E):
    m = max(K, L)

    def regressors(s, t):
        return [s[t - k] for k in range(1, K + 1)] + [1]

    X = np.array([regressors(train, t) for t in range(K, len(train))], float)
    w = np.linalg.pinv(X) @ train[K:]
    N = collections.defaultdict(lambda: [0.5, 0.5])
    for t in range(L, len(train)):
        N[tuple(train[t - L : t])][train[t]] += 1

    def line(s):
        return [min(max(float(np.dot(regressors(s, t), w)), 0.02), 0.98) for t in range(m, len(s))]

    def counts(s):
        found = [N[tuple(s[t - L : t])] for t in range(m, len(s))]
        return [one / (zero + one) for zero, one in found]

    def states(s):
        q, p = None, []
        for bit in s:
            before = pi if q is None else q @ A
            p.append(before @ E[:, 1])
            q = before * E[:, bit] / (before @ E[:, bit])
        return p[m:]

    def bits(model, s):
        return -sum(math.log2(p if bit else 1 - p) for p, bit in zip(model(s), s[m:], strict=True)) / (len(s) - m)

    models = [line, counts, states]
    scores = [bits(model, valid) for model in models]
    best = scores.index(min(scores))
    return np.array(scores), best, bits(models[best], test)


@solves("sequences.choose")
def with_the_librarys_models(train, valid, test, K, L, pi, A, E):
    m = max(K, L)
    w, b = ar_fit(*windows(train.astype(float), K))
    place = 2 ** np.arange(L)[::-1]
    at = np.array([place @ train[t - L : t] for t in range(L, len(train))])
    N = np.full((2**L, 2), 0.5)
    np.add.at(N, (at, train[L:]), 1)

    def p_of_ones(s):
        line = np.clip(windows(s.astype(float), K)[0][:, ::-1] @ w + b, 0.02, 0.98)[m - K :]
        rows = N[[place @ s[t - L : t] for t in range(m, len(s))]]
        states = np.vstack([(pi @ E)[None], hmm_predict(s[:, None], HMM(pi, A, E))[:-1, 0]])
        return np.array([line, rows[:, 1] / rows.sum(axis=1), states[m:, 1]])

    def scores(s):
        p = p_of_ones(s)
        return -np.log2(np.where(s[m:] == 1, p, 1 - p)).mean(axis=1)

    bits = scores(valid)
    best = int(np.argmin(bits))
    return bits, best, scores(test)[best]


@solves("sequences.choose")
def one_loop_over_steps(train, valid, test, K, L, pi, A, E):
    start = max(K, L)
    past = np.stack([train[K - k : len(train) - k] for k in range(1, K + 1)] + [np.ones(len(train) - K, int)])
    w = np.linalg.lstsq(past.T.astype(float), train[K:].astype(float), rcond=None)[0]

    def probabilities(s):
        a, out = pi.copy(), []
        for t in range(len(s)):
            if t >= start:
                r = sum(w[k] * s[t - 1 - k] for k in range(K)) + w[K]
                same = [u for u in range(L, len(train)) if (train[u - L : u] == s[t - L : t]).all()]
                ones = sum(train[u] for u in same)
                out.append([np.clip(r, 0.02, 0.98), (ones + 0.5) / (len(same) + 1), (a * E[:, 1]).sum()])
            a = a * E[:, s[t]]
            a = (a / a.sum()) @ A
        return np.array(out)

    def mean_bits(s):
        p = probabilities(s)
        return np.mean(np.where(s[start:, None] == 1, -np.log2(p), -np.log2(1 - p)), axis=0)

    bits = mean_bits(valid)
    return bits, int(bits.argmin()), float(mean_bits(test)[bits.argmin()])


TYPED = {
    ("sequences.pad_batch", "S2"): """
def pad_batch(x, labels, W, b):
    T = max(len(s) for s in x)
    X = np.stack([np.vstack([s, np.zeros((T - len(s), s.shape[1]), dtype=s.dtype)]) for s in x], axis=1)
    mask = np.stack([np.r_[np.ones(len(s)), np.zeros(T - len(s))] for s in x], axis=1).astype(X.dtype)
    mean = (X * mask[:, :, None]).sum(axis=0) / mask.sum(axis=0)[:, None]
    f = np.concatenate([mean, X[-1]], axis=1)
    o = f @ W.T + b
    o = o - o.max(axis=1, keepdims=True)
    logp = o - np.log(np.exp(o).sum(axis=1, keepdims=True))
    return X, mask, f, -logp[np.arange(len(x)), labels].mean()
""",
    ("sequences.windows_apart", "S20"): """
def windows_apart(s, n, L, h, d):
    std = s.std(axis=0)
    std[std == 0] = 1
    s = (s - s.mean(axis=0)) / std
    def make(part):
        X, y = [], []
        for i in range(0, len(part) - L - h + 1, d):
            X.append(part[i:i + L])
            y.append(part[i + L + h - 1, 0])
        return np.array(X), np.array(y)
    X_train, y_train = make(s[:n])
    X_test, y_test = make(s[n:])
    return X_train, y_train, X_test, y_test
""",
    ("sequences.ar_ratio", "S34s"): """
def ar_ratio(train, test, K, h):
    X = np.array([[train[t - h - k] for k in range(K)] + [1] for t in range(K + h - 1, len(train))], dtype=train.dtype)
    w = np.linalg.lstsq(X, train[K + h - 1:], rcond=None)[0]
    X = np.array([[test[t - h - k] for k in range(K)] + [1] for t in range(K + h - 1, len(test))], dtype=test.dtype)
    mse = np.mean((test[K + h - 1:] - X @ w) ** 2)
    persistence = np.mean((test[h:] - test[:-h]) ** 2)
    return w[:K], w[K], mse / persistence
""",
    ("sequences.ngram_bits", "S43"): """
def ngram_bits(train, text, K, L, alpha):
    counts = {}
    for t in range(L, len(train)):
        c = tuple(train[t - L:t])
        if c not in counts:
            counts[c] = np.zeros(K)
        counts[c][train[t]] += 1
    p = []
    for t in range(L, len(text)):
        N = counts.get(tuple(text[t - L:t]), np.zeros(K))
        p.append((N + alpha) / (N.sum() + alpha * K))
    p = np.array(p)
    return p, -np.log2(p[np.arange(len(p)), text[L:]]).mean()
""",
    ("sequences.hold", "S80"): """
def hold(x, w, h0, L):
    T, B = x.shape
    h = np.zeros_like(x)
    g = np.zeros_like(x)
    for t in range(T):
        for b in range(B):
            h[t, b] = x[t, b] if w[t, b] == 1 else (h[t - 1, b] if t > 0 else 0)
            for u in range(max(0, t - L + 1), t + 1):
                if w[u, b] == 1:
                    g[t, b] = x[u, b]
    return h, g, np.mean(h == g)
""",
    ("sequences.hmm_gaps", "S62"): """
def hmm_gaps(y, pi, A, E):
    T = len(y)
    p = np.zeros((T, E.shape[1]), dtype=E.dtype)
    q = np.zeros((T, len(pi)), dtype=E.dtype)
    a = pi.copy()
    bits = []
    for t in range(T):
        p[t] = a @ E
        if y[t] == -1:
            q[t] = a
            continue
        bits.append(-np.log2(p[t, y[t]]))
        q[t] = a * E[:, y[t]]
        q[t] = q[t] / q[t].sum()
        a = q[t] @ A
    return p, q, np.mean(bits)
""",
    ("sequences.costs", "S92"): """
def costs(L, T, F, H, K):
    N_mlp = (L * F) * H + H + H * K + K
    N_rnn = L * F * H + H * H + 2 * H + H * K + K
    M_mlp = T * (L * F * H + H * K)
    M_rnn = T * (F * H + H * H + H * K)
    L_more = 1
    while L_more * F * H + H <= F * H + H * H + 2 * H:
        L_more += 1
    return N_mlp, N_rnn, M_mlp, M_rnn, L_more
""",
    ("sequences.choose", "S101"): """
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)
    X = np.array([[*train[t - K:t][::-1], 1.0] for t in range(K, len(train))])
    w = np.linalg.lstsq(X, train[K:], rcond=None)[0]
    def ones(s):
        a, out = pi, []
        for t in range(len(s)):
            if t >= m:
                r = np.clip(np.array([*s[t - K:t][::-1], 1.0]) @ w, 0.02, 0.98)
                N = [0.5, 0.5]
                for u in range(L, len(train)):
                    if list(train[u - L:u]) == list(s[t - L:t]):
                        N[train[u]] += 1
                out.append([r, N[1] / sum(N), a @ E[:, 1]])
            q = a * E[:, s[t]]
            a = q / q.sum() @ A
        return np.array(out)
    def score(s):
        p = ones(s)
        return -np.log2(np.where(s[m:, None] == 1, p, 1 - p)).mean(axis=0)
    bits = score(valid)
    best = int(np.argmin(bits))
    return bits, best, bits[best]
""",
}

KEPT = """
sequences.pad_batch, S1: f, equal lengths
sequences.pad_batch, S1 of X: mask; f, equal lengths
sequences.pad_batch, S1 of the mask: X; f, equal lengths; f, unequal ones; loss; loss, large scores
sequences.pad_batch, S1 features as right: f, equal lengths; f, unequal ones; loss; loss, large scores
sequences.pad_batch, S2 the last row: X; mask; f, equal lengths
sequences.pad_batch, S2 one behind: X; mask; f, equal lengths
sequences.pad_batch, S2 one before: X; mask
sequences.pad_batch, S2 the first: X; mask
sequences.pad_batch, S2 of the first sequence: X; mask; f, equal lengths
sequences.pad_batch, S2 of the shortest: X; mask; f, equal lengths
sequences.pad_batch, S2z: X; mask; f, equal lengths; loss, large scores
sequences.pad_batch, S2z counted: X; mask; f, equal lengths; loss, large scores
sequences.pad_batch, S3 all: X; mask; f, equal lengths
sequences.pad_batch, S3 the length of the first: X; mask; f, equal lengths
sequences.pad_batch, S3 the mean length: X; mask; f, equal lengths
sequences.pad_batch, S3 all lengths: X; mask
sequences.pad_batch, S3 the number of sequences: X; mask
sequences.pad_batch, S3 none: X; mask
sequences.pad_batch, S3 the steps of the shortest: X; mask; f, equal lengths
sequences.pad_batch, S3z in the mask: X; f, equal lengths; loss, large scores
sequences.pad_batch, S3z in the mask, not for the last step: X; f, equal lengths; loss, large scores
sequences.pad_batch, S3z in the mean: X; mask; f, equal lengths; loss, large scores
sequences.pad_batch, S3z number by number: X; mask; f, equal lengths; loss, large scores
sequences.pad_batch, S4 turned round: X; f, equal lengths; f, unequal ones; loss; loss, large scores
sequences.pad_batch, S4 all ones: X; f, equal lengths; f, unequal ones; loss; loss, large scores
sequences.pad_batch, S4 one step more: X; f, equal lengths; f, unequal ones; loss; loss, large scores
sequences.pad_batch, S4 one step less: X; f, equal lengths; f, unequal ones; loss; loss, large scores
sequences.pad_batch, S4 the last step alone: X; f, equal lengths; f, unequal ones; loss; loss, large scores
sequences.pad_batch, S4 of the first sequence: X; f, equal lengths; f, unequal ones; loss; loss, large scores
sequences.pad_batch, S5 the last step again: mask; f, equal lengths; f, unequal ones; loss; loss, large scores
sequences.pad_batch, S5 its mean: mask; f, equal lengths; f, unequal ones; loss; loss, large scores
sequences.pad_batch, S5 minus one: mask; f, equal lengths; f, unequal ones; loss; loss, large scores
sequences.pad_batch, S5 from the beginning: mask; f, equal lengths; f, unequal ones; loss; loss, large scores
sequences.pad_batch, S6 the shortest: f, equal lengths
sequences.pad_batch, S6 one more: f, equal lengths; f, unequal ones; loss; loss, large scores
sequences.pad_batch, S6 all of them: f, equal lengths; f, unequal ones; loss; loss, large scores
sequences.pad_batch, S7 the batch first: f, equal lengths; f, unequal ones; loss; loss, large scores
sequences.pad_batch, S7 a reshape: f, equal lengths; f, unequal ones; loss; loss, large scores
sequences.pad_batch, S7 sorted by length: f, equal lengths
sequences.pad_batch, S7 sorted, the longest first: f, equal lengths
sequences.pad_batch, S8 the last step first: X; mask
sequences.pad_batch, S8 the mean twice: X; mask
sequences.pad_batch, S8 the last step twice: X; mask
sequences.pad_batch, S8 in turn: X; mask
sequences.pad_batch, S8 the largest for the mean: X; mask
sequences.pad_batch, S8 without the last in the mean: X; mask
sequences.pad_batch, S9: X; mask; f, equal lengths; f, unequal ones; loss
sequences.pad_batch, S9 by probabilities: X; mask; f, equal lengths; f, unequal ones; loss
sequences.pad_batch, S9 cut off: X; mask; f, equal lengths; f, unequal ones; loss
sequences.pad_batch, S9 scores cut off: X; mask; f, equal lengths; f, unequal ones; loss
sequences.pad_batch, S10 sum: X; mask; f, equal lengths; f, unequal ones
sequences.pad_batch, S10 over classes, too: X; mask; f, equal lengths; f, unequal ones
sequences.pad_batch, S10 base 2: X; mask; f, equal lengths; f, unequal ones
sequences.pad_batch, S10 the sign: X; mask; f, equal lengths; f, unequal ones
sequences.pad_batch, S10 after the logarithm: X; mask; f, equal lengths; f, unequal ones
sequences.pad_batch, S10 perplexity: X; mask; f, equal lengths; f, unequal ones
sequences.pad_batch, S10 the median: X; mask; f, equal lengths; f, unequal ones
sequences.pad_batch, S10w: X; mask; f, equal lengths; f, unequal ones
sequences.pad_batch, S10w divided by steps: X; mask; f, equal lengths; f, unequal ones
sequences.pad_batch, S11 no bias: X; mask; f, equal lengths; f, unequal ones
sequences.pad_batch, S11 over everything: X; mask; f, equal lengths; f, unequal ones
sequences.pad_batch, S11 twice: X; mask; f, equal lengths; f, unequal ones
sequences.pad_batch, S11 without the sum: X; mask; f, equal lengths; f, unequal ones; loss, large scores
sequences.pad_batch, S11 without the label: X; mask; f, equal lengths; f, unequal ones
sequences.pad_batch, S11 squared error: X; mask; f, equal lengths; f, unequal ones
sequences.pad_batch, S11 a class further: X; mask; f, equal lengths; f, unequal ones
sequences.windows_apart, S20 of all samples: -
sequences.windows_apart, S20 of the test: -
sequences.windows_apart, S20 the mean of all: -
sequences.windows_apart, S20 the deviation of all: -
sequences.windows_apart, S20 each part by its own: training windows; training targets
sequences.windows_apart, S20 up to the last training target: -
sequences.windows_apart, S21 not at all: -
sequences.windows_apart, S21 mean alone: -
sequences.windows_apart, S21 deviation alone: -
sequences.windows_apart, S21 variance: -
sequences.windows_apart, S21 one less than n: -
sequences.windows_apart, S21 one scale for all columns: -
sequences.windows_apart, S21 by the range: -
sequences.windows_apart, S21 by the range, around the mean: -
sequences.windows_apart, S21 without the last sample: -
sequences.windows_apart, S21 a root more: -
sequences.windows_apart, S21 first divided: -
sequences.windows_apart, S21y not scaled: training windows; test windows
sequences.windows_apart, S21y not scaled in the test: training windows; training targets; test windows
sequences.windows_apart, S22 divided by 0: training windows; training targets; test windows; test targets
sequences.windows_apart, S22 a small number added: training windows; training targets; test windows; test targets
sequences.windows_apart, S22 set to 0: training windows; training targets; test windows; test targets
sequences.windows_apart, S23 the test reads training: training windows; training targets
sequences.windows_apart, S23 the first test target is sample n: training windows; training targets
sequences.windows_apart, S23 training targets in the test: test windows; test targets
sequences.windows_apart, S23 training windows in the test: test windows; test targets
sequences.windows_apart, S23 by their targets: training windows; training targets
sequences.windows_apart, S23 by their first samples: -
sequences.windows_apart, S23 one sample in both: training windows; training targets
sequences.windows_apart, S23 a sample lost: a constant column
sequences.windows_apart, S23 all of it: test windows; test targets
sequences.windows_apart, S24 one too far: -
sequences.windows_apart, S24 the next one: training windows; test windows
sequences.windows_apart, S24 the next one, and all such windows: -
sequences.windows_apart, S24 within the window: training windows; test windows
sequences.windows_apart, S24 one too near: training windows; test windows
sequences.windows_apart, S24 counted from the first: training windows; test windows
sequences.windows_apart, S24 h windows on: -
sequences.windows_apart, S25 the last left out: a constant column
sequences.windows_apart, S25 the first left out: -
sequences.windows_apart, S25 room for a whole step: a constant column
sequences.windows_apart, S26 1: -
sequences.windows_apart, S26 the length: a constant column
sequences.windows_apart, S26 within the window: -
sequences.windows_apart, S26 in the test, counted from sample 0: -
sequences.windows_apart, S26 in training alone: training windows; training targets
sequences.windows_apart, S26 in the test alone: test windows; test targets
sequences.windows_apart, S27 newest first: training targets; test targets
sequences.windows_apart, S27 columns turned round: training targets; test targets
sequences.windows_apart, S27 up to the target: training targets; test targets
sequences.windows_apart, S27 one sample late: training targets; test targets
sequences.windows_apart, S27 right before the target: training targets; test targets
sequences.windows_apart, S27 reshaped: training targets; test targets
sequences.windows_apart, S27 windows newest first: -
sequences.windows_apart, S28 the last: training windows; test windows
sequences.windows_apart, S28 all: training windows; test windows
sequences.windows_apart, S28 their mean: training windows; test windows
sequences.windows_apart, S28 column 0, kept: training windows; test windows
sequences.ar_ratio, S30: ratio, one ahead; ratio, further ahead
sequences.ar_ratio, S30 persistence by the oldest, too: -
sequences.ar_ratio, S30 in the test: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S31 one ahead: w and b, one ahead; ratio, one ahead
sequences.ar_ratio, S31 one ahead in the fit: w and b, one ahead; ratio, one ahead
sequences.ar_ratio, S31 one more: -
sequences.ar_ratio, S31 one less: w and b, one ahead; ratio, one ahead
sequences.ar_ratio, S31 every h-th sample: w and b, one ahead; ratio, one ahead
sequences.ar_ratio, S31 step by step: w and b, one ahead; ratio, one ahead
sequences.ar_ratio, S32 none: -
sequences.ar_ratio, S32 not in the forecast: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S32 the mean for it: -
sequences.ar_ratio, S32 means taken away: -
sequences.ar_ratio, S33 the mean: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S33 the mean of training: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S33 the sample right before: w and b, one ahead; w and b, further ahead; ratio, one ahead
sequences.ar_ratio, S33 the last of training: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S33 the first of the test: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S33 the oldest: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S33 zero: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S33 the mean of the past samples: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S34 a root: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S34 upside down: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S34 what is saved: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S34 sizes: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S34 sum over mean: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S34 no division: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S34 a difference: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S34 ratio by ratio: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S34 spreads: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S34 of sums: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S34s persistence from its first: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S34s persistence from its first, means: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S34s the last of training as past: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S34s zeros as past: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S34s the first left out: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S34s the last left out: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S34s training: w and b, one ahead; w and b, further ahead
sequences.ar_ratio, S35 to it alone: -
sequences.ar_ratio, S35 to both: -
sequences.ar_ratio, S36 the last left out: -
sequences.ar_ratio, S36 the first left out: -
sequences.ar_ratio, S36 zeros before it began: -
sequences.ar_ratio, S36 round the end: -
sequences.ar_ratio, S36 every K-th: -
sequences.ar_ratio, S37 with a penalty: -
sequences.ar_ratio, S37 with a small penalty: -
sequences.ar_ratio, S37 changes: ratio, one ahead; ratio, further ahead
sequences.ar_ratio, S37 correlations: -
sequences.ar_ratio, S37 the first rows: -
sequences.ar_ratio, S38 one more: -
sequences.ar_ratio, S38 b among them: ratio, one ahead; ratio, further ahead
sequences.ar_ratio, S38 b is the first: ratio, one ahead; ratio, further ahead
sequences.ngram_bits, S40 both: -
sequences.ngram_bits, S40 the predicted one: -
sequences.ngram_bits, S40 both, what is predicted as it comes: -
sequences.ngram_bits, S41 the newest dropped: p, no context; p, one symbol
sequences.ngram_bits, S41 one step old: p, no context; p, one symbol
sequences.ngram_bits, S42 lost: p, no context; p, one symbol
sequences.ngram_bits, S42 a sum: p, no context; p, one symbol
sequences.ngram_bits, S42 turned round in one place: p, no context; p, one symbol
sequences.ngram_bits, S42 symbols that occur: p, no context; p, one symbol
sequences.ngram_bits, S43 all symbols alike: p, no context
sequences.ngram_bits, S43 α for each symbol: -
sequences.ngram_bits, S43 how often symbols come: p, no context
sequences.ngram_bits, S43 no context left out, none counted: p, no context
sequences.ngram_bits, S43 the longer one: p, no context
sequences.ngram_bits, S43n not how often symbols come: -
sequences.ngram_bits, S43n not the longest: -
sequences.ngram_bits, S43n none between: p, no context; p, one symbol
sequences.ngram_bits, S44: -
sequences.ngram_bits, S44 never: -
sequences.ngram_bits, S44 where a symbol was not counted: -
sequences.ngram_bits, S44 where a symbol was not counted, at once: -
sequences.ngram_bits, S45 one: -
sequences.ngram_bits, S45 times K: -
sequences.ngram_bits, S45 below, times K: -
sequences.ngram_bits, S45 above alone: -
sequences.ngram_bits, S45 below alone: -
sequences.ngram_bits, S45 a share: -
sequences.ngram_bits, S45 a share of the counts: -
sequences.ngram_bits, S45 a half each: -
sequences.ngram_bits, S45 by the length: -
sequences.ngram_bits, S45 added to each, too: -
sequences.ngram_bits, S45 kinds of symbols: -
sequences.ngram_bits, S46 the first for short contexts: p, no context
sequences.ngram_bits, S46 the last: -
sequences.ngram_bits, S46 the first: -
sequences.ngram_bits, S46 without overlap: p, no context
sequences.ngram_bits, S46 round the end: p, no context
sequences.ngram_bits, S46 round the end, by an index: p, no context
sequences.ngram_bits, S47 once at most: -
sequences.ngram_bits, S47 the last alone: -
sequences.ngram_bits, S47 twice: -
sequences.ngram_bits, S47 one step late: -
sequences.ngram_bits, S47 the last symbol of the context: -
sequences.ngram_bits, S47e: p, no context
sequences.ngram_bits, S48 with the symbol itself: p, no context
sequences.ngram_bits, S48 one step old: p, no context
sequences.ngram_bits, S48 the first symbols: p, no context
sequences.ngram_bits, S49 the first left out: -
sequences.ngram_bits, S49 the last left out: -
sequences.ngram_bits, S49 all: p, no context
sequences.ngram_bits, S49 one more: bits
sequences.ngram_bits, S49 turned round: p, no context; bits
sequences.ngram_bits, S50 natural: p, no context; p, one symbol; p, longer contexts
sequences.ngram_bits, S50 base 10: p, no context; p, one symbol; p, longer contexts
sequences.ngram_bits, S50 base K: p, no context; p, one symbol; p, longer contexts
sequences.ngram_bits, S51 sum: p, no context; p, one symbol; p, longer contexts
sequences.ngram_bits, S51 over all symbols of the text: p, no context; p, one symbol; p, longer contexts
sequences.ngram_bits, S51 after the logarithm: p, no context; p, one symbol; p, longer contexts
sequences.ngram_bits, S51 the sign: p, no context; p, one symbol; p, longer contexts
sequences.ngram_bits, S51 perplexity: p, no context; p, one symbol; p, longer contexts
sequences.ngram_bits, S51p the likeliest: p, no context; p, one symbol; p, longer contexts
sequences.ngram_bits, S51p entropy: p, no context; p, one symbol; p, longer contexts
sequences.ngram_bits, S51p the symbol before: p, no context; p, one symbol; p, longer contexts
sequences.ngram_bits, S51p wrong guesses: p, no context; p, one symbol; p, longer contexts
sequences.ngram_bits, S51p the first symbols: p, no context; p, one symbol; p, longer contexts
sequences.hold, S80 zero: g
sequences.hold, S80 the first number: g; share
sequences.hold, S80 the last number: g; share
sequences.hold, S80 one for all: g; share
sequences.hold, S81 turned round: g
sequences.hold, S81 always: g
sequences.hold, S81 never: g
sequences.hold, S81 added: g
sequences.hold, S81 zero where it is 0: g
sequences.hold, S81 the first one alone: g
sequences.hold, S81 of any example: g
sequences.hold, S81 of all examples: g
sequences.hold, S81 of the first example: g
sequences.hold, S81 a half of each: g
sequences.hold, S82 h0 each time: g
sequences.hold, S82 the number before: g
sequences.hold, S82 two steps back: g
sequences.hold, S83 late: g
sequences.hold, S83 the number before: g
sequences.hold, S83 the command before: g
sequences.hold, S83 the next command: g
sequences.hold, S84 one more: h
sequences.hold, S84 one less: h
sequences.hold, S84 without the newest: h
sequences.hold, S84 the L steps before: h
sequences.hold, S84 one step ahead: h
sequences.hold, S84 in blocks: h
sequences.hold, S84 to both sides: h
sequences.hold, S84 all that come: h
sequences.hold, S85 nothing until it is full: h
sequences.hold, S85 round the end: h; share
sequences.hold, S85 the first L steps: h
sequences.hold, S86 h0: h
sequences.hold, S86 h0 at the beginning: h
sequences.hold, S86 its own answer before: h
sequences.hold, S86 its oldest number: h; share
sequences.hold, S86 its newest number: h; share
sequences.hold, S87 the first: h
sequences.hold, S87 the sum: h
sequences.hold, S87 the mean of all steps: h
sequences.hold, S87 the largest: h
sequences.hold, S87 the newest, written or not: h
sequences.hold, S87 where nothing is written: h
sequences.hold, S87 zero where it ends unwritten: h
sequences.hold, S88 a count: h; g
sequences.hold, S88 those that are not: h; g
sequences.hold, S88 a step: h; g
sequences.hold, S88 an example: h; g
sequences.hold, S88 all examples at once: h; g
sequences.hold, S88 per cent: h; g
sequences.hold, S88 of the last step: h; g
sequences.hold, S88 where the window says something: h; g
sequences.hold, S88 without the first step: h; g
sequences.hold, S88 distance: h; g
sequences.hmm_gaps, S60: -
sequences.hmm_gaps, S60 scaled: -
sequences.hmm_gaps, S61 moved once: -
sequences.hmm_gaps, S61 all states alike: -
sequences.hmm_gaps, S61 state 0 for sure: -
sequences.hmm_gaps, S61 the first row of A: -
sequences.hmm_gaps, S61 where A leads in the end: -
sequences.hmm_gaps, S61e: -
sequences.hmm_gaps, S62 stands still: p, no gaps; q, no gaps
sequences.hmm_gaps, S62 moves into no gap: p, no gaps; q, no gaps
sequences.hmm_gaps, S62 starts anew: p, no gaps; q, no gaps
sequences.hmm_gaps, S62 starts anew behind it: p, no gaps; q, no gaps
sequences.hmm_gaps, S62 knows nothing: p, no gaps; q, no gaps
sequences.hmm_gaps, S62 moves twice: p, no gaps; q, no gaps
sequences.hmm_gaps, S62 moves once for all gaps: p, no gaps; q, no gaps
sequences.hmm_gaps, S63 the last one: p, no gaps; q, no gaps
sequences.hmm_gaps, S63 the last one, and it pays: p, no gaps; q, no gaps
sequences.hmm_gaps, S63 symbol 0: p, no gaps; q, no gaps
sequences.hmm_gaps, S63 the one before: p, no gaps; q, no gaps
sequences.hmm_gaps, S63 the likeliest: p, no gaps; q, no gaps
sequences.hmm_gaps, S63 what is expected: p, no gaps; q, no gaps
sequences.hmm_gaps, S63 the largest of each state: p, no gaps; q, no gaps
sequences.hmm_gaps, S63b the last symbol there: p, no gaps; q, no gaps; p, gaps; q, gaps
sequences.hmm_gaps, S63b symbol 0 there: p, no gaps; q, no gaps; p, gaps; q, gaps
sequences.hmm_gaps, S63b for nothing: p, no gaps; q, no gaps; p, gaps; q, gaps
sequences.hmm_gaps, S63c before it begins: p, no gaps; q, no gaps
sequences.hmm_gaps, S63c at the end: p, no gaps; q, no gaps; bits
sequences.hmm_gaps, S64 the likeliest way: -
sequences.hmm_gaps, S64 the likeliest way, scaled: -
sequences.hmm_gaps, S64 from the likeliest state: -
sequences.hmm_gaps, S64 the likeliest state shows: q, no gaps; q, gaps
sequences.hmm_gaps, S64 the likeliest state is sure: -
sequences.hmm_gaps, S65 never: -
sequences.hmm_gaps, S65 at the end: p, no gaps; q, no gaps; p, gaps; q, gaps; bits
sequences.hmm_gaps, S65 by the largest: -
sequences.hmm_gaps, S65 q alone: q, no gaps; q, gaps
sequences.hmm_gaps, S65 only where a symbol came, by its emission: -
sequences.hmm_gaps, S66 never: -
sequences.hmm_gaps, S66 the symbol before: -
sequences.hmm_gaps, S66 the next one: -
sequences.hmm_gaps, S66 added: -
sequences.hmm_gaps, S66 alone: -
sequences.hmm_gaps, S66 twice: -
sequences.hmm_gaps, S66 after the move: -
sequences.hmm_gaps, S66 by a softmax: -
sequences.hmm_gaps, S66 not carried on: -
sequences.hmm_gaps, S67 after the symbol: q, no gaps; q, gaps
sequences.hmm_gaps, S67 of the next step: q, no gaps; q, gaps
sequences.hmm_gaps, S67 before the move: q, no gaps; q, gaps
sequences.hmm_gaps, S67 moved twice: q, no gaps; q, gaps
sequences.hmm_gaps, S67 of the start: q, no gaps; q, gaps
sequences.hmm_gaps, S67 all states alike: q, no gaps; q, gaps
sequences.hmm_gaps, S68 before the symbol: p, no gaps; p, gaps; bits
sequences.hmm_gaps, S68 after the move: p, no gaps; p, gaps; bits
sequences.hmm_gaps, S68 turned round: p, no gaps; p, gaps; bits
sequences.hmm_gaps, S69 natural: p, no gaps; q, no gaps; p, gaps; q, gaps
sequences.hmm_gaps, S69 base 10: p, no gaps; q, no gaps; p, gaps; q, gaps
sequences.hmm_gaps, S69 base K: p, no gaps; q, no gaps; p, gaps; q, gaps
sequences.hmm_gaps, S69 multiplied: p, no gaps; q, no gaps; p, gaps; q, gaps
sequences.hmm_gaps, S69m sum: p, no gaps; q, no gaps; p, gaps; q, gaps
sequences.hmm_gaps, S69m after the logarithm: p, no gaps; q, no gaps; p, gaps; q, gaps
sequences.hmm_gaps, S69m the sign: p, no gaps; q, no gaps; p, gaps; q, gaps
sequences.hmm_gaps, S69m without the first: p, no gaps; q, no gaps; p, gaps; q, gaps
sequences.hmm_gaps, S69m the last one: p, no gaps; q, no gaps; p, gaps; q, gaps
sequences.hmm_gaps, S69m perplexity: p, no gaps; q, no gaps; p, gaps; q, gaps
sequences.hmm_gaps, S69u: p, no gaps; q, no gaps; p, gaps; q, gaps; bits
sequences.hmm_gaps, S69p the likeliest: p, no gaps; q, no gaps; p, gaps; q, gaps
sequences.hmm_gaps, S69p entropy: p, no gaps; q, no gaps; p, gaps; q, gaps
sequences.hmm_gaps, S69p not that one: p, no gaps; q, no gaps; p, gaps; q, gaps
sequences.hmm_gaps, S69p wrong guesses: p, no gaps; q, no gaps; p, gaps; q, gaps
sequences.costs, S90 one in the RNN: N_mlp; M_mlp; M_rnn; L_more
sequences.costs, S90 none of the state: N_mlp; M_mlp; M_rnn; L_more
sequences.costs, S90 none of the RNN's output: N_mlp; M_mlp; M_rnn; L_more
sequences.costs, S90 none of the MLP's output: N_rnn; M_mlp; M_rnn; L_more
sequences.costs, S90 none of an output: M_mlp; M_rnn; L_more
sequences.costs, S90 none of the MLP's units: N_rnn; M_mlp; M_rnn; L_more
sequences.costs, S90 none in the MLP: N_rnn; M_mlp; M_rnn; L_more
sequences.costs, S90 none in the RNN: N_mlp; M_mlp; M_rnn; L_more
sequences.costs, S90 none at all: M_mlp; M_rnn; L_more
sequences.costs, S90 two in the MLP: N_rnn; M_mlp; M_rnn; L_more
sequences.costs, S90 two of the output: N_mlp; M_mlp; M_rnn; L_more
sequences.costs, S90 one for each step: N_rnn; M_mlp; M_rnn; L_more
sequences.costs, S90 one for all: M_mlp; M_rnn; L_more
sequences.costs, S91 forgotten: N_mlp; M_mlp; M_rnn; L_more
sequences.costs, S91 one a unit: N_mlp; M_mlp; M_rnn; L_more
sequences.costs, S91 not multiplied: N_mlp; N_rnn; M_mlp; L_more
sequences.costs, S91 forgotten everywhere: N_mlp; M_mlp; L_more
sequences.costs, S91 multiplied but for the first step: N_mlp; N_rnn; M_mlp; L_more
sequences.costs, S91 in the MLP, too: N_rnn; M_mlp; M_rnn; L_more
sequences.costs, S92 the RNN's weights, by T: N_mlp; M_mlp; M_rnn; L_more
sequences.costs, S92 all of the RNN, by T: N_mlp; M_mlp; M_rnn; L_more
sequences.costs, S92 the RNN's weights, by L: N_mlp; M_mlp; M_rnn; L_more
sequences.costs, S92 the MLP's, by T: N_rnn; M_mlp; M_rnn; L_more
sequences.costs, S92 the MLP's not by L: N_rnn; M_mlp; M_rnn; L_more
sequences.costs, S92 a sum: N_rnn; M_mlp; M_rnn; L_more
sequences.costs, S92 the outputs, by L: N_rnn; M_mlp; M_rnn; L_more
sequences.costs, S92 the outputs, by T: N_mlp; M_mlp; M_rnn; L_more
sequences.costs, S92o not in the MLP: N_rnn; M_mlp; M_rnn; L_more
sequences.costs, S92o not in the RNN: N_mlp; M_mlp; M_rnn; L_more
sequences.costs, S92o not in both: M_mlp; M_rnn; L_more
sequences.costs, S92o from the window: N_rnn; M_mlp; M_rnn; L_more
sequences.costs, S92o not multiplied: N_mlp; N_rnn; L_more
sequences.costs, S92o not multiplied in the MLP: N_mlp; N_rnn; M_rnn; L_more
sequences.costs, S92o not multiplied in the RNN: N_mlp; N_rnn; M_mlp; L_more
sequences.costs, S93 one answer: N_mlp; N_rnn; L_more
sequences.costs, S93 one answer of the MLP: N_mlp; N_rnn; M_rnn; L_more
sequences.costs, S93 one answer of the RNN: N_mlp; N_rnn; M_mlp; L_more
sequences.costs, S93 one output of the RNN: N_mlp; N_rnn; M_mlp; L_more
sequences.costs, S93 one output of the MLP: N_mlp; N_rnn; M_rnn; L_more
sequences.costs, S93 with the biases: N_mlp; N_rnn; L_more
sequences.costs, S93 with the MLP's biases: N_mlp; N_rnn; M_rnn; L_more
sequences.costs, S93 with the RNN's biases: N_mlp; N_rnn; M_mlp; L_more
sequences.costs, S93 the newest step alone: N_mlp; N_rnn; M_rnn; L_more
sequences.costs, S93 full windows within the sequence: N_mlp; N_rnn; M_rnn; L_more
sequences.costs, S93 windows beside each other: N_mlp; N_rnn; M_rnn; L_more
sequences.costs, S93 the whole sequence: N_mlp; N_rnn; M_rnn; L_more
sequences.costs, S93 the RNN anew from the window's beginning: N_mlp; N_rnn; M_mlp; L_more
sequences.costs, S93 additions, too: N_mlp; N_rnn; L_more
sequences.costs, S94 as many or more, or a bias too few: N_mlp; N_rnn; M_mlp; M_rnn
sequences.costs, S94 one step more: N_mlp; N_rnn; M_mlp; M_rnn
sequences.costs, S94 one step less: N_mlp; N_rnn; M_mlp; M_rnn
sequences.costs, S94 no bias in the MLP: N_mlp; N_rnn; M_mlp; M_rnn
sequences.costs, S94 the units alone: N_mlp; N_rnn; M_mlp; M_rnn
sequences.costs, S94 no columns: N_mlp; N_rnn; M_mlp; M_rnn
sequences.costs, S94 as many steps as units: N_mlp; N_rnn; M_mlp; M_rnn
sequences.costs, S94 this window: N_mlp; N_rnn; M_mlp; M_rnn
sequences.costs, S94 by multiplications of the state: N_mlp; N_rnn; M_mlp; M_rnn
sequences.costs, S94 rounded: N_mlp; N_rnn; M_mlp; M_rnn
sequences.choose, S100 by the test: scores on validation
sequences.choose, S100 by training: scores on validation
sequences.choose, S100 the largest: scores on validation
sequences.choose, S100 the first: scores on validation
sequences.choose, S100 the last: scores on validation
sequences.choose, S100 the middle one: scores on validation
sequences.choose, S100 counted from 1: scores on validation
sequences.choose, S101 of validation: scores on validation; the choice by them
sequences.choose, S101 the smallest of the test: scores on validation; the choice by them
sequences.choose, S101 the mean of all: scores on validation; the choice by them
sequences.choose, S101 of the line: scores on validation; the choice by them
sequences.choose, S101 of the states: scores on validation; the choice by them
sequences.choose, S101 of training: scores on validation; the choice by them
sequences.choose, S101 of the second best: scores on validation; the choice by them
sequences.choose, S102 validation, too: -
sequences.choose, S102 validation alone: -
sequences.choose, S102 everything: -
sequences.choose, S102 validation, too, before the test: scores on validation; the choice by them
sequences.choose, S103 each by its own: -
sequences.choose, S103 the states from step 0: score on the test
sequences.choose, S103 one later: -
sequences.choose, S103 one left out at the end: score on the test
sequences.choose, S103 the test from its own: scores on validation; the choice by them
sequences.choose, S104 natural: -
sequences.choose, S104 sum: -
sequences.choose, S104 the sign: -
sequences.choose, S104 of a 1, always: -
sequences.choose, S104 turned round: -
sequences.choose, S104 ones alone: -
sequences.choose, S104 squares: -
sequences.choose, S104 wrong guesses: -
sequences.choose, S104 after the logarithm: -
sequences.choose, S104 perplexity: -
sequences.choose, S104 one step off: -
sequences.choose, S105 none: -
sequences.choose, S105 close to 0 and 1: -
sequences.choose, S105 other ones: -
sequences.choose, S105 a sigmoid: -
sequences.choose, S105 sure at once: -
sequences.choose, S105 squeezed: -
sequences.choose, S105 below alone: -
sequences.choose, S105 above alone: -
sequences.choose, S106 no constant: -
sequences.choose, S106 turned round in the prediction: -
sequences.choose, S106 constant left out of the prediction: -
sequences.choose, S106 the newest bit alone: -
sequences.choose, S106 one bit later: -
sequences.choose, S106 signs for bits: -
sequences.choose, S107 nothing added: -
sequences.choose, S107 one added: -
sequences.choose, S107 above alone: -
sequences.choose, S107 two below: -
sequences.choose, S107 a half below: -
sequences.choose, S107 below alone: -
sequences.choose, S107 of a 0: -
sequences.choose, S107 where nothing was counted: -
sequences.choose, S108 turned round in one place: -
sequences.choose, S108 how many ones: -
sequences.choose, S108 one shorter: -
sequences.choose, S108 one longer: -
sequences.choose, S108 none: -
sequences.choose, S108 with the bit itself: -
sequences.choose, S109 after the bit: -
sequences.choose, S109 transitions the wrong way: -
sequences.choose, S109 transitions the wrong way, not scaled: -
sequences.choose, S109 moved first: -
sequences.choose, S109 all states alike: -
sequences.choose, S109 nothing learnt: -
sequences.choose, S109 not moved: -
sequences.choose, S109 of a 0: -
sequences.choose, S109 the likeliest state: -
sequences.choose, S109 before the move: -
sequences.choose, S109b where the score begins: -
sequences.choose, S109b on validation: score on the test
"""
