"""Points out of the gradebook: into the files by which Canvas and Moodle take grades, or as plain CSV.

A platform's file is one that it exported itself. Its column for the assignment is filled, and all else stays as it was,
to the byte: names, order, separator, quotes, marks of the byte order, the decimal comma. The forms are those that the
platforms' own programs read and write:

- Canvas, the gradebook: ``Student`` (or ``LastName``, ``FirstName``), ``ID``, ``SIS User ID``, ``SIS Login ID``,
  ``Section``, further ones, ``NAME (4711)`` an assignment; a row ``Points Possible``, before it perhaps one that says
  what is posted by hand. Commas or semicolons.
- Moodle, an assignment's grading worksheet: ``Identifier`` (``Participant 123``), ``Full name``, further fields of a
  ``Section``, further ones, ``NAME (4711)`` an assignment; a row ``Points Possible``, before it perhaps one of what is
  posted by hand. Commas or semicolons.

What a student wrote about himself never becomes a formula of a spreadsheet: a cell of that kind that begins as one gets
an apostrophe in front. Neither platform reads these cells.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader import api
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from rnncourse.grading.nbgrader.course import Course
from rnncourse.grading.nbgrader.gradebook import grade_table, open_gradebook, submitted_table
from rnncourse.grading.nbgrader.submitted import as_text

PLAIN = ("student", "last_name", "first_name", "email", "points", "maximum", "late_penalty", "waits_for_a_person")
FORMULA = re.compile(r"\s*[=+\-@\t\r]")
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?%?|-")
COMMA = re.compile(r"\d+,\d+")
KEPT = {"EX": "is excused on Canvas", "N/A": "has not been given this assignment on Canvas"}
DOWNLOADED = {
    "canvas": "the file that Canvas writes: Grades, Export, Export Entire Gradebook",
    "moodle": "the file that Moodle writes: the assignment, all submissions, Download grading worksheet (its feedback "
    "type ‘Offline grading worksheet’ has to be on)",
}


class FormError(ValueError):
    """A file is not in the form that a platform writes: what was expected, what came."""


@dataclass(frozen=True)
class Grade:
    """A student of the gradebook, and the points for an assignment; None where nothing was handed in."""

    student: str
    last_name: str = ""
    first_name: str = ""
    email: str = ""
    lms_user_id: str = ""
    points: float | None = None
    most: float = 0.0
    penalty: float = 0.0
    waits: int = 0  # answers for which a person still gives points


@dataclass(frozen=True)
class Template:
    """A platform's file, and the column that is filled: its whole name, without the number, or the number."""

    platform: str
    path: Path
    column: str


@dataclass
class Done:
    """What was written, and who was left out, with the reason."""

    output: Path
    written: int
    replaced: int = 0
    absent: int = 0
    others: int = 0  # rows of a platform's file with nobody of the gradebook's
    left_out: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        replaced = f", {self.replaced} of them in the place of another" if self.replaced else ""
        absent = f"; {self.absent} handed nothing in" if self.absent else ""
        out = f"; {len(self.left_out)} left out" if self.left_out else ""
        others = f"; {self.others} rows of the file are nobody's in the gradebook" if self.others else ""
        return f"{self.output}: {self.written} grades{replaced}{absent}{others}{out}."


def grades(course: Course, assignment: str) -> list[Grade]:
    """All students of the gradebook with their points, less penalties for lateness, as nbgrader adds them.

    Raises GradebookError for an assignment that is not there.
    """
    engine, _ = open_gradebook(course, assignment)
    try:
        with Session(engine) as session:
            found = session.execute(select(api.Assignment.id, api.Assignment.max_score).filter_by(name=assignment))
            id, most = found.one()
            handed = api.SubmittedAssignment
            what = (handed.id, handed.student_id, handed.score, handed.late_submission_penalty)
            cells = select(grade_table.c.id).join(submitted_table).where(submitted_table.c.assignment_id == handed.id)
            some = cells.where(or_(grade_table.c.auto_score.is_not(None), grade_table.c.manual_score.is_not(None)))
            # Of who was given more time and has handed nothing in there is a row, too, without any points.
            there = or_(handed.extension.is_(None), some.exists())
            rows = session.execute(select(*what).where(handed.assignment_id == id, there)).all()
            open_ = select(submitted_table.c.assignment_id, func.count()).join_from(
                grade_table, submitted_table, grade_table.c.notebook_id == submitted_table.c.id
            )
            ours = submitted_table.c.assignment_id.in_(select(handed.id).where(handed.assignment_id == id))
            waiting = open_.where(grade_table.c.needs_manual_grade, ours).group_by(submitted_table.c.assignment_id)
            waits = {each: int(n) for each, n in session.execute(waiting)}
            scores = {
                student: (float(score or 0), float(late or 0), waits.get(i, 0)) for i, student, score, late in rows
            }
            students = session.execute(select(api.Student).order_by(api.Student.id)).scalars()
            made = []
            for each in students:
                known = ("last_name", "first_name", "email", "lms_user_id")
                texts: dict[str, Any] = {name: str(getattr(each, name) or "") for name in known}
                score, late, left = scores.get(each.id, (None, 0.0, 0))
                points = None if score is None else max(0.0, score - late)
                made.append(Grade(each.id, points=points, most=float(most or 0), penalty=late, waits=left, **texts))
            return made
    finally:
        engine.dispose()


def export(
    grades: list[Grade],
    output: Path,
    template: Template | None = None,
    *,
    named: bool = False,
    scale: bool = False,
    zeros: bool = False,
    unfinished: bool = False,
) -> Done:
    """Write grades into a copy of a platform's file, or as plain CSV.

    ``named``: the column was asked for by name, so that no other will do. Raises FormError, FileNotFoundError.
    """
    done = Done(output, 0)
    asked: list[Grade] = []
    for each in grades:
        if each.points is None:
            done.absent += 1
        if each.points is None and not zeros:
            continue
        if each.waits and not unfinished:
            done.left_out.append(f"{as_text(each.student)}: a person has not given all points yet (--unfinished)")
            continue
        asked.append(each)
    if template is None:
        text = _plain(asked)
        done.written = len(asked)
    else:
        if not template.path.is_file():
            raise FileNotFoundError(f"no file {template.path}: expected {DOWNLOADED[template.platform]}")
        if output.exists() and output.samefile(template.path):
            raise FormError(f"--output: expected another file than the template, got {output}")
        table = Table(template.path)
        sheet = (_Canvas if template.platform == "canvas" else _Moodle)(table, template, named)
        sheet.fill(asked, grades, done, scale)
        text = table.text()
    part = output.with_name(f".{output.name}.part")
    part.write_bytes(text.encode("utf-8"))
    part.replace(output)
    return done


def _plain(grades: Iterable[Grade]) -> str:
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(PLAIN)
    for each in grades:
        texts = (each.student, each.last_name, each.first_name, each.email)
        numbers = (each.points or 0.0, each.most, each.penalty)
        writer.writerow([*map(harmless, map(as_text, texts)), *map(shown, numbers), "yes" if each.waits else "no"])
    return lines.getvalue()


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes in front of one. Numbers and a dash stay."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text.strip()) else text


def shown(points: float, comma: bool = False) -> str:
    """A number of points, with two decimals at most."""
    text = f"{points:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if comma else text


class Table:
    """A CSV file of which single cells are changed: what is left alone stays as it was, to the byte.

    Raises FormError for a file that is no CSV in UTF-8, or whose rows have other lengths than the first.
    """

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise FormError(
                f"{path}: expected CSV in UTF-8, as it was downloaded; a program has saved it otherwise"
            ) from None
        self.mark = "\ufeff" if text.startswith("\ufeff") else ""
        text = text.removeprefix("\ufeff")
        first = text.split("\n", 1)[0]
        self.separator = max(",;\t", key=lambda each: len(_cells(first, each)[0]))
        try:
            self.raw, self.ends = _rows(text, self.separator)
        except FormError as error:
            raise FormError(f"{path}, {error}") from None
        self.rows = [[_value(cell) for cell in row] for row in self.raw]
        self.head = self.rows[0] if self.rows else []
        if len(self.head) < 3:
            raise FormError(f"{path}: expected CSV with a head of several columns, got {first[:80]!r}")
        for n, row in enumerate(self.rows):
            if len(row) not in (len(self.head), 0) and row != [""]:
                raise FormError(
                    f"{path}, row {n + 1}: expected {len(self.head)} cells, as in the first, got {len(row)}"
                )
        self.path = path

    def set(self, row: int, column: int, text: str) -> None:
        """Change a cell."""
        self.rows[row][column] = text
        quoted = self.raw[row][column].startswith('"') or any(
            mark in text for mark in (self.separator, '"', "\r", "\n")
        )
        self.raw[row][column] = '"' + text.replace('"', '""') + '"' if quoted else text

    def text(self) -> str:
        """The file, with what was changed."""
        lines = (self.separator.join(row) + end for row, end in zip(self.raw, self.ends, strict=True))
        return self.mark + "".join(lines)


def _cells(text: str, separator: str, at: int = 0) -> tuple[list[str], int]:
    """The cells of the row that begins there, as they are written, and where it ends. A quote without an end: none."""
    cell = re.compile(rf'"(?:[^"]|"")*"(?=[{separator}\r\n]|\Z)|[^{separator}\r\n]*')
    cells: list[str] = []
    while True:
        match = cell.match(text, at)
        assert match is not None
        if match[0].startswith('"') and not (len(match[0]) > 1 and match[0].endswith('"')):
            return [], at
        cells.append(match[0])
        at = match.end()
        if text[at : at + 1] != separator:
            return cells, at
        at += 1


def _rows(text: str, separator: str) -> tuple[list[list[str]], list[str]]:
    rows: list[list[str]] = []
    ends: list[str] = []
    at = 0
    while at < len(text):
        cells, at = _cells(text, separator, at)
        end = re.compile(r"\r\n|\n|\r|\Z").match(text, at)
        if not cells or end is None:
            raise FormError(f"row {len(rows) + 1}: expected CSV, got a cell whose quotes do not end")
        rows.append(cells)
        ends.append(end[0])
        at = end.end()
    return rows, ends


def _value(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell.startswith('"') and len(cell) > 1 else cell


@dataclass
class Row:
    """A student of a platform's file: the place, and by what one is known."""

    at: int
    collected: set[str]  # what `nbgrader zip_collect` makes of the platform's archive
    ids: set[str]
    names: set[str]


class _Sheet:
    """A platform's file. Students are found first by what is surest, and nobody by what two have."""

    grade: int  # the column
    most: float | None = None
    numbers: slice  # the columns of points
    written_by_students: tuple[int, ...] = ()

    def __init__(self, table: Table, template: Template, named: bool) -> None:
        self.table, self.template, self.named = table, template, named
        self.rows: list[Row] = []
        self.read()

    def read(self) -> None:
        """Find columns and students. Raises FormError."""
        raise NotImplementedError

    def refuses(self, row: Row, points: float) -> str:
        """Why the platform would not take a grade."""
        raise NotImplementedError

    def wrong(self, expected: str) -> FormError:
        head = ", ".join(map(repr, self.table.head[:12]))
        return FormError(f"{self.table.path}: expected {expected}; its columns are {head}")

    def fill(self, asked: list[Grade], every: list[Grade], done: Done, scale: bool) -> None:
        """Put the grades that are asked for, of every student's, into their rows."""
        factor = self._factor(every, scale)
        found = self._match(every)
        comma = any(COMMA.fullmatch(cell.strip()) for row in self.table.rows for cell in row[self.numbers])
        done.others = len(self.rows) - len(found)
        for each in asked:
            who = as_text(each.student)
            row = found.get(each.student)
            if row is None:
                done.left_out.append(
                    f"{who}: {self.template.path.name} has no student, or several, of that id, e-mail or name"
                )
                continue
            points = (each.points or 0.0) * factor
            text = shown(points, comma)
            if why := self.refuses(row, points):
                done.left_out.append(f"{who}: {why}; not written: {text}")
                continue
            before = self.table.rows[row.at][self.grade].strip()
            done.written += 1
            done.replaced += bool(before) and before != "-" and _number(before) != _number(text)
            self.table.set(row.at, self.grade, text)
        for row in self.rows:
            for column in self.written_by_students:
                cell = self.table.rows[row.at][column]
                if cell != harmless(cell):
                    self.table.set(row.at, column, harmless(cell))

    def _factor(self, grades: list[Grade], scale: bool) -> float:
        ours = grades[0].most if grades else 0.0
        if self.most is None or not grades or abs(self.most - ours) < 0.005:
            return 1.0
        if not scale:
            raise FormError(
                f"{self.table.path}: the maximum is {self.most:g} there, and {ours:g} in the gradebook: change it "
                f"there, or --scale converts the points"
            )
        if ours <= 0:
            raise FormError(f"--scale: expected an assignment with points, got a maximum of {ours:g}")
        return self.most / ours

    def _match(self, grades: list[Grade]) -> dict[str, Row]:
        """Who stands in which row."""
        found: dict[str, Row] = {}
        for wanted, has in self.ways():
            rows: dict[str, list[Row]] = defaultdict(list)
            taken = {id(row) for row in found.values()}
            for row in self.rows:
                for key in has(row) if id(row) not in taken else ():
                    rows[key].append(row)
            asks: dict[int, list[tuple[str, Row]]] = defaultdict(list)
            for each in grades:
                if each.student not in found:
                    fits = {id(row): row for key in wanted(each) for row in rows.get(key, ())}
                    if len(fits) == 1:
                        [(at, row)] = fits.items()
                        asks[at].append((each.student, row))
            found |= {pairs[0][0]: pairs[0][1] for pairs in asks.values() if len(pairs) == 1}
        return found

    def ways(self) -> list[tuple[Callable[[Grade], set[str]], Callable[[Row], set[str]]]]:
        """By what students are found, the surest first: what the gradebook has, what the file has."""
        return [
            (lambda each: _keys(each.student), lambda row: row.collected),
            (lambda each: _keys(each.lms_user_id, each.student, each.email), lambda row: row.ids),
            (
                lambda each: _keys(
                    each.student, f"{each.first_name} {each.last_name}", f"{each.last_name}, {each.first_name}"
                ),
                lambda row: row.names,
            ),
        ]


def _keys(*texts: str) -> set[str]:
    found = {" ".join(text.split()).casefold() for text in texts}
    return found - {"", ","}


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


class _Canvas(_Sheet):
    def read(self) -> None:
        head = [" ".join(name.split()) for name in self.table.head]
        names = [head.index(name) for name in ("Student", "LastName", "FirstName") if name in head]
        if head[0] not in ("Student", "LastName") or "ID" not in head or "Section" not in head:
            raise self.wrong(f"the columns Student, ID and Section of {DOWNLOADED['canvas']}")
        ids = [head.index(name) for name in ("SIS User ID", "SIS Login ID", "Integration ID") if name in head]
        number, self.written_by_students = head.index("ID"), tuple(names)
        first = max([*names, *ids, number, head.index("Section")]) + 1
        self.numbers, self.grade = slice(first, None), self._column(head[first:], head)
        possible = [row for row in self.table.rows[1:] if "Points Possible" in row[0]]
        self.most = _number(possible[0][self.grade]) if possible else None
        if possible and "read only" in possible[0][self.grade]:
            raise self.wrong(f"a column that can be filled, and {head[self.grade]!r} is read only")
        for at, row in enumerate(self.table.rows[1:], 1):
            if len(row) == len(head) and "Points Possible" not in row[0] and row[number].strip():
                said = [row[n].removeprefix("'") for n in names]
                name = " ".join(reversed(said))  # one cell, or the last name and the first
                short = re.sub(r"\W|_", "", "".join(said).casefold())
                known = _keys(*(row[n] for n in (number, *ids)))
                self.rows.append(Row(at, {f"{short}_{row[number].strip()}"}, known, _keys(name)))

    def _column(self, assignments: list[str], head: list[str]) -> int:
        asked = " ".join(self.template.column.split()).casefold()
        fits = []
        for name in assignments:
            titled = re.fullmatch(r"(.*?) ?\((\d+)\)", name)
            if asked in (name.casefold(), *((titled[1].casefold(), titled[2]) if titled else ())):
                fits.append(name)
        if len(fits) != 1 or head.count(fits[0]) != 1:
            known = ", ".join(repr(name) for name in assignments if re.search(r"\(\d+\)$", name)) or "none"
            raise FormError(
                f"{self.table.path}: expected one assignment {self.template.column!r}, got {len(fits)}: name the "
                f"column with --column; there are {known}"
            )
        return head.index(fits[0])

    def refuses(self, row: Row, points: float) -> str:
        return KEPT.get(self.table.rows[row.at][self.grade].strip().upper(), "")


class _Moodle(_Sheet):
    def read(self) -> None:
        head = [" ".join(name.split()) for name in self.table.head]
        low = [name.casefold() for name in head]
        column = self.template.column.casefold() if self.named else "grade"
        if low.count(column) != 1 or low.index(column) < 2 or low.index(column) + 1 >= len(low):
            name = self.template.column if self.named else "Grade"
            raise self.wrong(
                f"one column {name!r}, after Identifier and Status, of {DOWNLOADED['moodle']}; in another language "
                "name the column with --column"
            )
        self.grade = low.index(column)
        self.numbers = slice(self.grade, self.grade + 2)
        self.most = _number(self._first(self.grade + 1))
        if self.most is None and any(len(row) == len(head) for row in self.table.rows[1:]):
            raise self.wrong(
                f"a maximum beside {head[self.grade]!r}, got {self._first(self.grade + 1)!r}: a scale takes no points"
            )
        self.locked = low.index("grade can be changed") if "grade can be changed" in low else None
        # What Moodle reads: the identifier, the grade, when that was changed, and the feedback behind it.
        until = next((n for n, name in enumerate(low) if name.startswith("last modified (grade")), self.grade)
        self.written_by_students = tuple(n for n in range(1, until) if n not in (self.grade, self.grade + 1))
        for at, row in enumerate(self.table.rows[1:], 1):
            if len(row) != len(head):
                continue
            number = re.search(r"(\d+)$", row[0].strip())
            if number is None:
                raise FormError(f"{self.table.path}, row {at + 1}: expected such as 'Participant 123', got {row[0]!r}")
            person = [cell.removeprefix("'") for cell in row[1 : self.grade]]  # of an anonymous one the status alone
            collected = _keys(f"{person[0]} {number[1]}", row[0])  # the second of two of one name, an anonymous one
            self.rows.append(Row(at, collected, _keys(*person[1:]), _keys(*person[:1])))

    def _first(self, column: int) -> str:
        return next((row[column] for row in self.table.rows[1:] if len(row) == len(self.table.head)), "")

    def refuses(self, row: Row, points: float) -> str:
        most = self.most or 0.0
        if points > most + 1e-9:
            return f"Moodle takes no more than {most:g} points"
        if self.locked is not None and self.table.rows[row.at][self.locked].strip().casefold() == "no":
            return "this grade cannot be changed in Moodle"
        return ""
