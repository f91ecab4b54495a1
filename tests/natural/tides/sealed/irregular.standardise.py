"""irregular.standardise"""

import numpy as np


def r_einsum(x, m, train):
    n = np.einsum("b,tbf->f", train, m)
    mu = np.einsum("b,tbf,tbf->f", train, m, x) / n
    d = x - mu
    var = np.einsum("b,tbf,tbf,tbf->f", train, m, d, d) / n
    sd = np.sqrt(var)
    return mu, sd, m * d / sd


def r_masked_array(x, m, train):
    a = np.ma.array(x, mask=(m == 0))
    chosen = a[:, train.astype(bool)].reshape(-1, x.shape[2])
    mu = chosen.mean(axis=0).filled(0).astype(x.dtype)
    sd = chosen.std(axis=0).filled(1).astype(x.dtype)
    u = ((a - mu) / sd).filled(0).astype(x.dtype)
    return mu, sd, u


def r_running_sums(x, m, train):
    T, B, F = x.shape
    total, count = [0.0] * F, [0] * F
    for b in range(B):
        if train[b] != 1:
            continue
        for t in range(T):
            for f in range(F):
                if m[t, b, f] == 1:
                    total[f] += float(x[t, b, f])
                    count[f] += 1
    mean = [a / c for a, c in zip(total, count)]
    sq = [0.0] * F
    for b in range(B):
        for t in range(T):
            for f in range(F):
                if train[b] == 1 and m[t, b, f] == 1:
                    sq[f] += (float(x[t, b, f]) - mean[f]) ** 2
    sd = [(q / c) ** 0.5 for q, c in zip(sq, count)]
    mean = np.array(mean, x.dtype)
    sd = np.array(sd, x.dtype)
    return mean, sd, np.where(m == 1, (x - mean) / sd, 0).astype(x.dtype)


def w_train_is_test(x, m, train):
    w = m * (1 - train)[:, None]
    n = w.sum((0, 1))
    mu = (w * x).sum((0, 1)) / n
    sd = np.sqrt((w * (x - mu) ** 2).sum((0, 1)) / n)
    return mu, sd, m * (x - mu) / sd


def w_train_along_time(x, m, train):
    sel = train.astype(bool)
    xt, mt = x[sel], m[sel]
    n = mt.sum((0, 1))
    mu = (mt * xt).sum((0, 1)) / n
    sd = np.sqrt((mt * (xt - mu) ** 2).sum((0, 1)) / n)
    return mu, sd, m * (x - mu) / sd


def w_zeros_in_spread(x, m, train):
    w = m * train[:, None]
    n = w.sum((0, 1))
    xw = x * w
    mu = xw.sum((0, 1)) / n
    sd = np.sqrt(((xw - mu) ** 2).sum((0, 1)) / n)
    return mu, sd, m * (x - mu) / sd


def w_median(x, m, train):
    # outliers are frequent in charts -> robust
    v = np.where((m == 1) & (train[:, None] == 1), x, np.nan).reshape(-1, x.shape[2])
    mu = np.nanmedian(v, axis=0)
    sd = np.nanmedian(abs(v - mu), axis=0)
    sd = np.where(sd == 0, 1, sd).astype(x.dtype)
    return mu, sd, m * (x - mu) / sd


def w_spread_of_all(x, m, train):
    w = m * train[:, None]
    mu = (w * x).sum((0, 1)) / w.sum((0, 1))
    sd = np.sqrt((m * (x - mu) ** 2).sum((0, 1)) / m.sum((0, 1)))
    return mu, sd, m * (x - mu) / sd


def w_brackets(x, m, train):
    w = m * train[:, None]
    n = w.sum((0, 1))
    mu = (w * x).sum((0, 1)) / n
    sd = np.sqrt((w * (x - mu) ** 2).sum((0, 1)) / n)
    return mu, sd, m * (x - mu / sd)


def w_min_max(x, m, train):
    v = np.where((m == 1) & (train[:, None] == 1), x, np.nan)
    lo = np.nanmin(v, axis=(0, 1))
    hi = np.nanmax(v, axis=(0, 1))
    u = m * (x - lo) / (hi - lo)
    return lo, hi - lo, u


def w_nan_left(x, m, train):
    v = np.where(m == 1, x, np.nan).astype(x.dtype)
    tr = v[:, train == 1]
    mu = np.nanmean(tr, axis=(0, 1))
    sd = np.nanstd(tr, axis=(0, 1))
    return mu, sd, (v - mu) / sd


def w_keepdims(x, m, train):
    w = m * train[None, :, None]
    n = w.sum(axis=(0, 1), keepdims=True)
    mu = (w * x).sum(axis=(0, 1), keepdims=True) / n
    sd = np.sqrt((w * (x - mu) ** 2).sum(axis=(0, 1), keepdims=True) / n)
    return mu, sd, m * (x - mu) / sd


def w_mean_of_means(x, m, train):
    tr = train == 1
    X, M = x[:, tr], m[:, tr]
    per_seq = (M * X).sum(0) / np.maximum(M.sum(0), 1)
    has = M.sum(0) > 0
    mu = per_seq.sum(0) / has.sum(0)
    mu = mu.astype(x.dtype)
    sd = np.sqrt((M * (X - mu) ** 2).sum((0, 1)) / M.sum((0, 1)))
    return mu, sd, m * (x - mu) / sd


def w_epsilon(x, m, train, eps=1e-3):
    w = m * train[:, None]
    n = w.sum((0, 1))
    mu = (w * x).sum((0, 1)) / n
    var = (w * (x - mu) ** 2).sum((0, 1)) / n
    sd = np.sqrt(var + eps)  # as in BatchNormalization
    return mu, sd, m * (x - mu) / sd


def w_float64_stats(x, m, train):
    T, B, F = x.shape
    mu = np.zeros(F)
    sd = np.zeros(F)
    for f in range(F):
        ok = (m[:, :, f] * train) > 0
        mu[f] = x[:, :, f][ok].mean()
        sd[f] = x[:, :, f][ok].std()
    return mu, sd, m * (x - mu) / sd


RIGHT = {"einsum": r_einsum, "masked_array": r_masked_array, "running_sums": r_running_sums}
WRONG = {
    "train_is_test": (
        w_train_is_test,
        "train is turned round: the numbers come from the test sequences.",
        "What does a 1 in train mean?",
    ),
    "train_along_time": (
        w_train_along_time,
        "train selects along the first axis, the time, instead of the examples.",
        "Which axis of x is the sequences? Which one does x[sel] pick from?",
    ),
    "zeros_in_spread": (
        w_zeros_in_spread,
        "Gaps and test sequences, set to 0, enter the spread: the weight is inside the square, not outside.",
        "What does an entry of weight 0 add to your sum of squares?",
    ),
    "median": (
        w_median,
        "Median and median absolute deviation are used instead of mean and standard deviation.",
        "Which two statistics do the formulas define?",
    ),
    "spread_of_all": (
        w_spread_of_all,
        "The spread also uses the test sequences; the mean does not.",
        "Your mean is from the right values. Are those of the spread the same?",
    ),
    "brackets": (
        w_brackets,
        "A bracket is misplaced: only the mean is divided by sd.",
        "In which order does Python work out your u?",
    ),
    "min_max": (
        w_min_max,
        "Values are scaled by minimum and range, not standardised.",
        "Which scaling does the task define: by range or by spread around the mean?",
    ),
    "nan_left": (
        w_nan_left,
        "u is NaN where nothing was observed, instead of 0.",
        "What stands in your u at a gap, and what stands for the mean?",
    ),
    "keepdims": (
        w_keepdims,
        "Mean and sd have the shape (1, 1, F) because of keepdims.",
        "Print the shape of the mean and compare it with (F,).",
    ),
    "mean_of_means": (
        w_mean_of_means,
        "The mean is the mean of the sequences' means, each sequence counting the same.",
        "Does a sequence with ten observations weigh as much in the formula as one with two?",
    ),
    "epsilon": (
        w_epsilon,
        "An epsilon of 0.001 is added to the variance, as batch normalisation does.",
        "Is there anything under the root that the formula does not have?",
    ),
    "float64_stats": (
        w_float64_stats,
        "Mean and spread are collected in float64 arrays, so results for float32 are float64.",
        "What dtype does np.zeros(F) have, and what dtype came in?",
    ),
}
