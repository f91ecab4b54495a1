"""reservoir.forgetting"""
import numpy as np


# ---------------------------------------------------------------- right

def r_recursive(x, h0, g0, W_ih, W_hh, b, a, eps):
    def step(s, u):
        return (1 - a) * s + a * np.tanh(u @ W_ih.T + s @ W_hh.T + b)

    def orbit(s, rest):
        if len(rest) == 0:
            return [s]
        return [s] + orbit(step(s, rest[0]), rest[1:])

    H = np.stack(orbit(h0, x))
    G = np.stack(orbit(g0, x))
    d = np.sqrt(np.einsum("tbn,tbn->tb", H - G, H - G))
    T = len(x)
    n = np.zeros(x.shape[1], dtype=np.int64)
    for j in range(x.shape[1]):
        n[j] = next((k for k in range(T + 1) if d[k:, j].max() < eps), -1)
    return H[1:], d, n


def r_column_vectors(x, h0, g0, W_ih, W_hh, b, a, eps):
    # MATLAB style: states are columns, one per sequence
    T, B, _ = x.shape
    N = len(b)
    bias = b[:, np.newaxis]
    leak = a[:, np.newaxis]
    H = h0.T
    G = g0.T
    h = np.zeros((T, B, N), x.dtype)
    d = np.zeros((T + 1, B), x.dtype)
    d[0, :] = np.sqrt(np.sum(np.abs(H - G) ** 2, axis=0))
    for t in range(T):
        U = W_ih @ x[t].T + bias
        H = (1 - leak) * H + leak * np.tanh(U + W_hh @ H)
        G = (1 - leak) * G + leak * np.tanh(U + W_hh @ G)
        h[t] = H.T
        d[t + 1, :] = np.sqrt(np.sum(np.abs(H - G) ** 2, axis=0))
    n = -np.ones(B, dtype=int)
    for t in range(T, -1, -1):
        ok = (d[t:] < eps).all(axis=0)
        n[ok] = t
    return h, d, n


def r_suffix_maximum(x, h0, g0, W_ih, W_hh, b, a, eps):
    B = x.shape[1]
    s = np.concatenate((h0, g0), axis=0)  # 2B rows
    inp = x @ W_ih.T + b
    inp = np.concatenate((inp, inp), axis=1)
    hist = [s]
    for t in range(len(x)):
        s = s * (1 - a) + np.tanh(inp[t] + s @ W_hh.T) * a
        hist.append(s)
    hist = np.array(hist)
    h, g = hist[:, :B], hist[:, B:]
    d = np.hypot.reduce(h - g, axis=-1) if h.shape[-1] > 1 else np.abs(h - g)[..., 0]
    worst_to_come = np.maximum.accumulate(d[::-1], axis=0)[::-1]
    n = (worst_to_come >= eps).sum(axis=0)
    n[n == len(d)] = -1
    return h[1:].copy(), d, n


# ---------------------------------------------------------------- wrong

def states(x, s, W_ih, W_hh, b, a):
    res = [s]
    for u in x:
        res.append((1 - a) * res[-1] + a * np.tanh(u @ W_ih.T + res[-1] @ W_hh.T + b))
    return np.array(res)


def forgotten(d, eps):
    bad = d >= eps
    T1, B = d.shape
    n = np.zeros(B, dtype=int)
    for i in range(B):
        idx = np.nonzero(bad[:, i])[0]
        n[i] = idx[-1] + 1 if len(idx) else 0
        if n[i] == T1:
            n[i] = -1
    return n


def w_no_leak_on_new(x, h0, g0, W_ih, W_hh, b, a, eps):
    def f(s):
        out = [s]
        for u in x:
            out.append((1 - a) * out[-1] + np.tanh(u @ W_ih.T + out[-1] @ W_hh.T + b))
        return np.array(out)

    H, G = f(h0), f(g0)
    d = np.linalg.norm(H - G, axis=-1)
    return H[1:], d, forgotten(d, eps)


def w_rms_over_units(x, h0, g0, W_ih, W_hh, b, a, eps):
    H = states(x, h0, W_ih, W_hh, b, a)
    G = states(x, g0, W_ih, W_hh, b, a)
    d = np.sqrt(np.mean((H - G) ** 2, axis=2))
    return H[1:], d, forgotten(d, eps)


def w_never_is_T(x, h0, g0, W_ih, W_hh, b, a, eps):
    T, B, _ = x.shape
    H = states(x, h0, W_ih, W_hh, b, a)
    G = states(x, g0, W_ih, W_hh, b, a)
    d = np.linalg.norm(H - G, axis=2)
    n = np.full(B, T)
    for i in range(B):
        for k in range(T, -1, -1):
            if d[k, i] >= eps:
                break
            n[i] = k
    return H[1:], d, n


def w_units_one_after_another(x, h0, g0, W_ih, W_hh, b, a, eps):
    T, B, F = x.shape
    N = len(b)
    h, g = h0.copy(), g0.copy()
    H = np.zeros((T, B, N), dtype=x.dtype)
    d = np.zeros((T + 1, B), dtype=x.dtype)
    d[0] = np.sqrt(((h - g) ** 2).sum(1))
    for t in range(T):
        for i in range(B):
            for j in range(N):
                h[i, j] = (1 - a[j]) * h[i, j] + a[j] * np.tanh(W_ih[j] @ x[t, i] + W_hh[j] @ h[i] + b[j])
                g[i, j] = (1 - a[j]) * g[i, j] + a[j] * np.tanh(W_ih[j] @ x[t, i] + W_hh[j] @ g[i] + b[j])
        H[t] = h
        d[t + 1] = np.sqrt(((h - g) ** 2).sum(1))
    return H, d, forgotten(d, eps)


def w_same_array_appended(x, h0, g0, W_ih, W_hh, b, a, eps):
    h, g = h0.copy(), g0.copy()
    H = []
    d = [np.linalg.norm(h - g, axis=1)]
    for t in range(len(x)):
        h[:] = (1 - a) * h + a * np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        g[:] = (1 - a) * g + a * np.tanh(x[t] @ W_ih.T + g @ W_hh.T + b)
        H.append(h)
        d.append(np.linalg.norm(h - g, axis=1))
    d = np.array(d)
    return np.array(H), d, forgotten(d, eps)


def w_second_without_input(x, h0, g0, W_ih, W_hh, b, a, eps):
    # second copy: autonomous reservoir
    H = states(x, h0, W_ih, W_hh, b, a)
    G = states(np.zeros_like(x), g0, W_ih, W_hh, b, a)
    d = np.linalg.norm(H - G, axis=-1)
    return H[1:], d, forgotten(d, eps)


def w_perturbed_start(x, h0, g0, W_ih, W_hh, b, a, eps):
    # g0 = perturbation, as for a Lyapunov exponent
    H = states(x, h0, W_ih, W_hh, b, a)
    G = states(x, h0 + g0, W_ih, W_hh, b, a)
    d = np.sqrt(np.sum((H - G) ** 2, axis=-1))
    return H[1:], d, forgotten(d, eps)


def w_one_number_for_all(x, h0, g0, W_ih, W_hh, b, a, eps):
    H = states(x, h0, W_ih, W_hh, b, a)
    G = states(x, g0, W_ih, W_hh, b, a)
    d = np.sqrt(np.sum((H - G) ** 2, axis=-1))
    n = -1
    for k in range(len(d)):
        if (d[k:] < eps).all():
            n = k
            break
    return H[1:], d, n


def w_double_buffer(x, h0, g0, W_ih, W_hh, b, a, eps):
    T, B, F = x.shape
    N = W_hh.shape[0]
    H = np.zeros((T + 1, B, N))
    G = np.zeros((T + 1, B, N))
    H[0], G[0] = h0, g0
    for t in range(T):
        H[t + 1] = (1 - a) * H[t] + a * np.tanh(x[t] @ W_ih.T + H[t] @ W_hh.T + b)
        G[t + 1] = (1 - a) * G[t] + a * np.tanh(x[t] @ W_ih.T + G[t] @ W_hh.T + b)
    d = np.sqrt(((H - G) ** 2).sum(axis=2))
    return H[1:], d, forgotten(d, eps)


def w_manhattan(x, h0, g0, W_ih, W_hh, b, a, eps):
    H = states(x, h0, W_ih, W_hh, b, a)
    G = states(x, g0, W_ih, W_hh, b, a)
    d = np.abs(H - G).sum(axis=-1)
    return H[1:], d, forgotten(d, eps)


def w_bias_outside(x, h0, g0, W_ih, W_hh, b, a, eps):
    def go(s):
        out = [s]
        for u in x:
            s = (1 - a) * s + a * np.tanh(u @ W_ih.T + s @ W_hh.T) + b
            out.append(s)
        return np.array(out)

    H, G = go(h0), go(g0)
    d = np.linalg.norm(H - G, axis=2)
    return H[1:], d, forgotten(d, eps)


def w_argmax_of_none(x, h0, g0, W_ih, W_hh, b, a, eps):
    H = states(x, h0, W_ih, W_hh, b, a)
    G = states(x, g0, W_ih, W_hh, b, a)
    d = np.linalg.norm(H - G, axis=2)
    stays = np.array([(d[k:] < eps).all(axis=0) for k in range(len(d))])
    return H[1:], d, np.argmax(stays, axis=0)


RIGHT = {
    "recursive": r_recursive,
    "column_vectors": r_column_vectors,
    "suffix_maximum": r_suffix_maximum,
}
WRONG = {
    "no_leak_on_new": (
        w_no_leak_on_new,
        "the factor a before tanh is missing",
        "The two weights of old and new should add up to 1; do yours?",
    ),
    "rms_over_units": (
        w_rms_over_units,
        "the mean over the units in place of the sum under the root",
        "What should happen to d if every unit were there twice?",
    ),
    "never_is_T": (
        w_never_is_T,
        "n is T, not -1, where the last distance is not below eps",
        "What does the task ask for if the reservoir has not forgotten by the end?",
    ),
    "units_one_after_another": (
        w_units_one_after_another,
        "units are updated one after another in place, so later units read new states of earlier ones",
        "Which states does unit 2 read at step t, and of which step is the state of unit 1 among them?",
    ),
    "same_array_appended": (
        w_same_array_appended,
        "the list holds one and the same array T times, so all rows of h are the last state",
        "Compare h[0] with h[-1]. What does append keep, a copy or the array itself?",
    ),
    "second_without_input": (
        w_second_without_input,
        "the second copy gets zeros in place of the inputs",
        "What do the two copies have in common, and in what do they differ?",
    ),
    "perturbed_start": (
        w_perturbed_start,
        "g0 is added to h0 as a perturbation in place of being the second start",
        "Where does the second copy start? Compute d_0 by hand from h0 and g0.",
    ),
    "one_number_for_all": (
        w_one_number_for_all,
        "one n for all sequences together",
        "The sequences have nothing to do with each other: how many values should n have?",
    ),
    "double_buffer": (
        w_double_buffer,
        "np.zeros without dtype: float32 comes back as float64",
        "Which dtype has np.zeros if you do not name one?",
    ),
    "manhattan": (
        w_manhattan,
        "the sum of absolute differences in place of the Euclidean distance",
        "Compare d[0] for two units with the formula by hand.",
    ),
    "bias_outside": (
        w_bias_outside,
        "the bias is added outside tanh",
        "Where does b stand in the equation, before or after tanh?",
    ),
    "argmax_of_none": (
        w_argmax_of_none,
        "argmax gives 0 where no step qualifies, and that is not told apart",
        "What does argmax return for a column that is False all along?",
    ),
}
