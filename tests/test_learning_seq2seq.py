"""What the chapter on sequence to sequence trains, over several seeds."""

from __future__ import annotations

import numpy as np
import pytest

from rnncourse.experiments import seq2seq as experiment

SEEDS = range(10, 15)


@pytest.mark.learning
def test_names_are_written_in_the_language_that_was_asked_for() -> None:
    found = [experiment.name_scores(seed, epochs=4) for seed in SEEDS]
    for scores in found:
        assert scores["bits"] < scores["bits, pairs of letters"]
        assert scores["bits"] < scores["bits, wrong language"] - 0.5
    assert np.median([scores["written names recognised"] for scores in found]) > 0.3  # 0.1 by chance


@pytest.mark.learning
def test_attention_reverses_what_one_vector_does_not_hold_and_looks_at_what_it_says() -> None:
    with_attention, looks = [], []
    for seed in SEEDS:
        attention, fixed = (experiment.train_reversal(seed, a, longest=8, steps=180) for a in (True, False))
        errors, without = (experiment.reversal_errors(model, (2, 8)) for model in (attention, fixed))
        assert errors[8] < without[8] - 0.2
        assert without[8] > without[2] + 0.2
        with_attention.append(errors)
        alpha = experiment.alignment(attention, 6)
        assert alpha.shape == (7, 6)
        np.testing.assert_allclose(alpha.sum(axis=1), 1, atol=1e-5)
        looks.append(alpha[:6].argmax(axis=1))
    assert np.median([errors[2] for errors in with_attention]) < 0.02
    assert np.median([errors[8] for errors in with_attention]) < 0.1
    assert (np.abs(np.median(looks, axis=0) - [5, 4, 3, 2, 1, 0]) <= 1).all()


@pytest.mark.learning
def test_labels_are_read_from_images() -> None:
    found = [experiment.reader_scores(seed, steps=150) for seed in SEEDS]
    assert min(scores["labels"] for scores in found) > 0.7
    assert np.median([scores["labels"] for scores in found]) > 0.82
