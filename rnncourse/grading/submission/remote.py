"""What stays in the student's process, as a test sees it.

A test may call it, ask for its attributes, set them, count, index and iterate it, compare and add it to another object
of the student's, and use it as a context. All this goes to the other side, and only values come back. What decides by
itself about a value of the test's stays here and says no: an object of the student's equals no number, is less than
none and adds to none, whatever its class claims.
"""

from __future__ import annotations

import builtins
import contextlib
import inspect
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from rnncourse.checks.engine import ahead, apart, arrays_in, same
from rnncourse.grading.submission.sanitise import clean_text
from rnncourse.grading.wall.codec import TYPE_NAME, Handle


class Asks(Protocol):
    """What an object asks through: a session (:mod:`~rnncourse.grading.submission.session`)."""

    lives: int
    testing: bool

    def ask(self, *request: Any) -> Any:
        """A request within the time of the present test."""

    def call(self, function: Remote, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        """Call a function of the student's."""

    def calls(self, function: Remote, calls: list[list[Any]]) -> list[Any]:
        """Call it several times; for each call its reply, or the exception that it raises."""

    def value_now(self, name: str) -> Any:
        """What a name stands for there."""

    def anew(self) -> bool:
        """Go on in a new process; False where that takes too long."""


class StoppedError(RuntimeError):
    """The student's code was stopped, or ended its process: why, in a sentence."""

    place = ""  # no line of the student's, and none of ours


class Remote:
    """An object that stays in the student's process."""

    def __init__(self, session: Asks, handle: Handle) -> None:
        self._session, self._handle, self._life = session, handle, session.lives
        self._found_as = ""  # the name under which a new process finds it again
        self.__name__, self.__module__ = handle.type_name, handle.module

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._session.ask("attribute", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
        else:
            self._session.ask("operation", "setattr", self, name, value)

    def __repr__(self) -> str:
        if self._session.testing:
            return str(self._session.ask("operation", "repr", self))
        return f"<an object of the student's class {self.__name__}>"

    def __bool__(self) -> bool:
        return self._session.ask("operation", "bool", self) is True

    def __next__(self) -> Any:
        try:
            return self._session.ask("operation", "next", self)
        except Exception as error:  # where it was asked for, the end of an iteration is one
            if type(error).__name__ == "StopIteration":
                raise StopIteration from None
            raise

    def __hash__(self) -> int:
        return id(self)

    def __enter__(self) -> Any:
        return self._session.ask("operation", "enter", self)

    def __exit__(self, *raised: object) -> None:
        self._session.ask("operation", "exit", self)

    def _current(self) -> Handle:
        """Its handle in the process of today. Raises StoppedError when it died with an earlier one."""
        if self._life != self._session.lives and self._found_as:
            again = self._session.value_now(self._found_as)
            if isinstance(again, Remote):
                self._handle, self._life = again._handle, again._life
        if self._life != self._session.lives:
            raise StoppedError("this object was lost when your code was stopped")
        return self._handle


def _forward(name: str) -> Callable[..., Any]:
    """A special method that is the other side's."""

    def method(self: Remote, *arguments: Any) -> Any:
        return self._session.ask("operation", name, self, *arguments)

    return method


def _between_two(name: str) -> Callable[..., Any]:
    """A special method that is the other side's where both objects are; else Python goes on as if there were none."""

    def method(self: Remote, other: Any) -> Any:
        return self._session.ask("operation", name, self, other) if isinstance(other, Remote) else NotImplemented

    return method


for _name in ("len", "iter", "str", "getitem", "setitem", "delitem", "neg", "abs"):
    setattr(Remote, f"__{_name}__", _forward(_name))
for _name in ("eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    setattr(Remote, f"__{_name}__", _between_two(_name))


class RemoteFunction(Remote):
    """A callable that stays in the student's process. What it changes in place is changed here too."""

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call it there. Raises StoppedError, or what the call raised."""
        return taken(self._session.call(self, list(arguments), keywords), arguments)

    def __instancecheck__(self, value: Any) -> bool:
        return isinstance(value, Remote) and self._session.ask("operation", "isinstance", value, self) is True

    @property
    def __signature__(self) -> inspect.Signature:
        """What it takes, by names: defaults stay there. Raises ValueError where Python cannot say."""
        found = self._session.ask("signature", self)
        return inspect.Signature(
            [
                inspect.Parameter(name, list(inspect._ParameterKind)[kind], default=... if default else inspect._empty)
                for name, kind, default in found
            ]
        )


@ahead.register
def _(function: RemoteFunction, calls: list[tuple[Any, ...]]) -> Callable[..., Any]:
    try:
        replies = iter(function._session.calls(function, [list(arguments) for arguments in calls]))
    except TypeError:  # together they may be more than a message can hold
        return function

    def asked(*arguments: Any) -> Any:
        reply = next(replies)
        if isinstance(reply, Exception):
            raise reply
        return taken(reply, arguments)

    return asked


@apart.register
def _(function: RemoteFunction) -> bool:
    return function._session.anew()


def taken(reply: Any, arguments: tuple[Any, ...]) -> Any:
    """What a call returned: of the arguments, changed as it has changed them, what it hands back of them."""
    value, changed, printed, handed = _parts(reply)
    for place, given in enumerate(arguments):
        if place in changed:
            carry_back(given, changed[place])
    if printed:
        print("…")
    return handed_back(value, arguments, handed) if handed else value


def handed_back(value: Any, arguments: tuple[Any, ...], pairs: list[Any]) -> Any:
    """A value with the test's own arrays where a call returned these; only where they are the same in all bits."""
    theirs, ours = [*arrays_in(value)], [*arrays_in(arguments)]
    places = [p for p in pairs if type(p) is list and len(p) == 2 and all(type(n) is int for n in p)]
    found = {n: m for n, m in places if 0 <= n < len(theirs) and 0 <= m < len(ours) and same(theirs[n], ours[m])}
    by_id = {id(theirs[n]): ours[m] for n, m in found.items()}

    def exchanged(one: Any) -> Any:
        if type(one) in (list, tuple):
            return type(one)(map(exchanged, one))
        return by_id.get(id(one), one)

    return exchanged(value)


def carry_back(given: Any, changed: Any) -> None:
    """Let what a function has changed in place be changed in the test's own object too."""
    if isinstance(given, tuple) and isinstance(changed, tuple):  # a named tuple comes back under another class
        for one, other in zip(given, changed, strict=len(given) == len(changed)):
            carry_back(one, other)
        return
    if type(given) is not type(changed):
        return
    if type(given) is np.ndarray:
        if given.shape == changed.shape and given.flags.writeable:
            given[...] = changed.astype(given.dtype)
    elif type(given) is list:
        given[:] = changed
    elif type(given) in (dict, set):
        given.clear()
        given.update(changed)
    elif type(given).__module__ == "torch" and given.shape == changed.shape and not given.requires_grad:
        given.copy_(changed)


def _parts(reply: Any) -> tuple[Any, dict[Any, Any], bool, list[Any]]:
    if type(reply) is tuple and len(reply) == 4 and type(reply[1]) is dict and type(reply[3]) is list:
        return reply[0], reply[1], reply[2] is True, reply[3]
    return None, {}, False, []


MOST_PLACE = 200  # characters of where an error arose
FORGED = (StopIteration, StopAsyncIteration)  # they would end a loop of the test's, and its assertions with it


def remote_error(name: str, text: str, place: str, bases: str) -> Exception:
    """An exception of that name, which can be caught as those of Python's own exceptions that its bases are."""
    name = name if TYPE_NAME.match(name) else "Exception"
    kinds = [kind for base in [name, *bases.split(",")[:99]] if (kind := _builtin(base)) is not None]
    lowest = [k for k in dict.fromkeys(kinds) if not any(issubclass(o, k) and o is not k for o in kinds)]
    above = [parent for kind in lowest if (parent := _builtin(kind.__mro__[1].__name__)) is not None]
    tries: list[list[type[Exception]]] = [lowest, *([kind] for kind in (*lowest, *above)), [Exception]]
    for parents in tries:
        with contextlib.suppress(
            TypeError
        ):  # several that do not go together; UnicodeDecodeError wants more than a text
            itself = len(parents) == 1 and parents[0].__name__ == name
            kind = parents[0] if itself else type(name, tuple(parents) or (Exception,), {})
            error: Exception = kind(clean_text(text))
            break
    error.place = clean_text(place, MOST_PLACE).replace("\n", " ")  # type: ignore[attr-defined]
    return error


def _builtin(name: str) -> type[Exception] | None:
    """One of Python's own exceptions, if it is one that a student's word may raise here."""
    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, FORGED):
        return kind
    return None
