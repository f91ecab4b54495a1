"""The GRU-D kernel against the reading version and, through autograd, against plain torch operations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from rnncourse import irregular
from rnncourse.irregular import Weights
from rnncourse.kernels import _layer, grud
from tests.test_irregular import che, problem, tensors

SHAPES = [(1, 1, 1, 1), (5, 1, 3, 2), (1, 4, 3, 2), (7, 3, 2, 5), (6, 4, 1, 3), (5, 5, 3, 3)]  # T B F H
TOLERANCE = {np.float64: 1e-12, np.float32: 1e-5}

Arrays = dict[str, Any]


def given(a: Arrays) -> Arrays:
    """The kernel's arguments, from those of the reading version."""
    return {name: q for name, q in a.items() if name != "p"} | a["p"]._asdict()


def assert_close(ours: Any, theirs: Any) -> None:
    for got, expected in zip(ours, theirs, strict=True):
        assert got.dtype == expected.dtype
        assert got.shape == expected.shape
        atol = TOLERANCE[got.dtype.type] * (1 + np.abs(expected).max())
        np.testing.assert_allclose(got, expected, rtol=0, atol=atol)


@pytest.mark.equation("eq-irregular-forward")
@pytest.mark.equation("eq-irregular-dW")
@pytest.mark.equation("eq-irregular-dx")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", SHAPES)
def test_equals_the_reading_version(shape: tuple[int, int, int, int], dtype: Any) -> None:
    a, upstream = problem(*shape, dtype=dtype)
    h, x_last, tape = grud.forward(**given(a))
    after = [np.concatenate([a[name], np.zeros_like(a[name][:1])]) for name in ("x", "m")]
    assert_close([h, x_last], [irregular.grud_forward(**a), irregular.last_observed(*after, a["x_first"])[-1]])
    assert_close(grud.backward(tape=tape, **upstream), irregular.grud_backward(**a, **upstream))


@pytest.mark.equation("eq-irregular-dW")
@pytest.mark.equation("eq-irregular-dx")
@pytest.mark.parametrize("reached", ["states", "last", "both"])
def test_backward_is_autograds_of_the_papers_equations(reached: str) -> None:
    a, upstream = problem(6, 3, 2, 4)
    dx_last = np.random.default_rng(1).normal(size=a["x_first"].shape)
    v, leaves = tensors(a)
    h, x_last = che(**v), v["x_first"]
    for x_t, m_t in zip(v["x"], v["m"], strict=True):
        x_last = torch.where(m_t == 1, x_t, x_last)
    loss = torch.zeros((), dtype=torch.float64)
    if reached != "states":
        loss = loss + (h[-1] * torch.from_numpy(upstream["dh_T"])).sum() + (x_last * torch.from_numpy(dx_last)).sum()
    if reached != "last":
        loss = loss + (h * torch.from_numpy(upstream["dh_out"])).sum()
    expected = torch.autograd.grad(loss, leaves)
    tape = grud.forward(**given(a))[-1]
    last = {} if reached == "states" else {"dh_T": upstream["dh_T"], "dx_last": dx_last}
    found = grud.backward(None if reached == "last" else upstream["dh_out"], tape, **last)
    assert_close(found, [e.numpy() for e in expected])


@pytest.mark.parametrize("numbers", [1, 100, 130])
def test_backward_in_spans_of_one_two_and_three_steps(monkeypatch: pytest.MonkeyPatch, numbers: int) -> None:
    a, upstream = problem(7, 2, 3, 5)
    tape = grud.forward(**given(a))[-1]
    whole = grud.backward(tape=tape, **upstream)
    monkeypatch.setattr(_layer, "CACHE", numbers)
    assert_close(grud.backward(tape=tape, **upstream), whole)


def test_what_was_not_observed_may_be_nan() -> None:
    a, upstream = problem(6, 3, 2, 4)
    order = ("x", "m", "delta", "h0", "x_first", "x_mean", *Weights._fields)
    inputs = grud.Inputs(*(given(a)[name] for name in order))
    with_nan = inputs._replace(x=np.where(a["m"] == 1, a["x"], np.nan))
    (out, kept), (out_nan, kept_nan) = (grud.forward_unchecked(q, np.dot) for q in (inputs, with_nan))
    assert_close(out_nan, out)
    tape, tape_nan = (_layer.Tape(inputs, q, np.dot) for q in (kept, kept_nan))
    assert_close(grud.backward(tape=tape_nan, **upstream), grud.backward(tape=tape, **upstream))


def test_input_gradients_only_where_asked_for() -> None:
    a, upstream = problem(4, 2, 3, 5)
    tape = grud.forward(**given(a))[-1]
    full = grud.backward(tape=tape, **upstream)._asdict()
    without = grud.backward(tape=tape, **upstream, input_gradient=False)._asdict()
    assert [without.pop(name) for name in ("dx", "ddelta", "dx_first")] == [None] * 3
    assert_close(without.values(), [full[name] for name in without])


def test_arrays_in_any_layout() -> None:
    a, upstream = problem(5, 2, 3, 4)
    *out, tape = grud.forward(**given(a))
    *out_strided, tape_strided = grud.forward(**{name: np.asfortranarray(q) for name, q in given(a).items()})
    assert_close(out_strided, out)
    strided = {name: np.asfortranarray(q) for name, q in upstream.items()}
    assert_close(grud.backward(tape=tape_strided, **strided), grud.backward(tape=tape, **upstream))


@pytest.mark.parametrize("shape", [(4, 2, 3, 5), (3, 1, 2, 4), (3, 2, 2, 1)])
def test_arguments_stay_and_results_are_the_callers_own(shape: tuple[int, int, int, int]) -> None:
    (a, upstream), (other, _) = problem(*shape), problem(*shape, seed=1)
    dx_last = np.ones_like(a["x_first"])
    given_arrays = [*given(a).values(), *upstream.values(), dx_last]
    before = [q.copy() for q in given_arrays]
    *out, tape = grud.forward(**given(a))
    gradients = grud.backward(tape=tape, **upstream, dx_last=dx_last)
    kept = [q.copy() for q in (*out, *gradients)]
    grud.backward(upstream["dh_out"], grud.forward(**given(other))[-1])
    again = grud.backward(tape=tape, **upstream, dx_last=dx_last)  # a tape can be used twice
    assert all(np.array_equal(p, q) for p, q in zip(before, given_arrays, strict=True))
    assert all(np.array_equal(p, q) for p, q in zip(kept, (*out, *gradients), strict=True))
    assert all(np.array_equal(p, q) for p, q in zip(gradients, again, strict=True))
    theirs = [*given_arrays, *tape.kept]
    assert not any(np.shares_memory(p, q) for p in (*out, *gradients) for q in theirs)


def test_products_through_another_library() -> None:
    a, upstream = problem(4, 2, 3, 5)

    def product(p: Any, q: Any, out: Any) -> None:
        assert out.flags.c_contiguous
        torch.mm(torch.from_numpy(p), torch.from_numpy(q), out=torch.from_numpy(out))

    *out, tape = grud.forward(**given(a), product=product)
    *expected, tape_numpy = grud.forward(**given(a))
    assert_close(out, expected)
    assert_close(grud.backward(tape=tape, **upstream), grud.backward(tape=tape_numpy, **upstream))


def test_wrong_arguments_are_named() -> None:
    a, upstream = problem(4, 2, 3, 5)
    arguments = given(a)
    for name, q in arguments.items():
        with pytest.raises(ValueError, match=f"^{name}: expected shape"):
            grud.forward(**(arguments | {name: q[None]}))
        with pytest.raises(TypeError, match=f"^{name}: expected a NumPy array, got list"):
            grud.forward(**(arguments | {name: q.tolist()}))
        with pytest.raises(TypeError, match="expected one dtype"):
            grud.forward(**(arguments | {name: q.astype(np.float32)}))
        with pytest.raises(ValueError, match=f"^{name}: expected finite numbers"):
            grud.forward(**(arguments | {name: q * np.nan}))
    with pytest.raises(ValueError, match="x: expected at least one entry along each axis"):
        grud.forward(**(arguments | {"x": arguments["x"][:0]}))
    with pytest.raises(ValueError, match="m: expected 1 where a value was observed and 0 elsewhere"):
        grud.forward(**(arguments | {"m": arguments["m"] / 2}))
    with pytest.raises(ValueError, match="delta: expected intervals of at least 0"):
        grud.forward(**(arguments | {"delta": arguments["delta"] - 5}))
    tape = grud.forward(**arguments)[-1]
    with pytest.raises(ValueError, match=r"dh_out: expected shape \(4, B=2, H=5\), got \(3, 2, 5\)"):
        grud.backward(upstream["dh_out"][:3], tape)
    with pytest.raises(ValueError, match=r"dh_T: expected shape \(B=2, H=5\), got \(1, 5\)"):
        grud.backward(upstream["dh_out"], tape, upstream["dh_T"][:1])
    with pytest.raises(ValueError, match=r"dx_last: expected shape \(B=2, F=3\), got \(2, 5\)"):
        grud.backward(upstream["dh_out"], tape, dx_last=upstream["dh_T"])
    with pytest.raises(TypeError, match="expected one dtype"):
        grud.backward(upstream["dh_out"].astype(np.float32), tape)
