"""A class: jobs on an executor whose workers die, a journal that a crash cuts off, an nbgrader folder."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from rnncourse.grading.batch import jobs as batch
from rnncourse.grading.batch.errors import WorkersDiedError
from rnncourse.grading.jail.bubblewrap import Confines, NoJailError
from rnncourse.grading.nbgrader.course import Course, NoCourseError
from rnncourse.grading.submission.job import Result, Spec
from rnncourse.grading.submission.session import Times

SPECS = {"a": Spec("{}", b"key"), "b": Spec("{}", b"key")}
ASSIGNMENTS = Path(__file__).parents[3] / "assignments"


def work(student: str, submitted: bytes, spec: Spec, files: dict[str, bytes], folder: str = "") -> bytes:
    if student == "fatal" or (student == "unlucky" and not Path(folder, "met").exists()):
        Path(folder, "met").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.01)
    return Result(student, "", "", {"test": float(len(submitted))}).to_bytes()


def hang(student: str, submitted: bytes, spec: Spec, files: dict[str, bytes], file: str) -> bytes:
    if student == "hung":
        with Path(file).open("a") as tries:
            tries.write(".")
        time.sleep(0.3)
        os._exit(1)
    return work(student, submitted, spec, files)


def pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(2, mp_context=get_context("fork" if os.name == "posix" else "spawn"))


class Direct(Executor):
    """No process at all: what the results should be."""

    most = waiting = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def jobs(*students: str) -> list[batch.Job]:
    return [batch.Job(student, "ab"[i % 2], b"x" * i, {}) for i, student in enumerate(students)]


def scores(found: Iterator[Any]) -> dict[Any, Any]:
    return {(student, name): result if isinstance(result, str) else result.scores for student, name, result in found}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # fork beside threads, on Python 3.12
def test_a_worker_that_dies_takes_no_result_with_it(tmp_path: Path) -> None:
    some = jobs(*(f"s{i}" for i in range(20)), "unlucky", *(f"t{i}" for i in range(20)))
    here = partial(work, folder=str(tmp_path))
    (tmp_path / "met").touch()
    wanted = scores(batch.run(some, SPECS, Direct, 1, here))
    (tmp_path / "met").unlink()
    assert scores(batch.run(some, SPECS, pool, 4, here)) == wanted
    assert len(wanted) == 41


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_submission_under_which_workers_always_die_is_named_and_stops_nobody(tmp_path: Path) -> None:
    some = jobs("s", "fatal", "t", "u")
    found = scores(batch.run(some, SPECS, pool, 2, partial(work, folder=str(tmp_path))))
    assert found.pop(("fatal", "b")) == "the process that graded it died 3 times, with nothing else running"
    assert found == {(s, n): {"test": float(len(b))} for s, n, b, _ in some if s != "fatal"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_hangs_is_not_tried_three_times(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A worker that ends itself because nothing else could has done all that another one would."""
    monkeypatch.setattr(batch, "HANGS", -299.9)
    some, tries = jobs("s", "hung", "t"), tmp_path / "tries"
    found = scores(batch.run(some, SPECS, pool, 2, partial(hang, file=str(tries))))
    assert found.pop(("hung", "b")) == "the process that graded it hung, with nothing else running"
    assert found == {(s, n): {"test": float(len(b))} for s, n, b, _ in some if s != "hung"}
    assert len(tries.read_text()) == 2  # beside others, and alone


class Breaking(Executor):
    """Breaks at the third job it gets, and tells of it one future at a time."""

    got = 0

    def __init__(self) -> None:
        self.waiting: list[Future[Any]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        Breaking.got += 1
        if Breaking.got == 3:
            self.waiting[0].set_exception(BrokenExecutor())
        elif Breaking.got < 3:
            self.waiting.append(future)
        else:
            future.set_result(fn(*args))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None: ...


def test_what_a_broken_pool_had_in_hand_is_done_again() -> None:
    some = jobs("s", "t", "u", "v")
    assert scores(batch.run(some, SPECS, Breaking, 3, work)) == scores(batch.run(some, SPECS, Direct, 1, work))


def test_who_kills_the_workers_of_a_cluster_alone_is_named_and_stops_nobody() -> None:
    class Cluster(Direct):
        def submit(self, fn: Any, /, student: str, *rest: Any, **kwargs: Any) -> Future[Any]:
            if student != "fatal":
                return super().submit(fn, student, *rest)
            future: Future[Any] = Future()
            future.set_exception(WorkersDiedError("x"))
            return future

    found = scores(batch.run(jobs("s", "fatal", "t"), SPECS, Cluster, 2, work))
    assert found.pop(("fatal", "b")) == "the process that graded it died 3 times, with nothing else running"
    assert set(found) == {("s", "a"), ("t", "a")}


def test_no_more_jobs_are_read_than_can_wait() -> None:
    read: list[int] = []

    def endless() -> Iterator[batch.Job]:
        for i in range(10**9):
            read.append(i)
            yield batch.Job(f"s{i}", "a", b"", {})

    found = batch.run(endless(), SPECS, Direct, 3, work)
    for _ in range(5):
        next(found)
    assert len(read) <= 9


def test_a_journal_survives_a_crash_in_the_middle_of_a_line(tmp_path: Path) -> None:
    journal = batch.Journal(tmp_path / "new" / "journal.jsonl")
    assert journal.read() == {}
    journal.add({"student": "ada", "name": "rnn", "score": 1})
    journal.add({"student": "ada", "name": "rnn", "score": 2})
    with journal.path.open("a") as file:
        file.write('{"student": "bob", "na')
    assert journal.read() == {("ada", "rnn"): {"student": "ada", "name": "rnn", "score": 2}}
    journal.add({"student": "cem", "name": "rnn", "score": 3})
    assert ("cem", "rnn") in journal.read()


def test_a_digest_depends_on_all_that_a_result_depends_on() -> None:
    job, spec = batch.Job("ada", "a", b"x", {"f": b"1"}), SPECS["a"]
    base = job.digest(spec)
    assert base == job._replace(notebook="b").digest(SPECS["b"])
    others = [
        job._replace(student="bob").digest(spec),
        job._replace(submitted=b"y").digest(spec),
        job._replace(files={}).digest(spec),
        job._replace(files={"g": b"1"}).digest(spec),
        job.digest(Spec("{ }", b"key")),
        job.digest(Spec("{}", b"other")),
        job.digest(Spec("{}", b"key", ("torch",))),
        job.digest(Spec("{}", b"key", times=Times(cell=1))),
        job.digest(Spec("{}", b"key", confines=Confines(jail=False))),
        job.digest(Spec("{}", b"key", files=(("f", b"1"),))),
    ]
    assert len({base, *others}) == len(others) + 1


def test_what_fails_is_said_and_a_missing_jail_stops_all() -> None:
    def failing(student: str, *rest: Any) -> bytes:
        raise NoJailError("no bubblewrap") if student == "jail" else ZeroDivisionError("x")

    class Failing(Direct):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            future: Future[Any] = Future()
            try:
                future.set_result(fn(*args))
            except Exception as error:
                future.set_exception(error)
            return future

    assert scores(batch.run(jobs("s"), SPECS, Failing, 1, failing)) == {("s", "a"): "ZeroDivisionError: x"}
    with pytest.raises(NoJailError):
        list(batch.run(jobs("jail"), SPECS, Failing, 1, failing))


@pytest.fixture
def course(tmp_path: Path) -> Course:
    shutil.copy(ASSIGNMENTS / "nbgrader_config.py", tmp_path)
    shutil.copytree(ASSIGNMENTS / "source", tmp_path / "source")
    return Course(tmp_path)


def test_a_course_has_its_notebooks_submissions_and_key(course: Course) -> None:
    assert list(course.notebooks("rnn")) == ["rnn"]
    assert "BEGIN HIDDEN TESTS" in json.dumps(course.notebooks("rnn"))
    assert list(course.submissions("rnn")) == []
    for student in ("ada", "bob", "mallory", "bad name"):
        home = course.folder / "submitted" / student / "rnn"
        home.mkdir(parents=True)
        home.joinpath("rnn.ipynb").write_text("{}")
    linked = course.folder / "submitted" / "mallory" / "rnn" / "rnn.ipynb"
    linked.unlink()
    linked.symlink_to(course.folder / "source" / "rnn" / "rnn.ipynb")
    found = list(course.submissions("rnn"))
    assert [s.student for s in found if not s.refused] == ["ada", "bad name", "bob"]
    assert [(s.student, s.refused) for s in found if s.refused] == [
        ("mallory", "what was handed in is a link; links are not followed")
    ]
    assert [job[:3] for job in course.jobs("rnn", ["ada", "mallory"])] == [("ada", "rnn", b"{}")]
    assert not list(course.jobs("rnn", ["nobody", "..", "../submitted/ada", "", "."]))
    key = course.key()
    assert len(key) == 32
    assert course.key() == key
    assert stat.S_IMODE((course.folder / ".grading_key").stat().st_mode) == 0o600
    assert course.db_url.startswith("sqlite:///")
    assert Course(course.folder, db_url="postgresql://host/db").db_url == "postgresql://host/db"


def test_to_read_a_course_leaves_no_module_that_cannot_be_imported() -> None:
    """A None among the modules would, for whoever imports a package of that name later."""
    code = "import sys; from rnncourse.grading.nbgrader import classroom, exporter, platforms\n"
    code += "print([name for name, module in sys.modules.items() if module is None])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_what_is_no_course_is_said(course: Course, tmp_path: Path) -> None:
    with pytest.raises(NoCourseError, match=r"no nbgrader_config\.py in"):
        Course(tmp_path / "elsewhere")
    root = Path(__file__).parents[3] / "assignments" / "source"
    known = ", ".join(sorted(path.name for path in root.iterdir() if path.is_dir()))
    with pytest.raises(NoCourseError, match=f"no assignment 'rn' in .*; there are {known}$"):
        course.notebooks("rn")
