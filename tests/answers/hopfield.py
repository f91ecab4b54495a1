"""What is handed in for the exercises of ``hopfield``: right answers, and wrong ones as they are typed."""

from __future__ import annotations

import math

import numpy as np

from rnncourse import hopfield

from . import solves

# hopfield.store


@solves("hopfield.store")
def by_outer_products(V, c):
    P, N = V.shape
    W = np.zeros((N, N), dtype=V.dtype)
    for mu in range(P):
        xi = np.where(V[mu] > 0.5, 1.0, -1.0).astype(V.dtype)
        W += c[mu] * np.outer(xi, xi) / N
    return W - np.diag(np.diag(W))


@solves("hopfield.store")
def pair_by_pair(V, c):
    P, N = V.shape
    W = np.zeros((N, N), V.dtype)
    for i in range(N):
        for j in range(i + 1, N):
            total = 0.0
            for mu in range(P):
                total += c[mu] if V[mu, i] == V[mu, j] else -c[mu]
            W[i, j] = W[j, i] = total / N
    return W


@solves("hopfield.store")
def by_the_diagonal_that_is_known(V, c):
    xi = V + V - 1
    W = np.einsum("p,pi,pj->ij", c, xi, xi)
    return ((W - c.sum() * np.eye(len(W))) / len(W)).astype(V.dtype)


@solves("hopfield.store")
def with_a_mask(V, c):
    xi = (2 * V - 1).T
    N = xi.shape[0]
    return xi @ np.diag(c) @ xi.T * (~np.eye(N, dtype=bool)) / np.asarray(N, V.dtype)


# hopfield.downhill


@solves("hopfield.downhill")
def one_example_after_the_other(s, W, theta, order):
    B, N = s.shape
    out, E = np.empty_like(s), np.zeros((len(order) + 1, B), s.dtype)

    def energy(x):
        pairs = sum(W[i, j] * x[i] * x[j] for i in range(N) for j in range(i))
        return -pairs + sum(theta[i] * x[i] for i in range(N))

    for b in range(B):
        x = s[b].tolist()
        E[0, b] = energy(x)
        for k, i in enumerate(order):
            heard = sum(W[i, j] * x[j] for j in range(N) if j != i)
            if heard > theta[i]:
                x[i] = 1.0
            elif heard < theta[i]:
                x[i] = -1.0
            E[k + 1, b] = energy(x)
        out[b] = x
    return out, E


@solves("hopfield.downhill")
def by_changes_of_the_energy(s, W, theta, order):
    s = s.copy()
    E = [-np.einsum("bi,ij,bj->b", s, W, s) / 2 + s @ theta]
    for i in order:
        f = s @ W[:, i] - theta[i]
        flip = s[:, i] * f < 0
        E.append(E[-1] + 2 * np.where(flip, s[:, i] * f, 0).astype(s.dtype))
        s[flip, i] *= -1
    return s, np.array(E)


@solves("hopfield.downhill")
def with_the_librarys_energy(s, W, theta, order):
    state, energies = s.copy(), [hopfield.energy(s, W, theta)]
    for i in order:
        field = hopfield.field(state, W, theta)[:, i]
        new = np.sign(field)
        state[:, i] = np.where(new == 0, state[:, i], new)
        energies.append(hopfield.energy(state, W, theta))
    return state, np.array(energies)


@solves("hopfield.downhill")
def with_columns_as_states(s, W, theta, order):
    x = s.T.copy()
    states = [x.copy()]
    for i in order:
        f = W[i] @ x - theta[i]
        x[i, f > 0] = 1
        x[i, f < 0] = -1
        states.append(x.copy())
    all_states = np.array(states)  # (n + 1, N, B)
    E = (all_states * (theta[:, None] - W @ all_states / 2)).sum(axis=1)
    return x.T.copy(), E


# hopfield.find_cycle


@solves("hopfield.find_cycle")
def with_a_dictionary(s, W, theta):
    start, length, mean = [], [], []
    for x in s:
        seen, path = {}, []
        while tuple(x) not in seen:
            seen[tuple(x)] = len(path)
            path.append(x)
            f = W.dot(x) - theta
            x = np.where(f > 0, 1.0, np.where(f < 0, -1.0, x))
        t = seen[tuple(x)]
        start.append(t)
        length.append(len(path) - t)
        mean.append(sum(path[t:]) / (len(path) - t))
    return np.array(start), np.array(length), np.array(mean, dtype=s.dtype)


@solves("hopfield.find_cycle")
def by_tortoise_and_hare(s, W, theta):
    def step(x):
        f = W @ x - theta
        return np.where(f == 0, x, np.sign(f))

    def alike(a, b):
        return np.array_equal(a, b)

    starts, lengths, means = np.zeros(len(s), int), np.zeros(len(s), int), np.zeros_like(s)
    for b in range(len(s)):
        slow, fast = step(s[b]), step(step(s[b]))
        while not alike(slow, fast):
            slow, fast = step(slow), step(step(fast))
        slow = s[b]
        while not alike(slow, fast):
            slow, fast = step(slow), step(fast)
            starts[b] += 1
        total, x, n = slow.copy(), step(slow), 1
        while not alike(x, slow):
            total, x, n = total + x, step(x), n + 1
        lengths[b], means[b] = n, total / n
    return starts, lengths, means


@solves("hopfield.find_cycle")
def all_together(s, W, theta):
    history = [s]
    for _ in range(2 ** s.shape[1] + 1):
        f = history[-1] @ W.T - theta
        history.append(np.where(f > 0, 1, np.where(f < 0, -1, history[-1])))
    h = np.array(history)
    start, length = np.zeros(len(s), dtype=int), np.zeros(len(s), dtype=int)
    mean = np.zeros_like(s)
    for b in range(len(s)):
        last = h[-1, b]
        again = np.flatnonzero((h[:-1, b] == last).all(axis=1))[-1]
        length[b] = len(h) - 1 - again
        same = (h[length[b] :, b] == h[: -length[b], b]).all(axis=1)
        start[b] = np.argmax(same)
        mean[b] = h[start[b] : start[b] + length[b], b].mean(axis=0)
    return start, length, mean


# hopfield.stability


@solves("hopfield.stability")
def unit_by_unit(xi, W, theta, q):
    P, N = xi.shape
    gamma = np.zeros((P, N), xi.dtype)
    for mu in range(P):
        for i in range(N):
            gamma[mu, i] = xi[mu, i] * (sum(W[i, j] * xi[mu, j] for j in range(N)) - theta[i])
    turned = np.array([sum(1 for g in row if g < 0) for row in gamma])
    n = 1
    while math.erfc(math.sqrt(N / 2 / n)) / 2 <= q:
        n += 1
    return gamma, turned, n - 1


@solves("hopfield.stability")
def with_the_librarys_functions(xi, W, theta, q):
    f = hopfield.field(xi, W, theta)
    after = hopfield.update(f, xi)
    N = xi.shape[1]
    fits = [P for P in range(1, 4 * N) if hopfield.crosstalk_error(P, N) <= q]
    return f * xi, (after != xi).sum(axis=1), max(fits, default=0)


@solves("hopfield.stability")
def by_the_quantile(xi, W, theta, q):
    gamma = np.einsum("pi,ij,pj->pi", xi, W, xi) - xi * theta
    N = xi.shape[1]
    low, high = 0.0, 50.0
    for _ in range(200):  # z with erfc(z / sqrt 2) / 2 = q
        z = (low + high) / 2
        low, high = (low, z) if math.erfc(z / math.sqrt(2)) / 2 < q else (z, high)
    return gamma, np.count_nonzero(gamma < 0, axis=1), int(N / z**2)


# hopfield.basin


@solves("hopfield.basin")
def start_by_start(xi, W, theta, turned):
    P, N = xi.shape
    K = len(turned)
    m, R, spurious = np.zeros((K, P), xi.dtype), np.zeros(K, xi.dtype), np.zeros(K, dtype=int)
    stored = {tuple(x) for x in xi} | {tuple(-x) for x in xi}
    for k in range(K):
        for mu in range(P):
            s = xi[mu] * (1 - 2 * turned[k])
            changed = True
            while changed:
                changed = False
                for i in range(N):
                    f = W[i] @ s - theta[i]
                    if f * s[i] < 0:
                        s[i] = -s[i]
                        changed = True
            m[k, mu] = s @ xi[mu] / N
            R[k] += (s == xi[mu]).all() / P
            spurious[k] += tuple(s) not in stored
    return m, R, spurious


@solves("hopfield.basin")
def in_one_long_batch(xi, W, theta, turned):
    (P, N), K = xi.shape, len(turned)
    wanted = np.tile(xi, (K, 1))
    s = wanted * np.repeat(1 - 2 * turned, P, axis=0).astype(xi.dtype)
    for _ in range(200):
        old = s.copy()
        for i in range(N):
            f = s @ W[:, i] - theta[i]
            s[f > 0, i], s[f < 0, i] = 1, -1
        if np.array_equal(old, s):
            break
    right = (s == wanted).sum(axis=1)
    overlaps = np.abs(s @ xi.T)
    return (
        ((2 * right - N) / N).reshape(K, P).astype(xi.dtype),
        (right == N).reshape(K, P).mean(axis=1).astype(xi.dtype),
        (overlaps.max(axis=1) < N).reshape(K, P).sum(axis=1),
    )


@solves("hopfield.basin")
def with_the_librarys_recall(xi, W, theta, turned):
    m, R, spurious = [], [], []
    for probe in turned:
        end = hopfield.recall(np.where(probe == 1, -xi, xi), W, theta).s
        overlaps = hopfield.overlap(end, xi)
        own = np.diag(overlaps)
        m.append(own)
        R.append(np.mean(own == 1))
        spurious.append(np.sum(np.abs(overlaps).max(axis=1) < 1))
    return np.array(m), np.array(R, xi.dtype), np.array(spurious)


# hopfield.complete


@solves("hopfield.complete")
def example_by_example(h, known, xi, beta, steps):
    B, P = len(h), len(xi)
    h = h.copy()
    p, E = np.zeros((B, P), h.dtype), np.zeros((steps + 1, B), h.dtype)

    def energy(x):
        z = [beta * float(row @ x) for row in xi]
        top = max(z)
        return -(top + math.log(sum(math.exp(v - top) for v in z))) / beta + float(x @ x) / 2

    for b in range(B):
        E[0, b] = energy(h[b])
        for k in range(steps):
            z = beta * (xi @ h[b])
            w = np.exp(z - z.max())
            p[b] = w / w.sum()
            new = p[b] @ xi
            for i in range(h.shape[1]):
                if not known[b, i]:
                    h[b, i] = new[i]
            E[k + 1, b] = energy(h[b])
    return h, p, E


@solves("hopfield.complete")
def with_logaddexp(h, known, xi, beta, steps):
    keep = known.astype(bool)
    states = [h]
    for _ in range(steps):
        z = beta * states[-1] @ xi.T
        p = np.exp(z - np.logaddexp.reduce(z, axis=1)[:, None])
        states.append(np.where(keep, h, np.einsum("bp,pn->bn", p, xi)))
    H = np.array(states)
    E = 0.5 * np.sum(H**2, axis=2) - np.logaddexp.reduce(beta * H @ xi.T, axis=2) / beta
    return H[-1], p, E


@solves("hopfield.complete")
def with_a_mask_as_a_factor(h, known, xi, beta, steps):
    free = (1 - known).astype(h.dtype)
    state, E = h.copy(), []
    for k in range(steps + 1):
        scores = np.matmul(state, xi.T) * np.asarray(beta, h.dtype)
        shifted = scores - np.max(scores, axis=-1, keepdims=True)
        total = np.sum(np.exp(shifted), axis=-1)
        lse = np.log(total) + np.max(scores, axis=-1)
        E.append(np.sum(state * state, axis=-1) / 2 - lse / np.asarray(beta, h.dtype))
        if k < steps:
            p = np.exp(shifted) / total[:, None]
            state = state + free * (p @ xi - state)
    state = np.where(known == 1, h, state)
    return state, p, np.stack(E)


# hopfield.memories


@solves("hopfield.memories")
def row_by_row(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    W_hebb = np.zeros((N, N), xi.dtype)
    for p in xi:
        W_hebb += np.outer(p, p)
    W_proj = xi.T @ np.linalg.inv(xi @ xi.T) @ xi
    ends = [np.zeros_like(s) for _ in range(4)]
    for b, x in enumerate(s):
        overlaps = [float(p @ x) for p in xi]
        ends[0][b] = xi[overlaps.index(max(overlaps))]
        for end, W in ((ends[1], W_hebb), (ends[2], W_proj)):
            now = x.copy()
            for _ in range(sweeps):
                for i in range(N):
                    f = sum(W[i, j] * now[j] for j in range(N) if j != i)
                    if f:
                        now[i] = 1 if f > 0 else -1
            end[b] = now
        w = [math.exp(beta * m) for m in overlaps]
        ends[3][b] = np.where(sum(wp * p for wp, p in zip(w, xi, strict=True)) > 0, 1, -1)
    R = [sum((end[b] == xi[which[b]]).all() for b in range(len(s))) / len(s) for end in ends]
    return (*ends, np.array(R, xi.dtype))


@solves("hopfield.memories")
def with_the_librarys_matrices(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    zero, order = np.zeros(N, xi.dtype), np.tile(np.arange(N), sweeps)
    z = beta * hopfield.overlap(s, xi) * N
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    ends = [
        xi[hopfield.overlap(s, xi).argmax(axis=1)],
        hopfield.asynchronous(s, hopfield.hebbian(xi), zero, order),
        hopfield.asynchronous(s, hopfield.pseudo_inverse(xi), zero, order),
        np.sign(p @ xi),
    ]
    return (
        *ends,
        np.array([np.mean([np.array_equal(a, b) for a, b in zip(e, xi[which], strict=True)]) for e in ends], s.dtype),
    )


@solves("hopfield.memories")
def by_the_span(xi, s, which, beta, sweeps):
    q, _ = np.linalg.qr(xi.T)  # a basis of the patterns
    distance = ((s[:, None, :] - xi[None, :, :]) ** 2).sum(axis=-1)
    found = [xi[distance.argmin(axis=-1)]]
    for W in (np.einsum("pi,pj->ij", xi, xi), q @ q.T):
        diagonal = np.diag(W).copy()
        x = s.T.copy()
        for _ in range(sweeps):
            for i, own in enumerate(diagonal):
                f = W[i] @ x - own * x[i]
                f[np.abs(f) < 1e-5] = 0
                x[i] = np.where(f == 0, x[i], np.sign(f))
        found.append(x.T.copy())
    weight = np.exp(-beta / 2 * distance)  # all of one length: as good as products
    found.append(np.sign(weight @ xi).astype(xi.dtype))
    right = np.array([[(row == xi[k]).all() for row, k in zip(end, which, strict=True)] for end in found])
    return (*found, right.mean(axis=1).astype(xi.dtype))


TYPED = {
    ("hopfield.store", "H1"): """
def store(V, c):
    P, N = V.shape
    W = np.zeros((N, N), dtype=V.dtype)
    for p in range(P):
        for i in range(N):
            for j in range(N):
                if i != j:
                    W[i, j] += c[p] * V[p, i] * V[p, j]
    return W / N
""",
    ("hopfield.store", "H4"): """
def store(V, c):
    xi = np.where(V == 1, 1, -1)
    W = np.zeros((V.shape[1], V.shape[1]))
    for x, n in zip(xi, c):
        W = W + n * np.outer(x, x)
    np.fill_diagonal(W, 0)
    return (W / len(V)).astype(V.dtype)
""",
    ("hopfield.store", "H5s"): """
def store(V, c):
    xi = (2 * V - 1) * c.reshape(-1, 1)
    W = xi.T.dot(xi) / V.shape[1]
    W[np.arange(len(W)), np.arange(len(W))] = 0
    return W
""",
    ("hopfield.downhill", "D4"): """
def downhill(s, W, theta, order):
    s = s.copy()
    E = np.zeros((len(order) + 1, len(s)), dtype=s.dtype)
    E[0] = [-0.5 * x @ W @ x - theta @ x for x in s]
    for k, i in enumerate(order):
        for b in range(len(s)):
            h = W[i] @ s[b]
            if h > theta[i]:
                s[b, i] = 1
            elif h < theta[i]:
                s[b, i] = -1
        E[k + 1] = [-0.5 * x @ W @ x - theta @ x for x in s]
    return s, E
""",
    ("hopfield.downhill", "D2"): """
def downhill(s, W, theta, order):
    x = s.copy()
    E = [-(x @ W * x).sum(1) / 2 + x @ theta]
    for i in order:
        x[:, i] = np.where(x @ W[i] >= theta[i], 1, -1)
        E.append(-(x @ W * x).sum(1) / 2 + x @ theta)
    return x, np.array(E)
""",
    ("hopfield.downhill", "D5"): """
def downhill(s, W, theta, order):
    x = s.copy()

    def energy(x):
        e = np.zeros(len(x), dtype=x.dtype)
        for i in range(len(theta)):
            for j in range(len(theta)):
                e = e - W[i, j] * x[:, i] * x[:, j]
            e = e + theta[i] * x[:, i]
        return e

    E = [energy(x)]
    for i in order:
        f = x @ W[i] - theta[i]
        x[f > 0, i] = 1
        x[f < 0, i] = -1
        E.append(energy(x))
    return x, np.array(E)
""",
    ("hopfield.find_cycle", "C1"): """
def find_cycle(s, W, theta):
    start, length, mean = [], [], []
    for x in s:
        path = []
        x = x.copy()
        while not any(np.array_equal(x, p) for p in path):
            path.append(x.copy())
            for i in range(len(x)):
                f = W[i] @ x - theta[i]
                if f > 0:
                    x[i] = 1
                if f < 0:
                    x[i] = -1
        k = [np.array_equal(x, p) for p in path].index(True)
        start.append(k)
        length.append(len(path) - k)
        mean.append(np.mean(path[k:], axis=0))
    return np.array(start), np.array(length), np.array(mean, dtype=s.dtype)
""",
    ("hopfield.find_cycle", "C4"): """
def find_cycle(s, W, theta):
    start, length, mean = [], [], []
    for x in s:
        path = [x]
        while True:
            f = W @ path[-1] - theta
            y = np.where(f > 0, 1, np.where(f < 0, -1, path[-1]))
            same = [k for k in range(len(path)) if (path[k] == y).all()]
            if same:
                break
            path.append(y)
        start.append(len(path))
        length.append(len(path) - same[0])
        mean.append(np.mean(path[same[0] :], axis=0))
    return np.array(start), np.array(length), np.array(mean).astype(s.dtype)
""",
    ("hopfield.stability", "S1"): """
def stability(xi, W, theta, q):
    P, N = xi.shape
    gamma = np.array([W @ x - theta for x in xi])
    turned = np.sum(gamma < 0, axis=1)
    n = 0
    while 0.5 * math.erfc(math.sqrt(N / (2 * (n + 1)))) <= q:
        n += 1
    return gamma, turned, n
""",
    ("hopfield.stability", "S6"): """
def stability(xi, W, theta, q):
    P, N = xi.shape
    gamma = xi * (xi @ W.T - theta)
    n = 1
    while 0.5 * math.erfc(math.sqrt(N / (2 * n))) <= q:
        n += 1
    return gamma, (gamma < 0).sum(1), n
""",
    ("hopfield.basin", "B1"): """
def basin(xi, W, theta, turned):
    P, N = xi.shape
    s = np.array([[np.where(t == 1, -x, x) for x in xi] for t in turned])
    for i in range(N):
        f = s @ W[i] - theta[i]
        s[:, :, i] = np.where(f > 0, 1, np.where(f < 0, -1, s[:, :, i]))
    m = np.einsum("kpi,pi->kp", s, xi) / N
    spurious = np.array([[np.abs(xi @ s[k, p]).max() < N for p in range(P)] for k in range(len(turned))]).sum(1)
    return m, (m == 1).mean(1).astype(xi.dtype), spurious
""",
    ("hopfield.basin", "B7"): """
def basin(xi, W, theta, turned):
    P, N = xi.shape
    m = np.zeros((len(turned), P), dtype=xi.dtype)
    wrong = np.zeros(len(turned), dtype=int)
    for k, t in enumerate(turned):
        for p in range(P):
            s = np.where(t == 1, -xi[p], xi[p])
            for sweep in range(100):
                for i in range(N):
                    f = W[i] @ s - theta[i]
                    if f != 0:
                        s[i] = np.sign(f)
            m[k, p] = (s == xi[p]).mean() * 2 - 1
            if not any((s == x).all() for x in xi):
                wrong[k] += 1
    return m, (m == 1).mean(axis=1).astype(xi.dtype), wrong
""",
    ("hopfield.complete", "M1"): """
def complete(h, known, xi, beta, steps):
    def energy(h):
        z = beta * h @ xi.T
        m = z.max(axis=1)
        return -(m + np.log(np.exp(z - m[:, None]).sum(axis=1))) / beta + 0.5 * (h**2).sum(axis=1)

    E = [energy(h)]
    for _ in range(steps):
        z = beta * h @ xi.T
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p = p / p.sum(axis=1, keepdims=True)
        h = p @ xi
        E.append(energy(h))
    return h, p, np.array(E)
""",
    ("hopfield.complete", "M4"): """
def complete(h, known, xi, beta, steps):
    def softmax(z):
        e = np.exp(z - np.max(z, axis=-1, keepdims=True))
        return e / np.sum(e, axis=-1, keepdims=True)

    def energy(h):
        z = beta * h @ xi.T
        m = z.max(axis=1)
        return -(m + np.log(np.exp(z - m[:, None]).sum(axis=1))) / beta + 0.5 * (h**2).sum(axis=1)

    E = [energy(h)]
    for _ in range(steps):
        p = softmax(h @ xi.T)
        h = np.where(known == 1, h, p @ xi)
        E.append(energy(h))
    return h, p, np.array(E)
""",
    ("hopfield.memories", "H3"): """
def memories(xi, s, which, beta, sweeps):
    def run(W):
        x = s.copy()
        for _ in range(sweeps):
            for i in range(W.shape[0]):
                f = x @ W[i]
                x[:, i] = np.where(f > 0, 1, np.where(f < 0, -1, x[:, i]))
        return x

    near = xi[np.argmax(s @ xi.T, axis=1)]
    hebb = run(xi.T @ xi / xi.shape[1])
    proj = run(np.linalg.pinv(xi) @ xi)
    z = np.exp(beta * s @ xi.T)
    modern = np.sign((z / z.sum(axis=1, keepdims=True)) @ xi)
    R = [(out == xi[which]).all(axis=1).mean() for out in (near, hebb, proj, modern)]
    return near, hebb, proj, modern, np.array(R, dtype=xi.dtype)
""",
    ("hopfield.memories", "Q8"): """
def memories(xi, s, which, beta, sweeps):
    W1 = xi.T @ xi / xi.shape[1]
    W2 = np.linalg.pinv(xi) @ xi
    outs = [xi[np.argmax(s @ xi.T, axis=1)]]
    for W in (W1, W2):
        W = W - np.diag(np.diag(W))
        x = s.copy()
        for _ in range(sweeps):
            for i in range(len(W)):
                f = x @ W[i]
                x[f > 0, i] = 1
                x[f < 0, i] = -1
        outs.append(x)
    e = np.exp(beta * (s @ xi.T))
    outs.append(np.sign(e @ xi))
    R = np.array([np.mean(o == xi[which]) for o in outs], dtype=xi.dtype)
    return outs[0], outs[1], outs[2], outs[3], R
""",
}

KEPT = """
hopfield.store, H1 both: -
hopfield.store, H1 one of the two: -
hopfield.store, H1 the other: -
hopfield.store, H1 doubled alone: -
hopfield.store, H1 one taken away alone: -
hopfield.store, H1 plus one: -
hopfield.store, H1h one half: -
hopfield.store, H1h two: -
hopfield.store, H2 of all: -
hopfield.store, H2 of each pattern: -
hopfield.store, H2 of V: -
hopfield.store, H2u of each unit: -
hopfield.store, H2u of V, by unit: -
hopfield.store, H3 kept: -
hopfield.store, H3 ones: -
hopfield.store, H3 one taken away: -
hopfield.store, H3 one Nth taken away: -
hopfield.store, H3 taken away twice: -
hopfield.store, H3 the number of patterns taken away: -
hopfield.store, H3p: patterns that count once
hopfield.store, H4 by nothing: -
hopfield.store, H4 by the patterns: -
hopfield.store, H4 by both: -
hopfield.store, H4 by one less: -
hopfield.store, H4 by the root: -
hopfield.store, H4 by the square: -
hopfield.store, H4 by twice as much: -
hopfield.store, H4 by the pairs: -
hopfield.store, H4c in place of N: -
hopfield.store, H4c and by N: -
hopfield.store, H4c and by N, of their sizes: -
hopfield.store, H5: patterns that count once
hopfield.store, H5 signs alone: patterns that count once
hopfield.store, H5 added up: -
hopfield.store, H5 their mean: patterns that count once
hopfield.store, H5 the first for all: patterns that count once
hopfield.store, H5n learnt: patterns that count once
hopfield.store, H5n left out: patterns that count once
hopfield.store, H5n under a root: patterns that count once
hopfield.store, H5s on both sides: patterns that count once
hopfield.store, H5s divided by: patterns that count once
hopfield.store, H5s in ξ, before it is ±1: patterns that count once
hopfield.store, H6 with counts: -
hopfield.store, H6 counts on one side: -
hopfield.store, H7 the first alone: -
hopfield.store, H7 the last alone: -
hopfield.store, H7 the first left out: -
hopfield.store, H7 the last left out: -
hopfield.store, H8: -
hopfield.store, H8 by the units: -
hopfield.store, H9 above: -
hopfield.store, H9 below: -
hopfield.store, H10 the sign: -
hopfield.store, H10 signs alone: -
hopfield.store, H10 squashed: -
hopfield.store, H10 divided by the largest: -
hopfield.downhill, D1: -
hopfield.downhill, D1 all fields first: -
hopfield.downhill, D2 switched on: states; E without thresholds; E with thresholds
hopfield.downhill, D2 switched off: states; E without thresholds; E with thresholds
hopfield.downhill, D2 set to 0: states; E without thresholds; E with thresholds
hopfield.downhill, D2 turned round: states; E without thresholds; E with thresholds
hopfield.downhill, D3 added: ties; E without thresholds
hopfield.downhill, D3 left out: ties; E without thresholds
hopfield.downhill, D3 that of unit 0: ties; E without thresholds
hopfield.downhill, D3 doubled: ties; E without thresholds
hopfield.downhill, D3 halved: ties; E without thresholds
hopfield.downhill, D3 times the state: ties; E without thresholds
hopfield.downhill, D4 minus: states; ties; E without thresholds
hopfield.downhill, D4 left out: states; ties; E without thresholds
hopfield.downhill, D4 halved: states; ties; E without thresholds
hopfield.downhill, D4 halved and minus: states; ties; E without thresholds
hopfield.downhill, D4 doubled: states; ties; E without thresholds
hopfield.downhill, D4 without the states: states; ties; E without thresholds
hopfield.downhill, D5 twice: states; ties
hopfield.downhill, D5 half: states; ties
hopfield.downhill, D5 half of one triangle: states; ties
hopfield.downhill, D5 four times: states; ties
hopfield.downhill, D6: states; ties
hopfield.downhill, D6 of the whole energy: states; ties
hopfield.downhill, D7 sorted: -
hopfield.downhill, D7 turned round: -
hopfield.downhill, D7 one after the other: -
hopfield.downhill, D7 counted from 1: -
hopfield.downhill, D7 always the first: -
hopfield.downhill, D7 by rank: -
hopfield.downhill, D7o: ties
hopfield.downhill, D7o all units: -
hopfield.downhill, D7o sorted: -
hopfield.downhill, D8 the first left out: states; ties
hopfield.downhill, D8 the last left out: states; ties
hopfield.downhill, D8 the last alone: states; ties
hopfield.downhill, D8 both ends: states; ties
hopfield.downhill, D8l all of the end: states; ties
hopfield.downhill, D8l all of the start: states; ties
hopfield.downhill, D8l before each update: states; ties
hopfield.downhill, D8l turned round: states; ties
hopfield.downhill, D8d since the start: states; ties
hopfield.downhill, D8d since the update before: states; ties
hopfield.downhill, D9: states; ties
hopfield.downhill, D10 by units: states; ties
hopfield.downhill, D10 by units, couplings alone: states; ties
hopfield.downhill, D10 over the examples: states; ties
hopfield.downhill, D11 against the field: -
hopfield.downhill, D11 flipped where the field is negative: -
hopfield.downhill, D11 flipped where the field is positive: -
hopfield.downhill, D11 flipped where field and state agree: -
hopfield.downhill, D11 switched on alone: -
hopfield.downhill, D11 switched off alone: -
hopfield.downhill, D11 flipped always: -
hopfield.downhill, D12 0 for off: -
hopfield.downhill, D12 the field: -
hopfield.downhill, D12 tanh: -
hopfield.downhill, D13 of the first: -
hopfield.downhill, D13 of their sum: -
hopfield.downhill, D14 the given ones: E without thresholds; E with thresholds
hopfield.downhill, D14 all but the last update: E without thresholds; E with thresholds
hopfield.downhill, D15: -
hopfield.find_cycle, C1 in a sweep: -
hopfield.find_cycle, C1 the first that wants to: -
hopfield.find_cycle, C1 the one that wants to most: -
hopfield.find_cycle, C2: lengths 1 and 2; ties
hopfield.find_cycle, C2 made symmetric: lengths 1 and 2; ties
hopfield.find_cycle, D2 switched on: start; lengths 1 and 2; longer cycles; mean
hopfield.find_cycle, D2 switched off: start; lengths 1 and 2; longer cycles; mean
hopfield.find_cycle, D2 set to 0: start; lengths 1 and 2; longer cycles; mean
hopfield.find_cycle, D2 turned round: start; lengths 1 and 2; longer cycles; mean
hopfield.find_cycle, D3 added: ties
hopfield.find_cycle, D3 left out: ties
hopfield.find_cycle, D3 doubled: ties
hopfield.find_cycle, D3 times the state: ties
hopfield.find_cycle, C3: lengths 1 and 2; ties
hopfield.find_cycle, C3 turned round: lengths 1 and 2; ties
hopfield.find_cycle, C4 one later: lengths 1 and 2; longer cycles; mean
hopfield.find_cycle, C4 when it is noticed: lengths 1 and 2; longer cycles; mean
hopfield.find_cycle, C4 the last new state: lengths 1 and 2; longer cycles; mean; ties
hopfield.find_cycle, C4 the second round: lengths 1 and 2; longer cycles; mean
hopfield.find_cycle, C4 one earlier: lengths 1 and 2; longer cycles; mean
hopfield.find_cycle, C4 never: lengths 1 and 2; longer cycles; mean
hopfield.find_cycle, C5 one more: start; mean
hopfield.find_cycle, C5 one less: start; mean
hopfield.find_cycle, C5 of the whole path: start; mean
hopfield.find_cycle, C5 of the way to it: start; mean
hopfield.find_cycle, C5 until it is noticed: start; mean
hopfield.find_cycle, C5 a fixed point as 0: start; longer cycles; mean
hopfield.find_cycle, C6 the two before: lengths 1 and 2; ties
hopfield.find_cycle, C6 counted so: start; lengths 1 and 2; mean; ties
hopfield.find_cycle, C7 the whole path: start; lengths 1 and 2; longer cycles
hopfield.find_cycle, C7 one of them twice: start; lengths 1 and 2; longer cycles; ties
hopfield.find_cycle, C7 without its first: start; lengths 1 and 2; longer cycles; ties
hopfield.find_cycle, C7 from one earlier: start; lengths 1 and 2; longer cycles
hopfield.find_cycle, C7 the way to it: start; lengths 1 and 2; longer cycles
hopfield.find_cycle, C7 both ends: start; lengths 1 and 2; longer cycles
hopfield.find_cycle, C7s its last state: start; lengths 1 and 2; longer cycles; ties
hopfield.find_cycle, C7s its first state: start; lengths 1 and 2; longer cycles; ties
hopfield.find_cycle, C7s the sum: start; lengths 1 and 2; longer cycles; ties
hopfield.find_cycle, C7s signs: start; lengths 1 and 2; longer cycles; ties
hopfield.find_cycle, C7s share that is on: start; lengths 1 and 2; longer cycles
hopfield.find_cycle, C7s of its size: start; lengths 1 and 2; longer cycles
hopfield.find_cycle, C8 by their sums: ties
hopfield.find_cycle, C8 by one unit: -
hopfield.find_cycle, C8 by the first unit: -
hopfield.find_cycle, C8 by most units: -
hopfield.find_cycle, C9 the latest start: lengths 1 and 2; longer cycles; mean
hopfield.find_cycle, C9 the longest cycle: start; longer cycles; mean; ties
hopfield.find_cycle, C9 the first example: longer cycles
hopfield.find_cycle, D12 0 for off: -
hopfield.find_cycle, D11 against the field: -
hopfield.find_cycle, D11 flipped where the field is negative: -
hopfield.find_cycle, D11 switched on alone: -
hopfield.find_cycle, D11 switched off alone: -
hopfield.stability, S1: P_max
hopfield.stability, S1 their sizes: P_max
hopfield.stability, S1 turned round: P_max
hopfield.stability, S1o with the first pattern: P_max
hopfield.stability, S1o with the pattern before: P_max
hopfield.stability, S1o with the unit before: P_max
hopfield.stability, D3 added: γ without thresholds; ties hold; P_max
hopfield.stability, D3 left out: γ without thresholds; ties hold; P_max
hopfield.stability, D3 halved: γ without thresholds; ties hold; P_max
hopfield.stability, D3 doubled: γ without thresholds; ties hold; P_max
hopfield.stability, S2: γ without thresholds; ties hold; P_max
hopfield.stability, S2 and added: γ without thresholds; ties hold; P_max
hopfield.stability, C2: P_max
hopfield.stability, C2 made symmetric: P_max
hopfield.stability, C3: P_max
hopfield.stability, C3 taken away twice: P_max
hopfield.stability, S3 by the units: units turned round; ties hold; P_max
hopfield.stability, S3 by the patterns: units turned round; ties hold; P_max
hopfield.stability, S3 by the couplings: units turned round; ties hold; P_max
hopfield.stability, S3 signs alone: units turned round; ties hold; P_max
hopfield.stability, S3 by the largest: units turned round; ties hold; P_max
hopfield.stability, S3 squashed: units turned round; ties hold; P_max
hopfield.stability, S4: γ without thresholds; γ with thresholds; units turned round; P_max
hopfield.stability, S4 as half: γ without thresholds; γ with thresholds; units turned round; P_max
hopfield.stability, S5 those that hold: γ without thresholds; γ with thresholds; P_max
hopfield.stability, S5 negative fields: γ without thresholds; γ with thresholds; P_max
hopfield.stability, S5 units that should be off: γ without thresholds; γ with thresholds; P_max
hopfield.stability, S5 whether any: γ without thresholds; γ with thresholds; P_max
hopfield.stability, S5 the smallest: γ without thresholds; γ with thresholds; P_max
hopfield.stability, S5 of all patterns: γ without thresholds; γ with thresholds; P_max
hopfield.stability, S5 twice: γ without thresholds; γ with thresholds; P_max
hopfield.stability, S5a: γ without thresholds; γ with thresholds; P_max
hopfield.stability, S6 one more: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S6 one less: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S6 the others alone: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S6 at least one: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S7 without the half: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S7 without the 2 below: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S7 without the root: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S7 a root of 2 too few: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S7 2 above: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S7 erf: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S7 the bell: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S7r: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S8 0.138 N: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S8 0.14 N: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S8 N / (2 ln N): γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S8 N / (4 ln N): γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S8 all that there are: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S8b the units: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S8b the units, less one: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S8b the patterns: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S9 N from the rows: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S9 N from all entries: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S9 whole patterns: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.stability, S9 a share of units, times N: γ without thresholds; γ with thresholds; units turned round; ties hold
hopfield.basin, B1 after one sweep: -
hopfield.basin, B1 after none: -
hopfield.basin, B2: -
hopfield.basin, B2o from the last: -
hopfield.basin, B2o even ones first: -
hopfield.basin, B2l the last: -
hopfield.basin, B2l the first: -
hopfield.basin, B2l those that were not turned round: -
hopfield.basin, B2l those that were turned round: -
hopfield.basin, D2 switched on: m without thresholds; m with thresholds; R; spurious ends
hopfield.basin, D2 switched off: m without thresholds; m with thresholds; R; spurious ends
hopfield.basin, D2 set to 0: m without thresholds; m with thresholds; R; spurious ends
hopfield.basin, D3 added: m without thresholds; ties
hopfield.basin, D3 left out: m without thresholds; ties
hopfield.basin, D3 times the state: m without thresholds; ties
hopfield.basin, B3 none: -
hopfield.basin, B3 the others: -
hopfield.basin, B3 switched off: -
hopfield.basin, B3 switched on: -
hopfield.basin, B3 set to 0: -
hopfield.basin, B3 probes of the first: -
hopfield.basin, B3p of the first: -
hopfield.basin, B3p of the last: -
hopfield.basin, B4 its size: spurious ends
hopfield.basin, B4 not divided: R; spurious ends
hopfield.basin, B4 share of right units: R; spurious ends
hopfield.basin, B4 share of wrong units: R; spurious ends
hopfield.basin, B4 divided by the patterns: R; spurious ends
hopfield.basin, B4s of the start: spurious ends
hopfield.basin, B4s of end and start: spurious ends
hopfield.basin, B4s with the first pattern: spurious ends
hopfield.basin, B4s with the nearest pattern: spurious ends
hopfield.basin, B4s with all, the mean: spurious ends
hopfield.basin, B5 nearly: m without thresholds; m with thresholds; ties; spurious ends
hopfield.basin, B5 more right than wrong: m without thresholds; m with thresholds; ties; spurious ends
hopfield.basin, B5 the opposite too: m without thresholds; m with thresholds; ties; spurious ends
hopfield.basin, B5 any pattern: m without thresholds; m with thresholds; ties; spurious ends
hopfield.basin, B5 any pattern, any opposite: m without thresholds; m with thresholds; ties; spurious ends
hopfield.basin, B5 better than before: m without thresholds; m with thresholds; ties; spurious ends
hopfield.basin, B5 not worse than before: m without thresholds; m with thresholds; ties; spurious ends
hopfield.basin, B5 whatever stays: m without thresholds; m with thresholds; ties; spurious ends
hopfield.basin, B6 the count: m without thresholds; m with thresholds; ties; spurious ends
hopfield.basin, B6 that failed: m without thresholds; m with thresholds; ties; spurious ends
hopfield.basin, B6 the mean overlap: m without thresholds; m with thresholds; ties; spurious ends
hopfield.basin, B6 of all: m without thresholds; m with thresholds; ties; spurious ends
hopfield.basin, B6 all or nothing: m without thresholds; m with thresholds; ties; spurious ends
hopfield.basin, B6 one at least: m without thresholds; m with thresholds; ties; spurious ends
hopfield.basin, B6 of the probes: m without thresholds; m with thresholds; ties; spurious ends
hopfield.basin, B7 whatever did not come back: m without thresholds; m with thresholds; ties; R
hopfield.basin, B7 opposites too: m without thresholds; m with thresholds; ties; R
hopfield.basin, B7 other patterns too: m without thresholds; m with thresholds; ties; R
hopfield.basin, B7 those that are known: m without thresholds; m with thresholds; ties; R
hopfield.basin, B7 opposites alone: m without thresholds; m with thresholds; ties; R
hopfield.basin, B7 what stays near no pattern: m without thresholds; m with thresholds; ties; R
hopfield.basin, B8 of all probes: m without thresholds; m with thresholds; ties; R
hopfield.basin, B8 whether any: m without thresholds; m with thresholds; ties; R
hopfield.basin, B8 by pattern: m without thresholds; m with thresholds; ties; R
hopfield.complete, M1 all: state, nothing known
hopfield.complete, M1 the known ones alone: -
hopfield.complete, M1 set to 0: state, nothing known
hopfield.complete, M1 half of the way: state, nothing known
hopfield.complete, M1 added: state, nothing known
hopfield.complete, M2 added to the old: -
hopfield.complete, M2 half of the way: -
hopfield.complete, M2 signs: -
hopfield.complete, M2 tanh: -
hopfield.complete, M2 divided by the patterns: -
hopfield.complete, M2 times β: -
hopfield.complete, M2b in the update: large β
hopfield.complete, M2b in the weights: large β
hopfield.complete, M3 known ones alone: -
hopfield.complete, M3 unknown ones alone: state, nothing known
hopfield.complete, M3 always those given: large β
hopfield.complete, M4 left out: -
hopfield.complete, M4 divided by: -
hopfield.complete, M4 over √N: large β
hopfield.complete, M4 over N: large β
hopfield.complete, M4 halved: large β
hopfield.complete, M4 squared: large β
hopfield.complete, M4 after the exponential: -
hopfield.complete, M5 cosines: -
hopfield.complete, M5 distances: -
hopfield.complete, M5 half of the distances: -
hopfield.complete, M5 sizes: -
hopfield.complete, M5 squares: -
hopfield.complete, M5 unlikeness: -
hopfield.complete, M6 over the examples: -
hopfield.complete, M6 over all: -
hopfield.complete, M6 not divided: large β
hopfield.complete, M6 divided by their number: -
hopfield.complete, M6 without exponentials: -
hopfield.complete, M6 by their length: large β
hopfield.complete, M7 in the weights: state, nothing known; known entries stay; weights; energies
hopfield.complete, M7 in the energy: state, nothing known; known entries stay; weights; energies
hopfield.complete, M7 in both: state, nothing known; known entries stay; weights; energies
hopfield.complete, M7 below in the energy: state, nothing known; known entries stay; weights; energies
hopfield.complete, M7 below in the weights: state, nothing known; known entries stay; weights; energies
hopfield.complete, M8 plus: state, nothing known; known entries stay; weights
hopfield.complete, M8 without 1/β: state, nothing known; known entries stay; weights
hopfield.complete, M8 times β: state, nothing known; known entries stay; weights
hopfield.complete, M8 left out: state, nothing known; known entries stay; weights
hopfield.complete, M8 of base 2: state, nothing known; known entries stay; weights; large β
hopfield.complete, M8 of the mean: state, nothing known; known entries stay; weights
hopfield.complete, M8 the largest alone: state, nothing known; known entries stay; weights; large β
hopfield.complete, M8 without β in the scores: state, nothing known; known entries stay; weights
hopfield.complete, M8 the largest not put back: state, nothing known; known entries stay; weights
hopfield.complete, M8w: state, nothing known; known entries stay; weights; large β
hopfield.complete, M9 not halved: state, nothing known; known entries stay; weights
hopfield.complete, M9 left out: state, nothing known; known entries stay; weights
hopfield.complete, M9 minus: state, nothing known; known entries stay; weights
hopfield.complete, M9 the length: state, nothing known; known entries stay; weights
hopfield.complete, M9 the mean: state, nothing known; known entries stay; weights
hopfield.complete, M9 of all examples: state, nothing known; known entries stay; weights
hopfield.complete, M9 over β: state, nothing known; known entries stay; weights
hopfield.complete, D8 the first left out: state, nothing known; known entries stay; weights
hopfield.complete, D8 the last left out: state, nothing known; known entries stay; weights
hopfield.complete, D8 the last alone: state, nothing known; known entries stay; weights
hopfield.complete, D8l before each update: state, nothing known; known entries stay; weights
hopfield.complete, D8l turned round: state, nothing known; known entries stay; weights
hopfield.complete, D8l of the weighted sums: state, nothing known; known entries stay; weights
hopfield.complete, D8l without the known entries: state, nothing known; known entries stay; weights
hopfield.complete, M10 after the last update: state, nothing known; known entries stay; energies; large β
hopfield.complete, M10 of the first update: state, nothing known; known entries stay; energies; large β
hopfield.complete, M11 one more: -
hopfield.complete, M11 one alone: large β
hopfield.complete, M12 of the first: -
hopfield.complete, M12 of the mean: -
hopfield.complete, M12 mask of the first: state, nothing known
hopfield.memories, Q1 the least alike: Hebb's rule; projection; modern network
hopfield.memories, Q1 by the size of the overlap: Hebb's rule; projection; modern network
hopfield.memories, Q1 the first: Hebb's rule; projection; modern network
hopfield.memories, Q1 that of the first example: Hebb's rule; projection; modern network
hopfield.memories, Q1 along the wrong axis: Hebb's rule; projection; modern network
hopfield.memories, Q1 the second: Hebb's rule; projection; modern network
hopfield.memories, Q1 the right one without looking: Hebb's rule; projection; modern network
hopfield.memories, Q1o: Hebb's rule; projection; modern network; share recalled
hopfield.memories, H3 Hebb: nearest neighbour; projection; modern network
hopfield.memories, H3 projection: nearest neighbour; Hebb's rule; modern network
hopfield.memories, H3 both: nearest neighbour; modern network
hopfield.memories, H3 ones: nearest neighbour; modern network
hopfield.memories, Q2 the first pattern alone: nearest neighbour; projection; modern network
hopfield.memories, Q2 the last pattern alone: nearest neighbour; projection; modern network
hopfield.memories, Q2 patterns of 0 and 1: nearest neighbour; projection; modern network
hopfield.memories, Q2 the sum of the patterns: nearest neighbour; projection; modern network
hopfield.memories, Q2 turned round: nearest neighbour; projection; modern network
hopfield.memories, Q2 the corrupted ones: nearest neighbour; projection; modern network
hopfield.memories, Q2 one half: nearest neighbour; projection; modern network
hopfield.memories, Q3 Hebb's: nearest neighbour; Hebb's rule; modern network
hopfield.memories, Q3 what is left: nearest neighbour; Hebb's rule; modern network
hopfield.memories, Q3 squares of the weights: nearest neighbour; Hebb's rule; modern network
hopfield.memories, Q3 of the corrupted ones: nearest neighbour; Hebb's rule; modern network
hopfield.memories, Q3 without the mean: nearest neighbour; Hebb's rule; modern network
hopfield.memories, Q3u where Hebb ended: nearest neighbour; Hebb's rule; modern network
hopfield.memories, Q3u from the nearest: nearest neighbour; Hebb's rule; modern network
hopfield.memories, B2: nearest neighbour; modern network
hopfield.memories, B2o from the last: nearest neighbour; modern network
hopfield.memories, B2o the last left out: nearest neighbour; modern network
hopfield.memories, B2o the first left out: nearest neighbour; modern network
hopfield.memories, B1 one: nearest neighbour; modern network
hopfield.memories, B1 one less: nearest neighbour; modern network
hopfield.memories, B1 one update each: nearest neighbour; modern network
hopfield.memories, B1 none: nearest neighbour; modern network
hopfield.memories, D2 switched on: nearest neighbour; projection; modern network
hopfield.memories, D2 switched off: nearest neighbour; projection; modern network
hopfield.memories, D2 set to 0: nearest neighbour; projection; modern network
hopfield.memories, Q4 overlaps: nearest neighbour; Hebb's rule; projection
hopfield.memories, Q4 over √N: nearest neighbour; Hebb's rule; projection
hopfield.memories, Q4 without exponentials: nearest neighbour; Hebb's rule; projection
hopfield.memories, Q4 sizes: nearest neighbour; Hebb's rule; projection
hopfield.memories, Q4 turned round: nearest neighbour; Hebb's rule; projection
hopfield.memories, Q4n: nearest neighbour; Hebb's rule; projection
hopfield.memories, Q4n without β: nearest neighbour; Hebb's rule; projection
hopfield.memories, Q4n by β: nearest neighbour; Hebb's rule; projection
hopfield.memories, Q4n all but the best: nearest neighbour; Hebb's rule; projection
hopfield.memories, Q5: nearest neighbour; Hebb's rule; projection
hopfield.memories, Q5 of 0 and 1: nearest neighbour; Hebb's rule; projection
hopfield.memories, Q6 two: nearest neighbour; Hebb's rule; projection
hopfield.memories, Q6 as many as sweeps: nearest neighbour; Hebb's rule; projection
hopfield.memories, Q7 any stored pattern: nearest neighbour; Hebb's rule; projection; modern network
hopfield.memories, Q7 the corrupted one: nearest neighbour; Hebb's rule; projection; modern network
hopfield.memories, Q7 the nearest: nearest neighbour; Hebb's rule; projection; modern network
hopfield.memories, Q7 patterns in their order: nearest neighbour; Hebb's rule; projection; modern network
hopfield.memories, Q7 or the opposite: nearest neighbour; Hebb's rule; projection; modern network
hopfield.memories, Q7 the first pattern: nearest neighbour; Hebb's rule; projection; modern network
hopfield.memories, Q8 of units: nearest neighbour; Hebb's rule; projection; modern network
hopfield.memories, Q8 overlaps: nearest neighbour; Hebb's rule; projection; modern network
hopfield.memories, Q8 nearly right: nearest neighbour; Hebb's rule; projection; modern network
hopfield.memories, Q8 that failed: nearest neighbour; Hebb's rule; projection; modern network
hopfield.memories, Q8 counted: nearest neighbour; Hebb's rule; projection; modern network
hopfield.memories, Q8 better than before: nearest neighbour; Hebb's rule; projection; modern network
hopfield.memories, Q9 turned round: nearest neighbour; Hebb's rule; projection; modern network
hopfield.memories, Q9 Hebb first: nearest neighbour; Hebb's rule; projection; modern network
hopfield.memories, Q9 sorted: nearest neighbour; Hebb's rule; projection; modern network
"""
