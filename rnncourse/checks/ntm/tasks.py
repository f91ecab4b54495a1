"""Repeated copying with its score, and predicting by counting; and what goes wrong there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value
from rnncourse.checks.ntm.memory import WORDS
from rnncourse.shapes import (
    L_B_K,
    T_B_K,
    B_ids,
    Count,
    Ints,
    Positive,
    T_B_ids_K,
    checked,
)

# ---------------------------------------------------------------------------------------------------------------------
# Hear once, say it n times


@checked
def repeat_copy(b: L_B_K, lengths: B_ids, n: Count, o: T_B_K) -> tuple[Array, Array, Array, float]:
    r"""The task of repeated copying, with sequences of unequal length, and the score of an answer.

    .. math:: x = (b_1, \dots, b_\ell, \text{delimiter}, 0, \dots), \qquad
       y = (0, \dots, 0, b_1, \dots, b_\ell, b_1, \dots)

    The score is in bits a bit, over all that has to be said. Returns x, y, mask and the score.
    """
    T, B, K = o.shape
    x, y, mask = (
        np.zeros((T, B, K + 1), b.dtype),
        np.zeros((T, B, K), b.dtype),
        np.zeros((T, B), b.dtype),
    )
    for i in range(B):
        length = int(lengths[i])
        vectors = b[:length, i]
        begin = length + 1
        end = begin + n * length
        require(end <= T, f"o: expected at least {end} steps, got {T}")
        x[:length, i, :K] = vectors
        x[length, i, K] = 1
        y[begin:end, i] = np.tile(vectors, (n, 1))
        mask[begin:end, i] = 1
    return x, y, mask, score(o, y, mask)


def score(o: Array, y: Array, mask: Array) -> float:
    """Mean bits a bit, over what has to be said."""
    nats = np.logaddexp(0, np.where(y > 0.5, -o, o))
    said = nats * mask[:, :, None]
    count = mask.sum() * o.shape[2]
    return float(said.sum() / count / np.log(2))


sign(globals(), "repeat_copy")

R = repeat_copy
HEARD, DELIMITER, TARGET, MASK = (
    "x[:length, i, :K] = vectors",
    "x[length, i, K] = 1",
    "y[begin:end, i] = np.tile(vectors, (n, 1))",
    "mask[begin:end, i] = 1",
)
LENGTH, BEGIN, NATS = (
    "length = int(lengths[i])",
    "begin = length + 1",
    "np.logaddexp(0, np.where(y > 0.5, -o, o))",
)
RESULT = "said.sum() / count / np.log(2)"
APART = (
    "steps = [u for k in range(n) for u in range(begin + k * (length + 1), begin + k * (length + 1) + length) if u < T]"
)


# What hints ask to try: sequences, with 9 behind a short one, and an answer that is the same number everywhere.
def saying(*sequences: list[list[int]], n: int = 1, T: int = 0, o: float = 0) -> dict[str, Any]:
    """The arguments; T steps, or as many as the longest one needs."""
    lengths, K = [len(sequence) for sequence in sequences], len(sequences[0][0])
    b = [[s[t] if t < len(s) else [9] * K for s in sequences] for t in range(max(lengths))]
    return {"b": b, "lengths": lengths, "n": n, "o": np.full((T or 1 + (n + 1) * max(lengths), len(lengths), K), o)}


def but(given: dict[str, Any], at: Any, o: float) -> dict[str, Any]:
    """The same with another answer in one place."""
    changed = np.array(given["o"])
    changed[at] = o
    return {**given, "o": changed}


def first_bits(n: int) -> Callable[[list[Array]], Array]:
    """Bit 0 of the first example in x, y or the mask, step by step."""
    return lambda answer: answer[n][:, 0].reshape(len(answer[n]), -1)[:, 0]


def bits(answer: list[Array]) -> Array:
    """The score."""
    return answer[-1]


ONES, SHORT_AND_LONG = [[1, 1]], ([[1]], [[1], [1], [1]])


COPY_MISTAKES = (
    Mistake(
        "N90",
        "padding is heard",
        "Behind a short sequence stand any numbers. Do they turn up in what the network hears, or has to say?",
        "Each example has its own length. Which of your lines look at it?",
        {
            "in x": edit(R, HEARD, "x[: len(b), i, :K] = b[:, i]")
            + edit(R, DELIMITER, "x[length, i] = np.arange(K + 1) == K"),
            "in x, beside the delimiter": edit(R, HEARD, "x[: len(b), i, :K] = b[:, i]"),
        },
        test="Take one vector of a single 1, and three, with 9 in the padding. What is the largest number in x?",
        tries=(trial(lambda a: np.max(a[0]), **saying(*SHORT_AND_LONG)),),
    ),
    Mistake(
        "N90l",
        "one length for all",
        "When does each sequence get its delimiter, and when does it speak: a short one, and a long one?",
        "Each example has its own length, and waits for no other.",
        {
            "the longest": edit(R, LENGTH, "length = int(lengths.max())"),
            "the first": edit(R, LENGTH, "length = int(lengths[0])"),
            "of all vectors": edit(R, LENGTH, "length = len(b)"),
            "begins after the longest": edit(R, BEGIN, "begin = int(lengths.max()) + 1"),
            "delimiter after the longest": edit(R, DELIMITER, "x[lengths.max(), i, K] = 1"),
            "delimiter and beginning after the longest": edit(R, BEGIN, "begin = int(lengths.max()) + 1")
            + edit(R, DELIMITER, "x[lengths.max(), i, K] = 1"),
            "the shortest": edit(R, LENGTH, "length = int(lengths.min())"),
        },
        test="Take one vector, and two. In which steps do the examples get the delimiter, and begin to speak?",
        tries=(trial(lambda a: [*a[0][:, :, 1].argmax(axis=0), *a[2].argmax(axis=0)], **saying([[1]], [[1], [1]])),),
    ),
    Mistake(
        "N91",
        "the delimiter is missing, or stands elsewhere",
        "In which steps and columns of x is your delimiter, for two vectors said twice? As which number?",
        "The delimiter comes directly after the last vector, alone in its step, in a column of its own.",
        {
            "missing": edit(R, DELIMITER, "pass"),
            "in the first column": edit(R, DELIMITER, "x[length, i, 0] = 1"),
            "with the last vector": edit(R, DELIMITER, "x[length - 1, i, K] = 1"),
            "one late": edit(R, DELIMITER, "x[length + 1, i, K] = 1"),
            "from there on": edit(R, DELIMITER, "x[length:, i, K] = 1"),
            "as long as it speaks": edit(R, DELIMITER, "x[length:end, i, K] = 1"),
            "in all columns": edit(R, DELIMITER, "x[length, i] = 1"),
            "at the end too": edit(R, DELIMITER, "x[length, i, K] = x[end - 1, i, K] = 1"),
            "behind the end too": edit(R, DELIMITER, "x[length, i, K] = x[min(end, T - 1), i, K] = 1"),
            "in each round": edit(R, DELIMITER, "x[length:end:length, i, K] = 1"),
            "how often": edit(R, DELIMITER, "x[length, i, K] = n"),
            "first of all": edit(R, DELIMITER, "x[0, i, K] = 1"),
            "while it hears": edit(R, DELIMITER, "x[:length, i, K] = 1"),
            "minus one": edit(R, DELIMITER, "x[length, i, K] = -1"),
        },
        test="Take (1, 0) and (0, 1) with n = 2. What do column 2 and step 2 of x sum to? Where is the delimiter?",
        tries=(
            trial(
                lambda a: [a[0][:, 0, 2].sum(), a[0][2, 0].sum(), a[0][:, 0, 2].argmax()],
                **saying([[1, 0], [0, 1]], n=2),
            ),
        ),
    ),
    Mistake(
        "N91x",
        "vectors in another place of x",
        "Two examples hear two vectors each. What stands in each step of x, for both examples?",
        "The vectors come first, in their order, in the first K columns. Then comes the delimiter, and then nothing.",
        {
            "while it speaks too": edit(R, HEARD, f"{HEARD}; x[begin:end, i, :K] = np.tile(vectors, (n, 1))"),
            "turned round": edit(R, HEARD, "x[:length, i, :K] = vectors[::-1]"),
            "one late": edit(R, HEARD, "x[1 : length + 1, i, :K] = vectors"),
            "the last left out": edit(R, HEARD, "x[: length - 1, i, :K] = vectors[:-1]"),
            "of the first example": edit(R, HEARD, "x[:length, i, :K] = b[:length, 0]"),
        },
        test="Take (1, 0), (0, 1), and (0, 1), (1, 1). What is in column 0 of x in steps 0 and 1? How many 1s has x?",
        tries=(
            trial(
                lambda a: [*np.ravel(a[0][:2, :, 0]), a[0].sum()],
                **saying([[1, 0], [0, 1]], [[0, 1], [1, 1]]),
            ),
        ),
    ),
    Mistake(
        "N91c",
        "the delimiter's column comes first",
        "Which column of x holds your delimiter, the first or the last? In which are the bits?",
        "The bits have the first K columns of x. Which one is left for the delimiter?",
        {
            "the delimiter's column first": edit(R, HEARD, "x[:length, i, 1:] = vectors")
            + edit(R, DELIMITER, "x[length, i, 0] = 1"),
        },
        test="Take one vector of two ones. What stands in the first step of x?",
        tries=(trial(lambda a: a[0][0, 0], **saying(ONES)),),
    ),
    Mistake(
        "N92",
        "it speaks too early or too late",
        "In which step is the first vector to be said, for a sequence of two vectors?",
        "Count the steps: the vectors, the delimiter, and then the answer.",
        {
            "y and mask, in the delimiter's step": edit(R, BEGIN, "begin = length"),
            "y and mask, one late": edit(R, BEGIN, "begin = length + 2"),
            "y in the delimiter's step": edit(R, TARGET, "y[begin - 1 : end - 1, i] = np.tile(vectors, (n, 1))"),
            "y from the start": edit(R, TARGET, "y[: n * length, i] = np.tile(vectors, (n, 1))"),
        },
        test="Take one vector of a single 1, n = 1 and T = 3. What is y, step by step?",
        tries=(trial(first_bits(1), **saying([[1]])),),
    ),
    Mistake(
        "N92m",
        "the mask is one step off",
        "Two vectors are said once: in which steps? In which of them is your mask 1, and in which others?",
        "The mask is 1 from the first vector that is said to the last one, both included.",
        {
            "mask from the delimiter on": edit(R, MASK, "mask[begin - 1 : end, i] = 1"),
            "mask one early": edit(R, MASK, "mask[begin - 1 : end - 1, i] = 1"),
            "mask one short": edit(R, MASK, "mask[begin : end - 1, i] = 1"),
            "mask without the first": edit(R, MASK, "mask[begin + 1 : end, i] = 1"),
        },
        test="Take one vector, n = 1 and T = 3. What is the mask, step by step?",
        tries=(trial(first_bits(2), **saying([[1]])),),
    ),
    Mistake(
        "N93",
        "repeated in another order",
        "Two vectors A and B, said twice: in which order do the four come, and with you?",
        "The whole sequence is said, and then the whole sequence again.",
        {
            "each vector n times": edit(R, TARGET, "y[begin:end, i] = np.repeat(vectors, n, axis=0)"),
            "turned round": edit(R, TARGET, "y[begin:end, i] = np.tile(vectors[::-1], (n, 1))"),
            "its first vector": edit(R, TARGET, "y[begin:end, i] = vectors[0]"),
        },
        test="Take the vectors 1 and 0 of one bit, with n = 2. What is y from step 3 on?",
        tries=(trial(lambda a: a[1][3:, 0, 0], **saying([[1], [0]], n=2)),),
    ),
    Mistake(
        "N93r",
        "later rounds are turned round",
        "Three vectors A, B, C and n = 2: what is said directly after C?",
        "The second round is as the first one. In which order does yours come?",
        {
            "there and back": edit(
                R,
                TARGET,
                "y[begin:end, i] = np.concatenate([vectors[:: (-1) ** k] for k in range(n)])",
            ),
            "back after the first": edit(
                R, TARGET, "y[begin:end, i] = np.concatenate([vectors[:: -1 if k else 1] for k in range(n)])"
            ),
        },
        test="Take the vectors 1, 0 and 0 of one bit, with n = 2. What is y in the second round?",
        tries=(trial(lambda a: a[1][7:, 0, 0], **saying([[1], [0], [0]], n=2)),),
    ),
    Mistake(
        "N93g",
        "a step between two rounds",
        "Two vectors are said twice: in which step does the second round begin? What is in the step before?",
        "All is said without a gap. What comes directly after the last vector of a round?",
        {
            "": edit(R, TARGET, f"{APART}; y[steps, i] = np.tile(vectors, (n, 1))[: len(steps)]")
            + edit(R, MASK, "mask[steps, i] = 1"),
            "in y": edit(R, TARGET, f"{APART}; y[steps, i] = np.tile(vectors, (n, 1))[: len(steps)]"),
        },
        test="Take two vectors of ones and n = 2. What is y from step 3 to step 6?",
        tries=(trial(lambda a: a[1][3:, 0, 0], **saying([[1], [1]], n=2)),),
    ),
    Mistake(
        "N93n",
        "more or fewer rounds",
        "Two vectors, said twice: how many steps of y hold something? How many with you, and which?",
        "n says how often the sequence is said. Count your rounds.",
        {
            "once": edit(R, TARGET, "y[begin : begin + length, i] = vectors"),
            "the last round alone": edit(R, TARGET, "y[end - length : end, i] = vectors"),
            "the whole, once": edit(R, "end = begin + n * length", "end = begin + length")
            + edit(R, "(n, 1)", "(1, 1)"),
            "once too often": edit(R, "end = begin + n * length", "end = min(begin + (n + 1) * length, T)")
            + edit(
                R,
                TARGET,
                "y[begin:end, i] = np.tile(vectors, (n + 1, 1))[: end - begin]",
            ),
        },
        test="Take one vector of a single 1, n = 3 and T = 7. How many steps of y are 1?",
        tries=(trial(lambda a: a[1].sum(), **saying([[1]], n=3, T=7)),),
    ),
    Mistake(
        "N93h",
        "something is to be said while it hears",
        "What stands in your y in the steps in which the network hears? Has it to say anything there?",
        "It speaks after the delimiter. All that stands before is 0.",
        {
            "while it hears too": edit(R, TARGET, f"{TARGET}; y[:length, i] = vectors"),
            "while it hears it, each step": edit(
                R,
                TARGET,
                f"{TARGET}; y[:begin, i] = x[:begin, i, :K]; y[length, i] = 1",
            ),
        },
        test="Take one vector of a single 1, n = 1 and T = 3. What is y, step by step?",
        tries=(trial(first_bits(1), **saying([[1]])),),
    ),
    Mistake(
        "N93b",
        "bits turned round",
        "A vector has its only 1 in column 0. In which column is that said?",
        "Rounds come again in time. What happens to the columns?",
        {
            "bits turned round": edit(R, TARGET, "y[begin:end, i] = np.tile(vectors[:, ::-1], (n, 1))"),
        },
        test="Take the vector (1, 0, 0) with n = 1. What is y in step 2?",
        tries=(trial(lambda a: a[1][2, 0], **saying([[1, 0, 0]])),),
    ),
    Mistake(
        "N21",
        "more or fewer steps count than those in which it speaks",
        "When is the network asked to speak? Which steps of your mask are 1?",
        "A step counts where something is to be said: n times the length, and none before or after.",
        {
            "all": edit(R, MASK, "mask[:, i] = 1"),
            "to the end": edit(R, MASK, "mask[begin:, i] = 1"),
            "one round": edit(R, MASK, "mask[begin : begin + length, i] = 1"),
            "while it hears": edit(R, MASK, "mask[:length, i] = 1"),
            "turned round": edit(R, MASK, "mask[:, i] = 1; mask[begin:end, i] = 0"),
            "where a bit is 1": edit(R, MASK, "mask[:, i] = y[:, i].any(axis=1)"),
            "after it has heard, and before": edit(R, MASK, "mask[:end, i] = 1"),
            "how often": edit(R, MASK, "mask[begin:end, i] = n"),
            "the last round": edit(R, MASK, "mask[end - length : end, i] = 1"),
        },
        test="Take a vector of ones and one of zeros, with n = 2 and T = 9. What is the sum of the mask?",
        tries=(trial(lambda a: a[2].sum(), **saying([[1], [0]], n=2, T=9)),),
    ),
    Mistake(
        "N94",
        "the score is of more than what has to be said",
        "Change o where one example has nothing to say and another one still speaks. Does your score change?",
        "Only steps with a mask of 1 count: in the sum, and in what you divide by.",
        {
            "all steps": edit(score, "nats * mask[:, :, None]", "nats")
            + edit(score, "count = mask.sum() * o.shape[2]", "count = o.size"),
            "in the sum": edit(score, "nats * mask[:, :, None]", "nats"),
            "steps of the longest": edit(score, "mask[:, :, None]", "mask.max(axis=1)[:, None, None]"),
        },
        test="Take a 1, and three. Let o be 0, but 100 in step 5 of the short example. What is your score?",
        tries=(
            trial(
                lambda a, b: bool(abs(a[-1] - b[-1]) > 1e-6),
                but(saying(*SHORT_AND_LONG), (5, 0), 9),
                **saying(*SHORT_AND_LONG),
            ),
            trial(bits, **but(saying(*SHORT_AND_LONG), (5, 0), 100)),
        ),
    ),
    Mistake(
        "N94d",
        "divided by all bits, said or not",
        "Append ten steps in which nothing is to be said. Does your score change? By how many bits do you divide?",
        "Only steps with a mask of 1 count, also in what you divide by.",
        {
            "in the count": edit(score, "count = mask.sum() * o.shape[2]", "count = o.size"),
            "logits set to zero": edit(score, "nats =", "o = o * mask[:, :, None]\n    nats =")
            + edit(score, "nats * mask[:, :, None]", "nats")
            + edit(score, "count = mask.sum() * o.shape[2]", "count = o.size"),
        },
        test="Take one vector of a single 1, n = 1 and o = 2. Let T be 3, and then 30. What is your score?",
        tries=(
            trial(lambda a, b: bool(abs(a[-1] - b[-1]) > 1e-6), saying([[1]], T=13, o=2), **saying([[1]], o=2)),
            trial(lambda a, b: [a[-1], b[-1]], saying([[1]], T=30, o=2), **saying([[1]], o=2)),
        ),
    ),
    Mistake(
        "N94c",
        "divided by something else",
        "o is 0 everywhere: each bit is guessed. How many bits should a guess cost, and what is your score?",
        "All bits to be said count alike. How many are there?",
        {
            "sum": edit(score, RESULT, "said.sum() / np.log(2)"),
            "per step": edit(score, "mask.sum() * o.shape[2]", "mask.sum()"),
            "per example": edit(score, "mask.sum() * o.shape[2]", "o.shape[1]"),
            "per example and bit": edit(score, "mask.sum() * o.shape[2]", "o.shape[1] * o.shape[2]"),
        },
        test="Take two vectors of two bits, n = 1 and o = 0. What is your score?",
        tries=(trial(bits, **saying([[1, 0], [0, 1]])),),
    ),
    Mistake(
        "N94m",
        "a mean of means",
        "A short sequence is said wrongly, a long one rightly. Does each bit of both count alike in your score?",
        "It is one mean, over all bits to be said. How many means do you take?",
        {
            "mean of means": edit(
                score,
                RESULT,
                "np.mean(said.sum(axis=(0, 2)) / mask.sum(axis=0) / o.shape[2]) / np.log(2)",
            ),
            "mean over steps of means": edit(
                score,
                RESULT,
                "np.mean((said.sum(axis=(1, 2)) / np.maximum(mask.sum(axis=1), 1))[mask.any(axis=1)] / o.shape[2])"
                " / np.log(2)",
            ),
        },
        test="Take a 1, and three, n = 4, o = 0 for the short example and 1000 for the long. What is your score?",
        tries=(trial(bits, **but(saying(*SHORT_AND_LONG, n=4), (slice(None), 1), 1000)),),
    ),
    Mistake(
        "K1l",
        "another logarithm",
        "What does your logarithm make of one half? What should it be, where bits are counted?",
        "The logarithm of the task has base 2. Which has yours?",
        {
            "natural": edit(score, RESULT, "said.sum() / count"),
            "base 10": edit(score, RESULT, "said.sum() / count / np.log(10)"),
            "multiplied": edit(score, RESULT, "said.sum() / count * np.log(2)"),
        },
        test="Take o = 0. What is your score?",
        tries=(trial(bits, **saying(ONES)),),
    ),
    Mistake(
        "N95",
        "the probability of the wrong bit, or of one kind alone",
        "With o = 2, a 1 costs about 0.18 bits and a 0 about 3.07. What do they cost with you?",
        "A 1 pays for its own probability, a 0 for that of not being a 1.",
        {
            "turned round": edit(score, NATS, "np.logaddexp(0, np.where(y > 0.5, o, -o))"),
            "mean over the ones": edit(score, RESULT, "nats[y > 0.5].mean() / np.log(2)"),
            "ones alone": edit(score, NATS, "np.logaddexp(0, -o) * y"),
            "zeros alone": edit(score, NATS, "np.logaddexp(0, o) * (1 - y)"),
            "of a 1, always": edit(score, NATS, "np.logaddexp(0, -o)"),
            "the sign": edit(score, RESULT, "-said.sum() / count / np.log(2)"),
        },
        test="Take one vector of one bit, once 1 and once 0, with o = 2. What is your score?",
        tries=(trial(lambda a, b: [a[-1], b[-1]], saying([[0]], o=2), **saying([[1]], o=2)),),
    ),
    Mistake(
        "N95s",
        "another cost than bits",
        "o is 0 everywhere, and K is 3: each bit is guessed. What should your score be, and what is it?",
        "The task says what a bit costs: minus a logarithm of a probability. Compare with your line.",
        {
            "squared error": edit(score, NATS, "(1 / (1 + np.exp(-o)) - y) ** 2"),
            "errors": edit(score, NATS, "1.0 * ((o > 0) != (y > 0.5))"),
            "absolute error": edit(score, NATS, "np.abs(1 / (1 + np.exp(-o)) - y)"),
            "squashed twice": edit(score, "nats =", "o = 1 / (1 + np.exp(-o))\n    nats ="),
            "o as a probability": edit(
                score,
                NATS,
                "-np.where(y > 0.5, np.log(np.abs(o)), np.log(np.abs(1 - o)))",
            ),
            "perplexity": edit(score, RESULT, "2 ** (said.sum() / count / np.log(2))"),
            "probability": edit(
                score,
                NATS,
                "np.exp(-np.logaddexp(0, np.where(y > 0.5, -o, o))) * np.log(2)",
            ),
            "softmax over the bits": edit(
                score,
                NATS,
                "np.log(np.exp(o - o.max(axis=2, keepdims=True)).sum(axis=2, keepdims=True))"
                " + o.max(axis=2, keepdims=True) - o * y",
            ),
        },
        test="Take one vector of three ones with o = 0. What is your score?",
        tries=(trial(bits, **saying([[1, 1, 1]])),),
    ),
    Mistake(
        "N95m",
        "the logarithm of a mean",
        "Two bits have p = 1 and p = 1/4. What is the mean cost in bits, and what is it with you?",
        "Which comes first in the task, the logarithm or the mean?",
        {
            "of the mean probability": edit(
                score,
                RESULT,
                "-np.log2((np.exp(-nats) * mask[:, :, None]).sum() / count)",
            ),
        },
        test="Take one vector of two ones, with o = 0 for one bit and o = 1000 for the other. What is your score?",
        tries=(trial(bits, **but(saying(ONES), (slice(None), 0, 1), 1000)),),
    ),
    Mistake(
        "N96",
        "a large number overflows",
        "o is a thousand, and the bit is 0. What is its probability, in NumPy, and the logarithm of that?",
        "The cost of a sure answer that is wrong is about the size of o. Can it be computed without the probability?",
        {
            "by the probability": edit(
                score,
                NATS,
                "-np.log(np.where(y > 0.5, 1 / (1 + np.exp(-o)), 1 - 1 / (1 + np.exp(-o))))",
            ),
            "by both logarithms": edit(
                score,
                NATS,
                "-y * np.log(1 / (1 + np.exp(-o))) - (1 - y) * np.log(1 - 1 / (1 + np.exp(-o)))",
            ),
            "by the exponential": edit(score, NATS, "np.log(1 + np.exp(np.where(y > 0.5, -o, o)))"),
            "cut off": edit(
                score,
                NATS,
                "-np.log(np.clip(np.where(y > 0.5, 1 / (1 + np.exp(-o)), 1 / (1 + np.exp(o))), 1e-12, 1))",
            ),
            "o cut off": edit(score, "nats =", "o = np.clip(o, -30, 30)\n    nats ="),
        },
        test="Take o = 1000 and one vector of a single 0, and print what each line gives. What is your score?",
        tries=(trial(bits, **saying([[0]], o=1000)),),
    ),
)


def some_vectors(r: Generator, length: int, K: int) -> Array:
    """Bits that are others when turned round, in either direction; of three vectors one within is zero."""
    while True:
        v = r.integers(0, 2, (length, K))
        turned = ((v != v[::-1]).any() or length == 1) and v[[0, -1]].any(axis=1).all()
        if turned and (v != v[:, ::-1]).any() and (length < 3 or not v.any(axis=1).all()):
            return v.astype(float)


def heard(
    r: Generator, lengths: list[int], n: int, K: int, more: int = 0, size: float = 2.0
) -> tuple[Array, Ints, int, Array]:
    """Sequences of these lengths, of three the middle one first; other numbers behind them; an answer with errors."""
    B, L = len(lengths), max(lengths)
    order = np.array([*lengths[1:2], *r.permutation(lengths[:1] + lengths[2:])])
    T = 1 + (n + 1) * L + more
    b = r.normal(size=(L, B, K)) * 3 + 5
    o = r.uniform(0.2, 1, size=(T, B, K)) * r.choice((-1, 1), size=(T, B, K)) * size
    for i, length in enumerate(order):
        b[:length, i] = v = some_vectors(r, length, K)
        for wrong, bit in ((-1, 1), (1, 0)):  # a 1 and a 0 that cost much
            t, k = np.argwhere(v == bit)[0]
            o[length + 1 + t, i, k] = wrong * size * 0.9
    return b, order, n, o


copy_exercise = Exercise(
    name="ntm.repeat_copy",
    task="Repeated copying with sequences of unequal length: x with the first lengths[i] vectors of each example and a "
    "delimiter behind them in a column of its own, y with the vectors n times from the next step on, mask with 1 where "
    "the example has to speak; T steps, as many as o has. And the score of the logits o: mean bits a bit, over all "
    "that has to be said. o can be large. x, y and mask may have any dtype; NumPy only.",
    arguments=(
        Value(
            "b",
            "L B K",
            "vectors of bits; behind the first lengths[i] of example i stand any numbers",
        ),
        Value("lengths", "B", "whole numbers from 1 to L"),
        Value("n", None, "how often the sequence is to be said"),
        Value("o", "T B K", "logits of an answer; T is large enough"),
    ),
    outputs=(
        Value("x", "T B K+1", "what is heard; the last column is the delimiter's"),
        Value("y", "T B K", "what is to be said"),
        Value("mask", "T B", "1 where something is to be said, else 0"),
        Value("bits", "", "the score", tolerance=2e-6),
    ),
    reference=repeat_copy,
    cases={
        "general": lambda r: heard(r, [2, 3, 4], 2, 3, more=2),
        "one example": lambda r: heard(r, [3], 1, 3),
        "once": lambda r: heard(r, [3, 3], 1, 4, more=1),
        "three times": lambda r: heard(r, [1, 2, 3], 3, 3, more=3),
        "large": lambda r: heard(r, [2, 3], 1, 3, size=1000.0),
        "float32": lambda r: (
            (a := heard(r, [1, 2, 4], 2, 3, more=2))[0].astype(np.float32),
            a[1],
            a[2],
            a[3].astype(np.float32),
        ),
    },
    facets=(
        Facet("x, equal lengths", 1, ("one example", "once"), ("x",)),
        Facet("x, unequal ones", 1, ("general", "three times", "large", "float32"), ("x",)),
        Facet("y, n = 1", 1, ("one example", "once", "large"), ("y",)),
        Facet("y, n > 1", 1, ("general", "three times", "float32"), ("y",)),
        Facet("mask", 1, (), ("mask",)),
        Facet(
            "score",
            2,
            ("general", "one example", "once", "three times", "float32"),
            ("bits",),
        ),
        Facet("score, o large", 1, ("large",), ("bits",)),
    ),
    mistakes=COPY_MISTAKES,
    words={**WORDS, "K": "bit", "K+1": "column", "L": "vector"},
)

# ---------------------------------------------------------------------------------------------------------------------
# Predicting by counting


@checked
def count_contexts(x: T_B_ids_K, K: Count, n: Count, alpha: Positive) -> tuple[Array, float]:
    r"""What comes next, by what came after the same n symbols before.

    .. math:: p_t(k) = \frac{N_k + \alpha}{\sum_j (N_j + \alpha)}

    The best estimator without the table, where its rows are drawn from a Dirichlet(α, …, α). Returns p and bits.
    """
    T, B = x.shape
    p = np.zeros((T - n, B, K))
    for b in range(B):
        counts: dict[tuple[int, ...], Array] = {}
        for t in range(n, T):
            context = x[t - n : t, b]
            N = counts.setdefault(key(context), np.zeros(K))
            p[t - n, b] = predicted(N, alpha)
            N[x[t, b]] += 1
    return p, bits_of(p, x[n:])


def key(context: Ints) -> tuple[int, ...]:
    """By what it is found again."""
    return tuple(context.tolist())


def predicted(N: Array, alpha: float) -> Array:
    """Shares of the counts, with something added to each."""
    a = N + alpha
    return a / np.sum(a)


def bits_of(p: Array, y: Ints) -> float:
    """Mean bits of what came."""
    true = np.take_along_axis(p, y[:, :, None], axis=2)
    return float(np.mean(-np.log2(true)))


sign(globals(), "count_contexts")

N_ = count_contexts
FIND, PREDICT = (
    "N = counts.setdefault(key(context), np.zeros(K))",
    "p[t - n, b] = predicted(N, alpha)",
)
COUNT, CONTEXT, KEY = (
    "N[x[t, b]] += 1",
    "context = x[t - n : t, b]",
    "tuple(context.tolist())",
)
BOTH = "return p, bits_of(p, x[n:])"


# What hints ask to try: sequences of two symbols, or K of them, with contexts of one symbol, or n.
def counted(*sequences: list[int], K: int = 2, n: int = 1) -> dict[str, Any]:
    """The arguments, with α = 1/4."""
    return {"x": list(map(list, zip(*sequences, strict=True))), "K": K, "n": n, "alpha": 0.25}


def of_symbol(k: int, *steps: int, b: int = 0) -> Callable[[list[Array]], list[Any]]:
    """What these predictions of a sequence say of one symbol."""
    return lambda answer: [answer[0][t, b, k] for t in steps]


ZEROS, FOUR = counted([0, 0, 0]), counted([0, 1], K=4)
COUNTS = counted([1, 0, 1, 1, 0, 0], [0, 1, 0, 0, 0, 1])
WITH_ZEROS = counted([1, 1, 1, 0, 0, 1, 0], [0] * 7, n=2)


GRAM_MISTAKES = (
    Mistake(
        "N100",
        "counted before it is predicted",
        "Change the last symbol of a sequence. Does any prediction change? Should one?",
        "What is to be predicted must not be counted yet.",
        {
            "": edit(
                N_,
                PREDICT,
                "p[t - n, b] = predicted(N + (np.arange(K) == x[t, b]), alpha)",
            ),
            "all of the sequence": edit(
                N_,
                PREDICT,
                "p[t - n, b] = predicted(sum((np.arange(K) == x[u, b]) * (x[u - n : u, b] == context).all() "
                "for u in range(n, T)), alpha)",
            ),
            "all but the step itself": edit(
                N_,
                PREDICT,
                "p[t - n, b] = predicted(sum((np.arange(K) == x[u, b]) * (x[u - n : u, b] == context).all() "
                "for u in range(n, T) if u != t), alpha)",
            ),
        },
        test="Take x = 0, 0, 0 with n = 1, K = 2 and α = 1/4. What is p of symbol 0 in the first prediction?",
        tries=(
            trial(lambda a, b: bool(np.any(a[0] != b[0])), counted([0, 0, 1]), **ZEROS),
            trial(of_symbol(0, 0), **ZEROS),
        ),
    ),
    Mistake(
        "N101",
        "one table for all sequences",
        "Change the first sequence. Do the predictions of the second one change? Should they?",
        "Each sequence has a table of its own. Where do your counts begin anew?",
        {
            "": edit(N_, "T, B = x.shape", "T, B = x.shape\n    shared = {}")
            + edit(N_, FIND, FIND.replace("counts", "shared")),
        },
        test="Take two sequences 0, 0, 0 with n = 1, K = 2 and α = 1/4. What is p of symbol 0 first in the second one?",
        tries=(
            trial(
                lambda a, b: bool(np.any(a[0][:, 1] != b[0][:, 1])),
                counted([0, 1, 1], [0, 0, 0]),
                **counted([0, 0, 0], [0, 0, 0]),
            ),
            trial(of_symbol(0, 0, b=1), **counted([0, 0, 0], [0, 0, 0])),
        ),
    ),
    Mistake(
        "N102",
        "a context of another length, or from another place",
        "Which symbols decide which counts you look at, in step t? How many are there?",
        "The context is what stands in the n steps directly before.",
        {
            "one shorter": edit(N_, CONTEXT, "context = x[t - n + 1 : t, b]"),
            "one shorter, the older ones": edit(N_, CONTEXT, "context = x[t - n : t - 1, b]"),
            "the last alone": edit(N_, CONTEXT, "context = x[t - 1 : t, b]"),
            "the oldest alone": edit(N_, CONTEXT, "context = x[t - n : t - n + 1, b]"),
            "none": edit(N_, CONTEXT, "context = x[:0, b]"),
            "one longer": edit(N_, CONTEXT, "context = x[max(t - n - 1, 0) : t, b]"),
            "with the symbol itself": edit(N_, CONTEXT, "context = x[t - n + 1 : t + 1, b]"),
            "the first symbols": edit(N_, CONTEXT, "context = x[:n, b]"),
            "with the symbol itself, and one longer": edit(N_, CONTEXT, "context = x[t - n : t + 1, b]"),
            "of the first sequence": edit(N_, CONTEXT, "context = x[t - n : t, 0]"),
        },
        test="Take n = 2, α = 1/4 and 1, 1, 1, 0, 0, 1, 0. Take zeros as a second sequence. What are your bits?",
        tries=(trial(bits, **WITH_ZEROS),),
    ),
    Mistake(
        "N103",
        "the order within the context is lost",
        "Is the context 0, 1 another one than 1, 0, with you?",
        "What is it by which you find your counts again? Can two contexts have the same?",
        {
            "sorted": edit(key, KEY, "tuple(sorted(context.tolist()))"),
            "sum": edit(key, KEY, "int(context.sum())"),
            "which there are": edit(key, KEY, "frozenset(context.tolist())"),
            "product": edit(key, KEY, "int(np.prod(context + 1))"),
            "largest": edit(key, KEY, "int(context.max())"),
        },
        test="Take x = 0, 1, 0, 0 with n = 2, K = 2 and α = 1/4. What is p of symbol 0 in the last step?",
        tries=(trial(of_symbol(0, 1), **counted([0, 1, 0, 0], n=2)),),
    ),
    Mistake(
        "N103b",
        "a number for the context in too small a base",
        "Which number does your context get? Can two contexts have the same?",
        "A context is a number of n digits. How many different digits are there?",
        {
            "": edit(key, KEY, "int(sum(c * 2**m for m, c in enumerate(context.tolist())))"),
        },
        test="Take x = 2, 0, 1, 0 with n = 2, K = 3 and α = 1/4. What is p of symbol 1 in the last step?",
        tries=(trial(of_symbol(1, 1), **counted([2, 0, 1, 0], K=3, n=2)),),
    ),
    Mistake(
        "N104",
        "α is another one",
        "One symbol has been counted in a context, with K = 2 and α = 1/4. What should p be, and is it?",
        "α is added to each of the counts, as it comes.",
        {
            "one": edit(predicted, "a = N + alpha", "a = N + 1"),
            "one half": edit(predicted, "a = N + alpha", "a = N + 0.5"),
            "divided by the symbols": edit(predicted, "a = N + alpha", "a = N + alpha / len(N)"),
            "where nothing is counted": edit(predicted, "a = N + alpha", "a = N + alpha * (N == 0)"),
            "twice": edit(predicted, "a = N + alpha", "a = N + 2 * alpha"),
            "a factor": edit(predicted, "a = N + alpha", "a = (N + 1) * alpha"),
            "an exponent": edit(predicted, "a = N + alpha", "a = (N + 1) ** alpha"),
        },
        test="Take x = 0, 0, 0 with n = 1, K = 2 and α = 1/4. What is p of symbol 0 in the last step?",
        tries=(trial(of_symbol(0, 1), **ZEROS),),
    ),
    Mistake(
        "N104s",
        "α in one place alone",
        "Do your predictions of a step sum to 1 over all K symbols, also where one never comes?",
        "What is above the line for each symbol, summed up, is what stands below.",
        {
            "above alone": edit(predicted, "a / np.sum(a)", "a / np.maximum(np.sum(N), 1)"),
            "below once": edit(predicted, "a / np.sum(a)", "a / (np.sum(N) + alpha)"),
            "below twice": edit(predicted, "a / np.sum(a)", "a / (np.sum(N) + 2 * alpha)"),
            "below alone": edit(predicted, "a / np.sum(a)", "N / np.sum(a)"),
            "below one": edit(predicted, "a / np.sum(a)", "a / (np.sum(N) + 1)"),
            "below for symbols that come": edit(
                N_,
                PREDICT,
                "p[t - n, b] = (N + alpha) / (N.sum() + len(set(x[:, b].tolist())) * alpha)",
            ),
        },
        test="Take x = 0, 0, 0 with n = 1, K = 3 and α = 1/4. What does the last prediction sum to?",
        tries=(trial(lambda a: a[0][-1, 0].sum(), **{**ZEROS, "K": 3}),),
    ),
    Mistake(
        "N105",
        "no α at all",
        "What do you predict for a symbol that has not come yet? What does it cost if it comes?",
        "Without anything added, a context that is new has a sum of 0.",
        {
            "": edit(predicted, "a = N + alpha", "a = N"),
            "even where nothing is counted": edit(predicted, "a = N + alpha", "a = N + (not N.any())"),
        },
        test="Take x = 0, 0, 0 with n = 1, K = 2 and α = 1/4. What do both predictions say of symbol 1?",
        tries=(trial(of_symbol(1, 0, 1), **ZEROS),),
    ),
    Mistake(
        "N105s",
        "only symbols that have come share",
        "In a context one symbol has come. What should p be for a symbol that has not, and is it with you?",
        "The sum over j goes over all K symbols. What does each of them get besides its count?",
        {
            "": edit(predicted, "a = N + alpha", "a = np.where(N > 0, N + alpha, 0) if N.any() else N + 1"),
            "finite": edit(predicted, "a = N + alpha", "a = np.where(N > 0, N + alpha, 0) if N.any() else N + 1")
            + edit(bits_of, "np.log2(true)", "np.log2(np.maximum(true, 1e-10))"),
        },
        test="Take x = 0, 0, 0 with n = 1, K = 2 and α = 1/4. What do both predictions say of symbol 1?",
        tries=(trial(of_symbol(1, 0, 1), **ZEROS),),
    ),
    Mistake(
        "N106",
        "counted otherwise",
        "In the second sequence a context was followed by 0, 0 and 1. Which counts has it with you?",
        "One more for the symbol that came, in the counts of its own context, and in no other.",
        {
            "never": edit(N_, COUNT, "pass"),
            "the last alone": edit(N_, COUNT, "N[:] = 0; N[x[t, b]] = 1"),
            "once at most": edit(N_, COUNT, "N[x[t, b]] = 1"),
            "the last symbol of the context": edit(N_, COUNT, "N[x[t - 1, b]] += 1"),
            "one step late": edit(N_, COUNT, "N[x[min(t + 1, T - 1), b]] += 1"),
            "forgetting": edit(N_, COUNT, "N *= 0.9; N[x[t, b]] += 1"),
            "twice": edit(N_, COUNT, "N[x[t, b]] += 2"),
            "of the first sequence": edit(N_, COUNT, "N[x[t, 0]] += 1"),
            "in the next context": edit(
                N_,
                COUNT,
                "counts.setdefault(key(x[t - n + 1 : t + 1, b]), np.zeros(K))[x[t, b]] += 1",
            ),
        },
        test="Take 1, 0, 1, 1, 0, 0 and 0, 1, 0, 0, 0, 1, with n = 1. What is the second one's p of 0 at last?",
        tries=(trial(of_symbol(0, 2, 3, 4, b=1), **COUNTS),),
    ),
    Mistake(
        "N107",
        "the predictions are one step off, or turned round",
        "For which step is your first prediction, and which symbols has it seen?",
        "The first n steps have no context, so there are T - n predictions.",
        {
            "late": edit(N_, BOTH, "p = np.roll(p, 1, axis=0)\n    return p, bits_of(p, x[n:])"),
            "early": edit(N_, BOTH, "p = np.roll(p, -1, axis=0)\n    return p, bits_of(p, x[n:])"),
            "turned round": edit(N_, BOTH, "return p[::-1], bits_of(p, x[n:])"),
            "from step 0 on": edit(
                N_,
                BOTH,
                "q = np.concatenate([np.full((n, B, K), 1 / K), p])\n    return q, bits_of(q, x)",
            ),
            "the first left out": edit(N_, BOTH, "return p[1:], bits_of(p[1:], x[n + 1 :])"),
        },
        test="Take x = 0, 0, 0, 0 with n = 1, K = 2 and α = 1/4. What do all predictions say of symbol 0?",
        tries=(trial(of_symbol(0, 0, 1, -1), **counted([0, 0, 0, 0])),),
    ),
    Mistake(
        "N108",
        "another logarithm",
        "With K = 4 and nothing counted, how many bits should a symbol cost? And with you?",
        "The logarithm of the task has base 2. Which has yours?",
        {
            "natural": edit(bits_of, "np.log2(true)", "np.log(true)"),
            "base 10": edit(bits_of, "np.log2(true)", "np.log10(true)"),
            "base K": edit(bits_of, "np.log2(true)", "np.log(true) / np.log(p.shape[2])"),
        },
        test="Take x = 0, 1 with n = 1 and K = 4: there is one prediction. What is your score?",
        tries=(trial(bits, **FOUR),),
    ),
    Mistake(
        "N109",
        "a sum where a mean is asked for",
        "Does your score grow with the length of the sequences, or with their number? Should it?",
        "It is one mean, over all predictions of all sequences.",
        {
            "sum": edit(bits_of, "np.mean(-np.log2(true))", "np.sum(-np.log2(true))"),
            "a sequence": edit(
                bits_of,
                "np.mean(-np.log2(true))",
                "np.sum(-np.log2(true)) / p.shape[1]",
            ),
            "a step": edit(bits_of, "np.mean(-np.log2(true))", "np.sum(-np.log2(true)) / len(p)"),
        },
        test="Take two sequences 0, 1, 2, 3 with n = 1 and K = 4. All cost 2 bits. What is your score?",
        tries=(
            trial(lambda a, b: bool(abs(a[1] - b[1]) > 1e-6), counted([0, 1, 2, 3], [0, 1, 2, 3], K=4), **FOUR),
            trial(bits, **counted([0, 1, 2, 3], [0, 1, 2, 3], K=4)),
        ),
    ),
    Mistake(
        "N109s",
        "costs below zero",
        "Can a cost be negative? Which sign has the logarithm of a probability?",
        "The rarer what comes, the more it costs. Is that so with you?",
        {
            "the sign": edit(bits_of, "np.mean(-np.log2(true))", "np.mean(np.log2(true))"),
        },
        test="Take x = 0, 1 with n = 1 and K = 4: there is one prediction. What is your score?",
        tries=(trial(bits, **FOUR),),
    ),
    Mistake(
        "N109l",
        "the logarithm of a mean",
        "What came had p = 1 in one step and p = 1/4 in another. What is the mean cost, and with you?",
        "Which comes first in the task, the logarithm or the mean?",
        {
            "after the logarithm": edit(bits_of, "np.mean(-np.log2(true))", "-np.log2(np.mean(true))"),
        },
        test="Take x = 0, 0, 0 with n = 1, K = 2 and α = 1/4. The costs are 1 and about 0.26. What is your score?",
        tries=(trial(bits, **ZEROS),),
    ),
    Mistake(
        "N109n",
        "another number of steps in the mean",
        "Which steps are in your mean? How many are they, and do the first n cost anything?",
        "It is one mean over the steps from n on. By how many do you divide?",
        {
            "over all steps": edit(N_, BOTH, "return p, bits_of(p, x[n:]) * (T - n) / T"),
            "the first steps guessed": edit(N_, BOTH, "return p, (bits_of(p, x[n:]) * (T - n) + n * np.log2(K)) / T"),
            "the last step": edit(bits_of, "np.mean(-np.log2(true))", "np.mean(-np.log2(true[-1]))"),
        },
        test="Take x = 0, 0, 0 with n = 1, K = 2 and α = 1/4. The costs are 1 and about 0.26. What is your score?",
        tries=(trial(bits, **ZEROS),),
    ),
    Mistake(
        "N109p",
        "bits of something else than the symbol that came",
        "Whose probability do you look up: that of the symbol that came in this very step?",
        "Each prediction pays for one symbol: the one that came.",
        {
            "the likeliest": edit(bits_of, "np.take_along_axis(p, y[:, :, None], axis=2)", "p.max(axis=2)"),
            "all of them": edit(bits_of, "np.take_along_axis(p, y[:, :, None], axis=2)", "p"),
            "entropy": edit(
                bits_of,
                "np.mean(-np.log2(true))",
                "np.mean(-np.sum(p * np.log2(p), axis=2))",
            ),
            "the symbol before": edit(N_, "x[n:])", "x[n - 1 : -1])"),
            "the first symbols": edit(N_, "x[n:])", "x[: T - n])"),
        },
        test="Take x = 0, 0, 1 with n = 1, K = 2 and α = 1/4. The costs are 1 and about 2.58. What is your score?",
        tries=(trial(bits, **counted([0, 0, 1])),),
    ),
    Mistake(
        "N109q",
        "another cost than bits",
        "A symbol came that had p = 1/4. What should it cost in bits, and what does it cost with you?",
        "The task says what a symbol costs: minus a logarithm of a probability. Compare with your line.",
        {
            "of another": edit(bits_of, "np.log2(true)", "np.log2(1 - true)"),
            "no logarithm": edit(bits_of, "-np.log2(true)", "true"),
            "perplexity": edit(bits_of, "np.mean(-np.log2(true))", "2 ** np.mean(-np.log2(true))"),
            "wrong guesses": edit(bits_of, "np.mean(-np.log2(true))", "np.mean(p.argmax(axis=2) != y)"),
        },
        test="Take x = 0, 1 with n = 1 and K = 4: there is one prediction. What is your score?",
        tries=(trial(bits, **FOUR),),
    ),
)


def by_a_table(r: Generator, T: int, B: int, K: int, n: int, alpha: float) -> tuple[Ints, int, int, float]:
    """Sequences in which contexts come again, with one symbol after them or with another."""
    x = r.integers(0, K, (T, B))
    for b in range(B):
        table = r.integers(0, K, (K,) * n)
        for t in range(n, T):
            if r.random() < 0.6:
                x[t, b] = table[tuple(x[t - n : t, b])]
    return x, K, n, alpha


def telling(r: Generator, *sizes: Any) -> tuple[Ints, int, int, float]:
    """Of such draws one in which contexts come again in all sequences, and the order within them tells."""
    for _ in range(200):
        x, K, n, alpha = by_a_table(r, *sizes)
        if all(tells(x[:, b].tolist(), K, n) for b in range(x.shape[1])) and len({*map(tuple, x.T.tolist())}) == len(
            x.T
        ):
            break
    return x, K, n, alpha


def one_never_comes(given: tuple[Ints, int, int, float]) -> tuple[Ints, int, int, float]:
    """The same with one more symbol."""
    x, K, n, alpha = given
    return x, K + 1, n, alpha


def tells(x: list[int], K: int, n: int) -> bool:
    """Do several contexts come again, and with them the same symbol, and another one?"""
    seen: dict[tuple[int, ...], list[int]] = {}
    for t in range(n, len(x)):
        seen.setdefault(tuple(x[t - n : t]), []).append(x[t])
    again = [s for s in seen.values() if len(s) > 1]
    three = [s for s in seen.values() if len(s) > 2 and len({*s[:-1]}) < len(s[:-1])]
    return len({*x}) == K and len(again) > 1 and bool(three) and any(len({*s}) > 1 for s in again)


gram_exercise = Exercise(
    name="ntm.count_contexts",
    task="Predict each symbol by what came after the same n symbols before, in the same sequence: "
    "p(k) = (N_k + α) / Σ (N_j + α), where N_k counts the steps before this one. Return p for the steps from n on, and "
    "the mean of -log2 p of the symbol that came, over all of them. NumPy only.",
    arguments=(
        Value("x", "T B", "sequences of symbols 0 to K-1, whole numbers"),
        Value("K", None, "how many symbols there are"),
        Value("n", None, "how many symbols a context has"),
        Value("alpha", None, "a positive number"),
    ),
    outputs=(
        Value("p", "T-n B K", "a prediction for each step from n on"),
        Value("bits", "", "what the symbols cost, in the mean"),
    ),
    reference=count_contexts,
    cases={
        "general": lambda r: telling(r, 18, 2, 3, 2, 0.7),
        "one sequence": lambda r: telling(r, 12, 1, 3, 1, 0.3),
        "bits": lambda r: telling(r, 14, 1, 2, 2, 0.5),
        "several": lambda r: telling(r, 10, 3, 2, 1, 1.5),
        "longer contexts": lambda r: one_never_comes(telling(r, 22, 1, 2, 3, 0.4)),
    },
    facets=(
        Facet("p, one symbol", 1, ("one sequence",), ("p",)),
        Facet("p, longer contexts", 2, ("bits", "longer contexts"), ("p",)),
        Facet("p, more sequences", 2, ("general", "several"), ("p",)),
        Facet("bits", 2, (), ("bits",)),
    ),
    mistakes=GRAM_MISTAKES,
    words={"K": "symbol", "T-n": "prediction", "B": "sequence"},
)
