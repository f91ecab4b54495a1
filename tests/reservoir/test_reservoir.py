"""Reservoirs against torch, SciPy, reservoirpy and closed forms."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.integrate
import scipy.linalg
import scipy.signal
import scipy.spatial.distance
import scipy.stats
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncourse import reservoir as res
from rnncourse import rnn

seeds = st.integers(0, 10_000)


def weights(N: int = 6, F: int = 2, T: int = 7, B: int = 3, seed: int = 0, dtype: Any = np.float64) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    shapes = {"x": (T, B, F), "h0": (B, N), "W_ih": (N, F), "W_hh": (N, N), "b": (N,)}
    return {name: rng.normal(scale=0.5, size=shape).astype(dtype) for name, shape in shapes.items()}


# ---------------------------------------------------------------- the reservoir


@pytest.mark.equation("eq-reservoir-radius")
@given(st.integers(1, 8), seeds)
@settings(deadline=None, max_examples=40)
def test_spectral_radius_is_scipys_largest_modulus(N: int, seed: int) -> None:
    W = np.random.default_rng(seed).normal(size=(N, N))
    wanted = max(abs(z) for z in scipy.linalg.eigvals(W))
    assert res.spectral_radius(W) == pytest.approx(wanted, rel=1e-6)  # √ε, what is left where two eigenvalues meet


@pytest.mark.parametrize(
    ("W", "radius"),
    [([[0, -2], [2, 0]], 2), ([[-3, 0], [0, 1]], 3), ([[1, 10], [0, 0.5]], 1), ([[0.0, 5], [0, 0]], 0)],
    ids=["complex", "negative", "not normal", "nilpotent"],
)
def test_spectral_radius_is_neither_real_part_nor_singular_value(W: list[list[float]], radius: float) -> None:
    assert res.spectral_radius(np.array(W, dtype=float)) == pytest.approx(radius, abs=1e-12)


@pytest.mark.equation("eq-reservoir-scale")
@given(st.integers(2, 10), st.floats(0.05, 3), seeds)
@settings(deadline=None, max_examples=40)
def test_scaled_matrix_has_the_radius_asked_for(N: int, rho: float, seed: int) -> None:
    W = np.random.default_rng(seed).normal(size=(N, N))
    scaled = res.scale_to_radius(W, rho)
    assert np.abs(scipy.linalg.eigvals(scaled)).max() == pytest.approx(rho, rel=1e-6)
    np.testing.assert_allclose(scaled / scaled[0, 0], W / W[0, 0], rtol=1e-10)


@pytest.mark.equation("eq-reservoir-sparse")
@given(st.integers(6, 30), st.integers(3, 6), st.floats(0.1, 2), seeds)
@settings(deadline=None, max_examples=30)
def test_sparse_random_has_the_radius_and_the_degree(N: int, degree: int, rho: float, seed: int) -> None:
    W = res.sparse_random(N, degree, rho, seed).dense()
    assert np.abs(scipy.linalg.eigvals(W)).max() == pytest.approx(rho, rel=1e-6)
    np.testing.assert_array_equal((W != 0).sum(axis=1), degree)


@pytest.mark.equation("eq-reservoir-orthogonal")
@given(st.integers(4, 20), st.sampled_from([2, 4, 8]), st.floats(0, 2), seeds)
@settings(deadline=None, max_examples=40)
def test_sparse_orthogonal_turns_and_shrinks(half: int, degree: int, rho: float, seed: int) -> None:
    W = res.sparse_orthogonal(2 * half, degree, rho, seed).dense()
    np.testing.assert_allclose(W @ W.T, rho**2 * np.eye(2 * half), atol=1e-12)
    np.testing.assert_allclose(np.abs(scipy.linalg.eigvals(W)), rho, atol=1e-9)
    assert ((W != 0).sum(axis=1) <= degree).all()


def test_sparse_orthogonal_reaches_every_unit_in_a_few_steps() -> None:
    W = res.sparse_orthogonal(200, 4, 1.0, seed=1).dense() != 0
    reached = np.linalg.matrix_power(W.astype(float), 8) > 0
    assert reached.all()


@pytest.mark.equation("eq-reservoir-cell")
@pytest.mark.equation("eq-reservoir-forward")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_without_leak_the_reservoir_is_torchs_rnn(dtype: Any) -> None:
    w = weights(dtype=dtype)
    layer = torch.nn.RNN(2, 6, dtype=torch.float64 if dtype == np.float64 else torch.float32)
    given_ = {"weight_ih_l0": w["W_ih"], "weight_hh_l0": w["W_hh"], "bias_ih_l0": w["b"], "bias_hh_l0": 0 * w["b"]}
    layer.load_state_dict({k: torch.from_numpy(v) for k, v in given_.items()})
    wanted, _ = layer(torch.from_numpy(w["x"]), torch.from_numpy(w["h0"])[None])
    before = {name: array.copy() for name, array in w.items()}
    h = res.forward(**w, a=1.0)
    assert h.dtype == dtype
    np.testing.assert_allclose(h, wanted.detach().numpy(), atol=1e-13 if dtype == np.float64 else 1e-5)
    for name, array in before.items():
        np.testing.assert_array_equal(w[name], array, err_msg=f"forward changed its argument {name}")


@pytest.mark.equation("eq-reservoir-cell")
def test_a_leaky_unit_alone_is_a_low_pass_filter_of_its_input() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 1, 1))
    h = res.forward(x, np.zeros((1, 1)), np.ones((1, 1)), np.zeros((1, 1)), np.zeros(1), 0.3)
    np.testing.assert_allclose(h[:, 0, 0], scipy.signal.lfilter([0.3], [1, -0.7], np.tanh(x[:, 0, 0])), atol=1e-14)


def test_drive_is_the_forward_pass_with_the_dense_matrix() -> None:
    for kind, a, B in (("orthogonal", 1.0, 1), ("orthogonal", 0.4, 3), ("random", 0.7, 2)):
        network = res.EchoStateNetwork(F=2, N=20, a=a, kind=kind, seed=4)
        rng = np.random.default_rng(1)
        x, h0 = rng.normal(size=(9, B, 2)), rng.uniform(-1, 1, (B, 20))
        wanted = res.forward(x, h0, network.W_ih, network.W_hh.dense(), network.b, a)
        before = h0.copy()
        np.testing.assert_allclose(network.drive(x, h0), wanted, atol=1e-14)
        np.testing.assert_array_equal(h0, before)
        again = network.drive(x[4:], network.drive(x[:4], h0)[-1])
        np.testing.assert_allclose(again, wanted[4:], atol=1e-14)


def test_states_and_readout_are_reservoirpys() -> None:
    nodes = pytest.importorskip("reservoirpy.nodes")
    w, rng = weights(N=12, F=2, T=60, B=1), np.random.default_rng(5)
    y = rng.normal(size=(60, 3))
    theirs = nodes.Reservoir(W=w["W_hh"], Win=w["W_ih"], bias=w["b"], lr=0.35).run(w["x"][:, 0])
    ours = res.forward(w["x"], np.zeros((1, 12)), w["W_ih"], w["W_hh"], w["b"], 0.35)[:, 0]
    np.testing.assert_allclose(ours, theirs, atol=1e-12)
    readout = nodes.Ridge(ridge=1e-3, fit_bias=False)
    readout.fit(theirs, y)
    np.testing.assert_allclose(ours @ res.ridge(ours, y, 1e-3).T, readout.run(theirs), atol=1e-9)


@pytest.mark.equation("eq-reservoir-jacobian")
@pytest.mark.parametrize("a", [1.0, 0.3])
def test_jacobian_is_autograds(a: float) -> None:
    w = weights(B=2, T=1)
    t = {name: torch.from_numpy(array) for name, array in w.items()}
    h_t = res.cell(w["x"][0], w["h0"], w["W_ih"], w["W_hh"], w["b"], a)
    for row in range(2):

        def step(h: torch.Tensor, row: int = row) -> torch.Tensor:
            return (1 - a) * h + a * torch.tanh(t["W_ih"] @ t["x"][0, row] + t["W_hh"] @ h + t["b"])

        wanted = torch.autograd.functional.jacobian(step, t["h0"][row]).numpy()
        np.testing.assert_allclose(res.jacobian(h_t, w["h0"], w["W_hh"], a)[row], wanted, atol=1e-13)


@pytest.mark.equation("eq-reservoir-lyapunov")
def test_lyapunov_exponent_of_an_orthogonal_reservoir_at_rest_is_the_logarithm_of_its_radius() -> None:
    W_hh = res.sparse_orthogonal(10, 4, 0.8).dense()
    rest = {"x": np.zeros((30, 2, 1)), "h0": np.zeros((2, 10)), "W_ih": np.ones((10, 1)), "b": np.zeros(10)}
    np.testing.assert_allclose(res.lyapunov_exponent(**rest, W_hh=W_hh, a=1.0), math.log(0.8), atol=1e-12)
    np.testing.assert_allclose(res.lyapunov_exponent(**rest, W_hh=0 * W_hh, a=0.25), math.log(0.75), atol=1e-12)


def test_lyapunov_exponent_is_how_fast_two_close_states_part() -> None:
    w = weights(N=30, T=120, B=1)
    w["x"] *= 0.1
    for gain in (0.5, 3.0):
        W_hh = gain * w["W_hh"] / np.sqrt(30) / 0.5
        found = res.lyapunov_exponent(w["x"], w["h0"], w["W_ih"], W_hh, w["b"], 0.8, washout=20)
        h = res.forward(w["x"], w["h0"], w["W_ih"], W_hh, w["b"], 0.8)[19]
        v = 1e-8 * np.random.default_rng(1).normal(size=h.shape)
        growth = []
        for x_t in w["x"][20:]:
            near = res.cell(x_t, h + v, w["W_ih"], W_hh, w["b"], 0.8)
            h = res.cell(x_t, h, w["W_ih"], W_hh, w["b"], 0.8)
            growth.append(np.log(np.linalg.norm(near - h) / np.linalg.norm(v)))
            v = 1e-8 * (near - h) / np.linalg.norm(near - h)
        np.testing.assert_allclose(found[0], np.mean(growth), atol=0.15)  # they start along other directions
        assert (found[0] > 0) == (gain == 3.0)


@pytest.mark.equation("eq-reservoir-echo")
def test_echo_states_are_there_below_norm_one_and_gone_far_above_radius_one() -> None:
    w, Q = weights(N=10, F=2, T=150, B=1), res.sparse_orthogonal(10, 2, 1.0).dense()
    small = res.echo_states(w["x"][:, 0], w["W_ih"], 0.8 * Q, w["b"], 1.0)
    large = res.echo_states(0.01 * w["x"][:, 0], w["W_ih"], 3 * Q, 0 * w["b"], 1.0)
    assert (small.forgets, small.contracts, large.forgets, large.contracts) == (True, True, False, False)
    assert small.radius == pytest.approx(0.8)
    assert (small.distance[1:] <= small.distance[:-1] * 0.8 + 1e-13).all()
    h0 = np.random.default_rng(0).uniform(-1, 1, (8, 10))
    h = res.forward(np.repeat(w["x"], 8, axis=1), h0, w["W_ih"], 0.8 * Q, w["b"], 1.0)
    np.testing.assert_allclose(small.distance, [scipy.spatial.distance.pdist(h_t).max() for h_t in h], atol=1e-13)


@given(st.integers(2, 12), st.floats(0.1, 0.95), st.floats(0.1, 1), st.floats(0, 5), seeds)
@settings(deadline=None, max_examples=25)
def test_two_starts_come_closer_each_step_where_no_direction_is_stretched(
    half: int, rho: float, a: float, scale: float, seed: int
) -> None:
    network = res.EchoStateNetwork(N=2 * half, degree=2, rho=rho, a=a, input_scale=scale, seed=seed)
    rng = np.random.default_rng(seed)
    h0, x = rng.uniform(-1, 1, (2, 2 * half)), np.repeat(rng.normal(size=(60, 1, 1)), 2, axis=1)
    h = np.concatenate([h0[None], network.drive(x, h0)])
    distance = np.linalg.norm(h[:, 0] - h[:, 1], axis=1)
    assert (distance[1:] <= (1 - a + a * rho) * distance[:-1] + 1e-12).all()


def test_radius_above_one_can_forget_and_radius_below_one_does_not_bound_the_norm() -> None:
    """A strong input holds tanh at its flat end; [[0.5, 9], [0, 0.5]] has radius 0.5 and norm 9."""
    strong = res.echo_states(5 * np.ones((60, 1)), np.ones((4, 1)), 1.5 * np.eye(4), np.zeros(4), 1.0)
    assert strong.forgets
    assert strong.radius > 1
    sheared = res.echo_states(np.zeros((60, 1)), np.ones((2, 1)), np.array([[0.5, 9.0], [0, 0.5]]), np.zeros(2), 1.0)
    assert sheared.radius < 1
    assert not sheared.contracts


# ---------------------------------------------------------------- the readout


@pytest.mark.equation("eq-reservoir-output")
def test_output_is_torchs_linear_of_state_input_and_one() -> None:
    rng = np.random.default_rng(0)
    h, x, W_ho = rng.normal(size=(5, 2, 4)), rng.normal(size=(5, 2, 3)), rng.normal(size=(2, 8))
    both = torch.from_numpy(np.concatenate([h, x], axis=2))
    wanted = torch.nn.functional.linear(both, torch.from_numpy(W_ho[:, :7]), torch.from_numpy(W_ho[:, 7]))
    np.testing.assert_allclose(res.output(h, x, W_ho), wanted, atol=1e-14)


@pytest.mark.equation("eq-reservoir-ridge")
@given(st.integers(1, 12), st.integers(1, 6), st.integers(1, 3), st.sampled_from([0.0, 1e-6, 0.5, 2.0, 1e9]), seeds)
@settings(deadline=None, max_examples=60)
def test_ridge_is_scipys_least_squares(M: int, n: int, K: int, penalty: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    A, y = rng.normal(size=(M, n)), rng.normal(size=(M, K))
    stacked = np.vstack([A, math.sqrt(penalty) * np.eye(n)]), np.vstack([y, np.zeros((n, K))])
    wanted = scipy.linalg.lstsq(*stacked)[0].T
    found = res.ridge(A, y, penalty)
    np.testing.assert_allclose(found, wanted, atol=1e-6 * max(1.0, np.abs(wanted).max()))
    if penalty:
        normal = scipy.linalg.solve(A.T @ A + penalty * np.eye(n), A.T @ y, assume_a="pos").T
        np.testing.assert_allclose(found, normal, atol=1e-6 * max(1.0, np.abs(normal).max()))


def laeuchli(eps: float = 1e-9) -> np.ndarray:
    """Läuchli's columns (1961), with both signs: eps² is lost beside 1 in their products on every processor."""
    rows = np.array([[1.0, 1], [eps, 0], [0, eps]])
    return np.concatenate([rows, -rows])


def test_ridge_keeps_the_digits_that_normal_equations_lose() -> None:
    """Condition number 1.4e9. AᵀA is [[2, 2], [2, 2]], in any order of the sum: it cannot tell the weights apart."""
    A, w = laeuchli(), np.array([[1.0, -1]])
    np.testing.assert_array_equal(A.T @ A, np.full((2, 2), 2.0))
    normal = np.linalg.lstsq(A.T @ A, A.T @ (A @ w.T), rcond=1e-12)[0].T
    np.testing.assert_allclose(normal, 0, atol=1e-6)
    # An error of about ε · condition number, 3e-7: the theory of least squares by QR where the residual is 0.
    np.testing.assert_allclose(res.ridge(A, A @ w.T), w, atol=1e-3)


@pytest.mark.parametrize(("M", "n"), [(5, 1), (40, 3), (200, 20)])
def test_ridge_gives_the_smallest_weights_where_columns_repeat(M: int, n: int) -> None:
    """A column that stands there twice shares its weight evenly. What QR leaves of the second one is rounding."""
    for seed in range(50):
        rng = np.random.default_rng(seed)
        A, y = rng.normal(size=(M, n)), rng.normal(size=(M, 2))
        wanted = scipy.linalg.lstsq(A, y)[0].T
        wanted[:, 0] /= 2
        found = res.ridge(np.hstack([A, A[:, :1]]), y)
        np.testing.assert_allclose(found, np.hstack([wanted, wanted[:, :1]]), atol=1e-9)


@pytest.mark.equation("eq-reservoir-ridge")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seed", range(5))
def test_ridge_gives_the_smallest_weights_where_columns_add_up(seed: int, dtype: type) -> None:
    """One-hot columns add up to the column of ones; a copy of a column; the sum of two."""
    rng = np.random.default_rng(seed)
    free, symbols = rng.integers(-8, 9, (300, 10)), np.eye(4)[rng.integers(0, 4, 300)]  # integers add up exactly
    for A in (
        np.concatenate([free, symbols, np.ones((300, 1))], axis=1),
        np.concatenate([free, free[:, 3:4]], axis=1),
        np.concatenate([free[:, :1] + free[:, 1:2], free], axis=1),
    ):
        y = rng.normal(size=(300, 2))
        wanted = np.linalg.pinv(A, rcond=1e-6) @ y
        found = res.ridge(A.astype(dtype), y.astype(dtype)).T
        np.testing.assert_allclose(found, wanted, rtol=0, atol=(1e-9 if dtype == np.float64 else 1e-3))
        assert np.linalg.norm(found) < 1.01 * np.linalg.norm(wanted)


@pytest.mark.equation("eq-reservoir-classify")
def test_classify_is_scipys_least_squares_on_indicators() -> None:
    rng = np.random.default_rng(0)
    A, labels, new = rng.normal(size=(30, 4)), rng.integers(0, 3, 30), rng.normal(size=(50, 4))
    one = np.hstack([A, np.ones((30, 1))])
    w = scipy.linalg.lstsq(np.vstack([one, np.eye(5)]), np.vstack([np.eye(3)[labels], np.zeros((5, 3))]))[0]
    np.testing.assert_array_equal(res.classify(A, labels, new), (np.hstack([new, np.ones((50, 1))]) @ w).argmax(axis=1))


def series(T: int = 400) -> np.ndarray:
    t = np.arange(T)
    return (np.sin(0.2 * t) + 0.5 * np.sin(0.311 * t))[:, None, None]


@pytest.mark.parametrize("increments", [False, True])
def test_fit_is_least_squares_on_states_after_the_washout(increments: bool) -> None:
    s = series()
    network = res.EchoStateNetwork(N=30, seed=1, penalty=1e-6, increments=increments)
    network.fit(s[:-1], s[1:], washout=50)
    h = res.forward(s[:-1], np.zeros((1, 30)), network.W_ih, network.W_hh.dense(), network.b, 1.0)[50:, 0]
    A = np.hstack([h, s[50:-1, 0], np.ones((len(h), 1))])
    target = s[51:, 0] - (s[50:-1, 0] if increments else 0)
    wanted = scipy.linalg.lstsq(np.vstack([A, 1e-3 * np.eye(32)]), np.vstack([target, np.zeros((32, 1))]))[0].T
    np.testing.assert_allclose(network.W_ho, wanted, atol=1e-6)
    one_step = network.read(network.drive(s[:-1]), s[:-1])
    np.testing.assert_allclose(one_step[50:, 0], A @ wanted.T + (s[50:-1, 0] if increments else 0), atol=1e-8)


@pytest.mark.equation("eq-reservoir-free-run")
def test_free_run_feeds_predictions_back_and_knows_nothing_of_the_future() -> None:
    s = series()
    network = res.EchoStateNetwork(N=40, a=0.7, input_scale=0.2, seed=2, penalty=1e-10)
    network.fit(s[:-1], s[1:], washout=50)
    x = s[:120]
    free = network.free_run(x, 25)
    for step in range(25):  # the whole past again, each time one own prediction longer
        h = res.forward(x, np.zeros((1, 40)), network.W_ih, network.W_hh.dense(), network.b, 0.7)
        o_t = res.output(h[-1:], x[-1:], network.W_ho)
        np.testing.assert_allclose(free[step], o_t[0], atol=1e-9)
        x = np.concatenate([x, o_t])
    assert res.nrmse(free, s[120:145]) < 0.1
    both = network.free_run(np.concatenate([s[:120], s[30:150]], axis=1), 25)
    np.testing.assert_allclose(both[:, :1], free, atol=1e-9)


# ---------------------------------------------------------------- scores


@pytest.mark.equation("eq-reservoir-nrmse")
def test_nrmse_is_one_for_the_mean_and_root_of_one_minus_r2() -> None:
    rng = np.random.default_rng(0)
    y = rng.normal(3, 2, size=(50, 1, 1))
    assert res.nrmse(np.full_like(y, y.mean()), y) == pytest.approx(1, rel=1e-12)
    x = y[:, 0, 0] + rng.normal(size=50)
    line = scipy.stats.linregress(x, y[:, 0, 0])
    fitted = (line.intercept + line.slope * x)[:, None, None]
    assert res.nrmse(fitted, y) == pytest.approx(math.sqrt(1 - line.rvalue**2), rel=1e-10)
    assert res.nrmse(y + 1, y, variance=4.0) == pytest.approx(0.5)


@pytest.mark.equation("eq-reservoir-valid-time")
def test_valid_time_counts_steps_before_the_first_large_error() -> None:
    target = np.zeros((10, 4, 2))
    prediction = target.copy()
    prediction[3, 0] = [2.0, 0]  # root mean square 2 / 2 / √2 = 0.71
    prediction[:, 1, 1] = 1.0  # 1 / 4 / √2 = 0.18 all the way
    prediction[0, 2] = np.nan
    prediction[5:, 3] = [0.9, 0]
    valid = res.valid_time(prediction, target, dt=0.1, exponent=0.5, scale=np.array([2.0, 4.0]), threshold=0.4)
    np.testing.assert_allclose(valid, np.array([3, 10, 0, 10]) * 0.05)


@pytest.mark.equation("eq-reservoir-memory")
def test_a_shift_register_remembers_as_many_steps_as_it_has_units() -> None:
    network = res.EchoStateNetwork(N=8, input_scale=1e-3, bias_scale=0.0)
    network.W_hh = res.SparseMatrix(np.maximum(np.arange(8) - 1, 0)[None], (np.arange(8) > 0)[None] * 1.0)
    network.W_ih = 1e-3 * np.eye(8)[:, :1]
    memory = res.memory_capacity(network, 12)
    np.testing.assert_allclose(memory.curve, [1] * 7 + [0] * 5, atol=0.01)  # unit n knows x_{t-n}, n = 0 … 7
    assert memory.capacity == pytest.approx(7, abs=0.05)


@pytest.mark.equation("eq-reservoir-memory")
@given(st.integers(1, 10), st.floats(0.1, 1.2), st.floats(0.001, 1), st.floats(0.2, 1), seeds)
@settings(deadline=None, max_examples=15)
def test_memory_is_at_most_the_number_of_units(half: int, rho: float, scale: float, a: float, seed: int) -> None:
    network = res.EchoStateNetwork(N=2 * half, degree=2, rho=rho, input_scale=scale, a=a, seed=seed)
    memory = res.memory_capacity(network, 4 * half + 5, seed=seed)
    assert 0 <= memory.capacity <= 2 * half
    assert ((memory.curve >= 0) & (memory.curve <= 1)).all()


def test_memory_curve_is_scipys_correlation_out_of_sample() -> None:
    network = res.EchoStateNetwork(N=10, seed=3)
    memory = res.memory_capacity(network, 3, T=600, washout=100, seed=7)
    x = np.random.default_rng(7).uniform(-1, 1, (600, 1, 1))
    A = np.hstack([network.drive(x)[100:, 0], np.ones((500, 1))])
    for k in (1, 2, 3):
        y = x[100 - k : 600 - k, 0, 0]
        w = scipy.linalg.lstsq(A[:250], y[:250])[0]
        assert memory.curve[k - 1] == pytest.approx(scipy.stats.pearsonr(A[250:] @ w, y[250:]).statistic ** 2, abs=1e-9)


# ---------------------------------------------------------------- bad arguments

W = weights()
NETWORK = res.EchoStateNetwork(N=10)
FITTED = res.EchoStateNetwork(N=10).fit(series(100)[:-1], np.repeat(series(100)[1:], 2, axis=2), washout=10)
EYE = np.eye(3)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: res.spectral_radius(EYE[:2]), ValueError, r"W: expected shape \(N=3, N=3\), got \(2, 3\)"),
        (lambda: res.spectral_radius([[1.0]]), TypeError, "W: expected a NumPy array"),
        (lambda: res.scale_to_radius(EYE, -1), ValueError, "rho: expected"),
        (lambda: res.scale_to_radius(np.triu(EYE[::-1], 1), 0.9), ValueError, "no loops"),
        (lambda: res.sparse_random(5, 6, 0.9), ValueError, "degree: expected 1 to N = 5"),
        (lambda: res.sparse_orthogonal(5, 2, 0.9), ValueError, "N: expected an even"),
        (lambda: res.sparse_orthogonal(6, 3, 0.9), ValueError, "degree: expected 2, 4, 8"),
        (lambda: res.sparse_orthogonal(6, 2, float("nan")), ValueError, "rho: expected"),
        (lambda: res.cell(W["x"][0], W["h0"], W["W_ih"], W["W_hh"], W["b"], 0.0), ValueError, "a: expected a leak"),
        (lambda: res.cell(W["x"][0], W["h0"][:, :5], W["W_ih"], W["W_hh"], W["b"], 1), ValueError, "W_ih: expected"),
        (lambda: res.forward(**(W | {"x": W["x"][0]}), a=1.0), ValueError, r"x: expected shape \(T, B, F\)"),
        (lambda: res.jacobian(W["h0"], W["h0"][:2], W["W_hh"], 1.0), ValueError, "h_prev: expected shape"),
        (lambda: res.lyapunov_exponent(**W, a=1.0, washout=7), ValueError, "washout: expected 0 to T-1 = 6"),
        (lambda: res.echo_states(W["x"][:, 0], W["W_ih"], W["W_hh"], W["b"], 1.0, 1), ValueError, "starts"),
        (lambda: res.output(W["x"], W["x"], np.ones((1, 4))), ValueError, r"W_ho: expected shape \(K, 5\)"),
        (lambda: res.ridge(EYE, EYE[:2]), ValueError, r"y: expected shape \(M=3, K\)"),
        (lambda: res.ridge(EYE, EYE, -1.0), ValueError, "penalty"),
        (lambda: res.EchoStateNetwork(F=0), ValueError, "F: expected at least 1, got 0"),
        (lambda: res.EchoStateNetwork(kind="dense"), ValueError, "'dense'"),
        (lambda: res.EchoStateNetwork(bias_scale=-1), ValueError, "bias_scale"),
        (lambda: res.EchoStateNetwork(a=1.5), ValueError, "a: expected a leak rate"),
        (lambda: NETWORK.drive(np.ones((5, 1, 2))), ValueError, r"x: expected shape \(T, B, 1\)"),
        (lambda: NETWORK.drive(np.ones((5, 1, 1), np.float32)), TypeError, "one dtype"),
        (lambda: NETWORK.drive(np.ones((5, 1, 1)), np.ones((2, 10))), ValueError, "h0: expected shape"),
        (lambda: NETWORK.fit(np.ones((5, 1, 1)), np.ones((4, 1, 1))), ValueError, r"y: expected shape \(T=5, B=1, K\)"),
        (lambda: NETWORK.fit(np.ones((5, 1, 1)), np.ones((5, 1, 1)), 5), ValueError, "washout"),
        (lambda: NETWORK.read(np.ones((5, 1, 10)), np.ones((5, 1, 1))), RuntimeError, "call fit first"),
        (lambda: FITTED.free_run(np.ones((5, 1, 1)), 3), ValueError, "F = 1 outputs to run freely, got 2"),
        (lambda: FITTED.free_run(np.ones((5, 1, 1)), 0), ValueError, "steps"),
        (lambda: res.nrmse(EYE, EYE[:2]), ValueError, "prediction: expected shape"),
        (lambda: res.nrmse(np.nan * EYE, EYE), ValueError, "prediction: expected finite numbers"),
        (
            lambda: res.valid_time(W["x"].astype(int), W["x"], 1, 1, np.ones(2)),
            TypeError,
            "prediction: expected float32",
        ),
        (lambda: res.valid_time(W["x"].tolist(), W["x"], 1, 1, np.ones(2)), TypeError, "prediction: expected a NumPy"),
        (lambda: res.EchoStateNetwork(N=10.0), TypeError, "N: expected an integer, got float"),  # type: ignore[arg-type]
        (lambda: res.nrmse(EYE, 0 * EYE), ValueError, "variance"),
        (lambda: res.valid_time(W["x"], W["x"][1:], 1, 1, np.ones(2)), ValueError, "prediction"),
        (lambda: res.valid_time(W["x"], W["x"], 1, 1, np.zeros(2)), ValueError, "scale"),
        (lambda: res.memory_capacity(res.EchoStateNetwork(F=2, N=10), 5), ValueError, "F = 1 input"),
        (lambda: res.memory_capacity(NETWORK, 5, T=220), ValueError, "T above"),
        (lambda: res.classify(EYE, np.array([0, 1]), EYE), ValueError, r"labels: expected shape \(3,\)"),
        (lambda: res.classify(EYE, np.array([0.0, 1, 1]), EYE), TypeError, "labels: expected a NumPy array of int"),
    ],
)
def test_bad_arguments_are_named(call: Callable[[], Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        call()


def test_reading_version_and_course_cell_agree() -> None:
    w = weights()
    wanted = rnn.forward(w["x"], w["h0"], w["W_ih"], w["W_hh"], w["b"], 0 * w["b"])
    np.testing.assert_allclose(res.forward(**w, a=1.0), wanted, atol=1e-15)


# ---------------------------------------------------------------- forgetting


@pytest.mark.equation("eq-reservoir-leaky")
@pytest.mark.parametrize("a", [1.0, 0.3])
def test_the_leaky_matrix_moves_small_states(a: float) -> None:
    W, h = np.random.default_rng(0).normal(size=(5, 5)), 1e-6 * np.random.default_rng(1).normal(size=(1, 5))
    moved = res.cell(np.zeros((1, 1)), h, np.zeros((5, 1)), W, np.zeros(5), a)
    np.testing.assert_allclose(moved, h @ res.leaky_matrix(W, a).T, atol=1e-15)


@pytest.mark.equation("eq-reservoir-contraction")
@given(st.integers(1, 6), st.floats(0.05, 1.0), seeds)
@settings(deadline=None, max_examples=40)
def test_contraction_bounds_how_far_apart_two_states_are(N: int, a: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    W, W_ih, b = rng.normal(size=(N, N)), rng.normal(size=(N, 2)), rng.normal(size=N)
    h, x = rng.normal(size=(2, N)), np.repeat(rng.normal(size=(1, 2)), 2, axis=0)
    after = res.cell(x, h, W_ih, W, b, a)
    c = res.contraction(W, a)
    assert c == pytest.approx(1 - a + a * scipy.linalg.svdvals(W)[0])
    assert np.linalg.norm(after[0] - after[1]) <= c * np.linalg.norm(h[0] - h[1]) * (1 + 1e-12)


# ---------------------------------------------------------------- the penalty, memory in theory, the rival


@pytest.mark.equation("eq-reservoir-validation")
def test_penalty_errors_are_those_of_scikit_learns_ridge() -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(0)
    A, y, A_valid, y_valid = (rng.normal(size=size) for size in ((30, 4), (30, 2), (9, 4), (9, 2)))
    penalties = np.array([1e-3, 1.0, 40.0])
    wanted = []
    for penalty in penalties:
        model = linear_model.Ridge(alpha=penalty, fit_intercept=False).fit(A, y)
        wanted.append(math.sqrt(((model.predict(A_valid) - y_valid) ** 2).mean()))
    np.testing.assert_allclose(res.penalty_errors(A, y, A_valid, y_valid, penalties), wanted)


@pytest.mark.equation("eq-reservoir-linear-memory")
@pytest.mark.parametrize("seed", range(5))
def test_linear_memory_is_least_squares_with_scipys_covariance(seed: int) -> None:
    rng = np.random.default_rng(seed)
    W, w = res.scale_to_radius(rng.normal(size=(4, 4)), 0.8), rng.normal(size=4)
    C = scipy.linalg.solve_discrete_lyapunov(W, np.outer(w, w))
    v = [np.linalg.matrix_power(W, k) @ w for k in range(12)]
    wanted = [v_k @ np.linalg.solve(C, v_k) for v_k in v]
    np.testing.assert_allclose(res.linear_memory(W, w, 12), wanted, atol=1e-6)
    assert res.linear_memory(W, w, 400).sum() == pytest.approx(4)


def test_linear_memory_by_hand_and_of_a_shift_register() -> None:
    two = res.linear_memory(np.array([[0, 0.5], [0.5, 0]]), np.array([1.0, 0]), 4)
    np.testing.assert_allclose(two, [15 / 16, 15 / 16, 15 / 256, 15 / 256])
    np.testing.assert_allclose(res.linear_memory(np.eye(3, k=-1), np.eye(3)[0], 5), [1, 1, 1, 0, 0], atol=1e-12)
    with pytest.raises(ValueError, match="spectral radius below 1"):
        res.linear_memory(np.eye(2), np.ones(2), 3)


@pytest.mark.equation("eq-reservoir-nvar")
@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(1, 2), seeds)
@settings(deadline=None, max_examples=30)
def test_nvar_features_are_scikit_learns_polynomials_of_delays(
    delays: int, apart: int, degree: int, F: int, seed: int
) -> None:
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    x, first = np.random.default_rng(seed).normal(size=(9, 2, F)), (delays - 1) * apart
    found = res.nvar_features(x, delays, apart, degree)
    for b in range(2):
        rows = [np.concatenate([x[t - j * apart, b] for j in range(delays)]) for t in range(first, 9)]
        np.testing.assert_allclose(found[:, b], preprocessing.PolynomialFeatures(degree).fit_transform(rows))
    assert found.shape[2] == math.comb(delays * F + degree, degree)


def test_nvar_by_hand() -> None:
    x = np.arange(1.0, 5)[:, None, None]
    np.testing.assert_array_equal(res.nvar_features(x)[-1, 0], [1, 4, 3, 16, 12, 9])
    with pytest.raises(ValueError, match="expected more than"):
        res.nvar_features(x, delays=3, apart=2)


def test_nvar_continues_what_a_quadratic_map_does() -> None:
    """The logistic map is in the features, so that the fit is exact, and so is a free run while chaos allows it."""
    s = [0.3]
    while len(s) < 120:
        s.append(3.7 * s[-1] * (1 - s[-1]))
    x = np.array(s)[:, None, None]
    model = res.NVAR(delays=1, degree=2).fit(x[:80], x[1:81])
    np.testing.assert_allclose(model.free_run(x[:90], 10), x[90:100], atol=1e-6)
    delayed = res.NVAR(delays=2, apart=3, degree=2, increments=False).fit(x[:80], x[1:81])
    assert delayed.free_run(x[:90], 5).shape == (5, 1, 1)
    with pytest.raises(RuntimeError, match="call fit first"):
        res.NVAR().free_run(x, 3)
    with pytest.raises(ValueError, match="more than 3 steps"):
        delayed.free_run(x[:3], 3)
