"""As students at two in the morning: the hardest one, begun at half past one."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("chunk_by_chunk_with_lists")
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    T = len(x)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    h, c = h0, c0
    for s in range(0, T, k):
        e = min(T, s + k)
        hp, gs, hs = [], [], []
        for t in range(s, e):
            hp.append(h)
            g = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
            c = c * a + g
            h = np.tanh(c)
            gs.append(g)
            hs.append(h)
        dh = np.zeros_like(h0)
        dc = np.zeros_like(c0)
        for t in range(e - 1, s - 1, -1):
            i = t - s
            # dc = (1 - c**2) ...
            dc = (1 - hs[i] ** 2) * (dh_out[t] + dh) + dc
            dz = (1 - gs[i] ** 2) * dc
            dW_ih += dz.T @ x[t]
            dW_hh += dz.T @ hp[i]
            db += dz.sum(0)
            dh = dz @ W_hh
            dc = dc * a
    return dW_ih, dW_hh, db


def _run(x, h0, c0, W_ih, W_hh, b, a):
    before, gs, hs = [], [], []
    h, c = h0, c0
    for x_t in x:
        before.append(h)
        g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        c = a * c + g
        h = np.tanh(c)
        gs.append(g)
        hs.append(h)
    return before, gs, hs


@wrong(
    "dc_not_cut",
    "At the border dh_rec is set to zero as in truncated, but dc_rec is not, so a gradient still goes through c.",
    "For k = T you are right, for smaller k not. Two gradients go back from step to step here: which of them does your border stop?",
)
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    before, gs, hs = _run(x, h0, c0, W_ih, W_hh, b, a)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(len(x))):
        if (t + 1) % k == 0:
            dh_rec = np.zeros_like(h0)
        dc = (1 - hs[t] ** 2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - gs[t] ** 2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ before[t]
        db += dz.sum(axis=0)
        dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


@wrong(
    "border_one_step_off",
    "The cut is made at t % k == 0 before the step, so the first step of a chunk is separated from its own chunk and joined to the one before.",
    "Take k = 3 and write down between which steps your gradient is cut. Which steps should be together in the first chunk?",
)
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    before, gs, hs = _run(x, h0, c0, W_ih, W_hh, b, a)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(len(x))):
        if t % k == 0:
            dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
        dc = (1 - hs[t] ** 2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - gs[t] ** 2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ before[t]
        db += dz.sum(axis=0)
        dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


@wrong(
    "c_starts_at_h0",
    "The first line was copied for c and still says h0, so c0 is never used.",
    "Change c0: does anything change in your answer? Look at the lines before your first loop.",
)
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    h = h0
    c = h0
    steps = []
    for x_t in x:
        h_prev = h
        g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        c = a * c + g
        h = np.tanh(c)
        steps.append((h_prev, g, h))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh_rec = dc_rec = np.zeros_like(h0)
    for t in range(len(x) - 1, -1, -1):
        if (t + 1) % k == 0:
            dh_rec = dc_rec = np.zeros_like(h0)
        h_prev, g, h_t = steps[t]
        dc = (1 - h_t**2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - g**2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


@wrong(
    "zeros_only_at_full_chunks",
    "dh_rec and dc_rec are first made where (t + 1) % k == 0, so if the last chunk is short they do not exist yet at the last step (UnboundLocalError).",
    "It runs for T = 6, k = 3 and fails for T = 7. At which t does your loop begin, and have your two carried gradients a value there?",
)
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    before, gs, hs = _run(x, h0, c0, W_ih, W_hh, b, a)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    for t in reversed(range(len(x))):
        if (t + 1) % k == 0:
            dh_rec = np.zeros_like(h0)
            dc_rec = np.zeros_like(c0)
        dc = (1 - hs[t] ** 2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - gs[t] ** 2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ before[t]
        db += dz.sum(axis=0)
        dh_rec = dz @ W_hh
        dc_rec = a * dc
    return dW_ih, dW_hh, db
