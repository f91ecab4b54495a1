"""What the chapter on sequences trains and measures: the five modes on real data, each beside its baselines.

The networks are trained by torch and run by the chapter's own functions. torch is needed; hmmlearn, Faker,
scikit-learn and statsmodels where a function says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from rnncourse._extras import needs

with needs(__name__, "torch"):
    import torch
    from torch import Tensor
    from torch.nn.functional import cross_entropy, mse_loss

from rnncourse import rnn, sequences
from rnncourse._arrays import Array
from rnncourse.data import LETTERS, names, one_hot
from rnncourse.data.digits import digits
from rnncourse.data.series import co2, sunspots
from rnncourse.experiments.fitting import Network, minimise
from rnncourse.experiments.recurrence import rms
from rnncourse.experiments.rnn import counted_log_probabilities
from rnncourse.results import result
from rnncourse.sequences import HMM
from rnncourse.training import minibatches, seed_everything

Ints = np.ndarray[Any, np.dtype[np.int64]]
Scores = dict[str, float]


def arrays(model: Network) -> sequences.Network:
    """The trained weights, for the functions of the chapter."""
    return sequences.Network(*(p.detach().numpy().copy() for p in model.parameters()))


# --- one to one, one to many: an image, its digit, the digit's name


def images(seed: int) -> tuple[Array, Ints, Array, Ints]:
    """Images (N, 64) and digits (N,) to train on, and others to test on. Needs scikit-learn."""
    train, test, _ = digits(seed=seed)
    return train.x[:, :, 0].T.copy(), train.labels, test.x[:, :, 0].T.copy(), test.labels


def nearest_mean(x: Array, labels: Ints, test: Array) -> Ints:
    """The digit whose mean image is nearest to each test image: the baseline, (N,)."""
    means = np.stack([x[labels == k].mean(axis=0) for k in range(10)])
    return ((test[:, None] - means) ** 2).sum(axis=-1).argmin(axis=1)


def train_digits(seed: int, H: int = 32, steps: int = 150) -> sequences.Network:
    """One to one: 64 pixels in, ten outputs out, one step."""
    x, labels, _, _ = images(seed)
    seed_everything(seed)
    model, X, y = Network(64, H, 10), torch.from_numpy(x), torch.from_numpy(labels)
    minimise(model, lambda _: cross_entropy(model(X[None])[0][0], y), steps)
    return arrays(model)


def digit_accuracies(seed: int) -> Scores:
    """One to one: share of the test images whose digit is found."""
    x, labels, test, right = images(seed)
    found = {
        "commonest": np.full(len(right), np.bincount(labels).argmax()),
        "nearest mean": nearest_mean(x, labels, test),
        "RNN": sequences.one_to_one(test, train_digits(seed)).argmax(axis=-1),
    }
    return {how: float((digit == right).mean()) for how, digit in found.items()}


WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
ALPHABET = "." + "".join(sorted(set("".join(WORDS))))  # "." ends a word
SPELT = np.array([[ALPHABET.index(c) for c in word.ljust(6, ".")] for word in WORDS]).T  # (6, 10)


def train_speller(seed: int, H: int = 64, steps: int = 150) -> sequences.Network:
    """One to many: an image in at the first step, the name of its digit out, letter by letter."""
    x, labels, _, _ = images(seed)
    seed_everything(seed)
    model, y = Network(64, H, len(ALPHABET)), torch.from_numpy(SPELT[:, labels])
    X = torch.from_numpy(np.concatenate([x[None], np.zeros((len(SPELT) - 1, *x.shape), x.dtype)]))
    minimise(model, lambda _: cross_entropy(model(X)[0].flatten(0, 1), y.flatten()), steps)
    return arrays(model)


def spell(x: Array, net: sequences.Network) -> list[str]:
    """What the network writes under each image (B, 64), up to the first full stop."""
    letters = sequences.one_to_many(x, net, len(SPELT)).argmax(axis=-1)
    return ["".join(ALPHABET[i] for i in column).split(".")[0] for column in letters.T]


def spelling_accuracies(seed: int) -> Scores:
    """One to many: share of the test images whose name is written without a fault."""
    x, labels, test, right = images(seed)
    written = {
        "commonest": [WORDS[np.bincount(labels).argmax()]] * len(test),
        "nearest mean": [WORDS[k] for k in nearest_mean(x, labels, test)],
        "RNN": spell(test, train_speller(seed)),
    }
    return {how: float(np.mean([w == WORDS[k] for w, k in zip(ws, right, strict=True)])) for how, ws in written.items()}


@result("sequences/digits", seeds=range(30, 36), data=("scikit-learn",))
def digits_compared(seed: int) -> Scores:
    """One to one and one to many: accuracies on the test images, of network and baselines."""
    label, spelt = digit_accuracies(seed), spelling_accuracies(seed)
    names = {"commonest": "commonest", "nearest mean": "nearest", "RNN": "network"}
    return {
        f"{what}_{names[how]}": v for what, found in (("label", label), ("spelt", spelt)) for how, v in found.items()
    }


# --- many to one: twelve years of sunspots, the year after


class Split(NamedTuple):
    """Windows in the past and in the future, and the scale of the past, in which all of them are."""

    X: Array
    y: Array
    X_test: Array
    y_test: Array
    scale: sequences.Scale


@cache
def sunspot_windows(L: int = 12, first: int = 1921) -> Split:
    """Windows of L years and the year after; those whose year after is ``first`` or later are for testing."""
    years, values = sunspots()
    n = int(np.searchsorted(years, first))
    scale = sequences.fit_scale(values[:n])
    past, future = scale.apply(values[:n]), scale.apply(values[n - L :])
    return Split(*sequences.windows(past, L), *sequences.windows(future, L), scale)


def train_sunspots(
    kind: str, seed: int, order: Sequence[int] | None = None, H: int = 8, steps: int = 300
) -> Callable[[Array], Array]:
    """A forecaster of windows (M, L), "RNN" (many to one) or "MLP"; ``order`` is how their years are to be read."""
    data, years = sunspot_windows(), slice(None) if order is None else list(order)
    seed_everything(seed)
    X, y = torch.from_numpy(data.X[:, years].astype(np.float32)), torch.from_numpy(data.y.astype(np.float32))
    if kind == "MLP":
        mlp = torch.nn.Sequential(torch.nn.Linear(X.shape[1], H), torch.nn.Tanh(), torch.nn.Linear(H, 1))
        minimise(mlp, lambda _: mse_loss(mlp(X)[:, 0], y), steps, decay=0.5)
        return lambda w: mlp(torch.from_numpy(w[:, years].astype(np.float32))).detach().numpy()[:, 0]
    if kind != "RNN":
        raise ValueError(f"kind: expected 'RNN' or 'MLP', got {kind!r}")
    model = Network(1, H, 1)
    minimise(model, lambda _: mse_loss(model(X.T[:, :, None])[0][-1, :, 0], y), steps, decay=0.5)
    net = arrays(model)
    return lambda w: sequences.many_to_one(w[:, years].astype(np.float32).T[:, :, None].copy(), net)[:, 0]


def hmm_forecast(seed: int, S: int = 12, bins: int = 12) -> Array:
    """The HMM's forecast of every test year: the series in bins of equal counts, and the mean of each bin."""
    data = sunspot_windows()
    past, future = np.concatenate([data.X[0], data.y]), data.y_test
    edges = np.quantile(past, np.arange(1, bins) / bins)
    means = np.array([past[np.digitize(past, edges) == k].mean() for k in range(bins)])
    model = smooth(sequences.hmm_fit(np.digitize(past, edges)[:, None], S, bins, seed=seed))
    p = sequences.hmm_predict(np.digitize(np.concatenate([past, future]), edges)[:, None], model)[:, 0]
    return p[len(past) - 1 : -1] @ means


def smooth(model: HMM, share: float = 1e-3) -> HMM:
    """The model with a small probability for what its training data never did."""
    return HMM(*((1 - share) * p + share / p.shape[-1] for p in model))


def sunspot_line(K: int = 9) -> Array:
    """What an autoregression of order K says of each test year, on the scale of the past."""
    data = sunspot_windows()
    ar = sequences.ar_fit(*sequences.windows(np.concatenate([data.X[0], data.y]), K))
    return sequences.ar_predict(data.X_test[:, -K:].copy(), *ar)


def sunspot_errors(seed: int) -> Scores:
    """Many to one: root mean square error of one year ahead, 1921 to 2008, in sunspots, for each kind of model.

    Orders and sizes were chosen on 1881 to 1920. Needs statsmodels and hmmlearn.
    """
    data = sunspot_windows()
    forecasts = {
        "mean": np.zeros_like(data.y_test),
        "persistence": sequences.persistence(data.X_test),
        "AR": sunspot_line(),
        "HMM": hmm_forecast(seed),
        "MLP": train_sunspots("MLP", seed)(data.X_test),
        "RNN": train_sunspots("RNN", seed)(data.X_test),
    }
    return {how: rms(data.scale.undo(f) - data.scale.undo(data.y_test)) for how, f in forecasts.items()}


def shuffled_errors(seed: int) -> Scores:
    """Errors as in :func:`sunspot_errors` when the twelve years of every window stand in one shuffled order.

    To an MLP an order is a numbering of its inputs; an RNN reads them one after the other.
    """
    data, order = sunspot_windows(), np.random.default_rng(seed).permutation(12).tolist()
    forecasts = {kind: train_sunspots(kind, seed, order)(data.X_test) for kind in ("MLP", "RNN")}
    return {kind: rms(data.scale.undo(f) - data.scale.undo(data.y_test)) for kind, f in forecasts.items()}


@result("sequences/sunspots", seeds=range(30, 36), data=("statsmodels",))
def sunspots_compared(seed: int) -> dict[str, Any]:
    """Many to one: errors of all models, of two with shuffled years, and the whole series for the page."""
    found, shuffled = sunspot_errors(seed), shuffled_errors(seed)
    names = {"mean": "mean", "persistence": "last", "AR": "ar", "HMM": "hmm", "MLP": "mlp", "RNN": "network"}
    kept: dict[str, Any] = {names[how]: error for how, error in found.items()}
    kept |= {f"{names[how]}_shuffled": error for how, error in shuffled.items()}
    return kept | {"series": sunspots().value}


# --- many to many: two years of carbon dioxide in, the next year out

READ, WRITE = 26, 13  # 13 means of four weeks a year


@cache
def co2_windows(first: int = 1985) -> tuple[Array, Array, Array, Array]:
    """Inputs (M, 26) and targets (M, 13) in ppm before the year ``first``, and those whose targets come after it."""
    time, value = co2()
    there = ~np.isnan(value)
    weeks = np.interp(time, time[there], value[there])
    M = len(weeks) // 4
    months, times = weeks[: 4 * M].reshape(M, 4).mean(axis=1), time[: 4 * M].reshape(M, 4).mean(axis=1)
    n = int(np.searchsorted(times, first))

    def pairs(s: Array) -> tuple[Array, Array]:
        both = np.lib.stride_tricks.sliding_window_view(s, READ + WRITE)
        return both[:, :READ].copy(), both[:, READ:].copy()

    return *pairs(months[:n]), *pairs(months[n - READ :])


def train_co2(seed: int, H: int = 32, steps: int = 800) -> Callable[[Array], Array]:
    """Many to many: from (M, 26) to (M, 13), told as the difference to the last value that was read."""
    X, y, _, _ = co2_windows()
    unit = float((X - X[:, -1:]).std())

    def relative(w: Array, last: Array) -> Array:
        return ((w - last) / unit).T[:, :, None].astype(np.float32)  # (T, M, 1)

    read, target = relative(X, X[:, -1:]), torch.from_numpy(relative(y, X[:, -1:]))
    seed_everything(seed)
    model, x = Network(1, H, 1), torch.from_numpy(np.concatenate([read, np.zeros_like(read[:WRITE])]))
    minimise(model, lambda _: mse_loss(model(x)[0][READ:], target), steps)
    net = arrays(model)
    return lambda w: w[:, -1:] + unit * sequences.many_to_many(relative(w, w[:, -1:]), net, WRITE)[:, :, 0].T


def co2_errors(seed: int, steps: int = 800) -> Scores:
    """Many to many: root mean square error over the year that follows, 1985 to 2001, in ppm. Needs statsmodels.

    "last year" repeats the year before, lifted by what it lies above the one before that. The autoregression is
    fitted to the values, and once more to their increments: it then starts from the last value, as the network does.
    Orders were chosen on 1978 to 1984.
    """
    X, y, X_test, y_test = co2_windows()
    months = np.concatenate([X[0], X[1:, -1], y[-1]])
    older, newer, last = X_test[:, :WRITE], X_test[:, WRITE:], X_test[:, -1:]
    forecasts = {
        "persistence": np.repeat(last, WRITE, axis=1),
        "last year": newer + (newer.mean(axis=1) - older.mean(axis=1))[:, None],
        "AR": ar_continue(months, X_test, K=25),
        "AR, increments": last + ar_continue(np.diff(months), np.diff(X_test), K=20).cumsum(axis=1),
        "RNN": train_co2(seed, steps=steps)(X_test),
    }
    return {how: rms(f - y_test) for how, f in forecasts.items()}


@result("sequences/co2", seeds=range(30, 36), data=("statsmodels",), quick={"steps": 60}, tolerance=0.1)
def co2_compared(seed: int, steps: int = 800) -> Scores:
    """Many to many: errors over the year that follows, of network and baselines."""
    names = {
        "persistence": "last",
        "last year": "year",
        "AR": "ar",
        "AR, increments": "increments",
        "RNN": "network",
    }
    return {names[how]: error for how, error in co2_errors(seed, steps).items()}


def ar_continue(past: Array, X: Array, K: int) -> Array:
    """An autoregression of order K fitted to the past, and what it says after each window (M, L): (M, 13)."""
    scale = sequences.fit_scale(past)
    w, b = sequences.ar_fit(*sequences.windows(scale.apply(past), K))
    return scale.undo(np.stack([sequences.ar_forecast(x, w, b, WRITE) for x in scale.apply(X)]))


# --- synced: the next letter of a name

END = len(LETTERS)
K = END + 1


class Spelling(NamedTuple):
    """Names as columns: what is read (T, B), which starts with END, what comes next, and where there is a letter."""

    read: Ints
    next: Ints
    there: np.ndarray[Any, np.dtype[np.bool_]]

    def stream(self) -> Ints:
        """All names one after the other, END before each and after the last: (N,)."""
        return np.concatenate([[END], self.next.T[self.there.T]])

    def contexts(self, n: int) -> Ints:
        """The last n symbols before each one, END before the beginning: (T, B, n)."""
        padded = np.concatenate([np.full((n - 1, self.read.shape[1]), END), self.read])
        return np.stack([padded[i : i + len(self.read)] for i in range(n)], axis=-1)


@cache
def spellings(seed: int) -> tuple[Spelling, Spelling]:
    """Surnames of ten languages to train on, and others to test on. Needs Faker."""

    def columns(batch: Sequence[str]) -> Spelling:
        T = max(map(len, batch)) + 1
        ids = np.array([[LETTERS.index(c) for c in name] + [END] * (T - len(name)) for name in batch]).T
        there = np.arange(T)[:, None] <= np.array([len(name) for name in batch])
        return Spelling(np.concatenate([np.full((1, len(batch)), END), ids[:-1]]), ids, there)

    train, _, test = names(seed=seed)
    return columns(train.names), columns(test.names)


def bits(p: Array, data: Spelling) -> float:
    """Mean cost of a letter or an end, where p (T, B, K) was predicted."""
    said = np.take_along_axis(p, data.next[..., None], axis=-1)[..., 0]
    return float(-np.log2(said[data.there]).mean())


def train_letters(seed: int, H: int = 64, steps: int = 500) -> sequences.Network:
    """Synced: a letter in, the next one out, from the first to the end of the name."""
    train, _ = spellings(seed)
    seed_everything(seed)
    model, batch = Network(K, H, K), minibatches(train.read.shape[1], 64, seed)

    def loss(step: int) -> Tensor:
        i = batch(step)
        T = int(train.there[:, i].any(axis=1).sum())
        there = torch.from_numpy(train.there[:T, i])
        o, _ = model(torch.from_numpy(one_hot(train.read[:T, i], K, np.float32)))
        return cross_entropy(o[there], torch.from_numpy(train.next[:T, i])[there])

    minimise(model, loss, steps)
    return arrays(model)


def mlp_letters(seed: int, n: int = 3, H: int = 64, steps: int = 500) -> Callable[[Ints], Array]:
    """A network that sees the last n symbols at once: from contexts (…, n) to probabilities (…, K)."""
    train, _ = spellings(seed)
    x, y = train.contexts(n)[train.there], torch.from_numpy(train.next[train.there])
    seed_everything(seed)
    mlp = torch.nn.Sequential(torch.nn.Linear(n * K, H), torch.nn.Tanh(), torch.nn.Linear(H, K))
    batch = minibatches(len(x), 512, seed)

    def seen(contexts: Ints) -> Tensor:
        return torch.from_numpy(one_hot(contexts, K, np.float32)).flatten(-2)

    minimise(mlp, lambda step: cross_entropy(mlp(seen(x[batch(step)])), y[batch(step)]), steps)
    return lambda contexts: rnn.softmax(mlp(seen(contexts)).detach().numpy())


def letter_bits(seed: int, steps: int = 500) -> Scores:
    """Synced: bits a symbol, letters and ends, of the test names. Needs Faker and hmmlearn."""
    train, test = spellings(seed)
    model = smooth(sequences.hmm_fit(train.stream()[:, None], S=16, K=K, seed=seed, restarts=1, steps=60))
    p = sequences.hmm_predict(test.stream()[:, None], model)[:-1, 0]
    said = p[np.arange(len(p)), test.stream()[1:]]
    o = sequences.synced(one_hot(test.read, K, np.float32), train_letters(seed, steps=steps))
    return {
        "unigram": rnn.unigram_bits(train.stream()[1:], test.stream()[1:], K),
        "bigram": rnn.bigram_bits(train.stream(), test.stream(), K),
        "HMM": float(-np.log2(said).mean()),
        "MLP": bits(mlp_letters(seed, steps=steps)(test.contexts(3)), test),
        "RNN": bits(rnn.softmax(o), test),
    }


@result("sequences/letters", seeds=range(30, 36), data=("Faker",), quick={"steps": 60}, tolerance=0.1)
def letters_compared(seed: int, steps: int = 500) -> Scores:
    """Synced: bits a symbol of the test names, of networks, a hidden Markov model and counts.

    ``laplace_n`` are counts with 1 added, where before a name stand begin symbols; ``counts_n`` those that lean on
    shorter windows, where before a name stands the one before it. ``sequences_simple`` counts better.
    """
    train, test = spellings(seed)
    found = letter_bits(seed, steps)
    kept = {name: found[how] for how, name in (("HMM", "hmm"), ("MLP", "mlp"), ("RNN", "network"))}
    for n in (2, 3, 4):
        p = sequences.ngram(padded_stream(train, n - 1), n - 1, K)
        kept[f"laplace_{n}"] = bits(p[tuple(np.moveaxis(test.contexts(n - 1), -1, 0))], test)
    for n in (2, 3, 4, 5, 6):
        log_p = counted_log_probabilities(train.stream(), test.stream(), K, n)
        kept[f"counts_{n}"] = -float(log_p.mean()) / np.log(2)
    return kept


def padded_stream(data: Spelling, L: int) -> Ints:
    """All names one after the other, each after L begin symbols; its end symbol closes it."""
    names = [data.next[:, b][data.there[:, b]] for b in range(data.next.shape[1])]
    return np.concatenate([np.concatenate([np.full(L, END), name]) for name in names])


# --- what a hidden Markov model cannot remember


def repeated_words(k: int) -> Ints:
    """All 2^k words of k bits, each said twice: (2k, 2^k)."""
    words = every_sequence(k)
    return np.concatenate([words, words])


def train_repeater(k: int, seed: int, H: int = 32, steps: int = 300) -> sequences.Network:
    """A network that is to predict the second half of random words said twice."""
    seed_everything(seed)
    model, rng = Network(1, H, 2), np.random.default_rng(seed)

    def loss(step: int) -> Tensor:
        word = torch.from_numpy(rng.integers(0, 2, (k, 64)))
        y = torch.cat([word, word])
        o, _ = model(2.0 * y[:-1, :, None] - 1)
        return cross_entropy(o[k - 1 :].flatten(0, 1), word.flatten())

    minimise(model, loss, steps)
    return arrays(model)


def memory_bits(seed: int, k: int = 6, S: Sequence[int] = (4, 16)) -> Scores:
    """What the second half of all words said twice costs on average, k bits at first sight, and what it must cost.

    Hidden Markov models with S states are fitted to 300 random words. Needs hmmlearn.
    """
    y = repeated_words(k)
    words = np.random.default_rng(seed).integers(0, 2, (k, 300))

    def cost(p: Array) -> float:
        """Of probabilities (2k, B, 2), where row t is for symbol t+1."""
        return float(-np.log2(np.take_along_axis(p[k - 1 : -1], y[k:, :, None], axis=-1)).sum(axis=0).mean())

    def network(net: sequences.Network) -> float:
        return cost(rnn.softmax(sequences.synced((2.0 * y[:, :, None] - 1).astype(net.W_hh.dtype), net)))

    found = {}
    for states in S:
        model = smooth(sequences.hmm_fit(np.concatenate([words, words]), states, 2, seed=seed, restarts=2))
        found[f"HMM of {states}"] = cost(sequences.hmm_predict(y, model))
        found[f"limit of {states}"] = sequences.hmm_limit(k, states)
    return found | {
        f"HMM of {2**k} by hand": cost(sequences.hmm_predict(y, sequences.ring_hmm(k))),
        f"RNN of {k} by hand": network(sequences.shift_register(k)),
        "RNN": network(train_repeater(k, seed)),
    }


@result("sequences/memory", seeds=range(30, 36))
def memory_compared(seed: int) -> Scores:
    """Bits of the second half of words of six bits said twice: of hidden Markov models, their limits, and networks."""
    names = {
        "HMM of 4": "hmm_4",
        "limit of 4": "limit_4",
        "HMM of 16": "hmm_16",
        "limit of 16": "limit_16",
        "RNN": "network",
    }
    found = memory_bits(seed)
    return {name: found[how] for how, name in names.items()}


# --- what a window cannot do, and what is learnt

BITS, DELAY = 11, 8


def echo(x: Ints) -> Ints:
    """The bit of DELAY steps before, 0 where there is none: (T, B)."""
    return np.concatenate([np.zeros_like(x[:DELAY]), x[:-DELAY]])


def parity(x: Ints) -> Ints:
    """Whether the ones so far are odd in number: (T, B)."""
    return np.bitwise_xor.accumulate(x)


def majority(x: Ints) -> Ints:
    """Whether more than half of the bits so far are ones: (T, B)."""
    return (2 * x.cumsum(axis=0) > np.arange(1, len(x) + 1)[:, None]).astype(np.int64)


BIT_TASKS: dict[str, Callable[[Ints], Ints]] = {"echo": echo, "parity": parity, "majority": majority}


def every_sequence(T: int = BITS) -> Ints:
    """All sequences of T bits: (T, 2^T)."""
    return np.arange(2**T) >> np.arange(T)[::-1, None] & 1


def train_bits(x: Ints, y: Ints, seed: int, told: str, H: int = 32, steps: int = 600) -> Callable[[Ints], Array]:
    """A classifier of sequences of bits (T, B): "MLP", or a recurrent network told its label (T, B) at the "end" or at
    "every" step.
    """
    seed_everything(seed)
    batch, v = minibatches(x.shape[1], 128, seed), torch.from_numpy(2.0 * x - 1).float()
    target = torch.from_numpy(y)
    if told == "MLP":
        mlp = torch.nn.Sequential(torch.nn.Linear(len(x), 2 * H), torch.nn.Tanh(), torch.nn.Linear(2 * H, 2))
        minimise(mlp, lambda step: cross_entropy(mlp(v[:, batch(step)].T), target[-1, batch(step)]), steps)
        return lambda new: mlp(torch.from_numpy(2.0 * new.T - 1).float()).detach().numpy()
    model, first = Network(1, H, 2), 0 if told == "every" else len(x) - 1

    def loss(step: int) -> Tensor:
        i = batch(step)
        return cross_entropy(model(v[:, i, None])[0][first:].flatten(0, 1), target[first:, i].flatten())

    minimise(model, loss, steps)
    net = arrays(model)
    return lambda new: sequences.many_to_one((2.0 * new[:, :, None] - 1).astype(np.float32), net)


@result("sequences/beyond", seeds=range(30, 36), quick={"steps": 60}, tolerance=0.12)
def beyond_compared(seed: int, steps: int = 1500) -> Scores:
    """Accuracy on the half of all sequences of 11 bits that was not trained on, and on new ones of 61 bits."""
    rng = np.random.default_rng(seed)
    x, longer = every_sequence()[:, rng.permutation(2**BITS)], rng.integers(0, 2, (61, 1000))
    half = x.shape[1] // 2
    kept = {}
    for task, label in BIT_TASKS.items():
        y, late = label(x), label(longer)
        for told in ("MLP", "end", "every") if task == "parity" else ("MLP", "end"):
            answer = train_bits(x[:, :half], y[:, :half], seed, told, steps=steps)
            kept[f"{task}_{told.lower()}"] = float((answer(x[:, half:]).argmax(axis=-1) == y[-1, half:]).mean())
            if told != "MLP":
                kept[f"{task}_{told}_long"] = float((answer(longer).argmax(axis=-1) == late[-1]).mean())
    return kept
