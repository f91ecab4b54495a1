"""The small network that several experiments train, and how they train it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rnncourse._extras import needs

with needs(__name__, "torch"):
    import torch
    from torch import Tensor

from rnncourse.nn import RNN
from rnncourse.training import fit


class Network(torch.nn.Module):
    """An RNN layer and an output layer: equations eq-rnn-cell and eq-rnn-output."""

    def __init__(self, F: int, H: int, K: int) -> None:
        super().__init__()
        self.rnn = RNN(F, H)
        self.out = torch.nn.Linear(H, K)

    def forward(self, x: Any, h0: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """From x (T, B, F) to outputs o (T, B, K) and the last state (1, B, H)."""
        h, h_T = self.rnn(x, h0)
        return self.out(h), h_T


def adam(model: torch.nn.Module, lr: float) -> torch.optim.Adam:
    """Adam over all parameters of a model."""
    return torch.optim.Adam(model.parameters(), lr)


def set_rate(optimiser: torch.optim.Optimizer, lr: float) -> None:
    """Change the learning rate; the experiments let it fall to zero along a line."""
    optimiser.param_groups[0]["lr"] = lr


def minimise(
    model: torch.nn.Module, loss: Callable[[int], Tensor], steps: int, lr: float = 0.01, decay: float = 0.01
) -> None:
    """Adam with decoupled weight decay, a rate that falls to zero along a line, gradients of norm 1 at most."""
    optimiser = torch.optim.AdamW(model.parameters(), lr, weight_decay=decay)

    def scheduled(step: int) -> Tensor:
        set_rate(optimiser, lr * (1 - step / steps))
        return loss(step)

    fit(scheduled, range(steps), optimiser, steps, clip_norm=1.0, progress=False)
