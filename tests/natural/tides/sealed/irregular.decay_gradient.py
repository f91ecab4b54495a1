"""irregular.decay_gradient"""

import numpy as np


def r_einsum_sums(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    pre = np.einsum("f,tbf->tbf", w_x, delta) + b_x
    active = (pre > 0).astype(pre.dtype)
    gamma = np.exp(-pre * active)
    gap = 1 - m
    dw = -np.einsum("tbf,tbf,tbf,tbf,tbf,tbf->f", dx_hat, gap, x_last - x_mean, gamma, active, delta)
    db = -np.einsum("tbf,tbf,tbf,tbf,tbf->f", dx_hat, gap, x_last - x_mean, gamma, active)
    dmean = np.einsum("tbf,tbf,tbf->f", dx_hat, gap, 1 - gamma)
    return dw, db, dmean, dx_hat * gap * gamma


def r_backward_list(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    dw = db = dmu = 0
    dlast = []
    for t in reversed(range(len(m))):
        a = delta[t] * w_x + b_x
        g = np.exp(-np.maximum(a, 0))
        dg = (1 - m[t]) * dx_hat[t] * (x_last[t] - x_mean)
        da = dg * g * -1
        da[a <= 0] = 0
        dw = dw + np.sum(da * delta[t], axis=0)
        db = db + np.sum(da, axis=0)
        dmu = dmu + np.sum((1 - m[t]) * dx_hat[t] * (1 - g), axis=0)
        dlast.append((1 - m[t]) * dx_hat[t] * g)
    return dw, db, dmu, np.array(dlast[::-1])


def r_flattened(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    F = w_x.size
    flat = lambda v: v.reshape(-1, F)
    D, M, L = flat(delta), flat(m), flat(x_last)
    G = np.where(M == 0, flat(dx_hat), 0)
    a = D * w_x + b_x
    gam = np.where(a > 0, np.exp(-np.abs(a)), 1)
    s = np.where(a > 0, G * gam * (x_mean - L), 0)
    ones = np.ones(len(D), dtype=D.dtype)
    return np.diag(s.T @ D).copy(), ones @ s, ones @ (G - G * gam), (G * gam).reshape(m.shape)


def parts(delta, w_x, b_x):
    a = w_x * delta + b_x
    return a, np.exp(-np.maximum(0, a))


def w_last_unmasked(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a, g = parts(delta, w_x, b_x)
    q = (1 - m) * dx_hat
    da = -q * (x_last - x_mean) * g * (a > 0)
    return np.sum(da * delta, (0, 1)), np.sum(da, (0, 1)), np.sum(q * (1 - g), (0, 1)), g * dx_hat


def w_last_gets_rest(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a, g = parts(delta, w_x, b_x)
    q = (1 - m) * dx_hat
    da = -q * (x_last - x_mean) * g * (a > 0)
    return np.sum(da * delta, (0, 1)), np.sum(da, (0, 1)), np.sum(q * (1 - g), (0, 1)), (1 - g) * q


def w_slope_at_zero(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a, g = parts(delta, w_x, b_x)
    q = (1 - m) * dx_hat
    da = -q * (x_last - x_mean) * g
    da[a < 0] = 0
    return np.sum(da * delta, (0, 1)), np.sum(da, (0, 1)), np.sum(q * (1 - g), (0, 1)), g * q


def w_sign_of_w_decides(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a, g = parts(delta, w_x, b_x)
    q = (1 - m) * dx_hat
    da = -q * (x_last - x_mean) * g * (w_x > 0)
    return np.sum(da * delta, (0, 1)), np.sum(da, (0, 1)), np.sum(q * (1 - g), (0, 1)), g * q


def w_mean_of_observed_too(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a, g = parts(delta, w_x, b_x)
    q = (1 - m) * dx_hat
    da = -q * (x_last - x_mean) * g * (a > 0)
    return np.sum(da * delta, (0, 1)), np.sum(da, (0, 1)), np.sum(dx_hat * (1 - g), (0, 1)), g * q


def w_through_time(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a, g = parts(delta, w_x, b_x)
    q = (1 - m) * dx_hat
    da = -q * (x_last - x_mean) * g * (a > 0)
    dlast = g * q
    # x_last of step t is also x_last of step t + 1 where nothing is observed
    for t in range(len(m) - 2, -1, -1):
        dlast[t] += (1 - m[t]) * dlast[t + 1]
    return np.sum(da * delta, (0, 1)), np.sum(da, (0, 1)), np.sum(q * (1 - g), (0, 1)), dlast


def w_last_summed(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a, g = parts(delta, w_x, b_x)
    q = (1 - m) * dx_hat
    da = -q * (x_last - x_mean) * g * (a > 0)
    return tuple(np.sum(v, axis=(0, 1)) for v in (da * delta, da, q * (1 - g), g * q))


def w_forward_difference(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    h = 1e-3

    def L(w, b, mu):
        g = np.exp(-np.maximum(0, w * delta + b))
        return np.sum(dx_hat * (1 - m) * (g * x_last + (1 - g) * mu), axis=(0, 1))

    base = L(w_x, b_x, x_mean)
    g = np.exp(-np.maximum(0, w_x * delta + b_x))
    return (
        (L(w_x + h, b_x, x_mean) - base) / h,
        (L(w_x, b_x + h, x_mean) - base) / h,
        (L(w_x, b_x, x_mean + h) - base) / h,
        dx_hat * (1 - m) * g,
    )


def w_gamma_not_capped(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a = w_x * delta + b_x
    g = np.exp(-a)
    q = (1 - m) * dx_hat
    da = -q * (x_last - x_mean) * g * (a > 0)
    return np.sum(da * delta, (0, 1)), np.sum(da, (0, 1)), np.sum(q * (1 - g), (0, 1)), g * q


def w_last_time_wins(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    dlast = np.zeros_like(x_last)
    for t in range(len(m)):
        a, g = parts(delta[t], w_x, b_x)
        q = (1 - m[t]) * dx_hat[t]
        da = -q * (x_last[t] - x_mean) * g * (a > 0)
        dw = np.sum(da * delta[t], axis=0)
        db = np.sum(da, axis=0)
        dmu = np.sum(q * (1 - g), axis=0)
        dlast[t] = g * q
    return dw, db, dmu, dlast


def w_per_gap(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a, g = parts(delta, w_x, b_x)
    q = (1 - m) * dx_hat
    n = np.maximum((1 - m).sum((0, 1)), 1)
    da = -q * (x_last - x_mean) * g * (a > 0)
    return np.sum(da * delta, (0, 1)) / n, np.sum(da, (0, 1)) / n, np.sum(q * (1 - g), (0, 1)) / n, g * q


def w_masks_argument(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a = w_x * delta + b_x
    gamma = np.exp(-np.maximum(0, a))
    dx_hat[m == 1] = 0
    da = -dx_hat * (x_last - x_mean) * gamma * (a > 0)
    dmean = (dx_hat * (1 - gamma)).sum((0, 1))
    return (da * delta).sum((0, 1)), da.sum((0, 1)), dmean, dx_hat * gamma


RIGHT = {"einsum_sums": r_einsum_sums, "backward_list": r_backward_list, "flattened": r_flattened}
WRONG = {
    "last_unmasked": (
        w_last_unmasked,
        "The factor 1 - m is missing in dx_last.",
        "Does x_hat depend on x_last at a step where a value was observed?",
    ),
    "last_gets_rest": (
        w_last_gets_rest,
        "dx_last has the factor 1 - gamma, which is that of the mean.",
        "By which factor is x_last multiplied in x_hat?",
    ),
    "slope_at_zero": (
        w_slope_at_zero,
        "Where w δ + b is exactly 0 the slope of the exponential is used instead of 0.",
        "What does the task say of w δ + b equal to 0? Compare your inequality.",
    ),
    "sign_of_w_decides": (
        w_sign_of_w_decides,
        "Whether gamma rests is decided by the sign of w, not by that of w δ + b.",
        "What exactly stands in max(0, ·), and of what must you ask the sign?",
    ),
    "mean_of_observed_too": (
        w_mean_of_observed_too,
        "The factor 1 - m is missing in the gradient of the mean.",
        "Does an observed value depend on the mean?",
    ),
    "through_time": (
        w_through_time,
        "dx_last also carries back the gradients of later steps, as if x_last came from one another.",
        "Is x_last an argument of its own at each step here, or computed from the one before?",
    ),
    "last_summed": (
        w_last_summed,
        "dx_last is summed over steps and examples like the others.",
        "There is an x_last for each step and example. How many gradients are there?",
    ),
    "forward_difference": (
        w_forward_difference,
        "The gradients are approximated by forward differences with a step of 0.001.",
        "How exact is a forward difference? The derivatives can be written down.",
    ),
    "gamma_not_capped": (
        w_gamma_not_capped,
        "gamma is computed without max, so where it should rest at 1 it is greater.",
        "Print the greatest gamma. What should its bound be?",
    ),
    "last_time_wins": (
        w_last_time_wins,
        "The gradients are overwritten at each step instead of added up, so that the last step remains.",
        "What happens to the contribution of step 1 when your loop comes to step 2?",
    ),
    "per_gap": (
        w_per_gap,
        "The gradients are divided by the number of gaps.",
        "Sum or mean: which one does the task ask for?",
    ),
    "masks_argument": (
        w_masks_argument,
        "dx_hat is set to 0 in place where m is 1.",
        "What does the caller's dx_hat hold after the call?",
    ),
}
