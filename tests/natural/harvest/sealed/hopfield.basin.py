"""As students of the third year at the end of term: probes by loops or in one array, and what counts as spurious."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("loops_as_in_the_text")
def basin(xi, W, theta, turned):
    K, (P, N) = len(turned), xi.shape
    m = np.zeros((K, P), dtype=xi.dtype)
    R = np.zeros(K, dtype=xi.dtype)
    spurious = np.zeros(K, dtype=int)
    for k in range(K):
        for mu in range(P):
            s = xi[mu].copy()
            s[turned[k] == 1] *= -1
            changed = True
            while changed:
                changed = False
                for i in range(N):
                    f = W[i] @ s - theta[i]
                    new = 1 if f > 0 else -1 if f < 0 else s[i]
                    if new != s[i]:
                        s[i] = new
                        changed = True
            m[k, mu] = xi[mu] @ s / N
            R[k] += np.array_equal(s, xi[mu]) / P
            if not any(np.array_equal(s, x) or np.array_equal(s, -x) for x in xi):
                spurious[k] += 1
    return m, R, spurious


@right("all_starts_side_by_side")
def basin(xi, W, theta, turned):
    P, N = xi.shape
    s = xi * (1 - 2 * turned[:, None, :]).astype(xi.dtype)
    while True:
        before = s.copy()
        for i in range(N):
            f = s @ W[i] - theta[i]
            s[..., i] = np.where(f == 0, s[..., i], np.sign(f))
        if (s == before).all():
            break
    m = np.einsum("kpi,pi->kp", s, xi) / xi.dtype.type(N)
    R = (s == xi).all(axis=2).mean(axis=1, dtype=xi.dtype)
    overlaps = np.abs(s @ xi.T)  # (K, P, P), whole numbers
    spurious = (overlaps < N).all(axis=2).sum(axis=1)
    return m, R, spurious


@right("recursion_and_a_set_of_memories")
def basin(xi, W, theta, turned):
    known = {tuple(x) for x in xi} | {tuple(-x) for x in xi}

    def settle(s):
        t = list(s)
        for i in range(len(t)):
            f = sum(w * v for w, v in zip(W[i], t, strict=True)) - theta[i]
            if f:
                t[i] = float(np.sign(f))
        return tuple(t) if t == list(s) else settle(tuple(t))

    rows = []
    for probe in turned:
        ends = [settle(tuple(float(v) for v in np.where(probe, -x, x))) for x in xi]
        overlap = [np.mean([a * b for a, b in zip(e, x, strict=True)]) for e, x in zip(ends, xi, strict=True)]
        share = sum(e == tuple(x) for e, x in zip(ends, xi, strict=True)) / len(xi)
        rows.append((overlap, share, sum(e not in known for e in ends)))
    return (
        np.array([r[0] for r in rows], dtype=xi.dtype),
        np.array([r[1] for r in rows], dtype=xi.dtype),
        np.array([r[2] for r in rows]),
    )


@wrong(
    "units_set_to_minus_one",
    "The units of the probe are set to -1 instead of turned round: those that were -1 stay.",
    "A unit is -1 in the pattern and the probe turns it. What is it at the start?",
)
def basin(xi, W, theta, turned):
    K, P, N = len(turned), *xi.shape
    m, R, spurious = np.zeros((K, P), xi.dtype), np.zeros(K, xi.dtype), np.zeros(K, int)
    for k in range(K):
        for p in range(P):
            s = np.where(turned[k] == 1, -1, xi[p]).astype(xi.dtype)
            while True:
                old = s.copy()
                for i in range(N):
                    f = W[i] @ s - theta[i]
                    if f != 0:
                        s[i] = np.sign(f)
                if np.array_equal(old, s):
                    break
            m[k, p] = np.mean(s * xi[p])
            R[k] += (s == xi[p]).all()
            spurious[k] += not any((s == x).all() or (s == -x).all() for x in xi)
    return m, R / P, spurious


@wrong(
    "units_set_to_zero",
    "Turned units become 0 (times 1 - turned), not the opposite.",
    "Multiply a state by 1 - turned. Which values stand there? Turning round is a factor of -1.",
)
def basin(xi, W, theta, turned):
    P, N = xi.shape
    s = (xi[None] * (1 - turned[:, None])).astype(xi.dtype)
    change = True
    while change:
        prev = s.copy()
        for i in range(N):
            h = s @ W[i] - theta[i]
            s[:, :, i] = np.where(h > 0, 1, np.where(h < 0, -1, s[:, :, i]))
        change = not np.array_equal(prev, s)
    m = (s * xi).sum(axis=-1) / N
    R = np.mean(np.all(s == xi, axis=-1), axis=1).astype(xi.dtype)
    hits = np.abs(np.einsum("kpi,qi->kpq", s, xi)) == N
    return m, R, np.sum(~hits.any(axis=-1), axis=1)


@wrong(
    "one_sweep_only",
    "The network runs for a single sweep instead of until nothing changes.",
    "Run your end through one more sweep. Does it stay?",
)
def basin(xi, W, theta, turned):
    K, P, N = turned.shape[0], xi.shape[0], xi.shape[1]
    ends = np.empty((K, P, N), xi.dtype)
    for k in range(K):
        for p in range(P):
            s = xi[p] * (1 - 2 * turned[k])
            for i in range(N):
                f = np.dot(W[i], s) - theta[i]
                if f > 0:
                    s[i] = 1
                elif f < 0:
                    s[i] = -1
            ends[k, p] = s
    m = (ends * xi).mean(axis=2)
    R = (ends == xi).all(axis=2).mean(axis=1).astype(xi.dtype)
    spurious = np.array([sum(abs(xi @ e).max() < N for e in row) for row in ends])
    return m, R, spurious


@wrong(
    "all_units_at_once",
    "All units update at once from the old states (and the loop is cut off, as it may go on for ever).",
    "Does unit 1 hear the new state of unit 0 within the same sweep?",
)
def basin(xi, W, theta, turned):
    N = xi.shape[1]
    s = np.where(turned[:, None, :] == 1, -xi, xi)
    for _ in range(100):
        f = s @ W.T - theta
        new = np.where(f > 0, 1, np.where(f < 0, -1, s)).astype(xi.dtype)
        if np.array_equal(new, s):
            break
        s = new
    m = np.sum(s * xi, axis=2) / N
    R = (m == 1).mean(axis=1).astype(xi.dtype)
    spurious = (np.abs(s @ xi.T).max(axis=2) < N).sum(axis=1)
    return m, R, spurious


@wrong(
    "tie_goes_to_plus_one",
    "At a tie a unit becomes +1 (f >= 0).",
    "All couplings and thresholds 0: the start should stay as it is. Does it?",
)
def basin(xi, W, theta, turned):
    def run(s):
        while True:
            t = s.copy()
            for i in range(len(t)):
                t[i] = 1 if W[i] @ t - theta[i] >= 0 else -1
            if (t == s).all():
                return s
            s = t

    P, N = xi.shape
    ends = np.array([[run(x * np.where(tk, -1, 1).astype(x.dtype)) for x in xi] for tk in turned])
    m = np.einsum("kpn,pn->kp", ends, xi) / N
    R = np.array([np.mean([np.array_equal(e, x) for e, x in zip(row, xi, strict=True)]) for row in ends], xi.dtype)
    spurious = np.array([sum(N not in abs(xi @ e) for e in row) for row in ends])
    return m, R, spurious


@wrong(
    "best_overlap_of_all",
    "m is the largest overlap with any stored pattern, not the one with the pattern it came from.",
    "An end is another stored pattern. What should its m be?",
)
def basin(xi, W, theta, turned):
    P, N = xi.shape
    K = len(turned)
    m, R, spurious = np.zeros((K, P), xi.dtype), np.zeros(K, xi.dtype), np.zeros(K, int)
    for k in range(K):
        for mu in range(P):
            s = xi[mu] * (1 - 2 * turned[k])
            moved = 1
            while moved:
                moved = 0
                for i in range(N):
                    f = W[i] @ s - theta[i]
                    if f * s[i] < 0:
                        s[i] = -s[i]
                        moved += 1
            o = xi @ s / N
            m[k, mu] = o.max()
            R[k] += o[mu] == 1
            spurious[k] += np.all(np.abs(o) != 1)
    return m, R / P, spurious


@wrong(
    "opposite_counts_as_recalled",
    "R counts ends with |m| = 1, so that the opposite of the pattern passes as the pattern.",
    "An end is exactly -ξ. Did the pattern come back without a fault?",
)
def basin(xi, W, theta, turned):
    P, N = xi.shape
    s = xi[None] * np.where(turned == 1, -1, 1).astype(xi.dtype)[:, None]
    while True:
        s0 = s.copy()
        for i in range(N):
            f = np.einsum("kpj,j->kp", s, W[i]) - theta[i]
            s[:, :, i] = np.where(f == 0, s[:, :, i], np.where(f > 0, 1, -1))
        if np.all(s == s0):
            break
    all_m = np.einsum("kpi,qi->kpq", s, xi) / N
    m = all_m[:, range(P), range(P)]
    R = np.mean(np.abs(m) == 1, axis=1, dtype=xi.dtype)
    return m, R, np.sum(np.abs(all_m).max(2) < 1, axis=1)


@wrong(
    "opposites_counted_as_spurious",
    "The opposites of the patterns are counted as spurious.",
    "Is the state -ξ spurious by the task?",
)
def basin(xi, W, theta, turned):
    patterns = [x.tobytes() for x in xi]
    K, (P, N) = len(turned), xi.shape
    m = np.zeros((K, P), xi.dtype)
    R = np.zeros(K, xi.dtype)
    spurious = np.zeros(K, int)
    for k, tk in enumerate(turned):
        for p, x in enumerate(xi):
            s = np.where(tk == 1, -x, x)
            while True:
                before = s.tobytes()
                for i in range(N):
                    f = W[i] @ s - theta[i]
                    s[i] = s[i] if f == 0 else (1 if f > 0 else -1)
                if s.tobytes() == before:
                    break
            m[k, p] = x @ s / N
            R[k] += np.array_equal(x, s) / P
            spurious[k] += s.tobytes() not in patterns
    return m, R, spurious


@wrong(
    "every_fault_is_spurious",
    "Every end that is not the pattern it came from (or its opposite) is counted, also other stored patterns.",
    "An end is another stored pattern, or its opposite: a wrong memory. Is it spurious?",
)
def basin(xi, W, theta, turned):
    P, N = xi.shape
    sgn = (1 - 2 * turned).astype(xi.dtype)
    s = sgn[:, None, :] * xi[None, :, :]
    going = True
    while going:
        going = False
        for i in range(N):
            f = s @ W[i] - theta[i]
            flip = s[..., i] * f < 0
            going = going or flip.any()
            s[..., i] = np.where(flip, -s[..., i], s[..., i])
    m = (s * xi).sum(axis=2) / N
    R = (m == 1).astype(xi.dtype).mean(axis=1)
    spurious = (np.abs(m) != 1).sum(axis=1)
    return m, R, spurious


@wrong(
    "thresholds_forgotten",
    "The thresholds are not in the field.",
    "Change θ alone. Does any end change?",
)
def basin(xi, W, theta, turned):
    K, (P, N) = turned.shape[0], xi.shape
    ends = np.zeros((K, P, N), xi.dtype)
    for k in range(K):
        for p in range(P):
            s = xi[p].copy()
            s[turned[k].astype(bool)] *= -1
            for _ in range(10 * N + 10):
                old = s.copy()
                for i in range(N):
                    f = W[i] @ s
                    s[i] = np.sign(f) if f != 0 else s[i]
                if (old == s).all():
                    break
            ends[k, p] = s
    m = np.mean(ends * xi[None], axis=2)
    R = np.mean(m == 1, axis=1).astype(xi.dtype)
    spurious = np.array([[np.abs(xi @ e).max() != N for e in row] for row in ends]).sum(axis=1)
    return m, R, spurious


@wrong(
    "fraction_of_equal_units",
    "m is the share of the units that agree, between 0 and 1; the overlap goes from -1 to 1.",
    "The end is the opposite of the pattern. What is its overlap by the formula?",
)
def basin(xi, W, theta, turned):
    K, P, N = len(turned), len(xi), xi.shape[1]
    m, R, spurious = np.zeros((K, P), xi.dtype), np.zeros(K, xi.dtype), np.zeros(K, dtype=int)
    for k in range(K):
        good = 0
        for p in range(P):
            s = xi[p] * (-1) ** turned[k]
            stable = False
            while not stable:
                stable = True
                for i in range(N):
                    f = (W[i] * s).sum() - theta[i]
                    if (f > 0 and s[i] < 0) or (f < 0 and s[i] > 0):
                        s[i] *= -1
                        stable = False
            m[k, p] = (s == xi[p]).mean()
            good += (s == xi[p]).all()
            spurious[k] += not ((xi == s).all(axis=1) | (xi == -s).all(axis=1)).any()
        R[k] = good / P
    return m, R, spurious


@wrong(
    "stops_when_the_last_unit_is_quiet",
    "changed is set anew by each unit, so the loop ends as soon as the last unit of a sweep does not change.",
    "Unit 0 changes and unit N-1 does not. Does your loop go on?",
)
def basin(xi, W, theta, turned):
    P, N = xi.shape
    m, R, spurious = [], [], []
    for probe in turned:
        row, ok, spur = [], 0, 0
        for x in xi:
            s = np.where(probe == 1, -x, x)
            changed = True
            while changed:
                for i in range(N):
                    old = s[i]
                    f = W[i] @ s - theta[i]
                    if f != 0:
                        s[i] = 1 if f > 0 else -1
                    changed = s[i] != old
            row.append(x @ s / N)
            ok += np.all(s == x)
            spur += int(np.max(np.abs(xi @ s)) != N)
        m.append(row)
        R.append(ok / P)
        spurious.append(spur)
    return np.array(m, dtype=xi.dtype), np.array(R, dtype=xi.dtype), np.array(spurious)


@wrong(
    "probes_pile_up",
    "The patterns are turned in place: the second probe turns what the first has left, and xi is changed.",
    "Exchange two probes. Do their rows just change places?",
)
def basin(xi, W, theta, turned):
    P, N = xi.shape
    start = xi.copy()
    m, R, spurious = np.zeros((len(turned), P), xi.dtype), np.zeros(len(turned), xi.dtype), np.zeros(len(turned), int)
    for k in range(len(turned)):
        start[:, turned[k] == 1] *= -1
        s = start.copy()
        while True:
            prev = s.copy()
            for i in range(N):
                f = s @ W[i] - theta[i]
                s[f > 0, i] = 1
                s[f < 0, i] = -1
            if (s == prev).all():
                break
        m[k] = (s * xi).mean(axis=1)
        R[k] = (s == xi).all(axis=1).mean()
        spurious[k] = np.sum(np.abs(s @ xi.T).max(axis=1) < N)
    return m, R, spurious
