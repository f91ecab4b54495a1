"""reservoir.memory"""
import numpy as np


# ---------------------------------------------------------------- right

def r_centred_fit(h, x, K, washout, n):
    a, b = washout, washout + n
    hm = h[a:b].mean(axis=0)
    out = []
    for k in range(1, K + 1):
        y = np.concatenate([np.zeros(k, dtype=x.dtype), x[: len(x) - k]])
        w = np.linalg.lstsq(h[a:b] - hm, y[a:b] - y[a:b].mean(), rcond=None)[0]
        o = (h[b:] - hm) @ w + y[a:b].mean()
        t = y[b:]
        num = np.sum((o - np.mean(o)) * (t - np.mean(t)))
        out.append(num * num / np.sum((o - np.mean(o)) ** 2) / np.sum((t - np.mean(t)) ** 2))
    r2 = np.array(out, dtype=h.dtype)
    span = next((i for i in range(K) if r2[i] < 0.5), K)
    return r2, np.sum(r2), span


def r_explicit_sums(h, x, K, washout, n):
    T, N = h.shape
    r2 = []
    for k in range(1, K + 1):
        rows = [list(h[t]) + [1.0] for t in range(washout, washout + n)]
        goal = [x[t - k] for t in range(washout, washout + n)]
        wc = np.linalg.lstsq(np.array(rows, float), np.array(goal, float), rcond=None)[0]
        o = [float(np.dot(wc[:N], h[t]) + wc[N]) for t in range(washout + n, T)]
        y = [float(x[t - k]) for t in range(washout + n, T)]
        om, ym = sum(o) / len(o), sum(y) / len(y)
        soy = sum((p - om) * (q - ym) for p, q in zip(o, y))
        soo = sum((p - om) ** 2 for p in o)
        syy = sum((q - ym) ** 2 for q in y)
        r2.append(soy**2 / (soo * syy))
    span = 0
    while span < K and not r2[span] < 0.5:
        span = span + 1
    return np.array(r2).astype(h.dtype), sum(r2), span


def r_covariance(h, x, K, washout, n):
    S = np.c_[h, np.ones(len(h), dtype=h.dtype)]
    train, test = S[washout : washout + n], S[washout + n :]
    lagged = np.stack([x[washout - k : len(x) - k] for k in range(1, K + 1)], axis=1)
    W = np.linalg.pinv(train) @ lagged[:n]
    pred, true = test @ W, lagged[n:]
    pred = pred - pred.mean(0, keepdims=True)
    true = true - true.mean(0, keepdims=True)
    cov = np.einsum("tk,tk->k", pred, true)
    r2 = cov**2 / (np.einsum("tk,tk->k", pred, pred) * np.einsum("tk,tk->k", true, true))
    good = np.append(r2 >= 0.5, False)
    return r2, r2.sum(), int(np.argmin(good))


# ---------------------------------------------------------------- wrong

def score(o, y):
    o = o - np.mean(o)
    y = y - np.mean(y)
    return np.dot(o, y) ** 2 / (np.dot(o, o) * np.dot(y, y))


def memory_span(r2, K):
    for i in range(K):
        if r2[i] < 0.5:
            return i
    return K


def w_cov_and_var(h, x, K, washout, n):
    S = np.c_[h, np.ones(len(h), dtype=h.dtype)]
    m = washout + n
    r2 = np.empty(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(S[washout:m], x[washout - k : m - k], rcond=None)[0]
        o, y = S[m:] @ w, x[m - k : len(x) - k]
        r2[k - 1] = np.cov(o, y)[0, 1] ** 2 / (np.var(o) * np.var(y))
    return r2, r2.sum(), memory_span(r2, K)


def w_scored_after_washout(h, x, K, washout, n):
    S = np.c_[h, np.ones(len(h), dtype=h.dtype)]
    m = washout + n
    r2 = np.empty(K, dtype=h.dtype)
    for k in range(1, K + 1):
        y = x[washout - k : len(x) - k]
        w = np.linalg.lstsq(S[washout:m], y[:n], rcond=None)[0]
        r2[k - 1] = score(S[washout:] @ w, y)
    return r2, r2.sum(), memory_span(r2, K)


def w_fit_on_all(h, x, K, washout, n):
    S = np.c_[h, np.ones(len(h), dtype=h.dtype)]
    m = washout + n
    r2 = np.empty(K, dtype=h.dtype)
    for k in range(1, K + 1):
        y = x[washout - k : len(x) - k]
        w = np.linalg.lstsq(S[washout:], y, rcond=None)[0]
        r2[k - 1] = score(S[m:] @ w, y[n:])
    return r2, r2.sum(), memory_span(r2, K)


def w_state_of_the_step_before(h, x, K, washout, n):
    # reading of x[t] gives h[t+1], so use h[t-1] for x[t-k]
    S = np.c_[h, np.ones(len(h), dtype=h.dtype)]
    m = washout + n
    r2 = np.empty(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(S[washout - 1 : m - 1], x[washout - k : m - k], rcond=None)[0]
        r2[k - 1] = score(S[m - 1 : -1] @ w, x[m - k : len(x) - k])
    return r2, r2.sum(), memory_span(r2, K)


def w_ridge(h, x, K, washout, n):
    # plain least squares overfits -> small ridge as always
    S = np.c_[h, np.ones(len(h), dtype=h.dtype)]
    m = washout + n
    A = S[washout:m]
    G = A.T @ A + 1e-2 * np.eye(A.shape[1], dtype=h.dtype)
    r2 = np.empty(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.solve(G, A.T @ x[washout - k : m - k])
        r2[k - 1] = score(S[m:] @ w, x[m - k : len(x) - k])
    return r2, r2.sum(), memory_span(r2, K)


def w_last_large_delay(h, x, K, washout, n):
    S = np.c_[h, np.ones(len(h), dtype=h.dtype)]
    m = washout + n
    r2 = np.empty(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(S[washout:m], x[washout - k : m - k], rcond=None)[0]
        r2[k - 1] = score(S[m:] @ w, x[m - k : len(x) - k])
    big = np.where(r2 >= 0.5)[0]
    span = int(big[-1]) + 1 if len(big) else 0
    return r2, r2.sum(), span


def w_argmax_of_none(h, x, K, washout, n):
    S = np.c_[h, np.ones(len(h), dtype=h.dtype)]
    m = washout + n
    r2 = np.empty(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(S[washout:m], x[washout - k : m - k], rcond=None)[0]
        r2[k - 1] = score(S[m:] @ w, x[m - k : len(x) - k])
    return r2, r2.sum(), int(np.argmax(r2 < 0.5))


def w_not_centred(h, x, K, washout, n):
    S = np.c_[h, np.ones(len(h), dtype=h.dtype)]
    m = washout + n
    r2 = np.empty(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(S[washout:m], x[washout - k : m - k], rcond=None)[0]
        o, y = S[m:] @ w, x[m - k : len(x) - k]
        r2[k - 1] = (o @ y) ** 2 / ((o @ o) * (y @ y))
    return r2, r2.sum(), memory_span(r2, K)


def w_start_of_test_skipped(h, x, K, washout, n):
    # the first k test steps would still need training inputs: leave them out
    S = np.c_[h, np.ones(len(h), dtype=h.dtype)]
    m = washout + n
    r2 = np.empty(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(S[washout:m], x[washout - k : m - k], rcond=None)[0]
        r2[k - 1] = score(S[m + k :] @ w, x[m:-k])
    return r2, r2.sum(), memory_span(r2, K)


def w_correlation_for_span(h, x, K, washout, n):
    S = np.c_[h, np.ones(len(h), dtype=h.dtype)]
    m = washout + n
    r2 = np.empty(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(S[washout:m], x[washout - k : m - k], rcond=None)[0]
        r2[k - 1] = score(S[m:] @ w, x[m - k : len(x) - k])
    return r2, r2.sum(), memory_span(np.sqrt(r2), K)


def w_list_of_numbers(h, x, K, washout, n):
    S = np.c_[h, np.ones(len(h), dtype=h.dtype)]
    m = washout + n
    r2 = []
    for k in range(1, K + 1):
        w = np.linalg.lstsq(S[washout:m], x[washout - k : m - k], rcond=None)[0]
        r2.append(score(S[m:] @ w, x[m - k : len(x) - k]))
    return r2, sum(r2), memory_span(r2, K)


def w_common_end(h, x, K, washout, n):
    # h and x cut to the same length, then shifted
    S = np.c_[h, np.ones(len(h), dtype=h.dtype)]
    m = washout + n
    r2 = np.empty(K, dtype=h.dtype)
    T = len(x) - K
    for k in range(1, K + 1):
        w = np.linalg.lstsq(S[washout:m], x[washout - k : m - k], rcond=None)[0]
        r2[k - 1] = score(S[m:T] @ w, x[m - k : T - k])
    return r2, r2.sum(), memory_span(r2, K)


RIGHT = {
    "centred_fit": r_centred_fit,
    "explicit_sums": r_explicit_sums,
    "covariance": r_covariance,
}
WRONG = {
    "cov_and_var": (
        w_cov_and_var,
        "np.cov divides by the number less one, np.var by the number: the quotient is too large",
        "A squared correlation cannot be above 1. By what does np.cov divide, and by what np.var?",
    ),
    "scored_after_washout": (
        w_scored_after_washout,
        "scored on all steps after the washout, those of the fit too",
        "Should steps that the fit has seen count in the score?",
    ),
    "fit_on_all": (
        w_fit_on_all,
        "fitted on all steps after the washout, the scored ones too",
        "Where does n come into your fit?",
    ),
    "state_of_the_step_before": (
        w_state_of_the_step_before,
        "h_{t-1} in place of h_t: all delays are one too short",
        "Has h[t] seen x[t] or not? Read what the task says of it.",
    ),
    "ridge": (
        w_ridge,
        "a penalty is added to the fit",
        "Is there a penalty in this exercise?",
    ),
    "last_large_delay": (
        w_last_large_delay,
        "span is the largest delay with r2 of at least 1/2, though shorter ones fail",
        "What is span if delay 2 fails and delay 3 does not?",
    ),
    "argmax_of_none": (
        w_argmax_of_none,
        "span is 0 where no delay fails, since argmax of all False is 0",
        "What is your span if all r2 are near 1?",
    ),
    "not_centred": (
        w_not_centred,
        "means are not taken off",
        "What do the bars in the formula stand for?",
    ),
    "start_of_test_skipped": (
        w_start_of_test_skipped,
        "the first k scored steps are left out",
        "How many steps are scored for each delay? Which is the first?",
    ),
    "correlation_for_span": (
        w_correlation_for_span,
        "span compares the correlation, not its square, with 1/2",
        "Which number does the task compare with 1/2?",
    ),
    "list_of_numbers": (
        w_list_of_numbers,
        "r2 is a list, not an array",
        "What type does r2 have?",
    ),
    "common_end": (
        w_common_end,
        "the last K steps are not scored",
        "Which is the last step that is scored? Does x_{t-k} lack there?",
    ),
}
