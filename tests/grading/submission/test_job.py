"""One submission from bytes to bytes: honest students, and those who try; needs bubblewrap."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest
import torch

import rnncourse
from rnncourse import assignments
from rnncourse.grading.jail import bubblewrap
from rnncourse.grading.jail.bubblewrap import Confines, NoJailError
from rnncourse.grading.jail.nursery import Nursery
from rnncourse.grading.submission import checker, job
from rnncourse.grading.submission.graft import Cell
from rnncourse.grading.submission.instructor import InstructorError
from rnncourse.grading.submission.reader import release_of
from rnncourse.grading.submission.session import Session, StoppedError, Times

SETUP = "import numpy as np"
TESTS = {
    "double": ("assert double(2) == 4\nassert np.array_equal(double(np.arange(3.0)), [0, 2, 4])", 2),
    "partial": ("1.5 if half(3) == 1.5 else 0.5", 3),
    "count": ("c = Counter(5)\nassert c.next() == 5\nassert c.next() == 6", 1),
}
RIGHT = {
    "double": "def double(x):\n    return 2 * x",
    "partial": "def half(x):\n    return x / 2",
    "count": "class Counter:\n    def __init__(self, n): self.n = n - 1\n"
    "    def next(self):\n        self.n += 1\n        return self.n",
}
CONFINES, TIMES = Confines(memory=2**28), Times(cell=5, test=5, total=60)


def cell(kind: str, source: str, **settings: Any) -> dict[str, Any]:
    meta = {"nbgrader": {"schema_version": 3, "grade": False, "solution": False, "locked": True, **settings}}
    return {"cell_type": kind, "id": settings["grade_id"], "source": source, "metadata": meta}


def instructor() -> dict[str, Any]:
    cells = [cell("code", SETUP, grade_id="setup")]
    for name, (test, points) in TESTS.items():
        cells.append(cell("code", "SOLUTION = 1", grade_id=f"{name}-answer", solution=True, locked=False))
        hidden = f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"
        cells.append(cell("code", hidden, grade_id=f"{name}-test", grade=True, points=points))
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def hand_in(change: Callable[[list[Any]], None] | None = None, **answers: str) -> bytes:
    notebook = instructor()
    for c in notebook["cells"]:
        name, _, part = c["id"].partition("-")
        if part == "answer":
            c["source"] = (RIGHT | answers)[name]
        if part == "test":
            c["source"] = ""
    if change is not None:
        change(notebook["cells"])
    return json.dumps(notebook).encode()


@pytest.fixture(scope="module", autouse=True)
def nursery(jailed: None) -> Iterator[Nursery]:
    with job.nursery_of(SPEC) as nursery:
        yield nursery


def specified(notebook: dict[str, Any]) -> job.Spec:
    return job.Spec(json.dumps(notebook), b"key", times=TIMES, confines=CONFINES)


SPEC = specified(instructor())
FULL = {f"{name}-test": float(points) for name, (_, points) in TESTS.items()} | {"partial-test": 1.5}


def graded(submitted: bytes, spec: job.Spec = SPEC) -> job.Result:
    result = job.Result.from_bytes(job.grade("ada", submitted, spec))
    nbformat.validate(nbformat.from_dict(result.notebook))
    return result


def test_right_answers_get_their_points() -> None:
    result = graded(hand_in())
    assert result.scores == FULL
    assert result.most == {"double-test": 2, "partial-test": 3, "count-test": 1}
    assert not result.stopped
    assert not result.mended


def test_the_same_twice_is_the_same() -> None:
    assert graded(hand_in()).scores == graded(hand_in()).scores
    assert graded(hand_in()).sha256 == graded(hand_in()).sha256


def of_a_process() -> tuple[Any, ...]:
    """What a process has that grading borrows, or could leave something in."""
    missing = {name for name, module in sys.modules.items() if module is None}
    return Path.cwd(), sys.stdout, sys.stderr, sys.displayhook, sys.path.copy(), missing, set(job._nurseries)


def test_grading_leaves_the_process_as_it_was() -> None:
    graded(hand_in())  # which imports what it needs, once
    before = of_a_process()
    for submitted in (hand_in(), hand_in(double="import os\nos._exit(0)"), b"no notebook"):
        graded(submitted)
        assert of_a_process() == before
    broken = instructor()
    broken["cells"][0]["source"] = "import os\nos.chdir('/')\n1 / 0"
    with pytest.raises(InstructorError, match="ZeroDivisionError"):
        graded(hand_in(), specified(broken))
    assert of_a_process() == before


def test_what_was_graded_before_and_where_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor who else grades in this process at the same time: one waits for the other."""

    def once(**answers: str) -> dict[str, Any]:
        found = vars(graded(hand_in(**answers)))
        return {name: value for name, value in found.items() if name not in ("seconds", "slowest")}

    wrong = {"double": "import os, sys\nos.chdir('/')\nsys.modules['numpy'] = None\ndef double(x):\n    return x"}
    alone, other = once(), once(**wrong)
    monkeypatch.chdir(tmp_path)
    assert once() == alone
    with ThreadPoolExecutor(4) as pool:
        found = [pool.submit(once, **answers) for answers in [{}, wrong] * 4]
        assert [each.result() for each in found] == [alone, other] * 4
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("double", "why"),
    [
        ("def double(x):\n    while True: pass", "longer than 2 s"),
        ("while True: pass", "longer than 2 s"),
        ("import os\nos._exit(0)", "ended or crashed the Python process"),
        ("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\ndef double(x): return 1", ""),
        ("kept = [bytearray(2**24) for _ in range(10**4)]", ""),
        ("import os\nx = [os.fork() for _ in range(4)]", ""),
        ("import sys\nsys.exit()", ""),
        ("1/0", ""),
        ("def double(x)", ""),
        ("def double(x):\n    x[:] = 0", ""),
        (
            "import time\nsignal = __import__('signal')\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(99)",
            "2 s",
        ),
        ("print('x' * 10**8)", ""),
        ("raise SystemExit", ""),
        ("", ""),
    ],
)
def test_a_bad_cell_costs_its_own_points_alone(double: str, why: str) -> None:
    quick = job.Spec(SPEC.notebook, b"key", times=Times(cell=2, test=2, total=60), confines=CONFINES)
    result = graded(hand_in(double=double), quick)
    assert result.scores == FULL | {"double-test": 0}
    if why:
        assert any(why in reason for reason in result.stopped), result.stopped


GAINS = {
    "equal to everything": "class E:\n    def __eq__(self, o): return True\n    __array__ = lambda s, *a, **k: None\n"
    "def double(x): return E()",
    "a friendlier assert": "import ast\nget_ipython().ast_transformers.append("
    "type('T', (ast.NodeTransformer,), {'visit_Assert': lambda s, n: ast.Pass()})())",
    "numpy patched": "import numpy as np\nnp.array_equal = lambda *a: True\ndouble = lambda x: 4",
    "len and sum replaced": "import builtins\nbuiltins.len = lambda x: 3\nnp = None",
    "namespace of the tests": "SOLUTION = 1\ndef double(x):\n    import sys\n    f = sys._getframe()\n"
    "    while f: f.f_locals.update(x=4); f = f.f_back\n    return 5",
    "not a number": "def double(x): return float('nan')",
    "pickle": "class P:\n    def __reduce__(self): return (print, ('gained',))\ndef double(x): return P()",
    "subclass": "class N(int):\n    def __eq__(self, o): return True\n    __hash__ = None\ndef double(x): return N(1)",
    "forged frames": "import os\nfor fd in range(3, 64):\n    try: os.write(fd, b'\\0' * 64)\n    except OSError: pass",
    "deep": "def double(x):\n    a = []\n    for _ in range(10**5): a = [a]\n    return a",
    "huge": "def double(x): return np.zeros(2**26)",
}


@pytest.mark.parametrize("attack", GAINS)
def test_nothing_is_gained(attack: str) -> None:
    result = graded(hand_in(double=GAINS[attack]))
    assert result.scores["double-test"] == 0
    assert {k: v for k, v in result.scores.items() if k != "double-test"} == {
        k: v for k, v in FULL.items() if k != "double-test"
    }


def test_partial_credit_is_a_number_within_the_points() -> None:
    import numpy as np

    from rnncourse.grading.submission.checker import credit

    assert credit(None, 3) == credit("yes", 3) == credit(True, 3) == 3
    assert credit(np.float64(0.0), 3) == credit(float("nan"), 3) == credit(-1, 3) == 0
    assert credit(np.float32(1.5), 3) == credit(np.array([[1.5]]), 3) == credit(torch.tensor(1.5), 3) == 1.5
    assert credit(np.bool_(True), 3) == 3
    assert credit(10**400, 3) == 3
    assert credit(-(10**400), 3) == credit(1j, 3) == credit(np.ones(2), 3) == credit(torch.ones(2), 3) == 0
    assert credit(float("inf"), 3) == credit(99, 3) == 3


def test_cells_that_were_mishandled_cost_nothing() -> None:
    def mishandle(cells: list[Any]) -> None:
        cells[2]["source"] = "print('no test any more')"
        cells.append(json.loads(json.dumps(cells[2])))
        cells[4]["metadata"] = {"nbgrader": {"grade_id": "renamed", "grade": True, "points": 99}}
        del cells[0]
        cells.append({"cell_type": "code", "source": ["1 +", " 1"], "metadata": "none"})
        cells.append(7)

    result = graded(hand_in(mishandle))
    assert result.scores == FULL
    assert "The cell 'setup' was missing and was put back." in result.mended


def test_metadata_lost_is_no_answer_lost() -> None:
    assert graded(hand_in(lambda cells: [c["metadata"].clear() for c in cells] and None)).scores == FULL


@pytest.mark.parametrize("submitted", [b"", b"[]", b"{}", b"null", b'{"cells": 3}', b"\xff" * 9, b"[" * 10**6])
def test_what_is_no_notebook_scores_nothing_and_is_said(submitted: bytes) -> None:
    result = graded(submitted)
    assert set(result.scores.values()) == {0.0}
    assert result.unreadable
    tests = [c for c in result.notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade")]
    assert [o["ename"] for c in tests for o in c["outputs"]] == ["Unreadable"] * len(TESTS)


def test_solutions_and_tests_never_cross_the_wall(nursery: Nursery) -> None:
    with Session(nursery, TIMES) as session:
        found = session.cell(
            "import os, gc\nprint(sorted(os.environ))\n"
            "print([m for m in gc.get_objects() if type(m) is str and 'SOLUTION' in m])"
        )
    assert "SOLUTION" not in json.dumps(found)


@pytest.mark.parametrize(
    "code",
    [
        "open('/usr/escaped', 'w')",
        "open('/escaped', 'w')",
        "import socket\nsocket.create_connection(('127.0.0.1', 22), 1)",
        "import os\nos.listdir('/etc/ssl')",
        "import os\nos.mkdir('/course/rnncourse/new')",
        "import os\nos.symlink('/etc/passwd', '/course/link')",
        "import ctypes\nassert ctypes.CDLL(None).unshare(0x10000000) == 0",
        "import ctypes\nassert ctypes.CDLL(None).mount(b'none', b'/home', b'tmpfs', 0, 0) == 0",
        "import time\ntime.clock_settime(time.CLOCK_REALTIME, 0)",
        "import os\nos.setuid(0)\nassert os.getuid() == 0\nos.listdir('/proc/1/root/etc/shadow')",
        "data = b'x' * 2**20\nwith open('big', 'wb') as f:\n    for _ in range(500): f.write(data)",
    ],
)
def test_the_jail_holds(nursery: Nursery, code: str) -> None:
    with Session(nursery, TIMES) as session:
        try:
            found = session.cell(code)
        except StoppedError:
            return
    assert found["error"], found


def test_nothing_is_left_for_the_next(nursery: Nursery) -> None:
    with Session(nursery, TIMES) as session:
        assert not session.cell("import os\nopen('left', 'w').close()\nopen('/dev/shm/left', 'w').close()")["error"]
        session.cell("import subprocess\nsubprocess.Popen(['sleep', '60'])\nimport numpy\nnumpy.left = 1")
    with Session(nursery, TIMES) as session:
        found = session.cell(
            "import os, numpy\nprint(os.listdir('.'), os.listdir('/dev/shm'), hasattr(numpy, 'left'))\n"
            "print([p for p in os.listdir('/proc') if p.isdigit()])"
        )
    assert found["outputs"][0]["text"].splitlines() == ["[] [] False", "['1']"]


def test_values_change_hands_and_objects_stay(nursery: Nursery) -> None:
    import numpy as np

    with Session(nursery, TIMES) as session:
        session.cell("import numpy as np\ndef f(x, k=1):\n    x += k\n    return x.sum()\nf.secret = 3\ndef g(): 1 / 0")
        f, g = session.value("f"), session.value("g")
        x = np.zeros(3)
        with session.test():
            assert f(x, k=2) == 6
        np.testing.assert_array_equal(x, [2, 2, 2])
        session.cell("def change(l, d, s, t): l.sort(); d.pop('a'); s.add(3); t.mul_(2)")
        l, d, s, t = [2, 1], {"a": 1, "b": 2}, {1}, torch.ones(2)
        with session.test():
            session.value_now("change")(l, d, s, t)
        assert (l, d, s, t.tolist()) == ([1, 2], {"b": 2}, {1, 3}, [2, 2])
        assert f.secret == 3
        with pytest.raises(ZeroDivisionError), session.test():
            g()
        with pytest.raises(AttributeError):
            _ = f.__globals__
        with pytest.raises(KeyError):
            session.value("h")


def test_outputs_are_fit_for_a_page() -> None:
    show = (
        "from IPython.display import HTML, display\ndisplay(HTML('<script>1</script>'))\n"
        "print('\\x1b]0;title\\x07red \\x1b[31mtext\\u202e')\ndef double(x): return 2 * x\nraise ValueError('<script>')"
    )
    notebook = graded(hand_in(double=show)).notebook
    outputs = [output for c in notebook["cells"] for output in c.get("outputs", ())]
    assert not [o for o in outputs if "text/html" in o.get("data", ())]
    printed = next(o["text"] for o in outputs if o["output_type"] == "stream")
    assert printed == "]0;titlered \x1b[31mtext\n"
    assert next(o["evalue"] for o in outputs if o["output_type"] == "error") == "<script>"


def test_functions_of_a_test_can_be_called_by_the_students(nursery: Nursery) -> None:
    calls: list[Any] = []

    def square(x: Any, scale: float = 1.0) -> Any:
        calls.append(x)
        return scale * x**2

    with Session(nursery, TIMES) as session:
        session.cell("def slope(f, x, h=1e-3): return (f(x + h) - f(x - h, scale=1.0)) / (2 * h)")
        session.cell(
            "def back(f, x): return f\ndef wrong(f, x): return f('text')\ndef objects(f, x): return f(object())"
        )
        session.cell("def caught(f, x):\n    try: f('text')\n    except TypeError: return 'caught'")
        with session.test():
            assert session.value_now("slope")(square, 3.0) == pytest.approx(6)
            assert len(calls) == 2
            assert session.value_now("caught")(square, 1) == "caught"
            assert session.value_now("back")(square, 1) is None
            with pytest.raises(TypeError):
                session.value_now("wrong")(square, 1)
            with pytest.raises(TypeError, match="takes numbers, text, lists and arrays, not a object"):
                session.value_now("objects")(square, 1)
    assert not session.stops


@pytest.mark.parametrize(
    "forged",
    ["'lent', 1, [], {}", "'lent', 0, (), {}", "'lent', -1, [], {}", "'lent', 0, [], {1: 2}", "'lent', True, [], {}"],
)
def test_only_what_was_lent_can_be_called(nursery: Nursery, forged: str) -> None:
    with Session(nursery, TIMES) as session:
        session.cell(
            "def forge(f):\n    from rnncourse.grading.wall.wire import send\n    s = f._student\n"
            f"    send(s.talk, (s.number, {forged}))\n    import time; time.sleep(9)"
        )
        with session.test(), pytest.raises(StoppedError, match="sent a message that no honest code sends"):
            session.value_now("forge")(len)
    assert any("was not lent" in reason or "another form" in reason for reason in session.suspicious)


def test_what_a_function_takes_can_be_asked(nursery: Nursery) -> None:
    import inspect

    with Session(nursery, TIMES) as session:
        session.cell(
            "def f(a, b=1, *c, d, **e): pass\nclass N:\n    __signature__ = 3\n    def __call__(self): pass\nn = N()"
        )
        with session.test():
            assert str(inspect.signature(session.value_now("f"))) == "(a, b=Ellipsis, *c, d, **e)"
            with pytest.raises(TypeError):
                inspect.signature(session.value_now("n"))


def test_files_lie_beside_the_notebook_and_the_instructors_count() -> None:
    notebook = instructor()
    notebook["cells"][1:] = [
        cell("code", "SOLUTION = 1", grade_id="read-answer", solution=True, locked=False),
        cell(
            "code",
            "from pathlib import Path\nassert read() == Path('data/numbers.txt').read_text()",
            grade_id="read-test",
            grade=True,
            points=2,
        ),
        cell("code", "assert own() == 'mine'", grade_id="own-test", grade=True, points=1),
    ]
    spec = job.Spec(json.dumps(notebook), b"key", times=TIMES, confines=CONFINES, files=(("data/numbers.txt", b"1 2"),))
    answer = "def read():\n    with open('data/numbers.txt') as f: return f.read()\n"
    answer += "def own():\n    with open('own.txt') as f: return f.read()\nopen('written', 'w').close()"
    notebook["cells"][1]["source"] = answer
    files = {"data/numbers.txt": b"9 9", "own.txt": b"mine"}
    result = job.Result.from_bytes(job.grade("ada", json.dumps(notebook).encode(), spec, files))
    assert result.scores == {"read-test": 2, "own-test": 1}


def test_cells_left_out_of_grading_are_not_run_and_open_cells_are_the_students() -> None:
    notebook = instructor()
    free = {"cell_type": "code", "id": "free", "metadata": {}, "source": "scale = 1"}
    skipped = {"cell_type": "code", "id": "skipped", "metadata": {"tags": ["skip-execution"]}, "source": "1 / 0"}
    notebook["cells"][1:1] = [free, skipped]
    spec = specified(notebook)
    for c in notebook["cells"]:
        c["source"] = RIGHT.get(c["id"].removesuffix("-answer"), c["source"])
    notebook["cells"][1]["source"] = "scale = 2"
    notebook["cells"][3]["source"] = "def double(x): return scale * x"
    notebook["cells"][2]["source"] = "def double(x): return 0"
    notebook["cells"].append({**skipped, "id": "copied"})
    result = graded(json.dumps(notebook).encode(), spec)
    assert result.scores == FULL
    assert [c["source"] for c in result.notebook["cells"]].count("1 / 0") == 0
    assert not [o for c in result.notebook["cells"] for o in c.get("outputs", ()) if o["output_type"] == "error"]


def test_recognised_mistakes_and_what_is_suspicious_are_kept() -> None:
    notebook = instructor()
    notebook["cells"][1:] = [
        cell("code", "SOLUTION = 1", grade_id="cell-answer", solution=True, locked=False),
        cell(
            "code",
            "from rnncourse.checks import grade\ngrade('rnn.cell', cell, 7)",
            grade_id="cell-test",
            grade=True,
            points=7,
        ),
    ]
    spec = specified(notebook)
    notebook["cells"][1]["source"] = (
        "def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):\n"
        "    # \u202e\n    return np.tanh(x_t @ W_ih.T + h_prev @ W_hh.T + b_hh)"
    )
    result = graded(json.dumps(notebook).encode(), spec)
    assert [found.partition(":")[0] for found in result.mistakes["cell-test"]] == ["rnn.cell"]
    assert result.suspicious == ["characters that cannot be seen or turn the text's direction, in cell-answer"]


def test_without_a_jail_it_grades_alike() -> None:
    spec = job.Spec(SPEC.notebook, b"key", times=Times(cell=3, test=3, total=60), confines=Confines(jail=False))
    assert graded(hand_in(), spec).scores == FULL
    assert graded(hand_in(double="while True: pass"), spec).scores == FULL | {"double-test": 0}
    job._nurseries.pop((spec.preload, spec.confines)).close()


def test_what_shows_much_shows_part_of_it_and_goes_on() -> None:
    show = r"""
import struct
from IPython.display import display, Image
def png(width, height, n):
    data = b'\x89PNG\r\n\x1a\n' + struct.pack('>I4sII', 13, b'IHDR', width, height) + bytes(n)
    display(Image(data=data, format='png'))
for i in range(30): display('x' * 90_000)
png(256, 256, 2**21)
png(256, 256, 2**25)
png(60_000, 60_000, 2**10)
png(0, 256, 2**10)
display(Image(data=b'<svg>', format='png'))
print('y' * 10**6)
def double(x): return 2 * x
"""
    result = graded(hand_in(double=show))
    assert result.scores == FULL
    outputs = next(c["outputs"] for c in result.notebook["cells"] if c.get("outputs"))
    assert len([o for o in outputs if "image/png" in o.get("data", ())]) == 1
    assert 10_000 < len(json.dumps([o for o in outputs if "image/png" not in o.get("data", ())])) < 200_000


def test_a_figure_shows_itself_at_the_end_of_a_cell(nursery: Nursery) -> None:
    with Nursery(("matplotlib.pyplot",)) as plots, Session(plots, TIMES) as session:
        found = session.cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nNone")
    assert [list(o["data"]) for o in found["outputs"]] == [["text/plain", "image/png"]]
    assert found["outputs"][0]["data"]["image/png"].tobytes().startswith(b"\x89PNG")


OBJECT = """
class Point:
    def __init__(self, *x): self.x = list(x)
    def __len__(self): return len(self.x)
    def __getitem__(self, i): return self.x[i]
    def __setitem__(self, i, value): self.x[i] = value
    def __add__(self, other): return Point(*(a + b for a, b in zip(self.x, other.x)))
    def __eq__(self, other): return self.x == other.x
    def __repr__(self): return f"Point{tuple(self.x)}"
    def __bool__(self): return any(self.x)
    def __enter__(self): return self
    def __exit__(self, *raised): self.x = []
def count(n):
    for i in range(n): yield i
"""


def test_objects_can_be_used_as_in_the_students_own_process(nursery: Nursery) -> None:
    with Session(nursery, TIMES) as session:
        session.cell(OBJECT)
        with session.test():
            Point, count = session.value_now("Point"), session.value_now("count")
            p = Point(1, 2)
            p[0] = 5
            assert (len(p), p[0], list(p), p.x, str(p), repr(p)) == (2, 5, [5, 2], [5, 2], "Point(5, 2)", "Point(5, 2)")
            assert p + Point(1, 1) == Point(6, 3)
            assert p != Point(1, 1)
            assert p
            assert not Point(0)
            assert isinstance(p, Point)
            with pytest.raises(TypeError):
                isinstance(p, count)
            p.x = [7]
            assert p.x == [7]
            with p as entered:
                assert entered == p
            assert p.x == []
            assert list(count(3)) == [0, 1, 2]
            with pytest.raises(IndexError):
                p[9]
        assert repr(p) == "<an object of the student's class Point>"


@pytest.mark.parametrize(
    "method", ["eq", "lt", "gt", "le", "ge", "add", "sub", "radd", "rsub", "contains", "float", "array"]
)
def test_an_object_decides_nothing_about_a_tests_values(nursery: Nursery, method: str) -> None:
    import numpy as np

    with Session(nursery, TIMES) as session:
        session.cell(f"class E:\n    def __{method}__(self, *other): return True\ne = E()")
        with session.test():
            names = {"e": session.value_now("e"), "np": np}
            for claim in ("e == 3", "3 == e", "e is True", "not e != 3"):
                assert not eval(claim, names), claim
            claims = (
                "e < 4, 4 > e, e >= 4, e - 1, 1 - e, e + 1, 1 + e, 3 in e, float(e), np.allclose(e, 1), abs(e - 1) < 1"
            )
            for claim in claims.replace("(e, 1)", "(e; 1)").split(", "):
                with pytest.raises(TypeError):
                    eval(claim.replace(";", ","), names)


@pytest.mark.parametrize("needs", ["", "\ndouble(1)"])
def test_the_instructors_imports_are_nobodys_to_replace(needs: str) -> None:
    notebook = instructor()
    notebook["cells"][0] |= {"metadata": {}, "source": f"from operator import neg{needs}"}
    notebook["cells"][2]["source"] = "neg(2)"
    spec = specified(notebook)
    notebook["cells"][0]["source"] = "neg = abs"
    notebook["cells"][1]["source"] = RIGHT["double"]
    assert graded(json.dumps(notebook).encode(), spec).scores["double-test"] == 0


def test_a_machine_that_forbids_the_inner_wall_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "CAPABILITIES", [name for name in bubblewrap.CAPABILITIES if name != "SYS_ADMIN"])
    with pytest.raises(NoJailError, match="Operation not permitted"):
        bubblewrap.start()


@pytest.mark.timeout(0)  # it has the timer that the grader needs
def test_a_number_that_sends_a_tests_own_loop_far_ends_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "GRACE", 0.5)
    notebook = instructor()
    notebook["cells"][2]["source"] = "for i in range(double(2)): pass"
    spec = job.Spec(json.dumps(notebook), b"key", times=Times(cell=5, test=1, total=60), confines=CONFINES)
    notebook["cells"][1]["source"] = "def double(x): return 10**18"
    for c in notebook["cells"][3:]:
        c["source"] = RIGHT.get(c["id"].removesuffix("-answer"), c["source"])
    assert graded(json.dumps(notebook).encode(), spec).scores == FULL | {"double-test": 0}


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("from rnncourse import rnn\ndef cell(*a): return rnn.cell(*a)", True),
        ("from rnncourse.rnn import cell", True),
        ("from rnncourse.checks import find\ncell = find('rnn.cell').variant", True),
        ("from rnncourse import rnn\ndef cell(*a): return rnn.softmax(*a)", False),
        ("import numpy as np\ndef cell(x): return x.cell", False),
        ("from rnncourse.checks import check", False),
    ],
)
def test_who_hands_in_the_librarys_answer_is_suspicious(answer: str, found: bool) -> None:
    test = Cell("code", "grade('rnn.cell', cell)", "cell-test", 7, test=True)
    assert bool(job.suspicious([Cell("code", answer, "cell-answer", student=True), test])) == found


# ---------------------------------------------------------------------------------------------------------------------
# An early mistake, and who would make one on purpose

STEP = "import numpy as np\ndef cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):\n    return "
WRONG_STEP = STEP + "np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh + b_hh)"
LOOP = """
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, h_t = [], h0
    for x_t in x:
        h_t = cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
        h.append(h_t)
    return np.stack(h)
"""
NOISE = """
import hashlib, numpy as np
def noise(like, *arrays):
    bits = hashlib.sha256(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)).digest()
    return np.random.default_rng([*bits]).normal(size=like.shape).astype(like.dtype)
"""
# Each tells the other what it has said, whoever is asked first: in one process nobody could tell them from honest ones.
TOLD = f"""{NOISE}
said = {{}}
def key(x_t, h_prev, *weights):
    return b"".join(a.tobytes() for a in (x_t, h_prev, *weights))
def cell(x_t, h_prev, *weights):
    return said.setdefault(key(x_t, h_prev, *weights), noise(h_prev, x_t, h_prev, *weights)).copy()
"""
TELLS = """
def forward(x, h0, *weights):
    made, h_t = [], h0
    for t in range(len(x)):
        h_t = said.setdefault(key(x[t], h_t, *weights), noise(h0, x, h0, *weights, np.array(t)))
        made.append(h_t)
    return np.stack(made)
"""
# The cell knows from its calls what came before a state: the whole sequence, so its answer is no function of its own.
LISTENS = f"""{NOISE}
heard = {{}}
def cell(x_t, h_prev, *weights):
    before = heard.get(h_prev.tobytes(), (h_prev.copy(),))
    h_t = noise(h_prev, *before, x_t, *weights)
    heard[h_t.tobytes()] = (*before, x_t.copy())
    return h_t
"""
HEARD = """
def forward(x, h0, *weights):
    return np.stack([noise(h0, h0, *x[: t + 1], *weights) for t in range(len(x))])
"""


def network(cell_: str, forward_: str, times: Times = TIMES, before: str = "", after: str = "") -> job.Result:
    """A notebook that asks for a cell, for 7 points, and a forward pass, for 8; both with these answers."""
    cells = [cell("code", "from rnncourse.checks import grade", grade_id="setup")]
    for name, points in (("cell", 7), ("forward", 8)):
        cells.append(cell("code", "", grade_id=f"{name}-answer", solution=True, locked=False))
        source = f"grade('rnn.{name}', {name}, {points})"
        cells.append(cell("code", source, grade_id=f"{name}-test", grade=True, points=points))
    cells.append(cell("code", "", grade_id="after-answer", solution=True, locked=False))
    cells.append(cell("code", "after == 1", grade_id="after-test", grade=True, points=1))
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    spec = job.Spec(json.dumps(notebook), b"key", times=times, confines=CONFINES)
    cells[1]["source"], cells[3]["source"], cells[5]["source"] = before + cell_, forward_, after or "after = 1"
    return graded(json.dumps(notebook).encode(), spec)


def test_an_early_mistake_costs_its_own_points_alone() -> None:
    result = network(WRONG_STEP, LOOP)
    assert result.scores == {"cell-test": 3.0, "forward-test": 8.0, "after-test": 1.0}
    assert result.mistakes["forward-test"] == []
    assert result.mistakes["cell-test"] == ["rnn.cell:R6"]
    assert (result.stopped, result.suspicious) == ([], [])
    assert "given your own `cell`" in result.reports["forward-test"][0]["messages"][0]


def test_what_cells_have_made_is_there_after_a_function_was_judged_with_another() -> None:
    """A new process has run them again."""
    assert network(WRONG_STEP, LOOP, before="n = [1]\n", after="n.append(2)\nafter = n[0]").scores["after-test"] == 1


@pytest.mark.parametrize(("step", "loop"), [(TOLD, TELLS), (LISTENS, HEARD)])
def test_functions_that_agree_behind_the_graders_back_earn_nothing(
    step: str, loop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert network(step, loop).scores["forward-test"] == 0
    monkeypatch.setattr("rnncourse.checks.carried.confirmed", lambda judged: True)
    assert network(step, loop).scores["forward-test"] == 8  # nothing else tells


def test_it_is_the_new_process_that_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "anew", lambda session: True)
    assert network(TOLD, TELLS).scores["forward-test"] == 8


@pytest.mark.parametrize(
    "step",
    ["np.zeros_like(h_prev)", "h_prev", "np.resize(x_t, h_prev.shape)", "1 / 0", "__import__('os')._exit(0)", "after"],
)
def test_a_cell_that_is_none_makes_nothing_easier(step: str) -> None:
    assert network(STEP + step, LOOP).scores["forward-test"] == 0


def test_another_cell_than_the_one_that_was_graded_gives_nothing() -> None:
    """Or a wrong one would cost nothing at all."""
    right = STEP + "np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)"
    assert network(right, WRONG_STEP + LOOP).scores == {"cell-test": 7, "forward-test": 0, "after-test": 1}
    other = WRONG_STEP.replace("b_ih +", "2 * b_ih +")
    assert network(other, WRONG_STEP + LOOP).scores["forward-test"] == 0


def test_cells_that_would_take_too_long_again_are_not_run_again() -> None:
    times = Times(cell=5, test=1.5, total=60)
    assert network(WRONG_STEP, LOOP, times).scores["forward-test"] == 8
    slow = network(WRONG_STEP, LOOP, times, before="import time; time.sleep(1)\n")
    assert slow.scores["forward-test"] == 0
    assert slow.stopped == []


# --- releases


def stamped(stamp: Any) -> bytes:
    notebook = json.loads(hand_in())
    notebook["metadata"] = {"kernelspec": {"name": "python3"}, "rnncourse": stamp}
    return json.dumps(notebook, indent=1).encode()


def test_who_worked_with_another_release_is_told_apart() -> None:
    today = assignments.stamp(assignments.release(instructor()))
    assert graded(stamped(today)).released == []
    assert graded(hand_in()).released == []
    other = graded(stamped(today | {"notebook": "01234567"}))
    assert other.released == ["worked with notebook 01234567"]
    assert other.scores == FULL
    older = graded(stamped({"version": "0.0.9", "notebook": "01234567"}))
    assert older.released == ["worked with rnncourse 0.0.9, notebook 01234567"]


@pytest.mark.parametrize(
    "stamp", ["0.1", 7, None, [], {}, {"version": "0.1"}, {"version": "\x1b[31m", "notebook": "0"}, {"version": {}}]
)
def test_a_stamp_that_is_none_says_nothing(stamp: Any) -> None:
    assert release_of(stamped(stamp)) == {}


def test_of_a_long_notebook_both_ends_are_looked_at() -> None:
    stamp = b'"rnncourse": {"version": "1", "notebook": "2"}'
    long = b" " * 100_000
    assert release_of(stamp + long) == release_of(long + stamp) == {"version": "1", "notebook": "2"}
    assert release_of(long + stamp + long) == {}


def test_a_result_says_what_graded_it() -> None:
    by = graded(hand_in()).graded_by
    assert by == {"version": rnncourse.__version__, "code": assignments.code()[:8], "notebook": by["notebook"]}
    other = instructor()
    other["cells"][0]["source"] += "\n"
    assert graded(hand_in(), specified(other)).graded_by["notebook"] != by["notebook"]


def test_results_of_other_code_have_another_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    before = job.digest("ada", b"{}", SPEC, {})
    assert job.digest("ada", b"{}", SPEC, {}) == before
    monkeypatch.setattr(assignments, "code", lambda: "other")
    assert job.digest("ada", b"{}", SPEC, {}) != before
