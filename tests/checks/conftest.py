"""What the tests of checks share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from rnncourse.checks import engine
from rnncourse.checks.engine import Array, Exercise


class Known:
    """What is known of one exercise: its cases, by name and seed, what is right there, and what rounding may bring."""

    def __init__(self) -> None:
        self.exercise = ""
        self.cases: dict[tuple[str, int], tuple[Any, ...]] = {}
        self.answers: dict[int, list[Array]] = {}  # by the identity of a case, which ``cases`` keeps alive
        self.conditions: dict[int, list[float]] = {}


KNOWN = Known()


@pytest.fixture
def cases_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many answers are examined with the same seeds: what does not depend on the answer is worked out once."""
    case, answer, condition = Exercise.case, Exercise.answer, engine.condition

    def case_once(exercise: Exercise, name: str, seed: int) -> tuple[Any, ...]:
        if exercise.name != KNOWN.exercise:  # the tests have gone on to another one
            KNOWN.__init__()  # type: ignore[misc]
            KNOWN.exercise = exercise.name
        if (name, seed) not in KNOWN.cases:
            made = KNOWN.cases[name, seed] = case(exercise, name, seed)
            KNOWN.answers[id(made)] = answer(exercise, made)
        return KNOWN.cases[name, seed]

    def answer_once(exercise: Exercise, arguments: Sequence[Any]) -> list[Array]:
        made = id(arguments) in KNOWN.answers
        return KNOWN.answers[id(arguments)] if made else answer(exercise, arguments)

    def condition_once(exercise: Exercise, given: Sequence[Any], want: list[Array], precision: float) -> list[float]:
        if id(given) not in KNOWN.conditions:
            KNOWN.conditions[id(given)] = condition(exercise, given, want, precision)
        return KNOWN.conditions[id(given)]

    monkeypatch.setattr(Exercise, "case", case_once)
    monkeypatch.setattr(Exercise, "answer", answer_once)
    monkeypatch.setattr(engine, "condition", condition_once)
