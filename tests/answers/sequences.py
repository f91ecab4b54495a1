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
    T, B = x.shape
    t = np.arange(T)[:, None]
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
