import numpy as np

from rnncourse import bptt, rnn


def truncated_1(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    end = len(x)
    while end > 0:
        start = max(end - k, 0)
        h_in = h[start - 1] if start else h0
        g = bptt.backward(dy[start:end], x[start:end], h_in, h[start:end], W_ih, W_hh)
        dW_ih += g[0]
        dW_hh += g[1]
        db += g[2]
        end = start
    return dW_ih, dW_hh, db


def truncated_2(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    T = len(x)
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    before = np.concatenate([h0[None], h[:-1]])
    slope = 1 - h**2
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    for t in range(T):
        dz = slope[t] * dy[t]
        for s in range(t, max(t - k, -1), -1):
            dW_ih += dz.T @ x[s]
            dW_hh += dz.T @ before[s]
            db += dz.sum(axis=0)
            dz = (dz @ W_hh) * slope[s - 1]
    return dW_ih, dW_hh, db


def truncated_3(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    T = len(x)
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    carry = np.zeros_like(h0)
    for t in range(T - 1, -1, -1):
        dz = (1 - h[t] ** 2) * (dy[t] + carry)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t else h0)
        db += dz.sum(axis=0)
        carry = dz @ W_hh if (t + 1) % k else np.zeros_like(h0)
    return dW_ih, dW_hh, db


def truncated_5(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    T, B, F = x.shape
    C = -(-T // k)
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    before = np.concatenate([h0[None], h[:-1]])
    pad = ((0, C * k - T), (0, 0), (0, 0))
    fold = lambda a: np.pad(a, pad, mode="edge").reshape(C, k, B, -1)
    dy_c, x_c, h_c, before_c = fold(dy), fold(x), fold(h), fold(before)
    dz = np.empty_like(h_c)
    carry = np.zeros_like(h_c[:, 0])
    for t in reversed(range(k)):
        dz[:, t] = (1 - h_c[:, t] ** 2) * (dy_c[:, t] + carry)
        carry = dz[:, t] @ W_hh
    dW_ih = np.einsum("ctbh,ctbf->hf", dz, x_c)
    dW_hh = np.einsum("ctbh,ctbi->hi", dz, before_c)
    return dW_ih, dW_hh, dz.sum(axis=(0, 1, 2))


def truncated_8(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    state = h0
    for s in range(0, len(x), k):
        h = rnn.forward(x[s : s + k], state, W_ih, W_hh, b_ih, b_hh)
        g = bptt.backward(dy[s : s + k], x[s : s + k], state, h, W_ih, W_hh)
        dW_ih += g[0]
        dW_hh += g[1]
        db += g[2]
        state[:] = h[-1]
    return dW_ih, dW_hh, db


def truncated_a(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    T = len(x)
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    before = np.concatenate([h0[None], h[:-1]])
    dz = (1 - h**2) * dy
    for t in range(T - 2, -1, -1):
        if (t + 1) % k:
            dz[t] += (1 - h[t] ** 2) * (dz[t + 1] @ W_hh)
    flat = lambda a: a.reshape(-1, a.shape[-1])
    return flat(dz).T @ flat(x), flat(dz).T @ flat(before), flat(dz).sum(axis=0)


def truncated_c(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    T, B, F = x.shape
    C = -(-T // k)
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    before = np.concatenate([h0[None], h[:-1]])

    def fold(a):
        out = np.zeros((C * k, *a.shape[1:]), a.dtype)
        out[:T] = a
        return out.reshape(C, k, B, -1).transpose(1, 0, 2, 3).reshape(k, C * B, -1)

    g = bptt.backward(fold(dy), fold(x), fold(before)[0], fold(h), W_ih, W_hh)
    return g[0], g[1], g[2]


RIGHT = {
    "one_pass_with_a_gap_at_borders": truncated_a,
    "chunks_side_by_side_as_a_batch": truncated_c,
}
WRONG = {
    "tired_chunks_from_the_end_subtle": (
        truncated_1,
        "Cuts the chunks from the last step backwards, so that the first chunk is the shorter one.",
        "Equal chunks are right. Which chunk is shorter in your cut, and which in the task?",
    ),
    "researcher_sliding_window": (
        truncated_2,
        "Lets every loss look back over the last k steps, across chunk borders: another kind of truncation.",
        "One chunk is right. How far back does the first step of a chunk look in eq-bptt-truncated?",
    ),
    "fortran_border_one_step_off_subtle": (
        truncated_3,
        "Cuts the gradient between step k-1 and step k (counted from 1) instead of between k and k+1, so that the first chunk has k-1 steps.",
        "Write down for k = 3 which steps are in your first chunk: has it three of them?",
    ),
    "numerics_pads_with_the_last_step_subtle": (
        truncated_5,
        "Fills the last chunk up by repeating the last step, gradient included, so that it counts several times.",
        "Chunks of equal length are right. What does your filling contribute to the sums?",
    ),
    "c_programmer_state_in_h0_subtle": (
        truncated_8,
        "Keeps the running state in the caller's h0, which is overwritten.",
        "The gradients are right the first time. What does h0 hold after your call?",
    ),
}
