"""As students of the third year at the end of term: a latch in a few lines, and what goes wrong with windows."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("step_by_step")
def hold(x, w, h0, L):
    T, B = x.shape
    h = np.zeros_like(x)
    g = np.zeros_like(x)
    state = h0.copy()
    for t in range(T):
        state = np.where(w[t] == 1, x[t], state)
        h[t] = state
        for s in range(max(0, t - L + 1), t + 1):
            g[t] = np.where(w[s] == 1, x[s], g[t])
    return h, g, np.mean(h == g)


@right("index_of_the_last_command")
def hold(x, w, h0, L):
    T, B = x.shape
    t = np.arange(T)[:, None]
    last = np.maximum.accumulate(np.where(w == 1, t, -1), axis=0)
    taken = np.take_along_axis(x, np.maximum(last, 0), axis=0)
    h = np.where(last >= 0, taken, h0)
    g = np.where((last >= 0) & (t - last < L), taken, 0).astype(x.dtype)
    return h, g, float((h == g).sum() / h.size)


@right("pure_python_with_age")
def hold(x, w, h0, L):
    h, g = np.empty_like(x), np.empty_like(x)
    equal = 0
    for b in range(x.shape[1]):
        value, age = h0[b], L  # as old as if no window saw it
        for t in range(x.shape[0]):
            if w[t, b]:
                value, age = x[t, b], 0
            else:
                age += 1
            h[t, b] = value
            g[t, b] = value if age < L else 0
            equal += h[t, b] == g[t, b]
    return h, g, equal / x.size


@wrong(
    "window_one_step_too_long",
    "The window sees t-L to t, L + 1 steps.",
    "With L = 1 the window sees step t alone. How many steps does yours see?",
)
def hold(x, w, h0, L):
    h, g = x.copy(), np.zeros_like(x)
    cur = h0
    for t in range(len(x)):
        cur = w[t] * x[t] + (1 - w[t]) * cur
        h[t] = cur
        for k in range(max(t - L, 0), t + 1):
            g[t][w[k] == 1] = x[k][w[k] == 1]
    return h, g, (g == h).mean()


@wrong(
    "window_without_t",
    "The window sees the L steps before t, but not t itself: x[t-L:t].",
    "w is 1 at every step. What should g be, and what is it at t = 0?",
)
def hold(x, w, h0, L):
    T = len(x)
    h = []
    s = h0
    for t in range(T):
        s = np.where(w[t], x[t], s)
        h.append(s)
    h = np.array(h, dtype=x.dtype)
    g = np.zeros_like(x)
    for t in range(T):
        xs, ws = x[max(t - L, 0) : t], w[max(t - L, 0) : t]
        for a, c in zip(xs, ws, strict=True):
            g[t] = np.where(c, a, g[t])
    return h, g, np.mean(g == h)


@wrong(
    "window_knows_h0",
    "The window answers with h0 where nothing was taken over yet; it does not see h0.",
    "Change h0 alone. Which numbers of g may change?",
)
def hold(x, w, h0, L):
    T, B = x.shape
    h = np.zeros_like(x)
    g = np.zeros_like(x)
    for b in range(B):
        c = h0[b]
        for t in range(T):
            if w[t, b] == 1:
                c = x[t, b]
            h[t, b] = c
            v = h0[b] if t - L + 1 <= 0 else 0
            for s in range(max(t - L + 1, 0), t + 1):
                if w[s, b] == 1:
                    v = x[s, b]
            g[t, b] = v
    return h, g, np.sum(h == g) / (T * B)


@wrong(
    "starts_from_zero",
    "The cell begins with 0, h0 is not used.",
    "w is 0 at all steps. What does the cell hold?",
)
def hold(x, w, h0, L):
    h = np.zeros_like(x)
    g = np.zeros_like(x)
    for t in range(x.shape[0]):
        h[t] = np.where(w[t] == 1, x[t], h[t - 1] if t > 0 else 0)
        lo = max(0, t - L + 1)
        for s in range(lo, t + 1):
            g[t] = np.where(w[s] == 1, x[s], g[t])
    share = np.count_nonzero(h == g) / h.size
    return h, g, share


@wrong(
    "first_one_in_the_window",
    "argmax finds the first command in the window; the last one is wanted.",
    "A window with two commands: which number comes out, the older or the newer?",
)
def hold(x, w, h0, L):
    T, B = x.shape
    h = np.empty_like(x)
    prev = h0
    for t in range(T):
        prev = h[t] = np.where(w[t] == 1, x[t], prev)
    g = np.zeros_like(x)
    for t in range(T):
        lo = max(0, t + 1 - L)
        i = np.argmax(w[lo : t + 1], axis=0)
        any_ = w[lo : t + 1].any(axis=0)
        g[t] = np.where(any_, x[lo + i, np.arange(B)], 0)
    return h, g, np.mean(h == g)


@wrong(
    "newest_number_of_the_window",
    "If there is any command in the window, x_t comes out, not the number that was taken over.",
    "w = (1, 0), x = (5, 7), L = 2: what is g at step 1?",
)
def hold(x, w, h0, L):
    s, h, g = h0, [], []
    for t, (xt, wt) in enumerate(zip(x, w, strict=True)):
        s = np.where(wt == 1, xt, s)
        h.append(s)
        window = w[max(0, t - L + 1) : t + 1]
        g.append(np.where(window.max(axis=0) == 1, xt, 0))
    h, g = np.array(h), np.array(g, dtype=x.dtype)
    return h, g, float(np.mean(h == g))


@wrong(
    "adds_instead_of_taking",
    "h + w x: the old number is not forgotten when a new one comes (the factor 1 - w is missing).",
    "Two commands, with 3 and then 4: what does the cell hold?",
)
def hold(x, w, h0, L):
    h = np.zeros_like(x)
    c = h0.copy()
    for t in range(len(x)):
        c = c + w[t].astype(x.dtype) * x[t]
        h[t] = c
    g = np.zeros_like(x)
    for t in range(len(x)):
        for s in range(max(0, t - L + 1), t + 1):
            g[t] = np.where(w[s] == 1, x[s], g[t])
    return h, g, np.mean(h == g)


@wrong(
    "command_turned_round",
    "w is read as a keep gate, like the forget gate of an LSTM: 1 keeps and 0 takes over.",
    "w is 1 everywhere: does your h equal x?",
)
def hold(x, w, h0, L):
    T = len(x)
    h = np.empty_like(x)
    g = np.zeros_like(x)
    h[0] = np.where(w[0], h0, x[0])
    for t in range(1, T):
        h[t] = np.where(w[t], h[t - 1], x[t])
    for t in range(T):
        for s in range(max(t - L + 1, 0), t + 1):
            g[t] = np.where(w[s], g[t], x[s])
    return h, g, (h == g).sum() / h.size


@wrong(
    "one_command_for_the_batch",
    "As soon as one example has a command, all examples take over.",
    "Two examples, w[t] = (1, 0): what does the second one hold?",
)
def hold(x, w, h0, L):
    h, g = np.zeros_like(x), np.zeros_like(x)
    state = h0
    for t in range(len(x)):
        if np.any(w[t] == 1):
            state = x[t]
        h[t] = state
        for s in range(t, max(t - L, -1), -1):
            if np.any(w[s] == 1):
                g[t] = x[s]
                break
    return h, g, np.mean(h == g)


@wrong(
    "same_array_in_the_list",
    "The list holds the same array T times, as it is changed in place: every step shows the last state.",
    "Print h[0] and h[-1]. What does append keep, a copy or the array itself?",
)
def hold(x, w, h0, L):
    state = h0.copy()
    states = []
    for t in range(x.shape[0]):
        state[w[t] == 1] = x[t][w[t] == 1]
        states.append(state)
    h = np.stack(states)
    g = np.zeros_like(x)
    for t in range(x.shape[0]):
        for s in range(max(0, t - L + 1), t + 1):
            g[t][w[s] == 1] = x[s][w[s] == 1]
    return h, g, np.mean(h == g)


@wrong(
    "windows_side_by_side",
    "The sequence is cut into blocks of L steps and the answer begins anew in each; the window should move with t.",
    "L = 3: which steps does your window see at t = 3? They should be 1, 2, 3.",
)
def hold(x, w, h0, L):
    T, B = x.shape
    h = np.zeros_like(x)
    g = np.zeros_like(x)
    a, v = h0, np.zeros_like(h0)
    for t in range(T):
        if t % L == 0:
            v = np.zeros_like(h0)
        a = np.where(w[t] == 1, x[t], a)
        v = np.where(w[t] == 1, x[t], v)
        h[t], g[t] = a, v
    return h, g, np.mean(h == g)


@wrong(
    "only_full_windows",
    "g stays 0 until L steps are there; at the beginning the window sees the steps that there are.",
    "L = 4 and w[0] = 1: what should g be at step 0?",
)
def hold(x, w, h0, L):
    T, B = x.shape
    h = np.empty((T, B), x.dtype)
    for t in range(T):
        h[t] = np.where(w[t] == 1, x[t], h0 if t == 0 else h[t - 1])
    g = np.zeros((T, B), x.dtype)
    for t in range(L - 1, T):
        for s in range(t - L + 1, t + 1):
            g[t] = np.where(w[s] == 1, x[s], g[t])
    return h, g, np.mean(h == g)


@wrong(
    "steps_where_all_agree",
    "The share of the steps at which all examples agree, not of all numbers.",
    "T = 1, B = 2, and one of the two agrees: what share should come out?",
)
def hold(x, w, h0, L):
    T, B = x.shape
    h = np.zeros_like(x)
    g = np.zeros_like(x)
    for t in range(T):
        h[t] = x[t] * w[t] + (h[t - 1] if t else h0) * (1 - w[t])
        j = t
        while j >= 0 and j > t - L:
            g[t] = np.where((g[t] == 0) & (w[j] == 1), x[j], g[t])
            j -= 1
    share = sum(np.array_equal(a, c) for a, c in zip(h, g, strict=True)) / T
    return h, g, share
