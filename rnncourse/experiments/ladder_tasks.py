"""The tasks of the table of results: for each, what every model learns from, chooses by and is tested on.

A task is a set of sequences, some steps of which ask for an answer: a number, or one of K classes. All models of a
row of the table are given the same arrays. The page is ``book/results``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncourse import sequences
from rnncourse._arrays import Array
from rnncourse.data import (
    LETTERS,
    Series,
    Vocabulary,
    adding,
    co2,
    copy_task,
    delayed_echo,
    mackey_glass,
    names,
    stdlib_text,
    sunspots,
    temporal_order,
)

Ints = NDArray[np.int64]


class Part(NamedTuple):
    """Sequences: what is read, the same as symbols where it is that, the answers, and the steps that ask for one."""

    x: Array  # (T, B, F) float32
    ids: Ints | None  # (T, B)
    y: NDArray[Any]  # (T, B, K) float32, or (T, B) classes
    asked: NDArray[np.bool_]  # (T, B)

    @property
    def answers(self) -> NDArray[Any]:
        """What is right where it is asked: (n, K) numbers or (n,) classes."""
        return self.y[self.asked]


class Task(NamedTuple):
    """Three parts, and how an answer is scored.

    ``score`` is "rms", root mean square error in the ``unit``, "wrong", the share of wrong answers, or "bits", those
    that a symbol costs. ``symbols`` is how many different ones are read, 0 where numbers are; ``K`` the width of an
    answer. Networks may see the training part in ``cut`` sequences: length, distance of their beginnings, and steps
    of each that ask for nothing.
    """

    train: Part
    valid: Part
    test: Part
    score: str
    K: int
    symbols: int = 0
    unit: float = 1.0
    cut: tuple[int, int, int] | None = None

    @property
    def F(self) -> int:
        """Width of what is read."""
        return self.train.x.shape[2]


def scored(task: Task, part: Part, said: Array) -> float:
    """The error of what is said at the steps that ask, (n, K): numbers, scores of classes, or natural logarithms."""
    right = part.answers
    if task.score == "rms":
        return float(np.sqrt(((said - right) ** 2).mean()) * task.unit)
    if task.score == "wrong":
        return float((said.argmax(axis=1) != right).mean())
    if task.score == "bits":
        return float(-said[np.arange(len(right)), right].mean() / np.log(2))
    raise ValueError(f"score: expected 'rms', 'wrong' or 'bits', got {task.score!r}")


def _at_the_end(T: int, B: int) -> NDArray[np.bool_]:
    return np.repeat(np.arange(T) == T - 1, B).reshape(T, B)


# --- made tasks


def echo(seed: int, T: int = 30, delay: int = 10, sizes: tuple[int, int, int] = (500, 100, 200)) -> Task:
    """Signs, each to be said again ten steps later."""

    def part(i: int) -> Part:
        x, target = delayed_echo(T, sizes[i], delay, [seed, i])
        asked = np.repeat(np.arange(T) >= delay, sizes[i]).reshape(T, -1)
        return Part(x, (x[:, :, 0] > 0).astype(np.int64), (target[:, :, 0] > 0).astype(np.int64), asked)

    return Task(part(0), part(1), part(2), "wrong", K=2, symbols=2)


def sums(seed: int, T: int = 30, sizes: tuple[int, int, int] = (3_000, 500, 1_000)) -> Task:
    """The adding problem: the sum of the two marked ones of 30 numbers."""

    def part(i: int) -> Part:
        x, target = adding(T, sizes[i], [seed, i])
        y = np.zeros((T, sizes[i], 1), np.float32)
        y[-1] = target
        return Part(x, None, y, _at_the_end(T, sizes[i]))

    return Task(part(0), part(1), part(2), "rms", K=1)


def copies(seed: int, longest: int = 6, sizes: tuple[int, int, int] = (500, 50, 150)) -> Task:
    """One to six symbols out of four, then a mark; then the symbols again. As many sequences of each length."""
    T = 2 * longest + 1

    def part(i: int) -> Part:
        rng, found = np.random.default_rng([seed, i]), []
        for L in range(1, longest + 1):
            x, y, mask = copy_task(sizes[i], L, 2, rng)
            after = ((0, T - len(x)), (0, 0), (0, 0))
            found.append((np.pad(x, after), np.pad(y, after), np.pad(mask, after[0])[:, None].repeat(sizes[i], 1)))
        order = rng.permutation(longest * sizes[i])
        x, y, asked = (np.concatenate(parts, axis=1)[:, order] for parts in zip(*found, strict=True))
        ids = (x @ np.array([1, 2, 4])).astype(np.int64)
        return Part(x, ids, (y @ np.array([1, 2])).astype(np.int64), asked)

    return Task(part(0), part(1), part(2), "wrong", K=4, symbols=5)


def order(seed: int, T: int = 30, sizes: tuple[int, int, int] = (2_000, 400, 1_000)) -> Task:
    """Two symbols that count, far apart, among distractors: in which order did they come?"""

    def part(i: int) -> Part:
        x, target = temporal_order(T, sizes[i], [seed, i])
        y = np.zeros((T, sizes[i]), np.int64)
        y[-1] = target
        return Part(x, x.argmax(axis=2), y, _at_the_end(T, sizes[i]))

    return Task(part(0), part(1), part(2), "wrong", K=4, symbols=6)


# --- series


def _series(x: Array, y: Array, ends: tuple[int, int, int], first: int) -> tuple[Part, Part, Part]:
    """Three parts of one series, x and y (T,), that end before ``ends``; each reads on from the very beginning.

    A part asks for what the part before it did not; the first, from step ``first`` on.
    """
    found, start = [], first
    for end in ends:
        asked = (np.arange(end) >= start)[:, None]
        found.append(Part(x[:end, None, None].astype(np.float32), None, y[:end, None, None].astype(np.float32), asked))
        start = end
    return found[0], found[1], found[2]


def chaos(seed: int, ahead: int = 84, sizes: tuple[int, int, int] = (2_000, 500, 1_000)) -> Task:
    """The Mackey–Glass series, 84 steps ahead; errors in standard deviations."""
    s = mackey_glass(sum(sizes) + ahead, seed=seed)
    scale = sequences.fit_scale(s[: sizes[0]])
    z, ends = scale.apply(s), np.cumsum(sizes)
    parts = _series(z[:-ahead], z[ahead:], (int(ends[0]), int(ends[1]), int(ends[2])), first=100)
    return Task(*parts, "rms", K=1, unit=float(1 / parts[2].answers.std()), cut=(60, 10, 20))


def spots(seed: int) -> Task:
    """Sunspots of the next year: learnt from the years to 1880, chosen on those to 1920, tested on those to 2008.

    The years are what they are: the seed is that of the models alone.
    """
    years, values = sunspots()
    ends = [int(np.searchsorted(years, year)) for year in (1881, 1921, 2009)]
    scale = sequences.fit_scale(values[: ends[0]])
    z = scale.apply(values)
    parts = _series(z[:-1], z[1:], (ends[0] - 1, ends[1] - 1, ends[2] - 1), first=20)
    return Task(*parts, "rms", K=1, unit=float(scale.std))


def months() -> Series:
    """Carbon dioxide, the mean of the weeks that were measured in each month; time is the month's middle.

    Five months without a measurement, all before 1965, lie on the line between their neighbours.
    """
    time, value = co2()
    there = ~np.isnan(value)
    month = np.floor(12 * time).astype(np.int64)
    first, n = month[0], np.bincount(month[there] - month[0])
    found = np.flatnonzero(n)
    means = np.bincount(month[there] - first, weights=value[there])[found] / n[found]
    return Series((first + np.arange(len(n)) + 0.5) / 12, np.interp(np.arange(len(n)), found, means))


def air(seed: int, ahead: int = 6) -> Task:
    """Carbon dioxide half a year ahead: learnt from months to 1977, chosen to 1984, tested to 2001.

    What is read is each month's difference to the one before, what is asked the difference to the one six months later.
    The seed is that of the models alone.
    """
    years, s = months()
    x, y = np.diff(s)[:-ahead], (s[ahead:] - s[:-ahead])[1:]
    known = years[ahead + 1 :]  # when the answer to a step has come
    ends = (int(np.searchsorted(known, 1978)), int(np.searchsorted(known, 1985)), len(y))
    unit = float(y[: ends[0]].std())
    parts = _series(x / x[: ends[0]].std(), (y - y[: ends[0]].mean()) / unit, ends, first=30)
    return Task(*parts, "rms", K=1, unit=unit)


def dated(task: Task) -> Task:
    """The task of :func:`air` where only the date is read: decades since 1970, waves of a year and of half a year."""
    t = months().time[1:]
    waves = (wave(2 * np.pi * k * t) for k in (1, 2) for wave in (np.sin, np.cos))
    x = np.stack([(t - 1970) / 10, *waves], axis=1, dtype=np.float32)[:, None]
    train, valid, test = (part._replace(x=x[: len(part.x)]) for part in (task.train, task.valid, task.test))
    return task._replace(train=train, valid=valid, test=test)


# --- text


def letters(seed: int) -> Task:
    """The next letter of surnames from ten languages, or a mark where they end; the same mark stands before the first.

    Names are filled up with the mark, which is asked once.
    """
    parts = names(seed=seed)
    T, mark = max(len(name) for part in parts for name in part.names) + 1, len(LETTERS)

    def part(i: int) -> Part:
        found = [[mark, *map(LETTERS.index, name)] for name in parts[i].names]
        ids = np.array([name + [mark] * (T + 1 - len(name)) for name in found]).T
        asked = np.arange(T)[:, None] < np.array([len(name) for name in found])
        return Part(np.eye(mark + 1, dtype=np.float32)[ids[:-1]], ids[:-1], ids[1:], asked)

    return Task(part(0), part(1), part(2), "bits", K=mark + 1, symbols=mark + 1)


def characters(seed: int, sizes: tuple[int, int, int] = (40_000, 6_000, 10_000)) -> Task:
    """The next character of docstrings of Python's library; each is asked after 5 to 29 that were read."""
    text, vocabulary = stdlib_text(sizes[0], sizes[1] + sizes[2], "docstrings", seed=seed), Vocabulary()
    K, T, first = len(vocabulary), 30, 5

    def part(text: str) -> Part:
        ids = vocabulary.encode(text)
        starts = np.arange(0, len(ids) - T, T - first)
        columns = np.stack([ids[k : k + T + 1] for k in starts], axis=1)
        asked = np.repeat(np.arange(T) >= first, len(starts)).reshape(T, -1)
        return Part(np.eye(K, dtype=np.float32)[columns[:-1]], columns[:-1], columns[1:], asked)

    held = text.valid
    return Task(part(text.train), part(held[: sizes[1]]), part(held[sizes[1] :]), "bits", K=K, symbols=K)
