"""What is handed in for the exercises of ``irregular``: right answers, and wrong ones as they are typed."""

from __future__ import annotations

import math

import numpy as np

from rnncourse import irregular, rnn

from . import solves

# irregular.since


@solves("irregular.since")
def entry_by_entry(time, m, seen):
    T, B, F = m.shape
    delta = np.zeros((T, B, F), m.dtype)
    for b in range(B):
        for f in range(F):
            last = seen[b, f]
            for t in range(T):
                delta[t, b, f] = time[t, b] - last
                if m[t, b, f] == 1:
                    last = time[t, b]
    return delta


@solves("irregular.since")
def as_the_recursion_says(time, m, seen):
    out = [time[0][:, None] - seen]
    for t in range(1, len(time)):
        gap = (time[t] - time[t - 1])[:, None]
        out.append(np.where(m[t - 1] == 1, gap, gap + out[-1]))
    return np.array(out)


@solves("irregular.since")
def by_the_latest_time(time, m, seen):
    s = np.where(m == 1, time[:, :, None], -np.inf).astype(m.dtype)
    latest = np.maximum.accumulate(np.concatenate([seen[None], s[:-1]]), axis=0)
    return time[:, :, None] - latest


@solves("irregular.since")
def with_the_librarys_intervals(time, m, seen):
    delta = irregular.intervals(time, m)
    nothing_yet = np.cumsum(m, axis=0) - m == 0
    return np.where(nothing_yet, time[:, :, None] - seen, delta)


# irregular.standardise


@solves("irregular.standardise")
def feature_by_feature(x, m, train):
    T, B, F = x.shape
    x_mean, sd, u = np.zeros(F, x.dtype), np.zeros(F, x.dtype), np.zeros_like(x)
    for f in range(F):
        known = [x[t, b, f] for t in range(T) for b in range(B) if m[t, b, f] == 1 and train[b] == 1]
        x_mean[f] = sum(known) / len(known)
        sd[f] = math.sqrt(sum((v - x_mean[f]) ** 2 for v in known) / len(known))
        for t in range(T):
            for b in range(B):
                if m[t, b, f]:
                    u[t, b, f] = (x[t, b, f] - x_mean[f]) / sd[f]
    return x_mean, sd, u


@solves("irregular.standardise")
def with_nan(x, m, train):
    known = np.where(m == 1, x, np.nan)
    own = known[:, train == 1].reshape(-1, x.shape[2])
    x_mean, sd = np.nanmean(own, axis=0), np.nanstd(own, axis=0)
    return x_mean, sd, np.nan_to_num((known - x_mean) / sd)


@solves("irregular.standardise")
def by_picking(x, m, train):
    own = (m * train.reshape(1, -1, 1)).astype(bool)
    picked = [x[:, :, f][own[:, :, f]] for f in range(x.shape[2])]
    x_mean = np.array([p.mean() for p in picked])
    sd = np.array([p.std() for p in picked])
    u = np.zeros_like(x)
    u[m == 1] = ((x - x_mean) / sd)[m == 1]
    return x_mean, sd, u


@solves("irregular.standardise")
def with_the_librarys_mean(x, m, train):
    own = train == 1
    x_mean = irregular.empirical_mean(x[:, own], m[:, own])
    square = irregular.empirical_mean((x[:, own] - x_mean) ** 2, m[:, own])
    return x_mean, np.sqrt(square), m * (x - x_mean) / np.sqrt(square)


# irregular.fill_recent


@solves("irregular.fill_recent")
def looking_back(time, x, m, x_mean, limit):
    out = x.copy()
    for t, b, f in np.argwhere(m == 0):
        a = t - 1
        while a >= 0 and m[a, b, f] == 0:
            a -= 1
        fresh = a >= 0 and time[t, b] - time[a, b] <= limit
        out[t, b, f] = x[a, b, f] if fresh else x_mean[f]
    return out


@solves("irregular.fill_recent")
def in_plain_loops(time, x, m, x_mean, limit):
    T, B, F = x.shape
    x_hat = np.empty((T, B, F), dtype=x.dtype)
    for b in range(B):
        for f in range(F):
            last = None
            for t in range(T):
                if m[t, b, f] > 0:
                    last = (time[t, b], x[t, b, f])
                    x_hat[t, b, f] = x[t, b, f]
                elif last is not None and time[t, b] - last[0] <= limit:
                    x_hat[t, b, f] = last[1]
                else:
                    x_hat[t, b, f] = x_mean[f]
    return x_hat


@solves("irregular.fill_recent")
def by_the_number_of_the_step(time, x, m, x_mean, limit):
    steps = np.arange(len(x))[:, None, None]
    a = np.maximum.accumulate(np.where(m == 1, steps, -1), axis=0)
    s = np.broadcast_to(time[:, :, None], x.shape)
    old = s - np.take_along_axis(s, np.maximum(a, 0), axis=0) > limit
    return np.where((a < 0) | old, x_mean, np.take_along_axis(x, np.maximum(a, 0), axis=0))


@solves("irregular.fill_recent")
def with_the_librarys_filling(time, x, m, x_mean, limit):
    _, B, F = x.shape
    mean = np.broadcast_to(x_mean, (B, F)).astype(x.dtype)
    stamps = np.where(m == 1, time[:, :, None], 0).astype(x.dtype)
    when = irregular.fill_forward(stamps, m, np.full((B, F), -1e6, x.dtype))
    return np.where(time[:, :, None] - when <= limit, irregular.fill_forward(x, m, mean), x_mean)


# irregular.compare


@solves("irregular.compare")
def in_loops(time, x, m, hidden):
    T, B, F = x.shape
    left = (m == 1) & (hidden == 0)
    mean, forward, line = (np.zeros_like(x) for _ in range(3))
    for f in range(F):
        values = [x[t, b, f] for t in range(T) for b in range(B) if left[t, b, f]]
        usual = sum(values) / len(values)
        for b in range(B):
            known = [t for t in range(T) if left[t, b, f]]
            for t in range(T):
                before, after = [a for a in known if a <= t], [a for a in known if a >= t]
                mean[t, b, f] = x[t, b, f] if left[t, b, f] else usual
                forward[t, b, f] = x[before[-1], b, f] if before else usual
                if not known:
                    line[t, b, f] = usual
                elif not before or not after:
                    line[t, b, f] = x[after[0] if after else before[-1], b, f]
                elif before[-1] == after[0]:
                    line[t, b, f] = x[t, b, f]
                else:
                    i, j = before[-1], after[0]
                    share = (time[t, b] - time[i, b]) / (time[j, b] - time[i, b])
                    line[t, b, f] = (1 - share) * x[i, b, f] + share * x[j, b, f]
    R = []
    for filled in (mean, forward, line):
        errors = [(filled[i] - x[i]) ** 2 for i in np.ndindex(x.shape) if hidden[i] == 1]
        R.append(math.sqrt(sum(errors) / len(errors)))
    return mean, forward, line, np.array(R, x.dtype)


@solves("irregular.compare")
def with_the_librarys_fillings(time, x, m, hidden):
    left = m - hidden
    x_mean = irregular.empirical_mean(x, left)
    first = np.broadcast_to(x_mean, x.shape[1:]).astype(x.dtype)
    fillings = [
        irregular.fill_mean(x, left, x_mean),
        irregular.fill_forward(x, left, first),
        irregular.fill_linear(time, x, left, first),
    ]
    errors = np.stack([(filled - x)[hidden == 1] for filled in fillings])
    return (*fillings, np.sqrt((errors**2).mean(axis=1)))


@solves("irregular.compare")
def with_numbers_of_steps(time, x, m, hidden):
    T, left = len(x), m * (hidden == 0)
    steps = np.arange(T)[:, None, None]
    a = np.maximum.accumulate(np.where(left > 0, steps, -1), axis=0)
    b = np.minimum.accumulate(np.where(left > 0, steps, T)[::-1], axis=0)[::-1]
    s = np.broadcast_to(time[:, :, None], x.shape)

    def at(values, step):
        return np.take_along_axis(values, np.clip(step, 0, T - 1), axis=0)

    x_mean = np.einsum("tbf,tbf->f", left, x) / left.sum(axis=(0, 1))
    mean = left * x + (1 - left) * x_mean
    forward = np.where(a >= 0, at(x, a), x_mean).astype(x.dtype)
    width = np.where(b > a, at(s, b) - at(s, a), 1)
    slope = (at(x, b) - at(x, a)) / width
    inner = at(x, a) + (s - at(s, a)) * slope
    line = np.where(a < 0, np.where(b < T, at(x, b), x_mean), np.where(b < T, inner, at(x, a))).astype(x.dtype)
    R = [np.linalg.norm(hidden * (one - x)) / np.sqrt(hidden.sum()) for one in (mean, forward, line)]
    return mean, forward, line, np.asarray(R, dtype=x.dtype)


# irregular.grud_inputs


@solves("irregular.grud_inputs")
def number_by_number(x, m, delta, x_first, x_mean, w_x, b_x):
    T, B, F = x.shape
    gamma, x_hat = np.zeros_like(x), np.zeros_like(x)
    for b in range(B):
        for f in range(F):
            last = x_first[b, f]
            for t in range(T):
                gamma[t, b, f] = math.exp(-max(0, w_x[f] * delta[t, b, f] + b_x[f]))
                if m[t, b, f] == 1:
                    x_hat[t, b, f] = last = x[t, b, f]
                else:
                    x_hat[t, b, f] = gamma[t, b, f] * last + (1 - gamma[t, b, f]) * x_mean[f]
    return gamma, x_hat


@solves("irregular.grud_inputs")
def by_distance_from_the_mean(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.minimum(1, np.exp(-(delta * w_x + b_x)))
    away, out = x_first - x_mean, []
    for x_t, m_t, g in zip(x, m, gamma, strict=True):
        out.append(np.where(m_t == 1, x_t, x_mean + g * away))
        away = np.where(m_t == 1, x_t - x_mean, away)
    return gamma, np.stack(out)


@solves("irregular.grud_inputs")
def with_the_librarys_parts(x, m, delta, x_first, x_mean, w_x, b_x):
    last = irregular.last_observed(x, m, x_first)
    gamma = np.stack([irregular.input_decay(d, w_x, b_x) for d in delta])
    x_hat = [irregular.impute(*one, x_mean) for one in zip(x, m, gamma, last, strict=True)]
    return gamma, np.stack(x_hat)


# irregular.grud_cell


@solves("irregular.grud_cell")
def unit_by_unit(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    B, H = h_prev.shape
    out = [np.zeros_like(h_prev) for _ in range(5)]
    h_hat, r, z, n, h = out
    for i in range(B):
        for k in range(H):
            h_hat[i, k] = math.exp(-max(0.0, float(W_d[k] @ delta_t[i] + b_d[k]))) * h_prev[i, k]
        for gate, first in ((r, 0), (z, H)):
            for k in range(H):
                row = first + k
                a = W_ih[row] @ x_hat[i] + W_hh[row] @ h_hat[i] + W_mh[row] @ m_t[i] + b[row]
                gate[i, k] = 1 / (1 + math.exp(-a))
        for k in range(H):
            row = 2 * H + k
            a = W_ih[row] @ x_hat[i] + W_hh[row] @ (r[i] * h_hat[i]) + W_mh[row] @ m_t[i] + b[row]
            n[i, k] = math.tanh(a)
            h[i, k] = (1 - z[i, k]) * n[i, k] + z[i, k] * h_hat[i, k]
    return tuple(out)


@solves("irregular.grud_cell")
def with_everything_side_by_side(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    gamma = np.minimum(1, np.exp(-(np.einsum("bf,hf->bh", delta_t, W_d) + b_d)))
    h_hat = h_prev * gamma
    W = np.hstack([W_ih, W_mh, W_hh])
    gates = np.hstack([x_hat, m_t, h_hat]) @ W[: 2 * H].T + b[: 2 * H]
    gates = 0.5 * (1 + np.tanh(gates / 2))
    r, z = gates[:, :H], gates[:, H:]
    n = np.tanh(np.hstack([x_hat, m_t, r * h_hat]) @ W[2 * H :].T + b[2 * H :])
    return h_hat, r, z, n, n + z * (h_hat - n)


@solves("irregular.grud_cell")
def with_blocks_reshaped(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H, F = W_d.shape
    wait = np.clip(delta_t @ W_d.T + b_d, 0, None)
    h_hat = h_prev / np.exp(wait)
    U, V, M, c = W_ih.reshape(3, H, F), W_hh.reshape(3, H, H), W_mh.reshape(3, H, F), b.reshape(3, H)

    def gate(k, h):
        return x_hat @ U[k].T + h @ V[k].T + m_t @ M[k].T + c[k]

    r, z = (1 / (1 + np.exp(-gate(k, h_hat))) for k in (0, 1))
    n = np.tanh(gate(2, r * h_hat))
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


@solves("irregular.grud_cell")
def with_the_librarys_decay(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    h_hat = irregular.state_decay(delta_t, W_d, b_d) * h_prev
    s = 1 / (1 + np.exp(-(x_hat @ W_ih.T + h_hat @ W_hh.T + m_t @ W_mh.T + b)))
    r, z, _ = np.split(s, 3, axis=1)
    k = 2 * len(b) // 3
    n = np.tanh(x_hat @ W_ih[k:].T + (r * h_hat) @ W_hh[k:].T + m_t @ W_mh[k:].T + b[k:])
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


# irregular.decay_gradient


@solves("irregular.decay_gradient")
def by_single_numbers(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    F = len(w_x)
    dw, db, dmean = (np.zeros(F, m.dtype) for _ in range(3))
    dlast = np.zeros_like(x_last)
    for t, b, f in np.ndindex(m.shape):
        if m[t, b, f] == 1:
            continue
        a = w_x[f] * delta[t, b, f] + b_x[f]
        g = math.exp(-a) if a > 0 else 1.0
        dlast[t, b, f] = g * dx_hat[t, b, f]
        dmean[f] += (1 - g) * dx_hat[t, b, f]
        if a > 0:
            da = -g * (x_last[t, b, f] - x_mean[f]) * dx_hat[t, b, f]
            dw[f] += da * delta[t, b, f]
            db[f] += da
    return dw, db, dmean, dlast


@solves("irregular.decay_gradient")
def step_by_step(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    dw, db, dmean, dlast = np.zeros_like(w_x), np.zeros_like(b_x), np.zeros_like(x_mean), []
    for g_out, m_t, d, last in zip(dx_hat, m, delta, x_last, strict=True):
        a = d * w_x + b_x
        gamma = np.exp(-np.maximum(a, 0))
        g = np.where(m_t == 0, g_out, 0)
        da = np.where(a > 0, -gamma * g * (last - x_mean), 0)
        dw = dw + np.einsum("bf,bf->f", da, d)
        db = db + da.sum(0)
        dmean = dmean + (g - g * gamma).sum(0)
        dlast.append(g * gamma)
    return dw, db, dmean, np.array(dlast)


@solves("irregular.decay_gradient")
def with_the_librarys_slope(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a = delta * w_x + b_x
    guess = dx_hat - m * dx_hat
    da = irregular.decay_slope(a) * guess * (x_last - x_mean)
    gamma = irregular.decay(a)
    return np.einsum("tbf,tbf->f", da, delta), da.sum((0, 1)), ((1 - gamma) * guess).sum((0, 1)), gamma * guess


# irregular.level


@solves("irregular.level")
def series_by_series(time, x, m, a0, P0, q, r):
    T, B = x.shape
    out = np.zeros((4, T, B), x.dtype)
    for b in range(B):
        a, P = a0[b], P0[b]
        for t in range(T):
            if t > 0:
                P = P + q * (time[t, b] - time[t - 1, b])
            out[0, t, b], out[1, t, b] = a, P
            if m[t, b] == 1:
                K = P / (P + r)
                a = a + K * (x[t, b] - a)
                P = (1 - K) * P
            out[2, t, b], out[3, t, b] = a, P
    return out[0], out[1], out[2], out[3]


@solves("irregular.level")
def by_precisions(time, x, m, a0, P0, q, r):
    a, P, rows = a0, P0, []
    for t in range(len(x)):
        if t:
            P = P + q * (time[t] - time[t - 1])
        precision = 1 / P + m[t] / r
        new = (a / P + m[t] * x[t] / r) / precision
        rows.append((a, P, new, 1 / precision))
        a, P = new, 1 / precision
    return tuple(np.array(column).astype(x.dtype) for column in zip(*rows, strict=True))


@solves("irregular.level")
def with_a_masked_gain(time, x, m, a0, P0, q, r):
    gaps = np.diff(time, axis=0, prepend=time[:1])
    before, after = [], []
    a, P = a0, P0
    for gap, x_t, m_t in zip(gaps, x, m, strict=True):
        P = P + q * gap
        before.append((a, P))
        K = m_t * P / (P + r)
        a, P = (1 - K) * a + K * x_t, (1 - K) * P
        after.append((a, P))
    (a_pred, P_pred), (a_filt, P_filt) = np.array(before).swapaxes(0, 1), np.array(after).swapaxes(0, 1)
    return a_pred, P_pred, a_filt, P_filt


# irregular.flow_rnn


@solves("irregular.flow_rnn")
def example_by_example(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    T, B = time.shape
    H = len(rest)
    runs = np.zeros((2, T, B, H), x.dtype)
    for k in range(2):
        for i in range(B):
            h = h0[i].copy()
            for t in range(T):
                gap = time[t, i] - time[t - 1, i] if t else 0.0
                if k == 0:
                    h = np.array([rest[j] + (h[j] - rest[j]) * math.exp(-rate[j] * gap) for j in range(H)])
                else:
                    for _ in range(n):
                        h = h + gap / n * (-rate * (h - rest))
                h = np.tanh(W_ih @ x[t, i] + W_hh @ h + b)
                runs[k, t, i] = h
    return runs[0], runs[1]


@solves("irregular.flow_rnn")
def by_what_is_left(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    gaps = np.diff(time, axis=0, prepend=time[:1])[:, :, None]
    runs = []
    for left in (np.exp(-gaps * rate), (1 - gaps * rate / n) ** n):
        h, states = h0, []
        for x_t, share in zip(x, left, strict=True):
            h = share * h + (1 - share) * rest
            h = np.tanh(np.einsum("bf,hf->bh", x_t, W_ih) + np.einsum("bk,hk->bh", h, W_hh) + b)
            states.append(h)
        runs.append(np.stack(states))
    return tuple(runs)


@solves("irregular.flow_rnn")
def with_the_librarys_cell(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    exact, euler = np.empty((2, *x.shape[:2], len(b)), x.dtype)
    h = e = h0
    for t in range(len(x)):
        if t > 0:
            gap = (time[t] - time[t - 1])[:, None]
            h = rest - (rest - h) / np.exp(rate * gap)
            for _ in range(n):
                e = e + (rest - e) * rate * gap / n
        exact[t] = h = rnn.cell(x[t], h, W_ih, W_hh, b, 0 * b)
        euler[t] = e = rnn.cell(x[t], e, W_ih, W_hh, b, 0 * b)
    return exact, euler


TYPED = {
    ("irregular.since", "I1"): """
def since(time, m, seen):
    T, B, F = m.shape
    delta = np.zeros((T, B, F), dtype=m.dtype)
    for b in range(B):
        for f in range(F):
            last = seen[b, f]
            for t in range(T):
                if m[t, b, f] == 1:
                    last = time[t, b]
                delta[t, b, f] = time[t, b] - last
    return delta
""",
    ("irregular.since", "I2"): """
def since(time, m, seen):
    delta = np.zeros(m.shape, m.dtype)
    for t in range(len(m)):
        delta[t] = (time[t][:, None] - seen) if t == 0 else (time[t] - time[t - 1])[:, None]
    return delta
""",
    ("irregular.since", "I5"): """
def since(time, m, seen):
    gap = np.zeros_like(time)
    gap[1:] = time[1:] - time[:-1]
    delta = np.zeros_like(m)
    for t in range(1, m.shape[0]):
        delta[t] = gap[t][:, None] + (1 - m[t - 1]) * delta[t - 1]
    return delta
""",
    ("irregular.standardise", "I20"): """
def standardise(x, m, train):
    own = train == 1
    xs, ms = x[:, own] * m[:, own], m[:, own]
    mean = xs.mean(axis=(0, 1))
    sd = np.sqrt((ms * (x[:, own] - mean) ** 2).sum(axis=(0, 1)) / ms.sum(axis=(0, 1)))
    return mean, sd, m * (x - mean) / sd
""",
    ("irregular.standardise", "I27"): """
def standardise(x, m, train):
    known = np.where(m > 0, x, np.nan)
    mean = np.nanmean(known, axis=(0, 1))
    sd = np.nanstd(known, axis=(0, 1))
    return mean, sd, np.where(m > 0, (x - mean) / sd, 0).astype(x.dtype)
""",
    ("irregular.standardise", "I31"): """
def standardise(x, m, train):
    w = m * train.reshape(1, -1, 1)
    n = w.sum((0, 1))
    mean = (x * w).sum((0, 1)) / n
    sd = np.sqrt((((x - mean) * w) ** 2).sum((0, 1)) / n)
    return mean, sd, (x * m - mean) / sd
""",
    ("irregular.fill_recent", "I34"): """
def fill_recent(time, x, m, x_mean, limit):
    out = x.copy()
    T, B, F = x.shape
    for b in range(B):
        for f in range(F):
            count, last = None, None
            for t in range(T):
                if m[t, b, f] == 1:
                    count, last = 0, x[t, b, f]
                    continue
                if last is not None:
                    count += 1
                if last is not None and count <= limit:
                    out[t, b, f] = last
                else:
                    out[t, b, f] = x_mean[f]
    return out
""",
    ("irregular.fill_recent", "I11"): """
def fill_recent(time, x, m, x_mean, limit):
    out = np.zeros_like(x)
    last = np.zeros_like(x[0]) + x_mean
    when = np.full(x[0].shape, -1e9)
    for t in range(len(x)):
        s = time[t][:, None] + np.zeros_like(x[0])
        for i in np.ndindex(*x[0].shape):
            if m[t][i] == 1:
                out[t][i] = x[t][i]
            elif s[i] - when[i] <= limit:
                out[t][i] = last[i]
            else:
                out[t][i] = x_mean[i[1]]
                continue
            last[i], when[i] = out[t][i], s[i]
    return out
""",
    ("irregular.fill_recent", "I37"): """
def fill_recent(time, x, m, x_mean, limit):
    out = x.copy()
    for t, b, f in np.argwhere(m == 0):
        known = [a for a in range(t) if m[a, b, f] == 1]
        if known and time[t, b] - time[known[-1], b] < limit:
            out[t, b, f] = x[known[-1], b, f]
        else:
            out[t, b, f] = x_mean[f]
    return out
""",
    ("irregular.compare", "I40"): """
def compare(time, x, m, hidden):
    T, B, F = x.shape
    left = m - hidden
    mean = (m * x).sum((0, 1)) / m.sum((0, 1))
    fill = [left * x + (1 - left) * mean, np.zeros_like(x), np.zeros_like(x)]
    right_mean = (left * x).sum((0, 1)) / left.sum((0, 1))
    for b in range(B):
        for f in range(F):
            k = left[:, b, f] == 1
            last = right_mean[f]
            for t in range(T):
                last = x[t, b, f] if k[t] else last
                fill[1][t, b, f] = last
            fill[2][:, b, f] = np.interp(time[:, b], time[k, b], x[k, b, f]) if k.any() else right_mean[f]
    R = np.array([np.sqrt(np.mean((f[hidden == 1] - x[hidden == 1]) ** 2)) for f in fill])
    return fill[0], fill[1], fill[2], R.astype(x.dtype)
""",
    ("irregular.compare", "I47"): """
def compare(time, x, m, hidden):
    left = m * (1 - hidden)
    mu = (left * x).sum(axis=(0, 1)) / left.sum(axis=(0, 1))
    a = left * x + (1 - left) * mu
    b, c = a.copy(), a.copy()
    for i in range(x.shape[1]):
        for j in range(x.shape[2]):
            known = np.flatnonzero(left[:, i, j])
            for t in range(len(x)):
                before = known[known <= t]
                if len(before):
                    b[t, i, j] = x[before[-1], i, j]
            if len(known):
                c[:, i, j] = np.interp(time[:, i], time[known, i], x[known, i, j])
    R = [np.sqrt(((v - x) ** 2).mean()) for v in (a, b, c)]
    return a, b, c, np.array(R, dtype=x.dtype)
""",
    ("irregular.compare", "I45"): """
def compare(time, x, m, hidden):
    left = m * (1 - hidden)
    mu = (left * x).sum(axis=(0, 1)) / left.sum(axis=(0, 1))
    a = left * x + (1 - left) * mu
    b, c = a.copy(), a.copy()
    for i in range(x.shape[1]):
        for j in range(x.shape[2]):
            known = np.flatnonzero(left[:, i, j])
            for t in range(len(x)):
                before = known[known <= t]
                if len(before):
                    b[t, i, j] = x[before[-1], i, j]
            if len(known):
                c[:, i, j] = np.interp(np.arange(len(x)), known, x[known, i, j])
    R = [np.sqrt(((v - x)[hidden == 1] ** 2).mean()) for v in (a, b, c)]
    return a, b, c, np.array(R, dtype=x.dtype)
""",
    ("irregular.grud_inputs", "I11"): """
def grud_inputs(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-np.maximum(0, delta * w_x + b_x))
    x_hat = np.zeros_like(x)
    prev = x_first
    for t in range(len(x)):
        prev = np.where(m[t] == 1, x[t], gamma[t] * prev + (1 - gamma[t]) * x_mean)
        x_hat[t] = prev
    return gamma, x_hat
""",
    ("irregular.grud_inputs", "I10"): """
def grud_inputs(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-np.maximum(0, delta * w_x + b_x))
    return gamma, m * x + (1 - m) * (gamma * x + (1 - gamma) * x_mean)
""",
    ("irregular.grud_inputs", "I12"): """
def grud_inputs(x, m, delta, x_first, x_mean, w_x, b_x):
    gamma = np.exp(-(w_x * delta + b_x))
    last, out = x_first, []
    for t in range(x.shape[0]):
        out.append(np.where(m[t] == 1, x[t], gamma[t] * last + (1 - gamma[t]) * x_mean))
        last = np.where(m[t] == 1, x[t], last)
    return gamma, np.array(out)
""",
    ("irregular.grud_cell", "I16"): """
def grud_cell(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    a = x_hat @ W_ih.T + m_t @ W_mh.T + b
    r = 1 / (1 + np.exp(-(a[:, :H] + h_hat @ W_hh[:H].T)))
    z = 1 / (1 + np.exp(-(a[:, H:2 * H] + h_hat @ W_hh[H:2 * H].T)))
    n = np.tanh(a[:, 2 * H:] + (r * h_hat) @ W_hh[2 * H:].T)
    return h_hat, r, z, n, (1 - z) * n + z * h_prev
""",
    ("irregular.grud_cell", "L21"): """
def grud_cell(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    i_r, i_z, i_n = np.split(x_hat @ W_ih.T + m_t @ W_mh.T + b, 3, axis=1)
    h_r, h_z, h_n = np.split(h_hat @ W_hh.T, 3, axis=1)
    r, z = 1 / (1 + np.exp(-i_r - h_r)), 1 / (1 + np.exp(-i_z - h_z))
    n = np.tanh(i_n + r * h_n)
    return h_hat, r, z, n, (1 - z) * n + z * h_hat
""",
    ("irregular.decay_gradient", "I61"): """
def decay_gradient(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    gamma = np.exp(-np.maximum(0, delta * w_x + b_x))
    g = (1 - m) * dx_hat
    dgamma = g * (x_last - x_mean)
    da = -dgamma * gamma
    return (da * delta).sum((0, 1)), da.sum((0, 1)), (g * (1 - gamma)).sum((0, 1)), g * gamma
""",
    ("irregular.decay_gradient", "I60"): """
def decay_gradient(dx_hat, m, delta, x_last, x_mean, w_x, b_x):
    a = delta * w_x + b_x
    gamma = np.exp(-np.maximum(0, a))
    da = np.where(a > 0, -gamma, 0) * dx_hat * (x_last - x_mean)
    dm = dx_hat * (1 - gamma)
    return (da * delta).sum(axis=(0, 1)), da.sum(axis=(0, 1)), dm.sum(axis=(0, 1)), dx_hat * gamma
""",
    ("irregular.level", "I70"): """
def level(time, x, m, a0, P0, q, r):
    T, B = x.shape
    out = [np.zeros((T, B), x.dtype) for _ in range(4)]
    a, P = a0.copy(), P0.copy()
    for t in range(T):
        if t > 0:
            P = P + q
        out[0][t], out[1][t] = a, P
        K = m[t] * P / (P + r)
        a = a + K * (x[t] - a)
        P = (1 - K) * P
        out[2][t], out[3][t] = a, P
    return tuple(out)
""",
    ("irregular.level", "I72"): """
def level(time, x, m, a0, P0, q, r):
    x = np.where(m == 1, x, 0).astype(x.dtype)
    ap, pp, af, pf = [], [], [], []
    a, P = a0, P0
    for t in range(len(x)):
        if t > 0:
            P = P + q * (time[t] - time[t - 1])
        ap.append(a)
        pp.append(P)
        K = P / (P + r)
        a, P = a + K * (x[t] - a), (1 - K) * P
        af.append(a)
        pf.append(P)
    return np.array(ap), np.array(pp), np.array(af), np.array(pf)
""",
    ("irregular.flow_rnn", "I83"): """
def flow_rnn(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    runs = []
    for exact in (True, False):
        h, out = h0, []
        for t in range(len(x)):
            gap = (time[t] - time[t - 1])[:, None] if t > 0 else 0 * time[0][:, None]
            if exact:
                h = h * np.exp(-rate * gap)
            else:
                for k in range(n):
                    h = h - gap / n * rate * (h - rest)
            h = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
            out.append(h)
        runs.append(np.array(out))
    return runs[0], runs[1]
""",
    ("irregular.flow_rnn", "I82"): """
def flow_rnn(time, x, h0, rate, rest, W_ih, W_hh, b, n):
    h = e = h0
    H, E = [], []
    before = 0 * time[0]
    for t in range(len(x)):
        d = (time[t] - before)[:, None]
        before = time[t]
        h = rest + (h - rest) * np.exp(-rate * d)
        for k in range(n):
            e = e - d / n * rate * (e - rest)
        h = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        e = np.tanh(x[t] @ W_ih.T + e @ W_hh.T + b)
        H.append(h)
        E.append(e)
    return np.array(H), np.array(E)
""",
}

KEPT = """
irregular.since, I1 zero at once: nothing observed
irregular.since, I1 added unless observed now: the first step; everything observed; nothing observed
irregular.since, I2 the gap alone: the first step; everything observed
irregular.since, I2 two gaps at most: the first step; everything observed
irregular.since, I3: the first step; nothing observed
irregular.since, I3 at the first observation alone: the first step; nothing observed
irregular.since, I4: the first step; nothing observed
irregular.since, I5 zero: -
irregular.since, I5 a clock from the first step: -
irregular.since, I5 a clock from 0: -
irregular.since, I5 turned round: -
irregular.since, I5 the time itself as the age: -
irregular.since, I5 one: -
irregular.since, I5f of the first: -
irregular.since, I5f the mean: -
irregular.since, I5f the latest: -
irregular.since, I5f the earliest: -
irregular.since, I5f of the first example: -
irregular.since, I6: the first step
irregular.since, I6 at the first too: -
irregular.since, I7 when it was: -
irregular.since, I7 the time of the step: -
irregular.since, I7 up to the next step: the first step
irregular.since, I7 negative: -
irregular.since, I7 from the first step: the first step
irregular.since, I18: the first step
irregular.since, I24 any: the first step; everything observed; nothing observed
irregular.since, I24 all: the first step; everything observed; nothing observed
irregular.since, I24 the first: the first step; everything observed; nothing observed
irregular.since, I24 the last: the first step; everything observed; nothing observed
irregular.since, I25 times of the first: -
irregular.since, I25 times of the last: -
irregular.since, I25 mean times: -
irregular.since, I25 the first one's mask: the first step; everything observed; nothing observed
irregular.since, I25 any mask: the first step; everything observed; nothing observed
irregular.standardise, I20 by all: everything observed
irregular.standardise, I20 by all of all sequences: -
irregular.standardise, I20 whatever stands there: everything observed
irregular.standardise, I20s by all: means; everything observed
irregular.standardise, I20s by all of all sequences: means
irregular.standardise, I20s zeros there: means; everything observed
irregular.standardise, I20s zeros there, by the observed: means; everything observed
irregular.standardise, I20s whatever stands there: means; everything observed
irregular.standardise, I27 all: -
irregular.standardise, I27 the test's alone: -
irregular.standardise, I27 in the mean: -
irregular.standardise, I27 in the deviation: means
irregular.standardise, I28 of sequences: everything observed
irregular.standardise, I28 of steps: everything observed
irregular.standardise, I29 of all features: -
irregular.standardise, I29 deviation of all features: means
irregular.standardise, I29 mean and deviation of all features: -
irregular.standardise, I29 deviation around the mean of all: means
irregular.standardise, I30 no root: means
irregular.standardise, I30 one less: means
irregular.standardise, I30 around zero: means
irregular.standardise, I30 absolute: means
irregular.standardise, I30 not divided: means
irregular.standardise, I30 divided after the root: means
irregular.standardise, I30 half of the range: means
irregular.standardise, I31 as all others: means; standard deviations; everything observed
irregular.standardise, I31 zero before: means; standard deviations; everything observed
irregular.standardise, I31 the mean: means; standard deviations; everything observed
irregular.standardise, I32 not divided: means; standard deviations
irregular.standardise, I32 divided by the variance: means; standard deviations
irregular.standardise, I32 divided alone: means; standard deviations
irregular.standardise, I32 divided first: means; standard deviations
irregular.standardise, I32 times the deviation: means; standard deviations
irregular.standardise, I33 zero: means; standard deviations
irregular.standardise, I33 as it is: means; standard deviations
irregular.standardise, I18: -
irregular.standardise, I18 in u: means; standard deviations
irregular.standardise, I18 in both: -
irregular.fill_recent, I34: carried forward, without a limit; before the first observation
irregular.fill_recent, I34 times the mean gap: carried forward, without a limit; before the first observation
irregular.fill_recent, I35: carried forward, without a limit; before the first observation
irregular.fill_recent, I11 the clock restarts: carried forward, without a limit; before the first observation
irregular.fill_recent, I11 since the step before: carried forward, without a limit; before the first observation
irregular.fill_recent, I10 the step before: -
irregular.fill_recent, I10 of now: -
irregular.fill_recent, I10 nothing filled: -
irregular.fill_recent, I10 at the beginning: carried forward, without a limit; growing old
irregular.fill_recent, I10 the first step never filled: carried forward, without a limit; growing old
irregular.fill_recent, I8 zero: carried forward, without a limit
irregular.fill_recent, I8 zero at the beginning: carried forward, without a limit; growing old
irregular.fill_recent, I8 zero later: carried forward, without a limit; before the first observation
irregular.fill_recent, I8 halfway: carried forward, without a limit; before the first observation
irregular.fill_recent, I8 one mean for all features: carried forward, without a limit
irregular.fill_recent, I8 a mean of its own: carried forward, without a limit
irregular.fill_recent, I8 the mean of all that stands there: carried forward, without a limit
irregular.fill_recent, I8f zero: carried forward, without a limit; growing old
irregular.fill_recent, I8f of the example before: carried forward, without a limit; growing old
irregular.fill_recent, I36 always: -
irregular.fill_recent, I36 fresh and old exchanged: -
irregular.fill_recent, I21 the next one when the last is old: carried forward, without a limit
irregular.fill_recent, I21 the nearest: -
irregular.fill_recent, I21 a line to the next: -
irregular.fill_recent, I21 the first one before it: carried forward, without a limit; growing old
irregular.fill_recent, I37: carried forward, without a limit; growing old; before the first observation
irregular.fill_recent, I38 since the record began: carried forward, without a limit; before the first observation
irregular.fill_recent, I38 the time of the step: carried forward, without a limit; before the first observation
irregular.fill_recent, I38 any feature's: carried forward, without a limit; before the first observation
irregular.fill_recent, I38 until the step before: carried forward, without a limit; before the first observation
irregular.fill_recent, I25 of the first: carried forward, without a limit; before the first observation
irregular.fill_recent, I25 of the last: carried forward, without a limit; before the first observation
irregular.fill_recent, I25 their mean: carried forward, without a limit; before the first observation
irregular.fill_recent, I18: -
irregular.compare, I40 everywhere: -
irregular.compare, I40 by the mean: -
irregular.compare, I40 by the mean filling alone: forward; line
irregular.compare, I40 by the forward filling: mean; line
irregular.compare, I40 by the line: mean; forward
irregular.compare, I41 left, unless hidden: -
irregular.compare, I41 the step before: mean; line
irregular.compare, I41 at the beginning: mean; line
irregular.compare, I20 divided by all: -
irregular.compare, I20 of all features: -
irregular.compare, I20 of each example: -
irregular.compare, I20 of each example, in the mean filling: forward; line
irregular.compare, I20 of the examples' means: -
irregular.compare, I20 the middle: -
irregular.compare, I42 the mean everywhere: forward; line; errors
irregular.compare, I42 one step late: mean; line; errors
irregular.compare, I42 the mean where it is known: forward; line
irregular.compare, I43 zero: mean; line
irregular.compare, I43 backwards: mean; line
irregular.compare, I44 from the example before: mean; line
irregular.compare, I44 backwards in time: mean; line
irregular.compare, I44 once: mean; line
irregular.compare, I45 steps: mean; forward
irregular.compare, I45 times of the first: mean; forward
irregular.compare, I45 the middle of both: mean; forward
irregular.compare, I46 goes on as it was: mean; forward
irregular.compare, I46 the mean: mean; forward
irregular.compare, I46 the mean before: mean; forward
irregular.compare, I46 the mean after: mean; forward
irregular.compare, I46 zero: mean; forward
irregular.compare, I46n zero: mean; forward
irregular.compare, I46n x as it is: mean; forward
irregular.compare, I46n not a number: mean; forward
irregular.compare, I47 all that was filled: mean; forward; line
irregular.compare, I47 all that was observed: mean; forward; line
irregular.compare, I47 everything: mean; forward; line
irregular.compare, I47 divided by all: mean; forward; line
irregular.compare, I47 divided by the steps: mean; forward; line
irregular.compare, I47 not divided: mean; forward; line
irregular.compare, I48 no root: mean; forward; line
irregular.compare, I48 sizes: mean; forward; line
irregular.compare, I48 mean: mean; forward; line
irregular.compare, I48 a mean over features: mean; forward; line
irregular.compare, I48 the root of the mean over features: mean; forward; line
irregular.compare, I48 root of the sum, divided: mean; forward; line
irregular.compare, I48 the middle: mean; forward; line
irregular.compare, I49 turned round: mean; forward; line
irregular.compare, I49 sorted: mean; forward; line
irregular.compare, I49 forward first: mean; forward; line
irregular.compare, I18 hidden alone left: -
irregular.grud_inputs, I8 the mean: decay
irregular.grud_inputs, I8 zero: decay
irregular.grud_inputs, I8 zero in its place: decay
irregular.grud_inputs, I9 towards zero: decay; what is read without decay
irregular.grud_inputs, I9 not at all: decay; what is read without decay
irregular.grud_inputs, I9 the mean added whole: decay
irregular.grud_inputs, I9 one mean for all features: decay; what is read without decay
irregular.grud_inputs, I10: decay
irregular.grud_inputs, I10 the step before: decay
irregular.grud_inputs, I10 last is whatever came: decay
irregular.grud_inputs, I10 not filled: decay
irregular.grud_inputs, I11: decay; what is read without decay
irregular.grud_inputs, I11 decayed: decay; what is read without decay
irregular.grud_inputs, I12 no max: what is read after long waits
irregular.grud_inputs, I12 max of the product alone: what is read after long waits
irregular.grud_inputs, I12 the minus inside: -
irregular.grud_inputs, I12 size: what is read after long waits
irregular.grud_inputs, I12 zero instead of one: what is read after long waits
irregular.grud_inputs, I13 growing: what is read without decay
irregular.grud_inputs, I13 stuck at one: -
irregular.grud_inputs, I13 one minus: -
irregular.grud_inputs, I13 base 2: what is read without decay
irregular.grud_inputs, I13 a line: what is read without decay
irregular.grud_inputs, I13 one over: what is read without decay
irregular.grud_inputs, I13 without the exponential: -
irregular.grud_inputs, I13w no b: -
irregular.grud_inputs, I13w no w: what is read without decay
irregular.grud_inputs, I13w b times δ: what is read without decay
irregular.grud_inputs, I13w less b: -
irregular.grud_inputs, I13w all intervals: what is read without decay
irregular.grud_inputs, I13w w and b of the first: what is read without decay
irregular.grud_inputs, I13w divided: what is read without decay
irregular.grud_inputs, I14: decay
irregular.grud_inputs, I15x: decay; what is read without decay
irregular.grud_inputs, I15x times γ: decay; what is read without decay
irregular.grud_inputs, I15x and the guess added: decay
irregular.grud_inputs, I18: decay
irregular.grud_inputs, I18 in what is read: decay
irregular.grud_inputs, I18 in what is kept: decay
irregular.grud_inputs, I50 the mean: decay
irregular.grud_inputs, I50 zero: decay
irregular.grud_inputs, I50 the first of x: decay
irregular.grud_inputs, I50 at every step: decay
irregular.grud_inputs, I51 one step older: decay
irregular.grud_inputs, I51 of any feature: decay
irregular.grud_inputs, I51 of the first example: decay
irregular.grud_cell, I15 not at all: -
irregular.grud_cell, I15 after the update: -
irregular.grud_cell, I15t in the gates: decayed state
irregular.grud_cell, I15t in the candidate: decayed state; gates
irregular.grud_cell, I15t in the mix: decayed state; gates; candidate
irregular.grud_cell, I15t all of the mix: decayed state; gates; candidate
irregular.grud_cell, I16 in the mix: decayed state; gates; candidate
irregular.grud_cell, I16 in the candidate: decayed state; gates
irregular.grud_cell, I16 in the reset gate: decayed state
irregular.grud_cell, I16 in the update gate: decayed state; candidate
irregular.grud_cell, I16 in both gates: decayed state
irregular.grud_cell, I16 everywhere but in the mix: decayed state
irregular.grud_cell, I17 nowhere: decayed state
irregular.grud_cell, I17 not in the candidate: decayed state; gates
irregular.grud_cell, I17 not in the gates: decayed state
irregular.grud_cell, I18: decayed state
irregular.grud_cell, I18 weights of the input: decayed state
irregular.grud_cell, I18x: decayed state
irregular.grud_cell, I18x inverted: decayed state
irregular.grud_cell, I12 no max: -
irregular.grud_cell, I12 growing: -
irregular.grud_cell, I12 one minus: -
irregular.grud_cell, I12 no b: -
irregular.grud_cell, I12 max of the product alone: -
irregular.grud_cell, I12 a sigmoid: -
irregular.grud_cell, I12 size: -
irregular.grud_cell, I12 less b: -
irregular.grud_cell, I19 their mean: -
irregular.grud_cell, I19 the first alone: -
irregular.grud_cell, I19 the mean interval: -
irregular.grud_cell, I19 the longest: -
irregular.grud_cell, I19 missing ones alone: -
irregular.grud_cell, I19 observed ones alone: -
irregular.grud_cell, L20: decayed state; gates; candidate
irregular.grud_cell, L21 after the product: decayed state; gates
irregular.grud_cell, L21 nowhere: decayed state; gates
irregular.grud_cell, L21 on everything: decayed state; gates
irregular.grud_cell, L21 in the mix too: decayed state; gates; candidate
irregular.grud_cell, L21 one minus: decayed state; gates
irregular.grud_cell, L24 z, r, n: decayed state
irregular.grud_cell, L24 n, r, z: decayed state
irregular.grud_cell, L24 of the state alone: decayed state
irregular.grud_cell, R6 all: decayed state
irregular.grud_cell, R9 tanh for gates: decayed state
irregular.grud_cell, R9 sigmoid for the candidate: decayed state; gates
irregular.grud_cell, R9 no tanh: decayed state; gates
irregular.grud_cell, R7 left out: decayed state
irregular.grud_cell, R7 twice: decayed state
irregular.decay_gradient, I60 all: -
irregular.decay_gradient, I60 the observed ones alone: -
irregular.decay_gradient, I60 all, in the mean: gradient of w; gradient of b; gradients of the last values
irregular.decay_gradient, I60 all, in the last values: gradient of w; gradient of b; gradient of the mean
irregular.decay_gradient, I60 all, in w and b: gradient of the mean; gradients of the last values
irregular.decay_gradient, I61: gradient of the mean; gradients of the last values
irregular.decay_gradient, I61 no max at all: gradient of the mean; gradients of the last values
irregular.decay_gradient, I61 the other side: gradient of the mean; gradients of the last values
irregular.decay_gradient, I61 where w is negative: gradient of the mean; gradients of the last values
irregular.decay_gradient, I62 without γ: gradient of the mean; gradients of the last values
irregular.decay_gradient, I62 of a sigmoid: gradient of the mean; gradients of the last values
irregular.decay_gradient, I62 times a: gradient of the mean; gradients of the last values
irregular.decay_gradient, I62 squared: gradient of the mean; gradients of the last values
irregular.decay_gradient, I62s: gradient of the mean; gradients of the last values
irregular.decay_gradient, I63 the last value alone: gradient of the mean; gradients of the last values
irregular.decay_gradient, I63 their sum: gradient of the mean; gradients of the last values
irregular.decay_gradient, I63 the mean alone: gradient of the mean; gradients of the last values
irregular.decay_gradient, I63 left out: gradient of the mean; gradients of the last values
irregular.decay_gradient, I64 not in w: gradient of b; gradient of the mean; gradients of the last values
irregular.decay_gradient, I64 in b too: gradient of w; gradient of the mean; gradients of the last values
irregular.decay_gradient, I64 w instead: gradient of b; gradient of the mean; gradients of the last values
irregular.decay_gradient, I64 divided: gradient of b; gradient of the mean; gradients of the last values
irregular.decay_gradient, I64 one interval for all: gradient of b; gradient of the mean; gradients of the last values
irregular.decay_gradient, I65 mean over the batch: gradients of the last values
irregular.decay_gradient, I65 mean over all: gradients of the last values
irregular.decay_gradient, I65 the last step alone: gradients of the last values
irregular.decay_gradient, I65 over the missing: gradients of the last values
irregular.decay_gradient, I66 exchanged: gradient of w; gradient of b
irregular.decay_gradient, I66 the mean whole: gradient of w; gradient of b; gradients of the last values
irregular.decay_gradient, I66 the last value whole: gradient of w; gradient of b; gradient of the mean
irregular.decay_gradient, I66 the mean's sign: gradient of w; gradient of b; gradients of the last values
irregular.decay_gradient, I66 the mean's, of γ: gradient of w; gradient of b; gradients of the last values
irregular.decay_gradient, I67 added up backwards: gradient of w; gradient of b; gradient of the mean
irregular.decay_gradient, I67 carried while missing: gradient of w; gradient of b; gradient of the mean
irregular.level, I70: variances, no gaps; means, no gaps; even steps with gaps
irregular.level, I70 squared: variances, no gaps; means, no gaps; even steps with gaps
irregular.level, I70 square of q: -
irregular.level, I70 root: variances, no gaps; means, no gaps; even steps with gaps
irregular.level, I70 by all the time: -
irregular.level, I70 by the next gap: variances, no gaps; means, no gaps; even steps with gaps
irregular.level, I70 multiplied: -
irregular.level, I71 at the first step too: -
irregular.level, I71 the first time itself: -
irregular.level, I71 never: -
irregular.level, I71 after the observation: means, no gaps
irregular.level, I72 what stands there: variances, no gaps; means, no gaps; uneven steps, no gaps
irregular.level, I72 a zero: variances, no gaps; means, no gaps; uneven steps, no gaps
irregular.level, I72 the value before: variances, no gaps; means, no gaps; uneven steps, no gaps
irregular.level, I72 the variance shrinks: variances, no gaps; means, no gaps; uneven steps, no gaps
irregular.level, I72 the mean moves: variances, no gaps; means, no gaps; uneven steps, no gaps
irregular.level, I72 the mask inverted: -
irregular.level, I73 no growth: variances, no gaps; means, no gaps; uneven steps, no gaps
irregular.level, I73 back to P0: variances, no gaps; means, no gaps; uneven steps, no gaps
irregular.level, I73 back to the beginning: variances, no gaps; means, no gaps; uneven steps, no gaps
irregular.level, I73 nothing at all: variances, no gaps; means, no gaps; uneven steps, no gaps
irregular.level, I73 infinite noise forgets: variances, no gaps; means, no gaps; uneven steps, no gaps
irregular.level, I74 one minus: -
irregular.level, I74 not divided by the sum: -
irregular.level, I74 r squared: -
irregular.level, I74 root of r: -
irregular.level, I74 before it has grown: -
irregular.level, I74 always of P0: -
irregular.level, I74 roots: -
irregular.level, I74 a half: -
irregular.level, I74 q added again: -
irregular.level, I75 none: -
irregular.level, I75 the gain times: -
irregular.level, I75 squared: -
irregular.level, I75 of the old variance: -
irregular.level, I75 less the gain: -
irregular.level, I75 one plus: -
irregular.level, I76 away from it: variances, no gaps
irregular.level, I76 added: variances, no gaps
irregular.level, I76 the observation: variances, no gaps
irregular.level, I76 one minus K: variances, no gaps
irregular.level, I76 from a0: variances, no gaps
irregular.level, I76 the error of the observation before: variances, no gaps
irregular.level, I77 exchanged: -
irregular.level, I77 after it twice: -
irregular.level, I77 before it twice: -
irregular.level, I77 before the time has passed: means, no gaps
irregular.level, I77 of the next step: -
irregular.level, I78 always from the beginning: -
irregular.level, I78 the mean: variances, no gaps
irregular.level, I78 the variance: -
irregular.level, I78 what was expected: -
irregular.level, I25 times of the first: variances, no gaps; means, no gaps; even steps with gaps
irregular.level, I25 gaps of the first: variances, no gaps; means, no gaps; uneven steps, no gaps
irregular.level, I25 beginning of the first: -
irregular.level, I25 variance of the first: -
irregular.flow_rnn, I80: the first observation
irregular.flow_rnn, I80 in the exact run: the first observation; Euler's steps
irregular.flow_rnn, I81: the first observation
irregular.flow_rnn, I81 by the gap that comes: the first observation
irregular.flow_rnn, I82 since the beginning: the first observation
irregular.flow_rnn, I82 the time itself: -
irregular.flow_rnn, I82 up to the next: the first observation
irregular.flow_rnn, I82 one at the first: -
irregular.flow_rnn, I82 steps: the first observation
irregular.flow_rnn, I82 times of the first: the first observation
irregular.flow_rnn, I82 from zero: -
irregular.flow_rnn, I83 one step of Euler: the first observation; Euler's steps
irregular.flow_rnn, I83 towards zero: the first observation; Euler's steps
irregular.flow_rnn, I83 rest added: Euler's steps
irregular.flow_rnn, I83 exchanged: Euler's steps
irregular.flow_rnn, I83 exchanged, where time has passed: the first observation; Euler's steps
irregular.flow_rnn, I83 growing: the first observation; Euler's steps
irregular.flow_rnn, I83 divided by the rate: the first observation; Euler's steps
irregular.flow_rnn, I83 base 2: the first observation; Euler's steps
irregular.flow_rnn, I83 implicit: the first observation; Euler's steps
irregular.flow_rnn, I83 without the time: Euler's steps
irregular.flow_rnn, I83 sign of rest: the first observation; Euler's steps
irregular.flow_rnn, I83 not from where it was: Euler's steps
irregular.flow_rnn, I84 each the whole time: the first observation; flowing exactly
irregular.flow_rnn, I84 one step: the first observation; flowing exactly
irregular.flow_rnn, I84 one short: the first observation; flowing exactly
irregular.flow_rnn, I84 one too many: the first observation; flowing exactly
irregular.flow_rnn, I84 a fixed length: flowing exactly
irregular.flow_rnn, I84 one step of n: the first observation; flowing exactly
irregular.flow_rnn, I85 away from rest: the first observation; flowing exactly
irregular.flow_rnn, I85 towards zero: the first observation; flowing exactly
irregular.flow_rnn, I85 without the rate: the first observation; flowing exactly
irregular.flow_rnn, I85 exact: the first observation; flowing exactly
irregular.flow_rnn, I85 implicit: the first observation; flowing exactly
irregular.flow_rnn, I85 midpoint: the first observation; flowing exactly
irregular.flow_rnn, I85 slope alone: flowing exactly
irregular.flow_rnn, I86 Euler goes on from the exact one: the first observation; flowing exactly
irregular.flow_rnn, I86 the exact one goes on from Euler's: the first observation; Euler's steps
irregular.flow_rnn, I86 exchanged: the first observation
irregular.flow_rnn, I87 W_hh transposed: -
irregular.flow_rnn, I87 no bias: -
irregular.flow_rnn, I87 no tanh: -
irregular.flow_rnn, I87 flowed state added: -
irregular.flow_rnn, I87 no input: -
irregular.flow_rnn, I87 no state: -
irregular.flow_rnn, I88 mean rate: the first observation
irregular.flow_rnn, I88 first rate: the first observation
irregular.flow_rnn, I88 mean rest: the first observation
"""
