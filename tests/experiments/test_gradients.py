"""What helps against vanishing and exploding gradients, over seeds: the experiments of the chapter, some shorter."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnncourse import gradients
from rnncourse.experiments import gradients as experiments

SEEDS = range(5)


def test_the_training_step_is_torchs() -> None:
    """One clipped step of Adam for every kind of cell, on both kinds of target, against modules of torch.nn."""
    for kind, (F, K) in {"tanh": (6, 4), "relu": (2, 1), "lstm": (2, 1), "gru": (6, 4)}.items():
        network = experiments.usual_start(kind, F, 5, K, seed=1)
        batch = experiments.adding(12, 7, 0) if K == 1 else experiments.temporal_order(12, 7, 0)
        layer = (
            torch.nn.RNN(F, 5, nonlinearity=kind) if kind in ("tanh", "relu") else getattr(torch.nn, kind.upper())(F, 5)
        )
        out = torch.nn.Linear(5, K)
        names = {"weight_ih_l0": "W_ih", "weight_hh_l0": "W_hh", "bias_ih_l0": "b_ih", "bias_hh_l0": "b_hh"}
        layer.load_state_dict(
            {theirs: torch.from_numpy(network.weights[ours].copy()) for theirs, ours in names.items()}
        )
        out.load_state_dict(
            {n: torch.from_numpy(network.weights[w].copy()) for n, w in (("weight", "W_ho"), ("bias", "b_ho"))}
        )
        parameters = [*layer.parameters(), *out.parameters()]
        optimiser = torch.optim.Adam(parameters, lr=0.01)
        x, target = (torch.from_numpy(array) for array in batch)
        lost = []
        for rate in (0.01, 0.005):
            optimiser.param_groups[0]["lr"] = rate
            o = out(layer(x)[0][-1])
            loss = torch.nn.functional.mse_loss(o, target) if K == 1 else torch.nn.functional.cross_entropy(o, target)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 0.1)
            optimiser.step()
            lost.append(loss.item())
        assert experiments.train(network, lambda _: batch, 2, 0.01, max_norm=0.1) == pytest.approx(lost, rel=1e-4)  # noqa: B023
        for parameter, name in zip(parameters, ("W_ih", "W_hh", "b_ih", "b_hh", "W_ho", "b_ho"), strict=True):
            np.testing.assert_allclose(network.weights[name], parameter.detach(), atol=2e-4, err_msg=f"{kind} {name}")


@pytest.mark.usefixtures("one_thread")
def test_a_seed_decides_everything() -> None:
    short = {"T": 20, "steps": 5}
    assert experiments.add(1, **short) == experiments.add(1, **short) != experiments.add(2, **short)
    assert experiments.read_digits(1, epochs=1, H=8) == experiments.read_digits(1, epochs=1, H=8)
    first, again = (experiments.stacked_flow(3, "GRU", steps=2, layers=2, T=12) for _ in range(2))
    np.testing.assert_array_equal(first[1], again[1])
    assert first[0].shape == first[1].shape == (2, 12)


def test_iterates_and_exponents_of_the_lecture() -> None:
    x, y = experiments.iterates()
    np.testing.assert_allclose(y[0], 3.5 * x * (1 - x))
    np.testing.assert_allclose(y[2], np.interp(y[1], x, y[0]), atol=1e-4)  # the third iterate is f of the second
    fixed, chaotic = experiments.exponents(np.array([2.9, 4.0]))
    assert fixed == pytest.approx(np.log(0.9), abs=1e-6)
    assert chaotic == pytest.approx(np.log(2), abs=0.02)


def test_the_cliff_throws_the_path_that_is_not_clipped() -> None:
    _, _, loss = experiments.cliff_landscape(61)
    assert np.abs(np.diff(loss, axis=0)).max() > 0.1 * np.ptp(loss)  # from one row of the grid to the next
    free, clipped = experiments.cliff_paths()
    np.testing.assert_array_equal(free[0], clipped[0])
    assert np.linalg.norm(free[-1] - free[0]) > 10
    assert gradients.cliff(*clipped[-1]).loss < 1e-3


@pytest.mark.learning
def test_identity_start_learns_to_add_over_100_steps_and_tanh_does_not() -> None:
    identity, tanh = ([experiments.add(seed, kind, steps=800) for seed in SEEDS] for kind in ("identity", "tanh"))
    assert np.median(identity) < 0.01, identity
    assert min(tanh) > 0.12, tanh  # the variance is 0.167: nothing, or little, was learnt


@pytest.mark.learning
def test_identity_start_tells_the_temporal_order_and_tanh_does_not() -> None:
    identity, tanh = ([experiments.order(seed, kind) for seed in SEEDS] for kind in ("identity", "tanh"))
    assert np.median(identity) >= 0.99, identity
    assert np.median(tanh) < 0.4, tanh  # a guess is right in one of four, one order of two symbols known in one of two
    assert max(tanh) < 0.8, tanh


@pytest.mark.learning
def test_omega_carries_what_a_usual_start_forgets() -> None:
    """Without growing sequences, which help by themselves: Ω is the only difference."""
    settings = {"T": 50, "steps": 800, "grow": False}
    without, with_omega = ([experiments.order_with_omega(s, omega, **settings) for s in SEEDS] for omega in (0, 2))
    assert np.median(without) < 0.4, without
    assert np.median(with_omega) > 0.6, with_omega


@pytest.mark.learning
def test_identity_start_reads_digits_pixel_by_pixel_sooner_than_tanh() -> None:
    """64 steps are few enough for tanh: with 50 epochs it has caught up."""
    found = {
        kind: [experiments.read_digits(seed, kind, epochs=15, H=64, lr=2e-3) for seed in SEEDS]
        for kind in ("identity", "tanh", "lstm")
    }
    identity, tanh, lstm = np.median(list(found.values()), axis=1)
    assert min(identity, lstm) > 0.7, found
    assert min(identity, lstm) > tanh + 0.01, found
    assert tanh > 0.5, found


@pytest.mark.learning
def test_training_brings_the_gradient_of_a_stack_to_the_first_symbols() -> None:
    """Temporal order over 20 steps: its first symbol stands in steps 2 to 4."""
    early = []
    for seed in SEEDS:
        before, after, share = experiments.stacked_flow(seed, "GRU", layers=2, T=20, steps=150)
        assert share > 0.9
        early.append(after[:, 2:5].mean() / before[:, 2:5].mean())
    assert np.median(early) > 10, early
