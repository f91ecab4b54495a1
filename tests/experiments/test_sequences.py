"""The five modes trained on real data, each beside its baselines, over five seeds that no setting was chosen by."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from rnncourse import sequences
from rnncourse.experiments import sequences as experiments

pytestmark = pytest.mark.learning

SEEDS = range(30, 35)


def over_seeds(experiment: Callable[[int], dict[str, float]]) -> dict[str, np.ndarray]:
    """For each model, its scores: (5,)."""
    found = [experiment(seed) for seed in SEEDS]
    return {name: np.array([scores[name] for scores in found]) for name in found[0]}


def test_one_to_one_tells_digits_better_than_their_mean_images() -> None:
    found = over_seeds(experiments.digit_accuracies)
    assert (found["RNN"] > found["nearest mean"] + 0.02).all()
    assert np.median(found["RNN"]) > 0.95
    assert (found["nearest mean"] > 0.8).all()  # a baseline worth beating
    assert (found["commonest"] < 0.15).all()


def test_one_to_many_writes_the_names_of_digits() -> None:
    found = over_seeds(experiments.spelling_accuracies)
    assert np.median(found["RNN"]) > np.median(found["nearest mean"]) + 0.02
    assert np.median(found["RNN"]) > 0.91
    assert found["RNN"].min() > 0.87
    assert (found["commonest"] < 0.15).all()


@pytest.mark.equation("eq-sequences-skill")
def test_many_to_one_forecasts_sunspots_and_reads_them_in_their_order() -> None:
    found, shuffled = over_seeds(experiments.sunspot_errors), over_seeds(experiments.shuffled_errors)
    assert (found["RNN"] < 0.75 * found["persistence"]).all()
    assert (found["MLP"] < 0.80 * found["persistence"]).all()
    assert (found["HMM"] < 0.8 * found["mean"]).all()
    assert (found["HMM"] > 1.3 * found["RNN"]).all()
    assert np.median(found["AR"]) < np.median(found["RNN"])  # nine numbers are enough here, and the least error
    assert (found["AR"] > 15).all()
    assert (shuffled["RNN"] / found["RNN"]).mean() > 1.07
    assert abs((shuffled["MLP"] / found["MLP"]).mean() - 1) < 0.08


def test_many_to_many_writes_the_next_year_of_carbon_dioxide() -> None:
    found = over_seeds(experiments.co2_errors)
    assert (found["RNN"] < 0.9 * found["AR"]).all()
    assert (found["RNN"] < 0.9 * found["last year"]).all()
    assert np.median(found["RNN"]) < 0.71
    assert (found["last year"] < 0.5 * found["persistence"]).all()
    assert (found["AR, increments"] < found["AR"]).all()
    assert (found["AR, increments"] > 0.5).all()  # the least error: a linear model again


def test_synced_predicts_the_next_letter_of_a_name() -> None:
    found = over_seeds(experiments.letter_bits)
    order = [found[name] for name in ("RNN", "MLP", "bigram", "unigram")]
    for better, worse in pairwise(order):
        assert (better < worse - 0.05).all()
    assert (found["HMM"] < found["unigram"] - 0.4).all()
    assert (found["HMM"] > found["MLP"] + 0.05).all()
    assert 3.2 < np.median(found["RNN"]) < 3.45


@pytest.mark.equation("eq-sequences-hmm-limit")
@pytest.mark.equation("eq-sequences-shift-register")
def test_an_hmm_forgets_what_a_network_of_a_few_units_keeps() -> None:
    found = over_seeds(lambda seed: experiments.memory_bits(seed, S=(4,)))
    assert (found["HMM of 4"] > found["limit of 4"]).all()
    assert np.median(found["HMM of 4"]) < 5.9  # it keeps something
    assert (found["RNN"] < 0.1).all()
    assert (found["RNN of 6 by hand"] < 0.01).all()
    assert (found["HMM of 64 by hand"] < 1e-12).all()


@pytest.mark.usefixtures("one_thread")
def test_a_seed_gives_the_same_numbers_again() -> None:
    first, again, other = (experiments.train_digits(seed, steps=5) for seed in (0, 0, 1))
    assert isinstance(first, sequences.Network)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first.W_hh, other.W_hh)
    assert experiments.hmm_forecast(3).tolist() == experiments.hmm_forecast(3).tolist()
