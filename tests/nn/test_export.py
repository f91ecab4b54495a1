"""Weights for a page: float16 of any module, by torch's names."""

import numpy as np
import pytest
import torch

from rnncourse import nn
from rnncourse.nn.export import float16_weights


@pytest.mark.parametrize("module", [nn.LSTM(3, 4, num_layers=2), nn.GRUD(3, 4), nn.ESN(3, 10), torch.nn.BatchNorm1d(3)])
def test_all_weights_are_torch_s_own_rounded_by_torch(module: torch.nn.Module) -> None:
    weights = float16_weights(module)
    assert list(weights) == list(module.state_dict())
    for name, w in module.state_dict().items():
        assert weights[name].dtype == np.float16
        assert np.array_equal(weights[name], w.half().numpy())


@pytest.mark.parametrize("value", [70_000.0, -1e30, float("nan"), float("inf")])
def test_a_weight_that_float16_does_not_have_is_refused(value: float) -> None:
    module = torch.nn.Linear(2, 1)
    with torch.no_grad():
        module.weight[0, 1] = value
    with pytest.raises(ValueError, match="weight: expected weights of at most 65504"):
        float16_weights(module)
