"""As someone who programs well in MATLAB, R, Julia, C++ or JavaScript and writes NumPy for the first time: chunks."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def forward(x, h0, W_ih, W_hh, b_ih, b_hh):  # given in the notebook
    h = np.empty((len(x), *h0.shape), dtype=h0.dtype)
    for t in range(len(x)):
        h[t] = np.tanh(x[t] @ W_ih.T + b_ih + (h[t - 1] if t > 0 else h0) @ W_hh.T + b_hh)
    return h


def backward(dh_out, x, h0, h, W_ih, W_hh):  # exercise 2, done
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dh_rec = np.empty_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        dz = (1 - h[t] ** 2) * (dh_out[t] + dh_rec)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dx[t], dh_rec = dz @ W_ih, dz @ W_hh
    return dW_ih, dW_hh, db, dx, dh_rec


@right("one_way_back_with_cuts")
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    T = x.shape[0]
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    msg = np.zeros_like(h0)
    for t in range(T - 1, -1, -1):
        dz = (1 - h[t] ** 2) * (dh_out[t] + msg)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h0 if t == 0 else h[t - 1])
        db += dz.sum(axis=0)
        msg = np.zeros_like(h0) if t % k == 0 else dz @ W_hh
    return dW_ih, dW_hh, db


@right("split_at_the_borders")
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    cuts = list(range(k, len(x), k))
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    starts = [h0] + [h[c - 1] for c in cuts]
    parts = [
        backward(g, u, s, states, W_ih, W_hh)[:3]
        for g, u, s, states in zip(np.split(dh_out, cuts), np.split(x, cuts), starts, np.split(h, cuts))
    ]
    return tuple(np.sum([p[i] for p in parts], axis=0) for i in range(3))


@right("ceil_and_min")
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    T = x.shape[0]
    n = int(np.ceil(T / k))
    total = [0 * W_ih, 0 * W_hh, 0 * b_ih]
    s = h0.copy()
    for c in range(n):
        lo, hi = c * k, min((c + 1) * k, T)
        h = forward(x[lo:hi], s, W_ih, W_hh, b_ih, b_hh)
        g = backward(dh_out[lo:hi], x[lo:hi], s, h, W_ih, W_hh)
        for i in range(3):
            total[i] = total[i] + g[i]
        s = h[hi - lo - 1]
    return total[0], total[1], total[2]


@wrong(
    "whole_chunks_only",
    "Integer division gives the number of full chunks, and the shorter last one is left out.",
    "Try T = 5 and k = 2. Which steps does your loop cover?",
)
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    s = h0
    for c in range(len(x) // k):
        part = slice(c * k, (c + 1) * k)
        h = forward(x[part], s, W_ih, W_hh, b_ih, b_hh)
        g = backward(dh_out[part], x[part], s, h, W_ih, W_hh)
        dW_ih += g[0]
        dW_hh += g[1]
        db += g[2]
        s = h[-1]
    return dW_ih, dW_hh, db


@wrong(
    "every_chunk_from_h0",
    "Each chunk starts from h0 again, so that the state does not go on from chunk to chunk.",
    "Two things meet at a border: state and gradient. Which of them stops there, and which does your second chunk start from?",
)
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    for i in range(0, len(x), k):
        h = forward(x[i : i + k], h0, W_ih, W_hh, b_ih, b_hh)
        a, b, c, _, _ = backward(dh_out[i : i + k], x[i : i + k], h0, h, W_ih, W_hh)
        dW_ih, dW_hh, db = dW_ih + a, dW_hh + b, db + c
    return dW_ih, dW_hh, db


@wrong(
    "border_counted_from_one",
    "Tests t % k == 0 for the last step of a chunk, which is right for t counted from 1 but one step off counted from 0.",
    "For k = 2, write down for t = 0, 1, 2, 3 which chunk it is in and where your gradient is cut.",
)
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    dh_rec = np.zeros_like(h0)
    for t in reversed(range(len(x))):
        if t % k == 0:
            dh_rec = np.zeros_like(h0)
        dz = (1 - h[t] ** 2) * (dh_out[t] + dh_rec)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t > 0 else h0)
        db += dz.sum(axis=0)
        dh_rec = dz @ W_hh
    return dW_ih, dW_hh, db


@wrong(
    "slice_with_the_end_included",
    "Slices start : start+k-1 as if the end were included, so that the last step of every chunk is lost.",
    "How many steps has x[0:k-1]? Print the length of your first chunk.",
)
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    s = h0
    for start in range(0, len(x), k):
        end = start + k - 1
        h = forward(x[start:end], s, W_ih, W_hh, b_ih, b_hh)
        g = backward(dh_out[start:end], x[start:end], s, h, W_ih, W_hh)
        dW_ih += g[0]
        dW_hh += g[1]
        db += g[2]
        if len(h) > 0:
            s = h[-1]
    return dW_ih, dW_hh, db


@wrong(
    "window_behind_every_step",
    "Sends the gradient of every step k steps back, a sliding window, instead of cutting the sequence into chunks.",
    "How far does the gradient of the first step of a chunk go back, by the formula and in your loop?",
)
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    for t in range(len(x)):
        dh = dh_out[t]
        for s in range(t, max(t - k, -1), -1):
            dz = (1 - h[s] ** 2) * dh
            dW_ih += dz.T @ x[s]
            dW_hh += dz.T @ (h[s - 1] if s > 0 else h0)
            db += dz.sum(axis=0)
            dh = dz @ W_hh
    return dW_ih, dW_hh, db


@wrong(
    "h0_carries_the_state",
    "Copies the last state of each chunk into h0 itself, which is the caller's array and not a private copy.",
    "The numbers are right once. Print h0 before and after the call.",
)
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    for start in range(0, len(x), k):
        xs, gs = x[start : start + k], dh_out[start : start + k]
        h = forward(xs, h0, W_ih, W_hh, b_ih, b_hh)
        g = backward(gs, xs, h0, h, W_ih, W_hh)
        dW_ih += g[0]
        dW_hh += g[1]
        db += g[2]
        h0[:] = h[-1]
    return dW_ih, dW_hh, db


@wrong(
    "last_state_at_k",
    "Takes h[k-1] for a chunk's last state, which does not exist in a shorter last chunk: it raises.",
    "When does the error come: for every T and k, or only if something is left over? How long is h then?",
)
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    state = h0
    for start in range(0, len(x), k):
        h = forward(x[start : start + k], state, W_ih, W_hh, b_ih, b_hh)
        g = backward(dh_out[start : start + k], x[start : start + k], state, h, W_ih, W_hh)
        dW_ih, dW_hh, db = dW_ih + g[0], dW_hh + g[1], db + g[2]
        state = h[k - 1]
    return dW_ih, dW_hh, db
