"""Machines that learn to repeat and go on beyond their training, and the LSTMs beside them and beside recall."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from rnncourse import results
from rnncourse.experiments import ntm_copy, ntm_learn, ntm_repeat
from rnncourse.experiments.ntm import start
from rnncourse.kernels.ntm import forward


def test_slopes_of_the_lstm_are_torch_s() -> None:
    params = ntm_repeat.new_lstm(np.random.default_rng(0), 9, 6)
    batch = ntm_learn.unseen(ntm_repeat.REPEAT, 4, 2, B=3)
    loss, grads = ntm_repeat.lstm_slopes(params, batch)
    layer, q = torch.nn.LSTM(9, ntm_repeat.UNITS), {name: torch.from_numpy(p.copy()) for name, p in params.items()}
    with torch.no_grad():
        for name, p in (("weight_ih_l0", q["W_ih"]), ("weight_hh_l0", q["W_hh"]), ("bias_ih_l0", q["b"])):
            getattr(layer, name).copy_(p)
        layer.bias_hh_l0.zero_()
    W_ho, b_ho = q["W_ho"].requires_grad_(), q["b_ho"].requires_grad_()
    o = layer(torch.from_numpy(batch.x))[0] @ W_ho.T + b_ho
    mask, y = torch.from_numpy(batch.mask), torch.from_numpy(batch.y)
    wanted = torch.nn.functional.binary_cross_entropy_with_logits(o[mask], y[mask])
    wanted.backward()  # type: ignore[no-untyped-call]
    assert loss == pytest.approx(wanted.item() / math.log(2), rel=1e-5)
    there = {"W_ih": layer.weight_ih_l0, "W_hh": layer.weight_hh_l0, "b": layer.bias_ih_l0, "W_ho": W_ho, "b_ho": b_ho}
    assert grads.keys() == there.keys()
    for name, p in there.items():
        np.testing.assert_allclose(grads[name], p.grad, atol=1e-6)


def test_what_is_behind_half_way_begins_again_but_not_the_last_attempt() -> None:
    """Twenty batches teach nothing: two attempts end after ten."""
    machine, losses, attempt = ntm_repeat.train(ntm_repeat.REPEAT, ntm_repeat.LOOP, seed=0, batches=20, attempts=3)
    assert (attempt, len(losses)) == (3, 20)
    other, _, first = ntm_repeat.train(ntm_repeat.REPEAT, ntm_repeat.LOOP, seed=0, batches=20, attempts=1)
    assert first == 1
    assert np.abs(machine.weights.W_hp - other.weights.W_hp).max() > 0.1


def test_the_kept_machine_repeats_as_it_did() -> None:
    """Its weights are kept in float16."""
    kept = results.load("ntm/repeat")
    machine = ntm_copy.with_weights(kept.weights)
    for L, times in ((8, 3), (24, 3), (8, 9)):
        batch = ntm_learn.unseen(ntm_repeat.REPEAT, L, times)
        found = ntm_learn.wrong(ntm_learn.answers(ntm_repeat.REPEAT, machine, batch, L)[0], batch)
        assert found == pytest.approx(kept[f"machine_{L}x{times}"][0], abs=0.005)


def test_the_kept_machine_repeats_with_a_queue() -> None:
    """Neither head goes back, and what is said is written again, as many rows further as there are vectors."""
    L, N, machine = 10, 50, ntm_copy.with_weights(results.load("ntm/repeat").weights)
    batch = ntm_learn.unseen(ntm_repeat.REPEAT, L, 3, B=20)
    o, w, last, _ = forward(batch.x, start(machine, 20, N), machine.weights, keep=False)
    assert ntm_learn.wrong(o, batch) < 0.005
    places = w.argmax(axis=3)  # (T, B, J), that which reads first
    assert (np.diff(places[:, :, 1], axis=0) == 1).mean() > 0.99
    assert (np.diff(places[L:, :, 0], axis=0) == 1).mean() > 0.99
    assert places[-1, :, 0].min() > 2 * L, "beyond the rows that were written while it listened"
    for M, rows in zip(last.M, places[:L, :, 1].T, strict=True):
        near, far = M[rows], M[rows + L]
        alike = (near * far).sum(axis=1) / np.linalg.norm(near, axis=1) / np.linalg.norm(far, axis=1)
        assert np.median(alike) > 0.8
