"""As students of the third year at the end of term: four memories in one function, with what is carried over by mistake."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("batch_in_columns")
def memories(xi, s, which, beta, sweeps):
    P, N = xi.shape
    nearest = xi[np.argmax(s @ xi.T, axis=1)]

    def run(W):
        W = W.copy()
        np.fill_diagonal(W, 0)
        x = s.copy()
        for _ in range(sweeps):
            for i in range(N):
                f = x @ W[i]
                x[:, i] = np.where(f > 0, 1, np.where(f < 0, -1, x[:, i]))
        return x

    hebb = run(xi.T @ xi / N)
    projection = run(np.linalg.pinv(xi) @ xi)
    z = beta * s @ xi.T
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    modern = np.sign(p @ xi)
    R = np.array([(a == xi[which]).all(axis=1).mean() for a in (nearest, hebb, projection, modern)], dtype=xi.dtype)
    return nearest, hebb, projection, modern, R


@right("row_by_row")
def memories(xi, s, which, beta, sweeps):
    B, (P, N) = len(s), xi.shape
    # without thresholds only the sign of a field counts, so 1/N is left out
    W_hebb = np.array([[0 if i == j else xi[:, i] @ xi[:, j] for j in range(N)] for i in range(N)], dtype=xi.dtype)
    W_proj = np.linalg.pinv(xi) @ xi
    results = [np.zeros_like(s) for _ in range(4)]
    for b in range(B):
        overlap = [sum(xi[m] * s[b]) for m in range(P)]
        results[0][b] = xi[overlap.index(max(overlap))]
        for slot, W in ((1, W_hebb), (2, W_proj)):
            x = s[b].copy()
            for _ in range(sweeps):
                for i in range(N):
                    f = sum(W[i, j] * x[j] for j in range(N) if j != i)
                    if f != 0:
                        x[i] = 1 if f > 0 else -1
            results[slot][b] = x
        e = np.exp(beta * (np.array(overlap) - max(overlap)))
        results[3][b] = np.where((e / e.sum()) @ xi > 0, 1, -1)
    R = [sum(np.array_equal(r[b], xi[which[b]]) for b in range(B)) / B for r in results]
    return (*results, np.array(R, dtype=xi.dtype))


@right("distances_and_logaddexp")
def memories(xi, s, which, beta, sweeps):
    n = xi.shape[1]
    off = ~np.eye(n, dtype=bool)

    def settle(W):
        x = np.array(s)
        for i in np.tile(np.arange(n), sweeps):
            f = np.einsum("j,bj->b", W[i], x)
            turn = f * x[:, i] < 0
            x[turn, i] = -x[turn, i]
        return x

    a = xi[((s[:, None] - xi[None]) ** 2).sum(-1).argmin(axis=1)]
    b = settle(np.where(off, np.einsum("mi,mj->ij", xi, xi) / xi.dtype.type(n), 0))
    c = settle(np.where(off, xi.T @ np.linalg.pinv(xi.T), 0))
    z = xi.dtype.type(beta) * np.einsum("bi,mi->bm", s, xi)
    p = np.exp(z - np.logaddexp.reduce(z, axis=1)[:, None])
    d = np.copysign(np.ones_like(s), p @ xi)
    target = np.take(xi, which, axis=0)
    R = np.array([np.all(y == target, axis=1).sum() / len(s) for y in (a, b, c, d)])
    return a, b, c, d, R.astype(xi.dtype)


@wrong(
    "overlap_without_sign",
    "The nearest pattern is the one with the largest overlap in amount, so that an opposite counts as near.",
    "s is exactly the opposite of a pattern. Is that the nearest one?",
)
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    nearest = xi[np.abs(xi @ s.T).argmax(axis=0)]
    nets = []
    for W in (xi.T @ xi / N, np.linalg.pinv(xi) @ xi):
        np.fill_diagonal(W, 0)
        x = s.copy()
        for _ in range(sweeps):
            for i in range(N):
                h = x @ W[i]
                x[:, i] = np.where(h == 0, x[:, i], np.sign(h))
        nets.append(x)
    z = beta * s @ xi.T
    p = np.exp(z - z.max(1, keepdims=True))
    modern = np.sign(p / p.sum(1, keepdims=True) @ xi)
    out = [nearest, *nets, modern]
    return (*out, np.array([np.mean((o == xi[which]).all(1)) for o in out], xi.dtype))


@wrong(
    "hebb_keeps_its_diagonal",
    "The diagonal of Hebb's matrix is not cleared: each unit hears itself with P/N.",
    "What stands in W[0, 0] for Hebb? With many patterns a unit would hear itself loudest.",
)
def memories(xi, s, which, beta, sweeps):
    P, N = xi.shape

    def dynamics(W, x):
        x = x.copy()
        for _ in range(sweeps):
            for i in range(N):
                f = x @ W[i]
                x[f > 0, i] = 1
                x[f < 0, i] = -1
        return x

    W = np.linalg.pinv(xi) @ xi
    W -= np.diag(np.diag(W))
    near = xi[(s @ xi.T).argmax(1)]
    hebb = dynamics(xi.T @ xi / N, s)
    proj = dynamics(W, s)
    z = beta * (s @ xi.T)
    q = np.exp(z - z.max(1)[:, None])
    mod = np.sign((q / q.sum(1)[:, None]) @ xi)
    R = np.zeros(4, xi.dtype)
    for k, m in enumerate([near, hebb, proj, mod]):
        R[k] = np.mean(np.all(m == xi[which], axis=1))
    return near, hebb, proj, mod, R


@wrong(
    "projection_keeps_its_diagonal",
    "The diagonal of the projection is not cleared.",
    "The task says 'again w_ii = 0'. What stands on the diagonal of your second matrix?",
)
def memories(xi, s, which, beta, sweeps):
    B, N = s.shape
    G = xi.T @ xi / N
    for i in range(N):
        G[i, i] = 0
    A = np.linalg.pinv(xi) @ xi
    outs = [np.array([xi[np.argmax(xi @ v)] for v in s])]
    for M in (G, A):
        x = s.copy()
        for b in range(B):
            for _ in range(sweeps):
                for i in range(N):
                    f = M[i] @ x[b]
                    if f > 0:
                        x[b, i] = 1
                    elif f < 0:
                        x[b, i] = -1
        outs.append(x)
    w = beta * s @ xi.T
    w = np.exp(w - w.max(axis=1, keepdims=True))
    outs.append(np.sign(w @ xi))  # the sum of the weights does not change the sign
    R = np.array([(o == xi[which]).all(axis=1).mean() for o in outs], dtype=xi.dtype)
    return *outs, R


@wrong(
    "all_units_at_once",
    "The units of a sweep update all at once, from the old states.",
    "Within a sweep, does unit 1 hear the new state of unit 0?",
)
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    eye = np.eye(N, dtype=xi.dtype)
    W1 = xi.T @ xi / N * (1 - eye)
    W2 = np.linalg.pinv(xi) @ xi * (1 - eye)

    def iterate(W):
        x = s
        for _ in range(sweeps):
            f = x @ W
            x = np.where(f > 0, 1, np.where(f < 0, -1, x)).astype(s.dtype)
        return x

    nn = xi[np.argmax(s @ xi.T, axis=1)]
    h, pr = iterate(W1), iterate(W2)
    a = beta * s @ xi.T
    a = np.exp(a - a.max(axis=1, keepdims=True))
    mod = np.sign(a / a.sum(axis=1, keepdims=True) @ xi)
    return nn, h, pr, mod, np.array([np.mean(np.all(r == xi[which], 1)) for r in (nn, h, pr, mod)], dtype=s.dtype)


@wrong(
    "projection_starts_where_hebb_ended",
    "One array is used for both networks: the projection starts from what Hebb has made, and so does the modern one.",
    "From which states does each memory start? All four from s.",
)
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    nearest = xi[np.argmax(s @ xi.T, axis=1)].copy()
    x = s.copy()

    def sweep_all(W):
        np.fill_diagonal(W, 0)
        for _ in range(sweeps):
            for i in range(N):
                f = x @ W[i]
                x[:, i] = np.where(f > 0, 1, np.where(f < 0, -1, x[:, i]))
        return x.copy()

    hebb = sweep_all(xi.T @ xi / N)
    projection = sweep_all(np.linalg.pinv(xi) @ xi)
    z = beta * x @ xi.T
    p = np.exp(z - z.max(axis=1, keepdims=True))
    modern = np.sign(p @ xi)
    R = np.array([(y == xi[which]).all(axis=1).mean() for y in (nearest, hebb, projection, modern)], dtype=xi.dtype)
    return nearest, hebb, projection, modern, R


@wrong(
    "share_of_the_units",
    "R is the share of units that are right, not of rows without a fault.",
    "A row with one wrong unit in a hundred: does it count as recalled?",
)
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    target = xi[which]

    def hop(W):
        W = W - np.diag(W.diagonal())
        x = s.copy()
        for _ in range(sweeps):
            for i in range(N):
                field = W[i] @ x.T
                x[:, i] = np.where(field != 0, np.sign(field), x[:, i])
        return x

    a = xi[np.argmax(s @ xi.T, axis=1)]
    b, c = hop(xi.T @ xi / N), hop(np.linalg.pinv(xi) @ xi)
    lg = beta * s @ xi.T
    soft = np.exp(lg - lg.max(axis=1, keepdims=True))
    soft /= soft.sum(axis=1, keepdims=True)
    d = np.sign(soft @ xi)
    R = np.array([np.mean(r == target) for r in (a, b, c, d)], dtype=xi.dtype)
    return a, b, c, d, R


@wrong(
    "row_b_compared_with_pattern_b",
    "Row b is compared with pattern b (modulo P), not with pattern which[b].",
    "which = (2, 0): which pattern was row 0 before?",
)
def memories(xi, s, which, beta, sweeps):
    P, N = xi.shape
    res = [xi[(s @ xi.T).argmax(axis=1)]]
    for W in [xi.T @ xi / N, np.linalg.pinv(xi) @ xi]:
        W[np.arange(N), np.arange(N)] = 0
        x = s.copy()
        for i in list(range(N)) * sweeps:
            f = x @ W[:, i]
            x[:, i] = np.where(f > 0, 1, np.where(f < 0, -1, x[:, i]))
        res.append(x)
    e = beta * s @ xi.T
    e = np.exp(e - e.max(axis=1, keepdims=True))
    res.append(np.sign(e / e.sum(axis=1, keepdims=True) @ xi))
    R = np.zeros(4, dtype=xi.dtype)
    for k in range(4):
        for b in range(len(s)):
            R[k] += np.array_equal(res[k][b], xi[b % P])
    return (*res, R / len(s))


@wrong(
    "one_sweep_only",
    "The number of sweeps is not used: each network makes one.",
    "Call it with sweeps = 1 and sweeps = 10. Must the two always agree?",
)
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]

    def recall(W):
        W = np.where(np.eye(N) == 1, 0, W)
        x = s.copy()
        for i in range(N):
            f = np.dot(x, W[i])
            x[:, i] = np.where(f > 0, 1, np.where(f < 0, -1, x[:, i]))
        return x

    near = np.stack([max(xi, key=lambda p, v=v: p @ v) for v in s])
    heb = recall(np.dot(xi.T, xi) / N)
    pro = recall(np.dot(np.linalg.pinv(xi), xi))
    z = beta * np.dot(s, xi.T)
    p = np.exp(z - np.max(z, axis=1, keepdims=True))
    mod = np.sign(np.dot(p, xi))
    hits = [np.all(m == xi[which], axis=1) for m in (near, heb, pro, mod)]
    return near, heb, pro, mod, np.mean(hits, axis=1).astype(xi.dtype)


@wrong(
    "softmax_over_the_rows",
    "The softmax of the modern memory goes over the B rows, not over the patterns.",
    "Give a single row: all your weights are 1. Do they add up to 1 over the patterns?",
)
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]

    def net(W):
        np.fill_diagonal(W, 0)
        x = s.copy()
        for _ in range(sweeps):
            for i in range(N):
                f = x @ W[i]
                x[:, i] = np.where(f > 0, 1, np.where(f < 0, -1, x[:, i]))
        return x

    nearest = xi[np.argmax(s @ xi.T, axis=1)]
    hebb, projection = net(xi.T @ xi / N), net(np.linalg.pinv(xi) @ xi)
    z = beta * s @ xi.T
    z = np.exp(z - z.max(axis=0))
    p = z / z.sum(axis=0)
    v = p @ xi
    modern = np.where(v > 0, 1, -1).astype(s.dtype)
    R = np.array([(m == xi[which]).all(axis=1).mean() for m in (nearest, hebb, projection, modern)], dtype=s.dtype)
    return nearest, hebb, projection, modern, R


@wrong(
    "beta_over_n",
    "β multiplies the overlap (divided by N), not the product ξ·s: the softmax is far too soft.",
    "What stands in the exponent by the task: m or N m?",
)
def memories(xi, s, which, beta, sweeps):
    P, N = xi.shape
    overlap = s @ xi.T / xi.dtype.type(N)
    nearest = xi[overlap.argmax(axis=1)]
    hebb, projection = s.copy(), s.copy()
    for x, W in ((hebb, xi.T @ xi / N), (projection, np.linalg.pinv(xi) @ xi)):
        np.fill_diagonal(W, 0)
        for _ in range(sweeps):
            for i in range(N):
                f = x @ W[i]
                x[:, i] = np.where(f > 0, 1, np.where(f < 0, -1, x[:, i]))
    p = np.exp(beta * (overlap - overlap.max(axis=1, keepdims=True)))
    p /= p.sum(axis=1, keepdims=True)
    modern = np.where(p @ xi >= 0, 1, -1).astype(s.dtype)
    good = lambda y: (y == xi[which]).all(axis=1).mean()  # noqa: E731
    return nearest, hebb, projection, modern, np.array([good(y) for y in (nearest, hebb, projection, modern)], s.dtype)


@wrong(
    "modern_without_signs",
    "The signs are forgotten: the modern memory returns the weighted mean of the patterns.",
    "Are all entries of modern +1 or -1?",
)
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]

    def asynchronous(W, x):
        W = W * (1 - np.eye(N, dtype=W.dtype))
        for _ in range(sweeps):
            for i in range(N):
                f = x @ W[i]
                x[:, i] = np.where(f == 0, x[:, i], np.where(f > 0, 1, -1))
        return x

    out = [
        xi[np.argmax(s @ xi.T, axis=1)],
        asynchronous(xi.T @ xi / N, s.copy()),
        asynchronous(np.linalg.pinv(xi) @ xi, s.copy()),
    ]
    z = beta * s @ xi.T
    p = np.exp(z - z.max(axis=1, keepdims=True))
    out.append(p / p.sum(axis=1, keepdims=True) @ xi)
    R = np.array([np.mean(np.all(o == xi[which], axis=1)) for o in out], dtype=xi.dtype)
    return (*out, R)


@wrong(
    "softmax_overflows",
    "exp of β ξ·s without subtracting the maximum: for large β the weights are NaN.",
    "β = 20 and N = 64: what is exp(β N)? Look for NaN in modern.",
)
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    Ws = [xi.T @ xi / N, np.linalg.pinv(xi) @ xi]
    nearest = xi[[int(np.argmax(xi @ row)) for row in s]]
    recalled = []
    for W in Ws:
        np.fill_diagonal(W, 0)
        x = s.copy()
        for _ in range(sweeps):
            for i in range(N):
                f = x @ W[i]
                x[f > 0, i], x[f < 0, i] = 1, -1
        recalled.append(x)
    e = np.exp(beta * s @ xi.T)
    modern = np.sign(e / e.sum(axis=1, keepdims=True) @ xi)
    R = [np.mean(np.all(y == xi[which], axis=1)) for y in (nearest, *recalled, modern)]
    return nearest, *recalled, modern, np.array(R, dtype=xi.dtype)


@wrong(
    "gram_matrix_not_inverted",
    "The transpose is taken for the pseudo-inverse: the projection is Hebb's matrix again.",
    "Print both matrices: are they the same but for a factor? Ξ⁺ is np.linalg.pinv(xi), not xi.T.",
)
def memories(xi, s, which, beta, sweeps):
    P, N = xi.shape
    nearest = xi[np.argmax(s @ xi.T, axis=1)]

    def net(Xplus):
        W = Xplus @ xi
        np.fill_diagonal(W, 0)
        x = s.copy()
        for t in range(sweeps * N):
            i = t % N
            f = x @ W[i]
            x[:, i] = np.where(f > 0, 1, np.where(f < 0, -1, x[:, i]))
        return x

    hebb, projection = net(xi.T / N), net(xi.T)
    z = beta * s @ xi.T
    z -= z.max(axis=1, keepdims=True)
    modern = np.sign(np.exp(z) @ xi)
    R = np.array([np.all(y == xi[which], axis=1).mean() for y in (nearest, hebb, projection, modern)], dtype=xi.dtype)
    return nearest, hebb, projection, modern, R
