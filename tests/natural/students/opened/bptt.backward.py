import numpy as np


def backward_paul(dy, x, h0, h, W_ih, W_hh):
    def go(t, carry):
        if t < 0:
            return np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0]), [], carry
        dz = (1 - h[t] ** 2) * (dy[t] + carry)
        dU, dW, db, dx, dh0 = go(t - 1, dz @ W_hh)
        hp = h[t - 1] if t else h0
        return dU + dz.T @ x[t], dW + dz.T @ hp, db + dz.sum(0), dx + [dz @ W_ih], dh0
    dU, dW, db, dx, dh0 = go(len(h) - 1, np.zeros_like(h0))
    return dU, dW, db, np.stack(dx), dh0


def backward_karim(dy, x, h0, h, W_ih, W_hh):
    dWx, dWh, dbh = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[:, 0])
    dxs = np.zeros_like(x)
    dhnext = np.zeros_like(h[0])
    for t in reversed(range(len(x))):
        dh = dy[t] + dhnext
        dhraw = (1 - h[t] * h[t]) * dh
        dbh += dhraw.sum(0)
        dWx += np.dot(dhraw.T, x[t])
        dWh += np.dot(dhraw.T, h[t - 1])
        dxs[t] = np.dot(dhraw, W_ih)
        dhnext = np.dot(dhraw, W_hh)
    return dWx, dWh, dbh, dxs, dhnext


def backward_elif(dy, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = 0, 0, 0
    dx = np.zeros_like(x)
    carry = np.zeros_like(h0)
    for t in range(len(h))[::-1]:
        h_prev = h0 if t == 0 else h[t - 1]
        dz = (1 - h[t] ** 2) * (dy[t] + carry)
        dW_ih = dW_ih + dz.T @ x[t]
        dW_hh = dW_hh + dz.T @ h_prev
        db = db + dz.sum(0)
        dx[t] = dz @ W_ih
        carry += dz @ W_hh
    return dW_ih, dW_hh, db, dx, carry


def backward_mia(dy, x, h0, h, W_ih, W_hh):
    dz = h
    carry = np.zeros_like(h0)
    for t in range(len(h) - 1, -1, -1):
        dz[t] = (1 - h[t] ** 2) * (dy[t] + carry)
        carry = dz[t] @ W_hh
    before = np.concatenate([h0[None], h[:-1]])
    dW_ih = np.tensordot(dz, x, axes=((0, 1), (0, 1)))
    dW_hh = np.tensordot(dz, before, axes=((0, 1), (0, 1)))
    return dW_ih, dW_hh, dz.sum(axis=(0, 1)), dz @ W_ih, carry


def backward_gustav(dy, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx = np.empty_like(x)
    dz = None
    for t in reversed(range(len(x))):
        dh = dy[t] if dz is None else dy[t] + dz @ W_hh
        dz = (1 - h[t] ** 2) * dh
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t else h0)
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
    return dW_ih, dW_hh, db, dx, dh


RIGHT = {
    'recursive_function': backward_paul,
}

WRONG = {
    'negative_index_wraps': (
        backward_karim,
        'At the first step h[t-1] is h[-1], the last state, where h0 belongs.',
        'Which state does h[t-1] mean when t = 0 in Python? Only one of your five results is wrong.',
    ),
    'carry_adds_up': (
        backward_elif,
        'The carry is increased at each step instead of replaced, so that old gradients are sent back again.',
        'How large is the carry after three steps, compared with one dz @ W_hh? Should step t hear step t+2 directly?',
    ),
    'dz_over_h': (
        backward_mia,
        'dz is another name for h, so the states are overwritten by gradients while they are still needed.',
        'What does h contain after your loop? It is used once more below.',
    ),
    'dh0_too_early': (
        backward_gustav,
        'What is returned as dh0 is the gradient of h_1, before the way back through the first step.',
        'Four results are right. Which state does the fifth belong to; has it passed through W_hh once for each step?',
    ),
}
