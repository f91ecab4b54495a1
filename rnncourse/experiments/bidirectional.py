"""What the chapter ``book/bidirectional`` trains and measures: the page calls these functions, the tests too.

A letter of a text is missing; what stands before it and what stands after it both tell which. torch is needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np

from rnncourse._extras import needs

with needs(__name__, "torch"):
    import torch
    from torch import Tensor
    from torch.nn.functional import cross_entropy, one_hot

from rnncourse import data
from rnncourse._arrays import Array
from rnncourse.experiments.fitting import minimise
from rnncourse.nn import GRU
from rnncourse.training import seed_everything

VOCABULARY = data.Vocabulary()
K = len(VOCABULARY)
BLANK = K  # one input more than there are letters
T = 25
BLANKS = np.array([4, 12, 20])
"""Steps of a window of T letters whose letter is missing: seven known ones lie between two of them."""


@cache
def text() -> tuple[Any, Any]:
    """Documentation of Python's standard library, as letter numbers; the second part is of other modules."""
    found = data.stdlib_text(500_000, 40_000, kind="docstrings")
    return VOCABULARY.encode(found.train), VOCABULARY.encode(found.valid)


def windows(ids: Any, starts: Any) -> tuple[Tensor, Tensor]:
    """Windows of a text: letters (T, B) with blanks in them, and the letters that are missing (3, B)."""
    x = ids[np.arange(T)[:, None] + starts]
    y = x[BLANKS]
    x[BLANKS] = BLANK
    return torch.from_numpy(x), torch.from_numpy(y)


class FillIn(torch.nn.Module):
    """A recurrent network that says at each blank which letter is missing, from the states at that step."""

    def __init__(self, H: int, num_layers: int, bidirectional: bool) -> None:
        super().__init__()
        self.rnn = GRU(K + 1, H, num_layers, bidirectional=bidirectional)
        self.out = torch.nn.Linear(2 * H if bidirectional else H, K)

    def forward(self, x: Any) -> Tensor:
        """From letters x (T, B) to outputs (3, B, K) at the blanks."""
        h, _ = self.rnn(one_hot(x, K + 1).float())
        return self.out(h[BLANKS])


NETWORKS: dict[str, dict[str, Any]] = {
    "one direction": {"H": 104, "num_layers": 1, "bidirectional": False},
    "two layers, one direction": {"H": 72, "num_layers": 2, "bidirectional": False},
    "both directions": {"H": 64, "num_layers": 1, "bidirectional": True},
    "two layers, both directions": {"H": 42, "num_layers": 2, "bidirectional": True},
}
"""Networks with nearly as many parameters each: what differs is what they can know."""


def train(seed: int, network: str, steps: int = 800, B: int = 32, lr: float = 1e-2) -> FillIn:
    """Learn to fill in the missing letters of random windows; ``network`` is one of :data:`NETWORKS`."""
    seed_everything(seed)
    model = FillIn(**NETWORKS[network])
    ids, rng = text()[0], np.random.default_rng(seed)

    def loss(step: int) -> Tensor:
        x, y = windows(ids, rng.integers(0, len(ids) - T, B))
        return cross_entropy(model(x).flatten(0, 1), y.flatten())

    minimise(model, loss, steps, lr, decay=0)
    return model


def held_out() -> tuple[Tensor, Tensor]:
    """The windows that every model is scored on."""
    ids = text()[1]
    return windows(ids, np.arange(0, len(ids) - T, T))


@torch.no_grad()
def score(model: FillIn) -> tuple[float, float]:
    """Share of the held-out blanks filled in rightly, and bits a blank."""
    x, y = held_out()
    return _score(torch.log_softmax(model(x), dim=-1).double().numpy(), y.numpy())


def _score(log_p: Array, y: Any) -> tuple[float, float]:
    bits = -np.take_along_axis(log_p, y[..., None], axis=-1).mean() / np.log(2)
    return float((log_p.argmax(axis=-1) == y).mean()), float(bits)


def baselines() -> dict[str, tuple[float, float]]:
    """The same two numbers from counts: of letters, of pairs with the letter before, and with both neighbours.

    With both, p(c | left, right) ∝ p(c | left) p(right | c): what a model of pairs knows about the letter between.
    """
    ids, (x, y) = text()[0], (a.numpy() for a in held_out())
    n = np.zeros((K, K))
    np.add.at(n, (ids[:-1], ids[1:]), 1)
    log_pair = np.log((n + 1) / (n.sum(axis=1, keepdims=True) + K))
    log_one = np.log((np.bincount(ids, minlength=K) + 1) / (len(ids) + K))
    left, right = log_pair[x[BLANKS - 1]], log_pair.T[x[BLANKS + 1]]
    both = left + right
    both -= np.log(np.exp(both).sum(axis=-1, keepdims=True))
    return {
        "letters": _score(np.broadcast_to(log_one, (*y.shape, K)), y),
        "the letter before": _score(left, y),
        "both neighbours": _score(both, y),
    }


def compare(seed: int, networks: Iterable[str] = tuple(NETWORKS), **settings: Any) -> dict[str, tuple[float, float]]:
    """Accuracy and bits of each network after training with a seed."""
    return {name: score(train(seed, name, **settings)) for name in networks}


@torch.no_grad()
def fill_in(model: FillIn, sentence: str) -> list[tuple[str, float]]:
    """The likeliest letters, with their probabilities, for the one ``_`` in a sentence.

    Raises ValueError unless there is exactly one.
    """
    if sentence.count("_") != 1:
        raise ValueError(f"sentence: expected one _, got {sentence!r}")
    at = sentence.index("_")
    ids = VOCABULARY.encode(sentence)
    ids[at] = BLANK
    h, _ = model.rnn(one_hot(torch.from_numpy(ids)[:, None], K + 1).float())
    p = torch.softmax(model.out(h[at, 0]), dim=0)
    return [(VOCABULARY.decode([int(k)]), float(p[k])) for k in p.argsort(descending=True)[:5]]
