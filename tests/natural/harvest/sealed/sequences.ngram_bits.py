"""As students of the third year at the end of term: dictionaries, Counter, strings, slices that go wrong at m = 0."""

from collections import Counter, defaultdict

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("dictionary_of_counts")
def ngram_bits(train, text, K, L, alpha):
    tables = []
    for m in range(L + 1):
        d = defaultdict(lambda: np.zeros(K))
        for i in range(m, len(train)):
            d[tuple(train[i - m : i])][train[i]] += 1
        tables.append(d)
    out = np.zeros((len(text) - L, K))
    for t in range(L, len(text)):
        p = np.full(K, 1.0 / K)
        for m in range(L + 1):
            n = tables[m].get(tuple(text[t - m : t]), np.zeros(K))
            p = (n + alpha * p) / (n.sum() + alpha)
        out[t - L] = p
    came = out[np.arange(len(out)), text[L:]]
    return out, float(-np.log2(came).mean())


@right("recursive_by_comparison")
def ngram_bits(train, text, K, L, alpha):
    train, text = np.asarray(train), np.asarray(text)

    def prob(context):
        m = len(context)
        lower = np.ones(K) / K if m == 0 else prob(context[1:])
        hit = np.ones(len(train) - m, dtype=bool) if len(train) > m else np.zeros(0, dtype=bool)
        for j in range(m):
            hit &= train[j : j + len(hit)] == context[j]
        n = np.bincount(train[m:][hit], minlength=K)
        return (n + alpha * lower) / (n.sum() + alpha)

    p = np.array([prob(text[t - L : t]) for t in range(L, len(text))])
    bits = [-np.log2(p[i, k]) for i, k in enumerate(text[L:])]
    return p, np.mean(bits)


@right("numbered_contexts")
def ngram_bits(train, text, K, L, alpha):
    # a context of m symbols is a number in base K; all predictions of an order at once
    p = np.full((len(text) - L, K), 1 / K)
    for m in range(L + 1):
        code = lambda s, a, e, m=m: sum((s[a - j : e - j].astype(np.int64) * K ** (j - 1) for j in range(1, m + 1)),
                                        np.zeros(e - a, dtype=np.int64))  # noqa: E731
        if len(train) > m:
            table = np.zeros((K**m, K))
            np.add.at(table, (code(train, m, len(train)), train[m:]), 1)
            n = table[code(text, L, len(text))]
        else:
            n = np.zeros_like(p)
        p = (n + alpha * p) / (n.sum(1, keepdims=True) + alpha)
    return p, -np.log2(np.take_along_axis(p, text[L:, None], axis=1)).mean()


@wrong(
    "whole_context_for_m_0",
    "context[-m:] with m = 0 is the whole context, not the empty one: c_0 is never counted.",
    "What is (1, 2, 3)[-0:]? And what should c_0 be?",
)
def ngram_bits(train, text, K, L, alpha):
    counts = Counter()
    for m in range(L + 1):
        for i in range(m, len(train)):
            counts[tuple(train[i - m : i]), train[i]] += 1
    rows = []
    for t in range(L, len(text)):
        ctx = tuple(text[t - L : t])
        p = [1 / K] * K
        for m in range(L + 1):
            c = ctx[-m:]
            n = [counts[c, k] for k in range(K)]
            p = [(n[k] + alpha * p[k]) / (sum(n) + alpha) for k in range(K)]
        rows.append(p)
    rows = np.array(rows)
    return rows, np.mean([-np.log2(rows[i][text[i + L]]) for i in range(len(rows))])


@wrong(
    "shortened_at_the_wrong_end",
    "The shorter contexts lack the newest symbol instead of the oldest.",
    "Which symbol lies directly before the one that is predicted? It should be in every c_m with m ≥ 1.",
)
def ngram_bits(train, text, K, L, alpha):
    cnt = {}
    for m in range(L + 1):
        for i in range(m, len(train)):
            cnt.setdefault(tuple(train[i - m : i].tolist()), np.zeros(K))[train[i]] += 1
    P = []
    for t in range(L, len(text)):
        ctx = tuple(text[t - L : t].tolist())
        p = np.ones(K) / K
        for m in range(L + 1):
            n = cnt.get(ctx[:m], np.zeros(K))
            p = (n + alpha * p) / (n.sum() + alpha)
        P.append(p)
    P = np.array(P)
    return P, -np.log2(P[np.arange(len(P)), text[L:]]).mean()


@wrong(
    "laplace_at_the_longest_context",
    "Additive smoothing of the longest context alone; it does not lean on the shorter ones.",
    "A context that was never seen: does your prediction know how frequent each symbol is?",
)
def ngram_bits(train, text, K, L, alpha):
    N = defaultdict(lambda: np.zeros(K))
    for i in range(L, len(train)):
        N[tuple(train[i - L : i])][train[i]] += 1
    p = np.array([(N[tuple(text[t - L : t])] + alpha / K) / (N[tuple(text[t - L : t])].sum() + alpha)
                  for t in range(L, len(text))])
    bits = -np.mean(np.log2(p[np.arange(len(text) - L), text[L:]]))
    return p, bits


@wrong(
    "backs_off_only_if_unseen",
    "Where the context was seen, its own counts are used alone; the shorter one comes in only if it was not.",
    "A context was seen once. By the formula, does the symbol that came then get probability 1?",
)
def ngram_bits(train, text, K, L, alpha):
    def counts(c):
        m = len(c)
        n = np.zeros(K)
        for i in range(m, len(train)):
            if tuple(train[i - m : i]) == c:
                n[train[i]] += 1
        return n

    def predict(c):
        n = counts(c)
        if len(c) == 0:
            return (n + alpha / K) / (n.sum() + alpha)
        if n.sum() == 0:
            return predict(c[1:])
        return (n + alpha * (1 / K)) / (n.sum() + alpha)

    p = np.array([predict(tuple(text[t - L : t])) for t in range(L, len(text))])
    return p, float(np.mean(-np.log2(p[range(len(p)), text[L:]])))


@wrong(
    "alpha_times_k_below",
    "The denominator adds alpha times K, as Laplace's rule does, and the probabilities do not add up to 1.",
    "Add up one of your rows. What do the numbers alpha p_{m-1}(k) add up to over k?",
)
def ngram_bits(train, text, K, L, alpha):
    M = len(text)
    p = np.full((M - L, K), 1.0 / K)
    for m in range(L + 1):
        table = {}
        for i in range(m, len(train)):
            key = train[i - m : i].tobytes()
            table.setdefault(key, [0] * K)
            table[key][train[i]] += 1
        for t in range(L, M):
            n = np.array(table.get(text[t - m : t].astype(train.dtype).tobytes(), [0] * K))
            p[t - L] = (n + alpha * p[t - L]) / (n.sum() + alpha * K)
    return p, -np.log2(p[np.arange(M - L), text[L:]]).mean()


@wrong(
    "context_at_the_end_counted",
    "The denominator counts how often the context occurs, also at the very end of train, where nothing follows.",
    "Do the numbers N(c, k) over all k add up to your denominator for the context that train ends with?",
)
def ngram_bits(train, text, K, L, alpha):
    follow, seen = Counter(), Counter()
    for m in range(L + 1):
        for i in range(m, len(train) + 1):
            c = (m, *train[i - m : i])
            seen[c] += 1
            if i < len(train):
                follow[(*c, train[i])] += 1
    p = np.empty((len(text) - L, K))
    for t in range(L, len(text)):
        low = np.full(K, 1 / K)
        for m in range(L + 1):
            c = (m, *text[t - m : t])
            low = np.array([(follow[(*c, k)] + alpha * low[k]) / (seen[c] + alpha) for k in range(K)])
        p[t - L] = low
    return p, -np.mean([np.log2(p[i, text[L + i]]) for i in range(len(p))])


@wrong(
    "nats",
    "The natural logarithm: nats, not bits.",
    "K = 2 and nothing learnt: a symbol costs 1 bit. What do you return?",
)
def ngram_bits(train, text, K, L, alpha):
    maps = [defaultdict(lambda: np.zeros(K)) for _ in range(L + 1)]
    for i, k in enumerate(train):
        for m in range(min(i, L) + 1):
            maps[m][tuple(train[i - m : i])][k] += 1
    p = np.full((len(text) - L, K), 1 / K)
    for r in range(len(p)):
        t = r + L
        for m, table in enumerate(maps):
            n = table[tuple(text[t - m : t])]
            p[r] = (n + alpha * p[r]) / (n.sum() + alpha)
    loss = -np.log(p[np.arange(len(p)), text[L:]]).mean()
    return p, loss


@wrong(
    "learns_from_the_text",
    "The counts go on in text: each symbol is counted after it was predicted.",
    "Write the same text twice in a row: may the second half be predicted better by what was counted in the first?",
)
def ngram_bits(train, text, K, L, alpha):
    N = defaultdict(lambda: np.zeros(K))

    def count(s, i):
        for m in range(min(i, L) + 1):
            N[tuple(s[i - m : i])][s[i]] += 1

    for i in range(len(train)):
        count(train, i)
    out = []
    for t in range(L, len(text)):
        p = np.ones(K) / K
        for m in range(L + 1):
            n = N[tuple(text[t - m : t])]
            p = (n + alpha * p) / (n.sum() + alpha)
        out.append(p)
        count(text, t)
    out = np.array(out)
    return out, -np.log2(out[np.arange(len(out)), text[L:]]).mean()


@wrong(
    "starts_from_raw_frequencies",
    "p_0 is the plain frequency in train; 1/K does not come in.",
    "A symbol that never occurs in train: what is its p_0 by the formula with m = 0?",
)
def ngram_bits(train, text, K, L, alpha):
    freq = np.bincount(train, minlength=K) / len(train)
    P = np.tile(freq, (len(text) - L, 1))
    for m in range(1, L + 1):
        d = {}
        for i in range(m, len(train)):
            c = tuple(train[i - m : i])
            d[c] = d.get(c, np.zeros(K)) + np.eye(K)[train[i]]
        for r in range(len(P)):
            n = d.get(tuple(text[r + L - m : r + L]), np.zeros(K))
            P[r] = (n + alpha * P[r]) / (n.sum() + alpha)
    return P, -np.mean(np.log2(P[np.arange(len(P)), text[L:]]))


@wrong(
    "counted_in_a_circle",
    "np.roll joins the end of train to its beginning, so that contexts are counted that are not there.",
    "train = (0, 1, 2): is 2 followed by 0 anywhere? How often do you count it?",
)
def ngram_bits(train, text, K, L, alpha):
    p = np.full((len(text) - L, K), 1 / K)
    for m in range(L + 1):
        key = np.zeros(len(train), dtype=int)
        for j in range(1, m + 1):
            key = key + np.roll(train, j) * K ** (j - 1)
        n = np.zeros((K**m, K))
        np.add.at(n, (key, train), 1)
        q = np.zeros(len(text) - L, dtype=int)
        for j in range(1, m + 1):
            q = q + text[L - j : len(text) - j] * K ** (j - 1)
        p = (n[q] + alpha * p) / (n[q].sum(axis=1)[:, None] + alpha)
    return p, -np.log2(p[np.arange(len(p)), text[L:]]).mean()


@wrong(
    "count_of_strings",
    "str.count does not count occurrences that overlap: in 'aaaa' it finds 'aa' twice, not three times.",
    "train = (0, 0, 0, 0): how often does 0 follow 0? What does your count say?",
)
def ngram_bits(train, text, K, L, alpha):
    s = "".join(chr(97 + k) for k in train)
    u = "".join(chr(97 + k) for k in text)
    out = np.zeros((len(u) - L, K))
    for t in range(L, len(u)):
        p = np.full(K, 1 / K)
        for m in range(L + 1):
            c = u[t - m : t]
            n = np.array([s.count(c + chr(97 + k)) for k in range(K)])
            p = (n + alpha * p) / (n.sum() + alpha)
        out[t - L] = p
    return out, -np.mean([np.log2(out[i, text[i + L]]) for i in range(len(out))])


@wrong(
    "short_contexts_from_L_on",
    "All orders are counted from symbol L of train on; the first L symbols are missing in the counts of the short contexts.",
    "Add up N(c_0, k) over all k: is it the number of symbols of train?",
)
def ngram_bits(train, text, K, L, alpha):
    grams = [train[i - L : i + 1] for i in range(L, len(train))]
    tables = [defaultdict(lambda: np.zeros(K)) for _ in range(L + 1)]
    for g in grams:
        for m in range(L + 1):
            tables[m][tuple(g[L - m : L])][g[L]] += 1
    res = []
    for t in range(L, len(text)):
        p = np.full(K, 1 / K)
        for m in range(L + 1):
            n = tables[m][tuple(text[t - m : t])]
            p = (n + alpha * p) / (n.sum() + alpha)
        res.append(p)
    res = np.array(res)
    return res, -np.log2(res[np.arange(len(res)), text[L:]]).mean()


@wrong(
    "logarithm_of_the_mean",
    "The logarithm of the mean probability instead of the mean of the logarithms.",
    "Two symbols with p = 1/2 and 1/8 cost 1 and 3 bits. What is your mean?",
)
def ngram_bits(train, text, K, L, alpha):
    def N(c):
        n = np.zeros(K)
        for i in range(len(c), len(train)):
            if np.array_equal(train[i - len(c) : i], c):
                n[train[i]] += 1
        return n

    p = np.full((len(text) - L, K), 1 / K)
    cache = {}
    for t in range(L, len(text)):
        for m in range(L + 1):
            c = text[t - m : t]
            n = cache.setdefault(tuple(c), N(c)) if tuple(c) not in cache else cache[tuple(c)]
            p[t - L] = (n + alpha * p[t - L]) / (n.sum() + alpha)
    return p, -np.log2(np.mean(p[np.arange(len(p)), text[L:]]))


@wrong(
    "counts_the_kinds",
    "Shorter contexts count how many different contexts a symbol follows, as Kneser and Ney do, not how often it follows.",
    "train = (0, 1, 0, 1, 0, 1): how often does 1 occur? What is your N(c_0, 1)?",
)
def ngram_bits(train, text, K, L, alpha):
    full = defaultdict(lambda: np.zeros(K))
    kinds = defaultdict(set)
    for i in range(len(train)):
        if i >= L:
            full[tuple(train[i - L : i])][train[i]] += 1
        for m in range(min(L - 1, i - 1) + 1 if i else 0):
            kinds[tuple(train[i - m : i]), int(train[i])].add(train[i - m - 1])
    p = []
    for t in range(L, len(text)):
        q = np.ones(K) / K
        for m in range(L + 1):
            c = tuple(text[t - m : t])
            n = full[c] if m == L else np.array([len(kinds[c, k]) for k in range(K)])
            q = (n + alpha * q) / (n.sum() + alpha)
        p.append(q)
    p = np.array(p)
    return p, -np.log2(p[np.arange(len(p)), text[L:]]).mean()
