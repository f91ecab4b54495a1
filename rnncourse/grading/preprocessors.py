"""What ``assignments/nbgrader_config.py`` adds to nbgrader: fairness to honest students, and clear messages.

Each class is an nbgrader preprocessor: it gets a notebook and returns it changed.
"""

from __future__ import annotations

from typing import Any

from nbformat import v4
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor
from nbgrader.utils import is_grade
from traitlets import List


class MendCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Before grading: cells that were copied, renamed or deleted cost nobody the whole submission.

    A cell whose nbgrader metadata do not fit the assignment counts as the student's own, ungraded; of two
    with one ``grade_id`` the last is graded, as nbgrader has it. A locked cell that is then missing is put
    back: set-up at the top, a test under its answer, or at the end when the answer is missing too. Every
    repair is logged, and said in the notebook above the cell.
    """

    def preprocess(self, nb: Any, resources: Any) -> Any:
        """Mend the notebook ``nb`` in place."""
        where = resources["nbgrader"]
        with Gradebook(where["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(where["notebook"], where["assignment"])
            points = {cell.name: cell.max_score for cell in notebook.grade_cells}
            answers = {cell.name for cell in notebook.solution_cells}
            source = [(c.name, c.cell_type, c.source, c.locked, c.checksum) for c in notebook.source_cells]
        known = {name for name, *_ in source}

        def note(text: str) -> Any:
            self.log.warning("%s, notebook %s: %s", where["student"], where["notebook"], text)
            return new_cell("markdown", f"*{text}*")

        cells: list[Any] = []
        seen: set[str] = set()
        for cell in reversed(nb.cells):
            cells.append(cell)
            meta = cell.metadata.get("nbgrader")
            if meta is None:
                continue
            name = str(meta.get("grade_id")) if isinstance(meta, dict) else ""
            if name not in known:
                wrong = f"the assignment has no cell with the grade_id {name!r}"
            elif name in seen:
                wrong = f"a later cell has the same grade_id {name!r}"
            elif (bool(meta.get("grade")), bool(meta.get("solution"))) != (name in points, name in answers):
                wrong = f"the nbgrader metadata of the cell {name!r} were changed"
            else:
                seen.add(name)
                continue
            del cell.metadata["nbgrader"]
            cells.append(note(f"The cell below counts as your own: {wrong}."))
        nb.cells = cells[::-1]

        before = None
        for name, cell_type, text, locked, checksum in source:
            if name not in seen and (locked or name in points):
                cell = new_cell(cell_type, text)
                meta = {"grade": name in points, "solution": name in answers, "locked": locked, "task": False}
                meta |= {"grade_id": name, "cell_type": cell_type, "checksum": checksum, "schema_version": 3}
                cell.metadata["nbgrader"] = meta | ({"points": points[name]} if name in points else {})
                at = 0 if name not in points else self._place_after(before, nb)
                nb.cells[at:at] = [note(f"The cell {name!r} was missing and was put back."), cell]
            before = name
        return nb, resources

    @staticmethod
    def _place_after(name: str | None, nb: Any) -> int:
        """Place below the cell ``name``, or at the end of the notebook when there is none."""
        for i, cell in enumerate(nb.cells):
            if cell.metadata.get("nbgrader", {}).get("grade_id") == name:
                return i + 1
        return len(nb.cells)


def new_cell(cell_type: str, source: str) -> Any:
    """A cell for the notebook."""
    new: Any = v4.new_code_cell if cell_type == "code" else v4.new_markdown_cell
    return new(source)


class KeepPointsDespiteStderr(NbGraderPreprocessor):  # type: ignore[misc]
    """After execution: nbgrader gives no points to a test cell with output on stderr; a warning is no mistake."""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> Any:
        """Let what a test cell wrote to stderr count as ordinary output."""
        if is_grade(cell) and cell.cell_type == "code":
            for output in cell.outputs:
                if output.output_type == "stream":
                    output.name = "stdout"
        return cell, resources


class HideTestsInFeedback(ClearHiddenTests):  # type: ignore[misc]
    """In the feedback: no hidden lines, and no traceback that quotes them."""

    display_data_priority: Any = List().tag(config=True)  # set for all by the HTML exporter, which else warns

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> Any:
        """Take the hidden lines out of ``cell``; of an error leave its last line."""
        if cell.cell_type == "code" and self.begin_test_delimeter in cell.source:
            for output in cell.outputs:
                if output.output_type == "error":
                    output.traceback = [f"{output.ename}: {output.evalue}"]
        return super().preprocess_cell(cell, resources, index)
