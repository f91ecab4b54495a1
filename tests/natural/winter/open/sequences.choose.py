"""As students in the last week of the winter term: the project at the end, from pieces of the exercises before."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("one_function_for_each_model")
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)

    # 0: a line
    rows = np.array([[train[t - k] for k in range(1, K + 1)] + [1] for t in range(K, len(train))], dtype=float)
    coef = np.linalg.lstsq(rows, np.asarray(train[K:], dtype=float), rcond=None)[0]

    def line(s, t):
        r = coef[K]
        for k in range(1, K + 1):
            r += coef[k - 1] * s[t - k]
        return min(max(r, 0.02), 0.98)

    # 1: counts
    table = {}
    for t in range(L, len(train)):
        n = table.setdefault(tuple(train[t - L : t]), [0, 0])
        n[train[t]] += 1

    def counts(s, t):
        n0, n1 = table.get(tuple(s[t - L : t]), (0, 0))
        return (n1 + 0.5) / (n0 + n1 + 1)

    # 2: hidden states
    def hidden(s):
        a, out = pi, []
        for bit in s:
            out.append(a @ E[:, 1])
            q = a * E[:, bit]
            a = q / q.sum() @ A
        return out

    def score(model, s):
        if model == 2:
            ones = hidden(s)[m:]
        else:
            ones = [(line, counts)[model](s, t) for t in range(m, len(s))]
        bits = [-np.log2(p if bit == 1 else 1 - p) for p, bit in zip(ones, s[m:])]
        return sum(bits) / len(bits)

    bits = np.array([score(i, valid) for i in range(3)])
    best = int(np.argmin(bits))
    return bits, best, score(best, test)


@right("arrays_of_windows")
def choose(train, valid, test, K, L, pi, A, E):
    from numpy.lib.stride_tricks import sliding_window_view

    train, valid, test = (np.asarray(r) for r in (train, valid, test))
    m = max(K, L)
    past = lambda s, n: sliding_window_view(s[:-1], n)  # row i: the n bits before step n + i
    ones = lambda a: np.hstack([a, np.ones((len(a), 1))])
    wb = np.linalg.pinv(ones(past(train, K))) @ train[K:]
    code = lambda s: past(s, L) @ (1 << np.arange(L))
    N = np.zeros((2**L, 2))
    np.add.at(N, (code(train), train[L:]), 1)

    def line(s):
        return np.clip(ones(past(s, K)) @ wb, 0.02, 0.98)[m - K :]

    def counts(s):
        n = N[code(s)[m - L :]]
        return (n[:, 1] + 0.5) / (n.sum(axis=1) + 1)

    def hidden(s):
        p = np.zeros(len(s))
        state = np.array(pi, dtype=float)
        for t, bit in enumerate(s):
            p[t] = state @ E[:, 1]
            state = state * E[:, bit]
            state = (state / state.sum()) @ A
        return p[m:]

    def bits(model, s):
        p = model(s)
        return -np.log2(np.where(s[m:] == 1, p, 1 - p)).mean()

    models = [line, counts, hidden]
    scores = np.array([bits(f, valid) for f in models])
    best = scores.argmin()
    return scores, int(best), float(bits(models[best], test))


@right("normal_equations_and_generators")
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)

    def lags(s, start):
        return np.array([np.r_[1.0, s[t - K : t][::-1]] for t in range(start, len(s))])

    D = lags(train, K)
    v = np.linalg.pinv(D.T @ D, rcond=1e-10) @ (D.T @ train[K:])

    windows = np.array([train[t - L : t] for t in range(L, len(train))])
    followers = np.asarray(train[L:])

    def after(c, bit):
        return np.count_nonzero((windows == c).all(axis=1) & (followers == bit))

    def states(a, s):
        for bit in s:
            yield a
            q = a * E[:, bit]
            a = A.T @ (q / q.sum())

    def probability_of_1(s):
        yield np.clip(lags(s, m) @ v, 0.02, 0.98)
        seen = []
        for t in range(m, len(s)):
            n0, n1 = after(s[t - L : t], 0), after(s[t - L : t], 1)
            seen.append((n1 + 1 / 2) / (n0 + n1 + 1))
        yield np.array(seen)
        yield np.array([a @ E[:, 1] for a in states(pi, s)])[m:]

    def scores(s):
        came = np.asarray(s[m:])
        return np.array([-np.mean(came * np.log2(p) + (1 - came) * np.log2(1 - p)) for p in probability_of_1(s)])

    bits = scores(valid)
    best = int(np.argmin(bits))
    return bits, best, scores(test)[best]


@wrong(
    "each_from_its_own_step",
    "The line is scored from step K on, the counts from L on, the hidden states from 0 on.",
    "Do all three scores go over the same bits?",
)
def choose(train, valid, test, K, L, pi, A, E):
    from numpy.lib.stride_tricks import sliding_window_view

    train, valid, test = (np.asarray(r) for r in (train, valid, test))
    m = max(K, L)
    past = lambda s, n: sliding_window_view(s[:-1], n)  # row i: the n bits before step n + i
    ones = lambda a: np.hstack([a, np.ones((len(a), 1))])
    wb = np.linalg.pinv(ones(past(train, K))) @ train[K:]
    code = lambda s: past(s, L) @ (1 << np.arange(L))
    N = np.zeros((2**L, 2))
    np.add.at(N, (code(train), train[L:]), 1)

    def line(s):
        return np.clip(ones(past(s, K)) @ wb, 0.02, 0.98)

    def counts(s):
        n = N[code(s)]
        return (n[:, 1] + 0.5) / (n.sum(axis=1) + 1)

    def hidden(s):
        p = np.zeros(len(s))
        state = np.array(pi, dtype=float)
        for t, bit in enumerate(s):
            p[t] = state @ E[:, 1]
            state = state * E[:, bit]
            state = (state / state.sum()) @ A
        return p

    def bits(model, s):
        p = model(s)
        return -np.log2(np.where(s[len(s) - len(p) :] == 1, p, 1 - p)).mean()

    models = [line, counts, hidden]
    scores = np.array([bits(f, valid) for f in models])
    best = scores.argmin()
    return scores, int(best), float(bits(models[best], test))


@wrong(
    "hidden_states_begin_at_m",
    "The hidden model begins with pi at step m: it has not seen the first m bits.",
    "What does the hidden model know at step m of the bits before it?",
)
def choose(train, valid, test, K, L, pi, A, E):
    from numpy.lib.stride_tricks import sliding_window_view

    train, valid, test = (np.asarray(r) for r in (train, valid, test))
    m = max(K, L)
    past = lambda s, n: sliding_window_view(s[:-1], n)  # row i: the n bits before step n + i
    ones = lambda a: np.hstack([a, np.ones((len(a), 1))])
    wb = np.linalg.pinv(ones(past(train, K))) @ train[K:]
    code = lambda s: past(s, L) @ (1 << np.arange(L))
    N = np.zeros((2**L, 2))
    np.add.at(N, (code(train), train[L:]), 1)

    def line(s):
        return np.clip(ones(past(s, K)) @ wb, 0.02, 0.98)[m - K :]

    def counts(s):
        n = N[code(s)[m - L :]]
        return (n[:, 1] + 0.5) / (n.sum(axis=1) + 1)

    def hidden(s):
        p = np.zeros(len(s[m:]))
        state = np.array(pi, dtype=float)
        for t, bit in enumerate(s[m:]):
            p[t] = state @ E[:, 1]
            state = state * E[:, bit]
            state = (state / state.sum()) @ A
        return p

    def bits(model, s):
        p = model(s)
        return -np.log2(np.where(s[m:] == 1, p, 1 - p)).mean()

    models = [line, counts, hidden]
    scores = np.array([bits(f, valid) for f in models])
    best = scores.argmin()
    return scores, int(best), float(bits(models[best], test))


@wrong(
    "largest_score_chosen",
    "Chooses the model with the largest score, as if it were an accuracy.",
    "Is a model better with more bits or with fewer?",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)

    # 0: a line
    rows = np.array([[train[t - k] for k in range(1, K + 1)] + [1] for t in range(K, len(train))], dtype=float)
    coef = np.linalg.lstsq(rows, np.asarray(train[K:], dtype=float), rcond=None)[0]

    def line(s, t):
        r = coef[K]
        for k in range(1, K + 1):
            r += coef[k - 1] * s[t - k]
        return min(max(r, 0.02), 0.98)

    # 1: counts
    table = {}
    for t in range(L, len(train)):
        n = table.setdefault(tuple(train[t - L : t]), [0, 0])
        n[train[t]] += 1

    def counts(s, t):
        n0, n1 = table.get(tuple(s[t - L : t]), (0, 0))
        return (n1 + 0.5) / (n0 + n1 + 1)

    # 2: hidden states
    def hidden(s):
        a, out = pi, []
        for bit in s:
            out.append(a @ E[:, 1])
            q = a * E[:, bit]
            a = q / q.sum() @ A
        return out

    def score(model, s):
        if model == 2:
            ones = hidden(s)[m:]
        else:
            ones = [(line, counts)[model](s, t) for t in range(m, len(s))]
        bits = [-np.log2(p if bit == 1 else 1 - p) for p, bit in zip(ones, s[m:])]
        return sum(bits) / len(bits)

    bits = np.array([score(i, valid) for i in range(3)])
    best = int(np.argmax(bits))
    return bits, best, score(best, test)


@wrong(
    "chosen_on_the_test",
    "Scores all three on the test and chooses the best there.",
    "Which record is the choice made on?",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)

    def lags(s, start):
        return np.array([np.r_[1.0, s[t - K : t][::-1]] for t in range(start, len(s))])

    D = lags(train, K)
    v = np.linalg.pinv(D.T @ D, rcond=1e-10) @ (D.T @ train[K:])

    windows = np.array([train[t - L : t] for t in range(L, len(train))])
    followers = np.asarray(train[L:])

    def after(c, bit):
        return np.count_nonzero((windows == c).all(axis=1) & (followers == bit))

    def states(a, s):
        for bit in s:
            yield a
            q = a * E[:, bit]
            a = A.T @ (q / q.sum())

    def probability_of_1(s):
        yield np.clip(lags(s, m) @ v, 0.02, 0.98)
        seen = []
        for t in range(m, len(s)):
            n0, n1 = after(s[t - L : t], 0), after(s[t - L : t], 1)
            seen.append((n1 + 1 / 2) / (n0 + n1 + 1))
        yield np.array(seen)
        yield np.array([a @ E[:, 1] for a in states(pi, s)])[m:]

    def scores(s):
        came = np.asarray(s[m:])
        return np.array([-np.mean(came * np.log2(p) + (1 - came) * np.log2(1 - p)) for p in probability_of_1(s)])

    bits = scores(valid)
    best = int(np.argmin(scores(test)))
    return bits, best, scores(test)[best]


@wrong(
    "fitted_anew_before_the_test",
    "Before the test the line and the counts are fitted anew, to train and valid together.",
    "“Nothing is fitted or counted anew”: what is the last thing your code does with valid?",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)

    def fit(records):
        X = [[s[t - k] for k in range(1, K + 1)] + [1.0] for s in records for t in range(K, len(s))]
        w = np.linalg.lstsq(np.array(X), np.concatenate([s[K:] for s in records]), rcond=None)[0]
        N = {}
        for s in records:
            for t in range(L, len(s)):
                N.setdefault(tuple(s[t - L : t]), [0, 0])[s[t]] += 1
        return w, N

    def score(i, s, w, N):
        a, total = pi, 0.0
        for t in range(len(s)):
            if t >= m:
                if i == 0:
                    p = np.clip(w[K] + sum(w[k - 1] * s[t - k] for k in range(1, K + 1)), 0.02, 0.98)
                elif i == 1:
                    n = N.get(tuple(s[t - L : t]), [0, 0])
                    p = (n[1] + 0.5) / (sum(n) + 1)
                else:
                    p = a @ E[:, 1]
                total -= np.log2(p if s[t] else 1 - p)
            q = a * E[:, s[t]]
            a = q / q.sum() @ A
        return total / (len(s) - m)

    fitted = fit([train])
    bits = np.array([score(i, valid, *fitted) for i in range(3)])
    best = int(bits.argmin())
    return bits, best, score(best, test, *fit([train, valid]))


@wrong(
    "line_clipped_to_0_and_1",
    "The line is clipped to almost 0 and almost 1, not to 0.02 and 0.98.",
    "r is 1.3 and a 0 comes: how many bits does that cost with 0.98, and how many with yours?",
)
def choose(train, valid, test, K, L, pi, A, E):
    from numpy.lib.stride_tricks import sliding_window_view

    train, valid, test = (np.asarray(r) for r in (train, valid, test))
    m = max(K, L)
    past = lambda s, n: sliding_window_view(s[:-1], n)  # row i: the n bits before step n + i
    ones = lambda a: np.hstack([a, np.ones((len(a), 1))])
    wb = np.linalg.pinv(ones(past(train, K))) @ train[K:]
    code = lambda s: past(s, L) @ (1 << np.arange(L))
    N = np.zeros((2**L, 2))
    np.add.at(N, (code(train), train[L:]), 1)

    def line(s):
        return np.clip(ones(past(s, K)) @ wb, 1e-9, 1 - 1e-9)[m - K :]

    def counts(s):
        n = N[code(s)[m - L :]]
        return (n[:, 1] + 0.5) / (n.sum(axis=1) + 1)

    def hidden(s):
        p = np.zeros(len(s))
        state = np.array(pi, dtype=float)
        for t, bit in enumerate(s):
            p[t] = state @ E[:, 1]
            state = state * E[:, bit]
            state = (state / state.sum()) @ A
        return p[m:]

    def bits(model, s):
        p = model(s)
        return -np.log2(np.where(s[m:] == 1, p, 1 - p)).mean()

    models = [line, counts, hidden]
    scores = np.array([bits(f, valid) for f in models])
    best = scores.argmin()
    return scores, int(best), float(bits(models[best], test))


@wrong(
    "one_for_each_count",
    "Laplace: 1 is added to each count, not 1/2.",
    "A context never seen: 1/2. And one seen once, with a 1: which p by the text?",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)

    # 0: a line
    rows = np.array([[train[t - k] for k in range(1, K + 1)] + [1] for t in range(K, len(train))], dtype=float)
    coef = np.linalg.lstsq(rows, np.asarray(train[K:], dtype=float), rcond=None)[0]

    def line(s, t):
        r = coef[K]
        for k in range(1, K + 1):
            r += coef[k - 1] * s[t - k]
        return min(max(r, 0.02), 0.98)

    # 1: counts
    table = {}
    for t in range(L, len(train)):
        n = table.setdefault(tuple(train[t - L : t]), [0, 0])
        n[train[t]] += 1

    def counts(s, t):
        n0, n1 = table.get(tuple(s[t - L : t]), (0, 0))
        return (n1 + 1) / (n0 + n1 + 2)

    # 2: hidden states
    def hidden(s):
        a, out = pi, []
        for bit in s:
            out.append(a @ E[:, 1])
            q = a * E[:, bit]
            a = q / q.sum() @ A
        return out

    def score(model, s):
        if model == 2:
            ones = hidden(s)[m:]
        else:
            ones = [(line, counts)[model](s, t) for t in range(m, len(s))]
        bits = [-np.log2(p if bit == 1 else 1 - p) for p, bit in zip(ones, s[m:])]
        return sum(bits) / len(bits)

    bits = np.array([score(i, valid) for i in range(3)])
    best = int(np.argmin(bits))
    return bits, best, score(best, test)


@wrong("counts_go_on", "The table goes on counting in valid and test.", "Is N_1 after valid the same as after train?")
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)

    # 0: a line
    rows = np.array([[train[t - k] for k in range(1, K + 1)] + [1] for t in range(K, len(train))], dtype=float)
    coef = np.linalg.lstsq(rows, np.asarray(train[K:], dtype=float), rcond=None)[0]

    def line(s, t):
        r = coef[K]
        for k in range(1, K + 1):
            r += coef[k - 1] * s[t - k]
        return min(max(r, 0.02), 0.98)

    # 1: counts
    table = {}
    for t in range(L, len(train)):
        n = table.setdefault(tuple(train[t - L : t]), [0, 0])
        n[train[t]] += 1

    def counts(s, t):
        n0, n1 = table.get(tuple(s[t - L : t]), (0, 0))
        table.setdefault(tuple(s[t - L : t]), [0, 0])[s[t]] += 1
        return (n1 + 0.5) / (n0 + n1 + 1)

    # 2: hidden states
    def hidden(s):
        a, out = pi, []
        for bit in s:
            out.append(a @ E[:, 1])
            q = a * E[:, bit]
            a = q / q.sum() @ A
        return out

    def score(model, s):
        if model == 2:
            ones = hidden(s)[m:]
        else:
            ones = [(line, counts)[model](s, t) for t in range(m, len(s))]
        bits = [-np.log2(p if bit == 1 else 1 - p) for p, bit in zip(ones, s[m:])]
        return sum(bits) / len(bits)

    bits = np.array([score(i, valid) for i in range(3)])
    best = int(np.argmin(bits))
    return bits, best, score(best, test)


@wrong(
    "weights_the_other_way_round",
    "Fitted with the newest bit first, applied with the oldest first.",
    "w_1 belongs to the bit before step t. To which one in your forecast?",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)

    # 0: a line
    rows = np.array([[train[t - k] for k in range(1, K + 1)] + [1] for t in range(K, len(train))], dtype=float)
    coef = np.linalg.lstsq(rows, np.asarray(train[K:], dtype=float), rcond=None)[0]

    def line(s, t):
        r = coef[K]
        for k in range(1, K + 1):
            r += coef[k - 1] * s[t - K + k - 1]
        return min(max(r, 0.02), 0.98)

    # 1: counts
    table = {}
    for t in range(L, len(train)):
        n = table.setdefault(tuple(train[t - L : t]), [0, 0])
        n[train[t]] += 1

    def counts(s, t):
        n0, n1 = table.get(tuple(s[t - L : t]), (0, 0))
        return (n1 + 0.5) / (n0 + n1 + 1)

    # 2: hidden states
    def hidden(s):
        a, out = pi, []
        for bit in s:
            out.append(a @ E[:, 1])
            q = a * E[:, bit]
            a = q / q.sum() @ A
        return out

    def score(model, s):
        if model == 2:
            ones = hidden(s)[m:]
        else:
            ones = [(line, counts)[model](s, t) for t in range(m, len(s))]
        bits = [-np.log2(p if bit == 1 else 1 - p) for p, bit in zip(ones, s[m:])]
        return sum(bits) / len(bits)

    bits = np.array([score(i, valid) for i in range(3)])
    best = int(np.argmin(bits))
    return bits, best, score(best, test)


@wrong(
    "probability_of_a_1_every_time",
    "Takes the logarithm of the probability of a 1, also where a 0 came.",
    "A 0 came and the model said 0.02 for a 1: was that a good forecast? What does it cost with you?",
)
def choose(train, valid, test, K, L, pi, A, E):
    from numpy.lib.stride_tricks import sliding_window_view

    train, valid, test = (np.asarray(r) for r in (train, valid, test))
    m = max(K, L)
    past = lambda s, n: sliding_window_view(s[:-1], n)  # row i: the n bits before step n + i
    ones = lambda a: np.hstack([a, np.ones((len(a), 1))])
    wb = np.linalg.pinv(ones(past(train, K))) @ train[K:]
    code = lambda s: past(s, L) @ (1 << np.arange(L))
    N = np.zeros((2**L, 2))
    np.add.at(N, (code(train), train[L:]), 1)

    def line(s):
        return np.clip(ones(past(s, K)) @ wb, 0.02, 0.98)[m - K :]

    def counts(s):
        n = N[code(s)[m - L :]]
        return (n[:, 1] + 0.5) / (n.sum(axis=1) + 1)

    def hidden(s):
        p = np.zeros(len(s))
        state = np.array(pi, dtype=float)
        for t, bit in enumerate(s):
            p[t] = state @ E[:, 1]
            state = state * E[:, bit]
            state = (state / state.sum()) @ A
        return p[m:]

    def bits(model, s):
        p = model(s)
        return -np.log2(p).mean()

    models = [line, counts, hidden]
    scores = np.array([bits(f, valid) for f in models])
    best = scores.argmin()
    return scores, int(best), float(bits(models[best], test))


@wrong("line_without_b", "The line goes through the origin: no b.", "K zeros before step t: what does your line say?")
def choose(train, valid, test, K, L, pi, A, E):
    from numpy.lib.stride_tricks import sliding_window_view

    train, valid, test = (np.asarray(r) for r in (train, valid, test))
    m = max(K, L)
    past = lambda s, n: sliding_window_view(s[:-1], n)  # row i: the n bits before step n + i
    ones = lambda a: np.hstack([a, np.zeros((len(a), 1))])
    wb = np.linalg.pinv(ones(past(train, K))) @ train[K:]
    code = lambda s: past(s, L) @ (1 << np.arange(L))
    N = np.zeros((2**L, 2))
    np.add.at(N, (code(train), train[L:]), 1)

    def line(s):
        return np.clip(ones(past(s, K)) @ wb, 0.02, 0.98)[m - K :]

    def counts(s):
        n = N[code(s)[m - L :]]
        return (n[:, 1] + 0.5) / (n.sum(axis=1) + 1)

    def hidden(s):
        p = np.zeros(len(s))
        state = np.array(pi, dtype=float)
        for t, bit in enumerate(s):
            p[t] = state @ E[:, 1]
            state = state * E[:, bit]
            state = (state / state.sum()) @ A
        return p[m:]

    def bits(model, s):
        p = model(s)
        return -np.log2(np.where(s[m:] == 1, p, 1 - p)).mean()

    models = [line, counts, hidden]
    scores = np.array([bits(f, valid) for f in models])
    best = scores.argmin()
    return scores, int(best), float(bits(models[best], test))


@wrong(
    "fitted_from_m_on",
    "The line and the counts are fitted over the steps of train from m on, not from K and from L on.",
    "K = 1, L = 4: how many steps of train does the line see?",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)

    # 0: a line
    rows = np.array([[train[t - k] for k in range(1, K + 1)] + [1] for t in range(m, len(train))], dtype=float)
    coef = np.linalg.lstsq(rows, np.asarray(train[m:], dtype=float), rcond=None)[0]

    def line(s, t):
        r = coef[K]
        for k in range(1, K + 1):
            r += coef[k - 1] * s[t - k]
        return min(max(r, 0.02), 0.98)

    # 1: counts
    table = {}
    for t in range(m, len(train)):
        n = table.setdefault(tuple(train[t - L : t]), [0, 0])
        n[train[t]] += 1

    def counts(s, t):
        n0, n1 = table.get(tuple(s[t - L : t]), (0, 0))
        return (n1 + 0.5) / (n0 + n1 + 1)

    # 2: hidden states
    def hidden(s):
        a, out = pi, []
        for bit in s:
            out.append(a @ E[:, 1])
            q = a * E[:, bit]
            a = q / q.sum() @ A
        return out

    def score(model, s):
        if model == 2:
            ones = hidden(s)[m:]
        else:
            ones = [(line, counts)[model](s, t) for t in range(m, len(s))]
        bits = [-np.log2(p if bit == 1 else 1 - p) for p, bit in zip(ones, s[m:])]
        return sum(bits) / len(bits)

    bits = np.array([score(i, valid) for i in range(3)])
    best = int(np.argmin(bits))
    return bits, best, score(best, test)


@wrong(
    "hidden_states_know_the_bit",
    "The hidden model says what it thinks of step t after it has seen the bit of step t.",
    "Change bit t. May the probability for step t change?",
)
def choose(train, valid, test, K, L, pi, A, E):
    m = max(K, L)

    def X(s):
        return np.array([[1.0] + list(s[t - K : t][::-1]) for t in range(K, len(s))])

    w = np.linalg.lstsq(X(train), train[K:], rcond=None)[0]
    N = {}
    for t in range(L, len(train)):
        N[tuple(train[t - L : t]), train[t]] = N.get((tuple(train[t - L : t]), train[t]), 0) + 1

    def ask(i, s):
        if i == 0:
            p = np.clip(X(s) @ w, 0.02, 0.98)[m - K :]
        elif i == 1:
            p = []
            for t in range(m, len(s)):
                n0, n1 = (N.get((tuple(s[t - L : t]), v), 0) for v in (0, 1))
                p.append((n1 + 0.5) / (n0 + n1 + 1))
        else:
            p, a = [], pi
            for bit in s:
                q = a * E[:, bit] / (a @ E[:, bit])
                p.append(q @ E[:, 1])
                a = q @ A
            p = p[m:]
        p = np.array(p)
        return -np.mean(np.log2(np.where(s[m:] == 1, p, 1 - p)))

    bits = np.array([ask(i, valid) for i in range(3)])
    best = int(np.argmin(bits))
    return bits, best, ask(best, test)
