"""Nested arguments and results: taken apart into leaves, by which all else goes, and put together again.

A :class:`Value` with ``parts`` is a tuple, a list, a dict or a named tuple of them: ``w`` of ``W_ih`` and ``W_hh`` has
the leaves ``w.W_ih`` and ``w.W_hh``. One with ``each`` is a list of arrays, as many as a case has, and one leaf: as a
result they are compared as one row of numbers (:class:`Joined`), which knows the shapes of its entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def in_float32(arguments: Sequence[Any]) -> tuple[Any, ...]:
    """The same arguments in single precision: arrays of floats, in lists too; all else as it is."""

    def narrow(a: Any) -> Any:
        if isinstance(a, list):
            return [narrow(one) for one in a]
        return a.astype(np.float32) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a

    return tuple(map(narrow, arguments))


@dataclass(frozen=True)
class Value:
    """An argument or an output: its name, its axes in the symbols of the page ("T B F"; None: not an array)."""

    name: str
    axes: str | None = ""
    note: str = ""
    integers: bool = False
    backwards: bool = False  # is computed from the last step to the first
    tolerance: float | None = None  # relative to the largest entry; None: from the dtype, the length and the condition
    parts: tuple[Value, ...] = ()  # of what it is put together
    kind: Any = tuple  # as what: tuple, list, dict, or a class of named tuples
    each: str = ""  # a list of such arrays, of any shapes: the symbol of its entries
    own: bool = False  # an output in arrays of its own: none shares its memory with an argument
    free: bool = False  # an output whose numbers are the student's choice: facets say what has to hold (Facet.holds)

    def letters(self, ndim: int) -> list[str]:
        """A symbol for each axis; arrays of any shape have entries along all of theirs."""
        return self.axes.split() if self.axes and not self.each else ["N"] * ndim

    def __str__(self) -> str:
        shape = f" ({', '.join(self.axes.split())}{',' if ' ' not in self.axes else ''})" if self.axes else ""
        if self.each:
            shape = f", a list of arrays{shape}"
        if self.parts:
            inner = ", ".join(map(str, self.parts))
            shape = f", a {self.made_as} of {inner}"
        return f"{self.name}{shape}" + (f": {self.note}" if self.note else "")

    @property
    def made_as(self) -> str:
        """What its parts are put together as, in a word."""
        return self.kind.__name__ if self.kind in (tuple, list, dict) else "named tuple"


class Joined(np.ndarray[Any, Any]):
    """The numbers of a list of arrays in a row, and the shapes of these."""

    shapes: tuple[tuple[int, ...], ...] | None = None

    @classmethod
    def of(cls, arrays: Sequence[Array]) -> Joined:
        """Of these arrays."""
        joined = np.concatenate([np.zeros(0, arrays[0].dtype if arrays else float), *(a.reshape(-1) for a in arrays)])
        made = joined.view(cls)
        made.shapes = tuple(a.shape for a in arrays)
        return made

    @property
    def arrays(self) -> list[Array]:
        """These arrays again."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes or ()])
        cut = np.split(np.asarray(self), ends[:-1]) if self.shapes else []
        return [a.reshape(shape) for a, shape in zip(cut, self.shapes or (), strict=True)]


def shapes(array: Array) -> tuple[tuple[int, ...], ...] | None:
    """Of a joined array the shapes of what it was made of."""
    return array.shapes if isinstance(array, Joined) else None


def entry(array_shapes: Sequence[tuple[int, ...]], index: int) -> tuple[int, tuple[int, ...]]:
    """Which entry of the list a number of a joined array belongs to, and where it stands in that."""
    for n, shape in enumerate(array_shapes):
        size = int(np.prod(shape))
        if index < size:
            return n, tuple(int(j) for j in np.unravel_index(index, shape))
        index -= size
    raise IndexError(index)


def leaves(values: Sequence[Value]) -> tuple[Value, ...]:
    """The values that are not put together of others, each under its whole name."""
    found: list[Value] = []
    for value in values:
        inner = [replace(part, name=f"{value.name}.{part.name}") for part in value.parts]
        found += leaves(inner) if inner else [value]
    return tuple(found)


def spread(values: Sequence[Value], contents: Sequence[Any]) -> list[Any]:
    """Of contents of these values those of the leaves. Raises TypeError, ValueError or KeyError for others."""
    found: list[Any] = []
    for value, content in zip(values, contents, strict=True):
        if not value.parts:
            found.append(content)
        elif value.kind is dict:
            if len(content) != len(value.parts):
                raise KeyError(value.name)
            found += spread(value.parts, [content[part.name] for part in value.parts])
        else:
            found += spread(value.parts, tuple(content))
    return found


def pack(values: Sequence[Value], flat: Sequence[Any]) -> tuple[Any, ...]:
    """The contents of these values from those of their leaves."""
    return tuple(_packed(values, iter(flat)))


def _packed(values: Sequence[Value], left: Iterator[Any]) -> Iterator[Any]:
    for value in values:
        if not value.parts:
            yield next(left)
            continue
        inner = list(_packed(value.parts, left))
        if value.kind is dict:
            yield dict(zip((part.name for part in value.parts), inner, strict=True))
        else:
            yield value.kind(inner) if value.kind in (tuple, list) else value.kind(*inner)
