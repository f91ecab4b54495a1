"""The writer's rows and files are those of stock nbgrader, on SQLite and on PostgreSQL; the hook's are the writer's."""

from __future__ import annotations

import copy
import gc
import os
import shutil
import stat
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader import api, coursedir
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import create_engine, select
from sqlalchemy.exc import IntegrityError
from traitlets.config import Config

from rnncourse.grading.nbgrader import gradebook
from rnncourse.grading.nbgrader.classroom import locked
from rnncourse.grading.nbgrader.course import Course
from rnncourse.grading.nbgrader.gradebook import GradebookError, Writer
from rnncourse.grading.submission import job
from rnncourse.grading.submission.job import Result

pytestmark = pytest.mark.usefixtures("jailed")

CONFIG = """
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
from rnncourse.grading.nbgrader.exporter import GradingExporter
c = get_config()
c.CourseDirectory.course_id = "mini"
c.LateSubmissionPlugin.penalty_method = "zero"
c.Grading.cell = 5
c.Grading.memory = 256
c.Autograde.exporter_class = GradingExporter
c.Autograde.sanitize_preprocessors = []
c.Autograde.autograde_preprocessors = [SaveAutoGrades, AssignLatePenalties]
"""
STUB, RIGHT = "### BEGIN SOLUTION\n", "def double(x):\n    return 2 * x\n### END SOLUTION"
SOURCE: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
    "first": [
        ("setup", "import numpy as np", {}),
        ("double", STUB + RIGHT, {"solution": True}),
        ("double-test", "### BEGIN HIDDEN TESTS\nassert double(2) == 4\n### END HIDDEN TESTS", {"points": 2}),
        ("part-test", "1.5 if double(3) == 6 else 0.5", {"points": 3}),
        ("easy-test", "print('whatever was handed in')", {"points": 1}),
        ("why", STUB + "Because.\n### END SOLUTION", {"solution": True, "points": 5, "cell_type": "markdown"}),
        ("draw", "Draw it.", {"task": True, "points": 4, "cell_type": "markdown"}),
    ],
    "second": [
        ("half", STUB + "half = 0.5\n### END SOLUTION", {"solution": True}),
        ("half-test", "assert half == 0.5", {"points": 1}),
    ],
}


def notebook(name: str) -> Any:
    cells = []
    for grade_id, source, given in SOURCE[name]:
        made = {"grade": "points" in given and "task" not in given, "solution": False, "task": False, "locked": False}
        kind = given.get("cell_type", "code")
        locked = "solution" not in given
        meta = made | given | {"grade_id": grade_id, "schema_version": 3, "cell_type": kind, "locked": locked}
        new = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
        cells.append(new(source, id=grade_id, metadata={"nbgrader": meta}))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def nbgrader(folder: Path, config: Any, *order: str, db_url: str = "") -> dict[str, Any]:
    """What nbgrader's server does when a button is pressed."""
    config = copy.deepcopy(config)
    config.CourseDirectory.root = str(folder)
    if db_url:
        config.CourseDirectory.db_url = db_url
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy's about nbgrader's code, nbclient's
        app = NbGraderAPI(CourseDirectory(config=config), config=config)
        said: dict[str, Any] = getattr(app, order[0])(*order[1:])
    return said


def done(said: dict[str, Any]) -> None:
    assert said["success"], said


def hand_in(folder: Path, student: str, answers: dict[str, str], names: tuple[str, ...], when: str = "") -> None:
    for name in names:
        made = nbformat.read(folder / "release" / "mini" / f"{name}.ipynb", as_version=4)
        for cell in made.cells:
            cell.source = answers.get(cell.id, cell.source)
        home = folder / "submitted" / student / "mini"
        home.mkdir(parents=True, exist_ok=True)
        nbformat.write(made, home / f"{name}.ipynb")
    if when:
        home.joinpath("timestamp.txt").write_text(when)


@pytest.fixture(scope="module", autouse=True)
def path_to_alembic() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:  # nbgrader calls it by name
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        yield


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with submissions; each test works in a copy of it."""
    folder = tmp_path_factory.mktemp("mini")
    folder.joinpath("nbgrader_config.py").write_text(CONFIG)
    source = folder / "source" / "mini"
    source.mkdir(parents=True)
    for name in SOURCE:
        nbformat.write(notebook(name), source / f"{name}.ipynb")
    source.joinpath("data.csv").write_text("1,2\n")
    done(nbgrader(folder, Config(), "generate_assignment", "mini"))
    with api.Gradebook(f"sqlite:///{folder}/gradebook.db") as book:
        book.update_or_create_assignment("mini", duedate="2026-01-02 00:00:00 UTC")
        book.add_student("late", first_name="Ada")
    right = {"double": RIGHT.partition("\n###")[0], "why": "Since.", "half": "half = 0.5"}
    hand_in(folder, "late", right, ("first", "second"), "2026-01-03 00:00:00.5 UTC")
    hand_in(
        folder, "partial", right | {"double": "def double(x):\n    return 4"}, ("first",), "2026-01-01 00:00:00 UTC"
    )
    hand_in(folder, "stub", {}, ("first",))
    return folder


@pytest.fixture
def folder(handed_in: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(handed_in, tmp_path / "course"))


@pytest.fixture(scope="module")
def results(jailed: None, handed_in: Path) -> Iterator[dict[tuple[str, str], Result]]:
    """What grading the submissions gives, by student and notebook."""
    course = Course(handed_in)
    specs = course.specs("mini")
    yield {
        (student, name): Result.from_bytes(job.grade(student, submitted, specs[name], files))
        for student, name, submitted, files in course.jobs("mini")
    }
    for nursery in job._nurseries.values():
        nursery.close()
    job._nurseries.clear()


@pytest.fixture(scope="module")
def stock(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same graded by nbgrader as it is."""
    folder = Path(shutil.copytree(handed_in, tmp_path_factory.mktemp("stock") / "course"))
    config = Config()
    config.LateSubmissionPlugin.penalty_method = "zero"
    for student in ("late", "partial", "stub"):
        done(nbgrader(folder, config, "autograde", "mini", student))
    return folder


def rows(db_url: str) -> dict[str, set[Any]]:
    """What a gradebook holds about submissions, with names in the place of ids."""
    engine = create_engine(db_url)
    with engine.connect() as connection:

        def all_of(model: Any) -> list[dict[str, Any]]:
            return [dict(row) for row in connection.execute(select(model.__table__)).mappings()]

        cells = {row["id"]: row["name"] for row in all_of(api.BaseCell)}
        names = {row["id"]: row["name"] for row in all_of(api.Notebook)}
        submissions = {row.pop("id"): row for row in all_of(api.SubmittedAssignment)}
        submitted = {row.pop("id"): row for row in all_of(api.SubmittedNotebook)}
        found: dict[str, set[Any]] = {"student": {tuple(row.items()) for row in all_of(api.Student)}}
        for row in submitted.values():
            row["student"] = submissions[row.pop("assignment_id")]["student_id"]
            row["notebook"] = names[row.pop("notebook_id")]
        for kind, model in (("grade", api.Grade), ("comment", api.Comment)):
            found[kind] = set()
            for row in all_of(model):
                del row["id"]
                row["cell"], part = cells[row.pop("cell_id")], submitted[row.pop("notebook_id")]
                found[kind].add((part["student"], part["notebook"], *sorted(row.items())))
        for kind, table in (("submitted_assignment", submissions), ("submitted_notebook", submitted)):
            for row in table.values():
                row.pop("assignment_id", None)
            found[kind] = {tuple(sorted(row.items())) for row in table.values()}
    engine.dispose()
    return found


def sqlite(folder: Path) -> str:
    return f"sqlite:///{folder}/gradebook.db"


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """What lies in autograded/: permissions and, but for notebooks, content."""
    found = [path for path in (folder / "autograded").rglob("*") if path.is_file()]
    return {
        str(path.relative_to(folder)): (
            stat.S_IMODE(path.stat().st_mode),
            b"" if path.suffix == ".ipynb" else path.read_bytes(),
        )
        for path in found
    }


def write_all(course: Course, results: dict[tuple[str, str], Result]) -> None:
    with Writer(course, "mini") as writer:
        for (_, name), result in results.items():
            writer.write(name, copy.deepcopy(result))


@pytest.mark.stock
def test_rows_and_files_are_those_of_stock_nbgrader(folder: Path, stock: Path, results: Any) -> None:
    write_all(Course(folder), results)
    assert rows(sqlite(folder)) == rows(sqlite(stock))
    assert files(folder) == files(stock)
    scores = {(row[0], dict(row[2:])["cell"]): dict(row[2:])["auto_score"] for row in rows(sqlite(folder))["grade"]}
    assert {cell: score for (student, cell), score in scores.items() if student == "partial"} == {
        "double-test": 2, "part-test": 0.5, "easy-test": 1, "why": None, "draw": None, "half-test": 0,
    }  # fmt: skip
    with api.Gradebook(sqlite(folder)) as book:
        assert book.find_submission("mini", "late").late_submission_penalty == 5.5
        assert book.find_comment("why", "first", "mini", "stub").comment == "No response."


def test_the_hook_gives_what_the_writer_gives(folder: Path, results: Any, tmp_path: Path) -> None:
    config = Course(folder).config
    for student in ("late", "partial", "stub"):
        done(nbgrader(folder, config, "autograde", "mini", student))
    other = tmp_path / "other"
    shutil.copytree(folder, other, ignore=shutil.ignore_patterns("autograded", "gradebook.db"))
    shutil.copy(folder / "gradebook.db", other)  # rows that are there already change nothing
    before = rows(sqlite(other))
    write_all(Course(other), results)
    assert rows(sqlite(other)) == before
    assert files(other) == files(folder)
    for path in (folder / "autograded").rglob("*.ipynb"):
        theirs, ours = (nbformat.read(at / path.relative_to(folder), as_version=4) for at in (folder, other))
        assert theirs == ours


def test_writing_twice_changes_nothing(folder: Path, results: Any) -> None:
    course = Course(folder)
    write_all(course, results)
    found = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in (folder / "autograded").rglob("*") if p.is_file()}
    ids, before = _ids(folder), rows(sqlite(folder))
    write_all(course, results)
    assert (_ids(folder), rows(sqlite(folder))) == (ids, before)
    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in found} == found


def _ids(folder: Path) -> set[str]:
    engine = create_engine(sqlite(folder))
    with engine.connect() as connection:
        models = (api.SubmittedAssignment, api.SubmittedNotebook, api.Grade, api.Comment)
        found = {id for model in models for id in connection.scalars(select(model.__table__.c.id))}
    engine.dispose()
    return found


@pytest.mark.stock
def test_what_a_person_wrote_is_kept_and_flagged_as_by_stock(folder: Path, stock: Path, results: Any) -> None:
    write_all(Course(folder), results)
    again = Path(shutil.copytree(stock, folder.parent / "again"))
    for at in (folder, again):
        with api.Gradebook(sqlite(at)) as book:
            part = book.find_grade("part-test", "first", "mini", "partial")
            part.manual_score, part.extra_credit = 2.5, 0.25
            book.find_grade("why", "first", "mini", "partial").manual_score = 4.0
            draw = book.find_grade("draw", "first", "mini", "partial")
            draw.manual_score, draw.needs_manual_grade = 3.0, False
            book.find_comment("why", "first", "mini", "partial").manual_comment = "Well said."
            book.find_grade("half-test", "second", "mini", "partial").manual_score = 1.0
            for grade in (part, book.find_grade("why", "first", "mini", "partial")):
                grade.needs_manual_grade = False
            book.update_or_create_submission("mini", "partial", timestamp="2026-02-01 00:00:00 UTC")
            book.db.commit()
        (at / "submitted" / "partial" / "mini" / "timestamp.txt").write_text("2026-03-01 00:00:00 UTC")
    write_all(Course(folder), results)
    config = Config()
    config.LateSubmissionPlugin.penalty_method = "zero"
    done(nbgrader(again, config, "autograde", "mini", "partial"))
    assert rows(sqlite(folder)) == rows(sqlite(again))
    with api.Gradebook(sqlite(folder)) as book:
        assert book.find_submission_notebook("first", "mini", "partial").late_submission_penalty == 2 + 2.75 + 1 + 4 + 3
        assert book.find_comment("why", "first", "mini", "partial").comment == "Well said."


def test_what_waited_in_a_crash_is_written_by_writing_it_again(folder: Path, results: Any) -> None:
    course = Course(folder)
    lost = Writer(course, "mini")  # never flushed
    for (_, name), result in results.items():
        lost.write(name, copy.deepcopy(result))
    assert not rows(sqlite(folder))["submitted_assignment"]
    write_all(course, results)
    assert len(rows(sqlite(folder))["submitted_assignment"]) == 3
    lost.flush()  # another writer's rows are no hindrance
    lost._engine.dispose()
    assert len(_ids(folder)) == 3 * (1 + 2 + (6 + 4))


@pytest.mark.parametrize("stamp", ["2026-01-01 00:00:00 {pipe}", "2026-01-01 00:00:00 " + "A" * 10**7])
def test_nbgraders_commands_read_no_time_zone_that_a_student_names(
    folder: Path, stamp: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(text: str) -> Any:
        raise AssertionError(f"nbgrader parses {text[:60]!r}")

    os.mkfifo(tmp_path / "pipe")
    note = folder / "submitted/partial/mini/timestamp.txt"
    note.write_bytes(stamp.format(pipe=tmp_path / "pipe").encode("latin-1"))
    monkeypatch.setattr(coursedir, "parse_utc", read)
    config = Course(folder).config
    for _ in range(2):  # the second time nbgrader asks whether what was handed in is newer
        done(nbgrader(folder, config, "autograde", "mini", "partial"))
        assert not (folder / "autograded/partial/mini/timestamp.txt").exists()
        assert Path(folder, "autograded/partial/mini/first.ipynb").exists()
    done(nbgrader(folder, config, "generate_feedback", "mini", "partial"))


def test_rows_come_in_groups(folder: Path, results: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradebook, "GROUP", 3)
    monkeypatch.setattr(gradebook, "SECONDS", 1e9)
    right = results["late", "second"]
    with Writer(Course(folder), "mini") as writer:
        for i in range(4):
            writer.write("second", replace(right, student=f"s{i}"))
        assert len(rows(sqlite(folder))["submitted_assignment"]) == 3
        monkeypatch.setattr(gradebook, "SECONDS", 0)
        writer.write("second", replace(right, student="s4"))
        assert len(rows(sqlite(folder))["submitted_assignment"]) == 5


def test_files_of_a_group_are_the_groups(folder: Path, results: Any) -> None:
    with folder.joinpath("nbgrader_config.py").open("a") as config:
        config.write("c.CourseDirectory.groupshared = True\n")
    write_all(Course(folder), results)
    home = folder / "autograded" / "late" / "mini"
    assert stat.S_IMODE((home / "first.ipynb").stat().st_mode) == 0o664
    assert stat.S_IMODE(home.stat().st_mode) & 0o2770 == 0o2770


def test_what_the_database_refuses_goes_on_waiting(folder: Path, results: Any) -> None:
    engine = create_engine(sqlite(folder))

    def order(statement: str) -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)

    before = rows(sqlite(folder))
    with Writer(Course(folder), "mini") as writer:
        order("CREATE TRIGGER full BEFORE INSERT ON comment BEGIN SELECT RAISE(ABORT, 'disk full'); END")
        writer.write("first", copy.deepcopy(results["partial", "first"]))
        with pytest.raises(IntegrityError, match="disk full"):
            writer.flush()
        assert rows(sqlite(folder)) == before  # all of a group or nothing
        order("DROP TRIGGER full")
    engine.dispose()
    assert len(rows(sqlite(folder))["submitted_assignment"]) == 1


def test_what_does_not_fit_is_said(folder: Path, results: Any) -> None:
    right = results["late", "first"]
    course = Course(folder)
    with pytest.raises(GradebookError, match=r"no assignment 'maxi': `nbgrader generate_assignment --force maxi`"):
        Writer(course, "maxi")
    with pytest.raises(GradebookError, match="cannot be read: OperationalError: unable to open database file"):
        Writer(Course(folder, "sqlite:////nowhere/gradebook.db"), "mini")
    with pytest.raises(GradebookError, match=r"://ada:\*\*\*@"):
        Writer(Course(folder, "postgresql+psycopg://ada:secret@127.0.0.1:1/gradebook"), "mini")
    with pytest.raises(GradebookError, match=r"no://ada:\*\*\*@.*Can't load plugin"):
        Writer(Course(folder, "no://ada:se:cret@here/there"), "mini")
    with pytest.raises(GradebookError, match=r"psycopg2.*pip install rnncourse\[postgresql\]"):
        Writer(Course(folder, "postgresql+psycopg2://here/there"), "mini")
    with Writer(course, "mini") as writer:
        with pytest.raises(GradebookError, match="no notebook 'third' in the gradebook, but first, second"):
            writer.write("third", right)
        with pytest.raises(
            GradebookError, match=r"'second' grades double-test, easy-test, part-test, why; .* half-test"
        ):
            writer.write("second", right)
        for name in ("x" * 129, "a\0b", "caf\udce9"):
            with pytest.raises(GradebookError, match="student: expected up to 128 printable characters"):
                writer.write("first", replace(right, student=name))
    course.config.Autograde.create_student = False
    with Writer(course, "mini") as writer:
        writer.write("first", copy.deepcopy(right))
        with pytest.raises(GradebookError, match="no student 'nobody'"):
            writer.write("first", replace(right, student="nobody"))


def test_a_timestamp_that_is_none_is_left_out(folder: Path, results: Any, tmp_path: Path) -> None:
    home = folder / "submitted" / "stub" / "mini"
    secret = tmp_path / "secret"
    secret.write_text("2026-01-03 00:00:00 UTC")
    for make in (lambda p: p.write_text("soon"), lambda p: p.symlink_to(secret), os.mkfifo):
        make(home / "timestamp.txt")  # type: ignore[no-untyped-call]
        write_all(Course(folder), {("stub", "first"): results["stub", "first"]})
        assert "('timestamp', None)" in str(rows(sqlite(folder))["submitted_assignment"])
        (home / "timestamp.txt").unlink()


# --- PostgreSQL


@pytest.mark.stock
def test_postgresql_holds_what_sqlite_holds(postgresql: Callable[[str], str], folder: Path, results: Any) -> None:
    write_all(Course(folder), results)
    address = postgresql("gradebook")
    config = Course(folder, f"postgresql://{address}").config  # SQLAlchemy 2.1 takes psycopg for it, as named below
    done(nbgrader(folder, config, "generate_assignment", "mini"))
    db_url = f"postgresql+psycopg://{address}"
    with api.Gradebook(db_url) as book:
        book.update_or_create_assignment("mini", duedate="2026-01-02 00:00:00 UTC")
        book.add_student("late", first_name="Ada")
    for _ in range(2):
        write_all(Course(folder, db_url), results)
        assert rows(db_url) == rows(sqlite(folder))
    shutil.rmtree(folder / "autograded" / "partial")
    done(nbgrader(folder, config, "autograde", "mini", "partial"))
    assert rows(db_url) == rows(sqlite(folder))
    done(nbgrader(folder, config, "generate_feedback", "mini"))
    assert _shown(db_url) == _shown(sqlite(folder))


@pytest.fixture
def on_a_server(postgresql: Callable[[str], str], folder: Path) -> Callable[[str], tuple[Path, str]]:
    """A course of this name with a database of its own, in which its assignment is released."""

    def new(name: str) -> tuple[Path, str]:
        other = Path(shutil.copytree(folder, folder.parent / name))
        (other / "gradebook.db").unlink()
        database = postgresql(f"course_{name}")  # the guide's own is called autumn
        db_url = f"postgresql+psycopg://{database}"
        with (other / "nbgrader_config.py").open("a") as file:
            file.write(f"c.CourseDirectory.course_id = {name!r}\nc.CourseDirectory.db_url = {db_url!r}\n")
            file.write("from rnncourse.grading.nbgrader.preprocessors import CheckSource\n")
            file.write("c.GenerateAssignment.preprocessors.insert(0, CheckSource)\n")
        done(nbgrader(other, Course(other).config, "generate_assignment", "mini"))
        return other, db_url

    return new


def test_courses_on_one_server_have_a_database_each(
    on_a_server: Callable[[str], tuple[Path, str]], results: Any
) -> None:
    """Students and assignments of equal names stay apart; in one database they would be one class, which is refused."""
    (autumn, one), (spring, two) = on_a_server("autumn"), on_a_server("spring")
    write_all(Course(autumn), results)
    found = rows(one)
    assert len(found["submitted_assignment"]) == 3
    assert not rows(two)["student"]
    write_all(Course(spring), {("stub", "first"): replace(results["late", "first"], student="stub")})
    assert rows(one) == found
    assert len(rows(two)["submitted_assignment"]) == 1
    before = rows(two)
    (spring / "nbgrader_config.py").write_text((spring / "nbgrader_config.py").read_text().replace(two, one))
    with pytest.raises(GradebookError, match=r"'mini' is an assignment of the course 'autumn', and this .* 'spring'"):
        Writer(Course(spring), "mini")
    source = spring / "source" / "mini" / "second.ipynb"
    source.write_text(source.read_text().replace('"points": 1', '"points": 9'))
    shutil.rmtree(spring / "release")
    said = nbgrader(spring, Course(spring).config, "generate_assignment", "mini")
    assert not said["success"]
    assert "each course needs a database of its own" in said["log"]
    assert not [*(spring / "release").rglob("*.ipynb")]
    assert (rows(one), rows(two)) == (found, before)
    assert Course(autumn).directory.course_id == "autumn"
    Writer(Course(autumn), "mini").__exit__(None, None, None)


def test_two_writers_at_the_same_time_lose_nothing(
    on_a_server: Callable[[str], tuple[Path, str]], results: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the same students, who are in no table yet: each transaction finds what the one before has made."""
    monkeypatch.setattr(gradebook, "GROUP", 1)
    made, db_url = on_a_server("writers")
    students = [f"s{i:02}" for i in range(20)]
    homes = [made, Path(shutil.copytree(made, made.parent / "writers-2"))]
    start = threading.Barrier(2)

    def write(home: Path) -> None:
        with Writer(Course(home), "mini") as writer:
            start.wait()
            for student in students:
                writer.write("first", copy.deepcopy(replace(results["late", "first"], student=student)))

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(write, home) for home in homes]:
            one.result()
    alone = Course(folder)
    write_all(alone, {(student, "first"): replace(results["late", "first"], student=student) for student in students})
    found, expected = rows(db_url), rows(sqlite(folder))
    expected["student"] = {row for row in expected["student"] if dict(row)["id"] != "late"}
    assert found == expected


def test_two_graders_at_the_same_time_give_what_one_after_the_other_gives(
    on_a_server: Callable[[str], tuple[Path, str]], folder: Path
) -> None:
    """Each has a copy of the course's folder, its key in it; both grade all, and a person's points stay."""
    submitted = folder / "submitted"
    for kind in ("partial", "stub"):
        shutil.copy(submitted / "late" / "mini" / "second.ipynb", submitted / kind / "mini")
    for i, kind in enumerate(("late", "partial", "stub") * 2):
        shutil.copytree(submitted / kind, submitted / f"{kind}-{i}")
    Course(folder).key()
    found = []
    for name, at_once in (("together", True), ("apart", False)):
        made, db_url = on_a_server(name)
        homes = [made, Path(shutil.copytree(made, made.parent / f"{name}-2"))]
        order = [sys.executable, "-m", "rnncourse.cli", "grade", "mini", "--workers", "1", "--course"]
        begun = []
        subprocess.run([*order, str(made), "--student", "partial"], capture_output=True)
        with api.Gradebook(db_url) as book:
            by_hand = book.find_grade("why", "first", "mini", "partial")
            by_hand.manual_score, by_hand.needs_manual_grade = 4.0, False
            book.db.commit()
        for home in homes:
            begun.append(subprocess.Popen([*order, str(home)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
            if not at_once:
                begun[-1].wait()
        for process in begun:
            said = process.communicate()[0].decode()
            assert process.returncode == 1, said  # the model solution does not get all points, which is said
            assert "9 students, 18 submissions" in said
        found.append(rows(db_url))
    assert found[0] == found[1]
    assert len(found[0]["submitted_assignment"]) == 9
    scores = {(row[0], dict(row[2:])["cell"]): dict(row[2:]) for row in found[0]["grade"]}
    assert scores["partial", "why"]["manual_score"] == 4
    assert scores["late-3", "double-test"]["auto_score"] == 2
    assert all(row["auto_score"] is not None for (_, cell), row in scores.items() if cell.endswith("-test"))


def _shown(db_url: str) -> list[Any]:
    """What formgrader's table of submissions shows."""
    with api.Gradebook(db_url) as book:
        return sorted((sorted(d.items()) for d in book.submission_dicts("mini") if d.pop("id")), key=str)


# --- the hook


def test_the_hook_works_in_a_thread_that_ends(folder: Path, results: Any) -> None:
    """As formgrader's server may call it."""
    config = Course(folder).config
    said: list[Any] = []
    for student in ("stub", "partial"):
        thread = threading.Thread(
            target=lambda s=student: said.append(nbgrader(folder, config, "autograde", "mini", s))
        )
        thread.start()
        thread.join()
    for one in said:
        done(one)
    with api.Gradebook(sqlite(folder)) as book:
        assert book.find_grade("double-test", "first", "mini", "partial").auto_score == 2


def test_text_below_a_question_is_read_by_a_person_whoever_grades(folder: Path, results: Any) -> None:
    hand_in(folder, "below", {}, ("first",))
    path = folder / "submitted" / "below" / "mini" / "first.ipynb"
    made = nbformat.read(path, as_version=4)
    place = next(i for i, cell in enumerate(made.cells) if cell.id == "why")
    made.cells.insert(place + 1, nbformat.v4.new_markdown_cell("In a cell of its own."))
    nbformat.write(made, path)
    course = Course(folder)
    mine = next(course.jobs("mini", ["below"]))
    result = Result.from_bytes(job.grade(mine.student, mine.submitted, course.specs("mini")["first"], mine.files))
    for _ in range(2):
        write_all(course, {("below", "first"): result})
        with api.Gradebook(sqlite(folder)) as book:
            found = book.find_grade("why", "first", "mini", "below")
            assert (found.auto_score, found.needs_manual_grade) == (None, True)
            assert book.find_comment("why", "first", "mini", "below").auto_comment is None
        autograded = folder / "autograded" / "below"
        assert "In a cell of its own." in (autograded / "mini" / "first.ipynb").read_text()
        shutil.rmtree(autograded)
        done(nbgrader(folder, course.config, "autograde", "mini", "below"))


def test_links_are_refused_and_others_go_on(folder: Path, results: Any) -> None:
    submitted, secret = folder / "submitted", folder / "secret.txt"
    secret.write_text("2026-01-01 00:00:00 UTC")
    for student in ("file", "beside", "stamp", "home", "special"):
        shutil.copytree(submitted / "partial", submitted / student)
    (submitted / "file" / "mini" / "first.ipynb").unlink()
    (submitted / "file" / "mini" / "first.ipynb").symlink_to(folder / "source" / "mini" / "first.ipynb")
    (submitted / "beside" / "mini" / "notes").symlink_to(secret)
    (submitted / "stamp" / "mini" / "timestamp.txt").unlink()
    (submitted / "stamp" / "mini" / "timestamp.txt").symlink_to(secret)
    shutil.rmtree(submitted / "home" / "mini")
    (submitted / "home" / "mini").symlink_to(submitted / "partial" / "mini")
    (submitted / "whole").symlink_to(submitted / "partial")
    os.mkfifo(submitted / "special" / "mini" / "pipe")
    said = nbgrader(folder, Course(folder).config, "autograde", "mini", "*")
    assert not said["success"]
    for student in ("file", "beside", "stamp", "home", "whole", "special"):
        assert f"processing assignment 'mini' for student '{student}'" in said["log"]
        assert not (folder / "autograded" / student).exists()
    with api.Gradebook(sqlite(folder)) as book:
        assert {found.student.id for found in book.find_assignment("mini").submissions} == {"late", "partial", "stub"}


def test_the_hook_grades_files_of_other_names_and_names_who_has_none(folder: Path, results: Any) -> None:
    submitted = folder / "submitted"
    for student in ("renamed", "nested", "loose", "zipped"):
        shutil.copytree(submitted / "partial", submitted / student)
        submitted.joinpath(student, "mini", "timestamp.txt").unlink()
    (submitted / "renamed" / "mini" / "first.ipynb").rename(submitted / "renamed" / "mini" / "first (1).ipynb")
    (submitted / "nested" / "mini" / "mini").mkdir()
    (submitted / "nested" / "mini" / "first.ipynb").rename(submitted / "nested" / "mini" / "mini" / "first.ipynb")
    (submitted / "loose" / "mini" / "first.ipynb").rename(submitted / "loose" / "first.ipynb")
    (submitted / "loose" / "mini").rmdir()
    (submitted / "zipped" / "mini" / "first.ipynb").rename(submitted / "zipped" / "mini" / "first.zip")
    said = nbgrader(folder, Course(folder).config, "autograde", "mini", "*")
    assert not said["success"]
    why = "first: expected mini/first.ipynb, found ‘first.zip’: an archive, to be unpacked"
    assert f"There was an error processing assignment 'mini' for student 'zipped': {why}" in said["log"]
    assert "Traceback" not in said["log"]
    assert "renamed, notebook first: ‘first (1).ipynb’ was taken for first.ipynb." in said["log"]
    with api.Gradebook(sqlite(folder)) as book:
        points = {
            student: {g.name: g.auto_score for g in book.find_submission_notebook("first", "mini", student).grades}
            for student in ("partial", "renamed", "nested", "loose")
        }
        assert points["renamed"] == points["nested"] == points["loose"] == points["partial"]
        with pytest.raises(api.MissingEntry):
            book.find_submission("mini", "zipped")
    graded = nbformat.read(folder / "autograded" / "renamed" / "mini" / "first.ipynb", as_version=4)
    assert graded.cells[0].source == "*‘first (1).ipynb’ was taken for first.ipynb.*"
    done(nbgrader(folder, Course(folder).config, "autograde", "mini", "renamed"))
    done(nbgrader(folder, Course(folder).config, "generate_feedback", "mini"))


def test_a_notebook_of_another_name_is_not_absent(folder: Path, results: Any) -> None:
    """Rows of one notebook are written without zeros for the other, which is graded at another time."""
    path = folder / "submitted" / "late" / "mini" / "second.ipynb"
    path.rename(path.with_name("second (1).ipynb"))
    course = Course(folder)
    assert [(found.notebook, bool(found.note)) for found in course.submissions("mini", ["late"])] == [
        ("first", False), ("second", True)
    ]  # fmt: skip
    for name in ("second", "first"):
        with Writer(course, "mini") as writer:
            writer.write(name, copy.deepcopy(results["late", name]))
    with api.Gradebook(sqlite(folder)) as book:
        assert book.find_grade("half-test", "second", "mini", "late").auto_score == 1


def test_the_hook_waits_for_nobody(folder: Path, results: Any) -> None:
    """While another run grades this course, it says so; and while the gradebook is not filled."""
    with locked(folder):
        said = nbgrader(folder, Course(folder).config, "autograde", "mini", "stub")
    assert not said["success"]
    assert "this course is being graded already, by process" in said["log"]
    assert "Traceback" not in said["log"]
    (folder / "gradebook.db").unlink()
    said = nbgrader(folder, Course(folder).config, "autograde", "mini", "stub")
    assert "gradebook.db is new: `nbgrader generate_assignment --force mini` fills it\n" in said["log"]
    assert "SELECT" not in said["log"]


def test_students_other_files_do_nothing(folder: Path, results: Any) -> None:
    home = folder / "submitted" / "stub" / "mini"
    home.joinpath("numpy.py").write_text("raise SystemExit")
    home.joinpath("data.csv").write_text("3")
    done(nbgrader(folder, Course(folder).config, "autograde", "mini", "stub"))
    assert (folder / "autograded" / "stub" / "mini" / "data.csv").read_text() == "1,2\n"


@pytest.mark.parametrize(("value", "points"), [("7", 3), ("-1", 0), ("True", 3), ("float('nan')", 0)])
def test_nbgrader_takes_the_points_that_the_test_gave(folder: Path, results: Any, value: str, points: float) -> None:
    source = folder / "source" / "mini" / "first.ipynb"
    source.write_text(source.read_text().replace("1.5 if double(3) == 6 else 0.5", value))
    done(nbgrader(folder, Course(folder).config, "autograde", "mini", "stub"))
    with api.Gradebook(sqlite(folder)) as book:
        assert book.find_grade("part-test", "first", "mini", "stub").auto_score == points


@pytest.mark.parametrize("text", ["", "no", "[]", '{"nbformat": 3, "worksheets": []}', "\x00" * 1000])
def test_what_nobody_can_read_gets_nothing(folder: Path, results: Any, text: str) -> None:
    (folder / "submitted" / "late" / "mini" / "first.ipynb").write_text(text)
    done(nbgrader(folder, Course(folder).config, "autograde", "mini", "late"))
    with api.Gradebook(sqlite(folder)) as book:
        scores = {g.name: g.auto_score for g in book.find_submission_notebook("first", "mini", "late").grades}
        assert scores == {"double-test": 0, "part-test": 0, "easy-test": 0, "why": None, "draw": None}
        assert book.find_grade("half-test", "second", "mini", "late").auto_score == 1
    autograded = (folder / "autograded" / "late" / "mini" / "first.ipynb").read_text()
    assert "The file cannot be read as a Jupyter notebook." in autograded


@pytest.mark.parametrize("unsafe", [False, True])
def test_without_a_jail_nobody_is_graded_unless_told_to(
    folder: Path, results: Any, monkeypatch: pytest.MonkeyPatch, unsafe: bool
) -> None:
    monkeypatch.setattr(job, "_nurseries", {})
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with folder.joinpath("nbgrader_config.py").open("a") as config:
        config.write(f"c.Grading.unsafe = {unsafe}\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # a socket of the jail that was not built
        said = nbgrader(folder, Course(folder).config, "autograde", "mini", "partial")
        gc.collect()
    for nursery in job._nurseries.values():
        nursery.close()
    assert said["success"] is unsafe
    assert (folder / "autograded" / "partial").exists() is unsafe
    assert unsafe or "apt install bubblewrap" in said["log"]
