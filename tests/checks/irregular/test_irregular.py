"""The references of the chapter's exercises, against pandas, scikit-learn, torch, SciPy or the normal distribution."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.integrate import solve_ivp
from sklearn.metrics import root_mean_squared_error
from sklearn.preprocessing import StandardScaler

from rnncourse.checks import find

SEEDS = pytest.mark.parametrize("seed", range(5))


def asked(name: str, case: str, seed: int) -> tuple[Any, ...]:
    """The arguments of a case, and what is right."""
    exercise = find(f"irregular.{name}")
    arguments = exercise.case(case, seed)
    return arguments, exercise.reference(*arguments)


def columns(*arrays: Any) -> Any:
    """Example by example and feature by feature."""
    for b, f in np.ndindex(arrays[0].shape[1:]):
        yield (b, f, *(a[:, b, f] for a in arrays))


@SEEDS
@pytest.mark.parametrize("case", ["general", "one step", "everything observed", "nothing observed"])
def test_an_interval_is_the_time_since_the_last_row_that_pandas_knows(case: str, seed: int) -> None:
    (time, m, seen), delta = asked("since", case, seed)
    for b, f, mask, ours in columns(m, delta):
        known = pd.Series(time[:, b]).where(mask == 1).ffill().shift().fillna(seen[b, f])
        np.testing.assert_allclose(ours, time[:, b] - known, rtol=1e-12)


@SEEDS
@pytest.mark.parametrize("case", ["general", "everything observed"])
def test_values_are_standardised_as_by_scikit_learn(case: str, seed: int) -> None:
    (x, m, train), (x_mean, sd, u) = asked("standardise", case, seed)
    known = np.where(m == 1, x, np.nan)
    scaler = StandardScaler().fit(known[:, train == 1].reshape(-1, x.shape[2]))
    np.testing.assert_allclose([x_mean, sd], [scaler.mean_, scaler.scale_], rtol=1e-10)
    theirs = scaler.transform(known.reshape(-1, x.shape[2])).reshape(x.shape)
    np.testing.assert_allclose(u, np.nan_to_num(theirs), rtol=1e-9, atol=1e-12)


@SEEDS
@pytest.mark.parametrize("case", ["general", "no limit in reach", "growing old", "a late beginning"])
def test_recent_values_are_those_of_a_merge_as_of_now(case: str, seed: int) -> None:
    (time, x, m, x_mean, limit), x_hat = asked("fill_recent", case, seed)
    for b, f, values, mask, ours in columns(x, m, x_hat):
        seen = pd.DataFrame({"s": time[mask == 1, b], "x": values[mask == 1]})
        found = pd.merge_asof(pd.DataFrame({"s": time[:, b]}), seen, on="s", tolerance=limit)
        np.testing.assert_array_equal(ours, found["x"].fillna(x_mean[f]))


@SEEDS
@pytest.mark.parametrize("case", ["general", "everything observed"])
def test_fillings_are_pandas_and_errors_scikit_learns(case: str, seed: int) -> None:
    (time, x, m, hidden), (mean, forward, line, R) = asked("compare", case, seed)
    left = np.where((m == 1) & (hidden == 0), x, np.nan)
    usual = np.nanmean(left, axis=(0, 1))
    for b, f, values, *ours in columns(left, mean, forward, line):
        series = pd.Series(values, index=time[:, b])
        drawn = series.interpolate(method="index", limit_direction="both")
        theirs = [one.fillna(usual[f]) for one in (series, series.ffill(), drawn)]
        np.testing.assert_allclose(np.array(ours), np.array(theirs), rtol=1e-10, atol=1e-12)
    errors = [root_mean_squared_error(x[hidden == 1], one[hidden == 1]) for one in (mean, forward, line)]
    np.testing.assert_allclose(R, errors, rtol=1e-10)


@SEEDS
@pytest.mark.parametrize("name", ["standardise", "fill_recent", "compare", "grud_inputs", "level"])
def test_what_stands_where_nothing_was_observed_is_never_looked_at(name: str, seed: int) -> None:
    exercise = find(f"irregular.{name}")
    arguments = exercise.case("general", seed)
    names = [value.name for value in exercise.arguments]
    x, m = (arguments[names.index(one)] for one in ("x", "m"))
    other = [np.where(m == 1, x, 1e3) if one == "x" else a for one, a in zip(names, arguments, strict=True)]
    for before, after in zip(exercise.answer(arguments), exercise.answer(other), strict=True):
        np.testing.assert_array_equal(before, after)


def torch_filled(m: Any, delta: Any, last: Any, x: Any, x_mean: Any, w: Any, b: Any) -> tuple[Any, Any]:
    """Che et al. (2018), equations 3 to 5, in torch's words: where, lerp, exp and relu."""
    gamma = torch.exp(-torch.relu(w * delta + b))
    return gamma, torch.where(m == 1, x, torch.lerp(x_mean.expand_as(last), last, gamma))


@SEEDS
@pytest.mark.parametrize("case", ["general", "no decay", "long waits"])
def test_what_the_cell_reads_is_a_blend_by_torch_of_what_pandas_carries(case: str, seed: int) -> None:
    (x, m, delta, x_first, *rest), found = asked("grud_inputs", case, seed)
    last = np.empty_like(x)
    for b, f, values, mask in columns(x, m):
        last[:, b, f] = pd.Series(values).where(mask == 1).ffill().shift().fillna(x_first[b, f])
    theirs = torch_filled(*(torch.from_numpy(a) for a in (m, delta, last, x, *rest)))
    for ours, right in zip(found, theirs, strict=True):
        np.testing.assert_allclose(ours, right, rtol=1e-10, atol=1e-13)


@SEEDS
@pytest.mark.parametrize("case", ["general", "one example"])
def test_a_step_is_that_of_torchs_linear_maps(case: str, seed: int) -> None:
    arguments, found = asked("grud_cell", case, seed)
    x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d = map(torch.from_numpy, arguments)
    linear = torch.nn.functional.linear
    h_hat = h_prev * torch.exp(-torch.relu(linear(delta_t, W_d, b_d)))
    W, read = torch.cat([W_ih, W_mh, W_hh], dim=1), torch.cat([x_hat, m_t], dim=1)
    H = h_prev.shape[1]
    r, z = torch.sigmoid(linear(torch.cat([read, h_hat], dim=1), W, b))[:, : 2 * H].chunk(2, dim=1)
    n = torch.tanh(linear(torch.cat([read, r * h_hat], dim=1), W, b)[:, 2 * H :])
    for ours, theirs in zip(found, (h_hat, r, z, n, torch.lerp(n, h_hat, z)), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-13)


@SEEDS
@pytest.mark.parametrize("case", ["general", "nothing observed", "one step"])
def test_gradients_of_the_decay_are_torchs(case: str, seed: int) -> None:
    (dx_hat, m, delta, x_last, x_mean, w_x, b_x), found = asked("decay_gradient", case, seed)
    given = [torch.from_numpy(a).requires_grad_() for a in (w_x, b_x, x_mean, x_last)]
    w, b, mean, last = given
    x = torch.full_like(last, 9)
    _, x_hat = torch_filled(*(torch.from_numpy(a) for a in (m, delta)), last, x, mean, w, b)
    theirs = torch.autograd.grad((x_hat * torch.from_numpy(dx_hat)).sum(), given)
    for ours, right in zip(found, theirs, strict=True):
        np.testing.assert_allclose(ours, right, rtol=1e-10, atol=1e-13)


@SEEDS
@pytest.mark.parametrize(
    "case", ["general", "even steps, all observed", "even steps, gaps", "uneven steps, all observed"]
)
def test_a_filter_is_the_normal_distribution_given_what_was_seen(case: str, seed: int) -> None:
    """All levels and observations are normal together; what was seen conditions them, at one blow."""
    (time, x, m, a0, P0, q, r), (a_pred, P_pred, a, P) = asked("level", case, seed)
    for b, t in np.ndindex(x.shape[1], len(x)):
        s = time[:, b]
        covariance = P0[b] + q * (np.minimum(s[:, None], s) - s[0])
        for mean, variance, upto in ((a_pred, P_pred, t), (a, P, t + 1)):
            seen = np.flatnonzero(m[:upto, b])
            noisy = covariance[np.ix_(seen, seen)] + r * np.eye(len(seen))
            gain = np.linalg.solve(noisy, covariance[seen, t])
            assert mean[t, b] == pytest.approx(a0[b] + gain @ (x[seen, b] - a0[b]), rel=1e-9, abs=1e-12)
            assert variance[t, b] == pytest.approx(covariance[t, t] - gain @ covariance[seen, t], rel=1e-9)


@SEEDS
@pytest.mark.parametrize("case", ["general", "one observation", "another n"])
def test_a_state_flows_as_scipy_integrates_it(case: str, seed: int) -> None:
    (time, x, h0, rate, rest, W_ih, W_hh, b, n), (exact, euler) = asked("flow_rnn", case, seed)
    for i in range(x.shape[1]):
        h, e = h0[i], h0[i]
        for t in range(len(x)):
            if t > 0:
                gap = time[t, i] - time[t - 1, i]
                h = solve_ivp(lambda s, h: -rate * (h - rest), (0, gap), h, "DOP853", rtol=1e-11, atol=1e-13).y[:, -1]
                e = rest + np.linalg.matrix_power(np.diag(1 - rate * gap / n), n) @ (e - rest)
            h, e = (np.tanh(W_ih @ x[t, i] + W_hh @ state + b) for state in (h, e))
            np.testing.assert_allclose(exact[t, i], h, rtol=1e-8, atol=1e-10)
            np.testing.assert_allclose(euler[t, i], e, rtol=1e-9, atol=1e-12)
