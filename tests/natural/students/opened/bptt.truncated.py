import numpy as np

from rnncourse import bptt, rnn


def truncated_jonas(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    def chunk(dyc, xc, s):
        states = [s]
        for v in xc:
            states.append(np.tanh((W_ih @ v.T + W_hh @ states[-1].T).T + (b_ih + b_hh)))
        back, out = 0 * s, [0 * W_ih, 0 * W_hh, 0 * b_ih]
        for v, d, a, a_before in list(zip(xc, dyc, states[1:], states[:-1]))[::-1]:
            dz = (d + back) * (1 - a * a)
            out[0] = out[0] + np.einsum("bh,bf->hf", dz, v)
            out[1] = out[1] + np.einsum("bh,bf->hf", dz, a_before)
            out[2] = out[2] + dz.sum(0)
            back = dz @ W_hh
        return out, states[-1]
    total, s, start = None, h0, 0
    while start < len(x):
        g, s = chunk(dy[start:start + k], x[start:start + k], s)
        total = g if total is None else [a + b for a, b in zip(total, g)]
        start += k
    return tuple(total)


def truncated_tara(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    grads = []
    for i in range(0, len(x), k):
        h = rnn.forward(x[i:i + k], h0, W_ih, W_hh, b_ih, b_hh)
        grads.append(bptt.backward(dy[i:i + k], x[i:i + k], h0, h, W_ih, W_hh))
    return sum(g[0] for g in grads), sum(g[1] for g in grads), sum(g[2] for g in grads)


def truncated_finn(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    T = len(x)
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    dh_next, done = np.zeros_like(h0), 0
    for t in reversed(range(T)):
        dz = (dy[t] + dh_next) * (1 - h[t] ** 2)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t > 0 else h0)
        db += dz.sum(axis=0)
        dh_next = dz @ W_hh
        done += 1
        if done == k:
            dh_next = np.zeros_like(h0)
            done = 0
    return dW_ih, dW_hh, db


def truncated_dana(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    T = x.shape[0]
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    g1, g2, g3 = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    carry = np.zeros_like(h0)
    for t in range(T - 1, -1, -1):
        if t % k == 0:
            carry = np.zeros_like(h0)
        dz = (1 - h[t] ** 2) * (dy[t] + carry)
        g1 += dz.T @ x[t]
        g2 += dz.T @ (h[t - 1] if t else h0)
        g3 += dz.sum(axis=0)
        carry = dz @ W_hh
    return g1, g2, g3


def truncated_fatma(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    acc = []
    h_t = h0
    for i in range(0, len(x), k):
        xc = x[i:i + k]
        hc = rnn.forward(xc, h_t, W_ih, W_hh, b_ih, b_hh)
        acc.append(bptt.backward(dy[i:i + k], xc, h_t, hc, W_ih, W_hh)[:3])
        h_t = hc[-1]
    return tuple(np.mean([a[j] for a in acc], axis=0) for j in range(3))


def truncated_lena(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    n = max(1, len(x) // k)
    state = h0
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_hh)
    for c in range(n):
        sl = slice(c * k, (c + 1) * k)
        h = rnn.forward(x[sl], state, W_ih, W_hh, b_ih, b_hh)
        grads = bptt.backward(dy[sl], x[sl], state, h, W_ih, W_hh)
        dW_ih += grads[0]
        dW_hh += grads[1]
        db += grads[2]
        state = h[-1]
    return dW_ih, dW_hh, db


RIGHT = {
    'generator_of_chunks': truncated_jonas,
}

WRONG = {
    'state_restarts': (
        truncated_tara,
        'Every chunk starts again from h0; the state does not go on.',
        'Which state does your second chunk start from? Truncation cuts the way back, not the way forward.',
    ),
    'borders_from_the_end': (
        truncated_finn,
        'The chunks are counted from the last step, so the first one is short instead of the last.',
        'Where are your borders for T = 7 and k = 3? Chunks start at the first step.',
    ),
    'reset_before_use': (
        truncated_dana,
        'The carry is set to zero before the first step of a chunk is treated rather than after it, so each border lies one step late.',
        'Which steps does your first chunk really hold? Write down for T = 4, k = 2 which dz reaches which step.',
    ),
    'mean_over_chunks': (
        truncated_fatma,
        'The gradients of the chunks are averaged instead of summed.',
        'What happens to your gradient when the same steps are cut into twice as many chunks? Read what the sums run over.',
    ),
    'short_chunk_dropped': (
        truncated_lena,
        'The number of chunks is T // k, so a shorter last chunk is dropped.',
        'Which of the losses never enters your gradient for T = 7 and k = 3?',
    ),
}
