"""What the chapter on two directions trains, over several seeds."""

from __future__ import annotations

import numpy as np
import pytest

from rnncourse.experiments import bidirectional as experiment

SEEDS = range(10, 15)


@pytest.mark.learning
def test_the_letters_after_the_blank_decide() -> None:
    counted = experiment.baselines()
    names = ("one direction", "both directions")
    found = [experiment.compare(seed, steps=250, networks=names) for seed in SEEDS]
    for scores in found:
        (one, one_bits), (both, both_bits) = (scores[name] for name in names)
        assert one > counted["letters"][0] + 0.05
        assert one_bits < counted["letters"][1] - 0.5
        assert both > one + 0.06
        assert both_bits < one_bits - 0.4
    medians = np.median([scores["both directions"] for scores in found], axis=0)
    assert medians[0] > counted["both neighbours"][0] + 0.03
    assert medians[1] < counted["both neighbours"][1]
