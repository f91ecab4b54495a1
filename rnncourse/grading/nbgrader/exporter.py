"""The hook by which `nbgrader autograde` grades as `rnncourse grade` does: ``c.Autograde.exporter_class``.

nbgrader converts a submission twice, first to sanitise it, then to run it. Here the first time gives the graded
notebook, from the bytes that were handed in; the second time nbgrader's preprocessors take the points out of it.
"""

from __future__ import annotations

import itertools
import os
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook
from nbgrader.converters import NbGraderException

from rnncourse.grading.jail.bubblewrap import NoJailError
from rnncourse.grading.nbgrader.classroom import BusyError, examined, locked
from rnncourse.grading.nbgrader.course import Course
from rnncourse.grading.nbgrader.gradebook import open_gradebook, time_in
from rnncourse.grading.nbgrader.submitted import Submission, as_text, tell
from rnncourse.grading.submission.job import Result, grade, nursery_of


class GradingExporter(NotebookExporter):
    """Gives nbgrader's converter ``Autograde`` a graded notebook in the place of a sanitised one."""

    def __init__(self, config: Any = None, **keywords: Any) -> None:
        super().__init__(config=config, **keywords)  # type: ignore[no-untyped-call]
        converter: Any = self.parent
        directory = self._directory = converter.coursedir
        try:
            self._course = Course(directory.root, directory.db_url)
            engine, self._assignment = open_gradebook(self._course, directory.assignment_id)
            engine.dispose()
            self._specs = self._course.specs(directory.assignment_id)
            for name, spec in self._specs.items():
                nursery_of(spec)
                with locked(self._course.folder):
                    for doubt in examined(self._course, directory.assignment_id, name, spec):
                        self.log.warning("%s.ipynb of the source: %s", name, doubt)
            self._found, unread = self._choose()
        except (ValueError, OSError, BusyError, NoJailError) as error:
            self.log.error("%s", str(error))
            raise NbGraderException(str(error)) from error
        # nbgrader looks for files by their names; who named them otherwise is graded all the same, or is told of.
        converter.assignments = {}
        for student, name in self._found:
            converter.assignments.setdefault(self._folder(student), []).append(str(self._expected(student, name)))
        convert, begin, initialise = converter.convert_notebooks, converter.init_destination, converter.init_assignment

        def convert_notebooks() -> None:
            try:
                with locked(self._course.folder):
                    convert()
            except BusyError as error:
                self.log.error("%s", str(error))
                raise NbGraderException(str(error)) from error
            finally:
                for student, why in unread.items():
                    self.log.error("There was an error processing assignment '%s' for student '%s': %s",
                                   directory.assignment_id, as_text(student), why)  # fmt: skip
            if unread:
                raise NbGraderException(f"not graded: {', '.join(map(as_text, unread))}")

        def init_destination(assignment: str, student: str) -> Any:
            # nbgrader reads and copies what lies in a submission before it asks the exporter, and follows links.
            if student not in directory.student_id_exclude.split(","):
                refuse_links(Path(directory.root, directory.submitted_directory), Path(self._folder(student)))
            return begin(assignment, student)

        def init_assignment(assignment: str, student: str) -> None:
            initialise(assignment, student)
            self._tasks_are_there(student)
            graded = Path(directory.format_path(directory.autograded_directory, student, assignment))
            if time_in(graded, student) is None:  # nbgrader has copied it, and reads it again for the feedback
                (graded / "timestamp.txt").unlink(missing_ok=True)

        def get_existing_timestamp(folder: str) -> Any:
            # nbgrader reads all of a file that a student may have written, and opens what it names as a time zone
            return time_in(Path(folder), Path(folder).parent.name)

        directory.get_existing_timestamp = get_existing_timestamp
        converter.convert_notebooks, converter.init_destination = convert_notebooks, init_destination
        converter.init_assignment = init_assignment

    def _choose(self) -> tuple[dict[tuple[str, str], Submission], dict[str, str]]:
        """What is graded, by student and notebook, and who is not, with the reason."""
        found: dict[tuple[str, str], Submission] = {}
        unread: dict[str, str] = {}
        here = self._directory
        submitted = Path(here.root, here.submitted_directory)
        for each in self._course.submissions(here.assignment_id):
            student = each.student
            if student in here.student_id_exclude.split(",") or not fnmatchcase(student, here.student_id):
                continue
            if each.refused:
                unread.setdefault(student, f"{each.notebook}: {each.refused}")
            elif fnmatchcase(each.notebook, here.notebook_id):
                try:
                    refuse_links(submitted, Path(self._folder(student)))
                    found[student, each.notebook] = each
                except NbGraderException as error:
                    unread.setdefault(student, str(error))
        return found, unread

    def _tasks_are_there(self, student: str) -> None:
        """Of a file of another name nbgrader has noted that it is missing: 0 points for what a person reads in it."""
        here = self._directory
        elsewhere = [n for (s, n), each in self._found.items() if s == student and each.path != self._expected(s, n)]
        for name in elsewhere:
            with Gradebook(here.db_url, here.course_id) as book:
                for each in book.find_submission_notebook(name, here.assignment_id, student).grades:
                    if each.cell.type == "TaskCell":
                        each.auto_score, each.needs_manual_grade = None, each.manual_score is None
                book.db.commit()

    def _folder(self, student: str) -> str:
        """Where a student's submission is."""
        here = self._directory
        return str(here.format_path(here.submitted_directory, student, here.assignment_id))

    def _expected(self, student: str, name: str) -> Path:
        return Path(self._folder(student)) / f"{name}.ipynb"

    def from_filename(self, filename: str, resources: Any = None, **keywords: Any) -> Any:
        """The notebook for nbgrader to write; graded if ``filename`` is a submission."""
        student, name = (resources["nbgrader"][key] for key in ("student", "notebook"))
        if Path(filename) != self._expected(student, name):
            return super().from_filename(filename, resources, **keywords)
        found = self._found[student, name]
        job = self._course.job(found)
        result = Result.from_bytes(grade(job.student, job.submitted, self._specs[name], job.files))
        tell(result, found.note)
        for sentence in [*result.mended, *result.stopped, *result.suspicious, result.unreadable]:
            if sentence:
                self.log.warning("%s, notebook %s: %s", student, name, sentence)
        self._assignment.notebooks[name].sign(result.notebook)
        return super().from_notebook_node(nbformat.from_dict(result.notebook), resources)  # type: ignore[no-untyped-call]


def refuse_links(submitted: Path, folder: Path) -> None:
    """Raise NbGraderException where a link leads to a submission, or where one is in it, or anything but files."""
    above = (path for path in (*folder.parents, folder) if path != submitted and path.is_relative_to(submitted))
    inside = (Path(home, name) for home, folders, files in os.walk(folder) for name in (*folders, *files))
    for path in itertools.chain(above, inside):
        if path.is_symlink() or (os.path.lexists(path) and not (path.is_dir() or path.is_file())):
            where = as_text(str(path.relative_to(submitted)))
            raise NbGraderException(f"{where}: expected a file or a folder, got a link or a device; none is followed")
