"""Several heads read one memory, and several write into it; and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, instead, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import B_N_D, B_R, B_R_D, B_R_N, B_V_D, B_V_N, checked

WORDS = {"N": "row", "D": "column", "R": "head", "V": "head", "J": "head", "C": "shift"}


def weightings(r: Generator, *shape: int) -> Array:
    """Numbers above 0 that sum to 1 along the last axis."""
    w: Array = r.dirichlet(np.ones(shape[-1]), size=shape[:-1])
    return w


def sharp(r: Generator, *shape: int) -> Array:
    """All weight on one row."""
    return np.eye(shape[-1])[r.integers(0, shape[-1], shape[:-1])]


# ---------------------------------------------------------------------------------------------------------------------
# Several heads read


@checked
def soft_read(w: B_R_N, M: B_N_D) -> tuple[B_R_D, B_R]:
    r"""What each head reads, and how many rows it looks at.

    .. math:: r^h = \sum_i w^h(i)\, M(i), \qquad n^h = \frac{1}{\sum_i w^h(i)^2}

    Returns r and n.
    """
    r = np.einsum("brn,bnd->brd", w, M)
    n = 1 / np.sum(w**2, axis=2)
    return r, n


sign(globals(), "soft_read")

READ, ROWS = 'np.einsum("brn,bnd->brd", w, M)', "1 / np.sum(w**2, axis=2)"
ENTROPY = "-np.sum(w * np.log(np.where(w > 0, w, 1)), axis=2)"
# What hints ask to try: a head's look at two rows, 1 and 3.
LOOK = {"w": [[[0.5, 0.5]]], "M": [[[1], [3]]]}
TWO_LOOK = {"w": [[[1, 0], [0, 1]]], "M": [[[1], [3]]]}


def at(*weights: float) -> dict[str, Any]:
    """One head with these weights, and as many rows."""
    return {"w": [[weights]], "M": [[[i] for i in range(len(weights))]]}


def noticed(before: Array, *after: Array) -> list[bool]:
    """Of each change the examples in which something of the answer is another."""
    return [bool(np.abs(a - b).max() > 1e-6) for one in after for b, a in zip(before, one, strict=True)]


READ_MISTAKES = (
    Mistake(
        "N30",
        "one weighting for all heads",
        "Change the weighting of one head. Which of your vectors change, and which should?",
        "Each head has a weighting of its own. Which index of w counts the heads in your lines?",
        {
            "the first": edit(soft_read, READ, 'np.einsum("brn,bnd->brd", w[:, :1] + 0 * w, M)'),
            "the last": edit(soft_read, READ, 'np.einsum("brn,bnd->brd", w[:, -1:] + 0 * w, M)'),
            "the mean": edit(
                soft_read,
                READ,
                'np.einsum("brn,bnd->brd", w.mean(axis=1, keepdims=True) + 0 * w, M)',
            ),
            "the sum": edit(
                soft_read,
                READ,
                'np.einsum("brn,bnd->brd", w.sum(axis=1, keepdims=True) + 0 * w, M)',
            ),
        },
        test="Take two rows that hold 1 and 3, and a head with all its weight on each. What do both read?",
        tries=(
            trial(lambda a, b: list(np.any(a[0] != b[0], axis=(0, 2))), {"w": [[[0.5, 0.5], [0, 1]]]}, **TWO_LOOK),
            trial(lambda a: a[0][0, :, 0], **TWO_LOOK),
        ),
    ),
    Mistake(
        "N30s",
        "what the heads read is put together",
        "How many vectors does one example get from R heads: one, or R?",
        "What one head reads is no business of another one's.",
        {
            "added": edit(soft_read, READ, 'np.einsum("brn,bnd->bd", w, M)'),
            "their mean": edit(soft_read, READ, 'np.einsum("brn,bnd->bd", w, M) / w.shape[1]'),
            "side by side": edit(soft_read, READ, f"{READ}.reshape(len(w), -1)"),
        },
        test="Print the shape of what you return, with one example, two heads and one column.",
        tries=(trial(lambda a: np.shape(a[0]), **TWO_LOOK),),
    ),
    Mistake(
        "N19",
        "one memory for the batch",
        "Change the memory of one example after the other. Which example reads something else each time?",
        "Each example has a memory of its own. Which one does each of your weightings meet?",
        {
            "of the first": edit(soft_read, READ, 'np.einsum("brn,bnd->brd", w, M[:1] + 0 * M)'),
            "of the last": edit(soft_read, READ, 'np.einsum("brn,bnd->brd", w, M[-1:] + 0 * M)'),
            "all together": edit(soft_read, READ, 'np.einsum("brn,cnd->brd", w, M)'),
            "the mean": edit(soft_read, READ, 'np.einsum("brn,cnd->brd", w, M) / len(M)'),
        },
        test="Take two examples with the same weightings, and a memory of zeros, then of ones. What do they read?",
        tries=(
            trial(
                lambda a, b, c: noticed(a[0], b[0], c[0]),
                {"M": [[[2], [2]], [[5], [7]]]},
                {"M": [[[1], [3]], [[2], [2]]]},
                w=[[[0.5, 0.5]]] * 2,
                M=[[[1], [3]], [[5], [7]]],
            ),
            trial(lambda a: a[0][:, 0, 0], w=[[[0.5, 0.5]]] * 2, M=[[[0], [0]], [[1], [1]]]),
        ),
    ),
    Mistake(
        "N15",
        "rows and columns exchanged, silent only where there are as many",
        "Which index of the memory counts the rows: the one over which you sum?",
        "The weighting has a number for each row. What has as many entries in the memory?",
        {
            "": edit(soft_read, '"brn,bnd->brd"', '"brn,bdn->brd"'),
            "the heads too": edit(soft_read, '"brn,bnd->brd"', '"bnr,bnd->brd"'),
        },
        test="Take three rows of two columns, and one head. Which shape has what it reads?",
        tries=(trial(lambda a: np.shape(a[0]), w=[[[1, 0, 0]]], M=[[[1, 2], [3, 4], [5, 6]]]),),
    ),
    Mistake(
        "N31",
        "one row alone is read",
        "Two rows hold 1 and 3, with the weight one half each. Is what you read midway between them?",
        "A soft read takes something of each row. How many rows have a say in yours?",
        {
            "the largest weight": edit(soft_read, READ, "M[np.arange(len(M))[:, None], w.argmax(axis=2)]"),
            "times its weight": edit(
                soft_read,
                READ,
                "w.max(axis=2, keepdims=True) * M[np.arange(len(M))[:, None], w.argmax(axis=2)]",
            ),
            "the largest product": edit(soft_read, READ, "np.max(w[:, :, :, None] * M[:, None], axis=2)"),
        },
        test="Take two rows, 1 and 2, with the weights 0.6 and 0.4. What is read?",
        tries=(
            trial(lambda a: a[0][0, 0, 0], **LOOK),
            trial(lambda a: a[0][0, 0, 0], w=[[[0.6, 0.4]]], M=[[[1], [2]]]),
        ),
    ),
    Mistake(
        "N32",
        "the weights do not count, or not once",
        "Two rows hold 0 and 1. The second one's weight goes from 0.4 to 0.8: how much more do you read?",
        "Each row counts as much as its weight says. Follow one weight through your lines.",
        {
            "the mean of the rows": edit(soft_read, READ, "M.mean(axis=1)[:, None, :] + 0 * w[:, :, :1]"),
            "the sum of the rows": edit(soft_read, READ, "M.sum(axis=1)[:, None, :] + 0 * w[:, :, :1]"),
            "squares": edit(soft_read, '"brn,bnd->brd", w,', '"brn,bnd->brd", w**2,'),
            "roots": edit(soft_read, '"brn,bnd->brd", w,', '"brn,bnd->brd", np.sqrt(w),'),
            "softmax of them": edit(
                soft_read,
                '"brn,bnd->brd", w,',
                '"brn,bnd->brd", np.exp(w) / np.exp(w).sum(axis=2, keepdims=True),',
            ),
        },
        test="Take two rows, 0 and 1, with the weights 0.2 and 0.8. What is read?",
        tries=(
            trial(lambda a, b: (b[0] - a[0])[0, 0, 0], at(0.2, 0.8), **at(0.6, 0.4)),
            trial(lambda a: a[0][0, 0, 0], **at(0.2, 0.8)),
        ),
    ),
    Mistake(
        "N32d",
        "divided by something more",
        "Two heads look evenly at two rows that hold 2 everywhere. Is 2 what each of them reads?",
        "The weights sum to 1 already. By what do you divide, and what for?",
        {
            "by the rows": edit(soft_read, READ, f"{READ} / w.shape[2]"),
            "by the heads": edit(soft_read, READ, f"{READ} / w.shape[1]"),
            "by the length": edit(soft_read, READ, f"{READ} / np.linalg.norm(w, axis=2, keepdims=True)"),
            "by its own length": edit(
                soft_read,
                READ,
                f"(u := {READ}) / np.linalg.norm(u, axis=2, keepdims=True)",
            ),
            "by the largest": edit(soft_read, READ, f"{READ} / w.max(axis=2, keepdims=True)"),
        },
        test="Take two heads with even weights, and two rows of three columns, all 2. What does a head read?",
        tries=(trial(lambda a: a[0][0, 0, 0], w=[[[0.5, 0.5]] * 2], M=[[[2, 2, 2]] * 2]),),
    ),
    Mistake(
        "N33",
        "the sum over the rows is left out, or another one is taken",
        "How many numbers does one head read? Over what do you sum?",
        "A head gets one vector with an entry for each column.",
        {
            "left out": edit(soft_read, READ, "w[:, :, :, None] * M[:, None]"),
            "over the columns": edit(soft_read, READ, 'np.einsum("brn,bnd->brn", w, M)'),
        },
        test="Take one head, two rows and one column. Which shape has what it reads?",
        tries=(trial(lambda a: np.shape(a[0]), **LOOK),),
    ),
    Mistake(
        "N33r",
        "a row is never read",
        "Put all weight on one row, then on the next. Is there a row that you never read?",
        "The rows count from 0 to N-1. With which one do you begin, and where do you end?",
        {
            "the first": edit(soft_read, READ, 'np.einsum("brn,bnd->brd", w[:, :, 1:], M[:, 1:])'),
            "the last": edit(soft_read, READ, 'np.einsum("brn,bnd->brd", w[:, :, :-1], M[:, :-1])'),
        },
        test="Take two rows, 1 and 3, with all weight on the first one, then on the other. What is read?",
        tries=(trial(lambda a, b: [a[0][0, 0, 0], b[0][0, 0, 0]], {"w": [[[0, 1]]]}, **{**LOOK, "w": [[[1, 0]]]}),),
    ),
    Mistake(
        "N33h",
        "what one head has read is in the next one too",
        "Does the second head change when only the weighting of the first one does?",
        "Each head begins with nothing. What stands in your sum when a new head begins?",
        edit(soft_read, READ, f"np.cumsum({READ}, axis=1)"),
        test="Take two heads with the same weighting, on rows that are not zero. Do they read the same?",
        tries=(
            trial(lambda a, b: bool(np.any(a[0][0, 1] != b[0][0, 1])), {"w": [[[0.5, 0.5], [0, 1]]]}, **TWO_LOOK),
            trial(lambda a: bool(a[0][0, 0, 0] == a[0][0, 1, 0]), **{**LOOK, "w": [[[0.5, 0.5]] * 2]}),
        ),
    ),
    Mistake(
        "N34",
        "no reciprocal in the number of rows",
        "A head looks at four rows alike. Is your number 4?",
        "The sum of squares is largest for one row. Should the number of rows be largest there?",
        {
            "": edit(soft_read, ROWS, "np.sum(w**2, axis=2)"),
            "one minus": edit(soft_read, ROWS, "1 - np.sum(w**2, axis=2)"),
            "minus": edit(soft_read, ROWS, "-np.sum(w**2, axis=2)"),
        },
        test="Take all weight on one row, then half of it on each of two. Which numbers come out?",
        tries=(
            trial(lambda a: a[1][0, 0], **at(0.25, 0.25, 0.25, 0.25)),
            trial(lambda a, b: [a[1][0, 0], b[1][0, 0]], at(0.5, 0.5), **at(1, 0)),
        ),
    ),
    Mistake(
        "N35",
        "another power, or the squares in another place",
        "A head looks at four rows alike. Is your number 4, or is it 1, 2 or 16?",
        "First each weight is squared, then the sum is taken, and at last the reciprocal.",
        {
            "root": edit(soft_read, ROWS, "1 / np.sqrt(np.sum(w**2, axis=2))"),
            "square of the sum": edit(soft_read, "np.sum(w**2, axis=2)", "np.sum(w, axis=2) ** 2"),
            "squared": edit(soft_read, ROWS, "1 / np.sum(w**2, axis=2) ** 2"),
            "cubes": edit(soft_read, "w**2", "w**3"),
        },
        test="Take four rows with a weight of one quarter each, and follow the numbers by hand.",
        tries=(trial(lambda a: a[1][0, 0], **at(0.25, 0.25, 0.25, 0.25)),),
    ),
    Mistake(
        "N35r",
        "reciprocals before the sum",
        "With a weight of 0 somewhere: does your number stay finite? Should a row without weight count?",
        "In the task one number is turned into its reciprocal. How many are in your line?",
        {
            "of squares": edit(soft_read, ROWS, "np.sum(1 / w**2, axis=2)"),
            "of weights": edit(soft_read, ROWS, "np.sum(1 / w, axis=2)"),
        },
        test="Take two rows with the weights 1 and 0. Which number comes out?",
        tries=(trial(lambda a: a[1][0, 0], **at(1, 0)),),
    ),
    Mistake(
        "N36",
        "the sum of squares over another axis",
        "Over what do you sum the squares: over rows, over heads, or over everything?",
        "Each head of each example gets one number. Which axis goes?",
        {
            "heads": edit(soft_read, "np.sum(w**2, axis=2)", "np.sum(w**2, axis=1)"),
            "examples": edit(soft_read, "np.sum(w**2, axis=2)", "np.sum(w**2, axis=0)"),
            "heads and rows": edit(soft_read, "np.sum(w**2, axis=2)", "np.sum(w**2, axis=(1, 2))"),
            "everything": edit(soft_read, "np.sum(w**2, axis=2)", "np.sum(w**2)"),
            "an axis too many": edit(soft_read, "np.sum(w**2, axis=2)", "np.sum(w**2, axis=2, keepdims=True)"),
        },
        test="Take one example with two heads and three rows. Which shape has n?",
        tries=(trial(lambda a: np.shape(a[1]), w=[[[1, 0, 0], [0, 1, 0]]], M=[[[1]] * 3]),),
    ),
    Mistake(
        "N36m",
        "a mean where a sum is asked for, or a share of the rows",
        "A head looks at one row alone. Does your number depend on how many other rows there are?",
        "The number of rows of the memory is in your answer somewhere. Is it in the formula?",
        {
            "mean": edit(soft_read, "np.sum(w**2, axis=2)", "np.mean(w**2, axis=2)"),
            "share": edit(soft_read, ROWS, "1 / np.sum(w**2, axis=2) / w.shape[2]"),
        },
        test="Take all weight on one row, of a memory of two rows and of one of ten. Which numbers come out?",
        tries=(
            trial(lambda a, b: bool(np.any(a[1] != b[1])), at(1, *[0] * 9), **at(1, 0)),
            trial(lambda a, b: [a[1][0, 0], b[1][0, 0]], at(1, *[0] * 9), **at(1, 0)),
        ),
    ),
    Mistake(
        "N37",
        "rows counted in another way",
        "Take the weights 0.9 and 0.1: what does the formula give, and what do you?",
        "There are several ways to count rows softly. Compare yours with the formula, term by term.",
        {
            "entropy": edit(soft_read, ROWS, ENTROPY),
            "its exponential": edit(soft_read, ROWS, f"np.exp({ENTROPY})"),
            "its exponential, and a little": edit(soft_read, ROWS, "np.exp(-np.sum(w * np.log(w + 1e-12), axis=2))"),
            "by the largest": edit(soft_read, ROWS, "1 / w.max(axis=2)"),
            "logarithm": edit(soft_read, ROWS, "np.log(1 / np.sum(w**2, axis=2))"),
            "what is read": edit(soft_read, ROWS, "1 / np.sum(r**2, axis=2)"),
        },
        test="Take the weights 0.9 and 0.1, and compute the formula with pencil and paper.",
        tries=(trial(lambda a: a[1][0, 0], **at(0.9, 0.1)),),
    ),
    Mistake(
        "N37c",
        "rows counted in whole numbers",
        "Move a little weight from one row to another. Does your number change? Should it?",
        "In the formula a row with little weight counts a little. What does it count with you?",
        {
            "all with weight": edit(soft_read, ROWS, "np.sum(w > 0, axis=2).astype(w.dtype)"),
            "all above an even share": edit(soft_read, ROWS, "np.sum(w > 1 / w.shape[2], axis=2).astype(w.dtype)"),
            "rounded": edit(soft_read, ROWS, "np.round(1 / np.sum(w**2, axis=2))"),
            "all of an even share or more": edit(
                soft_read, ROWS, "np.sum(w >= 1 / w.shape[2], axis=2).astype(w.dtype)"
            ),
        },
        test="Take the weights 0.9 and 0.1, then 0.8 and 0.2. Which numbers come out?",
        tries=(
            trial(lambda a, b: bool(np.any(a[1] != b[1])), at(0.8, 0.2), **at(0.9, 0.1)),
            trial(lambda a, b: [a[1][0, 0], b[1][0, 0]], at(0.8, 0.2), **at(0.9, 0.1)),
        ),
    ),
    Mistake(
        "N37h",
        "one number for all heads",
        "One head looks at one row, another one at all. Do they get different numbers from you?",
        "Each head looks in its own way. Where do your heads come together?",
        {
            "the mean": edit(
                soft_read,
                "return r, n",
                "return r, n.mean(axis=1, keepdims=True) + 0 * n",
            ),
            "of the first": edit(soft_read, "return r, n", "return r, n[:, :1] + 0 * n"),
            "of the mean weighting": edit(
                soft_read,
                ROWS,
                "1 / np.sum(w.mean(axis=1, keepdims=True) ** 2, axis=2) + 0 * w[:, :, 0]",
            ),
        },
        test="Take two rows and two heads: all weight on one row, and half on each. Which numbers come out?",
        tries=(
            trial(lambda a: bool(a[1][0, 0] != a[1][0, 1]), w=[[[1, 0], [0.5, 0.5]]], M=[[[1], [3]]]),
            trial(lambda a: a[1][0], w=[[[1, 0], [0.5, 0.5]]], M=[[[1], [3]]]),
        ),
    ),
)

read_exercise = Exercise(
    name="ntm.soft_read",
    task="R heads read the same memory, each with a weighting of its own: r of each head is the sum over rows i of "
    "w(i) M(i) (as eq-ntm-read for one). And the number of rows that it looks at: n = 1 / Σ w(i)². Keep the dtype; "
    "NumPy only.",
    arguments=(
        Value(
            "w",
            "B R N",
            "a weighting of each head: at least 0, sums to 1 over the rows",
        ),
        Value("M", "B N D", "the memory of each example"),
    ),
    outputs=(
        Value("r", "B R D", "what each head reads"),
        Value("n", "B R", "how many rows it looks at, from 1 to N"),
    ),
    reference=soft_read,
    cases={
        "general": lambda r: (weightings(r, 2, 3, 5), r.normal(size=(2, 5, 4))),
        "one head": lambda r: (weightings(r, 3, 1, 4), r.normal(size=(3, 4, 2))),
        "sharp": lambda r: (sharp(r, 2, 3, 4), r.normal(size=(2, 4, 5))),
        "even": lambda r: (np.full((2, 2, 6), 1 / 6), r.normal(size=(2, 6, 3))),
        "square": lambda r: (weightings(r, 3, 3, 3), r.normal(size=(3, 3, 3))),
        "float32": lambda r: (
            weightings(r, 2, 2, 5).astype(np.float32),
            r.normal(size=(2, 5, 3)).astype(np.float32),
        ),
    },
    facets=(
        Facet("what a single head reads", 1, ("one head",), ("r",)),
        Facet(
            "what several heads read",
            1,
            ("general", "sharp", "even", "square", "float32"),
            ("r",),
        ),
        Facet("how many rows each looks at", 2, (), ("n",)),
    ),
    mistakes=READ_MISTAKES,
    words=WORDS,
)

# ---------------------------------------------------------------------------------------------------------------------
# One head after the other writes


@checked
def write_in_turn(M: B_N_D, w: B_V_N, e: B_V_D, a: B_V_D) -> B_N_D:
    r"""The memory after V heads have written, each in what the one before has left.

    .. math:: M^v(i) = M^{v-1}(i) \odot \bigl(1 - w^v(i)\, e^v\bigr) + w^v(i)\, a^v

    In another order than the package's, where all erase before one adds.
    """
    for v in range(w.shape[1]):
        w_v, e_v, a_v = w[:, v, :, None], e[:, v, None, :], a[:, v, None, :]
        M = M * (1 - w_v * e_v)
        M = M + w_v * a_v
    return M


sign(globals(), "write_in_turn")


def all_erase_first(M: Array, w: Array, e: Array, a: Array) -> Array:
    """The package's order."""
    for v in range(w.shape[1]):
        M = M * (1 - w[:, v, :, None] * e[:, v, None, :])
    return M + np.einsum("bvn,bvd->bnd", w, a)


def all_add_first(M: Array, w: Array, e: Array, a: Array) -> Array:
    """Then all erase."""
    M = M + np.einsum("bvn,bvd->bnd", w, a)
    for v in range(w.shape[1]):
        M = M * (1 - w[:, v, :, None] * e[:, v, None, :])
    return M


def each_in_the_old(M: Array, w: Array, e: Array, a: Array) -> Array:
    """Each head meets the memory that was given, and what they change is added up."""
    change = np.zeros_like(M)
    for v in range(w.shape[1]):
        change = change + w[:, v, :, None] * (a[:, v, None, :] - e[:, v, None, :] * M)
    return M + change


def mean_of_all(M: Array, w: Array, e: Array, a: Array) -> Array:
    """Each head meets the memory that was given; the mean of what they make of it."""
    change = np.zeros_like(M)
    for v in range(w.shape[1]):
        change = change + w[:, v, :, None] * (a[:, v, None, :] - e[:, v, None, :] * M)
    return M + change / w.shape[1]


def one_merged_head(M: Array, w: Array, e: Array, a: Array) -> Array:
    """All heads made into one: the mean of their vectors, at all of their weights."""
    total = w.sum(axis=1)[:, :, None]
    return M * (1 - total * e.mean(axis=1)[:, None, :]) + total * a.mean(axis=1)[:, None, :]


def one_head_an_example(M: Array, w: Array, e: Array, a: Array) -> Array:
    """Heads counted as examples are: each of them writes into one."""
    M = M.copy()
    for b in range(min(w.shape[:2])):
        M[b] = M[b] * (1 - np.outer(w[b, b], e[b, b])) + np.outer(w[b, b], a[b, b])
    return M


ERASED, ADDED, HEADS = "M * (1 - w_v * e_v)", "M + w_v * a_v", "range(w.shape[1])"
TAKEN = "w_v, e_v, a_v = w[:, v, :, None], e[:, v, None, :], a[:, v, None, :]"
# What hints ask to try: heads that write into rows of one column.
ONE = {"M": [[[0]]], "w": [[[1]]], "e": [[[1]]], "a": [[[1]]]}  # one head, one row
SAME = {"M": [[[0]]], "w": [[[1], [1]]], "e": [[[1], [1]]], "a": [[[1], [2]]]}  # two heads on one row
# And on two rows.
OTHER: dict[str, Any] = {
    "M": [[[0], [0]]],
    "w": [[[1, 0], [0, 1]]],
    "e": [[[0.5], [0.25]]],
    "a": [[[1], [2]]],
}


def rows(M: Array) -> Array:
    """What stands in the rows of the first example."""
    return M[0, :, 0]


WRITE_MISTAKES = (
    Mistake(
        "N40",
        "all heads erase before one adds",
        "Head 0 adds, head 1 erases the same row wholly. What should be left of what head 0 has added?",
        "In the formula both happen for one head before the next one comes. How often does your loop go round?",
        {
            "": instead(write_in_turn, all_erase_first),
        },
        test="Take two heads on one empty row, with e = 1 and a = 1 for both. What stands there afterwards?",
        tries=(
            trial(rows, **{**SAME, "e": [[[0], [1]]], "a": [[[1], [0]]]}),
            trial(rows, **{**SAME, "a": [[[1], [1]]]}),
        ),
    ),
    Mistake(
        "N40a",
        "all heads add before one erases",
        "The last head adds something. Is anything of that erased in your answer?",
        "In the formula both happen for one head before the next one comes. Which comes first for one head?",
        {
            "": instead(write_in_turn, all_add_first),
        },
        test="Take two heads on one empty row, a = 1 for both and e = 1 for the first alone. What stands there?",
        tries=(
            trial(rows, **{**SAME, "e": [[[1], [0]]], "a": [[[0], [1]]]}),
            trial(rows, **{**SAME, "e": [[[1], [0]]], "a": [[[1], [1]]]}),
        ),
    ),
    Mistake(
        "N12",
        "add before erase",
        "Write into an empty memory with w = 1 and e = 1. What is left of what you have written?",
        "A head makes room first. What does its erase vector meet in your lines?",
        {
            "": edit(write_in_turn, ERASED, "(M + w_v * a_v) * (1 - w_v * e_v)") + edit(write_in_turn, ADDED, "M"),
        },
        test="Take one empty row and one head, with w = 1, e = 1 and a = 1. What stands there afterwards?",
        tries=(trial(rows, **ONE),),
    ),
    Mistake(
        "N41",
        "the heads in another order",
        "Two heads write to the same row, the last one with e = 1. Whose vector is left?",
        "Head 0 comes first. Which head comes first with you?",
        {
            "from the last": edit(write_in_turn, HEADS, "reversed(range(w.shape[1]))"),
            "the first one last": edit(write_in_turn, HEADS, "[*range(1, w.shape[1]), 0]"),
        },
        test="Take two heads on one row, both with e = 1, that add 1 and 2. What stands there afterwards?",
        tries=(trial(rows, **SAME),),
    ),
    Mistake(
        "N42",
        "each head meets the memory that was given",
        "Which memory does head 1 erase in: the given one, or what head 0 has left?",
        "In the formula the memory of head v comes from that of head v-1. Where does yours come from?",
        {
            "what they change added up": instead(write_in_turn, each_in_the_old),
            "their mean": instead(write_in_turn, mean_of_all),
        },
        test="Take two heads on one empty row, both with e = 1, that add 1 and 2. What stands there afterwards?",
        tries=(trial(rows, **SAME),),
    ),
    Mistake(
        "N42l",
        "some heads do not write",
        "Take away the weights of one head after the other. Does your answer change for each of them?",
        "How many heads are there, and which of them write with you?",
        {
            "the first left out": edit(write_in_turn, HEADS, "range(1, w.shape[1])"),
            "the last left out": edit(write_in_turn, HEADS, "range(w.shape[1] - 1)"),
            "the first alone": edit(write_in_turn, HEADS, "range(1)"),
        },
        test="Take two empty rows and a head on each, that add 1 and 2. What stands in both rows?",
        tries=(
            trial(
                lambda M, *after: [bool(np.any(one != M)) for one in after],
                {"w": [[[0, 0], [0, 1]]]},
                {"w": [[[1, 0], [0, 0]]]},
                **OTHER,
            ),
            trial(rows, **OTHER),
        ),
    ),
    Mistake(
        "N42g",
        "each head begins with the given memory, and the last one stays",
        "What is left in your answer of what head 0 has written? Which memory does head 1 begin with?",
        "Each head writes into what the one before has left. Under which name do you keep that?",
        {
            "the last alone": edit(write_in_turn, HEADS, "range(w.shape[1] - 1, w.shape[1])"),
        },
        test="Take two empty rows and a head on each, that add 1 and 2. What stands in both rows?",
        tries=(trial(rows, **OTHER),),
    ),
    Mistake(
        "N43",
        "one head's numbers for all",
        "Change w, e and a of head 1 in turn. Does what it writes change, and that of no other head?",
        "Weighting, erase vector and added vector: each head has its own three.",
        {
            "w": edit(write_in_turn, "w[:, v, :, None]", "w[:, 0, :, None]"),
            "e": edit(write_in_turn, "e[:, v, None, :]", "e[:, 0, None, :]"),
            "a": edit(write_in_turn, "a[:, v, None, :]", "a[:, 0, None, :]"),
            "e of the one before": edit(write_in_turn, "e[:, v, None, :]", "e[:, v - 1, None, :]"),
            "a of the one before": edit(write_in_turn, "a[:, v, None, :]", "a[:, v - 1, None, :]"),
        },
        test="Take two rows of 4 and a head on each. Let e be 1/2 and 1/4, and a be 1 and 2. What stands in both?",
        tries=(
            trial(
                lambda M, *after: [
                    bool(np.all([one[0, 1] != M[0, 1] for one in after])),
                    bool(np.any([one[0, 0] != M[0, 0] for one in after])),
                ],
                {"w": [[[1, 0], [0, 0.5]]]},
                {"e": [[[0.5], [0.75]]]},
                {"a": [[[1], [3]]]},
                **{**OTHER, "M": [[[4], [4]]]},
            ),
            trial(rows, **{**OTHER, "M": [[[4], [4]]]}),
        ),
    ),
    Mistake(
        "N43m",
        "the mean of the heads' numbers",
        "Head 0 has w = 0 on all rows. Change its e and its a. Does your answer change? Should it?",
        "Each head has its own three: weighting, erase vector and added vector. Where do your heads come together?",
        {
            "e, the mean": edit(write_in_turn, "e[:, v, None, :]", "e.mean(axis=1)[:, None, :]"),
            "w, the mean": edit(write_in_turn, "w[:, v, :, None]", "w.mean(axis=1)[:, :, None]"),
            "a, the mean": edit(write_in_turn, "a[:, v, None, :]", "a.mean(axis=1)[:, None, :]"),
            "all merged": instead(write_in_turn, one_merged_head),
        },
        test="Take a row of 8 and two heads: w is 0 and 1, e is 1/4 and 1/2. Let a be 2 and 1. What stands there?",
        tries=(
            trial(
                lambda M, other: bool(np.any(other != M)),
                {"e": [[[0.75], [0.5]]], "a": [[[3], [1]]]},
                **{**SAME, "M": [[[8]]], "w": [[[0], [1]]], "e": [[[0.25], [0.5]]], "a": [[[2], [1]]]},
            ),
            trial(rows, **{**SAME, "M": [[[8]]], "w": [[[0], [1]]], "e": [[[0.25], [0.5]]], "a": [[[2], [1]]]}),
        ),
    ),
    Mistake(
        "N14",
        "erase as subtraction",
        "A row holds 2 and nothing is added. With w = e = 1/2, how much of it should be left, and is?",
        "What is erased is a share of what is there, not a number of its own.",
        {
            "": edit(write_in_turn, ERASED, "M - w_v * e_v"),
            "not below zero": edit(write_in_turn, ERASED, "np.maximum(M - w_v * e_v, 0)"),
            "of the weight": edit(write_in_turn, ERASED, "M - w_v * (1 - e_v)"),
        },
        test="Take rows of 2 and of -2, and one head. Let w = 1/2 on both, e = 1/2 and a = 0. What is left?",
        tries=(
            trial(rows, **{**ONE, "M": [[[2]]], "w": [[[0.5]]], "e": [[[0.5]]], "a": [[[0]]]}),
            trial(rows, M=[[[2], [-2]]], w=[[[0.5, 0.5]]], e=[[[0.5]]], a=[[[0]]]),
        ),
    ),
    Mistake(
        "N44",
        "the erase factor is another one",
        "Where w is 0 and e is 1/2, what should be left of a row? Where w and e are both 1?",
        "Write the factor for w and e of 0 and 1, all four times. Compare with yours.",
        {
            "what is erased is kept": edit(write_in_turn, ERASED, "M * (w_v * e_v)"),
            "two factors": edit(write_in_turn, ERASED, "M * (1 - w_v) * (1 - e_v)"),
            "a difference": edit(write_in_turn, ERASED, "M * (1 - w_v - e_v)"),
            "e turned round": edit(write_in_turn, ERASED, "M * (1 - w_v * (1 - e_v))"),
            "w turned round": edit(write_in_turn, ERASED, "M * (1 - (1 - w_v) * e_v)"),
            "more in place of less": edit(write_in_turn, ERASED, "M * (1 + w_v * e_v)"),
            "w e turned round": edit(write_in_turn, ERASED, "M * ((1 - w_v) * e_v)"),
        },
        test="Take one row of 1 and a = 0. Let w and e be (0, 0), (0, 1), (1, 0) and (1, 1). What is left?",
        tries=(
            trial(
                lambda *M: np.ravel(M),
                {"w": [[[1]]], "e": [[[1]]]},
                **{**ONE, "M": [[[1]]], "w": [[[0]]], "e": [[[0.5]]], "a": [[[0]]]},
            ),
            trial(
                lambda *M: np.ravel(M),
                {"e": [[[1]]]},
                {"w": [[[1]]]},
                {"w": [[[1]]], "e": [[[1]]]},
                **{**ONE, "M": [[[1]]], "w": [[[0]]], "e": [[[0]]], "a": [[[0]]]},
            ),
        ),
    ),
    Mistake(
        "N44w",
        "erasing another share, with w or e missing, or not as they come",
        "With w = 1/2 and e = 1/4, which share of a row should be erased? Which do you erase?",
        "What is erased depends on w and on e. How often does each stand in your share, and as it comes?",
        {
            "without w": edit(write_in_turn, ERASED, "M * (1 - e_v)"),
            "without e": edit(write_in_turn, ERASED, "M * (1 - w_v)"),
            "not at all": edit(write_in_turn, ERASED, "M"),
            "wherever there is weight": edit(write_in_turn, ERASED, "M * (1 - (w_v > 0) * e_v)"),
            "w twice": edit(write_in_turn, ERASED, "M * (1 - w_v**2 * e_v)"),
            "e rounded": edit(write_in_turn, ERASED, "M * (1 - w_v * np.round(e_v))"),
            "e squashed once more": edit(write_in_turn, ERASED, "M * (1 - w_v / (1 + np.exp(-e_v)))"),
        },
        test="Take one row of 8 and nothing to add, with w = 1/2 and e = 1/4. What is left?",
        tries=(trial(rows, **{**ONE, "M": [[[8]]], "w": [[[0.5]]], "e": [[[0.25]]], "a": [[[0]]]}),),
    ),
    Mistake(
        "N45",
        "adding otherwise than by the weight",
        "An empty row, one head, w = 1/4 and e = 1/2. Which share of a should be there, and is?",
        "What is added to a row is the vector, times the row's weight, and nothing more.",
        {
            "without w": edit(write_in_turn, ADDED, "M + a_v"),
            "times e": edit(write_in_turn, ADDED, "M + w_v * a_v * e_v"),
            "times what is kept": edit(write_in_turn, ADDED, "M + w_v * a_v * (1 - e_v)"),
            "not at all": edit(write_in_turn, ADDED, "M"),
            "subtracted": edit(write_in_turn, ADDED, "M - w_v * a_v"),
            "weight twice": edit(write_in_turn, ADDED, "M + w_v**2 * a_v"),
            "squashed": edit(write_in_turn, ADDED, "M + w_v * np.tanh(a_v)"),
            "w turned round": edit(write_in_turn, ADDED, "M + (1 - w_v) * a_v"),
        },
        test="Take an empty row and one head, with w = 1/4, e = 1/2 and a = 2. What stands there afterwards?",
        tries=(trial(rows, **{**ONE, "w": [[[0.25]]], "e": [[[0.5]]], "a": [[[2]]]}),),
    ),
    Mistake(
        "N45h",
        "what is added is divided among the heads",
        "Two heads write to different rows. Does each add all of its vector there, or a part?",
        "How many heads there are is in your answer somewhere. Is it in the formula?",
        {
            "divided among the heads": edit(write_in_turn, ADDED, "M + w_v * a_v / w.shape[1]"),
        },
        test="Take an empty row and two heads that add 1, the second with w = 0, then the first alone. What is there?",
        tries=(
            trial(rows, **OTHER),
            trial(
                lambda *M: [one[0, 0, 0] for one in M],
                {"w": [[[1, 0]]], "e": [[[0.5]]], "a": [[[1]]]},
                **{**OTHER, "w": [[[1, 0], [0, 0]]]},
            ),
        ),
    ),
    Mistake(
        "N45o",
        "one row alone is written",
        "Two rows have the weights 0.4 and 0.6. Do both change, each by its share?",
        "A head writes softly: to each row as much as its weight says.",
        {
            "the whole weight": edit(
                write_in_turn,
                TAKEN,
                f"{TAKEN}\n        w_v = (w_v == w_v.max(axis=1, keepdims=True)) * 1.0",
            ),
            "its weight": edit(
                write_in_turn,
                TAKEN,
                f"{TAKEN}\n        w_v = w_v * (w_v == w_v.max(axis=1, keepdims=True))",
            ),
        },
        test="Take two empty rows with the weights 0.4 and 0.6, and add 1. What stands in both?",
        tries=(trial(rows, M=[[[0], [0]]], w=[[[0.4, 0.6]]], e=[[[0]]], a=[[[1]]]),),
    ),
    Mistake(
        "N15",
        "rows and columns exchanged, silent only where there are as many",
        "The weighting has a number for each row. Along which axis of the memory does it go in your product?",
        "Which index counts rows, and which columns? Name them for all three arrays.",
        {
            "": edit(
                write_in_turn,
                TAKEN,
                "w_v, e_v, a_v = w[:, v, None, :], e[:, v, :, None], a[:, v, :, None]",
            ),
        },
        test="Take three rows of two columns, and one head. Does it write at all, and which shape comes back?",
        tries=(trial(lambda M: np.shape(M), M=[[[0, 0]] * 3], w=[[[1, 0, 0]]], e=[[[1, 1]]], a=[[[1, 1]]]),),
    ),
    Mistake(
        "N19",
        "one memory for the batch",
        "Change w, e, a and M of one example after the other. Which example's memory changes each time?",
        "Each example has its own memory and its own heads.",
        {
            "weights of the first": edit(write_in_turn, TAKEN, f"w = w[:1] + 0 * w\n        {TAKEN}"),
            "heads of the first": edit(
                write_in_turn,
                TAKEN,
                "w_v, e_v, a_v = w[:1, v, :, None], e[:1, v, None, :], a[:1, v, None, :]",
            ),
            "memory of the first": edit(write_in_turn, "for v in", "M = M[:1] + 0 * M\n    for v in"),
        },
        test="Take a row of 8 and, in a second example, of 4. Let a = 0, e = 1/2, and w be 0 and 1. What is left?",
        tries=(
            trial(
                noticed,
                {"M": [[[3]], [[4]]], "w": [[[0.2]], [[0.7]]], "e": [[[0.1]], [[0.6]]], "a": [[[5]], [[2]]]},
                {"M": [[[8]], [[6]]], "w": [[[0.5]], [[0.3]]], "e": [[[0.5]], [[0.9]]], "a": [[[1]], [[7]]]},
                M=[[[8]], [[4]]],
                w=[[[0.5]], [[0.7]]],
                e=[[[0.5]], [[0.6]]],
                a=[[[1]], [[2]]],
            ),
            trial(lambda M: M[:, 0, 0], M=[[[8]], [[4]]], w=[[[0]], [[1]]], e=[[[0.5]]] * 2, a=[[[0]]] * 2),
        ),
    ),
    Mistake(
        "N19h",
        "head b writes into example b alone",
        "Which heads write into example 0? Change the vectors of head 1 alone: does the memory of example 0 change?",
        "All heads write into each example. What counts heads in your lines, and what counts examples?",
        {
            "": instead(write_in_turn, one_head_an_example),
        },
        test="Take one example with two empty rows and a head on each, that add 1 and 2. What stands in both rows?",
        tries=(
            trial(
                lambda M, other: bool(np.any(M[0] != other[0])),
                {"a": [[[1], [3]]] * 2},
                **{name: one * 2 for name, one in OTHER.items()},
            ),
            trial(rows, **OTHER),
        ),
    ),
    Mistake(
        "N46",
        "something else is returned",
        "What should come back: the memory after the last head, or something on the way?",
        "Print the shape of what you return, and what stands in a row that no head touches.",
        {
            "what has changed": edit(write_in_turn, "for v in", "M_0 = M\n    for v in")
            + edit(write_in_turn, "return M", "return M - M_0"),
        },
        test="Take a row of 8 and a weight of 0. What comes back?",
        tries=(trial(rows, **{**ONE, "M": [[[8]]], "w": [[[0]]]}),),
    ),
)


def writing(r: Generator, B: int, V: int, N: int, D: int) -> tuple[Array, Array, Array, Array]:
    """A memory and V heads that write."""
    return (
        r.normal(size=(B, N, D)),
        weightings(r, B, V, N),
        r.uniform(0.1, 0.9, size=(B, V, D)),
        r.normal(size=(B, V, D)),
    )


def on_one_row(r: Generator) -> tuple[Array, Array, Array, Array]:
    """Three heads that are all on one row, and erase it wholly or not at all."""
    M, w, e, a = writing(r, 2, 3, 4, 3)
    w[...] = np.eye(4)[r.integers(0, 4, 2)][:, None]
    e[...] = np.array([[1, 0, 1], [0, 1, 0], [1, 1, 0]])
    return M, w, e, a


write_exercise = Exercise(
    name="ntm.write_in_turn",
    task="V heads write into one memory, in their order: each erases and then adds (eq-ntm-erase, eq-ntm-add) before "
    "the next one erases, so that a later head can erase what an earlier one has added. Return the memory after the "
    "last head. Keep the dtype; NumPy only.",
    arguments=(
        Value("M", "B N D", "the memory of each example"),
        Value("w", "B V N", "a weighting of each head"),
        Value("e", "B V D", "erase vectors, from 0 to 1"),
        Value("a", "B V D", "vectors to add"),
    ),
    outputs=(Value("M", "B N D", "the memory after the last head", own=True),),
    reference=write_in_turn,
    cases={
        "general": lambda r: writing(r, 2, 3, 5, 4),
        "one head": lambda r: writing(r, 3, 1, 4, 2),
        "nothing erased": lambda r: (
            (a := writing(r, 2, 2, 3, 4))[0],
            a[1],
            0 * a[2],
            a[3],
        ),
        "nothing added": lambda r: (
            (a := writing(r, 2, 2, 4, 3))[0],
            a[1],
            a[2],
            0 * a[3],
        ),
        "one row": on_one_row,
        "square": lambda r: writing(r, 3, 3, 3, 3),
        "float32": lambda r: in_float32(writing(r, 2, 2, 4, 3)),
    },
    facets=(
        Facet("one head", 2, ("one head",)),
        Facet("adding, nothing erased", 1, ("nothing erased",)),
        Facet("erasing, nothing added", 1, ("nothing added",)),
        Facet("several heads in turn", 2, ("general", "one row", "square", "float32")),
    ),
    mistakes=WRITE_MISTAKES,
    words=WORDS,
)
