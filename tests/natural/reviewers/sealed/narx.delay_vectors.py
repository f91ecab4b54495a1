"""As programmers who skim: shift of pandas, sliding windows, embeddings of other libraries."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("fancy_indexing")
def delay_vectors(s, which, lags):
    lags = np.asarray(lags)
    t = np.arange(lags.max(), s.shape[0])
    return s[t[:, None] - lags[None], np.asarray(which)[None]]


@right("sliding_window_view")
def delay_vectors(s, which, lags):
    L = max(lags)
    win = np.lib.stride_tricks.sliding_window_view(s, L + 1, axis=0)  # R, K, L+1 oldest first
    return win[:, which, L - np.asarray(lags)].copy()


@right("take_along_axis")
def delay_vectors(s, which, lags):
    L = int(np.max(lags))
    idx = np.arange(L, len(s))[:, None] - np.asarray(lags)
    return np.take_along_axis(s[:, which], idx, axis=0)


@right("stack_of_slices")
def delay_vectors(s, which, lags):
    first = max(map(int, lags))
    return np.stack([s[first - lag : len(s) - lag, obs] for obs, lag in zip(which, map(int, lags))], axis=-1)


@right("nan_padding_dropped")
def delay_vectors(s, which, lags):
    T, m = len(s), len(lags)
    X = np.full((T, m), np.nan, s.dtype)
    bad = np.zeros(T, bool)
    for j in range(m):
        lag = int(lags[j])
        X[lag:, j] = s[: T - lag, which[j]]
        bad[:lag] = True
    return X[~bad]


@wrong("leads", "Lags are taken as leads: the newest row first column is s[t].", "Does row 0 look back or ahead?")
def delay_vectors(s, which, lags):
    lags = np.asarray(lags)
    t = np.arange(len(s) - lags.max())
    return s[t[:, None] + lags, which]


@wrong(
    "window_not_flipped",
    "sliding_window_view is oldest first; it is indexed by the lag without turning it.",
    "In your window, which index has the newest sample?",
)
def delay_vectors(s, which, lags):
    win = np.lib.stride_tricks.sliding_window_view(s, max(lags) + 1, axis=0)
    return win[:, which, lags].copy()


@wrong(
    "all_pairs",
    "s[t][:, which] with every lag: an outer product of lags and observables.",
    "How many columns do you return? m or m times m?",
)
def delay_vectors(s, which, lags):
    t = np.arange(max(lags), len(s))
    return np.concatenate([s[t - l][:, which] for l in lags], axis=1)


@wrong(
    "m_from_lag_count_and_sum",
    "The first row is that of the sum of lags.",
    "Lags 4 and 2: from which step on are both measured?",
)
def delay_vectors(s, which, lags):
    t = np.arange(min(sum(lags), len(s) - 1), len(s))
    return s[t[:, None] - lags, which]


@wrong("off_by_one_last", "Slices end at T - 1 - lag: the last step is lost.", "Which step has your last row?")
def delay_vectors(s, which, lags):
    L = max(lags)
    return np.stack([s[L - l : len(s) - 1 - l, c] for c, l in zip(which, lags)], -1)


@wrong("off_by_one_first", "range(L + 1, T): the first possible row is lost.", "Lag 0 alone: is your row 0 the step 0?")
def delay_vectors(s, which, lags):
    t = np.arange(max(lags) + 1, len(s))
    return s[t[:, None] - lags, which]


@wrong(
    "index_wraps",
    "Starts at step 0, where negative indices wrap to the end.",
    "t - lag is negative for t = 0. What does s[-3] give?",
)
def delay_vectors(s, which, lags):
    t = np.arange(len(s))
    return s[t[:, None] - lags, which]


@wrong(
    "trimmed_roll_at_the_end",
    "Rolled, but the end is cut off, not the start.",
    "np.roll moves the last samples to the front. Which rows are spoilt?",
)
def delay_vectors(s, which, lags):
    X = np.stack([np.roll(s[:, c], l) for c, l in zip(which, lags)], -1)
    return X[: len(s) - max(lags)].copy()


@wrong(
    "which_and_lags_swapped",
    "The arguments which and lags are swapped in the index.",
    "s[a, b]: is a the step and b the observable?",
)
def delay_vectors(s, which, lags):
    K = s.shape[1]
    t = np.arange(max(lags), len(s))
    return s[t[:, None] - which, np.asarray(lags) % K]


@wrong(
    "grouped_by_observable", "The columns are grouped by observable.", "which = [1, 0]: whose sample is in column 0?"
)
def delay_vectors(s, which, lags):
    order = np.argsort(which, kind="stable")
    t = np.arange(max(lags), len(s))
    return s[t[:, None] - lags[order], which[order]]


@wrong(
    "oldest_first",
    "The coordinates are put from the oldest to the newest.",
    "lags = [0, 3]: which sample is in column 0?",
)
def delay_vectors(s, which, lags):
    o = np.argsort(-np.asarray(lags), kind="stable")
    t = np.arange(max(lags), len(s))
    return s[t[:, None] - lags[o], which[o]]


@wrong(
    "standardised",
    "The observables are standardised first, as usual in pipelines.",
    "Is X[0, 0] a number that occurs in s?",
)
def delay_vectors(s, which, lags):
    z = ((s - s.mean(0)) / s.std(0)).astype(s.dtype)
    t = np.arange(max(lags), len(s))
    return z[t[:, None] - lags, which]


@wrong("duplicates_dropped", "Equal columns are thrown out.", "How many columns has X for m coordinates?")
def delay_vectors(s, which, lags):
    pairs = list(dict.fromkeys(zip(which.tolist(), lags.tolist())))
    L = max(lags)
    cols = [s[L - l : len(s) - l, c] for c, l in pairs]
    cols += [np.zeros_like(cols[0])] * (len(lags) - len(cols))
    cols[-1] = cols[-1] * (len(pairs) > 1)
    return np.stack(cols, -1)


@wrong(
    "stride_of_the_flat_array",
    "Lags are taken on the flattened record: they step over observables.",
    "s has K columns. How far is one step in s.ravel()?",
)
def delay_vectors(s, which, lags):
    T, K = s.shape
    flat = s.ravel()
    t = np.arange(max(lags), T)
    return flat[t[:, None] * K + which - lags]


@wrong(
    "embedding_lag_cumulative",
    "Lags are added up, as differences from coordinate to coordinate.",
    "lags = [1, 2]: is the second sample 2 or 3 ago?",
)
def delay_vectors(s, which, lags):
    c = np.cumsum(lags)
    L = min(c[-1], len(s) - 1)
    t = np.arange(L, len(s))
    return s[t[:, None] - np.minimum(c, L), which]
