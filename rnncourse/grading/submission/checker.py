"""Test cells run here, in the trusted process; what they call of the student's goes across the wall.

A name in a test means, first, what the instructor's own cells have made of it; then Python's built-in; only then the
student's. So nobody replaces ``grade``, ``np`` or ``len`` by something friendlier.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import hashlib
import hmac
import inspect
import math
import signal
import threading
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from types import CodeType
from typing import Any

from rnncourse import checks
from rnncourse.checks.behaviour import Hint
from rnncourse.grading.submission.instructor import InstructorError, Statement, taken_apart
from rnncourse.grading.submission.remote import Remote, StoppedError
from rnncourse.grading.submission.sanitise import clean_characters, clean_text
from rnncourse.grading.submission.session import Session

Output = dict[str, Any]
GRACE = 5.0  # seconds that a test may take besides its calls
DOUBT = "a test uses"  # begins what may be meant so, and fails nobody
UNSEEN = {"exec", "eval", "globals", "locals", "vars", "setattr", "get_ipython"}  # they make what nobody can read


@dataclass
class Verdict:
    """What a test cell gave: the points, and what it showed."""

    points: float
    outputs: list[Output] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)  # as recognised: "rnn.cell:A1"
    called: dict[str, list[str]] = field(default_factory=dict)  # of each its name in words, and its first hint
    unnamed: list[dict[str, Any]] = field(default_factory=list)  # what wrong answers without a known mistake gave
    reports: list[dict[str, Any]] = field(default_factory=list)  # of its checks, in their JSON form


def seed_of(key: bytes, student: str, cell: str) -> int:
    """The seed of a student's cases in a cell: always the same, and unknown without the course's key."""
    digest = hmac.new(key, f"{student}\0{cell}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:6], "big")


def credit(value: Any, most: float) -> float:
    """The points of a test that ends with a value and no error: a number within [0, most]; what is no number is all.

    NumPy's numbers count as numbers, and so do arrays and tensors of one entry; NaN is none. Complex numbers, larger
    arrays and objects of the student's are what no test means to end with: no points.
    """
    number = plain(value)
    if isinstance(number, (Remote, complex)) or hasattr(number, "shape"):
        return 0.0
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return most
    return 0.0 if number != number else float(min(max(number, 0), most))  # NaN differs from itself


def plain(value: Any) -> Any:
    """The number of NumPy's and torch's scalars and arrays of one entry; other values as they are."""
    if not isinstance(value, Remote) and hasattr(value, "shape") and math.prod(value.shape) == 1:
        return value.item()
    return value


@contextlib.contextmanager
def soft_deadline(seconds: float) -> Iterator[None]:
    """Raise StoppedError in here when it takes longer: a number from a student can send a test's own loop far.

    Works in a process's main thread, and between two instructions of Python's; elsewhere nothing happens.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getitimer(signal.ITIMER_REAL)[0]:
        yield
        return

    def stop(number: int, frame: Any) -> None:
        raise StoppedError(f"the test took longer than {seconds:g} s with what your code returned")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Checker:
    """The instructor's side of one submission: the names that its cells have defined."""

    def __init__(
        self,
        session: Session,
        key: bytes,
        student: str,
        wanted: frozenset[str] | None = None,
        hints: Sequence[Hint] = (),
    ) -> None:
        from IPython.core.getipython import get_ipython
        from IPython.display import display

        self.session, self.key, self.student, self.hints = session, key, student, hints
        self._python = _Python({n: v for n, v in vars(builtins).items() if n.startswith("__")})
        self.names: dict[str, Any] = {"__name__": "__main__", "get_ipython": get_ipython, "display": display}
        self.names["__builtins__"] = self._python
        self._handed: dict[str, Any] = {}  # the student's functions that tests have checked, by exercise
        self._wanted = wanted  # names that the tests need; None: any
        self._later: dict[str, frozenset[str]] = {}  # what the instructor's functions need when they are called
        self._fixed: set[str] = set()  # names of modules, functions and classes
        self._empty: set[str] = set()  # names of what is still to be filled
        self._unsure: dict[str, str] = {}  # names of which nobody can say whose they are, and why
        self._sets: dict[str, frozenset[str]] = {}  # what the instructor's functions make when they are called
        self._left: dict[str, str] = {}  # names that cells of the instructor's make of students' answers, and the cells
        self.doubts: list[str] = []  # what a student can set by another way than by an answer

    def instructor(self, source: str, cell: str = "") -> None:
        """Run a cell of the instructor's that is no test, without the statements that need what students write.

        Raises InstructorError where it ends with an error.
        """
        from IPython.utils.capture import capture_output

        cell = cell or (source.strip() or "an empty cell").splitlines()[0][:60]
        try:
            with capture_output():
                code = taken_apart(source)
                unused = self._wanted is not None and not self._wanted & code.makes and self._needed(code.names)
                for statement in code.statements:
                    # a cell that shows students their own answers takes time
                    if statement.fixed or not unused or self._touches(statement):
                        self._step(statement, cell)
        except (KeyboardInterrupt, InstructorError):
            raise
        except BaseException as error:
            raise InstructorError(f"your cell {cell!r} ends with {type(error).__name__}: {error}") from error

    def seen(self, cell: str, names: set[str]) -> None:
        """Note names that a cell of the instructor's has made where students' code runs, and nobody saw it here.

        A file that is run, text that is executed and extensions of IPython's make some; a student can set them too.
        """
        for name in names - self.names.keys() - self._left.keys() - self._unsure.keys():
            self._unsure[name] = f"your cell {cell!r} makes it where students' code runs, by no statement of its own"

    def _touches(self, statement: Statement) -> bool:
        """May it make, or change, what tests read?"""
        wanted = self._wanted or frozenset()
        reached = self._reached(statement.now)
        sets = frozenset[str]().union(*(self._sets.get(name, ()) for name in reached))
        return bool(
            wanted & (statement.binds | statement.changes | sets)
            or wanted & (reached & self.names.keys() - self._fixed)
            or UNSEEN & statement.now
        )

    def _step(self, statement: Statement, cell: str) -> None:
        """Run a statement of the instructor's; or note what it makes where it needs the student's names."""
        code = statement.bare if self._needed(statement.annotated) else statement.code
        needs = self._needed(statement.now, called=False)
        absent = needs & statement.binds - self._left.keys() - self._unsure.keys()  # perhaps asked for to see whether
        if needs == absent and not statement.unknown:
            if absent or self._needed(statement.now, statement.active):
                needs = self._asked(code, absent)
            else:
                _run(code, self.names)
            if not needs:
                self._know(statement)
                return
        unsure = sorted(self._unsure.keys() & needs)
        theirs = self._of_theirs(statement)
        students = ", ".join(sorted(needs))
        for name in statement.binds:
            self._forget(name)
            if statement.unknown or unsure:
                self._unsure[name] = statement.unknown or self._unsure[unsure[0]]
            elif name in theirs:
                self._left[name] = cell
            else:
                made = f"your cell {cell!r} makes it by a statement that needs what students write ({students})"
                self._unsure[name] = made
        reached = self._reached(statement.now)
        sets = frozenset[str]().union(*(self._sets.get(name, ()) for name in reached))
        self._left |= dict.fromkeys(sets - self.names.keys(), cell)
        for name in (statement.changes | sets) & self.names.keys() - self._fixed:
            if name not in self._empty:
                made = f"your cell {cell!r} makes `{name}` and changes it with what students write"
                self._unsure[name] = f"{made} ({students})"
            else:
                self._left[name] = cell
            self._forget(name, unsure=True)

    def _asked(self, code: CodeType, absent: set[str]) -> set[str]:
        """Run a statement that may call what needs students' names; which it asked for. Then nothing of it stays.

        It may find that names are absent, and do without them.
        """
        before, failed = dict(self.names), False
        asked = self._python.asked = set[str]()
        try:
            _run(code, self.names)
        except Exception:
            if not asked:
                raise
            failed = True
        finally:
            self._python.asked = None
        if not failed and asked <= absent:
            return set()
        self.names.clear()
        self.names |= before
        return asked

    def _of_theirs(self, statement: Statement) -> set[str]:
        """Of the names that a statement makes those that are given what students' names are in."""
        own = statement.binds - statement.now
        found = {name for name in statement.binds if self._needed(statement.given[name] - own)}
        more = found
        while more:
            more = {name for name in statement.binds - found if statement.given[name] & more}
            found |= more
        return found

    def _know(self, statement: Statement) -> None:
        """Note what a statement of the instructor's has made."""
        later = statement.later.union(*(self._later.get(name, ()) for name in statement.now))
        sets = statement.sets.union(*(self._sets.get(name, ()) for name in statement.now))
        self._empty -= statement.binds | statement.changes
        self._fixed -= statement.binds
        for name in statement.binds:
            self._later[name], self._sets[name] = later, sets
            self._unsure.pop(name, None)
            self._left.pop(name, None)
        if statement.fixed:
            self._fixed |= statement.binds
        if statement.empty:
            self._empty |= statement.binds

    def _forget(self, name: str, unsure: bool = False) -> None:
        """A name is the student's now."""
        self.names.pop(name, None)
        self._later.pop(name, None)
        self._sets.pop(name, None)
        self._fixed.discard(name)
        self._empty.discard(name)
        if not unsure:
            self._unsure.pop(name, None)

    def _needed(self, names: frozenset[str], called: bool = True) -> set[str]:
        """Names among these, and among those that the instructor's functions need, which only students can define."""
        return (self._reached(names) if called else set(names)) - self.names.keys() - vars(builtins).keys()

    def _reached(self, names: frozenset[str]) -> set[str]:
        """Names, and those that the instructor's functions among them need when they are called."""
        found, todo = set[str](), set(names)
        while todo:
            name = todo.pop()
            found.add(name)
            todo |= self._later.get(name, frozenset()) - found
        return found

    def test(self, name: str, source: str, most: float) -> Verdict:
        """Run a test cell and say what it is worth."""
        from IPython.utils.capture import capture_output

        value, error = None, list[Output]()
        grader = checks.Grader(seed_of(self.key, self.student, name), handed=self._handed, hints=self.hints)
        before = checks.grader.set(grader)
        try:
            with capture_output() as shown, self.session.test(), soft_deadline(self.session.times.test + GRACE):
                try:
                    value = self._run(source)
                except (KeyboardInterrupt, InstructorError):
                    raise
                except BaseException as failed:
                    ename, _, text = f"{type(failed).__name__}: {failed}"[:2000].partition(": ")
                    lines = "".join(traceback.format_exception_only(failed))[:2000]
                    error.append(error_output(ename, clean_text(text), clean_text(lines)))
        except StoppedError as stopped:  # no time is left for the notebook
            return Verdict(0.0, [error_output("Stopped", str(stopped), str(stopped))])
        finally:
            checks.grader.reset(before)
        outputs: list[Output] = (
            [{"output_type": "stream", "name": "stdout", "text": clean_text(shown.stdout)}] if shown.stdout else []
        )
        outputs += [{"output_type": "display_data", "data": _clean(o.data), "metadata": {}} for o in shown.outputs]
        verdict = Verdict(0.0, outputs + error, *self._mistakes(grader.reports))
        verdict.unnamed = [asdict(met) for met in grader.unnamed]
        verdict.reports = [report.to_json() for report in grader.reports]
        if error:
            return verdict
        points = credit(value, most)
        if value is not None:
            all_of_it = points == most and (isinstance(value, bool) or not isinstance(plain(value), (int, float)))
            data = {"text/plain": clean_text(repr(value), 1000) if all_of_it else repr(points)}
            verdict.outputs.append(
                {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None}
            )
        verdict.points = points
        return verdict

    def _mistakes(self, reports: list[checks.Report]) -> tuple[list[str], dict[str, list[str]]]:
        """What was recognised, and how it is called."""
        called = {}
        for report in reports:
            known = {each.id: each.hint for each in checks.find(report.exercise).mistakes}
            known |= {each.id: each.hint for each in self.hints if each.exercise == report.exercise}
            for id, name in zip(report.mistakes, report.names, strict=True):
                called[f"{report.exercise}:{id}"] = [name, known.get(id, "")]
        return [*called], called

    def _run(self, source: str) -> Any:
        """Execute a test; the value of its last expression, None without one. Raises InstructorError."""
        code = taken_apart(source)
        needs = self._needed(code.names)
        for name in sorted(needs & self._unsure.keys()):
            raise InstructorError(f"a test uses `{name}`, and {self._unsure[name]}")
        for name in sorted(needs & self._left.keys()):
            self.doubts.append(
                f"{DOUBT} `{name}`, which your cell {self._left[name]!r} makes of what students write: it is what "
                "they say it is; what the test makes itself is not"
            )
        lent = self._students(needs)
        self.names |= lent
        try:
            _run(code.body, self.names)
            return _run(code.last, self.names)
        finally:
            for name, value in lent.items():
                if self.names.get(name) is value:
                    del self.names[name]
            for statement in code.statements:
                if statement.binds <= self.names.keys():
                    self._know(statement)

    def _students(self, names: set[str]) -> dict[str, Any]:
        """The student's meaning of names, for one test alone: a later cell may define them anew."""
        found = {}
        for name in names:
            if not name.startswith("_"):
                with contextlib.suppress(KeyError):
                    found[name] = self.session.value_now(name)
        return found


class _Python(dict[str, Any]):
    """Python's own names, for the instructor's code, as they are; it notes which are asked for that are none."""

    asked: set[str] | None = None

    def __missing__(self, name: str) -> Any:
        try:
            return vars(builtins)[name]
        except KeyError:
            if self.asked is not None:
                self.asked.add(name)
            raise


def _run(code: CodeType, names: dict[str, Any]) -> Any:
    """Run code of the instructor's; its value."""
    value = eval(code, names)
    return asyncio.run(value) if code.co_flags & inspect.CO_COROUTINE else value


def _clean(data: Any) -> dict[str, Any]:
    """What a test displays: words of a student's may be in it."""
    texts = {kind: clean_characters(text) if isinstance(text, str) else text for kind, text in data.items()}
    return texts | ({"text/plain": clean_text(data["text/plain"])} if "text/plain" in data else {})


def error_output(name: str, text: str = "", lines: str = "") -> Output:
    """An error as nbformat has it."""
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [lines or f"{name}: {text}"]}
