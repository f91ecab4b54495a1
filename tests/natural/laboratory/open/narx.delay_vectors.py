"""As students of physics in the lab: embedding with loops and hankel."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("two_loops")
def delay_vectors(s, which, lags):
    T = s.shape[0]
    m = len(lags)
    L = max(lags)
    X = np.zeros((T - L, m), dtype=s.dtype)
    for t in range(L, T):
        for j in range(m):
            X[t - L, j] = s[t - lags[j], which[j]]
    return X


@right("column_by_column")
def delay_vectors(s, which, lags):
    T, L = len(s), int(np.max(lags))
    cols = [s[L - l : T - l, c] for c, l in zip(which, lags)]
    return np.column_stack(cols)


@right("index_arrays")
def delay_vectors(s, which, lags):
    t = np.arange(np.max(lags), len(s))
    return s[t[:, None] - np.asarray(lags), np.asarray(which)]


@right("hankel_then_pick")
def delay_vectors(s, which, lags):
    L = int(max(lags))
    # H[t, l, c] = s[t-l, c], newest first
    H = np.stack([s[L - l : len(s) - l] for l in range(L + 1)], axis=1)
    return H[:, lags, which]


@right("roll_and_cut")
def delay_vectors(s, which, lags):
    X = np.empty((s.shape[0], len(lags)), dtype=s.dtype)
    for j in range(len(lags)):
        X[:, j] = np.roll(s[:, which[j]], lags[j])
    return X[np.amax(lags) :]


@wrong(
    "into_the_future",
    "Looks lags ahead: s[t + l] instead of s[t - l].",
    "Is coordinate j of row t older or newer than step t?",
)
def delay_vectors(s, which, lags):
    L = max(lags)
    R = len(s) - L
    return np.column_stack([s[l : l + R, c] for c, l in zip(which, lags)])


@wrong(
    "first_row_too_late",
    "Starts one step after the largest lag.",
    "Is step max(lags) one where all coordinates were measured?",
)
def delay_vectors(s, which, lags):
    L = max(lags) + 1
    return np.column_stack([s[L - l : len(s) - l, c] for c, l in zip(which, lags)])


@wrong(
    "last_lag_for_largest",
    "Takes lags[-1] for the largest lag; the order is any.",
    "Which lag is the largest if they are in any order?",
)
def delay_vectors(s, which, lags):
    L = lags[-1]
    t = np.arange(L, len(s))
    return s[t[:, None] - lags, which]


@wrong("last_step_lost", "The last row is missing (range to T-1).", "Which step has your last row? It should be T-1.")
def delay_vectors(s, which, lags):
    T, L = len(s), max(lags)
    return np.array([[s[t - lags[j], which[j]] for j in range(len(lags))] for t in range(L, T - 1)], dtype=s.dtype)


@wrong(
    "coordinates_sorted_by_lag", "The coordinates are sorted by lag.", "lags = [4, 2]: which lag belongs to column 0?"
)
def delay_vectors(s, which, lags):
    o = np.argsort(lags, kind="stable")
    which, lags = which[o], lags[o]
    t = np.arange(lags[-1], len(s))
    return s[t[:, None] - lags, which]


@wrong("one_based_observables", "Observables are counted from 1.", "Which column of s is observable 0?")
def delay_vectors(s, which, lags):
    t = np.arange(max(lags), len(s))
    return s[t[:, None] - lags, which - 1]


@wrong("one_based_lags", "A lag of 0 is taken for the sample before.", "Lag 0: which sample is that, seen from step t?")
def delay_vectors(s, which, lags):
    t = np.arange(max(lags) + 1, len(s))
    return s[t[:, None] - lags - 1, which]


@wrong(
    "wraps_around",
    "Rolls without cutting the start: the first rows have samples of the end.",
    "What stands in your row 0? Was it measured before step 0?",
)
def delay_vectors(s, which, lags):
    return np.column_stack([np.roll(s[:, c], l) for c, l in zip(which, lags)])


@wrong(
    "zeros_before_the_start",
    "Fills what lies before the record with zeros, and returns T rows.",
    "From which step on were all coordinates measured?",
)
def delay_vectors(s, which, lags):
    X = np.zeros((len(s), len(lags)), dtype=s.dtype)
    for j, (c, l) in enumerate(zip(which, lags)):
        X[l:, j] = s[: len(s) - l, c]
    return X


@wrong("newest_row_first", "The rows are in reversed order of time.", "Which step has your row 0?")
def delay_vectors(s, which, lags):
    t = np.arange(len(s) - 1, max(lags) - 1, -1)
    return s[t[:, None] - lags, which]


@wrong(
    "always_first_observable",
    "Takes observable 0 for all coordinates.",
    "Change s[:, 1] alone. Does anything of X change?",
)
def delay_vectors(s, which, lags):
    L = max(lags)
    return np.column_stack([s[L - l : len(s) - l, 0] for l in lags])


@wrong(
    "lags_multiplied",
    "Takes lags for multiples j*lag, as with one delay tau.",
    "Coordinate 2 with lag 3: how many samples ago, 3 or 6?",
)
def delay_vectors(s, which, lags):
    lg = np.arange(len(lags)) * lags
    t = np.arange(max(lg), len(s))
    return s[t[:, None] - lg, which]


@wrong("transposed", "A row for each coordinate: the transpose.", "Which shape do you return? Is a row a step?")
def delay_vectors(s, which, lags):
    L = max(lags)
    return np.array([s[L - l : len(s) - l, c] for c, l in zip(which, lags)])


@wrong(
    "columns_not_aligned",
    "Each column starts at its own lag and is cut to the same length: the columns are not of the same step.",
    "Take row 0: which step is each of its coordinates seen from?",
)
def delay_vectors(s, which, lags):
    R = len(s) - max(lags)
    return np.column_stack(
        [s[len(s) - R - min(lags) : len(s) - min(lags), c] if l == min(lags) else s[:R, c] for c, l in zip(which, lags)]
    )


@wrong("double_precision", "np.zeros makes float64 from a float32 record.", "Which dtype has s, and which X?")
def delay_vectors(s, which, lags):
    T, m, L = len(s), len(lags), max(lags)
    X = np.zeros((T - L, m))
    for t in range(L, T):
        for j in range(m):
            X[t - L, j] = s[t - lags[j], which[j]]
    return X
