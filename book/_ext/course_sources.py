"""What a cell calls of this package can be unfolded below it; what serves the build alone is not shown.

``glue`` and the settings of figures are executed, and stand in the notebook; a reader of the page does not see them.
Below a cell come the functions and classes of ``rnncourse`` that it names, and what an experiment calls of its own
module, each once a page, unless the page shows it anyway. A cell that imports and does nothing else is folded.
All is read from the text of cells and modules: nothing is imported.
"""

from __future__ import annotations

import ast
import functools
import io
import re
import textwrap
import tokenize
from collections.abc import Iterator, Set
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from course_live import all_described
from docutils import nodes
from sphinx.application import Sphinx

from rnncourse.checks import find as exercise

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "rnncourse"
ASIDE = {f"{PACKAGE}.{room}" for room in ("checks", "results")}  # they ask and keep; no page is about them
HIDDEN = {"glue", "plots.use_style", "plt.show", "torch.set_num_threads"}  # what the build, not the reader, needs
WIDTH = 86  # characters that a page 1280 pixels wide holds
Definition = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Found:
    """A function or class of the package."""

    path: Path
    module: str
    node: Definition


@functools.cache
def parsed(path: Path, changed: float) -> ast.Module:
    """A module's syntax tree; ``changed`` is when the file did."""
    return ast.parse(path.read_text(encoding="utf-8"))


def module_file(dotted: str, root: Path = ROOT) -> Path | None:
    """The file of a module of the package."""
    there = root.joinpath(*dotted.split("."))
    return next((path for path in (there.with_suffix(".py"), there / "__init__.py") if path.is_file()), None)


def find(dotted: str, root: Path = ROOT) -> Found | None:
    """The definition of ``rnncourse.data.names``, through what modules import from each other; None if it is none."""
    parts = dotted.split(".")
    for length in range(len(parts) - 1, 0, -1):
        module, name = ".".join(parts[:length]), parts[length]
        path = module_file(module, root)
        if path is None:
            continue
        for node in parsed(path, path.stat().st_mtime).body:
            if isinstance(node, Definition) and node.name == name:
                return Found(path, module, node)
        elsewhere = imported(parsed(path, path.stat().st_mtime)).get(name)
        if elsewhere == f"{module}.{name}":  # a package names its own module, which is no definition
            return None
        return find(".".join([elsewhere, *parts[length + 1 :]]), root) if elsewhere else None
    return None


def imported(tree: ast.AST) -> dict[str, str]:
    """What names mean by the imports of a text: of this package alone."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == PACKAGE:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {
                alias.asname: alias.name for alias in node.names if alias.asname and alias.name.startswith(PACKAGE)
            }
    return names


def named(tree: ast.AST, names: dict[str, str], root: Path = ROOT) -> list[Found]:
    """The functions and classes of the package that a text names, in its order."""
    found: dict[tuple[Path, str], tuple[tuple[int, int], Found]] = {}
    for node in ast.walk(tree):
        dotted = dotted_name(node)
        first, _, rest = dotted.partition(".")
        if first not in names:
            continue
        whole = ".".join(filter(None, [names[first], rest]))
        one = find(whole, root)
        if one is not None and not any(whole.startswith(f"{room}.") for room in ASIDE):
            assert isinstance(node, ast.expr)
            place = (node.lineno, node.col_offset)
            key = (one.path, one.node.name)
            found[key] = min(found.get(key, (place, one)), (place, one), key=lambda entry: entry[0])
    return [one for _, one in sorted(found.values(), key=lambda entry: entry[0])]


def dotted_name(node: ast.AST) -> str:
    """``experiments.train`` of an expression; empty for what is no name."""
    if isinstance(node, ast.Attribute):
        before = dotted_name(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) else ""


def helpers(one: Found, root: Path = ROOT) -> Iterator[Found]:
    """What an experiment calls of its own module: its idea must not hide there."""
    if one.module.startswith(f"{PACKAGE}.experiments."):
        tree = parsed(one.path, one.path.stat().st_mtime)
        own = {node.name: f"{one.module}.{node.name}" for node in tree.body if isinstance(node, Definition)}
        yield from named(one.node, {name: dotted for name, dotted in own.items() if name != one.node.name}, root)


def without(lines: list[str], gone: list[ast.stmt]) -> str:
    """A text without some of its statements, and without the blank lines that these leave."""
    taken = {n for node in gone for n in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    kept: list[str] = []
    for n, line in enumerate(lines, start=1):
        if n not in taken and (line.strip() or (kept and kept[-1].strip())):
            kept.append(line.rstrip())
    return "\n".join(kept).strip("\n")


def serves_the_build(node: ast.stmt, hidden: Set[str]) -> bool:
    """Whether a statement does nothing that a reader has to know of: it calls what is hidden, or imports ``glue``."""
    match node:
        case ast.ImportFrom(module="myst_nb"):
            return True
        case ast.Expr(value=ast.Call(func=called)):
            return dotted_name(called) in hidden
        case ast.For() | ast.With() | ast.If():
            return all(serves_the_build(inner, hidden) for inner in node.body) and not getattr(node, "orelse", [])
    return False


def as_shown(code: str, hidden: Set[str] = HIDDEN) -> str:
    """A cell as its reader sees it: without the statements that call what is hidden."""
    try:
        tree = ast.parse(code)
    except SyntaxError:  # a magic
        return code
    gone = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and serves_the_build(node, hidden)]
    return without(code.splitlines(), gone) if gone else code.rstrip()


def only_imports(code: str) -> bool:
    """Whether a cell, as shown, does nothing but import."""
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return False
    return bool(body) and all(isinstance(node, ast.Import | ast.ImportFrom) for node in body)


def shortened(text: str, width: int = WIDTH) -> str:
    """A definition with the first line of each docstring: a page says the rest better."""
    lines, tree = text.splitlines(), ast.parse(text)
    for node in reversed([n for n in ast.walk(tree) if isinstance(n, Definition) and ast.get_docstring(n)]):
        said = node.body[0]
        assert isinstance(said, ast.Expr)
        indent, first = " " * said.col_offset, (ast.get_docstring(node) or "").split("\n")[0]
        whole = textwrap.wrap(f'{"r" if chr(92) in first else ""}"""{first}"""', width - said.col_offset)
        lines[said.lineno - 1 : said.end_lineno] = [indent + line for line in whole]
    return "\n".join(re.split("  # (?:noqa|type:)", line)[0] for line in lines)


def narrow(text: str, width: int = WIDTH) -> str:
    """Code whose lines fit a page: a comment goes above its line, what is in brackets goes on in the next."""
    lines, n = text.splitlines(), 0
    while n < len(lines):
        if len(lines[n]) > width:
            tokens, opened = line_tokens(lines, n)
            indent = " " * (len(lines[n]) - len(lines[n].lstrip()))
            comment = next((t for t in tokens if t.type == tokenize.COMMENT), None)
            if comment is not None and comment.start[1] == len(indent):
                lines[n : n + 1] = textwrap.wrap(
                    comment.string, width, initial_indent=indent, subsequent_indent=f"{indent}# "
                )
            elif comment is not None and not opened:
                lines[n : n + 1] = [indent + comment.string, lines[n][: comment.start[1]].rstrip()]
                n -= 1  # the comment may be too long now
            else:
                place = break_at(tokens, opened, len(indent), width)
                deeper = "" if opened else "        "
                lines[n : n + 1] = (
                    [lines[n][:place].rstrip(), indent + deeper + lines[n][place:].lstrip()] if place else [lines[n]]
                )
        n += 1
    return "\n".join(lines)


def line_tokens(lines: list[str], n: int) -> tuple[list[tokenize.TokenInfo], int]:
    """The tokens of a line, and how many brackets are open where it begins."""
    found, opened = [], 0
    for token in tokenize.generate_tokens(io.StringIO("\n".join(lines) + "\n").readline):
        if token.start[0] == n + 1:
            found.append(token)
        elif token.end[0] <= n and token.type == tokenize.OP:
            opened += depth(token)
    return found, opened


def depth(token: tokenize.TokenInfo) -> int:
    """By how much a token changes the number of open brackets."""
    return (token.string in "([{") - (token.string in ")]}") if token.type == tokenize.OP else 0


def break_at(tokens: list[tokenize.TokenInfo], opened: int, indent: int, width: int) -> int:
    """The column where a line may go on in the next: within the fewest brackets, as late as fits; 0 for none."""
    places: list[tuple[int, int]] = []
    for token in tokens:
        opened += depth(token)
        before = token.string in ("for", "if", "else", "and", "or", "+", "*", "|")
        column = token.start[1] if before else token.end[1]
        if opened > 0 and indent < column <= width and (before or token.string == ","):
            places.append((opened, -column))
    return -min(places)[1] if places else 0


def source(one: Found) -> str:
    """A definition as a page shows it."""
    lines = one.path.read_text(encoding="utf-8").splitlines()
    first = min([one.node.lineno, *(decorator.lineno for decorator in one.node.decorator_list)])
    return narrow(shortened("\n".join(lines[first - 1 : one.node.end_lineno])))


def raw(text: str) -> nodes.raw:
    """HTML as it is; other builders leave it out."""
    return nodes.raw("", text, format="html")


def block(code: str) -> nodes.literal_block:
    """Highlighted Python."""
    return nodes.literal_block(code, code, language="python")


def signature(node: Definition) -> tuple[str, ...]:
    """By what a page knows a definition: its name and those of its arguments, for two modules may share a name."""
    if isinstance(node, ast.ClassDef):
        return (node.name,)
    asked = node.args
    return (node.name, *(a.arg for a in (*asked.posonlyargs, *asked.args, *asked.kwonlyargs)))


def defined(doctree: nodes.document) -> set[tuple[str, ...]]:
    """What a page defines where everybody sees it."""
    found = set()
    for literal in doctree.findall(nodes.literal_block):
        try:
            found |= {signature(n) for n in ast.parse(literal.astext()).body if isinstance(n, Definition)}
        except SyntaxError:
            continue
    return found


def asked(doctree: nodes.document) -> set[str]:
    """The functions that exercises of the page ask for: whoever is about to write one does not want to see it."""
    names, known = set[str](), all_described()
    for part in doctree.findall(nodes.raw):
        for name in re.findall(r'data-exercise="([\w.]+)"', part.astext()):
            tree = ast.parse(known[name].stub)
            names |= {node.name for node in ast.walk(tree) if isinstance(node, Definition)}
            names.add(exercise(name).reference.__name__)
    return names


def shorten_included(doctree: nodes.document) -> None:
    """What a page includes of the package is shown as what it unfolds."""
    for literal in list(doctree.findall(nodes.literal_block)):
        if f"/{PACKAGE}/" in str(literal.get("source", "")) and literal.get("language") in (None, "default", "python"):
            try:
                text = narrow(shortened(literal.astext().rstrip()))
            except (SyntaxError, tokenize.TokenError):  # some lines of a function
                continue
            literal.children, literal.rawsource = [nodes.Text(text)], text
            literal["language"] = "python"


def unfold(app: Sphinx, doctree: nodes.document) -> None:
    """Show cells as their readers see them, and put below each what it calls."""
    cells = [node for node in doctree.findall(nodes.container) if node.get("nb_element") == "cell_code"]
    if not cells:
        return
    shorten_included(doctree)
    shown_anyway, hidden = defined(doctree), asked(doctree)
    seen, names = set[tuple[Path, str]](), dict[str, str]()

    def new(one: Found) -> bool:
        key = (one.path, one.node.name)
        fresh = key not in seen and signature(one.node) not in shown_anyway and one.node.name not in hidden
        seen.add(key)
        return fresh

    for cell in cells:
        shown = next((c for c in cell.children if c.get("nb_element") == "cell_code_source"), None)
        if shown is None:
            continue
        [literal] = shown.findall(nodes.literal_block)
        code = as_shown(literal.astext())
        try:
            tree = ast.parse(code)
        except SyntaxError:
            continue
        literal.children, literal.rawsource = [nodes.Text(code)], code
        if not code:
            cell.remove(shown)
        if only_imports(code):
            cell["hide_mode"] = "input"
            cell["prompt_show"] = cell["prompt_hide"] = "Imports"
        names |= imported(tree)
        called = list(filter(new, named(tree, names)))
        for one in called:  # the list grows while it is read
            called += filter(new, helpers(one))
        if called:
            for one in called:
                app.env.note_dependency(str(one.path))
            title = escape(", ".join(one.node.name for one in called))
            fold = [raw(f"<details><summary>Source of {title}</summary>"), *(block(source(one)) for one in called)]
            place = cell.parent.index(cell) + 1
            cell.parent[place:place] = [*fold, raw("</details>")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("doctree-read", unfold)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
