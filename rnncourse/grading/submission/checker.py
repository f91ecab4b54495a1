"""Test cells run here, in the trusted process; what they call of the student's goes across the wall.

A name in a test means, first, what the instructor's own cells have made of it; then Python's built-in; only then the
student's. So nobody replaces ``grade``, ``np`` or ``len`` by something friendlier.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import hashlib
import hmac
import math
import signal
import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from rnncourse import checks
from rnncourse.grading.submission.remote import Remote, StoppedError
from rnncourse.grading.submission.sanitise import clean_text
from rnncourse.grading.submission.session import Session

Output = dict[str, Any]
GRACE = 5.0  # seconds that a test may take besides its calls


@dataclass
class Verdict:
    """What a test cell gave: the points, and what it showed."""

    points: float
    outputs: list[Output] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)  # as recognised: "rnn.cell:A1"


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


@dataclass(frozen=True)
class Code:
    """A cell of the instructor's."""

    names: frozenset[str]  # used, and not made in it
    whole: CodeType
    imports: CodeType
    body: CodeType  # without the expression that it ends with
    last: CodeType  # that expression, or None


@functools.lru_cache(maxsize=1_000)
def taken_apart(source: str) -> Code:
    """A cell's code, once for all submissions. Raises SyntaxError."""
    from IPython.core.interactiveshell import InteractiveShell

    shell: Any = InteractiveShell.instance()
    tree = ast.parse(shell.transform_cell(source))
    nodes = list(ast.walk(tree))
    used = [node for node in nodes if isinstance(node, ast.Name)]
    made = {node.id for node in used if not isinstance(node.ctx, ast.Load)}
    for node in nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            made |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
    made |= {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    made |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    end = tree.body[-1] if tree.body else None

    def compiled(body: list[ast.stmt]) -> CodeType:
        return compile(ast.Module(body, []), "<test>", "exec")

    return Code(
        frozenset({node.id for node in used} - made),
        compiled(tree.body),
        compiled([line for line in tree.body if isinstance(line, (ast.Import, ast.ImportFrom))]),
        compiled(tree.body[:-1] if isinstance(end, ast.Expr) else tree.body),
        compile(ast.Expression(end.value) if isinstance(end, ast.Expr) else "None", "<test>", "eval"),
    )


class Checker:
    """The instructor's side of one submission: the names that its cells have defined."""

    def __init__(self, session: Session, key: bytes, student: str) -> None:
        self.session, self.key, self.student = session, key, student
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def instructor(self, source: str) -> None:
        """Run a cell of the instructor's that is no test; of one that needs what students write, the imports alone."""
        code = taken_apart(source)
        exec(code.imports if self._missing(code) else code.whole, self.names)

    def _missing(self, code: Code) -> frozenset[str]:
        """Names that are used and that only the student can have defined."""
        return code.names - self.names.keys() - vars(builtins).keys()

    def test(self, name: str, source: str, most: float) -> Verdict:
        """Run a test cell and say what it is worth."""
        from IPython.utils.capture import capture_output

        value, error = None, list[Output]()
        grader = checks.Grader(seed_of(self.key, self.student, name))
        before = checks.grader.set(grader)
        try:
            with capture_output() as shown, self.session.test(), soft_deadline(self.session.times.test + GRACE):
                try:
                    value = self._run(source)
                except KeyboardInterrupt:
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
        outputs += [{"output_type": "display_data", "data": dict(o.data), "metadata": {}} for o in shown.outputs]
        mistakes = [f"{report.exercise}:{mistake}" for report in grader.reports for mistake in report.mistakes]
        if error:
            return Verdict(0.0, outputs + error, mistakes)
        points = credit(value, most)
        if value is not None:
            all_of_it = points == most and (isinstance(value, bool) or not isinstance(plain(value), (int, float)))
            data = {"text/plain": clean_text(repr(value), 1000) if all_of_it else repr(points)}
            outputs.append({"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None})
        return Verdict(points, outputs, mistakes)

    def _run(self, source: str) -> Any:
        """Execute a cell; the value of its last expression, None without one."""
        code = taken_apart(source)
        lent = self._students(self._missing(code))
        before = dict(self.names)
        self.names |= lent
        try:
            exec(code.body, self.names)
            return eval(code.last, self.names)
        finally:
            kept = {name: value for name, value in self.names.items() if name not in lent or value is not lent[name]}
            self.names = before | kept

    def _students(self, names: frozenset[str]) -> dict[str, Any]:
        """The student's meaning of names, for one test alone: a later cell may define them anew."""
        found = {}
        for name in names:
            if not name.startswith("_"):
                with contextlib.suppress(KeyError):
                    found[name] = self.session.value_now(name)
        return found


def error_output(name: str, text: str = "", lines: str = "") -> Output:
    """An error as nbformat has it."""
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [lines or f"{name}: {text}"]}
