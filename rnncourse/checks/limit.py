"""How long one call of a student's function may take: a loop without end must not take the kernel with it.

Three ways, the first that works: a timer of the system, whose signal comes in the main thread (not on Windows); a
thread that watches, and raises an exception in the other one; a look at the clock at every line (in a browser, which
has neither). Each ends Python between two steps of its own: a single call of NumPy's that has no end, ends only with
the process. Where somebody debugs, the limit waits: people think longer than 5 s. It waits for an import too: cut in
half, that leaves a broken module behind, and the first of torch takes seconds.
"""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar
from types import FrameType
from typing import Any

# Of a call. None: where one is graded. Infinite: who called ends it otherwise.
seconds: ContextVar[float | None] = ContextVar("seconds", default=5.0)
IMPORT = 60.0  # seconds that imports may take besides
AGAIN = 0.257  # seconds after which it is said again to code that catches whatever is raised
TICK, IDLE = 0.1, 50  # seconds between two looks of the thread that watches; looks at nothing before it ends

# What signal.signal calls; its enumerations take ten times as long.
set_handler: Any = vars(sys.modules.get("_signal", signal))["signal"]


class ExceededError(BaseException):
    """The call took too long. No Exception, for students catch those."""


class Limit:
    """Around several calls, each between :meth:`start` and :meth:`stop`. This one lets them take their time."""

    raised: type[ExceededError] | None = None  # a class of its own, by which the limit around a limit is told

    def __init__(self, most: float = math.inf) -> None:
        self.most, self.deadline, self.longest = most, math.inf, math.inf

    def __enter__(self) -> Limit:
        """Get ready."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave all as it was."""

    def start(self) -> None:
        """A call begins."""
        now = time.monotonic()
        self.deadline, self.longest = now + self.most, now + self.most + IMPORT

    def stop(self) -> None:
        """It has ended."""
        self.deadline = math.inf

    def exceeded(self, thread: int | None = None) -> type[ExceededError] | None:
        """What is to be raised in this thread or in another one, if it is time."""
        now = time.monotonic()
        if now <= self.deadline or self.debugged(thread):
            return None
        if now < self.longest and importing(thread):
            self.deadline = now + self.most  # what comes after it has its time
            return None
        self.deadline = now + AGAIN
        self.raised = self.raised or type("ExceededError", (ExceededError,), {})
        return self.raised

    def debugged(self, thread: int | None) -> bool:
        """Does somebody go through the code step by step?"""
        return debugged(thread)


class Timer(Limit):
    """By the system's timer; whatever timer and handler were set before, or are set within, stay or come back."""

    def __enter__(self) -> Timer:
        self.begin = time.monotonic()
        self.before = set_handler(signal.SIGALRM, self.ring)
        self.left, self.every = signal.setitimer(signal.ITIMER_REAL, min(AGAIN, self.most), AGAIN)
        return self

    def ring(self, number: int, frame: FrameType | None) -> None:
        """What the signal does."""
        if error := self.exceeded():
            raise error

    def __exit__(self, *_: object) -> None:
        ours = abs(signal.getitimer(signal.ITIMER_REAL)[1] - AGAIN) < 1e-3
        if ours:
            signal.setitimer(signal.ITIMER_REAL, 0)
        there = set_handler(signal.SIGALRM, signal.SIG_DFL if self.before is None else self.before)
        if there != self.ring:
            set_handler(signal.SIGALRM, there)
        if ours and self.left:
            left = self.left - (time.monotonic() - self.begin)
            signal.setitimer(signal.ITIMER_REAL, max(left, 1e-3), self.every)


class Watched(Limit):
    """By a thread that watches this one."""

    lock = threading.Lock()
    limits: set[Watched] = set()  # noqa: RUF012 - of all threads
    watcher: threading.Thread | None = None

    def __enter__(self) -> Watched:
        self.thread = threading.get_ident()
        with self.lock:
            if Watched.watcher is None or not Watched.watcher.is_alive():  # of a process that has forked it is not
                watcher = threading.Thread(target=_watch, name="rnncourse.checks.limit", daemon=True)
                watcher.start()
                Watched.watcher = watcher
            self.limits.add(self)
        return self

    def stop(self) -> None:
        """It has ended; what is still on its way arrives in here."""
        with self.lock:
            self.deadline = math.inf
        time.monotonic()

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.limits.discard(self)


def _watch() -> None:
    idle = 0
    while True:
        time.sleep(TICK)
        with Watched.lock:
            idle = 0 if Watched.limits else idle + 1
            if idle > IDLE:
                Watched.watcher = None
                return
            for limit in Watched.limits:
                if error := limit.exceeded(limit.thread):
                    _throw(limit.thread, error)


def _throw(thread: int, kind: type[BaseException]) -> None:
    """Let a thread raise an exception of this kind at its next step.

    It cannot well be taken back: with NULL in its place CPython 3.11 looks for one for ever, and traces no call.
    """
    import ctypes

    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(kind))


class Traced(Limit):
    """By a look at the clock at every line: slow, and the last resort."""

    def start(self) -> None:
        """From here on every line is looked at."""
        super().start()
        sys.settrace(self.look)

    def look(self, frame: FrameType, event: str, argument: Any) -> Any:
        """What happens at every line."""
        if error := self.exceeded():
            raise error
        return self.look

    def debugged(self, thread: int | None) -> bool:
        """No: what traces is this."""
        return False

    def stop(self) -> None:
        """No line any more."""
        super().stop()
        if sys.gettrace() == self.look:
            sys.settrace(None)


def limit() -> Limit:
    """The limit for the next calls, in the way that works here."""
    most = seconds.get()
    if most is None or math.isinf(most) or debugged():
        return Limit()
    if sys.platform in ("emscripten", "wasi") or sys.implementation.name != "cpython":
        return Traced(most)
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return Watched(most)
    soon = 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= most  # somebody else's, which has to come in time
    return Watched(most) if soon else Timer(most)


def debugged(thread: int | None = None) -> bool:
    """Does somebody go through this thread's code, or another one's, step by step?"""
    monitoring = getattr(sys, "monitoring", None)  # from Python 3.12 on
    if monitoring is not None and monitoring.get_tool(monitoring.DEBUGGER_ID):
        return True
    return sys.gettrace() is not None if thread is None else any(f.f_trace is not None for f in frames(thread))


def importing(thread: int | None = None) -> bool:
    """Is this thread, or another one, within an import?"""
    return any(frame.f_code.co_filename == "<frozen importlib._bootstrap>" for frame in frames(thread))


def frames(thread: int | None = None) -> Iterator[FrameType]:
    """What this thread, or another one, is within, from the innermost call outwards."""
    frame = sys._getframe() if thread is None else sys._current_frames().get(thread)
    while frame is not None:
        yield frame
        frame = frame.f_back


if hasattr(os, "register_at_fork"):  # who watched is not in the new process, and may have held the lock
    os.register_at_fork(after_in_child=lambda: setattr(Watched, "lock", threading.Lock()))
