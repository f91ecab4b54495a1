"""The hold on the process that forks for submissions: starts it, asks for a new submission, ends the present one."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Sequence
from types import TracebackType

from rnncourse.grading.jail.bubblewrap import CONFINES, Confines, start


class Nursery:
    """The process that forks for submissions; starts it, and again should it die. One submission at a time."""

    def __init__(self, preload: Sequence[str] = (), confines: Confines = CONFINES) -> None:
        self.preload, self.confines = tuple(preload), confines
        self._process, self._control = start(self.preload, confines)

    def submission(self) -> socket.socket:
        """A socket to a new student's process."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"s"], [theirs.fileno()])
            except OSError:  # somebody killed it: another one
                self.close()
                self._process, self._control = start(self.preload, self.confines)
                socket.send_fds(self._control, [b"s"], [theirs.fileno()])
        return ours

    def end(self, at_once: bool) -> bytes:
        """End the present submission, or see how it ended; returns the reason as a byte of ``session.ENDED``."""
        try:
            if not at_once:
                self._control.settimeout(1)
                with contextlib.suppress(TimeoutError):
                    return self._control.recv(1) or b"e"
            self._control.sendall(b"k")  # it hung up and runs on, or takes too long
            self._control.settimeout(30)
            why = self._control.recv(1)
            return why if why and at_once else b"e"
        except OSError:
            self.close()  # the next submission starts it again
            return b"e"

    def close(self) -> None:
        """End everything in the jail."""
        self._control.close()
        self._process.kill()
        self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
