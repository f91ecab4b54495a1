"""LSTM and GRU by hand against torch's layers and cells, autograd, finite differences and closed forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.optimize
import scipy.special
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncourse import lstm_gru

SHAPES = [(1, 1, 1, 1), (5, 1, 3, 2), (1, 4, 3, 2), (6, 4, 1, 3), (6, 4, 3, 1), (7, 3, 2, 5), (4, 4, 3, 3)]  # T B F H
TOLERANCE = {np.float64: 1e-12, np.float32: 1e-5}
BLOCKS = {"lstm": 4, "gru": 3, "peephole": 4, "gru_before": 3}
GIVEN = {kind: ("h0", "c0")[: blocks - 2] for kind, blocks in BLOCKS.items()}
UPSTREAM = {kind: ("dh_out", "dh_T", "dc_T")[: blocks - 1] for kind, blocks in BLOCKS.items()}
WEIGHTS = ("W_ih", "W_hh", "b_ih", "b_hh")
PACKED: dict[str, Any] = {kind: lstm_gru.LSTMWeights if n == 4 else lstm_gru.GRUWeights for kind, n in BLOCKS.items()}
LEARNED = dict.fromkeys(BLOCKS, WEIGHTS) | {"peephole": (*WEIGHTS, "p_i", "p_f", "p_o")}

Arrays = dict[str, Any]


def network(kind: str, T: int, B: int, F: int, H: int, seed: int = 0, dtype: Any = np.float64) -> Arrays:
    """Everything random and different: both biases, the states to start from, all that arrives from outside."""
    rng, R = np.random.default_rng(seed), BLOCKS[kind] * H
    shapes = {"x": (T, B, F), "W_ih": (R, F), "W_hh": (R, H), "b_ih": (R,), "b_hh": (R,), "dh_out": (T, B, H)}
    shapes |= dict.fromkeys(("h0", "c0", "dh_T", "dc_T"), (B, H)) | dict.fromkeys(("p_i", "p_f", "p_o"), (H,))
    arrays = {name: rng.normal(scale=0.7, size=shape).astype(dtype) for name, shape in shapes.items()}
    return {name: arrays[name] for name in ("x", *GIVEN[kind], *LEARNED[kind], *UPSTREAM[kind])}


def pick(a: Arrays, *names: str) -> Arrays:
    return {name: a[name] for name in names}


def call(kind: str, function: str, arguments: Arrays) -> Any:
    """A function of the module, weights and peepholes packed as it wants them."""
    peepholes = {name: array for name, array in arguments.items() if name.startswith("p_")}
    others = {name: array for name, array in arguments.items() if name not in (*peepholes, *WEIGHTS)}
    packed = {"w": PACKED[kind](*(arguments[name] for name in WEIGHTS))}
    packed |= {"p": lstm_gru.Peepholes(**peepholes)} if peepholes else {}
    return getattr(lstm_gru, f"{kind}_{function}")(**others, **packed)


def forward(kind: str, a: Arrays) -> tuple[Any, ...]:
    found = call(kind, "forward", pick(a, "x", *GIVEN[kind], *LEARNED[kind]))
    return found if isinstance(found, tuple) else (found,)


def by_hand(kind: str, a: Arrays) -> Arrays:
    states = dict(zip(("h", "c"), forward(kind, a), strict=False))
    gradients = call(kind, "backward", a | states)._asdict()
    if "db" in gradients:
        gradients |= {"db_ih": gradients["db"], "db_hh": gradients.pop("db")}
    return gradients


def torchs(kind: str, a: Arrays) -> tuple[torch.Tensor, dict[str, torch.Tensor], Arrays]:
    """Output, last states and the gradients of the same loss by torch, in our names."""
    v = {name: torch.tensor(array, requires_grad=name not in UPSTREAM[kind]) for name, array in a.items()}
    h, *last = layer(kind, v) if kind in ("lstm", "gru") else unfolded(kind, v)
    loss = (h * v["dh_out"]).sum() + sum((q * v[f"d{s[0]}_T"]).sum() for q, s in zip(last, GIVEN[kind], strict=True))
    loss.backward()
    gradients = {f"d{n}": v[n].grad.numpy() for n in ("x", *GIVEN[kind], *LEARNED[kind])}  # type: ignore[union-attr]
    return h, dict(zip(("h", "c"), last, strict=False)), gradients


def layer(kind: str, v: dict[str, torch.Tensor]) -> tuple[torch.Tensor, ...]:
    """Output and last states of torch.nn.LSTM or torch.nn.GRU."""
    R, F = v["W_ih"].shape
    module = getattr(torch.nn, kind.upper())(F, R // BLOCKS[kind], dtype=v["x"].dtype)
    long = {"W_ih": "weight_ih_l0", "W_hh": "weight_hh_l0", "b_ih": "bias_ih_l0", "b_hh": "bias_hh_l0"}
    start = tuple(v[name][None] for name in GIVEN[kind])
    weights = {long[name]: v[name] for name in WEIGHTS}
    h, last = torch.func.functional_call(module, weights, (v["x"], start if kind == "lstm" else start[0]))
    return (h, *last) if kind == "lstm" else (h, last)


def unfolded(kind: str, v: dict[str, torch.Tensor]) -> tuple[torch.Tensor, ...]:
    """Output and last states of the cells that torch has no layer for, as their papers write them."""
    h, c, out = v["h0"], v.get("c0"), []
    W, U, b = (q.chunk(BLOCKS[kind]) for q in (v["W_ih"], v["W_hh"], v["b_ih"] + v["b_hh"]))
    for x in v["x"]:
        if kind == "peephole":
            i, f, g, o = (x @ W[k].T + h @ U[k].T + b[k] for k in range(4))
            new = torch.sigmoid(f + c * v["p_f"]) * c + torch.sigmoid(i + c * v["p_i"]) * torch.tanh(g)
            c, h = new, torch.sigmoid(o + new * v["p_o"]) * torch.tanh(new)
        else:
            r, z = (torch.sigmoid(x @ W[k].T + h @ U[k].T + b[k]) for k in range(2))
            h = torch.lerp(torch.tanh(x @ W[2].T + (r * h) @ U[2].T + b[2]), h, z)
        out.append(h)
    return torch.stack(out), *(q[None] for q in (h, c) if q is not None)


def finite_differences(kind: str, a: Arrays, name: str) -> Any:
    def loss(flat: Any) -> float:
        h, *c = forward(kind, {**a, name: flat.reshape(a[name].shape)})
        last = (h[-1] * a["dh_T"]).sum() + sum((q[-1] * a["dc_T"]).sum() for q in c)
        return float((h * a["dh_out"]).sum() + last)

    there, back = (scipy.optimize.approx_fprime(a[name].ravel(), loss, eps) for eps in (1e-6, -1e-6))
    return ((there + back) / 2).reshape(a[name].shape)


def assert_close(ours: Any, theirs: Any, tolerance: float = 1e-12, name: str = "") -> None:
    theirs = theirs.detach().numpy() if isinstance(theirs, torch.Tensor) else theirs
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance * (1 + np.abs(theirs).max()), err_msg=name)


def torch_cell(kind: str, weights: Any, x_t: Any, *states: Any) -> Any:
    """torch.nn.LSTMCell or GRUCell with the given weights."""
    module = getattr(torch.nn, f"{kind.upper()}Cell")(weights[0].shape[1], weights[1].shape[1], dtype=torch.float64)
    with torch.no_grad():
        for parameter, array in zip(module.parameters(), weights, strict=True):
            parameter.copy_(torch.from_numpy(array))
        h = [torch.from_numpy(s) for s in states]
        found = module(torch.from_numpy(x_t), tuple(h) if kind == "lstm" else h[0])
    return tuple(q.numpy() for q in found) if kind == "lstm" else found.numpy()


def one_step(kind: str, B: int = 3, F: int = 2, H: int = 4, seed: int = 0) -> tuple[Arrays, Any]:
    a = network(kind, 1, B, F, H, seed)
    return a, PACKED[kind](*(a[name] for name in WEIGHTS))


# --- gates


@pytest.mark.equation("eq-lstm-gru-sigmoid")
def test_sigmoid_is_scipys_and_never_overflows() -> None:
    a = np.concatenate([np.linspace(-40, 40, 999), [-1e4, 1e4]])
    np.testing.assert_allclose(lstm_gru.sigmoid(a), scipy.special.expit(a), atol=1e-15)
    assert lstm_gru.sigmoid(a.astype(np.float32)).dtype == np.float32


@pytest.mark.equation("eq-lstm-gru-gate")
def test_gate_is_torchs_gated_linear_unit() -> None:
    rng = np.random.default_rng(0)
    x, A, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), rng.normal(size=4)
    both = torch.from_numpy(np.concatenate([x, x @ A.T + b], axis=1))
    assert_close(lstm_gru.gate(x, A, b), torch.nn.functional.glu(both))


@pytest.mark.equation("eq-lstm-gru-gate")
def test_a_gate_keeps_decays_or_does_not_store() -> None:
    x, none = np.ones((1, 3)), np.zeros((3, 3))
    np.testing.assert_allclose(lstm_gru.gate(x, none, np.array([50.0, 0, -50])), [[1, 0.5, 0]], atol=1e-20)


@pytest.mark.equation("eq-lstm-gru-gates")
@pytest.mark.equation("eq-lstm-gru-cell")
@pytest.mark.equation("eq-lstm-gru-hidden")
@pytest.mark.parametrize("shape", SHAPES)
def test_lstm_cell_is_torchs(shape: tuple[int, int, int, int]) -> None:
    a, weights = one_step("lstm", *shape[1:])
    h_t, c_t = lstm_gru.lstm_cell(a["x"][0], a["h0"], a["c0"], weights)
    expected_h, expected_c = torch_cell("lstm", weights, a["x"][0], a["h0"], a["c0"])
    assert_close(h_t, expected_h)
    assert_close(c_t, expected_c)


@pytest.mark.equation("eq-lstm-gru-gates")
@pytest.mark.parametrize(("block", "shut"), [(0, "i_t"), (1, "f_t"), (2, "g_t"), (3, "o_t")])
def test_each_block_of_rows_feeds_the_gate_of_its_name(block: int, shut: str) -> None:
    a, weights = one_step("lstm")
    weights.b_ih[block * 4 : (block + 1) * 4] = -80
    gates = lstm_gru.lstm_gates(a["x"][0], a["h0"], weights)
    for name, value in gates._asdict().items():
        assert (np.abs(value - (-1 if name == "g_t" else 0)) < 1e-15).all() == (name == shut)


@pytest.mark.equation("eq-lstm-gru-cell")
@pytest.mark.equation("eq-lstm-gru-forward")
def test_the_cell_counts_while_the_state_stays_bounded() -> None:
    b_ih = np.array([50.0, 50, 50, 50])  # every gate open, candidate 1
    weights = lstm_gru.LSTMWeights(np.zeros((4, 1)), np.zeros((4, 1)), b_ih, 0 * b_ih)
    h, c = lstm_gru.lstm_forward(np.zeros((20, 1, 1)), np.zeros((1, 1)), np.zeros((1, 1)), weights)
    np.testing.assert_allclose(c[:, 0, 0], np.arange(1, 21))
    np.testing.assert_allclose(h[:, 0, 0], np.tanh(np.arange(1, 21)))


@pytest.mark.equation("eq-lstm-gru-forward")
@pytest.mark.equation("eq-lstm-gru-gru-forward")
@pytest.mark.equation("eq-lstm-gru-peephole-forward")
@pytest.mark.equation("eq-lstm-gru-before-forward")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", list(BLOCKS))
def test_forward_is_torchs(kind: str, shape: tuple[int, int, int, int], dtype: Any) -> None:
    a = network(kind, *shape, dtype=dtype)
    h, *c = forward(kind, a)
    expected, last, _ = torchs(kind, a)
    assert h.dtype == dtype
    assert_close(h, expected, TOLERANCE[dtype])
    for q in c:
        assert_close(q[-1:], last["c"], TOLERANCE[dtype])


# --- backwards


@pytest.mark.equation("eq-lstm-gru-dc")
@pytest.mark.equation("eq-lstm-gru-da")
@pytest.mark.equation("eq-lstm-gru-carry")
@pytest.mark.equation("eq-lstm-gru-dh")
@pytest.mark.equation("eq-lstm-gru-dW")
@pytest.mark.equation("eq-lstm-gru-gru-da")
@pytest.mark.equation("eq-lstm-gru-gru-carry")
@pytest.mark.equation("eq-lstm-gru-gru-dW")
@pytest.mark.equation("eq-lstm-gru-peephole-dc")
@pytest.mark.equation("eq-lstm-gru-peephole-carry")
@pytest.mark.equation("eq-lstm-gru-peephole-dp")
@pytest.mark.equation("eq-lstm-gru-peephole-dW")
@pytest.mark.equation("eq-lstm-gru-before-da")
@pytest.mark.equation("eq-lstm-gru-before-carry")
@pytest.mark.equation("eq-lstm-gru-before-dW")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", list(BLOCKS))
def test_backward_is_autograds(kind: str, shape: tuple[int, int, int, int], dtype: Any) -> None:
    a = network(kind, *shape, dtype=dtype)
    before = {name: array.copy() for name, array in a.items()}
    ours, (_, _, theirs) = by_hand(kind, a), torchs(kind, a)
    assert ours.keys() == theirs.keys()
    for name, expected in theirs.items():
        assert ours[name].dtype == dtype
        assert_close(ours[name], expected, TOLERANCE[dtype], name)
    assert all(np.array_equal(a[name], array) for name, array in before.items())


@pytest.mark.equation("eq-lstm-gru-dW")
@pytest.mark.equation("eq-lstm-gru-carry")
@pytest.mark.equation("eq-lstm-gru-gru-dW")
@pytest.mark.equation("eq-lstm-gru-gru-carry")
@pytest.mark.equation("eq-lstm-gru-peephole-dp")
@pytest.mark.equation("eq-lstm-gru-before-dW")
@pytest.mark.parametrize(("kind", "name"), [(k, name) for k in BLOCKS for name in ("x", *GIVEN[k], *LEARNED[k])])
def test_backward_is_scipys_finite_difference(kind: str, name: str) -> None:
    a = network(kind, 4, 2, 3, 3)
    np.testing.assert_allclose(by_hand(kind, a)[f"d{name}"], finite_differences(kind, a, name), atol=1e-7)


@pytest.mark.equation("eq-lstm-gru-dc")
@pytest.mark.equation("eq-lstm-gru-da")
@pytest.mark.parametrize("door", ["dh_t", "dc_rec"])
def test_a_gradient_reaches_the_cell_by_either_door_alone(door: str) -> None:
    a, weights = one_step("lstm")
    dh_t, dc_rec = (a["dh_out"][0], 0 * a["c0"]) if door == "dh_t" else (0 * a["c0"], a["dc_T"])
    ours = lstm_gru.lstm_cell_backward(dh_t, dc_rec, a["x"][0], a["h0"], a["c0"], weights)
    _, _, theirs = torchs("lstm", {**a, "dh_out": dh_t[None], "dh_T": 0 * dh_t, "dc_T": dc_rec})
    for name, its in {"dW_ih": "dW_ih", "dW_hh": "dW_hh", "dh_rec": "dh0", "dc_rec": "dc0"}.items():
        assert_close(getattr(ours, name), theirs[its], 1e-12, name)


@pytest.mark.equation("eq-lstm-gru-gru-da")
def test_gru_cell_backward_is_autograds() -> None:
    a, weights = one_step("gru")
    ours = lstm_gru.gru_cell_backward(a["dh_out"][0] + a["dh_T"], a["x"][0], a["h0"], weights)._asdict()
    theirs = torchs("gru", a)[2]
    theirs |= {"dx_t": theirs.pop("dx")[0], "dh_rec": theirs.pop("dh0")}
    assert ours.keys() == theirs.keys()
    for name, expected in theirs.items():
        assert_close(ours[name], expected, 1e-12, name)


@pytest.mark.equation("eq-lstm-gru-direct")
def test_direct_path_is_autograds_with_the_gates_held() -> None:
    rng = np.random.default_rng(0)
    f, c0 = rng.uniform(size=(5, 2, 3)), torch.ones(2, 3, dtype=torch.float64, requires_grad=True)
    c = c0
    for f_t in torch.from_numpy(f):
        c = f_t * c + 0.3
    assert_close(lstm_gru.direct_path(f), torch.autograd.grad(c.sum(), c0)[0])


@pytest.mark.equation("eq-lstm-gru-direct")
def test_direct_path_is_the_whole_gradient_of_a_cell_whose_gates_do_not_see_the_state() -> None:
    a = network("lstm", 6, 2, 3, 4)
    a["W_hh"][:] = 0
    weights = lstm_gru.LSTMWeights(*(a[name] for name in WEIGHTS))
    f = np.stack([lstm_gru.lstm_gates(x_t, a["h0"], weights).f_t for x_t in a["x"]])
    a["dh_out"][:], a["dh_T"][:], a["dc_T"][:] = 0, 0, 1
    assert_close(lstm_gru.direct_path(f), torchs("lstm", a)[2]["dc0"])


# --- peepholes and biases to start from


@pytest.mark.equation("eq-lstm-gru-peephole")
def test_peepholes_are_inputs_of_torchs_cell() -> None:
    a, weights = one_step("lstm")
    W_ih, W_hh, b_ih, b_hh = weights
    x_t, h_prev, c_prev = a["x"][0], a["h0"], a["c0"]
    p = lstm_gru.Peepholes(*np.random.default_rng(1).normal(size=(3, 4)))
    h_t, c_t = lstm_gru.peephole_cell(x_t, h_prev, c_prev, weights, p)
    none = np.zeros((4, 4))
    old, new = (np.concatenate(rows) for rows in ([np.diag(p.p_i), np.diag(p.p_f), none, none],
                                                  [none, none, none, np.diag(p.p_o)]))  # fmt: skip
    seen = np.concatenate([W_ih, old, new], axis=1), W_hh, b_ih, b_hh
    _, c_torch = torch_cell("lstm", seen, np.concatenate([x_t, c_prev, 0 * c_prev], axis=1), h_prev, c_prev)
    assert_close(c_t, c_torch)  # o, which alone sees c_t, has no say in it
    h_torch, _ = torch_cell("lstm", seen, np.concatenate([x_t, c_prev, c_torch], axis=1), h_prev, c_prev)
    assert_close(h_t, h_torch)


@pytest.mark.equation("eq-lstm-gru-peephole-forward")
@pytest.mark.equation("eq-lstm-gru-peephole-dW")
def test_peepholes_that_see_nothing_leave_torchs_lstm() -> None:
    a = network("peephole", 5, 2, 3, 4)
    for name in ("p_i", "p_f", "p_o"):
        a[name][:] = 0
    h, _, theirs = torchs("lstm", {name: array for name, array in a.items() if not name.startswith("p_")})
    assert_close(forward("peephole", a)[0], h)
    ours = by_hand("peephole", a)
    for name, expected in theirs.items():
        assert_close(ours[name], expected, 1e-12, name)


@pytest.mark.equation("eq-lstm-gru-forget-bias")
def test_forget_bias_opens_the_forget_gate_of_torch_alone() -> None:
    rng = np.random.default_rng(0)
    old_ih, old_hh = rng.normal(size=(2, 12))
    b_ih, b_hh = lstm_gru.forget_bias(old_ih, old_hh, 1.5)
    W = np.zeros((12, 3))
    _, with_one = torch_cell("lstm", (W, W, b_ih, b_hh), np.zeros((1, 3)), np.zeros((1, 3)), np.ones((1, 3)))
    _, with_none = torch_cell("lstm", (W, W, b_ih, b_hh), np.zeros((1, 3)), np.zeros((1, 3)), np.zeros((1, 3)))
    np.testing.assert_allclose(with_one - with_none, scipy.special.expit(1.5))
    others = np.r_[0:3, 6:12]
    np.testing.assert_array_equal((b_ih + b_hh)[others], (old_ih + old_hh)[others])


@pytest.mark.equation("eq-lstm-gru-timescale")
def test_after_a_timescale_about_one_part_in_e_is_left() -> None:
    tau = lstm_gru.timescale(np.array([3.0, 5.0, 7.0]))
    np.testing.assert_allclose(1 / (1 - scipy.special.expit([3.0, 5.0, 7.0])), tau)
    np.testing.assert_allclose(scipy.special.expit([3.0, 5.0, 7.0]) ** tau, np.exp(-1), atol=0.01)


@pytest.mark.equation("eq-lstm-gru-chrono")
def test_chrono_bias_spreads_time_scales_evenly() -> None:
    rng = np.random.default_rng(0)
    H, T_max, u = 5, 100, np.array([0, 0.25, 0.5, 0.75, 1 - 1e-12])
    old_ih, old_hh = rng.normal(size=(2, 4 * H))
    b_ih, b_hh = lstm_gru.chrono_bias(old_ih, old_hh, u, T_max)
    b_i, b_f, _, _ = np.split(b_ih + b_hh, 4)
    np.testing.assert_allclose(1 / (1 - scipy.special.expit(b_f)), [2, 26.5, 51, 75.5, 100])
    np.testing.assert_allclose(scipy.special.expit(b_i) + scipy.special.expit(b_f), 1)
    np.testing.assert_array_equal((b_ih + b_hh)[2 * H :], (old_ih + old_hh)[2 * H :])


# --- GRU


@pytest.mark.equation("eq-lstm-gru-reset-update")
@pytest.mark.equation("eq-lstm-gru-candidate")
@pytest.mark.equation("eq-lstm-gru-gru")
@pytest.mark.parametrize("shape", SHAPES)
def test_gru_cell_is_torchs(shape: tuple[int, int, int, int]) -> None:
    a, weights = one_step("gru", *shape[1:])
    assert_close(lstm_gru.gru_cell(a["x"][0], a["h0"], weights), torch_cell("gru", weights, a["x"][0], a["h0"]))


@pytest.mark.equation("eq-lstm-gru-before")
def test_reset_before_is_torchs_cell_on_a_state_already_reset() -> None:
    a, weights = one_step("gru")
    W_ih, W_hh, b_ih, b_hh = weights
    x_t, h_prev, H = a["x"][0], a["h0"], 4
    r_t, z_t, _ = lstm_gru.gru_gates(x_t, h_prev, weights)
    # Torch's candidate alone, its reset gate held open and its update gate shut, seeing r ⊙ h.
    open_r, shut_z = W_ih.copy(), W_hh.copy()
    open_r[: 2 * H], shut_z[: 2 * H] = 0, 0
    b = np.concatenate([np.full(H, 80.0), np.full(H, -80.0), b_ih[2 * H :]])
    b_n = np.concatenate([np.zeros(2 * H), b_hh[2 * H :]])
    n_t = torch_cell("gru", (open_r, shut_z, b, b_n), x_t, r_t * h_prev)
    expected = (1 - z_t) * n_t + z_t * h_prev
    assert_close(lstm_gru.gru_cell_before(x_t, h_prev, weights), expected)
    after = lstm_gru.gru_cell(x_t, h_prev, weights)
    assert np.abs(after - expected).max() > 0.01


@pytest.mark.equation("eq-lstm-gru-before-forward")
@pytest.mark.equation("eq-lstm-gru-before-carry")
def test_where_the_reset_is_open_its_place_does_not_matter_to_torch() -> None:
    a = network("gru", 5, 2, 3, 4)
    a["W_ih"][:4], a["W_hh"][:4], a["b_ih"][:4] = 0, 0, 80
    h, _, theirs = torchs("gru", a)
    assert_close(forward("gru_before", a)[0], h)
    ours = by_hand("gru_before", a)
    for name, expected in theirs.items():
        assert_close(ours[name], expected, 1e-12, name)


# --- bounds

networks = st.tuples(*(st.integers(1, 5) for _ in "TBFH"), st.integers(0, 999)), st.sampled_from([0.1, 1.0, 30.0])
ROUNDING = 1e-15


def scaled(kind: str, sizes: Any, scale: float) -> Arrays:
    return {name: scale * array for name, array in network(kind, *sizes).items()}


@given(st.sampled_from(["lstm", "peephole"]), *networks)
@settings(deadline=None, max_examples=40)
def test_a_cell_grows_by_one_a_step_at_most_and_its_state_stays_within_one(kind: str, sizes: Any, scale: float) -> None:
    a = scaled(kind, sizes, scale)
    h, c = forward(kind, a)
    assert (np.abs(h) <= np.minimum(np.abs(np.tanh(c)), 1) * (1 + ROUNDING)).all()
    before = np.abs(np.concatenate([a["c0"][None], c[:-1]]))
    assert (np.abs(c) <= (before + 1) * (1 + ROUNDING)).all()


@given(st.sampled_from(["gru", "gru_before"]), *networks)
@settings(deadline=None, max_examples=40)
def test_a_gru_stays_within_one_and_where_it_started(kind: str, sizes: Any, scale: float) -> None:
    a = scaled(kind, sizes, scale)
    (h,) = forward(kind, a)
    before = np.abs(np.concatenate([a["h0"][None], h[:-1]]))
    assert (np.abs(h) <= np.maximum(before, 1) * (1 + ROUNDING)).all()


@given(*networks)
@settings(deadline=None, max_examples=40)
def test_a_gru_state_lies_between_candidate_and_state_before(sizes: Any, scale: float) -> None:
    a = scaled("gru", sizes, scale)
    weights = lstm_gru.GRUWeights(*(a[name] for name in WEIGHTS))
    h_t, n_t = (f(a["x"][0], a["h0"], weights) for f in (lstm_gru.gru_cell, lambda *q: lstm_gru.gru_gates(*q)[2]))
    slack = ROUNDING * (np.abs(n_t) + np.abs(a["h0"]))
    assert (h_t <= np.maximum(n_t, a["h0"]) + slack).all()
    assert (h_t >= np.minimum(n_t, a["h0"]) - slack).all()


# --- bad arguments


@pytest.mark.parametrize("function", ["forward", "backward"])
@pytest.mark.parametrize("kind", list(BLOCKS))
def test_every_wrong_shape_and_type_is_named(kind: str, function: str) -> None:
    a = network(kind, 4, 2, 3, 5)
    arguments = pick(a, "x", *GIVEN[kind], *LEARNED[kind])
    if function == "backward":
        arguments = {**a, **dict(zip(("h", "c"), forward(kind, a), strict=False))}
    for name, array in arguments.items():
        with pytest.raises(ValueError, match=f"^{name}: expected shape"):
            call(kind, function, {**arguments, name: array[None]})
        with pytest.raises(TypeError, match=f"^{name}: expected a NumPy array, got list"):
            call(kind, function, {**arguments, name: array.tolist()})
    with pytest.raises(ValueError, match=rf"^W_ih: expected shape \({5 * BLOCKS[kind]}, F=3\), got"):
        call(kind, function, {**arguments, "W_ih": arguments["W_ih"][:-1]})


@pytest.mark.parametrize("function", [lstm_gru.sigmoid, lstm_gru.timescale])
def test_functions_of_any_shape_want_floats(function: Any) -> None:
    for wrong, message in (([0.5], "got list"), (np.arange(3), "got int64"), (np.ones(2, complex), "got complex128")):
        with pytest.raises(TypeError, match=rf"^(a|b_f): expected .*, {message}"):
            function(wrong)


def test_other_bad_arguments() -> None:
    b, u = np.zeros(8), np.array([0.2, 0.4])
    with pytest.raises(ValueError, match=r"b_ih: expected shape \(4H,\), got \(7,\)"):
        lstm_gru.forget_bias(b[:7], b[:7])
    with pytest.raises(ValueError, match=r"u: expected shape \(2\), got \(1,\)"):
        lstm_gru.chrono_bias(b, b, u[:1], 9)
    with pytest.raises(ValueError, match="T_max: expected more than 2 steps, got 2"):
        lstm_gru.chrono_bias(b, b, u, 2)
    with pytest.raises(ValueError, match=r"u: expected numbers in \[0, 1\), got 1.2 to 1.4"):
        lstm_gru.chrono_bias(b, b, u + 1, 9)
    with pytest.raises(ValueError, match=r"A: expected shape \(N=2, N=2\), got \(2, 3\)"):
        lstm_gru.gate(np.zeros((1, 2)), np.zeros((2, 3)), np.zeros(2))
