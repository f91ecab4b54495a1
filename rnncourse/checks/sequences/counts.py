"""An n-gram model in which each context leans on the shorter one; and what goes wrong there."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value
from rnncourse.shapes import Count, Ints, N_ids_K, Natural, Positive, checked

Table = dict[tuple[int, ...], Array]


@checked
def ngram_bits(train: N_ids_K, text: Ints, K: Count, L: Natural, alpha: Positive) -> tuple[Array, float]:
    r"""Predictions by what came after the same context in another text, and bits a symbol.

    .. math:: p_m(k) = \frac{N(c_m, k) + \alpha\, p_{m-1}(k)}{\sum_j N(c_m, j) + \alpha}, \qquad p_{-1}(k) = \frac1K

    Source: MacKay and Peto (1995), the mean of a Dirichlet prior around the shorter context. Returns p (M-L, K), bits.
    """
    require(len(text) > L, f"text: expected more than L = {L} symbols, got {len(text)}")
    tables = [counted(train, K, m) for m in range(L + 1)]
    p = np.stack([predicted(tables, text[t - L : t], K, alpha) for t in range(L, len(text))])
    return p, bits_of(p, text[L:])


def counted(train: Ints, K: int, m: int) -> Table:
    """How often each symbol comes after each context of m symbols."""
    table: Table = {}
    for t in range(m, len(train)):
        context = tuple(train[t - m : t].tolist())
        table.setdefault(context, np.zeros(K))[train[t]] += 1
    return table


def predicted(tables: list[Table], context: Ints, K: int, alpha: float) -> Array:
    """From no symbol of the context to all of them."""
    p = np.full(K, 1 / K)
    for m, table in enumerate(tables):
        c = tuple(context[len(context) - m :].tolist())
        N = table.get(c, np.zeros(K))
        p = (N + alpha * p) / (N.sum() + alpha)
    return p


def bits_of(p: Array, y: Ints) -> float:
    """Mean bits of what came."""
    came = p[np.arange(len(y)), y]
    return float(np.mean(-np.log2(came)))


sign(globals(), "ngram_bits")

B = ngram_bits
TABLES = "[counted(train, K, m) for m in range(L + 1)]"
ALL = "for t in range(L, len(text))"
BACK = "return p, bits_of(p, text[L:])"
PLACES, FOUND, ADD = (
    "range(m, len(train))",
    "tuple(train[t - m : t].tolist())",
    "table.setdefault(context, np.zeros(K))[train[t]] += 1",
)
LEAN, SHORT, LOOK = (
    "(N + alpha * p) / (N.sum() + alpha)",
    "tuple(context[len(context) - m :].tolist())",
    "N = table.get(c, np.zeros(K))",
)
MEAN = "np.mean(-np.log2(came))"
GRAM_MISTAKES = (
    Mistake(
        "S40",
        "counted in the wrong text",
        "Change a symbol of the text. Do predictions change whose context does not hold it? Should they?",
        "Counting is done once, in the training text, before any other text is seen.",
        {
            "both": edit(B, TABLES, "[counted(np.concatenate([train, text]), K, m) for m in range(L + 1)]"),
            "the predicted one": edit(B, TABLES, "[counted(text, K, m) for m in range(L + 1)]"),
            "both, what is predicted as it comes": edit(
                B,
                "p = np.stack([predicted(tables, text[t - L : t], K, alpha)",
                "p = np.stack([predicted([counted(np.concatenate([train, text[:t]]), K, m) for m in range(L + 1)],"
                " text[t - L : t], K, alpha)",
            ),
        },
        test="Take a text with a symbol that never comes in training, twice. Is it as unlikely the second time?",
    ),
    Mistake(
        "S41",
        "the shorter context lacks the newest symbol, or another one",
        "Of the context 0, 1, 2, which two symbols are the shorter context? Which one is dropped with you?",
        "What stands nearest to the symbol that is predicted is kept longest.",
        {
            "the newest dropped": edit(predicted, SHORT, "tuple(context[:m].tolist())"),
            "one step old": edit(
                predicted,
                SHORT,
                "tuple(context[max(len(context) - m - 1, 0) : len(context) - (m < len(context))].tolist())",
            ),
        },
        test="Take L = 2. Print the keys under which you look up the context 0, 1 and the shorter ones.",
    ),
    Mistake(
        "S42",
        "the order within the context",
        "Is the context 0, 1 another one than 1, 0, with you? And do both texts spell it in the same direction?",
        "A context is found again by its symbols in their order.",
        {
            "lost": edit(counted, FOUND, "tuple(sorted(train[t - m : t].tolist()))")
            + edit(predicted, SHORT, "tuple(sorted(context[len(context) - m :].tolist()))"),
            "a sum": edit(counted, FOUND, "(m, int(train[t - m : t].sum()))")
            + edit(predicted, SHORT, "(m, int(context[len(context) - m :].sum()))"),
            "turned round in one place": edit(predicted, SHORT, "tuple(context[len(context) - m :].tolist()[::-1])"),
            "symbols that occur": edit(counted, FOUND, "frozenset(train[t - m : t].tolist())")
            + edit(predicted, SHORT, "frozenset(context[len(context) - m :].tolist())"),
        },
        test="Take K = 2 and L = 2. Write a training text in which 0, 1 and 1, 0 go on differently.",
    ),
    Mistake(
        "S43",
        "leans on something else than the shorter context",
        "A context that was never seen: what do you predict after it? Compare with the prediction of the "
        "context that is one shorter.",
        "Where nothing was counted, the fraction of the task is the prediction of the shorter context.",
        {
            "all symbols alike": edit(predicted, LEAN, "(N + alpha / K) / (N.sum() + alpha)"),
            "α for each symbol": edit(predicted, LEAN, "(N + alpha) / (N.sum() + alpha * K)"),
            "how often symbols come": edit(
                predicted, "p = (N", "p = np.full(K, 1 / K) if m < 2 else first\n        p = (N"
            )
            + edit(predicted, "+ alpha)", "+ alpha)\n        first = p if m == 0 else first"),
            "no context left out, none counted": edit(
                predicted, LEAN, "(tables[0][()] + alpha / K) / (tables[0][()].sum() + alpha)"
            ),
            "the longer one": edit(predicted, "enumerate(tables)", "reversed(list(enumerate(tables)))"),
        },
        test="Take L = 2 and a context of two that never comes in training, though its last symbol does.",
    ),
    Mistake(
        "S43n",
        "a context of another length",
        "How many fractions go into one prediction, for L = 2? Which contexts have they?",
        "There is one for each length from no symbol to L symbols.",
        {
            "not how often symbols come": edit(predicted, "p = (N", "p = p if m == 0 else (N"),
            "not the longest": edit(predicted, "p = (N", "p = p if m == len(tables) - 1 else (N"),
            "none between": edit(predicted, "p = (N", "p = p if 0 < m < len(tables) - 1 else (N"),
        },
        test="Take L = 0: the prediction is how often symbols come, with a little added. Then take L = 1 and L = 2.",
    ),
    Mistake(
        "S44",
        "leans only where nothing was counted",
        "A context was seen once. Is your prediction sure of the symbol that followed? What does the next one cost?",
        "Counts and the shorter context are mixed always: few counts, much of the shorter one.",
        {
            "": edit(predicted, LEAN, "N / N.sum() if N.sum() else p"),
            "never": edit(predicted, LEAN, "N / N.sum()"),
            "where a symbol was not counted": edit(
                predicted, LEAN, "np.where(N > 0, N, alpha * p) / np.where(N > 0, N, alpha * p).sum()"
            ),
            "where a symbol was not counted, at once": edit(
                predicted, LEAN, "np.where(N > 0, N / max(N.sum(), 1), alpha * p)"
            ),
        },
        test="Take a training text in which a context comes once, and a text in which another symbol follows.",
    ),
    Mistake(
        "S45",
        "α another number, or in another place",
        "Do your predictions sum to 1? And what becomes of them if α is very large?",
        "α is what the shorter context weighs, in counted symbols: above the line and below it.",
        {
            "one": edit(predicted, LEAN, "(N + p) / (N.sum() + 1)"),
            "times K": edit(predicted, LEAN, "(N + alpha * K * p) / (N.sum() + alpha * K)"),
            "below, times K": edit(predicted, LEAN, "(N + alpha * p) / (N.sum() + alpha * K)"),
            "above alone": edit(predicted, LEAN, "(N + alpha * p) / max(N.sum(), 1)"),
            "below alone": edit(predicted, LEAN, "(N + p) / (N.sum() + alpha)"),
            "a share": edit(predicted, LEAN, "(1 - alpha) * N / max(N.sum(), 1) + alpha * p"),
            "a share of the counts": edit(predicted, LEAN, "alpha * N / max(N.sum(), 1) + (1 - alpha) * p"),
            "a half each": edit(predicted, LEAN, "0.5 * N / max(N.sum(), 1) + 0.5 * p"),
            "by the length": edit(predicted, LEAN, "(N + alpha**m * p) / (N.sum() + alpha**m)"),
            "added to each, too": edit(predicted, LEAN, "(N + alpha + alpha * p) / (N.sum() + alpha * K + alpha)"),
            "kinds of symbols": edit(predicted, LEAN, "(N + (N > 0).sum() * p) / (N.sum() + (N > 0).sum())"),
        },
        test="Take L = 0, a training text of two symbols, and α = 2. Compute p by hand.",
    ),
    Mistake(
        "S46",
        "places of the training text left out",
        "How many symbols does your count of no context have, for a training text of ten? And that of one symbol?",
        "Each symbol that has m symbols before it counts once for the context of m.",
        {
            "the first for short contexts": edit(
                B, TABLES, "[counted(train[min(L - m, len(train)) :], K, m) for m in range(L + 1)]"
            ),
            "the last": edit(counted, PLACES, "range(m, len(train) - 1)"),
            "the first": edit(counted, PLACES, "range(m + 1, len(train))"),
            "without overlap": edit(counted, PLACES, "range(m, len(train), m + 1)"),
            "round the end": edit(counted, PLACES, "range(len(train))")
            + edit(counted, FOUND, "tuple(np.roll(train, -t)[len(train) - m :].tolist())"),
            "round the end, by an index": edit(counted, PLACES, "range(len(train))")
            + edit(counted, FOUND, "tuple(train[u] for u in range(t - m, t))"),
        },
        test="Take a training text of four symbols, and add up all counts for each length.",
    ),
    Mistake(
        "S47",
        "counted otherwise",
        "The same context comes three times, twice with the same symbol after it. Which counts are there then?",
        "One more for each time, in the counts of the context directly before.",
        {
            "once at most": edit(counted, ADD, "table.setdefault(context, np.zeros(K))[train[t]] = 1"),
            "the last alone": edit(counted, ADD, "table[context] = np.zeros(K)\n        table[context][train[t]] = 1"),
            "twice": edit(counted, ADD, "table.setdefault(context, np.zeros(K))[train[t]] += 2"),
            "one step late": edit(
                counted, ADD, "table.setdefault(context, np.zeros(K))[train[min(t + 1, len(train) - 1)]] += 1"
            ),
            "the last symbol of the context": edit(
                counted, ADD, "table.setdefault(context, np.zeros(K))[train[max(t - 1, 0)]] += 1"
            ),
        },
        test="Take the training text 0, 1, 0, 1, 0, 0 and L = 1, and write down the counts.",
    ),
    Mistake(
        "S47e",
        "below the line, how often the context comes",
        "The training text ends in the context 0, 1. Is that one of the times you divide by? Which symbol came "
        "after it?",
        "Below the line stands the sum of the counts above it: what came after the context.",
        edit(
            counted,
            "[train[t]] += 1",
            "[train[t]] += 1\n    if m:\n        "
            "table.setdefault(tuple(train[len(train) - m :].tolist()), np.zeros(K + 1))[K] += 1",
        )
        + edit(counted, "table.setdefault(context, np.zeros(K))", "table.setdefault(context, np.zeros(K + 1))")
        + edit(predicted, LOOK, "N = table.get(c, np.zeros(K + 1))")
        + edit(predicted, LEAN, "(N[:K] + alpha * p) / (N.sum() + alpha)"),
        test="Add up your predictions over the symbols, after the context with which the training text ends.",
    ),
    Mistake(
        "S48",
        "a context from another place of the text",
        "Which symbols of the text decide your first prediction? Is the symbol that it predicts among them?",
        "The context is what stands directly before, and all of it before.",
        {
            "with the symbol itself": edit(B, "text[t - L : t], K", "text[t - L + 1 : t + 1], K"),
            "one step old": edit(B, "text[t - L : t], K", "text[max(t - L - 1, 0) : t - 1], K"),
            "the first symbols": edit(B, "text[t - L : t], K", "text[:L], K"),
        },
        test="Take a text of L + 1 symbols, and change the last one: p should stay.",
    ),
    Mistake(
        "S49",
        "other steps are predicted",
        "How many predictions are there for a text of M symbols? For which symbol is the first one?",
        "The first L symbols have no whole context, and are not predicted.",
        {
            "the first left out": edit(B, BACK, "return p[1:], bits_of(p[1:], text[L + 1 :])"),
            "the last left out": edit(B, BACK, "return p[:-1], bits_of(p[:-1], text[L:-1])"),
            "all": edit(
                B,
                BACK,
                "p = np.stack([predicted(tables[: t + 1], text[max(t - L, 0) : t], K, alpha) "
                "for t in range(len(text))])\n"
                "    return p, bits_of(p, text)",
            ),
            "one more": edit(
                B,
                BACK,
                "return np.concatenate([p, [predicted(tables, text[len(text) - L :], K, alpha)]]), bits_of(p, "
                "text[L:])",
            ),
            "turned round": edit(B, BACK, "return p[::-1], bits_of(p, text[L:])"),
        },
        test="Take a text of L + 1 symbols: there is one prediction.",
    ),
    Mistake(
        "S50",
        "another logarithm",
        "Two symbols that are equally likely: how many bits does one cost? And with you?",
        "The logarithm of the task has base 2. Which has yours?",
        {
            "natural": edit(bits_of, MEAN, "np.mean(-np.log(came))"),
            "base 10": edit(bits_of, MEAN, "np.mean(-np.log10(came))"),
            "base K": edit(bits_of, MEAN, "np.mean(-np.log(came)) / np.log(p.shape[1])"),
        },
        test="Take K = 4, L = 0 and a huge α: each symbol costs 2 bits.",
    ),
    Mistake(
        "S51",
        "another mean of the bits, or none",
        "Does your score grow with the length of the text? Compute it for two predicted symbols by hand.",
        "It is one mean, of one logarithm for each predicted symbol.",
        {
            "sum": edit(bits_of, MEAN, "np.sum(-np.log2(came))"),
            "over all symbols of the text": edit(B, BACK, "return p, bits_of(p, text[L:]) * len(p) / len(text)"),
            "after the logarithm": edit(bits_of, MEAN, "-np.log2(np.mean(came))"),
            "the sign": edit(bits_of, MEAN, "np.mean(np.log2(came))"),
            "perplexity": edit(bits_of, MEAN, "2 ** np.mean(-np.log2(came))"),
        },
        test="Take L = 1, so that one symbol of the text is not predicted, and three symbols.",
    ),
    Mistake(
        "S51p",
        "bits of something else than the symbol that came",
        "Whose probability do you look up: that of the symbol that came at this very step?",
        "Each prediction pays for one symbol: the one that came.",
        {
            "the likeliest": edit(bits_of, "p[np.arange(len(y)), y]", "p.max(axis=1)"),
            "entropy": edit(bits_of, MEAN, "np.mean(-(p * np.log2(p)).sum(axis=1))"),
            "the symbol before": edit(B, BACK, "return p, bits_of(p, np.roll(text, 1)[L:])"),
            "wrong guesses": edit(bits_of, MEAN, "np.mean(p.argmax(axis=1) != y)"),
            "the first symbols": edit(B, BACK, "return p, bits_of(p, text[: len(text) - L])"),
        },
        test="Take a text of L + 2 symbols, and compute both costs by hand.",
    ),
)


def texts(r: Generator, N: int, M: int, K: int, L: int, alpha: float, missing: int = 0) -> tuple[Any, ...]:
    """Two texts by one table of what follows two symbols; the second has the end of the first in it, and news."""
    alphabet = K - missing
    table = r.dirichlet(np.full(alphabet, 0.4), size=(alphabet, alphabet))

    def text(n: int) -> list[int]:
        s = list(r.integers(0, alphabet, 2))
        while len(s) < n:
            s.append(int(r.choice(alphabet, p=table[s[-2], s[-1]])))
        return [int(k) for k in s]

    train, other = text(N), text(M)
    if L:
        at = M // 3
        other[at : at + L] = train[-L:]
    if missing:
        other[-2] = K - 1
    return np.array(train), np.array(other), K, L, alpha


def telling(r: Generator, N: int, M: int, K: int, L: int, alpha: float, missing: int = 0) -> tuple[Any, ...]:
    """Of such draws one with contexts that were seen often, once and never; all symbols come in each text."""
    while True:
        train, text, *more = texts(r, N, M, K, L, alpha, missing)
        if len({*train.tolist()}) < K - missing or len({*text[L:].tolist()}) < min(K, 3):
            continue
        seen = [counted(train, K, L).get(tuple(text[t - L : t].tolist()), np.zeros(K)) for t in range(L, len(text))]
        sums = [int(N_c.sum()) for N_c in seen]
        news = any(N_c.sum() and not N_c[k] for N_c, k in zip(seen, text[L:], strict=True)) or not L
        again = any((N_c > 1).any() and (N_c > 0).sum() > 1 for N_c in seen)
        ends = train[0] != train[-1]
        turned = L < 2 or any(a != b for a, b in itertools.pairwise(text[:L].tolist()))
        p, _ = ngram_bits(train, text, *more)
        clear = np.diff(np.sort(p, axis=1), axis=1)[:, -1].min() > 1e-3
        if news and again and ends and turned and clear and (not L or (max(sums) > 2 and (L < 2 or min(sums) == 0))):
            return train, text, *more


gram_exercise = Exercise(
    name="sequences.ngram_bits",
    task="Predict each symbol of a text from the L symbols before it, by counts of a training text, each context "
    "leaning on the shorter one: p_m = (N + α p_(m-1)) / (ΣN + α) for m = 0 … L, from p_(-1) = 1/K. Return the "
    "predictions of the steps from L on, and the mean of -log2 p of the symbols that came. NumPy only.",
    arguments=(
        Value("train", "N", "the text that is counted, whole numbers 0 to K-1"),
        Value("text", "M", "the text that is predicted"),
        Value("K", None, "how many symbols there are"),
        Value("L", None, "how many symbols the longest context has, 0 or more"),
        Value("alpha", None, "a positive number"),
    ),
    outputs=(
        Value("p", "M-L K", "a prediction for each step of text from L on"),
        Value("bits", "", "what these symbols cost, in the mean"),
    ),
    reference=ngram_bits,
    cases={
        "general": lambda r: telling(r, 40, 16, 3, 2, 0.7),
        "no context": lambda r: telling(r, 12, 7, 3, 0, 1.6),
        "one symbol": lambda r: telling(r, 24, 11, 3, 1, 0.4),
        "a new symbol": lambda r: telling(r, 40, 17, 4, 3, 1.3, missing=1),
    },
    facets=(
        Facet("p, no context", 1, ("no context",), ("p",)),
        Facet("p, one symbol", 3, ("one symbol",), ("p",)),
        Facet("p, longer contexts", 3, ("general", "a new symbol"), ("p",)),
        Facet("bits", 2, (), ("bits",)),
    ),
    mistakes=GRAM_MISTAKES,
    words={"K": "symbol", "M-L": "prediction", "N": "step", "M": "step"},
)
