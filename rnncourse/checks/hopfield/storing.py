"""Hebb's rule for patterns of 0 and 1 that count more or less, or were unlearnt; and what goes wrong there."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.hopfield.draws import WORDS
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import N_N, P_, P_N, checked

P_P = Annotated[Array, "P P"]


@checked
def store(V: P_N, c: P_) -> N_N:
    r"""Couplings of patterns that count c times each.

    .. math:: w_{ij} = \frac{1}{N} \sum_{\mu} c_\mu\, \xi_i^\mu\, \xi_j^\mu \quad (i \ne j), \qquad
       \xi_i^\mu = 2 V_i^\mu - 1
    """
    N = V.shape[1]
    xi = 2 * V - 1
    W = (c[:, None] * xi).T @ xi / N
    np.fill_diagonal(W, 0)
    return W


sign(globals(), "store")

SIGNS, SUM, DIAGONAL = "xi = 2 * V - 1", "(c[:, None] * xi).T @ xi", "np.fill_diagonal(W, 0)"
STORE_MISTAKES = (
    Mistake(
        "H1",
        "patterns of 0 and 1 where ±1 is meant",
        "Two units are off in the only pattern that is stored. Are they coupled with you, and should they be?",
        "Two units agree where both are on, and where both are off. Does your product see both?",
        {
            "both": edit(store, SIGNS, "xi = V"),
            "one of the two": edit(store, SUM, "(c[:, None] * xi).T @ V"),
            "the other": edit(store, SUM, "(c[:, None] * V).T @ xi"),
            "doubled alone": edit(store, SIGNS, "xi = 2 * V"),
            "one taken away alone": edit(store, SIGNS, "xi = V - 1"),
            "plus one": edit(store, SIGNS, "xi = V + 1"),
        },
        test="Store one pattern, (0, 0, 1), with a count of 1, and look at all three couplings.",
    ),
    Mistake(
        "H1h",
        "patterns of another size than 1",
        "Store one pattern with a count of 1. Which two numbers may the couplings have, times N? Which have yours?",
        "The formula turns a 0 into one number and a 1 into another. Which numbers stand in your ξ?",
        {
            "one half": edit(store, SIGNS, "xi = V - 0.5"),
            "two": edit(store, SIGNS, "xi = 4 * V - 2"),
        },
        test="Store one pattern, (0, 1), with a count of 1: what should the coupling be?",
    ),
    Mistake(
        "H2",
        "a mean taken away",
        "Does a coupling of yours change when a unit that is none of the two changes in a pattern?",
        "Each coupling hangs on its own two units alone. What do you take away that hangs on others?",
        {
            "of all": edit(store, SIGNS, "xi = 2 * V - 1\n    xi = xi - xi.mean()"),
            "of each pattern": edit(store, SIGNS, "xi = 2 * V - 1\n    xi = xi - xi.mean(axis=1, keepdims=True)"),
            "of V": edit(store, SIGNS, "xi = V - V.mean()"),
        },
        test="Store one pattern, (1, 1, 0), and compare the first coupling with that of (1, 1, 1).",
    ),
    Mistake(
        "H2u",
        "the mean over the patterns taken away",
        "Store a single pattern. Which couplings should there be, and which are there with you?",
        "A unit's mean over the patterns is no part of the formula. What is left of a single pattern without it?",
        {
            "of each unit": edit(store, SIGNS, "xi = 2 * V - 1\n    xi = xi - xi.mean(axis=0)"),
            "of V, by unit": edit(store, SIGNS, "xi = V - V.mean(axis=0)"),
        },
        test="Take P = 1, N = 2, and a count of 1.",
    ),
    Mistake(
        "H3",
        "units coupled to themselves",
        "What does the task say of the couplings of a unit with itself? What stands there with you?",
        "Look at the diagonal of your W for several counts.",
        {
            "kept": edit(store, DIAGONAL, "pass"),
            "ones": edit(store, DIAGONAL, "np.fill_diagonal(W, 1)"),
            "one taken away": edit(store, DIAGONAL, "W -= np.eye(N, dtype=W.dtype)"),
            "one Nth taken away": edit(store, DIAGONAL, "W -= np.eye(N, dtype=W.dtype) / N"),
            "taken away twice": edit(store, DIAGONAL, "W -= 2 * np.diag(np.diag(W))"),
            "the number of patterns taken away": edit(store, DIAGONAL, "W -= len(V) * np.eye(N, dtype=W.dtype)"),
        },
        test="Take one pattern of two units, with a count of 3, and print the whole matrix.",
    ),
    Mistake(
        "H3p",
        "the diagonal taken away for patterns that count once",
        "What stands on your diagonal if a pattern counts twice?",
        "Each pattern brings as much to the diagonal as it counts. How much do you take away?",
        edit(store, DIAGONAL, "W -= len(V) / N * np.eye(N, dtype=W.dtype)"),
        test="Take one pattern of two units, with a count of 3, and print the whole matrix.",
    ),
    Mistake(
        "H4",
        "divided by something else than the number of units",
        "Two units, one pattern with a count of 1: what is the only coupling? Then with four units?",
        "Which size stands below the fraction? Name yours, for patterns in rows.",
        {
            "by nothing": edit(store, "xi / N", "xi"),
            "by the patterns": edit(store, "xi / N", "xi / len(V)"),
            "by both": edit(store, "xi / N", "xi / N / len(V)"),
            "by one less": edit(store, "xi / N", "xi / (N - 1)"),
            "by the root": edit(store, "xi / N", "xi / np.sqrt(N).astype(V.dtype)"),
            "by the square": edit(store, "xi / N", "xi / N**2"),
            "by twice as much": edit(store, "xi / N", "xi / (2 * N)"),
            "by the pairs": edit(store, "xi / N", "xi / (N * (N - 1) / 2)"),
        },
        test="Store (1, 1, 1, 1) in two rows, with a count of 1 each, and print the largest coupling.",
    ),
    Mistake(
        "H4c",
        "divided by the sum of the counts",
        "Double all counts. What should happen to W, and what happens with you?",
        "The counts multiply patterns. Do they stand below a fraction in the task?",
        {
            "in place of N": edit(store, "xi / N", "xi / c.sum()"),
            "and by N": edit(store, "xi / N", "xi / N / c.sum()"),
            "and by N, of their sizes": edit(store, "xi / N", "xi / N / np.abs(c).sum()"),
        },
        test="Take one pattern, with the counts 1 and 2, and compare.",
    ),
    Mistake(
        "H5",
        "counts left out",
        "Set the count of a pattern to 0. Does W still know of it?",
        "Every pattern has its count. Where does it enter your sum?",
        {
            "": edit(store, SUM, "xi.T @ xi"),
            "signs alone": edit(store, SUM, "(np.sign(c)[:, None] * xi).T @ xi"),
            "added up": edit(store, SUM, "c.sum() * xi.T @ xi"),
            "their mean": edit(store, SUM, "c.mean() * xi.T @ xi"),
            "the first for all": edit(store, SUM, "c[0] * xi.T @ xi"),
        },
        test="Take two different patterns with the counts 2 and 0.",
    ),
    Mistake(
        "H5n",
        "unlearnt patterns learnt, or left out",
        "Store a pattern with a count of -1 alone. Which sign has the coupling of two units that agree?",
        "To unlearn is to take away. What does your line make of a negative count?",
        {
            "learnt": edit(store, SUM, "(np.abs(c)[:, None] * xi).T @ xi"),
            "left out": edit(store, SUM, "(np.maximum(c, 0)[:, None] * xi).T @ xi"),
            "under a root": edit(store, SUM, "(np.abs(c)[:, None] ** 0.5 * xi).T @ (np.abs(c)[:, None] ** 0.5 * xi)"),
        },
        test="Take one pattern, (1, 1), with the count -1.",
    ),
    Mistake(
        "H5s",
        "counts in another power",
        "A pattern counts 2 in place of 1. By which factor do its couplings grow, in the task and with you?",
        "How often does the count stand in the product of two units?",
        {
            "on both sides": edit(store, SUM, "(c[:, None] * xi).T @ (c[:, None] * xi)"),
            "divided by": edit(store, SUM, "(xi / c[:, None]).T @ xi"),
            "in ξ, before it is ±1": edit(store, SIGNS, "xi = 2 * c[:, None] * V - 1") + edit(store, SUM, "xi.T @ xi"),
        },
        test="Take one pattern, (1, 1), with the counts 1 and 2, and compare.",
    ),
    Mistake(
        "H6",
        "patterns added up before they are multiplied",
        "Store (1, 1) and (0, 0), each with a count of 1. Do the two couplings add up, or cancel?",
        "First the product of two units of one pattern, then the sum over patterns. Which comes first with you?",
        {
            "with counts": edit(store, SUM, "np.outer(c @ xi, c @ xi)"),
            "counts on one side": edit(store, SUM, "np.outer(c @ xi, xi.sum(axis=0))"),
        },
        test="Take N = 2, and the patterns (1, 1) and (0, 0) with a count of 1 each.",
    ),
    Mistake(
        "H7",
        "patterns that are not stored",
        "Change one pattern after the other. Does W notice each of them?",
        "How many products does your sum have?",
        {
            "the first alone": edit(store, SUM, "(c[:1, None] * xi[:1]).T @ xi[:1]"),
            "the last alone": edit(store, SUM, "(c[-1:, None] * xi[-1:]).T @ xi[-1:]"),
            "the first left out": edit(store, SUM, "(c[1:, None] * xi[1:]).T @ xi[1:]"),
            "the last left out": edit(store, SUM, "(c[:-1, None] * xi[:-1]).T @ xi[:-1]"),
        },
        test="Take two patterns, and set the count of one of them to 0, then of the other.",
    ),
    Mistake(
        "H8",
        "how alike patterns are, not units",
        "How many rows has W: as many as patterns, or as many as units?",
        "Which index is summed over? Which two are left?",
        {
            "": edit(store, "V.shape[1]", "len(V)") + edit(store, SUM, "(c[:, None] * xi) @ xi.T"),
            "by the units": edit(store, SUM, "(c[:, None] * xi) @ xi.T")
            + edit(store, DIAGONAL, "np.fill_diagonal(W, 0)"),
        },
        test="Take one pattern of three units.",
    ),
    Mistake(
        "H9",
        "half of the matrix",
        "Is what unit 0 is to unit 1 also what unit 1 is to unit 0, with you?",
        "The formula treats i and j alike.",
        {
            "above": edit(store, DIAGONAL, "W = np.triu(W, 1)"),
            "below": edit(store, DIAGONAL, "W = np.tril(W, -1)"),
        },
        test="Take two units, and print the whole matrix.",
    ),
    Mistake(
        "H10",
        "couplings turned round, or cut",
        "Two units agree in the only pattern, with a count of 1. Is their coupling positive? How large is it?",
        "Nothing is done to the sum but a division. What else do you do?",
        {
            "the sign": edit(store, "(c[:, None] * xi).T @ xi / N", "-(c[:, None] * xi).T @ xi / N"),
            "signs alone": edit(store, DIAGONAL, "np.fill_diagonal(W, 0)\n    W = np.sign(W)"),
            "squashed": edit(store, DIAGONAL, "np.fill_diagonal(W, 0)\n    W = np.tanh(W)"),
            "divided by the largest": edit(store, DIAGONAL, "np.fill_diagonal(W, 0)\n    W = W / np.abs(W).max()"),
        },
        test="Take one pattern, (1, 1, 1), with a count of 1, and compare with a third.",
    ),
)


def shown(r: Generator, P: int, N: int) -> tuple[Array, Array]:
    """Patterns that count unequally, the first of them unlearnt; none is like another, nor its opposite."""
    while True:
        V = r.integers(0, 2, (P, N)).astype(float)
        c = r.uniform(1.3, 2.7, P)
        c[0] = -r.uniform(0.3, 0.8)
        agree = np.abs((2 * V - 1) @ (2 * V - 1).T) - N * np.eye(P)
        mixed = 0.2 < V.mean() < 0.8 and (V.mean(axis=1) != 0.5).any() and (V.sum(axis=1) > 0).all()
        if agree.max() < N and mixed and (V.sum(axis=1) < N).all():
            return V, c


def once(r: Generator, P: int, N: int) -> tuple[Array, Array]:
    """Patterns that count once."""
    V, c = shown(r, P, N)
    return V, np.ones_like(c)


store_exercise = Exercise(
    name="hopfield.store",
    task="Hebb's rule (eq-hopfield-hebb) for patterns of 0 and 1, which are made ±1 first, each with a count: 2 if it "
    "was shown twice, negative if it was unlearnt. Divided by the number of units; no unit is coupled to itself. Keep "
    "the dtype; NumPy only.",
    arguments=(
        Value("V", "P N", "patterns of 0 and 1, one a row"),
        Value("c", "P", "how often each counts"),
    ),
    outputs=(Value("W", "N N", "the couplings"),),
    reference=store,
    cases={
        "general": lambda r: shown(r, 4, 7),
        "once": lambda r: once(r, 3, 6),
        "one pattern": lambda r: once(r, 1, 5),
        "square": lambda r: shown(r, 5, 5),
        "float32": lambda r: in_float32(shown(r, 3, 7)),
    },
    facets=(
        Facet("patterns that count once", 3, ("once", "one pattern")),
        Facet("counts of any size, and unlearnt patterns", 3, ("general", "square", "float32")),
    ),
    mistakes=STORE_MISTAKES,
    words=WORDS,
)
