"""Every attack of ``tests/attacks/corpus`` against our grading, seen from outside; needs bubblewrap."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from attacks import arena, ours

CORPUS = arena.corpus()


@pytest.fixture(scope="module")
def outside(jailed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ours.Outside]:
    """The machine as an attack would like to reach it."""
    os.environ["GRADER_TOKEN"] = arena.TOKEN
    try:
        with ours.Outside(tmp_path_factory.mktemp("attacks")) as found:
            yield found
    finally:
        del os.environ["GRADER_TOKEN"]


@pytest.mark.parametrize("name", CORPUS)
def test_attack(name: str, outside: ours.Outside) -> None:
    assert ours.attempt(CORPUS[name], outside) == []
