"""Each notation's cell, written out here, against torch with the converted weights; converters against themselves."""

from functools import partial
from typing import Any

import numpy as np
import pytest
import scipy.optimize
import scipy.special
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import dlsim, dlti

from rnncourse import conventions, lstm_gru, rnn
from rnncourse.conventions import (
    from_notation,
    from_torch,
    gru,
    lstm,
    merge_biases,
    reorder,
    split_bias,
    step_c,
    to_notation,
    to_torch,
)
from rnncourse.conventions._layer import COURSE
from rnncourse.data import sine, two_lags

T, B, F, H, K = 7, 3, 2, 4, 5
HEAD = {"weight": "W_ho", "bias": "b_ho"}
LECTURES = ("perdikaris", "atanasov", "wang", "mohajerin")


def network(seed: int = 0, dtype: Any = np.float64) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    shapes = {"W_ih": (H, F), "W_hh": (H, H), "b_ih": (H,), "b_hh": (H,), "W_ho": (K, H), "b_ho": (K,)}
    return {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}


def torchs(weights: dict[str, np.ndarray], x: np.ndarray, h0: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """States and outputs of torch.nn.RNN and torch.nn.Linear with these weights."""
    module, head = torch.nn.RNN(F, H).double(), torch.nn.Linear(H, K).double()
    module.load_state_dict(to_torch({name: weights[name] for name in COURSE}))
    head.load_state_dict({name: torch.from_numpy(weights[ours]) for name, ours in HEAD.items()})
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
    p = to_notation(weights, "perdikaris")
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
    output = {ours: head.state_dict()[name].numpy() for name, ours in HEAD.items()}
    p = to_notation(from_torch(module.state_dict()) | output, "perdikaris")
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
        pytest.param("atanasov", marks=pytest.mark.equation("eq-rnn-notation-a")),
        pytest.param("wang", marks=pytest.mark.equation("eq-rnn-notation-w")),
        pytest.param("mohajerin", marks=pytest.mark.equation("eq-rnn-notation-m")),
    ],
)
def test_lectures_a_w_and_m_are_torchs_network(lecture: str) -> None:
    (x, h0), weights = sequence(), network()
    step = getattr(conventions, f"step_{lecture[0]}")
    for mine, theirs in zip(run(step, to_notation(weights, lecture), x, h0), torchs(weights, x, h0), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-13)


def test_lecture_m_takes_other_functions() -> None:
    (x, h0), weights = sequence(), network()
    m = to_notation(weights, "mohajerin")
    x_k, y_k = conventions.step_m(x[0, 0], h0[0], **m, f=lambda z: np.maximum(z, 0), g=np.tanh)
    state_weights = {name: weights[name] for name in COURSE}
    relu = torch.nn.RNNCell(F, H, nonlinearity="relu").double()
    relu.load_state_dict({n.removesuffix("_l0"): w for n, w in to_torch(state_weights).items()})
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
    np.testing.assert_allclose(rnn.output_layer(mine, w["W_ho"], w["b_ho"]), o, atol=1e-13)


@pytest.mark.parametrize("lecture", LECTURES)
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


def without(name: str) -> dict[str, np.ndarray]:
    return {n: w for n, w in network().items() if n != name}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: to_notation(network(), "csc413"),
            ValueError,
            "expected one of perdikaris, atanasov, wang, mohajerin, keras, onnx, flax, haiku, got 'csc413'",
        ),
        (lambda: to_notation(without("b_hh"), "perdikaris"), ValueError, "weights: expected W_ih"),
        (lambda: from_notation(network(), "perdikaris"), ValueError, "expected U, W, b, and perhaps V, c, got W_ih"),
        (lambda: from_notation({}, "mohajerin"), ValueError, "got none"),
        (lambda: to_notation(without("b_ho"), "atanasov"), ValueError, "and perhaps W_ho, b_ho, got W_ih"),
        (lambda: to_notation(network() | {"b_ih": np.zeros(3)}, "atanasov"), ValueError, r"b_ih: expected shape \(4\)"),
        (lambda: to_notation(network(), "keras"), ValueError, "SimpleRNN has no output layer, got W_ho, b_ho"),
        (lambda: to_notation(network(), "onnx"), ValueError, "ONNX's operator RNN has no output layer"),
        (lambda: to_torch(network()), ValueError, "torch.nn.RNN has no output layer"),
        (lambda: to_torch(network() | {"b_ih": np.zeros(4, int)}), TypeError, "b_ih: expected float32 or float64"),
        (lambda: step_c(np.zeros(3), np.zeros(H), **network()), ValueError, r"W_ih: expected shape \(H=4, F=3\)"),
    ],
)
def test_refused(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("lecture", LECTURES)
def test_every_step_checks_every_shape(lecture: str) -> None:
    step, weights = getattr(conventions, f"step_{lecture[0]}"), to_notation(network(), lecture)
    x, h = (np.zeros((1, F)), np.zeros((1, H))) if lecture == "perdikaris" else (np.zeros(F), np.zeros(H))
    step(x, h, **weights)
    for name, w in weights.items():
        with pytest.raises(ValueError, match="expected shape"):
            step(x, h, **weights | {name: np.concatenate([w, w[:1]])})


# --- the frameworks' RNN


def keras_rnn(x: Any, h: Any, kernel: Any, recurrent_kernel: Any, bias: Any) -> Any:
    """keras.layers.SimpleRNN, as its reference writes it."""
    return np.tanh(x @ kernel + bias + h @ recurrent_kernel)


def onnx_rnn(x: Any, h: Any, W: Any, R: Any, B: Any) -> Any:
    """ONNX's operator RNN, forward, f = tanh: Wb and Rb one after the other in B."""
    Wb, Rb = np.split(B[0], 2)
    return np.tanh(x @ W[0].T + h @ R[0].T + Wb + Rb)


@pytest.mark.parametrize(("notation", "step"), [("keras", keras_rnn), ("onnx", onnx_rnn)])
def test_the_frameworks_rnn_is_torchs(notation: str, step: Any) -> None:
    w, (x, h, _) = cell_weights("rnn"), step_inputs()
    np.testing.assert_allclose(step(x, h, **conventions.rnn.to_notation(w, notation)), torch_cell("rnn", w, x, h))


# --- all three cells

Arrays = dict[str, np.ndarray]
BLOCKS = {"rnn": 1, "lstm": 4, "gru": 3}
PEEPHOLES = ("p_i", "p_f", "p_o")


def cell_weights(kind: str, seed: int = 0, dtype: Any = np.float64, H: int = H, peepholes: bool = False) -> Arrays:
    """The course's weights, everything random and different."""
    rng, R = np.random.default_rng(seed), BLOCKS[kind] * H
    shapes = {"W_ih": (R, F), "W_hh": (R, H), "b_ih": (R,), "b_hh": (R,)} | dict.fromkeys(PEEPHOLES * peepholes, (H,))
    return {name: rng.normal(scale=0.8, size=shape).astype(dtype) for name, shape in shapes.items()}


def step_inputs(seed: int = 1, H: int = H) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return tuple(rng.normal(size=(B, n)) for n in (F, H, H))  # type: ignore[return-value]


def torch_cell(kind: str, weights: Arrays, x: np.ndarray, *states: np.ndarray) -> Any:
    """torch.nn.RNNCell, LSTMCell or GRUCell with the course's weights."""
    module = getattr(torch.nn, f"{kind.upper()}Cell")(F, states[0].shape[1], dtype=torch.float64)
    module.load_state_dict({n.removesuffix("_l0"): w for n, w in getattr(conventions, kind).to_torch(weights).items()})
    h = [torch.from_numpy(s) for s in states]
    with torch.no_grad():
        found = module(torch.from_numpy(x), tuple(h) if kind == "lstm" else h[0])
    return tuple(q.numpy() for q in found) if kind == "lstm" else found.numpy()


def assert_steps_equal(ours: Any, theirs: Any, atol: float = 1e-13) -> None:
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, atol=atol)


def sigma(a: np.ndarray) -> np.ndarray:
    return scipy.special.expit(a)


@pytest.mark.parametrize("kind", BLOCKS)
@given(st.integers(0, 1000), st.integers(1, 4), st.integers(1, 4), st.sampled_from([torch.float32, torch.float64]))
@settings(deadline=None, max_examples=20)
def test_state_dicts_are_torchs_both_ways(kind: str, seed: int, F: int, H: int, dtype: Any) -> None:
    torch.manual_seed(seed)
    notation, module = getattr(conventions, kind), getattr(torch.nn, kind.upper())
    state = module(F, H, dtype=dtype).state_dict()
    weights = notation.from_torch(state)
    again = notation.to_torch(weights)
    for w in weights.values():
        w += 1  # nothing that came back is a view
    assert again.keys() == state.keys()
    assert all(torch.equal(again[name], state[name]) and again[name].dtype == dtype for name in state)
    bare = notation.from_torch(module(F, H, bias=False, dtype=dtype).state_dict())
    assert not bare["b_ih"].any()
    assert not bare["b_hh"].any()


@pytest.mark.parametrize("kind", BLOCKS)
def test_other_state_dicts_are_refused(kind: str) -> None:
    from_torch, module = getattr(conventions, kind).from_torch, getattr(torch.nn, kind.upper())
    for wrong in (module(F, H, num_layers=2).state_dict(), torch.nn.Linear(2, 3).state_dict(), {}):
        with pytest.raises(ValueError, match=f"expected the state_dict of a one-layer torch.nn.{kind.upper()}"):
            from_torch(wrong)
    with pytest.raises(TypeError, match=f"expected the state_dict of a one-layer torch.nn.{kind.upper()}, got list"):
        from_torch([])
    for other in BLOCKS.keys() - {kind}:
        with pytest.raises(ValueError, match="expected shape"):
            from_torch(getattr(torch.nn, other.upper())(F, H).state_dict())


@pytest.mark.equation("eq-lstm-gru-order")
@given(st.permutations("ifgo"), st.permutations("ifgo"), st.integers(1, 4), st.integers(0, 3))
def test_blocks_are_permuted_and_the_way_back_is_the_inverse(old: Any, new: Any, n: int, columns: int) -> None:
    names = np.array([[f"{gate}{row}" for row in range(n)] for gate in old])
    W = np.random.default_rng(0).normal(size=(4 * n, columns) if columns else 4 * n)
    moved = reorder(W, "".join(old), "".join(new))
    rows = dict(zip(names.ravel(), W, strict=True))
    for name, row in zip([f"{gate}{row}" for gate in new for row in range(n)], moved, strict=True):
        np.testing.assert_array_equal(row, rows[name])
    np.testing.assert_array_equal(reorder(moved, "".join(new), "".join(old)), W)


@pytest.mark.equation("eq-lstm-gru-biases")
@pytest.mark.equation("eq-lstm-gru-split")
@given(st.integers(0, 1000))
def test_biases_merged_and_split_leave_torchs_lstm_as_it_was(seed: int) -> None:
    w = cell_weights("lstm", seed)
    total = merge_biases(w["b_ih"], w["b_hh"])
    b_ih, b_hh = split_bias(total)
    np.testing.assert_array_equal(b_ih + b_hh, w["b_ih"] + w["b_hh"])
    x, h, c = step_inputs(seed)
    assert_steps_equal(torch_cell("lstm", w | {"b_ih": b_ih, "b_hh": b_hh}, x, h, c), torch_cell("lstm", w, x, h, c))
    total += 1
    assert not np.shares_memory(b_ih, total)


# --- the LSTM as others write it


@pytest.mark.equation("eq-lstm-gru-notation-pc")
@pytest.mark.equation("eq-lstm-gru-to-pc")
@pytest.mark.equation("eq-lstm-gru-notation-a")
@pytest.mark.equation("eq-lstm-gru-to-a")
@pytest.mark.parametrize("lecture", ["perdikaris", "csc413", "atanasov"])
def test_the_lectures_lstm_is_torchs(lecture: str) -> None:
    w, (x, h, c) = cell_weights("lstm"), step_inputs()
    step = lstm.step_a if lecture == "atanasov" else lstm.step_pc
    assert_steps_equal(step(x, h, c, **lstm.to_notation(w, lecture)), torch_cell("lstm", w, x, h, c))


@pytest.mark.equation("eq-lstm-gru-notation-a-literal")
def test_lecture_a_at_its_word_is_another_function() -> None:
    w = cell_weights("lstm")
    a = lstm.to_notation(w, "atanasov")
    zero, x_prev = np.zeros((B, H)), np.zeros((B, F))
    step = lstm.LiteralStep(zero, zero, zero + 0.5, zero + 0.5)
    h, c, sank, gap = zero, zero, False, 0.0
    for x_t in np.random.default_rng(2).normal(size=(6, B, F)):
        before, step = step, lstm.step_a_literal(x_t, x_prev, *step, **a)
        late = lstm.step_a_literal(x_t + 1, x_prev, *before, **a)
        assert np.array_equal(late.s_t, step.s_t)  # today's input is not in today's state
        assert (step.s_t >= 0).all()
        kept = sigma(a["b"] + x_prev @ a["U"].T + before.h_t @ a["W"].T)
        np.testing.assert_allclose(step.s_t, before.f_t * before.s_t + before.g_t * kept, atol=1e-14)
        h, c = torch_cell("lstm", w, x_t, h, c)
        sank, gap, x_prev = sank or bool((c < 0).any()), max(gap, float(np.abs(c - step.s_t).max())), x_t
    assert sank
    assert gap > 0.1


def keras_lstm(x: Any, h: Any, c: Any, kernel: Any, recurrent_kernel: Any, bias: Any) -> Any:
    """keras.layers.LSTM, as its reference writes it: four columns of blocks i, f, c, o."""
    i, f, g, o = np.split(x @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
    c = sigma(f) * c + sigma(i) * np.tanh(g)
    return sigma(o) * np.tanh(c), c


def tensorflow_lstm(x: Any, h: Any, c: Any, kernel: Any, bias: Any, **diag: Any) -> Any:
    """tf.compat.v1.nn.rnn_cell.LSTMCell(forget_bias=1.0): i, j, f, o, and peepholes where there are any."""
    w_i, w_f, w_o = (diag.get(f"w_{k}_diag", 0.0) for k in "ifo")
    i, j, f, o = np.split(np.hstack([x, h]) @ kernel + bias, 4, axis=1)
    c = sigma(f + 1.0 + w_f * c) * c + sigma(i + w_i * c) * np.tanh(j)
    return sigma(o + w_o * c) * np.tanh(c), c


def onnx_lstm(x: Any, h: Any, c: Any, W: Any, R: Any, B: Any, P: Any = None) -> Any:
    """ONNX's operator LSTM, forward: W[iofc], Wb and Rb one after the other in B, P[iof]."""
    Wb, Rb = np.split(B[0], 2)
    i, o, f, g = np.split(x @ W[0].T + h @ R[0].T + Wb + Rb, 4, axis=1)
    P_i, P_o, P_f = (0, 0, 0) if P is None else np.split(P[0], 3)
    new = sigma(f + P_f * c) * c + sigma(i + P_i * c) * np.tanh(g)
    return sigma(o + P_o * new) * np.tanh(new), new


FRAMEWORKS = {"keras": keras_lstm, "tensorflow": tensorflow_lstm, "onnx": onnx_lstm}


@pytest.mark.equation("eq-lstm-gru-keras")
@pytest.mark.equation("eq-lstm-gru-tensorflow")
@pytest.mark.equation("eq-lstm-gru-onnx")
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_frameworks_lstm_is_torchs(framework: str) -> None:
    w, (x, h, c) = cell_weights("lstm"), step_inputs()
    theirs = lstm.to_notation(w, framework)
    assert_steps_equal(FRAMEWORKS[framework](x, h, c, **theirs), torch_cell("lstm", w, x, h, c))


@pytest.mark.equation("eq-lstm-gru-peephole")
@pytest.mark.equation("eq-lstm-gru-onnx")
@pytest.mark.equation("eq-lstm-gru-tensorflow")
@pytest.mark.parametrize("framework", ["tensorflow", "onnx"])
def test_peepholes_are_the_frameworks(framework: str) -> None:
    w, (x, h, c) = cell_weights("lstm", peepholes=True), step_inputs()
    p = lstm_gru.Peepholes(*(w[name] for name in PEEPHOLES))
    ours = lstm_gru.peephole_cell(x, h, c, lstm_gru.LSTMWeights(w["W_ih"], w["W_hh"], w["b_ih"], w["b_hh"]), p)
    assert_steps_equal(FRAMEWORKS[framework](x, h, c, **lstm.to_notation(w, framework)), ours)


def test_where_there_are_no_peepholes_they_are_refused() -> None:
    for notation in ("perdikaris", "csc413", "atanasov", "keras"):
        with pytest.raises(ValueError, match="no peepholes, got p_i, p_f, p_o"):
            lstm.to_notation(cell_weights("lstm", peepholes=True), notation)
    with pytest.raises(ValueError, match=r"torch\.nn\.LSTM has no peepholes"):
        lstm.to_torch(cell_weights("lstm", peepholes=True))


# --- the GRU as others write it


@pytest.mark.equation("eq-lstm-gru-notation-c")
@pytest.mark.equation("eq-lstm-gru-notation-m")
@pytest.mark.equation("eq-lstm-gru-to-c")
@pytest.mark.equation("eq-lstm-gru-to-m")
@pytest.mark.parametrize("lecture", ["csc413", "mohajerin"])
def test_the_lectures_gru_is_torchs_where_its_reset_is_open(lecture: str) -> None:
    """With the reset gate at 1 its place does not matter: torch is the authority for the rest."""
    w, (x, h, _) = cell_weights("gru"), step_inputs()
    x = np.abs(x) + 1
    w["W_ih"][:H], w["W_hh"][:H], w["b_ih"][:], w["b_hh"][:] = 40, 0, 0, 0
    step = gru.step_c if lecture == "csc413" else gru.step_m
    theirs = gru.to_notation(w, lecture, reset="before")
    np.testing.assert_allclose(step(x, h, **theirs), torch_cell("gru", w, x, h), atol=1e-13)


@pytest.mark.equation("eq-lstm-gru-from-c")
@pytest.mark.equation("eq-lstm-gru-from-m")
@pytest.mark.parametrize("lecture", ["csc413", "mohajerin"])
def test_the_lectures_gru_has_its_reset_before_the_product(lecture: str) -> None:
    w, (x, h, _) = cell_weights("gru"), step_inputs()
    w["b_ih"][:], w["b_hh"][:] = 0, 0
    step = gru.step_c if lecture == "csc413" else gru.step_m
    theirs = gru.to_notation(w, lecture, reset="before")
    ours = gru.from_notation(theirs, lecture, reset="before")
    np.testing.assert_allclose(step(x, h, **theirs), onnx_gru(x, h, 0, **gru.to_notation(w, "onnx")), atol=1e-13)
    expected = lstm_gru.gru_cell_before(x, h, lstm_gru.GRUWeights(**ours))
    np.testing.assert_allclose(step(x, h, **theirs), expected, atol=1e-13)
    assert np.abs(step(x, h, **theirs) - torch_cell("gru", w, x, h)).max() > 0.01


def keras_gru(x: Any, h: Any, reset_after: bool, kernel: Any, recurrent_kernel: Any, bias: Any) -> Any:
    """keras.layers.GRU, as its reference writes it: z, r, h."""
    n = len(recurrent_kernel)
    b_x, b_h = bias if reset_after else (bias, np.zeros(3 * n))
    x_z, x_r, x_h = np.split(x @ kernel + b_x, 3, axis=1)
    h_z, h_r, h_h = np.split(h @ recurrent_kernel + b_h, 3, axis=1)
    z, r = sigma(x_z + h_z), sigma(x_r + h_r)
    candidate = np.tanh(x_h + (r * h_h if reset_after else (r * h) @ recurrent_kernel[:, 2 * n :]))
    return z * h + (1 - z) * candidate


def onnx_gru(x: Any, h: Any, linear_before_reset: int, W: Any, R: Any, B: Any) -> Any:
    """ONNX's operator GRU, forward: W[zrh], Wb and Rb one after the other in B."""
    (W_z, W_r, W_h), (R_z, R_r, R_h) = np.split(W[0], 3), np.split(R[0], 3)
    Wb_z, Wb_r, Wb_h, Rb_z, Rb_r, Rb_h = np.split(B[0], 6)
    z = sigma(x @ W_z.T + h @ R_z.T + Wb_z + Rb_z)
    r = sigma(x @ W_r.T + h @ R_r.T + Wb_r + Rb_r)
    state = r * (h @ R_h.T + Rb_h) if linear_before_reset else (r * h) @ R_h.T + Rb_h
    return (1 - z) * np.tanh(x @ W_h.T + state + Wb_h) + z * h


@pytest.mark.equation("eq-lstm-gru-gru-keras")
@pytest.mark.equation("eq-lstm-gru-gru-onnx")
@pytest.mark.parametrize(("framework", "cell"), [("keras", keras_gru), ("onnx", onnx_gru)])
def test_the_frameworks_gru_is_torchs(framework: str, cell: Any) -> None:
    w, (x, h, _) = cell_weights("gru"), step_inputs()
    found = cell(x, h, True, **gru.to_notation(w, framework))
    np.testing.assert_allclose(found, torch_cell("gru", w, x, h), atol=1e-13)


@pytest.mark.equation("eq-lstm-gru-before")
@pytest.mark.equation("eq-lstm-gru-gru-keras-before")
@pytest.mark.equation("eq-lstm-gru-gru-onnx")
@pytest.mark.parametrize(("framework", "cell"), [("keras before", keras_gru), ("onnx before", onnx_gru)])
def test_the_frameworks_gru_with_the_reset_before_the_product(framework: str, cell: Any) -> None:
    w, (x, h, _) = cell_weights("gru"), step_inputs()
    found = cell(x, h, False, **gru.to_notation(w, framework, reset="before"))
    np.testing.assert_allclose(found, lstm_gru.gru_cell_before(x, h, lstm_gru.GRUWeights(**w)), atol=1e-13)
    assert np.abs(found - torch_cell("gru", w, x, h)).max() > 0.01


@pytest.mark.equation("eq-lstm-gru-flip")
@pytest.mark.parametrize("reset", ["after", "before"])
def test_flipped_weights_exchange_z_and_1_minus_z(reset: str) -> None:
    w, (x, h, _) = cell_weights("gru"), step_inputs()
    cell = lstm_gru.gru_cell if reset == "after" else lstm_gru.gru_cell_before
    flipped = {name: gru.flip_update(v) for name, v in w.items()}
    ours, theirs = lstm_gru.GRUWeights(**w), lstm_gru.GRUWeights(**flipped)
    r, z, n = lstm_gru.gru_gates(x, h, ours)
    r_flipped, z_flipped, n_flipped = lstm_gru.gru_gates(x, h, theirs)
    np.testing.assert_allclose(z_flipped, 1 - z, atol=1e-15)
    assert np.array_equal(r_flipped, r)
    assert np.array_equal(n_flipped, n)
    # n + h is what the two mixtures add up to, whichever of them is called keeping.
    candidate = n if reset == "after" else (cell(x, h, ours) - z * h) / (1 - z)
    np.testing.assert_allclose(cell(x, h, ours) + cell(x, h, theirs), candidate + h, atol=1e-14)
    assert all(np.array_equal(gru.flip_update(flipped[name]), v) for name, v in w.items())


@pytest.mark.equation("eq-lstm-gru-gru-biases")
@given(st.integers(0, 1000))
def test_a_gru_s_biases_merge_but_for_the_one_that_the_reset_multiplies(seed: int) -> None:
    w, (x, h, _) = cell_weights("gru", seed), step_inputs(seed)
    for reset, count, cell in (("after", 4, partial(torch_cell, "gru")), ("before", 3, onnx_before)):
        b_ih, b_hh = gru.merge_biases(w["b_ih"], w["b_hh"], reset)
        np.testing.assert_array_equal(np.count_nonzero(np.concatenate([b_ih, b_hh])), count * H)
        np.testing.assert_allclose(b_ih + b_hh, w["b_ih"] + w["b_hh"])
        np.testing.assert_allclose(cell(w | {"b_ih": b_ih, "b_hh": b_hh}, x, h), cell(w, x, h), atol=1e-14)
    wrong = w | dict(zip(("b_ih", "b_hh"), split_bias(w["b_ih"] + w["b_hh"]), strict=True))
    assert np.abs(torch_cell("gru", wrong, x, h) - torch_cell("gru", w, x, h)).max() > 1e-4


def onnx_before(weights: Arrays, x: np.ndarray, h: np.ndarray) -> np.ndarray:
    """Authority for the reset before the product."""
    return onnx_gru(x, h, 0, **gru.to_notation(weights, "onnx"))


# --- reset before and after are two functions


@pytest.mark.equation("eq-lstm-gru-mixed")
@pytest.mark.parametrize("reset", ["before", "after"])
def test_second_derivatives_are_torchs(reset: str) -> None:
    rng = np.random.default_rng(0)
    h, A, b, W, d = (rng.normal(size=size) for size in ((B, H), (H, H), H, (H, H), H))

    def reached(v: Any, i: int) -> Any:
        a, bias, w, shift = (torch.from_numpy(q) for q in (A, b, W, d))
        r = torch.sigmoid(a @ v + bias)
        return (r * (w @ v + shift) if reset == "after" else w @ (r * v) + shift)[i]

    second = torch.autograd.functional.hessian
    wanted = [[second(partial(reached, i=i), torch.from_numpy(row)).numpy() for i in range(H)] for row in h]
    np.testing.assert_allclose(gru.candidate_hessian(h, A, b, W, d, reset), wanted, atol=1e-13)


@pytest.mark.equation("eq-lstm-gru-mixed")
@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=50)
def test_a_sum_of_functions_of_one_state_each_has_no_counterpart_with_the_reset_after(seed: int) -> None:
    """Before: no mixed derivative. After: one that is 0 comes with a candidate that is linear or blind."""
    rng = np.random.default_rng(seed)
    h, A, b, W, d = (rng.normal(size=size) for size in ((20, 3), (3, 3), 3, (3, 3), 3))
    mixed = ~np.eye(3, dtype=bool)
    before = gru.candidate_hessian(h, np.diag(np.diag(A)), b, W, d, "before")
    assert not before[:, :, mixed].any()
    assert (np.abs(before[:, :, ~mixed]).max(axis=0) > 0).all()  # and none of its functions is linear
    assert (np.abs(gru.candidate_hessian(h, A, b, W, d, "after"))[:, :, mixed].max(axis=0) > 0).all()
    for i in range(3):
        A[i, 0] = 0
        blind, linear = W.copy(), A.copy()
        blind[i, 0], linear[i, :] = 0, 0
        for weights in ((A, b, blind, d), (linear, b, W, d)):
            after = gru.candidate_hessian(h, *weights, "after")[:, i]
            assert not after[:, 0, 1:].any()
            assert not after[:, 0, 0].any()  # nothing curved is left of h_0


@pytest.mark.equation("eq-lstm-gru-before-after")
@pytest.mark.equation("eq-lstm-gru-after-before")
@pytest.mark.parametrize("case", ["diagonal", "one unit", "one reset for all", "always open", "two pairs"])
def test_where_units_that_see_each_other_share_a_reset_its_place_does_not_matter(case: str) -> None:
    n = 1 if case == "one unit" else 4
    w, (x, h, _) = cell_weights("gru", H=n), step_inputs(H=n)
    if case == "diagonal":
        w["W_hh"][2 * n :] *= np.eye(n)
    elif case == "one reset for all":
        for name in w:
            w[name][:n] = w[name][:1]
    elif case == "always open":
        w["W_ih"][:n], w["W_hh"][:n], w["b_ih"][:n], w["b_hh"][:n] = 0, 0, 80, 0
    elif case == "two pairs":
        w["W_hh"][2 * n :] *= np.kron(np.eye(2), np.ones((2, 2)))
        for name in w:
            w[name][[0, 1]], w[name][[2, 3]] = w[name][0], w[name][2]
    given_w = {name: v.copy() for name, v in w.items()}
    before = onnx_before(w, x, h)
    after = gru.before_to_after(w)
    np.testing.assert_allclose(torch_cell("gru", after, x, h), before, atol=1e-14)
    if case != "always open":  # there, r = 1 multiplies b_hn and nothing had to move
        assert np.abs(torch_cell("gru", w, x, h) - before).max() > 0.01
    back = gru.after_to_before(after)
    np.testing.assert_allclose(onnx_before(back, x, h), before, atol=1e-14)
    theirs = gru.to_notation(w, "keras", reset="before")
    np.testing.assert_allclose(keras_gru(x, h, True, **theirs), before, atol=1e-14)
    assert all(np.array_equal(w[name], v) for name, v in given_w.items())
    with pytest.raises(ValueError, match="b_hh: expected 0 in the rows of n"):
        gru.after_to_before(w)


@pytest.mark.equation("eq-lstm-gru-before-after")
@pytest.mark.equation("eq-lstm-gru-after-before")
def test_elsewhere_the_reset_cannot_move_except_for_one_step_from_zero() -> None:
    w, (x, h, _) = cell_weights("gru"), step_inputs()
    after = w | {"b_ih": w["b_ih"].copy(), "b_hh": w["b_hh"].copy()}
    after["b_ih"][2 * H :] += after["b_hh"][2 * H :]
    after["b_hh"][2 * H :] = 0
    np.testing.assert_allclose(torch_cell("gru", after, x, 0 * h), onnx_before(w, x, 0 * h), atol=1e-14)
    assert np.abs(torch_cell("gru", after, x, h) - onnx_before(w, x, h)).max() > 0.01
    for call in (gru.before_to_after, partial(gru.to_notation, notation="onnx", reset="before")):
        with pytest.raises(ValueError, match="joins only units with the same reset gate"):
            call(w)
    for name in ("W_ih", "W_hh"):  # a bias alone makes two resets differ
        w[name][:H] = w[name][0]
    with pytest.raises(ValueError, match="joins only units with the same reset gate"):
        gru.before_to_after(w)
    for call in (gru.after_to_before, partial(gru.to_notation, notation="onnx before")):
        with pytest.raises(ValueError, match="joins only units with the same reset gate"):
            call(after)
    for notation in ("onnx before", "keras before"):
        with pytest.raises(ValueError, match="joins only units with the same reset gate"):
            gru.from_notation(gru.to_notation(w, notation, reset="before"), notation)  # torch's form is asked for


@pytest.mark.equation("eq-lstm-gru-mixed")
@pytest.mark.equation("eq-lstm-gru-before-after")
def test_a_search_over_all_weights_finds_no_counterpart_of_the_reset_before() -> None:
    # What reaches candidate 0 is h_0 σ(4 h_0) + h_1 σ(4 h_1); after the product it is c + σ(α·h + β)(w·h + d).
    grid = np.linspace(-0.9, 0.9, 7)
    h = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    W_hh = np.concatenate([4 * np.eye(2), np.zeros((2, 2)), [[1.0, 1], [0, 0]]])
    shut = np.concatenate([np.zeros(2), [-80.0, -80], np.zeros(2)])  # z = 0: h_t is the candidate
    x = np.zeros((len(h), 1))
    weights = lstm_gru.GRUWeights(np.zeros((6, 1)), W_hh, shut, np.zeros(6))
    reached = np.arctanh(lstm_gru.gru_cell_before(x, h, weights)[:, 0])
    np.testing.assert_allclose(reached, (h * sigma(4 * h)).sum(axis=1))

    def misfit(theta: Any, wanted: Any = reached) -> Any:
        return theta[6] + sigma(h @ theta[:2] + theta[2]) * (h @ theta[3:5] + theta[5]) - wanted

    rng = np.random.default_rng(0)
    starts = rng.normal(scale=2, size=(8, 7))
    fits = [scipy.optimize.least_squares(misfit, start, max_nfev=400).fun for start in starts]
    assert min(np.abs(fit).max() for fit in fits) > 0.02
    # The same search does find weights where some exist.
    possible = misfit(rng.normal(size=7), 0.0)
    found = [scipy.optimize.least_squares(misfit, s, args=(possible,), max_nfev=400).fun for s in starts]
    assert min(np.abs(fit).max() for fit in found) < 1e-6


# --- there and back

ALL = [(kind, n, {}) for kind, cell in (("rnn", conventions.rnn), ("lstm", lstm)) for n in cell.NOTATIONS]
ALL += [("gru", n, {"reset": gru.NOTATIONS[n].reset}) for n in gru.NOTATIONS]


@pytest.mark.equation("eq-lstm-gru-from-pc")
@pytest.mark.equation("eq-lstm-gru-from-a")
@pytest.mark.equation("eq-lstm-gru-from-keras")
@pytest.mark.equation("eq-lstm-gru-from-tensorflow")
@pytest.mark.equation("eq-lstm-gru-from-onnx")
@pytest.mark.equation("eq-lstm-gru-from-c")
@pytest.mark.equation("eq-lstm-gru-from-m")
@pytest.mark.equation("eq-lstm-gru-gru-from-keras")
@pytest.mark.equation("eq-lstm-gru-gru-from-keras-before")
@pytest.mark.equation("eq-lstm-gru-gru-from-onnx")
@pytest.mark.parametrize(("kind", "notation", "where"), ALL, ids=[f"{kind} {n}" for kind, n, _ in ALL])
@given(seed=st.integers(0, 10_000), size=st.integers(1, 5), dtype=st.sampled_from([np.float32, np.float64]))
@settings(deadline=None, max_examples=20)
def test_there_and_back_is_where_one_was(
    kind: str, notation: str, where: Any, seed: int, size: int, dtype: Any
) -> None:
    module = getattr(conventions, kind)
    w = cell_weights(kind, seed, dtype, size, peepholes=kind == "lstm" and notation in ("tensorflow", "onnx"))
    if notation in ("csc413", "mohajerin") and kind == "gru":
        w["b_ih"][:], w["b_hh"][:] = 0, 0
    given_w = {name: v.copy() for name, v in w.items()}
    theirs = module.to_notation(w, notation, **where)
    again = module.from_notation(theirs, notation, **where)
    assert again.keys() == w.keys()
    assert {v.dtype for v in (theirs | again).values()} == {np.dtype(dtype)}
    tolerance = 1e-6 if notation == "tensorflow" or (kind, notation) == ("lstm", "haiku") else 0  # -1 and +1 round
    for name in w.keys() - {"b_ih", "b_hh"}:
        np.testing.assert_array_equal(again[name], w[name])
    np.testing.assert_allclose(again["b_ih"] + again["b_hh"], w["b_ih"] + w["b_hh"], rtol=0, atol=tolerance)
    if notation.startswith("onnx") or (kind, notation) == ("gru", "keras"):
        assert np.array_equal(again["b_ih"], w["b_ih"])
        assert np.array_equal(again["b_hh"], w["b_hh"])
    for name, v in module.to_notation(again, notation, **where).items():
        assert v.shape == theirs[name].shape
        np.testing.assert_allclose(v, theirs[name], rtol=0, atol=tolerance)
    assert not any(np.shares_memory(a, b) for a in again.values() for b in theirs.values())
    for v in theirs.values():
        v += 1
    assert all(np.array_equal(w[name], v) for name, v in given_w.items())  # nothing that came back is a view


OPTIONAL = {"keras": ("bias",), "keras before": ("bias",), "onnx": ("B",), "onnx before": ("B",)}  # zeros if not there
OPTIONAL |= {"equinox": ("bias",)}


@pytest.mark.parametrize(("kind", "notation", "where"), ALL, ids=[f"{kind} {n}" for kind, n, _ in ALL])
def test_every_wrong_shape_name_and_type_is_refused(kind: str, notation: str, where: Any) -> None:
    module, w = getattr(conventions, kind), cell_weights(kind)
    if kind == "rnn" and notation in LECTURES:
        w = network()
    if notation in ("csc413", "mohajerin") and kind == "gru":
        w["b_ih"][:], w["b_hh"][:] = 0, 0
    theirs = module.to_notation(w, notation, **where)
    for weights, call in ((w, module.to_notation), (theirs, module.from_notation)):
        for name, v in weights.items():
            for wrong in (v[None], np.tile(v, (2,) * v.ndim), v[:0], np.full_like(v, np.nan)):
                with pytest.raises(ValueError, match="expected"):
                    call(weights | {name: wrong}, notation, **where)
            for wrong_type in (v.tolist(), v.astype(int), v.astype(np.float32)):
                with pytest.raises(TypeError, match="expected"):
                    call(weights | {name: wrong_type}, notation, **where)
            if weights is theirs and name in OPTIONAL.get(notation, ()) and "bias_n" not in weights:
                continue  # a layer without biases
            with pytest.raises(ValueError, match="weights: expected"):
                call({k: u for k, u in weights.items() if k != name}, notation, **where)
        with pytest.raises(ValueError, match="weights: expected"):
            call(weights | {"more": np.ones(1)}, notation, **where)
        with pytest.raises(TypeError, match="weights: expected a dictionary of arrays, got list"):
            call([], notation, **where)
        with pytest.raises(ValueError, match=r"notation: expected one of .*onnx.*, got 'T'"):
            call(weights, "T", **where)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: reorder(np.ones(8), "ifgo", "ifg"), "expected two orders of the same gates, got 'ifgo' and 'ifg'"),
        (lambda: reorder(np.ones(8), "iigo", "iigo"), "expected two orders"),
        (lambda: reorder(np.ones(7), "rzn", "zrn"), r"W: expected 3H rows, got shape \(7,\)"),
        (lambda: merge_biases(np.ones(8), np.ones(4)), r"b_hh: expected shape \(R=8\), got \(4,\)"),
        (lambda: split_bias(np.ones((2, 2))), "b: expected shape"),
        (lambda: gru.flip_update(np.ones(8)), r"W: expected 3H rows, got shape \(8,\)"),
        (lambda: gru.merge_biases(np.ones(8), np.ones(8)), r"b_ih: expected shape \(3H,\), got \(8,\)"),
        (lambda: gru.merge_biases(np.ones(6), np.ones(6), "never"), "reset: expected 'before' or 'after'"),
        (lambda: gru.to_notation(cell_weights("gru"), "keras", "never"), "reset: expected 'before' or 'after'"),
        (
            lambda: gru.to_notation(cell_weights("gru"), "csc413", "before"),
            "expected zeros, since the CSC413 tutorial has no biases",
        ),
        (lambda: gru.before_to_after(cell_weights("lstm")), r"W_hh: expected shape \(12, H\), got \(16, 4\)"),
        (lambda: gru.candidate_hessian(*(np.ones(s) for s in ((1, 2), (2, 3), 2, (2, 2), 2)), "after"), "A: expected"),
        (lambda: gru.candidate_hessian(*(np.ones(s) for s in ((1, 2), (2, 2), 2, (2, 2), 2)), ""), "reset: expected"),
    ],
)
def test_what_is_wrong_with_a_gated_cell_is_named(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("call", [partial(reorder, old="rzn", new="zrn"), gru.flip_update])
def test_blocks_of_rows_are_checked(call: Any) -> None:
    with pytest.raises(TypeError, match="W: expected a NumPy array, got list"):
        call([1.0, 2, 3])
    with pytest.raises(TypeError, match="W: expected float32 or float64, got int64"):
        call(np.arange(3))
    for wrong in (np.ones((3, 1, 1)), np.ones((0, 2)), np.array(1.0), np.full(3, np.nan)):
        with pytest.raises(ValueError, match="W: expected"):
            call(wrong)


@pytest.mark.parametrize(
    ("step", "notation", "states"),
    [
        (lstm.step_pc, "perdikaris", 2),
        (lstm.step_a, "atanasov", 2),
        (gru.step_c, "csc413", 1),
        (gru.step_m, "mohajerin", 1),
    ],
)
def test_every_gated_step_checks_every_shape(step: Any, notation: str, states: int) -> None:
    module, w = (lstm, cell_weights("lstm")) if states == 2 else (gru, cell_weights("gru"))
    if states == 1:
        w["b_ih"][:], w["b_hh"][:] = 0, 0
    weights = module.to_notation(w, notation, **({} if states == 2 else {"reset": "before"}))
    given_states = (np.zeros((B, F)), *[np.zeros((B, H))] * states)
    step(*given_states, **weights)
    for name, v in weights.items():
        with pytest.raises(ValueError, match=f"^{name}: expected shape"):
            step(*given_states, **weights | {name: np.concatenate([v, v[:1]])})
    for k in range(len(given_states)):
        with pytest.raises(ValueError, match="expected shape"):
            step(*(s[None] if i == k else s for i, s in enumerate(given_states)), **weights)
