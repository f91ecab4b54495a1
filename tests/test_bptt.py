"""Gradients by hand against torch's autograd, against finite differences and against closed forms."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.optimize
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from rnncourse import bptt, rnn

SHAPES = [(1, 1, 1, 1), (5, 1, 3, 2), (1, 4, 3, 2), (6, 4, 1, 3), (6, 4, 3, 1), (7, 3, 2, 5), (4, 4, 3, 3)]  # T B F H
TOLERANCE = {np.float64: 1e-12, np.float32: 1e-5}
sizes = st.tuples(st.integers(1, 6), st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))

Arrays = dict[str, Any]


def network(T: int, B: int, F: int, H: int, seed: int = 0, dtype: Any = np.float64) -> Arrays:
    """Input, weights with two different biases, a state to start from and a gradient from outside at every step."""
    rng = np.random.default_rng(seed)
    shapes = {
        "x": (T, B, F),
        "h0": (B, H),
        "W_ih": (H, F),
        "W_hh": (H, H),
        "b_ih": (H,),
        "b_hh": (H,),
        "dh_out": (T, B, H),
    }
    return {name: rng.normal(scale=0.6, size=shape).astype(dtype) for name, shape in shapes.items()}


def without(a: Arrays, *names: str) -> Arrays:
    return {name: array for name, array in a.items() if name not in names}


def states(a: Arrays) -> Any:
    return rnn.forward(**without(a, "dh_out"))


def by_hand(a: Arrays, dh_out: Any = None) -> bptt.Gradients:
    return bptt.backward(a["dh_out"] if dh_out is None else dh_out, a["x"], a["h0"], states(a), a["W_ih"], a["W_hh"])


def leaves(a: Arrays) -> dict[str, torch.Tensor]:
    return {name: torch.tensor(array, requires_grad=name != "dh_out") for name, array in a.items()}


def torch_states(v: dict[str, torch.Tensor], detach_every: int | None = None) -> torch.Tensor:
    """A loop as everyone writes it; with ``detach_every``, cut at the border of each chunk."""
    h_t, all_h = v["h0"], []
    for t, x_t in enumerate(v["x"]):
        if detach_every is not None and t > 0 and t % detach_every == 0:
            h_t = h_t.detach()
        h_t = torch.tanh(x_t @ v["W_ih"].T + v["b_ih"] + h_t @ v["W_hh"].T + v["b_hh"])
        all_h.append(h_t)
    return torch.stack(all_h)


def autograd(a: Arrays, detach_every: int | None = None) -> Arrays:
    """Gradients of Σ dh_out·h by torch, under our names."""
    v = leaves(a)
    (torch_states(v, detach_every) * v["dh_out"]).sum().backward()
    names = {"dW_ih": "W_ih", "dW_hh": "W_hh", "db": "b_hh", "dx": "x", "dh0": "h0"}
    return {ours: v[theirs].grad.numpy() for ours, theirs in names.items()}  # type: ignore[union-attr]


def finite_differences(a: Arrays, name: str) -> Any:
    """The gradient of Σ dh_out·h with respect to one argument, by SciPy."""

    def loss(flat: Any) -> float:
        return float((states({**a, name: flat.reshape(a[name].shape)}) * a["dh_out"]).sum())

    forward = scipy.optimize.approx_fprime(a[name].ravel(), loss, 1e-6)
    backward = scipy.optimize.approx_fprime(a[name].ravel(), loss, -1e-6)
    return ((forward + backward) / 2).reshape(a[name].shape)


def assert_equal_gradients(ours: bptt.Gradients | Arrays, theirs: Arrays, tolerance: float) -> None:
    ours = ours if isinstance(ours, dict) else ours._asdict()
    for name, wanted in theirs.items():
        assert ours[name].shape == wanted.shape
        np.testing.assert_allclose(ours[name], wanted, atol=tolerance * (1 + np.abs(wanted).max()), err_msg=name)


# --- the output layer and the losses


@pytest.mark.equation("eq-bptt-do")
@pytest.mark.equation("eq-bptt-output")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_output_layer_is_autograds(dtype: Any) -> None:
    rng = np.random.default_rng(0)
    T, B, H, K = 5, 3, 4, 2
    h, W_ho, b_ho = (rng.normal(size=s).astype(dtype) for s in ((T, B, H), (K, H), (K,)))
    y = rng.integers(0, K, (T, B))
    v = [torch.tensor(array, requires_grad=True) for array in (h, W_ho, b_ho)]
    o = torch.nn.functional.linear(*v)
    o.retain_grad()
    torch.nn.functional.cross_entropy(o.flatten(0, 1), torch.from_numpy(y).flatten()).backward()
    do = bptt.output_gradient(rnn.output_layer(h, W_ho, b_ho), y)
    dW_ho, db_ho, dh_out = bptt.output_backward(do, h, W_ho)
    for ours, theirs in zip((do, dh_out, dW_ho, db_ho), (o, *v), strict=True):
        assert ours.dtype == dtype
        np.testing.assert_allclose(ours, theirs.grad, atol=TOLERANCE[dtype])  # type: ignore[union-attr]


@pytest.mark.equation("eq-bptt-do")
def test_output_gradient_is_the_finite_difference_of_the_loss() -> None:
    rng = np.random.default_rng(1)
    o, y = rng.normal(size=(4, 3, 5)), rng.integers(0, 5, (4, 3))
    numeric = scipy.optimize.approx_fprime(o.ravel(), lambda flat: rnn.cross_entropy(flat.reshape(o.shape), y), 1e-7)
    np.testing.assert_allclose(bptt.output_gradient(o, y).ravel(), numeric, atol=1e-7)


@pytest.mark.equation("eq-bptt-sse")
def test_sse_is_half_of_torchs_and_its_gradient_is_the_error() -> None:
    rng = np.random.default_rng(2)
    y_hat, y = rng.normal(size=(2, 6, 3, 4))
    v = torch.tensor(y_hat, requires_grad=True)
    loss = 0.5 * torch.nn.functional.mse_loss(v, torch.from_numpy(y), reduction="sum")
    loss.backward()
    assert bptt.sse(y_hat, y) == pytest.approx(loss.item(), rel=1e-14)
    np.testing.assert_allclose(y_hat - y, v.grad, atol=1e-14)  # type: ignore[arg-type]
    parts = sum(bptt.sse(y_hat[:, b : b + 1], y[:, b : b + 1]) for b in range(3))
    assert bptt.sse(y_hat, y) == pytest.approx(parts, rel=1e-14), "the cost of a batch is the sum over its sequences"


# --- one step, and all of them


@pytest.mark.equation("eq-bptt-jacobian")
def test_jacobian_is_autograds() -> None:
    a = network(1, 3, 2, 4)
    v = leaves(a)
    wanted = [
        torch.autograd.functional.jacobian(
            lambda h, b=b: torch_states({**v, "h0": h[None], "x": v["x"][:, b : b + 1]})[0, 0], v["h0"][b]
        )
        for b in range(3)
    ]
    np.testing.assert_allclose(bptt.jacobian(states(a)[0], a["W_hh"]), torch.stack(wanted).detach(), atol=1e-14)


@pytest.mark.equation("eq-bptt-dz")
@pytest.mark.equation("eq-bptt-dx")
@pytest.mark.equation("eq-bptt-carry")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", SHAPES)
def test_cell_backward_is_autograds(shape: tuple[int, int, int, int], dtype: Any) -> None:
    a = network(*shape, dtype=dtype)
    a = {**a, "x": a["x"][:1], "dh_out": a["dh_out"][:1]}
    ours = bptt.cell_backward(a["dh_out"][0], a["x"][0], a["h0"], states(a)[0], a["W_ih"], a["W_hh"])
    theirs = autograd(a)
    theirs |= {"dx_t": theirs.pop("dx")[0], "dh_rec": theirs.pop("dh0")}  # nothing else reaches the state before
    assert_equal_gradients(ours._asdict(), theirs, TOLERANCE[dtype])


@pytest.mark.equation("eq-bptt-dz")
def test_dz_is_the_finite_difference_with_respect_to_the_bias() -> None:
    a = network(1, 1, 2, 3)  # one row: db is dz
    np.testing.assert_allclose(by_hand(a).db, finite_differences(a, "b_ih"), atol=1e-8)


@pytest.mark.equation("eq-bptt-dh")
@pytest.mark.equation("eq-bptt-W")
@pytest.mark.equation("eq-bptt-U")
@pytest.mark.equation("eq-bptt-b")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", SHAPES)
def test_backward_is_autograds(shape: tuple[int, int, int, int], dtype: Any) -> None:
    a = network(*shape, dtype=dtype)
    ours = by_hand(a)
    assert all(g.dtype == dtype for g in ours)
    assert_equal_gradients(ours, autograd(a), TOLERANCE[dtype])


@pytest.mark.equation("eq-bptt-dh")
@given(sizes, st.integers(0, 999))
@settings(deadline=None, max_examples=40)
def test_backward_is_autograds_for_any_sizes(shape: tuple[int, int, int, int], seed: int) -> None:
    a = network(*shape, seed=seed)
    assert_equal_gradients(by_hand(a), autograd(a), 1e-12)


@pytest.mark.equation("eq-bptt-W")
@pytest.mark.equation("eq-bptt-U")
@pytest.mark.equation("eq-bptt-b")
@pytest.mark.equation("eq-bptt-dx")
@pytest.mark.parametrize(
    ("ours", "name"),
    [("dW_ih", "W_ih"), ("dW_hh", "W_hh"), ("db", "b_ih"), ("db", "b_hh"), ("dx", "x"), ("dh0", "h0")],
)
def test_backward_is_scipys_finite_difference(ours: str, name: str) -> None:
    a = network(5, 3, 2, 4)
    np.testing.assert_allclose(getattr(by_hand(a), ours), finite_differences(a, name), atol=1e-7)


@pytest.mark.equation("eq-bptt-carry")
def test_the_carry_is_a_product_of_transposed_jacobians() -> None:
    a = network(4, 2, 3, 3)
    dh_out = np.zeros_like(a["dh_out"])
    dh_out[-1] = a["dh_out"][-1]  # a loss at the last step alone
    dh = dh_out[-1][:, :, None]
    for h_t in states(a)[::-1]:
        dh = bptt.jacobian(h_t, a["W_hh"]).transpose(0, 2, 1) @ dh
    np.testing.assert_allclose(by_hand(a, dh_out).dh0, dh[..., 0], atol=1e-14)


@pytest.mark.equation("eq-bptt-paths")
@pytest.mark.parametrize("shape", SHAPES)
def test_paths_are_autograds_with_one_copy_of_the_matrix_a_step(shape: tuple[int, int, int, int]) -> None:
    a = network(*shape)
    T, _, _, H = shape
    v = leaves(a)
    copies = torch.tensor(np.repeat(a["W_hh"][None], T, axis=0), requires_grad=True)
    h_t, losses = v["h0"], []
    for x_t, W_t, dh_out_t in zip(v["x"], copies, v["dh_out"], strict=True):
        h_t = torch.tanh(x_t @ v["W_ih"].T + v["b_ih"] + h_t @ W_t.T + v["b_hh"])
        losses.append((h_t * dh_out_t).sum())
    wanted = torch.stack([torch.autograd.grad(loss, copies, retain_graph=True)[0] for loss in losses])
    C = bptt.paths(a["dh_out"], a["h0"], states(a), a["W_hh"])
    assert C.shape == (T, T, H, H)
    np.testing.assert_allclose(C, wanted, atol=1e-12)
    np.testing.assert_allclose(C.sum(axis=(0, 1)), autograd(a)["dW_hh"], atol=1e-12)


# --- forwards in time, and truncated


@pytest.mark.equation("eq-bptt-sensitivity")
def test_sensitivities_are_autograds_jacobian() -> None:
    T, B, F, H = 4, 2, 3, 3
    a = network(T, B, F, H)
    S, before = np.zeros((B, H, H, H + F + 1)), a["h0"]
    for x_t, h_t in zip(a["x"], states(a), strict=True):
        S = bptt.sensitivity_step(S, x_t, before, h_t, a["W_hh"])
        before = h_t
    v = leaves(a)

    def last_state(theta: torch.Tensor) -> torch.Tensor:
        W_hh, W_ih, b_hh = theta.split([H, F, 1], dim=1)
        return torch_states({**v, "W_hh": W_hh, "W_ih": W_ih, "b_hh": b_hh[:, 0]})[-1]

    theta = torch.cat([v["W_hh"], v["W_ih"], v["b_hh"][:, None]], dim=1)
    wanted = torch.autograd.functional.jacobian(last_state, theta.detach())
    np.testing.assert_allclose(S, wanted.detach(), atol=1e-12)


@pytest.mark.equation("eq-bptt-rtrl")
@pytest.mark.parametrize("shape", SHAPES)
def test_rtrl_is_autograds(shape: tuple[int, int, int, int]) -> None:
    a = network(*shape)
    wanted = autograd(a)
    ours = dict(zip(("dW_ih", "dW_hh", "db"), bptt.rtrl(**a), strict=True))
    assert_equal_gradients(ours, {name: wanted[name] for name in ours}, 1e-12)


@pytest.mark.equation("eq-bptt-rtrl")
@given(sizes, st.integers(0, 999))
@settings(deadline=None, max_examples=40)
def test_rtrl_is_backpropagation(shape: tuple[int, int, int, int], seed: int) -> None:
    a = network(*shape, seed=seed)
    for forwards, backwards in zip(bptt.rtrl(**a), by_hand(a)[:3], strict=True):
        np.testing.assert_allclose(forwards, backwards, atol=1e-12 * (1 + np.abs(backwards).max()))


@pytest.mark.equation("eq-bptt-rtrl")
@pytest.mark.parametrize(("row", "name"), [(0, "W_ih"), (1, "W_hh"), (2, "b_hh")])
def test_rtrl_is_scipys_finite_difference(row: int, name: str) -> None:
    a = network(4, 2, 3, 3)
    np.testing.assert_allclose(bptt.rtrl(**a)[row], finite_differences(a, name), atol=1e-7)


@pytest.mark.equation("eq-bptt-truncated")
@pytest.mark.parametrize("k", [1, 2, 3, 6, 7, 50])
def test_truncated_is_torchs_detach(k: int) -> None:
    a = network(7, 3, 2, 4)  # 7 is a multiple of none but 1 and itself
    wanted = autograd(a, detach_every=k)
    ours = bptt.truncated(**a, k=k)
    assert_equal_gradients(ours, wanted, 1e-12)
    if k >= 7:
        for mine, full in zip(ours, by_hand(a), strict=True):
            np.testing.assert_array_equal(mine, full)
    else:
        assert bptt.relative_error(ours.dW_hh, by_hand(a).dW_hh) > 1e-3


@pytest.mark.equation("eq-bptt-truncated")
@given(sizes, st.integers(1, 8), st.integers(0, 999))
@settings(deadline=None, max_examples=40)
def test_truncation_keeps_the_paths_inside_a_chunk(shape: tuple[int, int, int, int], k: int, seed: int) -> None:
    a = network(*shape, seed=seed)
    C = bptt.paths(a["dh_out"], a["h0"], states(a), a["W_hh"])
    chunk = np.arange(shape[0]) // k
    kept = (C * (chunk[:, None] == chunk)[:, :, None, None]).sum(axis=(0, 1))
    np.testing.assert_allclose(bptt.truncated(**a, k=k).dW_hh, kept, atol=1e-12)


@pytest.mark.equation("eq-bptt-window")
@pytest.mark.parametrize("k", [1, 2, 3, 6, 7, 50])
def test_a_window_is_torchs_gradient_of_each_loss_with_the_state_k_steps_back_detached(k: int) -> None:
    a = network(7, 3, 2, 4)
    wanted = dict.fromkeys(("dW_ih", "dW_hh", "db", "dx", "dh0"), 0.0)
    for t in range(7):  # the loss of one step, through a graph that begins k steps before
        v = leaves(a)
        h_t = v["h0"]
        for s in range(t + 1):
            h_t = h_t.detach() if s == t + 1 - k and s > 0 else h_t
            h_t = torch.tanh(v["x"][s] @ v["W_ih"].T + v["b_ih"] + h_t @ v["W_hh"].T + v["b_hh"])
        (h_t * v["dh_out"][t]).sum().backward()
        for ours, theirs in {"dW_ih": "W_ih", "dW_hh": "W_hh", "db": "b_hh", "dx": "x", "dh0": "h0"}.items():
            wanted[ours] += 0.0 if v[theirs].grad is None else v[theirs].grad.numpy()  # type: ignore[union-attr]
    ours = bptt.windowed(a["dh_out"], a["x"], a["h0"], states(a), a["W_ih"], a["W_hh"], k)
    assert_equal_gradients(ours, wanted, 1e-12)
    full = by_hand(a)
    if k >= 7:
        assert_equal_gradients(ours, full._asdict(), 1e-12)
    else:
        assert bptt.relative_error(ours.dW_hh, full.dW_hh) > 1e-3


@pytest.mark.equation("eq-bptt-random")
@pytest.mark.parametrize("q", [0.3, 0.5, 1.0])
def test_random_cuts_are_right_on_average(q: float) -> None:
    """The mean over all 2^T patterns of cuts, each with its probability, is torch's gradient of the whole sequence."""
    a = network(6, 3, 2, 4)
    mean = [np.zeros_like(g) for g in by_hand(a)]
    for pattern in itertools.product((0.0, 1.0), repeat=6):
        xi = np.array(pattern)
        probability = float(np.prod(np.where(xi == 1, q, 1 - q)))
        cut = bptt.randomised(a["dh_out"], a["x"], a["h0"], states(a), a["W_ih"], a["W_hh"], xi, q)
        for total, g in zip(mean, cut, strict=True):
            total += probability * g
    assert_equal_gradients(bptt.Gradients(*mean), autograd(a), 1e-12)


@pytest.mark.equation("eq-bptt-random")
def test_random_cuts_at_the_borders_of_chunks_are_chunks() -> None:
    a = network(7, 3, 2, 4)
    xi = np.array([1.0, 1, 0, 1, 1, 0, 1])  # nothing comes back to steps 3 and 6
    cut = bptt.randomised(a["dh_out"], a["x"], a["h0"], states(a), a["W_ih"], a["W_hh"], xi, 1.0)
    assert_equal_gradients(cut, bptt.truncated(**a, k=3)._asdict(), 1e-12)


# --- costs, counted by torch


@pytest.mark.equation("eq-bptt-cost")
@pytest.mark.parametrize("shape", [(5, 1, 3, 2), (6, 4, 3, 5), (1, 2, 3, 4)])
def test_cost_is_what_torch_counts(shape: tuple[int, int, int, int]) -> None:
    T, B, F, H = shape
    a = network(*shape)
    v = leaves(a)
    kept = {}

    def remember(tensor: torch.Tensor) -> torch.Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(remember, lambda tensor: tensor):
        h = torch_states(v)
    given_anyway = {leaf.untyped_storage().data_ptr() for leaf in v.values()}
    counted = bptt.cost(T, B, F, H)
    assert counted.bptt_kept == sum(t.numel() for place, t in kept.items() if place not in given_anyway)
    with FlopCounterMode(display=False) as flops:
        (h * v["dh_out"]).sum().backward()
    assert 2 * counted.bptt_products == flops.get_total_flops()  # a product and an addition are two operations

    S = torch.from_numpy(bptt.sensitivity_step(np.zeros((B, H, H, H + F + 1)), a["x"][0], a["h0"], a["h0"], a["W_hh"]))
    assert counted.rtrl_kept == S.numel()
    with FlopCounterMode(display=False) as flops:
        for dh_out_t in v["dh_out"]:
            torch.einsum("jl,blai->bjai", v["W_hh"], S)
            torch.einsum("bj,bjai->ai", dh_out_t, S)
    assert 2 * counted.rtrl_products == flops.get_total_flops()


# --- checking a gradient


@pytest.mark.equation("eq-bptt-fd")
def test_numerical_gradient_is_scipys_and_torchs() -> None:
    rng = np.random.default_rng(3)
    theta = rng.normal(size=(3, 4))

    def f(array: Any) -> float:
        return float(np.sum(np.sin(array) * np.exp(0.3 * array)) + array[0, 0] * array[2, 3])

    v = torch.tensor(theta, requires_grad=True)
    (torch.sum(torch.sin(v) * torch.exp(0.3 * v)) + v[0, 0] * v[2, 3]).backward()
    ours = bptt.numerical_gradient(f, theta)
    np.testing.assert_allclose(ours, v.grad, atol=1e-8)  # type: ignore[arg-type]
    scipys = scipy.optimize.approx_fprime(theta.ravel(), lambda flat: f(flat.reshape(3, 4)), 1e-7)
    np.testing.assert_allclose(ours.ravel(), scipys, atol=1e-5)


@pytest.mark.equation("eq-bptt-fd")
def test_central_differences_have_the_error_that_taylor_promises() -> None:
    theta = np.array([0.4])
    errors = [
        abs(bptt.numerical_gradient(lambda a: float(np.exp(a[0])), theta, e)[0] - np.exp(0.4)) for e in (0.1, 0.01)
    ]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.01)
    assert errors[1] == pytest.approx(np.exp(0.4) * 0.01**2 / 6, rel=1e-3)


def squares(value: float) -> bool:
    """Whether the square of a number has all its digits."""
    return value == 0 or abs(value) > 1e-140


@pytest.mark.equation("eq-bptt-relative-error")
@given(st.lists(st.floats(-1e6, 1e6).filter(squares), min_size=1, max_size=5), st.floats(-3, 3))
@settings(deadline=None)
def test_relative_error_of_a_multiple_has_a_closed_form(values: list[float], c: float) -> None:
    a = np.array(values)
    wanted = abs(1 - c) / (1 + abs(c)) if np.linalg.norm(a) > 0 else 0.0
    assert bptt.relative_error(a, c * a) == pytest.approx(wanted, abs=1e-9)
    assert 0 <= bptt.relative_error(a, a[::-1]) <= 1 + 1e-14  # ten roundings of 1e-16
    assert bptt.relative_error(a, a) == 0


# --- arguments: left alone when right, named when wrong


def calls() -> dict[str, tuple[Callable[..., Any], Arrays]]:
    """Every public function with arguments that fit."""
    a = network(5, 3, 2, 4)
    h, rng = states(a), np.random.default_rng(4)
    o, y, W_ho, target = (
        rng.normal(size=(5, 3, 6)),
        rng.integers(0, 6, (5, 3)),
        rng.normal(size=(6, 4)),
        np.ones((5, 3, 6)),
    )
    core = {name: a[name] for name in ("x", "h0", "W_ih", "W_hh")}
    step = {"x_t": a["x"][0], "h_prev": a["h0"], "h_t": h[0], "W_hh": a["W_hh"]}
    return {
        "output_gradient": (bptt.output_gradient, {"o": o, "y": y}),
        "output_backward": (bptt.output_backward, {"do": o, "h": h, "W_ho": W_ho}),
        "jacobian": (bptt.jacobian, {"h_t": h[0], "W_hh": a["W_hh"]}),
        "cell_backward": (bptt.cell_backward, {"dh_t": a["dh_out"][0], **step, "W_ih": a["W_ih"]}),
        "backward": (bptt.backward, {"dh_out": a["dh_out"], **core, "h": h}),
        "paths": (bptt.paths, {"dh_out": a["dh_out"], "h0": a["h0"], "h": h, "W_hh": a["W_hh"]}),
        "sensitivity_step": (bptt.sensitivity_step, {"S": np.zeros((3, 4, 4, 7)), **step}),
        "rtrl": (bptt.rtrl, a),
        "truncated": (bptt.truncated, {**a, "k": 2}),
        "windowed": (bptt.windowed, {"dh_out": a["dh_out"], **core, "h": h, "k": 2}),
        "randomised": (bptt.randomised, {"dh_out": a["dh_out"], **core, "h": h, "xi": np.ones(len(h)), "q": 0.5}),
        "sse": (bptt.sse, {"y_hat": o, "y": target}),
    }


@pytest.mark.parametrize("name", calls())
def test_arguments_are_unchanged(name: str) -> None:
    function, arguments = calls()[name]
    before = {key: np.copy(value) for key, value in arguments.items()}
    function(**arguments)
    for key, value in before.items():
        np.testing.assert_array_equal(arguments[key], value, err_msg=f"{name} changed {key}")


@pytest.mark.parametrize(
    ("name", "argument"),
    [(name, key) for name, (_, arguments) in calls().items() for key, v in arguments.items() if np.ndim(v)],
)
def test_a_wrong_argument_is_named(name: str, argument: str) -> None:
    function, arguments = calls()[name]
    good = arguments[argument]
    with pytest.raises(ValueError, match=f"{argument}: expected shape .*, got"):
        function(**{**arguments, argument: good[..., None]})
    with pytest.raises(TypeError, match=f"{argument}: expected"):
        function(**{**arguments, argument: good.tolist()})
    if good.dtype == np.float64:
        with pytest.raises(ValueError, match=f"{argument}: expected finite numbers, got nan"):
            function(**{**arguments, argument: np.full_like(good, np.nan)})
        if name != "output_gradient":  # it has a single array of floating-point numbers
            with pytest.raises(TypeError, match="one dtype"):
                function(**{**arguments, argument: good.astype(np.float32)})


def test_every_public_function_is_tried_with_wrong_arguments() -> None:
    public = {n for n, f in inspect.getmembers(bptt, inspect.isfunction) if f.__module__ == bptt.__name__}
    assert {n for n in public if n[0] != "_"} - set(calls()) == {"cost", "numerical_gradient", "relative_error"}


def test_wrong_numbers_are_named() -> None:
    with pytest.raises(ValueError, match="k: expected a window of at least 1 step, got 0"):
        bptt.truncated(**network(2, 1, 1, 1), k=0)
    given = [calls()[name][1] for name in ("windowed", "randomised")]
    with pytest.raises(ValueError, match="k: expected a window of at least 1 step, got 0"):
        bptt.windowed(**{**given[0], "k": 0})
    with pytest.raises(ValueError, match="q: expected a probability above 0, got 0"):
        bptt.randomised(**{**given[1], "q": 0.0})
    with pytest.raises(ValueError, match="numbers from 0 to 2, got 0 to 3"):
        bptt.output_gradient(np.zeros((1, 2, 3)), np.array([[0, 3]]))
    with pytest.raises(ValueError, match="T, B, F, H ≥ 1"):
        bptt.cost(1, 1, 0, 1)
    with pytest.raises(TypeError, match="float64 array, got float32"):
        bptt.numerical_gradient(lambda a: 0.0, np.zeros(2, dtype=np.float32))
    with pytest.raises(TypeError, match="float64 array, got list"):
        bptt.numerical_gradient(lambda a: 0.0, [1.0])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"one shape, got \(2,\) and \(1,\)"):
        bptt.relative_error(np.zeros(2), np.zeros(1))
