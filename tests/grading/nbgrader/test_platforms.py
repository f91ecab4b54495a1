"""Points into files of Canvas and Moodle, in the forms that both publish, and as plain CSV.

Expected is what the platforms' own importers read: their rules are written out here, from their public sources.
"""

from __future__ import annotations

import csv
import io
import itertools
import os
import re
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader import api
from nbgrader.plugins import CsvExportPlugin

from rnncourse.grading.nbgrader import platforms
from rnncourse.grading.nbgrader.course import Course
from rnncourse.grading.nbgrader.gradebook import GradebookError
from rnncourse.grading.nbgrader.platforms import Done, FormError, Grade, Table, Template, export, harmless

# --- the platforms' importers


def canvas_reads(data: bytes) -> tuple[dict[str, float], dict[str, dict[str, str]]]:
    """Points possible of each assignment, and each student's grades by the assignment's name, as Canvas takes them.

    The separator is a semicolon if that gives more fields in each of the first three lines. A cell that is a number
    loses its decimal comma. A head has Student and ID, or LastName, FirstName and ID; a row whose first cell has
    "Points Possible" is none of a student, nor is one that is empty but for "Manual Posting".
    """
    text = data.decode("utf-8-sig")
    counts = {}
    for mark in ";,":
        sizes = {len(next(csv.reader([line], delimiter=mark), [])) for line in text.splitlines()[:3]}
        counts[mark] = sizes.pop() if len(sizes) == 1 else 0
    separator = ";" if counts[";"] > counts[","] else ","
    rows = [
        [number(cell) for cell in row]
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        if not re.fullmatch("[;, ]+", separator.join(row)) and row
    ]
    head = rows[0]
    names = 2 if head[0] == "LastName" else 1
    assert ("Student" in head[0] and "ID" in head[1]) or head[:3] == ["LastName", "FirstName", "ID"]
    first = head.index("Section") + 1
    possible: dict[str, float] = {}
    students: dict[str, dict[str, str]] = {}
    for row in rows[1:]:
        if "Points Possible" in row[0]:
            possible = {name: float(cell) for name, cell in zip(head[first:], row[first:], strict=True) if points(cell)}
        elif not all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell) for cell in row):
            students[row[names]] = dict(zip(head[first:], (cell.strip() for cell in row[first:]), strict=True))
    return possible, students


def number(cell: str) -> str:
    if not re.fullmatch(r"-?[0-9.,]+%?", cell):
        return cell
    *whole, last = re.split("[,.]", cell)
    return f"{''.join(whole)}.{last}" if whole else last


def points(cell: str) -> bool:
    return bool(re.fullmatch(r"[\d.]+", cell))


def moodle_reads(data: bytes, separator: str, grade: str = "Grade", comma: bool = False) -> dict[int, float | None]:
    """Each participant's grade as Moodle takes it: by the number behind "Participant ", a grade by the user's language.

    Identifier, Grade and "Last modified (grade)" have to be there; an empty grade, and one out of range, are skipped.
    """
    head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator, strict=True)
    at = {name: head.index(name) for name in (head[0], grade)}
    found: dict[int, float | None] = {}
    for row in rows:
        text = row[at[grade]].replace(",", ".") if comma else row[at[grade]]
        most = float(row[at[grade] + 1].replace(",", "."))
        value = float(text) if text.strip() else None
        found[int(row[0].rsplit(" ", 1)[-1])] = value if value is None or 0 <= value <= most else None
    return found


# --- their files

CLASS = [  # the number on Canvas and for Moodle, last name, first name, SIS id, login
    (12345, "Example", "Ada", "S-1", "ada@example.org"),
    (12346, "O'Neil, jr", 'Bob "B"', "S-2", "bob@example.org"),
    (12347, "Öz", "Cem", "S-3", "cem@example.org"),
    (12348, '=HYPERLINK("http://x")', "Dot", "S-4", "dot@example.org"),
]


def written(rows: list[list[str]], separator: str, mark: bool, end: str, quote: int = csv.QUOTE_MINIMAL) -> bytes:
    lines = io.StringIO(newline="")
    csv.writer(lines, delimiter=separator, lineterminator=end, quoting=quote).writerows(rows)  # type: ignore[arg-type]
    return (("\ufeff" if mark else "") + lines.getvalue()).encode()


def canvas_file(
    split: bool, sis: bool, posting: bool, comma: bool, grades: dict[int, str] | None = None
) -> list[list[str]]:
    names = ["LastName", "FirstName"] if split else ["Student"]
    ids = ["ID", *(["SIS User ID"] if sis else []), "SIS Login ID", *(["Integration ID"] if sis else [])]
    head = [*names, *ids, "Section", "Notes", "RNN (4711)", "Report, long (4712)", "Current Score", "Final Score"]
    info = len(names) + len(ids) + 1
    fifty, ten = ("50,00", "10,00") if comma else ("50.00", "10.00")
    rows = [head]
    if posting:
        rows.append(["", *[""] * info, "Manual Posting", "", "", ""])
    rows.append(["    Points Possible", *[""] * info, fifty, ten, "(read only)", "(read only)"])
    for id, last, first, user, login in [*CLASS, (99, "Student", "Test", "", "a" * 40)]:
        name = [last, first] if split else [f"{last}, {first}"]
        known = [str(id), *([user] if sis else []), login, *([""] if sis else [])]
        eight = "8,5" if comma else "8.5"
        rows.append([*name, *known, "One and Two", "a note", (grades or {}).get(id, ""), eight, "85", "85"])
    return rows


def moodle_file(blind: bool, extra: bool, comma: bool, grades: dict[int, str] | None = None) -> list[list[str]]:
    person = [] if blind else ["Full name", *(["ID number"] if extra else []), "Email address"]
    head = ["Identifier", *person, "Status", "Grade", "Maximum grade", "Grade can be changed"]
    head += ["Last modified (submission)", "Online text", "Last modified (grade)", "Feedback comments"]
    rows = [head]
    for id, last, first, user, login in CLASS:
        name = f"{first} {last}" if not last.startswith("=") else f"{last} {first}"
        known = [] if blind else [name, *([user] if extra else []), login]
        rest = ["50,00" if comma else "50.00", "Yes", "Monday, 2 March 2026, 9:00 AM", "=1+1", "-", '<p>-1, "so"</p>']
        rows.append([f"Participant {id}", *known, "Submitted for grading - ", (grades or {}).get(id, ""), *rest])
    return rows


def done(
    tmp_path: Path, platform: str, data: bytes, grades: list[Grade], column: str = "rnn", **how: Any
) -> tuple[Done, bytes]:
    template = tmp_path / "exported file.csv"
    template.write_bytes(data)
    output = tmp_path / "filled.csv"
    named = {"named": True} if platform == "moodle" and column != "rnn" else {}
    said = export(grades, output, Template(platform, template, column), **how, **named)
    assert template.read_bytes() == data
    assert not [*tmp_path.glob(".*")]
    return said, output.read_bytes()


def logins(*points: float | None) -> list[Grade]:
    return [Grade(row[4], points=p, most=50.0) for row, p in zip(CLASS, points, strict=True)]


def others_stayed(before: bytes, after: bytes, separator: str, column: str) -> None:
    """All but the column, and what would be a formula of a student's, is as it was; so are mark and ends of lines."""
    for text in (b"\xef\xbb\xbf", b"\r\n"):
        assert (text in before) == (text in after)
    read = [
        list(csv.reader(io.StringIO(d.decode("utf-8-sig"), newline=""), delimiter=separator)) for d in (before, after)
    ]
    at = read[0][0].index(column)
    assert len(read[0]) == len(read[1])
    for old, new in zip(*read, strict=True):
        differ = [(a, b) for n, (a, b) in enumerate(zip(old, new, strict=True)) if n != at and a != b]
        assert all(b == f"'{a}" and a.startswith("=") for a, b in differ), differ


FORMS = [*itertools.product((False, True), repeat=3)]


@pytest.mark.parametrize(("split", "sis", "posting"), FORMS)
@pytest.mark.parametrize(("separator", "mark", "comma"), [(",", False, False), (";", True, True), (",", True, True)])
def test_canvas_takes_the_grades_and_nothing_else_has_changed(
    split: bool, sis: bool, posting: bool, separator: str, mark: bool, comma: bool, tmp_path: Path
) -> None:
    rows = canvas_file(split, sis, posting, comma, {12345: "50"})
    before = written(rows, separator, mark, "\n" if split else "\r\n")
    said, after = done(tmp_path, "canvas", before, logins(33.333, 0.0, None, 50.0))
    assert (said.written, said.replaced, said.absent, said.left_out) == (3, 1, 1, [])
    possible, students = canvas_reads(after)
    assert possible == canvas_reads(before)[0]
    read = {id: each["RNN (4711)"] for id, each in students.items()}
    assert {id: float(text) for id, text in read.items() if text} == {"12345": 33.33, "12346": 0, "12348": 50}
    others_stayed(before, after, separator, "RNN (4711)")
    assert b"=HYPERLINK" not in after.replace(b"'=HYPERLINK", b"")


@pytest.mark.parametrize(("blind", "extra", "comma"), FORMS)
@pytest.mark.parametrize(("separator", "mark", "quote"), [(",", True, csv.QUOTE_MINIMAL), (";", False, csv.QUOTE_ALL)])
def test_moodle_takes_the_grades_and_nothing_else_has_changed(
    blind: bool, extra: bool, comma: bool, separator: str, mark: bool, quote: int, tmp_path: Path
) -> None:
    before = written(moodle_file(blind, extra, comma, {12346: "20"}), separator, mark, "\n", quote)
    grades = logins(33.333, 0.0, None, 50.0)
    if blind:  # collected from its archive
        grades = [
            Grade(f"Participant {row[0]}", points=g.points, most=50) for row, g in zip(CLASS, grades, strict=True)
        ]
    said, after = done(tmp_path, "moodle", before, grades)
    assert (said.written, said.replaced, said.absent, said.left_out) == (3, 1, 1, [])
    assert moodle_reads(after, separator, comma=comma) == {12345: 33.33, 12346: 0, 12347: None, 12348: 50}
    others_stayed(before, after, separator, "Grade")
    assert b'"<p>-1, ""so""</p>"' in after  # feedback is what Moodle would read
    assert not re.search(rb'(^|[,;"])=', after)


def test_moodle_in_another_language_needs_the_column_named(tmp_path: Path) -> None:
    rows = moodle_file(False, False, True)
    rows[0] = ["ID", "Vollständiger Name", "E-Mail-Adresse", "Status", "Bewertung", "Bestwertung"]
    rows[0].append("Bewertung kann geändert werden")
    rows[0] += ["Zuletzt geändert (Abgabe)", "Texteingabe", "Zuletzt geändert (Bewertung)", "Feedback als Kommentar"]
    rows[1:] = [[row[0].replace("Participant", "Teilnehmer/in"), *row[1:]] for row in rows[1:]]
    before = written(rows, ";", True, "\r\n")
    with pytest.raises(FormError, match="in another language name the column with --column; its columns are 'ID'"):
        done(tmp_path, "moodle", before, logins(1, 2, 3, 4))
    _, after = done(tmp_path, "moodle", before, logins(1.5, 2, 3, 4), "Bewertung")
    assert moodle_reads(after, ";", "Bewertung", True) == {12345: 1.5, 12346: 2, 12347: 3, 12348: 4}
    assert ";1,5;" in after.decode()


# --- who is who

WAYS = {
    "canvas": {
        "login": Grade("ada@example.org"),
        "e-mail": Grade("ada", email="ADA@example.org"),
        "the platform's id in the gradebook": Grade("ada", lms_user_id="12345"),
        "the SIS id": Grade("s-1"),
        "the platform's id": Grade("12345"),
        "its archive": Grade("exampleada_12345"),
        "name": Grade("ada", first_name="Ada", last_name="Example"),
        "sorted name": Grade("Example, Ada"),
    },
    "moodle": {
        "e-mail as id": Grade("ada@example.org"),
        "e-mail": Grade("ada", email="ada@example.org"),
        "ID number": Grade("S-1"),
        "its archive": Grade("Ada Example"),
        "its archive, the second of a name": Grade("Ada Example 12345"),
        "name": Grade("ada", first_name=" Ada", last_name="Example"),
    },
}


@pytest.mark.parametrize(("platform", "way"), [(p, way) for p, ways in WAYS.items() for way in ways])
def test_a_student_is_found(platform: str, way: str, tmp_path: Path) -> None:
    rows = canvas_file(False, True, False, False) if platform == "canvas" else moodle_file(False, True, False)
    grade = replace(WAYS[platform][way], points=7.0, most=50.0)
    said, after = done(tmp_path, platform, written(rows, ",", False, "\n"), [grade])
    assert said.left_out == []
    line = next(line for line in after.decode().splitlines() if "ada@example.org" in line)
    assert ",7," in line


def test_nobody_gets_the_grade_of_somebody_else(tmp_path: Path) -> None:
    """Who fits two rows, or a row that another student of the gradebook fits, is named instead, absent ones too."""
    rows = moodle_file(False, False, False)
    twins = [["Participant 77", "Eve Twin", "e1@x"], ["Participant 78", "Eve Twin", "e2@x"]]
    rows += [[*twin, *rows[1][3:]] for twin in twins]
    data = written(rows, ",", False, "\n")
    grade = lambda name, points=5.0, **more: Grade(name, points=points, most=50.0, **more)  # noqa: E731
    for grades, right in (
        ([grade("Eve Twin")], {}),
        ([grade("Eve Twin"), grade("Eve Twin 78", 6.0)], {77: 5.0, 78: 6.0}),
        ([grade("Eve Twin"), grade("eve", email="e2@x", points=6.0)], {77: 5.0, 78: 6.0}),
        (
            [
                grade("a", first_name="Ada", last_name="Example"),
                grade("b", None, first_name="Ada", last_name="Example"),
            ],
            {},
        ),
        ([grade("ada"), grade("example"), grade("Participant"), grade("12345"), grade("Submitted for grading")], {}),
        ([grade("Group 12345"), grade("x_12345"), grade("", lms_user_id="12345")], {}),
    ):
        said, after = done(tmp_path, "moodle", data, grades)
        assert {id: value for id, value in moodle_reads(after, ",").items() if value is not None} == right
        assert said.written == len(right)
        asked = [each for each in grades if each.points is not None]
        assert len(said.left_out) == len(asked) - len(right)
    canvas = written(canvas_file(False, True, False, False), ",", False, "\n")
    said, _ = done(tmp_path, "canvas", canvas, [grade("group_12345"), grade("12"), grade("x", lms_user_id="S")])
    assert said.written == 0
    assert [line.split(":")[0] for line in said.left_out] == ["group_12345", "12", "x"]


def test_what_the_platform_would_not_take_is_named(tmp_path: Path) -> None:
    rows = canvas_file(False, True, False, False, {12345: "EX", 12346: "N/A", 12347: "12"})
    said, after = done(tmp_path, "canvas", written(rows, ",", False, "\n"), logins(1, 2, 3, 4))
    assert [re.sub(r"^\S+: ", "", line) for line in said.left_out] == [
        "is excused on Canvas; not written: 1", "has not been given this assignment on Canvas; not written: 2",
    ]  # fmt: skip
    grades = {id: each["RNN (4711)"] for id, each in canvas_reads(after)[1].items()}
    assert grades == {"12345": "EX", "12346": "N/A", "12347": "3", "12348": "4", "99": ""}
    rows = moodle_file(False, False, False, {12345: "5"})
    rows[1][rows[0].index("Grade can be changed")] = "No"
    said, after = done(tmp_path, "moodle", written(rows, ",", False, "\n"), logins(1, 51.0, 3, 4))
    assert moodle_reads(after, ",") == {12345: 5, 12346: None, 12347: 3, 12348: 4}
    assert ["cannot be changed" in said.left_out[0], "no more than 50 points; not written: 51" in said.left_out[1]] == [
        True
    ] * 2


def test_another_maximum_is_said_and_converted_where_that_is_asked_for(tmp_path: Path) -> None:
    grades = [Grade(row[4], points=p, most=40.0) for row, p in zip(CLASS, (40, 20, 1, 0), strict=True)]
    for platform, rows in (
        ("canvas", canvas_file(False, True, True, True)),
        ("moodle", moodle_file(False, True, True)),
    ):
        data = written(rows, ";", False, "\r\n")
        with pytest.raises(FormError, match=r"the maximum is 50 there, and 40 in the gradebook.*--scale"):
            done(tmp_path, platform, data, grades)
        _, after = done(tmp_path, platform, data, grades, scale=True)
        if platform == "moodle":
            assert [*moodle_reads(after, ";", comma=True).values()] == [50, 25, 1.25, 0]
        else:
            assert [each["RNN (4711)"] for each in canvas_reads(after)[1].values()] == ["50", "25", "1.25", "0", ""]


def test_who_waits_for_a_person_or_handed_nothing_in(tmp_path: Path) -> None:
    grades = logins(1, 2, None, 4)
    grades[1] = replace(grades[1], waits=True)
    data = written(moodle_file(False, False, False, {12346: "9", 12347: "8"}), ",", False, "\n")
    for how, right in (
        ({}, [1, 9, 8, 4]),
        ({"unfinished": True}, [1, 2, 8, 4]),
        ({"zeros": True}, [1, 9, 0, 4]),
    ):
        said, after = done(tmp_path, "moodle", data, grades, **how)
        assert [*moodle_reads(after, ",").values()] == right
        assert ["a person has not given all points yet" in line for line in said.left_out] == [True] * (
            "unfinished" not in how
        )


# --- files in another form

FAULTY = {
    "empty": (b"", "expected CSV with a head"),
    "no table": (b"hello", "expected CSV with a head"),
    "latin": ("Student,ID,SIS Login ID,Section,RNN (1)\nÖz,1,a,b,2\n".encode("latin-1"), "expected CSV in UTF-8"),
    "another file": (b"Name,Mail,Points\na,b,1\n", "expected .* of the file that .* writes.*its columns are 'Name'"),
    "short row": (b"Student,ID,SIS Login ID,Section,RNN (1)\na,1\n", "row 2: expected 5 cells, as in the first, got 2"),
    "open quote": (b'Student,ID,SIS Login ID,Section,RNN (1)\n"a,1,2,3,4\n', "row 2: .* quotes do not end"),
}


@pytest.mark.parametrize("platform", ["canvas", "moodle"])
@pytest.mark.parametrize("fault", FAULTY)
def test_another_form_is_told(platform: str, fault: str, tmp_path: Path) -> None:
    data, said = FAULTY[fault]
    with pytest.raises(FormError, match=said):
        done(tmp_path, platform, data, logins(1, 2, 3, 4))
    assert not (tmp_path / "filled.csv").exists()


def test_the_column_is_one_that_is_there_and_can_be_filled(tmp_path: Path) -> None:
    data = written(canvas_file(False, True, False, False), ",", False, "\n")
    for column in ("RNN (4711)", "4711", "rnn"):
        done(tmp_path, "canvas", data, logins(1, 2, 3, 4), column)
    with pytest.raises(
        FormError, match=r"name the column with --column; there are 'RNN \(4711\)', 'Report, long \(4712\)'"
    ):
        done(tmp_path, "canvas", data, logins(1, 2, 3, 4), "lstm")
    with pytest.raises(FormError, match="'Current Score' is read only"):
        done(tmp_path, "canvas", data, logins(1, 2, 3, 4), "Current Score")
    rows = moodle_file(False, False, False)
    for row in rows[1:]:
        row[rows[0].index("Maximum grade")] = "poor, good"
    with pytest.raises(FormError, match="a scale takes no points"):
        done(tmp_path, "moodle", written(rows, ",", False, "\n"), logins(1, 2, 3, 4))
    with pytest.raises(FileNotFoundError, match=r"no file .*: expected the file that Canvas writes"):
        export([], tmp_path / "a.csv", Template("canvas", tmp_path / "away.csv", "rnn"))
    (tmp_path / "own.csv").write_bytes(data)
    with pytest.raises(FormError, match="expected another file than the template"):
        export(logins(1, 2, 3, 4), tmp_path / "own.csv", Template("canvas", tmp_path / "own.csv", "rnn"))


CELLS = st.text(st.sampled_from(["a", "ö", '"', ",", ";", "\n", " ", "'", "=", "1"]), max_size=6)


@given(
    st.integers(3, 5).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=2, max_size=4)),
    st.sampled_from(",;\t"),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    CELLS,
)
def test_a_changed_cell_changes_no_other(
    rows: list[list[str]], separator: str, mark: bool, end: str, quote: int, text: str
) -> None:
    import tempfile

    rows[0] = [f"column{n}" for n in range(len(rows[0]))]
    data = written(rows, separator, mark, end, quote)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        path.write_bytes(data)
        table = Table(path)
    assert table.text().encode() == data
    table.set(1, 2, text)
    rows[1][2] = text
    again = io.StringIO(table.text().removeprefix("\ufeff"), newline="")
    assert [*csv.reader(again, delimiter=separator, strict=True)] == rows


@given(st.text(max_size=8))
def test_no_text_becomes_a_formula(text: str) -> None:
    safe = harmless(text)
    assert safe in (text, f"'{text}")
    if safe == text and text.strip()[:1] in {*"=+-@"}:
        assert re.fullmatch(r"\s*([+-]?\d+([.,]\d+)?%?|-)\s*", text)


# --- out of the gradebook


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    folder = tmp_path_factory.mktemp("course")
    (folder / "nbgrader_config.py").write_text("c = get_config()\n")
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy's about nbgrader's code
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")  # nbgrader calls alembic
        with api.Gradebook(f"sqlite:///{folder}/gradebook.db") as book:
            for name, cells in (("rnn", 2), ("other", 1)):
                book.add_assignment(name)
                for notebook in ("first", "second")[:cells]:
                    book.add_notebook(notebook, name)
                    book.add_grade_cell("test", notebook, name, max_score=30, cell_type="code")
                    book.add_grade_cell("why", notebook, name, max_score=5, cell_type="markdown")
                    book.add_task_cell("draw", notebook, name, max_score=3, cell_type="markdown")
            for n, student in enumerate(("ada", "bob", "cem", "dot", "=eve")):
                book.add_student(
                    student, first_name=student.title(), last_name="-1+cmd|x", email=f"{student}@x", lms_user_id=f"{n}"
                )
                for name in ("rnn", "other") if student != "dot" else ("other",):
                    book.add_submission(name, student)
                    for part in book.find_submission(name, student).notebooks:
                        for m, grade in enumerate(sorted(part.grades, key=lambda g: g.cell.name)):
                            grade.auto_score, grade.needs_manual_grade = 1.25 * n + m, False
                        if student == "bob":
                            part.grades[0].manual_score, part.grades[0].extra_credit = 11.125, 0.5
                            part.late_submission_penalty = 2.5
                        if student == "cem":
                            part.grades[0].needs_manual_grade = True
                        if student == "=eve":
                            part.late_submission_penalty = 1000.0
            book.db.commit()
    return Course(folder)


def test_totals_are_those_that_nbgrader_exports(course: Course, tmp_path: Path) -> None:
    plugin = CsvExportPlugin()
    plugin.to, plugin.assignment = str(tmp_path / "grades.csv"), ["rnn"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with api.Gradebook(course.db_url) as book:
            plugin.export(book)
    stock = {
        row["student_id"]: row for row in csv.DictReader((tmp_path / "grades.csv").read_text("utf-8").splitlines())
    }
    found = {each.student: each for each in platforms.grades(course, "rnn")}
    assert found.keys() == stock.keys()
    for student, each in found.items():
        row = stock[student]
        assert (each.points or 0.0) == pytest.approx(float(row["score"]))
        assert (each.penalty, each.most) == (float(row["late_submission_penalty"]), float(row["max_score"]))
        assert (each.last_name, each.first_name, each.email) == (row["last_name"], row["first_name"], row["email"])
    assert (found["dot"].points, found["=eve"].points, found["bob"].penalty) == (None, 0.0, 5.0)
    assert [student for student, each in found.items() if each.waits] == ["cem"]
    assert {each.lms_user_id for each in found.values()} == {*"01234"}
    with pytest.raises(GradebookError, match="no assignment 'nonsense'"):
        platforms.grades(course, "nonsense")


def test_plain_csv_has_everybody_and_no_formula(course: Course, tmp_path: Path) -> None:
    grades = platforms.grades(course, "rnn")
    said = export(grades, tmp_path / "rnn.csv", zeros=True, unfinished=True)
    assert (said.written, said.absent, said.left_out) == (5, 1, [])
    text = (tmp_path / "rnn.csv").read_text("utf-8")
    rows = [*csv.DictReader(io.StringIO(text))]
    assert [row["student"].removeprefix("'") for row in rows] == sorted(each.student for each in grades)
    assert [float(row["points"]) for row in rows] == pytest.approx([each.points or 0 for each in grades], abs=0.005)
    assert not re.search(r'(^|[,"\n])[=+@-]', text)
    said = export(grades, tmp_path / "rnn.csv")
    assert (said.written, len(said.left_out)) == (3, 1)
    assert said.left_out[0].startswith("cem: ")
