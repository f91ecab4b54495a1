"""As students in the last week of the winter term, with the forward algorithm from a lecture on speech."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("sums_in_loops")
def hmm_gaps(y, pi, A, E):
    T, S, K = len(y), E.shape[0], E.shape[1]
    p = np.zeros((T, K), dtype=E.dtype)
    q = np.zeros((T, S), dtype=E.dtype)
    bits, seen = 0.0, 0
    for t in range(T):
        a = [0.0] * S
        for j in range(S):
            if t == 0:
                a[j] = pi[j]
            else:
                for i in range(S):
                    a[j] += q[t - 1, i] * A[i, j]
        for k in range(K):
            p[t, k] = sum(a[j] * E[j, k] for j in range(S))
        if y[t] >= 0:
            joint = [a[j] * E[j, y[t]] for j in range(S)]
            q[t] = [v / sum(joint) for v in joint]
            bits -= np.log2(p[t, y[t]])
            seen += 1
        else:
            q[t] = a
    return p, q, bits / seen


@right("matrix_products")
def hmm_gaps(y, pi, A, E):
    a = pi
    p, q = [], []
    for symbol in y:
        p.append(a @ E)
        if symbol == -1:
            post = a
        else:
            post = a * E[:, symbol]
            post = post / post.sum()
        q.append(post)
        a = post @ A
    p, q = np.array(p), np.array(q)
    there = np.flatnonzero(y != -1)
    return p, q, -np.mean(np.log2(p[there, y[there]]))


@right("in_logarithms")
def hmm_gaps(y, pi, A, E):
    y = np.asarray(y)
    with np.errstate(divide="ignore"):
        log_pi, log_A, log_E = (np.log(np.asarray(m, dtype=float)) for m in (pi, A, E))
    log_E = np.column_stack([log_E, np.zeros(len(pi))])  # the column -1: a gap tells nothing
    log_alpha = np.empty((len(y), len(pi)))
    before = np.empty_like(log_alpha)
    for t in range(len(y)):
        before[t] = log_pi if t == 0 else np.logaddexp.reduce(log_alpha[t - 1][:, None] + log_A, axis=0)
        log_alpha[t] = before[t] + log_E[:, y[t]]
    a = np.exp(before - np.logaddexp.reduce(before, axis=1, keepdims=True))
    q = np.exp(log_alpha - np.logaddexp.reduce(log_alpha, axis=1, keepdims=True))
    p = np.einsum("tj,jk->tk", a, E)
    bits = [-np.log2(p[t, k]) for t, k in enumerate(y) if k >= 0]
    return p.astype(E.dtype), q.astype(E.dtype), float(np.mean(bits))


@wrong(
    "transition_transposed",
    "Uses A the other way round: A @ q sums over the next state.",
    "Over which index of A does the sum in a_t(j) go?",
)
def hmm_gaps(y, pi, A, E):
    a = pi
    p, q = [], []
    for symbol in y:
        p.append(a @ E)
        if symbol == -1:
            post = a
        else:
            post = a * E[:, symbol]
            post = post / post.sum()
        q.append(post)
        a = A @ post
    p, q = np.array(p), np.array(q)
    there = np.flatnonzero(y != -1)
    return p, q, -np.mean(np.log2(p[there, y[there]]))


@wrong(
    "state_stands_still_in_a_gap",
    "At a gap nothing happens at all: the state does not move on there.",
    "After a gap of a hundred steps, what should the model still know of the state before it?",
)
def hmm_gaps(y, pi, A, E):
    T = len(y)
    p = np.zeros((T, E.shape[1]), E.dtype)
    q = np.zeros((T, len(pi)), E.dtype)
    costs = []
    a = pi
    for t in range(T):
        p[t] = a @ E
        if y[t] < 0:
            q[t] = a
            continue
        q[t] = a * E[:, y[t]]
        q[t] /= q[t].sum()
        costs.append(-np.log2(p[t, y[t]]))
        a = q[t] @ A
    return p, q, np.mean(costs)


@wrong(
    "gap_read_as_last_symbol",
    "y = -1 is used as an index: a gap is read as the last symbol.",
    "Which column is E[:, -1]?",
)
def hmm_gaps(y, pi, A, E):
    a, p, q = pi, [], []
    for k in y:
        p.append(a @ E)
        b = a * E[:, k]
        q.append(b / b.sum())
        a = q[-1] @ A
    p = np.array(p)
    ok = y >= 0
    return p, np.array(q), np.mean(-np.log2(p[ok, y[ok]]))


@wrong(
    "normalised_at_the_end",
    "The joint probabilities are carried unscaled and normalised only for the output: they underflow to 0 after some hundred steps.",
    "How large is your alpha after a thousand steps with probabilities of about 1/4?",
)
def hmm_gaps(y, pi, A, E):
    T, S = len(y), len(pi)
    before, alpha = np.zeros((T, S), E.dtype), np.zeros((T, S), E.dtype)
    for t in range(T):
        before[t] = pi if t == 0 else alpha[t - 1] @ A
        alpha[t] = before[t] if y[t] == -1 else before[t] * E[:, y[t]]
    a = before / before.sum(axis=1, keepdims=True)
    q = alpha / alpha.sum(axis=1, keepdims=True)
    p = a @ E
    t = np.nonzero(y >= 0)[0]
    return p, q, -np.log2(p[t, y[t]]).mean()


@wrong("no_forecast_in_a_gap", "p stays 0 where the symbol was not recorded.", "Does p[t] need to know y[t]?")
def hmm_gaps(y, pi, A, E):
    a = pi
    p, q = [], []
    for symbol in y:
        if symbol == -1:
            p.append(np.zeros_like(E[0]))
            post = a
        else:
            p.append(a @ E)
            post = a * E[:, symbol]
            post = post / post.sum()
        q.append(post)
        a = post @ A
    p, q = np.array(p), np.array(q)
    there = np.flatnonzero(y != -1)
    return p, q, -np.mean(np.log2(p[there, y[there]]))


@wrong("forecast_after_the_symbol", "p is made from q[t], which knows y[t] already.", "Change y[t]. May p[t] change?")
def hmm_gaps(y, pi, A, E):
    y = np.asarray(y)
    with np.errstate(divide="ignore"):
        log_pi, log_A, log_E = (np.log(np.asarray(m, dtype=float)) for m in (pi, A, E))
    log_E = np.column_stack([log_E, np.zeros(len(pi))])  # the column -1: a gap tells nothing
    log_alpha = np.empty((len(y), len(pi)))
    before = np.empty_like(log_alpha)
    for t in range(len(y)):
        before[t] = log_pi if t == 0 else np.logaddexp.reduce(log_alpha[t - 1][:, None] + log_A, axis=0)
        log_alpha[t] = before[t] + log_E[:, y[t]]
    a = np.exp(before - np.logaddexp.reduce(before, axis=1, keepdims=True))
    q = np.exp(log_alpha - np.logaddexp.reduce(log_alpha, axis=1, keepdims=True))
    p = np.einsum("tj,jk->tk", q, E)
    bits = [-np.log2(p[t, k]) for t, k in enumerate(y) if k >= 0]
    return p.astype(E.dtype), q.astype(E.dtype), float(np.mean(bits))


@wrong(
    "moves_before_step_0",
    "The states move on once before the first step: a_0 = pi A.",
    "Which are the probabilities of the states at step 0, before anything is seen?",
)
def hmm_gaps(y, pi, A, E):
    q = pi
    ps, qs, bits = [], [], []
    for k in y:
        a = q @ A
        f = a @ E
        if k >= 0:
            q = a * E[:, k] / f[k]
            bits.append(-np.log2(f[k]))
        else:
            q = a
        ps.append(f)
        qs.append(q)
    return np.array(ps), np.array(qs), np.mean(bits)


@wrong(
    "mean_over_all_steps",
    "Divides by all steps, gaps among them.",
    "Half of the symbols are missing: by how many steps do you divide?",
)
def hmm_gaps(y, pi, A, E):
    T, S, K = len(y), E.shape[0], E.shape[1]
    p = np.zeros((T, K), dtype=E.dtype)
    q = np.zeros((T, S), dtype=E.dtype)
    bits, seen = 0.0, 0
    for t in range(T):
        a = [0.0] * S
        for j in range(S):
            if t == 0:
                a[j] = pi[j]
            else:
                for i in range(S):
                    a[j] += q[t - 1, i] * A[i, j]
        for k in range(K):
            p[t, k] = sum(a[j] * E[j, k] for j in range(S))
        if y[t] >= 0:
            joint = [a[j] * E[j, y[t]] for j in range(S)]
            q[t] = [v / sum(joint) for v in joint]
            bits -= np.log2(p[t, y[t]])
            seen += 1
        else:
            q[t] = a
    return p, q, bits / T


@wrong(
    "uniform_after_a_gap",
    "At a gap q is uniform, as if all knowledge of the state were lost.",
    "Does a missing symbol make the model forget what it saw one step before?",
)
def hmm_gaps(y, pi, A, E):
    a = pi
    p, q = [], []
    for symbol in y:
        p.append(a @ E)
        if symbol == -1:
            post = np.full_like(pi, 1 / len(pi))
        else:
            post = a * E[:, symbol]
            post = post / post.sum()
        q.append(post)
        a = post @ A
    p, q = np.array(p), np.array(q)
    there = np.flatnonzero(y != -1)
    return p, q, -np.mean(np.log2(p[there, y[there]]))


@wrong(
    "gap_filled_with_the_best_guess",
    "A gap is filled with the most probable symbol, and that is taken as seen.",
    "What has the model learnt at a step without a symbol?",
)
def hmm_gaps(y, pi, A, E):
    a, p, q, bits = pi, [], [], []
    for k in y:
        f = a @ E
        p.append(f)
        if k == -1:
            k = np.argmax(f)
        else:
            bits.append(-np.log2(f[k]))
        post = a * E[:, k]
        q.append(post / np.sum(post))
        a = q[-1] @ A
    return np.array(p), np.array(q), np.mean(bits)


@wrong(
    "natural_logarithm",
    "The natural logarithm: nats.",
    "Two symbols, equally probable at each step: how many bits does a symbol cost?",
)
def hmm_gaps(y, pi, A, E):
    y = np.asarray(y)
    with np.errstate(divide="ignore"):
        log_pi, log_A, log_E = (np.log(np.asarray(m, dtype=float)) for m in (pi, A, E))
    log_E = np.column_stack([log_E, np.zeros(len(pi))])  # the column -1: a gap tells nothing
    log_alpha = np.empty((len(y), len(pi)))
    before = np.empty_like(log_alpha)
    for t in range(len(y)):
        before[t] = log_pi if t == 0 else np.logaddexp.reduce(log_alpha[t - 1][:, None] + log_A, axis=0)
        log_alpha[t] = before[t] + log_E[:, y[t]]
    a = np.exp(before - np.logaddexp.reduce(before, axis=1, keepdims=True))
    q = np.exp(log_alpha - np.logaddexp.reduce(log_alpha, axis=1, keepdims=True))
    p = np.einsum("tj,jk->tk", a, E)
    bits = [-np.log(p[t, k]) for t, k in enumerate(y) if k >= 0]
    return p.astype(E.dtype), q.astype(E.dtype), float(np.mean(bits))


@wrong(
    "pi_changed_in_place",
    "q starts as pi itself, not as a copy, and is multiplied in place: the caller's pi is changed.",
    "Is pi after the call what it was before?",
)
def hmm_gaps(y, pi, A, E):
    p, q, bits = [], [], []
    a = pi
    for t, k in enumerate(y):
        p.append(a @ E)
        if k >= 0:
            bits.append(-np.log2(p[t][k]))
            a *= E[:, k]
            a /= a.sum()
        q.append(a.copy())
        a = a @ A
    return np.array(p), np.array(q), np.mean(bits)


@wrong(
    "smoothed_with_the_future",
    "Forward and backward pass: q knows the symbols after step t as well.",
    "Change the last symbol. May q[0] change?",
)
def hmm_gaps(y, pi, A, E):
    T, S = len(y), len(pi)
    like = np.ones((T, S), E.dtype)
    like[y >= 0] = E[:, y[y >= 0]].T
    a, f = np.zeros((T, S), E.dtype), np.zeros((T, S), E.dtype)
    for t in range(T):
        a[t] = pi if t == 0 else f[t - 1] @ A
        f[t] = a[t] * like[t]
        f[t] /= f[t].sum()
    back = np.ones((T, S), E.dtype)
    for t in range(T - 2, -1, -1):
        back[t] = A @ (like[t + 1] * back[t + 1])
        back[t] /= back[t].sum()
    q = f * back
    q /= q.sum(axis=1, keepdims=True)
    p = a @ E
    t = np.flatnonzero(y >= 0)
    return p, q, -np.mean(np.log2(p[t, y[t]]))
