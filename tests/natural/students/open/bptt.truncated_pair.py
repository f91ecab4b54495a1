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


def truncated_pair_jonas(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    hs, cs, gs = _run(x, h0, c0, W_ih, W_hh, b, a)
    dU, dW, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    to_h = to_c = np.zeros_like(h0)
    for t in range(len(x) - 1, -1, -1):
        dc = to_c + (dy[t] + to_h) * (1 - hs[t + 1] ** 2)
        dz = dc * (1 - gs[t] ** 2)
        dU += dz.T @ x[t]
        dW += dz.T @ hs[t]
        db += dz.sum(0)
        inside = t % k != 0
        to_h, to_c = (dz @ W_hh) * inside, dc * a * inside
        to_h, to_c = to_h.astype(b.dtype), to_c.astype(b.dtype)
    return dU, dW, db


def truncated_pair_rosa(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    T, B, F = x.shape
    H = len(b)
    n = H + F + 1
    total = np.zeros((H, n), x.dtype)
    h, c = h0, c0
    for t in range(T):
        if t % k == 0:
            Ph = np.zeros((B, H, H, n), x.dtype)
            Pc = np.zeros((B, H, H, n), x.dtype)
        u = np.concatenate([h, x[t], np.ones((B, 1), x.dtype)], axis=1)
        g = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        Pz = np.einsum("kl,blai->bkai", W_hh, Ph)
        for i in range(H):
            Pz[:, i, i] += u
        Pc = a[:, None, None] * Pc + (1 - g ** 2)[:, :, None, None] * Pz
        c = a * c + g
        h = np.tanh(c)
        Ph = (1 - h ** 2)[:, :, None, None] * Pc
        total += np.einsum("bk,bkai->ai", dy[t], Ph)
    return total[:, H:-1], total[:, :H], total[:, -1]


def truncated_pair_xenia(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    hs, cs, gs = _run(x, h0, c0, W_ih, W_hh, b, a)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dc_next = np.zeros_like(c0)
    for start in reversed(range(0, len(x), k)):
        dh_next = np.zeros_like(h0)
        for t in reversed(range(start, min(start + k, len(x)))):
            dc = dc_next + (dy[t] + dh_next) * (1 - hs[t + 1] ** 2)
            dz = dc * (1 - gs[t] ** 2)
            dW_ih += dz.T @ x[t]
            dW_hh += dz.T @ hs[t]
            db += dz.sum(axis=0)
            dh_next = dz @ W_hh
            dc_next = dc * a
    return dW_ih, dW_hh, db


def truncated_pair_ivan(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c = h0, c0
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    for s in range(0, len(x), k):
        xs, ds = x[s:s + k], dy[s:s + k]
        mem = []
        for x_t in xs:
            g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
            c = a * c + (1 - a) * g
            h_new = np.tanh(c)
            mem.append((x_t, h, g, h_new))
            h = h_new
        dh = np.zeros_like(h0)
        dc = np.zeros_like(h0)
        for (x_t, hp, g, hn), d in zip(mem[::-1], ds[::-1]):
            dc = dc + (d + dh) * (1 - hn ** 2)
            dz = (1 - a) * dc * (1 - g ** 2)
            dW_ih += dz.T @ x_t
            dW_hh += dz.T @ hp
            db += dz.sum(axis=0)
            dh, dc = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


def truncated_pair_emil(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    hs, cs, gs = _run(x, h0, c0, W_ih, W_hh, b, a)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    carry = np.zeros_like(h0)
    for t in reversed(range(len(x))):
        total = dy[t] + carry
        dc = total * (1 - hs[t + 1] ** 2)
        dz = dc * (1 - gs[t] ** 2)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ hs[t]
        db += dz.sum(axis=0)
        carry = dz @ W_hh + a * dc if t % k else np.zeros_like(h0)
    return dW_ih, dW_hh, db


def truncated_pair_hugo(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    T = len(x)
    h = np.zeros((T + 1, *h0.shape), h0.dtype)
    c = np.zeros_like(h)
    h[0], c[0] = h0, c0
    for t in range(T):
        c[t + 1] = a * c[t] + np.tanh(x[t] @ W_ih.T + h[t] @ W_hh.T + b)
        h[t + 1] = np.tanh(c[t + 1])
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh = dc = np.zeros_like(h0)
    for t in range(T - 1, -1, -1):
        g = c[t + 1] - c[t]
        dc = (dy[t] + dh) * (1 - h[t + 1] ** 2) + dc
        dz = dc * (1 - g ** 2)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h[t]
        db += dz.sum(axis=0)
        dh, dc = dz @ W_hh, dc * a
        if t % k == 0:
            dh = dc = np.zeros_like(h0)
    return dW_ih, dW_hh, db


def truncated_pair_sven(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    h_start = h0
    for s in range(0, len(x), k):
        hs, cs, gs = _run(x[s:s + k], h_start, c0, W_ih, W_hh, b, a)
        dh, dc = np.zeros_like(h0), np.zeros_like(c0)
        for j in reversed(range(len(gs))):
            dc = dc + (dy[s + j] + dh) * (1 - hs[j + 1] ** 2)
            dz = dc * (1 - gs[j] ** 2)
            dW_ih += dz.T @ x[s + j]
            dW_hh += dz.T @ hs[j]
            db += dz.sum(axis=0)
            dh, dc = dz @ W_hh, a * dc
        h_start = hs[-1]
    return dW_ih, dW_hh, db


RIGHT = {
    'mask_at_the_border': truncated_pair_jonas,
    'forward_sensitivities_in_chunks': truncated_pair_rosa,
}

WRONG = {
    'c_crosses_the_border': (
        truncated_pair_xenia,
        'At a border only the gradient of h is set to zero; that of c goes on.',
        'At a border, which of the gradients that you carry do you set back?',
    ),
    'leaky_forward': (
        truncated_pair_ivan,
        'The forward pass is that of a leaky integrator, c = a c + (1 - a) g.',
        'Compare your line for c_t with the one in the text. One factor is yours.',
    ),
    'slope_over_both': (
        truncated_pair_emil,
        'The gradient that comes back to c is added to that of h and goes through the outer tanh with it.',
        'Does c_{t+1} read c_t or h_t? Then which tanh does that gradient not have to pass?',
    ),
    'g_from_c_without_a': (
        truncated_pair_hugo,
        'g_t is recovered as c_t - c_{t-1}, which forgets that only the share a of c is kept.',
        'Solve the line for c_t for g_t. Which factor does your difference lack?',
    ),
    'c_restarts': (
        truncated_pair_sven,
        'h goes on from chunk to chunk, but c starts from c0 in each.',
        'Which two things must the second chunk get from the first? Look at what stands in front of your loop over the steps.',
    ),
}
