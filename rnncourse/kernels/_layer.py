"""What the kernels share: their arguments, and gradients from what all steps kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from rnncourse._arrays import Array, expect

Product = Callable[[Array, Array, Array], Any]
CACHE = 2**18  # numbers


def expect_layer(
    blocks: int,
    x: Array,
    states: dict[str, Array],
    W_ih: Array,
    W_hh: Array,
    b_ih: Array | None,
    b_hh: Array | None,
) -> None:
    """Check a layer whose weights stack ``blocks`` blocks of H rows."""
    if (b_ih is None) != (b_hh is None):
        raise ValueError(f"expected both biases or neither, got {'b_hh' if b_ih is None else 'b_ih'} alone")
    given = {"x": (x, "T B F"), **{name: (state, "B H") for name, state in states.items()}}
    rows = "H" if blocks == 1 else str(blocks * expect(**given)["H"])
    weights = {"W_ih": (W_ih, f"{rows} F"), "W_hh": (W_hh, f"{rows} H")}
    biases = {} if b_ih is None else {"b_ih": (b_ih, rows), "b_hh": (b_hh, rows)}
    expect(**given, **weights, **biases)


def expect_upstream(T: int, like: Array, dy: Array | None, **last: Array | None) -> None:
    """Check what reaches the states of T steps, and the last ones besides; None stands for zeros."""
    arrived = {"dy": (dy, f"{T} B H"), **{name: (array, "B H") for name, array in last.items()}}
    expect(h0=(like, "B H"), **{name: a for name, a in arrived.items() if a[0] is not None})


def spans(T: int, numbers: int) -> list[tuple[int, int]]:
    """Cut T steps into spans (start, stop), the last first, whose steps' ``numbers`` fit the cache together."""
    K = max(1, CACHE // numbers)
    return [(start, min(start + K, T)) for start in reversed(range(0, T, K))]


def add_product(total: Array, a: Array, b: Array, product: Product) -> None:
    """Add the product of two matrices to a third."""
    part = np.empty_like(total)
    product(a, b, part)
    np.add(total, part, total)
