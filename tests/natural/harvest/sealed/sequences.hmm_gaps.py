"""As students of the third year at the end of term: forward algorithm from slides, with A the wrong way and gaps by -1."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("filter_with_scaling")
def hmm_gaps(y, pi, A, E):
    T = len(y)
    p = np.zeros((T, E.shape[1]), dtype=E.dtype)
    q = np.zeros((T, len(pi)), dtype=E.dtype)
    a = pi
    bits = []
    for t in range(T):
        p[t] = a @ E
        if y[t] >= 0:
            joint = a * E[:, y[t]]
            q[t] = joint / joint.sum()
            bits.append(-np.log2(p[t, y[t]]))
        else:
            q[t] = a
        a = q[t] @ A
    return p, q, np.mean(bits)


@right("in_logarithms")
def hmm_gaps(y, pi, A, E):
    with np.errstate(divide="ignore"):
        lpi, lA, lE = np.log(pi), np.log(A), np.log(E)
    la = lpi
    P, Q, total, n = [], [], 0.0, 0
    for k in y:
        P.append(np.exp(np.logaddexp.reduce(la[:, None] + lE, axis=0)))
        lq = la if k == -1 else la + lE[:, k]
        norm = np.logaddexp.reduce(lq)
        if k != -1:
            total -= norm / np.log(2)
            n += 1
        lq = lq - norm
        Q.append(np.exp(lq))
        la = np.logaddexp.reduce(lq[:, None] + lA, axis=0)
    return np.array(P, dtype=E.dtype), np.array(Q, dtype=E.dtype), total / n


@right("sums_by_hand")
def hmm_gaps(y, pi, A, E):
    S, K = E.shape
    # a gap is a symbol that every state shows with probability 1: one more column, which index -1 finds
    E1 = np.concatenate([E, np.ones((S, 1), dtype=E.dtype)], axis=1)
    p = np.empty((len(y), K), dtype=E.dtype)
    q = np.empty((len(y), S), dtype=E.dtype)
    for t in range(len(y)):
        for j in range(S):
            a = pi[j] if t == 0 else sum(q[t - 1, i] * A[i, j] for i in range(S))
            q[t, j] = a
        for k in range(K):
            p[t, k] = sum(q[t, j] * E[j, k] for j in range(S))
        q[t] *= E1[:, y[t]]
        q[t] /= q[t].sum()
    seen = np.flatnonzero(y != -1)
    return p, q, -np.log2(p[seen, y[seen]]).mean()


@wrong(
    "state_waits_in_a_gap",
    "At a gap the state does not move on: the step is skipped (continue before the transition).",
    "A swaps two states surely, and a gap lies between: in which state is the model after it?",
)
def hmm_gaps(y, pi, A, E):
    T, (S, K) = len(y), E.shape
    p, q = np.zeros((T, K), E.dtype), np.zeros((T, S), E.dtype)
    a = pi.copy()
    bits = []
    for t in range(T):
        p[t] = a @ E
        if y[t] == -1:
            q[t] = a
            continue
        q[t] = a * E[:, y[t]]
        q[t] /= q[t].sum()
        bits.append(-np.log2(p[t, y[t]]))
        a = q[t] @ A
    return p, q, np.mean(bits)


@wrong(
    "gap_read_as_the_last_symbol",
    "E[:, -1] is the last column: at a gap q is updated as if the last symbol had come.",
    "What does E[:, y[t]] give where y[t] is -1?",
)
def hmm_gaps(y, pi, A, E):
    p = np.zeros((len(y), E.shape[1]), dtype=E.dtype)
    q = np.zeros((len(y), E.shape[0]), dtype=E.dtype)
    for t in range(len(y)):
        a = pi if t == 0 else q[t - 1] @ A
        p[t] = a @ E
        alpha = a * E[:, y[t]]
        q[t] = alpha / alpha.sum()
    rec = y >= 0
    return p, q, -np.mean(np.log2(p[rec, y[rec]]))


@wrong(
    "a_transposed",
    "A @ q sums over the states that follow, not over those that came before: A is used the wrong way round.",
    "A[i, j] leads from i to j. Over which index does a_t(j) sum, and over which does A @ q?",
)
def hmm_gaps(y, pi, A, E):
    a = pi
    ps, qs, nll = [], [], []
    for k in y:
        pred = E.T @ a
        pred = pred / pred.sum()
        ps.append(pred)
        if k != -1:
            a = a * E[:, k]
            nll.append(-np.log2(pred[k]))
        a = a / a.sum()
        qs.append(a)
        a = A @ a
        a = a / a.sum()
    return np.array(ps), np.array(qs), np.mean(nll)


@wrong(
    "moves_before_the_first_step",
    "The state moves on once before step 0: a_0 is pi A instead of pi.",
    "Of which step does pi give the probabilities? And what is p[0] then?",
)
def hmm_gaps(y, pi, A, E):
    q_prev = pi
    p = np.zeros((len(y), E.shape[1]), E.dtype)
    q = np.zeros((len(y), len(pi)), E.dtype)
    s, n = 0.0, 0
    for t, k in enumerate(y):
        a = A.T @ q_prev
        p[t] = E.T @ a
        if k >= 0:
            a = a * E[:, k]
            s -= np.log2(p[t, k])
            n += 1
        q[t] = a / np.sum(a)
        q_prev = q[t]
    return p, q, s / n


@wrong(
    "p_after_the_symbol",
    "p is computed from q, that is after the symbol of the same step was seen.",
    "Change y[t] alone. May p[t] change?",
)
def hmm_gaps(y, pi, A, E):
    q = np.zeros((len(y), len(pi)), dtype=E.dtype)
    a = pi
    for t in range(len(y)):
        b = a * E[:, y[t]] if y[t] > -1 else a
        q[t] = b / b.sum()
        a = q[t] @ A
    p = q @ E
    t = np.where(y > -1)[0]
    return p, q, -np.mean(np.log2(p[t, y[t]]))


@wrong(
    "not_normalised_on_the_way",
    "The forward probabilities run on without being scaled; after some hundreds of steps they are 0, and 0/0 is NaN.",
    "How large is your alpha after 2000 steps? What if you divide it by its sum at every step?",
)
def hmm_gaps(y, pi, A, E):
    T = len(y)
    alpha = np.zeros((T, len(pi)), dtype=E.dtype)
    prior = np.zeros((T, len(pi)), dtype=E.dtype)
    for t in range(T):
        prior[t] = pi if t == 0 else alpha[t - 1] @ A
        alpha[t] = prior[t] * (E[:, y[t]] if y[t] != -1 else 1)
    q = alpha / alpha.sum(axis=1, keepdims=True)
    p = (prior / prior.sum(axis=1, keepdims=True)) @ E
    m = y != -1
    return p, q, float(np.mean(-np.log2(p[m, y[m]])))


@wrong(
    "gaps_in_the_mean",
    "The sum of the bits is divided by all T steps, gaps as well.",
    "By how many steps do you divide? Half of them not recorded: what happens to the mean?",
)
def hmm_gaps(y, pi, A, E):
    T = y.shape[0]
    p = np.empty((T, E.shape[1]), E.dtype)
    q = np.empty((T, E.shape[0]), E.dtype)
    bits = np.zeros(T)
    a = pi
    for t in range(T):
        p[t] = np.dot(a, E)
        q[t] = a
        if y[t] != -1:
            q[t] = a * E[:, y[t]] / p[t, y[t]]
            bits[t] = -np.log2(p[t, y[t]])
        a = np.dot(q[t], A)
    return p, q, bits.mean()


@wrong(
    "natural_logarithm",
    "np.log instead of np.log2.",
    "One state that shows two symbols with 1/2 each: how many bits should a symbol cost?",
)
def hmm_gaps(y, pi, A, E):
    p, q, score = [], [], []
    for t in range(len(y)):
        a = pi if not q else q[-1] @ A
        c = a @ E
        p.append(c)
        if y[t] == -1:
            q.append(a)
        else:
            q.append(a * E[:, y[t]] / c[y[t]])
            score.append(-np.log(c[y[t]]))
    return np.array(p), np.array(q), np.mean(score)


@wrong(
    "gap_forgets_everything",
    "At a gap all states are set equally probable, as if nothing were known of the past.",
    "At a gap, what did the steps before say of the state? Should a single gap wipe it out?",
)
def hmm_gaps(y, pi, A, E):
    S = len(pi)
    p = np.zeros((len(y), E.shape[1]), E.dtype)
    q = np.zeros((len(y), S), E.dtype)
    a = pi
    rec = []
    for t, yt in enumerate(y):
        p[t] = a @ E
        if yt >= 0:
            q[t] = a * E[:, yt]
            q[t] = q[t] / q[t].sum()
            rec.append(p[t, yt])
        else:
            q[t] = np.ones(S) / S
        a = q[t] @ A
    return p, q, -np.mean(np.log2(rec))


@wrong(
    "starts_anew_after_a_gap",
    "After a gap the model starts again from pi, as if a new sequence began.",
    "It is one long sequence. Does what was seen before the gap still matter after it?",
)
def hmm_gaps(y, pi, A, E):
    p, q = np.zeros((len(y), E.shape[1]), E.dtype), np.zeros((len(y), len(pi)), E.dtype)
    total = count = 0
    for t in range(len(y)):
        a = pi if t == 0 or y[t - 1] == -1 else A.T.dot(q[t - 1])
        p[t] = E.T.dot(a)
        q[t] = a
        if y[t] != -1:
            q[t] = q[t] * E[:, y[t]]
            q[t] = q[t] / q[t].sum()
            total += -np.log2(p[t][y[t]])
            count += 1
    return p, q, total / count


@wrong(
    "smoothed_backward_too",
    "q comes from the forward-backward algorithm: it knows the later symbols as well.",
    "Change the last symbol. May q[0] change?",
)
def hmm_gaps(y, pi, A, E):
    T, S = len(y), len(pi)
    L = np.ones((T, S), dtype=E.dtype)
    L[y >= 0] = E[:, y[y >= 0]].T
    p = np.zeros((T, E.shape[1]), dtype=E.dtype)
    f = np.zeros((T, S), dtype=E.dtype)
    a = pi
    for t in range(T):
        p[t] = a @ E
        f[t] = a * L[t] / np.sum(a * L[t])
        a = f[t] @ A
    beta = np.ones(S, dtype=E.dtype)
    q = np.zeros_like(f)
    for t in range(T - 1, -1, -1):
        q[t] = f[t] * beta / np.sum(f[t] * beta)
        beta = A @ (L[t] * beta)
        beta /= beta.sum()
    m = y >= 0
    return p, q, -np.log2(p[m, y[m]]).mean()


@wrong(
    "maximum_as_viterbi",
    "The best predecessor is taken (Viterbi) instead of the sum over all states.",
    "Two ways lead into a state, with 0.3 and 0.4. How probable is the state?",
)
def hmm_gaps(y, pi, A, E):
    T = len(y)
    p = np.zeros((T, E.shape[1]), dtype=E.dtype)
    q = np.zeros((T, len(pi)), dtype=E.dtype)
    for t in range(T):
        if t == 0:
            a = pi
        else:
            a = np.max(q[t - 1][:, None] * A, axis=0)
            a = a / a.sum()
        p[t] = a @ E
        q[t] = a * (E[:, y[t]] if y[t] >= 0 else 1)
        q[t] /= q[t].sum()
    i = np.nonzero(y >= 0)[0]
    return p, q, np.mean(-np.log2(p[i, y[i]]))


@wrong(
    "gap_filled_with_the_likeliest",
    "At a gap the most probable symbol is put in, and the states are updated by it as if it had been seen.",
    "At a gap q should say no more than a. Is q equal to a there?",
)
def hmm_gaps(y, pi, A, E):
    p, q, nll = [], [], []
    a = pi
    for k in y:
        pt = a @ E
        if k < 0:
            sym = int(np.argmax(pt))
        else:
            sym = int(k)
            nll.append(np.log2(pt[k]))
        a = a * E[:, sym]
        a = a / a.sum()
        p.append(pt)
        q.append(a)
        a = a @ A
    return np.array(p), np.array(q), -np.mean(nll)


@wrong(
    "prediction_of_the_next_step",
    "p[t] is the prediction of step t + 1: the row is one step too late, and p[0] is not pi E.",
    "What should p[0] be, before anything was seen?",
)
def hmm_gaps(y, pi, A, E):
    T = len(y)
    p = np.zeros((T, E.shape[1]), E.dtype)
    q = np.zeros((T, len(pi)), E.dtype)
    a = pi
    bits = []
    for t in range(T):
        if y[t] != -1:
            bits.append(-np.log2((a @ E)[y[t]]))
            a = a * E[:, y[t]]
        q[t] = a / a.sum()
        a = q[t] @ A
        p[t] = a @ E
    return p, q, np.mean(bits)
