"""`make release`, on a copy of the repository: what it makes, and what it refuses, with the words it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = [
    pytest.mark.skipif(not shutil.which("git"), reason="no git"),
    pytest.mark.skipif(not shutil.which("make"), reason="no make"),
]
Made = subprocess.CompletedProcess[str]
WHO = dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "Ada")
WHO |= dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "ada@example.org")
# Stand-ins, for where there is no connection: `build` does with setuptools what the real one does, in an environment of
# its own; `twine` says what it was asked, and fails when it is told to. Continuous integration calls both real ones.
BUILD = """
import os, pathlib, subprocess, sys, tarfile, tempfile
assert sys.argv[1] == "--outdir", sys.argv
out, root = map(os.path.abspath, sys.argv[2:])
make = "import sys; from setuptools import build_meta; build_meta.build_{}(sys.argv[1])"
subprocess.run([sys.executable, "-c", make.format("sdist"), out], cwd=root, check=True)
with tempfile.TemporaryDirectory() as folder:
    [made] = pathlib.Path(out).glob("*.tar.gz")
    tarfile.open(made).extractall(folder)
    [sources] = pathlib.Path(folder).iterdir()
    subprocess.run([sys.executable, "-c", make.format("wheel"), out], cwd=sources, check=True)
"""
TWINE = """
import os, sys
print("twine", *[os.path.basename(word) for word in sys.argv[1:]])
sys.exit(int(os.environ.get("TWINE_FAILS", "0")))
"""


def git(home: Path, *order: str) -> str:
    return subprocess.run(["git", *order], cwd=home, env=clean(), check=True, capture_output=True, text=True).stdout


def clean() -> dict[str, str]:
    """The environment, without what git and make tell their children."""
    told = re.compile("GIT_|MAKE|MFLAGS$|WITH$|VERSION$|PYTHONPATH$")
    return {name: value for name, value in os.environ.items() if not told.match(name)} | WHO


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the repository in which version 9.8.7 is ready to be released."""
    home = tmp_path / "checkout"
    ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "packed")
    for name in ("rnncourse", "results", "assignments/source", "assignments/practice", "tools"):
        shutil.copytree(ROOT / name, home / name, ignore=ignored)
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE", "Makefile", ".gitignore"):
        shutil.copy(ROOT / name, home)
    change(home, "rnncourse/__init__.py", r'__version__ = ".*"', '__version__ = "9.8.7"', ROOT)
    change(home, "CITATION.cff", r"(?m)^version: .*", "version: 9.8.7", ROOT)
    change(home, "CITATION.cff", r"(?m)^date-released: .*", "date-released: 2027-01-31")
    (home / "CHANGELOG.md").write_text("# Changelog\n\n## 9.8.7 (2027-01-31)\n\n* A change.\n\n## 9.8.6\n\n* Older.\n")
    git(home, "init", "--quiet", "--initial-branch=main")
    commit(home)
    return home


def change(home: Path, name: str, old: str, new: str, source: Path | None = None) -> None:
    text = ((source or home) / name).read_text("utf-8")
    changed, n = re.subn(old, new, text)
    assert n == 1, f"{name}: {old!r} stands there {n} times"
    (home / name).write_text(changed, "utf-8")


def commit(home: Path) -> None:
    git(home, "add", "--all")
    git(home, "commit", "--quiet", "--message", "A commit")


@pytest.fixture
def make(checkout: Path, tmp_path: Path) -> Callable[..., Made]:
    """Call make in there, without a connection."""
    for name, text in {"build": BUILD, "twine": TWINE}.items():
        module = tmp_path / "standing_in" / name
        module.mkdir(parents=True)
        (module / "__init__.py").write_text("")
        (module / "__main__.py").write_text(text)
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={tmp_path / "standing_in"} exec {sys.executable} "$@"\n')
    python.chmod(0o755)

    def call(*order: str, **environment: str) -> Made:
        command = ["make", *order, f"PYTHON={sys.executable}", f"WITH={python}"]
        return subprocess.run(command, cwd=checkout, env=clean() | environment, capture_output=True, text=True)

    return call


def refused(checkout: Path, done: Made) -> str:
    """What a release says that is none; nothing is built, nothing is tagged."""
    assert done.returncode != 0
    assert "Traceback" not in done.stdout + done.stderr
    assert "No release:\n" in done.stderr
    assert not (checkout / "dist").exists()
    assert not git(checkout, "tag", "--list").replace("v9.8.7\n", "")
    return done.stderr


def test_a_release_is_made_by_one_command(checkout: Path, make: Callable[..., Made]) -> None:
    done = make("release", "VERSION=9.8.7")
    assert done.returncode == 0, done.stdout + done.stderr
    names = ["rnncourse-9.8.7-py3-none-any.whl", "rnncourse-9.8.7.tar.gz"]
    assert sorted(path.name for path in (checkout / "dist").iterdir()) == names
    assert f"twine check --strict {' '.join(names)}" in done.stdout
    assert git(checkout, "rev-parse", "v9.8.7^{commit}") == git(checkout, "rev-parse", "HEAD")
    assert git(checkout, "tag", "--list", "--format=%(contents)", "v9.8.7").strip() == "rnncourse 9.8.7\n\n* A change."
    assert "git push origin v9.8.7" in done.stdout
    assert git(checkout, "status", "--porcelain") == ""
    with zipfile.ZipFile(checkout / "dist" / names[0]) as wheel:
        inside = set(wheel.namelist())
        metadata = Parser().parsestr(wheel.read("rnncourse-9.8.7.dist-info/METADATA").decode())
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "rnncourse").rglob("*.py")}
    packed = {f"rnncourse/packed/assignments/{path.name}" for path in (ROOT / "assignments").glob("*/*/*.ipynb")}
    packed |= {f"rnncourse/packed/{path.relative_to(ROOT)}" for path in (ROOT / "results").rglob("*.json")}
    assert modules | packed | {"rnncourse/py.typed", "rnncourse/grading/report/report.html"} <= inside
    assert metadata["Version"] == "9.8.7"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert "](" in str(metadata.get_payload())
    with tarfile.open(checkout / "dist" / names[1]) as archive:
        assert {"rnncourse-9.8.7/setup.py", "rnncourse-9.8.7/results/rnn/names.json"} <= set(archive.getnames())

    assert "the tag v9.8.7 is there" in make("release", "VERSION=9.8.7").stderr


CHANGES: dict[str, tuple[str, str, str, str]] = {
    "another version": (
        "rnncourse/__init__.py", "9.8.7", "9.8.6", "__version__ is '9.8.6', and '9.8.7' is to be released",
    ),
    "a second place": ("pyproject.toml", 'dynamic = .*', 'version = "9.8.7"', "the version stands in one place"),
    "no section": ("CHANGELOG.md", "9.8.7", "9.8.70", "has no section '## 9.8.7 (YYYY-MM-DD)'"),
    "an empty section": ("CHANGELOG.md", "\\* A change.\n", "", "has no section '## 9.8.7 (YYYY-MM-DD)'"),
    "not dated": ("CHANGELOG.md", "2027-01-31", "unreleased", "got '## 9.8.7 (unreleased)'"),
    "cited otherwise": ("CITATION.cff", "version: 9.8.7", "version: 9.8.6", "CITATION.cff: version is 9.8.6"),
    "another day": ("CITATION.cff", "2027-01-31", "2027-01-30", "2027-01-30, the changelog says 2027-01-31"),
}  # fmt: skip


def test_what_stands_in_the_way_is_said_before_anything_is_built(checkout: Path, make: Callable[..., Made]) -> None:
    for what, (name, old, new, said) in CHANGES.items():
        before = (checkout / name).read_text("utf-8")
        change(checkout, name, old, new)
        commit(checkout)
        found = refused(checkout, make("release", "VERSION=9.8.7"))
        assert said in found, what
        assert found.count("\n- ") == 1, f"{what}: {found}"
        (checkout / name).write_text(before, "utf-8")
        commit(checkout)
    for i in range(5):
        (checkout / f"note-{i}").write_text("not committed")
    change(checkout, "README.md", r"\A", "Changed. ")
    found = refused(checkout, make("release", "VERSION=9.8.8"))
    assert re.search(r"not committed: README.md, note-0, note-1 and 3 more\.", found)
    assert found.count("\n- ") == 4, "all at once"
    for version in ("", "9.8", "v9.8.7", "9.8.7; rm -rf dist", "latest"):
        assert "expected three numbers, such as 0.2.0" in refused(checkout, make("release", f"VERSION={version}"))


def test_what_twine_or_the_build_refuses_is_not_tagged(checkout: Path, make: Callable[..., Made]) -> None:
    assert "twine check refuses the package" in refused(checkout, make("release", "VERSION=9.8.7", TWINE_FAILS="1"))
    change(checkout, "setup.py", r"\A", "raise SystemExit('broken')\n")
    commit(checkout)
    done = make("release", "VERSION=9.8.7")
    assert done.returncode != 0
    assert "the package could not be built: see above" in done.stderr
    assert git(checkout, "tag", "--list") == ""
    assert not (checkout / "dist").exists()
    done = subprocess.run(["make", "package", f"PYTHON={sys.executable}", "WITH=/bin/false"], cwd=checkout, env=clean(),
                          capture_output=True, text=True)  # fmt: skip
    assert "No package:\nWITH=/bin/false: expected a Python that has the packages build and twine" in done.stderr


def test_a_package_of_what_lies_here_needs_no_release(checkout: Path, make: Callable[..., Made]) -> None:
    (checkout / "note").write_text("not committed")
    done = make("package")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("dist/rnncourse-9.8.7-py3-none-any.whl\ndist/rnncourse-9.8.7.tar.gz\n")
    assert git(checkout, "tag", "--list") == ""
