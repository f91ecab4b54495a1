"""Backwards through a look-up by the dot product, and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.checks.ntm.memory import WORDS
from rnncourse.shapes import B_, B_D, B_N_D, checked


@checked
def recall_backward(dr: B_D, k: B_D, beta: B_, M: B_N_D) -> tuple[B_D, B_, B_N_D]:
    r"""Back through w = softmax(β k·M(i)) and r = Σ w(i) M(i).

    .. math:: dz(i) = w(i) \Bigl(dw(i) - \sum_j w(j)\, dw(j)\Bigr), \qquad dM(i) = w(i)\, dr + \beta\, dz(i)\, k

    with :math:`dw(i) = dr \cdot M(i)`. Returns dk, dbeta and dM.
    """
    dot = np.einsum("bd,bnd->bn", k, M)
    z = beta[:, None] * dot
    p = np.exp(z - z.max(axis=1, keepdims=True))
    w = p / p.sum(axis=1, keepdims=True)
    dw = np.einsum("bd,bnd->bn", dr, M)
    mean = np.sum(w * dw, axis=1, keepdims=True)
    dz = w * (dw - mean)
    d_dot = beta[:, None] * dz
    dk = np.einsum("bn,bnd->bd", d_dot, M)
    dbeta = np.sum(dz * dot, axis=1)
    read = w[:, :, None] * dr[:, None, :]
    looked = d_dot[:, :, None] * k[:, None, :]
    dM = read + looked
    return dk, dbeta, dM


sign(globals(), "recall_backward")

F = recall_backward
DZ, D_DOT, DK = (
    "w * (dw - mean)",
    "beta[:, None] * dz",
    'np.einsum("bn,bnd->bd", d_dot, M)',
)
DBETA, READ, LOOKED = (
    "np.sum(dz * dot, axis=1)",
    "w[:, :, None] * dr[:, None, :]",
    "d_dot[:, :, None] * k[:, None, :]",
)
MEAN = "np.sum(w * dw, axis=1, keepdims=True)"
DW, SHARES = 'np.einsum("bd,bnd->bn", dr, M)', "p / p.sum(axis=1, keepdims=True)"
# What hints ask to try: two rows of one column, in one example and in two; of two columns.
COLUMN: dict[str, Any] = {"dr": [[2]], "k": [[1.5]], "beta": [2], "M": [[[0.5], [1]]]}
PAIR: dict[str, Any] = {"dr": [[2], [1]], "k": [[1.5], [1]], "beta": [2, 1], "M": [[[0.5], [1]], [[1], [-1]]]}
COLUMNS: dict[str, Any] = {"dr": [[1, -2]], "k": [[1, 0.5]], "beta": [2], "M": [[[1, 0], [0.5, 2]]]}
READING: dict[str, Any] = {"dr": [[0, 1]], "k": [[1, 0]], "beta": [1], "M": [[[0, 5], [1, 5]]]}
EXAMPLE = "Take dr = 2, k = 3/2, β = 2 and the rows 1/2 and 1."
EXAMPLES = f"{EXAMPLE} In a second example take 1 for dr, k and β, and the rows 1 and -1."


def dM_of(answer: list[Array]) -> Array:
    """Its numbers for the first example."""
    return np.ravel(answer[2][0])


BACK_MISTAKES = (
    Mistake(
        "N70",
        "the memory acts in one way alone",
        "A row of the memory changes a little. In which two places of the forward pass does that show?",
        "Each place in which M stands brings a term of its own to dM.",
        {
            "what is read": edit(F, "dM = read + looked", "dM = read"),
            "where it looks": edit(F, "dM = read + looked", "dM = looked"),
        },
        test=f"{EXAMPLE} What is dM? Compare with finite differences.",
        tries=(trial(dM_of, **COLUMN),),
    ),
    Mistake(
        "N70s",
        "the two ways put together otherwise",
        "A change of M takes two ways to r. What becomes of the changes that arrive?",
        "Two ways, two terms: how are they put together, and does each come once?",
        {
            "subtracted": edit(F, "dM = read + looked", "dM = read - looked"),
            "multiplied": edit(F, "dM = read + looked", "dM = read * looked"),
            "their mean": edit(F, "dM = read + looked", "dM = (read + looked) / 2"),
            "reading twice": edit(F, "dM = read + looked", "dM = 2 * read + looked"),
            "looking twice": edit(F, "dM = read + looked", "dM = read + 2 * looked"),
        },
        test=f"{EXAMPLE} What is dM? Compare with finite differences.",
        tries=(trial(dM_of, **COLUMN),),
    ),
    Mistake(
        "N71",
        "softmax row by row",
        "One score goes up. What happens to the weights of the other rows?",
        "The weights sum to 1: whatever one of them wins, the others lose.",
        {
            "w dw": edit(F, DZ, "w * dw"),
            "w (1 - w) dw": edit(F, DZ, "w * (1 - w) * dw"),
            "dw alone": edit(F, DZ, "dw"),
            "(1 - w) dw": edit(F, DZ, "(1 - w) * dw"),
            "w (1 - w)": edit(F, DZ, "w * (1 - w)"),
            "w": edit(F, DZ, "w"),
        },
        test="Take dr = 2, k = 3/2, β = 2 and two rows of 1, so that dz is 0. What is dbeta?",
        tries=(trial(lambda a: a[1][0], **{**COLUMN, "M": [[[1], [1]]]}),),
    ),
    Mistake(
        "N71m",
        "the softmax's mean is another one",
        "Add up dz over the rows of one example. Should anything but 0 come out, and does it?",
        "What is subtracted is a mean of dw over the rows, weighted by w. Is yours?",
        {
            "not weighted": edit(F, MEAN, "dw.mean(axis=1, keepdims=True)"),
            "the sum": edit(F, MEAN, "dw.sum(axis=1, keepdims=True)"),
            "outside of w": edit(F, DZ, "w * dw - mean"),
            "w twice": edit(F, MEAN, "np.sum(w * w * dw, axis=1, keepdims=True)"),
            "each row its own": edit(F, MEAN, "w * dw") + edit(F, "w * (dw - mean)", "w * (dw - 2 * mean)"),
            "of the batch": edit(F, MEAN, "np.sum(w * dw, axis=0, keepdims=True)"),
            "of everything": edit(F, MEAN, "np.sum(w * dw)"),
            "added": edit(F, DZ, "w * (dw + mean)"),
            "without w in front": edit(F, DZ, "dw - mean"),
            "divided by the rows": edit(F, MEAN, "np.mean(w * dw, axis=1, keepdims=True)"),
        },
        test=f"{EXAMPLES} What is dbeta?",
        tries=(trial(lambda a: a[1], **PAIR),),
    ),
    Mistake(
        "N71s",
        "the sign of the softmax",
        "A row with a large dw: should its score go up or down in dz?",
        "From the row's own dw the mean is subtracted. Which of the two do you subtract?",
        {
            "": edit(F, DZ, "w * (mean - dw)"),
        },
        test=f"{EXAMPLE} What is dbeta? Compare with a finite difference.",
        tries=(trial(lambda a: a[1][0], **COLUMN),),
    ),
    Mistake(
        "N72",
        "β is missing on the way back",
        "Let β be 0, so that the key has no say. What should dk be, and dM? What are they with you?",
        "The score is β times a dot product. What does the dot product get of dz, and what does β?",
        {
            "in dk and dM": edit(F, D_DOT, "dz"),
            "in dk": edit(F, DK, 'np.einsum("bn,bnd->bd", dz, M)'),
            "in dM": edit(F, LOOKED, "dz[:, :, None] * k[:, None, :]"),
            "divided": edit(F, D_DOT, "dz / beta[:, None]"),
            "in dk, twice in dM": edit(F, DK, 'np.einsum("bn,bnd->bd", dz, M)')
            + edit(F, LOOKED, "beta[:, None, None] * d_dot[:, :, None] * k[:, None, :]"),
            "in dM, twice in dk": edit(F, DK, 'beta[:, None] * np.einsum("bn,bnd->bd", d_dot, M)')
            + edit(F, LOOKED, "dz[:, :, None] * k[:, None, :]"),
        },
        test="Take dr = 2, k = 3/2, β = 0 and the rows 1/2 and 1. What are dk and the first number of dM?",
        tries=(trial(lambda a: [a[0][0, 0], a[2][0, 0, 0]], **{**COLUMN, "beta": [0]}),),
    ),
    Mistake(
        "N72t",
        "β once too often on the way back",
        "On the way from dw back, how often does β come in, for dk, for dM and for dbeta?",
        "The score is β times a dot product. Which gradient already has β in it, where you multiply?",
        {
            "twice in dk and dM": edit(F, D_DOT, "beta[:, None] ** 2 * dz"),
            "twice in dk": edit(F, DK, 'beta[:, None] * np.einsum("bn,bnd->bd", d_dot, M)'),
            "twice in dM": edit(F, LOOKED, "beta[:, None, None] * d_dot[:, :, None] * k[:, None, :]"),
            "in all scores": edit(F, DZ, "beta[:, None] * w * (dw - mean)"),
        },
        test=f"{EXAMPLE} What are dk, dbeta and the first number of dM?",
        tries=(trial(lambda a: [a[0][0, 0], a[1][0], a[2][0, 0, 0]], **COLUMN),),
    ),
    Mistake(
        "N72f",
        "another weighting than that of the task",
        "Compute w by hand for two rows of two columns, with β = 2. Is it yours?",
        "w is not given, so it has to be made first, exactly as the formulas say.",
        {
            "without β": edit(F, "z = beta[:, None] * dot", "z = dot"),
            "β squared": edit(F, "z = beta[:, None] * dot", "z = beta[:, None] ** 2 * dot"),
            "by a temperature": edit(F, "z = beta[:, None] * dot", "z = dot / beta[:, None]"),
            "cosine": edit(
                F,
                "z = beta[:, None] * dot",
                "z = beta[:, None] * dot / (np.linalg.norm(k, axis=1)[:, None] * np.linalg.norm(M, axis=2))",
            ),
            "by the root of the columns": edit(F, "[:, None] * dot", "[:, None] * dot / k.shape[1] ** 0.5"),
            "even": edit(F, SHARES, "np.ones_like(p) / p.shape[1]"),
            "not divided": edit(F, SHARES, "p"),
            "one row alone": edit(F, SHARES, "(p == p.max(axis=1, keepdims=True)).astype(p.dtype)"),
            "over the batch": edit(F, "p.sum(axis=1, keepdims=True)", "p.sum(axis=0, keepdims=True)"),
            "over everything": edit(F, "p.sum(axis=1, keepdims=True)", "p.sum()"),
        },
        test="Take two examples, dr = (0, 1), k = (1, 0), β = 2, rows (1, 0) and (2, 0). What is w of row 0, in dM?",
        tries=(
            trial(
                lambda a: a[2][:, 0, 1],
                **{name: one * 2 for name, one in READING.items()} | {"beta": [2, 2], "M": [[[1, 0], [2, 0]]] * 2},
            ),
        ),
    ),
    Mistake(
        "N54",
        "the exponential of a large number",
        "What is the exponential of a thousand, in NumPy? And the quotient of two such numbers?",
        "All scores of an example may be made smaller by the same number. Does that change the weights?",
        {
            "": edit(F, "np.exp(z - z.max(axis=1, keepdims=True))", "np.exp(z)"),
        },
        test="Take dr = 2, k = 3/2, β = 1000 and the rows 1/2 and 1. Print each line. What is dM?",
        tries=(trial(dM_of, **{**COLUMN, "beta": [1000]}),),
    ),
    Mistake(
        "N54u",
        "the largest score of all examples subtracted",
        "What do you subtract from the scores of an example? Where β differs much, what is left of the weaker one?",
        "Any number may be subtracted from all scores of an example. Which one keeps its best row from vanishing?",
        {
            "": edit(F, "z.max(axis=1, keepdims=True)", "z.max()"),
        },
        test="Take dr = 2, k = 3/2, β = 100 and rows 1/2 and 1. Take 1, 1, 1000, 1 and 2 beside it. What is dM first?",
        tries=(trial(dM_of, **{**PAIR, "beta": [100, 1000], "M": [[[0.5], [1]], [[1], [2]]]}),),
    ),
    Mistake(
        "N73",
        "dw is another one",
        "How does r change when one weight goes up a little? Which row does it move towards?",
        "r is a sum of rows, each times its weight. What of that stays, for the derivative with respect to one weight?",
        {
            "with the key": edit(F, DW, "dot"),
            "without the memory": edit(F, DW, "dr.sum(axis=1, keepdims=True) + 0 * dot"),
            "times w": edit(F, DW, f"w * {DW}"),
            "the mean over the columns": edit(F, DW, f"{DW} / M.shape[2]"),
        },
        test="Take dr = (1, -2), k = (1, 1/2), β = 2, the rows (1, 0) and (1/2, 2). What is dbeta?",
        tries=(trial(lambda a: a[1][0], **COLUMNS),),
    ),
    Mistake(
        "N74",
        "dk from something else",
        "Say dz is (1, -1). What should dk be, by β and the two rows, and what is it with you?",
        "Each row pulls at the key, by the gradient of its score.",
        {
            "the weights": edit(F, DK, 'beta[:, None] * np.einsum("bn,bnd->bd", w, M)'),
            "dw": edit(F, DK, 'beta[:, None] * np.einsum("bn,bnd->bd", dw, M)'),
            "the mean over the rows": edit(F, DK, f"{DK} / M.shape[1]"),
            "of the batch": edit(F, DK, 'np.einsum("bn,bnd->d", d_dot, M) + 0 * k'),
            "with dr": edit(F, DK, "d_dot.sum(axis=1, keepdims=True) * dr"),
            "and what is read": edit(F, DK, f"{DK} + dr"),
            "no rows": edit(F, DK, "d_dot.sum(axis=1, keepdims=True) * k"),
            "times the key": edit(F, DK, f"{DK} * k"),
        },
        test=f"{EXAMPLES} What is dk? Compare with finite differences.",
        tries=(trial(lambda a: a[0][:, 0], **PAIR),),
    ),
    Mistake(
        "N75",
        "dbeta from something else",
        "Say dz is (1, -1). What should dbeta be, by the two dot products, and what is it with you?",
        "β is one number for all rows of an example. Which rows does its gradient come from?",
        {
            "the scores": edit(F, DBETA, "np.sum(dz * z, axis=1)"),
            "no dot product": edit(F, DBETA, "np.sum(np.abs(dz), axis=1)"),
            "dw": edit(F, DBETA, "np.sum(dw * dot, axis=1)"),
            "the weights": edit(F, DBETA, "np.sum(w * dot, axis=1)"),
            "the mean over the rows": edit(F, DBETA, "np.mean(dz * dot, axis=1)"),
            "over the batch": edit(F, DBETA, "np.sum(dz * dot) + 0 * beta"),
            "with what is read": edit(F, DBETA, "np.sum(dz * dw, axis=1)"),
            "row by row": edit(F, DBETA, "dz * dot"),
            "weighted once more": edit(F, DBETA, "np.sum(w * dz * dot, axis=1)"),
            "the sign": edit(F, DBETA, "-np.sum(dz * dot, axis=1)"),
        },
        test=f"{EXAMPLES} What is dbeta? Compare with finite differences.",
        tries=(trial(lambda a: a[1], **PAIR),),
    ),
    Mistake(
        "N76",
        "what is read, in dM",
        "One of two rows has a quarter of the weight. Which part of dr should it get by being read?",
        "r is the sum of w(i) M(i). What stands beside M(i)?",
        {
            "without w": edit(F, READ, "dr[:, None, :] + 0 * M"),
            "with dw": edit(F, READ, "dw[:, :, None] * dr[:, None, :]"),
            "times dw": edit(F, READ, "(w * dw)[:, :, None] * dr[:, None, :]"),
            "with dz": edit(F, READ, "dz[:, :, None] * dr[:, None, :]"),
            "times the memory": edit(F, READ, "w[:, :, None] * dr[:, None, :] * M"),
            "the weights alone": edit(F, READ, "w[:, :, None] + 0 * M"),
            "by the rows": edit(F, READ, "dr[:, None, :] / M.shape[1] + 0 * M"),
        },
        test="Take β = 1, k = (1, 0), dr = (0, 1) and the rows (0, 5) and (1, 5): only reading is left. What is dM?",
        tries=(trial(dM_of, **READING),),
    ),
    Mistake(
        "N77",
        "where the head looks, in dM",
        "The score of row i is β k·M(i). What is its derivative with respect to M(i)?",
        "In a dot product each vector gets the other one.",
        {
            "M in place of k": edit(F, LOOKED, "d_dot[:, :, None] * M"),
            "dr in place of k": edit(F, LOOKED, "d_dot[:, :, None] * dr[:, None, :]"),
            "no key": edit(F, LOOKED, "d_dot[:, :, None] + 0 * M"),
        },
        test=f"{EXAMPLE} What is dM? Compare with finite differences.",
        tries=(trial(dM_of, **COLUMN),),
    ),
    Mistake(
        "N77z",
        "where the head looks, in dM, by another gradient than dz",
        "Say dz is (1, -1). What should looking bring to each row of dM, and does yours come from dz?",
        "From r back to where the head looks the way leads through the softmax. Compare with dk.",
        {
            "with w": edit(F, LOOKED, "beta[:, None, None] * w[:, :, None] * k[:, None, :]"),
            "with dw": edit(F, LOOKED, "beta[:, None, None] * dw[:, :, None] * k[:, None, :]"),
            "weighted once more": edit(F, LOOKED, "(w * d_dot)[:, :, None] * k[:, None, :]"),
        },
        test=f"{EXAMPLE} What is dM? Compare with finite differences.",
        tries=(trial(dM_of, **COLUMN),),
    ),
    Mistake(
        "N15",
        "rows and columns exchanged, silent only where there are as many",
        "Over which index does each of your products sum: over rows, or over columns?",
        "Write the shape of each array beside its name. What has an entry for each row?",
        {
            "dk": edit(F, '"bn,bnd->bd"', '"bn,bdn->bd"'),
            "dw": edit(
                F,
                'dw = np.einsum("bd,bnd->bn", dr, M)',
                'dw = np.einsum("bd,bdn->bn", dr, M)',
            ),
            "the dot products": edit(
                F,
                'dot = np.einsum("bd,bnd->bn", k, M)',
                'dot = np.einsum("bd,bdn->bn", k, M)',
            ),
            "what is read": edit(F, READ, "w[:, None, :] * dr[:, :, None]"),
            "where it looks": edit(F, LOOKED, "d_dot[:, None, :] * k[:, :, None]"),
            "both": edit(F, READ, "w[:, None, :] * dr[:, :, None]")
            + edit(F, LOOKED, "d_dot[:, None, :] * k[:, :, None]"),
        },
        test="Take three rows of two columns. Which shape has dM?",
        tries=(trial(lambda a: np.shape(a[2]), **{**COLUMNS, "M": [[[1, 0], [0.5, 1], [0, 1]]]}),),
    ),
)


def recalled(r: Generator, B: int, N: int, D: int) -> tuple[Array, Array, Array, Array]:
    """A key, a strength on both sides of 1, a memory: such that no gradient of the strength is near 0."""
    beta = r.permutation(np.linspace(0.6, 1.7, B)) + r.uniform(0.02, 0.05)
    while True:
        dr, k, M = (
            r.normal(size=(B, D)),
            r.normal(size=(B, D)),
            r.normal(size=(B, N, D)),
        )
        if (np.abs(recall_backward(dr, k, beta, M)[1]) > 0.1).all():
            return dr, k, beta, M


def strong(r: Generator) -> tuple[Array, Array, Array, Array]:
    """Scores around 800 and 1,650 that lie near each other, so that no row has all the weight.

    What is written is none of what is looked for: else dbeta, a small difference of large numbers, would lose to an ε
    in the softmax's sum what no other gradient loses.
    """
    while True:
        dr, k, _, M = recalled(r, 2, 4, 3)
        k /= np.linalg.norm(k, axis=1, keepdims=True)
        M -= np.einsum("bnd,bd->bn", M, k)[:, :, None] * k[:, None]
        dr -= np.sum(dr * k, axis=1, keepdims=True) * k
        x = np.array([0.0, 0.6, 1.3, 2.1]) * r.uniform(0.9, 1.1, size=(2, 1))
        beta, M = np.array([800.0, 1100.0]), M + (np.array([[1], [1.5]]) - x / 1000)[:, :, None] * k[:, None]
        if np.abs(recall_backward(dr, k, beta, M)[1]).max() > 5e-4:
            return dr, k, beta, M


def with_beta(given: tuple[Array, ...], beta: float) -> tuple[Array, ...]:
    """The same with another strength."""
    return (*given[:2], np.full(len(given[2]), beta), given[3])


# Another right way to the softmax loses digits where scores are large: what is allowed in float32, everywhere.
ROUNDED = 3e-5

back_exercise = Exercise(
    name="ntm.recall_backward",
    task="Back through a look-up by the dot product: w(i) is the softmax over rows of β k·M(i), and r the sum of "
    "w(i) M(i). From dr, the gradient of the loss with respect to r, the gradients with respect to k, β and M. "
    "Compute w first; β may be large. Keep the dtype; NumPy only.",
    arguments=(
        Value("dr", "B D", "gradient with respect to what is read"),
        Value("k", "B D", "keys"),
        Value("beta", "B", "key strengths"),
        Value("M", "B N D", "the memory"),
    ),
    outputs=(
        Value("dk", "B D", tolerance=ROUNDED),
        Value("dbeta", "B", tolerance=1e-4),
        Value("dM", "B N D", tolerance=ROUNDED),
    ),
    reference=recall_backward,
    cases={
        "general": lambda r: recalled(r, 2, 5, 3),
        "two rows": lambda r: recalled(r, 3, 2, 4),
        "β one": lambda r: with_beta(recalled(r, 2, 4, 3), 1.0),
        "β zero": lambda r: with_beta(recalled(r, 2, 3, 4), 0.0),
        "strong": strong,
        "square": lambda r: recalled(r, 3, 3, 3),
        "float32": lambda r: in_float32(recalled(r, 2, 4, 3)),
    },
    facets=(
        Facet("dk, with β = 1", 1, ("β one",), ("dk",)),
        Facet(
            "dk, any β",
            2,
            ("general", "two rows", "β zero", "square", "float32"),
            ("dk",),
        ),
        Facet(
            "dbeta",
            2,
            ("general", "two rows", "β one", "β zero", "square", "float32"),
            ("dbeta",),
        ),
        Facet("dM, with β = 0", 2, ("β zero",), ("dM",)),
        Facet("dM, with β = 1", 1, ("β one",), ("dM",)),
        Facet("dM, any β", 2, ("general", "two rows", "square", "float32"), ("dM",)),
        Facet("a large β", 2, ("strong",)),
    ),
    mistakes=BACK_MISTAKES,
    words=WORDS,
)
