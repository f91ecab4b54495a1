"""What the chapter on sequence to sequence trains, over several seeds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnncourse.data.digits import digits
from rnncourse.experiments import seq2seq as experiment

SEEDS = range(10, 15)


def test_lists_are_reversed_and_end_once() -> None:
    lengths = np.array([3, 1, 5])
    x, n, y, targets = experiment.lists(np.random.default_rng(0), lengths)
    assert n.tolist() == [3, 1, 5]
    for b, k in enumerate(lengths):
        assert y[:, b].tolist() == x[:k, b].argmax(dim=1).flip(0).tolist() + [experiment.SYMBOLS] * (6 - k)
        assert targets[:, b].tolist() == y[: k + 1, b].tolist() + [experiment.IGNORED] * (5 - k)


def test_strips_show_the_digits_of_their_labels_in_order() -> None:
    images, _, background = digits(seed=0)
    x, widths, y, targets = experiment.strips(np.random.default_rng(0), images, background, np.array([2, 5]))
    for b, n in enumerate((2, 5)):
        assert (x[b, :, :, widths[b] :] == background).all()
        found = {}
        for at in range(int(widths[b]) - 7):
            patch = x[b, 0, :, at : at + 8].numpy().ravel()
            same = (images.x[..., 0] == patch[:, None]).all(axis=0)
            found |= {at: int(images.labels[same][0])} if same.any() else {}
        assert [found[at] for at in sorted(found)] == y[:n, b].tolist() == targets[:n, b].tolist()
        assert (y[n:, b] == 10).all()
        assert targets[n:, b].tolist() == [10] + [experiment.IGNORED] * (experiment.LONGEST - n)


@pytest.mark.usefixtures("one_thread")
def test_the_same_seed_trains_the_same_network() -> None:
    first, again, other = (experiment.train_reversal(seed, True, longest=3, steps=2) for seed in (1, 1, 2))
    same = [torch.equal(p, q) for p, q in zip(first.parameters(), again.parameters(), strict=True)]
    assert all(same)
    assert not torch.equal(first.out.weight, other.out.weight)


def test_there_is_no_alignment_without_attention() -> None:
    with pytest.raises(ValueError, match="expected one with attention"):
        experiment.alignment(experiment.Translator(10, 11, 4, attention=False), 3)


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
def test_errors_grow_with_the_length_of_a_list_and_attention_puts_them_off() -> None:
    for seed in SEEDS:
        found = experiment.error_against_length(seed, (2, 5, 8), longest=5, steps=80)
        attention, fixed = found["attention"], found["fixed vector"]
        assert attention[2] < fixed[2]
        assert attention[5] < 0.15
        assert fixed[2] + 0.2 < fixed[5] < fixed[8]
        assert attention[5] + 0.2 < attention[8]  # beyond the lengths it has seen


@pytest.mark.learning
def test_labels_are_read_from_images() -> None:
    found = [experiment.reader_scores(seed, steps=150) for seed in SEEDS]
    assert min(scores["labels"] for scores in found) > 0.7
    assert np.median([scores["labels"] for scores in found]) > 0.82
