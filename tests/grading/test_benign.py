"""Honest students, and careless ones: their points are stock nbgrader's, whoever grades, how often, and who dies."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import submissions
from rnncourse.chapters import chapters
from rnncourse.grading.batch import executors
from rnncourse.grading.batch import jobs as batch
from rnncourse.grading.submission import job
from rnncourse.grading.submission.session import Times

SOURCES = {
    chapter.name: chapter.assignment.read_text("utf-8") for chapter in chapters(submissions.ROOT) if chapter.graded
}
ASSIGNMENTS = tuple(SOURCES)
PATIENT = Times(cell=60, test=60, total=240)  # on a busy machine nobody is too slow
SPECS = {name: job.Spec(source, b"key", ("matplotlib.pyplot",), PATIENT) for name, source in SOURCES.items()}
Scores = dict[tuple[str, str], dict[str, float]]


@pytest.fixture(scope="module", autouse=True)
def nurseries(jailed: None) -> Iterator[None]:
    yield
    for nursery in job._nurseries.values():
        nursery.close()
    job._nurseries.clear()


def handed_in(assignment: str, kind: str, seed: int = 0) -> Any:
    return submissions.submission(json.loads(SOURCES[assignment]), assignment, kind, random.Random(f"{kind} {seed}"))


def answered(assignment: str, answer: Callable[[str, int], str]) -> Any:
    """A submission with an answer of this kind in each exercise, which has a name and a number."""
    notebook = json.loads(SOURCES[assignment])
    cells = [c for c in notebook["cells"] if c["id"].endswith("-answer") and c["cell_type"] == "code"]
    for i, cell in enumerate(cells):
        cell["source"] = answer(f"{assignment}.{cell['id'].removesuffix('-answer').replace('-', '_')}", i)
    return notebook


def graded(notebook: Any, assignment: str, student: str = "s", key: bytes = b"key") -> job.Result:
    spec = replace(SPECS[assignment], key=key)
    return job.Result.from_bytes(job.grade(student, json.dumps(notebook).encode(), spec))


def noise(exercise: str, i: int) -> str:
    """An answer with one of the noises; the last exercise, which no other test calls, has the logger's."""
    number = min(len(submissions.exercises(exercise.partition(".")[0])) - 1 - i, len(submissions.NOISES) - 1)
    setup, each = submissions.NOISES[number]
    return submissions.around(exercise, {"source": submissions.own(exercise)}, each.format(n=i), setup)


# --- ours alone


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_right_answer_gets_every_point(assignment: str) -> None:
    styles = max(len(submissions.right(name)) for name in submissions.exercises(assignment))
    assert styles >= 4
    for style in range(styles):

        def answer(name: str, i: int, style: int = style) -> str:
            known = submissions.right(name)
            return submissions.personal(known[style % len(known)], random.Random(style))

        result = graded(answered(assignment, answer), assignment)
        assert result.scores == result.most, style
        assert [*result.stopped, *result.mended] == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_noise_costs_nothing(assignment: str) -> None:
    result = graded(answered(assignment, noise), assignment)
    assert result.scores == result.most


@pytest.mark.parametrize("kind", submissions.KINDS)
def test_points_do_not_depend_on_the_drawn_cases(kind: str) -> None:
    notebook = handed_in("rnn", kind)
    assert graded(notebook, "rnn", "ada", b"one").scores == graded(notebook, "rnn", "bob", b"two").scores


def test_a_class_has_all_kinds_and_no_two_alike(tmp_path: Path) -> None:
    released = tmp_path / "release" / "rnn" / "rnn.ipynb"
    released.parent.mkdir(parents=True)
    released.write_text(SOURCES["rnn"])

    def texts() -> list[str]:
        return [path.read_text() for path in sorted(tmp_path.glob("submitted/*/rnn/rnn.ipynb"))]

    kinds = dict(submissions.generate(tmp_path, "rnn", 300, seed=1))
    first = texts()
    assert set(kinds.values()) == set(submissions.KINDS)
    assert len(set(first)) == len(kinds) == 300
    written = [answers(text) for text, kind in zip(first, kinds.values(), strict=True) if kind != "stub"]
    assert len(set(written)) == len(written)
    lost = tmp_path / "submitted" / "student-00007" / "rnn" / "rnn.ipynb"
    lost.unlink()
    assert dict(submissions.generate(tmp_path, "rnn", 300, seed=1)) == kinds
    assert texts() == first
    lost.unlink()
    assert dict(submissions.generate(tmp_path, "rnn", 300, seed=2)) != kinds
    assert texts() != first


def answers(notebook: str) -> str:
    cells = json.loads(notebook)["cells"]
    return "\n".join(c["source"] for c in cells if c["id"].endswith("-answer") and c["cell_type"] == "code")


# --- beside stock nbgrader

KINDS = {"right": 1, "wrong": 2, "partial": 1, "stub": 1, "syntax": 1, "slow": 1, "noisy": 1}
OWN = ("right", "wrong", "partial")  # what an assignment's exercises decide; the others are compared with two of them
WHOLE = ASSIGNMENTS[:2]


def klass(assignment: str) -> Iterator[tuple[str, Any]]:
    if assignment in WHOLE:
        yield "noises", answered(assignment, noise)
    for kind, n in KINDS.items():
        if assignment not in WHOLE and kind not in OWN:
            continue
        for i in range(n):
            yield f"{kind}-{i}", handed_in(assignment, kind, i)


@pytest.mark.stock
@pytest.mark.timeout(600)
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_points_are_those_of_stock_nbgrader(assignment: str, tmp_path: Path) -> None:
    course = submissions.course(tmp_path, assignment, stock=True)
    students = dict(klass(assignment))
    for student, notebook in students.items():
        path = tmp_path / "submitted" / student / assignment / f"{assignment}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook))
    course.nbgrader("autograde", assignment)
    differ = {}
    for student, notebook in students.items():
        stock = {cell: points for cell, points in course.scores(student).items() if cell.endswith("-test")}
        if (ours := graded(notebook, assignment, student).scores) != stock:
            differ[student] = {cell: (ours[cell], stock[cell]) for cell in ours if ours[cell] != stock[cell]}
    # Stock takes all points of a test during which something is written to stderr, as a logger does.
    assert submissions.NOISES[0] == submissions.STDERR
    test, points = list(course.points.items())[-1]
    assert differ.pop("noises", None) == ({test: (points, 0.0)} if assignment in WHOLE else None)
    assert all(student == "noisy-0" and theirs == 0 for student in differ for _, theirs in differ[student].values())


# --- whoever grades


@pytest.fixture(scope="module")
def jobs() -> list[batch.Job]:
    students = [*klass("rnn"), ("mishandled", handed_in("rnn", "mishandled")), ("hostile", exits())]
    return [batch.Job(student, "rnn", json.dumps(notebook).encode(), {}) for student, notebook in students]


def exits() -> Any:
    return answered("rnn", lambda name, i: "import os; os._exit(0)" if i == 2 else submissions.own(name))


def run(
    jobs: list[batch.Job], executor: Callable[[], Executor], each: Callable[[int], None] = lambda i: None
) -> Scores:
    found: Scores = {}
    for i, (student, name, result) in enumerate(batch.run(jobs, SPECS, executor, 6)):
        assert isinstance(result, job.Result), result
        found[student, name] = result.scores
        each(i)
    return found


@pytest.fixture(scope="module")
def serial(jobs: list[batch.Job]) -> Scores:
    results = [job.Result.from_bytes(job.grade(j.student, j.submitted, SPECS[j.notebook], j.files)) for j in jobs]
    return {(j.student, j.notebook): r.scores for j, r in zip(jobs, results, strict=True)}


@pytest.mark.stock
@pytest.mark.timeout(600)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_any_number_of_workers_gives_the_same_points(jobs: list[batch.Job], serial: Scores, n: int) -> None:
    assert run(jobs, executors.processes(n)) == serial


@pytest.mark.stock
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(3))
def test_a_worker_killed_at_any_moment_changes_no_points(jobs: list[batch.Job], serial: Scores, seed: int) -> None:
    rng = random.Random(seed)
    when, killed = rng.randrange(len(jobs) - 4), []

    def kill() -> None:
        killed.append(rng.choice(multiprocessing.active_children()))
        os.kill(killed[0].pid or 0, signal.SIGKILL)

    def later(i: int) -> None:
        if i == when:
            threading.Timer(rng.random() / 5, kill).start()

    assert run(jobs, executors.processes(2), later) == serial
    assert killed


@pytest.mark.stock
@pytest.mark.timeout(600)
def test_dask_gives_the_same_points(jobs: list[batch.Job], serial: Scores) -> None:
    distributed = pytest.importorskip("distributed")
    options = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "silence_logs": "CRITICAL"}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **options) as cluster:
        assert run(jobs, executors.dask(cluster.scheduler_address)) == serial


@pytest.mark.stock
def test_grading_twice_gives_the_same_points(jobs: list[batch.Job], serial: Scores) -> None:
    for j in jobs:
        again = job.Result.from_bytes(job.grade(j.student, j.submitted, SPECS[j.notebook], j.files))
        assert again.scores == serial[j.student, j.notebook]
