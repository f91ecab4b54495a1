"""How often the checks are wrong, as the page says it; what mutants are, and what becomes of them."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np
import pytest

from rnncourse import checks, results
from rnncourse.checks import check, rnn
from rnncourse.experiments import mutants, rates
from tests.checks.test_natural import PASS
from tests.natural import VERDICTS, answers, verdicts

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "book" / "results" / "checks.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def by_chapter() -> dict[str, list[rates.Rate]]:
    return {
        name: rates.rated(
            [checks.find(e) for e in checks.exercises() if e.startswith(f"{name}.")], results.load(f"rates/{name}")
        )
        for name in rates.CHAPTERS
    }


@pytest.fixture(scope="module")
def whole(by_chapter: dict[str, list[rates.Rate]]) -> rates.Rate:
    return rates.summed([rate for of in by_chapter.values() for rate in of], "all")


# --- what the page says


def test_every_exercise_and_every_answer_is_counted(by_chapter: dict[str, list[rates.Rate]]) -> None:
    written = {a.exercise for a in answers()}
    assert sorted(rate.name for of in by_chapter.values() for rate in of) == sorted(written)
    assert written == {*checks.exercises()}
    for rate in (rate for of in by_chapter.values() for rate in of):
        for part, right, wrong in zip(rates.PARTS, rate.rejected, rate.accepted, strict=True):
            there = [bool(a.mistake) for a in answers() if (a.exercise, a.part) == (rate.name, part)]
            assert (right.n, wrong.n) == (there.count(False), there.count(True)), (rate.name, part)
        assert sum(rate.fates) > 0, f"{rate.name}: no mutant"
        assert rate.moving.n > 0


@pytest.mark.claim("results-checks-points")
def test_no_right_answer_loses_anything_and_the_wrong_ones_that_pass_are_the_known_ones(whole: rates.Rate) -> None:
    right, wrong = rates.added(whole.rejected), rates.added(whole.accepted)
    assert right.n >= 400
    assert wrong.n >= 2000
    assert right.k == 0
    assert wrong.k == len(PASS)


@pytest.mark.claim("results-checks-seeds")
def test_the_draw_moves_some_wrong_answers_and_no_right_one(whole: rates.Rate) -> None:
    """What the page says of seeds: the bar is missed, by wrong answers that get no full points by it."""
    assert whole.moving.k > 0
    assert whole.moving.k < 0.05 * whole.moving.n
    for kept in (results.load(f"rates/{name}") for name in rates.CHAPTERS):
        for key in (key for key in kept if key.endswith(" again")):
            most = kept[f"{key.split()[0]} most"][0]
            moved = kept[key][:, np.ptp(kept[key], axis=0) > 0]
            assert moved.size == 0 or " wrong " in key, key
            assert (moved < most).all(), key


@pytest.mark.claim("results-checks-bars")
def test_which_bars_are_reached(whole: rates.Rate) -> None:
    """The page's sentences say so too: misleading reports, sealed ones that fit and the interval miss theirs."""
    kept = results.load("rates/verdicts")
    by_part = {part: np.sum([kept[f"{c} {part}"][0] for c in rates.CHAPTERS], axis=0) for part in rates.PARTS}
    said, sealed = sum(by_part.values()), by_part["sealed"]
    fits, astray = (VERDICTS.index(verdict) for verdict in ("fits", "misleading"))
    assert said[fits] / said.sum() >= 0.85
    assert sealed[fits] / sealed.sum() < 0.85
    assert said[astray] / said.sum() > 0.005
    assert rates.added(whole.accepted).interval[1] > 0.005
    assert "The last is above the bar, and so few of the sealed ones fit that they miss theirs." in PAGE
    assert "The upper end of their share is above the bar." in PAGE
    assert said.sum() == len(verdicts())


def test_each_wrong_answer_that_passes_is_on_the_page() -> None:
    listed = [line for line in PAGE.splitlines() if line.startswith("- `")]
    for exercise in {key.split("/")[2] for key in PASS}:
        assert sum(f"`{exercise}`" in line for line in listed) >= 1, exercise
    named = {name for line in listed for name in re.findall(r"`(\w+\.\w+)`", line)}
    assert named == {key.split("/")[2] for key in PASS}


@pytest.mark.claim("results-checks-mutants")
def test_what_becomes_of_mutants(whole: rates.Rate) -> None:
    killed, _, outside, chance = whole.fates
    assert killed / sum(whole.fates) > 0.85
    assert outside + chance < 0.05 * sum(whole.fates)


# --- how it is counted


def test_points_are_those_that_a_check_gives() -> None:
    for exercise in (rnn.temperature, rnn.bits_per_character):
        drawn = rates.Drawn.of(exercise)
        for answer in (a for a in answers() if a.exercise == exercise.name):
            share = rates.earned(drawn, answer.function, 3) / rates.most(exercise)
            assert share == pytest.approx(check(exercise.name, answer.function, seed=3).score), answer.key
        assert rates.earned(drawn, 3, 3) == 0  # type: ignore[arg-type]


def test_things_in_turn_come_back_in_order() -> None:
    for n in (0, 1, 7, 20, 41):
        rows = [[rates.NONE if t is None else t for t in rates.in_turn(range(n), s, 20)] for s in range(20)]
        assert rates.untwined(np.array(rows)) == list(range(n))


def test_intervals_are_those_of_clopper_and_pearson() -> None:
    """None of n: 1 - 0.025^(1/n), from the binomial distribution by hand."""
    assert rates.Count(0, 50).interval == pytest.approx((0, 1 - 0.025 ** (1 / 50)))
    assert rates.Count(50, 50).interval == pytest.approx((0.025 ** (1 / 50), 1))


def made(text: str, name: str = "f") -> list[mutants.Mutant]:
    """The mutants of a function from its text."""
    import linecache

    source = textwrap.dedent(text)
    file = f"<test {hash(source)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names: dict[str, Any] = {"np": np, "__name__": "test"}
    exec(compile(source, file, "exec"), names)
    function = names[name]
    assert isinstance(function, FunctionType)
    return list(mutants.of(function))


def test_each_rule_makes_its_mutants() -> None:
    found = {
        m.name
        for m in made("""
            def f(a, b, n):
                require(n > 0, "n")
                if n < 3:
                    a[0] += b[n]
                for t in range(n):
                    b = np.tanh(a[1:]) @ b.T
                return -a * (b - a.sum(axis=0))
            """)
    }
    assert {
        "f: n < 3 → n <= 3",
        "f: n < 3 → n >= 3",
        "f: 3 → 4",
        "f: a[0] += b[n] → a[0] -= b[n]",
        "f: a[0] += b[n] → pass",
        "f: b[n] → b[n - 1]",
        "f: for t in range(n): → for t in list(range(n))[::-1]:",
        "f: np.tanh(a[1:]) → a[1:]",
        "f: np.tanh(a[1:]) @ b.T → b.T @ np.tanh(a[1:])",
        "f: 1: → :",
        "f: b.T → b",
        "f: -a → a",
        "f: -a * (b - a.sum(axis=0)) → -a / (b - a.sum(axis=0))",
        "f: b - a.sum(axis=0) → a.sum(axis=0) - b",
        "f: a.sum(axis=0) → a.sum()",
        "f: a.sum(axis=0) → a",
    } <= found
    assert not any("require" in name or "n > 0" in name for name in found)


def test_a_mutant_that_is_wrong_is_killed_and_one_that_is_not_lives() -> None:
    exercise = rates.Drawn.of(rnn.perplexity)
    by_name = {m.name: m for m in mutants.mutants(rnn.perplexity)}
    assert rates.fate(exercise, by_name["perplexity: nll_sums.sum() → nll_sums"], 1) == rates.KILLED
    same = mutants.Mutant(by_name["perplexity: nll_sums.sum() → nll_sums"].function, "", "", as_it_is(rnn.perplexity))
    assert rates.fate(exercise, same, 1) == rates.ALIKE


def as_it_is(exercise: Any) -> Any:
    """The code of a reference, unchanged."""
    head, body = mutants._text(mutants.bare(exercise.reference))
    return compile(f"from __future__ import annotations\n{head}{body}", "<same>", "exec")


def test_without_the_answers_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rates, "__file__", str(tmp_path / "a" / "b" / "rates.py"))
    with pytest.raises(FileNotFoundError, match="expected a checkout of the course with a folder tests/natural/"):
        rates.corpus()
