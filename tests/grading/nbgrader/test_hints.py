"""A class of twelve with three mistakes that nobody knows: from the report to a lecturer's hint and the feedback."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.utils import notebook_hash

from rnncourse import cli
from rnncourse.checks import find
from rnncourse.grading.batch.jobs import Journal
from rnncourse.grading.nbgrader import classroom, feedback, hints
from rnncourse.grading.nbgrader.course import Course
from rnncourse.grading.report.analysis import analyse
from rnncourse.grading.submission import job

CONFIG = Path(__file__).parents[3] / "assignments" / "nbgrader_config.py"
CELL = "x_t, h_prev, W_ih, W_hh, b_ih, b_hh"
Z = "x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh"
RIGHT = {
    "cell": f"def cell({CELL}):\n    return np.tanh({Z})",
    "perplexity": "def perplexity(nll_sums, counts):\n    return float(np.exp(nll_sums.sum() / counts.sum()))",
}
MOVED = f"def cell({CELL}):\n    return 0.9 * np.tanh({Z}) + 0.05"
MOVED_TOO = f"def cell({CELL}):\n    e = np.exp(2 * (b_hh + b_ih + h_prev @ W_hh.T + x_t @ W_ih.T))\n"
MOVED_TOO += "    y = (e - 1) / (e + 1)\n    return y - y / 10 + 0.05"
STEEP = f"def cell({CELL}):\n    return np.tanh(1.3 * ({Z}) + 0.1)"
LESS = "def perplexity(nll_sums, counts):\n    return float(np.exp(0.9 * nll_sums.sum() / counts.sum()) - 0.25)"
LESS_TOO = "def perplexity(nll_sums, counts):\n    import math\n    mean = sum(nll_sums) / sum(counts)\n"
LESS_TOO += "    return float(math.e ** (mean - mean / 10) - 1 / 4)"
COUNTS = f"n = 0\ndef cell({CELL}):\n    global n\n    n += 1\n"
CLASS: dict[str, dict[str, str]] = {
    "Ada": {},
    "Bob": {"cell": MOVED},
    "Cem": {"cell": MOVED_TOO},
    "Dora O'Neil": {"cell": MOVED, "perplexity": LESS},
    "Eve": {"cell": STEEP},
    "Fay": {"cell": STEEP},
    "Gus": {"perplexity": LESS_TOO},
    "Hal": {"cell": f"def cell({CELL}):\n    return np.tanh({Z.replace('W_hh.T', 'W_hh')})"},  # a known mistake
    "Ida": {"cell": "def cell(*a):\n    raise ValueError('\\x1b[31m' * 99)"},
    "Jan": {"cell": f"{COUNTS}    return np.full((n % 9, 4), [1e308, np.nan, -np.inf, n][n % 4])"},
    "Kim": {"cell": f"{COUNTS}    return np.zeros(10**6)"},
    "Liv": {"cell": f"{COUNTS}    return h_prev + (n > 3) * np.random.rand(*h_prev.shape)"},  # another one each time
}
HINT = "Which numbers can tanh give, and which come out of your cell?"


def cell(kind: str, name: str, source: str, **settings: Any) -> dict[str, Any]:
    meta = {"schema_version": 3, "grade_id": name, "grade": False, "solution": False, "locked": True, "task": False}
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": {"nbgrader": meta | settings}, "source": source} | code


def notebook(answers: dict[str, str]) -> dict[str, Any]:
    cells = [cell("code", "setup", "import numpy as np\nfrom rnncourse.checks import grade")]
    for name, answer in answers.items():
        cells.append(cell("code", f"{name}-answer", answer, solution=True, locked=False))
        test = f'grade("rnn.{name}", {name}, points=4)'
        cells.append(cell("code", f"{name}-test", test, grade=True, points=4))
    cells.append(cell("markdown", "question", "Because.", grade=True, solution=True, points=2, locked=False))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


@pytest.fixture(scope="module")
def template(jailed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The class has handed in."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copy(CONFIG, folder)
    solved = {name: answer.replace("\n", "\n    ### BEGIN SOLUTION\n", 1) for name, answer in RIGHT.items()}
    source = folder / "source" / "mini" / "mini.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(json.dumps(notebook({n: f"{text}\n    ### END SOLUTION" for n, text in solved.items()})))
    own = os.environ | {name: str(folder / ".jupyter") for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    own["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{own['PATH']}"  # nbgrader calls `alembic`
    call = [sys.executable, "-m", "nbgrader", "generate_assignment", "mini"]
    subprocess.run(call, cwd=folder, env=own, check=True, capture_output=True)
    for student, answers in CLASS.items():
        path = folder / "submitted" / student / "mini" / "mini.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook(RIGHT | answers)))
    yield folder
    for nursery in job._nurseries.values():
        nursery.close()
    job._nurseries.clear()


@pytest.fixture(scope="module")
def graded(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class, graded once."""
    folder = tmp_path_factory.mktemp("graded") / "course"
    shutil.copytree(template, folder)
    assert cli.main(["grade", "mini", "--course", str(folder), "--workers", "1"]) == 0
    return folder


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(graded, tmp_path / "course")
    return tmp_path / "course"


def clusters(folder: Path) -> list[tuple[str, int, str]]:
    found = analyse(classroom.last(Course(folder), "mini")[0])
    return [(each.exercise, each.students, each.student) for each in found.unnamed]


WANTED = [("rnn.cell", 3, "Bob"), ("rnn.cell", 2, "Eve"), ("rnn.perplexity", 2, "Dora O'Neil")]


def test_the_report_puts_those_together_who_have_the_same_numbers(
    graded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "report.html"
    assert cli.main(["report", "mini", "--course", str(graded), "--html", str(page)]) == 0
    said = capsys.readouterr().out
    assert clusters(graded)[:3] == WANTED
    assert all(students == 1 for _, students, _ in clusters(graded)[3:]), "hostile answers are like nobody's"
    assert "  3 students, mini/cell-test, such as Bob/mini\n" in said
    assert re.search(r"\n    -?[\d.e-]+ was expected, -?[\d.e-]+ came: h_t\[0, 0\] with B=", said)
    assert """    rnncourse hint mini rnn.perplexity 'Dora O'"'"'Neil' 'YOUR HINT'\n""" in said
    name = next(each.name for each in find("rnn.cell").mistakes if each.id == "R6")
    assert f"\n   8% (1)  {name}: mini/cell-test\n" in said
    assert "Open answers, to be read in the formgrader: 12." in said
    assert "\x1b" not in said + page.read_text("utf-8")
    shown = page.read_text("utf-8")
    assert "Dora O&#39;Neil" in shown
    assert "Open answers" in shown
    assert cli.main(["report", "mini", "--course", str(graded), "--no-names", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["analysis"]
    assert found["standings"] == []
    assert {each["student"] for each in found["unnamed"]} == {""}
    assert found["waits"] == 12


def test_the_number_of_workers_changes_nothing(template: Path, graded: Path, tmp_path: Path) -> None:
    other = tmp_path / "course"
    shutil.copytree(template, other)
    shutil.copy(graded / ".grading_key", other)
    assert cli.main(["grade", "mini", "--course", str(other), "--workers", "3"]) == 0
    assert clusters(other)[:3] == clusters(graded)[:3]
    one, several = (Journal(folder / ".grading" / "mini.jsonl").read() for folder in (graded, other))
    for key in one:
        if key[0] not in ("Jan", "Liv"):  # these give what they like
            assert one[key]["unnamed"] == several[key]["unnamed"], key
            assert one[key]["scores"] == several[key]["scores"], key


def test_a_journal_stays_small(graded: Path) -> None:
    for entry in Journal(graded / ".grading" / "mini.jsonl").read().values():
        assert len(json.dumps(entry["unnamed"])) < 8000, entry["student"]


def hint(folder: Path, *arguments: str) -> int:
    return cli.main(["hint", "mini", *arguments, "--course", str(folder)])


def test_a_hint_is_told_in_points_and_feedback_of_all_who_need_it(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["report", "mini", "--course", str(course)])
    line = next(line for line in capsys.readouterr().out.splitlines() if "hint mini rnn.cell Bob" in line)
    _, *command = [HINT if word == "YOUR HINT" else word for word in shlex.split(line)]
    assert cli.main([*command, "--name", "tanh moved", "--course", str(course)]) == 0
    said = capsys.readouterr().out
    path = course / "hints" / "rnn.cell-1.json"
    assert said.startswith(f"{path}: what 3 students gave in ")
    assert "rnncourse grade mini --only-changed" in said
    assert not any(student in path.read_text("utf-8") for student in CLASS), "a hint names nobody"

    before = {key[0]: entry["scores"] for key, entry in Journal(course / ".grading" / "mini.jsonl").read().items()}
    assert cli.main(["grade", "mini", "--course", str(course), "--only-changed", "--workers", "1"]) == 0
    assert "  25% (3)  tanh moved: mini/cell-test\n" in capsys.readouterr().out
    assert clusters(course)[:2] == WANTED[1:]
    after = Journal(course / ".grading" / "mini.jsonl").read()
    assert {key[0]: entry["scores"] for key, entry in after.items() if key[0] not in ("Jan", "Liv")} == {
        student: scores for student, scores in before.items() if student not in ("Jan", "Liv")
    }
    told = {key[0] for key, entry in after.items() if "rnn.cell:own1" in entry["mistakes"]["cell-test"]}
    assert told == {"Bob", "Cem", "Dora O'Neil"}
    assert cli.main(["feedback", "mini", "--course", str(course)]) == 0
    pages = {path.parts[-3]: path.read_text("utf-8") for path in course.glob("feedback/*/mini/mini.html")}
    assert pages.keys() == CLASS.keys()
    assert {student for student, page in pages.items() if HINT in page} == told

    # A term later, with another key: other cases for everybody, the same hint.
    (course / ".grading_key").unlink()
    assert cli.main(["grade", "mini", "--course", str(course), "--workers", "1"]) == 0
    again = Journal(course / ".grading" / "mini.jsonl").read()
    assert {key[0] for key, entry in again.items() if "rnn.cell:own1" in entry["mistakes"]["cell-test"]} == told


def test_a_second_hint_for_the_same_numbers_takes_the_place_of_the_first(course: Path) -> None:
    assert hint(course, "rnn.cell", "Bob", "First words.") == 0
    assert hint(course, "rnn.cell", "Cem", "Better words.") == 0
    assert hint(course, "rnn.cell", "Eve", "Other words.") == 0
    found = {path.name: each.hint for path, each in hints.read(course).items()}
    assert found == {"rnn.cell-1.json": "Better words.", "rnn.cell-2.json": "Other words."}
    (course / "hints" / "rnn.cell-1.json").unlink()
    assert hint(course, "rnn.cell", "Bob", "Once more.") == 0
    assert len(hints.read(course)) == 2


def test_what_cannot_be_stored_is_said(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert hint(course, "rnn.cell", "Ada", "Words.") == 2
    assert "Ada has no mistake without a name in rnn.cell; who has: Bob, Cem, " in capsys.readouterr().err
    assert hint(course, "rnn.sell", "Ada", "Words.") == 2
    assert "did you mean 'rnn.cell'?" in capsys.readouterr().err
    assert hint(course, "rnn.cell", "Bob", "YOUR HINT") == 2
    assert "hint: expected your words in the place of 'YOUR HINT'" in capsys.readouterr().err
    assert hint(course, "rnn.cell", "Bob", " ") == 2
    assert "hint: expected 1 to 500 printable characters" in capsys.readouterr().err
    path = course / ".grading" / "mini.jsonl"
    path.write_text(re.sub(r'"code": "\w+"', '"code": "0ld"', path.read_text("utf-8")), encoding="utf-8")
    assert hint(course, "rnn.cell", "Bob", "Words.") == 2
    assert "Bob was graded by another version of rnncourse: grade once more" in capsys.readouterr().err
    assert not (course / "hints").exists()


def test_a_stale_hint_is_left_out_and_one_that_is_none_stops(
    course: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert hint(course, "rnn.cell", "Bob", HINT) == 0
    path = course / "hints" / "rnn.cell-1.json"
    made = json.loads(path.read_text("utf-8"))
    made["right"][0][0][0] += 0.5
    path.write_text(json.dumps(made))
    assert Course(course).specs("mini")["mini"].hints == ()
    assert f"{path} is left out, the exercise's cases have changed since: grade, and give the hint again" in caplog.text
    made["exercise"] = "rnn.cell_of_old"
    path.write_text(json.dumps(made))
    assert Course(course).specs("mini")["mini"].hints == (), "of an exercise that this notebook does not ask for"
    path.write_text("[]")
    assert cli.main(["grade", "mini", "--course", str(course)]) == 2
    assert f"{path}: expected a hint as `rnncourse hint` writes it" in capsys.readouterr().err


# --- feedback


def pages(folder: Path) -> dict[str, int]:
    """When each page was made."""
    return {path.parts[-3]: path.stat().st_mtime_ns for path in folder.glob("feedback/*/mini/mini.html")}


def test_feedback_is_made_of_what_has_changed_and_goes_on_after_an_interruption(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    convert = feedback._Pages.convert_single_notebook

    def interrupted(self: Any, filename: str) -> None:
        if "Dora" in filename:
            raise KeyboardInterrupt
        convert(self, filename)

    with monkeypatch.context() as patched:
        patched.setattr(feedback._Pages, "convert_single_notebook", interrupted)
        assert cli.main(["feedback", "mini", "--course", str(course)]) == 130
    first = pages(course)
    assert first.keys() == {"Ada", "Bob", "Cem"}
    capsys.readouterr()
    assert cli.main(["feedback", "mini", "--course", str(course)]) == 0
    said = capsys.readouterr()
    assert said.out.endswith("feedback: 9 made, 3 as they should be.\n")
    assert "feedback 4 of 12: Dora O'Neil\n" in said.err
    second = pages(course)
    assert second.keys() == CLASS.keys()
    assert all(second[student] == first[student] for student in first)

    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("question", "mini", "mini", "Eve")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.find_comment("question", "mini", "mini", "Fay").manual_comment = "Say why."
        gradebook.db.commit()
    assert cli.main(["feedback", "mini", "--course", str(course)]) == 0
    third = pages(course)
    assert {student for student in third if third[student] != second[student]} == {"Eve", "Fay"}
    assert "Say why." in (course / "feedback" / "Fay" / "mini" / "mini.html").read_text("utf-8")
    (course / "feedback" / "Gus" / "mini" / "mini.html").unlink()
    assert cli.main(["feedback", "mini", "--course", str(course)]) == 0
    assert pages(course).keys() == CLASS.keys()
    assert cli.main(["feedback", "mini", "--course", str(course), "--anew"]) == 0
    assert all(pages(course)[student] != third[student] for student in CLASS)


def test_who_gets_no_feedback_is_named(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (course / "autograded" / "Cem" / "mini" / "mini.ipynb").write_text("{")
    assert cli.main(["feedback", "mini", "--course", str(course)]) == 1
    said = capsys.readouterr()
    assert "11 made, 0 as they should be, 1 could not be made." in said.out
    assert "no feedback: Cem\n" in said.err
    shutil.rmtree(course / "autograded")
    assert cli.main(["feedback", "mini", "--course", str(course)]) == 2
    assert "mini: nothing has been graded yet" in capsys.readouterr().err


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # nbgrader leaves files open
def test_feedback_goes_out_through_the_exchange(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exchange = course.parent / "exchange"
    exchange.mkdir()
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.Exchange.root = {str(exchange)!r}\n")
    for student in ("Ada", "Dora O'Neil"):
        folder = course / "submitted" / student / "mini"
        (folder / "timestamp.txt").write_text("2027-01-01 10:00:00 UTC")
        (folder / "submission_secret.txt").write_text(f"secret of {student}")
    (course / "submitted" / "Bob" / "mini" / "submission_secret.txt").symlink_to("/etc/hostname")
    assert cli.main(["feedback", "mini", "--course", str(course), "--release"]) == 1
    said = capsys.readouterr()
    assert "Released to 2.\n" in said.out
    assert said.err.count("not released: ") == 10
    assert "not released: Bob did not hand in through the exchange\n" in said.err
    released = list((exchange / "rnncourse" / "feedback").iterdir())
    wanted = {notebook_hash(secret=f"secret of {student}", notebook_id="mini") for student in ("Ada", "Dora O'Neil")}
    assert {path.name for path in released} == {f"{name}.html" for name in wanted}
    exchange.rename(course.parent / "gone")
    assert cli.main(["feedback", "mini", "--course", str(course), "--release"]) == 2
    assert "nbgrader's exchange: " in capsys.readouterr().err


def test_one_at_a_time(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with classroom.locked(course):
        assert cli.main(["feedback", "mini", "--course", str(course)]) == 2
    assert "this course is being graded already" in capsys.readouterr().err
