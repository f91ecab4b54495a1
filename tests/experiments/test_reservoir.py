"""What reservoirs learn, over several seeds: series continued, inputs remembered, spikes told apart."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from rnncourse.experiments import reservoir as experiments

SEEDS = range(200, 205)
error84 = cache(experiments.mackey_glass_error)


@pytest.mark.learning
def test_mackey_glass_is_continued_for_84_steps_to_five_digits() -> None:
    errors = [error84(seed) for seed in SEEDS]
    assert np.median(errors) < 2e-5, errors
    assert max(errors) < 1e-2, errors  # a rare stretch that no training stretch resembles


@pytest.mark.learning
def test_mackey_glass_is_continued_further_than_by_normal_equations() -> None:
    pytest.importorskip("reservoirpy")
    for seed in SEEDS:
        theirs = experiments.reservoirpy_error(seed)
        assert 1e-5 < theirs < 0.1
        assert error84(seed) < theirs


@pytest.mark.learning
def test_lorenz_is_followed_for_many_lyapunov_times() -> None:
    medians = [float(np.median(experiments.lorenz_valid_times(seed))) for seed in SEEDS]
    assert np.median(medians) > 17, medians
    assert min(medians) > 14, medians


@pytest.mark.learning
def test_an_autoregression_continues_neither_of_them() -> None:
    for seed in SEEDS:
        assert 0.2 < experiments.mackey_glass_baseline(seed) < 1
        assert error84(seed) < 0.05 * experiments.mackey_glass_baseline(seed)
        assert np.median(experiments.lorenz_baseline(seed)) < 1


@pytest.mark.learning
def test_the_edge_of_stability_is_near_a_radius_of_one_and_memory_is_best_there() -> None:
    for seed in SEEDS:
        found = experiments.edge_of_stability(seed, radii=(0.5, 0.95, 1.5))
        low, close, high = (found[rho] for rho in (0.5, 0.95, 1.5))
        assert low.exponent < close.exponent < 0 < high.exponent
        assert low.exponent == pytest.approx(np.log(0.5), abs=0.01)  # small inputs leave tanh linear
        assert max(low.distance, close.distance) < 1e-6 < 1 < high.distance
        assert close.memory > 2 * low.memory
        assert high.memory < low.memory
        assert close.memory <= 100


@pytest.mark.learning
@pytest.mark.equation("eq-reservoir-memory")
def test_a_linear_reservoir_remembers_as_many_inputs_as_it_has_units() -> None:
    """Jaeger (2001): at most N, and N where the units are linear; delay 0 counts."""
    for seed in SEEDS:
        found = experiments.memory_by_input(seed)
        assert 48.5 < found[0.001] <= 50
        assert found[0.001] > found[0.1] > 2 * found[1.0]


@pytest.mark.learning
@pytest.mark.equation("eq-reservoir-liquid")
def test_connections_of_a_liquid_remember_what_came_before() -> None:
    accuracy = [experiments.liquid_accuracy(seed) for seed in SEEDS]
    asked_of = [(name, asked) for name in accuracy[0] for asked in accuracy[0][name]]
    score = {(name, asked): np.array([a[name][asked] for a in accuracy]) for name, asked in asked_of}
    for asked in ("first", "same"):
        on, off, static = (score[name, asked] for name in ("connected", "not connected", "synapses that do not tire"))
        assert np.median(on) > 0.8, score
        assert (on > off).all(), score
        assert np.median(on - off) > 0.08, score
        assert np.median(on - static) > 0.08, score
        assert (score["no liquid", asked] < 0.65).all(), score
    for name in ("connected", "not connected", "no liquid"):
        assert (score[name, "second"] > 0.95).all(), score


@pytest.mark.learning
@pytest.mark.equation("eq-reservoir-separation")
def test_a_liquid_separates_inputs_the_more_the_more_they_differ() -> None:
    for seed in SEEDS:
        distance = experiments.liquid_separation(seed)
        assert distance[0] == 0
        assert (np.diff(distance) > 0.02).all()
