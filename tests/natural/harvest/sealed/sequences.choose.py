"""As students of the third year at the end of term: three small models in one function, and steps that do not match."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("three_functions")
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)
    X = np.array([np.append(train[t - K : t][::-1], 1) for t in range(K, len(train))], dtype=float)
    coef = np.linalg.lstsq(X, train[K:].astype(float), rcond=None)[0]
    table = {}
    for t in range(L, len(train)):
        table.setdefault(tuple(train[t - L : t]), [0, 0])[train[t]] += 1

    def line(s):
        return [np.clip(coef[:K] @ s[t - K : t][::-1] + coef[K], 0.02, 0.98) for t in range(m, len(s))]

    def counts(s):
        out = []
        for t in range(m, len(s)):
            n0, n1 = table.get(tuple(s[t - L : t]), (0, 0))
            out.append((n1 + 0.5) / (n0 + n1 + 1))
        return out

    def hidden(s):
        out, a = [], pi
        for bit in s:
            out.append(a @ E[:, 1])
            q = a * E[:, bit]
            a = q / q.sum() @ A
        return out[m:]

    def bits(model, s):
        r = np.array(model(s))
        return -np.mean(np.log2(np.where(s[m:] == 1, r, 1 - r)))

    models = [line, counts, hidden]
    scores = np.array([bits(f, valid) for f in models])
    best = int(np.argmin(scores))
    return scores, best, bits(models[best], test)


@right("one_pass_over_the_record")
def choose(train, valid, test, K, L, pi, A, E):
    lags = np.stack([train[K - k : len(train) - k] for k in range(1, K + 1)], axis=1).astype(float)
    y = train[K:].astype(float)
    # centred, so that no column of ones is needed
    w = np.linalg.pinv(lags - lags.mean(0)) @ (y - y.mean())
    b = y.mean() - lags.mean(0) @ w
    N = np.zeros((2**L, 2))
    for t in range(L, len(train)):
        N[int("".join(str(int(v)) for v in train[t - L : t]), 2), train[t]] += 1

    def score(s):
        total = np.zeros(3)
        a = np.array(pi, dtype=float)
        for t in range(len(s)):
            p2 = sum(a[j] * E[j, 1] for j in range(len(a)))
            if t >= max(K, L):
                p0 = min(max(b + sum(w[k - 1] * s[t - k] for k in range(1, K + 1)), 0.02), 0.98)
                n = N[int("".join(str(int(v)) for v in s[t - L : t]), 2)]
                p1 = (n[1] + 0.5) / (n.sum() + 1)
                for i, p in enumerate((p0, p1, p2)):
                    total[i] -= np.log2(p if s[t] else 1 - p)
            a = a * E[:, s[t]]
            a = (a / a.sum()) @ A
        return total / (len(s) - max(K, L))

    v = score(valid)
    best = int(v.argmin())
    return v, best, score(test)[best]


@right("arrays_of_windows")
def choose(train, valid, test, K, L, pi, A, E):
    win = np.lib.stride_tricks.sliding_window_view
    m = max(K, L)
    D = np.c_[np.ones(len(train) - K), win(train, K)[:-1, ::-1]]
    theta, *_ = np.linalg.lstsq(D, train[K:].astype(np.float64), rcond=None)
    place = 2 ** np.arange(L)[::-1]
    code = win(train, L)[:-1] @ place
    n1 = np.bincount(code, weights=train[L:], minlength=2**L)
    n = np.bincount(code, minlength=2**L)
    ratio = (n1 + 0.5) / (n + 1)

    def forward(s):
        p = np.empty(len(s))
        a = pi
        for t, k in enumerate(s):
            z = a @ E
            p[t] = z[1]
            a = ((a * E[:, k]) / z[k]) @ A
        return p

    def evaluate(s, which):
        out = []
        for i in which:
            if i == 0:
                p = np.clip(np.c_[np.ones(len(s) - K), win(s, K)[:-1, ::-1]] @ theta, 0.02, 0.98)[m - K :]
            elif i == 1:
                p = ratio[win(s, L)[:-1] @ place][m - L :]
            else:
                p = forward(s)[m:]
            y = s[m:]
            out.append(-(y * np.log2(p) + (1 - y) * np.log2(1 - p)).mean())
        return np.array(out)

    bits = evaluate(valid, [0, 1, 2])
    best = int(np.argmin(bits))
    return bits, best, evaluate(test, [best])[0]


@wrong(
    "each_model_from_its_own_start",
    "Each model is scored from its own first step (K, L, 0), so the scores go over different steps.",
    "How many steps does each of your three means go over?",
)
def choose(train, valid, test, K, L, pi, A, E):
    X = np.array([np.append(train[t - K : t][::-1], 1.0) for t in range(K, len(train))])
    c = np.linalg.lstsq(X, train[K:].astype(float), rcond=None)[0]
    N = {}
    for t in range(L, len(train)):
        N.setdefault(tuple(train[t - L : t]), np.zeros(2))[train[t]] += 1

    def predictions(s):
        p0 = [np.clip(np.append(s[t - K : t][::-1], 1.0) @ c, 0.02, 0.98) for t in range(K, len(s))]
        p1 = []
        for t in range(L, len(s)):
            n = N.get(tuple(s[t - L : t]), np.zeros(2))
            p1.append((n[1] + 0.5) / (n.sum() + 1))
        p2, a = [], pi
        for k in s:
            p2.append(a @ E[:, 1])
            a = a * E[:, k]
            a = a / a.sum() @ A
        return [np.array(p) for p in (p0, p1, p2)]

    def bits(s):
        r = []
        for p in predictions(s):
            y = s[len(s) - len(p) :]
            r.append(-np.log2(np.where(y == 1, p, 1 - p)).mean())
        return np.array(r)

    v = bits(valid)
    best = int(np.argmin(v))
    return v, best, bits(test)[best]


@wrong(
    "chosen_on_test",
    "The model is chosen by its score on test, which should be looked at only once, after the choice.",
    "Which record decides? If test decides, what is its score still worth?",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)
    lag = lambda s: np.column_stack([s[m - k : len(s) - k] for k in range(1, K + 1)] + [np.ones(len(s) - m)])  # noqa: E731
    Xtr = np.column_stack([train[K - k : len(train) - k] for k in range(1, K + 1)] + [np.ones(len(train) - K)])
    c = np.linalg.lstsq(Xtr, train[K:], rcond=None)[0]
    cnt = {}
    for t in range(L, len(train)):
        cnt.setdefault(train[t - L : t].tobytes(), [0.5, 0.5])[train[t]] += 1

    def all_three(s):
        p0 = np.clip(lag(s) @ c, 0.02, 0.98)
        p1 = np.array([cnt.get(s[t - L : t].tobytes(), [0.5, 0.5]) for t in range(m, len(s))])
        p1 = p1[:, 1] / p1.sum(axis=1)
        p2, a = [], pi
        for bit in s:
            p2.append(np.dot(a, E)[1])
            a = a * E[:, bit] / np.dot(a, E)[bit]
            a = np.dot(a, A)
        p = np.stack([p0, p1, np.array(p2)[m:]])
        return -np.log2(np.where(s[m:] == 1, p, 1 - p)).mean(axis=1)

    on_valid, on_test = all_three(valid), all_three(test)
    best = int(np.argmin(on_test))
    return on_valid, best, on_test[best]


@wrong(
    "fitted_again_with_valid",
    "Before the test the line and the counts are fitted anew on train and valid together.",
    "The task says that nothing is fitted anew. On which record were your w fitted when test is scored?",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)

    def fit(s):
        X = np.array([[1.0, *s[t - K : t][::-1]] for t in range(K, len(s))])
        c = np.linalg.lstsq(X, s[K:].astype(float), rcond=None)[0]
        N = {}
        for t in range(L, len(s)):
            key = tuple(s[t - L : t])
            N[key] = N.get(key, np.zeros(2)) + np.array([s[t] == 0, s[t] == 1])
        return c, N

    def score(model, s, params):
        c, N = params
        a = pi
        out = []
        for t in range(len(s)):
            if model == 2:
                p = a @ E[:, 1]
                a = a * E[:, s[t]]
                a = a / a.sum() @ A
            if t < m:
                continue
            if model == 0:
                p = np.clip(c[0] + c[1:] @ s[t - K : t][::-1], 0.02, 0.98)
            elif model == 1:
                n = N.get(tuple(s[t - L : t]), np.zeros(2))
                p = (n[1] + 0.5) / (n[0] + n[1] + 1)
            out.append(-np.log2(p if s[t] == 1 else 1 - p))
        return np.mean(out)

    first = fit(train)
    bits = np.array([score(i, valid, first) for i in range(3)])
    best = int(bits.argmin())
    final = fit(np.concatenate([train, valid]))
    return bits, best, score(best, test, final)


@wrong(
    "largest_score_wins",
    "argmax chooses the model with the most bits, that is the worst.",
    "Are many bits good or bad?",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)
    X = np.array([np.r_[train[t - 1 :: -1][:K], 1] for t in range(K, len(train))], dtype=float)
    c = np.linalg.lstsq(X, train[K:].astype(float), rcond=None)[0]
    n = np.full((2,) * L + (2,), 0.5)
    for t in range(L, len(train)):
        n[tuple(train[t - L : t + 1])] += 1

    def bits(s):
        total = np.zeros(3)
        a = pi.copy()
        for t in range(len(s)):
            z = a @ E
            if t >= m:
                r = min(0.98, max(0.02, np.r_[s[t - 1 :: -1][:K], 1] @ c))
                q = n[tuple(s[t - L : t])]
                total += -np.log2([r if s[t] else 1 - r, q[s[t]] / q.sum(), z[s[t]]])
            a = (a * E[:, s[t]] / z[s[t]]) @ A
        return total / (len(s) - m)

    score = bits(valid)
    best = int(np.argmax(score))
    return score, best, bits(test)[best]


@wrong(
    "line_not_bounded",
    "The line is bounded by 0 and 1 (with a tiny eps) and not by 0.02 and 0.98: a wrong bit there costs up to 40 bits.",
    "What does your line say where r is 1.1? By the task it says 0.98.",
)
def choose(train, valid, test, K, L, pi, A, E):
    m, eps = max(K, L), 1e-12
    D = np.stack([train[K - k : -k] for k in range(1, K + 1)] + [np.ones(len(train) - K)], axis=1)
    w = np.linalg.lstsq(D, train[K:], rcond=None)[0]
    table = np.zeros((2**L, 2))
    idx = lambda s, t: sum(int(s[t - j]) << (j - 1) for j in range(1, L + 1))  # noqa: E731
    for t in range(L, len(train)):
        table[idx(train, t), train[t]] += 1

    def run(s, i):
        ps = []
        a = pi
        for t in range(len(s)):
            if t >= m:
                if i == 0:
                    p = np.clip(np.append(s[t - K : t][::-1], 1) @ w, eps, 1 - eps)
                elif i == 1:
                    p = (table[idx(s, t), 1] + 0.5) / (table[idx(s, t)].sum() + 1)
                else:
                    p = a @ E[:, 1]
                ps.append(p)
            a = a * E[:, s[t]]
            a = a @ A / a.sum()
        ps = np.array(ps)
        return -np.log2(np.where(s[m:] == 1, ps, 1 - ps)).mean()

    v = np.array([run(valid, i) for i in range(3)])
    return v, int(v.argmin()), run(test, int(v.argmin()))


@wrong(
    "hidden_states_from_step_m",
    "The hidden states begin with pi at step m; they should have heard the bits 0 to m-1 before.",
    "Change the first bit of valid. Does the first probability of model 2 change?",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)
    X = np.array([np.append(train[t - K : t][::-1], 1.0) for t in range(K, len(train))])
    coef = np.linalg.lstsq(X, train[K:].astype(float), rcond=None)[0]
    N = {}
    for t in range(L, len(train)):
        N.setdefault(tuple(train[t - L : t]), [0, 0])[train[t]] += 1

    def prob(s):
        P = np.zeros((3, len(s) - m))
        a = pi
        for i, t in enumerate(range(m, len(s))):
            P[0, i] = np.clip(np.append(s[t - K : t][::-1], 1.0) @ coef, 0.02, 0.98)
            n0, n1 = N.get(tuple(s[t - L : t]), [0, 0])
            P[1, i] = (n1 + 0.5) / (n0 + n1 + 1)
            P[2, i] = a @ E[:, 1]
            a = a * E[:, s[t]]
            a = (a / a.sum()) @ A
        return P

    def bits(s):
        P, y = prob(s), s[m:]
        return -np.mean(y * np.log2(P) + (1 - y) * np.log2(1 - P), axis=1)

    b = bits(valid)
    k = int(np.argmin(b))
    return b, k, bits(test)[k]


@wrong(
    "hidden_states_saw_the_bit",
    "Model 2 says its probability after it has seen the bit of the same step.",
    "Change the bit at step t alone. May the probability at step t change?",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)
    lagged = lambda s, a: np.array([[1.0] + [float(s[t - k]) for k in range(1, K + 1)] for t in range(a, len(s))])  # noqa: E731
    beta = np.linalg.lstsq(lagged(train, K), train[K:].astype(float), rcond=None)[0]

    def counts(s):
        out = []
        for t in range(m, len(s)):
            hits = [train[i] for i in range(L, len(train)) if (train[i - L : i] == s[t - L : t]).all()]
            out.append((sum(hits) + 0.5) / (len(hits) + 1))
        return np.array(out)

    def hmm(s):
        q = None
        out = []
        for k in s:
            a = pi if q is None else q @ A
            q = a * E[:, k]
            q = q / q.sum()
            out.append(q @ E[:, 1])
        return np.array(out[m:])

    models = (lambda s: np.clip(lagged(s, m) @ beta, 0.02, 0.98), counts, hmm)

    def score(f, s):
        p = f(s)
        return -np.log2(np.where(s[m:], p, 1 - p)).mean()

    b = np.array([score(f, valid) for f in models])
    i = int(b.argmin())
    return b, i, score(models[i], test)


@wrong(
    "natural_logarithm",
    "The scores are in nats: np.log instead of np.log2.",
    "A model that always says 1/2 should have the score 1. Which has yours?",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)
    X = np.array([np.append(train[t - K : t][::-1], 1) for t in range(K, len(train))], float)
    coef = np.linalg.lstsq(X, train[K:].astype(float), rcond=None)[0]
    n = np.zeros([2] * (L + 1))
    for t in range(L, len(train)):
        n[tuple(train[t - L : t + 1])] += 1

    def losses(s):
        nll = np.zeros((3, len(s)))
        a = pi
        for t, bit in enumerate(s):
            p = np.zeros(3)
            p[2] = a @ E[:, 1]
            a = a * E[:, bit]
            a = a / a.sum() @ A
            if t >= m:
                p[0] = np.clip(coef @ np.append(s[t - K : t][::-1], 1), 0.02, 0.98)
                n0, n1 = n[tuple(s[t - L : t])]
                p[1] = (n1 + 1 / 2) / (n0 + n1 + 1)
                nll[:, t] = -np.log(p if bit == 1 else 1 - p)
        return nll[:, m:].mean(axis=1)

    val = losses(valid)
    best = int(val.argmin())
    return val, best, losses(test)[best]


@wrong(
    "laplace_instead_of_one_half",
    "Laplace's rule (N_1 + 1)/(N + 2) instead of one half for each bit.",
    "A context that was followed once, by a 1: the formula gives 3/4. And yours?",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)
    tab = {}
    for t in range(L, len(train)):
        tab.setdefault(tuple(train[t - L : t]), [1, 1])[train[t]] += 1
    M = np.ones((len(train) - K, K + 1))
    for k in range(1, K + 1):
        M[:, k] = train[K - k : len(train) - k]
    w = np.linalg.lstsq(M, train[K:].astype(float), rcond=None)[0]

    def score(s):
        b = np.zeros(3)
        a = pi
        for t in range(len(s)):
            e = a @ E
            if t >= m:
                r = np.clip(w[0] + sum(w[k] * s[t - k] for k in range(1, K + 1)), 0.02, 0.98)
                c = tab.get(tuple(s[t - L : t]), [1, 1])
                b[0] -= np.log2(r if s[t] else 1 - r)
                b[1] -= np.log2(c[s[t]] / sum(c))
                b[2] -= np.log2(e[s[t]])
            a = (a * E[:, s[t]] / e[s[t]]) @ A
        return b / (len(s) - m)

    v = score(valid)
    j = int(np.argmin(v))
    return v, j, score(test)[j]


@wrong(
    "always_the_probability_of_a_one",
    "The score takes the probability of a 1 also where a 0 came.",
    "A model is sure that a 0 comes, and it comes. How many bits should that cost?",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)
    X = np.array([np.append(train[t - K : t][::-1], 1) for t in range(K, len(train))], float)
    c = np.linalg.lstsq(X, train[K:].astype(float), rcond=None)[0]
    n = np.zeros((2,) * (L + 1))
    for t in range(L, len(train)):
        n[tuple(train[t - L : t + 1])] += 1

    def p_one(s):
        p = np.empty((len(s), 3))
        a = pi
        for t in range(len(s)):
            p[t, 2] = a @ E[:, 1]
            a = a * E[:, s[t]]
            a = a / a.sum() @ A
            if t >= m:
                p[t, 0] = np.clip(c @ np.append(s[t - K : t][::-1], 1), 0.02, 0.98)
                z = n[tuple(s[t - L : t])]
                p[t, 1] = (z[1] + 0.5) / (z.sum() + 1)
        return p[m:]

    b = -np.log2(p_one(valid)).mean(axis=0)
    best = int(b.argmin())
    return b, best, -np.log2(p_one(test)[:, best]).mean()


@wrong(
    "lags_the_other_way_round",
    "Fitted with the newest bit first, but used with the oldest first.",
    "Which bit does w_1 multiply when you fit, and which when you forecast?",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)
    X = np.stack([train[K - k : len(train) - k] for k in range(1, K + 1)] + [np.ones(len(train) - K)], axis=-1)
    sol = np.linalg.lstsq(X, train[K:].astype(float), rcond=None)[0]
    w, b = sol[:-1], sol[-1]
    N = {}
    for t in range(L, len(train)):
        N.setdefault(tuple(train[t - L : t]), np.zeros(2))[train[t]] += 1

    def bits(s):
        out = []
        a = pi
        for t in range(len(s)):
            p2 = a @ E
            if t >= m:
                r = np.clip(s[t - K : t] @ w + b, 0.02, 0.98)
                n = N.get(tuple(s[t - L : t]), np.zeros(2))
                ps = [[1 - r, r][s[t]], (n[s[t]] + 0.5) / (n.sum() + 1), p2[s[t]]]
                out.append(-np.log2(ps))
            a = (a * E[:, s[t]]) / p2[s[t]] @ A
        return np.mean(out, axis=0)

    v = bits(valid)
    best = int(np.argmin(v))
    return v, best, bits(test)[best]


@wrong(
    "line_fitted_from_m",
    "The line is fitted over the steps from m = max(K, L) on; only the scores begin there, the fit begins at K.",
    "L = 8, K = 1: how many rows has your least squares? There should be N - K.",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)

    def regressors(s):
        return np.column_stack([np.ones(len(s) - m)] + [s[m - k : len(s) - k] for k in range(1, K + 1)])

    w = np.linalg.lstsq(regressors(train), train[m:].astype(float), rcond=None)[0]
    n = np.zeros((2,) * (L + 1))
    for t in range(L, len(train)):
        n[tuple(train[t - L : t + 1])] += 1

    def bits(s):
        p = [np.clip(regressors(s) @ w, 0.02, 0.98)]
        c = np.array([n[tuple(s[t - L : t])] for t in range(m, len(s))])
        p.append((c[:, 1] + 0.5) / (c.sum(axis=1) + 1))
        a, h = pi, []
        for k in s:
            h.append(a @ E[:, 1])
            a = a * E[:, k]
            a = a / a.sum() @ A
        p.append(np.array(h[m:]))
        y = s[m:]
        return np.array([-np.mean(np.log2(np.where(y == 1, q, 1 - q))) for q in p])

    b = bits(valid)
    i = int(b.argmin())
    return b, i, bits(test)[i]


@wrong(
    "counts_of_the_record_itself",
    "The contexts are counted in the record that is scored, not in train.",
    "Change train alone. Does the score of model 1 change? It must.",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)
    X = np.array([np.append(train[t - K : t][::-1], 1) for t in range(K, len(train))], float)
    coef = np.linalg.lstsq(X, train[K:].astype(float), rcond=None)[0]

    def models(s):
        n = np.zeros((2,) * (L + 1))
        for t in range(L, len(s)):
            n[tuple(s[t - L : t + 1])] += 1
        r = np.clip([coef @ np.append(s[t - K : t][::-1], 1) for t in range(m, len(s))], 0.02, 0.98)
        c = np.array([n[tuple(s[t - L : t])] for t in range(m, len(s))])
        h, a = [], pi
        for k in s:
            h.append(a @ E[:, 1])
            a = a * E[:, k]
            a = a / a.sum() @ A
        return [r, (c[:, 1] + 0.5) / (c.sum(1) + 1), np.array(h)[m:]]

    def score(p, y):
        return -(np.log2(p[y == 1]).sum() + np.log2(1 - p[y == 0]).sum()) / len(y)

    b = np.array([score(p, valid[m:]) for p in models(valid)])
    best = int(np.argmin(b))
    return b, best, score(models(test)[best], test[m:])
