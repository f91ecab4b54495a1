"""A call that has no end: it is stopped in each of the three ways, and nothing of the student's settings is lost."""

from __future__ import annotations

import importlib
import itertools
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnncourse.checks import Grader, check, engine, find, grade, grader, limit
from rnncourse.checks.limit import ExceededError, Limit, Timer, Traced, Watched

WAYS = [
    pytest.param(Timer, marks=pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="POSIX")),
    Watched,
    pytest.param(Traced, marks=pytest.mark.skipif(sys.gettrace() is not None, reason="somebody traces already")),
]
NUMBERS = itertools.count()  # of modules, for an import happens once
EXERCISE = find("rnn.forward")
RIGHT = EXERCISE.variant()  # the library's own would be found out


def endless(*arguments: Any) -> Any:
    for _ in itertools.count():
        pass


def stubborn(*arguments: Any) -> Any:
    """Catches whatever is raised, and goes on."""
    passes = 0
    while passes < 5:
        try:
            endless()
        except:  # noqa: E722
            passes += 1
    return RIGHT(*arguments)


def sleepy(seconds: float) -> Callable[..., Any]:
    def function(*arguments: Any) -> Any:
        time.sleep(seconds)
        return RIGHT(*arguments)

    return function


@contextmanager
def within(seconds: float | None, how: type[Limit] | None = None) -> Iterator[None]:
    """This limit, in this way."""
    token = limit.seconds.set(seconds)
    with pytest.MonkeyPatch.context() as patch:
        if how is not None:
            patch.setattr("rnncourse.checks.engine.limit", lambda: how(seconds))  # type: ignore[call-arg]
        yield
    limit.seconds.reset(token)


@contextmanager
def alarms_kept() -> Iterator[None]:
    """Handler and timer are afterwards what they were; the timer of pytest-timeout is one."""
    handler, (left, every), start = (
        signal.getsignal(signal.SIGALRM),
        signal.getitimer(signal.ITIMER_REAL),
        time.monotonic(),
    )
    yield
    assert signal.getsignal(signal.SIGALRM) == handler
    now = signal.getitimer(signal.ITIMER_REAL)
    assert now == pytest.approx((max(left - (time.monotonic() - start), 0), every), abs=0.1)


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Write a module that can be imported."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(text: str) -> str:
        name = f"slow_{next(NUMBERS)}"
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(text), encoding="utf-8")
        importlib.invalidate_caches()
        return name

    return write


@pytest.mark.parametrize("how", WAYS)
def test_an_import_is_not_cut_in_half(how: type[Limit], module: Callable[[str], str]) -> None:
    """Half a module would stay behind; of one in C, what crashes later."""
    slow = module("import time\nfor _ in range(30):\n    time.sleep(0.05)\ndone = True")

    def function(*arguments: Any) -> Any:
        assert importlib.import_module(slow).done
        return RIGHT(*arguments)

    with within(0.4, how):
        assert check("rnn.forward", function).passed


@pytest.mark.parametrize("how", WAYS)
def test_what_comes_after_an_import_has_its_limit(how: type[Limit], module: Callable[[str], str]) -> None:
    slow = module("import time\nfor _ in range(12):\n    time.sleep(0.05)")

    def function(*arguments: Any) -> Any:
        importlib.import_module(slow)
        return endless()

    with within(0.3, how):
        assert "takes longer than 0.3 s" in str(check("rnn.forward", function))


@pytest.mark.parametrize("how", WAYS)
def test_an_import_without_end_is_ended(
    how: type[Limit], module: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limit, "IMPORT", 0.5)
    name = module("while True:\n    pass")
    with within(0.3, how):
        report = check("rnn.forward", lambda *arguments: importlib.import_module(name))
    assert report.score == 0


@pytest.fixture
def alarms_put_back() -> Iterator[None]:
    """For a test that sets its own."""
    handler, timer = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)
    signal.setitimer(signal.ITIMER_REAL, 0)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, *timer)


@pytest.mark.parametrize("how", WAYS)
def test_a_loop_without_end_is_ended(how: type[Limit]) -> None:
    trace = sys.gettrace()
    with within(0.3, how), alarms_kept():
        start = time.monotonic()
        report = check("rnn.forward", endless)
    assert time.monotonic() - start < 3
    assert report.messages == [
        "Your function takes longer than 0.3 s with T=5, B=3, F=4, H=6, and was stopped. The 6 other cases were not "
        "tried. Which loop of yours has no end, or does far too much?"
    ]
    assert not any(report.facets.values())
    assert report.score == 0
    assert sys.gettrace() is trace
    assert "Print, in each pass of your loops" in report.hint()
    assert len(report.arguments()[0]) == 5


@pytest.mark.parametrize("how", WAYS[:2])
def test_a_loop_that_catches_everything_is_asked_again(how: type[Limit]) -> None:
    with within(0.2, how):
        assert "takes longer than 0.2 s" in check("rnn.forward", stubborn).messages[0]


def test_what_was_right_before_keeps_its_points() -> None:
    def long_for_one_step(x: Any, *rest: Any) -> Any:
        return endless() if len(x) == 1 else RIGHT(x, *rest)

    cases = [*EXERCISE.cases]
    with within(0.2):
        report = check("rnn.forward", long_for_one_step)
    slow = next(case for case in cases if len(EXERCISE.case(case, 0)[0]) == 1)
    untried = len(cases) - cases.index(slow) - 1
    assert report.messages[0].startswith(
        "Your function takes longer than 0.2 s with T=1, B=3, F=4, H=5, and was stopped. "
        f"The {untried} other cases were not tried."
    )
    held = {f.name for f in EXERCISE.facets if f.cases and set(f.cases) <= set(cases[: cases.index(slow)])}
    assert {f.name for f in EXERCISE.facets if report.facets[f.name]} == held
    assert report.case == slow


def test_no_case_is_tried_after_one_that_took_too_long() -> None:
    calls = []

    def counting(*arguments: Any) -> Any:
        calls.append(1)
        return endless()

    with within(0.2):
        check("rnn.forward", counting)
    assert len(calls) == 1


@pytest.mark.parametrize("how", WAYS)
def test_who_is_slow_but_right_loses_nothing(how: type[Limit]) -> None:
    with within(0.5, how):
        report = check("rnn.forward", sleepy(0.1))
    assert report.passed, str(report)


@pytest.mark.usefixtures("alarms_put_back")
@pytest.mark.parametrize("left", [0.3, 30.0])  # before the limit would come, and after it
def test_timers_and_handlers_of_ones_own_go_on(left: float) -> None:
    rung: list[float] = []

    def ring(number: int, frame: Any) -> None:
        rung.append(time.monotonic())

    signal.signal(signal.SIGALRM, ring)
    start = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, left)
    with within(5.0):
        assert check("rnn.forward", sleepy(0.1)).passed
    assert signal.getsignal(signal.SIGALRM) is ring
    if left < 1:
        assert [at - start for at in rung] == pytest.approx([left], abs=0.15)
    else:
        remaining = signal.getitimer(signal.ITIMER_REAL)[0]
        assert remaining == pytest.approx(left - (time.monotonic() - start), abs=0.05)
        assert not rung


@pytest.mark.usefixtures("alarms_put_back")
def test_what_a_function_sets_itself_stays() -> None:
    def own(number: int, frame: Any) -> None: ...

    def sets(*arguments: Any) -> Any:
        signal.signal(signal.SIGALRM, own)
        signal.setitimer(signal.ITIMER_REAL, 40)
        return RIGHT(*arguments)

    with within(5.0):
        assert check("rnn.forward", sets).passed
    assert signal.getsignal(signal.SIGALRM) is own
    assert 30 < signal.getitimer(signal.ITIMER_REAL)[0] <= 40


@pytest.mark.parametrize("how", WAYS[:2])
def test_a_check_within_a_check(how: type[Limit]) -> None:
    inner: list[Any] = []

    def checks_itself(*arguments: Any) -> Any:
        inner.append(check("rnn.cell", find("rnn.cell").variant()))
        return RIGHT(*arguments)

    def never_ends(*arguments: Any) -> Any:
        inner.append(check("rnn.cell", endless))
        return RIGHT(*arguments)

    with within(2.0), alarms_kept():
        assert check("rnn.forward", checks_itself).score
        assert all(report.passed for report in inner)
    inner.clear()
    with within(0.4, how), alarms_kept():
        report = check("rnn.forward", never_ends)  # whichever limit it is, one of the two says it
    assert "takes longer than 0.4 s" in str(report) or "takes longer than 0.4 s" in str(inner)


def test_another_thread_has_the_same_limit() -> None:
    said: list[str] = []

    def work() -> None:
        limit.seconds.set(0.3)
        said.append(str(check("rnn.forward", endless)))
        said.append(str(check("rnn.forward", RIGHT)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    assert "takes longer than 0.3 s" in said[0]
    assert "are right" in said[1]


def test_nothing_arrives_after_the_call() -> None:
    """A function that ends when its time does: the exception comes within the call or not at all."""
    for most in np.linspace(0.02, 0.06, 40):
        with within(float(most), Watched):
            with Watched(float(most)) as watched:
                try:
                    watched.start()
                    time.sleep(0.11)
                    watched.stop()
                except ExceededError:
                    watched.stop()
            for _ in range(2000):
                pass


def test_each_system_gets_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limit, "debugged", lambda thread=None: False)
    assert type(limit.limit()) is Timer
    monkeypatch.delattr(signal, "setitimer")
    assert type(limit.limit()) is Watched  # Windows
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert type(limit.limit()) is Traced  # a browser
    monkeypatch.setattr(limit, "debugged", lambda thread=None: True)
    assert type(limit.limit()) is Limit
    token = limit.seconds.set(None)
    assert type(limit.limit()) is Limit
    limit.seconds.reset(token)


@pytest.mark.parametrize("begins", ["before the check", "within the function"])
@pytest.mark.parametrize("thread", [False, True])
def test_whoever_debugs_may_think_longer(begins: str, thread: bool) -> None:
    code = f"""
    import sys, threading, time
    from rnncourse.checks import check, find, limit

    right = find("rnn.forward").variant()

    def debugger(frame, event, argument):
        return debugger

    def function(*arguments):
        if {begins == "within the function"}:
            sys.settrace(debugger)  # as breakpoint() does
            sys._getframe().f_trace = debugger
        time.sleep(0.2)
        return right(*arguments)

    def work():
        limit.seconds.set(0.05)
        if {begins == "before the check"}:
            sys.settrace(debugger)
        report = check("rnn.forward", function)
        sys.settrace(None)
        print(report.passed)

    if {thread}:
        other = threading.Thread(target=work)
        other.start()
        other.join()
    else:
        work()
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "True\n", done.stderr


def test_a_function_of_another_process_has_the_limits_of_that_process(monkeypatch: pytest.MonkeyPatch) -> None:
    class Elsewhere:
        """As :class:`rnncourse.grading.submission.remote.RemoteFunction`."""

        def __call__(self, *arguments: Any) -> Any:
            return RIGHT(*arguments)

    engine.ahead.register(Elsewhere, lambda function, calls: function)
    limits: list[int] = []
    monkeypatch.setattr(engine, "limit", lambda: limits.append(1) or Limit())
    assert check("rnn.forward", Elsewhere()).passed
    assert not limits
    assert check("rnn.forward", RIGHT).passed
    assert limits


def test_a_graded_check_has_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[type[Limit]] = []

    def look(*arguments: Any) -> Any:
        found.append(type(limit.limit()))
        return RIGHT(*arguments)

    token = grader.set(Grader(seed=3))
    try:
        assert grade("rnn.forward", look) == 1.0
    finally:
        grader.reset(token)
    assert set(found) == {Limit}
