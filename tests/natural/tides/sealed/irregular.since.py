"""irregular.since"""

import numpy as np


def r_append_stack(time, m, seen):
    rows = []
    prev_t, prev_m, prev_d = None, None, None
    for s, mask in zip(time, m):
        s = s.reshape(-1, 1)
        if prev_t is None:
            d = s - seen
        else:
            d = (s - prev_t) + prev_d * (1 - prev_m)
        rows.append(d)
        prev_t, prev_m, prev_d = s, mask, d
    return np.stack(rows)


def r_recursive(time, m, seen):
    if len(time) == 0:
        return np.zeros_like(m)
    now = time[0][:, None]
    first = (now - seen)[None]
    rest = r_recursive(time[1:], m[1:], np.where(m[0] == 1, now, seen))
    return np.concatenate([first, rest])


def r_index_of_last(time, m, seen):
    T, B, F = m.shape
    all_times = np.empty((T + 1, B, F), dtype=m.dtype)
    all_times[0] = seen
    all_times[1:] = time[:, :, None]
    idx = np.arange(1, T + 1)[:, None, None] * (m > 0)
    idx = np.maximum.accumulate(idx, axis=0)
    idx = np.vstack([np.zeros((1, B, F), int), idx[:-1]])
    return all_times[1:] - np.take_along_axis(all_times, idx, axis=0)


def w_first_is_time(time, m, seen):
    d = np.zeros_like(m)
    d[0] = time[0][:, None]
    for t in range(1, len(m)):
        gap = (time[t] - time[t - 1])[:, None]
        d[t] = gap + (1 - m[t - 1]) * d[t - 1]
    return d


def w_all_features(time, m, seen):
    out = np.zeros_like(m)
    out[0] = time[0][:, None] - seen
    for t in range(1, len(m)):
        gap = time[t] - time[t - 1]
        for b in range(m.shape[1]):
            if m[t - 1, b].all():
                out[t, b] = gap[b]
            else:
                out[t, b] = gap[b] + out[t - 1, b]
    return out


def w_last_step_left_out(time, m, seen):
    out = np.zeros_like(m)
    out[0] = time[0][:, None] - seen
    for t in range(1, len(m) - 1):
        gap = (time[t] - time[t - 1])[:, None]
        out[t] = gap + (1 - m[t - 1]) * out[t - 1]
    return out


def w_clock_of_first_patient(time, m, seen):
    s = time[:, 0]
    out = np.zeros_like(m)
    out[0] = s[0] - seen
    for t in range(1, len(s)):
        out[t] = s[t] - s[t - 1] + (1 - m[t - 1]) * out[t - 1]
    return out


def w_ffill_with_now(time, m, seen):
    # like df.where(mask).ffill() in pandas
    stamp = np.where(m == 1, time[:, :, None], np.nan)
    last = seen.copy()
    out = np.empty_like(m)
    for t in range(len(m)):
        last = np.where(np.isnan(stamp[t]), last, stamp[t])
        out[t] = time[t][:, None] - last
    return out


def w_gap_of_step_before(time, m, seen):
    gaps = np.diff(time, axis=0, prepend=time[:1])  # gaps[t] = s_t - s_(t-1)
    out = np.zeros_like(m)
    out[0] = time[0][:, None] - seen
    for t in range(1, len(m)):
        out[t] = gaps[t - 1][:, None] + (1 - m[t - 1]) * out[t - 1]
    return out


def w_last_not_reset(time, m, seen):
    T, B, F = m.shape
    out = np.zeros_like(m)
    for f in range(F):
        last = seen[0, f]
        for b in range(B):
            for t in range(T):
                out[t, b, f] = time[t, b] - last
                if m[t, b, f] == 1:
                    last = time[t, b]
    return out


def w_one_row_too_many(time, m, seen):
    T, B, F = m.shape
    d = np.zeros((T + 1, B, F), dtype=m.dtype)
    s = np.concatenate([seen[None], np.repeat(time[:, :, None], F, axis=2)])
    mm = np.concatenate([np.ones((1, B, F), dtype=m.dtype), m])
    for t in range(1, T + 1):
        d[t] = s[t] - s[t - 1] + (1 - mm[t - 1]) * d[t - 1]
    return d


def w_until_next(time, m, seen):
    T, B, F = m.shape
    out = np.zeros_like(m)
    out[0] = time[0][:, None] - seen
    for t in range(T - 2, 0, -1):
        gap = (time[t + 1] - time[t])[:, None]
        out[t] = np.where(m[t + 1] == 1, gap, gap + out[t + 1])
    return out


def w_zero_where_observed(time, m, seen):
    last = seen.copy()
    out = np.zeros_like(m)
    for t in range(len(m)):
        out[t] = time[t][:, None] - last
        last = np.where(m[t] == 1, time[t][:, None], last)
    return out * (1 - m)


def w_since_one_gap_only(time, m, seen):
    out = np.empty_like(m)
    out[0] = time[0][:, None] - seen
    out[1:] = np.diff(time, axis=0)[:, :, None]
    # TODO where m is 0
    return out


def w_seen_overwritten(time, m, seen):
    delta = np.empty_like(m)
    for t in range(len(m)):
        delta[t] = time[t][:, None] - seen
        new = np.where(m[t] == 1, time[t][:, None], seen)
        seen[:] = new
    return delta


RIGHT = {"append_stack": r_append_stack, "recursive": r_recursive, "index_of_last": r_index_of_last}
WRONG = {
    "first_is_time": (
        w_first_is_time,
        "The first interval is the time of the first step itself; seen is not subtracted.",
        "Times need not begin at 0. Since when has the first interval been running?",
    ),
    "all_features": (
        w_all_features,
        "The interval resets only when all features of the step were observed.",
        "Must the other features be there for feature f to be known?",
    ),
    "last_step_left_out": (
        w_last_step_left_out,
        "The loop ends one step early; the last step stays 0.",
        "Where does your range end? Look at the last step of the result.",
    ),
    "clock_of_first_patient": (
        w_clock_of_first_patient,
        "The times of the first example are used for all.",
        "Do all examples of the batch share one clock?",
    ),
    "ffill_with_now": (
        w_ffill_with_now,
        "The observation of the step itself is already counted: the interval is 0 where a value has just arrived.",
        "The interval speaks of the time before the step. In which order do you compute the age and update the last time?",
    ),
    "gap_of_step_before": (
        w_gap_of_step_before,
        "The difference of the step before is used: an index shift by one in the array of differences.",
        "Your differences have a row put in front. Which row belongs to step t?",
    ),
    "last_not_reset": (
        w_last_not_reset,
        "The last time is set once per feature, not for each example, so it is carried from one example to the next.",
        "What is the last time when the loop begins a new example?",
    ),
    "one_row_too_many": (
        w_one_row_too_many,
        "The row put in front for seen is returned as well: T + 1 steps.",
        "How many steps has the record, and how many your result?",
    ),
    "until_next": (
        w_until_next,
        "From the second step on the time until the next observation is computed, not since the last one.",
        "May the age at step t depend on what comes later? In which direction does your loop run?",
    ),
    "zero_where_observed": (
        w_zero_where_observed,
        "The interval is set to 0 where a value is observed at the step.",
        "What should the interval say at a step where a value has just arrived? Read the sentence after the colon.",
    ),
    "since_one_gap_only": (
        w_since_one_gap_only,
        "Only the difference to the step before is returned: the case m = 0 is missing.",
        "What happens to the interval when nothing was observed twice in a row?",
    ),
    "seen_overwritten": (
        w_seen_overwritten,
        "The argument seen is overwritten in place.",
        "Look at seen after the call: is it still what the caller gave?",
    ),
}
