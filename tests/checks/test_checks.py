"""What is told apart, what earns nothing, and what no answer may do to the check."""

from __future__ import annotations

import html.parser
import importlib
import inspect
import itertools
import math
import re
import subprocess
import sys
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from nbformat.v4 import new_code_cell, new_output
from nbgrader.utils import determine_grade

from rnncourse.checks import Report, check, describe, exercises, find, grade
from rnncourse.checks.diagnosis import compared
from rnncourse.checks.engine import CONDUCT, DTYPE, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value
from tests.checks.few import seeds

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # a warning is no error, as in a notebook
    pytest.mark.usefixtures("cases_once"),
]

NAMES = exercises()


def h_t(x_t, h, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + h @ W_hh.T + b_ih + b_hh)


def forward(x, h0, *w):
    h, hs = h0, []
    for x_t in x:
        h = h_t(x_t, h, *w)
        hs.append(h)
    return np.stack(hs)


def backward(dh_out, x, h0, h, W_ih, W_hh, damp=lambda t: 1.0):
    dW, dU, db, dx, c = np.zeros_like(W_ih), np.zeros_like(W_hh), 0, np.zeros_like(x), np.zeros_like(h0)
    for t in reversed(range(len(x))):
        dz = (1 - h[t] ** 2) * (dh_out[t] + c)
        dW += dz.T @ x[t]
        dU += dz.T @ (h[t - 1] if t else h0)
        db, dx[t], c = db + dz.sum(0), dz @ W_ih, damp(t) * dz @ W_hh
    return dW, dU, db, dx, c


def said(name, function, **more):
    report = check(name, function, **more)
    text = str(report)
    assert "Traceback" not in text
    assert "checks/" not in text
    assert "[[" not in text
    assert "array(" not in text
    return report, " ".join(report.messages)


# ---------------------------------------------------------------------------------------------------------------------
# The interface


@pytest.mark.parametrize("name", NAMES)
def test_describe_says_what_is_asked(name):
    text, exercise = describe(name), find(name)
    assert repr(text) == str(text)
    for value in (*exercise.arguments, *exercise.outputs):
        assert str(value) in text
    for facet in exercise.facets:
        assert facet.name in text
    total = sum(int(n) for n in re.findall(r"^    (\d+)  ", text, flags=re.MULTILINE))
    assert total == sum(f.weight for f in exercise.facets) + 1 + exercise.dtype_asked


@pytest.mark.parametrize("name", NAMES)
def test_a_function_of_the_library_that_has_an_exercises_name_takes_the_same_arguments(name):
    """Optional ones may follow (the ε of a finite difference): an exercise asks for none."""
    chapter, _, short = name.partition(".")
    function = getattr(importlib.import_module(f"rnncourse.{chapter}"), short, None)
    if callable(function):  # a part of the chapter may have the name, too
        parameters = inspect.signature(function).parameters.values()
        needed = [p.name for p in parameters if p.default is p.empty]
        assert needed == [argument.name for argument in find(name).arguments]


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_is_consistent(name):
    exercise = find(name)
    facets, outputs = {f.name for f in exercise.facets}, {o.name for o in (*exercise.outputs, *exercise.results)}
    assert len(facets) == len(exercise.facets)
    for facet in exercise.facets:
        assert set(facet.cases) <= set(exercise.cases)
        assert set(facet.outputs) <= outputs
    for mistake in exercise.mistakes:
        assert mistake.sees or not mistake.harmless  # of all others it is computed
        assert bool(mistake.forms) != bool(mistake.sees)
    covered = {c for f in exercise.facets for c in f.cases or exercise.cases}
    assert covered == set(exercise.cases), "a case that no facet looks at"


def test_other_seeds_give_other_numbers_and_equal_seeds_equal_ones():
    seen = []

    def spy(nll):
        seen.append(nll)
        return nll / math.log(2)

    for seed in (0, 0, 7):
        check("rnn.bits_per_character", spy, seed=seed)
    first, second, third = np.concatenate([np.ravel(s) for s in seen]).reshape(3, -1)
    assert np.array_equal(first, second)
    assert not np.isin(third, first).any()


def test_an_unknown_exercise_is_one_sentence():
    for call in (check, grade):
        with pytest.raises(
            ValueError, match=r"^name: expected an exercise, got 'rnn.forwrd'; did you mean 'rnn.forward'"
        ):
            call("rnn.forwrd", forward)
    with pytest.raises(ValueError, match="exercises"):
        describe("zzz")


@pytest.mark.parametrize("points", [-1, math.nan, math.inf])
def test_points_have_to_make_sense(points):
    with pytest.raises(ValueError, match="points: expected a finite number of at least 0"):
        grade("rnn.forward", forward, points=points)


@pytest.mark.parametrize(
    ("function", "share"), [(forward, 1.0), (lambda *a: forward(a[0], 0 * a[1], *a[2:]), 0.5), (len, 0)]
)
def test_grade_is_a_plain_float_that_nbgrader_takes(function, share, capsys):
    for points in (4, 3.0, np.float64(2), 0):
        value = grade("rnn.forward", function, points=points)
        assert type(value) is float
        assert value == pytest.approx(share * float(points))
        printed = capsys.readouterr().out
        assert printed.strip() == str(check("rnn.forward", function))
        if points > 0:
            assert nbgrader_score(value, points) == (value, float(points))


def nbgrader_score(value, points):
    meta = {
        "nbgrader": {"grade": True, "solution": False, "points": float(points), "grade_id": "x", "schema_version": 3}
    }
    cell = new_code_cell("grade(…)", metadata=meta)
    cell.outputs = [new_output("execute_result", data={"text/plain": repr(value)}, execution_count=1)]
    return determine_grade(cell)[:2]


def test_importing_needs_numpy_alone():
    code = "import sys, rnncourse.checks as c; c.exercises(); print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "numpy" in loaded
    assert not {"torch", "matplotlib", "scipy", "pandas", "IPython", "sphinx", "nbgrader"} & set(loaded)


class Tags(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def bad_name(x, h0, W_ih, W_hh, b_ih, b_hh):
    raise ValueError("<script>alert(1)</script> & so on")


@pytest.mark.parametrize("function", [forward, bad_name, lambda *a: forward(a[0], 0 * a[1], *a[2:]), len, None])
def test_html_says_what_the_text_says(function):
    report = check("rnn.forward", function)
    tags = Tags(report._repr_html_())
    assert tags.open == []
    assert tags.seen[0][1]["aria-label"] == "Check of rnn.forward"
    assert "script" not in {tag for tag, _ in tags.seen}
    assert report.headline in tags.text
    for message in itertools.chain(report.messages, *report.hints):
        assert message.replace("`", "") in tags.text
    assert not re.search(
        r"(?<!current)color:|background", report._repr_html_()
    )  # the page's own colours, light or dark


# ---------------------------------------------------------------------------------------------------------------------
# What earns nothing


def shaped(exercise, fill):
    """A function that returns arrays of the right shapes and dtypes, made by fill."""

    def function(*arguments):
        answer = exercise.returned(exercise.leaves(exercise.reference(*arguments)))
        filled = [[fill(w) for w in one] if isinstance(one, list) else fill(np.asarray(one)) for one in answer]
        return filled[0] if len(filled) == 1 else tuple(filled)

    return function


FILLS = {
    "zeros": np.zeros_like,
    "ones": np.ones_like,
    "minus ones": lambda w: -np.ones_like(w),
    "identity": lambda w: np.eye(*w.shape, dtype=w.dtype) if w.ndim == 2 else np.zeros_like(w),
    "noise": lambda w: (np.random.default_rng(3).normal(size=w.shape) * 3).astype(w.dtype),
    "empty": lambda w: w[:0] if w.ndim else w * 0,
}


@seeds(1, 3)
@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("name", NAMES)
def test_numbers_of_the_right_shape_earn_nothing(name, fill, seeds):
    for seed in seeds:
        report, _ = said(name, shaped(find(name), FILLS[fill]), seed=seed)
        assert report.score == 0.0, str(report)


@pytest.mark.parametrize("name", NAMES)
def test_an_argument_handed_back_earns_nothing(name):
    exercise = find(name)
    outputs = len(exercise.outputs)
    for i in range(len(exercise.arguments)):
        report, _ = said(name, lambda *a, i=i: a[i] if outputs == 1 else (a[i],) * outputs)
        assert report.score == 0.0, str(report)

    def fitting(*arguments):
        """For each output the first argument of its shape."""
        wanted = exercise.leaves(exercise.reference(*arguments))
        found = [next((a for a in arguments if np.shape(a) == w.shape), 0.0) for w in wanted]
        return found[0] if outputs == 1 else found

    assert said(name, fitting)[0].score == 0.0


def not_written(*arguments):
    raise NotImplementedError


def not_finished(*arguments):
    pass


@pytest.mark.parametrize("name", NAMES)
def test_a_stub_scores_zero_and_is_told_so(name):
    report, text = said(name, not_written)
    assert (report.score, text, any(report.facets.values())) == (0.0, "Not written yet.", False)
    report, text = said(name, not_finished)
    assert report.score == 0.0
    assert "None" in text
    assert "return" in text


# ---------------------------------------------------------------------------------------------------------------------
# The library in the place of one's own code


def torch_layer(x, h0, *weights):
    dtype = torch.float64 if x.dtype == np.float64 else torch.float32
    layer = torch.nn.RNN(x.shape[2], h0.shape[1], dtype=dtype)
    for parameter, value in zip(layer.parameters(), weights, strict=True):
        parameter.data = torch.tensor(value)
    return layer(torch.tensor(x), torch.tensor(h0)[None])[0].detach().numpy()


def autograd(dh_out, x, h0, h, W_ih, W_hh):
    x_, h_, W, U = (torch.tensor(a, requires_grad=True) for a in (x, h0, W_ih, W_hh))
    b = torch.tensor(np.arctanh(h[0]) - x[0] @ W_ih.T - h0 @ W_hh.T)[0].clone().requires_grad_()
    state, loss = h_, 0
    for t in range(len(x)):
        state = torch.tanh(x_[t] @ W.T + state @ U.T + b)
        loss = loss + (state * torch.tensor(dh_out[t])).sum()
    loss.backward()
    return tuple(v.grad.numpy() for v in (W, U, b, x_, h_))


@pytest.mark.parametrize(("name", "function"), [("rnn.forward", torch_layer), ("bptt.backward", autograd)])
def test_torch_is_recognised(name, function):
    report, text = said(name, function)
    assert report.score == 0.0
    assert "comes from torch" in text


# ---------------------------------------------------------------------------------------------------------------------
# What is told apart


def wrong_index(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = np.zeros((len(x), *h0.shape))
    for t in range(len(x)):
        h[t + 1] = h_t(x[t], h[t], W_ih, W_hh, b_ih, b_hh)  # out of bounds
    return h


def test_an_error_names_the_line_of_the_student():
    report, text = said("rnn.forward", wrong_index)
    line = wrong_index.__code__.co_firstlineno + 3
    assert f"Your function stops in line {line}, `h[t + 1] = h_t(" in text
    assert "IndexError: index 5 is out of bounds" in text
    assert report.score == 0.0


def test_an_error_in_one_case_names_its_sizes():
    def no_single_step(x, *rest):
        if len(x) == 1:
            raise ZeroDivisionError("T is one")
        return forward(x, *rest)

    report, text = said("rnn.forward", no_single_step)
    assert "With T=1, B=3, F=4, H=5, your function stops in line" in text
    assert "ZeroDivisionError: T is one." in text
    assert not report.facets["one step"]
    assert report.facets["a sequence from a zero state"]


class RudeError(Exception):
    def __str__(self):
        raise RuntimeError


def leave(*arguments):
    sys.exit(3)


def rude(*arguments):
    raise RudeError


@pytest.mark.parametrize(("function", "name"), [(leave, "SystemExit"), (rude, "RudeError")])
def test_no_exception_gets_out(function, name):
    assert name in said("rnn.forward", function)[1]


def test_an_interrupt_by_the_user_gets_out():
    def interrupted(*arguments):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("rnn.forward", interrupted)


@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        ("rnn.forward", 3, "Expected your function, forward(x, h0, W_ih, W_hh, b_ih, b_hh), but got an int"),
        ("rnn.forward", np.zeros(3), "but got an ndarray"),
        ("rnn.forward", torch.nn.RNN, "got the class RNN"),
        ("rnn.forward", lambda x, h0: x, "takes other parameters (x, h0)"),
        ("rnn.forward", lambda h0, x, W_ih, W_hh, b_ih, b_hh: x, "another order (h0, x, W_ih, W_hh, b_ih, b_hh)"),
        ("bptt.backward", lambda *a: backward(*a)[:3], "returns 3 values; 5 are asked for: dW_ih, dW_hh, db, dx, dh0"),
        ("bptt.backward", lambda *a: backward(*a)[0], "returns one array; 5 are asked for"),
        ("bptt.backward", lambda *a: dict(enumerate(backward(*a))), "returns one dict; 5 are asked for"),
        ("bptt.backward", lambda *a: (*backward(*a)[:4], None), "dh0: you return None; one NumPy array"),
        ("rnn.forward", lambda *a: forward(*a)[-1], "got shape (3, 6). It is right for the last step alone"),
        ("rnn.forward", lambda *a: forward(*a).swapaxes(0, 1), "time and batch have changed places. Put back, the num"),
        ("rnn.forward", lambda *a: np.concatenate([a[1][None], forward(*a)]), "first entry is one too many; without"),
        ("rnn.forward", lambda *a: forward(*a)[:, :-1], "The axis of batch has 2 entries instead of 3"),
        ("rnn.forward", lambda *a: forward(*a).ravel(), "number of entries is right, the axes are not"),
        ("rnn.cell", lambda *a: h_t(*a).T, "expected shape (B=3, H=6), got shape (6, 3). It is transposed."),
        ("rnn.cell", lambda *a: 0.5, "got a single number"),
        ("rnn.cross_entropy", lambda o, y: o, "expected a number, got shape (5, 3, 7)"),
        ("rnn.cross_entropy", lambda o, y: "1.5", "L: you return a str; a number is asked for"),
        (
            "rnn.forward",
            lambda *a: torch.tensor(forward(*a)),
            "torch tensor; one NumPy array is asked for. The numbers a",
        ),
        (
            "rnn.forward",
            lambda *a: list(forward(*a)),
            "a list of 5; one NumPy array is asked for. The numbers are right.",
        ),
        (
            "rnn.forward",
            lambda *a: forward(*a).tolist(),
            "list of 5; one NumPy array is asked for. The numbers are right.",
        ),
        (
            "rnn.forward",
            lambda *a: forward(*a).astype(int),
            "expected floating-point numbers, but your array has dtype int",
        ),
        ("rnn.forward", lambda *a: forward(*a) + 0j, "h: expected real numbers, but your array has complex numbers"),
        (
            "rnn.sample",
            lambda *a: find("rnn.sample").variant()(*a) * 1.0,
            "whole numbers, but your array ha",
        ),
        ("rnn.forward", lambda *a: forward(*a).astype(np.float32), "right to the accuracy of float32, but float64 was"),
        ("rnn.forward", lambda *a: forward(*a) * np.nan, "all numbers are NaN with T=5"),
        ("rnn.forward", lambda *a: np.where(forward(*a) > 0.8, np.inf, forward(*a)), "are infinite with T=5"),
        ("rnn.forward", lambda *a: -forward(*a), "All signs of your answer are turned round"),
        ("rnn.forward", lambda *a: forward(*a) / a[0].shape[1], "one factor, the same for all numbers: 1/B"),
        ("rnn.forward", lambda *a: forward(*a) + 0.1, "one constant, added to all numbers: 0.1"),
        ("rnn.forward", lambda *a: forward(*a)[::-1], "Time is turned round"),
        (
            "rnn.forward",
            lambda *a: np.roll(forward(*a), 1, axis=0),
            "step t of your answer holds what belongs to step t-1",
        ),
        (
            "rnn.forward",
            lambda *a: np.roll(forward(*a), -1, axis=0),
            "step t of your answer holds what belongs to step t+1",
        ),
        ("rnn.forward", lambda *a: np.abs(forward(*a)), "Only the sizes of your answer are right, not all signs"),
        (
            "rnn.forward",
            lambda *a: forward(*a)[:, ::-1],
            "right numbers of your answer are there, but not in their places",
        ),
        ("rnn.forward", lambda *a: 0 * forward(*a), "All numbers of your answer are 0"),
        ("rnn.cell", lambda *a: a[1], "What comes back as your answer is the argument h_prev, unchanged"),
        (
            "rnn.forward",
            lambda *a: forward(*a) * (1 + 0.3 * np.cos(np.arange(forward(*a).size)).reshape(forward(*a).shape)),
            "every number differs. The first, at step 1 (index 0), example 0, u",
        ),
        ("rnn.forward", lambda *a: forward(*a) * 1.00001, "Your answer is right to about 5 digits"),
    ],
)
def test_each_thing_has_its_own_sentence(name, function, words):
    report, text = said(name, function)
    assert words in text
    assert report.score < 1
    assert report.mistakes == []


@seeds(2, 5)
@pytest.mark.parametrize("name", [n for n in NAMES if not all(o.integers or o.free for o in find(n).outputs)])
def test_what_is_nearly_right_is_told_so(name, seeds):
    exercise = find(name)
    off = 1e-9 if all(o.tolerance is None for o in exercise.outputs) else 1e-4

    def nearly(*arguments):
        moved = [shifted(one) for one in exercise.returned(exercise.leaves(exercise.variant()(*arguments)))]
        return moved[0] if len(moved) == 1 else tuple(moved)

    def shifted(one):
        if type(one) in (list, tuple):
            return type(one)(map(shifted, one))
        return one if np.asarray(one).dtype.kind in "iu" else one * (1 + off)

    for seed in seeds:
        report, text = said(name, nearly, seed=seed)
        assert report.score < (1 if any(o.integers for o in exercise.outputs) else 0.5)  # whole numbers are right
        assert f"right to about {-math.log10(off):.0f} digits" in text
        assert "sign" not in text
        assert report.mistakes == []


@pytest.mark.parametrize("left", [0.0, 3e-17, -2e-17, 1e-16])
def test_what_cancels_is_nothing_whatever_rounding_leaves(left):
    assert compared(np.float64(left), np.float64(0.5)) == "0 where it should not be"
    assert compared(np.float64(0.5), np.float64(left)).endswith("0 is right")


def test_the_first_differing_step_is_said_in_words():
    def wears_off(x, h0, *w):
        h = forward(x, h0, *w)
        h[2:, -1, 3:4] *= 2
        return h

    _, text = said("rnn.forward", wears_off)
    assert "3 of 90 numbers differ. All of that is in steps 3 to 5, example 2, unit 3." in text
    assert "The first, at step 3 (index 2), example 2, unit 3, is too large by a factor 2." in text


def test_backward_counts_from_the_last_step():
    _, text = said("bptt.backward", lambda *a: backward(*a, damp=lambda t: 0.9 if t == 3 else 1.0))
    assert "36 of 60 numbers differ. All of that is in steps 1 to 3." in text
    assert "The first, at step 3 (index 2), example 0, input 0" in text


def test_an_error_within_one_step_points_to_the_smaller_exercise():
    _, text = said("rnn.forward", lambda *a: 1.1 * forward(*a))
    assert 'A single step (T=1) is wrong already: does check("rnn.cell", …) pass?' in text
    _, text = said("bptt.backward", lambda *a: [1.1 * g + 0.01 for g in backward(*a)])
    assert 'check("bptt.cell_backward", …)' in text


def test_one_wrong_output_leaves_the_others_their_points():
    report, text = said("bptt.backward", lambda *a: (*backward(*a)[:4], backward(*a)[4] * 1.5))
    assert text.startswith("dh0 is right up to one factor, the same for all numbers: 1.5.")
    assert [name for name in ("dW_ih", "dW_hh", "db", "dx", "dh0") if not report.facets[name]] == ["dh0"]


def test_changed_arguments_are_named():
    def scribbles(x, h0, W_ih, W_hh, b_ih, b_hh):
        h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
        h0 *= 0
        b_ih[0] = 1
        return h

    report, text = said("rnn.forward", scribbles)
    assert "changes its arguments h0 and b_ih" in text
    assert [name for name, holds in report.facets.items() if not holds] == [CONDUCT.name]


def test_state_between_calls_is_told():
    kept = []

    def hoards(x, h0, *w):
        kept.extend(forward(x, h0, *w)[..., :1].ravel())
        return forward(x, h0, *w) + len(kept) * 1e-3

    for function in (hoards, lambda *a: np.random.default_rng().normal(size=forward(*a).shape)):
        report, text = said("rnn.forward", function)
        assert "Called a second time with the same arguments, your function gives another answer." in text
        assert "differ" not in text  # what differs follows from that
        assert report.score == 0.0


def test_another_answer_the_second_time_costs_its_own_part():
    calls = []

    def second_is_worse(*arguments):
        calls.append(1)
        return forward(*arguments) + (len(calls) == 2)

    report, text = said("rnn.forward", second_is_worse)
    assert "Called a second time" in text
    assert [name for name, holds in report.facets.items() if not holds] == [CONDUCT.name]


def test_the_dtype_is_a_part_by_itself():
    report, text = said("rnn.forward", lambda *a: forward(*(v.astype(float) for v in a)))
    assert [name for name, holds in report.facets.items() if not holds] == [DTYPE.name]
    assert "h has dtype float64 where the arguments have float32" in text


LISTS = [list, tuple, lambda h: h.tolist(), lambda h: [[list(row) for row in step] for step in h]]


@pytest.mark.parametrize("made", LISTS)
def test_a_list_keeps_the_points_of_its_numbers(made):
    report = check("rnn.forward", lambda *a: made(find("rnn.forward").variant()(*a)))
    assert [part for part, holds in report.facets.items() if not holds] == [DTYPE.name]
    assert len(report.messages) == 1
    assert "one NumPy array is asked for. The numbers are right." in report.messages[0]


@pytest.mark.parametrize("made", LISTS)
def test_a_mistake_in_a_list_is_recognised(made):
    report = check("rnn.forward", lambda *a: made(find("rnn.forward").variant("R3")(*a)))
    assert report.mistakes == ["R3"]
    assert report.facets["one step"]
    assert not report.facets["a sequence from a given state"]
    assert "one NumPy array is asked for." in report.messages[1]


def test_unknown_numbers_in_a_list_are_looked_into():
    report = check("rnn.forward", lambda *a: list(find("rnn.forward").variant()(*a) ** 3))
    assert report.messages[0] == "No step is right, even from your own state before it."
    assert report.messages[-1].endswith("one NumPy array is asked for.")


def test_a_list_of_whole_numbers_loses_nothing_and_is_told_so():
    right = find("rnn.next_symbol_pairs").variant()
    report = check("rnn.next_symbol_pairs", lambda *a: [x.tolist() for x in right(*a)])
    assert report.passed
    assert "x: you return a list of 5; one NumPy array is asked for." in report.messages[0]


def test_a_list_of_tensors_earns_nothing():
    report = check("rnn.forward", lambda *a: [torch.tensor(h) for h in find("rnn.forward").variant()(*a)])
    assert report.score == 0.0


def test_a_list_in_place_of_a_number_earns_nothing():
    report = check("rnn.cross_entropy", lambda *a: [find("rnn.cross_entropy").variant()(*a)])
    assert report.score == 0.0
    assert "L: you return a list of 1; a number is asked for." in report.messages[0]


def test_prints_and_warnings_do_not_disturb(capsys):
    def chatty(*arguments):
        print("step")
        print("careful", file=sys.stderr)
        warnings.warn("really", stacklevel=1)
        np.float64(1) / np.float64(0)
        return forward(*arguments)

    assert said("rnn.forward", chatty)[0].passed
    assert capsys.readouterr() == ("", "")
    assert (
        "What your function prints is not shown" in said("rnn.forward", lambda *a: print("x") or 1.1 * forward(*a))[1]
    )


def test_each_call_gets_fresh_arguments():
    seen = []

    def collects(*arguments):
        seen.extend(arguments)
        return forward(*arguments)

    check("rnn.forward", collects)
    assert not any(np.shares_memory(a, b) for a, b in itertools.combinations(seen, 2))


# ---------------------------------------------------------------------------------------------------------------------
# Hostile answers


class Agreeable:
    """Equal to everything."""

    def __eq__(self, other):
        return True

    __hash__ = None

    def __array__(self, *args, **kwargs):
        raise AssertionError("must not be asked")

    def __getattr__(self, name):
        return self

    def __call__(self, *args):
        return self

    def __float__(self):
        return 1.0


class Liar(np.ndarray):
    """An array that says that it is equal, and of any shape."""

    def __eq__(self, other):
        return np.True_

    __hash__ = None

    def __sub__(self, other):
        return np.zeros(3)

    __rsub__ = __sub__

    @property
    def shape(self):
        return (5, 3, 6)

    def __array_ufunc__(self, *args, **kwargs):
        return np.True_


class Number(float):
    def __eq__(self, other):
        return True

    __hash__ = None


class Many(tuple):
    __slots__ = ()

    def __len__(self):
        return 5

    def __iter__(self):
        return iter([1, 2, 3, 4, 5])


class Pretender:
    __class__ = np.ndarray  # type: ignore[assignment]


endless: list = []
endless.append(endless)

HOSTILE = [
    Agreeable(),
    np.zeros((5, 3, 6)).view(Liar),
    Number(1.0),
    Many((1,)),
    Pretender(),
    endless,
    [endless] * 5,
    np.array([object()] * 5),
    np.broadcast_to(np.float64(1.0), (10**6, 10**6)),
    np.ma.masked_all((5, 3, 6)),
    np.array(["a"]),
    np.array([np.datetime64("2020-01-01")]),
    np.rec.array([(1.0, 2)], dtype=[("a", float), ("b", int)]),
    np.zeros((0, 3)),
    10**400,
    float("nan"),
    (x for x in ()),
    lambda: 0,
    type,
    {1: 2},
    "text",
    b"bytes",
    True,
    np.bool_(True),
    np.array(False),
    2**70,
    1e308,
    -1e-320,
    torch.zeros(3, requires_grad=True),
    torch.zeros(3).to_sparse(),
]


@pytest.mark.parametrize("name", NAMES)
def test_hostile_answers_earn_nothing_and_raise_nothing(name):
    outputs = len(find(name).outputs)
    for answer in HOSTILE:
        for result in (answer, (answer,) * outputs, [answer] * outputs):
            report, text = said(name, lambda *a, result=result: result)
            assert report.score == 0.0, f"{type(answer)}: {report}"
            assert text
            report._repr_html_()


def anything():
    numbers = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.complex_numbers())
    dtypes = st.sampled_from([np.float64, np.float32, np.float16, np.int64, np.bool_, np.complex128, object])
    tensors = dtypes.flatmap(
        lambda d: arrays(
            d,
            array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=6),
            elements=None if d is not object else st.none(),
        )
    )
    return st.recursive(
        numbers | tensors, lambda inner: st.lists(inner, max_size=6) | st.tuples(inner, inner), max_leaves=8
    )


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["rnn.forward", "rnn.cross_entropy", "rnn.next_symbol_pairs", "bptt.backward"]), anything())
def test_whatever_comes_back_is_answered(name, result):
    report = check(name, lambda *a: result)
    assert isinstance(report, Report)
    assert report.score == 0.0
    assert str(report)
    assert report._repr_html_()


# ---------------------------------------------------------------------------------------------------------------------
# The engine by itself, on an exercise that has nothing to do with networks


def sums(a):
    total = a.sum(axis=1)
    return total


SUMS = {
    "abs": edit(sums, "a.sum", "np.abs(a).sum"),
    "more": edit(sums, "return total", "return total + 1"),
    "double": edit(sums, "return total", "return total * 2"),
    "twin": edit(sums, "a.sum(axis=1)", "2 * a.sum(axis=1)"),
}


def toy(*mistakes):
    return Exercise(
        name="toy.sums",
        task="Sums of rows.",
        arguments=(Value("a", "N M"),),
        outputs=(Value("s", "N"),),
        reference=sums,
        cases={"general": lambda r: (r.normal(size=(3, 4)),), "positive": lambda r: (r.uniform(1, 2, (2, 5)),)},
        facets=(Facet("any numbers", 3, ("general",)), Facet("positive numbers", 1, ("positive",))),
        mistakes=tuple(Mistake(id, id, f"Is {id} so?", f"{id} again", SUMS[id]) for id in mistakes),
    )


def test_mistakes_that_coincide_are_both_named(monkeypatch):
    monkeypatch.setattr("rnncourse.checks._all", lambda: {"toy.sums": toy("double", "twin", "abs")})
    report, text = said("toy.sums", lambda a: 2 * a.sum(axis=1))
    assert report.mistakes == ["double", "twin"]
    assert text.startswith(
        "Two known mistakes give exactly your numbers; it is one of these. Is double so? Is twin so?"
    )


def test_the_score_is_the_weight_of_what_holds(monkeypatch):
    monkeypatch.setattr("rnncourse.checks._all", lambda: {"toy.sums": toy("abs", "more")})
    report, _ = said("toy.sums", lambda a: np.abs(a).sum(axis=1))
    assert report.mistakes == ["abs"]
    assert report.score == pytest.approx((1 + 1) / 5)  # positive numbers, and manners
    report, _ = said("toy.sums", lambda a: np.abs(a).sum(axis=1) + 1)
    assert report.mistakes == ["abs", "more"]
    assert report.score == 0.0


def test_no_mistake_is_named_that_is_only_close(monkeypatch):
    monkeypatch.setattr("rnncourse.checks._all", lambda: {"toy.sums": toy("double")})
    report, _ = said("toy.sums", lambda a: 2.000001 * a.sum(axis=1))
    assert report.mistakes == []


# ---------------------------------------------------------------------------------------------------------------------
# The tests' own fixture


EACH_THIRD = [name if n % 3 == 0 else pytest.param(name, marks=pytest.mark.again) for n, name in enumerate(NAMES)]


@pytest.mark.parametrize("name", EACH_THIRD)
def test_what_is_worked_out_once_changes_no_report(name, monkeypatch):
    exercise = find(name)
    functions = [exercise.variant(*list(exercise.forms)[-1:]), shaped(exercise, FILLS["noise"])]
    once = [check(name, function).to_json() for function in (*functions, *functions)]
    monkeypatch.undo()
    assert [check(name, function).to_json() for function in functions] * 2 == once
