"""irregular.decay_gradient"""

import numpy as np


def r_chain_rule(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a = w_x * delta + b_x
    gamma = np.exp(-np.maximum(0, a))
    dfill = dx_hat * (1 - m)
    dgamma = dfill * (x_last - x_mean)
    da = np.where(a > 0, -gamma * dgamma, 0)
    dw = (da * delta).sum(axis=(0, 1))
    db = da.sum(axis=(0, 1))
    dmean = (dfill * (1 - gamma)).sum(axis=(0, 1))
    return dw, db, dmean, dfill * gamma


def r_loops(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    T, B, F = m.shape
    dw, db, dmu = np.zeros_like(w_x), np.zeros_like(b_x), np.zeros_like(x_mean)
    dlast = np.zeros_like(x_last)
    for t in range(T):
        for i in range(B):
            for f in range(F):
                if m[t, i, f] == 1:
                    continue
                a = w_x[f] * delta[t, i, f] + b_x[f]
                g = dx_hat[t, i, f]
                if a > 0:
                    gam = np.exp(-a)
                    s = -g * gam * (x_last[t, i, f] - x_mean[f])
                    dw[f] += s * delta[t, i, f]
                    db[f] += s
                else:
                    gam = 1.0
                dmu[f] += g * (1 - gam)
                dlast[t, i, f] = g * gam
    return dw, db, dmu, dlast


def r_complex_step(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    eps = 1e-30

    def loss(w, b, mu):
        a = w * delta + b
        g = np.exp(-np.where(a.real > 0, a, 0))
        return (dx_hat * (1 - m) * (g * x_last + (1 - g) * mu)).sum(axis=(0, 1))

    w, b, mu = (v.astype(complex) for v in (w_x, b_x, x_mean))
    dw = loss(w + 1j * eps, b, mu).imag / eps
    db = loss(w, b + 1j * eps, mu).imag / eps
    dmu = loss(w, b, mu + 1j * eps).imag / eps
    gamma = np.exp(-np.maximum(0, w_x * delta + b_x))
    return *(v.astype(w_x.dtype) for v in (dw, db, dmu)), dx_hat * (1 - m) * gamma


def w_kink_ignored(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    gamma = np.exp(-np.maximum(0, w_x * delta + b_x))
    q = dx_hat * (1 - m)
    da = -q * (x_last - x_mean) * gamma
    return (da * delta).sum((0, 1)), da.sum((0, 1)), (q * (1 - gamma)).sum((0, 1)), q * gamma


def w_minus_lost(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a = w_x * delta + b_x
    gamma = np.exp(-np.maximum(0, a))
    q = dx_hat * (1 - m)
    da = q * (x_last - x_mean) * gamma * (a > 0)
    return (da * delta).sum((0, 1)), da.sum((0, 1)), (q * (1 - gamma)).sum((0, 1)), q * gamma


def w_no_mask(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a = w_x * delta + b_x
    gamma = np.exp(-np.maximum(0, a))
    da = -dx_hat * (x_last - x_mean) * gamma * (a > 0)
    dmean = (dx_hat * (1 - gamma)).sum((0, 1))
    return (da * delta).sum((0, 1)), da.sum((0, 1)), dmean, dx_hat * gamma


def w_mask_turned(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a = w_x * delta + b_x
    gamma = np.exp(-np.maximum(0, a))
    q = dx_hat * m
    da = -q * (x_last - x_mean) * gamma * (a > 0)
    return (da * delta).sum((0, 1)), da.sum((0, 1)), (q * (1 - gamma)).sum((0, 1)), q * gamma


def w_mean_over_batch(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a = w_x * delta + b_x
    gamma = np.exp(-np.maximum(0, a))
    q = dx_hat * (1 - m)
    da = -q * (x_last - x_mean) * gamma * (a > 0)
    total = lambda v: v.sum(axis=0).mean(axis=0)
    return total(da * delta), total(da), total(q * (1 - gamma)), q * gamma


def w_per_example(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a = w_x * delta + b_x
    gamma = np.exp(-np.maximum(0, a))
    q = dx_hat * (1 - m)
    da = -q * (x_last - x_mean) * gamma * (a > 0)
    return (da * delta).sum(0), da.sum(0), (q * (1 - gamma)).sum(0), q * gamma


def w_delta_left_out(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a = w_x * delta + b_x
    gamma = np.exp(-np.maximum(0, a))
    q = dx_hat * (1 - m)
    da = -q * (x_last - x_mean) * gamma * (a > 0)
    dw = db = da.sum((0, 1))
    return dw, db, (q * (1 - gamma)).sum((0, 1)), q * gamma


def w_exp_derived_away(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a = w_x * delta + b_x
    gamma = np.exp(-np.maximum(0, a))
    q = dx_hat * (1 - m)
    da = -q * (x_last - x_mean) * (a > 0)
    return (da * delta).sum((0, 1)), da.sum((0, 1)), (q * (1 - gamma)).sum((0, 1)), q * gamma


def w_mean_minus_last(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a = w_x * delta + b_x
    gamma = np.exp(-np.maximum(0, a))
    q = dx_hat * (1 - m)
    dgamma = q * (x_mean - x_last)
    da = -dgamma * gamma * (a > 0)
    return (da * delta).sum((0, 1)), da.sum((0, 1)), (q * (1 - gamma)).sum((0, 1)), q * gamma


def w_mean_gets_gamma(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a = w_x * delta + b_x
    gamma = np.exp(-np.maximum(0, a))
    q = dx_hat * (1 - m)
    da = -q * (x_last - x_mean) * gamma * (a > 0)
    return (da * delta).sum((0, 1)), da.sum((0, 1)), (q * gamma).sum((0, 1)), q * gamma


def w_zeros_f(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    T, B, F = m.shape
    dw, db, dmu = np.zeros(F), np.zeros(F), np.zeros(F)
    dlast = np.zeros((T, B, F))
    for t in range(T):
        a = w_x * delta[t] + b_x
        g = np.exp(-np.maximum(0, a))
        q = dx_hat[t] * (1 - m[t])
        da = -q * (x_last[t] - x_mean) * g * (a > 0)
        dw += (da * delta[t]).sum(0)
        db += da.sum(0)
        dmu += (q * (1 - g)).sum(0)
        dlast[t] = q * g
    return dw, db, dmu, dlast


def w_mean_left_out(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a = w_x * delta + b_x
    g = np.exp(-np.maximum(0, a))
    q = (1 - m) * dx_hat
    da = -q * x_last * g * (a > 0)
    return np.sum(da * delta, (0, 1)), np.sum(da, (0, 1)), np.sum(q * (1 - g), (0, 1)), g * q


RIGHT = {"chain_rule": r_chain_rule, "loops": r_loops, "complex_step": r_complex_step}
WRONG = {
    "kink_ignored": (
        w_kink_ignored,
        "The slope is not set to 0 where w δ + b is 0 or less.",
        "What is the slope of max(0, a) for a negative a?",
    ),
    "minus_lost": (
        w_minus_lost,
        "The minus from the exponent is missing in the gradients of w and b.",
        "Does gamma grow or fall with w? Look at the inner derivative of exp(-a).",
    ),
    "no_mask": (
        w_no_mask,
        "Observed entries contribute to the gradients too.",
        "Does x_hat depend on gamma where m is 1?",
    ),
    "mask_turned": (
        w_mask_turned,
        "The gradients flow where m is 1, not where it is 0.",
        "At which entries does x_hat depend on x_last? Which factor stands before the bracket?",
    ),
    "mean_over_batch": (
        w_mean_over_batch,
        "The gradients are averaged over the examples instead of summed.",
        "What does the task say of the sum over examples? What does dx_hat contain already?",
    ),
    "per_example": (
        w_per_example,
        "The sum runs over the steps only; the gradients are (B, F).",
        "All examples share w. Which shape has the gradient of w?",
    ),
    "delta_left_out": (
        w_delta_left_out,
        "The factor delta is missing in the gradient of w: it equals that of b.",
        "How much does w δ + b change when w does, and how much when b does?",
    ),
    "exp_derived_away": (
        w_exp_derived_away,
        "The factor gamma is missing in the derivative of the exponential.",
        "What is the derivative of exp(-a)?",
    ),
    "mean_minus_last": (
        w_mean_minus_last,
        "The derivative with respect to gamma has the wrong sign: mean minus last.",
        "Write out the bracket and collect the terms with gamma. Which sign has the mean?",
    ),
    "mean_gets_gamma": (
        w_mean_gets_gamma,
        "The gradient of the mean has the factor gamma instead of 1 - gamma.",
        "By which factor is the mean multiplied in x_hat?",
    ),
    "zeros_f": (
        w_zeros_f,
        "The results are collected in float64 for float32 arguments.",
        "Which dtype do your sums begin with?",
    ),
    "mean_left_out": (
        w_mean_left_out,
        "The derivative with respect to gamma is x_last, without minus the mean.",
        "gamma stands twice in the bracket. Have you derived both?",
    ),
}
