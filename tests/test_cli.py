"""`rnncourse grade`, `report` and `export`: a class in an nbgrader course, runs that are interrupted, one notebook.

`rnncourse check` and `progress`: somebody's own notebooks.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from sqlalchemy.exc import OperationalError

import rnncourse
from rnncourse import assignments, cli
from rnncourse.checks import Report
from rnncourse.grading import visible
from rnncourse.grading.batch import executors, jobs
from rnncourse.grading.batch.jobs import Journal
from rnncourse.grading.nbgrader import classroom, gradebook
from rnncourse.grading.submission import job

ASSIGNMENTS = Path(__file__).parents[1] / "assignments"
RIGHT = {"double": "return 2 * x", "half": "return x / 2"}
TESTS = {
    "double": "assert double(2) == 4\n### BEGIN HIDDEN TESTS\nassert double(5) == 10\n### END HIDDEN TESTS",
    "half": "print('tried')\nfloat(3 * (half(4) == 2)) or 0.5",
}
SLOW = "import time\n    time.sleep(0.4)\n    return 2 * x"
CLASS = {
    "ada": {},
    "bob": {"double": "return 3 * x"},
    "cem": {"half": "raise SystemExit", "double": "import os; os._exit(1)"},
    "dot": {"half": "return x"},
}
SCORES = {"ada": [4, 3], "bob": [0, 3], "cem": [0, 0], "dot": [4, 0.5]}


def cell(kind: str, name: str, source: str, **settings: Any) -> dict[str, Any]:
    meta = {"schema_version": 3, "grade_id": name, "grade": False, "solution": False, "locked": True, "task": False}
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": {"nbgrader": meta | settings}, "source": source} | code


def notebook(answers: dict[str, str]) -> dict[str, Any]:
    cells: list[dict[str, Any]] = []
    for (name, test), points in zip(TESTS.items(), (4, 3), strict=True):
        text = {"cell_type": "markdown", "id": name, "metadata": {}, "source": f"Text\n## The {name} ({points} points)"}
        answer = f"def {name}(x):\n    {answers[name]}"
        cells += [text, cell("code", f"{name}-answer", answer, solution=True, locked=False)]
        cells.append(cell("code", f"{name}-test", test, grade=True, points=points))
    cells.append(cell("markdown", "question", "Why?", grade=True, solution=True, points=2, locked=False))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


def hand_in(course: Path, student: str, **answers: str) -> Path:
    path = course / "submitted" / student / "mini" / "mini.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook(RIGHT | answers)))
    return path


class Direct(Executor):
    """Works in this process, when it is asked to."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@pytest.fixture(scope="module")
def template(jailed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A course with a released assignment."""
    folder = tmp_path_factory.mktemp("template")
    shutil.copy(ASSIGNMENTS / "nbgrader_config.py", folder)
    source = folder / "source" / "mini" / "mini.ipynb"
    source.parent.mkdir(parents=True)
    solved = {name: f"### BEGIN SOLUTION\n    {answer}\n    ### END SOLUTION" for name, answer in RIGHT.items()}
    source.write_text(json.dumps(notebook(solved)))
    assert nbgrader(folder, "generate_assignment", "mini").returncode == 0
    yield folder
    for nursery in job._nurseries.values():
        nursery.close()
    job._nurseries.clear()


@pytest.fixture
def course(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A class of four, graded in this process."""
    monkeypatch.setattr(executors, "processes", lambda n: Direct)
    folder = tmp_path / "course"
    shutil.copytree(template, folder)
    for student, answers in CLASS.items():
        hand_in(folder, student, **answers)
    return folder


def grade(course: Path, *options: str) -> int:
    return cli.main(["grade", "mini", "--course", str(course), *options])


def scores(course: Path) -> dict[str, list[float | None]]:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as found:
        return {
            submission.student.id: [g.auto_score for n in submission.notebooks for g in sorted(n.grades, key=by_name)][
                :2
            ]
            for submission in found.assignment_submissions("mini")
        }


def by_name(found: Any) -> str:
    return str(found.cell.name)


def journal(course: Path) -> dict[str, dict[str, Any]]:
    found = Journal(course / ".grading" / "mini.jsonl").read()
    return {student: entry for (student, _), entry in found.items()}


def made(course: Path) -> dict[str, tuple[str, float]]:
    """What changes when a submission is graded again: the run that did it, and how long it took."""
    return {student: (entry["run"], entry["seconds"]) for student, entry in journal(course).items()}


# --- a class


def test_a_class_is_graded_summarised_and_reported(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = course / "report.html"
    assert grade(course, "--report", str(page)) == 0
    out, err = capsys.readouterr()
    assert scores(course) == SCORES
    assert "4 students" in out
    assert "mini/double-test" in out
    assert re.search(r"graded 2 of 4, \d+ a minute, \d stopped\n", err)
    assert re.search(r"graded 4 of 4, \d+ a minute, 1 stopped\n", err)
    assert "mini/double-test" in page.read_text("utf-8") or "double-test" in page.read_text("utf-8")
    assert {path.name for path in (course / ".grading").iterdir()} == {"lock", "mini.jsonl", "mini-mini.model.json"}
    assert (course / ".grading").stat().st_mode & 0o077 == 0

    assert cli.main(["report", "mini", "--course", str(course)]) == 0
    again = capsys.readouterr()
    assert (again.out, again.err) == (out, "")


def test_json_is_one_document(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade(course, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["assignment"] == "mini"
    assert found["not_graded"] == []
    assert found["analysis"]["students"] == 4
    assert {entry["student"]: list(entry["scores"].values()) for entry in found["results"]} == SCORES
    assert not [entry for entry in found["results"] if "notebook" in entry]
    assert cli.main(["report", "mini", "--course", str(course), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == found


def test_a_second_run_grades_all_again_or_what_has_changed(course: Path) -> None:
    assert grade(course) == 0
    first = made(course)
    assert grade(course) == 0
    second = made(course)
    assert all(first[student] != second[student] for student in CLASS)

    hand_in(course, "bob")
    hand_in(course, "eve")
    assert grade(course, "--only-changed") == 0
    third = made(course)
    assert {student for student in third if third[student] != second.get(student)} == {"bob", "eve"}
    assert scores(course) == SCORES | {"bob": [4, 3], "eve": [4, 3]}


def test_what_the_gradebook_has_lost_is_graded_again(course: Path, template: Path) -> None:
    assert grade(course) == 0
    shutil.copy(template / "gradebook.db", course)
    first = made(course)
    assert grade(course, "--only-changed") == 0
    assert all(made(course)[student] != first[student] for student in CLASS)
    assert scores(course) == SCORES


def test_another_limit_grades_all_again(course: Path) -> None:
    assert grade(course) == 0
    first = made(course)
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("\nc.Grading.cell = 29\n")
    assert grade(course, "--only-changed") == 0
    assert all(made(course)[student] != first[student] for student in CLASS)


def test_some_students_alone(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade(course, "--student", "ada", "--student", "cem") == 0
    assert scores(course) == {student: SCORES[student] for student in ("ada", "cem")}
    assert cli.main(["grade", "--student", "dot", "mini", "--course", str(course)]) == 0
    assert set(journal(course)) == {"ada", "cem", "dot"}
    assert grade(course, "--student", "ada", "--student", "eva") == 2
    assert "nothing was handed in by eva" in capsys.readouterr().err


def test_what_cannot_be_graded_is_named_and_stops_nothing(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = course / "submitted" / "bob" / "mini" / "mini.ipynb"
    path.unlink()
    path.symlink_to(course / "source" / "mini" / "mini.ipynb")
    (course / "submitted" / "cem" / "mini" / "mini.ipynb").write_text("no notebook")
    assert grade(course) == 1
    err = capsys.readouterr().err
    assert "not graded: bob, mini: what was handed in is a link" in err
    assert "not graded: cem, mini: The file cannot be read as a Jupyter notebook" in err
    assert "graded 2 of 4, 2 not graded" in err
    assert scores(course) == {"ada": [4, 3], "cem": [0, 0], "dot": [4, 0.5]}
    assert grade(course, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert [entry["student"] for entry in found["not_graded"]] == ["bob", "cem"]
    path.unlink()
    hand_in(course, "bob")
    hand_in(course, "cem")
    assert grade(course, "--only-changed") == 0
    assert scores(course)["bob"] == [4, 3]


def test_a_student_who_is_unknown_stops_nobody(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("\nc.Autograde.create_student = False\n")
    with Gradebook(f"sqlite:///{course}/gradebook.db") as found:
        for student in ("ada", "cem", "dot"):
            found.add_student(student)
    assert grade(course) == 1
    assert "not graded: bob, mini: the gradebook has no student 'bob'" in capsys.readouterr().err
    assert scores(course) == {student: SCORES[student] for student in ("ada", "cem", "dot")}


def test_a_release_bears_its_stamp_which_a_students_copy_keeps(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, made = (json.loads((course / where / "mini" / "mini.ipynb").read_text()) for where in ("source", "release"))
    stamp = assignments.stamp(assignments.release(source))
    assert made["metadata"]["rnncourse"] == stamp
    for student, release in {"ada": stamp, "bob": stamp | {"version": "0.0.9"}}.items():
        path = course / "submitted" / student / "mini" / "mini.ipynb"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"metadata": {"rnncourse": release}}))
    assert grade(course) == 0
    said = capsys.readouterr().out
    assert f"Graded by rnncourse {stamp['version']} (code " in said
    assert "Other release 1: 1 × worked with rnncourse 0.0.9\n  bob/mini" in said
    assert {student: entry["released"] for student, entry in journal(course).items() if entry["released"]} == {
        "bob": ["worked with rnncourse 0.0.9"]
    }


def nbgrader(course: Path, *order: str) -> subprocess.CompletedProcess[str]:
    """As a lecturer calls it, in the course's folder."""
    own = os.environ | {name: str(course / ".jupyter") for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    own["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{own['PATH']}"  # nbgrader calls `alembic`
    call = [sys.executable, "-m", "nbgrader", *order]
    return subprocess.run(call, cwd=course, env=own, capture_output=True, text=True)


def test_a_course_stays_with_a_version(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what `rnncourse --version` says, or with the number alone; what another package graded can be read."""
    config = course / "nbgrader_config.py"
    before = config.read_text()

    def stay_with(version: str) -> None:
        config.write_text(f"{before}\nc.Grading.version = {version!r}\n")

    with pytest.raises(SystemExit):
        cli.main(["--version"])
    said = capsys.readouterr().out.strip()
    number, code = rnncourse.__version__, assignments.code()[:8]
    assert said == f"rnncourse {number} (code {code})"
    for version in (said, number, f"rnncourse {number}"):
        stay_with(version)
        assert grade(course, "--student", "ada") == 0
    capsys.readouterr()
    first = journal(course)
    other = "0" * 8 if code != "0" * 8 else "1" * 8
    for version in ("0.0.9", f"{number}.1", f"rnncourse {number} (code {other})", f"rnncourse 0.0.9 (code {code})"):
        stay_with(version)
        assert grade(course, "--only-changed") == 2
        error = capsys.readouterr().err
        assert f"this course stays with {version} (c.Grading.version in nbgrader_config.py)" in error
        assert f"and {said} is installed: install that one again" in error
        assert cli.main(["grade", str(course / "source" / "mini" / "mini.ipynb")]) == 2
        assert "this course stays with" in capsys.readouterr().err
        assert journal(course) == first
    assert cli.main(["report", "mini", "--course", str(course)]) == 0
    assert cli.main(["export", "mini", "--course", str(course), "--output", str(course / "x.csv")]) == 1  # unread
    for wrong in ("latest", "0.1 (code)", ">=0.1"):
        stay_with(wrong)
        assert grade(course) == 2
        assert "c.Grading.version: expected what `rnncourse --version` says, such as" in capsys.readouterr().err
    stay_with("0.0.9")
    shutil.rmtree(course / "release")
    for order in (["generate_assignment", "mini"], ["autograde", "mini", "--student", "bob"]):
        done = nbgrader(course, *order)
        assert done.returncode == 1
        assert "this course stays with 0.0.9" in done.stderr
    assert not [*(course / "release").rglob("*.ipynb")]
    assert scores(course).keys() == {"ada"}


def test_an_assignment_changed_since_its_release_is_said_before_it_is_graded(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = course / "source" / "mini" / "mini.ipynb"
    source.write_text(source.read_text().replace("half-test", "other-test"))
    assert grade(course) == 2
    assert "`nbgrader generate_assignment --force mini` makes the gradebook fit" in capsys.readouterr().err
    source.write_text(source.read_text().replace("other-test", "half-test"))
    shutil.copy(source, source.with_name("second.ipynb"))
    assert grade(course) == 2
    assert "'second' is not as it was released" in capsys.readouterr().err
    assert not journal(course)
    source.with_name("second.ipynb").unlink()
    assert grade(course) == 0
    source.write_text(source.read_text().replace("half-test", "other-test"))
    capsys.readouterr()
    assert grade(course) == 2
    assert "put the source back as it was" in capsys.readouterr().err


def test_two_at_a_time_are_one_too_many(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade(course, "--student", "ada") == 0
    with (course / ".grading" / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert grade(course) == 2
    assert f"is being graded already, by process {os.getpid()} on" in capsys.readouterr().err
    assert scores(course).keys() == {"ada"}


def test_away_from_a_terminal_every_tenth_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with cli.Progress() as progress:
        for done in range(1001):
            stopped = ["it took too long"] if done % 5 == 1 else []
            progress(done, 1000, {"stopped": stopped, "unreadable": "a link" * (done == 1)} if done else None)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10
    assert re.fullmatch(r"graded 299 of 1000, 1 not graded, \d+ a minute, 60 stopped", lines[2])


# --- files of another name, and nobody left out


def test_whoever_handed_something_in_is_graded_or_named_alike_in_all(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = course / "submitted"
    (home / "bob" / "mini" / "mini.ipynb").rename(home / "bob" / "mini" / "mini (1).ipynb")
    (home / "cem" / "mini" / "mini.ipynb").rename(home / "cem" / "mini.ipynb")
    (home / "dot" / "mini" / "mini.ipynb").rename(home / "dot" / "mini" / "mini_dot.zip")
    (home / "eve\x1b[2J" / "mini").mkdir(parents=True)
    odd = home / os.fsdecode(b"fay\xe9") / "mini"
    odd.mkdir(parents=True)
    shutil.copy(home / "ada" / "mini" / "mini.ipynb", odd)
    page = course / "report.html"
    assert grade(course, "--report", str(page)) == 1
    out, err = capsys.readouterr()
    named = {
        "dot": "expected mini/mini.ipynb, found ‘mini_dot.zip’: an archive, to be unpacked",
        "eve\\x1b[2J": "the folder's name is not text",
        "fay\\xe9": "the folder's name is not text",
    }
    assert "6 students, 6 submissions, 3 of them not graded." in out
    assert "graded 3 of 6, 3 not graded" in err
    assert "\x1b" not in out + err + page.read_text("utf-8")
    for student, why in named.items():
        assert f"not graded: {student}, mini: {why}" in err
        assert student in page.read_text("utf-8")
        assert why in page.read_text("utf-8").replace("&#39;", "'")
    assert scores(course) == {student: SCORES[student] for student in ("ada", "bob", "cem")}
    note = "‘mini (1).ipynb’ was taken for mini.ipynb."
    assert journal(course)["bob"]["mended"] == [note]
    assert f"*{note}*" in (course / "autograded" / "bob" / "mini" / "mini.ipynb").read_text("utf-8")
    assert f"1 × {note}" in out

    assert grade(course, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert {entry["student"] for entry in found["not_graded"]} == named.keys()
    assert len(found["analysis"]["unreadable"]) == 3
    assert cli.main(["report", "mini", "--course", str(course)]) == 0
    assert "not graded: dot, mini: expected mini/mini.ipynb" in capsys.readouterr().err
    assert cli.main(["report", "mini", "--course", str(course), "--no-names"]) == 0
    assert "dot, mini" not in capsys.readouterr().err

    first = made(course)
    hand_in(course, "dot", **CLASS["dot"])
    (home / "bob" / "mini" / "mini (1).ipynb").rename(home / "bob" / "mini" / "mini.ipynb")
    assert grade(course, "--only-changed", "--student", "dot", "--student", "bob", "--student", "ada") == 0
    assert {student for student, run in made(course).items() if run != first[student]} == {"bob", "dot"}
    assert journal(course)["bob"]["mended"] == []


def test_what_a_student_did_not_hand_in_any_more_is_forgotten(course: Path) -> None:
    (course / "submitted" / "bob" / "mini" / "mini.ipynb").unlink()
    assert grade(course) == 1
    assert journal(course)["bob"]["unreadable"] == "nothing is in the folder, or more than 4 folders deep"
    hand_in(course, "bob")
    assert grade(course, "--student", "bob") == 0
    assert not journal(course)["bob"]["unreadable"]


# --- what only changes in the gradebook


def penalty(course: Path, student: str) -> float | None:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as found:
        taken: float | None = found.find_submission_notebook("mini", "mini", student).late_submission_penalty
        return taken


def test_dates_and_penalties_that_change_are_seen_without_grading_again(course: Path) -> None:
    """By `--only-changed`: due date, extension, time stamp, method, points that a person gave."""
    (course / "submitted" / "ada" / "mini" / "timestamp.txt").write_text("2026-01-03 00:00:00 UTC")
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    with Gradebook(f"sqlite:///{course}/gradebook.db") as found:
        found.update_or_create_assignment("mini", duedate="2026-01-02 00:00:00 UTC")
    assert grade(course) == 0
    first = made(course)
    assert (penalty(course, "ada"), penalty(course, "bob")) == (7, None)

    def again(**due: str) -> float | None:
        with Gradebook(f"sqlite:///{course}/gradebook.db") as found:
            found.update_or_create_assignment("mini", **due)
        assert grade(course, "--only-changed") == 0
        assert made(course) == first
        return penalty(course, "ada")

    assert again(duedate="2026-01-04 00:00:00 UTC") is None
    assert again(duedate="2026-01-02 00:00:00 UTC") == 7
    with Gradebook(f"sqlite:///{course}/gradebook.db") as found:
        found.find_grade("question", "mini", "mini", "ada").manual_score = 2
        found.db.commit()
    assert again() == 9
    with Gradebook(f"sqlite:///{course}/gradebook.db") as found:
        found.grant_extension("mini", "ada", days=3)
    assert again() is None
    with Gradebook(f"sqlite:///{course}/gradebook.db") as found:
        found.grant_extension("mini", "ada", minutes=1)
    assert again() == 9
    (course / "submitted" / "ada" / "mini" / "timestamp.txt").write_text("2026-01-01 00:00:00 UTC")
    assert again() is None
    (course / "submitted" / "ada" / "mini" / "timestamp.txt").write_text("2026-01-03 00:00:00 UTC")
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("\nc.LateSubmissionPlugin.penalty_method = 'none'\n")
    assert again() is None
    assert scores(course) == SCORES


def test_more_time_for_a_student_before_or_after_handing_in(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as found:
        found.update_or_create_assignment("mini", duedate="2026-01-02 00:00:00 UTC")
        found.add_student("eva")
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    for student in ("ada", "bob"):
        (course / "submitted" / student / "mini" / "timestamp.txt").write_text("2026-01-03 00:00:00 UTC")

    def extend(*order: str) -> tuple[int, str]:
        status = cli.main(["extend", "mini", *order, "--course", str(course)])
        said = capsys.readouterr()
        return status, said.out + said.err

    status, said = extend("bob", "1.5")
    assert status == 0
    assert "mini, bob: 1.5 days more, late after 2026-01-03 12:00 UTC\n`rnncourse grade mini --only-changed`" in said
    assert extend("eva", "3")[0] == 0
    assert grade(course) == 0
    assert {student: penalty(course, student) for student in ("ada", "bob")} == {"ada": 7, "bob": None}
    for days, expected in (("1", None), ("0.5", 7), ("1", None), ("0", 7)):
        assert extend("ada", days)[0] == 0
        assert grade(course, "--only-changed") == 0
        assert penalty(course, "ada") == expected, days
    capsys.readouterr()
    output = course / "points.csv"
    export = ["export", "mini", "--course", str(course), "--unfinished", "--output", str(output)]
    assert cli.main(export) == 0
    assert "4 grades; 1 handed nothing in." in capsys.readouterr().out  # eva, who has more time alone
    assert "eva" not in output.read_text()
    hand_in(course, "eva", half="return 0")
    assert grade(course, "--only-changed") == 0
    assert cli.main(export) == 0
    assert "eva,,,,4.5,9,0,yes" in output.read_text()
    before = scores(course)
    for order, why in {
        ("abo", "1"): "nobody called 'abo' is in the gradebook or has handed in mini (did you mean 'bob'?): "
        "`nbgrader db student add abo` puts somebody there",
        ("ada", "nan"): "days: expected a number from 0 to 3660, got nan",
        ("ada", "4000"): "got 4000",
        ("ada", "-1"): "got -1",
    }.items():
        status, said = extend(*order)
        assert (status, why in said) == (2, True), said
    assert cli.main(["extend", "maxi", "ada", "1", "--course", str(course)]) == 2
    assert "the gradebook has no assignment 'maxi'" in capsys.readouterr().err
    assert scores(course) == before


def test_a_graded_notebook_that_is_lost_is_made_again(course: Path) -> None:
    assert grade(course) == 0
    first = made(course)
    shutil.rmtree(course / "autograded" / "bob")
    assert grade(course, "--only-changed") == 0
    assert {student for student, run in made(course).items() if run != first[student]} == {"bob"}
    assert (course / "autograded" / "bob" / "mini" / "mini.ipynb").is_file()


def test_points_that_say_two_things_are_refused(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = course / "source" / "mini" / "mini.ipynb"
    found = json.loads(source.read_text())
    test = next(each for each in found["cells"] if each["id"] == "double-test")
    test["metadata"]["nbgrader"]["points"] = 5
    source.write_text(json.dumps(found))
    assert grade(course) == 2
    assert "heading 'The double (4 points)': it promises 4 points, the cells under it have 5" in capsys.readouterr().err
    source.write_text(json.dumps(found).replace("(4 points)", "(5 points)"))
    assert grade(course) == 2
    said = capsys.readouterr().err
    assert "'double-test' has 5 points, in the gradebook 4: `nbgrader generate_assignment --force mini` makes" in said
    test["source"] = 'grade("rnn.cell", double, points=4)'
    source.write_text(json.dumps(found).replace("(4 points)", "(5 points)"))
    assert grade(course) == 2
    assert "'double-test': the metadata says 5 points, its grade(…, points=…) gives up to 4" in capsys.readouterr().err
    assert cli.main(["grade", str(source)]) == 2
    assert "'double-test': the metadata says 5 points" in capsys.readouterr().err
    call = [sys.executable, "-m", "nbgrader", "generate_assignment", "mini", "--force"]
    said = subprocess.run(call, cwd=course, check=False, capture_output=True, text=True).stderr
    assert "'double-test': the metadata says 5 points, its grade(…, points=…) gives up to 4: make them equal" in said
    assert not (course / "release" / "mini" / "mini.ipynb").exists()


# --- interrupted


def interrupt_after(n: int, how: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Something happens while the n-th result is written."""
    write, count = gradebook.Writer.write, 0

    def counting(*arguments: Any) -> None:
        nonlocal count
        count += 1
        if count == n:
            how()
        write(*arguments)

    monkeypatch.setattr(gradebook.Writer, "write", counting)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_goes_on(
    course: Path, number: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = signal.getsignal(number)
    with monkeypatch.context() as patch:
        interrupt_after(2, lambda: os.kill(os.getpid(), number), patch)
        assert grade(course) == 130
    assert signal.getsignal(number) is handler
    err = capsys.readouterr().err
    assert "interrupted. 2 of 4 submissions are graded, and stay so." in err
    assert err.endswith(f"\n  rnncourse grade mini --course {course}\n")
    first = made(course)
    assert len(first) == 2
    assert scores(course) == {student: SCORES[student] for student in first}
    assert cli.main(["report", "mini", "--course", str(course)]) == 0
    assert "interrupted" in capsys.readouterr().err

    kept, changed = first
    assert grade(course, "--student", changed) == 0  # between the two, of its own
    second = made(course)
    assert second[changed] != first[changed]
    assert grade(course) == 0
    assert made(course)[kept] == first[kept]
    assert made(course)[changed] != second[changed]
    assert scores(course) == SCORES
    third = made(course)
    assert grade(course) == 0
    assert all(made(course)[student] != third[student] for student in CLASS)


def test_a_cluster_that_is_lost_is_an_interruption(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Lost(Direct):
        count = 0

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            self.count += 1
            if self.count < 3:
                return super().submit(fn, *args, **kwargs)
            future: Future[Any] = Future()
            future.set_exception(executors.ClusterError("the scheduler is gone"))
            return future

    monkeypatch.setattr(executors, "dask", lambda address, jailed: Lost)
    monkeypatch.setattr(cli, "AT_THE_CLUSTER", 1)
    assert grade(course, "--cluster", "tcp://host:8786") == 130
    assert "the scheduler is gone. 2 of 4 submissions are graded" in capsys.readouterr().err
    assert len(scores(course)) == 2


def lost() -> None:
    raise OperationalError("INSERT", {}, Exception("server closed the connection"))


def full() -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(("how", "said"), [(lost, "server closed the connection"), (full, "No space left on device")])
@pytest.mark.parametrize("where", [(gradebook.Writer, "flush"), (Journal, "add")])
def test_a_lost_database_or_a_full_disk_loses_no_result(
    course: Path,
    how: Callable[[], None],
    said: str,
    where: tuple[type, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(classroom, "MOST_UNSAVED", 1)
    with monkeypatch.context() as patch:
        works, count = getattr(*where), 0

        def failing(*arguments: Any) -> None:
            nonlocal count
            count += 1
            works(*arguments) if count == 1 else how()

        patch.setattr(*where, failing)
        assert grade(course) == 130
    err = capsys.readouterr().err
    assert said in err
    assert "1 of 4 submissions are graded" in err
    first = made(course)
    assert len(first) == 1
    assert grade(course) == 0
    assert scores(course) == SCORES
    assert made(course).items() >= first.items()


def test_killed_in_the_middle_and_gone_on_with(course: Path) -> None:
    """By SIGKILL, then by SIGINT, as from a terminal: to all processes. The gradebook is that of a run in one go.

    Nobody waits for what the workers have in hand: in the second run one has something that does not end.
    """
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("\nc.Grading.cell = c.Grading.test = c.Grading.total = 1000\n")
    slow = [f"slow{i}" for i in range(6)]
    for student in slow:
        hand_in(course, student, double=SLOW)
    done: dict[str, tuple[str, float]] = {}
    for number, workers, status in ((signal.SIGKILL, 1, -signal.SIGKILL), (signal.SIGINT, 2, 130)):
        call = [
            sys.executable,
            "-m",
            "rnncourse.cli",
            "grade",
            "mini",
            "--course",
            str(course),
            "--workers",
            str(workers),
        ]
        process = subprocess.Popen(
            call, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        while process.poll() is None and len(journal(course)) == len(done):
            time.sleep(0.02)
        if number == signal.SIGKILL:
            process.send_signal(number)
        else:
            os.killpg(process.pid, number)
        try:
            _, err = process.communicate(timeout=60)
        finally:
            process.kill()
        assert process.returncode == status, err
        assert "Traceback" not in err
        now = made(course)
        assert len(done) < len(now) <= len(CLASS) + len(slow)
        assert now.items() >= done.items()
        done = now
        hand_in(course, "aaron", double="import time; time.sleep(1000)" if workers == 1 else RIGHT["double"])
    assert grade(course) == 0
    assert made(course).items() >= done.items()  # nothing was graded twice
    assert scores(course) == SCORES | {student: [4, 3] for student in (*slow, "aaron")}


# --- the instructor's own notebook fails


def test_where_the_instructors_own_answers_fail_nobody_is_graded_and_it_is_said_once(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = course / "source" / "mini" / "mini.ipynb"
    whole = source.read_text()
    broken = json.loads(whole)
    broken["cells"].insert(0, cell("code", "setup", "import numpy as np\ndata = np.loadtxt('data.csv')", locked=True))
    source.write_text(json.dumps(broken))
    assert grade(course) == 2
    out, err = capsys.readouterr()
    assert out == ""
    said = "rnncourse: mini.ipynb of the source cannot grade anybody: your cell 'setup' ends with FileNotFoundError"
    assert err.startswith(said)
    assert err.count("setup") == 1
    assert not (course / ".grading" / "mini.jsonl").exists()
    source.write_text(whole)
    assert grade(course) == 0, "and when it is mended, nothing of it is left"


def test_what_students_can_set_is_told_and_fails_nobody(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = course / "source" / "mini" / "mini.ipynb"
    changed = json.loads(source.read_text())
    at = next(i for i, c in enumerate(changed["cells"]) if c["id"] == "double-test")
    changed["cells"][at]["source"] = "assert got == double(2) == 4"
    changed["cells"].insert(at, cell("code", "got", "got = double(2)", locked=True))
    source.write_text(json.dumps(changed))
    assert grade(course) == 0
    out, err = capsys.readouterr()
    assert "Look at your own notebook:\n  a test uses `got`, which your cell 'got' makes of what students write" in out
    assert "not graded: " not in err
    assert scores(course)["ada"][0] == 4


# --- no jail


@pytest.mark.parametrize("what", ["mini", "mini.ipynb"])
def test_without_a_jail_nothing_is_graded_but_as_unsafe(
    course: Path, what: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(course))
    monkeypatch.setattr(job, "_nurseries", {})
    monkeypatch.chdir(course)
    shutil.copy(hand_in(course, "ada"), course)
    assert cli.main(["grade", what]) == 2
    err = capsys.readouterr().err
    assert "bubblewrap is missing" in err
    assert "--unsafe grades without a jail" in err
    assert scores(course) == {}
    assert cli.main(["grade", what, "--unsafe"]) == 0
    out, err = capsys.readouterr()
    assert "students' code runs without a jail, with your rights" in err
    assert scores(course) == (SCORES if what == "mini" else {})
    assert "students" in out or "7 of 7 points" in out
    for nursery in job._nurseries.values():
        nursery.close()


def test_windows_is_sent_to_its_linux(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delattr(os, "fork")
    assert cli.main(["grade", "mini", "--unsafe"]) == 2
    assert "install WSL" in capsys.readouterr().err


# --- one notebook


def test_one_notebook_says_what_its_tests_say_and_nothing_hidden(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = hand_in(course, "bob", double="return 3 * x\n1 / 0", half="return x")
    digest = hashlib.sha256((course / "source" / "mini" / "mini.ipynb").read_bytes()).hexdigest()[:8]
    assert cli.main(["grade", str(path)]) == 0
    out, err = capsys.readouterr()
    assert not err
    assert out == (
        "✗   0 of 4  The double\n"
        "    Your cell: ZeroDivisionError: division by zero\n"
        "    AssertionError\n"
        "\n"
        "✗ 0.5 of 3  The half\n"
        "    tried\n"
        "\n"
        "0.5 of 7 points; 2 more are given by a person.\n"
        f"Graded by {assignments.version()}, mini.ipynb {digest}.\n"
    )
    assert scores(course) == {}

    alone = tmp_path / "mine.ipynb"
    alone.write_text(json.dumps(notebook(RIGHT)))
    assert cli.main(["grade", str(alone)]) == 2
    assert "no instructor's notebook is called mine.ipynb: name it with --source" in capsys.readouterr().err
    source = course / "source" / "mini" / "mini.ipynb"
    assert cli.main(["grade", str(alone), "--source", str(source), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["points"], found["most"], found["by_a_person"]) == (7, 7, 2)
    assert [item["title"] for item in found["items"]] == ["The double", "The half"]
    lonely = tmp_path / "elsewhere" / "a" / "b" / "lonely.ipynb"
    lonely.parent.mkdir(parents=True)
    shutil.copy(source, lonely)
    assert cli.main(["grade", str(alone), "--source", str(lonely)]) == 0
    assert "7 of 7 points" in capsys.readouterr().out


@pytest.mark.usefixtures("jailed")
def test_hints_of_the_courses_own_exercises_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("torch")
    found = json.loads((ASSIGNMENTS / "source" / "rnn" / "rnn.ipynb").read_text("utf-8"))
    for each in found["cells"]:
        if each["id"] == "cell-answer":
            each["source"] = "def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):\n    return np.tanh(x_t @ W_ih.T)"
    path = tmp_path / "rnn.ipynb"
    path.write_text(json.dumps(found))
    assert cli.main(["grade", str(path)]) == 0
    out = capsys.readouterr().out
    assert re.search(r"✗ +0 of 7  1 · One step: `cell`\n    ✗ rnn.cell: no points yet.\n    • ", out)
    assert re.search(r"✓ +3 of 3  4 · How wrong: `cross_entropy`\n", out)
    assert "of 40 points; 10 more are given by a person." in out
    assert "52361" not in out  # the hidden seed
    assert cli.main(["grade", str(path), "--json"]) == 0
    items = json.loads(capsys.readouterr().out)["items"]
    reports = [Report.from_json(one) for item in items for one in item["checks"] if one["exercise"] == "rnn.cell"]
    assert reports
    for report in reports:
        assert str(report) in "\n".join(text for item in items for text in item["says"])
        assert report.seed is None  # whoever knew it would know the cases


def test_ones_own_notebook_writes_nothing(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a checkout that is somebody else's."""
    source = course / "source" / "mini" / "mini.ipynb"
    before = sorted(course.rglob("*"))
    assert cli.main(["grade", str(source)]) == 0
    assert "7 of 7 points" in capsys.readouterr().out
    assert sorted(course.rglob("*")) == before
    assert not (course / ".grading_key").exists()


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp1252"])
@pytest.mark.parametrize("what", ["mini", "own", "json", "help"])
def test_a_terminal_that_lacks_characters_gets_others(
    course: Path, encoding: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (course / "submitted" / "bob").rename(course / "submitted" / "Жук Zoë")
    path = course / "submitted" / "dot" / "mini" / "mini.ipynb"
    path.rename(path.with_name("mini (Кот).ipynb"))
    own = hand_in(course.parent, "me", half="return x")
    streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2)]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    lines = {"own": [str(own), "--source", str(course / "source" / "mini" / "mini.ipynb")], "help": ["--help"]}
    line = lines.get(what, ["mini", "--course", str(course), *(["--json"] if what == "json" else [])])
    if what == "help":
        with pytest.raises(SystemExit, match="0"):
            cli.main(["grade", *line])
    else:
        assert cli.main(["grade", *line]) == 0
    for stream in streams:
        stream.flush()
    said, _ = (stream.buffer.getvalue().decode(encoding) for stream in streams)  # type: ignore[attr-defined]
    if what == "own":
        assert said.startswith("+   4 of 4  The double\nx 0.5 of 3  The half\n")
    elif what == "json":
        assert {entry["student"] for entry in json.loads(said)["results"]} >= {"Жук Zoë"}
    elif what == "mini":
        assert "4 students, 4 submissions." in said
        assert "1 x" in said or "1 ×" in said


# --- usage


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("grade", "required: ASSIGNMENT|NOTEBOOK.ipynb"),
        ("grade x.ipynb --course y", "--course is for a class"),
        ("grade x.ipynb --only-changed", "--only-changed is for a class"),
        ("grade mini --source x.ipynb", "--source is for one notebook"),
        ("grade mini --workers 0", "--workers: expected a number from 1"),
        ("grade mini --workers 2 --cluster tcp://h:1", "no --cluster"),
        ("grade mini --report nowhere/r.html", "expected a file in a folder that is there"),
        ("grade mini --student ada bob", "unrecognized arguments: bob; --student takes one name: repeat it for each"),
        ("grade --student ada bob mini", "unrecognized arguments: mini; --student takes one name"),
        ("grade mini --nonsense", "unrecognized arguments: --nonsense\n"),
    ],
)
def test_wrong_usage_is_said(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as status:
        cli.main(line.split())
    assert status.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("grade x.ipynb", "no notebook x.ipynb"),
        ("grade mini", "no nbgrader_config.py in"),
        ("grade nini --course {course}", "no assignment 'nini' in"),
        ("report nini --course {course}", "nini: nothing has been graded yet"),
        ("grade mini --course {course} --cluster tcp://127.0.0.1:1", "no Dask scheduler answers at tcp://127.0.0.1:1"),
    ],
)
def test_what_is_not_there_is_said(
    course: Path,
    tmp_path: Path,
    line: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(executors, "ANSWER_WITHIN", 0.1)
    assert cli.main([part.format(course=course) for part in line.split()]) == 2
    err = capsys.readouterr().err
    assert err.startswith("rnncourse: ")
    assert said in err


def test_a_class_without_submissions_is_said(template: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade(template) == 2
    assert "mini: nothing was handed in by anybody" in capsys.readouterr().err


BROKEN = {
    "config": ("nbgrader_config.py", "c = 1 / 0", r"nbgrader_config\.py, line 1: ZeroDivisionError: division by zero"),
    "syntax": ("nbgrader_config.py", "c = (", r"nbgrader_config\.py.*: SyntaxError: "),
    "limit": ("nbgrader_config.py", "c.Grading.cell = 'x'", r"nbgrader_config\.py: TraitError: The 'cell' trait"),
    "gradebook": ("gradebook.db", "text", r"gradebook\.db cannot be read: DatabaseError: file is not a database$"),
    "new": ("gradebook.db", "", r"gradebook\.db is new: `nbgrader generate_assignment --force mini` fills it$"),
    "source": ("source/mini/mini.ipynb", "{", r"mini\.ipynb cannot be read as a notebook"),
    "name": ("source/mini/mini.ipynb", '{"cells": [{"cell_type": "code", "source": "assert 1", "metadata": '
             '{"nbgrader": {"grade": true, "points": 1}}}]}', r"cell 1, 'assert 1': .*it has no grade_id"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_said_in_a_line(course: Path, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    file, text, said = BROKEN[what]
    path = course / file
    path.write_text((path.read_text() + "\n" if what == "limit" else "") + text)
    assert grade(course) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert re.search(said, line)


def test_a_gradebook_of_another_version_is_said(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(course / "gradebook.db") as connection:
        connection.execute("ALTER TABLE assignment RENAME COLUMN duedate TO due")
    connection.close()
    assert grade(course) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("is of another version of nbgrader: back it up, then `nbgrader db upgrade`")


def test_on_a_terminal_there_is_a_bar(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert grade(course) == 0
    err = capsys.readouterr().err
    assert "grading: 100%" in err
    assert "4 graded, 1 stopped" in err
    assert "4/4" in err


# --- one's own notebooks, while learning

LEARNT = "def bits_per_character(nll):\n    return nll / np.log(2)"
WRONG = "def perplexity(nll):\n    return np.log(nll)"


def own_notebook(path: Path, *sources: str) -> Path:
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}))
    return path


SETTING = "import numpy as np\nfrom rnncourse.checks import check"
CHECKED = (SETTING, LEARNT, 'check("rnn.bits_per_character", bits_per_character)')


def test_check_says_parts_and_hints_and_its_exit_status_whether_all_is_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = own_notebook(tmp_path / "mine.ipynb", *CHECKED)
    assert cli.main(["check", str(path)]) == 0
    assert capsys.readouterr() == ("✓ rnn.bits_per_character: all 2 parts are right.\n", "")
    own_notebook(path, *CHECKED, WRONG, 'check("rnn.perplexity", perplexity)')
    assert cli.main(["check", str(path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [each["state"] for each in found["exercises"]] == ["solved", "begun"]
    assert Report.from_json(found["exercises"][1]["report"]).exercise == "rnn.perplexity"
    assert cli.main(["check", str(path), "--exercise", "bits_per_character"]) == 0
    assert "perplexity" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["{away}"], "no notebook"),
        (["{plain}"], "has no exercise: expected a cell such as check"),
        (["{broken}"], "cannot be read as a Jupyter notebook"),
        (["{folder}"], "no notebook"),
    ],
)
def test_check_says_what_cannot_be_checked(
    options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own_notebook(tmp_path / "plain.ipynb", "x = 1")
    (tmp_path / "broken.ipynb").write_text("text")
    places = {name: str(tmp_path / f"{name}.ipynb") for name in ("away", "plain", "broken")} | {"folder": str(tmp_path)}
    assert cli.main(["check", *(option.format(**places) for option in options)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert said in line


@pytest.mark.parametrize("options", [["--hint", "0"], ["--hint", "x"], ["--seconds", "0"], ["--seconds", "nan"]])
def test_check_refuses_numbers_that_make_no_sense(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["check", "mine.ipynb", *options])
    assert f"argument {options[0]}" in capsys.readouterr().err


def test_progress_says_where_all_stands_and_names_what_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own_notebook(tmp_path / "mine.ipynb", *CHECKED)
    assert cli.main(["progress", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert re.search(r"^rnn +1 +0 +9$", out, re.MULTILINE)
    assert out.splitlines()[-1].startswith("Next: rnn.cell. rnncourse start rnn")
    assert err == f"checking 1 of 1: {tmp_path / 'mine.ipynb'}\n"
    (tmp_path / "broken.ipynb").write_text("text")
    assert cli.main(["progress", str(tmp_path), "--json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["chapters"][1]["solved"] == 1
    assert err.startswith(f"{tmp_path / 'broken.ipynb'}: ")  # the other was not run again
    assert cli.main(["progress", str(tmp_path / "away")]) == 2
    assert "expected a folder with notebooks" in capsys.readouterr().err

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    from rnncourse.grading import progress

    monkeypatch.setattr(progress, "examine", interrupted)
    assert cli.main(["progress", str(tmp_path), "--anew"]) == 130


def test_progress_shows_a_bar_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with cli.Bar("checking") as bar:
        for n, name in enumerate(("a.ipynb", "b.ipynb", "")):
            bar(n, 2, name)
    err = capsys.readouterr().err
    assert "b.ipynb" in err
    assert "2/2" in err


ORDERS = "\x1b]0;title\x07\x1b[2J\x9b2J\u202egnp.exe\u2066\r"


def orders(text: str) -> set[str]:
    """Characters that order a terminal about, or turn its direction."""
    return {c for c in text if not c.isprintable() and c not in "\n\t"}


def test_what_a_notebook_says_is_for_a_terminal_and_of_a_length(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / f"{os.fsdecode(bytes([0xE9]))}{ORDERS}"
    folder.mkdir()
    long = f"({ORDERS!a} + 'A' * 10**7)"
    fails = f"print({long})\nraise type({long}[:60], (Exception,), {{}})({long})"
    path = own_notebook(folder / "mine.ipynb", SETTING, f"def bits_per_character(nll): return 0\n{fails}", CHECKED[-1])
    for call in (["check", str(path)], ["progress", str(tmp_path)], ["check", str(folder / "away.ipynb")]):
        assert cli.main(call) == (0 if call[0] == "progress" else 2 if "away" in call[1] else 1)
        out, err = capsys.readouterr()
        assert not orders(out + err), call
        assert len(out + err) < 20_000
    kept = next((tmp_path / ".rnncourse").glob("*.json")).read_text("utf-8")
    assert len(kept) < 20_000
    cli.main(["progress", str(tmp_path), "--json"])
    out, err = capsys.readouterr()
    assert json.loads(out)["notebooks"] == [str(path)]
    assert not orders(out + err)


def test_nothing_is_printed_for_ever(capsys: pytest.CaptureFixture[str]) -> None:
    cli._say(ORDERS + "✓ Ünïcode\xa0here\n\tA" + "A" * 10**7)
    out = capsys.readouterr().out
    assert not orders(out)
    assert "✓ Ünïcode here\n\tA" in out
    assert len(out) < 2 * cli.MOST_SAID


def test_of_what_a_cell_says_only_so_much_is_kept() -> None:
    said = {"error": "E" * 10**6, "says": ["a" * 10**6] * 10**3, "points": 0.0, "checks": []}
    found = visible._cut(said)
    assert len(json.dumps(found)) < 2 * visible.MOST * visible.MOST_PIECES
    assert found["error"].endswith("more characters")
    assert visible._cut(found | {"error": "x", "says": ["y"]}) == found | {"error": "x", "says": ["y"]}


def test_what_a_class_hands_in_is_for_a_terminal_and_of_a_length(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(course / "submitted")
    text = f"{ORDERS!a} + 'A' * 10**6"
    own = f"class Word:\n    def __repr__(self): return {text}\n    __str__ = __repr__\nprint({text})\n"
    raised = f"raise type({text}[:80], (ValueError,), {{}})({text})"
    hand_in(course, "eve", double=f"{raised}\n{own}raise ValueError({text})")
    hand_in(course, "fay", double=f"import sys; sys.stdout.write({text}); return {text}", half=f"return {text}")
    real = job.grade

    def work(student: str, *more: Any) -> bytes:
        if student == "gil":
            raise ValueError(ORDERS + "A" * 10**7)
        return real(student, *more)

    monkeypatch.setattr(classroom, "run", functools.partial(jobs.run, work=work))
    hand_in(course, "gil")
    page = course / "report.html"
    grade(course, "--report", str(page))
    out, err = capsys.readouterr()
    assert not orders(out + err + page.read_text("utf-8"))
    assert len(out + err) < 20_000
    assert len(page.read_text("utf-8")) < 100_000
    assert "not graded: gil, mini: ValueError" in err
    kept = (course / ".grading/mini.jsonl").read_text("utf-8")
    assert not orders(kept)
    assert len(kept) < 50_000
    cli.main(["report", "mini", "--course", str(course), "--json"])
    assert len(capsys.readouterr().out) < 100_000
    for student in ("eve", "fay"):
        text = (course / "autograded" / student / "mini/mini.ipynb").read_text("utf-8")
        outputs = json.dumps([c.get("outputs") for c in json.loads(text)["cells"]], ensure_ascii=False)
        assert not orders(outputs)
        assert len(outputs) < 200_000


# --- points for a learning platform


@pytest.fixture
def marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course whose gradebook has points, as a grading writes them, and answers that wait for a person."""
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text("c = get_config()\n")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")  # nbgrader's alembic
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy's about nbgrader's code
        with Gradebook(f"sqlite:///{folder}/gradebook.db") as book:
            book.add_assignment("mini")
            book.add_notebook("mini", "mini")
            book.add_grade_cell("test", "mini", "mini", max_score=9, cell_type="code")
            for student, points in SCORES.items():
                book.add_student(student)
                book.add_submission("mini", student)
                found = book.find_grade("test", "mini", "mini", student)
                found.auto_score, found.needs_manual_grade = sum(points), True
            book.db.commit()
    return folder


def test_export_writes_what_was_graded_and_names_who_is_left_out(
    marked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    here = ["--course", str(marked)]
    assert cli.main(["export", "mini", *here]) == 1
    out, err = capsys.readouterr()
    assert out == "mini.csv: 0 grades; 4 left out.\n"
    assert [line.split(":")[1].strip() for line in err.splitlines()] == [*SCORES]
    assert cli.main(["export", "mini", *here, "--unfinished"]) == 0
    lines = (tmp_path / "mini.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["student", *SCORES]
    assert [float(line.split(",")[4]) for line in lines[1:]] == [sum(points) for points in SCORES.values()]
    sheet = "Identifier,Email address,Status,Grade,Maximum Grade,Last modified (grade)\nParticipant 1,ada,,,9.00,-\n"
    (tmp_path / "sheet.csv").write_text(sheet)
    fill = ["export", "mini", *here, "--for", "moodle", "--template", "sheet.csv", "--unfinished"]
    capsys.readouterr()
    assert cli.main(fill) == 1
    out, err = capsys.readouterr()
    assert out.startswith("mini-moodle.csv: 1 grades")
    assert [line.split(":")[1].strip() for line in err.splitlines()] == ["bob", "cem", "dot"]
    assert (tmp_path / "mini-moodle.csv").read_text() == sheet.replace("ada,,,", "ada,,7,")
    assert cli.main([*fill, "--column", "Points"]) == 2
    assert cli.main(["export", "other", *here]) == 2
    assert "has no assignment 'other'" in capsys.readouterr().err


def test_export_names_students_for_a_terminal(
    marked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy's about nbgrader's code
        with Gradebook(f"sqlite:///{marked}/gradebook.db") as book:
            book.add_student(f"e{ORDERS}", first_name=ORDERS, last_name=ORDERS)
            book.add_submission("mini", f"e{ORDERS}")
            found = book.find_grade("test", "mini", "mini", f"e{ORDERS}")
            found.auto_score, found.needs_manual_grade = 1, True
            book.db.commit()
    head = "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (grade)\n"
    (tmp_path / "sheet.csv").write_text(f'{head}Participant 1,"{ORDERS[:-1]}",ada,,,9.00,-\n')
    for more in ([], ["--unfinished"], ["--for", "moodle", "--template", "sheet.csv", "--unfinished"]):
        cli.main(["export", "mini", "--course", str(marked), *more])
        out, err = capsys.readouterr()
        assert not orders(out + err), more
    assert not orders((tmp_path / "mini.csv").read_text("utf-8"))


@pytest.mark.parametrize("options", [["--for", "canvas"], ["--template", "a.csv"], ["--scale"], ["--column", "x"]])
def test_export_says_which_options_go_together(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["export", "mini", *options])
    assert "go" in capsys.readouterr().err
