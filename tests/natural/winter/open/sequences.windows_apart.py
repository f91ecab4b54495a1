"""As students in the last week of the winter term: windows by loops, by index tables and by strided views."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("while_there_is_room")
def windows_apart(s, n, L, h, d):
    mu = s[:n].mean(axis=0)
    sigma = s[:n].std(axis=0)
    for j in range(s.shape[1]):
        if np.all(s[:n, j] == s[0, j]):
            sigma[j] = 1
    z = (s - mu) / sigma

    def cut(part):
        X, y = [], []
        i = 0
        while i + L - 1 + h < len(part):
            X.append(part[i : i + L])
            y.append(part[i + L - 1 + h, 0])
            i += d
        return np.array(X), np.array(y)

    X_train, y_train = cut(z[:n])
    X_test, y_test = cut(z[n:])
    return X_train, y_train, X_test, y_test


@right("table_of_indices")
def windows_apart(s, n, L, h, d):
    N = len(s)
    train = s[:n]
    mu = np.sum(train, axis=0) / n
    sd = np.sqrt(np.sum((train - mu) ** 2, axis=0) / n)
    sd = np.where(train.max(axis=0) == train.min(axis=0), 1, sd)
    z = ((s - mu) / sd).astype(s.dtype)
    first_train = np.arange(0, n - L - h + 1, d)
    first_test = np.arange(n, N - L - h + 1, d)
    steps = np.arange(L)
    return (
        z[first_train[:, None] + steps],
        z[first_train + L - 1 + h, 0],
        z[first_test[:, None] + steps],
        z[first_test + L - 1 + h, 0],
    )


@right("sliding_window_view")
def windows_apart(s, n, L, h, d):
    from numpy.lib.stride_tricks import sliding_window_view

    fixed = np.ptp(s[:n], axis=0) == 0
    scale = np.std(s[:n], axis=0)
    scale[fixed] = 1.0
    scaled = (s - np.mean(s[:n], axis=0)) / scale
    result = []
    for part in np.split(scaled, [n]):
        targets = part[L - 1 + h :: d, 0]
        windows = sliding_window_view(part, L, axis=0)[::d][: len(targets)]
        result += [windows.transpose(0, 2, 1).copy(), targets.copy()]
    return tuple(result)


@wrong(
    "scaled_by_the_whole_series",
    "Mean and standard deviation of all samples, of the test too.",
    "Change the last sample of the series. May a training window change?",
)
def windows_apart(s, n, L, h, d):
    mu = s.mean(axis=0)
    sigma = s.std(axis=0)
    for j in range(s.shape[1]):
        if np.all(s[:, j] == s[0, j]):
            sigma[j] = 1
    z = (s - mu) / sigma

    def cut(part):
        X, y = [], []
        i = 0
        while i + L - 1 + h < len(part):
            X.append(part[i : i + L])
            y.append(part[i + L - 1 + h, 0])
            i += d
        return np.array(X), np.array(y)

    X_train, y_train = cut(z[:n])
    X_test, y_test = cut(z[n:])
    return X_train, y_train, X_test, y_test


@wrong(
    "divided_by_n_minus_one",
    "The standard deviation with n - 1 in the denominator, as in MATLAB and pandas.",
    "By what is the sum of squares divided in the text, and by what with ddof=1?",
)
def windows_apart(s, n, L, h, d):
    from numpy.lib.stride_tricks import sliding_window_view

    fixed = np.ptp(s[:n], axis=0) == 0
    scale = np.std(s[:n], axis=0, ddof=1)
    scale[fixed] = 1.0
    scaled = (s - np.mean(s[:n], axis=0)) / scale
    result = []
    for part in np.split(scaled, [n]):
        targets = part[L - 1 + h :: d, 0]
        windows = sliding_window_view(part, L, axis=0)[::d][: len(targets)]
        result += [windows.transpose(0, 2, 1).copy(), targets.copy()]
    return tuple(result)


@wrong(
    "target_one_too_late",
    "The target is h samples after the first sample behind the window: h + 1 after the last one of it.",
    "Windows of samples 0 to L-1, h = 1: which sample is the target?",
)
def windows_apart(s, n, L, h, d):
    mu = s[:n].mean(axis=0)
    sigma = s[:n].std(axis=0)
    for j in range(s.shape[1]):
        if np.all(s[:n, j] == s[0, j]):
            sigma[j] = 1
    z = (s - mu) / sigma

    def cut(part):
        X, y = [], []
        i = 0
        while i + L + h < len(part):
            X.append(part[i : i + L])
            y.append(part[i + L + h, 0])
            i += d
        return np.array(X), np.array(y)

    X_train, y_train = cut(z[:n])
    X_test, y_test = cut(z[n:])
    return X_train, y_train, X_test, y_test


@wrong(
    "always_the_next_sample",
    "The target is the sample directly behind the window, whatever h.",
    "Change h. Do your targets change?",
)
def windows_apart(s, n, L, h, d):
    mu = s[:n].mean(axis=0)
    sigma = s[:n].std(axis=0)
    for j in range(s.shape[1]):
        if np.all(s[:n, j] == s[0, j]):
            sigma[j] = 1
    z = (s - mu) / sigma

    def cut(part):
        X, y = [], []
        i = 0
        while i + L - 1 + h < len(part):
            X.append(part[i : i + L])
            y.append(part[i + L, 0])
            i += d
        return np.array(X), np.array(y)

    X_train, y_train = cut(z[:n])
    X_test, y_test = cut(z[n:])
    return X_train, y_train, X_test, y_test


@wrong(
    "targets_not_scaled",
    "The targets are taken from the series as it came, not from the scaled one.",
    "Is a target of the same scale as column 0 of its window?",
)
def windows_apart(s, n, L, h, d):
    N = len(s)
    train = s[:n]
    mu = np.sum(train, axis=0) / n
    sd = np.sqrt(np.sum((train - mu) ** 2, axis=0) / n)
    sd = np.where(train.max(axis=0) == train.min(axis=0), 1, sd)
    z = ((s - mu) / sd).astype(s.dtype)
    first_train = np.arange(0, n - L - h + 1, d)
    first_test = np.arange(n, N - L - h + 1, d)
    steps = np.arange(L)
    return (
        z[first_train[:, None] + steps],
        s[first_train + L - 1 + h, 0],
        z[first_test[:, None] + steps],
        s[first_test + L - 1 + h, 0],
    )


@wrong(
    "last_window_lost",
    "The upper end of the range is one too small: the last window that has room is missing.",
    "A part of exactly L + h samples: how many windows has it, and how many are yours?",
)
def windows_apart(s, n, L, h, d):
    N = len(s)
    train = s[:n]
    mu = np.sum(train, axis=0) / n
    sd = np.sqrt(np.sum((train - mu) ** 2, axis=0) / n)
    sd = np.where(train.max(axis=0) == train.min(axis=0), 1, sd)
    z = ((s - mu) / sd).astype(s.dtype)
    first_train = np.arange(0, max(n - L - h, 1), d)
    first_test = np.arange(n, max(N - L - h, n + 1), d)
    steps = np.arange(L)
    return (
        z[first_train[:, None] + steps],
        z[first_train + L - 1 + h, 0],
        z[first_test[:, None] + steps],
        z[first_test + L - 1 + h, 0],
    )


@wrong(
    "test_reaches_back",
    "Test windows begin L samples before n, so that the first test target is predicted from training samples.",
    "Which is the first sample of your first test window? Does it belong to the test?",
)
def windows_apart(s, n, L, h, d):
    N = len(s)
    train = s[:n]
    mu = np.sum(train, axis=0) / n
    sd = np.sqrt(np.sum((train - mu) ** 2, axis=0) / n)
    sd = np.where(train.max(axis=0) == train.min(axis=0), 1, sd)
    z = ((s - mu) / sd).astype(s.dtype)
    first_train = np.arange(0, n - L - h + 1, d)
    first_test = np.arange(max(n - L, 0), N - L - h + 1, d)
    steps = np.arange(L)
    return (
        z[first_train[:, None] + steps],
        z[first_train + L - 1 + h, 0],
        z[first_test[:, None] + steps],
        z[first_test + L - 1 + h, 0],
    )


@wrong(
    "training_targets_from_the_test",
    "Only the windows lie within training; the targets of the last ones are test samples.",
    "The last training window ends with sample n-1. Where is its target?",
)
def windows_apart(s, n, L, h, d):
    N = len(s)
    train = s[:n]
    mu = np.sum(train, axis=0) / n
    sd = np.sqrt(np.sum((train - mu) ** 2, axis=0) / n)
    sd = np.where(train.max(axis=0) == train.min(axis=0), 1, sd)
    z = ((s - mu) / sd).astype(s.dtype)
    first_train = np.arange(0, n - L + 1, d)
    first_test = np.arange(n, N - L - h + 1, d)
    steps = np.arange(L)
    return (
        z[first_train[:, None] + steps],
        z[np.minimum(first_train + L - 1 + h, N - 1), 0],
        z[first_test[:, None] + steps],
        z[first_test + L - 1 + h, 0],
    )


@wrong(
    "epsilon_for_constant_columns",
    "Divides by σ + 1e-8: for a column constant in training σ is 1e-8, not 1, and its test values explode.",
    "A column is 3 in all of training and 4 once in the test: what is its scaled value there by the text, and by your code?",
)
def windows_apart(s, n, L, h, d):
    N = len(s)
    train = s[:n]
    mu = np.sum(train, axis=0) / n
    sd = np.sqrt(np.sum((train - mu) ** 2, axis=0) / n)
    sd = sd + 1e-8
    z = ((s - mu) / sd).astype(s.dtype)
    first_train = np.arange(0, n - L - h + 1, d)
    first_test = np.arange(n, N - L - h + 1, d)
    steps = np.arange(L)
    return (
        z[first_train[:, None] + steps],
        z[first_train + L - 1 + h, 0],
        z[first_test[:, None] + steps],
        z[first_test + L - 1 + h, 0],
    )


@wrong(
    "constant_in_the_whole_series",
    "Sets σ to 1 where the column is constant in the whole series, not in training alone: division by 0 where it moves in the test only.",
    "A column that stands still until sample n and then moves: what is σ in training?",
)
def windows_apart(s, n, L, h, d):
    from numpy.lib.stride_tricks import sliding_window_view

    fixed = np.ptp(s, axis=0) == 0
    scale = np.std(s[:n], axis=0)
    scale[fixed] = 1.0
    scaled = (s - np.mean(s[:n], axis=0)) / scale
    result = []
    for part in np.split(scaled, [n]):
        targets = part[L - 1 + h :: d, 0]
        windows = sliding_window_view(part, L, axis=0)[::d][: len(targets)]
        result += [windows.transpose(0, 2, 1).copy(), targets.copy()]
    return tuple(result)


@wrong(
    "test_by_its_own_statistics",
    "The test part is scaled by its own mean and standard deviation.",
    "Which samples may μ and σ be taken from, also for the test part?",
)
def windows_apart(s, n, L, h, d):
    def scale(part):
        mu, sigma = part.mean(axis=0), part.std(axis=0)
        sigma[part.max(axis=0) == part.min(axis=0)] = 1
        return (part - mu) / sigma

    def cut(part):
        M = (len(part) - L - h) // d + 1
        X = np.stack([part[i * d : i * d + L] for i in range(M)])
        y = np.array([part[i * d + L - 1 + h, 0] for i in range(M)])
        return X, y

    return cut(scale(s[:n])) + cut(scale(s[n:]))


@wrong(
    "grid_of_the_whole_series",
    "Windows are cut every d samples from sample 0 of the whole series: the first test window begins with the first grid point from n on.",
    "n = 10, d = 4: with which sample does your first test window begin?",
)
def windows_apart(s, n, L, h, d):
    N = len(s)
    train = s[:n]
    mu = np.sum(train, axis=0) / n
    sd = np.sqrt(np.sum((train - mu) ** 2, axis=0) / n)
    sd = np.where(train.max(axis=0) == train.min(axis=0), 1, sd)
    z = ((s - mu) / sd).astype(s.dtype)
    first_train = np.arange(0, n - L - h + 1, d)
    first_test = np.arange(-(-n // d) * d, N - L - h + 1, d)
    steps = np.arange(L)
    return (
        z[first_train[:, None] + steps],
        z[first_train + L - 1 + h, 0],
        z[first_test[:, None] + steps],
        z[first_test + L - 1 + h, 0],
    )


@wrong(
    "scaled_in_place",
    "Scales the argument itself (-= and /=): the caller's series is changed.",
    "Look at s after the call. Is it still what you gave?",
)
def windows_apart(s, n, L, h, d):
    constant = (s[:n] == s[0]).all(axis=0)
    mu = s[:n].mean(axis=0)
    sigma = s[:n].std(axis=0)
    sigma[constant] = 1
    s -= mu
    s /= sigma
    out = []
    for a, e in ((0, n), (n, len(s))):
        starts = range(a, e - L - h + 1, d)
        out.append(np.array([s[i : i + L] for i in starts]))
        out.append(np.array([s[i + L + h - 1, 0] for i in starts]))
    return tuple(out)
