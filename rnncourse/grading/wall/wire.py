"""Messages over a socket: whole or not at all, no longer than allowed, no later than a deadline."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

from rnncourse.grading.wall.codec import LENGTHS, LIMITS, Handle, Limits, Refer, decode, encode, lengths

FOREVER = float("inf")


class EndedError(ConnectionError):
    """The other side is gone."""


def send(to: socket.socket, value: Any, deadline: float = FOREVER, refer: Refer | None = None) -> None:
    """Send a value.

    Raises UnsendableError as :func:`~rnncourse.grading.wall.codec.encode`, before anything is sent; TimeoutError past
    the deadline (of ``time.monotonic``); EndedError.
    """
    view = memoryview(encode(value, refer))
    while view:
        _set_timeout(to, deadline)
        try:
            view = view[to.send(view) :]
        except (ConnectionError, BrokenPipeError) as error:
            raise EndedError(str(error)) from error


def receive(
    source: socket.socket,
    deadline: float = FOREVER,
    resolve: Callable[[Handle], Any] | None = None,
    limits: Limits = LIMITS,
) -> Any:
    """The next value.

    Raises MalformedError as :func:`~rnncourse.grading.wall.codec.decode`, TimeoutError past the deadline, EndedError.
    """
    prefix = _exactly(source, LENGTHS.size, deadline)
    return decode(prefix + _exactly(source, lengths(prefix, limits), deadline), resolve, limits)


def _exactly(source: socket.socket, n: int, deadline: float) -> bytes:
    found = bytearray(n)  # not a list of parts: of two bytes each, they would take thirty times the memory
    missing = memoryview(found)
    while missing:
        _set_timeout(source, deadline)
        try:
            length = source.recv_into(missing)
        except ConnectionError as error:
            raise EndedError(str(error)) from error
        if not length:
            raise EndedError("the connection was closed")
        missing = missing[length:]
    return bytes(found)


def _set_timeout(s: socket.socket, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("past the deadline")
    s.settimeout(None if left == FOREVER else left)
