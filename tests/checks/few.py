"""What `make test` does with a few seeds, and `make reproduce` with all of them."""

from __future__ import annotations

import pytest


def seeds(few: int, many: int) -> pytest.MarkDecorator:
    """The argument ``seeds`` of a test: the first of them, and apart, marked ``again``, the others."""
    others = pytest.param(range(few, many), marks=[pytest.mark.again, pytest.mark.timeout(1200)], id="more")
    return pytest.mark.parametrize("seeds", [pytest.param(range(few), id="few"), others])
