"""What a hint asks people to try shows the mistake: each of its forms gives something else than what is right there.

Where a hint asks for a print of what happens in any case, that is the general one.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

from rnncourse.checks import find
from rnncourse.checks.engine import close, forms, quiet

NONE, ONES = np.zeros((2, 2)), np.ones((1, 2))
PAIR, APART = np.array([[0.0, 1], [1, 0]]), -np.array([[0.0, 1], [1, 0]])
ZERO = np.zeros(2)


def rows(*given: Any) -> Any:
    return np.array(given, dtype=float)


def ring(N: int) -> tuple[Any, ...]:
    """Each hears the one before it; one is on."""
    return 2 * np.eye(N)[:1] - 1, np.roll(np.eye(N), 1, axis=0), np.zeros(N)


def only(*places: tuple[int, int], N: int = 2, value: float = 1.0) -> Any:
    W = np.zeros((N, N))
    for place in places:
        W[place] = value
    return W


def units(*numbers: int) -> Any:
    return np.array(numbers)


ONE_STEP = (rows((5, 0)), np.array([[1, 0]]), rows((1, 2), (2, -1)), 0.5, 1)
TWO_STEPS = (*ONE_STEP[:4], 2)
CASES: dict[str, dict[str, list[tuple[Any, ...]]]] = {
    "store": {
        "H1": [(rows((0, 0, 1)), np.ones(1))],
        "H1h": [(rows((0, 1)), np.ones(1))],
        "H2": [(rows((1, 1, 0)), np.ones(1))],
        "H2u": [(rows((1, 0)), np.ones(1))],
        "H3": [(rows((1, 0)), rows(3))],
        "H3p": [(rows((1, 0)), rows(3))],
        "H4": [(np.ones((2, 4)), np.ones(2))],
        "H4c": [(rows((1, 1)), rows(c)) for c in (1, 2)],
        "H5": [(rows((1, 1), (1, 0)), rows(2, 0))],
        "H5n": [(rows((1, 1)), rows(-1))],
        "H5s": [(rows((1, 1)), rows(c)) for c in (1, 2)],
        "H6": [(rows((1, 1), (0, 0)), np.ones(2))],
        "H7": [(rows((1, 1), (1, 0)), c) for c in (rows(0, 1), rows(1, 0))],
        "H8": [(rows((1, 0, 1)), np.ones(1))],
        "H9": [(rows((1, 0)), np.ones(1))],
        "H10": [(rows((1, 1, 1)), np.ones(1))],
    },
    "downhill": {
        "D1": [(ONES, APART, ZERO, units(0, 1))],
        "D2": [(rows((1, -1)), NONE, ZERO, units(0, 1))],
        "D3": [(s, PAIR, rows(1.5, 0.75), units(1, 0)) for s in (ONES, -ONES)],
        "D4": [(rows((1, 1), (-1, 1)), NONE, rows(1, 0), units(1))],
        "D5": [(ONES, PAIR, ZERO, units(0))],
        "D6": [(ONES, PAIR, ZERO, units(0))],
        "D7": [(-np.ones((1, 3)), np.zeros((3, 3)), rows(-1, 1, 1), units(2, 0, 0))],
        "D7o": [(ONES, PAIR, ZERO, units(0, 1, 0, 1, 0))],
        "D8": [(ONES, PAIR, ZERO, units(0, 1, 0))],
        "D8l": [(ONES, NONE, np.ones(2), units(0, 1))],
        "D8d": [(ONES, PAIR, ZERO, units(0))],
        "D9": [(rows((1, 1), (1, -1)), PAIR, ZERO, units(0, 1, 0))],
        "D10": [(rows((1, 1), (1, -1)), PAIR, ZERO, units(0))],
        "D11": [(rows((1, -1)), NONE, theta * np.ones(2), units(0, 1)) for theta in (-1, 1)],
        "D12": [(np.ones((1, 1)), np.zeros((1, 1)), rows(3), units(0))],
        "D13": [(rows((1, 1), (1, 1), (-1, -1)), PAIR, ZERO, units(0))],
        "D14": [(ONES, NONE, rows(1, 0), units(0))],
        "D15": [(ONES, NONE, np.ones(2), units(0))],
    },
    "find_cycle": {
        "C1": [(ONES, APART, ZERO)],
        "C2": [(rows((-1, 1)), only((0, 1)), ZERO)],
        "D2": [(rows((1, -1)), NONE, ZERO)],
        "D3": [(s, PAIR, rows(1.5, 0.75)) for s in (ONES, -ONES)],
        "C3": [(np.ones((1, 1)), -np.ones((1, 1)), np.zeros(1))],
        "C4": [(ONES, APART, ZERO), (ONES, NONE, rows(1, 0))],
        "C5": [(ONES, PAIR, ZERO), (ONES, NONE, rows(1, 0))],
        "C6": [ring(3)],
        "C7": [(ONES, APART, ZERO), (ONES, NONE, rows(1, 0))],
        "C7s": [ring(3)],
        "C8": [ring(5)],
        "C9": [(rows((1, -1, -1), (1, 1, 1)), only((0, 1), (1, 0), N=3, value=-1), rows(0, 0, 1))],
        "D12": [(np.ones((1, 1)), np.zeros((1, 1)), np.ones(1))],
        "D11": [(s, NONE, rows(1, -1)) for s in (ONES, -ONES)],
    },
    "stability": {
        "S1": [(rows((1, -1)), NONE, np.ones(2), 0.1)],
        "S1o": [(rows((1, -1), (-1, -1)), NONE, rows(1, 2), 0.1)],
        "D3": [(ONES, NONE, np.ones(2), 0.1)],
        "S2": [(rows((1, -1)), NONE, np.ones(2), 0.1)],
        "C2": [(rows((1, -1)), only((0, 1)), ZERO, 0.1)],
        "C3": [(np.ones((1, 1)), np.ones((1, 1)), np.zeros(1), 0.1)],
        "S3": [(np.ones((2, 2)), 3 * PAIR, ZERO, 0.1)],
        "S4": [(ONES, NONE, ZERO, 0.1)],
        "S5": [(rows((1, 1, -1), (-1, 1, 1)), np.zeros((3, 3)), rows(1, -1, -1), 0.1)],
        "S5a": [(np.ones((2, 3)), np.zeros((3, 3)), np.zeros(3), 0.1)],
        "S6": [(np.ones((1, 8)), np.zeros((8, 8)), np.zeros(8), q) for q in (0.1, 1e-6)],
        "S7": [(np.ones((1, 8)), np.zeros((8, 8)), np.zeros(8), q) for q in (0.023, 0.01)],
        "S7r": [(np.ones((1, 10)), np.zeros((10, 10)), np.zeros(10), 0.1)],
        "S8": [(np.ones((1, 100)), np.zeros((100, 100)), np.zeros(100), q) for q in (0.001, 0.1)],
        "S8b": [(np.ones((1, 4)), np.zeros((4, 4)), np.zeros(4), 0.24)],
        "S9": [(np.ones((2, 8)), np.zeros((8, 8)), np.zeros(8), 0.03)],
    },
    "basin": {
        "B2": [(ONES, APART, ZERO, np.zeros((1, 2), int))],
        "B2l": [(np.ones((1, 3)), np.zeros((3, 3)), by * np.ones(3), np.array([[1, 0, 0]])) for by in (1, -1)],
        "D2": [(rows((1, -1)), NONE, ZERO, np.zeros((1, 2), int))],
        "D3": [(ONES, NONE, np.ones(2), np.zeros((1, 2), int))],
        "B3": [(rows((1, -1, 1)), np.zeros((3, 3)), np.zeros(3), np.array([[1, 0, 0], [0, 1, 0], [1, 1, 1]]))],
        "B3p": [(rows((1, 1), (1, -1)), NONE, ZERO, np.zeros((1, 2), int))],
        "B4": [(rows((1, -1)), NONE, ZERO, np.ones((1, 2), int))],
    },
    "complete": {
        "M1": [(rows((5, 0)), np.array([[1, 0]]), rows((1, 2)), 1.0, 1)],
        "M2": [(rows((1, 7)), np.array([[1, 0]]), rows((1, 2), (1, 2)), 0.5, 1)],
        "M2b": [(rows((1, 0)), np.array([[1, 0]]), rows((1, 0), (1, 4)), 0.001, 1)],
        "M3": [TWO_STEPS],
        "M4": [(rows((1, 0)), np.array([[1, 1]]), rows((1, 0), (0, 0)), 2.0, 1)],
        "M5": [(ONES, np.array([[1, 1]]), rows((1, 0), (3, 0), (-2, 0)), 1.0, 1)],
        "M6": [(rows((1,), (2,)), np.array([[1], [1]]), rows((0,), (1,), (2,)), 1.0, 1)],
        "M7": [(rows((1, 0.2), (10, 2)), np.array([[1, 0], [1, 0]]), rows((1, 0), (0, 1)), 1000.0, 1)],
        "M8": [
            (rows((0, 0)), np.array([[1, 1]]), np.zeros((2, 2)), 2.0, 1),
            (rows((1,)), np.array([[1]]), rows((3,)), 2.0, 1),
        ],
        "M8w": [(rows((0, 0)), np.array([[1, 1]]), np.zeros((2, 2)), 2.0, 1)],
        "M9": [(rows((1, 0), (3, 4)), np.ones((2, 2), int), np.zeros((1, 2)), 2.0, 1)],
        "D8": [ONE_STEP],
        "D8l": [ONE_STEP],
        "M10": [TWO_STEPS],
        "M11": [TWO_STEPS],
        "M12": [(rows((5, 0), (0, 1)), np.array([[1, 0], [0, 1]]), rows((1, 2), (2, -1)), 0.5, 1)],
    },
    "memories": {
        "Q1": [(rows((1, 1, 1), (1, -1, -1)), rows((-1, -1, -1), (1, 1, 1)), units(0, 0), 0.5, 1)],
        "Q1o": [(rows((1, 1)), rows((-1, -1)), units(0), 0.5, 1)],
        "B2": [(rows((1, -1)), ONES, units(0), 0.5, 1)],
        "D2": [(rows((1, 1), (1, -1)), rows((1, -1)), units(1), 0.5, 1)],
        "Q4n": [(rows((-1, 1, 1), (1, -1, 1), (1, 1, -1)), rows((-1, 1, 1)), units(0), 0.001, 1)],
    },
}
UNSEEN = {"basin B2o"}  # its experiment looks at which unit switches off, of which the outputs say nothing
EVERY = [
    (name, mistake, form)
    for name in CASES
    for mistake, form in forms(find(f"hopfield.{name}"))
    if f"{name} {mistake.id}" not in UNSEEN
]


@functools.cache
def general(name: str) -> list[tuple[Any, ...]]:
    return [find(f"hopfield.{name}").drawn("general", 0)]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "mistake", "form"), EVERY, ids=lambda v: v if isinstance(v, str) else "")
def test_the_experiment_of_a_hint_fails_on_each_form_of_its_mistake(name: str, mistake: Any, form: str) -> None:
    exercise = find(f"hopfield.{name}")
    wrong = exercise.variant(form)
    for arguments in CASES[name].get(mistake.id) or general(name):
        right = exercise.answer(arguments)
        try:
            with quiet():
                answer = exercise.call(wrong, arguments)
        except Exception:
            return
        if any(not close(got, want, 1e-6) for got, want in zip(answer, right, strict=True)):
            return
    pytest.fail(f"{form}: all is right in what its hint asks for: {mistake.test}")


@pytest.mark.parametrize("name", CASES)
def test_experiments_belong_to_mistakes(name: str) -> None:
    assert CASES[name].keys() <= {mistake.id for mistake in find(f"hopfield.{name}").mistakes}
