"""How far somebody is with the course: the exercises of all notebooks of a folder, chapter by chapter.

Each notebook is run once, and again when its code changes, or the package: what was found is kept in the folder's
``.rnncourse``, a file a notebook, named by a digest. So a walk that was interrupted goes on where it was.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shlex
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rnncourse import assignments
from rnncourse.chapters import CHAPTERS, EPILOGUE
from rnncourse.checks import exercises
from rnncourse.grading.practice import BEGUN, SOLVED, UNTOUCHED, Exercise, Found, Practice, examine, look
from rnncourse.grading.submission.reader import UnreadableError
from rnncourse.grading.visible import SECONDS

KEPT = ".rnncourse"
STATES = (SOLVED, BEGUN, UNTOUCHED)
VERSION = 1  # of what is kept
Say = Callable[[int, int, str], None]  # so many, of so many, which comes now


@dataclass
class Standing:
    """An exercise of the course: how far it is, and in which notebook it is furthest."""

    name: str
    state: str = UNTOUCHED
    score: float = 0.0
    notebook: str = ""
    said: str = ""  # of one that is begun: the headline of its report, or why there is none

    def better(self, other: Standing) -> bool:
        """Is it further than another?"""
        mine, theirs = ((-STATES.index(each.state), each.score, bool(each.notebook)) for each in (self, other))
        return mine > theirs


@dataclass
class Standings:
    """All exercises of the course in its order, what is next, and the notebooks that could not be read or ended."""

    folder: str
    chapters: dict[str, list[Standing]]
    notebooks: list[str]
    failed: dict[str, str] = field(default_factory=dict)

    def counts(self, chapter: str) -> dict[str, int]:
        """How many of a chapter's exercises are solved, begun, untouched."""
        found = Counter(each.state for each in self.chapters[chapter])
        return {state: found[state] for state in STATES}

    @property
    def next(self) -> Standing | None:
        """What is to be done: the first that is begun, else the first that is not, in a begun chapter or in any."""
        every = [each for chapter in self.chapters.values() for each in chapter]
        begun = [each for each in every if each.state == BEGUN]
        open_ = [
            each
            for chapter in self.chapters.values()
            if any(each.state == SOLVED for each in chapter)
            for each in chapter
            if each.state == UNTOUCHED
        ]
        rest = [each for each in every if each.state == UNTOUCHED]
        return next(iter([*begun, *open_, *rest]), None)

    @property
    def command(self) -> str:
        """What to type for that."""
        after = self.next
        if after is None:
            return ""
        if after.notebook:
            return shlex.join(["rnncourse", "check", after.notebook, "--exercise", after.name])
        folder = [] if self.folder == "." else [self.folder]
        return shlex.join(["rnncourse", "start", after.name.partition(".")[0], *folder])

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        chapters = [
            {"chapter": name} | self.counts(name) | {"exercises": [vars(each) for each in standings]}
            for name, standings in self.chapters.items()
        ]
        after = {"exercise": self.next.name, "command": self.command} if self.next else None
        return {
            "folder": self.folder,
            "notebooks": self.notebooks,
            "chapters": chapters,
            "next": after,
            "failed": self.failed,
        }

    def __str__(self) -> str:
        wide = max(map(len, self.chapters))
        lines = [f"{'chapter':{wide}}  {'  '.join(STATES)}"]
        for name in self.chapters:
            counts = self.counts(name)
            lines.append(f"{name:{wide}}  {'  '.join(f'{counts[state]:>{len(state)}}' for state in STATES)}")
            lines += [f"  ✗ {s.said} ({s.notebook})" for s in self.chapters[name] if s.state == BEGUN]
        total = Counter(each.state for chapter in self.chapters.values() for each in chapter)
        lines.append(f"{'together':{wide}}  {'  '.join(f'{total[state]:>{len(state)}}' for state in STATES)}")
        after = self.next
        lines.append(f"Next: {after.name}. {self.command}" if after else "All exercises of the course are solved.")
        return "\n".join(lines)


class Walk:
    """The notebooks of a folder and of those in it. Raises FileNotFoundError for a folder that is not there."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise FileNotFoundError(f"expected a folder with notebooks, got {folder}")
        self.folder = folder
        self.kept = folder / KEPT
        self.unkept: dict[str, Practice] = {}  # of this call: a folder may be there to be read alone

    def done(
        self, seconds: float = SECONDS, anew: bool = False, say: Say = lambda done, total, name: None
    ) -> Standings:
        """Run what has changed, and say where all stands."""
        courses = [*CHAPTERS, *EPILOGUE]
        chapters = {name: [Standing(e) for e in exercises() if e.partition(".")[0] == name] for name in courses}
        found = Standings(str(self.folder), {name: each for name, each in chapters.items() if each}, [])
        looked: list[tuple[Path, Found, Path]] = []
        for path in self.notebooks():
            try:
                seen = look(path.read_bytes(), path.stem)
            except (UnreadableError, OSError) as error:
                found.failed[str(path)] = str(error)
                continue
            if seen.names:
                looked.append((path, seen, self.kept / f"{digest(path, seen)}.json"))
        waiting = [each for each in looked if anew or self._known(each[2], each[0], seconds) is None]
        for n, (path, seen, kept) in enumerate(waiting):
            say(n, len(waiting), str(path))
            self._keep(kept, examine(path, seen, seconds), seconds)
        if waiting:
            say(len(waiting), len(waiting), "")
        for path, seen, kept in looked:
            practice = self._known(kept, path, seconds)
            found.notebooks.append(str(path))
            if practice is None:  # another call, at the same time, has taken it away
                practice = examine(path, seen, seconds)
            if practice.ended:
                found.failed[str(path)] = practice.ended
            for exercise in practice.exercises:
                self._count(found, exercise, path)
        self._forget({kept.name for _, _, kept in looked})
        return found

    def notebooks(self) -> Iterator[Path]:
        """Its notebooks in their order; none of hidden folders, where copies lie."""
        for home, folders, files in os.walk(self.folder):
            folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
            yield from (Path(home, name) for name in sorted(files) if name.endswith(".ipynb"))

    def _count(self, found: Standings, exercise: Exercise, path: Path) -> None:
        standings = found.chapters.get(exercise.name.partition(".")[0], [])
        for n, before in enumerate(standings):
            if before.name == exercise.name:
                report = exercise.report
                said = report.headline.partition(" ")[2] if report else f"{exercise.name}: {exercise.error}"
                score = report.score if report else 0.0
                now = Standing(exercise.name, exercise.state, score, str(path), said if exercise.state == BEGUN else "")
                if now.better(before):
                    standings[n] = now

    def _known(self, kept: Path, path: Path, seconds: float) -> Practice | None:
        """What was found earlier, if it was kept whole; not of what was stopped after another time."""
        if kept.name in self.unkept:
            return self.unkept[kept.name]
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            found = json.loads(kept.read_text(encoding="utf-8"))
            if not found["ended"] or found["seconds"] == seconds:
                del found["seconds"]
                return Practice.from_json(found | {"notebook": str(path)})  # as it is called now
        return None

    def _keep(self, kept: Path, practice: Practice, seconds: float) -> None:
        self.unkept[kept.name] = practice
        with contextlib.suppress(OSError):
            self.kept.mkdir(exist_ok=True)
            part = kept.with_suffix(".part")
            part.write_text(json.dumps(practice.to_json() | {"seconds": seconds}), encoding="utf-8")
            part.replace(kept)

    def _forget(self, needed: set[str]) -> None:
        """Remove what belongs to no notebook any more."""
        with contextlib.suppress(OSError):
            for path in self.kept.glob("*.json"):
                if path.name not in needed:
                    path.unlink()


def digest(path: Path, found: Found) -> str:
    """Of all that a notebook's run depends on: its code, Python files beside it, the package, Python."""
    helpers = [each for each in sorted(path.parent.glob("*.py")) if each.is_file()]
    beside = {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in helpers}
    code = [[cell.source, cell.test, cell.grade_id] for cell in found.cells]
    about = sorted(found.untouched), beside, assignments.code(), sys.version
    text = json.dumps([VERSION, found.assignment, code, *about])
    return hashlib.sha256(text.encode()).hexdigest()[:24]
