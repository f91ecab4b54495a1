"""Make a release of what is committed: ``make release VERSION=0.2.0``. Nothing leaves this machine.

Whatever stands in the way is said, all at once, before anything is built. Then a wheel and an archive of sources are
built into ``dist/``, ``twine check --strict`` reads them, and the commit gets the tag ``v0.2.0``, with the changelog's
section as its message. Runs with nothing but the standard library; `build` and `twine` come into an environment of
their own, ``_build/release``, or are those of another Python: ``make release VERSION=0.2.0 WITH=/path/to/python``.

Without a version, as `make package` calls it, what lies here is built and read, and nothing is tagged.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VERSION = re.compile(r"\d+\.\d+\.\d+((a|b|rc)\d+)?")
LOOK = "import build, twine; assert build.__file__ and twine.__file__"  # no folder of that name will do
TOOLS = ["build>=1.2", "twine>=6.1"]  # twine reads the metadata that today's setuptools writes from 6.1 on


class ReleaseError(Exception):
    """What stands in the way, in sentences."""


def read(name: str) -> str:
    """A file of the checkout; one that is not there is empty."""
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def git(*order: str) -> str:
    """What git says. Raises ReleaseError where it fails."""
    try:
        done = subprocess.run(["git", *order], cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        raise ReleaseError("git is missing: a release is made in a checkout") from None
    if done.returncode:
        raise ReleaseError(f"git {order[0]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def version_of_the_package() -> str:
    """`__version__`, the one place of it; pyproject.toml takes it from there."""
    for node in ast.parse(read("rnncourse/__init__.py")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__version__":
            return str(ast.literal_eval(node.value))
    raise ReleaseError("rnncourse/__init__.py has no __version__")


def section_of_the_changelog(version: str) -> tuple[str, str]:
    """The title behind a version in CHANGELOG.md, such as ``(2027-01-31)``, and what stands below it."""
    found = re.search(rf"^## {re.escape(version)}\b(?!\.)(.*)\n((?:(?!## ).*\n?)*)", read("CHANGELOG.md"), re.MULTILINE)
    return (found[1].strip(), found[2].strip()) if found else ("", "")


def problems(version: str) -> list[str]:
    """What stands in the way of a release of this version."""
    if not VERSION.fullmatch(version):
        return [f"VERSION: expected three numbers, such as 0.2.0 or 0.2.0rc1, got {version!r}"]
    found = []
    changed = git("status", "--porcelain").splitlines()
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        files = ", ".join(line[3:] for line in changed[:3])
        found.append(f"not committed: {files}{more}. What is released is a commit")
    if git("tag", "--list", f"v{version}").strip():
        found.append(f"the tag v{version} is there: a version is released once")
    if (ours := version_of_the_package()) != version:
        found.append(f"rnncourse/__init__.py: __version__ is {ours!r}, and {version!r} is to be released")
    project = tomllib.loads(read("pyproject.toml"))
    stated = project.get("tool", {}).get("setuptools", {}).get("dynamic", {}).get("version")
    if "version" in project.get("project", {}) or stated != {"attr": "rnncourse.__version__"}:
        found.append("pyproject.toml: the version stands in one place, rnncourse.__version__; take it from there")
    title, text = section_of_the_changelog(version)
    date = re.fullmatch(r"\((\d{4}-\d\d-\d\d)\)", title)
    if not text:
        found.append(f"CHANGELOG.md has no section '## {version} (YYYY-MM-DD)' with what has changed")
    elif date is None:
        found.append(f"CHANGELOG.md: expected '## {version} (YYYY-MM-DD)', got '## {version} {title}'")
    citation = dict(re.findall(r"^(version|date-released): *\"?([^\"\s]+)\"?$", read("CITATION.cff"), re.MULTILINE))
    if citation.get("version") != version:
        found.append(f"CITATION.cff: version is {citation.get('version')}, expected {version}")
    if date is not None and citation.get("date-released") != date[1]:
        found.append(f"CITATION.cff: date-released is {citation.get('date-released')}, the changelog says {date[1]}")
    return found


def python_with_tools() -> str:
    """A Python that has `build` and `twine`: the one that was named, or one of its own, made at first."""
    if named := os.environ.get("WITH"):
        if subprocess.run([named, "-c", LOOK], capture_output=True).returncode:
            raise ReleaseError(f"WITH={named}: expected a Python that has the packages build and twine")
        return named
    home = ROOT / "_build" / "release"
    python = str(home / ("Scripts" if os.name == "nt" else "bin") / "python")
    if Path(python).is_file() and not subprocess.run([python, "-c", LOOK], capture_output=True).returncode:
        return python
    print(f"installing {' and '.join(TOOLS)} into {home.relative_to(ROOT)}", flush=True)
    venv.create(home, clear=True, with_pip=True)
    order = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *TOOLS]
    if subprocess.run(order).returncode:
        raise ReleaseError("build and twine could not be installed: see above. With a Python that has them: WITH=…")
    return python


def package(version: str) -> list[Path]:
    """Build the wheel, from the archive of sources as others would, and the archive; have twine read both."""
    python = python_with_tools()
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run([python, "-m", "build", "--outdir", folder, str(ROOT)]).returncode:
            raise ReleaseError("the package could not be built: see above")
        made = sorted(Path(folder).iterdir())
        expected = [f"rnncourse-{version}-py3-none-any.whl", f"rnncourse-{version}.tar.gz"]
        if [path.name for path in made] != expected:
            raise ReleaseError(f"expected {' and '.join(expected)}, got {', '.join(path.name for path in made)}")
        if subprocess.run([python, "-m", "twine", "check", "--strict", *map(str, made)]).returncode:
            raise ReleaseError("twine check refuses the package: see above")
        home = ROOT / "dist"
        home.mkdir(exist_ok=True)
        return [Path(shutil.copy(path, home)) for path in made]


def release(version: str) -> None:
    """Look, build, read, tag. Raises ReleaseError."""
    if found := problems(version):
        raise ReleaseError("\n".join(f"- {each}" for each in found))
    commit = git("rev-parse", "HEAD").strip()
    made = package(version)
    if git("status", "--porcelain") or git("rev-parse", "HEAD").strip() != commit:
        raise ReleaseError("the checkout changed while it was built: nothing is tagged")
    _, text = section_of_the_changelog(version)
    said = f"rnncourse {version}\n\n{text}\n"
    git("tag", "--annotate", "--cleanup=verbatim", "--message", said, f"v{version}", commit)
    files = " ".join(str(path.relative_to(ROOT)) for path in made)
    print(f"v{version} is tagged here, and nowhere else. To publish it:")
    print(f"  git push origin v{version}\n  twine upload {files}")


def main(arguments: list[str]) -> int:
    """The exit status: 1 where something stands in the way."""
    try:
        if not arguments:
            made = package(version_of_the_package())
            print("\n".join(str(path.relative_to(ROOT)) for path in made))
        else:
            release(arguments[0])
    except ReleaseError as error:
        print(f"No {'release' if arguments else 'package'}:\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
