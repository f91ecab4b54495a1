"""What the chapter ``book/seq2seq`` trains and measures: the page calls these functions, the tests too.

A name from its language, a telephone number from what is said, labels from an image. torch is needed; Faker for the
names, scikit-learn for the digits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnncourse._extras import needs

with needs(__name__, "torch"):
    import torch
    from torch import Tensor
    from torch.nn.functional import cross_entropy, one_hot
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnncourse import data, rnn, seq2seq
from rnncourse._arrays import Array
from rnncourse.data.digits import SIDE, Digits
from rnncourse.data.digits import digits as load_digits
from rnncourse.experiments.fitting import minimise
from rnncourse.experiments.rnn import counted_log_probabilities
from rnncourse.nn import GRU
from rnncourse.nn.export import float16_weights
from rnncourse.results import result
from rnncourse.training import minibatches, seed_everything

Ints = np.ndarray[Any, Any]

IGNORED = -100
"""A target that torch's cross-entropy leaves out."""


def loss_of(o: Tensor, targets: Tensor) -> Tensor:
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

    @torch.no_grad()
    def step(self, y_prev: Ints, state: Array) -> tuple[Array, Array]:
        """One letter on, as :mod:`rnncourse.seq2seq.decoding` wants it: from states (B, H) to outputs and states."""
        h, _ = self.rnn(one_hot(torch.from_numpy(y_prev), END + 1).float()[None], torch.from_numpy(state)[None])
        return self.out(h[0]).numpy(), h[0].numpy()

    @torch.no_grad()
    def first_state(self, languages: Ints) -> Array:
        """Where the states start (B, H) for languages (B,)."""
        state: Array = self.start(torch.from_numpy(languages)).tanh().numpy()
        return state


def name_targets(names: Any) -> tuple[Tensor, Tensor]:
    """Letters of names (T, B) with END after each, and the same with IGNORED after that."""
    ids, lengths = data.encode_names(names, padding=END)
    y = torch.from_numpy(np.concatenate([ids, np.full((1, len(names)), END)]))
    return y, torch.where(torch.arange(len(y))[:, None] <= torch.from_numpy(lengths), y, IGNORED)


def train_names(seed: int, H: int = 96, epochs: int = 8, lr: float = 1e-2) -> NameWriter:
    """Learn to write the surnames of ten languages."""
    train, _, _ = data.names(seed=seed)
    seed_everything(seed)
    model = NameWriter(len(train.languages), H)
    batch = minibatches(len(train), 64, seed)

    def loss(step: int) -> Tensor:
        i = batch(step)
        y, targets = name_targets([train.names[j] for j in i])
        return loss_of(model(y, torch.from_numpy(train.labels[i])), targets)

    minimise(model, loss, epochs * -(-len(train) // 64), lr, decay=0)
    return model


def write_names(model: NameWriter, languages: Ints, seed: int, tau: float = 1.0, steps: int = 20) -> list[str]:
    """A name for each of the languages (B,), drawn letter by letter."""
    rng, B = np.random.default_rng(seed), len(languages)
    state, said = model.first_state(languages), np.full(B, END)
    letters, ended = list[Ints](), np.zeros(B, bool)
    while len(letters) < steps and not ended.all():
        o, state = model.step(said, state)
        said = np.where(ended, END, rnn.draw(rnn.temperature(o.astype(float), tau), rng.random(B)))
        ended |= said == END
        letters.append(said)
    return [spelled(name) for name in np.stack(letters, axis=1)]


def spelled(ids: Any) -> str:
    """Numbers of letters as a name; END is nothing."""
    return "".join(data.LETTERS[k] for k in ids if k != END)


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


def language_by_pairs(log_p: Array, names: Sequence[str]) -> Ints:
    """The language whose letter pairs make each name likeliest: (B,). A judge that no network trained."""
    return np.argmax([log_p[:, *_pairs(name)].sum(axis=1) for name in names], axis=1)


def counted_bits(train: data.NameSet, test: data.NameSet, n: int) -> float:
    """Bits a letter on test names of counts of up to n letters in a row, of each language by itself."""

    def stream(names: data.NameSet, k: int) -> Ints:
        ids = [_pairs(name)[1] for name, label in zip(names.names, names.labels, strict=True) if label == k]
        return np.array([END, *(letter for name in ids for letter in name)])

    languages = range(len(train.languages))
    log_p = [counted_log_probabilities(stream(train, k), stream(test, k), END + 1, n) for k in languages]
    return rnn.bits_per_character(-float(np.concatenate(log_p).mean()))


@result("seq2seq/shared", seeds=range(5), data=("Faker",), quick={"most": 100}, tolerance=0.02)
def shared_counts(seed: int, most: int | None = None) -> dict[str, float]:
    """Bits a letter on test names of counts that share: three letters in a row of the language, mixed with four of all.

    "own" is the share of the language's own counts in the mixture, the one that is best on names to validate with;
    ``most`` names are counted in.
    """
    train, valid, test = data.names(seed=seed)
    counted = data.NameSet(train.names[:most], train.labels[:most], train.languages)

    def stream(names: data.NameSet, language: int | None = None) -> Ints:
        told = zip(names.names, names.labels, strict=True)
        ids = [_pairs(name)[1] for name, label in told if language in (None, label)]
        return np.array([END, *(letter for name in ids for letter in name)])

    def probabilities(names: data.NameSet) -> tuple[Array, Array]:
        found: tuple[list[Array], list[Array]] = [], []
        for k in range(len(train.languages)):
            for log_p, (given, n) in zip(found, ((stream(counted, k), 3), (stream(counted), 4)), strict=True):
                log_p.append(np.exp(counted_log_probabilities(given, stream(names, k), END + 1, n)))
        return np.concatenate(found[0]), np.concatenate(found[1])

    def bits(own: float, of_language: Array, of_all: Array) -> float:
        return -float(np.log2(own * of_language + (1 - own) * of_all).mean())

    known = probabilities(valid)
    own = min((k / 20 for k in range(21)), key=lambda own: bits(own, *known))
    return {"bits": bits(own, *probabilities(test)), "own": own}


@result("seq2seq/names", seeds=range(5), data=("Faker",), tolerance=0.1)
def name_scores(seed: int, **settings: Any) -> dict[str, float]:
    """How well names are written after training with a seed.

    Bits a letter on test names, for a network that is told the right language, or a wrong one, and for counts of
    letters in a row, of each language; the share of written names, and of test names, in which the judge sees the
    language they should have; the share of written names that are names to learn from.
    """
    train, _, test = data.names(seed=seed)
    model, (y, targets) = train_names(seed, **settings), name_targets(test.names)
    L, log_p = len(train.languages), letter_pairs(train)

    @torch.no_grad()
    def bits(languages: Ints) -> float:
        return rnn.bits_per_character(loss_of(model(y, torch.from_numpy(languages)), targets).item())

    asked = np.repeat(np.arange(L), 50)
    written = write_names(model, asked, seed)
    return {
        "bits": bits(test.labels),
        "bits, wrong language": bits((test.labels + 1) % L),
        **{f"bits, {n} in a row": counted_bits(train, test, n) for n in (2, 3, 4)},
        "written names recognised": float((language_by_pairs(log_p, written) == asked).mean()),
        "test names recognised": float((language_by_pairs(log_p, test.names) == test.labels).mean()),
        "written names known": float(np.isin(written, train.names).mean()),
    }


# --- encoder and decoder: a telephone number as it is said, and its digits

WORDS = ("zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "double", "triple")
DIGIT = (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
"""The digit of each word that is one."""
STOP = 10
"""The symbol after the last digit. There is no symbol before the first: a decoder reads zeros then."""
K = 11


def said_number(rng: np.random.Generator, n: int) -> tuple[list[int], list[int]]:
    """A random telephone number that is said with n words, and its digits.

    A fifth of the time two equal digits are said as "double", a tenth of the time three as "triple".
    """
    words, digits = list[int](), list[int]()
    while len(words) < n:
        word, times, u = int(rng.integers(len(DIGIT))), 1, rng.random()
        if len(words) + 2 <= n and u < 0.3:
            times = 2 if u < 0.2 else 3
            words.append(WORDS.index("double" if times == 2 else "triple"))
        words.append(word)
        digits += [DIGIT[word]] * times
    return words, digits


class Batch(NamedTuple):
    """Numbers side by side: words x (S, B, F), lengths (B,), digits y (T, B) and targets (T, B).

    Words are one-hot, padding is zero. STOP stands after the digits, in y to the end; targets have IGNORED there.
    """

    x: Tensor
    lengths: Tensor
    y: Tensor
    targets: Tensor


def numbers(rng: np.random.Generator, lengths: Ints, backwards: str = "") -> Batch:
    """Random numbers of so many words each. ``backwards`` turns the "words" round, or the "digits"."""
    return batched([said_number(rng, int(n)) for n in lengths], backwards)


def batched(pairs: Sequence[tuple[list[int], list[int]]], backwards: str = "") -> Batch:
    """Words and digits of several numbers as a batch, padded to the longest."""
    if backwards == "words":
        pairs = [(words[::-1], digits) for words, digits in pairs]
    if backwards == "digits":
        pairs = [(words, digits[::-1]) for words, digits in pairs]
    lengths = np.array([len(words) for words, _ in pairs])
    ends = np.array([len(digits) for _, digits in pairs])
    x = np.zeros((lengths.max(), len(pairs), len(WORDS)), np.float32)
    y = np.full((ends.max() + 1, len(pairs)), STOP)
    for b, (words, digits) in enumerate(pairs):
        x[np.arange(len(words)), b, words] = 1
        y[: len(digits), b] = digits
    targets = np.where(np.arange(len(y))[:, None] <= ends, y, IGNORED)
    return Batch(torch.from_numpy(x), torch.from_numpy(lengths), torch.from_numpy(y), torch.from_numpy(targets))


class Translator(torch.nn.Module):
    """A GRU that reads and a GRU that speaks, from where the first one ended; with attention it also looks back.

    Attention is that of Luong et al. (2015): equations eq-seq2seq-multiplicative, eq-seq2seq-weights,
    eq-seq2seq-context and eq-seq2seq-attentional. ``context`` says what the outputs are computed from beside the
    state: "attention", the encoder's "last" state at every step, or "nothing".
    """

    def __init__(self, F: int, K: int, H: int, context: str = "attention", both_ways: bool = False) -> None:
        super().__init__()
        E, self.context, self.masks = (2 * H if both_ways else H), context, True
        self.encoder = GRU(F, H, bidirectional=both_ways)
        self.bridge = torch.nn.Linear(E, H)
        self.decoder = GRU(K, H)
        if context == "attention":
            self.scores = torch.nn.Linear(E, H, bias=False)
        self.mix = torch.nn.Linear(H + (0 if context == "nothing" else E), H)
        self.out = torch.nn.Linear(H, K)

    def encode(self, x: Any, lengths: Any) -> tuple[Tensor, Tensor, Tensor]:
        """Read x (S, B, F): states (S, B, E), which of them are padding (S, B), the last of each (B, E)."""
        states, last = self.encoder(pack_padded_sequence(x, lengths, enforce_sorted=False))
        h, _ = pad_packed_sequence(states, total_length=len(x))
        return h, torch.arange(len(x))[:, None] >= lengths, last.transpose(0, 1).flatten(1)

    def first_state(self, last: Any) -> Tensor:
        """Where the decoder starts (1, B, H): equation eq-seq2seq-vector-state."""
        state: Tensor = self.bridge(last).tanh()[None]
        return state

    def weights(self, s: Any, h: Any, padding: Any) -> Tensor:
        """Attention of all steps at once: (T, B, S) from states s (T, B, H) of the decoder and h (S, B, E)."""
        e = torch.einsum("tbh,sbh->tbs", s, self.scores(h))
        return e.masked_fill(padding.T, -torch.inf).softmax(dim=2)

    def mixed(self, alpha: Tensor, h: Tensor) -> Tensor:
        """The contexts (T, B, E)."""
        return torch.einsum("tbs,sbe->tbe", alpha, h)

    def decode(self, inputs: Any, state: Any, h: Any, padding: Any, last: Any) -> tuple[Tensor, Tensor, Tensor | None]:
        """Outputs (T, B, K), the last state (1, B, H) and, with attention, its weights (T, B, S)."""
        K = self.out.out_features
        s, state = self.decoder(one_hot(inputs, K + 1)[..., :K].float(), state)
        alpha = None
        if self.context == "attention":
            alpha = self.weights(s, h, padding)
            s = torch.cat([self.mixed(alpha, h), s], dim=2)
        elif self.context == "last":
            s = torch.cat([last.expand(len(s), -1, -1), s], dim=2)
        return self.out(self.mix(s).tanh()), state, alpha

    def forward(self, x: Any, lengths: Any, y: Any) -> Tensor:
        """Taught: outputs (T, B, K) for the targets y (T, B)."""
        h, padding, last = self.encode(x, lengths)
        inputs = torch.cat([torch.full_like(y[:1], self.out.out_features), y[:-1]])
        o, _, _ = self.decode(inputs, self.first_state(last), h, padding, last)
        return o

    @torch.no_grad()
    def translate(self, x: Any, lengths: Any, steps: int) -> tuple[Tensor, Tensor | None]:
        """Untaught: the likeliest symbol each time (T, B), read again at the next step; weights (T, B, S)."""
        h, padding, last = self.encode(x, lengths)
        state, said = self.first_state(last), torch.full((1, x.shape[1]), self.out.out_features)
        symbols, weights = [], []
        for _ in range(steps):
            o, state, alpha = self.decode(said, state, h, padding, last)
            said = o.argmax(dim=2)
            symbols.append(said)
            weights += [] if alpha is None else [alpha]
        return torch.cat(symbols), torch.cat(weights) if weights else None

    @torch.no_grad()
    def step_of(self, x: Any, lengths: Any) -> tuple[seq2seq.Step, Array]:
        """A decoder's step for one source x (S, 1, F), and its first state, for :mod:`rnncourse.seq2seq.decoding`."""
        h, padding, last = self.encode(x, lengths)

        @torch.no_grad()
        def step(y_prev: Ints, state: Array) -> tuple[Array, Array]:
            o, after, _ = self.decode(torch.from_numpy(y_prev)[None], torch.from_numpy(state)[None], h, padding, last)
            return o[0].numpy(), after[0].numpy()

        return step, self.first_state(last)[0].numpy()


class PaddingRead(Translator):
    """The same without any mask: the encoder reads padding, ends there, and attention may look at it."""

    def encode(self, x: Any, lengths: Any) -> tuple[Tensor, Tensor, Tensor]:
        """As of a translator, but of padding too."""
        h, last = self.encoder(x)
        return h, torch.zeros(h.shape[:2], dtype=torch.bool), last.transpose(0, 1).flatten(1)


class PaddingSeen(Translator):
    """The same with attention that may look at padding; the encoder stops before it, so that its states there are 0."""

    def encode(self, x: Any, lengths: Any) -> tuple[Tensor, Tensor, Tensor]:
        """As of a translator, but nothing is called padding."""
        h, padding, last = super().encode(x, lengths)
        return h, torch.zeros_like(padding), last


LONGEST_SAID = 10
TESTED = (2, 4, 6, 8, 10, 12, 14)


def train_translator(
    seed: int,
    model_of: Callable[[], Translator] | None = None,
    *,
    context: str = "attention",
    H: int = 64,
    backwards: str = "",
    equal: bool = False,
    loss_fn: Callable[[Translator, Batch], Tensor] | None = None,
    steps: int = 600,
    B: int = 32,
    lr: float = 1e-2,
) -> Translator:
    """Learn numbers of 1 to LONGEST_SAID words; ``equal``: those of a batch have the same number of words."""
    seed_everything(seed)
    model = model_of() if model_of else Translator(len(WORDS), K, H, context)
    rng = np.random.default_rng(seed)

    def loss(step: int) -> Tensor:
        lengths = rng.integers(1, LONGEST_SAID + 1, B)
        batch = numbers(rng, np.full(B, lengths[0]) if equal else lengths, backwards)
        if loss_fn:
            return loss_fn(model, batch)
        return loss_of(model(batch.x, batch.lengths, batch.y), batch.targets)

    minimise(model, loss, steps, lr, decay=0)
    return model


def whole(said: Tensor, targets: Tensor) -> Tensor:
    """Which examples (B,) are right from the first to the end symbol."""
    return ((said == targets) | (targets == IGNORED)).all(dim=0)


def exact_matches(
    model: Translator, seed: int, lengths: Sequence[int] = TESTED, n_numbers: int = 300, backwards: str = ""
) -> list[float]:
    """Share of new numbers of so many words each that are right as a whole."""
    found = []
    for n in lengths:
        x, source, y, targets = numbers(np.random.default_rng([seed, n]), np.full(n_numbers, n), backwards)
        said, _ = model.translate(x, source, len(y))
        found.append(float(whole(said, targets).float().mean()))
    return found


@torch.no_grad()
def symbols_right(model: Translator, seed: int, lengths: Sequence[int] = TESTED) -> dict[str, list[float]]:
    """Shares of right symbols, the end symbol among them, of a decoder that reads the targets, or what it said.

    "after a mistake": at the steps whose step before was wrong.
    """
    found: dict[str, list[float]] = defaultdict(list)
    for n in lengths:
        x, source, y, targets = numbers(np.random.default_rng([seed, n]), np.full(300, n))
        real = targets != IGNORED
        said = {"taught": model(x, source, y).argmax(dim=2), "free": model.translate(x, source, len(y))[0]}
        for name, symbols in said.items():
            right = symbols == targets
            after = real[1:] & ~right[:-1]
            found[name].append(float(right[real].float().mean()))
            found[f"{name}, after a mistake"].append(float(right[1:][after].float().mean()) if after.any() else 1.0)
    return found


@torch.no_grad()
def misread(model: Translator, seed: int, n: int = 6, at: int = 2, later: int = 4) -> dict[str, list[float]]:
    """Shares of right symbols at the steps after step ``at``, counted from 0, was read "right", or "wrong".

    All else that the decoder reads are the targets; the wrong digit is any other. Of new numbers of n words.
    """
    rng = np.random.default_rng([seed, n, at])
    x, source, y, targets = numbers(rng, np.full(300, n))
    other = y.clone()
    other[at] = (y[at] + torch.from_numpy(rng.integers(1, K - 1, y.shape[1]))) % (K - 1)
    found = {}
    for name, read in (("right", y), ("wrong", other)):
        right, real = model(x, source, read).argmax(dim=2) == targets, targets != IGNORED
        found[name] = [float(right[t][real[t]].float().mean()) for t in range(at + 1, at + 1 + later)]
    return found


@result("seq2seq/gains", seeds=range(5), quick={"steps": 20}, tolerance=0.3)
def gains(seed: int, steps: int = 600) -> dict[str, list[float]]:
    """Exact match by length: a fixed vector, the same read at every step, a source read backwards, attention.

    And of the first and the last, the share of symbols that are right, taught and free.
    """
    how: dict[str, dict[str, Any]] = {
        "fixed": {"context": "nothing"},
        "at each step": {"context": "last"},
        "reversed": {"context": "nothing", "backwards": "words"},
        "attention": {"context": "attention"},
    }
    found: dict[str, list[float]] = {}
    for name, settings in how.items():
        model = train_translator(seed, steps=steps, **settings)
        found[name] = exact_matches(model, seed, backwards=settings.get("backwards", ""))
        if name in ("fixed", "attention"):
            found |= {f"{name}, {key}": values for key, values in symbols_right(model, seed).items()}
    return found


@result("seq2seq/width", seeds=range(5), quick={"steps": 20}, tolerance=0.3)
def width(seed: int, steps: int = 600) -> dict[str, list[float]]:
    """Exact match by length of a fixed vector of twice as many numbers, and of attention with half as many."""
    return {
        f"{context} {H}": exact_matches(train_translator(seed, context=context, H=H, steps=steps), seed)
        for context, H in (("nothing", 128), ("attention", 32))
    }


PADDED = (0, 1, 4, 54)
"""So many steps of padding stand behind numbers of six words."""


@torch.no_grad()
def matches_padded(model: Translator, seed: int, n: int = 6) -> list[float]:
    """Share of numbers of n words that are right as a whole, in batches with a longer number beside them."""
    x, source, y, targets = numbers(np.random.default_rng([seed, n]), np.full(300, n))
    found = []
    for more in PADDED:
        longer = torch.cat([x, torch.zeros(more, *x.shape[1:])])
        found.append(float(whole(model.translate(longer, source, len(y))[0], targets).float().mean()))
    return found


def with_weights_of(model: Translator, other: type[Translator]) -> Translator:
    """Another kind of translator with the same weights."""
    changed = other(len(WORDS), K, model.out.in_features, model.context)
    changed.load_state_dict(model.state_dict())
    return changed


@result("seq2seq/masks", seeds=range(5), quick={"steps": 20}, tolerance=0.3)
def masks(seed: int, steps: int = 300) -> dict[str, list[float]]:
    """Exact match of six words with so much padding behind them, with and without masks.

    "mixed" are trained on batches of unequal lengths, "equal" without any padding, and tested with and without masks.
    """
    kinds = {"masked": Translator, "seen": PaddingSeen, "read": PaddingRead}
    found = {}
    for name, kind in kinds.items():
        model = train_translator(seed, lambda kind=kind: kind(len(WORDS), K, 64), steps=steps)  # type: ignore[misc]
        found[f"mixed, {name}"] = matches_padded(model, seed)
    model = train_translator(seed, equal=True, steps=steps)
    return found | {
        f"equal, {name}": matches_padded(with_weights_of(model, kind), seed) for name, kind in kinds.items()
    }


@result("seq2seq/looking", seeds=(0,), quick={"steps": 20}, tolerance=0.3)
def looking(seed: int, steps: int = 1200, H: int = 48) -> dict[str, Any]:
    """The weights of two networks for the figure that moves, in float16, and how many numbers each gets right."""
    models = {
        "attention": train_translator(seed, context="attention", H=H, steps=steps),
        "fixed": train_translator(seed, context="nothing", H=H, steps=steps),
    }
    weights = float16_weights(torch.nn.ModuleDict(models))
    found: dict[str, Any] = {}
    for name, model in models.items():
        own = {key.removeprefix(f"{name}."): w for key, w in weights.items() if key.startswith(f"{name}.")}
        model.load_state_dict({key: torch.from_numpy(w.astype(np.float32)) for key, w in own.items()})
        found[name] = exact_matches(model, seed)
    return found | weights


def translators_with(weights: Mapping[str, Array]) -> dict[str, Translator]:
    """The two networks of :func:`looking`, with attention and with a fixed vector, from their kept weights."""
    found = {}
    for name, context in (("attention", "attention"), ("fixed", "nothing")):
        own = {k.removeprefix(f"{name}."): torch.from_numpy(w) for k, w in weights.items() if k.startswith(f"{name}.")}
        found[name] = Translator(len(WORDS), K, len(own["bridge.bias"]), context)
        found[name].load_state_dict(own)
    return found


def words_of(text: str) -> Batch:
    """One number, as it is said, as a batch; no digits but the end symbol."""
    return batched([([WORDS.index(word) for word in text.split()], [])])


def alignment(model: Translator, words: str) -> tuple[list[int], Array]:
    """What a translator with attention says to words, and where it looks: symbols (T,) and weights (T, S)."""
    x, lengths, _, _ = words_of(words)
    said, alpha = model.translate(x, lengths, 3 * len(x) + 1)
    if alpha is None:
        raise ValueError("model: expected one with attention")
    symbols = said[:, 0].tolist()
    T = symbols.index(STOP) + 1 if STOP in symbols else len(symbols)
    return symbols[:T], alpha[:T, 0].numpy()


# --- the same by counting

Phrases = dict[tuple[int, int], dict[tuple[int, ...], float]]
PHRASE = 3
"""A word stands for at most so many digits."""


def phrase_counts(pairs: Sequence[tuple[list[int], list[int]]], rounds: int = 5) -> Phrases:
    """Which digits each word stands for, given the word before it: expected counts over all ways to cut the digits.

    Nobody says which digits belong to which word: all cuts count alike at first, then by what the counts say of them
    (expectation maximisation; the sums over cuts are those of a hidden Markov model, forwards and backwards).
    """
    table: Phrases = {}
    for _ in range(rounds):
        counts: Phrases = {}
        for words, digits in pairs:
            _count_cuts(list(zip([-1, *words[:-1]], words, strict=True)), digits, table, counts)
        table = {key: {d: c / sum(own.values()) for d, c in own.items()} for key, own in counts.items()}
    return table


def _count_cuts(keys: list[tuple[int, int]], digits: list[int], table: Phrases, counts: Phrases) -> None:
    """Add to ``counts`` the share of all cuts of the digits in which each word stands for each piece."""
    n, m = len(keys), len(digits)

    def p(i: int, j: int, k: int) -> float:
        own = table.get(keys[i])
        return own.get(tuple(digits[j : j + k]), 0.0) if own else 1.0

    pieces = [range(min(PHRASE, m - j) + 1) for j in range(m + 1)]
    ahead, behind = np.zeros((n + 1, m + 1)), np.zeros((n + 1, m + 1))
    ahead[0, 0] = behind[n, m] = 1
    for i in range(n):
        for j in np.flatnonzero(ahead[i]):
            for k in pieces[j]:
                ahead[i + 1, j + k] += ahead[i, j] * p(i, j, k)
    for i in reversed(range(n)):
        for j in range(m + 1):
            behind[i, j] = sum(p(i, j, k) * behind[i + 1, j + k] for k in pieces[j])
    for i in range(n if ahead[n, m] else 0):
        own = counts.setdefault(keys[i], defaultdict(float))
        for j in np.flatnonzero(ahead[i]):
            for k in pieces[j]:
                share = ahead[i, j] * p(i, j, k) * behind[i + 1, j + k] / ahead[n, m]
                if share:
                    own[tuple(digits[j : j + k])] += share


def by_phrases(table: Phrases, words: Sequence[int]) -> list[int]:
    """The likeliest digits of each word, one after the other; of a pair of words never seen, none."""
    digits = list[int]()
    for before, word in zip([-1, *words[:-1]], words, strict=True):
        own = table.get((before, word))
        digits += max(own, key=own.__getitem__) if own else ()  # type: ignore[arg-type]
    return digits


PAIRS = (30, 100, 300, 600)


@result("seq2seq/counted", seeds=range(5), quick={"steps": 20, "most": 100}, tolerance=0.3)
def counted(seed: int, steps: int = 300, most: int = 600) -> dict[str, list[float]]:
    """Exact match by length of counted phrases, and of numbers whose digits are to be written backwards.

    "phrases 300": after so many pairs of words and digits. "backwards": by phrases and by a network with attention.
    """
    rng, found = np.random.default_rng([seed, 0]), {}
    pairs = [said_number(rng, int(n)) for n in rng.integers(1, LONGEST_SAID + 1, most)]
    tests = {n: [said_number(rng, n) for _ in range(300)] for n in TESTED}

    def matches(table: Phrases, turned: int = 1) -> list[float]:
        return [float(np.mean([by_phrases(table, w) == d[::turned] for w, d in test])) for test in tests.values()]

    for n in PAIRS:
        if n <= most:
            found[f"phrases {n}"] = matches(phrase_counts(pairs[:n]))
    found["phrases, backwards"] = matches(phrase_counts([(w, d[::-1]) for w, d in pairs[:300]]), -1)
    model = train_translator(seed, backwards="digits", steps=steps)
    return found | {"attention, backwards": exact_matches(model, seed, backwards="digits")}


# --- beams

WIDTHS = (1, 2, 4, 8)


@result(
    "seq2seq/beam", seeds=range(5), data=("Faker",), quick={"steps": 20, "epochs": 1, "n_numbers": 4}, tolerance=0.3
)
def beams(seed: int, steps: int = 400, epochs: int = 8, n_numbers: int = 40) -> dict[str, Any]:
    """What wider beams bring: exact match of numbers by a fixed vector (six words) and by attention (ten), and names.

    Of each also log p of the best found; of names their letters, and the share that the judge gives the language
    asked for, and of names that are drawn.
    """
    found: dict[str, Any] = {}
    for name, context, n in (("fixed", "nothing", 6), ("attention", "attention", 10)):
        model = train_translator(seed, context=context, steps=steps)
        rng = np.random.default_rng([seed, n])
        pairs = [said_number(rng, n) for _ in range(n_numbers)]
        right, best = np.zeros((2, len(WIDTHS)))
        for words, digits in pairs:
            step, state = model.step_of(*batched([(words, [])])[:2])
            for i, w in enumerate(WIDTHS):
                symbols, log_p = seq2seq.beam_search(step, state, K, STOP, len(digits) + 5, w)[0]
                right[i] += symbols == [*digits, STOP]
                best[i] += log_p
        found |= {f"{name}, right": (right / n_numbers).tolist(), f"{name}, log p": (best / n_numbers).tolist()}
    train, _, test = data.names(seed=seed)
    writer, judge = train_names(seed, epochs=epochs), letter_pairs(train)
    L = len(train.languages)
    log_ps, letters, seen, known = np.zeros((4, len(WIDTHS)))
    for k in range(L):
        for i, w in enumerate(WIDTHS):
            symbols, log_p = seq2seq.beam_search(writer.step, writer.first_state(np.array([k])), END, END, 20, w)[0]
            name = spelled(symbols)
            log_ps[i] += log_p / L
            letters[i] += len(name) / L
            seen[i] += float(bool(name) and language_by_pairs(judge, [name])[0] == k) / L
            known[i] += float(name in train.names) / L
    asked = np.repeat(np.arange(L), 30)
    drawn = write_names(writer, asked, seed)
    return found | {
        "names, log p": log_ps.tolist(),
        "names, letters": letters.tolist(),
        "names, recognised": seen.tolist(),
        "names, known": known.tolist(),
        "drawn, letters": float(np.mean([len(name) for name in drawn])),
        "test names, letters": float(np.mean([len(name) for name in test.names])),
    }


# --- labels from an image

LONGEST = 5


class Strips(NamedTuple):
    """Digits beside each other: images (B, 1, 8, W), widths (B,), labels and end symbol y (LONGEST + 1, B), targets."""

    images: Tensor
    widths: Tensor
    y: Tensor
    targets: Tensor


def strips(rng: np.random.Generator, digits: Digits, background: float, lengths: Ints) -> Strips:
    """Digits beside each other, up to 3 empty columns before each; targets are IGNORED behind the end symbol."""
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
    return Strips(torch.from_numpy(x), torch.tensor(widths), torch.from_numpy(y), torch.from_numpy(targets))


class Reader(torch.nn.Module):
    """A convolution finds features, and the columns of features are translated into labels.

    Equations eq-seq2seq-image and eq-seq2seq-columns, with pooling: a step is two columns wide.
    """

    def __init__(self, channels: int = 12, H: int = 48) -> None:
        super().__init__()
        self.conv = torch.nn.Conv2d(1, channels, 3, padding=1)
        self.translator = Translator(SIDE // 2 * channels, 11, H, both_ways=True)

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


def train_reader(seed: int, steps: int = 500, B: int = 32, lr: float = 1e-2) -> Reader:
    """Learn to read strips of 1 to LONGEST digits."""
    seed_everything(seed)
    model, rng = Reader(), np.random.default_rng(seed)
    digits, _, background = load_digits(seed=seed)

    def loss(step: int) -> Tensor:
        images, widths, y, targets = strips(rng, digits, background, rng.integers(1, LONGEST + 1, B))
        return loss_of(model(images, widths, y), targets)

    minimise(model, loss, steps, lr, decay=0)
    return model


def cut_and_compare(digits: Digits, background: float, images: Tensor, widths: Tensor) -> list[list[int]]:
    """Labels of strips without a network: the cut into digits and empty columns that costs least.

    Eight columns cost the squared distance to the nearest image to train on, an empty one that to the background; the
    cheapest cut is found column by column.
    """
    known = digits.x[..., 0].T.reshape(-1, SIDE * SIDE)
    norms, found = (known**2).sum(axis=1), []
    for image, width in zip(images.numpy()[:, 0], widths.tolist(), strict=True):
        windows = np.lib.stride_tricks.sliding_window_view(image[:, :width], SIDE, axis=1)
        flat = windows.transpose(1, 0, 2).reshape(-1, SIDE * SIDE)
        distance = norms - 2 * flat @ known.T + (flat**2).sum(axis=1)[:, None]
        nearest = distance.argmin(axis=1)
        empty = ((image[:, :width] - background) ** 2).sum(axis=0)
        cost, labels = [0.0], [list[int]()]
        for at in range(1, width + 1):
            best, read = cost[at - 1] + empty[at - 1], labels[at - 1]
            if at >= SIDE:
                i = nearest[at - SIDE]
                other = cost[at - SIDE] + distance[at - SIDE, i]
                if other < best:
                    best, read = other, [*labels[at - SIDE], int(digits.labels[i])]
            cost.append(best)
            labels.append(read)
        found.append(labels[-1])
    return found


@result("seq2seq/reader", seeds=range(5), data=("scikit-learn",), quick={"steps": 4, "n_strips": 8}, tolerance=0.1)
def reader_scores(seed: int, n_strips: int = 400, steps: int = 400) -> dict[str, float]:
    """Share of labels, and of whole strips, that are right, the end symbols among them: strips of images never seen.

    "cut": whole strips, by the cheapest cut and the nearest image.
    """
    model, rng = train_reader(seed, steps), np.random.default_rng([seed, 1])
    train, digits, background = load_digits(seed=seed)
    images, widths, y, targets = strips(rng, digits, background, rng.integers(1, LONGEST + 1, n_strips))
    said, _ = model.read(images, widths)
    right, real = said == y, targets != IGNORED
    cut = cut_and_compare(train, background, images, widths)
    true = [[int(k) for k in row if k != 10] for row in y.T]
    return {
        "labels": float(right[real].float().mean()),
        "strips": float(whole(said, targets).float().mean()),
        "cut": float(np.mean([c == t for c, t in zip(cut, true, strict=True)])),
    }


@result("seq2seq/strips", seeds=(0,), data=("scikit-learn",), quick={"steps": 4}, tolerance=0.1)
def strip_weights(seed: int, steps: int = 500) -> dict[str, Any]:
    """The weights of a reader in float16, for a picture of where it looks, and the share of strips that it reads."""
    model = train_reader(seed, steps)
    weights = float16_weights(model)
    model.load_state_dict({key: torch.from_numpy(w.astype(np.float32)) for key, w in weights.items()})
    _, digits, background = load_digits(seed=seed)
    rng = np.random.default_rng([seed, 1])
    images, widths, _, targets = strips(rng, digits, background, rng.integers(1, LONGEST + 1, 400))
    said, _ = model.read(images, widths)
    return {"read": float(whole(said, targets).float().mean())} | weights


def reader_with(weights: Mapping[str, Array]) -> Reader:
    """The network whose weights :func:`strip_weights` kept."""
    model = Reader()
    model.load_state_dict({key: torch.from_numpy(w) for key, w in weights.items()})
    return model
