"""An nbgrader course folder: where its source, submissions and gradebook are."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import secrets
import traceback
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import find_all_files
from traitlets import Bool, Float, Int, List, Unicode
from traitlets.config import Configurable
from traitlets.config.loader import PyFileConfigLoader

import rnncourse
from rnncourse import assignments
from rnncourse.grading.batch.jobs import Job
from rnncourse.grading.jail.bubblewrap import CONFINES, Confines
from rnncourse.grading.nbgrader import hints, source
from rnncourse.grading.nbgrader.submitted import Finder, Submission, notebook_of, start_of
from rnncourse.grading.submission.graft import STUBS
from rnncourse.grading.submission.job import Spec
from rnncourse.grading.submission.reader import source_of
from rnncourse.grading.submission.session import TIMES, Times


class NoCourseError(ValueError):
    """No nbgrader course, or no such assignment in it: what was looked for and where."""


class VersionError(ValueError):
    """Another package is installed than the one that the course stays with: which, and what to do."""


VERSION = re.compile(r"(?:rnncourse )?(\d[\w.]*)(?: \(code ([0-9a-f]{8})\))?")


class Grading(Configurable):
    """``c.Grading`` in nbgrader_config.py: what a submission may use, and what of it is looked at."""

    cell = Float(TIMES.cell, help="seconds for a cell of the student's").tag(config=True)
    test = Float(TIMES.test, help="seconds for all calls of one test").tag(config=True)
    total = Float(TIMES.total, help="seconds for a notebook").tag(config=True)
    memory = Int(CONFINES.memory >> 20, help="MB, all processes of a submission together").tag(config=True)
    processes = Int(CONFINES.processes, help="processes and threads").tag(config=True)
    disk = Int(CONFINES.disk >> 20, help="MB of files that a submission writes").tag(config=True)
    files = List(Unicode(), help="files that students may hand in beside the notebook, by name").tag(config=True)
    preload = List(
        Unicode(), ["matplotlib.pyplot"], help="modules to import once, besides what the instructor's notebooks import"
    ).tag(config=True)
    unsafe = Bool(False, help="run students' code without a jail, with the rights of who grades").tag(config=True)
    version = Unicode("", help="the package that grades and releases, as `rnncourse --version` says; empty: any").tag(
        config=True
    )

    def limits(self) -> tuple[Times, Confines]:
        """For a job. Raises ValueError for a limit that is not positive."""
        for name in ("cell", "test", "total", "memory", "processes", "disk"):
            if not getattr(self, name) > 0:
                raise ValueError(f"c.Grading.{name}: expected a number above 0, got {getattr(self, name)}")
        memory, disk = self.memory << 20, self.disk << 20
        confines = Confines(memory, self.processes, disk, min(disk, CONFINES.file), jail=not self.unsafe)
        return Times(self.cell, self.test, self.total), confines

    def expect_version(self) -> None:
        """Raise VersionError where the course stays with another package than the one that is installed."""
        if not self.version:
            return
        asked = VERSION.fullmatch(self.version)
        if asked is None:
            raise VersionError(
                "c.Grading.version: expected what `rnncourse --version` says, such as "
                f"{assignments.version()!r} or {rnncourse.__version__!r}, got {self.version!r}"
            )
        if asked[1] != rnncourse.__version__ or (asked[2] or assignments.code()[:8]) != assignments.code()[:8]:
            raise VersionError(
                f"this course stays with {self.version} (c.Grading.version in nbgrader_config.py), and "
                f"{assignments.version()} is installed: install that one again; or take this one for all, by changing "
                "the line, releasing and grading again"
            )


class Course:
    """A folder with an ``nbgrader_config.py``."""

    def __init__(self, folder: str | Path = ".", db_url: str | None = None) -> None:
        self.folder = Path(folder).resolve()
        self._last: Finder | None = None
        config_file = self.folder / "nbgrader_config.py"
        if not config_file.is_file():
            raise NoCourseError(f"no nbgrader_config.py in {self.folder}: name the course's folder with --course")
        try:
            config = PyFileConfigLoader(config_file.name, path=str(self.folder)).load_config()
            config.CourseDirectory.root = str(self.folder)
            if db_url is not None:
                config.CourseDirectory.db_url = db_url
            self.config: Any = config
            self.directory: Any = CourseDirectory(config=config)
            self.grading = Grading(config=config)
        except Exception as error:  # it is a program
            where = f"{config_file}{_line_of(error, config_file)}"
            raise NoCourseError(f"{where}: {type(error).__name__}: {error}") from error

    @property
    def db_url(self) -> str:
        """Where the gradebook is: SQLite in the folder, or what the configuration says."""
        return str(self.directory.db_url)

    def notebooks(self, assignment: str) -> dict[str, str]:
        """The instructor's notebooks of an assignment, with their tests: name → JSON. Raises NoCourseError."""
        folder = self._source(assignment)
        try:
            found = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.ipynb"))}
        except UnicodeDecodeError as error:
            raise ValueError(f"a notebook in {folder} is not UTF-8: {error}") from error
        if not found:
            known = sorted(path.name for path in folder.parent.glob("*") if any(path.glob("*.ipynb")))
            raise NoCourseError(
                f"no assignment {assignment!r} in {folder.parent}; there are {', '.join(known) or 'none'}"
            )
        return found

    def _source(self, assignment: str) -> Path:
        return Path(self.directory.format_path(self.directory.source_directory, ".", assignment))

    def beside(self, assignment: str) -> dict[str, bytes]:
        """What stands beside the instructor's notebooks, by relative path."""
        folder = self._source(assignment)
        found = [Path(path) for path in find_all_files(str(folder), [*self.directory.ignore, "*.ipynb"])]
        return {str(path.relative_to(folder)): path.read_bytes() for path in found}

    def specs(self, assignment: str, jail: bool = True, key: bytes | None = None) -> dict[str, Spec]:
        """What all submissions of an assignment share, by notebook. ``jail=False``: as ``c.Grading.unsafe``.

        Raises VersionError where the course stays with another package; ValueError for a notebook of the instructor's
        that cannot be graded, see :func:`source.check`, and for a hint of the instructor's own that cannot be read.
        """
        self.grading.expect_version()
        notebooks = self.notebooks(assignment)
        for name, text in notebooks.items():
            source.check(name, text)
        times, confines = self.grading.limits()
        preload = sorted(set().union(self.grading.preload, *(imports(text) for text in notebooks.values())))
        confines = replace(confines, jail=confines.jail and jail)
        shared = tuple(preload), times, confines, tuple(sorted(self.beside(assignment).items())), self.stubs()
        key = self.key() if key is None else key
        own = {name: tuple(hints.usable(self.folder, text)) for name, text in notebooks.items()}
        return {name: Spec(text, key, *shared, own[name]) for name, text in notebooks.items()}

    def stubs(self) -> tuple[str, str]:
        """What nbgrader releases in the place of a solution, in code and in text, as ``c.ClearSolutions`` says."""
        code, text = (self.config.ClearSolutions.get(name) for name in ("code_stub", "text_stub"))
        code = code.get("python") if isinstance(code, dict) else code
        return code or STUBS[0], text or STUBS[1]

    def submissions(self, assignment: str, students: Collection[str] | None = None) -> Iterator[Submission]:
        """What was handed in, by student; links are never followed. Everybody is there who handed something in.

        Of students who are named, those are left out who handed in nothing.
        """
        folder = Path(self.directory.format_path(self.directory.submitted_directory, "_", assignment)).parents[0].parent
        finder = self._finder(folder, assignment)
        if students is None:
            homes = sorted(folder.iterdir()) if folder.is_dir() else []
            homes = [home for home in homes if not finder.ignores(home.name)]
        else:  # of a name that leads elsewhere there is no submission
            homes = [folder / name for name in sorted({*students}) if Path(name).name == name != ".."]
        for home in homes:
            if os.path.lexists(home):
                yield from finder.of(home)

    def _finder(self, submitted: Path, assignment: str) -> Finder:
        sources = self.notebooks(assignment)
        if self._last is not None and (self._last.submitted, self._last.sources) == (submitted, sources):
            return self._last
        released = {name: source.released(name, text, self.config) for name, text in sources.items()}
        others = {
            name
            for path in self._source(assignment).parent.glob("*/*.ipynb")
            if path.parent.name != assignment
            for name in (path.parent.name, path.stem)
        }
        ignored = (*self.directory.ignore, *self.grading.files)
        others -= {assignment, *sources}
        self._last = Finder(submitted, assignment, sources, released, self.stubs(), frozenset(others), ignored)
        return self._last

    def job(self, submission: Submission) -> Job:
        """A submission, read: no more of a file than a job takes, of a long notebook no outputs."""
        files = {}
        for name in self.grading.files:
            path = submission.path.parent / name
            if path.is_file() and path.resolve() == path.parent.resolve() / path.name:
                files[name] = start_of(path)
        return Job(submission.student, submission.notebook, notebook_of(submission.path), files)

    def jobs(self, assignment: str, students: Collection[str] | None = None) -> Iterator[Job]:
        """All submissions that are not refused, read one after the other."""
        return (self.job(found) for found in self.submissions(assignment, students) if not found.refused)

    def key(self) -> bytes:
        """The course's secret, from which students' cases are drawn; made at first, readable for its owner alone."""
        path = self.folder / ".grading_key"
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(32))
        return path.read_bytes()


def _line_of(error: Exception, file: Path) -> str:
    """Where in a file an error was raised."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return f", line {lines[-1]}" if lines else ""


def imports(notebook: str) -> set[str]:
    """The modules that a notebook's code imports, as its cells name them."""
    found: set[str] = set()
    for cell in json.loads(notebook)["cells"]:
        if cell["cell_type"] == "code":
            with contextlib.suppress(SyntaxError):  # magics
                for node in ast.walk(ast.parse(source_of(cell))):
                    if isinstance(node, ast.Import):
                        found |= {alias.name for alias in node.names}
                    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                        found.add(node.module)
    return found
