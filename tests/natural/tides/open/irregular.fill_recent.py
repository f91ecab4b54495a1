"""irregular.fill_recent"""

import numpy as np


def r_carry_last(time, x, m, x_mean, limit):
    T, B, F = x.shape
    out = np.empty_like(x)
    last_x = np.zeros_like(x[0])
    last_s = np.full_like(x[0], -np.inf)
    for t in range(T):
        s = time[t][:, None]
        known = m[t] == 1
        last_x = np.where(known, x[t], last_x)
        last_s = np.where(known, s, last_s)
        out[t] = np.where(s - last_s <= limit, last_x, x_mean)
    return out


def r_look_back(time, x, m, x_mean, limit):
    out = x.copy()
    T, B, F = x.shape
    for b in range(B):
        for f in range(F):
            for t in range(T):
                if m[t, b, f] == 1:
                    continue
                a = t - 1
                while a >= 0 and m[a, b, f] == 0:
                    a -= 1
                if a >= 0 and time[t, b] - time[a, b] <= limit:
                    out[t, b, f] = x[a, b, f]
                else:
                    out[t, b, f] = x_mean[f]
    return out


def r_index(time, x, m, x_mean, limit):
    T = x.shape[0]
    step = np.arange(T).reshape(T, 1, 1)
    a = np.maximum.accumulate(np.where(m == 1, step, -1), axis=0)
    ok = a >= 0
    a = np.maximum(a, 0)
    s = np.broadcast_to(time[:, :, None], x.shape)
    age = s - np.take_along_axis(s, a, 0)
    return np.where(ok & (age <= limit), np.take_along_axis(x, a, 0), x_mean)


def w_strictly_younger(time, x, m, x_mean, limit):
    T, B, F = x.shape
    out = np.zeros_like(x)
    for b in range(B):
        for f in range(F):
            last = None
            for t in range(T):
                if m[t, b, f] == 1:
                    out[t, b, f] = x[t, b, f]
                    last = t
                elif last is not None and time[t, b] - time[last, b] < limit:
                    out[t, b, f] = x[last, b, f]
                else:
                    out[t, b, f] = x_mean[f]
    return out


def w_limit_in_steps(time, x, m, x_mean, limit):
    # df.ffill(limit=...)
    T, B, F = x.shape
    out = np.zeros_like(x)
    for b in range(B):
        for f in range(F):
            last = None
            for t in range(T):
                if m[t, b, f] == 1:
                    out[t, b, f] = x[t, b, f]
                    last = t
                elif last is not None and t - last <= limit:
                    out[t, b, f] = x[last, b, f]
                else:
                    out[t, b, f] = x_mean[f]
    return out


def w_mask_flipped(time, x, m, x_mean, limit):
    missing = m == 1
    out = x.copy()
    T, B, F = x.shape
    for b in range(B):
        for f in range(F):
            last_x, last_s = x_mean[f], -np.inf
            for t in range(T):
                if not missing[t, b, f]:
                    last_x, last_s = x[t, b, f], time[t, b]
                elif time[t, b] - last_s <= limit:
                    out[t, b, f] = last_x
                else:
                    out[t, b, f] = x_mean[f]
    return out


def w_no_limit(time, x, m, x_mean, limit):
    last = np.tile(x_mean, (x.shape[1], 1))
    out = np.empty_like(x)
    for t in range(len(x)):
        last = np.where(m[t] == 1, x[t], last)
        out[t] = last
    return out


def w_only_mean(time, x, m, x_mean, limit):
    return m * x + (1 - m) * x_mean


def w_zero_before_first(time, x, m, x_mean, limit):
    last_x = np.zeros_like(x[0])
    last_s = np.repeat(time[0][:, None], x.shape[2], axis=1)
    out = np.empty_like(x)
    for t in range(len(x)):
        s = time[t][:, None]
        last_x = np.where(m[t] == 1, x[t], last_x)
        last_s = np.where(m[t] == 1, s, last_s)
        out[t] = np.where(s - last_s <= limit, last_x, x_mean)
    return out


def w_backfill_start(time, x, m, x_mean, limit):
    out = np.empty_like(x)
    T, B, F = x.shape
    for b in range(B):
        for f in range(F):
            obs = np.flatnonzero(m[:, b, f])
            for t in range(T):
                before = obs[obs <= t]
                if len(obs) == 0:
                    out[t, b, f] = x_mean[f]
                elif len(before) == 0:
                    out[t, b, f] = x[obs[0], b, f]  # nothing yet: first value
                elif time[t, b] - time[before[-1], b] <= limit:
                    out[t, b, f] = x[before[-1], b, f]
                else:
                    out[t, b, f] = x_mean[f]
    return out


def w_age_of_one_step(time, x, m, x_mean, limit):
    out = np.empty_like(x)
    out[0] = np.where(m[0] == 1, x[0], x_mean)
    for t in range(1, len(x)):
        fresh = (time[t] - time[t - 1])[:, None] <= limit
        guess = np.where(fresh, out[t - 1], x_mean)
        out[t] = np.where(m[t] == 1, x[t], guess)
    return out


def w_zeros_default(time, x, m, x_mean, limit):
    T, B, F = x.shape
    out = np.zeros((T, B, F))
    for b in range(B):
        for f in range(F):
            last = -1
            for t in range(T):
                if m[t, b, f]:
                    last = t
                if last >= 0 and time[t, b] - time[last, b] <= limit:
                    out[t, b, f] = x[last, b, f]
                else:
                    out[t, b, f] = x_mean[f]
    return out


def w_last_of_other_patient(time, x, m, x_mean, limit):
    T, B, F = x.shape
    out = np.zeros_like(x)
    for f in range(F):
        last_x, last_s = x_mean[f], -np.inf
        for b in range(B):
            for t in range(T):
                if m[t, b, f] == 1:
                    last_x, last_s = x[t, b, f], time[t, b]
                if time[t, b] - last_s <= limit:
                    out[t, b, f] = last_x
                else:
                    out[t, b, f] = x_mean[f]
    return out


def w_first_step_raw(time, x, m, x_mean, limit):
    out = x.copy()
    last_s = np.where(m[0] == 1, time[0][:, None], -np.inf)
    last_x = x[0].copy()
    for t in range(1, len(x)):
        s = time[t][:, None]
        last_x = np.where(m[t] == 1, x[t], last_x)
        last_s = np.where(m[t] == 1, s, last_s)
        out[t] = np.where(s - last_s <= limit, last_x, x_mean)
    return out


def w_own_mean(time, x, m, x_mean, limit):
    n = np.maximum(m.sum(axis=(0, 1)), 1)
    mu = (m * x).sum(axis=(0, 1)) / n
    last_x = np.zeros_like(x[0])
    last_s = np.full_like(x[0], -np.inf)
    out = np.empty_like(x)
    for t in range(len(x)):
        s = time[t][:, None]
        last_x = np.where(m[t] == 1, x[t], last_x)
        last_s = np.where(m[t] == 1, s, last_s)
        out[t] = np.where(s - last_s <= limit, last_x, mu)
    return out


RIGHT = {"carry_last": r_carry_last, "look_back": r_look_back, "index": r_index}
WRONG = {
    "strictly_younger": (
        w_strictly_younger,
        "An observation that is exactly limit old is not used any more (< instead of <=).",
        "What becomes of an observation whose age equals the limit?",
    ),
    "limit_in_steps": (
        w_limit_in_steps,
        "The limit is taken as a number of steps.",
        "In which unit is the limit, and in which is your age?",
    ),
    "mask_flipped": (
        w_mask_flipped,
        "The mask is turned round: 1 is taken as missing.",
        "Which values should come out unchanged: those with m = 1 or those with m = 0?",
    ),
    "no_limit": (
        w_no_limit,
        "The last observation is carried on for ever; the limit is not used.",
        "What happens after an observation has become too old? Which arguments have you not used?",
    ),
    "only_mean": (
        w_only_mean,
        "Every gap is filled with the mean.",
        "Which guess comes before the mean while it is fresh?",
    ),
    "zero_before_first": (
        w_zero_before_first,
        "Before the first observation 0 is filled in for a while, as if something had been observed at the first time.",
        "What is your last value, and how old is it, before anything was observed?",
    ),
    "backfill_start": (
        w_backfill_start,
        "Steps before the first observation are filled with it, from the future.",
        "Could one have known this value at the first step?",
    ),
    "age_of_one_step": (
        w_age_of_one_step,
        "The age is measured from the step before, observed or not, so what was filled counts as an observation.",
        "Take a long gap of short steps: from which time is the age measured?",
    ),
    "zeros_default": (
        w_zeros_default,
        "The result is float64 whatever came in.",
        "Which dtype does np.zeros choose if it isn't told?",
    ),
    "last_of_other_patient": (
        w_last_of_other_patient,
        "The last observation is not reset between examples.",
        "What do you know of a new example before its first observation?",
    ),
    "first_step_raw": (
        w_first_step_raw,
        "The first step is never filled: what stands in x stays, even if it was not observed.",
        "Your loop starts at the second step. What stands in the first one if it was not observed?",
    ),
    "own_mean": (
        w_own_mean,
        "A mean is computed from x instead of the given x_mean.",
        "Where does the mean come from, and could yours know the future?",
    ),
}
