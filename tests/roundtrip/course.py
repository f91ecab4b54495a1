"""A copy of the nbgrader course in which students hand in and nbgrader grades."""

from __future__ import annotations

import copy
import functools
import multiprocessing
import os
import pkgutil
import re
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
from bs4 import BeautifulSoup
from nbgrader.api import Gradebook

from rnncourse import checks
from rnncourse.chapters import chapters
from rnncourse.checks import find
from rnncourse.grading.nbgrader import course as graders
from rnncourse.grading.submission import job

ROOT = Path(__file__).parents[2]
ASSIGNMENTS = [each.name for each in chapters(ROOT) if each.graded]
# nbgrader takes seconds to import: one process does, and each command runs in a fork of it.
IMPORTED = multiprocessing.get_context("forkserver")
IMPORTED.set_forkserver_preload(["nbgrader.apps.nbgraderapp", "rnncourse.grading.nbgrader.exporter", "bs4"])
# What `find` reads at its first call, in half a second: a student's process is forked of one that has it.
CATALOGUE = tuple(f"{checks.__name__}.{module.name}" for module in pkgutil.iter_modules(checks.__path__))
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


def answer(test: str) -> str:
    """The id of the cell that a test cell examines."""
    return test.replace("-test", "-answer")


def packs(wrong: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Wrong answers, each a test and a mistake's id, in as few submissions as may be: by test, the ids.

    None has a mistake twice: what calls a function with the same mistake would be right given that.
    """
    found: list[dict[str, str]] = []
    for test, id in wrong:
        for pack in found:
            if test not in pack and id.split()[0] not in {other.split()[0] for other in pack.values()}:
                pack[test] = id
                break
        else:
            found.append({test: id})
    return found


def plain(text: str) -> str:
    """Text without line breaks and without the marks of code."""
    return " ".join(text.replace("`", "").split())


def run_nbgrader(command: tuple[str, ...], folder: Path, said: Path) -> None:
    """What ``nbgrader COMMAND`` does, in a process that may be spoilt; what it says goes into a file."""
    own = dict.fromkeys(("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"), str(folder / ".jupyter"))
    own["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls `alembic`
    os.environ.update(own)
    os.chdir(folder)
    with said.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    from nbgrader.apps.nbgraderapp import main

    sys.argv = ["nbgrader", *command]
    main()


class Course:
    """One assignment of the course in a folder of its own."""

    typed: dict[str, dict[str, str]]  # student → test cell → mistake's id

    def __init__(self, folder: Path, assignment: str) -> None:
        self.folder, self.assignment = folder, assignment
        shutil.copytree(ROOT / "assignments" / "source" / assignment, folder / "source" / assignment)
        shutil.copy(ROOT / "assignments" / "nbgrader_config.py", folder)
        self.kernels_over_sockets()
        self.source = self.notebook("source")
        self.log = ""

    def nbgrader(self, *command: str) -> str:
        """Run nbgrader as a lecturer does, inside the folder; returns what it said."""
        file = self.folder / "said"
        process = IMPORTED.Process(target=run_nbgrader, args=(command, self.folder, file))
        process.start()
        process.join()
        said = file.read_text("utf-8")
        self.log += said
        assert process.exitcode == 0, f"nbgrader {' '.join(command)}:\n{said}"
        return said

    def notebook(self, *where: str) -> Any:
        """The notebook of "source", "release", ("submitted", STUDENT) or ("autograded", STUDENT)."""
        return nbformat.read(self.folder.joinpath(*where, self.assignment, f"{self.assignment}.ipynb"), as_version=4)

    def filled(self, answers: dict[str, str]) -> Any:
        """The released notebook with these sources in its cells, by cell id."""
        nb = copy.deepcopy(self.release)
        for cell in nb.cells:
            cell.source = answers.get(cell.id, cell.source)
        return nb

    def submit(self, student: str, answers: dict[str, str], edit: Callable[[Any], None] = lambda nb: None) -> None:
        """Hand in the released notebook with these answers."""
        nb = self.filled(answers)
        edit(nb)
        path = self.folder / "submitted" / student / self.assignment / f"{self.assignment}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(nb, path)

    def grade(self, student: str, answers: dict[str, str]) -> tuple[dict[str, float], dict[str, str]]:
        """Points and what is said by test cell, as ``nbgrader autograde`` has them from the job of a submission."""
        spec = self.specs[self.assignment]
        result = job.Result.from_bytes(job.grade(student, nbformat.writes(self.filled(answers)).encode(), spec))
        said = {}
        for cell in result.notebook["cells"]:
            if (name := cell["metadata"].get("nbgrader", {}).get("grade_id")) in self.tests:
                said[name] = plain(" ".join(o["data"].get("text/plain", "") for o in cell["outputs"] if "data" in o))
        return result.scores, said

    def kernels_over_sockets(self) -> None:
        """In this folder: kernels that start together can race for a TCP port, and one of them dies."""
        self.configure(f"c.KernelManager.transport, c.KernelManager.ip = 'ipc', {str(self.folder / 'kernel')!r}")

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

    @functools.cached_property
    def specs(self) -> dict[str, job.Spec]:
        """What all submissions share, from this folder; their process has the catalogue, of which variants come."""
        found = graders.Course(self.folder).specs(self.assignment)
        return {name: replace(spec, preload=(*spec.preload, *CATALOGUE)) for name, spec in found.items()}

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

    @property
    def hidden_seeds(self) -> list[str]:
        """The seeds between the marks of the source."""
        return [re.findall(r"\d+", region(c.source, "HIDDEN TESTS"))[0] for c in self.tests.values()]

    def shows_of_the_hidden(self, student: str) -> list[str]:
        """What the student's feedback page has of the hidden tests."""
        return [hidden for hidden in ("HIDDEN", *self.hidden_seeds) if hidden in self.html(student)]

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
