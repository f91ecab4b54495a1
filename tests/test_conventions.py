from typing import Any

import numpy as np
import pytest
import torch
from scipy.signal import dlsim, dlti

from rnncourse import conventions, rnn
from rnncourse.conventions import NOTATIONS, from_notation, from_torch, step_c, to_notation, to_torch
from rnncourse.data import sine, two_lags

T, B, F, H, K = 7, 3, 2, 4, 5


def network(seed: int = 0, dtype: Any = np.float64) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    shapes = {"W_ih": (H, F), "W_hh": (H, H), "b_ih": (H,), "b_hh": (H,), "W_ho": (K, H), "b_ho": (K,)}
    return {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}


def torchs(weights: dict[str, np.ndarray], x: np.ndarray, h0: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """States and outputs of torch.nn.RNN and torch.nn.Linear with these weights."""
    module, head = torch.nn.RNN(F, H).double(), torch.nn.Linear(H, K).double()
    rnn_state, head_state = to_torch(weights)
    module.load_state_dict(rnn_state)
    head.load_state_dict(head_state)
    with torch.no_grad():
        h, _ = module(torch.from_numpy(x), torch.from_numpy(h0)[None])
        return h.numpy(), head(h).numpy()


def sequence(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((T, B, F)), rng.uniform(-1, 1, (B, H))


def run(step: Any, weights: dict[str, np.ndarray], x: np.ndarray, h0: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A step of one example, along T steps and over the batch."""
    h, o = np.empty((T, B, H)), np.empty((T, B, K))
    for b in range(B):
        state = h0[b]
        for t in range(T):
            state, o[t, b] = step(x[t, b], state, **weights)
            h[t, b] = state
    return h, o


@pytest.mark.equation("eq-rnn-notation-p")
def test_lecture_p_is_torchs_network() -> None:
    (x, h0), weights = sequence(), network()
    p = to_notation(weights, "P")
    h, o = torchs(weights, x, h0)
    state = h0
    for t in range(T):
        state, y = conventions.step_p(x[t], state, **p)
        np.testing.assert_allclose(state, h[t], atol=1e-14)
        np.testing.assert_allclose(y, o[t], atol=1e-13)


def test_lecture_p_s_sine_model_reads_two_lags_from_a_state_of_zero() -> None:
    """ŷ_t = f(y_{t-1}, y_{t-2}) with h_{t-2} = 0 is torch.nn.RNN on sequences of two steps."""
    torch.manual_seed(0)
    module, head = torch.nn.RNN(1, 4).double(), torch.nn.Linear(4, 1).double()
    p = to_notation(from_torch(module.state_dict(), head.state_dict()), "P")
    x, _ = two_lags(sine(40, 12.0))
    h = np.zeros((38, 4))
    for y_prev in x:
        h, y_hat = conventions.step_p(y_prev, h, **p)
    with torch.no_grad():
        expected = head(module(torch.from_numpy(x))[0][-1])
    np.testing.assert_allclose(y_hat, expected.numpy(), atol=1e-14)


@pytest.mark.parametrize(
    "lecture",
    [
        pytest.param("A", marks=pytest.mark.equation("eq-rnn-notation-a")),
        pytest.param("W", marks=pytest.mark.equation("eq-rnn-notation-w")),
        pytest.param("M", marks=pytest.mark.equation("eq-rnn-notation-m")),
    ],
)
def test_lectures_a_w_and_m_are_torchs_network(lecture: str) -> None:
    (x, h0), weights = sequence(), network()
    step = getattr(conventions, f"step_{lecture.lower()}")
    for mine, theirs in zip(run(step, to_notation(weights, lecture), x, h0), torchs(weights, x, h0), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-13)


def test_lecture_m_takes_other_functions() -> None:
    (x, h0), weights = sequence(), network()
    m = to_notation(weights, "M")
    x_k, y_k = conventions.step_m(x[0, 0], h0[0], **m, f=lambda z: np.maximum(z, 0), g=np.tanh)
    relu = torch.nn.RNNCell(F, H, nonlinearity="relu").double()
    relu.load_state_dict({n.removesuffix("_l0"): w for n, w in to_torch(weights)[0].items()})
    expected = relu(torch.from_numpy(x[0, :1]), torch.from_numpy(h0[:1])).detach().numpy()[0]
    np.testing.assert_allclose(x_k, expected, atol=1e-14)
    np.testing.assert_allclose(np.arctanh(y_k), weights["W_ho"] @ expected + weights["b_ho"], atol=1e-6)


@pytest.mark.equation("eq-rnn-notation-c")
def test_lecture_c_to_the_letter_is_a_linear_system_with_a_squashed_output() -> None:
    """The states are those of scipy's linear state space, and differ from torch's from the second step on."""
    (x, h0), w = sequence(), network()
    w["W_hh"] *= 0.3  # the linear system would grow otherwise, and rounding with it
    bias = (w["b_ih"] + w["b_hh"])[:, None]
    system = dlti(w["W_hh"], np.hstack([w["W_ih"], bias]), w["W_hh"], np.hstack([w["W_ih"], bias]), dt=1)
    h_torch, o_torch = torchs(w, x, np.zeros_like(h0))
    for b in range(B):
        _, linear, _ = dlsim(system, np.hstack([x[:, b], np.ones((T, 1))]))
        h = np.zeros(H)
        for t in range(T):
            h, a, o = step_c(x[t, b], h, **w)
            np.testing.assert_allclose(h, linear[t], atol=1e-13)
            np.testing.assert_allclose(a, np.tanh(linear[t]), atol=1e-13)
            if t == 0:
                np.testing.assert_allclose(a, h_torch[0, b], atol=1e-14)
                np.testing.assert_allclose(o, torch.softmax(torch.from_numpy(o_torch[0, b]), 0).numpy(), atol=1e-14)
            else:
                assert np.abs(a - h_torch[t, b]).max() > 1e-3


def test_lecture_c_with_a_in_the_place_of_h_is_torchs_network() -> None:
    (x, h0), w = sequence(), network()
    h, o = torchs(w, x, h0)
    for b in range(B):
        a = h0[b]
        for t in range(T):
            _, a, p = step_c(x[t, b], a, **w)
            np.testing.assert_allclose(a, h[t, b], atol=1e-14)
            np.testing.assert_allclose(p, torch.softmax(torch.from_numpy(o[t, b]), 0).numpy(), atol=1e-14)


def test_the_course_s_own_network_is_torchs() -> None:
    (x, h0), w = sequence(), network()
    h, o = torchs(w, x, h0)
    mine = rnn.forward(x, h0, w["W_ih"], w["W_hh"], w["b_ih"], w["b_hh"])
    np.testing.assert_allclose(mine, h, atol=1e-14)
    np.testing.assert_allclose(rnn.output(mine, w["W_ho"], w["b_ho"]), o, atol=1e-13)


@pytest.mark.parametrize("lecture", NOTATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_there_and_back_keeps_the_function_and_merged_weights_exactly(lecture: str, dtype: Any) -> None:
    weights = network(dtype=dtype)
    theirs = to_notation(weights, lecture)
    again = from_notation(theirs, lecture)
    for name in ("W_ih", "W_hh", "W_ho", "b_ho"):
        np.testing.assert_array_equal(again[name], weights[name])
    np.testing.assert_array_equal(again["b_ih"], weights["b_ih"] + weights["b_hh"])
    assert not again["b_hh"].any()
    assert {w.dtype for w in (theirs | again).values()} == {np.dtype(dtype)}
    for name, w in to_notation(again, lecture).items():
        np.testing.assert_array_equal(w, theirs[name])
    for w in (theirs | again).values():
        w += 1
    np.testing.assert_array_equal(weights["W_ih"], network(dtype=dtype)["W_ih"])


def test_from_torch_and_back() -> None:
    torch.manual_seed(0)
    module, head = torch.nn.RNN(F, H), torch.nn.Linear(H, K)
    rnn_state, head_state = to_torch(from_torch(module.state_dict(), head.state_dict()))
    for theirs, mine in ((module.state_dict(), rnn_state), (head.state_dict(), head_state)):
        assert theirs.keys() == mine.keys()
        assert all(torch.equal(theirs[n], mine[n]) for n in theirs)
    bare = from_torch(torch.nn.RNN(F, H, bias=False).state_dict(), torch.nn.Linear(H, K, bias=False).state_dict())
    assert not any(bare[b].any() for b in ("b_ih", "b_hh", "b_ho"))


def without(name: str) -> dict[str, np.ndarray]:
    return {n: w for n, w in network().items() if n != name}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: to_notation(network(), "C"), ValueError, "expected one of P, A, W, M, got 'C'"),
        (lambda: to_notation(without("b_hh"), "P"), ValueError, "weights: expected W_ih"),
        (lambda: from_notation(network(), "P"), ValueError, "expected U, W, V, b, c, got W_ih"),
        (lambda: from_notation({}, "M"), ValueError, "got none"),
        (lambda: to_notation(network() | {"b_ih": np.zeros(3)}, "A"), ValueError, r"b_ih: expected shape \(H=4\)"),
        (lambda: to_torch(network() | {"b_ih": np.zeros(4, int)}), TypeError, "b_ih: expected float32 or float64"),
        (lambda: from_torch(torch.nn.RNN(2, 3, 2).state_dict(), {}), ValueError, "one-layer"),
        (lambda: from_torch(torch.nn.RNN(2, 3).state_dict(), {}), ValueError, "linear"),
        (lambda: step_c(np.zeros(3), np.zeros(H), **network()), ValueError, r"W_ih: expected shape \(H=4, F=3\)"),
    ],
)
def test_refused(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("lecture", NOTATIONS)
def test_every_step_checks_every_shape(lecture: str) -> None:
    step, weights = getattr(conventions, f"step_{lecture.lower()}"), to_notation(network(), lecture)
    x, h = (np.zeros((1, F)), np.zeros((1, H))) if lecture == "P" else (np.zeros(F), np.zeros(H))
    step(x, h, **weights)
    for name, w in weights.items():
        with pytest.raises(ValueError, match="expected shape"):
            step(x, h, **weights | {name: np.concatenate([w, w[:1]])})
