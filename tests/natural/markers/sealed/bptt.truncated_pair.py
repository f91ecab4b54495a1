"""As teaching assistants who have marked hundreds of these: two states, one border, and everyone forgets one of them."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("chunk_by_chunk")
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    grads = [np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)]
    h, c = h0, c0
    for start in range(0, len(x), k):
        xs = x[start : start + k]
        hs, gs = [h], []
        for x_t in xs:
            gs.append(np.tanh(np.hstack([x_t, h]) @ np.vstack([W_ih.T, W_hh.T]) + b))
            c = c * a + gs[-1]
            h = np.tanh(c)
            hs.append(h)
        dh, dc = np.zeros_like(h0), np.zeros_like(c0)
        for i in range(len(xs))[::-1]:
            dc = dc + (dh_out[start + i] + dh) * (1 - hs[i + 1] ** 2)
            dz = dc * (1 - gs[i] ** 2)
            grads[0] += dz.T @ xs[i]
            grads[1] += dz.T @ hs[i]
            grads[2] += dz.sum(0)
            dh, dc = dz @ W_hh, dc * a
    return tuple(grads)


@wrong(
    "only_h_is_cut",
    "Sets dh_rec to zero at a border but lets dc_rec through.",
    "With one chunk you are right. How many ways lead back across a border, and how many of them have you closed?",
)
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    T = len(x)
    hs, gs = [h0], []
    c = c0
    for t in range(T):
        g = np.tanh(x[t] @ W_ih.T + hs[-1] @ W_hh.T + b)
        c = a * c + g
        gs.append(g)
        hs.append(np.tanh(c))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(T)):
        if (t + 1) % k == 0:
            dh_rec = np.zeros_like(h0)
        dc = (1 - hs[t + 1] ** 2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - gs[t] ** 2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ hs[t]
        db += dz.sum(axis=0)
        dh_rec = dz @ W_hh
        dc_rec = a * dc
    return dW_ih, dW_hh, db


@wrong(
    "dc_rec_inside_the_bracket",
    "Puts dc_rec into the bracket, so it is multiplied with the slope of tanh of c, which it never went through.",
    "Chunks of one step are right, longer ones are not. From c_t to c_(t+1), does the way lead through tanh?",
)
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    T = len(x)
    hs, gs = [h0], []
    c = c0
    for t in range(T):
        g = np.tanh(x[t] @ W_ih.T + hs[-1] @ W_hh.T + b)
        c = a * c + g
        gs.append(g)
        hs.append(np.tanh(c))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(T)):
        if (t + 1) % k == 0:
            dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
        dc = (1 - hs[t + 1] ** 2) * (dh_out[t] + dh_rec + dc_rec)
        dz = (1 - gs[t] ** 2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ hs[t]
        db += dz.sum(axis=0)
        dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


@wrong(
    "border_one_step_late",
    "Cuts before the step with t % k == 0, counted from 0, so the first step of each chunk is cut from its own chunk and the border itself is open.",
    "With k = 1 you are right. For k = 3, write down for t = 0 … 5, counted from 0, which steps are the last of their chunk.",
)
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    T = len(x)
    hs, gs = [h0], []
    c = c0
    for t in range(T):
        g = np.tanh(x[t] @ W_ih.T + hs[-1] @ W_hh.T + b)
        c = a * c + g
        gs.append(g)
        hs.append(np.tanh(c))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(T)):
        if t % k == 0:
            dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
        dc = (1 - hs[t + 1] ** 2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - gs[t] ** 2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ hs[t]
        db += dz.sum(axis=0)
        dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


@wrong(
    "c_starts_anew",
    "Carries h on to the next chunk but begins each chunk with c0 again.",
    "Your first chunk is right, later ones are not. Which states does your code hand on from chunk to chunk, and which does the task?",
)
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    h_state = h0
    for start in range(0, len(x), k):
        x_k, d_k = x[start : start + k], dh_out[start : start + k]
        h_prevs, gs, hs = [], [], []
        h_t, c_t = h_state, c0
        for x_t in x_k:
            h_prevs.append(h_t)
            g_t = np.tanh(x_t @ W_ih.T + h_t @ W_hh.T + b)
            c_t = a * c_t + g_t
            h_t = np.tanh(c_t)
            gs.append(g_t)
            hs.append(h_t)
        h_state = h_t
        dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
        for t in reversed(range(len(x_k))):
            dc = (1 - hs[t] ** 2) * (d_k[t] + dh_rec) + dc_rec
            dz = (1 - gs[t] ** 2) * dc
            dW_ih += dz.T @ x_k[t]
            dW_hh += dz.T @ h_prevs[t]
            db += dz.sum(axis=0)
            dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db
