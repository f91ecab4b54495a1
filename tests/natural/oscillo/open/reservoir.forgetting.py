"""reservoir.forgetting"""
import numpy as np


# ---------------------------------------------------------------- right

def r_plain_loops(x, h0, g0, W_ih, W_hh, b, a, eps):
    T, B, F = x.shape
    N = W_hh.shape[0]
    h = np.zeros((T, B, N), dtype=x.dtype)
    d = np.zeros((T + 1, B), dtype=x.dtype)
    n = np.zeros(B, dtype=int)
    for i in range(B):
        p = h0[i].copy()
        q = g0[i].copy()
        d[0, i] = np.sqrt(np.sum((p - q) ** 2))
        for t in range(T):
            drive = W_ih @ x[t, i] + b
            p = (1 - a) * p + a * np.tanh(drive + W_hh @ p)
            q = (1 - a) * q + a * np.tanh(drive + W_hh @ q)
            h[t, i] = p
            d[t + 1, i] = np.sqrt(np.sum((p - q) ** 2))
        # walk back from the end as long as the distance is small
        k = T + 1
        while k > 0 and d[k - 1, i] < eps:
            k -= 1
        n[i] = k if k <= T else -1
    return h, d, n


def r_stacked_copies(x, h0, g0, W_ih, W_hh, b, a, eps):
    # both copies in one array: axis 0 = copy
    s = np.stack([h0, g0])
    traj = [s]
    for x_t in x:
        s = (1 - a) * s + a * np.tanh(x_t @ W_ih.T + s @ W_hh.T + b)
        traj.append(s)
    traj = np.stack(traj)
    d = np.linalg.norm(traj[:, 0] - traj[:, 1], axis=-1)
    small_from_here = np.logical_and.accumulate((d < eps)[::-1], axis=0)[::-1]
    n = np.where(small_from_here.any(axis=0), small_from_here.argmax(axis=0), -1)
    return traj[1:, 0].copy(), d, n


def r_last_large(x, h0, g0, W_ih, W_hh, b, a, eps):
    def reservoir(s):
        states = [s]
        for u in x:
            pre = np.einsum("nf,bf->bn", W_ih, u) + np.einsum("nm,bm->bn", W_hh, states[-1]) + b
            states.append(states[-1] + a * (np.tanh(pre) - states[-1]))
        return np.array(states)

    H, G = reservoir(h0), reservoir(g0)
    d = np.sqrt(np.square(H - G).sum(2))
    n = []
    for col in d.T:
        big = np.flatnonzero(col >= eps)
        first = 0 if big.size == 0 else int(big[-1]) + 1
        n.append(-1 if first == len(col) else first)
    return H[1:], d, np.array(n)


# ---------------------------------------------------------------- wrong

def _run(x, s, W_ih, W_hh, b, a):
    out = []
    for t in range(x.shape[0]):
        s = (1 - a) * s + a * np.tanh(x[t] @ W_ih.T + s @ W_hh.T + b)
        out.append(s)
    return np.stack(out)


def _settle(d, eps):
    n = np.full(d.shape[1], -1)
    for i in range(d.shape[1]):
        for k in range(d.shape[0]):
            if np.all(d[k:, i] < eps):
                n[i] = k
                break
    return n


def w_leak_is_memory(x, h0, g0, W_ih, W_hh, b, a, eps):
    h, g = h0, g0
    hs = []
    d = [np.linalg.norm(h - g, axis=1)]
    for t in range(len(x)):
        h = a * h + (1 - a) * np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        g = a * g + (1 - a) * np.tanh(x[t] @ W_ih.T + g @ W_hh.T + b)
        hs.append(h)
        d.append(np.linalg.norm(h - g, axis=1))
    d = np.array(d)
    return np.array(hs), d, _settle(d, eps)


def w_no_root(x, h0, g0, W_ih, W_hh, b, a, eps):
    H = np.concatenate([h0[None], _run(x, h0, W_ih, W_hh, b, a)])
    G = np.concatenate([g0[None], _run(x, g0, W_ih, W_hh, b, a)])
    d = ((H - G) ** 2).sum(axis=-1)
    return H[1:], d, _settle(d, eps)


def w_first_crossing(x, h0, g0, W_ih, W_hh, b, a, eps):
    H = np.concatenate([h0[None], _run(x, h0, W_ih, W_hh, b, a)])
    G = np.concatenate([g0[None], _run(x, g0, W_ih, W_hh, b, a)])
    d = np.sqrt(((H - G) ** 2).sum(axis=-1))
    below = d < eps
    n = np.where(below.any(axis=0), below.argmax(axis=0), -1)
    return H[1:], d, n


def w_distance_without_start(x, h0, g0, W_ih, W_hh, b, a, eps):
    h = _run(x, h0, W_ih, W_hh, b, a)
    g = _run(x, g0, W_ih, W_hh, b, a)
    d = np.linalg.norm(h - g, axis=2)
    return h, d, _settle(d, eps)


def w_one_norm_for_batch(x, h0, g0, W_ih, W_hh, b, a, eps):
    h = _run(x, h0, W_ih, W_hh, b, a)
    g = _run(x, g0, W_ih, W_hh, b, a)
    T, B = x.shape[:2]
    d = np.zeros((T + 1, B), dtype=h.dtype)
    d[0] = np.linalg.norm(h0 - g0)
    for t in range(T):
        d[t + 1] = np.linalg.norm(h[t] - g[t])
    return h, d, _settle(d, eps)


def w_recurrent_not_transposed(x, h0, g0, W_ih, W_hh, b, a, eps):
    h, g = h0.copy(), g0.copy()
    hs, ds = [], [np.sqrt(((h - g) ** 2).sum(1))]
    for xt in x:
        inp = xt @ W_ih.T + b
        h = (1 - a) * h + a * np.tanh(inp + h @ W_hh)
        g = (1 - a) * g + a * np.tanh(inp + g @ W_hh)
        hs.append(h)
        ds.append(np.sqrt(((h - g) ** 2).sum(1)))
    d = np.stack(ds)
    return np.stack(hs), d, _settle(d, eps)


def w_h0_in_place(x, h0, g0, W_ih, W_hh, b, a, eps):
    h = h0
    g = g0
    H = np.empty((len(x),) + h0.shape, dtype=x.dtype)
    d = np.empty((len(x) + 1, len(h0)), dtype=x.dtype)
    d[0] = np.sqrt(np.sum((h - g) ** 2, axis=1))
    for t in range(len(x)):
        pre_h = x[t] @ W_ih.T + h @ W_hh.T + b
        pre_g = x[t] @ W_ih.T + g @ W_hh.T + b
        h *= 1 - a
        h += a * np.tanh(pre_h)
        g *= 1 - a
        g += a * np.tanh(pre_g)
        H[t] = h
        d[t + 1] = np.sqrt(np.sum((h - g) ** 2, axis=1))
    return H, d, _settle(d, eps)


def w_mean_leak(x, h0, g0, W_ih, W_hh, b, a, eps):
    lr = a.mean()
    H = np.concatenate([h0[None], _run(x, h0, W_ih, W_hh, b, lr)])
    G = np.concatenate([g0[None], _run(x, g0, W_ih, W_hh, b, lr)])
    d = np.linalg.norm(H - G, axis=-1)
    return H[1:], d, _settle(d, eps)


def w_leak_inside_tanh(x, h0, g0, W_ih, W_hh, b, a, eps):
    # reservoirpy: equation="external", the leak acts on the internal state
    def drive(s):
        r, out = np.arctanh(np.clip(s, -0.999, 0.999)), [s]
        for u in x:
            r = (1 - a) * r + a * (u @ W_ih.T + out[-1] @ W_hh.T + b)
            out.append(np.tanh(r))
        return np.array(out)

    H, G = drive(h0), drive(g0)
    d = np.sqrt(((H - G) ** 2).sum(-1)).astype(x.dtype)
    return H[1:].astype(x.dtype), d, _settle(d, eps)


def w_last_large_step(x, h0, g0, W_ih, W_hh, b, a, eps):
    H = np.concatenate([h0[None], _run(x, h0, W_ih, W_hh, b, a)])
    G = np.concatenate([g0[None], _run(x, g0, W_ih, W_hh, b, a)])
    d = np.sqrt(((H - G) ** 2).sum(-1))
    n = np.zeros(d.shape[1], dtype=int)
    for i in range(d.shape[1]):
        big = np.where(d[:, i] >= eps)[0]
        if d[-1, i] >= eps:
            n[i] = -1
        elif len(big) > 0:
            n[i] = big[-1]
    return H[1:], d, n


def w_relative_distance(x, h0, g0, W_ih, W_hh, b, a, eps):
    h = _run(x, h0, W_ih, W_hh, b, a)
    g = _run(x, g0, W_ih, W_hh, b, a)
    delta0 = np.linalg.norm(h0 - g0, axis=1)
    d = [delta0 / delta0]
    for t in range(len(x)):
        d.append(np.linalg.norm(h[t] - g[t], axis=1) / delta0)
    d = np.array(d)
    return h, d, _settle(d, eps)


def w_start_among_states(x, h0, g0, W_ih, W_hh, b, a, eps):
    T = x.shape[0]
    h = np.zeros((T + 1,) + h0.shape, dtype=h0.dtype)
    g = np.zeros_like(h)
    h[0], g[0] = h0, g0
    for t in range(T):
        h[t + 1] = (1 - a) * h[t] + a * np.tanh(x[t] @ W_ih.T + h[t] @ W_hh.T + b)
        g[t + 1] = (1 - a) * g[t] + a * np.tanh(x[t] @ W_ih.T + g[t] @ W_hh.T + b)
    d = np.sqrt(((h - g) ** 2).sum(-1))
    return h, d, _settle(d, eps)


RIGHT = {
    "plain_loops": r_plain_loops,
    "stacked_copies": r_stacked_copies,
    "last_large": r_last_large,
}
WRONG = {
    "leak_is_memory": (
        w_leak_is_memory,
        "a weighs the old state and 1 - a the new value: the leak rate is taken for a retention rate",
        "Set a = 1: what should be left of the old state then, by the equation?",
    ),
    "no_root": (
        w_no_root,
        "d is the squared distance, the root is missing",
        "Compare d[0] with the distance of the two starts worked out by hand.",
    ),
    "first_crossing": (
        w_first_crossing,
        "n is the first step below eps, even if the distance rises again later",
        "What becomes of your n if the distance falls below eps, and rises above it later?",
    ),
    "distance_without_start": (
        w_distance_without_start,
        "d starts after the first step: d_0 is missing, and n counts one too few",
        "How many distances are there, and which is the first of them?",
    ),
    "one_norm_for_batch": (
        w_one_norm_for_batch,
        "the norm goes over units and sequences together, so all sequences get one distance",
        "Over which axes does np.linalg.norm sum when it gets a matrix and no axis?",
    ),
    "recurrent_not_transposed": (
        w_recurrent_not_transposed,
        "h @ W_hh in place of h @ W_hh.T: the recurrent weights are turned round",
        "With states as rows, which index of W_hh has to be summed over?",
    ),
    "h0_in_place": (
        w_h0_in_place,
        "h = h0 is no copy, so *= and += change the arguments h0 and g0",
        "Look at h0 after the call.",
    ),
    "mean_leak": (
        w_mean_leak,
        "one mean leak rate for all units in place of one each",
        "Each unit has a leak rate of its own; where does yours come in?",
    ),
    "leak_inside_tanh": (
        w_leak_inside_tanh,
        "the leak acts on the activation before tanh (reservoirpy's external equation), not on the state",
        "What does the equation leak: the state h, or the sum inside tanh?",
    ),
    "last_large_step": (
        w_last_large_step,
        "n is the last step that is not below eps, one too few",
        "Is the distance at your step n below eps?",
    ),
    "relative_distance": (
        w_relative_distance,
        "distances are divided by that of the starts",
        "What is d_0 by the formula? Is there a division in it?",
    ),
    "start_among_states": (
        w_start_among_states,
        "h has T + 1 rows, the start h0 among them",
        "How many rows should h have, and which state is the first?",
    ),
}
