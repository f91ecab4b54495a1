"""System identification by hand against SciPy's filters, statsmodels, scikit-learn, autograd and closed forms."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
import scipy.optimize
import scipy.signal
import scipy.spatial
import scipy.stats
import sklearn.metrics
import sklearn.neighbors
import statsmodels.api
import statsmodels.tsa.tsatools
import torch
from finite_differences import assert_gradients

from rnncourse import narx
from rnncourse.narx import ARX, Network, Orders

ORDERS = [Orders(1, 1), Orders(3, 2, 1), Orders(1, 3, 2), Orders(4, 1, 0), Orders(2, 2, 4), Orders(3)]
SIZES = [(1, 1, 1), (3, 2, 2), (1, 3, 2)]  # B F K


def record(T: int, B: int, F: int, K: int, orders: Orders, seed: int = 0, dtype: Any = np.float64) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(T, B, K)).astype(dtype)
    return y, rng.normal(2, 5, size=(T, B, F)).astype(dtype) if orders.n_u else None


def network(F: int, K: int, H: int, orders: Orders, seed: int = 1, dtype: Any = np.float64) -> Network:
    rng, P = np.random.default_rng(seed), orders.n_y * K + orders.n_u * F
    shapes = [(H, P), (H,), (K, H), (K,), (K, P)]
    return Network(*(rng.normal(scale=0.3, size=shape).astype(dtype) for shape in shapes))


def torch_run(y: Any, u: Any, net: Any, orders: Orders, forced: Any) -> torch.Tensor:
    """The recurrence written out in torch, one output at a time, with its own bookkeeping of what is fed back."""
    n_y, n_u, d = orders
    fed, out = {t: y[t] for t in range(orders.start)}, []
    for t in range(orders.start, len(y)):
        h, y_hat = net.b_ih, net.b_ho
        for j in range(n_y):
            columns = slice(j * y.shape[2], (j + 1) * y.shape[2])
            h = h + fed[t - 1 - j] @ net.W_ih[:, columns].T
            y_hat = y_hat + fed[t - 1 - j] @ net.W_io[:, columns].T
        for j in range(n_u):
            columns = slice(n_y * y.shape[2] + j * u.shape[2], n_y * y.shape[2] + (j + 1) * u.shape[2])
            h = h + u[t - d - j] @ net.W_ih[:, columns].T
            y_hat = y_hat + u[t - d - j] @ net.W_io[:, columns].T
        out.append(y_hat + torch.tanh(h) @ net.W_ho.T)
        m = torch.from_numpy(forced[t - orders.start]).to(y.dtype)[:, None]
        fed[t] = m * y[t] + (1 - m) * out[-1]
    return torch.stack(out)


def leaves(arrays: Any) -> list[torch.Tensor]:
    return [torch.tensor(a, requires_grad=True) for a in arrays]


# --- the state from one observable


@pytest.mark.equation("eq-narx-embedding")
@pytest.mark.parametrize(("m", "tau"), [(1, 1), (1, 5), (3, 1), (2, 4), (3, 3)])
def test_embedding_is_statsmodels_lag_matrix(m: int, tau: int) -> None:
    s = np.random.default_rng(0).normal(size=10)
    lags = statsmodels.tsa.tsatools.lagmat(s, (m - 1) * tau, trim="none", original="in")[: len(s)]
    np.testing.assert_array_equal(narx.delay_embedding(s, m, tau), lags[(m - 1) * tau :, ::tau])


@pytest.mark.equation("eq-narx-embedding")
def test_embedding_of_a_sine_by_a_quarter_period_is_a_circle() -> None:
    s = np.sin(2 * np.pi * np.arange(50) / 20)
    np.testing.assert_allclose(np.linalg.norm(narx.delay_embedding(s, 2, 5), axis=1), 1)


@pytest.mark.equation("eq-narx-mutual-information")
@pytest.mark.parametrize("lag", [0, 1, 7])
def test_mutual_information_is_scikit_learns(lag: int) -> None:
    s = np.cumsum(np.random.default_rng(0).normal(size=500))
    bins = np.digitize(s, np.linspace(s.min(), s.max(), 11)[1:-1])
    expected = sklearn.metrics.mutual_info_score(bins[lag:], bins[: len(s) - lag])
    assert narx.mutual_information(s, lag, bins=10) == pytest.approx(expected, abs=1e-12)


@pytest.mark.equation("eq-narx-mutual-information")
def test_mutual_information_of_a_gaussian_process_is_the_closed_form() -> None:
    s = scipy.signal.lfilter([1], [1, -0.8], np.random.default_rng(0).normal(size=200_000))
    for lag in (1, 3):
        assert narx.mutual_information(s, lag, bins=40) == pytest.approx(-0.5 * np.log(1 - 0.8 ** (2 * lag)), abs=0.02)


@pytest.mark.equation("eq-narx-delay")
def test_delay_is_the_first_local_minimum_that_scipy_finds() -> None:
    rng = np.random.default_rng(0)
    s = np.sin(2 * np.pi * np.arange(3000) / 40) + 0.1 * rng.normal(size=3000)
    information = [narx.mutual_information(s, lag) for lag in range(40)]
    minima = scipy.signal.argrelmin(np.array(information))[0]
    assert narx.choose_delay(s, 38) == minima[0]
    assert 7 <= minima[0] <= 13  # about a quarter of the period
    assert narx.choose_delay(s, 3) == 3


def far_in_time(points: Any, apart: int) -> Any:
    """SciPy's distances between rows, infinite for those at most ``apart`` steps from each other."""
    distance = scipy.spatial.distance.cdist(points, points)
    distance[np.abs(np.subtract.outer(range(len(points)), range(len(points)))) <= apart] = np.inf
    return distance


@pytest.mark.equation("eq-narx-false-neighbours")
@pytest.mark.parametrize("apart", [0, 4])
@pytest.mark.parametrize(("ratio", "size"), [(3.0, 99.0), (99.0, 0.9), (4.0, 1.2)])
def test_false_neighbours_are_those_of_scipys_distances(ratio: float, size: float, apart: int) -> None:
    N, tau = 90, 2
    s = np.sin(np.arange(N) / 3) + 0.3 * np.random.default_rng(0).normal(size=N)
    found = narx.false_neighbours(s, tau, 3, ratio, size, apart)
    whole = np.stack([s[(3 - j) * tau :][: N - 3 * tau] for j in range(4)], axis=1)
    for m in (1, 2, 3):
        distance = far_in_time(whole[:, :m], apart)
        rows, index = np.arange(len(whole)), distance.argmin(axis=1)
        R, R_next = distance[rows, index], far_in_time(whole[:, : m + 1], apart)[rows, index]
        expected = (np.abs(whole[:, m] - whole[index, m]) > ratio * R) | (R_next > size * s.std())
        assert found[m - 1] == pytest.approx(expected.mean(), abs=1e-12)
        assert m > 1 or expected.any()


@pytest.mark.equation("eq-narx-false-neighbours")
def test_a_circle_needs_two_dimensions_and_noise_more_than_any() -> None:
    sine = np.sin(2 * np.pi * np.arange(400) / 37.3)
    shares = narx.false_neighbours(sine, 9, 3, apart=5)
    assert shares[0] > 0.3
    assert shares[1:].max() == 0
    assert narx.false_neighbours(np.random.default_rng(0).normal(size=400), 1, 4).min() > 0.05


@pytest.mark.equation("eq-narx-neighbours")
def test_neighbours_kept_are_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    A = rng.normal(size=(80, 3))
    B = A @ rng.normal(size=(3, 2)) + 0.1 * rng.normal(size=(80, 2))
    near = [sklearn.neighbors.kneighbors_graph(points, 7).toarray() for points in (A, B)]
    assert 0.1 < (expected := (near[0] * near[1]).sum() / (80 * 7)) < 0.9
    assert narx.neighbours_kept(A, B, 7) == pytest.approx(expected)
    rotated = A @ np.linalg.qr(rng.normal(size=(3, 3)))[0]
    assert narx.neighbours_kept(A, rotated, 7) == 1


def test_neighbours_in_time_do_not_count_when_told_so() -> None:
    A, B = (np.cumsum(np.random.default_rng(seed).normal(size=(60, 2)), axis=0) for seed in (0, 0))
    B[:, 1] *= 0.3
    nearest = [far_in_time(points, 3).argmin(axis=1) for points in (A, B)]
    assert 0.2 < (expected := (nearest[0] == nearest[1]).mean()) < 0.9
    assert narx.neighbours_kept(A, B, 1, apart=3) == pytest.approx(expected)
    assert narx.neighbours_kept(A, B, 1) != pytest.approx(expected)


# --- regressors


@pytest.mark.equation("eq-narx-regressors")
@pytest.mark.parametrize("orders", ORDERS)
@pytest.mark.parametrize(("B", "F", "K"), SIZES)
def test_regressors_are_statsmodels_lags(orders: Orders, B: int, F: int, K: int) -> None:
    y, u = record(12, B, F, K, orders)
    n_y, n_u, d = orders
    phi = narx.regressors(y, u, orders)
    assert orders.start == max(n_y, d + n_u - 1 if n_u else 0)
    assert phi.shape == (12 - orders.start, B, n_y * K + n_u * F)
    lagmat = partial(statsmodels.tsa.tsatools.lagmat, trim="forward")
    for b in range(B):
        past = lagmat(y[:, b], n_y).reshape(12, n_y, K).reshape(12, -1)[orders.start :]
        np.testing.assert_array_equal(phi[:, b, : n_y * K], past)
        if u is not None:
            inputs = lagmat(u[:, b], d + n_u - 1, original="in").reshape(12, d + n_u, F)[:, d:].reshape(12, -1)
            np.testing.assert_array_equal(phi[:, b, n_y * K :], inputs[orders.start :])


@pytest.mark.equation("eq-narx-regressors")
def test_moving_the_input_by_a_step_is_a_delay_of_one() -> None:
    orders = Orders(2, 3, 0)
    y, u = record(12, 2, 1, 1, orders)
    later = np.concatenate([u[:1], u[:-1]])
    np.testing.assert_array_equal(narx.regressors(y, u, Orders(2, 3, 1))[1:], narx.regressors(y, later, orders)[2:])


@pytest.mark.equation("eq-narx-segments")
@pytest.mark.parametrize(("length", "stride"), [(4, 1), (3, 3), (5, 2), (11, 1)])
def test_segments_are_numpys_sliding_windows(length: int, stride: int) -> None:
    s = np.random.default_rng(0).normal(size=(11, 2, 3))
    windows = np.lib.stride_tricks.sliding_window_view(s, length, axis=0)[::stride]  # piece, B, F, step
    np.testing.assert_array_equal(
        narx.segments(s, length, stride), windows.transpose(3, 0, 1, 2).reshape(length, -1, 3)
    )


# --- ARX


@pytest.mark.equation("eq-narx-arx")
@pytest.mark.equation("eq-narx-least-squares")
@pytest.mark.parametrize("orders", ORDERS)
def test_arx_is_statsmodels_least_squares(orders: Orders) -> None:
    y, u = record(60, 2, 2, 2, orders)
    phi, target = narx.regressors(y, u, orders), y[orders.start :]
    model = narx.arx_fit(y, u, orders)
    for k in range(2):
        rows = statsmodels.api.add_constant(phi.reshape(-1, phi.shape[2]), prepend=False)
        fit = statsmodels.api.OLS(target[:, :, k].ravel(), rows).fit()
        np.testing.assert_allclose([*model.W[k], model.b[k]], fit.params, atol=1e-10)
        np.testing.assert_allclose(narx.linear(phi, model)[:, :, k].ravel(), fit.fittedvalues, atol=1e-10)


@pytest.mark.equation("eq-narx-least-squares")
def test_arx_finds_the_system_that_made_the_record() -> None:
    u = np.random.default_rng(0).normal(size=200)
    y = scipy.signal.lfilter([0, 0, 0.5, -0.2], [1, -1.2, 0.5], u) + 3
    model = narx.arx_fit(y[:, None, None], u[:, None, None], Orders(2, 2, 2))
    np.testing.assert_allclose(model.W, [[1.2, -0.5, 0.5, -0.2]], atol=1e-9)
    np.testing.assert_allclose(model.b, [3 * (1 - 1.2 + 0.5)], atol=1e-9)


@pytest.mark.equation("eq-narx-arx")
def test_one_step_prediction_is_a_filter_of_what_was_measured() -> None:
    y, u = record(40, 1, 1, 1, Orders(2, 2, 1))
    model = ARX(np.array([[0.7, -0.2, 1.5, 0.4]]), np.array([0.3]))
    seen = scipy.signal.lfilter([0, 0.7, -0.2], [1], y[:, 0, 0]) + scipy.signal.lfilter([0, 1.5, 0.4], [1], u[:, 0, 0])
    ours = narx.linear(narx.regressors(y, u, Orders(2, 2, 1)), model)
    np.testing.assert_allclose(ours[:, 0, 0], seen[2:] + 0.3, atol=1e-12)


@pytest.mark.equation("eq-narx-simulation")
@pytest.mark.parametrize("delay", [0, 1, 3])
def test_simulation_of_arx_is_scipys_filter(delay: int) -> None:
    """Free run of three examples; the filter starts from the same outputs and inputs through lfiltic."""
    orders = Orders(3, 2, delay)
    y, u = record(40, 3, 1, 1, orders)
    A, B, S = [0.5, -0.3, 0.1], [*[0.0] * delay, 1.0, 0.5], orders.start
    model = ARX(np.array([[*A, 1.0, 0.5]]), np.zeros(1))
    ours = narx.simulate(partial(narx.linear, model=model), y[:S], u, orders)
    for b in range(3):
        denominator = [1.0, *(-a for a in A)]
        state = scipy.signal.lfiltic(B, denominator, y[:S, b, 0][::-1], u[:S, b, 0][::-1])
        expected, _ = scipy.signal.lfilter(B, denominator, u[S:, b, 0], zi=state)
        np.testing.assert_allclose(ours[:, b, 0], expected, atol=1e-10)


@pytest.mark.equation("eq-narx-simulation")
def test_a_model_without_input_runs_for_as_long_as_asked() -> None:
    model = ARX(np.array([[2 * np.cos(0.3), -1.0]]), np.zeros(1))  # an undamped oscillation
    start = np.cos(0.3 * np.arange(2))[:, None, None]
    free = narx.simulate(partial(narx.linear, model=model), start, None, Orders(2), steps=50)
    np.testing.assert_allclose(free[:, 0, 0], np.cos(0.3 * np.arange(2, 52)), atol=1e-10)


# --- networks


@pytest.mark.equation("eq-narx-hidden")
@pytest.mark.equation("eq-narx-mlp")
@pytest.mark.equation("eq-narx-dphi")
@pytest.mark.equation("eq-narx-dW")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", [(5,), (4, 3)])
def test_the_network_is_torchs_layers_forwards_and_backwards(shape: tuple[int, ...], dtype: Any) -> None:
    rng, orders = np.random.default_rng(0), Orders(2, 2)
    net = network(2, 2, 4, orders, dtype=dtype)
    phi, dy = (rng.normal(size=(*shape, n)).astype(dtype) for n in (8, 2))
    phi_t, *weights = leaves([phi, *net])
    W_ih, b_ih, W_ho, b_ho, W_io = weights
    linear = torch.nn.functional.linear
    out = linear(torch.tanh(linear(phi_t, W_ih, b_ih)), W_ho, b_ho) + linear(phi_t, W_io)
    (out * torch.from_numpy(dy)).sum().backward()
    gradients, dphi = narx.mlp_backward(dy, phi, net)
    tolerance = 1e-12 if dtype == np.float64 else 1e-4
    np.testing.assert_allclose(narx.mlp(phi, net), out.detach(), atol=tolerance)
    for ours, leaf in zip([*gradients, dphi], [*weights, phi_t], strict=True):
        assert ours.dtype == dtype
        assert ours.shape == leaf.shape
        np.testing.assert_allclose(ours, leaf.grad, atol=tolerance)


@pytest.mark.equation("eq-narx-dphi")
@pytest.mark.equation("eq-narx-dW")
def test_gradients_of_the_network_are_finite_differences() -> None:
    rng, net = np.random.default_rng(0), network(2, 2, 4, Orders(2, 2))
    phi, dy = rng.normal(size=(3, 8)), rng.normal(size=(3, 2))
    found, dphi = narx.mlp_backward(dy, phi, net)

    def loss(phi: Any, **weights: Any) -> Any:
        return (narx.mlp(phi, narx.Network(**weights)) * dy).sum()

    assert_gradients(loss, {"phi": phi, **net._asdict()}, {"phi": dphi, **found._asdict()})


@pytest.mark.equation("eq-narx-mlp")
def test_without_hidden_units_a_network_is_arx() -> None:
    net = network(1, 1, 3, Orders(2, 1))
    phi = np.random.default_rng(0).normal(size=(6, 3))
    linear = narx.linear(phi, ARX(net.W_io, net.b_ho))
    np.testing.assert_allclose(narx.mlp(phi, net._replace(W_ho=np.zeros((1, 3)))), linear)


@pytest.mark.equation("eq-narx-elimination")
def test_weight_elimination_is_autograds() -> None:
    w = np.random.default_rng(0).normal(size=(3, 4))
    (leaf,) = leaves([w])
    penalty = 0.3 * (1 - 1 / (1 + (leaf / 0.7) ** 2)).sum()  # the paper's form, each weight in units of w_0
    penalty.backward()
    ours, slope = narx.weight_elimination(w, 0.3, 0.7)
    assert ours == pytest.approx(penalty.item())
    np.testing.assert_allclose(slope, leaf.grad, atol=1e-14)
    assert narx.weight_elimination(np.array([1e6, 1e6, 0.0]), 0.3, 0.7)[0] == pytest.approx(0.6)


# --- runs


def masks(orders: Orders, T: int, B: int) -> dict[str, Any]:
    shape = (T - orders.start, B)
    drawn = np.random.default_rng(3).random(shape) < 0.5
    return {"teacher": np.ones(shape, bool), "free": np.zeros(shape, bool), "mixed": drawn}


@pytest.mark.equation("eq-narx-run")
@pytest.mark.equation("eq-narx-feedback")
@pytest.mark.parametrize("kind", ["teacher", "free", "mixed"])
@pytest.mark.parametrize("orders", ORDERS)
@pytest.mark.parametrize(("B", "F", "K"), SIZES)
def test_a_run_and_its_gradients_are_autograds(orders: Orders, B: int, F: int, K: int, kind: str) -> None:
    T, net = orders.start + 6, network(F, K, 4, orders)
    y, u = record(T, B, F, K, orders)
    forced = masks(orders, T, B)[kind]
    dy = np.random.default_rng(4).normal(size=(6, B, K))
    arguments = [a.copy() for a in (y, *([] if u is None else [u]), dy, *net)]

    y_t, *weights = leaves([y, *net])
    u_t = None if u is None else leaves([u])[0]
    out = torch_run(y_t, u_t, Network(*weights), orders, forced)
    (out * torch.from_numpy(dy)).sum().backward()
    y_hat, fed = narx.run(partial(narx.mlp, net=net), y, u, orders, forced)
    gradients, dy_measured, du = narx.run_backward(dy, fed, u, net, orders, forced)
    np.testing.assert_allclose(y_hat, out.detach(), atol=1e-12)
    np.testing.assert_array_equal(fed[orders.start :], np.where(forced[:, :, None], y[orders.start :], y_hat))
    pairs = [*zip(gradients, weights, strict=True), (dy_measured, y_t), *([] if u is None else [(du, u_t)])]
    for ours, leaf in pairs:
        np.testing.assert_allclose(ours, leaf.grad, atol=1e-11)
    after = (y, *([] if u is None else [u]), dy, *net)
    assert all(np.array_equal(a, b) for a, b in zip(arguments, after, strict=True))


@pytest.mark.equation("eq-narx-run")
@pytest.mark.parametrize("orders", ORDERS)
def test_teacher_forcing_is_all_steps_at_once(orders: Orders) -> None:
    y, u = record(20, 3, 2, 2, orders)
    f = partial(narx.mlp, net=network(2, 2, 4, orders))
    one_by_one, _ = narx.run(f, y, u, orders, masks(orders, 20, 3)["teacher"])
    np.testing.assert_allclose(one_by_one, f(narx.regressors(y, u, orders)), atol=1e-13)


@pytest.mark.equation("eq-narx-run")
@pytest.mark.equation("eq-narx-simulation")
def test_a_free_run_looks_at_no_measurement_after_the_start() -> None:
    orders, net = Orders(2, 2, 1), network(1, 1, 4, Orders(2, 2, 1))
    y, u = record(20, 2, 1, 1, orders)
    f = partial(narx.mlp, net=net)
    free, _ = narx.run(f, y, u, orders, masks(orders, 20, 2)["free"])
    np.testing.assert_array_equal(free, narx.simulate(f, y[:2], u, orders))
    measured = f(narx.regressors(y, u, orders))
    np.testing.assert_allclose(free[0], measured[0])
    assert np.abs(free[1:] - measured[1:]).min() > 1e-6


@pytest.mark.equation("eq-narx-feedback")
def test_gradient_of_a_simulation_is_scipys_finite_difference() -> None:
    orders, net = Orders(2, 1, 1), network(1, 1, 3, Orders(2, 1, 1))
    y, u = record(12, 2, 1, 1, orders)
    free = masks(orders, 12, 2)["free"]

    def loss(flat: Any) -> float:
        changed = net._replace(W_ih=flat.reshape(net.W_ih.shape))
        return float(0.5 * ((narx.simulate(partial(narx.mlp, net=changed), y[:2], u, orders) - y[2:]) ** 2).sum())

    y_hat, fed = narx.run(partial(narx.mlp, net=net), y, u, orders, free)
    ours = narx.run_backward(y_hat - y[2:], fed, u, net, orders, free)[0].W_ih
    differences = [scipy.optimize.approx_fprime(net.W_ih.ravel(), loss, eps) for eps in (1e-6, -1e-6)]
    np.testing.assert_allclose(ours.ravel(), sum(differences) / 2, atol=1e-7)


# --- the schedule, and scores


@pytest.mark.equation("eq-narx-schedule")
def test_the_schedule_is_the_papers_inverse_sigmoid() -> None:
    for k in (1.0, 5.0, 50.0):
        for i in (0, 1, 10, 200):
            assert narx.teacher_probability(i, k) == pytest.approx(k / (k + np.exp(i / k)), rel=1e-12)
        assert narx.teacher_probability(k * np.log(k), k) == pytest.approx(0.5)
    assert narx.teacher_probability(10**9, 2.0) == 0


@pytest.mark.equation("eq-narx-mixture")
def test_tosses_follow_the_binomial_distribution_and_the_seed() -> None:
    forced = narx.draw_forced(400, 50, 0.3, seed=1)
    assert forced.dtype == np.bool_
    assert scipy.stats.binomtest(int(forced.sum()), forced.size, 0.3).pvalue > 1e-6
    assert np.ptp(forced.mean(axis=0)) > 0  # a toss a step and example
    np.testing.assert_array_equal(forced, narx.draw_forced(400, 50, 0.3, seed=1))
    assert (forced != narx.draw_forced(400, 50, 0.3, seed=2)).any()
    assert not narx.draw_forced(40, 5, 0.0, seed=0).any()
    assert narx.draw_forced(40, 5, 1.0, seed=0).all()


@pytest.mark.equation("eq-narx-arv")
def test_arv_is_what_scikit_learns_r2_leaves() -> None:
    target, prediction = np.random.default_rng(0).normal(3, 2, size=(2, 30))
    assert narx.arv(prediction, target) == pytest.approx(1 - sklearn.metrics.r2_score(target, prediction))
    expected = sklearn.metrics.mean_squared_error(target, prediction) / 7
    assert narx.arv(prediction, target, variance=7.0) == pytest.approx(expected)


# --- arguments

Y, U = np.ones((8, 2, 1)), np.ones((8, 2, 1))
NET = network(1, 1, 3, Orders(2, 1))
BROKEN = Y.copy()
BROKEN[3] = np.nan


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: narx.delay_embedding(np.ones(5), 3, 3), ValueError, "at least 7 samples, got 5"),
        (lambda: narx.delay_embedding(np.ones(5), 0, 1), ValueError, "m: expected at least 1, got 0"),
        (lambda: narx.delay_embedding(np.ones(5), 2, 1.5), TypeError, "tau: expected an integer"),
        (lambda: narx.delay_embedding(np.ones((5, 1)), 1, 1), ValueError, r"s: expected shape \(N\)"),
        (lambda: narx.delay_embedding(np.ones(5, int), 1, 1), TypeError, "float32 or float64"),
        (lambda: narx.mutual_information(np.ones(5), 5), ValueError, "at least 6 samples"),
        (lambda: narx.mutual_information(np.ones(5), -1), ValueError, "lag"),
        (lambda: narx.mutual_information(np.ones(5), 1, bins=1), ValueError, "bins"),
        (lambda: narx.choose_delay(np.ones(5), 0), ValueError, "max_lag"),
        (lambda: narx.false_neighbours(np.ones(5), 2, 2), ValueError, "at least 6 samples"),
        (lambda: narx.false_neighbours(np.ones(50), 1, 1, ratio=0), ValueError, "ratio > 0"),
        (lambda: narx.neighbours_kept(np.ones((9, 2)), np.ones((8, 2)), 1), ValueError, "B: expected shape"),
        (lambda: narx.neighbours_kept(np.ones((9, 2)), np.ones((9, 2)), 5, apart=2), ValueError, "N = 9"),
        (lambda: narx.regressors(Y, U, Orders(0, 1)), ValueError, "n_y: expected at least 1"),
        (lambda: narx.regressors(Y, U, Orders(1, -1)), ValueError, "n_u"),
        (lambda: narx.regressors(Y, None, Orders(1, 0, 2)), ValueError, "delay: expected 0"),
        (lambda: narx.regressors(Y, None, Orders(1, 1)), ValueError, "u: expected an input"),
        (lambda: narx.regressors(Y, U, Orders(1)), ValueError, "u: expected no input"),
        (lambda: narx.regressors(Y, U[:, :1], Orders(1, 1)), ValueError, "u: expected shape"),
        (lambda: narx.regressors(Y, U[:-1], Orders(1, 1)), ValueError, "u: expected shape"),
        (lambda: narx.regressors(BROKEN, U, Orders(1, 1)), ValueError, "finite"),
        (lambda: narx.regressors(Y[:0], U[:0], Orders(1, 1)), ValueError, "at least one entry"),
        (lambda: narx.regressors(Y[:3], U[:3], Orders(3, 1)), ValueError, "more than 3 steps"),
        (lambda: narx.regressors(Y, U.astype(np.float32), Orders(1, 1)), TypeError, "one dtype"),
        (lambda: narx.segments(Y, 9), ValueError, "at most T = 8"),
        (lambda: narx.segments(Y, 2, 0), ValueError, "stride"),
        (lambda: narx.arx_fit(Y[:5, :1], U[:5, :1], Orders(2, 2)), ValueError, r"P \+ 1 = 5 rows .* got 3"),
        (lambda: narx.linear(np.ones((4, 3)), ARX(np.ones((1, 2)), np.ones(1))), ValueError, "W: expected shape"),
        (lambda: narx.linear([1.0], ARX(np.ones((1, 2)), np.ones(1))), TypeError, "phi: expected a NumPy array"),
        (lambda: narx.mlp(np.ones((4, 2)), NET), ValueError, "W_ih: expected shape"),
        (lambda: narx.mlp_backward(np.ones((3, 1)), np.ones((4, 3)), NET), ValueError, "dy_hat: expected shape"),
        (lambda: narx.mlp_backward(np.ones((4, 2)), np.ones((4, 3)), NET), ValueError, "W_ho: expected shape"),
        (lambda: narx.weight_elimination(np.ones(2), 1.0, 0.0), ValueError, "w0 > 0"),
        (lambda: narx.weight_elimination(np.array([np.inf]), 1.0, 1.0), ValueError, "finite"),
        (lambda: narx.run(len, Y, U, Orders(2, 1), np.ones((6, 2))), TypeError, "array of bools, got float64"),
        (lambda: narx.run(len, Y, U, Orders(2, 1), np.ones((8, 2), bool)), ValueError, r"\(6, 2\), got \(8, 2\)"),
        (
            lambda: narx.run(lambda phi: phi, Y, U, Orders(2, 1), np.ones((6, 2), bool)),
            ValueError,
            r"f: expected predictions of shape \(2, 1\)",
        ),
        (lambda: narx.simulate(len, Y[:3], U, Orders(2, 1)), ValueError, "y0: expected shape"),
        (lambda: narx.simulate(len, Y[:2], U[:2], Orders(2, 1)), ValueError, "steps"),
        (lambda: narx.simulate(len, Y[:2], None, Orders(2)), ValueError, "either an input u"),
        (lambda: narx.simulate(len, Y[:2], U, Orders(2, 1), steps=3), ValueError, "either an input u"),
        (
            lambda: narx.run_backward(np.ones((5, 2, 1)), Y, U, NET, Orders(2, 1), np.ones((6, 2), bool)),
            ValueError,
            "dy_hat_out: expected shape",
        ),
        (lambda: narx.teacher_probability(-1, 2), ValueError, "i ≥ 0"),
        (lambda: narx.teacher_probability(1, 0), ValueError, "k ≥ 1"),
        (lambda: narx.draw_forced(0, 1, 0.5, 0), ValueError, "T: expected at least 1"),
        (lambda: narx.draw_forced(1, 1, 1.5, 0), ValueError, "probability"),
        (lambda: narx.arv(np.ones(3), np.arange(4.0)), ValueError, "prediction: expected shape"),
        (lambda: narx.arv(np.ones(3), np.ones(3)), ValueError, "variance: expected a positive number"),
        (lambda: narx.arv(np.ones(0), np.ones(0)), ValueError, "at least one entry"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
