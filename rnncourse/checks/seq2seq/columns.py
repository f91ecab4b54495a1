"""Columns of an image as steps of a sequence, in groups; and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import expect_lengths, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import B_D_I_J, Count, Ints, checked


@checked
def column_steps(a: B_D_I_J, widths: Ints, pool: Count) -> tuple[Array, Ints]:
    r"""Groups of columns as steps: the largest of each feature at each row, of the columns that are real.

    .. math:: x_{t,\,dI + i} = \max_{pt \,\le\, j \,<\, pt + p,\ j < w} a_{d,i,j}

    Returns x (T, B, D I) and lengths (B,).
    """
    B, D, rows, J = a.shape
    expect_lengths(widths, J, B)
    lengths = -(-widths // pool)
    T = -(-J // pool)
    real = np.arange(J) < widths[:, None]
    seen = np.where(real[:, None, None, :], a, -np.inf)
    steps = []
    for t in range(T):
        group = seen[:, :, :, t * pool : (t + 1) * pool]
        top = group.max(axis=3)
        steps.append(top.reshape(B, D * rows))
    x = np.stack(steps)
    there = np.arange(T)[:, None] < lengths
    x = np.where(there[:, :, None], x, 0).astype(a.dtype)
    return x, lengths


sign(globals(), "column_steps")

P = column_steps
LENGTHS, COUNT, REAL, SEEN = (
    "lengths = -(-widths // pool)",
    "T = -(-J // pool)",
    "np.arange(J) < widths[:, None]",
    "np.where(real[:, None, None, :], a, -np.inf)",
)
GROUP, TOP, FLAT = "t * pool : (t + 1) * pool", "group.max(axis=3)", "top.reshape(B, D * rows)"
THERE, FILLED, RETURN = (
    "there = np.arange(T)[:, None] < lengths",
    "np.where(there[:, :, None], x, 0)",
    "return x, lengths",
)
# What hints ask to try: one feature at one row, in five columns.
ROW: dict[str, Any] = {"a": [[[[1, 4, 2, 8, 9]]]], "widths": [5], "pool": 2}
SHORT: dict[str, Any] = {**ROW, "widths": [3]}
BELOW: dict[str, Any] = {"a": [[[[-4, -3, -2, 7, 7]]]], "widths": [3], "pool": 2}
FOUR: dict[str, Any] = {"a": [[[[1, 5], [2, 6]], [[3, 7], [4, 8]]]], "widths": [2], "pool": 1}
TWO: dict[str, Any] = {"a": [[[[1, 4, 2, 8, 9]]], [[[5, 3, 7, 6, 0]]]], "widths": [5, 2], "pool": 2}


def steps_of(answer: Any) -> Array:
    """The first number of each step of the first image."""
    return answer[0][:, 0, 0]


def first_step(answer: Any) -> Array:
    """The numbers of its first step."""
    return answer[0][0, 0]


def how_long(answer: Any) -> Array:
    """The lengths."""
    return answer[1]


COLUMN_MISTAKES = (
    Mistake(
        "C1",
        "padding is looked at",
        "Change a number behind the width of an image. Does a step change?",
        "A maximum may see real columns alone. What stands in the others when yours is taken?",
        {
            "": edit(P, SEEN, "a"),
            "with the last step": edit(P, SEEN, "a") + edit(P, FILLED, "x"),
            "in groups that begin before": edit(P, REAL, "np.arange(J) < (-(-widths // pool) * pool)[:, None]"),
        },
        test="Take the columns 1, 4, 2, 8, 9, of which three are real, in groups of two. What has the second step?",
        tries=(trial(lambda a: a[0][1, 0, 0], **SHORT),),
    ),
    Mistake(
        "C1z",
        "padding made 0 before the maximum",
        "All real numbers of a group are below 0. What is their maximum, and what is it with you?",
        "What may not be seen by a maximum has to be below every number. Is yours?",
        {
            "": edit(P, SEEN, "np.where(real[:, None, None, :], a, 0)"),
            "and groups filled up with 0": edit(P, SEEN, "np.where(real[:, None, None, :], a, 0)")
            + edit(P, TOP, "np.pad(group, [(0, 0)] * 3 + [(0, pool - group.shape[3])]).max(axis=3)"),
            "none below 0": edit(P, TOP, "np.maximum(group.max(axis=3), 0)"),
            "sizes": edit(P, SEEN, "np.where(real[:, None, None, :], np.abs(a), -np.inf)"),
            "small": edit(P, SEEN, "np.where(real[:, None, None, :], a, -1)"),
            "times the mask": edit(P, SEEN, "a * real[:, None, None, :]"),
        },
        test="Take the columns -4, -3, -2, of five of which two are padding, in groups of two. What has each step?",
        tries=(trial(steps_of, **BELOW),),
    ),
    Mistake(
        "C2",
        "steps without a real column are not 0",
        "An image has fewer real steps than others. What stands in the steps behind them?",
        "Steps behind the length of an image are 0, whatever the padding is.",
        {
            "minus infinity": edit(P, FILLED, "x"),
            "one": edit(P, FILLED, "np.where(there[:, :, None], x, 1)"),
            "the last again": edit(
                P, FILLED, "np.take_along_axis(x, np.minimum(np.arange(T)[:, None], lengths - 1)[:, :, None], axis=0)"
            ),
            "what padding has": edit(P, SEEN, "a")
            + edit(
                P,
                FILLED,
                "np.where(there[:, :, None], np.stack([np.where(real[:, None, None, :], a, -np.inf)"
                "[:, :, :, t * pool : (t + 1) * pool].max(axis=3).reshape(B, D * rows) for t in range(T)]), x)",
            ),
        },
        test="Take the images 1, 4, 2, 8, 9 and 5, 3, 7, 6, 0, in groups of two. All of the first is real, two "
        "columns of the other. Print all steps of the second.",
        tries=(trial(lambda a: a[0][:, 1, 0], **TWO),),
    ),
    Mistake(
        "C3",
        "a last group that is not full is left out",
        "Five columns, in groups of two: how many steps are needed, so that all have been read?",
        "A group may have fewer columns than the others. Which way do you round?",
        {
            "": edit(P, COUNT, "T = J // pool") + edit(P, LENGTHS, "lengths = widths // pool"),
            "of the steps": edit(P, COUNT, "T = J // pool"),
            "of the lengths": edit(P, LENGTHS, "lengths = widths // pool"),
            "of the lengths alone": edit(P, THERE, f"{THERE}\n    lengths = widths // pool"),
            "at least one": edit(P, LENGTHS, "lengths = np.maximum(widths // pool, 1)"),
        },
        test="Take five columns, of which three are real, in groups of two. How many steps are there, and are real?",
        tries=(trial(lambda a: [len(a[0]), a[1][0]], **SHORT),),
    ),
    Mistake(
        "C3m",
        "one step too many",
        "Four columns, in groups of two: how many steps are there, and how many do you count?",
        "Where the groups fill an image exactly, none is left over.",
        {
            "of the lengths": edit(P, THERE, f"{THERE}\n    lengths = widths // pool + 1"),
            "of both": edit(P, THERE, f"{THERE}\n    lengths = widths // pool + 1")
            + edit(P, RETURN, "return (np.concatenate([x, 0 * x[:1]]) if J % pool == 0 else x), lengths"),
            "of the steps": edit(P, RETURN, "return (np.concatenate([x, 0 * x[:1]]) if J % pool == 0 else x), lengths"),
        },
        test="Take four real columns in groups of two. How many steps are there, and are real?",
        tries=(trial(lambda a: [len(a[0]), a[1][0]], a=[[[[1, 4, 2, 8]]]], widths=[4], pool=2),),
    ),
    Mistake(
        "C4",
        "lengths in columns",
        "An image of six columns, read in groups of two: how many steps long is it?",
        "A length counts steps, and a step takes several columns.",
        {
            "": edit(P, RETURN, "return x, widths.copy()"),
            "all steps": edit(P, RETURN, "return x, np.full_like(widths, T)"),
            "all columns": edit(P, RETURN, "return x, np.full_like(widths, J)"),
            "columns that are left": edit(P, RETURN, "return x, J - widths"),
            "one less": edit(P, RETURN, "return x, lengths - 1"),
            "padded steps": edit(P, RETURN, "return x, T - lengths"),
            "by features": edit(P, RETURN, "return x, lengths * D"),
        },
        test="Take two features at one row, in five columns, of which four are real, in groups of two. Which length?",
        tries=(trial(how_long, a=[[[[1, 4, 2, 8, 9]], [[3, 5, 7, 6, 0]]]], widths=[4], pool=2),),
    ),
    Mistake(
        "C5",
        "numbers of a step in another order",
        "Which number of a step is feature 0 at row 1? And which one is feature 1 at row 0?",
        "A step has all rows of one feature beside each other, then those of the next.",
        {
            "rows first": edit(P, FLAT, "top.transpose(0, 2, 1).reshape(B, D * rows)"),
            "from the end": edit(P, FLAT, "top.reshape(B, D * rows)[:, ::-1]"),
            "rows turned round": edit(P, FLAT, "top[:, :, ::-1].reshape(B, D * rows)"),
            "features turned round": edit(P, FLAT, "top[:, ::-1].reshape(B, D * rows)"),
        },
        test="Take two features at two rows, 1 and 2, then 3 and 4. The next column has 5 to 8, likewise. What is "
        "the first step, in groups of one?",
        tries=(trial(first_step, **FOUR),),
    ),
    Mistake(
        "C5r",
        "a reshape in place of a transposition",
        "Follow one row of one image through your answer: does it move from step to step?",
        "A reshape keeps the order in which numbers lie in memory. Which axis should become the first?",
        {
            "": edit(P, RETURN, "return x.swapaxes(0, 1).reshape(T, B, D * rows), lengths"),
            "steps within": edit(P, RETURN, "return x.transpose(1, 2, 0).reshape(T, B, D * rows), lengths"),
            "the batch first": edit(P, RETURN, "return x.swapaxes(0, 1), lengths"),
        },
        test="Take the images 1, 4, 2, 8, 9 and 5, 3, 7, 6, 0, all real, in groups of two. Print all steps "
        "of the first.",
        tries=(
            trial(
                lambda a: np.ravel(a[0][:, 0])[:5],
                a=[[[[1, 4, 2, 8, 9]]], [[[5, 3, 7, 6, 0]]]],
                widths=[5, 5],
                pool=2,
            ),
        ),
    ),
    Mistake(
        "C6",
        "not the largest",
        "A group has the numbers 1 and 4. Which one stands for it?",
        "Of every feature at every row the largest number counts.",
        {
            "the mean": edit(P, SEEN, "np.where(real[:, None, None, :], a, 0)")
            + edit(
                P,
                TOP,
                "group.sum(axis=3) / np.maximum(real[:, t * pool : (t + 1) * pool].sum(axis=1), 1)[:, None, None]",
            ),
            "the mean of all": edit(P, SEEN, "np.where(real[:, None, None, :], a, 0)")
            + edit(P, TOP, "group.mean(axis=3)"),
            "the sum": edit(P, SEEN, "np.where(real[:, None, None, :], a, 0)") + edit(P, TOP, "group.sum(axis=3)"),
            "the first": edit(P, TOP, "group[:, :, :, 0]"),
            "the last": edit(P, SEEN, "np.where(real[:, None, None, :], a, np.nan)")
            + edit(P, TOP, "np.where(np.isnan(group[:, :, :, -1]), group[:, :, :, 0], group[:, :, :, -1])"),
            "the smallest": edit(P, SEEN, "np.where(real[:, None, None, :], a, np.inf)")
            + edit(P, TOP, "group.min(axis=3)"),
            "the largest size": edit(P, SEEN, "np.where(real[:, None, None, :], a, 0)")
            + edit(
                P, TOP, "np.take_along_axis(group, np.abs(group).argmax(axis=3)[:, :, :, None], axis=3)[:, :, :, 0]"
            ),
        },
        test="Take the columns -4, 1 and 8, 2 in groups of two. Which number has each step?",
        tries=(trial(steps_of, a=[[[[-4, 1, 8, 2]]]], widths=[4], pool=2),),
    ),
    Mistake(
        "C6a",
        "the largest of rows or features, too",
        "How many numbers has a step, for two features at three rows?",
        "Every feature at every row has a number of its own in a step.",
        {
            "of rows": edit(P, FLAT, "np.repeat(top.max(axis=2), rows, axis=1)"),
            "of features": edit(P, FLAT, "np.tile(top.max(axis=1), (1, D))"),
            "of all": edit(P, FLAT, "np.repeat(top.max(axis=(1, 2))[:, None], D * rows, axis=1)"),
            "of the batch": edit(P, FLAT, "np.repeat(top.max(axis=0)[None], B, axis=0).reshape(B, D * rows)"),
        },
        test="Take two images of one column, two features at two rows each. The first has 1 and 2, then 3 and 4, the "
        "other 9 and zeros. Print the first image's step.",
        tries=(trial(first_step, a=[[[[1], [2]], [[3], [4]]], [[[9], [0]], [[0], [0]]]], widths=[1, 1], pool=1),),
    ),
    Mistake(
        "C7",
        "other groups",
        "Five columns, in groups of two. Which columns has the first step, and which the second?",
        "Each column belongs to one group. Where does a group begin, and where does it end?",
        {
            "they overlap": edit(P, GROUP, "t : t + pool"),
            "one more": edit(P, GROUP, "t * pool : (t + 1) * pool + 1"),
            "every so many": edit(P, GROUP, "t::T"),
            "from the right": edit(P, "seen = np", "steps_back = np.arange(T)[::-1]\n    seen = np")
            + edit(P, "x = np.stack(steps)", "x = np.stack(steps)[steps_back]"),
            "centred": edit(P, GROUP, "max(t * pool - 1, 0) : (t + 1) * pool"),
        },
        test="Take the columns 1, 4, 2, 8, 9 in groups of two, and print two steps. Then take them from the right, "
        "and print three.",
        tries=(
            trial(
                lambda a, b: [*steps_of(a)[:2], *steps_of(b)],
                {"a": [[[[9, 8, 2, 4, 1]]]]},
                **ROW,
            ),
        ),
    ),
    Mistake(
        "C8",
        "one width for all images",
        "Change the width of one image after the other. Whose steps change?",
        "Each image has a width of its own. Which of them meets which image in your lines?",
        {
            "of the first": edit(P, LENGTHS, "widths = widths[:1] + 0 * widths\n    " + LENGTHS),
            "the widest": edit(P, LENGTHS, "widths = widths.max() + 0 * widths\n    " + LENGTHS),
            "the narrowest": edit(P, LENGTHS, "widths = widths.min() + 0 * widths\n    " + LENGTHS),
            "turned round": edit(P, LENGTHS, "widths = widths[::-1]\n    " + LENGTHS),
        },
        test="Take two images of five columns, five and two of them real, in groups of two. How many steps has each?",
        tries=(trial(how_long, **TWO),),
    ),
    Mistake(
        "C9",
        "another line between what is real and padding",
        "Three columns are real. Which is the last one that your maximum sees?",
        "Columns count from 0. Which is the last one that is real?",
        {
            "one more": edit(P, REAL, "np.arange(J) <= widths[:, None]"),
            "one less": edit(P, REAL, "np.arange(J) < np.maximum(widths - 1, 1)[:, None]"),
            "from the right": edit(P, REAL, "np.arange(J)[::-1] < widths[:, None]"),
        },
        test="Take the columns 1, 4, 2, 8, 9, three real, then 9, 8, 2, 4, 1, four real. What has the second step?",
        tries=(
            trial(lambda a, b: [a[0][1, 0, 0], b[0][1, 0, 0]], {"a": [[[[9, 8, 2, 4, 1]]]], "widths": [4]}, **SHORT),
        ),
    ),
    Mistake(
        "C10",
        "rows taken for columns",
        "Is a step of yours a column of the image, or a row? How many steps are there for two rows and three columns?",
        "An image is read from left to right. Which of its axes counts columns?",
        {
            "": edit(P, SEEN, "np.where(real[:, None, None, :], a.swapaxes(2, 3) if rows == J else a, -np.inf)"),
        },
        test="Take one feature at two rows, 1 and 5, then 2 and 6. Which two numbers has the first step?",
        tries=(trial(first_step, a=[[[[1, 5], [2, 6]]]], widths=[2], pool=1),),
    ),
)


def images(
    r: Generator, widths: tuple[int, ...], J: int, D: int, rows: int, pool: int, below: bool = False
) -> tuple[Array, Ints, int]:
    """Features of either sign, or all below 0; what is padding is larger."""
    n = r.permutation(widths)
    a = r.normal(size=(len(n), D, rows, J))
    if below:
        a = -np.abs(a) - 1.5
    a = np.where((np.arange(J) < n[:, None])[:, None, None, :], a, np.abs(a) + 2)
    return a, n, pool


columns_exercise = Exercise(
    name="seq2seq.column_steps",
    task="Make a sequence of the features of each image, from left to right (eq-seq2seq-columns), where a step takes "
    "`pool` columns together: of every feature at every row the largest number, of real columns alone. Images have "
    "widths of their own, behind which padding may be any numbers; a last group may have fewer columns. Return the "
    "steps, feature by feature with all rows of one beside each other, 0 where no column is real; and the number of "
    "steps of each image. Keep the dtype; NumPy only.",
    arguments=(
        Value("a", "B D I J", "features: image, feature, row, column"),
        Value("widths", "B", "real columns of each image, from 1 to J", integers=True),
        Value("pool", None, "columns a step"),
    ),
    outputs=(
        Value("x", "T B DI", "the steps"),
        Value("lengths", "B", "steps of each image", integers=True),
    ),
    reference=column_steps,
    cases={
        "general": lambda r: images(r, (7, 5, 2), 7, 2, 3, 2),
        "one column a step": lambda r: images(r, (3, 5), 5, 3, 2, 1),
        "full groups": lambda r: images(r, (6, 4, 2), 6, 2, 3, 2),
        "below 0": lambda r: images(r, (6, 4, 5), 8, 2, 2, 3, below=True),
        "square": lambda r: images(r, (4, 3, 1), 4, 4, 4, 3),
        "float32": lambda r: in_float32(images(r, (5, 6, 3), 6, 3, 2, 4)),
    },
    facets=(
        Facet("one column a step", 1, ("one column a step",), ("x",)),
        Facet("full groups", 1, ("full groups",), ("x",)),
        Facet("groups cut short", 3, ("general", "below 0", "square", "float32"), ("x",)),
        Facet("lengths", 1, (), ("lengths",)),
    ),
    mistakes=COLUMN_MISTAKES,
    words={"DI": "number", "D": "feature", "I": "row", "J": "column", "B": "image"},
)
