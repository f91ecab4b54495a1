import numpy as np


def _run(x, h0, c0, W_ih, W_hh, b, a):
    hs, cs, gs = [h0], [c0], []
    for x_t in x:
        g = np.tanh(x_t @ W_ih.T + hs[-1] @ W_hh.T + b)
        c = a * cs[-1] + g
        gs.append(g)
        cs.append(c)
        hs.append(np.tanh(c))
    return hs, cs, gs


def truncated_pair_vera(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    A, bias = a[:, None], b[:, None]
    h, c = h0.T, c0.T
    grads = [np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(bias)]
    for s in range(0, len(x), k):
        tape = []
        for x_t, d in zip(x[s:s + k], dy[s:s + k]):
            g = np.tanh(W_ih @ x_t.T + W_hh @ h + bias)
            c_new = A * c + g
            tape.append((x_t, h, g, np.tanh(c_new), d.T))
            c, h = c_new, np.tanh(c_new)
        dh, dc = np.zeros_like(h), np.zeros_like(c)
        while tape:
            x_t, hp, g, hn, d = tape.pop()
            dc = dc + (1 - hn ** 2) * (d + dh)
            dz = (1 - g ** 2) * dc
            grads[0] += dz @ x_t
            grads[1] += dz @ hp.T
            grads[2] += dz.sum(axis=1, keepdims=True)
            dh, dc = W_hh.T @ dz, A * dc
    return grads[0], grads[1], grads[2][:, 0]


def truncated_pair_lena(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    hs, cs, gs = _run(x, h0, c0, W_ih, W_hh, b, a)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh_next = np.zeros_like(h0)
    for t in reversed(range(len(x))):
        dh = dy[t] + dh_next
        dc = dh * (1 - hs[t + 1] ** 2)
        dz = dc * (1 - gs[t] ** 2)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ hs[t]
        db += dz.sum(axis=0)
        dh_next = dz @ W_hh
        if t % k == 0:
            dh_next = np.zeros_like(h0)
    return dW_ih, dW_hh, db


def truncated_pair_hanna(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    hs, cs, gs = _run(x, h0, c0, W_ih, W_hh, b, a)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    for s in range(0, len(x), k):
        dh, dc = np.zeros_like(h0), np.zeros_like(c0)
        for t in range(min(s + k, len(x)) - 1, s - 1, -1):
            slope = 1 - hs[t + 1] ** 2
            dc = dc + (dy[t] + dh) * slope
            dz = dc * slope
            dW_ih += dz.T @ x[t]
            dW_hh += dz.T @ hs[t]
            db += dz.sum(axis=0)
            dh, dc = dz @ W_hh, dc * a
    return dW_ih, dW_hh, db


def truncated_pair_paul(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    hs, cs, gs = _run(x, h0, c0, W_ih, W_hh, b, a)
    out = [np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)]
    for s in range(0, len(x), k):
        dh_next, dc_next = np.zeros_like(h0), np.zeros_like(c0)
        for t in reversed(range(s, min(s + k, len(x)))):
            dc = (dy[t] + dh_next) * (1 - hs[t + 1] ** 2) + dc_next
            dz = dc * (1 - gs[t] ** 2)
            out[0] += dz.T @ x[t]
            out[1] += dz.T @ hs[t]
            out[2] += dz.sum(axis=0)
            dh_next, dc_next = dz @ W_hh, dz * a
    return tuple(out)


def truncated_pair_dana(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c, saved = h0, c0, []
    for x_t in x:
        g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        c = a * c + g
        h = np.tanh(c)
        saved.append((x_t, h, g))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh, dc = np.zeros_like(h0), np.zeros_like(h0)
    for t in reversed(range(len(saved))):
        x_t, h_t, g_t = saved[t]
        dc = dc + (dy[t] + dh) * (1 - h_t ** 2)
        dz = dc * (1 - g_t ** 2)
        dW_ih += dz.T @ x_t
        dW_hh += dz.T @ h_t
        db += dz.sum(axis=0)
        dh = dz @ W_hh
        if t % k == 0:
            dh, dc = np.zeros_like(h0), np.zeros_like(h0)
    return dW_ih, dW_hh, db


RIGHT = {
    'columns_chunk_by_chunk': truncated_pair_vera,
}

WRONG = {
    'no_way_through_c': (
        truncated_pair_lena,
        'The gradient is carried back through h only; the direct way from c_t to c_{t-1} is missing.',
        'Two states go from step to step. How many gradients come back in your loop?',
    ),
    'wrong_tanh': (
        truncated_pair_hanna,
        'The slope of the inner tanh is computed from h_t instead of from g_t.',
        'There are two tanh in a step. From whose output does each slope come?',
    ),
    'c_gradient_through_z': (
        truncated_pair_paul,
        'What is sent back to c_{t-1} is a·dz instead of a·dc, so it passes the inner tanh too.',
        'Does c_{t-1} go through the inner tanh on its way to c_t?',
    ),
    'state_stored_after': (
        truncated_pair_dana,
        "Double mistake: W_hh's gradient is made with the new state h_t, and the factor a is missing from the carry of c.",
        'Two things: what did W_hh multiply in this step, and how much of c is kept from one step to the next?',
    ),
}
