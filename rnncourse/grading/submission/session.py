"""The trusted side's hold on a student's process: cells run, functions are called, and what dies is started again."""

from __future__ import annotations

import contextlib
import functools
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from rnncourse.grading.jail.nursery import Nursery
from rnncourse.grading.submission.remote import Remote, RemoteFunction, StoppedError, remote_error
from rnncourse.grading.wall.codec import LENT, Handle, MalformedError, UnsendableError, encode
from rnncourse.grading.wall.wire import EndedError, receive, send

ENDED = {
    b"e": "it ended or crashed the Python process",
    b"k": "it took longer than {seconds:g} s",
    b"m": "it used more memory than the {memory} MB that are allowed",
    b"p": "it started more than the {processes} processes and threads that are allowed",
}


@dataclass(frozen=True)
class Times:
    """Seconds for one cell of the student's, for all calls of one test, and for a whole submission."""

    cell: float = 30.0
    test: float = 30.0
    total: float = 300.0


TIMES = Times()


class Session:
    """A submission that is being graded.

    Cells run in their order. When one is stopped, or ends the process, a new process runs those before it again,
    without it, so that what comes after keeps its points.
    """

    def __init__(self, nursery: Nursery, times: Times = TIMES, files: Mapping[str, bytes] | None = None) -> None:
        self.nursery, self.times, self.files = nursery, times, files or {}
        self.started = time.monotonic()
        self.lives = 0
        self.stops: list[str] = []
        self.suspicious: list[str] = []
        self._ran = 0.0  # seconds that those took, when they ran first
        self._done: list[str] = []  # sources that ran to an end, even if the end was an exception
        self._deadline = self.started
        self._within_seconds = self._seconds = 0.0
        self._stopped = ""
        self._number = 0
        self._talk: socket.socket | None = None
        self._known: WeakValueDictionary[tuple[int, int], Remote] = WeakValueDictionary()  # by life and number
        self._lent: list[Callable[..., Any]] | None = None  # functions of ours that the present call may call
        self._serving = False  # one of them runs
        self.testing = False

    # --- what the other side does

    def cell(self, source: str) -> dict[str, Any]:
        """Run a cell: {"outputs": […], "error": [name, text, traceback] or []}. Raises StoppedError."""
        begin = time.monotonic()
        with self._within(self.times.cell):
            try:
                reply = self._request("cell", source)
            except StoppedError:
                raise
            except Exception as error:  # what runs cells there was tampered with
                reply = {"outputs": [], "error": [type(error).__name__, str(error), ""]}
        self._ran += time.monotonic() - begin
        self._done.append(source)
        return reply if type(reply) is dict else {"outputs": [], "error": ["ValueError", "no reply of this kind", ""]}

    def names(self) -> list[str]:
        """The names that the student's cells have defined."""
        with self._within(self.times.cell):
            found = self._request("names")
        return [name for name in found if type(name) is str] if type(found) is list else []

    def value(self, name: str) -> Any:
        """What a name stands for: a value, or something remote. Raises StoppedError, or what the other side raised."""
        with self._within(self.times.cell):
            return self.value_now(name)

    def value_now(self, name: str) -> Any:
        """As :meth:`value`, within the time that is running."""
        found = self._request("name", name)
        if isinstance(found, Remote):
            found._found_as = name
        return found

    def ask(self, *request: Any) -> Any:
        """A request within the time of the present test."""
        return _raised(self._ask(1, *request)[0])

    def call(self, function: Remote, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        """Call a function of the student's; functions of ours among the arguments can be called back meanwhile."""
        with self._lending():
            return self.ask("call", function, arguments, keywords)

    def calls(self, function: Remote, calls: list[list[Any]]) -> list[Any]:
        """Call it several times, asked at once; for each call its reply, or the exception that it raises."""
        with self._lending():
            return self._ask(len(calls), "calls", function, calls)

    def anew(self) -> bool:
        """Go on in a new process, which has run the cells and nothing else; False where that takes long, for a test."""
        if self._talk is None or self._ran > self.times.test / 3:
            return False
        self._talk.close()
        self._talk = None
        self.nursery.end(at_once=True)
        return True

    @contextlib.contextmanager
    def _lending(self) -> Any:
        self._lent = []
        try:
            yield
        finally:
            self._lent = None

    def _ask(self, n: int, *request: Any) -> list[Any]:
        if self._stopped:  # once in a test is enough
            return [StoppedError(self._stopped)] * n
        if self._serving:
            raise TypeError("this function takes numbers, text, lists and arrays, not an object of your class")
        try:
            return self._replies(n, *request)
        except UnsendableError as error:
            what = f"the test passes {error}; numbers, text, lists and arrays of numbers can be passed"
            raise TypeError(what) from None

    @contextlib.contextmanager
    def test(self) -> Any:
        """The calls of one test share its time; after the first that is stopped, none is made."""
        with self._within(self.times.test):
            self.testing = True
            try:
                yield
            finally:
                self.testing = False

    # --- how

    @contextlib.contextmanager
    def _within(self, seconds: float) -> Any:
        left = self.started + self.times.total - time.monotonic()
        if left <= 0:
            raise StoppedError(f"not run: the {self.times.total:g} s for the whole notebook were used up before")
        self._within_seconds, self._seconds, self._stopped = seconds, min(seconds, left), ""
        self._deadline = time.monotonic() + self._seconds
        try:
            yield
        finally:
            self._stopped = ""

    def _request(self, *request: Any) -> Any:
        return _raised(self._replies(1, *request)[0])

    def _replies(self, n: int, *request: Any) -> list[Any]:
        """Make a request that has n replies: values, and exceptions that were raised there."""
        if self._talk is None:
            self._start()
        found: list[Any] = []
        try:
            for reply in self._exchange(request, self._deadline, n):
                what = reply[0] if reply and type(reply[0]) is str else ""
                if len(reply) == 2 and what == "value":
                    found.append(reply[1])
                elif len(reply) == 5 and what == "error" and all(type(part) is str for part in reply):
                    found.append(remote_error(*reply[1:]))
                else:
                    raise MalformedError("a reply of another form")
        except (TimeoutError, EndedError, MalformedError) as error:
            found += [self._stop(error)] * (n - len(found))
        return found

    def _exchange(self, request: Any, deadline: float, n: int = 1) -> Iterator[tuple[Any, ...]]:
        """Send a request and wait for its replies, which bear its number and the next ones; serve what was lent."""
        assert self._talk is not None
        first = self._number + 1
        self._number += n  # before: to find an object again, referring to it may exchange something else
        send(self._talk, (first, *request), deadline, self._refer)
        for number in range(first, first + n):
            while True:
                reply = receive(self._talk, deadline, self._resolve)
                if type(reply) is not tuple or not reply or type(reply[0]) is not int or reply[0] != number:
                    raise MalformedError("a reply to another request")
                if len(reply) != 5 or type(reply[1]) is not str or reply[1] != "lent":
                    break
                send(self._talk, (number, *self._call_ours(*reply[2:])), deadline)
            yield reply[1:]

    def _call_ours(self, place: Any, arguments: Any, keywords: Any) -> tuple[Any, ...]:
        """What a lent function gives for values of the student's: a reply."""
        if self._lent is None or type(place) is not int or not 0 <= place < len(self._lent):
            raise MalformedError("a call of what was not lent")
        if type(arguments) is not list or type(keywords) is not dict or not all(type(key) is str for key in keywords):
            raise MalformedError("a call of another form")
        self._serving = True
        try:
            value = self._lent[place](*arguments, **keywords)
            encode(value)
            return "value", value
        except Exception as error:  # the student's arguments, the student's error
            return "error", type(error).__name__, str(error)[:2000]
        finally:
            self._serving = False

    def _stop(self, error: Exception) -> StoppedError:
        """End the process and note why."""
        assert self._talk is not None
        self._talk.close()
        self._talk = None
        why = self.nursery.end(at_once=not isinstance(error, EndedError))
        if isinstance(error, MalformedError):
            reason = "its process sent a message that no honest code sends"
            self.suspicious.append(f"a message that no honest process sends: {error}")
        else:
            c = self.nursery.confines
            reason = ENDED.get(why, ENDED[b"e"]).format(
                seconds=self._seconds, memory=c.memory >> 20, processes=c.processes
            )
        self._stopped = f"your code was stopped: {reason}"
        self.stops.append(reason)
        return StoppedError(self._stopped)

    def _start(self) -> None:
        """A new process, in which all cells that ran to an end run again; one that now does not is left out."""
        end = self.started + self.times.total
        files: list[tuple[Any, ...]] = [
            ("file", name, np.frombuffer(content, np.uint8)) for name, content in self.files.items()
        ]
        again = True
        while again:
            self._talk, self.lives, again = self.nursery.submission(), self.lives + 1, False
            for request in [*files, *(("cell", source) for source in self._done)]:
                self._seconds = min(self.times.cell, end - time.monotonic())
                try:
                    list(self._exchange(request, time.monotonic() + self._seconds))
                except (TimeoutError, EndedError, MalformedError) as error:
                    out_of_time = time.monotonic() >= end
                    stopped = self._stop(error)
                    if request in files or out_of_time:
                        raise stopped from None
                    self._done.remove(request[1])
                    self._stopped, again = "", True
                    break
        self._seconds = min(self._within_seconds, end - time.monotonic())
        self._deadline = time.monotonic() + self._seconds

    def _refer(self, value: Any) -> Handle:
        """The handle of what is remote, or of a function that stays here. Raises UnsendableError for all else."""
        if isinstance(value, Remote):
            return value._current()
        if self._lent is None or not callable(value) or isinstance(value, type):
            raise UnsendableError(f"a {type(value).__name__}")
        self._lent.append(value)
        return Handle(LENT + len(self._lent) - 1, "function", "test", True)

    def _resolve(self, handle: Handle) -> Any:
        if handle.number >= LENT:
            return None  # one of ours comes back: no value that a test could want
        known = self._known.get((self.lives, handle.number))  # the same object is the same here
        if known is None or known._handle != handle:
            known = _named(handle.type_name, handle.callable)(self, handle)
            self._known[self.lives, handle.number] = known
        return known

    def close(self) -> None:
        """End the student's process."""
        if self._talk is not None:
            self._talk.close()
            self._talk = None
            self.nursery.end(at_once=True)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _raised(found: Any) -> Any:
    """A value; what is an exception is raised."""
    if isinstance(found, Exception):
        raise found
    return found


@functools.lru_cache(maxsize=1_000)
def _named(name: str, called: bool) -> Callable[[Session, Handle], Remote]:
    """The class of what is remote: errors name the student's class, not ours."""
    return type(name, (RemoteFunction if called else Remote,), {})
