"""What a function's numbers depend on, definition by definition, read from the source without running it.

From the function on, every name is followed to what it means in this package: functions, classes, constants, what
modules import of each other. Docstrings, comments, layout, annotations of functions, words of errors, and checks of
arguments change no number and are left out; so a result stays fresh when they change, or when a function changes that
it never calls. Where a name cannot be followed (``globals()``, a module handed on as a value), the whole module counts.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import symtable
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

# What looks at arguments and says what is missing: nothing in these changes a number.
ASIDE = ("_arrays", "_extras", "results", "rules", "shapes")
UNTOLD = {"globals", "locals", "vars", "eval", "exec"}  # ways to a name that nobody can read
WHOLE = "*"
EFFECTS = "the statements beside the definitions"
NOT_SAID = {"ctx", "type_comment", "kind", "simple"}


class Definition(NamedTuple):
    """A name of a module; ``*`` for all of them."""

    module: str
    name: str


@dataclass
class Module:
    """A source file: its names, each with the statements that make it, and what it imports."""

    name: str
    package: bool
    bindings: dict[str, list[ast.stmt]] = field(default_factory=lambda: defaultdict(list))
    imports: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    stars: list[str] = field(default_factory=list)
    effects: list[ast.stmt] = field(default_factory=list)
    at_once: list[str] = field(default_factory=list)  # what is imported with it


class Code:
    """The package of a checkout as definitions that use each other."""

    def __init__(self, root: Path, package: str = "rnncourse") -> None:
        self.root, self.package = root, package
        self._modules: dict[str, Module | None] = {}
        self._known: dict[tuple[Definition, frozenset[str]], tuple[str, list[Definition], list[str]]] = {}

    def reach(self, module: str, function: str, aside: Iterable[str] = ()) -> dict[str, str]:
        """All that a function depends on, by dotted name, each with the hash of what it says.

        What calls are given by one of the keywords ``aside`` is left out.

        Raises LookupError where the function is not.
        """
        found = self.module(module)
        if found is None or function not in found.bindings:
            raise LookupError(f"expected a function {function} in {module}")
        walk = self._walk([Definition(module, function)], frozenset(aside))
        reached = {f"{d.module}.{d.name}": said for d, said, _ in walk if said}
        return dict(sorted(reached.items()))

    def needed(self, cells: Sequence[str], also: Mapping[Definition, str] | None = None) -> list[set[str]]:
        """Packages that each cell of a notebook needs beside this one: by what it imports, what that reaches, and the
        cells that make the names it uses; and what else some definitions need. Raises SyntaxError for a cell that is
        not Python.
        """
        name, found = f"{self.package}.<cells>", list[set[str]]()
        page, makers = Module(name, False), dict[str, int]()
        self._modules[name] = page
        for cell in cells:
            statements, needed = ast.parse(cell).body, set[str]()
            for node in (n for s in statements for n in ast.walk(s) if isinstance(n, ast.Import | ast.ImportFrom)):
                self._place(page, node)
                needed.update(*(self._brought(target, set()) for target in _loads(node, page)))
            used = {one for statement in statements for one in self._used(statement, name)}
            outside = [one for one in used if isinstance(one, str)]
            for definition, _, others in self._walk([one for one in used if isinstance(one, Definition)]):
                outside += others
                needed |= {also[definition]} if also and definition in also else set()
            needed |= {one.partition(".")[0] for one in outside}
            makes = set[str]()
            for name_ in _read_before(statements, makes) & makers.keys():
                needed |= found[makers[name_]]
            makers |= dict.fromkeys(makes, len(found))
            found.append(needed)
        return found

    def _brought(self, target: str, seen: set[str]) -> set[str]:
        """Packages that come when a module is imported, with the modules of this package that it imports."""
        here, _, name = target.partition(":")
        if here.partition(".")[0] != self.package:
            return {here.partition(".")[0]}
        packages, parts = set[str](), here.split(".")
        modules = [".".join(parts[: i + 1]) for i in range(len(parts))] + ([f"{here}.{name}"] if name else [])
        for dotted in modules:
            module = None if dotted in seen else self.module(dotted)
            seen.add(dotted)
            for inner in module.at_once if module else ():
                packages |= self._brought(inner, seen)
        return packages

    def _walk(
        self, waiting: list[Definition], aside: frozenset[str] = frozenset()
    ) -> Iterator[tuple[Definition, str, list[str]]]:
        """All that some definitions reach, each with its hash and the names of other packages that it uses."""
        seen = set[Definition]()
        while waiting:
            definition = waiting.pop()
            if definition not in seen:
                seen.add(definition)
                said, used, outside = self._look(definition, aside)
                waiting += used
                yield definition, said, outside

    def _look(self, definition: Definition, aside: frozenset[str]) -> tuple[str, list[Definition], list[str]]:
        """The hash of a definition, empty where it says nothing; what it uses; the names of others that it uses."""
        if (definition, aside) not in self._known:
            module, name = definition
            statements, used = list(self._statements(definition)), set[Definition | str]()
            if aside:
                statements = [_Without(aside).visit(copy.deepcopy(statement)) for statement in statements]
            for statement in statements:
                used.update(self._used(statement, module))
            own = [one for one in used if isinstance(one, Definition)]
            if name == WHOLE:
                own += self._all(module)
            elif name != EFFECTS:
                own.append(Definition(module, EFFECTS))
            outside = sorted(one for one in used if not isinstance(one, Definition))
            said = "\n".join([*map(canonical, statements), *outside])
            hashed = hashlib.sha256(said.encode()).hexdigest()[:8] if said else ""
            self._known[definition, aside] = hashed, own, outside
        return self._known[definition, aside]

    def module(self, name: str) -> Module | None:
        """A module of the package, read when it is first asked for."""
        if name not in self._modules:
            place = self.root.joinpath(*name.split("."))
            file, init = place.with_suffix(".py"), place / "__init__.py"
            path = init if init.is_file() else file
            self._modules[name] = None
            if name.partition(".")[0] == self.package and path.is_file():
                self._modules[name] = self._read(name, path)
        return self._modules[name]

    def _read(self, name: str, path: Path) -> Module:
        module = Module(name, path.name == "__init__.py")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for statement in tree.body:
            self._place(module, statement)
            if not (isinstance(statement, ast.If) and _chain(statement.test)[-1:] == ("TYPE_CHECKING",)):
                for one in (statement, *_inside(statement)):
                    if isinstance(one, ast.Import | ast.ImportFrom):
                        module.at_once += _loads(one, module)
        aside = _Aside({local for local, targets in module.imports.items() if any(map(self._is_aside, targets))})
        for name_, statements in module.bindings.items():
            module.bindings[name_] = [aside.clean(statement) for statement in statements]
        module.effects = [aside.clean(s) for s in module.effects if not (isinstance(s, ast.Expr) and aside.says(s))]
        return module

    def _is_aside(self, dotted: str) -> bool:
        parts = dotted.replace(":", ".").split(".")
        return parts[0] == self.package and len(parts) > 1 and parts[1] in ASIDE

    def _place(self, module: Module, statement: ast.stmt) -> None:
        """Say which names a statement makes."""
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            module.bindings[statement.name].append(statement)
            return
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for name, target in _imports(statement, module):
                if name == "*":
                    module.stars.append(target)
                else:
                    module.imports[name].append(target)
            return
        if isinstance(statement, ast.Pass | ast.Assert) or _is_text(statement):
            return
        inside = list(_inside(statement))
        for one in inside:  # whatever the condition
            if isinstance(one, ast.Import | ast.ImportFrom):
                self._place(module, one)
        if inside and all(
            isinstance(one, ast.Import | ast.ImportFrom | ast.Pass) for one in inside if not [*_inside(one)]
        ):
            return
        made, changed = _made(statement)
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            called = _chain(statement.value.func)
            changed |= {called[0]} if len(called) > 1 else set()  # TABLE.update(...)
        for name in made:
            module.bindings[name].append(statement)
        own = changed & set(module.bindings) - made
        for name in own:
            module.bindings[name].append(statement)
        if not made and not own:
            module.effects.append(statement)

    def _statements(self, definition: Definition) -> Iterator[ast.stmt]:
        module = self.module(definition.module)
        if module is not None and definition.name == EFFECTS:
            yield from module.effects
        elif module is not None:
            yield from module.bindings.get(definition.name, [])

    def _all(self, name: str) -> Iterator[Definition]:
        """Every name of a module, what it imports of this package, and, where it is a package, its modules."""
        module = self.module(name)
        if module is None:
            return
        for own in (*module.bindings, EFFECTS):
            yield Definition(name, own)
        for target in (t for targets in module.imports.values() for t in targets):
            for used in self._follow(target, (), frozenset()):
                if isinstance(used, Definition):
                    yield used
        if module.package:
            for path in sorted(self.root.joinpath(*name.split(".")).iterdir()):
                if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").is_file():
                    yield Definition(f"{name}.{path.stem}", WHOLE)

    def _used(self, statement: ast.stmt, name: str) -> Iterator[Definition | str]:
        """What the names in a statement mean: definitions of this package, or names of others."""
        module = self.module(name)
        assert module is not None
        local: dict[str, list[str]] = defaultdict(list)
        for node in ast.walk(statement):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for alias, target in _imports(node, module):
                    local[alias].append(target)
            elif isinstance(node, ast.Call) and _chain(node.func)[-1:] in (("import_module",), ("__import__",)):
                yield from self._by_name(node, name)
        names = _globals(statement)
        if "__name__" in names and "sys" in names:  # sys.modules[__name__]
            yield Definition(name, WHOLE)
        for chain in _chains(statement, names | set(local)):
            root, rest = chain[0], chain[1:]
            if root in local:
                for target in local[root]:
                    yield from self._follow(target, rest, frozenset())
            elif root in module.bindings or root in module.imports:
                yield from self._follow(f"{name}:", chain, frozenset())
            elif root in UNTOLD:
                yield Definition(name, WHOLE)
            else:
                for star in module.stars:
                    yield from self._follow(star, chain, frozenset())

    def _by_name(self, call: ast.Call, name: str) -> Iterator[Definition | str]:
        argument: Any = call.args[0] if call.args else None
        if isinstance(argument, ast.JoinedStr):
            argument = argument.values[0]
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            yield Definition(name, WHOLE)
        elif argument is call.args[0]:
            yield from self._follow(f"{argument.value}:", (), frozenset())
        elif argument.value.partition(".")[0] == self.package:
            yield Definition(argument.value.rpartition(".")[0], WHOLE)
        else:
            yield argument.value

    def _follow(self, target: str, rest: Sequence[str], seen: frozenset[str]) -> Iterator[Definition | str]:
        """What a name of a module means: ``rnncourse.data:names`` is a function of ``rnncourse.data.names``."""
        here, _, first = target.partition(":")
        parts = [*filter(None, [first]), *rest]
        said = f"{here}:{'.'.join(parts)}"
        if here.partition(".")[0] != self.package:
            yield said.replace(":", ".").rstrip(".")
            return
        if said in seen:
            return
        seen |= {said}
        for i, name in enumerate(parts):
            module = self.module(here)
            if self._is_aside(here) or module is None:
                return
            if name in module.bindings:
                yield Definition(here, name)
            if name in module.bindings or name in module.imports:
                for inner in module.imports.get(name, []):
                    yield from self._follow(inner, parts[i + 1 :], seen)
                return
            if self.module(f"{here}.{name}") is None:
                if module.stars:
                    for star in module.stars:
                        yield from self._follow(star, parts[i:], seen)
                elif not name.startswith("__"):
                    yield Definition(here, WHOLE)
                return
            here = f"{here}.{name}"
        if not self._is_aside(here):
            yield Definition(here, WHOLE)


class _Aside(ast.NodeTransformer):
    """Take out what changes no number."""

    def __init__(self, aside: set[str]) -> None:
        self.aside = aside  # names of the module that only look at arguments
        self.in_class = False

    def clean(self, statement: ast.stmt) -> ast.stmt:
        self.in_class = False
        cleaned: ast.stmt = self.visit(copy.deepcopy(statement))
        return cleaned

    def says(self, statement: ast.Expr) -> bool:
        """Whether it is nothing but a look at arguments: ``require(...)``."""
        return isinstance(statement.value, ast.Call) and _chain(statement.value.func)[:1] in {(n,) for n in self.aside}

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                kept = [s for s in block if not (_is_text(s) or (isinstance(s, ast.Expr) and self.says(s)))]
                setattr(node, name, kept or ([ast.Pass()] if block and name == "body" else []))
        return super().generic_visit(node)

    def visit_FunctionDef(self, node: Any) -> Any:
        looked = {(name,) for name in self.aside}
        node.decorator_list = [
            d for d in node.decorator_list if _chain(d.func if isinstance(d, ast.Call) else d)[:1] not in looked
        ]
        node.returns, outer, self.in_class = None, self.in_class, False
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                argument.annotation = None
        self.generic_visit(node)
        self.in_class = outer
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        outer, self.in_class = self.in_class, True
        self.generic_visit(node)
        self.in_class = outer
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if self.in_class:  # a field
            return self.generic_visit(node)
        return self.visit(ast.Assign([node.target], node.value)) if node.value else ast.Pass()

    def visit_Raise(self, node: ast.Raise) -> Any:
        if isinstance(node.exc, ast.Call):
            node.exc = node.exc.func
        return self.generic_visit(node)

    def visit_Assert(self, node: ast.Assert) -> Any:
        node.msg = None
        return self.generic_visit(node)


class _Without(ast.NodeTransformer):
    """Take out what calls are given by certain keywords."""

    def __init__(self, keywords: frozenset[str]) -> None:
        self.keywords = keywords

    def visit_Call(self, node: ast.Call) -> ast.AST:
        node.keywords = [one for one in node.keywords if one.arg not in self.keywords]
        return self.generic_visit(node)


def canonical(node: Any) -> str:
    """A syntax tree in the same words under every version of Python."""
    if isinstance(node, ast.AST):
        fields = ((name, value) for name, value in ast.iter_fields(node) if name not in NOT_SAID)
        said = (f"{name}={canonical(value)}" for name, value in fields if value is not None and value != [])
        return f"{type(node).__name__}({', '.join(said)})"
    if isinstance(node, list):
        return f"[{', '.join(map(canonical, node))}]"
    return repr(node)


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _inside(statement: ast.AST) -> Iterator[ast.stmt]:
    """The statements within a compound one that run with it: not those of a function or a class."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return
    for node in ast.iter_child_nodes(statement):
        if isinstance(node, ast.stmt):
            yield node
        if isinstance(node, ast.stmt | ast.excepthandler | ast.match_case):
            yield from _inside(node)


def _made(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """Names that a statement makes at the level of the module, and names of what it changes inside."""
    made, changed = set[str](), set[str]()
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            made.add(node.name)
            continue
        if isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            continue  # names of their own
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            made.add(node.id)
        elif isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            part: ast.expr = node
            while isinstance(part, ast.Attribute | ast.Subscript):
                part = part.value
            changed |= {part.id} if isinstance(part, ast.Name) else set()
        waiting += ast.iter_child_nodes(node)
    return made, changed


def _imports(statement: ast.Import | ast.ImportFrom, module: Module) -> Iterator[tuple[str, str]]:
    """Name and what it stands for, ``module:name`` or ``module:``, of each that an import brings."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            top = alias.name.partition(".")[0]
            yield (alias.asname, f"{alias.name}:") if alias.asname else (top, f"{top}:")
        return
    base = statement.module or ""
    if statement.level:
        up = module.name.split(".")[: -(statement.level - module.package) or None]
        base = ".".join([*up, *filter(None, [base])])
    for alias in statement.names:
        if alias.name == "*":
            yield "*", f"{base}:"
        else:
            yield alias.asname or alias.name, f"{base}:{alias.name}"


def _loads(statement: ast.Import | ast.ImportFrom, module: Module) -> list[str]:
    """The modules that an import loads, in the form of :func:`_imports`."""
    if isinstance(statement, ast.Import):
        return [f"{alias.name}:" for alias in statement.names]
    return [target for _, target in _imports(statement, module)]


def _chain(node: ast.expr) -> tuple[str, ...]:
    """``data.names`` as ("data", "names"); empty where it does not start with a name."""
    rest: list[str] = []
    while isinstance(node, ast.Attribute):
        rest.append(node.attr)
        node = node.value
    return (node.id, *reversed(rest)) if isinstance(node, ast.Name) else ()


def _chains(statement: ast.stmt, names: set[str]) -> set[tuple[str, ...]]:
    """The longest dotted names in a statement that start with one of the names."""
    found: set[tuple[str, ...]] = set()
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        chain = _chain(node) if isinstance(node, ast.Attribute | ast.Name) else ()
        if chain:
            if chain[0] in names:
                found.add(chain)
        else:
            waiting += ast.iter_child_nodes(node)
    return found


def _globals(statement: ast.stmt) -> set[str]:
    """Names that mean something of the module, by Python's own rules of scope."""
    found: set[str] = set()
    waiting = [symtable.symtable(ast.unparse(ast.fix_missing_locations(statement)), "source", "exec")]
    top = waiting[0]
    while waiting:
        table = waiting.pop()
        found |= {s.get_name() for s in table.get_symbols() if table is top or s.is_global()}
        waiting += table.get_children()
    return found


def _read_before(statements: Sequence[ast.stmt], made: set[str]) -> set[str]:
    """Names that statements read before they make them; ``made`` grows by what they make."""
    read = set[str]()
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            read |= _globals(statement) - made - {statement.name}
            made.add(statement.name)
            continue
        for node in ast.iter_child_nodes(statement):  # of a loop what it goes over, of an assignment what is assigned
            read |= _loaded(node) - made if not isinstance(node, ast.stmt | ast.excepthandler) else set()
        if isinstance(statement, ast.AugAssign):
            read |= set(_chain(statement.target)[:1]) - made
        blocks = [n for n in ast.iter_child_nodes(statement) if isinstance(n, ast.stmt | ast.excepthandler)]
        if isinstance(statement, ast.Import | ast.ImportFrom):
            made |= {name for name, _ in _imports(statement, Module("", False))}
        elif not blocks:
            made |= _made(statement)[0]
        for node in ast.iter_child_nodes(statement):
            if blocks and not isinstance(node, ast.stmt | ast.excepthandler):
                made |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        for block in blocks:
            read |= _read_before([block] if isinstance(block, ast.stmt) else getattr(block, "body", []), made)
    return read


def _loaded(node: ast.AST) -> set[str]:
    """Names that an expression reads, without those that it makes for itself."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    read = set[str]().union(*map(_loaded, ast.iter_child_nodes(node)))
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        targets = [n for g in node.generators for n in ast.walk(g.target)]
        read -= {n.id for n in targets if isinstance(n, ast.Name)}
    elif isinstance(node, ast.Lambda):
        read -= {a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)}
    return read
