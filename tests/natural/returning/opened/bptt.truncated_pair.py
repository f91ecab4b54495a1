import numpy as np


def run_pair(x, h, c, W_ih, W_hh, b, a):
    gs, cs, hs = [], [], []
    for x_t in x:
        g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        c = a * c + g
        h = np.tanh(c)
        gs.append(g)
        cs.append(c)
        hs.append(h)
    return np.stack(gs), np.stack(cs), np.stack(hs)


def truncated_pair_1(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    g, c, h = run_pair(x, h0, c0, W_ih, W_hh, b, a)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh_next = np.zeros_like(h0)
    for t in reversed(range(len(x))):
        if (t + 1) % k == 0:
            dh_next = np.zeros_like(h0)
        dc = (1 - h[t] ** 2) * (dy[t] + dh_next)
        dz = (1 - g[t] ** 2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t else h0)
        db += dz.sum(axis=0)
        dh_next = dz @ W_hh
    return dW_ih, dW_hh, db


def truncated_pair_2(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    g, c, h = run_pair(x, h0, c0, W_ih, W_hh, b, a)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh_next, dc_next = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(len(x))):
        if (t + 1) % k == 0:
            dh_next = np.zeros_like(h0)
        dc = (1 - h[t] ** 2) * (dy[t] + dh_next) + dc_next
        dz = (1 - g[t] ** 2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t else h0)
        db += dz.sum(axis=0)
        dh_next = dz @ W_hh
        dc_next = a * dc
    return dW_ih, dW_hh, db


def pair_chunk(dy, x, h0, c0, W_ih, W_hh, b, a):
    g, c, h = run_pair(x, h0, c0, W_ih, W_hh, b, a)
    before = np.concatenate([h0[None], h[:-1]])
    dz = np.empty_like(g)
    dh, dc = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(len(x))):
        dc = dc + (1 - h[t] ** 2) * (dy[t] + dh)
        dz[t] = (1 - g[t] ** 2) * dc
        dh, dc = dz[t] @ W_hh, a * dc
    dW_ih = np.einsum("tbh,tbf->hf", dz, x)
    dW_hh = np.einsum("tbh,tbi->hi", dz, before)
    return (dW_ih, dW_hh, dz.sum(axis=(0, 1))), h[-1], c[-1]


def truncated_pair_5(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    T = len(x)
    g = np.empty_like(dy)
    c = np.empty_like(dy)
    h = np.empty_like(dy)
    hp, cp = h0, c0
    for t in range(T):
        g[t] = np.tanh(x[t] @ W_ih.T + hp @ W_hh.T + b)
        c[t] = a * cp + (1 - a) * g[t]
        h[t] = np.tanh(c[t])
        hp, cp = h[t], c[t]
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh, dc = np.zeros_like(h0), np.zeros_like(c0)
    for t in range(T - 1, -1, -1):
        if (t + 1) % k == 0:
            dh, dc = np.zeros_like(h0), np.zeros_like(c0)
        dc = dc + (1 - h[t] ** 2) * (dy[t] + dh)
        dz = (1 - g[t] ** 2) * (1 - a) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t else h0)
        db += dz.sum(axis=0)
        dh, dc = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


def truncated_pair_6(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    g, c, h = run_pair(x, h0, c0, W_ih, W_hh, b, a)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh, dc_next = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(len(x))):
        if (t + 1) % k == 0:
            dh, dc_next = np.zeros_like(h0), np.zeros_like(c0)
        dc = (1 - h[t] ** 2) * (dy[t] + dh) + dc_next
        dz = (1 - g[t] ** 2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t else h0)
        db += dz.sum(axis=0)
        dh = dz @ W_hh
        dc_next = a * dz
    return dW_ih, dW_hh, db


def truncated_pair_7(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    T = len(x)
    total = [np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)]
    h, c = h0, c0
    for s in range(0, T, k):
        n = min(k, T - s)
        part, h, c = pair_chunk(dy[s : s + n], x[s : s + n], h, c, W_ih, W_hh, b, a)
        for i in range(3):
            total[i] += part[i] * (n / k)
    return tuple(total)


def truncated_pair_a(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    g, c, h = run_pair(x, h0, c0, W_ih, W_hh, b, a)
    before = np.concatenate([h0[None], h[:-1]])
    dz, dh, dc = np.empty_like(g), 0 * h0, 0 * c0
    for t in range(len(x) - 1, -1, -1):
        open_ = (t + 1) % k != 0
        dc = open_ * dc + (1 - h[t] ** 2) * (dy[t] + open_ * dh)
        dz[t] = (1 - g[t] ** 2) * dc
        dh, dc = dz[t] @ W_hh, a * dc
    return np.einsum("tbh,tbf->hf", dz, x), np.einsum("tbh,tbi->hi", dz, before), dz.sum((0, 1))


RIGHT = {
    "a_bracket_that_is_zero_or_one": truncated_pair_a,
}
WRONG = {
    "tired_no_way_through_c": (
        truncated_pair_1,
        "Sends no gradient back through c, only through h.",
        "One step is right. By which two ways does c_t act on what comes after step t?",
    ),
    "tired_c_crosses_the_border_subtle": (
        truncated_pair_2,
        "Cuts the gradient of h at the border, but lets that of c pass.",
        "One chunk is right. Two things are handed from chunk to chunk: do both gradients stop?",
    ),
    "control_engineer_first_order_lag": (
        truncated_pair_5,
        "Uses c_t = a c_{t-1} + (1-a) g_t, a first-order lag, in both passes.",
        "Forward and backward pass agree with each other, but the cell is another one: with which weight does g_t enter c_t in the task?",
    ),
    "tired_carry_through_the_inner_slope_subtle": (
        truncated_pair_6,
        "Sends a·dz instead of a·dc back to c_{t-1}, so that the direct way through c is damped by the slope of the inner tanh.",
        "One step is right. Between c_{t-1} and c_t, is there a tanh on the way that a keeps?",
    ),
    "statistician_weights_the_last_chunk_subtle": (
        truncated_pair_7,
        "Multiplies the gradient of a shorter chunk by its share of k.",
        "Chunks of equal length are right. Is the last chunk's gradient a sum like all others?",
    ),
}
