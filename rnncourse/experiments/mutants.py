"""Mutants of a right answer: one change by rule in its text. Do the checks see each of them?

The rules are those of mutation testing at large and know neither the catalogue of mistakes nor the exercises: another
operator, a comparison turned, a constant or the end of a slice off by one, a call or a line left out, arguments
exchanged. What looks at arguments is not changed.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import functools
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from rnncourse.checks import limit
from rnncourse.checks.engine import Exercise, quiet
from rnncourse.checks.mistakes import _Copies, _text, _used, bare

MOST = 40  # of an exercise
OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
LOOKS = {"require", "errstate"}
WIDE = (0.0, -1.0, 1e-3, 30.0)  # factors of arguments far from those that are drawn


@dataclass(frozen=True)
class Mutant:
    """A change in the text of a function: what stood there, what stands there now."""

    function: FunctionType
    old: str
    new: str
    code: CodeType

    @property
    def name(self) -> str:
        """Which it is, in words of code."""
        return f"{self.function.__name__}: {self.old} → {self.new}"


def mutants(exercise: Exercise, others: Collection[Callable[..., Any]] = ()) -> list[Mutant]:
    """Of the reference's text and of what it calls that no exercise asks for (``others``).

    At most MOST, every so many of all where there are more.
    """
    found = [mutant for function in texts(exercise, others) for mutant in of(function)]
    if len(found) <= MOST:
        return found
    return [found[i * len(found) // MOST] for i in range(MOST)]


def texts(exercise: Exercise, others: Collection[Callable[..., Any]]) -> Iterator[FunctionType]:
    """The functions that are changed, the reference first."""
    first = bare(exercise.reference)
    left, met = [first], {bare(function) for function in (*others, *exercise.builds_on.values())} - {first}
    while left:
        function = left.pop(0)
        if function in met or function.__closure__:
            continue
        met.add(function)
        yield function
        used = sorted(_used(function.__code__))
        for value in (function.__globals__[name] for name in used if name in function.__globals__):
            inner = [vars(value)[name] for name in used if name in vars(value)] if isinstance(value, ModuleType) else []
            left += [one for one in map(ours, (value, *inner)) if one]


def ours(value: Any) -> FunctionType | None:
    """A function of the reading version, or of a check's own."""
    with contextlib.suppress(TypeError):
        function = bare(value)
        home = function.__module__
        return function if home.startswith("rnncourse.") and not home.startswith(OUR_OWN) else None
    return None


OUR_OWN = (
    *("rnncourse._arrays", "rnncourse.shapes", "rnncourse.rules"),
    *("rnncourse.checks.engine", "rnncourse.checks.mistakes", "rnncourse.checks.nested"),
)


@functools.cache
def of(function: FunctionType) -> tuple[Mutant, ...]:
    """Every mutant of one function, in the order of its text."""
    return tuple(made_of(function))


def made_of(function: FunctionType) -> Iterator[Mutant]:
    """The same, one by one."""
    if function.__name__ == "<lambda>":
        return  # nothing but a call of what follows
    head, body = _text(function)
    body = body.replace("np.empty(", "np.zeros(").replace("np.empty_like(", "np.zeros_like(")  # never what lay there
    source = f"from __future__ import annotations\n{head}{body}"
    tree, seen, times = ast.parse(source), set[str](), dict[tuple[str, str], int]()
    seen.add(ast.unparse(tree))
    for i, node in enumerate(reached(tree)):
        for change in range(len(list(changes(copy.deepcopy(node))))):
            other = copy.deepcopy(tree)
            place = list(reached(other))[i]
            old = said(place)
            list(changes(place))[change]()
            ast.fix_missing_locations(other)
            text = ast.unparse(other)
            if text in seen:
                continue
            seen.add(text)
            new = said(place)
            times[old, new] = times.get((old, new), 0) + 1
            new += f" ({times[old, new]})" if times[old, new] > 1 else ""
            with contextlib.suppress(SyntaxError):
                yield Mutant(function, old, new, compile(other, f"<{function.__name__}, mutant>", "exec"))


def said(node: ast.AST) -> str:
    """A node in code: of a loop or a condition its first line."""
    return ast.unparse(node).splitlines()[0]


def reached(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes that may be changed, in the order of the text."""
    made = tree.body[-1]
    assert isinstance(made, ast.FunctionDef)
    waiting: list[ast.AST] = list(reversed(made.body))
    while waiting:
        node = waiting.pop()
        if looks(node):
            continue
        yield node
        skipped = {"annotation", "returns", "ctx"}
        inner = [child for name, value in ast.iter_fields(node) if name not in skipped for child in listed(value)]
        waiting += reversed(inner)


def looks(node: ast.AST) -> bool:
    """Does it look at arguments, or say how NumPy's warnings are dealt with?"""
    if isinstance(node, ast.Expr):
        return looks(node.value)
    if isinstance(node, ast.If):
        return all(isinstance(one, ast.Raise) for one in node.body) and not node.orelse
    if isinstance(node, ast.keyword):
        return node.arg == "strict"
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).rpartition(".")[2] in LOOKS
    return isinstance(node, ast.Raise | ast.Assert)


def listed(value: Any) -> list[ast.AST]:
    """The nodes in a field."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, ast.AST)]


def changes(node: Any) -> Iterator[Callable[[], None]]:
    """What may be done to a node, each in place."""

    def put(field: str, value: Any) -> Callable[[], None]:
        return lambda: setattr(node, field, value)

    def become(other: ast.AST) -> Callable[[], None]:
        def change() -> None:
            node.__class__ = other.__class__
            vars(node).clear()
            vars(node).update(vars(other))

        return change

    if isinstance(node, ast.BinOp | ast.AugAssign):
        yield from (put("op", op()) for op in OPERATORS.get(type(node.op), ()))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult | ast.Sub | ast.Div):
            yield become(ast.BinOp(node.right, node.op, node.left))
        if isinstance(node, ast.AugAssign):
            yield become(ast.Pass())
            if isinstance(node.op, ast.Add):
                yield become(ast.Assign([node.target], node.value))
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from (put("ops", [op()]) for op in COMPARISONS.get(type(node.ops[0]), ()))
    elif isinstance(node, ast.BoolOp):
        yield put("op", ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    elif isinstance(node, ast.UnaryOp) and not isinstance(node.operand, ast.Constant):
        yield become(node.operand)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield put("value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield put("value", node.value + 1)
        yield put("value", node.value - 1)
    elif isinstance(node, ast.Slice):
        lower, upper = node.lower, node.upper
        yield put("lower", ast.Constant(1) if lower is None else ast.BinOp(lower, ast.Add(), ast.Constant(1)))
        if lower is not None:
            yield put("lower", None)
        minus = ast.UnaryOp(ast.USub(), ast.Constant(1))
        yield put("upper", minus if upper is None else ast.BinOp(upper, ast.Sub(), ast.Constant(1)))
        if upper is not None:
            yield put("upper", None)
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name) and isinstance(node.ctx, ast.Load):
        yield put("slice", ast.BinOp(node.slice, ast.Sub(), ast.Constant(1)))
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) not in ("np", "math", "rnn"):
            yield become(node.func.value)
        elif len(node.args) == 1:
            yield become(node.args[0])
        if len(node.args) > 1:
            yield put("args", [node.args[1], node.args[0], *node.args[2:]])
        yield from (
            put("keywords", [k for k in node.keywords if k is not out]) for out in node.keywords if not looks(out)
        )
    elif isinstance(node, ast.If):
        yield put("test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.IfExp):
        yield become(node.body)
        yield become(node.orelse)
    elif isinstance(node, ast.For):
        yield put("iter", ast.Subscript(copied("list", node.iter), parsed("x[1:]").slice, ast.Load()))
        yield put("iter", ast.Subscript(copied("list", node.iter), parsed("x[::-1]").slice, ast.Load()))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield become(ast.Pass())
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield become(node.value)


def copied(function: str, argument: ast.expr) -> ast.Call:
    """A call."""
    return ast.Call(ast.Name(function, ast.Load()), [argument], [])


def parsed(text: str) -> Any:
    """An expression from its text."""
    return ast.parse(text, mode="eval").body


def made(exercise: Exercise, mutant: Mutant | None) -> Callable[..., Any]:
    """The reference with a mutant in it, or with none; without argument checks."""
    copies = _Copies(exercise.reference, frozenset())
    if mutant is not None:
        copies.codes[mutant.function] = mutant.code
    return copies.of(exercise.reference)


@quiet()
def differs(exercise: Exercise, mutant: Mutant, seed: int) -> bool:
    """Does it give other numbers anywhere: for the cases' arguments, and for zero, negative, small and large ones?

    Where the right answer has none, as far outside of what is asked, nothing is compared.
    """
    wrong, right = made(exercise, mutant), made(exercise, None)
    compared = [i for i, output in enumerate(exercise.results) if not output.free]
    for case in exercise.cases:
        given = exercise.drawn(case, seed)
        real = [i for i, a in enumerate(given) if real_numbers(a)]
        for chosen in ((), tuple(real), *((i,) for i in real)):
            for factor in WIDE if chosen else (1.0,):
                inputs = [scaled(a, factor) if i in chosen else a for i, a in enumerate(given)]
                if (want := answered(exercise, right, inputs)) is None:
                    continue
                if (got := answered(exercise, wrong, inputs)) is None:
                    return True
                if any(not alike(got[i], want[i]) for i in compared):
                    return True
    return False


def answered(exercise: Exercise, function: Callable[..., Any], inputs: list[Any]) -> list[Any] | None:
    """What a function of ours gives; None where it stops or does not end."""
    with limit.limit() as most:
        most.start()
        try:
            return exercise.call(function, inputs)
        except (Exception, limit.ExceededError):
            return None
        finally:
            most.stop()


def real_numbers(argument: Any) -> bool:
    """Is it made of real numbers?"""
    if isinstance(argument, list):
        return bool(argument) and real_numbers(argument[0])
    return isinstance(argument, float) or (isinstance(argument, np.ndarray) and argument.dtype.kind == "f")


def scaled(argument: Any, factor: float) -> Any:
    """All its numbers by a factor."""
    if isinstance(argument, list):
        return [scaled(one, factor) for one in argument]
    return argument * type(argument)(factor) if isinstance(argument, float) else argument * argument.dtype.type(factor)


def alike(got: Any, want: Any) -> bool:
    """The same shape and numbers, up to rounding."""
    if np.shape(got) != np.shape(want):
        return False
    close = 1e-4 if getattr(want, "dtype", None) == np.float32 else 1e-9
    scale = np.max(np.abs(want), initial=0.0, where=np.isfinite(want))
    return bool(np.allclose(got, want, close, close * scale, equal_nan=True))
