r"""Shapes in signatures: ``x: T_B_F`` says what the axes of x are, and :func:`checked` asks for it.

::

    @checked
    def cell(x_t: B_F, h_prev: B_H, W_ih: H_F, W_hh: H_H, b_ih: H_, b_hh: H_) -> B_H:

accepts any B, F and H of at least 1, as long as a symbol means the same size everywhere. T counts steps, B the examples
of a batch, F inputs, H hidden units, K outputs; other symbols are the page's. One axis has an underscore behind it
(``H_``), a factor stands behind its symbol (``H4_F`` is a matrix of 4H rows), and what is added up stands in a row
(``K_NF1`` has N+F+1 columns).

What holds for every checked function, and is not said again at each:

- A bad argument raises ValueError or TypeError with its name, what was expected and what came.
- Arrays are NumPy's, of float32 or float64, all of one dtype, none empty, without NaN and infinity. A named tuple of
  arrays is looked at field by field. Nothing is changed or converted.
- A number is of the range that its type says (``Count``, ``Positive``, :func:`rnncourse.rules.within`).
- None is fine where the type says so. What a function calls is not checked again, unless it was handed a function.
"""

from __future__ import annotations

import collections.abc
import functools
import inspect
import math
import types
import typing
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Annotated, Any, NamedTuple, TypeVar

import numpy as np

from rnncourse._arrays import Array, Axes, Sum, axes_of, measure
from rnncourse.rules import Rule, floats, ids, lengths, whole, within

F = TypeVar("F", bound=Callable[..., Any])
Ints = np.ndarray[Any, Any]


# ---------------------------------------------------------------- numbers, and arrays of any shape

Count = Annotated[int, whole(1)]
Natural = Annotated[int, whole(0)]
Real = Annotated[float, within(-math.inf, math.inf, "a finite number", without="low high")]
Positive = Annotated[float, within(0, math.inf, "a positive number", without="low high")]
NotNegative = Annotated[float, within(0, math.inf, "a number of at least 0", without="high")]
Probability = Annotated[float, within(0, 1, "a probability from 0 to 1")]
AnyShape = Annotated[Array, floats]
Alike = Annotated[Array, "..."]  # any shape, the same for all arrays of a call that have this type
B_N_ids = Annotated[Ints, ids("B N")]
B_T_ids = Annotated[Ints, ids("B T")]
B_ids = Annotated[Ints, ids("B")]
B_ids_K = Annotated[Ints, ids("B", below="K")]
G_B_ids_K = Annotated[Ints, ids("G B", below="K")]
H_ids_H = Annotated[Ints, ids("H", below="H")]
N_ids_K = Annotated[Ints, ids("N", below="K")]
T_B_ids = Annotated[Ints, ids("T B")]
T_B_ids_F = Annotated[Ints, ids("T B", below="F")]
T_B_ids_K = Annotated[Ints, ids("T B", below="K")]
S_lengths = Annotated[Ints, lengths("S")]
T_lengths = Annotated[Ints, lengths("T")]


# ---------------------------------------------------------------- the decorator


class _Array(NamedTuple):
    """An array among the arguments: by its name, or as a field of an argument."""

    name: str
    argument: str
    field: int | None
    optional: bool
    choice: str  # as the type says it: "N F | T B F", one of them for all arguments that have it; "..." for any
    axes: dict[int, Axes]  # by their number
    otherwise: Axes


class _Rule(NamedTuple):
    """What else is asked of an argument."""

    name: str
    argument: str
    field: int | None
    optional: bool
    rule: Rule


class _Plan(NamedTuple):
    """What is looked at when a function is called: arrays first, then what refers to their sizes."""

    arrays: list[_Array]
    rules: list[_Rule]
    required: frozenset[str]
    hands_on: bool  # it was given a function, or arguments for one that it calls: what it calls is checked

    def follow(self, given: Mapping[str, Any]) -> None:
        measured: list[tuple[str, Any, Axes]] = []
        chosen: dict[str, Axes] = {}
        for name, argument, field, optional, choice, axes, otherwise in self.arrays:
            if argument not in given:
                continue
            array = given[argument] if field is None else given[argument][field]
            if array is None and optional:
                continue
            if len(axes) != 1:
                if choice == "...":
                    array = np.asarray(array) if isinstance(array, np.floating) else array  # what NumPy makes of ()
                    otherwise = tuple(f"N_{axis}" for axis in range(np.ndim(array)))
                otherwise = chosen.setdefault(choice, axes.get(np.ndim(array), otherwise))
            measured.append((name, array, otherwise))
        sizes = measure(measured)
        if self.rules:
            sizes = {name: value for name, value in given.items() if isinstance(value, int)} | sizes
        for name, argument, field, optional, rule in self.rules:
            if argument in given:
                value = given[argument] if field is None else given[argument][field]
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
        if plan.hands_on:
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
    _plan_of(hints).follow(given)


def _plan(function: Callable[..., Any], signature: inspect.Signature) -> _Plan:
    hints = typing.get_type_hints(function, include_extras=True)
    hints.pop("return", None)
    kinds = {name: parameter.kind for name, parameter in signature.parameters.items()}
    several = {name for name, kind in kinds.items() if kind in (kind.VAR_POSITIONAL, kind.VAR_KEYWORD)}
    without_default = {n for n, p in signature.parameters.items() if p.default is inspect.Parameter.empty}
    handed = any(typing.get_origin(hint) is collections.abc.Callable for hint in hints.values())
    plan = _plan_of({name: hint for name, hint in hints.items() if name not in several})
    return plan._replace(required=frozenset(without_default - several), hands_on=bool(several) or handed)


def _plan_of(hints: Mapping[str, Any]) -> _Plan:
    arrays: list[_Array] = []
    rules: list[_Rule] = []

    def gather(name: str, argument: str, field: int | None, hint: Any) -> None:
        optional = typing.get_origin(hint) in (typing.Union, types.UnionType)
        if optional:
            members = [member for member in typing.get_args(hint) if member is not type(None)]
            hint = members[0] if len(members) == 1 else None
        for extra in getattr(hint, "__metadata__", ()):
            if isinstance(extra, str):
                choices = [axes_of(choice) for choice in extra.split("|")] if extra != "..." else []
                by_number = {len(choice): choice for choice in choices}
                arrays.append(_Array(name, argument, field, optional, extra, by_number, choices[-1] if choices else ()))
            else:
                rules.append(_Rule(name, argument, field, optional, extra))
        if field is None and isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields"):
            inside = typing.get_type_hints(hint, include_extras=True)
            for number, inner in enumerate(hint._fields):
                gather(inner, argument, number, inside[inner])

    for name in sorted(hints, key=lambda name: name == "self"):  # the arguments of a method before what it belongs to
        gather(name, name, None, hints[name])
    arrays.sort(key=lambda a: any(isinstance(axis, Sum) for axis in a.otherwise))  # sums last, when all else is known
    return _Plan(arrays, rules, frozenset(), hands_on=False)


# ---------------------------------------------------------------- the shapes

A_ = Annotated[Array, "A"]
B_ = Annotated[Array, "B"]
C_ = Annotated[Array, "C"]
D_ = Annotated[Array, "D"]
E_ = Annotated[Array, "E"]
F_ = Annotated[Array, "F"]
G_ = Annotated[Array, "G"]
H3_ = Annotated[Array, "3H"]
H4_ = Annotated[Array, "4H"]
H_ = Annotated[Array, "H"]
K_ = Annotated[Array, "K"]
M_ = Annotated[Array, "M"]
N_ = Annotated[Array, "N"]
P_ = Annotated[Array, "P"]
R_ = Annotated[Array, "R"]
S_ = Annotated[Array, "S"]
TWO_ = Annotated[Array, "2"]
T_ = Annotated[Array, "T"]
A_E = Annotated[Array, "A E"]
A_EH = Annotated[Array, "A E+H"]
A_H = Annotated[Array, "A H"]
B_C = Annotated[Array, "B C"]
B_D = Annotated[Array, "B D"]
B_E = Annotated[Array, "B E"]
B_F = Annotated[Array, "B F"]
B_H = Annotated[Array, "B H"]
B_J = Annotated[Array, "B J"]
B_K = Annotated[Array, "B K"]
B_N = Annotated[Array, "B N"]
B_P = Annotated[Array, "B P"]
B_R = Annotated[Array, "B R"]
B_V = Annotated[Array, "B V"]
F_H = Annotated[Array, "F H"]
F_H3 = Annotated[Array, "F 3H"]
G_FRD = Annotated[Array, "G F+R·D"]
G_H = Annotated[Array, "G H"]
H3_F = Annotated[Array, "3H F"]
H3_H = Annotated[Array, "3H H"]
H3_HF = Annotated[Array, "3H H+F"]
H4_F = Annotated[Array, "4H F"]
H4_H = Annotated[Array, "4H H"]
H_DC = Annotated[Array, "H D+C"]
H_E = Annotated[Array, "H E"]
H_F = Annotated[Array, "H F"]
H_F1 = Annotated[Array, "H F+1"]
H_H = Annotated[Array, "H H"]
H_H3 = Annotated[Array, "H 3H"]
H_K = Annotated[Array, "H K"]
H_P = Annotated[Array, "H P"]
H_V = Annotated[Array, "H V"]
K_D = Annotated[Array, "K D"]
K_H = Annotated[Array, "K H"]
K_HRD = Annotated[Array, "K H+R·D"]
K_N = Annotated[Array, "K N"]
K_NF1 = Annotated[Array, "K N+F+1"]
K_P = Annotated[Array, "K P"]
K_n = Annotated[Array, "K n"]
L_H = Annotated[Array, "L H"]
L_N = Annotated[Array, "L N"]
M_K = Annotated[Array, "M K"]
M_N = Annotated[Array, "M N"]
M_n = Annotated[Array, "M n"]
N_F = Annotated[Array, "N F"]
N_N = Annotated[Array, "N N"]
N_T = Annotated[Array, "N T"]
N_m = Annotated[Array, "N m"]
N_n = Annotated[Array, "N n"]
ONE_H8 = Annotated[Array, "1 8H"]
P_H = Annotated[Array, "P H"]
P_N = Annotated[Array, "P N"]
R_D = Annotated[Array, "R D"]
S_B = Annotated[Array, "S B"]
S_K = Annotated[Array, "S K"]
S_S = Annotated[Array, "S S"]
TWO_H = Annotated[Array, "2 H"]
TWO_H3 = Annotated[Array, "2 3H"]
TWO_TWO = Annotated[Array, "2 2"]
T_B = Annotated[Array, "T B"]
T_F = Annotated[Array, "T F"]
B_H_H = Annotated[Array, "B H H"]
B_J_C = Annotated[Array, "B J C"]
B_J_D = Annotated[Array, "B J D"]
B_J_N = Annotated[Array, "B J N"]
B_N_D = Annotated[Array, "B N D"]
B_N_N = Annotated[Array, "B N N"]
B_R_D = Annotated[Array, "B R D"]
B_R_N = Annotated[Array, "B R N"]
B_T_F = Annotated[Array, "B T F"]
B_V_D = Annotated[Array, "B V D"]
B_V_N = Annotated[Array, "B V N"]
G_H_H = Annotated[Array, "G H H"]
L2_B_H = Annotated[Array, "2L B H"]
L_B_H = Annotated[Array, "L B H"]
L_B_K = Annotated[Array, "L B K"]
L_H_H = Annotated[Array, "L H H"]
ONE_H4_F = Annotated[Array, "1 4H F"]
ONE_H4_H = Annotated[Array, "1 4H H"]
S_B_E = Annotated[Array, "S B E"]
S_B_F = Annotated[Array, "S B F"]
S_B_H = Annotated[Array, "S B H"]
S_B_K = Annotated[Array, "S B K"]
TWO_B_H = Annotated[Array, "2 B H"]
TWO_H_F = Annotated[Array, "2 H F"]
TWO_H_H = Annotated[Array, "2 H H"]
TWO_K_H = Annotated[Array, "2 K H"]
T_B_F = Annotated[Array, "T B F"]
T_B_F1 = Annotated[Array, "T B F+1"]
T_B_D = Annotated[Array, "T B D"]
T_B_F3 = Annotated[Array, "T B 3F"]
T_B_FV = Annotated[Array, "T B F+V"]
T_B_H = Annotated[Array, "T B H"]
T_B_H2 = Annotated[Array, "T B 2H"]
T_B_K = Annotated[Array, "T B K"]
T_B_N = Annotated[Array, "T B N"]
T_B_P = Annotated[Array, "T B P"]
T_B_S = Annotated[Array, "T B S"]
T_B_V = Annotated[Array, "T B V"]
B_C_I_J = Annotated[Array, "B C I J"]
B_D_I_J = Annotated[Array, "B D I J"]
B_H_H_HF1 = Annotated[Array, "B H H H+F+1"]
D_C_P_Q = Annotated[Array, "D C P Q"]
N_T_B_H = Annotated[Array, "N T B H"]
T_B_J_N = Annotated[Array, "T B J N"]
T_B_H_H = Annotated[Array, "T B H H"]
T_T_H_H = Annotated[Array, "T T H H"]
M_or_M_F = Annotated[Array, "M | M F"]
N_or_N_F = Annotated[Array, "N | N F"]
M_L_or_M_L_F = Annotated[Array, "M L | M L F"]
N_P_or_T_B_P = Annotated[Array, "N P | T B P"]
