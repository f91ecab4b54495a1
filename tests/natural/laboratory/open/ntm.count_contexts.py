"""As students of signal processing in the lab: histograms of past windows."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("look_back_with_loops")
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p = np.zeros((T - n, B, K))
    total = 0
    for b in range(B):
        for t in range(n, T):
            N = np.zeros(K)
            for s in range(n, t):
                if np.array_equal(x[s - n : s, b], x[t - n : t, b]):
                    N[x[s, b]] += 1
            p[t - n, b] = (N + alpha) / np.sum(N + alpha)
            total += -np.log2(p[t - n, b, x[t, b]])
    return p, total / ((T - n) * B)


@right("dictionary_of_tuples")
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p = np.empty((T - n, B, K))
    bits = np.empty((T - n, B))
    for b in range(B):
        table = {}
        for t in range(n, T):
            c = tuple(x[t - n : t, b])
            N = table.setdefault(c, [0] * K)
            tot = sum(N) + K * alpha
            p[t - n, b] = [(v + alpha) / tot for v in N]
            bits[t - n, b] = -np.log2(p[t - n, b, x[t, b]])
            N[x[t, b]] += 1
    return p, bits.mean()


@right("context_as_number")
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    table = np.full((B, K**n, K), float(alpha))
    code = np.zeros((T - n, B), dtype=int)
    for i in range(n):
        code = code * K + x[i : T - n + i]
    p = np.zeros((T - n, B, K))
    bb = np.arange(B)
    score = 0.0
    for t in range(T - n):
        row = table[bb, code[t]]
        p[t] = row / row.sum(axis=1, keepdims=True)
        score -= np.log2(p[t, bb, x[t + n]]).sum()
        table[bb, code[t], x[t + n]] += 1
    return p, score / (T - n) / B


@right("cumulative_one_hot")
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    ps = []
    for b in range(B):
        win = np.array([x[t - n : t, b] for t in range(n, T)])
        same = (win[:, None, :] == win[None, :, :]).all(axis=2)
        past = np.tril(same, -1)
        hot = np.eye(K)[x[n:, b]]
        N = past @ hot + alpha
        ps.append(N / N.sum(axis=1, keepdims=True))
    p = np.stack(ps, axis=1)
    hit = np.take_along_axis(p, x[n:, :, None], axis=2)
    return p, float(np.mean(-np.log2(hit)))


@right("strings_and_counter")
def count_contexts(x, K, n, alpha):
    from collections import Counter

    T, B = x.shape
    p = np.zeros((T - n, B, K))
    logs = []
    for b in range(B):
        seen = Counter()
        for t in range(n, T):
            ctx = ",".join(str(v) for v in x[t - n : t, b])
            N = np.array([seen[ctx, k] for k in range(K)])
            q = (N + alpha) / (N.sum() + alpha * K)
            p[t - n, b, :] = q
            logs.append(np.log(q[x[t, b]]))
            seen[ctx, int(x[t, b])] += 1
    return p, -sum(logs) / len(logs) / np.log(2)


@wrong(
    "counted_before_predicted",
    "Counts the symbol before it predicts it.",
    "At the first sight of a context, what should p be? And yours?",
)
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p, bits = np.zeros((T - n, B, K)), np.zeros((T - n, B))
    for b in range(B):
        table = {}
        for t in range(n, T):
            N = table.setdefault(tuple(x[t - n : t, b]), np.zeros(K))
            N[x[t, b]] += 1
            p[t - n, b] = (N + alpha) / np.sum(N + alpha)
            bits[t - n, b] = -np.log2(p[t - n, b, x[t, b]])
    return p, bits.mean()


@wrong(
    "one_table_for_all",
    "One table for all sequences of the batch.",
    "Does sequence 1 of yours know what sequence 0 has shown?",
)
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p, bits, table = np.zeros((T - n, B, K)), np.zeros((T - n, B)), {}
    for b in range(B):
        for t in range(n, T):
            N = table.setdefault(tuple(x[t - n : t, b]), np.zeros(K))
            p[t - n, b] = (N + alpha) / np.sum(N + alpha)
            bits[t - n, b] = -np.log2(p[t - n, b, x[t, b]])
            N[x[t, b]] += 1
    return p, bits.mean()


@wrong("context_without_order", "The context is sorted: order is lost.", "Are the contexts 0, 1 and 1, 0 the same?")
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p, bits = np.zeros((T - n, B, K)), np.zeros((T - n, B))
    for b in range(B):
        table = {}
        for t in range(n, T):
            N = table.setdefault(tuple(sorted(x[t - n : t, b])), np.zeros(K))
            p[t - n, b] = (N + alpha) / np.sum(N + alpha)
            bits[t - n, b] = -np.log2(p[t - n, b, x[t, b]])
            N[x[t, b]] += 1
    return p, bits.mean()


@wrong(
    "context_as_sum",
    "The context is coded by the sum of its symbols: different contexts fall together.",
    "Which number has 0, 2 by your code, and which 1, 1?",
)
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p, bits = np.zeros((T - n, B, K)), np.zeros((T - n, B))
    for b in range(B):
        table = {}
        for t in range(n, T):
            N = table.setdefault(int(x[t - n : t, b].sum()), np.zeros(K))
            p[t - n, b] = (N + alpha) / np.sum(N + alpha)
            bits[t - n, b] = -np.log2(p[t - n, b, x[t, b]])
            N[x[t, b]] += 1
    return p, bits.mean()


@wrong(
    "alpha_once_in_the_denominator",
    "alpha is added once to the sum, not for each of the K symbols.",
    "Do your K probabilities sum to 1?",
)
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p, bits = np.zeros((T - n, B, K)), np.zeros((T - n, B))
    for b in range(B):
        table = {}
        for t in range(n, T):
            N = table.setdefault(tuple(x[t - n : t, b]), np.zeros(K))
            p[t - n, b] = (N + alpha) / (np.sum(N) + alpha)
            bits[t - n, b] = -np.log2(p[t - n, b, x[t, b]])
            N[x[t, b]] += 1
    return p, bits.mean()


@wrong(
    "counts_of_the_whole_sequence",
    "Counts over the whole sequence, also what comes after step t.",
    "What can the predictor know at step n, before it has seen anything?",
)
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p, bits = np.zeros((T - n, B, K)), np.zeros((T - n, B))
    for b in range(B):
        table = {}
        for t in range(n, T):
            table.setdefault(tuple(x[t - n : t, b]), np.zeros(K))[x[t, b]] += 1
        for t in range(n, T):
            N = table[tuple(x[t - n : t, b])]
            p[t - n, b] = (N + alpha) / np.sum(N + alpha)
            bits[t - n, b] = -np.log2(p[t - n, b, x[t, b]])
    return p, bits.mean()


@wrong(
    "nats",
    "The natural logarithm in place of the binary one.",
    "K = 2 and nothing seen yet: how many bits does a symbol cost?",
)
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p, bits = np.zeros((T - n, B, K)), np.zeros((T - n, B))
    for b in range(B):
        table = {}
        for t in range(n, T):
            N = table.setdefault(tuple(x[t - n : t, b]), np.zeros(K))
            p[t - n, b] = (N + alpha) / np.sum(N + alpha)
            bits[t - n, b] = -np.log(p[t - n, b, x[t, b]])
            N[x[t, b]] += 1
    return p, bits.mean()


@wrong(
    "only_seen_symbols",
    "Only symbols seen after this context share: unseen ones get 0.",
    "The sum over j goes over which symbols?",
)
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p, bits = np.zeros((T - n, B, K)), np.zeros((T - n, B))
    for b in range(B):
        table = {}
        for t in range(n, T):
            N = table.setdefault(tuple(x[t - n : t, b]), np.zeros(K))
            q = np.where(N > 0, N + alpha, 0)
            if q.sum() == 0:
                q = np.ones(K)
            p[t - n, b] = q / q.sum()
            bits[t - n, b] = -np.log2(max(p[t - n, b, x[t, b]], 1e-10))
            N[x[t, b]] += 1
    return p, bits.mean()


@wrong(
    "context_includes_the_symbol",
    "The slice t-n+1 : t+1 contains the symbol that is to be predicted.",
    "Is x[t] part of your context at step t?",
)
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p, bits = np.zeros((T - n, B, K)), np.zeros((T - n, B))
    for b in range(B):
        table = {}
        for t in range(n, T):
            N = table.setdefault(tuple(x[t - n + 1 : t + 1, b]), np.zeros(K))
            p[t - n, b] = (N + alpha) / np.sum(N + alpha)
            bits[t - n, b] = -np.log2(p[t - n, b, x[t, b]])
            N[x[t, b]] += 1
    return p, bits.mean()


@wrong(
    "context_too_short",
    "The context has n - 1 symbols (MATLAB's inclusive ranges).",
    "How many entries has x[t-n+1:t]? n or n - 1?",
)
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p, bits = np.zeros((T - n, B, K)), np.zeros((T - n, B))
    for b in range(B):
        table = {}
        for t in range(n, T):
            N = table.setdefault(tuple(x[t - n + 1 : t, b]), np.zeros(K))
            p[t - n, b] = (N + alpha) / np.sum(N + alpha)
            bits[t - n, b] = -np.log2(p[t - n, b, x[t, b]])
            N[x[t, b]] += 1
    return p, bits.mean()


@wrong(
    "entropy_instead_of_cost",
    "The score is the mean entropy of p, not the cost of what came.",
    "Does your score depend on which symbol came at step t?",
)
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p = np.zeros((T - n, B, K))
    for b in range(B):
        table = {}
        for t in range(n, T):
            N = table.setdefault(tuple(x[t - n : t, b]), np.zeros(K))
            p[t - n, b] = (N + alpha) / np.sum(N + alpha)
            N[x[t, b]] += 1
    return p, float(-(p * np.log2(p)).sum(axis=2).mean())


@wrong("add_one_smoothing", "Laplace's 1 in place of alpha.", "Change alpha. Does your p change?")
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p, bits = np.zeros((T - n, B, K)), np.zeros((T - n, B))
    for b in range(B):
        table = {}
        for t in range(n, T):
            N = table.setdefault(tuple(x[t - n : t, b]), np.zeros(K))
            p[t - n, b] = (N + 1) / (np.sum(N) + K)
            bits[t - n, b] = -np.log2(p[t - n, b, x[t, b]])
            N[x[t, b]] += 1
    return p, bits.mean()


@wrong(
    "numbers_of_symbols_seen",
    "Takes the number of symbols seen in the data for K.",
    "A symbol that never came: does it have a probability in your p?",
)
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p, bits = np.zeros((T - n, B, K)), np.zeros((T - n, B))
    for b in range(B):
        table = {}
        k = len(np.unique(x[:, b]))
        for t in range(n, T):
            N = table.setdefault(tuple(x[t - n : t, b]), np.zeros(K))
            p[t - n, b] = (N + alpha) / (np.sum(N) + k * alpha)
            bits[t - n, b] = -np.log2(p[t - n, b, x[t, b]])
            N[x[t, b]] += 1
    return p, bits.mean()


@wrong(
    "mean_of_probabilities_first",
    "The logarithm of the mean probability instead of the mean of the logarithms.",
    "Two steps with p = 1 and 1/4: what is the mean cost in bits?",
)
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p, hit = np.zeros((T - n, B, K)), np.zeros((T - n, B))
    for b in range(B):
        table = {}
        for t in range(n, T):
            N = table.setdefault(tuple(x[t - n : t, b]), np.zeros(K))
            p[t - n, b] = (N + alpha) / np.sum(N + alpha)
            hit[t - n, b] = p[t - n, b, x[t, b]]
            N[x[t, b]] += 1
    return p, float(-np.log2(hit.mean()))
