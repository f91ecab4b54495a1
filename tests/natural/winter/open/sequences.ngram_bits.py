"""As students who build a toy language model over the holidays: dictionaries, tables and strings."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("dictionary_of_counts")
def ngram_bits(train, text, K, L, alpha):
    train = [int(v) for v in train]
    text = [int(v) for v in text]
    counts = {}
    for m in range(L + 1):
        for i in range(m, len(train)):
            context = tuple(train[i - m : i])
            counts.setdefault(context, np.zeros(K))[train[i]] += 1
    p = np.zeros((len(text) - L, K))
    bits = 0.0
    for t in range(L, len(text)):
        q = np.full(K, 1 / K)
        for m in range(L + 1):
            N = counts.get(tuple(text[t - m : t]), np.zeros(K))
            q = (N + alpha * q) / (N.sum() + alpha)
        p[t - L] = q
        bits -= np.log2(q[text[t]])
    return p, bits / (len(text) - L)


@right("recursion_and_scanning")
def ngram_bits(train, text, K, L, alpha):
    from functools import lru_cache

    train, text = tuple(map(int, train)), tuple(map(int, text))

    @lru_cache(maxsize=None)
    def predict(context):
        m = len(context)
        follow = [train[i] for i in range(m, len(train)) if train[i - m : i] == context]
        N = np.bincount(np.array(follow, dtype=int), minlength=K)
        shorter = np.ones(K) / K if m == 0 else predict(context[1:])
        return (N + alpha * shorter) / (len(follow) + alpha)

    p = np.array([predict(text[i : i + L]) for i in range(len(text) - L)])
    came = p[np.arange(len(p)), list(text[L:])]
    return p, float(np.mean(-np.log2(came)))


@right("comparing_all_windows")
def ngram_bits(train, text, K, L, alpha):
    train, text = np.array(train), np.array(text)
    N, M = len(train), len(text)
    hot = np.eye(K)[train]
    match = np.ones((M - L, N), dtype=bool)
    p = np.full((M - L, K), 1.0 / K)
    for m in range(L + 1):
        if m > 0:
            back = np.full(N, -1)
            back[m:] = train[: N - m] if m < N else train[:0]
            match &= text[L - m : M - m, None] == back[None, :]
        n = np.einsum("ti,ik->tk", match.astype(float), hot)
        p = (n + alpha * p) / (n.sum(axis=1, keepdims=True) + alpha)
    score = -np.log2(np.take_along_axis(p, text[L:, None], axis=1))
    return p, score.mean()


@wrong(
    "all_orders_from_step_L",
    "All orders are counted from symbol L on: the first L symbols of train are missing in the counts of the shorter contexts.",
    "Does your N(c_0, ·) sum to the number of symbols in train?",
)
def ngram_bits(train, text, K, L, alpha):
    train = [int(v) for v in train]
    text = [int(v) for v in text]
    counts = {}
    for m in range(L + 1):
        for i in range(L, len(train)):
            context = tuple(train[i - m : i])
            counts.setdefault(context, np.zeros(K))[train[i]] += 1
    p = np.zeros((len(text) - L, K))
    bits = 0.0
    for t in range(L, len(text)):
        q = np.full(K, 1 / K)
        for m in range(L + 1):
            N = counts.get(tuple(text[t - m : t]), np.zeros(K))
            q = (N + alpha * q) / (N.sum() + alpha)
        p[t - L] = q
        bits -= np.log2(q[text[t]])
    return p, bits / (len(text) - L)


@wrong(
    "longest_context_seen",
    "Back-off: where the longest context was seen it leans on 1/K, the shorter ones count only where it was not.",
    "A context seen once: how large is the share of the shorter one in p by the formula?",
)
def ngram_bits(train, text, K, L, alpha):
    train = [int(v) for v in train]
    text = [int(v) for v in text]
    counts = {}
    for m in range(L + 1):
        for i in range(m, len(train)):
            context = tuple(train[i - m : i])
            counts.setdefault(context, np.zeros(K))[train[i]] += 1
    p = np.zeros((len(text) - L, K))
    bits = 0.0
    for t in range(L, len(text)):
        q = np.full(K, 1 / K)
        for m in range(L + 1):
            N = counts.get(tuple(text[t - m : t]), np.zeros(K))
            if N.sum() > 0:
                q = (N + alpha / K) / (N.sum() + alpha)
        p[t - L] = q
        bits -= np.log2(q[text[t]])
    return p, bits / (len(text) - L)


@wrong(
    "uniform_at_every_order",
    "Leans on 1/K at every order: the last step of the loop alone counts.",
    "Does your prediction after an unseen context depend on how often a symbol occurs in train?",
)
def ngram_bits(train, text, K, L, alpha):
    train = [int(v) for v in train]
    text = [int(v) for v in text]
    counts = {}
    for m in range(L + 1):
        for i in range(m, len(train)):
            context = tuple(train[i - m : i])
            counts.setdefault(context, np.zeros(K))[train[i]] += 1
    p = np.zeros((len(text) - L, K))
    bits = 0.0
    for t in range(L, len(text)):
        q = np.full(K, 1 / K)
        for m in range(L + 1):
            N = counts.get(tuple(text[t - m : t]), np.zeros(K))
            q = (N + alpha / K) / (N.sum() + alpha)
        p[t - L] = q
        bits -= np.log2(q[text[t]])
    return p, bits / (len(text) - L)


@wrong(
    "alpha_times_K",
    "Adds K·alpha in the denominator, as in add-alpha smoothing.",
    "Do your K probabilities sum to 1?",
)
def ngram_bits(train, text, K, L, alpha):
    from functools import lru_cache

    train, text = tuple(map(int, train)), tuple(map(int, text))

    @lru_cache(maxsize=None)
    def predict(context):
        m = len(context)
        follow = [train[i] for i in range(m, len(train)) if train[i - m : i] == context]
        N = np.bincount(np.array(follow, dtype=int), minlength=K)
        shorter = np.ones(K) / K if m == 0 else predict(context[1:])
        return (N + alpha * shorter) / (len(follow) + K * alpha)

    p = np.array([predict(text[i : i + L]) for i in range(len(text) - L)])
    came = p[np.arange(len(p)), list(text[L:])]
    return p, float(np.mean(-np.log2(came)))


@wrong(
    "context_at_the_end_counts",
    "The denominator counts how often the context occurs in train, also at its very end, where nothing follows.",
    "train ends with the context: which symbol does this occurrence add to in the numerator?",
)
def ngram_bits(train, text, K, L, alpha):
    train = tuple(int(v) for v in train)
    text = tuple(int(v) for v in text)

    def count(piece):
        n = len(piece)
        return sum(train[i : i + n] == piece for i in range(len(train) - n + 1))

    p, bits = [], []
    for t in range(L, len(text)):
        q = [1 / K] * K
        for m in range(L + 1):
            c = text[t - m : t]
            total = count(c) if m else len(train)
            q = [(count(c + (k,)) + alpha * q[k]) / (total + alpha) for k in range(K)]
        p.append(q)
        bits.append(-np.log2(q[text[t]]))
    return np.array(p), np.mean(bits)


@wrong(
    "natural_logarithm",
    "The natural logarithm: nats, not bits.",
    "K = 2 and an empty memory: how many bits does a symbol cost?",
)
def ngram_bits(train, text, K, L, alpha):
    train, text = np.array(train), np.array(text)
    N, M = len(train), len(text)
    hot = np.eye(K)[train]
    match = np.ones((M - L, N), dtype=bool)
    p = np.full((M - L, K), 1.0 / K)
    for m in range(L + 1):
        if m > 0:
            back = np.full(N, -1)
            back[m:] = train[: N - m] if m < N else train[:0]
            match &= text[L - m : M - m, None] == back[None, :]
        n = np.einsum("ti,ik->tk", match.astype(float), hot)
        p = (n + alpha * p) / (n.sum(axis=1, keepdims=True) + alpha)
    score = -np.log(np.take_along_axis(p, text[L:, None], axis=1))
    return p, score.mean()


@wrong(
    "learns_while_it_predicts",
    "Counts each symbol of text after it was predicted.",
    "Predict the same text twice: may the second half be better known?",
)
def ngram_bits(train, text, K, L, alpha):
    train = [int(v) for v in train]
    text = [int(v) for v in text]
    counts = {}
    for m in range(L + 1):
        for i in range(m, len(train)):
            context = tuple(train[i - m : i])
            counts.setdefault(context, np.zeros(K))[train[i]] += 1
    p = np.zeros((len(text) - L, K))
    bits = 0.0
    for t in range(L, len(text)):
        q = np.full(K, 1 / K)
        for m in range(L + 1):
            N = counts.get(tuple(text[t - m : t]), np.zeros(K))
            q = (N + alpha * q) / (N.sum() + alpha)
        p[t - L] = q
        bits -= np.log2(q[text[t]])
        for m in range(L + 1):
            counts.setdefault(tuple(text[t - m : t]), np.zeros(K))[text[t]] += 1
    return p, bits / (len(text) - L)


@wrong(
    "newest_symbol_dropped",
    "The shorter context lacks the newest symbol, not the oldest.",
    "The context is 0, 1, 2, with 2 just before the prediction: what are the two symbols of c_2?",
)
def ngram_bits(train, text, K, L, alpha):
    from functools import lru_cache

    train, text = tuple(map(int, train)), tuple(map(int, text))

    @lru_cache(maxsize=None)
    def predict(context):
        m = len(context)
        follow = [train[i] for i in range(m, len(train)) if train[i - m : i] == context]
        N = np.bincount(np.array(follow, dtype=int), minlength=K)
        shorter = np.ones(K) / K if m == 0 else predict(context[:-1])
        return (N + alpha * shorter) / (len(follow) + alpha)

    p = np.array([predict(text[i : i + L]) for i in range(len(text) - L)])
    came = p[np.arange(len(p)), list(text[L:])]
    return p, float(np.mean(-np.log2(came)))


@wrong(
    "strings_that_do_not_overlap",
    "Counts with str.count, which leaves out occurrences that overlap: aa is once in aaa.",
    "How often does 1 come directly after 1 in 1, 1, 1, and what says '111'.count('11')?",
)
def ngram_bits(train, text, K, L, alpha):
    a = "".join(chr(65 + int(v)) for v in train)
    b = "".join(chr(65 + int(v)) for v in text)
    letters = [chr(65 + k) for k in range(K)]
    p = np.zeros((len(b) - L, K))
    for t in range(L, len(b)):
        q = np.ones(K) / K
        for m in range(L + 1):
            N = np.array([a.count(b[t - m : t] + x) for x in letters])
            q = (N + alpha * q) / (N.sum() + alpha)
        p[t - L] = q
    return p, float(-np.log2(p[np.arange(len(p)), np.asarray(text)[L:]]).mean())


@wrong(
    "digits_without_a_separator",
    "Contexts are joined to strings of digits without a separator: 1, 12 and 11, 2 are the same.",
    "K = 13: which string is the context 1, 12, and which is 11, 2?",
)
def ngram_bits(train, text, K, L, alpha):
    from collections import defaultdict

    counts = defaultdict(lambda: np.zeros(K))
    for i in range(len(train)):
        for m in range(min(i, L) + 1):
            counts[m, "".join(str(v) for v in train[i - m : i])][train[i]] += 1
    p = np.zeros((len(text) - L, K))
    for t in range(L, len(text)):
        q = np.ones(K) / K
        for m in range(L + 1):
            N = counts[m, "".join(str(v) for v in text[t - m : t])]
            q = (N + alpha * q) / (N.sum() + alpha)
        p[t - L] = q
    return p, -np.mean(np.log2(p[np.arange(len(p)), text[L:]]))


@wrong(
    "relative_frequencies_at_the_bottom",
    "Order 0 is the plain frequency in train: what it leans on, 1/K, is left out, and symbols never seen get 0.",
    "A symbol that is not in train at all: what is its p_0?",
)
def ngram_bits(train, text, K, L, alpha):
    from functools import lru_cache

    train, text = tuple(map(int, train)), tuple(map(int, text))

    @lru_cache(maxsize=None)
    def predict(context):
        m = len(context)
        follow = [train[i] for i in range(m, len(train)) if train[i - m : i] == context]
        N = np.bincount(np.array(follow, dtype=int), minlength=K)
        shorter = np.ones(K) / K if m == 0 else predict(context[1:])
        if m == 0:
            return N / len(train)
        return (N + alpha * shorter) / (len(follow) + alpha)

    p = np.array([predict(text[i : i + L]) for i in range(len(text) - L)])
    came = p[np.arange(len(p)), list(text[L:])]
    return p, float(np.mean(-np.log2(np.maximum(came, 1e-12))))


@wrong(
    "wraps_around_the_beginning",
    "np.roll: the context of the first symbols of train is taken from its end.",
    "Which symbols come before symbol 0 of train?",
)
def ngram_bits(train, text, K, L, alpha):
    train, text = np.asarray(train), np.asarray(text)
    M = len(text)
    hot = np.eye(K)[train]
    p = np.full((M - L, K), 1.0 / K)
    match = np.ones((M - L, len(train)))
    for m in range(L + 1):
        if m:
            match = match * (text[L - m : M - m, None] == np.roll(train, m))
        n = match @ hot
        p = (n + alpha * p) / (n.sum(axis=1, keepdims=True) + alpha)
    return p, float(-np.log2(p[np.arange(M - L), text[L:]]).mean())


@wrong(
    "logarithm_of_the_mean",
    "The logarithm of the mean probability, not the mean of the logarithms.",
    "Two symbols with p = 1 and 1/4: what do they cost on average?",
)
def ngram_bits(train, text, K, L, alpha):
    train, text = np.array(train), np.array(text)
    N, M = len(train), len(text)
    hot = np.eye(K)[train]
    match = np.ones((M - L, N), dtype=bool)
    p = np.full((M - L, K), 1.0 / K)
    for m in range(L + 1):
        if m > 0:
            back = np.full(N, -1)
            back[m:] = train[: N - m] if m < N else train[:0]
            match &= text[L - m : M - m, None] == back[None, :]
        n = np.einsum("ti,ik->tk", match.astype(float), hot)
        p = (n + alpha * p) / (n.sum(axis=1, keepdims=True) + alpha)
    score = np.take_along_axis(p, text[L:, None], axis=1)
    return p, -np.log2(score.mean())
