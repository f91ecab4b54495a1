"""irregular.level"""

import numpy as np


def r_filter_loop(time, x, m, a0, P0, q, r):
    T, B = x.shape
    a_pred, P_pred, a, P = (np.zeros_like(x) for _ in range(4))
    for t in range(T):
        if t == 0:
            a_pred[t] = a0
            P_pred[t] = P0
        else:
            a_pred[t] = a[t - 1]
            P_pred[t] = P[t - 1] + q * (time[t] - time[t - 1])
        K = m[t] * P_pred[t] / (P_pred[t] + r)
        a[t] = a_pred[t] + K * (x[t] - a_pred[t])
        P[t] = (1 - K) * P_pred[t]
    return a_pred, P_pred, a, P


def r_precision(time, x, m, a0, P0, q, r):
    # information form: precisions add up
    T, B = x.shape
    out = np.zeros((4, T, B), dtype=x.dtype)
    for b in range(B):
        mean, var = a0[b], P0[b]
        for t in range(T):
            if t > 0:
                var = var + q * (time[t, b] - time[t - 1, b])
            out[0, t, b], out[1, t, b] = mean, var
            if m[t, b] == 1 and var > 0:
                prec = 1 / var + 1 / r
                mean = (mean / var + x[t, b] / r) / prec
                var = 1 / prec
            out[2, t, b], out[3, t, b] = mean, var
    return tuple(out.copy())


def r_lists(time, x, m, a0, P0, q, r):
    ap, Pp, af, Pf = [a0.copy()], [P0.copy()], [], []
    for t in range(len(x)):
        K = Pp[t] / (Pp[t] + r)
        seen = m[t] == 1
        af.append(np.where(seen, ap[t] + K * (x[t] - ap[t]), ap[t]))
        # Joseph form
        Pf.append(np.where(seen, (1 - K) ** 2 * Pp[t] + K**2 * r, Pp[t]))
        if t + 1 < len(x):
            ap.append(af[t])
            Pp.append(Pf[t] + q * (time[t + 1] - time[t]))
    return np.array(ap), np.array(Pp), np.array(af), np.array(Pf)


def w_per_step(time, x, m, a0, P0, q, r):
    a_pred, P_pred, a, P = (np.zeros_like(x) for _ in range(4))
    for t in range(len(x)):
        a_pred[t] = a0 if t == 0 else a[t - 1]
        P_pred[t] = P0 if t == 0 else P[t - 1] + q
        K = P_pred[t] / (P_pred[t] + r)
        a[t] = np.where(m[t] == 1, a_pred[t] + K * (x[t] - a_pred[t]), a_pred[t])
        P[t] = np.where(m[t] == 1, (1 - K) * P_pred[t], P_pred[t])
    return a_pred, P_pred, a, P


def w_frozen_in_gaps(time, x, m, a0, P0, q, r):
    a_pred, P_pred, a, P = (np.zeros_like(x) for _ in range(4))
    T, B = x.shape
    for b in range(B):
        mean, var = a0[b], P0[b]
        for t in range(T):
            if m[t, b] == 0:
                a_pred[t, b] = a[t, b] = mean
                P_pred[t, b] = P[t, b] = var
                continue
            if t > 0:
                var = var + q * (time[t, b] - time[t - 1, b])
            a_pred[t, b], P_pred[t, b] = mean, var
            K = var / (var + r)
            mean = mean + K * (x[t, b] - mean)
            var = (1 - K) * var
            a[t, b], P[t, b] = mean, var
    return a_pred, P_pred, a, P


def w_grows_from_zero(time, x, m, a0, P0, q, r):
    a_pred, P_pred, a, P = (np.zeros_like(x) for _ in range(4))
    last_a, last_P, last_s = a0, P0, 0
    for t in range(len(x)):
        a_pred[t] = last_a
        P_pred[t] = last_P + q * (time[t] - last_s)
        K = P_pred[t] / (P_pred[t] + r)
        a[t] = np.where(m[t] == 1, a_pred[t] + K * (x[t] - a_pred[t]), a_pred[t])
        P[t] = np.where(m[t] == 1, (1 - K) * P_pred[t], P_pred[t])
        last_a, last_P, last_s = a[t], P[t], time[t]
    return a_pred, P_pred, a, P


def w_gain_of_old_variance(time, x, m, a0, P0, q, r):
    a_pred, P_pred, a, P = (np.zeros_like(x) for _ in range(4))
    mean, var = a0, P0
    for t in range(len(x)):
        dt = time[t] - time[t - 1] if t else np.zeros_like(a0)
        K = var / (var + r)
        a_pred[t] = mean
        P_pred[t] = var + q * dt
        mean = np.where(m[t] == 1, mean + K * (x[t] - mean), mean)
        var = np.where(m[t] == 1, (1 - K) * P_pred[t], P_pred[t])
        a[t], P[t] = mean, var
    return a_pred, P_pred, a, P


def w_mask_unused(time, x, m, a0, P0, q, r):
    a_pred, P_pred, a, P = (np.zeros_like(x) for _ in range(4))
    for t in range(len(x)):
        a_pred[t] = a[t - 1] if t else a0
        P_pred[t] = P[t - 1] + q * (time[t] - time[t - 1]) if t else P0
        K = P_pred[t] / (P_pred[t] + r)
        a[t] = a_pred[t] + K * (x[t] - a_pred[t])
        P[t] = (1 - K) * P_pred[t]
    return a_pred, P_pred, a, P


def w_mask_turned(time, x, m, a0, P0, q, r):
    a_pred, P_pred, a, P = (np.zeros_like(x) for _ in range(4))
    for t in range(len(x)):
        a_pred[t] = a[t - 1] if t else a0
        P_pred[t] = P[t - 1] + q * (time[t] - time[t - 1]) if t else P0
        K = (1 - m[t]) * P_pred[t] / (P_pred[t] + r)
        a[t] = a_pred[t] + K * (x[t] - a_pred[t])
        P[t] = (1 - K) * P_pred[t]
    return a_pred, P_pred, a, P


def w_r_squared(time, x, m, a0, P0, q, r):
    a_pred, P_pred, a, P = (np.zeros_like(x) for _ in range(4))
    for t in range(len(x)):
        a_pred[t] = a[t - 1] if t else a0
        P_pred[t] = P[t - 1] + q * (time[t] - time[t - 1]) if t else P0
        K = m[t] * P_pred[t] / (P_pred[t] + r**2)
        a[t] = a_pred[t] + K * (x[t] - a_pred[t])
        P[t] = (1 - K) * P_pred[t]
    return a_pred, P_pred, a, P


def w_variance_times_gain(time, x, m, a0, P0, q, r):
    a_pred, P_pred, a, P = (np.zeros_like(x) for _ in range(4))
    for t in range(len(x)):
        a_pred[t] = a[t - 1] if t else a0
        P_pred[t] = P[t - 1] + q * (time[t] - time[t - 1]) if t else P0
        K = P_pred[t] / (P_pred[t] + r)
        a[t] = np.where(m[t] == 1, a_pred[t] + K * (x[t] - a_pred[t]), a_pred[t])
        P[t] = np.where(m[t] == 1, K * P_pred[t], P_pred[t])
    return a_pred, P_pred, a, P


def w_writes_into_a0(time, x, m, a0, P0, q, r):
    a_pred, P_pred, a, P = (np.zeros_like(x) for _ in range(4))
    for t in range(len(x)):
        if t > 0:
            P0 += q * (time[t] - time[t - 1])
        a_pred[t], P_pred[t] = a0, P0
        K = m[t] * P0 / (P0 + r)
        a0 += K * (x[t] - a0)
        P0 *= 1 - K
        a[t], P[t] = a0, P0
    return a_pred, P_pred, a, P


def w_filtered_first(time, x, m, a0, P0, q, r):
    a_pred, P_pred, a, P = (np.zeros_like(x) for _ in range(4))
    for t in range(len(x)):
        a_pred[t] = a[t - 1] if t else a0
        P_pred[t] = P[t - 1] + q * (time[t] - time[t - 1]) if t else P0
        K = m[t] * P_pred[t] / (P_pred[t] + r)
        a[t] = a_pred[t] + K * (x[t] - a_pred[t])
        P[t] = (1 - K) * P_pred[t]
    return a, P, a_pred, P_pred


def w_gain_of_noise(time, x, m, a0, P0, q, r):
    res = []
    a, P = a0, P0
    for t in range(len(x)):
        if t > 0:
            P = P + q * (time[t] - time[t - 1])
        ap, Pp = a, P
        K = m[t] * r / (Pp + r)
        a, P = ap + K * (x[t] - ap), (1 - K) * Pp
        res.append((ap, Pp, a, P))
    return tuple(np.array(v) for v in zip(*res))


RIGHT = {"filter_loop": r_filter_loop, "precision": r_precision, "lists": r_lists}
WRONG = {
    "per_step": (
        w_per_step,
        "The variance grows by q per step, not per unit of time.",
        "Two days pass or two minutes: does your variance grow alike?",
    ),
    "frozen_in_gaps": (
        w_frozen_in_gaps,
        "Where nothing was observed the variance does not grow, so the time of gaps is lost.",
        "Is one as sure of the level after a gap as before it? Which equations hold at every step?",
    ),
    "grows_from_zero": (
        w_grows_from_zero,
        "At the first step the variance grows by q times the time itself.",
        "How much time has passed at the first step? What is P⁻ there?",
    ),
    "gain_of_old_variance": (
        w_gain_of_old_variance,
        "The gain is computed from the variance before it has grown.",
        "Which P stands in K: that of the step before or P⁻ of this one?",
    ),
    "mask_unused": (
        w_mask_unused,
        "Every step is taken as observed; m is not used.",
        "What should a step change at which nothing was observed?",
    ),
    "mask_turned": (
        w_mask_turned,
        "The level learns where m is 0 and rests where it is 1.",
        "What does m = 1 mean?",
    ),
    "r_squared": (
        w_r_squared,
        "r is taken as a standard deviation and squared.",
        "Is r a variance or a standard deviation here?",
    ),
    "variance_times_gain": (
        w_variance_times_gain,
        "The new variance is K P⁻ instead of (1 - K) P⁻.",
        "If the noise is very small, K is nearly 1. How sure is one of the level then?",
    ),
    "writes_into_a0": (
        w_writes_into_a0,
        "a0 and P0 are changed in place.",
        "Are a0 and P0 after the call what they were before?",
    ),
    "filtered_first": (
        w_filtered_first,
        "The four results are returned in another order.",
        "In which order does the docstring name the four results?",
    ),
    "gain_of_noise": (
        w_gain_of_noise,
        "The gain has r in the numerator instead of P⁻.",
        "Should a noisier measurement move the level more or less?",
    ),
}


def w_clock_of_first(time, x, m, a0, P0, q, r):
    dt = np.diff(time[:, 0])
    a_pred, P_pred, a, P = (np.zeros_like(x) for _ in range(4))
    for t in range(len(x)):
        a_pred[t] = a[t - 1] if t else a0
        P_pred[t] = P[t - 1] + q * dt[t - 1] if t else P0
        K = m[t] * P_pred[t] / (P_pred[t] + r)
        a[t] = a_pred[t] + K * (x[t] - a_pred[t])
        P[t] = (1 - K) * P_pred[t]
    return a_pred, P_pred, a, P


WRONG["clock_of_first"] = (
    w_clock_of_first,
    "The time steps of the first series are used for all.",
    "Does each series have its own times? Which column do you read?",
)
