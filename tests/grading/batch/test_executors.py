"""Executors: worker processes and Dask workers that are killed; results equal a serial run's, and no jail is left."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import psutil
import pytest

from rnncourse.grading.batch import errors, executors
from rnncourse.grading.batch import jobs as batch
from rnncourse.grading.submission import job
from rnncourse.grading.submission.session import Times

pytestmark = pytest.mark.usefixtures("jailed")

CELLS = ["import numpy as np", "", "double(np.arange(3.0)).sum()"]
METAS = [
    {"grade_id": "setup", "locked": True},
    {"grade_id": "double", "solution": True},
    {"grade_id": "double-test", "grade": True, "points": 6, "locked": True},
]
ANSWERS = ["return 2 * x", "return x", "import time; time.sleep(0.02); return 2 * x", "while True: pass", "return"]


def notebook(answer: str) -> bytes:
    sources = [CELLS[0], f"def double(x):\n    {answer}", CELLS[2]]
    cells = [
        {"cell_type": "code", "source": source, "metadata": {"nbgrader": {"schema_version": 3, **meta}}}
        for source, meta in zip(sources, METAS, strict=True)
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


SPECS = {"mini": job.Spec(notebook("").decode(), b"key", times=Times(cell=1, test=0.5, total=20))}
JOBS = [batch.Job(f"s{i:02d}", "mini", notebook(ANSWERS[i % 3 if i % 10 else i % 5]), {}) for i in range(24)]
JOBS += [batch.Job(f"t{i}", "mini", notebook(answer), {}) for i, answer in enumerate(ANSWERS)]


def graded(executor: Callable[[], Executor], each: Callable[[int], None] = lambda i: None) -> dict[str, Any]:
    """What must be equal in any two runs, by student; ``each`` is called after every result."""
    found = {}
    for i, (student, _, result) in enumerate(batch.run(JOBS, SPECS, executor, 4)):
        assert isinstance(result, job.Result), result
        found[student] = (result.scores, result.stopped, result.notebook)
        each(i)
    return found


@pytest.fixture(scope="module")
def serial(jailed: None) -> dict[str, Any]:
    found = {}
    for student, name, submitted, files in JOBS:
        result = job.Result.from_bytes(job.grade(student, submitted, SPECS[name], files))
        found[student] = (result.scores, result.stopped, result.notebook)
    job.nursery_of(SPECS["mini"]).close()
    job._nurseries.clear()
    assert {scores["double-test"] for scores, *_ in found.values()} == {6.0, 3.0, 0.0}
    return found


def below(pid: int) -> list[psutil.Process]:
    """All processes that a process has started, those in the jail too."""
    return psutil.Process(pid).children(recursive=True)


def gone(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=20)[1]


class Killer:
    """Kills one of the workers at some moment of a run."""

    def __init__(self, workers: Callable[[], list[psutil.Process]], seed: int) -> None:
        self.workers, self.rng = workers, random.Random(seed)
        self.when, self.jails = self.rng.randrange(2, 10), list[psutil.Process]()

    def __call__(self, i: int) -> None:
        if i == self.when:
            threading.Timer(self.rng.random() / 20, self.kill).start()

    def kill(self) -> None:
        victim = self.rng.choice(self.workers())
        self.jails = victim.children(recursive=True)
        victim.kill()


def workers_here() -> list[psutil.Process]:
    found = [psutil.Process(p.pid) for p in multiprocessing.active_children()]
    return [p for p in found if p.children()]


def test_a_killed_process_changes_no_result(serial: dict[str, Any]) -> None:
    killer = Killer(workers_here, 1)
    assert graded(executors.processes(2), killer) == serial
    assert killer.jails
    assert gone(killer.jails)


def test_a_pool_leaves_nothing_behind(serial: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    with executors.processes(1)() as pool:
        assert pool.submit(os.getenv, "OMP_NUM_THREADS").result() == "1"
        assert "OMP_NUM_THREADS" not in os.environ
        pool.submit(job.grade, *JOBS[0][:1], JOBS[0].submitted, SPECS["mini"], {}).result()
        started = [p for worker in workers_here() for p in (worker, *worker.children(recursive=True))]
        assert len(started) > 2
    assert gone(started)


MAIN = """
import sys
sys.path.insert(0, {root!r})
from tests.grading.batch import test_executors as t
if __name__ == "__main__":
    t.graded(t.executors.processes(1), lambda i: print(i, flush=True))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_when_the_main_process_ends_so_do_the_workers(serial: Any, tmp_path: Path, how: signal.Signals) -> None:
    script = tmp_path / "main.py"
    script.write_text(MAIN.format(root=str(Path(__file__).parents[3])))
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as main:
        assert main.stdout is not None
        assert main.stderr is not None
        main.stdout.readline()
        started = below(main.pid)
        assert sum("bwrap" in p.name() for p in started) >= 1
        if how == signal.SIGINT:
            os.killpg(main.pid, how)  # as a terminal does
        else:
            main.send_signal(how)
        assert gone(started)
        said = main.stderr.read().decode()
    assert said.count("Traceback") == (1 if how == signal.SIGINT else 0), said


def test_a_number_of_processes_is_asked_for() -> None:
    with pytest.raises(ValueError, match="at least 1 process, got 0"):
        executors.processes(0)


# --- Dask


@pytest.fixture(scope="module")
def cluster(serial: Any) -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    options = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "silence_logs": "CRITICAL"}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **options) as cluster:
        yield cluster


def dask_workers(cluster: Any) -> list[psutil.Process]:
    return [psutil.Process(nanny.pid) for nanny in cluster.workers.values() if nanny.pid]


def test_a_killed_dask_worker_changes_no_result(serial: dict[str, Any], cluster: Any) -> None:
    killer = Killer(lambda: dask_workers(cluster), 1)
    assert graded(executors.dask(cluster.scheduler_address), killer) == serial
    assert killer.jails
    assert gone(killer.jails)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_work_under_which_dask_workers_die_is_told_from_a_lost_cluster(
    cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    with executors.dask(cluster.scheduler_address)() as pool:
        with pytest.raises(errors.WorkersDiedError):
            pool.submit(die).result()
        cluster.wait_for_workers(2)
        assert pool.submit(os.getpid).result()


def test_a_specification_travels_once(cluster: Any) -> None:
    with executors.dask(cluster.scheduler_address)() as pool:
        found = {pool.submit(identity, SPECS["mini"]).result() for _ in range(8)}
    assert 1 <= len(found) <= 2  # one object a worker


def identity(spec: job.Spec) -> tuple[int, int]:
    kept.append(spec)  # so that no other object gets its address
    return os.getpid(), id(spec)


kept: list[job.Spec] = []


def test_a_worker_that_grades_otherwise_is_named(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = r"worker tcp://127\.0\.0\.1:\d+: it has other versions: numpy \S+ there, 0\.1 here"
    other = executors.versions() | {"numpy": "0.1"}
    with executors.dask(cluster.scheduler_address)() as pool:
        pool._here = other  # type: ignore[attr-defined]  # as if all workers had joined later
        with pytest.raises(errors.ClusterError, match=wrong):
            pool.submit(os.getpid).result()
    monkeypatch.setattr(executors, "versions", lambda: other)
    with pytest.raises(errors.ClusterError, match=wrong):
        executors.dask(cluster.scheduler_address)()


def test_a_worker_without_bubblewrap_is_named(cluster: Any) -> None:
    with executors.dask(cluster.scheduler_address)() as pool:
        pool.submit(set_path, "/nowhere").result()
        try:
            with pytest.raises(errors.ClusterError, match=r"worker tcp://127\.0\.0\.1:\d+: bubblewrap is missing"):
                executors.dask(cluster.scheduler_address)()
            executors.dask(cluster.scheduler_address, jailed=False)().shutdown()
        finally:
            for _ in range(8):
                pool.submit(set_path, os.environ["PATH"]).result()


def set_path(path: str) -> None:
    os.environ["PATH"] = path


def test_a_worker_with_several_threads_is_named() -> None:
    class Worker:
        class state:  # noqa: N801
            nthreads = 4

    assert "it has 4 threads" in executors._examine(executors.versions(), False, Worker())


def test_a_scheduler_that_is_lost_is_said(cluster: Any) -> None:
    """The last test that uses the cluster."""
    with pytest.raises(errors.ClusterError, match=r"the Dask scheduler at tcp://127\.0\.0\.1:\d+ is gone"):
        graded(executors.dask(cluster.scheduler_address), lambda i: cluster.close() if i == 3 else None)


def test_no_scheduler_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "ANSWER_WITHIN", 0.3)
    with pytest.raises(errors.ClusterError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9 in 0\.3 s"):
        executors.dask("tcp://127.0.0.1:9")()
    with pytest.raises(errors.ClusterError, match=r"no Dask scheduler answers at nonsense://x"):
        executors.dask("nonsense://x")()


def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(errors.ClusterError, match=r'needs distributed: pip install "rnncourse\[cluster\]"'):
        executors.dask("tcp://127.0.0.1:9")()


def hang(student: str, submitted: bytes, spec: job.Spec, files: dict[str, bytes]) -> bytes:
    if student == "far":
        sum(range(10**18))  # no instruction of Python's ends before it does
    return job.Result(student, "", "").to_bytes()


def test_a_process_that_hangs_in_a_test_is_ended_and_harms_nobody() -> None:
    quick = {"mini": job.Spec("{}", b"key", times=Times(total=1 - executors.HANGS))}  # within a second
    some = [batch.Job(student, "mini", b"", {}) for student in ("near", "far", "nearer")]
    found = {student: result for student, _, result in batch.run(some, quick, executors.processes(1), 2, hang)}
    assert isinstance(found["near"], job.Result)
    assert isinstance(found["nearer"], job.Result)
    assert "hung, with nothing else running" in str(found["far"])


def endless(spec: job.Spec) -> str:
    """What a test's own handler does to an error: it goes on."""
    while True:
        try:
            while True:
                pass
        except Exception:
            continue


def test_what_computes_without_end_on_this_side_is_interrupted_once() -> None:
    spec = job.Spec('{"cells": []}', b"key", times=Times(total=0.5))
    with executors.processes(1)() as pool:
        with pytest.raises(TimeoutError, match=r"more than 0\.5 s"):
            pool.submit(endless, spec).result(60)
        assert pool.submit(abs, -3).result(60) == 3  # by the same worker


def limit() -> tuple[int, int]:
    return resource.getrlimit(resource.RLIMIT_DATA)


def test_a_worker_has_a_limit_of_memory_and_its_jails_their_own() -> None:
    with executors.processes(1)() as pool:
        assert pool.submit(limit).result(60)[0] == executors.MOST_DATA
