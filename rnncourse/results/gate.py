"""Whether what is kept is what today's code would give, and whether every number of the book came in by this door.

Nothing of the book or of the package is run: declarations, code and pages are read as text and as syntax trees.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rnncourse.results import kept
from rnncourse.results.declared import Declared, declared
from rnncourse.results.digest import Code

PATIENCE = 10.0  # seconds that a test may take to compute a number again
CELL = re.compile(r"^(`{3,}|:{3,})\{code-cell\}[^\n]*\n(.*?)^\1", re.MULTILINE | re.DOTALL)
IN_FIGURE = re.compile(r"^:result:[ \t]*(\S.*)$", re.MULTILINE)  # a figure that moves reads the files itself
READERS = {
    *("open", "read_text", "read_bytes", "fromfile", "genfromtxt", "loadtxt", "read_csv", "read_json", "read_pickle"),
    *("np.load", "numpy.load", "torch.load", "json.load", "pickle.load", "np.memmap", "csv.reader"),
}
DATA = {".bin", ".csv", ".dat", ".h5", ".json", ".mat", ".npy", ".npz", ".pkl", ".pt", ".pth", ".safetensors", ".tsv"}


@dataclass
class Status:
    """One result: its file, the digest that it should have, the pages that use it, what is wrong with it."""

    result: Declared
    path: Path
    digest: str
    definitions: dict[str, str]
    document: dict[str, Any] | None = None
    stale: str = ""
    pages: list[str] = field(default_factory=list)

    @property
    def word(self) -> str:
        """Fresh, stale or missing."""
        return "missing" if self.document is None else "stale" if self.stale else "fresh"


@dataclass
class Results:
    """All results of a checkout, and what is wrong beside them."""

    statuses: list[Status]
    beside: list[str] = field(default_factory=list)

    def problems(self) -> list[str]:
        """Say in a sentence each what keeps the numbers of the book from being those of its code."""
        found = []
        for status in self.statuses:
            name, compute = status.result.name, f"run `make results ONLY={status.result.name}`"
            if status.document is None:
                found.append(f"{name}: missing: {compute}")
            elif status.stale:
                found.append(f"{name}: stale: {status.stale}: {compute}")
            else:
                found += [f"{name}: {problem}" for problem in _content(status)]
            if not status.pages:
                found.append(f"{name}: no page uses it: expected results.load({name!r}) in a cell")
        return found + self.beside


def collect(root: Path) -> Results:
    """Look at the results of a checkout.

    Raises FileNotFoundError where there is no checkout, ValueError for a declaration or a file that cannot be read.
    """
    code, used, beside = Code(root), dict[str, list[str]](), list[str]()
    for page in sorted((root / "book").rglob("*.md")):
        for name, place in _on_page(page, root, beside):
            used.setdefault(name, []).append(place)
    for module in sorted((root / "rnncourse" / "experiments").rglob("*.py")):
        beside += _reads(ast.parse(module.read_text(encoding="utf-8")), str(module.relative_to(root)), 0)
    statuses = [status_of(one, code, root) for one in declared(root)]
    names = {status.result.name for status in statuses}
    for status in statuses:
        status.pages = used.get(status.result.name, [])
    beside += [f"{places[0]}: no function gives {name}" for name, places in used.items() if name not in names]
    beside += _files(root, {status.path for status in statuses})
    return Results(statuses, beside)


def status_of(one: Declared, code: Code, root: Path) -> Status:
    """What is kept of one result, beside the digest of today's code and data."""
    definitions = code.reach(one.module, one.function, one.aside) | {name: _data(root, name) for name in one.data}
    settings = {"digits": str(one.digits), "quick": json.dumps(one.quick, sort_keys=True)}
    digest = kept.short(json.dumps([definitions, settings], sort_keys=True))
    status = Status(one, root / "results" / f"{one.name}.json", digest, definitions)
    if status.path.is_file():
        status.document = document = kept.read(status.path)
        changed = _changed(document["definitions"], definitions)
        if document["result"] != one.name:
            status.stale = f"it is the file of {document['result']}"
        elif changed:
            status.stale = f"made before these changed: {', '.join(changed)}"
        elif document["digest"] != digest:
            status.stale = "made with other digits, or another quick run"
        elif document["seeds"] != list(one.seeds):
            status.stale = f"made with seeds {document['seeds']}, expected {list(one.seeds)}"
    return status


def _changed(before: dict[str, str], now: dict[str, str]) -> list[str]:
    names = [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
    short = [name.removeprefix("rnncourse.") for name in names]
    return short if len(short) < 8 else [*short[:6], f"{len(short) - 6} others"]


def _data(root: Path, name: str) -> str:
    """What stands for data in a digest: the pinned version of a package, the hash of a file, or of all of a pattern."""
    if "*" in name:
        paths = sorted(path for path in root.glob(name) if path.is_file())
        if not paths:
            raise ValueError(f"data: expected files of the checkout, found none like {name}")
        said = [f"{path.relative_to(root).as_posix()} {_file(path)}" for path in paths]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:8]
    if "/" in name:
        if not (root / name).is_file():
            raise ValueError(f"data: expected a file of the checkout, got {name}")
        return _file(root / name)
    if name == "python":  # its library differs a little between versions that the course runs on: the file says which
        return ""
    pins = (root / "requirements.txt").read_text(encoding="utf-8")
    found = re.search(rf"^{re.escape(name)}==([^\s;]+)", pins, re.MULTILINE | re.IGNORECASE)
    if found is None:
        raise ValueError(f"data: expected a package that requirements.txt pins, or a path with a /, got {name}")
    return found.group(1)


def _file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def _content(status: Status) -> Iterator[str]:
    """What is wrong with a file that is fresh."""
    document, one = status.document, status.result
    assert document is not None
    slowest = max(document["seconds"])
    if one.quick is None and slowest > PATIENCE:
        yield f"a seed takes {slowest:.0f} s, a test has {PATIENCE:.0f}: say quick=dict(…), settings of a shorter run"
    if one.quick is not None and document["quick"]["seconds"] > PATIENCE:
        yield f"the quick run takes {document['quick']['seconds']:.0f} s, a test has {PATIENCE:.0f}"
    size = status.path.stat().st_size
    if size > kept.LARGEST:
        yield f"{size:,} bytes, expected at most {kept.LARGEST:,}: keep less"
    for name, values in document["numbers"].items():
        if len(values) != len(one.seeds):
            yield f"{name} has {len(values)} numbers, expected one for each of {len(one.seeds)} seeds"
    if isinstance(one.tolerance, dict) and set(one.tolerance) != set(document["numbers"]):
        yield f"tolerance: expected one for each of {', '.join(document['numbers'])}, got {', '.join(one.tolerance)}"


def _files(root: Path, expected: set[Path]) -> Iterator[str]:
    """Files that no function makes, and data that lie where pages could read them."""
    folder = root / "results"
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in files:
        if path not in expected and path != folder / "README.md":
            yield f"{path.relative_to(root)}: no function makes it"
    size = sum(path.stat().st_size for path in files)
    if size > kept.LARGEST_IN_ALL:
        yield f"results: {size:,} bytes in all, expected at most {kept.LARGEST_IN_ALL:,}"
    for path in sorted((root / "book").rglob("*")):
        if (
            path.suffix in DATA
            and path.is_file()
            and path.relative_to(root / "book").parts[0] not in ("_ext", "_figures", "_static")
        ):
            yield f"{path.relative_to(root)}: data beside the pages: expected a function marked @result that makes them"


def _on_page(page: Path, root: Path, problems: list[str]) -> Iterator[tuple[str, str]]:
    """The results that a page uses, each with its place; and how it gets numbers otherwise."""
    text, where = page.read_text(encoding="utf-8"), str(page.relative_to(root))
    for found in IN_FIGURE.finditer(text):
        place = f"{where}:{text.count(chr(10), 0, found.start()) + 1}"
        yield from ((name, place) for name in found.group(1).split())
    for cell in CELL.finditer(text):
        source = re.sub(r"\A---\n.*?\n---\n", _blank, cell.group(2), flags=re.DOTALL)
        source = re.sub(r"^(:[\w-]+:.*|\s*[%!].*)$", "", source, flags=re.MULTILINE)  # options, and IPython's own lines
        line = text.count("\n", 0, cell.start(2))
        try:
            tree = ast.parse(source)
        except SyntaxError:
            continue  # the build says so
        problems += _reads(tree, where, line)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("results.load"):
                place = f"{where}:{line + node.lineno}"
                if len(node.args) == 1 and isinstance(node.args[0], ast.Constant):
                    yield str(node.args[0].value), place
                else:
                    problems.append(f"{place}: results.load: expected the name itself, got {ast.unparse(node)}")
    if re.search(r"^\s*:file:", text, re.MULTILINE):
        problems.append(f"{where}: a table from a file: numbers come from executed cells")


def _blank(found: re.Match[str]) -> str:
    return "\n" * found.group().count("\n")


def _reads(tree: ast.Module, where: str, line: int) -> Iterator[str]:
    """Calls that read a file: no number enters that way."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in READERS or called.rpartition(".")[2] in READERS:
                yield f"{where}:{line + node.lineno}: reads a file by {called}: numbers come from code, or results.load"
