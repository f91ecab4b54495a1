r"""Shapes in signatures: ``x: T_B_F`` says what the axes of x are, and :func:`checked` asks for it.

    @checked
    def cell(x_t: B_F, h_prev: B_H, W_ih: H_F, W_hh: H_H, b_ih: H_, b_hh: H_) -> B_H:

accepts any B, F and H of at least 1, as long as a symbol means the same size everywhere. T counts steps, B the examples
of a batch, F inputs, H hidden units, K outputs; other symbols are the page's. One axis has an underscore behind it
(``H_``), a factor stands behind its symbol (``H4_F`` is a matrix of 4H rows).

What holds for every checked function, and is not said again at each:

- A bad argument raises ValueError or TypeError with its name, what was expected and what came.
- Arrays are NumPy's, of float32 or float64, all of one dtype, none empty, without NaN and infinity. A named tuple of
  arrays is looked at field by field. Nothing is changed or converted.
- A number is of the range that its type says (``Count``, ``Positive``, :func:`within`).
- None is fine where the type says so. What a function calls is not checked again, unless it was handed a function.
"""

from __future__ import annotations

import collections.abc
import functools
import inspect
import math
import operator
import types
import typing
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Annotated, Any, NamedTuple, TypeVar

import numpy as np

from rnncourse import _arrays
from rnncourse._arrays import Array, Axes, Sum, axes_of, measure

F = TypeVar("F", bound=Callable[..., Any])
Sizes = Mapping[str, int]
Rule = Callable[[str, Any, Sizes], None]
Ints = np.ndarray[Any, Any]


# ---------------------------------------------------------------- what can be said of an argument besides its shape


def at_least(smallest: int) -> Rule:
    """An integer, and how large it is at least."""
    return lambda name, number, sizes: _arrays.at_least(smallest, **{name: number})


def within(low: float, high: float, wanted: str = "", *, without: str = "") -> Rule:
    """A number from low to high, or an array of them; ``wanted`` says it, ``without`` leaves out "low" or "high"."""
    above = operator.gt if "low" in without else operator.ge
    below = operator.lt if "high" in without else operator.le

    def rule(name: str, value: Any, sizes: Sizes) -> None:
        if not isinstance(value, np.ndarray):
            words = wanted or f"a number from {low} to {high}"
            _arrays.expect_number(name, value, lambda number: above(number, low) and below(number, high), words)
        elif not (above(value.min(), low) and below(value.max(), high)):
            words = wanted or f"numbers from {low} to {high}"
            raise ValueError(f"{name}: expected {words}, got {value.min()} to {value.max()}")

    return rule


def floats(name: str, a: Any, sizes: Sizes) -> None:
    """An array of any shape: its type alone is looked at, for what every step calls."""
    if not isinstance(a, np.ndarray):
        raise TypeError(f"{name}: expected a NumPy array, got {type(a).__name__}")
    if a.dtype not in _arrays.FLOATS:
        raise TypeError(f"{name}: expected float32 or float64, got {a.dtype}")


def ids(axes: str, below: str) -> Rule:
    """Symbol numbers: integers from 0 to below a size, in a shape; sizes are those of the arrays and whole numbers."""
    symbols = axes.split()
    return lambda name, numbers, sizes: _arrays.expect_ids(
        name, numbers, tuple(sizes.get(a, a) for a in symbols), below=sizes[below]
    )


def lengths(steps: str) -> Rule:
    """The lengths of the B examples of a batch that is filled up at the end: integers (B,) from 1 to the steps."""
    return lambda name, numbers, sizes: _arrays.expect_lengths(numbers, sizes[steps], sizes["B"])


Count = Annotated[int, at_least(1)]
Natural = Annotated[int, at_least(0)]
Real = Annotated[float, within(-math.inf, math.inf, "a finite number", without="low high")]
Positive = Annotated[float, within(0, math.inf, "a positive number", without="low high")]
NotNegative = Annotated[float, within(0, math.inf, "a number of at least 0", without="high")]
Probability = Annotated[float, within(0, 1, "a probability from 0 to 1")]
AnyShape = Annotated[Array, floats]
Alike = Annotated[Array, "..."]  # any shape, the same for all arrays of a call that have this type
B_ids_K = Annotated[Ints, ids("B", below="K")]
T_B_ids_F = Annotated[Ints, ids("T B", below="F")]
T_B_ids_K = Annotated[Ints, ids("T B", below="K")]


# ---------------------------------------------------------------- the decorator


class _Array(NamedTuple):
    """An array among the arguments: by its name, or as a field of an argument."""

    name: str
    argument: str
    field: str | None
    optional: bool
    axes: dict[int, Axes]  # by their number, where the type leaves a choice: "N F | T B F"; empty for "..."
    otherwise: Axes


class _Rule(NamedTuple):
    """What else is asked of an argument."""

    name: str
    argument: str
    field: str | None
    optional: bool
    rule: Rule


class _Plan(NamedTuple):
    """What is looked at when a function is called: arrays first, then what refers to their sizes."""

    arrays: list[_Array]
    rules: list[_Rule]
    required: frozenset[str]
    runs_others: bool  # it is handed a function, whose mistakes are not ours: what that one calls is checked

    def follow(self, given: Mapping[str, Any]) -> None:
        measured: list[tuple[str, Any, Axes]] = []
        alike: Axes | None = None
        for name, argument, field, optional, axes, otherwise in self.arrays:
            if argument not in given:
                continue
            array = given[argument] if field is None else getattr(given[argument], field)
            if array is None and optional:
                continue
            ndim = getattr(array, "ndim", 0)
            if not axes:
                alike = tuple(f"N_{axis}" for axis in range(ndim)) if alike is None else alike
                otherwise = alike
            measured.append((name, array, axes.get(ndim, otherwise)))
        sizes = measure(measured)
        if self.rules:
            sizes = {name: value for name, value in given.items() if isinstance(value, int)} | sizes
        for name, argument, field, optional, rule in self.rules:
            if argument in given:
                value = given[argument] if field is None else getattr(given[argument], field)
                if value is not None or not optional:
                    rule(name, value, sizes)


_checking: ContextVar[bool] = ContextVar("checking", default=True)


def checked(function: F) -> F:
    """Look at the arguments of a call by the types of the signature; within the call, at no argument again."""
    plan: _Plan | None = None
    signature = inspect.signature(function)
    names = tuple(signature.parameters)

    @functools.wraps(function)
    def call(*arguments: Any, **keywords: Any) -> Any:
        nonlocal plan
        if not _checking.get():
            return function(*arguments, **keywords)
        if plan is None:
            plan = _plan(function, signature)
        given = dict(zip(names, arguments, strict=False))
        given.update(keywords)
        if not plan.required <= given.keys() or len(arguments) > len(names):
            return function(*arguments, **keywords)  # Python itself says what is missing or too much
        plan.follow(given)
        if plan.runs_others:
            return function(*arguments, **keywords)
        token = _checking.set(False)
        try:
            return function(*arguments, **keywords)
        finally:
            _checking.reset(token)

    return typing.cast(F, call)


def check_fields(record: Any) -> None:
    """Look at the fields of a dataclass as :func:`checked` looks at arguments: for its ``__post_init__``."""
    hints = typing.get_type_hints(type(record), include_extras=True)
    given = {name: getattr(record, name) for name in hints if hasattr(record, name)}
    _plan_of(hints, frozenset()).follow(given)


def _plan(function: Callable[..., Any], signature: inspect.Signature) -> _Plan:
    hints = typing.get_type_hints(function, include_extras=True)
    hints.pop("return", None)
    required = frozenset(n for n, p in signature.parameters.items() if p.default is inspect.Parameter.empty)
    return _plan_of(hints, required)


def _plan_of(hints: Mapping[str, Any], required: frozenset[str]) -> _Plan:
    arrays: list[_Array] = []
    rules: list[_Rule] = []

    def gather(name: str, argument: str, field: str | None, hint: Any) -> None:
        optional = typing.get_origin(hint) in (typing.Union, types.UnionType)
        if optional:
            members = [member for member in typing.get_args(hint) if member is not type(None)]
            hint = members[0] if len(members) == 1 else None
        for extra in getattr(hint, "__metadata__", ()):
            if isinstance(extra, str):
                choices = [axes_of(choice) for choice in extra.split("|")] if extra != "..." else []
                by_number = {len(choice): choice for choice in choices}
                arrays.append(_Array(name, argument, field, optional, by_number, choices[-1] if choices else ()))
            else:
                rules.append(_Rule(name, argument, field, optional, extra))
        if field is None and isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields"):
            for inner, its_hint in typing.get_type_hints(hint, include_extras=True).items():
                gather(inner, argument, inner, its_hint)

    for name, hint in hints.items():
        gather(name, name, None, hint)
    arrays.sort(key=lambda a: any(isinstance(axis, Sum) for axis in a.otherwise))  # sums last, when all else is known
    runs_others = any(typing.get_origin(hint) is collections.abc.Callable for hint in hints.values())
    return _Plan(arrays, rules, required, runs_others)


# ---------------------------------------------------------------- the shapes

A_ = Annotated[Array, "A"]
B_ = Annotated[Array, "B"]
C_ = Annotated[Array, "C"]
D_ = Annotated[Array, "D"]
E_ = Annotated[Array, "E"]
F_ = Annotated[Array, "F"]
H_ = Annotated[Array, "H"]
K_ = Annotated[Array, "K"]
L_ = Annotated[Array, "L"]
M_ = Annotated[Array, "M"]
N_ = Annotated[Array, "N"]
P_ = Annotated[Array, "P"]
R_ = Annotated[Array, "R"]
S_ = Annotated[Array, "S"]
T_ = Annotated[Array, "T"]
B_C = Annotated[Array, "B C"]
B_D = Annotated[Array, "B D"]
B_E = Annotated[Array, "B E"]
B_F = Annotated[Array, "B F"]
B_H = Annotated[Array, "B H"]
B_I = Annotated[Array, "B I"]
B_K = Annotated[Array, "B K"]
B_N = Annotated[Array, "B N"]
B_V = Annotated[Array, "B V"]
K_H = Annotated[Array, "K H"]
H_F = Annotated[Array, "H F"]
H_H = Annotated[Array, "H H"]
N_N = Annotated[Array, "N N"]
N_F = Annotated[Array, "N F"]
M_K = Annotated[Array, "M K"]
M_n = Annotated[Array, "M n"]
K_n = Annotated[Array, "K n"]
P_N = Annotated[Array, "P N"]
H_V = Annotated[Array, "H V"]
H_E = Annotated[Array, "H E"]
A_H = Annotated[Array, "A H"]
A_E = Annotated[Array, "A E"]
K_D = Annotated[Array, "K D"]
K_P = Annotated[Array, "K P"]
H_P = Annotated[Array, "H P"]
R_D = Annotated[Array, "R D"]
S_B = Annotated[Array, "S B"]
T_B = Annotated[Array, "T B"]
T_F = Annotated[Array, "T F"]
B_H_H = Annotated[Array, "B H H"]
B_N_D = Annotated[Array, "B N D"]
B_N_N = Annotated[Array, "B N N"]
B_R_D = Annotated[Array, "B R D"]
B_V_D = Annotated[Array, "B V D"]
B_V_N = Annotated[Array, "B V N"]
B_J_N = Annotated[Array, "B J N"]
S_B_E = Annotated[Array, "S B E"]
S_B_F = Annotated[Array, "S B F"]
S_B_H = Annotated[Array, "S B H"]
T_B_F = Annotated[Array, "T B F"]
T_B_H = Annotated[Array, "T B H"]
T_B_K = Annotated[Array, "T B K"]
T_B_N = Annotated[Array, "T B N"]
B_C_I_J = Annotated[Array, "B C I J"]
B_D_I_J = Annotated[Array, "B D I J"]
D_C_P_Q = Annotated[Array, "D C P Q"]
N_T_B_H = Annotated[Array, "N T B H"]
T_T_H_H = Annotated[Array, "T T H H"]
B_H_H_HF1 = Annotated[Array, "B H H H+F+1"]
