"""As students of control in the lab: a shift is a convolution, the walls are saturation."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("clipped_index_loops")
def move(w_c, w_prev, g, s, gamma):
    B, N = w_c.shape
    S = (s.shape[1] - 1) // 2
    w = np.zeros_like(w_c)
    for b in range(B):
        wg = g[b] * w_c[b] + (1 - g[b]) * w_prev[b]
        for m in range(N):
            for j in range(-S, S + 1):
                i = m + j
                if i < 0:
                    i = 0
                if i > N - 1:
                    i = N - 1
                w[b, i] = w[b, i] + s[b, j + S] * wg[m]
        w[b] = w[b] ** gamma[b]
        w[b] = w[b] / np.sum(w[b])
    return w


@right("full_convolution_folded")
def move(w_c, w_prev, g, s, gamma):
    B, N = w_c.shape
    S = s.shape[1] // 2
    out = []
    for b in range(B):
        wg = g[b] * w_c[b] + (1 - g[b]) * w_prev[b]
        full = np.convolve(wg, s[b])  # from -S to N-1+S
        mid = full[S : S + N].copy()
        mid[0] += full[:S].sum()
        mid[-1] += full[S + N :].sum()
        p = mid ** gamma[b]
        out.append(p / p.sum())
    return np.array(out)


@right("transition_matrix")
def move(w_c, w_prev, g, s, gamma):
    B, N = w_c.shape
    S = (s.shape[1] - 1) // 2
    g = g[:, None]
    wg = g * w_c + (1 - g) * w_prev
    T = np.zeros((B, N, N), dtype=w_c.dtype)  # to, from
    for j in range(2 * S + 1):
        for m in range(N):
            T[:, np.clip(m + j - S, 0, N - 1), m] += s[:, j]
    wt = np.matmul(T, wg[:, :, None])[:, :, 0]
    p = wt ** gamma[:, None]
    return p / p.sum(axis=1, keepdims=True)


@right("add_at")
def move(w_c, w_prev, g, s, gamma):
    N = w_c.shape[1]
    S = s.shape[1] // 2
    wg = w_prev + g[:, None] * (w_c - w_prev)
    wt = np.zeros_like(wg)
    for j in range(-S, S + 1):
        target = np.clip(np.arange(N) + j, 0, N - 1)
        for m in range(N):
            wt[:, target[m]] += s[:, S + j] * wg[:, m]
    z = gamma[:, None] * np.log(wt)
    z = np.exp(z - z.max(axis=1, keepdims=True))
    return z / z.sum(axis=1, keepdims=True)


@right("by_the_condition_of_the_page")
def move(w_c, w_prev, g, s, gamma):
    B, N = w_c.shape
    S = (s.shape[1] - 1) // 2
    w = np.zeros((B, N), dtype=w_c.dtype)
    for b in range(B):
        wg = g[b] * w_c[b] + (1 - g[b]) * w_prev[b]
        for i in range(N):
            for j in range(-S, S + 1):
                for m in range(N):
                    hit = m + j == i
                    hit = hit or (i == N - 1 and m + j >= N - 1)
                    hit = hit or (i == 0 and m + j <= 0)
                    if hit:
                        w[b, i] += s[b, S + j] * wg[m]
    w = w ** gamma.reshape(-1, 1)
    return w / w.sum(axis=1).reshape(-1, 1)


@wrong(
    "circular",
    "Shifts circularly with roll, as on the page; here the memory has ends.",
    "Put all weight on the last row and move by +1. Where should it be?",
)
def move(w_c, w_prev, g, s, gamma):
    S = s.shape[1] // 2
    wg = g[:, None] * w_c + (1 - g[:, None]) * w_prev
    wt = sum(s[:, [S + j]] * np.roll(wg, j, axis=1) for j in range(-S, S + 1))
    p = wt ** gamma[:, None]
    return p / p.sum(axis=1, keepdims=True)


@wrong(
    "weight_falls_off",
    "Weight beyond the ends is dropped (mode 'same'); the division hides it.",
    "Sum your shifted weighting before you sharpen. Is it 1?",
)
def move(w_c, w_prev, g, s, gamma):
    B, N = w_c.shape
    S = s.shape[1] // 2
    w = np.zeros_like(w_c)
    for b in range(B):
        wg = g[b] * w_c[b] + (1 - g[b]) * w_prev[b]
        w[b] = np.convolve(wg, s[b])[S : S + N]
        w[b] = w[b] ** gamma[b]
        w[b] /= w[b].sum()
    return w


@wrong(
    "other_direction",
    "A move by j takes the weight to row i - j: a correlation in place of a convolution.",
    "All weight on row 1 and all of s on +1: which row should have it?",
)
def move(w_c, w_prev, g, s, gamma):
    N = w_c.shape[1]
    S = s.shape[1] // 2
    wg = g[:, None] * w_c + (1 - g[:, None]) * w_prev
    wt = np.zeros_like(wg)
    for j in range(-S, S + 1):
        for m in range(N):
            wt[:, min(max(m - j, 0), N - 1)] += s[:, S + j] * wg[:, m]
    p = wt ** gamma[:, None]
    return p / p.sum(axis=1, keepdims=True)


@wrong(
    "edge_padded",
    "Reads with clipped indices (rows are repeated at the ends): that copies weight of the end rows instead of stopping it.",
    "All weight on row 0, moved by +1: is any left on row 0?",
)
def move(w_c, w_prev, g, s, gamma):
    N = w_c.shape[1]
    S = s.shape[1] // 2
    wg = g[:, None] * w_c + (1 - g[:, None]) * w_prev
    wt = np.zeros_like(wg)
    for j in range(-S, S + 1):
        src = np.clip(np.arange(N) - j, 0, N - 1)
        wt += s[:, [S + j]] * wg[:, src]
    p = wt ** gamma[:, None]
    return p / p.sum(axis=1, keepdims=True)


@wrong(
    "gate_reversed",
    "The gate is swapped: g mixes in the previous weighting.",
    "With g = 1, which of the two weightings should be left?",
)
def move(w_c, w_prev, g, s, gamma):
    N = w_c.shape[1]
    S = s.shape[1] // 2
    wg = (1 - g[:, None]) * w_c + g[:, None] * w_prev
    wt = np.zeros_like(wg)
    for j in range(-S, S + 1):
        for m in range(N):
            wt[:, min(max(m + j, 0), N - 1)] += s[:, S + j] * wg[:, m]
    p = wt ** gamma[:, None]
    return p / p.sum(axis=1, keepdims=True)


@wrong(
    "sharpened_before_the_shift",
    "Sharpens first and shifts then.",
    "Which comes last in the task, the shift or the power?",
)
def move(w_c, w_prev, g, s, gamma):
    N = w_c.shape[1]
    S = s.shape[1] // 2
    wg = g[:, None] * w_c + (1 - g[:, None]) * w_prev
    wg = wg ** gamma[:, None]
    wg = wg / wg.sum(axis=1, keepdims=True)
    wt = np.zeros_like(wg)
    for j in range(-S, S + 1):
        for m in range(N):
            wt[:, min(max(m + j, 0), N - 1)] += s[:, S + j] * wg[:, m]
    return wt


@wrong("not_normalised", "The power is not divided by its sum.", "Sum your weights over the rows. Is it 1?")
def move(w_c, w_prev, g, s, gamma):
    N = w_c.shape[1]
    S = s.shape[1] // 2
    wg = g[:, None] * w_c + (1 - g[:, None]) * w_prev
    wt = np.zeros_like(wg)
    for j in range(-S, S + 1):
        for m in range(N):
            wt[:, min(max(m + j, 0), N - 1)] += s[:, S + j] * wg[:, m]
    return wt ** gamma[:, None]


@wrong(
    "reflected_at_the_walls",
    "Weight is reflected at the walls instead of stopping there.",
    "Two to the right of the last row but one: on which row does it stay?",
)
def move(w_c, w_prev, g, s, gamma):
    B, N = w_c.shape
    S = s.shape[1] // 2
    wg = g[:, None] * w_c + (1 - g[:, None]) * w_prev
    wt = np.zeros_like(wg)
    for j in range(-S, S + 1):
        for m in range(N):
            i = abs(m + j)
            if i > N - 1:
                i = 2 * (N - 1) - i
            wt[:, i] += s[:, S + j] * wg[:, m]
    p = wt ** gamma[:, None]
    return p / p.sum(axis=1, keepdims=True)


@wrong(
    "overflow_stays_on_its_own_row",
    "A move that would go too far is not made at all: the weight stays on row m, not on the end row.",
    "Row N-2 moves by 3. Does its weight stay there, or on the last row?",
)
def move(w_c, w_prev, g, s, gamma):
    B, N = w_c.shape
    S = s.shape[1] // 2
    wg = g[:, None] * w_c + (1 - g[:, None]) * w_prev
    wt = np.zeros_like(wg)
    for j in range(-S, S + 1):
        for m in range(N):
            i = m + j if 0 <= m + j < N else m
            wt[:, i] += s[:, S + j] * wg[:, m]
    p = wt ** gamma[:, None]
    return p / p.sum(axis=1, keepdims=True)


@wrong(
    "only_S_1",
    "Only the moves -1, 0, 1 are made, with the first three numbers of s.",
    "For S = 2 s has five numbers. How many do you use?",
)
def move(w_c, w_prev, g, s, gamma):
    B, N = w_c.shape
    wg = g[:, None] * w_c + (1 - g[:, None]) * w_prev
    wt = np.zeros_like(wg)
    for m in range(N):
        for j in (-1, 0, 1):
            wt[:, min(max(m + j, 0), N - 1)] += s[:, j + 1] * wg[:, m]
    p = wt ** gamma[:, None]
    return p / p.sum(axis=1, keepdims=True)


@wrong(
    "softmax_instead_of_power",
    "Sharpens with exp(gamma w) instead of the power.",
    "A row of weight 0: does it get weight from your sharpening?",
)
def move(w_c, w_prev, g, s, gamma):
    B, N = w_c.shape
    S = s.shape[1] // 2
    wg = g[:, None] * w_c + (1 - g[:, None]) * w_prev
    wt = np.zeros_like(wg)
    for j in range(-S, S + 1):
        for m in range(N):
            wt[:, min(max(m + j, 0), N - 1)] += s[:, S + j] * wg[:, m]
    p = np.exp(gamma[:, None] * wt)
    return p / p.sum(axis=1, keepdims=True)


@wrong(
    "range_without_plus_S",
    "range(-S, S) leaves out the largest move.",
    "How many numbers has range(-S, S)? How many has s?",
)
def move(w_c, w_prev, g, s, gamma):
    B, N = w_c.shape
    S = s.shape[1] // 2
    wg = g[:, None] * w_c + (1 - g[:, None]) * w_prev
    wt = np.zeros_like(wg)
    for j in range(-S, S):
        for m in range(N):
            wt[:, min(max(m + j, 0), N - 1)] += s[:, S + j] * wg[:, m]
    p = wt ** gamma[:, None]
    return p / p.sum(axis=1, keepdims=True)


@wrong(
    "negative_index",
    "Moves beyond row 0 land at the end by a negative index; only the right wall holds.",
    "What is w[:, -1] in NumPy? Where does weight go from row 0 by -1?",
)
def move(w_c, w_prev, g, s, gamma):
    B, N = w_c.shape
    S = s.shape[1] // 2
    wg = g[:, None] * w_c + (1 - g[:, None]) * w_prev
    wt = np.zeros_like(wg)
    for j in range(-S, S + 1):
        for m in range(N):
            wt[:, max(min(m + j, N - 1), -N)] += s[:, S + j] * wg[:, m]
    p = wt ** gamma[:, None]
    return p / p.sum(axis=1, keepdims=True)


@wrong(
    "fancy_index_keeps_the_last",
    "wt[:, target] += ... counts only one of several weights that arrive on the same row.",
    "Two rows arrive at the wall. With a repeated index, how often does += add?",
)
def move(w_c, w_prev, g, s, gamma):
    B, N = w_c.shape
    S = s.shape[1] // 2
    wg = g[:, None] * w_c + (1 - g[:, None]) * w_prev
    wt = np.zeros_like(wg)
    for j in range(-S, S + 1):
        target = np.clip(np.arange(N) + j, 0, N - 1)
        wt[:, target] += s[:, [S + j]] * wg
    p = wt ** gamma[:, None]
    return p / p.sum(axis=1, keepdims=True)
