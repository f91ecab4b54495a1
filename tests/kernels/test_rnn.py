"""The fast kernels: equal to the reading versions, to torch, and safe in what they share."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncourse import bptt, rnn
from rnncourse.kernels import rnn as kernel
from rnncourse.kernels import rtrl

NAMES = ("x", "h0", "W_ih", "W_hh", "b_ih", "b_hh")
TOLERANCE = {np.float32: 1e-5, np.float64: 1e-13}


def problem(T, B, F, H, dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    shapes = ((T, B, F), (B, H), (H, F), (H, H), (H,), (H,), (T, B, H), (B, H))
    *arguments, dh_out, dh_T = ((rng.standard_normal(s) / H**0.5).astype(dtype) for s in shapes)
    return arguments, dh_out, dh_T


def assert_close(got, expected, dtype=np.float64):
    """At each array's scale; what cancels in a small one is of the size of rounding in the others."""
    least = max(np.abs(e).max() for e in expected) / 100
    for g, e in zip(got, expected, strict=True):
        assert g.dtype == e.dtype == dtype
        np.testing.assert_allclose(g, e, rtol=0, atol=TOLERANCE[dtype] * max(np.abs(e).max(), least))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(T=st.integers(1, 6), B=st.integers(1, 4), F=st.integers(1, 4), H=st.integers(1, 6), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_equals_the_reading_version(dtype, T, B, F, H, seed):
    (x, h0, W_ih, W_hh, b_ih, b_hh), dh_out, _ = problem(T, B, F, H, dtype, seed)
    h, tape = kernel.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    assert_close([h], [rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)], dtype)
    assert_close(kernel.backward(dh_out, tape), bptt.backward(dh_out, x, h0, h, W_ih, W_hh), dtype)


@pytest.mark.parametrize("reached", ["states", "last state", "both"])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_equals_torch(nonlinearity, bias, reached):
    arguments, dh_out, dh_T = problem(T=6, B=3, F=2, H=5)
    arguments = arguments if bias else arguments[:4]
    h, tape = kernel.forward(*arguments, nonlinearity=nonlinearity)
    got = kernel.backward(dh_out if reached != "last state" else None, tape, dh_T if reached != "states" else None)

    x, h0, *weights = (torch.from_numpy(a).requires_grad_() for a in arguments)
    layer = torch.rnn_tanh if nonlinearity == "tanh" else torch.rnn_relu
    h_torch, last = layer(x, h0[None], weights, bias, 1, 0.0, False, False, False)
    loss = 0
    if reached != "last state":
        loss = loss + (h_torch * torch.from_numpy(dh_out)).sum()
    if reached != "states":
        loss = loss + (last[0] * torch.from_numpy(dh_T)).sum()
    dx, dh0, *rest = (g.numpy() for g in torch.autograd.grad(loss, [x, h0, *weights]))
    assert_close([h], [h_torch.detach().numpy()])
    assert_close([got.dx, got.dh0, got.dW_ih, got.dW_hh, *([got.db] * len(rest[2:]))], [dx, dh0, *rest])


def test_input_gradient_only_where_asked_for():
    arguments, dh_out, _ = problem(4, 2, 3, 5)
    _, tape = kernel.forward(*arguments)
    without, with_dx = kernel.backward(dh_out, tape, input_gradient=False), kernel.backward(dh_out, tape)
    assert without.dx is None
    assert_close([without.dW_ih, without.dh0], [with_dx.dW_ih, with_dx.dh0])


def test_arrays_in_any_layout():
    (x, h0, *weights), dh_out, _ = problem(5, 2, 3, 4)
    h, tape = kernel.forward(x, h0, *weights)
    h_strided, tape_strided = kernel.forward(np.asfortranarray(x), h0, *(np.asfortranarray(w) for w in weights))
    assert_close([h_strided], [h])
    assert_close(kernel.backward(np.asfortranarray(dh_out), tape_strided), kernel.backward(dh_out, tape))


def test_arguments_stay_and_results_are_the_callers_own():
    (arguments, dh_out, dh_T), (other, _, _) = problem(4, 2, 3, 5), problem(4, 2, 3, 5, seed=1)
    before = [a.copy() for a in (*arguments, dh_out, dh_T)]
    h, tape = kernel.forward(*arguments)
    gradients = kernel.backward(dh_out, tape, dh_T)
    kept = [a.copy() for a in (h, *gradients)]
    kernel.backward(dh_T + dh_out, kernel.forward(*other)[1])
    again = kernel.backward(dh_out, tape, dh_T)  # a tape can be used twice
    assert all(np.array_equal(a, b) for a, b in zip(before, (*arguments, dh_out, dh_T), strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(kept, (h, *gradients), strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(gradients, again, strict=True))
    theirs = (*arguments, dh_out, dh_T, *tape.kept)
    assert not any(np.shares_memory(a, b) for a in (h, *gradients) for b in theirs)


def test_products_through_another_library():
    arguments, dh_out, _ = problem(4, 2, 3, 5)
    shapes = []

    def product(a, b, out):
        assert out.flags.c_contiguous
        shapes.append(out.shape)
        np.matmul(a, b, out)

    h, tape = kernel.forward(*arguments, product=product)
    assert_close([h], [kernel.forward(*arguments)[0]])
    assert shapes == [(8, 5)] + [(2, 5)] * 4
    kernel.backward(dh_out, tape)
    assert shapes[5:] == [(2, 5)] * 4 + [(5, 3), (5, 5), (1, 5), (8, 3)]


@pytest.mark.parametrize("name", NAMES)
def test_wrong_shapes_and_types_are_named(name):
    arguments = dict(zip(NAMES, problem(4, 2, 3, 5)[0], strict=True))
    with pytest.raises(ValueError, match=f"^{name}: expected shape"):
        kernel.forward(**(arguments | {name: arguments[name][None]}))
    with pytest.raises(TypeError, match=f"^{name}: expected a NumPy array, got list"):
        kernel.forward(**(arguments | {name: arguments[name].tolist()}))
    with pytest.raises(TypeError, match="expected one dtype"):
        kernel.forward(**(arguments | {name: arguments[name].astype(np.float32)}))
    with pytest.raises(ValueError, match=f"^{name}: expected finite numbers"):
        kernel.forward(**(arguments | {name: arguments[name] * np.nan}))


def test_other_bad_arguments():
    arguments, dh_out, dh_T = problem(4, 2, 3, 5)
    with pytest.raises(ValueError, match="expected both biases or neither, got b_ih alone"):
        kernel.forward(*arguments[:5])
    with pytest.raises(ValueError, match="expected both biases or neither, got b_hh alone"):
        kernel.forward(*arguments[:4], b_hh=arguments[5])
    with pytest.raises(ValueError, match="nonlinearity: expected 'tanh' or 'relu', got 'sigmoid'"):
        kernel.forward(*arguments, nonlinearity="sigmoid")
    with pytest.raises(ValueError, match=r"x: expected at least one entry along each axis"):
        kernel.forward(arguments[0][:0], *arguments[1:])
    _, tape = kernel.forward(*arguments)
    with pytest.raises(ValueError, match=r"dh_out: expected shape \(4, B=2, H=5\), got \(3, 2, 5\)"):
        kernel.backward(dh_out[:3], tape)
    with pytest.raises(ValueError, match=r"dh_T: expected shape \(B=2, H=5\), got \(1, 5\)"):
        kernel.backward(dh_out, tape, dh_T[:1])
    with pytest.raises(TypeError, match="expected one dtype"):
        kernel.backward(dh_out.astype(np.float32), tape)


@pytest.mark.parametrize(("T", "B", "F", "H"), [(1, 1, 1, 1), (7, 1, 3, 5), (6, 3, 2, 4)])
def test_rtrl_equals_back_propagation(T, B, F, H):
    (x, h0, W_ih, W_hh, b_ih, b_hh), dh_out, _ = problem(T, B, F, H)
    got = rtrl.rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh)
    backward = bptt.backward(dh_out, x, h0, rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh), W_ih, W_hh)
    for expected in (backward[:3], bptt.rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh)):
        for g, e in zip(got, expected, strict=True):
            assert g.shape == e.shape
            np.testing.assert_allclose(g, e, rtol=0, atol=1e-12 * np.abs(e).max())


def test_rtrl_in_float32_and_with_strided_input():
    (x, h0, *weights), dh_out, _ = problem(5, 2, 3, 4, np.float32)
    expected = rtrl.rtrl(dh_out, x, h0, *weights)
    got = rtrl.rtrl(np.asfortranarray(dh_out), np.asfortranarray(x), h0, *weights)
    assert_close(got, expected, np.float32)
    exact = rtrl.rtrl(*(a.astype(np.float64) for a in (dh_out, x, h0, *weights)))
    assert_close(got, [e.astype(np.float32) for e in exact], np.float32)


def test_rtrl_bad_arguments():
    (x, *rest), dh_out, _ = problem(4, 2, 3, 5)
    with pytest.raises(ValueError, match=r"x: expected shape \(T=4, B=2, F\), got \(3, 2, 3\)"):
        rtrl.rtrl(dh_out, x[:3], *rest)
    with pytest.raises(ValueError, match=r"b_hh: expected shape \(H=5\), got \(4,\)"):
        rtrl.rtrl(dh_out, x, *rest[:-1], rest[-1][:4])
    with pytest.raises(TypeError, match="x: expected a NumPy array, got list"):
        rtrl.rtrl(dh_out, x.tolist(), *rest)
