"""irregular.standardise"""

import numpy as np


def r_weights(x, m, train):
    w = train[None, :, None] * m
    n = w.sum(axis=(0, 1))
    x_mean = (w * x).sum(axis=(0, 1)) / n
    sd = np.sqrt((w * (x - x_mean) ** 2).sum(axis=(0, 1)) / n)
    return x_mean, sd, m * (x - x_mean) / sd


def r_feature_by_feature(x, m, train):
    u = np.zeros_like(x)
    means, sds = [], []
    for f in range(x.shape[2]):
        known = (m[:, :, f] == 1) & (train == 1)
        values = x[:, :, f][known]
        mu = values.mean()
        s = values.std()
        obs = m[:, :, f] == 1
        u[:, :, f][obs] = (x[:, :, f][obs] - mu) / s
        means.append(mu)
        sds.append(s)
    return np.array(means, dtype=x.dtype), np.array(sds, dtype=x.dtype), u


def r_nan(x, m, train):
    v = np.where(m == 1, x, np.nan)
    tr = v[:, train == 1, :]
    mu = np.nanmean(tr, axis=(0, 1))
    sd = np.nanstd(tr, axis=(0, 1))
    u = (v - mu) / sd
    return mu, sd, np.nan_to_num(u, nan=0.0)


def w_test_peeked(x, m, train):
    n = m.sum(axis=(0, 1))
    mu = (m * x).sum(axis=(0, 1)) / n
    sd = np.sqrt((m * (x - mu) ** 2).sum(axis=(0, 1)) / n)
    return mu, sd, m * (x - mu) / sd


def w_gaps_in_mean(x, m, train):
    tr = x[:, train == 1]
    mu = tr.mean(axis=(0, 1))
    sd = tr.std(axis=(0, 1))
    return mu, sd, m * (x - mu) / sd


def w_n_minus_one(x, m, train):
    w = m * train[:, None]
    n = w.sum((0, 1))
    mu = (w * x).sum((0, 1)) / n
    # sd() as in R
    sd = np.sqrt((w * (x - mu) ** 2).sum((0, 1)) / (n - 1))
    return mu, sd, m * (x - mu) / sd


def w_variance(x, m, train):
    w = m * train[:, None]
    n = w.sum((0, 1))
    mu = (w * x).sum((0, 1)) / n
    sd = (w * (x - mu) ** 2).sum((0, 1)) / n
    return mu, sd, m * (x - mu) / sd


def w_u_unmasked(x, m, train):
    w = m * train[:, None]
    n = w.sum((0, 1))
    mu = (w * x).sum((0, 1)) / n
    sd = np.sqrt((w * (x - mu) ** 2).sum((0, 1)) / n)
    u = (x - mu) / sd
    return mu, sd, u


def w_test_left_zero(x, m, train):
    w = m * train[:, None]
    n = w.sum((0, 1))
    mu = (w * x).sum((0, 1)) / n
    sd = np.sqrt((w * (x - mu) ** 2).sum((0, 1)) / n)
    return mu, sd, w * (x - mu) / sd


def w_each_patient_alone(x, m, train):
    w = m * train[:, None]
    n = np.maximum(m.sum(axis=0), 1)
    mu = (m * x).sum(axis=0) / n
    sd = np.sqrt((m * (x - mu) ** 2).sum(axis=0) / n)
    sd = np.where(sd == 0, 1, sd)
    return mu, sd, m * (x - mu) / sd


def w_one_mean_for_all(x, m, train):
    w = m * train[:, None]
    mu = (w * x).sum() / w.sum()
    sd = np.sqrt((w * (x - mu) ** 2).sum() / w.sum())
    F = x.shape[2]
    u = m * (x - mu) / sd
    return np.full(F, mu, x.dtype), np.full(F, sd, x.dtype), u


def w_by_cells(x, m, train):
    T, B, F = x.shape
    w = m * train[:, None]
    mu = (w * x).sum((0, 1)) / (T * B)
    sd = np.sqrt((w * (x - mu) ** 2).sum((0, 1)) / (T * B))
    return mu, sd, m * (x - mu) / sd


def w_mask_is_missing(x, m, train):
    v = x.copy()
    v[m == 1] = np.nan
    tr = v[:, train == 1]
    mu = np.nanmean(tr, axis=(0, 1))
    sd = np.nanstd(tr, axis=(0, 1))
    return mu, sd, np.nan_to_num((v - mu) / sd)


def w_in_place(x, m, train):
    w = m * train[:, None]
    n = w.sum((0, 1))
    mu = (w * x).sum((0, 1)) / n
    x -= mu
    sd = np.sqrt((w * x**2).sum((0, 1)) / n)
    x /= sd
    x *= m
    return mu, sd, x


def w_rms(x, m, train):
    w = m * train[:, None]
    n = w.sum((0, 1))
    mu = (w * x).sum((0, 1)) / n
    sd = np.sqrt((w * x**2).sum((0, 1)) / n)
    return mu, sd, m * (x - mu) / sd


RIGHT = {"weights": r_weights, "feature_by_feature": r_feature_by_feature, "nan": r_nan}
WRONG = {
    "test_peeked": (
        w_test_peeked,
        "Mean and spread come from all sequences; train is not used.",
        "Which sequences may the two numbers come from? Look for the argument you have not used.",
    ),
    "gaps_in_mean": (
        w_gaps_in_mean,
        "What stands in gaps of the training sequences enters mean and spread.",
        "Which entries of a training sequence mean something? Change x where m is 0 and see whether your mean changes.",
    ),
    "n_minus_one": (
        w_n_minus_one,
        "The variance is divided by n - 1, as R and pandas do.",
        "Compare the denominator of your standard deviation with the formula.",
    ),
    "variance": (
        w_variance,
        "The root is missing: sd is the variance.",
        "In which unit is your sd, compared with x?",
    ),
    "u_unmasked": (
        w_u_unmasked,
        "u is not set to 0 where nothing was observed.",
        "What should u be where m is 0?",
    ),
    "test_left_zero": (
        w_test_left_zero,
        "u is masked with train as well, so the test sequences are all 0.",
        "Which weight stands in the formula of u: w or m?",
    ),
    "each_patient_alone": (
        w_each_patient_alone,
        "Mean and spread are taken of each sequence for itself, of shape (B, F).",
        "How many means should there be: one per feature, or one per feature and sequence? Over which axes do you sum?",
    ),
    "one_mean_for_all": (
        w_one_mean_for_all,
        "One mean and one spread are computed over all features together.",
        "Pulse and temperature have different means. Which axes does the sum in the formula run over?",
    ),
    "by_cells": (
        w_by_cells,
        "The sums are divided by T · B, not by the number of what was observed.",
        "By how many values must a sum of the observed ones be divided?",
    ),
    "mask_is_missing": (
        w_mask_is_missing,
        "The mask is turned: what was observed is thrown away, and the gaps are used.",
        "What does a 1 in m mean?",
    ),
    "in_place": (
        w_in_place,
        "x is standardised in place, so the caller's array changes.",
        "What do operators such as -= do to the caller's array?",
    ),
    "rms": (
        w_rms,
        "The mean is not taken off before squaring: sd is the root mean square.",
        "From what are the deviations in the sd measured?",
    ),
}
