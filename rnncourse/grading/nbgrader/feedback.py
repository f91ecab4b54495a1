"""Feedback of a whole class: nbgrader's pages, of those whose graded notebook, points or comments have changed.

By itself nbgrader makes the pages that are missing, or with ``--force`` all. Here a digest of all that a page says is
kept in ``.grading/ASSIGNMENT.feedback.jsonl`` when the page is there; so a run that was interrupted goes on.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbgrader
from nbgrader.converters import GenerateFeedback, NbGraderException
from nbgrader.exchange import ExchangeError, ExchangeFactory
from sqlalchemy import select

from rnncourse import assignments
from rnncourse.grading.batch.jobs import Journal
from rnncourse.grading.nbgrader.classroom import locked
from rnncourse.grading.nbgrader.course import Course
from rnncourse.grading.nbgrader.gradebook import (
    MOST_STAMP,
    comment_table,
    grade_table,
    open_gradebook,
    put,
    submission_table,
    submitted_table,
)
from rnncourse.grading.nbgrader.submitted import as_text, start_of

EXCHANGED = "timestamp.txt", "submission_secret.txt"  # what the exchange leaves beside a submission
Say = Callable[[int, int, str], None]  # so many, of so many, which comes now


@dataclass
class Made:
    """Whose pages were made, whose stay as they are, and whose could not be made."""

    folder: str
    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        failed = f", {len(self.failed)} could not be made" if self.failed else ""
        return f"{self.folder}: {len(self.made)} made, {len(self.kept)} as they should be{failed}."


def make(course: Course, assignment: str, anew: bool = False, say: Say | None = None) -> Made:
    """Make the pages of all students who have a graded notebook. Raises ValueError where nobody has one, BusyError."""
    course.directory.assignment_id = assignment
    with locked(course.folder):
        pages = _Pages(course, assignment, anew, say)
        try:
            pages.start()
        except NbGraderException as error:
            if not pages.assignments:
                where = course.directory.format_path(course.directory.autograded_directory, "STUDENT", assignment)
                raise ValueError(f"{assignment}: nothing has been graded yet; expected {where}") from None
            if len(pages.digests) < len(pages.assignments):  # the gradebook, not somebody's notebook
                raise OSError(str(error)) from error
        pages.tell("")
        return pages.done()


@dataclass
class Released:
    """Who can fetch feedback now, and who handed in by another way than the exchange."""

    students: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def release(course: Course, assignment: str) -> Released:
    """Release all pages through the exchange, as `nbgrader release_feedback` does, which stops at who did not use it.

    Raises OSError where the exchange says no.
    """
    here, found = course.directory, Released()
    here.assignment_id = assignment
    for student in sorted(rows(course, assignment)):
        folder = Path(here.format_path(here.feedback_directory, student, assignment))
        if not any(folder.glob("*.html")):
            continue
        if not all((folder / name).is_file() for name in EXCHANGED):
            found.left_out.append(as_text(student))
            continue
        here.student_id = glob.escape(student)
        try:
            ExchangeFactory(config=course.config).ReleaseFeedback(coursedir=here, config=course.config).start()
        except ExchangeError as error:
            raise OSError(f"nbgrader's exchange: {error}") from error
        found.students.append(as_text(student))
    return found


class _Pages(GenerateFeedback):  # type: ignore[misc]
    """nbgrader's converter, which is told whose pages are to be made."""

    def __init__(self, course: Course, assignment: str, anew: bool, say: Say | None) -> None:
        silent = logging.getLogger(f"{__name__}.nbgrader")  # it says of each page what it did
        silent.setLevel(logging.ERROR)
        super().__init__(coursedir=course.directory, config=course.config, log=silent)
        self.force, self._say, self._begun = True, say, 0
        self._journal = Journal(course.folder / ".grading" / f"{assignment}.feedback.jsonl")
        self._known = {} if anew else {student: e["digest"] for (student, _), e in self._journal.read().items()}
        self._rows = rows(course, assignment)
        self._found = Made(str(Path(course.directory.feedback_directory)))
        self.digests: dict[str, str] = {}

    def tell(self, student: str) -> None:
        """Say which student's page comes now."""
        if self._say is not None:
            self._say(self._begun, len(self.assignments), as_text(student))
        self._begun += 1

    def done(self) -> Made:
        """Who has a page now."""
        self._found.failed = sorted(as_text(s) for s in {*self.digests} - {*self._found.made, *self._found.kept})
        return self._found

    def init_destination(self, assignment_id: str, student_id: str) -> Any:
        """Is there something to be made for a student?"""
        self.tell(student_id)
        wanted = self.digests[student_id] = self._digest(student_id)
        there = all(self._page(student_id, name).is_file() for name in self.notebooks)
        if self._known.get(student_id) == wanted and there:
            self._found.kept.append(student_id)
            return False
        return super().init_destination(assignment_id, student_id)

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Put beside a page what the exchange asks for, which came with the submission."""
        super().init_assignment(assignment_id, student_id)
        here = self.coursedir
        submitted = Path(here.format_path(here.submitted_directory, student_id, assignment_id))
        for name in EXCHANGED:
            with contextlib.suppress(OSError):
                if content := start_of(submitted / name, MOST_STAMP):
                    put(Path(self._format_dest(assignment_id, student_id), name), content, 0o600)

    def set_permissions(self, assignment_id: str, student_id: str) -> None:
        """The last step for a student."""
        super().set_permissions(assignment_id, student_id)
        self._journal.add({"student": student_id, "name": assignment_id, "digest": self.digests[student_id]})
        self._found.made.append(student_id)

    def _page(self, student: str, notebook: str) -> Path:
        return Path(self._format_dest(self.coursedir.assignment_id, student), f"{Path(notebook).stem}.html")

    def _digest(self, student: str) -> str:
        """Of all that a student's pages say."""
        said = repr((nbgrader.__version__, assignments.code(), self.preprocessors, self._rows.get(student)))
        parts = [said.encode(), *(Path(name).read_bytes() for name in self.notebooks)]
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def rows(course: Course, assignment: str) -> dict[str, list[str]]:
    """What the gradebook has of each student's submission: points, comments, what lateness costs."""
    engine, there = open_gradebook(course, assignment)
    found: dict[str, list[Any]] = defaultdict(list)
    asked = (
        (grade_table, ("cell_id", "auto_score", "manual_score", "extra_credit")),
        (comment_table, ("cell_id", "auto_comment", "manual_comment")),
    )
    late = submitted_table.c.notebook_id, submitted_table.c.late_submission_penalty
    whose = submitted_table.c.assignment_id == submission_table.c.id
    ours = submission_table.c.assignment_id == there.id
    said = [select(submission_table.c.student_id, *late).join_from(submitted_table, submission_table, whose)]
    for table, columns in asked:
        of_it = select(submission_table.c.student_id, *(table.c[name] for name in columns))
        joined = of_it.join_from(table, submitted_table, table.c.notebook_id == submitted_table.c.id)
        said.append(joined.join(submission_table, whose))
    try:
        with engine.connect() as connection:
            for each in said:
                for student, *row in connection.execute(each.where(ours)):
                    found[student].append(row)
    finally:
        engine.dispose()
    return {student: sorted(map(repr, several)) for student, several in found.items()}
