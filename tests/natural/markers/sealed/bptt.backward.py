"""As teaching assistants who have marked hundreds of these: time runs backwards, lists do not."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz_t = (1 - h_t**2) * dh_t
    return dz_t.T @ x_t, dz_t.T @ h_prev, dz_t.sum(axis=0), dz_t @ W_ih, dz_t @ W_hh


@right("all_dz_first")
def backward(dh_out, x, h0, h, W_ih, W_hh):
    T, B, H = h.shape
    slope = 1 - h**2
    dz = np.zeros_like(h)
    carry = np.zeros_like(h0)
    t = T - 1
    while t >= 0:
        dz[t] = slope[t] * (dh_out[t] + carry)
        carry = dz[t] @ W_hh
        t -= 1
    before = np.concatenate((h0[np.newaxis], h[: T - 1]))
    rows = dz.reshape(T * B, H)
    return rows.T @ x.reshape(T * B, -1), rows.T @ before.reshape(T * B, H), rows.sum(axis=0), dz @ W_ih, carry


@wrong(
    "from_first_to_last",
    "Runs the loop from the first step to the last, so the recurrent gradient goes to later states instead of earlier ones.",
    "With one step you are right. When you work on step t, which step's dh_rec do you add, and which does it need?",
)
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih = np.zeros_like(W_ih)
    dW_hh = np.zeros_like(W_hh)
    db = np.zeros(W_hh.shape[0], dtype=W_hh.dtype)
    dx = np.zeros_like(x)
    dh_rec = np.zeros_like(h0)
    for t in range(len(x)):
        h_prev = h0 if t == 0 else h[t - 1]
        a, b, c, dx[t], dh_rec = cell_backward(dh_out[t] + dh_rec, x[t], h_prev, h[t], W_ih, W_hh)
        dW_ih += a
        dW_hh += b
        db += c
    return dW_ih, dW_hh, db, dx, dh_rec


@wrong(
    "h_of_minus_one",
    "Takes h[t-1] at the first step as well, which Python reads as the last state instead of h0.",
    "Only dW_hh is wrong. Print the index you use for the state before at the last turn of your loop: which state is that?",
)
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = 0, 0, 0
    dx = np.empty_like(x)
    dh_rec = np.zeros_like(h0)
    for t in range(len(x) - 1, -1, -1):
        g = cell_backward(dh_out[t] + dh_rec, x[t], h[t - 1], h[t], W_ih, W_hh)
        dW_ih, dW_hh, db = dW_ih + g[0], dW_hh + g[1], db + g[2]
        dx[t] = g[3]
        dh_rec = g[4]
    return dW_ih, dW_hh, db, dx, dh_rec


@wrong(
    "dx_in_reversed_order",
    "Appends the dx of each step while going backwards and stacks the list as it is, so the last step's comes first.",
    "Only dx is wrong, and all its numbers are in it somewhere. In what order does your loop append them?",
)
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dxs = []
    dh_rec = np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        a, b, c, dx_t, dh_rec = cell_backward(dh_out[t] + dh_rec, x[t], h_prev, h[t], W_ih, W_hh)
        dW_ih += a
        dW_hh += b
        db += c
        dxs.append(dx_t)
    return dW_ih, dW_hh, db, np.stack(dxs), dh_rec


@wrong(
    "dh_out_as_notepad",
    "Adds the recurrent gradient into dh_out itself: the result is right, but the caller's array is changed, and a second call is wrong.",
    "The gradients are right the first time. Call yours twice with the same arrays and compare; which argument has changed meanwhile?",
)
def backward(dh_out, x, h0, h, W_ih, W_hh):
    T = x.shape[0]
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx = np.zeros_like(x)
    for t in range(T - 1, -1, -1):
        h_prev = h[t - 1] if t > 0 else h0
        a, b, c, dx[t], dh_rec = cell_backward(dh_out[t], x[t], h_prev, h[t], W_ih, W_hh)
        dW_ih += a
        dW_hh += b
        db += c
        if t > 0:
            dh_out[t - 1] += dh_rec
    return dW_ih, dW_hh, db, dx, dh_rec
