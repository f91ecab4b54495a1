"""A copy of the nbgrader course in which students hand in and nbgrader grades."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from bs4 import BeautifulSoup
from nbgrader.api import Gradebook

from rnncourse.checks import find
from rnncourse.checks.mistakes import Mistake

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"
# Another process took the TCP port of a kernel while it started. nbgrader goes on; a second call grades what is left.
LOST_PORT = "Kernel died before replying"
BEGIN, END = "### BEGIN ", "### END "


def cut(source: str, region: str, stub: str | None = None) -> str:
    """A cell's source without its SOLUTION or HIDDEN TESTS, with the stub in their place."""
    lines, inside = [], False
    for line in source.split("\n"):
        if BEGIN + region in line:
            inside = True
            if stub is not None:
                lines.append(line[: line.index(BEGIN)] + stub)
        elif END + region in line:
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines)


def region(source: str, name: str) -> str:
    """What stands between the marks."""
    return source.partition(BEGIN + name)[2].partition("\n")[2].partition(END + name)[0]


def variant(exercise: str, form: str = "") -> str:
    """The source of an answer: the exercise's variant with one mistake, or with none, which is right."""
    return f"""from rnncourse.checks import find
{exercise.partition(".")[2]} = find({exercise!r}).variant({repr(form) if form else ""})
"""


def plain(text: str) -> str:
    """Text without line breaks and without the marks of code."""
    return " ".join(text.replace("`", "").split())


class Course:
    """One assignment of the course in a folder of its own."""

    switched: dict[str, dict[str, tuple[Mistake, str]]]  # student → test cell → mistake and its form
    typed: dict[str, dict[str, str]]  # student → test cell → mistake's id

    def __init__(self, folder: Path, assignment: str) -> None:
        self.folder, self.assignment = folder, assignment
        shutil.copytree(ASSIGNMENTS / "source" / assignment, folder / "source" / assignment)
        shutil.copy(ASSIGNMENTS / "nbgrader_config.py", folder)
        self.source = self.notebook("source")
        self.log = ""

    def nbgrader(self, *command: str, check: bool = True) -> str:
        """Run nbgrader as a lecturer does, inside the folder; returns what it said."""
        names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
        own = os.environ | {name: str(self.folder / ".jupyter") for name in names}
        own["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{own['PATH']}"  # nbgrader calls `alembic`
        call = [sys.executable, "-m", "nbgrader", *command]
        for _ in range(2):
            done = subprocess.run(call, cwd=self.folder, env=own, text=True, capture_output=True, check=False)
            said = done.stdout + done.stderr
            self.log += said
            if done.returncode == 0 or LOST_PORT not in said:
                break
        assert done.returncode == 0 or not check, f"nbgrader {' '.join(command)}:\n{said}"
        return said

    def notebook(self, *where: str) -> Any:
        """The notebook of "source", "release", ("submitted", STUDENT) or ("autograded", STUDENT)."""
        return nbformat.read(self.folder.joinpath(*where, self.assignment, f"{self.assignment}.ipynb"), as_version=4)

    def submit(self, student: str, answers: dict[str, str], edit: Callable[[Any], None] = lambda nb: None) -> None:
        """Hand in the released notebook with these sources in its cells, by cell id."""
        nb = copy.deepcopy(self.release)
        for cell in nb.cells:
            cell.source = answers.get(cell.id, cell.source)
        edit(nb)
        path = self.folder / "submitted" / student / self.assignment / f"{self.assignment}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(nb, path)

    def configure(self, line: str) -> None:
        """Add a line to the course's settings."""
        with (self.folder / "nbgrader_config.py").open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def stock(self, *students: str) -> Course:
        """The assignment in a folder beside it, with these submissions, as nbgrader grades it without our exporter."""
        other = copy.copy(self)
        other.folder = self.folder / "stock"
        for student in students:
            shutil.copytree(self.folder / "submitted" / student, other.folder / "submitted" / student)
        for name in ("gradebook.db", "nbgrader_config.py"):
            shutil.copy(self.folder / name, other.folder)
        with Gradebook(f"sqlite:///{other.folder}/gradebook.db") as gradebook:
            for submission in gradebook.find_assignment(self.assignment).submissions:
                gradebook.remove_submission(self.assignment, submission.student.id)
        for setting in ("exporter_class", "sanitize_preprocessors", "autograde_preprocessors"):
            other.configure(f"del c.Autograde.{setting}")
        return other

    @property
    def release(self) -> Any:
        """What students get."""
        return self.notebook("release")

    @property
    def answers(self) -> dict[str, str]:
        """The source's own answers, by cell id."""
        return {c.id: c.source for c in self.source.cells if c.metadata.get("nbgrader", {}).get("solution")}

    @property
    def tests(self) -> dict[str, Any]:
        """The source's test cells, by cell id."""
        metas = {c.id: c for c in self.source.cells if c.cell_type == "code"}
        return {i: c for i, c in metas.items() if c.metadata.get("nbgrader", {}).get("grade")}

    def exercise(self, test: str) -> str:
        """The name of the exercise that a test cell examines: "cell-test" → "rnn.cell"."""
        return f"{self.assignment}.{test.removesuffix('-test').replace('-', '_')}"

    def signature(self, test: str) -> str:
        """The line that starts its answer."""
        return f"def {find(self.exercise(test)).signature}:"

    @property
    def points(self) -> dict[str, float]:
        """The points of every test cell."""
        return {i: c.metadata.nbgrader.points for i, c in self.tests.items()}

    def scores(self, student: str) -> dict[str, float | None]:
        """The automatic score of every graded cell."""
        with Gradebook(f"sqlite:///{self.folder}/gradebook.db") as gradebook:
            notebook = gradebook.find_submission_notebook(self.assignment, self.assignment, student)
            return {grade.name: grade.auto_score for grade in notebook.grades}

    def html(self, student: str) -> str:
        """The student's feedback page."""
        return (self.folder / "feedback" / student / self.assignment / f"{self.assignment}.html").read_text("utf-8")

    def feedback(self, student: str) -> dict[str, str]:
        """What the feedback page says at every graded cell, by grade_id."""
        soup = BeautifulSoup(self.html(student), "html.parser")
        anchors = {a["name"]: a.find_parent("div", class_="cell") for a in soup.find_all("a", attrs={"name": True})}
        return {name: plain(cell.get_text()) for name, cell in anchors.items() if cell is not None}
