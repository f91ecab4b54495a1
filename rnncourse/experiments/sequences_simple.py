"""The strongest simple models beside three of the networks of the chapter on sequences.

The test data are those of ``rnncourse.experiments.sequences``. Faker and scikit-learn are needed where a function says
so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnncourse._arrays import Array
from rnncourse.data import LETTERS, names
from rnncourse.experiments.recurrence import rms
from rnncourse.experiments.sequences import END, Ints, K, Scores, images, sunspot_line, sunspot_windows, train_sunspots
from rnncourse.results import result

# --- one to one: the digit of the most similar image


def nearest_image(x: Array, labels: Ints, test: Array) -> Ints:
    """The digit of the training image nearest to each test image: (N,)."""
    return labels[((test[:, None] - x) ** 2).sum(axis=-1).argmin(axis=1)]


@result("sequences/nearest", seeds=range(30, 36), data=("scikit-learn",))
def nearest_compared(seed: int) -> Scores:
    """Share of the test images whose digit is that of the nearest training image. A name from a list is as often right.

    Needs scikit-learn.
    """
    x, labels, test, right = images(seed)
    return {"label_image": float((nearest_image(x, labels, test) == right).mean())}


# --- many to one: on which years a line is ahead


@result("sequences/years", seeds=range(30, 36), data=("statsmodels",))
def years_compared(seed: int) -> Scores:
    """Errors of nine coefficients and of the recurrent network on the sunspots to 1955 and after; and t.

    t is the mean over the 88 years of the difference of their squared errors, by its standard error as if the years
    were independent. Needs statsmodels.
    """
    data = sunspot_windows()
    forecasts = {"ar": sunspot_line(), "network": train_sunspots("RNN", seed)(data.X_test)}
    e = {how: data.scale.undo(f) - data.scale.undo(data.y_test) for how, f in forecasts.items()}
    difference = e["network"] ** 2 - e["ar"] ** 2
    kept = {"t": float(difference.mean() / difference.std(ddof=1) * np.sqrt(len(difference)))}
    for name, years in (("early", slice(0, 35)), ("late", slice(35, None))):
        kept |= {f"{how}_{name}": rms(error[years]) for how, error in e.items()}
    return kept


# --- synced: counts in which a window never leaves its name

Counts = dict[tuple[int, ...], dict[int, int]]
Words = list[list[int]]


class Names(NamedTuple):
    """Names as symbols, each closed by END: to count, to choose by, and to test on."""

    train: Words
    valid: Words
    test: Words


def split_names(seed: int) -> Names:
    """The names of ``sequences.spellings``, and those between that chose nothing there. Needs Faker."""
    return Names(*([[LETTERS.index(c) for c in name] + [END] for name in part.names] for part in names(seed=seed)))


def followers(words: Words, length: int) -> Counts:
    """How often each symbol followed each window of so many symbols, END before the beginning of a name."""
    found: Counts = {}
    for word in words:
        padded = [END] * length + word
        for i, symbol in enumerate(word):
            after = found.setdefault(tuple(padded[i : i + length]), {})
            after[symbol] = after.get(symbol, 0) + 1
    return found


def continuations(longer: Counts) -> Counts:
    """After each window, for each symbol: behind how many different windows, one symbol longer, it was seen."""
    found: Counts = {}
    for window, after in longer.items():
        for symbol in after:
            shorter = found.setdefault(window[1:], {})
            shorter[symbol] = shorter.get(symbol, 0) + 1
    return found


def witten_bell(words: Words, n: int) -> list[Counts]:
    """Counts of windows of 0 to n - 1 symbols."""
    return [followers(words, length) for length in range(n)]


def kneser_ney(words: Words, n: int) -> list[Counts]:
    """Counts of windows of n - 1 symbols; those of shorter ones say behind how many different windows.

    Source: Kneser and Ney (1995), interpolated as in Chen and Goodman (1999).
    """
    counts = [followers(words, n - 1)]
    for _ in range(n - 1):
        counts.insert(0, continuations(counts[0]))
    return counts


def counted_bits(words: Words, counts: Sequence[Counts], discount: float | None = None) -> float:
    """Bits a symbol of names, letters and ends, by counts of windows of 0, 1, … symbols that lean on the shorter ones.

    A window that was followed by D different symbols gives D times the discount to the shorter window's opinion, and
    takes the discount from each of the D. Without a discount it takes nothing and gives D, as Witten and Bell do.
    """
    L, cost, N = len(counts) - 1, 0.0, 0
    for word in words:
        padded = [END] * L + word
        for i, symbol in enumerate(word):
            p = 1 / K
            for length, found in enumerate(counts):
                after = found.get(tuple(padded[i + L - length : i + L]))
                if after is None:
                    continue
                total, D, n = sum(after.values()), len(after), after.get(symbol, 0)
                seen, freed = (n, D) if discount is None else (max(n - discount, 0), discount * D)
                p = (seen + freed * p) / (total + (D if discount is None else 0))
            cost, N = cost - np.log2(p), N + 1
    return float(cost / N)


DISCOUNTS = (0.75, 0.85, 0.95)


@result("sequences/kneser", seeds=range(30, 36), data=("Faker",))
def kneser_compared(seed: int) -> Scores:
    """Bits a symbol of the test names by counts of n symbols in a row that lean on shorter ones.

    ``witten_n`` in Witten and Bell's way, ``kneser_n`` in Kneser and Ney's with the discount, and ``kneser`` with the n
    and the discount, that cost least on the validation names. Needs Faker.
    """
    train, valid, test = split_names(seed)
    kept = {f"witten_{n}": counted_bits(test, witten_bell(train, n)) for n in (2, 3, 4, 5, 6)}
    least = np.inf
    for n in (2, 3, 4, 5, 6):
        counts = kneser_ney(train, n)
        costs = [counted_bits(valid, counts, discount) for discount in DISCOUNTS]
        discount = DISCOUNTS[int(np.argmin(costs))]
        kept[f"kneser_{n}"] = counted_bits(test, counts, discount)
        if min(costs) < least:
            least = min(costs)
            chosen = {"kneser": kept[f"kneser_{n}"], "n": n, "discount": discount}
    return kept | chosen
