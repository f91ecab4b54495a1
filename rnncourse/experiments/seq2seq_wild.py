"""Errors of public programs that put sequences into sequences, each beside the right code, and what they cost."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnncourse._extras import needs

with needs(__name__, "torch"):
    import torch
    from torch import Tensor
    from torch.nn.functional import cross_entropy

from rnncourse.experiments.seq2seq import (
    IGNORED,
    WORDS,
    Batch,
    K,
    Translator,
    exact_matches,
    loss_of,
    numbers,
    train_translator,
    whole,
)
from rnncourse.nn import GRU
from rnncourse.results import result

H = 64
WORDS_TESTED = (4, 8)
"""So many words have the numbers that are tested."""


class SeesTheAnswer(Translator):
    """timbmg/Sentence-VAE, issue 22: the decoder is bidirectional, so that it reads what it is to say."""

    def __init__(self, F: int, K: int, H: int) -> None:
        super().__init__(F, K, H, "nothing")
        self.decoder = GRU(K, H // 2, bidirectional=True)

    def first_state(self, last: Any) -> Tensor:
        """Half of the units for each direction: (2, B, H/2)."""
        half = self.bridge(last).tanh().unflatten(1, (2, -1))
        state: Tensor = half.transpose(0, 1).contiguous()
        return state

    @torch.no_grad()
    def translate(self, x: Any, lengths: Any, steps: int) -> tuple[Tensor, Tensor | None]:
        """What is said so far is read anew at each step, in both directions; the last output is the next symbol."""
        h, padding, last = self.encode(x, lengths)
        said = torch.full((1, x.shape[1]), self.out.out_features)
        for _ in range(steps):
            o, _, _ = self.decode(said, self.first_state(last), h, padding, last)
            said = torch.cat([said, o[-1:].argmax(dim=2)])
        return said[1:], None


class WrongAxis(Translator):
    """PetrochukM/PyTorch-NLP, issue 2: a softmax over all rows of a matrix that has a row for each step and example."""

    def weights(self, s: Any, h: Any, padding: Any) -> Tensor:
        """Weights (T, B, S) that sum to 1 over steps and examples."""
        e = torch.einsum("tbh,sbh->tbs", s, self.scores(h))
        return e.flatten(0, 1).softmax(dim=0).view_as(e)


def padding_is_zero_in_the_mean(model: Translator, batch: Batch) -> Tensor:
    """d2l-ai/d2l-en, issue 2076: losses on padding are zero, and counted in the mean."""
    o = model(batch.x, batch.lengths, batch.y)
    losses = cross_entropy(o.flatten(0, 1), batch.targets.flatten(), ignore_index=IGNORED, reduction="none")
    return losses.mean()


def padding_is_a_target(model: Translator, batch: Batch) -> Tensor:
    """pytorch/tutorials, issue 3643: what stands behind the end symbol is to be said too."""
    o = model(batch.x, batch.lengths, batch.y)
    return cross_entropy(o.flatten(0, 1), batch.y.flatten())


@torch.no_grad()
def taught_matches(model: Translator, seed: int, n: int = 8) -> float:
    """Share of numbers of n words that are right as a whole where the decoder reads the targets."""
    x, lengths, y, targets = numbers(np.random.default_rng([seed, n]), np.full(300, n))
    return float(whole(model(x, lengths, y).argmax(dim=2), targets).float().mean())


@torch.no_grad()
def padding_in_the_loss(model: Translator, seed: int) -> dict[str, float]:
    """Losses of one batch of unequal lengths: over what is there, with zeros for padding, with padding as a target."""
    rng = np.random.default_rng([seed, 99])
    batch = numbers(rng, rng.integers(1, 11, 300))
    return {
        "loss": float(loss_of(model(batch.x, batch.lengths, batch.y), batch.targets)),
        "loss, zeros in the mean": float(padding_is_zero_in_the_mean(model, batch)),
        "loss, padding a target": float(padding_is_a_target(model, batch)),
    }


@result("seq2seq/wild", seeds=range(5), quick={"steps": 20}, tolerance=0.3)
def wild(seed: int, steps: int = 300) -> dict[str, Any]:
    """What each error says of itself, and the share of numbers that are right as a whole, of 4 and of 8 words."""
    F = len(WORDS)
    right = train_translator(seed, context="nothing", steps=steps)
    looks = train_translator(seed, steps=steps)
    sees = train_translator(seed, lambda: SeesTheAnswer(F, K, H), steps=steps)
    axis = train_translator(seed, lambda: WrongAxis(F, K, H), steps=steps)
    zeros = train_translator(seed, loss_fn=padding_is_zero_in_the_mean, steps=steps)
    target = train_translator(seed, loss_fn=padding_is_a_target, steps=steps)
    models = {"right": right, "attention": looks, "sees": sees, "axis": axis, "zeros": zeros, "target": target}
    return {
        **{name: exact_matches(model, seed, WORDS_TESTED) for name, model in models.items()},
        **{f"{name}, taught": taught_matches(model, seed) for name, model in models.items()},
        **padding_in_the_loss(right, seed),
    }
