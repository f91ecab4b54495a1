"""The structure that docs/design.md promises, read from the tree itself."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from rnncourse.chapters import chapters

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CHAPTERS = [chapter.name for chapter in chapters(ROOT)]
# Chapters whose pages are still to be written, and a module beside one of them.
SYSTEMS = [*CHAPTERS, "sequences", "gradients", "lstm_gru", "bidirectional", "seq2seq", "irregular", "hopfield", "ntm"]
SYSTEMS += ["reservoir", "liquid", "narx", "mingru"]
# What a module of the package may import of the package itself, by its first folder or name.
ARROWS = {
    "_arrays": set(),
    "rnn": {"_arrays"},
    "bptt": {"_arrays", "rnn"},
    "turing": set(),
    "conventions": {"_arrays", "conventions", "lstm_gru", "rnn"},
    "kernels": {"_arrays", "kernels"},
    "nn": {"kernels", "nn", "_arrays"},
    "checks": {"_arrays", "checks", *CHAPTERS},
    "data": {"_arrays", "data"},
    "training": {"_arrays"},
    "plots": {"_arrays"},
    "grading": {"checks", "grading"},
    "sequences": {"_arrays", "rnn"},
    "gradients": {"_arrays", "rnn", "bptt"},
    "lstm_gru": {"_arrays"},
    "hopfield": {"_arrays"},
    "bidirectional": {"_arrays", "bptt", "rnn"},
    "seq2seq": {"_arrays", "bptt", "rnn"},
    "irregular": {"_arrays", "bptt", "lstm_gru", "rnn"},
    "ntm": {"_arrays", "lstm_gru", "rnn"},
    "narx": {"_arrays"},
    "reservoir": {"_arrays"},
    "liquid": {"_arrays"},
    "mingru": {"_arrays", "lstm_gru"},
    "experiments": {"_arrays", "conventions", "data", "experiments", "kernels", "nn", "training", "turing", *SYSTEMS},
}


def imported(module: Path) -> set[str]:
    """What a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def imports(module: Path) -> set[str]:
    """Names of this package's modules that a file imports."""
    return {name.split(".")[1] for name in imported(module) if name.startswith("rnncourse.")}


@pytest.mark.parametrize("place", sorted(ARROWS))
def test_arrows_point_one_way(place: str) -> None:
    modules = [ROOT / "rnncourse" / f"{place}.py", *(ROOT / "rnncourse" / place).rglob("*.py")]
    found = [module for module in modules if module.exists()]
    assert found, f"rnncourse/{place} is not there: mend ARROWS"
    for module in found:
        assert imports(module) <= ARROWS[place], module


# The same in the rooms of grading, by trust: none imports one that may trust more.
ROOMS = {
    "wall": set(),
    "jail": {"wall"},
    "submission": {"jail", "wall"},
    "batch": {"jail", "submission"},
    "nbgrader": {"batch", "jail", "submission"},
    "report": set(),
}


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_arrows_of_grading_point_one_way(room: str) -> None:
    found = list((ROOT / "rnncourse" / "grading" / room).glob("*.py"))
    assert found
    for module in found:
        others = {name.split(".")[2] for name in imported(module) if name.startswith("rnncourse.grading.")}
        assert others <= ROOMS[room] | {room}, module


def test_importing_the_package_needs_numpy_alone() -> None:
    """The reading version and the checks run where nothing else is installed."""
    heavy = ["torch", "matplotlib", "scipy", "sklearn", "statsmodels", "pandas", "hmmlearn", "pooch", "faker", "tqdm"]
    heavy += ["nbgrader", "IPython", "threadpoolctl", "markdown_it"]
    block = f"import sys\nfor name in {heavy}: sys.modules[name] = None\n"
    modules = [*SYSTEMS, "checks", "cli", "conventions", "data", "training", "turing"]
    modules += [f"kernels.{path.stem}" for path in (ROOT / "rnncourse" / "kernels").glob("[a-z]*.py")]
    code = block + "\n".join(f"import rnncourse.{module}" for module in modules)
    subprocess.run([sys.executable, "-c", code], check=True)


def direct_dependencies() -> set[str]:
    extras = [name for names in PROJECT["optional-dependencies"].values() for name in names]
    names = {re.match(r"[A-Za-z0-9_-]+", d).group().lower() for d in PROJECT["dependencies"] + extras}  # type: ignore[union-attr]
    return names - {"rnncourse"}


def test_every_dependency_is_pinned_and_explained() -> None:
    pins = re.findall(r"^([a-z0-9_.-]+)==", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    explained = re.findall(r"^\| ([\w ,.-]+) \|", (ROOT / "docs/design.md").read_text(encoding="utf-8"), re.MULTILINE)
    reasons = {name.strip().lower() for names in explained for name in names.split(",")}
    assert direct_dependencies() - set(pins) == set(), "run `make lock`"
    assert direct_dependencies() - reasons == set(), "docs/design.md says why each dependency is there"


def test_version_is_said_once() -> None:
    import rnncourse

    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == rnncourse.__version__
    assert f"## {rnncourse.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("notebook", sorted((ROOT / "assignments" / "source").rglob("*.ipynb")), ids=lambda p: p.stem)
def test_notebooks_carry_no_outputs(notebook: Path) -> None:
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        assert not cell.get("outputs"), cell["id"]
        assert not cell.get("execution_count"), cell["id"]
