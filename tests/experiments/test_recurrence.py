"""The numbers of ``book/rnn`` that need NumPy alone, as inequalities over several seeds, of the page's own code."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import torch

from rnncourse import data, rnn
from rnncourse.experiments import recurrence as experiments

SEEDS = range(5)
ROUNDING = 1e-12  # of states below 1 whose errors may grow over the steps; another network differs by 1e-1


@pytest.mark.claim("rnn-torch-difference")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_reading_version_is_torchs_layer(seed: int) -> None:
    arguments = experiments.random_network(seed)
    assert experiments.difference(rnn.forward(**arguments), experiments.torch_states(arguments)) < ROUNDING


@pytest.mark.claim("rnn-free-linear")
@pytest.mark.claim("rnn-free-tanh")
@pytest.mark.parametrize("seed", SEEDS)
def test_tanh_bounds_what_a_linear_system_lets_explode(seed: int) -> None:
    linear = experiments.free_states(seed, lambda z: z, radius=1.2)
    squashed = experiments.free_states(seed, np.tanh, radius=1.2)
    assert linear[0] == squashed[0] == pytest.approx(1)
    assert linear[-1] > 1e6
    assert 1 < squashed[-1] < np.sqrt(20)
    for f in (lambda z: z, np.tanh):
        assert experiments.free_states(seed, f, radius=0.8)[-1] < 1e-3, "below 1, both fade"


@pytest.mark.claim("rnn-notation-largest")
@pytest.mark.claim("rnn-lecture-c")
@pytest.mark.claim("rnn-lecture-radius")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_lectures_notations(seed: int) -> None:
    assert np.abs(np.linalg.eigvals(experiments.random_network(seed)["W_hh"])).max() > 1
    differs = experiments.notation_differences(seed)
    assert max(differs[name] for name in ("P", "A", "W", "M", "C, a for h")) < ROUNDING
    assert differs["C"] > 1


@pytest.mark.claim("rnn-lecture-transpose")
@pytest.mark.claim("rnn-lecture-bias")
@pytest.mark.parametrize("seed", SEEDS)
def test_transposed_and_summed(seed: int) -> None:
    a = experiments.random_network(seed)
    h = rnn.forward(**a)
    assert experiments.difference(h, rnn.forward(**{**a, "W_hh": a["W_hh"].T})) > 0.5
    summed = {"b_ih": a["b_ih"] + a["b_hh"], "b_hh": np.zeros_like(a["b_hh"])}
    assert experiments.difference(h, rnn.forward(**{**a, **summed})) < ROUNDING


@pytest.mark.parametrize("seed", SEEDS)
def test_both_biases_receive_the_same_gradient(seed: int) -> None:
    torch.manual_seed(seed)
    layer = torch.nn.RNN(4, 5, dtype=torch.float64)
    layer(torch.randn(20, 3, 4, dtype=torch.float64))[0].square().sum().backward()
    torch.testing.assert_close(layer.bias_ih_l0.grad, layer.bias_hh_l0.grad)


@pytest.mark.claim("rnn-lecture-own-layer")
@pytest.mark.claim("rnn-lecture-layer-below")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_layer_recurs_on_its_own_state(seed: int) -> None:
    own, below = experiments.two_layers(seed)
    assert own < ROUNDING
    assert below > 0.2


@pytest.mark.claim("rnn-lecture-distance")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_contraction_is_not_chaotic(seed: int) -> None:
    for T in (1, 3, 10):
        assert 0 < experiments.distance_of_two_states(seed, norm=0.9, T=T) < 0.9**T


@pytest.mark.parametrize("seed", SEEDS)
def test_training_by_hand_is_torchs(seed: int) -> None:
    """The same weights to start from: the same gradients, losses and predictions, by autograd and torch's Adam."""
    steps, lr = 60, 0.01
    x, target = map(torch.from_numpy, data.two_lags(data.sine(100, period=experiments.PERIOD)))
    layer, out = torch.nn.RNN(1, 16, dtype=torch.float64), torch.nn.Linear(16, 1, dtype=torch.float64)
    parameters = [*layer.parameters(), *out.parameters()]
    names = ("W_ih", "W_hh", "b_ih", "b_hh", "W_ho", "b_ho")
    start = experiments.drawn_weights(seed, F=1, H=16, K=1)
    with torch.no_grad():
        for name, parameter in zip(names, parameters, strict=True):
            parameter.copy_(torch.from_numpy(start[name]))
    optimiser, losses = torch.optim.Adam(parameters, lr), []
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = lr * (1 - step / steps)
        loss = torch.nn.functional.mse_loss(out(layer(x)[0][-1]), target)
        optimiser.zero_grad()
        loss.backward()
        if step == 0:
            _, ours = experiments.squared_error(start, x.numpy(), target.numpy())
            for name, parameter in zip(names, parameters, strict=True):
                assert experiments.difference(ours[name], parameter.grad.numpy()) < ROUNDING
        losses.append(loss.item())
        optimiser.step()
    w, history = experiments.train_sine(seed, steps=steps, lr=lr)
    np.testing.assert_allclose(history.losses, losses, rtol=1e-8)
    with torch.no_grad():
        theirs = out(layer(torch.tensor([0.3, 0.5], dtype=torch.float64).reshape(2, 1, 1))[0][-1]).item()
    assert abs(experiments.predict_sine(w, newer=0.5, older=0.3) - theirs) < 1e-8


@functools.cache
def sine(seed: int) -> experiments.Weights:
    """The tests of a seed look at one network."""
    return experiments.train_sine(seed)[0]


@pytest.mark.learning
@pytest.mark.claim("rnn-sine-one-step")
@pytest.mark.claim("rnn-sine-free")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_network_continues_the_wave(seed: int) -> None:
    one_step, free = experiments.sine_errors(sine(seed))
    assert one_step < 0.01
    assert 2 * one_step < free < 0.06
    _, noisy = experiments.sine_errors(experiments.train_sine(seed, noise=0.05)[0])
    assert noisy > 5 * free


@pytest.mark.learning
@pytest.mark.claim("rnn-sine-orbit")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_network_returns_to_its_orbit(seed: int) -> None:
    for scale in (0.5, 1.2):
        amplitude = experiments.orbit(sine(seed), scale, periods=50)
        assert abs(amplitude[0] - scale) < 0.15
        assert 0.94 < amplitude[-1] < 1.02


@pytest.mark.learning
@pytest.mark.claim("rnn-sine-rms-10")
@pytest.mark.claim("rnn-sine-rms-200")
@pytest.mark.parametrize("seed", SEEDS)
def test_phase_errors_grow(seed: int) -> None:
    true, free = experiments.continue_sine(sine(seed), 200 * experiments.PERIOD)
    rms = np.sqrt(((true - free) ** 2).reshape(200, -1).mean(axis=1))
    assert rms[9] < 0.06
    assert rms[199] > 3 * rms[9]
    assert rms[9] < rms[49] < rms[199]
    assert 0.9 < np.abs(free[-experiments.PERIOD :]).max() < 1.05, "and yet the amplitude is right"


def test_linear_regression_continues_the_wave_exactly() -> None:
    y = data.sine(340, period=experiments.PERIOD)
    weights = np.linalg.lstsq(np.stack([y[1:99], y[:98]], axis=1), y[2:100])[0]
    free = rnn.free_run(lambda newer, older: weights @ [newer, older], y[98], y[99], 240)
    np.testing.assert_allclose(free, y[100:], atol=1e-10)
