"""As a student who copies min-char-rnn or cs231n and adapts it half-way: back-propagation through time."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("all_dz_first")
def f(dh_out, x, h0, h, W_ih, W_hh):
    slope = 1 - h * h
    dz = slope * dh_out
    for t in range(len(h) - 2, -1, -1):
        dz[t] += slope[t] * (dz[t + 1] @ W_hh)
    before = np.concatenate([h0[None], h[:-1]])
    dW_ih = np.einsum("tbi,tbf->if", dz, x)
    dW_hh = np.einsum("tbi,tbj->ij", dz, before)
    return dW_ih, dW_hh, dz.sum(axis=(0, 1)), dz @ W_ih, dz[0] @ W_hh


@right("min_char_rnn_example_by_example")
def f(dh_out, x, h0, h, W_ih, W_hh):
    dWxh, dWhh, dbh = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dh0 = np.zeros_like(x), np.zeros_like(h0)
    T, B, _ = x.shape
    for b in range(B):
        hs = {t: h[t, b] for t in range(T)}
        hs[-1] = h0[b]
        dhnext = np.zeros_like(h0[b])
        for t in reversed(range(T)):
            dh = dh_out[t, b] + dhnext
            dhraw = (1 - hs[t] * hs[t]) * dh
            dbh += dhraw
            dWxh += np.outer(dhraw, x[t, b])
            dWhh += np.outer(dhraw, hs[t - 1])
            dx[t, b] = W_ih.T @ dhraw
            dhnext = W_hh.T @ dhraw
        dh0[b] = dhnext
    return dWxh, dWhh, dbh, dx, dh0


@right("recursive_with_one_matrix")
def f(dh_out, x, h0, h, W_ih, W_hh):
    W = np.hstack([W_ih, W_hh])
    F = W_ih.shape[1]

    def back(t, dh_rec):
        if t < 0:
            return np.zeros_like(W), np.zeros_like(W[:, 0]), [], dh_rec
        dz = (1 - h[t] ** 2) * (dh_out[t] + dh_rec)
        du = dz @ W
        dW, db, dx, dh0 = back(t - 1, du[:, F:])
        u = np.hstack([x[t], h[t - 1] if t else h0])
        return dW + dz.T @ u, db + dz.sum(axis=0), dx + [du[:, :F]], dh0

    dW, db, dx, dh0 = back(len(x) - 1, np.zeros_like(h0))
    return dW[:, :F], dW[:, F:], db, np.stack(dx), dh0


@wrong(
    "minus_one_is_the_last",
    "Reads h[t-1] at t = 0 too, a dictionary trick; in an array that is the last state, not h0.",
    "Print the index that your loop uses at its very last turn. Which state stands there in an array?",
)
def f(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dhnext = np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        dh = dh_out[t] + dhnext
        dhraw = (1 - h[t] * h[t]) * dh
        dW_ih += np.dot(dhraw.T, x[t])
        dW_hh += np.dot(dhraw.T, h[t - 1])
        db += dhraw.sum(axis=0)
        dx[t] = np.dot(dhraw, W_ih)
        dhnext = np.dot(dhraw, W_hh)
    return dW_ih, dW_hh, db, dx, dhnext


@wrong(
    "dh_rec_accumulated",
    "Adds up dh_rec like the gradients of the weights, so that what a step sends back also reaches all steps before it.",
    "Which gradients collect over time, and which one is meant for a single state? Check your last two steps by hand.",
)
def f(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dh_rec = np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        dz = (1 - h[t] ** 2) * (dh_out[t] + dh_rec)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dx[t] += dz @ W_ih
        dh_rec += dz @ W_hh
    return dW_ih, dW_hh, db, dx, dh_rec


@wrong(
    "dx_from_the_end",
    "Appends dx_t while it runs backwards and stacks the list as it is, so dx[0] belongs to the last step.",
    "Your sums are right, and so is the set of all dx_t. In which order does your list grow?",
)
def f(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db, dxs = 0, 0, 0, []
    dh_rec = np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h0 if t == 0 else h[t - 1]
        dz = (1 - h[t] ** 2) * (dh_out[t] + dh_rec)
        dW_ih, dW_hh, db = dW_ih + dz.T @ x[t], dW_hh + dz.T @ h_prev, db + dz.sum(axis=0)
        dxs.append(dz @ W_ih)
        dh_rec = dz @ W_hh
    return dW_ih, dW_hh, db, np.stack(dxs), dh_rec


@wrong(
    "added_into_dh_out",
    "Adds what comes from the next step into dh_out itself, and so changes the argument.",
    "Compare dh_out before and after the call. Does dh = dh_out[t] make a new array?",
)
def f(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dh_rec = np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        dh = dh_out[t]
        dh += dh_rec
        dz = (1 - h[t] ** 2) * dh
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t > 0 else h0)
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        dh_rec = dz @ W_hh
    return dW_ih, dW_hh, db, dx, dh_rec


@wrong(
    "clipped_at_the_end",
    "Clips the finished gradients to [-5, 5], the last line of the gist.",
    "Multiply dh_out by 100 and look at the largest entries. What does a true gradient do, and what stops yours?",
)
def f(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dhnext = np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        dhraw = (1 - h[t] * h[t]) * (dh_out[t] + dhnext)
        dW_ih += dhraw.T @ x[t]
        dW_hh += dhraw.T @ (h[t - 1] if t > 0 else h0)
        db += dhraw.sum(axis=0)
        dx[t] = dhraw @ W_ih
        dhnext = dhraw @ W_hh
    for dparam in [dW_ih, dW_hh, db]:
        np.clip(dparam, -5, 5, out=dparam)  # clip to mitigate exploding gradients
    return dW_ih, dW_hh, db, dx, dhnext


@wrong(
    "loop_from_the_start",
    "Copies the loop of the forward pass: it runs from the first step to the last, so dh_rec comes from the step before.",
    "Which step has to be done before dh_t of a step is known? Print t in your loop.",
)
def f(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dh_rec, h_prev = np.zeros_like(x), np.zeros_like(h0), h0
    for t in range(len(x)):
        dz = (1 - h[t] ** 2) * (dh_out[t] + dh_rec)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        dh_rec, h_prev = dz @ W_hh, h[t]
    return dW_ih, dW_hh, db, dx, dh_rec


@wrong(
    "both_biases",
    "Returns six arrays, one gradient for each bias, as torch has them in the parameters of its layer.",
    "Count what you return, and what the docstring lists. What is said about db at the first exercise?",
)
def f(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db_ih = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dh_rec = np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        dz = (1 - h[t] ** 2) * (dh_out[t] + dh_rec)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t > 0 else h0)
        db_ih += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        dh_rec = dz @ W_hh
    return dW_ih, dW_hh, db_ih, db_ih.copy(), dx, dh_rec
