"""The liquid state machine against SciPy, closed forms and a loop over its units."""

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

from rnncourse import liquid as liq


@pytest.mark.equation("eq-reservoir-lif")
@pytest.mark.parametrize(("dt", "tau_m", "tau_s"), [(1, 30, 5), (0.1, 10, 10), (7.5, 20, 20 + 1e-9), (3, 5, 40)])
def test_membrane_is_the_matrix_exponential_and_scipys_solution(dt: float, tau_m: float, tau_s: float) -> None:
    rng = np.random.default_rng(0)
    v, i, arriving = rng.normal(size=(3, 2, 4))
    v_new, i_new = liq.lif_step(v, i, arriving, dt, tau_m, tau_s)
    P = scipy.linalg.expm(dt * np.array([[-1 / tau_m, 1 / tau_m], [0, -1 / tau_s]]))
    np.testing.assert_allclose(v_new, P[0, 0] * v + P[0, 1] * i, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(i_new, P[1, 1] * i + arriving, rtol=1e-12)
    solution = scipy.integrate.solve_ivp(
        lambda _, y: [(-y[0] + y[1]) / tau_m, -y[1] / tau_s], (0, dt), [v[0, 0], i[0, 0]], rtol=1e-10, atol=1e-12
    )
    assert v_new[0, 0] == pytest.approx(solution.y[0, -1], abs=1e-8)


def test_ten_short_steps_are_one_long_one() -> None:
    v, i, none = np.array([[0.3]]), np.array([[2.0]]), np.zeros((1, 1))
    fine = (v, i)
    for _ in range(10):
        fine = liq.lif_step(*fine, none, 0.5, 30.0, 4.0)
    np.testing.assert_allclose(fine, liq.lif_step(v, i, none, 5.0, 30.0, 4.0), rtol=1e-12)


@pytest.mark.equation("eq-reservoir-trace")
def test_trace_is_a_digital_filter() -> None:
    s = liq.poisson_spikes(60, 2, 3, 200, seed=1)
    wanted = scipy.signal.lfilter([1], [1, -math.exp(-0.5 / 20)], s, axis=0)
    np.testing.assert_allclose(liq.trace(s, 20, 0.5), wanted, atol=1e-12)


@pytest.mark.equation("eq-reservoir-depression")
def test_transmitter_recovers_as_scipys_solution_and_settles_where_the_closed_form_says() -> None:
    x, spikes = np.array([[1.0, 0.2, 0.7, 0.0]]), np.array([[1.0, 0, 1, 0]])
    left = liq.depress(x, spikes, 0.4, 80.0, 2.5)
    for k in range(4):
        start = x[0, k] - 0.4 * x[0, k] * spikes[0, k]
        solution = scipy.integrate.solve_ivp(lambda _, y: (1 - y) / 80, (0, 2.5), [start], rtol=1e-10, atol=1e-12)
        assert left[0, k] == pytest.approx(solution.y[0, -1], abs=1e-9)
    for step in range(600):  # a spike every 20 ms: Tsodyks and Markram's steady state
        x = liq.depress(x, np.full((1, 4), float(step % 20 == 0)), 0.5, 100.0, 1.0)
    np.testing.assert_allclose(x, (1 - math.exp(-0.2)) / (1 - 0.5 * math.exp(-0.2)), atol=1e-6)


@pytest.mark.equation("eq-reservoir-connection")
def test_connections_are_as_frequent_as_their_probability() -> None:
    distance = np.abs(np.subtract.outer(np.arange(4.0), np.arange(4.0)))
    wanted = 0.3 * scipy.stats.norm.pdf(distance, scale=1.5 / math.sqrt(2)) * 1.5 * math.sqrt(math.pi)
    np.testing.assert_allclose(liq.connection_probability(distance, np.full((4, 4), 0.3), 1.5), wanted, rtol=1e-12)
    liquids = [liq.Liquid(seed=seed) for seed in range(20)]
    position = liquids[0].position
    d = scipy.spatial.distance.squareform(scipy.spatial.distance.pdist(position))
    for near in (1.0, 2.0):
        pairs = [(q.W_hh[d == near] != 0, np.ix_(q.excites, q.excites), q) for q in liquids]
        both = [(q.W_hh[box] != 0)[d[box] == near] for _, box, q in pairs]
        assert np.concatenate(both).mean() == pytest.approx(0.3 * math.exp(-((near / 2) ** 2)), abs=0.02)
    for q in liquids:
        assert (~q.excites).sum() == 27
        assert (q.W_hh[:, q.excites] >= 0).all()
        assert (q.W_hh[:, ~q.excites] <= 0).all()
        assert not q.W_hh.diagonal().any()


@pytest.mark.equation("eq-reservoir-liquid")
@pytest.mark.parametrize("use", [0.0, 0.5])
def test_liquid_is_a_loop_over_its_units(use: float) -> None:
    liquid = liq.Liquid(F=2, shape=(2, 2, 2), seed=3, strength=6.0, use=use, recovery=50.0)
    u = liq.poisson_spikes(120, 2, 2, 80, seed=5)
    answer = liquid.run(u)
    for b in range(2):
        v, i, pause, sent, x = [0.0] * 8, [0.0] * 8, [0] * 8, [0.0] * 8, [1.0] * 8
        for t in range(120):
            arriving = [
                sum(liquid.W_ih[n, f] * u[t, b, f] for f in range(2))
                + sum(liquid.W_hh[n, m] * sent[m] for m in range(8))
                for n in range(8)
            ]
            for n in range(8):
                slow, fast = math.exp(-1 / 30), math.exp(-1 / 4)
                v[n] = 0.0 if pause[n] else slow * v[n] + i[n] * 4 / (4 - 30) * (fast - slow)
                i[n] = fast * i[n] + arriving[n]
                pause[n] = max(pause[n] - 1, 0)
            fired, sent = [float(v_n >= 1) for v_n in v], [0.0] * 8
            for n in range(8):
                if fired[n]:
                    v[n], pause[n], sent[n], x[n] = 0.0, 3, x[n], x[n] * (1 - use)
                x[n] += (1 - x[n]) * (1 - math.exp(-1 / 50))
            np.testing.assert_array_equal(answer[t, b], fired)
    assert answer.sum() > 20


def test_a_unit_under_constant_drive_fires_as_often_as_the_closed_form_says() -> None:
    """With τ_s so long that the current stays, v rises as I(1 - e^{-t/τ_m}): a spike every τ_m ln(I/(I-1)) + pause."""
    liquid = liq.Liquid(F=1, shape=(1, 1, 1), tau_s=1e9, tau_m=20.0, dt=0.05, refractory=2.0)
    liquid.W_ih = np.array([[1.5]])
    u = np.zeros((8000, 1, 1))
    u[0] = 1
    times = np.flatnonzero(liquid.run(u)[:, 0, 0]) * 0.05
    np.testing.assert_allclose(np.diff(times), 20 * math.log(1.5 / 0.5) + 2, atol=0.11)


@pytest.mark.equation("eq-reservoir-separation")
@pytest.mark.parametrize("seed", range(5))
def test_liquid_separates_inputs_the_more_the_more_they_differ(seed: int) -> None:
    liquid = liq.Liquid(seed=seed)
    u = liq.poisson_spikes(200, 40, 4, 20, seed=seed)
    r = liq.trace(liquid.run(u), 30, 1)
    mean = []
    for deviation in (0.0, 1.0, 4.0, 30.0):
        other = liq.trace(liquid.run(liq.jitter(u, deviation, seed=seed)), 30, 1)
        d = liq.separation(r, other)
        wanted = [scipy.spatial.distance.euclidean(r[-1, b], other[-1, b]) / math.sqrt(135) for b in range(40)]
        np.testing.assert_allclose(d[-1], wanted, rtol=1e-12)
        mean.append(d[50:].mean())
    assert mean[0] == 0
    assert (np.diff(mean) > 0).all()


def test_poisson_spikes_and_jitter() -> None:
    s = liq.poisson_spikes(2000, 5, 4, 50, dt=0.5, seed=1)
    assert s.mean() == pytest.approx(0.025, abs=0.003)
    one = np.zeros((101, 400, 1))
    one[50] = 1
    moved = np.nonzero(liq.jitter(one, 4, dt=0.5, seed=2))[0]
    assert len(moved) == 400
    within_a_step = np.random.default_rng(0).uniform(-0.5, 0.5, 400)
    assert scipy.stats.kstest((moved - 50 + within_a_step) / 8, "norm").pvalue > 1e-6
    np.testing.assert_array_equal(liq.jitter(s, 0.0), s)


# ---------------------------------------------------------------- bad arguments

LIQUID = liq.Liquid(shape=(1, 1, 2))
EYE = np.eye(3)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: liq.lif_step(EYE, EYE, EYE, 1.0, 0.0, 1.0), ValueError, "tau_m"),
        (lambda: liq.trace(EYE, 1.0, 1.0), ValueError, "spikes: expected shape"),
        (lambda: liq.connection_probability(EYE, 2 * EYE, 1.0), ValueError, "C: expected probabilities"),
        (lambda: liq.separation(EYE[None], EYE[None, 1:]), ValueError, "r_other: expected shape"),
        (lambda: liq.Liquid(shape=(0, 1, 1)), ValueError, "shape.0.: expected at least 1, got 0"),
        (lambda: liq.Liquid(tau_s=-1.0), ValueError, "tau_s"),
        (lambda: liq.depress(EYE, EYE, 1.5, 1.0, 1.0), ValueError, "use: expected a share"),
        (lambda: liq.depress(EYE, EYE[:2], 0.5, 1.0, 1.0), ValueError, "spikes: expected shape"),
        (
            lambda: liq.depress(2 * EYE, EYE, 0.5, 1.0, 1.0),
            ValueError,
            "x: expected numbers from 0 to 1",
        ),
        (lambda: liq.depress(EYE, 0.5 * EYE, 0.5, 1.0, 1.0), ValueError, "spikes: expected only 0 and 1, got 0.5"),
        (lambda: liq.Liquid(shape=(3, 3)), ValueError, "shape: expected three sides"),  # type: ignore[arg-type]
        (lambda: liq.Liquid(F=2.0), TypeError, "F: expected an integer, got float"),  # type: ignore[arg-type]
        (lambda: liq.jitter(0.5 * np.ones((3, 1, 1)), 1.0), ValueError, "spikes: expected only 0 and 1, got 0.5"),
        (lambda: liq.Liquid(recovery=0.0), ValueError, "recovery"),
        (lambda: liq.Liquid(strength=-1.0), ValueError, "strength"),
        (lambda: liq.Liquid(inhibitory=1.2), ValueError, "inhibitory"),
        (lambda: liq.Liquid(refractory=-1), ValueError, "refractory"),
        (lambda: LIQUID.run(0.5 * np.ones((3, 1, 4))), ValueError, "spikes: expected only 0 and 1"),
        (lambda: LIQUID.run(np.ones((3, 1, 2))), ValueError, r"spikes: expected shape \(T, B, 4\)"),
        (lambda: liq.poisson_spikes(0, 1, 1, 5), ValueError, "T: expected at least 1, got 0"),
        (lambda: liq.poisson_spikes(5, 1, 1, 2000), ValueError, "rate: expected 0 to 1000 Hz"),
        (lambda: liq.jitter(np.ones((3, 1, 1)), -1), ValueError, "deviation"),
    ],
)
def test_bad_arguments_are_named(call: Callable[[], Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        call()
