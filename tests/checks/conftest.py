"""What the tests of checks share."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnncourse.checks import exercises
from tests.checks.once import cases_once

__all__ = ["cases_once"]

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of an exercise come one after the other, whichever files they are in: see ``cases_once``."""
    order = {name: n for n, name in enumerate(exercises())}

    def place(item: pytest.Item) -> int:
        given = item.callspec.params.values() if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ()
        return next((order[value] for value in given if isinstance(value, str) and value in order), -1)

    ours = [n for n, item in enumerate(items) if item.path.is_relative_to(HERE)]
    for n, item in zip(ours, sorted((items[n] for n in ours), key=place), strict=True):
        items[n] = item
