"""irregular.grud_inputs"""

import numpy as np


def r_straight(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-np.maximum(0, w_x * delta + b_x))
    x_hat = np.empty_like(x)
    last = x_first
    for t in range(x.shape[0]):
        x_hat[t] = m[t] * x[t] + (1 - m[t]) * (gamma[t] * last + (1 - gamma[t]) * x_mean)
        last = m[t] * x[t] + (1 - m[t]) * last
    return gamma, x_hat


def r_min_one(x, m, delta, x_first, x_mean, w_x, b_x):
    # exp(-max(0, a)) is min(1, exp(-a))
    gamma = np.minimum(1, np.exp(-(w_x * delta + b_x)))
    out = []
    last = x_first.copy()
    for xt, mt, g in zip(x, m, gamma):
        seen = mt == 1
        last[seen] = xt[seen]
        out.append(np.where(seen, xt, x_mean + g * (last - x_mean)))
    return gamma, np.stack(out)


def r_scalars(x, m, delta, x_first, x_mean, w_x, b_x):
    T, B, F = x.shape
    gamma = np.zeros_like(x)
    x_hat = np.zeros_like(x)
    for b in range(B):
        for f in range(F):
            last = x_first[b, f]
            for t in range(T):
                a = w_x[f] * delta[t, b, f] + b_x[f]
                gamma[t, b, f] = np.exp(-a) if a > 0 else 1.0
                if m[t, b, f] == 1:
                    x_hat[t, b, f] = last = x[t, b, f]
                else:
                    g = gamma[t, b, f]
                    x_hat[t, b, f] = g * last + (1 - g) * x_mean[f]
    return gamma, x_hat


def w_no_max(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-(w_x * delta + b_x))
    x_hat = np.empty_like(x)
    last = x_first
    for t in range(len(x)):
        x_hat[t] = m[t] * x[t] + (1 - m[t]) * (gamma[t] * last + (1 - gamma[t]) * x_mean)
        last = m[t] * x[t] + (1 - m[t]) * last
    return gamma, x_hat


def w_grows(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(np.maximum(0, w_x * delta + b_x))
    x_hat = np.empty_like(x)
    last = x_first
    for t in range(len(x)):
        x_hat[t] = m[t] * x[t] + (1 - m[t]) * (gamma[t] * last + (1 - gamma[t]) * x_mean)
        last = m[t] * x[t] + (1 - m[t]) * last
    return gamma, x_hat


def w_minus_in_max(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(np.maximum(0, -(w_x * delta + b_x)))
    x_hat = np.empty_like(x)
    last = x_first
    for t in range(len(x)):
        x_hat[t] = m[t] * x[t] + (1 - m[t]) * (gamma[t] * last + (1 - gamma[t]) * x_mean)
        last = m[t] * x[t] + (1 - m[t]) * last
    return gamma, x_hat


def w_always_first(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-np.maximum(0, w_x * delta + b_x))
    x_hat = m * x + (1 - m) * (gamma * x_first + (1 - gamma) * x_mean)
    return gamma, x_hat


def w_step_before_raw(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-np.maximum(0, w_x * delta + b_x))
    last = np.concatenate([x_first[None], x[:-1]])
    return gamma, np.where(m == 1, x, gamma * last + (1 - gamma) * x_mean)


def w_fill_is_observation(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-np.maximum(0, w_x * delta + b_x))
    x_hat = np.empty_like(x)
    last = x_first
    for t in range(len(x)):
        x_hat[t] = m[t] * x[t] + (1 - m[t]) * (gamma[t] * last + (1 - gamma[t]) * x_mean)
        last = x_hat[t]
    return gamma, x_hat


def w_mask_swapped(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-np.maximum(0, w_x * delta + b_x))
    x_hat = np.empty_like(x)
    last = x_first
    for t in range(len(x)):
        x_hat[t] = (1 - m[t]) * x[t] + m[t] * (gamma[t] * last + (1 - gamma[t]) * x_mean)
        last = (1 - m[t]) * x[t] + m[t] * last
    return gamma, x_hat


def w_gamma_turned(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-np.maximum(0, w_x * delta + b_x))
    x_hat = np.empty_like(x)
    last = x_first
    for t in range(len(x)):
        guess = (1 - gamma[t]) * last + gamma[t] * x_mean
        x_hat[t] = m[t] * x[t] + (1 - m[t]) * guess
        last = m[t] * x[t] + (1 - m[t]) * last
    return gamma, x_hat


def w_begins_at_mean(x, m, delta, x_first, x_mean, w_x, b_x):
    T, B, F = x.shape
    gamma = np.exp(-np.maximum(0, w_x * delta + b_x))
    x_hat = np.empty_like(x)
    last = np.tile(x_mean, (B, 1))
    for t in range(T):
        x_hat[t] = np.where(m[t] == 1, x[t], gamma[t] * last + (1 - gamma[t]) * x_mean)
        last = np.where(m[t] == 1, x[t], last)
    return gamma, x_hat


def w_dot_product(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-np.maximum(0, (delta @ w_x)[..., None] + b_x))
    x_hat = np.empty_like(x)
    last = x_first
    for t in range(len(x)):
        x_hat[t] = m[t] * x[t] + (1 - m[t]) * (gamma[t] * last + (1 - gamma[t]) * x_mean)
        last = m[t] * x[t] + (1 - m[t]) * last
    return gamma, x_hat


def w_first_overwritten(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-np.maximum(0, w_x * delta + b_x))
    x_hat = x.copy()
    last = x_first
    for t in range(len(x)):
        gap = m[t] == 0
        guess = gamma[t] * last + (1 - gamma[t]) * x_mean
        x_hat[t][gap] = guess[gap]
        last[~gap] = x[t][~gap]
    return gamma, x_hat


def w_no_bias(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-np.maximum(0, w_x * delta))
    last = x_first
    out = []
    for t in range(len(x)):
        out.append(m[t] * x[t] + (1 - m[t]) * (gamma[t] * last + (1 - gamma[t]) * x_mean))
        last = m[t] * x[t] + (1 - m[t]) * last
    return gamma, np.array(out)


RIGHT = {"straight": r_straight, "min_one": r_min_one, "scalars": r_scalars}
WRONG = {
    "no_max": (
        w_no_max,
        "max(0, ·) is missing, so gamma can be greater than 1.",
        "Can your gamma be greater than 1? What keeps it in bounds in the formula?",
    ),
    "grows": (
        w_grows,
        "The minus in the exponent is missing: gamma grows with the age.",
        "Is an old observation worth more than a fresh one? Look at your gamma for a long interval.",
    ),
    "minus_in_max": (
        w_minus_in_max,
        "The minus stands inside max, so gamma is never smaller than 1.",
        "Where does the minus stand: before max or inside it?",
    ),
    "always_first": (
        w_always_first,
        "x_first is used as the last observation at all steps; it's never updated.",
        "What was last observed once a value has arrived within the sequence?",
    ),
    "step_before_raw": (
        w_step_before_raw,
        "x of the step before is taken as the last observation, even if it was not observed.",
        "Does every entry of x mean something? What is the last observation after two gaps in a row?",
    ),
    "fill_is_observation": (
        w_fill_is_observation,
        "What has been filled is carried on as the last observation.",
        "Is a guess an observation? Compare your update with the second equation.",
    ),
    "mask_swapped": (
        w_mask_swapped,
        "m and 1 - m are exchanged: observed values are replaced and gaps kept.",
        "What should come out where m is 1?",
    ),
    "gamma_turned": (
        w_gamma_turned,
        "gamma weighs the mean and 1 - gamma the last observation.",
        "If no time has passed, gamma is 1. Which of the two should stand then?",
    ),
    "begins_at_mean": (
        w_begins_at_mean,
        "The last observation begins at the mean; x_first is not used.",
        "Which argument says what was last observed before the sequence?",
    ),
    "dot_product": (
        w_dot_product,
        "w and delta are multiplied as vectors, so all features share one sum.",
        "What does ⊙ mean, and how many gammas should there be at one step?",
    ),
    "first_overwritten": (
        w_first_overwritten,
        "last is the same array as x_first and is written into: the argument changes.",
        "Does last = x_first make a copy? Look at x_first after the call.",
    ),
    "no_bias": (
        w_no_bias,
        "b_x is left out of the exponent.",
        "Which argument does your gamma not use?",
    ),
}
