"""Grading beside stock nbgrader: the same generated class, equal cores, in turn; the sandbox; a class of ten thousand.

``python -m benchmarks.grading --students 1000`` measures a class of another size alone.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks import submissions
from benchmarks.harness import FULL, QUICK, Effort, Row
from rnncourse.grading.jail.bubblewrap import THREADS

ASSIGNMENT = "rnn"
CLASSES = submissions.ROOT / "_build" / "benchmarks" / "classes"
VARIANTS = ((1, ""), (2, ""), (2, "import torch"))  # cores, and what the notebook imports besides
FAIR = {kind: share for kind, share in submissions.SHARES.items() if kind not in ("mishandled", "hostile")}
"""What stock nbgrader grades without losing submissions, or the machine."""


def rows(effort: Effort) -> Iterator[Row]:
    yield from throughput(effort)
    yield from parts(effort)


def class_rows(effort: Effort) -> Iterator[Row]:
    yield from whole_class(100 if effort is QUICK else 10_000)


def row(what: str, value: float, text: str, target: str = "", reached: bool = True) -> Row:
    return {"what": what, "value": value, "unit": "", "text": text, "target": target, "reached": reached}


def spread(values: Any) -> str:
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    return f"{middle:.3g} ({low:.3g}–{high:.3g})"


# --- in turn, on equal cores


def throughput(effort: Effort) -> Iterator[Row]:
    """Submissions a minute, start-up included; efficiency from the first result to where the queue runs dry."""
    chunk, copies, rounds = (1, 3, 1) if effort is QUICK else (16, 10, 3)
    for cores, imports in VARIANTS:
        with tempfile.TemporaryDirectory() as scratch:
            home = Path(scratch)
            stock = [made(home / f"stock-{i}", chunk, i, True, imports) for i in range(2)]
            ours = made(home / "ours", 0, 0, False, imports)
            for folder in stock:
                for student in (folder / "submitted").iterdir():
                    for i in range(copies):
                        shutil.copytree(student, ours / "submitted" / f"{student.name}-{folder.name}-{i}")
            rate: dict[str, list[float]] = defaultdict(list)
            for _ in range(rounds):
                seconds = together(stock) if cores == 2 else sum(together([folder]) for folder in stock)
                rate["nbgrader"].append(60 * 2 * chunk / seconds)
                for workers in range(1, cores + 1):  # one worker on one core beside two on two
                    started = time.perf_counter()
                    run = json.loads(output(grade_folder(ours, workers, workers)))
                    rate["ours"] += [60 * run["graded"] / (time.perf_counter() - started)] if workers == cores else []
                    rate[f"steady {workers}"].append(run["steady"])
        of = f"{cores} process{'es' if cores > 1 else ''} on {cores} core{'s' if cores > 1 else ''}"
        of += f", the notebook has {imports!r}" * bool(imports)
        for side in ("nbgrader", "ours"):
            yield row(f"submissions a minute: {side}, {of}", float(np.median(rate[side])), spread(rate[side]))
        ratios = np.array(rate["ours"]) / np.array(rate["nbgrader"])
        middle = float(np.median(ratios))
        yield row(f"times stock nbgrader, {of}", middle, spread(ratios), "≥ 10, aim 25", middle >= 10)
        if cores == 2:
            shares = 50 * np.array(rate["steady 2"]) / np.array(rate["steady 1"])
            middle = float(np.median(shares))
            named = f"parallel efficiency, 1 → 2 workers, 1 → 2 cores{f', {imports!r}' * bool(imports)}, %"
            yield row(named, middle, spread(shares), "≥ 90", middle >= 90)


def made(folder: Path, n: int, seed: int, stock: bool, imports: str) -> Path:
    """A course with a class of n whose submissions stock nbgrader grades too."""
    folder.mkdir()
    submissions.course(folder, ASSIGNMENT, stock, imports)
    for _ in submissions.generate(folder, ASSIGNMENT, n, seed, FAIR):
        pass
    return folder


def start(command: list[str], cores: int, folder: Path | None = None) -> subprocess.Popen[str]:
    """A process that is kept to so many cores, its children with it."""
    allowed = sorted(os.sched_getaffinity(0))[:cores]
    environment = os.environ | THREADS | {"PYTHONPATH": str(submissions.ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # else every kernel compiles the package anew
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": environment}
    return subprocess.Popen(
        [sys.executable, *command], cwd=folder, preexec_fn=lambda: os.sched_setaffinity(0, allowed), **pipes
    )


def output(process: subprocess.Popen[str]) -> str:
    said, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{process.args}:\n{said[-2000:]}\n{errors[-4000:]}")
    return said


def together(folders: list[Path]) -> float:
    """Seconds until nbgrader has graded these courses beside each other, a core each."""
    started = time.perf_counter()
    command = ["-m", "nbgrader", "autograde", ASSIGNMENT, "--force"]
    running = [start(command, len(folders), folder) for folder in folders]
    for process in running:
        output(process)
    return time.perf_counter() - started


def grade_folder(folder: Path, workers: int, cores: int) -> subprocess.Popen[str]:
    command = ["-c", "from benchmarks.grading import main; main()"]  # with -m each worker would import all this too
    return start([*command, "--grade", str(folder), "--workers", str(workers)], cores)


# --- what is in a submission's time


def parts(effort: Effort) -> Iterator[Row]:
    """The sandbox alone, the parts of a submission's time, and what the main process needs for a result."""
    times = 10 if effort is QUICK else 200
    found = json.loads(output(start(["-m", "benchmarks.grading", "--parts", str(times)], 1)))
    middle, late = np.quantile(found["sandbox"], (0.5, 0.95))
    text = f"{middle:.1f}, 95 % within {late:.1f}"
    yield row("sandbox, an empty session: milliseconds", float(middle), text, "≤ 30", bool(middle <= 30))
    total = float(np.mean(found["all"]))
    for name in ("sandbox", "cells", "tests"):
        part = float(np.mean(found[f"{name} of it"]))
        yield row(f"a right submission: {name}, milliseconds", part, f"{part:.1f} of {total:.1f}")
    rest = total - sum(float(np.mean(found[f"{name} of it"])) for name in ("sandbox", "cells", "tests"))
    yield row("a right submission: graft, digest, notebook, milliseconds", rest, f"{rest:.1f} of {total:.1f}")


def measure_parts(times: int) -> dict[str, list[float]]:
    """Milliseconds, in a process of its own."""
    from rnncourse.grading.nbgrader.course import imports
    from rnncourse.grading.submission import job
    from rnncourse.grading.submission.checker import Checker
    from rnncourse.grading.submission.session import Session

    folder = submissions.ROOT / "assignments" / "source" / ASSIGNMENT
    source = (folder / f"{ASSIGNMENT}.ipynb").read_text("utf-8")
    spec = job.Spec(source, b"key", tuple(sorted(imports(source))))
    found: dict[str, list[float]] = defaultdict(list)
    with job.nursery_of(spec) as nursery:
        for _ in range(times):
            started = time.perf_counter()
            with Session(nursery) as session:
                session.cell("1")
            found["sandbox"].append(1e3 * (time.perf_counter() - started))
        spent: dict[str, float] = defaultdict(float)
        timed(Session, "cell", "cells", spent)
        timed(Checker, "test", "tests", spent)
        for i in range(times):
            notebook = submissions.submission(json.loads(source), ASSIGNMENT, "right", random.Random(i))
            spent.clear()
            started = time.perf_counter()
            job.grade("ada", json.dumps(notebook).encode(), spec)
            found["all"].append(1e3 * (time.perf_counter() - started))
            sandbox = float(np.median(found["sandbox"]))  # the first cell waits for it
            found["sandbox of it"].append(sandbox)
            found["cells of it"].append(1e3 * spent["cells"] - sandbox)
            found["tests of it"].append(1e3 * spent["tests"])
    return found


def timed(owner: Any, name: str, part: str, spent: dict[str, float]) -> None:
    """Add the time of a method's calls to a part."""
    method: Callable[..., Any] = getattr(owner, name)

    def measured(*arguments: Any, **keywords: Any) -> Any:
        started = time.perf_counter()
        try:
            return method(*arguments, **keywords)
        finally:
            spent[part] += time.perf_counter() - started

    setattr(owner, name, measured)


# --- a whole class, from start to end


class Samples:
    """A line every few seconds: seconds, submissions done, megabytes; goes on in the file of an interrupted run."""

    def __init__(self, path: Path, every: float) -> None:
        self.path, self.every = path, every
        before = self.read()
        self.done, self.seconds = (before[-1]["done"], before[-1]["seconds"]) if before else (0, 0.0)
        self.started, self.finished, self.own = time.perf_counter(), threading.Event(), 0.0
        self.thread = threading.Thread(target=self._go_on, daemon=True)

    def read(self) -> list[dict[str, float]]:
        """Those of earlier runs too."""
        if not self.path.exists():
            return []
        return [json.loads(line) for line in self.path.read_text("utf-8").splitlines() if line.endswith("}")]

    def _go_on(self) -> None:
        while not self.finished.wait(self.every):
            self.take()

    def take(self) -> None:
        """Look, and write a line. Memory that processes share is divided among them."""
        began, main = time.thread_time(), psutil.Process()
        sizes: dict[str, float] = {"main": main.memory_info().rss, "workers": 0, "jails": 0}
        for child in main.children(recursive=True):
            try:
                of = "workers" if child.ppid() == main.pid and "spawn_main" in " ".join(child.cmdline()) else "jails"
                sizes[of] += child.memory_full_info().pss
            except psutil.Error:
                continue
        line = {"seconds": self.seconds + time.perf_counter() - self.started, "done": self.done}
        line |= {f"{name} MB": round(size / 2**20, 1) for name, size in sizes.items()}
        self.own += time.thread_time() - began
        line["main processor seconds"] = sum(main.cpu_times()[:2]) - self.own
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def __enter__(self) -> Samples:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.finished.set()
        self.thread.join()
        self.take()


def grade(folder: Path, workers: int, samples: Path | None = None, show: bool = False, every: float = 60) -> Row:
    """Grade a course's class as `rnncourse grade` does; submissions a second while there is work for all workers."""
    from tqdm import tqdm

    from rnncourse.grading.batch.executors import processes
    from rnncourse.grading.nbgrader.classroom import grade_class
    from rnncourse.grading.nbgrader.course import Course

    waiting, times = 2 * workers, []
    taken = Samples(samples or folder / "samples.jsonl", every)
    with tqdm(disable=not show, unit="") as bar, taken:

        def progress(done: int, total: int, entry: Row) -> None:
            times.append(time.perf_counter())
            taken.done, bar.total = max(taken.done, done), total
            bar.update(done - bar.n)

        entries = grade_class(
            Course(folder), ASSIGNMENT, executor=processes(workers), waiting=waiting, progress=progress
        )
    last = max(1, len(times) - 1 - waiting)
    steady = last / (times[last] - times[0]) if len(times) > 1 else float("nan")
    return {
        "steady": steady,
        "graded": len(entries),
        "stopped": sum(bool(entry["stopped"]) for entry in entries),
        "seconds": float(np.mean([entry["seconds"] for entry in entries])),
    }


def whole_class(n: int, workers: int = 2) -> Iterator[Row]:
    """From submissions to a full gradebook; a call that was interrupted goes on, and counts the time of both."""
    folder = CLASSES / f"{ASSIGNMENT}-{n}"
    samples = folder / "samples.jsonl"
    if not (folder / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        submissions.course(folder, ASSIGNMENT)
    for i, _ in enumerate(submissions.generate(folder, ASSIGNMENT, n)):
        if i % 1000 == 999:
            print(f"{i + 1} submissions generated", file=sys.stderr)
    whole = grade(folder, workers, samples, show=True, every=max(0.5, n / 2000))
    taken = Samples(samples, 0).read()
    samples.unlink()
    seconds = taken[-1]["seconds"]
    limit = 1800 * n / 10_000
    text = f"{seconds / 60:.1f} ({whole['graded']} graded, {whole['stopped']} of them stopped)"
    named = f"a class of {n}, {workers} workers"
    yield row(f"{named}: minutes", seconds / 60, text, f"< {limit / 60:g}", seconds < limit and whole["graded"] == n)
    done, at = (np.array([line[name] for line in taken]) for name in ("done", "seconds"))
    ends = np.interp(np.linspace(0, n, 11), done, at)
    each = n / 10 / np.diff(ends)
    yield row(
        f"{named}: submissions a second",
        n / seconds,
        f"{n / seconds:.1f}; by tenths {' '.join(f'{s:.1f}' for s in each)}",
    )
    for of in ("main", "workers", "jails"):
        used = [line[f"{of} MB"] for line in taken[:-1]]  # while it ran
        fifth, after = np.interp([n / 5, 0.95 * n], done[:-1], used)
        flat = bool(after < 1.2 * fifth + 20)
        text = f"{max(used):.0f} at most, {fifth:.0f} after a fifth, {after:.0f} near the end"
        yield row(f"{named}: MB, {of}", max(used), text, "flat" if of != "jails" else "", flat or of == "jails")
    busy = 1e3 * main_seconds(taken)
    yield row(f"{named}: main process, processor milliseconds a result", busy, f"{busy:.2f}")
    most = 1e3 * whole["seconds"] / busy
    text = f"{most:.0f} = {1e3 * whole['seconds']:.0f} ms in a worker / {busy:.2f} ms"
    yield row("workers that one main process feeds, by these figures", most, text, "≥ 64", most >= 64)


def main_seconds(taken: list[dict[str, float]]) -> float:
    """Of the main process for a result, from the first sample of a run that has results to its last."""
    seconds = results = 0.0
    run: list[dict[str, float]] = []
    for line, following in zip(taken, [*taken[1:], None], strict=True):
        run.append(line)
        if following is None or following["main processor seconds"] < line["main processor seconds"]:  # another process
            first = next((one for one in run if one["done"] > run[0]["done"]), line)
            seconds += line["main processor seconds"] - first["main processor seconds"]
            results += line["done"] - first["done"]
            run = []
    return seconds / results if results else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading", description=__doc__)
    parser.add_argument("--students", type=int, help="the size of a class to grade from start to end")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--grade", type=Path, metavar="COURSE", help=argparse.SUPPRESS)  # for throughput and parts
    parser.add_argument("--parts", type=int, metavar="TIMES", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.grade:
        print(json.dumps(grade(asked.grade, asked.workers)))
    elif asked.parts:
        print(json.dumps(measure_parts(asked.parts)))
    else:
        found = whole_class(asked.students, asked.workers) if asked.students else rows(FULL)
        for each in found:
            print(f"{each['what']}: {each['text']} {each['target']}{'' if each['reached'] else ' NOT REACHED'}")


if __name__ == "__main__":
    main()
