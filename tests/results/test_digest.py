"""What makes a result stale: each kind of edit that must, and each that must not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rnncourse.results.digest import Code, canonical

ROOT = Path(__file__).parents[2]

FILES = {
    "rnncourse/__init__.py": '"""The package."""\n',
    "rnncourse/_arrays.py": "def require(fits, message):\n    if not fits:\n        raise ValueError(message)\n",
    "rnncourse/shapes.py": "def checked(function):\n    return function\n\nB_H = None\n",
    "rnncourse/results/__init__.py": "def result(name, **settings):\n    return lambda function: function\n",
    "rnncourse/cells/__init__.py": """from rnncourse.cells.step import step
from rnncourse.cells.walk import walk as walk
""",
    "rnncourse/cells/step.py": '''"""A cell."""
import math

from rnncourse._arrays import require

GAIN = 2.0
OTHER = 3.0
TABLE = {}
TABLE["a"] = 1.0


def squash(z):
    """The slope."""
    return math.tanh(GAIN * z)


def step(h: float) -> float:
    """One step."""
    require(h > 0, "h: expected a positive number")
    if h > 9:
        raise ValueError(f"expected at most 9, got {h}")
    return squash(h) + TABLE["a"]


def unused(h):
    return OTHER * h
''',
    "rnncourse/cells/walk.py": """from rnncourse.cells import step as inner


class Base:
    bias = 1.0

    def go(self, h):
        return inner(h) + self.bias


class Walker(Base):
    def go(self, h):
        return super().go(h)

    def rest(self):
        return 0


def walk(h):
    return Walker().go(h)
""",
    "rnncourse/loose.py": """import sys


def one():
    return two()


def two():
    return 2


def three():
    return 3
""",
    "rnncourse/kernel.py": """def forward():
    return 1


def backward():
    return helper()


def helper():
    return 2
""",
    "rnncourse/star.py": "from rnncourse.kernel import *\n",
    "rnncourse/experiments/toy.py": '''"""Experiments."""
from __future__ import annotations

import random
from functools import partial
from importlib import import_module

from rnncourse import cells, kernel, star
from rnncourse.results import result
from rnncourse.shapes import checked

STEPS = 4
if STEPS > 3:
    LIMIT = 5.0
else:
    LIMIT = 6.0


def decorated(function):
    return lambda *a: function(*a) + 1


def default():
    return 1


def outer_only():
    return 7


@result("toy/one", seeds=(0,), tolerance=1.0)
@checked
def one(seed: int, start: float = default()) -> dict[str, float]:
    """What is measured."""
    h = start  # a comment
    for _ in range(STEPS):
        h = cells.walk(h)
    outer_only = h
    return {"h": min(h, LIMIT), "r": random.random(), "o": outer_only}


def value(seed):
    return partial(run, kernel)()


def run(module):
    return module.backward()


def loose(seed):
    from rnncourse.loose import one as first

    return first()


def named(seed):
    return import_module("rnncourse.loose").three()


def any_name(seed):
    return globals()["outer_only"]()


def starred(seed):
    return star.backward()


@decorated
def wrapped(seed):
    return 0


TORN = []


def torn(seed):
    return scale(*TORN) + deep()


try:
    with open("a") as handle:
        from rnncourse.loose import three as deep
except OSError:
    from rnncourse.loose import two as deep
try:
    from rnncourse.kernel import forward as scale
except ImportError:
    scale = abs

random.seed(3)
random.extra = 3
decorated(abs)
TORN.append(1)
kernel.GAIN = 1
''',
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def edit(root: Path, file: str, old: str, new: str) -> None:
    path = root / "rnncourse" / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    path.write_text(text.replace(old, new), encoding="utf-8")


def reach(root: Path, function: str = "one") -> dict[str, str]:
    return Code(root).reach("rnncourse.experiments.toy", function)


TOY, STEP, WALK = "experiments/toy.py", "cells/step.py", "cells/walk.py"
STALE = [
    ("one", STEP, "GAIN = 2.0", "GAIN = 2.5", "cells.step.GAIN"),
    ("one", STEP, "math.tanh(", "math.sin(", "cells.step.squash"),
    ("one", STEP, "import math\n", "import cmath as math\n", "cells.step.squash"),
    ("one", STEP, 'TABLE["a"] = 1.0', 'TABLE["a"] = 2.0', "cells.step.TABLE"),
    ("one", STEP, "    if h > 9:", "    if h > 8:", "cells.step.step"),
    ("one", STEP, "ValueError(f", "TypeError(f", "cells.step.step"),
    ("one", WALK, "bias = 1.0", "bias = 2.0", "cells.walk.Base"),
    ("one", WALK, "inner(h) +", "inner(h) -", "cells.walk.Base"),
    ("one", WALK, "return 0", "return 1", "cells.walk.Walker"),
    (
        "one",
        WALK,
        "from rnncourse.cells import step as",
        "from rnncourse.cells.step import unused as",
        "cells.step.unused",
    ),
    ("one", "cells/__init__.py", "cells.walk import walk as walk", "cells.step import step as walk", "cells.walk.walk"),
    ("one", TOY, "STEPS = 4", "STEPS = 5", "experiments.toy.STEPS"),
    ("one", TOY, "LIMIT = 6.0", "LIMIT = 7.0", "experiments.toy.LIMIT"),
    ("one", TOY, "def default():\n    return 1", "def default():\n    return 2", "experiments.toy.default"),
    ("one", TOY, "range(STEPS)", "range(1, STEPS)", "experiments.toy.one"),
    ("one", TOY, "random.seed(3)", "random.seed(4)", "experiments.toy.the statements beside the definitions"),
    ("one", TOY, "random.extra = 3", "random.extra = 4", "experiments.toy.the statements beside the definitions"),
    ("value", TOY, "kernel.GAIN = 1", "kernel.GAIN = 2", "experiments.toy.the statements beside the definitions"),
    ("torn", "loose.py", "return 3", "return 4", "loose.three"),
    ("torn", "loose.py", "return 2", "return 4", "loose.two"),
    ("torn", "kernel.py", "def forward():\n    return 1", "def forward():\n    return 3", "kernel.forward"),
    ("torn", TOY, "TORN.append(1)", "TORN.append(2)", "experiments.toy.TORN"),
    ("torn", TOY, "decorated(abs)", "decorated(min)", "experiments.toy.the statements beside the definitions"),
    ("torn", TOY, "scale = abs", "scale = float", "experiments.toy.scale"),
    ("value", "kernel.py", "def helper():\n    return 2", "def helper():\n    return 3", "kernel.helper"),
    ("value", "kernel.py", "def forward():\n    return 1", "def forward():\n    return 3", "kernel.forward"),
    ("loose", "loose.py", "return 2", "return 4", "loose.two"),
    ("named", "loose.py", "return 3", "return 4", "loose.three"),
    ("any_name", TOY, "return 7", "return 8", "experiments.toy.outer_only"),
    ("starred", "kernel.py", "return 2", "return 3", "kernel.helper"),
    ("wrapped", TOY, "+ 1", "+ 2", "experiments.toy.decorated"),
]


@pytest.mark.parametrize(("function", "file", "old", "new", "changed"), STALE)
def test_an_edit_of_what_is_used_is_seen_and_named(
    root: Path, function: str, file: str, old: str, new: str, changed: str
) -> None:
    before = reach(root, function)
    edit(root, file, old, new)
    after = reach(root, function)
    assert before != after
    assert f"rnncourse.{changed}" in {name for name in {*before, *after} if before.get(name) != after.get(name)}


FRESH = [
    ("one", STEP, '"""The slope."""', '"""The slope of it."""'),
    ("one", STEP, '    """One step."""\n', ""),
    ("one", STEP, '"""A cell."""', '"""The cell."""'),
    ("one", STEP, "OTHER = 3.0", "OTHER = 4.0"),
    ("one", STEP, "return OTHER * h", "return OTHER + h"),
    ("one", STEP, "def step(h: float) -> float:", "def step(h):"),
    ("one", STEP, 'f"expected at most 9, got {h}"', 'f"at most 9: {h}"'),
    ("one", STEP, '    require(h > 0, "h: expected a positive number")\n', ""),
    ("one", STEP, "return math.tanh(GAIN * z)", "return math.tanh(\n        GAIN * z\n    )"),
    ("one", STEP, "GAIN = 2.0", "GAIN: float = 2.0  # at 0"),
    ("one", "_arrays.py", "raise ValueError(message)", "raise TypeError(message)"),
    ("one", "shapes.py", "return function", "return lambda *a: function(*a)"),
    ("one", TOY, "  # a comment", "  # another"),
    ("one", TOY, "@checked\n", ""),
    ("one", TOY, "seeds=(0,), tolerance=1.0", "seeds=(0, 1), tolerance=2.0"),
    ("one", TOY, "return 7", "return 8"),  # the name is one of the function's own
    ("one", TOY, "return module.backward()", "return module.forward()"),
    ("value", TOY, "TORN.append(1)", "TORN.append(2)"),
    ("loose", "loose.py", "return 3", "return 4"),
    ("one", "loose.py", "return 2", "return 4"),
]


@pytest.mark.parametrize(("function", "file", "old", "new"), FRESH)
def test_an_edit_that_changes_no_number_is_not_seen(root: Path, function: str, file: str, old: str, new: str) -> None:
    before = reach(root, function)
    edit(root, file, old, new)
    assert reach(root, function) == before


def test_a_function_that_comes_or_moves_within_its_module_changes_nothing(root: Path) -> None:
    before = reach(root)
    path = root / "rnncourse" / STEP
    text = path.read_text(encoding="utf-8")
    squash = re.search(r"def squash.*?\n\n\n", text, re.DOTALL)
    assert squash is not None
    path.write_text(text.replace(squash.group(), "") + "\n\n" + squash.group() + "\n\ndef more():\n    return 1\n")
    assert reach(root) == before


def test_a_function_that_is_not_there_is_named(root: Path) -> None:
    with pytest.raises(LookupError, match=r"expected a function two in rnncourse\.experiments\.toy"):
        reach(root, "two")


def test_the_hash_is_the_same_under_every_python() -> None:
    """Python's own dumps of a syntax tree differ between versions."""
    import ast

    tree = ast.parse("def f(a, *, b=1.5, **c):\n    return [f'{a!r:>{b}}', {**c}, a if b else -1, lambda: (yield)]\n")
    assert canonical(tree.body[0]) == (
        "FunctionDef(name='f', args=arguments(args=[arg(arg='a')], kwonlyargs=[arg(arg='b')], "
        "kw_defaults=[Constant(value=1.5)], kwarg=arg(arg='c')), body=[Return(value=List(elts=[JoinedStr(values="
        "[FormattedValue(value=Name(id='a'), conversion=114, format_spec=JoinedStr(values=[Constant(value='>'), "
        "FormattedValue(value=Name(id='b'), conversion=-1)]))]), Dict(keys=[None], values=[Name(id='c')]), "
        "IfExp(test=Name(id='b'), body=Name(id='a'), orelse=UnaryOp(op=USub(), operand=Constant(value=1))), "
        "Lambda(args=arguments(), body=Yield())]))])"
    )


def test_the_real_package_is_followed_into_what_trains_the_network_and_not_beside_it() -> None:
    found = Code(ROOT).reach("rnncourse.experiments.rnn", "names_compared")
    assert {"rnncourse.training.fit", "rnncourse.nn.recurrent.RNN", "rnncourse.kernels.rnn.backward"} <= set(found)
    assert {"rnncourse.data.names.LANGUAGES", "rnncourse.experiments.fitting.Network"} <= set(found)
    assert not any(name.startswith(("rnncourse.experiments.bptt", "rnncourse.kernels.lstm")) for name in found)
    assert "rnncourse.experiments.rnn.train_language_model" not in found
    assert not any("shapes" in name or "_arrays" in name for name in found)


LIGHT = """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import pandas

def f(x: pandas.Series):
    import torch
    return torch.ones(1)

def g():
    return 1

def calls():
    return f(2)
"""


@pytest.mark.parametrize(
    ("cells", "needed"),
    [
        (["import numpy as np", "from rnncourse import light", "light.g()", "light.f()"], ["numpy", "", "", "torch"]),
        (
            ["from rnncourse import light", "y = light.calls()", "print(y)", "y = 2", "print(y)"],
            ["", "torch", "torch", "", ""],
        ),
        (["from rnncourse.light import calls as c", "a = [c() for _ in range(2)]"], ["", "torch"]),
        (["from rnncourse import heavy", "import rnncourse.heavy"], ["torch", "torch"]),
        (["from rnncourse import around", "around.h()"], ["torch", "torch"]),
        (["import torch\ny = 1", "for y in range(3):\n    print(y)", "print([y for y in (1, 2)])"], ["torch", "", ""]),
        (["import torch\ny = 1", "y += 1", "y = y + 1"], ["torch", "torch", "torch"]),
        (
            ["import torch\ny = 1", "def f():\n    return y", "f()", "def f(y):\n    return y", "f(2)"],
            ["torch", "torch", "torch", "", ""],
        ),
        (["import torch\ny = 1", "if y:\n    k = 2", "with open(k) as y:\n    y.read()", "y.close()"], ["torch"] * 4),
        (["import torch\ny = 1", "try:\n    y = 2\nexcept OSError:\n    pass", "(lambda y: y)(3)"], ["torch", "", ""]),
    ],
)  # fmt: skip
def test_cells_need_what_they_reach_and_what_made_their_names(root: Path, cells: list[str], needed: list[str]) -> None:
    (root / "rnncourse" / "light.py").write_text(LIGHT)
    (root / "rnncourse" / "heavy.py").write_text("import torch\n\ndef h():\n    return 1\n")
    (root / "rnncourse" / "around.py").write_text("with open('a'):\n    from rnncourse.heavy import h\n")
    beside = {"rnncourse", "typing"}
    assert [set(filter(None, [one])) for one in needed] == [one - beside for one in Code(root).needed(cells)]
