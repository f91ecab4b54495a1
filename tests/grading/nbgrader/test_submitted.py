"""Who handed something in is named, whatever the file is called; platforms' names; sources that say two things."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest

from rnncourse.grading.nbgrader.collector import Extractor
from rnncourse.grading.nbgrader.course import Course
from rnncourse.grading.nbgrader.preprocessors import HideTestsInFeedback
from rnncourse.grading.nbgrader.source import check, points_of
from rnncourse.grading.nbgrader.submitted import LINK, Submission, shown

ASSIGNMENTS = Path(__file__).parents[3] / "assignments"
PLACE = "rnn/rnn.ipynb"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    shutil.copy(ASSIGNMENTS / "nbgrader_config.py", tmp_path)
    shutil.copytree(ASSIGNMENTS / "source", tmp_path / "source")
    return Course(tmp_path)


def notebook(answer: str | None = "def cell(): ...", assignment: str = "rnn", metadata: bool = True) -> bytes:
    """The released notebook, with an answer to the first question or as it is."""
    found = json.loads((ASSIGNMENTS / "source" / assignment / f"{assignment}.ipynb").read_text("utf-8"))
    stubs = {"code": "raise NotImplementedError", "markdown": ""}
    for cell in found["cells"]:
        meta = cell["metadata"].get("nbgrader", {})
        if meta.get("solution"):
            lines = "".join(cell["source"]).split("\n")
            begin, end = (next((i for i, line in enumerate(lines) if m in line), -1) for m in ("BEGIN SOL", "END SOL"))
            indent = lines[begin][: len(lines[begin]) - len(lines[begin].lstrip())]
            stub = 'raise NotImplementedError("not written yet")' if cell["cell_type"] == "code" else stubs["markdown"]
            stub = stub or "*Your answer here.*"
            kept = [*lines[:begin], indent + stub, *lines[end + 1 :]] if begin >= 0 else [stub]
            cell["source"] = "\n".join(kept)
            if answer is not None:
                cell["source"], answer = answer, None
        if not metadata:
            cell["metadata"] = {}
            del cell["id"]
    return json.dumps(found).encode()


def hand_in(course: Course, student: str, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = course.folder / "submitted" / student / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def only(course: Course, assignment: str = "rnn") -> Submission:
    (found,) = course.submissions(assignment)
    return found


MENDED = {
    "rnn/rnn (1).ipynb": "‘rnn (1).ipynb’",
    "rnn/RNN.ipynb": "‘RNN.ipynb’",
    "rnn/rnn.ipynb.txt": "‘rnn.ipynb.txt’",
    "rnn/rnn.ipynb.json": "‘rnn.ipynb.json’",
    "rnn/rnn.IPYNB": "‘rnn.IPYNB’",
    "rnn/rnn": "‘rnn’",
    "rnn/rnn_Smith.ipynb": "‘rnn_Smith.ipynb’",
    "rnn/rnn-Copy1.ipynb": "‘rnn-Copy1.ipynb’",
    "rnn/Übung von Zoë.ipynb": "‘Übung von Zoë.ipynb’",
    "rnn/rnn/rnn.ipynb": "‘rnn/rnn.ipynb’",
    "rnn.ipynb": "‘rnn.ipynb’ from another folder",
    "RNN/rnn.ipynb": "‘RNN/rnn.ipynb’",
    "rnn (1)/rnn/rnn.ipynb": "‘rnn (1)/rnn/rnn.ipynb’",
}


@pytest.mark.parametrize("file", MENDED)
def test_one_notebook_of_another_name_is_taken_and_said(course: Course, file: str) -> None:
    hand_in(
        course, "ada", {file: notebook(), "rnn/notes.pdf": b"%PDF"} if file.startswith("rnn/") else {file: notebook()}
    )
    found = only(course)
    assert (found.student, found.notebook, found.refused) == ("ada", "rnn", "")
    assert found.note == f"{MENDED[file]} was taken for rnn.ipynb."
    assert course.job(found).submitted == notebook()
    assert list(course.submissions("rnn", ["ada"])) == [found]


@pytest.mark.parametrize(
    ("files", "taken", "said"),
    [
        ({PLACE: notebook()}, PLACE, ""),
        ({PLACE: notebook(), "rnn/data.csv": b"1", "rnn/x.zip": b"PK"}, PLACE, ""),
        ({PLACE: notebook(), "rnn/rnn-Copy1.ipynb": notebook()}, PLACE, ""),
        ({PLACE: notebook(), "rnn/rnn-Copy1.ipynb": notebook(None)}, PLACE, ""),
        ({PLACE: notebook(), "rnn/Untitled.ipynb": b'{"cells": []}'}, PLACE, ""),
        ({PLACE: notebook(), "rnn/.ipynb_checkpoints/rnn-checkpoint.ipynb": notebook("other")}, PLACE, ""),
        ({PLACE: notebook(None)}, PLACE, ""),
        ({PLACE: notebook(None), "rnn/a.ipynb": notebook()}, "rnn/a.ipynb", "rnn.ipynb has no answers: ‘a.ipynb’ was"),
        ({PLACE: b"no", "rnn/a.ipynb": notebook()}, "rnn/a.ipynb", "rnn.ipynb cannot be read: no notebook that can"),
        ({PLACE: notebook(), "rnn/a.ipynb": notebook("b")}, PLACE, "rnn.ipynb was graded; ‘a.ipynb’, with other"),
        ({"rnn/a.ipynb": notebook(None), "rnn/b.ipynb": notebook()}, "rnn/b.ipynb", "‘b.ipynb’ was taken for rnn"),
        ({"rnn/a.ipynb": notebook(), "rnn/b.ipynb": notebook()}, "rnn/a.ipynb", "‘a.ipynb’ was taken for rnn.ipynb."),
        ({"rnn/a.ipynb": notebook(None)}, "rnn/a.ipynb", "‘a.ipynb’ was taken for rnn.ipynb."),
        ({"rnn/bptt.ipynb": notebook(assignment="bptt"), PLACE: notebook()}, PLACE, ""),
    ],
)  # fmt: skip
def test_of_several_the_one_with_answers_counts(course: Course, files: dict[str, bytes], taken: str, said: str) -> None:
    hand_in(course, "ada", files)
    found = only(course)
    assert not found.refused
    assert found.path == course.folder / "submitted" / "ada" / taken
    assert found.note.startswith(said)
    assert bool(said) == bool(found.note)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"rnn/rnn.zip": b"PK"}, "expected rnn/rnn.ipynb, found ‘rnn.zip’: an archive, to be unpacked"),
        ({"rnn.zip": b"PK"}, "found ‘rnn.zip’: an archive"),
        ({"rnn/work.pdf": b"%PDF"}, "found ‘work.pdf’: no notebook by its name"),
        ({"rnn/rnn.txt": b"def cell"}, "found ‘rnn.txt’: no notebook that can be read"),
        ({"rnn/rnn (1).ipynb": b"{"}, "found ‘rnn (1).ipynb’: no notebook that can be read"),
        ({"rnn/x.ipynb": notebook(assignment="bptt")}, "found ‘x.ipynb’: a notebook without most of the"),
        ({"rnn/a.ipynb": notebook(), "rnn/b.ipynb": notebook("c")}, "‘a.ipynb’ and ‘b.ipynb’ have different answers"),
        ({PLACE: notebook(None), "rnn/a.ipynb": notebook(), "rnn/b.ipynb": notebook("c")}, "rnn.ipynb has no answers"),
        ({"rnn/<b>\x1b[2J`*x.zip": b""}, "‘?b???2J??x.zip’"),
        ({"rnn/a.zip": b"", "rnn/b.zip": b"", "rnn/c.zip": b"", "rnn/d.zip": b""}, "and 1 more"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_the_reason(course: Course, files: dict[str, bytes], why: str) -> None:
    hand_in(course, "ada", files)
    assert why in only(course).refused


def test_every_folder_and_every_stray_file_is_somebody(course: Course) -> None:
    home = course.folder / "submitted"
    hand_in(course, "ada", {PLACE: notebook()})
    hand_in(course, "else", {"bptt/bptt.ipynb": notebook(assignment="bptt")})
    hand_in(course, "loose", {"bptt.ipynb": notebook(assignment="bptt")})
    hand_in(course, "rnn", {"bob/rnn.ipynb": notebook()})
    (home / "empty" / "rnn").mkdir(parents=True)
    (home / "bare").mkdir()
    (home / ".gitkeep").touch()
    (home / "moodle.zip").touch()
    os.mkfifo(home / "pipe")
    (home / "fifo" / "rnn").mkdir(parents=True)
    os.mkfifo(home / "fifo" / "rnn" / "rnn.ipynb")
    (home / "link").symlink_to(home / "ada")
    (home / "inside" / "rnn").mkdir(parents=True)
    (home / "inside" / "rnn" / "rnn (1).ipynb").symlink_to(home / "ada" / "rnn" / "rnn.ipynb")
    (home / "deep" / "rnn" / "link").mkdir(parents=True)
    (home / "deep" / "rnn" / "link" / "up").symlink_to(home)
    odd = os.fsdecode(b"caf\xe9")
    hand_in(course, odd, {PLACE: notebook()})
    hand_in(course, "\x1b[2J", {PLACE: notebook()})
    found = {each.student: each.refused for each in course.submissions("rnn")}
    aside = "expected STUDENT/rnn/NOTEBOOK.ipynb"
    assert found == {
        "ada": "",
        "rnn": f"the folders are the other way round; {aside}",
        "empty": "nothing is in the folder, or more than 4 folders deep",
        "bare": "nothing is in the folder, or more than 4 folders deep",
        "moodle.zip": f"a file lies in the place of a student's folder; {aside}",
        "pipe": f"a file lies in the place of a student's folder; {aside}",
        "fifo": "something else in the place of a file",
        "link": LINK,
        "inside": "expected rnn/rnn.ipynb, found ‘rnn (1).ipynb’: a link; links are not followed",
        "deep": "expected rnn/rnn.ipynb, found ‘link/up’: a link; links are not followed",
        "caf\\xe9": "the folder's name is not text that can be shown: give it another name",
        "\\x1b[2J": "the folder's name is not text that can be shown: give it another name",
    }
    assert {each.student for each in course.submissions("bptt") if not each.refused} == {"else", "loose"}


def test_a_crowd_of_files_is_not_read(course: Course) -> None:
    hand_in(course, "ada", {f"rnn/{i:05}.ipynb": b"[" for i in range(1000)})
    assert "and 197 more" in only(course).refused
    hand_in(course, "ada", {PLACE: notebook()})
    assert not only(course).refused


def test_notebooks_of_an_assignment_are_told_apart_by_their_answers(course: Course) -> None:
    second = course.folder / "source" / "rnn" / "bptt.ipynb"
    shutil.copy(course.folder / "source" / "bptt" / "bptt.ipynb", second)
    shutil.rmtree(course.folder / "source" / "bptt")
    hand_in(course, "ada", {"rnn/one.ipynb": notebook(), "rnn/two.ipynb": notebook("x", assignment="bptt")})
    hand_in(course, "bob", {"rnn/one.ipynb": notebook(), "rnn/two.pdf": b""})
    hand_in(course, "cem", {"rnn/one.ipynb": notebook(), "rnn/two.zip": b""})
    found = [(each.student, each.notebook, each.path.name) for each in course.submissions("rnn") if not each.refused]
    assert found == [
        ("ada", "bptt", "two.ipynb"), ("ada", "rnn", "one.ipynb"),
        ("bob", "rnn", "one.ipynb"), ("cem", "rnn", "one.ipynb"),
    ]  # fmt: skip
    refused = [(each.student, each.refused) for each in course.submissions("rnn") if each.refused]
    assert refused == [("cem", "expected rnn/bptt.ipynb, found ‘two.zip’: an archive, to be unpacked")]


def test_a_name_that_is_shown_orders_nothing() -> None:
    assert shown("a\x1b]0;x\x07<img src=x>[l](u)\u202e") == "‘a??0?x??img src?x??l?(u)?’"
    assert len(shown("x" * 500)) == 62


# ---------------------------------------------------------------------------------------------------------------------
# Platforms


ARCHIVES = {
    "moodle": (
        {
            "Ada Example_1234567_assignsubmission_file_/rnn.ipynb": "Ada Example/rnn/rnn.ipynb",
            "Bob Groß-Zoë_1234568_assignsubmission_file/rnn (1).ipynb": "Bob Groß-Zoë/rnn/rnn (1).ipynb",
            "Cem Flat_1234569_assignsubmission_file_rnn.ipynb": "Cem Flat/rnn/rnn.ipynb",
            "Dot Deep_1234570_assignsubmission_file_/my/rnn.ipynb": "Dot Deep/rnn/my/rnn.ipynb",
            "Eva Text_1234571_assignsubmission_file_/rnn.ipynb.txt": "Eva Text/rnn/rnn.ipynb.txt",
            "Fay Online_1234572_assignsubmission_onlinetext_/onlinetext.html": "Fay Online/rnn/onlinetext.html",
            "Ada Example_1234599_assignsubmission_file_/rnn.ipynb": "Ada Example 1234599/rnn/rnn.ipynb",
            "Gil Sly_1234573_assignsubmission_file_/Bob_1_assignsubmission_file_rnn.ipynb": (
                "Gil Sly/rnn/Bob_1_assignsubmission_file_rnn.ipynb"
            ),
            "Gil Sly_1234573_assignsubmission_file_/timestamp.txt": "",
            "Participant_1234575_assignsubmission_file_/rnn.ipynb": "Participant 1234575/rnn/rnn.ipynb",
            ".._1234574_assignsubmission_file_/rnn.ipynb": "",
        },
        {},
    ),
    "canvas": (
        {
            "exampleada_12345_678901_rnn.ipynb": "exampleada_12345/rnn/rnn.ipynb",
            "examplebob_LATE_12346_678902_rnn-1.ipynb": "examplebob_12346/rnn/rnn-1.ipynb",
            "examplecem_12347_678903_ada_99_1_rnn.ipynb": "examplecem_12347/rnn/ada_99_1_rnn.ipynb",
        },
        {},
    ),
    "blackboard": (
        {
            "rnn_ada_attempt_2024-03-01-10-00-00_rnn.ipynb": "",
            "rnn_ada_attempt_2024-03-02-10-00-00_rnn.ipynb": "ada/rnn/rnn.ipynb",
            "rnn_ada_attempt_2024-03-02-10-00-00.txt": "",
            "rnn_a_smith_attempt_2024-03-01-10-00-00_rnn.ipynb": "a_smith/rnn/rnn.ipynb",
            "Week 3_bob_attempt_2024-03-01-11-30-00_rnn_bob.ipynb": "bob/rnn/rnn_bob.ipynb",
            "rnn_cem_attempt_2024-03-01-10-00-00_x_attempt_2020-01-01-00-00-00_rnn.ipynb": (
                "cem/rnn/x_attempt_2020-01-01-00-00-00_rnn.ipynb"
            ),
        },
        {"ada": "2024-03-02 10:00:00", "bob": "2024-03-01 11:30:00", "cem": "2024-03-01 10:00:00"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("platform", ARCHIVES)
def test_platforms_archives_are_collected(tmp_path: Path, platform: str) -> None:
    """By `nbgrader zip_collect` itself, in a folder whose name looks like a platform's."""
    files, times = ARCHIVES[platform]
    folder = tmp_path / "nlp_2024_11_course"
    archive = folder / "downloaded" / "rnn" / "archive"
    archive.mkdir(parents=True)
    shutil.copy(ASSIGNMENTS / "nbgrader_config.py", folder)
    (folder / "release" / "rnn").mkdir(parents=True)
    (folder / "release" / "rnn" / "rnn.ipynb").write_bytes(notebook(None))
    with zipfile.ZipFile(archive / f"{platform}.zip", "w") as made:
        for name in files:
            made.writestr(name, name)
    own = os.environ | {name: str(folder / ".jupyter") for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    call = [sys.executable, "-m", "nbgrader", "zip_collect", "rnn"]
    said = subprocess.run(call, cwd=folder, env=own, check=False, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    submitted = folder / "submitted"
    found = [path for path in submitted.rglob("*") if path.is_file() and path.name != "timestamp.txt"]
    assert {str(path.relative_to(submitted)): path.read_text() for path in found} == {
        place: name for name, place in files.items() if place
    }
    stamps = {path.parts[-3]: path.read_text() for path in submitted.rglob("timestamp.txt")}
    assert stamps.items() >= times.items()
    assert bool(stamps) == bool(times)


def test_an_archive_that_cannot_be_unpacked_stops_nobodys_collection(tmp_path: Path) -> None:
    archive, folder = tmp_path / "archive", tmp_path / "extracted"
    archive.mkdir()
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as made:
        made.writestr("rnn.ipynb", notebook())
    with zipfile.ZipFile(archive / "class.zip", "w") as made:
        made.writestr("ada/rnn.ipynb", notebook())
        made.writestr("bob/work.zip", inner.getvalue())
        made.writestr("cut/work.zip", inner.getvalue()[:100])
        made.writestr("none/work.zip", b"no archive")
        made.writestr("tar/work.tar.gz", b"\x1f\x8b no archive")
    found = Extractor()
    found.extract(str(archive), str(folder))
    there = {str(path.relative_to(folder / "class")) for path in folder.rglob("*.ipynb")}
    assert there == {"ada/rnn.ipynb", "bob/work/rnn.ipynb"}
    assert {path.parent.name for path in folder.rglob("work.*") if path.is_file()} == {"bob", "cut", "none", "tar"}


def test_in_the_feedback_a_students_marks_of_hidden_tests_are_text() -> None:
    marked = "kept\n### BEGIN HIDDEN TESTS\nkept too"
    made = [
        cell(marked, grade_id="own", solution=True, grade=False),
        cell(marked, "markdown", grade_id="why", solution=True, grade=True),
        {"cell_type": "code", "metadata": {}, "source": marked},
        cell("seen\n### BEGIN HIDDEN TESTS\nhidden\n### END HIDDEN TESTS", grade_id="t", grade=True, solution=False),
    ]
    made = [each | ({"outputs": []} if each["cell_type"] == "code" else {}) for each in made]
    given = nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made})
    shown, _ = HideTestsInFeedback().preprocess(given, {})
    assert [each.source for each in shown.cells] == [marked, marked, marked, "seen"]


# ---------------------------------------------------------------------------------------------------------------------
# Sources


def cell(source: str, kind: str = "code", **settings: Any) -> dict[str, Any]:
    return {"cell_type": kind, "metadata": {"nbgrader": settings} if settings else {}, "source": source}


def source(*cells: dict[str, Any]) -> str:
    return json.dumps({"cells": cells})


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([cell("assert f", grade=True, points=1)], "x.ipynb, cell 1, 'assert f': .* has no grade_id"),
        ([cell("a"), cell("", locked=True)], "cell 2, '': .* has no grade_id"),
        ([cell("", grade=True, grade_id="t")], "cell 't': points in the metadata: .* got None"),
        ([cell("", grade=True, grade_id="t", points=-1)], "got -1"),
        ([cell("", grade=True, grade_id="t", points=float("nan"))], "got nan"),
        ([cell("", locked=True, grade_id="t"), cell("", solution=True, grade_id="t")], "'t': two cells have this name"),
        ([cell("grade('a.b', f, points=7)", grade=True, grade_id="t", points=10)], "says 10 points, .* up to 7"),
        ([cell("grade('a.b', f, 7, seed=1)", grade=True, grade_id="t", points=6.5)], "says 6.5 points, .* up to 7"),
        ([cell("# Q\n## Q 1 (7 points)", "markdown"), cell("1", grade=True, grade_id="t", points=10)],
         "heading 'Q 1 .*': it promises 7 points, the cells under it have 10"),
        ([cell("# Q (3 points, by a person)", "markdown"), cell("", "markdown", task=True, grade_id="t", points=2)],
         "promises 3 points, the cells under it have 2"),
    ],
)  # fmt: skip
def test_a_source_that_says_two_things_is_refused(cells: list[Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check("x", source(*cells))


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"cells": [1]}', "[" * 100_000])
def test_a_source_that_is_no_notebook_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"x\.ipynb cannot be read as a notebook"):
        check("x", text)


def test_sources_that_fit_are_left_in_peace() -> None:
    for name in ("rnn", "bptt"):
        check(name, (ASSIGNMENTS / "source" / name / f"{name}.ipynb").read_text("utf-8"))
    test = {"grade": True, "grade_id": "t"}
    check("x", source(cell("# All (9 points)\n## One (4 points)", "markdown"),
                      cell("grade(a, f, points=4)", points=4, **test),
                      cell("## Two (no points)\n## Three (4 points each)\n## Four (5 points)", "markdown"),
                      cell("f() > 2", grade=True, grade_id="u", points=3),
                      cell("", "markdown", grade=True, solution=True, grade_id="v", points=2)))  # fmt: skip


@pytest.mark.parametrize(
    ("test", "points"),
    [
        ("grade('a', f, points=3) + checks.grade('b', g, points=4.5, seed=1)", 7.5),
        ("x = 1\ngrade('a', f, points=3)", 3),
        ("grade('a', f, points=n)", None),
        ("grade('a', f)", None),
        ("min(grade('a', f, points=3), 2)", None),
        ("p = grade('a', f, points=3)", None),
        ("%matplotlib inline\ngrade('a', f, points=3)", None),
        ("", None),
    ],
)
def test_points_of_a_test_are_read_where_they_are_plain(test: str, points: float | None) -> None:
    assert points_of(test) == points
