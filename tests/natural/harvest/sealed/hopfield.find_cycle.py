"""As students of the third year at the end of term: dictionaries of states, hare and tortoise, and cycles of two by habit."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _next(s, W, theta):
    f = s @ W.T - theta
    return np.where(f > 0, 1, np.where(f < 0, -1, s)).astype(s.dtype)


@right("dictionary_of_seen_states")
def find_cycle(s, W, theta):
    start, length, mean = [], [], np.zeros_like(s)
    for b in range(len(s)):
        seen, way = {}, []
        x = s[b].copy()
        while x.tobytes() not in seen:
            seen[x.tobytes()] = len(way)
            way.append(x)
            f = W @ x - theta
            y = x.copy()
            y[f > 0] = 1
            y[f < 0] = -1
            x = y
        first = seen[x.tobytes()]
        start.append(first)
        length.append(len(way) - first)
        mean[b] = np.mean(way[first:], axis=0)
    return np.array(start), np.array(length), mean


@right("hare_and_tortoise")
def find_cycle(s, W, theta):
    step = lambda v: _next(v, W, theta)  # noqa: E731
    S, C, M = [], [], []
    for s0 in s:
        power = lam = 1
        slow, fast = s0, step(s0)
        while (slow != fast).any():  # Brent
            if power == lam:
                slow, power, lam = fast, 2 * power, 0
            fast = step(fast)
            lam += 1
        slow = fast = s0
        for _ in range(lam):
            fast = step(fast)
        mu = 0
        while (slow != fast).any():
            slow, fast, mu = step(slow), step(fast), mu + 1
        total = np.zeros_like(s0)
        for _ in range(lam):
            total += slow
            slow = step(slow)
        S.append(mu)
        C.append(lam)
        M.append(total / lam)
    return np.array(S), np.array(C), np.array(M, dtype=s.dtype)


@right("history_compared_for_all_rows")
def find_cycle(s, W, theta):
    B = len(s)
    history = [s]
    start, length = np.full(B, -1), np.zeros(B, dtype=int)
    mean = np.zeros_like(s)
    while (start < 0).any():
        new = _next(history[-1], W, theta)
        for t, old in enumerate(history):
            hit = (old == new).all(axis=1) & (start < 0)
            start[hit] = t
            length[hit] = len(history) - t
            if hit.any():
                mean[hit] = np.mean(history[t:], axis=0)[hit]
        history.append(new)
    return start, length, mean


@wrong(
    "time_of_the_return",
    "start is the step at which a state was seen again, not the one at which the cycle was entered.",
    "A fixed point is given: by the task its start is 0. What do you return?",
)
def find_cycle(s, W, theta):
    B = len(s)
    start, length = np.zeros(B, int), np.zeros(B, int)
    mean = np.zeros_like(s)
    for b in range(B):
        path = [s[b]]
        while True:
            f = W @ path[-1] - theta
            new = np.where(f > 0, 1, np.where(f < 0, -1, path[-1]))
            k = [i for i, p in enumerate(path) if np.array_equal(p, new)]
            if k:
                break
            path.append(new)
        start[b] = len(path)
        length[b] = len(path) - k[0]
        mean[b] = np.mean(path[k[0] :], axis=0)
    return start, length, mean


@wrong(
    "only_one_or_two",
    "The state is compared with the last two only: longer cycles are not found, and the search is cut off.",
    "W need not be symmetric. How long can a cycle of three units in a ring be?",
)
def find_cycle(s, W, theta):
    start, length, mean = np.zeros(len(s), int), np.ones(len(s), int), s.copy()
    for b, x in enumerate(s):
        states = [x]
        for t in range(4 * s.shape[1] + 50):
            states.append(_next(states[-1], W, theta))
            if (states[-1] == states[-2]).all():
                start[b], length[b], mean[b] = t, 1, states[-1]
                break
            if t > 0 and (states[-1] == states[-3]).all():
                start[b], length[b] = t - 1, 2
                mean[b] = (states[-1] + states[-2]) / 2
                break
    return start, length, mean


@wrong(
    "weights_transposed",
    "s @ W sums over the first index of W; with an unsymmetric W this is another network.",
    "f_i sums w_ij s_j over j. Over which index of W does s @ W sum?",
)
def find_cycle(s, W, theta):
    B, N = s.shape
    start, length, mean = np.empty(B, int), np.empty(B, int), np.empty_like(s)
    for b in range(B):
        trace = [tuple(s[b])]
        while True:
            v = np.array(trace[-1], dtype=s.dtype)
            f = v @ W - theta
            v = np.where(f > 0, 1, np.where(f < 0, -1, v))
            if tuple(v) in trace:
                k = trace.index(tuple(v))
                break
            trace.append(tuple(v))
        start[b], length[b] = k, len(trace) - k
        mean[b] = np.mean(trace[k:], axis=0)
    return start, length, mean


@wrong(
    "tie_goes_to_plus_one",
    "f >= 0 gives +1, so that a tie turns a unit from -1 to +1.",
    "W and θ all 0: every state should be a fixed point. Is it?",
)
def find_cycle(s, W, theta):
    out = []
    for x in s:
        seen = {}
        t = 0
        while tuple(x) not in seen:
            seen[tuple(x)] = t
            x = np.where(W @ x >= theta, 1.0, -1.0).astype(s.dtype)
            t += 1
        k = seen[tuple(x)]
        cyc = [np.array(key) for key, n in seen.items() if n >= k]
        out.append((k, t - k, np.mean(cyc, axis=0)))
    return np.array([o[0] for o in out]), np.array([o[1] for o in out]), np.array([o[2] for o in out], dtype=s.dtype)


@wrong(
    "one_after_the_other",
    "The units are updated one after the other within a step, each hearing the new states.",
    "Two units that copy each other, started at (1, -1): all at once they swap for ever. What do yours do?",
)
def find_cycle(s, W, theta):
    start, length, mean = [], [], []
    for x in s:
        seen, way = {}, []
        x = x.copy()
        while x.tobytes() not in seen:
            seen[x.tobytes()] = len(way)
            way.append(x.copy())
            for i in range(len(x)):
                f = W[i] @ x - theta[i]
                if f > 0:
                    x[i] = 1
                if f < 0:
                    x[i] = -1
        k = seen[x.tobytes()]
        start.append(k)
        length.append(len(way) - k)
        mean.append(np.mean(way[k:], axis=0))
    return np.array(start), np.array(length), np.array(mean)


@wrong(
    "mean_of_the_whole_way",
    "The mean goes over all states that were visited, those before the cycle too.",
    "A state falls into a fixed point: should its mean be anything but ±1?",
)
def find_cycle(s, W, theta):
    n = len(s)
    start, length = np.zeros(n, dtype=int), np.zeros(n, dtype=int)
    mean = np.zeros_like(s)
    for b in range(n):
        hist = [s[b]]
        found = None
        while found is None:
            new = _next(hist[-1], W, theta)
            for i in range(len(hist)):
                if np.all(hist[i] == new):
                    found = i
            if found is None:
                hist.append(new)
        start[b] = found
        length[b] = len(hist) - found
        mean[b] = np.mean(hist, axis=0)
    return start, length, mean


@wrong(
    "first_state_twice_in_the_mean",
    "The state that came back is in the mean twice, at the beginning and at the end of the cycle.",
    "A cycle of (+1), (-1): the mean is 0. Over how many states does yours go?",
)
def find_cycle(s, W, theta):
    start, length, mean = [], [], []
    for b in range(s.shape[0]):
        traj = [s[b].copy()]
        while True:
            nxt = _next(traj[-1], W, theta)
            same = [np.array_equal(nxt, q) for q in traj]
            traj.append(nxt)
            if any(same):
                t0 = same.index(True)
                break
        start.append(t0)
        length.append(len(traj) - 1 - t0)
        mean.append(np.stack(traj[t0:]).mean(axis=0))
    return np.array(start), np.array(length), np.array(mean, dtype=s.dtype)


@wrong(
    "one_clock_for_the_batch",
    "The whole batch is compared at once: a cycle is found only when all rows repeat together.",
    "One row is a fixed point, another a cycle of 2. What is the length of the first?",
)
def find_cycle(s, W, theta):
    B = len(s)
    seen, way = {}, []
    x = s
    while x.tobytes() not in seen:
        seen[x.tobytes()] = len(way)
        way.append(x)
        x = _next(x, W, theta)
    k = seen[x.tobytes()]
    cyc = np.array(way[k:])
    return np.full(B, k), np.full(B, len(cyc)), cyc.mean(axis=0).astype(s.dtype)


@wrong(
    "threshold_left_out",
    "The thresholds are not subtracted.",
    "All couplings 0 and θ = 1: where do the units go by the task?",
)
def find_cycle(s, W, theta):
    start, length, mean = np.zeros(len(s), int), np.zeros(len(s), int), np.zeros_like(s)
    for b in range(len(s)):
        visited = {}
        x, t = s[b], 0
        while (key := tuple(x.tolist())) not in visited:
            visited[key] = t
            h = W.dot(x)
            x = np.where(h == 0, x, np.sign(h))
            t += 1
        start[b], length[b] = visited[key], t - visited[key]
        mean[b] = np.mean([k for k, v in visited.items() if v >= start[b]], axis=0)
    return start, length, mean


@wrong(
    "given_state_not_remembered",
    "The list begins with the first update: that the given state itself comes back is not noticed, and start is at least 1.",
    "The given state belongs to a cycle: by the task start is 0. What is yours?",
)
def find_cycle(s, W, theta):
    res_s, res_l, res_m = [], [], []
    for x in s:
        seen = []
        while True:
            x = _next(x, W, theta)
            match = [j for j, y in enumerate(seen) if (y == x).all()]
            if match:
                j = match[0]
                break
            seen.append(x)
        res_s.append(j + 1)
        res_l.append(len(seen) - j)
        res_m.append(np.mean(seen[j:], axis=0))
    return np.array(res_s), np.array(res_l), np.array(res_m, dtype=s.dtype)


@wrong(
    "diagonal_cleared",
    "The diagonal of W is set to 0 first, as Hopfield's networks have it; here W may have one.",
    "A single unit with w = 1 and θ = 0.5 that is +1: by which term does it stay?",
)
def find_cycle(s, W, theta):
    W = W - np.diag(np.diag(W))
    start, length, mean = [], [], []
    for x in s:
        seen = {x.tobytes(): 0}
        way = [x]
        while True:
            x = _next(x, W, theta)
            if x.tobytes() in seen:
                break
            seen[x.tobytes()] = len(way)
            way.append(x)
        k = seen[x.tobytes()]
        start.append(k)
        length.append(len(way) - k)
        mean.append(sum(way[k:]) / s.dtype.type(len(way) - k))
    return np.array(start), np.array(length), np.array(mean)


@wrong(
    "compared_with_the_given_state",
    "Only the return of the given state is looked for (and of a fixed point); a cycle that it merely falls into is not seen.",
    "The given state never comes back, but its successors go round in a cycle. When does your loop end?",
)
def find_cycle(s, W, theta):
    B, N = s.shape
    start, length, mean = np.zeros(B, int), np.ones(B, int), np.zeros_like(s)
    for b in range(B):
        x = s[b]
        total = np.zeros_like(x)
        for t in range(1, 2 ** min(N, 10) + 1):
            total = total + x
            new = _next(x, W, theta)
            if np.array_equal(new, x):
                start[b], length[b], mean[b] = t - 1, 1, x
                break
            if np.array_equal(new, s[b]):
                start[b], length[b], mean[b] = 0, t, total / t
                break
            x = new
        else:
            start[b], length[b], mean[b] = t, 1, x
    return start, length, mean


@wrong(
    "meeting_point_for_the_start",
    "start is where hare and tortoise meet, some place within the cycle, not where the cycle begins.",
    "Hare and tortoise meet in the cycle. How do you find from there the first step of it?",
)
def find_cycle(s, W, theta):
    start, length, mean = [], [], []
    for s0 in s:
        tortoise, hare, t = _next(s0, W, theta), _next(_next(s0, W, theta), W, theta), 1
        while not np.array_equal(tortoise, hare):
            tortoise = _next(tortoise, W, theta)
            hare = _next(_next(hare, W, theta), W, theta)
            t += 1
        cycle = [tortoise]
        x = _next(tortoise, W, theta)
        while not np.array_equal(x, tortoise):
            cycle.append(x)
            x = _next(x, W, theta)
        start.append(t)
        length.append(len(cycle))
        mean.append(np.mean(cycle, axis=0))
    return np.array(start), np.array(length), np.array(mean)
