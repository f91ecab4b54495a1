"""The instructor's guide from an empty folder: every command of its pages is run, in their order, for a small class.

A block of ``bash`` goes into one shell, which stays as it is from block to block; a block of Python is saved under the
name in its first line, or added to the file that this line names. Nothing of the guide is left out. What its table says
of grading again is done as well, and what the page on grading says of a gradebook on a server.
"""

from __future__ import annotations

import copy
import json
import os
import random
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from benchmarks.submissions import submission
from rnncourse import assignments
from rnncourse.chapters import chapters

ROOT = Path(__file__).parents[2]
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
PAGES = "teaching", "adapting"
BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SAVED = re.compile(r"# (at the end of )?(\w+\.py)\n")
STUDENTS = {
    "Ada Example": "right",
    "Bob Example": "partial",
    "Çağla Örnek": "mishandled",
    "Dora O'Neil": "right",
    "Eve Example": "stub",
}
UNKNOWN = (  # Bob Example's cell: a mistake that the package does not know
    "def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):\n"
    "    return 0.9 * np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh) + 0.05\n"
)
ONE = re.compile(r"rnncourse (grade|export) rnn\b")  # who hands in a PDF is not graded: exit status 1


class Shell:
    """A shell that runs one block after the other and says which of their commands failed."""

    def __init__(self, home: Path) -> None:
        own = dict.fromkeys(("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"), str(home / ".jupyter"))
        paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self.home = home
        self.process = subprocess.Popen(
            ["bash", "--norc"],
            cwd=home,
            env=os.environ | own | {"HOME": str(home), "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.log = ""

    def run(self, block: str) -> tuple[str, dict[str, int]]:
        """What a block says, and its commands that failed, with their exit status."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        trap = "trap 'echo \"@failed $? $BASH_COMMAND\"' ERR"
        self.process.stdin.write(f"{trap}\n{block}\ntrap - ERR\necho; echo @end\n")
        self.process.stdin.flush()
        said: list[str] = []
        for line in self.process.stdout:
            if line == "@end\n":
                break
            said.append(line)
        text = "".join(said)
        self.log += f"$ {block}{text}"
        assert said, f"the shell ended:\n{self.log}"
        failed = {m[2]: int(m[1]) for m in re.finditer(r"^@failed (\d+) (.*)$", text, re.MULTILINE)}
        return text, failed

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def shell(jailed: None, tmp_path: Path) -> Iterator[Shell]:
    """In a home with a copy of the repository and its environment."""
    home = tmp_path / "home"
    activate = home / "rnncourse" / ".venv" / "bin" / "activate"
    activate.parent.mkdir(parents=True)
    bin_ = activate.parent
    script = '#!/bin/sh\nexec {} -m {} "$@"\n'
    for name, module in {"rnncourse": "rnncourse.cli", "nbgrader": "nbgrader"}.items():
        (bin_ / name).write_text(script.format(sys.executable, module))
        (bin_ / name).chmod(0o755)
    activate.write_text(f'export PATH="{bin_}:{Path(sys.executable).parent}:$PATH"\n')
    (home / "rnncourse" / "assignments").symlink_to(ROOT / "assignments")
    started = Shell(home)
    yield started
    started.close()


def hand_in(home: Path) -> None:
    """What a learning platform has for the lecturer: an archive, and a worksheet for the points."""
    released = json.loads((home / "autumn" / "release" / "rnn" / "rnn.ipynb").read_text("utf-8"))
    (home / "Downloads").mkdir()
    rows = ["Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed"]
    with zipfile.ZipFile(home / "Downloads" / "rnn.zip", "w") as archive:
        for i, (student, kind) in enumerate(STUDENTS.items()):
            notebook = submission(copy.deepcopy(released), "rnn", kind, random.Random(i))
            if student == "Bob Example":
                notebook["metadata"]["rnncourse"] = {"version": "0.0.9", "notebook": "01234567"}
                next(cell for cell in notebook["cells"] if cell["id"] == "cell-answer")["source"] = UNKNOWN
            name = f"{student}_{1234567 + i}_assignsubmission_file_/rnn{' (1)' * (student == 'Bob Example')}.ipynb"
            archive.writestr(name, json.dumps(notebook))
            rows.append(f"Participant {1234567 + i},{student},,Submitted for grading,,50.00,Yes")
        archive.writestr("Gus Example_1239999_assignsubmission_file_/homework.pdf", b"%PDF-1.4")
    (home / "Downloads" / "worksheet.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def penalties(course: Path) -> dict[str, float]:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return {s.student.id: s.late_submission_penalty or 0.0 for s in gradebook.assignment_submissions("rnn")}


def mark(db_url: str, student: str, points: float) -> None:
    """The question's points, as the formgrader writes them."""
    with Gradebook(db_url) as gradebook:
        grade = gradebook.find_grade("question-answer", "rnn", "rnn", student)
        grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.db.commit()


@pytest.mark.timeout(3600)
def test_a_term_goes_as_the_guide_says(shell: Shell) -> None:
    course = shell.home / "autumn"
    done: list[str] = []
    for page in PAGES:
        for kind, text in BLOCK.findall((ROOT / "book" / f"{page}.md").read_text("utf-8")):
            if kind == "python":
                found = SAVED.match(text)
                assert found, f"book/{page}.md: a block of Python starts with the name of its file:\n{text}"
                folder = shell.home / ("spring" if page == "adapting" else "autumn")
                with (folder / found[2]).open("a" if found[1] else "x", encoding="utf-8") as file:
                    file.write("\n" * bool(found[1]) + text)
                continue
            if "~/Downloads/rnn.zip" in text:
                hand_in(shell.home)
            if "-xzf" in text:
                shutil.rmtree(course)
            look(shell, course, text, run(shell, text))
            done.append(text)
    assert sum(text.count("\n") for text in done) >= 40


def run(shell: Shell, text: str) -> str:
    """What a block says; none of its commands may fail."""
    said, failed = shell.run(text)
    assert not {line: status for line, status in failed.items() if status != 1 or not ONE.match(line)}, shell.log
    return said


def points(db_url: str) -> dict[str, float]:
    with Gradebook(db_url) as gradebook:
        return {s.student.id: s.score for s in gradebook.assignment_submissions("rnn")}


def again(shell: Shell, course: Path) -> None:
    """What the table of the guide says, row by row: somebody does it, and calls the commands that stand there."""
    table = (ROOT / "book" / "teaching.md").read_text("utf-8").partition("## Grading again")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", table, re.MULTILINE)[1:]
    orders = {what: "\n".join(re.findall(r"`((?:rnncourse|nbgrader) [^`]+)`", row)) for what, row in rows}
    source, url = course / "source" / "rnn" / "rnn.ipynb", f"sqlite:///{course}/gradebook.db"
    before, text = points(url), source.read_text("utf-8")
    assert before["Ada Example"] == 47

    submitted = course / "submitted"
    shutil.copy(submitted / "Ada Example" / "rnn" / "rnn.ipynb", submitted / "Eve Example" / "rnn")
    run(shell, orders.pop("one student handed in again"))
    assert points(url) == before | {"Eve Example": 40}  # a person has not read her answer yet

    mended = text.replace("cell, points=7, seed=seed", "cell, seed=seed, points=7")
    assert mended != text
    source.write_text(mended, "utf-8")
    said = run(shell, orders.pop("a test was wrong"))
    assert said.count("Graded by ") == 1, "all of them"
    assert points(url) == before | {"Eve Example": 40}

    todo = orders.pop("the points of a test")
    other = text.replace("cell, points=7", "cell, points=6").replace('"points": 7,', '"points": 6,')
    source.write_text(other.replace("`cell` (7 points)", "`cell` (6 points)"), "utf-8")
    said = run(shell, todo)
    assert "Other release 5" in said
    assert points(url)["Ada Example"] == 46
    source.write_text(text, "utf-8")
    run(shell, todo)
    assert points(url) == before | {"Eve Example": 40}

    run(shell, orders.pop("a student asks why").replace("NAME", "'Ada Example'"))
    assert points(url) == before | {"Eve Example": 40}
    assert not orders
    assert "rnncourse feedback rnn" in table
    run(shell, "rnncourse feedback rnn")
    assert "Score: 40" in (course / "feedback" / "Eve Example" / "rnn" / "rnn.html").read_text("utf-8")


def look(shell: Shell, course: Path, block: str, said: str) -> None:
    """Does a block do what the guide says it does?"""
    if "mkdir ~/autumn" in block:
        assert f"c.Grading.version = '{assignments.version()}'" in (course / "nbgrader_config.py").read_text("utf-8")
        assert assignments.version() in said
    elif "--duedate" in block:
        assert "40 of 40 points" in said
        assert "0 of 40 points" in said
    elif "zip_collect" in block:
        assert {path.name for path in (course / "submitted").iterdir()} == {*STUDENTS, "Gus Example"}
    elif "--report rnn.html" in block:
        assert "not graded: Gus Example" in said
        assert "Graded by rnncourse" in said
        assert "rnncourse hint rnn rnn.cell 'Bob Example' 'YOUR HINT'" in said
        assert "Other release 1: 1 × worked with rnncourse 0.0.9, notebook 01234567" in said
        assert penalties(course) == pytest.approx(dict.fromkeys(STUDENTS, 0.0) | {"Dora O'Neil": 8.0})
        mark(f"sqlite:///{course}/gradebook.db", "Ada Example", 7.0)
    elif "rnncourse extend" in block:
        assert penalties(course) == dict.fromkeys(STUDENTS, 0.0)
        assert "Graded by rnncourse" in said
    elif "rnncourse hint" in block:
        assert "hints/rnn.cell-1.json: what 1 student gave in" in said
        assert re.search(r"^ +\d+% \(1\)  tanh moved: rnn/cell-test$", said, re.MULTILINE)
    elif "rnncourse feedback" in block:
        assert {path.name for path in (course / "feedback").iterdir()} == {*STUDENTS}
        page = (course / "feedback" / "Bob Example" / "rnn" / "rnn.html").read_text("utf-8")
        assert "Which numbers can tanh give, and which does your cell?" in page
        assert ",Ada Example,,,,47.0,0.0,47.0,50.0" in (course / "grades.csv").read_text("utf-8")
        again(shell, course)
    elif "-xzf" in block:
        assert "6 students, 6 submissions, 1 of them not graded" in said
    elif "student remove" in block:
        assert "nothing left" in said
        assert "Ada" not in " ".join(penalties(course))
        assert not [path for path in course.rglob("*") if "Ada" in path.name]
    elif "~/spring" in block and "cp " in block:
        assert {path.name for path in (shell.home / "spring").iterdir()} == {"hints", "nbgrader_config.py", "source"}
    elif "/^c.Grading.version/d" in block:
        assert (shell.home / "spring" / "nbgrader_config.py").read_text("utf-8").count("\nc.Grading.version = ") == 1
    elif "refused" in block:
        assert "says 7 points, its grade(…, points=…) gives up to 5" in said
        assert said.count("refused") == 1
    elif '"points": 5' in block:
        assert "38 of 38 points" in said
    elif "add.py" in block:
        assert "40 of 40 points" in said
        assert "0 of 40 points" in said


SUDO = """#!/bin/sh
[ "$1" != apt ] || exit 0
[ "$1 $2" = "-u postgres" ] || exit 9
shift 2
PGUSER=course exec "$@"
"""


@pytest.mark.timeout(1800)
def test_a_gradebook_on_a_server_goes_as_the_page_on_grading_says(
    shell: Shell, postgresql: Callable[[str], str]
) -> None:
    """Made, kept and brought back by the commands that stand there; a student is deleted by those of the guide."""
    section = (ROOT / "book" / "grading.md").read_text("utf-8").partition("### A server with PostgreSQL")[2]
    blocks = BLOCK.findall(section.partition("\n### ")[0])
    [begin] = [text for kind, text in blocks if kind == "bash" and "createuser" in text]
    [config] = [text for kind, text in blocks if kind == "python"]
    [keep] = [text for kind, text in blocks if "pg_dump" in text]
    [back] = [text for kind, text in blocks if "pg_restore" in text]
    assert len(blocks) == 4, "nothing is left out"
    guide = [text for _, text in BLOCK.findall((ROOT / "book" / "teaching.md").read_text("utf-8"))]
    host = postgresql("elsewhere").partition("?host=")[2]
    sudo = shell.home / "rnncourse" / ".venv" / "bin" / "sudo"
    sudo.write_text(SUDO)
    sudo.chmod(0o755)
    run(shell, f"export PATH={BINARIES[-1].parent}:$PATH PGHOST={host} PGUSER=grader")

    course, url = shell.home / "autumn", f"postgresql+psycopg://grader@/autumn?host={host}"
    run(shell, next(text for text in guide if "mkdir ~/autumn" in text))
    run(shell, begin)
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(config)
    run(shell, "nbgrader generate_assignment rnn")
    released = json.loads((course / "release" / "rnn" / "rnn.ipynb").read_text("utf-8"))
    for student in ("Ada Example", "Bob Example"):
        path = course / "submitted" / student / "rnn" / "rnn.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(submission(copy.deepcopy(released), "rnn", "right", random.Random(1))), "utf-8")
    run(shell, "rnncourse grade rnn --workers 1")
    assert not (course / "gradebook.db").exists()
    mark(url, "Ada Example", 7.0)
    before = points(url)
    assert before == {"Ada Example": 47, "Bob Example": 40}
    run(shell, keep)
    mark(url, "Ada Example", 1.0)
    run(shell, "nbgrader db student remove 'Bob Example' --force")
    run(shell, back)
    assert points(url) == before

    delete = next(text for text in guide if "student remove" in text)
    run(shell, "touch rnn.html notes.csv")  # which the guide deletes
    said = run(shell, delete)
    assert "nothing left" in said
    assert points(url) == {"Bob Example": 40}
    with Gradebook(url) as gradebook:
        assert [student.id for student in gradebook.students] == ["Bob Example"]


def test_the_plan_says_what_pages_and_assignments_say() -> None:
    """Which chapters a chapter needs, and the hours of its assignment."""
    words = {"five": 5, "six": 6, "seven": 7, "eight": 8}
    text = (ROOT / "book" / "teaching.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| \{doc\}`/(\w+)/index` \| (.+) \| (.+) \|$", text, re.MULTILINE)
    known = chapters(ROOT)
    assert [(int(week), name) for week, name, *_ in rows] == [(i, each.name) for i, each in enumerate(known, 1)]
    weeks = {each.name: i for i, each in enumerate(known, 1)}
    total = 0.0
    for chapter, (_, _, needs, hours) in zip(known, rows, strict=True):
        said = re.search(r"^You need .*$", chapter.sources[0].read_text("utf-8"), re.MULTILINE)
        named = set(re.findall(r"/(\w+)/\w+[>`]", said[0] if said else "")) & weeks.keys()
        named -= {"sequences"} if chapter.name == "rnn" else set()  # "shows what goes without a network"
        assert needs == (", ".join(map(str, sorted(weeks[each] for each in named))) or "–"), chapter.name
        if not chapter.graded:
            assert hours == "–"
            continue
        intro = " ".join("".join(json.loads(chapter.assignment.read_text("utf-8"))["cells"][0]["source"]).split())
        plan = re.search(r"Plan (\w+) hours( and a half)?", intro)
        assert plan, chapter.name
        assert float(hours) == words[plan[1]] + bool(plan[2]) / 2, chapter.name
        total += float(hours)
    assert f"All twelve are {total:g} hours" in text
