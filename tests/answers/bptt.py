"""What is handed in for the exercises of ``bptt``: right answers, and wrong ones as they are typed."""

from __future__ import annotations

import math
from collections import namedtuple

import numpy as np

from rnncourse import bptt, rnn

from . import solves

# bptt.cell_backward

Grads = namedtuple("Grads", "a b c d e")


@solves("bptt.cell_backward")
def by_einsum(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t * (1 - h_t) * (1 + h_t)
    return Grads(
        np.einsum("bh,bf->hf", dz, x_t),
        np.einsum("bi,bj->ij", dz, h_prev),
        np.einsum("bh->h", dz),
        np.einsum("bh,hf->bf", dz, W_ih),
        np.einsum("bi,ij->bj", dz, W_hh),
    )


@solves("bptt.cell_backward")
def by_outer_products(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t - dh_t * np.square(h_t)
    dW_ih = sum(np.outer(dz[b], x_t[b]) for b in range(len(dz)))
    dW_hh = sum(np.outer(dz[b], h_prev[b]) for b in range(len(dz)))
    return [dW_ih, dW_hh, sum(dz), (W_ih.T @ dz.T).T, (W_hh.T @ dz.T).T]


@solves("bptt.cell_backward")
def through_the_cosh(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t / np.cosh(np.arctanh(h_t)) ** 2
    both = dz.T @ np.hstack([x_t, h_prev])
    F = x_t.shape[1]
    return both[:, :F], both[:, F:], np.ones_like(dz[:, 0]) @ dz, dz @ W_ih, dz @ W_hh


# bptt.backward


@solves("bptt.backward")
def all_dz_first(dh_out, x, h0, h, W_ih, W_hh):
    dz, T = np.empty_like(dh_out), len(x)
    for t in range(T - 1, -1, -1):
        dh = dh_out[t] if t == T - 1 else dh_out[t] + dz[t + 1] @ W_hh
        dz[t] = (1 - h[t] ** 2) * dh
    before = np.concatenate([h0[None], h[:-1]])
    dW_ih = np.tensordot(dz, x, axes=([0, 1], [0, 1]))
    dW_hh = np.tensordot(dz, before, axes=([0, 1], [0, 1]))
    return dW_ih, dW_hh, dz.sum((0, 1)), dz @ W_ih, dz[0] @ W_hh


@solves("bptt.backward")
def by_library_steps(dh_out, x, h0, h, W_ih, W_hh):
    steps, carry = [], np.zeros_like(h0)
    for t in range(len(x))[::-1]:
        step = bptt.cell_backward(dh_out[t] + carry, x[t], h[t - 1] if t else h0, h[t], W_ih, W_hh)
        carry = step.dh_rec
        steps.insert(0, step)
    sums = [sum(s[i] for s in steps) for i in range(3)]
    return bptt.Gradients(*sums, np.array([s.dx_t for s in steps]), carry)


@solves("bptt.backward")
def by_path_sums(dh_out, x, h0, h, W_ih, W_hh):
    """Every pair of steps by itself: the gradient of the loss at s that reaches t ≤ s."""
    T = len(x)
    before = [h0, *h[:-1]]
    dz = np.zeros_like(dh_out)
    for s in range(T):
        g = (1 - h[s] ** 2) * dh_out[s]
        dz[s] += g
        for t in range(s - 1, -1, -1):
            g = (1 - h[t] ** 2) * (g @ W_hh)
            dz[t] += g
    dW_hh = sum(dz[t].T @ before[t] for t in range(T))
    return [np.einsum("tbh,tbf->hf", dz, x), dW_hh, dz.reshape(-1, dz.shape[-1]).sum(0), dz @ W_ih, dz[0] @ W_hh]


# bptt.rtrl


@solves("bptt.rtrl")
def rtrl_by_matrix(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    H, F = W_ih.shape
    T, B = x.shape[:2]
    n = H * (H + F + 1)
    grad = np.zeros(n, dtype=x.dtype)
    for b in range(B):
        h, J = h0[b], np.zeros((H, n), dtype=x.dtype)
        for t in range(T):
            u = np.concatenate([h, x[t, b], [1]]).astype(x.dtype)
            h = np.tanh(W_ih @ x[t, b] + W_hh @ h + b_ih + b_hh)
            J = (1 - h**2)[:, None] * (W_hh @ J + np.kron(np.eye(H, dtype=x.dtype), u))
            grad += dh_out[t, b] @ J
    grad = grad.reshape(H, -1)
    return grad[:, H:-1], grad[:, :H], grad[:, -1]


@solves("bptt.rtrl")
def rtrl_three_tensors(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    H, F = W_ih.shape
    B = len(h0)
    P, Q, R = (np.zeros((B, H, *shape), dtype=x.dtype) for shape in ((H, F), (H, H), (H,)))
    out = [0.0, 0.0, 0.0]
    e = np.eye(H, dtype=x.dtype)
    h = h0
    for t in range(len(x)):
        new = rnn.cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
        D = 1 - new**2
        P = np.einsum("bk,bkai->bkai", D, np.einsum("kl,blai->bkai", W_hh, P) + np.einsum("ka,bi->bkai", e, x[t]))
        Q = np.einsum("bk,bkai->bkai", D, np.einsum("kl,blai->bkai", W_hh, Q) + np.einsum("ka,bi->bkai", e, h))
        R = np.einsum("bk,bka->bka", D, np.einsum("kl,bla->bka", W_hh, R) + e)
        out = [g + np.einsum("bk,bk...->...", dh_out[t], S) for g, S in zip(out, (P, Q, R), strict=True)]
        h = new
    return out


@solves("bptt.rtrl")
def rtrl_library_step(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    H, F = W_ih.shape
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    S, total = np.zeros((len(h0), H, H, H + F + 1), dtype=x.dtype), 0
    for t in range(len(x)):
        S = bptt.sensitivity_step(S, x[t], h[t - 1] if t else h0, h[t], W_hh)
        total = total + np.tensordot(dh_out[t], S, axes=([0, 1], [0, 1]))
    return total[:, H : H + F], total[:, :H], total[:, H + F]


# bptt.truncated


def _forward(x, h, W_ih, W_hh, b_ih, b_hh):
    states = []
    for x_t in x:
        h = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b_ih + b_hh)
        states.append(h)
    return np.stack(states)


@solves("bptt.truncated")
def carry_cut_at_borders(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = _forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    before = np.concatenate([h0[None], h[:-1]])
    dz, carry = np.zeros_like(dh_out), np.zeros_like(h0)
    for t in range(len(x) - 1, -1, -1):
        if t % k == k - 1:
            carry = np.zeros_like(h0)
        dz[t] = (1 - h[t] ** 2) * (dh_out[t] + carry)
        carry = dz[t] @ W_hh
    return np.einsum("tbi,tbj->ij", dz, x), np.einsum("tbi,tbj->ij", dz, before), dz.sum(axis=(0, 1))


@solves("bptt.truncated")
def chunk_by_chunk(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h_prev, out = h0, None
    while len(x):
        h = _forward(x[:k], h_prev, W_ih, W_hh, b_ih, b_hh)
        g = all_dz_first(dh_out[:k], x[:k], h_prev, h, W_ih, W_hh)[:3]
        out = g if out is None else [a + b for a, b in zip(out, g, strict=True)]
        x, dh_out, h_prev = x[k:], dh_out[k:], h[-1]
    return out


@solves("bptt.truncated")
def by_library_backward(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    parts = []
    for s in range(0, len(x), k):
        start = h[s - 1] if s else h0
        parts.append(bptt.backward(dh_out[s : s + k], x[s : s + k], start, h[s : s + k], W_ih, W_hh))
    return tuple(np.sum([p[i] for p in parts], axis=0) for i in range(3))


# bptt.truncated_pair


def _pair_states(x, h, c, W_ih, W_hh, b, a):
    out = []
    for x_t in x:
        g = np.tanh(W_ih @ x_t.T + W_hh @ h.T + b[:, None]).T
        c = a * c + g
        out.append((h, g, np.tanh(c)))
        h = out[-1][2]
    return out, h, c


def _pair_back(dh_out, x, states, W_hh, a):
    dW_ih, dW_hh, db, dh, dc = 0, 0, 0, 0, 0
    for t in reversed(range(len(x))):
        before, g, h = states[t]
        dc = dc + (1 - h * h) * (dh_out[t] + dh)
        dz = (1 - g * g) * dc
        dW_ih, dW_hh, db = dW_ih + dz.T @ x[t], dW_hh + dz.T @ before, db + dz.sum(0)
        dh, dc = dz @ W_hh, dc * a
    return dW_ih, dW_hh, db


@solves("bptt.truncated_pair")
def pair_by_chunks(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c, parts = h0, c0, []
    for s in range(0, len(x), k):
        states, h, c = _pair_states(x[s : s + k], h, c, W_ih, W_hh, b, a)
        parts.append(_pair_back(dh_out[s : s + k], x[s : s + k], states, W_hh, a))
    return [sum(p[i] for p in parts) for i in range(3)]


@solves("bptt.truncated_pair")
def pair_recursive(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    states, h, c = _pair_states(x[:k], h0, c0, W_ih, W_hh, b, a)
    here = _pair_back(dh_out[:k], x[:k], states, W_hh, a)
    if len(x) <= k:
        return here
    return tuple(p + q for p, q in zip(here, pair_recursive(dh_out[k:], x[k:], h, c, W_ih, W_hh, b, a, k), strict=True))


@solves("bptt.truncated_pair")
def pair_forwards_in_each_chunk(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    """By forward sensitivities that start at zero in every chunk: no step backwards at all."""
    H, F = W_ih.shape
    h, c, total = h0, c0, 0
    e = np.eye(H, dtype=x.dtype)
    for t in range(len(x)):
        if t % k == 0:
            Ph = Pc = np.zeros((len(h0), H, H, H + F + 1), dtype=x.dtype)
        u = np.concatenate([h, x[t], np.ones_like(h[:, :1])], axis=1)
        g = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        inner = np.einsum("kl,blai->bkai", W_hh, Ph) + np.einsum("ka,bi->bkai", e, u)
        Pc = a[:, None, None] * Pc + (1 - g**2)[..., None, None] * inner
        c = a * c + g
        h = np.tanh(c)
        Ph = (1 - h**2)[..., None, None] * Pc
        total = total + np.einsum("bk,bkai->ai", dh_out[t], Ph)
    return total[:, H : H + F], total[:, :H], total[:, -1]


# bptt.numerical_gradient, bptt.relative_error


@solves("bptt.numerical_gradient")
def copies(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for j in np.ndindex(*theta.shape):
        up, down = theta.copy(), theta.copy()
        up[j] += eps
        down[j] -= eps
        gradient[j] = (f(up) - f(down)) / (2 * eps)
    return gradient


@solves("bptt.numerical_gradient")
def in_place_and_put_back(f, theta):
    flat, out = theta.reshape(-1), []
    for j in range(flat.size):
        old = flat[j]
        flat[j] = old + 1e-6
        up = f(theta)
        flat[j] = old - 1e-6
        out.append((up - f(theta)) / 2e-6)
        flat[j] = old
    return np.array(out).reshape(theta.shape)


@solves("bptt.numerical_gradient")
def five_points(f, theta):
    e, h = np.eye(theta.size), 1e-3
    values = [[f(theta + s * h * row.reshape(theta.shape)) for s in (-2, -1, 1, 2)] for row in e]
    return (np.array(values) @ [1, -8, 8, -1] / (12 * h)).reshape(theta.shape)


@solves("bptt.relative_error")
def ravelled(a, b):
    d, s = (a - b).ravel(), math.sqrt(np.vdot(a, a)) + math.sqrt(np.vdot(b, b))
    return 0.0 if s == 0 else math.sqrt(d @ d) / s


@solves("bptt.relative_error")
def guarded_by_tiny(a, b):
    return np.linalg.norm(a - b) / max(np.linalg.norm(a) + np.linalg.norm(b), 1e-300)


@solves("bptt.relative_error")
def equal_first(a, b):
    if np.array_equal(a, b):
        return 0
    return np.sqrt(((a - b) ** 2).sum()) / (np.sqrt((a**2).sum()) + np.sqrt((b**2).sum()))


TYPED = {
    ("bptt.cell_backward", "B1"): """
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh
""",
    ("bptt.cell_backward", "B2"): """
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - np.tanh(h_t) ** 2) * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh
""",
    ("bptt.cell_backward", "B3"): """
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t) ** 2 * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh
""",
    ("bptt.cell_backward", "B8"): """
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t * h_t) * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(0), dz @ W_ih, dz @ W_hh.T
""",
    ("bptt.backward", "B5"): """
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx = np.zeros_like(x)
    dh_next = np.zeros_like(h0)
    for t in range(len(x) - 1, -1, -1):
        dz = (1 - h[t] ** 2) * (dh_out[t] + dh_next)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h[t]
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        dh_next = dz @ W_hh
    return dW_ih, dW_hh, db, dx, dh_next
""",
    ("bptt.backward", "B6"): """
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dz = (1 - h ** 2) * dh_out
    h_prev = np.concatenate([h0[None], h[:-1]])
    dW_ih = np.einsum("tbh,tbf->hf", dz, x)
    dW_hh = np.einsum("tbh,tbk->hk", dz, h_prev)
    return dW_ih, dW_hh, dz.sum(axis=(0, 1)), dz @ W_ih, dz[0] @ W_hh
""",
    ("bptt.backward", "B9"): """
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dx = np.zeros_like(x)
    carry = np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        dz = (1 - h[t] ** 2) * (dh_out[t] + carry)
        dW_ih = dz.T @ x[t]
        dW_hh = dz.T @ h_prev
        db = dz.sum(axis=0)
        dx[t] = dz @ W_ih
        carry = dz @ W_hh
    return dW_ih, dW_hh, db, dx, carry
""",
    ("bptt.backward", "B15"): """
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx = np.zeros_like(x)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        dz = (1 - h[t] ** 2) * dh_out[t]
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        if t > 0:
            dh_out[t - 1] += dz @ W_hh
    return dW_ih, dW_hh, db, dx, dz @ W_hh
""",
    ("bptt.backward", "B16"): """
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx = np.zeros_like(x)
    carry = np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        dz = (1 - h[t] ** 2) * (dh_out[t] + carry)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        carry = np.clip(dz @ W_hh, -5, 5)  # against exploding gradients
    return dW_ih, dW_hh, db, dx, carry
""",
    ("bptt.truncated", "B15"): """
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        dz = (1 - h[t] ** 2) * dh_out[t]
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        if t % k:
            dh_out[t - 1] += dz @ W_hh
    return dW_ih, dW_hh, db
""",
    ("bptt.truncated", "B18"): """
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    for s in range(0, len(x), k):
        start = h0 if s == 0 else np.zeros_like(h0)
        h = forward(x[s:s+k], start, W_ih, W_hh, b_ih, b_hh)
        carry = np.zeros_like(h0)
        for t in reversed(range(len(h))):
            h_prev = h[t - 1] if t > 0 else start
            dz = (1 - h[t] ** 2) * (dh_out[s + t] + carry)
            dW_ih += dz.T @ x[s + t]
            dW_hh += dz.T @ h_prev
            db += dz.sum(axis=0)
            carry = dz @ W_hh
    return dW_ih, dW_hh, db
""",
    ("bptt.truncated", "B21"): """
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    for chunk in range(len(x) // k):
        carry = np.zeros_like(h0)
        for t in reversed(range(chunk * k, (chunk + 1) * k)):
            h_prev = h[t - 1] if t > 0 else h0
            dz = (1 - h[t] ** 2) * (dh_out[t] + carry)
            dW_ih += dz.T @ x[t]
            dW_hh += dz.T @ h_prev
            db += dz.sum(axis=0)
            carry = dz @ W_hh
    return dW_ih, dW_hh, db
""",
    ("bptt.truncated_pair", "B15"): """
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c = [h0], [c0]
    g = []
    for x_t in x:
        g.append(np.tanh(x_t @ W_ih.T + h[-1] @ W_hh.T + b))
        c.append(a * c[-1] + g[-1])
        h.append(np.tanh(c[-1]))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dc_next = 0
    for t in reversed(range(len(x))):
        if (t + 1) % k == 0:
            dc_next = 0
        dc = (1 - h[t + 1] ** 2) * dh_out[t] + dc_next
        dz = (1 - g[t] ** 2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h[t]
        db += dz.sum(axis=0)
        dc_next = a * dc
        if t % k != 0:
            dh_out[t - 1] += dz @ W_hh
    return dW_ih, dW_hh, db
""",
    ("bptt.truncated_pair", "B19"): """
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c = [h0], [c0]
    g = []
    for x_t in x:
        g.append(np.tanh(x_t @ W_ih.T + h[-1] @ W_hh.T + b))
        c.append(a * c[-1] + g[-1])
        h.append(np.tanh(c[-1]))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh_next, dc_next = 0, 0
    for t in reversed(range(len(x))):
        if (t + 1) % k == 0:
            dh_next = 0
        dc = (1 - h[t + 1] ** 2) * (dh_out[t] + dh_next) + dc_next
        dz = (1 - g[t] ** 2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h[t]
        db += dz.sum(axis=0)
        dh_next, dc_next = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db
""",
    ("bptt.numerical_gradient", "B26 float32"): """
def numerical_gradient(f, theta, eps=1e-6):
    theta = theta.astype(np.float32)
    grad = np.zeros(theta.shape)
    for j in np.ndindex(theta.shape):
        up, down = theta.copy(), theta.copy()
        up[j] += eps
        down[j] -= eps
        grad[j] = (f(up) - f(down)) / (2 * eps)
    return grad
""",
    ("bptt.numerical_gradient", "B26 tiny"): """
def numerical_gradient(f, theta, eps=1e-12):
    grad = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        up, down = theta.copy(), theta.copy()
        up[j] += eps
        down[j] -= eps
        grad[j] = (f(up) - f(down)) / (2 * eps)
    return grad
""",
    ("bptt.numerical_gradient", "D1"): """
def numerical_gradient(f, theta, eps=1e-6):
    grad = np.zeros_like(theta)
    f0 = f(theta)
    for j in np.ndindex(theta.shape):
        up = theta.copy()
        up[j] += eps
        grad[j] = (f(up) - f0) / eps
    return grad
""",
    ("bptt.numerical_gradient", "D1h"): """
def numerical_gradient(f, theta, eps=1e-6):
    grad = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        up = theta
        up[j] += eps
        above = f(up)
        down = theta
        down[j] -= eps
        grad[j] = (above - f(down)) / (2 * eps)
    return grad
""",
    ("bptt.numerical_gradient", "D8"): """
def numerical_gradient(f, theta, eps=0.02):
    grad = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        e = np.zeros_like(theta)
        e[j] = eps
        wide = (f(theta + e) - f(theta - e)) / (2 * eps)
        near = (f(theta + e / 2) - f(theta - e / 2)) / eps
        grad[j] = (4 * wide - near) / 3
    return grad
""",
    ("bptt.numerical_gradient", "D3"): """
def numerical_gradient(f, theta, eps=1e-6):
    grad = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        grad[j] = (f(theta + eps) - f(theta - eps)) / (2 * eps)
    return grad
""",
    ("bptt.numerical_gradient", "D4"): """
def numerical_gradient(f, theta, eps=1e-6):
    grad = np.zeros_like(theta)
    up, down = theta.copy(), theta.copy()
    for j in np.ndindex(theta.shape):
        up[j] += eps
        down[j] -= eps
        grad[j] = (f(up) - f(down)) / (2 * eps)
    return grad
""",
    ("bptt.numerical_gradient", "D5"): """
def numerical_gradient(f, theta, eps=0.1):
    grad = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        up, down = theta.copy(), theta.copy()
        up[j] += 0.1
        down[j] -= 0.1
        grad[j] = (f(up) - f(down)) / 0.2
    return grad
""",
    ("bptt.numerical_gradient", "D2s"): """
def numerical_gradient(f, theta, eps=1e-5):
    g = np.zeros_like(theta)
    for j in np.ndindex(*theta.shape):
        d = np.zeros_like(theta)
        d[j] = eps
        g[j] = (f(theta + d) + f(theta - d)) / 2
    return g
""",
    ("bptt.numerical_gradient", "D6"): """
def numerical_gradient(f, theta, rel=1e-6):
    g = np.zeros_like(theta)
    for j in np.ndindex(*theta.shape):
        eps = rel * abs(theta[j])
        up, down = theta.copy(), theta.copy()
        up[j] += eps
        down[j] -= eps
        g[j] = (f(up) - f(down)) / (2 * eps) if eps > 0 else 0.0
    return g
""",
    ("bptt.numerical_gradient", "D7"): """
def numerical_gradient(f, theta, eps=1e-6):
    g = np.zeros_like(theta)
    for j in np.ndindex(*theta.shape):
        up = down = theta.copy()
        up[j] += eps
        down[j] -= eps
        g[j] = (f(up) - f(down)) / (2 * eps)
    return g
""",
    ("bptt.numerical_gradient", "D9"): """
def numerical_gradient(f, theta, eps=1e-20):
    g = np.zeros_like(theta)
    for j in np.ndindex(*theta.shape):
        there = theta + 0j
        there[j] += 1j * eps
        g[j] = f(there).imag / eps
    return g
""",
    ("bptt.relative_error", "E7"): """
def relative_error(a, b, eps=1e-8):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + eps)
""",
    ("bptt.relative_error", "E9"): """
def relative_error(a, b):
    return np.allclose(a, b)
""",
    ("bptt.relative_error", "B26"): """
def relative_error(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))
""",
    ("bptt.rtrl", "B15"): """
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        dz = (1 - h[t] ** 2) * dh_out[t]
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        if t > 0:
            dh_out[t - 1] += dz @ W_hh
    return dW_ih, dW_hh, db
""",
    ("bptt.rtrl", "B22"): """
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    h = h0
    for t in range(len(x)):
        h_new = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        dz = (1 - h_new ** 2) * dh_out[t]
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h
        db += dz.sum(axis=0)
        h = h_new
    return dW_ih, dW_hh, db
""",
}

KEPT = """
bptt.cell_backward, B1: -
bptt.cell_backward, B2: -
bptt.cell_backward, B2p: -
bptt.cell_backward, B3: -
bptt.cell_backward, B3l: -
bptt.cell_backward, B3s: -
bptt.cell_backward, B4: -
bptt.cell_backward, B1p db: dW_ih; dW_hh; dx_t; dh_rec
bptt.cell_backward, B1p dx: dW_ih; dW_hh; db; dh_rec
bptt.cell_backward, B1p but for the matrices: dW_ih; dW_hh
bptt.cell_backward, B2r: -
bptt.cell_backward, B5: dW_ih; db; dx_t; dh_rec
bptt.cell_backward, B8: dW_ih; dW_hh; db; dx_t
bptt.cell_backward, B8t: dW_ih; db; dx_t; dh_rec
bptt.cell_backward, B8r: db; dx_t; dh_rec
bptt.cell_backward, B8x: -
bptt.cell_backward, B10 mean: dW_ih; dW_hh; dx_t; dh_rec
bptt.cell_backward, B10 first: dW_ih; dW_hh; dx_t; dh_rec
bptt.cell_backward, B10 not summed: dW_ih; dW_hh; dx_t; dh_rec
bptt.cell_backward, B10b: dx_t; dh_rec
bptt.cell_backward, B10b dW_ih: dW_hh; db; dx_t; dh_rec
bptt.cell_backward, B10b dW_hh: dW_ih; db; dx_t; dh_rec
bptt.cell_backward, B10b db: dW_ih; dW_hh; dx_t; dh_rec
bptt.cell_backward, B10c: db; dx_t; dh_rec
bptt.cell_backward, B10d: dW_ih; dW_hh; dx_t; dh_rec
bptt.cell_backward, B11 B: dx_t; dh_rec
bptt.cell_backward, B13 cell total: dW_ih; dW_hh; db; dx_t
bptt.cell_backward, B13 cell dz: dW_ih; dW_hh; db; dx_t
bptt.cell_backward, B13 cell zeros: dW_ih; dW_hh; db; dx_t
bptt.cell_backward, B14: dW_ih; dW_hh; db; dx_t
bptt.cell_backward, B14t: dW_ih; dW_hh; db; dx_t
bptt.backward, B1: -
bptt.backward, B2: -
bptt.backward, B2p: -
bptt.backward, B3: -
bptt.backward, B3l: -
bptt.backward, B3s: -
bptt.backward, B4: -
bptt.backward, R1 zeros: dW_ih; db; dx; dh0
bptt.backward, R1 wrapped: dW_ih; db; dx; dh0
bptt.backward, B1p db: dW_ih; dW_hh; dx; dh0
bptt.backward, B1p dx: dW_ih; dW_hh; db; dh0
bptt.backward, B1p but for the matrices: -
bptt.backward, B2r: -
bptt.backward, B5: dW_ih; db; dx; dh0
bptt.backward, B6: one step
bptt.backward, B6a carry: one step
bptt.backward, B6a carry but for dh0: one step
bptt.backward, B6a total: one step
bptt.backward, B6b: one step
bptt.backward, B7: one step; a loss at the last step alone
bptt.backward, B8: -
bptt.backward, B8t: dW_ih; db; dx; dh0
bptt.backward, B8r: db; dx; dh0
bptt.backward, B8x: -
bptt.backward, B9: dx; dh0; one step
bptt.backward, B9 dW_ih: dW_hh; db; dx; dh0; one step
bptt.backward, B9 dW_hh: dW_ih; db; dx; dh0; one step
bptt.backward, B9 db: dW_ih; dW_hh; dx; dh0; one step
bptt.backward, B9r: one step
bptt.backward, B10 mean: dW_ih; dW_hh; dx; dh0
bptt.backward, B10 first: dW_ih; dW_hh; dx; dh0
bptt.backward, B10 not summed: dW_ih; dW_hh; dx; dh0
bptt.backward, B10d: dW_ih; dW_hh; dx; dh0
bptt.backward, B11 T: dx; dh0; one step
bptt.backward, B11 B: dx; dh0
bptt.backward, B12: one step
bptt.backward, B12r: db; dh0; one step
bptt.backward, B12r dx: dW_ih; dW_hh; db; dh0; one step
bptt.backward, B12s first: -
bptt.backward, B12s last: -
bptt.backward, B12s weights of the first: dx; dh0
bptt.backward, B12s weights of the last: dx; dh0
bptt.backward, B13 total: dW_ih; dW_hh; db; dx
bptt.backward, B13 dz: dW_ih; dW_hh; db; dx
bptt.backward, B13 zeros: dW_ih; dW_hh; db; dx
bptt.backward, B14: -
bptt.backward, B14d what comes back: one step
bptt.backward, B14d the own loss: -
bptt.backward, B14t: -
bptt.backward, B14t dh0: dW_ih; dW_hh; db; dx
bptt.rtrl, B1: -
bptt.rtrl, B2: -
bptt.rtrl, B2p: -
bptt.rtrl, B3: -
bptt.rtrl, B3l: -
bptt.rtrl, B3s: -
bptt.rtrl, B4: -
bptt.rtrl, R6: -
bptt.rtrl, R7 no b_ih: -
bptt.rtrl, R7 no b_hh: -
bptt.rtrl, R7 b_ih twice: -
bptt.rtrl, R7 b_hh twice: -
bptt.rtrl, R1 zeros: dW_ih; db
bptt.rtrl, B7: one step; a loss at the last step alone
bptt.rtrl, B8: one step
bptt.rtrl, B8t: dW_ih; db
bptt.rtrl, B9r: one step
bptt.rtrl, B10d: dW_ih; dW_hh
bptt.rtrl, B11 T: one step
bptt.rtrl, B11 B: -
bptt.rtrl, B22: one step
bptt.rtrl, B22b mean of the sensitivities: -
bptt.rtrl, B22b mean of the examples: -
bptt.rtrl, B22d: one step
bptt.rtrl, B22l all losses, the last sensitivity: one step; a loss at the last step alone
bptt.rtrl, B22q: one step
bptt.rtrl, B22o: -
bptt.rtrl, B22p: -
bptt.rtrl, B22s ones: -
bptt.rtrl, B22s identity: -
bptt.rtrl, B22t: one step
bptt.rtrl, B23 through h: one step
bptt.rtrl, B23 direct: -
bptt.rtrl, B23a: one step
bptt.rtrl, B23a W_hh: one step
bptt.rtrl, B24: dW_ih; db
bptt.rtrl, B25: dW_ih; db
bptt.rtrl, B25o: db
bptt.rtrl, B25o flat: -
bptt.truncated, B1: -
bptt.truncated, B2: -
bptt.truncated, B2p: -
bptt.truncated, B3: -
bptt.truncated, B3l: -
bptt.truncated, B3s: -
bptt.truncated, B4: -
bptt.truncated, R6: -
bptt.truncated, R7 no b_ih: -
bptt.truncated, R7 no b_hh: -
bptt.truncated, R7 b_ih twice: -
bptt.truncated, R7 b_hh twice: -
bptt.truncated, R1 zeros: -
bptt.truncated, R1 zeros later: one chunk
bptt.truncated, R1 after: -
bptt.truncated, R1 the very last: -
bptt.truncated, R1 h0: one chunk
bptt.truncated, B5: -
bptt.truncated, B6: -
bptt.truncated, B6a carry: chunks of equal length
bptt.truncated, B6a total: -
bptt.truncated, B7: -
bptt.truncated, B8: -
bptt.truncated, B8t: -
bptt.truncated, B9: -
bptt.truncated, B9 chunks: one chunk
bptt.truncated, B9r: one chunk
bptt.truncated, B10 mean: -
bptt.truncated, B10 first: -
bptt.truncated, B10 not summed: -
bptt.truncated, B10d: -
bptt.truncated, B11 T: -
bptt.truncated, B11 B: -
bptt.truncated, B11 chunks: one chunk
bptt.truncated, B12: -
bptt.truncated, B12s: -
bptt.truncated, B14: -
bptt.truncated, B14d what comes back: -
bptt.truncated, B14d the own loss: -
bptt.truncated, B17: one chunk
bptt.truncated, B17b from the end: one chunk; chunks of equal length
bptt.truncated, B17b one step early: -
bptt.truncated, B17b after the first step: -
bptt.truncated, B17b of nearly equal length: one chunk; chunks of equal length
bptt.truncated, B17c: one chunk
bptt.truncated, B17k: -
bptt.truncated, B17k split: -
bptt.truncated, B17l: one chunk
bptt.truncated, B17w: one chunk
bptt.truncated, B18 zeros: one chunk
bptt.truncated, B18 h0: one chunk
bptt.truncated, B18f: one chunk
bptt.truncated, B20: one chunk
bptt.truncated, B20 overlapping: one chunk
bptt.truncated, B20 shifted: one chunk; chunks of equal length
bptt.truncated, B21: one chunk; chunks of equal length
bptt.truncated, B21 unless alone: one chunk; chunks of equal length
bptt.truncated, B21p: one chunk; chunks of equal length
bptt.truncated_pair, R1p h0: -
bptt.truncated_pair, R1p c0: -
bptt.truncated_pair, R1p neither: -
bptt.truncated_pair, R6: -
bptt.truncated_pair, R8p a at g: -
bptt.truncated_pair, R8p a at g, back as well: -
bptt.truncated_pair, R8p leaky: -
bptt.truncated_pair, R8p leaky, back as well: -
bptt.truncated_pair, R8p no a: -
bptt.truncated_pair, R8p no a, back as well: -
bptt.truncated_pair, B1 h: -
bptt.truncated_pair, B1 g: -
bptt.truncated_pair, B2q c for h: -
bptt.truncated_pair, B2q h for g: -
bptt.truncated_pair, B2q g for h: -
bptt.truncated_pair, B2q c for g: -
bptt.truncated_pair, B2q h squashed again: -
bptt.truncated_pair, B2q g squashed again: -
bptt.truncated_pair, B2q a difference of c for g: -
bptt.truncated_pair, B5: -
bptt.truncated_pair, B5 c: -
bptt.truncated_pair, B5 zeros later: one chunk
bptt.truncated_pair, B5 zeros: -
bptt.truncated_pair, B6h: -
bptt.truncated_pair, B6c: -
bptt.truncated_pair, B8: -
bptt.truncated_pair, B8t: -
bptt.truncated_pair, B9: -
bptt.truncated_pair, B9 chunks: one chunk
bptt.truncated_pair, B9r: one chunk
bptt.truncated_pair, B11 T: -
bptt.truncated_pair, B11 B: -
bptt.truncated_pair, B11 chunks: one chunk
bptt.truncated_pair, B14a: -
bptt.truncated_pair, B14c: -
bptt.truncated_pair, B14i: -
bptt.truncated_pair, B17: one chunk
bptt.truncated_pair, B17b from the end: one chunk; chunks of equal length
bptt.truncated_pair, B17b one step early: -
bptt.truncated_pair, B17b after the first step: -
bptt.truncated_pair, B17b of nearly equal length: one chunk; chunks of equal length
bptt.truncated_pair, B17k: -
bptt.truncated_pair, B17k split: -
bptt.truncated_pair, B17l: one chunk
bptt.truncated_pair, B18p: one chunk
bptt.truncated_pair, B18p h: one chunk
bptt.truncated_pair, B18p c: one chunk
bptt.truncated_pair, B18p h0: one chunk
bptt.truncated_pair, B18p c0: one chunk
bptt.truncated_pair, B19: one chunk
bptt.truncated_pair, B19c: one chunk
bptt.truncated_pair, B20: one chunk
bptt.truncated_pair, B21: one chunk; chunks of equal length
bptt.truncated_pair, B21 unless alone: one chunk; chunks of equal length
bptt.truncated_pair, B21p: one chunk; chunks of equal length
bptt.numerical_gradient, D2 twice: -
bptt.numerical_gradient, D2 half: -
bptt.numerical_gradient, D2 sign: -
bptt.numerical_gradient, B26 values: -
bptt.relative_error, B26: two different gradients; one of them zero
bptt.relative_error, E1: -
bptt.relative_error, E1 mean: -
bptt.relative_error, E2: -
bptt.relative_error, E2 first: -
bptt.relative_error, E2 or one: -
bptt.relative_error, E2 first, or one: -
bptt.relative_error, E3 largest: -
bptt.relative_error, E3 of the sum: -
bptt.relative_error, E3 root: -
bptt.relative_error, E3 mean: -
bptt.relative_error, E3 of their lengths: -
bptt.relative_error, E3 without brackets: -
bptt.relative_error, E3 twice the larger: -
bptt.relative_error, E3 product: -
bptt.relative_error, E4: -
bptt.relative_error, E4 halved: -
bptt.relative_error, E4 above: -
bptt.relative_error, E5: -
bptt.relative_error, E5 largest: -
bptt.relative_error, E5 rows: one of them zero; both of them zero
bptt.relative_error, E6 absolute values: -
bptt.relative_error, E6 largest: -
bptt.relative_error, E6 spectral: one of them zero; both of them zero
bptt.relative_error, E6 mean of squares above: -
bptt.relative_error, E6s: -
bptt.relative_error, E7 threshold: one of them zero; both of them zero
bptt.relative_error, E8: two different gradients; both of them zero
"""
