"""Every attack of the corpus against stock nbgrader does there what it says; needs bubblewrap."""

from __future__ import annotations

from pathlib import Path

import pytest

from attacks import arena, kept, stock

pytestmark = pytest.mark.stock
CORPUS = arena.corpus()
UNCHANGED = kept.unchanged(CORPUS, kept.read())


@pytest.fixture(scope="session")
def template(jailed: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which one student is graded."""
    return stock.prepared(tmp_path_factory.mktemp("template"))


@pytest.mark.parametrize("name", [name for name in CORPUS if name not in UNCHANGED])
def test_what_is_said_of_stock_happens(name: str, tmp_path: Path, template: Path) -> None:
    seen = stock.observe(CORPUS[name], tmp_path, template)
    assert not stock.disagrees(CORPUS[name], seen), seen


def test_what_is_said_of_stock_happened() -> None:
    wrong = {name: found for name, found in UNCHANGED.items() if stock.disagrees(CORPUS[name], found)}
    assert not wrong


def test_what_has_changed_is_tried_again() -> None:
    """Of two alike one is tried; another text, other versions, the package's part: tried."""
    corpus = {name: arena.Attack(name, f"'''{name}'''\nSTOCK = 'harms'") for name in "abcde"}
    corpus["c"] = arena.Attack("c", "STOCK = 'harms'\nimport rnncourse")
    found = {name: (kept.digest(attack), ["harms"]) for name, attack in corpus.items()}
    assert kept.unchanged(corpus, found) == {name: ["harms"] for name in "bde"}
    found["d"] = ("another", ["harms"])
    assert kept.unchanged(corpus, found) == {name: ["harms"] for name in "be"}
    corpus["e"] = arena.Attack("e", corpus["e"].text + "\nCELL = 'cell'")
    assert kept.unchanged(corpus, found) == {"b": ["harms"]}
    assert kept.unchanged(corpus, {}) == {}


def test_what_is_kept_comes_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(kept, "FILE", tmp_path / "stock.json")
    assert kept.read() == {}
    one, other = arena.Attack("one", "STOCK = 'resists'"), arena.Attack("other", "import rnncourse")
    kept.write({one: {}, other: {"harms": ["it does"]}})
    assert kept.read() == {"one": (kept.digest(one), [])}


def test_an_outcome_that_was_not_said_fails() -> None:
    assert stock.disagrees(arena.Attack("one", "STOCK = 'harms'"), ["batch"])
    assert stock.disagrees(arena.Attack("one", "STOCK = 'resists'"), ["harms"])
    assert not stock.disagrees(arena.Attack("one", "STOCK = 'harms'"), ["batch", "harms"])
