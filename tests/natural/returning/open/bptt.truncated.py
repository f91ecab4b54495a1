import numpy as np

from rnncourse import bptt, rnn


def truncated_4(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    h_in = h0
    for s in range(0, len(x), k):
        x_c, dy_c = x[s : s + k], dy[s : s + k]
        h_c = rnn.forward(x_c, h_in, W_ih, W_hh, b_ih, b_hh)
        detached = np.zeros_like(h_in)
        g = bptt.backward(dy_c, x_c, detached, h_c, W_ih, W_hh)
        dW_ih += g[0]
        dW_hh += g[1]
        db += g[2]
        h_in = h_c[-1]
    return dW_ih, dW_hh, db


def truncated_6(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    T = len(x)
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    parts = []
    for s in range(0, T, k):
        e = min(s + k + 1, T)
        h_in = h[s - 1] if s else h0
        parts.append(bptt.backward(dy[s:e], x[s:e], h_in, h[s:e], W_ih, W_hh))
    return tuple(sum(p[i] for p in parts) for i in range(3))


def truncated_7(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    T = len(x)
    k = min(k, T)
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    grads = [np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)]
    for c in range(-(-T // k)):
        s = min(c * k, T - k)
        h_in = h[s - 1] if s else h0
        g = bptt.backward(dy[s : s + k], x[s : s + k], h_in, h[s : s + k], W_ih, W_hh)
        for total, part in zip(grads, g):
            total += part
    return tuple(grads)


def truncated_9(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    parts = []
    for s in range(0, len(x), k):
        h_in = h[s - 1] if s else h0
        parts.append(bptt.backward(dy[s : s + k], x[s : s + k], h_in, h[s : s + k], W_ih, W_hh))
    return tuple(np.mean([p[i] for p in parts], axis=0) for i in range(3))


def truncated_10(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    T = len(x)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    h_in = h0
    for c in range(max(T // k, 1)):
        here = slice(c * k, (c + 1) * k)
        h = rnn.forward(x[here], h_in, W_ih, W_hh, b_ih, b_hh)
        g = bptt.backward(dy[here], x[here], h_in, h, W_ih, W_hh)
        dW_ih += g[0]
        dW_hh += g[1]
        db += g[2]
        h_in = h[0]
    return dW_ih, dW_hh, db


def truncated_11(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k, lr=1e-2):
    W_ih, W_hh, b_ih = W_ih.copy(), W_hh.copy(), b_ih.copy()
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    h_in = h0
    for s in range(0, len(x), k):
        h = rnn.forward(x[s : s + k], h_in, W_ih, W_hh, b_ih, b_hh)
        g = bptt.backward(dy[s : s + k], x[s : s + k], h_in, h, W_ih, W_hh)
        dW_ih += g[0]
        dW_hh += g[1]
        db += g[2]
        W_ih -= lr * g[0]
        W_hh -= lr * g[1]
        b_ih -= lr * g[2]
        h_in = h[-1]
    return dW_ih, dW_hh, db


def truncated_b(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = rnn.forward(x[:k], h0, W_ih, W_hh, b_ih, b_hh)
    first = bptt.backward(dy[:k], x[:k], h0, h, W_ih, W_hh)[:3]
    if len(x) <= k:
        return tuple(first)
    rest = truncated_b(dy[k:], x[k:], h[-1], W_ih, W_hh, b_ih, b_hh, k)
    return tuple(map(np.add, first, rest))


RIGHT = {
    "recursive_on_the_rest": truncated_b,
}
WRONG = {
    "assistant_detaches_by_zeroing_subtle": (
        truncated_4,
        "Gives zeros instead of the incoming state to the backward pass, so that the first step of each chunk has no share in dW_hh.",
        "dW_ih and db are right. Detaching stops the gradient; does the number by which W_hh was multiplied vanish too?",
    ),
    "fortran_inclusive_end": (
        truncated_6,
        "Chunks have k+1 steps and overlap by one, so that the first step of each later chunk counts twice.",
        "One chunk is right. In how many of your chunks does step k+1 occur?",
    ),
    "tired_last_chunk_shifted_back_subtle": (
        truncated_7,
        "Shifts the last chunk back to have full length, so that some steps count in two chunks.",
        "Equal chunks are right. With T = 7 and k = 3, where does your last chunk begin?",
    ),
    "statistician_mean_over_chunks": (
        truncated_9,
        "Averages the gradients of the chunks instead of adding them.",
        "One chunk is right. Is the gradient over all chunks a mean or a sum?",
    ),
    "two_slips_double": (
        truncated_10,
        "Leaves out the shorter last chunk, and starts each chunk from the first instead of the last state of the one before.",
        "Take two equal chunks first: in which state does the second begin? Then T = 7, k = 3: does step 7 take part?",
    ),
    "practitioner_updates_between_chunks": (
        truncated_11,
        "Makes a descent step on the weights after each chunk, so that later chunks run with other weights.",
        "The first chunk is right. With which weights is the second computed?",
    ),
}
