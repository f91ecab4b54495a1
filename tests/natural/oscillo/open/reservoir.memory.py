"""reservoir.memory"""
import numpy as np


# ---------------------------------------------------------------- right

def r_delay_by_delay(h, x, K, washout, n):
    T = len(x)
    H = np.column_stack([h, np.ones(T, dtype=h.dtype)])
    split = washout + n
    r2 = np.zeros(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(H[washout:split], x[washout - k : split - k], rcond=None)[0]
        o = H[split:] @ w
        target = x[split - k : T - k]
        do = o - o.mean()
        dx = target - target.mean()
        r2[k - 1] = (do @ dx) ** 2 / ((do @ do) * (dx @ dx))
    span = 0
    for v in r2:
        if v < 0.5:
            break
        span += 1
    return r2, r2.sum(), span


def r_all_delays_at_once(h, x, K, washout, n):
    T = x.shape[0]
    steps = np.arange(T)[:, None] - np.arange(1, K + 1)[None, :]
    D = x[steps]  # negative indices wrap round, but only before the washout
    A = np.concatenate([h, np.ones_like(h[:, :1])], axis=1)
    fit = slice(washout, washout + n)
    score = slice(washout + n, None)
    W, *_ = np.linalg.lstsq(A[fit], D[fit], rcond=None)
    O = A[score] @ W
    O = O - O.mean(axis=0)
    X = D[score] - D[score].mean(axis=0)
    r2 = (O * X).sum(0) ** 2 / ((O**2).sum(0) * (X**2).sum(0))
    low = np.flatnonzero(r2 < 0.5)
    span = int(low[0]) if low.size else K
    return r2, float(r2.sum()), span


def r_corrcoef(h, x, K, washout, n):
    T = len(x)
    ones = np.ones((T, 1))
    states = np.hstack([h.astype(float), ones])
    mc = []
    for delay in np.arange(1, K + 1):
        delayed = np.roll(x, delay).astype(float)
        Wout = np.linalg.pinv(states[washout : washout + n]) @ delayed[washout : washout + n]
        y = states @ Wout
        mc.append(np.corrcoef(y[washout + n :], delayed[washout + n :])[0, 1] ** 2)
    mc = np.array(mc)
    span = int(np.cumprod(mc >= 0.5).sum())
    return mc.astype(h.dtype), np.sum(mc), span


# ---------------------------------------------------------------- wrong

def _span(r2):
    s = 0
    while s < len(r2) and r2[s] >= 0.5:
        s += 1
    return s


def _with_one(h):
    return np.hstack([h, np.ones((len(h), 1), dtype=h.dtype)])


def _sqcorr(o, y):
    o = o - o.mean()
    y = y - y.mean()
    return (o * y).sum() ** 2 / ((o * o).sum() * (y * y).sum())


def w_future(h, x, K, washout, n):
    H = _with_one(h)
    T = len(x)
    m = washout + n
    r2 = np.zeros(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(H[washout:m], x[washout + k : m + k], rcond=None)[0]
        r2[k - 1] = _sqcorr(H[m : T - k] @ w, x[m + k :])
    return r2, r2.sum(), _span(r2)


def w_delays_from_zero(h, x, K, washout, n):
    H = _with_one(h)
    T = len(x)
    m = washout + n
    r2 = np.zeros(K, dtype=h.dtype)
    for k in range(K):
        w = np.linalg.lstsq(H[washout:m], x[washout - k : m - k], rcond=None)[0]
        r2[k] = _sqcorr(H[m:] @ w, x[m - k : T - k])
    return r2, r2.sum(), _span(r2)


def w_scored_on_the_fit(h, x, K, washout, n):
    H = _with_one(h)
    m = washout + n
    r2 = np.zeros(K, dtype=h.dtype)
    for k in range(1, K + 1):
        y = x[washout - k : m - k]
        w = np.linalg.lstsq(H[washout:m], y, rcond=None)[0]
        r2[k - 1] = _sqcorr(H[washout:m] @ w, y)
    return r2, r2.sum(), _span(r2)


def w_determination(h, x, K, washout, n):
    H = _with_one(h)
    T = len(x)
    m = washout + n
    r2 = np.zeros(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(H[washout:m], x[washout - k : m - k], rcond=None)[0]
        y = x[m - k : T - k]
        r2[k - 1] = 1 - ((H[m:] @ w - y) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    return r2, r2.sum(), _span(r2)


def w_no_constant(h, x, K, washout, n):
    T = len(x)
    m = washout + n
    r2 = np.zeros(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(h[washout:m], x[washout - k : m - k], rcond=None)[0]
        r2[k - 1] = _sqcorr(h[m:] @ w, x[m - k : T - k])
    return r2, r2.sum(), _span(r2)


def w_all_that_are_large(h, x, K, washout, n):
    H = _with_one(h)
    T = len(x)
    m = washout + n
    r2 = np.zeros(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(H[washout:m], x[washout - k : m - k], rcond=None)[0]
        r2[k - 1] = _sqcorr(H[m:] @ w, x[m - k : T - k])
    return r2, r2.sum(), int((r2 >= 0.5).sum())


def w_not_squared(h, x, K, washout, n):
    H = _with_one(h)
    T = len(x)
    m = washout + n
    r = np.zeros(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(H[washout:m], x[washout - k : m - k], rcond=None)[0]
        r[k - 1] = np.corrcoef(H[m:] @ w, x[m - k : T - k])[0, 1]
    return r, r.sum(), _span(r)


def w_n_is_the_end(h, x, K, washout, n):
    H = _with_one(h)
    T = len(x)
    r2 = np.zeros(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(H[washout:n], x[washout - k : n - k], rcond=None)[0]
        r2[k - 1] = _sqcorr(H[n:] @ w, x[n - k : T - k])
    return r2, r2.sum(), _span(r2)


def w_variance_of_the_whole_input(h, x, K, washout, n):
    # MC_k = cov^2(u(t-k), y(t)) / (var(u) var(y)), Jaeger 2001
    H = _with_one(h)
    T = len(x)
    m = washout + n
    r2 = np.zeros(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(H[washout:m], x[washout - k : m - k], rcond=None)[0]
        o = H[m:] @ w
        y = x[m - k : T - k]
        cov = np.mean((o - o.mean()) * (y - y.mean()))
        r2[k - 1] = cov**2 / (np.var(x) * np.var(o))
    return r2, r2.sum(), _span(r2)


def w_mean_capacity(h, x, K, washout, n):
    H = _with_one(h)
    T = len(x)
    m = washout + n
    r2 = np.zeros(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(H[washout:m], x[washout - k : m - k], rcond=None)[0]
        r2[k - 1] = _sqcorr(H[m:] @ w, x[m - k : T - k])
    return r2, r2.mean(), _span(r2)


def w_span_is_the_failing_delay(h, x, K, washout, n):
    H = _with_one(h)
    T = len(x)
    m = washout + n
    r2 = np.zeros(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(H[washout:m], x[washout - k : m - k], rcond=None)[0]
        r2[k - 1] = _sqcorr(H[m:] @ w, x[m - k : T - k])
    span = K
    for k in range(1, K + 1):
        if r2[k - 1] < 0.5:
            span = k
            break
    return r2, r2.sum(), span


def w_input_in_the_readout(h, x, K, washout, n):
    T = len(x)
    H = np.column_stack([h, x, np.ones(T, dtype=h.dtype)])
    m = washout + n
    r2 = np.zeros(K, dtype=h.dtype)
    for k in range(1, K + 1):
        w = np.linalg.lstsq(H[washout:m], x[washout - k : m - k], rcond=None)[0]
        r2[k - 1] = _sqcorr(H[m:] @ w, x[m - k : T - k])
    return r2, r2.sum(), _span(r2)


RIGHT = {
    "delay_by_delay": r_delay_by_delay,
    "all_delays_at_once": r_all_delays_at_once,
    "corrcoef": r_corrcoef,
}
WRONG = {
    "future": (
        w_future,
        "x_{t+k} in place of x_{t-k}: it predicts in place of remembering",
        "Is the target of the state at step t before t or after it?",
    ),
    "delays_from_zero": (
        w_delays_from_zero,
        "delays 0, ..., K - 1 in place of 1, ..., K",
        "Which delay is the first of r2? Print k in your loop.",
    ),
    "scored_on_the_fit": (
        w_scored_on_the_fit,
        "scored on the steps of the fit in place of those after it",
        "On which steps is the memory scored?",
    ),
    "determination": (
        w_determination,
        "the coefficient of determination in place of the squared correlation",
        "What does each score say of an output that is twice the target? Compare with the formula.",
    ),
    "no_constant": (
        w_no_constant,
        "the readout has no constant c_k",
        "What is in the readout besides the weights of the state?",
    ),
    "all_that_are_large": (
        w_all_that_are_large,
        "span counts all delays with r2 of at least 1/2, those after the first failure too",
        "What is span if delay 2 fails and delay 3 does not?",
    ),
    "not_squared": (
        w_not_squared,
        "the correlation is not squared",
        "Compare your r2 with the formula: which power stands outside the sum?",
    ),
    "n_is_the_end": (
        w_n_is_the_end,
        "the fit goes from washout to n in place of n steps from washout on",
        "How many steps are in your fit?",
    ),
    "variance_of_the_whole_input": (
        w_variance_of_the_whole_input,
        "divided by the variance of the whole x, not of what is scored",
        "Over which steps do the sums in the denominator go?",
    ),
    "mean_capacity": (
        w_mean_capacity,
        "capacity is the mean of r2, not the sum",
        "What is the capacity of a reservoir that remembers 5 delays perfectly?",
    ),
    "span_is_the_failing_delay": (
        w_span_is_the_failing_delay,
        "span is the first delay that fails, one too many",
        "What is span if the very first delay is below 1/2?",
    ),
    "input_in_the_readout": (
        w_input_in_the_readout,
        "x_t is put into the readout beside the state",
        "What does this readout read: compare with the equation of exercise 4, not of exercise 3.",
    ),
}
