"""As students at two in the morning: the loop of forward, turned round in a hurry."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def _cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh


@right("lists_turned_round")
def backward(dh_out, x, h0, h, W_ih, W_hh):
    T = len(x)
    hs = [h0] + list(h)  # hs[t] is before step t, hs[t+1] after
    dW_ih = 0 * W_ih
    dW_hh = 0 * W_hh
    db = 0 * W_hh[0]
    dxs = []
    dh = 0 * h0
    for t in range(T)[::-1]:
        dh = dh + dh_out[t]
        a, b, c, dx_t, dh = _cell_backward(dh, x[t], hs[t], hs[t + 1], W_ih, W_hh)
        dW_ih = dW_ih + a
        dW_hh = dW_hh + b
        db = db + c
        dxs = [dx_t] + dxs
    # dh is now dh0 !!
    return dW_ih, dW_hh, db, np.stack(dxs), dh


@wrong(
    "db_not_accumulated",
    "+= was put in for the two matrices and forgotten for db, which keeps the step done last.",
    "Every use of a weight counts. Compare your three lines that collect gradients, sign by sign.",
)
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dh_rec = np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        g = _cell_backward(dh_out[t] + dh_rec, x[t], h_prev, h[t], W_ih, W_hh)
        dW_ih += g[0]
        dW_hh += g[1]
        db = g[2]
        dx[t] = g[3]
        dh_rec = g[4]
    return dW_ih, dW_hh, db, dx, dh_rec


@wrong(
    "h_of_minus_one",
    "At t = 0 the state before is taken as h[t - 1], which is h[-1], the last state, and not h0.",
    "h0 occurs only for its shape in your code. Which state stands before the first step, and what does Python give for h[t - 1] there?",
)
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dh_rec = np.zeros_like(x), np.zeros_like(h0)
    for t in range(len(x) - 1, -1, -1):
        g = _cell_backward(dh_out[t] + dh_rec, x[t], h[t - 1], h[t], W_ih, W_hh)
        dW_ih += g[0]
        dW_hh += g[1]
        db += g[2]
        dx[t] = g[3]
        dh_rec = g[4]
    return dW_ih, dW_hh, db, dx, dh_rec


@wrong(
    "dx_in_reverse",
    "dx is collected by append while the loop runs backwards and is not turned round, so dx[0] belongs to the last step.",
    "Only dx is wrong, and all its numbers are there. In which order do they get into your list?",
)
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx = []
    dh_rec = np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h0 if t == 0 else h[t - 1]
        g = _cell_backward(dh_out[t] + dh_rec, x[t], h_prev, h[t], W_ih, W_hh)
        dW_ih, dW_hh, db, dh_rec = dW_ih + g[0], dW_hh + g[1], db + g[2], g[4]
        dx.append(g[3])
    return dW_ih, dW_hh, db, np.stack(dx), dh_rec


@wrong(
    "stops_before_step_0",
    "range(T - 1, 0, -1) does not contain 0, so the first step gives nothing and dh0 is the gradient of the first state.",
    "Print t in your loop. How many steps does it visit, and what is in dx[0]?",
)
def backward(dh_out, x, h0, h, W_ih, W_hh):
    T = len(x)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dh_rec = np.zeros_like(x), np.zeros_like(h0)
    for t in range(T - 1, 0, -1):
        dz = (1 - h[t] ** 2) * (dh_out[t] + dh_rec)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h[t - 1]
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        dh_rec = dz @ W_hh
    return dW_ih, dW_hh, db, dx, dh_rec
