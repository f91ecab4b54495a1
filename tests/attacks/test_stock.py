"""Every attack of the corpus against stock nbgrader does there what it says; needs bubblewrap."""

from __future__ import annotations

from pathlib import Path

import pytest

from attacks import arena, stock

pytestmark = pytest.mark.stock
CORPUS = arena.corpus()


@pytest.fixture(scope="session")
def template(jailed: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which one student is graded."""
    return stock.prepared(tmp_path_factory.mktemp("template"))


@pytest.mark.parametrize("name", CORPUS)
def test_what_is_said_of_stock_happens(name: str, tmp_path: Path, template: Path) -> None:
    seen = stock.observe(CORPUS[name], tmp_path, template)
    assert not stock.disagrees(CORPUS[name], seen), seen
