"""As students who had a course on time series last summer, and remember half of it."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("lists_of_rows")
def ar_ratio(train, test, K, h):
    rows, goals = [], []
    for t in range(h + K - 1, len(train)):
        rows.append([1.0] + [train[t - h - k] for k in range(K)])
        goals.append(train[t])
    coef = np.linalg.lstsq(np.array(rows, dtype=float), np.array(goals, dtype=float), rcond=None)[0]
    b, w = coef[0], coef[1:]
    ours = 0.0
    persistence = 0.0
    for t in range(h + K - 1, len(test)):
        guess = b
        for k in range(K):
            guess += w[k] * test[t - h - k]
        ours += (test[t] - guess) ** 2
        persistence += (test[t] - test[t - h]) ** 2
    return w.astype(train.dtype), b, ours / persistence


@right("lagged_columns")
def ar_ratio(train, test, K, h):
    def lags(s):
        N, s = len(s), s.astype(np.float64)
        cols = [s[K - 1 - k : N - h - k] for k in range(K)]
        return np.column_stack(cols + [np.ones(N - h - K + 1)]), s[h + K - 1 :]

    A, y = lags(train)
    theta, *_ = np.linalg.lstsq(A, y, rcond=None)
    A_test, y_test = lags(test)
    e = y_test - A_test @ theta
    e_p = y_test - A_test[:, 0]
    w = theta[:K].astype(train.dtype)
    return w, theta[K], np.dot(e, e) / np.dot(e_p, e_p)


@right("centred_windows")
def ar_ratio(train, test, K, h):
    from numpy.lib.stride_tricks import sliding_window_view as view

    past = view(train[:-h].astype(float), K)[:, ::-1]
    goal = train[h + K - 1 :].astype(float)
    m, g = past.mean(axis=0), goal.mean()
    X = past - m
    w = np.linalg.lstsq(X, goal - g, rcond=None)[0]
    b = g - w @ m
    known = view(test[:-h].astype(float), K)[:, ::-1]
    came = test[h + K - 1 :]
    ratio = np.sum((came - b - known @ w) ** 2) / np.sum((came - known[:, 0]) ** 2)
    return w.astype(train.dtype), float(b), float(ratio)


@wrong(
    "no_intercept",
    "Fits without b and returns 0 for it.",
    "A series that is always 5 plus a little noise: what does your forecast say if all its weights are small?",
)
def ar_ratio(train, test, K, h):
    def lags(s):
        N, s = len(s), s.astype(np.float64)
        cols = [s[K - 1 - k : N - h - k] for k in range(K)]
        return np.column_stack(cols + [np.zeros(N - h - K + 1)]), s[h + K - 1 :]

    A, y = lags(train)
    theta, *_ = np.linalg.lstsq(A, y, rcond=None)
    A_test, y_test = lags(test)
    e = y_test - A_test @ theta
    e_p = y_test - A_test[:, 0]
    w = theta[:K].astype(train.dtype)
    return w, theta[K], np.dot(e, e) / np.dot(e_p, e_p)


@wrong(
    "oldest_first",
    "w is returned with the weight of the oldest sample first.",
    "To which sample does your w[0] belong?",
)
def ar_ratio(train, test, K, h):
    def lags(s):
        N, s = len(s), s.astype(np.float64)
        cols = [s[K - 1 - k : N - h - k] for k in range(K)]
        return np.column_stack(cols + [np.ones(N - h - K + 1)]), s[h + K - 1 :]

    A, y = lags(train)
    theta, *_ = np.linalg.lstsq(A, y, rcond=None)
    A_test, y_test = lags(test)
    e = y_test - A_test @ theta
    e_p = y_test - A_test[:, 0]
    w = theta[:K][::-1].astype(train.dtype)
    return w, theta[K], np.dot(e, e) / np.dot(e_p, e_p)


@wrong(
    "persistence_over_more_steps",
    "The sum of persistence begins at t = h, where one sample is enough for it; the other begins at h + K - 1.",
    "How many terms has your upper sum, and how many the lower one?",
)
def ar_ratio(train, test, K, h):
    def lags(s):
        N, s = len(s), s.astype(np.float64)
        cols = [s[K - 1 - k : N - h - k] for k in range(K)]
        return np.column_stack(cols + [np.ones(N - h - K + 1)]), s[h + K - 1 :]

    A, y = lags(train)
    theta, *_ = np.linalg.lstsq(A, y, rcond=None)
    A_test, y_test = lags(test)
    e = y_test - A_test @ theta
    e_p = test[h:] - test[:-h]
    w = theta[:K].astype(train.dtype)
    return w, theta[K], np.dot(e, e) / np.dot(e_p, e_p)


@wrong(
    "persistence_of_one_step",
    "Persistence takes the sample just before t, not the one h before t.",
    "With h = 5, which is the newest sample that persistence may know?",
)
def ar_ratio(train, test, K, h):
    rows, goals = [], []
    for t in range(h + K - 1, len(train)):
        rows.append([1.0] + [train[t - h - k] for k in range(K)])
        goals.append(train[t])
    coef = np.linalg.lstsq(np.array(rows, dtype=float), np.array(goals, dtype=float), rcond=None)[0]
    b, w = coef[0], coef[1:]
    ours = 0.0
    persistence = 0.0
    for t in range(h + K - 1, len(test)):
        guess = b
        for k in range(K):
            guess += w[k] * test[t - h - k]
        ours += (test[t] - guess) ** 2
        persistence += (test[t] - test[t - 1]) ** 2
    return w.astype(train.dtype), b, ours / persistence


@wrong(
    "first_step_left_out",
    "t begins at h + K, in training and test: the first t with all K samples is lost.",
    "K = 1, h = 1: which is the smallest t that has its sample?",
)
def ar_ratio(train, test, K, h):
    def lags(s):
        t = np.arange(h + K, len(s))
        A = np.stack([s[t - h - k] for k in range(K)] + [np.ones_like(s[t])], axis=1)
        return A, s[t], s[t - h]

    A, y, _ = lags(train)
    c = np.linalg.lstsq(A, y, rcond=None)[0]
    A, y, old = lags(test)
    return c[:K], c[K], np.sum((y - A @ c) ** 2) / np.sum((y - old) ** 2)


@wrong(
    "test_continues_training",
    "The end of train is put before test, so that every test sample is forecast.",
    "Which samples are known when the first forecast of the test is made?",
)
def ar_ratio(train, test, K, h):
    def lags(s):
        N, s = len(s), s.astype(np.float64)
        cols = [s[K - 1 - k : N - h - k] for k in range(K)]
        return np.column_stack(cols + [np.ones(N - h - K + 1)]), s[h + K - 1 :]

    A, y = lags(train)
    theta, *_ = np.linalg.lstsq(A, y, rcond=None)
    A_test, y_test = lags(np.concatenate([train[-(h + K - 1) :], test]))
    e = y_test - A_test @ theta
    e_p = y_test - A_test[:, 0]
    w = theta[:K].astype(train.dtype)
    return w, theta[K], np.dot(e, e) / np.dot(e_p, e_p)


@wrong("fitted_on_both", "Least squares over train and test together.", "Change a sample of test. May w change?")
def ar_ratio(train, test, K, h):
    def lags(s):
        t = np.arange(h + K - 1, len(s))
        A = np.stack([s[t - h - k] for k in range(K)] + [np.ones_like(s[t])], axis=1)
        return A, s[t]

    A1, y1 = lags(train)
    A2, y2 = lags(test)
    c = np.linalg.lstsq(np.vstack([A1, A2]), np.concatenate([y1, y2]), rcond=None)[0]
    e = y2 - A2 @ c
    return c[:K], c[K], np.sum(e**2) / np.sum((y2 - A2[:, 0]) ** 2)


@wrong(
    "upside_down",
    "The ratio is inverted: persistence over autoregression.",
    "A forecast without any error: which ratio has it, and which do you return?",
)
def ar_ratio(train, test, K, h):
    def lags(s):
        N, s = len(s), s.astype(np.float64)
        cols = [s[K - 1 - k : N - h - k] for k in range(K)]
        return np.column_stack(cols + [np.ones(N - h - K + 1)]), s[h + K - 1 :]

    A, y = lags(train)
    theta, *_ = np.linalg.lstsq(A, y, rcond=None)
    A_test, y_test = lags(test)
    e = y_test - A_test @ theta
    e_p = y_test - A_test[:, 0]
    w = theta[:K].astype(train.dtype)
    return w, theta[K], np.dot(e_p, e_p) / np.dot(e, e)


@wrong(
    "ratio_of_roots",
    "The ratio of the root mean square errors: the square root of what is asked.",
    "Errors of 1 against errors of 2: which ratio do the sums of squares have?",
)
def ar_ratio(train, test, K, h):
    def lags(s):
        N, s = len(s), s.astype(np.float64)
        cols = [s[K - 1 - k : N - h - k] for k in range(K)]
        return np.column_stack(cols + [np.ones(N - h - K + 1)]), s[h + K - 1 :]

    A, y = lags(train)
    theta, *_ = np.linalg.lstsq(A, y, rcond=None)
    A_test, y_test = lags(test)
    e = y_test - A_test @ theta
    e_p = y_test - A_test[:, 0]
    w = theta[:K].astype(train.dtype)
    return w, theta[K], np.sqrt(np.dot(e, e) / np.dot(e_p, e_p))


@wrong(
    "one_step_model_iterated",
    "Fits a model of one step and runs it h times on its own forecasts.",
    "How many samples lie between t and the sample of w[0] in the formula, and how many in your fit?",
)
def ar_ratio(train, test, K, h):
    rows = [[train[t - 1 - k] for k in range(K)] + [1] for t in range(K, len(train))]
    c = np.linalg.lstsq(np.array(rows), train[K:], rcond=None)[0]
    w, b = c[:K], c[K]
    num = den = 0.0
    for t in range(h + K - 1, len(test)):
        known = [test[t - h - k] for k in range(K)]
        for _ in range(h):
            known = [b + np.dot(w, known)] + known[:-1]
        num += (test[t] - known[0]) ** 2
        den += (test[t] - test[t - h]) ** 2
    return w.astype(train.dtype), b, num / den


@wrong(
    "lags_of_h",
    "The K samples are h apart: t-h, t-2h, t-3h …",
    "h = 3, K = 2: which two samples does the formula use for t = 10?",
)
def ar_ratio(train, test, K, h):
    def lags(s):
        t = np.arange(h * K, len(s))
        return np.stack([s[t - h * (k + 1)] for k in range(K)] + [np.ones_like(s[t])], axis=1), s[t]

    A, y = lags(train)
    c = np.linalg.lstsq(A, y, rcond=None)[0]
    A, y = lags(test)
    return c[:K], c[K], np.sum((y - A @ c) ** 2) / np.sum((y - A[:, 0]) ** 2)


@wrong(
    "mean_as_intercept",
    "Fits on the centred series and returns the mean of the training targets as b: the part of the weights is not taken off.",
    "If all K samples are at the mean, what does your forecast add to it?",
)
def ar_ratio(train, test, K, h):
    from numpy.lib.stride_tricks import sliding_window_view as view

    past = view(train[:-h].astype(float), K)[:, ::-1]
    goal = train[h + K - 1 :].astype(float)
    m, g = past.mean(axis=0), goal.mean()
    X = past - m
    w = np.linalg.lstsq(X, goal - g, rcond=None)[0]
    b = g
    known = view(test[:-h].astype(float), K)[:, ::-1]
    came = test[h + K - 1 :]
    ratio = np.sum((came - b - known @ w) ** 2) / np.sum((came - known[:, 0]) ** 2)
    return w.astype(train.dtype), float(b), float(ratio)


@wrong(
    "a_little_ridge",
    "Adds 0.1 to the diagonal of the normal equations, against singular matrices: not the least sum of squares any more.",
    "Is the sum of squares of your w smaller than that of np.linalg.lstsq?",
)
def ar_ratio(train, test, K, h):
    from numpy.lib.stride_tricks import sliding_window_view as view

    past = view(train[:-h].astype(float), K)[:, ::-1]
    goal = train[h + K - 1 :].astype(float)
    m, g = past.mean(axis=0), goal.mean()
    X = past - m
    w = np.linalg.solve(X.T @ X + 0.1 * np.eye(K), X.T @ (goal - g))
    b = g - w @ m
    known = view(test[:-h].astype(float), K)[:, ::-1]
    came = test[h + K - 1 :]
    ratio = np.sum((came - b - known @ w) ** 2) / np.sum((came - known[:, 0]) ** 2)
    return w.astype(train.dtype), float(b), float(ratio)
