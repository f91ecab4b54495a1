"""What is handed in for the exercises of ``gradients``: right answers, and wrong ones as they are typed."""

from __future__ import annotations

import math

import numpy as np

from rnncourse import bptt
from rnncourse import gradients as chapter

from . import solves

# gradients.unit_exponent


@solves("gradients.unit_exponent")
def unit_by_unit(w, b, h0, T):
    found = []
    for w_i, b_i, h in zip(w.tolist(), b.tolist(), h0.tolist(), strict=True):
        logs = []
        for _ in range(T):
            h = math.tanh(w_i * h + b_i)
            logs.append(math.log(abs(w_i * (1 - h * h))))
        found.append(sum(logs) / T)
    return np.array(found, dtype=w.dtype)


@solves("gradients.unit_exponent")
def through_the_cosh(w, b, h0, T):
    h, z = h0, []
    for _ in range(T):
        z.append(w * h + b)
        h = np.tanh(z[-1])
    return np.log(np.abs(w)) - 2 * np.log(np.cosh(np.array(z))).mean(axis=0)


@solves("gradients.unit_exponent")
def orbit_first(w, b, h0, T):
    orbit = np.empty((T + 1, len(w)), dtype=w.dtype)
    orbit[0] = h0
    for t in range(T):
        orbit[t + 1] = np.tanh(w * orbit[t] + b)
    return np.mean(np.log(np.abs(w) * (1 - orbit[1:]) * (1 + orbit[1:])), axis=0)


# gradients.influence


@solves("gradients.influence")
def by_library_jacobians(h, W_hh):
    _, B, H = h.shape
    found = [np.broadcast_to(np.eye(H, dtype=h.dtype), (B, H, H))]
    for h_t in h[:0:-1]:
        found.append(found[-1] @ bptt.jacobian(h_t, W_hh))
    return np.stack(found[::-1])


@solves("gradients.influence")
def example_by_example(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    for b in range(B):
        product = np.eye(H, dtype=h.dtype)
        for t in range(T - 1, -1, -1):
            J[t, b] = product
            product = product @ np.diag(1 - h[t, b] ** 2) @ W_hh
    return J


@solves("gradients.influence")
def each_unit_of_the_last_state_sent_back(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    for i in range(H):
        dh = np.zeros((B, H), dtype=h.dtype)
        dh[:, i] = 1
        for t in reversed(range(T)):
            J[t, :, i] = dh
            dh = ((1 - h[t] ** 2) * dh) @ W_hh
    return J


@solves("gradients.influence")
def every_product_anew(h, W_hh):
    T, B, H = h.shape
    step = np.einsum("tbi,ij->tbij", 1 - h**2, W_hh)
    J = np.empty((T, B, H, H), dtype=h.dtype)
    for t in range(T):
        J[t] = np.eye(H)
        for s in range(t + 1, T):
            J[t] = step[s] @ J[t]
    return J


# gradients.limit_growth


@solves("gradients.limit_growth")
def by_svd(W_hh, s, gamma):
    U, S, Vt = np.linalg.svd(W_hh)
    return (U * (S * min(1, s / (gamma * S[0])))) @ Vt


@solves("gradients.limit_growth")
def by_the_eigenvalues_of_the_square(W_hh, s, gamma):
    sigma = math.sqrt(np.linalg.eigvalsh(W_hh.T.astype(float) @ W_hh.astype(float))[-1])
    if gamma * sigma <= s:
        return np.array(W_hh)
    return (W_hh.astype(float) * s / gamma / sigma).astype(W_hh.dtype)


@solves("gradients.limit_growth")
def divided_by_a_maximum(W_hh, s, gamma):
    return W_hh / W_hh.dtype.type(max(1.0, gamma * np.linalg.norm(W_hh, 2) / s))


# gradients.clip_by_norm


@solves("gradients.clip_by_norm")
def end_to_end(gradients, max_norm):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in gradients]))
    return [g * min(1.0, max_norm / (norm + 1e-6)) for g in gradients], norm


@solves("gradients.clip_by_norm")
def copies_shortened_in_place(gradients, max_norm):
    clipped = [g.copy() for g in gradients]
    total = 0.0
    for g in gradients:
        total += float(np.vdot(g, g))
    norm = math.sqrt(total)
    if norm > max_norm:
        for g in clipped:
            g *= max_norm / norm
    return clipped, norm


@solves("gradients.clip_by_norm")
def norms_of_norms(gradients, max_norm):
    norm = np.linalg.norm([np.linalg.norm(g) for g in gradients])
    return tuple(g / max(1.0, norm / max_norm) for g in gradients), norm


@solves("gradients.clip_by_norm")
def by_the_library_norm(gradients, max_norm):
    norm = chapter.global_norm(gradients)
    scale = 1 if norm <= max_norm else max_norm / norm
    return [scale * g for g in gradients], norm


# gradients.clipped_update


@solves("gradients.clipped_update")
def written_out(theta, v, micro, lr, mu, max_norm):
    g = sum(micro) / len(micro)
    norm = np.sqrt(np.sum(g * g))
    if norm > max_norm:
        g = g / norm * max_norm
    v = mu * v + g
    return theta - lr * v, v


@solves("gradients.clipped_update")
def by_the_library_clip(theta, v, micro, lr, mu, max_norm):
    [g], _ = chapter.clip_by_norm([np.mean(micro, axis=0)], max_norm)
    new = g + mu * v
    return [theta - lr * new, new]


@solves("gradients.clipped_update")
def step_in_two_parts(theta, v, micro, lr, mu, max_norm):
    g = np.einsum("mn->n", micro) / micro.shape[0]
    g = g * min(1.0, float(max_norm / (np.linalg.norm(g) + 1e-6)))
    return theta - lr * mu * v - lr * g, mu * v + g


# gradients.mean_omega


@solves("gradients.mean_omega")
def in_loops(dh, h, W_hh):
    terms = []
    for t in range(len(dh)):
        for b in range(dh.shape[1]):
            if dh[t, b].any():
                back = W_hh.T @ np.diag(1 - h[t, b] ** 2) @ dh[t, b]
                terms.append((np.linalg.norm(back) / np.linalg.norm(dh[t, b]) - 1) ** 2)
    return sum(terms) / len(terms)


@solves("gradients.mean_omega")
def with_a_mask(dh, h, W_hh):
    size = np.sqrt((dh**2).sum(-1))
    left = np.sqrt((np.einsum("tbi,ij->tbj", dh - dh * h**2, W_hh) ** 2).sum(-1))
    there = size != 0
    r = np.divide(left, size, out=np.ones_like(size), where=there)
    return ((1 - r) ** 2).sum() / there.sum()


@solves("gradients.mean_omega")
def of_directions(dh, h, W_hh):
    rows, states = dh.reshape(-1, dh.shape[-1]), h.reshape(-1, h.shape[-1])
    keep = np.abs(rows).max(axis=1) > 0
    rows, states = rows[keep], states[keep]
    u = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    r = np.linalg.norm((u * (1 - states**2)) @ W_hh, axis=1)
    return np.mean(r**2 - 2 * r + 1)


@solves("gradients.mean_omega")
def not_a_number_for_nothing(dh, h, W_hh):
    out = np.linalg.norm(dh, axis=2)
    back = np.linalg.norm(((1 - h**2) * dh) @ W_hh, axis=2)
    with np.errstate(all="ignore"):
        return np.nanmean((back / out - 1) ** 2)


# gradients.orthogonal_start


@solves("gradients.orthogonal_start")
def by_polar_decomposition(Z):
    U, _, Vt = np.linalg.svd(Z)
    return (U @ Vt).reshape(-1, Z.shape[-1])


@solves("gradients.orthogonal_start")
def signs_corrected(Z):
    found = []
    for draw in Z:
        Q, R = np.linalg.qr(draw)
        found.append(Q * np.sign(np.diag(R)))
    return np.vstack(found)


@solves("gradients.orthogonal_start")
def gram_and_schmidt(Z):
    found = []
    for draw in Z:
        rows = []
        for row in draw:
            for _ in range(2):
                for other in rows:
                    row = row - (row @ other) * other
            rows.append(row / np.linalg.norm(row))
        found.extend(rows)
    return np.array(found)


@solves("gradients.orthogonal_start")
def by_cayley(Z):
    G, H, _ = Z.shape
    A, eye = Z - Z.swapaxes(1, 2), np.eye(H)
    return np.concatenate([np.linalg.solve(eye + A[g], eye - A[g]) for g in range(G)])


@solves("gradients.orthogonal_start")
def by_eigenvectors(Z):
    return np.linalg.eigh(Z + Z.swapaxes(1, 2))[1].reshape(-1, Z.shape[-1])


# gradients.train_identity


@solves("gradients.train_identity")
def by_library_parts(x, y, W_ih, W_ho, lr, max_norm, N):
    H, B = len(W_ih), len(y)
    h0, none = np.zeros((B, H), x.dtype), np.zeros(H, x.dtype)
    q = [W_ih, np.eye(H, dtype=x.dtype), none, W_ho, np.zeros(len(W_ho), x.dtype)]
    losses = []
    for _ in range(N):
        h = chapter.relu_forward(x, h0, q[0], q[1], q[2], none)
        error = h[-1] @ q[3].T + q[4] - y
        losses.append(np.mean(error**2))
        dh_out = np.zeros_like(h)
        dh_out[-1] = 2 * error / error.size @ q[3]
        back = chapter.relu_backward(dh_out, x, h0, h, q[0], q[1])
        do = 2 * error / error.size
        g, _ = chapter.clip_by_norm([back.dW_ih, back.dW_hh, back.db, do.T @ h[-1], do.sum(0)], max_norm)
        q = [a - x.dtype.type(lr) * b for a, b in zip(q, g, strict=True)]
    return np.array(losses), q[1]


@solves("gradients.train_identity")
def by_one_joined_matrix(x, y, W_ih, W_ho, lr, max_norm, N):
    """All weights of a step in one matrix, over the joined state, input and one."""
    T, B, _ = x.shape
    H, K = len(W_ih), len(W_ho)
    theta = np.hstack([np.eye(H), W_ih, np.zeros((H, 1))]).astype(x.dtype)
    out = np.hstack([W_ho, np.zeros((K, 1))]).astype(x.dtype)
    one = np.ones((B, 1), x.dtype)
    losses = np.empty(N, x.dtype)
    for n in range(N):
        u, h = [], np.zeros((B, H), x.dtype)
        for t in range(T):
            u.append(np.hstack([h, x[t], one]))
            z = u[-1] @ theta.T
            h = z * (z > 0)
        error = np.hstack([h, one]) @ out.T - y
        losses[n] = (error * error).sum() / (B * K)
        do = error * 2 / (B * K)
        dout, dtheta, dh = do.T @ np.hstack([h, one]), np.zeros_like(theta), do @ out[:, :H]
        for t in reversed(range(T)):
            dz = np.where(u[t] @ theta.T > 0, dh, 0)
            dtheta += dz.T @ u[t]
            dh = dz @ theta[:, :H]
        norm = math.sqrt(float((dtheta**2).sum() + (dout**2).sum()))
        step = lr * min(1.0, max_norm / norm)
        theta, out = theta - step * dtheta, out - step * dout
    return losses, theta[:, :H]


class Identity:
    """The network as an object."""

    def __init__(self, W_ih, W_ho):
        self.parts = {"W_ih": W_ih, "W_hh": np.eye(len(W_ih), dtype=W_ih.dtype), "W_ho": W_ho}
        self.parts |= {"b": np.zeros(len(W_ih), W_ih.dtype), "b_ho": np.zeros(len(W_ho), W_ih.dtype)}

    def read(self, x, y):
        p, states = self.parts, [np.zeros((x.shape[1], len(self.parts["W_ih"])), x.dtype)]
        for x_t in x:
            states.append(np.maximum(p["W_ih"] @ x_t.T + p["W_hh"] @ states[-1].T + p["b"][:, None], 0).T)
        error = states[-1] @ p["W_ho"].T + p["b_ho"] - y
        d = {name: np.zeros_like(a) for name, a in p.items()}
        do = 2 * error / error.size
        d["W_ho"] += np.einsum("bk,bh->kh", do, states[-1])
        d["b_ho"] += do.sum(axis=0)
        dh = do @ p["W_ho"]
        for x_t, h_prev, h_t in list(zip(x, states[:-1], states[1:], strict=True))[::-1]:
            dz = np.sign(h_t) * dh
            d["W_ih"] += np.einsum("bh,bf->hf", dz, x_t)
            d["W_hh"] += np.einsum("bi,bj->ij", dz, h_prev)
            d["b"] += dz.sum(axis=0)
            dh = dz @ p["W_hh"]
        return np.mean(error**2), d


@solves("gradients.train_identity")
def as_an_object(x, y, W_ih, W_ho, lr, max_norm, N):
    net, losses = Identity(W_ih, W_ho), []
    for _ in range(N):
        loss, d = net.read(x, y)
        losses.append(loss)
        norm = np.sqrt(sum(np.sum(g**2) for g in d.values()))
        factor = lr * (max_norm / norm if norm > max_norm else 1)
        net.parts = {name: (a - factor * d[name]).astype(a.dtype) for name, a in net.parts.items()}
    return np.array(losses), net.parts["W_hh"]


# ---------------------------------------------------------------------------------------------------------------------

TYPED = {
    ("gradients.unit_exponent", "X1"): """
def unit_exponent(w, b, h0, T):
    h = h0
    total = np.zeros_like(h0)
    for t in range(T):
        total += np.log(np.abs(w * (1 - h**2)))
        h = np.tanh(w * h + b)
    return total / T
""",
    ("gradients.unit_exponent", "X2"): """
def unit_exponent(w, b, h0, T):
    h = h0
    lam = 0
    for t in range(T):
        h = np.tanh(w * h + b)
        lam = lam + np.log(w * (1 - h**2))
    return lam / T
""",
    ("gradients.unit_exponent", "X9"): """
def unit_exponent(w, b, h0, T):
    h = h0
    slope = 1.0
    for t in range(T):
        h = np.tanh(w * h + b)
        slope = slope * np.abs(w * (1 - h**2))
    return np.log(slope) / T
""",
    ("gradients.unit_exponent", "X8"): """
def unit_exponent(w, b, h0, T):
    slopes = np.zeros((T, len(w)), dtype=w.dtype)
    h = h0
    for t in range(T):
        h = np.tanh(w * h + b)
        slopes[t] = np.abs(w * (1 - h**2))
    return np.log(slopes.mean(axis=0))
""",
    ("gradients.influence", "G14"): """
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    for t in range(T):
        J[t] = np.linalg.matrix_power(W_hh, T - 1 - t)
    return J
""",
    ("gradients.influence", "G15"): """
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    for b in range(B):
        for t in range(T):
            P = np.eye(H)
            for s in range(t + 1, T):
                P = P @ np.diag(1 - h[s, b] ** 2) @ W_hh
            J[t, b] = P
    return J
""",
    ("gradients.influence", "G16"): """
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    J[T - 1] = np.eye(H)
    for t in range(T - 2, -1, -1):
        for b in range(B):
            J[t, b] = J[t + 1, b] @ (W_hh * (1 - h[t + 1, b] ** 2))
    return J
""",
    ("gradients.influence", "B2p"): """
def influence(h, W_hh):
    T, B, H = h.shape
    J = np.zeros((T, B, H, H), dtype=h.dtype)
    J[-1] = np.eye(H)
    for t in range(T - 2, -1, -1):
        D = np.stack([np.diag(1 - h[t, b] ** 2) for b in range(B)])
        J[t] = J[t + 1] @ D @ W_hh
    return J
""",
    ("gradients.limit_growth", "G17"): """
def limit_growth(W_hh, s, gamma):
    radius = max(abs(np.linalg.eigvals(W_hh)))
    if gamma * radius > s:
        return W_hh * s / (gamma * radius)
    return W_hh
""",
    ("gradients.limit_growth", "G29"): """
def limit_growth(W_hh, s, gamma):
    norm = gamma * np.linalg.norm(W_hh)
    if norm > s:
        return W_hh * (s / norm)
    return W_hh
""",
    ("gradients.limit_growth", "G3"): """
def limit_growth(W_hh, s, gamma):
    sigma = np.linalg.svd(W_hh)[1].max()
    return W_hh / sigma * s / gamma
""",
    ("gradients.limit_growth", "G31"): """
def limit_growth(W_hh, s, gamma):
    U, S, Vt = np.linalg.svd(W_hh)
    S = np.where(gamma * S > s, s / gamma, S)
    return U @ np.diag(S) @ Vt
""",
    ("gradients.clip_by_norm", "G2"): """
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g ** 2) for g in gradients))
    return [np.clip(g, -max_norm, max_norm) for g in gradients], norm
""",
    ("gradients.clip_by_norm", "G1"): """
def clip_by_norm(gradients, max_norm):
    out = []
    total = 0
    for g in gradients:
        n = np.linalg.norm(g)
        total += n ** 2
        if n > max_norm:
            g = g * max_norm / n
        out.append(g)
    return out, np.sqrt(total)
""",
    ("gradients.clip_by_norm", "G3"): """
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g ** 2) for g in gradients))
    return [g * max_norm / (norm + 1e-6) for g in gradients], norm
""",
    ("gradients.clip_by_norm", "G7"): """
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g ** 2) for g in gradients))
    if norm > max_norm:
        for g in gradients:
            g = g * max_norm / norm
    return gradients, norm
""",
    ("gradients.clip_by_norm", "G11"): """
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g ** 2) for g in gradients))
    factor = min(1, max_norm / (norm + 1e-6))
    gradients = [g * factor for g in gradients]
    norm = np.sqrt(sum(np.sum(g ** 2) for g in gradients))
    return gradients, norm
""",
    ("gradients.clip_by_norm", "G5"): """
def clip_by_norm(gradients, max_norm):
    norm = 0
    for g in gradients:
        norm += np.linalg.norm(g)
    if norm > max_norm:
        gradients = [g * max_norm / norm for g in gradients]
    return gradients, norm
""",
    ("gradients.clip_by_norm", "G39"): """
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g ** 2) for g in gradients))
    if norm <= max_norm:
        return gradients, norm
    return [g * (max_norm / norm) for g in gradients], norm
""",
    ("gradients.clipped_update", "G8"): """
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    v = mu * v + g
    norm = np.linalg.norm(v)
    if norm > max_norm:
        v = v * max_norm / norm
    return theta - lr * v, v
""",
    ("gradients.clipped_update", "G10"): """
def clipped_update(theta, v, micro, lr, mu, max_norm):
    total = np.zeros_like(theta)
    for g in micro:
        n = np.linalg.norm(g)
        if n > max_norm:
            g = g * (max_norm / n)
        total += g
    v = mu * v + total / len(micro)
    return theta - lr * v, v
""",
    ("gradients.clipped_update", "G35"): """
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.sum(axis=0)
    norm = np.linalg.norm(g)
    if norm > max_norm:
        g = g * (max_norm / norm)
    v = mu * v + g
    return theta - lr * v, v
""",
    ("gradients.clipped_update", "M1"): """
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    norm = np.linalg.norm(g)
    if norm > max_norm:
        g = g * (max_norm / norm)
    v = mu * v + (1 - mu) * g
    return theta - lr * v, v
""",
    ("gradients.mean_omega", "G18"): """
def mean_omega(dh, h, W_hh):
    total, n = 0, 0
    for t in range(dh.shape[0]):
        for b in range(dh.shape[1]):
            size = np.linalg.norm(dh[t, b])
            if size > 0:
                back = W_hh.T @ ((1 - h[t, b] ** 2) * dh[t, b])
                total += np.linalg.norm(back) / size - 1
                n += 1
    return total / n
""",
    ("gradients.mean_omega", "G19"): """
def mean_omega(dh, h, W_hh):
    back = np.linalg.norm(((1 - h**2) * dh) @ W_hh, axis=-1)
    out = np.linalg.norm(dh, axis=-1)
    r = out[out > 0] / back[out > 0]
    return np.mean((r - 1) ** 2)
""",
    ("gradients.mean_omega", "G23"): """
def mean_omega(dh, h, W_hh):
    back = np.linalg.norm(((1 - h**2) * dh) @ W_hh.T, axis=-1)
    out = np.linalg.norm(dh, axis=-1)
    r = back[out > 0] / out[out > 0]
    return np.mean((r - 1) ** 2)
""",
    ("gradients.mean_omega", "O8"): """
def mean_omega(dh, h, W_hh):
    back = np.linalg.norm(((1 - h**2) * dh) @ W_hh, axis=-1)
    out = np.linalg.norm(dh, axis=-1)
    r = back / (out + 1e-12)
    return np.mean((r - 1) ** 2)
""",
    ("gradients.orthogonal_start", "G21"): """
def orthogonal_start(Z):
    G, H, _ = Z.shape
    Q, R = np.linalg.qr(Z.reshape(G * H, H))
    return Q
""",
    ("gradients.orthogonal_start", "V1"): """
def orthogonal_start(Z):
    G, H, _ = Z.shape
    W = Z / np.linalg.norm(Z, axis=1, keepdims=True)
    return W.reshape(G * H, H)
""",
    ("gradients.orthogonal_start", "V2"): """
def orthogonal_start(Z):
    G, H, _ = Z.shape
    return np.vstack([np.linalg.qr(z)[0] / np.sqrt(H) for z in Z])
""",
    ("gradients.orthogonal_start", "V3"): """
def orthogonal_start(Z):
    G, H, _ = Z.shape
    return np.vstack([z / np.linalg.norm(z, 2) for z in Z])
""",
    ("gradients.orthogonal_start", "V3d"): """
def orthogonal_start(Z):
    blocks = []
    for z in Z:
        U, S, Vt = np.linalg.svd(z)
        blocks.append(U @ np.diag(S) @ Vt)
    return np.vstack(blocks)
""",
    ("gradients.orthogonal_start", "V4"): """
def orthogonal_start(Z):
    blocks = []
    for z in Z:
        Q = np.linalg.qr(z)[1]
        blocks.append(Q)
    return np.concatenate(blocks)
""",
    ("gradients.orthogonal_start", "V5"): """
def orthogonal_start(Z):
    Q, _ = np.linalg.qr(Z[0])
    return np.vstack([Q] * len(Z))
""",
    ("gradients.orthogonal_start", "V6"): """
def orthogonal_start(Z):
    G, H, _ = Z.shape
    blocks = [np.linalg.qr(z)[0] for z in Z]
    return np.hstack(blocks).reshape(G * H, H)
""",
    ("gradients.orthogonal_start", "V7"): """
def orthogonal_start(Z):
    G, H, _ = Z.shape
    rng = np.random.default_rng(0)
    return np.vstack([np.linalg.qr(rng.normal(size=(H, H)))[0] for g in range(G)])
""",
    ("gradients.orthogonal_start", "V8"): """
def orthogonal_start(Z):
    G, H, _ = Z.shape
    W = np.zeros((G * H, H))
    for g in range(1, G):
        W[g * H:(g + 1) * H] = np.linalg.qr(Z[g])[0]
    return W
""",
    ("gradients.orthogonal_start", "V9"): """
def orthogonal_start(Z):
    return np.concatenate([(z - z.T) / 2 for z in Z])
""",
    ("gradients.orthogonal_start", "V9s"): """
def orthogonal_start(Z):
    G, H, _ = Z.shape
    A = np.tril(Z, -1)
    A = A - np.swapaxes(A, 1, 2)
    return (np.eye(H, dtype=Z.dtype) + A).reshape(G * H, H)
""",
    ("gradients.orthogonal_start", "V10"): """
def orthogonal_start(Z):
    blocks = []
    for z in Z:
        Q, R = np.linalg.qr(z)
        blocks.append(Q * np.diag(R))
    return np.vstack(blocks)
""",
    ("gradients.orthogonal_start", "V11"): """
def orthogonal_start(Z):
    Q, blocks = np.zeros_like(Z[0]), []
    for z in Z:
        Q = Q + np.linalg.qr(z)[0]
        blocks.append(Q)
    return np.vstack(blocks)
""",
    ("gradients.orthogonal_start", "V12"): """
def orthogonal_start(Z):
    return np.vstack([np.linalg.eig(z)[1].real for z in Z])
""",
    ("gradients.orthogonal_start", "V13"): """
def orthogonal_start(Z):
    blocks, Q = [], np.eye(Z.shape[1])
    for z in Z:
        Q = Q @ np.linalg.qr(z)[0]
        blocks.append(Q)
    return np.vstack(blocks)
""",
    ("gradients.orthogonal_start", "V14"): """
def orthogonal_start(Z):
    blocks = []
    for z in Z:
        Q = z / np.linalg.norm(z, 2)
        for _ in range(3):
            Q = 1.5 * Q - 0.5 * Q @ Q.T @ Q
        blocks.append(Q)
    return np.vstack(blocks)
""",
    ("gradients.train_identity", "G20"): """
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    T, B, F = x.shape
    H = W_ih.shape[0]
    W_hh = np.eye(H).astype(x.dtype)
    b, b_ho = np.zeros(H, x.dtype), np.zeros(len(W_ho), x.dtype)
    losses = []
    for n in range(N):
        h = [np.zeros((B, H), x.dtype)]
        for t in range(T):
            h.append(np.tanh(x[t] @ W_ih.T + h[-1] @ W_hh.T + b))
        err = h[-1] @ W_ho.T + b_ho - y
        losses.append(np.mean(err ** 2))
        do = 2 * err / err.size
        dW_ih, dW_hh, db = 0, 0, 0
        dh = do @ W_ho
        for t in reversed(range(T)):
            dz = (1 - h[t + 1] ** 2) * dh
            dW_ih = dW_ih + dz.T @ x[t]
            dW_hh = dW_hh + dz.T @ h[t]
            db = db + dz.sum(axis=0)
            dh = dz @ W_hh
        g, _ = clip_by_norm([dW_ih, dW_hh, db, do.T @ h[-1], do.sum(axis=0)], max_norm)
        W_ih, W_hh, b = W_ih - lr * g[0], W_hh - lr * g[1], b - lr * g[2]
        W_ho, b_ho = W_ho - lr * g[3], b_ho - lr * g[4]
    return np.array(losses), W_hh
""",
    ("gradients.train_identity", "G1"): """
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    T, B, F = x.shape
    H = W_ih.shape[0]
    W_hh = np.eye(H).astype(x.dtype)
    b, b_ho = np.zeros(H, x.dtype), np.zeros(len(W_ho), x.dtype)
    losses = []
    for n in range(N):
        h = [np.zeros((B, H), x.dtype)]
        for t in range(T):
            h.append(np.maximum(x[t] @ W_ih.T + h[-1] @ W_hh.T + b, 0))
        err = h[-1] @ W_ho.T + b_ho - y
        losses.append(np.mean(err ** 2))
        do = 2 * err / err.size
        dW_ih, dW_hh, db = 0, 0, 0
        dh = do @ W_ho
        for t in reversed(range(T)):
            dz = (h[t + 1] > 0) * dh
            dW_ih = dW_ih + dz.T @ x[t]
            dW_hh = dW_hh + dz.T @ h[t]
            db = db + dz.sum(axis=0)
            dh = dz @ W_hh
        grads = [dW_ih, dW_hh, db, do.T @ h[-1], do.sum(axis=0)]
        for i in range(5):
            norm = np.linalg.norm(grads[i])
            if norm > max_norm:
                grads[i] = grads[i] * max_norm / norm
        W_ih, W_hh, b = W_ih - lr * grads[0], W_hh - lr * grads[1], b - lr * grads[2]
        W_ho, b_ho = W_ho - lr * grads[3], b_ho - lr * grads[4]
    return np.array(losses), W_hh
""",
}

KEPT = """
gradients.unit_exponent, X1: -
gradients.unit_exponent, X2: one step; several steps; 600 steps
gradients.unit_exponent, X2a: -
gradients.unit_exponent, X2a twice: -
gradients.unit_exponent, X2a of the mean: -
gradients.unit_exponent, X3: -
gradients.unit_exponent, X4: -
gradients.unit_exponent, X5: one step
gradients.unit_exponent, X5 twice: one step
gradients.unit_exponent, X6: -
gradients.unit_exponent, X7 2: -
gradients.unit_exponent, X7 10: -
gradients.unit_exponent, X7 1p: -
gradients.unit_exponent, X8: one step
gradients.unit_exponent, X9: one step; several steps; units with a negative w
gradients.unit_exponent, X10: -
gradients.unit_exponent, X10 a root: -
gradients.unit_exponent, X10 logistic: -
gradients.unit_exponent, X10 not squared: -
gradients.unit_exponent, X10 1+h²: -
gradients.unit_exponent, X10 1-h: -
gradients.unit_exponent, X11 the last left out: -
gradients.unit_exponent, X11 the first left out: -
gradients.unit_exponent, X11 one more: -
gradients.unit_exponent, X11 one more, all of them: -
gradients.unit_exponent, X11 divided by one more: -
gradients.unit_exponent, X11 the start as well: -
gradients.unit_exponent, X11 the start as well, divided by T: -
gradients.unit_exponent, X11b a tenth: one step; several steps; units with a negative w
gradients.unit_exponent, X11b a half: one step
gradients.unit_exponent, X14: one step
gradients.unit_exponent, X12: -
gradients.unit_exponent, X13 no b: -
gradients.unit_exponent, X13 no w: -
gradients.unit_exponent, X13 from h0 each time: one step
gradients.unit_exponent, X13 from zero: -
gradients.unit_exponent, X13 no tanh: -
gradients.unit_exponent, X13 h0 for h: -
gradients.influence, G14: -
gradients.influence, G15: one step back
gradients.influence, G15s: one step back
gradients.influence, G16: -
gradients.influence, B2: -
gradients.influence, B2p: -
gradients.influence, B3: -
gradients.influence, B3 not squared: -
gradients.influence, B3s: -
gradients.influence, G23: -
gradients.influence, G24: -
gradients.influence, G24 each factor: -
gradients.influence, G22: -
gradients.influence, G22l: one step back
gradients.influence, G22f: -
gradients.influence, G22s: -
gradients.influence, G25: -
gradients.influence, G26: -
gradients.influence, G27: -
gradients.influence, G28 of the slopes: -
gradients.influence, G28 of the states: -
gradients.influence, G28 the first example: -
gradients.limit_growth, G17: -
gradients.limit_growth, G17 real parts: -
gradients.limit_growth, G17 symmetric: -
gradients.limit_growth, G29 Frobenius: -
gradients.limit_growth, G29 rows: -
gradients.limit_growth, G29 columns: -
gradients.limit_growth, G29 entry: -
gradients.limit_growth, G29 determinant: -
gradients.limit_growth, G29 row: -
gradients.limit_growth, G29 nuclear: -
gradients.limit_growth, G29s: -
gradients.limit_growth, G29s mean: -
gradients.limit_growth, G4: -
gradients.limit_growth, G3: s and γ of 1; another s, another slope
gradients.limit_growth, G3 turned round: -
gradients.limit_growth, G30 left out: s and γ of 1
gradients.limit_growth, G30 divided: s and γ of 1
gradients.limit_growth, G30 in the condition alone: s and γ of 1; small and large matrices
gradients.limit_growth, G30 twice: s and γ of 1; small and large matrices
gradients.limit_growth, G30 squared: s and γ of 1; small and large matrices
gradients.limit_growth, G30c: s and γ of 1; another s, another slope
gradients.limit_growth, G6: s and γ of 1
gradients.limit_growth, G6 but for the condition: s and γ of 1; small and large matrices
gradients.limit_growth, G6 in the condition: s and γ of 1; another s, another slope
gradients.limit_growth, G31 values: -
gradients.limit_growth, G31 entries: -
gradients.limit_growth, G31 entries, with γ: -
gradients.limit_growth, G31 entries of a large matrix: -
gradients.limit_growth, G31 rows: -
gradients.limit_growth, G32: -
gradients.limit_growth, G33 s²: s and γ of 1; small and large matrices
gradients.limit_growth, G33 root: -
gradients.limit_growth, G33 difference: -
gradients.limit_growth, G36: s and γ of 1; another s, another slope
gradients.limit_growth, G37: -
gradients.limit_growth, G37 a large matrix alone: -
gradients.clip_by_norm, G1: one array; short and long ones; zero and long ones; the norm before clipping
gradients.clip_by_norm, G1 above the norm: one array; short and long ones; zero and long ones; the norm before clipping
gradients.clip_by_norm, G1 row by row: the norm before clipping
gradients.clip_by_norm, G1 one each: one array; short and long ones; zero and long ones; the norm before clipping
gradients.clip_by_norm, G2: the norm before clipping
gradients.clip_by_norm, G2 above the norm: the norm before clipping
gradients.clip_by_norm, G3: one array; several arrays; zero and long ones; the norm before clipping
gradients.clip_by_norm, G3 0/0: one array; several arrays; the norm before clipping
gradients.clip_by_norm, G3 turned round: the norm before clipping
gradients.clip_by_norm, G4: -
gradients.clip_by_norm, G4 in the factor: the norm before clipping
gradients.clip_by_norm, G4 where it is too long: the norm before clipping
gradients.clip_by_norm, G4 in the condition: one array; zero and long ones; the norm before clipping
gradients.clip_by_norm, G5: one array; short and long ones; zero and long ones
gradients.clip_by_norm, G5 the mean: one array; short and long ones; zero and long ones
gradients.clip_by_norm, G5 the largest: one array; short and long ones; zero and long ones
gradients.clip_by_norm, G5e largest entry: -
gradients.clip_by_norm, G5e absolute values: -
gradients.clip_by_norm, G5e root mean square: -
gradients.clip_by_norm, G5s: -
gradients.clip_by_norm, G5f the first: one array; short and long ones; zero and long ones
gradients.clip_by_norm, G5f the last: one array; short and long ones; zero and long ones
gradients.clip_by_norm, G6: the norm before clipping
gradients.clip_by_norm, G6 no condition: the norm before clipping
gradients.clip_by_norm, G6 1 for the limit: the norm before clipping
gradients.clip_by_norm, G7: the norm before clipping
gradients.clip_by_norm, G11 after: one array; several arrays; short and long ones; zero and long ones
gradients.clip_by_norm, G11 the factor: one array; several arrays; short and long ones; zero and long ones
gradients.clip_by_norm, G11 the limit: one array; several arrays; short and long ones; zero and long ones
gradients.clip_by_norm, G34 turned round: the norm before clipping
gradients.clip_by_norm, G34 root: the norm before clipping
gradients.clip_by_norm, G34 soft: the norm before clipping
gradients.clip_by_norm, G34 plus one: the norm before clipping
gradients.clip_by_norm, G34 to zero: the norm before clipping
gradients.clip_by_norm, G34 difference: the norm before clipping
gradients.clip_by_norm, G36: one array; several arrays; short and long ones; the norm before clipping
gradients.clip_by_norm, G38: one array; short and long ones; zero and long ones; the norm before clipping
gradients.clipped_update, G2: -
gradients.clipped_update, G2 above the norm: -
gradients.clipped_update, G3: one part, from rest
gradients.clipped_update, G3 0/0: one part, from rest
gradients.clipped_update, G3 turned round: -
gradients.clipped_update, G4: -
gradients.clipped_update, G4 in the factor: -
gradients.clipped_update, G4 where it is too long: -
gradients.clipped_update, G4 in the condition: one part, from rest; several parts, from rest
gradients.clipped_update, G6: -
gradients.clipped_update, G6 no condition: -
gradients.clipped_update, G6 1 for the limit: -
gradients.clipped_update, G7: -
gradients.clipped_update, G36: one part, from rest; the parameters, with momentum; the velocity, with momentum
gradients.clipped_update, G8 the velocity: one part, from rest; several parts, from rest
gradients.clipped_update, G8 the velocity too: one part, from rest; several parts, from rest
gradients.clipped_update, G8 the step: -
gradients.clipped_update, G8 the step by the velocity clipped: -
gradients.clipped_update, G8 the parameters: -
gradients.clipped_update, G8 the gradient times η: -
gradients.clipped_update, G8 after the step: -
gradients.clipped_update, G10: one part, from rest
gradients.clipped_update, G10 added up: one part, from rest
gradients.clipped_update, G10 by one factor: one part, from rest
gradients.clipped_update, G35 sum: one part, from rest
gradients.clipped_update, G35 divided after clipping: one part, from rest
gradients.clipped_update, G35 divided once more: one part, from rest
gradients.clipped_update, G35 the last: one part, from rest
gradients.clipped_update, G35 the first: one part, from rest
gradients.clipped_update, G35n: -
gradients.clipped_update, G35n and the parts: -
gradients.clipped_update, G35h: one part, from rest
gradients.clipped_update, G35h from zero: one part, from rest
gradients.clipped_update, M4: one part, from rest
gradients.clipped_update, M1 no mu: one part, from rest; several parts, from rest
gradients.clipped_update, M1 no v: one part, from rest; several parts, from rest
gradients.clipped_update, M1 a mean: -
gradients.clipped_update, M1 turned round: -
gradients.clipped_update, M1 mu at the gradient: -
gradients.clipped_update, M1 minus: -
gradients.clipped_update, M1 minus, added: -
gradients.clipped_update, M2 the old velocity: the velocity, with momentum
gradients.clipped_update, M2 the gradient: one part, from rest; several parts, from rest; the velocity, with momentum
gradients.clipped_update, M2 looking ahead: the velocity, with momentum
gradients.clipped_update, I7: the velocity, with momentum
gradients.clipped_update, M3 in the velocity: -
gradients.clipped_update, M3 in the velocity, minus: -
gradients.clipped_update, M3 twice: -
gradients.clipped_update, M3 left out: the velocity, with momentum
gradients.mean_omega, G18: -
gradients.mean_omega, G18a absolute: -
gradients.mean_omega, G18a half: -
gradients.mean_omega, G19: -
gradients.mean_omega, G14: -
gradients.mean_omega, G16: -
gradients.mean_omega, G23: -
gradients.mean_omega, B2 squashed again: -
gradients.mean_omega, B2 (1-h)²: -
gradients.mean_omega, B2 not squared: -
gradients.mean_omega, B2 logistic: -
gradients.mean_omega, B2p: -
gradients.mean_omega, B2p zeros before the first: -
gradients.mean_omega, B2p wrapped round: one step
gradients.mean_omega, O1 as faded: one step; a gradient at every step; gradients that have nearly vanished
gradients.mean_omega, O1 as kept: one step; a gradient at every step; gradients that have nearly vanished
gradients.mean_omega, O1 0/0: one step; a gradient at every step; gradients that have nearly vanished
gradients.mean_omega, O1 all or none: one step; a gradient at every step; gradients that have nearly vanished
gradients.mean_omega, O1e: one step; steps without a gradient left out; gradients that have nearly vanished
gradients.mean_omega, O1e product: one step; steps without a gradient left out; gradients that have nearly vanished
gradients.mean_omega, O2 sum: one step
gradients.mean_omega, O2 over the batch: one step
gradients.mean_omega, O2 over time: one step
gradients.mean_omega, O2 median: one step
gradients.mean_omega, O2m over time: one step; a gradient at every step; gradients that have nearly vanished
gradients.mean_omega, O2m over the batch: one step; a gradient at every step; gradients that have nearly vanished
gradients.mean_omega, O3: one step
gradients.mean_omega, O3 of the lengths: one step
gradients.mean_omega, O3 root: -
gradients.mean_omega, O4 and the batch: one step
gradients.mean_omega, O4 and time: one step
gradients.mean_omega, O4 everything: one step
gradients.mean_omega, O4 the batch alone: -
gradients.mean_omega, O4 time alone: -
gradients.mean_omega, O5: -
gradients.mean_omega, O5 0 for one step: -
gradients.mean_omega, O6 squared lengths: -
gradients.mean_omega, O6 logarithm: -
gradients.mean_omega, O6 absolute values: -
gradients.mean_omega, O6 largest entry: -
gradients.mean_omega, O7: -
gradients.mean_omega, O9 the first: -
gradients.mean_omega, O9 the last: -
gradients.mean_omega, O8 added: one step; a gradient at every step; steps without a gradient left out
gradients.mean_omega, O8 added, all counted: one step; a gradient at every step
gradients.mean_omega, O8 a border: one step; a gradient at every step; steps without a gradient left out
gradients.mean_omega, O8 a border, 0 for none: one step; a gradient at every step; steps without a gradient left out
gradients.mean_omega, O8 under the root: one step; a gradient at every step; steps without a gradient left out
gradients.train_identity, G20 tanh: -
gradients.train_identity, G20 tanh forwards alone: -
gradients.train_identity, G20 none: -
gradients.train_identity, G20 none forwards: -
gradients.train_identity, G20s zeros: -
gradients.train_identity, G20s ones: -
gradients.train_identity, G20s small: -
gradients.train_identity, G20s half: -
gradients.train_identity, G20s bias of 1: -
gradients.train_identity, G20s W_ih: -
gradients.train_identity, I1 none: the loss of the start
gradients.train_identity, I1 tanh: the loss of the start
gradients.train_identity, I1 the state: the loss of the start
gradients.train_identity, I1 at 0 as well: the loss of the start
gradients.train_identity, I1 the step before: the loss of the start
gradients.train_identity, B6: the loss of the start
gradients.train_identity, B6 early steps not summed: the loss of the start
gradients.train_identity, B8 back: the loss of the start; losses after updates that are not
gradients.train_identity, B8 left out: the loss of the start; losses after updates that are not
gradients.train_identity, B8 forwards: the loss of the start
gradients.train_identity, B8g: the loss of the start
gradients.train_identity, B5: the loss of the start
gradients.train_identity, B5 wrapped round: the loss of the start
gradients.train_identity, G1 each: the loss of the start; losses after updates that are not
gradients.train_identity, G1 not at all: the loss of the start; losses after updates that are not
gradients.train_identity, G1 the recurrent ones alone: the loss of the start; losses after updates that are not
gradients.train_identity, G1 but for one bias: the loss of the start; losses after updates that are not
gradients.train_identity, G1 W_hh alone: the loss of the start; losses after updates that are not
gradients.train_identity, G1 the biases not measured: the loss of the start; losses after updates that are not
gradients.train_identity, G1 the output not measured: the loss of the start; losses after updates that are not
gradients.train_identity, G1 W_hh alone measured: the loss of the start; losses after updates that are not
gradients.train_identity, G1 the state's: the loss of the start; losses after updates that are not
gradients.train_identity, G2: the loss of the start; losses after updates that are not
gradients.train_identity, G2 above the norm: the loss of the start; losses after updates that are not
gradients.train_identity, G3: the loss of the start; losses after updates that are clipped
gradients.train_identity, G3 0/0: the loss of the start; losses after updates that are clipped
gradients.train_identity, G3 turned round: the loss of the start
gradients.train_identity, G4: the loss of the start; losses after updates that are not
gradients.train_identity, G4 in the factor: the loss of the start; losses after updates that are not
gradients.train_identity, G4 where it is too long: the loss of the start; losses after updates that are not
gradients.train_identity, I2 no 2: the loss of the start; losses after updates that are clipped
gradients.train_identity, I2 by the batch alone: the loss of the start; losses after updates that are clipped
gradients.train_identity, I2 sum: the loss of the start; losses after updates that are clipped
gradients.train_identity, I2 by the outputs alone: the loss of the start; losses after updates that are clipped
gradients.train_identity, I2 of the bias: the loss of the start
gradients.train_identity, I2 over the steps: the loss of the start; losses after updates that are clipped
gradients.train_identity, I3 sum: W_hh after the last update
gradients.train_identity, I3 half: W_hh after the last update
gradients.train_identity, I3 by the batch: W_hh after the last update
gradients.train_identity, I3 root: W_hh after the last update
gradients.train_identity, I3 absolute: W_hh after the last update
gradients.train_identity, I4: W_hh after the last update
gradients.train_identity, I5 W_hh: the loss of the start
gradients.train_identity, I5 W_ih: the loss of the start
gradients.train_identity, I5 b: the loss of the start
gradients.train_identity, I5 W_ho: the loss of the start
gradients.train_identity, I5 b_ho: the loss of the start
gradients.train_identity, I5 both biases: the loss of the start
gradients.train_identity, I5 the output: the loss of the start
gradients.train_identity, I5 the given ones: the loss of the start
gradients.train_identity, I5 W_hh, not measured: the loss of the start
gradients.train_identity, I5 W_ih, not measured: the loss of the start
gradients.train_identity, I5 b, not measured: the loss of the start
gradients.train_identity, I5 W_ho, not measured: the loss of the start
gradients.train_identity, I5 b_ho, not measured: the loss of the start
gradients.train_identity, I5 both biases, not measured: the loss of the start
gradients.train_identity, I5 the output, not measured: the loss of the start
gradients.train_identity, I5 the given ones, not measured: the loss of the start
gradients.train_identity, I6: the loss of the start
gradients.train_identity, I7: the loss of the start
gradients.train_identity, I8 the mean of the states: -
gradients.train_identity, I8 the first: -
gradients.train_identity, I8 back to every step: the loss of the start
gradients.train_identity, I8 every step: -
gradients.train_identity, I9: the loss of the start; losses after updates that are not
gradients.train_identity, I10: the loss of the start
"""
