import numpy as np

from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("one_pass_each_way")
def truncated_pair(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c, kept = h0, c0, []
    for x_t in x:
        g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        prev, c = h, a * c + g
        h = np.tanh(c)
        kept.append((prev, g, h))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh, dc = np.zeros_like(h0), np.zeros_like(c0)
    for t in range(len(x) - 1, -1, -1):
        if (t + 1) % k == 0:
            dh, dc = 0 * dh, 0 * dc
        prev, g, h = kept[t]
        dc_t = (1 - h**2) * (dy[t] + dh) + dc
        dz = (1 - g**2) * dc_t
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ prev
        db += dz.sum(0)
        dh, dc = dz @ W_hh, a * dc_t
    return dW_ih, dW_hh, db


@right("recursive")
def truncated_pair(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    def go(t, h, c):
        """Gradient of h and c from step t on, and the sums."""
        if t == len(x):
            return 0, 0, (0, 0, 0)
        g = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        c_t = a * c + g
        h_t = np.tanh(c_t)
        dh, dc, sums = go(t + 1, h_t, c_t)
        if (t + 1) % k == 0:
            dh, dc = 0, 0
        dc_t = (1 - h_t**2) * (dy[t] + dh) + dc
        dz = (1 - g**2) * dc_t
        sums = sums[0] + dz.T @ x[t], sums[1] + dz.T @ h, sums[2] + dz.sum(axis=0)
        return dz @ W_hh, dc_t * a, sums

    return go(0, h0, c0)[2]


@right("example_by_example")
def truncated_pair(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    A = np.diag(a)
    g_ih, g_hh, g_b = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    for n in range(x.shape[1]):
        h, c, kept = h0[n], c0[n], []
        for t in range(len(x)):
            g = np.tanh(W_ih @ x[t, n] + W_hh @ h + b)
            c = A @ c + g
            kept.append([h, g, np.tanh(c)])
            h = kept[t][2]
        for t in reversed(range(len(x))):
            if t == len(x) - 1 or t // k != (t + 1) // k:
                dh, dc = np.zeros_like(h), np.zeros_like(c)
            prev, g, h_t = kept[t]
            dc = dc + (1 - h_t**2) * (dy[t, n] + dh)
            dz = dc * (1 - g**2)
            g_ih += np.outer(dz, x[t, n])
            g_hh += np.outer(dz, prev)
            g_b += dz
            dh, dc = W_hh.T @ dz, A.T @ dc
    return g_ih, g_hh, g_b


class Pair:
    def __call__(self, dy, x, h0, c0, W_ih, W_hh, b, a, k):
        theta = np.hstack([W_ih, W_hh, b[:, None]])
        grad = np.zeros_like(theta)
        state = (h0, c0)
        for s in range(0, len(x), k):
            tape = []
            for t in range(s, min(s + k, len(x))):
                u = np.hstack([x[t], state[0], np.ones_like(x[t][:, :1])])
                g = np.tanh(u @ theta.T)
                c = a * state[1] + g
                state = (np.tanh(c), c)
                tape.append((u, g, state[0], dy[t]))
            dh = dc = np.zeros_like(h0)
            while tape:
                u, g, h, dy_t = tape.pop()
                dc = dc + (dy_t + dh) * (1 - h * h)
                dz = dc * (1 - g * g)
                grad += dz.T @ u
                dh, dc = dz @ W_hh, dc * a
        F = x.shape[2]
        return grad[:, :F], grad[:, F:-1], grad[:, -1]


# ---------------------------------------------------------------- wrong

def _run(dy, x, h0, c0, W_ih, W_hh, b, a, k, *, stop_h=True, stop_c=True, reset_h=None, reset_c=None, keep=True, a_back=True, h_back=True, c_back=True,
         slope_h=None, slope_g=None, use_h_t=False, W_back=None, c_in_bracket=False, stop=None, h_first=None, c_first=None, on_g=False):
    stop = (lambda t: (t + 1) % k == 0) if stop is None else stop
    W_back = W_hh if W_back is None else W_back
    h, c, kept = h0 if h_first is None else h_first, c0 if c_first is None else c_first, []
    for t, x_t in enumerate(x):
        if t and t % k == 0:
            h = h if reset_h is None else reset_h
            c = c if reset_c is None else reset_c
        g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        prev = h
        c = (c + a * g if on_g else a * c + g) if keep else c + g
        h = np.tanh(c)
        kept.append((prev, g, h, c))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh, dc = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(len(x))):
        if stop(t):
            dh = np.zeros_like(h0) if stop_h else dh
            dc = np.zeros_like(c0) if stop_c else dc
        prev, g, h, c = kept[t]
        sh = 1 - h**2 if slope_h is None else slope_h(h, g, c)
        sg = 1 - g**2 if slope_g is None else slope_g(h, g, c)
        dc_t = sh * (dy[t] + dh + dc) if c_in_bracket else sh * (dy[t] + dh) + dc
        dz = sg * dc_t
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h if use_h_t else prev)
        db += dz.sum(0)
        dh = dz @ W_back if h_back else np.zeros_like(h0)
        dc = (a * dc_t if a_back else dc_t) if c_back else np.zeros_like(c0)
    return dW_ih, dW_hh, db


@wrong("c_gradient_crosses", "dh is cut at the border, dc is not.", "The gradient of c crosses the border: cut both.")
def truncated_pair(*q):
    return _run(*q, stop_c=False)


@wrong("not_truncated", "No border at all.", "k is not used: gradients cross the borders.")
def truncated_pair(*q):
    return _run(*q, stop=lambda t: False)


@wrong("c_back_to_c0", "c is set back to c0 in every chunk.", "c goes on across the border, not back to c0.")
def truncated_pair(dy, x, h0, c0, *q):
    return _run(dy, x, h0, c0, *q, reset_c=c0)


@wrong("both_reset", "Both states start from zero in every chunk.", "Both states go on across the border.")
def truncated_pair(dy, x, h0, c0, *q):
    return _run(dy, x, h0, c0, *q, reset_h=0 * h0, reset_c=0 * c0)


@wrong("a_missing_on_the_way_back", "dc_{t+1} comes back without a.", "On the way back a is missing: a ⊙ dc.")
def truncated_pair(*q):
    return _run(*q, a_back=False)


@wrong("a_on_g", "c_t = c_{t-1} + a g_t.", "a belongs to c_{t-1}, not to g.")
def truncated_pair(*q):
    return _run(*q, on_g=True)


@wrong("no_h_way", "The way back through W_hh is forgotten.", "The gradient also returns through W_hh.")
def truncated_pair(*q):
    return _run(*q, h_back=False)


@wrong("slope_of_c", "1 - c² for 1 - h².", "The slope of tanh c is 1 - h², not 1 - c².")
def truncated_pair(*q):
    return _run(*q, slope_h=lambda h, g, c: 1 - c**2)


@wrong("h_slope_twice", "1 - h² in the place of 1 - g² in dz.", "dz has the slope of g.")
def truncated_pair(*q):
    return _run(*q, slope_g=lambda h, g, c: 1 - h**2)


@wrong("no_h_slope", "The slope of h is forgotten.", "1 - h² is missing.")
def truncated_pair(*q):
    return _run(*q, slope_h=lambda h, g, c: 1)


@wrong("W_hh_T", "W_hh.T on the way back.", "dz @ W_hh.")
def truncated_pair(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    return _run(dy, x, h0, c0, W_ih, W_hh, b, a, k, W_back=W_hh.T)


@wrong("short_chunk_dropped", "The shorter last chunk is dropped.", "The last, shorter chunk is left out.")
def truncated_pair(dy, x, *q):
    n = len(x) // q[-1] * q[-1]
    return _run(dy[:n], x[:n], *q)


@wrong("k_chunks", "k is the number of chunks.", "k is the length of a chunk.")
def truncated_pair(dy, x, *q):
    n = max(1, -(-len(x) // q[-1]))
    return _run(dy, x, *q, stop=lambda t: (t + 1) % n == 0)


@wrong("h0_ignored", "h starts from zero.", "h0 is not used.")
def truncated_pair(dy, x, h0, c0, *q):
    return _run(dy, x, h0, c0, *q, h_first=np.zeros_like(h0))


@wrong("only_last_chunk", "= for +=: only the first step of the sequence.", "All steps add up.")
def truncated_pair(dy, x, *q):
    n = (len(x) - 1) // q[-1] * q[-1]
    full, rest = _run(dy, x, *q), _run(dy[:n], x[:n], *q) if n else (0, 0, 0)
    return tuple(p - r for p, r in zip(full, rest))


@wrong("crosses_and_dropped", "Two mistakes: dc crosses the border, the last chunk is dropped.", "dc crosses the border; the last chunk counts.")
def truncated_pair(dy, x, *q):
    n = len(x) // q[-1] * q[-1]
    return _run(dy[:n], x[:n], *q, stop_c=False)


@wrong("da_too", "da is returned as a fourth.", "Three arrays are asked for.")
def truncated_pair(*q):
    return (*_run(*q), np.zeros_like(q[7]))


@wrong("float64", "Float64.", "float32 in, float64 out.")
def truncated_pair(*q):
    return tuple(np.zeros(g.shape) + g for g in _run(*q))


@wrong("none", "No return.", "Nothing is returned.")
def truncated_pair(*q):
    _run(*q)


