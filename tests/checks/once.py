"""What does not depend on who answers an exercise, worked out once for many answers."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from rnncourse.checks import engine, questions
from rnncourse.checks.engine import Array, Examination, Exercise, Tried
from rnncourse.checks.questions import Further, Ways
from rnncourse.checks.slips import Slip, Slipped

RECENT = 3  # exercises of which all is kept: the one that is examined, and those on which it builds


class Known:
    """What is known of one exercise, whoever answers it. By identity stands what ``cases`` and ``cuts`` keep alive."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.cases: dict[tuple[str, int], tuple[Any, ...]] = {}
        self.cuts: dict[tuple[int, tuple[tuple[str, int], ...]], tuple[Any, ...]] = {}
        self.answers: dict[int, list[Array]] = {}  # what is right
        self.conditions: dict[int, list[float]] = {}  # what rounding may bring
        self.attempts: dict[tuple[Callable[..., Any], int], list[Array] | None] = {}  # what wrong functions give
        self.slips: dict[tuple[tuple[Slip, ...], int], list[Array] | None] = {}  # what slips in the right answer give
        self.changes: dict[int, list[Ways]] = {}  # what is worth asking
        self.further: dict[int, list[Further]] = {}  # in which draws it is asked again
        self.others: dict[int, questions.Known] = {}  # what is right for other arguments

    def keep(self, arguments: Sequence[Any], answers: list[Array]) -> None:
        """What is right for these arguments; whoever would write into either meets an error."""
        for array in (*arguments, *answers):
            if isinstance(array, np.ndarray):
                array.flags.writeable = False
        self.answers[id(arguments)] = answers


recent: list[Known] = []  # the latest last


def known_of(exercise: Exercise) -> Known:
    """What is known of an exercise, which is now the latest."""
    if not recent or recent[-1].exercise is not exercise:
        found = next((known for known in recent if known.exercise is exercise), None) or Known(exercise)
        recent[:] = [*(known for known in recent if known is not found), found][-RECENT:]
    return recent[-1]


def known_with(exercise: Exercise, arguments: Sequence[Any]) -> Known | None:
    """The same, where that is a case of this exercise, or the beginning of one."""
    for known in recent:
        if known.exercise is exercise:
            return known if id(arguments) in known.answers else None
    return None


@pytest.fixture
def cases_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many answers are examined with the same seeds: what does not depend on the answer is worked out once.

    Tests that come in the order of exercises gain by it.
    """
    case, cut, answer = Exercise.case, Exercise.cut, Exercise.answer
    condition, changes, identity = engine.condition, questions.changes, questions.identity
    further = questions.further
    given_by, slipped_by = Tried.answer, Slipped.answers

    def case_once(exercise: Exercise, name: str, seed: int) -> tuple[Any, ...]:
        known = known_of(exercise)
        if (name, seed) not in known.cases:
            known.keep(made := case(exercise, name, seed), answer(exercise, made))
            known.cases[name, seed] = made
        return known.cases[name, seed]

    def cut_once(exercise: Exercise, arguments: Sequence[Any], sizes: Mapping[str, int]) -> tuple[Any, ...]:
        if (known := known_with(exercise, arguments)) is None:
            return cut(exercise, arguments, sizes)
        key = id(arguments), tuple(sizes.items())
        if key not in known.cuts:
            made = cut(exercise, arguments, sizes)
            with contextlib.suppress(Exception):  # what is cut off may leave arguments that nobody answers
                known.keep(made, answer(exercise, made))
            known.cuts[key] = made
        return known.cuts[key]

    def answer_once(exercise: Exercise, arguments: Sequence[Any]) -> list[Array]:
        known = known_with(exercise, arguments)
        return answer(exercise, arguments) if known is None else known.answers[id(arguments)]

    def condition_once(exercise: Exercise, given: Sequence[Any], want: list[Array], precision: float) -> list[float]:
        if (known := known_with(exercise, given)) is None:
            return condition(exercise, given, want, precision)
        if id(given) not in known.conditions:
            known.conditions[id(given)] = condition(exercise, given, want, precision)
        return known.conditions[id(given)]

    def given_once(tried: Tried, case: str) -> list[Array] | None:
        given, wrong = tried._seen.given[case], tried._wrong
        if (known := known_with(tried._seen.exercise, given)) is None:
            return given_by(tried, case)
        if (wrong, id(given)) not in known.attempts:
            known.attempts[wrong, id(given)] = given_by(tried, case)
        return known.attempts[wrong, id(given)]

    def slipped_once(slipped: Slipped, case: str, *slips: Slip) -> list[Array] | None:
        given = slipped.seen.given[case]
        if (known := known_with(slipped.exercise, given)) is None:
            return slipped_by(slipped, case, *slips)
        if (slips, id(given)) not in known.slips:
            known.slips[slips, id(given)] = slipped_by(slipped, case, *slips)
        return known.slips[slips, id(given)]

    def changes_once(seen: Examination) -> list[Ways]:
        given = seen.given[seen.general]
        if (known := known_with(seen.exercise, given)) is None:
            return changes(seen)
        if id(given) not in known.changes:
            known.changes[id(given)] = changes(seen)
        return known.changes[id(given)]

    def further_once(seen: Examination) -> list[Further]:
        given = seen.given[seen.general]
        if (known := known_with(seen.exercise, given)) is None:
            return further(seen)
        if id(given) not in known.further:
            known.further[id(given)] = further(seen)
        return known.further[id(given)]

    def identity_once(seen: Examination, outputs: Sequence[int], unused: Sequence[str], others: Any) -> Any:
        given = seen.given[seen.general]
        if known := known_with(seen.exercise, given):
            others = known.others.setdefault(id(given), {})
        return identity(seen, outputs, unused, others)

    monkeypatch.setattr(Exercise, "case", case_once)
    monkeypatch.setattr(Exercise, "cut", cut_once)
    monkeypatch.setattr(Exercise, "answer", answer_once)
    monkeypatch.setattr(engine, "condition", condition_once)
    monkeypatch.setattr(Tried, "answer", given_once)
    monkeypatch.setattr(Slipped, "answers", slipped_once)
    monkeypatch.setattr(questions, "changes", changes_once)
    monkeypatch.setattr(questions, "further", further_once)
    monkeypatch.setattr(questions, "identity", identity_once)
