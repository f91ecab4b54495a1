"""irregular.grud_inputs"""

import numpy as np


def r_last_first(x, m, delta, x_first, x_mean, w_x, b_x):
    T = len(x)
    last = np.zeros_like(x)
    last[0] = x_first
    for t in range(T - 1):
        last[t + 1] = m[t] * x[t] + (1 - m[t]) * last[t]
    a = np.einsum("f,tbf->tbf", w_x, delta) + b_x
    gamma = np.exp(-np.where(a > 0, a, 0))
    return gamma, m * x + (1 - m) * (gamma * last + (1 - gamma) * x_mean)


def r_index_trick(x, m, delta, x_first, x_mean, w_x, b_x):
    T, B, F = x.shape
    series = np.concatenate((x_first[None], x), axis=0)
    i = np.where(m == 1, np.arange(1, T + 1)[:, None, None], 0)
    i = np.maximum.accumulate(i, axis=0)
    last = np.take_along_axis(series, i, axis=0)  # the value itself where observed
    gamma = np.exp(-np.clip(w_x * delta + b_x, 0, None))
    x_hat = np.where(m == 1, last, gamma * last + (1 - gamma) * x_mean)
    return gamma, x_hat


def r_recursion(x, m, delta, x_first, x_mean, w_x, b_x):
    def go(t, last):
        if t == len(x):
            return []
        g = np.exp(-np.maximum(w_x * delta[t] + b_x, 0))
        xh = m[t] * x[t] + (1 - m[t]) * (g * last + (1 - g) * x_mean)
        return [(g, xh)] + go(t + 1, np.where(m[t], x[t], last))

    gs, xs = zip(*go(0, x_first))
    return np.array(gs), np.array(xs)


def relu(a):
    return np.maximum(0, a)


def w_gamma_of_step_before(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-relu(w_x * delta + b_x))
    last = x_first
    out = []
    g = np.ones_like(x_first)
    for t in range(len(x)):
        out.append(m[t] * x[t] + (1 - m[t]) * (g * last + (1 - g) * x_mean))
        last = m[t] * x[t] + (1 - m[t]) * last
        g = gamma[t]
    return gamma, np.array(out)


def w_last_update_turned(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-relu(w_x * delta + b_x))
    last = x_first
    out = []
    for t in range(len(x)):
        out.append(m[t] * x[t] + (1 - m[t]) * (gamma[t] * last + (1 - gamma[t]) * x_mean))
        last = (1 - m[t]) * x[t] + m[t] * last
    return gamma, np.array(out)


def w_starts_at_x0(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-relu(w_x * delta + b_x))
    last = x[0]
    out = []
    for t in range(len(x)):
        out.append(m[t] * x[t] + (1 - m[t]) * (gamma[t] * last + (1 - gamma[t]) * x_mean))
        last = m[t] * x[t] + (1 - m[t]) * last
    return gamma, np.array(out)


def w_np_max(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-np.max(0, w_x * delta + b_x))
    last = x_first
    out = []
    for t in range(len(x)):
        out.append(m[t] * x[t] + (1 - m[t]) * (gamma[t] * last + (1 - gamma[t]) * x_mean))
        last = m[t] * x[t] + (1 - m[t]) * last
    return gamma, np.array(out)


def w_linear_decay(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = relu(1 - relu(w_x * delta + b_x))
    last = x_first
    out = []
    for t in range(len(x)):
        out.append(m[t] * x[t] + (1 - m[t]) * (gamma[t] * last + (1 - gamma[t]) * x_mean))
        last = m[t] * x[t] + (1 - m[t]) * last
    return gamma, np.array(out)


def w_order_swapped(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-relu(w_x * delta + b_x))
    last = x_first
    x_hat = np.zeros_like(x)
    for t in range(len(x)):
        x_hat[t] = np.where(m[t] == 1, x[t], gamma[t] * last + (1 - gamma[t]) * x_mean)
        last = np.where(m[t] == 1, x[t], last)
    return x_hat, gamma


def w_gamma_masked(x, m, delta, x_first, x_mean, w_x, b_x):
    # only needed in the gaps
    gamma = (1 - m) * np.exp(-relu(w_x * delta + b_x))
    last = x_first
    x_hat = np.zeros_like(x)
    for t in range(len(x)):
        x_hat[t] = np.where(m[t] == 1, x[t], gamma[t] * last + (1 - gamma[t]) * x_mean)
        last = np.where(m[t] == 1, x[t], last)
    return gamma, x_hat


def w_to_zero(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-relu(w_x * delta + b_x))
    last = x_first
    x_hat = np.zeros_like(x)
    for t in range(len(x)):
        x_hat[t] = m[t] * x[t] + (1 - m[t]) * gamma[t] * last
        last = m[t] * x[t] + (1 - m[t]) * last
    return gamma, x_hat


def w_last_decays(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-relu(w_x * delta + b_x))
    last = x_first
    x_hat = np.zeros_like(x)
    for t in range(len(x)):
        x_hat[t] = m[t] * x[t] + (1 - m[t]) * (gamma[t] * last + (1 - gamma[t]) * x_mean)
        last = m[t] * x[t] + (1 - m[t]) * gamma[t] * last
    return gamma, x_hat


def w_observed_fades_too(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-relu(w_x * delta + b_x))
    last = x_first
    x_hat = np.zeros_like(x)
    for t in range(len(x)):
        v = m[t] * x[t] + (1 - m[t]) * last
        x_hat[t] = gamma[t] * v + (1 - gamma[t]) * x_mean
        last = v
    return gamma, x_hat


def w_only_first_patient(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-relu(w_x * delta + b_x))
    x_hat = np.zeros_like(x)
    last = x_first[0].copy()
    for b in range(x.shape[1]):
        for t in range(len(x)):
            x_hat[t, b] = np.where(m[t, b] == 1, x[t, b], gamma[t, b] * last + (1 - gamma[t, b]) * x_mean)
            last = np.where(m[t, b] == 1, x[t, b], last)
    return gamma, x_hat


def w_gamma_float64(x, m, delta, x_first, x_mean, w_x, b_x):
    T, B, F = x.shape
    gamma = np.ones((T, B, F))
    x_hat = np.zeros((T, B, F))
    last = x_first
    for t in range(T):
        gamma[t] = np.exp(-np.maximum(0, w_x * delta[t] + b_x))
        x_hat[t] = m[t] * x[t] + (1 - m[t]) * (gamma[t] * last + (1 - gamma[t]) * x_mean)
        last = m[t] * x[t] + (1 - m[t]) * last
    return gamma, x_hat


RIGHT = {"last_first": r_last_first, "index_trick": r_index_trick, "recursion": r_recursion}
WRONG = {
    "gamma_of_step_before": (
        w_gamma_of_step_before,
        "The filling at step t uses gamma of the step before (1 at the first).",
        "Which step's gamma stands in the formula of x_hat, and which one do you hold when you use it?",
    ),
    "last_update_turned": (
        w_last_update_turned,
        "In the update of the last observation m and 1 - m are exchanged.",
        "When should the last observation be replaced: when a value arrived or when none did?",
    ),
    "starts_at_x0": (
        w_starts_at_x0,
        "The last observation begins at x[0] instead of x_first.",
        "What is known before the first step? And if x[0] was not observed?",
    ),
    "np_max": (
        w_np_max,
        "np.max(0, a) takes a as the axis; the maximum of two arrays is another function.",
        "What does the second argument of np.max mean? Look for the function that compares two arrays entry by entry.",
    ),
    "linear_decay": (
        w_linear_decay,
        "gamma falls in a straight line instead of exponentially.",
        "Which function stands outside the max in the formula of gamma?",
    ),
    "order_swapped": (
        w_order_swapped,
        "The results are returned in the wrong order.",
        "Which of the two should come first?",
    ),
    "gamma_masked": (
        w_gamma_masked,
        "gamma is set to 0 where a value was observed.",
        "Does m stand in the formula of gamma?",
    ),
    "to_zero": (
        w_to_zero,
        "The filling decays towards 0; the mean is left out.",
        "What should a filling be when the last observation is very old?",
    ),
    "last_decays": (
        w_last_decays,
        "The stored last observation is itself decayed, so it decays again at each step of a gap.",
        "delta already says how old it is. How often is an observation faded in your loop during a gap of three steps?",
    ),
    "observed_fades_too": (
        w_observed_fades_too,
        "Observed values are pulled to the mean as well.",
        "What should x_hat be where m is 1?",
    ),
    "only_first_patient": (
        w_only_first_patient,
        "The last observation begins with x_first of the first example and is never reset for the others.",
        "What does last hold at the beginning of the second example?",
    ),
    "gamma_float64": (
        w_gamma_float64,
        "The results are float64 for float32 arguments.",
        "Which dtype have arrays from np.ones and np.zeros, if you do not say?",
    ),
}
