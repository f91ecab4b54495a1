"""The chaotic series against SciPy's integrators, and against what is known of the attractors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.integrate
import scipy.interpolate

from rnncourse.data import LORENZ_LYAPUNOV, lorenz, mackey_glass


def lorenz_slope(_: float, s: Any) -> list[float]:
    return [10 * (s[1] - s[0]), s[0] * (28 - s[2]) - s[1], s[0] * s[1] - 8 / 3 * s[2]]


@pytest.mark.parametrize("tau", [5.0, 17.0, 30.0])
def test_mackey_glass_is_scipys_solution_delay_by_delay(tau: float) -> None:
    """The series is read as the history of one delay; SciPy continues it for three more."""
    dt = tau / 400
    x = mackey_glass(1601, tau=tau, dt=dt)
    time = np.arange(1601) * dt
    late = scipy.interpolate.CubicSpline(time[:401], x[:401])
    for k in range(1, 4):
        found = scipy.integrate.solve_ivp(
            lambda s, y, late=late: 0.2 * late(s - tau) / (1 + late(s - tau) ** 10) - 0.1 * y,
            (k * tau, (k + 1) * tau),
            [x[400 * k]],
            method="DOP853",
            t_eval=time[400 * k : 400 * (k + 1) + 1].clip(k * tau, (k + 1) * tau),
            rtol=1e-12,
            atol=1e-13,
        )
        np.testing.assert_allclose(found.y[0], x[400 * k : 400 * (k + 1) + 1], atol=1e-8)
        late = scipy.interpolate.CubicSpline(time[400 * k : 400 * (k + 1) + 1], found.y[0])


def test_mackey_glass_solves_its_equation_whatever_the_sampling() -> None:
    fine = mackey_glass(4001, dt=0.05, seed=3)
    np.testing.assert_allclose(mackey_glass(201, seed=3), fine[::20], atol=1e-9)
    np.testing.assert_allclose(mackey_glass(101, dt=0.7, seed=3), fine[: 101 * 14 : 14], atol=1e-9)
    np.testing.assert_allclose(mackey_glass(50, seed=3), mackey_glass(80, seed=3)[:50], atol=1e-12)
    n = 340  # one delay of 17
    slope = (fine[n + 1 :] - fine[n - 1 : -2])[:-1] / 0.1
    right = 0.2 * fine[: -n - 2] / (1 + fine[: -n - 2] ** 10) - 0.1 * fine[n:-2]
    np.testing.assert_allclose(slope[: len(right)], right[: len(slope)], atol=1e-3)


def test_mackey_glass_does_not_repeat_and_a_short_delay_leads_to_a_cycle() -> None:
    x = mackey_glass(3000)
    assert 0.2 < x.min() < 0.5 < 1.2 < x.max() < 1.4
    assert x.std() == pytest.approx(0.227, abs=0.01)
    cycle = mackey_glass(8000, tau=10.0, dt=0.1)[4000:]
    crossings = np.flatnonzero((cycle[:-1] < cycle.mean()) & (cycle[1:] >= cycle.mean()))
    assert np.ptp(np.diff(crossings)) <= 1
    assert np.ptp(mackey_glass(1000, tau=2.0)[500:]) < 1e-6  # and a very short one to rest, at x = 1
    assert mackey_glass(1, tau=2.0)[0] == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_lorenz_is_scipys_solution(seed: int) -> None:
    found = lorenz(101, seed=seed)
    exact = scipy.integrate.solve_ivp(
        lorenz_slope, (0, 2), found[0], method="DOP853", t_eval=np.linspace(0, 2, 101), rtol=1e-12, atol=1e-12
    )
    np.testing.assert_allclose(found[:6], exact.y.T[:6], atol=1e-6)
    np.testing.assert_allclose(found, exact.y.T, atol=1e-4)


def test_lorenz_attractor() -> None:
    """Both wings are visited alike, and the mean of dz/dt is 0: ⟨xy⟩ = 8/3 ⟨z⟩."""
    s = lorenz(20_000)
    assert (s[:, 0] > 0).mean() == pytest.approx(0.5, abs=0.15)  # six standard deviations
    assert (s[:, 0] * s[:, 1]).mean() == pytest.approx(8 / 3 * s[:, 2].mean(), rel=5e-3)
    assert 0 < s[:, 2].min() < s[:, 2].max() < 50


def test_lorenz_lyapunov_exponent_is_the_growth_of_a_small_difference() -> None:
    def both(t: float, y: Any) -> np.ndarray:
        x, v = y[:3], y[3:]
        J = np.array([[-10, 10, 0], [28 - x[2], -1, -x[0]], [x[1], x[0], -8 / 3]])
        return np.concatenate([lorenz_slope(t, x), J @ v])

    y, growth = np.concatenate([lorenz(1)[0], [1, 0, 0]]), 0.0
    for _ in range(150):
        y = scipy.integrate.solve_ivp(both, (0, 1), y, rtol=1e-5, atol=1e-5).y[:, -1]
        growth += np.log(np.linalg.norm(y[3:]))
        y[3:] /= np.linalg.norm(y[3:])
    assert growth / 150 == pytest.approx(LORENZ_LYAPUNOV, abs=0.1)


@pytest.mark.parametrize("series", [mackey_glass, lorenz])
def test_series_are_seeded_and_typed(series: Callable[..., np.ndarray]) -> None:
    a, b, c = series(20, seed=1), series(20, seed=1), series(20, seed=2)
    np.testing.assert_array_equal(a, b)
    assert not np.allclose(a, c)
    assert a.dtype == np.float64
    assert a.shape == ((20,) if series is mackey_glass else (20, 3))


@pytest.mark.parametrize(
    "bad", [{"T": 0}, {"tau": 0}, {"tau": float("inf")}, {"dt": -1}, {"beta": 0}, {"gamma": float("nan")}, {"n": 0}]
)
def test_mackey_glass_refuses(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(bad))}: expected"):
        mackey_glass(**{"T": 5} | bad)


@pytest.mark.parametrize("bad", [{"T": 0}, {"dt": 0}, {"substeps": 0}, {"dt": 2.0}])
def test_lorenz_refuses(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(bad))}: expected"):
        lorenz(**{"T": 5} | bad)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: mackey_glass(5.0), TypeError, "T: expected an integer, got float"),  # type: ignore[arg-type]
        (lambda: mackey_glass(5, n=2.5), TypeError, "n: expected an integer, got float"),  # type: ignore[arg-type]
        (lambda: lorenz(True), TypeError, "T: expected an integer, got bool"),
        (lambda: lorenz(5, substeps=8.0), TypeError, "substeps: expected an integer, got float"),  # type: ignore[arg-type]
        (lambda: lorenz(5, sigma=float("nan")), ValueError, "sigma: expected a finite number, got nan"),
    ],
)
def test_numbers_of_another_kind_are_refused(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
