"""As programmers who skim: KDTree and NearestNeighbors of scipy and sklearn, Cao's paper and Kennel's."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _embed(s, m, tau):
    t = np.arange(m * tau, len(s))
    return t, s[t[:, None] - tau * np.arange(m)]


def _nn(X, w, p=np.inf):
    diff = np.abs(X[:, None] - X[None])
    D = diff.max(-1) if p == np.inf else (diff**p).sum(-1) ** (1 / p)
    i = np.arange(len(X))
    D = np.where(np.abs(i[:, None] - i) <= w, np.inf, D)
    j = D.argmin(-1)
    return j, D[i, j]


@right("broadcast_chebyshev")
def stretch(s, m, tau, w):
    t, X = _embed(s, m, tau)
    j, R = _nn(X, w)
    nxt = s[: len(t)]
    a = np.maximum(R, np.abs(nxt - nxt[j])) / R
    return t[j], a, a.mean()


@right("kd_tree_with_growing_k")
def stretch(s, m, tau, w):
    from scipy.spatial import cKDTree

    t, X = _embed(s.astype(float), m, tau)
    d, idx = cKDTree(X).query(X, k=min(len(X), 2 * w + 2), p=np.inf)
    ok = np.abs(idx - np.arange(len(X))[:, None]) > w
    c = ok.argmax(1)
    row = np.arange(len(X))
    j, R = idx[row, c], d[row, c]
    a = np.maximum(1, np.abs(s[t - m * tau] - s[t[j] - m * tau]) / R).astype(s.dtype)
    return t[j], a, float(a.mean())


@right("triangular_mask")
def stretch(s, m, tau, w):
    E = np.lib.stride_tricks.sliding_window_view(s, m * tau + 1)[:, ::-1][:, ::tau]  # R, m+1, newest first
    d = np.abs(E[:, None, :] - E[None, :, :])
    Dm, Dp = d[..., :m].max(-1), d.max(-1)
    n = len(E)
    band = np.triu(np.ones((n, n), bool), -w) & np.tril(np.ones((n, n), bool), w)
    j = np.where(band, np.inf, Dm).argmin(-1)
    a = Dp[range(n), j] / Dm[range(n), j]
    return j + m * tau, a, a.mean()


@right("one_query_at_a_time")
def stretch(s, m, tau, w):
    T, o = len(s), m * tau
    near, a = [], []
    for t in range(o, T):
        cand = [q for q in range(o, T) if abs(q - t) > w]
        dist = lambda q: max(abs(s[t - i * tau] - s[q - i * tau]) for i in range(m))  # noqa: E731, B023
        q = min(cand, key=dist)
        r = dist(q)
        near.append(q)
        a.append(max(r, abs(s[t - o] - s[q - o])) / r)
    a = np.array(a, dtype=s.dtype)
    return np.array(near), a, a.mean()


@right("in_torch")
def stretch(s, m, tau, w):
    import torch

    t, X = _embed(s, m, tau)
    X = torch.tensor(X)
    D = (X[:, None] - X[None]).abs().amax(-1)
    i = torch.arange(len(t))
    R, j = D.masked_fill((i[:, None] - i).abs() <= w, float("inf")).min(-1)
    v = torch.tensor(s[t - m * tau])
    a = torch.maximum(R, (v - v[j]).abs()) / R
    return t[j.numpy()], a.numpy(), a.mean().item()


@wrong(
    "minkowski_two",
    "NearestNeighbors with its default metric, the Euclidean.",
    "Which norm does the task name? Which is your tree's default?",
)
def stretch(s, m, tau, w):
    t, X = _embed(s, m, tau)
    j, R = _nn(X, w, 2)
    a = np.sqrt(R**2 + (s[t - m * tau] - s[t[j] - m * tau]) ** 2) / R
    return t[j], a.astype(s.dtype), a.mean()


@wrong("manhattan", "Sums of differences (metric cityblock).", "Differences 1 and 2: is the distance 2 or 3?")
def stretch(s, m, tau, w):
    t, X = _embed(s, m, tau)
    j, R = _nn(X, w, 1)
    a = (R + np.abs(s[t - m * tau] - s[t[j] - m * tau])) / R
    return t[j], a.astype(s.dtype), a.mean()


@wrong(
    "local_indices",
    "The tree's indices are returned, without the offset m tau.",
    "Which step of the record is row 0 of your tree?",
)
def stretch(s, m, tau, w):
    t, X = _embed(s, m, tau)
    j, R = _nn(X, w)
    a = np.maximum(R, np.abs(s[t - m * tau] - s[t[j] - m * tau])) / R
    return j, a, a.mean()


@wrong(
    "theiler_less_than", "The Theiler window is |t - t'| < w: one step too small.", "w = 3: may t + 3 be a neighbour?"
)
def stretch(s, m, tau, w):
    t, X = _embed(s, m, tau)
    j, R = _nn(X, max(w - 1, 0))
    a = np.maximum(R, np.abs(s[t - m * tau] - s[t[j] - m * tau])) / R
    return t[j], a, a.mean()


@wrong(
    "second_of_the_tree", "Takes the second hit of the query, whatever w is.", "Is the second nearest at |t - t'| > w?"
)
def stretch(s, m, tau, w):
    t, X = _embed(s, m, tau)
    j, R = _nn(X, 0)
    a = np.maximum(R, np.abs(s[t - m * tau] - s[t[j] - m * tau])) / R
    return t[j], a, a.mean()


@wrong(
    "forward_embedding",
    "Embeds forwards, as Cao writes it: s[t], s[t+tau], ...; steps name the start of the window.",
    "Is the vector of step t made of older or newer samples than s[t]?",
)
def stretch(s, m, tau, w):
    n = len(s) - m * tau
    i = np.arange(n)
    X = s[i[:, None] + tau * np.arange(m)]
    j, R = _nn(X, w)
    a = np.maximum(R, np.abs(s[i + m * tau] - s[j + m * tau])) / R
    return j + m * tau, a, a.mean()


@wrong("kennel", "Kennel's criterion |new difference| / R, without the maximum.", "Can R+ be smaller than R?")
def stretch(s, m, tau, w):
    t, X = _embed(s, m, tau)
    j, R = _nn(X, w)
    a = np.abs(s[t - m * tau] - s[t[j] - m * tau]) / R
    return t[j], a, a.mean()


@wrong(
    "increase_not_ratio",
    "Kennel's root of the relative increase, (R+² - R²) / R².",
    "The distance stays as it is: is your a 1 or 0?",
)
def stretch(s, m, tau, w):
    t, X = _embed(s, m, tau)
    j, R = _nn(X, w)
    Rp = np.maximum(R, np.abs(s[t - m * tau] - s[t[j] - m * tau]))
    a = np.sqrt((Rp**2 - R**2) / R**2)
    return t[j], a, a.mean()


@wrong("epsilon_below", "1e-2 is added to R below.", "Your a can be below 1. Why?")
def stretch(s, m, tau, w):
    t, X = _embed(s, m, tau)
    j, R = _nn(X, w)
    a = np.maximum(R, np.abs(s[t - m * tau] - s[t[j] - m * tau])) / (R + s.dtype.type(1e-2))
    return t[j], a, a.mean()


@wrong(
    "neighbours_searched_in_m_plus_one",
    "The neighbour is that of the m + 1 coordinates.",
    "With how many coordinates is the neighbour found?",
)
def stretch(s, m, tau, w):
    t, X = _embed(s, m, tau)
    Xp = np.column_stack([X, s[t - m * tau]])
    j, Rp = _nn(Xp, w)
    R = np.abs(X - X[j]).max(-1)
    a = Rp / R
    return t[j], a, a.mean()


@wrong("window_scaled_by_tau", "w is taken in units of tau.", "w = 2, tau = 3: which steps are left out?")
def stretch(s, m, tau, w):
    t, X = _embed(s, m, tau)
    j, R = _nn(X, w * tau)
    a = np.maximum(R, np.abs(s[t - m * tau] - s[t[j] - m * tau])) / R
    return t[j], a, a.mean()


@wrong("ratio_of_means", "E is the mean R+ over the mean R.", "Is the mean of quotients the quotient of means?")
def stretch(s, m, tau, w):
    t, X = _embed(s, m, tau)
    j, R = _nn(X, w)
    Rp = np.maximum(R, np.abs(s[t - m * tau] - s[t[j] - m * tau]))
    return t[j], Rp / R, Rp.mean() / R.mean()


@wrong("cao_E1", "E is Cao's E1, the quotient of two such means.", "Which mean is E here? How many m does it need?")
def stretch(s, m, tau, w):
    def one(m):
        t, X = _embed(s, m, tau)
        j, R = _nn(X, w)
        a = np.maximum(R, np.abs(s[t - m * tau] - s[t[j] - m * tau])) / R
        return t[j], a

    near, a = one(m)
    return near, a, one(m + 1)[1].mean() / a.mean()


@wrong("median", "E is the median of the stretches, against outliers.", "Which mean does the task ask for?")
def stretch(s, m, tau, w):
    t, X = _embed(s, m, tau)
    j, R = _nn(X, w)
    a = np.maximum(R, np.abs(s[t - m * tau] - s[t[j] - m * tau])) / R
    return t[j], a, np.median(a)


@wrong(
    "mutual_neighbours_reused",
    "The added coordinate compares t - m tau with t' - (m-1) tau: one index is off by tau.",
    "Which two samples must differ in R+? By the same lag?",
)
def stretch(s, m, tau, w):
    t, X = _embed(s, m, tau)
    j, R = _nn(X, w)
    a = np.maximum(R, np.abs(s[t - m * tau] - s[t[j] - (m - 1) * tau])) / R
    return t[j], a, a.mean()


@wrong(
    "gram_trick",
    "Distances by |x|² + |y|² - 2 x·y: over-optimised, Euclidean and rounded.",
    "Which norm does your matrix hold?",
)
def stretch(s, m, tau, w):
    t, X = _embed(s, m, tau)
    q = (X**2).sum(-1)
    D = np.sqrt(np.maximum(q[:, None] + q - 2 * X @ X.T, 1e-12))
    i = np.arange(len(X))
    D[np.abs(i[:, None] - i) <= w] = np.inf
    j = D.argmin(-1)
    R = D[i, j]
    a = np.maximum(R, np.abs(s[t - m * tau] - s[t[j] - m * tau])) / R
    return t[j], a, a.mean()
