"""irregular.fill_recent"""

import numpy as np


def r_lists(time, x, m, x_mean, limit):
    T, B, F = x.shape
    memory = [[None] * F for _ in range(B)]  # (time, value)
    rows = []
    for t in range(T):
        row = []
        for b in range(B):
            vals = []
            for f in range(F):
                if m[t, b, f] == 1:
                    memory[b][f] = (time[t, b], x[t, b, f])
                mem = memory[b][f]
                if mem is not None and time[t, b] - mem[0] <= limit:
                    vals.append(mem[1])
                else:
                    vals.append(x_mean[f])
            row.append(vals)
        rows.append(row)
    return np.array(rows, dtype=x.dtype)


def r_searchsorted(time, x, m, x_mean, limit):
    out = np.empty_like(x)
    out[:] = x_mean
    T, B, F = x.shape
    for b in range(B):
        s = time[:, b]
        for f in range(F):
            k = np.nonzero(m[:, b, f])[0]
            if k.size == 0:
                continue
            pos = np.searchsorted(s[k], s, side="right") - 1
            ok = pos >= 0
            src = k[pos.clip(0)]
            ok &= s - s[src] <= limit
            out[ok, b, f] = x[src[ok], b, f]
    return out


def r_age_and_value(time, x, m, x_mean, limit):
    v = np.repeat(x_mean[None], x.shape[1], axis=0)
    age = np.full(v.shape, np.inf, dtype=x.dtype)
    filled = []
    for t in range(len(x)):
        if t > 0:
            age = age + (time[t] - time[t - 1])[:, None]
        age = np.where(m[t] == 1, 0, age)
        v = np.where(m[t] == 1, x[t], v)
        v = np.where(age > limit, x_mean, v)
        filled.append(v)
    return np.stack(filled)


def w_nearest(time, x, m, x_mean, limit):
    T, B, F = x.shape
    out = x.copy()
    for b in range(B):
        for f in range(F):
            obs = np.flatnonzero(m[:, b, f])
            for t in range(T):
                if len(obs) == 0:
                    out[t, b, f] = x_mean[f]
                    continue
                a = obs[np.argmin(np.abs(time[obs, b] - time[t, b]))]
                near = abs(time[t, b] - time[a, b]) <= limit
                out[t, b, f] = x[a, b, f] if near else x_mean[f]
    return out


def w_age_of_record(time, x, m, x_mean, limit):
    last = np.tile(x_mean, (x.shape[1], 1))
    out = np.empty_like(x)
    for t in range(len(x)):
        last = np.where(m[t] == 1, x[t], last)
        young = (time[t] - time[0])[:, None] <= limit
        out[t] = np.where(m[t] == 1, x[t], np.where(young, last, x_mean))
    return out


def w_time_of_any_feature(time, x, m, x_mean, limit):
    T, B, F = x.shape
    out = np.zeros_like(x)
    for b in range(B):
        last_s = -np.inf
        last_x = x_mean.copy()
        for t in range(T):
            if m[t, b].any():
                last_s = time[t, b]
            last_x = np.where(m[t, b] == 1, x[t, b], last_x)
            if time[t, b] - last_s <= limit:
                out[t, b] = last_x
            else:
                out[t, b] = np.where(m[t, b] == 1, x[t, b], x_mean)
    return out


def w_stale_is_nan(time, x, m, x_mean, limit):
    out = np.where(m == 1, x, np.nan).astype(x.dtype)
    T, B, F = x.shape
    for b in range(B):
        for f in range(F):
            last = None
            for t in range(T):
                if m[t, b, f] == 1:
                    last = t
                elif last is None:
                    out[t, b, f] = x_mean[f]
                elif time[t, b] - time[last, b] <= limit:
                    out[t, b, f] = x[last, b, f]
    return out


def w_first_observation(time, x, m, x_mean, limit):
    T, B, F = x.shape
    out = np.zeros_like(x)
    for b in range(B):
        for f in range(F):
            a = int(np.argmax(m[:, b, f] == 1))
            for t in range(T):
                if m[t, b, f] == 1:
                    out[t, b, f] = x[t, b, f]
                elif m[a, b, f] == 1 and t > a and time[t, b] - time[a, b] <= limit:
                    out[t, b, f] = x[a, b, f]
                else:
                    out[t, b, f] = x_mean[f]
    return out


def w_one_clock(time, x, m, x_mean, limit):
    s = time[:, 0]
    last_x = np.zeros_like(x[0])
    last_s = np.full_like(x[0], -np.inf)
    out = np.empty_like(x)
    for t in range(len(x)):
        last_x = np.where(m[t] == 1, x[t], last_x)
        last_s = np.where(m[t] == 1, s[t], last_s)
        out[t] = np.where(s[t] - last_s <= limit, last_x, x_mean)
    return out


def w_fades_linearly(time, x, m, x_mean, limit):
    last_x = np.tile(x_mean, (x.shape[1], 1))
    last_s = np.full_like(x[0], -np.inf)
    out = np.empty_like(x)
    for t in range(len(x)):
        s = time[t][:, None]
        last_x = np.where(m[t] == 1, x[t], last_x)
        last_s = np.where(m[t] == 1, s, last_s)
        age = np.minimum(s - last_s, 1e6)
        fresh = np.clip(1 - age / max(limit, 1e-6), 0, 1)
        out[t] = fresh * last_x + (1 - fresh) * x_mean
    return out


def w_shift_raw(time, x, m, x_mean, limit):
    out = np.where(m == 1, x, x_mean)
    for t in range(1, len(x)):
        fresh = (time[t] - time[t - 1])[:, None] <= limit
        out[t] = np.where((m[t] == 0) & fresh, x[t - 1], out[t])
    return out


def w_long_gap_all_mean(time, x, m, x_mean, limit):
    T, B, F = x.shape
    out = np.where(m == 1, x, x_mean)
    for b in range(B):
        for f in range(F):
            t = 0
            while t < T:
                if m[t, b, f] == 1:
                    t += 1
                    continue
                start = t
                while t < T and m[t, b, f] == 0:
                    t += 1
                if start > 0 and time[t - 1, b] - time[start - 1, b] <= limit:
                    out[start:t, b, f] = x[start - 1, b, f]
    return out


def w_now_not_read(time, x, m, x_mean, limit):
    last_x = np.zeros_like(x[0])
    last_s = np.full_like(x[0], -np.inf)
    out = np.empty_like(x)
    for t in range(len(x)):
        s = time[t][:, None]
        out[t] = np.where(s - last_s <= limit, last_x, x_mean)
        last_x = np.where(m[t] == 1, x[t], last_x)
        last_s = np.where(m[t] == 1, s, last_s)
    return out


def w_start_trusted(time, x, m, x_mean, limit):
    T, B, F = x.shape
    out = np.zeros_like(x)
    for b in range(B):
        for f in range(F):
            a = 0
            for t in range(T):
                if m[t, b, f] == 1:
                    a = t
                if time[t, b] - time[a, b] <= limit:
                    out[t, b, f] = x[a, b, f]
                else:
                    out[t, b, f] = x_mean[f]
    return out


def w_fills_argument(time, x, m, x_mean, limit):
    T, B, F = x.shape
    last_s = np.full_like(x[0], -np.inf)
    last_x = np.zeros_like(x[0])
    for t in range(T):
        for b in range(B):
            for f in range(F):
                if m[t, b, f] == 1:
                    last_s[b, f] = time[t, b]
                    last_x[b, f] = x[t, b, f]
                elif time[t, b] - last_s[b, f] <= limit:
                    x[t, b, f] = last_x[b, f]
                else:
                    x[t, b, f] = x_mean[f]
    return x


RIGHT = {"lists": r_lists, "searchsorted": r_searchsorted, "age_and_value": r_age_and_value}
WRONG = {
    "nearest": (
        w_nearest,
        "The nearest observation is used, even if it comes later.",
        "May a filling at step t use what is observed after it?",
    ),
    "age_of_record": (
        w_age_of_record,
        "The age is measured from the beginning of the record, not from the last observation.",
        "Whose age is compared with the limit?",
    ),
    "time_of_any_feature": (
        w_time_of_any_feature,
        "One time of last observation is kept for all features of an example.",
        "One feature is measured every minute, another one once a day. Does the first keep the second fresh?",
    ),
    "stale_is_nan": (
        w_stale_is_nan,
        "Where the last observation is too old, NaN stays; the mean is used only before the first one.",
        "There are two cases in which the mean is used. Do you handle both?",
    ),
    "first_observation": (
        w_first_observation,
        "The first observation is carried on, not the last one.",
        "np.argmax finds which of several ones? Which one does the task want?",
    ),
    "one_clock": (
        w_one_clock,
        "The times of the first example are used for all.",
        "Which column of time belongs to example b?",
    ),
    "fades_linearly": (
        w_fades_linearly,
        "The last value fades linearly into the mean over the limit, instead of holding until it.",
        "How much of the last observation is left at half the limit, according to the formula?",
    ),
    "shift_raw": (
        w_shift_raw,
        "The value of the step before is used, observed or not.",
        "Was what you copy from step t - 1 observed? What if two steps in a row are missing?",
    ),
    "long_gap_all_mean": (
        w_long_gap_all_mean,
        "A gap that lasts longer than the limit is filled with the mean as a whole, also its fresh beginning.",
        "Is the age judged for each step or for the whole gap? Can one know at its start how long it will last?",
    ),
    "now_not_read": (
        w_now_not_read,
        "The result is written before the observation of the step is taken in, so observed values are replaced as well.",
        "What does your function return at a step that was observed? Look at the order of your lines.",
    ),
    "start_trusted": (
        w_start_trusted,
        "The first step is taken as an observation without asking the mask.",
        "What does your index of the last observation say before there has been one?",
    ),
    "fills_argument": (
        w_fills_argument,
        "x is filled in place and returned.",
        "What does the caller's x look like after the call?",
    ),
}
