import numpy as np

from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, h_t = [], h0
    for x_t in x:
        h_t = np.tanh(x_t @ W_ih.T + b_ih + h_t @ W_hh.T + b_hh)
        h.append(h_t)
    return np.stack(h) if h else np.empty((0, *h0.shape), h0.dtype)


def _backward(dy, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    carry = np.zeros_like(h0)
    for t in reversed(range(len(x))):
        dz = (1 - h[t] ** 2) * (dy[t] + carry)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t > 0 else h0)
        db += dz.sum(axis=0)
        carry = dz @ W_hh
    return dW_ih, dW_hh, db


@right("chunk_loop")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    total, state = [np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)], h0
    for start in range(0, len(x), k):
        chunk = slice(start, start + k)
        h = _forward(x[chunk], state, W_ih, W_hh, b_ih, b_hh)
        for sum_, part in zip(total, _backward(dy[chunk], x[chunk], state, h, W_ih, W_hh)):
            sum_ += part
        state = h[-1]
    return tuple(total)


@right("recursive")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = _forward(x[:k], h0, W_ih, W_hh, b_ih, b_hh)
    here = _backward(dy[:k], x[:k], h0, h, W_ih, W_hh)
    if len(x) <= k:
        return here
    later = RIGHT["recursive"](dy[k:], x[k:], h[-1], W_ih, W_hh, b_ih, b_hh, k)
    return [a + b for a, b in zip(here, later)]


@right("split_at_borders")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    borders = np.arange(k, len(x), k)
    h = _forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    parts, before = [], h0
    for dy_c, x_c, h_c in zip(*(np.split(a, borders) for a in (dy, x, h))):
        parts.append(_backward(dy_c, x_c, before, h_c, W_ih, W_hh))
        before = h_c[-1]
    return tuple(sum(p) for p in zip(*parts))


@right("library_parts")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    from rnncourse import bptt, rnn

    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    parts = [bptt.backward(dy[s : s + k], x[s : s + k], h[s - 1] if s else h0, h[s : s + k], W_ih, W_hh)[:3] for s in range(0, len(x), k)]
    return tuple(np.sum(p, axis=0) for p in zip(*parts))


class Chunks:
    def __init__(self, x, k):
        self.x, self.k = x, k

    def __iter__(self):
        for i in range(-(-len(self.x) // self.k)):
            yield range(i * self.k, min((i + 1) * self.k, len(self.x)))


# ---------------------------------------------------------------- wrong

@wrong("state_reset", "The state starts from zeros in every chunk.", "The state goes on across the border; only the gradient stops.")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    total, state = 0, h0
    parts = []
    for s in range(0, len(x), k):
        h = _forward(x[s : s + k], state, W_ih, W_hh, b_ih, b_hh)
        parts.append(_backward(dy[s : s + k], x[s : s + k], state, h, W_ih, W_hh))
        state = np.zeros_like(h0)
    return tuple(sum(p) for p in zip(*parts))


@wrong("not_truncated", "The whole gradient, k is not used.", "k is not used: the gradient crosses the borders.")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    return _backward(dy, x, h0, _forward(x, h0, W_ih, W_hh, b_ih, b_hh), W_ih, W_hh)


@wrong("aligned_at_the_end", "Chunks are counted from the end: the first one is shorter.", "Chunks start at the first step; the last one is the shorter one.")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = _forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    T, parts = len(x), []
    for end in range(T, 0, -k):
        s = max(0, end - k)
        parts.append(_backward(dy[s:end], x[s:end], h[s - 1] if s else h0, h[s:end], W_ih, W_hh))
    return tuple(sum(p) for p in zip(*parts))


@wrong("last_chunk_only", "Only the last chunk's gradient is kept (= for +=).", "All chunks add up; only the last one is left.")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    state = h0
    for s in range(0, len(x), k):
        h = _forward(x[s : s + k], state, W_ih, W_hh, b_ih, b_hh)
        g = _backward(dy[s : s + k], x[s : s + k], state, h, W_ih, W_hh)
        state = h[-1]
    return g


@wrong("last_k_steps", "Only the last k steps of the whole sequence go back.", "Every chunk has a gradient, not only the last k steps.")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = _forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    s = max(0, len(x) - k)
    return _backward(dy[s:], x[s:], h[s - 1] if s else h0, h[s:], W_ih, W_hh)


@wrong("equal_chunks", "array_split into ceil(T/k) nearly equal chunks.", "All chunks but the last have exactly k steps.")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = _forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    parts, before = [], h0
    for dy_c, x_c, h_c in zip(*(np.array_split(a, -(-len(x) // k)) for a in (dy, x, h))):
        parts.append(_backward(dy_c, x_c, before, h_c, W_ih, W_hh))
        before = h_c[-1]
    return tuple(sum(p) for p in zip(*parts))


def _one_loop(dy, x, h0, W_ih, W_hh, b_ih, b_hh, stop, prev0=None):
    h = _forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    dW_ih, dW_hh, db, carry = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        if stop(t):
            carry = np.zeros_like(h0)
        dz = (1 - h[t] ** 2) * (dy[t] + carry)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t else h0)
        db += dz.sum(0)
        carry = dz @ W_hh
    return dW_ih, dW_hh, db


@wrong("stops_one_late", "The carry is cut at (t+2) % k == 0.", "The border is off by one.")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    return _one_loop(dy, x, h0, W_ih, W_hh, b_ih, b_hh, lambda t: (t + 2) % k == 0)


@wrong("slice_minus_one", "x[start : start+k-1]: the last step of each chunk is lost.", "The slice ends too early: the last step of every chunk is lost.")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = _forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    parts = [(np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih))]
    for s in range(0, len(x), k):
        e = s + k - 1
        parts.append(_backward(dy[s:e], x[s:e], h[s - 1] if s else h0, h[s:e], W_ih, W_hh))
    return tuple(sum(p) for p in zip(*parts))


@wrong("k_is_one", "Every step on its own: no carry at all.", "Within a chunk the gradient comes back.")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    return RIGHT["chunk_loop"](dy, x, h0, W_ih, W_hh, b_ih, b_hh, 1)


@wrong("wraps_around", "h[s-1] at s = 0 is h[-1].", "At the first chunk h[s-1] is the last state; h0 belongs there.")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = _forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    parts = [_backward(dy[s : s + k], x[s : s + k], h[s - 1], h[s : s + k], W_ih, W_hh) for s in range(0, len(x), k)]
    return tuple(sum(p) for p in zip(*parts))


@wrong("state_one_behind", "The new state is stored before backward: it gets the state after the chunk.", "backward gets the state before the chunk; it was overwritten.")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    parts, state = [], h0
    for s in range(0, len(x), k):
        h = _forward(x[s : s + k], state, W_ih, W_hh, b_ih, b_hh)
        state = h[-1]
        parts.append(_backward(dy[s : s + k], x[s : s + k], state, h, W_ih, W_hh))
    return tuple(sum(p) for p in zip(*parts))


@wrong("five_arrays", "dx and dh0 are returned as well.", "Three arrays are asked for, five came.")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    return (*RIGHT["chunk_loop"](dy, x, h0, W_ih, W_hh, b_ih, b_hh, k), np.zeros_like(x), np.zeros_like(h0))


@wrong("reset_and_dropped", "Two mistakes: the state is reset and the short chunk dropped.", "The state goes on; and the last chunk counts.")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    n = len(x) // k * k
    if n == 0:
        return np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    return WRONG["state_reset"][0](dy[:n], x[:n], h0, W_ih, W_hh, b_ih, b_hh, k)


@wrong("endless_loop", "while start < T without start += k.", "It does not end: start never moves on.")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    start, state = 0, h0
    g = [np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)]
    while start < len(x):
        h = _forward(x[start : start + k], state, W_ih, W_hh, b_ih, b_hh)
        for a, b in zip(g, _backward(dy[start : start + k], x[start : start + k], state, h, W_ih, W_hh)):
            a += b
        state = h[-1]
    return g


@wrong("h0_moved", "h0[:] = h_k[-1] changes the argument.", "h0 is changed.")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    parts = []
    for s in range(0, len(x), k):
        h = _forward(x[s : s + k], h0, W_ih, W_hh, b_ih, b_hh)
        parts.append(_backward(dy[s : s + k], x[s : s + k], h0, h, W_ih, W_hh))
        h0[:] = h[-1]
    return tuple(sum(p) for p in zip(*parts))


@wrong("W_hh_T_in_backward", "backward has W_hh.T.", "dz @ W_hh on the way back.")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = _forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    parts = [_backward(dy[s : s + k], x[s : s + k], h[s - 1] if s else h0, h[s : s + k], W_ih, W_hh.T) for s in range(0, len(x), k)]
    return tuple(sum(p) for p in zip(*parts))


@wrong("none", "No return.", "Nothing is returned.")
def truncated(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    RIGHT["chunk_loop"](dy, x, h0, W_ih, W_hh, b_ih, b_hh, k)
