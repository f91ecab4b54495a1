"""The recurrent networks of the table of results, all trained in one way. With torch."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from rnncourse._extras import needs

with needs(__name__, "torch"):
    import torch
    from torch import Tensor

from rnncourse import gradients
from rnncourse._arrays import Array
from rnncourse.experiments.ladder_simple import Fitted
from rnncourse.experiments.ladder_tasks import Part, Task, scored
from rnncourse.nn import GRU, LSTM, NTM, RNN

BATCH, LOOKS = 32, 10
"""Sequences an update, and how often the validation part is looked at."""


class Recurrent(torch.nn.Module):
    """A layer of cells and a linear output."""

    def __init__(self, cell: torch.nn.Module, H: int, K: int) -> None:
        super().__init__()
        self.cell, self.out = cell, torch.nn.Linear(H, K)

    def forward(self, x: Tensor) -> Tensor:
        """From x (T, B, F) to outputs o (T, B, K)."""
        o: Tensor = self.out(self.cell(x)[0])
        return o


class Machine(torch.nn.Module):
    """A Neural Turing machine with one head that reads, one that writes, and a feed-forward controller."""

    def __init__(self, F: int, H: int, K: int) -> None:
        super().__init__()
        self.ntm = NTM(F, K, H, memory_size=24, memory_width=10, controller="feedforward")

    def forward(self, x: Tensor) -> Tensor:
        """From x (T, B, F) to outputs o (T, B, K)."""
        o: Tensor = self.ntm(x)[0]
        return o


def irnn(F: int, H: int, seed: int) -> RNN:
    """Rectified units that begin with the identity: :func:`rnncourse.gradients.identity_init`, inputs of 0.1."""
    cell = RNN(F, H, nonlinearity="relu")
    start = gradients.identity_init(F, H, np.random.default_rng([seed, 1]), std=0.1)
    with torch.no_grad():
        for name, w in start.items():
            kind, _, where = name.partition("_")
            getattr(cell, f"{'weight' if kind == 'W' else 'bias'}_{where}_l0").copy_(torch.from_numpy(w))
    return cell


def open_lstm(F: int, H: int) -> LSTM:
    """An LSTM whose forget gates begin open: 1 is added to their bias."""
    cell = LSTM(F, H)
    with torch.no_grad():
        cell.bias_ih_l0[H : 2 * H] += 1  # type: ignore[index, operator]
    return cell


def network(model: str, F: int, H: int, K: int, seed: int) -> torch.nn.Module:
    """One of the networks of the table. Raises ValueError for another name."""
    made: dict[str, Callable[[], torch.nn.Module]] = {
        "rnn": lambda: Recurrent(RNN(F, H), H, K),
        "irnn": lambda: Recurrent(irnn(F, H, seed), H, K),
        "gru": lambda: Recurrent(GRU(F, H), H, K),
        "lstm": lambda: Recurrent(open_lstm(F, H), H, K),
        "ntm": lambda: Machine(F, H, K),
    }
    if model not in made:
        raise ValueError(f"model: expected one of {', '.join(made)}, got {model!r}")
    torch.manual_seed(seed)
    return made[model]()


def sequences_of(task: Task) -> tuple[Array, Any, Any]:
    """What a network is trained on: x, y and asked, of the training part, cut if the task says so."""
    x, y, asked = task.train.x, task.train.y, task.train.asked
    if task.cut is None:
        return x, y, asked
    length, apart, silent = task.cut
    starts = range(0, len(x) - length + 1, apart)
    x, y = (np.concatenate([a[k : k + length] for k in starts], axis=1) for a in (x, y))
    return x, y, np.repeat(np.arange(length) >= silent, x.shape[1]).reshape(length, -1)


def said_by(net: torch.nn.Module, task: Task, part: Part) -> Array:
    """What a network says where a part asks, (n, K); logarithms of probabilities where classes are asked for."""
    with torch.no_grad():
        o = net(torch.from_numpy(part.x))[torch.from_numpy(part.asked)]
        found: Array = (o if task.score == "rms" else torch.log_softmax(o, dim=1)).numpy().astype(np.float64)
    return found


def trained(model: str, task: Task, rate: float, seed: int, updates: int, H: int) -> Fitted:
    """A network after so many updates of Adam, or what it was when it did best on the validation part.

    Batches of 32 sequences, gradients of norm 1 at most, a rate that falls to zero along a line. Numbers that are no
    longer finite end the training.
    """
    net = network(model, task.F, H, task.K, seed)
    optimiser = torch.optim.Adam(net.parameters(), rate)
    rng, (x, y, asked) = np.random.default_rng([seed, 3]), map(torch.from_numpy, sequences_of(task))
    best, least = copy.deepcopy(net.state_dict()), math.inf
    for update in range(1, updates + 1):
        pick = torch.from_numpy(rng.permutation(x.shape[1])[:BATCH])
        there = asked[:, pick]
        o, right = net(x[:, pick])[there], y[:, pick][there]
        loss = ((o - right) ** 2).mean() if task.score == "rms" else torch.nn.functional.cross_entropy(o, right)
        optimiser.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        if not (math.isfinite(loss.item()) and math.isfinite(norm.item())):
            break
        optimiser.param_groups[0]["lr"] = rate * (1 - (update - 1) / updates)
        optimiser.step()
        if update * LOOKS // updates > (update - 1) * LOOKS // updates:
            error = scored(task, task.valid, said_by(net, task, task.valid))
            if error < least:
                best, least = copy.deepcopy(net.state_dict()), error
    net.load_state_dict(best)
    return Fitted(lambda part: said_by(net, task, part), sum(p.numel() for p in net.parameters()))
