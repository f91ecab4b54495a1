"""The instructor's own cells: what they make is nobody's to replace; what is wrong in them is no student's fault."""

from __future__ import annotations

import builtins
import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rnncourse.grading.jail.bubblewrap import Confines
from rnncourse.grading.submission import checker, job, model
from rnncourse.grading.submission.instructor import InstructorError, taken_apart, wanted
from rnncourse.grading.submission.session import Session, Times

ANSWER = "def answer(x):\n    return 42 * x"
CHEAT = """
class Anything:
    def __init__(self, *a, **k): pass
    def __call__(self, *a, **k): return 0
    def __getattr__(self, name): return 0
    def __getitem__(self, name): return 0
def answer(x): return 0
reference, WANTED, wanted, grade, math, np, kept = Anything(), 0, 0, Anything(), Anything(), Anything(), Anything()
"""
TEST = "assert answer(3) == reference(3) and answer(1) == WANTED"
MAKES = "WANTED = 42\ndef reference(x):\n    return WANTED * x"


@pytest.fixture(scope="module", autouse=True)
def nurseries(jailed: None) -> Iterator[None]:
    yield
    for nursery in job._nurseries.values():
        nursery.close()
    job._nurseries.clear()


def cell(name: str, source: str, **settings: Any) -> dict[str, Any]:
    meta = {"nbgrader": {"schema_version": 3, "grade": False, "solution": False, "locked": True, "grade_id": name}}
    meta["nbgrader"] |= settings
    return {"cell_type": "code", "id": name, "source": source, "metadata": meta, "outputs": [], "execution_count": None}


def notebook(*cells: dict[str, Any]) -> Any:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}


def own(setup: str, *between: str, test: str = TEST) -> Any:
    return notebook(
        cell("setup", setup),
        cell("answer", ANSWER, solution=True, locked=False),
        *(cell(f"more-{i}", source) for i, source in enumerate(between)),
        cell("test", test, grade=True, points=5),
    )


def points(instructors: Any, answer: str = ANSWER, own_cell: str = "") -> float:
    """Of the test, for an answer, and for a cell of the student's own right above the test."""
    spec = job.Spec(
        json.dumps(instructors), b"key", times=Times(cell=20, test=20, total=60), confines=Confines(memory=2**28)
    )
    submitted = json.loads(json.dumps(instructors))
    for c in submitted["cells"]:
        if c["id"] == "answer":
            c["source"] = answer
    if own_cell:
        submitted["cells"].insert(-1, cell("own", own_cell) | {"metadata": {}})
    return job.Result.from_bytes(job.grade("ada", json.dumps(submitted).encode(), spec)).scores["test"]


SETUPS = {
    "plain": MAKES,
    "a magic": f"%matplotlib inline\n{MAKES}",
    "a setting": f"%config InlineBackend.figure_format = 'svg'\n{MAKES}",
    "an extension": f"%load_ext autoreload\n%autoreload 2\n{MAKES}",
    "a magic that is not there": f"%not_a_magic\n{MAKES}",
    "the shell": f"!ls\n{MAKES}",
    "help": f"{MAKES}\nlen?",
    "get_ipython": f"ip = get_ipython()\nget_ipython().run_line_magic('matplotlib', 'inline')\n{MAKES}",
    "display": f"from math import pi\ndisplay(pi)\n{MAKES}",
    "print": f"print('hello')\n{MAKES}",
    "except": f"try:\n    import numpy as np\nexcept ImportError as error:\n    print(error)\n{MAKES}",
    "match": f"match (1, 2):\n    case (a, b):\n        print(a)\n    case {{'k': c, **d}}:\n        print(d)\n{MAKES}",
    "with": f"import contextlib\nwith contextlib.nullcontext(3) as three:\n    print(three)\n{MAKES}",
    "for": f"for i, (a, *b) in enumerate([(1, 2)]):\n    print(i, a, b)\nelse:\n    pass\n{MAKES}",
    "comprehensions": f"x = [i for i in range(3) if (last := i) or True]\ny = {{a: b for a, b in [(1, 2)]}}\n"
    f"z = sum(last * k for k in x)\n{MAKES}",
    "walrus": f"if (n := 3) > 2:\n    print(n)\n{MAKES}",
    "lambda": "WANTED = 42\nreference = lambda x, scale=WANTED: scale * x",
    "class": "class Reference:\n    WANTED = 42\n    def __call__(self, x):\n        return self.WANTED * x\n"
    "reference, WANTED = Reference(), Reference.WANTED",
    "nested": "def outer():\n    k = 42\n    def inner(x):\n        return k * x\n    return inner\n"
    "reference, WANTED = outer(), 42",
    "global": "def prepare():\n    global WANTED\n    WANTED = 42\nprepare()\ndef reference(x):\n    return WANTED * x",
    "future": f"from __future__ import annotations\ndef typed(x: NotThere) -> Neither: ...\n{MAKES}",
    "await": f"import asyncio\nawait asyncio.sleep(0)\n{MAKES}",
    "del": f"a = 1\ndel a\n{MAKES}",
    "star": f"from math import *\nprint(pi)\n{MAKES}",
    "pylab": f"%pylab inline\n{MAKES}\nassert np.pi == pi",
    "time": "%time WANTED = 42\ndef reference(x):\n    return WANTED * x",
    "time of a cell": f"%%time\n{MAKES}",
    "capture": f"%%capture\n{MAKES}",
    "capture with options": f"%%capture --no-stderr out\n{MAKES}",
    "blank first lines": f"\n\n{MAKES}",
    "a later name": "WANTED = 42\ndef reference(x):\n    return times(x)\ndef times(x):\n    return WANTED * x",
    "a student's function in a function": f"{MAKES}\ndef solved(x):\n    return answer(x) == reference(x)",
    "a student's function called": f"{MAKES}\nprint(answer(1))",
    "a student's function called by one": f"{MAKES}\ndef show():\n    print(answer(1))\nshow()\nkept = show()",
    "a student's function in a loop": f"{MAKES}\nfor i in range(3):\n    print(answer(i), reference(i), WANTED)",
    "a student's function before": f"print(answer(1))\n{MAKES}",
    "a name that may be there": f"try:\n    profile\nexcept NameError:\n    profile = str\n{MAKES}\nprint(profile(1))",
    "dunder": f"if __name__ == '__main__':\n    print(__name__)\n{MAKES}",
}


@pytest.mark.parametrize("form", SETUPS)
def test_what_the_instructors_cells_make_is_the_instructors(form: str) -> None:
    instructors = own(SETUPS[form])
    assert points(instructors) == 5
    assert points(instructors, CHEAT) == 0


# What a student may redefine below the instructor's cells: it equals all, holds nothing, and says yes.
REDEFINED = """
class Anything:
    def __init__(self, *a, **k): pass
    def __call__(self, *a, **k): return {said}
    def __getattr__(self, name): return {said}
    def __iter__(self): return iter(())
    def __len__(self): return 0
    def __eq__(self, other): return True
def answer(x): return 0
reference = Lab = lab = check = table = rows = Anything()
WANTED = 0
"""
SOLVED = "def solved(x):\n    return answer(x) == reference(x)"
BOTH = "WANTED, reference = 42, (lambda x: 42 * x)"
# A set-up cell, a cell below the answer, a test.
KEPT = {
    "text that is executed": (f"exec({MAKES!r})", "", TEST),
    "entries of globals": ("", "globals().update(WANTED=42, reference=lambda x: 42 * x)\nprint(answer(1))", TEST),
    "global, called elsewhere": (
        f"def prepare():\n    global WANTED, reference\n    {BOTH}",
        "prepare()\nprint(answer(1))",
        TEST,
    ),
    "annotations": ("", "WANTED: answer = 42\ndef reference(x: answer) -> answer:\n    return 42 * x", TEST),
    "an object with a method": (
        "class Lab:\n    wanted = 42\n    def check(self):\n        return answer(3) == 126\nlab = Lab()",
        "",
        "assert answer(1) == lab.wanted and lab.check()",
    ),
    "partial": (f"{MAKES}\n{SOLVED}\nimport functools\ncheck = functools.partial(solved, 3)", "", "assert check()"),
    "a cache": (f"{MAKES}\n{SOLVED}\nimport functools\ncheck = functools.cache(solved)", "", "assert check(3)"),
    "a decorator": (
        f"{MAKES}\nimport functools\n@functools.cache\ndef check(x):\n    return answer(x) == reference(x)",
        "",
        "assert check(3)",
    ),
    "functions that a function makes": (
        "def make():\n    return [lambda: answer(3), 126]\ncheck = make()",
        "",
        "one, other = check\nassert one() == other",
    ),
    "functions in a comprehension": (
        f"{MAKES}\nrows = [(lambda x=x: answer(x) == reference(x)) for x in range(3)]",
        "",
        "assert all(row() for row in rows) and len(rows) == 3",
    ),
    "augmented": (f"{MAKES}\nWANTED -= 1", "got = answer(1)\nWANTED += 1", TEST),
    "augmented by the student's": (MAKES, "got = answer(1)\ngot += 1\ngot = got - 1", TEST),
    "deleted": ("a = 1", f"got = answer(1)\ndel a, got\n{MAKES}", TEST),
    "made in a capture": ("", f"%%capture out\nprint(answer(1))\n{MAKES}", TEST),
    "a star": ("from math import *", "", "assert answer(3) == 126 and 3 < pi < 4"),
    "a module in a package": ("import os.path as lab", "", "assert answer(3) == 126 and lab.join('a', 'b') == 'a/b'"),
    "filled by a function": (
        "table = []\ndef fill():\n    table.append(42)",
        "fill()\nprint(answer(1))",
        "assert [answer(1)] == table",
    ),
    "changed by another name": (
        "table = []\nrows = table",
        "rows.append(42)\nprint(answer(1))",
        "assert [answer(1)] == table",
    ),
}
REFUSED = {
    "a file that is run": ("%run helpers.py", "", TEST),
    "options of a magic": (f"%prun -q -l 3 WANTED = 42\n{MAKES[12:]}", "", TEST),
    "an attribute of the module": (
        f"import sys\nsetattr(sys.modules['__main__'], 'WANTED', 42)\n{MAKES[12:]}",
        "",
        TEST,
    ),
    "the shell's namespace": (f"get_ipython().push({{'WANTED': 42}})\n{MAKES[12:]}", "", TEST),
    "with": ("", f"import contextlib\nwith contextlib.suppress(Exception):\n    answer(1)\n    {BOTH}", TEST),
    "except": ("", f"try:\n    answer(1)\nexcept TypeError as error:\n    pass\nelse:\n    {BOTH}", TEST),
    "if": ("", f"if answer(1) is not None:\n    {BOTH}", TEST),
    "an import in an if": ("", "if answer:\n    from math import tau as WANTED", "assert answer(3) == 126 and WANTED"),
    "a star in an if": ("", "if answer:\n    from cmath import *", "assert answer(3) == 126 and pi"),
    "for": ("", f"for x in range(3):\n    print(answer(x))\n    {BOTH}", TEST),
    "while": ("", f"while not answer(1):\n    break\nelse:\n    {BOTH}", TEST),
    "match": ("", f"match answer(1):\n    case 0:\n        WANTED = 0\n    case got:\n        {BOTH}", TEST),
    "tuple": ("", "got, (WANTED, reference) = answer(1), (42, lambda x: 42 * x)", TEST),
    "walrus": (MAKES, "print(answer(1), WANTED := 42)", TEST),
    "default": ("", "WANTED = 42\ndef reference(x, f=answer):\n    return 42 * x", TEST),
    "default of a lambda": ("", "WANTED = 42\nreference = lambda x, f=answer: 42 * x", TEST),
    "class body": ("", "class Lab:\n    wanted = 42\n    first = answer(1)", "assert answer(1) == Lab.wanted"),
}
HELPERS = (("helpers.py", MAKES.encode()),)


@pytest.mark.parametrize("form", KEPT)
def test_nothing_is_gained_by_redefining_what_an_instructors_cell_made(form: str) -> None:
    setup, between, test = KEPT[form]
    instructors = own(setup, between, test=test)
    assert points(instructors) == 5
    for said in ("0", "True"):
        assert points(instructors, own_cell=REDEFINED.format(said=said)) == 0


def test_a_name_that_an_instructors_cell_makes_where_it_is_absent_is_the_instructors() -> None:
    instructors = own("try:\n    check\nexcept NameError:\n    check = str", test="assert check(answer(1)) == '42'")
    assert points(instructors) == 5
    assert points(instructors, own_cell="def answer(x): return 0\ndef check(x): return '42'") == 0


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_interrupts_the_grader_is_not_taken_for_a_students_name(error: type[BaseException]) -> None:
    checked = checker.Checker(Session.__new__(Session), b"key", "ada")
    checked.instructor("def stops():\n    try:\n        answer\n    except NameError:\n        stop()")

    def stop() -> None:
        raise error

    checked.names["stop"] = stop
    with pytest.raises((KeyboardInterrupt, InstructorError)):
        checked.instructor("got = stops()")


@pytest.mark.parametrize("form", REFUSED)
def test_what_students_could_redefine_is_refused_before_anybody_is_graded(form: str) -> None:
    setup, between, test = REFUSED[form]
    about = spec(own(setup, between, test=test))
    found = model.examine(replace(about, files=HELPERS))
    assert len(found.refused) == 1
    assert "a test uses `" in found.refused[0]
    assert model.examine(replace(spec(own(setup, between, test="assert answer(1) == 42")), files=HELPERS)).refused == ()


def test_what_a_test_takes_from_students_beside_their_answers_is_told() -> None:
    found = model.examine(spec(own(MAKES, "got = [answer(i) for i in range(3)]", test="assert got == [0, 42, 84]")))
    assert not found.refused
    assert len(found.doubtful) == 1
    assert "a test uses `got`, which your cell 'more-0' makes of what students write" in found.doubtful[0]


# A statement; what it makes and what it reads is found by running it.
STATEMENTS = [
    "a = b",
    "a = a",
    "a, (b, *c) = d",
    "a: b = c",
    "a += b",
    "v[a] = b",
    "v.a = b",
    "del a",
    "print(a := b, a)",
    "import os",
    "import os.path",
    "import os.path as a",
    "from os import path, sep as a",
    "for a, b in v:\n    c = a\nelse:\n    d = c",
    "for a in v:\n    b = b",
    "while not a:\n    b = c\n    break\nelse:\n    d = 1",
    "if a:\n    b = c\n    d = b",
    "with w as a, w as (b, c):\n    d = a",
    "with w:\n    a = a",
    "try:\n    a = 1\nexcept b as e:\n    c = e\nfinally:\n    d = a",
    "try:\n    a = 1 / 0\nexcept Z as e:\n    c = str(e)",
    "try:\n    raise G\nexcept* Z as e:\n    c = str(e)",
    "match d:\n    case [a, *b]:\n        c = a",
    "match m:\n    case {'k': a, **b}:\n        c = b",
    "match a:\n    case int() | float() as b if b:\n        c = b",
    "match a:\n    case str.maketrans:\n        pass\n    case b:\n        pass",
    "a = [b for b in v if c]",
    "a = [b for c in v for b in v if b is not c]",
    "a = {b: c for b, c in pairs}",
    "a = {(d := b) for b in v}",
    "a = list(b + c for b in v)",
    "a = lambda b, c=d: b + g",
    "def a(b, c=d):\n    return g",
    "def a(b: c) -> d:\n    return g",
    "@dec\ndef a():\n    e = g",
    "async def a():\n    await g",
    "def a():\n    def b():\n        nonlocal c\n        c = g\n    c = 1",
    "class a(Base, metaclass=kind):\n    b = c\n    def d(self):\n        return g",
    "class a:\n    b: c = 1\n    e = [d for _ in v]",
    "@dec\nclass a:\n    pass",
    "assert a, b",
    "a = f'{b!r:>{c}}'",
    "a = b if c else d",
    "a = b[c:d]",
    "if a:\n    def b():\n        return g\n    c = b",
    "class a:\n    global b\n    b = c",
    "global a\na = b",
]


class Watched(dict[str, Any]):
    """Names, noting which are read before they are made."""

    def __init__(self, there: dict[str, Any]) -> None:
        super().__init__()
        self.there, self.read = there, set[str]()

    def __getitem__(self, name: str) -> Any:
        if name in self:
            return super().__getitem__(name)
        self.read.add(name)
        return self.there[name]

    def __delitem__(self, name: str) -> None:
        if name in self:
            super().__delitem__(name)
        else:
            self.read.add(name)


def a_decorator(given: Any) -> Any:
    return given


VALUES: dict[str, Any] = {
    **dict.fromkeys("abcg", 1),
    "d": [1, [2, 3]],
    "v": [1],
    "m": {"k": 1, "l": 2},
    "pairs": [(1, 2)],
    "w": contextlib.nullcontext((1, 2)),
    "dec": a_decorator,
    "Base": object,
    "kind": type,
    "Z": ZeroDivisionError,
    "G": ExceptionGroup("", [ZeroDivisionError()]),
}


@pytest.mark.parametrize("source", STATEMENTS)
def test_a_statement_makes_and_reads_what_it_makes_and_reads_when_it_runs(source: str) -> None:
    there = VALUES | ({"v": {}} if source.startswith("v[") else {"v": SimpleNamespace()} if source[1] == "." else {})
    there |= {"d": (1, (2, 3))} if source.startswith("a, (") else {"d": 1} if "b[c:d]" in source else {}
    there |= {"b": [1, 2]} if "b[c:d]" in source else {"b": TypeError} if "except b" in source else {}
    there |= {"a": 0} if source.startswith("while") else {"v": [(1, 2)]} if source.startswith("for a, b") else {}
    watched = Watched(there)
    exec(compile(source, "<test>", "exec"), there, watched)
    code = taken_apart(source)
    binds, now, annotated, later = (
        frozenset[str]().union(*(getattr(s, what) for s in code.statements))
        for what in ("binds", "now", "annotated", "later")
    )
    made = {*watched, *(name for name in there.keys() - VALUES.keys() if not name.startswith("__"))}
    made.discard("__annotations__")  # the interpreter's
    python = vars(builtins).keys() | {"__name__", "__module__", "__qualname__", "__annotations__"}
    assert made <= binds, "what it makes is known"
    assert watched.read - python <= now | annotated, "what it reads is known"
    assert "g" not in now, "what functions do when they are called is not read now"
    assert ("g" in later) == ("g" in source.replace("global", ""))
    for s in code.statements:
        assert s.given.keys() == s.binds


@pytest.mark.parametrize(
    ("source", "given"),
    [
        ("a, b = f(), 1", {"a": {"f"}, "b": set()}),
        ("a, *b = f(), 1", {"a": {"f"}, "b": {"f"}}),
        ("a = b = f", {"a": {"f"}, "b": {"f"}}),
        ("for a in f():\n    b = 1\n    c = a", {"a": {"f"}, "b": set(), "c": {"a"}}),
        ("with f() as a:\n    b = 1", {"a": {"f"}, "b": set()}),
        ("match f():\n    case [a, *b]:\n        c = 1", {"a": {"f"}, "b": {"f"}, "c": set()}),
        ("match f():\n    case {'k': a, **b} as c:\n        pass", {"a": {"f"}, "b": {"f"}, "c": {"f"}}),
        ("print(f(), a := 1, b := f)", {"a": set(), "b": {"f"}}),
        ("def a(b=f): return f", {"a": set()}),
        ("a = lambda b=f: f", {"a": set()}),
        ("@f\ndef a(): pass", {"a": {"f"}}),
        ("class a(f): pass", {"a": {"f"}}),
        ("class a:\n    b = f()", {"a": set()}),
        ("if f:\n    import a\n    def b(): pass", {"a": set(), "b": set()}),
        ("try:\n    a = f()\nexcept E as e:\n    b = 1", {"a": {"f"}, "b": set(), "e": set()}),
        ("a: f = 1", {"a": set()}),
    ],
)
def test_a_name_is_given_what_stands_in_its_own_value(source: str, given: dict[str, set[str]]) -> None:
    assert {name: set(found) for name, found in taken_apart(source).statements[0].given.items()} == given


@pytest.mark.parametrize(
    ("setup", "between", "test"),
    [
        (MAKES, "def solved(x):\n    return answer(x) == reference(x)", "assert solved(3)"),
        (f"{MAKES}\ndef solved(x):\n    return answer(x) == reference(x)", "", "assert solved(3)"),
        (f"{MAKES}\nsolved = lambda x: answer(x) == reference(x)", "", "assert solved(3)"),
        (f"{MAKES}\ndef solved(x):\n    return answer(x) == reference(x)", "check = solved", "assert check(3)"),
        (f"{MAKES}\nclass Solved:\n    def at(self, x): return answer(x) == reference(x)", "", "assert Solved().at(3)"),
        (f"{MAKES}\nTESTS = [lambda: answer(3), lambda: reference(3)]", "", "a, b = TESTS\nassert a() == b() == 126"),
        ("def late():\n    return later()", "def later():\n    return 126", "assert answer(3) == late()"),
    ],
)
def test_functions_of_the_instructors_find_names_when_they_are_called(setup: str, between: str, test: str) -> None:
    instructors = own(setup, between, test=test)
    assert points(instructors) == 5
    assert (
        points(instructors, f"{CHEAT}\ndef solved(x): return True\ncheck = later = late = solved\nTESTS = [solved] * 2")
        == 0
    )


def test_a_function_finds_what_a_cell_after_a_test_makes() -> None:
    instructors = own("def late():\n    return later()")
    cells = instructors["cells"]
    cells[-1:] = [
        cell("first", "assert answer(1) == 42", grade=True, points=1),
        cell("after", "def later():\n    return 126"),
        cell("test", "assert answer(3) == late()", grade=True, points=5),
    ]
    assert points(instructors) == 5


@pytest.mark.parametrize(
    ("between", "test"),
    [
        ("got = answer(3)", "assert got == 126"),
        ("got = []\nfor i in range(3):\n    got.append(answer(i))", "assert got == [0, 42, 84]"),
        ("got = [answer(i) for i in range(3)]\nmost = max(got)", "assert most == 84"),
        ("def train():\n    return [answer(i) for i in range(3)]\ngot = train()", "assert got == [0, 42, 84]"),
        ("answer = answer", "assert answer(3) == 126"),
    ],
)
def test_what_cells_make_of_students_answers_is_the_students(between: str, test: str) -> None:
    assert points(own(MAKES, between, test=test)) == 5
    assert points(own(MAKES, between, test=test), "def answer(x): return 0") == 0


@pytest.mark.parametrize(
    ("setup", "test", "name"),
    [
        (
            "settings = {'tolerance': 1e-6}\nsettings['last'] = answer(3)",
            "assert settings['tolerance'] < 1",
            "settings",
        ),
        ("import types\nc = types.SimpleNamespace(wanted=42)\nc.got = answer(1)", "assert c.got == c.wanted", "c"),
        ("seen = [1]\nseen.append(answer(1))", "assert seen == [1, 42]", "seen"),
        ("files = !ls", "assert files or answer(1)", "files"),
        ("where = %pwd", "assert where or answer(1)", "where"),
        ("where = %pwd\nthere = where + '/x'", "assert there or answer(1)", "there"),
    ],
)
def test_what_nobody_can_tell_is_refused_with_the_cell_and_the_reason(setup: str, test: str, name: str) -> None:
    with pytest.raises(InstructorError, match=f"a test uses `{name}`, and "):
        points(own(setup, test=test))
    assert points(own(setup, test="assert answer(1) == 42")) == 5  # nobody asks for it


@pytest.mark.parametrize(
    ("setup", "said"),
    [
        ("data = open('data.csv').read()", "'setup' ends with FileNotFoundError: .*data.csv"),
        ("import not_installed_here", "'setup' ends with ModuleNotFoundError: No module named 'not_installed_here'"),
        ("def broken(", "'setup' ends with SyntaxError"),
        ("1 / 0", "'setup' ends with ZeroDivisionError"),
        ("raise SystemExit", "'setup' ends with SystemExit"),
        ("%%time\n1 / 0", "'setup' ends with ZeroDivisionError"),
    ],
)
def test_an_error_of_the_instructors_cell_names_the_cell(setup: str, said: str) -> None:
    with pytest.raises(InstructorError, match=said):
        points(own(setup))


def test_what_a_set_up_cell_shows_is_shown_nowhere_on_the_graders_side(capfd: pytest.CaptureFixture[str]) -> None:
    assert points(own(f"print('hello')\ndisplay(3)\n{MAKES}")) == 5
    assert "hello" not in capfd.readouterr().out


def test_magics_in_a_test_are_left_out() -> None:
    assert points(own(f"%matplotlib inline\n{MAKES}", test=f"%matplotlib inline\n{TEST}")) == 5
    assert points(own(MAKES, test=f"%%time\n{TEST}"), CHEAT) == 0


# --- before a class is graded


def spec(instructors: Any) -> job.Spec:
    return job.Spec(json.dumps(instructors), b"key", times=Times(cell=20, test=20), confines=Confines(memory=2**28))


def test_a_notebook_without_fault_is_told_nothing(tmp_path: Path) -> None:
    assert model.examine(spec(own(MAKES)), tmp_path / "kept.json") == model.Examined()


@pytest.mark.parametrize(
    ("instructors", "said"),
    [
        (own("import numpy as np\ndata = np.loadtxt('data.csv')"), "your cell 'setup' ends with FileNotFoundError"),
        (own(MAKES, "answer(1) / 0"), "your cell 'more-0' ends with ZeroDivisionError"),
        (own(MAKES, test="assert answer(3) == refrence(3)"), "your own answers get 0 of 5 points in 'test': NameError"),
        (own(MAKES, test="assert answer(3) == (1"), "your own answers get 0 of 5 points in 'test': "),
        (own("c = {'a': 1}\nc['b'] = answer(1)", test="assert c['a']"), "a test uses `c`, and your cell 'setup' makes"),
        (notebook(cell("", "assert True", grade=True, points=1)), "a graded cell has no grade_id"),
    ],
)
def test_what_fails_with_the_instructors_own_answers_is_the_instructors(
    instructors: Any, said: str, tmp_path: Path
) -> None:
    found = model.examine(spec(instructors), tmp_path / "kept.json")
    assert len(found.refused) == 1
    assert found.refused[0].startswith(said)
    assert not found.doubtful


def test_points_that_the_instructors_own_answers_miss_are_told_and_nobody_is_refused() -> None:
    found = model.examine(spec(own(MAKES, test="3")))
    assert found == model.Examined(doubtful=("your own answers get 3 of 5 points in 'test'",))


def test_a_notebook_is_examined_once(tmp_path: Path) -> None:
    kept, bad = tmp_path / "kept.json", own("1 / 0")
    first = model.examine(spec(bad), kept)

    def again(*job: Any) -> bytes:
        raise ArithmeticError

    assert model.examine(spec(bad), kept, again) == first
    with pytest.raises(ArithmeticError):
        model.examine(spec(own("2 / 0")), kept, again)
    kept.write_text("{")
    with pytest.raises(ArithmeticError):
        model.examine(spec(bad), kept, again)


@pytest.mark.parametrize("needed", [True, False])
def test_a_cell_that_shows_students_their_answers_is_run_here_only_where_a_test_needs_it(needed: bool) -> None:
    shows = "import math\nkept = [0] * 1\nraise_here = 1 / len(kept)\nprint(answer(1))"
    own_cells = own(MAKES, shows.replace("* 1", "* 0") if not needed else shows, test=TEST + "\nkept" * needed)
    assert points(own_cells) == 5
    assert ("kept" in wanted(json.dumps(own_cells))) == needed
