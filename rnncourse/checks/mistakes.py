"""A mistake as one object: its name, what to ask whoever made it, and how the right function becomes the wrong one.

Mostly it is an :func:`edit`: a piece of a function's text in the reading version, and what stands there instead::

    R7 = Mistake(
        "R7",
        "one bias dropped, or added twice",
        "With all weights and inputs zero, what should h be?",
        "Two biases, one beside each matrix: each counts once.",
        {
            "no b_ih": edit(rnn.cell, " + b_ih", ""),
            "b_ih twice": edit(rnn.cell, " + b_ih", " + 2 * b_ih"),
        },
    )

The wrong answer to an exercise is its right one, in copies of the modules where the edited function has the place of
the right one: all that call it meet the edit. Argument checks are left out there, so that a wrong shape goes on as a
student's would. What is no edit of a text is a function of its own (:func:`instead`). Two mistakes go together where
they change different tokens. Knows nothing of recurrent networks.
"""

from __future__ import annotations

import ast
import difflib
import functools
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import InitVar, dataclass, field, replace
from types import CodeType, FunctionType, MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from rnncourse import _arrays, shapes

if TYPE_CHECKING:
    from rnncourse.checks.engine import Examination


@dataclass(frozen=True)
class Edit:
    """In the text of these functions, as far as an answer calls them: the old text, once in each, becomes the new."""

    functions: tuple[FunctionType, ...]
    old: str
    new: str


@dataclass(frozen=True)
class Instead:
    """One function in the place of another."""

    functions: tuple[FunctionType, ...]
    by: FunctionType


@dataclass(frozen=True)
class Form:
    """One way to make a mistake: its changes, all at once. Forms add up."""

    changes: tuple[Edit | Instead, ...]

    def __add__(self, other: Form) -> Form:
        return Form(self.changes + other.changes)

    @property
    def functions(self) -> set[FunctionType]:
        """What it changes."""
        return {function for change in self.changes for function in change.functions}

    def lines(self) -> Iterator[Lines]:
        """The lines that differ, the right ones and the wrong ones, function by function."""
        for function in dict.fromkeys(f for change in self.changes for f in change.functions):
            replaced = [c.by for c in self.changes if isinstance(c, Instead) and function in c.functions]
            edits = [c for c in self.changes if isinstance(c, Edit) and function in c.functions]
            right = _text(function)[1]
            wrong = "".join(_text(replaced[0])) if replaced else _edited(function, edits)
            _, _, *marked = difflib.unified_diff(right.splitlines(), wrong.splitlines(), n=0, lineterm="")
            changed = [line for line in marked if not line.startswith("@@")]
            old, new = ("\n".join(line[1:] for line in changed if line[0] == sign) for sign in "-+")
            yield Lines(_name(function), textwrap.dedent(old), textwrap.dedent(new))


class Lines(NamedTuple):
    """Of one function: the lines that a mistake changes, as they are right and as they are wrong."""

    function: str
    right: str
    wrong: str

    def __str__(self) -> str:
        marked = [
            *(f"- {line}" for line in self.right.splitlines()),
            *(f"+ {line}" for line in self.wrong.splitlines()),
        ]
        return "\n".join([self.function, *marked])


NO_FORM: Mapping[str, Form] = MappingProxyType({})


@dataclass(frozen=True)
class Experiment:
    """What a hint asks to try: the arguments of one call or several, by name, and what to look at in the answers.

    ``shows`` gets the answers, one a call, and gives a truth, a number or a few: others with the right function than
    with one that makes the mistake. An answer of several outputs is a list of them.
    """

    shows: Callable[..., Any]
    calls: tuple[Mapping[str, Any], ...]


def trial(shows: Callable[..., Any], *then: Mapping[str, Any], **given: Any) -> Experiment:
    """An experiment: arrays as lists of numbers; ``then`` are further calls, each with what it changes of the first."""
    return Experiment(shows, (given, *({**given, **changed} for changed in then)))


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give.

    Its hints come one at a time: ``hint`` says where to look, ``more`` which idea it is, ``test`` what small experiment
    shows it; where there is no ``test``, a small case that fails is one. None gives the answer.

    ``tries`` are the experiments that its hints name, that of ``test`` the last. Each fails with every form, which is
    tested; they are run on the student's own function too, before the hints are given (:func:`engine.experimented`).

    It is ``made`` in one form, or in several under a word each: "no b_ih" of R7 is among its ``forms`` as "R7 no b_ih".
    Which parts of an answer a form leaves right is computed from it (:func:`rnncourse.checks.engine.kept`). What no
    output shows has ``sees`` instead, which is told the whole :class:`Examination`; as nothing can be computed of that,
    ``harmless`` says whether all numbers stay right.
    """

    id: str
    name: str
    hint: str
    more: str
    made: InitVar[Mapping[str, Form] | Form] = NO_FORM
    sees: Callable[[Examination], bool] | None = None
    harmless: bool = False
    test: str = ""
    tries: tuple[Experiment, ...] = ()
    forms: Mapping[str, Form] = field(init=False)

    def __post_init__(self, made: Mapping[str, Form] | Form) -> None:
        by_word = {"": made} if isinstance(made, Form) else made
        object.__setattr__(self, "forms", {f"{self.id} {word}".rstrip(): form for word, form in by_word.items()})

    @property
    def hints(self) -> tuple[str, ...]:
        """The levels, in their order."""
        return tuple(filter(None, (self.hint, self.more, self.test)))

    def by(self, made: Mapping[str, Form] | Form) -> Mistake:
        """The same mistake, made otherwise: in an exercise whose text is another."""
        return replace(self, made=made)


def edit(function: Callable[..., Any] | tuple[Callable[..., Any], ...], old: str, new: str) -> Form:
    """The old text of a function's body becomes the new one. Of several functions: in those that an answer calls."""
    functions = function if isinstance(function, tuple) else (function,)
    return Form((Edit(tuple(bare(f) for f in functions), old, new),))


def instead(function: Callable[..., Any], by: Callable[..., Any]) -> Form:
    """Another function in the place of this one, for what is no edit of it."""
    return Form((Instead((bare(function),), bare(by)),))


class CannotBeCombinedError(ValueError):
    """Two mistakes want the same piece of text, or each a function of its own."""


# ---------------------------------------------------------------------------------------------------------------------
# Texts


def bare(function: Callable[..., Any]) -> FunctionType:
    """A function without its argument checks. Raises TypeError unless it is written in Python."""
    while hasattr(function, "__wrapped__") and getattr(function, "__globals__", None) in (vars(_arrays), vars(shapes)):
        function = function.__wrapped__
    if not isinstance(function, FunctionType):
        raise TypeError(f"function: expected a function written in Python, got {type(function).__name__}")
    return function


def _name(function: FunctionType) -> str:
    return f"{function.__module__.removeprefix('rnncourse.')}.{function.__qualname__}"


@functools.cache
def _text(function: FunctionType) -> tuple[str, str]:
    """The line that defines a function, and its body without the docstring."""
    source = textwrap.dedent(inspect.getsource(function))
    node = ast.parse(source).body[0]
    if not isinstance(node, ast.FunctionDef):
        raise TypeError(f"{_name(function)}: expected a function made by def")
    first, *others = node.body
    if ast.get_docstring(node) is not None and others:
        first = others[0]
    lines = source.splitlines(keepends=True)
    return "".join(lines[node.lineno - 1 : node.body[0].lineno - 1]), "".join(lines[first.lineno - 1 :])


@functools.cache
def _hunks(function: FunctionType, change: Edit) -> tuple[tuple[int, int, str], ...]:
    """What an edit changes, token by token, so that it leaves the rest of its line to others: from, to, new text."""
    body = _text(function)[1]
    if (found := body.count(change.old)) != 1:
        raise ValueError(f"{_name(function)}: expected {change.old!r} once in its body, found it {found} times")
    at = body.index(change.old)
    old, new = (re.findall(r"\w+|\s+|.", text) for text in (change.old, change.new))
    steps = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    place = [at + sum(map(len, old[:i])) for i in range(len(old) + 1)]
    return tuple((place[i1], place[i2], "".join(new[j1:j2])) for tag, i1, i2, j1, j2 in steps if tag != "equal")


def _edited(function: FunctionType, edits: Iterable[Edit]) -> str:
    """The body with all edits in it. Raises CannotBeCombinedError where two change the same."""
    body, parts, end = _text(function)[1], [], 0
    hunks = sorted({hunk for change in edits for hunk in _hunks(function, change)})
    for before, (start, stop, _) in zip([(-1, -1, ""), *hunks], hunks, strict=False):
        if start < before[1] or (start, stop) == before[:2]:
            raise CannotBeCombinedError(
                f"{_name(function)}: two mistakes change {body[start : max(stop, before[1])]!r}"
            )
    for start, stop, new in hunks:
        parts += [body[end:start], new]
        end = stop
    return "".join([*parts, body[end:]])


@functools.cache
def _compiled(function: FunctionType, edits: frozenset[Edit]) -> CodeType:
    source = f"from __future__ import annotations\n{_text(function)[0]}{_edited(function, edits)}"
    try:
        return compile(source, f"<{_name(function)}, edited>", "exec")
    except SyntaxError as error:
        new = ", ".join(repr(change.new) for change in edits)
        said = f"{_name(function)} with {new}: {error.msg} in {(error.text or source).strip()!r}"
        raise CannotBeCombinedError(said) from None


# ---------------------------------------------------------------------------------------------------------------------
# Functions


@functools.cache
def variant(answer: Callable[..., Any], forms: frozenset[Form]) -> Callable[..., Any]:
    """As :func:`changed`, made once."""
    return changed(answer, forms)


def changed(answer: Callable[..., Any], forms: frozenset[Form]) -> Callable[..., Any]:
    """A copy of the answer that makes these mistakes; of no mistakes, the answer itself without argument checks.

    Raises CannotBeCombinedError where two of them change the same, ValueError where a text is not there once, or where
    the answer calls nothing that a single form changes.
    """
    changes = frozenset(change for form in forms for change in form.changes)
    copies = _Copies(answer, changes)
    copy = copies.of(answer)
    for form in forms if len(forms) == 1 else ():
        functions = [function for change in form.changes for function in change.functions]
        if not copies.made.keys() & set(functions):
            names = " or ".join(map(_name, dict.fromkeys(functions)))
            raise ValueError(f"expected a change of what {_name(bare(answer))} calls, got one of {names}")
    return copy


class _Copies:
    """Copies of functions that call each other, as they are or changed, and of the modules in which they find names."""

    def __init__(self, answer: Callable[..., Any], changes: frozenset[Edit | Instead]) -> None:
        self.edits: dict[FunctionType, frozenset[Edit]] = {}
        self.instead: dict[FunctionType, FunctionType] = {}
        for change in changes:
            for function in change.functions:
                if isinstance(change, Edit):
                    self.edits[function] = self.edits.get(function, frozenset()) | {change}
                elif self.instead.setdefault(function, change.by) is not change.by:
                    raise CannotBeCombinedError(f"{_name(function)}: two mistakes put another function in its place")
        if both := self.edits.keys() & self.instead:
            raise CannotBeCombinedError(f"{_name(both.pop())}: one mistake edits it, another one replaces it")
        self.codes = {function: _compiled(function, edits) for function, edits in self.edits.items()}
        self.packages = {f.__module__.partition(".")[0] for f in (bare(answer), *self.edits, *self.instead)}
        self.made: dict[FunctionType, FunctionType] = {}
        self.modules: dict[str, ModuleType] = {}

    def module(self, names: dict[str, Any]) -> ModuleType:
        """The copy of a module, from the names in it."""
        name = names["__name__"]
        if name not in self.modules:
            self.modules[name] = ModuleType(name)
            vars(self.modules[name]).update(names, __name__=f"a copy of {name}")
        return self.modules[name]

    def ours(self, value: Any) -> bool:
        """Is that a function or a module of the same package as the answer?"""
        if not isinstance(value, FunctionType | ModuleType):
            return False
        home = value.__name__ if isinstance(value, ModuleType) else value.__module__
        return home.partition(".")[0] in self.packages

    def of(self, function: Callable[..., Any]) -> FunctionType:
        """The copy of a function, and of all of ours that it calls."""
        function = bare(function)
        if function in self.made:
            return self.made[function]
        source = self.instead.get(function, function)
        names = vars(self.module(source.__globals__))
        if source in self.codes:
            exec(self.codes[source], names)
            copy = names[source.__name__]
        else:
            copy = FunctionType(source.__code__, names, source.__name__, source.__defaults__, source.__closure__)
            copy.__kwdefaults__ = source.__kwdefaults__
        self.made[function] = copy
        used = _used(copy.__code__)
        for name in used & source.__globals__.keys():
            value = source.__globals__[name]
            if not self.ours(value):
                continue
            if isinstance(value, FunctionType):
                names[name] = self.of(value)
                continue
            other = names[name] = self.module(vars(value))
            for attribute in used & vars(value).keys():
                if isinstance(inner := vars(value)[attribute], FunctionType) and self.ours(inner):
                    vars(other)[attribute] = self.of(inner)
        return copy


@functools.cache
def _used(code: CodeType) -> frozenset[str]:
    """The names that a function looks up, also the functions within it."""
    inner = (_used(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    return frozenset(code.co_names).union(*inner)
