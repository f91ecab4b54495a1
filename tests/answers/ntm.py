"""What is handed in for the exercises of ``ntm``: right answers, and wrong ones as they are typed."""

from __future__ import annotations

import collections
import math

import numpy as np

from rnncourse import ntm

from . import solves

# ntm.soft_read


@solves("ntm.soft_read")
def in_loops(w, M):
    B, R, N = w.shape
    r, n = np.zeros((B, R, M.shape[2]), M.dtype), np.zeros((B, R), M.dtype)
    for b in range(B):
        for h in range(R):
            squares = 0
            for i in range(N):
                r[b, h] += w[b, h, i] * M[b, i]
                squares += w[b, h, i] ** 2
            n[b, h] = 1 / squares
    return r, n


@solves("ntm.soft_read")
def by_a_product_and_a_norm(w, M):
    return np.matmul(w, M), np.linalg.norm(w, axis=-1) ** -2


@solves("ntm.soft_read")
def head_by_head_of_the_library(w, M):
    heads = range(w.shape[1])
    r = np.stack([ntm.read(w[:, h], M) for h in heads], axis=1)
    return r, np.stack([1 / np.einsum("bn,bn->b", w[:, h], w[:, h]) for h in heads], axis=1)


@solves("ntm.soft_read")
def by_broadcasting(w, M):
    products = w[..., None] * M[:, None]
    return products.sum(-2), w.sum(-1) ** 2 / np.square(w).sum(-1)


# ntm.write_in_turn


@solves("ntm.write_in_turn")
def row_by_row(M, w, e, a):
    M = M.copy()
    for b in range(M.shape[0]):
        for v in range(w.shape[1]):
            for i in range(M.shape[1]):
                M[b, i] = M[b, i] * (1 - w[b, v, i] * e[b, v]) + w[b, v, i] * a[b, v]
    return M


@solves("ntm.write_in_turn")
def with_the_smaller_functions(M, w, e, a):
    for w_v, e_v, a_v in zip(*(np.moveaxis(q, 1, 0) for q in (w, e, a)), strict=True):
        M = ntm.add(ntm.erase(M, w_v, e_v), w_v, a_v)
    return M


@solves("ntm.write_in_turn")
def by_outer_products(M, w, e, a):
    new = np.array(M)
    for v in range(w.shape[1]):
        new *= 1 - np.einsum("bn,bd->bnd", w[:, v], e[:, v])
        new += np.einsum("bn,bd->bnd", w[:, v], a[:, v])
    return new


@solves("ntm.write_in_turn")
def what_is_left_of_each(M, w, e, a):
    """What each head adds, times what the later ones leave of it."""
    kept = 1 - w[:, :, :, None] * e[:, :, None, :]
    total = M * kept.prod(axis=1)
    for v in range(w.shape[1]):
        total = total + w[:, v, :, None] * a[:, v, None, :] * kept[:, v + 1 :].prod(axis=1)
    return total


# ntm.find_used


@solves("ntm.find_used")
def of_the_rows_in_use_alone(k, beta, M, used):
    B, J, _ = k.shape
    w = np.zeros((B, J, M.shape[1]), k.dtype)
    for b in range(B):
        rows = np.flatnonzero(used[b])
        for j in range(J):
            scores = []
            for i in rows:
                length = np.sqrt((k[b, j] ** 2).sum()) * np.sqrt((M[b, i] ** 2).sum())
                scores.append(beta[b, j] * (k[b, j] @ M[b, i]) / (length + 1e-8))
            scores = np.array(scores)
            p = np.exp(scores - scores.max())
            w[b, j, rows] = p / p.sum()
    return w


@solves("ntm.find_used")
def masked_and_shared_again(k, beta, M, used):
    keys = k / np.maximum(np.linalg.norm(k, axis=-1, keepdims=True), 1e-8)
    rows = M / np.maximum(np.linalg.norm(M, axis=-1, keepdims=True), 1e-8)
    score = beta[..., None] * (keys @ rows.swapaxes(1, 2))
    score = score - (score * used[:, None] + -1e9 * (1 - used[:, None])).max(axis=-1, keepdims=True)
    p = np.exp(np.minimum(score, 0)) * used[:, None]
    return (p / p.sum(axis=-1, keepdims=True)).astype(k.dtype)


@solves("ntm.find_used")
def with_a_penalty(k, beta, M, used):
    cosine = np.stack([ntm.cosine(np.ascontiguousarray(k[:, j]), M) for j in range(k.shape[1])], axis=1)
    score = beta[:, :, None] * cosine + np.where(used, 0, -1e30).astype(k.dtype)[:, None, :]
    p = np.exp(score - np.max(score, axis=2)[:, :, None])
    return p / p.sum(axis=2)[:, :, None]


@solves("ntm.find_used")
def by_log_sum_exp(k, beta, M, used):
    dot = np.einsum("bjd,bnd->bjn", k, M)
    size = np.sqrt(np.einsum("bjd,bjd->bj", k, k))[:, :, None] * np.sqrt(np.einsum("bnd,bnd->bn", M, M))[:, None, :]
    z = np.ma.masked_array(beta[:, :, None] * dot / (size + dot.dtype.type(1e-8)))
    z.mask = np.broadcast_to(used[:, None, :] == 0, z.shape)
    z = z - z.max(axis=2, keepdims=True)
    return np.exp(z - np.log(np.exp(z).sum(axis=2, keepdims=True))).filled(0)


# ntm.move


@solves("ntm.move")
def by_a_matrix(w_c, w_prev, g, s, gamma):
    B, N = w_c.shape
    S = s.shape[1] // 2
    mixed = g[:, None] * w_c + (1 - g)[:, None] * w_prev
    w = []
    for b in range(B):
        A = np.zeros((N, N), w_c.dtype)
        for m in range(N):
            for j in range(-S, S + 1):
                A[np.clip(m + j, 0, N - 1), m] += s[b, j + S]
        p = (A @ mixed[b]) ** gamma[b]
        w.append(p / p.sum())
    return np.array(w)


@solves("ntm.move")
def on_a_longer_tape(w_c, w_prev, g, s, gamma):
    """The walls are far away at first; then what lies beyond the ends is swept onto the last rows."""
    B, N = w_c.shape
    S = s.shape[1] // 2
    w_g = w_prev + g.reshape(-1, 1) * (w_c - w_prev)
    tape = np.zeros((B, N + 2 * S), w_g.dtype)
    for c in range(2 * S + 1):
        tape[:, c : c + N] += s[:, c : c + 1] * w_g
    w = tape[:, S : S + N].copy()
    w[:, 0] += tape[:, :S].sum(axis=1)
    w[:, -1] += tape[:, S + N :].sum(axis=1)
    w = np.power(w / w.max(axis=1, keepdims=True), gamma[:, None])
    return w / w.sum(axis=1, keepdims=True)


@solves("ntm.move")
def number_by_number(w_c, w_prev, g, s, gamma):
    B, N = w_c.shape
    S = (s.shape[1] - 1) // 2
    out = np.zeros((B, N), dtype=w_c.dtype)
    for b in range(B):
        for i in range(N):
            for j in range(-S, S + 1):
                for m in range(N):
                    lands = m + j
                    if lands < 0:
                        lands = 0
                    elif lands > N - 1:
                        lands = N - 1
                    if lands == i:
                        out[b, i] += s[b, S + j] * (g[b] * w_c[b, m] + (1 - g[b]) * w_prev[b, m])
        out[b] = out[b] ** gamma[b]
        out[b] /= out[b].sum()
    return out


@solves("ntm.move")
def by_convolution(w_c, w_prev, g, s, gamma):
    N, S = w_c.shape[1], s.shape[1] // 2
    rows = []
    for c, before, gate, shares, power in zip(w_c, w_prev, g, s, gamma, strict=True):
        full = np.convolve(gate * c + (1 - gate) * before, shares)
        full[S] += full[:S].sum()
        full[S + N - 1] += full[S + N :].sum()
        q = full[S : S + N] ** power
        rows.append(q / q.sum())
    return np.stack(rows).astype(w_c.dtype)


# ntm.recall_backward


@solves("ntm.recall_backward")
def by_the_jacobian(dr, k, beta, M):
    dk, dbeta, dM = np.zeros_like(k), np.zeros_like(beta), np.zeros_like(M)
    for b in range(len(k)):
        dot = M[b] @ k[b]
        z = beta[b] * dot
        w = np.exp(z - z.max())
        w = w / w.sum()
        J = np.diag(w) - np.outer(w, w)
        dz = J @ (M[b] @ dr[b])
        dk[b] = beta[b] * (M[b].T @ dz)
        dbeta[b] = dz @ dot
        dM[b] = np.outer(w, dr[b]) + beta[b] * np.outer(dz, k[b])
    return dk, dbeta, dM


@solves("ntm.recall_backward")
def by_the_distance_from_what_is_read(dr, k, beta, M):
    dot = (M @ k[:, :, None])[:, :, 0]
    w = np.exp(beta[:, None] * dot - (beta[:, None] * dot).max(axis=1, keepdims=True))
    w = w / (w.sum(axis=1)[:, None] + k.dtype.type(1e-8))  # as many add for safety
    r = (w[:, :, None] * M).sum(axis=1)
    dz = w * ((M - r[:, None]) * dr[:, None]).sum(axis=2)
    dM = w[:, :, None] * dr[:, None] + (beta[:, None] * dz)[:, :, None] * k[:, None]
    return (beta[:, None, None] * dz[:, :, None] * M).sum(axis=1), (dz * dot).sum(axis=1), dM


@solves("ntm.recall_backward")
def in_plain_loops(dr, k, beta, M):
    B, N, D = M.shape
    dk, dbeta, dM = np.zeros((B, D), k.dtype), np.zeros(B, k.dtype), np.zeros((B, N, D), k.dtype)
    for b in range(B):
        dot = [sum(k[b, d] * M[b, i, d] for d in range(D)) for i in range(N)]
        top = max(beta[b] * q for q in dot)
        p = [np.exp(beta[b] * q - top) for q in dot]
        w = [q / sum(p) for q in p]
        dw = [sum(dr[b, d] * M[b, i, d] for d in range(D)) for i in range(N)]
        mean = sum(w[i] * dw[i] for i in range(N))
        for i in range(N):
            dz = w[i] * (dw[i] - mean)
            dbeta[b] += dz * dot[i]
            for d in range(D):
                dk[b, d] += beta[b] * dz * M[b, i, d]
                dM[b, i, d] += w[i] * dr[b, d] + beta[b] * dz * k[b, d]
    return dk, dbeta, dM


@solves("ntm.recall_backward")
def from_the_scaled_key(dr, k, beta, M):
    q = beta[:, None] * k
    z = np.einsum("bnd,bd->bn", M, q)
    w = np.exp(z - np.max(z, axis=-1, keepdims=True))
    w /= np.sum(w, axis=-1, keepdims=True)
    dw = np.einsum("bnd,bd->bn", M, dr)
    dz = w * dw - w * np.einsum("bn,bn->b", w, dw)[:, None]
    dq = np.einsum("bn,bnd->bd", dz, M)
    dM = np.einsum("bn,bd->bnd", w, dr) + np.einsum("bn,bd->bnd", dz, q)
    return dq * beta[:, None], np.einsum("bd,bd->b", dq, k), dM


# ntm.head_numbers


@solves("ntm.head_numbers")
def with_a_running_place(p, J, D):
    P = p.shape[1]
    C = P // J - 3 * D - 3
    found = {name: [] for name in ("k", "beta", "g", "s", "gamma", "e", "a")}
    at = 0
    for _ in range(J):
        for name, n in (("k", D), ("beta", 1), ("g", 1), ("s", C), ("gamma", 1), ("e", D), ("a", D)):
            found[name].append(p[:, at : at + n])
            at += n
    k, beta, g, s, gamma, e, a = (np.stack(pieces, axis=1) for pieces in found.values())

    def plus(z):
        return np.logaddexp(0, z)

    def squash(z):
        return 0.5 * (1 + np.tanh(0.5 * z))

    s = s - s.max(-1, keepdims=True)
    s = np.exp(s) / np.exp(s).sum(-1, keepdims=True)
    one = plus(gamma)[..., 0] + 1
    return np.tanh(k), plus(beta)[..., 0], squash(g)[..., 0], s, one, squash(e), np.tanh(a)


@solves("ntm.head_numbers")
def by_slices(p, J, D):
    q = p.reshape(p.shape[0], J, p.shape[1] // J)
    after = q.shape[2] - 2 * D - 1  # where γ stands
    s = np.exp(q[:, :, D + 2 : after] - q[:, :, D + 2 : after].max(axis=2)[:, :, None])

    def softplus(z):
        return np.where(z > 30, z, np.log1p(np.exp(np.minimum(z, 30))))

    def sigmoid(z):
        return np.exp(-np.logaddexp(0, -z))

    return (
        np.tanh(q[:, :, :D]),
        softplus(q[:, :, D]),
        sigmoid(q[:, :, D + 1]),
        s / s.sum(axis=2)[:, :, None],
        1 + softplus(q[:, :, after]),
        sigmoid(q[:, :, after + 1 : after + 1 + D]),
        np.tanh(q[:, :, -D:]),
    )


@solves("ntm.head_numbers")
def head_by_head(p, J, D):
    outputs = []
    with np.errstate(over="ignore"):
        for row in np.split(p, J, axis=1):
            k, rest = row[:, :D], row[:, D:]
            s, gamma, e, a = rest[:, 2 : -2 * D - 1], rest[:, -2 * D - 1], rest[:, -2 * D : -D], rest[:, -D:]
            q = np.exp(s - s.max(axis=1, keepdims=True))
            outputs.append(
                (
                    np.tanh(k),
                    ntm.softplus(rest[:, 0]),
                    1 / (1 + np.exp(-rest[:, 1])),
                    q / q.sum(axis=1, keepdims=True),
                    1 + ntm.softplus(gamma),
                    1 / (1 + np.exp(-e)),
                    np.tanh(a),
                )
            )
    return tuple(np.stack(parts, axis=1) for parts in zip(*outputs, strict=True))


# ntm.repeat_copy


@solves("ntm.repeat_copy")
def step_by_step(b, lengths, n, o):
    T, B, K = o.shape
    x, y, mask = np.zeros((T, B, K + 1), b.dtype), np.zeros((T, B, K), b.dtype), np.zeros((T, B), b.dtype)
    bits, said = 0.0, 0
    for i in range(B):
        length = lengths[i]
        for t in range(T):
            if t < length:
                x[t, i, :-1] = b[t, i]
            elif t == length:
                x[t, i, -1] = 1
            elif t <= length + n * length:
                y[t, i] = b[(t - length - 1) % length, i]
                mask[t, i] = 1
                for k in range(K):
                    z = float(o[t, i, k]) * (1 if y[t, i, k] == 1 else -1)
                    bits += (math.log1p(math.exp(-abs(z))) + max(-z, 0)) / math.log(2)
                    said += 1
    return x, y, mask, bits / said


@solves("ntm.repeat_copy")
def by_indices(b, lengths, n, o):
    T, B, K = o.shape
    t = np.arange(T)[:, None]
    hear, speak = t < lengths, (t > lengths) & (t <= lengths * (n + 1))
    x = np.zeros((T, B, K + 1), b.dtype)
    now = np.minimum(t + 0 * lengths, len(b) - 1)
    x[..., :K] = np.where(hear[..., None], np.take_along_axis(b, now[..., None], axis=0), 0)
    x[..., K] = t == lengths
    heard = np.where(speak, (t - lengths - 1) % lengths, 0)
    y = np.where(speak[..., None], np.take_along_axis(b, heard[..., None], axis=0), 0).astype(b.dtype)
    cost = np.logaddexp(0, o) - y * o
    return x, y, speak.astype(b.dtype), cost[speak].mean() / np.log(2)


@solves("ntm.repeat_copy")
def by_concatenation(b, lengths, n, o):
    T, _, K = o.shape
    xs, ys, masks, costs = [], [], [], []
    for i, length in enumerate(lengths.tolist()):
        v = b[:length, i]
        rest = T - (n + 1) * length - 1
        before, after = np.zeros((length + 1, K), b.dtype), np.zeros((rest, K), b.dtype)
        x = np.zeros((T, K + 1), b.dtype)
        x[: length + 1] = np.block([[v, np.zeros((length, 1))], [np.zeros((1, K)), np.ones((1, 1))]])
        xs.append(x)
        ys.append(np.concatenate([before, *[v] * n, after]))
        masks.append(np.repeat([0, 1, 0], [length + 1, n * length, rest]).astype(b.dtype))
        signs = 1 - 2 * np.concatenate([v] * n)
        costs.append(np.logaddexp(0, signs * o[length + 1 : length + 1 + n * length, i]).ravel())
    score = np.concatenate(costs).mean() / math.log(2)
    return np.stack(xs, 1), np.stack(ys, 1), np.stack(masks, 1), float(score)


# ntm.count_contexts


@solves("ntm.count_contexts")
def by_looking_back(x, K, n, alpha):
    T, B = x.shape
    p = np.empty((T - n, B, K))
    for b in range(B):
        for t in range(n, T):
            N = np.full(K, float(alpha))
            for u in range(n, t):
                if (x[u - n : u, b] == x[t - n : t, b]).all():
                    N[x[u, b]] += 1
            p[t - n, b] = N / N.sum()
    g, b = np.indices((T - n, B))
    return p, -np.log2(p[g, b, x[n:]]).mean()


@solves("ntm.count_contexts")
def by_a_number_for_each_context(x, K, n, alpha):
    T, B = x.shape
    counts = np.full((B, K**n, K), alpha, float)
    each = np.arange(B)
    p = []
    for t in range(n, T):
        place = np.zeros(B, int)
        for u in range(t - n, t):
            place = K * place + x[u]
        N = counts[each, place]
        p.append(N / N.sum(axis=1, keepdims=True))
        counts[each, place, x[t]] += 1
    p = np.array(p)
    true = np.take_along_axis(p, x[n:, :, None], axis=2)
    return p, float(-np.log(true).sum() / math.log(2) / true.size)


@solves("ntm.count_contexts")
def with_counters(x, K, n, alpha):
    T, B = x.shape
    p, bits = np.zeros((T - n, B, K)), []
    for b, sequence in enumerate(x.T.tolist()):
        pairs, contexts = collections.Counter(), collections.Counter()
        for t in range(n, T):
            c = tuple(sequence[t - n : t])
            for k in range(K):
                p[t - n, b, k] = (pairs[c, k] + alpha) / (contexts[c] + K * alpha)
            bits.append(-math.log2(p[t - n, b, sequence[t]]))
            pairs[c, sequence[t]] += 1
            contexts[c] += 1
    return p, sum(bits) / len(bits)


# ---------------------------------------------------------------------------------------------------------------------

TYPED = {
    ("ntm.soft_read", "N34"): """
def soft_read(w, M):
    r = np.zeros((w.shape[0], w.shape[1], M.shape[2]), dtype=M.dtype)
    for head in range(w.shape[1]):
        r[:, head] = (w[:, head, :, None] * M).sum(axis=1)
    n = (w ** 2).sum(axis=-1)
    return r, n
""",
    ("ntm.soft_read", "N31"): """
def soft_read(w, M):
    B, R, N = w.shape
    r = np.stack([[M[b, np.argmax(w[b, h])] for h in range(R)] for b in range(B)])
    return r, 1 / np.sum(w * w, axis=-1)
""",
    ("ntm.write_in_turn", "N40"): """
def write_in_turn(M, w, e, a):
    keep = np.prod(1 - w[..., None] * e[:, :, None, :], axis=1)
    return M * keep + np.sum(w[..., None] * a[:, :, None, :], axis=1)
""",
    ("ntm.write_in_turn", "N12"): """
def write_in_turn(M, w, e, a):
    M = M.copy()
    for v in range(w.shape[1]):
        M += w[:, v, :, None] * a[:, v, None]
        M -= M * w[:, v, :, None] * e[:, v, None]
    return M
""",
    ("ntm.find_used", "N50z"): """
def find_used(k, beta, M, used):
    dots = np.einsum("bjd,bnd->bjn", k, M)
    norms = np.linalg.norm(k, axis=2)[:, :, None] * np.linalg.norm(M, axis=2)[:, None]
    scores = beta[:, :, None] * dots / (norms + 1e-8) * used[:, None]
    scores -= scores.max(axis=2, keepdims=True)
    weights = np.exp(scores)
    return (weights / weights.sum(axis=2, keepdims=True)).astype(k.dtype)
""",
    ("ntm.find_used", "N50a"): """
def find_used(k, beta, M, used):
    dots = k @ M.transpose(0, 2, 1)
    K = dots / (np.linalg.norm(k, axis=-1)[..., None] * np.linalg.norm(M, axis=-1)[:, None] + k.dtype.type(1e-8))
    z = beta[..., None] * K
    w = np.exp(z - z.max(-1, keepdims=True))
    w = w / w.sum(-1, keepdims=True)
    w[np.broadcast_to(used[:, None] == 0, w.shape)] = 0
    return w
""",
    ("ntm.move", "N63"): """
def move(w_c, w_prev, g, s, gamma):
    w = g[:, None] * w_c + (1 - g[:, None]) * w_prev
    S = s.shape[1] // 2
    shifted = sum(s[:, j + S, None] * np.roll(w, j, axis=1) for j in range(-S, S + 1))
    sharp = shifted ** gamma[:, None]
    return sharp / sharp.sum(axis=1, keepdims=True)
""",
    ("ntm.move", "N2"): """
def move(w_c, w_prev, g, s, gamma):
    w = g[:, None] * w_c + (1 - g[:, None]) * w_prev
    out = np.zeros_like(w)
    for b in range(len(w)):
        S = s.shape[1] // 2
        out[b] = np.convolve(w[b], s[b])[S:S + w.shape[1]] ** gamma[b]
        out[b] /= out[b].sum()
    return out
""",
    ("ntm.recall_backward", "N70 what is read"): """
def recall_backward(dr, k, beta, M):
    scores = np.einsum("bd,bnd->bn", k, M)
    w = np.exp(beta[:, None] * scores - (beta[:, None] * scores).max(1, keepdims=True))
    w /= w.sum(1, keepdims=True)
    dM = w[:, :, None] * dr[:, None]
    dw = (M * dr[:, None]).sum(-1)
    dz = w * (dw - (w * dw).sum(1, keepdims=True))
    dbeta = (dz * scores).sum(1)
    dk = ((dz * beta[:, None])[:, :, None] * M).sum(1)
    return dk, dbeta, dM
""",
    ("ntm.recall_backward", "N71"): """
def recall_backward(dr, k, beta, M):
    scores = np.einsum("bd,bnd->bn", k, M)
    z = beta[:, None] * scores
    w = np.exp(z - z.max(axis=1, keepdims=True))
    w = w / w.sum(axis=1, keepdims=True)
    dw = np.einsum("bd,bnd->bn", dr, M)
    dz = dw * w * (1 - w)
    dk = beta[:, None] * np.einsum("bn,bnd->bd", dz, M)
    dM = np.einsum("bn,bd->bnd", w, dr) + beta[:, None, None] * np.einsum("bn,bd->bnd", dz, k)
    return dk, (dz * scores).sum(axis=1), dM
""",
    ("ntm.head_numbers", "N4"): """
def head_numbers(p, J, D):
    B, P = p.shape
    q = p.reshape(B, J, P // J)
    C = P // J - 3 * D - 3
    sp = lambda z: np.logaddexp(0, z)
    sg = lambda z: 0.5 * np.tanh(z / 2) + 0.5
    i = D + 2 + C
    s = np.exp(q[:, :, D + 2:i] - q[:, :, D + 2:i].max(-1, keepdims=True))
    s = s / s.sum(-1, keepdims=True)
    return (np.tanh(q[:, :, :D]), sp(q[:, :, D]), sg(q[:, :, D + 1]), s, sp(q[:, :, i]),
            sg(q[:, :, i + 1:i + 1 + D]), np.tanh(q[:, :, i + 1 + D:]))
""",
    ("ntm.repeat_copy", "N21"): """
def repeat_copy(b, lengths, n, o):
    T, B, K = o.shape
    x = np.zeros((T, B, K + 1), b.dtype)
    y = np.zeros((T, B, K), b.dtype)
    mask = np.zeros((T, B), b.dtype)
    for i in range(B):
        l = lengths[i]
        x[:l, i, :K] = b[:l, i]
        x[l, i, K] = 1
        for r in range(n):
            y[l + 1 + r * l:l + 1 + (r + 1) * l, i] = b[:l, i]
        mask[l + 1:, i] = 1
    m = mask[:, :, None].astype(bool) & np.ones(K, bool)
    z = np.where(y == 1, o, -o)[m]
    return x, y, mask, float(np.mean(np.logaddexp(0, -z)) / np.log(2))
""",
    ("ntm.repeat_copy", "K1l"): """
def repeat_copy(b, lengths, n, o):
    T, B, K = o.shape
    x, y, mask = (np.zeros((T, B, c), b.dtype) for c in (K + 1, K, 1))
    for i, l in enumerate(lengths):
        x[:l, i, :K] = b[:l, i]
        x[l, i, K] = 1
        y[l + 1:l + 1 + n * l, i] = np.concatenate([b[:l, i]] * n)
        mask[l + 1:l + 1 + n * l, i] = 1
    loss = np.maximum(o, 0) - o * y + np.log1p(np.exp(-np.abs(o)))
    return x, y, mask[..., 0], float((loss * mask).sum() / (mask.sum() * K))
""",
    ("ntm.count_contexts", "N100"): """
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    p = np.zeros((T - n, B, K))
    total = 0
    for b in range(B):
        table = {}
        for t in range(n, T):
            c = tuple(x[t - n:t, b])
            if c not in table:
                table[c] = np.zeros(K)
            table[c][x[t, b]] += 1
            p[t - n, b] = (table[c] + alpha) / (table[c].sum() + K * alpha)
            total += -np.log2(p[t - n, b, x[t, b]])
    return p, total / (B * (T - n))
""",
    ("ntm.count_contexts", "N101"): """
def count_contexts(x, K, n, alpha):
    T, B = x.shape
    table = {}
    p = np.zeros((T - n, B, K))
    for b in range(B):
        for t in range(n, T):
            N = table.setdefault(tuple(x[t - n:t, b]), np.zeros(K))
            p[t - n, b] = (N + alpha) / (N + alpha).sum()
            N[x[t, b]] += 1
    bits = -np.log2(np.take_along_axis(p, x[n:][:, :, None], axis=2))
    return p, bits.mean()
""",
}

KEPT = """
ntm.soft_read, N30 the first: what a single head reads; how many rows each looks at
ntm.soft_read, N30 the last: what a single head reads; how many rows each looks at
ntm.soft_read, N30 the mean: what a single head reads; how many rows each looks at
ntm.soft_read, N30 the sum: what a single head reads; how many rows each looks at
ntm.soft_read, N30s added: how many rows each looks at
ntm.soft_read, N30s their mean: how many rows each looks at
ntm.soft_read, N30s side by side: how many rows each looks at
ntm.soft_read, N19 of the first: how many rows each looks at
ntm.soft_read, N19 of the last: how many rows each looks at
ntm.soft_read, N19 all together: how many rows each looks at
ntm.soft_read, N19 the mean: how many rows each looks at
ntm.soft_read, N15: -
ntm.soft_read, N15 the heads too: -
ntm.soft_read, N31 the largest weight: how many rows each looks at
ntm.soft_read, N31 times its weight: how many rows each looks at
ntm.soft_read, N31 the largest product: how many rows each looks at
ntm.soft_read, N32 the mean of the rows: how many rows each looks at
ntm.soft_read, N32 the sum of the rows: how many rows each looks at
ntm.soft_read, N32 squares: how many rows each looks at
ntm.soft_read, N32 roots: how many rows each looks at
ntm.soft_read, N32 softmax of them: how many rows each looks at
ntm.soft_read, N32d by the rows: how many rows each looks at
ntm.soft_read, N32d by the heads: what a single head reads; how many rows each looks at
ntm.soft_read, N32d by the length: how many rows each looks at
ntm.soft_read, N32d by its own length: how many rows each looks at
ntm.soft_read, N32d by the largest: how many rows each looks at
ntm.soft_read, N33 left out: how many rows each looks at
ntm.soft_read, N33 over the columns: how many rows each looks at
ntm.soft_read, N33r the first: how many rows each looks at
ntm.soft_read, N33r the last: how many rows each looks at
ntm.soft_read, N33h: what a single head reads; how many rows each looks at
ntm.soft_read, N34: what a single head reads; what several heads read
ntm.soft_read, N34 one minus: what a single head reads; what several heads read
ntm.soft_read, N34 minus: what a single head reads; what several heads read
ntm.soft_read, N35 root: what a single head reads; what several heads read
ntm.soft_read, N35 square of the sum: what a single head reads; what several heads read
ntm.soft_read, N35 squared: what a single head reads; what several heads read
ntm.soft_read, N35 cubes: what a single head reads; what several heads read
ntm.soft_read, N35r of squares: what a single head reads; what several heads read
ntm.soft_read, N35r of weights: what a single head reads; what several heads read
ntm.soft_read, N36 heads: what a single head reads; what several heads read
ntm.soft_read, N36 examples: what a single head reads; what several heads read
ntm.soft_read, N36 heads and rows: what a single head reads; what several heads read
ntm.soft_read, N36 everything: what a single head reads; what several heads read
ntm.soft_read, N36 an axis too many: what a single head reads; what several heads read
ntm.soft_read, N36m mean: what a single head reads; what several heads read
ntm.soft_read, N36m share: what a single head reads; what several heads read
ntm.soft_read, N37 entropy: what a single head reads; what several heads read
ntm.soft_read, N37 its exponential: what a single head reads; what several heads read
ntm.soft_read, N37 its exponential, and a little: what a single head reads; what several heads read
ntm.soft_read, N37 by the largest: what a single head reads; what several heads read
ntm.soft_read, N37 logarithm: what a single head reads; what several heads read
ntm.soft_read, N37 what is read: what a single head reads; what several heads read
ntm.soft_read, N37c all with weight: what a single head reads; what several heads read
ntm.soft_read, N37c all above an even share: what a single head reads; what several heads read
ntm.soft_read, N37c rounded: what a single head reads; what several heads read
ntm.soft_read, N37c all of an even share or more: what a single head reads; what several heads read
ntm.soft_read, N37h the mean: what a single head reads; what several heads read
ntm.soft_read, N37h of the first: what a single head reads; what several heads read
ntm.soft_read, N37h of the mean weighting: what a single head reads; what several heads read
ntm.write_in_turn, N40: one head; adding, nothing erased; erasing, nothing added
ntm.write_in_turn, N40a: adding, nothing erased; erasing, nothing added
ntm.write_in_turn, N12: adding, nothing erased; erasing, nothing added
ntm.write_in_turn, N41 from the last: one head; adding, nothing erased; erasing, nothing added
ntm.write_in_turn, N41 the first one last: one head; adding, nothing erased; erasing, nothing added
ntm.write_in_turn, N42 what they change added up: one head; adding, nothing erased
ntm.write_in_turn, N42 their mean: one head
ntm.write_in_turn, N42l the first left out: -
ntm.write_in_turn, N42l the last left out: -
ntm.write_in_turn, N42l the first alone: one head
ntm.write_in_turn, N42g the last alone: one head
ntm.write_in_turn, N43 w: one head
ntm.write_in_turn, N43 e: one head; adding, nothing erased
ntm.write_in_turn, N43 a: one head; erasing, nothing added
ntm.write_in_turn, N43 e of the one before: one head; adding, nothing erased
ntm.write_in_turn, N43 a of the one before: one head; erasing, nothing added
ntm.write_in_turn, N43m e, the mean: one head; adding, nothing erased
ntm.write_in_turn, N43m w, the mean: one head
ntm.write_in_turn, N43m a, the mean: one head; erasing, nothing added
ntm.write_in_turn, N43m all merged: one head
ntm.write_in_turn, N14: adding, nothing erased
ntm.write_in_turn, N14 not below zero: -
ntm.write_in_turn, N14 of the weight: -
ntm.write_in_turn, N44 what is erased is kept: -
ntm.write_in_turn, N44 two factors: -
ntm.write_in_turn, N44 a difference: -
ntm.write_in_turn, N44 e turned round: -
ntm.write_in_turn, N44 w turned round: adding, nothing erased
ntm.write_in_turn, N44 more in place of less: adding, nothing erased
ntm.write_in_turn, N44 w e turned round: -
ntm.write_in_turn, N44w without w: adding, nothing erased
ntm.write_in_turn, N44w without e: -
ntm.write_in_turn, N44w not at all: adding, nothing erased
ntm.write_in_turn, N44w wherever there is weight: adding, nothing erased
ntm.write_in_turn, N44w w twice: adding, nothing erased
ntm.write_in_turn, N44w e rounded: adding, nothing erased
ntm.write_in_turn, N44w e squashed once more: -
ntm.write_in_turn, N45 without w: erasing, nothing added
ntm.write_in_turn, N45 times e: erasing, nothing added
ntm.write_in_turn, N45 times what is kept: adding, nothing erased; erasing, nothing added
ntm.write_in_turn, N45 not at all: erasing, nothing added
ntm.write_in_turn, N45 subtracted: erasing, nothing added
ntm.write_in_turn, N45 weight twice: erasing, nothing added
ntm.write_in_turn, N45 squashed: erasing, nothing added
ntm.write_in_turn, N45 w turned round: erasing, nothing added
ntm.write_in_turn, N45h divided among the heads: one head; erasing, nothing added
ntm.write_in_turn, N45o the whole weight: -
ntm.write_in_turn, N45o its weight: -
ntm.write_in_turn, N15: -
ntm.write_in_turn, N19 weights of the first: -
ntm.write_in_turn, N19 heads of the first: -
ntm.write_in_turn, N19 memory of the first: -
ntm.write_in_turn, N19h: -
ntm.write_in_turn, N46 what has changed: -
ntm.find_used, N50: one head; several heads; zeros
ntm.find_used, N50z scores: one head; several heads; zeros
ntm.find_used, N50z rows set to zero: one head; several heads; zeros
ntm.find_used, N50m one less: one head; several heads; zeros
ntm.find_used, N50m minus one: one head; several heads; zeros
ntm.find_used, N50m minus ten: one head; several heads; zeros
ntm.find_used, N50m minus a hundred: one head; several heads; rows not in use; zeros
ntm.find_used, N50m a hundred less: one head; several heads; rows not in use; zeros
ntm.find_used, N50m the least cosine: one head; several heads; zeros
ntm.find_used, N50a: one head; several heads; zeros
ntm.find_used, N50x: one head; several heads; rows not in use; zeros
ntm.find_used, N50i: -
ntm.find_used, N50e of the first: one head; several heads; zeros; a large β
ntm.find_used, N50e of the last: one head; several heads; zeros; a large β
ntm.find_used, N50e in use in any: one head; several heads; zeros; a large β
ntm.find_used, N50e in use in all: one head; several heads; zeros; a large β
ntm.find_used, N50c moved to the front: one head; several heads; zeros
ntm.find_used, N50f: one head; several heads; zeros
ntm.find_used, N51 all alike: one head; several heads; zeros
ntm.find_used, N51 the mean with even shares: -
ntm.find_used, N8: -
ntm.find_used, N8l times the weights: -
ntm.find_used, N8l a power of the weights: -
ntm.find_used, N8f as a temperature: -
ntm.find_used, N8f squared: -
ntm.find_used, N8f its softplus: a large β
ntm.find_used, N8f one plus: -
ntm.find_used, N8f its exponential: -
ntm.find_used, N8f its root: -
ntm.find_used, N8h of the first: one head
ntm.find_used, N8h the mean: one head
ntm.find_used, N8h of the last: one head
ntm.find_used, N8h of the first example: -
ntm.find_used, N9: -
ntm.find_used, N9 the key's length left in: -
ntm.find_used, N9 the rows' lengths left in: -
ntm.find_used, N9 by the root of the columns: -
ntm.find_used, N9n squares: -
ntm.find_used, N9n the root: -
ntm.find_used, N9n their sum: -
ntm.find_used, N9n of the whole memory: -
ntm.find_used, N9n of columns: -
ntm.find_used, N9n sums of absolute values: -
ntm.find_used, N9n sums: -
ntm.find_used, N9n of all keys: one head
ntm.find_used, N10: one head; several heads; rows not in use; a large β
ntm.find_used, N52 its size: -
ntm.find_used, N52 its square: -
ntm.find_used, N52 none below zero: -
ntm.find_used, N52 turned round: -
ntm.find_used, N52a the angle: -
ntm.find_used, N52m with the means taken out: -
ntm.find_used, N52d distance: -
ntm.find_used, N52d squared distance: -
ntm.find_used, N53 heads: -
ntm.find_used, N53 rows and heads: one head
ntm.find_used, N53 everything: -
ntm.find_used, N53 examples: -
ntm.find_used, N53n exponentials alone: -
ntm.find_used, N53n by the largest: -
ntm.find_used, N53n by the number in use: -
ntm.find_used, N53n by their length: -
ntm.find_used, N53e no exponential: -
ntm.find_used, N53e no exponential, none below zero: -
ntm.find_used, N53e powers of two: -
ntm.find_used, N53e logistic: -
ntm.find_used, N54: one head; several heads; rows not in use; zeros
ntm.find_used, N54 then made zero: one head; several heads; rows not in use; zeros
ntm.find_used, N54c at 50: one head; several heads; rows not in use; zeros
ntm.find_used, N54c at 80: one head; several heads; rows not in use; zeros
ntm.find_used, N54c at 100: one head; several heads; rows not in use; zeros
ntm.find_used, N54u of everything: one head; several heads; rows not in use; zeros
ntm.find_used, N54u of each example: one head; several heads; rows not in use; zeros
ntm.find_used, N54u of each row: -
ntm.find_used, N54h: -
ntm.find_used, N55 of the first: one head; a large β
ntm.find_used, N55 the mean: one head; a large β
ntm.find_used, N55 the mean of the weights: one head
ntm.find_used, N55 length of the first: one head
ntm.find_used, N19 of the first: -
ntm.find_used, N19 lengths of the first: -
ntm.find_used, N15: -
ntm.find_used, N15 lengths: -
ntm.find_used, N15 lengths too: -
ntm.move, N7: -
ntm.move, N60 content: the shift; ends, one row too far; ends, further; the sharpening
ntm.move, N60 where it was: -
ntm.move, N60 half of both: -
ntm.move, N60 the larger share: the shift; ends, one row too far; ends, further; the sharpening
ntm.move, N60 squashed once more: -
ntm.move, N60s g and all: -
ntm.move, N60s all and the rest: the shift; ends, one row too far; ends, further; the sharpening
ntm.move, N60s a difference: the shift; ends, one row too far; ends, further; the sharpening
ntm.move, N60s squares: the shift; ends, one row too far; ends, further; the sharpening
ntm.move, N60s powers: the shift; ends, one row too far; ends, further; the sharpening
ntm.move, N60p after the shift: the gate; the shift; ends, one row too far; ends, further; the sharpening
ntm.move, N60p after everything: the gate; the shift; ends, one row too far; ends, further; the sharpening
ntm.move, N60p content alone is shifted: the gate; the shift; ends, one row too far; ends, further; the sharpening
ntm.move, N60p where it was is shifted: the gate; the sharpening
ntm.move, N61 g: the shift; ends, one row too far; ends, further; the sharpening
ntm.move, N61 s: the gate; the sharpening
ntm.move, N61 γ: the gate; the shift; ends, one row too far; ends, further
ntm.move, N61 g, the mean: the shift; ends, one row too far; ends, further; the sharpening
ntm.move, N61 γ, the mean: the gate; the shift; ends, one row too far; ends, further
ntm.move, N1: the gate; the sharpening
ntm.move, N1 and round: the gate; the sharpening
ntm.move, N1 and lost: the gate; the sharpening
ntm.move, N62 from zero: -
ntm.move, N62 one too far: -
ntm.move, N62 one too little: -
ntm.move, N62 zero in front: -
ntm.move, N62o the outermost left out: the gate; the sharpening
ntm.move, N62o by one at most: the gate; the shift; ends, one row too far; the sharpening
ntm.move, N62o the first left out: the gate; the sharpening
ntm.move, N62o the first three numbers: the gate; the shift; ends, one row too far; the sharpening
ntm.move, N63: the gate; the shift; the sharpening
ntm.move, N63 at the last row: the gate; the shift; the sharpening
ntm.move, N63f at the first row: the gate; the shift; the sharpening
ntm.move, N63f at the first row, once: the gate; the shift; the sharpening
ntm.move, N2: the gate; the shift; the sharpening
ntm.move, N2 at the last row: the gate; the shift; the sharpening
ntm.move, N2 at the first row: the gate; the shift; the sharpening
ntm.move, N64 it stays: the gate; the shift; ends, one row too far; the sharpening
ntm.move, N64 thrown back: the gate; the shift; ends, one row too far; the sharpening
ntm.move, N64 mirrored: the gate; the shift; the sharpening
ntm.move, N64w before the last row: -
ntm.move, N64w behind the first row: -
ntm.move, N64e: the gate; the shift; the sharpening
ntm.move, N65 left out: the gate; the sharpening
ntm.move, N65 twice: the gate; the sharpening
ntm.move, N65 the likeliest move alone: the gate; the sharpening
ntm.move, N65 softmax of s: -
ntm.move, N65 the last to arrive: -
ntm.move, N65 squares: the gate; the sharpening
ntm.move, N65 in the same array: the gate; the sharpening
ntm.move, N65i: the gate; the sharpening
ntm.move, N3: the gate; the shift; ends, one row too far; ends, further
ntm.move, N3 by the sum before: the gate; the shift; ends, one row too far; ends, further
ntm.move, N3 by the largest: -
ntm.move, N3 by the length: -
ntm.move, N3 by the rows: -
ntm.move, N3x examples: -
ntm.move, N3x everything: -
ntm.move, N3x the power of the sum: -
ntm.move, N5: the gate; the shift; ends, one row too far; ends, further; the sharpening
ntm.move, N5 before the gate: the gate; the shift; ends, one row too far; ends, further; the sharpening
ntm.move, N6 softmax: -
ntm.move, N6 a factor: the gate; the shift; ends, one row too far; ends, further
ntm.move, N6 one more: -
ntm.move, N6 its reciprocal: the gate; the shift; ends, one row too far; ends, further
ntm.move, N6 softplus once more: -
ntm.move, N6 the other way: -
ntm.move, N6 one less: -
ntm.move, N6 squares: -
ntm.move, N6 rounded: the gate; the shift; ends, one row too far; ends, further
ntm.move, N6 twice: the gate; the shift; ends, one row too far; ends, further
ntm.recall_backward, N70 what is read: dk, with β = 1; dk, any β; dbeta; dM, with β = 0
ntm.recall_backward, N70 where it looks: dk, with β = 1; dk, any β; dbeta
ntm.recall_backward, N70s subtracted: dk, with β = 1; dk, any β; dbeta; dM, with β = 0
ntm.recall_backward, N70s multiplied: dk, with β = 1; dk, any β; dbeta
ntm.recall_backward, N70s their mean: dk, with β = 1; dk, any β; dbeta
ntm.recall_backward, N70s reading twice: dk, with β = 1; dk, any β; dbeta
ntm.recall_backward, N70s looking twice: dk, with β = 1; dk, any β; dbeta; dM, with β = 0
ntm.recall_backward, N71 w dw: dM, with β = 0
ntm.recall_backward, N71 w (1 - w) dw: dM, with β = 0
ntm.recall_backward, N71 dw alone: dM, with β = 0
ntm.recall_backward, N71 (1 - w) dw: dM, with β = 0
ntm.recall_backward, N71 w (1 - w): dM, with β = 0
ntm.recall_backward, N71 w: dM, with β = 0
ntm.recall_backward, N71m not weighted: dM, with β = 0
ntm.recall_backward, N71m the sum: dM, with β = 0
ntm.recall_backward, N71m outside of w: dM, with β = 0
ntm.recall_backward, N71m w twice: dM, with β = 0
ntm.recall_backward, N71m each row its own: dM, with β = 0
ntm.recall_backward, N71m of the batch: dM, with β = 0
ntm.recall_backward, N71m of everything: dM, with β = 0
ntm.recall_backward, N71m added: dM, with β = 0
ntm.recall_backward, N71m without w in front: dM, with β = 0
ntm.recall_backward, N71m divided by the rows: dM, with β = 0
ntm.recall_backward, N71s: dM, with β = 0
ntm.recall_backward, N72 in dk and dM: dk, with β = 1; dbeta; dM, with β = 1
ntm.recall_backward, N72 in dk: dk, with β = 1; dbeta; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N72 in dM: dk, with β = 1; dk, any β; dbeta; dM, with β = 1
ntm.recall_backward, N72 divided: dk, with β = 1; dbeta; dM, with β = 1
ntm.recall_backward, N72 in dk, twice in dM: dk, with β = 1; dbeta; dM, with β = 0; dM, with β = 1
ntm.recall_backward, N72 in dM, twice in dk: dk, with β = 1; dbeta; dM, with β = 1
ntm.recall_backward, N72t twice in dk and dM: dk, with β = 1; dbeta; dM, with β = 0; dM, with β = 1
ntm.recall_backward, N72t twice in dk: dk, with β = 1; dbeta; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N72t twice in dM: dk, with β = 1; dk, any β; dbeta; dM, with β = 0; dM, with β = 1
ntm.recall_backward, N72t in all scores: dk, with β = 1; dM, with β = 0; dM, with β = 1
ntm.recall_backward, N72f without β: dk, with β = 1; dM, with β = 1
ntm.recall_backward, N72f β squared: dk, with β = 1; dM, with β = 0; dM, with β = 1
ntm.recall_backward, N72f by a temperature: dk, with β = 1; dM, with β = 1
ntm.recall_backward, N72f cosine: dM, with β = 0
ntm.recall_backward, N72f by the root of the columns: dM, with β = 0
ntm.recall_backward, N72f even: dM, with β = 0
ntm.recall_backward, N72f not divided: -
ntm.recall_backward, N72f one row alone: -
ntm.recall_backward, N72f over the batch: -
ntm.recall_backward, N72f over everything: -
ntm.recall_backward, N54: dk, with β = 1; dk, any β; dbeta; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N54u: dk, with β = 1; dk, any β; dbeta; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N73 with the key: dM, with β = 0
ntm.recall_backward, N73 without the memory: dM, with β = 0
ntm.recall_backward, N73 times w: dM, with β = 0
ntm.recall_backward, N73 the mean over the columns: dM, with β = 0
ntm.recall_backward, N74 the weights: dbeta; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N74 dw: dbeta; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N74 the mean over the rows: dbeta; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N74 of the batch: dbeta; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N74 with dr: dbeta; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N74 and what is read: dbeta; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N74 no rows: dbeta; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N74 times the key: dbeta; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N75 the scores: dk, with β = 1; dk, any β; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N75 no dot product: dk, with β = 1; dk, any β; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N75 dw: dk, with β = 1; dk, any β; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N75 the weights: dk, with β = 1; dk, any β; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N75 the mean over the rows: dk, with β = 1; dk, any β; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N75 over the batch: dk, with β = 1; dk, any β; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N75 with what is read: dk, with β = 1; dk, any β; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N75 row by row: dk, with β = 1; dk, any β; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N75 weighted once more: dk, with β = 1; dk, any β; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N75 the sign: dk, with β = 1; dk, any β; dM, with β = 0; dM, with β = 1; dM, any β
ntm.recall_backward, N76 without w: dk, with β = 1; dk, any β; dbeta
ntm.recall_backward, N76 with dw: dk, with β = 1; dk, any β; dbeta
ntm.recall_backward, N76 times dw: dk, with β = 1; dk, any β; dbeta
ntm.recall_backward, N76 with dz: dk, with β = 1; dk, any β; dbeta
ntm.recall_backward, N76 times the memory: dk, with β = 1; dk, any β; dbeta
ntm.recall_backward, N76 the weights alone: dk, with β = 1; dk, any β; dbeta
ntm.recall_backward, N76 by the rows: dk, with β = 1; dk, any β; dbeta; dM, with β = 0
ntm.recall_backward, N77 M in place of k: dk, with β = 1; dk, any β; dbeta; dM, with β = 0
ntm.recall_backward, N77 dr in place of k: dk, with β = 1; dk, any β; dbeta; dM, with β = 0
ntm.recall_backward, N77 no key: dk, with β = 1; dk, any β; dbeta; dM, with β = 0
ntm.recall_backward, N77z with w: dk, with β = 1; dk, any β; dbeta; dM, with β = 0
ntm.recall_backward, N77z with dw: dk, with β = 1; dk, any β; dbeta; dM, with β = 0
ntm.recall_backward, N77z weighted once more: dk, with β = 1; dk, any β; dbeta; dM, with β = 0
ntm.recall_backward, N15 dk: -
ntm.recall_backward, N15 dw: -
ntm.recall_backward, N15 the dot products: -
ntm.recall_backward, N15 what is read: -
ntm.recall_backward, N15 where it looks: -
ntm.recall_backward, N15 both: dk, with β = 1; dk, any β; dbeta
ntm.head_numbers, N80: one head
ntm.head_numbers, N80r: one head
ntm.head_numbers, N80r examples too: one head
ntm.head_numbers, N80h turned round: one head
ntm.head_numbers, N80h the first: one head
ntm.head_numbers, N80h the last: one head
ntm.head_numbers, N80h the mean: one head
ntm.head_numbers, N20 one early: -
ntm.head_numbers, N20 one late: -
ntm.head_numbers, N20 too few shifts: -
ntm.head_numbers, N20 too many shifts: -
ntm.head_numbers, N81 gate and strength: k and a; shifts
ntm.head_numbers, N81 erase and added vector: β and γ; shifts
ntm.head_numbers, N81 strength and sharpening: k and a; g and e; shifts
ntm.head_numbers, N81 gate and sharpening: k and a; shifts
ntm.head_numbers, N81 key and added vector: g and e; β and γ; shifts
ntm.head_numbers, N81 key and erase vector: β and γ; shifts
ntm.head_numbers, N81 sharpening before the shifts: k and a; g and e
ntm.head_numbers, N81 as on the page: -
ntm.head_numbers, N81 vectors first: -
ntm.head_numbers, N81 vectors before the scalars: -
ntm.head_numbers, N82 as they come: g and e; β and γ; shifts
ntm.head_numbers, N82 logistic: g and e; β and γ; shifts
ntm.head_numbers, N82 of length one: g and e; β and γ; shifts
ntm.head_numbers, N82a as they come: g and e; β and γ; shifts
ntm.head_numbers, N82a logistic: g and e; β and γ; shifts
ntm.head_numbers, N82a none below zero: g and e; β and γ; shifts
ntm.head_numbers, N82b both as they come: g and e; β and γ; shifts
ntm.head_numbers, N82b both logistic: g and e; β and γ; shifts
ntm.head_numbers, N82b cut off: g and e; β and γ; shifts; large numbers
ntm.head_numbers, N13 erase as it comes: k and a; β and γ; shifts
ntm.head_numbers, N13 gate as it comes: k and a; β and γ; shifts
ntm.head_numbers, N13 erase by tanh: k and a; β and γ; shifts
ntm.head_numbers, N13 gate by tanh: k and a; β and γ; shifts
ntm.head_numbers, N13 both by tanh: k and a; β and γ; shifts
ntm.head_numbers, N13 by softplus: k and a; β and γ; shifts
ntm.head_numbers, N13f erase by softmax: k and a; β and γ; shifts
ntm.head_numbers, N13f both cut off: k and a; β and γ; shifts; large numbers
ntm.head_numbers, N13f both turned round: k and a; β and γ; shifts
ntm.head_numbers, N13f gate open or shut: k and a; β and γ; shifts; large numbers
ntm.head_numbers, N13f erase by tanh, moved: k and a; β and γ; shifts; large numbers
ntm.head_numbers, N13f both by tanh, moved: k and a; β and γ; shifts; large numbers
ntm.head_numbers, N13f erase by tanh, none below zero: k and a; β and γ; shifts; large numbers
ntm.head_numbers, N83 as it comes: k and a; g and e; shifts
ntm.head_numbers, N83 exponential: k and a; g and e; shifts
ntm.head_numbers, N83 none below zero: k and a; g and e; shifts; large numbers
ntm.head_numbers, N83 its size: k and a; g and e; shifts
ntm.head_numbers, N83 logistic: k and a; g and e; shifts
ntm.head_numbers, N83 one more: k and a; g and e; shifts
ntm.head_numbers, N83 tanh: k and a; g and e; shifts
ntm.head_numbers, N83 square: k and a; g and e; shifts
ntm.head_numbers, N4 no 1: k and a; g and e; shifts
ntm.head_numbers, N4 as it comes: k and a; g and e; shifts
ntm.head_numbers, N4 1 and as it comes: k and a; g and e; shifts
ntm.head_numbers, N4 1 inside: k and a; g and e; shifts
ntm.head_numbers, N4 1 and exponential: k and a; g and e; shifts
ntm.head_numbers, N4 1 and none below zero: k and a; g and e; shifts; large numbers
ntm.head_numbers, N4 at least 1: k and a; g and e; shifts
ntm.head_numbers, N4 1 and logistic: k and a; g and e; shifts
ntm.head_numbers, N4 1 and its size: k and a; g and e; shifts
ntm.head_numbers, N4 1 subtracted: k and a; g and e; shifts
ntm.head_numbers, N83s to base 2: k and a; g and e; shifts
ntm.head_numbers, N83s log of the exponential alone: k and a; g and e; shifts
ntm.head_numbers, N83s the sign turned: k and a; g and e; shifts
ntm.head_numbers, N83s no logarithm: k and a; g and e; shifts
ntm.head_numbers, N83s exponentials: k and a; g and e; shifts
ntm.head_numbers, N83s none below zero: k and a; g and e; shifts; large numbers
ntm.head_numbers, N84 softplus: one head; k and a; g and e; β and γ; shifts
ntm.head_numbers, N84 softmax: one head; k and a; g and e; β and γ; shifts
ntm.head_numbers, N84 strength: one head; k and a; g and e; β and γ; shifts
ntm.head_numbers, N84 sharpening: one head; k and a; g and e; β and γ; shifts
ntm.head_numbers, N84 both: one head; k and a; g and e; β and γ; shifts
ntm.head_numbers, N84 logistic: one head; k and a; g and e; β and γ; shifts
ntm.head_numbers, N84 all three: one head; k and a; g and e; β and γ; shifts
ntm.head_numbers, N84 softmax and logistic: one head; k and a; g and e; β and γ; shifts
ntm.head_numbers, N54u of everything: one head; k and a; g and e; β and γ; shifts
ntm.head_numbers, N54u of each example: one head; k and a; g and e; β and γ; shifts
ntm.head_numbers, N11 logistic: k and a; g and e; β and γ
ntm.head_numbers, N11 as they come: k and a; g and e; β and γ
ntm.head_numbers, N11 exponentials alone: k and a; g and e; β and γ
ntm.head_numbers, N11f softplus inside: k and a; g and e; β and γ
ntm.head_numbers, N11f tanh inside: k and a; g and e; β and γ
ntm.head_numbers, N11f logistic inside: k and a; g and e; β and γ
ntm.head_numbers, N11f logistic, divided: k and a; g and e; β and γ
ntm.head_numbers, N11f softplus, divided: k and a; g and e; β and γ
ntm.head_numbers, N11f as they come, divided: k and a; g and e; β and γ
ntm.head_numbers, N11f the largest alone: k and a; g and e; β and γ
ntm.head_numbers, N11f turned round: k and a; g and e; β and γ
ntm.head_numbers, N11f twice: k and a; g and e; β and γ
ntm.head_numbers, N85 heads: k and a; g and e; β and γ
ntm.head_numbers, N85 heads and shifts: one head; k and a; g and e; β and γ
ntm.head_numbers, N85 examples: k and a; g and e; β and γ
ntm.head_numbers, N85 heads, the largest too: k and a; g and e; β and γ
ntm.head_numbers, N85 heads and shifts, the largest too: one head; k and a; g and e; β and γ
ntm.head_numbers, N85 examples, the largest too: k and a; g and e; β and γ
ntm.head_numbers, N86 scalars: k and a; shifts
ntm.head_numbers, N86 vectors in a row: β and γ
ntm.head_numbers, N86 heads first: -
ntm.repeat_copy, N90 in x: x, equal lengths; y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N90 in x, beside the delimiter: x, equal lengths; y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N90l the longest: x, equal lengths
ntm.repeat_copy, N90l the first: x, equal lengths
ntm.repeat_copy, N90l of all vectors: x, equal lengths
ntm.repeat_copy, N90l begins after the longest: x, equal lengths; x, unequal ones
ntm.repeat_copy, N90l delimiter after the longest: x, equal lengths; y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N90l delimiter and beginning after the longest: x, equal lengths
ntm.repeat_copy, N90l the shortest: x, equal lengths
ntm.repeat_copy, N91 missing: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91 in the first column: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91 with the last vector: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91 one late: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91 from there on: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91 as long as it speaks: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91 in all columns: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91 at the end too: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91 behind the end too: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91 in each round: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91 how often: x, equal lengths; y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91 first of all: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91 while it hears: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91 minus one: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91x while it speaks too: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91x turned round: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91x one late: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91x the last left out: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91x of the first example: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N91c the delimiter's column first: y, n = 1; y, n > 1; mask; score; score, o large
ntm.repeat_copy, N92 y and mask, in the delimiter's step: x, equal lengths; x, unequal ones
ntm.repeat_copy, N92 y and mask, one late: -
ntm.repeat_copy, N92 y in the delimiter's step: x, equal lengths; x, unequal ones; mask
ntm.repeat_copy, N92 y from the start: x, equal lengths; x, unequal ones; mask
ntm.repeat_copy, N92m mask from the delimiter on: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1
ntm.repeat_copy, N92m mask one early: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1
ntm.repeat_copy, N92m mask one short: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1
ntm.repeat_copy, N92m mask without the first: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1
ntm.repeat_copy, N93 each vector n times: x, equal lengths; x, unequal ones; y, n = 1; mask; score, o large
ntm.repeat_copy, N93 turned round: x, equal lengths; x, unequal ones; mask
ntm.repeat_copy, N93 its first vector: x, equal lengths; x, unequal ones; mask
ntm.repeat_copy, N93r there and back: x, equal lengths; x, unequal ones; y, n = 1; mask; score, o large
ntm.repeat_copy, N93r back after the first: x, equal lengths; x, unequal ones; y, n = 1; mask; score, o large
ntm.repeat_copy, N93g: x, equal lengths; x, unequal ones; y, n = 1; score, o large
ntm.repeat_copy, N93g in y: x, equal lengths; x, unequal ones; y, n = 1; mask; score, o large
ntm.repeat_copy, N93n once: x, equal lengths; x, unequal ones; y, n = 1; mask; score, o large
ntm.repeat_copy, N93n the last round alone: x, equal lengths; x, unequal ones; y, n = 1; mask; score, o large
ntm.repeat_copy, N93n the whole, once: x, equal lengths; x, unequal ones; y, n = 1; score, o large
ntm.repeat_copy, N93n once too often: x, equal lengths; x, unequal ones
ntm.repeat_copy, N93h while it hears too: x, equal lengths; x, unequal ones; mask; score; score, o large
ntm.repeat_copy, N93h while it hears it, each step: x, equal lengths; x, unequal ones; mask; score; score, o large
ntm.repeat_copy, N93b bits turned round: x, equal lengths; x, unequal ones; mask
ntm.repeat_copy, N21 all: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1
ntm.repeat_copy, N21 to the end: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1
ntm.repeat_copy, N21 one round: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; score, o large
ntm.repeat_copy, N21 while it hears: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1
ntm.repeat_copy, N21 turned round: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1
ntm.repeat_copy, N21 where a bit is 1: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1
ntm.repeat_copy, N21 after it has heard, and before: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1
ntm.repeat_copy, N21 how often: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; score; score, o large
ntm.repeat_copy, N21 the last round: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; score, o large
ntm.repeat_copy, N94 all steps: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N94 in the sum: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N94 steps of the longest: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N94d in the count: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N94d logits set to zero: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N94c sum: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N94c per step: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N94c per example: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N94c per example and bit: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N94m mean of means: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N94m mean over steps of means: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, K1l natural: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, K1l base 10: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, K1l multiplied: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N95 turned round: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N95 mean over the ones: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N95 ones alone: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N95 zeros alone: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N95 of a 1, always: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N95 the sign: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N95s squared error: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N95s errors: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N95s absolute error: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N95s squashed twice: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N95s o as a probability: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N95s perplexity: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N95s probability: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N95s softmax over the bits: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N95m of the mean probability: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask
ntm.repeat_copy, N96 by the probability: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask; score
ntm.repeat_copy, N96 by both logarithms: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask; score
ntm.repeat_copy, N96 by the exponential: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask; score
ntm.repeat_copy, N96 cut off: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask; score
ntm.repeat_copy, N96 o cut off: x, equal lengths; x, unequal ones; y, n = 1; y, n > 1; mask; score
ntm.count_contexts, N100: -
ntm.count_contexts, N100 all of the sequence: -
ntm.count_contexts, N100 all but the step itself: -
ntm.count_contexts, N101: p, one symbol; p, longer contexts
ntm.count_contexts, N102 one shorter: -
ntm.count_contexts, N102 one shorter, the older ones: -
ntm.count_contexts, N102 the last alone: p, one symbol
ntm.count_contexts, N102 the oldest alone: p, one symbol
ntm.count_contexts, N102 none: -
ntm.count_contexts, N102 one longer: -
ntm.count_contexts, N102 with the symbol itself: -
ntm.count_contexts, N102 the first symbols: -
ntm.count_contexts, N102 with the symbol itself, and one longer: -
ntm.count_contexts, N102 of the first sequence: p, one symbol; p, longer contexts
ntm.count_contexts, N103 sorted: p, one symbol
ntm.count_contexts, N103 sum: p, one symbol
ntm.count_contexts, N103 which there are: p, one symbol
ntm.count_contexts, N103 product: p, one symbol
ntm.count_contexts, N103 largest: p, one symbol
ntm.count_contexts, N103b: p, one symbol; p, longer contexts
ntm.count_contexts, N104 one: -
ntm.count_contexts, N104 one half: -
ntm.count_contexts, N104 divided by the symbols: -
ntm.count_contexts, N104 where nothing is counted: -
ntm.count_contexts, N104 twice: -
ntm.count_contexts, N104 a factor: -
ntm.count_contexts, N104 an exponent: -
ntm.count_contexts, N104s above alone: -
ntm.count_contexts, N104s below once: -
ntm.count_contexts, N104s below twice: -
ntm.count_contexts, N104s below alone: -
ntm.count_contexts, N104s below one: -
ntm.count_contexts, N104s below for symbols that come: p, one symbol; p, more sequences
ntm.count_contexts, N105: -
ntm.count_contexts, N105 even where nothing is counted: -
ntm.count_contexts, N105s: -
ntm.count_contexts, N105s finite: -
ntm.count_contexts, N106 never: -
ntm.count_contexts, N106 the last alone: -
ntm.count_contexts, N106 once at most: -
ntm.count_contexts, N106 the last symbol of the context: -
ntm.count_contexts, N106 one step late: -
ntm.count_contexts, N106 forgetting: -
ntm.count_contexts, N106 twice: -
ntm.count_contexts, N106 of the first sequence: p, one symbol; p, longer contexts
ntm.count_contexts, N106 in the next context: -
ntm.count_contexts, N107 late: -
ntm.count_contexts, N107 early: -
ntm.count_contexts, N107 turned round: bits
ntm.count_contexts, N107 from step 0 on: -
ntm.count_contexts, N107 the first left out: -
ntm.count_contexts, N108 natural: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N108 base 10: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N108 base K: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N109 sum: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N109 a sequence: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N109 a step: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N109s the sign: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N109l after the logarithm: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N109n over all steps: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N109n the first steps guessed: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N109n the last step: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N109p the likeliest: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N109p all of them: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N109p entropy: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N109p the symbol before: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N109p the first symbols: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N109q of another: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N109q no logarithm: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N109q perplexity: p, one symbol; p, longer contexts; p, more sequences
ntm.count_contexts, N109q wrong guesses: p, one symbol; p, longer contexts; p, more sequences
"""
