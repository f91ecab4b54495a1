"""The instructor's notebook with a student's answers in it: what is graded, whatever was handed in.

Each cell that was handed in stands for one of the instructor's: by ``grade_id``, by id, or else by what is in it and by
its neighbours. The answers are taken, as code or text as the instructor has them, and the code of cells that the
instructor left open. Tests, set-up, instructions and metadata are the instructor's. So a deleted, copied, renamed or
changed test cell costs nobody anything and gains nobody anything.

What else a student has written stays, at its place: code that runs, text, and what was written into the instructor's
cells. An answer that was left as it was released never stands in the way of one that was written elsewhere.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from rnncourse.assignments import released
from rnncourse.grading.submission.reader import (
    LEFT_OUT,
    MOST_SOURCE,
    UnreadableError,
    cells_of,
    settings,
    source_of,
    whole_source_of,
)

__all__ = ["Cell", "Grafted", "UnreadableError", "graft", "settings", "skipped", "source_of"]

SKIP = "skip-execution"  # the tag that nbclient honours too
STUBS = "# YOUR CODE HERE\nraise NotImplementedError()", "YOUR ANSWER HERE"  # nbgrader's, for code and for text
FUNCTION = re.compile(
    r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*=[ \t]*(?:lambda|(?:functools\.)?partial)\b", re.MULTILINE
)
ASSIGNED = re.compile(r"^(\w+)[ \t]*=(?!=)", re.MULTILINE)
INSIDE = re.compile(r"[)\]}]|(?:else|elif|except|finally)\b")  # what no cell begins with
BESIDE = "The answer stands in cells beside this one."
FAR = "Text of the student's own stands elsewhere in the notebook."


@dataclass
class Cell:
    """A cell of the grafted notebook."""

    kind: str  # "code" or "markdown"
    source: str
    grade_id: str = ""
    points: float | None = None  # of a cell that is graded, by a test or by a person
    test: bool = False  # graded, and the instructor's
    answer: bool = False
    student: bool = False  # the source is the student's
    skip: bool = False  # not run
    attachments: Any = None  # to a student's text, as handed in
    original: Any = None  # the instructor's cell, None for an added one


@dataclass
class Grafted:
    """The cells in their order, and what was mended, in sentences."""

    cells: list[Cell]
    mended: list[str] = field(default_factory=list)


class _Theirs:
    """A cell as it was handed in."""

    def __init__(self, cell: dict[str, Any]) -> None:
        whole = whole_source_of(cell)
        self.cell, self.source, self.cut = cell, whole[:MOST_SOURCE], len(whole) > MOST_SOURCE
        self.kind = {"code": "code", "markdown": "markdown"}.get(str(cell.get("cell_type")), "raw")
        metadata = cell.get("metadata")
        names = settings(cell).get("grade_id"), cell.get("id"), metadata.get("id") if isinstance(metadata, dict) else ""
        self.name, *ids = (name if isinstance(name, str) else "" for name in names)
        self.id = ids[0] or ids[1]  # Colab puts it into the metadata
        self.text = _comparable(self.source)

    @cached_property
    def defines(self) -> set[str]:
        """The names that it defines."""
        return _defined(self.source)

    def own(self, skip: bool = False) -> Cell:
        """As a cell of the student's own."""
        if self.kind == "code":
            return Cell("code", self.source, student=True, skip=skip or skipped(self.cell))
        return Cell("markdown", self.source, student=True, attachments=self.cell.get("attachments"))


class _Ours:
    """A cell of the instructor's, and what stands for it in what was handed in."""

    def __init__(self, cell: dict[str, Any], stubs: tuple[str, str]) -> None:
        self.cell, self.source, found = cell, source_of(cell), settings(cell)
        self.kind = "code" if cell["cell_type"] == "code" else "markdown"
        self.name, self.id = found.get("grade_id", ""), cell.get("id") or ""
        self.task, self.graded = bool(found.get("task")), bool(found.get("grade"))
        self.answer = bool(found.get("solution")) or self.task
        self.test = self.graded and not self.answer
        scored = "points" in found and (self.graded or self.task)
        self.points = float(found["points"]) if scored else None
        self.released = released(self.source, stubs[self.kind != "code"], bool(found.get("solution")))
        self.texts = [_comparable(self.released)] + [_comparable(self.source)] * (
            not self.answer
        )  # unchanged it is one
        code = self.answer and self.kind == "code"
        self.defines = (_defined(self.released) or _defined(self.source)) if code else set()
        self.copies: list[int] = []  # places of cells that stand for it
        self.before: list[Cell] = []
        self.after: list[Cell] = []
        self.own: list[Cell] = []  # of the student's own, below it

    def beside(self) -> list[Cell]:
        return [*self.before, *self.after, *self.own]

    def cells(self, made: Cell) -> list[Cell]:
        return [*self.before, made, *self.after, *self.own]


def graft(instructor: Any, submitted: bytes, stubs: tuple[str, str] = STUBS) -> Grafted:
    """Put a submission's answers into the instructor's notebook (as nbgrader's source, hidden tests included).

    ``stubs`` is what nbgrader's ClearSolutions puts in the place of a solution, in code and in text.
    Raises UnreadableError.
    """
    return _Graft([_Ours(cell, stubs) for cell in instructor["cells"]], list(map(_Theirs, cells_of(submitted)))).done()


def skipped(cell: dict[str, Any]) -> bool:
    """Is this a cell that, by its tag, nobody runs when grading? Only cells that are neither answer nor test are."""
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return isinstance(tags, list) and SKIP in tags and not settings(cell)


def _comparable(source: str) -> str:
    """Text that is equal where nothing but blanks at the ends of lines differs."""
    return "\n".join(map(str.rstrip, source.split("\n"))).strip("\n")


def _defined(source: str) -> set[str]:
    """The names that code defines in its first column, functions and others."""
    return _functions(source) | set(ASSIGNED.findall(source))


def _functions(source: str) -> set[str]:
    return {name for found in FUNCTION.findall(source) for name in found if name}


def _beyond(theirs: _Theirs, ours: _Ours) -> str:
    """What was written into a cell of the instructor's; all of it where the instructor's text was changed too."""
    for text in filter(None, ours.texts):
        head, found, tail = f"\n{theirs.text}\n".partition(f"\n{text}\n")
        if found:
            return f"{head}\n{tail}".strip("\n")
    return theirs.source


def _goes_on(first: str, second: str) -> bool:
    """Does code begin inside of a block that the code before it ends in?"""
    line = second.partition("\n")[0]
    blank = line[: len(line) - len(line.lstrip())]
    if not blank:
        return bool(INSIDE.match(line))
    lines = [line for line in first.split("\n") if line]
    level = lines[-1][: len(lines[-1]) - len(lines[-1].lstrip())] if lines else ""
    if lines and lines[-1].endswith((":", "(", "[", "{", ",")) and len(blank) > len(level):
        return True
    for line in reversed(lines):
        here = line[: len(line) - len(line.lstrip())]
        level = min(level, here, key=len)
        if level == blank:
            return True
        if not level:
            return False
    return False


def _joined(parts: list[_Theirs]) -> list[_Theirs]:
    """Code whose second half begins inside of the first one's block is one cell again."""
    groups: list[list[_Theirs]] = []
    for part in parts:
        if (
            groups
            and _goes_on(groups[-1][-1].text, part.text)
            and sum(len(each.source) + 1 for each in (*groups[-1], part)) <= MOST_SOURCE
        ):
            groups[-1].append(part)
        else:
            groups.append([part])
    return [
        group[0] if len(group) == 1 else _Theirs(group[-1].cell | {"source": "\n".join(each.source for each in group)})
        for group in groups
    ]


class _Graft:
    def __init__(self, ours: list[_Ours], theirs: list[_Theirs]) -> None:
        self.ours, self.theirs = ours, theirs
        self.stands: dict[int, int] = {}  # place in theirs → place in ours
        self.found: dict[str, list[str]] = defaultdict(list)  # what was found → names of cells
        self.weak: set[str] = set()  # answers without an answer

    def done(self) -> Grafted:
        self._match()
        made = [self._take(place, ours) for place, ours in enumerate(self.ours)]
        top = self._keep_own()
        self._ask_a_person(made, top)
        cells = top + [cell for ours, cell in zip(self.ours, made, strict=True) for cell in ours.cells(cell)]
        self._look_elsewhere(cells)
        self._limit(cells)
        return Grafted(cells, self._sentences())

    def _note(self, what: str, ours: _Ours) -> None:
        name = ours.name or ours.id
        if name and name not in self.found[what]:
            self.found[what].append(name)

    # --- which cell stands for which

    def _stand(self, at: int, place: int) -> None:
        self.stands[at] = place
        self.ours[place].copies.append(at)

    def _match(self) -> None:
        named = {ours.name: place for place, ours in enumerate(self.ours) if ours.name}
        for at, theirs in enumerate(self.theirs):
            if theirs.name in named:
                self._stand(at, named[theirs.name])
        by_id = {ours.id: place for place, ours in enumerate(self.ours) if ours.id and not ours.copies}
        for at, theirs in enumerate(self.theirs):
            known = by_id.get(theirs.id, -1) if at not in self.stands else -1
            if known >= 0 and not self.ours[known].copies:
                self._stand(at, known)
                if theirs.name:
                    self._note("renamed", self.ours[known])
        kept = [ours for ours in self.ours if ours.name and ours.copies]
        self._match_by_content()
        found = [ours for ours in self.ours if ours.name and ours.copies and ours not in kept]
        if found and not kept:
            self.found["lost"] = [""]
        for ours in found if kept else ():
            self._note("found", ours)

    def _match_by_content(self) -> None:
        texts: dict[tuple[str, str], list[int]] = defaultdict(list)
        for at, theirs in reversed([*enumerate(self.theirs)]):
            if at not in self.stands and theirs.text:
                texts[theirs.kind, theirs.text].append(at)
        for place, ours in enumerate(self.ours):
            for text in ours.texts if not ours.copies else ():
                if not ours.copies and (same := texts.get((ours.kind, text))):
                    self._stand(same.pop(), place)
        for place, ours in enumerate(self.ours):
            if ours.answer and not ours.task and not ours.copies:
                for at in self._between(place, ours):
                    self._stand(at, place)
        for at, theirs in enumerate(self.theirs):  # the second half of an answer, of which only the first has a name
            before = self.stands.get(at - 1, -1)
            if at in self.stands or before < 0 or not self.ours[before].answer:
                continue
            if self.ours[before].kind == theirs.kind == "code" and _goes_on(self.theirs[at - 1].text, theirs.text):
                self._stand(at, before)

    def _between(self, place: int, ours: _Ours) -> list[int]:
        """Of the cells between those that stand for an answer's neighbours, the one that can be the answer."""
        above = next((max(o.copies) for o in self.ours[place::-1] if o.copies), -1)
        below = next((min(o.copies) for o in self.ours[place:] if o.copies), len(self.theirs))
        free = [(at, self.theirs[at]) for at in range(above + 1, below) if at not in self.stands]
        free = [(at, theirs) for at, theirs in free if theirs.text]
        if ours.kind != "code":
            return [at for at, theirs in free if theirs.kind != "code"][:1]
        if ours.defines:
            inside = re.compile(rf"\b(?:def|class)\s+(?:{'|'.join(map(re.escape, ours.defines))})\b")
            found = [at for at, theirs in free if theirs.defines & ours.defines]
            return (found or [at for at, theirs in free if inside.search(theirs.source)])[-1:]
        return [at for at, theirs in free if theirs.kind == "code"][:1]

    # --- what is taken

    def _take(self, place: int, ours: _Ours) -> Cell:
        """The grafted notebook's cell for one of the instructor's; what else stands for it goes beside."""
        source, student, attachments = ours.source, False, None
        copies = [(at, self.theirs[at]) for at in ours.copies]
        if not copies:
            if ours.name and not (ours.answer and not ours.task):
                self._note("put back", ours)
            elif ours.answer:
                source = ""
                self._note("missing", ours)
                self.weak.add(ours.name)
        elif ours.answer:
            main = self._answer(ours, copies)
            source, student, attachments = main.source, True, main.cell.get("attachments")
        else:
            main = next((t for _, t in copies if t.text in ours.texts and t.kind == ours.kind), copies[0][1])
            if ours.kind == "code" and not settings(ours.cell):  # left open
                if main.kind == "code" and main.text not in ours.texts:
                    source, student = main.source, True
                elif main.text not in ours.texts:
                    ours.after.append(main.own())
            elif main.text not in ours.texts and main.text:
                self._changed(ours, main)
            elif main.text not in ours.texts or main.kind != ours.kind:
                self._note("changed", ours)
            # a copy of an instructor's cell that differs is the student's own, where it stands
            for at, theirs in copies:
                if theirs is main or theirs.text in ours.texts:
                    continue
                ours.copies.remove(at)
                self.stands[at] = -1 - place if ours.test else len(self.ours)
            ours.copies = [at for at in ours.copies if self.theirs[at] is main]
        return Cell(
            ours.kind,
            source,
            ours.name,
            ours.points,
            ours.test,
            ours.answer,
            student,
            skipped(ours.cell),
            attachments,
            ours.cell,
        )

    def _answer(self, ours: _Ours, copies: list[tuple[int, _Theirs]]) -> _Theirs:
        """The cell that is an answer, of several copies and parts; the others stay around it."""
        written: dict[str, _Theirs] = {}
        for _, theirs in copies:
            if theirs.text and theirs.text not in ours.texts:
                if ours.kind == "code":  # of equal ones the last, as they would run
                    written.pop(theirs.text, None)
                written.setdefault(theirs.text, theirs)
        parts = _joined([*written.values()]) if ours.kind == "code" else [*written.values()]
        if not parts:
            self.weak.add(ours.name)
            main = next((t for _, t in copies if t.text), copies[0][1])
            if not main.text:
                self._note("empty", ours)
        elif ours.kind == "code":
            main = next((t for t in reversed(parts) if t.defines & ours.defines), parts[-1])
        else:
            main = parts[0]
        if len(copies) > 1 and parts:
            self._note("joined" if len(parts) < len(written) else "copied" if len(parts) == 1 else "parts", ours)
        if main.text and main.kind != ours.kind:
            self._note("kind", ours)
        where = parts.index(main) if parts else 0
        for i, part in enumerate(parts):
            if part is not main:
                cell = Cell(ours.kind, part.source, student=True, attachments=part.cell.get("attachments"))
                (ours.before if i < where else ours.after).append(cell)
        last = copies[-1][0] if main not in written.values() else -1
        ours.copies = [next((at for at, t in copies if t is main), last)]
        return main

    def _changed(self, ours: _Ours, theirs: _Theirs) -> None:
        """Keep what was written into a cell of the instructor's, which is put back."""
        self._note("changed", ours)
        cell = theirs.own()
        if theirs.kind != "code" or ours.test:
            cell.source = _beyond(theirs, ours)
        if theirs.kind != "code":
            ours.after.append(cell)
        elif ours.kind == "code":  # above: what the instructor's cell defines is its own again
            cell.skip = skipped(ours.cell) or (ours.test and not _functions(cell.source))
            ours.before.append(cell)
        else:
            cell.skip = True
            ours.after.append(cell)

    def _keep_own(self) -> list[Cell]:
        """Put the student's own cells below what they stand below; gives those above all."""
        known = {(o.kind, text) for o in self.ours if o.answer or o.test or o.kind != "code" for text in o.texts}
        top: list[Cell] = []
        below = top
        for at, theirs in enumerate(self.theirs):
            place = self.stands.get(at)
            if place is not None and 0 <= place < len(self.ours):
                if at in self.ours[place].copies:
                    below = self.ours[place].own
            elif theirs.text and (theirs.kind, theirs.text) not in known:
                below.append(theirs.own(skip=place is not None and place < 0 and not _functions(theirs.source)))
        return top

    def _ask_a_person(self, made: list[Cell], top: list[Cell]) -> None:
        """An answer that a person reads is not left out where the student has written beside it."""
        marks = [i for i, ours in enumerate(self.ours) if ours.answer or ours.test]
        for place, (ours, cell) in enumerate(zip(self.ours, made, strict=True)):
            if not (ours.answer and ours.points is not None):
                continue
            here = bisect(marks, place)
            first = marks[here - 2] + 1 if here > 1 else 0
            first -= first == place and first > 0  # no instructions of its own
            end = marks[here] if here < len(marks) else len(self.ours)
            near = [c for o in self.ours[first:place] for c in (o.own if o.answer or o.test else o.beside())]
            near += ours.beside()
            near += [c for o in self.ours[place + 1 : end] for c in o.beside() if c.kind == "markdown"]
            if any(ours.name in self.weak or c.kind in ("markdown", ours.kind) for c in near):
                self._note("beside", ours)
                self._point(ours, cell, BESIDE)
        asked = set(self.found["beside"])
        written = [c for c in (*top, *(c for ours in self.ours for c in ours.beside())) if c.kind == "markdown"]
        for ours, cell in zip(self.ours, made, strict=True) if written else ():  # far from it, it may be the answer too
            if ours.kind != "code" and ours.points is not None and ours.name in self.weak and ours.name not in asked:
                self._note("far", ours)
                self._point(ours, cell, FAR)

    def _point(self, ours: _Ours, cell: Cell, where: str) -> None:
        """Say in an answer that was left as it was where to read, so that it is not one that nobody wrote."""
        if ours.name in self.weak and not ours.task:
            said = f"# {where}" if ours.kind == "code" else f"*{where}*"
            cell.source, cell.student = f"{cell.source}\n\n{said}".lstrip("\n"), True
            self.weak.discard(ours.name)

    def _look_elsewhere(self, cells: list[Cell]) -> None:
        """Where an answer's cell was left as it was, its functions may be defined in another one."""
        names = {ours.name: ours.defines for ours in self.ours if ours.name in self.weak and ours.defines}
        if not names:
            return
        gives = {
            id(c): (_defined(c.source), _functions(c.source))
            for c in cells
            if c.student and c.kind == "code" and not c.skip and c.grade_id not in names
        }
        for ours in [ours for ours in self.ours if ours.name in names]:
            at = next(i for i, cell in enumerate(cells) if cell.original is ours.cell)
            test = next((i for i in range(at, len(cells)) if cells[i].test), len(cells))
            above = [c for c in cells[:test] if id(c) in gives and gives[id(c)][0] & ours.defines]
            below = [c for c in cells[test:] if id(c) in gives and gives[id(c)][1] & ours.defines]
            if above or below:
                cells[at].skip = True
                self.weak.discard(ours.name)
                self._note("elsewhere", ours)
            if below and not above:  # it runs here as well, before it is tested
                copy = Cell("code", below[-1].source, student=True)
                gives[id(copy)] = gives[id(below[-1])]
                cells.insert(at, copy)

    def _limit(self, cells: list[Cell]) -> None:
        """A student's own text is long once at most."""
        left = MOST_SOURCE
        for cell in cells:
            if cell.original is None and cell.kind == "markdown":
                if len(cell.source) > left:
                    cell.source = cell.source[:left]
                    self.found["cut"] = [""]
                left -= len(cell.source)

    # --- what is said

    def _sentences(self) -> list[str]:
        """What was found, a sentence each."""
        found = self.found
        if any(theirs.cut for theirs in self.theirs):
            found["cut"] = [""]
        if any(theirs.cell.get("attachments") == LEFT_OUT for theirs in self.theirs):
            found["pictures"] = [""]
        found["missing"] = [name for name in found["missing"] if name in self.weak]
        found["empty"] = [name for name in found["empty"] if name in self.weak]
        return [
            one.format(repr(names[0])) if len(names) == 1 else many.format(", ".join(map(repr, names)))
            for what, (one, many) in SAID.items()
            if (names := found[what])
        ]


SAID = {
    "lost": ("The notebook has lost the names of its cells, which were found by what is in them and by their order.",)
    * 2,
    "renamed": (
        "The cell {} was renamed, and its name was put back.",
        "The cells {} were renamed, and their names were put back.",
    ),
    "found": (
        "The cell {} had lost its name and was found by what is in it.",
        "The cells {} had lost their names and were found by what is in them.",
    ),
    "put back": ("The cell {} was missing and was put back.", "The cells {} were missing and were put back."),
    "missing": (
        "The answer cell {} was missing and counts as empty.",
        "The answer cells {} were missing and count as empty.",
    ),
    "empty": ("The answer cell {} was empty.", "The answer cells {} were empty."),
    "elsewhere": (
        "The answer to {} stands in another cell, which counts.",
        "The answers to {} stand in other cells, which count.",
    ),
    "copied": (
        "The answer cell {} was there more than once: the one that was written in counts.",
        "The answer cells {} were there more than once: those that were written in count.",
    ),
    "joined": (
        "The answer cell {} had been split and was joined again.",
        "The answer cells {} had been split and were joined again.",
    ),
    "parts": (
        "The answer cell {} was there more than once: all parts count, in their order.",
        "The answer cells {} were there more than once: all parts count, in their order.",
    ),
    "kind": (
        "The answer cell {} had become a cell of another kind (code, Markdown, raw) and is again what it was.",
        "The answer cells {} had become cells of another kind (code, Markdown, raw) and are again what they were.",
    ),
    "changed": (
        "The cell {} was changed: it was put back, and what was written into it is kept beside it.",
        "The cells {} were changed: they were put back, and what was written into them is kept beside them.",
    ),
    "far": (
        "Nothing stands in {}, but there is text of the student's own elsewhere: read it too.",
        "Nothing stands in {}, but there is text of the student's own elsewhere: read it too.",
    ),
    "beside": (
        "Cells beside {} belong to the answer: read them too.",
        "Cells beside {} belong to the answers: read them too.",
    ),
    "cut": (f"What is longer than {MOST_SOURCE:,} characters was cut.",) * 2,
    "pictures": ("Pictures that were pasted into the notebook are too large together and were left out.",) * 2,
}
