"""As students in the last week of the winter term: latches known from digital electronics, windows from pandas."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("two_loops")
def hold(x, w, h0, L):
    T, B = x.shape
    h = np.zeros_like(x)
    g = np.zeros_like(x)
    equal = 0
    for b in range(B):
        held = h0[b]
        for t in range(T):
            if w[t, b] == 1:
                held = x[t, b]
            h[t, b] = held
            for i in range(t, max(t - L, -1), -1):
                if w[i, b] == 1:
                    g[t, b] = x[i, b]
                    break
            equal += g[t, b] == h[t, b]
    return h, g, equal / (T * B)


@right("number_of_the_last_write")
def hold(x, w, h0, L):
    T, B = x.shape
    t = np.arange(T)[:, None]
    last = np.maximum.accumulate(np.where(w == 1, t, -1), axis=0)
    taken = np.take_along_axis(x, np.maximum(last, 0), axis=0)
    h = np.where(last >= 0, taken, h0)
    g = np.where((last >= 0) & (t - last < L), taken, 0)
    return h.astype(x.dtype), g.astype(x.dtype), float(np.mean(g == h))


@right("shifted_copies")
def hold(x, w, h0, L):
    T = len(x)
    on = w.astype(bool)
    h = [np.where(on[0], x[0], h0)]
    for t in range(1, T):
        h.append(np.where(on[t], x[t], h[-1]))
    h = np.stack(h).astype(x.dtype)
    g = np.zeros(x.shape, x.dtype)
    for age in reversed(range(min(L, T))):
        late = g[age:]
        late[on[: T - age]] = x[: T - age][on[: T - age]]
    return h, g, np.count_nonzero(g == h) / h.size


@wrong("begins_with_zero", "The cell begins with 0; h0 is not used.", "No command is ever 1: what does the cell hold?")
def hold(x, w, h0, L):
    T, B = x.shape
    h = np.zeros_like(x)
    g = np.zeros_like(x)
    equal = 0
    for b in range(B):
        held = 0
        for t in range(T):
            if w[t, b] == 1:
                held = x[t, b]
            h[t, b] = held
            for i in range(t, max(t - L, -1), -1):
                if w[i, b] == 1:
                    g[t, b] = x[i, b]
                    break
            equal += g[t, b] == h[t, b]
    return h, g, equal / (T * B)


@wrong(
    "window_sees_h0",
    "While the window reaches back to the beginning it answers with h0 where nothing was taken over.",
    "Step 0 with command 0: what can the window know of h0?",
)
def hold(x, w, h0, L):
    T, B = x.shape
    t = np.arange(T)[:, None]
    last = np.maximum.accumulate(np.where(w == 1, t, -1), axis=0)
    taken = np.take_along_axis(x, np.maximum(last, 0), axis=0)
    h = np.where(last >= 0, taken, h0)
    g = np.where(t - last < L, h, 0)
    return h.astype(x.dtype), g.astype(x.dtype), float(np.mean(g == h))


@wrong("window_of_L_plus_one", "The window reaches from t-L to t: L + 1 steps.", "L = 1: which steps may g[t] see?")
def hold(x, w, h0, L):
    T, B = x.shape
    h = np.zeros_like(x)
    g = np.zeros_like(x)
    equal = 0
    for b in range(B):
        held = h0[b]
        for t in range(T):
            if w[t, b] == 1:
                held = x[t, b]
            h[t, b] = held
            for i in range(t, max(t - L - 1, -1), -1):
                if w[i, b] == 1:
                    g[t, b] = x[i, b]
                    break
            equal += g[t, b] == h[t, b]
    return h, g, equal / (T * B)


@wrong(
    "window_without_step_t",
    "The window ends before t: the L steps t-L to t-1.",
    "A command of 1 at step t itself: what is g there?",
)
def hold(x, w, h0, L):
    T, B = x.shape
    h = np.zeros_like(x)
    g = np.zeros_like(x)
    equal = 0
    for b in range(B):
        held = h0[b]
        for t in range(T):
            if w[t, b] == 1:
                held = x[t, b]
            h[t, b] = held
            for i in range(t - 1, max(t - L - 1, -1), -1):
                if w[i, b] == 1:
                    g[t, b] = x[i, b]
                    break
            equal += g[t, b] == h[t, b]
    return h, g, equal / (T * B)


@wrong(
    "first_write_of_the_window",
    "Answers with the number that was taken over first in the window.",
    "Two commands of 1 in the window: which number would the cell hold now?",
)
def hold(x, w, h0, L):
    T, B = x.shape
    h, g = np.empty_like(x), np.zeros_like(x)
    cell = h0
    for t in range(T):
        cell = np.where(w[t] == 1, x[t], cell)
        h[t] = cell
        a = max(0, t - L + 1)
        first = np.argmax(w[a : t + 1], axis=0)
        some = w[a : t + 1].any(axis=0)
        g[t] = np.where(some, x[a : t + 1][first, np.arange(B)], 0)
    return h, g, np.mean(g == h)


@wrong(
    "falls_back_to_h0",
    "h is x where the command is 1 and h0 elsewhere: nothing is carried from step to step.",
    "A number was taken over at step 3, and step 4 has command 0: what is h[4]?",
)
def hold(x, w, h0, L):
    T, B = x.shape
    t = np.arange(T)[:, None]
    last = np.maximum.accumulate(np.where(w == 1, t, -1), axis=0)
    taken = np.take_along_axis(x, np.maximum(last, 0), axis=0)
    h = np.where(w == 1, x, h0)
    g = np.where((last >= 0) & (t - last < L), taken, 0)
    return h.astype(x.dtype), g.astype(x.dtype), float(np.mean(g == h))


@wrong(
    "index_minus_one_wraps",
    "Where nothing was taken over yet the index is -1, and NumPy takes the last step instead of h0.",
    "last is -1 at step 0: which step is x[-1]?",
)
def hold(x, w, h0, L):
    T, B = x.shape
    t = np.arange(T)[:, None]
    last = np.maximum.accumulate(np.where(w == 1, t, -1), axis=0)
    h = x[last, np.arange(B)]
    g = np.where((last >= 0) & (t - last < L), h, 0).astype(x.dtype)
    return h, g, np.mean(g == h)


@wrong(
    "integers_make_float64",
    "h = w·x + (1 - w)·h with whole numbers w: float32 times int64 is float64.",
    "Which dtype has a float32 array times an int64 array?",
)
def hold(x, w, h0, L):
    T, B = x.shape
    h, g = [], []
    c = h0
    for t in range(T):
        c = w[t] * x[t] + (1 - w[t]) * c
        h.append(c)
        v = np.zeros(B)
        for i in range(max(0, t - L + 1), t + 1):
            v = w[i] * x[i] + (1 - w[i]) * v
        g.append(v)
    h, g = np.array(h), np.array(g)
    return h, g, np.mean(h == g)


@wrong(
    "share_of_the_answers_given",
    "The share goes only over the steps where the window has an answer: it is always 1 then.",
    "Are steps with g = 0 among “all numbers g”?",
)
def hold(x, w, h0, L):
    T, B = x.shape
    t = np.arange(T)[:, None]
    last = np.maximum.accumulate(np.where(w == 1, t, -1), axis=0)
    taken = np.take_along_axis(x, np.maximum(last, 0), axis=0)
    h = np.where(last >= 0, taken, h0)
    g = np.where((last >= 0) & (t - last < L), taken, 0)
    return h.astype(x.dtype), g.astype(x.dtype), float(np.mean((g == h)[g != 0])) if g.any() else 0.0


@wrong(
    "share_of_whole_examples",
    "Counts examples that agree at all steps, not single numbers.",
    "An example that agrees at 9 of 10 steps: what does it add to your share?",
)
def hold(x, w, h0, L):
    T = len(x)
    on = w.astype(bool)
    h = [np.where(on[0], x[0], h0)]
    for t in range(1, T):
        h.append(np.where(on[t], x[t], h[-1]))
    h = np.stack(h).astype(x.dtype)
    g = np.zeros(x.shape, x.dtype)
    for age in reversed(range(min(L, T))):
        late = g[age:]
        late[on[: T - age]] = x[: T - age][on[: T - age]]
    return h, g, np.mean(np.all(g == h, axis=0))


@wrong(
    "waits_for_full_windows",
    "g is 0 until L steps are there.",
    "At step 0 there is one step: what does the window see of it?",
)
def hold(x, w, h0, L):
    T, B = x.shape
    h, g = x.copy(), np.zeros_like(x)
    for b in range(B):
        for t in range(T):
            if not w[t, b]:
                h[t, b] = h[t - 1, b] if t > 0 else h0[b]
            if t >= L - 1:
                ones = np.nonzero(w[t - L + 1 : t + 1, b])[0]
                if len(ones):
                    g[t, b] = x[t - L + 1 + ones[-1], b]
    return h, g, np.mean(g == h)


@wrong(
    "blocks_of_L",
    "The sequence is cut into blocks of L steps; at each block the window begins anew.",
    "L = 4: which steps does the window see at step 4?",
)
def hold(x, w, h0, L):
    T, B = x.shape
    h = np.zeros_like(x)
    g = np.zeros_like(x)
    equal = 0
    for b in range(B):
        held = h0[b]
        for t in range(T):
            if w[t, b] == 1:
                held = x[t, b]
            h[t, b] = held
            for i in range(t, t - t % L - 1, -1):
                if w[i, b] == 1:
                    g[t, b] = x[i, b]
                    break
            equal += g[t, b] == h[t, b]
    return h, g, equal / (T * B)


@wrong(
    "written_into_x",
    "h is x itself, filled up in place: the caller's array is changed (and g reads from it).",
    "Is h a new array after h = x?",
)
def hold(x, w, h0, L):
    T, B = x.shape
    g = np.zeros_like(x)
    for t in range(T):
        for i in range(max(0, t - L + 1), t + 1):
            g[t] = np.where(w[i] == 1, x[i], g[t])
    h = x
    for t in range(T):
        before = h[t - 1] if t else h0
        h[t] = np.where(w[t] == 1, x[t], before)
    return h, g, np.mean(g == h)
