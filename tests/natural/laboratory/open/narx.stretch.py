"""As students of physics in the lab: false neighbours with two loops, or a distance matrix of scipy."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("plain_loops")
def stretch(s, m, tau, w):
    T = len(s)
    t0 = m * tau
    R = T - t0
    near = np.zeros(R, dtype=int)
    a = np.zeros(R, dtype=s.dtype)
    for t in range(t0, T):
        best = np.inf
        for q in range(t0, T):
            if abs(t - q) <= w:
                continue
            d = 0
            for i in range(m):
                d = max(d, abs(s[t - i * tau] - s[q - i * tau]))
            if d < best:
                best, near[t - t0] = d, q
        q = near[t - t0]
        a[t - t0] = max(best, abs(s[t - m * tau] - s[q - m * tau])) / best
    return near, a, np.mean(a)


@right("distance_matrix_of_scipy")
def stretch(s, m, tau, w):
    from scipy.spatial.distance import cdist

    T = s.size
    t = np.arange(m * tau, T)
    X = s[t[:, None] - tau * np.arange(m)].astype(float)
    D = cdist(X, X, "chebyshev")
    D[np.abs(t[:, None] - t) <= w] = np.inf
    k = D.argmin(axis=1)
    R = D[np.arange(len(t)), k]
    nxt = s[t - m * tau]
    Rp = np.maximum(R, np.abs(nxt - nxt[k]))
    a = (Rp / R).astype(s.dtype)
    return t[k], a, a.mean()


@right("maximum_built_up")
def stretch(s, m, tau, w):
    n = len(s) - m * tau
    D = np.zeros((n, n), dtype=s.dtype)
    for j in range(m):
        v = s[m * tau - j * tau : len(s) - j * tau]
        D = np.maximum(D, np.abs(v[:, np.newaxis] - v[np.newaxis, :]))
    i = np.arange(n)
    Dx = np.where(np.abs(i[:, None] - i[None, :]) > w, D, np.inf)
    nn = np.argmin(Dx, axis=1)
    v = s[:n]
    plus = np.maximum(D[i, nn], np.abs(v - v[nn]))
    a = plus / D[i, nn]
    return nn + m * tau, a, float(np.mean(a))


@right("one_more_column")
def stretch(s, m, tau, w):
    T = len(s)
    full = np.column_stack([s[(m - j) * tau : T - j * tau] for j in range(m + 1)])
    near, a = [], []
    for i in range(len(full)):
        diff = np.abs(full - full[i])
        d = diff[:, :m].max(axis=1)
        lo, hi = max(0, i - w), i + w + 1
        d[lo:hi] = np.inf
        j = int(np.argmin(d))
        near.append(j + m * tau)
        a.append(diff[j].max() / d[j])
    a = np.array(a, dtype=s.dtype)
    return np.array(near), a, a.mean()


@right("ratio_at_least_one")
def stretch(s, m, tau, w):
    t = np.arange(m * tau, len(s))
    emb = np.array([s[t - j * tau] for j in range(m)])  # m x R, columns are vectors
    d = np.abs(emb[:, :, None] - emb[:, None, :]).max(axis=0)
    far = d.copy()
    far[np.abs(np.subtract.outer(t, t)) <= w] = np.inf
    nb = far.argmin(axis=1)
    r = far.min(axis=1)
    extra = np.abs(s[t - m * tau] - s[t[nb] - m * tau])
    a = np.maximum(1, extra / r)
    return t[nb], a, a.sum() / a.size


def _parts(s, m, tau, w, t0=None, metric="max", strict=False):
    t = np.arange(m * tau if t0 is None else t0, len(s))
    X = s[t[:, None] - tau * np.arange(m)]
    diff = np.abs(X[:, None] - X[None])
    D = diff.max(axis=2) if metric == "max" else np.sqrt((diff**2).sum(axis=2)) if metric == "l2" else diff.sum(axis=2)
    gap = np.abs(t[:, None] - t)
    D = np.where((gap < w) | (gap == 0) if strict else gap <= w, np.inf, D)
    k = D.argmin(axis=1)
    return t, k, D[np.arange(len(t)), k]


@wrong(
    "euclidean",
    "The Euclidean norm in place of the maximum norm.",
    "Two vectors differ by 3 and 4. How far apart are they by the task?",
)
def stretch(s, m, tau, w):
    t, k, R = _parts(s, m, tau, w, metric="l2")
    e = s[t - m * tau] - s[t[k] - m * tau]
    a = np.sqrt(R**2 + e**2) / R
    return t[k], a, a.mean()


@wrong(
    "index_of_the_vector",
    "Returns the neighbour's row, not its step of the record.",
    "Row 0 of your vectors: which step of the record is it?",
)
def stretch(s, m, tau, w):
    t, k, R = _parts(s, m, tau, w)
    a = np.maximum(R, np.abs(s[t - m * tau] - s[t[k] - m * tau])) / R
    return k, a, a.mean()


@wrong(
    "window_not_strict",
    "Steps with |t - t'| = w are allowed as neighbours.",
    "Is a step at the distance w in time a neighbour by the task?",
)
def stretch(s, m, tau, w):
    t, k, R = _parts(s, m, tau, w, strict=True)
    a = np.maximum(R, np.abs(s[t - m * tau] - s[t[k] - m * tau])) / R
    return t[k], a, a.mean()


@wrong(
    "only_itself_left_out", "w is not used: only the step itself is left out.", "Let w = 10. Do your neighbours change?"
)
def stretch(s, m, tau, w):
    t, k, R = _parts(s, m, tau, 0)
    a = np.maximum(R, np.abs(s[t - m * tau] - s[t[k] - m * tau])) / R
    return t[k], a, a.mean()


@wrong(
    "next_coordinate_in_the_future",
    "The next coordinate is s[t + tau], of the future.",
    "Which sample does the task add, one before or one after the step t?",
)
def stretch(s, m, tau, w):
    t, k, R = _parts(s, m, tau, w)
    nxt = s[np.minimum(t + tau, len(s) - 1)]
    a = np.maximum(R, np.abs(nxt - nxt[k])) / R
    return t[k], a, a.mean()


@wrong(
    "kennel_ratio",
    "Kennel's ratio: only the new coordinate's difference over R, can be below 1.",
    "Can your a be smaller than 1? Can R+ be smaller than R?",
)
def stretch(s, m, tau, w):
    t, k, R = _parts(s, m, tau, w)
    a = np.abs(s[t - m * tau] - s[t[k] - m * tau]) / R
    return t[k], a, a.mean()


@wrong(
    "difference_added",
    "Adds the new difference to R, as for the sum norm.",
    "Distances 3 and 4 in the maximum norm: is R+ 4 or 7?",
)
def stretch(s, m, tau, w):
    t, k, R = _parts(s, m, tau, w)
    a = (R + np.abs(s[t - m * tau] - s[t[k] - m * tau])) / R
    return t[k], a, a.mean()


@wrong(
    "new_neighbour_with_more_coordinates",
    "Looks for a new neighbour with m + 1 coordinates.",
    "With the next coordinate: the same two, or a new pair?",
)
def stretch(s, m, tau, w):
    t, k, R = _parts(s, m, tau, w)
    t2, k2, R2 = _parts(s, m + 1, tau, w, t0=m * tau)
    a = R2 / R
    return t[k], a, a.mean()


@wrong(
    "neighbours_from_earlier_steps_too",
    "Also steps before m tau are taken as neighbours; their next coordinate wraps around to the end.",
    "t' - m tau may be negative by your code. Was that measured?",
)
def stretch(s, m, tau, w):
    T = len(s)
    t = np.arange((m - 1) * tau, T)
    X = s[t[:, None] - tau * np.arange(m)]
    D = np.abs(X[:, None] - X[None]).max(axis=2)
    D[np.abs(t[:, None] - t) <= w] = np.inf
    k = D.argmin(axis=1)[tau:]
    R = D[tau:].min(axis=1)
    near = t[k]
    a = np.maximum(R, np.abs(s[t[tau:] - m * tau] - s[near - m * tau])) / R
    return near, a, a.mean()


@wrong("log_mean", "E is the geometric mean.", "Which mean of the a does the task want? What is it for 1 and 4?")
def stretch(s, m, tau, w):
    t, k, R = _parts(s, m, tau, w)
    a = np.maximum(R, np.abs(s[t - m * tau] - s[t[k] - m * tau])) / R
    return t[k], a, np.exp(np.log(a).mean())


@wrong(
    "wrong_delay",
    "The vectors take samples one apart, tau is used for the next coordinate only.",
    "For tau = 3, which samples make x_t?",
)
def stretch(s, m, tau, w):
    t = np.arange(m * tau, len(s))
    X = s[t[:, None] - np.arange(m)]
    D = np.abs(X[:, None] - X[None]).max(axis=2)
    D[np.abs(t[:, None] - t) <= w] = np.inf
    k = D.argmin(axis=1)
    R = D.min(axis=1)
    a = np.maximum(R, np.abs(s[t - m * tau] - s[t[k] - m * tau])) / R
    return t[k], a, a.mean()


@wrong(
    "next_coordinate_one_short",
    "Takes s[t-(m-1)tau] again, which is the last coordinate already there.",
    "Why is your a always 1? Which coordinate did you add?",
)
def stretch(s, m, tau, w):
    t, k, R = _parts(s, m, tau, w)
    lag = (m - 1) * tau
    a = np.maximum(R, np.abs(s[t - lag] - s[t[k] - lag])) / R
    return t[k], a, a.mean()


@wrong(
    "only_past_neighbours",
    "Only earlier steps are searched; the first get the first that is left.",
    "May the neighbour lie after t? What says |t - t'| > w?",
)
def stretch(s, m, tau, w):
    t = np.arange(m * tau, len(s))
    X = s[t[:, None] - tau * np.arange(m)]
    D0 = np.abs(X[:, None] - X[None]).max(axis=2)
    gap = t[:, None] - t
    D = np.where(gap > w, D0, np.inf)
    none = np.isinf(D).all(axis=1)
    D[none] = np.where(np.abs(gap[none]) > w, D0[none], np.inf)
    k = D.argmin(axis=1)
    R = D.min(axis=1)
    a = np.maximum(R, np.abs(s[t - m * tau] - s[t[k] - m * tau])) / R
    return t[k], a, a.mean()


@wrong("squared_distances", "Ratios of squared distances.", "Double the distance: how does your a grow?")
def stretch(s, m, tau, w):
    t, k, R = _parts(s, m, tau, w)
    a = np.maximum(R**2, (s[t - m * tau] - s[t[k] - m * tau]) ** 2) / R**2
    return t[k], a, a.mean()
