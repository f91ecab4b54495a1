"""A whole class: what was handed in goes into the gradebook; a run may be interrupted anywhere, and is gone on with.

In the course's folder ``.grading`` stand ``ASSIGNMENT.jsonl``, the journal with the last result of every submission,
and, while a run has not come to its end, a file that names the run. A result goes into the gradebook first and then
into the journal: what the journal has, the gradebook has.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import multiprocessing
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import BrokenExecutor, Executor
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from rnncourse.grading.batch.errors import ClusterError, WorkersDiedError
from rnncourse.grading.batch.jobs import Job, Journal, run
from rnncourse.grading.nbgrader.course import Course
from rnncourse.grading.nbgrader.gradebook import GradebookError, Writer, open_gradebook, said_by, submission_table
from rnncourse.grading.nbgrader.submitted import Submission, as_text, tell
from rnncourse.grading.submission.job import Result, Spec, grade
from rnncourse.grading.submission.model import Work, examine
from rnncourse.grading.submission.reader import settings
from rnncourse.grading.submission.sanitise import clean_text

MOST_WHY = 2_000  # characters of why somebody is not graded: an error may quote what was handed in
MOST_UNSAVED, MOST_SECONDS = 25, 1.0  # results, and seconds of them, that a crash may cost

# A Result without its notebook and reports, and "name", "note", "instructor", "run", "gradebook"; who was not read:
# "unreadable".
Entry = dict[str, Any]
Progress = Callable[[int, int, Entry | None], None]  # so many, of so many, the last one


class BusyError(RuntimeError):
    """Another run has the gradebook: which."""


class UnfinishedError(RuntimeError):
    """A run has not come to its end: why; ``done`` of ``total`` submissions are graded, and stay so."""

    def __init__(self, why: str, done: int, total: int) -> None:
        super().__init__(why)
        self.done, self.total = done, total


def grade_class(
    course: Course,
    assignment: str,
    *,
    executor: Callable[[], Executor],
    waiting: int,
    students: Collection[str] | None = None,
    only_changed: bool = False,
    jail: bool = True,
    progress: Progress | None = None,
) -> list[Entry]:
    """Grade what was handed in for an assignment, by these students or by all, and return an entry for each.

    A run that was interrupted is gone on with: what it has graded stays, unless it has changed since. ``only_changed``
    grades what has changed since any earlier run: submission, instructor's notebook and files, limits; of what stays,
    the penalty for lateness is worked out again, which depends on dates and points that a person changes.

    Raises UnfinishedError when interrupted (SIGINT, SIGTERM) and when disk or database fail, BusyError, NoJailError;
    ValueError for a course, an assignment or students that are not there.
    """
    specs = course.specs(assignment, jail)
    found = list(course.submissions(assignment, students))
    absent = sorted({*map(as_text, students)} - {each.student for each in found}) if students is not None else []
    if absent or not found:
        where = course.directory.format_path(course.directory.submitted_directory, "STUDENT", assignment)
        raise ValueError(f"{assignment}: nothing was handed in by {', '.join(absent) or 'anybody'}; expected {where}")
    with locked(course.folder):
        this = _Run(course, assignment, specs, found, progress)
        this.examine(executor)
        this.resume(students, only_changed)
        this.grade(executor, waiting)
        return this.finish(students)


def last(course: Course, assignment: str) -> tuple[list[Entry], bool]:
    """The last result of every submission, and whether a run waits for being gone on with.

    Raises ValueError where nothing has been graded.
    """
    path = _journal(course, assignment)
    entries = list(Journal(path).read().values()) if path.exists() else []
    if not entries:
        raise ValueError(f"{assignment}: nothing has been graded yet; expected {path}")
    return entries, _unfinished(course, assignment, None).exists()


def _journal(course: Course, assignment: str) -> Path:
    return course.folder / ".grading" / f"{assignment}.jsonl"


def examined(course: Course, assignment: str, name: str, spec: Spec, work: Work = grade) -> tuple[str, ...]:
    """What is doubtful about an instructor's notebook, whose own answers are graded first, once for a specification.

    Raises ValueError for a notebook whose own cells fail, or whose own answers get nothing.
    """
    try:
        found = examine(spec, course.folder / ".grading" / f"{assignment}-{name}.model.json", work)
    except (BrokenExecutor, WorkersDiedError):
        raise ValueError(f"{name}.ipynb of the source: the process that graded its own answers died") from None
    if found.refused:
        raise ValueError(f"{name}.ipynb of the source cannot grade anybody: {'; '.join(found.refused)}")
    return found.doubtful


def _unfinished(course: Course, assignment: str, students: Collection[str] | None) -> Path:
    """The file that is there while a run for these students, or for all, has not come to its end."""
    chosen = "" if students is None else "-" + hashlib.sha256(repr(sorted(students)).encode()).hexdigest()[:12]
    return course.folder / ".grading" / f"{assignment}{chosen}.unfinished"


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Nobody else in here for this course. Raises BusyError."""
    import fcntl

    home = folder / ".grading"
    home.mkdir(mode=0o700, exist_ok=True)
    with (home / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise BusyError(f"this course is being graded already, by {file.read() or 'another run'}") from None
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()}, since {time.strftime('%Y-%m-%d %H:%M:%S')}")
        file.flush()
        yield


class _Run:
    """One run: what it keeps of earlier ones, what it has graded, and what of this is not in the journal yet."""

    def __init__(
        self,
        course: Course,
        assignment: str,
        specs: dict[str, Spec],
        found: list[Submission],
        progress: Progress | None,
    ) -> None:
        self.course, self.assignment, self.specs = course, assignment, specs
        self.found, self.progress = found, progress
        self.notes = {(each.student, each.notebook): each.note for each in found}
        self.journal = Journal(_journal(course, assignment))
        self.entries: list[Entry] = []
        self.unsaved: list[Entry] = []
        self.saved = time.monotonic()
        self.interruption = _Interruption()

    def examine(self, executor: Callable[[], Executor]) -> None:
        """Look at gradebook and instructor's notebooks before anybody is graded in vain.

        Raises GradebookError for an assignment that has changed since it was released, ValueError for a notebook whose
        own cells fail, or whose own answers get nothing.
        """
        self.gradebook, self.there = self._in_gradebook()

        def work(*job: Any) -> bytes:
            pool = executor()
            try:
                return pool.submit(grade, *job).result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

        self.doubts = {
            name: examined(self.course, self.assignment, name, spec, work) for name, spec in self.specs.items()
        }

    def resume(self, students: Collection[str] | None, only_changed: bool) -> None:
        """Find out which entries of earlier runs may stay."""
        self.mark = _unfinished(self.course, self.assignment, students)
        if not self.mark.exists():
            _replace(self.mark, secrets.token_hex(8))
        gradebook, there = self.gradebook, self.there
        self.about = {"run": self.mark.read_text(encoding="utf-8"), "gradebook": gradebook}
        self.before = self.journal.read()
        self.known = {
            key: entry
            for key, entry in self.before.items()
            if (only_changed or entry.get("run") == self.about["run"])
            and entry.get("gradebook") == gradebook
            and key[0] in there
            and entry.get("note", "") == self.notes.get(key)
            and self._graded(*key).is_file()
        }

    def _graded(self, student: str, name: str) -> Path:
        """The graded notebook, of which feedback is made."""
        directory = self.course.directory
        home = directory.format_path(directory.autograded_directory, student, self.assignment)
        return Path(home, f"{name}.ipynb")

    def _in_gradebook(self) -> tuple[str, set[str]]:
        """What tells this gradebook's assignment from every other one; the students who have a submission in it.

        Raises GradebookError for an assignment that has changed since it was released, before it is graded in vain.
        """
        engine, there = open_gradebook(self.course, self.assignment)
        of_it = submission_table.c.assignment_id == there.id
        with engine.connect() as connection:
            students = set(connection.scalars(select(submission_table.c.student_id).where(of_it)))
        engine.dispose()
        for name, spec in self.specs.items():
            all_settings = map(settings, json.loads(spec.notebook)["cells"])
            wanted = {found["grade_id"]: float(found["points"]) for found in all_settings if found.get("grade")}
            known = there.notebooks[name].most if name in there.notebooks else {}
            cells = name not in there.notebooks or wanted.keys() != there.notebooks[name].graded.keys()
            if cells:
                why = "graded cells have come or gone"
            elif other := [cell for cell in wanted if wanted[cell] != known[cell]]:
                why = f"{other[0]!r} has {wanted[other[0]]:g} points, in the gradebook {known[other[0]]:g}"
            else:
                continue
            what = f"`nbgrader generate_assignment --force {self.assignment}` makes the gradebook fit"
            if students and cells:
                what = "nbgrader lets none come or go once somebody is in the gradebook; put the source back as it was"
            raise GradebookError(f"the notebook {name!r} is not as it was released, {why}: {what}")
        return there.id, students

    def grade(self, executor: Callable[[], Executor], waiting: int) -> None:
        """Grade what is left. Raises UnfinishedError."""
        if self.progress is not None:
            self.progress(0, len(self.found), None)
        others = set(multiprocessing.active_children())
        results = run(self._left(), self.specs, executor, waiting)
        try:
            with Writer(self.course, self.assignment) as self.writer, self.interruption, contextlib.closing(results):
                try:
                    for student, name, result in results:
                        self._take(student, name, result)
                finally:
                    self._save()
        except KeyboardInterrupt:
            raise self._ended("interrupted") from None
        except (OSError, SQLAlchemyError, ClusterError) as error:
            if isinstance(error, ClusterError) and not self.entries:  # there has been no cluster
                raise
            raise self._ended(said_by(error)) from error
        finally:
            for worker in {*multiprocessing.active_children()} - others:  # nobody waits for what they have in hand
                worker.terminate()

    def _ended(self, why: str) -> UnfinishedError:
        saved = self.entries[: len(self.entries) - len(self.unsaved)]
        return UnfinishedError(why, sum(not entry["unreadable"] for entry in saved), len(self.found))

    def _left(self) -> Iterator[Job]:
        """The jobs, read one after the other, that no entry stands for."""
        for each in self.found:
            refused = each.refused
            try:
                job = None if refused else self.course.job(each)
            except OSError as error:  # it cannot be read, or was put away meanwhile
                job, refused = None, str(error)
            entry = self.known.get((each.student, each.notebook))
            if job is None:
                self._take(each.student, each.notebook, refused)
            elif entry is not None and entry["digest"] == job.digest(self.specs[each.notebook]):
                self.writer.again(each.student)
                self._note(entry)
            else:
                yield job

    def _take(self, student: str, name: str, result: Result | str) -> None:
        """A result, or why there is none."""
        with self.interruption.later():
            note = self.notes.get((student, name), "")
            try:
                if isinstance(result, Result):
                    tell(result, note)
                    self.writer.write(name, result)
            except GradebookError as error:
                result = str(error)
            if isinstance(result, str):
                result = Result(student, "", "", unreadable=clean_text(result, MOST_WHY))
            entry = vars(result) | {"name": name, "note": note, "instructor": self.doubts[name]} | self.about
            del entry["notebook"], entry["reports"]  # they are long, and "mistakes" has what a class is told
            self.unsaved.append(entry)
            self._note(entry)
            if len(self.unsaved) >= MOST_UNSAVED or time.monotonic() - self.saved > MOST_SECONDS:
                self._save()

    def _note(self, entry: Entry) -> None:
        self.entries.append(entry)
        if self.progress is not None:
            self.progress(len(self.entries), len(self.found), entry)

    def _save(self) -> None:
        self.writer.flush()
        self.journal.add(*self.unsaved)
        self.unsaved.clear()
        self.saved = time.monotonic()

    def finish(self, students: Collection[str] | None) -> list[Entry]:
        """Write the journal anew, an entry a submission, and take away the mark of a run that is under way."""
        latest = {(entry["student"], entry["name"]): entry for entry in self.entries}
        others = {} if students is None else {k: e for k, e in self.before.items() if k[0] not in {*students}}
        kept = others | latest
        _replace(self.journal.path, "".join(json.dumps(kept[key], ensure_ascii=False) + "\n" for key in sorted(kept)))
        self.mark.unlink()
        return [latest[key] for key in sorted(latest)]


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    new = path.with_name(path.name + ".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


class _Interruption:
    """Ctrl-C and SIGTERM end a run while it waits for results, and never in the middle of writing one."""

    def __init__(self) -> None:
        self.busy = self.came = False

    def __enter__(self) -> _Interruption:
        self.before = {}
        if threading.current_thread() is threading.main_thread():
            self.before = {number: signal.signal(number, self) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def __call__(self, number: int, frame: object) -> None:
        again, self.came = self.came, True
        if again or not self.busy:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def later(self) -> Iterator[None]:
        """In here an interruption waits; a second one does not."""
        self.busy = True
        yield
        self.busy = False
        if self.came:
            raise KeyboardInterrupt
