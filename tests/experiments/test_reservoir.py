"""What reservoirs learn, over several seeds: series continued, inputs remembered, spikes told apart."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from rnncourse import data, reservoir, results
from rnncourse._arrays import Array
from rnncourse.experiments import reservoir as experiments
from rnncourse.experiments import reservoir_race, reservoir_wild
from rnncourse.reservoir import EchoStateNetwork

SEEDS = range(200, 205)
error84 = cache(experiments.mackey_glass_error)


def kept(name: str) -> dict[str, Array]:
    """All numbers of a kept result of this chapter, an array each, seeds first."""
    r = results.load(f"reservoir/{name}")
    return {key: np.array(r[key]) for key in r}


def test_four_networks_forget_or_do_not_and_their_radii_do_not_say_which() -> None:
    found = experiments.four_examples()
    ends = {name: d[-1] for name, d in found.items()}
    assert reservoir.spectral_radius(np.array([[2, -0.5], [4.5, -1]])) == pytest.approx(0.5, abs=1e-6)
    assert ends["100 units, radius 0.9"] < 1e-3 * found["100 units, radius 0.9"][0]
    assert ends[experiments.BELOW] > 1.2
    assert ends["1 unit, radius 1.5, no input"] == pytest.approx(2 * 0.8586, abs=1e-3)
    assert ends["1 unit, radius 1.5, input ±3"] < 1e-12
    h = np.array([0.81, 0.99])
    for _ in range(50):
        h = np.tanh(np.array([[2, -0.5], [4.5, -1]]) @ h)
    np.testing.assert_allclose(h, [0.808, 0.990], atol=1e-3)


@pytest.mark.claim("reservoir-chosen")
@pytest.mark.claim("reservoir-chosen-one")
@pytest.mark.claim("reservoir-chosen-polynomial")
@pytest.mark.claim("reservoir-chosen-line")
@pytest.mark.claim("reservoir-careless")
def test_penalty_and_size_of_the_input_decide_and_a_polynomial_is_nearly_as_good() -> None:
    found = [experiments.penalties_compared(seed) for seed in range(5)]
    names = ("reservoir", "reservoir, inputs of 1", "polynomial", "200 delays", "20 delays")
    ours, one, products, line, short = (np.array([p[name].chosen for p in found]) for name in names)
    careless = np.array([p["reservoir"].test[0] for p in found])
    assert (careless > 1.2 * ours).all()
    assert ((ours > 0.05) & (ours < 0.07)).all()
    assert (one > 1.15 * ours).all()  # the size of the input, and not the penalty alone
    assert (abs(products - ours) < 0.005).all()
    assert np.median(ours) < np.median(products)
    assert (np.minimum(line, short) > 1.2 * products).all()
    assert abs(np.median(line) - np.median(one)) < 0.02
    for p in found:
        assert (np.diff(p["reservoir"].fit) > -1e-6).all()  # on the steps of the fit the smallest penalty is best


def test_without_a_penalty_a_free_run_may_leave_for_good_that_stays_with_a_small_one() -> None:
    """The first figure of the page on free runs."""
    s = np.tanh(data.mackey_glass(3600, seed=0) - 1)[:, None, None]
    worst = []
    for penalty in (0.0, 1e-12):
        network = EchoStateNetwork(N=500, penalty=penalty, seed=0).fit(s[:3299], s[1:3300], washout=300)
        with np.errstate(over="ignore", invalid="ignore"):
            off = np.abs(network.free_run(s[3000:3300], 300) - s[3300:])[:, 0, 0]
        assert off[:100].max() < 0.05
        worst.append(off.max())
    assert not worst[0] < 1e3
    assert worst[1] < 1e-2


@pytest.mark.claim("reservoir-memory-0-01")
@pytest.mark.claim("reservoir-memory-0-5")
@pytest.mark.claim("reservoir-memory-2")
@pytest.mark.equation("eq-reservoir-linear-memory")
def test_tanh_trades_memory() -> None:
    curves = [experiments.memory_curves(seed) for seed in range(5)]
    for found in curves:
        total = {name: float(curve.sum()) for name, curve in found.items()}
        assert 49 < total["linear"] <= 50
        assert total["linear"] + 0.5 > total["0.01"] > 45
        assert total["0.01"] > total["0.1"] > 1.5 * total["0.5"] > 2 * total["2"]
        np.testing.assert_allclose(found["0.01"], found["linear"], atol=0.12)  # the theory, measured
        assert 15 < total["0.5"] < 28
        assert 5 < total["2"] < 12


@pytest.mark.claim("reservoir-bias-values")
@pytest.mark.claim("reservoir-bias-products")
def test_products_need_biases_and_a_line_of_delays_has_all_values() -> None:
    for seed in range(5):
        found = experiments.values_and_products(seed)
        assert found["line"]["values"] == pytest.approx(50, abs=0.1)
        assert max(found[name]["products"] for name in ("line", "small inputs", "no bias")) < 0.5
        assert found["line and products"]["products"] == pytest.approx(49, abs=0.1)
        assert 3 < found["bias"]["products"] < 9
        assert 10 < found["bias"]["values"] < found["no bias"]["values"] < found["small inputs"]["values"]


@pytest.mark.claim("reservoir-edge-small")
@pytest.mark.claim("reservoir-edge-after")
@pytest.mark.claim("reservoir-edge-at-small")
@pytest.mark.claim("reservoir-edge-at-large")
def test_memory_is_largest_just_below_the_edge_wherever_the_input_puts_it() -> None:
    r, radii = kept("edge"), np.array(experiments.RADII)
    for name, low, high in (("small", 0.94, 1.01), ("large", 1.04, 1.41)):
        best = r[f"memory_{name}"].argmax(axis=1)
        assert ((radii[best] > low) & (radii[best] < high)).all()
        exponents = np.take_along_axis(r[f"exponent_{name}"], best[:, None], axis=1)
        assert ((exponents > -0.2) & (exponents < 0.05)).all()
    small = np.median(r["memory_small"], axis=0)
    assert small.max() > 75
    assert small[list(radii).index(1.2)] < 8
    assert (r["exponent_large"] < r["exponent_small"]).all()


@pytest.mark.claim("reservoir-task-clean")
@pytest.mark.claim("reservoir-task-clean-at-1")
@pytest.mark.claim("reservoir-task-noisy")
def test_the_best_radius_for_lorenz_is_not_the_edge() -> None:
    r, radii = kept("radius"), np.array(reservoir_race.RADII)
    clean, noisy = np.median(r["clean"], axis=0), np.median(r["noisy"], axis=0)
    assert radii[clean.argmax()] <= 0.6
    assert clean[list(radii).index(1.0)] < 0.85 * clean.max()
    assert radii[5] == 1.0
    assert np.ptp(noisy[:6]) < 0.5


@pytest.mark.claim("reservoir-race-nvar-all-0")
@pytest.mark.claim("reservoir-race-reservoir-all-0")
@pytest.mark.claim("reservoir-race-wins-all-0")
def test_the_polynomial_wins_on_all_of_lorenz_without_noise() -> None:
    r = kept("lorenz")
    ours, theirs = r["reservoir_all"][:, 0], r["nvar_all"][:, 0]
    assert (theirs > ours).all()
    assert np.median(theirs) > 20
    assert 16 < np.median(ours) < 20
    assert max(r["linear_all"].max(), r["linear_one"].max()) < 1


@pytest.mark.claim("reservoir-race-nvar-all-1")
@pytest.mark.claim("reservoir-race-reservoir-all-1")
@pytest.mark.claim("reservoir-race-nvar-all-2")
@pytest.mark.claim("reservoir-race-reservoir-all-2")
def test_with_noise_and_all_seen_neither_wins_and_the_start_is_the_limit() -> None:
    r = kept("lorenz")
    for i, noise in ((1, 1e-4), (2, 1e-2)):
        ours, theirs = np.median(r["reservoir_all"][:, i]), np.median(r["nvar_all"][:, i])
        assert abs(ours - theirs) < 0.8
        assert max(ours, theirs) < np.log(0.4 / noise) + 1
        assert min(ours, theirs) > np.log(0.4 / noise) - 1


@pytest.mark.claim("reservoir-race-nvar-one-0")
@pytest.mark.claim("reservoir-race-reservoir-one-0")
@pytest.mark.claim("reservoir-race-wins-one-0")
@pytest.mark.claim("reservoir-race-nvar-one-1")
@pytest.mark.claim("reservoir-race-reservoir-one-1")
@pytest.mark.claim("reservoir-race-wins-one-1")
@pytest.mark.claim("reservoir-race-nvar-one-2")
@pytest.mark.claim("reservoir-race-reservoir-one-2")
@pytest.mark.claim("reservoir-race-wins-one-2")
def test_the_reservoir_wins_where_two_coordinates_are_hidden_and_a_little_noise_helps_both() -> None:
    r = kept("lorenz")
    assert (r["reservoir_one"] > r["nvar_one"]).all()
    for method in ("reservoir", "nvar"):
        medians = np.median(r[f"{method}_one"], axis=0)
        assert medians[1] > medians[0] > medians[2]


@pytest.mark.claim("reservoir-nvar-2")
@pytest.mark.claim("reservoir-nvar-4")
@pytest.mark.claim("reservoir-nvar-careless")
def test_polynomials_of_a_higher_degree_hold_longer() -> None:
    r = kept("degrees")
    assert (np.diff(r["valid"], axis=1) > 2).all()
    assert (r["valid"][:, 0] < 0.5).all()
    assert (r["valid"][:, 3] > 18).all()
    assert (r["careless"] < 1).all()


@pytest.mark.claim("reservoir-liquid-tiring-first")
@pytest.mark.claim("reservoir-liquid-tiring-same")
@pytest.mark.claim("reservoir-liquid-line-first")
@pytest.mark.claim("reservoir-liquid-line-same")
@pytest.mark.claim("reservoir-liquid-products-same")
def test_a_line_with_products_is_better_than_a_liquid_which_is_better_than_its_units() -> None:
    r = kept("liquid")
    for asked in ("first", "same"):
        assert np.median(r[f"tiring_{asked}"]) > 0.85
        assert (r[f"tiring_{asked}"] > r[f"alone_{asked}"]).all()
        assert (r[f"last_{asked}"] < 0.65).all()
    assert (r["line_first"] > 0.99).all()
    assert (abs(r["line_same"] - 0.5) < 0.12).all()
    assert (r["products_same"] > np.maximum(r["tiring_same"], 0.98)).all()


@pytest.mark.claim("reservoir-lecture-large")
def test_the_same_weights_are_far_from_the_edge_with_large_inputs() -> None:
    x = np.random.default_rng(0).uniform(-1, 1, (400, 1, 1))
    for seed in range(5):
        factors = []
        for scale in (0.05, 1.0):
            net = EchoStateNetwork(N=100, rho=1.0, input_scale=scale, bias_scale=0, seed=seed)
            weights = net.W_ih, net.W_hh.dense(), net.b, net.a
            factors.append(float(np.exp(reservoir.lyapunov_exponent(x, np.zeros((1, 100)), *weights, 100)[0])))
        assert factors[0] > 0.97
        assert 0.7 < factors[1] < 0.93


# --- errors of public programs


@pytest.mark.claim("reservoir-peak")
def test_the_error_has_a_peak_where_there_are_as_many_steps_as_weights_and_no_penalty() -> None:
    without = np.array([reservoir_wild.as_many_rows_as_columns(seed, 0.0) for seed in range(5)])
    penalised = np.array([reservoir_wild.as_many_rows_as_columns(seed, 1e-3) for seed in range(5)])
    assert (without[:, 3] > 10 * penalised[:, 3]).all()
    assert (without[:, 3] > 2 * without[:, 6]).all()
    assert (penalised[:, 3] < 0.08).all()


@pytest.mark.claim("reservoir-washout-fit")
@pytest.mark.claim("reservoir-washout-better")
@pytest.mark.claim("reservoir-washout-score")
def test_a_transient_costs_little_in_a_fit_and_everything_in_a_score() -> None:
    assert reservoir_wild.washout_of_the_wrong_axis(np.zeros((2000, 1))) == {"steps": 100, "features": 0}
    fit = np.array([[reservoir_wild.with_washout(seed, w) for w in (0, 100)] for seed in range(5)])
    score = np.array([[reservoir_wild.scored_from(seed, w) for w in (0, 100)] for seed in range(5)])
    assert 0.5 < np.median(fit[:, 0] / fit[:, 1]) < 2
    assert 1 <= (fit[:, 0] < fit[:, 1]).sum() <= 4
    assert (score[:, 0] > 50 * score[:, 1]).all()


def test_a_state_that_is_one_step_late_does_not_know_the_present() -> None:
    for seed in range(5):
        found = reservoir_wild.one_step_late(seed)
        assert found["late"][0] < 0.02
        assert min(found["in time"]) > 0.98
        assert min(found["late"][1:]) > 0.98


@pytest.mark.claim("reservoir-wild-eigenvalue")
@pytest.mark.claim("reservoir-wild-entry")
def test_weights_scaled_by_another_number_have_another_radius() -> None:
    for seed in range(5):
        even, inhibited = reservoir_wild.scaled_by(seed, negative=0.5), reservoir_wild.scaled_by(seed, negative=0.7)
        for found in (even, inhibited):
            assert found["largest modulus"] == pytest.approx(0.9)
            assert found["largest entry"] > 2
        assert even["largest eigenvalue"] < 1.2
        assert 2 < inhibited["largest eigenvalue"] < 5


def test_a_leak_makes_a_radius_of_linear_units_safe_or_leaves_it_dangerous() -> None:
    for seed in range(5):
        assert reservoir_wild.linear_with_leak(seed, sign=-1)["with the leak"] < 1
        assert reservoir_wild.linear_with_leak(seed, sign=1)["with the leak"] > 1


# --- forecasts


def test_a_ring_is_worse_than_four_connections() -> None:
    """The solution of an exercise of the page."""
    shifted = reservoir.SparseMatrix(np.roll(np.arange(400), 1)[None], np.full((1, 400), 0.85))
    for seed in range(5):
        series, errors = experiments.mackey_glass_series(seed), []
        for ring in (False, True):
            network = EchoStateNetwork(N=400, penalty=1e-12, seed=seed)
            if ring:
                network.W_hh = shifted
            network.fit(series.taught[:-1], series.taught[1:], washout=300)
            errors.append(experiments.error84(network.free_run(series.before, 84), series))
        assert errors[1] > 1.5 * errors[0]


@pytest.mark.claim("reservoir-mg")
@pytest.mark.claim("reservoir-mg-large-nvar")
@pytest.mark.claim("reservoir-mg-nvar-clean")
@pytest.mark.claim("reservoir-mg-reservoir-clean")
@pytest.mark.claim("reservoir-mg-nvar-noisy")
@pytest.mark.claim("reservoir-mg-reservoir-noisy")
@pytest.mark.claim("reservoir-mg-wins-clean")
@pytest.mark.claim("reservoir-mg-wins-tiny")
def test_on_mackey_glass_a_small_polynomial_wins_and_a_large_reservoir() -> None:
    r, large = kept("mackey_glass"), kept("large")
    better = r["nvar"] < r["reservoir"]
    assert better[:, 0].sum() >= 4
    assert better[:, 1].all()
    assert (r["nvar"][:, 0] < -3.5).all()
    noisy = np.median(r["nvar"][:, 2]) - np.median(r["reservoir"][:, 2])
    assert abs(noisy) < 0.15
    assert (r["linear"] > -0.6).all()
    assert (large["reservoir"] < large["nvar"] - 0.3).all()
    assert (large["reservoir"] < -4.2).all()  # Jaeger and Haas (2004)
    assert (large["linear"] > -0.7).all()


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
