"""What the chapter ``book/lstm_gru`` trains and measures: the page calls these functions, the learning tests too.

torch is needed to record gradients; training is NumPy over the kernels.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnncourse import bptt, gradients, lstm_gru, rnn
from rnncourse._arrays import Array
from rnncourse._extras import needs
from rnncourse.data import one_hot
from rnncourse.data.tasks import adding
from rnncourse.data.text import Text, Vocabulary, stdlib_text
from rnncourse.experiments.gradients import Network, add_with, read_digits_with, start, usual_start
from rnncourse.kernels import lstm
from rnncourse.training import adam

KINDS = ("tanh", "identity", "lstm", "chrono", "gru")
"""tanh network, IRNN, LSTM from torch's start, LSTM whose forget gates start open for as long as the sequence, GRU."""


def gated_start(kind: str, F: int, H: int, K: int, T: int, seed: int) -> Network:
    """A network of one of :data:`KINDS`; ``"chrono"`` spreads the memories of its cells over up to T steps."""
    if kind != "chrono":
        return start(kind, F, H, K, seed)
    network = usual_start("lstm", F, H, K, seed)
    u = np.random.default_rng([seed, 1]).random(H, dtype=np.float32)
    zeros = np.zeros(4 * H, np.float32)
    network.weights["b_ih"], network.weights["b_hh"] = lstm_gru.chrono_bias(zeros, zeros, u, T)
    return network


def add(seed: int, kind: str = "chrono", T: int = 100, steps: int = 1200, lr: float = 1e-2, H: int = 32) -> float:
    """Mean squared error on the adding problem; 1/6 for who always answers 1."""
    return add_with(gated_start(kind, 2, H, 1, T, seed), seed, T, steps, lr)


def read_digits(
    seed: int, kind: str = "gru", epochs: int = 120, lr: float = 5e-3, H: int = 64, noise: float = 0.5
) -> float:
    """Share of handwritten digits told, read pixel by pixel: :func:`rnncourse.experiments.gradients.read_digits`."""
    return read_digits_with(gated_start(kind, 1, H, 10, 64, seed), seed, epochs, lr, noise)


# --- do LSTMs solve vanishing gradients?


def as_module(network: Network) -> Any:
    """The layer of a network as a module of ``rnncourse.nn``, with the same weights."""
    with needs(__name__, "torch"):
        import torch

    from rnncourse import nn

    w = network.weights
    if network.cell in ("tanh", "relu"):
        layer: Any = nn.RNN(w["W_ih"].shape[1], network.H, nonlinearity=network.cell)
    else:
        layer = getattr(nn, network.cell.upper())(w["W_ih"].shape[1], network.H)
    names = {"weight_ih_l0": "W_ih", "weight_hh_l0": "W_hh", "bias_ih_l0": "b_ih", "bias_hh_l0": "b_hh"}
    layer.load_state_dict({theirs: torch.from_numpy(w[ours]) for theirs, ours in names.items()})
    return layer


def gradient_against_lag(network: Network, x: Array) -> Array:
    """Length of the gradient that an output sends to the memory k steps before, in units of lag 0: (T,), k = 0 … T-1.

    The memory is h, and c in an LSTM, whose h is made anew from c at each step. A mean over the batch x (T, B, F).
    """
    with needs(__name__, "torch"):
        import torch

    from rnncourse.nn.flow import record_flow

    layer, W_ho = as_module(network), torch.from_numpy(network.weights["W_ho"])
    with record_flow(layer) as flow:
        (layer(torch.from_numpy(x))[0][-1] @ W_ho.T).sum().backward()
    norms = flow.norms(cells=network.cell == "lstm")[0, ::-1]
    return norms / norms[0]


def gradients_of_every_cell(
    seed: int, T: int = 100, steps: int = 1000, H: int = 32, lr: float = 5e-3
) -> dict[str, tuple[Array, Array]]:
    """:func:`gradient_against_lag` of each of :data:`KINDS`, before and after it learns to add."""
    x, found = adding(T, 50, [seed, 4]).x, {}
    for kind in KINDS:
        network = gated_start(kind, 2, H, 1, T, seed)
        before = gradient_against_lag(network, x)
        add_with(network, seed, T, steps, lr)
        found[kind] = before, gradient_against_lag(network, x)
    return found


def forget_gates(network: Network, x: Array) -> Array:
    """Forget gates f (T, B, H) of an LSTM as it reads x (T, B, F)."""
    w, zeros = network.weights, np.zeros((x.shape[1], network.H), x.dtype)
    weights = lstm_gru.LSTMWeights(w["W_ih"], w["W_hh"], w["b_ih"], w["b_hh"])
    h, _ = lstm_gru.lstm_forward(x, zeros, zeros, weights)
    before = np.concatenate([zeros[None], h[:-1]])
    return np.stack([lstm_gru.lstm_gates(x_t, h_prev, weights).f_t for x_t, h_prev in zip(x, before, strict=True)])


def direct_paths(network: Network, x: Array) -> Array:
    """What the forget gates alone let through from lag k: mean over batch and cells, (T,), k = 0 … T-1."""
    f = forget_gates(network, x)
    ones = np.ones_like(f[:1])
    return np.array([1.0, *(float((ones * lstm_gru.direct_path(f[-k:])).mean()) for k in range(1, len(f)))])


# --- a language model of characters


@cache
def source() -> Text:
    """Source of Python's standard library: 2,500,000 characters to learn from, 500,000 of other modules to test.

    Modules are not equally hard: the first 50,000 characters held out cost 0.2 bits each more than all of them.
    """
    return stdlib_text(2_500_000, 500_000)


def shuffled_pieces(ids: NDArray[np.int64], n: int, seed: int) -> NDArray[np.int64]:
    """The same text in pieces of n symbols, in random order; the last piece is dropped where it is shorter.

    Read from end to end, the text shows a network few modules at a time, and what it learns carries less to others.
    """
    return np.random.default_rng([seed, 2]).permutation(ids[: len(ids) // n * n].reshape(-1, n)).ravel()


def train_language_model(
    seed: int, steps: int = 2000, H: int = 256, B: int = 32, T: int = 32, lr: float = 2e-2
) -> Network:
    """An LSTM that learns to predict the next character of :func:`source`, T steps at a time, its state carried on."""
    vocabulary = Vocabulary()
    K, memory = len(vocabulary), dict[str, Any]()
    x, y = rnn.next_symbol_pairs(shuffled_pieces(vocabulary.encode(source().train), 1000, seed), B, T)  # (C, T, B) each
    network = usual_start("lstm", K, H, K, seed)
    w = network.weights
    w["W_ih"] *= np.float32(8)  # a symbol is one column; the usual limit 1/√H is for inputs of length √F
    w["b_ih"], w["b_hh"] = lstm_gru.forget_bias(w["b_ih"], w["b_hh"])
    h_0 = c_0 = np.zeros((B, H), np.float32)
    for step in range(steps):
        chunk = step % len(x)
        h, c_0, tape = lstm.forward(
            one_hot(x[chunk], K, np.float32), h_0, c_0, w["W_ih"], w["W_hh"], w["b_ih"], w["b_hh"]
        )
        h_0 = h[-1].copy()
        do = bptt.output_gradient(h @ w["W_ho"].T + w["b_ho"], y[chunk])
        g = lstm.backward(do @ w["W_ho"], tape, input_gradient=False)
        rows = do.reshape(T * B, K)  # one product, where bptt.output_backward adds up step by step
        parts = (g.dW_ih, g.dW_hh, g.db, g.db, rows.T @ h.reshape(T * B, H), rows.sum(axis=0))
        clipped, _ = gradients.clip_by_norm(parts, 1.0)
        names = ("W_ih", "W_hh", "b_ih", "b_hh", "W_ho", "b_ho")
        adam(w, dict(zip(names, clipped, strict=True)), memory, lr * (1 - step / steps), (0.9, 0.99))
    return network


def held_out_bits(network: Network) -> float:
    """Bits a character on the text of modules that were not trained on, in 50 streams, the state carried on."""
    vocabulary = Vocabulary()
    K, w = len(vocabulary), network.weights
    h_0 = c_0 = np.zeros((50, network.H), np.float32)
    losses = []
    for x, y in zip(*rnn.next_symbol_pairs(vocabulary.encode(source().valid), 50, 100), strict=True):
        h, c_0, _ = lstm.forward(one_hot(x, K, np.float32), h_0, c_0, w["W_ih"], w["W_hh"], w["b_ih"], w["b_hh"])
        h_0 = h[-1].copy()
        losses.append(rnn.cross_entropy(h @ w["W_ho"].T + w["b_ho"], y))
    return rnn.bits_per_character(float(np.mean(losses)))
