"""The references of the exercises for practice, against torch and steps written out; and what earns nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from rnncourse import conventions
from rnncourse.checks import check, find, grade
from rnncourse.conventions import gru, lstm, rnn

SEEDS = pytest.mark.parametrize("seed", range(5))
CLOSE = {"rtol": 1e-10, "atol": 1e-10}


def reference(name: str, *arguments: Any) -> Any:
    return find(f"notations.{name}").reference(*arguments)


def drawn(name: str, case: str, seed: int) -> Any:
    return find(f"notations.{name}").case(case, seed)


def with_weights(module: Any, *arrays: Any) -> Any:
    """A module of torch with one layer, in double precision, and these weights and biases."""
    module = module.double()
    for name, array in zip(("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"), arrays, strict=True):
        getattr(module, name).data = torch.from_numpy(np.array(array))
    return module


def states(module: Any, x: Any) -> Any:
    """After all steps, from zeros."""
    return module(torch.from_numpy(x))[0].detach().numpy()


def logistic(a: Any) -> Any:
    return 1 / (1 + np.exp(-a))


@SEEDS
def test_the_lectures_rows_are_torchs_rnn(seed: int) -> None:
    U, W, V, b, c = drawn("from_lecture", "general", seed)
    *hidden, W_ho, b_ho = reference("from_lecture", U, W, V, b, c)
    x = np.random.default_rng(seed).normal(size=(6, 2, len(U)))
    h = states(with_weights(torch.nn.RNN(*U.shape), *hidden), x)
    state = np.zeros((2, len(W)))
    for t in range(len(x)):
        state = np.tanh(state @ W + x[t] @ U + b)
        np.testing.assert_allclose(h[t], state, **CLOSE)
        np.testing.assert_allclose(h[t] @ W_ho.T + b_ho, state @ V + c, **CLOSE)


@SEEDS
def test_onnxs_blocks_are_torchs_lstm(seed: int) -> None:
    W, R, B = drawn("from_onnx", "general", seed)
    H, F = R.shape[2], W.shape[2]
    x = np.random.default_rng(seed).normal(size=(6, 2, F))
    h = states(with_weights(torch.nn.LSTM(F, H), *reference("from_onnx", W, R, B)), x)
    state = cell = np.zeros((2, H))
    for t in range(len(x)):  # ONNX's operator, written out
        i, o, f, c = np.split(x[t] @ W[0].T + state @ R[0].T + B[0, : 4 * H] + B[0, 4 * H :], 4, axis=1)
        cell = logistic(f) * cell + logistic(i) * np.tanh(c)
        state = logistic(o) * np.tanh(cell)
        np.testing.assert_allclose(h[t], state, **CLOSE)


def gru_states(x: Any, W_ih: Any, W_hh: Any, bias: Any, bias_n: Any, after: int) -> Any:
    """With one bias for all, and one that the reset multiplies."""
    H = len(bias_n)
    state, found = np.zeros((x.shape[1], H)), []
    for x_t in x:
        a_r, a_z, a_n = np.split(x_t @ W_ih.T + bias, 3, axis=1)
        h_r, h_z, h_n = np.split(state @ W_hh.T, 3, axis=1)
        r, z = logistic(a_r + h_r), logistic(a_z + h_z)
        n = np.tanh(a_n + (r * (h_n + bias_n) if after else (r * state) @ W_hh[2 * H :].T))
        state = (1 - z) * n + z * state
        found.append(state)
    return np.stack(found)


@SEEDS
def test_the_fewest_biases_do_the_same(seed: int) -> None:
    """torch's GRU for the reset after the product, ours for the one before it, which torch has not."""
    r = np.random.default_rng(seed)
    for case, after in (("general", 1), ("reset before", 0)):
        b_ih, b_hh, given = drawn("gru_biases", case, seed)
        H = len(b_ih) // 3
        assert given == after
        x, W_ih, W_hh = r.normal(size=(6, 2, 2)), r.normal(size=(3 * H, 2)), r.normal(size=(3 * H, H))
        ours = gru_states(x, W_ih, W_hh, *reference("gru_biases", b_ih, b_hh, after), after)
        if after:
            want = states(with_weights(torch.nn.GRU(2, H), W_ih, W_hh, b_ih, b_hh), x)
        else:
            want = gru_states(x, W_ih, W_hh, b_ih + b_hh, np.zeros(H), 0)
        np.testing.assert_allclose(ours, want, **CLOSE)


@SEEDS
def test_kerass_columns_are_torchs_gru(seed: int) -> None:
    kernel, recurrent, bias = drawn("from_keras", "general", seed)
    F, H = len(kernel), len(recurrent)
    x = np.random.default_rng(seed).normal(size=(6, 2, F))
    h = states(with_weights(torch.nn.GRU(F, H), *reference("from_keras", kernel, recurrent, bias)), x)
    state = np.zeros((2, H))
    for t in range(len(x)):  # Keras's layer, written out
        x_z, x_r, x_h = np.split(x[t] @ kernel + bias[0], 3, axis=1)
        h_z, h_r, h_h = np.split(state @ recurrent + bias[1], 3, axis=1)
        z = logistic(x_z + h_z)
        state = z * state + (1 - z) * np.tanh(x_h + logistic(x_r + h_r) * h_h)
        np.testing.assert_allclose(h[t], state, **CLOSE)


@SEEDS
def test_units_in_another_order_give_the_same_outputs(seed: int) -> None:
    order, *old = drawn("hidden_order", "general", seed)
    new = reference("hidden_order", order, *old)
    (F, H) = old[0].shape[1], len(order)
    assert sorted(order) == [*range(H)]
    assert (order[order] != np.arange(H)).any(), "an order that is its own inverse"
    x = np.random.default_rng(seed).normal(size=(6, 2, F))
    outputs, found = [], []
    for W_ih, W_hh, b, W_ho in (old, new):
        found.append(states(with_weights(torch.nn.LSTM(F, H), W_ih, W_hh, b, 0 * b), x))
        outputs.append(found[-1] @ W_ho.T)
    np.testing.assert_allclose(*outputs, **CLOSE)
    np.testing.assert_allclose(found[1], found[0][:, :, order], **CLOSE)


@SEEDS
@pytest.mark.parametrize("case", ["general", "one step", "one unit", "torch's"])
def test_the_order_that_is_found_gives_the_recording_in_torch(case: str, seed: int) -> None:
    x, h, W_ih, W_hh, b = drawn("find_order", case, seed)
    errors, order = reference("find_order", x, h, W_ih, W_hh, b)
    H = h.shape[2]
    rows = np.concatenate([np.arange(k * H, (k + 1) * H) for k in order])
    module = with_weights(torch.nn.LSTM(x.shape[2], H), W_ih[rows], W_hh[rows], b[rows], 0 * b)
    assert np.abs(states(module, x) - h).max() <= 0.0005 + 1e-9, "more than is rounded"
    first, second, *_ = np.sort(errors)
    assert first < 0.0005 < 0.005 < second, "two orders give nearly the same"


# ---------------------------------------------------------------------------------------------------------------------
# What answers for a student earns nothing


def onnx(W: Any, R: Any, B: Any) -> Any:
    return tuple(lstm.from_notation({"W": W, "R": R, "B": B}, "onnx").values())


def onnx_by_blocks(W: Any, R: Any, B: Any) -> Any:
    b_ih, b_hh = np.split(B[0], 2)
    return tuple(conventions.reorder(w, "iofg", "ifgo") for w in (W[0], R[0], b_ih, b_hh))


def keras(kernel: Any, recurrent: Any, bias: Any) -> Any:
    given = {"kernel": kernel, "recurrent_kernel": recurrent, "bias": bias}
    return tuple(gru.from_notation(given, "keras").values())


def lecture(U: Any, W: Any, V: Any, b: Any, c: Any) -> Any:
    found = rnn.from_notation({"U": U, "W": W, "V": V, "b": b, "c": c}, "perdikaris")
    return tuple(found[name] for name in ("W_ih", "W_hh", "b_ih", "b_hh", "W_ho", "b_ho"))


def biases(b_ih: Any, b_hh: Any, after: int) -> Any:
    bias, rest = gru.merge_biases(b_ih, b_hh, "after" if after else "before")
    return bias, rest[2 * len(bias) // 3 :]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("from_lecture", lecture),
        ("from_onnx", onnx),
        ("from_onnx", onnx_by_blocks),
        ("from_keras", keras),
        ("gru_biases", biases),
    ],
)
def test_a_converter_of_the_library_is_right_and_earns_nothing(name: str, answer: Callable[..., Any]) -> None:
    given = drawn(name, "general", 0)
    for ours, theirs in zip(reference(name, *given), answer(*given), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert not check(f"notations.{name}", answer).passed
    assert grade(f"notations.{name}", answer, points=8) == 0
