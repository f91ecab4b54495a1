"""As someone who programs well in MATLAB, R, Julia, C++ or JavaScript and writes NumPy for the first time: two states, in chunks."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("chunk_after_chunk")
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    h, c = h0, c0
    for start in range(0, len(x), k):
        stop = min(start + k, len(x))
        kept = []
        for t in range(start, stop):
            g = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
            c = a * c + g
            kept.append((h, g))
            h = np.tanh(c)
            kept[-1] += (h,)
        dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
        for t in range(stop - 1, start - 1, -1):
            h_prev, g, h_t = kept.pop()
            dc = (1 - h_t**2) * (dh_out[t] + dh_rec) + dc_rec
            dz = (1 - g**2) * dc
            dW_ih += dz.T @ x[t]
            dW_hh += dz.T @ h_prev
            db += dz.sum(axis=0)
            dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


@right("preallocated_from_one_as_columns")
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    T, B, _ = x.shape
    H = len(b)
    S, C, G = (np.zeros((H, B, T + 1), dtype=x.dtype) for _ in range(3))
    S[:, :, 0], C[:, :, 0] = h0.T, c0.T
    for t in range(1, T + 1):
        G[:, :, t] = np.tanh(W_ih @ x[t - 1].T + W_hh @ S[:, :, t - 1] + b[:, None])
        C[:, :, t] = a[:, None] * C[:, :, t - 1] + G[:, :, t]
        S[:, :, t] = np.tanh(C[:, :, t])
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dS = dC = np.zeros((H, B), dtype=x.dtype)
    for t in range(T, 0, -1):
        if t % k == 0:
            dS = dC = np.zeros((H, B), dtype=x.dtype)
        dc = (1 - S[:, :, t] ** 2) * (dh_out[t - 1].T + dS) + dC
        dz = (1 - G[:, :, t] ** 2) * dc
        dW_ih = dW_ih + dz @ x[t - 1]
        dW_hh = dW_hh + dz @ S[:, :, t - 1].T
        db = db + dz.sum(axis=1)
        dS = W_hh.T @ dz
        dC = a[:, None] * dc
    return dW_ih, dW_hh, db


@right("one_example_at_a_time")
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    T, B, _ = x.shape
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    A = np.diag(a)
    for n in range(B):
        h, c, g = [h0[n]], [c0[n]], [None]
        for t in range(T):
            g.append(np.tanh(W_ih @ x[t, n] + W_hh @ h[-1] + b))
            c.append(A @ c[-1] + g[-1])
            h.append(np.tanh(c[-1]))
        dh_rec = dc_rec = np.zeros_like(b)
        for t in range(T, 0, -1):
            keep = 0 if t % k == 0 else 1
            dc = (1 - h[t] ** 2) * (dh_out[t - 1, n] + keep * dh_rec) + keep * dc_rec
            dz = (1 - g[t] ** 2) * dc
            dW_ih += np.outer(dz, x[t - 1, n])
            dW_hh += np.outer(dz, h[t - 1])
            db += dz
            dh_rec, dc_rec = W_hh.T @ dz, A @ dc
    return dW_ih, dW_hh, db


@wrong(
    "only_one_way_cut",
    "At a border only dh_rec is set to zero; dc_rec goes on into the chunk before.",
    "How many ways lead from one step back to the one before it? Count which of them you cut at a border.",
)
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    T = len(x)
    h, c, steps = h0, c0, []
    for t in range(T):
        g = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        c = a * c + g
        steps.append((h, g, np.tanh(c)))
        h = steps[-1][2]
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(T)):
        h_prev, g, h_t = steps[t]
        if (t + 1) % k == 0:
            dh_rec = np.zeros_like(h0)
        dc = (1 - h_t**2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - g**2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


@wrong(
    "dc_rec_in_the_bracket",
    "Puts dc_rec inside the bracket, so that it is multiplied by 1 - h² although it reaches c directly.",
    "Through which functions does the message on the way of c pass before it reaches c? Compare your brackets with the page's.",
)
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    T = len(x)
    hs, gs, ps = [], [], []
    h, c = h0, c0
    for t in range(T):
        ps.append(h)
        gs.append(np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b))
        c = a * c + gs[t]
        h = np.tanh(c)
        hs.append(h)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    for t in range(T - 1, -1, -1):
        if t == T - 1 or (t + 1) % k == 0:
            dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
        dc = (1 - hs[t] ** 2) * (dh_out[t] + dh_rec + dc_rec)
        dz = (1 - gs[t] ** 2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ ps[t]
        db += dz.sum(axis=0)
        dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


@wrong(
    "kept_states_overwritten",
    "c is updated in place and the list keeps T references to the one array, so that on the way back every c is the last one.",
    "Compare your kept c of step 1 with that of step 2 after the forward pass: are they two arrays?",
)
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    T = len(x)
    h, c = h0.copy(), c0.copy()
    prevs, gs, cs = [], [], []
    for t in range(T):
        prevs.append(h)
        g = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        c *= a
        c += g
        h = np.tanh(c)
        gs.append(g)
        cs.append(c)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    for t in reversed(range(T)):
        if t == T - 1 or (t + 1) % k == 0:
            dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
        dc = (1 - np.tanh(cs[t]) ** 2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - gs[t] ** 2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ prevs[t]
        db += dz.sum(axis=0)
        dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


@wrong(
    "c_starts_anew",
    "Carries h across the border, but starts c from c0 in every chunk.",
    "Which states go on across a border? Look at what your chunk starts from.",
)
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    h = h0
    for start in range(0, len(x), k):
        xs, ds = x[start : start + k], dh_out[start : start + k]
        c, steps = c0, []
        for x_t in xs:
            g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
            c = a * c + g
            steps.append((h, g, np.tanh(c)))
            h = np.tanh(c)
        dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
        for t in reversed(range(len(xs))):
            h_prev, g, h_t = steps[t]
            dc = (1 - h_t**2) * (ds[t] + dh_rec) + dc_rec
            dz = (1 - g**2) * dc
            dW_ih += dz.T @ xs[t]
            dW_hh += dz.T @ h_prev
            db += dz.sum(axis=0)
            dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


@wrong(
    "at_for_the_circle",
    "Writes c @ a for the element-wise product; that is a matrix product and leaves (B,), which does not fit the rest.",
    "What does the circle with a dot stand for, and what shape has your product of c and a?",
)
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c, steps = h0, c0, []
    for x_t in x:
        g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        c = c @ a + g
        steps.append((h, g, np.tanh(c)))
        h = np.tanh(c)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    for t in reversed(range(len(x))):
        if t == len(x) - 1 or (t + 1) % k == 0:
            dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
        h_prev, g, h_t = steps[t]
        dc = (1 - h_t**2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - g**2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dh_rec, dc_rec = dz @ W_hh, dc @ a
    return dW_ih, dW_hh, db


@wrong(
    "one_sum_for_all_biases",
    "dz.sum() without an axis is one number, and adding it to db gives it to every unit.",
    "All entries of your db are equal. Over what does sum() run if you do not say?",
)
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c, steps = h0, c0, []
    for x_t in x:
        g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        c = a * c + g
        steps.append((h, g, np.tanh(c)))
        h = np.tanh(c)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    for t in reversed(range(len(x))):
        if t == len(x) - 1 or (t + 1) % k == 0:
            dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
        h_prev, g, h_t = steps[t]
        dc = (1 - h_t**2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - g**2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum()
        dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


@wrong(
    "two_messages_one_array",
    "dh_rec = dc_rec = zeros makes one array with two names; filled in place, both messages hold the last one written.",
    "Print dh_rec and dc_rec after the first step of your way back: are they ever different? How many arrays does a = b = zeros make?",
)
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    T, B, _ = x.shape
    G, S, before = (np.zeros((T, B, len(b)), dtype=x.dtype) for _ in range(3))
    h, c = h0, c0
    for t in range(T):
        before[t] = h
        G[t] = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        c = a * c + G[t]
        S[t] = h = np.tanh(c)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh_rec = dc_rec = np.zeros_like(h0)
    for t in range(T - 1, -1, -1):
        if (t + 1) % k == 0:
            dh_rec[:] = 0
            dc_rec[:] = 0
        dc = (1 - S[t] ** 2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - G[t] ** 2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ before[t]
        db += dz.sum(axis=0)
        dh_rec[:] = dz @ W_hh
        dc_rec[:] = a * dc
    return dW_ih, dW_hh, db
