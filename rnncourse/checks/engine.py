"""How a function is examined: cases, parts of the answer, known mistakes. Knows nothing of recurrent networks.

An :class:`Exercise` says what is asked. :func:`examine` calls the function with fresh copies of seeded arguments,
looks at what comes back and at the arguments afterwards, and at nothing else, so that the function may as well
live in another process.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import io
import itertools
import linecache
import re
import warnings
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnncourse.checks.limit import ExceededError, Limit, limit
from rnncourse.checks.mistakes import CannotBeCombinedError, Experiment, Form, Mistake, changed, variant
from rnncourse.checks.nested import Joined, Value, leaves, pack, shapes, spread

Array = NDArray[Any]

LARGEST = 10**6  # entries; more than any case asks for, and little enough to copy
LONGEST = 200  # entries of a list
PAIRS = 200  # of mistakes that are tried together at most
ROOM = 16  # how much further than its arguments' last digits move it a right answer may be off


@dataclass(frozen=True)
class Facet:
    """A part of the answer with its share of the points: the named outputs, right in all the named cases.

    Where numbers are the student's choice (a start, a draw, one of several that are as good), ``holds`` says of the
    arguments and the outputs, in their leaves, what is not so, in a sentence; "" where all is well.
    """

    name: str
    weight: int
    cases: tuple[str, ...] = ()  # none named: all
    outputs: tuple[str, ...] = ()  # none named: all; of one with parts, all of them
    holds: Callable[[tuple[Any, ...], list[Array]], str] | None = None

    def of(self, output: str) -> bool:
        """Is this output, or a leaf of one, a part of it?"""
        return not self.outputs or any(f"{output}.".startswith(f"{name}.") for name in self.outputs)


@dataclass(frozen=True)
class Exercise:
    """What is asked, how it is examined, and what is known to go wrong."""

    name: str
    task: str
    arguments: tuple[Value, ...]
    outputs: tuple[Value, ...]
    reference: Callable[..., Any]
    cases: dict[str, Callable[[np.random.Generator], tuple[Any, ...]]]  # the first is the general case
    facets: tuple[Facet, ...]
    mistakes: tuple[Mistake, ...]
    probe: str = ""  # an argument that the library's answer checks, beside the first
    smaller: tuple[str, ...] = ()  # functions of the library that sign their complaints, and may be used
    builds_on: dict[str, Callable[..., Any]] = field(default_factory=dict)  # exercises, nearest first: what it calls
    one_step: tuple[str, str] | None = None  # the case with T=1 and the exercise to which a fault there points
    expected: Callable[..., Any] | None = None  # what is right, where that is not what the reference returns
    words: dict[str, str] = field(default_factory=dict)  # its own, in place of those in questions.py
    gates: str = ""  # whose blocks an axis such as 3H has, a letter each
    made_with: int = 0  # the answer is a class: so many of the arguments make an instance, the others go to its method
    method: str = "forward"
    given: Form | None = None  # a student's own function in the place of one that the reference calls

    def case(self, name: str, seed: int) -> tuple[Any, ...]:
        """The arguments of a case; equal seeds give equal arguments."""
        rng = np.random.default_rng([seed, zlib.crc32(self.name.encode()), zlib.crc32(name.encode())])
        return self.cases[name](rng)

    @functools.cached_property
    def inputs(self) -> tuple[Value, ...]:
        """The leaves of the arguments."""
        return leaves(self.arguments)

    @functools.cached_property
    def results(self) -> tuple[Value, ...]:
        """The leaves of the outputs."""
        return leaves(self.outputs)

    @functools.cached_property
    def flat(self) -> bool:
        """Is nothing nested?"""
        values = (*self.arguments, *self.outputs)
        return not any(value.parts or value.each for value in values)

    def drawn(self, name: str, seed: int) -> tuple[Any, ...]:
        """The leaves of the arguments of a case."""
        arguments = self.case(name, seed)
        return arguments if self.flat else tuple(spread(self.arguments, arguments))

    def packed(self, inputs: Sequence[Any]) -> tuple[Any, ...]:
        """The arguments, from their leaves."""
        return inputs if self.flat and isinstance(inputs, tuple) else pack(self.arguments, inputs)

    def call(self, function: Callable[..., Any], inputs: Sequence[Any]) -> list[Array]:
        """What a function of ours answers, in its leaves."""
        return self.leaves(function(*self.packed(fresh(inputs))))

    def leaves(self, answer: Any) -> list[Array]:
        """The leaves of what a function of ours returns."""
        if self.flat:
            return as_list(answer)
        found = spread(self.outputs, answer if len(self.outputs) > 1 else [answer])
        return [
            Joined.of([np.asarray(a) for a in one]) if value.each else np.asarray(one)
            for value, one in zip(self.results, found, strict=True)
        ]

    def returned(self, answers: Sequence[Array]) -> tuple[Any, ...]:
        """The outputs that have these leaves."""
        return pack(self.outputs, [a.arrays if isinstance(a, Joined) else a for a in answers])

    def answer(self, inputs: Sequence[Any]) -> list[Array]:
        """The right answer: of arguments and results the leaves."""
        return self.call(self.right, inputs)

    def handed_in(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function of all arguments, as an answer would be: as a class, where one is asked for."""
        n = self.made_with
        if not n:
            return function
        return lambda *made: SimpleNamespace(**{self.method: lambda *rest: function(*made[:n], *rest)})

    @functools.cached_property
    def right(self) -> Callable[..., Any]:
        """What gives the right answer."""
        right = self.expected or self.reference
        return right if self.given is None else changed(right, frozenset({self.given}))

    @functools.cached_property
    def forms(self) -> dict[str, tuple[Mistake, Form]]:
        """By its name, each way to make a mistake; none in a function in whose place is the student's own."""
        taken = set() if self.given is None else self.given.functions
        named = ((name, mistake, form) for mistake in self.mistakes for name, form in mistake.forms.items())
        return {name: (mistake, form) for name, mistake, form in named if not taken & form.functions}

    def variant(self, *names: str) -> Callable[..., Any]:
        """The reference with the mistakes of these names in it, or with none; without argument checks.

        Raises CannotBeCombinedError where they exclude each other, ValueError where one is unknown or cannot be made.
        """
        if unknown := [name for name in names if name not in self.forms]:
            raise ValueError(f"{self.name}: expected names of {list(self.forms)}, got {unknown[0]!r}")
        forms = frozenset(self.forms[name][1] for name in names)
        try:
            if self.given is not None:  # not kept: it holds a function of one student's
                return changed(self.reference, forms | {self.given})
            return variant(self.reference, forms)
        except ValueError as error:
            if isinstance(error, CannotBeCombinedError) and len(names) > 1:
                raise
            raise ValueError(f"{self.name}, mistake {' and '.join(names)}: {error}") from None

    def sizes(self, arguments: Sequence[Any]) -> dict[str, int]:
        """The sizes of a case: T, B and so on, from the axes of its arguments; whole numbers by their names."""
        sizes: dict[str, int] = {}
        for value, axes, argument in zip(self.inputs, self._axes, arguments, strict=True):
            if value.each:
                sizes[value.each] = len(argument)
            elif axes and isinstance(argument, np.ndarray):
                sizes.update(zip(axes, argument.shape, strict=True))
            elif isinstance(argument, int):
                sizes[value.name] = argument
        for axis in self._unnamed:
            sizes.pop(axis, None)
        return sizes

    @functools.cached_property
    def _axes(self) -> tuple[list[str], ...]:
        """Of each leaf of the arguments the symbols of its axes."""
        return tuple(value.axes.split() if value.axes else [] for value in self.inputs)

    @functools.cached_property
    def _unnamed(self) -> frozenset[str]:
        """Axes that are no size by themselves: "4H"."""
        return frozenset(axis for axes in self._axes for axis in axes if not axis.isidentifier())

    @functools.cached_property
    def chosen(self) -> tuple[Facet, ...]:
        """The facets of what is the student's choice."""
        return tuple(f for f in self.facets if f.holds)

    @functools.cached_property
    def places(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """By facet the cases and outputs in which it has to be right."""
        return {
            f.name: tuple(
                (case, i)
                for case in f.cases or self.cases
                for i, output in enumerate(self.results)
                if f.of(output.name)
            )
            for f in self.facets
        }

    def cut(self, arguments: Sequence[Any], sizes: Mapping[str, int]) -> tuple[Any, ...]:
        """The first entries of the arguments along these axes: {"T": 1} leaves the first step alone."""

        def of(value: Value, a: Any) -> Any:
            if value.each:
                return [of(replace(value, each=""), one) for one in a[: sizes.get(value.each)]]
            if value.axes and isinstance(a, np.ndarray):
                return a[tuple(slice(sizes.get(letter)) for letter in value.axes.split())].copy()
            return a

        return tuple(of(value, a) for value, a in zip(self.inputs, arguments, strict=True))

    @property
    def dtype_asked(self) -> bool:
        """Has float32 to come back as float32? Asked of arrays, where a case has it."""
        return "float32" in self.cases and any(o.axes and not o.integers for o in self.results)

    @property
    def conduct(self) -> Facet:
        """The part about manners. Who may choose the numbers may choose others at the next call."""
        return LEFT if all(o.free for o in self.results) else CONDUCT

    @property
    def signature(self) -> str:
        """The call as it is made."""
        short, names = self.name.rpartition(".")[2], [a.name for a in self.arguments]
        if n := self.made_with:
            return f"{short}({', '.join(names[:n])}).{self.method}({', '.join(names[n:])})"
        return f"{short}({', '.join(names)})"


@dataclass(frozen=True)
class Refused:
    """Something that came back and cannot be compared: why, in a sentence; as an array, if it could be one."""

    sentence: str
    array: Array | None = None
    torch: bool = False


@dataclass
class Outcome:
    """What one call brought: values (arrays or refusals, one an output) or, where it has none, the trouble."""

    values: list[Array | Refused] | None = None
    lists: dict[int, str] = field(default_factory=dict)  # outputs that came as a list or tuple of numbers: what to say
    trouble: str = ""  # "raised", "stub", "none", "count", "slow" (took too long) or "untried" (after a slow one)
    sentence: str = ""
    changed: tuple[str, ...] = ()
    shared: bool = False  # does something that came back lie in the memory of an argument?
    printed: bool = False
    arguments: tuple[Any, ...] = ()  # as they are after the call
    error: tuple[str, str] = ("", "")  # name of the type, and text


@dataclass
class Examination:
    """Everything that was seen: per case the arguments, the right answer and the outcome."""

    exercise: Exercise
    seed: int
    given: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    want: dict[str, list[Array]] = field(default_factory=dict)
    got: dict[str, Outcome] = field(default_factory=dict)
    again: Outcome = field(default_factory=Outcome)  # the general case, called once more
    _right: dict[tuple[str, int], bool] = field(default_factory=dict)  # found so far
    _complaints: dict[tuple[str, str], str] = field(default_factory=dict)  # by facet and case
    _scale: dict[str, tuple[float, int]] = field(default_factory=dict)  # of a case: its precision, and T
    _condition: dict[str, list[float]] = field(default_factory=dict)  # of a case: of each output

    @functools.cached_property
    def telling(self) -> list[str]:
        """The cases, those first that rule out most for least work: where an answer came back, and short ones."""
        size = {case: self.exercise.sizes(given).get("T", 1) for case, given in self.given.items()}
        return sorted(self.given, key=lambda case: (self.got[case].values is None, size[case]))

    @functools.cached_property
    def tried(self) -> list[tuple[Mistake, Tried]]:
        """Every form of the known mistakes, in its order."""
        return [(mistake, Tried(self, self.exercise.variant(form))) for mistake, form in forms(self.exercise)]

    @property
    def general(self) -> str:
        """Name of the general case."""
        return next(iter(self.exercise.cases))

    def comparable(self, case: str, i: int) -> Array | None:
        """Output i where it is an array of the right shape."""
        values = self.got[case].values
        got = None if values is None else values[i]
        if not isinstance(got, np.ndarray):
            return None
        want = self.want[case][i]
        return got if got.shape == want.shape and (self.exercise.flat or shapes(got) == shapes(want)) else None

    def right(self, case: str, i: int) -> bool:
        """Is output i right in this case?"""
        if (case, i) not in self._right:
            self._right[case, i] = self._is_right(case, i)
        return self._right[case, i]

    def _is_right(self, case: str, i: int) -> bool:
        got, output = self.comparable(case, i), self.exercise.results[i]
        if got is None or not kind_fits(output, got):
            return False
        if output.free:
            return not any(self.complaint(facet, case) for facet in self.exercise.chosen if facet.of(output.name))
        want = self.want[case][i]
        return close(got, want, self.least_tolerance(case, i)) or close(got, want, self.tolerance(case, i))

    def complaint(self, facet: Facet, case: str) -> str:
        """What does not hold of a facet in this case, in a sentence; nothing where there is no answer to ask it of."""
        values, outputs = self.got[case].values, self.exercise.results
        if facet.holds is None or (facet.cases and case not in facet.cases) or values is None:
            return ""
        got = [self.comparable(case, i) for i in range(len(outputs))]
        if not all(a is not None and kind_fits(output, a) for output, a in zip(outputs, got, strict=True)):
            return ""
        if (facet.name, case) not in self._complaints:
            try:
                said = facet.holds(fresh(self.given[case]), [a.copy() for a in got if a is not None])
            except Exception:  # of numbers that no author thought of
                said = f"This does not hold: {facet.name}."
            self._complaints[facet.name, case] = said
        return self._complaints[facet.name, case]

    def least_tolerance(self, case: str, i: int, got: Array | None = None) -> float:
        """What is allowed in a case of good condition: see :meth:`tolerance`."""
        fixed = self.exercise.results[i].tolerance
        return self._rounding(case, got) * 256 * self._scale[case][1] if fixed is None else fixed

    def tolerance(self, case: str, i: int, got: Array | None = None) -> float:
        """Allowed difference, relative to the largest entry; a got of lower precision widens it.

        As much as rounding may bring: more where the right answer itself hangs on the last digits of the arguments.
        """
        least = self.least_tolerance(case, i, got)
        if self.exercise.results[i].tolerance is not None or self.exercise.results[i].integers:
            return least
        if case not in self._condition:
            precision = self._rounding(case)
            self._condition[case] = condition(self.exercise, self.given[case], self.want[case], precision)
        return max(least, ROOM * self._condition[case][i] * self._rounding(case, got))

    def _rounding(self, case: str, got: Array | None = None) -> float:
        """The relative distance of neighbouring numbers in the precision of a case, or in the lower one of got."""
        if case not in self._scale:
            given = self.given[case]
            lists = [one for a in given if type(a) is list for one in a] if not self.exercise.flat else []
            dtypes = {a.dtype for a in (*given, *lists) if isinstance(a, np.ndarray) and a.dtype.kind == "f"}
            self._scale[case] = max(map(eps, dtypes), default=eps(float)), self.exercise.sizes(given).get("T", 1)
        precision = self._scale[case][0]
        if got is not None and got.dtype.kind == "f":
            precision = max(precision, eps(got.dtype))
        return min(precision, eps(np.float32))

    def again_differs(self) -> bool:
        """Did the second call with the same arguments end otherwise than the first?"""
        first, second = self.got[self.general], self.again
        if first.values is None or second.values is None:
            return first.trouble != second.trouble
        if len(first.values) != len(second.values):
            return True
        for output, a, b in zip(self.exercise.results, first.values, second.values, strict=True):
            if output.free and not isinstance(a, Refused) and not isinstance(b, Refused):
                continue
            if isinstance(a, Refused) or isinstance(b, Refused):
                if type(a) is not type(b):
                    return True
            elif not close(b, a, 1e-12):
                return True
        return False

    def wrong_dtype(self) -> list[tuple[str, np.dtype[Any], np.dtype[Any]]]:
        """Outputs whose dtype is not that of the arguments: name, expected, got."""
        found: dict[str, tuple[str, np.dtype[Any], np.dtype[Any]]] = {}
        for case, outcome in self.got.items():
            for i, (want, got) in enumerate(zip(self.want[case], outcome.values or [], strict=False)):
                if not isinstance(got, np.ndarray) or i in outcome.lists:
                    continue
                if want.ndim and want.dtype.kind == "f" and got.dtype != want.dtype:
                    name = self.exercise.results[i].name
                    found.setdefault(name, (name, want.dtype, got.dtype))
        return list(found.values())

    def keeps_dtype(self) -> bool:
        """Does float32 stay float32?"""
        got, want = self.got["float32"].values or [], self.want["float32"]
        return (
            bool(got)
            and not any(want[i].dtype.kind == "f" for i in self.got["float32"].lists)
            and all(isinstance(g, np.ndarray) and g.dtype == w.dtype for g, w in zip(got, want, strict=True) if w.ndim)
        )

    def changed(self) -> tuple[str, ...]:
        """Names of the arguments that some call changed."""
        seen = {name for outcome in (*self.got.values(), self.again) for name in outcome.changed}
        names = [a.name for a in self.exercise.inputs]
        return tuple(name for name in dict.fromkeys([*names, *sorted(seen)]) if name in seen)

    def handed_back(self) -> bool:
        """Did some call return an array of its arguments' where one of its own is asked for?"""
        return any(outcome.shared for outcome in (*self.got.values(), self.again))

    def facets(self) -> dict[str, bool]:
        """Which facets hold. The last two count only beside something right: doing nothing is no merit."""
        held = {
            f.name: all(self.right(*place) for place in self.exercise.places[f.name])
            and not (f.holds and any(self.complaint(f, c) for c in f.cases or self.exercise.cases))
            for f in self.exercise.facets
        }
        something = any(held.values())
        if self.exercise.dtype_asked:
            held[DTYPE.name] = something and self.keeps_dtype()
        wrong = self.changed() or self.handed_back() or self.again_differs()
        held[self.exercise.conduct.name] = something and not wrong
        return held


DTYPE = Facet("float32 in, float32 out", 1)
CONDUCT = Facet("arguments left as they were, same answer when called again", 1)
LEFT = Facet("arguments left as they were", 1)


def shares(exercise: Exercise, held: Collection[str]) -> dict[str, float]:
    """What each of these parts is worth."""
    weight = {f.name: f.weight for f in (*exercise.facets, DTYPE, exercise.conduct)}
    whole = sum(weight[name] for name in held)
    return {name: weight[name] / whole for name in held}


def weights(exercise: Exercise, held: dict[str, bool]) -> float:
    """The share of the points: the weights of the facets that hold, in all of them."""
    weight = {f.name: f.weight for f in (*exercise.facets, DTYPE, exercise.conduct)}
    return sum(weight[name] for name, holds in held.items() if holds) / sum(weight[name] for name in held)


def fresh(arguments: Sequence[Any]) -> tuple[Any, ...]:
    """Copies."""
    return tuple(a.copy() if isinstance(a, np.ndarray) else copy.deepcopy(a) for a in arguments)


def same(before: Array, after: Array) -> bool:
    """Is an array as it was, to the bit?"""
    return (before.shape, before.dtype) == (after.shape, after.dtype) and before.tobytes() == after.tobytes()


def as_list(answer: Any) -> list[Array]:
    """An answer of ours as a list of arrays."""
    return [np.asarray(a) for a in answer] if isinstance(answer, tuple) else [np.asarray(answer)]


def close(got: Array, want: Array, tolerance: float) -> bool:
    """Equal in shape, in where they are not finite, and elsewhere up to the tolerance."""
    if got.shape != want.shape:
        return False
    if got.dtype.kind == want.dtype.kind == "f":  # most are finite, and sooner compared
        with np.errstate(all="ignore"):
            scale = float(np.abs(want).max(initial=1e-9))
            away = float(np.abs(got - want).max(initial=0.0))
        if np.isfinite(scale) and np.isfinite(away):
            return away <= tolerance * scale
    return bool(np.all(near(got, want, tolerance)))


def condition(exercise: Exercise, given: Sequence[Any], want: list[Array], precision: float) -> list[float]:
    """How much more than its arguments the right answer moves, relative to the largest entry of each output.

    Measured: every real number among the arguments goes up or down by its last digit, all at once, in several draws.
    """
    moved = [0.0] * len(want)
    rng = np.random.default_rng(0)
    for _ in range(4):
        near_by = [stirred(a, precision, rng) for a in given]
        for i, (w, other) in enumerate(zip(want, exercise.answer(near_by), strict=True)):
            away, scale = float(np.abs(other - w).max(initial=0.0)), max(float(np.abs(w).max(initial=0.0)), 1e-9)
            if np.isfinite(away) and np.isfinite(scale):
                moved[i] = max(moved[i], away / scale / precision)
    return moved


def stirred(argument: Any, by: float, rng: np.random.Generator) -> Any:
    """An argument whose real numbers have gone up or down by a share of theirs."""
    if isinstance(argument, list):
        return [stirred(one, by, rng) for one in argument]
    if isinstance(argument, np.ndarray) and argument.dtype.kind == "f":
        return argument * (1 + by * rng.choice((-1, 1), size=argument.shape)).astype(argument.dtype)
    return argument * (1 + by * int(rng.choice((-1, 1)))) if isinstance(argument, float) else argument


@functools.cache
def eps(dtype: Any) -> float:
    """The distance from 1 to the next larger number."""
    return float(np.finfo(dtype).eps)


def near(got: Array, want: Array, tolerance: float) -> NDArray[np.bool_]:
    """Entry by entry: equal up to a tolerance relative to the largest finite entry of want."""
    finite = np.isfinite(want)
    scale = max(float(np.abs(want, where=finite, out=np.zeros(want.shape)).max(initial=0.0)), 1e-9)
    with np.errstate(all="ignore"):
        both = np.isfinite(got) & finite
        same = np.abs(np.where(both, got, 0.0) - np.where(both, want, 0.0)) <= tolerance * scale
        special = (got == want) | (np.isnan(got) & np.isnan(want))
    return np.asarray(np.where(both, same, special), dtype=np.bool_)


def kind_fits(output: Value, got: Array) -> bool:
    """Whole numbers where whole numbers are asked; elsewhere floating-point numbers, or one number that is no truth."""
    return got.dtype.kind in ("iu" if output.integers else "iuf" if got.ndim == 0 else "f")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """For all that is computed here: no warning is shown or raised, whatever a student has set."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def article(name: str) -> str:
    """A noun with its article."""
    return f"{'an' if name[:1] in 'aeiouAEIOU' or name.startswith('nd') else 'a'} {name[:60]}"


def plain(value: Any, output: Value, depth: int = 0) -> Array | Refused:
    """What came back as a plain array, by value and once; or why not."""
    kind = type(value)
    if isinstance(value, np.ndarray):
        shape = np.ndarray.shape.__get__(value)
        dtype = np.ndarray.dtype.__get__(value)
        if dtype.kind not in "fiub":
            what = "complex numbers" if dtype.kind == "c" else f"entries of dtype {dtype}"
            return Refused(f"{output.name}: expected real numbers, but your array has {what}.")
        if int(np.prod(shape, dtype=object)) > LARGEST:
            return Refused(f"{output.name}: your array has shape {shape}, far more entries than asked for.")
        return np.array(value, subok=False, copy=True)
    if isinstance(value, np.generic) and np.dtype(kind).kind in "fiub":
        return np.array(value)
    if kind is float or kind is bool or (kind is int and abs(value) < 2**63):
        return np.array(value)
    what, array = article(kind.__name__), None
    torch = kind.__module__.split(".")[0] == "torch"
    if value is None:
        what = "None"
    elif torch:
        what = "a torch tensor"
        with contextlib.suppress(Exception):
            array = as_array(plain(value.detach().cpu().numpy(), output)) if value.numel() <= LARGEST else None
    elif isinstance(value, (list, tuple)):
        items = list((list if isinstance(value, list) else tuple).__iter__(value))  # type: ignore[arg-type]
        what = f"a {'list' if isinstance(value, list) else 'tuple'} of {len(items)}"
        if depth < 3 and 0 < len(items) <= LONGEST:
            parts: list[Array] = []
            for item in items:
                one = plain(item, output, depth + 1)
                torch |= isinstance(one, Refused) and one.torch
                part = as_array(one)
                if part is None or sum(a.size for a in parts) > LARGEST:
                    break
                parts.append(part)
            if len(parts) == len(items) and all(part.shape == parts[0].shape for part in parts):
                array = np.stack(parts)
    wanted = "a number" if output.axes == "" else "one NumPy array"
    return Refused(f"{output.name}: you return {what}; {wanted} is asked for.", array, torch)


def as_array(value: Array | Refused) -> Array | None:
    """The numbers of what came back, if it has any."""
    return value.array if isinstance(value, Refused) else value


def unpack(result: Any, outputs: tuple[Value, ...]) -> Outcome:
    """What came back, split into the leaves of the outputs that are asked for."""
    if result is None:
        return Outcome(trouble="none", sentence="Your function returns None: its last step should be a return.")
    if len(outputs) == 1:
        return plainly(taken_apart(result, outputs[0]))
    wanted = ", ".join(o.name for o in outputs)
    if not isinstance(result, (tuple, list)):
        what = "one array" if isinstance(result, np.ndarray) else f"one {type(result).__name__[:60]}"
        return Outcome(
            trouble="count", sentence=f"Your function returns {what}; {len(outputs)} are asked for: {wanted}."
        )
    items = items_of(result)
    if len(items) != len(outputs):
        what = f"a list of {len(items)}" if outputs[0].each and isinstance(result, list) else f"{len(items)} values"
        return Outcome(
            trouble="count", sentence=f"Your function returns {what}; {len(outputs)} are asked for: {wanted}."
        )
    listed, asked = [isinstance(item, (list, tuple)) for item in items], [bool(o.each or o.parts) for o in outputs]
    if listed != asked and sorted(listed) == sorted(asked) and any(o.each for o in outputs):
        return Outcome(trouble="count", sentence=f"Your outputs come in another order than {wanted}.")
    return plainly([leaf for v, o in zip(items, outputs, strict=True) for leaf in taken_apart(v, o)])


def items_of(value: list[Any] | tuple[Any, ...]) -> list[Any]:
    """What is in a list or tuple, whatever its own class says."""
    return list((list if isinstance(value, list) else tuple).__iter__(value))  # type: ignore[arg-type]


def taken_apart(value: Any, output: Value) -> list[Array | Refused]:
    """The leaves of one output, of which it has as many whatever came back; no deeper than it is asked for."""
    if output.each:
        return [joined(value, output)]
    if not output.parts:
        return [plain(value, output)]
    names, kind = [part.name for part in output.parts], article(type(value).__name__)
    inner = [replace(part, name=f"{output.name}.{part.name}") for part in output.parts]
    wanted = f"{output.name}: expected {article(output.made_as)} of {', '.join(names)}, but you return "
    content: list[Any] | None = None
    if output.kind is dict and isinstance(value, dict):
        own = dict(dict.items(value))
        content = [own[name] for name in names] if own.keys() == set(names) else None
        keys = ", ".join(key[:60] if type(key) is str else article(type(key).__name__) for key in list(own)[:LONGEST])
        wanted += f"one with the keys {keys}." if own else "an empty one."
    elif output.kind is not dict and isinstance(value, (list, tuple)):
        content = items_of(value)
        wanted += f"{'a list' if isinstance(value, list) else 'a tuple'} of {len(content)}."
        content = content if len(content) == len(inner) else None
    elif output.kind is not dict and type(value) is np.ndarray and value.ndim:  # parts of one shape
        content = list(value) if len(value) == len(inner) else None
        wanted += f"an array of {len(value)}."
    else:
        wanted += "None." if value is None else f"{kind}."
    if content is None:
        return [Refused(wanted)] * len(leaves(inner))
    return [leaf for one, part in zip(content, inner, strict=True) for leaf in taken_apart(one, part)]


def joined(value: Any, output: Value) -> Array | Refused:
    """A list of arrays as one row of numbers; or why not."""
    if not isinstance(value, (list, tuple)):
        what = "None" if value is None else article(type(value).__name__)
        return Refused(f"{output.name}: expected a list of arrays, but you return {what}.")
    items = items_of(value)
    if len(items) > LONGEST:
        return Refused(f"{output.name}: your list has {len(items)} entries, far more than asked for.")
    arrays: list[Array] = []
    for n, item in enumerate(items):
        one = plain(item, replace(output, name=f"{output.name}[{n}]"))
        if isinstance(one, Refused):
            return one
        arrays.append(one)
        if sum(a.size for a in arrays) > LARGEST:
            return Refused(f"{output.name}: your arrays have far more entries than asked for.")
    return Joined.of(arrays)


def plainly(values: list[Array | Refused]) -> Outcome:
    """An outcome in which a list of numbers counts as the array that it would make, unless they are torch's."""
    outcome = Outcome(values=values)
    for i, value in enumerate(values):
        if isinstance(value, Refused) and value.array is not None and not value.torch:
            outcome.lists[i], values[i] = value.sentence, value.array
    return outcome


def text_of(error: BaseException) -> str:
    """The message of an exception, shortened, whatever its own methods do."""
    try:
        text = " ".join(str(error).split())
    except Exception:
        text = ""
    return text if len(text) <= 200 else text[:199] + "…"


def place_of(error: BaseException, function: Any) -> str:
    """Where in the student's own code an error arose: the line's number and text. Another process says so itself."""
    if isinstance(place := getattr(error, "place", None), str):
        return place
    home = getattr(getattr(function, "__code__", None), "co_filename", None)
    frames, tb = [], error.__traceback__
    while tb is not None:
        frames.append((tb.tb_frame.f_code.co_filename, tb.tb_lineno))
        tb = tb.tb_next
    frames = [f for f in frames[1:] if f[0] == home] or frames[1:2]
    if not frames:
        return ""
    line = linecache.getline(*frames[-1]).strip()
    return f" in line {frames[-1][1]}" + (f", `{line[:120]}`" if line else "")


def library_called(error: BaseException, exercise: Exercise) -> str:
    """A sentence where a line calls a function of the library in another way than it can be called; or nothing.

    It would earn nothing if it were called well. Only the process in which it is called can say so.
    """
    tb = error.__traceback__ if isinstance(error, (TypeError, AttributeError)) else None
    while tb is not None:
        names = tb.tb_frame.f_globals | tb.tb_frame.f_locals
        line = linecache.getline(tb.tb_frame.f_code.co_filename, tb.tb_lineno)
        for path in re.findall(r"[A-Za-z_][\w.]*(?=\()", line):
            first, *rest = path.split(".")
            value: Any = names.get(first)
            home = ""
            while type(value) is ModuleType:
                home = value.__name__ + "".join(f".{name}" for name in rest)
                value = vars(value).get(rest.pop(0)) if rest else None
            if issubclass(type(value), (FunctionType, type)):
                home = f"{value.__module__}.{value.__qualname__}"
            package, _, called = home.partition(".")
            chapter, _, short = exercise.name.partition(".")  # whichever part of the chapter it lies in
            answers = called.startswith(f"{chapter}.") and called.endswith(f".{short}")
            answers |= called.startswith(("kernels.", "nn."))
            if package == __package__.partition(".")[0] and answers and called not in exercise.smaller:
                return " What that line calls is the library's, and earns nothing here however it is called."
        tb = tb.tb_next
    return ""


@functools.singledispatch
def ahead(function: Callable[..., Any], calls: list[tuple[Any, ...]]) -> Callable[..., Any]:
    """A function that gives the results of these calls when it is called with the same arguments in the same order.

    Here that is the function itself. Where asking takes long, in another process, it may have been asked all at once.
    """
    return function


@functools.singledispatch
def apart(function: Callable[..., Any]) -> bool:
    """From now on a function, and those beside it, know of no call that was made before; False where they still do.

    Here nothing can be done, and it counts as done: nobody is graded. What lives in another process may get a new one.
    """
    return True


def calls(exercise: Exercise, function: Callable[..., Any], cases: Sequence[Sequence[Any]]) -> list[Outcome]:
    """Call the student's function with copies, one case after the other, and bring back what can be seen.

    Each call has a limit of time where the function is in this process; after one that exceeds it no other is made.
    """
    copies = [exercise.packed(fresh(arguments)) for arguments in cases]
    here = ahead.dispatch(type(function)) is ahead.dispatch(object)
    asked = instances(exercise, function) if exercise.made_with else ahead(function, copies)
    made: list[Outcome] = []
    with limit() if here else Limit() as most:
        for given, own in zip(cases, copies, strict=True):
            slow = bool(made) and made[-1].trouble in ("slow", "untried")
            made.append(Outcome(trouble="untried") if slow else call(exercise, asked, given, own, most))
    return made


def instances(exercise: Exercise, made: Callable[..., Any]) -> Callable[..., Any]:
    """A class as one function of all arguments. A second call with equal ones goes to the same instance.

    So whatever an instance keeps from its first call shows.
    """
    n, last = exercise.made_with, list[Any]()

    def asked(*arguments: Any) -> Any:
        inputs = spread(exercise.arguments, fresh(arguments))
        if not last or not all(same_value(a, b) for a, b in zip(last[0], inputs, strict=True)):
            last[:] = [inputs, made(*arguments[:n])]
        return getattr(last[1], exercise.method)(*arguments[n:])

    return asked


def same_value(before: Any, after: Any) -> bool:
    """Is a leaf of the arguments as it was? Numbers and objects are not asked: those are not changed in place."""
    if isinstance(before, list):
        alike = isinstance(after, list) and len(before) == len(after)
        return alike and all(map(same_value, before, after))
    if isinstance(before, np.ndarray):
        return isinstance(after, np.ndarray) and same(before, after)
    return not isinstance(before, (int, float)) or before == after


def call(
    exercise: Exercise, function: Callable[..., Any], given: Sequence[Any], copies: tuple[Any, ...], limit: Limit
) -> Outcome:
    """Call it once, with copies of what is given, and with what its author has set for NumPy and for warnings."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                limit.start()
                result = function(*copies)
            finally:
                limit.stop()
            with quiet():
                outcome = unpack(result, exercise.outputs)
    except KeyboardInterrupt:
        raise
    except ExceededError as error:
        if type(error) is not limit.raised:  # it is that of a check around this one
            raise
        outcome = Outcome(trouble="slow")
    except NotImplementedError as error:
        outcome = Outcome(trouble="stub", sentence="Not written yet.", error=(type(error).__name__, text_of(error)))
    except BaseException as error:
        name, text = type(error).__name__, text_of(error)
        short = name.rpartition(".")[2]
        sentence = f"your function stops{place_of(error, function)}: {short}" + (f": {text}" if text else "")
        sentence = sentence.rstrip(".") + "." + library_called(error, exercise)
        outcome = Outcome(trouble="raised", sentence=sentence, error=(name, text))
    limit.stop()  # once more: what is raised may be raised within the first
    if limit.raised:  # and caught by the function
        outcome = Outcome(trouble="slow")
    outcome.changed = overwritten(exercise, given, copies)
    if any(output.own for output in exercise.results) and not outcome.trouble:
        outcome.shared = sharing(result, copies)
    outcome.printed = bool(printed.getvalue().strip())
    outcome.arguments = copies
    return outcome


def arrays_in(value: Any, depth: int = 4) -> Iterator[Array]:
    """The arrays that a value holds."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (list, tuple)) and depth:
        for one in items_of(value)[:LONGEST]:
            yield from arrays_in(one, depth - 1)


def sharing(result: Any, arguments: Sequence[Any]) -> bool:
    """Does an array of a result lie in the memory of one of the arguments?"""
    pairs = itertools.product(arrays_in(result), arrays_in(tuple(arguments)))
    return any(np.may_share_memory(one, other) for one, other in pairs)


def overwritten(exercise: Exercise, given: Sequence[Any], after: tuple[Any, ...]) -> tuple[str, ...]:
    """Names of the arguments that a call has changed: of their leaves, where they are still there."""
    if exercise.flat:
        pairs = zip(exercise.inputs, given, after, strict=True)
        return tuple(v.name for v, a, b in pairs if isinstance(a, np.ndarray) and not same(a, b))
    names, inputs = [], iter(given)
    for value, content in zip(exercise.arguments, after, strict=True):
        inner = leaves([value])
        before = [next(inputs) for _ in inner]
        try:
            now = spread([value], [content])
        except (TypeError, ValueError, KeyError):
            names.append(value.name)
            continue
        names += [v.name for v, a, b in zip(inner, before, now, strict=True) if not same_value(a, b)]
    return tuple(names)


def examine(exercise: Exercise, function: Callable[..., Any], seed: int) -> Examination:
    """Call the function on every case, the general one twice."""
    seen = Examination(exercise, seed)
    first, *others = exercise.cases
    with quiet():
        seen.given[first] = exercise.drawn(first, seed)
    seen.got[first], seen.again = calls(exercise, function, [seen.given[first]] * 2)
    if seen.got[first].trouble in ("stub", "none") and seen.again.trouble == seen.got[first].trouble:
        seen.got = dict.fromkeys(exercise.cases, seen.got[first])
        return seen  # nothing will be compared
    with quiet():
        seen.given |= {name: exercise.drawn(name, seed) for name in others}
    if "slow" in (seen.got[first].trouble, seen.again.trouble):
        seen.got |= {name: Outcome(trouble="untried") for name in others}
    else:
        seen.got |= zip(others, calls(exercise, function, [seen.given[name] for name in others]), strict=True)
    with quiet():
        for name, given in seen.given.items():
            seen.want[name] = exercise.answer(given)
    return seen


# ---------------------------------------------------------------------------------------------------------------------
# Known mistakes


Place = tuple[str, int]  # a case and an output


def of_numbers(outcome: Outcome) -> bool:
    """Did plain Python stop because a number is too large, or a function has no value there?"""
    name, text = outcome.error
    arithmetic = name in ("ZeroDivisionError", "OverflowError", "FloatingPointError")
    return arithmetic or (name == "ValueError" and text.startswith(("math", "expected")))


class Tried:
    """A wrong function, called once in each case in which somebody asks for its answer."""

    def __init__(self, seen: Examination, wrong: Callable[..., Any]) -> None:
        self._seen, self._wrong = seen, wrong
        self._answers: dict[str, list[Array] | None] = {}

    def answer(self, case: str) -> list[Array] | None:
        """What it gives; None where it ends in an error."""
        if case not in self._answers:
            self._answers[case] = None
            with contextlib.suppress(Exception):
                self._answers[case] = self._seen.exercise.call(self._wrong, self._seen.given[case])
        return self._answers[case]

    def agreement(self, only: int | None = None) -> int | None:
        """Does it give what came back, in every case and output?

        None if not, or if it explains nothing that is wrong; else the number of places where the answer was no
        help, because the function stopped there: fewer is better.
        """
        seen = self._seen
        silent, explained = 0, False
        if all(outcome.values is None for outcome in seen.got.values()):
            return None
        outputs = [i for i, o in enumerate(seen.exercise.results) if not o.free and only in (None, i)]
        for case in seen.telling:
            variant = self.answer(case)
            values = seen.got[case].values
            for i in outputs:
                want = seen.want[case][i]
                v = None if variant is None else variant[i]
                g = None if values is None else values[i]
                if isinstance(g, Refused):
                    return None
                if g is None or v is None:
                    if g is not None and g.shape == want.shape:
                        return None
                    silent += g is not v
                    overflow = v is not None and not np.isfinite(v).all()  # NumPy goes on there, plain Python stops
                    overflow &= of_numbers(seen.got[case])
                    explained |= overflow and bool(np.isfinite(want).all())
                elif shapes(g) != shapes(v) or not close(g, v, seen.tolerance(case, i, g)):
                    return None
                else:
                    explained |= not close(v, want, seen.tolerance(case, i, g))
        return silent if explained else None

    @functools.cached_property
    def wrong(self) -> frozenset[Place]:
        """Where it is not right."""
        return frozenset(place for place in places(self._seen) if not self._gives(place, self._seen.want))

    @functools.cached_property
    def alone(self) -> int:
        """In how many places it is wrong exactly as what came back."""
        return sum(self._gives(place, self._seen.got) for place in self.wrong)

    def _gives(self, place: Place, answers: Mapping[str, Any]) -> bool:
        """Is that its answer in this place?"""
        (case, i), seen = place, self._seen
        variant = self.answer(case)
        given = answers[case].values if isinstance(answers[case], Outcome) else answers[case]
        other = given[i] if given is not None and variant is not None else None
        return (
            variant is not None
            and isinstance(other, np.ndarray)
            and close(variant[i], other, seen.tolerance(case, i, other))
        )


def places(seen: Examination) -> Iterator[Place]:
    """Each output in each case."""
    return itertools.product(seen.given, (i for i, o in enumerate(seen.exercise.results) if not o.free))


def forms(exercise: Exercise) -> list[tuple[Mistake, str]]:
    """Every form of the exercise's mistakes, by its name."""
    return [(mistake, name) for name, (mistake, _) in exercise.forms.items()]


def kept(exercise: Exercise, form: str, seed: int = 0) -> tuple[str, ...]:
    """The facets that a mistake in this form leaves right. Cases are built so that it is the same with every seed."""
    seen = examine(exercise, exercise.handed_in(exercise.variant(form)), seed)
    with quiet():
        held = seen.facets()
    return tuple(facet.name for facet in exercise.facets if held[facet.name])


@quiet()
def recognise(seen: Examination, most: int = 2) -> list[list[Mistake]]:
    """Sets of mistakes that give exactly what came back: one mistake, else two together (``most``); the best first."""
    if found := matching((tried.agreement(), [mistake]) for mistake, tried in seen.tried):
        return found
    outputs = range(len(seen.exercise.results))
    if most < 2 or seen.exercise.given is not None:
        return []
    if not any(seen.comparable(case, i) is not None for case in seen.got for i in outputs):
        return []
    made, several = 0, []
    for pair in likely_pairs(seen):
        with contextlib.suppress(CannotBeCombinedError):
            both = Tried(seen, seen.exercise.variant(*(form for _, form in pair)))
            several.append((both.agreement(), [mistake for mistake, _ in pair]))
            made += 1
        if made == PAIRS:
            break
    return matching(several)


def matching(tried: Iterable[tuple[int | None, list[Mistake]]]) -> list[list[Mistake]]:
    """Of these sets of mistakes those that agree with what came back, with as few silent places as any."""
    found = [(silent, mistakes) for silent, mistakes in tried if silent is not None]
    best = min((silent for silent, _ in found), default=0)
    return list({tuple(m.id for m in mistakes): mistakes for silent, mistakes in found if silent == best}.values())


def likely_pairs(seen: Examination) -> Iterator[tuple[tuple[Mistake, str], ...]]:
    """Two forms of different mistakes that may explain it together, the likelier first.

    Where the answer is wrong one of the two has to be wrong by itself, and where it is right neither. Somewhere one of
    them mostly is alone: a step, no state, one output show one of the two.
    """
    wrong = frozenset(place for place in places(seen) if not seen.right(*place))
    chosen = [
        (form, tried) for form, (_, tried) in zip(forms(seen.exercise), seen.tried, strict=True) if tried.wrong <= wrong
    ]
    pairs = [
        (-one.alone - other.alone, n, (form, another))
        for n, ((form, one), (another, other)) in enumerate(itertools.combinations(chosen, 2))
        if form[0].id != another[0].id and wrong <= one.wrong | other.wrong
    ]
    return (pair for _, _, pair in sorted(pairs, key=lambda found: found[:2]))


@quiet()
def recognise_each(seen: Examination) -> dict[str, Mistake]:
    """For every output by itself: the one mistake that gives what came back there."""
    found: dict[str, Mistake] = {}
    for i, output in enumerate(seen.exercise.results):
        matches = {m.id: m for m, tried in seen.tried if tried.agreement(i) is not None}
        if len(matches) == 1:
            found[output.name] = next(iter(matches.values()))
    return found


# ---------------------------------------------------------------------------------------------------------------------
# Experiments that hints name


def experimented(seen: Examination, mistake: Mistake, function: Callable[..., Any]) -> list[tuple[Any, Any]]:
    """What each experiment of a mistake shows: with what is right, and with this function; None where it has no answer.

    All its calls are made at once, with arrays of the dtypes that the general case has.
    """
    exercise, like, tries = seen.exercise, seen.given[seen.general], mistake.tries
    given = [[inputs_of(exercise, like, call) for call in one.calls] for one in tries]
    made = iter(calls(exercise, function, [*itertools.chain(*given)]) if given else [])
    got = [[next(made).values for _ in several] for several in given]
    with quiet():
        want = [[exercise.answer(one) for one in several] for several in given]
        return [(shown(one, w), shown(one, g)) for one, w, g in zip(tries, want, got, strict=True)]


def inputs_of(exercise: Exercise, like: Sequence[Any], call: Mapping[str, Any]) -> tuple[Any, ...]:
    """The leaves of an experiment's arguments, arrays from lists of numbers, in the dtypes of others."""

    def of(other: Any, one: Any) -> Any:
        if isinstance(other, list):
            return [of(other[0], a) for a in one]
        return np.asarray(one, other.dtype) if isinstance(other, np.ndarray) else one

    return tuple(of(other, call[value.name]) for value, other in zip(exercise.inputs, like, strict=True))


def shown(experiment: Experiment, answers: Sequence[Any]) -> Any:
    """What is to be seen in these answers; None where they are not such as are asked for."""
    with contextlib.suppress(Exception):
        if not any(a is None or any(isinstance(one, Refused) for one in a) for a in answers):
            return experiment.shows(*(a[0] if len(a) == 1 else a for a in answers))
    return None


def acquits(right: Any, got: Any) -> bool:
    """Does an experiment show nothing wrong?"""
    if got is None or np.shape(got) != np.shape(right):
        return False
    return bool(np.allclose(got, right, 1e-6, 1e-6, equal_nan=True))


# ---------------------------------------------------------------------------------------------------------------------
# The library instead of one's own code

TORCH = re.compile(
    r"mat1 and mat2|m1 and m2|self and mat2|batch2 tensor|size of tensor a|existing size|inconsistent tensor|torch\."
    r"|not implemented for '[A-Z]|complex input|or complex|requires? gradients|scalar outputs|two bool tensors"
)


def misfit(argument: Any) -> Any:
    """An argument made wrong: an array with an axis and an entry too many; None where there is no way."""
    if isinstance(argument, np.ndarray):
        return np.concatenate([argument, argument[..., -1:]], axis=-1)[None]
    return np.full(2, argument) if isinstance(argument, float) else -argument if isinstance(argument, int) else None


def probes(exercise: Exercise, right: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Calls at which libraries complain: few, for the function may be slow. One's own code goes on, or NumPy complains.

    torch computes little with unsigned integers, and has no order of complex numbers; NumPy has all of it.
    """
    names = [a.name for a in exercise.inputs]
    wrong = {i: misfit(right[i]) for i in (0, names.index(exercise.probe) if exercise.probe else 0)}
    found = [(*right[:i], bad, *right[i + 1 :]) for i, bad in wrong.items() if bad is not None]
    if any(isinstance(a, np.ndarray) for a in right):
        for dtype in (np.uint32, np.complex128):
            found.append(tuple(np.abs(a).astype(dtype) if isinstance(a, np.ndarray) else a for a in right))
    return found


def borrowed(seen: Examination, function: Callable[..., Any]) -> str:
    """Whose code answers: "rnncourse", "torch", or "" for the student's own.

    A function of the library signs its complaints by the name of their type (:func:`rnncourse._arrays.sign`), so that
    nobody's words are taken for it. The library's smaller functions are no offence. What torch raises is a
    RuntimeError, which NumPy has no use for, and in torch's words.
    """
    exercise = seen.exercise
    home, chapter = str(getattr(function, "__module__", None)), exercise.name.partition(".")[0]
    if f"{home}.".startswith(f"rnncourse.{chapter}."):
        return "rnncourse"
    if any(isinstance(v, Refused) and v.torch for outcome in seen.got.values() for v in outcome.values or []):
        return "torch"
    with quiet():
        wrong = probes(exercise, seen.given[seen.general])
    for outcome in calls(exercise, function, wrong):
        (name, text), signer = outcome.error, outcome.error[0].rpartition(".")[0]
        if signer and signer not in exercise.smaller:
            return "rnncourse"
        if name in ("RuntimeError", "NotImplementedError") and TORCH.search(text):
            return "torch"
    return ""
