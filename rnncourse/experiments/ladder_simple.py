"""The simple models of the table of results: a constant, linear and quadratic windows, counts, HMMs, a reservoir.

Each is a function of a task, of one of its settings and a seed, and gives a :class:`Fitted`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from rnncourse import sequences
from rnncourse._arrays import Array
from rnncourse.esn import EchoStateNetwork
from rnncourse.experiments.ladder_tasks import Ints, Part, Task, scored
from rnncourse.experiments.sequences import smooth
from rnncourse.experiments.sequences_simple import Counts, continuations
from rnncourse.reservoir.nvar import monomials
from rnncourse.sequences import HMM

PENALTIES = (1e-9, 1e-6, 1e-3, 1e-1)


class Fitted(NamedTuple):
    """What a fitted model says where a part asks, (n, K), and how many numbers were fitted."""

    say: Callable[[Part], Array]
    parameters: int


# --- nothing, or the last value


def constant(task: Task, setting: str, seed: int) -> Fitted:
    """The mean of the answers or the share of each class; or "last", the value that was just read."""
    right = task.train.answers
    if setting == "last":
        return Fitted(lambda part: part.x[part.asked][:, : task.K], 0)
    if task.score == "rms":
        said = right.mean(axis=0)
    else:
        said = np.log((np.bincount(right, minlength=task.K) + 1) / (len(right) + task.K))
    return Fitted(lambda part: np.tile(said, (int(part.asked.sum()), 1)), task.K)


# --- windows


def windows_of(part: Part, L: int) -> Array:
    """The last L inputs at each step that asks, zeros before the beginning: (n, L·F) float64, the newest first."""
    x = part.x.astype(np.float64)
    padded = np.concatenate([np.zeros((L - 1, *x.shape[1:])), x])
    return np.concatenate([padded[L - 1 - k : L - 1 - k + len(x)][part.asked] for k in range(L)], axis=1)


def targets(task: Task, part: Part) -> Array:
    """Numbers as they are, classes as unit vectors: (n, K)."""
    right = part.answers
    return right.astype(np.float64) if task.score == "rms" else np.eye(task.K)[right]


def least_squares(task: Task, features: Callable[[Part], Array]) -> Fitted:
    """Ridge regression; the penalty of PENALTIES that is best on the validation part."""
    A = features(task.train)
    scale = np.sqrt((A**2).mean(axis=0))
    scale[scale == 0] = 1
    A /= scale
    gram, right = A.T @ A / len(A), A.T @ targets(task, task.train) / len(A)
    valid, best, least = features(task.valid) / scale, right, np.inf
    for penalty in PENALTIES:
        W = np.linalg.solve(gram + penalty * np.eye(len(gram)), right)
        error = scored(task, task.valid, valid @ W)
        if error < least:
            best, least = W, error  # type: ignore[assignment]
    return Fitted(lambda part: features(part) / scale @ best, best.size)


def linear(task: Task, setting: int, seed: int) -> Fitted:
    """An autoregression: a linear function of a window."""
    return least_squares(task, lambda part: monomials(windows_of(part, setting), 1))


def nvar(task: Task, setting: int, seed: int) -> Fitted:
    """All products of two numbers of a window, its numbers, and a constant."""
    return least_squares(task, lambda part: monomials(windows_of(part, setting), 2))


def reservoir(task: Task, setting: tuple[float, float], seed: int, N: int = 200) -> Fitted:
    """A reservoir of N units with a leak rate and a scale of its inputs, spectral radius 0.95; a linear readout.

    The readout is fitted by least squares, and where probabilities are asked for by cross entropy.
    """
    leak, scale = setting
    net = EchoStateNetwork(task.F, N, rho=0.95, a=leak, input_scale=scale, bias_scale=0.2, seed=seed)

    def features(part: Part) -> Array:
        x = part.x.astype(np.float64)
        h = net.drive(x)[part.asked]
        return np.concatenate([h, x[part.asked], np.ones((len(h), 1))], axis=1)

    return softmax_regression(task, features, seed) if task.score == "bits" else least_squares(task, features)


def softmax_regression(task: Task, features: Callable[[Part], Array], seed: int, updates: int = 600) -> Fitted:
    """Logarithms of probabilities that are linear in features: Adam on 500 rows an update, a rate that falls."""
    from rnncourse.rnn import softmax
    from rnncourse.training import descend

    A, right, rng = features(task.train), task.train.answers, np.random.default_rng([seed, 5])
    params = {"W": np.zeros((A.shape[1], task.K))}

    def loss(step: int) -> tuple[float, dict[str, Array]]:
        rows = rng.integers(0, len(A), 500)
        p = softmax(A[rows] @ params["W"])
        cost = -np.log(p[np.arange(500), right[rows]]).mean()
        p[np.arange(500), right[rows]] -= 1
        return float(cost), {"W": A[rows].T @ p / 500}

    descend(loss, params, updates, lr=lambda step: 0.02 * (1 - step / updates), progress=False)
    return Fitted(lambda part: np.log(softmax(features(part) @ params["W"])), params["W"].size)


# --- counts


def read_by(part: Part) -> Ints:
    """The symbols that are read. Raises ValueError where numbers are."""
    if part.ids is None:
        raise ValueError("part: expected symbols to count, got numbers")
    return part.ids


def classes_of(part: Part) -> Ints:
    """The class of each sequence, where each is asked once."""
    found: Ints = part.y[part.asked.argmax(axis=0), np.arange(part.y.shape[1])]
    return found


def counted(
    contexts: Sequence[tuple[int, ...]], symbols: Sequence[int], n: int, discount: float | None
) -> list[Counts]:
    """What followed the last 0 to n - 1 symbols of each context; with a discount, shorter ones as Kneser and Ney."""
    found: list[Counts] = [{} for _ in range(n)]
    lengths = range(n) if discount is None else [n - 1]
    for context, symbol in zip(contexts, symbols, strict=True):
        for length in lengths:
            after = found[length].setdefault(context[len(context) - length :], {})
            after[symbol] = after.get(symbol, 0) + 1
    if discount is not None:
        for length in range(n - 2, -1, -1):
            found[length] = continuations(found[length + 1])
    return found


def leaning(counts: Sequence[Counts], context: tuple[int, ...], K: int, discount: float | None) -> Array:
    """Probabilities (K,) of what follows: each window's counts, and the shorter one's opinion where it has few.

    Witten and Bell's way without a discount, Kneser and Ney's with one.
    """
    p = np.full(K, 1 / K)
    for length, found in enumerate(counts):
        after = found.get(context[len(context) - length :])
        if after is None:
            break
        total, D = sum(after.values()), len(after)
        freed, below = (D, total + D) if discount is None else (discount * D, total)
        p *= freed / below
        for symbol, n in after.items():
            p[symbol] += (n if discount is None else max(n - discount, 0)) / below
    return p


def contexts_of(ids: Ints, steps: Ints, columns: Ints, n: int) -> list[tuple[int, ...]]:
    """The n symbols that end at each of the steps of columns; -1 before the beginning."""
    padded = np.concatenate([np.full((n, ids.shape[1]), -1), ids])
    rows = np.stack([padded[steps + 1 + k, columns] for k in range(n)], axis=1) if n else np.zeros((len(steps), 0), int)
    return [tuple(row) for row in rows.tolist()]


def ngram(task: Task, setting: tuple[int, float | None], seed: int) -> Fitted:
    """Counts of n symbols. Where each step asks: of answers after what was read. Else: of all that a class has said."""
    n, discount = setting
    if task.train.asked.sum(axis=0).max() == 1:
        return _ngram_a_class(task, n, discount)
    steps, columns = np.nonzero(task.train.asked)
    counts = counted(contexts_of(read_by(task.train), steps, columns, n - 1), task.train.answers.tolist(), n, discount)

    def say(part: Part) -> Array:
        seen = contexts_of(read_by(part), *np.nonzero(part.asked), n - 1)  # type: ignore[arg-type, call-arg]
        return np.log(np.stack([leaning(counts, context, task.K, discount) for context in seen]))

    return Fitted(say, size_of(counts))


def size_of(counts: Sequence[Counts]) -> int:
    """How many numbers are kept."""
    return sum(len(after) for found in counts for after in found.values())


def _until_asked(part: Part) -> tuple[Ints, Ints]:
    """Steps and columns of all that is read up to the step that asks."""
    last = part.asked.argmax(axis=0)
    steps, columns = np.nonzero(np.arange(len(part.asked))[:, None] <= last)
    return steps, columns


def _ngram_a_class(task: Task, n: int, discount: float | None) -> Fitted:
    models, ids = [], read_by(task.train)
    (steps, columns), label = _until_asked(task.train), classes_of(task.train)
    for k in range(task.K):
        own = label[columns] == k
        t, b = steps[own], columns[own]
        models.append(counted(contexts_of(ids, t - 1, b, n - 1), ids[t, b].tolist(), n, discount))

    def say(part: Part) -> Array:
        ids, (t, b) = read_by(part), _until_asked(part)
        seen, symbols = contexts_of(ids, t - 1, b, n - 1), ids[t, b]
        total = np.zeros((ids.shape[1], task.K))
        for k, counts in enumerate(models):
            known = dict[tuple[int, ...], Array]()
            for i, context in enumerate(seen):
                if context not in known:
                    known[context] = np.log(leaning(counts, context, task.symbols, discount))
                total[b[i], k] += known[context][symbols[i]]
        return _in_order(part, total)

    return Fitted(say, sum(map(size_of, models)))


def _in_order(part: Part, of_columns: Array) -> Array:
    """What is said of each column (B, K), in the order in which :attr:`Part.answers` asks."""
    return of_columns[np.nonzero(part.asked)[1]]


# --- hidden Markov models


def free_numbers(model: HMM) -> int:
    """Of an HMM with S states and V symbols: (S - 1) + S(S - 1) + S(V - 1)."""
    S, V = model.E.shape
    return S - 1 + S * (S - 1) + S * (V - 1)


def hmm(task: Task, setting: int, seed: int) -> Fitted:
    """An HMM with S states. Numbers are read in bins; where a sequence is one of K classes, each has an HMM."""
    part = task.train
    if part.ids is None:
        return _hmm_of_bins(task, setting, seed)
    if part.asked.sum(axis=0).max() == 1:
        label = classes_of(part)
        models = [
            smooth(sequences.hmm_fit(part.ids[:, label == k].copy(), setting, task.symbols, seed, 1, 30))
            for k in range(task.K)
        ]

        def say(part: Part) -> Array:
            found = np.stack([sequences.hmm_log_likelihood(read_by(part), model) for model in models], axis=1)
            return _in_order(part, found)

        return Fitted(say, sum(map(free_numbers, models)))
    model = smooth(sequences.hmm_fit(part.ids, setting, task.symbols, seed, 1, 20))
    return Fitted(lambda part: np.log(sequences.hmm_predict(read_by(part), model)[part.asked]), free_numbers(model))


def _hmm_of_bins(task: Task, S: int, seed: int, bins: int = 12) -> Fitted:
    """Inputs in bins of equal counts; the answer is the mean answer of each state, by how likely it is."""
    x, part = task.train.x[:, :, 0], task.train
    edges = np.quantile(x, np.arange(1, bins) / bins)
    model = smooth(sequences.hmm_fit(np.digitize(x, edges), S, bins, seed, 3, 50))

    def posterior(part: Part) -> Array:
        log_alpha = sequences.hmm_forward(np.digitize(part.x[:, :, 0], edges), model)[part.asked]
        alpha = np.exp(log_alpha - log_alpha.max(axis=1, keepdims=True))
        found: Array = alpha / alpha.sum(axis=1, keepdims=True)
        return found

    p = posterior(part)
    means = (p.T @ part.answers) / np.maximum(p.sum(axis=0), 1e-9)[:, None]
    return Fitted(lambda part: posterior(part) @ means, free_numbers(model) + means.size)
