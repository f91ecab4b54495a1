"""The machine that a figure copies with."""

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
