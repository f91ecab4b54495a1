"""The instructor's guide from an empty folder: every command of its pages is run, in their order, for a small class.

A block of ``bash`` goes into one shell, which stays as it is from block to block; a block of Python is saved under the
name in its first line, or added to the file that this line names. Nothing of the guide is left out but a command that
the package does not have (yet): ``rnncourse export``.
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
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from benchmarks.submissions import submission
from rnncourse.chapters import chapters

ROOT = Path(__file__).parents[2]
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
ONE = re.compile(r"rnncourse (grade rnn|export rnn) --")  # who hands in a PDF is not graded: exit status 1


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


def mark(course: Path, student: str, points: float) -> None:
    """The question's points, as the formgrader writes them."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
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
            if "rnncourse export" in text and shell.run("rnncourse export --help")[1]:
                continue
            if "-xzf" in text:
                shutil.rmtree(course)
            said, failed = shell.run(text)
            failed = {line: status for line, status in failed.items() if status != 1 or not ONE.match(line)}
            assert not failed, f"book/{page}.md:\n{shell.log}"
            look(shell, course, text, said)
            done.append(text)
    assert sum(text.count("\n") for text in done) >= 40


def look(shell: Shell, course: Path, block: str, said: str) -> None:
    """Does a block do what the guide says it does?"""
    if "--duedate" in block:
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
        mark(course, "Ada Example", 7.0)
    elif "extend.py" in block:
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
    elif "-xzf" in block:
        assert "6 students, 6 submissions, 1 of them not graded" in said
    elif "student remove" in block:
        assert "nothing left" in said
        assert "Ada" not in " ".join(penalties(course))
        assert not [path for path in course.rglob("*") if "Ada" in path.name]
    elif "~/spring" in block and "cp " in block:
        assert {path.name for path in (shell.home / "spring").iterdir()} == {"hints", "nbgrader_config.py", "source"}
    elif "refused" in block:
        assert "says 7 points, its grade(…, points=…) gives up to 5" in said
        assert said.count("refused") == 1
    elif '"points": 5' in block:
        assert "38 of 38 points" in said
    elif "add.py" in block:
        assert "40 of 40 points" in said
        assert "0 of 40 points" in said


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
