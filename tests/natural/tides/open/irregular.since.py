"""irregular.since"""

import numpy as np


def r_loop_rows(time, m, seen):
    delta = np.zeros(m.shape, dtype=m.dtype)
    for t in range(m.shape[0]):
        if t == 0:
            delta[0] = time[0][:, None] - seen
        else:
            step = (time[t] - time[t - 1])[:, None]
            delta[t] = np.where(m[t - 1] == 1, step, step + delta[t - 1])
    return delta


def r_triple_loop(time, m, seen):
    T, B, F = m.shape
    delta = np.empty_like(m)
    for b in range(B):
        for f in range(F):
            last_time = seen[b, f]
            for t in range(T):
                delta[t, b, f] = time[t, b] - last_time
                if m[t, b, f] > 0.5:
                    last_time = time[t, b]
    return delta


def r_cummax(time, m, seen):
    # time grows, so the last observed time is a running maximum
    stamps = np.where(m.astype(bool), time[:, :, np.newaxis], -np.inf)
    stamps = np.concatenate([seen[np.newaxis], stamps[:-1]])
    last = np.maximum.accumulate(stamps, axis=0)
    return (time[:, :, np.newaxis] - last).astype(m.dtype)


def w_mask_of_now(time, m, seen):
    T = m.shape[0]
    d = np.zeros_like(m)
    d[0] = time[0][:, None] - seen
    for t in range(1, T):
        gap = (time[t] - time[t - 1])[:, None]
        d[t] = np.where(m[t] == 1, gap, gap + d[t - 1])
    return d


def w_mask_turned(time, m, seen):
    # m marks the missing ones
    d = np.zeros_like(m)
    d[0] = time[0][:, None] - seen
    for t in range(1, len(m)):
        gap = (time[t] - time[t - 1])[:, None]
        d[t] = np.where(m[t - 1] == 0, gap, gap + d[t - 1])
    return d


def w_paper_zero_start(time, m, seen):
    # Che et al.: delta_1 = 0
    d = np.zeros_like(m)
    for t in range(1, len(m)):
        gap = (time[t] - time[t - 1])[:, None]
        d[t] = gap + (1 - m[t - 1]) * d[t - 1]
    return d


def w_zero_after_observation(time, m, seen):
    d = np.zeros_like(m)
    d[0] = time[0][:, None] - seen
    for t in range(1, len(m)):
        gap = (time[t] - time[t - 1])[:, None]
        # observed -> the clock is set back to 0
        d[t] = np.where(m[t - 1] == 1, 0, gap + d[t - 1])
    return d


def w_counts_steps(time, m, seen):
    T, B, F = m.shape
    d = np.zeros_like(m)
    d[0] = time[0].reshape(B, 1) - seen
    for t in range(1, T):
        d[t] = np.where(m[t - 1] == 1, 1, 1 + d[t - 1])
    return d


def w_never_resets(time, m, seen):
    return time[:, :, None] - seen[None, :, :]


def w_any_feature(time, m, seen):
    d = np.zeros_like(m)
    visit = m.max(axis=2, keepdims=True)  # something was measured at this visit
    d[0] = time[0][:, None] - seen
    for t in range(1, len(m)):
        gap = (time[t] - time[t - 1])[:, None]
        d[t] = gap + (1 - visit[t - 1]) * d[t - 1]
    return d


def w_double_always(time, m, seen):
    T, B, F = m.shape
    delta = np.zeros((T, B, F))
    delta[0] = time[0][:, None] - seen
    for t in range(1, T):
        delta[t] = (time[t] - time[t - 1])[:, None] + (1 - m[t - 1]) * delta[t - 1]
    return delta


def w_no_new_axis(time, m, seen):
    delta = np.zeros_like(m)
    delta[0] = time[0] - seen
    for t in range(1, len(m)):
        delta[t] = time[t] - time[t - 1] + (1 - m[t - 1]) * delta[t - 1]
    return delta


def w_list_of_steps(time, m, seen):
    delta = [time[0][:, None] - seen]
    for t in range(1, m.shape[0]):
        gap = (time[t] - time[t - 1])[:, None]
        delta.append(gap + (1 - m[t - 1]) * delta[-1])
    return delta


def w_starts_at_two(time, m, seen):
    T, B, F = m.shape
    delta = np.zeros_like(m)
    delta[0] = time[0][:, None] - seen
    for t in range(2, T):
        delta[t] = (time[t] - time[t - 1])[:, None] + (1 - m[t - 1]) * delta[t - 1]
    return delta


def w_sign(time, m, seen):
    last = seen.copy()
    out = np.zeros_like(m)
    for t in range(len(m)):
        out[t] = last - time[t][:, None]
        last = np.where(m[t] == 1, time[t][:, None], last)
    return out


RIGHT = {"loop_rows": r_loop_rows, "triple_loop": r_triple_loop, "cummax": r_cummax}
WRONG = {
    "mask_of_now": (
        w_mask_of_now,
        "The reset looks at the mask of the step itself instead of that of the step before.",
        "At which step must a value have been observed so that the interval at step t starts afresh? Compare the index of m.",
    ),
    "mask_turned": (
        w_mask_turned,
        "The mask is turned round: the interval starts afresh after a missing value.",
        "What does a 1 mean in m, and which case of the formula goes with it?",
    ),
    "paper_zero_start": (
        w_paper_zero_start,
        "The first interval is 0 as in the paper; seen is not used.",
        "This record goes on from an earlier one: which argument says so, and where do you use it?",
    ),
    "zero_after_observation": (
        w_zero_after_observation,
        "After an observation the interval is 0 instead of the time that has passed since it.",
        "If a value arrived one step ago, how old is it now?",
    ),
    "counts_steps": (
        w_counts_steps,
        "From the second step on steps are counted, not time.",
        "The steps are uneven: in what unit is the age meant?",
    ),
    "never_resets": (
        w_never_resets,
        "The time since seen is returned throughout; observations inside the record never reset it.",
        "Where do observations within the record come into your answer?",
    ),
    "any_feature": (
        w_any_feature,
        "A feature counts as observed when any feature of the step was.",
        "Features are observed independently: whose mask resets the interval of feature f?",
    ),
    "double_always": (
        w_double_always,
        "The result is always float64 because np.zeros is given no dtype.",
        "What dtype has your result when the arguments are float32?",
    ),
    "no_new_axis": (
        w_no_new_axis,
        "time[t] of shape (B,) is broadcast along the features instead of the examples.",
        "Which axis of (B, F) does an array of shape (B,) line up with?",
    ),
    "list_of_steps": (
        w_list_of_steps,
        "A list of T arrays is returned, not one array.",
        "What type does your function return?",
    ),
    "starts_at_two": (
        w_starts_at_two,
        "The loop starts at index 2, so the second step stays 0.",
        "Which steps does your loop visit? Look at the second step of the result.",
    ),
    "sign": (
        w_sign,
        "The sign is turned: the intervals are negative.",
        "Can an age be negative? Look at which time you subtract from which.",
    ),
}
