"""Numbers are compared at the scale of what they belong to: an absolute tolerance says nothing about small ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np


def assert_close_at_scale(got: Iterable[Any], expected: Iterable[Any], tolerance: float) -> None:
    """Each array differs from the one expected by at most ``tolerance`` times the largest number of the latter."""
    for k, (g, e) in enumerate(zip(got, expected, strict=True)):
        found, wanted = np.asarray(g, np.float64), np.asarray(e, np.float64)
        assert found.shape == wanted.shape
        assert np.isfinite(wanted).all()
        scale = np.abs(wanted).max(initial=0.0)
        off = np.abs(found - wanted).max(initial=0.0)
        assert off <= tolerance * scale, f"number {k}: off by {off:.3g}, where the largest is {scale:.3g}"
