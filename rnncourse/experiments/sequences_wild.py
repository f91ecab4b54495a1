"""What the page ``book/sequences/wild.md`` runs side by side: five errors of public programs, with NumPy alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnncourse import sequences
from rnncourse._arrays import Array
from rnncourse.sequences import HMM

Scores = dict[str, float]


def oscillation(seed: int, N: int = 1000, period: float = 24, radius: float = 0.98) -> Array:
    """An autoregression of order 2 that swings, of deviation 1 or so: (N,)."""
    rng, s = np.random.default_rng(seed), np.zeros(N + 200)
    for t in range(2, len(s)):
        s[t] = 2 * radius * np.cos(2 * np.pi / period) * s[t - 1] - radius**2 * s[t - 2] + rng.normal(scale=0.1)
    return s[200:]


def last_batch_dropped(seed: int, N: int = 158, B: int = 32) -> Scores:
    """The mean squared error of the same forecasts, with and without the windows that fill no batch of B."""
    s = oscillation(seed, 600)
    past, future = s[: -N - 12], s[-N - 12 :]
    w, b = sequences.ar_fit(*sequences.windows(past, 4, h=9))
    X, y = sequences.windows(future, 4, h=9)
    squared = (sequences.ar_predict(X, w, b) - y) ** 2
    return {"all": float(squared.mean()), "dropped": float(squared[: len(y) // B * B].mean())}


def steps_shuffled(seed: int, K: int = 4) -> Scores:
    """The share of the variance that an autoregression leaves, with steps drawn at random for test and for training
    before windows are cut, and split in time.
    """
    s = oscillation(seed)

    def left(train: Array, test: Array) -> float:
        X, y = sequences.windows(test, K)
        e = y - sequences.ar_predict(X, *sequences.ar_fit(*sequences.windows(train, K)))
        return float((e**2).mean() / test.var())

    drawn = np.random.default_rng(seed).permutation(s)
    return {"shuffled": left(drawn[:800], drawn[800:]), "in time": left(s[:800], s[800:])}


def windows_one_short(s: Array, L: int, d: int) -> Array:
    """Windows every d samples, and one too few: the count without its +1."""
    return np.stack([s[i * d : i * d + L] for i in range((len(s) - L) // d)])


def columns_of_rows(ids: Any, B: int) -> Any:
    """A text in B columns by a reshape alone: down a column every B-th symbol."""
    return ids[: len(ids) // B * B].reshape(-1, B)


def columns_exchanged(seed: int, B: int = 25, N: int = 8000) -> Scores:
    """Bits a symbol of bigram counts along the columns of a text, laid out by a reshape and rightly."""
    rng = np.random.default_rng(seed)
    chain = HMM(np.full(4, 0.25), 0.05 / 3 + (0.95 - 0.05 / 3) * np.roll(np.eye(4), 1, axis=1), np.eye(4))
    ids = sequences.hmm_sample(N, 1, chain, rng)[1][:, 0]

    def bits(columns: Any) -> float:
        p = np.ones((4, 4))
        np.add.at(p, (columns[:-1].ravel(), columns[1:].ravel()), 1)
        p /= p.sum(axis=1, keepdims=True)
        return float(-np.log2(p[columns[:-1], columns[1:]]).mean())

    return {"reshape": bits(columns_of_rows(ids, B)), "columns": bits(sequences.text_columns(ids, B))}


WEATHER = HMM(np.full(2, 0.5), np.array([[0.95, 0.05], [0.1, 0.9]]), np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]]))


def forward_in_products(y: Any, model: HMM) -> Array:
    """The forward algorithm as its equation stands, in products of probabilities: (T, B, S)."""
    alpha = [model.pi * model.E.T[y[0]]]
    for y_t in y[1:]:
        alpha.append(alpha[-1] @ model.A * model.E.T[y_t])
    return np.stack(alpha)


def underflow(seed: int, T: int = 4000) -> Scores:
    """How often the likeliest state given the symbols so far is the true one, in products and in logarithms, and after
    how many steps the products are 0.
    """
    z, y = sequences.hmm_sample(T, 20, WEATHER, np.random.default_rng(seed))
    alpha = forward_in_products(y, WEATHER)
    zero = (alpha == 0).all(axis=(1, 2))
    return {
        "products": float((alpha.argmax(axis=-1) == z).mean()),
        "logarithms": float((sequences.hmm_forward(y, WEATHER).argmax(axis=-1) == z).mean()),
        "zero after": float(zero.argmax()),
    }
