"""The simulated systems against SciPy's integrator and closed forms; excitation against its spectrum."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.integrate
import scipy.signal

from rnncourse.data.systems import (
    Record,
    Tanks,
    cascaded_tanks,
    duffing,
    duffing_record,
    filtered_noise,
    multisine,
    tanks_record,
)


def solve(slope: Any, start: Any, u: Any, dt: float) -> Any:
    """SciPy's solution at each sample, the input held in between."""
    states = [np.array(start, float)]
    for u_t in u[:-1]:
        found = scipy.integrate.solve_ivp(
            lambda _, x, u_t=u_t: slope(x, u_t), (0, dt), states[-1], method="DOP853", rtol=1e-10, atol=1e-12
        )
        states.append(found.y[:, -1])
    return np.array(states)


# --- excitation


@pytest.mark.parametrize(
    ("T", "dt", "f_max", "f_min"), [(1024, 4.0, 0.0144, 0.0), (100, 0.1, 2.0, 0.5), (31, 1, 0.3, 0)]
)
def test_multisine_has_power_between_its_frequencies_alone(T: int, dt: float, f_max: float, f_min: float) -> None:
    u = multisine(T, dt, f_max, f_min, rms=1.7, seed=3)
    amplitude, f = np.abs(np.fft.rfft(u)), np.fft.rfftfreq(T, dt)
    inside = (f > 0) & (f >= f_min - 1e-12) & (f <= f_max + 1e-12)
    np.testing.assert_allclose(amplitude[inside], amplitude[inside][0])
    assert amplitude[~inside].max() < 1e-9
    assert u.std() == pytest.approx(1.7)
    assert abs(u.mean()) < 1e-12
    assert (u == multisine(T, dt, f_max, f_min, rms=1.7, seed=3)).all()
    assert (u != multisine(T, dt, f_max, f_min, rms=1.7, seed=4)).any()


def test_multisine_decays_as_told() -> None:
    amplitude = np.abs(np.fft.rfft(multisine(500, 1.0, 0.1, decay=0.5)))[1:51]
    np.testing.assert_allclose(amplitude / amplitude[0], np.arange(1, 51) ** -0.5)


def test_filtered_noise_has_the_spectrum_of_a_butterworth_filter() -> None:
    dt, cutoff = 0.2, 0.4
    noise = filtered_noise(200_000, dt, cutoff, rms=0.7, seed=1)
    assert noise.std() == pytest.approx(0.7, rel=0.03)
    f, power = scipy.signal.welch(noise, 1 / dt, nperseg=512)
    warped = np.tan(np.pi * f * dt) / np.tan(np.pi * cutoff * dt)  # bilinear transform of 1 / (1 + (f/f_c)^8)
    expected = 1 / (1 + warped**8)
    low = (f > 0.02) & (f < 0.6)  # welch takes the mean out of each segment
    # Of 780 halves of segments that overlap: seven standard deviations.
    np.testing.assert_allclose(power[low] / power[low].sum(), expected[low] / expected[low].sum(), rtol=0.25)
    assert (filtered_noise(50, dt, cutoff, seed=2) == filtered_noise(50, dt, cutoff, seed=2)).all()


# --- Duffing


@pytest.mark.parametrize(("damping", "stiffness", "cubic"), [(0.2, 1.0, 1.0), (0.5, -1.0, 1.0), (0.1, 2.0, 0.0)])
def test_duffing_is_scipys_solution(damping: float, stiffness: float, cubic: float) -> None:
    u = filtered_noise(60, 0.2, 0.4, seed=0)
    expected = solve(
        lambda x, u_t: [x[1], u_t - damping * x[1] - stiffness * x[0] - cubic * x[0] ** 3], (0.5, -0.2), u, 0.2
    )
    found = duffing(u, 0.2, damping, stiffness, cubic, start=(0.5, -0.2))
    np.testing.assert_allclose(found.y, expected[:, 0], atol=1e-4)
    np.testing.assert_array_equal(found.u, u)
    assert found.dt == 0.2


def test_a_linear_duffing_rings_at_its_own_frequency() -> None:
    y = duffing(np.zeros(400), 0.05, damping=0.0, stiffness=4.0, cubic=0.0, start=(1.0, 0.0)).y
    np.testing.assert_allclose(y, np.cos(2 * 0.05 * np.arange(400)), atol=1e-6)


def test_the_input_acts_one_sample_later() -> None:
    u = np.zeros(20)
    u[10] = 1
    assert np.flatnonzero(duffing(u).y)[0] == 11
    tanks = cascaded_tanks(2 + u, noise=0.0).y - cascaded_tanks(np.full(20, 2.0), noise=0.0).y
    assert np.flatnonzero(tanks)[0] == 11


# --- tanks


def slope_of_tanks(x: Any, u: float) -> list[float]:
    k1, k2, k3, k4, _ = Tanks()
    return [-k1 * np.sqrt(x[0]) + k4 * u, k2 * np.sqrt(x[0]) - k3 * np.sqrt(x[1])]


def test_tanks_are_scipys_solution_while_nothing_overflows() -> None:
    u = 2.5 + multisine(100, 4.0, 0.02, rms=0.5, seed=0)
    expected = solve(slope_of_tanks, (4.0, 4.0), u, 4.0)
    assert expected.max() < 10
    np.testing.assert_allclose(cascaded_tanks(u, noise=0.0).y, expected[:, 1], atol=1e-3)


def test_a_tank_that_nobody_fills_drains_by_torricelli() -> None:
    """√x falls along a line, then the tank is empty and stays so."""
    y = cascaded_tanks(np.zeros(60), start=(0.0, 9.0), noise=0.0, substeps=200).y
    root = np.maximum(3 - 0.11 / 2 * 4.0 * np.arange(60), 0)
    np.testing.assert_allclose(y, root**2, atol=0.02)


@pytest.mark.parametrize("u", [1.0, 3.0, 4.3])
def test_levels_come_to_rest_where_as_much_flows_in_as_out(u: float) -> None:
    """Below capacity both levels are (k4 u / k)²."""
    assert cascaded_tanks(np.full(800, u), noise=0.0).y[-1] == pytest.approx((0.08 * u / 0.11) ** 2, rel=1e-3)


def test_an_overflowing_tank_stands_at_its_brim_and_gives_its_share_away() -> None:
    u, capacity = 5.0, 10.0
    surplus = 0.08 * u - 0.11 * np.sqrt(capacity)
    assert surplus > 0
    for share in (0.0, 0.3):
        tanks = Tanks(k3=0.15, share=share)  # a lower tank that does not overflow
        level = ((0.11 * np.sqrt(capacity) + share * surplus) / 0.15) ** 2
        assert level < capacity
        y = cascaded_tanks(np.full(600, u), tanks=tanks, noise=0.0).y
        assert y[-1] == pytest.approx(level, rel=1e-3)
    y = cascaded_tanks(np.full(600, 9.0), noise=0.5).y  # now both overflow
    assert y[300:].max() == capacity  # the sensor ends where the tank does
    assert y[300:].min() < capacity


def test_a_negative_input_pumps_nothing() -> None:
    np.testing.assert_array_equal(cascaded_tanks(np.full(20, -3.0)).y, cascaded_tanks(np.zeros(20)).y)


@pytest.mark.parametrize("make", [tanks_record, duffing_record])
def test_records_are_seeded_and_of_the_kind_described(make: Any) -> None:
    record = make(5)
    assert isinstance(record, Record)
    for a, b in zip(record, make(5), strict=True):
        assert np.array_equal(a, b)
    other = make(6)
    assert (record.u != other.u).any()
    assert (record.y != other.y).any()
    assert record.u.shape == record.y.shape
    if make is tanks_record:
        assert record.dt == 4
        assert len(record.u) == 1024
        assert 3 < record.y.mean() < 7
        assert 0.001 < (record.y == 10).mean() < 0.1
    else:
        assert 0.2 < record.y.std() < 1
        quiet = duffing(record.u).y
        assert (record.y - quiet).std() == pytest.approx(0.01, rel=0.1)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: multisine(0, 1.0, 0.1), ValueError, "T: expected at least 1"),
        (lambda: multisine(10, 0.0, 0.1), ValueError, "dt: expected a positive number"),
        (lambda: multisine(10, 1.0, 0.5), ValueError, "below 0.5 Hz"),
        (lambda: multisine(10, 1.0, 0.05), ValueError, "steps of 0.1 Hz"),
        (lambda: multisine(10, 1.0, 0.2, decay=-1), ValueError, "decay"),
        (lambda: multisine(10, 1.0, 0.2, rms=np.nan), ValueError, "rms"),
        (lambda: filtered_noise(0, 1.0, 0.1), ValueError, "T"),
        (lambda: filtered_noise(10, 1.0, 0.5), ValueError, "half the sampling rate"),
        (lambda: multisine(10.0, 1.0, 0.2), TypeError, "T: expected an integer, got float"),  # type: ignore[arg-type]
        (lambda: duffing(np.zeros(3), substeps=8.0), TypeError, "substeps: expected an integer"),  # type: ignore[arg-type]
        (lambda: duffing(np.zeros(3), cubic=np.nan), ValueError, "cubic: expected a finite number, got nan"),
        (lambda: duffing(np.zeros((3, 1))), ValueError, r"u: expected shape \(T\)"),
        (lambda: duffing(np.zeros(0)), ValueError, "at least one entry"),
        (lambda: duffing(np.array([np.nan])), ValueError, "finite"),
        (lambda: duffing([1.0]), TypeError, "NumPy array"),  # type: ignore[arg-type]
        (lambda: duffing(np.zeros(3), dt=-1), ValueError, "dt"),
        (lambda: duffing(np.zeros(3), substeps=0), ValueError, "substeps"),
        (lambda: duffing(np.zeros(3), noise=-1), ValueError, "noise"),
        (lambda: duffing(np.full(50, 1e6), dt=5.0), ValueError, "blew up"),
        (lambda: cascaded_tanks(np.zeros(3), tanks=Tanks(k1=-1)), ValueError, "k1"),
        (lambda: cascaded_tanks(np.zeros(3), tanks=Tanks(share=1.5)), ValueError, "share"),
        (lambda: cascaded_tanks(np.zeros(3), start=(11.0, 0.0)), ValueError, "levels from 0 to 10"),
        (lambda: cascaded_tanks(np.zeros(3), capacity=0.0), ValueError, "capacity"),
        (lambda: cascaded_tanks(np.zeros(3, int)), TypeError, "float"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
