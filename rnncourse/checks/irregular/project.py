"""Which filling is best: values are hidden, filled in three ways, and scored; and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.irregular.draws import WORDS, gappy, uneven, values
from rnncourse.checks.mistakes import Mistake, edit, instead, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import T_B, T_B_F, checked


def carried(x: Array, left: Array, x_mean: Array) -> Array:
    """The last value left, and the mean before the first."""
    out = np.empty_like(x)
    last = np.zeros_like(x[0]) + x_mean
    for t in range(len(x)):
        last = np.where(left[t] > 0.5, x[t], last)
        out[t] = last
    return out


def lines(time: Array, x: Array, left: Array, x_mean: Array) -> Array:
    """Straight lines between neighbours, level at both ends, and the mean where nothing is left."""
    out = np.zeros_like(x) + x_mean
    for b, f in np.ndindex(x.shape[1:]):
        known = left[:, b, f] > 0.5
        if known.any():
            s, y = time[:, b], x[known, b, f]
            out[:, b, f] = np.interp(s, s[known], y)
    return out


def rmse(filled: Array, x: Array, hidden: Array) -> Any:
    """Of the hidden values, all together."""
    error = filled - x
    return np.sqrt((hidden * error**2).sum() / hidden.sum())


@checked
def compare(time: T_B, x: T_B_F, m: T_B_F, hidden: T_B_F) -> tuple[T_B_F, T_B_F, T_B_F, Array]:
    r"""Three fillings of what is not left to know, and their errors on what was hidden.

    .. math:: R = \sqrt{\frac{\sum \text{hidden} \odot (\hat x - x)^2}{\sum \text{hidden}}}
    """
    left = m * (1 - hidden)
    x_mean = (left * x).sum(axis=(0, 1)) / left.sum(axis=(0, 1))
    mean = np.where(left > 0.5, x, x_mean)
    forward = carried(x, left, x_mean)
    line = lines(time, x, left, x_mean)
    fillings = (mean, forward, line)
    R = [rmse(filled, x, hidden) for filled in fillings]
    return mean, forward, line, np.array(R, x.dtype)


sign(globals(), "compare")


def middles(time: Array, x: Array, left: Array, x_mean: Array) -> Array:
    """Midway between the neighbours, whatever the times."""
    out = np.zeros_like(x) + x_mean
    for b, f in np.ndindex(x.shape[1:]):
        (known,) = np.nonzero(left[:, b, f] > 0.5)
        for t in range(len(x)) if len(known) else ():
            before, after = known[known <= t], known[known >= t]
            ends = [*before[-1:], *after[:1]]
            out[t, b, f] = x[ends, b, f].mean()
    return out


LEFT, MEAN, FORWARD = (
    "m * (1 - hidden)",
    "(left * x).sum(axis=(0, 1)) / left.sum(axis=(0, 1))",
    "carried(x, left, x_mean)",
)
FILLED, LINE, ERROR = "np.where(left > 0.5, x, x_mean)", "lines(time, x, left, x_mean)", "rmse(filled, x, hidden)"
INTERP, ROOT = "np.interp(s, s[known], y)", "np.sqrt((hidden * error**2).sum() / hidden.sum())"
LAST, OUT = "last = np.where(left[t] > 0.5, x[t], last)", "out[t] = last"
FIRST = "np.take_along_axis(x, (left > 0.5).argmax(axis=0)[None], axis=0)[0]"
# A hint's record: 2, then 3, which is hidden, 90 that was never observed, and 6, at the times 0, 1, 3, 4.
FOUR: dict[str, Any] = {
    "time": [[0], [1], [3], [4]],
    "x": [[[2]], [[3]], [[90]], [[6]]],
    "m": [[[1]], [[1]], [[0]], [[1]]],
    "hidden": [[[0]], [[1]], [[0]], [[0]]],
}
# The first and the last value are hidden; 3 and 6 are left, 90 was never observed.
ENDS: dict[str, Any] = {
    "time": [[0], [1], [3], [4], [5]],
    "x": [[[2]], [[3]], [[90]], [[6]], [[8]]],
    "m": [[[1]], [[1]], [[0]], [[1]], [[1]]],
    "hidden": [[[1]], [[0]], [[0]], [[0]], [[1]]],
}
# Two features: errors of the mean are 1 and 2 of the first, 10 of the second.
FEATURES: dict[str, Any] = {
    "time": [[0], [1], [2]],
    "x": [[[4, 20]], [[5, 30]], [[6, 90]]],
    "m": [[[1, 1]], [[1, 1]], [[1, 0]]],
    "hidden": [[[0, 0]], [[1, 1]], [[1, 0]]],
}
# FOUR and ENDS in words.
HIDDEN = "Take 2, 3, 90, 6 at the times 0, 1, 3, 4. The 3 is hidden, the 90 was never observed."
BOTH = "Take 2, 3, 90, 6, 8 at the times 0, 1, 3, 4, 5. The 2 and the 8 are hidden, the 90 was never observed."
COMPARE_MISTAKES = (
    Mistake(
        "I40",
        "what is hidden is seen all the same",
        "Change a hidden value. Does anything change in your three fillings?",
        "A hidden value counts as never observed, wherever something is filled. Which mask does each filling get?",
        {
            "everywhere": edit(compare, LEFT, "m + 0 * hidden"),
            "by the mean": edit(compare, MEAN, "(m * x).sum(axis=(0, 1)) / m.sum(axis=(0, 1))"),
            "by the mean filling alone": edit(
                compare, FILLED, "np.where(left > 0.5, x, (m * x).sum(axis=(0, 1)) / m.sum(axis=(0, 1)))"
            ),
            "by the forward filling": edit(compare, FORWARD, "carried(x, m, x_mean)"),
            "by the line": edit(compare, LINE, "lines(time, x, m, x_mean)"),
        },
        test=f"{HIDDEN} Make the 3 a 5. Does mean, forward or line change?",
        tries=(
            trial(
                lambda a, b: bool(any(np.any(one != other) for one, other in zip(a[:3], b[:3], strict=True))),
                {"x": [[[2]], [[5]], [[90]], [[6]]]},
                **FOUR,
            ),
        ),
    ),
    Mistake(
        "I41",
        "what was never observed is taken for a value",
        "Change a number of x where m is 0. Does anything change in what you return?",
        "There are three kinds of entries: left, hidden, and never observed. Which of them may be read?",
        {
            "left, unless hidden": edit(compare, LEFT, "1 - hidden + 0 * m"),
            "the step before": edit(
                carried, LAST, "last = x[t] if t == 0 else np.where(left[t] > 0.5, x[t], x[t - 1])"
            ),
            "at the beginning": edit(carried, "np.zeros_like(x[0]) + x_mean", "x[0] + 0 * x_mean"),
        },
        test="Take 90, 90, 5, 90, 90, 7, 4 at the times 0 to 6. The 4 is hidden, the 90s were never observed. Make"
        " each 90 an 80. Does anything change?",
        tries=(
            trial(
                lambda a, b: bool(any(np.any(one != other) for one, other in zip(a, b, strict=True))),
                {"x": [[[80]], [[80]], [[5]], [[80]], [[80]], [[7]], [[4]]]},
                time=[[0], [1], [2], [3], [4], [5], [6]],
                x=[[[90]], [[90]], [[5]], [[90]], [[90]], [[7]], [[4]]],
                m=[[[0]], [[0]], [[1]], [[0]], [[0]], [[1]], [[1]]],
                hidden=[[[0]]] * 6 + [[[1]]],
            ),
        ),
    ),
    Mistake(
        "I20",
        "another mean",
        "Over what do you average: which values, how many of them, of which examples and features?",
        "A mean belongs to a feature, and counts what is left of it in all examples.",
        {
            "divided by all": edit(compare, MEAN, "(left * x).mean(axis=(0, 1))"),
            "of all features": edit(compare, MEAN, "(left * x).sum() / left.sum() + 0 * x[0, 0]"),
            "of each example": edit(compare, MEAN, "((left * x).sum(axis=0) / np.maximum(left.sum(axis=0), 1))"),
            "of each example, in the mean filling": edit(
                compare,
                FILLED,
                "np.where(left > 0.5, x, np.where(left.sum(axis=0) > 0, (left * x).sum(axis=0) "
                "/ np.maximum(left.sum(axis=0), 1), x_mean))",
            ),
            "of the examples' means": edit(
                compare,
                MEAN,
                "((left * x).sum(axis=0) / np.maximum(left.sum(axis=0), 1)).sum(axis=0) / left.any(axis=0).sum(axis=0)",
            ),
            "the middle": edit(compare, MEAN, "np.nanmedian(np.where(left > 0.5, x, np.nan), axis=(0, 1))"),
        },
        test="Take 1, 6, 3 and 7, 9, 90 of one feature in two examples, at 0, 1, 2. The other feature is 20, 20, "
        "90 and 20, 10, 90. The 3 and the 9 are hidden, the 90s were never observed. Print the mean filling "
        "of the first example at 2.",
        tries=(
            trial(
                lambda a: a[0][2, 0],
                time=[[0, 0], [1, 1], [2, 2]],
                x=[[[1, 20], [7, 20]], [[6, 20], [9, 10]], [[3, 90], [90, 90]]],
                m=[[[1, 1], [1, 1]], [[1, 1], [1, 1]], [[1, 0], [0, 0]]],
                hidden=[[[0, 0], [0, 0]], [[0, 0], [1, 0]], [[1, 0], [0, 0]]],
            ),
        ),
    ),
    Mistake(
        "I42",
        "what is left does not stay",
        "Compare your fillings with x where a value is left. Are they the same there?",
        "A value that is known needs no filling.",
        {
            "the mean everywhere": edit(compare, FILLED, "np.zeros_like(x) + x_mean"),
            "one step late": edit(carried, LAST, "last, now = np.where(left[t] > 0.5, x[t], last), last")
            + edit(carried, OUT, "out[t] = now"),
            "the mean where it is known": edit(compare, FILLED, "np.where(left > 0.5, x_mean, x)"),
        },
        test=f"{HIDDEN} How far is each filling from x at most, where a value is left? Print three numbers.",
        tries=(
            trial(
                lambda a: [float(np.abs(one[[0, 3], 0, 0] - [2, 6]).max()) for one in a[:3]],
                **FOUR,
            ),
        ),
    ),
    Mistake(
        "I43",
        "another beginning of the forward filling",
        "Nothing of a feature is left yet at the first step. What stands there in your forward filling?",
        "Forward never looks ahead. What does the task put where there is no last value?",
        {
            "zero": edit(carried, "np.zeros_like(x[0]) + x_mean", "np.zeros_like(x[0])"),
            "backwards": edit(carried, "np.zeros_like(x[0]) + x_mean", f"np.where(left.any(axis=0), {FIRST}, x_mean)"),
        },
        test=f"{BOTH} Print the forward filling.",
        tries=(trial(lambda a: a[1][:, 0, 0], **ENDS),),
    ),
    Mistake(
        "I44",
        "carried forward from somewhere else",
        "In a long gap: is each entry of your forward filling the value that was left last?",
        "The last value left lies before the step, in the same example, of the same feature.",
        {
            "from the example before": edit(
                carried,
                LAST,
                "last = np.where(left[t] > 0.5, x[t], np.roll(last, 1, axis=0))",
            ),
            "backwards in time": edit(
                carried,
                "for t in range(len(x)):",
                "for t in reversed(range(len(x))):",
            ),
            "once": edit(
                carried,
                OUT,
                "near = left[max(t - 1, 0)] + left[t] > 0.5\n        out[t] = np.where(near, last, x_mean)",
            ),
        },
        test="Take 1, 4, 90 in one example and 5, 3, 8 in another, at 0, 1, 2. The 90 was never observed; 4, 3 and"
        " 8 are hidden. Print the forward filling of both at 1, then at 2.",
        tries=(
            trial(
                lambda a: a[1][1:, :, 0].ravel(),
                time=[[0, 0], [1, 1], [2, 2]],
                x=[[[1], [5]], [[4], [3]], [[90], [8]]],
                m=[[[1], [1]], [[1], [1]], [[0], [1]]],
                hidden=[[[0], [0]], [[1], [1]], [[0], [1]]],
            ),
        ),
    ),
    Mistake(
        "I45",
        "the line runs over steps, or over other times",
        "A hidden value lies near its left neighbour in time. Is your line near that neighbour too?",
        "The steps are uneven. What is the horizontal axis of your line?",
        {
            "steps": edit(lines, "s, y = time[:, b], x[known, b, f]", "s, y = np.arange(len(x)) * 1.0, x[known, b, f]"),
            "times of the first": edit(lines, "s, y = time[:, b], x[known, b, f]", "s, y = time[:, 0], x[known, b, f]"),
            "the middle of both": instead(lines, middles),
        },
        test="Take 1, 4, 2 at 0, 3, 4 in an example, 0, 3, 8 at 0, 1, 4 in another. The 3 is hidden. What stands "
        "there in your line?",
        tries=(
            trial(
                lambda a: a[2][1, 1, 0],
                time=[[0, 0], [3, 1], [4, 4]],
                x=[[[1], [0]], [[4], [3]], [[2], [8]]],
                m=[[[1], [1]], [[1], [1]], [[1], [1]]],
                hidden=[[[0], [0]], [[0], [1]], [[0], [0]]],
            ),
        ),
    ),
    Mistake(
        "I46",
        "the ends of the line",
        "Before the first value left and after the last one: what does your line do there?",
        "There is only one neighbour. The task says what stands there, and what where there is none at all.",
        {
            "goes on as it was": edit(
                lines,
                INTERP,
                "np.where(s < s[known][0], y[0] + (s - s[known][0]) * (y[1] - y[0]) / (s[known][1] - s[known][0])"
                " if len(y) > 1 else y[0], np.where(s > s[known][-1], y[-1] + (s - s[known][-1]) * (y[-1] - y[-2])"
                " / (s[known][-1] - s[known][-2]) if len(y) > 1 else y[-1], np.interp(s, s[known], y)))",
            ),
            "the mean": edit(lines, INTERP, "np.interp(s, s[known], y, left=x_mean[f], right=x_mean[f])"),
            "the mean before": edit(lines, INTERP, "np.interp(s, s[known], y, left=x_mean[f])"),
            "the mean after": edit(lines, INTERP, "np.interp(s, s[known], y, right=x_mean[f])"),
            "zero": edit(lines, INTERP, "np.interp(s, s[known], y, left=0, right=0)"),
        },
        test=f"{BOTH} Print the line's first and last entry.",
        tries=(trial(lambda a: a[2][[0, 4], 0, 0], **ENDS),),
    ),
    Mistake(
        "I46n",
        "an example in which nothing is left of a feature",
        "Of one feature nothing is left in an example. What stands in your line there?",
        "Without any value there is no line. What else is known of the feature?",
        {
            "zero": edit(lines, "np.zeros_like(x) + x_mean", "np.zeros_like(x)"),
            "x as it is": edit(lines, "np.zeros_like(x) + x_mean", "x + 0 * x_mean"),
            "not a number": edit(lines, "np.zeros_like(x) + x_mean", "np.full_like(x, np.nan)"),
        },
        test="Take 9, 8 in one example, both hidden, and 1, 5 in another, at the times 0 and 1. Print the line of "
        "the first.",
        tries=(
            trial(
                lambda a: a[2][:, 0, 0],
                time=[[0, 0], [1, 1]],
                x=[[[9], [1]], [[8], [5]]],
                m=[[[1], [1]], [[1], [1]]],
                hidden=[[[1], [0]], [[1], [0]]],
            ),
        ),
    ),
    Mistake(
        "I47",
        "errors of other entries",
        "How many entries are in your error? How many were hidden?",
        "Nobody knows what stood where nothing was observed, and what is left has no error. What remains to be scored?",
        {
            "all that was filled": edit(compare, ERROR, "rmse(filled, x, 1 - left)"),
            "all that was observed": edit(compare, ERROR, "rmse(filled, x, m)"),
            "everything": edit(compare, ERROR, "rmse(filled, x, np.ones_like(x))"),
            "divided by all": edit(rmse, "/ hidden.sum())", "/ hidden.size)"),
            "divided by the steps": edit(rmse, "/ hidden.sum())", "/ len(x))"),
            "not divided": edit(rmse, "/ hidden.sum())", "/ 1)"),
        },
        test=f"{BOTH} Print R.",
        tries=(trial(lambda a: a[3], **ENDS),),
    ),
    Mistake(
        "I48",
        "another measure of error",
        "Two hidden values are missed by 3 and by 4. What is the error in the task, and with you?",
        "Square, mean over all hidden values at once, root: in this order.",
        {
            "no root": edit(rmse, ROOT, "(hidden * error**2).sum() / hidden.sum()"),
            "sizes": edit(rmse, ROOT, "(hidden * np.abs(error)).sum() / hidden.sum()"),
            "mean": edit(rmse, ROOT, "(hidden * error).sum() / hidden.sum()"),
            "a mean over features": edit(
                rmse, ROOT, "np.mean(np.sqrt((hidden * error**2).sum(axis=(0, 1)) / hidden.sum(axis=(0, 1))))"
            ),
            "the root of the mean over features": edit(
                rmse, ROOT, "np.sqrt(np.mean((hidden * error**2).sum(axis=(0, 1)) / hidden.sum(axis=(0, 1))))"
            ),
            "root of the sum, divided": edit(rmse, ROOT, "np.sqrt((hidden * error**2).sum()) / hidden.sum()"),
            "the middle": edit(rmse, ROOT, "np.sqrt(np.median(error[hidden > 0.5] ** 2))"),
        },
        test="Take 4, 5, 6 of one feature and 20, 30, 90 of another, at 0, 1, 2. Hidden are 5, 6 and 30; the 90 "
        "was never observed. Print the first number of R.",
        tries=(trial(lambda a: a[3][0], **FEATURES),),
    ),
    Mistake(
        "I49",
        "errors in another order",
        "To which filling does the first number of R belong?",
        "R has the order of the list in the task.",
        {
            "turned round": edit(compare, "for filled in fillings", "for filled in fillings[::-1]"),
            "sorted": edit(compare, "np.array(R, x.dtype)", "np.array(sorted(R), x.dtype)"),
            "forward first": edit(compare, "for filled in fillings", "for filled in (forward, mean, line)"),
        },
        test="Take 0, 9, 7, 8 at the times 0, 1, 2, 3, and hide the 7. Print R beside the three names.",
        tries=(
            trial(
                lambda a: a[3],
                time=[[0], [1], [2], [3]],
                x=[[[0]], [[9]], [[7]], [[8]]],
                m=[[[1]]] * 4,
                hidden=[[[0]], [[0]], [[1]], [[0]]],
            ),
        ),
    ),
    Mistake(
        "I18",
        "the masks mixed up",
        "What does a 1 mean in m, what in hidden? Which values are left, in words?",
        "Left is what was observed and is not hidden.",
        {
            "hidden alone left": edit(compare, LEFT, "m * hidden"),
        },
        test=f"{HIDDEN} Print the forward filling.",
        tries=(trial(lambda a: a[1][:, 0, 0], **FOUR),),
    ),
)


def contest(r: Generator, T: int, B: int, F: int, complete: bool = False) -> tuple[Array, ...]:
    """Some of what was observed is hidden: at both ends, between, in a row; of one feature all in an example."""
    while True:
        time = uneven(r, T, B)
        m = np.ones((T, B, F)) if complete else gappy(r, T, B, F)
        m[:2, 1], m[-2:, 1] = 1, 1
        x = values(r, m)
        x += np.where(m == 1, np.cumsum(r.normal(size=x.shape), axis=0), 0)
        hidden = m * (r.random(m.shape) < 0.4)
        hidden[0, 1], hidden[-1, 1] = 1, 1
        hidden[:, 2, 0] = m[:, 2, 0]
        left = m - hidden
        if (left.sum(axis=(0, 1)) < 3).any() or (left.sum(axis=0) == 0).sum() != 1:
            continue
        R = compare(time, x, m, hidden)[3]
        if (R[0] > 1.02 * R[1] or R[1] > 1.02 * R[2]) and len({*np.round(R, 3).tolist()}) == 3:
            return time, x, m, hidden


compare_exercise = Exercise(
    name="irregular.compare",
    task="Some of what was observed is hidden, and counts as never observed. Fill all that is not left by the mean of "
    "each feature (eq-irregular-mean of what is left), by the last value left (eq-irregular-fill-forward, the mean "
    "before the first) and by a straight line in time between neighbours (eq-irregular-fill-linear, level at both "
    "ends, the mean where nothing is left), and give the root of the mean squared error of each over the hidden "
    "values alone. Keep the dtype; NumPy only.",
    arguments=(
        Value("time", "T B", "of each step, later from step to step"),
        Value("x", "T B F", "the values; where m is 0 they mean nothing"),
        Value("m", "T B F", "1 where a value was observed, 0 where not"),
        Value("hidden", "T B F", "1 where it is hidden now"),
    ),
    outputs=(
        Value("mean", "T B F", "filled by the mean"),
        Value("forward", "T B F", "filled by the last value left"),
        Value("line", "T B F", "filled by lines in time"),
        Value("R", "C", "the errors of the three"),
    ),
    reference=compare,
    cases={
        "general": lambda r: contest(r, 9, 3, 2),
        "everything observed": lambda r: contest(r, 7, 3, 3, complete=True),
        "float32": lambda r: in_float32(contest(r, 8, 4, 2)),
    },
    facets=(
        Facet("mean", 1, (), ("mean",)),
        Facet("forward", 2, (), ("forward",)),
        Facet("line", 3, (), ("line",)),
        Facet("errors", 2, (), ("R",)),
    ),
    mistakes=COMPARE_MISTAKES,
    words={**WORDS, "C": "filling"},
)
