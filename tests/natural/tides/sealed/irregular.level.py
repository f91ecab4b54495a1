"""irregular.level"""

import numpy as np


def r_predict_then_update(time, x, m, a0, P0, q, r):
    mean, var = a0, P0
    previous = time[0]
    hist = []
    for now, obs, flag in zip(time, x, m):
        var_p = var + q * (now - previous)
        mean_p = mean
        gain = np.where(flag > 0, var_p / (var_p + r), 0)
        mean = mean_p + gain * (obs - mean_p)
        var = var_p - gain * var_p
        hist.append((mean_p, var_p, mean, var))
        previous = now
    return tuple(np.array(h, dtype=x.dtype) for h in zip(*hist))


def r_recursive(time, x, m, a0, P0, q, r):
    def rest(t, ap, Pp):
        s = Pp + r
        a = np.where(m[t] == 1, (r * ap + Pp * x[t]) / s, ap)
        P = np.where(m[t] == 1, Pp * r / s, Pp)
        here = [(ap, Pp, a, P)]
        if t + 1 == len(x):
            return here
        return here + rest(t + 1, a, P + q * (time[t + 1] - time[t]))

    return tuple(np.stack(c) for c in zip(*rest(0, a0, P0)))


def r_boolean_index(time, x, m, a0, P0, q, r):
    T, B = x.shape
    res = {k: np.empty((T, B), x.dtype) for k in ["a_pred", "P_pred", "a", "P"]}
    gaps = np.vstack([np.zeros((1, B), x.dtype), np.diff(time, axis=0)])
    a, P = a0.copy(), P0.copy()
    for t in range(T):
        P = P + q * gaps[t]
        res["a_pred"][t], res["P_pred"][t] = a, P
        i = m[t].astype(bool)
        K = P[i] / (P[i] + r)
        a[i] += K * (x[t, i] - a[i])
        P[i] *= 1 - K
        res["a"][t], res["P"][t] = a, P
    return res["a_pred"], res["P_pred"], res["a"], res["P"]


def w_q_squared(time, x, m, a0, P0, q, r):
    res = []
    a, P = a0, P0
    for t in range(len(x)):
        if t > 0:
            P = P + q**2 * (time[t] - time[t - 1])
        ap, Pp = a, P
        K = m[t] * Pp / (Pp + r)
        a, P = ap + K * (x[t] - ap), (1 - K) * Pp
        res.append((ap, Pp, a, P))
    return tuple(np.array(v) for v in zip(*res))


def w_innovation_sign(time, x, m, a0, P0, q, r):
    res = []
    a, P = a0, P0
    for t in range(len(x)):
        if t > 0:
            P = P + q * (time[t] - time[t - 1])
        ap, Pp = a, P
        K = m[t] * Pp / (Pp + r)
        a, P = ap + K * (ap - x[t]), (1 - K) * Pp
        res.append((ap, Pp, a, P))
    return tuple(np.array(v) for v in zip(*res))


def w_predicts_next(time, x, m, a0, P0, q, r):
    res = []
    a, P = a0, P0
    T = len(x)
    for t in range(T):
        K = m[t] * P / (P + r)
        af, Pf = a + K * (x[t] - a), (1 - K) * P
        dt = time[t + 1] - time[t] if t + 1 < T else np.zeros_like(P)
        a, P = af, Pf + q * dt
        res.append((a, P, af, Pf))
    return tuple(np.array(v) for v in zip(*res))


def w_missing_keeps_old(time, x, m, a0, P0, q, r):
    a_pred, P_pred, a, P = (np.zeros_like(x) for _ in range(4))
    old = P0
    for t in range(len(x)):
        a_pred[t] = a[t - 1] if t else a0
        P_pred[t] = old + q * (time[t] - time[t - 1]) if t else P0
        K = P_pred[t] / (P_pred[t] + r)
        a[t] = np.where(m[t] == 1, a_pred[t] + K * (x[t] - a_pred[t]), a_pred[t])
        P[t] = np.where(m[t] == 1, (1 - K) * P_pred[t], old)
        old = P[t]
    return a_pred, P_pred, a, P


def w_returns_sd(time, x, m, a0, P0, q, r):
    res = []
    a, P = a0, P0
    for t in range(len(x)):
        if t > 0:
            P = P + q * (time[t] - time[t - 1])
        ap, Pp = a, P
        K = m[t] * Pp / (Pp + r)
        a, P = ap + K * (x[t] - ap), (1 - K) * Pp
        res.append((ap, np.sqrt(Pp), a, np.sqrt(P)))
    return tuple(np.array(v) for v in zip(*res))


def w_adds_k_x(time, x, m, a0, P0, q, r):
    res = []
    a, P = a0, P0
    for t in range(len(x)):
        if t > 0:
            P = P + q * (time[t] - time[t - 1])
        ap, Pp = a, P
        K = m[t] * Pp / (Pp + r)
        a, P = ap + K * x[t], (1 - K) * Pp
        res.append((ap, Pp, a, P))
    return tuple(np.array(v) for v in zip(*res))


def w_half_of_joseph(time, x, m, a0, P0, q, r):
    res = []
    a, P = a0, P0
    for t in range(len(x)):
        if t > 0:
            P = P + q * (time[t] - time[t - 1])
        ap, Pp = a, P
        K = m[t] * Pp / (Pp + r)
        a, P = ap + K * (x[t] - ap), (1 - K) ** 2 * Pp
        res.append((ap, Pp, a, P))
    return tuple(np.array(v) for v in zip(*res))


def w_if_on_array(time, x, m, a0, P0, q, r):
    res = []
    a, P = a0, P0
    for t in range(len(x)):
        if t > 0:
            P = P + q * (time[t] - time[t - 1])
        ap, Pp = a, P
        if m[t] == 1:
            K = Pp / (Pp + r)
            a = ap + K * (x[t] - ap)
            P = (1 - K) * Pp
        res.append((ap, Pp, a, P))
    return tuple(np.array(v) for v in zip(*res))


def w_gap_is_zero(time, x, m, a0, P0, q, r):
    res = []
    a, P = a0, P0
    x = x * m
    for t in range(len(x)):
        if t > 0:
            P = P + q * (time[t] - time[t - 1])
        ap, Pp = a, P
        K = Pp / (Pp + r)
        a = ap + K * (x[t] - ap)
        P = np.where(m[t] == 1, (1 - K) * Pp, Pp)
        res.append((ap, Pp, a, P))
    return tuple(np.array(v) for v in zip(*res))


def w_elapsed_since_start(time, x, m, a0, P0, q, r):
    res = []
    a, P = a0, P0
    for t in range(len(x)):
        ap, Pp = a, P + q * (time[t] - time[0])
        K = m[t] * Pp / (Pp + r)
        a, P = ap + K * (x[t] - ap), (1 - K) * Pp
        res.append((ap, Pp, a, P))
    return tuple(np.array(v) for v in zip(*res))


def w_smoothed_by_fixed_gain(time, x, m, a0, P0, q, r):
    # exponential smoothing: the gain settles anyway
    K = q / (q + r)
    a_pred, P_pred, a, P = (np.zeros_like(x) for _ in range(4))
    for t in range(len(x)):
        a_pred[t] = a[t - 1] if t else a0
        P_pred[t] = P[t - 1] + q * (time[t] - time[t - 1]) if t else P0
        a[t] = a_pred[t] + m[t] * K * (x[t] - a_pred[t])
        P[t] = (1 - m[t] * K) * P_pred[t]
    return a_pred, P_pred, a, P


def w_zeros_tb(time, x, m, a0, P0, q, r):
    T, B = x.shape
    a_pred, P_pred, a, P = np.zeros((4, T, B))
    for t in range(T):
        a_pred[t] = a[t - 1] if t else a0
        P_pred[t] = P[t - 1] + q * (time[t] - time[t - 1]) if t else P0
        K = m[t] * P_pred[t] / (P_pred[t] + r)
        a[t] = a_pred[t] + K * (x[t] - a_pred[t])
        P[t] = (1 - K) * P_pred[t]
    return a_pred, P_pred, a, P


RIGHT = {"predict_then_update": r_predict_then_update, "recursive": r_recursive, "boolean_index": r_boolean_index}
WRONG = {
    "q_squared": (
        w_q_squared,
        "q is squared, as if it were a standard deviation.",
        "By what does the variance grow per unit of time: q or its square?",
    ),
    "innovation_sign": (
        w_innovation_sign,
        "The correction has the wrong sign: the level moves away from the observation.",
        "In which direction should the level move when the observation lies above it?",
    ),
    "predicts_next": (
        w_predicts_next,
        "a_pred and P_pred of row t are the expectation of the next step, one step too late.",
        "Row t should say what was expected of step t. What should a_pred be in the first row?",
    ),
    "missing_keeps_old": (
        w_missing_keeps_old,
        "Where nothing was observed P is set back to that of the step before, so the growth is lost.",
        "Which value has P_t where nothing is learnt: P⁻ of this step or P of the one before?",
    ),
    "returns_sd": (
        w_returns_sd,
        "The roots of the variances are returned.",
        "Is P a variance or a standard deviation?",
    ),
    "adds_k_x": (
        w_adds_k_x,
        "K x is added instead of K times the difference from the expectation.",
        "If the observation is exactly as expected, by how much should the level change?",
    ),
    "half_of_joseph": (
        w_half_of_joseph,
        "The variance is multiplied by (1 - K) squared, half of another form of the equation.",
        "Compare the power of 1 - K with the formula. If you know the longer form: is a term missing?",
    ),
    "if_on_array": (
        w_if_on_array,
        "if m[t] == 1 asks a whole row of the batch at once; it works for one series only.",
        "m[t] has B entries. What does if do with several truth values?",
    ),
    "gap_is_zero": (
        w_gap_is_zero,
        "A missing value is taken as an observed 0 in the level.",
        "Is a missing value a measurement of 0? What is a where nothing was observed?",
    ),
    "elapsed_since_start": (
        w_elapsed_since_start,
        "The variance grows by the time since the beginning at every step, instead of since the step before.",
        "How much time has passed since the last prediction?",
    ),
    "smoothed_by_fixed_gain": (
        w_smoothed_by_fixed_gain,
        "The gain is a fixed number q / (q + r).",
        "On what does K depend in the formula? Should it be the same after a long gap?",
    ),
    "zeros_tb": (
        w_zeros_tb,
        "The results are float64 for float32 arguments.",
        "Which dtype does np.zeros make?",
    ),
}
