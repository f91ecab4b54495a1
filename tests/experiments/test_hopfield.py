"""What Hopfield networks recall, over several seeds, against the theory of their load and theorems on their energy."""

from __future__ import annotations

import numpy as np
import pytest

from rnncourse import hopfield
from rnncourse.experiments import hopfield as experiments

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
