"""Vanishing and exploding gradients against torch, SciPy, closed forms, differences; what helps, over seeds."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.optimize
import scipy.stats
import torch
from finite_differences import assert_gradients
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncourse import bptt, gradients, rnn

Arrays = dict[str, Any]
seeds = st.integers(0, 10_000)
in_the_unit_interval = st.floats(0.001, 0.999)


def network(T: int = 6, B: int = 3, F: int = 2, H: int = 4, seed: int = 0, scale: float = 0.6) -> Arrays:
    rng = np.random.default_rng(seed)
    shapes = {"x": (T, B, F), "h0": (B, H), "W_ih": (H, F), "W_hh": (H, H), "b_ih": (H,), "b_hh": (H,)}
    return {name: rng.normal(scale=scale, size=shape) for name, shape in shapes.items()}


def run(**kwargs: Any) -> tuple[Any, Any, Any]:
    """Total gradients of the states, the states and W_hh of a network with a loss at every step."""
    a = network(**kwargs)
    h = rnn.forward(**a)
    dh_out = np.random.default_rng(99).normal(size=h.shape)
    return gradients.state_gradients(dh_out, h, a["W_hh"]), h, a["W_hh"]


def torch_network(a: Arrays) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """The initial state as a leaf, and every state in the graph, each with its gradient kept."""
    v = {name: torch.tensor(array) for name, array in a.items()}
    h0 = v["h0"].requires_grad_()
    h, states = h0, []
    for x_t in v["x"]:
        h = torch.tanh(x_t @ v["W_ih"].T + v["b_ih"] + h @ v["W_hh"].T + v["b_hh"])
        h.retain_grad()
        states.append(h)
    return h0, states


# ---------------------------------------------------------------- iterated maps


def at(r: float) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    return lambda x: gradients.logistic(x, r), lambda x: gradients.logistic_derivative(x, r)


@pytest.mark.equation("eq-gradients-logistic")
@pytest.mark.equation("eq-gradients-slope")
@given(in_the_unit_interval, st.floats(0, 4))
@settings(deadline=None, max_examples=50)
def test_logistic_map_and_its_slope_are_numpys_polynomial(x: float, r: float) -> None:
    f = np.polynomial.Polynomial([0, r, -r])
    assert gradients.logistic(np.array([x]), r)[0] == pytest.approx(f(x), abs=1e-14)
    assert gradients.logistic_derivative(np.array([x]), r)[0] == pytest.approx(f.deriv()(x), abs=1e-14)


@pytest.mark.equation("eq-gradients-iterate")
def test_orbit_at_4_has_its_closed_form() -> None:
    x0 = np.linspace(0.01, 0.99, 50)
    wanted = [np.sin(2**k * np.arcsin(np.sqrt(x0))) ** 2 for k in range(11)]
    np.testing.assert_allclose(gradients.iterate(at(4)[0], x0, 10), wanted, atol=1e-11)


@pytest.mark.equation("eq-gradients-iterate")
@pytest.mark.parametrize("n", [2, 3, 6])
def test_iterates_of_the_lecture_are_composed_polynomials(n: int) -> None:
    f = np.polynomial.Polynomial([0, 3.5, -3.5])
    wanted = x0 = np.linspace(0, 1, 33)
    for _ in range(n):
        wanted = f(wanted)
    np.testing.assert_allclose(gradients.iterate(at(3.5)[0], x0, n)[-1], wanted, atol=1e-12)


@pytest.mark.equation("eq-gradients-iterate")
def test_logistic_map_at_three_and_a_half_comes_back_after_four_steps() -> None:
    last = gradients.iterate(at(3.5)[0], np.array([0.3]), 1000)[-5:, 0]
    assert last[4] == pytest.approx(last[0], abs=1e-12)
    assert len(set(last[:4].round(6))) == 4


@pytest.mark.equation("eq-gradients-derivative")
@given(in_the_unit_interval, st.floats(0.5, 4), st.integers(0, 8))
@settings(deadline=None, max_examples=50)
def test_slope_of_an_iterate_is_autograds(x: float, r: float, n: int) -> None:
    leaf = torch.tensor([x], dtype=torch.float64, requires_grad=True)
    y = leaf * 1.0
    for _ in range(n):
        y = r * y * (1 - y)
    y.backward()
    wanted = leaf.grad.numpy()  # type: ignore[union-attr]
    ours = gradients.iterate_derivative(*at(r), np.array([x]), n)
    np.testing.assert_allclose(ours, wanted, rtol=1e-8, atol=1e-10)  # 4⁸ is the largest: 1e5 · 1e-15


@pytest.mark.equation("eq-gradients-lyapunov")
def test_lyapunov_exponent_at_4_is_ln_2() -> None:
    starts = np.random.default_rng(0).uniform(0.05, 0.95, 200)
    exponents = gradients.lyapunov(*at(4), starts, n=4000, skip=50)
    assert np.median(exponents) == pytest.approx(math.log(2), abs=1e-3)
    # One orbit in thousands rounds to 1, falls to the fixed point 0 and stays there.
    assert np.ptp(np.quantile(exponents, [0.05, 0.95])) < 0.05


@pytest.mark.equation("eq-gradients-lyapunov")
@pytest.mark.parametrize(("r", "wanted"), [(0.5, math.log(0.5)), (1.5, math.log(0.5)), (2.9, math.log(0.9))])
def test_lyapunov_exponent_at_a_fixed_point_is_the_logarithm_of_its_slope(r: float, wanted: float) -> None:
    assert gradients.lyapunov(*at(r), np.array([0.3]), 200, skip=1000)[0] == pytest.approx(wanted, abs=1e-9)


@pytest.mark.equation("eq-gradients-lyapunov")
def test_lyapunov_exponent_is_the_logarithm_of_the_slope_of_the_iterate() -> None:
    x0 = np.array([0.2, 0.77])
    wanted = np.log(np.abs(gradients.iterate_derivative(*at(3.5), x0, 12))) / 12
    np.testing.assert_allclose(gradients.lyapunov(*at(3.5), x0, 12), wanted, rtol=1e-12)
    assert (gradients.lyapunov(*at(3.5), x0, 1000, skip=1000) < 0).all()
    assert gradients.lyapunov(*at(2), np.array([0.5]), 3)[0] == -math.inf


# ---------------------------------------------------------------- products of derivatives along time


@pytest.mark.equation("eq-gradients-scalar")
@pytest.mark.parametrize("L", [0, 1, 2, 9])
@pytest.mark.parametrize("w", [-1.3, 0.0, 0.9, 1.0])
def test_scalar_gradient_counts_the_arrows(w: float, L: int) -> None:
    first = torch.ones((), dtype=torch.float64, requires_grad=True)
    last = first * 1.0
    for _ in range(L):
        last = w * last
    last.backward()
    assert gradients.scalar_gradient(w, L) == pytest.approx(first.grad.item(), rel=1e-14)  # type: ignore[union-attr]


def test_scalar_gradient_may_leave_the_range_of_floats() -> None:
    assert gradients.scalar_gradient(-10, 401) == -math.inf
    assert gradients.scalar_gradient(0.1, 400) == 0


@pytest.mark.equation("eq-gradients-product")
@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (6, 3, 2, 4), (4, 1, 3, 3)])
def test_jacobian_products_are_autograds(shape: tuple[int, int, int, int]) -> None:
    T, B, F, H = shape
    a = network(T, B, F, H)
    P = gradients.jacobian_products(rnn.forward(**a), a["W_hh"])
    assert P.shape == (T + 1, B, H, H)
    h0, states = torch_network(a)
    earlier = [h0, *states]
    for i in range(H):
        rows = torch.autograd.grad(states[-1][:, i].sum(), earlier, retain_graph=True, allow_unused=True)
        for k in range(T + 1):
            np.testing.assert_allclose(P[k, :, i], rows[T - k], atol=1e-14)  # type: ignore[arg-type]


@pytest.mark.equation("eq-gradients-norm")
def test_jacobian_norms_are_scipys_largest_singular_values() -> None:
    _, h, W_hh = run()
    P = gradients.jacobian_products(h, W_hh)
    wanted = [[scipy.linalg.svdvals(P_kb).max() for P_kb in P_k] for P_k in P]
    np.testing.assert_allclose(gradients.jacobian_norms(h, W_hh), wanted, rtol=1e-12)


@pytest.mark.equation("eq-gradients-bound")
@given(seeds, st.integers(1, 5))
@settings(deadline=None, max_examples=30)
def test_no_product_of_jacobians_exceeds_the_bound(seed: int, H: int) -> None:
    a = network(H=H, seed=seed)
    bound = gradients.growth_bound(a["W_hh"])
    assert bound == pytest.approx(scipy.linalg.svdvals(a["W_hh"]).max(), rel=1e-9)
    norms = gradients.jacobian_norms(rnn.forward(**a), a["W_hh"])
    assert (norms <= bound ** np.arange(len(norms))[:, None] * (1 + 1e-9)).all()


@pytest.mark.equation("eq-gradients-bound")
def test_growth_bound_is_not_an_eigenvalue_and_is_reached() -> None:
    W = np.array([[0.0, 5.0], [0.0, 0.0]])
    assert np.abs(np.linalg.eigvals(W)).max() == 0
    assert gradients.growth_bound(W) == pytest.approx(5)
    assert gradients.growth_bound(W, gamma=0.25) == pytest.approx(1.25)
    assert gradients.jacobian_norms(np.zeros((1, 1, 2)), W)[1, 0] == pytest.approx(5)


@pytest.mark.equation("eq-gradients-state")
@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (6, 3, 2, 4)])
def test_state_gradients_are_autograds(shape: tuple[int, int, int, int]) -> None:
    a = network(*shape)
    _, states = torch_network(a)
    dh_out = np.random.default_rng(5).normal(size=(shape[0], shape[1], shape[3]))
    (torch.stack(states) * torch.tensor(dh_out)).sum().backward()
    ours = gradients.state_gradients(dh_out, rnn.forward(**a), a["W_hh"])
    for dh_t, state in zip(ours, states, strict=True):
        np.testing.assert_allclose(dh_t, state.grad, atol=1e-13)  # type: ignore[arg-type]


@pytest.mark.equation("eq-gradients-state")
def test_state_gradients_are_finite_differences() -> None:
    a, t = network(5, 2, 2, 3), 2
    h = rnn.forward(**a)
    dh_out = np.random.default_rng(5).normal(size=h.shape)

    def loss(h_t: Any) -> Any:
        later = rnn.forward(a["x"][t + 1 :], h_t, *(a[name] for name in ("W_ih", "W_hh", "b_ih", "b_hh")))
        return (h_t * dh_out[t]).sum() + (later * dh_out[t + 1 :]).sum()

    assert_gradients(loss, {"h_t": h[t]}, {"h_t": gradients.state_gradients(dh_out, h, a["W_hh"])[t]})


@pytest.mark.equation("eq-gradients-relu-backward")
def test_gradients_of_the_rectifier_are_finite_differences() -> None:
    a = network(4, 2, 2, 3)
    h = gradients.relu_forward(**a)
    dh_out = np.random.default_rng(5).normal(size=h.shape)
    found = gradients.relu_backward(dh_out, a["x"], a["h0"], h, a["W_ih"], a["W_hh"])._asdict()
    named = {name: found[f"d{name}"] for name in ("x", "h0", "W_ih", "W_hh")} | {"b_ih": found["db"]}
    assert_gradients(lambda **q: (gradients.relu_forward(**q) * dh_out).sum(), a, named)


@pytest.mark.equation("eq-gradients-flow")
def test_gradient_flow_is_that_of_torchs_stacked_network() -> None:
    T, B, H, N = 5, 3, 4, 3
    torch.manual_seed(0)
    layers = [torch.nn.RNN(2 if n == 0 else H, H, dtype=torch.float64) for n in range(N)]
    x, dh_out = torch.randn(T, B, 2, dtype=torch.float64), torch.randn(T, B, H, dtype=torch.float64)
    steps: list[list[torch.Tensor]] = []
    below = x
    for layer in layers:
        h, kept = torch.zeros(1, B, H, dtype=torch.float64), []
        for x_t in below:
            _, h = layer(x_t[None], h)  # one step a call: each state is a tensor of its own
            h.retain_grad()
            kept.append(h)
        steps.append(kept)
        below = torch.cat(kept)
    (below * dh_out).sum().backward()
    wanted = [[float(h.grad.norm(dim=-1).mean()) for h in kept] for kept in steps]  # type: ignore[union-attr]
    h = torch.stack([torch.cat(kept) for kept in steps]).detach().numpy()
    W_ih, W_hh = (
        [getattr(layer, name).detach().numpy() for layer in layers] for name in ("weight_ih_l0", "weight_hh_l0")
    )
    np.testing.assert_allclose(gradients.gradient_flow(dh_out.numpy(), h, W_ih, W_hh), wanted, rtol=1e-10)
    with pytest.raises(ValueError, match="expected 3 each, got 3 and 2"):
        gradients.gradient_flow(dh_out.numpy(), h, W_ih, W_hh[:2])
    with pytest.raises(ValueError, match="W_ih: expected shape"):
        gradients.gradient_flow(dh_out.numpy(), h, [W_ih[0]] * 3, W_hh)


# ---------------------------------------------------------------- clipping


def some_gradients(seed: int, scale: float, dtype: Any = np.float64) -> list[Any]:
    rng = np.random.default_rng(seed)
    return [(scale * rng.normal(size=shape)).astype(dtype) for shape in ((4, 3), (4,), ())]


def as_parameters(arrays: list[Any]) -> list[torch.nn.Parameter]:
    parameters = [torch.nn.Parameter(torch.zeros(a.shape, dtype=torch.from_numpy(np.array(a)).dtype)) for a in arrays]
    for parameter, array in zip(parameters, arrays, strict=True):
        parameter.grad = torch.from_numpy(np.array(array))
    return parameters


@pytest.mark.equation("eq-gradients-clip-norm")
@pytest.mark.equation("eq-gradients-global-norm")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("scale", [0.0, 1e-9, 1e-6, 0.01, 1.0, 1e4])
@pytest.mark.parametrize("max_norm", [1e-6, 0.5, 3.0])
def test_clipping_by_norm_is_torchs(max_norm: float, scale: float, dtype: Any) -> None:
    mine = [np.asarray(g) for g in some_gradients(1, scale, dtype)]
    parameters = as_parameters(mine)
    wanted_norm = torch.nn.utils.clip_grad_norm_(parameters, max_norm)
    before = [g.copy() for g in mine]
    clipped, norm = gradients.clip_by_norm(mine, max_norm)
    tolerance = 1e-12 if dtype == np.float64 else 1e-5
    assert norm == pytest.approx(float(wanted_norm), rel=tolerance)
    assert gradients.global_norm(mine) == norm
    for ours, parameter, original, given_array in zip(clipped, parameters, before, mine, strict=True):
        assert ours.dtype == dtype
        np.testing.assert_allclose(ours, parameter.grad, rtol=tolerance, atol=0)  # type: ignore[arg-type]
        np.testing.assert_array_equal(given_array, original, err_msg="the argument was changed")


@pytest.mark.equation("eq-gradients-clip-norm")
@given(seeds, st.floats(0.01, 100), st.floats(0.01, 10))
@settings(deadline=None, max_examples=50)
def test_clipping_keeps_the_direction_and_touches_no_short_gradient(seed: int, scale: float, max_norm: float) -> None:
    g = [np.asarray(part) for part in some_gradients(seed, scale)]
    clipped, norm = gradients.clip_by_norm(g, max_norm)
    flat, flat_clipped = (np.concatenate([part.ravel() for part in parts]) for parts in (g, clipped))
    assert norm == pytest.approx(scipy.linalg.norm(flat))
    np.testing.assert_allclose(flat_clipped * norm, flat * scipy.linalg.norm(flat_clipped), atol=1e-9 * norm**2)
    if norm + 1e-6 <= max_norm:
        np.testing.assert_array_equal(flat_clipped, flat)
    else:
        assert scipy.linalg.norm(flat_clipped) == pytest.approx(max_norm, rel=1e-3)


@pytest.mark.equation("eq-gradients-clip-norm")
def test_zeros_stay_zeros_and_large_float32_numbers_do_not_overflow() -> None:
    clipped, norm = gradients.clip_by_norm([np.zeros(3), np.zeros((2, 2))], 1.0)
    assert norm == 0
    assert not any(g.any() for g in clipped)
    assert gradients.clip_by_norm([], 1.0) == ([], 0.0)
    large = np.full(4, 1e30, dtype=np.float32)
    clipped, norm = gradients.clip_by_norm([large], 2.0)
    assert norm == pytest.approx(2e30, rel=1e-6)
    np.testing.assert_allclose(clipped[0], 1.0, rtol=1e-5)


@pytest.mark.equation("eq-gradients-clip-value")
@pytest.mark.parametrize("limit", [0.1, 1.0, 50.0])
def test_clipping_by_value_is_torchs(limit: float) -> None:
    g = [np.asarray(part) for part in some_gradients(2, 2.0)]
    parameters = as_parameters(g)
    torch.nn.utils.clip_grad_value_(parameters, limit)
    for ours, parameter in zip(gradients.clip_by_value(g, limit), parameters, strict=True):
        np.testing.assert_array_equal(ours, parameter.grad)  # type: ignore[arg-type]


@pytest.mark.equation("eq-gradients-clip-value")
def test_clipping_by_value_turns_a_gradient_and_clipping_by_norm_does_not() -> None:
    g = np.array([3.0, 0.1])
    np.testing.assert_array_equal(gradients.clip_by_value([g], 0.1)[0], [0.1, 0.1])
    assert np.divide(*gradients.clip_by_norm([g], 0.1)[0][0]) == pytest.approx(30)


@pytest.mark.equation("eq-gradients-rescale")
@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e4])
def test_rescaling_gives_torchs_unit_vector_and_makes_short_gradients_long(scale: float) -> None:
    g = np.random.default_rng(3).normal(size=7) * scale
    wanted = 0.5 * torch.nn.functional.normalize(torch.from_numpy(g), dim=0, eps=0)
    np.testing.assert_allclose(gradients.rescale([g], 0.5)[0], wanted, rtol=1e-12)
    with pytest.raises(ValueError, match="norm above 0"):
        gradients.rescale([np.zeros(3)], 0.5)


# ---------------------------------------------------------------- the cliff


@pytest.mark.equation("eq-gradients-cliff")
@pytest.mark.equation("eq-gradients-cliff-gradient")
@pytest.mark.parametrize("T", [1, 2, 50])
def test_cliff_is_autograds(T: int) -> None:
    w, b = np.meshgrid(np.linspace(0.2, 2.4, 7), np.linspace(-0.6, 0.5, 6))
    leaves = [torch.tensor(array, requires_grad=True) for array in (w, b)]
    h = torch.full_like(leaves[0], 0.5)
    for _ in range(T):
        h = torch.tanh(leaves[0] * h + leaves[1])
    loss = (h - 0.7) ** 2
    loss.sum().backward()
    ours = gradients.cliff(w, b, T=T)
    for mine, theirs in zip(ours, (loss.detach(), leaves[0].grad, leaves[1].grad), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-8, atol=1e-12)  # type: ignore[arg-type]


@pytest.mark.equation("eq-gradients-cliff-gradient")
def test_cliff_is_the_network_with_one_unit() -> None:
    w, b, T = 1.4, -0.15, 20
    x, h0, W = np.zeros((T, 1, 1)), np.array([[0.5]]), np.array([[w]])
    h = rnn.forward(x, h0, np.zeros((1, 1)), W, np.array([b]), np.zeros(1))
    dh_out = np.zeros_like(h)
    dh_out[-1] = 2 * (h[-1] - 0.7)
    g = bptt.backward(dh_out, x, h0, h, np.zeros((1, 1)), W)
    ours = gradients.cliff(np.array(w), np.array(b), T=T)
    np.testing.assert_allclose(ours[1:], [g.dW_hh[0, 0], g.db[0]], rtol=1e-10)


@pytest.mark.equation("eq-gradients-cliff-gradient")
def test_cliff_gradient_is_scipys_finite_difference() -> None:
    theta = np.array([1.3, -0.05])

    def loss(p: Any) -> float:
        return float(gradients.cliff(p[0], p[1], T=30).loss)

    wanted = (scipy.optimize.approx_fprime(theta, loss, 1e-6) + scipy.optimize.approx_fprime(theta, loss, -1e-6)) / 2
    np.testing.assert_allclose(np.stack(gradients.cliff(*theta, T=30)[1:]), wanted, rtol=1e-5)


@pytest.mark.equation("eq-gradients-step")
def test_descent_is_torchs_sgd_with_and_without_clipping() -> None:
    start = np.array([1.5, -0.2])
    for max_norm in (None, 0.3):
        theta = torch.tensor(start, requires_grad=True)
        sgd = torch.optim.SGD([theta], lr=0.02)
        wanted = [start]
        for _ in range(10):
            h = torch.tensor(0.5, dtype=torch.float64)
            for _ in range(25):
                h = torch.tanh(theta[0] * h + theta[1])
            sgd.zero_grad()
            ((h - 0.7) ** 2).backward()
            if max_norm is not None:
                torch.nn.utils.clip_grad_norm_([theta], max_norm)
            sgd.step()
            wanted.append(theta.detach().numpy().copy())
        ours = gradients.descend(start, lr=0.02, steps=10, max_norm=max_norm, T=25)
        np.testing.assert_allclose(ours, wanted, rtol=1e-8)


@pytest.mark.equation("eq-gradients-step")
def test_the_cliff_throws_far_without_clipping_alone() -> None:
    start = np.array([1.5, -0.3])
    free, clipped = (gradients.descend(start, lr=0.02, steps=300, max_norm=m) for m in (None, 1.0))
    assert np.linalg.norm(np.diff(free, axis=0), axis=1).max() > 10
    assert gradients.cliff(*free[-1]).loss == pytest.approx(0.3**2)  # out where tanh is flat: h_T = 1 for ever
    assert np.linalg.norm(np.diff(clipped, axis=0), axis=1).max() <= 0.02 * (1 + 1e-9)
    assert gradients.cliff(*clipped[-1]).loss < 1e-6


# ---------------------------------------------------------------- Pascanu's Ω


@pytest.mark.equation("eq-gradients-ratio")
@pytest.mark.equation("eq-gradients-omega")
@pytest.mark.equation("eq-gradients-omega-a")
def test_omega_is_made_of_torchs_vector_jacobian_products() -> None:
    dh, h, W_hh = run()
    a = network()
    h0, states = torch_network(a)
    r = np.empty(h.shape[:2])
    for t, (earlier, later) in enumerate(zip([h0, *states[:-1]], states, strict=True)):
        (arrives,) = torch.autograd.grad(later, earlier, torch.from_numpy(dh[t]), retain_graph=True)
        r[t] = torch.linalg.vector_norm(arrives, dim=-1) / torch.linalg.vector_norm(torch.from_numpy(dh[t]), dim=-1)
    np.testing.assert_allclose(gradients.carry_ratio(dh, h, W_hh), r, rtol=1e-10)
    assert gradients.omega(dh, h, W_hh) == pytest.approx(((r - 1) ** 2).sum(axis=0).mean(), rel=1e-10)
    assert gradients.omega_without_square(dh, h, W_hh) == pytest.approx((r - 1).sum(axis=0).mean(), rel=1e-10)


@pytest.mark.equation("eq-gradients-omega")
@pytest.mark.equation("eq-gradients-omega-a")
def test_omega_is_zero_where_lengths_are_kept_and_only_the_square_keeps_it_above() -> None:
    dh, h = np.random.default_rng(6).normal(size=(2, 5, 3, 4))
    h = np.zeros_like(h)  # slope 1: the matrix alone decides
    Q = scipy.stats.ortho_group.rvs(4, random_state=0)
    for factor, with_square, without in ((1, 0, 0), (0.5, 5 / 4, -5 / 2), (0, 5, -5), (3, 20, 10)):
        assert gradients.omega(dh, h, factor * Q) == pytest.approx(with_square, abs=1e-12)
        assert gradients.omega_without_square(dh, h, factor * Q) == pytest.approx(without, abs=1e-12)


@pytest.mark.equation("eq-gradients-ratio")
def test_steps_that_no_gradient_reaches_do_not_count() -> None:
    dh, h, W_hh = run()
    dh[4:] = 0
    np.testing.assert_array_equal(gradients.carry_ratio(dh, h, W_hh)[4:], 1)
    assert gradients.omega(dh, h, W_hh) == pytest.approx(gradients.omega(dh[:4], h[:4], W_hh))
    np.testing.assert_allclose(
        gradients.omega_gradient(dh, h, W_hh), gradients.omega_gradient(dh[:4], h[:4], W_hh), atol=1e-14
    )
    assert not gradients.omega_gradient(np.zeros_like(dh), h, W_hh).any()
    assert not gradients.omega_gradient(dh, h, np.zeros_like(W_hh)).any()


@pytest.mark.equation("eq-gradients-omega-gradient")
@given(seeds, st.integers(1, 4), st.integers(1, 3), st.integers(1, 5))
@settings(deadline=None, max_examples=25)
def test_gradient_of_omega_is_autograds(seed: int, T: int, B: int, H: int) -> None:
    dh, h, W_hh = run(T=T, B=B, H=H, seed=seed)
    W = torch.tensor(W_hh, requires_grad=True)
    fixed = torch.from_numpy(dh), torch.from_numpy(h)
    r = torch.linalg.vector_norm(((1 - fixed[1] ** 2) * fixed[0]) @ W, dim=-1) / torch.linalg.vector_norm(
        fixed[0], dim=-1
    )
    ((r - 1) ** 2).sum(dim=0).mean().backward()
    scale = 1 + W.grad.abs().max().item()  # type: ignore[union-attr]
    np.testing.assert_allclose(gradients.omega_gradient(dh, h, W_hh), W.grad, atol=1e-9 * scale)  # type: ignore[arg-type]


@pytest.mark.equation("eq-gradients-omega-gradient")
def test_gradient_of_omega_is_scipys_finite_difference() -> None:
    dh, h, W_hh = run()

    def value(flat: Any) -> float:
        return gradients.omega(dh, h, flat.reshape(W_hh.shape))

    wanted = [scipy.optimize.approx_fprime(W_hh.ravel(), value, eps) for eps in (1e-6, -1e-6)]
    np.testing.assert_allclose(gradients.omega_gradient(dh, h, W_hh).ravel(), np.mean(wanted, axis=0), atol=1e-7)


@pytest.mark.equation("eq-gradients-ratio")
@pytest.mark.equation("eq-gradients-omega-gradient")
@pytest.mark.parametrize("scale", [1e-30, 1e-42, 1e30])
def test_omega_asks_for_directions_alone_even_where_float32_squares_vanish(scale: float) -> None:
    dh, h, W_hh = (array.astype(np.float32) for array in run())
    wanted = gradients.omega_gradient(dh, h, W_hh)
    nearly = (dh.astype(np.float64) * scale).astype(np.float32)
    tolerance = 0.02 if scale == 1e-42 else 1e-4  # numbers that small have few digits
    np.testing.assert_allclose(gradients.carry_ratio(nearly, h, W_hh), gradients.carry_ratio(dh, h, W_hh), tolerance)
    np.testing.assert_allclose(gradients.omega_gradient(nearly, h, W_hh), wanted, atol=tolerance * abs(wanted).max())


@pytest.mark.equation("eq-gradients-omega-a-gradient")
@pytest.mark.parametrize("seed", range(5))
def test_gradient_of_omega_as_printed_is_scipys_finite_difference(seed: int) -> None:
    dh, h, W_hh = run(seed=seed)

    def value(flat: Any) -> float:
        return gradients.omega_without_square(dh, h, flat.reshape(W_hh.shape))

    wanted = [scipy.optimize.approx_fprime(W_hh.ravel(), value, eps) for eps in (1e-6, -1e-6)]
    ours = gradients.omega_without_square_gradient(dh, h, W_hh)
    np.testing.assert_allclose(ours.ravel(), np.mean(wanted, axis=0), atol=1e-7)
    assert not gradients.omega_without_square_gradient(np.zeros_like(dh), h, W_hh).any()


# ---------------------------------------------------------------- where to start


@pytest.mark.equation("eq-gradients-relu")
@pytest.mark.equation("eq-gradients-relu-backward")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (7, 3, 2, 5), (4, 1, 3, 2)])
def test_relu_network_is_torchs(shape: tuple[int, int, int, int], dtype: Any) -> None:
    a = {name: array.astype(dtype) for name, array in network(*shape).items()}
    module = torch.nn.RNN(shape[2], shape[3], nonlinearity="relu", dtype=torch.from_numpy(a["x"]).dtype)
    module.load_state_dict(
        {f"{kind}_l0": torch.from_numpy(a[ours]) for kind, ours in zip(
            ("weight_ih", "weight_hh", "bias_ih", "bias_hh"), ("W_ih", "W_hh", "b_ih", "b_hh"), strict=True)}
    )  # fmt: skip
    x, h0 = (torch.tensor(a[name], requires_grad=True) for name in ("x", "h0"))
    o, _ = module(x, h0[None])
    h = gradients.relu_forward(**a)
    tolerance = 1e-12 if dtype == np.float64 else 1e-4
    np.testing.assert_allclose(h, o.detach(), atol=tolerance)
    np.testing.assert_array_equal(
        h[0], gradients.relu_cell(a["x"][0], a["h0"], a["W_ih"], a["W_hh"], a["b_ih"], a["b_hh"])
    )
    dh_out = np.random.default_rng(7).normal(size=h.shape).astype(dtype)
    (o * torch.from_numpy(dh_out)).sum().backward()
    ours = gradients.relu_backward(dh_out, a["x"], a["h0"], h, a["W_ih"], a["W_hh"])
    theirs = (module.weight_ih_l0.grad, module.weight_hh_l0.grad, module.bias_hh_l0.grad, x.grad, h0.grad)
    for mine, wanted in zip(ours, theirs, strict=True):
        assert mine.dtype == dtype
        np.testing.assert_allclose(mine, wanted, atol=tolerance * (1 + np.abs(mine).max()))


@pytest.mark.equation("eq-gradients-linear")
@pytest.mark.equation("eq-gradients-linear-backward")
@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (7, 3, 2, 5), (4, 1, 3, 2)])
def test_network_with_linear_transitions_is_autograds(shape: tuple[int, int, int, int]) -> None:
    T, B, F, H = shape
    a = network(T, B, F, H)
    b = a.pop("b_ih")
    del a["b_hh"]
    v = {name: torch.tensor(array, requires_grad=True) for name, array in {**a, "b": b}.items()}
    h_t, states = v["h0"], []
    for x_t in v["x"]:
        h_t = h_t @ v["W_hh"].T + torch.relu(x_t @ v["W_ih"].T + v["b"])
        states.append(h_t)
    h, dh_out = torch.stack(states), np.random.default_rng(7).normal(size=(T, B, H))
    (h * torch.from_numpy(dh_out)).sum().backward()
    ours = gradients.linear_forward(**a, b=b)
    np.testing.assert_allclose(ours, h.detach(), atol=1e-12)
    g = gradients.linear_backward(dh_out, a["x"], a["h0"], ours, a["W_ih"], a["W_hh"], b)
    for mine, name in zip(g, ("W_ih", "W_hh", "b", "x", "h0"), strict=True):
        wanted = v[name].grad
        np.testing.assert_allclose(mine, wanted, atol=1e-10, err_msg=name)  # type: ignore[arg-type]


@pytest.mark.equation("eq-gradients-linear-backward")
def test_an_orthogonal_matrix_keeps_what_comes_back_as_long_as_it_is() -> None:
    a = network(T=40, H=6)
    W_hh = gradients.orthogonal_init(6, np.random.default_rng(0))
    h = gradients.linear_forward(a["x"], a["h0"], a["W_ih"], W_hh, a["b_ih"])
    dh_out = np.zeros_like(h)
    dh_out[-1] = np.random.default_rng(1).normal(size=h[0].shape)
    first = gradients.linear_backward(dh_out, a["x"], a["h0"], h, a["W_ih"], W_hh, a["b_ih"]).dh0
    np.testing.assert_allclose(scipy.linalg.norm(first, axis=1), scipy.linalg.norm(dh_out[-1], axis=1))


@pytest.mark.equation("eq-gradients-identity")
def test_identity_start_keeps_a_state_under_relu_and_not_under_tanh() -> None:
    weights = gradients.identity_init(3, 50, np.random.default_rng(0))
    assert scipy.stats.kstest(weights["W_ih"].ravel(), scipy.stats.norm(scale=0.001).cdf).pvalue > 1e-6
    h0 = np.random.default_rng(1).uniform(0, 2, (4, 50))
    nothing = np.zeros((100, 4, 3))
    np.testing.assert_array_equal(gradients.relu_forward(nothing, h0, **weights)[-1], h0)
    assert rnn.forward(nothing, h0, **weights)[-1].max() < 0.2
    module = torch.nn.Linear(50, 50, bias=False, dtype=torch.float64)
    torch.nn.init.eye_(module.weight)
    for alpha in (1.0, 0.5):
        start = gradients.identity_init(3, 50, np.random.default_rng(0), alpha=alpha)
        np.testing.assert_array_equal(start["W_hh"], alpha * module.weight.detach().numpy())
        assert not start["b_ih"].any()
        assert not start["b_hh"].any()


@pytest.mark.equation("eq-gradients-orthogonal")
@pytest.mark.parametrize(("H", "gates"), [(1, 1), (5, 1), (6, 3), (4, 4)])
def test_every_gate_is_orthogonal_of_its_own(H: int, gates: int) -> None:
    W = gradients.orthogonal_init(H, np.random.default_rng(0), gates)
    assert W.shape == (gates * H, H)
    for Q in np.split(W, gates):
        np.testing.assert_allclose(scipy.linalg.svdvals(Q), 1, atol=1e-12)
    fused = torch.nn.init.orthogonal_(torch.empty(4 * 8, 8))[:8]
    assert torch.linalg.svdvals(fused).max() < 1 - 1e-3  # one matrix over all gates leaves blocks that shrink


@pytest.mark.equation("eq-gradients-orthogonal")
def test_orthogonal_matrices_are_uniform() -> None:
    W = gradients.orthogonal_init(3, np.random.default_rng(1), gates=2000)
    entries = W.reshape(2000, 3, 3)
    wanted = scipy.stats.uniform(-1, 2)  # in three dimensions each coordinate of a uniform direction is uniform
    for i, j in ((0, 0), (2, 1), (2, 2)):
        assert scipy.stats.kstest(entries[:, i, j], wanted.cdf).pvalue > 1e-6


# ---------------------------------------------------------------- arguments


def calls() -> dict[str, tuple[Callable[..., Any], Arrays]]:
    """Every function that takes (T, B, H) arrays, with arguments that fit."""
    dh, h, W_hh = run()
    a = network()
    layer = {"x_t": a["x"][0], "h_prev": a["h0"], **{n: a[n] for n in ("W_ih", "W_hh", "b_ih", "b_hh")}}
    regulariser = {"dh": dh, "h": h, "W_hh": W_hh}
    linear = {**{n: a[n] for n in ("x", "h0", "W_ih", "W_hh")}, "b": a["b_ih"]}
    return {
        "jacobian_products": (gradients.jacobian_products, {"h": h, "W_hh": W_hh}),
        "jacobian_norms": (gradients.jacobian_norms, {"h": h, "W_hh": W_hh}),
        "state_gradients": (gradients.state_gradients, {"dh_out": dh, "h": h, "W_hh": W_hh}),
        "carry_ratio": (gradients.carry_ratio, regulariser),
        "omega": (gradients.omega, regulariser),
        "omega_without_square": (gradients.omega_without_square, regulariser),
        "omega_gradient": (gradients.omega_gradient, regulariser),
        "omega_without_square_gradient": (gradients.omega_without_square_gradient, regulariser),
        "linear_forward": (gradients.linear_forward, linear),
        "linear_backward": (gradients.linear_backward, {"dh_out": dh, "h": h, **linear}),
        "relu_cell": (gradients.relu_cell, layer),
        "relu_forward": (gradients.relu_forward, a),
        "relu_backward": (
            gradients.relu_backward,
            {"dh_out": dh, "h": h, **{n: a[n] for n in ("x", "h0", "W_ih", "W_hh")}},
        ),
    }


@pytest.mark.parametrize(("name", "argument"), [(name, key) for name, (_, given_) in calls().items() for key in given_])
def test_a_wrong_argument_is_named_and_a_right_one_left_alone(name: str, argument: str) -> None:
    function, arguments = calls()[name]
    good = arguments[argument].copy()
    function(**arguments)
    np.testing.assert_array_equal(arguments[argument], good)
    with pytest.raises(ValueError, match=f"{argument}: expected shape .*, got"):
        function(**{**arguments, argument: good[..., None]})
    with pytest.raises(TypeError, match=f"{argument}: expected"):
        function(**{**arguments, argument: good.tolist()})
    with pytest.raises(ValueError, match=f"{argument}: expected finite numbers, got nan"):
        function(**{**arguments, argument: np.full_like(good, np.nan)})
    with pytest.raises(TypeError, match="one dtype"):
        function(**{**arguments, argument: good.astype(np.float32)})


def test_every_public_function_is_tried_with_wrong_arguments() -> None:
    public = {
        n for n, f in inspect.getmembers(gradients, inspect.isfunction) if f.__module__.startswith(gradients.__name__)
    }
    elsewhere = {
        "logistic",
        "logistic_derivative",
        "iterate",
        "iterate_derivative",
        "lyapunov",
        "scalar_gradient",
        "growth_bound",
        "gradient_flow",
        "global_norm",
        "clip_by_norm",
        "clip_by_value",
        "rescale",
        "cliff",
        "descend",
        "identity_init",
        "orthogonal_init",
    }
    assert {name for name in public if not name.startswith("_")} == set(calls()) | elsewhere


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gradients.logistic(np.array([0.2, 1.5]), 3), "x: expected numbers from 0 to 1, got 0.2 to 1.5"),
        (lambda: gradients.logistic_derivative(np.array([0.2]), 4.5), "r: expected a number from 0 to 4, got 4.5"),
        (lambda: gradients.logistic(np.array([0.2, np.nan]), 3), "x: expected finite numbers, got nan"),
        (lambda: gradients.iterate(np.sin, np.array([np.nan]), 2), "x0: expected finite numbers, got nan"),
        (lambda: gradients.lyapunov(np.sin, np.cos, np.array([np.inf]), 2), "x0: expected finite numbers, got inf"),
        (lambda: gradients.cliff(np.array([np.nan]), np.ones(1)), "w: expected finite numbers, got nan"),
        (lambda: gradients.cliff(1.0, math.inf), "b: expected a finite number, got inf"),
        (lambda: gradients.cliff(1.0, 1.0, target=math.nan), "target: expected a finite number, got nan"),
        (lambda: gradients.iterate(np.sin, np.ones(1), -1), "n: expected at least 0, got -1"),
        (lambda: gradients.iterate_derivative(np.sin, np.cos, np.ones(1), -1), "n: expected at least 0, got -1"),
        (lambda: gradients.lyapunov(np.sin, np.cos, np.ones(1), 0), "n: expected at least 1, got 0"),
        (lambda: gradients.lyapunov(np.sin, np.cos, np.ones(1), 1, skip=-1), "skip: expected at least 0, got -1"),
        (lambda: gradients.scalar_gradient(0.5, -1), "L: expected at least 0, got -1"),
        (lambda: gradients.growth_bound(np.eye(2), gamma=0), "gamma: expected a positive number, got 0"),
        (lambda: gradients.growth_bound(np.ones((2, 3))), "W_hh: expected shape"),
        (lambda: gradients.clip_by_norm([np.ones(1)], 0), "max_norm: expected a positive number, got 0"),
        (lambda: gradients.clip_by_norm([np.ones(1), np.array([np.inf])], 1), r"gradients\[1\]: expected finite"),
        (lambda: gradients.clip_by_value([np.ones(1)], -1), "limit: expected a positive number, got -1"),
        (lambda: gradients.rescale([np.ones(1)], math.nan), "eta: expected a positive number, got nan"),
        (lambda: gradients.cliff(np.ones(1), np.ones(1), T=0), "T: expected at least 1, got 0"),
        (lambda: gradients.descend(np.ones(3), 0.1, 5), r"theta: expected shape \(2\), got \(3,\)"),
        (lambda: gradients.descend(np.ones(2), 0, 5), "lr: expected a positive number, got 0"),
        (lambda: gradients.descend(np.ones(2), 0.1, 5, max_norm=0.0), "max_norm: expected a positive number, got 0"),
        (lambda: gradients.identity_init(0, 2, np.random.default_rng()), "F: expected at least 1, got 0"),
        (
            lambda: gradients.identity_init(1, 2, np.random.default_rng(), std=0),
            "std: expected a positive number, got 0",
        ),
        (lambda: gradients.orthogonal_init(2, np.random.default_rng(), gates=0), "gates: expected at least 1, got 0"),
    ],
)
def test_wrong_numbers_are_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gradients.logistic(np.array([0, 1]), 3), "x: expected float32 or float64, got int64"),
        (lambda: gradients.logistic([0.5], 3), "x: expected a NumPy array, got list"),  # type: ignore[arg-type]
        (lambda: gradients.iterate(np.sin, np.array([1]), 3), "x0: expected float32 or float64, got int64"),
        (lambda: gradients.iterate(np.sin, np.ones(1), 2.0), "n: expected an integer, got float"),  # type: ignore[arg-type]
        (lambda: gradients.lyapunov(np.sin, np.cos, np.array([1]), 3), "x0: expected float32 or float64, got int64"),
        (lambda: gradients.cliff(np.array([1]), np.ones(1)), "w: expected float32 or float64, got int64"),
        (lambda: gradients.cliff(1.0, "1"), "b: expected a finite number, got str"),  # type: ignore[arg-type]
    ],
)
def test_wrong_types_are_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        call()


def test_gradients_must_be_arrays() -> None:
    with pytest.raises(TypeError, match=r"gradients\[0\]: expected a NumPy array, got list"):
        gradients.global_norm([[1.0]])  # type: ignore[list-item]
