"""Gradients checked against SciPy's finite differences, for every backward pass that is written by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import scipy.optimize


def assert_gradients(loss: Callable[..., Any], given: Mapping[str, Any], gradients: Mapping[str, Any]) -> None:
    """Compare gradients, by the names of arguments of ``loss``, with central differences of it in float64."""
    for name, gradient in gradients.items():
        at = given[name]

        def along(flat: Any, name: str = name, shape: tuple[int, ...] = at.shape) -> float:
            return float(loss(**{**given, name: flat.reshape(shape)}))

        there, back = (scipy.optimize.approx_fprime(at.ravel(), along, step) for step in (1e-6, -1e-6))
        wanted = (there + back).reshape(at.shape) / 2
        np.testing.assert_allclose(gradient, wanted, rtol=1e-6, atol=1e-7, err_msg=name)
