"""The student's side of the wall: runs cells and calls functions, as the first process of its own namespaces.

Everything here may be changed by the code it runs. Nothing here is trusted, and no test, score or secret is here.
"""

from __future__ import annotations

import base64
import builtins
import contextlib
import importlib
import inspect
import itertools
import operator
import os
import socket
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from ipykernel.zmqshell import ZMQInteractiveShell

from rnncourse.checks import limit
from rnncourse.checks.engine import arrays_in, same
from rnncourse.grading.jail.shell import Runner, Stream, draw_inline, made
from rnncourse.grading.wall.codec import LENT, Handle, UnsendableError
from rnncourse.grading.wall.wire import EndedError, receive, send

MOST_TEXT, MOST_IMAGES, MOST_OUTPUTS = 100_000, 2**24, 200  # characters, bytes and pieces of what a cell shows


def prepare(preload: Sequence[str]) -> None:
    """Once, before processes are forked for submissions: the shell and the packages that students import."""
    limit.seconds.set(None)  # the other side has its own
    shell = made()
    sys.argv = ["ipykernel_launcher.py", "-f", "kernel.json"]  # as in a kernel, with which some notebooks reckon
    for name in ("numpy", "rnncourse.checks", *preload):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
    if "matplotlib" in sys.modules:
        draw_inline(shell)
    at_first = dict(shell.user_ns)
    first = Student(socket.socket())  # what IPython imports when it first shows a value, or an error
    first.run("import numpy\nnumpy.zeros(1)")
    first.run("1 / 0")
    shell.reset()
    shell.user_ns.update(at_first | shell.user_ns)  # reset takes the module's own names too
    shell.execution_count = 1
    first.talk.close()


OPERATIONS: dict[str, Any] = {
    "enter": lambda context: type(context).__enter__(context),
    "exit": lambda context: type(context).__exit__(context, None, None, None),
}


class Lent:
    """A function of the test's, handed to a function of the student's: calling it goes to the other side."""

    def __init__(self, place: int, student: Student) -> None:
        self._place, self._student = place, student

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call it with values. Raises TypeError for what is none, and what the call raised."""
        talk, number = self._student.talk, self._student.number
        try:
            send(talk, (number, "lent", self._place, list(arguments), keywords))
        except UnsendableError as error:
            raise TypeError(f"this function takes numbers, text, lists and arrays, not {error}") from None
        _, what, *rest = receive(talk)
        if what == "value":
            return rest[0]
        kind = getattr(builtins, rest[0], None)
        raise (kind if isinstance(kind, type) and issubclass(kind, Exception) else RuntimeError)(rest[1])


class Student:
    """The objects that the other side may name, and the shell that runs cells."""

    def __init__(self, talk: socket.socket) -> None:
        self.talk, self.number = talk, 0
        self.shell: Any = ZMQInteractiveShell.instance()
        self.runner = Runner(self.shell)
        self.objects: list[Any] = []
        self.numbers: dict[int, int] = {}  # id → place in objects, which keeps them alive

    def refer(self, value: Any) -> Handle:
        """A handle that stands for an object."""
        if isinstance(value, Lent):
            return Handle(LENT + value._place, "function", "test", True)
        number = self.numbers.setdefault(id(value), len(self.objects))
        if number == len(self.objects):
            self.objects.append(value)
        kind = type(value)
        module = getattr(value, "__module__", None) if callable(value) else kind.__module__
        return Handle(number, _name(kind.__name__), _name(module), callable(value))

    def answered(self, request: Any) -> Any:
        """Do what a request asks for; functions find what the cells have set, such as NumPy's way with overflows."""
        return self.answer(request) if request[0] == "cell" else self.runner.call(self.answer, request)

    def answer(self, request: Any) -> Any:
        """Do what a request asks for."""
        what, *rest = request
        if what == "cell":
            return self.run(rest[0])
        if what == "name":
            return self.shell.user_ns[rest[0]]
        if what == "names":
            return [name for name in self.shell.user_ns if type(name) is str and not name.startswith("_")]
        if what == "attribute":
            return getattr(rest[0], rest[1])
        if what == "operation":
            name, *operands = rest
            operation = OPERATIONS.get(name) or getattr(operator, name, None) or getattr(builtins, name)
            return operation(*operands)
        if what == "signature":
            parameters = inspect.signature(rest[0]).parameters.values()
            return [[p.name, int(p.kind), p.default is not p.empty] for p in parameters]
        if what == "file":
            path = Path(rest[0])
            path.parent.mkdir(parents=True, exist_ok=True)
            return path.write_bytes(rest[1].tobytes())
        if what == "call":
            function, arguments, keywords = rest
            before = [_kept(a) for a in arguments]
            with contextlib.redirect_stdout(_Counter()) as out, contextlib.redirect_stderr(out):
                value = function(*arguments, **keywords)
            changed = {i: a for i, a in enumerate(arguments) if _may_differ(before[i], a)}
            return value, changed, bool(out.count), _handed_back(value, arguments)
        raise ValueError(what)

    def run(self, source: str) -> dict[str, Any]:
        """Run a cell; what it showed, and the error that ended it."""
        outputs: list[dict[str, Any]] = []
        error: list[Any] = []
        self.shell._showtraceback = lambda kind, value, lines: error.extend(
            (kind.__name__, str(value), "\n".join(lines))
        )
        self.shell.displayhook.kept = None
        self.shell.display_pub.outputs = []
        with contextlib.redirect_stdout(Stream(1)) as out, contextlib.redirect_stderr(Stream(2)) as err:
            result = self.runner.run_cell(source)
        left = {"text": MOST_TEXT, "image": MOST_IMAGES}
        for name, stream in (("stdout", out), ("stderr", err)):
            if text := stream.text():
                outputs.append({"output_type": "stream", "name": name, "text": _within(left, "text", text)})
        pieces = [("display_data", piece["data"]) for piece in self.shell.display_pub.outputs[:MOST_OUTPUTS]]
        if self.shell.displayhook.kept:
            pieces.append(("execute_result", self.shell.displayhook.kept))
        for kind, bundle in pieces:
            data = {"text/plain": _within(left, "text", str(bundle.get("text/plain", "")))}
            for image in ("image/png", "image/jpeg"):
                if content := bundle.get(image):
                    raw = content if isinstance(content, bytes) else base64.b64decode(content)
                    data[image] = np.frombuffer(_within(left, "image", raw), np.uint8)
            outputs.append({"output_type": kind, "data": data})
        if result.success and error:  # a traceback that the cell asks for, as with `%tb`
            outputs.append({"output_type": "stream", "name": "stderr", "text": _within(left, "text", error[2])})
            error = []
        if not result.success and not error:
            failed = result.error_before_exec or result.error_in_exec
            error = [type(failed).__name__, str(failed), "".join(traceback.format_exception_only(failed))]
        return {"outputs": outputs, "error": [str(part)[:MOST_TEXT] for part in error]}


def _within(left: dict[str, int], kind: str, content: Any) -> Any:
    """As much of a text, or the whole of an image, as may still be shown."""
    if kind == "image" and len(content) > left[kind]:
        return b""
    content = content[: left[kind]]
    left[kind] -= len(content)
    return content


def _kept(argument: Any) -> Any:
    """What shows whether an argument is changed in place: copies of arrays, those in tuples and so on too."""
    if type(argument) is np.ndarray:
        return argument.copy()
    if isinstance(argument, (tuple, list)):
        return [_kept(inner) for inner in argument]
    return {key: _kept(inner) for key, inner in argument.items()} if type(argument) is dict else argument


def _may_differ(before: Any, after: Any) -> bool:
    """Can a function have changed this argument in place?"""
    if type(after) is np.ndarray:
        return type(before) is not np.ndarray or not same(before, after)
    if isinstance(after, (tuple, list)):
        alike = type(before) is list and len(before) == len(after)
        return not alike or any(map(_may_differ, before, after))
    if type(after) is dict:
        alike = type(before) is dict and before.keys() == after.keys()
        return not alike or any(_may_differ(before[key], after[key]) for key in after)
    if after is None or isinstance(after, (bool, int, float, complex, str, bytes)):
        return before is not after  # another number in a list
    return not isinstance(after, Lent)


def _handed_back(value: Any, arguments: Sequence[Any]) -> list[list[int]]:
    """Which arrays of a value lie in the memory of which of the arguments, each counted in its order."""
    few = itertools.islice(arrays_in(tuple(arguments)), MOST_OUTPUTS)
    given = list(enumerate(few))
    returned = itertools.islice(arrays_in(value), MOST_OUTPUTS)
    return [[n, m] for n, one in enumerate(returned) for m, other in given if np.may_share_memory(one, other)]


class _Counter:
    """A stream that keeps nothing but whether something was written."""

    count = 0

    def write(self, text: str) -> int:
        self.count += bool(text.strip())
        return len(text)

    def flush(self) -> None: ...


def _name(text: Any) -> str:
    """A name as a handle may carry it."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "_.") else "_" for c in str(text))[:99] or "_"


def serve(talk: socket.socket) -> None:
    """Answer requests until the other side hangs up."""
    for fd in (1, 2):  # what bypasses Python's streams is shown nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), fd)
    student, me = Student(talk), os.getpid()

    def resolve(handle: Handle) -> Any:
        lent = handle.number - LENT
        return student.objects[handle.number] if lent < 0 else Lent(lent, student)

    while True:
        try:
            number, what, *rest = receive(talk, resolve=resolve)
        except EndedError:
            return
        requests = [("call", rest[0], arguments, {}) for arguments in rest[1]] if what == "calls" else [(what, *rest)]
        for student.number, request in enumerate(requests, number):
            try:
                reply: Any = (student.number, "value", student.answered(request))
            except BaseException as error:
                reply = (student.number, "error", *_error(error))
            if os.getpid() != me:  # a cell has forked; its children do not answer too
                os._exit(0)
            try:
                send(talk, reply, refer=student.refer)
            except EndedError:
                return
            except UnsendableError as error:
                send(talk, (student.number, "error", "ValueError", f"your function returns {error}", "", ""))
            except BaseException as error:  # what it returns says no name of its type
                send(talk, (student.number, "error", *_error(error)))


def _error(error: BaseException) -> tuple[str, str, str, str]:
    """An exception's name, its text, where in a cell it arose (the line's number and text), and its bases in Python."""
    text = ""
    with contextlib.suppress(BaseException):
        text = str(error)[:2000]
        if isinstance(error, KeyError) and len(error.args) == 1 and type(error.args[0]) is str:
            text = error.args[0][:2000]  # str quotes it, and would again on the other side
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if "ipython-input" in frame.filename or "ipykernel" in frame.filename or frame.filename.startswith("<"):
            place = f" in line {frame.lineno}" + (f", `{frame.line.strip()[:120]}`" if frame.line else "")
    known = {id(kind): name for name, kind in vars(builtins).items()}
    bases = [known[id(kind)] for kind in type.mro(type(error)) if id(kind) in known]
    return _name(type(error).__name__), text, place, ",".join(bases)
