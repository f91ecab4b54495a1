"""A cell of the instructor's taken apart: which of its statements make names, which names they need, and when.

What is the instructor's own is run on the grader's side, statement by statement, unless it needs what students write.
Python's own compiler says which names those are (``symtable``); the order in which a statement is computed, which of
them it reads before it makes them. Of magics runs what is Python in them; the rest is the screen's, and left out.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
import functools
import json
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

from rnncourse.grading.submission.reader import settings, source_of

PYTHON_INSIDE = ("time", "capture", "prun")  # magics that run the rest of the line, or of the cell, as it stands
PYLAB = (
    "import numpy, matplotlib\nfrom matplotlib import pylab, mlab, pyplot\nnp = numpy\nplt = pyplot\n"
    "from pylab import *\nfrom numpy import *\n"
)
NOW = ("listcomp", "setcomp", "dictcomp", "genexpr")  # scopes that run where they stand, as classes do
PASSIVE = (ast.Name, ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Lambda, ast.Starred)


class InstructorError(ValueError):
    """A cell of the instructor's cannot be graded with: which, and why. No student's fault."""


@dataclass(frozen=True)
class Statement:
    """A statement at the top of a cell."""

    code: CodeType
    bare: CodeType  # the same without its annotations, which then are text
    binds: frozenset[str]  # names that it makes
    given: dict[str, frozenset[str]]  # to each of them the names that are in what it is given
    now: frozenset[str]  # names that it reads when it runs, and does not make first
    annotated: frozenset[str]  # names that only its annotations read
    later: frozenset[str]  # names that functions made in it read when they are called
    sets: frozenset[str]  # global names that functions made in it make when they are called
    changes: frozenset[str]  # names whose objects it changes, for all to see
    active: bool  # may call what it names
    fixed: bool  # makes modules, functions or classes
    empty: bool  # makes something that has to be filled
    unknown: str = ""  # why nobody here knows what it makes


@dataclass(frozen=True)
class Code:
    """A cell: its statements, and for a test all but the last expression, and that (or None)."""

    statements: tuple[Statement, ...]
    names: frozenset[str]  # that it reads, now or later, and does not make
    makes: frozenset[str]  # names that it makes, or whose objects it changes
    body: CodeType
    last: CodeType


@functools.lru_cache(maxsize=1_000)
def taken_apart(source: str) -> Code:
    """A cell's code, once for all submissions. Raises SyntaxError."""
    nodes = list(_python(source))
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            flags |= sum(getattr(__future__, alias.name).compiler_flag for alias in node.names)

    def compiled(body: list[ast.stmt], more: int = 0) -> CodeType:
        return compile(ast.Module(body, []), "<test>", "exec", flags | more, dont_inherit=True)

    end = nodes[-1] if nodes else None
    last = ast.Expression(end.value if isinstance(end, ast.Expr) else ast.Constant(None))
    ast.fix_missing_locations(last)
    text = __future__.annotations.compiler_flag
    statements = tuple(_statement(node, compiled([node]), compiled([node], text)) for node in nodes)
    made, names = frozenset[str](), frozenset[str]()
    for s in statements:
        names |= (s.now | s.annotated) - made
        made |= s.binds
    return Code(
        statements,
        names | frozenset[str]().union(*(s.later for s in statements)) - made,
        made.union(*(s.changes | s.sets for s in statements)),
        compiled(nodes[:-1] if isinstance(end, ast.Expr) else nodes),
        compile(last, "<test>", "eval", flags, dont_inherit=True),
    )


@functools.lru_cache(maxsize=100)
def wanted(notebook: str) -> frozenset[str]:
    """Names that an instructor's tests read, that what makes these needs, and that may mean the same objects.

    The notebook is JSON.
    Raises InstructorError for a test without a name.
    """
    found: set[str] = set()
    makes: list[Statement] = []
    answers: set[str] = set()
    for cell in json.loads(notebook)["cells"]:
        about = settings(cell)
        code: tuple[Statement, ...] = ()
        if about.get("grade") and not about.get("grade_id"):
            raise InstructorError(f"a graded cell has no grade_id: {source_of(cell).strip().splitlines()[:1]}")
        if cell["cell_type"] == "code":
            with contextlib.suppress(SyntaxError):  # said where it is run
                code = taken_apart(source_of(cell)).statements
        if about.get("solution"):
            answers = answers.union(*(s.binds for s in code))
            continue
        if about.get("grade"):
            found = found.union(*(s.now | s.later for s in code))
        makes += code
    other = answers.union(*(s.binds for s in makes if s.fixed)).difference(*(s.binds for s in makes if not s.fixed))
    before = -1
    while before < len(found):
        before = len(found)
        for s in makes:
            if (s.binds | s.changes | s.sets) & found:
                found |= s.now | s.later
                found |= s.binds if s.sets & found else set()
            if (s.now - other) & found:
                found |= s.binds
    return frozenset(found)


def _python(source: str) -> Iterator[ast.stmt]:
    """A cell's statements in Python; what is IPython's and runs no Python is left out."""
    from IPython.core.interactiveshell import InteractiveShell

    shell: Any = InteractiveShell.instance()
    for node in ast.parse(shell.transform_cell(source)).body:
        if not isinstance(node, ast.Expr) or (magic := _magic(node.value)) is None:
            yield node
            continue
        what, *given = magic
        name = given[0] if given else ""
        if what in ("run_line_magic", "run_cell_magic") and name in PYTHON_INSIDE:
            with contextlib.suppress(SyntaxError):  # options, which are the screen's
                yield from _python(given[-1])
        elif what == "run_line_magic" and name == "pylab":
            yield from ast.parse(PYLAB).body


def _magic(value: ast.expr) -> list[str] | None:
    """What of IPython's an expression calls, such as "run_line_magic", and the texts that it passes."""
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)):
        return None
    of, what = value.func.value, value.func.attr
    if not (isinstance(of, ast.Call) and isinstance(of.func, ast.Name) and of.func.id == "get_ipython"):
        return None
    return [what, *(a.value for a in value.args if isinstance(a, ast.Constant) and isinstance(a.value, str))]


def _statement(node: ast.stmt, code: CodeType, bare: CodeType) -> Statement:
    """What Python's compiler says of a statement's names, where it stands at the top of a cell."""
    binds, now, later, sets = _names(_Bare().visit(ast.parse(ast.unparse(node))))
    value = getattr(node, "value", None)
    magic = _magic(value) if value is not None else None
    first = _read_first(node)
    now = (now - binds) | (first & (now | binds))
    whole = _names(ast.parse(ast.unparse(node)))[1] - binds
    given: dict[str, set[str]] = {}
    for name, source in _given(node):
        given.setdefault(name, set()).update(_loaded(source))
    return Statement(
        code,
        bare,
        frozenset(binds),
        {name: frozenset(given.get(name, ())) for name in binds},
        frozenset(now),
        frozenset(whole - now),
        frozenset(later),
        frozenset(sets),
        frozenset(_changed(node)),
        active=value is None or not all(isinstance(part, (*PASSIVE, ast.expr_context)) for part in _outside(value)),
        fixed=isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)),
        empty=value is not None and ast.unparse(value) in ("[]", "{}", "set()", "list()", "dict()"),
        unknown=f"what `{ast.unparse(node)}` gives is known where students' code runs alone" if magic else "",
    )


def _names(tree: ast.AST) -> tuple[set[str], set[str], set[str], set[str]]:
    """Names that a module makes, reads at once, reads when functions are called, and lets functions make."""
    table = symtable.symtable(ast.unparse(tree), "<test>", "exec")
    binds = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    now = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    later, sets = set[str](), set[str]()
    todo = [(child, _runs_now(child)) for child in table.get_children()]
    for child, at_once in todo:
        for symbol in child.get_symbols():
            if symbol.is_global() and symbol.is_referenced():
                (now if at_once else later).add(symbol.get_name())
            if symbol.is_declared_global() and (symbol.is_assigned() or symbol.is_imported()):
                (binds if at_once else sets).add(symbol.get_name())
        todo += [(inner, at_once and _runs_now(inner)) for inner in child.get_children()]
    return binds, now, later, sets


class _Bare(ast.NodeTransformer):
    """Takes annotations away."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: Any) -> Any:
        node.returns = None
        return self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        node.annotation = ast.Constant(None)
        self.generic_visit(node)
        return node


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def _in_order(node: ast.AST) -> Iterator[tuple[bool, str]]:
    """The names that a statement reads (False) and makes (True), as it is computed; what functions do is left out."""
    fields: list[Any]
    if isinstance(node, ast.Name):
        yield not isinstance(node.ctx, ast.Load), node.id
        return
    if isinstance(node, FUNCTIONS):
        fields = [getattr(node, "decorator_list", []), node.args.defaults, [d for d in node.args.kw_defaults if d]]
    elif isinstance(node, ast.ClassDef):
        fields = [node.decorator_list, node.bases, node.keywords, node.body]
    elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        fields = [node.value, *(targets if node.value is not None else ())]
    elif isinstance(node, (ast.AugAssign, ast.Delete)):
        targets = [node.target] if isinstance(node, ast.AugAssign) else node.targets
        yield from ((False, t.id) for t in targets if isinstance(t, ast.Name))
        fields = [getattr(node, "value", None), targets]
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        fields = [node.iter, node.target, node.body, node.orelse]
    elif isinstance(node, ast.comprehension):
        fields = [node.iter, node.target, node.ifs]
    elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
        own = {n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}
        parts = [node.generators, *([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])]
        yield from ((makes, name) for part in parts for makes, name in _all_in_order(part) if name not in own)
        return
    else:
        fields = [part for _, part in ast.iter_fields(node)]
    for part in fields:
        yield from _all_in_order(part)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield True, node.name
    elif isinstance(node, ast.alias):
        yield True, (node.asname or node.name).partition(".")[0]
    elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
        yield True, node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield True, node.rest


def _all_in_order(part: Any) -> Iterator[tuple[bool, str]]:
    for each in part if isinstance(part, list) else [part]:
        if isinstance(each, ast.ExceptHandler) and each.name:
            yield True, each.name
        if isinstance(each, ast.AST):
            yield from _in_order(each)


def _read_first(node: ast.stmt) -> set[str]:
    """Names that a statement reads before it makes them."""
    made, first = set[str](), set[str]()
    for makes, name in _in_order(node):
        if makes:
            made.add(name)
        elif name not in made:
            first.add(name)
    return first


def _given(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """Names that a statement makes, each with what it is given; without what functions make when they are called."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(node, ast.Assign):
        pairs = [(target, node.value) for target in node.targets]
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
        pairs = [(node.target, node.value)]
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        pairs = [(node.target, node.iter)]
    elif isinstance(node, ast.withitem):
        pairs = [(node.optional_vars, node.context_expr)]
    elif isinstance(node, ast.Match):
        caught = [p for case in node.cases for p in ast.walk(case.pattern)]
        names = [getattr(p, "name", None) or getattr(p, "rest", None) for p in caught]
        pairs = [(ast.Name(name, ast.Store()), node.subject) for name in names if name]
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        pairs = [(ast.Name(node.name, ast.Store()), node.decorator_list)]
    elif isinstance(node, ast.ClassDef):
        above = [*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)]
        pairs = [(ast.Name(node.name, ast.Store()), above)]
    for target, value in pairs:
        yield from _pairs(target, value)
    if not isinstance(node, FUNCTIONS):
        for child in ast.iter_child_nodes(node):
            yield from _given(child)


def _pairs(target: Any, value: Any) -> Iterator[tuple[str, Any]]:
    parts, values = (one.elts if isinstance(one, (ast.Tuple, ast.List)) else [] for one in (target, value))
    if parts and len(parts) == len(values) and not any(isinstance(p, ast.Starred) for p in (*parts, *values)):
        for one, its in zip(parts, values, strict=True):
            yield from _pairs(one, its)
        return
    for part in ast.walk(target) if target is not None else ():
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id, value


def _loaded(source: Any) -> set[str]:
    """Names in an expression, or in several, that are read when it is computed."""
    parts = source if isinstance(source, list) else [source] if source is not None else []
    return {part.id for one in parts for part in _outside(one) if isinstance(part, ast.Name)}


def _runs_now(scope: symtable.SymbolTable) -> bool:
    return scope.get_type() == "class" or scope.get_name() in NOW


def _outside(value: ast.AST) -> Iterator[ast.AST]:
    """The parts of an expression, without those of functions in it, which run later."""
    yield value
    if not isinstance(value, ast.Lambda):
        for part in ast.iter_child_nodes(value):
            yield from _outside(part)


def _changed(node: ast.stmt) -> Iterator[str]:
    """Names with an attribute or entry that is set or deleted, or a method that is called for what it does."""
    for part in ast.walk(node):
        place: Any = None
        if isinstance(part, (ast.Attribute, ast.Subscript)) and not isinstance(part.ctx, ast.Load):
            place = part
        elif isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
            place = part.value.func if isinstance(part.value.func, ast.Attribute) else None
        elif isinstance(part, ast.AugAssign):
            place = part.target
        while isinstance(place, (ast.Attribute, ast.Subscript)):
            place = place.value
        if isinstance(place, ast.Name):
            yield place.id
