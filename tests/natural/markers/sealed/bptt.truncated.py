"""As teaching assistants who have marked hundreds of these: what goes on, what stops, and where."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = np.empty((len(x), *h0.shape), dtype=h0.dtype)
    for t in range(len(x)):
        h[t] = np.tanh(x[t] @ W_ih.T + b_ih + (h[t - 1] if t > 0 else h0) @ W_hh.T + b_hh)
    return h


def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz_t = (1 - h_t**2) * dh_t
    return dz_t.T @ x_t, dz_t.T @ h_prev, dz_t.sum(axis=0), dz_t @ W_ih, dz_t @ W_hh


def backward(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dh_rec = np.empty_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        step = cell_backward(dh_out[t] + dh_rec, x[t], h_prev, h[t], W_ih, W_hh)
        dW_ih += step[0]
        dW_hh += step[1]
        db += step[2]
        dx[t], dh_rec = step[3], step[4]
    return dW_ih, dW_hh, db, dx, dh_rec


@right("cut_in_one_pass")
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    before = np.concatenate([h0[None], h[:-1]])
    dz = np.empty_like(h)
    for t in range(len(x) - 1, -1, -1):
        dh = dh_out[t]
        if t + 1 < len(x) and (t + 1) // k == t // k:
            dh = dh + dz[t + 1] @ W_hh
        dz[t] = dh * (1 - h[t] ** 2)
    dW_ih = np.tensordot(dz, x, axes=([0, 1], [0, 1]))
    dW_hh = np.tensordot(dz, before, axes=([0, 1], [0, 1]))
    return dW_ih, dW_hh, dz.sum(axis=1).sum(axis=0)


@wrong(
    "every_chunk_from_h0",
    "Starts each chunk from h0 again, so the state stops at the border too.",
    "Your first chunk is right, the later ones are not. The gradient stops at the border; does the state?",
)
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    for s in range(0, len(x), k):
        h = forward(x[s : s + k], h0, W_ih, W_hh, b_ih, b_hh)
        a, b, c, _, _ = backward(dh_out[s : s + k], x[s : s + k], h0, h, W_ih, W_hh)
        dW_ih += a
        dW_hh += b
        db += c
    return dW_ih, dW_hh, db


@wrong(
    "k_chunks",
    "Cuts the sequence into k chunks instead of into chunks of k steps.",
    "With k = 1 you do no truncation at all, where it should be the strongest. What does k count?",
)
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    total = [np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)]
    state = h0
    for x_c, d_c in zip(np.array_split(x, k), np.array_split(dh_out, k)):
        if len(x_c) == 0:
            continue
        h_c = forward(x_c, state, W_ih, W_hh, b_ih, b_hh)
        grads = backward(d_c, x_c, state, h_c, W_ih, W_hh)
        total = [q + dq for q, dq in zip(total, grads[:3])]
        state = h_c[-1]
    return tuple(total)


@wrong(
    "rest_thrown_away",
    "Runs T // k full chunks and drops the shorter one at the end.",
    "When k divides T you are right. How many steps do your chunks cover for T = 7 and k = 3?",
)
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    state = h0
    for c in range(len(x) // k):
        part = slice(c * k, (c + 1) * k)
        h = forward(x[part], state, W_ih, W_hh, b_ih, b_hh)
        g = backward(dh_out[part], x[part], state, h, W_ih, W_hh)
        dW_ih += g[0]
        dW_hh += g[1]
        db += g[2]
        state = h[-1]
    return dW_ih, dW_hh, db


@wrong(
    "window_that_slides",
    "Sends the gradient of every step k - 1 steps back, a window that slides, instead of stopping it at fixed borders.",
    "For k = 1 and for k ≥ T you are right, between them you get terms that cross a border. How far back does the first step of a chunk send its gradient?",
)
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    for t in range(len(x)):
        dh = dh_out[t]
        for s in range(t, max(t - k, -1), -1):
            h_prev = h[s - 1] if s > 0 else h0
            a, b, c, _, dh = cell_backward(dh, x[s], h_prev, h[s], W_ih, W_hh)
            dW_ih += a
            dW_hh += b
            db += c
    return dW_ih, dW_hh, db
