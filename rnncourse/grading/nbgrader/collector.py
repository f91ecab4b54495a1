"""What learning platforms call the files that they hand out: for `nbgrader zip_collect`.

Moodle, Canvas and Blackboard put the student's name into the name of each file, or of a folder:

- Moodle: ``Ada Example_1234567_assignsubmission_file_/rnn.ipynb``, a folder or the start of a file's name. The number
  belongs to this assignment alone, the name is the student.
- Canvas: ``exampleada_12345_678901_rnn.ipynb``, after the name ``_LATE`` where it is so. The first number is the
  student's, the second the file's.
- Blackboard: ``rnn_ada_attempt_2024-03-01-10-00-00_rnn.ipynb``, assignment, student, time.

All that a student handed in is collected, whatever it is called: `rnncourse grade` says what of it can be read.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from unittest.mock import patch

from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin, zipcollect
from nbgrader.utils import unzip

PLATFORMS = (
    re.compile(r"(?P<student>[^_]+)_(?P<number>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)"),
    re.compile(r"(?P<title>[^_]+)_(?P<student>.+?)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.*))?"),
    re.compile(r"(?P<student>[^_]+)(?:_LATE)?_(?P<number>\d+)_(?P<attached>\d+)_(?P<file>.*)"),
)
BLACKBOARD = PLATFORMS[1]
ANONYMOUS = "Participant"  # on Moodle, where submissions are: the number alone tells one from another
NOT_THEIRS = {"timestamp.txt"}  # nbgrader believes it


class Extractor(ExtractorPlugin):  # type: ignore[misc]
    """Unpacks a platform's archive, and archives in it; one of these that is broken stays, and is told of."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """As nbgrader's, which ends where a student's own archive cannot be unpacked, and collects nobody's."""
        with patch.object(zipcollect, "unzip", self._unzip):
            super().extract(archive_path, extracted_path)

    def _unzip(self, archive: str, folder: str, zip_ext: list[str], create_own_folder: bool, tree: bool) -> None:
        before = set(self._archives(folder))
        unzip(archive, folder, zip_ext=zip_ext, create_own_folder=create_own_folder, tree=False)
        done = before
        while tree and (new := [path for path in self._archives(folder) if path not in done]):
            for path in new:
                done.add(path)
                try:
                    unzip(str(path), str(path.parent), zip_ext=zip_ext, create_own_folder=True, tree=False)
                except Exception as error:  # of each kind of archive its own
                    self.log.warning("%s cannot be unpacked and stays as it is: %s", path, type(error).__name__)

    def _archives(self, folder: str) -> list[Path]:
        return [path for path in sorted(Path(folder).rglob("*")) if path.suffix in self.zip_ext and path.is_file()]


class Collector(FileNameCollectorPlugin):  # type: ignore[misc]
    """Finds student and file in the names that platforms give; ``named_regexp``, where it is set, is asked first."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(**keywords)
        self._numbers: dict[str, str] = {}

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """The student's id, the file's path in the submission and, where it is known, the time."""
        if self.named_regexp and (found := super().collect(submitted_file)):
            return dict(found)
        parts = self._below(Path(submitted_file)).parts
        if parts[-1] in NOT_THEIRS or parts[-1].startswith(".") or "__MACOSX" in parts:
            return None
        for i, part in enumerate(parts):
            for platform in PLATFORMS:
                if match := platform.fullmatch(part):
                    file = "/".join(each for each in (match["file"], *parts[i + 1 :]) if each)
                    return self._found(platform, match, file) if file else None
        return None

    def _below(self, file: Path) -> Path:
        """A path from the folder of what is collected: above it a name says nothing of students."""
        app: Any = self.parent
        folder = Path(app._format_collect_path(app.extracted_directory)).resolve()
        return file.resolve().relative_to(folder) if file.resolve().is_relative_to(folder) else Path(file.name)

    def _found(self, platform: re.Pattern[str], match: re.Match[str], file: str) -> dict[str, str] | None:
        student = match["student"].strip()
        if platform is BLACKBOARD:
            student = self._without_title(match)
            day, clock = match["time"][:10], match["time"][11:].replace("-", ":")
            found = {"timestamp": f"{day} {clock}"}
        elif "attached" in platform.groupindex:
            student, found = f"{student}_{match['number']}", {}
        elif student == ANONYMOUS:
            student, found = f"{student} {match['number']}", {}
        else:
            number, found = self._numbers.setdefault(student, match["number"]), {}
            if number != match["number"]:
                other = f"{student} {match['number']}"
                self.log.warning("Two students are called %s: one is collected as %s", student, other)
                student = other
        if not re.match(r"\w", student):  # such as ".."
            return None
        return found | {"student_id": student, "file_id": file}

    def _without_title(self, match: re.Match[str]) -> str:
        """Of Blackboard's name the student's; a title of several words with underscores is the assignment's name."""
        app: Any = self.parent
        assignment = str(app.coursedir.assignment_id)
        whole = f"{match['title']}_{match['student']}"
        if assignment and whole.casefold().startswith(f"{assignment.casefold()}_"):
            return whole[len(assignment) + 1 :]
        return match["student"]
