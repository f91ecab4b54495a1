"""The references of the chapter's exercises, against SciPy, scikit-learn, torch, the package's own functions."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.signal
import torch
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.preprocessing import PolynomialFeatures

from rnncourse import esn, reservoir
from rnncourse.checks import find

SEEDS = pytest.mark.parametrize("seed", range(5))


def reference(name: str, *arguments: Any) -> Any:
    return find(f"reservoir.{name}").reference(*arguments)


def drawn(name: str, case: str, seed: int) -> Any:
    return find(f"reservoir.{name}").case(case, seed)


@SEEDS
@pytest.mark.parametrize("case", ["without a leak", "not forgotten"])
def test_states_without_a_leak_are_torchs(case: str, seed: int) -> None:
    x, h0, g0, W_ih, W_hh, b, a, eps = drawn("forgetting", case, seed)
    cell = torch.nn.RNN(x.shape[2], len(b), dtype=torch.float64)
    with torch.no_grad():
        for name, value in (("weight_ih_l0", W_ih), ("weight_hh_l0", W_hh), ("bias_ih_l0", b), ("bias_hh_l0", 0 * b)):
            getattr(cell, name).copy_(torch.from_numpy(value))
        h, g = (cell(torch.from_numpy(x), torch.from_numpy(start[None]))[0].numpy() for start in (h0, g0))
    ours, d, n = reference("forgetting", x, h0, g0, W_ih, W_hh, b, a, eps)
    np.testing.assert_allclose(ours, h, atol=1e-12)
    np.testing.assert_allclose(d[1:], torch.norm(torch.from_numpy(h - g), dim=2).numpy(), atol=1e-12)
    np.testing.assert_array_equal(n == -1, d[-1] >= eps)


@SEEDS
@pytest.mark.parametrize("case", ["general", "forgotten twice", "square"])
def test_with_one_leak_rate_for_all_states_are_the_packages(case: str, seed: int) -> None:
    x, h0, g0, W_ih, W_hh, b, _, eps = drawn("forgetting", case, seed)
    h, d, n = reference("forgetting", x, h0, g0, W_ih, W_hh, b, np.full(len(b), 0.3), eps)
    np.testing.assert_allclose(h, esn.forward(x, h0, W_ih, W_hh, b, 0.3), atol=1e-12)
    for k, step in enumerate(n):
        assert (d[step:, k] < eps).all() if step >= 0 else d[-1, k] >= eps
        assert step <= 0 or d[step - 1, k] >= eps


def test_without_weights_distances_shrink_by_the_leak() -> None:
    zero, one = np.zeros((1, 1)), np.zeros(1)
    _, d, n = reference("forgetting", np.zeros((9, 1, 1)), zero + 1, zero, zero, zero, one, one + 0.5, 0.1)
    np.testing.assert_allclose(d[:, 0], 0.5 ** np.arange(10))
    assert n[0] == 4  # 1/16 is the first below 1/10


@SEEDS
@pytest.mark.parametrize("case", ["general", "positive weights", "negative weights", "no leak"])
def test_radius_and_bound_are_scipys(case: str, seed: int) -> None:
    W, keep, rho, a = drawn("scale", case, seed)
    W_hh, radius, c = reference("scale", W, keep, rho, a)
    assert (W_hh[keep == 0] == 0).all()
    ratio = W_hh[keep == 1] / W[keep == 1]
    np.testing.assert_allclose(ratio, ratio[0])
    assert ratio[0] > 0
    assert np.abs(scipy.linalg.eigvals(W_hh)).max() == pytest.approx(rho)
    np.testing.assert_allclose(W_hh, reservoir.scale_to_radius(W * keep, rho), rtol=1e-12)
    assert np.abs(scipy.linalg.eigvals((1 - a) * np.eye(len(W)) + a * W_hh)).max() == pytest.approx(radius)
    assert c == pytest.approx(1 - a + a * scipy.linalg.svdvals(W_hh)[0])


@SEEDS
def test_two_states_come_closer_by_the_bound_at_least(seed: int) -> None:
    """For random inputs; and small states without input move as the leaky matrix says."""
    W, keep, _, a = drawn("scale", "general", seed)
    rng, N = np.random.default_rng(seed), len(W)
    W_hh, radius, c = reference("scale", W, keep, 0.3, a)
    h: Any
    g: Any
    h, g = rng.uniform(-1, 1, (2, 1, N))
    for _ in range(20):
        x = rng.normal(size=(1, 1))
        before = np.linalg.norm(h - g)
        h, g = (esn.cell(x, s, np.ones((N, 1)), W_hh, np.zeros(N), a) for s in (h, g))
        assert np.linalg.norm(h - g) <= c * before + 1e-15
    small: Any = 1e-9 * rng.normal(size=(1, N))
    sizes = []
    for _ in range(400):
        small = esn.cell(np.zeros((1, 1)), small, np.ones((N, 1)), W_hh, np.zeros(N), a)
        sizes.append(np.linalg.norm(small))
        small *= 1e-9 / sizes[-1]
    assert np.exp(np.mean(np.log(np.array(sizes[200:]) / 1e-9))) == pytest.approx(radius, rel=0.03)


@SEEDS
@pytest.mark.parametrize("case", ["general", "least squares", "washout", "penalty", "one sequence"])
def test_the_readout_is_scikit_learns(case: str, seed: int) -> None:
    h, x, y, washout, penalty = drawn("readout", case, seed)
    W_ho, rmse = reference("readout", h, x, y, washout, penalty)
    A, target = (one[washout:].reshape(-1, one.shape[2]) for one in (np.concatenate([h, x], axis=2), y))
    theirs = (Ridge(alpha=penalty) if penalty else LinearRegression()).fit(A, target)
    np.testing.assert_allclose(W_ho[:, :-1], theirs.coef_, atol=1e-9)
    np.testing.assert_allclose(W_ho[:, -1], theirs.intercept_, atol=1e-9)
    np.testing.assert_allclose(rmse, np.sqrt(((theirs.predict(A) - target) ** 2).mean(axis=0)), atol=1e-9)


@SEEDS
@pytest.mark.parametrize("case", ["general", "a gap", "all remembered", "the first forgotten"])
def test_the_memory_curve_is_scikit_learns_and_numpys(case: str, seed: int) -> None:
    h, x, K, washout, n = drawn("memory", case, seed)
    r2, capacity, span = reference("memory", h, x, K, washout, n)
    for k in range(1, K + 1):
        states, delayed = h[washout:], x[washout - k : len(x) - k]
        o = LinearRegression().fit(states[:n], delayed[:n]).predict(states[n:])
        assert r2[k - 1] == pytest.approx(np.corrcoef(o, delayed[n:])[0, 1] ** 2)
    assert capacity == pytest.approx(r2.sum())
    assert (r2[:span] >= 0.5).all()
    assert span == K or r2[span] < 0.5


@SEEDS
@pytest.mark.parametrize("case", ["general", "values", "one value", "third degree"])
def test_features_are_scikit_learns(case: str, seed: int) -> None:
    x, k, apart, degree = drawn("nvar", case, seed)
    Phi = reference("nvar", x, k, apart, degree)
    first = (k - 1) * apart
    assert len(Phi) == len(x) - first
    for t in range(first, len(x)):
        v = np.concatenate([x[t - j * apart] for j in range(k)][::-1], axis=1)
        theirs = PolynomialFeatures(degree).fit_transform(v)
        np.testing.assert_allclose(Phi[t - first], np.roll(theirs, -1, axis=1), rtol=1e-12)


@SEEDS
def test_a_free_run_that_hears_no_known_inputs_is_the_packages(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = esn.EchoStateNetwork(2, 12, 0.7, a=0.6, increments=True, seed=seed, penalty=1e-3)
    x = np.cumsum(0.1 * rng.normal(size=(60, 1, 2)), axis=0)
    network.fit(x[:-1], x[1:], washout=5)
    steps = 7
    u = rng.normal(size=(len(x) + steps - 1, 1, 1))  # which nobody hears
    assert network.W_ho is not None
    W_ih, W_ho = np.insert(network.W_ih, 2, 0, axis=1), np.insert(network.W_ho, 14, 0, axis=1)
    x_hat, h = reference("free_run", x, u, W_ih, network.W_hh.dense(), network.b, network.a, W_ho)
    np.testing.assert_allclose(x_hat, network.free_run(x, steps), atol=1e-9)
    whole = np.concatenate([x, x_hat[:-1]])
    np.testing.assert_allclose(h, network.drive(whole)[-1], atol=1e-9)


@SEEDS
@pytest.mark.parametrize("case", ["general", "without a leak", "one measured step"])
def test_a_free_run_is_what_measuring_its_own_predictions_would_give(case: str, seed: int) -> None:
    x, u, *weights = drawn("free_run", case, seed)
    x_hat, h = reference("free_run", x, u, *weights)
    W_ih, W_hh, b, a, W_ho = weights
    whole = np.concatenate([np.concatenate([x, x_hat[:-1]]), u], axis=2)
    states = esn.forward(whole, np.zeros((x.shape[1], len(b))), W_ih, W_hh, b, a)
    np.testing.assert_allclose(h, states[-1], atol=1e-12)
    K = x.shape[2]
    o = whole[:, :, :K] + esn.output(states, whole, W_ho)
    np.testing.assert_allclose(x_hat, o[len(x) - 1 :], atol=1e-12)


@SEEDS
def test_a_membrane_that_never_fires_is_scipys_filter(seed: int) -> None:
    u, W_ih, W_hh, tau, dt, theta, low, rest = drawn("spikes", "silence", seed)
    s, v = reference("spikes", u, W_ih, W_hh, tau, dt, theta, low, rest)
    assert not s.any()
    np.testing.assert_allclose(v, scipy.signal.lfilter([1], [1, -np.exp(-dt / tau)], u @ W_ih.T, axis=0), atol=1e-12)


@pytest.mark.parametrize("rest", range(4))
def test_a_steady_input_makes_a_unit_fire_as_often_as_it_may(rest: int) -> None:
    one = np.ones((1, 1))
    s, v = reference("spikes", np.ones((24, 1, 1)), 5 * one, 0 * one, 2.0, 1.0, 1.0, -0.5, rest)
    np.testing.assert_array_equal(np.flatnonzero(s), np.arange(0, 24, rest + 1))
    assert (v == -0.5).all()


def test_a_unit_fires_when_the_closed_form_says() -> None:
    """Charged by w a step, it is at w (1 - κ^n) / (1 - κ) after n of them."""
    tau, dt, w, theta = 5.0, 0.5, 0.2, 1.0
    keep = np.exp(-dt / tau)
    first = int(np.ceil(np.log(1 - theta * (1 - keep) / w) / np.log(keep)))
    s, _ = reference("spikes", np.ones((40, 1, 1)), w * np.ones((1, 1)), np.zeros((1, 1)), tau, dt, theta, 0.0, 0)
    np.testing.assert_array_equal(np.flatnonzero(s), np.arange(first - 1, 40, first))


@SEEDS
def test_spikes_reach_others_one_step_later(seed: int) -> None:
    u, W_ih, W_hh, *rest = drawn("spikes", "general", seed)
    s, v = reference("spikes", u, W_ih, W_hh, *rest)
    extra = np.concatenate([np.zeros_like(s[:1]), s[:-1]])  # as if they came from outside
    again, membranes = reference(
        "spikes", np.concatenate([u, extra], axis=2), np.concatenate([W_ih, W_hh], axis=1), 0 * W_hh, *rest
    )
    np.testing.assert_array_equal(again, s)
    np.testing.assert_allclose(membranes, v, atol=1e-12)


@SEEDS
@pytest.mark.parametrize("case", ["general", "one feature", "never off"])
def test_a_forecast_by_the_packages_states_and_scikit_learn(case: str, seed: int) -> None:
    x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent = given = drawn("forecast", case, seed)
    errors, best, x_hat, e, valid_time = reference("forecast", *given)
    m = n_train + n_valid
    h = esn.forward(x[:m, None], np.zeros((1, len(b))), W_ih, W_hh, b, a)[:, 0]
    A = np.concatenate([h, x[:m]], axis=1)
    for penalty, error in zip(penalties, errors, strict=True):
        model = Ridge(alpha=penalty).fit(A[washout - 1 : n_train - 1], x[washout:n_train])
        wrong = model.predict(A[n_train - 1 : m - 1]).reshape(n_valid, -1) - x[n_train:m]
        assert error == pytest.approx(np.sqrt((wrong**2).mean()), rel=1e-6)
    assert best == errors.argmin()
    model = Ridge(alpha=penalties[best]).fit(A[washout - 1 : m - 1], x[washout:m])
    whole = np.concatenate([x[:m], x_hat[:-1]])
    h = esn.forward(whole[:, None], np.zeros((1, len(b))), W_ih, W_hh, b, a)[:, 0]
    own = model.predict(np.concatenate([h, whole], axis=1)[m - 1 :]).reshape(x_hat.shape)
    np.testing.assert_allclose(own, x_hat, rtol=1e-6, atol=1e-7)
    scale = x[:m].std(axis=0)
    for n, one in enumerate(e):
        assert one == pytest.approx(np.sqrt((((x_hat[n] - x[m + n]) / scale) ** 2).mean()))
    theirs = reservoir.valid_time(x_hat[:, None], x[m:, None], dt, exponent, scale, threshold=eps)
    assert valid_time == pytest.approx(theirs[0])


def test_seeds_that_are_kept_are_of_telling_series() -> None:
    """Whoever takes other steps or another measure finds the same penalty; so each mistake loses the same parts."""
    forecast = importlib.import_module("rnncourse.checks.reservoir.forecast")
    for sizes, turned, valid, seeds in forecast.SEEDS.values():
        for seed in seeds:
            assert forecast.telling(seed, sizes, turned, valid)
