"""Python beside the pages: each file is what the official lock says, or the book does without it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions
from traitlets.config import PyFileConfigLoader

from rnncourse.chapters import chapters
from rnncourse.checks import exercises

ROOT = Path(__file__).resolve().parents[2]
LIVE = ROOT / "_build" / "html" / "live"
sys.path.append(str(ROOT / "book" / "_ext"))


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The module, without a vendored file, offline."""
    import course_runtime

    course_runtime.install()
    (tmp_path / "root").mkdir()
    monkeypatch.setattr(course_runtime, "ROOT", tmp_path / "root")
    monkeypatch.setattr(course_runtime, "OFFICIAL", (tmp_path / "official").as_uri() + "/{version}/{file}")
    monkeypatch.delenv("PYODIDE_MIRROR", raising=False)
    return course_runtime


def put(path: Path, data: bytes) -> str:
    """A file; its hash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def test_a_file_is_taken_from_the_first_place_that_has_the_right_one(
    runtime: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    wanted = put(tmp_path / "mirror" / "a.whl", b"right")
    with pytest.raises(runtime.RuntimeMissingError, match=r"a\.whl cannot be had"):
        runtime.fetch("a.whl", wanted, "1", kept)
    put(tmp_path / "official" / "1" / "a.whl", b"wrong")
    with pytest.raises(runtime.RuntimeMissingError, match="another file than the lock says"):
        runtime.fetch("a.whl", wanted, "1", kept)
    monkeypatch.setenv("PYODIDE_MIRROR", (tmp_path / "mirror").as_uri() + "/{file}")
    assert runtime.fetch("a.whl", wanted, "1", kept) == b"right"
    shutil.rmtree(tmp_path / "mirror")
    assert runtime.fetch("a.whl", wanted, "1", kept) == b"right"  # kept
    put(kept / wanted, b"spoilt")
    with pytest.raises(runtime.RuntimeMissingError):
        runtime.fetch("a.whl", wanted, "1", kept)
    put(tmp_path / "root" / "vendor" / "a.whl", b"right")
    assert runtime.fetch("a.whl", wanted, "1", kept) == b"right"


def test_without_it_the_book_is_built_and_continuous_integration_fails(
    runtime: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert runtime.provide(tmp_path / "python", tmp_path / "kept") == 0
    assert not (tmp_path / "python").exists()
    monkeypatch.setenv("CI", "1")
    with pytest.raises(runtime.RuntimeMissingError, match="numpy"):
        runtime.provide(tmp_path / "python", tmp_path / "kept")


def test_matplotlib_comes_with_all_that_it_needs_or_not_at_all(
    runtime: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in continuous integration: what draws can be left out, what checks cannot."""
    monkeypatch.setenv("CI", "1")
    monkeypatch.setenv("PYODIDE_MIRROR", (tmp_path / "mirror").as_uri() + "/{file}")
    hashes = {name: put(tmp_path / "mirror" / name, name.encode()) for name in ("m.whl", "p.whl", "numpy.whl")}

    def package(file: str, *depends: str) -> dict[str, object]:
        return {"name": "other", "file_name": file, "sha256": hashes[file], "depends": list(depends)}

    known = {
        "matplotlib": package("m.whl", "numpy", "pillow"),
        "pillow": package("p.whl"),
        "numpy": package("numpy.whl"),
    }
    lock = {"info": {"version": "1"}, "packages": known}
    assert runtime.drawing(lock, tmp_path / "kept") == {"matplotlib": b"m.whl", "pillow": b"p.whl"}
    (tmp_path / "mirror" / "p.whl").write_bytes(b"spoilt")
    assert runtime.drawing(lock, tmp_path / "other") == {}


def test_numpy_is_what_the_official_lock_names() -> None:
    lock = json.loads((ROOT / "node_modules" / "pyodide" / "pyodide-lock.json").read_text())["packages"]["numpy"]
    vendored = (ROOT / "vendor" / lock["file_name"]).read_bytes()
    assert hashlib.sha256(vendored).hexdigest() == lock["sha256"]


def test_what_is_beside_the_pages_is_listed_with_its_hash() -> None:
    import course_runtime

    listed = json.loads((LIVE / "python" / "runtime.json").read_text())["files"]
    assert {"pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"} < set(listed)
    for name, file in listed.items():
        data = (LIVE / "python" / file["stored"]).read_bytes()
        assert len(data) == file["bytes"]
        whole = course_runtime.gzip.decompress(data) if file["packed"] else data
        assert hashlib.sha256(whole).hexdigest() == file["sha256"], name
    assert sum(file["bytes"] for file in listed.values() if not file["for"]) < 10e6
    assert sum(file["bytes"] for file in listed.values() if file["for"]) < 11e6
    lock = json.loads(course_runtime.gzip.decompress((LIVE / "python" / "pyodide-lock.json.packed").read_bytes()))
    for package in lock["packages"].values():
        assert listed[package["file_name"]]["sha256"] == package["sha256"]
    [wheel], [thin] = (list(folder.glob("rnncourse-*.whl")) for folder in (LIVE / "package", LIVE / "python"))
    with zipfile.ZipFile(wheel) as archive, zipfile.ZipFile(thin) as in_the_page:
        for path in (ROOT / "rnncourse").rglob("*.py"):
            name = str(path.relative_to(ROOT))
            for read in (archive.read, *([] if name.startswith("rnncourse/grading/") else [in_the_page.read])):
                assert read(name) == path.read_bytes(), f"{path}: run `make book`"
        not_there = [name for name in in_the_page.namelist() if "/packed/" in name or "/grading/" in name]
        assert not not_there, "results come one by one, and nobody grades in a page"
        for path in (ROOT / "results").rglob("*.json"):
            assert archive.read(f"rnncourse/packed/{path.relative_to(ROOT)}") == path.read_bytes()


@pytest.mark.parametrize("chapter", chapters(ROOT), ids=lambda chapter: chapter.name)
def test_the_notebook_to_save_answers_in_is_the_one_that_nbgrader_releases(chapter) -> None:
    config = PyFileConfigLoader("nbgrader_config.py", str(ROOT / "assignments")).load_config()
    wanted = nbformat.read(chapter.assignment, as_version=4)
    for kind in (ClearSolutions, ClearHiddenTests, ClearMarkScheme):
        wanted, _ = kind(config=config).preprocess(wanted, {})
    offered = nbformat.read(LIVE / f"{chapter.name}.ipynb", as_version=4)
    nbformat.validate(offered)
    for given, right in zip(offered.cells, wanted.cells, strict=True):
        assert given.source.strip() == right.source.strip(), given.id
        assert given.metadata == right.metadata


def test_each_exercise_stands_in_a_page_once() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "book").glob("*/*.md")]
    asked = [name for text in texts for name in re.findall(r"^```\{exercise\} ([\w.]+)$", text, re.MULTILINE)]
    assert sorted(asked) == sorted(exercises())


def test_solutions_obey_their_setting() -> None:
    import course_live
    import course_notebooks

    known = course_live.all_described()
    assert set(known) == set(exercises())
    for when, shown in {"open": 4, "after": 3, "none": 3}.items():
        writer = course_notebooks.Writer(None, "rnn/cell", [], "", when)  # type: ignore[arg-type] # asks for no page
        writer._exercise("rnn.cell", 2)
        task, *code = writer.cells
        assert task.source.startswith("### Exercise: One step: `cell`\n\n$$")
        assert [cell.cell_type for cell in code] == ["code"] * shown
        assert [cell.source for cell in code[:3]] == [
            known["rnn.cell"].setup,
            known["rnn.cell"].stub,
            'check("rnn.cell", cell)',
        ]
        assert any("h_prev @ W_hh.T" in cell.source for cell in code) == (when == "open")
        assert course_notebooks.faults(nbformat.v4.new_notebook(cells=writer.cells)) == []
    assert not any("### " in text for e in known.values() for text in (e.stub, e.solution))
