"""An nbgrader course folder: where its source, submissions and gradebook are."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader


class NoCourseError(ValueError):
    """No nbgrader course, or no such assignment in it: what was looked for and where."""


@dataclass(frozen=True)
class Submission:
    """What a student handed in for a notebook of an assignment."""

    student: str
    notebook: str
    path: Path


class Course:
    """A folder with an ``nbgrader_config.py``."""

    def __init__(self, folder: str | Path = ".", db_url: str | None = None) -> None:
        self.folder = Path(folder).resolve()
        config_file = self.folder / "nbgrader_config.py"
        if not config_file.is_file():
            raise NoCourseError(f"no nbgrader_config.py in {self.folder}: name the course's folder with --course")
        config = PyFileConfigLoader(config_file.name, path=str(self.folder)).load_config()
        config.CourseDirectory.root = str(self.folder)
        if db_url is not None:
            config.CourseDirectory.db_url = db_url
        self.config: Any = config
        self.directory: Any = CourseDirectory(config=config)

    @property
    def db_url(self) -> str:
        """Where the gradebook is: SQLite in the folder, or what the configuration says."""
        return str(self.directory.db_url)

    def notebooks(self, assignment: str) -> dict[str, str]:
        """The instructor's notebooks of an assignment, with their tests: name → JSON. Raises NoCourseError."""
        folder = Path(self.directory.format_path(self.directory.source_directory, ".", assignment))
        found = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.ipynb"))}
        if not found:
            known = sorted(path.name for path in folder.parent.glob("*") if any(path.glob("*.ipynb")))
            raise NoCourseError(
                f"no assignment {assignment!r} in {folder.parent}; there are {', '.join(known) or 'none'}"
            )
        return found

    def submissions(self, assignment: str) -> Iterator[Submission]:
        """What was handed in, by student; a link in its place is left out."""
        folder = Path(self.directory.format_path(self.directory.submitted_directory, "_", assignment)).parents[0].parent
        for student in sorted(folder.iterdir()) if folder.is_dir() else []:
            home = student / assignment
            if not re.fullmatch(r"[\w.@+-]{1,100}", student.name) or student.is_symlink() or home.is_symlink():
                continue
            for name in self.notebooks(assignment):
                path = home / f"{name}.ipynb"
                if path.is_file() and not path.is_symlink():
                    yield Submission(student.name, name, path)

    def key(self) -> bytes:
        """The course's secret, from which students' cases are drawn; made at first, readable for its owner alone."""
        path = self.folder / ".grading_key"
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(32))
        return path.read_bytes()
