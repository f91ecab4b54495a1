"""What students have handed in: which of their files is which notebook, and what nobody can read.

Browsers, learning platforms and students rename files and put them elsewhere. A notebook is known by the answers in it;
which file was taken is said to the student and to the instructor. Whoever has handed something in is named.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from rnncourse.grading.submission.graft import graft
from rnncourse.grading.submission.job import Result
from rnncourse.grading.submission.reader import MOST_BYTES, UnreadableError, settings, shortened

# Of what a student handed in: entries seen, files of other names read, bytes of them in all, folders in folders.
MOST_FILES, MOST_READ, MOST_BYTES_READ, DEEPEST = 200, 10, 2 * MOST_BYTES, 4
MOST_SHOWN = 60  # characters of a file's name
LINK = "what was handed in is a link; links are not followed"
SPECIAL = "something else in the place of a file"
ARCHIVES = (".zip", ".gz", ".tgz", ".tar", ".7z", ".rar", ".bz2", ".xz")
NOT_THEIRS = ("timestamp.txt", "__MACOSX", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Submission:
    """What a student handed in for a notebook of an assignment."""

    student: str
    notebook: str
    path: Path
    refused: str = ""  # why nobody reads it
    note: str = ""  # which file was taken, where it is not the expected one, or which was not


def tell(result: Result, note: str) -> None:
    """Put a note on a submission into its result and, for the student, onto the graded notebook."""
    if note:
        result.mended.insert(0, note)
        cell = {"cell_type": "markdown", "id": "which-file", "metadata": {}, "source": f"*{note}*"}
        result.notebook["cells"].insert(0, cell)


def start_of(path: Path, most: int = MOST_BYTES + 1) -> bytes:
    """The first bytes of a file that somebody else put there; by default enough to be refused as too long.

    Raises OSError for what cannot be read, and for a link or a device in the place of a file.
    """
    with _opened(path) as file:
        return file.read(most)


def notebook_of(path: Path) -> bytes:
    """A notebook that somebody else put there, as :func:`shortened`. Raises OSError as :func:`start_of`."""
    with _opened(path) as file:
        return shortened(file)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "expected a file", str(path))
        yield file


def shown(name: str) -> str:
    """A file's name for a sentence: no order to a terminal, no Markdown, no HTML, and not too long."""
    harmless = re.sub(r"[^\w .,+()/-]", "?", name)
    return f"‘{harmless if len(harmless) <= MOST_SHOWN else harmless[: MOST_SHOWN - 1] + '…'}’"


def as_text(name: str) -> str:
    """A folder's name with escapes for what is no text or shows nothing; different names stay different."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


@dataclass
class Found:
    """A file of a student's that may be one of the notebooks."""

    path: Path
    shown: str
    answers: dict[str, str] = field(default_factory=dict)
    why: str = ""  # it is none

    @property
    def astray(self) -> bool:
        """May somebody have thought that it is a notebook?"""
        name = self.path.name.casefold()
        return "ipynb" in name or name.endswith(ARCHIVES)


@dataclass
class Finder:
    """Looks through what was handed in for an assignment."""

    submitted: Path
    assignment: str
    sources: dict[str, str]  # the instructor's notebooks, as JSON
    released: Mapping[str, dict[str, str]]  # their cells as students get them
    stubs: tuple[str, str]  # what stands there in the place of a solution, in code and in text
    others: frozenset[str]  # the course's other assignments, and their notebooks
    ignored: tuple[str, ...]  # patterns of names, nbgrader's, and the names of files that may lie beside a notebook

    @cached_property
    def _instructors(self) -> dict[str, Any]:
        return {name: json.loads(text) for name, text in self.sources.items()}

    @cached_property
    def _enough(self) -> dict[str, int]:
        """So many answers make a file one of the notebooks: half, since two assignments may share a name or two."""
        answers = {
            name: sum(bool(settings(cell).get("solution") or settings(cell).get("task")) for cell in found["cells"])
            for name, found in self._instructors.items()
        }
        return {name: max(1, (n + 1) // 2) for name, n in answers.items()}

    def of(self, home: Path) -> Iterator[Submission]:
        """What a student handed in, by notebook; nothing, where that is for other assignments alone."""
        first = next(iter(self.sources))
        student = as_text(home.name)
        try:
            if student != home.name:
                raise _RefusedError("the folder's name is not text that can be shown: give it another name")
            yield from self._of(home)
        except _RefusedError as error:
            yield Submission(student, first, home, str(error))
        except OSError as error:
            yield Submission(student, first, home, f"it cannot be read: {error.strerror}")

    def _of(self, home: Path) -> Iterator[Submission]:
        folder = home / self.assignment
        if home.is_symlink() or folder.is_symlink():
            for name in self.sources:
                yield Submission(home.name, name, folder / f"{name}.ipynb", LINK)
            return
        if not home.is_dir():
            raise _RefusedError(
                f"a file lies in the place of a student's folder; expected STUDENT/{self.assignment}/NOTEBOOK.ipynb"
            )
        if home.name == self.assignment and not folder.is_dir():
            raise _RefusedError(
                f"the folders are the other way round; expected STUDENT/{self.assignment}/NOTEBOOK.ipynb"
            )
        taken = {folder / f"{name}.ipynb" for name in self.sources}
        found = [each for each in self._files(home, folder) if each.path not in taken]
        here = [name for name in self.sources if os.path.lexists(folder / f"{name}.ipynb")]
        if not (here or found):
            if folder.is_dir() or not any(self._is_for_another(each.name) for each in home.iterdir()):
                raise _RefusedError(f"nothing is in the folder, or more than {DEEPEST} folders deep")
            return
        mine = self._read(found)
        nothing = True
        for name in self.sources:
            for submission in self._decide(home.name, name, folder / f"{name}.ipynb", mine[name]):
                nothing = False
                yield submission
        left = [each for each in found if each.why]
        missing = [name for name in self.sources if name not in here and not mine[name]]
        if not nothing:  # and a data file is no notebook that went astray
            left = [each for each in left if each.astray]
        if missing and (nothing or left):
            seen = ", ".join(f"{each.shown}: {each.why}" for each in left[:3]) or "nothing that is one"
            more = f", and {len(left) - 3} more" if len(left) > 3 else ""
            expected = f"{self.assignment}/{missing[0]}.ipynb"
            yield Submission(home.name, missing[0], folder, f"expected {expected}, found {seen}{more}")

    def _decide(self, student: str, name: str, expected: Path, others: list[Found]) -> Iterator[Submission]:
        """Which file is the notebook of this name."""
        stub = {key: text.strip() for key, text in self.released[name].items()}
        different = {tuple(sorted(each.answers.items())): each for each in others[::-1] if not _stub(each, stub)}
        worked = sorted(different.values(), key=lambda each: others.index(each))
        names = " and ".join(each.shown for each in worked[:3])
        if expected.is_symlink():
            yield Submission(student, name, expected, LINK)
        elif os.path.lexists(expected) and not expected.is_file():
            yield Submission(student, name, expected, SPECIAL)
        elif not os.path.lexists(expected):
            if len(worked) > 1:
                why = f"{names} have different answers, and none is {expected.name}"
                yield Submission(student, name, expected, why)
            elif others:
                one = worked[0] if worked else others[0]
                place = " from another folder" if one.shown == shown(expected.name) else ""
                yield Submission(student, name, one.path, note=f"{one.shown}{place} was taken for {expected.name}.")
        elif not worked:
            yield Submission(student, name, expected)
        else:
            there = Found(expected, "", *self._answers(name, expected))
            if there.why or _stub(there, stub):
                what = f"cannot be read: {there.why}" if there.why else "has no answers"
                if len(worked) > 1:
                    why = f"{expected.name} {what}, and {names} have different ones"
                    yield Submission(student, name, expected, why)
                else:
                    note = f"{expected.name} {what}: {names} was taken for it."
                    yield Submission(student, name, worked[0].path, note=note)
            else:
                names = " and ".join(each.shown for each in worked[:3] if each.answers != there.answers)
                note = f"{expected.name} was graded; {names}, with other answers, was not." if names else ""
                yield Submission(student, name, expected, note=note)

    def _files(self, home: Path, folder: Path) -> list[Found]:
        """What lies in an assignment's folder, in folders of it too, and directly beside it."""
        found = list(itertools.islice(self._walk(folder, "", DEEPEST), MOST_FILES)) if folder.is_dir() else []
        with os.scandir(home) as entries:
            beside = sorted(itertools.islice(entries, MOST_FILES), key=lambda entry: os.fsencode(entry.name))
        for entry in beside:
            if self._is_for_another(entry.name) or self.ignores(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                if not folder.is_dir():
                    inside = self._walk(Path(entry.path), f"{entry.name}/", DEEPEST - 1)
                    found += itertools.islice(inside, MOST_FILES)
            else:
                found.append(_found(entry, f"../{entry.name}" if folder.is_dir() else entry.name))
        return found

    def _walk(self, folder: Path, above: str, deeper: int) -> Iterator[Found]:
        with os.scandir(folder) as entries:
            inside = sorted(itertools.islice(entries, MOST_FILES), key=lambda entry: os.fsencode(entry.name))
        folders = []
        for entry in inside:
            if self.ignores(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry)
            else:
                yield _found(entry, above + entry.name)
        for entry in folders if deeper else ():
            yield from self._walk(Path(entry.path), f"{above}{entry.name}/", deeper - 1)

    def ignores(self, name: str) -> bool:
        """Is this nobody's work: hidden, a system's, or a file that is known?"""
        return name.startswith(".") or name in NOT_THEIRS or any(fnmatch(name, pattern) for pattern in self.ignored)

    def _is_for_another(self, name: str) -> bool:
        return name in self.others or Path(name).stem in self.others

    def _read(self, found: list[Found]) -> dict[str, list[Found]]:
        """The files that have answers, by the notebook of which they have most; the others are told why not."""
        mine: dict[str, list[Found]] = {name: [] for name in self.sources}
        read = size = 0
        for each in found:
            if each.why:
                continue
            read, size = read + 1, size + _size(each.path)
            if read > MOST_READ or size > MOST_BYTES_READ:
                each.why = "not looked at, there is too much beside it"
                continue
            tried = {name: self._answers(name, each.path) for name in self.sources}
            most = max(len(answers) for answers, _ in tried.values())
            best = [name for name, (answers, _) in tried.items() if len(answers) == most >= self._enough[name]]
            alike = [name for name in best if each.path.name.casefold().startswith(name.casefold())] or best
            if len(alike) == 1:
                each.answers = tried[alike[0]][0]
                mine[alike[0]].append(each)
            else:
                unread = next(why for _, why in tried.values()) or "a notebook without most of the answers"
                each.why = "it may be " + " or ".join(alike) if alike else unread
        return mine

    def _answers(self, name: str, path: Path) -> tuple[dict[str, str], str]:
        """The answers that a file has to an instructor's notebook; or why there are none."""
        try:
            cells = graft(self._instructors[name], notebook_of(path), self.stubs).cells
        except UnreadableError:
            return {}, "no notebook that can be read"
        except OSError as error:
            return {}, f"it cannot be read ({error.strerror})"
        return {cell.grade_id: cell.source.strip() for cell in cells if cell.answer and cell.student}, ""


class _RefusedError(Exception):
    """Nothing that a student handed in can be read: why."""


def _stub(found: Found, released: dict[str, str]) -> bool:
    """Is every answer as it was released?"""
    return all(text == released.get(name) for name, text in found.answers.items())


def _size(path: Path) -> int:
    """How much of a file is read."""
    with contextlib.suppress(OSError):
        return min(path.lstat().st_size, MOST_BYTES + 1)
    return 0


def _found(entry: os.DirEntry[str], name: str) -> Found:
    path, suffix = Path(entry.path), Path(entry.name).suffix.casefold()
    why = ""
    if entry.is_symlink():
        why = "a link; links are not followed"
    elif not entry.is_file(follow_symlinks=False):
        why = "no file"
    elif suffix in ARCHIVES:
        why = "an archive, to be unpacked"
    elif not (suffix in ("", ".txt", ".json") or "ipynb" in entry.name.casefold()):
        why = "no notebook by its name"
    return Found(path, shown(name), why=why)
