"""As students of physics and biology who compare four memories for the report after the holidays."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("row_by_row")
def memories(xi, s, which, beta, sweeps):
    P, N = xi.shape
    B = len(s)

    hebb_W = np.zeros((N, N))
    for p in xi:
        hebb_W += np.outer(p, p)
    hebb_W /= N
    proj_W = np.linalg.pinv(xi) @ xi
    for i in range(N):
        hebb_W[i, i] = 0
        proj_W[i, i] = 0

    def run(W, v):
        v = v.copy()
        for _ in range(sweeps):
            for i in range(N):
                f = W[i] @ v
                if f > 0:
                    v[i] = 1
                elif f < 0:
                    v[i] = -1
        return v

    nearest, hebb, projection, modern = (np.zeros_like(s) for _ in range(4))
    for b in range(B):
        overlaps = xi @ s[b]
        nearest[b] = xi[np.argmax(overlaps)]
        hebb[b] = run(hebb_W, s[b])
        projection[b] = run(proj_W, s[b])
        p = np.exp(beta * (overlaps - overlaps.max()))
        modern[b] = np.sign(p / p.sum() @ xi)
    R = np.array([np.mean([np.array_equal(m[b], xi[which[b]]) for b in range(B)]) for m in (nearest, hebb, projection, modern)])
    return nearest, hebb, projection, modern, R


@right("matrices_of_states")
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    no_self = 1 - np.eye(N, dtype=xi.dtype)
    couplings = [xi.T @ xi / N * no_self, np.linalg.pinv(xi) @ xi * no_self]
    overlaps = s @ xi.T
    nearest = xi[overlaps.argmax(axis=1)]

    recalled = []
    for W in couplings:
        v = s.copy()
        for n in range(sweeps * N):
            i = n % N
            f = v @ W[:, i]
            v[:, i] = np.where(f == 0, v[:, i], np.sign(f))
        recalled.append(v)

    a = beta * overlaps
    a -= a.max(axis=1, keepdims=True)
    p = np.exp(a)
    p /= p.sum(axis=1, keepdims=True)
    modern = np.sign(p @ xi).astype(s.dtype)
    all_four = [nearest, *recalled, modern]
    R = [np.all(m == xi[which], axis=1).mean() for m in all_four]
    return (*all_four, np.array(R))


@right("einsum_and_recursion")
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    off = ~np.eye(N, dtype=bool)
    hebb_W = np.where(off, np.einsum("mi,mj->ij", xi, xi) / N, 0)
    proj_W = np.where(off, np.einsum("im,mj->ij", np.linalg.pinv(xi), xi), 0)

    def sweep(W, v, left):
        if left == 0:
            return v
        for i in range(N):
            f = np.einsum("j,bj->b", W[i], v)
            column = np.where(f > 0, 1, np.where(f < 0, -1, v[:, i]))
            v = np.concatenate([v[:, :i], column[:, None], v[:, i + 1 :]], axis=1).astype(s.dtype)
        return sweep(W, v, left - 1)

    o = np.einsum("mi,bi->bm", xi, s)
    nearest = np.stack([xi[k] for k in np.argmax(o, axis=1)])
    log_p = beta * o - np.logaddexp.reduce(beta * o, axis=1)[:, None]
    modern = np.sign(np.einsum("bm,mi->bi", np.exp(log_p), xi)).astype(s.dtype)
    found = np.stack([nearest, sweep(hebb_W, s, sweeps), sweep(proj_W, s, sweeps), modern])
    R = (found == xi[which]).all(axis=2).mean(axis=1)
    return (*found, R.astype(xi.dtype))


@wrong(
    "opposites_are_near_too",
    "The nearest neighbour is that with the largest size of the overlap.",
    "s is the opposite of a pattern: is that pattern the nearest one?",
)
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    no_self = 1 - np.eye(N, dtype=xi.dtype)
    couplings = [xi.T @ xi / N * no_self, np.linalg.pinv(xi) @ xi * no_self]
    overlaps = s @ xi.T
    nearest = xi[np.abs(overlaps).argmax(axis=1)]

    recalled = []
    for W in couplings:
        v = s.copy()
        for n in range(sweeps * N):
            i = n % N
            f = v @ W[:, i]
            v[:, i] = np.where(f == 0, v[:, i], np.sign(f))
        recalled.append(v)

    a = beta * overlaps
    a -= a.max(axis=1, keepdims=True)
    p = np.exp(a)
    p /= p.sum(axis=1, keepdims=True)
    modern = np.sign(p @ xi).astype(s.dtype)
    all_four = [nearest, *recalled, modern]
    R = [np.all(m == xi[which], axis=1).mean() for m in all_four]
    return (*all_four, np.array(R))


@wrong(
    "all_units_at_once",
    "Both networks update all units at once.",
    "Unit 1 updates after unit 0: which state of unit 0 does it hear?",
)
def memories(xi, s, which, beta, sweeps):
    P, N = xi.shape
    hebb_W = xi.T @ xi / N
    proj_W = np.linalg.pinv(xi) @ xi
    np.fill_diagonal(hebb_W, 0)
    np.fill_diagonal(proj_W, 0)

    def run(W):
        v = s
        for _ in range(sweeps):
            f = v @ W.T
            v = np.where(f == 0, v, np.sign(f))
        return v

    o = s @ xi.T
    e = np.exp(beta * (o - o.max(axis=1, keepdims=True)))
    modern = np.sign(e @ xi)
    four = [xi[np.argmax(o, axis=1)], run(hebb_W), run(proj_W), modern]
    R = np.array([(m == xi[which]).all(axis=1).mean() for m in four])
    return four[0], four[1], four[2], four[3], R


@wrong("hebb_with_self_coupling", "The diagonal of Hebb's couplings is left in.", "What is w_ii in your second memory?")
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    no_self = 1 - np.eye(N, dtype=xi.dtype)
    couplings = [xi.T @ xi / N, np.linalg.pinv(xi) @ xi * no_self]
    overlaps = s @ xi.T
    nearest = xi[overlaps.argmax(axis=1)]

    recalled = []
    for W in couplings:
        v = s.copy()
        for n in range(sweeps * N):
            i = n % N
            f = v @ W[:, i]
            v[:, i] = np.where(f == 0, v[:, i], np.sign(f))
        recalled.append(v)

    a = beta * overlaps
    a -= a.max(axis=1, keepdims=True)
    p = np.exp(a)
    p /= p.sum(axis=1, keepdims=True)
    modern = np.sign(p @ xi).astype(s.dtype)
    all_four = [nearest, *recalled, modern]
    R = [np.all(m == xi[which], axis=1).mean() for m in all_four]
    return (*all_four, np.array(R))


@wrong(
    "projection_with_self_coupling",
    "The diagonal of the projection is left in.",
    "“And again w_ii = 0”: what is the diagonal of your third memory?",
)
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    no_self = 1 - np.eye(N, dtype=xi.dtype)
    couplings = [xi.T @ xi / N * no_self, np.linalg.pinv(xi) @ xi]
    overlaps = s @ xi.T
    nearest = xi[overlaps.argmax(axis=1)]

    recalled = []
    for W in couplings:
        v = s.copy()
        for n in range(sweeps * N):
            i = n % N
            f = v @ W[:, i]
            v[:, i] = np.where(f == 0, v[:, i], np.sign(f))
        recalled.append(v)

    a = beta * overlaps
    a -= a.max(axis=1, keepdims=True)
    p = np.exp(a)
    p /= p.sum(axis=1, keepdims=True)
    modern = np.sign(p @ xi).astype(s.dtype)
    all_four = [nearest, *recalled, modern]
    R = [np.all(m == xi[which], axis=1).mean() for m in all_four]
    return (*all_four, np.array(R))


@wrong(
    "inverse_of_the_gram_matrix",
    "Takes the inverse of Ξ Ξᵀ in place of the pseudo-inverse: singular if patterns are dependent, as more patterns than units or one that is stored twice.",
    "The same pattern stored twice: has Ξ Ξᵀ an inverse?",
)
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    no_self = 1 - np.eye(N, dtype=xi.dtype)
    couplings = [xi.T @ xi / N * no_self, xi.T @ np.linalg.inv(xi @ xi.T) @ xi * no_self]
    overlaps = s @ xi.T
    nearest = xi[overlaps.argmax(axis=1)]

    recalled = []
    for W in couplings:
        v = s.copy()
        for n in range(sweeps * N):
            i = n % N
            f = v @ W[:, i]
            v[:, i] = np.where(f == 0, v[:, i], np.sign(f))
        recalled.append(v)

    a = beta * overlaps
    a -= a.max(axis=1, keepdims=True)
    p = np.exp(a)
    p /= p.sum(axis=1, keepdims=True)
    modern = np.sign(p @ xi).astype(s.dtype)
    all_four = [nearest, *recalled, modern]
    R = [np.all(m == xi[which], axis=1).mean() for m in all_four]
    return (*all_four, np.array(R))


@wrong(
    "tie_gives_0",
    "np.sign in the networks: at a tie a unit becomes 0.",
    "What is np.sign(0), and what does a unit at a tie do?",
)
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    no_self = 1 - np.eye(N, dtype=xi.dtype)
    couplings = [xi.T @ xi / N * no_self, np.linalg.pinv(xi) @ xi * no_self]
    overlaps = s @ xi.T
    nearest = xi[overlaps.argmax(axis=1)]

    recalled = []
    for W in couplings:
        v = s.copy()
        for n in range(sweeps * N):
            i = n % N
            f = v @ W[:, i]
            v[:, i] = np.sign(f)
        recalled.append(v)

    a = beta * overlaps
    a -= a.max(axis=1, keepdims=True)
    p = np.exp(a)
    p /= p.sum(axis=1, keepdims=True)
    modern = np.sign(p @ xi).astype(s.dtype)
    all_four = [nearest, *recalled, modern]
    R = [np.all(m == xi[which], axis=1).mean() for m in all_four]
    return (*all_four, np.array(R))


@wrong(
    "exponentials_as_written",
    "The softmax without taking off the largest: inf/inf for large β.",
    "β = 100, an overlap of 16: what is the exponential?",
)
def memories(xi, s, which, beta, sweeps):
    P, N = xi.shape
    nearest = xi[np.argmax(s @ xi.T, axis=1)]
    W1 = xi.T @ xi / N
    W2 = np.linalg.pinv(xi) @ xi
    out = [nearest]
    for W in (W1, W2):
        W = W - np.diag(np.diag(W))
        x = s.copy()
        for _ in range(sweeps):
            for i in range(N):
                f = x @ W[i]
                x[f > 0, i] = 1
                x[f < 0, i] = -1
        out.append(x)
    p = np.exp(beta * s @ xi.T)
    p = p / p.sum(axis=1, keepdims=True)
    out.append(np.sign(p @ xi))
    R = np.array([np.mean(np.all(x == xi[which], axis=1)) for x in out])
    return out[0], out[1], out[2], out[3], R


@wrong(
    "any_pattern_is_right",
    "A row counts as right if it is any of the stored patterns.",
    "Row b was pattern which[b]; it became another one. Is that right?",
)
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    no_self = 1 - np.eye(N, dtype=xi.dtype)
    couplings = [xi.T @ xi / N * no_self, np.linalg.pinv(xi) @ xi * no_self]
    overlaps = s @ xi.T
    nearest = xi[overlaps.argmax(axis=1)]

    recalled = []
    for W in couplings:
        v = s.copy()
        for n in range(sweeps * N):
            i = n % N
            f = v @ W[:, i]
            v[:, i] = np.where(f == 0, v[:, i], np.sign(f))
        recalled.append(v)

    a = beta * overlaps
    a -= a.max(axis=1, keepdims=True)
    p = np.exp(a)
    p /= p.sum(axis=1, keepdims=True)
    modern = np.sign(p @ xi).astype(s.dtype)
    all_four = [nearest, *recalled, modern]
    R = [(m[:, None] == xi).all(axis=2).any(axis=1).mean() for m in all_four]
    return (*all_four, np.array(R))


@wrong(
    "share_of_the_units",
    "R is the share of all units that are right, not of the rows without a fault.",
    "One unit of a row is wrong: what does the row add to R?",
)
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    off = ~np.eye(N, dtype=bool)
    hebb_W = np.where(off, np.einsum("mi,mj->ij", xi, xi) / N, 0)
    proj_W = np.where(off, np.einsum("im,mj->ij", np.linalg.pinv(xi), xi), 0)

    def sweep(W, v, left):
        if left == 0:
            return v
        for i in range(N):
            f = np.einsum("j,bj->b", W[i], v)
            column = np.where(f > 0, 1, np.where(f < 0, -1, v[:, i]))
            v = np.concatenate([v[:, :i], column[:, None], v[:, i + 1 :]], axis=1).astype(s.dtype)
        return sweep(W, v, left - 1)

    o = np.einsum("mi,bi->bm", xi, s)
    nearest = np.stack([xi[k] for k in np.argmax(o, axis=1)])
    log_p = beta * o - np.logaddexp.reduce(beta * o, axis=1)[:, None]
    modern = np.sign(np.einsum("bm,mi->bi", np.exp(log_p), xi)).astype(s.dtype)
    found = np.stack([nearest, sweep(hebb_W, s, sweeps), sweep(proj_W, s, sweeps), modern])
    R = (found == xi[which]).mean(axis=(1, 2))
    return (*found, R.astype(xi.dtype))


@wrong(
    "a_single_sweep",
    "One sweep, whatever sweeps says.",
    "Change sweeps from 1 to 5. Does your code do anything else?",
)
def memories(xi, s, which, beta, sweeps):
    P, N = xi.shape
    B = len(s)

    hebb_W = np.zeros((N, N))
    for p in xi:
        hebb_W += np.outer(p, p)
    hebb_W /= N
    proj_W = np.linalg.pinv(xi) @ xi
    for i in range(N):
        hebb_W[i, i] = 0
        proj_W[i, i] = 0

    def run(W, v):
        v = v.copy()
        for _ in range(1):
            for i in range(N):
                f = W[i] @ v
                if f > 0:
                    v[i] = 1
                elif f < 0:
                    v[i] = -1
        return v

    nearest, hebb, projection, modern = (np.zeros_like(s) for _ in range(4))
    for b in range(B):
        overlaps = xi @ s[b]
        nearest[b] = xi[np.argmax(overlaps)]
        hebb[b] = run(hebb_W, s[b])
        projection[b] = run(proj_W, s[b])
        p = np.exp(beta * (overlaps - overlaps.max()))
        modern[b] = np.sign(p / p.sum() @ xi)
    R = np.array([np.mean([np.array_equal(m[b], xi[which[b]]) for b in range(B)]) for m in (nearest, hebb, projection, modern)])
    return nearest, hebb, projection, modern, R


@wrong(
    "projection_goes_on_from_hebb",
    "Both networks run on the same array: the projection begins where Hebb's network ended.",
    "From which states should the third memory start?",
)
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    no_self = 1 - np.eye(N, dtype=xi.dtype)
    couplings = [xi.T @ xi / N * no_self, np.linalg.pinv(xi) @ xi * no_self]
    overlaps = s @ xi.T
    nearest = xi[overlaps.argmax(axis=1)]

    recalled = []
    v = s.copy()
    for W in couplings:
        for n in range(sweeps * N):
            i = n % N
            f = v @ W[:, i]
            v[:, i] = np.where(f == 0, v[:, i], np.sign(f))
        recalled.append(v.copy())

    a = beta * overlaps
    a -= a.max(axis=1, keepdims=True)
    p = np.exp(a)
    p /= p.sum(axis=1, keepdims=True)
    modern = np.sign(p @ xi).astype(s.dtype)
    all_four = [nearest, *recalled, modern]
    R = [np.all(m == xi[which], axis=1).mean() for m in all_four]
    return (*all_four, np.array(R))


@wrong(
    "beta_divided_by_N",
    "The softmax takes β times the overlap divided by N.",
    "ξ·s of a pattern with itself: N or 1?",
)
def memories(xi, s, which, beta, sweeps):
    N = xi.shape[1]
    off = ~np.eye(N, dtype=bool)
    hebb_W = np.where(off, np.einsum("mi,mj->ij", xi, xi) / N, 0)
    proj_W = np.where(off, np.einsum("im,mj->ij", np.linalg.pinv(xi), xi), 0)

    def sweep(W, v, left):
        if left == 0:
            return v
        for i in range(N):
            f = np.einsum("j,bj->b", W[i], v)
            column = np.where(f > 0, 1, np.where(f < 0, -1, v[:, i]))
            v = np.concatenate([v[:, :i], column[:, None], v[:, i + 1 :]], axis=1).astype(s.dtype)
        return sweep(W, v, left - 1)

    o = np.einsum("mi,bi->bm", xi, s)
    nearest = np.stack([xi[k] for k in np.argmax(o, axis=1)])
    log_p = beta * o / N - np.logaddexp.reduce(beta * o / N, axis=1)[:, None]
    modern = np.sign(np.einsum("bm,mi->bi", np.exp(log_p), xi)).astype(s.dtype)
    found = np.stack([nearest, sweep(hebb_W, s, sweeps), sweep(proj_W, s, sweeps), modern])
    R = (found == xi[which]).all(axis=2).mean(axis=1)
    return (*found, R.astype(xi.dtype))


@wrong(
    "s_changed_in_place",
    "The caller's s is run itself, not a copy, by Hebb's network; the projection then gets a copy made before.",
    "Is s after the call what it was before?",
)
def memories(xi, s, which, beta, sweeps):
    P, N = xi.shape
    o = s @ xi.T
    nearest = xi[o.argmax(1)]
    e = np.exp(beta * (o - o.max(1, keepdims=True)))
    modern = np.sign(e / e.sum(1, keepdims=True) @ xi)
    backup = s.copy()

    def run(W, v):
        np.fill_diagonal(W, 0)
        for _ in range(sweeps):
            for i in range(N):
                f = v @ W[i]
                v[:, i] = np.where(f > 0, 1, np.where(f < 0, -1, v[:, i]))
        return v

    hebb = run(xi.T @ xi / N, s)
    projection = run(np.linalg.pinv(xi) @ xi, backup)
    R = np.array([(m == xi[which]).all(1).mean() for m in (nearest, hebb, projection, modern)])
    return nearest, hebb, projection, modern, R
