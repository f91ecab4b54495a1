"""The gated networks that a figure of the chapter ``book/lstm_gru`` reads text with: an LSTM and a GRU, with torch.

They read what the network of the chapter ``book/rnn`` reads, and are scored on the same characters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from rnncourse._extras import needs

with needs(__name__, "torch"):
    import torch
    from torch import Tensor
    from torch.nn.functional import cross_entropy, one_hot

from rnncourse import lstm_gru, rnn
from rnncourse.data import Vocabulary
from rnncourse.experiments.fitting import adam, set_rate
from rnncourse.experiments.rnn import read_through, text
from rnncourse.nn import GRU, LSTM
from rnncourse.nn.export import float16_weights
from rnncourse.results import result
from rnncourse.training import fit, seed_everything

CELLS = {"lstm": LSTM, "gru": GRU}


class Reader(torch.nn.Module):
    """A layer of gated cells, and an output layer."""

    def __init__(self, cell: str, K: int, H: int) -> None:
        super().__init__()
        self.rnn = CELLS[cell](K, H)
        self.out = torch.nn.Linear(H, K)

    def forward(self, x: Any, state: Any = None) -> tuple[Tensor, Any]:
        """From x (T, B, K) to outputs o (T, B, K) and the last state, of an LSTM h and c."""
        h, state = self.rnn(x, state)
        return self.out(h), state


def opened(model: Reader) -> None:
    """Start with the forget gates of an LSTM open: eq-lstm-gru-forget-bias, with β = 1."""
    biases = model.rnn.bias_ih_l0, model.rnn.bias_hh_l0
    values = lstm_gru.forget_bias(*(b.detach().numpy() for b in biases))
    with torch.no_grad():
        for b, value in zip(biases, values, strict=True):
            b.copy_(torch.from_numpy(value))


def train(cell: str, seed: int, steps: int, H: int = 64, B: int = 16, T: int = 25, lr: float = 2e-2) -> Reader:
    """Learn to predict the next character of the text, T at a time in B places, the state carried on."""
    vocabulary = Vocabulary()
    K = len(vocabulary)
    x, y = map(torch.from_numpy, rnn.next_symbol_pairs(vocabulary.encode(text().train), B, T))  # both (C, T, B)
    seed_everything(seed)
    model, state = Reader(cell, K, H), None
    if cell == "lstm":
        opened(model)
    optimiser = adam(model, lr)

    def loss(step: int) -> Tensor:
        nonlocal state
        set_rate(optimiser, lr * (1 - step / steps))
        c = step % len(x)
        o, last = model(one_hot(x[c], K).float(), state if c else None)
        state = tuple(s.detach() for s in last) if cell == "lstm" else last.detach()
        return cross_entropy(o.flatten(0, 1), y[c].flatten())

    fit(loss, range(steps), optimiser, steps, clip_norm=1, progress=False)
    return model


def with_weights(cell: str, weights: Mapping[str, np.ndarray[Any, Any]]) -> Reader:
    """A network with kept weights, in float32."""
    model = Reader(cell, *weights["out.weight"].shape)
    model.load_state_dict({name: torch.from_numpy(weights[name].astype(np.float32)) for name in model.state_dict()})
    return model


def kept(cell: str, seed: int, steps: int, valid: int | None) -> dict[str, Any]:
    """The weights of a network in float16, and bits a character on the held-out text from the sixth on.

    The same characters as of :func:`rnncourse.experiments.rnn.text_weights`; ``valid`` is how much is read.
    """
    ids = Vocabulary().encode(text().valid[:valid])
    model = train(cell, seed, steps)
    weights = float16_weights(model)
    log_p = {"network": read_through(model, ids), "float16": read_through(with_weights(cell, weights), ids)}
    same = log_p["network"].argmax(axis=1) == log_p["float16"].argmax(axis=1)
    bits = {name: -float(q[np.arange(len(q)), ids[1:]][4:].mean()) / math.log(2) for name, q in log_p.items()}
    return bits | {"same_argmax": float(same.mean())} | weights


@result("lstm_gru/text_lstm", seeds=(0,), data=("python",), quick={"steps": 60, "valid": 4_000}, tolerance=0.1)
def text_lstm(seed: int, steps: int = 4000, valid: int | None = None) -> dict[str, Any]:
    """An LSTM for the figure of gates: its weights, and how well it predicts."""
    return kept("lstm", seed, steps, valid)


@result("lstm_gru/text_gru", seeds=(0,), data=("python",), quick={"steps": 60, "valid": 4_000}, tolerance=0.1)
def text_gru(seed: int, steps: int = 4000, valid: int | None = None) -> dict[str, Any]:
    """A GRU for the same figure."""
    return kept("gru", seed, steps, valid)
