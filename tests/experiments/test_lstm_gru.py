"""What gated cells learn, and where their gradients go, over seeds: the experiments of the chapter, some shorter."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnncourse import rnn
from rnncourse.data.tasks import adding
from rnncourse.data.text import Vocabulary
from rnncourse.experiments import lstm_gru as experiments

SEEDS = range(5)


@pytest.mark.parametrize("kind", experiments.KINDS)
def test_gradient_against_lag_is_autograds(kind: str) -> None:
    """Through torch's cells in a loop, each memory kept."""
    network, x = experiments.gated_start(kind, 2, 5, 1, 20, seed=1), adding(12, 7, 0).x
    cell = {"lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell}.get(network.cell)
    layer = cell(2, 5) if cell else torch.nn.RNNCell(2, 5, nonlinearity=network.cell)
    names = {"weight_ih": "W_ih", "weight_hh": "W_hh", "bias_ih": "b_ih", "bias_hh": "b_hh"}
    layer.load_state_dict({theirs: torch.from_numpy(network.weights[ours]) for theirs, ours in names.items()})
    state, kept = None, []
    for x_t in torch.from_numpy(x):
        state = layer(x_t, state)
        kept.append(state[1] if isinstance(state, tuple) else state)
        kept[-1].retain_grad()
    h_T = state[0] if isinstance(state, tuple) else state
    (h_T @ torch.from_numpy(network.weights["W_ho"]).T).sum().backward()
    lengths = np.array([float(memory.grad.norm(dim=-1).mean()) for memory in kept[::-1]])
    np.testing.assert_allclose(experiments.gradient_against_lag(network, x), lengths / lengths[0], rtol=1e-4)


def test_direct_path_at_the_start_is_the_mean_power_of_the_chrono_gates() -> None:
    """With no weights the forget gates are σ(b_f) at every step."""
    network, x = experiments.gated_start("chrono", 2, 50, 1, 30, seed=0), adding(30, 3, 0).x
    for name in ("W_ih", "W_hh"):
        network.weights[name][:] = 0
    f = torch.sigmoid(torch.from_numpy(network.weights["b_ih"][50:100])).double()
    wanted = [(f**k).mean().item() for k in range(30)]
    np.testing.assert_allclose(experiments.direct_paths(network, x), wanted, rtol=1e-4)


@pytest.mark.learning
def test_lstm_with_chrono_start_learns_to_add_over_100_steps() -> None:
    found = [experiments.add(seed, steps=700) for seed in SEEDS]
    assert np.median(found) < 0.01, found


@pytest.mark.learning
def test_gated_network_reads_digits_pixel_by_pixel() -> None:
    found = [experiments.read_digits(seed, epochs=20, H=48) for seed in SEEDS]
    assert np.median(found) > 0.7, found


@pytest.mark.learning
def test_gates_alone_do_not_keep_gradients_but_an_open_forget_gate_does() -> None:
    """Before any training, over 60 steps: torch's LSTM loses as much as a tanh network, its gates being half shut."""
    x = adding(60, 20, 0).x
    lengths = {
        kind: [experiments.gradient_against_lag(experiments.gated_start(kind, 2, 32, 1, 60, s), x)[-1] for s in SEEDS]
        for kind in experiments.KINDS
    }
    assert max(lengths["tanh"] + lengths["lstm"] + lengths["gru"]) < 1e-3, lengths
    assert min(lengths["chrono"]) > 0.02, lengths
    assert min(lengths["identity"]) > 0.1, lengths


@pytest.mark.learning
def test_learning_to_add_opens_the_gates_that_were_given_the_chance() -> None:
    """Over 40 steps. In this time torch's LSTM and the tanh network learn nothing; a GRU begins shut, and opens."""
    found = [experiments.gradients_of_every_cell(seed, T=40, steps=300, lr=1e-2) for seed in SEEDS]
    before, after = (
        {kind: np.array([lengths[kind][i][-1] for lengths in found]) for kind in experiments.KINDS} for i in (0, 1)
    )
    assert max(before["gru"]) < 1e-6, before
    assert np.median(after["gru"]) > 0.02, after
    assert np.median(after["chrono"]) > np.median(before["chrono"]) + 0.1, (before, after)
    assert min(np.median(after["chrono"]), np.median(after["identity"])) > 0.1, after
    assert max(np.median(after["tanh"]), np.median(after["lstm"])) < 1e-4, after


@pytest.mark.learning
def test_a_short_language_model_beats_the_frequencies_of_pairs() -> None:
    """On other modules, by more than cells without W_hh do (3.06 bits, pairs 3.55)."""
    vocabulary, text = Vocabulary(), experiments.source()
    pairs = rnn.bigram_bits(vocabulary.encode(text.train), vocabulary.encode(text.valid), len(vocabulary))
    bits = [experiments.held_out_bits(experiments.train_language_model(s, steps=400, H=64)) for s in SEEDS]
    assert np.median(bits) < pairs - 0.55, (bits, pairs)


def test_pieces_of_the_text_change_places_whole() -> None:
    ids = np.arange(23)
    pieces = experiments.shuffled_pieces(ids, 5, seed=0).reshape(-1, 5)
    assert sorted(pieces[:, 0]) == [0, 5, 10, 15]
    np.testing.assert_array_equal(np.diff(pieces), 1)
    assert any((experiments.shuffled_pieces(ids, 5, seed=s) != pieces.ravel()).any() for s in (1, 2, 3))
