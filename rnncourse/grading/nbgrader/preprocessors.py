"""What ``assignments/nbgrader_config.py`` adds to nbgrader's preprocessors, for releasing and for feedback."""

from __future__ import annotations

import json
from typing import Any

import nbformat
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from traitlets import List

from rnncourse.assignments import release, stamp
from rnncourse.grading.nbgrader.course import Grading
from rnncourse.grading.nbgrader.gradebook import expect_own
from rnncourse.grading.nbgrader.source import check


class CheckSource(NbGraderPreprocessor):  # type: ignore[misc]
    """Before an assignment is released: what says two things about its points is refused; the rest is stamped.

    So is a release by another package than the one that the course stays with, and one into another course's gradebook.
    """

    def preprocess(self, nb: Any, resources: Any) -> Any:
        """The notebook, with its release in the metadata. Raises ValueError."""
        Grading(config=self.config).expect_version()
        directory = CourseDirectory(config=self.config)
        expect_own(directory.db_url, resources["nbgrader"]["assignment"], directory.course_id)
        text = nbformat.writes(nb)
        check(resources["nbgrader"]["notebook"], text)
        nb.metadata["rnncourse"] = stamp(release(json.loads(text)))
        return nb, resources


class HideTestsInFeedback(ClearHiddenTests):  # type: ignore[misc]
    """In the feedback: no hidden lines, and no traceback that quotes them."""

    display_data_priority: Any = List().tag(config=True)  # set for all by the HTML exporter, which else warns

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> Any:
        """Take the hidden lines out of a test; of an error leave its last line. What a student wrote stays as it is."""
        if not is_grade(cell) or is_solution(cell):
            return cell, resources
        if cell.cell_type == "code" and self.begin_test_delimeter in cell.source:
            for output in cell.outputs:
                if output.output_type == "error":
                    output.traceback = [f"{output.ename}: {output.evalue}"]
        return super().preprocess_cell(cell, resources, index)
