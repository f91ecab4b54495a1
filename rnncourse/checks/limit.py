"""How long one call of a student's function may take: a loop without end must not take the kernel with it.

Three ways, the first that works: a timer of the system, whose signal comes in the main thread (not on Windows); a
thread that watches, and raises an exception in the other one; a look at the clock at every line (in a browser, which
has neither). Each ends Python between two steps of its own: a single call of NumPy's that has no end, ends only with
the process. Where somebody debugs, the limit waits: people think longer than 5 s.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextvars import ContextVar
from types import FrameType
from typing import Any

seconds: ContextVar[float | None] = ContextVar("seconds", default=5.0)  # of a call; None: where one is graded
AGAIN = 0.257  # seconds after which it is said again to code that catches whatever is raised
TICK, IDLE = 0.1, 50  # seconds between two looks of the thread that watches; looks at nothing before it ends


class ExceededError(BaseException):
    """The call took too long. No Exception, for students catch those."""


class Limit:
    """Around a call; this one lets it take as long as it likes."""

    raised: type[ExceededError] | None = None  # a class of its own, by which the limit around a limit is told

    def __enter__(self) -> Limit:
        """The time begins."""
        return self

    def __exit__(self, *_: object) -> None:
        """The time does not matter any more."""

    def exceeded(self) -> type[ExceededError]:
        """What is raised."""
        self.raised = self.raised or type("ExceededError", (ExceededError,), {})
        return self.raised


class Timer(Limit):
    """By the system's timer; whatever timer and handler were set before, or are set within, stay or come back."""

    def __init__(self, most: float) -> None:
        self.most, self.armed, self.over = most, False, False

    def __enter__(self) -> Timer:
        self.start = time.monotonic()
        self.before = signal.signal(signal.SIGALRM, self.ring)
        self.left, self.every = signal.setitimer(signal.ITIMER_REAL, self.most, AGAIN)
        self.armed = True
        return self

    def ring(self, number: int, frame: FrameType | None) -> None:
        """What the signal does."""
        if self.armed and not debugged():
            raise self.exceeded()

    def __exit__(self, *_: object) -> None:
        self.armed = False
        if self.over:
            return
        ours = abs(signal.getitimer(signal.ITIMER_REAL)[1] - AGAIN) < 1e-3
        if ours:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if signal.getsignal(signal.SIGALRM) == self.ring:
            signal.signal(signal.SIGALRM, signal.SIG_DFL if self.before is None else self.before)
        if ours and self.left:
            left = self.left - (time.monotonic() - self.start)
            signal.setitimer(signal.ITIMER_REAL, max(left, 1e-3), self.every)
        self.over = True


class Watched(Limit):
    """By a thread that watches this one."""

    lock = threading.Lock()
    limits: set[Watched] = set()  # noqa: RUF012 - of all threads
    watcher: threading.Thread | None = None

    def __init__(self, most: float) -> None:
        self.most, self.thread = most, threading.get_ident()

    def __enter__(self) -> Watched:
        self.deadline = time.monotonic() + self.most
        with self.lock:
            if Watched.watcher is None or not Watched.watcher.is_alive():  # of a process that has forked it is not
                watcher = threading.Thread(target=_watch, name="rnncourse.checks.limit", daemon=True)
                watcher.start()
                Watched.watcher = watcher
            self.limits.add(self)
        return self

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.limits.discard(self)
        time.monotonic()  # what is still on its way arrives with this call


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
                if time.monotonic() > limit.deadline:
                    limit.deadline = time.monotonic() + AGAIN
                    if not debugged(limit.thread):
                        _throw(limit.thread, limit.exceeded())


def _throw(thread: int, kind: type[BaseException]) -> None:
    """Let a thread raise an exception of this kind at its next step.

    It cannot well be taken back: with NULL in its place CPython 3.11 looks for one for ever, and traces no call.
    """
    import ctypes

    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(kind))


class Traced(Limit):
    """By a look at the clock at every line: slow, and the last resort."""

    def __init__(self, most: float) -> None:
        self.most = most

    def __enter__(self) -> Traced:
        self.deadline = time.monotonic() + self.most
        sys.settrace(self.look)
        return self

    def look(self, frame: FrameType, event: str, argument: Any) -> Any:
        """What happens at every line."""
        if time.monotonic() > self.deadline:
            raise self.exceeded()
        return self.look

    def __exit__(self, *_: object) -> None:
        if sys.gettrace() == self.look:
            sys.settrace(None)


def limit() -> Limit:
    """The limit for the next call, in the way that works here."""
    most = seconds.get()
    if most is None or debugged():
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
    if thread is None:
        return sys.gettrace() is not None
    frame = sys._current_frames().get(thread)
    while frame is not None and frame.f_trace is None:
        frame = frame.f_back
    return frame is not None


if hasattr(os, "register_at_fork"):  # who watched is not in the new process, and may have held the lock
    os.register_at_fork(after_in_child=lambda: setattr(Watched, "lock", threading.Lock()))
