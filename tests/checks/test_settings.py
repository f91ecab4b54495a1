"""Whatever a student has set for NumPy, warnings or torch: the check computes as ever, and grading says the same."""

from __future__ import annotations

import functools
import inspect
import itertools
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch

from rnncourse.checks import check, exercises, find
from rnncourse.grading.jail.bubblewrap import Confines
from rnncourse.grading.jail.nursery import Nursery
from rnncourse.grading.submission.session import Session, Times

SETTINGS = {
    "errors": 'np.seterr(all="raise")',
    "warnings": 'warnings.simplefilter("error")',
    "calls": 'np.seterrcall(lambda *a: 1 / 0); np.seterr(all="call")',
    "shown numbers": 'np.set_printoptions(precision=1, threshold=1, legacy="1.13", formatter={"all": lambda x: "?"})',
    "random numbers": "np.random.seed(3); random.seed(3); torch.manual_seed(3)",
    "torch": "torch.set_default_dtype(torch.float64); torch.set_grad_enabled(False); torch.set_flush_denormal(True)",
}


@pytest.fixture
def restored() -> Iterator[None]:
    """Settings as they were, after a test."""
    errors, call, shown = np.geterr(), np.geterrcall(), np.get_printoptions()
    with warnings.catch_warnings(), np.errstate(), torch.random.fork_rng():
        yield
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    torch.set_flush_denormal(False)
    np.seterrcall(call)
    np.seterr(**errors)
    np.set_printoptions(**shown)


def stable(name: str) -> Callable[..., Any]:
    """A right answer that is at peace with every setting: what overflows or underflows in it is its own business."""
    with_peace = np.errstate(all="ignore")(find(name).variant())
    return lambda *arguments: with_peace(*arguments)


def crooked(name: str) -> Callable[..., Any]:
    """The same, somewhat wrong, so that there is something to say."""
    answer = stable(name)

    def function(*arguments: Any) -> Any:
        values = answer(*arguments)
        first = values[0] if isinstance(values, tuple) else values
        wrong = first + 1 if np.asarray(first).dtype.kind in "iu" else first * 1.5
        return (wrong, *values[1:]) if isinstance(values, tuple) else wrong

    return function


def reports(name: str) -> list[str]:
    """What is said of both."""
    return [str(check(name, function)) for function in (stable(name), crooked(name))]


before = functools.cache(reports)  # asked first with nothing set; the same whichever setting comes next


# Together those of which none hides what another one would bring; each by itself: `make reproduce`.
TOGETHER = [("errors", "shown numbers", "random numbers"), ("warnings", "torch"), ("calls",)]
ALONE = [pytest.param((s,), marks=pytest.mark.again) for s in SETTINGS if (s,) not in TOGETHER]


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("name", exercises())
@pytest.mark.parametrize("settings", [*TOGETHER, *ALONE], ids=", ".join)
def test_a_setting_changes_no_report(settings: tuple[str, ...], name: str) -> None:
    expected = before(name)
    for setting in settings:
        exec(SETTINGS[setting], {"np": np, "warnings": warnings, "random": random, "torch": torch})
    assert reports(name) == expected


def test_each_setting_is_among_those_together() -> None:
    assert sorted(itertools.chain(*TOGETHER)) == sorted(SETTINGS)


@pytest.mark.usefixtures("restored")
def test_the_students_function_has_the_students_settings() -> None:
    found: list[Any] = []

    def curious(nll: float) -> float:
        found.append((np.geterr()["divide"], warnings.filters[0][0]))
        return nll / float(np.log(2))

    np.seterr(all="raise")
    warnings.simplefilter("error")
    assert check("rnn.bits_per_character", curious).passed
    assert set(found) == {("raise", "error")}


SOURCES = {
    "overflows": """
def temperature(o, tau):
    e = np.exp(o / tau)
    return e / e.sum(axis=-1, keepdims=True)
""",
    "stable": """
def temperature(o, tau):
    with np.errstate(under="ignore"):
        e = np.exp((o - o.max(axis=-1, keepdims=True)) / tau)
        return e / e.sum(axis=-1, keepdims=True)
""",
    "divides": """
def temperature(o, tau):
    o = o - o.max(axis=-1, keepdims=True) - np.log(np.zeros(1)).clip(0)
    e = np.exp(o / tau)
    return e / e.sum(axis=-1, keepdims=True)
""",
    "warns": """
def temperature(o, tau):
    warnings.warn("beta", DeprecationWarning)
    return np.exp(o) / np.exp(o).sum(axis=-1, keepdims=True)
""",
}


@pytest.fixture(scope="module")
def nursery(jailed: None) -> Iterator[Nursery]:
    with Nursery((), Confines(memory=2**28)) as nursery:
        yield nursery


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("setting", ["none", *list(SETTINGS)[:4]])
@pytest.mark.parametrize("source", ["stable", "overflows", "divides", "warns"])
def test_grading_says_what_the_screen_says(
    nursery: Nursery, monkeypatch: pytest.MonkeyPatch, setting: str, source: str
) -> None:
    cell = (
        f"import warnings\nimport numpy as np\nwarnings.resetwarnings()\n{SETTINGS.get(setting, '')}\n{SOURCES[source]}"
    )
    with Session(nursery, Times(cell=60, test=60, total=240)) as session:
        session.cell(cell)
        with session.test():
            graded = check("rnn.temperature", session.value_now("temperature"), seed=4)
    monkeypatch.setattr(warnings, "showwarning", lambda text, *more: print(text, file=sys.stderr))  # pytest keeps them
    names: dict[str, Any] = {}
    exec(cell, names)
    shown = check("rnn.temperature", names["temperature"], seed=4)
    assert graded.facets == shown.facets
    assert graded.score == shown.score
    assert [without_place(m) for m in graded.messages] == [without_place(m) for m in shown.messages]


def without_place(message: str) -> str:
    """Python knows no lines of what exec ran: the line is left out."""
    start, stops, rest = message.partition(" stops in line")
    return start + stops + (rest.rpartition("`: ")[2] or rest if "`: " in rest else rest.partition(": ")[2])


def test_what_is_computed_in_a_case_is_computed_in_peace() -> None:
    """A function of the test's own, which the student's calls, is the test's own too."""
    (f, theta) = find("bptt.numerical_gradient").case("a vector", 0)
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isinf(f(np.full_like(theta, 1e200)))
    assert list(inspect.signature(f).parameters) == ["theta"]
