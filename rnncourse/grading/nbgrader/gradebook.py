"""The one writer of a gradebook: results become rows and autograded notebooks, as those of `nbgrader autograde`.

Rows are written in groups, a transaction each, by SQLAlchemy's statements on nbgrader's tables: nbgrader's own methods
ask the database about one cell at a time, and look through all tables whenever they open it.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import re
import shlex
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any
from uuid import uuid4

import nbformat
from nbgrader import api
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum
from sqlalchemy import Connection, Engine, bindparam, create_engine, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from rnncourse.grading.nbgrader import timestamps
from rnncourse.grading.nbgrader.course import Course
from rnncourse.grading.nbgrader.submitted import start_of
from rnncourse.grading.submission.graft import settings
from rnncourse.grading.submission.job import Result

MOST_STAMP = 1000  # bytes of a timestamp that are looked at
GROUP, SECONDS = 25, 1.0  # results that wait for a commit, and the time after which the next one brings it
MOST_DAYS = 3660  # that a student can have after a due date
ONE_WRITER = 0x726E6E  # a lock of PostgreSQL's, in each database, that a writer holds for a transaction
Row = dict[str, Any]
log = logging.getLogger(__name__)

student_table: Any = api.Student.__table__
assignment_table: Any = api.Assignment.__table__
notebook_table: Any = api.Notebook.__table__
cell_table: Any = api.BaseCell.__table__
points_table: Any = api.GradeCell.__table__
source_table: Any = api.SourceCell.__table__
submission_table: Any = api.SubmittedAssignment.__table__
submitted_table: Any = api.SubmittedNotebook.__table__
grade_table: Any = api.Grade.__table__
comment_table: Any = api.Comment.__table__
MOST_NAME: int = student_table.c.id.type.length


class GradebookError(ValueError):
    """The gradebook does not fit: what was looked for, what is there, what to do."""


@dataclass
class Notebook:
    """A notebook of an assignment as the gradebook has it: ids of its cells by name."""

    id: str
    graded: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    checksums: dict[str, str] = field(default_factory=dict)  # of the cells as they were released
    most: dict[str, float] = field(default_factory=dict)  # the points of the graded cells, by name

    def cells(self) -> Iterator[str]:
        """The ids of the cells that can have points or a comment."""
        return itertools.chain(self.graded.values(), self.tasks.values(), self.answers.values())

    def sign(self, autograded: Any) -> None:
        """Give an autograded notebook's cells the checksums by which nbgrader tells an answer that was left out."""
        for found in map(settings, autograded["cells"]):
            if checksum := self.checksums.get(found.get("grade_id", "")):
                found["checksum"] = checksum


@dataclass
class Assignment:
    """An assignment as the gradebook has it."""

    id: str
    due: datetime | None
    notebooks: dict[str, Notebook]


@dataclass
class Marks:
    """What a result says, by the ids of cells."""

    scores: dict[str, float | None]  # None: a person reads it
    comments: dict[str, str | None]
    absent: bool = False  # there is no result: nothing was handed in


def open_gradebook(course: Course, name: str) -> tuple[Engine, Assignment]:
    """A course's gradebook, and an assignment in it. Raises GradebookError for one that is not there."""
    lasting = {"timeout": 60} if course.db_url.startswith("sqlite") else {}  # a formgrader may be writing
    try:
        engine = create_engine(course.db_url, connect_args=lasting, pool_pre_ping=True)
        try:
            with engine.connect() as connection:
                _expect_own(connection, name, str(course.directory.course_id))
                assignment = _assignment(connection, name)
        except GradebookError:
            engine.dispose()
            raise
    except ModuleNotFoundError as error:
        raise GradebookError(
            f"{error}: `pip install rnncourse[postgresql]`, and a db_url that begins with postgresql+psycopg://"
        ) from error
    except SQLAlchemyError as error:
        url = re.sub(r"(://[^:@/]*:)[^@]*@", r"\1***@", course.db_url)
        if "no such table" in str(error) or "UndefinedTable" in str(error):
            what = f"is new: `nbgrader generate_assignment --force {name}` fills it"
        elif "no such column" in str(error) or "UndefinedColumn" in str(error):
            what = "is of another version of nbgrader: back it up, then `nbgrader db upgrade`"
        else:
            what = f"cannot be read: {said_by(error)}"
        raise GradebookError(f"the gradebook {url} {what}") from error
    if assignment is None:
        raise GradebookError(
            f"the gradebook has no assignment {name!r}: `nbgrader generate_assignment --force {name}` puts it there"
        )
    return engine, assignment


def expect_own(db_url: str, name: str, course_id: str) -> None:
    """Raise GradebookError where a database server has this assignment of another course.

    nbgrader tells assignments apart by their names alone: two courses in one database would be one class. What there is
    no connection to, or has no tables yet, is nobody's.
    """
    if db_url.startswith("sqlite"):
        return
    with contextlib.suppress(ModuleNotFoundError, SQLAlchemyError):
        engine = create_engine(db_url)
        try:
            with engine.connect() as connection:
                _expect_own(connection, name, course_id)
        finally:
            engine.dispose()


def _expect_own(connection: Connection, name: str, course_id: str) -> None:
    if connection.dialect.name == "sqlite":  # a file in the course's folder
        return
    whose = connection.scalar(select(assignment_table.c.course_id).where(assignment_table.c.name == name))
    if whose and course_id and whose not in (course_id, "default_course"):
        raise GradebookError(
            f"in this database {name!r} is an assignment of the course {whose!r}, and this course is {course_id!r} "
            "(c.CourseDirectory.course_id): nbgrader tells assignments apart by their names alone, so each course "
            "needs a database of its own, in c.CourseDirectory.db_url"
        )


def said_by(error: BaseException) -> str:
    """What a database or a disk said, in a line, without the statement that it was asked."""
    said = getattr(error, "orig", None) or error
    return f"{type(said).__name__}: {' '.join(str(said).split())}"


def _assignment(connection: Connection, name: str) -> Assignment | None:
    found = connection.execute(select(assignment_table).where(assignment_table.c.name == name)).mappings().first()
    if found is None:
        return None
    rows = connection.execute(select(notebook_table).where(notebook_table.c.assignment_id == found["id"])).mappings()
    names = {row["id"]: row["name"] for row in rows}
    notebooks = {id: Notebook(id) for id in names}
    for cell in connection.execute(select(cell_table).where(cell_table.c.notebook_id.in_(names))).mappings():
        notebook = notebooks[cell["notebook_id"]]
        kinds = {"GradeCell": notebook.graded, "TaskCell": notebook.tasks, "SolutionCell": notebook.answers}
        kinds[cell["type"]][cell["name"]] = cell["id"]
    points = select(cell_table.c.notebook_id, cell_table.c.name, points_table.c.max_score).join_from(
        cell_table, points_table, cell_table.c.id == points_table.c.id
    )
    for id, cell, most in connection.execute(points.where(cell_table.c.notebook_id.in_(names))):
        notebooks[id].most[cell] = most
    for cell in connection.execute(select(source_table).where(source_table.c.notebook_id.in_(names))).mappings():
        notebooks[cell["notebook_id"]].checksums[cell["name"]] = cell["checksum"]
    return Assignment(found["id"], found["duedate"], {names[id]: notebook for id, notebook in notebooks.items()})


def marks(notebook: Notebook, name: str, result: Result) -> Marks:
    """What is written for a result. Raises GradebookError where its cells are not the gradebook's."""
    cells = {settings(cell)["grade_id"]: cell for cell in result.notebook["cells"] if settings(cell).get("grade_id")}
    graded = {cell for cell, found in cells.items() if settings(found).get("grade")}
    if graded != notebook.graded.keys() or not result.scores.keys() <= graded:
        raise GradebookError(
            f"the notebook {name!r} grades {', '.join(sorted(graded))}; in the gradebook it grades "
            f"{', '.join(sorted(notebook.graded))}: `nbgrader generate_assignment --force` makes both equal"
        )
    left = {cell for cell in notebook.answers if cell in cells and _untouched(cells[cell])}
    points = {id: result.scores.get(cell, 0.0 if cell in left else None) for cell, id in notebook.graded.items()}
    comments = {id: "No response." if cell in left else None for cell, id in notebook.answers.items()}
    return Marks(points, comments)


def _untouched(cell: Any) -> bool:
    """Is an answer's cell as it was released?"""
    looked_at = nbformat.from_dict({name: cell[name] for name in ("cell_type", "metadata", "source")})
    return bool(settings(cell).get("checksum") == compute_checksum(looked_at))


def _alone(connection: Connection) -> None:
    """Let nobody write between what this transaction reads and what it writes."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":  # rows that are not there yet cannot be locked
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_WRITER})")


class Writer:
    """Writes results of an assignment: autograded notebooks at once, rows of the gradebook in groups.

    Writing a result twice changes nothing. What was waiting when the process died is written by writing it again: only
    after :meth:`flush` is it safe. Manual scores and comments are kept.
    """

    def __init__(self, course: Course, assignment: str) -> None:
        self.course, self.name = course, assignment
        self._engine, self._assignment = open_gradebook(course, assignment)
        self._autograde: Any = Autograde(coursedir=course.directory, config=course.config)
        self._penalties: Any = AssignLatePenalties(config=course.config)
        self._penalties.init_plugin()
        theirs = self._autograde.exclude_overwriting.get(assignment, [])
        self._beside = {name: content for name, content in course.beside(assignment).items() if name not in theirs}
        self._waiting: dict[str, dict[str, Marks]] = defaultdict(dict)  # by student and notebook
        self._since = 0.0

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        try:
            self.flush()
        finally:
            self._engine.dispose()

    def write(self, name: str, result: Result) -> None:
        """Write the result for the notebook of this name; its rows at the latest with :meth:`flush`.

        Raises GradebookError for a notebook that is not the gradebook's, for a name that no gradebook can hold, and for
        an unknown student where ``c.Autograde.create_student`` is off.
        """
        notebook = self._assignment.notebooks.get(name)
        if notebook is None:
            known = ", ".join(self._assignment.notebooks) or "none"
            raise GradebookError(f"the assignment {self.name!r} has no notebook {name!r} in the gradebook, but {known}")
        if len(result.student) > MOST_NAME or not result.student.isprintable():
            raise GradebookError(f"student: expected up to {MOST_NAME} printable characters, got {result.student!r}")
        if not (self._autograde.create_student or self._is_known(result.student)):
            raise GradebookError(f"the gradebook has no student {result.student!r}, and none is created")
        folder = self._folder(self.course.directory.autograded_directory, result.student)
        notebook.sign(result.notebook)
        found = marks(notebook, name, result)
        self._put_files(folder, f"{name}.ipynb", result)
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting[result.student][name] = found
        self._flush_in_time()

    def _flush_in_time(self) -> None:
        if sum(max(1, len(found)) for found in self._waiting.values()) >= GROUP or (
            time.monotonic() - self._since >= SECONDS
        ):
            self.flush()

    def again(self, student: str) -> None:
        """Work out a student's penalty for lateness anew, from dates and points as they are now."""
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting[student]  # with no news of a notebook
        self._flush_in_time()

    def flush(self) -> None:
        """Commit what waits. What the database refuses goes on waiting."""
        if not self._waiting:
            return
        with self._engine.begin() as connection:
            _alone(connection)
            self._write_rows(connection)
        self._waiting.clear()

    # --- files

    def _folder(self, step: str, student: str) -> Path:
        return Path(self.course.directory.format_path(step, student, self.name))

    def _put_files(self, folder: Path, file: str, result: Result) -> None:
        """The autograded notebook, and what nbgrader puts beside it."""
        mode = int(str(self._autograde.permissions), 8)
        text = json.dumps(result.notebook, ensure_ascii=False)  # a tenth of the time that lines and indents take
        when = self._stamp(result.student) if self._when(result.student) else b""
        for name, content in self._beside.items() | ({("timestamp.txt", when)} if when else set()):
            put(folder / name, content, mode)
        put(folder / file, text.encode(), mode)
        if self.course.directory.groupshared:
            self._autograde.set_permissions(self.name, result.student)

    def _stamp(self, student: str) -> bytes:
        return stamp_in(self._folder(self.course.directory.submitted_directory, student))

    def _when(self, student: str) -> datetime | None:
        return time_in(self._folder(self.course.directory.submitted_directory, student), student)

    # --- rows

    def _is_known(self, student: str) -> bool:
        with self._engine.connect() as connection:
            found = connection.execute(select(student_table.c.id).where(student_table.c.id == student))
            return found.first() is not None

    def _write_rows(self, connection: Connection) -> None:
        """The rows of all that waits, and those of its students' other notebooks."""
        students, notebooks = list(self._waiting), self._assignment.notebooks
        Rows(connection, student_table, id=students).write([{"id": student} for student in students])
        submissions = Rows(connection, submission_table, assignment_id=[self._assignment.id], student_id=students)
        submissions.write([self._submission(student) for student in students])
        theirs = {student: submissions.found[self._assignment.id, student] for student in students}

        ids = [submission["id"] for submission in theirs.values()]
        known = [notebook.id for notebook in notebooks.values()]
        submitted = Rows(connection, submitted_table, notebook_id=known, assignment_id=ids)
        submitted.write([{"assignment_id": id, "notebook_id": notebook} for id in ids for notebook in known])
        parts = [
            Part(student, submission, submitted.found[notebook.id, submission["id"]], notebook, marks)
            for student, submission in theirs.items()
            for name, notebook in notebooks.items()
            for news in [self._waiting[student]]
            for marks in [news.get(name) or (self._absent(student, name, notebook) if news else None)]
        ]

        ids = [part.row["id"] for part in parts]
        cells = [id for notebook in notebooks.values() for id in notebook.cells()]
        grades = Rows(connection, grade_table, cell_id=cells, notebook_id=ids)
        grades.write([row for part in parts for row in part.grades(grades)])
        comments = Rows(connection, comment_table, cell_id=cells, notebook_id=ids)
        comments.write([row for part in parts for row in part.comments()])
        submitted.write([self._penalty(part, grades) for part in parts if part.is_graded(grades)])

    def _submission(self, student: str) -> Row:
        when = self._when(student)
        row = {"assignment_id": self._assignment.id, "student_id": student}
        return row | ({"timestamp": when} if when else {})

    def _absent(self, student: str, name: str, notebook: Notebook) -> Marks | None:
        """Zeros for a notebook that was not handed in; none for one that is graded at another time."""
        if any(each.notebook == name and not each.refused for each in self.course.submissions(self.name, [student])):
            return None
        return Marks(dict.fromkeys([*notebook.graded.values(), *notebook.tasks.values()], 0.0), {}, absent=True)

    def _penalty(self, part: Part, grades: Rows) -> Row:
        """What is taken off for lateness, as nbgrader's plug-in says."""
        late, penalty = part.seconds_late(self._assignment.due), None
        if late > 0:
            score = part.score(grades)
            penalty = self._penalties.plugin_inst.late_submission_penalty(part.student, score, late)
            if penalty is not None:
                penalty = self._penalties._check_late_penalty(SimpleNamespace(score=score), penalty)
        return {key: part.row[key] for key in ("assignment_id", "notebook_id")} | {"late_submission_penalty": penalty}


@dataclass
class Part:
    """One notebook of a student's submission, with its rows."""

    student: str
    submission: Row
    row: Row
    notebook: Notebook
    marks: Marks | None  # None: no news

    def grades(self, found: Rows) -> Iterator[Row]:
        """The rows of its graded cells."""
        for id in [*self.notebook.graded.values(), *self.notebook.tasks.values()]:
            row = {"notebook_id": self.row["id"], "cell_id": id}
            if self.marks and id in self.marks.scores:
                score, before = self.marks.scores[id], found.found.get((id, self.row["id"]), {})
                by_hand = score is None or before.get("manual_score") is not None
                row |= {"auto_score": score, "needs_manual_grade": by_hand and not self.marks.absent}
            yield row

    def comments(self) -> Iterator[Row]:
        """The rows of the cells that can have a comment."""
        for id in [*self.notebook.answers.values(), *self.notebook.tasks.values()]:
            row = {"notebook_id": self.row["id"], "cell_id": id}
            yield row | ({"auto_comment": self.marks.comments[id]} if self.marks and id in self.marks.comments else {})

    def is_graded(self, found: Rows) -> bool:
        """Was it handed in and graded, now or before?"""
        if self.marks:
            return not self.marks.absent
        rows = (row for (_, notebook), row in found.found.items() if notebook == self.row["id"])
        return any(row["auto_score"] is not None or row["needs_manual_grade"] for row in rows)

    def score(self, grades: Rows) -> float:
        """The points of its cells, as nbgrader adds them."""
        total = 0.0
        for (_, notebook), row in grades.found.items():
            points = row["auto_score"] if row["manual_score"] is None else row["manual_score"]
            if notebook == self.row["id"] and points is not None:
                total += points + (row["extra_credit"] or 0.0)
        return total

    def seconds_late(self, due: datetime | None) -> float:
        """How long after its due date the submission came."""
        when, more = self.submission["timestamp"], self.submission["extension"] or timedelta()
        return max(0.0, (when - due - more).total_seconds()) if when and due else 0.0


class Rows:
    """Rows of a table by key: those that are there, locked until the transaction ends, and those that are written."""

    def __init__(self, connection: Connection, table: Any, **key: list[str]) -> None:
        self._connection, self._table, self._key = connection, table, key
        query = select(table).with_for_update()
        for column, values in key.items():  # all of a key, so that the database has an index
            query = query.where(table.c[column].in_(values))
        self.found = {self._key_of(row): dict(row) for row in connection.execute(query).mappings()}

    def _key_of(self, row: Any) -> tuple[str, ...]:
        return tuple(row[name] for name in self._key)

    def write(self, rows: Iterable[Row]) -> None:
        """Make the rows that are missing, and change those that differ."""
        new, changed = [], []
        for row in rows:
            before = self.found.get(self._key_of(row))
            if before is None:
                self.found[self._key_of(row)] = made = self._blank() | row
                new.append(made)
            elif not row.items() <= before.items():
                before |= row
                changed.append({n: value for n, value in row.items() if n not in self._key} | {"row": before["id"]})
        if new:
            self._connection.execute(insert(self._table), new)
        if changed:
            self._connection.execute(update(self._table).where(self._table.c.id == bindparam("row")), changed)

    def _blank(self) -> Row:
        defaults = {column.name: column.default for column in self._table.columns}
        return {n: d.arg if d is not None and d.is_scalar else None for n, d in defaults.items()} | {"id": uuid4().hex}


def extend(course: Course, assignment: str, student: str, days: float) -> datetime | None:
    """Give a student days after an assignment's due date; returns after which time, in UTC, it is late now.

    Raises GradebookError for an assignment or a student that is not there, ValueError for days that are no number from
    0 on.
    """
    if not 0 <= days <= MOST_DAYS:
        raise ValueError(f"days: expected a number from 0 to {MOST_DAYS}, got {days:g}")
    engine, there = open_gradebook(course, assignment)
    try:
        with engine.begin() as connection:
            _alone(connection)
            _expect_student(connection, course, assignment, student)
            Rows(connection, student_table, id=[student]).write([{"id": student}])
            found = Rows(connection, submission_table, assignment_id=[there.id], student_id=[student])
            row = {
                "assignment_id": there.id,
                "student_id": student,
                "extension": timedelta(days=days) if days else None,
            }
            found.write([row])
    finally:
        engine.dispose()
    return there.due and there.due + timedelta(days=days)


def _expect_student(connection: Connection, course: Course, assignment: str, student: str) -> None:
    """Raise GradebookError for somebody of whom neither gradebook nor what was handed in knows."""
    known = set(connection.scalars(select(student_table.c.id)))
    known |= {each.student for each in course.submissions(assignment)}
    if student not in known:
        nearest = get_close_matches(student, known, 3)
        hint = f" (did you mean {', '.join(map(repr, nearest))}?)" if nearest else ""
        raise GradebookError(
            f"nobody called {student!r} is in the gradebook or has handed in {assignment}{hint}: "
            f"`nbgrader db student add {shlex.quote(student)}` puts somebody there"
        )


def stamp_in(folder: Path) -> bytes:
    """The note that the exchange leaves of when something was handed in."""
    with contextlib.suppress(OSError):
        return start_of(folder / "timestamp.txt", MOST_STAMP)
    return b""


def time_in(folder: Path, student: str) -> datetime | None:
    """The time in that note, in UTC; None, with a warning, where it says none."""
    text = stamp_in(folder).decode(errors="replace").strip()
    try:
        return timestamps.parse(text) if text else None
    except (ValueError, OverflowError) as error:
        log.warning("%s: timestamp.txt is left out: %s", student, error)
    return None


def put(path: Path, content: bytes, mode: int) -> None:
    """Write a file as a whole or not at all; leave one that is the same."""
    with contextlib.suppress(OSError):
        if path.read_bytes() == content:
            return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    part.write_bytes(content)
    part.chmod(mode)
    part.replace(path)
