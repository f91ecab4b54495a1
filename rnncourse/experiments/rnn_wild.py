"""Errors of public programs, run beside the right code: what ``book/rnn/wild`` shows and its tests assert.

torch is needed, and Faker for the names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from rnncourse._extras import needs

with needs(__name__, "torch"):
    import torch
    from torch import Tensor
    from torch.nn.functional import cross_entropy

from rnncourse import data, results, rnn
from rnncourse._arrays import Array
from rnncourse.checks import find
from rnncourse.results import result
from rnncourse.training import minibatches

Read = Callable[[torch.nn.RNN, Sequence[str]], Tensor]  # from names to a state (B, H) each


def filled(names: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Names as one-hot letters (T, B, F), zeros after each name's end, and their lengths (B,)."""
    ids, lengths = map(torch.from_numpy, data.encode_names(names))
    there = torch.arange(len(ids))[:, None] < lengths  # (T, B)
    return torch.nn.functional.one_hot(ids, len(data.LETTERS)).float() * there[..., None], lengths


def packed(layer: torch.nn.RNN, names: Sequence[str]) -> Tensor:
    """The state after each name's own last letter."""
    h_T: Tensor = layer(data.pack(names))[1]
    return h_T[0]


def viewed(layer: torch.nn.RNN, names: Sequence[str]) -> Tensor:
    """The same of a batch (B, T, F) that is reshaped to time first where it should be transposed."""
    x, lengths = filled(names)
    batch_first = x.transpose(0, 1).contiguous()
    h, _ = layer(batch_first.view(x.shape))
    return h[lengths - 1, torch.arange(len(names))]


def another_step(layer: torch.nn.RNN, names: Sequence[str]) -> Tensor:
    """The state at the step that would be a name's last, had the zeros come after it; they come before it."""
    x, lengths = filled(names)
    in_front = torch.stack([x[:, b].roll(len(x) - int(n), 0) for b, n in enumerate(lengths)], dim=1)
    h, _ = layer(in_front)
    return h[lengths - 1, torch.arange(len(names))]


def accuracy(read: Read, seed: int, epochs: int, twice: bool = False) -> float:
    """Share of the test names whose language a network tells that reads names like this; ``twice`` of two softmaxes."""
    train, _, test = data.names(seed=seed)
    torch.manual_seed(seed)
    layer, out = torch.nn.RNN(len(data.LETTERS), 128), torch.nn.Linear(128, len(train.languages))
    parameters = [*layer.parameters(), *out.parameters()]
    optimiser, batch = torch.optim.Adam(parameters), minibatches(len(train), 64, seed)
    steps = epochs * -(-len(train) // 64)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = 5e-3 * (1 - step / steps)
        i = batch(step)
        o = out(read(layer, [train.names[j] for j in i]))
        loss = cross_entropy(o.softmax(dim=-1) if twice else o, torch.from_numpy(train.labels[i]))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
    with torch.no_grad():
        parts = [test.names[i : i + 60] for i in range(0, len(test.names), 60)]  # as many at once as in training
        answers = torch.cat([out(read(layer, part)).argmax(dim=-1) for part in parts])
    return float((answers.numpy() == test.labels).mean())


@result("rnn/wild", seeds=range(5), data=("Faker",), quick={"epochs": 1}, tolerance=0.06)
def names_misread(seed: int, epochs: int = 15) -> dict[str, float]:
    """Share of the test names that networks get right: read rightly, and with each of three errors; a split a seed."""
    return {
        "right": accuracy(packed, seed, epochs),
        "softmax_twice": accuracy(packed, seed, epochs, twice=True),
        "viewed": accuracy(viewed, seed, epochs),
        "another_step": accuracy(another_step, seed, epochs),
    }


def prompted(seed: int, wrong: bool, n: int = 300, length: int = 30) -> Array:
    """Losses (n,) in nats of the character after each of n prompts, by the kept character model.

    ``wrong`` feeds the first symbol twice and the last one never.
    """
    kept, vocabulary = results.load("rnn/text_weights"), data.Vocabulary()
    w = {name: array.astype(np.float64) for name, array in kept.weights.items()}
    ids = vocabulary.encode(data.stdlib_text(1, 40_000, kind="docstrings").valid)  # as held out from that model
    starts = np.random.default_rng(seed).integers(0, len(ids) - length, n)
    rows = ids[starts + np.arange(length + 1)[:, None]]  # (length + 1, n)
    read: Callable[..., Any] = find("rnn.prime").variant("R22 first twice, last never") if wrong else rnn.prime
    names = ("rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0", "rnn.bias_hh_l0")
    h_T = read(rows[:-1], np.zeros((n, 128)), *(w[name] for name in names))
    log_p = rnn.log_softmax(h_T @ w["out.weight"].T + w["out.bias"])
    return -log_p[np.arange(n), rows[-1]]
