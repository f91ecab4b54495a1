r"""A state from what was measured: delay vectors of several observables, and how far one more coordinate stretches."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Experiment, Mistake, edit, instead, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import Count, Ints, N_ids_K, Natural, checked

T_ = Annotated[Array, "T"]
T_K = Annotated[Array, "T K"]


# ---------------------------------------------------------------------------------------------------------------------
# Delay vectors of several observables


@checked
def delay_vectors(s: T_K, which: N_ids_K, lags: Ints) -> Array:
    r"""Delay vectors whose coordinates have an observable and a lag each.

    .. math:: x_t = \bigl(s_{t-\ell_0,\,c_0},\ \dots,\ s_{t-\ell_{m-1},\,c_{m-1}}\bigr), \qquad
       t = \max_j \ell_j, \dots, T-1

    Of unequal lags and several observables, where the page has one of each. Returns (T - max lag, m).
    """
    m, T = len(lags), len(s)
    require(lags.shape == which.shape and min(lags) >= 0, f"lags: expected {len(which)} from 0 on, got {lags}")
    require(max(lags) < T, f"lags: expected numbers below T = {T}, got {lags}")
    start = max(lags)
    columns = []
    for j in range(m):
        columns.append(s[start - lags[j] : T - lags[j], which[j]])
    return np.stack(columns, axis=1)


sign(globals(), "delay_vectors")

PAST = "s[start - lags[j] : T - lags[j], which[j]]"
FIRST = "start = max(lags)"
TAKEN = "np.stack(columns, axis=1)"


def counting(T: int, *which_and_lags: tuple[int, int]) -> dict[str, Any]:
    """Observables that count the steps, from 0, 100, 200 on, and coordinates of them."""
    which, lags = (list(one) for one in zip(*which_and_lags, strict=True))
    return {"s": [[t + 100 * k for k in range(3)] for t in range(T)], "which": which, "lags": lags}


DELAY_MISTAKES = (
    Mistake(
        "X14f",
        "the future for the past",
        "s counts 0, 1, 2, 3, 4, and the lags are 0 and 2. Which numbers stand in your first row?",
        "A lag leads back in time. In which direction do you go from step t?",
        {
            "": edit(delay_vectors, PAST, "s[lags[j] : T - start + lags[j], which[j]]"),
            "from the end on": edit(delay_vectors, FIRST, "s, start = s[::-1], max(lags)"),
            "in a circle": edit(delay_vectors, PAST, "np.roll(s, -lags[j], axis=0)[:, which[j]]"),
            "in a circle, cut": edit(delay_vectors, PAST, "np.roll(s, -lags[j], axis=0)[start:, which[j]]"),
            "with zeros": edit(
                delay_vectors, PAST, "np.concatenate([s[lags[j] :, which[j]], np.zeros(lags[j], s.dtype)])"
            ),
        },
        test="Take s = 0, 1, 2, 3, 4 and the lags 0 and 2: what is your first row?",
        tries=(trial(lambda X: X[0], **counting(5, (0, 0), (0, 2))),),
    ),
    Mistake(
        "X6",
        "rows for steps whose past was not measured",
        "How many rows has your answer, and how many steps have all their coordinates?",
        "What stands in your first row for a sample from before the record? Was that measured?",
        {
            "zeros": edit(
                delay_vectors, PAST, "np.concatenate([np.zeros(lags[j], s.dtype), s[: T - lags[j], which[j]]])"
            ),
            "in a circle": edit(delay_vectors, PAST, "np.roll(s, lags[j], axis=0)[:, which[j]]"),
            "the first sample again": edit(
                delay_vectors,
                PAST,
                "np.concatenate([np.repeat(s[:1, which[j]], lags[j]), s[: T - lags[j], which[j]]])",
            ),
            "nan": edit(
                delay_vectors,
                PAST,
                "np.concatenate([np.full(lags[j], np.nan, s.dtype), s[: T - lags[j], which[j]]])",
            ),
            "by a negative index": edit(delay_vectors, PAST, "s[np.arange(T) - lags[j], which[j]]"),
        },
        test="Take a record of five samples and a single lag of 2: how many rows are there?",
        tries=(trial(lambda X: len(X), **counting(5, (0, 2))),),
    ),
    Mistake(
        "X13",
        "a row too few, or a row too early",
        "For a single lag of 1 in a record of three samples, how many rows should there be? And how many "
        "does your function give?",
        "Write down the first step and the last step that have a row, and count both.",
        {
            "the first left out": edit(delay_vectors, FIRST, "start = max(lags) + 1"),
            "the last left out": edit(delay_vectors, PAST, "s[start - lags[j] : T - lags[j] - 1, which[j]]"),
            "both left out": edit(delay_vectors, FIRST, "start, T = max(lags) + 1, T - 1"),
            "one early": edit(delay_vectors, PAST, "s[np.arange(start - 1, T) - lags[j], which[j]]"),
        },
        test="Take three samples and the lags 0 and 1: how many rows are there?",
        tries=(
            trial(lambda X: len(X), **counting(3, (0, 1))),
            trial(lambda X: len(X), **counting(3, (0, 0), (0, 1))),
        ),
    ),
    Mistake(
        "X13s",
        "another number of rows than the largest lag leaves",
        "Which lag decides from which step on all coordinates are there? By how much do you shorten the record?",
        "Each coordinate is looked up from the same step t. How far back does the furthest of them reach?",
        {
            "the sum": edit(delay_vectors, FIRST, "start = sum(lags)"),
            "m times the largest": edit(delay_vectors, FIRST, "start = m * max(lags)"),
            "as many as coordinates": edit(delay_vectors, FIRST, "start = max(max(lags), (m - 1) * max(lags))"),
            "the count added": edit(delay_vectors, FIRST, "start = max(lags) + m - 1"),
        },
        test="Take eight samples and the lags 0, 1 and 2. How many rows should there be?",
        tries=(trial(lambda X: len(X), **counting(8, (0, 0), (0, 1), (0, 2))),),
    ),
    Mistake(
        "X13e",
        "rows beyond the last step",
        "Is there a row for a step that comes after the last sample? Where all lags are above 0, there might be.",
        "The last row belongs to step T-1, however small or large the lags are.",
        {
            "": edit(delay_vectors, PAST, "s[start - lags[j] : T - lags[j] + min(lags), which[j]]"),
            "the smallest lag as 0": edit(delay_vectors, PAST, "s[start - lags[j] : T - lags[j] + min(lags), which[j]]")
            + edit(delay_vectors, TAKEN, "np.stack(columns, axis=1)[min(lags) :]"),
        },
        test="Take s = (0, 1, 2, 3) and a single lag of 1. What are the first and the last number of your answer?",
        tries=(trial(lambda X: [X[0, 0], X[-1, 0]], **counting(4, (0, 1))),),
    ),
    Mistake(
        "X2",
        "coordinates in another order",
        "Which coordinate stands first in the task, whatever its lag and its observable? And in your answer?",
        "Column j belongs to the jth entries of both lists, whatever these are.",
        {
            "oldest first": edit(
                delay_vectors, TAKEN, "np.stack([columns[j] for j in np.argsort(lags)[::-1]], axis=1)"
            ),
            "newest first": edit(delay_vectors, TAKEN, "np.stack([columns[j] for j in np.argsort(lags)], axis=1)"),
            "turned round": edit(delay_vectors, TAKEN, "np.stack(columns[::-1], axis=1)"),
            "by observable": edit(
                delay_vectors,
                TAKEN,
                "np.stack([columns[j] for j in np.argsort(which, kind='stable')], axis=1)",
            ),
        },
        test="Let s count its steps, and the second observable begin with 100. Ask for the observables 1, 0, 1 at "
        "the lags 1, 0, 3: what is the first row?",
        tries=(trial(lambda X: X[0], **counting(5, (1, 1), (0, 0), (1, 3))),),
    ),
    Mistake(
        "X2l",
        "lags and observables that do not belong together",
        "Which lag has the observable of coordinate 0 in the task, and which one in your answer?",
        "Both lists have an entry for each coordinate. Is one of them in another order when you use it?",
        {
            "lags sorted": edit(delay_vectors, PAST, "s[start - sorted(lags)[j] : T - sorted(lags)[j], which[j]]"),
            "lags turned round": edit(delay_vectors, PAST, "s[start - lags[-1 - j] : T - lags[-1 - j], which[j]]"),
            "observables turned round": edit(delay_vectors, "which[j]", "which[-1 - j]"),
            "observables sorted": edit(delay_vectors, "which[j]", "sorted(which)[j]"),
        },
        test="Let s count its steps, and the second observable begin with 100. Ask for observable 1 at lag 2, and "
        "0 at lag 0: what is the first row?",
        tries=(trial(lambda X: X[0], **counting(4, (1, 2), (0, 0))),),
    ),
    Mistake(
        "X16",
        "another observable than the one asked for",
        "Which column of s does your coordinate j come from? On which argument does that hang?",
        "The list of observables says for each coordinate where it comes from.",
        {
            "the first for all": edit(delay_vectors, "which[j]", "0"),
            "the last for all": edit(delay_vectors, "which[j]", "-1"),
            "that of the first coordinate for all": edit(delay_vectors, "which[j]", "which[0]"),
            "one after the other": edit(delay_vectors, "which[j]", "j % s.shape[1]"),
            "counted from 1": edit(delay_vectors, "which[j]", "which[j] - 1"),
            "the mean of all": edit(delay_vectors, PAST, "s[start - lags[j] : T - lags[j]].mean(axis=1)"),
        },
        test="Take three observables that are 0, 10 and 20 at all steps, and which = (1, 1, 0). What is your "
        "first row?",
        tries=(trial(lambda X: X[0], s=[[0, 10, 20]] * 3, which=[1, 1, 0], lags=[0, 1, 0]),),
    ),
    Mistake(
        "X16a",
        "every observable at every lag",
        "How many columns has your answer, and how many coordinates are asked for?",
        "A coordinate is one observable at one lag, not all observables at that lag.",
        {
            "": edit(delay_vectors, PAST, "s[start - lags[j] : T - lags[j]]")
            + edit(delay_vectors, TAKEN, "np.concatenate(columns, axis=1)"),
            "an axis more": edit(delay_vectors, PAST, "s[start - lags[j] : T - lags[j]]"),
        },
        test="Take three observables and one coordinate: how many numbers has your answer in a row?",
        tries=(trial(lambda X: X[0].size, **counting(3, (1, 1))),),
    ),
    Mistake(
        "X14",
        "other lags than those given",
        "Which samples does your row of step t read? Compare each with t minus its lag.",
        "A lag is counted from step t itself, in samples, and each coordinate has its own.",
        {
            "added up": edit(delay_vectors, FIRST, "lags = np.cumsum(lags)\n    start = max(lags)"),
            "added up, from the largest on": edit(
                delay_vectors, PAST, "s[np.arange(start, T) - np.cumsum(lags)[j], which[j]]"
            ),
            "all the largest": edit(delay_vectors, PAST, "s[: T - start, which[j]]"),
            "all the first": edit(delay_vectors, PAST, "s[start - lags[0] : T - lags[0], which[j]]"),
            "none": edit(delay_vectors, PAST, "s[start:, which[j]]"),
            "equal distances": edit(
                delay_vectors, FIRST, "lags = np.arange(m) * (max(lags) // max(m - 1, 1))\n    start = max(lags)"
            ),
            "one less": edit(delay_vectors, PAST, "s[np.arange(start, T) - np.maximum(lags[j] - 1, 0), which[j]]"),
            "one more": edit(delay_vectors, PAST, "s[np.maximum(np.arange(start, T) - lags[j] - 1, 0), which[j]]"),
            "by their number": edit(delay_vectors, FIRST, "lags = np.arange(m)\n    start = max(lags)"),
            "times their number": edit(delay_vectors, FIRST, "lags = lags * np.arange(m)\n    start = max(lags)"),
            "the largest for all but the smallest": edit(
                delay_vectors, PAST, "(s[start - lags[j] :] if lags[j] == min(lags) else s)[: T - start, which[j]]"
            ),
        },
        test="Take s = 0, 1, 2, … and the lags 1, 3, 2: what is your first row?",
        tries=(trial(lambda X: X[0], **counting(9, (0, 1), (0, 3), (0, 2))),),
    ),
    Mistake(
        "R5",
        "rows and columns mixed up",
        "Does each row of your answer belong to one step, and each column to one coordinate?",
        "Along which axis do the coordinates stand? Compare the shape with that of the task.",
        {
            "steps along the second axis": edit(delay_vectors, "axis=1", "axis=0"),
            "reshaped": edit(delay_vectors, TAKEN, "np.reshape(columns, (-1, m))"),
            "in one row": edit(delay_vectors, TAKEN, "np.concatenate(columns)"),
        },
        test="Take s = (0, 1, 2, 3, 4) and the lags 0 and 2: what are your first row and its length?",
        tries=(trial(lambda X: [*X[0], len(X[0])], **counting(5, (0, 0), (0, 2))),),
    ),
    Mistake(
        "X17",
        "time turned round",
        "To which step does your first row belong? And to which the last?",
        "Only the coordinates go back in time. In which order do the rows go?",
        {
            "": edit(delay_vectors, TAKEN, "np.stack(columns, axis=1)[::-1]"),
        },
        test="Take s = 0, 1, 2 and a single lag of 0: what should come out?",
        tries=(trial(lambda X: X[:, 0], **counting(3, (0, 0))),),
    ),
    Mistake(
        "X18",
        "samples changed on the way",
        "Is each number of your answer one of those in s?",
        "A delay vector picks samples. Is anything added to them, or taken away?",
        {
            "mean taken away": edit(delay_vectors, FIRST, "s, start = s - s.mean(axis=0), max(lags)"),
            "standardised": edit(delay_vectors, FIRST, "s, start = (s - s.mean(axis=0)) / s.std(axis=0), max(lags)"),
            "differences from the newest": edit(
                delay_vectors, PAST, "s[start:, which[j]] - s[start - lags[j] : T - lags[j], which[j]]"
            ),
        },
        test="Take a record that is 5 and 7 in turn, and the lag 0 alone. What are the first two numbers?",
        tries=(trial(lambda X: X[:2, 0], s=[[5], [7]] * 3, which=[0], lags=[0]),),
    ),
)


def several(r: Generator, T: int, K: int, which: list[int], lags: list[int]) -> tuple[Array, Ints, Ints]:
    """A record, and what to take of it."""
    return r.normal(size=(T, K)) + np.arange(K), np.array(which), np.array(lags)


delay_exercise = Exercise(
    name="narx.delay_vectors",
    task="Delay vectors of several observables: coordinate j of the row of step t is observable which[j] of s, lags[j] "
    "samples before t (eq-narx-embedding has one observable and equal distances). A row for each step of which all "
    "coordinates were measured, in the order of time. Keep the dtype; NumPy only.",
    arguments=(
        Value("s", "T K", "a record of K observables"),
        Value("which", "m", "for each coordinate its observable, from 0 on"),
        Value("lags", "m", "for each coordinate its lag in samples, at least 0"),
    ),
    outputs=(Value("X", "R m", "a row a step, from that of the largest lag on"),),
    reference=delay_vectors,
    cases={
        "general": lambda r: several(r, 11, 3, [2, 0, 1, 0], [1, 4, 0, 2]),
        "one observable": lambda r: several(r, 9, 1, [0, 0, 0], [0, 2, 4]),
        "equal distances": lambda r: several(r, 8, 2, [1, 1, 1], [0, 1, 2]),
        "one coordinate": lambda r: several(r, 6, 2, [1], [2]),
        "none of the same step": lambda r: several(r, 10, 3, [0, 2, 1], [3, 1, 2]),
        "square": lambda r: several(r, 7, 3, [1, 0, 2], [1, 4, 0]),
        "float32": lambda r: in_float32(several(r, 9, 2, [0, 1], [3, 1])),
    },
    facets=(
        Facet("one observable at equal distances", 1, ("one observable", "equal distances")),
        Facet("several observables, any lags", 2, ("general", "square")),
        Facet("all lags above 0", 1, ("one coordinate", "none of the same step", "float32")),
    ),
    mistakes=DELAY_MISTAKES,
    words={"R": "row", "m": "coordinate", "K": "observable"},
)

# ---------------------------------------------------------------------------------------------------------------------
# How far one more coordinate stretches


@checked
def stretch(s: T_, m: Count, tau: Count, w: Natural) -> tuple[Array, Array, float]:
    r"""By how much the distance to the nearest neighbour grows with one more coordinate; neighbours apart in time.

    .. math:: a_t = \frac{R^+_t}{R_t}, \qquad R^+_t = \max\bigl(R_t, |s_{t-m\tau} - s_{t'-m\tau}|\bigr), \qquad
       E = \operatorname{mean}_t a_t

    Source: Cao (1997), Physica D 110, with the maximum norm; w is a window after Theiler (1986).
    """
    first, R = m * tau, len(s) - m * tau
    require(2 * w + 1 < R, f"s: expected more than {first + 2 * w + 1} samples, got {len(s)}")
    x = np.stack([s[first - j * tau :][:R] for j in range(m + 1)], axis=1)
    near, a = np.zeros(R, int), np.zeros(R, s.dtype)
    for i in range(R):
        apart = np.abs(x - x[i])
        distance = apart[:, :m].max(axis=1)
        distance[np.abs(np.arange(R) - i) <= w] = np.inf
        n = distance.argmin()
        further = max(distance[n], apart[n, m])
        near[i], a[i] = n, further / distance[n]
    return near + first, a, a.mean()


sign(globals(), "stretch")


def among_all(s: Array, m: int, tau: int, w: int) -> tuple[Array, Array, float]:
    """Neighbours also among the steps of which m coordinates are there; the next one is read from the record's end."""
    T, early = len(s), (m - 1) * tau
    x = np.stack([s[early - j * tau :][: T - early] for j in range(m)], axis=1)
    near, a = [], []
    for t in range(m * tau, T):
        distance = np.abs(x - x[t - early]).max(axis=1)
        distance[np.abs(np.arange(early, T) - t) <= w] = np.inf
        n = int(distance.argmin()) + early
        near.append(n)
        a.append(max(distance.min(), abs(s[t - m * tau] - s[n - m * tau])) / distance.min())
    return np.array(near), np.array(a, s.dtype), np.array(a, s.dtype).mean()


NORM = "apart[:, :m].max(axis=1)"
FURTHER = "max(distance[n], apart[n, m])"
RATIO = "further / distance[n]"
WINDOW = "np.abs(np.arange(R) - i) <= w"


def pick(output: int, s: tuple[float, ...], m: int = 1, tau: int = 1, w: int = 0) -> Experiment:
    """A record that one can follow by hand: the first numbers of one output, or the mean."""
    return trial(lambda given: given[output][:4] if np.ndim(given[output]) else given[output], s=s, m=m, tau=tau, w=w)


STRETCH_MISTAKES = (
    Mistake(
        "N1",
        "another norm",
        "Two vectors differ by 3 in one coordinate and by 4 in the other. How far apart are they with you?",
        "Which of the differences counts in the maximum norm, and which do you use?",
        {
            "Euclid's": edit(stretch, NORM, "np.sqrt((apart[:, :m] ** 2).sum(axis=1))")
            + edit(stretch, FURTHER, "np.hypot(distance[n], apart[n, m])"),
            "Euclid's, to find them": edit(stretch, NORM, "np.sqrt((apart[:, :m] ** 2).sum(axis=1))"),
            "Euclid's, to find them alone": edit(stretch, NORM, "np.sqrt((apart[:, :m] ** 2).sum(axis=1))")
            + edit(stretch, FURTHER, "apart[n].max()")
            + edit(stretch, RATIO, "further / apart[n, :m].max()"),
            "sums": edit(stretch, NORM, "apart[:, :m].sum(axis=1)")
            + edit(stretch, FURTHER, "distance[n] + apart[n, m]"),
            "squares": edit(stretch, NORM, "(apart[:, :m] ** 2).sum(axis=1)")
            + edit(stretch, FURTHER, "distance[n] + apart[n, m] ** 2"),
            "means": edit(stretch, NORM, "apart[:, :m].mean(axis=1)") + edit(stretch, FURTHER, "apart[n].mean()"),
            "sums, to find them": edit(stretch, NORM, "apart[:, :m].sum(axis=1)"),
        },
        test="Take s = (1, 5, 8, 9, 2), m = 2, tau = 1 and w = 0: what are the neighbours?",
        tries=(pick(0, (1, 5, 8, 9, 2), m=2),),
    ),
    Mistake(
        "N1m",
        "the smallest difference for the largest",
        "Two vectors agree in one coordinate and differ by 9 in the other. Are they near with you?",
        "Neighbours have to be near in all coordinates. Which difference tells that?",
        edit(stretch, NORM, "apart[:, :m].min(axis=1)"),
        test="Take s = (0, 4, 8, 6, 0), m = 2, tau = 1 and w = 0: what are the neighbours?",
        tries=(pick(0, (0, 4, 8, 6, 0), m=2),),
    ),
    Mistake(
        "N2",
        "the window in time left out, or too narrow",
        "May a step that is just w steps away be a neighbour? Is it one with you?",
        "Neighbours in time are near without telling anything. Where does your search leave them out?",
        {
            "": edit(stretch, WINDOW, "i"),
            "one less": edit(stretch, WINDOW, "(np.abs(np.arange(R) - i) < w) | (np.arange(R) == i)"),
            "one less, itself too": edit(stretch, WINDOW, "np.abs(np.arange(R) - i) < w"),
            "half of it": edit(stretch, WINDOW, "np.abs(np.arange(R) - i) <= w // 2"),
        },
        test="Take s = (6, 3, 2, 4, 8, 9), m = tau = 1 and w = 1: what are the first four neighbours?",
        tries=(pick(0, (6, 3, 2, 4, 8, 9), w=1),),
    ),
    Mistake(
        "N2w",
        "the window in time too wide",
        "May a step that is w + 1 steps away be a neighbour? Is it one with you?",
        "More than w steps away is enough, whatever the delay and the number of coordinates.",
        {
            "one more": edit(stretch, WINDOW, "np.abs(np.arange(R) - i) <= w + 1"),
            "in delays": edit(stretch, WINDOW, "np.abs(np.arange(R) - i) <= w * tau"),
            "the window of a vector": edit(stretch, WINDOW, "np.abs(np.arange(R) - i) <= max(w, (m - 1) * tau)"),
        },
        test="Take s = (2, 5, 0, 8, 9, 1, 8, 4, 0), m = 2, tau = 2 and w = 1: what are the first four neighbours?",
        tries=(pick(0, (2, 5, 0, 8, 9, 1, 8, 4, 0), m=2, tau=2, w=1),),
    ),
    Mistake(
        "N2s",
        "left out on one side in time alone",
        "Are your neighbours too near in time on one side, before or after t?",
        "The window counts steps without a sign. Does yours look at both directions?",
        {
            "before": edit(stretch, WINDOW, "(np.arange(R) <= i) & (i - np.arange(R) <= w)"),
            "after": edit(stretch, WINDOW, "(np.arange(R) >= i) & (np.arange(R) - i <= w)"),
        },
        test="Take s = (3, 1, 0, 2, 6, 5), m = tau = 1 and w = 1: what are the first four neighbours?",
        tries=(pick(0, (3, 1, 0, 2, 6, 5), w=1),),
    ),
    Mistake(
        "N2p",
        "neighbours from one side of time",
        "Do neighbours that come later in the record count with you? And earlier ones?",
        "The task asks only that a neighbour be more than w steps away, before or after.",
        {
            "later ones alone": edit(stretch, WINDOW, "np.arange(R) <= i + w"),
            "earlier ones alone": edit(stretch, WINDOW, "np.arange(R) >= i - w"),
            "later ones, where there are some": edit(
                stretch, WINDOW, "np.where(i + w < R - 1, np.arange(R) - i, np.abs(np.arange(R) - i)) <= w"
            ),
            "earlier ones, where there are some": edit(
                stretch, WINDOW, "np.where(i > w, i - np.arange(R), np.abs(np.arange(R) - i)) <= w"
            ),
        },
        test="Take m = tau = 1, w = 0 and s = (1, 2, 6, 9, 1): what are the four neighbours?",
        tries=(pick(0, (1, 2, 6, 9, 1)),),
    ),
    Mistake(
        "N2d",
        "who is near in time left alone in the search",
        "Are your neighbours near t in time, or further away than w?",
        "The window says who does not count. Which side of the comparison do you leave out?",
        edit(stretch, WINDOW, "(np.abs(np.arange(R) - i) > max(w, 1)) | (np.arange(R) == i)"),
        test="Take s = (1, 8, 5, 6, 3, 9), m = tau = 1 and w = 1: what are the first four neighbours?",
        tries=(pick(0, (1, 8, 5, 6, 3, 9), w=1),),
    ),
    Mistake(
        "N3",
        "not the nearest one",
        "Is there a step further than w away whose distance is smaller than the one of your neighbour?",
        "Who was left out is far away by now. Which place of the sorted distances has the neighbour?",
        {
            "the second": edit(stretch, "distance.argmin()", "distance.argsort()[1]"),
            "the farthest": edit(stretch, "distance.argmin()", "np.where(np.isinf(distance), -1, distance).argmax()"),
        },
        test="Take s = 6, 6, 8, 2, m = tau = 1 and w = 0: what are the neighbours?",
        tries=(pick(0, (6, 6, 8, 2)),),
    ),
    Mistake(
        "N4",
        "another number of coordinates in the search",
        "How many coordinates decide who is the neighbour? Is the additional one among them?",
        "First the neighbour is found, with m coordinates. Only then comes one more.",
        {
            "": edit(stretch, "apart[:, :m]", "apart"),
        },
        test="Take s = 2, 7, 8, 3, m = tau = 1 and w = 0: what are the neighbours?",
        tries=(pick(0, (2, 7, 8, 3)),),
    ),
    Mistake(
        "N4l",
        "fewer coordinates in the search",
        "Take m = 2, and two vectors that differ by 9 in one coordinate, whichever it is. Are they near with you?",
        "All m coordinates of a vector say who is near.",
        {
            "one less": edit(stretch, "apart[:, :m]", "apart[:, : max(m - 1, 1)]"),
            "the newest alone": edit(stretch, "apart[:, :m]", "apart[:, :1]"),
            "the oldest alone": edit(stretch, "apart[:, :m]", "apart[:, m - 1 : m]"),
            "all but the newest": edit(stretch, "apart[:, :m]", "apart[:, min(1, m - 1) : m]"),
        },
        test="Take s = (4, 2, 9, 7, 9, 1), m = 3, tau = 1 and w = 0: what are the neighbours?",
        tries=(pick(0, (4, 2, 9, 7, 9, 1), m=3),),
    ),
    Mistake(
        "N4e",
        "neighbours at steps without the next coordinate",
        "Which is the first step that is a neighbour with you? Was its next coordinate measured?",
        "A neighbour needs the further coordinate as much as the step itself.",
        instead(stretch, among_all),
        test="Take s = (7, 0, 8, 9, 3), m = 1, tau = 2 and w = 0: what are the neighbours?",
        tries=(pick(0, (7, 0, 8, 9, 3), tau=2),),
    ),
    Mistake(
        "N5",
        "neighbours named by their rows",
        "Your first delay vector belongs to which step of the record? And which number has it in your list?",
        "Rows count from 0; the steps with a row begin later. Steps of the record are asked for.",
        {
            "": edit(stretch, "near + first", "near"),
            "one delay short": edit(stretch, "near + first", "near + first - tau"),
            "by the count of coordinates": edit(stretch, "near + first", "near + m"),
            "from 1": edit(stretch, "near + first", "near + first + 1"),
            "from t": edit(stretch, "near + first", "near - np.arange(R)"),
        },
        test="Take s = (3, 0, 5, 9, 4, 5), m = 1, tau = 3 and w = 0: what are the neighbours?",
        tries=(pick(0, (3, 0, 5, 9, 4, 5), tau=3),),
    ),
    Mistake(
        "N6",
        "the new coordinate alone in the larger distance",
        "May two vectors come closer when a coordinate is added? Do some of yours?",
        "The distance with m + 1 coordinates sees the first m of them, too.",
        {
            "": edit(stretch, FURTHER, "apart[n, m]"),
            "beside the newest alone": edit(stretch, FURTHER, "max(apart[n, 0], apart[n, m])"),
        },
        test="Take s = (8, 8, 2, 1, 9), m = 2, tau = 1 and w = 0: what are the stretches a?",
        tries=(pick(1, (8, 8, 2, 1, 9), m=2),),
    ),
    Mistake(
        "N6a",
        "distances added up",
        "Two vectors are 3 apart, and their next coordinates 2. How far apart are they with all, by the maximum norm?",
        "Which of the two numbers is larger? Does the smaller one count?",
        {
            "sum": edit(stretch, FURTHER, "distance[n] + apart[n, m]"),
            "root of squares": edit(stretch, FURTHER, "np.hypot(distance[n], apart[n, m])"),
        },
        test="Take s = (3, 0, 6, 8), m = tau = 1 and w = 0: what are the stretches a?",
        tries=(pick(1, (3, 0, 6, 8)),),
    ),
    Mistake(
        "N7",
        "another quotient",
        "A distance of 0.5 grows to 1.5 with the next coordinate. What should a be, and what is yours?",
        "The larger distance is divided by the smaller one. Do you do anything else with them?",
        {
            "upside down": edit(stretch, RATIO, "distance[n] / further"),
            "the difference": edit(stretch, RATIO, "further - distance[n]"),
            "the growth": edit(stretch, RATIO, "further / distance[n] - 1"),
            "the larger distance": edit(stretch, RATIO, "further"),
            "the smaller distance": edit(stretch, RATIO, "distance[n]"),
            "its logarithm": edit(stretch, RATIO, "np.log(further / distance[n])"),
            "its root": edit(stretch, RATIO, "np.sqrt(further / distance[n])"),
            "its square": edit(stretch, RATIO, "(further / distance[n]) ** 2"),
            "by the spread": edit(stretch, RATIO, "further / s.std()"),
            "a safe divisor": edit(stretch, RATIO, "further / (distance[n] + 0.01)"),
        },
        test="Take s = (2, 7, 5, 1), m = tau = 1 and w = 0: what are the stretches a?",
        tries=(pick(1, (2, 7, 5, 1)),),
    ),
    Mistake(
        "N8",
        "another sample as the next coordinate",
        "Which sample is the coordinate number m + 1 of step t? Which one do you read?",
        "The lags go on as they began: one more step of the same length into the past.",
        {
            "the future": edit(
                stretch,
                "x = np.stack([s[first - j * tau :][:R] for j in range(m + 1)], axis=1)",
                "x = np.stack([s[first - j * tau :][:R] for j in range(m)]"
                " + [np.append(s, s[-1:].repeat(tau))[first + tau :][:R]], axis=1)",
            ),
            "one sample further": edit(
                stretch,
                "x = np.stack([s[first - j * tau :][:R] for j in range(m + 1)], axis=1)",
                "x = np.stack([s[first - j * tau :][:R] for j in range(m)]"
                " + [s[first - (m - 1) * tau - 1 :][:R]], axis=1)",
            ),
            "the last one again": edit(stretch, "apart[n, m]", "apart[n, m - 1]"),
            "that of t alone": edit(stretch, "apart[n, m]", "abs(x[i, m])"),
        },
        test="Take s = (3, 9, 1, 5, 2, 1, 8), m = 2, tau = 2 and w = 0: what are the stretches a?",
        tries=(pick(1, (3, 9, 1, 5, 2, 1, 8), m=2, tau=2),),
    ),
    Mistake(
        "N8n",
        "the neighbour sought anew with the new coordinate",
        "Is the neighbour in the larger distance the same as in the smaller one?",
        "One pair of steps is looked at twice: without the new coordinate, and with it.",
        edit(
            stretch,
            FURTHER,
            "np.where(np.isinf(distance), np.inf, np.maximum(distance, apart[:, m])).min()",
        ),
        test="Take s = (0, 8, 6, 9), m = tau = 1 and w = 0: what are the stretches a?",
        tries=(pick(1, (0, 8, 6, 9)),),
    ),
    Mistake(
        "X14",
        "m and the delay mixed up, or the delay left out",
        "How far apart in time are two coordinates of a vector, in the task and in your answer?",
        "m is a count, the delay a distance in samples.",
        {
            "exchanged": edit(
                stretch,
                "s[first - j * tau :][:R] for j in range(m + 1)",
                "s[first - j * m :][:R] for j in range(tau + 1)",
            )
            + edit(stretch, "apart[:, :m]", "apart[:, :tau]")
            + edit(stretch, "apart[n, m]", "apart[n, tau]"),
            "without delay": edit(stretch, "s[first - j * tau :]", "s[first - j :]"),
        },
        test="Take s = (3, 3, 9, 9, 3, 0, 9, 7, 6), m = 2, tau = 3 and w = 0: what are the neighbours?",
        tries=(pick(0, (3, 3, 9, 9, 3, 0, 9, 7, 6), m=2, tau=3),),
    ),
    Mistake(
        "X14f",
        "the future for the past",
        "Which samples does the vector of step t hold: those before t, or those after?",
        "A delay leads back in time. The first step with all coordinates is late, not early.",
        {
            "": edit(stretch, "s[first - j * tau :]", "s[j * tau :]"),
            "by their first samples": edit(stretch, "s[first - j * tau :]", "s[j * tau :]")
            + edit(stretch, "near + first", "near"),
        },
        test="Take s = 4, 2, 7, 5, m = tau = 1 and w = 0: what are the neighbours?",
        tries=(pick(0, (4, 2, 7, 5)),),
    ),
    Mistake(
        "N9",
        "another mean",
        "What should E be if a is 1, 1 and 4? What is it in your answer?",
        "E is the mean of the stretches, as they are.",
        {
            "median": edit(stretch, "a.mean()", "np.median(a)"),
            "sum": edit(stretch, "a.mean()", "a.sum()"),
            "by the samples": edit(stretch, "a.mean()", "a.sum() / len(s)"),
            "of the logarithms": edit(stretch, "a.mean()", "np.exp(np.log(a).mean())"),
            "of the squares": edit(stretch, "a.mean()", "np.sqrt((a**2).mean())"),
            "the largest": edit(stretch, "a.mean()", "a.max()"),
            "of what grows": edit(stretch, "a.mean()", "a[a > 1].mean()"),
            "minus one": edit(stretch, "a.mean()", "a.mean() - 1"),
        },
        test="Take s = 9, 2, 9, 4, m = tau = 1 and w = 0: what is E?",
        tries=(pick(2, (9, 2, 9, 4)),),
    ),
    Mistake(
        "N9d",
        "means before the division",
        "Is the mean of quotients the quotient of means? Try it with 1/1 and 4/2.",
        "Each step has its own stretch. When do you take the mean?",
        edit(
            stretch,
            "a.mean()",
            "np.abs(x - x[near]).max(axis=1).mean() / np.abs(x[:, :m] - x[near, :m]).max(axis=1).mean()",
        ),
        test="Take s = 0, 6, 2, 5, m = tau = 1 and w = 0: what is E?",
        tries=(pick(2, (0, 6, 2, 5)),),
    ),
    Mistake(
        "X17",
        "time turned round",
        "To which step does the first entry of your arrays belong?",
        "The entries are in the order of time.",
        {
            "of the stretches": edit(stretch, ", a, a.mean()", ", a[::-1], a.mean()"),
            "of all": edit(stretch, "near + first, a,", "near[::-1] + first, a[::-1],"),
        },
        test="Take s = (6, 9, 5, 4), m = tau = 1 and w = 0: what are the stretches a?",
        tries=(pick(1, (6, 9, 5, 4)),),
    ),
)


def narrow(r: Generator, T: int, m: int, tau: int, w: int) -> tuple[Array, int, int, int]:
    """A record whose nearest neighbours are so by far, and others in another norm, or without a window in time."""
    while True:
        s = np.sin(r.uniform(0.5, 0.9) * np.arange(T) + r.uniform(0, 6)) + r.normal(scale=0.4, size=T)
        first = m * tau
        x = np.stack([s[first - j * tau : T - j * tau] for j in range(m + 1)], axis=1)
        apart = np.abs(x[:, None] - x)
        steps = np.abs(np.subtract.outer(np.arange(len(x)), np.arange(len(x))))
        plain = np.where(steps > 0, apart[:, :, :m].max(axis=2), np.inf)
        two = np.sort(np.where(steps > w, plain, np.inf), axis=1)[:, :2]
        if (two[:, 1] - two[:, 0]).min() > 1e-3 and two[:, 0].min() > 0.01 and differ(plain, steps, w):
            others = [np.where(steps > w, (apart[:, :, :m] ** p).sum(axis=2), np.inf).argmin(axis=1) for p in (1, 2)]
            chosen = np.where(steps > w, plain, np.inf).argmin(axis=1)
            if m == 1 or all((other != chosen).any() for other in others):
                return s, m, tau, w


def differ(plain: Array, steps: Ints, w: int) -> bool:
    """Has each window around w other neighbours?"""
    if not w:
        return True
    found = [np.where(steps > v, plain, np.inf).argmin(axis=1).tobytes() for v in range(w + 2)]
    return len(set(found)) == len(found)


stretch_exercise = Exercise(
    name="narx.stretch",
    task="For each delay vector with m coordinates (eq-narx-embedding) its nearest neighbour in the maximum norm that "
    "is more than w steps away in time, and by which factor the distance of the two grows when one more coordinate is "
    "taken along (Cao, 1997): R+ / R. Steps t from m tau on, and neighbours among them; no two are equally near. "
    "Return the neighbours' steps, the factors, and their mean. NumPy only.",
    arguments=(
        Value("s", "T", "a record"),
        Value("m", None, "coordinates"),
        Value("tau", None, "samples from one coordinate to the next"),
        Value("w", None, "neighbours are more than w steps away in time"),
    ),
    outputs=(
        Value("near", "R", "the neighbour's step in the record", integers=True),
        Value("a", "R", "by how much the distance grows"),
        Value("E", "", "the mean of a"),
    ),
    reference=stretch,
    cases={
        "general": lambda r: narrow(r, 20, 2, 2, 2),
        "one coordinate": lambda r: narrow(r, 10, 1, 3, 0),
        "w = 0": lambda r: narrow(r, 18, 3, 2, 0),
        "wide": lambda r: narrow(r, 22, 2, 3, 3),
        "float32": lambda r: in_float32(narrow(r, 16, 2, 1, 1)),
    },
    facets=(
        Facet("neighbours without a window", 1, ("one coordinate", "w = 0"), ("near",)),
        Facet("neighbours further than w in time", 1, ("general", "wide", "float32"), ("near",)),
        Facet("stretches", 5, (), ("a",)),
        Facet("their mean", 1, (), ("E",)),
    ),
    mistakes=STRETCH_MISTAKES,
    words={"R": "step"},
)
