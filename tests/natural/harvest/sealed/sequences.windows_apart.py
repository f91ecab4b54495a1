"""As students of the third year at the end of term: own loops, scikit-learn's habits, off-by-one at the ends."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("while_loop_for_each_part")
def windows_apart(s, n, L, h, d):
    mu = s[:n].mean(axis=0)
    sd = s[:n].std(axis=0)
    for j in range(s.shape[1]):
        if np.all(s[:n, j] == s[0, j]):
            mu[j], sd[j] = s[0, j], 1
    z = (s - mu) / sd
    out = []
    for part in (z[:n], z[n:]):
        xs, ys = [], []
        i = 0
        while i + L - 1 + h < len(part):
            xs.append(part[i : i + L])
            ys.append(part[i + L - 1 + h, 0])
            i += d
        out += [np.array(xs), np.array(ys)]
    return tuple(out)


@right("sliding_window_view")
def windows_apart(s, n, L, h, d):
    train = s[:n]
    mean, std = train.mean(0), train.std(0)
    constant = np.ptp(train, axis=0) == 0
    std = np.where(constant, 1, std).astype(s.dtype)
    mean = np.where(constant, train[0], mean)
    z = ((s - mean) / std).astype(s.dtype)

    def cut(part):
        view = sliding_window_view(part, L + h, axis=0)[::d]  # (M, F, L + h)
        return view[:, :, :L].transpose(0, 2, 1).copy(), view[:, 0, -1].copy()

    return (*cut(z[:n]), *cut(z[n:]))


@right("index_arrays")
def windows_apart(s, n, L, h, d):
    N = len(s)
    m = np.sum(s[:n], axis=0) / s.dtype.type(n)
    var = np.sum((s[:n] - m) ** 2, axis=0) / s.dtype.type(n)
    same = (s[:n] == s[:1]).all(axis=0)
    sigma = np.sqrt(var)
    sigma[same] = 1
    m[same] = s[0, same]
    z = (s - m) / sigma
    a = np.arange(0, n - L - h + 1, d)
    b = np.arange(n, N - L - h + 1, d)
    k = np.arange(L)
    return z[a[:, None] + k], z[a + L + h - 1, 0], z[b[:, None] + k], z[b + L + h - 1, 0]


@wrong(
    "scaled_by_the_whole_series",
    "Mean and standard deviation are those of the whole series: the test part is seen.",
    "Change the last sample alone. May the training windows change?",
)
def windows_apart(s, n, L, h, d):
    mu, sd = s.mean(axis=0), s.std(axis=0)
    sd[sd == 0] = 1
    z = (s - mu) / sd

    def cut(p):
        idx = range(0, len(p) - L - h + 1, d)
        return np.stack([p[i : i + L] for i in idx]), np.array([p[i + L - 1 + h, 0] for i in idx])

    X_train, y_train = cut(z[:n])
    X_test, y_test = cut(z[n:])
    return X_train, y_train, X_test, y_test


@wrong(
    "test_scaled_by_itself",
    "The test part is scaled by its own mean and standard deviation (fit_transform twice).",
    "Add 10 to all test samples. Do the test windows change?",
)
def windows_apart(s, n, L, h, d):
    def fit_transform(part):
        sd = part.std(axis=0)
        return (part - part.mean(axis=0)) / np.where(sd == 0, 1, sd).astype(part.dtype)

    res = []
    for part in [s[:n], s[n:]]:
        p = fit_transform(part)
        starts = np.arange(0, len(p) - L - h + 1, d)
        res.append(np.array([p[i : i + L] for i in starts]))
        res.append(p[starts + L + h - 1, 0])
    return tuple(res)


@wrong(
    "divided_by_n_minus_one",
    "The standard deviation divides by n - 1, as pandas and MATLAB do.",
    "By what does the formula of the variance divide? Which ddof is that?",
)
def windows_apart(s, n, L, h, d):
    mu = s[:n].mean(axis=0)
    sigma = s[:n].std(axis=0, ddof=1)
    sigma = np.where(sigma > 0, sigma, 1).astype(s.dtype)
    z = (s - mu) / sigma
    outs = []
    for lo, hi in ((0, n), (n, len(s))):
        X, y = [], []
        for i in range(lo, hi - L - h + 1, d):
            X.append(z[i : i + L])
            y.append(z[i + L + h - 1, 0])
        outs += [np.array(X), np.array(y)]
    return outs[0], outs[1], outs[2], outs[3]


@wrong(
    "target_one_too_late",
    "The target is taken h samples after the end of the slice, that is h + 1 after the last sample of the window.",
    "With h = 1: is your target the very next sample after the window?",
)
def windows_apart(s, n, L, h, d):
    mu, sd = s[:n].mean(0), s[:n].std(0)
    sd = np.where(sd == 0, 1, sd).astype(s.dtype)
    z = (s - mu) / sd

    def make(part):
        X, y = [], []
        for i in range(0, len(part) - L - h, d):
            end = i + L
            X.append(part[i:end])
            y.append(part[end + h, 0])
        return np.array(X), np.array(y)

    return make(z[:n]) + make(z[n:])


@wrong(
    "last_window_lost",
    "The loop ends one window too early: range(len - L - h) leaves the last possible start out.",
    "A part of exactly L + h samples has room for one window. How many do you find?",
)
def windows_apart(s, n, L, h, d):
    mu = np.mean(s[:n], axis=0)
    sd = np.std(s[:n], axis=0)
    sd[sd == 0] = 1.0
    z = (s - mu) / sd

    def create_dataset(data):
        X = [data[i : i + L] for i in range(0, len(data) - L - h, d)]
        y = [data[i + L + h - 1, 0] for i in range(0, len(data) - L - h, d)]
        return np.array(X), np.array(y)

    X1, y1 = create_dataset(z[:n])
    X2, y2 = create_dataset(z[n:])
    return X1, y1, X2, y2


@wrong(
    "test_windows_reach_back",
    "The first test windows begin in the training part: only the targets were split.",
    "Which samples are in your first test window? All must be n or later.",
)
def windows_apart(s, n, L, h, d):
    mu, sd = s[:n].mean(0), s[:n].std(0)
    sd[sd == 0] = 1
    z = (s - mu) / sd
    X_tr = np.array([z[i : i + L] for i in range(0, n - L - h + 1, d)])
    y_tr = np.array([z[i + L + h - 1, 0] for i in range(0, n - L - h + 1, d)])
    first = max(n - L - h + 1, 0)  # its target is sample n
    X_te = np.array([z[i : i + L] for i in range(first, len(z) - L - h + 1, d)])
    y_te = np.array([z[i + L + h - 1, 0] for i in range(first, len(z) - L - h + 1, d)])
    return X_tr, y_tr, X_te, y_te


@wrong(
    "one_grid_for_both_parts",
    "Windows are cut from the whole series on one grid of d and then sorted: the first test window need not begin at n.",
    "n = 10, d = 3: with which sample does your first test window begin?",
)
def windows_apart(s, n, L, h, d):
    mean = s[:n].mean(axis=0)
    scale = s[:n].std(axis=0)
    scale = np.where(scale == 0, np.ones_like(scale), scale)
    z = (s - mean) / scale
    i = np.arange(0, len(z) - L - h + 1, d)
    X = z[i[:, None] + np.arange(L)[None]]
    y = z[i + L - 1 + h, 0]
    tr = i + L - 1 + h < n
    te = i >= n
    return X[tr], y[tr], X[te], y[te]


@wrong(
    "epsilon_for_constant_columns",
    "1e-8 is added to every standard deviation instead of 1 for a constant column: in the test part such a column explodes.",
    "A column is 2 in all training samples and 3 in the test. What is its scaled value by the task, and yours?",
)
def windows_apart(s, n, L, h, d):
    z = (s - s[:n].mean(0)) / (s[:n].std(0) + s.dtype.type(1e-8))

    def cut(part):
        m = (len(part) - L - h) // d + 1
        X = np.empty((m, L, s.shape[1]), s.dtype)
        y = np.empty(m, s.dtype)
        for k in range(m):
            X[k] = part[k * d : k * d + L]
            y[k] = part[k * d + L - 1 + h, 0]
        return X, y

    return *cut(z[:n]), *cut(z[n:])


@wrong(
    "targets_not_scaled",
    "The targets are those of the series before scaling.",
    "With h ≤ L a target is also in a later window (d = 1). Is it the same number there?",
)
def windows_apart(s, n, L, h, d):
    mu, sd = s[:n].mean(axis=0), s[:n].std(axis=0)
    sd = np.where(sd == 0, 1, sd).astype(s.dtype)
    out = []
    for raw in (s[:n], s[n:]):
        part = (raw - mu) / sd
        idx = np.arange(0, len(raw) - L - h + 1, d)
        out.append(np.stack([part[i : i + L] for i in idx]))
        out.append(raw[idx + L + h - 1, 0])
    return tuple(out)


@wrong(
    "newest_first",
    "Each window is turned round, newest sample first, as in the regressor of an ARX model.",
    "Which sample is X_train[0, 0]: the first of the series?",
)
def windows_apart(s, n, L, h, d):
    mu, sd = s[:n].mean(axis=0), s[:n].std(axis=0)
    sd[sd == 0] = 1
    z = (s - mu) / sd
    res = []
    for a, e in [(0, n), (n, len(s))]:
        last = np.arange(a + L - 1, e - h, d)  # newest sample of each window
        res.append(np.stack([z[last - k] for k in range(L)], axis=1))
        res.append(z[last + h, 0])
    return tuple(res)


@wrong(
    "d_between_the_samples",
    "d is taken as the distance of the samples within a window, not of the windows.",
    "With d = 2, which samples are in your first window? They should be 0 to L-1.",
)
def windows_apart(s, n, L, h, d):
    mu, sd = s[:n].mean(axis=0), s[:n].std(axis=0)
    sd = np.where(sd == 0, 1, sd).astype(s.dtype)
    z = (s - mu) / sd

    def cut(p):
        X, y = [], []
        i = 0
        while i + (L - 1) * d + h < len(p):
            X.append(p[i : i + (L - 1) * d + 1 : d])
            y.append(p[i + (L - 1) * d + h, 0])
            i += 1
        return np.array(X), np.array(y)

    Xa, ya = cut(z[:n])
    Xb, yb = cut(z[n:])
    return Xa, ya, Xb, yb


@wrong(
    "one_mean_for_all_columns",
    "axis is missing: one mean and one standard deviation for all columns together.",
    "What is the shape of your mean? There should be one number for each column.",
)
def windows_apart(s, n, L, h, d):
    mu = np.mean(s[:n])
    sigma = np.std(s[:n])
    if sigma == 0:
        sigma = 1
    z = (s - mu) / sigma
    ia = np.arange(0, n - L - h + 1, d)
    ib = np.arange(n, len(s) - L - h + 1, d)
    X = lambda i: np.array([z[j : j + L] for j in i])  # noqa: E731
    return X(ia), z[ia + L + h - 1, 0], X(ib), z[ib + L + h - 1, 0]


@wrong(
    "min_max_scaling",
    "Each column is scaled to 0..1 by minimum and maximum, as MinMaxScaler does.",
    "What are the mean and the standard deviation of your scaled training samples?",
)
def windows_apart(s, n, L, h, d):
    lo, hi = s[:n].min(axis=0), s[:n].max(axis=0)
    span = np.where(hi > lo, hi - lo, 1).astype(s.dtype)
    z = (s - lo) / span
    Xs, ys = [], []
    for part in np.split(z, [n]):
        w = sliding_window_view(part, L, axis=0)[: len(part) - L - h + 1 : d]
        Xs.append(np.moveaxis(w, 1, 2).copy())
        ys.append(part[L + h - 1 :: d, 0].copy())
    return Xs[0], ys[0], Xs[1], ys[1]
