"""A submission's process: what dies and comes again, what lies, what hangs, what would outlive it; needs bubblewrap."""

from __future__ import annotations

import builtins
import contextlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from benchmarks import submissions
from rnncourse.checks import exercises
from rnncourse.checks.engine import ahead
from rnncourse.grading.jail.bubblewrap import Confines
from rnncourse.grading.jail.forks import descendants
from rnncourse.grading.jail.nursery import Nursery
from rnncourse.grading.jail.shell import as_python
from rnncourse.grading.submission.remote import taken
from rnncourse.grading.submission.session import Session, StoppedError, Times
from rnncourse.grading.wall import wire
from rnncourse.grading.wall.codec import encode

pytestmark = pytest.mark.usefixtures("jailed")

TIMES = Times(cell=5, test=5, total=60)
QUICK = Times(cell=0.8, test=0.8, total=60)
ATONCE = Times(cell=0.1, test=0.1, total=60)


@pytest.fixture(scope="module")
def nursery(jailed: None) -> Iterator[Nursery]:
    with Nursery((), Confines(memory=2**28)) as nursery:
        yield nursery


def alive(nursery: Nursery) -> list[int]:
    """The processes of submissions, below bubblewrap's two and the one that forks."""
    return descendants(nursery._process.pid)[2:]


def descriptors(pid: int | str = "self") -> int:
    """How many a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def gone(pids: list[int]) -> bool:
    """Has every process ended? One that nobody waits for has too."""
    states = [Path(f"/proc/{pid}/stat") for pid in pids]
    return all(not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z" for state in states)


def soon(happens: Callable[[], bool]) -> bool:
    """Does it happen within seconds?"""
    return any(happens() or time.sleep(0.02) for _ in range(250))


# --- what dies and comes again


def test_an_object_found_by_name_is_found_again_and_another_is_gone(nursery: Nursery) -> None:
    with Session(nursery, QUICK) as session:
        session.cell("class A:\n    def __init__(self, x): self.x = x\na = A(1)\ndef make(): return A(2)")
        a, make = session.value("a"), session.value("make")
        with session.test():
            b = make()
            assert (a.x, b.x) == (1, 2)
        with pytest.raises(StoppedError):
            session.cell("while True: pass")
        with session.test():
            assert a.x == 1
            with pytest.raises(StoppedError, match="this object was lost"):
                _ = b.x
            assert make().x == 2


def test_a_cell_that_is_killed_is_left_out_and_those_around_it_stay(nursery: Nursery) -> None:
    with Session(nursery, QUICK) as session:
        session.cell("seen = ['a']")
        with pytest.raises(StoppedError, match=r"longer than 0\.8 s"):
            session.cell("seen.append('b')\nwhile True: pass")
        session.cell("seen.append('c')")
        assert session.value("seen") == ["a", "c"]
        assert session.lives == 2


def test_a_test_that_is_stopped_asks_nothing_more_and_the_next_one_does(nursery: Nursery) -> None:
    with Session(nursery, QUICK) as session:
        session.cell("n = 0\ndef f():\n    global n\n    n += 1\n    while n == 3: pass\n    return n")
        with session.test():
            f = session.value_now("f")
            assert [f(), f()] == [1, 2]
            for _ in range(2):
                with pytest.raises(StoppedError, match="longer than"):
                    f()
        assert len(session.stops) == 1
        with session.test():
            assert f() == 1


def test_of_calls_asked_at_once_those_before_a_stop_keep_their_results(nursery: Nursery) -> None:
    with Session(nursery, QUICK) as session:
        session.cell("def f(n):\n    while n == 3: pass\n    if n == 2: raise KeyError(n)\n    return 10 * n")
        with session.test():
            f = session.value_now("f")
            one, two, *others = session.calls(f, [[1], [2], [3], [4]])
            assert one == (10, {}, False, [])
            assert isinstance(two, KeyError)
            assert [type(other) for other in others] == [StoppedError] * 2
            assert [type(other) for other in session.calls(f, [[1], [2]])] == [StoppedError] * 2
        assert len(session.stops) == 1
        with session.test():
            assert f(1) == 10


def test_what_a_call_hands_back_of_its_arguments_is_that_here_too(nursery: Nursery) -> None:
    with Session(nursery, TIMES) as session:
        session.cell("def f(arrays, n):\n    return [a if a[0] > n else a.copy() for a in arrays], n")
        with session.test():
            f = session.value_now("f")
            arrays = [np.array([1.0, 2.0]), np.array([3.0, 4.0])]
            [copied, own], n = f(arrays, 2)
            assert (own is arrays[1], copied is arrays[0], n) == (True, False, 2)
            np.testing.assert_array_equal(copied, arrays[0])


def test_what_a_student_says_of_arrays_handed_back_is_not_believed() -> None:
    mine, theirs = np.array([1.0, 2.0]), np.array([1.0, 3.0])
    for handed in ([[0, 0]], [[0, 7]], [[-1, 0]], [["0", 0]], [0], "00", None):
        value = taken((theirs, {}, False, handed), (mine,))
        assert value is (theirs if isinstance(handed, list) else None)


def test_calls_made_ahead_are_those_made_one_by_one(nursery: Nursery, capsys: pytest.CaptureFixture[str]) -> None:
    with Session(nursery, TIMES) as session:
        session.cell(
            "n = 0\ndef f(x, g):\n    global n\n    n += 1\n    x[0] = g(n)\n"
            "    if n == 2: raise ValueError(n)\n    if n == 3: print('!')\n    return x.sum()"
        )
        with session.test():
            calls = [(np.ones(2), lambda n: 10 * n), (np.ones(3), lambda n: 20 * n), (np.ones(4), lambda n: 30 * n)]
            f = session.value_now("f")
            asked = ahead(f, calls)
            assert session.value_now("n") == 3
            assert asked(*calls[0]) == 11
            with pytest.raises(ValueError, match="2"):
                asked(*calls[1])
            assert not capsys.readouterr().out
            assert asked(*calls[2]) == 93
            assert capsys.readouterr().out
            assert [x[0] for x, _ in calls] == [10, 1, 90]
            big = np.zeros(2**22)
            assert ahead(f, [(big, len)] * 3) is f  # more than one message can hold


def test_the_time_of_the_whole_notebook_ends(nursery: Nursery) -> None:
    with Session(nursery, Times(cell=5, test=5, total=0.5)) as session:
        with pytest.raises(StoppedError, match="longer than 0"):
            session.cell("while True: pass")
        with pytest.raises(StoppedError, match=r"the 0\.5 s for the whole notebook were used up"):
            session.cell("1")
        with pytest.raises(StoppedError, match="were used up"), session.test():
            pass


def test_a_new_process_has_run_the_cells_and_no_call(nursery: Nursery) -> None:
    with Session(nursery, QUICK) as session:
        session.cell("n = [0]\ndef count():\n    n[0] += 1\n    return n[0]")
        with session.test():
            count = session.value_now("count")
            assert (count(), count()) == (1, 2)
            assert session.anew()
            assert (count(), count()) == (1, 2)
        assert (session.lives, session.stops, session.value("n")) == (2, [], [2])
        session.cell("import time; time.sleep(0.4)")
        assert not session.anew()  # it would take half the time of a test
        assert session.lives == 2


@pytest.mark.parametrize("then", ["os._exit(1)", "time.sleep(9)"])
def test_a_cell_that_ends_only_when_it_runs_again_is_left_out(nursery: Nursery, then: str) -> None:
    late = f"import os, time\nif time.time() > {time.time() + 1.5}: {then}"
    with Session(nursery, QUICK) as session:
        session.cell("a = 1")
        session.cell(late)
        session.cell("b = 2")
        session.value("b")
        time.sleep(1.6)
        with pytest.raises(StoppedError):
            session.cell("os._exit(1)")
        assert [session.value("a"), session.value("b")] == [1, 2]
        assert len(session.stops) == 2
        assert session.lives == 3


def test_cells_that_are_slow_again_take_no_more_than_the_whole_time(nursery: Nursery) -> None:
    with Session(nursery, Times(cell=1, test=1, total=1.5)) as session:
        for _ in range(3):
            session.cell("import time\ntime.sleep(0.4)")
        with pytest.raises(StoppedError):
            session.cell("import os\nos._exit(1)")
        before = time.monotonic()
        with pytest.raises(StoppedError):
            session.cell("1")
        assert time.monotonic() - before < 1.4  # not three times 0.4 and more


# --- cells


@pytest.mark.parametrize("name", exercises())
def test_python_is_not_transformed_and_would_not_have_been(name: str) -> None:
    transform = InteractiveShell().transform_cell
    for source in submissions.right(name):
        assert as_python(refuse, source) == transform(source)


def refuse(source: str) -> str:
    raise AssertionError(source)


@pytest.mark.parametrize(
    "source",
    ["%time\nx = 1", "x = !ls\ny = 1", "x = 1\nx?", "ls", "\n\nx = 1\ny = 2", "%%time\nx = 1", "  x = 1\n  y = 2", ""],
)
def test_what_is_ipythons_is_transformed(source: str) -> None:
    assert as_python(lambda text: f"<{text}>", source) == f"<{source}>"


def test_magics_run_beside_python(nursery: Nursery) -> None:
    with Session(nursery, TIMES) as session:
        session.cell("x = 1\ny = %timeit -n1 -r1 -o -q x\nclass A:\n    'a'\n")
        assert not session.cell("a = 1\nassert y.loops == 1")["error"]


def test_looking_whether_it_is_python_warns_of_nothing(recwarn: pytest.WarningsRecorder) -> None:
    assert as_python(refuse, "a = 1\nb = '\\d'") == "a = 1\nb = '\\d'\n"
    assert not recwarn


# --- what lies


HOLD = "hold"


class Liar:
    """In a nursery's place: a process whose messages the test writes; it hangs up, or waits when the last is HOLD."""

    def __init__(self, *messages: Any) -> None:
        self.messages, self.confines = messages, Confines()

    def submission(self) -> socket.socket:
        ours, theirs = socket.socketpair()

        def lie() -> None:
            with theirs, contextlib.suppress(OSError, wire.EndedError):
                wire.receive(theirs)
                for message in self.messages:
                    if message is HOLD:
                        theirs.recv(1)
                    else:
                        theirs.sendall(message if isinstance(message, bytes) else encode(message))

        threading.Thread(target=lie).start()
        return ours

    def end(self, at_once: bool) -> bytes:
        return b"k" if at_once else b"e"


@pytest.mark.parametrize(
    ("messages", "why"),
    [
        ([(2, "value", 1)], "no honest code"),
        ([(True, "value", 1)], "no honest code"),
        ([(np.arange(2), "value", 1)], "no honest code"),
        ([(1, np.arange(2), 1)], "no honest code"),
        ([(1, "value")], "no honest code"),
        ([(1, "error", "ValueError", 3, "", "")], "no honest code"),
        ([(1, "error", "ValueError", "", "", 3)], "no honest code"),
        ([(1, "error", "ValueError", "", "")], "no honest code"),
        ([()], "no honest code"),
        ([None], "no honest code"),
        ([(1, "lent", 0, [], {})], "no honest code"),
        ([b"\0" * 8], "no honest code"),
        ([b"\xff" * 8], "no honest code"),
        ([encode((1, "value", 1))[:-1]], "ended or crashed the Python process"),
        ([b"\0\0\0"], "ended or crashed the Python process"),
        ([], "ended or crashed the Python process"),
        ([encode((1, "value", 1))[:-1], HOLD], "longer"),
        ([HOLD], "longer"),
    ],
    ids=str,
)
def test_a_reply_that_is_none_stops_the_process(messages: list[Any], why: str) -> None:
    times = ATONCE if why == "longer" else TIMES
    with Session(Liar(*messages), times) as session, pytest.raises(StoppedError, match=why):
        session.value("x")
    assert len(session.stops) == 1


@pytest.mark.parametrize(
    "second", [(1, "value", 1), (3, "value", 1), (2, "lent", 0, [], {}), (2, "value", 1, 1)], ids=str
)
def test_a_lie_after_an_honest_reply_costs_what_comes_after(second: Any) -> None:
    with Session(Liar((1, "value", "x"), second), TIMES) as session, session.test():
        first, *others = session.calls("f", [[1], [2], [3]])
    assert first == "x"
    assert all("no honest code" in str(other) for other in others)
    assert len(session.stops) == 1


def test_what_never_stops_answering_is_stopped() -> None:
    many = encode((1, "lent", 0, [1], {})) * 10**6
    calls: list[int] = []
    with Session(Liar(many), QUICK) as session, session.test(), pytest.raises(StoppedError, match="longer"):
        session.call("f", [calls.append], {})
    assert 0 < len(calls) < 10**6


@pytest.mark.parametrize("name", ["\0", "a b", "", "SystemExit", "StopIteration", "UnicodeDecodeError", "Mine"])
def test_an_error_that_is_made_up_is_an_error_of_the_students(name: str) -> None:
    made_up = (1, "error", name, "text", " in line 1", name)
    with Session(Liar(made_up), TIMES) as session, pytest.raises(Exception, match="text") as raised:
        session.value("x")
    assert not isinstance(raised.value, StoppedError)
    with Session(Liar(made_up), TIMES) as session:
        assert session.cell("x")["error"][1:] == ["text", ""]


BASES = "ValueError KeyError,LookupError OSError,ValueError UnicodeDecodeError,UnicodeError"
NEVER = "StopIteration StopAsyncIteration KeyboardInterrupt SystemExit GeneratorExit BaseException"


@pytest.mark.parametrize("bases", BASES.split())
def test_an_error_is_caught_by_its_bases_in_python(bases: str) -> None:
    liar, kind = Liar((1, "error", "Mine", "text", "", f"{bases},Exception,object,print")), bases.rpartition(",")[2]
    with Session(liar, TIMES) as session, pytest.raises(getattr(builtins, kind), match="text") as raised:
        session.value("x")
    assert type(raised.value).__name__ == "Mine"


@pytest.mark.parametrize("name", NEVER.split())
@pytest.mark.parametrize("bases", ["{}", "{},Exception", "Mine,{},Exception", "ExceptionGroup,{}", ",,,", "{}," * 1000])
def test_no_error_ends_more_than_it_may(name: str, bases: str) -> None:
    made_up = (1, "error", name, "text", "", bases.replace("{}", name))
    for forged in (made_up, (*made_up[:2], "Mine", *made_up[3:])):
        with Session(Liar(forged), TIMES) as session, pytest.raises(Exception, match="text") as raised:
            session.value("x")
        assert isinstance(raised.value, Exception)
        assert not isinstance(raised.value, (StopIteration, StopAsyncIteration))


ERRORS = """
import numpy as np, json
class Shape(ValueError): pass
class Both(KeyError, ValueError): pass
class End(StopIteration): pass
class Hostile(type):
    __name__ = property(lambda cls: 1 / 0)
def shape(): raise Shape('text')
def both(): raise Both('text')
def numpys(): np.linalg.inv(np.zeros((2, 2)))
def jsons(): json.loads('{')
def decodes(): bytes([255]).decode()
def stops(*x): raise StopIteration
def ends(*x): raise End
def counted():
    yield 1
    yield 2
"""


def test_errors_of_a_students_own_are_caught_as_in_one_process(nursery: Nursery) -> None:
    with Session(nursery, TIMES) as session:
        session.cell(ERRORS)
        with session.test():
            for name, kind in {
                **dict.fromkeys(("shape", "both", "numpys", "jsons", "decodes"), ValueError),
                "both ": KeyError,
                "both  ": LookupError,
                "decodes ": UnicodeError,
            }.items():
                with pytest.raises(kind):
                    session.value_now(name.strip())()
            for name in ("stops", "ends"):
                with pytest.raises(Exception, match=r"^$"):
                    all(map(session.value_now(name), [1, 2]))
            assert list(session.value_now("counted")()) == [1, 2]
            numbers = session.value_now("counted")()
            assert (next(numbers), next(numbers), next(numbers, 3)) == (1, 2, 3)


NAMED = """
import collections, dataclasses, enum, typing, numpy as np, torch
State = collections.namedtuple("State", "h c")
class Typed(typing.NamedTuple):
    out: float
    states: list
    def norm(self): return 5
@dataclasses.dataclass
class Data:
    h: float
    c: list
class Colour(enum.Enum):
    RED = 1
    BLUE = 2
def state(x): return State(x, [State(1, np.ones(2))])
def typed(x): return Typed(x, [])
def data(x): return Data(x, [1])
def colour(x): return Colour(x)
def largest(x): return torch.tensor([1.0, x]).max(0)
def factored(x): return np.linalg.qr(x)
"""


def test_named_tuples_dataclasses_and_enumerations_are_used_by_their_names(nursery: Nursery) -> None:
    with Nursery(("torch",)) as torches, Session(torches, Times(cell=60, test=60, total=120)) as session:
        session.cell(NAMED)
        with session.test():
            found = session.value_now("state")(3.0)
            assert (found.h, found.c[0].h, found[0], len(found), found._fields) == (3, 1, 3, 2, ("h", "c"))
            h, c = found
            assert (h, found) == (3, (3, c))
            assert isinstance(found, tuple)
            assert type(found).__name__ == "State"
            assert found._asdict()["h"] == 3
            with pytest.raises(AttributeError):
                found.h = 4
            assert session.value_now("typed")(2.0).out == 2
            data = session.value_now("data")(3.0)
            assert (data.h, data.c) == (3, [1])
            assert data == session.value_now("Data")(3.0, [1])
            Colour, red = session.value_now("Colour"), session.value_now("colour")(1)
            assert red is Colour.RED
            assert red != Colour.BLUE
            assert (red.name, red.value) == ("RED", 1)
            assert session.value_now("largest")(4.0).indices == 1
            assert session.value_now("factored")(np.eye(2)).R.shape == (2, 2)


def test_an_array_that_only_the_test_may_change_is_left_alone(nursery: Nursery) -> None:
    x = np.broadcast_to(1.0, (3,))
    with Session(nursery, TIMES) as session:
        session.cell("def f(x):\n    x[0] = 9\n    return x.sum()")
        with session.test():
            assert session.value_now("f")(x) == 11
    np.testing.assert_array_equal(x, [1, 1, 1])


@pytest.mark.parametrize(
    "made",
    [
        "type('T', (), {'__module__': property(lambda s: sys.exit())})()",
        "type('M', (type,), {'__module__': property(lambda s: 1 / 0)})('T', (), {})()",
        "type('M', (type,), {'__name__': property(lambda s: sys.exit())})('T', (), {})()",
        "type('T', (), {'__class__': property(lambda s: sys.exit())})()",
        "type('x' * 5000, (), {})()",
        "type('\\ud800', (), {'__module__': '\\n'})()",
    ],
)
def test_an_object_with_a_hostile_type_costs_its_own_call_alone(nursery: Nursery, made: str) -> None:
    with Session(nursery, TIMES) as session:
        session.cell(f"import sys\ndef bad(): return {made}\ndef good(): return 1")
        with session.test():
            with contextlib.suppress(Exception):
                session.value_now("bad")()
            assert session.value_now("good")() == 1
        assert session.lives == 1


@pytest.mark.parametrize("kind", ["Exception", "SystemExit", "KeyboardInterrupt", "BaseException"])
def test_an_exception_that_cannot_say_what_it_is_costs_its_own_call_alone(nursery: Nursery, kind: str) -> None:
    bad = f"class Bad({kind}):\n    def __str__(self): raise SystemExit\n    __repr__ = __str__\ndef bad(): raise Bad"
    with Session(nursery, TIMES) as session:
        session.cell(
            bad + "\nimport sys\nclass P:\n    x = property(lambda self: sys.exit())\np = P()\ndef good(): return 1"
        )
        with session.test():
            with pytest.raises(Exception, match=r"^$") as raised:
                session.value_now("bad")()
            assert type(raised.value).__name__ == "Bad"
            with pytest.raises(Exception, match=r"^(None)?$") as raised:
                _ = session.value_now("p").x
            assert not isinstance(raised.value, StoppedError)
            assert session.value_now("good")() == 1


# --- what hangs, and what would outlive it


@pytest.mark.parametrize("then", ["while True: pass", "os._exit(0)"])
def test_hanging_up_costs_a_second_and_leaves_nothing(nursery: Nursery, then: str) -> None:
    with Session(nursery, TIMES) as session:
        session.cell("a = 1")
        with pytest.raises(StoppedError, match="ended or crashed the Python process"):
            session.cell(f"import os\nos.closerange(3, 256)\n{then}")
        assert not alive(nursery)
        assert session.value("a") == 1


OUTLIVE = """
import ctypes, os, threading
ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
def spin():
    while True: pass
threading.Thread(target=spin).start()
for _ in range(3):
    if not os.fork():
        os.setsid()
        spin()
"""


def test_nothing_outlives_its_submission(nursery: Nursery) -> None:
    fds = descriptors()
    for _ in range(2):
        with Session(nursery, TIMES) as session:
            session.cell(OUTLIVE)
            assert soon(lambda: len(alive(nursery)) == 5)
        assert not alive(nursery)
    assert descriptors() == fds


def test_a_submission_that_nobody_ended_is_ended_by_the_next(nursery: Nursery) -> None:
    lost = nursery.submission()
    assert soon(lambda: len(alive(nursery)) == 2)
    before = alive(nursery)
    with Session(nursery, TIMES) as session:
        session.cell("1")
        assert not set(before) & set(alive(nursery))
    lost.close()


def test_a_nursery_that_is_killed_is_started_again(nursery: Nursery) -> None:
    with Nursery((), nursery.confines) as mine:
        bubblewrap = mine._process.pid
        with Session(mine, TIMES) as session:
            session.cell("a = 1\ndef f(): return a")
            before = descendants(bubblewrap)
            os.kill(before[1], signal.SIGKILL)  # during a submission
            assert soon(lambda: not alive(mine))
            with session.test(), pytest.raises(StoppedError):
                session.value_now("f")()
            with session.test():
                assert session.value_now("f")() == 1
        between = descendants(mine._process.pid)
        os.kill(mine._process.pid, signal.SIGKILL)  # between two
        assert soon(lambda: gone(between))
        with Session(mine, TIMES) as session:
            assert not session.cell("1")["error"]
        assert soon(lambda: gone(before))
        last = descendants(mine._process.pid)
    assert soon(lambda: gone(last))


def test_many_submissions_leave_no_memory_and_no_descriptor(nursery: Nursery) -> None:
    forks = descendants(nursery._process.pid)[1]

    def taken() -> tuple[int, int, int]:
        lines = Path(f"/proc/{forks}/status").read_text().partition("VmData:")[2]
        return int(lines.split()[0]), descriptors(forks), descriptors()

    def one() -> None:
        with Session(nursery, TIMES) as session:
            session.cell("x = 1")

    for _ in range(3):
        one()
    data, *before = taken()
    for _ in range(40):
        one()
    later, *now = taken()
    assert now == before
    assert later - data < 1_000  # KB, for 40; over 600 it does not grow at all


# --- the jail's edges

KEPT = {
    "memfd": "import os\nfd = os.memfd_create('x')",
    "shared by two": """
import mmap, os
m, (a, b), (c, d) = mmap.mmap(-1, 350 * 2**20), os.pipe(), os.pipe()
take, give = (a, d) if os.fork() else (c, b)
if give == b: os.write(give, b"x")
for start in range(0, len(m), 2**22):
    os.read(take, 1)
    for i in range(start, min(start + 2**22, len(m)), 4096): m[i] = 1
    os.write(give, b"x")
__import__("time").sleep(1)
""",
    "System V": "import ctypes\nc = ctypes.CDLL(None)\nassert c.shmget(0, 2**20, 0o1600) >= 0",
    "files without number": "import os\nfor i in range(20_000): os.mkdir(str(i))",
    "a channel of the machine to its host": "import socket\nsocket.socket(40, socket.SOCK_STREAM)",
    "the kernel's ciphers": "import socket\nsocket.socket(38, socket.SOCK_SEQPACKET)",
    "the kernel's log": "import ctypes\nassert ctypes.CDLL(None).klogctl(10, None, 0) >= 0",
    "a device": "open('/dev/left', 'w')",
    "a process of somebody else": "import os\nassert len([p for p in os.listdir('/proc') if p.isdigit()]) > 1",
    "ptrace": "import ctypes\nassert ctypes.CDLL(None).ptrace(0, 0, 0, 0) == 0",
    "a user namespace": "import ctypes\nassert ctypes.CDLL(None).unshare(0x10000000) == 0",
    "a user namespace by clone": "import ctypes\nassert ctypes.CDLL(None).syscall(56, 0x10000011, 0, 0, 0, 0) >= 0",
    "priority": "import os\nos.nice(-5)",
}


@pytest.mark.parametrize("what", KEPT)
def test_the_jail_gives_none_of(nursery: Nursery, what: str) -> None:
    with Session(nursery, TIMES) as session:
        try:
            found = session.cell(KEPT[what])
        except StoppedError:
            return
    assert found["error"], found


def test_what_exercises_need_works_in_the_jail(nursery: Nursery) -> None:
    with Session(nursery, TIMES) as session:
        found = session.cell(
            "import socket, subprocess, tempfile, threading, multiprocessing.shared_memory as s\n"
            "a, b = socket.socketpair(); a.sendall(b'x'); assert b.recv(1) == b'x'\n"
            "assert subprocess.run(['echo', 'y'], capture_output=True, text=True).stdout == 'y\\n'\n"
            "t = threading.Thread(target=print); t.start(); t.join()\n"
            "m = s.SharedMemory(create=True, size=10**6); m.close(); m.unlink()\n"
            "with tempfile.NamedTemporaryFile() as f: f.write(b'z')\n"
            "open('/dev/null', 'w').write('z')"
        )
    assert not found["error"], found


FORKS = """
import os, time
n = 0
try:
    while n < 100:
        if not os.fork():
            time.sleep(9)
            os._exit(0)
        n += 1
except BlockingIOError:
    pass
"""


@pytest.mark.skipif(tuple(map(int, os.uname().release.split(".")[:2])) < (5, 14), reason="Linux then counted otherwise")
def test_processes_are_counted_by_submission_and_those_of_others_are_not(nursery: Nursery) -> None:
    others = [subprocess.Popen(["sleep", "60"]) for _ in range(50)]  # more than a submission may have
    try:
        with Session(nursery, TIMES) as session:
            assert not session.cell(FORKS)["error"]
            assert 40 <= session.value("n") < 48
    finally:
        for other in others:
            other.kill()
            other.wait()


def reachable(*paths: Path) -> list[str]:
    """Options of bubblewrap by which every user reaches these folders, whoever may not enter those above."""
    above = {folder for path in paths for folder in path.parents}
    closed = {folder for folder in above if not folder.stat().st_mode & stat.S_IXOTH}
    first = {folder for folder in closed if not closed & set(folder.parents)}
    below = sorted(folder for folder in above if first & set(folder.parents))
    line = [part for folder in sorted(first) for part in ("--perms", "0755", "--tmpfs", folder)]
    line += [part for folder in below for part in ("--perms", "0755", "--dir", folder)]
    line += [part for path in sorted(paths) for part in ("--bind", path, path)]
    return [str(part) for part in line]


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests ran as an ordinary user")
def test_for_an_ordinary_user_the_jail_is_the_same(nursery: Nursery, tmp_path: Path) -> None:
    os.chown(tmp_path, 1234, 1234)
    here = Path(__file__).resolve().parent
    root = here.parents[2]
    shown = reachable(Path(sys.base_prefix), Path(sys.prefix), root, tmp_path)
    user = ["setpriv", "--reuid=1234", "--regid=1234", "--clear-groups", "--bounding-set=-all"]
    some = "the_jail or right_answers or outlives or counted"
    tests = [f"{here}/test_{name}.py" for name in ("session", "job")]
    done = subprocess.run(
        [
            *("bwrap", "--dev-bind", "/", "/", *shown, "--cap-add", "ALL", "--die-with-parent"),
            *("--chdir", root),
            *(*user, sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rs", "-k", some),
            *("--basetemp", tmp_path / "tests", *tests),
        ],
        env=os.environ | {"HOME": str(tmp_path), "CI": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert int(done.stdout.rpartition(" passed")[0].split()[-1]) > 20


def test_where_nobody_may_make_namespaces_no_code_is_run() -> None:
    command = ["bwrap", "--dev-bind", "/", "/", "--unshare-user", "--disable-userns", "--uid", "1234", "--"]
    if shutil.which("bwrap") is None or subprocess.run([*command, "true"], check=False).returncode:
        pytest.skip("bubblewrap cannot forbid namespaces here")
    start = "from rnncourse.grading.jail.bubblewrap import NoJailError, start\n"
    start += "try: start()\nexcept NoJailError as error: print(error)"
    done = subprocess.run([*command, sys.executable, "-c", start], capture_output=True, text=True, check=True)
    assert "no code of students is run. It said:\nbwrap: " in done.stdout
