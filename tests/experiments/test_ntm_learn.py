"""Machines whose heads begin with habits learn recall, and go on beyond their training."""

from __future__ import annotations

import numpy as np
import pytest

from rnncourse import ntm
from rnncourse.data.algorithms import recall
from rnncourse.experiments import ntm_learn


@pytest.mark.learning
def test_half_of_the_training_is_enough_to_recall_among_six() -> None:
    machine, losses = ntm_learn.train(ntm_learn.RECALL, ntm_learn.LOOK, seed=0, batches=300)
    assert losses[:20].mean() > 0.6
    batch = ntm_learn.unseen(ntm_learn.RECALL, 6, B=100)
    assert ntm_learn.wrong(ntm_learn.answers(ntm_learn.RECALL, machine, batch, 6)[0], batch) < 0.02


def test_habits_are_there_before_the_first_batch() -> None:
    """The head that writes goes on by one row a step, and a key is what would be added, within the rounding."""
    machine = ntm_learn.new_machine(np.random.default_rng(2), ntm_learn.RECALL, ntm_learn.LOOK)
    batch = recall(50, 6, np.random.default_rng(1))
    h_t, _ = ntm.controller(batch.x[1], ntm.initial_state(50, 20, machine.r_0, 2), ntm.Weights(*machine.weights))
    head = ntm.heads(h_t, machine.weights.W_hp, machine.weights.b_hp, 2, 1, ntm_learn.D)
    np.testing.assert_allclose(head.k[:, 0], head.a[:, 0], atol=1e-6)
    assert np.abs(head.k[:, 1] - head.a[:, 0]).max() > 0.1, "that of the other head is its own"
    assert np.median(head.s[:, 1], axis=0).argmax() == 2
    assert np.median(head.g[:, 1]) < 0.5
