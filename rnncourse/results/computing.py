"""``make results``: compute what is stale or missing, a seed a task, on the processors that there are.

A finished seed is kept in ``_cache/results`` at once, so that a run that was interrupted goes on where it was.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import platform
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import numpy as np

import rnncourse
from rnncourse.results import kept
from rnncourse.results.declared import Declared
from rnncourse.results.digest import Code
from rnncourse.results.gate import Status, collect, status_of

PACKAGES = ("numpy", "scipy", "torch")
QUICK = "quick"


@dataclass(frozen=True, eq=False)
class Task:
    """One seed of one result, or its quick run, and the file that keeps it until all are there."""

    result: Declared
    seed: int
    quick: bool
    path: Path

    @property
    def label(self) -> str:
        """What a line of progress calls it."""
        return f"{self.result.name}  {'quick run' if self.quick else f'seed {self.seed}'}"


def compute(
    root: Path,
    names: Sequence[str] = (),
    anew: bool = False,
    workers: int | None = None,
    say: Callable[[str], None] = print,
) -> bool:
    """Compute the named results, or those that are stale or missing; return whether all are written.

    Raises LookupError for a name that no function gives; ValueError where the package that runs is not the checkout's,
    data have another version than the one pinned, or a result cannot be kept.
    """
    root = root.resolve()
    if root != Path(rnncourse.__file__).resolve().parents[1]:
        raise ValueError(f"expected the checkout that runs, {Path(rnncourse.__file__).parents[1]}, got {root}")
    statuses = {status.result.name: status for status in collect(root).statuses}
    for name in names:
        if name not in statuses:
            raise LookupError(f"expected a result, one of {', '.join(statuses) or 'none'}, got {name!r}")
    chosen = [statuses[n] for n in names] if names else [s for s in statuses.values() if anew or s.word != "fresh"]
    chosen = [status for status in chosen if anew or status.word != "fresh"]
    if not chosen:
        say(f"{len(names or statuses)} results, all fresh")
        return True
    made = {status.result.name: made_by(status.result) for status in chosen}
    tasks = {status.result.name: _tasks(status, made[status.result.name], root) for status in chosen}
    waiting = {name: [t for t in of if anew or not t.path.is_file()] for name, of in tasks.items()}
    count, done = sum(map(len, waiting.values())), 0
    say(f"to compute: {', '.join(f'{name} ({statuses[name].word})' for name in tasks)}: {count} runs")
    failed = dict[str, str]()

    def finish(name: str) -> None:
        if not waiting[name] and name not in failed:
            try:
                _write(statuses[name], tasks[name], made[name], root, say)
            except ValueError as error:
                failed[name] = str(error)

    for name in tasks:
        finish(name)
    with _pool(min(workers or _processors(), max(count, 1))) as pool:
        try:
            futures: dict[Future[float], Task] = {pool.submit(run, t): t for of in waiting.values() for t in of}
            for future in as_completed(futures):
                task, name = futures[future], futures[future].result.name
                done += 1
                try:
                    say(f"[{done}/{count}] {task.label}  {future.result():.1f} s")
                    waiting[name].remove(task)
                except Exception as error:
                    failed[name] = f"{task.label}: {type(error).__name__}: {error}"
                    say(f"[{done}/{count}] {failed[name]}")
                finish(name)
        except KeyboardInterrupt:
            say(f"interrupted: {done} of {count} runs are kept; the same command goes on")
            raise
    for failure in failed.values():
        say(f"not written: {failure}")
    return not failed


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes with a numerical thread each, which end at once where the parent does not wait for them."""
    before, own = set(multiprocessing.active_children()), os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"  # before NumPy is loaded there; sums add up in one order
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _begin)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        raise
    finally:
        if own is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = own
    pool.shutdown()


def run(task: Task) -> float:
    """Compute one task and keep it; return the seconds that it took."""
    document = again(task.result, task.seed, task.quick)
    task.path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = task.path.with_suffix(".part")
    unfinished.write_text(json.dumps(document), encoding="utf-8")
    unfinished.replace(task.path)
    return float(document["seconds"])


def again(one: Declared, seed: int, quick: bool) -> dict[str, Any]:
    """What a result's function gives for a seed today: numbers, weights, seconds."""
    function = getattr(import_module(one.module), one.function)
    started = time.process_time()  # other programs on the machine do not count
    returned = function(seed, **(one.quick or {}) if quick else {})
    seconds = time.process_time() - started
    numbers, weights = kept.numbers(returned, one.name, one.digits)
    return {"numbers": numbers, "weights": weights, "seconds": round(seconds, 2)}


def disagreements(one: Declared, document: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Say in a sentence each which numbers of the first seed, or of the quick run, came out differently this time."""
    kept_numbers = document["numbers"]
    wanted = {name: values[0] for name, values in kept_numbers.items()}
    if one.quick is not None:
        wanted = document["quick"]["numbers"]
    if set(wanted) != set(found):
        return [f"{one.name}: expected {', '.join(wanted)}, got {', '.join(found)}"]
    problems = []
    for name, value in found.items():
        tolerance = one.tolerated(name)
        if np.shape(value) != np.shape(wanted[name]):
            fits, expected = False, f"{wanted[name]} within {tolerance}"
        elif tolerance is not None:
            fits = bool((np.abs(np.subtract(value, wanted[name])) <= tolerance).all())
            expected = f"{wanted[name]} within {tolerance}"
        else:
            low, high = np.min(kept_numbers[name], axis=0), np.max(kept_numbers[name], axis=0)
            low, high = low - (high - low) / 2, high + (high - low) / 2
            fits = bool(((low <= value) & (value <= high)).all())
            expected = f"{low} to {high}, the spread of the seeds and half of it on each side"
        if not fits:
            problems.append(f"{one.name}: {name}: expected {expected}, got {value}")
    return problems


def made_by(one: Declared) -> dict[str, dict[str, str] | str]:
    """What a run depends on besides code: versions, and what kind of processor. Raises ValueError for other data."""
    versions = {"Python": platform.python_version()}
    data = [name for name in one.data if "/" not in name and name != "python"]
    for package in (*PACKAGES, *data):
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            if package in data:
                raise ValueError(f"{one.name}: needs {package}, whose data it reads") from None
    extensions = np.show_config(mode="dicts").get("SIMD Extensions", {})
    able = [*extensions.get("baseline", []), *extensions.get("found", [])]
    return {"packages": versions, "processor": " ".join([platform.machine(), *able[-1:]])}


def _begin() -> None:
    """A worker has a session of its own: Ctrl-C, at which training stops early and returns, is for the parent alone.

    It ends with the parent, whatever ended that.
    """
    if hasattr(os, "setsid"):
        os.setsid()
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _tasks(status: Status, made: dict[str, Any], root: Path) -> list[Task]:
    for name in status.result.data:
        version, pinned = made["packages"].get(name), status.definitions[name]
        if "/" not in name and name != "python" and version != pinned:
            raise ValueError(f"{status.result.name}: requirements.txt pins {name} {pinned}, here is {version}")
    key = f"{status.digest} {json.dumps(made, sort_keys=True)}"
    folder = root / "_cache" / "results" / status.result.name / kept.short(key)
    tasks = [Task(status.result, seed, False, folder / f"{seed}.json") for seed in status.result.seeds]
    if status.result.quick is not None:
        tasks.append(Task(status.result, status.result.seeds[0], True, folder / f"{QUICK}.json"))
    return tasks


def _write(status: Status, tasks: Sequence[Task], made: dict[str, Any], root: Path, say: Callable[[str], None]) -> None:
    """Put the runs of a result together, and say what has changed since the file before."""
    one = status.result
    today = status_of(one, Code(root), root)
    if today.digest != status.digest:
        raise ValueError(f"{one.name}: its code has changed while it was computed: start again")
    runs = [json.loads(task.path.read_text(encoding="utf-8")) for task in tasks]
    quick = runs.pop() if one.quick is not None else {}
    if len({tuple(run["numbers"]) for run in runs}) > 1:
        raise ValueError(f"{one.name}: expected the same names from every seed")
    seconds = [run["seconds"] for run in runs]
    document = {
        "result": one.name,
        "digest": status.digest,
        "made": {
            "by": f"{one.module}.{one.function}",
            "command": f"make results ONLY={one.name}",
            "date": date.today().isoformat(),
            "seconds": round(sum(seconds), 1),
            **made,
        },
        "seeds": list(one.seeds),
        "seconds": seconds,
        "numbers": {name: [run["numbers"][name] for run in runs] for name in runs[0]["numbers"]},
        "quick": {key: quick[key] for key in ("numbers", "seconds") if quick},
        "weights": runs[0]["weights"],
        "definitions": status.definitions,
    }
    kept.write(status.path, document)
    say(f"written: {status.path.relative_to(root)}, {status.path.stat().st_size:,} bytes")
    for line in _differences(status.document, document):
        say(f"  {line}")


def _differences(old: dict[str, Any] | None, new: dict[str, Any]) -> list[str]:
    """Mean of each number, before and now."""
    lines = []
    for name, values in new["numbers"].items():
        now, before = _mean(values), None if old is None else _mean(old["numbers"].get(name))
        change = "" if before is None else "  (as before)" if values == old["numbers"][name] else f"  (was {before})"  # type: ignore[index]
        lines.append(f"{name}: {now}{change}")
    if old is not None:
        lines += [f"{name}: gone" for name in old["numbers"] if name not in new["numbers"]]
        if old["weights"] and old["weights"] != new["weights"]:
            lines.append("weights: changed")
    return lines


def _mean(values: Any) -> str | None:
    if values is None:
        return None
    try:
        return f"{np.mean(values):.4g}"
    except ValueError:  # lists of several lengths
        return "lists"


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
