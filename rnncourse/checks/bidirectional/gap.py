r"""The exercise on a gap in a text, filled from both of its sides."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value
from rnncourse.shapes import (
    B_ids_K,
    Count,
    G_B_ids_K,
    Ints,
    N_ids_K,
    checked,
)

ROUNDED = 1e-9  # relative; probabilities that come of many products, and their logarithms


def bits(p: Array, y: Ints) -> float:
    """The mean over all missing symbols of the bits that the true one costs."""
    return float(-np.log2(np.take_along_axis(p, y[..., None], axis=-1)).mean())


@checked
def fill_gap(ids: N_ids_K, K: Count, left: B_ids_K, right: B_ids_K, y: G_B_ids_K) -> tuple[Array, float, float]:
    r"""Symbols that are missing between two known ones, from counted pairs and from both sides.

    .. math:: A_{ij} = \frac{n_{ij} + 1}{\sum_k (n_{ik} + 1)}, \qquad
       p(c_g = k) \propto (A^g)_{\text{left},k}\, (A^{G+1-g})_{k,\text{right}}

    Several in a row, where the page's baseline has one. Returns p (G, B, K), and bits a symbol from the left alone and
    from both sides.
    """
    n = np.ones((K, K))
    np.add.at(n, (ids[:-1], ids[1:]), 1)
    A = n / n.sum(axis=1, keepdims=True)
    from_left, from_right = [A[left]], [A[:, right].T]
    for _ in range(len(y) - 1):
        from_left.append(from_left[-1] @ A)
        from_right.append(from_right[-1] @ A.T)
    p_left = np.stack(from_left)
    p = p_left * np.stack(from_right[::-1])
    p = p / p.sum(axis=-1, keepdims=True)
    return p, bits(p_left, y), bits(p, y)


sign(globals(), "fill_gap")

PAIRS = "(ids[:-1], ids[1:])"
ONE_ON = "from_left[-1] @ A)"
ONE_BACK = "from_right[-1] @ A.T)"
OVER_SYMBOLS = "p.sum(axis=-1, keepdims=True)"
BOTH_SIDES = "p_left * np.stack(from_right[::-1])"
SIDES = "np.stack(from_right[::-1])"
COST = "-np.log2(np.take_along_axis(p, y[..., None], axis=-1)).mean()"
TRUE = "np.take_along_axis(p, y[..., None], axis=-1)"
COLUMNS = "(n / n.sum(axis=0))"
GAP_MISTAKES = (
    Mistake(
        "Q13",
        "counted the wrong way round",
        "Does row i of your counts hold what follows symbol i, or what comes before it?",
        "Each pair has a first and a second symbol. Which of them is the row?",
        {
            "": edit(fill_gap, PAIRS, "(ids[1:], ids[:-1])"),
        },
        test="Count the pairs of the text 0, 1, 1, 1 by hand.",
    ),
    Mistake(
        "Q13t",
        "the table turned round after dividing",
        "Which sums of the table that you use are 1: those of its rows, or those of its columns?",
        "Row i should say what follows symbol i. Does it still when you use it?",
        {
            "turned round after dividing": edit(
                fill_gap, "n / n.sum(axis=1, keepdims=True)", "(n / n.sum(axis=1, keepdims=True)).T"
            ),
        },
        test="Take the text 0, 1, 1, 1, and print the table that you use.",
    ),
    Mistake(
        "K1",
        "every pair counted once at most",
        "Add up your counts. How many pairs has the text?",
        "Adding to an array at many indices at once: what becomes of an index that is there twice?",
        {
            "": edit(fill_gap, f"np.add.at(n, {PAIRS}, 1)", "n[ids[:-1], ids[1:]] += 1"),
            "set to one": edit(fill_gap, f"np.add.at(n, {PAIRS}, 1)", "n[ids[:-1], ids[1:]] = 1"),
        },
        test="Count the pairs of a text of ten zeros.",
    ),
    Mistake(
        "K2",
        "another number added to the counts",
        "What is the probability of a pair that the text never shows? What should it be by the task?",
        "Something is added to each count before rows are divided. How much, and to how many counts?",
        {
            "nothing": edit(fill_gap, "np.ones((K, K))", "np.zeros((K, K))"),
            "nothing, rows without counts even": edit(
                fill_gap,
                "A = n / n.sum(axis=1, keepdims=True)",
                "n -= 1\n    A = np.where(n.sum(axis=1, keepdims=True) > 0, n / n.sum(axis=1, keepdims=True), 1 / K)",
            ),
            "1/K": edit(fill_gap, "np.ones((K, K))", "np.full((K, K), 1 / K)"),
            "two": edit(fill_gap, "np.ones((K, K))", "2 * np.ones((K, K))"),
            "in the sum alone": edit(fill_gap, "A = n / n", "A = (n - 1) / n"),
            "in the counts alone": edit(
                fill_gap, "n.sum(axis=1, keepdims=True)", "np.maximum(n.sum(axis=1, keepdims=True) - K, 1)"
            ),
            "one to the sum": edit(fill_gap, "n.sum(axis=1, keepdims=True)", "(n.sum(axis=1, keepdims=True) - K + 1)"),
        },
        test="Count the text 0, 0, 0 with K = 2: what should the first row be, and what is it?",
    ),
    Mistake(
        "K2z",
        "counts of zero alone made 1",
        "A pair that the text shows five times: what stands in its numerator by the formula, and what in yours?",
        "Something is added to each count before rows are divided. To how many counts, in yours?",
        {
            "where there is none": edit(fill_gap, "np.ones((K, K))", "np.zeros((K, K))")
            + edit(fill_gap, "A = n /", "n = np.maximum(n, 1)\n    A = n /"),
        },
        test="Count the text 0, 0, 0 with K = 2: what should the first row be, and what is it?",
    ),
    Mistake(
        "K3",
        "divided by other sums",
        "Which sums of your table are 1: those of its rows, those of its columns, or that of all?",
        "Given a symbol, what follows has the probability 1 in all.",
        {
            "columns": edit(fill_gap, "n.sum(axis=1, keepdims=True)", "n.sum(axis=0)"),
            "columns, by broadcasting": edit(fill_gap, "n.sum(axis=1, keepdims=True)", "n.sum(axis=1)"),
            "all": edit(fill_gap, "n.sum(axis=1, keepdims=True)", "n.sum()"),
            "none": edit(fill_gap, "n / n.sum(axis=1, keepdims=True)", "n"),
        },
        test="Print the sums of your table along both axes.",
    ),
    Mistake(
        "K4",
        "another text",
        "How many pairs has a text of N symbols? How many do you count, and which is your last one?",
        "Write down the pairs of a text of four symbols.",
        {
            "in a circle": edit(fill_gap, PAIRS, "(ids, np.roll(ids, -1))"),
            "without the last pair": edit(fill_gap, PAIRS, "(ids[:-2], ids[1:-1])"),
            "without the first pair": edit(fill_gap, PAIRS, "(ids[1:-1], ids[2:])"),
            "every second pair": edit(fill_gap, PAIRS, "(ids[:-1:2], ids[1::2])"),
            "two apart": edit(fill_gap, PAIRS, "(ids[:-2], ids[2:])"),
            "both orders": edit(fill_gap, "A = n /", "n = n + n.T - 1\n    A = n /"),
        },
        test="Count the pairs of the text 0, 1, 2 by hand, and print all your counts.",
    ),
    Mistake(
        "D1r",
        "the right side read as if it were a left one",
        "Which pairs tell how likely the right symbol is after each candidate? Are they a row or a column?",
        "The table says what follows. The right symbol is what has followed.",
        {
            "": edit(fill_gap, "A[:, right].T", "A[right]") + edit(fill_gap, ONE_BACK, "from_right[-1] @ A)"),
            "then back": edit(fill_gap, "A[:, right].T", "A[right]"),
        },
        test="Take a text in which 1 always follows 0, and a gap of one with a 1 behind it.",
    ),
    Mistake(
        "D1f",
        "the right side sent on as if it were the left one",
        "Two steps before the right symbol: over which symbol of a pair do you sum there?",
        "What comes from the right goes against the order of the pairs. In which order does yours go on?",
        {
            "further away alone": edit(fill_gap, ONE_BACK, "from_right[-1] @ A)"),
        },
        test="Take a gap of two, and compute the factor from the right of the first symbol by hand.",
    ),
    Mistake(
        "D1",
        "one side in the wrong order",
        "How many steps lie between the first missing symbol and the one on the right? And in your answer?",
        "From the right, the last missing symbol comes first. In which order do you use what comes from there?",
        {
            "right": edit(fill_gap, "from_right[::-1]", "from_right"),
        },
        test="Take a gap of two, and write down for each symbol how far both sides are.",
    ),
    Mistake(
        "D1l",
        "the left side in the wrong order",
        "How many steps lie between the left symbol and the first missing one? And in your answer?",
        "From the left, the first missing symbol comes first. In which order do you use what comes from there?",
        {
            "left": edit(fill_gap, "np.stack(from_left)", "np.stack(from_left[::-1])"),
        },
        test="Take a gap of two, and write down for each symbol how far both sides are.",
    ),
    Mistake(
        "F8",
        "the frequency of a symbol counted twice",
        "Both of your factors are probabilities of the missing symbol. How often do they count its frequency?",
        "Bayes: what the right side adds is how likely it is after each candidate, and not the reverse.",
        {
            "": edit(fill_gap, "A[:, right].T", f"{COLUMNS}[:, right].T")
            + edit(fill_gap, ONE_BACK, f"from_right[-1] @ {COLUMNS}.T)"),
            "one back, then as it should": edit(fill_gap, "A[:, right].T", f"{COLUMNS}[:, right].T"),
            "further away alone": edit(fill_gap, ONE_BACK, f"from_right[-1] @ {COLUMNS}.T)"),
        },
        test="Take a gap of two, and let one symbol be far more frequent: does your answer prefer it too often?",
    ),
    Mistake(
        "F7",
        "a mean in place of a product",
        "One side rules a symbol out. Is it ruled out in your answer?",
        "Both sides have to agree with a symbol. Which operation says “and”?",
        {
            "": edit(fill_gap, BOTH_SIDES, f"p_left + {SIDES} / {SIDES}.sum(axis=-1, keepdims=True)"),
            "of numbers that do not sum to one": edit(fill_gap, BOTH_SIDES, f"p_left + {SIDES}"),
            "the larger one": edit(fill_gap, BOTH_SIDES, f"np.maximum(p_left, {SIDES})"),
        },
        test="Take a text in which a symbol never follows the left one, and is often before the right one.",
    ),
    Mistake(
        "F7g",
        "a root of the product",
        "Each side finds one symbol four times as likely as another. How many times should both together, and yours?",
        "Both sides count in full. What do you do to the product before you divide by its sum?",
        {
            "geometric": edit(fill_gap, BOTH_SIDES, f"np.sqrt(p_left * {SIDES})"),
        },
        test="Take a gap of one and K = 2, and multiply both factors by hand.",
    ),
    Mistake(
        "F6",
        "not divided by its sum, or by another one",
        "Add up your probabilities over the symbols. What should come out, for each missing symbol and each example?",
        "A product of two probabilities is not one yet.",
        {
            "": edit(fill_gap, f"p / {OVER_SYMBOLS}", "p"),
            "over the gap": edit(fill_gap, "p.sum(axis=-1", "p.sum(axis=0"),
            "over the batch": edit(fill_gap, "p.sum(axis=-1", "p.sum(axis=1"),
            "over everything": edit(fill_gap, OVER_SYMBOLS, "p.sum()"),
            "over gap and symbols": edit(fill_gap, "p.sum(axis=-1", "p.sum(axis=(0, -1)"),
        },
        test="Print the sums over the symbols.",
    ),
    Mistake(
        "F6s",
        "the softmax of the product",
        "A symbol whose product is nearly 0: what should its probability be, and what is it in yours?",
        "The task divides by a sum. What happens to your products before that?",
        {
            "softmax": edit(fill_gap, f"p / {OVER_SYMBOLS}", "np.exp(p) / np.exp(p).sum(axis=-1, keepdims=True)"),
        },
        test="Take products of 0.1 and 0.3: what should they become, and what do they in yours?",
    ),
    Mistake(
        "F9",
        "every missing symbol taken for a neighbour",
        "In a gap of three, does the second symbol stand beside the left one? Does your table know the difference?",
        "Over how many steps does a message travel to the middle of the gap?",
        {
            "of both": edit(fill_gap, ONE_ON, "from_left[-1])") + edit(fill_gap, ONE_BACK, "from_right[-1])"),
            "of the left one": edit(fill_gap, ONE_ON, "from_left[-1])"),
            "both as far from all": edit(fill_gap, SIDES, "np.stack(from_right[-1:] * len(y))")
            + edit(fill_gap, "np.stack(from_left)", "np.stack(from_left[-1:] * len(y))"),
            "the left one as far from all": edit(fill_gap, "np.stack(from_left)", "np.stack(from_left[-1:] * len(y))"),
        },
        test="Take a gap of two, and print the factor from the left for both symbols. Should they be alike?",
    ),
    Mistake(
        "F9r",
        "the right symbol equally far from all",
        "In a gap of three, is the first symbol as far from the right one as the last? And in your answer?",
        "Over how many steps does what comes from the right travel to the first missing symbol?",
        {
            "of the right one": edit(fill_gap, ONE_BACK, "from_right[-1])"),
            "the right one as far from all": edit(fill_gap, SIDES, "np.stack(from_right[-1:] * len(y))"),
        },
        test="Take a gap of two, and print the factor from the right for both symbols. Should they be alike?",
    ),
    Mistake(
        "F10",
        "a step too many",
        "With a gap of one, how many pairs lead from the left symbol to the missing one? How many do you use?",
        "Count the steps between what is known and what is missing, from both sides.",
        {
            "left": edit(fill_gap, "[A[left]]", "[A[left] @ A]"),
            "both": edit(fill_gap, "[A[left]]", "[A[left] @ A]")
            + edit(fill_gap, "[A[:, right].T]", "[A[:, right].T @ A.T]"),
        },
        test="Take a gap of one, and compare with a product of one row and one column.",
    ),
    Mistake(
        "F10b",
        "a step too many, but for the nearest symbol",
        "In a gap of two, how many steps lie between each symbol and each side? How many do you take?",
        "The nearest symbol is right. By how much does the power grow from one symbol to the next?",
        {
            "right, beyond the first": edit(
                fill_gap, SIDES, "np.stack([a @ A.T if g else a for g, a in enumerate(from_right)][::-1])"
            ),
            "left, beyond the first": edit(
                fill_gap, "np.stack(from_left)", "np.stack([a @ A if g else a for g, a in enumerate(from_left)])"
            ),
        },
        test="Take a gap of two, and write down the power of the table on each side of each symbol.",
    ),
    Mistake(
        "F10r",
        "a step too many on the right",
        "With a gap of one, how many pairs lead from the missing symbol to the right one? How many do you use?",
        "Count the steps between what is known and what is missing, from both sides.",
        {
            "right": edit(fill_gap, "[A[:, right].T]", "[A[:, right].T @ A.T]"),
        },
        test="Take a gap of one, and compare with a product of one row and one column.",
    ),
    Mistake(
        "F10s",
        "a step too few",
        "With a gap of one, does your answer leave anything open? Which symbols does your factor from the left allow?",
        "What is known is no step away from itself; the nearest missing symbol is one step away.",
        {
            "left": edit(fill_gap, "[A[left]]", "[np.eye(K)[left]]"),
            "both": edit(fill_gap, "[A[left]]", "[np.eye(K)[left]]")
            + edit(fill_gap, "[A[:, right].T]", "[np.eye(K)[right]]"),
            "left, and one too many on the right": edit(fill_gap, "[A[left]]", "[np.eye(K)[left]]")
            + edit(fill_gap, "[A[:, right].T]", "[A[:, right].T @ A.T]"),
        },
        test="Take a gap of one, and print both factors.",
    ),
    Mistake(
        "F10t",
        "a step too few on the right",
        "From the last missing symbol to the right one, how many steps are there? How many do you take?",
        "What is known is no step away from itself; the nearest missing symbol is one step away.",
        {
            "right": edit(fill_gap, "[A[:, right].T]", "[np.eye(K)[right]]"),
        },
        test="Take a gap of one, and print the factor from the right.",
    ),
    Mistake(
        "F21",
        "entries raised to a power",
        "What does your power do to a matrix: is it a product of matrices, or of single entries?",
        "Two steps lead over any symbol between. Does your second power sum over those?",
        {
            "": edit(fill_gap, ONE_ON, "from_left[-1] * A[left])")
            + edit(fill_gap, ONE_BACK, "from_right[-1] * A[:, right].T)"),
            "left": edit(fill_gap, ONE_ON, "from_left[-1] * A[left])"),
            "right": edit(fill_gap, ONE_BACK, "from_right[-1] * A[:, right].T)"),
        },
        test="Raise a matrix of size 2 to its second power by hand, and print yours.",
    ),
    Mistake(
        "F18",
        "a message sent through the transposed table",
        "A message of probabilities comes from the left. Over which of the two symbols of a pair do you sum?",
        "Where you come from is summed over; where you go stays.",
        {
            "": edit(fill_gap, ONE_ON, "from_left[-1] @ A.T)"),
            "from its first step on": edit(fill_gap, "[A[left]]", "[A[:, left].T]")
            + edit(fill_gap, ONE_ON, "from_left[-1] @ A.T)"),
        },
        test="Print the sums of the messages from the left: each should be 1.",
    ),
    Mistake(
        "F18f",
        "a column of the table for the first step from the left",
        "Is your first factor from the left a row of the table, or a column? Which one says what follows?",
        "Given the left symbol, the probabilities of what follows add up to 1. Do yours?",
        {
            "its first step alone": edit(fill_gap, "[A[left]]", "[A[:, left].T]"),
        },
        test="Take a gap of one, and print the sum of the factor from the left.",
    ),
    Mistake(
        "F11",
        "one side alone",
        "Change the symbols on the right: do your probabilities notice? Then those on the left.",
        "What comes back first is to know both sides.",
        {
            "left": edit(fill_gap, BOTH_SIDES, "p_left"),
            "right": edit(fill_gap, BOTH_SIDES, SIDES),
        },
        test="Give two examples with one left symbol and two right ones, then the other way round.",
    ),
    Mistake(
        "F17",
        "a guess in place of what is missing",
        "How sure is a missing symbol beside a known one? Does the next one in your answer know that it is not sure?",
        "Sum over all that may stand between, and not over the likeliest alone.",
        {
            "from the left": edit(fill_gap, ONE_ON, "A[from_left[-1].argmax(axis=-1)])"),
            "from the right": edit(fill_gap, ONE_BACK, "A[:, from_right[-1].argmax(axis=-1)].T)"),
            "from both": edit(fill_gap, ONE_ON, "A[from_left[-1].argmax(axis=-1)])")
            + edit(fill_gap, ONE_BACK, "A[:, from_right[-1].argmax(axis=-1)].T)"),
        },
        test="Take a table of which all entries are equal but for a little: is any message sure?",
    ),
    Mistake(
        "F20",
        "the true symbols used for filling in",
        "Do your probabilities change when the true symbols change? May they know them?",
        "The true symbols are there to score by, and for nothing else.",
        {
            "from the left": edit(fill_gap, ONE_ON, "A[y[len(from_left) - 1]])"),
            "from the right": edit(fill_gap, ONE_BACK, "A[:, y[len(y) - len(from_right)]].T)"),
            "from both": edit(fill_gap, ONE_ON, "A[y[len(from_left) - 1]])")
            + edit(fill_gap, ONE_BACK, "A[:, y[len(y) - len(from_right)]].T)"),
        },
        test="Change one entry of y, and compare your probabilities.",
    ),
    Mistake(
        "F12",
        "another logarithm",
        "What should a symbol cost that has the probability one half? What does it cost with you?",
        "The unit is the bit. To which base is that?",
        {"natural": edit(bits, "np.log2", "np.log"), "to base 10": edit(bits, "np.log2", "np.log10")},
        test="Score probabilities that are all 1/2, with K = 2.",
    ),
    Mistake(
        "F15",
        "no minus",
        "Can a cost be negative? Is yours?",
        "What sign has the logarithm of a probability?",
        edit(bits, "-np.log2", "np.log2"),
        test="Score probabilities that are all 1/2.",
    ),
    Mistake(
        "F13",
        "a sum in place of a mean, or another mean",
        "Give every example twice. Does what a symbol costs change with you?",
        "Over how many missing symbols do you add up, and by what do you divide?",
        {
            "sum": edit(bits, COST, f"-np.log2({TRUE}).sum()"),
            "of the gap": edit(bits, COST, f"-np.log2({TRUE}).sum() / y.shape[0]"),
        },
        test="Score probabilities that are all 1/2, with a gap of 2 and 3 examples.",
    ),
    Mistake(
        "F13f",
        "one symbol of each gap alone",
        "Change the true symbols one after the other. Does your cost notice each of them?",
        "Over how many missing symbols is the mean of the task? Over how many is yours?",
        {
            "the first": edit(bits, "y[..., None], axis=-1)", "y[..., None], axis=-1)[:1]"),
            "the last": edit(bits, "y[..., None], axis=-1)", "y[..., None], axis=-1)[-1:]"),
        },
        test="Take a gap of two, and change one entry of y at a time.",
    ),
    Mistake(
        "F13n",
        "divided by another number",
        "All probabilities are 1/2, in a gap of two. What should a symbol cost, and what does it with you?",
        "By which number do you divide: that of the missing symbols, or another one?",
        {
            "of the batch": edit(bits, COST, f"-np.log2({TRUE}).sum() / y.shape[1]"),
            "by the symbols": edit(bits, COST, f"-np.log2({TRUE}).sum() / p.size"),
        },
        test="Score probabilities that are all 1/2, with a gap of 2 and 3 examples.",
    ),
    Mistake(
        "F14",
        "the logarithm of a mean",
        "Two symbols, one sure and one with the probability 1/4: what do they cost together?",
        "Each missing symbol has a cost of its own. When is the mean taken?",
        edit(bits, COST, f"-np.log2({TRUE}.mean())"),
        test="Score two symbols by hand, with the probabilities 1 and 1/4.",
    ),
    Mistake(
        "F12e",
        "the cost of another thing than the true symbol",
        "Does your cost change when the true symbols change? Whose probability goes into it?",
        "A model that is sure of a wrong symbol should pay much. Does it with you?",
        {
            "entropy": edit(bits, COST, "-(p * np.log2(p)).sum(axis=-1).mean()"),
            "the likeliest": edit(bits, TRUE, "p.max(axis=-1)"),
            "all symbols": edit(bits, TRUE, "p"),
        },
        test="Change one entry of y, and see whether the cost follows.",
    ),
    Mistake(
        "F12l",
        "another number than the logarithm of its probability",
        "A true symbol has the probability 1/4: what should it cost, and what does it with you?",
        "Which number goes into your logarithm, if there is one? What do you do with what comes out?",
        {
            "one minus": edit(bits, TRUE, f"(1 - {TRUE})"),
            "no logarithm": edit(bits, COST, f"{TRUE}.mean()"),
            "no logarithm, missed": edit(bits, COST, f"1 - {TRUE}.mean()"),
            "perplexity": edit(bits, f"({COST})", f"(2 ** ({COST}))"),
        },
        test="Score probabilities that are all 1/4, with K = 4.",
    ),
    Mistake(
        "F16",
        "both costs of the same probabilities",
        "Which of your costs should be the smaller one on a long text? Is it?",
        "Of which probabilities is each of your two costs?",
        {
            "both of both sides": edit(fill_gap, "bits(p_left, y)", "bits(p, y)"),
            "both of the left": edit(fill_gap, "bits(p, y)", "bits(p_left, y)"),
        },
        test="Take examples that differ on the right alone: which of the two costs should differ, and which does?",
    ),
    Mistake(
        "F16r",
        "the cost from the right for that from the left",
        "Change the symbols on the right alone. Does your cost from the left notice? Should it?",
        "Of which probabilities is each of your two costs?",
        {
            "of the right": edit(
                fill_gap, "bits(p_left, y)", f"bits({SIDES} / {SIDES}.sum(axis=-1, keepdims=True), y)"
            ),
            "of the right, not divided": edit(fill_gap, "bits(p_left, y)", f"bits({SIDES}, y)"),
        },
        test="Take examples that differ on the right alone: which of the two costs should differ, and which does?",
    ),
    Mistake(
        "F16x",
        "the two costs exchanged",
        "The numbers are right. In which order does the task ask for the two costs?",
        "Compare the order of what you return with the one in the task.",
        {
            "exchanged": edit(fill_gap, "bits(p_left, y), bits(p, y)", "bits(p, y), bits(p_left, y)"),
        },
        test="Take examples that differ on the right alone: which of the two costs should differ, and which does?",
    ),
)


def gaps(r: Generator, K: int, G: int, B: int, N: int = 80, without: bool = False) -> tuple[Any, ...]:
    """A text in which each symbol has followers of its own, and gaps; perhaps without the last symbol.

    Left and right of each example differ. In a gap of two, what is missing is what stands beside it: whoever allows
    nothing else there pays a finite number of bits.
    """
    K_seen = K - without
    A = r.dirichlet(np.full(K_seen, 0.5), size=K_seen) * 0.85 + 0.15 / K_seen
    ids = [0]
    while len(ids) < N - 1:
        ids.append(int(r.choice(K_seen, p=A[ids[-1]])))
    ids.append(int(r.integers(1, K_seen)))  # a text that ends as it begins has equal sums of rows and columns
    left = np.arange(B) % K
    right = (left + 1 + r.integers(0, K - 1, B)) % K
    if without:
        left[0], right[-1] = K - 1, K - 1
    y = r.integers(0, K, size=(G, B)) if G != 2 or without else np.stack([left, right])
    return np.array(ids), K, left, right, y


gap_exercise = Exercise(
    name="bidirectional.fill_gap",
    task="Symbols missing between two known ones. Count in ids which symbol follows which, add 1 to each count, and "
    "divide by the sums of rows. From the left, (A^g)[left] says what the g-th missing symbol may be; from the right, "
    "the same table says how likely `right` is after each candidate, G + 1 - g steps later. Multiply both, and divide "
    "by the sum over the symbols. Return p, and the mean of -log2 p(y) from the left alone and from both. NumPy only.",
    arguments=(
        Value("ids", "N", "the text, symbols 0 to K-1"),
        Value("K", None, "how many symbols there are"),
        Value("left", "B", "the symbol before each gap"),
        Value("right", "B", "the symbol behind it"),
        Value("y", "G B", "the missing symbols, to score by"),
    ),
    outputs=(
        Value("p", "G B K", "from both sides, summing to 1 over the symbols", tolerance=ROUNDED),
        Value("bits_left", "", "bits a missing symbol, from the left alone", tolerance=ROUNDED),
        Value("bits_both", "", "bits a missing symbol, from both sides", tolerance=ROUNDED),
    ),
    reference=fill_gap,
    cases={
        "general": lambda r: gaps(r, 5, 3, 4),
        "one missing": lambda r: gaps(r, 4, 1, 5),
        "two missing": lambda r: gaps(r, 6, 2, 3),
        "long gap": lambda r: gaps(r, 4, 5, 3),
        "a symbol unseen": lambda r: gaps(r, 5, 2, 4, without=True),
    },
    facets=(
        Facet("p, one missing", 2, ("one missing",), ("p",)),
        Facet("p, several missing", 3, ("general", "two missing", "long gap", "a symbol unseen"), ("p",)),
        Facet("bits from the left alone", 1, outputs=("bits_left",)),
        Facet("bits from both sides", 1, outputs=("bits_both",)),
    ),
    mistakes=GAP_MISTAKES,
    words={"N": "symbol", "G": "missing symbol"},
)
