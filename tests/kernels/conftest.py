"""What the tests of all kernels share."""

import pytest

from rnncourse.kernels import _layer


@pytest.fixture(autouse=True)
def memory_is_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by arrays as small as those of the tests."""
    monkeypatch.setattr(_layer, "LEAST", 1)
    _layer.free_memory()
