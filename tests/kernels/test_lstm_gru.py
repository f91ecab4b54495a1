"""The fast LSTM, projected too, and GRU: equal to the reading version and to torch, and safe in what they share."""

import threading

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncourse import lstm_gru
from rnncourse.kernels import _layer, gru, lstm

KERNELS = {"lstm": lstm, "projected": lstm, "gru": gru}
BLOCKS = {"lstm": 4, "projected": 4, "gru": 3}
STATES = {"lstm": ("h0", "c0"), "projected": ("h0", "c0"), "gru": ("h0",)}
WEIGHTS = ("W_ih", "W_hh", "b_ih", "b_hh")
PACKED = {"lstm": lstm_gru.LSTMWeights, "gru": lstm_gru.GRUWeights}
TOLERANCE = {np.float32: 1e-5, np.float64: 1e-13}
KINDS = pytest.mark.parametrize("kind", KERNELS)


def problem(kind, T, B, F, H, dtype=np.float64, seed=0):
    """The arguments of a kernel's forward, and what arrives from outside: dh_out, then dh_T (and dc_T)."""
    rng, R, P = np.random.default_rng(seed), BLOCKS[kind] * H, H - 1 if kind == "projected" else H
    shapes = {"x": (T, B, F), "h0": (B, P), "c0": (B, H)}
    shapes |= {"W_ih": (R, F), "W_hh": (R, P), "b_ih": (R,), "b_hh": (R,), "W_hr": (P, H), "dh_out": (T, B, P)}
    arrays = {name: (rng.standard_normal(s) / H**0.5).astype(dtype) for name, s in shapes.items()}
    last = {f"d{s[0]}_T": rng.standard_normal(shapes[s]).astype(dtype) for s in STATES[kind]}
    projection = ["W_hr"] if kind == "projected" else []
    return {n: arrays[n] for n in ("x", *STATES[kind], *WEIGHTS, *projection)}, arrays["dh_out"], last


def present(arrays):
    return [a for a in arrays if a is not None]


def assert_close(got, expected, dtype=np.float64):
    """At each array's scale; what cancels in a small one is of the size of rounding in the others."""
    least = max(np.abs(e).max() for e in present(expected)) / 100
    for g, e in zip(present(got), present(expected), strict=True):
        assert g.dtype == e.dtype == dtype
        assert g.shape == e.shape
        np.testing.assert_allclose(g, e, rtol=0, atol=TOLERANCE[dtype] * max(np.abs(e).max(), least))


@pytest.mark.parametrize("kind", ["lstm", "gru"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(T=st.integers(1, 6), B=st.integers(1, 4), F=st.integers(1, 4), H=st.integers(1, 6), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_equals_the_reading_version(kind, dtype, T, B, F, H, seed):
    arguments, dh_out, last = problem(kind, T, B, F, H, dtype, seed)
    h, *c_T, tape = KERNELS[kind].forward(**arguments)
    packed = {name: array for name, array in arguments.items() if name not in WEIGHTS}
    packed["w"] = PACKED[kind](*(arguments[name] for name in WEIGHTS))
    read = getattr(lstm_gru, f"{kind}_forward")(**packed)
    read = dict(zip(("h", "c"), read, strict=True)) if kind == "lstm" else {"h": read}
    assert_close([h, *c_T], [read["h"], *([read["c"][-1]] if c_T else [])], dtype)
    expected = getattr(lstm_gru, f"{kind}_backward")(dh_out=dh_out, **packed, **read, **last)
    assert_close(KERNELS[kind].backward(dh_out, tape, **last), expected, dtype)


@KINDS
@pytest.mark.parametrize("reached", ["states", "last", "both"])
@pytest.mark.parametrize("bias", [True, False])
def test_equals_torch(kind, bias, reached):
    arguments, dh_out, last = problem(kind, T=6, B=3, F=2, H=5)
    if not bias:
        arguments = {name: a for name, a in arguments.items() if name not in ("b_ih", "b_hh")}
    h, *c_T, tape = KERNELS[kind].forward(**arguments)
    arrived = {} if reached == "states" else last
    got = KERNELS[kind].backward(None if reached == "last" else dh_out, tape, **arrived)._asdict()
    if kind != "gru":
        got |= {"db_ih": got["db"], "db_hh": got["db"]}

    v = {name: torch.from_numpy(a).requires_grad_() for name, a in arguments.items()}
    start = [v[name][None] for name in STATES[kind]]
    weights = [v[name] for name in (*WEIGHTS, "W_hr") if name in v]
    layer = torch.gru if kind == "gru" else torch.lstm
    h_torch, *last_torch = layer(v["x"], start[0] if kind == "gru" else start, weights, bias, 1, 0.0, *[False] * 3)
    loss = 0 if reached == "last" else (h_torch * torch.from_numpy(dh_out)).sum()
    if reached != "states":
        loss = loss + sum((q * torch.from_numpy(d)).sum() for q, d in zip(last_torch, last.values(), strict=True))
    expected = dict(zip(v, torch.autograd.grad(loss, list(v.values())), strict=True))
    assert_close([h, *c_T], [h_torch.detach().numpy(), *(q.detach().numpy()[0] for q in last_torch[1:])])
    assert_close([got[f"d{name}"] for name in v], [e.numpy() for e in expected.values()])


@KINDS
@pytest.mark.parametrize("numbers", [1, 100, 130])
def test_backward_span_by_span(monkeypatch, kind, numbers):
    arguments, dh_out, last = problem(kind, 7, 2, 3, 5)
    tape = KERNELS[kind].forward(**arguments)[-1]
    whole = KERNELS[kind].backward(dh_out, tape, **last)
    monkeypatch.setattr(_layer, "CACHE", numbers)
    assert len(_layer.spans(7, 40)) == {1: 7, 100: 4, 130: 3}[numbers]
    assert_close(KERNELS[kind].backward(dh_out, tape, **last), whole)


@KINDS
def test_input_gradient_only_where_asked_for(kind):
    arguments, dh_out, last = problem(kind, 4, 2, 3, 5)
    tape = KERNELS[kind].forward(**arguments)[-1]
    full = KERNELS[kind].backward(dh_out, tape, **last)._asdict()
    without = KERNELS[kind].backward(dh_out, tape, **last, input_gradient=False)._asdict()
    assert without.pop("dx") is None
    assert_close(without.values(), [full[name] for name in without])


@KINDS
def test_arrays_in_any_layout(kind):
    arguments, dh_out, _ = problem(kind, 5, 2, 3, 4)
    kernel = KERNELS[kind]
    *out, tape = kernel.forward(**arguments)
    *out_strided, tape_strided = kernel.forward(**{name: np.asfortranarray(a) for name, a in arguments.items()})
    assert_close(out_strided, out)
    assert_close(kernel.backward(np.asfortranarray(dh_out), tape_strided), kernel.backward(dh_out, tape))


@KINDS
def test_arguments_stay_and_results_are_the_callers_own(kind):
    (arguments, dh_out, last), (other, _, _) = problem(kind, 4, 2, 3, 5), problem(kind, 4, 2, 3, 5, seed=1)
    given, kernel = [*arguments.values(), dh_out, *last.values()], KERNELS[kind]
    before = [a.copy() for a in given]
    *out, tape = kernel.forward(**arguments)
    gradients = present(kernel.backward(dh_out, tape, **last))
    kept = [a.copy() for a in (*out, *gradients)]
    kernel.backward(dh_out, kernel.forward(**other)[-1])
    again = present(kernel.backward(dh_out, tape, **last))  # a tape can be used twice
    assert all(np.array_equal(a, b) for a, b in zip(before, given, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(kept, (*out, *gradients), strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(gradients, again, strict=True))
    assert not any(np.shares_memory(a, b) for a in (*gradients, *out) for b in (*given, *tape.kept))


@KINDS
def test_products_through_another_library(kind):
    arguments, dh_out, _ = problem(kind, 4, 2, 3, 5)
    shapes = []

    def product(a, b, out):
        assert out.flags.c_contiguous
        shapes.append(out.shape)
        np.matmul(a, b, out)

    *out, tape = KERNELS[kind].forward(**arguments, product=product)
    assert_close(out, KERNELS[kind].forward(**arguments)[:-1])
    R = BLOCKS[kind] * 5
    assert shapes == {"lstm": [(R, 2)] * 4, "projected": [(R, 2), (4, 2)] * 4, "gru": [(R, 2)] * 8}[kind]
    shapes.clear()
    KERNELS[kind].backward(dh_out, tape)
    besides = {"lstm": [(R, 5)], "projected": [(R, 4), (4, 5), *[(4, 2)] * 4], "gru": [(R, 5), (R, 1)]}
    assert sorted(shapes) == sorted([(5, 2)] * 4 + [(R, 3), (R, 1), (8, 3)] + besides[kind])


@KINDS
def test_wrong_arguments_are_named(kind):
    arguments, dh_out, last = problem(kind, 4, 2, 3, 5)
    kernel = KERNELS[kind]
    for name, array in arguments.items():
        with pytest.raises(ValueError, match=f"^{name}: expected shape"):
            kernel.forward(**(arguments | {name: array[None]}))
        with pytest.raises(TypeError, match=f"^{name}: expected a NumPy array, got list"):
            kernel.forward(**(arguments | {name: array.tolist()}))
        with pytest.raises(TypeError, match="expected one dtype"):
            kernel.forward(**(arguments | {name: array.astype(np.float32)}))
        with pytest.raises(ValueError, match=f"^{name}: expected finite numbers"):
            kernel.forward(**(arguments | {name: array * np.nan}))
    for alone, missing in (("b_ih", "b_hh"), ("b_hh", "b_ih")):
        with pytest.raises(ValueError, match=f"expected both biases or neither, got {alone} alone"):
            kernel.forward(**(arguments | {missing: None}))
    with pytest.raises(ValueError, match="x: expected at least one entry along each axis"):
        kernel.forward(**(arguments | {"x": arguments["x"][:0]}))
    tape = kernel.forward(**arguments)[-1]
    P = ("P", 4) if kind == "projected" else ("H", 5)
    with pytest.raises(ValueError, match=rf"dh_out: expected shape \(4, B=2, {P[0]}={P[1]}\), got \(3, 2, {P[1]}\)"):
        kernel.backward(dh_out[:3], tape)
    for name, array in last.items():
        symbol, size = ("H", 5) if name == "dc_T" else P
        with pytest.raises(ValueError, match=rf"{name}: expected shape \(B=2, {symbol}={size}\), got \(1, {size}\)"):
            kernel.backward(dh_out, tape, **{name: array[:1]})
    with pytest.raises(TypeError, match="expected one dtype"):
        kernel.backward(dh_out.astype(np.float32), tape)


def address(a):
    return a.ctypes.data


def test_memory_is_used_again_when_nobody_holds_it():
    a = _layer.empty((10, 3), np.float32)
    first = address(a)
    assert first % _layer.ALIGNED == 0
    del a
    b = _layer.empty((20,), np.float64)  # more than fits
    c = _layer.empty((9, 3), np.float32)
    assert address(b) != first == address(c)
    assert (c.dtype, c.shape, c.flags.c_contiguous, c.flags.writeable) == (np.float32, (9, 3), True, True)


@pytest.mark.parametrize(
    "hold", [lambda a: a[3:4], lambda a: a.T.reshape(5, 20)[1:], torch.from_numpy, lambda a: torch.from_numpy(a)[2:3]]
)
def test_memory_that_somebody_holds_is_left_alone(hold):
    a = _layer.empty((10, 10), np.float64)
    a[:] = 3
    held = hold(a)
    del a
    others = [_layer.empty((10, 10), np.float64) for _ in range(3)]
    for other in others:
        other[:] = 4
    assert (held == 3).all()
    assert len({address(other) for other in others}) == 3


def test_memory_kept_is_bounded(monkeypatch):
    monkeypatch.setattr(_layer, "MOST", 10_000)
    for size in range(100, 2_000, 50):
        _layer.empty((size,), np.float64)
        blocks = [b for shelf in _layer._memory.shelves.values() for b in shelf]
        assert sum(b.nbytes for b in blocks) == _layer._memory.bytes <= 10_000
        assert len(blocks) == _layer._memory.blocks
    held = [_layer.empty((10,), np.float64) for _ in range(100)]
    assert sum(map(len, _layer._memory.shelves.values())) == _layer._memory.blocks == _layer.BLOCKS
    assert len({address(a) for a in held}) == 100


def test_threads_do_not_share_memory():
    first, found = address(_layer.empty((10, 3), np.float32)), []
    thread = threading.Thread(target=lambda: found.append(address(_layer.empty((10, 3), np.float32))))
    thread.start()
    thread.join()
    assert found[0] != first == address(_layer.empty((10, 3), np.float32))
