"""The networks of the chapter ``book/rnn`` that take seconds to train: of names, with Faker, and of text; with torch.

What needs NumPy alone is in :mod:`rnncourse.experiments.recurrence`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from rnncourse._extras import needs

with needs(__name__, "torch"):
    import torch
    from torch import Tensor
    from torch.nn.functional import cross_entropy, one_hot

from rnncourse import data, rnn
from rnncourse._arrays import Array
from rnncourse.experiments.fitting import Network, adam, set_rate
from rnncourse.experiments.recurrence import difference
from rnncourse.nn.export import float16_weights
from rnncourse.results import result
from rnncourse.training import History, fit, minibatches, seed_everything

# --- the language of a name


def classify(model: Network, names: Sequence[str]) -> Tensor:
    """One output (B, K) a name: read from the state after its last letter."""
    _, h_T = model.rnn(data.pack(names))  # (1, B, H)
    return model.out(h_T[0])


def train_names(
    seed: int = 0,
    H: int = 128,
    epochs: int = 15,
    lr: float = 5e-3,
    spell: Callable[[str], str] = str,
    progress: bool = False,
) -> tuple[Network, History]:
    """Learn to tell the language of a surname, spelt as ``spell`` says."""
    train, _, _ = data.names(seed=seed)
    seed_everything(seed)
    model = Network(F=len(data.LETTERS), H=H, K=len(train.languages))
    optimiser = adam(model, lr)
    steps = epochs * -(-len(train) // 64)
    batch = minibatches(len(train), 64, seed)

    def loss(step: int) -> Tensor:
        set_rate(optimiser, lr * (1 - step / steps))
        i = batch(step)
        return cross_entropy(classify(model, [spell(train.names[j]) for j in i]), torch.from_numpy(train.labels[i]))

    return model, fit(loss, range(steps), optimiser, steps, clip_norm=1.0, progress=progress)


@torch.no_grad()
def predict_names(model: Network, names: Sequence[str]) -> np.ndarray[Any, Any]:
    """The number of the most probable language of each name: (B,)."""
    return classify(model, names).argmax(dim=-1).numpy()


def bag_of_letters(train: data.NameSet, names: Sequence[str], n: int = 1) -> np.ndarray[Any, Any]:
    """The same from counts of n letters in a row, wherever they stand (naive Bayes, add-one): the baseline, (B,).

    For n > 1 both ends of a name are letters too. What no training name has tells nothing.
    """
    column, count = letter_counts(train, n)
    log_p = np.log((count + 1) / (count.sum(axis=1, keepdims=True) + len(column)))  # every language is as frequent
    told = ([column[row] for row in letters_in_a_row(name, n) if row in column] for name in names)
    return np.array([log_p[:, columns].sum(axis=1) for columns in told]).argmax(axis=-1)


def letters_in_a_row(name: str, n: int) -> list[str]:
    """Each n letters of a name that stand side by side, both ends marked."""
    marked = "^" * (n - 1) + name + "$" * (n - 1)
    return [marked[i : i + n] for i in range(len(marked) - n + 1)]


def letter_counts(train: data.NameSet, n: int) -> tuple[dict[str, int], Array]:
    """The column of each n letters in a row, and how often each language (row) has them."""
    column = {row: i for i, row in enumerate(sorted({r for name in train.names for r in letters_in_a_row(name, n)}))}
    count = np.zeros((len(train.languages), len(column)))
    for name, k in zip(train.names, train.labels, strict=True):
        np.add.at(count[k], [column[row] for row in letters_in_a_row(name, n)], 1)
    return column, count


def name_accuracies(seed: int, spell: Callable[[str], str] = str, **settings: Any) -> tuple[float, float]:
    """Share of the test names that the network gets right, and that the bag of letters does."""
    train, _, test = data.names(seed=seed)
    model, _ = train_names(seed, spell=spell, **settings)
    network = predict_names(model, [spell(name) for name in test.names]) == test.labels
    return float(network.mean()), float((bag_of_letters(train, test.names) == test.labels).mean())


@result(
    "rnn/names",
    seeds=range(20),
    data=("Faker",),
    tolerance={"network": 0.06, "letters_1": 0.004, "letters_2": 0.004, "letters_3": 0.004},
)
def names_compared(seed: int) -> dict[str, float]:
    """Share of the test names that the network and counts of one, two and three letters get right; a split a seed.

    Counts do not round: one of 300 names at most. What training makes of rounding is some of them.
    """
    train, _, test = data.names(seed=seed)
    model, _ = train_names(seed)
    answers = {"network": predict_names(model, test.names)}
    answers |= {f"letters_{n}": bag_of_letters(train, test.names, n) for n in (1, 2, 3)}
    return {name: float((answer == test.labels).mean()) for name, answer in answers.items()}


@result(
    "rnn/names_weights",
    seeds=(0,),
    data=("Faker",),
    quick={"epochs": 1},
    tolerance={"network": 0.06, "float16": 0.06, "same_argmax": 0.02},
)
def names_weights(seed: int, epochs: int = 15) -> dict[str, Any]:
    """The network for names in float16, and counts of three letters in a row: what the figure of names computes with.

    A row of ``triples`` is three symbols of LETTERS and the two marks, a language, and how often it has them.
    """
    train, _, test = data.names(seed=seed)
    model, _ = train_names(seed, epochs=epochs)
    weights = float16_weights(model)
    answers = {"network": predict_names(model, test.names), "float16": predict_names(with_weights(weights), test.names)}
    column, count = letter_counts(train, 3)
    symbols = data.LETTERS + "^$"
    triples = [
        [*map(symbols.index, row), k, often[k]]
        for row, often in zip(column, count.T, strict=True)
        for k in np.flatnonzero(often)
    ]
    scores: dict[str, Any] = {name: float((answer == test.labels).mean()) for name, answer in answers.items()}
    scores["same_argmax"] = float((answers["network"] == answers["float16"]).mean())
    return scores | weights | {"triples": np.array(triples, np.float16)}


SPELLINGS: dict[str, Callable[[str], str]] = {"sorted": lambda s: "".join(sorted(s)), "backward": lambda s: s[::-1]}


@result("rnn/spellings", seeds=range(5), data=("Faker",), quick={"epochs": 2}, tolerance=0.06)
def spellings_compared(seed: int, epochs: int = 15) -> dict[str, float]:
    """Share of the test names that the network gets right with the letters of every name sorted, or turned round."""
    return {what: name_accuracies(seed, spell=spell, epochs=epochs)[0] for what, spell in SPELLINGS.items()}


# --- a language model of characters


@cache
def text() -> data.Text:
    """Documentation of Python's standard library: 500,000 characters to learn from, 40,000 of other modules to test."""
    return data.stdlib_text(500_000, 40_000, kind="docstrings")


def train_language_model(
    seed: int = 0,
    H: int = 128,
    steps: int = 4000,
    B: int = 16,
    T: int = 25,
    lr: float = 5e-3,
    progress: bool = False,
) -> tuple[Network, History]:
    """Learn to predict the next character of the text."""
    vocabulary = data.Vocabulary()
    K = len(vocabulary)
    pairs = rnn.next_symbol_pairs(vocabulary.encode(text().train), B, T)
    x, y = map(torch.from_numpy, pairs)  # both (C, T, B)
    seed_everything(seed)
    model = Network(F=K, H=H, K=K)
    optimiser = adam(model, lr)
    state = torch.zeros(1, B, H)

    def loss(step: int) -> Tensor:
        nonlocal state
        set_rate(optimiser, lr * (1 - step / steps))
        c = step % len(x)
        h0 = state if c else torch.zeros(1, B, H)  # the last state of chunk c-1
        o, h_T = model(one_hot(x[c], K).float(), h0)
        state = h_T.detach()
        return cross_entropy(o.flatten(0, 1), y[c].flatten())

    history = fit(loss, range(steps), optimiser, steps, clip_norm=1, progress=progress)
    return model, history


@torch.no_grad()
def held_out_bits(model: Network) -> float:
    """Bits a character on the validation text, which comes from modules that were not trained on."""
    vocabulary = data.Vocabulary()
    K = len(vocabulary)
    x, y = map(torch.from_numpy, rnn.next_symbol_pairs(vocabulary.encode(text().valid), 50, 100))
    state, losses = None, []
    for x_c, y_c in zip(x, y, strict=True):
        o, state = model(one_hot(x_c, K).float(), state)
        losses.append(rnn.cross_entropy(o.numpy(), y_c.numpy()))
    return rnn.bits_per_character(float(np.mean(losses)))


@torch.no_grad()
def bits_by_memory(model: Network, n: int = 40) -> Array:
    """Bits for the next character after 1, 2, …, n characters have been read, on the held-out text: (n,)."""
    vocabulary = data.Vocabulary()
    starts = np.arange(0, len(text().valid) - n, n // 2)
    ids = torch.from_numpy(vocabulary.encode(text().valid)[starts + np.arange(n + 1)[:, None]])  # (n+1, B)
    o, _ = model(one_hot(ids[:-1], len(vocabulary)).float())
    nats = cross_entropy(o.flatten(0, 1), ids[1:].flatten(), reduction="none")
    return nats.reshape(n, -1).mean(dim=1).numpy() / np.log(2)


def ngram_bits() -> tuple[float, float]:
    """Unigram and bigram bits a character of the same text."""
    vocabulary = data.Vocabulary()
    train, valid = vocabulary.encode(text().train), vocabulary.encode(text().valid)
    return rnn.unigram_bits(train, valid, len(vocabulary)), rnn.bigram_bits(train, valid, len(vocabulary))


@result("rnn/text", seeds=range(5), data=("python",), quick={"steps": 60}, tolerance=0.1)
def text_compared(seed: int, steps: int = 4000) -> dict[str, Any]:
    """Bits a character on the validation text: of the network, of one symbol's memory and of none; and by memory."""
    unigram, bigram = ngram_bits()
    model, _ = train_language_model(seed, steps=steps)
    found = {"network": held_out_bits(model), "by_memory": bits_by_memory(model).tolist()}
    return found | {"bigram": bigram, "unigram": unigram}


@torch.no_grad()
def read_through(model: Any, ids: np.ndarray[Any, Any]) -> Array:
    """Natural logarithms (N - 1, K) of the probabilities of each next symbol, in one pass over a text (N,)."""
    x = one_hot(torch.from_numpy(ids[:-1, None]), model.out.out_features).float()
    return model(x)[0][:, 0].log_softmax(dim=-1).numpy()


def counted_log_probabilities(train: np.ndarray[Any, Any], ids: np.ndarray[Any, Any], K: int, n: int) -> Array:
    """Natural logarithms (N - 1,) of the probability that counts of up to n symbols in a row give each next symbol.

    A context that was followed by T different symbols gives its counts, and T to the context that is a symbol shorter;
    the empty one to all symbols alike. Source: Witten and Bell (1991), method C; interpolated.
    """
    counts: list[dict[tuple[int, ...], dict[int, int]]] = []
    symbols = train.tolist()
    for length in range(n):
        followers: dict[tuple[int, ...], dict[int, int]] = {}
        for i in range(length, len(symbols)):
            after = followers.setdefault(tuple(symbols[i - length : i]), {})
            after[symbols[i]] = after.get(symbols[i], 0) + 1
        counts.append(followers)
    totals = [{context: sum(after.values()) for context, after in followers.items()} for followers in counts]
    text, found = ids.tolist(), []
    for i in range(1, len(text)):
        p = 1 / K
        for length in range(min(n, i + 1)):
            context = tuple(text[i - length : i])
            after = counts[length].get(context, {})
            if after:
                p = (after.get(text[i], 0) + len(after) * p) / (totals[length][context] + len(after))
        found.append(math.log(p))
    return np.array(found)


@result(
    "rnn/text_weights",
    seeds=(0,),
    data=("python",),
    quick={"steps": 60, "train": 20_000, "valid": 4_000},
    tolerance=0.1,
)
def text_weights(seed: int, steps: int = 4000, train: int | None = None, valid: int | None = None) -> dict[str, Any]:
    """The character model's weights in float16, and bits a character on the held-out text beside those of counting.

    All read the text once, from its beginning, and are scored on the same characters: from the sixth on. ``train`` is
    how much is counted, ``valid`` how much is read.
    """
    vocabulary, skipped = data.Vocabulary(), 4
    learnt, ids = (vocabulary.encode(part) for part in (text().train[:train], text().valid[:valid]))
    model, _ = train_language_model(seed, steps=steps)
    weights = float16_weights(model)
    log_p = {"network": read_through(model, ids), "float16": read_through(with_weights(weights), ids)}
    same = log_p["network"].argmax(axis=1) == log_p["float16"].argmax(axis=1)
    found = {name: q[np.arange(len(q)), ids[1:]] for name, q in log_p.items()}
    found |= {f"counts_{n}": counted_log_probabilities(learnt, ids, len(vocabulary), n) for n in (1, 2, 3, 4, 5, 6)}
    bits = {name: -float(q[skipped:].mean()) / math.log(2) for name, q in found.items()}
    return bits | {"same_argmax": float(same.mean())} | weights


@result("rnn/text_counts", seeds=(0,), data=("python",), tolerance=0.1)
def text_counts(seed: int) -> dict[str, Any]:
    """How often three characters stand in a row in the text to learn from, and bits a character with these counts.

    Three symbols are a number of base K; ``triples`` goes through them in order, a row the distance to the next and how
    often that stands there. Either is at most 2048, as far as float16 counts, and what is more has several rows.
    ``first`` are the two symbols that the text begins with.
    """
    vocabulary, steps, last = data.Vocabulary(), list[tuple[int, int]](), 0
    learnt, ids, K = vocabulary.encode(text().train), vocabulary.encode(text().valid), len(vocabulary)
    codes = (learnt[:-2] * K + learnt[1:-1]) * K + learnt[2:]
    for code, often in zip(*np.unique(codes, return_counts=True), strict=True):
        gap, last = int(code) - last, int(code)
        steps += [(2048, 0)] * ((gap - 1) // 2048)
        gap -= 2048 * max(0, (gap - 1) // 2048)
        rest = int(often) - 2048 * ((int(often) - 1) // 2048)
        steps += [(gap, rest)] + [(0, 2048)] * ((int(often) - 1) // 2048)
    log_p = counted_log_probabilities(learnt, ids, K, 3)
    return {
        "bits": -float(log_p.mean()) / math.log(2),
        "triples": np.array(steps, np.float16),
        "first": learnt[:2].astype(np.float16),
    }


def with_weights(weights: Mapping[str, np.ndarray[Any, Any]]) -> Network:
    """A network with kept weights, in float32; what is kept beside them is another's."""
    (K, H), F = weights["out.weight"].shape, weights["rnn.weight_ih_l0"].shape[1]
    model = Network(F=F, H=H, K=K)
    model.load_state_dict({name: torch.from_numpy(weights[name].astype(np.float32)) for name in model.state_dict()})
    return model


@torch.no_grad()
def write(model: Network, prompt: str, n: int, tau: float, seed: int = 0) -> str:
    """Read the prompt, then draw n characters, each fed back as the next input."""
    vocabulary = data.Vocabulary()
    ids = torch.from_numpy(vocabulary.encode(prompt))  # (T,), later (1,)
    state, drawn = None, []
    for u in np.random.default_rng(seed).random((n, 1)):
        x = one_hot(ids[:, None], len(vocabulary)).float()  # (T, 1, K)
        o, state = model(x, state)
        p = rnn.temperature(o[-1].double().numpy(), tau)  # (1, K)
        ids = torch.from_numpy(rnn.draw(p, u))
        drawn.append(int(ids))
    return prompt + vocabulary.decode(drawn)


# --- what the pages say besides


def masked(names: Sequence[str], weights: Mapping[str, Array]) -> Array:
    """The state (B, H) after each name's last letter; a mask tells letters from filling, where the state stays.

    weights are those of rnn.cell.
    """
    ids, lengths = data.encode_names(names)  # (T, B), filled up with letter 0, and (B,)
    x, mask = data.one_hot(ids, len(data.LETTERS)), np.arange(len(ids))[:, None] < lengths
    h = np.zeros((len(names), len(weights["W_hh"])))
    for x_t, m_t in zip(x, mask, strict=True):
        h = np.where(m_t[:, None], rnn.cell(x_t, h, **weights), h)
    return h


def masking_difference(seed: int, H: int = 8) -> float:
    """How far masked names are from torch's packed ones: the largest difference of the last states of 20 names."""
    _, _, test = data.names(seed=seed)
    torch.manual_seed(seed)
    layer = torch.nn.RNN(len(data.LETTERS), H, dtype=torch.float64)
    theirs = {"W_ih": "weight_ih_l0", "W_hh": "weight_hh_l0", "b_ih": "bias_ih_l0", "b_hh": "bias_hh_l0"}
    weights = {ours: layer.state_dict()[name].numpy() for ours, name in theirs.items()}
    _, h_T = layer(data.pack(test.names[:20]).double())
    return difference(masked(test.names[:20], weights), h_T[0].detach().numpy())


def embedding_difference(seed: int, K: int = 29, H: int = 8) -> float:
    """How far a row looked up in a table is from the one-hot vector of its number times the table."""
    torch.manual_seed(seed)
    table, symbols = torch.randn(K, H), torch.randint(K, (50,))
    looked_up = torch.nn.functional.embedding(symbols, table)
    return float((one_hot(symbols, K).float() @ table - looked_up).abs().max())


def surprise_at_itself(model: Network, seed: int, n: int = 2000) -> dict[str, float]:
    """Bits a character of n characters that the network wrote, and of a true text, by the network and by counts.

    The counts are of up to five symbols in a row, in 150,000 characters; the true text is 10,000 others.
    """
    vocabulary, text = data.Vocabulary(), data.stdlib_text(150_000, 10_000, kind="docstrings")
    learnt = vocabulary.encode(text.train)
    written = write(model, "Return the ", n, tau=1.0, seed=seed)
    found: dict[str, float] = {}
    for name, ids in (("own", vocabulary.encode(written)), ("true", vocabulary.encode(text.valid))):
        log_p = read_through(model, ids)[np.arange(len(ids) - 1), ids[1:]]
        counted = counted_log_probabilities(learnt, ids, len(vocabulary), 5)
        found |= {name: -float(log_p.mean()) / math.log(2), f"{name}-counted": -float(counted.mean()) / math.log(2)}
    return found
