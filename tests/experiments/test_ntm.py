"""The machine learns to copy and goes on copying far beyond the lengths it has seen; an LSTM as large does not."""

from __future__ import annotations

import numpy as np
import pytest

from rnncourse.experiments import ntm as experiments

SEEDS = range(5)


@pytest.mark.learning
def test_copies_six_times_as_long_as_it_was_trained_for_and_its_heads_walk_row_by_row() -> None:
    """One test, so that every seed is trained once."""
    machines = [experiments.train_copy(seed, steps=700).machine for seed in SEEDS]
    for machine in machines:
        loss, wrong = experiments.evaluate(machine, L=20, N=128)
        assert loss < 0.02
        assert wrong <= 5, "of 3200"
    longer = [experiments.evaluate(machine, L=120, N=256, B=10) for machine in machines]
    assert np.median([wrong for _, wrong in longer]) <= 10, "of 9600"
    assert sorted(loss for loss, _ in longer)[3] < 0.05, "four of five"
    walks = [experiments.walk(experiments.weightings(machine, L=40, N=128)) for machine in machines]
    assert (np.median(walks, axis=0) > 0.9).all(), "writing and reading"


@pytest.mark.usefixtures("one_thread")
@pytest.mark.learning
def test_training_is_the_same_for_the_same_seed_and_differs_for_another() -> None:
    first, again, other = (experiments.train_copy(seed, steps=30, attempts=1) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.losses, again.losses)
    np.testing.assert_array_equal(first.machine.weights.W_hp, again.machine.weights.W_hp)
    assert first.losses[-1] != other.losses[-1]
    assert (first.attempts, first.steps, len(first.lengths)) == (1, 30, 30)
    assert 1 <= first.lengths.min() <= first.lengths.max() <= 20


@pytest.mark.learning
@pytest.mark.parametrize("seed", SEEDS)
def test_an_lstm_of_the_same_size_does_not(seed: int) -> None:
    found = experiments.train_lstm(seed)
    assert 0.7 < found[5] < 0.95, "it learns something"
    assert found[20] > 0.9
    assert found[120] > 0.95
