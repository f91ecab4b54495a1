"""What the chapter ``book/seq2seq`` trains and measures: the page calls these functions, the tests too.

A name from its language, a list reversed, labels from an image. torch is needed; Faker for the names,
scikit-learn for the digits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rnncourse._extras import needs

with needs(__name__, "torch"):
    import torch
    from torch import Tensor
    from torch.nn.functional import cross_entropy, one_hot
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnncourse import data, rnn
from rnncourse._arrays import Array
from rnncourse.data.digits import SIDE, Digits
from rnncourse.data.digits import digits as load_digits
from rnncourse.experiments.fitting import minimise
from rnncourse.nn import GRU
from rnncourse.training import minibatches, seed_everything

Ints = np.ndarray[Any, Any]

IGNORED = -100
"""A target that torch's cross-entropy leaves out."""


def _loss(o: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy of outputs (T, B, K) over the targets (T, B) but those IGNORED: equation eq-seq2seq-loss."""
    return cross_entropy(o.flatten(0, 1), targets.flatten(), ignore_index=IGNORED)


# --- one to many: a surname from the name of its language

END = len(data.LETTERS)
"""The symbol after the last letter of a name, and before the first."""


class NameWriter(torch.nn.Module):
    """Writes a name of a given language: the language is where the states start (equation eq-seq2seq-vector-state)."""

    def __init__(self, languages: int, H: int) -> None:
        super().__init__()
        self.start = torch.nn.Embedding(languages, H)
        self.rnn = GRU(END + 1, H)
        self.out = torch.nn.Linear(H, END + 1)

    def forward(self, y: Any, languages: Any) -> Tensor:
        """Taught: outputs (T, B, K) for the names y (T, B), END where they have ended."""
        inputs = torch.cat([torch.full_like(y[:1], END), y[:-1]])
        h, _ = self.rnn(one_hot(inputs, END + 1).float(), self.start(languages).tanh()[None])
        return self.out(h)


def name_targets(names: Any) -> tuple[Tensor, Tensor]:
    """Letters of names (T, B) with END after each, and the same with IGNORED after that."""
    ids, lengths = data.encode_names(names, padding=END)
    y = torch.from_numpy(np.concatenate([ids, np.full((1, len(names)), END)]))
    return y, torch.where(torch.arange(len(y))[:, None] <= torch.from_numpy(lengths), y, IGNORED)


def train_names(seed: int, H: int = 96, epochs: int = 15, lr: float = 1e-2) -> NameWriter:
    """Learn to write the surnames of ten languages."""
    train, _, _ = data.names(seed=seed)
    seed_everything(seed)
    model = NameWriter(len(train.languages), H)
    batch = minibatches(len(train), 64, seed)

    def loss(step: int) -> Tensor:
        i = batch(step)
        y, targets = name_targets([train.names[j] for j in i])
        return _loss(model(y, torch.from_numpy(train.labels[i])), targets)

    minimise(model, loss, epochs * -(-len(train) // 64), lr, decay=0)
    return model


@torch.no_grad()
def write_names(model: NameWriter, languages: Ints, seed: int, tau: float = 1.0, steps: int = 20) -> list[str]:
    """A name for each of the languages (B,), drawn letter by letter."""
    rng, B = np.random.default_rng(seed), len(languages)
    state, said = model.start(torch.from_numpy(languages)).tanh()[None], np.full(B, END)
    letters, ended = list[Ints](), np.zeros(B, bool)
    while len(letters) < steps and not ended.all():
        h, state = model.rnn(one_hot(torch.from_numpy(said), END + 1).float()[None], state)
        p = rnn.temperature(model.out(h[0]).double().numpy(), tau)
        said = np.where(ended, END, rnn.draw(p, rng.random(B)))
        ended |= said == END
        letters.append(said)
    return ["".join(data.LETTERS[k] for k in name if k != END) for name in np.stack(letters, axis=1)]


def _pairs(name: str) -> tuple[list[int], list[int]]:
    """The letters of a name, END before and after them, as letters before and letters after."""
    ids = [END, *(data.LETTERS.index(c) for c in name), END]
    return ids[:-1], ids[1:]


def letter_pairs(names: data.NameSet) -> Array:
    """Logarithm of p(letter | letter before, language), from counts with add-one: (languages, K, K)."""
    n = np.ones((len(names.languages), END + 1, END + 1))
    for name, k in zip(names.names, names.labels, strict=True):
        np.add.at(n[k], _pairs(name), 1)
    return np.log(n / n.sum(axis=2, keepdims=True))


def language_by_pairs(log_p: Array, names: list[str]) -> Ints:
    """The language whose letter pairs make each name likeliest: (B,). A judge that no network trained."""
    return np.argmax([log_p[:, *_pairs(name)].sum(axis=1) for name in names], axis=1)


def name_scores(seed: int, **settings: Any) -> dict[str, float]:
    """How well names are written after training with a seed.

    Bits a letter on test names, for a network that is told the right language, or a wrong one, and for pairs of
    letters; the share of written names, and of test names, in which the judge sees the language they should have.
    """
    train, _, test = data.names(seed=seed)
    model, (y, targets) = train_names(seed, **settings), name_targets(test.names)
    L, log_p = len(train.languages), letter_pairs(train)

    @torch.no_grad()
    def bits(languages: Ints) -> float:
        return rnn.bits_per_character(_loss(model(y, torch.from_numpy(languages)), targets).item())

    by_pairs = np.concatenate([log_p[k, *_pairs(name)] for name, k in zip(test.names, test.labels, strict=True)])
    asked = np.repeat(np.arange(L), 50)
    written = language_by_pairs(log_p, write_names(model, asked, seed))
    return {
        "bits": bits(test.labels),
        "bits, wrong language": bits((test.labels + 1) % L),
        "bits, pairs of letters": rnn.bits_per_character(-by_pairs.mean()),
        "written names recognised": float((written == asked).mean()),
        "test names recognised": float((language_by_pairs(log_p, list(test.names)) == test.labels).mean()),
    }


# --- encoder and decoder, with and without attention


class Translator(torch.nn.Module):
    """A bidirectional encoder and a decoder that starts from its last states; with attention it also looks back.

    Attention is that of Luong et al. (2015): equations eq-seq2seq-multiplicative, eq-seq2seq-weights,
    eq-seq2seq-context and eq-seq2seq-attentional. Without it the context is the encoder's last states at every
    step. Either way W_c has a context and a state to read, so both have the same outputs.
    """

    def __init__(self, F: int, K: int, H: int, attention: bool) -> None:
        super().__init__()
        self.encoder = GRU(F, H, bidirectional=True)
        self.embedding = torch.nn.Embedding(K + 1, H)  # the last one stands for the start
        self.decoder = GRU(H, H)
        self.bridge = torch.nn.Linear(2 * H, H)
        self.scores = torch.nn.Linear(2 * H, H, bias=False) if attention else None
        self.mix = torch.nn.Linear(3 * H, H)
        self.out = torch.nn.Linear(H, K)

    def encode(self, x: Any, lengths: Any) -> tuple[Tensor, Tensor, Tensor]:
        """Read x (S, B, F): states (S, B, 2H), which of them are padding (S, B), both directions' last ones (B, 2H)."""
        packed = pack_padded_sequence(x, lengths, enforce_sorted=False)
        states, last = self.encoder(packed)
        h, _ = pad_packed_sequence(states, total_length=len(x))
        return h, torch.arange(len(x))[:, None] >= lengths, torch.cat([last[0], last[1]], dim=1)

    def decode(self, inputs: Any, state: Any, h: Any, padding: Any, last: Any) -> tuple[Tensor, Tensor, Tensor | None]:
        """Outputs (T, B, K), the last state (1, B, H) and, with attention, its weights (T, B, S)."""
        s, state = self.decoder(self.embedding(inputs), state)
        if self.scores is None:
            alpha, context = None, last.expand(len(s), -1, -1)
        else:
            e = torch.einsum("tbh,sbh->tbs", s, self.scores(h))
            alpha = e.masked_fill(padding.T, -torch.inf).softmax(dim=2)
            context = torch.einsum("tbs,sbe->tbe", alpha, h)
        return self.out(self.mix(torch.cat([context, s], dim=2)).tanh()), state, alpha

    def forward(self, x: Any, lengths: Any, y: Any) -> Tensor:
        """Taught: outputs (T, B, K) for the targets y (T, B)."""
        h, padding, last = self.encode(x, lengths)
        inputs = torch.cat([torch.full_like(y[:1], self.out.out_features), y[:-1]])
        o, _, _ = self.decode(inputs, self.bridge(last).tanh()[None], h, padding, last)
        return o

    @torch.no_grad()
    def translate(self, x: Any, lengths: Any, steps: int) -> tuple[Tensor, Tensor | None]:
        """Untaught: the likeliest symbol each time (T, B), read again at the next step; weights (T, B, S)."""
        h, padding, last = self.encode(x, lengths)
        state, said = self.bridge(last).tanh()[None], torch.full((1, x.shape[1]), self.out.out_features)
        symbols, weights = [], []
        for _ in range(steps):
            o, state, alpha = self.decode(said, state, h, padding, last)
            said = o.argmax(dim=2)
            symbols.append(said)
            weights += [] if alpha is None else [alpha]
        return torch.cat(symbols), torch.cat(weights) if weights else None


# --- reversing a list: how much fits into one vector

SYMBOLS = 10


def lists(rng: np.random.Generator, lengths: Ints) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Random lists: a list of n symbols holds n log2(10) bits, and nothing in it can be guessed.

    Returns x (S, B, K), the lengths (B,), the lists reversed with an end symbol after them (S+1, B), and the same with
    IGNORED after that.
    """
    S, B = int(lengths.max()), len(lengths)
    ids = rng.integers(0, SYMBOLS, (S, B))
    y = np.full((S + 1, B), SYMBOLS)
    for b, n in enumerate(lengths):
        y[:n, b] = ids[:n, b][::-1]
    targets = np.where(np.arange(S + 1)[:, None] <= lengths, y, IGNORED)
    x = one_hot(torch.from_numpy(ids), SYMBOLS).float()
    return x, torch.from_numpy(lengths), torch.from_numpy(y), torch.from_numpy(targets)


def train_reversal(
    seed: int, attention: bool, longest: int = 12, H: int = 64, steps: int = 600, B: int = 32, lr: float = 5e-3
) -> Translator:
    """Learn to reverse lists of 1 to ``longest`` symbols."""
    seed_everything(seed)
    model, rng = Translator(SYMBOLS, SYMBOLS + 1, H, attention), np.random.default_rng(seed)

    def loss(step: int) -> Tensor:
        x, lengths, y, targets = lists(rng, rng.integers(1, longest + 1, B))
        return _loss(model(x, lengths, y), targets)

    minimise(model, loss, steps, lr, decay=0)
    return model


def reversal_errors(model: Translator, lengths: Any, n_lists: int = 200, seed: int = 0) -> dict[int, float]:
    """Share of wrong symbols, the end symbol among them, in untaught translations of lists of each length."""
    errors = {}
    for n in lengths:
        x, source, y, _ = lists(np.random.default_rng([seed, n]), np.full(n_lists, n))
        said, _ = model.translate(x, source, n + 1)
        errors[int(n)] = float((said != y).float().mean())
    return errors


def error_against_length(
    seed: int, lengths: Any = (2, 4, 6, 8, 10, 12, 14, 16, 20, 24), **settings: Any
) -> dict[str, dict[int, float]]:
    """Those shares with and without attention, after training with a seed."""
    return {
        name: reversal_errors(train_reversal(seed, attention, **settings), lengths)
        for name, attention in (("attention", True), ("fixed vector", False))
    }


def alignment(model: Translator, n: int, seed: int = 0) -> Array:
    """Where a model with attention looks while it reverses a list of n symbols: weights (n + 1, n), to draw."""
    x, lengths, _, _ = lists(np.random.default_rng(seed), np.array([n]))
    _, alpha = model.translate(x, lengths, n + 1)
    if alpha is None:
        raise ValueError("model: expected one with attention")
    return alpha[:, 0].numpy()


# --- labels from an image

LONGEST = 5


def strips(
    rng: np.random.Generator, digits: Digits, background: float, lengths: Ints
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Digits beside each other, up to 3 empty columns before each.

    Returns images (B, 1, 8, W), their widths (B,), the labels with an end symbol after them (LONGEST + 1, B), and the
    same with IGNORED after that.
    """
    images = digits.x[..., 0].T.reshape(-1, SIDE, SIDE)
    x = np.full((len(lengths), 1, SIDE, (SIDE + 3) * LONGEST + 1), background, np.float32)
    y, widths = np.full((LONGEST + 1, len(lengths)), 10), []
    for b, n in enumerate(lengths):
        at = 0
        for k, i in enumerate(rng.integers(0, len(images), n)):
            at += int(rng.integers(0, 4))
            x[b, 0, :, at : at + SIDE] = images[i]
            y[k, b], at = digits.labels[i], at + SIDE
        widths.append(at)
    targets = np.where(np.arange(LONGEST + 1)[:, None] <= lengths, y, IGNORED)
    return torch.from_numpy(x), torch.tensor(widths), torch.from_numpy(y), torch.from_numpy(targets)


class Reader(torch.nn.Module):
    """A convolution finds features, and the columns of features are translated into labels.

    Equations eq-seq2seq-image and eq-seq2seq-columns, with pooling: a step is two columns wide.
    """

    def __init__(self, channels: int = 16, H: int = 64) -> None:
        super().__init__()
        self.conv = torch.nn.Conv2d(1, channels, 3, padding=1)
        self.translator = Translator(SIDE // 2 * channels, 11, H, attention=True)

    def features(self, images: Any, widths: Any) -> tuple[Tensor, Tensor]:
        """From images (B, 1, 8, W) to steps (S, B, F) and how many of them each image has."""
        a = torch.nn.functional.max_pool2d(self.conv(images).relu(), 2)  # (B, channels, SIDE/2, W/2)
        lengths = (widths + 1) // 2
        return a.permute(3, 0, 1, 2).flatten(2)[: int(lengths.max())], lengths

    def forward(self, images: Any, widths: Any, y: Any) -> Tensor:
        """Taught: outputs (T, B, 11)."""
        return self.translator(*self.features(images, widths), y)

    @torch.no_grad()
    def read(self, images: Any, widths: Any) -> tuple[Tensor, Tensor | None]:
        """Labels (LONGEST + 1, B), and where the decoder looked."""
        return self.translator.translate(*self.features(images, widths), LONGEST + 1)


def train_reader(seed: int, steps: int = 600, B: int = 32, lr: float = 5e-3) -> Reader:
    """Learn to read strips of 1 to LONGEST digits."""
    seed_everything(seed)
    model, rng = Reader(), np.random.default_rng(seed)
    digits, _, background = load_digits(seed=seed)

    def loss(step: int) -> Tensor:
        images, widths, y, targets = strips(rng, digits, background, rng.integers(1, LONGEST + 1, B))
        return _loss(model(images, widths, y), targets)

    minimise(model, loss, steps, lr, decay=0)
    return model


def reader_scores(seed: int, n_strips: int = 400, **settings: Any) -> dict[str, float]:
    """Share of labels, and of whole strips, that are right, the end symbols among them: strips of images never seen."""
    model, rng = train_reader(seed, **settings), np.random.default_rng([seed, 1])
    _, digits, background = load_digits(seed=seed)
    images, widths, y, targets = strips(rng, digits, background, rng.integers(1, LONGEST + 1, n_strips))
    said, _ = model.read(images, widths)
    right, real = said == y, targets != IGNORED
    return {
        "labels": float(right[real].float().mean()),
        "strips": float((right | ~real).all(dim=0).float().mean()),
    }
