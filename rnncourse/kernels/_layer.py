"""What the kernels share: their contract, their memory, their arguments, gradients from what all steps kept."""

from __future__ import annotations

import functools
import math
import sys
import threading
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np

from rnncourse._arrays import Array, expect

Product = Callable[[Array, Array, Array], Any]
CACHE = 2**18  # numbers
ONE_THREAD = 2**18  # multiplications up to which OpenBLAS keeps to one thread
LEAST, MOST, BLOCKS = 2**17, 2**27, 64  # bytes of a block and of all that are kept; how many are kept
ALIGNED = 64  # bytes: a cache line, and the widest vector


class Kernel(Protocol):
    """What a module of this package is to whoever runs it: three tuples with names, and a function each way.

    ``Inputs``: arrays, None where one may be missing, and options that are no arrays. ``Outputs``: arrays that are the
    caller's own, shared with nothing. ``Kept``: arrays (or None) that the backward pass reads and nobody else holds.
    ``DEPENDS``: for outputs that do not depend on all inputs, on which; none means that they have no derivative.
    """

    Inputs: Any
    Outputs: Any
    Kept: Any
    DEPENDS: dict[str, tuple[str, ...]]

    def forward_unchecked(self, inputs: Any, product: Product, keep: bool) -> tuple[Any, Any]:
        """Outputs and Kept; the latter may be None unless ``keep``. NaN goes through, as in torch."""

    def backward_unchecked(self, upstream: Any, inputs: Any, kept: Any, product: Product, wanted: Any) -> Any:
        """Gradients in the places of Inputs, None for what has none. None in ``upstream`` stands for zeros.

        ``wanted`` has a bool in the place of each input: the kernel may leave out what nobody asks for.
        """


class Tape(NamedTuple):
    """What a forward pass leaves for ``backward``; it shares memory with what went in."""

    inputs: Any
    kept: Any
    product: Product


class _Memory(threading.local):
    """Blocks of memory that one thread uses again when nobody holds an array in them."""

    def __init__(self) -> None:
        self.shelves: dict[int, list[Any]] = {}  # blocks by the number of bits of their size, the last used shelf last
        self.blocks, self.bytes = 0, 0


_memory, _one = _Memory(), [np.empty(0)]
_UNHELD = sys.getrefcount(_one[0])  # what is counted for an array that its list alone holds


def empty(shape: tuple[int, ...], dtype: Any) -> Array:
    """An array as np.empty gives it, in memory used before if there is such that nobody holds any more.

    The system clears every fresh page before it hands it out: for arrays of a megabyte this takes longer than all
    that is computed in them. A view of a block, also torch's, holds the block, so its count tells whether it is free.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size < LEAST:
        return np.empty(shape, dtype)
    shelves, bits = _memory.shelves, size.bit_length()
    shelf = shelves[bits] = shelves.pop(bits, [])
    for i in range(len(shelf)):
        if sys.getrefcount(shelf[i]) == _UNHELD and size <= shelf[i].nbytes - ALIGNED:
            block = shelf[i]
            break
    else:
        block = np.empty(size + ALIGNED, np.uint8)
        shelf.append(block)
        _memory.blocks, _memory.bytes = _memory.blocks + 1, _memory.bytes + block.nbytes
        while _memory.blocks > BLOCKS or _memory.bytes > MOST:
            _forget_one()
    start = -block.ctypes.data % ALIGNED
    return block[start : start + size].view(dtype).reshape(shape)


def _forget_one() -> None:
    """Of the shelf unused for the longest time, the block that has been there longest."""
    shelves = _memory.shelves
    bits = next(iter(shelves))
    block = shelves[bits].pop(0)
    _memory.blocks, _memory.bytes = _memory.blocks - 1, _memory.bytes - block.nbytes
    if not shelves[bits]:
        del shelves[bits]


def free_memory() -> None:
    """Give back to the system what kernels of this thread keep to use again; what somebody holds stays with them."""
    _memory.shelves.clear()
    _memory.blocks = _memory.bytes = 0


def looped(product: Product, multiplications: int) -> Product:
    """For the products of a loop, of which the largest has so many multiplications: NumPy's where it is small."""
    return np.dot if multiplications <= ONE_THREAD else product


@functools.cache
def everything_but(inputs: type[Any], *unwanted: str) -> Any:
    """What ``wanted`` is where all gradients are asked for but these."""
    return inputs(*(name not in unwanted for name in inputs._fields))


def ordered(a: Array) -> Array:
    """A copy whose rows lie one after another."""
    copy = empty(a.shape, a.dtype)
    copy[...] = a
    return copy


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
    H = np.shape(next(iter(states.values())))[-1:]
    rows = str(blocks * H[0]) if blocks > 1 and H else "H"
    weights = {"W_ih": (W_ih, f"{rows} F"), "W_hh": (W_hh, f"{rows} H")}
    biases = {} if b_ih is None else {"b_ih": (b_ih, rows), "b_hh": (b_hh, rows)}
    expect(**given, **weights, **biases)


def expect_upstream(T: int, like: Array, dh_out: Array | None, **last: Array | None) -> None:
    """Check what reaches the states of T steps, and the last ones besides; None stands for zeros."""
    arrived = {"dh_out": (dh_out, f"{T} B H"), **{name: (array, "B H") for name, array in last.items()}}
    expect(h0=(like, "B H"), **{name: a for name, a in arrived.items() if a[0] is not None})


def spans(T: int, numbers: int) -> list[tuple[int, int]]:
    """Cut T steps into spans (start, stop), the last first, whose steps' ``numbers`` fit the cache together."""
    K = max(1, CACHE // numbers)
    return [(start, min(start + K, T)) for start in reversed(range(0, T, K))]


def add_product(total: Array, a: Array, b: Array, product: Product) -> None:
    """Add the product of two matrices to a third."""
    part = empty(total.shape, total.dtype)
    product(a, b, part)
    np.add(total, part, total)
