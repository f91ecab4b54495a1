"""irregular.flow_rnn"""

import numpy as np


def r_flow_as_function(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    def solved(h, d):
        k = np.exp(-rate * d)
        return k * h + (1 - k) * rest

    def stepped(h, d):
        for _ in range(n):
            h = h + (d / n) * rate * (rest - h)
        return h

    def run(flow):
        out = np.empty((*time.shape, len(b)), dtype=x.dtype)
        h = h0
        for t in range(time.shape[0]):
            if t:
                h = flow(h, (time[t] - time[t - 1]).reshape(-1, 1))
            h = np.tanh(np.einsum("bf,hf->bh", x[t], W_ih) + np.einsum("bk,hk->bh", h, W_hh) + b)
            out[t] = h
        return out

    return run(solved), run(stepped)


def r_recursive(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    def state(t, mode):
        if t == 0:
            h, sofar = h0, []
        else:
            sofar = state(t - 1, mode)
            h = sofar[-1]
            d = (time[t] - time[t - 1])[:, None]
            if mode == "exact":
                h = rest - (rest - h) * np.exp(-d * rate)
            else:
                k = 0
                while k < n:
                    h = h + d / n * -rate * (h - rest)
                    k += 1
        return sofar + [np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)]

    T = len(x)
    return np.array(state(T - 1, "exact")), np.array(state(T - 1, "euler"))


def r_columns_stacked(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    # both runs side by side: hs[0] exact, hs[1] euler
    T, B, F = x.shape
    hs = np.stack([h0, h0])
    states = []
    for t in range(T):
        if t > 0:
            dt = (time[t] - time[t - 1])[:, np.newaxis]
            new = np.empty_like(hs)
            new[0] = rest + (hs[0] - rest) * np.exp(-rate * dt)
            new[1] = rest + (hs[1] - rest) * np.prod([1 - rate * dt / n] * n, axis=0)
            hs = new
        hs = np.tanh(x[t] @ W_ih.T + hs @ W_hh.T + b)
        states.append(hs)
    both = np.stack(states, axis=1)
    return both[0].copy(), both[1].copy()


def cell(x_t, h, W_ih, W_hh, b):
    return np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)


def w_one_step_too_few(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    h = g = h0
    E, U = [], []
    for t in range(len(x)):
        if t > 0:
            d = (time[t] - time[t - 1])[:, None]
            h = rest + (h - rest) * np.exp(-rate * d)
            for _ in range(1, n):
                g = g - d / n * rate * (g - rest)
        h, g = cell(x[t], h, W_ih, W_hh, b), cell(x[t], g, W_ih, W_hh, b)
        E.append(h)
        U.append(g)
    return np.array(E), np.array(U)


def w_states_before(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    h = g = h0
    E, U = [], []
    for t in range(len(x)):
        if t > 0:
            d = (time[t] - time[t - 1])[:, None]
            h = rest + (h - rest) * np.exp(-rate * d)
            for _ in range(n):
                g = g - d / n * rate * (g - rest)
        E.append(h)
        U.append(g)
        h, g = cell(x[t], h, W_ih, W_hh, b), cell(x[t], g, W_ih, W_hh, b)
    return np.array(E), np.array(U)


def w_next_interval(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    dt = np.diff(time, axis=0, append=time[-1:])[:, :, None]
    h = g = h0
    E, U = [], []
    for t in range(len(x)):
        h = rest + (h - rest) * np.exp(-rate * dt[t])
        for _ in range(n):
            g = g - dt[t] / n * rate * (g - rest)
        h, g = cell(x[t], h, W_ih, W_hh, b), cell(x[t], g, W_ih, W_hh, b)
        E.append(h)
        U.append(g)
    return np.array(E), np.array(U)


def w_jump_added(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    h = g = h0
    E, U = [], []
    for t in range(len(x)):
        if t > 0:
            d = (time[t] - time[t - 1])[:, None]
            h = rest + (h - rest) * np.exp(-rate * d)
            for _ in range(n):
                g = g - d / n * rate * (g - rest)
        h = h + cell(x[t], h, W_ih, W_hh, b)
        g = g + cell(x[t], g, W_ih, W_hh, b)
        E.append(h)
        U.append(g)
    return np.array(E), np.array(U)


def w_times_of_first(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    s = time[:, 0]
    h = g = h0
    E, U = [], []
    for t in range(len(x)):
        if t > 0:
            d = s[t] - s[t - 1]
            h = rest + (h - rest) * np.exp(-rate * d)
            for _ in range(n):
                g = g - d / n * rate * (g - rest)
        h, g = cell(x[t], h, W_ih, W_hh, b), cell(x[t], g, W_ih, W_hh, b)
        E.append(h)
        U.append(g)
    return np.array(E), np.array(U)


def w_slope_frozen(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    h = g = h0
    E, U = [], []
    for t in range(len(x)):
        if t > 0:
            d = (time[t] - time[t - 1])[:, None]
            h = rest + (h - rest) * np.exp(-rate * d)
            slope = -rate * (g - rest)
            for _ in range(n):
                g = g + d / n * slope
        h, g = cell(x[t], h, W_ih, W_hh, b), cell(x[t], g, W_ih, W_hh, b)
        E.append(h)
        U.append(g)
    return np.array(E), np.array(U)


def w_rest_added_whole(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    h = g = h0
    E, U = [], []
    for t in range(len(x)):
        if t > 0:
            d = (time[t] - time[t - 1])[:, None]
            h = h * np.exp(-rate * d) + rest
            for _ in range(n):
                g = g - d / n * rate * (g - rest)
        h, g = cell(x[t], h, W_ih, W_hh, b), cell(x[t], g, W_ih, W_hh, b)
        E.append(h)
        U.append(g)
    return np.array(E), np.array(U)


def w_second_run_not_reset(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    E, U = [], []
    h = h0
    for t in range(len(x)):
        if t > 0:
            d = (time[t] - time[t - 1])[:, None]
            h = rest + (h - rest) * np.exp(-rate * d)
        h = cell(x[t], h, W_ih, W_hh, b)
        E.append(h)
    for t in range(len(x)):
        if t > 0:
            d = (time[t] - time[t - 1])[:, None]
            for _ in range(n):
                h = h - d / n * rate * (h - rest)
        h = cell(x[t], h, W_ih, W_hh, b)
        U.append(h)
    return np.array(E), np.array(U)


def w_cell_in_every_substep(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    h = g = h0
    E, U = [], []
    for t in range(len(x)):
        if t == 0:
            h = g = cell(x[t], h0, W_ih, W_hh, b)
        else:
            d = (time[t] - time[t - 1])[:, None]
            h = rest + (h - rest) * np.exp(-rate * d)
            h = cell(x[t], h, W_ih, W_hh, b)
            for _ in range(n):
                g = g - d / n * rate * (g - rest)
                g = cell(x[t], g, W_ih, W_hh, b)
        E.append(h)
        U.append(g)
    return np.array(E), np.array(U)


def w_final_states(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    h = g = h0
    for t in range(len(x)):
        if t > 0:
            d = (time[t] - time[t - 1])[:, None]
            h = rest + (h - rest) * np.exp(-rate * d)
            for _ in range(n):
                g = g - d / n * rate * (g - rest)
        h, g = cell(x[t], h, W_ih, W_hh, b), cell(x[t], g, W_ih, W_hh, b)
    return h, g


def w_midpoint(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    f = lambda v: -rate * (v - rest)
    h = g = h0
    E, U = [], []
    for t in range(len(x)):
        if t > 0:
            d = (time[t] - time[t - 1])[:, None]
            h = rest + (h - rest) * np.exp(-rate * d)
            for _ in range(n):
                half = g + d / (2 * n) * f(g)
                g = g + d / n * f(half)
        h, g = cell(x[t], h, W_ih, W_hh, b), cell(x[t], g, W_ih, W_hh, b)
        E.append(h)
        U.append(g)
    return np.array(E), np.array(U)


def w_h0_in_place(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    T, B, _ = x.shape
    exact = np.zeros((T, B, h0.shape[1]), dtype=x.dtype)
    euler = np.zeros_like(exact)
    start = h0.copy()
    for states, kind in ((exact, 0), (euler, 1)):
        h = h0
        h[:] = start
        for t in range(T):
            if t > 0:
                dt = (time[t] - time[t - 1])[:, None]
                if kind == 0:
                    h[:] = rest + (h - rest) * np.exp(-rate * dt)
                else:
                    for _ in range(n):
                        h -= dt / n * rate * (h - rest)
            h[:] = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
            states[t] = h
    return exact, euler


RIGHT = {
    "flow_as_function": r_flow_as_function,
    "recursive": r_recursive,
    "columns_stacked": r_columns_stacked,
}
WRONG = {
    "one_step_too_few": (
        w_one_step_too_few,
        "Euler takes n - 1 steps of the length 1/n.",
        "How often does your inner loop run, and how much time is covered then?",
    ),
    "states_before": (
        w_states_before,
        "The states before the observations are returned, not those after them.",
        "When in your loop do you store the state? Which one is asked for?",
    ),
    "next_interval": (
        w_next_interval,
        "Before observation t the interval to the next observation flows, not the one since the last.",
        "Which two times lie around the flow before observation t? Look at the first entry of your differences.",
    ),
    "jump_added": (
        w_jump_added,
        "The output of the cell is added to the state instead of replacing it.",
        "What stands to the left of tanh in the second equation?",
    ),
    "times_of_first": (
        w_times_of_first,
        "The times of the first example are used for all.",
        "Has each example its own times? Which column do you read?",
    ),
    "slope_frozen": (
        w_slope_frozen,
        "The slope is computed once, before the n steps, so they amount to a single one.",
        "At which state should the slope of the second small step be taken? Does n change your result?",
    ),
    "rest_added_whole": (
        w_rest_added_whole,
        "In the exact solution the whole of rest is added to the decayed state.",
        "Put a time of 0 into your solution: do you get the state back?",
    ),
    "second_run_not_reset": (
        w_second_run_not_reset,
        "The Euler run goes on from the last state of the exact run.",
        "From where does the second run start?",
    ),
    "cell_in_every_substep": (
        w_cell_in_every_substep,
        "In the Euler run the cell is applied after each small step, not once at the observation.",
        "How often is x_t observed between t - 1 and t?",
    ),
    "final_states": (
        w_final_states,
        "Only the last states are returned.",
        "How many states should each run return? Compare the shapes.",
    ),
    "midpoint": (
        w_midpoint,
        "The midpoint rule is used, which is more exact than Euler's method.",
        "How many slopes does one step of Euler's method need?",
    ),
    "h0_in_place": (
        w_h0_in_place,
        "h0 is used as working memory and changed.",
        "What stands in h0 after the call?",
    ),
}
