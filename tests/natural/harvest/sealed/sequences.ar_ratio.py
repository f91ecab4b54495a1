"""As students of the third year at the end of term: least squares in three ways, horizons confused."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("design_matrix_by_loop")
def ar_ratio(train, test, K, h):
    def rows(s):
        A, y = [], []
        for t in range(h + K - 1, len(s)):
            A.append([s[t - h - k] for k in range(K)] + [1.0])
            y.append(s[t])
        return np.array(A, dtype=s.dtype), np.array(y, dtype=s.dtype)

    A, y = rows(train)
    c = np.linalg.lstsq(A, y, rcond=None)[0]
    A2, y2 = rows(test)
    model = np.sum((y2 - A2 @ c) ** 2)
    persist = np.sum((y2 - A2[:, 0]) ** 2)
    return c[:K], c[K], model / persist


@right("slices_and_qr")
def ar_ratio(train, test, K, h):
    m = h + K - 1
    lag = lambda s, k: s[m - h - k : len(s) - h - k]  # noqa: E731
    A = np.column_stack([np.ones(len(train) - m, train.dtype)] + [lag(train, k) for k in range(K)])
    Q, R = np.linalg.qr(A)
    coef = np.linalg.solve(R, Q.T @ train[m:])
    b, w = coef[0], coef[1:]
    pred = b + sum(w[k] * lag(test, k) for k in range(K))
    return w, b, ((test[m:] - pred) ** 2).sum() / ((test[m:] - test[m - h : -h]) ** 2).sum()


@right("centred_then_intercept")
def ar_ratio(train, test, K, h):
    win = np.lib.stride_tricks.sliding_window_view
    X = win(train, K)[: len(train) - K + 1 - h, ::-1]
    y = train[K - 1 + h :]
    mx, my = X.mean(0), y.mean()
    w = np.linalg.pinv(X - mx) @ (y - my)
    b = my - w @ mx
    Z = win(test, K)[: len(test) - K + 1 - h, ::-1]
    target = test[K - 1 + h :]
    e = target - (Z @ w + b)
    e0 = target - Z[:, 0]
    return w, b, (e @ e) / (e0 @ e0)


@wrong(
    "weights_oldest_first",
    "The columns run from the oldest sample to the newest, so w[0] belongs to the oldest.",
    "Which sample does your w[0] multiply? It should be the one h samples before t.",
)
def ar_ratio(train, test, K, h):
    def mat(s):
        M = len(s) - K - h + 1
        X = np.stack([s[i : i + K] for i in range(M)])
        return np.hstack([X, np.ones((M, 1), s.dtype)]), s[K + h - 1 :]

    A, y = mat(train)
    c, *_ = np.linalg.lstsq(A, y, rcond=None)
    A, y = mat(test)
    return c[:-1], c[-1], np.sum((y - A @ c) ** 2) / np.sum((y - A[:, K - 1]) ** 2)


@wrong(
    "no_intercept",
    "There is no column of ones: the line goes through the origin and b stays 0.",
    "Add 100 to both series: w should stay as it is. Does it?",
)
def ar_ratio(train, test, K, h):
    def lags(s):
        t = np.arange(h + K - 1, len(s))
        return s[t[:, None] - h - np.arange(K)], s[t]

    X, y = lags(train)
    w = np.linalg.lstsq(X, y, rcond=None)[0]
    b = train.dtype.type(0)
    X, y = lags(test)
    ratio = np.sum((y - X @ w - b) ** 2) / np.sum((y - X[:, 0]) ** 2)
    return w, b, ratio


@wrong(
    "one_step_model_iterated",
    "The model is fitted one step ahead and then iterated h times.",
    "With h = 3, which sample is multiplied by w[0] when you fit? The forecast is made in one step.",
)
def ar_ratio(train, test, K, h):
    N = len(train)
    A = np.array([np.append(train[t - K : t][::-1], 1) for t in range(K, N)], dtype=train.dtype)
    c = np.linalg.lstsq(A, train[K:], rcond=None)[0]
    w, b = c[:K], c[K]
    num = den = 0.0
    for t in range(K + h - 1, len(test)):
        past = list(test[t - h - K + 1 : t - h + 1][::-1])
        for _ in range(h):
            past = [b + np.dot(w, past)] + past[:-1]
        num += (test[t] - past[0]) ** 2
        den += (test[t] - test[t - h]) ** 2
    return w, b, num / den


@wrong(
    "persistence_of_one_step",
    "Persistence always takes the sample before, s_{t-1}, though only s_{t-h} is known.",
    "With h = 5, which is the newest sample that persistence may know?",
)
def ar_ratio(train, test, K, h):
    m = h + K - 1
    A = np.ones((len(train) - m, K + 1), dtype=train.dtype)
    for k in range(K):
        A[:, k] = train[m - h - k : len(train) - h - k]
    c = np.linalg.lstsq(A, train[m:], rcond=None)[0]
    B = np.ones((len(test) - m, K + 1), dtype=test.dtype)
    for k in range(K):
        B[:, k] = test[m - h - k : len(test) - h - k]
    mse = np.mean((test[m:] - B @ c) ** 2)
    naive = np.mean((test[m:] - test[m - 1 : -1]) ** 2)
    return c[:K], c[K], mse / naive


@wrong(
    "persistence_over_more_steps",
    "The sum of persistence goes over all t from h on, more steps than the sum of the model.",
    "How many terms has each of your two sums? Both go over the same t.",
)
def ar_ratio(train, test, K, h):
    def design(s):
        t = np.arange(h + K - 1, len(s))
        return np.c_[s[t[:, None] - h - np.arange(K)], np.ones(len(t), s.dtype)], s[t]

    X, y = design(train)
    theta = np.linalg.lstsq(X, y, rcond=None)[0]
    X, y = design(test)
    sse = ((y - X @ theta) ** 2).sum()
    sse_p = ((test[h:] - test[:-h]) ** 2).sum()
    return theta[:-1], theta[-1], sse / sse_p


@wrong(
    "fitted_again_on_test",
    "The coefficients are fitted on test for the ratio.",
    "Does the ratio change when train changes? It must.",
)
def ar_ratio(train, test, K, h):
    def fit(s):
        m = h + K - 1
        X = np.stack([s[m - h - k : len(s) - h - k] for k in range(K)] + [np.ones(len(s) - m, s.dtype)], axis=1)
        coef = np.linalg.lstsq(X, s[m:], rcond=None)[0]
        return coef, s[m:] - X @ coef, s[m:] - X[:, 0]

    coef, _, _ = fit(train)
    _, e, ep = fit(test)
    return coef[:K], coef[K], np.sum(e**2) / np.sum(ep**2)


@wrong(
    "ratio_of_roots",
    "The ratio is that of the root mean squares, not of the sums of squares.",
    "Square your ratio: is it the one of the formula?",
)
def ar_ratio(train, test, K, h):
    m = h + K - 1
    X = np.array([[train[t - h - k] for k in range(K)] + [1] for t in range(m, len(train))], dtype=train.dtype)
    c = np.linalg.lstsq(X, train[m:], rcond=None)[0]
    pred = np.array([c[:K] @ test[t - h - np.arange(K)] + c[K] for t in range(m, len(test))])
    rmse = np.sqrt(np.mean((test[m:] - pred) ** 2))
    rmse_p = np.sqrt(np.mean((test[m:] - test[m - h : len(test) - h]) ** 2))
    return c[:K], c[K], rmse / rmse_p


@wrong(
    "one_step_too_far",
    "The newest sample used is s_{t-h-1}: h samples lie between, and the horizon is h + 1.",
    "With h = 1 and K = 1 the forecast of s_t uses s_{t-1}. Which one do you use?",
)
def ar_ratio(train, test, K, h):
    def xy(s):
        start = h + K
        X = [np.r_[s[t - h - K : t - h][::-1], 1] for t in range(start, len(s))]
        return np.array(X, dtype=s.dtype), s[start:]

    X, y = xy(train)
    c = np.linalg.lstsq(X, y, rcond=None)[0]
    X, y = xy(test)
    p = test[K : len(test) - h]
    return c[:K], c[K], np.sum((y - X @ c) ** 2) / np.sum((y - p) ** 2)


@wrong(
    "end_of_train_as_past",
    "The first forecasts of test use the last samples of train.",
    "For which first t of test do you forecast? Nothing before its first sample is known.",
)
def ar_ratio(train, test, K, h):
    m = h + K - 1
    A = np.column_stack([train[m - h - k : len(train) - h - k] for k in range(K)])
    A = np.column_stack([A, np.ones(len(A), A.dtype)])
    c = np.linalg.lstsq(A, train[m:], rcond=None)[0]
    full = np.concatenate([train[-m:], test])
    num = den = 0
    for t in range(m, len(full)):
        past = full[t - h - np.arange(K)]
        num += (full[t] - past @ c[:K] - c[K]) ** 2
        den += (full[t] - full[t - h]) ** 2
    return c[:K], c[K], num / den


@wrong(
    "mean_as_intercept",
    "Fitted to the series without its mean, and then the mean itself is called b; w times the mean is missing.",
    "A series that is always 5, with w = (1,): what does your forecast say? b must be the mean times 1 minus the sum of w.",
)
def ar_ratio(train, test, K, h):
    m = h + K - 1
    mean = train.mean()
    z = train - mean
    X = np.stack([z[m - h - k : len(z) - h - k] for k in range(K)], axis=1)
    w = np.linalg.lstsq(X, z[m:], rcond=None)[0]
    b = mean
    P = np.stack([test[m - h - k : len(test) - h - k] for k in range(K)], axis=1)
    e = test[m:] - (P @ w + b)
    e0 = test[m:] - P[:, 0]
    return w, b, (e**2).sum() / (e0**2).sum()


@wrong(
    "lags_by_roll",
    "np.roll brings the end of the series to its beginning, and these rows are fitted too.",
    "What does np.roll(train, 1) put at place 0? For which t are all K samples there?",
)
def ar_ratio(train, test, K, h):
    X = np.stack([np.roll(train, h + k) for k in range(K)] + [np.ones_like(train)], axis=1)
    c = np.linalg.lstsq(X, train, rcond=None)[0]
    m = h + K - 1
    Z = np.stack([np.roll(test, h + k) for k in range(K)] + [np.ones_like(test)], axis=1)[m:]
    y = test[m:]
    return c[:-1], c[-1], np.sum((y - Z @ c) ** 2) / np.sum((y - Z[:, 0]) ** 2)


@wrong(
    "compared_with_the_mean",
    "The denominator compares with the mean of test (as 1 - R²), not with persistence.",
    "What does persistence say for s_t? Where is it in your denominator?",
)
def ar_ratio(train, test, K, h):
    def lagged(s):
        m = K + h - 1
        return np.vstack([s[K - 1 - k : len(s) - h - k] for k in range(K)]).T, s[m:]

    X, y = lagged(train)
    sol = np.linalg.lstsq(np.c_[np.ones(len(X), X.dtype), X], y, rcond=None)[0]
    b, w = sol[0], sol[1:]
    X, y = lagged(test)
    return w, b, np.sum((y - b - X @ w) ** 2) / np.sum((y - y.mean()) ** 2)


@wrong(
    "ridge_from_the_reservoir",
    "A small ridge is added to the normal equations, as one does for reservoirs: not the least sum of squares.",
    "Multiply your residuals by each column: least squares gives 0. Does yours?",
)
def ar_ratio(train, test, K, h):
    lam = 1e-2
    m = h + K - 1
    X = np.column_stack([train[m - h - k : len(train) - h - k] for k in range(K)] + [np.ones(len(train) - m)])
    c = np.linalg.solve(X.T @ X + lam * np.eye(K + 1), X.T @ train[m:])
    Z = np.column_stack([test[m - h - k : len(test) - h - k] for k in range(K)] + [np.ones(len(test) - m)])
    e = test[m:] - Z @ c
    ep = test[m:] - Z[:, 0]
    c = c.astype(train.dtype)
    return c[:K], c[K], (e @ e) / (ep @ ep)
