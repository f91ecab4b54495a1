"""As students of physics and computing: dictionaries, the tortoise and the hare, tables of all states."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("dictionary_of_states")
def find_cycle(s, W, theta):
    B, N = s.shape
    start = np.zeros(B, dtype=int)
    length = np.zeros(B, dtype=int)
    mean = np.zeros_like(s)
    for b in range(B):
        v = s[b].copy()
        seen = {}
        path = []
        while tuple(v) not in seen:
            seen[tuple(v)] = len(path)
            path.append(v)
            f = W @ v - theta
            v = np.where(f > 0, 1, np.where(f < 0, -1, v)).astype(s.dtype)
        start[b] = seen[tuple(v)]
        length[b] = len(path) - start[b]
        mean[b] = np.mean(path[start[b] :], axis=0)
    return start, length, mean


@right("tortoise_and_hare")
def find_cycle(s, W, theta):
    def step(v):
        f = W.dot(v) - theta
        new = np.sign(f)
        new[f == 0] = v[f == 0]
        return new

    starts, lengths, means = [], [], []
    for v0 in s:
        slow, fast = step(v0), step(step(v0))
        while not np.array_equal(slow, fast):
            slow, fast = step(slow), step(step(fast))
        start, slow = 0, v0
        while not np.array_equal(slow, fast):
            start, slow, fast = start + 1, step(slow), step(fast)
        total, length, fast = slow.copy(), 1, step(slow)
        while not np.array_equal(slow, fast):
            total, length, fast = total + fast, length + 1, step(fast)
        starts.append(start)
        lengths.append(length)
        means.append(total / length)
    return np.array(starts), np.array(lengths), np.array(means, dtype=s.dtype)


@right("whole_batch_with_a_history")
def find_cycle(s, W, theta):
    B, N = s.shape
    history = [s]
    start, length = np.full(B, -1), np.zeros(B, int)
    mean = np.zeros((B, N), s.dtype)
    while (start < 0).any():
        old = history[-1]
        f = np.einsum("ij,bj->bi", W, old) - theta
        new = np.where(f == 0, old, np.copysign(1, f)).astype(s.dtype)
        t = len(history)
        same = np.array([(h == new).all(axis=1) for h in history])
        for b in np.flatnonzero(same.any(axis=0) & (start < 0)):
            start[b] = same[:, b].argmax()
            length[b] = t - start[b]
            mean[b] = sum(h[b] for h in history[start[b] :]) / length[b]
        history.append(new)
    return start, length, mean


@wrong(
    "start_is_the_return",
    "start is the step at which a state comes back, not the one at which it was there first.",
    "The given state is a fixed point: which start do you return?",
)
def find_cycle(s, W, theta):
    B, N = s.shape
    start = np.zeros(B, dtype=int)
    length = np.zeros(B, dtype=int)
    mean = np.zeros_like(s)
    for b in range(B):
        v = s[b].copy()
        seen = {}
        path = []
        while tuple(v) not in seen:
            seen[tuple(v)] = len(path)
            path.append(v)
            f = W @ v - theta
            v = np.where(f > 0, 1, np.where(f < 0, -1, v)).astype(s.dtype)
        first = seen[tuple(v)]
        start[b] = len(path)
        length[b] = len(path) - first
        mean[b] = np.mean(path[first:], axis=0)
    return start, length, mean


@wrong(
    "returning_state_counted_twice",
    "The state that comes back is counted at both ends: length is one too large, and it weighs twice in the mean.",
    "How many different states has a fixed point?",
)
def find_cycle(s, W, theta):
    B, N = s.shape
    start = np.zeros(B, dtype=int)
    length = np.zeros(B, dtype=int)
    mean = np.zeros_like(s)
    for b in range(B):
        v = s[b].copy()
        seen = {}
        path = []
        while tuple(v) not in seen:
            seen[tuple(v)] = len(path)
            path.append(v)
            f = W @ v - theta
            v = np.where(f > 0, 1, np.where(f < 0, -1, v)).astype(s.dtype)
        path.append(v)
        start[b] = seen[tuple(v)]
        length[b] = len(path) - start[b]
        mean[b] = np.mean(path[start[b] :], axis=0)
    return start, length, mean


@wrong(
    "one_unit_after_the_other",
    "The units update one after the other, each hearing the new states.",
    "Which states does unit 1 hear, the old one of unit 0 or the new one?",
)
def find_cycle(s, W, theta):
    B, N = s.shape
    start, length, mean = np.zeros(B, int), np.zeros(B, int), np.zeros_like(s)
    for b in range(B):
        v = s[b].copy()
        path = []
        while v.tolist() not in path:
            path.append(v.tolist())
            for i in range(N):
                f = W[i] @ v - theta[i]
                if f != 0:
                    v[i] = np.sign(f)
        start[b] = path.index(v.tolist())
        length[b] = len(path) - start[b]
        mean[b] = np.mean(path[start[b] :], axis=0)
    return start, length, mean


@wrong("tie_switches_on", "At a tie the unit is set to +1.", "The field is 0 and the unit is at -1: what does it do?")
def find_cycle(s, W, theta):
    out = []
    for row in s:
        path = [tuple(row)]
        while True:
            new = tuple(np.where(W @ np.array(path[-1]) - theta >= 0, 1.0, -1.0))
            if new in path:
                break
            path.append(new)
        k = path.index(new)
        out.append((k, len(path) - k, np.mean(path[k:], axis=0)))
    start, length, mean = zip(*out)
    return np.array(start), np.array(length), np.array(mean, dtype=s.dtype)


@wrong("tie_gives_0", "np.sign: at a tie a unit becomes 0.", "What is np.sign(0)? Which states are there?")
def find_cycle(s, W, theta):
    def step(v):
        f = W.dot(v) - theta
        new = np.sign(f)
        return new

    starts, lengths, means = [], [], []
    for v0 in s:
        slow, fast = step(v0), step(step(v0))
        while not np.array_equal(slow, fast):
            slow, fast = step(slow), step(step(fast))
        start, slow = 0, v0
        while not np.array_equal(slow, fast):
            start, slow, fast = start + 1, step(slow), step(fast)
        total, length, fast = slow.copy(), 1, step(slow)
        while not np.array_equal(slow, fast):
            total, length, fast = total + fast, length + 1, step(fast)
        starts.append(start)
        lengths.append(length)
        means.append(total / length)
    return np.array(starts), np.array(lengths), np.array(means, dtype=s.dtype)


@wrong(
    "length_1_or_2",
    "Only the last and the last but one state are compared, and after a number of steps the search ends: longer cycles are taken for 2.",
    "Three units in a ring, each hearing the one before it: how long can the cycle be?",
)
def find_cycle(s, W, theta):
    B, N = s.shape
    start, length, mean = np.zeros(B, int), np.full(B, 2), np.zeros_like(s)

    def step(v):
        f = W @ v - theta
        return np.where(f == 0, v, np.where(f > 0, 1, -1)).astype(s.dtype)

    for b in range(B):
        v = s[b]
        for t in range(50):
            a, c = step(v), step(step(v))
            start[b] = t
            mean[b] = (v + a) / 2
            if np.array_equal(a, v):
                length[b] = 1
                break
            if np.array_equal(c, v):
                break
            v = a
    return start, length, mean


@wrong(
    "mean_over_the_whole_path",
    "The mean goes over all states from the given one on, also over those before the cycle.",
    "A state that never comes back: does it belong in the mean over the cycle?",
)
def find_cycle(s, W, theta):
    B, N = s.shape
    start = np.zeros(B, dtype=int)
    length = np.zeros(B, dtype=int)
    mean = np.zeros_like(s)
    for b in range(B):
        v = s[b].copy()
        seen = {}
        path = []
        while tuple(v) not in seen:
            seen[tuple(v)] = len(path)
            path.append(v)
            f = W @ v - theta
            v = np.where(f > 0, 1, np.where(f < 0, -1, v)).astype(s.dtype)
        start[b] = seen[tuple(v)]
        length[b] = len(path) - start[b]
        mean[b] = np.mean(path, axis=0)
    return start, length, mean


@wrong(
    "diagonal_cleared",
    "The diagonal of W is set to 0, out of habit.",
    "“Here W may … have entries on its diagonal”: what does your W hold there?",
)
def find_cycle(s, W, theta):
    W = W - np.diag(np.diag(W))

    def step(v):
        f = W.dot(v) - theta
        new = np.sign(f)
        new[f == 0] = v[f == 0]
        return new

    starts, lengths, means = [], [], []
    for v0 in s:
        slow, fast = step(v0), step(step(v0))
        while not np.array_equal(slow, fast):
            slow, fast = step(slow), step(step(fast))
        start, slow = 0, v0
        while not np.array_equal(slow, fast):
            start, slow, fast = start + 1, step(slow), step(fast)
        total, length, fast = slow.copy(), 1, step(slow)
        while not np.array_equal(slow, fast):
            total, length, fast = total + fast, length + 1, step(fast)
        starts.append(start)
        lengths.append(length)
        means.append(total / length)
    return np.array(starts), np.array(lengths), np.array(means, dtype=s.dtype)


@wrong(
    "couplings_transposed",
    "s @ W: the field sums over the first index of W.",
    "w_ij s_j: which index of W goes with the unit that is heard?",
)
def find_cycle(s, W, theta):
    B, N = s.shape
    history = [s]
    start, length = np.full(B, -1), np.zeros(B, int)
    mean = np.zeros((B, N), s.dtype)
    while (start < 0).any():
        old = history[-1]
        f = np.einsum("ji,bj->bi", W, old) - theta
        new = np.where(f == 0, old, np.copysign(1, f)).astype(s.dtype)
        t = len(history)
        same = np.array([(h == new).all(axis=1) for h in history])
        for b in np.flatnonzero(same.any(axis=0) & (start < 0)):
            start[b] = same[:, b].argmax()
            length[b] = t - start[b]
            mean[b] = sum(h[b] for h in history[start[b] :]) / length[b]
        history.append(new)
    return start, length, mean


@wrong(
    "meeting_point_as_start",
    "Takes the number of steps to the meeting of tortoise and hare for the start of the cycle.",
    "The given state belongs to the cycle: after how many steps do your two meet, and what is start?",
)
def find_cycle(s, W, theta):
    def step(v):
        f = W @ v - theta
        return np.where(f == 0, v, np.where(f < 0, -1, 1)).astype(s.dtype)

    B = len(s)
    start, length, mean = np.zeros(B, int), np.zeros(B, int), np.zeros_like(s)
    for b in range(B):
        slow, fast, n = step(s[b]), step(step(s[b])), 1
        while not (slow == fast).all():
            slow, fast, n = step(slow), step(step(fast)), n + 1
        cycle = [slow]
        while not (step(cycle[-1]) == slow).all():
            cycle.append(step(cycle[-1]))
        start[b], length[b], mean[b] = n, len(cycle), np.mean(cycle, axis=0)
    return start, length, mean


@wrong(
    "the_batch_as_one_state",
    "Waits until all rows together come back: start is the latest of all rows, length a common multiple.",
    "One row is a fixed point, another runs round a cycle of 3: which length has the first one?",
)
def find_cycle(s, W, theta):
    seen, path = {}, []
    v = s
    while v.tobytes() not in seen:
        seen[v.tobytes()] = len(path)
        path.append(v)
        f = v @ W.T - theta
        v = np.where(f == 0, v, np.sign(f))
    k = seen[v.tobytes()]
    B = len(s)
    return np.full(B, k), np.full(B, len(path) - k), np.mean(path[k:], axis=0)


@wrong("no_threshold", "The thresholds are not taken off the field.", "Change theta. Does your result change?")
def find_cycle(s, W, theta):
    def step(v):
        f = W.dot(v)
        new = np.sign(f)
        new[f == 0] = v[f == 0]
        return new

    starts, lengths, means = [], [], []
    for v0 in s:
        slow, fast = step(v0), step(step(v0))
        while not np.array_equal(slow, fast):
            slow, fast = step(slow), step(step(fast))
        start, slow = 0, v0
        while not np.array_equal(slow, fast):
            start, slow, fast = start + 1, step(slow), step(fast)
        total, length, fast = slow.copy(), 1, step(slow)
        while not np.array_equal(slow, fast):
            total, length, fast = total + fast, length + 1, step(fast)
        starts.append(start)
        lengths.append(length)
        means.append(total / length)
    return np.array(starts), np.array(lengths), np.array(means, dtype=s.dtype)


@wrong(
    "only_the_number_of_units_on",
    "A state is recognised by how many units are on: different states with equal sums are taken for the same.",
    "Are (1, -1) and (-1, 1) the same state?",
)
def find_cycle(s, W, theta):
    B, N = s.shape
    start = np.zeros(B, dtype=int)
    length = np.zeros(B, dtype=int)
    mean = np.zeros_like(s)
    for b in range(B):
        v = s[b].copy()
        seen = {}
        path = []
        while v.sum() not in seen:
            seen[v.sum()] = len(path)
            path.append(v)
            f = W @ v - theta
            v = np.where(f > 0, 1, np.where(f < 0, -1, v)).astype(s.dtype)
        start[b] = seen[v.sum()]
        length[b] = len(path) - start[b]
        mean[b] = np.mean(path[start[b] :], axis=0)
    return start, length, mean
