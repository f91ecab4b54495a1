"""How often the checks are wrong: right answers that lose something, wrong ones that pass, mutants that nobody sees.

The answers are those of ``tests/natural``, by hands that never saw the catalogue of mistakes, so a checkout is
needed. What earns points decides here, not what is said: mistakes, hints and words change none of these numbers.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import math
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from rnncourse import results
from rnncourse.checks import engine, limit
from rnncourse.checks.diagnosis import unusable
from rnncourse.checks.engine import Examination, Exercise, borrowed, examine, quiet
from rnncourse.checks.mistakes import bare
from rnncourse.experiments.mutants import Mutant, differs, made, mutants
from rnncourse.results import result

PARTS = ("open", "opened", "sealed")  # of tests/natural: read while the checks were improved, since then, by nobody
CHAPTERS = (
    "sequences",
    "rnn",
    "bptt",
    "gradients",
    "lstm_gru",
    "bidirectional",
    "seq2seq",
    "irregular",
    "hopfield",
    "ntm",
    "reservoir",
    "narx",
    "notations",
    "after",
)
KILLED, ALIKE, OUTSIDE, CHANCE, NONE = 0, 1, 2, 3, -1
"""A mutant: loses points; is right wherever it was tried; is wrong where no case is; passes by chance; is none."""
PATIENCE = 1.0  # seconds of a call of a mutant, which may go on for ever
FURTHER = 3  # draws of all cases in which a mutant that lives is tried again
WIDE = 1  # draws in which it is tried far from the cases
SAMPLE = 20  # of so many answers one is tried with all seeds


class Drawn(Exercise):
    """An exercise of which cases and right answers are worked out once a seed, for many answers."""

    @classmethod
    def of(cls, exercise: Exercise) -> Drawn:
        """The same exercise."""
        return cls(**{one.name: getattr(exercise, one.name) for one in fields(exercise)})

    @functools.cached_property
    def _kept(self) -> dict[Any, Any]:
        return {}

    def drawn(self, name: str, seed: int) -> tuple[Any, ...]:
        """The arguments of a case, the same objects each time: who calls with them makes copies."""
        if (name, seed) not in self._kept:
            self._kept[name, seed] = super().drawn(name, seed)
        given: tuple[Any, ...] = self._kept[name, seed]
        return given

    def answer(self, inputs: Sequence[Any]) -> list[np.ndarray[Any, Any]]:
        """The right answer, kept of the cases."""
        if not any(inputs is given for key, given in self._kept.items() if isinstance(key, tuple)):
            return super().answer(inputs)
        if id(inputs) not in self._kept:
            self._kept[id(inputs)] = super().answer(inputs)
        answer: list[np.ndarray[Any, Any]] = self._kept[id(inputs)]
        return answer

    def conditions(self, seed: int) -> dict[str, list[float]]:
        """What rounding may bring in each case, as far as somebody asked."""
        found: dict[str, list[float]] = self._kept.setdefault(seed, {})
        return found


def earned(exercise: Exercise, function: Callable[..., Any], seed: int) -> int:
    """The points that an answer gets of ``most(exercise)``, as :func:`rnncourse.checks.check` gives them."""
    if unusable(exercise, function):
        return 0
    hidden = io.StringIO()
    with contextlib.redirect_stdout(hidden), contextlib.redirect_stderr(hidden), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        points = held(seen := seen_of(exercise, function, seed))
        return 0 if points and borrowed(seen, function) else points


def seen_of(exercise: Exercise, function: Callable[..., Any], seed: int) -> Examination:
    """What one examination shows."""
    seen = examine(exercise, function, seed)
    if isinstance(exercise, Drawn):
        seen._condition = exercise.conditions(seed)
    return seen


def held(seen: Examination) -> int:
    """The weights of the parts that are right."""
    weight = weights(seen.exercise)
    with quiet():
        return sum(weight[name] for name, right in seen.facets().items() if right)


def weights(exercise: Exercise) -> dict[str, int]:
    """What each part counts."""
    dtype = [engine.DTYPE] if exercise.dtype_asked else []
    return {facet.name: facet.weight for facet in (*exercise.facets, *dtype, exercise.conduct)}


def most(exercise: Exercise) -> int:
    """What all parts count."""
    return sum(weights(exercise).values())


def lives(exercise: Exercise, mutant: Mutant, seed: int) -> bool:
    """Does a mutant get full points?"""
    function = exercise.handed_in(made(exercise, mutant))
    return held(seen_of(exercise, function, seed)) == most(exercise)


def fate(exercise: Exercise, mutant: Mutant, seed: int) -> int:
    """What becomes of a mutant: KILLED, ALIKE, OUTSIDE or CHANCE."""
    before = limit.seconds.set(PATIENCE)
    try:
        if not lives(exercise, mutant, seed):
            return KILLED
        if not all(lives(exercise, mutant, 1000 + further) for further in range(FURTHER)):
            return CHANCE
        return OUTSIDE if any(differs(exercise, mutant, 2000 + wide) for wide in range(WIDE)) else ALIKE
    finally:
        limit.seconds.reset(before)


def rates(exercises: Sequence[Exercise], seed: int, seeds: int, every: int) -> dict[str, Any]:
    """Of each exercise the points of its right and its wrong answers, and the fate of its mutants.

    Each is tried with one seed, in turn: with this one every so many of them; NONE fills the list up. Of the answers
    one in SAMPLE is tried with all seeds ("again"). ``every``: of all that, one in so many.
    """
    kept: dict[str, Any] = {}
    given, asked_for = corpus().answers(), {bare(exercise.reference) for exercise in exercises}
    for exercise in exercises:
        asked, key = Drawn.of(exercise), exercise.name
        own = sorted((a for a in given if a.exercise == key), key=lambda a: (PARTS.index(a.part), a.key))
        kept[f"{key} most"] = most(exercise)
        for kind, answers in (("right", [a for a in own if not a.mistake]), ("wrong", [a for a in own if a.mistake])):
            kept[f"{key} {kind} of"] = [sum(a.part == part for a in answers) for part in PARTS]
            mine = in_turn(answers, seed, seeds)[::every]
            kept[f"{key} {kind}"] = [NONE if a is None else earned(asked, a.function, seed) for a in mine]
            kept[f"{key} {kind} again"] = [earned(asked, a.function, seed) for a in answers[:: SAMPLE * every]]
        changed = in_turn(mutants(exercise, asked_for), seed, seeds)[::every]
        kept[f"{key} mutants"] = [NONE if mutant is None else fate(asked, mutant, seed) for mutant in changed]
    return kept


def in_turn(things: Sequence[Any], seed: int, seeds: int) -> list[Any]:
    """What falls to one seed: number ``seed``, ``seed + seeds``, …; None where there are no more."""
    room = math.ceil(len(things) / seeds)
    mine = list(things[seed::seeds])
    return mine + [None] * (room - len(mine))


def corpus() -> ModuleType:
    """``tests.natural``. Raises FileNotFoundError where no checkout is."""
    root = Path(__file__).parents[2]
    if not (root / "tests" / "natural").is_dir():
        raise FileNotFoundError(f"expected a checkout of the course with a folder tests/natural/, got {root}")
    if str(root) not in sys.path:
        sys.path.append(str(root))
    return importlib.import_module("tests.natural")


@result(
    "rates/verdicts",
    seeds=(1,),
    data=("tests/natural/verdicts.json", "tests/natural/*/*/*.*.py"),
    quick={"every": 0},
    tolerance=0,
)
def verdicts(seed: int, every: int = 20) -> dict[str, Any]:
    """How many reports fit, are generic, false, misleading: the worst that either reader said, at any time.

    By chapter and part. Then of today's reports, by part: those verdicts, and how many nobody has judged. These go by
    all the words of the checks, which no digest follows: they are of the day when they were counted (``every``: of so
    many answers one, of none if 0).
    """
    natural = corpus()
    judged, wrong = natural.verdicts(), [a for a in natural.answers() if a.mistake]
    kept = {f"{chapter} {part}": [0] * len(natural.VERDICTS) for chapter in CHAPTERS for part in PARTS}
    today = {f"{part} today": [0] * (len(natural.VERDICTS) + 1) for part in PARTS}
    for answer in wrong:
        if said := [verdict for both in judged.get(answer.key, {}).values() for verdict in both]:
            worst = max(map(natural.VERDICTS.index, said))
            kept[f"{answer.exercise.partition('.')[0]} {answer.part}"][worst] += 1
    reported = importlib.import_module("tests.natural.__main__").examined
    for answer in wrong[::every] if every else []:
        report = reported(answer, seed)
        if report is not None and not report.passed:
            both = judged.get(answer.key, {}).get(natural.digest(str(report)))
            today[f"{answer.part} today"][max(map(natural.VERDICTS.index, both)) if both else -1] += 1
    return kept | today


@result(
    "rates/sequences",
    seeds=range(20),
    data=("tests/natural/*/*/sequences.*.py",),
    quick={"every": 50},
    tolerance=0,
    aside=("mistakes", "words", "task"),
)
def of_sequences(seed: int, every: int = 1) -> dict[str, Any]:
    """The chapter ``sequences``."""
    from rnncourse.checks.sequences import EXERCISES

    return rates(EXERCISES, seed, 20, every)


@result(
    "rates/rnn",
    seeds=range(20),
    data=("tests/natural/*/*/rnn.*.py",),
    quick={"every": 50},
    tolerance=0,
    aside=("mistakes", "words", "task"),
)
def of_rnn(seed: int, every: int = 1) -> dict[str, Any]:
    """The chapter ``rnn``."""
    from rnncourse.checks.rnn import EXERCISES

    return rates(EXERCISES, seed, 20, every)


@result(
    "rates/bptt",
    seeds=range(20),
    data=("tests/natural/*/*/bptt.*.py",),
    quick={"every": 50},
    tolerance=0,
    aside=("mistakes", "words", "task"),
)
def of_bptt(seed: int, every: int = 1) -> dict[str, Any]:
    """The chapter ``bptt``."""
    from rnncourse.checks.bptt import EXERCISES

    return rates(EXERCISES, seed, 20, every)


@result(
    "rates/gradients",
    seeds=range(20),
    data=("tests/natural/*/*/gradients.*.py",),
    quick={"every": 50},
    tolerance=0,
    aside=("mistakes", "words", "task"),
)
def of_gradients(seed: int, every: int = 1) -> dict[str, Any]:
    """The chapter ``gradients``."""
    from rnncourse.checks.gradients import EXERCISES

    return rates(EXERCISES, seed, 20, every)


@result(
    "rates/lstm_gru",
    seeds=range(20),
    data=("tests/natural/*/*/lstm_gru.*.py",),
    quick={"every": 50},
    tolerance=0,
    aside=("mistakes", "words", "task"),
)
def of_lstm_gru(seed: int, every: int = 1) -> dict[str, Any]:
    """The chapter ``lstm_gru``."""
    from rnncourse.checks.lstm_gru import EXERCISES

    return rates(EXERCISES, seed, 20, every)


@result(
    "rates/bidirectional",
    seeds=range(20),
    data=("tests/natural/*/*/bidirectional.*.py",),
    quick={"every": 50},
    tolerance=0,
    aside=("mistakes", "words", "task"),
)
def of_bidirectional(seed: int, every: int = 1) -> dict[str, Any]:
    """The chapter ``bidirectional``."""
    from rnncourse.checks.bidirectional import EXERCISES

    return rates(EXERCISES, seed, 20, every)


@result(
    "rates/seq2seq",
    seeds=range(20),
    data=("tests/natural/*/*/seq2seq.*.py",),
    quick={"every": 50},
    tolerance=0,
    aside=("mistakes", "words", "task"),
)
def of_seq2seq(seed: int, every: int = 1) -> dict[str, Any]:
    """The chapter ``seq2seq``."""
    from rnncourse.checks.seq2seq import EXERCISES

    return rates(EXERCISES, seed, 20, every)


@result(
    "rates/irregular",
    seeds=range(20),
    data=("tests/natural/*/*/irregular.*.py",),
    quick={"every": 50},
    tolerance=0,
    aside=("mistakes", "words", "task"),
)
def of_irregular(seed: int, every: int = 1) -> dict[str, Any]:
    """The chapter ``irregular``."""
    from rnncourse.checks.irregular import EXERCISES

    return rates(EXERCISES, seed, 20, every)


@result(
    "rates/hopfield",
    seeds=range(20),
    data=("tests/natural/*/*/hopfield.*.py",),
    quick={"every": 50},
    tolerance=0,
    aside=("mistakes", "words", "task"),
)
def of_hopfield(seed: int, every: int = 1) -> dict[str, Any]:
    """The chapter ``hopfield``."""
    from rnncourse.checks.hopfield import EXERCISES

    return rates(EXERCISES, seed, 20, every)


@result(
    "rates/ntm",
    seeds=range(20),
    data=("tests/natural/*/*/ntm.*.py",),
    quick={"every": 50},
    tolerance=0,
    aside=("mistakes", "words", "task"),
)
def of_ntm(seed: int, every: int = 1) -> dict[str, Any]:
    """The chapter ``ntm``."""
    from rnncourse.checks.ntm import EXERCISES

    return rates(EXERCISES, seed, 20, every)


@result(
    "rates/reservoir",
    seeds=range(20),
    data=("tests/natural/*/*/reservoir.*.py",),
    quick={"every": 50},
    tolerance=0,
    aside=("mistakes", "words", "task"),
)
def of_reservoir(seed: int, every: int = 1) -> dict[str, Any]:
    """The chapter ``reservoir``."""
    from rnncourse.checks.reservoir import EXERCISES

    return rates(EXERCISES, seed, 20, every)


@result(
    "rates/narx",
    seeds=range(20),
    data=("tests/natural/*/*/narx.*.py",),
    quick={"every": 50},
    tolerance=0,
    aside=("mistakes", "words", "task"),
)
def of_narx(seed: int, every: int = 1) -> dict[str, Any]:
    """The chapter ``narx``."""
    from rnncourse.checks.narx import EXERCISES

    return rates(EXERCISES, seed, 20, every)


@result(
    "rates/after",
    seeds=range(20),
    data=("tests/natural/*/*/after.*.py",),
    quick={"every": 50},
    tolerance=0,
    aside=("mistakes", "words", "task"),
)
def of_after(seed: int, every: int = 1) -> dict[str, Any]:
    """The chapter ``after``."""
    from rnncourse.checks.after import EXERCISES

    return rates(EXERCISES, seed, 20, every)


@result(
    "rates/notations",
    seeds=range(20),
    data=("tests/natural/*/*/notations.*.py",),
    quick={"every": 50},
    tolerance=0,
    aside=("mistakes", "words", "task"),
)
def of_notations(seed: int, every: int = 1) -> dict[str, Any]:
    """The chapter ``notations``."""
    from rnncourse.checks.notations import EXERCISES

    return rates(EXERCISES, seed, 20, every)


# --- what a page makes of it


@dataclass(frozen=True)
class Count:
    """So many of so many."""

    k: int
    n: int

    def __add__(self, other: Count) -> Count:
        return Count(self.k + other.k, self.n + other.n)

    def __str__(self) -> str:
        return f"{self.k:,} of {self.n:,}"

    @property
    def share(self) -> float:
        """One of the other."""
        return self.k / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Of the share, with 95 %: Clopper and Pearson's."""
        from scipy.stats import binomtest

        found = binomtest(self.k, self.n).proportion_ci(0.95, "exact")
        return float(found.low), float(found.high)


@dataclass(frozen=True)
class Rate:
    """How an exercise, a chapter or the course fares: by part of the answers, of its mutants, over seeds."""

    name: str
    rejected: tuple[Count, ...]  # right answers, by part
    accepted: tuple[Count, ...]  # wrong ones
    fates: tuple[int, int, int, int]  # mutants: killed, alike, outside, by chance
    spread: float  # the largest difference that a seed made to the points of an answer
    moving: Count  # answers to which a seed made one, of those of which it was asked
    survivors: tuple[tuple[str, int], ...] = ()  # mutants by name, with their fate

    @property
    def killed(self) -> Count:
        """Mutants that lost points, of those that are not alike."""
        return Count(self.fates[KILLED], sum(self.fates) - self.fates[ALIKE])


def rated(exercises: Sequence[Exercise], kept: results.Result) -> list[Rate]:
    """The exercises of a chapter, from what is kept of it."""
    asked_for, found = {bare(exercise.reference) for exercise in exercises}, []
    for exercise in exercises:
        key, full = exercise.name, int(kept[f"{exercise.name} most"][0])
        right, wrong = (by_part(kept, key, kind, full) for kind in ("right", "wrong"))
        again = np.concatenate([kept[f"{key} {kind} again"] for kind in ("right", "wrong")], axis=1)  # (seeds, answers)
        fates = untwined(kept[f"{key} mutants"])
        names = [mutant.name for mutant in mutants(exercise, asked_for)]
        if len(names) != len(fates):
            raise ValueError(f"{key}: expected {len(fates)} mutants, as they are kept, got {len(names)}")
        found.append(
            Rate(
                key,
                tuple(Count(c.n - c.k, c.n) for c in right),
                wrong,
                (fates.count(KILLED), fates.count(ALIKE), fates.count(OUTSIDE), fates.count(CHANCE)),
                float(np.ptp(again, axis=0).max(initial=0)) / full,
                Count(int((np.ptp(again, axis=0) > 0).sum()), again.shape[1]),
                tuple((name, f) for name, f in zip(names, fates, strict=True) if f != KILLED),
            )
        )
    return found


def by_part(kept: results.Result, key: str, kind: str, full: int) -> tuple[Count, ...]:
    """How many answers got full points, of those of each part."""
    points, counts, start = untwined(kept[f"{key} {kind}"]), [], 0
    for n in (int(n) for n in kept[f"{key} {kind} of"][0]):
        counts.append(Count(points[start : start + n].count(full), n))
        start += n
    return tuple(counts)


def untwined(by_seed: np.ndarray[Any, Any]) -> list[int]:
    """What was tried with one seed each, in its order again: see :func:`in_turn`."""
    return [int(v) for v in by_seed.T.ravel() if v != NONE]


def summed(rates: Sequence[Rate], name: str) -> Rate:
    """Several as one."""
    return Rate(
        name,
        tuple(added(part) for part in zip(*(r.rejected for r in rates), strict=True)),
        tuple(added(part) for part in zip(*(r.accepted for r in rates), strict=True)),
        tuple(sum(fate) for fate in zip(*(r.fates for r in rates), strict=True)),
        max(r.spread for r in rates),
        added([r.moving for r in rates]),
        tuple(one for r in rates for one in r.survivors),
    )


def added(counts: Sequence[Count]) -> Count:
    """All of them."""
    return functools.reduce(Count.__add__, counts)
