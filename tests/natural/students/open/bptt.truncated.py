import numpy as np

from rnncourse import bptt, rnn


def truncated_yusuf(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    T = len(x)
    hs = [h0]
    for t in range(T):
        hs.append(np.tanh(x[t] @ W_ih.T + hs[t] @ W_hh.T + b_ih + b_hh))
    dU, dW, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    carry = np.zeros_like(h0)
    for t in range(T, 0, -1):
        dz = (1 - hs[t] ** 2) * (dy[t - 1] + carry)
        dU += dz.T @ x[t - 1]
        dW += dz.T @ hs[t - 1]
        db += dz.sum(axis=0)
        carry = dz @ W_hh if (t - 1) % k else np.zeros_like(h0)
    return dU, dW, db


def truncated_greta(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    starts = np.concatenate([h0[None], h])[: len(x) : k]
    cuts = range(k, len(x), k)
    pieces = zip(np.split(dy, cuts), np.split(x, cuts), starts, np.split(h, cuts))
    gs = [bptt.backward(d, xx, s, hh, W_ih, W_hh)[:3] for d, xx, s, hh in pieces]
    return tuple(map(sum, zip(*gs)))


def truncated_karim(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h_prev = h0
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    for xc, dyc in zip(np.array_split(x, k), np.array_split(dy, k)):
        if len(xc) == 0:
            continue
        hc = rnn.forward(xc, h_prev, W_ih, W_hh, b_ih, b_hh)
        g = bptt.backward(dyc, xc, h_prev, hc, W_ih, W_hh)
        dW_ih += g.dW_ih
        dW_hh += g.dW_hh
        db += g.db
        h_prev = hc[-1]
    return dW_ih, dW_hh, db


def truncated_elif(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    T = len(x)
    k = min(k, T)
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    total = [0, 0, 0]
    for s in range(0, T, k):
        s = min(s, T - k)
        before = h0 if s == 0 else h[s - 1]
        g = bptt.backward(dy[s:s + k], x[s:s + k], before, h[s:s + k], W_ih, W_hh)
        total = [total[i] + g[i] for i in range(3)]
    return tuple(total)


def truncated_anton(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    T = len(x)
    hs = np.concatenate([h0[None], rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)])
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    for t in range(T):
        dh = dy[t]
        for s in range(t, max(-1, t - k), -1):
            dz = dh * (1 - hs[s + 1] ** 2)
            dW_ih += dz.T @ x[s]
            dW_hh += dz.T @ hs[s]
            db += dz.sum(axis=0)
            dh = dz @ W_hh
    return dW_ih, dW_hh, db


def truncated_vera(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    out = [np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)]
    for s in range(0, len(x), k):
        e = min(s + k, len(x))
        hp = h0 if s == 0 else np.zeros_like(h0)
        g = bptt.backward(dy[s:e], x[s:e], hp, h[s:e], W_ih, W_hh)
        for i in range(3):
            out[i] += g[i]
    return tuple(out)


RIGHT = {
    'one_backward_loop_with_mask': truncated_yusuf,
    'library_backward_per_chunk': truncated_greta,
}

WRONG = {
    'k_chunks': (
        truncated_karim,
        'k is taken for the number of chunks instead of their length.',
        'How many steps has a chunk in your function when k = 1? What does k count?',
    ),
    'last_chunk_overlaps': (
        truncated_elif,
        'The last chunk is moved back so that it has k steps too, and some steps are counted twice.',
        "Count how often each step's loss enters your sum when k does not divide T.",
    ),
    'sliding_window': (
        truncated_anton,
        'The loss of every step is sent back k steps, a sliding window, instead of to the border of its chunk.',
        'How far does the first loss of the second chunk look back in your function? The borders in the task are fixed.',
    ),
    'detached_to_zero': (
        truncated_vera,
        'At the start of a chunk the state before is replaced by zeros in the gradient of W_hh.',
        'What did W_hh multiply at the first step of the second chunk? Stopping the gradient does not make the number zero.',
    ),
}
