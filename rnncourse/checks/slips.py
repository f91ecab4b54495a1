"""One slip in the right answer's text, where no known mistake explains an answer: which change gives its numbers?

A slip is made by rule, not by hand: a summand or a factor is left out or counts twice, a sign is turned round, another
name or index stands there, blocks stand in another order. What is said is in which line it is and of which kind, and
what stands there with the slip; never what is right. Knows nothing of recurrent networks.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import itertools
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import CodeType, FrameType, FunctionType
from typing import Any

import numpy as np

from rnncourse.checks.engine import Array, Examination, Exercise, Tried, close, near, quiet
from rnncourse.checks.mistakes import _Copies, _text, _used, bare

SQUASHING = {"np.tanh": "tanh", "sigmoid": "the sigmoid"}
OTHERS = {  # what stands in the place of a function that squashes
    "np.tanh({})": "tanh stands where another function belongs",
    "(1 / (1 + np.exp(-({}))))": "the sigmoid stands where another function belongs",
    "np.clip(0.2 * ({}) + 0.5, 0, 1)": "three straight lines stand where a smooth function belongs (“hard sigmoid”)",
    "np.maximum({}, 0)": "the rectifier stands where another function belongs",
}
ELEMENTWISE = {"np.tanh", "sigmoid", "np.log", "np.exp", "np.sqrt", "np.log2", "np.abs"}
SHOWN = 70  # characters of a line that are shown
MOST = 700  # slips of an exercise
BUDGET = 150_000  # calls that may be made to try all of them
PAIRED = 60  # slips that explain some numbers, and pairs of them that are tried
PAIRS = 750  # of another order and one thing more
DERIVATIVE = re.compile(r"\* (\S+) \* \(1 - \1(?: ?\*\* ?2)?\)$")
BLOCKS = 4  # that may stand in any order
ORDER = "the order of the blocks"
OUR_OWN = ("rnncourse._arrays", "rnncourse.shapes", "rnncourse.checks.mistakes", "rnncourse.checks.engine")


@dataclass(frozen=True)
class Slip:
    """In the text of a function: from, to, and what stands there instead; in which line, of what kind, how it reads."""

    function: FunctionType
    start: int
    stop: int
    new: str
    where: str
    what: str
    line: str

    @property
    def hint(self) -> str:
        """How the line reads with it."""
        if self.where == ORDER:
            return "Which rows or columns belong to which block? Read the order in the task once more."
        return f"Exactly your numbers come of `{self.line}` as {self.where}. What does the task have there?"


# ---------------------------------------------------------------------------------------------------------------------
# Which there are


def functions_of(answer: Callable[..., Any]) -> Iterator[FunctionType]:
    """The functions of an answer that may have a slip: those of ours that it calls, without loops that may not end."""
    left, met = [bare(answer)], set()
    while left:
        function = left.pop(0)
        if function in met or function.__module__ in OUR_OWN:
            continue
        met.add(function)
        for name in sorted(_used(function.__code__)):
            value = function.__globals__.get(name)
            with contextlib.suppress(TypeError):
                if callable(value) and (found := bare(value)).__module__.startswith("rnncourse."):
                    left.append(found)
        try:
            tree = ast.parse(f"def _():\n{_text(function)[1]}")
        except (TypeError, SyntaxError, OSError):
            continue
        if not any(isinstance(node, ast.While) for node in ast.walk(tree)):
            yield function


KEPT: dict[tuple[str, Callable[..., Any]], tuple[Slip, ...]] = {}


def slips_of(exercise: Exercise) -> tuple[Slip, ...]:
    """All slips of the right answer to an exercise, the plainest kinds first."""
    key = exercise.name, exercise.right
    if key not in KEPT:
        first, outputs = bare(exercise.right), tuple(o.name for o in exercise.outputs)
        (kinds, events), given = kinds_in(exercise), arguments_of(exercise)
        found = [
            slip
            for f in functions_of(exercise.right)
            for slip in Reading(f, outputs if f is first else (), {**given, **kinds.get(f.__code__, {})}).slips()
        ]
        order = sorted(enumerate(found), key=lambda pair: (pair[1].what.startswith("`"), pair[0]))
        KEPT[key] = tuple(slip for _, slip in order)[: min(MOST, BUDGET // events)]
    return KEPT[key]


def kinds_in(exercise: Exercise) -> tuple[dict[CodeType, dict[str, tuple[Any, ...]]], int]:
    """By function, of what type and shape each name is in the first case: those that are alike may be confused.

    And how many calls the answer makes, which is about how long it takes, on every machine.
    """
    found: dict[CodeType, dict[str, tuple[Any, ...]]] = {}
    events = 0

    def watch(frame: FrameType, event: str, _: Any) -> None:
        nonlocal events
        events += 1
        if event == "return" and frame.f_code not in found:
            found[frame.f_code] = {n: (type(v).__name__, np.shape(v)) for n, v in frame.f_locals.items() if plain(v)}

    case, before = next(iter(exercise.cases)), sys.getprofile()
    given, answer = exercise.drawn(case, 1), exercise.variant()
    exercise.call(answer, given)  # once before: what is kept is made then
    sys.setprofile(watch)
    try:
        exercise.call(answer, given)
    finally:
        sys.setprofile(before)
    return found, events


def arguments_of(exercise: Exercise) -> dict[str, tuple[Any, ...]]:
    """The same of the exercise's arguments: a slip in a function that is called may take one of them, too."""
    arguments = exercise.drawn(next(iter(exercise.cases)), 1)
    named = zip(exercise.inputs, arguments, strict=True)
    return {v.name: (type(a).__name__, np.shape(a)) for v, a in named if plain(a) and v.name.isidentifier()}


def plain(value: Any) -> bool:
    """An array or a number."""
    return isinstance(value, (np.ndarray, int, float, np.generic))


class Reading:
    """A function's text, and each line of it that makes something."""

    def __init__(self, function: FunctionType, outputs: tuple[str, ...], kinds: dict[str, tuple[Any, ...]]) -> None:
        self.kinds = kinds
        self.function, self.outputs, self.body = function, outputs, _text(function)[1]
        self.tree = ast.parse(f"def _():\n{self.body}").body[0]
        lengths = [len(line) for line in self.body.splitlines(keepends=True)]
        self.starts = [0, 0, 0, *itertools.accumulate(lengths)]
        arguments = function.__code__.co_varnames[: function.__code__.co_argcount]
        stored = [n.id for n in ast.walk(self.tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        self.names = dict.fromkeys([*arguments, *stored])

    def at(self, node: ast.AST) -> tuple[int, int]:
        """Where it stands in the text."""
        place: Any = node
        return (
            self.starts[place.lineno] + place.col_offset,
            self.starts[place.end_lineno] + place.end_col_offset,
        )

    def text(self, node: ast.AST) -> str:
        """Its text, in parentheses where it needs them."""
        start, stop = self.at(node)
        bare_one = isinstance(node, (ast.Name, ast.Call, ast.Subscript, ast.Attribute, ast.Constant, ast.Starred))
        return self.body[start:stop] if bare_one else f"({self.body[start:stop]})"

    def slips(self) -> Iterator[Slip]:
        """In each line each."""
        for node in ast.walk(self.tree):
            for where, value in self.made(node):
                seen = set()
                for inner in (None, *inside(value)):
                    for start, stop, new, what in self.whole(where, value) if inner is None else self.changes(inner):
                        if (start, stop, new) in seen or self.body[start:stop] == new:
                            continue
                        seen.add((start, stop, new))
                        line = self.line(value, start, stop, new)
                        if line:
                            yield Slip(self.function, start, stop, new, where, what, line)
            yield from self.orders(node)
            yield from self.ways(node)

    def line(self, value: ast.AST, start: int, stop: int, new: str) -> str:
        """How the line reads with a slip; "" where it could not be read."""
        first, last = self.at(value)
        text = self.body[first:start] + new + self.body[stop:last]
        try:
            read = ast.unparse(ast.parse(f"({text})", mode="eval"))
        except SyntaxError:
            return ""
        read = re.sub(r"\((\w+ \+ 1)\) % len\(\w+\)", r"\1", read).replace("(lambda v: v / len(v))", "mean of rows: ")
        return read if len(read) <= SHOWN else f"… {new.strip('()')} …"

    def made(self, node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
        """What a line makes: a name, and the expression that it is made of."""
        if isinstance(node, ast.Return) and node.value is not None:
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for n, value in enumerate(values):
                named = self.outputs[n] if len(values) == len(self.outputs) else self.of(value)
                yield named, value
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for one, value in zip(target.elts, node.value.elts, strict=True):
                    yield ast.unparse(one), value
            else:
                yield ast.unparse(target).strip("()"), node.value
        elif isinstance(node, ast.AugAssign):
            yield ast.unparse(node.target), node.value
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value
            if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) in self.names:
                yield from ((ast.unparse(call.func.value), one) for one in call.args)
        elif isinstance(node, ast.If):
            yield "a condition", node.test

    def of(self, value: ast.expr) -> str:
        """What is returned and has no name: by the names in it."""
        names = dict.fromkeys(n.id for n in ast.walk(value) if isinstance(n, ast.Name) and n.id in self.names)
        return f"what comes of {' and '.join(names)}" if 0 < len(names) < 3 else "what comes back"

    def changes(self, node: ast.expr) -> Iterator[tuple[int, int, str, str]]:
        """Ways to change one expression: where, into what, and of what kind that is."""
        start, stop = self.at(node)
        for new, what in self.rewritten(node):
            yield start, stop, new, what

    def whole(self, where: str, value: ast.expr) -> Iterator[tuple[int, int, str, str]]:
        """Ways to change all that a line makes."""
        start, stop = self.at(value)
        text = self.text(value)
        kind = self.kinds.get(where)
        for other in [n for n, k in self.kinds.items() if kind and k == kind and n != where]:
            yield start, stop, f"({text} + {other})", f"a summand `{other}` is too many"
            yield start, stop, f"({text} * {other})", f"a factor `{other}` is too many"
        if any(isinstance(n, ast.MatMult) for n in ast.walk(value)):
            yield start, stop, f"(lambda v: v / len(v))({text})", "it is divided by the number of its rows"
        names = [n for n in ast.walk(value) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
        for name in dict.fromkeys(n.id for n in names if n.id in self.kinds):
            places = sorted((self.at(n) for n in names if n.id == name), reverse=True)
            for other in self.like(next(n for n in names if n.id == name)) if len(places) > 1 else ():
                new = self.body[start:stop]
                for first, last in places:
                    new = new[: first - start] + other + new[last - start :]
                yield start, stop, new, f"`{other}` stands where another value belongs, each time"

    def rewritten(self, node: ast.expr) -> Iterator[tuple[str, str]]:
        """An expression with a slip in it, and what kind of slip that is."""
        if isinstance(node, ast.BinOp):
            yield from self.operated(node)
        elif isinstance(node, ast.Call):
            yield from self.called(node)
        elif isinstance(node, ast.Attribute) and node.attr == "T":
            yield self.text(node.value), f"`{self.text(node.value)}` stands with rows and columns exchanged"
        elif isinstance(node, ast.Subscript):
            yield from self.taken(node)
        elif isinstance(node, ast.Compare) and len(node.ops) == 1:
            left, right, kind = self.text(node.left), self.text(node.comparators[0]), type(node.ops[0])
            for other, spelt in ((ast.Lt, "<"), (ast.LtE, "<="), (ast.Gt, ">"), (ast.GtE, ">=")):
                if kind in (ast.Lt, ast.LtE, ast.Gt, ast.GtE) and other is not kind:
                    yield f"({left} {spelt} {right})", f"a comparison goes by {spelt}"
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            yield self.text(node.operand), "a sign is turned round"
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            yield str(node.value + 1), f"the number {node.value + 1} stands where another one belongs"
            if node.value:
                yield str(node.value - 1), f"the number {node.value - 1} stands where another one belongs"
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in self.names:
            yield f"(1 - {node.id})", f"`1 - {node.id}` stands where another value belongs"
            yield from ((other, f"`{other}` stands where another value belongs") for other in self.like(node))

    def like(self, node: ast.AST) -> list[str]:
        """Other names of the same type and shape as this one."""
        kind = self.kinds.get(node.id) if isinstance(node, ast.Name) else None
        return [name for name, other in self.kinds.items() if kind and other == kind and name != ast.unparse(node)]

    def operated(self, node: ast.BinOp) -> Iterator[tuple[str, str]]:
        """Of two operands."""
        left, right = self.text(node.left), self.text(node.right)
        if isinstance(node.op, (ast.Add, ast.Sub)):
            minus = isinstance(node.op, ast.Sub)
            one = minus and isinstance(node.left, ast.Constant) and node.left.value == 1
            yield left, "a summand is missing"
            yield right, "“1 minus” is missing" if one else "a summand is missing"
            yield f"({left} {'+' if minus else '-'} {right})", "a sign is turned round"
            if minus:
                yield f"(-{right})", "a summand is missing"
                yield f"({right} - {left})", "a difference is taken the other way round"
            yield f"({left} {'-' if minus else '+'} 2 * {right})", "a summand counts twice"
            yield f"(2 * {left} {'-' if minus else '+'} {right})", "a summand counts twice"
            sign = "-" if minus else "+"
            yield f"(({left} {sign} {right}) / 2)", "a mean stands where a sum belongs"
            product, over = node.right, ""
            while isinstance(product, ast.BinOp) and isinstance(product.op, ast.Mult):
                over = f" * {self.text(product.right)}{over}"
                product = product.left
                yield f"(({left} {sign} {self.text(product)}){over})", "a factor takes hold of both summands"
            for name in self.like(node.left):
                yield f"({left} * {name} {sign} {right})", f"a factor `{name}` is too many"
            for name in self.like(node.right):
                yield f"({left} {sign} {right} * {name})", f"a factor `{name}` is too many"
        elif isinstance(node.op, ast.Mult):
            yield left, "a factor is missing"
            yield right, "a factor is missing"
            yield f"({left} * {right} * {right})", "a factor counts twice"
            yield f"({left} * {left} * {right})", "a factor counts twice"
            yield f"({left} / {right})", "it is divided where it should be multiplied"
            yield f"({left} + {right})", "a sum stands where a product belongs"
            if isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.Mult):
                yield self.text(node.left.left), "two factors are missing"
            for side, other in ((node.left, right), (node.right, left)):
                if isinstance(side, ast.BinOp) and isinstance(side.op, (ast.Add, ast.Sub)):
                    plus = "+" if isinstance(side.op, ast.Add) else "-"
                    first, second = self.text(side.left), self.text(side.right)
                    yield f"({first} {plus} {second} * {other})", "a factor takes hold of one summand alone"
                    yield f"({first} * {other} {plus} {second})", "a factor takes hold of one summand alone"
        elif isinstance(node.op, ast.Div):
            yield left, "a division is missing"
            yield f"({left} * {right})", "it is multiplied where it should be divided"
            yield f"({right} / {left})", "a ratio is taken the other way round"
            yield f"({left} / np.sqrt({right}))", "a root is taken of what it is divided by"
        elif isinstance(node.op, ast.Pow):
            yield left, "a power is missing"
        elif isinstance(node.op, ast.MatMult) and isinstance(node.right, ast.Name | ast.Subscript):
            exchanged = f"`{right}` stands with rows and columns exchanged"
            yield f"({left} @ {right}.T)", exchanged
            blocks = f"np.concatenate([q.T for q in np.split({right}, len({right}) // {right}.shape[1])])"
            yield f"({left} @ {blocks})", f"each block of {exchanged}"

    def called(self, node: ast.Call) -> Iterator[tuple[str, str]]:
        """Of a function of one argument, or a method."""
        name = ast.unparse(node.func)
        if name in ELEMENTWISE and len(node.args) == 1:
            inner = self.text(node.args[0])
            yield inner, "a function is missing"
            yield f"{name}({name}({inner}))", f"{SQUASHING.get(name, name)} is taken twice"
            if name in SQUASHING:
                for by in ("+ 1", "- 1"):
                    yield f"{name}({inner} {by})", f"{by} stands inside {SQUASHING[name]}"
                yield f"{name}(-{inner})", "a sign is turned round"
                for other in self.like(node.args[0]):
                    yield f"{name}({inner} + {other})", f"`{other}` is added inside {SQUASHING[name]}"
                yield from ((made.format(inner), what) for made, what in OTHERS.items() if not made.startswith(name))
        for old, new in (("mean", "sum"), ("sum", "mean"), ("max", "min"), ("argmin", "argmax")):
            if isinstance(node.func, ast.Attribute) and node.func.attr == old:
                rest = ast.unparse(node)[len(name) :]
                yield f"{self.text(node.func.value)}.{new}{rest}", f"a {new} stands where another measure belongs"
        for word in node.keywords:
            if word.arg == "axis" and isinstance(word.value, ast.Constant):
                for number in (0, 1, 2):
                    words = [*(ast.unparse(a) for a in node.args), f"axis={number}"]
                    words += [f"{w.arg}={ast.unparse(w.value)}" for w in node.keywords if w is not word]
                    yield f"{name}({', '.join(words)})", f"it goes along axis {number}"

    def taken(self, node: ast.Subscript) -> Iterator[tuple[str, str]]:
        """Of an array at an index."""
        name, index = self.text(node.value), node.slice
        if isinstance(index, ast.Slice):
            if index.step is not None:
                yield name, f"`{name}` is not turned round"
            return
        plain = ast.unparse(index)
        if not isinstance(index, ast.Name | ast.BinOp | ast.Constant | ast.UnaryOp):
            return
        for other in (f"{plain} + 1", f"{plain} - 1", "0", "-1"):
            spelt = f"{name}[{other}]".replace(" - 1 + 1]", "]").replace(" + 1 - 1]", "]")
            if spelt != ast.unparse(node):
                # beyond the end nobody looks, or it begins again
                made = f"{name}[({plain} + 1) % len({name})]" if other.endswith("+ 1") else spelt
                yield made, f"`{spelt}` stands where another index belongs"

    def orders(self, node: ast.AST) -> Iterator[Slip]:
        """Blocks in another order: where an array is cut, and where one is put together."""
        found: list[tuple[Sequence[ast.expr], str]] = []
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            if isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "np.split":
                found.append((node.targets[0].elts, "cut"))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "np.concatenate":
            found += [(one.elts, "joined") for one in node.args[:1] if isinstance(one, ast.List)]
        for blocks, how in found:
            if not 1 < len(blocks) <= BLOCKS:
                continue
            names = [self.text(b) for b in blocks]
            start, stop = self.at(blocks[0])[0], self.at(blocks[-1])[1]
            for order in itertools.permutations(names):
                if list(order) != names:
                    new = ", ".join(order)
                    yield Slip(self.function, start, stop, new, ORDER, f"they are {how} as `{new}`", new)

    def ways(self, node: ast.AST) -> Iterator[Slip]:
        """A loop that goes the other way, and a line that is left out."""
        if isinstance(node, ast.For):
            start, stop = self.at(node.iter)
            text, target = self.body[start:stop], ast.unparse(node.target).strip("()")
            backwards = text.startswith("reversed(")
            new = text[len("reversed(") : -1] if backwards else f"list({text})[::-1]"
            yield Slip(self.function, start, stop, new, f"the loop over {target}", "it goes the other way", new)
            for new, which in ((f"list({text})[1:]", "first"), (f"list({text})[:-1]", "last")):
                yield Slip(self.function, start, stop, new, f"the loop over {target}", f"the {which} is left out", new)
        if isinstance(node, (ast.AugAssign, ast.If)) and not getattr(node, "orelse", []):
            start, stop = self.at(node)
            what = ast.unparse(node.target if isinstance(node, ast.AugAssign) else node.test)
            yield Slip(self.function, start, stop, "pass", f"the line with `{what}`", "it is left out", "pass")


def inside(node: ast.AST) -> Iterator[ast.expr]:
    """An expression and those within it; not what is called, nor what says a type."""
    if isinstance(node, ast.expr):
        yield node
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) not in ("np", "math", "np.add"):
            yield from inside(node.func.value)
        for one in node.args:
            yield from inside(one)
        return
    for child in ast.iter_child_nodes(node):
        yield from inside(child)


# ---------------------------------------------------------------------------------------------------------------------
# Which one it is


@functools.cache
def compiled(function: FunctionType, hunks: tuple[tuple[int, int, str], ...]) -> CodeType | None:
    """The code of a function with these changes; None where they are no Python."""
    head, body = _text(function)
    for start, stop, new in sorted(hunks, reverse=True):
        body = body[:start] + new + body[stop:]
    body = body.replace("np.empty(", "np.zeros(").replace("np.empty_like(", "np.zeros_like(")  # never what lay there
    try:
        made = compile(f"from __future__ import annotations\n{head}{body}", f"<{function.__name__}, slip>", "exec")
    except SyntaxError:
        return None
    return next((c for c in made.co_consts if isinstance(c, CodeType) and c.co_name == function.__name__), None)


class Slipped:
    """The right answer, with slips in it one after the other."""

    def __init__(self, seen: Examination) -> None:
        self.seen, self.exercise = seen, seen.exercise
        self.copies = _Copies(self.exercise.right, frozenset())
        self.answer = self.copies.of(self.exercise.right)

    def with_them(self, slips: Sequence[Slip]) -> Callable[..., Any] | None:
        """A function with these slips; None where there is none."""
        if any(meet(*pair) for pair in itertools.combinations(slips, 2)):
            return None
        codes: dict[FunctionType, CodeType] = {}
        for function in {s.function for s in slips}:
            hunks = tuple(sorted((s.start, s.stop, s.new) for s in slips if s.function is function))
            code = compiled(function, hunks)
            if code is None or function not in self.copies.made:
                return None
            codes[self.copies.made[function]] = code

        def wrong(*arguments: Any) -> Any:
            right = {copy: copy.__code__ for copy in codes}
            names = [v.name for v in self.exercise.arguments]
            more = [(c.__globals__, n) for c in codes for n in names if n not in c.__globals__]
            try:
                for copy, code in codes.items():
                    copy.__code__ = code
                for module, name in more:
                    module[name] = arguments[names.index(name)]
                return self.answer(*arguments)
            finally:
                for copy, code in right.items():
                    copy.__code__ = code
                for module, name in more:
                    module.pop(name, None)

        return wrong

    def answers(self, case: str, *slips: Slip) -> list[Array] | None:
        """What comes back in a case."""
        if (wrong := self.with_them(slips)) is None:
            return None
        with contextlib.suppress(Exception):
            return self.exercise.call(wrong, self.seen.given[case])
        return None

    def agrees(self, slips: Sequence[Slip], only: int | None = None) -> bool:
        """Do these give what came back, in every case?"""
        wrong = self.with_them(slips)
        return wrong is not None and Tried(self.seen, wrong).agreement(only) is not None


def failing(seen: Examination) -> list[str]:
    """The cases in which something can be compared and differs, those with few numbers first."""
    outputs = [i for i, o in enumerate(seen.exercise.results) if not o.free]
    found = [
        case
        for case in seen.got
        if any(seen.comparable(case, i) is not None and not seen.right(case, i) for i in outputs)
    ]
    return sorted(found, key=lambda case: sum(int(np.size(a)) for a in seen.want[case]))


@dataclass
class Found:
    """Slips that give what came back, and in which outputs; none named: in all."""

    slips: tuple[Slip, ...]
    outputs: tuple[int, ...] = ()


def search(seen: Examination) -> list[Found]:
    """One slip for all outputs, or two; else one for each wrong output by itself, as far as there is one."""
    exercise = seen.exercise
    cases = failing(seen)
    if not cases or exercise.given is not None or exercise.made_with:
        return []
    outputs = [i for i, o in enumerate(exercise.results) if not o.free]
    every = slips_of(exercise)
    case, slipped = cases[-1] if len(cases) < 2 else cases[1], Slipped(seen)
    got = {i: g for i in outputs if (g := seen.comparable(case, i)) is not None}
    want = seen.want[case]
    wrong = {i: ~near(g, want[i], seen.tolerance(case, i, g)) for i, g in got.items()}
    alike: list[
        tuple[Slip, dict[int, Any]]
    ] = []  # of each slip that explains a number: which numbers are right with it
    for slip in every:
        answers = slipped.answers(case, slip)
        if answers is None or any(answers[i].shape != g.shape for i, g in got.items()):
            continue
        fits = {i: near(g, answers[i], seen.tolerance(case, i, g)) for i, g in got.items()}
        if any((fits[i] & wrong[i]).any() for i in got):
            alike.append((slip, fits))
    whole = [slip for slip, fits in alike if all(f.all() for f in fits.values())]
    for slip in whole:
        if slipped.agrees([slip]):
            return [Found((slip,))]
    if pair := pairs(slipped, alike, wrong) or in_all_lines(slipped, every) or with_an_order(slipped, every, case, got):
        return [Found(pair)]
    found = []
    for i in got:
        if seen.right(case, i) and all(seen.right(c, i) for c in seen.got):
            continue
        one = next((s for s, fits in alike if fits[i].all() and wrong[i].any() and slipped.agrees([s], i)), None)
        if one is not None:
            found.append(Found((one,), (i,)))
    return found


def meet(one: Slip, other: Slip) -> bool:
    """Do two slips change the same piece of text?"""
    return one.function is other.function and one.start < other.stop and other.start < one.stop


def pairs(slipped: Slipped, alike: list[tuple[Slip, dict[int, Any]]], wrong: dict[int, Any]) -> tuple[Slip, ...]:
    """Two slips that explain different numbers, and together give what came back."""
    tried = 0
    alike = sorted(alike, key=lambda pair: -sum(int((pair[1][i] & wrong[i]).sum()) for i in wrong))[:PAIRED]
    for (one, fits), (other, more) in itertools.combinations(alike, 2):
        if meet(one, other):
            continue
        if not all((fits[i] | more[i])[wrong[i]].all() for i in wrong):
            continue
        if slipped.agrees([one, other]):
            return one, other
        tried += 1
        if tried == PAIRED:
            break
    return ()


def in_all_lines(slipped: Slipped, every: Sequence[Slip]) -> tuple[Slip, ...]:
    """The derivative of what squashes left out, in each line that has one."""
    left_out: dict[tuple[FunctionType, str], Slip] = {}
    for slip in every:
        before = _text(slip.function)[1][slip.start : slip.stop]
        if slip.what == "two factors are missing" and DERIVATIVE.search(before.removeprefix(slip.new)):
            left_out[slip.function, slip.where] = slip
    several = tuple(left_out.values())
    return several if len(several) > 1 and slipped.agrees(several) else ()


def with_an_order(slipped: Slipped, every: Sequence[Slip], case: str, got: dict[int, Array]) -> tuple[Slip, ...]:
    """Another order of the blocks, and one thing more: neither shows by itself."""
    orders = [s for s in every if s.where == ORDER]
    others = [s for s in every if s.where == ORDER or not s.what.startswith("`")]
    orders.sort(key=lambda s: sum(a != b for a, b in zip(s.new, _text(s.function)[1][s.start : s.stop], strict=False)))
    likely = itertools.islice(((a, b) for a in orders for b in others if a is not b and not meet(a, b)), PAIRS)
    for pair in likely:
        answers = slipped.answers(case, *pair)
        if answers is None or any(answers[i].shape != g.shape for i, g in got.items()):
            continue
        same = all(close(g, answers[i], slipped.seen.tolerance(case, i, g)) for i, g in got.items())
        if same and slipped.agrees(pair):
            return pair
    return ()


@quiet()
def told(seen: Examination) -> tuple[list[str], list[str]]:
    """What is said of the slips that explain an answer: sentences, and the next hints."""
    found = search(seen)
    said: list[str] = []
    for one in found[:2]:
        names = [seen.exercise.results[i].name for i in one.outputs]
        for_it = f"For {' and '.join(names)} alone, o" if names else "O"
        if len(one.slips) == 1:
            slip = one.slips[0]
            said.append(f"{for_it}ne slip gives exactly your numbers. In {slip.where}: {slip.what}.")
        else:
            lines = list(dict.fromkeys(f"in {slip.where}: {slip.what}" for slip in one.slips))
            which = "; ".join(lines)
            many = "Two" if len(one.slips) == 2 else "Several"
            said.append(f"{many} slips at once give exactly your numbers. {which[0].upper()}{which[1:]}.")
    return said, [slip.hint for one in found[:2] for slip in one.slips]
