"""An early mistake counts once: a later exercise is judged with the student's own function in the right one's place.

Asked only after an answer failed: a right one costs no further call. The exercise names what it builds on
(``builds_on``), and the student's own is what was handed in for that. The reference calls it, and what comes of that is
right, given that function. It earns points where the own function is one at all (:func:`examined`), where the answer
still depends on all that it should depend on (:func:`moving`), and where neither knows what the other was asked
(:func:`confirmed`). Knows nothing of recurrent networks.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from rnncourse.checks import questions
from rnncourse.checks.engine import (
    Array,
    Examination,
    Exercise,
    Outcome,
    apart,
    calls,
    close,
    examine,
    fresh,
    kind_fits,
    quiet,
    recognise,
    weights,
)
from rnncourse.checks.mistakes import bare, instead
from rnncourse.checks.nested import shapes, spread

CLEAR = 1e-6  # the largest relative difference that rounding may explain, below what surely has moved (questions.SEEN)
SECONDS = 5.0  # for all calls of the own function together


class UnfitError(ValueError):
    """The student's own function cannot stand in the right one's place."""


class UnansweredError(Exception):
    """The own function has still to be asked this."""


@dataclass
class Own:
    """A student's own function as the reference calls it: it gives what the right one would give, or is unfit."""

    exercise: Exercise
    right: Callable[..., Any]
    function: Callable[..., Any]
    deadline: float = 0.0
    asked: dict[tuple[Any, ...], tuple[Any, ...]] = field(default_factory=dict)
    answered: dict[tuple[Any, ...], list[Array]] = field(default_factory=dict)
    kind: type = tuple  # of what the right one gives
    later: bool = False  # is what has no answer yet to be asked with others?

    @property
    def name(self) -> str:
        """What the student calls it."""
        return self.exercise.name.rpartition(".")[2]

    def __call__(self, *arguments: Any) -> Any:
        """What the student's function gives. Raises UnfitError; UnansweredError, if that is for later."""
        leaves = spread(self.exercise.arguments, arguments)
        key = tuple(map(known_by, leaves))
        if key not in self.answered:
            self.asked[key] = fresh(leaves)
            if self.later:
                raise UnansweredError
            self.ask()
        copies = fresh(self.exercise.returned(self.answered[key]))
        if not issubclass(self.kind, tuple):
            return copies[0]
        return self.kind(*copies) if hasattr(self.kind, "_fields") else self.kind(copies)

    def ask(self) -> None:
        """Ask the student's function what has no answer yet, all at once. Raises UnfitError."""
        if time.monotonic() > self.deadline:
            raise UnfitError("too slow")
        new = [key for key in self.asked if key not in self.answered]
        for key, outcome in zip(new, calls(self.exercise, self.function, [self.asked[k] for k in new]), strict=True):
            with fit():
                right = bare(self.right)(*self.exercise.packed(fresh(self.asked[key])))
            self.kind = type(right)
            self.answered[key] = fitting(self.exercise, outcome, self.exercise.leaves(right))

    def given(self, exercise: Exercise, several: Sequence[Sequence[Any]]) -> list[list[Array]]:
        """The right answers to several calls, given this function, which is asked for all of them step by step."""
        found: dict[int, list[Array]] = {}
        self.later = True
        try:
            while True:
                for n in [n for n in range(len(several)) if n not in found]:
                    with contextlib.suppress(UnansweredError), fit():
                        found[n] = exercise.answer(several[n])
                if len(found) == len(several):
                    return [found[n] for n in range(len(several))]
                self.ask()
        finally:
            self.later = False


@contextlib.contextmanager
def fit() -> Iterator[None]:
    """The library may refuse numbers that come of an own function: then nothing can be judged by that."""
    try:
        yield
    except (UnansweredError, UnfitError):
        raise
    except Exception as error:
        raise UnfitError(f"with it the right answer ends: {error}") from error


def known_by(argument: Any) -> Any:
    """By what a leaf of the arguments is told from others."""
    if isinstance(argument, list):
        return tuple(map(known_by, argument))
    return (argument.shape, argument.dtype, argument.tobytes()) if isinstance(argument, np.ndarray) else argument


def fitting(exercise: Exercise, outcome: Outcome, right: list[Array]) -> list[Array]:
    """What came back, where it has the kind and shape of what is right, and the arguments stayed; else UnfitError."""
    found = [value for value in outcome.values or [] if isinstance(value, np.ndarray)]
    if len(found) != len(exercise.results) or outcome.lists or outcome.changed:
        raise UnfitError(outcome.sentence or "not what was asked for, or arguments changed")
    for output, got, want in zip(exercise.results, found, right, strict=True):
        if got.shape != want.shape or shapes(got) != shapes(want) or not kind_fits(output, got):
            raise UnfitError(f"{output.name}: another shape or kind")
    return found


@dataclass
class Judged(Examination):
    """What was seen of an answer, judged with the student's own function: right is what is right, or right given it."""

    direct: Examination = field(kw_only=True)  # without it
    own: Own = field(kw_only=True)
    outputs: frozenset[int] = field(kw_only=True)  # those of which it may be said

    def right(self, case: str, i: int) -> bool:
        """Is output i right in this case, or right given the own function?"""
        return self.direct.right(case, i) or (i in self.outputs and super().right(case, i))

    def tolerance(self, case: str, i: int, got: Array | None = None) -> float:
        """As anywhere, from the reference with the own function in it; but chaos is no excuse."""
        return min(super().tolerance(case, i, got), max(self.least_tolerance(case, i, got), CLEAR))

    def keeps_dtype(self) -> bool:
        """Does float32 stay float32, as far as the own function lets it?"""
        return self.direct.keeps_dtype() or (self.whole and super().keeps_dtype())

    @property
    def whole(self) -> bool:
        """May it be said of all outputs?"""
        return len(self.outputs) == len(self.exercise.results)

    @property
    def gained(self) -> list[str]:
        """The parts that hold given the own function, and do not without it."""
        direct = self.direct.facets()
        return [name for name, holds in self.facets().items() if holds and not direct[name]]


def carried(seen: Examination, own: Sequence[Own]) -> Judged | None:
    """What was seen, judged with that one of the student's own functions which explains most; None where none does.

    Where no part more is right given one, a known mistake may be all that is wrong then: the words go by it.
    """
    found: list[Judged] = []
    for each in own:
        if (judged := judge(seen, each)) is not None:
            found.append(judged)
            if all(judged.facets().values()):
                break
    best = max(found, key=lambda judged: weights(judged.exercise, judged.facets()), default=None)
    if best is not None and best.gained:
        return best if confirmed(best) else None
    with contextlib.suppress(UnfitError):
        if found and not recognise(seen, 1):
            return next((judged for judged in found if recognise(judged)), None)
    return None


def judge(seen: Examination, own: Own) -> Judged | None:
    """What was seen, judged with one own function, as far as this may be said; None where that is none."""
    own.deadline = time.monotonic() + SECONDS
    if not examined(own, seen.seed):
        return None
    with quiet(), contextlib.suppress(UnfitError):
        exercise = replace(seen.exercise, given=instead(own.right, lambda *arguments: own(*arguments)))
        want = dict(zip(seen.given, own.given(exercise, [*seen.given.values()]), strict=True))
        every = frozenset(range(len(exercise.results)))
        judged = Judged(
            exercise, seen.seed, seen.given, want, seen.got, seen.again, direct=seen, own=own, outputs=every
        )
        if judged.gained:
            judged.outputs = moving(judged)
            judged._right.clear()
        return judged
    return None


def examined(own: Own, seed: int) -> bool:
    """Is the own function wrong, but a function: of the right shapes, the same again, its arguments left alone?"""
    seen = examine(own.exercise, own.function, seed)
    with quiet(), contextlib.suppress(UnfitError):
        for case, outcome in seen.got.items():
            fitting(own.exercise, outcome, seen.want.get(case, []))
        return not seen.changed() and not seen.again_differs() and not all(seen.facets().values())
    return False


def moving(judged: Judged) -> frozenset[int]:
    """The outputs that change with every argument, step and example with which the right ones do, at the same steps."""
    general, direct = judged.general, judged.direct
    right, given, left = direct.want[general], judged.want[general], set(judged.outputs)
    several = [(ways, ways.one) for ways in questions.changes(direct) if ways.one]
    ones = judged.own.given(judged.exercise, [one.arguments for _, one in several])
    for (ways, one), after in zip(several, ones, strict=True):
        rest = {i: rows(judged, i, right[i], one.want[i]) for i in left}
        rest = {i: steps & ~rows(judged, i, given[i], after[i]) for i, steps in rest.items()}
        if any(steps.any() for steps in rest.values()):
            for other in judged.own.given(judged.exercise, [change.arguments for change in ways.every()]):
                rest = {i: steps & ~rows(judged, i, given[i], other[i]) for i, steps in rest.items()}
        left -= {i for i, steps in rest.items() if steps.any()}
    return frozenset(left)


def rows(judged: Judged, i: int, before: Array, after: Array) -> Array:
    """At which steps has an output surely moved? Of one without steps: has it at all?"""
    moved = questions.moved(before, after, questions.SEEN)
    letters = judged.exercise.results[i].letters(moved.ndim)
    return np.asarray(moved.any(axis=tuple(axis for axis, letter in enumerate(letters) if letter != "T")))


def confirmed(judged: Judged) -> bool:
    """Does the own function give the same where it knows of no earlier call, asked from the last one to the first?

    Else it might count, or repeat what the answer has told it.
    """
    own = judged.own
    if not apart(own.function):
        return False
    asked, answered = [own.asked[key] for key in own.answered][::-1], [*own.answered.values()][::-1]
    with contextlib.suppress(UnfitError):
        for outcome, before in zip(calls(own.exercise, own.function, asked), answered, strict=True):
            again = fitting(own.exercise, outcome, before)
            if not all(close(a, b, 1e-12) for a, b in zip(again, before, strict=True)):
                return False
        return True
    return False
