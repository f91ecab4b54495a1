"""What is handed in for the exercises of ``lstm_gru``: right answers, and wrong ones as they are typed."""

from __future__ import annotations

import itertools
import math

import numpy as np

from rnncourse import lstm_gru as chapter

from . import solves


def sigma(a):
    """Without overflow."""
    return 0.5 + 0.5 * np.tanh(0.5 * a)


# lstm_gru.gated_memory


@solves("lstm_gru.gated_memory")
def by_the_library_gate(x, m0, A_k, b_k, A_s, b_s):
    memories = [m0]
    for x_t in x:
        memories.append(chapter.sigmoid(x_t @ A_k.T + b_k) * memories[-1] + chapter.gate(x_t, A_s, b_s))
    return np.array(memories[1:])


@solves("lstm_gru.gated_memory")
def gates_of_all_steps_first(x, m0, A_k, b_k, A_s, b_s):
    keep, store = sigma(np.einsum("tbi,ji->tbj", x, A_k) + b_k), sigma(np.einsum("tbi,ji->tbj", x, A_s) + b_s)
    m = store * x
    m[0] += keep[0] * m0
    for t in range(1, len(m)):
        m[t] += keep[t] * m[t - 1]
    return m


@solves("lstm_gru.gated_memory")
def number_by_number(x, m0, A_k, b_k, A_s, b_s):
    def gate(row, bias, inputs):
        a = sum(float(w) * float(v) for w, v in zip(row, inputs, strict=True)) + float(bias)
        return 1 / (1 + math.exp(-a)) if a > 0 else math.exp(a) / (1 + math.exp(a))

    T, B, N = x.shape
    m = np.zeros_like(x)
    for b, j in itertools.product(range(B), range(N)):
        value = float(m0[b, j])
        for t in range(T):
            keep, store = gate(A_k[j], b_k[j], x[t, b]), gate(A_s[j], b_s[j], x[t, b])
            value = keep * value + store * float(x[t, b, j])
            m[t, b, j] = value
    return m


@solves("lstm_gru.gated_memory")
def in_columns_with_one_joined_matrix(x, m0, A_k, b_k, A_s, b_s):
    N, A, b = len(b_k), np.vstack([A_k, A_s]), np.concatenate([b_k, b_s])[:, None]
    m, out = m0.T, []
    for t in range(x.shape[0]):
        gates = sigma(A @ x[t].T + b)
        m = m * gates[:N] + x[t].T * gates[N:]
        out.append(m.T)
    return np.stack(out)


# lstm_gru.coupled_cell


@solves("lstm_gru.coupled_cell")
def block_by_block(x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[1]
    a = [
        x_t @ W_ih[k * H : (k + 1) * H].T + h_prev @ W_hh[k * H : (k + 1) * H].T + b[k * H : (k + 1) * H]
        for k in range(3)
    ]
    f, g, o = sigma(a[0]), np.tanh(a[1]), sigma(a[2])
    c_t = g + f * (c_prev - g)
    return o * np.tanh(c_t), c_t


@solves("lstm_gru.coupled_cell")
def by_the_library_lstm(x_t, h_prev, c_prev, W_ih, W_hh, b):
    """The input gate of a whole LSTM hears the opposite of the forget gate."""
    H = h_prev.shape[1]
    four = [np.concatenate([-q[:H], q]) for q in (W_ih, W_hh, b)]
    return chapter.lstm_cell(x_t, h_prev, c_prev, chapter.LSTMWeights(*four, np.zeros_like(four[2])))


@solves("lstm_gru.coupled_cell")
def joined_and_in_columns(x_t, h_prev, c_prev, W_ih, W_hh, b):
    u = np.concatenate([x_t, h_prev, np.ones_like(x_t[:, :1])], axis=1)
    a = np.concatenate([W_ih, W_hh, b[:, None]], axis=1) @ u.T
    a = a.reshape(3, -1, len(x_t))
    keep = 1 / (1 + np.exp(-a[0]))
    c = keep * c_prev.T + (1 - keep) * np.tanh(a[1])
    return [(np.tanh(c) / (1 + np.exp(-a[2]))).T, c.T]


# lstm_gru.padded_forward


@solves("lstm_gru.padded_forward")
def by_the_library_cell(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    w = chapter.LSTMWeights(W_ih, W_hh, b_ih, b_hh)
    h, c = [h0], [c0]
    for t in range(len(x)):
        m = (lengths > t)[:, None].astype(x.dtype)
        h_t, c_t = chapter.lstm_cell(x[t], h[-1], c[-1], w)
        h.append(m * h_t + (1 - m) * h[-1])
        c.append(m * c_t + (1 - m) * c[-1])
    return np.array(h[1:]), np.array(c[1:])


@solves("lstm_gru.padded_forward")
def each_example_alone_then_filled_up(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    T, B, _ = x.shape
    w = chapter.LSTMWeights(W_ih, W_hh, b_ih, b_hh)
    h, c = np.zeros((2, T, *h0.shape), dtype=x.dtype)
    for b in range(B):
        n = int(lengths[b])
        short = chapter.lstm_forward(x[:n, b : b + 1], h0[b : b + 1], c0[b : b + 1], w)
        for whole, part in zip((h, c), short, strict=True):
            whole[:n, b], whole[n:, b] = part[:, 0], part[-1, 0]
    return h, c


@solves("lstm_gru.padded_forward")
def only_those_that_run(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c = np.repeat(h0[None], len(x), 0), np.repeat(c0[None], len(x), 0)
    for t in range(len(x)):
        if t > 0:
            h[t], c[t] = h[t - 1], c[t - 1]
        on = np.flatnonzero(t < lengths)
        if len(on):
            i, f, g, o = np.split(x[t, on] @ W_ih.T + h[t, on] @ W_hh.T + (b_ih + b_hh), 4, axis=1)
            c[t, on] = sigma(f) * c[t, on] + sigma(i) * np.tanh(g)
            h[t, on] = sigma(o) * np.tanh(c[t, on])
    return h, c


@solves("lstm_gru.padded_forward")
def by_open_and_shut_gates(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    """A finished example keeps its cell by its gates, and its state by a look at the step before."""
    h, c = h0, c0
    rows = []
    for t, x_t in enumerate(x):
        i, f, g, o = np.split(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh, 4, axis=1)
        ended = (lengths <= t)[:, None]
        i, f = np.where(ended, 0, sigma(i)), np.where(ended, 1, sigma(f))
        c = (f * c + i * np.tanh(g)).astype(x.dtype)
        h = np.where(ended, h, sigma(o) * np.tanh(c))
        rows.append(np.stack([h, c]))
    return tuple(np.stack(rows, axis=1))


# lstm_gru.coupled_backward


@solves("lstm_gru.coupled_backward")
def gate_by_gate(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[1]
    blocks = [slice(k * H, (k + 1) * H) for k in range(3)]
    a = [x_t @ W_ih[k].T + h_prev @ W_hh[k].T + b[k] for k in blocks]
    f, g, o = sigma(a[0]), np.tanh(a[1]), sigma(a[2])
    c = f * c_prev + (1 - f) * g
    do = dh_t * np.tanh(c)
    dc = dh_t * o / np.cosh(c) ** 2 + dc_rec
    df = dc * c_prev - dc * g
    dg = dc - dc * f
    da = [df * f * (1 - f), dg / np.cosh(a[1]) ** 2, do * o * (1 - o)]
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dx, dh = np.zeros_like(x_t), np.zeros_like(h_prev)
    for k, da_k in zip(blocks, da, strict=True):
        dW_ih[k], dW_hh[k], db[k] = da_k.T @ x_t, da_k.T @ h_prev, da_k.sum(0)
        dx += da_k @ W_ih[k]
        dh += da_k @ W_hh[k]
    return dW_ih, dW_hh, db, dx, dh, f * dc


@solves("lstm_gru.coupled_backward")
def by_the_library_lstm_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    """As a whole LSTM whose input gate hears the opposite of the forget gate; the two shares put together."""
    H = h_prev.shape[1]
    four = [np.concatenate([-q[:H], q]) for q in (W_ih, W_hh, b)]
    w = chapter.LSTMWeights(*four, np.zeros_like(four[2]))
    step = chapter.lstm_cell_backward(dh_t, dc_rec, x_t, h_prev, c_prev, w)
    sums = []
    for q in step[:3]:
        joined = q[H:].copy()
        joined[:H] -= q[:H]
        sums.append(joined)
    return (*sums, *step[3:])


@solves("lstm_gru.coupled_backward")
def example_by_example(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    found = [np.zeros_like(q) for q in (W_ih, W_hh, b, x_t, h_prev, c_prev)]
    for n in range(len(x_t)):
        f_a, g_a, o_a = np.split(W_ih @ x_t[n] + W_hh @ h_prev[n] + b, 3)
        f, g, o = 1 / (1 + np.exp(-f_a)), np.tanh(g_a), 1 / (1 + np.exp(-o_a))
        c = f * c_prev[n] + g - f * g
        h = o * np.tanh(c)
        dc = dc_rec[n] + dh_t[n] * (o - h * np.tanh(c))
        da = np.concatenate([dc * (c - g) * (1 - f), dc * (1 - f) * (1 - g * g), dh_t[n] * h * (1 - o)])
        found[0] += np.outer(da, x_t[n])
        found[1] += np.outer(da, h_prev[n])
        found[2] += da
        found[3][n], found[4][n], found[5][n] = W_ih.T @ da, W_hh.T @ da, dc * f
        assert np.isfinite(da).all()
    return tuple(found)


# lstm_gru.half_life_bias


@solves("lstm_gru.half_life_bias")
def by_the_closed_form(b_ih, b_hh, n):
    H = n.size
    i, _, g, o = np.split(b_ih, 4)
    beta = -np.log(np.expm1(math.log(2) / n)).astype(b_ih.dtype)
    return np.concatenate([i, beta - b_hh[H : 2 * H], g, o])


@solves("lstm_gru.half_life_bias")
def unit_by_unit(b_ih, b_hh, n):
    H, found = len(n), np.array(b_ih)
    for j in range(H):
        f = math.exp(math.log(0.5) / float(n[j]))
        found[H + j] = math.log(f) - math.log(1 - f) - float(b_hh[H + j])
    return found


@solves("lstm_gru.half_life_bias")
def as_a_table(b_ih, b_hh, n):
    table = b_ih.reshape(4, -1).copy()
    f = np.power(0.5, 1 / n)
    table[1] = 2 * np.arctanh(2 * f - 1) - b_hh.reshape(4, -1)[1]
    return table.ravel()


@solves("lstm_gru.half_life_bias")
def by_bisection(b_ih, b_hh, n):
    low, high = np.full(len(n), -60.0), np.full(len(n), 60.0)
    for _ in range(80):
        middle = (low + high) / 2
        too_much = sigma(middle) ** n.astype(float) > 0.5
        low, high = np.where(too_much, low, middle), np.where(too_much, middle, high)
    b = b_ih.copy()
    b[len(n) : 2 * len(n)] = low - b_hh[len(n) : 2 * len(n)]
    return b


# lstm_gru.two_paths


@solves("lstm_gru.two_paths")
def matrices_of_both_carries(dc_T, i, f, g, o, c, W_hh):
    """One vector of dh and dc, and a matrix for each step and example."""
    T, B, H = c.shape
    direct, full = np.zeros_like(c), np.zeros_like(c)
    W_i, W_f, W_g, W_o = np.split(W_hh, 4)
    for b in range(B):
        dh, dc, d = np.zeros(H, c.dtype), dc_T[b], dc_T[b]
        for t in range(T - 1, -1, -1):
            if t < T - 1:
                s = t + 1
                rows = [
                    (c[t, b] * f[s, b] * (1 - f[s, b]), W_f),
                    (g[s, b] * i[s, b] * (1 - i[s, b]), W_i),
                    (i[s, b] * (1 - g[s, b] ** 2), W_g),
                ]
                from_c = sum(np.diag(slope) @ W for slope, W in rows)
                from_h = np.diag(np.tanh(c[s, b]) * o[s, b] * (1 - o[s, b])) @ W_o
                dh, carried = dc @ from_c + dh @ from_h, dc * f[s, b]
                dc = carried + dh * o[t, b] * (1 - np.tanh(c[t, b]) ** 2)
                d = d * f[s, b]
            direct[t, b], full[t, b] = d, dc
    return direct, full


@solves("lstm_gru.two_paths")
def products_for_the_straight_way(dc_T, i, f, g, o, c, W_hh):
    T = len(c)
    direct = np.stack([dc_T * np.prod(f[t + 1 :], axis=0) for t in range(T)])
    slope = {"i": i - i * i, "f": f - f * f, "g": 1 - g * g, "o": o - o * o}
    full, dh = [dc_T], 0 * dc_T
    for t in range(T - 1, 0, -1):
        dc = full[0]
        da = [dc * g[t] * slope["i"][t], dc * c[t - 1] * slope["f"][t]]
        da += [dc * i[t] * slope["g"][t], dh * np.tanh(c[t]) * slope["o"][t]]
        dh = np.hstack(da) @ W_hh
        full.insert(0, dc * f[t] + dh * o[t - 1] / np.cosh(c[t - 1]) ** 2)
    return direct, np.stack(full)


@solves("lstm_gru.two_paths")
def by_cumulative_products(dc_T, i, f, g, o, c, W_hh):
    later = np.concatenate([f[1:], np.ones_like(f[:1])])
    direct = dc_T * np.cumprod(later[::-1], axis=0)[::-1]
    full, dh = np.empty_like(c), np.zeros_like(dc_T)
    for t in reversed(range(len(c))):
        if t == len(c) - 1:
            full[t] = dc_T
        else:
            full[t] = full[t + 1] * f[t + 1] + dh * o[t] * (1 - np.tanh(c[t])) * (1 + np.tanh(c[t]))
        before = c[t - 1] if t else np.zeros_like(dc_T)
        W = W_hh.reshape(4, -1, c.shape[2])
        gates = np.stack(
            [
                full[t] * g[t] * i[t] * (1 - i[t]),
                full[t] * before * f[t] * (1 - f[t]),
                full[t] * i[t] * (1 - g[t] ** 2),
                dh * np.tanh(c[t]) * o[t] * (1 - o[t]),
            ]
        )
        dh = np.einsum("kbh,khj->bj", gates, W)
    return direct, full


# lstm_gru.as_torch


@solves("lstm_gru.as_torch")
def row_by_row(theta, b, d):
    H = len(d)
    W_ih, W_hh = np.zeros((3 * H, theta.shape[1] - H), theta.dtype), np.zeros((3 * H, H), theta.dtype)
    b_ih, b_hh = np.zeros_like(b), np.zeros_like(b)
    for row in range(3 * H):
        block, unit = divmod(row, H)
        to, sign = {0: (1, -1), 1: (0, 1), 2: (2, 1)}[block]
        W_hh[to * H + unit], W_ih[to * H + unit] = sign * theta[row, :H], sign * theta[row, H:]
        b_ih[to * H + unit] = sign * b[row]
    b_hh[2 * H :] = d
    return W_ih, W_hh, b_ih, b_hh


@solves("lstm_gru.as_torch")
def by_an_index(theta, b, d):
    H = d.shape[0]
    rows = np.r_[H : 2 * H, 0:H, 2 * H : 3 * H]
    sign = np.repeat(np.array([1, -1, 1], dtype=b.dtype), H)
    W = theta[rows] * sign[:, None]
    return W[:, H:], W[:, :H], b[rows] * sign, np.pad(d, (2 * H, 0))


@solves("lstm_gru.as_torch")
def as_three_axes(theta, b, d):
    H = len(d)
    blocks, biases = theta.reshape(3, H, -1), b.reshape(3, H)
    blocks, biases = (np.stack([q[1], -q[0], q[2]]) for q in (blocks, biases))
    b_hh = np.stack([np.zeros_like(d), np.zeros_like(d), d])
    return blocks[:, :, H:].reshape(3 * H, -1), blocks[:, :, :H].reshape(3 * H, H), biases.ravel(), b_hh.ravel()


# lstm_gru.which_gru


@solves("lstm_gru.which_gru")
def by_the_library_cells(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    """Where z replaces, its rows change their sign; where the order is another, the rows their places."""
    H = h0.shape[1]
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for zrn, replaces in itertools.product((0, 1), repeat=2):
        rows = np.r_[H : 2 * H, 0:H, 2 * H : 3 * H] if zrn else np.arange(3 * H)
        sign = np.ones(3 * H, dtype=h.dtype)
        sign[H : 2 * H] = -1 if replaces else 1
        w = chapter.GRUWeights(*((q[rows].T * sign).T for q in (W_ih, W_hh, b_ih, b_hh)))
        for before, forward in enumerate((chapter.gru_forward, chapter.gru_before_forward)):
            errors[before, replaces, zrn] = np.sqrt(np.mean((forward(x, h0, w) - h) ** 2))
    return errors, np.argwhere(errors == errors.min())[0]


@solves("lstm_gru.which_gru")
def all_eight_side_by_side(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    H = h0.shape[1]
    Wx, Wh, bx, bh = (q.reshape(3, H, *q.shape[1:]) for q in (W_ih, W_hh, b_ih, b_hh))
    state = np.broadcast_to(h0, (2, 2, 2, *h0.shape)).copy()
    total = np.zeros((2, 2, 2))
    for x_t, h_t in zip(x, h, strict=True):
        new = np.empty_like(state)
        for j, k, m in itertools.product(range(2), repeat=3):
            old, r, z = state[j, k, m], m, 1 - m
            reset = sigma(x_t @ Wx[r].T + bx[r] + old @ Wh[r].T + bh[r])
            update = sigma(x_t @ Wx[z].T + bx[z] + old @ Wh[z].T + bh[z])
            past = reset * (old @ Wh[2].T + bh[2]) if j == 0 else (reset * old) @ Wh[2].T + bh[2]
            n = np.tanh(x_t @ Wx[2].T + bx[2] + past)
            new[j, k, m] = n + (update if k == 0 else 1 - update) * (old - n)
        state = new
        total += ((state - h_t) ** 2).sum(axis=(-1, -2))
    errors = np.sqrt(total / h.size).astype(h.dtype)
    n = int(np.argmin(errors))
    return errors, np.array([n // 4, n // 2 % 2, n % 2])


class Form:
    """One of the eight."""

    def __init__(self, before, replaces, zrn):
        self.before, self.replaces, self.zrn = before, replaces, zrn

    def step(self, x_t, h_t, weights):
        parts = [np.split(q, 3) for q in weights]
        if self.zrn:
            parts = [[q[1], q[0], q[2]] for q in parts]
        (Wr, Wz, Wn), (Ur, Uz, Un), (br, bz, bn), (cr, cz, cn) = parts
        r = 1 / (1 + np.exp(-(x_t @ Wr.T + h_t @ Ur.T + br + cr)))
        z = 1 / (1 + np.exp(-(x_t @ Wz.T + h_t @ Uz.T + bz + cz)))
        inner = (h_t * r) @ Un.T + cn if self.before else r * (h_t @ Un.T + cn)
        n = np.tanh(x_t @ Wn.T + bn + inner)
        return h_t * (1 - z) + n * z if self.replaces else h_t * z + n * (1 - z)

    def error(self, x, h0, h, weights):
        h_t, squares = h0, []
        for t in range(len(x)):
            h_t = self.step(x[t], h_t, weights)
            squares.append((h_t - h[t]) ** 2)
        return math.sqrt(np.mean(squares))


@solves("lstm_gru.which_gru")
def with_an_object_for_each(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    w = (W_ih, W_hh, b_ih, b_hh)
    errors = [[[Form(j, k, m).error(x, h0, h, w) for m in (0, 1)] for k in (0, 1)] for j in (0, 1)]
    errors = np.array(errors, dtype=h.dtype)
    best = min(np.ndindex(2, 2, 2), key=lambda form: errors[form])
    return errors, np.array(best)


# ---------------------------------------------------------------------------------------------------------------------

TYPED = {
    ("lstm_gru.gated_memory", "K1"): """
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    m = []
    prev = m0
    for t in range(x.shape[0]):
        k = sigmoid(x[t] @ A_k.T + b_k)
        s = sigmoid(x[t] @ A_s.T + b_s)
        prev = s * prev + k * x[t]
        m.append(prev)
    return np.array(m)
""",
    ("lstm_gru.gated_memory", "L6"): """
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    m = np.zeros_like(x)
    prev = m0
    for t in range(x.shape[0]):
        k = sigmoid(x[t] @ A_k.T + b_k)
        prev = k * prev + (1 - k) * x[t]
        m[t] = prev
    return m
""",
    ("lstm_gru.gated_memory", "K4"): """
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    m = np.zeros_like(x)
    prev = m0
    for t in range(x.shape[0]):
        k = sigmoid(prev @ A_k.T + b_k)
        s = sigmoid(x[t] @ A_s.T + b_s)
        prev = k * prev + s * x[t]
        m[t] = prev
    return m
""",
    ("lstm_gru.gated_memory", "R6"): """
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    m = np.zeros_like(x)
    prev = m0
    for t in range(x.shape[0]):
        k = sigmoid(x[t] @ A_k + b_k)
        s = sigmoid(x[t] @ A_s + b_s)
        prev = k * prev + s * x[t]
        m[t] = prev
    return m
""",
    ("lstm_gru.coupled_cell", "L20"): """
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[1]
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f = sigmoid(a[:, :H])
    g = np.tanh(a[:, H:2*H])
    o = sigmoid(a[:, 2*H:])
    c = (1 - f) * c_prev + f * g
    return o * np.tanh(c), c
""",
    ("lstm_gru.coupled_cell", "L6"): """
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[1]
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f = sigmoid(a[:, :H])
    g = np.tanh(a[:, H:2*H])
    o = sigmoid(a[:, 2*H:])
    c = f * c_prev + g
    return o * np.tanh(c), c
""",
    ("lstm_gru.coupled_cell", "L1"): """
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[1]
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f = sigmoid(a[:, :H])
    o = sigmoid(a[:, H:2*H])
    g = np.tanh(a[:, 2*H:])
    c = f * c_prev + (1 - f) * g
    return o * np.tanh(c), c
""",
    ("lstm_gru.padded_forward", "P3"): """
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    T, B, F = x.shape
    H = h0.shape[1]
    h = np.zeros((T, B, H), dtype=x.dtype)
    c = np.zeros((T, B, H), dtype=x.dtype)
    for b in range(B):
        h_t, c_t = h0[b], c0[b]
        for t in range(lengths[b]):
            a = W_ih @ x[t, b] + b_ih + W_hh @ h_t + b_hh
            i, f, o = sigmoid(a[:H]), sigmoid(a[H:2*H]), sigmoid(a[3*H:])
            c_t = f * c_t + i * np.tanh(a[2*H:3*H])
            h_t = o * np.tanh(c_t)
            h[t, b], c[t, b] = h_t, c_t
    return h, c
""",
    ("lstm_gru.padded_forward", "P2"): """
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    H = h0.shape[1]
    h, c = h0, c0
    hs, cs = [], []
    for t in range(len(x)):
        a = x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, o = sigmoid(a[:, :H]), sigmoid(a[:, H:2*H]), sigmoid(a[:, 3*H:])
        c = f * c + i * np.tanh(a[:, 2*H:3*H])
        h = np.where((t < lengths)[:, None], o * np.tanh(c), h)
        hs.append(h)
        cs.append(c)
    return np.array(hs), np.array(cs)
""",
    ("lstm_gru.padded_forward", "P5"): """
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    H = h0.shape[1]
    h, c = h0, c0
    hs, cs = [], []
    for t in range(len(x)):
        a = x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, o = sigmoid(a[:, :H]), sigmoid(a[:, H:2*H]), sigmoid(a[:, 3*H:])
        c_new = f * c + i * np.tanh(a[:, 2*H:3*H])
        h_new = o * np.tanh(c_new)
        mask = (t <= lengths)[:, None]
        h = np.where(mask, h_new, h)
        c = np.where(mask, c_new, c)
        hs.append(h)
        cs.append(c)
    return np.array(hs), np.array(cs)
""",
    ("lstm_gru.coupled_backward", "F1"): """
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[1]
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = sigmoid(a[:, :H]), np.tanh(a[:, H:2*H]), sigmoid(a[:, 2*H:])
    c = f * c_prev + (1 - f) * g
    dc = dc_rec + dh_t * o * (1 - np.tanh(c) ** 2)
    df = dc * c_prev * f * (1 - f)
    dg = dc * (1 - f) * (1 - g ** 2)
    do = dh_t * np.tanh(c) * o * (1 - o)
    da = np.hstack([df, dg, do])
    return da.T @ x_t, da.T @ h_prev, da.sum(axis=0), da @ W_ih, da @ W_hh, dc * f
""",
    ("lstm_gru.coupled_cell", "R5s"): """
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    a_f, a_g, a_o = np.split(a, 3)
    f, g, o = sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)
    c_t = f * c_prev + (1 - f) * g
    return o * np.tanh(c_t), c_t
""",
    ("lstm_gru.coupled_backward", "L9"): """
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[1]
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = sigmoid(a[:, :H]), np.tanh(a[:, H:2*H]), sigmoid(a[:, 2*H:])
    c = f * c_prev + (1 - f) * g
    dc = dh_t * o * (1 - np.tanh(c) ** 2)
    df = dc * (c_prev - g) * f * (1 - f)
    dg = dc * (1 - f) * (1 - g ** 2)
    do = dh_t * np.tanh(c) * o * (1 - o)
    da = np.hstack([df, dg, do])
    return da.T @ x_t, da.T @ h_prev, da.sum(axis=0), da @ W_ih, da @ W_hh, dc * f
""",
    ("lstm_gru.coupled_backward", "L16"): """
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[1]
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = sigmoid(a[:, :H]), np.tanh(a[:, H:2*H]), sigmoid(a[:, 2*H:])
    c = f * c_prev + (1 - f) * g
    dc = dc_rec + dh_t * o * (1 - np.tanh(c) ** 2)
    df = dc * (c_prev - g) * f * (1 - f)
    dg = dc * (1 - f) * (1 - g ** 2)
    do = dh_t * np.tanh(c) * o * (1 - o)
    da = np.hstack([df, dg, do])
    return da.T @ x_t, da.T @ h_prev, da.sum(axis=0), da @ W_ih, da @ W_hh, dc
""",
    ("lstm_gru.half_life_bias", "L19b"): """
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    f = 0.5 ** (1 / n)
    new = b_ih.copy()
    new[H:2*H] = np.log(f / (1 - f))
    return new
""",
    ("lstm_gru.half_life_bias", "T3"): """
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    f = 0.5 ** (1 / n)
    new = b_ih.copy()
    new[H:2*H] = f - b_hh[H:2*H]
    return new
""",
    ("lstm_gru.half_life_bias", "T1"): """
def half_life_bias(b_ih, b_hh, n):
    H = len(n)
    f = np.exp(-1 / n)
    new = b_ih.copy()
    new[H:2*H] = np.log(f / (1 - f)) - b_hh[H:2*H]
    return new
""",
    ("lstm_gru.two_paths", "D1"): """
def two_paths(dc_T, i, f, g, o, c, W_hh):
    T = len(c)
    direct = np.zeros_like(c)
    full = np.zeros_like(c)
    full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for t in range(T):
        direct[t] = dc_T * np.prod(f[t:], axis=0)
    for t in range(T - 1, 0, -1):
        di = full[t] * g[t] * i[t] * (1 - i[t])
        df = full[t] * c[t-1] * f[t] * (1 - f[t])
        dg = full[t] * i[t] * (1 - g[t] ** 2)
        do = dh * np.tanh(c[t]) * o[t] * (1 - o[t])
        dh = np.hstack([di, df, dg, do]) @ W_hh
        full[t-1] = full[t] * f[t] + dh * o[t-1] * (1 - np.tanh(c[t-1]) ** 2)
    return direct, full
""",
    ("lstm_gru.two_paths", "L10o"): """
def two_paths(dc_T, i, f, g, o, c, W_hh):
    T = len(c)
    direct = np.zeros_like(c)
    full = np.zeros_like(c)
    direct[-1] = full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for t in range(T - 1, 0, -1):
        di = full[t] * g[t] * i[t] * (1 - i[t])
        df = full[t] * c[t-1] * f[t] * (1 - f[t])
        dg = full[t] * i[t] * (1 - g[t] ** 2)
        do = dh * np.tanh(c[t]) * o[t] * (1 - o[t])
        dh = np.hstack([di, df, dg, do]) @ W_hh
        direct[t-1] = direct[t] * f[t]
        full[t-1] = full[t] * f[t] + dh * (1 - np.tanh(c[t-1]) ** 2)
    return direct, full
""",
    ("lstm_gru.as_torch", "L20"): """
def as_torch(theta, b, d):
    H = len(d)
    u, r, n = theta[:H], theta[H:2*H], theta[2*H:]
    W = np.vstack([r, u, n])
    b_ih = np.concatenate([b[H:2*H], b[:H], b[2*H:]])
    b_hh = np.zeros_like(b)
    b_hh[2*H:] = d
    return W[:, H:], W[:, :H], b_ih, b_hh
""",
    ("lstm_gru.as_torch", "L20o"): """
def as_torch(theta, b, d):
    H = len(d)
    u, r, n = theta[:H], theta[H:2*H], theta[2*H:]
    W = np.vstack([r, 1 - u, n])
    b_ih = np.concatenate([b[H:2*H], 1 - b[:H], b[2*H:]])
    b_hh = np.zeros_like(b)
    b_hh[2*H:] = d
    return W[:, H:], W[:, :H], b_ih, b_hh
""",
    ("lstm_gru.as_torch", "L23"): """
def as_torch(theta, b, d):
    H = len(d)
    u, r, n = theta[:H], theta[H:2*H], theta[2*H:]
    W = np.vstack([r, -u, n])
    b_ih = np.concatenate([b[H:2*H], -b[:H], b[2*H:] + d])
    return W[:, H:], W[:, :H], b_ih, np.zeros_like(b)
""",
    ("lstm_gru.which_gru", "W4"): """
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    H = h0.shape[1]
    errors = np.zeros((2, 2, 2), dtype=h.dtype)
    prev = np.concatenate([h0[None], h[:-1]])
    ax = x @ W_ih.T + b_ih
    ah = prev @ W_hh.T + b_hh
    first = sigmoid(ax[..., :H] + ah[..., :H])
    second = sigmoid(ax[..., H:2*H] + ah[..., H:2*H])
    for zrn in (0, 1):
        r, z = (second, first) if zrn else (first, second)
        for before in (0, 1):
            if before:
                n = np.tanh(ax[..., 2*H:] + (r * prev) @ W_hh[2*H:].T + b_hh[2*H:])
            else:
                n = np.tanh(ax[..., 2*H:] + r * ah[..., 2*H:])
            for replaces in (0, 1):
                k = 1 - z if replaces else z
                errors[before, replaces, zrn] = np.sqrt(np.mean((k * prev + (1 - k) * n - h) ** 2))
    return errors, np.array(np.unravel_index(errors.argmin(), errors.shape))
""",
    ("lstm_gru.which_gru", "W2"): """
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    H = h0.shape[1]
    errors = np.zeros((2, 2, 2), dtype=h.dtype)
    for before in (0, 1):
        for replaces in (0, 1):
            for zrn in (0, 1):
                state = h0
                total = 0
                for t in range(len(x)):
                    ax = x[t] @ W_ih.T + b_ih
                    ah = state @ W_hh.T + b_hh
                    first = sigmoid(ax[:, :H] + ah[:, :H])
                    second = sigmoid(ax[:, H:2*H] + ah[:, H:2*H])
                    r, z = (second, first) if zrn else (first, second)
                    if before:
                        n = np.tanh(ax[:, 2*H:] + (r * state) @ W_hh[2*H:].T + b_hh[2*H:])
                    else:
                        n = np.tanh(ax[:, 2*H:] + r * ah[:, 2*H:])
                    state = (1 - z) * state + z * n if replaces else z * state + (1 - z) * n
                    total += np.sum((state - h[t]) ** 2)
                errors[before, replaces, zrn] = total / h.size
    return errors, np.array(np.unravel_index(np.argmin(errors), errors.shape))
""",
}

KEPT = """
lstm_gru.gated_memory, K1: -
lstm_gru.gated_memory, L20 keep: -
lstm_gru.gated_memory, L20 store: -
lstm_gru.gated_memory, L20 both: -
lstm_gru.gated_memory, L6 1 - keep: -
lstm_gru.gated_memory, L6 1 - store: -
lstm_gru.gated_memory, L6s keep: -
lstm_gru.gated_memory, L6s store: -
lstm_gru.gated_memory, K2 nothing is forgotten: -
lstm_gru.gated_memory, K2 all is stored: -
lstm_gru.gated_memory, K2 neither: -
lstm_gru.gated_memory, K3 store: -
lstm_gru.gated_memory, K3x both inputs: -
lstm_gru.gated_memory, K3k keep: -
lstm_gru.gated_memory, K4 keep: -
lstm_gru.gated_memory, K4 store: -
lstm_gru.gated_memory, K4 both: -
lstm_gru.gated_memory, R6 both: -
lstm_gru.gated_memory, R6 A_k: -
lstm_gru.gated_memory, R6 A_s: -
lstm_gru.gated_memory, K5 the diagonal: -
lstm_gru.gated_memory, K5 the sums of rows: -
lstm_gru.gated_memory, R7 b_k: -
lstm_gru.gated_memory, R7 b_s: -
lstm_gru.gated_memory, R7 both: -
lstm_gru.gated_memory, R7 exchanged: -
lstm_gru.gated_memory, R7 b_k twice: -
lstm_gru.gated_memory, R7 outside: -
lstm_gru.gated_memory, K6 tanh: -
lstm_gru.gated_memory, K6 none: -
lstm_gru.gated_memory, K6 rectifier: -
lstm_gru.gated_memory, K6 a step: -
lstm_gru.gated_memory, K6 twice: -
lstm_gru.gated_memory, K6h tanh, half: -
lstm_gru.gated_memory, K6s softmax: -
lstm_gru.gated_memory, L8 0.2: -
lstm_gru.gated_memory, L8 1/6: -
lstm_gru.gated_memory, K7: one step; several steps
lstm_gru.gated_memory, R1 zeros: -
lstm_gru.gated_memory, R1 the first input: -
lstm_gru.gated_memory, R1 the first step left alone: -
lstm_gru.gated_memory, R3 from m0 each time: one step
lstm_gru.gated_memory, R3 the input before: one step
lstm_gru.gated_memory, R3 nothing: one step
lstm_gru.gated_memory, K8 keep: -
lstm_gru.gated_memory, K8 store: -
lstm_gru.gated_memory, K8 one after the other: -
lstm_gru.gated_memory, K8 a product: -
lstm_gru.gated_memory, K8 both in one: -
lstm_gru.gated_memory, L3: -
lstm_gru.gated_memory, L3 σ: -
lstm_gru.gated_memory, L3k what is kept: -
lstm_gru.gated_memory, L3s what is stored: -
lstm_gru.gated_memory, K9 one for all: one step
lstm_gru.gated_memory, K9 the step before: one step
lstm_gru.gated_memory, R4: -
lstm_gru.gated_memory, R4s stacked: -
lstm_gru.gated_memory, R12: one step
lstm_gru.gated_memory, R11 read: one step
lstm_gru.gated_memory, R11 returned: one step
lstm_gru.gated_memory, R11 both: one step
lstm_gru.coupled_cell, L1 f o g: -
lstm_gru.coupled_cell, L1 g f o: -
lstm_gru.coupled_cell, L1 g o f: -
lstm_gru.coupled_cell, L1 o f g: -
lstm_gru.coupled_cell, L1 o g f: -
lstm_gru.coupled_cell, L1 interleaved: -
lstm_gru.coupled_cell, L20: -
lstm_gru.coupled_cell, L6 missing: -
lstm_gru.coupled_cell, L6 f: -
lstm_gru.coupled_cell, L6 o: -
lstm_gru.coupled_cell, L6 1 - o: -
lstm_gru.coupled_cell, L6 both missing: -
lstm_gru.coupled_cell, L6 f g: -
lstm_gru.coupled_cell, L6z the forget gate missing: -
lstm_gru.coupled_cell, L6z f - 1: -
lstm_gru.coupled_cell, L6a 1 - a: -
lstm_gru.coupled_cell, L6a σ(1 - a): -
lstm_gru.coupled_cell, L6d σ(1 - f): -
lstm_gru.coupled_cell, L2: c_t
lstm_gru.coupled_cell, L2o outside: c_t
lstm_gru.coupled_cell, L2s σ: c_t
lstm_gru.coupled_cell, L3: -
lstm_gru.coupled_cell, L3 as it goes on: h_t
lstm_gru.coupled_cell, L4 g: -
lstm_gru.coupled_cell, L4 f: -
lstm_gru.coupled_cell, L4 o: c_t
lstm_gru.coupled_cell, L4 g by the rectifier: -
lstm_gru.coupled_cell, L4 all through σ: -
lstm_gru.coupled_cell, L4n g as it is: -
lstm_gru.coupled_cell, L5 the old one: c_t
lstm_gru.coupled_cell, L5 what is kept: c_t
lstm_gru.coupled_cell, L5g the candidate: c_t
lstm_gru.coupled_cell, L7 kept: -
lstm_gru.coupled_cell, L7 both: -
lstm_gru.coupled_cell, L7g c to the gates: -
lstm_gru.coupled_cell, L8 0.2: -
lstm_gru.coupled_cell, L8 1/6: -
lstm_gru.coupled_cell, K6 sign: -
lstm_gru.coupled_cell, K6 half: -
lstm_gru.coupled_cell, K6 a softer sign: -
lstm_gru.coupled_cell, R5 both: -
lstm_gru.coupled_cell, R5 the state: -
lstm_gru.coupled_cell, R5 the input: -
lstm_gru.coupled_cell, R5 cut across examples: -
lstm_gru.coupled_cell, R7: -
lstm_gru.coupled_cell, R7 twice: -
lstm_gru.coupled_cell, R7 of f alone: -
lstm_gru.coupled_cell, R3n h: -
lstm_gru.coupled_cell, R3n x: -
lstm_gru.coupled_cell, R3g h in the gates: -
lstm_gru.coupled_cell, R3g h in the candidate: -
lstm_gru.coupled_cell, L2g f: c_t
lstm_gru.coupled_cell, L2g 1 - f: c_t
lstm_gru.coupled_cell, L2g 1 - o: c_t
lstm_gru.coupled_cell, L2f f too: c_t
lstm_gru.coupled_cell, L2f 1 - f too: c_t
lstm_gru.coupled_cell, L6x (1 - g) f: -
lstm_gru.coupled_cell, L6x (1 - g) c: -
lstm_gru.coupled_cell, L3p: -
lstm_gru.coupled_cell, L5r 1 - o of the old state: c_t
lstm_gru.coupled_cell, L5r o of the old state: c_t
lstm_gru.coupled_cell, L5r f of the old state: c_t
lstm_gru.coupled_cell, R3r f: -
lstm_gru.coupled_cell, R3r f, before the matrix: -
lstm_gru.coupled_cell, R7o: -
lstm_gru.padded_forward, P1: examples that are as long as the batch
lstm_gru.padded_forward, P2 the cell: examples that are as long as the batch; h where examples end
lstm_gru.padded_forward, P2 the state: examples that are as long as the batch; c where examples end
lstm_gru.padded_forward, P2 the state, of the kept cell: examples that are as long as the batch; c where examples end
lstm_gru.padded_forward, P3 both: examples that are as long as the batch
lstm_gru.padded_forward, P3 the state: examples that are as long as the batch; c where examples end
lstm_gru.padded_forward, P3 the cell: examples that are as long as the batch; h where examples end
lstm_gru.padded_forward, P4 both: examples that are as long as the batch
lstm_gru.padded_forward, P4 the cell: examples that are as long as the batch; h where examples end
lstm_gru.padded_forward, P4 the state: examples that are as long as the batch; c where examples end
lstm_gru.padded_forward, P5 too many: examples that are as long as the batch
lstm_gru.padded_forward, P5 too few: -
lstm_gru.padded_forward, P6 by their number: examples that are as long as the batch
lstm_gru.padded_forward, P6 by sorted lengths: examples that are as long as the batch
lstm_gru.padded_forward, P6 by sorted lengths, upwards: examples that are as long as the batch
lstm_gru.padded_forward, P6s the longest first: examples that are as long as the batch
lstm_gru.padded_forward, P6s the longest first, equal ones turned round: -
lstm_gru.padded_forward, P6s the shortest first: examples that are as long as the batch
lstm_gru.padded_forward, P7 the longest: examples that are as long as the batch
lstm_gru.padded_forward, P7 the shortest: examples that are as long as the batch
lstm_gru.padded_forward, P7 the first: examples that are as long as the batch
lstm_gru.padded_forward, P7 the last: examples that are as long as the batch
lstm_gru.padded_forward, P7 the mean: examples that are as long as the batch
lstm_gru.padded_forward, P7 that of the step: examples that are as long as the batch
lstm_gru.padded_forward, P7 until all are finished: examples that are as long as the batch
lstm_gru.padded_forward, P7 while all run: examples that are as long as the batch
lstm_gru.padded_forward, P8: examples that are as long as the batch
lstm_gru.padded_forward, P9: examples that are as long as the batch
lstm_gru.padded_forward, P11: -
lstm_gru.padded_forward, R1 h0: -
lstm_gru.padded_forward, R1 c0: -
lstm_gru.padded_forward, R1 both: -
lstm_gru.padded_forward, L1 i f o g: -
lstm_gru.padded_forward, L1 f i g o: -
lstm_gru.padded_forward, L1 i g f o: -
lstm_gru.padded_forward, L1 f i o g: -
lstm_gru.padded_forward, L1 g i f o: -
lstm_gru.padded_forward, L2: -
lstm_gru.padded_forward, L3: -
lstm_gru.padded_forward, L4: -
lstm_gru.padded_forward, L6 missing: -
lstm_gru.padded_forward, L6 tied: -
lstm_gru.padded_forward, L6 forget gate missing: -
lstm_gru.padded_forward, L7 c0 each time: -
lstm_gru.padded_forward, L7 both: -
lstm_gru.padded_forward, L7 h for c: -
lstm_gru.padded_forward, L7h h each time: -
lstm_gru.padded_forward, R7 b_ih: -
lstm_gru.padded_forward, R7 b_hh: -
lstm_gru.padded_forward, R7 both: -
lstm_gru.padded_forward, R7 b_ih twice: -
lstm_gru.padded_forward, R7 b_hh twice: -
lstm_gru.padded_forward, L8: -
lstm_gru.padded_forward, R12 both: -
lstm_gru.padded_forward, R12 states: c where examples end
lstm_gru.padded_forward, R12 cells: h where examples end
lstm_gru.coupled_backward, L9: -
lstm_gru.coupled_backward, L9a added at the end: dc_rec
lstm_gru.coupled_backward, L10: -
lstm_gru.coupled_backward, L11 left out: -
lstm_gru.coupled_backward, L11 squashed twice: -
lstm_gru.coupled_backward, L11 the old cell: -
lstm_gru.coupled_backward, L11 h: -
lstm_gru.coupled_backward, L11q not squared: -
lstm_gru.coupled_backward, L11c c: -
lstm_gru.coupled_backward, L10o: -
lstm_gru.coupled_backward, L10o all of dh_t: -
lstm_gru.coupled_backward, L10s its slope: -
lstm_gru.coupled_backward, F1 the candidate: dc_rec
lstm_gru.coupled_backward, F1 the old cell: dc_rec
lstm_gru.coupled_backward, F1 the old cell, minus: dc_rec
lstm_gru.coupled_backward, F2 plus: dc_rec
lstm_gru.coupled_backward, F2t turned round: dc_rec
lstm_gru.coupled_backward, L15: dc_rec
lstm_gru.coupled_backward, F3 f: dc_rec
lstm_gru.coupled_backward, F3 none: dc_rec
lstm_gru.coupled_backward, F3 minus: dc_rec
lstm_gru.coupled_backward, L12 f: dc_rec
lstm_gru.coupled_backward, L12 g: dc_rec
lstm_gru.coupled_backward, L12 o: dc_rec
lstm_gru.coupled_backward, L12h f once: dc_rec
lstm_gru.coupled_backward, L12h o once: dc_rec
lstm_gru.coupled_backward, L12a all: dc_rec
lstm_gru.coupled_backward, L13 f: dc_rec
lstm_gru.coupled_backward, L13 g: dc_rec
lstm_gru.coupled_backward, L13 o: dc_rec
lstm_gru.coupled_backward, L13 f and o: dc_rec
lstm_gru.coupled_backward, L13 all: dc_rec
lstm_gru.coupled_backward, B3s g: dc_rec
lstm_gru.coupled_backward, B3s f: dc_rec
lstm_gru.coupled_backward, B3s o: dc_rec
lstm_gru.coupled_backward, B3s f and o: dc_rec
lstm_gru.coupled_backward, L14 c: dc_rec
lstm_gru.coupled_backward, L14 the old cell: dc_rec
lstm_gru.coupled_backward, L14 h: dc_rec
lstm_gru.coupled_backward, L14d the gradient of c: dc_rec
lstm_gru.coupled_backward, L16 all: dW_ih; dW_hh; db; dx_t; dh_rec
lstm_gru.coupled_backward, L16 1 - f: dW_ih; dW_hh; db; dx_t; dh_rec
lstm_gru.coupled_backward, L16d from the next step alone: dW_ih; dW_hh; db; dx_t; dh_rec
lstm_gru.coupled_backward, L16d from h alone: dW_ih; dW_hh; db; dx_t; dh_rec
lstm_gru.coupled_backward, L17 f alone: dW_ih; dW_hh; db; dx_t; dc_rec
lstm_gru.coupled_backward, L17 g alone: dW_ih; dW_hh; db; dx_t; dc_rec
lstm_gru.coupled_backward, L17 o alone: dW_ih; dW_hh; db; dx_t; dc_rec
lstm_gru.coupled_backward, L17 f left out: dW_ih; dW_hh; db; dx_t; dc_rec
lstm_gru.coupled_backward, L17 g left out: dW_ih; dW_hh; db; dx_t; dc_rec
lstm_gru.coupled_backward, L17 o left out: dW_ih; dW_hh; db; dx_t; dc_rec
lstm_gru.coupled_backward, L26 dh_t: dW_ih; dW_hh; db; dx_t; dc_rec
lstm_gru.coupled_backward, L26 with f: dW_ih; dW_hh; db; dx_t; dc_rec
lstm_gru.coupled_backward, L26 the cell's: dW_ih; dW_hh; db; dx_t; dc_rec
lstm_gru.coupled_backward, L1 stacked f o g: dc_rec
lstm_gru.coupled_backward, L1 stacked g f o: dc_rec
lstm_gru.coupled_backward, L1 stacked o f g: dc_rec
lstm_gru.coupled_backward, L1 read f o g: -
lstm_gru.coupled_backward, L1 read g f o: -
lstm_gru.coupled_backward, L1 read o f g: -
lstm_gru.coupled_backward, B5: dW_ih; db; dx_t; dh_rec; dc_rec
lstm_gru.coupled_backward, B5 the cell before: dW_ih; db; dx_t; dh_rec; dc_rec
lstm_gru.coupled_backward, B10 mean: dW_ih; dW_hh; dx_t; dh_rec; dc_rec
lstm_gru.coupled_backward, B10 first: dW_ih; dW_hh; dx_t; dh_rec; dc_rec
lstm_gru.coupled_backward, B10 not summed: dW_ih; dW_hh; dx_t; dh_rec; dc_rec
lstm_gru.coupled_backward, B11: dx_t; dh_rec; dc_rec
lstm_gru.coupled_backward, B11 the matrices: db; dx_t; dh_rec; dc_rec
lstm_gru.coupled_backward, R7: -
lstm_gru.coupled_backward, R7 without the state: -
lstm_gru.coupled_backward, L3 squashed: -
lstm_gru.coupled_backward, L3 turned round: -
lstm_gru.coupled_backward, L3 all of the candidate: -
lstm_gru.coupled_backward, L3 the cell before: -
lstm_gru.coupled_backward, L4: -
lstm_gru.coupled_backward, L12t f: dc_rec
lstm_gru.coupled_backward, L12t g: dc_rec
lstm_gru.coupled_backward, L12t o: dc_rec
lstm_gru.coupled_backward, L12t all: dc_rec
lstm_gru.coupled_backward, B2q outside: dc_rec
lstm_gru.coupled_backward, B2q none: dc_rec
lstm_gru.coupled_backward, B2p f: dc_rec
lstm_gru.coupled_backward, B2p o: dc_rec
lstm_gru.coupled_backward, B2p f and o: dc_rec
lstm_gru.coupled_backward, B3c at the cell: dc_rec
lstm_gru.coupled_backward, B3c at the cell as it is: dc_rec
lstm_gru.coupled_backward, L14h f: dc_rec
lstm_gru.coupled_backward, L14h g: dc_rec
lstm_gru.coupled_backward, L14h both: dc_rec
lstm_gru.coupled_backward, L14s: dc_rec
lstm_gru.coupled_backward, L15s: dc_rec
lstm_gru.coupled_backward, L17x f left out: dW_ih; dW_hh; db; dh_rec; dc_rec
lstm_gru.coupled_backward, L17x g left out: dW_ih; dW_hh; db; dh_rec; dc_rec
lstm_gru.coupled_backward, L17x o left out: dW_ih; dW_hh; db; dh_rec; dc_rec
lstm_gru.coupled_backward, L17x f left out, to h too: dW_ih; dW_hh; db; dc_rec
lstm_gru.coupled_backward, L17x g left out, to h too: dW_ih; dW_hh; db; dc_rec
lstm_gru.coupled_backward, L17x o left out, to h too: dW_ih; dW_hh; db; dc_rec
lstm_gru.coupled_backward, L17s to h: dW_ih; dW_hh; db; dx_t; dc_rec
lstm_gru.coupled_backward, L17s to both: dW_ih; dW_hh; db; dc_rec
lstm_gru.half_life_bias, T1 time scale: -
lstm_gru.half_life_bias, T1 1/e: -
lstm_gru.half_life_bias, T1 the tenth: -
lstm_gru.half_life_bias, T1 time scale of e: half-lives of one step
lstm_gru.half_life_bias, T1a time scale for the half-life: -
lstm_gru.half_life_bias, T2 n-th power: half-lives of one step
lstm_gru.half_life_bias, T2 half for each step: half-lives of one step
lstm_gru.half_life_bias, T2 a half divided: half-lives of one step
lstm_gru.half_life_bias, T2 1 - half^n: half-lives of one step
lstm_gru.half_life_bias, T2 twice as long: -
lstm_gru.half_life_bias, T2 a step too many: -
lstm_gru.half_life_bias, T3: -
lstm_gru.half_life_bias, T3 σ of it: -
lstm_gru.half_life_bias, T4 sign: half-lives of one step
lstm_gru.half_life_bias, T4 log f: -
lstm_gru.half_life_bias, T4 minus log f: -
lstm_gru.half_life_bias, T4 log 1 - f: -
lstm_gru.half_life_bias, T4 no log: -
lstm_gru.half_life_bias, T4 log 1/f: -
lstm_gru.half_life_bias, T4 arctanh: -
lstm_gru.half_life_bias, T4 base 2: half-lives of one step
lstm_gru.half_life_bias, T4 base 10: half-lives of one step
lstm_gru.half_life_bias, T4 arctanh, half: half-lives of one step
lstm_gru.half_life_bias, L19 i: -
lstm_gru.half_life_bias, L19 g: -
lstm_gru.half_life_bias, L19 o: -
lstm_gru.half_life_bias, L19 every fourth: -
lstm_gru.half_life_bias, L19 all: -
lstm_gru.half_life_bias, L19r of b_hh: half-lives of one step; other half-lives, with a b_hh of zeros
lstm_gru.half_life_bias, L19b: half-lives of one step; other half-lives, with a b_hh of zeros
lstm_gru.half_life_bias, L19b added: half-lives of one step; other half-lives, with a b_hh of zeros
lstm_gru.half_life_bias, L19b turned round: half-lives of one step
lstm_gru.half_life_bias, L19h half: half-lives of one step
lstm_gru.half_life_bias, L19h half of what is left: half-lives of one step
lstm_gru.half_life_bias, L19h twice: half-lives of one step
lstm_gru.half_life_bias, L19a: -
lstm_gru.half_life_bias, L19a b_hh not counted: -
lstm_gru.half_life_bias, L19a taken off: -
lstm_gru.half_life_bias, L19a both taken off: -
lstm_gru.half_life_bias, T5 zeros: -
lstm_gru.half_life_bias, T5 those of b_hh: -
lstm_gru.half_life_bias, T5 less b_hh: half-lives of one step; other half-lives, with a b_hh of zeros
lstm_gru.half_life_bias, T5 plus b_hh: half-lives of one step; other half-lives, with a b_hh of zeros
lstm_gru.half_life_bias, T5 ones: -
lstm_gru.half_life_bias, T5 the input gate's: -
lstm_gru.half_life_bias, T5 the input gate's, less b_hh: -
lstm_gru.half_life_bias, T6: -
lstm_gru.half_life_bias, T8 down: half-lives of one step
lstm_gru.half_life_bias, T8 up: half-lives of one step
lstm_gru.half_life_bias, T8 to the nearest: half-lives of one step
lstm_gru.half_life_bias, T8 at least a step: half-lives of one step; other half-lives, with a b_hh of zeros
lstm_gru.half_life_bias, T7 mean: half-lives of one step
lstm_gru.half_life_bias, T7 first: half-lives of one step
lstm_gru.half_life_bias, T7 largest: half-lives of one step
lstm_gru.two_paths, D1 one more: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D1 one more, the gate before: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D1l one less: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D1g the gate before: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D1g of the step before: along the cells alone
lstm_gru.two_paths, D1g in both: -
lstm_gru.two_paths, D2 from the first: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D2 from the second: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D2 from the first, one less: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D2 turned round: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D2 all of them: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D3 one step: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D3 a sum: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D3 a mean: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D3 the exponential of a sum: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D3 nothing: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D3p a power: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D3p of the last gate: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D3p of the mean gate: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D4 direct: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D4 both: -
lstm_gru.two_paths, D5 i: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D5 o: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D5 1 - f: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D5 its slope: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D5 f + i: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, L10: along the cells alone
lstm_gru.two_paths, L9: along the cells alone
lstm_gru.two_paths, L9d the direct one in its place: along the cells alone; along all ways, over one step back
lstm_gru.two_paths, L16: along the cells alone
lstm_gru.two_paths, L11 left out: along the cells alone
lstm_gru.two_paths, L11 squashed twice: along the cells alone
lstm_gru.two_paths, L11 the cell before: along the cells alone
lstm_gru.two_paths, L11 h: along the cells alone
lstm_gru.two_paths, L11c c: along the cells alone
lstm_gru.two_paths, L10o: along the cells alone
lstm_gru.two_paths, L10n of the next step: along the cells alone
lstm_gru.two_paths, L10n of the next step, its slope too: along the cells alone
lstm_gru.two_paths, L10s its slope: along the cells alone
lstm_gru.two_paths, L12 i: along the cells alone
lstm_gru.two_paths, L12 f: along the cells alone
lstm_gru.two_paths, L12 g: along the cells alone
lstm_gru.two_paths, L12 o: along the cells alone; along all ways, over one step back
lstm_gru.two_paths, L12a all: along the cells alone
lstm_gru.two_paths, L13 σ: along the cells alone
lstm_gru.two_paths, L13 tanh: along the cells alone
lstm_gru.two_paths, L13 the gates themselves: -
lstm_gru.two_paths, L13 all: along the cells alone
lstm_gru.two_paths, B3s g: along the cells alone
lstm_gru.two_paths, B3s i, f and o: along the cells alone
lstm_gru.two_paths, L14 c: along the cells alone; along all ways, over one step back
lstm_gru.two_paths, L14 h: along the cells alone; along all ways, over one step back
lstm_gru.two_paths, L14d the gradient of c: along the cells alone
lstm_gru.two_paths, L15: along the cells alone
lstm_gru.two_paths, L15s squashed: along the cells alone
lstm_gru.two_paths, L15g in i: along the cells alone
lstm_gru.two_paths, L15g in g: along the cells alone
lstm_gru.two_paths, L15f in f: along the cells alone
lstm_gru.two_paths, L17 i left out: along the cells alone
lstm_gru.two_paths, L17 f left out: along the cells alone
lstm_gru.two_paths, L17 g left out: along the cells alone
lstm_gru.two_paths, L17 i alone: along the cells alone
lstm_gru.two_paths, L17 f alone: along the cells alone
lstm_gru.two_paths, L17 g alone: along the cells alone
lstm_gru.two_paths, L17o: along the cells alone; along all ways, over one step back
lstm_gru.two_paths, L1 i f o g: along the cells alone
lstm_gru.two_paths, L1 f i g o: along the cells alone
lstm_gru.two_paths, L1 i g f o: along the cells alone
lstm_gru.two_paths, L1 f i o g: along the cells alone
lstm_gru.two_paths, L1 o g i f: along the cells alone
lstm_gru.two_paths, B6b: along the cells alone; along all ways, over one step back
lstm_gru.two_paths, B6g gates that get the direct gradient: along the cells alone; along all ways, over one step back
lstm_gru.two_paths, B6a: along the cells alone; along all ways, over one step back
lstm_gru.two_paths, D6 dc_T: along the cells alone
lstm_gru.two_paths, D6 ones: along the cells alone
lstm_gru.two_paths, D6 for the output gate: along the cells alone
lstm_gru.two_paths, R11 both: -
lstm_gru.two_paths, R11 full: along the cells alone
lstm_gru.two_paths, R12 direct: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, R12 full: along the cells alone
lstm_gru.two_paths, R12 both: -
lstm_gru.two_paths, P12 difference: along the cells alone
lstm_gru.two_paths, P12 sum: along the cells alone
lstm_gru.two_paths, P12 ratio: along the cells alone
lstm_gru.two_paths, L11b the slope of tanh: along the cells alone
lstm_gru.two_paths, L11b the slope of tanh, at the end too: along the cells alone
lstm_gru.two_paths, L11b the output gate and the slope: along the cells alone
lstm_gru.two_paths, L11b both, at the end too: along the cells alone
lstm_gru.two_paths, L11b the forget gate: along the cells alone
lstm_gru.two_paths, G1 the step before: along the cells alone
lstm_gru.two_paths, G1 the step before, but for o: along the cells alone
lstm_gru.two_paths, D3a over all: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D3a over units: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, D3a over examples: along all ways, over one step back; along all ways, over several
lstm_gru.two_paths, L15x: along the cells alone
lstm_gru.two_paths, L15a in i, f and g: along the cells alone
lstm_gru.two_paths, L15a in all: along the cells alone
lstm_gru.two_paths, B6e handed on: along the cells alone; along all ways, over one step back
lstm_gru.two_paths, B6e for the gates: along the cells alone; along all ways, over one step back
lstm_gru.two_paths, B2q outside: along the cells alone
lstm_gru.two_paths, B2q none: along the cells alone
lstm_gru.as_torch, L20: b_hh
lstm_gru.as_torch, L20p weights alone: W_ih; W_hh; b_hh
lstm_gru.as_torch, L20p biases alone: b_ih; b_hh
lstm_gru.as_torch, L20p not those of h: W_ih; b_ih; b_hh
lstm_gru.as_torch, L20p not those of x: W_hh; b_ih; b_hh
lstm_gru.as_torch, L20o: b_hh
lstm_gru.as_torch, L20o biases: W_ih; W_hh; b_hh
lstm_gru.as_torch, L20o weights: b_ih; b_hh
lstm_gru.as_torch, L20s r: b_hh
lstm_gru.as_torch, L20s n: b_hh
lstm_gru.as_torch, L20s r and u: b_hh
lstm_gru.as_torch, L20s all: b_hh
lstm_gru.as_torch, L20s u and n: b_hh
lstm_gru.as_torch, L24 as they came: b_hh
lstm_gru.as_torch, L24 as they came, the matrices: b_ih; b_hh
lstm_gru.as_torch, L24 as they came, the bias: W_ih; W_hh; b_hh
lstm_gru.as_torch, L24 r n z: -
lstm_gru.as_torch, L24 r n z, but for b_hh: b_hh
lstm_gru.as_torch, L24 z n r: -
lstm_gru.as_torch, L24 n r z: -
lstm_gru.as_torch, L24 n z r: -
lstm_gru.as_torch, L24n: b_hh
lstm_gru.as_torch, L24n the first block negative: b_hh
lstm_gru.as_torch, R6c: b_ih; b_hh
lstm_gru.as_torch, L23 in b_ih: W_ih; W_hh
lstm_gru.as_torch, L23 in b_ih, alone: W_ih; W_hh
lstm_gru.as_torch, L23 twice: W_ih; W_hh; b_hh
lstm_gru.as_torch, L23h all in b_hh: W_ih; W_hh
lstm_gru.as_torch, L23o zeros: W_ih; W_hh; b_ih
lstm_gru.as_torch, L23o b_n: W_ih; W_hh; b_ih
lstm_gru.as_torch, L23r r: W_ih; W_hh; b_ih
lstm_gru.as_torch, L23r z: W_ih; W_hh; b_ih
lstm_gru.as_torch, L23r all: W_ih; W_hh; b_ih
lstm_gru.as_torch, L23m minus: W_ih; W_hh; b_ih
lstm_gru.as_torch, R7: W_ih; W_hh; b_ih
lstm_gru.as_torch, R7 all: W_ih; W_hh; b_ih
lstm_gru.as_torch, R7 all and d: W_ih; W_hh; b_ih
lstm_gru.as_torch, R7h: W_ih; W_hh
lstm_gru.as_torch, R7h halves: W_ih; W_hh
lstm_gru.as_torch, T8: b_ih; b_hh
lstm_gru.as_torch, T8 side by side: b_ih; b_hh
lstm_gru.which_gru, L21 after: errors, reset after the product
lstm_gru.which_gru, L21 before: errors, reset before it
lstm_gru.which_gru, L21x exchanged: -
lstm_gru.which_gru, L22 after: errors, reset before it
lstm_gru.which_gru, L22 before: errors, reset after the product
lstm_gru.which_gru, L22 both: -
lstm_gru.which_gru, L23 after: errors, reset before it
lstm_gru.which_gru, L23 before: errors, reset after the product
lstm_gru.which_gru, L23a all: errors, reset before it
lstm_gru.which_gru, L23a b_in too: errors, reset before it
lstm_gru.which_gru, L25: -
lstm_gru.which_gru, L20: -
lstm_gru.which_gru, L20 the same for both: -
lstm_gru.which_gru, L20 the other for both: -
lstm_gru.which_gru, L24 not in the biases: -
lstm_gru.which_gru, L24 W_ih alone: -
lstm_gru.which_gru, L24 W_hh alone: -
lstm_gru.which_gru, L24 not in W_hh: -
lstm_gru.which_gru, L24 of the input alone: -
lstm_gru.which_gru, L24 of the state alone: -
lstm_gru.which_gru, L24 not at all: -
lstm_gru.which_gru, L24x exchanged: -
lstm_gru.which_gru, L24b all three turned round: -
lstm_gru.which_gru, L24b moved on: -
lstm_gru.which_gru, L24b moved back: -
lstm_gru.which_gru, W1 update first: -
lstm_gru.which_gru, W1 order first: -
lstm_gru.which_gru, W1 turned round: -
lstm_gru.which_gru, W1 reset, order, update: -
lstm_gru.which_gru, W2 no root: -
lstm_gru.which_gru, W2 sum: -
lstm_gru.which_gru, W2 sum of squares: -
lstm_gru.which_gru, W2 over time alone: -
lstm_gru.which_gru, W2 norms: -
lstm_gru.which_gru, W2 steps and examples: -
lstm_gru.which_gru, W2 half: -
lstm_gru.which_gru, W2a absolute: -
lstm_gru.which_gru, W2a largest: -
lstm_gru.which_gru, W2a mean of roots: -
lstm_gru.which_gru, W2a of the mean: -
lstm_gru.which_gru, W3 the last step: errors of one step
lstm_gru.which_gru, W3 the first step: errors of one step
lstm_gru.which_gru, W3 the first example: -
lstm_gru.which_gru, W4: errors of one step
lstm_gru.which_gru, W7: -
lstm_gru.which_gru, W7 by the order: -
lstm_gru.which_gru, W5: errors of one step; errors, reset after the product; errors, reset before it
lstm_gru.which_gru, W6 its number: errors of one step; errors, reset after the product; errors, reset before it
lstm_gru.which_gru, W6 from 1: errors of one step; errors, reset after the product; errors, reset before it
lstm_gru.which_gru, W6i turned round: errors of one step; errors, reset after the product; errors, reset before it
lstm_gru.which_gru, W6i 1 for 0: errors of one step; errors, reset after the product; errors, reset before it
lstm_gru.which_gru, W6i along each axis: errors of one step; errors, reset after the product; errors, reset before it
lstm_gru.which_gru, R1 zeros: -
lstm_gru.which_gru, R1 the first of the recording: -
lstm_gru.which_gru, R3: errors of one step
lstm_gru.which_gru, L4 n: -
lstm_gru.which_gru, L4 r: -
lstm_gru.which_gru, L4 z: -
lstm_gru.which_gru, L4n n as it is: -
lstm_gru.which_gru, L8: -
lstm_gru.which_gru, R7 b_ih: -
lstm_gru.which_gru, R7 b_hh: -
lstm_gru.which_gru, R7 b_hh before: errors, reset after the product
lstm_gru.which_gru, R7 b_hh after: errors, reset before it
"""
