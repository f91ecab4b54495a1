"""What stands where nothing was observed: the last observation while it is fresh, then the mean; what goes wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.irregular.draws import EXACT, WORDS, gappy, means, quarters, values
from rnncourse.checks.mistakes import Mistake, edit, instead, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import F_, T_B, T_B_F, NotNegative, checked


@checked
def fill_recent(time: T_B, x: T_B_F, m: T_B_F, x_mean: F_, limit: NotNegative) -> T_B_F:
    r"""The last observation, if it is at most so old, and the mean otherwise.

    .. math:: \hat x_t = x_t \text{ or } x_a \text{ while } s_t - s_a \le \text{limit}, \text{ else } \bar x
    """
    x_hat = np.empty_like(x)
    value, when = np.zeros_like(x[0]), np.full_like(x[0], -np.inf)
    for t, s in enumerate(time[:, :, None]):
        value = np.where(m[t] > 0, x[t], value)
        when = np.where(m[t] > 0, s, when)
        fresh = s - when <= limit
        x_hat[t] = np.where(fresh, value, x_mean)
    return x_hat


sign(globals(), "fill_recent")


def at(a: Array, step: Array) -> Array:
    """The entries at these steps, one for each place; at the first step where there is none."""
    return np.take_along_axis(a, np.clip(step, 0, len(a) - 1), axis=0)


def neighbours(m: Array) -> tuple[Array, Array]:
    """Of each entry the step last observed, itself included, and the next one; -1 and T where there is none."""
    T = len(m)
    steps = np.arange(T)[:, None, None] + 0 * m.astype(int)
    before = np.maximum.accumulate(np.where(m > 0, steps, -1), axis=0)
    after = np.minimum.accumulate(np.where(m > 0, steps, T)[::-1], axis=0)[::-1]
    return before, after


def filled(time: Array, x: Array, m: Array, x_mean: Array, limit: float) -> tuple[Array, Array, Array]:
    """What is right, where the last observation is fresh, and the step of the next one: to go on from."""
    s = time[:, :, None] + 0 * m
    before, after = neighbours(m)
    fresh = (before >= 0) & (s - at(s, before) <= limit)
    return np.where(fresh, at(x, before), x_mean), fresh, after


def next_when_old(time: Array, x: Array, m: Array, x_mean: Array, limit: float) -> Array:
    """Where the last observation is too old, or none is there, the next one."""
    x_hat, fresh, after = filled(time, x, m, x_mean, limit)
    return np.where(~fresh & (after < len(x)), at(x, after), x_hat)


def nearest(time: Array, x: Array, m: Array, x_mean: Array, limit: float) -> Array:
    """The nearest observation, before or after, if it is near enough."""
    s = time[:, :, None] + 0 * m
    before, after = neighbours(m)
    back = np.where(before >= 0, s - at(s, before), np.inf)
    on = np.where(after < len(x), at(s, after) - s, np.inf)
    chosen = np.where(back <= on, at(x, before), at(x, after))
    return np.where(np.minimum(back, on) <= limit, chosen, x_mean)


def along_lines(time: Array, x: Array, m: Array, x_mean: Array, limit: float) -> Array:
    """A straight line to the next observation while the last one is fresh, where there is a next one."""
    x_hat, fresh, after = filled(time, x, m, x_mean, limit)
    line = x_hat.copy()
    for b, f in np.ndindex(x.shape[1:]):
        known = m[:, b, f] > 0
        line[:, b, f] = np.interp(time[:, b], time[known, b], x[known, b, f])
    return np.where(fresh & (after < len(x)), line, x_hat)


def never_anew(time: Array, x: Array, m: Array, x_mean: Array, limit: float) -> Array:
    """An example begins with the last observation of the one before it."""
    x_hat = np.empty_like(x)
    value, when = x_mean, np.full_like(x_mean, -np.inf)
    for b, t in np.ndindex(x.shape[1], len(x)):
        value = np.where(m[t, b] > 0, x[t, b], value)
        when = np.where(m[t, b] > 0, time[t, b], when)
        x_hat[t, b] = np.where(time[t, b] - when <= limit, value, x_mean)
    return x_hat


START = "value, when = np.zeros_like(x[0]), np.full_like(x[0], -np.inf)"
VALUE, WHEN = "value = np.where(m[t] > 0, x[t], value)", "when = np.where(m[t] > 0, s, when)"
FRESH, FILL = "fresh = s - when <= limit", "np.where(fresh, value, x_mean)"
FIRST = "np.take_along_axis(x, (m > 0).argmax(axis=0)[None], axis=0)[0]"
# A hint's record: at the times 0, 1, 1.5, 3, 4 the one observation is a 5, at 1; the mean is 2, the limit 2.
FIVE: dict[str, Any] = {
    "time": [[0], [1], [1.5], [3], [4]],
    "x": [[[90]], [[5]], [[80]], [[70]], [[60]]],
    "m": [[[0]], [[1]], [[0]], [[0]], [[0]]],
    "x_mean": [2],
    "limit": 2.0,
}
BETWEEN: dict[str, Any] = {
    **FIVE,
    "time": [[0], [3], [3.5], [4], [4.5]],
    "m": [[[1]], [[0]], [[0]], [[0]], [[1]]],
}
AHEAD: dict[str, Any] = {
    "time": [[0], [1], [2], [3], [4]],
    "x": [[[90]], [[5]], [[80]], [[70]], [[6]]],
    "m": [[[0]], [[1]], [[0]], [[0]], [[1]]],
    "x_mean": [2],
    "limit": 1.0,
}
APART: dict[str, Any] = {
    "time": [[1], [2], [4], [5]],
    "x": [[[90, 95]], [[3, 80]], [[70, 7]], [[60, 50]]],
    "m": [[[0, 0]], [[1, 0]], [[0, 1]], [[0, 0]]],
    "x_mean": [20, 30],
    "limit": 2.0,
}
LONG = {**FIVE, "limit": 90.0}
PAIR: dict[str, Any] = {
    "time": [[0], [2], [4]],
    "x": [[[3, 90]], [[80, 7]], [[60, 50]]],
    "m": [[[1, 0]], [[0, 1]], [[0, 0]]],
    "x_mean": [20, 30],
    "limit": 2.0,
}
EXAMPLES: dict[str, Any] = {
    "time": [[0, 0], [1, 4], [2, 5]],
    "x": [[[3], [6]], [[90], [80]], [[70], [60]]],
    "m": [[[1], [1]], [[0], [0]], [[0], [0]]],
    "x_mean": [2],
    "limit": 3.0,
}
ALONE = (  # what FIVE is, in words
    "Take x = 90, 5, 80, 70, 60 at the times 0, 1, 1.5, 3, 4. The 5 alone was observed; mean and limit are 2."
)
RECENT_MISTAKES = (
    Mistake(
        "I34",
        "the limit counts steps",
        "Put the steps twice as far apart. Is a value given up after half as many steps, with you?",
        "The limit is an amount of time. What do you compare with it?",
        {
            "": edit(fill_recent, WHEN, "when = np.where(m[t] > 0, t, when)")
            + edit(fill_recent, FRESH, "fresh = t - when <= limit"),
            "times the mean gap": edit(fill_recent, WHEN, "when = np.where(m[t] > 0, t, when)")
            + edit(
                fill_recent, FRESH, "fresh = (t - when) * (time[-1] - time[0]).mean() / max(1, len(x) - 1) <= limit"
            ),
        },
        test="Take x = 90, 5, 80, 70, 60 at the times 0, 3, 3.5, 4, 4.5. The 90 and the 60 were observed; mean and"
        " limit are 2. What stands at 3?",
        tries=(trial(lambda a: a[1, 0, 0], **BETWEEN),),
    ),
    Mistake(
        "I35",
        "no limit",
        "Nothing is observed for a very long time. What stands there in the end: the old value, or the mean?",
        "Where in your lines does the age of the last observation come in?",
        {
            "": edit(fill_recent, FRESH, "fresh = np.isfinite(when)"),
        },
        test=f"{ALONE} What stands at 4?",
        tries=(trial(lambda a: a[4, 0, 0], **FIVE),),
    ),
    Mistake(
        "I11",
        "what was filled counts as observed",
        "Two values are missing in a row. How old is what you fill in at the second: since when does its clock run?",
        "Filling makes nothing young. Which values may call themselves observed?",
        {
            "the clock restarts": edit(
                fill_recent, f"x_hat[t] = {FILL}", f"x_hat[t] = {FILL}\n        when = np.where(fresh, s, when)"
            ),
            "since the step before": edit(
                fill_recent,
                FRESH,
                "fresh = (m[t] > 0) | (s - time[max(t - 1, 0)][:, None] <= limit) & np.isfinite(when)",
            ),
        },
        test=f"{ALONE} What stands at 4?",
        tries=(trial(lambda a: a[4, 0, 0], **FIVE),),
    ),
    Mistake(
        "I10",
        "what stands where nothing was observed is taken for a value",
        "Change a number of x where m is 0. Does your answer change anywhere?",
        "Nothing was measured there. Where do you read x without asking the mask?",
        {
            "the step before": edit(fill_recent, VALUE, "value = np.where(m[t] > 0, x[t], x[t - 1])"),
            "of now": edit(fill_recent, VALUE, "value = x[t]"),
            "nothing filled": edit(fill_recent, FILL, "x[t]"),
            "at the beginning": edit(fill_recent, START, "value, when = x[0], time[0][:, None] + 0 * x[0]"),
            "the first step never filled": edit(fill_recent, "return x_hat", "x_hat[0] = x[0]\n    return x_hat"),
        },
        test="Take x = 90, 5, 80, 70, 60 at the times 0, 1, 1.5, 3, 4. The 5 alone was observed; the mean is 2, "
        "the limit 90. Put 31, 32, 33, 34 for the others. Does your answer change?",
        tries=(
            trial(
                lambda a, b: bool(np.any(a != b)),
                {"x": [[[31]], [[5]], [[32]], [[33]], [[34]]]},
                **LONG,
            ),
        ),
    ),
    Mistake(
        "I8",
        "something else than the mean where nothing fresh is known",
        "The last observation is too old. What do you put there, and is that what is usual of this feature?",
        "There is one number for each feature that stands for knowing nothing.",
        {
            "zero": edit(fill_recent, FILL, "np.where(fresh, value, 0)"),
            "zero at the beginning": edit(
                fill_recent, FILL, "np.where(fresh, value, np.where(np.isfinite(when), x_mean, 0))"
            ),
            "zero later": edit(fill_recent, FILL, "np.where(fresh, value, np.where(np.isfinite(when), 0, x_mean))"),
            "halfway": edit(
                fill_recent, FILL, "np.where(fresh, value, np.where(np.isfinite(when), (value + x_mean) / 2, x_mean))"
            ),
            "one mean for all features": edit(fill_recent, FILL, "np.where(fresh, value, x_mean.mean())"),
            "a mean of its own": edit(
                fill_recent, FILL, "np.where(fresh, value, (m * x).sum(axis=(0, 1)) / m.sum(axis=(0, 1)))"
            ),
            "the mean of all that stands there": edit(
                fill_recent, FILL, "np.where(fresh, value, x.mean(axis=(0, 1)) + 0 * x_mean)"
            ),
        },
        test="Take one feature 3, 80, 60 and another 90, 7, 50, at the times 0, 2, 4. The 3 and the 7 alone were "
        "observed. The means are 20 and 30, the limit is 1. Print both at 0, then at 4.",
        tries=(trial(lambda a: a[[0, 2], 0].ravel(), **{**PAIR, "limit": 1.0}),),
    ),
    Mistake(
        "I8f",
        "something is fresh before the first observation",
        "Nothing of an example has been observed yet. What is your last value then, and how old is it?",
        "Before its first observation nothing is fresh. What does the task put there?",
        {
            "zero": edit(fill_recent, START, "value, when = np.zeros_like(x[0]), time[0][:, None] + 0 * x[0]"),
            "of the example before": instead(fill_recent, never_anew),
        },
        test="Take one example 5, 90, 80 and another 70, 60, 6, both at the times 1, 2, 3. The 5 and the 6 alone "
        "were observed; the mean is 2, the limit 4. Print the second example.",
        tries=(
            trial(
                lambda a: a[:, 1, 0],
                time=[[1, 1], [2, 2], [3, 3]],
                x=[[[5], [70]], [[90], [60]], [[80], [6]]],
                m=[[[1], [0]], [[0], [0]], [[0], [1]]],
                x_mean=[2],
                limit=4.0,
            ),
        ),
    ),
    Mistake(
        "I36",
        "the mean where the last observation is fresh",
        "Is any missing value of your answer filled by an observation?",
        "A fresh observation is the better guess. When does it give way to the mean?",
        {
            "always": edit(fill_recent, FRESH, "fresh = m[t] > 0"),
            "fresh and old exchanged": edit(
                fill_recent, FRESH, "fresh = (m[t] > 0) | (s - when > limit) & np.isfinite(when)"
            ),
        },
        test=f"{ALONE} What stands at 1.5?",
        tries=(trial(lambda a: a[2, 0, 0], **FIVE),),
    ),
    Mistake(
        "I21",
        "the future is used",
        "Change the last observation of the record. Does an entry before it change?",
        "At the time of step t nobody knew what comes. Which steps may x̂ of this one depend on?",
        {
            "the next one when the last is old": instead(fill_recent, next_when_old),
            "the nearest": instead(fill_recent, nearest),
            "a line to the next": instead(fill_recent, along_lines),
            "the first one before it": edit(
                fill_recent, FILL, f"np.where(fresh, value, np.where(np.isfinite(when), x_mean, {FIRST}))"
            ),
        },
        test="Take x = 90, 5, 80, 70, 6 at the times 0, 1, 2, 3, 4. The 5 and the 6 were observed; the mean is 2, "
        "the limit 1. Make the 6 a 9, or the 5 a 4. Does anything before it change?",
        tries=(
            trial(
                lambda a, b, c: [bool(np.any(a[:4] != b[:4])), bool(np.any(a[:1] != c[:1]))],
                {"x": [[[90]], [[5]], [[80]], [[70]], [[9]]]},
                {"x": [[[90]], [[4]], [[80]], [[70]], [[6]]]},
                **AHEAD,
            ),
        ),
    ),
    Mistake(
        "I37",
        "exactly the limit is too old",
        "An observation is as old as the limit, to the last digit. Does it still count in the task?",
        "There is an equals sign in the condition of the task.",
        {
            "": edit(fill_recent, FRESH, "fresh = (s - when < limit) | (m[t] > 0)"),
        },
        test=f"{ALONE} What stands at 3?",
        tries=(trial(lambda a: a[3, 0, 0], **FIVE),),
    ),
    Mistake(
        "I38",
        "the age of something else",
        "Between which two moments is the age that you compare with the limit?",
        "It runs from the last observation of this feature to now.",
        {
            "since the record began": edit(
                fill_recent, FRESH, "fresh = (m[t] > 0) | np.isfinite(when) & (s - time[0][:, None] <= limit)"
            ),
            "the time of the step": edit(fill_recent, FRESH, "fresh = (m[t] > 0) | np.isfinite(when) & (s <= limit)"),
            "any feature's": edit(fill_recent, WHEN, "when = np.where(m[t].any(axis=1, keepdims=True), s, when)")
            + edit(fill_recent, FRESH, "fresh = (s - when <= limit) & (m[: t + 1].sum(axis=0) > 0)"),
            "until the step before": edit(
                fill_recent, FRESH, "fresh = (m[t] > 0) | (time[max(t - 1, 0)][:, None] - when <= limit)"
            ),
        },
        test="Take one feature 90, 3, 70, 60 and another 95, 80, 7, 50, at the times 1, 2, 4, 5. The 3 and the 7 "
        "alone were observed. The means are 20 and 30, the limit is 2. Print the first feature at 4 and 5.",
        tries=(trial(lambda a: a[2:, 0, 0], **APART),),
    ),
    Mistake(
        "I25",
        "the times of another example",
        "Two examples have different times. Whose are in your ages?",
        "Each example has times of its own.",
        {
            "of the first": edit(fill_recent, "time[:, :, None]", "time[:, :1, None]"),
            "of the last": edit(fill_recent, "time[:, :, None]", "time[:, -1:, None]"),
            "their mean": edit(fill_recent, "time[:, :, None]", "time.mean(axis=1)[:, None, None]"),
        },
        test="Take one example 3, 90, 70 at 0, 1, 2 and another 6, 80, 60 at 0, 4, 5. The 3 and the 6 alone were "
        "observed; the mean is 2, the limit 3. Print the second step of both.",
        tries=(trial(lambda a: a[1, :, 0], **EXAMPLES),),
    ),
    Mistake(
        "I18",
        "the mask inverted",
        "What does m = 1 mean on this page? Is an observed value in your answer as it was?",
        "What was observed stays as it is.",
        {
            "": edit(fill_recent, VALUE, "value = np.where(m[t] == 0, x[t], value)")
            + edit(fill_recent, WHEN, "when = np.where(m[t] == 0, s, when)"),
        },
        test=f"{ALONE} What stands at 1?",
        tries=(trial(lambda a: a[1, 0, 0], **FIVE),),
    ),
)


def tells(time: Array, m: Array, limit: float) -> bool:
    """Is somewhere another value fresh, whatever is taken for the age? And is there a future for each kind?"""
    s, steps = time[:, :, None] + 0 * m, np.arange(len(m))[:, None, None]
    before, after = neighbours(m)
    any_feature, _ = neighbours(m.max(axis=2, keepdims=True) + 0 * m)
    rows, missing = steps - before, (m == 0) & (before >= 0)
    age = s - at(s, before)
    fresh = age <= limit
    others = [rows, rows * (time[-1] - time[0]).mean() / (len(m) - 1), np.diff(s, axis=0, prepend=s[:1])]
    others += [s - s[0], s - at(s, any_feature), np.concatenate([s[:1], s[:-1]]) - at(s, before)]
    for one in (s[:, :1], s[:, -1:], s.mean(axis=1, keepdims=True)):
        others.append(one - at(one + 0 * s, before))
    coming = missing & (after < len(m))
    in_a_row = fresh & missing & (np.concatenate([m[:1], m[:-1]]) == 0)
    a_long_gap, all_old = missing & (others[2] > limit), missing & (others[4] > limit)
    ways = [missing & ((other <= limit) != fresh) for other in others]
    return all(way.any() for way in (*ways, coming & fresh, coming & ~fresh, in_a_row, a_long_gap, all_old))


def record(
    r: Generator, T: int, B: int, F: int, *, first: bool = False, exactly: bool = False, forever: bool = False
) -> tuple[Any, ...]:
    """A record whose observations grow old; ``first``: all features are observed at the first step."""
    while True:
        time, m, x_mean = quarters(r, T, B), gappy(r, T, B, F), means(r, F)
        if first:
            m[0] = 1
        else:
            m[0, -1] = m[1, -1] = 0
        x = values(r, m)
        if forever:
            return time, x, m, x_mean, 200.0
        limit = float(r.integers(14, 20) / 8)
        before, _ = neighbours(m)
        s = time[:, :, None] + 0 * m
        tied = ((m == 0) & (before >= 0) & (s - at(s, before) == limit)).any()
        if tells(time, m, limit) and tied == exactly:
            return time, x, m, x_mean, limit


recent_exercise = Exercise(
    name="irregular.fill_recent",
    task="What was observed, and elsewhere the last observation of the feature, if it is at most `limit` old (an "
    "amount of time; exactly the limit still counts), and else the feature's mean, also before its first observation. "
    "What was filled is never an observation, and nothing comes from the future. Keep the dtype; NumPy only.",
    arguments=(
        Value("time", "T B", "of each step, later from step to step"),
        Value("x", "T B F", "the values; where m is 0 they mean nothing"),
        Value("m", "T B F", "1 where a value was observed, 0 where not"),
        Value("x_mean", "F", "the mean of each feature"),
        Value("limit", None, "how old an observation may be"),
    ),
    outputs=(Value("x_hat", "T B F", "the filled values", tolerance=EXACT),),
    reference=fill_recent,
    cases={
        "general": lambda r: record(r, 10, 3, 2, exactly=True),
        "no limit in reach": lambda r: record(r, 8, 3, 2, first=True, forever=True),
        "growing old": lambda r: record(r, 10, 3, 3, first=True),
        "a late beginning": lambda r: record(r, 8, 2, 3, forever=True),
        "float32": lambda r: in_float32(record(r, 10, 3, 3)),
    },
    facets=(
        Facet("carried forward, without a limit", 2, ("no limit in reach",)),
        Facet("growing old", 2, ("growing old",)),
        Facet("before the first observation", 1, ("a late beginning",)),
        Facet("all at once, and exactly the limit", 1, ("general", "float32")),
    ),
    mistakes=RECENT_MISTAKES,
    words=WORDS,
)
