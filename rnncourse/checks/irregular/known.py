"""How old what is known is, and what is usual of it: intervals, means and deviations; and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.irregular.draws import WORDS, gappy, uneven, values
from rnncourse.checks.mistakes import Mistake, edit, instead, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import B_, B_F, F_, T_B, T_B_F, checked

# ---------------------------------------------------------------------------------------------------------------------
# The time since a feature was last observed


@checked
def since(time: T_B, m: T_B_F, seen: B_F) -> T_B_F:
    r"""How long ago each feature was last observed, before this step, in a record that goes on.

    .. math:: \delta_1 = s_1 - s^{seen}, \qquad \delta_t = s_t - s_{t-1} + (1 - m_{t-1}) \odot \delta_{t-1}
    """
    delta = np.empty_like(m)
    last = seen
    for t, s in enumerate(time[:, :, None]):
        delta[t] = s - last
        last = np.where(m[t] > 0, s, last)
    return delta


sign(globals(), "since")


def in_steps(time: Array, m: Array, seen: Array) -> Array:
    """As many as steps."""
    delta = np.empty_like(m)
    delta[0] = time[0][:, None] - seen
    for t in range(1, len(m)):
        delta[t] = 1 + (1 - m[t - 1]) * delta[t - 1]
    return delta


def steps_alone(time: Array, m: Array, seen: Array) -> Array:
    """As many as steps, and none at the first."""
    delta = np.zeros_like(m)
    for t in range(1, len(m)):
        delta[t] = 1 + (1 - m[t - 1]) * delta[t - 1]
    return delta


def mask_of_now(time: Array, m: Array, seen: Array) -> Array:
    """Adds up unless something is observed now."""
    delta = np.empty_like(m)
    delta[0] = time[0][:, None] - seen
    for t in range(1, len(m)):
        delta[t] = (time[t] - time[t - 1])[:, None] + (1 - m[t]) * delta[t - 1]
    return delta


def zero_after(time: Array, m: Array, seen: Array) -> Array:
    """0 at the step after an observation, from which it adds up."""
    delta = np.empty_like(m)
    delta[0] = time[0][:, None] - seen
    for t in range(1, len(m)):
        delta[t] = (1 - m[t - 1]) * ((time[t] - time[t - 1])[:, None] + delta[t - 1])
    return delta


def two_steps(time: Array, m: Array, seen: Array) -> Array:
    """Adds the gap before, and no more."""
    gaps = np.concatenate([time[:1, :, None] - seen, np.diff(time, axis=0)[:, :, None] + 0 * m[1:]])
    delta = gaps.copy()
    delta[1:] += (1 - m[:-1]) * gaps[:-1]
    return delta


DELTA, LAST, RESET = "delta[t] = s - last", "last = seen", "m[t] > 0"
# A hint's record: times 10, 12, 13, 17, observed at the second step alone, and before it at 7.
RECORD: dict[str, Any] = {"time": [[10], [12], [13], [17]], "m": [[[0]], [[1]], [[0]], [[0]]], "seen": [[7]]}
PAIR: dict[str, Any] = {"time": [[10], [12], [15]], "m": [[[0, 1]], [[1, 0]], [[0, 0]]], "seen": [[7, 4]]}
EXAMPLES: dict[str, Any] = {
    "time": [[10, 20], [12, 25], [13, 35]],
    "m": [[[0], [1]], [[1], [0]], [[0], [0]]],
    "seen": [[7], [16]],
}
SINCE_MISTAKES = (
    Mistake(
        "I1",
        "the mask of the step itself decides",
        "A value has just arrived. Which observation does your δ speak of, this one or the one before?",
        "δ is the time since the last observation before the step. Whose mask can restart the clock by then?",
        {
            "zero at once": edit(since, DELTA, "delta[t] = s - np.where(m[t] > 0, s, last)"),
            "added unless observed now": instead(since, mask_of_now),
        },
        test="Take the times 10, 12, 13, 17, an observation at 12 alone and one at 7 before. What is δ at 12?",
        tries=(trial(lambda d: d[1, 0, 0], **RECORD),),
    ),
    Mistake(
        "I2",
        "intervals that are not added up",
        "Nothing was observed twice in a row. How old is the last value then, and what does your δ say?",
        "A clock that nobody restarts runs on. What happens to yours at a step without an observation?",
        {
            "the gap alone": edit(since, "np.where(m[t] > 0, s, last)", "s"),
            "two gaps at most": instead(since, two_steps),
        },
        test="Take the times 0, 1, 3, 6, nothing observed, and an observation at -2 before. What is δ at 6?",
        tries=(trial(lambda d: d[3, 0, 0], time=[[0], [1], [3], [6]], m=[[[0]]] * 4, seen=[[-2]]),),
    ),
    Mistake(
        "I3",
        "a clock that never restarts",
        "How old can your δ become in a record in which everything is observed?",
        "An observation makes everything before it old news. Where in your lines does the clock begin again?",
        {
            "": edit(since, "np.where(m[t] > 0, s, last)", "last"),
            "at the first observation alone": edit(since, RESET, "(m[t] > 0) & (m[:t].sum(axis=0) == 0)"),
        },
        test="Take the times 0, 1, 3, 6, everything observed, and an observation at -2 before. What is δ at 6?",
        tries=(trial(lambda d: d[3, 0, 0], time=[[0], [1], [3], [6]], m=[[[1]]] * 4, seen=[[-2]]),),
    ),
    Mistake(
        "I4",
        "a clock that restarts too late",
        "A value arrived one step ago. How old is it now, with you?",
        "A clock shows 0 at the moment of the observation. How much time has passed since, at the next step?",
        instead(since, zero_after),
        test="Take the times 10, 12, 13, 17, an observation at 12 alone and one at 7 before. What is δ at 13 and 17?",
        tries=(trial(lambda d: d[2:, 0, 0], **RECORD),),
    ),
    Mistake(
        "I5",
        "another beginning",
        "Before the first step of the record something was observed. How long ago, in the task and with you?",
        "The record goes on from an earlier one. Which of the arguments says since when?",
        {
            "zero": edit(since, "return delta", "delta[0] = 0\n    return delta"),
            "a clock from the first step": edit(since, LAST, "last = time[0][:, None] + 0 * seen"),
            "a clock from 0": edit(since, LAST, "last = 0 * seen"),
            "turned round": edit(since, LAST, "last = 2 * time[0][:, None] - seen"),
            "the time itself as the age": edit(since, LAST, "last = time[0][:, None] - seen"),
            "one": edit(since, "return delta", "delta[0] = 1\n    return delta"),
        },
        test="Take a single step at the time 10, and an observation at 7 before. What is δ?",
        tries=(trial(lambda d: d[0, 0, 0], time=[[10]], m=[[[1]]], seen=[[7]]),),
    ),
    Mistake(
        "I5f",
        "one beginning for all features",
        "Two features were last observed at different times before the record. How old is each at the first step?",
        "Each feature has a clock of its own, which was started on its own.",
        {
            "of the first": edit(since, LAST, "last = seen[:, :1] + 0 * seen"),
            "the mean": edit(since, LAST, "last = seen.mean(axis=1, keepdims=True) + 0 * seen"),
            "the latest": edit(since, LAST, "last = seen.max(axis=1, keepdims=True) + 0 * seen"),
            "the earliest": edit(since, LAST, "last = seen.min(axis=1, keepdims=True) + 0 * seen"),
            "of the first example": edit(since, LAST, "last = seen[:1] + 0 * seen"),
        },
        test="Take a step at 10 and two examples, last observed at (7, 4) and at (2, 9). Print all four ages.",
        tries=(trial(lambda d: d[0].ravel(), time=[[10, 10]], m=[[[0, 0]] * 2], seen=[[7, 4], [2, 9]]),),
    ),
    Mistake(
        "I6",
        "steps counted instead of time",
        "Put the steps twice as far apart. Does your δ double, at every step?",
        "The steps are uneven. How far apart are two of them, and where do you ask?",
        {
            "": instead(since, in_steps),
            "at the first too": instead(since, steps_alone),
        },
        test="Take the times 0, 5, 6, everything observed, and an observation at -1 before. Print δ.",
        tries=(trial(lambda d: d[:, 0, 0], time=[[0], [5], [6]], m=[[[1]]] * 3, seen=[[-1]]),),
    ),
    Mistake(
        "I7",
        "another time than the one since the last observation",
        "At step t: from which moment do you subtract which? Could you know both by then?",
        "δ is an age: now, less the time of the last observation.",
        {
            "when it was": edit(since, DELTA, "delta[t] = last"),
            "the time of the step": edit(since, DELTA, "delta[t] = s + 0 * last"),
            "up to the next step": edit(since, DELTA, "delta[t] = time[min(t + 1, len(m) - 1)][:, None] - last"),
            "negative": edit(since, DELTA, "delta[t] = last - s"),
            "from the first step": edit(since, DELTA, "delta[t] = s - (last if t == 0 else time[0][:, None])"),
        },
        test="Take the times 10, 12, 13, 17, an observation at 12 alone and one at 7 before. Print δ beside them.",
        tries=(trial(lambda d: d[:, 0, 0], **RECORD),),
    ),
    Mistake(
        "I18",
        "the mask inverted",
        "What does m = 1 mean on this page? Which of your clocks does it restart?",
        "A clock restarts where a value was observed.",
        {
            "": edit(since, RESET, "m[t] == 0"),
        },
        test="Take the times 0, 1, 3 and an observation at -2 before. What is δ at 3 with all observed, and what "
        "with nothing?",
        tries=(
            trial(
                lambda a, b: [a[2, 0, 0], b[2, 0, 0]],
                {"m": [[[0]]] * 3},
                time=[[0], [1], [3]],
                m=[[[1]]] * 3,
                seen=[[-2]],
            ),
        ),
    ),
    Mistake(
        "I24",
        "one clock for all features",
        "One feature is observed and the other is not. How many of your clocks restart?",
        "The features are observed independently of each other. Along which axis do you lose that?",
        {
            "any": edit(since, RESET, "m[t].any(axis=1, keepdims=True)"),
            "all": edit(since, RESET, "m[t].all(axis=1, keepdims=True)"),
            "the first": edit(since, RESET, "m[t][:, :1] > 0"),
            "the last": edit(since, RESET, "m[t][:, -1:] > 0"),
        },
        test="Take the times 10, 12, 15 and the masks (0, 1), (1, 0), (0, 0) of two features seen at 7 and 4. "
        "Print δ of both at 12, then at 15.",
        tries=(trial(lambda d: d[1:, 0].ravel(), **PAIR),),
    ),
    Mistake(
        "I25",
        "one clock for all examples",
        "Two examples have different times. Do you use the times of each, and its mask?",
        "Each example has a record of its own: its steps, its gaps, its observations.",
        {
            "times of the first": edit(since, "time[:, :, None]", "time[:, :1, None]"),
            "times of the last": edit(since, "time[:, :, None]", "time[:, -1:, None]"),
            "mean times": edit(since, "time[:, :, None]", "time.mean(axis=1)[:, None, None]"),
            "the first one's mask": edit(since, RESET, "m[t][:1] > 0"),
            "any mask": edit(since, RESET, "m[t].any(axis=0)"),
        },
        test="Take the times 10, 12, 13, an observation at 12 alone and one at 7 before. A second example has 20, "
        "25, 35, an observation at 20 alone and one at 16 before. Print both last ages.",
        tries=(trial(lambda d: d[2, :, 0], **EXAMPLES),),
    ),
)


def record(r: Generator, T: int = 7, B: int = 3, F: int = 2, observed: float | None = None) -> tuple[Array, ...]:
    """A record that goes on."""
    time = uneven(r, T, B)
    m = gappy(r, T, B, F) if observed is None else np.full((T, B, F), observed)
    return time, m, time[0][:, None] - r.uniform(1.2, 5, (B, F))


since_exercise = Exercise(
    name="irregular.since",
    task="The time since each feature was last observed before each step (eq-irregular-delta), in a record that goes "
    "on: `seen` is when each was last observed before the record begins, so the first interval is the first time less "
    "it. The mask of the step before decides. Keep the dtype; NumPy only.",
    arguments=(
        Value("time", "T B", "of each step, later from step to step"),
        Value("m", "T B F", "1 where a value was observed, 0 where not"),
        Value("seen", "B F", "when each feature was last observed before the record"),
    ),
    outputs=(Value("delta", "T B F", "how long ago it was last observed"),),
    reference=since,
    cases={
        "general": record,
        "one step": lambda r: record(r, T=1, observed=1.0),
        "everything observed": lambda r: record(r, T=5, B=2, F=3, observed=1.0),
        "nothing observed": lambda r: record(r, T=4, B=2, F=3, observed=0.0),
        "float32": lambda r: in_float32(record(r, T=6, B=2, F=3)),
    },
    facets=(
        Facet("the first step", 1, ("one step",)),
        Facet("everything observed", 1, ("everything observed",)),
        Facet("nothing observed", 1, ("nothing observed",)),
        Facet("gaps", 3, ("general", "float32")),
    ),
    mistakes=SINCE_MISTAKES,
    words=WORDS,
)

# ---------------------------------------------------------------------------------------------------------------------
# What is usual


@checked
def standardise(x: T_B_F, m: T_B_F, train: B_) -> tuple[F_, F_, T_B_F]:
    r"""Mean and deviation of what was observed in the training sequences, and all values standardised by them.

    .. math:: \bar x = \frac{\sum w \odot x}{\sum w}, \qquad w = \text{train}\ m

    Returns x̄, sd and u.
    """
    w = m * train[:, None]
    count = w.sum(axis=(0, 1))
    x_mean = (w * x).sum(axis=(0, 1)) / count
    sd = np.sqrt((w * (x - x_mean) ** 2).sum(axis=(0, 1)) / count)
    u = m * (x - x_mean) / sd
    return x_mean, sd, u


sign(globals(), "standardise")

WEIGHT, MEAN = "m * train[:, None]", "(w * x).sum(axis=(0, 1)) / count"
SD, U = "np.sqrt((w * (x - x_mean) ** 2).sum(axis=(0, 1)) / count)", "m * (x - x_mean) / sd"
# A hint's values: 1 and 5 observed in training, 9 and 7 in the test; 90 stands where nothing was observed.
SMALL: dict[str, Any] = {
    "x": [[[1], [90]], [[90], [9]], [[5], [7]]],
    "m": [[[1], [0]], [[0], [1]], [[1], [1]]],
    "train": [1, 0],
}
# Two training sequences, of which one has one value and the other three.
UNEQUAL: dict[str, Any] = {
    "x": [[[0], [4]], [[90], [6]], [[90], [10]]],
    "m": [[[1], [1]], [[0], [1]], [[0], [1]]],
    "train": [1, 1],
}
TWO: dict[str, Any] = {
    "x": [[[0, 10]], [[2, 30]]],
    "m": [[[1, 1]], [[1, 1]]],
    "train": [1],
}
SERIES = "Take a training sequence 1, 90, 5 and a test sequence 90, 9, 7, of which the 90s are missing."
PARTS = "Take two training sequences, 0, 90, 90 and 4, 6, 10, of which the 90s are missing."
STANDARDISE_MISTAKES = (
    Mistake(
        "I20",
        "what was not observed is counted in the mean",
        "Change a number that stands where m is 0. Does your mean change? And does it when such a step is left out?",
        "Two sums make a mean: of values, and of how many they are. Whose values, and how many?",
        {
            "by all": edit(standardise, MEAN, "(w * x).sum(axis=(0, 1)) / (train.sum() * len(x))"),
            "by all of all sequences": edit(standardise, MEAN, "(w * x).sum(axis=(0, 1)) / (x.shape[0] * x.shape[1])"),
            "whatever stands there": edit(
                standardise, MEAN, "(train[:, None] * x).sum(axis=(0, 1)) / (train.sum() * len(x))"
            ),
        },
        test=f"{SERIES} What is the mean?",
        tries=(trial(lambda a: a[0][0], **SMALL),),
    ),
    Mistake(
        "I20s",
        "what was not observed is counted in the deviation",
        "Add a step at which nothing was observed. Does your standard deviation change?",
        "The deviation has the same weights as the mean: in its sum, and in what it is divided by.",
        {
            "by all": edit(
                standardise, SD, "np.sqrt((w * (x - x_mean) ** 2).sum(axis=(0, 1)) / (train.sum() * len(x)))"
            ),
            "by all of all sequences": edit(
                standardise, SD, "np.sqrt((w * (x - x_mean) ** 2).sum(axis=(0, 1)) / (x.shape[0] * x.shape[1]))"
            ),
            "zeros there": edit(
                standardise,
                SD,
                "np.sqrt((train[:, None] * (w * x - x_mean) ** 2).sum(axis=(0, 1)) / (train.sum() * len(x)))",
            ),
            "zeros there, by the observed": edit(
                standardise, SD, "np.sqrt((train[:, None] * (w * x - x_mean) ** 2).sum(axis=(0, 1)) / count)"
            ),
            "whatever stands there": edit(
                standardise,
                SD,
                "np.sqrt((train[:, None] * (x - x_mean) ** 2).sum(axis=(0, 1)) / (train.sum() * len(x)))",
            ),
        },
        test=f"{SERIES} What is the standard deviation?",
        tries=(trial(lambda a: a[1][0], **SMALL),),
    ),
    Mistake(
        "I27",
        "sequences of the test in the numbers",
        "Change a value of a sequence that is not trained on. Do your mean and deviation change?",
        "What is learnt from the test before the test is a leak, be it only a mean. Which sequences may count?",
        {
            "all": edit(standardise, WEIGHT, "m + 0 * train[:, None]"),
            "the test's alone": edit(standardise, WEIGHT, "m * (1 - train[:, None])"),
            "in the mean": edit(standardise, MEAN, "(m * x).sum(axis=(0, 1)) / m.sum(axis=(0, 1))"),
            "in the deviation": edit(
                standardise, SD, "np.sqrt((m * (x - x_mean) ** 2).sum(axis=(0, 1)) / m.sum(axis=(0, 1)))"
            ),
        },
        test=f"{SERIES} What are the mean and the deviation?",
        tries=(trial(lambda a: [a[0][0], a[1][0]], **SMALL),),
    ),
    Mistake(
        "I28",
        "a mean of means",
        "One training sequence was observed once, another one three times. How much does each value count with you?",
        "Every observed value counts the same. Over how many axes do you average at once?",
        {
            "of sequences": edit(
                standardise,
                MEAN,
                "((w * x).sum(axis=0) / np.maximum(w.sum(axis=0), 1)).sum(axis=0) "
                "/ (w.sum(axis=0) > 0).astype(w.dtype).sum(axis=0)",
            ),
            "of steps": edit(
                standardise,
                MEAN,
                "((w * x).sum(axis=1) / np.maximum(w.sum(axis=1), 1)).sum(axis=0) "
                "/ (w.sum(axis=1) > 0).astype(w.dtype).sum(axis=0)",
            ),
        },
        test=f"{PARTS} What is the mean?",
        tries=(trial(lambda a: a[0][0], **UNEQUAL),),
    ),
    Mistake(
        "I29",
        "one number for all features, or one for each example",
        "How many means have you, and how many features are there? Does a feature's mean depend on another feature?",
        "A mean belongs to a feature: which axes are summed over, and which is left?",
        {
            "of all features": edit(standardise, MEAN, "(w * x).sum() / w.sum() + 0 * count"),
            "deviation of all features": edit(
                standardise, SD, "np.sqrt((w * (x - x_mean) ** 2).sum() / w.sum()) + 0 * count"
            ),
            "mean and deviation of all features": edit(standardise, MEAN, "(w * x).sum() / w.sum() + 0 * count")
            + edit(standardise, SD, "np.sqrt((w * (x - x_mean) ** 2).sum() / w.sum()) + 0 * count"),
            "deviation around the mean of all": edit(
                standardise,
                SD,
                "np.sqrt((w * (x - (w * x).sum() / w.sum()) ** 2).sum(axis=(0, 1)) / count)",
            ),
        },
        test="Take the values 0, 2 of one feature and 10, 30 of another in one training sequence. Print both "
        "means, then both deviations.",
        tries=(trial(lambda a: [*a[0], *a[1]], **TWO),),
    ),
    Mistake(
        "I30",
        "another measure of spread",
        "The values 0, 0 and 6 were observed. Which standard deviation does the formula give, and which do you?",
        "Compare with the formula: what is squared, by what the sum is divided, and what is done last.",
        {
            "no root": edit(standardise, SD, "(w * (x - x_mean) ** 2).sum(axis=(0, 1)) / count"),
            "one less": edit(standardise, SD, "np.sqrt((w * (x - x_mean) ** 2).sum(axis=(0, 1)) / (count - 1))"),
            "around zero": edit(standardise, SD, "np.sqrt((w * x**2).sum(axis=(0, 1)) / count)"),
            "absolute": edit(standardise, SD, "(w * np.abs(x - x_mean)).sum(axis=(0, 1)) / count"),
            "not divided": edit(standardise, SD, "np.sqrt((w * (x - x_mean) ** 2).sum(axis=(0, 1)))"),
            "divided after the root": edit(
                standardise, SD, "np.sqrt((w * (x - x_mean) ** 2).sum(axis=(0, 1))) / count"
            ),
            "half of the range": edit(
                standardise,
                SD,
                "(np.where(w > 0, x, -np.inf).max(axis=(0, 1)) - np.where(w > 0, x, np.inf).min(axis=(0, 1))) / 2",
            ),
        },
        test=f"{PARTS} What is the standard deviation?",
        tries=(trial(lambda a: a[1][0], **UNEQUAL),),
    ),
    Mistake(
        "I31",
        "something else than 0 where nothing was observed",
        "Print u where m is 0. What does the network read there?",
        "After standardising, 0 is the mean. When do you put it there: before the mean is taken off, or after?",
        {
            "as all others": edit(standardise, U, "(x - x_mean) / sd"),
            "zero before": edit(standardise, U, "(m * x - x_mean) / sd"),
            "the mean": edit(standardise, U, "m * (x - x_mean) / sd + (1 - m) * x_mean"),
        },
        test=f"{SERIES} Print u of the first.",
        tries=(trial(lambda a: a[2][:, 0, 0], **SMALL),),
    ),
    Mistake(
        "I32",
        "u by another formula",
        "What are the mean and the deviation of your u over the training values? They should be 0 and 1.",
        "Two things are done to a value: first one, then the other.",
        {
            "not divided": edit(standardise, U, "m * (x - x_mean)"),
            "divided by the variance": edit(standardise, U, "m * (x - x_mean) / sd**2"),
            "divided alone": edit(standardise, U, "m * x / sd"),
            "divided first": edit(standardise, U, "m * (x / sd - x_mean)"),
            "times the deviation": edit(standardise, U, "m * (x - x_mean) * sd"),
        },
        test=f"{SERIES} Print u of the first.",
        tries=(trial(lambda a: a[2][:, 0, 0], **SMALL),),
    ),
    Mistake(
        "I33",
        "u of the test's sequences is another",
        "Is there a u for the sequences that are not trained on? By which numbers?",
        "The test is read by the same network: it has to come in the same units.",
        {
            "zero": edit(standardise, U, "w * (x - x_mean) / sd"),
            "as it is": edit(standardise, U, "m * np.where(train[:, None] > 0, (x - x_mean) / sd, x)"),
        },
        test=f"{SERIES} What is u of the 9?",
        tries=(trial(lambda a: a[2][1, 1, 0], **SMALL),),
    ),
    Mistake(
        "I18",
        "the mask inverted",
        "What does m = 1 mean on this page? Are these the values in your sums?",
        "Observed values count, the others do not.",
        {
            "": edit(standardise, WEIGHT, "(1 - m) * train[:, None]"),
            "in u": edit(standardise, U, "(1 - m) * (x - x_mean) / sd"),
            "in both": edit(standardise, WEIGHT, "(1 - m) * train[:, None]")
            + edit(standardise, U, "(1 - m) * (x - x_mean) / sd"),
        },
        test=f"{SERIES} What is u of the 5?",
        tries=(trial(lambda a: a[2][2, 0, 0], **SMALL),),
    ),
)


def split(r: Generator, T: int, B: int, F: int, complete: bool = False) -> tuple[Array, ...]:
    """The test's sequences lie elsewhere than those of the training; the first example is trained on."""
    m = np.ones((T, B, F)) if complete else gappy(r, T, B, F)
    train = np.array([1.0, *(r.permutation(B - 1) < (B - 1) // 2)])
    x = values(r, m) * (1 + 0.7 * np.arange(F))
    return np.where(m == 1, x + 1.5 * (1 - train[:, None]), x), m, train


standardise_exercise = Exercise(
    name="irregular.standardise",
    task="Mean and standard deviation of each feature, over the observed values of the training sequences alone "
    "(eq-irregular-mean with the weights train times m, the deviation with the same weights, divided by their sum), "
    "and all sequences standardised by them, with 0 where nothing was observed. Keep the dtype; NumPy only.",
    arguments=(
        Value("x", "T B F", "the values; where m is 0 they mean nothing"),
        Value("m", "T B F", "1 where a value was observed, 0 where not"),
        Value("train", "B", "1 for sequences to train on, 0 for others"),
    ),
    outputs=(
        Value("x_mean", "F", "the mean of each feature"),
        Value("sd", "F", "its standard deviation"),
        Value("u", "T B F", "standardised values"),
    ),
    reference=standardise,
    cases={
        "general": lambda r: split(r, 8, 5, 2),
        "everything observed": lambda r: split(r, 5, 3, 3, complete=True),
        "float32": lambda r: in_float32(split(r, 7, 4, 3)),
    },
    facets=(
        Facet("means", 2, ("general", "float32"), ("x_mean",)),
        Facet("standard deviations", 2, ("general", "float32"), ("sd",)),
        Facet("standardised values", 2, ("general", "float32"), ("u",)),
        Facet("everything observed", 2, ("everything observed",)),
    ),
    mistakes=STANDARDISE_MISTAKES,
    words=WORDS,
)
