"""One's own notebook with nothing but the wheel: started, graded by its visible tests, and no solution in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions
from traitlets.config import PyFileConfigLoader

import rnncourse
from rnncourse import assignments, cli

ROOT = Path(__file__).parents[2]
SOURCES = assignments.sources(ROOT)
KNOWN = ", ".join(sorted(path.parent.name for path in (ROOT / "assignments").glob("*/*/*.ipynb")))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `pip wheel .` makes of a checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    (copy := folder / "checkout").mkdir()
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in ("rnncourse", "results", "assignments/source", "assignments/practice"):
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", folder, copy], check=True)
    [made] = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """The wheel, unpacked."""
    folder = wheel.parent / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def call(installed: Path, place: Path, *line: str) -> subprocess.CompletedProcess[str]:
    """The command, where there is no checkout."""
    command = [sys.executable, "-c", "import sys; from rnncourse import cli; sys.exit(cli.main(sys.argv[1:]))", *line]
    environment = os.environ | {"PYTHONPATH": str(installed)}
    return subprocess.run(command, cwd=place, capture_output=True, text=True, env=environment)


def answered(name: str, **answers: str) -> dict[str, Any]:
    """The notebook as it is started, with the instructor's answers, or these, by the cells' ids."""
    notebook = assignments.read(name)
    right = {c["id"]: "".join(c["source"]) for c in json.loads(SOURCES[name].read_text(encoding="utf-8"))["cells"]}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = answers.get(cell["id"].replace("-", "_"), right[cell["id"]])
    return notebook


@pytest.mark.parametrize("name", SOURCES)
def test_the_wheel_has_what_nbgrader_releases(name: str, wheel: Path) -> None:
    config = PyFileConfigLoader("nbgrader_config.py", str(ROOT / "assignments")).load_config()
    wanted = nbformat.read(SOURCES[name], as_version=4)
    for kind in (ClearSolutions, ClearHiddenTests, ClearMarkScheme):
        wanted, _ = kind(config=config).preprocess(wanted, {})
    with zipfile.ZipFile(wheel) as archive:
        names = [n for n in archive.namelist() if n.endswith(".ipynb")]
        found = nbformat.reads(archive.read(f"rnncourse/packed/assignments/{name}.ipynb").decode(), as_version=4)
    assert sorted(names) == [f"rnncourse/packed/assignments/{each}.ipynb" for each in sorted(SOURCES)]
    assert [c.source.strip() for c in found.cells] == [c.source.strip() for c in wanted.cells]
    assert [c.metadata for c in found.cells] == [c.metadata for c in wanted.cells]


def test_started_and_not_overwritten(installed: Path, tmp_path: Path) -> None:
    done = call(installed, tmp_path, "start", "rnn", "mine")
    assert done.returncode == 0, done.stderr
    path = tmp_path / "mine" / "rnn.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert "rnncourse grade mine/rnn.ipynb" in done.stdout
    assert not any("../" in cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    path.write_text("mine")
    done = call(installed, tmp_path, "start", "rnn", "mine")
    assert done.returncode == 2
    assert "is there already, and stays as it is" in done.stderr
    assert path.read_text() == "mine"
    done = call(installed, tmp_path, "start", "nonsense")
    assert f"no assignment 'nonsense'; there are {KNOWN}" in done.stderr


@pytest.mark.parametrize("name", SOURCES)
def test_right_answers_have_all_points_and_stubs_none(name: str, installed: Path, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.ipynb"
    assert call(installed, tmp_path, "start", name).returncode == 0
    done = call(installed, tmp_path, "grade", path.name)
    assert done.returncode == 0, done.stderr
    if "source" in SOURCES[name].parts:
        most = "40 of 40 points; 10 more are given by a person."
    else:  # for practice: any points, all of them for functions
        cells = nbformat.read(SOURCES[name], as_version=4).cells
        points = sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in cells)
        most = f"{points:g} of {points:g} points."
    assert f"\n{most.replace(most.split()[0], '0', 1)}\n" in done.stdout
    path.write_text(json.dumps(answered(name)))
    done = call(installed, tmp_path, "grade", path.name)
    assert f"\n{most}\n" in done.stdout, done.stdout
    *_, by, last = done.stdout.splitlines()
    stamp = json.loads(path.read_text())["metadata"].get("rnncourse") or assignments.stamp(assignments.read(name))
    assert by == f"Graded by {assignments.version()}, {name}.ipynb as released {stamp['notebook']}."
    assert "That is no jail: the notebook's code has your rights." in last
    assert "✗" not in done.stdout


def test_a_wrong_answer_gets_the_report_of_check_and_other_seeds(installed: Path, tmp_path: Path) -> None:
    seeds = "import rnncourse.checks as c\nprint('seed', c.grader.get().seed)\ngrade('rnn.cell', cell)"
    wrong = (
        "def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):\n    return np.tanh(x_t @ W_ih.T + h_prev @ W_hh + b_ih + b_hh)"
    )
    notebook = answered("rnn", cell_answer=wrong)
    for cell in notebook["cells"]:
        if cell["id"] == "cell-test":
            cell["source"] = seeds  # the assignment's own test is run, whatever stands here
    path = tmp_path / "rnn.ipynb"
    path.write_text(json.dumps(notebook))
    done = call(installed, tmp_path, "grade", path.name, "--json")
    found = json.loads(done.stdout)
    first = found["items"][0]
    assert 0 < first["points"] < first["most"] == 7
    assert "W_hh" in "\n".join(first["says"])
    assert "seed" not in "\n".join(first["says"])
    assert first["checks"][0]["exercise"] == "rnn.cell"
    assert [item["points"] == item["most"] for item in found["items"][1:]] == [True] * 9  # it counts once


def test_what_is_no_number_earns_nothing_and_an_error_is_told(installed: Path, tmp_path: Path) -> None:
    path = tmp_path / "rnn.ipynb"
    path.write_text(json.dumps(answered("rnn", cell_answer="1 / 0")))
    found = json.loads(call(installed, tmp_path, "grade", path.name, "--json").stdout)
    assert found["items"][0]["points"] == 0
    assert "Your cell: ZeroDivisionError: division by zero" in found["items"][0]["says"]
    assert any("NameError" in text for text in found["items"][0]["says"])


@pytest.mark.parametrize(
    ("answer", "why"),
    [("while True: pass", "It ran for more than 12 s and was stopped"), ("import os\nos._exit(3)", "(status 3)")],
)
def test_a_notebook_that_does_not_come_to_its_end(answer: str, why: str, tmp_path: Path) -> None:
    from rnncourse.grading.visible import grade_visible

    path = tmp_path / "rnn.ipynb"
    path.write_text(json.dumps(answered("rnn", output_answer=answer)))
    report = grade_visible(path, seconds=12.0)
    assert [item.points for item in report.items[2:]] == [0.0] * 8
    [note] = [note for note in report.notes if why in note]
    assert f"in the cell that begins {answer.splitlines()[0]!r}" in note


def test_what_is_no_notebook_of_the_course_is_told(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.ipynb").write_text(json.dumps(answered("rnn")))
    done = call(installed, tmp_path, "grade", "mine.ipynb")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"no assignment 'mine'; there are {KNOWN}" in done.stderr
    (tmp_path / "rnn.ipynb").write_text("no notebook")
    assert "cannot be read as a Jupyter notebook" in call(installed, tmp_path, "grade", "rnn.ipynb").stderr
    assert "no notebook away.ipynb" in call(installed, tmp_path, "grade", "away.ipynb").stderr


def test_a_checkout_starts_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["start", "rnn", str(tmp_path)]) == 0
    assert "open it in Jupyter" in capsys.readouterr().out
    made = json.loads((tmp_path / "rnn.ipynb").read_text(encoding="utf-8"))
    assert made["metadata"].pop("rnncourse")["version"] == rnncourse.__version__
    assert made == assignments.read("rnn")
    assert not any(mark in json.dumps(made) for mark in ("BEGIN", "52361"))


def test_an_archive_of_sources_has_what_the_wheel_is_made_of() -> None:
    lines = (ROOT / "MANIFEST.in").read_text(encoding="utf-8").split()
    assert {"results", "assignments/source"} <= set(lines)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["build-system"]["requires"] == ["setuptools>=77"]  # what the build hook is written for


def test_help_while_learning_needs_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    assert call(installed, tmp_path, "start", "after").returncode == 0
    path = tmp_path / "after.ipynb"
    right = answered("after")
    path.write_text(json.dumps(right | {"cells": right["cells"][: len(right["cells"]) // 2]}))
    done = call(installed, tmp_path, "check", path.name)
    assert done.returncode == 1, done.stderr
    solved = done.stdout.count("✓ after.")
    assert 0 < solved < 7
    assert f"{solved} of 7 exercises solved" in done.stdout
    done = call(installed, tmp_path, "progress")
    assert done.returncode == 0, done.stderr
    assert re.search(rf"^after +{solved} +0 +{7 - solved}$", done.stdout, re.MULTILINE), done.stdout
    assert "Next: after." in done.stdout
