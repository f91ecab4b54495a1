"""Paired measurements: each side in a process of its own, equal answers first, then times in turn."""

from __future__ import annotations

import importlib
import multiprocessing as mp
import os
import platform
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

Row = dict[str, Any]
Answers = dict[str, np.ndarray]
Ask = Callable[..., Any]
Side = tuple[Any, ...]
"""A function ("module:name") and its arguments; it returns a function without arguments, which is what is timed."""

OVERRIDES = (
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
    "MKL_DEBUG_CPU_TYPE",
    "MKL_ENABLE_INSTRUCTIONS",
    "ATEN_CPU_CAPABILITY",
)
"""What would make a library ignore the instructions that the CPU has; removed from every worker's environment."""


@dataclass(frozen=True)
class Effort:
    """How long a comparison takes: at least ``seconds`` of ``pairs`` pairs, each measurement at least ``shortest``."""

    seconds: float = 4.0
    pairs: int = 7
    most: int = 60
    shortest: float = 0.02


FULL, QUICK = Effort(), Effort(seconds=0.0, pairs=3, most=3, shortest=0.0)


def _find(path: str) -> Callable[..., Any]:
    module, name = path.split(":")
    return getattr(importlib.import_module(module), name)


def worker(connection: Connection) -> None:
    """Serve a process: ("make", side…), ("answer",), ("time", calls), ("call", path, …), ("pools",) until None."""
    run: Callable[[], Any] = lambda: None  # noqa: E731
    while request := connection.recv():
        what, *arguments = request
        try:
            reply = None
            if what == "make":
                run = _find(arguments[0])(*arguments[1:])
            elif what == "answer":
                reply = run()
            elif what == "time":
                start = time.perf_counter()
                for _ in range(arguments[0]):
                    run()
                reply = (time.perf_counter() - start) / arguments[0]
            elif what == "call":
                reply = _find(arguments[0])(*arguments[1:])
            else:
                from threadpoolctl import threadpool_info

                reply = [{k: p.get(k) for k in ("internal_api", "version", "architecture")} for p in threadpool_info()]
            connection.send((True, reply))
        except Exception as error:
            connection.send((False, f"{what} {arguments[:2]}: {type(error).__name__}: {error}"))


@contextmanager
def process(threads: int | None) -> Iterator[Ask]:
    """Start a worker, its threads set before it imports anything (None: as the libraries choose); yield ``ask``."""
    environment = {name: value for name, value in os.environ.items() if name not in OVERRIDES}
    libraries = ("OMP", "OPENBLAS", "MKL")
    environment = {
        name: value for name, value in environment.items() if name not in {f"{x}_NUM_THREADS" for x in libraries}
    }
    if threads is not None:
        environment |= {f"{library}_NUM_THREADS": str(threads) for library in libraries}
    context = mp.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=worker, args=(theirs,), daemon=True)
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)  # what a spawned process inherits
    try:
        child.start()
    finally:
        os.environ.clear()
        os.environ.update(before)
    theirs.close()

    def ask(*request: Any) -> Any:
        ours.send(request)
        fine, reply = ours.recv()
        if not fine:
            raise RuntimeError(reply)
        return reply

    try:
        yield ask
        ours.send(None)
    finally:
        child.join(timeout=5)
        child.kill()


def compare(
    peer: Side,
    ours: Side,
    threads: int | None = 1,
    effort: Effort = FULL,
    tolerance: float = 1e-5,
) -> Row:
    """Check that two sides give equal numbers, then time them in turn; the ratio is the median over pairs.

    Raises AssertionError when the sides differ by more than tolerance times the largest number of the peer's.
    """
    with ExitStack() as stack:
        sides = [stack.enter_context(process(threads)) for _ in range(2)]
        for ask, side in zip(sides, (peer, ours), strict=True):
            ask("make", *side)
        expected, got = (ask("answer") for ask in sides)
        same(got, expected, tolerance, " ".join(map(str, ours)))
        once = [min(ask("time", 1) for _ in range(3)) for ask in sides]  # warms, too
        calls = [max(1, round(effort.shortest / t)) for t in once]
        pair = sum(n * t for n, t in zip(calls, once, strict=True))
        pairs = int(np.clip(effort.seconds / pair, effort.pairs, effort.most)) if effort.seconds else effort.pairs
        times = np.array([[ask("time", n) for ask, n in zip(sides, calls, strict=True)] for _ in range(pairs)])
    peer_ms, ours_ms = np.median(times, axis=0) * 1e3
    low, ratio, high = np.quantile(times[:, 0] / times[:, 1], (0.25, 0.5, 0.75))
    return {"peer_ms": peer_ms, "ours_ms": ours_ms, "ratio": ratio, "low": low, "high": high, "pairs": pairs}


def training(step: Callable[[], float]) -> Callable[[], Answers]:
    """A side that makes a training step at each call; its answers are the losses of three steps made before."""
    first = np.array([step() for _ in range(3)])

    def run() -> Answers:
        step()
        return {"first losses": first}

    return run


def same(got: Answers, expected: Answers, tolerance: float, what: str) -> None:
    """Both sides compute the same thing, or there is nothing to time.

    A side may keep quiet about an answer. One that has none at all only bounds the time, or makes a step of its own.
    """
    shared = got.keys() & expected.keys()
    assert shared or not (got and expected), f"{what}: no answer in common"
    for name in sorted(shared):
        scale = max(float(np.abs(expected[name]).max()), 1e-30)
        np.testing.assert_allclose(
            got[name], expected[name], atol=tolerance * scale, rtol=0, err_msg=f"{what}: {name} differs"
        )


def machine() -> Row:
    """What a figure depends on: processor, cores, systems, versions, and the libraries' choice of instructions."""
    cpuinfo = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", cpuinfo.read_text()) if cpuinfo.exists() else None
    with process(1) as ask:
        pools = ask("pools")  # of NumPy, which the worker has imported
    versions = {name: version(name) for name in ("numpy", "torch", "rnncourse")}
    return {
        "cpu": found[1] if found else platform.processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        **versions,
        "blas": " ".join(str(value) for pool in pools for value in pool.values()),
        "removed from the environment": [name for name in OVERRIDES if name in os.environ],
    }


def load() -> float:
    """Mean number of busy processes in the last minute."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
