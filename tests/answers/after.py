"""What is handed in for the exercises of ``after``: right answers, and wrong ones as they are typed."""

from __future__ import annotations

import cmath
import math

import numpy as np

from . import solves

# after.fold


@solves("after.fold")
def by_trying_two_states(a, b, L):
    """What a block does to 0 and to 1 says all."""

    def run(h, t):
        for s in range(t, t + L):
            h = a[s] * h + b[s]
        return h

    starts = range(0, len(a), L)
    S = np.array([run(np.zeros_like(a[0]), t) for t in starts])
    ones = np.array([run(np.ones_like(a[0]), t) for t in starts])
    A = np.array([a[t : t + L].prod(axis=0) for t in starts])
    assert np.allclose(ones - S, A, atol=1e-3)
    return A, S


@solves("after.fold")
def number_by_number(a, b, L):
    T, B, H = a.shape
    A, S = np.ones((T // L, B, H), a.dtype), np.zeros((T // L, B, H), a.dtype)
    for n in range(T // L):
        for i in range(B):
            for j in range(H):
                for t in range(n * L, (n + 1) * L):
                    S[n, i, j] = a[t, i, j] * S[n, i, j] + b[t, i, j]
                    A[n, i, j] *= a[t, i, j]
    return A, S


@solves("after.fold")
def by_products_of_what_follows(a, b, L):
    T, _B, _H = a.shape
    A, S = [], []
    for n in range(T // L):
        factors, sums = a[n * L : (n + 1) * L], b[n * L : (n + 1) * L]
        later = [np.prod(factors[t + 1 :], axis=0) for t in range(L)]
        A.append(np.prod(factors, axis=0))
        S.append(sum(s * r for s, r in zip(sums, later, strict=True)))
    return np.array(A, a.dtype), np.array(S, a.dtype)


# after.minimal_lstm


@solves("after.minimal_lstm")
def unit_by_unit(x, h0, W_ih, b_ih):
    (T, B, _F), H = x.shape, h0.shape[1]
    h = np.zeros((T + 1, B, H), x.dtype)
    h[0] = h0
    for t in range(T):
        for e in range(B):
            for j in range(H):
                f = 1 / (1 + math.exp(-(x[t, e] @ W_ih[j] + b_ih[j])))
                i = 1 / (1 + math.exp(-(x[t, e] @ W_ih[H + j] + b_ih[H + j])))
                n = x[t, e] @ W_ih[2 * H + j] + b_ih[2 * H + j]
                h[t + 1, e, j] = (f * h[t, e, j] + i * n) / (f + i)
    return h[1:]


@solves("after.minimal_lstm")
def with_einsum(x, h0, W_ih, b_ih):
    z = np.einsum("tbf,hf->tbh", x, W_ih) + b_ih
    H = h0.shape[1]
    f, i = (1 / (1 + np.exp(-z[..., k * H : (k + 1) * H])) for k in range(2))
    share, states = f / (f + i), [h0]
    for t in range(len(x)):
        states.append(share[t] * states[-1] + (1 - share[t]) * z[t, :, 2 * H :])
    return np.stack(states[1:])


@solves("after.minimal_lstm")
def as_a_sum_over_all_steps(x, h0, W_ih, b_ih):
    T, H = len(x), h0.shape[1]
    a_f, a_i, n = np.split(x @ W_ih.T + b_ih, 3, axis=-1)
    f, i = 0.5 * (1 + np.tanh(a_f / 2)), 0.5 * (1 + np.tanh(a_i / 2))
    keep, take = f / (f + i), i / (f + i)
    h = np.empty((T, *h0.shape), x.dtype)
    for t in range(T):
        h[t] = np.prod(keep[: t + 1], axis=0) * h0
        for s in range(t + 1):
            h[t] += np.prod(keep[s + 1 : t + 1], axis=0) * take[s] * n[s]
    assert h.shape[2] == H
    return h


# after.newton_round


@solves("after.newton_round")
def with_lists(h, x, w, h0):
    new, old, now = [], h0, h0
    for t in range(len(x)):
        f = np.tanh(w * old + x[t])
        now = f + w * (1 - f * f) * (now - old)
        old = h[t]
        new.append(now)
    return np.array(new)


@solves("after.newton_round")
def with_cosh(h, x, w, h0):
    T, B, H = x.shape
    out = np.zeros_like(h)
    for e in range(B):
        for j in range(H):
            for t in range(T):
                old = h[t - 1, e, j] if t > 0 else h0[e, j]
                new = out[t - 1, e, j] if t > 0 else h0[e, j]
                a = w[j] * old + x[t, e, j]
                out[t, e, j] = np.tanh(a) + w[j] / np.cosh(a) ** 2 * (new - old)
    return out


@solves("after.newton_round")
def as_a_linear_system(h, x, w, h0):
    T, B, H = x.shape
    before = np.concatenate((h0[np.newaxis], h[: T - 1]), axis=0)
    f = np.tanh(w * before + x)
    J, out = w * (1 - f**2), np.empty_like(h)
    for e in range(B):
        for j in range(H):
            M = np.eye(T)
            M[np.arange(1, T), np.arange(T - 1)] = -J[1:, e, j]
            right = f[:, e, j] - J[:, e, j] * before[:, e, j]
            right[0] += J[0, e, j] * h0[e, j]
            out[:, e, j] = np.linalg.solve(M, right)
    return out


# after.count_modulo


@solves("after.count_modulo")
def by_matrices(x, m):
    a = 2 * np.pi / m
    R = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    h, h_t = [], np.tile([1.0, 0.0], (x.shape[1], 1))
    for x_t in x:
        h_t = np.where((x_t == 1)[:, None], h_t @ R.T, h_t)
        h.append(h_t)
    return np.array(h, x.dtype)


@solves("after.count_modulo")
def by_complex_numbers(x, m):
    z = np.cumprod(np.where(x == 1, cmath.exp(2j * math.pi / m), 1), axis=0)
    return np.stack([z.real, z.imag], axis=-1).astype(x.dtype)


@solves("after.count_modulo")
def by_counting(x, m):
    T, B = x.shape
    h = np.zeros((T, B, 2), x.dtype)
    for b in range(B):
        n = 0
        for t in range(T):
            n = (n + int(x[t, b])) % m
            h[t, b] = math.cos(2 * math.pi * n / m), math.sin(2 * math.pi * n / m)
    return h


# after.normalised_memory


@solves("after.normalised_memory")
def by_weights(k, v, q):
    def phi(u):
        return np.where(u > 0, u + 1, np.exp(np.minimum(u, 0)))

    o = np.zeros_like(v)
    for t in range(len(k)):
        w = (phi(k[: t + 1]) * phi(q[t])).sum(axis=-1)[..., None]
        o[t] = (w * v[: t + 1]).sum(axis=0) / w.sum(axis=0)
    return o


@solves("after.normalised_memory")
def example_by_example(k, v, q):
    T, B, D = k.shape
    o = np.zeros((T, B, v.shape[2]), k.dtype)
    for b in range(B):
        S, z = np.zeros((v.shape[2], D)), np.zeros(D)
        for t in range(T):
            fk = np.array([u + 1 if u > 0 else math.exp(u) for u in k[t, b]])
            fq = np.array([u + 1 if u > 0 else math.exp(u) for u in q[t, b]])
            S += np.outer(v[t, b], fk)
            z += fk
            o[t, b] = S @ fq / (z @ fq)
    return o


@solves("after.normalised_memory")
def by_cumulative_sums(k, v, q):
    one = k.dtype.type(1)
    fk, fq = (np.maximum(u, 0) + np.minimum(np.exp(np.minimum(u, 0)), one) for u in (k, q))
    S = np.cumsum(v[..., :, None] * fk[..., None, :], axis=0)
    z = np.cumsum(fk, axis=0)
    return np.einsum("tbvd,tbd->tbv", S, fq) / np.einsum("tbd,tbd->tb", z, fq)[..., None]


# after.by_chunks


@solves("after.by_chunks")
def by_lists_of_pieces(k, v, q, L):
    T, B, D = k.shape
    inside, before, states = np.zeros_like(v), np.zeros_like(v), []
    S = np.zeros((B, v.shape[2], D), k.dtype)
    for t in range(T):
        start = t - t % L
        before[t] = (S * q[t][:, None, :]).sum(axis=2)
        for s in range(start, t + 1):
            inside[t] += (q[t] * k[s]).sum(axis=1)[:, None] * v[s]
        if t % L == L - 1 or t == T - 1:
            for s in range(start, t + 1):
                S = S + v[s][:, :, None] * k[s][:, None, :]
            states.append(S)
    return inside, before, np.array(states)


@solves("after.by_chunks")
def by_masks_over_everything(k, v, q, L):
    T = len(k)
    piece = np.arange(T) // L
    scores = np.einsum("tbd,sbd->bts", q, k)
    same = (piece[:, None] == piece[None]) & (np.arange(T)[:, None] >= np.arange(T)[None])
    earlier = piece[:, None] > piece[None]
    inside, before = (np.einsum("bts,sbv->tbv", scores * mask, v).astype(k.dtype) for mask in (same, earlier))
    pairs = np.cumsum(v[..., :, None] * k[..., None, :], axis=0)
    ends = [min((n + 1) * L, T) - 1 for n in range(piece[-1] + 1)]
    return inside, before, pairs[ends]


@solves("after.by_chunks")
def number_by_number_in_pieces(k, v, q, L):
    T, B, D = k.shape
    V = v.shape[2]
    inside, before, states = np.zeros((T, B, V)), np.zeros((T, B, V)), []
    S = np.zeros((B, V, D))
    for start in range(0, T, L):
        stop = min(start + L, T)
        for b in range(B):
            for t in range(start, stop):
                before[t, b] = S[b] @ q[t, b]
                for s in range(start, t + 1):
                    inside[t, b] += float(q[t, b] @ k[s, b]) * v[s, b]
        for b in range(B):
            for s in range(start, stop):
                S[b] += np.outer(v[s, b], k[s, b])
        states.append(S.copy())
    return inside.astype(k.dtype), before.astype(k.dtype), np.array(states, k.dtype)


# after.reset_states


@solves("after.reset_states")
def with_a_question_for_each(a, b, first, h0):
    T, B, _H = a.shape
    h = np.zeros_like(a)
    for e in range(B):
        state = h0[e]
        for t in range(T):
            state = b[t, e] if first[t, e] else a[t, e] * state + b[t, e]
            h[t, e] = state
    return h


@solves("after.reset_states")
def with_where(a, b, first, h0):
    h, h_prev = [], h0
    for t in range(a.shape[0]):
        h_prev = np.where(first[t][:, None].astype(bool), np.zeros_like(h_prev), h_prev)
        h_prev = a[t] * h_prev + b[t]
        h.append(h_prev.copy())
    return np.asarray(h)


@solves("after.reset_states")
def by_a_scan(a, b, first, h0):
    a = a * (1 - first[:, :, None]).astype(a.dtype)
    b, reach = b.copy(), 1
    while reach < len(a):
        b[reach:] += a[reach:] * b[:-reach].copy()
        a[reach:] = a[reach:] * a[:-reach].copy()
        reach *= 2
    return a * h0 + b


TYPED = {
    ("after.fold", "J1"): """
def fold(a, b, L):
    N = len(a) // L
    A = np.array([a[n * L:(n + 1) * L].prod(axis=0) for n in range(N)])
    S = np.array([b[n * L:(n + 1) * L].sum(axis=0) for n in range(N)])
    return A, S
""",
    ("after.minimal_lstm", "J30"): """
def minimal_lstm(x, h0, W_ih, b_ih):
    H = h0.shape[1]
    out = []
    h = h0
    for x_t in x:
        z = x_t @ W_ih.T + b_ih
        f = 1 / (1 + np.exp(-z[:, :H]))
        i = 1 / (1 + np.exp(-z[:, H:2 * H]))
        h = f * h + i * z[:, 2 * H:]
        out.append(h)
    return np.array(out)
""",
    ("after.newton_round", "J20"): """
def newton_round(h, x, w, h0):
    prev = np.vstack([h0[None], h[:-1]])
    return np.tanh(w * prev + x)
""",
    ("after.count_modulo", "J40"): """
def count_modulo(x, m):
    theta = 2 * np.pi / m
    R = np.array([[np.cos(theta), -np.sin(theta)], [np.sin(theta), np.cos(theta)]])
    T, B = x.shape
    out = np.zeros((T, B, 2), dtype=x.dtype)
    for b in range(B):
        h = np.array([1.0, 0.0])
        for t in range(T):
            if x[t, b] == 1:
                h = h @ R
            out[t, b] = h
    return out
""",
    ("after.normalised_memory", "J51"): """
def normalised_memory(k, v, q):
    phi = lambda u: np.where(u > 0, u + 1, np.exp(np.minimum(u, 0)))
    S = 0
    z = 0
    out = []
    for t in range(len(k)):
        S = S + v[t][:, :, None] * phi(k[t])[:, None, :]
        z = z + phi(k[t])
        out.append((S * q[t][:, None, :]).sum(-1) / (z * q[t]).sum(-1, keepdims=True))
    return np.stack(out)
""",
    ("after.by_chunks", "J60"): """
def by_chunks(k, v, q, L):
    S = np.zeros((k.shape[1], v.shape[2], k.shape[2]), dtype=k.dtype)
    inside, before, states = [], [], []
    for i in range(0, len(k), L):
        kk, vv, qq = k[i:i + L], v[i:i + L], q[i:i + L]
        inside.append(np.einsum('tbd,sbd,sbv->tbv', qq, kk, vv))
        before.append(np.einsum('bvd,tbd->tbv', S, qq))
        S = S + np.einsum('sbv,sbd->bvd', vv, kk)
        states.append(S)
    return np.concatenate(inside), np.concatenate(before), np.array(states)
""",
    ("after.reset_states", "J10"): """
def reset_states(a, b, first, h0):
    h = h0
    out = []
    for t in range(len(a)):
        h = a[t] * h + b[t]
        out.append(h)
        h = h * (1 - first[t][:, None]).astype(a.dtype)
    return np.stack(out)
""",
}

KEPT = """
after.fold, J1: factors; blocks of one step
after.fold, J1 own factor: factors
after.fold, J2 with the rest: factors
after.fold, J3 backwards: factors; blocks of one step
after.fold, J4 both: sums of one block
after.fold, J4 the sum: factors; sums of one block
after.fold, J4 the factor: sums of one block; sums of all blocks
after.fold, J5: sums of one block; sums of all blocks
after.fold, J5 from nothing: sums of one block; sums of all blocks; blocks of one step
after.fold, J6: sums of one block; sums of all blocks
after.fold, J7 the last of a block: -
after.fold, J7 the first of a block: -
after.fold, J8 the last: sums of one block; sums of all blocks; blocks of one step
after.fold, J8 the first: sums of one block; sums of all blocks; blocks of one step
after.minimal_lstm, J30: -
after.minimal_lstm, J30 the forget gate: one step from zero
after.minimal_lstm, J30 the input gate: -
after.minimal_lstm, J31: -
after.minimal_lstm, J31 by the input gate: -
after.minimal_lstm, J32 input gate first: -
after.minimal_lstm, J32 candidate first: -
after.minimal_lstm, J32 candidate in the middle: -
after.minimal_lstm, J32r: -
after.minimal_lstm, J33 the candidate: -
after.minimal_lstm, J33 the state: -
after.minimal_lstm, J34: -
after.minimal_lstm, J35: one step from zero
after.minimal_lstm, J36: -
after.minimal_lstm, J36 an exponential: -
after.minimal_lstm, J36 tanh: -
after.minimal_lstm, J37: -
after.minimal_lstm, J37 of the candidate: -
after.minimal_lstm, J38: -
after.newton_round, J20: one step
after.newton_round, J21: one step
after.newton_round, J22: one step
after.newton_round, J22 of the sum: one step
after.newton_round, J22 one power: one step
after.newton_round, J22 tanh twice: one step
after.newton_round, J23: one step
after.newton_round, J24 the same step: guesses of zero
after.newton_round, J24 two steps back: one step; guesses of zero
after.newton_round, J25 as zeros: guesses of zero
after.newton_round, J25 in the guess: guesses of zero
after.newton_round, J25 in the round: guesses of zero
after.newton_round, J26: guesses of zero
after.newton_round, J27: one step
after.newton_round, J28: one step
after.count_modulo, J40: odd and even
after.count_modulo, J40 the angle: odd and even
after.count_modulo, J41 half: -
after.count_modulo, J41 in degrees: -
after.count_modulo, J41 m of them: -
after.count_modulo, J41 one less: -
after.count_modulo, J42 every step: -
after.count_modulo, J42 zeros turn back: -
after.count_modulo, J42 zeros erase: -
after.count_modulo, J42 zeros alone: -
after.count_modulo, J43: -
after.count_modulo, J44: odd and even
after.count_modulo, J45 places: -
after.count_modulo, J45 of the turn: -
after.count_modulo, J45 the start: -
after.count_modulo, J46 the rest: -
after.normalised_memory, J50: -
after.normalised_memory, J50 by the steps: -
after.normalised_memory, J50 by the keys' sum: -
after.normalised_memory, J51 keys: -
after.normalised_memory, J51 queries: -
after.normalised_memory, J51 both: -
after.normalised_memory, J52 without the one: -
after.normalised_memory, J52 an exponential: -
after.normalised_memory, J52 ReLU: -
after.normalised_memory, J53: -
after.normalised_memory, J53 below: -
after.normalised_memory, J54: -
after.normalised_memory, J55: -
after.normalised_memory, J56: -
after.normalised_memory, J56 over the root of D: -
after.normalised_memory, J57: -
after.by_chunks, J60: states; from before
after.by_chunks, J61: states; from before
after.by_chunks, J62: states; from before
after.by_chunks, J63: inside a piece; states
after.by_chunks, J64: inside a piece
after.by_chunks, J65 left out of the state: inside a piece; from before
after.by_chunks, J66: inside a piece; from before
after.by_chunks, J67 the state: inside a piece; states
after.by_chunks, J67 inside: states; from before
after.by_chunks, J68 inside: states; from before
after.reset_states, J10: one episode
after.reset_states, J10 after the step: one episode
after.reset_states, J11: one episode
after.reset_states, J12: one episode
after.reset_states, J13: -
after.reset_states, J14 any: one episode; an episode begins at step 1
after.reset_states, J14 the first: one episode; an episode begins at step 1
after.reset_states, J15 left out: an episode begins at step 1
after.reset_states, J16: one episode
after.reset_states, J17: -
"""
