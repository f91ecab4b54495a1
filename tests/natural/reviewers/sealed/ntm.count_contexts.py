"""As programmers who skim: Counters, hashed contexts, sliding windows and KT estimators."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("defaultdict")
def count_contexts(x, K, n, alpha):
    from collections import defaultdict

    T, B = x.shape
    p = np.empty((T - n, B, K))
    bits = 0.0
    for b in range(B):
        counts = defaultdict(lambda: np.full(K, alpha, dtype=float))
        for t in range(n, T):
            c = counts[x[t - n : t, b].tobytes()]
            p[t - n, b] = c / c.sum()
            bits -= np.log2(p[t - n, b, x[t, b]])
            c[x[t, b]] += 1
    return p, bits / ((T - n) * B)


@right("sliding_window_base_K")
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    win = np.lib.stride_tricks.sliding_window_view(x[:-1], n, axis=0)  # T-n, B, n
    ids = win @ (K ** np.arange(n))
    same = (ids[:, None] == ids[None]) & (np.arange(T - n)[:, None] > np.arange(T - n))[..., None]
    hot = np.eye(K)[x[n:]]
    N = np.einsum("tsb,sbk->tbk", same.astype(float), hot) + alpha
    p = N / N.sum(-1, keepdims=True)
    return p, float(-np.log2((p * hot).sum(-1)).mean())


@right("batch_table")
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    table = np.zeros((B,) + (K,) * (n + 1))
    rows = np.arange(B)
    p, bits = [], []
    for t in range(n, T):
        key = (rows, *x[t - n : t])
        N = table[key] + alpha
        q = N / N.sum(-1, keepdims=True)
        p.append(q)
        bits.append(-np.log2(q[rows, x[t]]))
        table[key + (x[t],)] += 1
    return np.array(p), float(np.mean(bits))


@right("update_of_predictions")
def count_contexts(x, K, n, alpha):
    # p <- p + (hot - p) / (seen + K alpha + 1)
    T, B = x.shape
    out = np.empty((T - n, B, K))
    cost = []
    for b in range(B):
        state = {}
        seq = x[:, b].tolist()
        for t in range(n, T):
            c = tuple(seq[t - n : t])
            q, mass = state.get(c, (np.full(K, 1 / K), K * alpha))
            out[t - n, b] = q
            cost.append(np.log2(q[seq[t]]))
            hot = np.zeros(K)
            hot[seq[t]] = 1
            state[c] = (q + (hot - q) / (mass + 1), mass + 1)
    return out, -float(np.mean(cost))


@right("unique_contexts_cumsum")
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p = np.empty((T - n, B, K))
    for b in range(B):
        win = np.stack([x[i : T - n + i, b] for i in range(n)], axis=1)
        _, ids = np.unique(win, axis=0, return_inverse=True)
        hot = np.eye(K)[x[n:, b]]
        for i in np.unique(ids):
            r = np.flatnonzero(ids.ravel() == i)
            N = np.cumsum(hot[r], axis=0) - hot[r]
            p[r, b] = (N + alpha) / (N.sum(1, keepdims=True) + K * alpha)
    taken = np.take_along_axis(p, x[n:, :, None], -1)
    return p, -np.log2(taken).mean()


def _count(x, K, n, alpha, key=lambda c: c, norm=None, after=True, table_of=None):
    T, B = x.shape
    p, hit = np.empty((T - n, B, K)), np.empty((T - n, B))
    shared = {}
    for b in range(B):
        table = shared if table_of == "all" else {}
        for t in range(n, T):
            c = key(tuple(x[t - n : t, b].tolist()))
            N = table.setdefault(c, np.zeros(K))
            if not after:
                N[x[t, b]] += 1
            p[t - n, b] = norm(N) if norm else (N + alpha) / (N + alpha).sum()
            hit[t - n, b] = p[t - n, b, x[t, b]]
            if after:
                N[x[t, b]] += 1
    return p, hit


def _bits(hit):
    return float(-np.log2(hit).mean())


@wrong(
    "update_before_predict",
    "The Counter is updated before it is asked.",
    "Has a step's own symbol been counted when you predict it?",
)
def count_contexts(x, K, n, alpha):
    p, h = _count(x, K, n, alpha, after=False)
    return p, _bits(h)


@wrong("shared_counter", "One Counter for the batch.", "Does sequence 1 profit from sequence 0?")
def count_contexts(x, K, n, alpha):
    p, h = _count(x, K, n, alpha, table_of="all")
    return p, _bits(h)


@wrong("kt_estimator", "The Krichevsky-Trofimov 1/2 in place of alpha.", "alpha = 1: is your p that of 1/2?")
def count_contexts(x, K, n, alpha):
    p, h = _count(x, K, n, 0.5)
    return p, _bits(h)


@wrong(
    "binary_denominator",
    "N + 2 alpha below, as in the paper's binary formula, for any K.",
    "K = 3: do your probabilities sum to 1?",
)
def count_contexts(x, K, n, alpha):
    p, h = _count(x, K, n, alpha, norm=lambda N: (N + alpha) / (N.sum() + 2 * alpha))
    return p, _bits(h)


@wrong(
    "alpha_is_the_total",
    "alpha is the whole pseudo-count, alpha / K for each symbol.",
    "Nothing seen but one symbol once: what is its probability by the formula?",
)
def count_contexts(x, K, n, alpha):
    p, h = _count(x, K, n, alpha / K)
    return p, _bits(h)


@wrong(
    "context_as_a_set",
    "A frozenset of the context: order and repetitions are lost.",
    "Have 0, 1 and 1, 0 the same key?",
)
def count_contexts(x, K, n, alpha):
    p, h = _count(x, K, n, alpha, key=frozenset)
    return p, _bits(h)


@wrong(
    "hash_by_positions_added",
    "The context's number is sum(symbol * position): collisions.",
    "n = 2: which number have (2, 0) and (0, 1) by your code?",
)
def count_contexts(x, K, n, alpha):
    p, h = _count(x, K, n, alpha, key=lambda c: sum((i + 1) * v for i, v in enumerate(c)))
    return p, _bits(h)


@wrong(
    "binary_code_for_any_K",
    "The context is coded by powers of 2; for K > 2 numbers coincide.",
    "(0, 2) and (1, 0): their numbers in base 2?",
)
def count_contexts(x, K, n, alpha):
    p, h = _count(x, K, n, alpha, key=lambda c: sum(v * 2 ** (len(c) - 1 - i) for i, v in enumerate(c)))
    return p, _bits(h)


@wrong("newest_only", "Only the symbol before is the context (a bigram).", "n = 2: does x[t-2] matter in your p?")
def count_contexts(x, K, n, alpha):
    p, h = _count(x, K, n, alpha, key=lambda c: c[-1:] if len(c) > 1 else ())
    return p, _bits(h)


@wrong(
    "also_shorter_history_counted_from_zero",
    "Contexts at the start are padded with zeros and counted: the first n steps are counted too.",
    "In which step is the first symbol counted?",
)
def count_contexts(x, K, n, alpha):
    xp = np.concatenate([np.zeros((n, x.shape[1]), dtype=int), x])
    p, h = _count(xp, K, n, alpha)
    return p[n:], _bits(h[n:])


@wrong("nats", "np.log in place of log2.", "In which unit is the score?")
def count_contexts(x, K, n, alpha):
    p, h = _count(x, K, n, alpha)
    return p, float(-np.log(h).mean())


@wrong("sum_not_mean", "The sum over steps, averaged over sequences only.", "Do you divide by the steps too?")
def count_contexts(x, K, n, alpha):
    p, h = _count(x, K, n, alpha)
    return p, float(-np.log2(h).sum(0).mean())


@wrong(
    "divided_by_T", "The sum is divided by T B, but only T - n steps were predicted.", "How many steps did you predict?"
)
def count_contexts(x, K, n, alpha):
    p, h = _count(x, K, n, alpha)
    return p, float(-np.log2(h).sum() / x.size)


@wrong(
    "transition_frequencies_of_all",
    "A count matrix over the whole sequence, made before the loop.",
    "Which counts do you use at the first step?",
)
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p, hit = np.empty((T - n, B, K)), np.empty((T - n, B))
    for b in range(B):
        tab = np.zeros((K,) * (n + 1))
        for t in range(n, T):
            tab[tuple(x[t - n : t + 1, b])] += 1
        for t in range(n, T):
            N = tab[tuple(x[t - n : t, b])] + alpha
            p[t - n, b] = N / N.sum()
            hit[t - n, b] = p[t - n, b, x[t, b]]
    return p, _bits(hit)


@wrong(
    "softmax_of_counts",
    "A softmax of N + alpha instead of the quotient.",
    "N = (1, 3), alpha = 1: p = (1/3, 2/3)? And yours?",
)
def count_contexts(x, K, n, alpha):
    def soft(N):
        z = np.exp(N + alpha - (N + alpha).max())
        return z / z.sum()

    p, h = _count(x, K, n, alpha, norm=soft)
    return p, _bits(h)


@wrong("forgets", "Counts decay by 0.9 at each visit.", "Seen ten times: is N 10 by your code?")
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p, hit = np.empty((T - n, B, K)), np.empty((T - n, B))
    for b in range(B):
        table = {}
        for t in range(n, T):
            N = table.setdefault(tuple(x[t - n : t, b]), np.zeros(K))
            p[t - n, b] = (N + alpha) / (N + alpha).sum()
            hit[t - n, b] = p[t - n, b, x[t, b]]
            N *= 0.9
            N[x[t, b]] += 1
    return p, _bits(hit)


@wrong(
    "prediction_one_step_late",
    "The predictions are shifted by one step: entry t holds what was said about t + 1.",
    "Which step does the first entry of your p predict?",
)
def count_contexts(x, K, n, alpha):
    p, h = _count(x, K, n, alpha)
    q = np.concatenate([p[1:], p[:1]])
    return q, float(-np.log2(np.take_along_axis(q, x[n:, :, None], -1)).mean())


@wrong(
    "visited_only_once",
    "Counts a symbol after a context at most once (a set of seen pairs).",
    "The same pair ten times: what is N?",
)
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p, hit = np.empty((T - n, B, K)), np.empty((T - n, B))
    for b in range(B):
        seen = set()
        for t in range(n, T):
            c = tuple(x[t - n : t, b].tolist())
            N = np.array([float((c, k) in seen) for k in range(K)])
            p[t - n, b] = (N + alpha) / (N + alpha).sum()
            hit[t - n, b] = p[t - n, b, x[t, b]]
            seen.add((c, int(x[t, b])))
    return p, _bits(hit)
