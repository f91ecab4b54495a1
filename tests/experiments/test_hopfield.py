"""What Hopfield networks recall, over several seeds, against the theory of their load and theorems on their energy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from rnncourse import hopfield, results
from rnncourse.experiments import hopfield as experiments
from rnncourse.experiments import hopfield_wild

SEEDS = range(200, 205)


@pytest.mark.learning
@pytest.mark.equation("eq-hopfield-capacity")
def test_capacity_of_a_thousand_units_is_that_of_the_theory() -> None:
    loads = (0.08, 0.10, 0.138, 0.18)
    curves = np.array([list(experiments.capacity_curve(seed, loads=loads).values()) for seed in SEEDS])
    np.testing.assert_allclose(curves[:, 0], hopfield.mean_field_overlap(0.08), atol=2e-3)
    np.testing.assert_allclose(np.median(curves[:, 1]), hopfield.mean_field_overlap(0.10), atol=2e-3)
    assert 0.88 < np.median(curves[:, 2]) < 0.98  # a finite network breaks down gradually
    assert (curves[:, 3] < 0.65).all()


@pytest.mark.learning
def test_images_come_back_with_the_pseudo_inverse_and_not_with_hebbs_rule() -> None:
    for seed in SEEDS:
        rates = experiments.image_recall(seed)
        assert list(rates["hebbian"]) == [0, 3, 6, 10]
        assert rates["pseudo-inverse"][0] == 1
        assert rates["pseudo-inverse"][3] > 0.97
        assert rates["pseudo-inverse"][10] > 0.7
        assert max(rates["hebbian"].values()) < 0.5
    few = np.array([list(experiments.image_recall(seed, P=2)["hebbian"].values()) for seed in SEEDS])
    assert np.median(few[:, 1]) > 0.5  # two images are few enough for Hebb


@pytest.mark.learning
@pytest.mark.equation("eq-hopfield-energy")
def test_energy_falls_one_unit_at_a_time_and_may_rise_all_at_once_where_cycles_wait() -> None:
    rose, cycles = [], []
    for seed in SEEDS:
        paths = experiments.energy_paths(seed)
        assert (np.diff(paths.one_at_a_time, axis=0) <= 1e-12).all()
        assert (paths.one_at_a_time[-1] < paths.one_at_a_time[0]).all()
        assert paths.one_at_a_time.shape == (301, 40)
        rises = (np.diff(paths.at_once, axis=0) > 1e-9).any(axis=0)
        assert set(paths.period) <= {1, 2}
        rose.append(rises.mean())
        cycles.append((paths.period == 2).mean())
    assert np.median(rose) > 0.1
    assert 0.05 < np.median(cycles) < 0.6


@pytest.mark.learning
@pytest.mark.equation("eq-hopfield-basin")
def test_basins_shrink_with_the_load_and_are_wider_with_the_pseudo_inverse() -> None:
    for seed in SEEDS:
        sizes = experiments.basin_sizes(seed)
        for rates in sizes.values():
            assert (np.diff(rates, axis=0) <= 0.05).all()
            assert (np.diff(rates, axis=1) <= 0.05).all()
        assert sizes["hebbian"][0, 2] == 1
        assert sizes["hebbian"][2, 2] < 0.4
        assert sizes["pseudo-inverse"][2, 2] > 0.9


@pytest.mark.learning
@pytest.mark.equation("eq-hopfield-basins")
def test_coupling_merges_the_basins_of_two_units() -> None:
    apart, together = experiments.drawn_basins(coupling=0.2, n=31), experiments.drawn_basins(coupling=1.2, n=31)
    assert np.sign(apart.attractors).tolist() == [[-1, -1], [-1, 1], [1, -1], [1, 1]]
    assert np.sign(together.attractors).tolist() == [[-1, -1], [1, 1]]
    for found in (apart, together):
        share = np.bincount(found.label[found.label >= 0], minlength=len(found.attractors)) / found.label.size
        assert share.sum() > 0.95
        assert (share > 0.1).all()


def kept(name: str) -> Any:
    """What a page reads: every seed of it is asserted here, and `learning` computes some of it again."""
    found = results.load(f"hopfield/{name}")
    assert len(found.seeds) >= 5
    return found


# --- what pages compute themselves


def test_letters_are_those_of_the_figure() -> None:
    xi = experiments.letters(8)
    assert xi.shape == (8, 64)
    T = ["########", "########", *["...##..."] * 6]
    assert ["".join("#" if s > 0 else "." for s in row) for row in xi[0].reshape(8, 8)] == T
    W = hopfield.hebbian(xi[:3])
    np.testing.assert_array_equal(hopfield.synchronous(xi[:3], W, np.zeros(64)), xi[:3])


@pytest.mark.claim("hopfield-turned-15")
@pytest.mark.claim("hopfield-formula-15")
def test_the_first_step_turns_what_the_crosstalk_says() -> None:
    loads = (0.05, 0.1, 0.15, 0.2, 0.3)
    for seed in SEEDS:
        found = experiments.first_step_errors(seed)
        expected = [hopfield.crosstalk_error(round(load * 500), 500) for load in loads]
        np.testing.assert_allclose(found, expected, rtol=0.25, atol=1e-3)
    assert 0.004 < hopfield.crosstalk_error(75, 500) < 0.006


@pytest.mark.claim("hopfield-boltzmann")
def test_heat_meets_each_state_as_often_as_its_boltzmann_weight_says() -> None:
    for seed in SEEDS:
        rng, tau = np.random.default_rng(seed), 0.8
        W, theta = hopfield.hebbian(experiments.random_patterns(seed, 2, 5)), np.full(5, 0.2)
        s = 2.0 * rng.integers(0, 2, (20000, 5)) - 1
        for _ in range(20):
            s = hopfield.glauber(s, W, theta, tau, rng.random(s.shape))
        weight = np.exp(-hopfield.energy(hopfield.every_state(5), W, theta) / tau)
        met = np.bincount(((s + 1) / 2 @ [16, 8, 4, 2, 1]).astype(int), minlength=32) / len(s)
        assert np.abs(met - weight / weight.sum()).max() < 0.012  # 3.4 standard errors of the likeliest


@pytest.mark.claim("hopfield-cycles-6")
@pytest.mark.claim("hopfield-cycles-30")
@pytest.mark.claim("hopfield-rises")
@pytest.mark.claim("hopfield-wild-rises")
def test_cycles_of_two_are_common_where_too_much_is_stored() -> None:
    few = [experiments.energy_paths(seed, P=6) for seed in SEEDS]
    many = [experiments.energy_paths(seed) for seed in SEEDS]
    assert np.median([(paths.period == 2).mean() for paths in few]) < 0.1
    assert 0.1 < np.median([(paths.period == 2).mean() for paths in many]) < 0.5
    assert {int(period) for paths in (*few, *many) for period in paths.period} <= {1, 2}
    assert 0.15 < np.median([hopfield_wild.rises_at_once(seed) for seed in SEEDS]) < 0.65
    for seed in SEEDS:  # two patterns: runs turn for ever in which a group starts with as many units right as wrong
        xi = experiments.random_patterns(seed, 2, 60)
        s = 2.0 * np.random.default_rng([seed, 1]).integers(0, 2, (40, 60)) - 1
        alike = xi[0] == xi[1]
        level = [(s * xi[0])[:, group].sum(axis=1) == 0 for group in (alike, ~alike)]
        period = hopfield.recall(s, hopfield.hebbian(xi), np.zeros(60), mode="synchronous").period
        np.testing.assert_array_equal(period == 2, level[0] | level[1])


@pytest.mark.claim("hopfield-spurious-5")
@pytest.mark.claim("hopfield-spurious-20")
def test_random_starts_end_in_spurious_states_the_more_is_stored() -> None:
    found = {P: [experiments.random_starts(seed, P)["spurious"] for seed in SEEDS] for P in (5, 20)}
    assert 0.15 < np.median(found[5]) < 0.6
    assert min(found[20]) > 0.85


@pytest.mark.claim("hopfield-critical")
@pytest.mark.claim("hopfield-critical-overlap")
@pytest.mark.claim("hopfield-theory-100")
def test_the_theory_ends_at_0_138() -> None:
    alpha, m = hopfield.critical_load()
    assert (round(alpha, 3), round(m, 3)) == (0.138, 0.967)
    assert round(hopfield.mean_field_overlap(0.1), 3) == 0.998


@pytest.mark.claim("hopfield-disagree")
def test_coupling_leaves_little_to_states_that_disagree() -> None:
    found = experiments.drawn_basins(coupling=0.4, n=61)
    share = np.bincount(found.label[found.label >= 0]) / found.label.size
    assert np.sign(found.attractors).tolist() == [[-1, -1], [-1, 1], [1, -1], [1, 1]]
    assert 0.2 < share[1:3].sum() < 0.35


@pytest.mark.claim("hopfield-lecture-rises")
def test_a_threshold_with_the_sign_of_the_slide_raises_the_energy() -> None:
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        W = hopfield.hebbian(experiments.random_patterns(seed, 5, 50))
        theta, s = rng.normal(0, 0.3, 50), 2.0 * rng.integers(0, 2, (20, 50)) - 1
        raised, turns = {-1: 0, 1: 0}, 0
        for i in rng.permutation(50):
            after = hopfield.asynchronous(s, W, theta, np.array([i]))
            turns += int((after != s).any(axis=1).sum())
            for sign in raised:
                change = hopfield.energy(after, W, sign * theta) - hopfield.energy(s, W, sign * theta)
                raised[sign] += int((change > 1e-9).sum())
            s = after
        assert raised[1] == 0
        assert 0.15 < raised[-1] / turns < 0.6


@pytest.mark.claim("hopfield-wild-lost")
@pytest.mark.claim("hopfield-wild-threshold")
@pytest.mark.claim("hopfield-wild-half")
@pytest.mark.claim("hopfield-wild-whole")
@pytest.mark.claim("hopfield-wild-raw")
@pytest.mark.claim("hopfield-wild-centred")
@pytest.mark.claim("hopfield-wild-scaled")
def test_what_public_errors_cost() -> None:
    for seed in SEEDS:
        lost = hopfield_wild.overwritten(seed)
        assert lost["set anew"] == 0.1
        assert lost["added"] > 0.9
        shown = hopfield_wild.without_threshold(seed)
        assert shown["with"] == 0
        assert 0.05 < shown["without"] < 0.2
        # E = -x + h·h/2 for one pattern, with x = N a and h·h = N a² at strength a: from -0.42 N to -0.5 N.
        faded = hopfield_wild.without_half(seed)
        assert faded["with"] == pytest.approx(64 * -0.08, abs=1e-3)
        assert faded["without"] == pytest.approx(64 * 0.24, abs=1e-3)
        named = hopfield_wild.brightest(seed)
        assert named["raw"] < 0.85
        assert named["raw commonest"] > 0.04
        assert named["centred"] > 0.98
        assert hopfield_wild.divided_by_patterns(seed) == 0
        assert hopfield_wild.divided_by_patterns(seed, theta=0.2) > 0.4


# --- what is kept


@pytest.mark.claim("hopfield-capacity-100")
@pytest.mark.claim("hopfield-capacity-150")
@pytest.mark.claim("hopfield-capacity-180")
def test_memory_breaks_down_the_more_suddenly_the_larger_the_network() -> None:
    found = kept("capacity")
    median = {N: np.median(found[f"N{N}"], axis=0) for N in experiments.SIZES}
    at = {load: k for k, load in enumerate(experiments.LOADS)}
    assert abs(median[1000][at[0.1]] - hopfield.mean_field_overlap(0.1)) < 1e-3
    assert 0.93 < median[1000][at[0.138]] < 0.98
    assert 0.7 < median[1000][at[0.15]] < 0.95
    assert median[125][at[0.18]] > 0.8
    assert median[2000][at[0.18]] < median[1000][at[0.18]] < median[500][at[0.18]] < median[125][at[0.18]]
    assert found["N2000"][:, at[0.18]].max() < 0.7


@pytest.mark.claim("hopfield-slope-2")
@pytest.mark.claim("hopfield-slope-3")
@pytest.mark.claim("hopfield-slope-4")
@pytest.mark.claim("hopfield-slope-exponential")
@pytest.mark.claim("hopfield-exp-share")
def test_sharper_energies_bear_more_with_the_slopes_of_their_noise() -> None:
    found = kept("dense")
    for n in (2, 3, 4):
        key = f"power {n}"
        slopes = [experiments.slope(experiments.UNITS[key], borne) for borne in found[key]]
        assert np.median(slopes) == pytest.approx(n - 1, abs=0.1)
        assert np.ptp(slopes) < 0.5
        expected = [experiments.patterns_expected(key, N) for N in experiments.UNITS[key]]
        np.testing.assert_allclose(np.exp(np.median(found[key], axis=0)), expected, rtol=0.2)
    slopes = [experiments.slope(experiments.UNITS["exponential"], borne, False) for borne in found["exponential"]]
    assert np.median(slopes) == pytest.approx(2 - np.log(np.cosh(2)), abs=0.03)
    expected = [experiments.patterns_expected("exponential", N) for N in experiments.UNITS["exponential"]]
    share = np.exp(np.median(found["exponential"], axis=0)) / expected
    assert 0.2 < share.min() <= share.max() < 0.4


def test_what_is_expected_of_an_exponential_is_its_variance_by_counting() -> None:
    """Signal and noise from the binomial weights of all overlaps of N - 1 random units."""
    N = 12
    r = np.arange(-(N - 1), N, 2)
    weights = [math.comb(N - 1, k) / 2 ** (N - 1) for k in range(N)]
    noise = np.dot(weights, (np.exp(r + 1.0) - np.exp(r - 1.0)) ** 2)
    signal = np.exp(N) - np.exp(N - 2)
    assert experiments.patterns_expected("exponential", N, z=1.5) == pytest.approx(signal**2 / (noise * 1.5**2))


@pytest.mark.claim("hopfield-images-hebb-5")
@pytest.mark.claim("hopfield-images-hebb-10")
@pytest.mark.claim("hopfield-images-projection-10")
@pytest.mark.claim("hopfield-images-projection-20")
@pytest.mark.claim("hopfield-images-nearest-10")
@pytest.mark.claim("hopfield-images-nearest-1000")
def test_no_memory_of_digits_beats_the_nearest_neighbour() -> None:
    found = kept("images")
    at = {P: k for k, P in enumerate(experiments.NUMBERS)}
    for memory in experiments.MEMORIES:
        assert (found[memory] <= found["nearest"] + 0.03).all(), memory  # 200 probes: a tie or two may fall well
        assert (np.median(found[memory], axis=0) <= np.median(found["nearest"], axis=0) + 0.01).all(), memory
    assert np.median(found["hebbian"][:, at[5]]) < 0.1
    assert found["hebbian"][:, at[10]].max() < 0.05
    assert np.median(found["pseudo-inverse"][:, at[10]]) > 0.8
    assert np.median(found["pseudo-inverse"][:, at[20]]) < 0.6
    assert found["nearest"][:, at[10]].min() > 0.95
    assert 0.6 < np.median(found["nearest"][:, at[1000]]) < 0.85
    for seed in SEEDS:
        xi = np.random.default_rng(seed).permutation(experiments.every_digit())[:1000]
        differ = (64 - xi @ xi.T) / 2
        np.fill_diagonal(differ, 64)
        assert (differ.min(axis=1) < 10).mean() > 0.98
        which = np.random.default_rng(seed).integers(0, 1000, 200)
        away = (64 - hopfield.corrupt(xi[which], 10, seed) @ xi.T) / 2
        assert ((away == 10).argmax(axis=1) == which).mean() > (away.argmin(axis=1) == which).mean()
        p = np.diag(np.linalg.pinv(xi[:50]) @ xi[:50])
        assert (p > 1 - 1e-9).mean() > 0.5
    assert (found["attention"] > found["nearest"]).any()
    assert (found["attention"].mean(axis=0) < found["nearest"].mean(axis=0) + 1e-3).all()


@pytest.mark.learning
def test_a_small_part_of_what_is_kept_is_computed_again() -> None:
    smaller = experiments.dense_capacity(0, smallest=1)
    for key, (borne,) in smaller.items():
        assert borne == pytest.approx(kept("dense")[key][0, 0], abs=0.3)
    again = experiments.images_recalled(0, numbers=(2, 5))
    for memory, shares in again.items():
        np.testing.assert_allclose(shares, kept("images")[memory][0, :2], atol=0.1)
