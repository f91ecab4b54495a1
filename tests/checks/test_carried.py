"""An early mistake counts once: what builds on a wrong function is judged with it, if that is a function at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from rnncourse import bptt, checks, rnn
from rnncourse.checks import Grader, Report, check, exercises, find, grader
from rnncourse.checks.mistakes import bare, changed, instead

Function = Callable[..., Any]


@pytest.fixture(autouse=True)
def grading() -> Iterator[Grader]:
    """A notebook that is graded."""
    asked = Grader(3)
    before = grader.set(asked)
    yield asked
    grader.reset(before)


def transposed(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh + b_hh)


def along(cell: Function) -> Function:
    """The right forward pass, which calls this cell."""

    def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
        h, h_t = [], h0
        for x_t in x:
            h_t = cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
            h.append(h_t)
        return np.stack(h)

    return forward


def with_it(name: str, right: Function, own: Function) -> Function:
    """The right answer to an exercise, which calls a student's own function."""
    return changed(find(name).reference, frozenset({instead(right, lambda *arguments: own(*arguments))}))


def both(first: Function, second: Function, name: str = "rnn.forward", before: str = "rnn.cell") -> Report:
    check(before, first)
    return check(name, second)


@pytest.mark.parametrize("name", [name for name in exercises() if find(name).builds_on])
def test_the_reference_calls_what_the_exercise_builds_on(name: str) -> None:
    exercise = find(name)
    given = exercise.case(next(iter(exercise.cases)), 0)
    for other, right in exercise.builds_on.items():
        assert find(other).name.rpartition(".")[2] == right.__name__
        made = []
        changed(
            exercise.reference,
            frozenset({instead(right, lambda *a, right=right, made=made: (made.append(a), bare(right)(*a))[1])}),
        )(*given)
        assert made


def test_numbers_that_the_library_refuses_end_nothing() -> None:
    """With gradients that are magnified instead of clipped, the right training goes beyond all numbers."""
    magnified = find("gradients.clip_by_norm").variant()

    def clip_by_norm(gradients, max_norm):
        clipped, norm = magnified(gradients, max_norm)
        return [g * g.dtype.type(1e30) for g in clipped], norm

    report = both(
        clip_by_norm, find("gradients.train_identity").variant("I2 over the steps"),
        "gradients.train_identity", "gradients.clip_by_norm",
    )  # fmt: skip
    assert report.mistakes == ["I2"]
    assert 0 < report.score < 1


def test_a_transposed_matrix_costs_the_points_of_the_cell_alone() -> None:
    assert not check("rnn.cell", transposed).passed
    forward = along(transposed)

    def output(*a):
        return forward(*a[:-2]) @ a[-2].T + a[-1]

    def prime(prompt, h0, W_ih, *a):
        return forward(np.eye(W_ih.shape[1], dtype=W_ih.dtype)[prompt], h0, W_ih, *a)[-1]

    for name, answer in (("rnn.forward", forward), ("rnn.output", output), ("rnn.prime", prime)):
        report = check(name, answer)
        assert report.passed, report
        assert not report.mistakes  # it was told once
        assert "given your own `" in report.messages[0]
        assert len(report.messages) == 1


def test_a_list_of_arrays_goes_through_an_own_function() -> None:
    def clip_by_norm(gradients, max_norm):
        norm = np.sqrt(sum((g**2).sum() for g in gradients))
        return [np.clip(g, -max_norm, max_norm) for g in gradients], norm

    def clipped_update(theta, v, micro, lr, mu, max_norm):
        v = mu * v + clip_by_norm([micro.mean(axis=0)], max_norm)[0][0]
        return theta - lr * v, v

    report = both(clip_by_norm, clipped_update, "gradients.clipped_update", "gradients.clip_by_norm")
    assert report.passed, report
    assert report.messages[0].startswith("Right, given your own `clip_by_norm`")


@pytest.mark.parametrize("wrong", [lambda g, m: ([a.ravel() for a in g], 1.0), lambda g, m: (g[:1], 1.0)])
def test_a_list_of_other_shapes_is_no_function_to_judge_by(wrong: Function) -> None:
    def clipped_update(theta, v, micro, lr, mu, max_norm):
        v = mu * v + wrong([micro.mean(axis=0)], max_norm)[0][0]
        return theta - lr * v, v

    report = both(wrong, clipped_update, "gradients.clipped_update", "gradients.clip_by_norm")
    assert "given your own" not in str(report)


def test_every_seed_gives_them(grading: Grader) -> None:
    check("rnn.cell", transposed)
    for seed in range(20):
        grading.seed = seed
        assert check("rnn.forward", along(transposed), seed).passed


def test_a_gradient_of_a_step_counts_once() -> None:
    def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
        dz = dh_t * (1 - h_t**2)
        return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh.T

    def backward(dh_out, x, h0, h, W_ih, W_hh):
        total, dx, carry = None, [], np.zeros_like(h0)
        for t in reversed(range(len(x))):
            *own, dx_t, carry = cell_backward(dh_out[t] + carry, x[t], h[t - 1] if t else h0, h[t], W_ih, W_hh)
            total = own if total is None else [a + b for a, b in zip(total, own, strict=True)]
            dx.insert(0, dx_t)
        return (*total, np.stack(dx), carry)

    def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
        total, state = [0, 0, 0], h0
        for s in range(0, len(x), k):
            h = rnn.forward(x[s : s + k], state, W_ih, W_hh, b_ih, b_hh)
            own = backward(dh_out[s : s + k], x[s : s + k], state, h, W_ih, W_hh)
            total, state = [a + b for a, b in zip(total, own[:3], strict=True)], h[-1]
        return tuple(total)

    assert not check("bptt.cell_backward", cell_backward).passed
    for name, answer in (("bptt.backward", backward), ("bptt.truncated", truncated)):
        report = check(name, answer)
        assert report.passed, report


def test_probabilities_count_once() -> None:
    def temperature(o, tau):
        p = np.exp(tau * (o - o.max(axis=-1, keepdims=True)))
        return p / p.sum(axis=-1, keepdims=True)

    report = both(
        temperature,
        with_it("rnn.sample", rnn.temperature, temperature),
        "rnn.sample",
        "rnn.temperature",
    )
    assert report.passed, report


def test_a_dtype_lost_by_the_cell_counts_once() -> None:
    def cell(*a):
        return bare(rnn.cell)(*(v.astype(float) for v in a))

    assert check("rnn.cell", cell).score > 0.5
    assert check("rnn.forward", along(cell)).passed


def test_without_the_own_function_nothing_is_given(grading: Grader) -> None:
    assert not check("rnn.forward", along(transposed)).passed
    check("rnn.cell", rnn.cell)
    assert not check("rnn.forward", along(transposed)).passed  # the cell that was handed in is right


def test_outside_of_a_notebook_no_check_knows_of_another(grading: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    grader.set(None)
    monkeypatch.setattr(checks, "_handed", {})
    assert not both(transposed, along(transposed)).passed
    monkeypatch.setattr(checks, "in_notebook", lambda: True)
    assert both(transposed, along(transposed)).passed


def test_a_right_answer_costs_no_further_call() -> None:
    asked = []

    def counted(*a):
        asked.append(a)
        return bare(rnn.forward)(*a)

    check("rnn.forward", counted)
    before, asked[:] = len(asked), []
    own = []
    check("rnn.cell", lambda *a: (own.append(a), transposed(*a))[1])
    own.clear()
    assert check("rnn.forward", counted).passed
    assert len(asked) == before
    assert not own


def test_a_mistake_of_its_own_still_costs_points() -> None:
    report = both(transposed, lambda x, *a: along(transposed)(x[::-1], *a))
    assert not report.passed
    report = both(transposed, lambda x, h0, *a: along(transposed)(x, 0 * h0, *a))
    assert 0 < report.score < 1  # right from a zero state, given the cell
    assert "given your own `cell`: “" in report.messages[0]
    assert report.mistakes
    assert "R6" not in report.mistakes  # its words go by the own cell


def test_a_mistake_beside_an_earlier_one_is_told_alone() -> None:
    forward = along(transposed)
    report = both(forward, lambda *a: forward(*a[:-2]) @ a[-2].T, "rnn.output", "rnn.forward")
    assert report.score == 0
    assert report.messages[0].startswith("Judged with your own `forward`.")
    assert report.mistakes == ["R7o"]


def test_what_the_own_function_does_not_let_through_is_not_given() -> None:
    def no_input(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
        dW_ih, *others = bare(bptt.cell_backward)(dh_t, x_t, h_prev, h_t, W_ih, W_hh)
        return (0 * dW_ih, *others)

    report = both(
        no_input,
        lambda dh_out, x, *a: (0 * a[2], *bare(bptt.backward)(dh_out, x, *a)[1:]),
        "bptt.backward",
        "bptt.cell_backward",
    )
    assert not report.facets["dW_ih"]
    assert report.facets["dW_hh"]


# ---------------------------------------------------------------------------------------------------------------------
# Cells that would make the rest easy


def noise(*arrays: Any) -> np.ndarray:
    """Numbers in the shape of the first array that hang on every bit of all."""
    digest = hashlib.sha256(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)).digest()
    return np.random.default_rng([*digest]).normal(size=arrays[0].shape)


def zeros(x_t, h_prev, *a):
    return np.zeros_like(h_prev)


def state(x_t, h_prev, *a):
    return h_prev.copy()


def input_of_it(x_t, h_prev, *a):
    return x_t.copy()


def input_where_it_fits(x_t, h_prev, *a):
    return np.resize(x_t, h_prev.shape)


def no_state(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih + b_hh + 0 * h_prev)


def state_where_large(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return no_state(x_t, h_prev, W_ih, W_hh, b_ih, b_hh) + (np.abs(h_prev).max() > 2)


def hardly_the_state(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return no_state(x_t, h_prev, W_ih, W_hh, b_ih, b_hh) + 1e-13 * h_prev @ W_hh


def stub(*a):
    raise NotImplementedError


def nothing(*a): ...


def fails(*a):
    raise ValueError("no")


def ends(*a):
    raise SystemExit


def one_axis_more(x_t, h_prev, *a):
    return transposed(x_t, h_prev, *a)[None]


def a_list(*a):
    return transposed(*a).tolist()


def overwrites(x_t, h_prev, *a):
    h_prev[:] = transposed(x_t, h_prev, *a)
    return h_prev


def random(x_t, h_prev, *a):
    return np.random.default_rng().normal(size=h_prev.shape)


def counts() -> Function:
    n = [0]

    def cell(*a):
        n[0] += 1
        return transposed(*a) * n[0]

    return cell


def now_and_then() -> Function:
    n = [0]

    def cell(*a):
        n[0] += 1
        return (zeros if n[0] > 40 else transposed)(*a)

    return cell


def chaotic(x_t, h_prev, *a):
    return (1e10 * transposed(x_t, h_prev, *a)) % 1.0


ANSWERS: dict[str, Function] = {
    "zeros": lambda x, h0, *a: np.zeros((len(x), *h0.shape), h0.dtype),
    "h0": lambda x, h0, *a: np.stack([h0] * len(x)),
    "x": lambda x, h0, *a: np.resize(x, (len(x), *h0.shape)),
    "each step alone": lambda x, h0, *a: np.stack([no_state(x_t, h0, *a) for x_t in x]),
    "random": lambda x, h0, *a: np.random.default_rng(0).random((len(x), *h0.shape)),
}


EASY = {
    **{zeros: "zeros", state: "h0", input_of_it: "x", input_where_it_fits: "x"},
    **dict.fromkeys((no_state, state_where_large, hardly_the_state), "each step alone"),
    **dict.fromkeys((stub, nothing, fails, ends, one_axis_more, a_list, overwrites, counts(), now_and_then()), "zeros"),
    **dict.fromkeys((random, chaotic), "random"),
}


@pytest.mark.parametrize("cell", EASY)
def test_a_cell_that_makes_it_easy_earns_nothing(cell: Function) -> None:
    """Neither with an answer that needs no loop, nor, where it is no function of all its arguments, with a loop."""
    report = both(cell, ANSWERS[EASY[cell]])
    assert report.score == 0, report
    looped = both(cell, along(cell))
    assert looped.score == (cell is chaotic), looped  # that is a function of all of them


def test_the_reference_when_nobody_looks_earns_nothing() -> None:
    """Right where the loop calls it, wrong where it is checked; and the other way round."""
    graded = [True]

    def watched(*a):
        return (bare(rnn.cell) if graded[0] else zeros)(*a)

    def forward(*a):
        graded[0] = not graded[0]
        try:
            return ANSWERS["zeros"](*a)
        finally:
            graded[0] = not graded[0]

    for graded[0] in (True, False):
        assert both(watched, forward).score == 0


def test_an_answer_repeated_by_the_cell_is_told_where_it_counts_its_calls() -> None:
    """The cell gives back, step by step, what the answer has made up. One that keeps it: tests/grading/submission."""
    told: list[np.ndarray] = []

    def forward(x, h0, *a):
        made = np.stack([noise(h0, x, *a, np.array(t)) for t in range(len(x))]).astype(h0.dtype)
        told.extend(made)
        return made

    def cell(x_t, h_prev, *a):
        return told.pop(0) if told and told[0].shape == h_prev.shape else noise(h_prev, x_t, *a).astype(h_prev.dtype)

    assert both(cell, forward).score == 0


def test_the_librarys_own_with_other_arguments_earns_nothing() -> None:
    def cell(x_t, h_prev, W_ih, *a):
        return rnn.cell(x_t, h_prev, 2 * W_ih, *a)

    assert both(cell, lambda x, h0, W_ih, *a: rnn.forward(x, h0, 2 * W_ih, *a)).score == 0
    assert both(cell, along(cell)).passed


def test_another_process_that_is_not_to_be_had_gives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnncourse.checks.carried.apart", lambda function: False)
    assert not both(transposed, along(transposed)).passed


def test_a_slow_cell_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnncourse.checks.carried.SECONDS", 0.0)
    assert not both(transposed, along(transposed)).passed
