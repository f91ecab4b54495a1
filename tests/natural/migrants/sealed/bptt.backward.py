"""As someone who programs well in MATLAB, R, Julia, C++ or JavaScript and writes NumPy for the first time: the whole sequence."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):  # exercise 1, done
    dz_t = (1 - h_t**2) * dh_t
    return dz_t.T @ x_t, dz_t.T @ h_prev, dz_t.sum(axis=0), dz_t @ W_ih, dz_t @ W_hh


@right("dz_first_then_one_product")
def backward(dh_out, x, h0, h, W_ih, W_hh):
    T, B, H = h.shape
    dz = np.empty_like(h)
    dh_rec = np.zeros_like(h0)
    for t in range(T - 1, -1, -1):
        dz[t] = (1 - h[t] ** 2) * (dh_out[t] + dh_rec)
        dh_rec = dz[t] @ W_hh
    before = np.concatenate((h0[None, :, :], h[:-1]))
    flat = dz.reshape(T * B, H).T
    return flat @ x.reshape(T * B, -1), flat @ before.reshape(T * B, H), flat.sum(axis=1), dz @ W_ih, dh_rec


@right("counted_from_one")
def backward(dh_out, x, h0, h, W_ih, W_hh):
    T = x.shape[0]
    hs = np.concatenate([h0[None], h], axis=0)  # hs[t] is h_t of the page
    g = np.zeros_like(hs)  # g[t] is what comes to h_t from later steps
    dx = np.zeros_like(x)
    dW_ih, dW_hh, db = 0 * W_ih, 0 * W_hh, 0 * W_hh[:, 0]
    for t in range(T, 0, -1):
        a, b, c, dx[t - 1], g[t - 1] = cell_backward(dh_out[t - 1] + g[t], x[t - 1], hs[t - 1], hs[t], W_ih, W_hh)
        dW_ih, dW_hh, db = dW_ih + a, dW_hh + b, db + c
    return dW_ih, dW_hh, db, dx, g[0]


@right("recursion")
def backward(dh_out, x, h0, h, W_ih, W_hh):
    # the later steps first, by recursion on the rest of the sequence
    def back(t, h_prev):
        if t == len(x):
            return np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0]), [], np.zeros_like(h0)
        dW_ih, dW_hh, db, dx, dh_rec = back(t + 1, h[t])
        s = cell_backward(dh_out[t] + dh_rec, x[t], h_prev, h[t], W_ih, W_hh)
        return dW_ih + s[0], dW_hh + s[1], db + s[2], [s[3]] + dx, s[4]

    dW_ih, dW_hh, db, dx, dh0 = back(0, h0)
    return dW_ih, dW_hh, db, np.stack(dx), dh0


@wrong(
    "before_the_first_is_the_last",
    "h[t-1] at t = 0 is h[-1], the last state, and not h0; Python raises no error.",
    "Which state does your step 0 take for the one before it? And where do you use h0?",
)
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dh_rec = np.zeros_like(x), np.zeros_like(h0)
    for t in range(len(x) - 1, -1, -1):
        a, b, c, dx[t], dh_rec = cell_backward(dh_out[t] + dh_rec, x[t], h[t - 1], h[t], W_ih, W_hh)
        dW_ih += a
        dW_hh += b
        db += c
    return dW_ih, dW_hh, db, dx, dh_rec


@wrong(
    "dh_out_filled_up",
    "dh = dh_out makes no copy, so dh[t-1] += … writes into the caller's dh_out.",
    "Run your function twice on the same arrays: the second result differs. What does = copy in Python?",
)
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dh = dh_out
    T = len(x)
    dW_ih, dW_hh, db, dx = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0]), np.zeros_like(x)
    for t in reversed(range(T)):
        h_prev = h0 if t == 0 else h[t - 1]
        a, b, c, dx[t], dh0 = cell_backward(dh[t], x[t], h_prev, h[t], W_ih, W_hh)
        dW_ih, dW_hh, db = dW_ih + a, dW_hh + b, db + c
        if t > 0:
            dh[t - 1] += dh0
    return dW_ih, dW_hh, db, dx, dh0


@wrong(
    "stops_before_zero",
    "Writes T-1:-1:0 as range(T-1, 0, -1), which stops before 0: the first step is left out.",
    "Print list(range(3, 0, -1)). Which step does your loop never reach, and what is dx there?",
)
def backward(dh_out, x, h0, h, W_ih, W_hh):
    T = x.shape[0]
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dh_rec = np.zeros_like(x), np.zeros_like(h0)
    for t in range(T - 1, 0, -1):
        step = cell_backward(dh_out[t] + dh_rec, x[t], h[t - 1], h[t], W_ih, W_hh)
        dW_ih += step[0]
        dW_hh += step[1]
        db += step[2]
        dx[t] = step[3]
        dh_rec = step[4]
    return dW_ih, dW_hh, db, dx, dh_rec


@wrong(
    "everything_accumulated",
    "Adds dh_rec up like the weight gradients, so that a step also gets what was meant for later ones.",
    "The weights are used at every step, but a state gets a message from how many later steps directly? Look at your +=.",
)
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dh_rec = np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t else h0
        dz = (1 - h[t] ** 2) * (dh_out[t] + dh_rec)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(0)
        dx[t] += dz @ W_ih
        dh_rec += dz @ W_hh
    return dW_ih, dW_hh, db, dx, dh_rec


@wrong(
    "mean_over_the_steps",
    "Takes the mean over the steps where the page has a sum.",
    "Your weight gradients are too small by a factor that grows with the length of the sequence. What does the sign Σ ask for?",
)
def backward(dh_out, x, h0, h, W_ih, W_hh):
    parts, dx, dh_rec = [], np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        a, b, c, dx[t], dh_rec = cell_backward(dh_out[t] + dh_rec, x[t], h_prev, h[t], W_ih, W_hh)
        parts.append((a, b, c))
    dW_ih, dW_hh, db = (np.mean([p[i] for p in parts], axis=0) for i in range(3))
    return dW_ih, dW_hh, db, dx, dh_rec


@wrong(
    "accumulators_of_integers",
    "np.full(shape, 0) makes integer accumulators, and adding floats to them in place raises.",
    "Read the last line of the error: which dtype do your accumulators have, and why?",
)
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.full(W_ih.shape, 0), np.full(W_hh.shape, 0), np.full(len(W_hh), 0)
    dx, dh_rec = np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        a, b, c, dx[t], dh_rec = cell_backward(dh_out[t] + dh_rec, x[t], h_prev, h[t], W_ih, W_hh)
        dW_ih += a
        dW_hh += b
        db += c
    return dW_ih, dW_hh, db, dx, dh_rec


@wrong(
    "message_past_the_tanh",
    "Adds dh_rec after the factor 1 - h², so that the message from the next step does not go through this step's tanh.",
    "Both parts reach the state itself. Which bracket in your line for dz leaves one of them out?",
)
def backward(dh_out, x, h0, h, W_ih, W_hh):
    T = len(x)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dh_rec = np.zeros_like(x), np.zeros_like(h0)
    for i in range(T):
        t = T - 1 - i
        h_prev = h[t - 1] if t > 0 else h0
        dz = (1 - h[t] ** 2) * dh_out[t] + dh_rec
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        dh_rec = dz @ W_hh
    return dW_ih, dW_hh, db, dx, dh_rec
