"""The gated networks that a figure reads text with."""

from __future__ import annotations

import platform

import numpy as np
import pytest
import torch

from rnncourse import data, results
from rnncourse.experiments import lstm_text as experiments
from rnncourse.experiments.rnn import read_through, text


def test_the_forget_gates_start_open_and_nothing_else_changes() -> None:
    torch.manual_seed(0)
    model, H = experiments.Reader("lstm", K=5, H=7), 7
    before = {name: w.clone() for name, w in model.state_dict().items()}
    experiments.opened(model)
    after = model.state_dict()
    forget = slice(H, 2 * H)
    assert (after["rnn.bias_ih_l0"][forget] + after["rnn.bias_hh_l0"][forget] == 1).all()
    for name, w in before.items():
        rest = torch.ones(len(w), dtype=torch.bool)
        rest[forget] = "bias" not in name or "out" in name
        assert torch.equal(after[name][rest], w[rest])


@pytest.mark.learning
@pytest.mark.parametrize("cell", experiments.CELLS)
def test_the_kept_network_predicts_the_held_out_text_as_it_did(cell: str) -> None:
    kept = results.load(f"lstm_gru/text_{cell}")
    if kept.made["packages"]["Python"].split(".")[:2] != platform.python_version().split(".")[:2]:
        pytest.skip("another Python's library is another text")
    ids = data.Vocabulary().encode(text().valid)
    log_p = read_through(experiments.with_weights(cell, kept.weights), ids)
    bits = -log_p[np.arange(len(log_p)), ids[1:]][4:].mean() / np.log(2)
    assert bits == pytest.approx(kept["float16"][0], abs=2e-3)
    assert abs(kept["float16"][0] - kept["network"][0]) < 0.01
    assert kept["same_argmax"][0] > 0.99
