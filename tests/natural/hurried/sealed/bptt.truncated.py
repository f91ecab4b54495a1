"""As students at two in the morning: chunks, tried with T = 6 and k = 3."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def _forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, h_t = [], h0
    for x_t in x:
        h_t = np.tanh(x_t @ W_ih.T + b_ih + h_t @ W_hh.T + b_hh)
        h.append(h_t)
    return np.stack(h)


def _backward(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dh_rec = np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        dz = (1 - h[t] ** 2) * (dh_out[t] + dh_rec)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dx[t], dh_rec = dz @ W_ih, dz @ W_hh
    return dW_ih, dW_hh, db, dx, dh_rec


@right("while_with_start_and_end")
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    T = len(x)
    h_all = _forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    res = [np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)]
    s = 0
    start_state = h0
    while s < T:
        e = min(s + k, T)
        # h_k = forward(x[s:e], start_state, ...)   # same numbers
        grads = _backward(dh_out[s:e], x[s:e], start_state, h_all[s:e], W_ih, W_hh)
        for i in range(3):
            res[i] = res[i] + grads[i]
        start_state = h_all[e - 1]
        s = e
    return tuple(res)


@wrong(
    "h0_left_in_backward",
    "h0 was replaced by the carried state in the call of forward, but not in the call of backward, so dW_hh uses h0 at the first step of every chunk.",
    "dW_ih and db are right, dW_hh is not. Which state stands before the first step of the second chunk, and do both of your calls know it?",
)
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    state = h0
    for s in range(0, len(x), k):
        h_k = _forward(x[s : s + k], state, W_ih, W_hh, b_ih, b_hh)
        g = _backward(dh_out[s : s + k], x[s : s + k], h0, h_k, W_ih, W_hh)
        dW_ih += g[0]
        dW_hh += g[1]
        db += g[2]
        state = h_k[-1]
    return dW_ih, dW_hh, db


@wrong(
    "dh_out_of_first_chunk",
    "x is cut out anew for each chunk, dh_out is always cut from 0 to k, so all chunks get the outer gradient of the first.",
    "Set dh_out to zero in the first k steps: your result should not be zero everywhere. Compare the two slices in your loop.",
)
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    state = h0
    for s in range(0, len(x), k):
        x_k, dh_k = x[s : s + k], dh_out[:k]
        h_k = _forward(x_k, state, W_ih, W_hh, b_ih, b_hh)
        g = _backward(dh_k, x_k, state, h_k, W_ih, W_hh)
        dW_ih, dW_hh, db = dW_ih + g[0], dW_hh + g[1], db + g[2]
        state = h_k[-1]
    return dW_ih, dW_hh, db


@wrong(
    "short_chunk_dropped",
    "The number of chunks is T // k, so the steps left over at the end are never used.",
    "Try T = 7 and k = 3. How many chunks are there by the text of the task, and how many does your loop make?",
)
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    state = h0
    for c in range(len(x) // k):
        part = slice(c * k, (c + 1) * k)
        h_k = _forward(x[part], state, W_ih, W_hh, b_ih, b_hh)
        g = _backward(dh_out[part], x[part], state, h_k, W_ih, W_hh)
        dW_ih, dW_hh, db = dW_ih + g[0], dW_hh + g[1], db + g[2]
        state = h_k[-1]
    return dW_ih, dW_hh, db


@wrong(
    "state_at_k_minus_1",
    "The state for the next chunk is taken at index k - 1, which a shorter last chunk does not have, so it raises an IndexError there.",
    "It runs for T = 6, k = 3 and fails for T = 7. How many states has the last chunk, and how can you ask for the last one without counting?",
)
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    state = h0
    for s in range(0, len(x), k):
        h_k = _forward(x[s : s + k], state, W_ih, W_hh, b_ih, b_hh)
        g = _backward(dh_out[s : s + k], x[s : s + k], state, h_k, W_ih, W_hh)
        dW_ih, dW_hh, db = dW_ih + g[0], dW_hh + g[1], db + g[2]
        state = h_k[k - 1]
    return dW_ih, dW_hh, db
