"""A whole class: jobs on an executor, a journal from which an interrupted run goes on, one writer of the gradebook.

A worker that dies takes no result with it: what it had in hand is done again, and a submission under which workers die
again and again is graded by nobody, and named.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from rnncourse.grading.job import Result, Spec, grade

TRIES = 3
Job = tuple[str, str, bytes]  # student, notebook, what was handed in


def digest(submitted: bytes, spec: Spec) -> str:
    """What a result depends on: equal digests, equal results."""
    parts = [submitted, spec.notebook.encode(), spec.key, repr((spec.preload, spec.times, spec.confines)).encode()]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


class Journal:
    """Results as they come, a line each, in a file that survives whatever happens; the last line counts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)

    def read(self) -> dict[tuple[str, str], dict[str, Any]]:
        """What is there, by student and notebook; a line cut off by a crash is left out."""
        found = {}
        if self.path.exists():
            with self.path.open(encoding="utf-8") as file:
                for line in file:
                    try:
                        entry = json.loads(line)
                        found[entry["student"], entry["name"]] = entry
                    except (ValueError, KeyError, TypeError):
                        continue
        return found

    def add(self, entry: dict[str, Any]) -> None:
        """Write a line, and make sure that it is on the disk."""
        with self.path.open("ab+") as file:
            file.seek(max(0, file.tell() - 1))
            after_a_crash = file.read(1) not in (b"", b"\n")
            file.write(b"\n" * after_a_crash + json.dumps(entry, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def run(
    jobs: Iterable[Job],
    specs: dict[str, Spec],
    executor: Callable[[], Executor],
    waiting: int,
    work: Callable[[str, bytes, Spec], bytes] = grade,
) -> Iterator[tuple[str, str, Result | None]]:
    """Grade jobs, at most ``waiting`` at a time in the executor, so that memory stays flat however many there are.

    Yields (student, notebook, result) as they finish; None for a submission under which workers died again and again.
    """
    pool = executor()
    source = iter(jobs)
    pending: dict[Future[bytes], Job] = {}
    tries: dict[tuple[str, str], int] = {}
    again: list[Job] = []

    def submit(job: Job) -> None:
        pending[pool.submit(work, job[0], job[2], specs[job[1]])] = job

    try:
        more = True
        while more or pending or again:
            while len(pending) < waiting and (again or more):
                job = again.pop() if again else next(source, None)
                if job is None:
                    more = False
                else:
                    submit(job)
            done, _ = wait(pending, return_when=FIRST_COMPLETED)
            broken = False
            for future in done:
                job = pending.pop(future)
                try:
                    yield job[0], job[1], Result.from_bytes(future.result())
                except BrokenProcessPool:
                    broken = True
                    tries[job[:2]] = tries.get(job[:2], 0) + 1
                    if tries[job[:2]] >= TRIES:
                        yield job[0], job[1], None
                    else:
                        again.append(job)
            if broken:
                again += pending.values()
                pending.clear()
                pool.shutdown(wait=False, cancel_futures=True)
                pool = executor()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
