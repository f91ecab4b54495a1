"""What every public function does with its arguments first: say clearly what is wrong with them."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


def expect(**arrays: tuple[Any, str]) -> dict[str, int]:
    """Check shapes by the symbols of the page, and return the size of each symbol.

    ``expect(x=(x, "T B F"), h0=(h0, "B H"))`` accepts any T, B, F and H of at least 1, as long as a
    symbol means the same size everywhere. A number stands for itself.

    Raises
    ------
    TypeError
        If an argument is not a NumPy array of float32 or float64, or two differ in dtype.
    ValueError
        If a shape differs from what the symbols say, a size is 0, or a value is NaN or infinite.
    """
    return measure([(name, array, axes_of(symbols)) for name, (array, symbols) in arrays.items()])


class Sum(NamedTuple):
    """The length of an axis that is made of others: "4H", "N+F+1", "H+R·D"."""

    text: str
    terms: list[tuple[int, list[str]]]  # a number, and symbols that it is multiplied by

    def length(self, known: dict[str, int], given: int) -> int | None:
        """What it comes to; where one symbol alone is unknown yet, it is learnt from the length given. None: no way."""
        rest, unknown = given, []
        for number, symbols in self.terms:
            if all(a in known for a in symbols):
                rest -= number * math.prod(known[a] for a in symbols)
            else:
                unknown.append((number, symbols))
        if not unknown:
            return given - rest
        number, symbols = unknown[0]
        if len(unknown) > 1 or len(symbols) > 1 or rest <= 0 or rest % number:
            return None
        known[symbols[0]] = rest // number
        return given

    def spelt(self, known: Mapping[Any, int | None]) -> str:
        """The number where all is known, else the text."""
        sizes = {a: s for a, s in known.items() if s is not None}
        return self.text if (length := self.length(sizes, 0)) is None else str(length)


Axes = tuple[str | int | Sum, ...]


def measure(arrays: Sequence[tuple[str, Any, Axes]]) -> dict[str, int]:
    """Check arrays, each with its name and its axes, as :func:`expect` does; a name may occur twice."""
    sizes: dict[str, int] = {}
    dtypes = set()
    for name, array, axes in arrays:
        if not isinstance(array, np.ndarray):
            raise TypeError(f"{name}: expected a NumPy array, got {type(array).__name__}")
        if array.dtype not in FLOATS:
            raise TypeError(f"{name}: expected float32 or float64, got {array.dtype}")
        shape, known = array.shape, sizes.copy()
        fits = len(axes) == len(shape)
        for a, s in zip(axes, shape, strict=False):
            if isinstance(a, str):
                fits = fits and known.setdefault(a, s) == s
            else:
                fits = fits and (a if isinstance(a, int) else a.length(known, s)) == s
        if not fits:
            raise ValueError(f"{name}: expected shape ({_spelt(axes, shape, sizes)}), got {shape}")
        sizes = known
        if 0 in shape:
            symbols = " ".join(a.text if isinstance(a, Sum) else str(a) for a in axes)
            raise ValueError(f"{name}: expected at least one entry along each axis of ({symbols}), got {shape}")
        if not np.isfinite(array).all():
            where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
            raise ValueError(f"{name}: expected finite numbers, got {array[where]} at index {where}")
        dtypes.add(array.dtype)
    if len(dtypes) > 1:
        given = {name: str(array.dtype) for name, array, _ in arrays}
        raise TypeError(f"expected one dtype for all arrays, got {given}")
    return sizes


@functools.cache
def axes_of(symbols: str) -> Axes:
    """The axes that symbols stand for: "B H 3" are B, H and 3; "4H" and "N+F+1" are made of others."""
    return tuple(_axis(a) for a in symbols.split())


def _axis(text: str) -> str | int | Sum:
    if text.isdigit():
        return int(text)
    if text.isidentifier():
        return text
    terms = []
    for term in text.split("+"):
        number, symbols = re.fullmatch(r"(\d*)(.*)", term).groups()  # type: ignore[union-attr]
        terms.append((int(number or 1), symbols.split("·") if symbols else []))
    return Sum(text, terms)


def _spelt(axes: Axes, shape: tuple[int, ...], sizes: dict[str, int]) -> str:
    """A shape that was expected, with the sizes that are known: "T, B=3"."""
    repeated = {a: s for a, s in zip(axes, shape, strict=False) if axes.count(a) > 1}  # "N N": square
    wanted: dict[Any, int | None] = {a: sizes.get(a, repeated.get(a)) for a in axes if isinstance(a, str)}
    known: dict[Any, int | None] = {**sizes, **wanted}
    words = [a.spelt(known) if isinstance(a, Sum) else str(a) for a in axes]
    return ", ".join(word if wanted.get(word) is None else f"{word}={wanted[word]}" for word in words)


def expect_ids(name: str, ids: Any, shape: tuple[int | str, ...] | None, below: int) -> None:
    """Check an array of symbol numbers: integers, of the given shape (None: any; a letter: any size), in 0 … below-1.

    Raises
    ------
    TypeError
        If it is not a NumPy array of integers.
    ValueError
        If its shape or a value is not what was expected.
    """
    if not isinstance(ids, np.ndarray) or not np.issubdtype(ids.dtype, np.integer):
        got = ids.dtype if isinstance(ids, np.ndarray) else type(ids).__name__
        raise TypeError(f"{name}: expected a NumPy array of integers, got {got}")
    if shape is not None and ids.shape != tuple(
        given if isinstance(axis, str) else axis for axis, given in zip_longest(shape, ids.shape)
    ):
        raise ValueError(f"{name}: expected shape {shape}, got {ids.shape}".replace("'", ""))
    if ids.size and (ids.min() < 0 or ids.max() >= below):
        raise ValueError(f"{name}: expected numbers from 0 to {below - 1}, got {ids.min()} to {ids.max()}")


def sign(module: dict[str, Any], *names: str) -> None:
    """Let functions of a module say which of them complains: by the type's name, like "rnn.cell.ValueError".

    It is a ValueError or a TypeError as before. The checks tell by it an answer that is the library's from one in the
    library's words, also in another process. Where one function calls another, the one that was called first signs.
    """
    for name in names:
        module[name] = _signed(f"{module['__name__'].partition('.')[2]}.{name}", module[name])


def _signed(signer: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def signed(*arguments: Any, **keywords: Any) -> Any:
        try:
            return function(*arguments, **keywords)
        except (TypeError, ValueError) as error:
            kind = type(error).__base__ if hasattr(error, "signer") else type(error)
            if kind not in (TypeError, ValueError):
                raise
            raise _complaint(kind, signer)(*error.args).with_traceback(error.__traceback__) from None

    return signed


@functools.cache
def _complaint(kind: type[Exception], signer: str) -> type[Exception]:
    """The type, which becomes the plain one when it is pickled."""
    body = {"__module__": "rnncourse", "signer": signer, "__reduce__": lambda error: (kind, error.args)}
    return type(f"{signer}.{kind.__name__}", (kind,), body)


def expect_lengths(lengths: Any, T: int, B: int) -> None:
    """Check the lengths of B sequences that are filled up to T steps: integers (B,) in 1 … T.

    Raises ValueError or TypeError as :func:`expect_ids`, ValueError for an empty sequence.
    """
    expect_ids("lengths", lengths, (B,), below=T + 1)
    if lengths.min() < 1:
        raise ValueError(f"lengths: expected at least 1 step of every example, got {lengths.min()}")


def expect_alike(**arrays: Any) -> None:
    """Check arrays of any shape, as long as it is one shape. Raises as :func:`expect`."""
    axes = " ".join(f"N_{axis}" for axis in range(np.ndim(next(iter(arrays.values())))))
    expect(**{name: (array, axes) for name, array in arrays.items()})


def at_least(smallest: int, **numbers: Any) -> None:
    """Check integers. Raises TypeError unless they are (True is none), ValueError where one is too small."""
    for name, number in numbers.items():
        if isinstance(number, bool) or not isinstance(number, int | np.integer):
            raise TypeError(f"{name}: expected an integer, got {type(number).__name__}")
        if number < smallest:
            raise ValueError(f"{name}: expected at least {smallest}, got {number}")


def finite(**numbers: Any) -> None:
    """Check real numbers. Raises TypeError unless they are, ValueError for NaN and infinity."""
    for name, number in numbers.items():
        expect_number(name, number, math.isfinite, "a finite number")


def positive(**numbers: Any) -> None:
    """Check finite numbers above 0. Raises TypeError unless they are numbers, ValueError for the others."""
    for name, number in numbers.items():
        expect_number(name, number, lambda value: 0 < value < math.inf, "a positive number")


def not_negative(**numbers: Any) -> None:
    """Check finite numbers of at least 0. Raises TypeError unless they are numbers, ValueError for the others."""
    for name, number in numbers.items():
        expect_number(name, number, lambda value: 0 <= value < math.inf, "a number of at least 0")


def require(fits: bool | np.bool_, message: str) -> None:
    """Raise ValueError with what was expected and what came, unless it fits."""
    if not fits:
        raise ValueError(message)


def expect_number(name: str, number: Any, fits: Callable[[Any], bool], wanted: str) -> None:
    """Check a real number. Raises TypeError unless it is one, ValueError unless it fits."""
    if isinstance(number, bool) or not isinstance(number, int | float | np.integer | np.floating):
        raise TypeError(f"{name}: expected {wanted}, got {type(number).__name__}")
    if not fits(number):
        raise ValueError(f"{name}: expected {wanted}, got {number}")
