"""irregular.compare"""

import numpy as np


def fill_series(out, s, v, known, mu):
    out[0] = np.where(known, v, mu)
    out[1] = mu
    idx = np.flatnonzero(known)
    for n, k in enumerate(idx):
        out[1, k:] = v[k]
    if len(idx) == 0:
        out[2] = mu
        return
    out[2, : idx[0]] = v[idx[0]]
    out[2, idx[-1] :] = v[idx[-1]]
    for p, q in zip(idx[:-1], idx[1:]):
        w = (s[p:q] - s[p]) / (s[q] - s[p])
        out[2, p:q] = v[p] + w * (v[q] - v[p])


def r_one_series_at_a_time(time, x, m, hidden):
    T, B, F = x.shape
    left = (m - hidden) == 1
    filled = np.empty((3, T, B, F), dtype=x.dtype)
    for f in range(F):
        mu = x[..., f][left[..., f]].mean()
        for b in range(B):
            fill_series(filled[:, :, b, f], time[:, b], x[:, b, f], left[:, b, f], mu)
    err = (filled - x)[:, hidden == 1]
    return filled[0], filled[1], filled[2], np.sqrt((err**2).mean(axis=1))


def r_forward_and_backward_pass(time, x, m, hidden):
    known = m * (1 - hidden)
    mu = np.sum(known * x, axis=(0, 1)) / np.sum(known, axis=(0, 1))
    T = len(x)
    s = time[:, :, None]

    def sweep(order):
        v = np.zeros_like(x)
        at = np.zeros_like(x)
        have = np.zeros_like(x, dtype=bool)
        cv, ca, ch = v[0].copy(), at[0].copy(), have[0].copy()
        for t in order:
            k = known[t] == 1
            cv = np.where(k, x[t], cv)
            ca = np.where(k, s[t], ca)
            ch = ch | k
            v[t], at[t], have[t] = cv, ca, ch
        return v, at, have

    va, sa, ha = sweep(range(T))
    vb, sb, hb = sweep(range(T - 1, -1, -1))
    width = sb - sa
    width[~(ha & hb) | (known == 1)] = 1
    line = va + (s - sa) / width * (vb - va)
    line = np.select([known == 1, ha & hb, ha, hb], [x, line, va, vb], default=np.broadcast_to(mu, x.shape))
    forward = np.where(ha, va, mu)
    mean = np.where(known == 1, x, mu)
    n = hidden.sum()
    R = np.array([np.sqrt((hidden * (y - x) ** 2).sum() / n) for y in (mean, forward, line)], dtype=x.dtype)
    return mean, forward, line, R


def r_dict_of_observations(time, x, m, hidden):
    T, B, F = x.shape
    mean, forward, line = (np.zeros_like(x) for _ in range(3))
    mus = []
    for f in range(F):
        vals = [x[t, b, f] for t in range(T) for b in range(B) if m[t, b, f] and not hidden[t, b, f]]
        mus.append(sum(float(v) for v in vals) / len(vals))
    for b in range(B):
        for f in range(F):
            obs = {t: x[t, b, f] for t in range(T) if m[t, b, f] and not hidden[t, b, f]}
            for t in range(T):
                past = max((k for k in obs if k <= t), default=None)
                nxt = min((k for k in obs if k >= t), default=None)
                mean[t, b, f] = obs.get(t, mus[f])
                forward[t, b, f] = mus[f] if past is None else obs[past]
                if past is None and nxt is None:
                    line[t, b, f] = mus[f]
                elif past is None or nxt is None or past == nxt:
                    line[t, b, f] = obs[nxt if past is None else past]
                else:
                    c = (time[t, b] - time[past, b]) / (time[nxt, b] - time[past, b])
                    line[t, b, f] = (1 - c) * obs[past] + c * obs[nxt]
    R = [np.linalg.norm((y - x)[hidden == 1]) / np.sqrt(hidden.sum()) for y in (mean, forward, line)]
    return mean, forward, line, np.array(R, dtype=x.dtype)


def feature_mean(x, w):
    return (w * x).sum(axis=(0, 1)) / w.sum(axis=(0, 1))


def carried(x, w, mu):
    out = np.zeros_like(x)
    for t in range(x.shape[0]):
        before = out[t - 1] if t > 0 else mu
        out[t] = np.where(w[t] == 1, x[t], before)
    return out


def straight(time, x, w, mu):
    out = np.zeros_like(x)
    for b in range(x.shape[1]):
        for f in range(x.shape[2]):
            k = np.where(w[:, b, f] == 1)[0]
            out[:, b, f] = np.interp(time[:, b], time[k, b], x[k, b, f]) if k.size else mu[f]
    return out


def score(x, hidden, *fills):
    return np.array([np.sqrt((hidden * (y - x) ** 2).sum() / hidden.sum()) for y in fills])


def w_only_hidden_left(time, x, m, hidden):
    w = m * hidden
    mu = feature_mean(x, w)
    a, b, c = np.where(w == 1, x, mu), carried(x, w, mu), straight(time, x, w, mu)
    return a, b, c, score(x, hidden, a, b, c)


def w_mean_of_feature_errors(time, x, m, hidden):
    w = m * (1 - hidden)
    mu = feature_mean(x, w)
    a, b, c = np.where(w == 1, x, mu), carried(x, w, mu), straight(time, x, w, mu)
    n = np.maximum(hidden.sum((0, 1)), 1)
    R = [np.sqrt((hidden * (y - x) ** 2).sum((0, 1)) / n).mean() for y in (a, b, c)]
    return a, b, c, np.array(R)


def w_mae(time, x, m, hidden):
    w = m * (1 - hidden)
    mu = feature_mean(x, w)
    a, b, c = np.where(w == 1, x, mu), carried(x, w, mu), straight(time, x, w, mu)
    R = np.array([(hidden * abs(y - x)).sum() / hidden.sum() for y in (a, b, c)])
    return a, b, c, R


def w_gaps_are_known(time, x, m, hidden):
    w = 1 - hidden
    mu = feature_mean(x, w)
    a, b, c = np.where(w == 1, x, mu), carried(x, w, mu), straight(time, x, w, mu)
    return a, b, c, score(x, hidden, a, b, c)


def w_mean_saw_hidden(time, x, m, hidden):
    w = m * (1 - hidden)
    mu = feature_mean(x, m)
    a, b, c = np.where(w == 1, x, mu), carried(x, w, mu), straight(time, x, w, mu)
    return a, b, c, score(x, hidden, a, b, c)


def w_extrapolates(time, x, m, hidden):
    w = m * (1 - hidden)
    mu = feature_mean(x, w)
    line = np.zeros_like(x)
    for b in range(x.shape[1]):
        s = time[:, b]
        for f in range(x.shape[2]):
            k = np.where(w[:, b, f] == 1)[0]
            if len(k) < 2:
                line[:, b, f] = x[k[0], b, f] if len(k) else mu[f]
                continue
            v = x[k, b, f]
            y = np.interp(s, s[k], v)
            i = s < s[k[0]]
            y[i] = v[0] + (s[i] - s[k[0]]) * (v[1] - v[0]) / (s[k[1]] - s[k[0]])
            i = s > s[k[-1]]
            y[i] = v[-1] + (s[i] - s[k[-1]]) * (v[-1] - v[-2]) / (s[k[-1]] - s[k[-2]])
            line[:, b, f] = y
    a, c = np.where(w == 1, x, mu), carried(x, w, mu)
    return a, c, line, score(x, hidden, a, c, line)


def w_weights_swapped(time, x, m, hidden):
    w = m * (1 - hidden)
    mu = feature_mean(x, w)
    T, B, F = x.shape
    line = straight(time, x, w, mu)
    for b in range(B):
        for f in range(F):
            k = np.where(w[:, b, f] == 1)[0]
            for p, q in zip(k[:-1], k[1:]):
                for t in range(p + 1, q):
                    c = (time[t, b] - time[p, b]) / (time[q, b] - time[p, b])
                    line[t, b, f] = c * x[p, b, f] + (1 - c) * x[q, b, f]
    a, d = np.where(w == 1, x, mu), carried(x, w, mu)
    return a, d, line, score(x, hidden, a, d, line)


def w_carried_into_next_record(time, x, m, hidden):
    w = m * (1 - hidden)
    mu = feature_mean(x, w)
    T, B, F = x.shape
    forward = np.zeros_like(x)
    last = mu.copy()
    for b in range(B):
        for t in range(T):
            for f in range(F):
                if w[t, b, f] == 1:
                    last[f] = x[t, b, f]
                forward[t, b, f] = last[f]
    a, c = np.where(w == 1, x, mu), straight(time, x, w, mu)
    return a, forward, c, score(x, hidden, a, forward, c)


def w_tuple_of_errors(time, x, m, hidden):
    w = m * (1 - hidden)
    mu = feature_mean(x, w)
    a, b, c = np.where(w == 1, x, mu), carried(x, w, mu), straight(time, x, w, mu)
    R = tuple(round(float(r), 3) for r in score(x, hidden, a, b, c))
    return a, b, c, R


def w_mean_everywhere(time, x, m, hidden):
    w = m * (1 - hidden)
    mu = feature_mean(x, w)
    a = np.ones_like(x) * mu
    b, c = carried(x, w, mu), straight(time, x, w, mu)
    return a, b, c, score(x, hidden, a, b, c)


def w_grand_mean(time, x, m, hidden):
    w = m * (1 - hidden)
    mu = np.full(x.shape[2], (w * x).sum() / w.sum(), dtype=x.dtype)
    a, b, c = np.where(w == 1, x, mu), carried(x, w, mu), straight(time, x, w, mu)
    return a, b, c, score(x, hidden, a, b, c)


def w_line_not_done(time, x, m, hidden):
    w = m * (1 - hidden)
    mu = feature_mean(x, w)
    a, b = np.where(w == 1, x, mu), carried(x, w, mu)
    c = b.copy()  # line: did not get to it, forward is close enough
    return a, b, c, score(x, hidden, a, b, c)


RIGHT = {
    "one_series_at_a_time": r_one_series_at_a_time,
    "forward_and_backward_pass": r_forward_and_backward_pass,
    "dict_of_observations": r_dict_of_observations,
}
WRONG = {
    "only_hidden_left": (
        w_only_hidden_left,
        "hidden is turned round: the fillings know the hidden values and nothing else.",
        "What does a 1 in hidden mean, and which values may your fillings read?",
    ),
    "mean_of_feature_errors": (
        w_mean_of_feature_errors,
        "An error is computed for each feature and then averaged, instead of one over all hidden values together.",
        "Is the root of a mean the mean of the roots? Where does the sum over f stand in R?",
    ),
    "mae": (
        w_mae,
        "The mean absolute error is returned.",
        "Compare what you sum with the formula of R.",
    ),
    "gaps_are_known": (
        w_gaps_are_known,
        "Only the hidden values are taken as missing; the gaps of m count as known.",
        "Two kinds of values are unknown to a filling. Which argument have you not used?",
    ),
    "mean_saw_hidden": (
        w_mean_saw_hidden,
        "The mean includes the hidden values.",
        "Is your mean still the same when a hidden value changes? It must not know them.",
    ),
    "extrapolates": (
        w_extrapolates,
        "The line goes on beyond the first and the last value left.",
        "What does point 3 say before the first and after the last value?",
    ),
    "weights_swapped": (
        w_weights_swapped,
        "The weights of the two neighbours are exchanged, so the line runs backwards between them.",
        "Take a step just after a: which of the two neighbours should it resemble?",
    ),
    "carried_into_next_record": (
        w_carried_into_next_record,
        "Forward filling is not reset between examples.",
        "What is your last value at the first step of the second example?",
    ),
    "tuple_of_errors": (
        w_tuple_of_errors,
        "The errors are a tuple of rounded Python numbers, not an array (3,).",
        "What type and shape should R have? Is anything lost by rounding?",
    ),
    "mean_everywhere": (
        w_mean_everywhere,
        "The mean filling replaces the values that are left too.",
        "What happens to a value that is left in a filling?",
    ),
    "grand_mean": (
        w_grand_mean,
        "One mean is taken over all features.",
        "Should a gap in the temperature be filled with a mean that the pulse is part of?",
    ),
    "line_not_done": (
        w_line_not_done,
        "The line filling is missing: forward is returned in its place.",
        "Do your second and third results differ anywhere? Point 3 is still to do.",
    ),
}
