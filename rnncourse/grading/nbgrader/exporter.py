"""The hook by which `nbgrader autograde` grades as `rnncourse grade` does: ``c.Autograde.exporter_class``.

nbgrader converts a submission twice, first to sanitise it, then to run it. Here the first time gives the graded
notebook, from the bytes that were handed in; the second time nbgrader's preprocessors take the points out of it.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.converters import NbGraderException

from rnncourse.grading.jail.bubblewrap import NoJailError
from rnncourse.grading.nbgrader.course import Course
from rnncourse.grading.nbgrader.gradebook import open_gradebook
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
            for spec in self._specs.values():
                nursery_of(spec)
        except (ValueError, NoJailError) as error:
            self.log.error("%s", str(error))
            raise NbGraderException(str(error)) from error
        # nbgrader reads and copies what lies in a submission before it asks the exporter, and follows links.
        begin = converter.init_destination

        def init_destination(assignment: str, student: str) -> Any:
            if student not in directory.student_id_exclude.split(","):
                refuse_links(Path(directory.root, directory.submitted_directory), Path(self._folder(student)))
            return begin(assignment, student)

        converter.init_destination = init_destination

    def _folder(self, student: str) -> str:
        """Where a student's submission is."""
        here = self._directory
        return str(here.format_path(here.submitted_directory, student, here.assignment_id))

    def from_filename(self, filename: str, resources: Any = None, **keywords: Any) -> Any:
        """The notebook for nbgrader to write; graded if ``filename`` is a submission."""
        student, name = (resources["nbgrader"][key] for key in ("student", "notebook"))
        if Path(filename) != Path(self._folder(student)) / f"{name}.ipynb":
            return super().from_filename(filename, resources, **keywords)
        for job in self._course.jobs(self._directory.assignment_id, [student]):
            if job.notebook == name:
                result = Result.from_bytes(grade(job.student, job.submitted, self._specs[name], job.files))
                break
        else:
            raise NbGraderException(f"{filename} cannot be read, or is no notebook of the source")
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
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise NbGraderException(f"{path}: expected a file or a folder, got a link or a device; none is followed")
