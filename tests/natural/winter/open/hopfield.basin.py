"""As students of physics and biology in the last exercise before the holidays."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("four_loops")
def basin(xi, W, theta, turned):
    P, N = xi.shape
    K = len(turned)
    m = np.zeros((K, P), dtype=xi.dtype)
    R = np.zeros(K)
    spurious = np.zeros(K, dtype=int)
    known = {tuple(p) for p in xi} | {tuple(-p) for p in xi}
    for k in range(K):
        for mu in range(P):
            s = xi[mu].copy()
            for i in range(N):
                if turned[k, i]:
                    s[i] = -s[i]
            changed = True
            while changed:
                changed = False
                for i in range(N):
                    f = W[i] @ s - theta[i]
                    if f * s[i] < 0:
                        s[i] = -s[i]
                        changed = True
            m[k, mu] = xi[mu] @ s / N
            R[k] += np.array_equal(s, xi[mu]) / P
            spurious[k] += tuple(s) not in known
    return m, R, spurious


@right("all_starts_at_once")
def basin(xi, W, theta, turned):
    P, N = xi.shape
    s = (xi[None] * (1 - 2 * turned[:, None])).astype(xi.dtype)
    while True:
        before = s.copy()
        for i in range(N):
            f = s @ W[i] - theta[i]
            s[..., i] = np.where(f > 0, 1, np.where(f < 0, -1, s[..., i]))
        if np.array_equal(before, s):
            break
    all_overlaps = np.einsum("kpi,ri->kpr", s, xi)
    own = np.einsum("kpp->kp", all_overlaps)
    spurious = np.sum(~np.any(np.abs(all_overlaps) == N, axis=2), axis=1)
    return own / N, (own == N).mean(axis=1), spurious


@right("recursive_sweeps")
def basin(xi, W, theta, turned):
    def run(s):
        new = list(s)
        for i, row in enumerate(W):
            f = np.dot(row, new) - theta[i]
            new[i] = new[i] if f == 0 else float(np.sign(f))
        return np.array(s) if new == list(s) else run(new)

    ends = np.array([[run(np.where(t == 1, -p, p).tolist()) for p in xi] for t in turned], dtype=xi.dtype)
    m = np.mean(ends * xi, axis=-1)
    R = np.array([np.mean([(e == p).all() for e, p in zip(row, xi)]) for row in ends], dtype=xi.dtype)
    memories = np.vstack([xi, -xi])
    lost = [[not (memories == e).all(axis=1).any() for e in row] for row in ends]
    return m, R, np.array(lost).sum(axis=1)


@wrong(
    "all_units_at_once",
    "All units update at once, each from the old states; a cycle of two is cut off after 100 rounds.",
    "Unit 1 updates after unit 0. Which state of unit 0 does it hear?",
)
def basin(xi, W, theta, turned):
    P, N = xi.shape
    s = np.where(turned[:, None] == 1, -xi, xi)
    for _ in range(100):
        f = s @ W.T - theta
        new = np.where(f == 0, s, np.sign(f))
        if (new == s).all():
            break
        s = new
    m = (s * xi).mean(axis=2)
    o = np.abs(s @ xi.T).max(axis=2)
    return m, (m == 1).mean(axis=1), (o < N).sum(axis=1)


@wrong(
    "a_single_sweep",
    "One sweep only, whether or not it changed anything.",
    "How does your code know that the next sweep would change nothing?",
)
def basin(xi, W, theta, turned):
    P, N = xi.shape
    s = (xi[None] * (1 - 2 * turned[:, None])).astype(xi.dtype)
    while True:
        before = s.copy()
        for i in range(N):
            f = s @ W[i] - theta[i]
            s[..., i] = np.where(f > 0, 1, np.where(f < 0, -1, s[..., i]))
        break
    all_overlaps = np.einsum("kpi,ri->kpr", s, xi)
    own = np.einsum("kpp->kp", all_overlaps)
    spurious = np.sum(~np.any(np.abs(all_overlaps) == N, axis=2), axis=1)
    return own / N, (own == N).mean(axis=1), spurious


@wrong("units_erased", "Probed units are set to 0, not turned round.", "Which values has a start where turned is 1?")
def basin(xi, W, theta, turned):
    P, N = xi.shape
    s = (xi[None] * (1 - turned[:, None])).astype(xi.dtype)
    while True:
        before = s.copy()
        for i in range(N):
            f = s @ W[i] - theta[i]
            s[..., i] = np.where(f > 0, 1, np.where(f < 0, -1, s[..., i]))
        if np.array_equal(before, s):
            break
    all_overlaps = np.einsum("kpi,ri->kpr", s, xi)
    own = np.einsum("kpp->kp", all_overlaps)
    spurious = np.sum(~np.any(np.abs(all_overlaps) == N, axis=2), axis=1)
    return own / N, (own == N).mean(axis=1), spurious


@wrong(
    "size_of_the_overlap",
    "The absolute value of the overlap, as if the opposite were the pattern itself.",
    "The end is -ξ: what is m?",
)
def basin(xi, W, theta, turned):
    P, N = xi.shape
    s = (xi[None] * (1 - 2 * turned[:, None])).astype(xi.dtype)
    while True:
        before = s.copy()
        for i in range(N):
            f = s @ W[i] - theta[i]
            s[..., i] = np.where(f > 0, 1, np.where(f < 0, -1, s[..., i]))
        if np.array_equal(before, s):
            break
    all_overlaps = np.einsum("kpi,ri->kpr", s, xi)
    own = np.einsum("kpp->kp", all_overlaps)
    spurious = np.sum(~np.any(np.abs(all_overlaps) == N, axis=2), axis=1)
    return np.abs(own) / N, (own == N).mean(axis=1), spurious


@wrong(
    "opposites_come_back",
    "R counts the opposite of the pattern as come back.",
    "The end is -ξ: is that the pattern without a fault?",
)
def basin(xi, W, theta, turned):
    P, N = xi.shape
    s = (xi[None] * (1 - 2 * turned[:, None])).astype(xi.dtype)
    while True:
        before = s.copy()
        for i in range(N):
            f = s @ W[i] - theta[i]
            s[..., i] = np.where(f > 0, 1, np.where(f < 0, -1, s[..., i]))
        if np.array_equal(before, s):
            break
    all_overlaps = np.einsum("kpi,ri->kpr", s, xi)
    own = np.einsum("kpp->kp", all_overlaps)
    spurious = np.sum(~np.any(np.abs(all_overlaps) == N, axis=2), axis=1)
    return own / N, (np.abs(own) == N).mean(axis=1), spurious


@wrong(
    "opposites_are_spurious",
    "The opposites of the patterns count as spurious.",
    "Which two kinds of states are not spurious?",
)
def basin(xi, W, theta, turned):
    def run(s):
        new = list(s)
        for i, row in enumerate(W):
            f = np.dot(row, new) - theta[i]
            new[i] = new[i] if f == 0 else float(np.sign(f))
        return np.array(s) if new == list(s) else run(new)

    ends = np.array([[run(np.where(t == 1, -p, p).tolist()) for p in xi] for t in turned], dtype=xi.dtype)
    m = np.mean(ends * xi, axis=-1)
    R = np.array([np.mean([(e == p).all() for e, p in zip(row, xi)]) for row in ends], dtype=xi.dtype)
    memories = xi
    lost = [[not (memories == e).all(axis=1).any() for e in row] for row in ends]
    return m, R, np.array(lost).sum(axis=1)


@wrong(
    "other_memories_are_spurious",
    "Every end that is not the own pattern or its opposite counts as spurious.",
    "The end is another stored pattern: spurious or not?",
)
def basin(xi, W, theta, turned):
    P, N = xi.shape
    s = (xi[None] * (1 - 2 * turned[:, None])).astype(xi.dtype)
    while True:
        before = s.copy()
        for i in range(N):
            f = s @ W[i] - theta[i]
            s[..., i] = np.where(f > 0, 1, np.where(f < 0, -1, s[..., i]))
        if np.array_equal(before, s):
            break
    all_overlaps = np.einsum("kpi,ri->kpr", s, xi)
    own = np.einsum("kpp->kp", all_overlaps)
    spurious = np.sum(np.abs(own) != N, axis=1)
    return own / N, (own == N).mean(axis=1), spurious


@wrong("tie_switches_on", "At a tie the unit is set to +1.", "The field is 0 and the unit is at -1: what does it do?")
def basin(xi, W, theta, turned):
    P, N = xi.shape
    K = len(turned)
    m, back, spurious = np.zeros((K, P), xi.dtype), np.zeros((K, P)), np.zeros(K, int)
    for k in range(K):
        for p in range(P):
            s = xi[p] * np.where(turned[k], -1, 1).astype(xi.dtype)
            old = None
            while old is None or (old != s).any():
                old = s.copy()
                for i in range(N):
                    s[i] = 1 if W[i] @ s >= theta[i] else -1
            m[k, p] = np.mean(s * xi[p])
            back[k, p] = m[k, p] == 1
            spurious[k] += not any(abs(s @ x) == N for x in xi)
    return m, back.mean(axis=1), spurious


@wrong(
    "share_of_the_probes",
    "R is the share of all K times P starts: divided by K too.",
    "One probe in which every pattern comes back: R is 1. And if the same probe stands twice?",
)
def basin(xi, W, theta, turned):
    P, N = xi.shape
    K = len(turned)
    m = np.zeros((K, P), dtype=xi.dtype)
    R = np.zeros(K)
    spurious = np.zeros(K, dtype=int)
    known = {tuple(p) for p in xi} | {tuple(-p) for p in xi}
    for k in range(K):
        for mu in range(P):
            s = xi[mu].copy()
            for i in range(N):
                if turned[k, i]:
                    s[i] = -s[i]
            changed = True
            while changed:
                changed = False
                for i in range(N):
                    f = W[i] @ s - theta[i]
                    if f * s[i] < 0:
                        s[i] = -s[i]
                        changed = True
            m[k, mu] = xi[mu] @ s / N
            R[k] += np.array_equal(s, xi[mu]) / (K * P)
            spurious[k] += tuple(s) not in known
    return m, R, spurious


@wrong(
    "almost_back",
    "R counts ends with an overlap of 0.75 and more.",
    "One unit of ten is wrong at the end: came it back without a fault?",
)
def basin(xi, W, theta, turned):
    P, N = xi.shape
    s = (xi[None] * (1 - 2 * turned[:, None])).astype(xi.dtype)
    while True:
        before = s.copy()
        for i in range(N):
            f = s @ W[i] - theta[i]
            s[..., i] = np.where(f > 0, 1, np.where(f < 0, -1, s[..., i]))
        if np.array_equal(before, s):
            break
    all_overlaps = np.einsum("kpi,ri->kpr", s, xi)
    own = np.einsum("kpp->kp", all_overlaps)
    spurious = np.sum(~np.any(np.abs(all_overlaps) == N, axis=2), axis=1)
    return own / N, (own >= 0.75 * N).mean(axis=1), spurious


@wrong("no_threshold", "The thresholds are forgotten in the field.", "Change theta. Do the ends change?")
def basin(xi, W, theta, turned):
    P, N = xi.shape
    K = len(turned)
    m = np.zeros((K, P), dtype=xi.dtype)
    R = np.zeros(K)
    spurious = np.zeros(K, dtype=int)
    known = {tuple(p) for p in xi} | {tuple(-p) for p in xi}
    for k in range(K):
        for mu in range(P):
            s = xi[mu].copy()
            for i in range(N):
                if turned[k, i]:
                    s[i] = -s[i]
            changed = True
            while changed:
                changed = False
                for i in range(N):
                    f = W[i] @ s
                    if f * s[i] < 0:
                        s[i] = -s[i]
                        changed = True
            m[k, mu] = xi[mu] @ s / N
            R[k] += np.array_equal(s, xi[mu]) / P
            spurious[k] += tuple(s) not in known
    return m, R, spurious


@wrong(
    "patterns_turned_in_place",
    "s is a row of xi itself, not a copy: the stored patterns are turned round and run.",
    "After s = xi[mu], whose entries does s[i] = -s[i] change?",
)
def basin(xi, W, theta, turned):
    P, N = xi.shape
    K = len(turned)
    m = np.zeros((K, P), dtype=xi.dtype)
    R = np.zeros(K)
    spurious = np.zeros(K, dtype=int)
    known = {tuple(p) for p in xi} | {tuple(-p) for p in xi}
    for k in range(K):
        for mu in range(P):
            s = xi[mu]
            for i in range(N):
                if turned[k, i]:
                    s[i] = -s[i]
            changed = True
            while changed:
                changed = False
                for i in range(N):
                    f = W[i] @ s - theta[i]
                    if f * s[i] < 0:
                        s[i] = -s[i]
                        changed = True
            m[k, mu] = xi[mu] @ s / N
            R[k] += np.array_equal(s, xi[mu]) / P
            spurious[k] += tuple(s) not in known
    return m, R, spurious


@wrong(
    "goes_on_from_the_end",
    "Each probe is made of the end of the probe before it, not of the stored pattern.",
    "Swap two probes. Should the results of a third one change?",
)
def basin(xi, W, theta, turned):
    P, N = xi.shape
    s = xi.copy()
    m, R, spurious = [], [], []
    for probe in turned:
        s[:, probe == 1] *= -1
        moving = True
        while moving:
            old = s.copy()
            for i in range(N):
                f = s @ W[i] - theta[i]
                s[f > 0, i] = 1
                s[f < 0, i] = -1
            moving = (s != old).any()
        o = s @ xi.T
        m.append(np.diag(o) / N)
        R.append(np.mean(np.diag(o) == N))
        spurious.append(np.sum((np.abs(o) < N).all(axis=1)))
    return np.array(m), np.array(R), np.array(spurious)
