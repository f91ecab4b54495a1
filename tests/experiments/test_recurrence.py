"""The network of the wave trains as torch's does; the numbers of the chapter are in ``test_rnn.py``."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnncourse import data
from rnncourse.experiments import recurrence as experiments


@pytest.mark.parametrize("seed", range(5))
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
                assert experiments.difference(ours[name], parameter.grad.numpy()) < 1e-12
        losses.append(loss.item())
        optimiser.step()
    w, history = experiments.train_sine(seed, steps=steps, lr=lr)
    np.testing.assert_allclose(history.losses, losses, rtol=1e-8)
    with torch.no_grad():
        theirs = out(layer(torch.tensor([0.3, 0.5], dtype=torch.float64).reshape(2, 1, 1))[0][-1]).item()
    assert abs(experiments.predict_sine(w, newer=0.5, older=0.3) - theirs) < 1e-8
