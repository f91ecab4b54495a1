"""irregular.flow_rnn"""

import numpy as np


def r_two_loops(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    exact, euler = [], []
    h = h0
    for t in range(len(x)):
        if t > 0:
            dt = (time[t] - time[t - 1])[:, None]
            h = rest + (h - rest) * np.exp(-rate * dt)
        h = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        exact.append(h)
    h = h0
    for t in range(len(x)):
        if t > 0:
            step = (time[t] - time[t - 1])[:, None] / n
            for _ in range(n):
                h = h + step * (-rate * (h - rest))
        h = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        euler.append(h)
    return np.stack(exact), np.stack(euler)


def r_power(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    # both flows multiply the distance from rest by a factor
    dt = np.diff(time, axis=0, prepend=time[:1])[:, :, None]
    factors = [np.exp(-rate * dt), (1 - rate * dt / n) ** n]
    inp = x @ W_ih.T + b
    runs = []
    for k in factors:
        h, states = h0, np.empty_like(inp)
        for t in range(len(x)):
            h = np.tanh(inp[t] + (rest + k[t] * (h - rest)) @ W_hh.T)
            states[t] = h
        runs.append(states)
    return tuple(runs)


def r_units_by_hand(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    T, B, F = x.shape
    H = len(rate)
    exact = np.zeros((T, B, H), dtype=x.dtype)
    euler = np.zeros((T, B, H), dtype=x.dtype)
    for i in range(B):
        he = h0[i].copy()
        hu = h0[i].copy()
        for t in range(T):
            if t > 0:
                dt = time[t, i] - time[t - 1, i]
                for k in range(H):
                    he[k] = rest[k] + (he[k] - rest[k]) * np.exp(-rate[k] * dt)
                    for _ in range(n):
                        hu[k] -= dt / n * rate[k] * (hu[k] - rest[k])
            he = np.tanh(W_ih @ x[t, i] + W_hh @ he + b)
            hu = np.tanh(W_ih @ x[t, i] + W_hh @ hu + b)
            exact[t, i] = he
            euler[t, i] = hu
    return exact, euler


def w_rest_is_zero(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    exact, euler = [], []
    h, g = h0, h0
    for t in range(len(x)):
        if t > 0:
            dt = (time[t] - time[t - 1])[:, None]
            h = h * np.exp(-rate * dt)
            for _ in range(n):
                g = g - dt / n * rate * g
        h = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        g = np.tanh(x[t] @ W_ih.T + g @ W_hh.T + b)
        exact.append(h)
        euler.append(g)
    return np.array(exact), np.array(euler)


def w_whole_length_n_times(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    exact, euler = [], []
    h, g = h0, h0
    for t in range(len(x)):
        if t > 0:
            dt = (time[t] - time[t - 1])[:, None]
            h = rest + (h - rest) * np.exp(-rate * dt)
            for _ in range(n):
                g = g - dt * rate * (g - rest)
        h = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        g = np.tanh(x[t] @ W_ih.T + g @ W_hh.T + b)
        exact.append(h)
        euler.append(g)
    return np.array(exact), np.array(euler)


def w_euler_from_exact(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    exact, euler = [], []
    h = h0
    for t in range(len(x)):
        g = h
        if t > 0:
            dt = (time[t] - time[t - 1])[:, None]
            for _ in range(n):
                g = g - dt / n * rate * (g - rest)
            h = rest + (h - rest) * np.exp(-rate * dt)
        h = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        euler.append(np.tanh(x[t] @ W_ih.T + g @ W_hh.T + b))
        exact.append(h)
    return np.array(exact), np.array(euler)


def w_flows_from_time_zero(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    exact, euler = [], []
    h, g = h0, h0
    before = np.zeros_like(time[0])
    for t in range(len(x)):
        dt = (time[t] - before)[:, None]
        h = rest + (h - rest) * np.exp(-rate * dt)
        for _ in range(n):
            g = g - dt / n * rate * (g - rest)
        h = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        g = np.tanh(x[t] @ W_ih.T + g @ W_hh.T + b)
        exact.append(h)
        euler.append(g)
        before = time[t]
    return np.array(exact), np.array(euler)


def w_n_not_used(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    exact, euler = [], []
    h, g = h0, h0
    for t in range(len(x)):
        if t > 0:
            dt = (time[t] - time[t - 1])[:, None]
            h = rest + (h - rest) * np.exp(-rate * dt)
            g = g + dt * (-rate * (g - rest))
        h = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        g = np.tanh(x[t] @ W_ih.T + g @ W_hh.T + b)
        exact.append(h)
        euler.append(g)
    return np.array(exact), np.array(euler)


def w_exact_runs_away(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    exact, euler = [], []
    h, g = h0, h0
    for t in range(len(x)):
        if t > 0:
            dt = (time[t] - time[t - 1])[:, None]
            h = rest + (h - rest) * np.exp(rate * dt)
            for _ in range(n):
                g = g - dt / n * rate * (g - rest)
        h = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        g = np.tanh(x[t] @ W_ih.T + g @ W_hh.T + b)
        exact.append(h)
        euler.append(g)
    return np.array(exact), np.array(euler)


def w_implicit_euler(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    exact, euler = [], []
    h, g = h0, h0
    for t in range(len(x)):
        if t > 0:
            dt = (time[t] - time[t - 1])[:, None]
            h = rest + (h - rest) * np.exp(-rate * dt)
            for _ in range(n):
                # stable for any step
                g = (g + dt / n * rate * rest) / (1 + dt / n * rate)
        h = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        g = np.tanh(x[t] @ W_ih.T + g @ W_hh.T + b)
        exact.append(h)
        euler.append(g)
    return np.array(exact), np.array(euler)


def w_dt_along_units(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    exact, euler = [], []
    h, g = h0, h0
    for t in range(len(x)):
        if t > 0:
            dt = time[t] - time[t - 1]
            h = rest + (h - rest) * np.exp(-rate * dt)
            for _ in range(n):
                g = g - dt / n * rate * (g - rest)
        h = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        g = np.tanh(x[t] @ W_ih.T + g @ W_hh.T + b)
        exact.append(h)
        euler.append(g)
    return np.array(exact), np.array(euler)


def w_w_hh_not_turned(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    exact, euler = [], []
    h, g = h0, h0
    for t in range(len(x)):
        if t > 0:
            dt = (time[t] - time[t - 1])[:, None]
            h = rest + (h - rest) * np.exp(-rate * dt)
            for _ in range(n):
                g = g - dt / n * rate * (g - rest)
        h = np.tanh(x[t] @ W_ih.T + h @ W_hh + b)
        g = np.tanh(x[t] @ W_ih.T + g @ W_hh + b)
        exact.append(h)
        euler.append(g)
    return np.array(exact), np.array(euler)


def w_share_turned(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    exact, euler = [], []
    h, g = h0, h0
    for t in range(len(x)):
        if t > 0:
            dt = (time[t] - time[t - 1])[:, None]
            share = np.exp(-rate * dt)
            h = share * rest + (1 - share) * h
            for _ in range(n):
                g = g - dt / n * rate * (g - rest)
        h = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        g = np.tanh(x[t] @ W_ih.T + g @ W_hh.T + b)
        exact.append(h)
        euler.append(g)
    return np.array(exact), np.array(euler)


def w_plain_zeros(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    T, B, _ = x.shape
    exact = np.zeros((T, B, h0.shape[1]))
    euler = np.zeros((T, B, h0.shape[1]))
    for states, kind in ((exact, "exact"), (euler, "euler")):
        h = h0
        for t in range(T):
            dt = (time[t] - time[t - 1])[:, None] if t else 0
            if kind == "exact":
                h = rest + (h - rest) * np.exp(-rate * dt)
            else:
                for _ in range(n):
                    h = h - dt / n * rate * (h - rest)
            h = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
            states[t] = h
    return exact, euler


def w_time_constant(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    tau = rate
    h = g = h0
    E, U = [], []
    for t in range(len(x)):
        if t > 0:
            d = (time[t] - time[t - 1])[:, None]
            h = rest + (h - rest) * np.exp(-d / tau)
            for _ in range(n):
                g = g - d / n / tau * (g - rest)
        h, g = (np.tanh(x[t] @ W_ih.T + v @ W_hh.T + b) for v in (h, g))
        E.append(h)
        U.append(g)
    return np.array(E), np.array(U)


RIGHT = {"two_loops": r_two_loops, "power": r_power, "units_by_hand": r_units_by_hand}
WRONG = {
    "rest_is_zero": (
        w_rest_is_zero,
        "The state decays to 0 in both runs; rest is not used.",
        "Where does the state move to when nothing is observed for a very long time?",
    ),
    "whole_length_n_times": (
        w_whole_length_n_times,
        "Each of the n steps has the length of the whole interval.",
        "How much time have your n steps covered together?",
    ),
    "euler_from_exact": (
        w_euler_from_exact,
        "The Euler run starts each interval from the exact run's state.",
        "The two runs have nothing to do with each other. From which h does Euler start at step t?",
    ),
    "flows_from_time_zero": (
        w_flows_from_time_zero,
        "Before the first observation the state flows from time 0 on.",
        "How much time has passed at the first observation?",
    ),
    "n_not_used": (
        w_n_not_used,
        "Euler takes a single step of the whole interval; n is not used.",
        "Which argument of the function does not appear in your code?",
    ),
    "exact_runs_away": (
        w_exact_runs_away,
        "The sign in the exponent of the exact solution is wrong.",
        "Derive your solution by s: does it satisfy the differential equation?",
    ),
    "implicit_euler": (
        w_implicit_euler,
        "Euler's implicit method is used instead of the explicit one.",
        "At which h is the slope taken in the explicit method: before or after the step?",
    ),
    "dt_along_units": (
        w_dt_along_units,
        "The intervals of shape (B,) are broadcast along the units.",
        "Which axis of (B, H) does an array of shape (B,) meet?",
    ),
    "w_hh_not_turned": (
        w_w_hh_not_turned,
        "W_hh isn't transposed in the product with rows.",
        "Your h is a row of the batch. Over which axis of W_hh must the sum run?",
    ),
    "share_turned": (
        w_share_turned,
        "In the exact solution the shares of rest and state are exchanged.",
        "If no time has passed, your factor is 1. What should the state be then?",
    ),
    "plain_zeros": (
        w_plain_zeros,
        "The results are float64 for float32 arguments.",
        "Which dtype do you give the arrays of the states?",
    ),
    "time_constant": (
        w_time_constant,
        "rate is taken as a time constant: the time is divided by it.",
        "Does a unit with a greater rate move faster or slower in your code?",
    ),
}
