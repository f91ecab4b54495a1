"""Continuous time: a level that is filtered, and a state that flows between observations; what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.irregular.draws import WORDS, gappy, uneven, with_garbage
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import B_, B_H, H_, H_F, H_H, T_B, T_B_F, T_B_H, Count, NotNegative, Positive, checked

LN2 = float(np.log(2))

# ---------------------------------------------------------------------------------------------------------------------
# A level that wanders


@checked
def level(time: T_B, x: T_B, m: T_B, a0: B_, P0: B_, q: NotNegative, r: Positive) -> tuple[T_B, T_B, T_B, T_B]:
    r"""A Kalman filter of a level that wanders, at uneven times and with gaps.

    .. math:: P^-_t = P_{t-1} + q (s_t - s_{t-1}), \qquad K_t = \frac{P^-_t}{P^-_t + r}

    Returns mean and variance before and after each observation.
    """
    a_pred, P_pred, a, P = (np.empty_like(x) for _ in range(4))
    mean, variance = a0, P0
    for t in range(len(x)):
        gap = time[t] - time[t - 1] if t > 0 else 0 * a0
        a_pred[t] = mean
        P_pred[t] = variance + q * gap
        K = P_pred[t] / (P_pred[t] + r)
        seen = m[t] > 0.5
        a[t] = np.where(seen, a_pred[t] + K * (x[t] - a_pred[t]), a_pred[t])
        P[t] = np.where(seen, (1 - K) * P_pred[t], P_pred[t])
        mean, variance = a[t], P[t]
    return a_pred, P_pred, a, P


sign(globals(), "level")

GAP, GROWN, GAIN = "time[t] - time[t - 1] if t > 0 else 0 * a0", "variance + q * gap", "P_pred[t] / (P_pred[t] + r)"
LEARN, SHRINK = "a_pred[t] + K * (x[t] - a_pred[t])", "(1 - K) * P_pred[t]"
UP, DOWN, ON = (
    f"np.where(seen, {LEARN}, a_pred[t])",
    f"np.where(seen, {SHRINK}, P_pred[t])",
    "mean, variance = a[t], P[t]",
)
# A hint's series: 4 at the time 0, nothing at 2, 10 at 3; the level starts as 0 with the variance 1; q = 1/2, r = 1.
THREE: dict[str, Any] = {
    "time": [[0], [2], [3]],
    "x": [[4], [90], [10]],
    "m": [[1], [0], [1]],
    "a0": [0],
    "P0": [1],
    "q": 0.5,
    "r": 1.0,
}
PLAIN = {**THREE, "m": [[1], [1], [1]], "x": [[4], [5], [10]]}
TWO_SERIES: dict[str, Any] = {
    "time": [[0, 0], [1, 4], [2, 5]],
    "x": [[4, 2], [5, 7], [90, 1]],
    "m": [[1, 0], [1, 1], [0, 1]],
    "a0": [0, 3],
    "P0": [1, 2],
    "q": 0.5,
    "r": 1.0,
}
# The same in words.
BEGIN = "Let a0 = 0, P0 = 1, q = 1/2, r = 1."
MISSED = "Take x = 4, 90, 10 at the times 0, 2, 3, of which the 90 is missing."
SEEN = "Observe 4, 5, 10 at the times 0, 2, 3."
LEVEL_MISTAKES = (
    Mistake(
        "I70",
        "the variance grows by step, not by time",
        "Put two observations ten times as far apart. Does your variance grow by more between them?",
        "A level wanders all the time, whether anybody counts steps or not.",
        {
            "": edit(level, GROWN, "variance + q * (t > 0) + 0 * gap"),
            "squared": edit(level, GROWN, "variance + q * gap**2"),
            "square of q": edit(level, GROWN, "variance + q**2 * gap"),
            "root": edit(level, GROWN, "variance + q * np.sqrt(gap)"),
            "by all the time": edit(level, GROWN, "variance + q * (time[t] - time[0]) + 0 * gap"),
            "by the next gap": edit(
                level, GAP, "time[min(t + 1, len(x) - 1)] - time[min(t, len(x) - 2)] if t > 0 else 0 * a0"
            ),
            "multiplied": edit(level, GROWN, "variance * (1 + q * gap)"),
        },
        test=f"{BEGIN} Observe 4, 5, 10, 6 at the times 0, 2, 3, 7. Print the variances before each.",
        tries=(
            trial(
                lambda a: a[1][:, 0],
                **{**THREE, "time": [[0], [2], [3], [7]], "x": [[4], [5], [10], [6]], "m": [[1]] * 4},
            ),
        ),
    ),
    Mistake(
        "I71",
        "the variance grows before the first observation, or never",
        "At the first step: how much time has passed since a0 and P0 were right?",
        "They speak of the moment of the first observation. Later the level has wandered in between.",
        {
            "at the first step too": edit(level, GAP, "time[t] - time[t - 1] if t > 0 else 1 + 0 * a0"),
            "the first time itself": edit(level, GAP, "time[t] - time[t - 1] if t > 0 else time[0]"),
            "never": edit(level, GROWN, "variance + 0 * q * gap"),
            "after the observation": edit(level, GAP, "time[t + 1] - time[t] if t + 1 < len(x) else 0 * a0")
            + edit(level, "P_pred[t] = variance + q * gap", "P_pred[t] = variance")
            + edit(level, ON, "mean, variance = a[t], P[t] + q * gap\n        P[t] = variance"),
        },
        test=f"{BEGIN} Observe 4, 5 at the times 1, 3. Print the variances before both, then after both.",
        tries=(
            trial(
                lambda a: [*a[1][:, 0], *a[3][:, 0]],
                **{**THREE, "time": [[1], [3]], "x": [[4], [5]], "m": [[1], [1]]},
            ),
        ),
    ),
    Mistake(
        "I72",
        "something is learnt where nothing was observed",
        "Change a number of x where m is 0. Does anything change in what you return?",
        "Without an observation, what was expected stays: both its mean and its variance.",
        {
            "what stands there": edit(level, UP, LEARN) + edit(level, DOWN, SHRINK),
            "a zero": edit(level, UP, "a_pred[t] + K * (np.where(seen, x[t], 0) - a_pred[t])")
            + edit(level, DOWN, SHRINK),
            "the value before": edit(level, UP, "np.where(seen, a_pred[t] + K * (x[t] - a_pred[t]), x[t - 1])"),
            "the variance shrinks": edit(level, DOWN, SHRINK),
            "the mean moves": edit(level, UP, LEARN),
            "the mask inverted": edit(level, "m[t] > 0.5", "m[t] < 0.5"),
        },
        test=f"{BEGIN} {MISSED} Print mean and variance before that step, then after it.",
        tries=(trial(lambda a: [one[1, 0] for one in a], **THREE),),
    ),
    Mistake(
        "I73",
        "a gap stops the clock, or starts anew",
        "Nothing is observed for a long time. Is the level less certain afterwards, with you?",
        "In a gap the level goes on wandering. What does your variance do there?",
        {
            "no growth": edit(level, GROWN, "np.where((m[t] > 0.5) | (t == 0), variance + q * gap, variance)"),
            "back to P0": edit(level, DOWN, f"np.where(seen, {SHRINK}, P0)"),
            "back to the beginning": edit(level, UP, f"np.where(seen, {LEARN}, a0)")
            + edit(level, DOWN, f"np.where(seen, {SHRINK}, P0)"),
            "nothing at all": edit(level, DOWN, f"np.where(seen, {SHRINK}, 0)")
            + edit(level, UP, f"np.where(seen, {LEARN}, 0)"),
            "infinite noise forgets": edit(level, ON, "mean, variance = a[t], np.where(seen, P[t], P0 + r)"),
        },
        test=f"{BEGIN} {MISSED} Print the variances before the last two steps, then after them.",
        tries=(trial(lambda a: [*a[1][1:, 0], *a[3][1:, 0]], **THREE),),
    ),
    Mistake(
        "I74",
        "another gain",
        "Let r be very small, then very large. How much of an observation is believed in each case, with you?",
        "The gain is a share: of the variance of the level, in all variance that there is.",
        {
            "one minus": edit(level, GAIN, "r / (P_pred[t] + r)"),
            "not divided by the sum": edit(level, GAIN, "P_pred[t] / r"),
            "r squared": edit(level, GAIN, "P_pred[t] / (P_pred[t] + r**2)"),
            "root of r": edit(level, GAIN, "P_pred[t] / (P_pred[t] + np.sqrt(r))"),
            "before it has grown": edit(level, GAIN, "variance / (variance + r)"),
            "always of P0": edit(level, GAIN, "P0 / (P0 + r)"),
            "roots": edit(level, GAIN, "np.sqrt(P_pred[t]) / (np.sqrt(P_pred[t]) + np.sqrt(r))"),
            "a half": edit(level, GAIN, "0.5 + 0 * P_pred[t] / r"),
            "q added again": edit(level, GAIN, "P_pred[t] / (P_pred[t] + r + q)"),
        },
        test=f"Let a0 = 0, P0 = 1, q = 1/2, r = 3. {SEEN} Print the first two means afterwards.",
        tries=(trial(lambda a: a[2][:2, 0], **{**PLAIN, "r": 3.0}),),
    ),
    Mistake(
        "I75",
        "another variance after an observation",
        "An observation always makes the level more certain. By how much, in the task and with you?",
        "What the gain takes, the variance loses.",
        {
            "none": edit(level, DOWN, "P_pred[t] + 0 * K"),
            "the gain times": edit(level, SHRINK, "K * P_pred[t]"),
            "squared": edit(level, SHRINK, "(1 - K) ** 2 * P_pred[t]"),
            "of the old variance": edit(level, SHRINK, "(1 - K) * variance"),
            "less the gain": edit(level, SHRINK, "P_pred[t] - K"),
            "one plus": edit(level, SHRINK, "(1 + K) * P_pred[t]"),
        },
        test=f"Let a0 = 0, P0 = 2, q = 1/2, r = 1. {SEEN} Print the first two variances afterwards.",
        tries=(trial(lambda a: a[3][:2, 0], **{**PLAIN, "P0": [2]}),),
    ),
    Mistake(
        "I76",
        "another step towards the observation",
        "Let the gain be nearly 1. Where does your mean end, and where should it?",
        "The mean moves from what was expected towards what came, by the share K of the way.",
        {
            "away from it": edit(level, LEARN, "a_pred[t] - K * (x[t] - a_pred[t])"),
            "added": edit(level, LEARN, "a_pred[t] + K * x[t]"),
            "the observation": edit(level, LEARN, "x[t] + 0 * K"),
            "one minus K": edit(level, LEARN, "K * a_pred[t] + (1 - K) * x[t]"),
            "from a0": edit(level, LEARN, "a0 + K * (x[t] - a0)"),
            "the error of the observation before": edit(
                level, LEARN, "a_pred[t] + K * (x[t] - (x[t - 1] if t else a0))"
            ),
        },
        test=f"Let a0 = 1, P0 = 2, q = 1/2, r = 1. {SEEN} Print the first two means afterwards.",
        tries=(trial(lambda a: a[2][:2, 0], **{**PLAIN, "P0": [2], "a0": [1]}),),
    ),
    Mistake(
        "I77",
        "before and after mixed up",
        "What do you return as expected before the observation: could it have been said without it?",
        "The first two are as before x of this step, the last two as after it.",
        {
            "exchanged": edit(level, "return a_pred, P_pred, a, P", "return a, P, a_pred, P_pred"),
            "after it twice": edit(level, "return a_pred, P_pred, a, P", "return a, P, a, P"),
            "before it twice": edit(level, "return a_pred, P_pred, a, P", "return a_pred, P_pred, a_pred, P_pred"),
            "before the time has passed": edit(level, ON, f"{ON}\n        P_pred[t] -= q * gap"),
            "of the next step": edit(
                level,
                "return a_pred, P_pred, a, P",
                "return np.concatenate([a_pred[1:], a[-1:]]), np.concatenate([P_pred[1:], P[-1:]]), a, P",
            ),
        },
        test=f"{BEGIN} {SEEN} Print mean and variance before the second, then after it.",
        tries=(trial(lambda a: [one[1, 0] for one in a], **PLAIN),),
    ),
    Mistake(
        "I78",
        "what is expected forgets",
        "From what do you start at the second step: from a0 and P0, or from what the first left behind?",
        "A filter goes on from where it was.",
        {
            "always from the beginning": edit(level, ON, "mean, variance = a0, P0"),
            "the mean": edit(level, ON, "mean, variance = a0, P[t]"),
            "the variance": edit(level, ON, "mean, variance = a[t], P0"),
            "what was expected": edit(level, ON, "mean, variance = a_pred[t], P_pred[t]"),
        },
        test=f"{BEGIN} {SEEN} Print mean and variance before the last.",
        tries=(trial(lambda a: [a[0][2, 0], a[1][2, 0]], **PLAIN),),
    ),
    Mistake(
        "I25",
        "one level for all series",
        "Two series have different times, gaps and beginnings. Does anything of one enter the other?",
        "Each series has its own times, observations, mean and variance.",
        {
            "times of the first": edit(level, GAP, "time[t, :1] - time[t - 1, :1] + 0 * a0 if t > 0 else 0 * a0"),
            "gaps of the first": edit(level, "m[t] > 0.5", "m[t, :1] > 0.5"),
            "beginning of the first": edit(
                level, "mean, variance = a0, P0", "mean, variance = a0[:1] + 0 * a0, P0[:1] + 0 * P0"
            ),
            "variance of the first": edit(level, GAIN, "P_pred[t][:1] / (P_pred[t][:1] + r)"),
        },
        test="Take 4, 5, 90 at 0, 1, 2, and in a second series 2, 7, 1 at 0, 4, 5. The 90 and the 2 were not "
        "observed. Let a0 = (0, 3), P0 = (1, 2), q = 1/2, r = 1. Print both means at the end, then both "
        "variances.",
        tries=(trial(lambda a: [*a[2][2], *a[3][2]], **TWO_SERIES),),
    ),
)


def wandering(g: Generator, T: int, B: int, even: bool = False, complete: bool = False) -> tuple[Any, ...]:
    """A level that wanders, with a second gap behind the first."""
    time = np.arange(T)[:, None] + 0.0 + g.integers(3, 9, B) if even else uneven(g, T, B)
    m = np.ones((T, B)) if complete else gappy(g, T, B, 2)[:, :, 1]
    x = with_garbage(g, 3 + np.cumsum(g.normal(size=(T, B)), axis=0), m)
    q, r = float(g.uniform(0.4, 0.8)), float(g.uniform(1.4, 2.4))
    return time, x, m, g.uniform(0.5, 1.5, B) * g.choice((-1, 1), B), g.uniform(1.2, 3, B), q, r


level_exercise = Exercise(
    name="irregular.level",
    task="A Kalman filter of a level that wanders, its variance growing by q in a unit of time, observed with noise of "
    "the variance r, at uneven times and with gaps. At the first step nothing has passed; where nothing was observed, "
    "nothing is learnt. Return mean and variance before and after each observation. Keep the dtype; NumPy only.",
    arguments=(
        Value("time", "T B", "of each step, later from step to step"),
        Value("x", "T B", "the values; where m is 0 they mean nothing"),
        Value("m", "T B", "1 where a value was observed, 0 where not"),
        Value("a0", "B", "mean before the first observation"),
        Value("P0", "B", "variance before the first observation"),
        Value("q", None, "how much the variance grows in a unit of time"),
        Value("r", None, "variance of the noise"),
    ),
    outputs=(
        Value("a_pred", "T B", "mean before the observation"),
        Value("P_pred", "T B", "variance before the observation"),
        Value("a", "T B", "mean after it"),
        Value("P", "T B", "variance after it"),
    ),
    reference=level,
    cases={
        "general": lambda g: wandering(g, 8, 3),
        "even steps, all observed": lambda g: wandering(g, 6, 2, even=True, complete=True),
        "even steps, gaps": lambda g: wandering(g, 8, 3, even=True),
        "uneven steps, all observed": lambda g: wandering(g, 6, 3, complete=True),
        "float32": lambda g: in_float32(wandering(g, 7, 2)),
    },
    facets=(
        Facet("variances, no gaps", 1, ("even steps, all observed",), ("P_pred", "P")),
        Facet("means, no gaps", 1, ("even steps, all observed",), ("a_pred", "a")),
        Facet("even steps with gaps", 1, ("even steps, gaps",)),
        Facet("uneven steps, no gaps", 1, ("uneven steps, all observed",)),
        Facet("uneven steps with gaps", 2, ("general", "float32")),
    ),
    mistakes=LEVEL_MISTAKES,
    words={**WORDS, "B": "series"},
)

# ---------------------------------------------------------------------------------------------------------------------
# A state that flows


def solved(h: Array, gap: Array, rate: Array, rest: Array) -> Array:
    """What has become of the state, exactly."""
    left = np.exp(-rate * gap)
    return rest + (h - rest) * left


def stepped(h: Array, gap: Array, rate: Array, rest: Array, n: int) -> Array:
    """The same in n steps of Euler's explicit method."""
    length = gap / n
    for _ in range(n):
        h = h - length * rate * (h - rest)
    return h


def cell(x_t: Array, h: Array, W_ih: Array, W_hh: Array, b: Array) -> Array:
    """What an observation makes of the state."""
    return np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)


@checked
def flow_rnn(
    time: T_B, x: T_B_F, h0: B_H, rate: H_, rest: H_, W_ih: H_F, W_hh: H_H, b: H_, n: Count
) -> tuple[T_B_H, T_B_H]:
    r"""An RNN whose state moves towards rest between observations: exactly, and by Euler's steps.

    .. math:: h^-_t = \text{rest} + (h_{t-1} - \text{rest}) \odot e^{-\text{rate}\,(s_t - s_{t-1})}

    Returns the states after each observation, of both runs.
    """
    gaps = np.diff(time, axis=0, prepend=time[:1])[:, :, None]
    h, e, exact, euler = h0, h0, [], []
    for t in range(len(x)):
        h = solved(h, gaps[t], rate, rest)
        e = stepped(e, gaps[t], rate, rest, n)
        h = cell(x[t], h, W_ih, W_hh, b)
        e = cell(x[t], e, W_ih, W_hh, b)
        exact.append(h)
        euler.append(e)
    return np.stack(exact), np.stack(euler)


sign(globals(), "flow_rnn")

GAPS, LEFT, FLOWN = (
    "np.diff(time, axis=0, prepend=time[:1])[:, :, None]",
    "np.exp(-rate * gap)",
    "rest + (h - rest) * left",
)
LENGTH, ROUND, EULER = "gap / n", "for _ in range(n):", "h = h - length * rate * (h - rest)"
SOLVE, STEP = "h = solved(h, gaps[t], rate, rest)", "e = stepped(e, gaps[t], rate, rest, n)"
AFTER = (
    edit(flow_rnn, SOLVE, "h = solved(cell(x[t], h, W_ih, W_hh, b), gaps[t], rate, rest)")
    + edit(flow_rnn, "h = cell(x[t], h, W_ih, W_hh, b)", "h = h + 0")
    + edit(flow_rnn, STEP, "e = stepped(cell(x[t], e, W_ih, W_hh, b), gaps[t], rate, rest, n)")
    + edit(flow_rnn, "e = cell(x[t], e, W_ih, W_hh, b)", "e = e + 0")
)
# A hint's state: one unit, 0.8 at the time 0, where nothing comes in; half of it is left after a unit of time.
ONE: dict[str, Any] = {
    "time": [[0], [2]],
    "x": [[[0]], [[0]]],
    "h0": [[0.8]],
    "rate": [LN2],
    "rest": [0],
    "W_ih": [[0]],
    "W_hh": [[1]],
    "b": [0],
    "n": 2,
}
RESTING: dict[str, Any] = {**ONE, "rest": [0.4]}
UNIT = "Take one unit with h0 = 0.8, rate ln 2, W_hh = 1, and 0 for x, W_ih and b."
FLOW_MISTAKES = (
    Mistake(
        "I80",
        "the state stands still",
        "Wait for a very long time between two observations. Which state does your cell read then?",
        "In between every unit has moved. Where in your lines does the time come in?",
        {
            "": edit(flow_rnn, SOLVE, "h = h + 0") + edit(flow_rnn, STEP, "e = e + 0"),
            "in the exact run": edit(flow_rnn, SOLVE, "h = h + 0"),
        },
        test=f"{UNIT} The rest is 0, steps are at 0 and 2. Print the exact states.",
        tries=(trial(lambda a: a[0][:, 0, 0], **ONE),),
    ),
    Mistake(
        "I81",
        "the state flows after the observation, not before it",
        "At which moment is the state that you return: at the observation, or when the next one comes?",
        "Between two observations it flows, then the cell reads. What happens first at each step?",
        {
            "": AFTER,
            "by the gap that comes": AFTER
            + edit(flow_rnn, GAPS, "np.diff(time, axis=0, append=time[-1:])[:, :, None]"),
        },
        test=f"{UNIT} The rest is 0, steps are at 0 and 2. Print the exact states.",
        tries=(trial(lambda a: a[0][:, 0, 0], **ONE),),
    ),
    Mistake(
        "I82",
        "another amount of time",
        "How much time passes before each of your observations? And before the first?",
        "What counts is the time since the observation before.",
        {
            "since the beginning": edit(flow_rnn, GAPS, "(time - time[:1])[:, :, None]"),
            "the time itself": edit(flow_rnn, GAPS, "time[:, :, None]"),
            "up to the next": edit(flow_rnn, GAPS, "np.diff(time, axis=0, append=time[-1:])[:, :, None]"),
            "one at the first": edit(flow_rnn, GAPS, "np.diff(time, axis=0, prepend=time[:1] - 1)[:, :, None]"),
            "steps": edit(flow_rnn, GAPS, "(0 * time + (np.arange(len(time)) > 0)[:, None])[:, :, None]"),
            "times of the first": edit(flow_rnn, GAPS, "np.diff(time, axis=0, prepend=time[:1])[:, :1, None]"),
            "from zero": edit(flow_rnn, GAPS, "np.diff(time, axis=0, prepend=0)[:, :, None]"),
        },
        test=f"{UNIT} The rest is 0. Steps are at 1, 3, 3.5, in a second example at 2, 2.5, 5. Print the exact "
        "states of both at step 2, then at step 3.",
        tries=(
            trial(
                lambda a: a[0][1:, :, 0].ravel(),
                **{
                    **ONE,
                    "time": [[1, 2], [3, 2.5], [3.5, 5]],
                    "x": [[[0], [0]]] * 3,
                    "h0": [[0.8], [0.8]],
                },
            ),
        ),
    ),
    Mistake(
        "I83",
        "another solution of the equation",
        "Wait for ever: where does your unit end? Wait not at all: where is it then?",
        "Its distance from rest shrinks by the same factor in each unit of time. Compare both ends.",
        {
            "one step of Euler": edit(solved, LEFT, "1 - rate * gap"),
            "towards zero": edit(solved, FLOWN, "h * left + 0 * rest"),
            "rest added": edit(solved, FLOWN, "rest + h * left"),
            "exchanged": edit(solved, FLOWN, "h + (rest - h) * left"),
            "exchanged, where time has passed": edit(solved, FLOWN, "np.where(gap > 0, h + (rest - h) * left, h)"),
            "growing": edit(solved, LEFT, "np.exp(rate * gap)"),
            "divided by the rate": edit(solved, LEFT, "np.exp(-gap / rate)"),
            "base 2": edit(solved, LEFT, "2.0 ** (-rate * gap)"),
            "implicit": edit(solved, LEFT, "1 / (1 + rate * gap)"),
            "without the time": edit(solved, LEFT, "np.exp(-rate + 0 * gap)"),
            "sign of rest": edit(solved, FLOWN, "-rest + (h + rest) * left"),
            "not from where it was": edit(solved, FLOWN, "rest + h * left - rest * (1 - left)"),
        },
        test=f"{UNIT} The rest is 0.4, steps are at 0 and 2. Print the exact states.",
        tries=(trial(lambda a: a[0][:, 0, 0], **RESTING),),
    ),
    Mistake(
        "I84",
        "another length of Euler's steps, or another number",
        "Add up the lengths of your n steps. Is it the time that has passed?",
        "n equal steps lead from one observation to the next.",
        {
            "each the whole time": edit(stepped, LENGTH, "gap / 1"),
            "one step": edit(stepped, LENGTH, "gap / 1") + edit(stepped, ROUND, "for _ in range(1):"),
            "one short": edit(stepped, ROUND, "for _ in range(n - 1):"),
            "one too many": edit(stepped, ROUND, "for _ in range(n + 1):"),
            "a fixed length": edit(stepped, LENGTH, "1 / n + 0 * gap"),
            "one step of n": edit(stepped, ROUND, "for _ in range(1):"),
        },
        test=f"{UNIT} The rest is 0, steps are at 0 and 2, n = 2. Print euler.",
        tries=(trial(lambda a: a[1][:, 0, 0], **ONE),),
    ),
    Mistake(
        "I85",
        "another step of Euler's",
        "One step of your method: does the unit move towards its rest, from where it is by now?",
        "Each step takes the slope at the place that the step before has reached.",
        {
            "away from rest": edit(stepped, EULER, "h = h + length * rate * (h - rest)"),
            "towards zero": edit(stepped, EULER, "h = h - length * rate * h + 0 * rest"),
            "without the rate": edit(stepped, EULER, "h = h - length * (h - rest) + 0 * rate"),
            "exact": edit(stepped, EULER, "h = rest + (h - rest) * np.exp(-rate * length)"),
            "implicit": edit(stepped, EULER, "h = (h + length * rate * rest) / (1 + length * rate)"),
            "midpoint": edit(
                stepped,
                EULER,
                "middle = h - length / 2 * rate * (h - rest)\n        h = h - length * rate * (middle - rest)",
            ),
            "slope alone": edit(stepped, EULER, "h = -length * rate * (h - rest)"),
        },
        test=f"{UNIT} The rest is 0.4, steps are at 0 and 2, n = 2. Print euler.",
        tries=(trial(lambda a: a[1][:, 0, 0], **RESTING),),
    ),
    Mistake(
        "I86",
        "the two runs are mixed",
        "From which state does Euler's method start at the second gap: from its own, or from the exact one?",
        "The runs have nothing in common but their beginning.",
        {
            "Euler goes on from the exact one": edit(flow_rnn, STEP, "e = stepped(before, gaps[t], rate, rest, n)")
            + edit(flow_rnn, SOLVE, f"before = h\n        {SOLVE}"),
            "the exact one goes on from Euler's": edit(flow_rnn, "euler.append(e)", "euler.append(e)\n        h = e"),
            "exchanged": edit(
                flow_rnn, "return np.stack(exact), np.stack(euler)", "return np.stack(euler), np.stack(exact)"
            ),
        },
        test=f"{UNIT} The rest is 0, steps are at 0, 1, 2, n = 1. Print the last exact state and the last one of "
        "euler.",
        tries=(
            trial(
                lambda a: [a[0][2, 0, 0], a[1][2, 0, 0]],
                **{**ONE, "time": [[0], [1], [2]], "x": [[[0]]] * 3, "n": 1},
            ),
        ),
    ),
    Mistake(
        "I87",
        "the cell is another, or reads another state",
        "Set all weights but one to 0, and follow one step of your cell by hand. Is it tanh of that weight's product?",
        "An observation reads the state that has flowed, through the weights, and then a tanh.",
        {
            "W_hh transposed": edit(cell, "h @ W_hh.T", "h @ W_hh"),
            "no bias": edit(cell, " + b)", " + 0 * b)"),
            "no tanh": edit(cell, "np.tanh(", "("),
            "flowed state added": edit(
                cell, "np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)", "h + np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)"
            ),
            "no input": edit(cell, "x_t @ W_ih.T", "0 * x_t @ W_ih.T"),
            "no state": edit(cell, "h @ W_hh.T", "0 * h @ W_hh.T"),
        },
        test="Take a single step at 0 with x = 0.5, h0 = (0.8, -0.4), W_ih = (1, 2). W_hh has the rows (0, 1) and "
        "(0.5, 0), and b is (0.3, -0.2). The rates are 1, the rests 0. Print the exact state.",
        tries=(
            trial(
                lambda a: a[0][0, 0],
                time=[[0]],
                x=[[[0.5]]],
                h0=[[0.8, -0.4]],
                rate=[1, 1],
                rest=[0, 0],
                W_ih=[[1], [2]],
                W_hh=[[0, 1], [0.5, 0]],
                b=[0.3, -0.2],
                n=1,
            ),
        ),
    ),
    Mistake(
        "I88",
        "all units have one rate or one rest",
        "Two units have different rates. Do both lose the same share, with you?",
        "Each unit has a rate and a rest of its own.",
        {
            "mean rate": edit(flow_rnn, SOLVE, "h = solved(h, gaps[t], rate.mean() + 0 * rate, rest)")
            + edit(flow_rnn, STEP, "e = stepped(e, gaps[t], rate.mean() + 0 * rate, rest, n)"),
            "first rate": edit(flow_rnn, SOLVE, "h = solved(h, gaps[t], rate[0] + 0 * rate, rest)")
            + edit(flow_rnn, STEP, "e = stepped(e, gaps[t], rate[0] + 0 * rate, rest, n)"),
            "mean rest": edit(flow_rnn, SOLVE, "h = solved(h, gaps[t], rate, rest.mean() + 0 * rest)")
            + edit(flow_rnn, STEP, "e = stepped(e, gaps[t], rate, rest.mean() + 0 * rest, n)"),
        },
        test="Take two units of 0.8 that hear themselves: W_hh = ((1, 0), (0, 1)). The rates are (0.2, 1), the "
        "rests (0, 0.4), x, W_ih and b are 0. Steps are at 0 and 1. Print the exact state at 1.",
        tries=(
            trial(
                lambda a: a[0][1, 0],
                time=[[0], [1]],
                x=[[[0]], [[0]]],
                h0=[[0.8, 0.8]],
                rate=[0.2, 1],
                rest=[0, 0.4],
                W_ih=[[0], [0]],
                W_hh=[[1, 0], [0, 1]],
                b=[0, 0],
                n=1,
            ),
        ),
    ),
)


def flowing(r: Generator, T: int, B: int, F: int, H: int, n: int) -> tuple[Any, ...]:
    """Rests far from zero, rates unlike each other."""
    time = uneven(r, T, B)
    rate, rest = np.linspace(0.25, 0.7, H) + r.uniform(-0.04, 0.04, H), r.choice((-1, 1), H) * r.uniform(0.3, 0.9, H)
    weights = r.normal(0, 0.6, (H, F)), r.normal(0, 0.7, (H, H)), r.choice((-1, 1), H) * r.uniform(0.2, 0.6, H)
    return time, r.normal(size=(T, B, F)), r.uniform(-0.9, 0.9, (B, H)), rate, rest, *weights, n


flow_exercise = Exercise(
    name="irregular.flow_rnn",
    task="An RNN whose state moves towards rest between observations, dh/ds = -rate (h - rest), each unit by itself, "
    "and which reads an observation by a tanh cell. Two runs that start from h0: `exact` by the solution of the "
    "equation, "
    "`euler` by n equal explicit steps for each gap. At the first observation nothing has passed. Return the states "
    "after each observation. Keep the dtype; NumPy only.",
    arguments=(
        Value("time", "T B", "of each observation, later from step to step"),
        Value("x", "T B F", "the observations"),
        Value("h0", "B H", "the state before the first"),
        Value("rate", "H", "how fast each unit moves to its rest"),
        Value("rest", "H", "where it would end"),
        Value("W_ih", "H F", "weights of the input"),
        Value("W_hh", "H H", "weights of the state"),
        Value("b", "H", "biases"),
        Value("n", None, "Euler's steps between two observations"),
    ),
    outputs=(
        Value("exact", "T B H", "states, flowing exactly"),
        Value("euler", "T B H", "states, by Euler's steps"),
    ),
    reference=flow_rnn,
    cases={
        "general": lambda r: flowing(r, 5, 3, 2, 4, 3),
        "one observation": lambda r: flowing(r, 1, 2, 3, 4, 2),
        "another n": lambda r: flowing(r, 4, 2, 3, 3, 4),
        "float32": lambda r: in_float32(flowing(r, 4, 2, 3, 4, 2)),
    },
    facets=(
        Facet("the first observation", 1, ("one observation",)),
        Facet("flowing exactly", 3, ("general", "another n", "float32"), ("exact",)),
        Facet("Euler's steps", 2, ("general", "another n", "float32"), ("euler",)),
    ),
    mistakes=FLOW_MISTAKES,
    words=WORDS,
    smaller=("rnn.cell",),
)
