"""Nested arguments and results, classes, and parts in which a predicate holds: on exercises made up for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.random import Generator

from rnncourse import lstm
from rnncourse.checks import Report, check, describe
from rnncourse.checks.engine import CONDUCT, DTYPE, Exercise, Facet, kept
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value, leaves, pack, spread
from rnncourse.grading.jail.bubblewrap import Confines
from rnncourse.grading.jail.nursery import Nursery
from rnncourse.grading.submission.session import Session, Times
from tests.checks.test_checks import HOSTILE

pytestmark = pytest.mark.filterwarnings("ignore")  # a warning is no error, as in a notebook

# ---------------------------------------------------------------------------------------------------------------------
# A step of an LSTM: a tuple of states, a named tuple of weights


def weights(r: Generator, F: int, H: int, dtype: Any = float) -> lstm.Weights:
    shapes = ((4 * H, F), (4 * H, H), (4 * H,), (4 * H,))
    return lstm.Weights(*((0.7 * r.normal(size=shape)).astype(dtype) for shape in shapes))


def step_case(r: Generator, B: int, F: int, H: int, dtype: Any = float, rest: float = 1.0) -> tuple[Any, ...]:
    state = tuple((rest * r.normal(size=(B, H))).astype(dtype) for _ in range(2))
    return r.normal(size=(B, F)).astype(dtype), state, weights(r, F, H, dtype)


def step(x_t: Any, state: Any, w: Any) -> Any:
    h_t, c_t = lstm.cell(x_t, *state, w)
    return h_t, {"cell": c_t, "gates": lstm.gates(x_t, state[0], w)}


W = Value(
    "w",
    kind=lstm.Weights,
    parts=(Value("W_ih", "4H F"), Value("W_hh", "4H H"), Value("b_ih", "4H"), Value("b_hh", "4H")),
)
GATES = tuple(Value(f"{name}_t", "B H") for name in "ifgo")
STEP = Exercise(
    name="toy.step",
    task="A step.",
    arguments=(Value("x_t", "B F"), Value("state", parts=(Value("h", "B H"), Value("c", "B H"))), W),
    outputs=(
        Value("h_t", "B H"),
        Value("kept", kind=dict, parts=(Value("cell", "B H"), Value("gates", parts=GATES))),
    ),
    reference=step,
    cases={
        "general": lambda r: step_case(r, 3, 4, 6),
        "at rest": lambda r: step_case(r, 2, 3, 5, rest=0.0),
        "float32": lambda r: step_case(r, 2, 3, 5, np.float32),
    },
    facets=(
        Facet("the state", 2, (), ("h_t",)),
        Facet("what is kept", 2, (), ("kept",)),
        Facet("from rest", 1, ("at rest",)),
    ),
    mistakes=(
        Mistake(
            "L1",
            "f and i exchanged",
            "Which gate keeps?",
            "Set one of them to 1.",
            edit(lstm.cell, "f_t * c_prev + i_t", "i_t * c_prev + f_t"),
        ),
        Mistake("L2", "no tanh of c", "How large can h be?", "Take a large c.", edit(lstm.cell, "np.tanh(c_t)", "c_t")),
    ),
)


def own_step(x_t: Any, state: Any, w: Any, forget: float = 1.0, bias: float = 1.0) -> Any:
    h, c = state
    a = x_t @ w.W_ih.T + h @ w.W_hh.T + w.b_ih + bias * w.b_hh
    i, f, g, o = np.split(a, 4, axis=1)
    i, f, o = (1 / (1 + np.exp(-q)) for q in (i, f, o))
    g = np.tanh(g)
    c_t = forget * f * c + i * g
    return o * np.tanh(c_t), {"cell": c_t, "gates": (i, f, g, o)}


# ---------------------------------------------------------------------------------------------------------------------
# Sequences of different lengths


def running(x: Any, start: Any) -> Any:
    found = []
    for one in x:
        found.append(start + np.cumsum(one, axis=0))
    return found


def several(r: Generator, lengths: Sequence[int], F: int, dtype: Any = float) -> tuple[Any, ...]:
    return [r.normal(size=(T, F)).astype(dtype) for T in lengths], r.normal(size=F).astype(dtype)


SUMS = Exercise(
    name="toy.running",
    task="Running sums of every sequence.",
    arguments=(Value("x", "T F", each="B"), Value("start", "F")),
    outputs=(Value("s", "T F", each="B"),),
    reference=running,
    cases={
        "general": lambda r: several(r, (4, 2, 5), 3),
        "one sequence": lambda r: several(r, (3,), 2),
        "float32": lambda r: several(r, (2, 4), 2, np.float32),
    },
    facets=(Facet("several", 2, ("general", "float32")), Facet("one", 1, ("one sequence",))),
    mistakes=(
        Mistake(
            "S1", "the start left out", "What is before?", "Take zeros.", edit(running, "start + ", "0 * start + ")
        ),
    ),
    words={"B": "sequence"},
)

# ---------------------------------------------------------------------------------------------------------------------
# A class, and one of several numbers that are as good


def layer(W: Any, b: Any, x: Any) -> Any:
    z = x @ W.T + b
    return np.maximum(z, 0)


LAYER = Exercise(
    name="toy.layer",
    task="A layer.",
    arguments=(Value("W", "H F"), Value("b", "H"), Value("x", "B F")),
    outputs=(Value("y", "B H"),),
    reference=layer,
    cases={
        "general": lambda r: (r.normal(size=(5, 3)), r.normal(size=5), r.normal(size=(4, 3))),
        "one example": lambda r: (r.normal(size=(2, 3)), r.normal(size=2), r.normal(size=(1, 3))),
    },
    facets=(Facet("a batch", 2, ("general",)), Facet("one", 1, ("one example",))),
    mistakes=(Mistake("Y1", "no bias", "Where is b?", "Take x = 0.", edit(layer, " + b", "")),),
    made_with=2,
)


class Layer:
    def __init__(self, W: Any, b: Any) -> None:
        self.W, self.b = W, b

    def forward(self, x: Any) -> Any:
        return np.maximum(x @ self.W.T + self.b, 0)


class Keeps(Layer):
    def forward(self, x: Any) -> Any:
        self.b = self.b + 1
        return super().forward(x)


class Doubles(Layer):
    def forward(self, x: Any) -> Any:
        return 2 * super().forward(x)


class NoMethod:
    def __init__(self, W: Any, b: Any) -> None:
        pass


def nearest(given: tuple[Any, ...], got: list[Any]) -> str:
    """A stored pattern at the least distance; where two are as near, either."""
    (x, patterns), (found,) = given, got
    away = np.abs(patterns - x).sum(axis=1)
    if not (patterns == found).all(axis=1).any():
        return "What you return is none of the patterns."
    return "" if np.abs(found - x).sum() == away.min() else "There is a pattern that is nearer to x than yours."


def recalled(x: Any, patterns: Any) -> Any:
    return patterns[np.abs(patterns - x).sum(axis=1).argmin()]


def tied(r: Generator, H: int) -> tuple[Any, ...]:
    pattern = r.choice((-1.0, 1.0), H)
    other = pattern * np.where(np.arange(H) < 2, -1, 1)
    x = pattern.copy()
    x[0] *= -1
    return x, np.stack([other, -pattern, pattern])


RECALL = Exercise(
    name="toy.recall",
    task="The nearest pattern, or one of the nearest.",
    arguments=(Value("x", "N"), Value("patterns", "K N")),
    outputs=(Value("found", "N", free=True),),
    reference=recalled,
    cases={"general": lambda r: tied(r, 8), "larger": lambda r: tied(r, 16)},
    facets=(Facet("a nearest pattern", 1, holds=nearest),),
    mistakes=(),
    words={"N": "unit"},
)

ALL = {exercise.name: exercise for exercise in (STEP, SUMS, LAYER, RECALL)}


@pytest.fixture(autouse=True)
def exercises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnncourse.checks._all", lambda: ALL)


def text(name: str, function: Any, **more: Any) -> str:
    report = check(name, function, **more)
    assert "Traceback" not in str(report)
    assert Report.from_json(report.to_json()) == report
    report._repr_html_()
    return " ".join(report.messages)


# ---------------------------------------------------------------------------------------------------------------------


def test_leaves_have_whole_names_and_are_put_together_again() -> None:
    assert [v.name for v in leaves(STEP.arguments)] == [
        *("x_t", "state.h", "state.c"),
        *("w.W_ih", "w.W_hh", "w.b_ih", "w.b_hh"),
    ]
    arguments = STEP.case("general", 0)
    again = pack(STEP.arguments, spread(STEP.arguments, arguments))
    assert type(again[2]) is lstm.Weights
    assert again[1][1] is arguments[1][1]
    assert again[2].b_hh is arguments[2].b_hh
    _, kept = step(*arguments)
    assert pack(STEP.outputs[1:], spread(STEP.outputs[1:], [kept]))[0].keys() == {"cell", "gates"}


def as_named(x_t: Any, state: Any, w: Any) -> Any:
    class Kept(NamedTuple):
        i: Any
        f: Any
        g: Any
        o: Any

    h_t, kept = own_step(x_t, state, w)
    return [h_t, {"gates": Kept(*kept["gates"]), "cell": kept["cell"]}]


def gates_in_one_array(x_t: Any, state: Any, w: Any) -> Any:
    h_t, kept = own_step(x_t, state, w)
    return h_t, kept | {"gates": np.stack(kept["gates"])}


def summed_again(x: Any, start: Any) -> Any:
    sums = ([start + one[: t + 1].sum(axis=0) for t in range(len(one))] for one in x)
    return tuple(np.array(one, start.dtype) for one in sums)


def another_first(x: Any, start: Any) -> Any:
    return [start + x[0], *running(x, start)[1:]]


RIGHT: dict[str, list[Any]] = {
    "toy.step": [own_step, step, as_named, gates_in_one_array, STEP.variant()],
    "toy.running": [
        running,
        summed_again,
        lambda x, start: [np.cumsum(np.vstack([start[None], one]), axis=0)[1:] for one in x],
    ],
    "toy.layer": [Layer, LAYER.handed_in(LAYER.variant()), lambda W, b: Layer(W.copy(), b.copy())],
    "toy.recall": [
        recalled,
        lambda x, patterns: patterns[::-1][np.abs(patterns[::-1] - x).sum(axis=1).argmin()],
        lambda x, p: p[np.random.default_rng().permutation(np.flatnonzero((d := np.abs(p - x).sum(1)) == d.min()))[0]],
    ],
}


@pytest.mark.parametrize(("name", "number"), [(n, k) for n in RIGHT for k in range(len(RIGHT[n]))])
def test_right_answers_have_all(name: str, number: int) -> None:
    for seed in range(4):
        report = check(name, RIGHT[name][number], seed=seed)
        assert report.passed, str(report)


@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        ("toy.step", lambda *a: own_step(*a, bias=0), "Your answer is right for w.b_hh = 0."),
        (
            "toy.step",
            lambda x, s, w: own_step(x, s, w._replace(b_ih=w.b_ih**2 + 1), bias=0),
            "Your answer does not change when w.b_hh changes.",
        ),
        ("toy.step", lambda *a: own_step(*a, forget=0), "h_t and kept.cell are right for state.c = 0."),
        (
            "toy.step",
            lambda x, s, w: own_step(x, s, w)[0],
            "Your function returns one array; 2 are asked for: h_t, kept.",
        ),
        (
            "toy.step",
            lambda *a: (own_step(*a)[0], own_step(*a)[1]["cell"]),
            "kept: expected a dict of cell, gates, but you return an ndarray.",
        ),
        (
            "toy.step",
            lambda *a: (own_step(*a)[0], {"cell": own_step(*a)[1]["cell"]}),
            "kept: expected a dict of cell, gates, but you return one with the keys cell.",
        ),
        (
            "toy.step",
            lambda *a: (own_step(*a)[0], own_step(*a)[1] | {"gates": own_step(*a)[1]["gates"][:3]}),
            "kept.gates: expected a tuple of i_t, f_t, g_t, o_t, but you return a tuple of 3.",
        ),
        (
            "toy.step",
            lambda *a: (own_step(*a)[0], own_step(*a)[1] | {"cell": own_step(*a)[1]["cell"].T}),
            "kept.cell: expected shape (B=3, H=6), got shape (6, 3). It is transposed. Put back, the",
        ),
        (
            "toy.step",
            lambda *a: (own_step(*a)[0], own_step(*a)[1] | {"gates": own_step(*a)[1]["gates"][::-1]}),
            "kept.gates.i_t",
        ),
        ("toy.step", STEP.variant("L1"), "Which gate keeps?"),
        ("toy.step", STEP.variant("L1", "L2"), "Two mistakes at once give exactly your numbers."),
        ("toy.running", running.__class__, "Expected your function"),
        ("toy.running", SUMS.variant("S1"), "What is before?"),
        ("toy.running", another_first, "s with B=3, F=3: 9 of 33 numbers differ."),
        (
            "toy.running",
            lambda x, start: running([x[0], *(0 * one for one in x[1:])], start),
            "does not change when x[1] or x[2] changes.",
        ),
        (
            "toy.running",
            lambda x, start: running(x, start)[:-1] or running(x, start),
            "s: expected a list of 3, of the shapes (4, 3)",
        ),
        (
            "toy.running",
            lambda x, start: np.concatenate(running(x, start)),
            "expected a list of arrays, but you return an ndarray",
        ),
        ("toy.running", lambda x, start: [running(x, start)[0], None], "s[1]: you return None"),
        ("toy.layer", Doubles, "right up to one factor, the same for all numbers: 2."),
        ("toy.layer", Keeps, "Called a second time with the same arguments, your function gives another answer."),
        ("toy.layer", NoMethod, "'NoMethod' object has no attribute 'forward'"),
        ("toy.layer", Layer(0, 0), "Expected your class, layer(W, b).forward(x), but got a Layer"),
        ("toy.layer", lambda W, b, x: None, "takes other parameters (W, b, x) than it is called with: W, b."),
        ("toy.layer", LAYER.handed_in(LAYER.variant("Y1")), "Where is b?"),
        ("toy.recall", lambda x, patterns: -patterns[0], "What you return is none of the patterns."),
        ("toy.recall", lambda x, patterns: patterns[1], "There is a pattern that is nearer to x than yours."),
        ("toy.recall", lambda x, patterns: patterns[1:], "found: expected shape (N=8,), got shape (2, 8)."),
    ],
)
def test_what_is_said(name: str, function: Any, words: str) -> None:
    report = check(name, function)
    assert words in text(name, function), str(report)
    assert not report.passed


def test_parts_are_kept_leaf_by_leaf() -> None:
    report = check("toy.step", lambda *a: (0 * a[1][0], own_step(*a)[1]))
    held = [name for name, holds in report.facets.items() if holds]
    assert held == ["what is kept", DTYPE.name, CONDUCT.name]
    assert kept(STEP, "L2") == ("what is kept",)
    assert kept(LAYER, "Y1") == ()


def test_the_place_in_a_list_is_said_in_words() -> None:
    def wrong(x: Any, start: Any) -> Any:
        found = running(x, start)
        found[-1][-1, -1:] *= -1
        return found

    assert "at sequence 2, step 5 (index 4), input 2, is right but for its sign." in text("toy.running", wrong)


def test_a_description_says_what_is_nested() -> None:
    said = str(describe("toy.step"))
    assert "state, a tuple of h (B, H), c (B, H)" in said
    assert "w, a named tuple of W_ih (4H, F), W_hh (4H, H)" in said
    assert "kept, a dict of cell (B, H), gates, a tuple of i_t (B, H)" in said
    assert "x, a list of arrays (T, F)" in str(describe("toy.running"))
    assert "layer(W, b).forward(x)" in str(describe("toy.layer"))


def test_a_leaf_that_is_changed_is_named() -> None:
    def scribbles(x_t: Any, state: Any, w: Any) -> Any:
        answer = own_step(x_t, state, w)
        state[1][...] = 0
        w.b_hh[0] += 1
        return answer

    report = check("toy.step", scribbles)
    assert [name for name, holds in report.facets.items() if not holds] == [CONDUCT.name]
    assert "changes its arguments state.c and w.b_hh:" in " ".join(report.messages)


def test_a_list_that_is_emptied_or_filled_anew_is_named() -> None:
    def empties(x: Any, start: Any) -> Any:
        found = running(x, start)
        x.clear()
        return found

    def fills(x: Any, start: Any) -> Any:
        found = running(x, start)
        x[0] = 0 * x[0]
        return found

    for function in (empties, fills):
        assert "Your function changes its argument x:" in text("toy.running", function)


def test_arguments_of_the_smallest_case_are_put_together_again() -> None:
    report = check("toy.step", lambda *a: own_step(*a, bias=0))
    x_t, (h, c), w = report.arguments()
    assert len(x_t) == len(h) == len(c)
    assert w._fields == lstm.Weights._fields
    x, _ = check("toy.running", lambda x, start: [0 * s for s in running(x, start)]).arguments()
    assert isinstance(x, list)


def test_rounding_is_allowed_for_as_the_condition_of_each_leaf_asks() -> None:
    """Numbers that hang on the last digits of the arguments: by as much, the answer may be off, and no more."""
    steep = Exercise(
        name="toy.steep",
        task="",
        arguments=(Value("pair", parts=(Value("a", "N"), Value("b", "N"))),),
        outputs=(Value("found", parts=(Value("difference", "N"), Value("sum", "N"))),),
        reference=lambda pair: ((pair[0] - pair[1]), (pair[0] + pair[1])),
        cases={"general": lambda r: ((1e8 + r.normal(size=4), np.full(4, 1e8)),)},
        facets=(Facet("difference", 1, (), ("found.difference",)), Facet("sum", 1, (), ("found.sum",))),
        mistakes=(),
    )
    ALL["toy.steep"] = steep
    try:
        for off, difference in ((1e-8, True), (1e-5, False)):
            report = check("toy.steep", lambda pair, off=off: (pair[0] - pair[1] + off, pair[0] + pair[1]))
            assert (report.facets["difference"], report.facets["sum"]) == (difference, True)
        report = check("toy.steep", lambda pair: (pair[0] - pair[1], (pair[0] + pair[1]) * (1 + 1e-10)))
        assert (report.facets["difference"], report.facets["sum"]) == (True, False)
    finally:
        del ALL["toy.steep"]


# ---------------------------------------------------------------------------------------------------------------------
# Hostile answers


def deep(n: int) -> Any:
    made: Any = np.zeros(3)
    for _ in range(n):
        made = [made]
    return made


class Keys(dict[Any, Any]):
    def keys(self) -> Any:
        raise RuntimeError

    def __getitem__(self, key: Any) -> Any:
        raise RuntimeError

    def __iter__(self) -> Any:
        raise RuntimeError


class Endless:
    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *arguments: Any) -> Any:
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(int, 1)


MORE = [
    deep(2000),
    Keys(cell=1, gates=2),
    {"cell": deep(50), "gates": [deep(3)] * 4},
    {str(n): n for n in range(5000)},
    {Endless(): 1, 3: 4},
    [np.zeros((4, 3))] * 100_000,
    [np.zeros(10**5)] * 150,
    [math.nan, math.inf],
    Endless(),
]


@pytest.mark.parametrize("name", ALL)
def test_hostile_answers_earn_nothing_and_raise_nothing(name: str) -> None:
    for answer in [*HOSTILE, *MORE]:
        for result in (answer, (answer, answer), [answer] * 3, (np.zeros((3, 6)), {"cell": answer, "gates": answer})):

            def function(*arguments: Any, result: Any = result) -> Any:
                return result

            made: Callable[..., Any] = ALL[name].handed_in(function)
            for one in (made, function) if ALL[name].made_with else (made,):
                report = check(name, one)
                assert report.score == 0.0, f"{type(answer)}: {report}"
                assert report.messages
                report._repr_html_()
                assert Report.from_json(report.to_json()) == report


def test_a_predicate_that_an_answer_breaks_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(given: Any, got: Any) -> str:
        raise ZeroDivisionError

    broken = Exercise(**{**vars_of(RECALL), "facets": (Facet("a nearest pattern", 1, holds=breaks),)})
    monkeypatch.setitem(ALL, "toy.recall", broken)
    assert "This does not hold: a nearest pattern." in text("toy.recall", recalled)


def vars_of(exercise: Exercise) -> dict[str, Any]:
    return {name: getattr(exercise, name) for name in exercise.__dataclass_fields__}


# ---------------------------------------------------------------------------------------------------------------------
# Through the wall

CELL = """
import numpy as np

def step(x_t, state, w):
    h, c = state
    a = x_t @ w.W_ih.T + h @ w.W_hh.T + w.b_ih + w.b_hh
    i, f, g, o = np.split(a, 4, axis=1)
    i, f, o = (1 / (1 + np.exp(-q)) for q in (i, f, o))
    g = np.tanh(g)
    c_t = f * c + i * g
    return o * np.tanh(c_t), {"cell": c_t, "gates": [i, f, g, o]}

def scribbles(x_t, state, w):
    answer = step(x_t, state, w)
    state[1][...] = 0
    return answer

def running(x, start):
    return [start + np.cumsum(one, axis=0) for one in x]

def fills(x, start):
    found = running(x, start)
    x[0] = 0 * x[0]
    return found

class Layer:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        return np.maximum(x @ self.W.T + self.b, 0)

class Keeps(Layer):
    def forward(self, x):
        self.b = self.b + 1
        return super().forward(x)

def recalled(x, patterns):
    return patterns[np.abs(patterns - x).sum(axis=1).argmin()]
"""


@pytest.fixture(scope="module")
def nursery(jailed: None) -> Iterator[Nursery]:
    with Nursery((), Confines(memory=2**28)) as nursery:
        yield nursery


def test_grading_through_the_wall_says_the_same(nursery: Nursery) -> None:
    names: dict[str, Any] = {}
    exec(CELL, names)
    asked = [
        ("toy.step", "step"),
        ("toy.step", "scribbles"),
        ("toy.running", "running"),
        ("toy.running", "fills"),
        ("toy.layer", "Layer"),
        ("toy.layer", "Keeps"),
        ("toy.recall", "recalled"),
    ]
    with Session(nursery, Times(cell=60, test=60, total=240)) as session:
        session.cell(CELL)
        with session.test():
            graded = [check(exercise, session.value_now(name)) for exercise, name in asked]
    for (exercise, name), report in zip(asked, graded, strict=True):
        assert str(report) == str(check(exercise, names[name])), name
    assert [report.passed for report in graded] == [True, False, True, False, True, False, True]
