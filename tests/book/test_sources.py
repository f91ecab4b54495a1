"""What cells call can be unfolded below them, and what serves the build alone is not shown."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
import textwrap
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import rnncourse
from rnncourse.chapters import chapters
from rnncourse.checks import find
from tests.book.test_notebooks import EXECUTED, SOURCES
from tests.book.test_pages import page

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "book" / "_ext"))
import course_sources  # noqa: E402

CODE = """
import matplotlib.pyplot as plt
from myst_nb import glue

from rnncourse import data, plots
plots.use_style()

a = data.sine(4)
for x in a:
    glue("one", x)
for x in a:
    print(x)
    glue("two",
         x, display=False)
plt.plot(a)
plt.show()
"""


def test_what_serves_the_build_is_not_shown_and_all_else_is() -> None:
    shown = course_sources.as_shown(CODE)
    assert shown == (
        "import matplotlib.pyplot as plt\n\nfrom rnncourse import data, plots\n\n"
        "a = data.sine(4)\nfor x in a:\n    print(x)\nplt.plot(a)"
    )
    assert course_sources.as_shown(shown) == shown
    assert course_sources.as_shown("%timeit 1") == "%timeit 1"
    assert course_sources.as_shown('glue("a", 1)') == ""


def test_a_cell_that_only_imports_is_told() -> None:
    assert course_sources.only_imports("import a\nfrom b import c")
    assert not course_sources.only_imports("import a\na.b()")
    assert not course_sources.only_imports("")


def write(folder: Path, **files: str) -> Path:
    """A package with modules."""
    for name, text in files.items():
        path = folder / "rnncourse" / f"{name.replace('__', '/', 1) if name != '__init__' else name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_names_are_followed_through_imports_and_aliases(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        __init__="",
        data____init__="from rnncourse.data.waves import wave as sine, SIZE\n",
        data__waves="SIZE = 3\ndef wave(n):\n    return n\nclass Kept:\n    pass\n",
        rnn="from rnncourse.data import sine\ndef cell(x):\n    return sine(x)\n",
    )
    names = course_sources.imported(
        ast.parse("from rnncourse import data as d, rnn\nimport rnncourse.data.waves as w\nimport numpy as np")
    )
    text = "np.sum(rnn.cell(d.sine(d.SIZE)))\nf = w.Kept\nrnn.sine(1).wave\nrnn.nothing(sine)"
    found = course_sources.named(ast.parse(text), names, root)
    assert [one.node.name for one in found] == ["cell", "wave", "Kept"]
    assert course_sources.find("rnncourse.rnn.nothing", root) is None
    assert course_sources.find("rnncourse.nowhere.f", root) is None


LONG = '''
def f(first, second):
    r"""What it does, in one line.

    .. math:: \\\\alpha
    """
    value = first + second  # a comment that is long enough to be too long for a line of so few characters
    return [(one, [two, first]) for one in (value, second, first) for two in (value, second, first) if one]
'''


def test_a_package_that_imports_a_module_of_its_own_is_no_circle(tmp_path: Path) -> None:
    own = "from rnncourse.cells import gru\n"
    root = write(tmp_path, __init__="", cells____init__=own, cells__gru="def step(x):\n    return x\n")
    assert course_sources.find("rnncourse.cells.gru", root) is None
    found = course_sources.find("rnncourse.cells.gru.step", root)
    assert found is not None
    assert found.module == "rnncourse.cells.gru"


def test_what_is_shown_fits_and_means_the_same() -> None:
    text = course_sources.narrow(course_sources.shortened(LONG.strip(), 60), 60)
    assert max(map(len, text.splitlines())) <= 60
    assert "alpha" not in text
    assert "# a comment that is long" in text
    body = [ast.dump(node) for node in ast.parse(text).body[0].body[1:]]  # type: ignore[attr-defined]
    assert body == [ast.dump(node) for node in ast.parse(LONG).body[0].body[1:]]  # type: ignore[attr-defined]


def package_modules() -> list[Path]:
    """Modules that pages may call."""
    rooms = [ROOT / "rnncourse", *(ROOT / "rnncourse" / room for room in ("experiments", "data"))]
    return sorted(path for room in rooms for path in room.glob("*.py"))


@pytest.mark.parametrize("path", package_modules(), ids=lambda path: path.stem)
def test_no_definition_of_the_package_changes_its_meaning(path: Path) -> None:
    def meaning(text: str) -> str:
        tree = ast.parse(textwrap.dedent(text))
        for node in ast.walk(tree):
            if isinstance(node, course_sources.Definition) and ast.get_docstring(node):
                node.body[0] = ast.Pass()
        return ast.dump(tree)

    text = path.read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, course_sources.Definition):
            one = course_sources.Found(path, "rnncourse", node)
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            whole = "\n".join(text.splitlines()[first - 1 : node.end_lineno])
            assert meaning(course_sources.source(one)) == meaning(whole), node.name


def cells_of(name: str) -> list[str]:
    """The code of a page's cells, without their settings."""
    blocks = re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", SOURCES[name], re.MULTILINE | re.DOTALL)
    settings = re.compile(r"\A(?:---\n.*?^---$\n|(?::\w+:[^\n]*\n)+)", re.MULTILINE | re.DOTALL)
    return [settings.sub("", block) for block in blocks]


def called(codes: list[str]) -> set[Any]:
    """Functions and classes of the package that cells name, found by importing what they import."""
    names, found = dict[str, Any](), set[Any]()
    aside = ("rnncourse.results", "rnncourse.checks")
    for tree in map(ast.parse, codes):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "rnncourse":
                for alias in node.names:
                    importlib.import_module(node.module or "")
                    parent = importlib.import_module(node.module or "")
                    value = getattr(parent, alias.name, None)
                    if value is None:  # a module that nobody has imported yet
                        value = importlib.import_module(f"{node.module}.{alias.name}")
                    names[alias.asname or alias.name] = value
        for node in ast.walk(tree):
            first, *rest = course_sources.dotted_name(node).split(".")
            value = names.get(first)
            for attribute in rest:
                value = getattr(value, attribute, None) if isinstance(value, ModuleType) else None
            if inspect.isfunction(value) or inspect.isclass(value):
                module = str(value.__module__)
                if module.startswith("rnncourse.") and not module.startswith(aside):
                    found.add(value)
    hidden = {name.rpartition(".")[2] for name in course_sources.HIDDEN}
    return {value for value in found if value.__name__ not in hidden}


def takes(value: Any) -> list[str]:
    """The names of what a function takes."""
    return list(inspect.signature(value).parameters) if inspect.isfunction(value) else []


def definitions(text: str) -> list[tuple[str, list[str]]]:
    """Name and arguments of what a listing defines; a listing may be a part of a module."""
    try:
        found = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    except SyntaxError:
        return []
    none = ast.arguments([], [], None, [], [], None, [])
    asked = [(node.name, node.args if isinstance(node, ast.FunctionDef) else none) for node in found]
    every = [
        (name, [*a.posonlyargs, *a.args, *filter(None, [a.vararg]), *a.kwonlyargs, *filter(None, [a.kwarg])])
        for name, a in asked
    ]
    return [(name, [one.arg for one in ones]) for name, ones in every]


@pytest.mark.parametrize("name", EXECUTED)
def test_all_that_a_page_calls_stands_on_it_once(name: str) -> None:
    codes = cells_of(name)
    outside = "//article//pre[not(ancestor::*[contains(@class, 'cell_output') or @data-exercise])]"
    shown = [pre.text_content() for pre in page(name).xpath(outside)]
    stubs = page(name).xpath("//article//*[@data-exercise]//textarea/text()")
    asked = {function for stub in stubs for function in re.findall(r"^(?:def|class) (\w+)", stub, re.MULTILINE)}
    asked |= {find(one).reference.__name__ for one in page(name).xpath("//article//@data-exercise")}
    there = Counter((one, *arguments) for text in shown for one, arguments in definitions(text))
    alike = Counter((value.__name__, *takes(value)) for value in called(codes))  # modules may share a name
    for (function, *arguments), many in alike.items():
        times = there[function, *arguments]
        assert times == many or (times == 0 and function in asked), f"{function} stands {times} times"


@pytest.mark.parametrize("name", EXECUTED)
def test_no_cell_shows_what_serves_the_build(name: str) -> None:
    shown = page(name).xpath("//article//div[contains(@class, 'cell_input')]")
    assert shown
    for cell in shown:
        assert not re.search(r"\bglue\b|use_style|plt\.show|set_num_threads", cell.text_content())
    folded = page(name).xpath("//article//details[starts-with(normalize-space(summary), 'Source of')]//pre")
    assert all(ast.parse(pre.text_content()).body for pre in folded)


def test_chapters_have_sources_to_unfold() -> None:
    assert rnncourse.__file__
    for chapter in chapters(ROOT):
        folds = [
            fold
            for name in chapter.pages
            if name in EXECUTED
            for fold in page(name).xpath("//article//details/summary[starts-with(., 'Source of')]")
        ]
        assert len(folds) > 3, chapter.name
