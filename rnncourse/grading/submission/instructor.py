"""A cell of the instructor's taken apart: which of its statements make names, which names they need, and when.

What is the instructor's own is run on the grader's side, statement by statement, unless it needs what students write.
Python's own compiler says which names those are (``symtable``). Of magics runs what is Python in them; the rest is the
screen's, and left out.
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
    binds: frozenset[str]  # names that it makes
    now: frozenset[str]  # names that it reads when it runs, and does not make first
    later: frozenset[str]  # names that functions made in it read when they are called
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

    def compiled(body: list[ast.stmt]) -> CodeType:
        return compile(ast.Module(body, []), "<test>", "exec", flags, dont_inherit=True)

    end = nodes[-1] if nodes else None
    last = ast.Expression(end.value if isinstance(end, ast.Expr) else ast.Constant(None))
    ast.fix_missing_locations(last)
    statements = tuple(_statement(node, compiled([node])) for node in nodes)
    made = frozenset[str]().union(*(s.binds for s in statements))
    return Code(
        statements,
        frozenset[str]().union(*(s.now | s.later for s in statements)) - made,
        made.union(*(s.changes for s in statements)),
        compiled(nodes[:-1] if isinstance(end, ast.Expr) else nodes),
        compile(last, "<test>", "eval", flags, dont_inherit=True),
    )


@functools.lru_cache(maxsize=100)
def wanted(notebook: str) -> frozenset[str]:
    """Names that an instructor's tests read (the notebook is JSON), and that what makes these needs.

    Raises InstructorError for a test without a name.
    """
    found: set[str] = set()
    makes: list[Statement] = []
    for cell in json.loads(notebook)["cells"]:
        about = settings(cell)
        code: tuple[Statement, ...] = ()
        if about.get("grade") and not about.get("grade_id"):
            raise InstructorError(f"a graded cell has no grade_id: {source_of(cell).strip().splitlines()[:1]}")
        if cell["cell_type"] == "code" and not about.get("solution"):
            with contextlib.suppress(SyntaxError):  # said where it is run
                code = taken_apart(source_of(cell)).statements
        if about.get("grade"):
            found = found.union(*(s.now | s.later for s in code))
        makes += code
    before = -1
    while before < len(found):
        before = len(found)
        found = found.union(*(s.now | s.later for s in makes if (s.binds | s.changes) & found))
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


def _statement(node: ast.stmt, code: CodeType) -> Statement:
    table = symtable.symtable(ast.unparse(node), "<test>", "exec")
    binds = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    now = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    later: set[str] = set()
    todo = [(child, _runs_now(child)) for child in table.get_children()]
    for child, at_once in todo:
        for symbol in child.get_symbols():
            if symbol.is_global() and symbol.is_referenced():
                (now if at_once else later).add(symbol.get_name())
            if symbol.is_declared_global() and symbol.is_assigned():
                binds.add(symbol.get_name())
        todo += [(inner, at_once and _runs_now(inner)) for inner in child.get_children()]
    compound = hasattr(node, "body") and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    value = getattr(node, "value", None)
    magic = _magic(value) if value is not None else None
    return Statement(
        code,
        frozenset(binds),
        frozenset(now - binds if compound else now),
        frozenset(later),
        frozenset(_changed(node)),
        active=value is None or not all(isinstance(part, (*PASSIVE, ast.expr_context)) for part in _outside(value)),
        fixed=isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)),
        empty=value is not None and ast.unparse(value) in ("[]", "{}", "set()", "list()", "dict()"),
        unknown=f"what `{ast.unparse(node)}` gives is known where students' code runs alone" if magic else "",
    )


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
