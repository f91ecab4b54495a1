"""What the chapter on two directions trains, over several seeds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnncourse.experiments import bidirectional as experiment

SEEDS = range(10, 15)


def test_windows_hide_the_missing_letters_and_nothing_else() -> None:
    ids = np.arange(60)
    x, y = experiment.windows(ids, np.array([0, 7]))
    for b, start in enumerate((0, 7)):
        whole = torch.arange(start, start + experiment.T)
        assert torch.equal(y[:, b], whole[experiment.BLANKS])
        whole[experiment.BLANKS] = experiment.BLANK
        assert torch.equal(x[:, b], whole)
    assert (ids == np.arange(60)).all()


def test_no_network_is_much_larger_than_another() -> None:
    models = {name: experiment.FillIn(**settings) for name, settings in experiment.NETWORKS.items()}
    sizes = [sum(p.numel() for p in model.parameters()) for model in models.values()]
    assert max(sizes) < 1.05 * min(sizes)


def test_fill_in_takes_one_blank_and_gives_probabilities() -> None:
    torch.manual_seed(0)
    model = experiment.FillIn(H=4, num_layers=1, bidirectional=True)
    letters = experiment.fill_in(model, "a blan_ it is")
    assert [p for _, p in letters] == sorted((p for _, p in letters), reverse=True)
    assert len({letter for letter, _ in letters}) == 5
    for sentence in ("none", "_ two _"):
        with pytest.raises(ValueError, match="expected one _"):
            experiment.fill_in(model, sentence)


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
