"""A whole class: jobs on an executor, a journal from which an interrupted run goes on, one writer of the gradebook.

A worker that dies takes no result with it: what it had in hand is done again, and a submission under which workers die
again and again is graded by nobody, and named.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from pathlib import Path
from typing import Any, NamedTuple

from rnncourse.grading.batch.errors import ClusterError, WorkersDiedError
from rnncourse.grading.jail.bubblewrap import NoJailError
from rnncourse.grading.submission.job import Result, Spec, digest, grade

TRIES = 3
HANGS = 60.0  # seconds beyond the limit for a notebook after which a worker ends itself


class Job(NamedTuple):
    """A submission to grade."""

    student: str
    notebook: str
    submitted: bytes
    files: dict[str, bytes]

    def digest(self, spec: Spec) -> str:
        """Of the result that it will have."""
        return digest(self.student, self.submitted, spec, self.files)


class Journal:
    """Results as they come, a line each, in a file that survives whatever happens; the last line counts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)

    def read(self) -> dict[tuple[str, str], dict[str, Any]]:
        """What is there, by student and notebook; a line cut off by a crash is left out."""
        found = {}
        if self.path.exists():
            with self.path.open("rb") as file:  # a crash may cut off a character too
                for line in file:
                    with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
                        entry = json.loads(line)
                        found[entry["student"], entry["name"]] = entry
        return found

    def add(self, *entries: dict[str, Any]) -> None:
        """Write a line for each, and make sure that they are on the disk."""
        lines = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
        with self.path.open("ab+") as file:
            file.seek(max(0, file.tell() - 1))
            after_a_crash = file.read(1) not in (b"", b"\n")
            file.write(b"\n" * after_a_crash + lines.encode())
            file.flush()
            os.fsync(file.fileno())


def run(
    jobs: Iterable[Job],
    specs: dict[str, Spec],
    executor: Callable[[], Executor],
    waiting: int,
    work: Callable[[str, bytes, Spec, dict[str, bytes]], bytes] = grade,
) -> Generator[tuple[str, str, Result | str], None, None]:
    """Grade jobs, at most ``waiting`` at a time in the executor, so that memory stays flat however many there are.

    Yields (student, notebook, result) as they finish; in the result's place a sentence for a submission that could not
    be graded. When a worker dies, every job that it may have had in hand is done again, alone, so that only the one
    under which workers die is given up. Raises NoJailError where a worker cannot build the jail, ClusterError
    where the cluster is lost.
    """
    pool = executor()
    source = iter(jobs)
    pending: dict[Future[bytes], Job] = {}
    deaths: Counter[tuple[str, str]] = Counter()
    suspects: list[Job] = []
    more, since = True, 0.0

    def submit(job: Job) -> None:
        try:
            future = pool.submit(work, job.student, job.submitted, specs[job.notebook], job.files)
        except BrokenExecutor as error:  # a worker died while nobody waited
            future = Future()
            future.set_exception(error)
        pending[future] = job

    try:
        while more or pending or suspects:
            while more and not suspects and len(pending) < waiting:
                job = next(source, None)
                if job is None:
                    more = False
                else:
                    submit(job)
            if suspects and not pending:
                since = time.monotonic()
                submit(suspects.pop())
            done, _ = wait(pending, return_when=FIRST_COMPLETED)
            alone, broken = len(pending) == 1, False
            for future in done:
                job = pending.pop(future)
                try:
                    yield job.student, job.notebook, Result.from_bytes(future.result())
                except (NoJailError, ClusterError):
                    raise
                except Exception as error:
                    broken |= isinstance(error, BrokenExecutor)
                    if not isinstance(error, (BrokenExecutor, WorkersDiedError)):
                        yield job.student, job.notebook, f"{type(error).__name__}: {error}"
                        continue
                    deaths[job[:2]] += alone
                    if alone and since and time.monotonic() - since > specs[job.notebook].times.total + HANGS:
                        yield job.student, job.notebook, "the process that graded it hung, with nothing else running"
                    elif deaths[job[:2]] < TRIES:
                        suspects.append(job)
                    else:
                        why = f"the process that graded it died {TRIES} times, with nothing else running"
                        yield job.student, job.notebook, why
            if broken:
                suspects += pending.values()
                pending.clear()
                pool.shutdown(wait=False, cancel_futures=True)
                pool = executor()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
