"""A class of generated students: right, wrong, unfinished, broken, slow, noisy, mishandled and hostile; no two alike.

Right answers are those of ``tests/answers`` and the assignment's own, wrong ones the mistakes that ``rnncourse.checks``
knows and those typed in ``tests/answers``. Equal seeds give equal files.
"""

from __future__ import annotations

import ast
import builtins
import copy
import functools
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rnncourse.assignments import sources
from rnncourse.checks import exercises as all_exercises
from rnncourse.checks import find
from tests.answers import TYPED
from tests.roundtrip.course import Course, variant

ROOT = Path(__file__).parents[1]
STUB = "raise NotImplementedError"
SHARES = {
    "right": 35,
    "wrong": 34,
    "partial": 11,
    "stub": 2,
    "syntax": 4,
    "slow": 4,
    "noisy": 6,
    "mishandled": 3,
    "hostile": 1,
}
"""Of a hundred students."""

STOCK = """
from pathlib import Path

c = get_config()
c.CourseDirectory.root = str(Path(__file__).parent)
c.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("not written yet")'}
c.ClearSolutions.text_stub = "*Your answer here.*"
c.ExecutePreprocessor.startup_timeout = 120
c.ExecutePreprocessor.iopub_timeout = 60  # with nbgrader's 4, a busy machine drops submissions
"""
"""The configuration of a course that nbgrader itself grades."""

Notebook = dict[str, Any]


def course(folder: Path, assignment: str, stock: bool = False, imports: str = "") -> Course:
    """A course in which an assignment is released, to be graded by this package or by nbgrader itself.

    ``imports`` are lines that the assignment's set-up begins with.
    """
    made = Course(folder, assignment)
    if imports:
        path = folder / "source" / assignment / f"{assignment}.ipynb"
        source = json.loads(path.read_text("utf-8"))
        setup = next(cell for cell in source["cells"] if cell["cell_type"] == "code")
        setup["source"] = imports + "\n" + "".join(setup["source"])
        path.write_text(json.dumps(source), encoding="utf-8")
    if stock:
        (folder / "nbgrader_config.py").write_text(STOCK, encoding="utf-8")
        made.kernels_over_sockets()
    made.nbgrader("generate_assignment", assignment)
    return made


def exercises(assignment: str) -> list[str]:
    """The names of its exercises."""
    return [name for name in all_exercises() if name.startswith(f"{assignment}.")]


def generate(
    folder: Path, assignment: str, n: int, seed: int = 0, shares: dict[str, int] = SHARES
) -> Iterator[tuple[str, str]]:
    """Hand in for n students of a course in which the assignment was released; yields student and kind.

    What is there already is left, so that an interrupted call goes on.
    """
    released = json.loads((folder / "release" / assignment / f"{assignment}.ipynb").read_text("utf-8"))
    for i in range(n):
        student, rng = f"student-{i:05d}", random.Random(f"{seed} {i}")
        kind = rng.choices(list(shares), list(shares.values()))[0]
        path = folder / "submitted" / student / assignment / f"{assignment}.ipynb"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(submission(released, assignment, kind, rng), indent=1, ensure_ascii=False)
            path.write_text(text + "\n", encoding="utf-8")
        yield student, kind


def submission(released: Notebook, assignment: str, kind: str, rng: random.Random) -> Notebook:
    """The released notebook as a student of this kind hands it in."""
    notebook = copy.deepcopy(released)
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    answers = {i: cell for i, cell in cells.items() if i.endswith("-answer") and cell["cell_type"] == "code"}
    names = {i: f"{assignment}.{i.removesuffix('-answer').replace('-', '_')}" for i in answers}
    for i, cell in answers.items():
        cell["source"] = personal(rng.choice(right(names[i])), rng)
    KINDS[kind](notebook, {i: (names[i], answers[i]) for i in answers}, rng)
    question = cells["question-answer"]
    question["source"] = (
        f"I think {rng.choice(WORDS)} matters, and {rng.choice(WORDS)} {rng.randint(2, 99)} times more."
    )
    if rng.random() < 0.3:
        last = notebook["cells"].index(cells[rng.choice(list(answers))])
        notebook["cells"].insert(last + 1, added(rng))
    for cell in notebook["cells"]:
        cell["outputs"] = [] if cell["cell_type"] == "code" else cell.pop("outputs", None)
    notebook["cells"] = [{k: v for k, v in cell.items() if v is not None} for cell in notebook["cells"]]
    return notebook


# --- answers

WORDS = (
    "the last state",
    "memory",
    "the bias",
    "truncation",
    "the slope",
    "a longer text",
    "the first symbol",
    "noise",
)
REMARKS = ("attempt {n}", "checked with T={n}", "see page {n}", "took me {n} minutes", "TODO: faster than {n} ms?")
ENDINGS = ("_", "2", "_new", "_cur", "_tmp", "s_", "_val", "_here")


@functools.cache
def right(exercise: str) -> list[str]:
    """Right answers in several styles, each a cell of its own."""
    chapter, _, short = exercise.partition(".")
    text = (ROOT / "tests" / "answers" / f"{chapter}.py").read_text("utf-8")
    made: dict[str, str] = {}
    found = [own(exercise)]
    for node in ast.parse(text).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            made |= {alias.asname or alias.name: ast.unparse(node) for alias in node.names}
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            made[node.targets[0].id] = ast.unparse(node)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            made[node.name] = "\n".join(text.split("\n")[node.lineno - 1 : node.end_lineno])
            if any(ast.unparse(decorator) == f"solves({exercise!r})" for decorator in node.decorator_list):
                found.append(f"{used(node.name, made)}\n\n{short} = {node.name}")
    return found


def used(name: str, made: dict[str, str]) -> str:
    """A definition, behind those that it uses."""
    needed = [name]
    for one in needed:
        needed += [other for other in made if other not in needed and re.search(rf"\b{other}\b", made[one])]
    return "\n\n\n".join(dict.fromkeys(source for other, source in made.items() if other in needed))


@functools.cache
def own(exercise: str) -> str:
    """The answer of the instructor's notebook."""
    assignment, _, name = exercise.partition(".")
    source = json.loads(sources(ROOT)[assignment].read_text("utf-8"))
    cell = next(c for c in source["cells"] if c["id"] == f"{name.replace('_', '-')}-answer")
    return re.sub(r"\n *### (BEGIN|END) SOLUTION", "", "".join(cell["source"]))


@functools.cache
def wrong(exercise: str) -> list[str]:
    """Wrong answers: every form of every mistake that is known, and those that people type."""
    switched = [variant(exercise, form) for mistake in find(exercise).mistakes for form in mistake.forms]
    return switched + [source.strip() for (name, _), source in TYPED.items() if name == exercise]


def personal(source: str, rng: random.Random) -> str:
    """The same program with other names of variables, a remark and another way to space."""
    tree = ast.parse(source)
    taken = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | vars(builtins).keys()
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            rename(function, taken, rng)
    lines = ast.unparse(tree).replace("    ", rng.choice(("    ", "  "))).split("\n")
    remark = f"# {rng.choice(REMARKS).format(n=rng.randint(2, 9999))}"
    return "\n".join([*lines, remark] if rng.random() < 0.3 else [remark, *lines])


def rename(function: ast.FunctionDef, taken: set[str], rng: random.Random) -> None:
    """Give some variables of a function new names."""
    nodes = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    inner = {node.name for node in ast.walk(function) if isinstance(node, ast.FunctionDef)}
    arguments = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    if any(isinstance(node, (ast.Nonlocal, ast.Global)) for node in ast.walk(function)):
        return
    for name in sorted({node.id for node in nodes if isinstance(node.ctx, ast.Store)} - arguments - inner):
        new = name + rng.choice(ENDINGS)
        if rng.random() < 0.5 and new not in taken | arguments:
            taken.add(new)
            for node in nodes:
                node.id = new if node.id == name else node.id


def added(rng: random.Random) -> Notebook:
    """A cell of the student's own, in which something is tried."""
    tried = (
        "x = np.random.default_rng({n}).normal(size=(5, 2, 3))\nprint(x.shape, x.mean())",
        "for i in range({m}):\n    print(i, i ** 2 % {n})",
        "np.tanh(np.linspace(-{m}, {m}, 7))",
        'my_note = "remember {n}"\nmy_note.upper()',
        "import matplotlib.pyplot as plt\nplt.plot(np.sin(np.arange({n}) / {m}))\nplt.show()",
    )
    source = rng.choice(tried).format(n=rng.randint(10, 500), m=rng.randint(2, 9))
    return {"cell_type": "code", "id": f"own-{rng.randrange(10**9)}", "metadata": {}, "source": source}


# --- kinds: each changes a notebook in which every answer is right

Answers = dict[str, tuple[str, Notebook]]  # by cell id: the exercise, and the cell


def some(answers: Answers, most: int, rng: random.Random) -> list[tuple[str, Notebook]]:
    return rng.sample(list(answers.values()), rng.randint(1, most))


def make_wrong(notebook: Notebook, answers: Answers, rng: random.Random) -> None:
    for exercise, cell in some(answers, 3, rng):
        cell["source"] = personal(rng.choice(wrong(exercise)), rng)


def make_partial(notebook: Notebook, answers: Answers, rng: random.Random) -> None:
    make_wrong(notebook, answers, rng)
    for exercise, cell in list(answers.values())[rng.randint(1, max(1, len(answers) - 1)) :]:
        cell["source"] = unfinished(exercise)


def make_stub(notebook: Notebook, answers: Answers, rng: random.Random) -> None:
    for exercise, cell in answers.values():
        cell["source"] = unfinished(exercise)


def unfinished(exercise: str) -> str:
    """As it is released."""
    return f'def {find(exercise).signature}:\n    {STUB}("not written yet")'


def make_syntax(notebook: Notebook, answers: Answers, rng: random.Random) -> None:
    slips: tuple[Callable[[str], str], ...] = (
        lambda source: source.replace("):", ")", 1),
        lambda source: source + "\n  return",
        lambda source: source.replace("(", "((", 1),
        lambda source: source + "\nprint 'done'",
        lambda source: source.replace("return ", "retrun ", 1) + "\n)",
    )
    for _, cell in some(answers, 2, rng):
        cell["source"] = rng.choice(slips)(cell["source"])


def make_slow(notebook: Notebook, answers: Answers, rng: random.Random) -> None:
    for exercise, cell in some(answers, 2, rng):
        if rng.random() < 0.5:  # in every call
            cell["source"] = around(exercise, cell, f"time.sleep({rng.uniform(0.005, 0.05):.3f})", "import time")
        else:
            cell["source"] += f"\nfor _ in range({rng.randint(90, 450)}_000):\n    np.tanh(np.ones(1000))"


def make_noisy(notebook: Notebook, answers: Answers, rng: random.Random) -> None:
    for exercise, cell in some(answers, 3, rng):
        setup, each = rng.choice(NOISES)
        cell["source"] = around(exercise, cell, each.format(n=rng.randint(1, 999)), setup)


PLOT = "import matplotlib.pyplot as plt"
STDERR = ("import logging, sys\nlogging.basicConfig(stream=sys.stderr)", "logging.getLogger('me').warning('call {n}')")
NOISES = (
    STDERR,
    ("", "print('called', {n})"),
    ("import warnings", "warnings.warn('deprecated {n}')"),
    ("", "np.log(np.zeros({n}))"),
    ("import sys", "print('debug {n}', file=sys.stderr)"),
    (f"{PLOT}\nplt.plot([1, 2, 3])\nplt.show()", "pass"),
    (PLOT, "plt.plot(range({n})); plt.close('all')"),
    ("from tqdm import tqdm\nfor _ in tqdm(range(20)):\n    pass", "pass"),
    ("for i in range(20):\n    print('\\r' + '#' * i, end='')", "pass"),
)


def around(exercise: str, cell: Notebook, each: str, setup: str = "") -> str:
    """An answer that does something else at each call."""
    name, arguments = exercise.partition(".")[2], ", ".join(a.name for a in find(exercise).arguments)
    return (
        f"{cell['source']}\n\n{setup}\nanswer_{name} = {name}\n\n\ndef {name}({arguments}):\n"
        f"    {each}\n    return answer_{name}({arguments})"
    )


def make_mishandled(notebook: Notebook, answers: Answers, rng: random.Random) -> None:
    cells = notebook["cells"]
    tests = [cell for cell in cells if cell["id"].endswith("-test")]
    test, other = rng.sample(tests, 2)
    slip = rng.randrange(5)
    if slip == 0:
        cells.insert(cells.index(test), copy.deepcopy(test) | {"id": "copied"})
    elif slip == 1:
        cells.remove(test)
    elif slip == 2:
        test["metadata"]["nbgrader"]["grade_id"] = other["metadata"]["nbgrader"]["grade_id"]
    elif slip == 3:
        cells.remove(next(cell for cell in cells if cell["id"] == "setup"))
    else:
        for cell in cells:
            cell["metadata"] = {}


def make_hostile(notebook: Notebook, answers: Answers, rng: random.Random) -> None:
    """Only what limits stop: nothing here does harm where there are none, but for an endless loop."""
    exercise, cell = rng.choice(list(answers.values()))
    attack = rng.choice(
        (
            "while True: pass",
            "import os; os._exit(0)",
            "import sys; sys.exit()",
            "np.ones((1 << 20, 1 << 10))",
            "import os, signal; os.kill(os.getppid(), signal.SIGTERM)",
            "print('x' * 10_000_000)",
            "open('/etc/passwd').read(); open('/usr/x', 'w')",
        )
    )
    cell["source"] = attack if rng.random() < 0.5 else around(exercise, cell, attack)


KINDS: dict[str, Callable[[Notebook, Answers, random.Random], None]] = {
    "right": lambda notebook, answers, rng: None,
    "wrong": make_wrong,
    "partial": make_partial,
    "stub": make_stub,
    "syntax": make_syntax,
    "slow": make_slow,
    "noisy": make_noisy,
    "mishandled": make_mishandled,
    "hostile": make_hostile,
}
