"""Values across the wall between a student's process and the one that grades: by value, never by pickle.

What passes: None, bool, int, float, complex, str, bytes, list, tuple, dict, set, NumPy's arrays and scalars of numbers,
and torch's dense tensors. Named tuples pass with the names of their fields; of libraries' subclasses passes what they
hold (:func:`content`).
Everything else becomes a :class:`Handle`: a number that stands for it, and its type's name. What comes out of a message
is of the types above, never of a class of the student's.

A message is a head in JSON and the arrays' bytes behind it. Both sides use this module; only :func:`decode` may trust
nothing. It reads no more than :class:`Limits` allows, makes no object but the types above, and raises
:class:`MalformedError` for everything else.
"""

from __future__ import annotations

import functools
import json
import keyword
import operator
import re
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

import numpy as np


class MalformedError(ValueError):
    """Bytes that :func:`encode` does not make, or more of them than allowed."""


class UnsendableError(TypeError):
    """A value too large or too deep to pass."""


@dataclass(frozen=True)
class Limits:
    """What a message may hold."""

    head: int = 2**20  # bytes of JSON
    body: int = 2**26  # bytes of arrays
    nodes: int = 50_000
    depth: int = 30
    digits: int = 1_000  # of a whole number


LIMITS = Limits()
SEQUENCES: dict[Any, str] = {list: "l", tuple: "t", set: "s", frozenset: "z"}
MADE = {letter: kind for kind, letter in SEQUENCES.items()}
LENGTHS = struct.Struct(">II")
DTYPES = {
    np.dtype(code).newbyteorder("<").str: np.dtype(code).newbyteorder("<")
    for code in ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
}
CODES = {dtype: code for code, dtype in DTYPES.items()}
LENT = 2**30  # handles from here on stand for functions of the side that grades
MOST_NAMED, MOST_FIELDS = 100, 100  # kinds of named tuples in a message, fields of one
MOST_ALIKE = 100  # keys of a set that share a hash
TYPE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.<>]{0,99}\Z")


@dataclass(frozen=True)
class Handle:
    """Stands for an object that stays where it is: its number there, its type and module by name."""

    number: int
    type_name: str
    module: str
    callable: bool


class Named(tuple[Any, ...]):
    """A named tuple that has passed; its fields are what their names say, it has no other methods than a tuple's."""

    __slots__ = ()
    _fields: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{f}={v!r}' for f, v in zip(self._fields, self, strict=True))})"

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))


@functools.lru_cache(maxsize=1_000)
def named(name: str, fields: tuple[str, ...]) -> type[Named]:
    """The class of named tuples of a name and with fields. Raises ValueError for names that no named tuple can have."""
    if not (len(set(fields)) == len(fields) <= MOST_FIELDS and all(map(_field, fields)) and _field(name.lstrip("_"))):
        raise ValueError("not the names of fields")
    places: dict[str, Any] = {field: property(operator.itemgetter(i)) for i, field in enumerate(fields)}
    return type(name, (Named,), {"__slots__": (), "_fields": fields, "__match_args__": fields, **places})


def _field(name: Any) -> bool:
    """May a field of a named tuple have this name?"""
    fine = type(name) is str and len(name) < 100 and name.isidentifier() and normalize("NFKC", name) == name
    return fine and not (name.startswith("_") or keyword.iskeyword(name) or hasattr(tuple, name))


def fields_of(value: Any) -> tuple[str, tuple[str, ...]] | None:
    """The name of a named tuple's kind, and of its fields; NumPy's and torch's results too. None for all others."""
    kind = type(value)
    if kind is tuple or not issubclass(kind, tuple):
        return None
    fields = getattr(kind, "_fields", None) or getattr(kind, "__match_args__", None)
    if type(fields) is not tuple or len(fields) != tuple.__len__(value) or not all(type(f) is str for f in fields):
        return None
    name = str(kind.__name__).rpartition(".")[2]
    try:
        named(name, fields)
    except ValueError:
        return None
    return name, fields


Refer = Callable[[Any], Handle]


def encode(value: Any, refer: Refer | None = None, limits: Limits = LIMITS) -> bytes:
    """A value as bytes. ``refer`` makes the handle of what does not pass by value.

    Raises UnsendableError for what is beyond the limits, and for an object of another type where ``refer`` is None.
    """
    arrays: list[bytes] = []
    left = [limits.nodes, limits.body]
    kinds: set[Any] = set()

    def array(a: np.ndarray[Any, Any]) -> list[Any]:
        left[1] -= a.nbytes
        if left[1] < 0:
            raise UnsendableError(f"arrays of more than {limits.body >> 20} MB")
        code = CODES.get(a.dtype)
        if code is None:
            a = a.astype(_little(a.dtype))
            code = CODES[a.dtype]
        arrays.append(a.tobytes())
        return [code, list(a.shape)]

    def node(v: Any, depth: int) -> Any:
        left[0] -= 1
        if depth > limits.depth:
            raise UnsendableError(f"nested more than {limits.depth} deep")
        if left[0] < 0:
            raise UnsendableError(f"more than {limits.nodes} values")
        kind = type(v)
        if kind is np.ndarray and (v.dtype in CODES or _little(v.dtype) in CODES):
            return {"a": array(v)}
        if v is None or kind is bool:
            return v
        if kind is str:
            return v if _plain(v) else v.encode("utf-8", "backslashreplace").decode()
        if kind is int:
            if v.bit_length() > 3 * limits.digits:
                raise UnsendableError(f"a whole number of more than {limits.digits} digits")
            return {"i": str(v)}
        if kind is float:
            return {"f": v.hex()}
        if kind in SEQUENCES:
            return {SEQUENCES[kind]: [node(item, depth + 1) for item in list(v)]}
        if kind is dict:
            return {"d": [[node(k, depth + 1), node(item, depth + 1)] for k, item in list(v.items())]}
        if kind is complex:
            return {"c": [v.real.hex(), v.imag.hex()]}
        if kind is bytes:
            return {"b": v.hex()}
        if isinstance(v, np.generic) and kind.__module__ == "numpy" and _little(v.dtype) in CODES:
            return {"g": array(np.asarray(v))}
        torch = sys.modules.get("torch")
        if torch is not None and kind in (torch.Tensor, torch.nn.Parameter) and _dense(torch, v):
            return {"T": array(v.detach().cpu().resolve_conj().resolve_neg().numpy())}
        if (found := fields_of(v)) is not None and len(kinds | {found}) <= MOST_NAMED:
            kinds.add(found)
            return {"n": [found[0], list(found[1]), [node(item, depth + 1) for item in tuple.__iter__(v)]]}
        if (plain := content(v)) is not v:
            return node(plain, depth)
        if kind is Handle:
            handle = v
        elif refer is not None:
            handle = refer(v)
        else:
            raise UnsendableError(f"a {kind.__name__}")
        return {"h": [handle.number, handle.type_name, handle.module, handle.callable]}

    head = json.dumps(node(value, 0), separators=(",", ":")).encode()
    if len(head) > limits.head:
        raise UnsendableError(f"more than {limits.head} characters")
    return b"".join((LENGTHS.pack(len(head), limits.body - left[1]), head, *arrays))


def content(value: Any) -> Any:
    """What a tuple with names, or an instance of a library's subclass, holds; all other values as they are.

    An object of a student's own class stays where it is, with its methods.
    """
    kind = type(value)
    if kind.__module__ == "__main__" and not (issubclass(kind, tuple) and hasattr(kind, "_fields")):
        return value
    if isinstance(value, np.ndarray):
        array = value if kind is np.ndarray else np.ndarray.view(value, np.ndarray)
        return array.astype(float) if array.dtype == np.longdouble != np.dtype(float) else array
    if kind is np.longdouble:
        return np.float64(value)
    base: Any
    for base in (tuple, list, set, frozenset):
        if isinstance(value, base) and kind is not base:
            return base(base.__iter__(value))
    if isinstance(value, dict) and kind is not dict:
        return dict(dict.items(value))
    return value


def _plain(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return True


def _little(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return dtype.newbyteorder("<")


def _dense(torch: Any, tensor: Any) -> bool:
    kinds = (torch.float16, torch.float32, torch.float64, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool)
    known = tensor.dtype in (*kinds, torch.uint8, torch.complex64, torch.complex128)
    return known and tensor.layout == torch.strided and not tensor.is_meta


def lengths(prefix: bytes, limits: Limits = LIMITS) -> int:
    """How many bytes follow the eight of the prefix. Raises MalformedError beyond the limits."""
    if len(prefix) != LENGTHS.size:
        raise MalformedError(f"a prefix of {len(prefix)} bytes")
    head, body = LENGTHS.unpack(prefix)
    if head > limits.head or body > limits.body:
        raise MalformedError(f"a message of {head} and {body} bytes")
    return int(head + body)


def decode(message: bytes, resolve: Callable[[Handle], Any] | None = None, limits: Limits = LIMITS) -> Any:
    """The value in a message. ``resolve`` makes something of a handle; without it handles stay.

    Raises MalformedError for every message that :func:`encode` would not have made.
    """
    if len(message) != LENGTHS.size + lengths(message[: LENGTHS.size], limits):
        raise MalformedError(f"a message of {len(message)} bytes with other lengths in its prefix")
    head_length, body_length = LENGTHS.unpack(message[: LENGTHS.size])
    start = LENGTHS.size + head_length
    left = [limits.nodes, start]
    kinds: set[Any] = set()

    def array(entry: Any) -> np.ndarray[Any, Any]:
        text, shape = _expect(entry, list, 2)
        dtype = DTYPES.get(text) if type(text) is str else None
        if dtype is None:
            raise MalformedError("an array of another dtype")
        if type(shape) is not list or len(shape) > 16:
            raise MalformedError("an array of another shape")
        size, extent = dtype.itemsize, 1  # NumPy refuses an empty array too when its other axes are long
        for n in shape:
            if type(n) is not int or not 0 <= n < 2**31:
                raise MalformedError("an array of another shape")
            size *= n
            extent *= n or 1
        if extent > 2**40:
            raise MalformedError("an array of another shape")
        if left[1] + size > start + body_length:
            raise MalformedError("an array longer than the message")
        entries: np.ndarray[Any, Any] = np.ndarray(shape, dtype, message, left[1]) if size else np.empty(shape, dtype)
        left[1] += size
        if text == "|b1" and size and entries.view(np.uint8).max() > 1:
            raise MalformedError("a truth value that is neither")
        return entries.copy()

    def node(entry: Any, depth: int) -> Any:
        left[0] -= 1
        if left[0] < 0 or depth > limits.depth:
            raise MalformedError("too many values, or nested too deep")
        if entry is None or type(entry) is bool:
            return entry
        if type(entry) is str:
            if not _plain(entry):
                raise MalformedError("half of a surrogate pair")
            return entry
        if type(entry) is not dict or len(entry) != 1:
            raise MalformedError("not a value")
        ((kind, content),) = entry.items()
        if kind == "a":
            return array(content)
        if kind in MADE:
            items = [node(item, depth + 1) for item in _expect(content, list)]
            if kind in ("s", "z"):
                _expect_hashes(items)
            return MADE[kind](items)
        if kind == "d":
            pairs = [_expect(pair, list, 2) for pair in _expect(content, list)]
            found = [(node(key, depth + 1), node(item, depth + 1)) for key, item in pairs]
            _expect_hashes([key for key, _ in found])
            return dict(found)
        if kind == "n":
            name, fields, given = _expect(content, list, 3)
            made = _named(name, _expect(fields, list), kinds)
            return made(node(item, depth + 1) for item in _expect(given, list, len(fields)))
        if kind == "g":
            scalar = array(content)
            if scalar.shape != ():
                raise MalformedError("a scalar with axes")
            return scalar[()]
        if kind == "T":
            try:
                import torch
            except ImportError as error:
                raise MalformedError("a tensor, and torch is not installed") from error
            return torch.from_numpy(array(content))
        if kind == "h":
            number, name, module, callable_ = _expect(content, list, 4)
            fine = type(number) is int and 0 <= number < 2**31 and type(callable_) is bool
            if not (fine and all(type(text) is str and TYPE_NAME.match(text) for text in (name, module))):
                raise MalformedError("not a handle")
            handle = Handle(number, name, module, callable_)
            return handle if resolve is None else resolve(handle)
        try:
            return _number_or_text(kind, content, limits)
        except (ValueError, TypeError, OverflowError, AttributeError) as error:
            raise MalformedError("not a value") from error

    try:
        tree = json.loads(message[LENGTHS.size : start])
    except (ValueError, RecursionError) as error:
        raise MalformedError("the head is no JSON") from error
    value = node(tree, 0)
    if left[1] != start + body_length:
        raise MalformedError("more bytes than the arrays take")
    return value


def _named(name: Any, fields: list[Any], kinds: set[Any]) -> type[Named]:
    """The class of a named tuple in a message, of which there are not too many."""
    if type(name) is not str or len(fields) > MOST_FIELDS or not all(type(field) is str for field in fields):
        raise MalformedError("not a named tuple")
    kinds.add((name, tuple(fields)))
    if len(kinds) > MOST_NAMED:
        raise MalformedError("too many kinds of named tuples")
    try:
        return named(name, tuple(fields))
    except ValueError as error:
        raise MalformedError("not a named tuple") from error


def _number_or_text(kind: Any, content: Any, limits: Limits) -> Any:
    if (
        kind == "i"
        and type(content) is str
        and re.fullmatch(r"-?[0-9]+", content)
        and len(content) <= limits.digits + 1
    ):
        return int(content)
    if kind == "f":
        return float.fromhex(_expect(content, str))
    if kind == "c":
        real, imaginary = _expect(content, list, 2)
        return complex(float.fromhex(_expect(real, str)), float.fromhex(_expect(imaginary, str)))
    if kind == "b":
        return bytes.fromhex(_expect(content, str))
    raise MalformedError("not a value")


def _expect_hashes(items: list[Any]) -> None:
    """Hashes differ, as honest values' do: a set of numbers of one hash takes minutes to build."""
    try:
        alike = len(items) - len({hash(item) for item in items})
    except TypeError as error:
        raise MalformedError("a key that cannot be one") from error
    if alike > MOST_ALIKE:
        raise MalformedError("too many keys of one hash")


def _expect(entry: Any, kind: Any, length: int | None = None) -> Any:
    if type(entry) is not kind or (length is not None and len(entry) != length):
        raise MalformedError("not a value")
    return entry
