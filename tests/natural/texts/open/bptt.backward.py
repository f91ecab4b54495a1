import collections

import numpy as np

from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("loop")
def backward(dy, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, carry = np.zeros_like(x), np.zeros_like(h0)
    for t in range(len(x) - 1, -1, -1):
        h_prev = h0 if t == 0 else h[t - 1]
        dz = (1 - h[t] ** 2) * (dy[t] + carry)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        carry = dz @ W_hh
    return dW_ih, dW_hh, db, dx, carry


@right("recursive")
def backward(dy, x, h0, h, W_ih, W_hh):
    if len(x) == 1:
        later = (0, 0, 0, x[:0], np.zeros_like(h0))
    else:
        later = RIGHT["recursive"](dy[1:], x[1:], h[0], h[1:], W_ih, W_hh)
    dz = (1 - h[0] ** 2) * (dy[0] + later[4])
    return (
        dz.T @ x[0] + later[0],
        dz.T @ h0 + later[1],
        dz.sum(axis=0) + later[2],
        np.concatenate([(dz @ W_ih)[None], later[3]]),
        dz @ W_hh,
    )


Gradients = collections.namedtuple("Gradients", ["dW_ih", "dW_hh", "db", "dx", "dh0"])


@right("example_by_example_namedtuple")
def backward(dy, x, h0, h, W_ih, W_hh):
    T, B, F = x.shape
    g = Gradients(np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[:, 0]), np.zeros_like(x), np.zeros_like(h0))
    for b in range(B):
        carry = np.zeros_like(h0[b])
        for t in reversed(range(T)):
            dz = (1 - h[t, b] ** 2) * (dy[t, b] + carry)
            g.dW_ih[...] += np.outer(dz, x[t, b])
            g.dW_hh[...] += np.outer(dz, h[t - 1, b] if t else h0[b])
            g.db[...] += dz
            g.dx[t, b] = W_ih.T @ dz
            carry = W_hh.T @ dz
        g.dh0[b] = carry
    return g


@right("all_paths")
def backward(dy, x, h0, h, W_ih, W_hh):
    # O(T²): every loss is sent back on its own.
    T = len(x)
    dz = np.zeros_like(h)
    for t in range(T):
        v = dy[t]
        for s in range(t, -1, -1):
            v = (1 - h[s] ** 2) * v
            dz[s] += v
            v = v @ W_hh
    prev = [h0, *h[:-1]]
    return sum(dz[t].T @ x[t] for t in range(T)), sum(dz[t].T @ prev[t] for t in range(T)), sum(dz[t].sum(0) for t in range(T)), np.stack([d @ W_ih for d in dz]), dz[0] @ W_hh


class Tape:
    def __call__(self, dy, x, h0, h, W_ih, W_hh):
        self.stack = [(h_prev, x_t, h_t, dy_t) for h_prev, x_t, h_t, dy_t in zip([h0, *h], x, h, dy)]
        self.U, self.W = W_ih, W_hh
        out = [W_ih * 0, W_hh * 0, W_hh[0] * 0]
        dx, dh = [], h0 * 0
        while self.stack:
            step, dx_t, dh = self.pop(dh)
            out = [a + b for a, b in zip(out, step)]
            dx.append(dx_t)
        return (*out, np.stack(dx[::-1]), dh)

    def pop(self, dh):
        h_prev, x_t, h_t, dy_t = self.stack.pop()
        dz = (dh + dy_t) * (1 - h_t**2)
        return (dz.T @ x_t, dz.T @ h_prev, dz.sum(0)), dz @ self.U, dz @ self.W


right("class_tape")(Tape())


# ---------------------------------------------------------------- wrong

def _run(dy, x, h0, h, W_ih, W_hh, *, steps=None, carry_on=True, slope=None, use_h_t=False, W_back=None, mean=1, h_first=None, add_carry_late=False):
    """The loop, with switches for what students get wrong."""
    T = len(x)
    slope = (lambda t: 1 - h[t] ** 2) if slope is None else slope
    W_back = W_hh if W_back is None else W_back
    h_first = h0 if h_first is None else h_first
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, carry = np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(T)) if steps is None else steps:
        h_prev = h[t] if use_h_t else (h[t - 1] if t > 0 else h_first)
        dz = slope(t) * dy[t] + carry if add_carry_late else slope(t) * (dy[t] + carry)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        carry = dz @ W_back
        last = carry
        if not carry_on:
            carry = np.zeros_like(h0)
    return dW_ih / mean, dW_hh / mean, db / mean, dx, last


@wrong("forwards", "The loop runs forwards in time.", "Time runs backwards: dh_t needs dz_{t+1}.")
def backward(dy, x, h0, h, W_ih, W_hh):
    return _run(dy, x, h0, h, W_ih, W_hh, steps=range(len(x)))


@wrong("own_loss_only_at_last", "dy is used at the last step only; later overwritten by the carry.", "A step's own dy is lost whenever something comes back.")
def backward(dy, x, h0, h, W_ih, W_hh):
    own = np.zeros_like(dy)
    own[-1] = dy[-1]
    return _run(own, x, h0, h, W_ih, W_hh)


@wrong("assign_for_add", "= for +=: only the use at step 1 is left.", "Every use adds: += .")
def backward(dy, x, h0, h, W_ih, W_hh):
    dx, carry = np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        dz = (1 - h[t] ** 2) * (dy[t] + carry)
        dW_ih, dW_hh, db = dz.T @ x[t], dz.T @ h_prev, dz.sum(axis=0)
        dx[t], carry = dz @ W_ih, dz @ W_hh
    return dW_ih, dW_hh, db, dx, carry


@wrong("W_hh_T", "carry = dz @ W_hh.T.", "On rows the way back is dz @ W_hh.")
def backward(dy, x, h0, h, W_ih, W_hh):
    return _run(dy, x, h0, h, W_ih, W_hh, W_back=W_hh.T)


@wrong("sigmoid_slope", "h (1-h).", "That is the slope of the sigmoid.")
def backward(dy, x, h0, h, W_ih, W_hh):
    return _run(dy, x, h0, h, W_ih, W_hh, slope=lambda t: h[t] * (1 - h[t]))


@wrong("slope_on_carry_only", "The slope is applied to the carry, not to dy.", "dy_t also passes through tanh.")
def backward(dy, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, carry = np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        dz = dy[t] + (1 - h[t] ** 2) * carry
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t > 0 else h0)
        db += dz.sum(axis=0)
        dx[t], carry = dz @ W_ih, dz @ W_hh
    return dW_ih, dW_hh, db, dx, carry


@wrong("double_slope", "The carry is multiplied by the slope twice: when sent and when received.", "The slope is applied twice to what comes back.")
def backward(dy, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, carry = np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        dz = (1 - h[t] ** 2) * (dy[t] + carry)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dx[t], carry = dz @ W_ih, (dz @ W_hh) * (1 - h_prev**2)
    return dW_ih, dW_hh, db, dx, carry


@wrong("wraps_around", "h[t-1] at t = 0 is h[-1], the last state.", "At t = 0, h[t-1] is the last state: h0 belongs there.")
def backward(dy, x, h0, h, W_ih, W_hh):
    return _run(dy, x, h0, h, W_ih, W_hh, h_first=h[-1])


@wrong("last_step_skipped", "range(T-2, -1, -1): the last step is left out.", "The last step is left out.")
def backward(dy, x, h0, h, W_ih, W_hh):
    if len(x) == 1:
        return np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0]), np.zeros_like(x), np.zeros_like(h0)
    return _run(dy, x, h0, h, W_ih, W_hh, steps=range(len(x) - 2, -1, -1))


@wrong("dh0_is_dz", "dh0 = dz_1, not W_hhᵀ dz_1.", "dh0 is W_hhᵀ dz_1.")
def backward(dy, x, h0, h, W_ih, W_hh):
    dz, carry = None, np.zeros_like(h0)
    for t in reversed(range(len(x))):
        dz = (1 - h[t] ** 2) * (dy[t] + carry)
        carry = dz @ W_hh
    return *_run(dy, x, h0, h, W_ih, W_hh)[:4], dz


@wrong("dh0_through_slope", "dh0 multiplied by 1 - h0².", "h0 has not been through tanh: no slope there.")
def backward(dy, x, h0, h, W_ih, W_hh):
    g = _run(dy, x, h0, h, W_ih, W_hh)
    return *g[:4], (1 - h0**2) * g[4]


@wrong("dx_from_dh", "dx from dh, without the slope.", "dx = W_ihᵀ dz, with the slope.")
def backward(dy, x, h0, h, W_ih, W_hh):
    dx, carry = np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        dh = dy[t] + carry
        dx[t] = dh @ W_ih
        carry = ((1 - h[t] ** 2) * dh) @ W_hh
    g = _run(dy, x, h0, h, W_ih, W_hh)
    return g[0], g[1], g[2], dx, g[4]


@wrong("mean_over_B", "Weight gradients divided by B.", "Sums, no means.")
def backward(dy, x, h0, h, W_ih, W_hh):
    return _run(dy, x, h0, h, W_ih, W_hh, mean=x.shape[1])


@wrong("carry_accumulates", "carry += dz @ W_hh: the carry is never replaced.", "The carry is replaced at every step, not added to.")
def backward(dy, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, carry = np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        dz = (1 - h[t] ** 2) * (dy[t] + carry)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t > 0 else h0)
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        carry += dz @ W_hh
    return dW_ih, dW_hh, db, dx, carry


@wrong("one_step_back_only", "The carry reaches one step back only (dh_t = dy_t + W (1-h²) dy_{t+1}).", "What comes back must include what came back before: the chain ends after one step.")
def backward(dy, x, h0, h, W_ih, W_hh):
    T = len(x)
    local = (1 - h**2) * dy
    dh = dy.copy()
    for t in range(T - 1):
        dh[t] += local[t + 1] @ W_hh
    dz = (1 - h**2) * dh
    before = np.concatenate([h0[None], h[:-1]])
    return np.einsum("tbh,tbf->hf", dz, x), np.einsum("tbh,tbj->hj", dz, before), dz.sum((0, 1)), dz @ W_ih, dz[0] @ W_hh


@wrong("dy_in_place", "dy[t] += carry changes the argument.", "dy is changed.")
def backward(dy, x, h0, h, W_ih, W_hh):
    for t in reversed(range(1, len(x))):
        dy[t - 1] += ((1 - h[t] ** 2) * dy[t]) @ W_hh
    dz = (1 - h**2) * dy
    before = np.concatenate([h0[None], h[:-1]])
    return np.einsum("tbh,tbf->hf", dz, x), np.einsum("tbh,tbj->hj", dz, before), dz.sum((0, 1)), dz @ W_ih, dz[0] @ W_hh


@wrong("no_carry_and_h_t", "Two mistakes: no carry, and h_t in dW_hh.", "The carry is missing, and h_{t-1} belongs in dW_hh.")
def backward(dy, x, h0, h, W_ih, W_hh):
    return _run(dy, x, h0, h, W_ih, W_hh, carry_on=False, use_h_t=True)


@wrong("slope_and_h0", "Two mistakes: 1 - h for 1 - h², and h0 taken as zero.", "The square in the slope, and h0.")
def backward(dy, x, h0, h, W_ih, W_hh):
    return _run(dy, x, h0, h, W_ih, W_hh, slope=lambda t: 1 - h[t], h_first=0 * h0)


@wrong("without_dh0", "Four arrays.", "Five are asked for.")
def backward(dy, x, h0, h, W_ih, W_hh):
    return _run(dy, x, h0, h, W_ih, W_hh)[:4]


@wrong("float64", "Float64 sums.", "float32 in, float64 out.")
def backward(dy, x, h0, h, W_ih, W_hh):
    return tuple(np.zeros(g.shape) + g for g in _run(dy, x, h0, h, W_ih, W_hh))


@wrong("partly_none", "Only dW_ih and dW_hh are done, the rest is None.", "db, dx and dh0 are still None.")
def backward(dy, x, h0, h, W_ih, W_hh):
    g = _run(dy, x, h0, h, W_ih, W_hh)
    return g[0], g[1], None, None, None


@wrong("library", "The library.", "Write your own.")
def backward(dy, x, h0, h, W_ih, W_hh):
    from rnncourse.bptt import backward as theirs

    return theirs(dy, x, h0, h, W_ih, W_hh)


@wrong("library_kernel", "The library's fast kernel.", "Write your own.")
def backward(dy, x, h0, h, W_ih, W_hh):
    from rnncourse.kernels import rnn as kernel

    return kernel.backward(dy, x, h0, h, W_ih, W_hh)


