"""Machines that copy, kept: that of a figure, and five beside LSTMs."""

from __future__ import annotations

import numpy as np
import pytest

from rnncourse import results
from rnncourse.experiments import ntm as experiments
from rnncourse.experiments import ntm_copy


def test_the_kept_machine_copies_as_it_did_and_twice_as_long_as_it_was_trained_for() -> None:
    kept = results.load("ntm/copy_weights")
    machine = ntm_copy.with_weights(kept.weights)
    for L, N in ntm_copy.SIZES.items():
        loss, wrong = experiments.evaluate(machine, L, N)
        assert loss == pytest.approx(kept[f"float16_{L}"][0], abs=1e-3)
        assert kept[f"float16_{L}"][0] == pytest.approx(kept[f"machine_{L}"][0], abs=1e-3)
        assert wrong <= 1


def test_kept_weights_are_the_machine_s() -> None:
    machine = experiments.new_machine(np.random.default_rng(3))
    again = ntm_copy.with_weights(ntm_copy.float16_machine(machine))
    for name, q in machine.weights._asdict().items():
        back = getattr(again.weights, name)
        assert (q is None) == (back is None)
        if q is not None:
            np.testing.assert_allclose(back, q, rtol=1e-3, atol=1e-6)


@pytest.mark.claim("ntm-copied-machine-20-worst")
@pytest.mark.claim("ntm-copied-machine-40-worst")
@pytest.mark.claim("ntm-copied-machine-60-worst")
@pytest.mark.claim("ntm-copied-machine-120-worst")
@pytest.mark.claim("ntm-copied-lstm-20")
@pytest.mark.claim("ntm-copied-lstm-20-best")
@pytest.mark.claim("ntm-copied-lstm-120")
@pytest.mark.claim("ntm-copied-attempts")
def test_five_of_five_machines_copy_six_times_as_long_as_in_training_and_no_lstm_what_it_was_trained_for() -> None:
    kept = results.load("ntm/copy")
    assert len(kept.seeds) == 5
    assert ntm_copy.LENGTHS == (20, 40, 60, 120)
    assert ntm_copy.SEQUENCES * 120 * experiments.BITS == 19_200
    for L in ntm_copy.LENGTHS:
        assert kept[f"machine_{L}"].max() < 0.0005
        assert kept[f"lstm_{L}"].min() > 0.35
    assert kept["lstm_20"].max() < 0.46, "it learns something"
    assert kept["lstm_120"].min() > 0.48
    assert kept["attempts"].sum() == 11
