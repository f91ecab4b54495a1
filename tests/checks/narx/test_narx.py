"""The references of the chapter's exercises, against SciPy, torch, the package's own functions or differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy.optimize import lsq_linear
from scipy.signal import lfilter
from scipy.spatial.distance import cdist

from rnncourse import narx
from rnncourse.checks import check, find
from rnncourse.checks.narx.project import CLOSE, MISLEADING, arx, close, experiments, free_run, misleading

SEEDS = pytest.mark.parametrize("seed", range(5))


def reference(name: str, *arguments: Any) -> Any:
    return find(f"narx.{name}").reference(*arguments)


@SEEDS
def test_delay_vectors_of_one_observable_are_the_pages(seed: int) -> None:
    s = np.random.default_rng(seed).normal(size=(12, 1))
    for m, tau in ((1, 3), (2, 1), (3, 2)):
        found = reference("delay_vectors", s, np.zeros(m, int), tau * np.arange(m))
        np.testing.assert_array_equal(found, narx.delay_embedding(s[:, 0], m, tau))


@SEEDS
def test_a_delay_vector_is_read_off_a_record_that_counts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    T, K, m = 9, 3, 4
    s = np.arange(T)[:, None] * 10.0 + np.arange(K)
    which, lags = rng.integers(0, K, m), rng.permutation(6)[:m]
    X = reference("delay_vectors", s, which, lags)
    t = np.arange(lags.max(), T)
    np.testing.assert_array_equal(X, 10.0 * (t[:, None] - lags) + which)


@SEEDS
@pytest.mark.parametrize("case", ["general", "one coordinate", "w = 0", "wide"])
def test_stretches_are_those_of_scipys_distances(case: str, seed: int) -> None:
    s, m, tau, w = find("narx.stretch").case(case, seed)
    near, a, E = reference("stretch", s, m, tau, w)
    steps = np.arange(m * tau, len(s))
    small, large = (
        cdist(x, x, "chebyshev") for x in (np.array([s[t - tau * np.arange(k)] for t in steps]) for k in (m, m + 1))
    )
    small[np.abs(np.subtract.outer(steps, steps)) <= w] = np.inf
    n = small.argmin(axis=1)
    np.testing.assert_array_equal(near, steps[n])
    np.testing.assert_allclose(a, large[np.arange(len(n)), n] / small.min(axis=1), rtol=1e-12)
    assert pytest.approx(a.mean()) == E
    assert (np.abs(near - steps) > w).all()


def test_stretches_of_a_circle_go_to_one_when_its_dimension_is_reached() -> None:
    """Where a sine is, its two delay coordinates say; one of them does not."""
    s = np.sin(0.31 * np.arange(400))
    E = [reference("stretch", s, m, 5, 10)[2] for m in (1, 2, 3)]
    assert E[0] > 10
    assert E[1] == pytest.approx(1, abs=0.1)
    assert E[2] == pytest.approx(1, abs=0.1)


@SEEDS
def test_without_gaps_it_is_the_librarys_model(seed: int) -> None:
    for case in ("complete", "delayed", "long delay"):
        y, u, known, n_y, n_u, d = find("narx.fit_arx").case(case, seed)
        a, b, c = reference("fit_arx", y, u, known, n_y, n_u, d)
        model = narx.arx_fit(y[:, None, None], u[:, None, None], narx.Orders(n_y, n_u, d))
        np.testing.assert_allclose([*a, *b, c], [*model.W[0], *model.b], rtol=1e-9)


@SEEDS
def test_with_gaps_it_is_scipys_least_squares_and_knows_nothing_of_what_stands_there(seed: int) -> None:
    y, u, known, n_y, n_u, d = find("narx.fit_arx").case("general", seed)
    a, b, c = reference("fit_arx", y, u, known, n_y, n_u, d)
    steps = [t for t in range(max(n_y, d + n_u - 1), len(y)) if set(known[t - n_y : t + 1]) == {1}]
    X = [[*(y[t - j] for j in range(1, n_y + 1)), *(u[t - d - j] for j in range(n_u)), 1] for t in steps]
    np.testing.assert_allclose([*a, *b, c], lsq_linear(np.array(X), y[steps]).x, rtol=1e-9)
    other = reference("fit_arx", np.where(known == 1, y, 1e6), u, known, n_y, n_u, d)
    np.testing.assert_array_equal(np.hstack(other), [*a, *b, c])


def network(W_ih: Any, b_ih: Any, W_ho: Any, b_ho: Any) -> Any:
    """The network of a task as a function of the library's regressors, in torch."""

    def F(phi: Any) -> Any:
        h = torch.tanh(torch.nn.functional.linear(*map(torch.from_numpy, (phi, W_ih, b_ih))))
        return (h @ torch.from_numpy(W_ho) + b_ho)[:, None].numpy()

    return F


@SEEDS
@pytest.mark.parametrize("case", ["general", "one step", "far", "more inputs", "one record"])
def test_k_steps_ahead_are_the_end_of_free_runs_of_k_steps(case: str, seed: int) -> None:
    y, u, *weights, n_y, k = find("narx.k_ahead").case(case, seed)
    orders = narx.Orders(n_y, weights[0].shape[1] - n_y, 1)
    S, found = orders.start, reference("k_ahead", y, u, *weights, n_y, k)
    assert len(found) == len(y) - S - k + 1
    for row, t in enumerate(range(S + k - 1, len(y))):
        start = t - k + 1 - S
        window = u[start : t + 1, :, None]
        run = narx.simulate(network(*weights), y[start : start + S, :, None], window, orders)
        np.testing.assert_allclose(found[row], run[-1, :, 0], rtol=1e-10, atol=1e-12)


@SEEDS
def test_between_free_run_and_teacher_forcing(seed: int) -> None:
    """At both ends it is the library's run; between them, the fixed point of its definition."""
    y, u, known, W, b, alpha, n_y = find("narx.blended_run").case("between", seed)
    orders, model = narx.Orders(n_y, 1, 0), narx.ARX(W, b)
    for share in (0.0, 1.0):
        forced = np.full((len(y) - n_y, y.shape[1]), bool(share))
        for mine, library in zip(
            reference("blended_run", y, u, known, W, b, share, n_y),
            narx.run(lambda phi: narx.linear(phi, model), y, u, orders, forced),
            strict=True,
        ):
            np.testing.assert_allclose(mine, library, rtol=1e-10, atol=1e-12)
    y_hat, fed = reference("blended_run", y, u, known, W, b, alpha, n_y)
    np.testing.assert_allclose(y_hat, narx.linear(narx.regressors(fed, u, orders), model), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(fed[n_y:], alpha * y[n_y:] + (1 - alpha) * y_hat, rtol=1e-10, atol=1e-12)


@SEEDS
def test_in_gaps_the_prediction_is_fed(seed: int) -> None:
    y, u, known, W, b, alpha, n_y = find("narx.blended_run").case("general", seed)
    y_hat, fed = reference("blended_run", y, u, known, W, b, alpha, n_y)
    gap = known[n_y:] == 0
    assert gap.any()
    np.testing.assert_array_equal(fed[n_y:][gap], y_hat[gap])
    for mine, other in zip(
        (y_hat, fed),
        reference("blended_run", np.where(known[..., None] == 1, y, 1e6), u, known, W, b, alpha, n_y),
        strict=True,
    ):
        np.testing.assert_array_equal(mine, other)


@SEEDS
@pytest.mark.parametrize("case", ["general", "one lag", "one step", "three lags"])
def test_gradients_through_the_simulation_are_autograds(case: str, seed: int) -> None:
    y, u, a, b, c = find("narx.simulation_gradient").case(case, seed)
    n = len(a)
    leaves = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (a, b, c, y[:n])]
    run = list(leaves[3])
    for t in range(n, len(y)):
        run.append(torch.tanh(leaves[2] + sum(leaves[0][j] * run[t - 1 - j] for j in range(n)) + leaves[1] * u[t - 1]))
    L = sum((run[t] - y[t]) ** 2 for t in range(n, len(y))) / 2
    gradients = torch.autograd.grad(L, leaves)
    found = reference("simulation_gradient", y, u, a, b, c)
    for mine, theirs in zip(found, (L.detach(), *gradients), strict=True):
        np.testing.assert_allclose(mine, theirs.numpy(), rtol=1e-10, atol=1e-12)


@SEEDS
def test_scores_are_those_of_their_definition_written_out(seed: int) -> None:
    y, y_hat, skip = find("narx.run_scores").case("general", seed)
    fit, skill = reference("run_scores", y, y_hat, skip)
    for k in range(y.shape[2]):
        true, made = y[skip:, :, k], y_hat[skip:, :, k]
        assert (1 - fit[k]) ** 2 == pytest.approx(narx.arv(made, true))
        assert 1 - skill[k] == pytest.approx(
            np.square(true - made).sum() / np.square(np.diff(y[skip - 1 :, :, k], axis=0)).sum()
        )
    repeated = np.concatenate([y[:1], y[:-1]])
    np.testing.assert_allclose(reference("run_scores", y, repeated, skip)[1], 0, atol=1e-12)
    np.testing.assert_allclose(
        reference("run_scores", y, np.broadcast_to(y[skip:].mean((0, 1)), y.shape), skip)[0], 0, atol=1e-12
    )


@SEEDS
@pytest.mark.parametrize("case", ["general", "first order", "the largest order"])
def test_a_model_that_is_identified_runs_as_scipys_filter(case: str, seed: int) -> None:
    y, u, y_valid, u_valid, y_start, u_test, n_max = find("narx.identify").case(case, seed)
    errors, n, y_hat = reference("identify", y, u, y_valid, u_valid, y_start, u_test, n_max)
    assert (errors.argmin() + 1, len(errors), len(y_hat)) == (n, n_max, len(u_test) - n_max)
    model = narx.arx_fit(y[:, None, None], u[:, None, None], narx.Orders(n, n, 1))
    a, b, c = model.W[0, :n], model.W[0, n:], model.b[0]
    drive = np.convolve(u_test, [0, *b])[: len(u_test)] + c  # what inputs and offset give; outputs come by the filter
    denominator = [1, *-a]
    past = [sum(a[j + i] * y_start[-1 - j] for j in range(n - i)) for i in range(n)]
    run, _ = lfilter([1], denominator, drive[n_max:], zi=past)
    np.testing.assert_allclose(y_hat, run, rtol=1e-9, atol=1e-10)


def test_one_step_ahead_prefers_another_order_in_the_general_case() -> None:
    for seed in MISLEADING:
        assert misleading(experiments(np.random.default_rng(seed), 26, 16, 11, 2, 3), 2)


@SEEDS
def test_an_order_that_is_best_by_a_little_is_not_chosen_where_coefficients_cost(seed: int) -> None:
    right = find("narx.identify").variant()

    def by_akaike(*arguments: Any) -> Any:
        errors, _, _ = right(*arguments)
        steps = len(arguments[2]) - len(errors)
        n = 1 + int(np.argmin([steps * np.log(e**2) + 2 * k for k, e in enumerate(errors, start=1)]))
        y, u, *_, y_start, u_test, _ = arguments
        return errors, n, free_run(y_start, u_test, arx(y, u, n))

    report = check("narx.identify", by_akaike, seed=seed)
    assert not report.facets["the order chosen by them"]
    assert report.facets["errors of the free runs"]


def test_the_largest_order_is_the_best_by_a_little() -> None:
    for seed in CLOSE:
        assert close(experiments(np.random.default_rng(seed), 30, 16, 10, 2, 3), 3)


def test_a_number_of_0_is_no_size_to_divide_by() -> None:
    """Dead times and windows may be 0; what is asked of a wrong answer then still finds words."""
    right = find("narx.stretch").variant()

    def scaled(s: Any, m: int, tau: int, w: int) -> Any:
        near, a, E = right(s, m, tau, w)
        return near, a * s.dtype.type(7.3), E

    def scaled_by_the_window(s: Any, m: int, tau: int, w: int) -> Any:
        near, a, E = right(s, m, tau, w)
        return near, a + s.dtype.type(w) * s[m * tau :], E

    assert "a is right up to one factor, the same for all numbers: 7.3." in str(check("narx.stretch", scaled))
    assert "it is right in those with w=0" in str(check("narx.stretch", scaled_by_the_window))
