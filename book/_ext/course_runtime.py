"""Python for the pages: Pyodide, NumPy and this package, put beside them as files that are named by their hashes.

The core comes from npm's ``pyodide``. Its lock has the sha256 of NumPy's wheel, which is compared wherever the wheel
comes from. Where it cannot be had, the book is built without: exercises are shown and not checked. matplotlib, for
cells that draw, comes in the same way and on demand; where it cannot be had, these cells do not run in the page.
"""

from __future__ import annotations

import ast
import functools
import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

from course_assets import digest
from course_node import ROOT, install
from sphinx.errors import SphinxError
from sphinx.util import logging

from rnncourse.results.digest import Definition

logger = logging.getLogger(__name__)

CORE = ROOT / "node_modules" / "pyodide"
PARTS = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
SHRINK = (".js", ".wasm", ".mjs", ".json")  # what servers do not compress by themselves; the others are archives
DRAWING = "matplotlib"
OFFICIAL = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{file}"


class RuntimeMissingError(SphinxError):
    """A part of it cannot be had, or is not what it should be."""

    category = "Python for the pages"


def sha256(data: bytes) -> str:
    """The hash by which a file is known."""
    return hashlib.sha256(data).hexdigest()


def fetch(file: str, wanted: str, version: str, kept: Path) -> bytes:
    """A file by its hash: from ``vendor/``, from what an earlier build kept, from its official address or a mirror.

    ``PYODIDE_MIRROR`` names a mirror, an address in which ``{file}`` stands for the name.
    """
    for path in (ROOT / "vendor" / file, kept / wanted):
        if path.is_file() and sha256(data := path.read_bytes()) == wanted:
            return data
    problems = []
    for address in filter(None, (OFFICIAL, os.environ.get("PYODIDE_MIRROR"))):
        url = address.format(version=version, file=file)
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                data = answer.read()
        except OSError as error:
            problems.append(f"{url}: {error}")
            continue
        if sha256(data) == wanted:
            kept.mkdir(parents=True, exist_ok=True)
            (kept / wanted).write_bytes(data)
            return bytes(data)
        problems.append(f"{url}: another file than the lock says")
    raise RuntimeMissingError(f"{file} cannot be had.\n" + "\n".join(problems))


def own_wheel(kept: Path) -> tuple[str, bytes]:
    """The package's own wheel: its name and content, made again when a source has changed."""
    files = [ROOT / name for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE")]
    folders = ("rnncourse", "results", "assignments/source", "assignments/practice")
    inside = (path for folder in folders for path in sorted((ROOT / folder).rglob("*")))
    sources = [p for p in inside if p.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & {*p.parts}]
    key = digest(*(part for p in [*files, *sources] for part in (str(p.relative_to(ROOT)), p.read_bytes())))
    made = kept / f"wheel-{key}"
    if not made.is_dir():
        with tempfile.TemporaryDirectory() as folder:
            copy, wheels = Path(folder, "source"), Path(folder, "wheels")
            for path in sources:
                (copy / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy / path.relative_to(ROOT))
            for path in files:
                shutil.copy(path, copy)
            options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
            command = [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(wheels), str(copy)]
            date = {"SOURCE_DATE_EPOCH": "315532800"}  # the first that an archive can have: equal sources, equal bytes
            done = subprocess.run(command, capture_output=True, text=True, env=os.environ | date)
            if done.returncode:
                raise RuntimeMissingError(f"The package's wheel cannot be built.\n{done.stderr or done.stdout}")
            for old in kept.glob("wheel-*"):
                shutil.rmtree(old)
            shutil.copytree(wheels, made)
    [path] = made.glob("*.whl")
    return path.name, path.read_bytes()


def drawing(lock: dict[str, Any], kept: Path) -> dict[str, bytes]:
    """The wheels of matplotlib and of all it depends on but NumPy, by package; none where one of them cannot be had."""
    found: dict[str, bytes] = {}
    waiting, version = [DRAWING], lock["info"]["version"]
    while waiting:
        name = waiting.pop()
        if name in found or name == "numpy":
            continue
        package = lock["packages"][name]
        try:
            found[name] = fetch(package["file_name"], package["sha256"], version, kept / "files")
        except RuntimeMissingError as error:
            logger.info("Cells that draw do not run in the pages: %s", error)
            return {}
        waiting += package["depends"]
    return found


def without_data(wheel: bytes) -> bytes:
    """The package's wheel as a page wants it: kept results come one by one, assignments and grading not at all."""
    thin = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive, zipfile.ZipFile(thin, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in archive.infolist():
            if not entry.filename.startswith(("rnncourse/packed/", "rnncourse/grading/")):
                copy.writestr(entry, archive.read(entry))
    return thin.getvalue()


def loaded(tree: ast.AST) -> list[str]:
    """The results that a cell or a function loads: ``results.load("rnn/names")``."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    return [
        str(node.args[0].value)
        for node in calls
        if ast.unparse(node.func) in {"results.load", "load"} and isinstance(node.args[0], ast.Constant)
    ]


@functools.cache
def loaders() -> dict[Definition, list[str]]:
    """The functions of the package that load kept results, and which."""
    found = {}
    for path in sorted((ROOT / "rnncourse" / "experiments").glob("*.py")):
        for statement in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(statement, ast.FunctionDef) and (names := loaded(statement)):
                found[Definition(f"rnncourse.experiments.{path.stem}", statement.name)] = names
    return found


def write(folder: Path, kept: Path) -> int:
    """Write what the worker loads, and ``runtime.json`` that lists it; return how many bytes come at first.

    Raises RuntimeMissingError where a part cannot be had.
    """
    install()
    lock = json.loads((CORE / "pyodide-lock.json").read_text(encoding="utf-8"))
    numpy = lock["packages"]["numpy"]
    version = lock["info"]["version"]
    parts = {name: (CORE / name).read_bytes() for name in PARTS}
    parts[numpy["file_name"]] = fetch(numpy["file_name"], numpy["sha256"], version, kept / "files")
    name, whole = own_wheel(kept)
    folder.mkdir(parents=True, exist_ok=True)
    package_folder = folder.parent / "package"  # for notebooks at home
    package_folder.mkdir(exist_ok=True)
    (package_folder / name).write_bytes(whole)
    wheel = parts[name] = without_data(whole)
    package, release, *_ = name.split("-")
    own = numpy | {"name": package, "version": release, "imports": [package], "depends": ["numpy"]}
    own |= {"file_name": name, "sha256": sha256(wheel), "unvendored_tests": False}
    later = {lock["packages"][n]["file_name"]: (n, data) for n, data in drawing(lock, kept).items()}
    known = {"numpy": numpy, package: own} | {n: lock["packages"][n] for n, _ in later.values()}
    packages = {"info": lock["info"], "packages": known}
    parts |= {name: data for name, (_, data) in later.items()}
    parts["pyodide-lock.json"] = json.dumps(packages).encode()
    files: dict[str, dict[str, Any]] = {}
    for name, data in parts.items():
        shrink = name.endswith(SHRINK)
        hashed = sha256(data)
        packed = kept / "packed" / hashed
        if not packed.is_file():
            packed.parent.mkdir(parents=True, exist_ok=True)
            packed.write_bytes(gzip.compress(data, mtime=0) if shrink else data)
        stored = f"{name}.packed" if shrink else name  # not .gz: some servers would unpack it by themselves
        sent = packed.read_bytes()
        target = folder / stored
        if not (target.is_file() and target.read_bytes() == sent):
            target.write_bytes(sent)
        files[name] = {"stored": stored, "packed": shrink, "sha256": hashed, "bytes": len(sent)}
        files[name]["for"] = DRAWING if name in later else ""  # on demand, or at first
    for left in set(folder.iterdir()) - {folder / entry["stored"] for entry in files.values()}:
        left.unlink()
    (folder / "runtime.json").write_text(json.dumps({"version": version, "files": files}, indent=1), encoding="utf-8")
    licence = ROOT / "vendor" / "NumPy-LICENCE.txt"
    shutil.copy(licence, folder)
    return sum(entry["bytes"] for entry in files.values() if not entry["for"])


def provide(folder: Path, kept: Path) -> int:
    """As :func:`write`, but 0 where the book has to do without; in continuous integration that is an error."""
    try:
        return write(folder, kept)
    except RuntimeMissingError as error:
        if os.environ.get("CI"):
            raise
        logger.info("The pages cannot check exercises: %s", error)
        shutil.rmtree(folder, ignore_errors=True)
        return 0
