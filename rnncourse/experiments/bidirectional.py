"""What the chapter ``book/bidirectional`` trains and measures: the page calls these functions, the tests too.

Everything trains in NumPy over the kernels, which is fastest for networks of this size. A word or a letter is missing;
what stands before it and what stands after it both tell which.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from rnncourse import bidirectional, bptt, data, rnn
from rnncourse._arrays import Array
from rnncourse._extras import needs
from rnncourse.kernels import gru
from rnncourse.kernels import rnn as vanilla
from rnncourse.results import result
from rnncourse.shapes import Ints
from rnncourse.training import descend, minibatches

# --- layers that read in one direction or in both


class Batch(NamedTuple):
    """Sequences x (T, B, F), filled up at the end, with lengths n (B,), and N questions about them with answers y (N,).

    Question i is about example b[i]; its output reads the forward states at step there[i] and the backward states at
    step back[i], which is the same step wherever one step is asked about.
    """

    x: Array
    n: Ints
    b: Ints
    there: Ints
    back: Ints
    y: Ints


CELLS: dict[str, tuple[Any, int]] = {"rnn": (vanilla, 1), "gru": (gru, 3)}  # the kernel, blocks of rows in its weights
WEIGHTS = ("W_ih", "W_hh", "b_ih", "b_hh")


@dataclass
class Network:
    """Layers of cells that read in the given ways, side by side, and an output. Weights by name, float32.

    ``ways`` are the directions of each layer, "there" or "back"; ("there", "there") are two forward directions.
    """

    cell: str
    ways: tuple[str, ...]
    layers: int
    weights: dict[str, Array]

    def states(self, x: Array, n: Ints) -> tuple[Array, list[Any]]:
        """From x (T, B, F) to the states of the last layer (T, B, D·H), with the kernel's tapes."""
        tapes = []
        for layer in range(self.layers):
            parts = []
            for d, way in enumerate(self.ways):
                w = [self.weights[f"{name}_{layer}{d}"] for name in WEIGHTS]
                zeros = np.zeros((x.shape[1], w[1].shape[1]), x.dtype)
                h, tape = CELLS[self.cell][0].forward(turned(x, n, way), zeros, *w)
                parts.append(turned(h, n, way))
                tapes.append(tape)
            x = np.concatenate(parts, axis=2)
        return x, tapes

    def gradients(self, dh: Array, n: Ints, tapes: Sequence[Any]) -> dict[str, Array]:
        """Of all layers' weights, from what reaches the states of the last one; dh is 0 at padding."""
        found, D = {}, len(self.ways)
        for layer in reversed(range(self.layers)):
            below = []
            for d, (way, part) in enumerate(zip(self.ways, np.split(dh, D, axis=2), strict=True)):
                tape = tapes[layer * D + d]
                g = CELLS[self.cell][0].backward(turned(part, n, way), tape, input_gradient=layer > 0)
                biases = (g.db, g.db) if hasattr(g, "db") else (g.db_ih, g.db_hh)
                for name, dw in zip(WEIGHTS, (g.dW_ih, g.dW_hh, *biases), strict=True):
                    found[f"{name}_{layer}{d}"] = dw
                if layer > 0:
                    below.append(turned(g.dx, n, way))
            dh = sum(below) if below else dh  # type: ignore[assignment]
        return found

    def asked(self, h: Array, batch: Batch) -> Array:
        """Of the states (T, B, D·H), what the output of each question reads (N, D·H)."""
        parts = np.split(h, len(self.ways), axis=2)
        return np.concatenate(
            [part[getattr(batch, way), batch.b] for part, way in zip(parts, self.ways, strict=True)], axis=1
        )

    def outputs(self, batch: Batch) -> Array:
        """One o (N, K) a question."""
        return self.answer(self.asked(self.states(batch.x, batch.n)[0], batch))[0]

    def answer(self, s: Array) -> tuple[Array, Array]:
        """From states (N, D·H) to o (N, K), and what its last product reads: with W_between, a layer in between."""
        w = self.weights
        read = np.tanh(s @ w["W_between"].T + w["b_between"]) if "W_between" in w else s
        return read @ w["W_ho"].T + w["b_ho"], read

    def loss(self, batch: Batch) -> tuple[float, dict[str, Array]]:
        """Cross-entropy in nats a question, and the gradients of all weights."""
        h, tapes = self.states(batch.x, batch.n)
        s, w = self.asked(h, batch), self.weights
        o, read = self.answer(s)
        do = bptt.output_gradient(o[None], batch.y[None])[0]
        g = {"W_ho": do.T @ read, "b_ho": do.sum(axis=0)}
        ds = do @ w["W_ho"]
        if "W_between" in w:
            dz = (1 - read**2) * ds
            g |= {"W_between": dz.T @ s, "b_between": dz.sum(axis=0)}
            ds = dz @ w["W_between"]
        dh = np.zeros_like(h)
        for part, ds_part, way in zip(
            np.split(dh, len(self.ways), axis=2), np.split(ds, len(self.ways), axis=1), self.ways, strict=True
        ):
            part[getattr(batch, way), batch.b] = ds_part  # no step of an example is asked about twice
        return rnn.cross_entropy(o[None], batch.y[None]), g | self.gradients(dh, batch.n, tapes)


def turned(a: Array, n: Ints, way: str) -> Array:
    """A sequence as a direction reads it, or its states as they stand beside the sequence."""
    return bidirectional.reverse(a, n) if way == "back" else a


def start(
    F: int,
    H: int,
    K: int,
    ways: Sequence[str] = ("there", "back"),
    layers: int = 1,
    cell: str = "gru",
    between: int = 0,
    seed: int = 0,
) -> Network:
    """The usual start of torch's modules: all numbers uniform within 1/√H. ``between`` units before the output."""
    rng, G, limit, width = np.random.default_rng(seed), CELLS[cell][1], H**-0.5, F
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in range(layers):
        for d in range(len(ways)):
            each = ((G * H, width), (G * H, H), (G * H,), (G * H,))
            shapes |= {f"{name}_{layer}{d}": shape for name, shape in zip(WEIGHTS, each, strict=True)}
        width = len(ways) * H
    if between:
        shapes |= {"W_between": (between, width), "b_between": (between,)}
    shapes |= {"W_ho": (K, between or width), "b_ho": (K,)}
    weights = {name: rng.uniform(-limit, limit, shape).astype(np.float32) for name, shape in shapes.items()}
    return Network(cell, tuple(ways), layers, weights)


def size(network: Network) -> int:
    """How many numbers it learns."""
    return sum(w.size for w in network.weights.values())


def train(network: Network, batch: Callable[[int], Batch], steps: int, lr: float = 1e-2) -> list[float]:
    """Adam in place, gradients of norm 1 at most, a rate that falls to zero along a line. Returns the losses."""
    found = descend(
        lambda step: network.loss(batch(step)),
        network.weights,
        steps,
        lr=lambda step: lr * (1 - step / steps),
        clip_norm=1.0,
        progress=False,
    )
    return found.losses


def log_probabilities(network: Network, batch: Batch) -> Array:
    """Natural logarithms (N, K) of what the network gives each answer."""
    return rnn.log_softmax(network.outputs(batch).astype(np.float64))


def share_right(o: Array, y: Ints) -> float:
    """Share of the questions whose answer has the largest number; o (N, K)."""
    return float((o.argmax(axis=-1) == y).mean())


def bits(log_p: Array, y: Ints) -> float:
    """Bits a question that the right answers cost, from natural logarithms (N, K)."""
    return float(-log_p[np.arange(len(y)), y].mean() / np.log(2))


# --- the penguin: sentences about animals, of which one is missing

ANIMALS = {
    ("flightless", "bird", "antarctica"): "penguin",
    ("flightless", "bird", "africa"): "ostrich",
    ("flightless", "bird", "australia"): "emu",
    ("flightless", "bird", "america"): "rhea",
    ("flying", "bird", "antarctica"): "petrel",
    ("flying", "bird", "africa"): "stork",
    ("flying", "bird", "australia"): "cockatoo",
    ("flying", "bird", "america"): "condor",
    ("swimming", "mammal", "antarctica"): "seal",
    ("swimming", "mammal", "africa"): "hippo",
    ("swimming", "mammal", "australia"): "platypus",
    ("swimming", "mammal", "america"): "otter",
}
NAMES = tuple(ANIMALS.values())
FORMS = {
    "after": "the {x} is a {how} {what} that lives in {where}",
    "before": "a {how} {what} that lives in {where} is called the {x}",
    "around": "in {where} lives the {x} which is a {how} {what}",
}
"""Where the words stand that tell which animal is missing: after the blank, before it, or on both sides."""
ASIDES = ("indeed", "often", "surely", "still", "also", "perhaps", "truly", "now", "always", "here", "once", "well")
_GIVEN = {*ASIDES, "and", *NAMES, *(word for traits in ANIMALS for word in traits)}
WORDS = ("_", *sorted(_GIVEN | {w for form in FORMS.values() for w in form.split() if "{" not in w}))
NUMBER = {word: k for k, word in enumerate(WORDS)}


class Sentence(NamedTuple):
    """Words, one of them a blank; which animal is missing; where the words stand that tell it."""

    words: tuple[str, ...]
    y: int
    form: str

    @property
    def blank(self) -> int:
        """Where the blank is, from 0."""
        return self.words.index("_")


def sentences(count: int, seed: Any, form: str | None = None) -> list[Sentence]:
    """Sentences of two clauses in either order: one with a blank, one about another animal. Asides stand anywhere."""
    rng, found = np.random.default_rng(seed), []
    facts, forms = list(ANIMALS.items()), list(FORMS)
    for _ in range(count):
        y, other = rng.choice(len(facts), 2, replace=False).tolist()
        asked, told = form or forms[rng.integers(3)], forms[rng.integers(3)]
        clauses = []
        for k, which, name in ((y, asked, "_"), (other, told, facts[other][1])):
            how, what, where = facts[k][0]
            clauses.append(FORMS[which].format(x=name, how=how, what=what, where=where))
        words = " and ".join(clauses if rng.random() < 0.5 else clauses[::-1]).split()
        spoken: list[str] = []
        for word, aside in zip(words, rng.integers(5 * len(ASIDES), size=len(words)), strict=True):
            spoken += [*ASIDES[aside : aside + 1], word]  # an aside before one word of five
        found.append(Sentence(tuple(spoken), y, asked))
    return found


def as_batch(chosen: Sequence[Sentence], unturned: bool = False) -> Batch:
    """Sentences side by side, filled up at the end; a question each, about its blank.

    ``unturned`` backward states stand in the order in which they were computed, the last word's first.
    """
    n = np.array([len(s.words) for s in chosen])
    x = np.zeros((n.max(), len(chosen), len(WORDS)), np.float32)
    for b, s in enumerate(chosen):
        x[np.arange(n[b]), b, [NUMBER[w] for w in s.words]] = 1
    blank = np.array([s.blank for s in chosen])
    back = n - 1 - blank if unturned else blank
    return Batch(x, n, np.arange(len(chosen)), blank, back, np.array([s.y for s in chosen]))


READERS: dict[str, tuple[tuple[str, ...], int]] = {
    "there": (("there",), 40),
    "back": (("back",), 40),
    "both": (("there", "back"), 24),
    "twice": (("there", "there"), 24),
    "unturned": (("there", "back"), 24),
}
"""Directions and units of each, so that all learn about as many numbers; the last two are errors in the wild."""
LEARNT_FROM = 3000  # sentences


def read_sentences(seed: int, reader: str = "both", steps: int = 600) -> Network:
    """A network that fills in sentences, trained on :data:`LEARNT_FROM` of them; ``reader`` is one of READERS."""
    ways, H = READERS[reader]
    network, known = start(len(WORDS), H, len(NAMES), ways, seed=seed), sentences(LEARNT_FROM, [seed, 0])
    pick = minibatches(len(known), 32, seed)
    train(network, lambda step: as_batch([known[i] for i in pick(step)], reader == "unturned"), steps)
    return network


def counted_contexts(train: Sequence[Sentence], test: Sequence[Sentence], most: int = 8) -> Ints:
    """Which animal was missing most often between the same words: as many on each side as have been seen together.

    From ``most`` words on each side down to none, the first that occur in ``train`` decide.
    """
    seen: dict[Any, Any] = {}
    for s in train:
        for context in _contexts(s, most):
            seen.setdefault(context, np.zeros(len(NAMES)))[s.y] += 1
    return np.array([next(seen[c] for c in _contexts(s, most) if c in seen).argmax() for s in test])


def _contexts(s: Sentence, most: int) -> list[Any]:
    return [
        (s.words[max(0, s.blank - k) : s.blank], s.words[s.blank + 1 : s.blank + 1 + k]) for k in range(most, -1, -1)
    ]


def counted_words(train: Sequence[Sentence], test: Sequence[Sentence], reach: int) -> Ints:
    """Naive Bayes: which words stand within ``reach`` of the blank on each side, their order forgotten."""
    log_p = word_counts(train, reach)
    return np.array([log_p[_near(s, reach)].sum(axis=0).argmax() for s in test])


def word_counts(train: Sequence[Sentence], reach: int) -> Array:
    """Logarithms of the shares, counts plus one, of each word (of the left, then of the right) beside each animal."""
    n = np.ones((2 * len(WORDS), len(NAMES)))
    for s in train:
        np.add.at(n[:, s.y], _near(s, reach), 1)
    return np.log(n / n.sum(axis=0))


def _near(s: Sentence, reach: int) -> Ints:
    left, right = s.words[max(0, s.blank - reach) : s.blank], s.words[s.blank + 1 : s.blank + 1 + reach]
    return np.array([NUMBER[w] for w in left] + [len(WORDS) + NUMBER[w] for w in right], dtype=int)


def best_reach(count: Callable[..., Ints], known: Sequence[Sentence]) -> int:
    """How far a way of counting looks: what fills in a part of the sentences best after the rest."""
    part = len(known) // 5
    y = np.array([s.y for s in known[:part]])
    scores = {reach: (count(known[part:], known[:part], reach) == y).mean() for reach in range(1, 13)}
    return max(scores, key=lambda r: scores[r])


@result("bidirectional/penguin", seeds=range(5), quick={"steps": 20}, tolerance=0.1)
def penguin(seed: int, steps: int = 600) -> dict[str, float]:
    """Share of the animals filled in rightly on new sentences, by form: five networks, and counting in two ways.

    How far each way of counting looks is chosen on a part of the sentences that the others learn from.
    """
    known = sentences(LEARNT_FROM, [seed, 0])
    tests = {form: sentences(400, [seed, 1, k], form) for k, form in enumerate(FORMS)}
    answers: dict[str, Callable[[Sequence[Sentence]], Ints]] = {}
    for reader in READERS:
        network = read_sentences(seed, reader, steps)
        wrong = reader == "unturned"
        answers[reader] = lambda asked, network=network, wrong=wrong: (  # type: ignore[misc]
            network.outputs(as_batch(asked, wrong)).argmax(axis=1)
        )
    ways: dict[str, Any] = {"contexts": counted_contexts, "words": counted_words}
    for name, count in ways.items():
        reach = best_reach(count, known)
        answers[name] = lambda asked, count=count, reach=reach: count(known, asked, reach)  # type: ignore[misc]
    return {
        f"{name}_{form}": float((answer(asked) == [s.y for s in asked]).mean())
        for name, answer in answers.items()
        for form, asked in tests.items()
    }


TYPED = ("there", "back", "both")
"""The readers that the figure has."""


@result("bidirectional/penguin_weights", seeds=(0,), quick={"steps": 20}, tolerance=0.1)
def penguin_weights(seed: int, steps: int = 600) -> dict[str, Any]:
    """Networks that fill in sentences, in float16, and counted words: what the figure that is typed into computes with.

    Weights by torch's names behind reader and direction, such as "both.back.weight_ih_l0". Shares of the animals that
    each fills in rightly on new sentences of all forms, in float32, and shares of answers that float16 leaves alone.
    """
    known, test = sentences(LEARNT_FROM, [seed, 0]), as_batch(sentences(1200, [seed, 1]))
    found: dict[str, Any] = {}
    for reader in TYPED:
        network = read_sentences(seed, reader, steps)
        weights = {name: w.astype(np.float16) for name, w in network.weights.items()}
        found |= {f"{reader}.{_torchs(network, name)}": w for name, w in weights.items()}
        rounded = Network(network.cell, network.ways, network.layers, _float32(weights))
        whole, small = network.outputs(test), rounded.outputs(test)
        found[f"right_{reader}"] = share_right(whole, test.y)
        found[f"same_{reader}"] = float((whole.argmax(axis=1) == small.argmax(axis=1)).mean())
    reach = best_reach(counted_words, known)
    return found | {"reach": reach, "words": word_counts(known, reach).astype(np.float16)}


def _torchs(network: Network, name: str) -> str:
    """As torch calls it: ``W_ih_01`` is ``back.weight_ih_l0`` if the second way is back, ``W_ho`` is ``out.weight``."""
    if name in {"W_ho", "b_ho"}:
        return {"W_ho": "out.weight", "b_ho": "out.bias"}[name]
    kind, gate, place = name.split("_")
    return f"{network.ways[int(place[1])]}.{'weight' if kind == 'W' else 'bias'}_{gate}_l{place[0]}"


def _float32(weights: dict[str, Any]) -> dict[str, Array]:
    return {name: w.astype(np.float32) for name, w in weights.items()}


def told(network: Network, text: str) -> list[tuple[str, float]]:
    """The likeliest animals for the one ``_`` of a text in the words of the sentences, with their probabilities.

    Raises ValueError unless there is exactly one blank and no other unknown word.
    """
    words = tuple(text.split())
    if words.count("_") != 1 or not set(words) <= set(WORDS):
        raise ValueError(f"text: expected words of the sentences and one _, got {text!r}")
    p = np.exp(log_probabilities(network, as_batch([Sentence(words, 0, "")]))[0])
    return [(NAMES[k], float(p[k])) for k in p.argsort()[::-1][:3].tolist()]


# --- what depth buys: a question that one layer cannot answer, and letters of a real text


def same_or_not(B: int, rng: np.random.Generator, side: int = 3) -> Batch:
    """One of two marks on each side of a blank, among other symbols: are they the same? y = 1 if so."""
    T = 2 * side + 1
    ids = rng.integers(2, 6, (T, B))
    marks = rng.integers(0, 2, (2, B))
    ids[rng.integers(0, side, B), np.arange(B)] = marks[0]
    ids[rng.integers(side + 1, T, B), np.arange(B)] = marks[1]
    ids[side] = 6
    blank = np.full(B, side)
    x = np.eye(7, dtype=np.float32)[ids]
    return Batch(x, np.full(B, T), np.arange(B), blank, blank, (marks[0] == marks[1]).astype(int))


DEEP: dict[str, dict[str, Any]] = {
    "one_layer": {"H": 24},
    "two_layers": {"H": 13, "layers": 2},
    "between": {"H": 16, "between": 64},
    "one_direction": {"H": 21, "ways": ("there",), "layers": 2},
}
"""Networks for :func:`same_or_not`, with about as many numbers to learn each."""


@result("bidirectional/depth", seeds=range(5), quick={"steps": 20}, tolerance=0.3)
def depth(seed: int, steps: int = 800) -> dict[str, float]:
    """Share of new sequences of :func:`same_or_not` that each of DEEP answers rightly; a half is a guess."""
    test = same_or_not(2000, np.random.default_rng([seed, 1]))
    found = {}
    for name, settings in DEEP.items():
        network, rng = start(7, K=2, seed=seed, **settings), np.random.default_rng([seed, 0])
        train(network, lambda _, rng=rng: same_or_not(64, rng), steps)  # type: ignore[misc]
        found[name] = share_right(network.outputs(test), test.y)
    return found


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


def windows(ids: Ints, starts: Ints) -> Batch:
    """Windows of a text with blanks in them; the missing letters are asked for."""
    B = len(starts)
    letters = ids[np.arange(T)[:, None] + starts]  # (T, B)
    y = letters[BLANKS].ravel()
    letters[BLANKS] = BLANK
    steps, b = np.repeat(BLANKS, B), np.tile(np.arange(B), len(BLANKS))
    return Batch(np.eye(K + 1, dtype=np.float32)[letters], np.full(B, T), b, steps, steps, y)


LETTERS: dict[str, dict[str, Any]] = {
    "there": {"H": 69, "ways": ("there",)},
    "back": {"H": 69, "ways": ("back",)},
    "both": {"H": 40},
    "two_layers": {"H": 28, "layers": 2},
    "three_layers": {"H": 23, "layers": 3},
}
"""Networks for missing letters, with about as many numbers to learn each."""


def held_out() -> Batch:
    """The windows that every model is scored on."""
    ids = text()[1]
    return windows(ids, np.arange(0, len(ids) - T, T))


@result("bidirectional/letters", seeds=range(5), data=("python",), quick={"steps": 10}, tolerance=0.3)
def letters(seed: int, steps: int = 250) -> dict[str, float]:
    """Share of missing letters filled in rightly, and bits a letter, by each of LETTERS and by counts."""
    ids, test, found = text()[0], held_out(), {}  # type: ignore[var-annotated]
    for name, settings in LETTERS.items():
        network, rng = start(K + 1, K=K, seed=seed, **settings), np.random.default_rng([seed, 0])
        train(network, lambda _, rng=rng: windows(ids, rng.integers(0, len(ids) - T, 32)), steps)  # type: ignore[misc]
        log_p = log_probabilities(network, test)
        found |= {name: share_right(log_p, test.y), f"{name}_bits": bits(log_p, test.y)}
    return found


def counted_letters(sides: str, most: int = 3) -> tuple[float, float]:
    """Share right and bits a letter of the held-out blanks by counts of up to ``most`` letters before, after or both.

    A context that occurred with m different letters gives its counts, and m to the context that is a letter shorter on
    each side. Source: Witten and Bell (1991), method C, here with letters on both sides.
    """
    ids, test = text()
    at = np.arange(0, len(test) - T, T) + BLANKS[:, None]
    p = np.full((at.size, K), 1 / K)
    for k in range(most + 1):
        before, after = range(-k, 0), range(1, k + 1)
        steps = {"before": [*before], "after": [*after], "both": [*before, *after]}[sides]
        inside = np.arange(k, len(ids) - k)
        p = _counted(_context(ids, inside, steps), ids[inside], _context(test, at.ravel(), steps), p)
    y = test[at].ravel()
    return share_right(p, y), bits(np.log(p), y)


def _context(ids: Ints, at: Ints, steps: Sequence[int]) -> Ints:
    """The letters at ``at`` + ``steps`` as one number each."""
    code = np.zeros(len(at), dtype=np.int64)
    for s in steps:
        code = code * K + ids[at + s]
    return code


def _counted(contexts: Ints, followed_by: Ints, asked: Ints, shorter: Array) -> Array:
    """Probabilities (N, K) from the counts of each context, mixed with those of the shorter ones."""
    seen, n = np.unique(contexts * K + followed_by, return_counts=True)
    p = shorter.copy()
    first, last = np.searchsorted(seen, asked * K), np.searchsorted(seen, asked * K + K)
    for i in np.flatnonzero(last > first).tolist():
        counts, symbols = n[first[i] : last[i]], seen[first[i] : last[i]] % K
        p[i] *= len(counts)
        p[i, symbols] += counts
        p[i] /= counts.sum() + len(counts)
    return p


# --- errors in the wild


def first_of_many(B: int, rng: np.random.Generator, wrong: bool = False, n: int = 40, kinds: int = 8) -> Batch:
    """Which symbol stood first? Asked of the last state of each direction, or (wrong) of both at the last step."""
    ids = rng.integers(0, kinds, (n, B))
    last = np.full(B, n - 1)
    return Batch(
        np.eye(kinds, dtype=np.float32)[ids], last + 1, np.arange(B), last, last if wrong else 0 * last, ids[0]
    )


def named(names: Sequence[str], labels: Ints, wrong: str = "") -> Batch:
    """Surnames, filled up at the end, and their languages; asked of the last state of each direction.

    ``wrong`` "step" reads both at the last letter. "padding" knows no lengths where it turns round, so that the
    backward direction reads the padding first.
    """
    ids, n = data.encode_names(names)
    x = np.eye(len(data.LETTERS), dtype=np.float32)[ids] * (np.arange(len(ids))[:, None] < n)[..., None]
    last = n - 1
    read = np.full_like(n, len(ids)) if wrong == "padding" else n
    return Batch(x, read, np.arange(len(n)), last, last if wrong == "step" else 0 * last, labels)


def read_names(
    seed: int, wrong: str = "", ways: Sequence[str] = ("there", "back"), H: int = 48, epochs: int = 12
) -> tuple[Network, data.NameSet]:
    """A network that tells the language of surnames, read rightly or not, and the names to test it on."""
    known, _, test = data.names(seed=seed)
    network = start(len(data.LETTERS), H, len(known.languages), ways, cell="rnn", seed=seed)
    pick = minibatches(len(known), 64, seed)

    def batch(step: int) -> Batch:
        i = pick(step)
        return named([known.names[k] for k in i], known.labels[i], wrong)

    train(network, batch, epochs * -(-len(known) // 64), lr=5e-3)
    return network, test


def answers_by_company(network: Network, test: data.NameSet, wrong: str = "", alone: bool = False) -> Ints:
    """The languages told, each name read in a batch of 60, or alone."""
    size = 1 if alone else 60
    parts = [slice(k, k + size) for k in range(0, len(test), size)]
    return np.concatenate([network.outputs(named(test.names[p], test.labels[p], wrong)).argmax(axis=1) for p in parts])


@result("bidirectional/summary", seeds=range(5), data=("Faker",), quick={"steps": 5, "epochs": 1}, tolerance=0.3)
def summary(seed: int, steps: int = 400, epochs: int = 12) -> dict[str, float]:
    """What sums up a sequence: the last state of each direction, both at the last step, or one direction alone.

    Shares of first symbols and of languages told; and of names whose language changes when they are read alone, with
    lengths and without.
    """
    found = {}
    first: tuple[tuple[str, bool, tuple[str, ...], int], ...] = (
        ("right", False, ("there", "back"), 32),
        ("step", True, ("there", "back"), 32),
        ("there", False, ("there",), 48),
    )
    for name, wrong, ways, H in first:
        network, rng = start(8, H, 8, ways, cell="rnn", seed=seed), np.random.default_rng([seed, 0])
        train(network, lambda _, rng=rng, wrong=wrong: first_of_many(32, rng, wrong), steps, lr=4e-3)  # type: ignore[misc]
        test = first_of_many(1000, np.random.default_rng([seed, 1]), wrong)
        found[f"first_{name}"] = share_right(network.outputs(test), test.y)
    second: tuple[tuple[str, str, tuple[str, ...], int], ...] = (
        ("right", "", ("there", "back"), 48),
        ("step", "step", ("there", "back"), 48),
        ("padding", "padding", ("there", "back"), 48),
        ("there", "", ("there",), 70),
    )
    for name, wrong_way, ways, H in second:
        reader, names = read_names(seed, wrong_way, ways, H, epochs)
        together = answers_by_company(reader, names, wrong_way)
        found[f"names_{name}"] = float((together == names.labels).mean())
        if name in ("right", "padding"):
            alone = answers_by_company(reader, names, wrong_way, alone=True)
            found[f"changed_{name}"] = float((alone != together).mean())
    return found


def next_letters(ids: Ints, starts: Ints, n: Ints | None = None) -> Batch:
    """Windows of a text; at each step the next letter is asked for. With n (B,) only n letters are read, and the next.

    A backward direction that reads the window has read the answer before it is asked, but for the last step.
    """
    B = len(starts)
    known = ids[np.arange(T + 1)[:, None] + starts]  # (T + 1, B)
    x = np.eye(K + 1, dtype=np.float32)[known[:T]]
    if n is not None:
        return Batch(x, n, np.arange(B), n - 1, n - 1, known[n, np.arange(B)])
    steps, b = np.repeat(np.arange(T - 1), B), np.tile(np.arange(B), T - 1)
    return Batch(x, np.full(B, T), b, steps, steps, known[1:T].ravel())


@result("bidirectional/leak", seeds=range(5), data=("python",), quick={"steps": 5}, tolerance=0.5)
def leak(seed: int, steps: int = 200) -> dict[str, float]:
    """Bits a letter of two language models, forward and in both directions: as reported, and as used.

    Reported: on held-out windows, each step asked. Used: the text ends where the next letter is asked for.
    """
    ids, other = text()
    found = {}
    starts = np.arange(0, len(other) - T - 1, T + 1)
    n = np.random.default_rng([seed, 1]).integers(5, T + 1, len(starts))
    for name, ways, H in (("there", ("there",), 69), ("both", ("there", "back"), 40)):
        network, rng = start(K + 1, H, K, ways, seed=seed), np.random.default_rng([seed, 0])
        train(network, lambda _, rng=rng: next_letters(ids, rng.integers(0, len(ids) - T, 32)), steps)  # type: ignore[misc]
        for how, test in (("reported", next_letters(other, starts)), ("used", next_letters(other, starts, n))):
            found[f"{name}_{how}"] = bits(log_probabilities(network, test), test.y)
    return found


# --- what can be seen from where


def sees(f: Callable[[Array], Array], T: int, F: int = 1, seed: int = 0) -> Any:
    """Which inputs move which outputs, (T, T): f is of sequences (T, 1, F), a row is an output's step."""
    x = np.random.default_rng(seed).normal(size=(T, 1, F))
    h, moved = f(x), np.zeros((T, T), bool)
    for s in range(T):
        other = x.copy()
        other[s] += 1
        moved[:, s] = np.abs(f(other) - h).max(axis=(1, 2)) > 1e-9
    return moved


def random_layer(seed: int, F: int = 1, H: int = 3) -> tuple[bidirectional.Weights, bidirectional.Weights]:
    """Weights of both directions, so small that no step is forgotten by rounding."""
    rng = np.random.default_rng(seed)
    shapes = ((H, F), (H, H), (H,), (H,))
    there, back = (bidirectional.Weights(*(rng.normal(scale=0.5, size=s) for s in shapes)) for _ in range(2))
    return there, back


def weights_for(
    F: int, H: int, num_layers: int = 1, bias: bool = True, bidirectional: bool = False, seed: int = 0
) -> list[Array]:
    """Weights as torch.nn.RNN has them, in the order of its parameters: for each layer there, then back."""
    rng, D = np.random.default_rng(seed), 2 if bidirectional else 1
    weights: list[Array] = []
    for layer in range(num_layers):
        width = F if layer == 0 else D * H
        for _ in range(D):
            shapes = [(H, width), (H, H)] + [(H,), (H,)] * bias
            weights += [rng.normal(scale=H**-0.5, size=shape) for shape in shapes]
    return weights


def against_torch(seed: int, **options: Any) -> float:
    """The largest difference between :func:`rnncourse.bidirectional.rnn` and torch.nn.RNN with these options."""
    with needs(__name__, "torch"):
        import torch

    torch.manual_seed(seed)
    module = torch.nn.RNN(3, 4, dtype=torch.float64, **options)
    x = np.random.default_rng(seed).normal(size=(6, 5, 3))
    ours = bidirectional.rnn(x, None, [p.detach().numpy() for p in module.parameters()], **options)
    theirs = module(torch.from_numpy(x))
    return max(float(np.abs(a - b.detach().numpy()).max()) for a, b in zip(ours, theirs, strict=True))


# --- networks that a 0/1 matrix describes


def arrives(C: Ints, T: int = 6, seed: int = 0, H: int = 3) -> Any:
    """Which states (L, T) a change of the first input moves, in a network with random weights."""
    rng, L = np.random.default_rng(seed), len(C)
    widths = np.array([1, *[H] * (2 * L)])
    W = [rng.normal(scale=0.6, size=(H, int(widths[row == 1].sum()))) for row in C]
    b, h0 = [rng.normal(size=H) for _ in range(L)], [np.zeros((1, H))] * L
    x = rng.normal(size=(T, 1, 1))
    other = x.copy()
    other[0] += 1
    h, moved = (bidirectional.network_forward(each, h0, C, W, b) for each in (x, other))
    return np.array([np.abs(p - q).max(axis=(1, 2)) > 1e-12 for p, q in zip(h, moved, strict=True)])


def random_network_error(seed: int, L: int = 3, T: int = 5) -> float:
    """How far a gradient of a random network is off from a central difference, as a share of it.

    The matrix is drawn too, without a circle that has no delay; everything moves along one random direction.
    """
    rng = np.random.default_rng(seed)
    C = rng.integers(0, 2, (L, 1 + 2 * L))
    rank = rng.permutation(L)
    C[:, 1 : 1 + L] &= rank[:, None] > rank
    H = rng.integers(2, 4, L).tolist()
    widths = np.array([2, *H, *H])
    shapes = [(T, 3, 2)] + [(3, n) for n in H] + [(n, int(widths[row == 1].sum())) for n, row in zip(H, C, strict=True)]
    a: list[Any] = [rng.normal(scale=0.6, size=shape) for shape in shapes + [(n,) for n in H]]
    way: list[Array] = [rng.normal(size=each.shape) for each in a]
    dh_out: list[Array] = [rng.normal(size=(T, 3, n)) for n in H]

    def states(eps: float) -> list[Array]:
        x, *rest = [each + eps * w for each, w in zip(a, way, strict=True)]
        return bidirectional.network_forward(x, rest[:L], C, rest[L : 2 * L], rest[2 * L :])

    def loss(eps: float) -> float:
        return float(sum((h * d).sum() for h, d in zip(states(eps), dh_out, strict=True)))

    g = bidirectional.network_backward(dh_out, a[0], a[1 : 1 + L], states(0.0), C, a[1 + L : 1 + 2 * L])
    along = sum((d * w).sum() for d, w in zip([g.dx, *g.dh0, *g.dW, *g.db], way, strict=True))
    eps = 1e-5
    return float(abs((loss(eps) - loss(-eps)) / (2 * eps) - along) / abs(along))


# --- what a lecture prints


def previous_layer(seed: int) -> tuple[float, float]:
    """How far two layers are from torch's where the second reads its own last state, and where it reads the first's."""
    with needs(__name__, "torch"):
        import torch

    torch.manual_seed(seed)
    module = torch.nn.RNN(3, 4, 2, dtype=torch.float64)
    x = np.random.default_rng(seed).normal(size=(6, 5, 3))
    theirs = module(torch.from_numpy(x))[0].detach().numpy()
    of = [[p.detach().numpy() for p in layer] for layer in module.all_weights]
    W, b = [np.concatenate(w[:2], axis=1) for w in of], [w[2] + w[3] for w in of]
    same = bidirectional.stacked(2)
    other = same.copy()
    other[1, 3:] = other[1, :2:-1]  # of the states one step ago, layer 0's
    found = []
    for C in (same, other):
        h = bidirectional.network_forward(x, [np.zeros((5, 4))] * 2, C, W, b)
        found.append(float(np.abs(h[-1] - theirs).max()))
    return found[0], found[1]
