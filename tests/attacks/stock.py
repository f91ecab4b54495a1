"""An attack against stock nbgrader, in a sandbox of our own: is it one?

The course's configuration adds nothing to nbgrader but time limits. What happened is read off the course's folder, the
grader's home and the gradebook afterwards.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from attacks.arena import (
    ABSTRACT,
    BIG,
    FULL,
    MARK,
    PORT,
    SHARED_MEMORY,
    TOKEN,
    Attack,
    build,
    dangers,
    shown,
    snapshot,
    told,
)
from rnncourse.grading.jail.bubblewrap import PACKAGE, SYSTEM, folders

CONFIG = """\
c = get_config()
c.CourseDirectory.root = "/srv/course"
c.ExecutePreprocessor.timeout = 6
c.ExecutePreprocessor.iopub_timeout = 20
c.ExecutePreprocessor.startup_timeout = 20
"""
PLACES = ("/tmp", "/var/tmp", "/dev/shm")
SECONDS = 40  # for a class of two; without an attack it takes three
USER = 61000  # Linux limits the number of root's processes nowhere
# What Jupyter itself writes into a home.
OWN = ("history.sqlite", "nbsignatures.db", "notebook_secret", ".cache", "migrated")

# Runs in the sandbox: what an attack may look for, nbgrader, and a look at what is left.
INSIDE = f"""
import json, os, socket, subprocess, sys, threading
reached = []
def listen(family, address):
    service = socket.socket(family)
    service.bind(address)
    service.listen()
    def serve():
        while True:
            service.accept()[0].close()
            reached.append(address)
    threading.Thread(target=serve, daemon=True).start()
listen(socket.AF_INET, ("127.0.0.1", {PORT}))
listen(socket.AF_UNIX, {ABSTRACT!r})
os.chdir("/srv/course")
def names():
    return {{name for place in {PLACES!r} for name in os.listdir(place)}}
before = names()
found = {{"codes": []}}
for command in json.loads(sys.argv[1]):
    line = [sys.executable, "-m", "nbgrader", *command]
    found["codes"].append(subprocess.run(line, stdin=subprocess.DEVNULL, timeout={SECONDS}).returncode)
def program(process):
    try:
        return open(f"/proc/{{process}}/cmdline", "rb").read()
    except OSError:
        return b""
processes = [int(name) for name in os.listdir("/proc") if name.isdigit()]
found["left"] = sum(p > 2 and p != os.getpid() and b"report.py" not in program(p) != b"" for p in processes)
found["reached"] = len(reached)
found["memory"] = [int(line.split()[0]) & 0xFFFFFFFF for line in list(open("/proc/sysvipc/shm"))[1:]]
found["places"] = sorted(names() - before)
json.dump(found, open("/srv/out/report.json", "w"))
"""


def command(room: Path, nbgrader: list[list[str]]) -> list[str]:
    """The command line that runs nbgrader's commands on the course in a folder, in the sandbox."""
    root = os.geteuid() == 0
    line = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--die-with-parent"]
    line += ["--new-session", "--clearenv", "--hostname", "stock", "--cap-drop", "ALL"]
    line += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"] if root else ["--unshare-user"]
    shown_ones = [*SYSTEM, *folders(), str(PACKAGE)]
    above = {str(parent) for folder in (*shown_ones, "/srv/_", "/home/_") for parent in Path(folder).parents}
    line += ["--proc", "/proc", "--dev", "/dev"]
    for place in PLACES:  # before the folders: a checkout may lie in one of them
        line += ["--perms", "1777", "--size", str(2**29), "--tmpfs", place]
    for parent in sorted(above - {"/"}):
        line += ["--perms", "0755", "--dir", parent]
    for folder in shown_ones:
        path = Path(folder)
        if path.is_symlink():
            line += ["--symlink", str(path.readlink()), folder]
        elif path.exists():
            line += ["--ro-bind", folder, folder]
    line += ["--ro-bind", str(room / "lib"), "/opt"]
    for name, at in (("course", "/srv/course"), ("home", "/home/grader"), ("out", "/srv/out")):
        line += ["--bind", str(room / name), at]
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": "/home/grader", "LANG": "C.UTF-8"}
    environment |= {"PYTHONPATH": "/opt", "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    for name, value in (environment | {"GRADER_TOKEN": TOKEN}).items():
        line += ["--setenv", name, value]
    line += ["--remount-ro", "/", "--", "prlimit", "--nproc=300", "--fsize=150000000", "--core=0", "--data=2500000000"]
    if root:
        line += ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--bounding-set=-all"]
    return [*line, sys.executable, "/srv/out/report.py", json.dumps(nbgrader)]


def sandboxed(room: Path, nbgrader: list[list[str]]) -> dict[str, Any] | None:
    """Run nbgrader's commands on the course in a folder; what was seen inside, None where nothing lived to tell."""
    for name in ("home", "out", "lib"):
        (room / name).mkdir(exist_ok=True)
    report = room / "out" / "report.json"
    report.unlink(missing_ok=True)
    (room / "out" / "report.py").write_text(INSIDE)
    # A check of URLs that nbformat does without, and that takes half of nbgrader's start.
    (room / "lib" / "rfc3987_syntax.py").write_text("raise ImportError\n")
    if os.geteuid() == 0:
        subprocess.run(["chown", "-Rh", f"{USER}:{USER}", str(room)], check=True)
    with (room / "log").open("ab") as log:
        process = subprocess.Popen(command(room, nbgrader), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            process.wait(SECONDS + 10)
        except subprocess.TimeoutExpired:
            process.kill()  # and with it all that is in there
            process.wait()
    return json.loads(report.read_text()) if report.exists() else None


def prepared(room: Path) -> Path:
    """A course in a folder, in which alice is graded and has her feedback."""
    build(room / "course", None, CONFIG)
    nbgrader = [["generate_assignment", "hw"], ["autograde", "hw", "--student=alice"], ["generate_feedback", "hw"]]
    report = sandboxed(room, nbgrader)
    said = (room / "log").read_text()[-3000:]
    assert report is not None, said
    assert report["codes"] == [0, 0, 0], said
    assert scores(room / "course")["alice"] == FULL
    return room


def scores(course: Path) -> dict[str, dict[str, float]]:
    """The automatic scores in a course's gradebook, by student and test."""
    query = """select submitted_assignment.student_id, base_cell.name, grade.auto_score from grade
        join base_cell on grade.cell_id = base_cell.id
        join submitted_notebook on grade.notebook_id = submitted_notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id"""
    found: dict[str, dict[str, float]] = {}
    with sqlite3.connect(f"file:{course / 'gradebook.db'}?mode=ro", uri=True) as gradebook:
        for student, test, points in gradebook.execute(query):
            if test in FULL and points is not None:
                found.setdefault(student, {})[test] = points
    return found


def attempt(attack: Attack, room: Path, template: Path) -> dict[str, list[str]]:
    """Let nbgrader grade what the attack hands in, and an honest student after it: what happened, by what it is."""
    shutil.copytree(template, room, symlinks=True, dirs_exist_ok=True)
    course = room / "course"
    attack.hand_in(course / "submitted" / "mallory")
    page = attack.setting("PAGE", False) or attack.setting("NOTED", False)
    if page or attack.setting("STOCK") in ("gains", "leaks"):  # what is claimed is seen without the next student
        shutil.rmtree(course / "submitted" / "zoe")
    before = snapshot(room)
    nbgrader = [["autograde", "hw"], *([["generate_feedback", "hw", "--student=mallory"]] if page else [])]
    report = sandboxed(room, nbgrader)
    seen: dict[str, list[str]] = {}
    for kind, what in (*_points(attack, course, report), *_shown(attack, course), *_left(room, before, report)):
        seen.setdefault(kind, []).append(what)
    return seen


def _points(attack: Attack, course: Path, report: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    """What became of the points, and of those of others."""
    found = scores(course)
    mine, due = found.get("mallory", {}), attack.expected
    fair = FULL | {f"{attack.setting('CELL', 'mean')}-test": 0.0}
    if attack.setting("NOTHING", False):
        due = fair = dict.fromkeys(FULL, 0.0)
    for test in FULL:
        if mine.get(test, 0) > fair[test]:
            yield "gains", f"{test}: {mine[test]:g} points"
    if len(mine) < len(FULL):
        yield "harms", "its own submission is not graded"
    elif lost := [test for test in FULL if mine[test] < due[test]]:
        yield "harms", f"its own honest answers lose points: {', '.join(lost)}"
    if report is None:
        yield "batch", "it was over only when it was ended"
    if (course / "submitted" / "zoe").exists():
        if len(found.get("zoe", {})) < len(FULL):
            yield "batch", "the next student is not graded"
        elif found["zoe"] != FULL:
            yield "harms", "the next student loses points"
    if found.get("alice") != FULL:
        yield "harms", "a student graded before loses points"


def _shown(attack: Attack, course: Path) -> Iterator[tuple[str, str]]:
    """What the graded notebook and its page show."""
    graded = course / "autograded" / "mallory" / "hw" / "hw.ipynb"
    if graded.is_file():
        if graded.stat().st_size > BIG:
            yield "harms", f"a notebook of {graded.stat().st_size >> 20} MB"
        text = shown(json.loads(graded.read_text()), errors=False)  # what fails quotes the test by itself
        if told(text):
            yield "leaks", f"it is shown {', '.join(told(text))}"
        if MARK in text:
            yield "harms", "it got where it should not"
    page, honest = (course / "feedback" / student / "hw" / "hw.html" for student in ("mallory", "alice"))
    if page.exists():
        for danger in dangers(page.read_text("utf-8"), honest.read_text("utf-8"))[:1]:
            yield "harms", f"in the page: {danger[:60]}"


def _left(room: Path, before: dict[str, str], report: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    """What was changed, and what goes on."""
    after = snapshot(room)
    changed = [
        Path(path).relative_to(room) for path in after.keys() | before.keys() if after.get(path) != before.get(path)
    ]
    for folder in ("course/source", "course/submitted", "course/autograded/alice", "course/feedback/alice"):
        if any(path.is_relative_to(folder) for path in changed):
            yield "harms", f"{folder.partition('/')[2]} was changed"
    if any(path.is_relative_to("home") and not any(own in str(path) for own in OWN) for path in changed):
        yield "harms", "files were left in the grader's home"
    if any(MARK in path.name for path in changed) or (report and any(MARK in name for name in report["places"])):
        yield "harms", "files were left elsewhere"
    if report and report["left"]:
        yield "harms", "processes were left"
    if report and report["reached"]:
        yield "harms", "a service was reached"
    if report and SHARED_MEMORY in report["memory"]:
        yield "harms", "shared memory was left"


def observe(attack: Attack, room: Path, template: Path) -> dict[str, list[str]]:
    """As :func:`attempt`; afterwards only the log is left."""
    try:
        return attempt(attack, room, template)
    finally:
        for name in ("course", "home", "out"):
            shutil.rmtree(room / name, ignore_errors=True)


def disagrees(attack: Attack, seen: Collection[str]) -> bool:
    """Did something else happen than the attack says?"""
    declared = attack.setting("STOCK")
    if not seen and attack.setting("DEPENDS"):
        return False
    return bool(seen) if declared == "resists" else declared not in seen
