"""Which labelled equation of the book is computed where and tested where, and which one is not.

A label stands on a page behind its display equation, ``$$ … $$ (eq-rnn-cell)``; in the docstring of the function
that computes it; and in the marker of the test that checks it, ``@pytest.mark.equation("eq-rnn-cell")``. This
module reads the three as text and as syntax trees: nothing of the book or of the tests is run.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rnncourse._extras import needs

LABEL = re.compile(r"``(eq-[A-Za-z0-9-]+)``")


@dataclass
class Equations:
    """Where each label stands: on pages, in docstrings, in tests; and display equations that have none."""

    pages: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    functions: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    tests: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    unlabelled: list[str] = field(default_factory=list)
    awaited: set[str] = field(default_factory=set)
    """Chapters that have code, and no page yet or not all: their labels need a function and a test, but no page."""

    def awaits_its_page(self, label: str) -> bool:
        """Does a label belong to a chapter whose page is still to be written?"""
        return any(label.startswith(f"eq-{chapter.replace('_', '-')}-") for chapter in self.awaited)

    def problems(self) -> list[str]:
        """Say in a sentence each what keeps an equation from being executable."""
        found = [f"{place}: display equation without a label" for place in self.unlabelled]
        for label in sorted({*self.pages, *self.functions, *self.tests}):
            pages, functions, tests = (where.get(label, []) for where in (self.pages, self.functions, self.tests))
            place = (pages + functions + tests)[0]
            if len(pages) > 1:
                found.append(f"{label}: on {len(pages)} places of the book ({', '.join(pages)}), expected one")
            if not pages and not self.awaits_its_page(label):
                kind = "docstring" if functions else "test"
                found.append(f"{label}: named by the {kind} of {place}, but on no page of the book")
            elif not functions:
                found.append(f"{label} ({place}): no docstring of the package names it")
            elif not tests:
                found.append(f"{label} ({place}): no test is marked with it")
        return found


def collect(root: Path) -> Equations:
    """Read the labels of a checkout.

    Raises
    ------
    FileNotFoundError
        If root has no ``book``, ``rnncourse`` or ``tests`` folder.
    """
    for name in ("book", "rnncourse", "tests"):
        if not (root / name).is_dir():
            raise FileNotFoundError(f"expected a checkout of the course with a folder {name}/, got {root}")
    equations = Equations()
    for label, place in on_pages(root):
        if label is None:
            equations.unlabelled.append(place)
        else:
            equations.pages[label].append(place)
    chapters = [
        *(root / "rnncourse").glob("[!_]*.py"),
        *(init.parent for init in (root / "rnncourse").glob("*/__init__.py")),
    ]
    modules = {chapter.stem for chapter in chapters}
    first = {page.parent.name: page for page in (root / "book").glob("*/index.md")}
    equations.awaited = {name for name in modules if name not in first or is_unfinished(first[name])}
    for module in sorted((root / "rnncourse").rglob("*.py")):
        for name, labels in _docstring_labels(ast.parse(module.read_text(encoding="utf-8"))):
            dotted = ".".join((*module.relative_to(root).with_suffix("").parts, name))
            for label in labels:
                equations.functions[label].append(dotted)
    for module in sorted((root / "tests").rglob("test_*.py")):
        for name, label in _marked_tests(ast.parse(module.read_text(encoding="utf-8"))):
            equations.tests[label].append(f"{module.relative_to(root)}::{name}")
    return equations


def is_unfinished(page: Path) -> bool:
    """Does the front matter of a chapter's first page say ``unfinished: true``? Then parts may still be missing."""
    front = re.match(r"---\n.*?^---$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return bool(front and re.search(r"^unfinished: true$", front[0], re.MULTILINE))


def on_pages(root: Path) -> Iterator[tuple[str | None, str]]:
    """The display equations of the book: label, or None where it has none, and page and line."""
    for page in sorted((root / "book").rglob("*.md")):
        for label, line in _display_equations(page.read_text(encoding="utf-8")):
            yield label, f"{page.relative_to(root)}:{line}"


def _display_equations(text: str, first_line: int = 1) -> Iterator[tuple[str | None, int]]:
    """Yield (label or None, line) of every display equation, also inside admonitions and other directives."""
    with needs(__name__, "book"):
        from markdown_it import MarkdownIt
        from mdit_py_plugins.amsmath import amsmath_plugin
        from mdit_py_plugins.colon_fence import colon_fence_plugin
        from mdit_py_plugins.dollarmath import dollarmath_plugin
        from mdit_py_plugins.front_matter import front_matter_plugin

    parser = MarkdownIt("commonmark").use(front_matter_plugin).use(colon_fence_plugin)
    parser.use(dollarmath_plugin, allow_labels=True, double_inline=True).use(amsmath_plugin)
    for token in parser.parse(text):
        line = first_line + (token.map[0] if token.map else 0)
        if token.type == "math_block_label":
            yield token.info, line
        elif token.type in ("math_block", "amsmath"):
            yield None, line
        elif token.type == "inline":
            for child in token.children or []:
                if child.type == "math_inline_double":
                    yield None, line
        elif token.type in ("fence", "colon_fence"):
            directive = token.info.split(" ")[0].strip()
            if directive == "{math}":
                label = re.search(r"^:label:\s*(\S+)", token.content, re.MULTILINE)
                yield (label.group(1) if label else None), line
            elif directive.startswith("{") and directive not in ("{code-cell}", "{code}", "{code-block}"):
                yield from _display_equations(token.content, line + 1)


def _docstring_labels(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            labels = LABEL.findall(ast.get_docstring(node) or "")
            if labels:
                yield node.name, list(dict.fromkeys(labels))


def _marked_tests(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            # ast.walk: a mark also counts inside pytest.param.
            for mark in (part for decorator in node.decorator_list for part in ast.walk(decorator)):
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.equation":
                    for argument in mark.args:
                        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                            yield node.name, argument.value
