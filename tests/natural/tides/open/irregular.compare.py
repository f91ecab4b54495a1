"""irregular.compare"""

import numpy as np


def rmse(filled, x, hidden):
    return np.sqrt((hidden * (filled - x) ** 2).sum() / hidden.sum())


def ffill(x, left, start):
    out = np.empty_like(x)
    last = np.broadcast_to(start, x.shape[1:])
    for t in range(len(x)):
        last = np.where(left[t], x[t], last)
        out[t] = last
    return out


def interp(time, x, left, mu):
    out = np.empty_like(x)
    for b in range(x.shape[1]):
        for f in range(x.shape[2]):
            k = np.flatnonzero(left[:, b, f])
            if len(k) == 0:
                out[:, b, f] = mu[f]
            else:
                out[:, b, f] = np.interp(time[:, b], time[k, b], x[k, b, f])
    return out


def r_helpers(time, x, m, hidden):
    left = (m == 1) & (hidden == 0)
    mu = np.where(left, x, 0).sum((0, 1)) / left.sum((0, 1)).astype(x.dtype)
    a = np.where(left, x, mu)
    f = ffill(x, left, mu)
    line = interp(time, x, left, mu)
    return a, f, line, np.array([rmse(y, x, hidden) for y in (a, f, line)])


def r_search_neighbours(time, x, m, hidden):
    T, B, F = x.shape
    left = m * (1 - hidden)
    mean, forward, line = x.copy(), x.copy(), x.copy()
    for f in range(F):
        mu = (left[:, :, f] * x[:, :, f]).sum() / left[:, :, f].sum()
        for b in range(B):
            for t in range(T):
                if left[t, b, f] == 1:
                    continue
                mean[t, b, f] = mu
                before = [k for k in range(t) if left[k, b, f] == 1]
                after = [k for k in range(t + 1, T) if left[k, b, f] == 1]
                forward[t, b, f] = x[before[-1], b, f] if before else mu
                if before and after:
                    p, q = before[-1], after[0]
                    part = (time[t, b] - time[p, b]) / (time[q, b] - time[p, b])
                    line[t, b, f] = x[p, b, f] + part * (x[q, b, f] - x[p, b, f])
                elif before:
                    line[t, b, f] = x[before[-1], b, f]
                elif after:
                    line[t, b, f] = x[after[0], b, f]
                else:
                    line[t, b, f] = mu
    R = np.zeros(3, dtype=x.dtype)
    for i, y in enumerate([mean, forward, line]):
        R[i] = np.sqrt(np.mean((y[hidden == 1] - x[hidden == 1]) ** 2))
    return mean, forward, line, R


def r_vectorised(time, x, m, hidden):
    left = (m > hidden)
    T = len(x)
    w = left.astype(x.dtype)
    mu = np.einsum("tbf,tbf->f", w, x) / w.sum(axis=(0, 1))
    i = np.arange(T)[:, None, None]
    a = np.maximum.accumulate(np.where(left, i, -1), axis=0)
    b = np.minimum.accumulate(np.where(left, i, T)[::-1], axis=0)[::-1]
    s = np.broadcast_to(time[:, :, None], x.shape)
    take = lambda arr, k: np.take_along_axis(arr, np.clip(k, 0, T - 1), axis=0)
    xa, xb, sa, sb = take(x, a), take(x, b), take(s, a), take(s, b)
    gap = np.where(sb > sa, sb - sa, 1)
    inner = xa + (s - sa) / gap * (xb - xa)
    line = np.where(a < 0, np.where(b >= T, mu, xb), np.where(b >= T, xa, inner))
    line = np.where(left, x, line)
    forward = np.where(a < 0, mu, xa)
    mean = np.where(left, x, mu)
    R = np.sqrt(np.stack([((y - x) ** 2 * hidden).sum() for y in (mean, forward, line)]) / hidden.sum())
    return mean, forward, line, R


def w_hidden_still_known(time, x, m, hidden):
    left = m == 1
    mu = np.where(left, x, 0).sum((0, 1)) / left.sum((0, 1)).astype(x.dtype)
    fills = [np.where(left, x, mu), ffill(x, left, mu), interp(time, x, left, mu)]
    return *fills, np.array([rmse(y, x, hidden) for y in fills])


def w_mean_per_patient(time, x, m, hidden):
    left = m * (1 - hidden)
    n = left.sum(axis=0)
    overall = (left * x).sum((0, 1)) / left.sum((0, 1))
    mu = np.where(n > 0, (left * x).sum(axis=0) / np.maximum(n, 1), overall)
    fills = [np.where(left == 1, x, mu), ffill(x, left == 1, overall), interp(time, x, left == 1, overall)]
    return *fills, np.array([rmse(y, x, hidden) for y in fills])


def w_line_by_index(time, x, m, hidden):
    left = (m == 1) & (hidden == 0)
    mu = np.where(left, x, 0).sum((0, 1)) / left.sum((0, 1)).astype(x.dtype)
    T, B, F = x.shape
    line = np.empty_like(x)
    for b in range(B):
        for f in range(F):
            k = np.flatnonzero(left[:, b, f])
            line[:, b, f] = np.interp(range(T), k, x[k, b, f]) if len(k) else mu[f]
    fills = [np.where(left, x, mu), ffill(x, left, mu), line]
    return *fills, np.array([rmse(y, x, hidden) for y in fills])


def w_error_over_all_cells(time, x, m, hidden):
    left = (m == 1) & (hidden == 0)
    mu = np.where(left, x, 0).sum((0, 1)) / left.sum((0, 1)).astype(x.dtype)
    fills = [np.where(left, x, mu), ffill(x, left, mu), interp(time, x, left, mu)]
    R = [np.sqrt(np.mean(hidden * (y - x) ** 2)) for y in fills]
    return *fills, np.array(R)


def w_mse(time, x, m, hidden):
    left = (m == 1) & (hidden == 0)
    mu = np.where(left, x, 0).sum((0, 1)) / left.sum((0, 1)).astype(x.dtype)
    fills = [np.where(left, x, mu), ffill(x, left, mu), interp(time, x, left, mu)]
    h = hidden == 1
    return *fills, np.array([((y[h] - x[h]) ** 2).mean() for y in fills])


def w_error_on_observed(time, x, m, hidden):
    left = (m == 1) & (hidden == 0)
    mu = np.where(left, x, 0).sum((0, 1)) / left.sum((0, 1)).astype(x.dtype)
    fills = [np.where(left, x, mu), ffill(x, left, mu), interp(time, x, left, mu)]
    return *fills, np.array([rmse(y, x, m) for y in fills])


def w_forward_from_zero(time, x, m, hidden):
    left = (m == 1) & (hidden == 0)
    mu = np.where(left, x, 0).sum((0, 1)) / left.sum((0, 1)).astype(x.dtype)
    fills = [np.where(left, x, mu), ffill(x, left, 0), interp(time, x, left, mu)]
    return *fills, np.array([rmse(y, x, hidden) for y in fills])


def w_ffill_then_bfill(time, x, m, hidden):
    left = (m == 1) & (hidden == 0)
    mu = np.where(left, x, 0).sum((0, 1)) / left.sum((0, 1)).astype(x.dtype)
    # df.ffill().bfill().fillna(mean)
    first = np.where(left.any(0), np.take_along_axis(x, left.argmax(0)[None], 0)[0], mu)
    fills = [np.where(left, x, mu), ffill(x, left, first), interp(time, x, left, mu)]
    return *fills, np.array([rmse(y, x, hidden) for y in fills])


def w_ends_are_mean(time, x, m, hidden):
    left = (m == 1) & (hidden == 0)
    mu = np.where(left, x, 0).sum((0, 1)) / left.sum((0, 1)).astype(x.dtype)
    line = np.empty_like(x)
    for b in range(x.shape[1]):
        for f in range(x.shape[2]):
            k = left[:, b, f]
            if not k.any():
                line[:, b, f] = mu[f]
                continue
            line[:, b, f] = np.interp(time[:, b], time[k, b], x[k, b, f], left=mu[f], right=mu[f])
    fills = [np.where(left, x, mu), ffill(x, left, mu), line]
    return *fills, np.array([rmse(y, x, hidden) for y in fills])


def w_errors_sorted(time, x, m, hidden):
    left = (m == 1) & (hidden == 0)
    mu = np.where(left, x, 0).sum((0, 1)) / left.sum((0, 1)).astype(x.dtype)
    fills = [np.where(left, x, mu), ffill(x, left, mu), interp(time, x, left, mu)]
    # the best one first
    return *fills, np.sort([rmse(y, x, hidden) for y in fills])


def w_hides_in_x(time, x, m, hidden):
    truth = x.copy()
    x[hidden == 1] = np.nan
    x[m == 0] = np.nan
    left = ~np.isnan(x)
    mu = np.nanmean(x, axis=(0, 1))
    fills = [np.where(left, x, mu), ffill(x, left, mu), interp(time, x, left, mu)]
    return *fills, np.array([rmse(y, truth, hidden) for y in fills])


def w_zeros_of_shape(time, x, m, hidden):
    left = (m == 1) & (hidden == 0)
    T, B, F = x.shape
    mean, forward, line = np.zeros((3, T, B, F))
    for f in range(F):
        mu = x[:, :, f][left[:, :, f]].mean()
        for b in range(B):
            k = np.flatnonzero(left[:, b, f])
            last = mu
            for t in range(T):
                if left[t, b, f]:
                    last = x[t, b, f]
                mean[t, b, f] = x[t, b, f] if left[t, b, f] else mu
                forward[t, b, f] = last
            line[:, b, f] = np.interp(time[:, b], time[k, b], x[k, b, f]) if len(k) else mu
    return mean, forward, line, np.array([rmse(y, x, hidden) for y in (mean, forward, line)])


RIGHT = {"helpers": r_helpers, "search_neighbours": r_search_neighbours, "vectorised": r_vectorised}
WRONG = {
    "hidden_still_known": (
        w_hidden_still_known,
        "The hidden values are never hidden: the fillings know them, and the errors are 0.",
        "Can an error of exactly 0 be true for all three? Which values may a filling use?",
    ),
    "mean_per_patient": (
        w_mean_per_patient,
        "The mean filling uses the mean of each example instead of that of all examples together.",
        "How many means are there for one feature? Read point 1 to its end.",
    ),
    "line_by_index": (
        w_line_by_index,
        "The straight line runs over the step numbers, not over the times.",
        "What stands on the horizontal axis of your interpolation?",
    ),
    "error_over_all_cells": (
        w_error_over_all_cells,
        "The sum of squares is divided by all T · B · F cells instead of the number of the hidden ones.",
        "How many values does your mean count, and how many are hidden?",
    ),
    "mse": (
        w_mse,
        "The root is missing in R.",
        "Compare your R with the formula: in which unit should the error be?",
    ),
    "error_on_observed": (
        w_error_on_observed,
        "The error is taken over all observed values, also those that are left and have no error.",
        "On which values can a filling fail at all? Which weight stands in R?",
    ),
    "forward_from_zero": (
        w_forward_from_zero,
        "Forward filling starts from 0 where no value came before.",
        "What does point 2 say for steps before the first value left?",
    ),
    "ffill_then_bfill": (
        w_ffill_then_bfill,
        "Before the first value left, forward filling takes that value from the future instead of the mean.",
        "In forward, does a filling know a value that comes later?",
    ),
    "ends_are_mean": (
        w_ends_are_mean,
        "The line filling uses the mean before the first and after the last value left.",
        "What does the line do outside its outermost values? Look at your call's options.",
    ),
    "errors_sorted": (
        w_errors_sorted,
        "The errors are sorted by size, so they no longer stand in the order of the fillings.",
        "How does the reader know which error belongs to which filling?",
    ),
    "hides_in_x": (
        w_hides_in_x,
        "The values are hidden by writing NaN into the caller's x.",
        "Look at x after the call.",
    ),
    "zeros_of_shape": (
        w_zeros_of_shape,
        "The filled arrays are float64 for float32 arguments.",
        "Which dtype do your arrays begin with?",
    ),
}
