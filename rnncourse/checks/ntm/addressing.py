"""Finding a row by its content, and moving in a memory with ends; and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, instead, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.checks.ntm.memory import WORDS, noticed
from rnncourse.shapes import B_, B_C, B_J, B_J_D, B_J_N, B_N, B_N_D, B_N_ids, checked

EPSILON = 1e-8

# ---------------------------------------------------------------------------------------------------------------------
# Looking among the rows in use


@checked
def find_used(k: B_J_D, beta: B_J, M: B_N_D, used: B_N_ids) -> B_J_N:
    r"""Content addressing of J heads among the rows that are in use.

    .. math:: w(i) = \frac{\exp\bigl(\beta\, K(i)\bigr)}{\sum_{j \text{ in use}} \exp\bigl(\beta\, K(j)\bigr)}

    K is the cosine of the page, with its ε. Other rows get the weight 0.
    """
    dot = np.einsum("bjd,bnd->bjn", k, M)
    key, row = (
        np.linalg.norm(k, axis=2)[:, :, None],
        np.linalg.norm(M, axis=2)[:, None, :],
    )
    K = dot / (key * row + k.dtype.type(EPSILON))
    score = beta[:, :, None] * K
    score = np.where(used[:, None, :] == 1, score, -np.inf)
    p = np.exp(score - score.max(axis=2, keepdims=True))
    w = p / p.sum(axis=2, keepdims=True)
    return w


sign(globals(), "find_used")

COSINE = "dot / (key * row + k.dtype.type(EPSILON))"
SCORE = "beta[:, :, None] * K"
MASKED = "np.where(used[:, None, :] == 1, score, -np.inf)"
EXP, SHARES = (
    "np.exp(score - score.max(axis=2, keepdims=True))",
    "p / p.sum(axis=2, keepdims=True)",
)
AFTER = "w * (used[:, None, :] == 1)"
NO_MASK = edit(find_used, MASKED, "score")
# What hints ask to try: one head with the key (1, 0), and the rows (1, 0) and (0, 1).
LOOK: dict[str, Any] = {"k": [[[1, 0]]], "beta": [[1]], "M": [[[1, 0], [0, 1]]], "used": [[1, 1]]}
FIRST_USED = {**LOOK, "used": [[1, 0]]}
OPPOSITE = {**LOOK, "beta": [[1000]], "M": [[[-1, 0], [1, 0]]], "used": [[1, 0]]}
TWO_HEADS = {**LOOK, "k": [[[1, 0], [0, 3]]], "beta": [[1, 1]]}
TWO_EXAMPLES = {name: one * 2 for name, one in LOOK.items()} | {"M": [[[1, 0], [0, 1]], [[0, 3], [2, 0]]]}
HEADS_OF_TWO = {**TWO_EXAMPLES, "k": [[[1, 0]] * 2] * 2, "M": [[[1, 0], [0, 1]]] * 2, "beta": [[0, 1], [2, 3]]}


def on_rows(w: Array) -> Array:
    """The weights of the first head of the first example."""
    return w[0, 0]


def on_first(w: Array) -> Any:
    """The weight of its first row."""
    return w[0, 0, 0]


def on_second(w: Array) -> Any:
    """The weight of its second row."""
    return w[0, 0, 1]


def factor(w: Array) -> Any:
    """By which the weights of its two rows differ."""
    return w[0, 0, 0] / w[0, 0, 1]


def together(w: Array) -> Any:
    """The sum of its weights."""
    return w[0, 0].sum()


def moved(before: Array, *after: Array) -> list[bool]:
    """Is anything another one, after each change?"""
    return [bool(np.abs(one - before).max() > 1e-6) for one in after]


def heads_moved(before: Array, *after: Array) -> list[bool]:
    """The same, for each head of the first example."""
    return [changed for one in after for changed in noticed(before[0], one[0])]


FIND_MISTAKES = (
    Mistake(
        "N50",
        "rows that are not in use count too",
        "Change a row that is not in use. Does your answer change? Should it?",
        "Which of your lines look at the argument that says what is in use?",
        {
            "": NO_MASK,
        },
        test="Take two rows with the first one in use. Which weight has it?",
        tries=(
            trial(moved, {"M": [[[1, 0], [9, 9]]]}, **FIRST_USED),
            trial(on_first, **FIRST_USED),
        ),
    ),
    Mistake(
        "N50z",
        "rows that are not in use get the score 0",
        "Which weight has a row that is not in use, with you? What is the exponential of its score?",
        "A row out of use has no part in the sum. With a score of 0, which part has it?",
        {
            "scores": edit(find_used, MASKED, "score * used[:, None, :].astype(k.dtype)"),
            "rows set to zero": edit(
                find_used,
                "dot =",
                "M = M * used[:, :, None].astype(k.dtype)\n    dot =",
            )
            + NO_MASK,
        },
        test="Take β = 1 and two rows with the first one in use. Which weight has it?",
        tries=(
            trial(on_second, **FIRST_USED),
            trial(on_first, **FIRST_USED),
        ),
    ),
    Mistake(
        "N50m",
        "scores out of use made small, not small enough",
        "Let β be 1000, and a row in use point away from the key. How much weight has a row out of use?",
        "Which number has the exponential 0? How far is yours from it, where the other scores are small too?",
        {
            "one less": edit(find_used, MASKED, "score - (1 - used[:, None, :]).astype(k.dtype)"),
            "minus one": edit(
                find_used,
                MASKED,
                "np.where(used[:, None, :] == 1, score, -1.0).astype(k.dtype)",
            ),
            "minus ten": edit(
                find_used,
                MASKED,
                "np.where(used[:, None, :] == 1, score, -10.0).astype(k.dtype)",
            ),
            "minus a hundred": edit(
                find_used,
                MASKED,
                "np.where(used[:, None, :] == 1, score, -100.0).astype(k.dtype)",
            ),
            "a hundred less": edit(
                find_used,
                MASKED,
                "score - 100 * (1 - used[:, None, :]).astype(k.dtype)",
            ),
            "the least cosine": edit(
                find_used,
                MASKED,
                "np.where(used[:, None, :] == 1, score, -beta[:, :, None])",
            ),
        },
        test="Take β = 1000, a row in use that points away from the key, and one out of use. Which weight has this?",
        tries=(trial(on_second, **OPPOSITE),),
    ),
    Mistake(
        "N50a",
        "taken out after the shares are made",
        "Do your weights still sum to 1 where some rows are not in use?",
        "Who gets the weight that the rows not in use would have had?",
        {
            "": NO_MASK + edit(find_used, "return w", f"return {AFTER}"),
        },
        test="Add up the weights of one head, with two of four rows in use.",
        tries=(trial(together, **{**LOOK, "M": [[[1, 0], [0, 1]] * 2], "used": [[1, 1, 0, 0]]}),),
    ),
    Mistake(
        "N50x",
        "the largest score is that of a row not in use",
        "A row not in use fits best, and β is 1,000. What is left of the others?",
        "Rows are taken out before the exponential. Which rows are there when you look for the largest score?",
        NO_MASK + edit(find_used, EXP, f"{EXP} * (used[:, None, :] == 1)"),
        test="Take β = 1,000 and two rows: one out of use equals the key, one points away. Which weight has this?",
        tries=(trial(on_second, **{**OPPOSITE, "M": [[[1, 0], [-1, 0]]], "used": [[0, 1]]}),),
    ),
    Mistake(
        "N50i",
        "the rows in use taken for the others",
        "On which rows is your weight: on those with a 1, or on those with a 0?",
        "Compare your condition with what a 1 means.",
        edit(find_used, "== 1, score", "== 0, score"),
        test="Take two rows, with the first one in use. Which weight has it?",
        tries=(trial(on_first, **FIRST_USED),),
    ),
    Mistake(
        "N50e",
        "one example's rows in use for all",
        "Change which rows are in use, in one example after the other. Whose weights change each time?",
        "Each example has its own rows in use. Along which axis does that go in your line?",
        {
            "of the first": edit(find_used, "used[:, None, :]", "used[:1, None, :]"),
            "of the last": edit(find_used, "used[:, None, :]", "used[-1:, None, :]"),
            "in use in any": edit(find_used, "used[:, None, :]", "used.any(axis=0)[None, None, :]"),
            "in use in all": edit(find_used, "used[:, None, :]", "used.all(axis=0)[None, None, :]"),
        },
        test="Take two examples, with row 0 in use in one and row 1 in the other. Which weight has row 0 in each?",
        tries=(
            trial(
                noticed,
                {"used": [[0, 1], [1, 1]]},
                {"used": [[1, 0], [0, 1]]},
                **{**TWO_EXAMPLES, "used": [[1, 0], [1, 1]]},
            ),
            trial(lambda w: w[:, 0, 0], **{**TWO_EXAMPLES, "used": [[1, 0], [0, 1]]}),
        ),
    ),
    Mistake(
        "N50c",
        "the rows in use are renumbered",
        "Which row does your second number belong to, if the first row is not in use?",
        "Rows that are not in use keep their places, with the weight 0.",
        {
            "moved to the front": edit(
                find_used,
                "return w",
                "return np.take_along_axis(w, np.argsort(used == 0, axis=1, kind='stable')"
                "[:, None, :] + 0 * used[:, None, :], axis=2)",
            ),
        },
        test="Take three rows, of which the middle one is not in use. Which weights have they?",
        tries=(
            trial(on_second, **{**LOOK, "used": [[0, 1]]}),
            trial(on_rows, **{**LOOK, "M": [[[1, 0], [0, 1], [0, 1]]], "used": [[1, 0, 1]]}),
        ),
    ),
    Mistake(
        "N50f",
        "the first rows taken for those in use",
        "Rows 1 and 2 of three are in use. Which rows get a weight with you?",
        "It matters which rows are in use, not only how many. Which of them does your slice take?",
        {
            "": edit(
                find_used,
                MASKED,
                "np.where(np.arange(used.shape[1]) < used.sum(axis=1)[:, None, None], score, -np.inf)",
            ),
        },
        test="Take three rows, of which the first one is not in use. Which weight has it?",
        tries=(trial(on_first, **{**LOOK, "M": [[[1, 0], [0, 1], [0, 1]]], "used": [[0, 1, 1]]}),),
    ),
    Mistake(
        "N51",
        "something left for the rows not in use",
        "How much weight should rows that are not in use get: little, or none at all?",
        "Look at the numbers of your answer where the row is not in use.",
        {
            "all alike": edit(
                find_used,
                "return w",
                "return np.where(used[:, None, :] == 1, w, 1 / used.shape[1]).astype(k.dtype)",
            ),
            "the mean with even shares": edit(
                find_used,
                "return w",
                "return (w + k.dtype.type(1 / used.shape[1])) / 2",
            ),
        },
        test="Take two rows with the first one in use. Which weight has the other one?",
        tries=(trial(on_second, **FIRST_USED),),
    ),
    Mistake(
        "N8",
        "β is lost",
        "Let β be 0, then 1, then 100. Do your weights change?",
        "The key strength makes the differences between likenesses larger, before the exponential.",
        {
            "": edit(find_used, SCORE, "K"),
        },
        test="Take β = 0 and two rows in use, of which one equals the key. Which weight has it?",
        tries=(
            trial(moved, {"beta": [[1]]}, {"beta": [[100]]}, **{**LOOK, "beta": [[0]]}),
            trial(on_first, **{**LOOK, "beta": [[0]]}),
        ),
    ),
    Mistake(
        "N8l",
        "β too late",
        "Let β be 2, with two equal rows in use. Do your weights still sum to 1?",
        "Where does β stand in the formula: inside the exponential, or outside?",
        {
            "times the weights": edit(find_used, SCORE, "K") + edit(find_used, SHARES, f"beta[:, :, None] * {SHARES}"),
            "a power of the weights": edit(find_used, SCORE, "K")
            + edit(find_used, SHARES, f"({SHARES}) ** beta[:, :, None]"),
        },
        test="Take β = 2 and two equal rows in use. Which weight has each?",
        tries=(
            trial(together, **{**LOOK, "beta": [[2]], "M": [[[1, 0]] * 2]}),
            trial(on_first, **{**LOOK, "beta": [[2]], "M": [[[1, 0]] * 2]}),
        ),
    ),
    Mistake(
        "N8f",
        "β used in another way",
        "Two rows have the cosines 1 and 0, and β is 3. By which factor should their weights differ, and do they?",
        "β is a factor of the cosine, as it comes.",
        {
            "as a temperature": edit(find_used, SCORE, "K / beta[:, :, None]"),
            "squared": edit(find_used, SCORE, "beta[:, :, None] ** 2 * K"),
            "its softplus": edit(
                find_used,
                SCORE,
                "np.logaddexp(0, beta)[:, :, None].astype(k.dtype) * K",
            ),
            "one plus": edit(find_used, SCORE, "(1 + beta)[:, :, None] * K"),
            "its exponential": edit(find_used, SCORE, "np.exp(beta)[:, :, None] * K"),
            "its root": edit(find_used, SCORE, "np.sqrt(beta)[:, :, None] * K"),
        },
        test="Take β = 3 and two rows in use, with cosines 1 and 0. By which factor do their weights differ?",
        tries=(trial(factor, **{**LOOK, "beta": [[3]]}),),
    ),
    Mistake(
        "N8h",
        "one strength for all heads",
        "Change the strength of one head in one example, then of another. How many heads get other weights each time?",
        "Each head has its own strength. Which index of β counts heads?",
        {
            "of the first": edit(find_used, "beta[:, :, None]", "beta[:, :1, None]"),
            "the mean": edit(find_used, "beta[:, :, None]", "beta.mean(axis=1)[:, None, None]"),
            "of the last": edit(find_used, "beta[:, :, None]", "beta[:, -1:, None]"),
            "of the first example": edit(find_used, "beta[:, :, None]", "beta[:1, :, None]"),
        },
        test="Take two examples of two heads with one key and memory, and β of 0, 1, 2 and 3. Which weights has row 0?",
        tries=(
            trial(
                lambda w, *after: [int(np.any(a != w, axis=2).sum()) for a in after],
                {"beta": [[4, 1], [2, 3]]},
                {"beta": [[0, 1], [2, 4]]},
                {"beta": [[0, 4], [2, 3]]},
                **HEADS_OF_TWO,
            ),
            trial(lambda w: np.ravel(w[:, :, 0]), **HEADS_OF_TWO),
        ),
    ),
    Mistake(
        "N9",
        "dot product in place of the cosine",
        "Double one row of the memory, then the key. Does a likeness change? Should it?",
        "The cosine knows directions alone. Which lengths are still in your numbers?",
        {
            "": edit(find_used, COSINE, "dot"),
            "the key's length left in": edit(find_used, COSINE, "dot / (row + k.dtype.type(EPSILON))"),
            "the rows' lengths left in": edit(find_used, COSINE, "dot / (key + k.dtype.type(EPSILON))"),
            "by the root of the columns": edit(find_used, COSINE, "dot / k.dtype.type(np.sqrt(k.shape[2]))"),
        },
        test="Take β = 1, the key (3, 4) and the rows (3, 4) and (-6, -8). Which weight has the first one?",
        tries=(
            trial(moved, {"M": [[[2, 2], [0, 1]]]}, {"k": [[[2, 0]]]}, **{**LOOK, "M": [[[1, 1], [0, 1]]]}),
            trial(on_first, **{**LOOK, "k": [[[3, 4]]], "M": [[[3, 4], [-6, -8]]]}),
        ),
    ),
    Mistake(
        "N9n",
        "divided by other lengths",
        "A row (3, 4) equals the key. Is its cosine 1, whatever other keys and rows there are?",
        "Which vectors do your lengths belong to: one key, and one row?",
        {
            "squares": edit(find_used, "(key * row", "(key**2 * row**2"),
            "the root": edit(
                find_used,
                "key * row + k.dtype.type(EPSILON)",
                "np.sqrt(key * row) + k.dtype.type(EPSILON)",
            ),
            "their sum": edit(find_used, "key * row", "key + row"),
            "of the whole memory": edit(
                find_used,
                "np.linalg.norm(M, axis=2)[:, None, :]",
                "np.linalg.norm(M, axis=(1, 2))[:, None, None]",
            ),
            "of columns": edit(
                find_used,
                "np.linalg.norm(M, axis=2)[:, None, :]",
                "np.linalg.norm(M, axis=1).mean(axis=1)[:, None, None]",
            ),
            "sums of absolute values": edit(find_used, "np.linalg.norm(k, axis=2)", "np.abs(k).sum(axis=2)")
            + edit(find_used, "np.linalg.norm(M, axis=2)", "np.abs(M).sum(axis=2)"),
            "sums": edit(find_used, "np.linalg.norm(k, axis=2)", "k.sum(axis=2)")
            + edit(find_used, "np.linalg.norm(M, axis=2)", "M.sum(axis=2)"),
            "of all keys": edit(
                find_used,
                "np.linalg.norm(k, axis=2)[:, :, None]",
                "np.linalg.norm(k, axis=(1, 2))[:, None, None]",
            ),
        },
        test="Take β = 1, the keys (3, 4) and (0, 2), the rows (3, 4) and (1, 0). What has row 0 for the first key?",
        tries=(trial(on_first, **{**TWO_HEADS, "k": [[[3, 4], [0, 2]]], "M": [[[3, 4], [1, 0]]]}),),
    ),
    Mistake(
        "N10",
        "no ε in the cosine",
        "What is your cosine with a row of zeros? And with a key of zeros?",
        "A vector without length has no direction. What does the formula add below the line?",
        edit(find_used, COSINE, "dot / (key * row)"),
        test="Take β = 1, the key (1, 0) and the rows (0, 0) and (1, 0), both in use. Which weight has the first one?",
        tries=(trial(on_first, **{**LOOK, "M": [[[0, 0], [1, 0]]]}),),
    ),
    Mistake(
        "N52",
        "another likeness",
        "A row that points away from the key: is it less like the key than one at a right angle?",
        "Compare your likeness with the formula: what is multiplied, and what happens to signs?",
        {
            "its size": edit(find_used, COSINE, f"np.abs({COSINE})"),
            "its square": edit(find_used, COSINE, f"({COSINE}) ** 2"),
            "none below zero": edit(find_used, COSINE, f"np.maximum({COSINE}, 0)"),
            "turned round": edit(find_used, COSINE, f"1 - {COSINE}"),
        },
        test="Take β = 1, the key (1, 0) and the rows (2, 0), (0, 1) and (-1, 0). Which weights have they?",
        tries=(
            trial(
                lambda w: bool(w[0, 0, 2] < w[0, 0, 1]),
                **{**LOOK, "M": [[[2, 0], [0, 1], [-1, 0]]], "used": [[1, 1, 1]]},
            ),
            trial(on_rows, **{**LOOK, "M": [[[2, 0], [0, 1], [-1, 0]]], "used": [[1, 1, 1]]}),
        ),
    ),
    Mistake(
        "N52a",
        "the angle in place of its cosine",
        "A row stands at 60 degrees to the key. Which likeness should it have, and which has it with you?",
        "The formula ends with the cosine. What do you make of it afterwards?",
        {
            "the angle": edit(find_used, COSINE, f"-np.arccos(np.clip({COSINE}, -1, 1))"),
        },
        test="Take β = 1, the key (1, 0), and the rows (1, 0) and (0, 1). By which factor do their weights differ?",
        tries=(trial(factor, **LOOK),),
    ),
    Mistake(
        "N52m",
        "the means taken out, as for a correlation",
        "Add 1 to all numbers of a row. Should its likeness to the key change? Does it with you?",
        "The cosine is of the numbers as they come. What do you take from them, and is it in the formula?",
        {
            "with the means taken out": edit(
                find_used,
                "dot =",
                "k, M = k - k.mean(axis=2, keepdims=True), M - M.mean(axis=2, keepdims=True)\n    dot =",
            ),
        },
        test="Take β = 1, the key (1, 0) and the rows (1, 1) and (0, 1). Which weight has the first one?",
        tries=(
            trial(moved, {"M": [[[1, 0], [1, 2]]]}, **LOOK),
            trial(on_first, **{**LOOK, "M": [[[1, 1], [0, 1]]]}),
        ),
    ),
    Mistake(
        "N52d",
        "a distance in place of the cosine",
        "A row equals the key. Double the row: does it become less like the key with you? Should it?",
        "The cosine knows directions alone. What does a distance know besides?",
        {
            "distance": edit(
                find_used,
                COSINE,
                "-np.linalg.norm(k[:, :, None, :] - M[:, None, :, :], axis=3)",
            ),
            "squared distance": edit(
                find_used,
                COSINE,
                "-np.sum((k[:, :, None, :] - M[:, None, :, :]) ** 2, axis=3)",
            ),
        },
        test="Take β = 1, the key (1, 0) and the rows (1, 0) and (2, 0). Which weight has the first one?",
        tries=(
            trial(moved, {"M": [[[2, 0], [0, 1]]]}, **LOOK),
            trial(on_first, **{**LOOK, "M": [[[1, 0], [2, 0]]]}),
        ),
    ),
    Mistake(
        "N53",
        "shares over another axis",
        "Over what do your weights sum to 1: over the rows of one head, or over something else?",
        "Each head shares out its own weight. Which axis counts rows?",
        {
            "heads": edit(
                find_used,
                "p.sum(axis=2, keepdims=True)",
                "p.sum(axis=1, keepdims=True)",
            ),
            "rows and heads": edit(
                find_used,
                "p.sum(axis=2, keepdims=True)",
                "p.sum(axis=(1, 2), keepdims=True)",
            ),
            "everything": edit(find_used, "p.sum(axis=2, keepdims=True)", "p.sum()"),
            "examples": edit(
                find_used,
                "p.sum(axis=2, keepdims=True)",
                "p.sum(axis=0, keepdims=True)",
            ),
        },
        test="Take two examples of two heads, with β of 0, 1, 2 and 3. What do the weights of each sum to?",
        tries=(trial(lambda w: np.ravel(w.sum(axis=2)), **HEADS_OF_TWO),),
    ),
    Mistake(
        "N53n",
        "no shares, or other ones",
        "Do the weights of each head sum to 1?",
        "First the exponential of each score, then each divided by their sum.",
        {
            "exponentials alone": edit(find_used, SHARES, "p"),
            "by the largest": edit(find_used, SHARES, "p / p.max(axis=2, keepdims=True)"),
            "by the number in use": edit(find_used, SHARES, "p / used.sum(axis=1)[:, None, None].astype(k.dtype)"),
            "by their length": edit(find_used, SHARES, "p / np.linalg.norm(p, axis=2, keepdims=True)"),
        },
        test="Take two rows in use with different likenesses, and add up their weights.",
        tries=(trial(together, **LOOK),),
    ),
    Mistake(
        "N53e",
        "another function than the exponential",
        "Two rows in use have the scores 1 and 0. By which factor should their weights differ, and do they?",
        "Each score first becomes its exponential. What does it become with you?",
        {
            "no exponential": edit(
                find_used,
                EXP,
                "np.where(used[:, None, :] == 1, score, 0).astype(k.dtype)",
            ),
            "no exponential, none below zero": edit(
                find_used,
                EXP,
                "np.maximum(np.where(used[:, None, :] == 1, score, 0), 0).astype(k.dtype)",
            ),
            "powers of two": edit(find_used, "np.exp(", "np.exp2("),
            "logistic": edit(find_used, EXP, "np.nan_to_num(1 / (1 + np.exp(-score)))"),
        },
        test="Take β = 1, the key (1, 0), and the rows (1, 0) and (0, 1). By which factor do their weights differ?",
        tries=(trial(factor, **LOOK),),
    ),
    Mistake(
        "N54",
        "the exponential of a large number",
        "What is the exponential of a thousand, in NumPy? And the quotient of two such numbers?",
        "All scores of a head may be made smaller by the same number. Does that change its weights?",
        {
            "": edit(find_used, EXP, "np.exp(score)"),
            "then made zero": edit(find_used, EXP, "np.exp(score)")
            + edit(find_used, "return w", "return np.nan_to_num(w)"),
        },
        test="Take β = 1000 and two rows, and print each line. Which weight has the row that equals the key?",
        tries=(trial(on_first, **{**LOOK, "beta": [[1000]]}),),
    ),
    Mistake(
        "N54c",
        "large scores cut off",
        "Two scores are 900 and 901. What is left of their difference, when both have been cut off?",
        "All scores of a head may be made smaller by the same number. Does that change its weights?",
        {
            "at 50": edit(find_used, EXP, "np.exp(np.minimum(score, 50))"),
            "at 80": edit(find_used, EXP, "np.exp(np.minimum(score, 80))"),
            "at 100": edit(find_used, EXP, "np.exp(np.minimum(score, 100))"),
        },
        test="Take β = 1000 and two rows with the cosines 0.9 and 0.901. Which weight has the second one?",
        tries=(
            trial(
                on_second,
                **{**LOOK, "beta": [[1000]], "M": [[[0.9, np.sqrt(1 - 0.9**2)], [0.901, np.sqrt(1 - 0.901**2)]]]},
            ),
        ),
    ),
    Mistake(
        "N54u",
        "the largest score of all heads subtracted",
        "What do you subtract from the scores of a head? What is left of a weak head beside a strong one?",
        "Any number may be subtracted from all scores of a head. Which one keeps its best row from vanishing?",
        {
            "of everything": edit(find_used, "score.max(axis=2, keepdims=True)", "score.max()"),
            "of each example": edit(
                find_used,
                "score.max(axis=2, keepdims=True)",
                "score.max(axis=(1, 2), keepdims=True)",
            ),
            "of each row": edit(
                find_used,
                "score.max(axis=2, keepdims=True)",
                "score.max(axis=1, keepdims=True)",
            ),
        },
        test="Take two heads, β = 100 and 1000, and a row that equals their key. Which weight has it for the first?",
        tries=(trial(on_first, **{**TWO_HEADS, "k": [[[1, 0]] * 2], "beta": [[100, 1000]]}),),
    ),
    Mistake(
        "N54h",
        "the best row gets all",
        "Two rows have the scores 1 and 0. Does the second one get any weight with you? Should it?",
        "The weights are soft: rows that are nearly as like get nearly as much.",
        {
            "": edit(
                find_used,
                "return w",
                "return (w == w.max(axis=2, keepdims=True)).astype(k.dtype)",
            ),
        },
        test="Take β = 1, the key (1, 0), and the rows (1, 0) and (0, 1). Which weight has the second one?",
        tries=(
            trial(lambda w: bool(w[0, 0, 1] > 0), **LOOK),
            trial(on_second, **LOOK),
        ),
    ),
    Mistake(
        "N55",
        "one key for all heads",
        "Change the key of one head after the other. Which weights change each time?",
        "Each head looks for its own key. Which index of k counts heads?",
        {
            "of the first": edit(find_used, "dot =", "k = k[:, :1] + 0 * k\n    dot ="),
            "the mean": edit(
                find_used,
                "dot =",
                "k = k.mean(axis=1, keepdims=True) + 0 * k\n    dot =",
            ),
            "the mean of the weights": edit(find_used, "return w", "return w.mean(axis=1, keepdims=True) + 0 * w"),
            "length of the first": edit(
                find_used,
                "np.linalg.norm(k, axis=2)[:, :, None]",
                "np.linalg.norm(k, axis=2)[:, :1, None]",
            ),
        },
        test="Take β = 1, the keys (1, 0) and (0, 3), the rows (1, 0) and (0, 1). Which weights has row 0?",
        tries=(
            trial(heads_moved, {"k": [[[1, 2], [0, 3]]]}, {"k": [[[1, 0], [2, 3]]]}, **TWO_HEADS),
            trial(lambda w: w[0, :, 0], **TWO_HEADS),
        ),
    ),
    Mistake(
        "N19",
        "one memory for the batch",
        "Change the memory of one example after the other. Whose weights change each time?",
        "Each example looks in its own memory.",
        {
            "of the first": edit(find_used, "dot =", "M = M[:1] + 0 * M\n    dot ="),
            "lengths of the first": edit(
                find_used,
                "np.linalg.norm(M, axis=2)[:, None, :]",
                "np.linalg.norm(M, axis=2)[:1, None, :]",
            ),
        },
        test="Take the key (1, 0), the rows (1, 0), (0, 1), in another example (0, 3), (2, 0). What has row 0?",
        tries=(
            trial(
                noticed,
                {"M": [[[1, 2], [0, 3]], [[0, 3], [2, 0]]]},
                {"M": [[[1, 0], [0, 1]], [[1, 3], [2, 0]]]},
                **TWO_EXAMPLES,
            ),
            trial(lambda w: w[:, 0, 0], **TWO_EXAMPLES),
        ),
    ),
    Mistake(
        "N15",
        "rows and columns exchanged, silent only where there are as many",
        "The key has a number for each column. Over which axis of the memory does your product sum?",
        "Which index of M counts rows? Name the axes of all arrays.",
        {
            "": edit(find_used, '"bjd,bnd->bjn"', '"bjd,bdn->bjn"'),
            "lengths": edit(find_used, "np.linalg.norm(M, axis=2)", "np.linalg.norm(M, axis=1)"),
            "lengths too": edit(find_used, '"bjd,bnd->bjn"', '"bjd,bdn->bjn"')
            + edit(find_used, "np.linalg.norm(M, axis=2)", "np.linalg.norm(M, axis=1)"),
        },
        test="Take three rows of two columns, and one head. Which shape comes back?",
        tries=(trial(np.shape, **{**LOOK, "M": [[[1, 0], [0, 1], [1, 1]]], "used": [[1, 1, 1]]}),),
    ),
)


def looked_for(
    r: Generator, B: int, J: int, N: int, D: int, unused: int, beta: float = 4.0
) -> tuple[Array, Array, Array, Array]:
    """Keys, strengths around beta, a memory with garbage where it is not in use: in other rows in each example."""
    k, M = r.normal(size=(B, J, D)), r.normal(size=(B, N, D)) + 0.3
    used = np.ones((B, N), int)
    for b in range(B):
        out = (np.arange(unused) + b + int(r.integers(0, N)) * (B == 1)) % N
        used[b, out] = 0
        M[b, out] = k[b, 0] * r.uniform(1, 3) + r.normal(size=(unused, D)) * 0.1  # they would be found
    strengths = beta * np.stack([r.permutation(np.linspace(0.5, 1.5, J)) for _ in range(B)])
    return k, strengths * r.uniform(0.9, 1.1, size=(B, 1)), M, used


def with_zeros(r: Generator) -> tuple[Array, Array, Array, Array]:
    """A row of zeros in use, and a key of zeros."""
    k, beta, M, used = looked_for(r, 2, 2, 4, 3, 0)
    M[0, 1], M[1, 3], k[1, 0] = 0, 0, 0
    return k, beta, M, used


def strong(r: Generator) -> tuple[Array, Array, Array, Array]:
    """Strengths around a thousand, and rows so near to the keys, or to their opposites, that several have weight.

    Of the opposites each is far behind the row that is not in use.
    """
    u, v = np.linalg.qr(r.normal(size=(2, 4, 2)))[0].transpose(2, 0, 1)
    k = u[:, None] * np.array([5.0, 20.0])[:, None]  # long: where ε stands is no matter
    x = np.array([[0.0, 0.6, 1.3, 2.1]]) * r.uniform(0.9, 1.1, size=(2, 1))  # scores: β minus x β / 1000
    M = (u[:, None] + v[:, None] * np.sqrt(2e-3 * x)[:, :, None]) * r.uniform(10, 30, size=(2, 4, 1))
    M[1, 1:] *= -1
    return (
        k,
        np.array([[150.0, 1100.0], [1050.0, 200.0]]),
        M,
        np.array([[0, 1, 1, 1], [0, 1, 1, 1]]),
    )


find_exercise = Exercise(
    name="ntm.find_used",
    task="Content addressing (eq-ntm-cosine, eq-ntm-content) of J heads, each with a key and a strength, among the "
    "rows in use: used is 1 there. Rows not in use may hold any finite numbers; they get the weight 0, and the others "
    "all of it. Keys and rows may be zero, strengths large: nothing becomes infinite or NaN. Keep the dtype; NumPy "
    "only.",
    arguments=(
        Value("k", "B J D", "a key of each head"),
        Value("beta", "B J", "its strength"),
        Value("M", "B N D", "the memory"),
        Value("used", "B N", "whole numbers: 1 where a row is in use, 0 where not"),
    ),
    outputs=(Value("w", "B J N", "a weighting of each head", tolerance=1e-5),),
    reference=find_used,
    cases={
        "general": lambda r: looked_for(r, 2, 3, 6, 4, 2),
        "one head": lambda r: looked_for(r, 3, 1, 4, 3, 0),
        "all in use": lambda r: looked_for(r, 2, 2, 5, 3, 0),
        "one in use": lambda r: looked_for(r, 2, 2, 3, 2, 2),
        "zeros": with_zeros,
        "strong": strong,
        "square": lambda r: looked_for(r, 4, 4, 4, 4, 1),
        "float32": lambda r: in_float32(looked_for(r, 2, 2, 5, 3, 2)),
    },
    facets=(
        Facet("one head", 2, ("one head",)),
        Facet("several heads", 2, ("all in use",)),
        Facet("rows not in use", 3, ("general", "one in use", "square", "float32")),
        Facet("zeros", 1, ("zeros",)),
        Facet("a large β", 2, ("strong",)),
    ),
    mistakes=FIND_MISTAKES,
    words=WORDS,
)

# ---------------------------------------------------------------------------------------------------------------------
# Moving in a memory with ends


@checked
def move(w_c: B_N, w_prev: B_N, g: B_, s: B_C, gamma: B_) -> B_N:
    r"""Gate, shift and sharpening; what would go beyond an end stays on the last row there.

    .. math:: \tilde w(i) = \sum_{j=-S}^{S} s(j) \sum_{m \text{ to } i} w^g(m)

    The memory is a tape between two walls, no circle as on the page.
    """
    w_g = gated(w_c, w_prev, g)
    w_s = shifted(w_g, s)
    return sharpened(w_s, gamma)


def gated(w_c: Array, w_prev: Array, g: Array) -> Array:
    """Between content and where the head was."""
    g = g[:, None]
    return g * w_c + (1 - g) * w_prev


def shifted(w: Array, s: Array) -> Array:
    """Moved by -S to S, but not beyond an end."""
    N, S = w.shape[1], s.shape[1] // 2
    moved = np.zeros_like(w)
    for m in range(N):
        for j in range(-S, S + 1):
            i = min(max(m + j, 0), N - 1)
            moved[:, i] += s[:, j + S] * w[:, m]
    return moved


def sharpened(w: Array, gamma: Array) -> Array:
    """Powers, and their shares."""
    p = w ** gamma[:, None]
    return p / p.sum(axis=1, keepdims=True)


sign(globals(), "move")


def stays_where_it_cannot(w: Array, s: Array) -> Array:
    """A move that would lead beyond an end is not made at all."""
    N, S = w.shape[1], s.shape[1] // 2
    moved = np.zeros_like(w)
    for m in range(N):
        for j in range(-S, S + 1):
            i = m + j if 0 <= m + j < N else m
            moved[:, i] += s[:, j + S] * w[:, m]
    return moved


def lost_beyond(w: Array, s: Array) -> Array:
    """What goes beyond an end is lost."""
    N, S = w.shape[1], s.shape[1] // 2
    moved = np.zeros_like(w)
    for m in range(N):
        for j in range(-S, S + 1):
            if 0 <= m + j < N:
                moved[:, m + j] += s[:, j + S] * w[:, m]
    return moved


def lost_beyond_the_last(w: Array, s: Array) -> Array:
    """What goes beyond the last row is lost; before the first one it stays."""
    N, S = w.shape[1], s.shape[1] // 2
    moved = np.zeros_like(w)
    for m in range(N):
        for j in range(-S, S + 1):
            if m + j < N:
                moved[:, max(m + j, 0)] += s[:, j + S] * w[:, m]
    return moved


def lost_before_the_first(w: Array, s: Array) -> Array:
    """What goes before the first row is lost; beyond the last one it stays."""
    N, S = w.shape[1], s.shape[1] // 2
    moved = np.zeros_like(w)
    for m in range(N):
        for j in range(-S, S + 1):
            if m + j >= 0:
                moved[:, min(m + j, N - 1)] += s[:, j + S] * w[:, m]
    return moved


def reflected(w: Array, s: Array) -> Array:
    """The walls throw back, from row to row."""
    N, S = w.shape[1], s.shape[1] // 2
    moved = np.zeros_like(w)
    for m in range(N):
        for j in range(-S, S + 1):
            i = (m + j) % (2 * N)
            moved[:, min(i, 2 * N - 1 - i)] += s[:, j + S] * w[:, m]
    return moved


def mirrored(w: Array, s: Array) -> Array:
    """The walls throw back, as if the last row were a mirror."""
    N, S = w.shape[1], s.shape[1] // 2
    moved = np.zeros_like(w)
    for m in range(N):
        for j in range(-S, S + 1):
            i = (m + j) % max(2 * N - 2, 1)
            moved[:, min(i, 2 * N - 2 - i)] += s[:, j + S] * w[:, m]
    return moved


def edge_rows_repeated(w: Array, s: Array) -> Array:
    """A convolution of the weighting, filled up with its outermost numbers."""
    N, S = w.shape[1], s.shape[1] // 2
    wide = np.pad(w, ((0, 0), (S, S)), mode="edge")
    return np.sum(
        [s[:, [c]] * wide[:, 2 * S - c : 2 * S - c + N] for c in range(2 * S + 1)],
        axis=0,
    )


def in_place(w: Array, s: Array) -> Array:
    """Row after row moved on in the same array."""
    N, S = w.shape[1], s.shape[1] // 2
    moved = w.copy()
    for m in range(N):
        there = moved[:, m].copy()
        moved[:, m] = 0
        for j in range(-S, S + 1):
            moved[:, min(max(m + j, 0), N - 1)] += s[:, j + S] * there
    return moved


def one_alone_arrives(w: Array, s: Array) -> Array:
    """All rows at once, by an index that stands there several times: what is added last stays."""
    N, S = w.shape[1], s.shape[1] // 2
    moved = np.zeros_like(w)
    for j in range(-S, S + 1):
        moved[:, np.clip(np.arange(N) + j, 0, N - 1)] += s[:, [j + S]] * w
    return moved


SHIFTED, PLACE, TERM = (
    "shifted(w_g, s)",
    "min(max(m + j, 0), N - 1)",
    "s[:, j + S] * w[:, m]",
)
GATED, POWERS, OF_ALL = (
    "g * w_c + (1 - g) * w_prev",
    "w ** gamma[:, None]",
    "p / p.sum(axis=1, keepdims=True)",
)
# What hints ask to try: by content alone, all weight on the middle one of three rows, no move and no sharpening.
STAY = {"w_c": [[0, 1, 0]], "w_prev": [[0, 1, 0]], "g": [1], "s": [[0, 1, 0]], "gamma": [1]}
UP, DOWN = {"s": [[0, 0, 1]]}, {"s": [[1, 0, 0]]}
OVER_ENDS = {"w_c": [[0, 0, 1]], **UP}, {"w_c": [[1, 0, 0]], **DOWN}
MIXED = {**STAY, "w_c": [[1, 0, 0]], "g": [0.25]}
FIVE = {**STAY, "w_c": [[0, 0, 1, 0, 0]], "w_prev": [[0, 0, 1, 0, 0]]}
TWO_TAPES = {
    "w_c": [[0.6, 0.3, 0.1]] * 2,
    "w_prev": [[0.2, 0.3, 0.5]] * 2,
    "g": [0.9, 0.2],
    "s": [[0, 1, 0], [0, 0.5, 0.5]],
    "gamma": [1, 2],
}


def at_ends(_: Array, last: Array, first: Array) -> list[Any]:
    """After a move up from the last row, and down from the first one: the weights there."""
    return [last[0, -1], first[0, 0]]


MOVE_MISTAKES = (
    Mistake(
        "N7",
        "the gate the wrong way round",
        "With g = 1, should the head go by content, or stay where it was? What does yours do?",
        "One of the two weightings is multiplied by g. Which?",
        edit(gated, GATED, "g * w_prev + (1 - g) * w_c"),
        test="Take g = 1, no shift and γ = 1, w_c all on row 0 and w_prev on row 1. How much is on row 0?",
        tries=(trial(lambda w: w[0, 0], **{**MIXED, "g": [1]}),),
    ),
    Mistake(
        "N60",
        "another mixture than the gate says",
        "The gate is 1/4, w_c is all on row 0, w_prev all on row 1. How much is on each before the shift?",
        "The gate says how much of w_c is taken. Where does the rest come from, and how much is that?",
        {
            "content": edit(gated, GATED, "w_c"),
            "where it was": edit(gated, GATED, "w_prev"),
            "half of both": edit(gated, GATED, "(w_c + w_prev) / 2"),
            "the larger share": edit(gated, GATED, "np.where(g > 0.5, w_c, w_prev)"),
            "squashed once more": edit(gated, "g = g[:, None]", "g = 1 / (1 + np.exp(-g[:, None]))"),
        },
        test="Take g = 1/4, no shift and γ = 1, w_c all on row 0 and w_prev on row 1. How much is on each?",
        tries=(trial(lambda w: w[0, :2], **MIXED),),
    ),
    Mistake(
        "N60s",
        "the shares of the gate do not add to one",
        "Before it is sharpened, does your mixture sum to 1?",
        "What one of the two gets more, the other gets less.",
        {
            "g and all": edit(gated, GATED, "g * w_c + w_prev"),
            "all and the rest": edit(gated, GATED, "w_c + (1 - g) * w_prev"),
            "a difference": edit(gated, GATED, "g * w_c - (1 - g) * w_prev"),
            "squares": edit(gated, GATED, "g**2 * w_c + (1 - g) ** 2 * w_prev"),
            "powers": edit(gated, GATED, "w_c**g * w_prev ** (1 - g)"),
        },
        test="Take g = 0.3, no shift and γ = 1, w_c of 1 and 0, w_prev of 1/2 and 1/2. How much is on each row?",
        tries=(trial(lambda w: w[0, :2], **{**MIXED, "w_prev": [[0.5, 0.5, 0]], "g": [0.3]}),),
    ),
    Mistake(
        "N60p",
        "the gate elsewhere in the order",
        "Take g = 0, then g = 1. Does the head move by its shift both times?",
        "Gate, shift, sharpening: what does the shift get to move?",
        {
            "after the shift": edit(move, "gated(w_c, w_prev, g)", "w_c")
            + edit(move, SHIFTED, "gated(shifted(w_g, s), w_prev, g)"),
            "after everything": edit(move, "gated(w_c, w_prev, g)", "w_c")
            + edit(
                move,
                "return sharpened(w_s, gamma)",
                "return gated(sharpened(w_s, gamma), w_prev, g)",
            ),
            "content alone is shifted": edit(move, "gated(w_c, w_prev, g)", "w_c")
            + edit(move, SHIFTED, "gated(w_prev, shifted(w_g, s), 1 - g)"),
            "where it was is shifted": edit(move, "gated(w_c, w_prev, g)", "w_prev")
            + edit(move, SHIFTED, "gated(w_c, shifted(w_g, s), g)"),
        },
        test="Take g = 0, then g = 1, with all weight on row 1 and a shift by +1 alone. How much is on row 2?",
        tries=(trial(lambda w, other: [w[0, 2], other[0, 2]], {"g": [1]}, **{**STAY, **UP, "g": [0]}),),
    ),
    Mistake(
        "N61",
        "one example's numbers for all",
        "Change g, s and γ of one example after the other. Whose answer changes each time?",
        "Each example has its own gate, shifts and sharpening.",
        {
            "g": edit(gated, "g = g[:, None]", "g = g[0]"),
            "s": edit(shifted, "s[:, j + S]", "s[0, j + S]"),
            "γ": edit(sharpened, "gamma[:, None]", "gamma[0]"),
            "g, the mean": edit(gated, "g = g[:, None]", "g = g.mean()"),
            "γ, the mean": edit(sharpened, "gamma[:, None]", "gamma.mean()"),
        },
        test="Take two examples with the same weightings, and other g, s and γ. How much is on rows 0 and 1?",
        tries=(
            trial(
                noticed,
                {"g": [0.5, 0.2], "s": [[1, 0, 0], [0, 0.5, 0.5]], "gamma": [3, 2]},
                {"g": [0.9, 0.6], "s": [[0, 1, 0], [0, 0.2, 0.8]], "gamma": [1, 4]},
                **TWO_TAPES,
            ),
            trial(lambda w: np.ravel(w[:, :2]), **TWO_TAPES),
        ),
    ),
    Mistake(
        "N1",
        "shift the wrong way",
        "All weight is on row 1, and the shift is +1 alone. On which row is the head afterwards?",
        "The last of the numbers in s belongs to the move by +S. Where does it lead to with you?",
        {
            "": edit(shifted, PLACE, "min(max(m - j, 0), N - 1)"),
            "and round": edit(shifted, PLACE, "(m - j) % N"),
            "and lost": edit(move, SHIFTED, "shifted(w_g, s[:, ::-1])") + instead(shifted, lost_beyond),
        },
        test="Take three rows, all weight on the one in the middle, and a shift by +1 alone. How much is on row 2?",
        tries=(trial(lambda w: w[0, 2], **{**STAY, **UP}),),
    ),
    Mistake(
        "N62",
        "the numbers of s belong to other moves",
        "Which of the numbers in s says how much stays? Where is it, with 2S + 1 numbers?",
        "The moves go from -S to S, in this order. With which move do yours begin?",
        {
            "from zero": edit(shifted, PLACE, "min(max(m + j + S, 0), N - 1)"),
            "one too far": edit(shifted, PLACE, "min(max(m + j + 1, 0), N - 1)"),
            "one too little": edit(shifted, PLACE, "min(max(m + j - 1, 0), N - 1)"),
            "zero in front": edit(shifted, "s[:, j + S]", "s[:, j]"),
        },
        test="Take three rows, all weight on the middle one, s = (0.2, 0.3, 0.5) and γ = 1. How much is on each?",
        tries=(
            trial(lambda w: w[0, 1], **STAY),
            trial(lambda w: w[0], **{**STAY, "s": [[0.2, 0.3, 0.5]]}),
        ),
    ),
    Mistake(
        "N62o",
        "not all moves are made",
        "With S = 2, s has five numbers. Which is your first move, which your last, and how many are there?",
        "Each number of s belongs to a move, and all moves are made. Which numbers do you never use?",
        {
            "the outermost left out": edit(shifted, "range(-S, S + 1)", "range(-S, S)"),
            "by one at most": edit(shifted, "range(-S, S + 1)", "range(-1, 2)"),
            "the first left out": edit(shifted, "range(-S, S + 1)", "range(-S + 1, S + 1)"),
            "the first three numbers": edit(shifted, "range(-S, S + 1)", "range(-1, 2)")
            + edit(shifted, TERM, "s[:, j + 1] * w[:, m]"),
        },
        test="Take five rows, all weight on the middle one, and put all of s on each move. How many arrive rightly?",
        tries=(
            trial(
                lambda *w: sum(one[0, n] == 1 for n, one in enumerate(w)),
                *({"s": [list(one)]} for one in np.eye(5)[1:]),
                **{**FIVE, "s": [[1, 0, 0, 0, 0]]},
            ),
        ),
    ),
    Mistake(
        "N63",
        "round the ends, as on the page",
        "All weight is on the last row, and the shift is +1 alone. Where should the head be?",
        "On the page the rows lie in a circle. Do they here?",
        {
            "": edit(shifted, PLACE, "(m + j) % N"),
            "at the last row": edit(shifted, PLACE, "max(m + j, 0) % N"),
        },
        test="Take three rows. Move up by one from the last row, then down from the first. How much stays there?",
        tries=(
            trial(lambda _, w: w[0, 2], OVER_ENDS[0], **STAY),
            trial(at_ends, *OVER_ENDS, **STAY),
        ),
    ),
    Mistake(
        "N63f",
        "round the first end, and a wall at the last",
        "All weight is on row 0, and the shift is -1 alone. Where should the head be, and where is it?",
        "Both ends are walls. What does an index below 0 mean in NumPy?",
        {
            "at the first row": edit(shifted, PLACE, "min(m + j, N - 1) % N"),
            "at the first row, once": edit(shifted, PLACE, "max(min(m + j, N - 1), -N)"),
        },
        test="Take three rows. Move up by one from the last row, then down from the first. How much stays there?",
        tries=(
            trial(lambda _, w: w[0, 0], OVER_ENDS[1], **STAY),
            trial(at_ends, *OVER_ENDS, **STAY),
        ),
    ),
    Mistake(
        "N2",
        "what goes beyond an end is lost",
        "Before you sharpen: do your weights still sum to 1, with weight on the outermost rows?",
        "A head that runs into the wall is still somewhere. On which row?",
        {
            "": instead(shifted, lost_beyond),
            "at the last row": instead(shifted, lost_beyond_the_last),
            "at the first row": instead(shifted, lost_before_the_first),
        },
        test="Take two rows, s = (1/4, 1/2, 1/4), all weight on the last row, then on the first. How much stays?",
        tries=(
            trial(
                at_ends,
                {"w_c": [[0, 1]]},
                {"w_c": [[1, 0]]},
                **{**STAY, "w_c": [[1, 0]], "w_prev": [[1, 0]], "s": [[0.25, 0.5, 0.25]]},
            ),
        ),
    ),
    Mistake(
        "N64",
        "at an end the head is thrown back, or does not move",
        "The head is one row before the end, and the shift is +3 alone. Where is it afterwards?",
        "It goes as far as it can. Does yours stop before the wall, or behind?",
        {
            "it stays": instead(shifted, stays_where_it_cannot),
            "thrown back": instead(shifted, reflected),
            "mirrored": instead(shifted, mirrored),
        },
        test="Take four rows, all weight on row 2 and all of s on the move by +3. How much is on row 3?",
        tries=(
            trial(
                lambda w: w[0, 3],
                **{**STAY, "w_c": [[0, 0, 1, 0]], "w_prev": [[0, 0, 1, 0]], "s": [[0, 0, 0, 0, 0, 0, 1]]},
            ),
        ),
    ),
    Mistake(
        "N64w",
        "a wall in another place",
        "Which number has the last row, in a memory of N rows? Can your head get there, and to the first one?",
        "Rows count from 0. Between which two numbers does your row lie?",
        {
            "before the last row": edit(shifted, PLACE, "min(max(m + j, 0), N - 2)"),
            "behind the first row": edit(shifted, PLACE, "min(max(m + j, 1), N - 1)"),
        },
        test="Take three rows, all weight on the middle one. Move up by one, then down. How much arrives at each end?",
        tries=(trial(at_ends, UP, DOWN, **STAY),),
    ),
    Mistake(
        "N64e",
        "the outermost weights repeated",
        "Before you sharpen: do your weights sum to 1, where the outermost rows have little weight, or much?",
        "Padding with the outermost number puts weight where there was none. Whose weight should an end collect?",
        {
            "": instead(shifted, edge_rows_repeated),
        },
        test="Take three rows with all weight on the first one, and a shift by +1 alone. How much is on row 1?",
        tries=(trial(lambda w: w[0, 1], **{**STAY, "w_c": [[1, 0, 0]], **UP}),),
    ),
    Mistake(
        "N65",
        "the shift is left out, or made otherwise",
        "All weight is on row 2 of five, and s = (1/4, 1/4, 1/2). How much arrives on each row?",
        "Each move takes its share of the weight along, and all the shares arrive somewhere.",
        {
            "left out": edit(move, SHIFTED, "w_g"),
            "twice": edit(move, SHIFTED, "shifted(shifted(w_g, s), s)"),
            "the likeliest move alone": edit(move, SHIFTED, "shifted(w_g, 1.0 * (s == s.max(axis=1, keepdims=True)))"),
            "softmax of s": edit(
                move,
                SHIFTED,
                "shifted(w_g, np.exp(s) / np.exp(s).sum(axis=1, keepdims=True))",
            ),
            "the last to arrive": edit(shifted, "moved[:, i] +=", "moved[:, i] ="),
            "squares": edit(shifted, TERM, "s[:, j + S] ** 2 * w[:, m]"),
            "in the same array": instead(shifted, in_place),
        },
        test="Take g = γ = 1, all weight on row 2 of five, s = (1/4, 1/4, 1/2). How much is on the rows 1 to 3?",
        tries=(trial(lambda w: w[0, 1:4], **{**FIVE, "s": [[0.25, 0.25, 0.5]]}),),
    ),
    Mistake(
        "N65i",
        "of several weights that arrive on a row one alone counts",
        "A shift by +1 takes two rows to the last one. Before you sharpen, is their sum there, or one of them?",
        "Where an index stands twice, how often does NumPy add there?",
        {
            "": instead(shifted, one_alone_arrives),
        },
        test="Take two rows with one half each, s = (0, 1/2, 1/2) and γ = 1. How much is on each afterwards?",
        tries=(trial(lambda w: w[0], **{**STAY, "w_c": [[0.5, 0.5]], "w_prev": [[0.5, 0.5]], "s": [[0, 0.5, 0.5]]}),),
    ),
    Mistake(
        "N3",
        "not divided after the power",
        "Do your weights sum to 1, with γ = 2?",
        "The power makes all of them smaller. What brings them back to a sum of 1?",
        {
            "": edit(sharpened, OF_ALL, "p"),
            "by the sum before": edit(sharpened, OF_ALL, "p / w.sum(axis=1, keepdims=True)"),
            "by the largest": edit(sharpened, OF_ALL, "p / p.max(axis=1, keepdims=True)"),
            "by the length": edit(sharpened, OF_ALL, "p / np.sqrt((p**2).sum(axis=1, keepdims=True))"),
            "by the rows": edit(sharpened, OF_ALL, "p / p.shape[1]"),
        },
        test="Take γ = 2, no shift and two rows with one half each, and add up your weights.",
        tries=(trial(np.sum, **{**STAY, "w_c": [[0.5, 0.5, 0]], "gamma": [2]}),),
    ),
    Mistake(
        "N3x",
        "the sum over another axis",
        "Over what do you divide: over the rows of one example, or over more?",
        "Each example's weights sum to 1 by themselves.",
        {
            "examples": edit(
                sharpened,
                "p.sum(axis=1, keepdims=True)",
                "p.sum(axis=0, keepdims=True)",
            ),
            "everything": edit(sharpened, "p.sum(axis=1, keepdims=True)", "p.sum()"),
            "the power of the sum": edit(
                sharpened,
                "p.sum(axis=1, keepdims=True)",
                "w.sum(axis=0, keepdims=True) ** gamma[:, None]",
            ),
        },
        test="Take two examples with other g, s and γ, and add up the weights of each.",
        tries=(trial(lambda w: w.sum(axis=1), **TWO_TAPES),),
    ),
    Mistake(
        "N5",
        "sharpened before it is shifted",
        "All weight is on one row, and s = (0.1, 0.8, 0.1). Does γ = 5 still make your answer sharper?",
        "Sharpening makes up for what the shift has blurred. Which of them comes last?",
        {
            "": edit(move, SHIFTED, "shifted(sharpened(w_g, gamma), s)")
            + edit(move, "return sharpened(w_s, gamma)", "return w_s"),
            "before the gate": edit(move, "gated(w_c,", "gated(sharpened(w_c, gamma),")
            + edit(move, "return sharpened(w_s, gamma)", "return w_s"),
        },
        test="Take w_c and w_prev on row 1 of three, s = (0.1, 0.8, 0.1) and γ = 5. How much is on row 1?",
        tries=(trial(lambda w: w[0, 1], **{**STAY, "s": [[0.1, 0.8, 0.1]], "gamma": [5]}),),
    ),
    Mistake(
        "N6",
        "sharpened in another way",
        "After the shift two rows have 1/5 and 4/5, and γ is 3/2. By which factor should they differ then?",
        "γ is an exponent. What does it stand on in the formula, and how often?",
        {
            "softmax": edit(sharpened, POWERS, "np.exp(gamma[:, None] * w)"),
            "a factor": edit(sharpened, POWERS, "gamma[:, None] * w"),
            "one more": edit(sharpened, POWERS, "w ** (1 + gamma[:, None])"),
            "its reciprocal": edit(sharpened, POWERS, "w ** (1 / gamma[:, None])"),
            "softplus once more": edit(sharpened, POWERS, "w ** (1 + np.logaddexp(0, gamma[:, None]))"),
            "the other way": edit(sharpened, POWERS, "gamma[:, None] ** w"),
            "one less": edit(sharpened, POWERS, "w ** (gamma[:, None] - 1)"),
            "squares": edit(sharpened, POWERS, "w**2"),
            "rounded": edit(sharpened, POWERS, "w ** np.round(gamma[:, None])"),
            "twice": edit(
                move,
                "return sharpened(w_s, gamma)",
                "return sharpened(sharpened(w_s, gamma), gamma)",
            ),
        },
        test="Take γ = 3/2, the weights 1/5 and 4/5 and no shift. By which factor do they differ at the end?",
        tries=(trial(lambda w: w[0, 1] / w[0, 0], **{**STAY, "w_c": [[0.2, 0.8, 0]], "gamma": [1.5]}),),
    ),
)


def moving(r: Generator, B: int, N: int, S: int) -> tuple[Array, Array, Array, Array, Array]:
    """Weight everywhere, gates on both sides of one half, shifts of which none is the same, γ above 1."""
    g = r.permutation(np.linspace(0.2, 0.7, B)) + r.uniform(0.01, 0.05)
    s = np.arange(1, 2 * S + 2) + r.uniform(-0.2, 0.2, size=(B, 2 * S + 1))
    s = np.stack([row if b % 2 else row[::-1] for b, row in enumerate(s)]) ** 1.5
    gamma = r.permutation(np.linspace(1.3, 3.2, B)) + r.uniform(0.02, 0.08)
    w = (r.dirichlet(np.full(N, 3.0), size=B) for _ in range(2))
    return (*w, g, s / s.sum(axis=1, keepdims=True), gamma)


def gate_alone(r: Generator) -> tuple[Array, ...]:
    """No move, not sharpened."""
    w_c, w_prev, g, _, _ = moving(r, 3, 4, 1)
    return w_c, w_prev, g, np.tile([0.0, 1.0, 0.0], (3, 1)), np.ones(3)


def shift_alone(r: Generator, N: int, S: int, free: int = 0) -> tuple[Array, ...]:
    """By content alone, not sharpened; where ``free``, without weight on so many rows at each end."""
    w_c, w_prev, _, s, _ = moving(r, 2, N, S)
    if free:
        w_c[:, :free] = w_c[:, -free:] = 0
        w_c /= w_c.sum(axis=1, keepdims=True)
    return w_c, w_prev, np.ones(2), s, np.ones(2)


def sharpening_alone(r: Generator) -> tuple[Array, ...]:
    """By content alone, no move."""
    w_c, w_prev, _, _, gamma = moving(r, 3, 4, 1)
    return w_c, w_prev, np.ones(3), np.tile([0.0, 1.0, 0.0], (3, 1)), gamma


move_exercise = Exercise(
    name="ntm.move",
    task="Where a head goes after the search by content: gate, shift and sharpening (eq-ntm-interpolate, eq-ntm-shift, "
    "eq-ntm-sharpen), in this order, but in a memory with ends: weight that a shift would take beyond the first or the "
    "last row stays on that row. The columns of s belong to the moves -S, …, S. Keep the dtype; NumPy only.",
    arguments=(
        Value("w_c", "B N", "the weighting by content"),
        Value("w_prev", "B N", "where the head was"),
        Value("g", "B", "the gate, from 0 to 1"),
        Value("s", "B C", "a share of each move from -S to S; C = 2S + 1"),
        Value("gamma", "B", "the sharpening, at least 1"),
    ),
    outputs=(Value("w", "B N", "where the head is", tolerance=1e-5),),
    reference=move,
    cases={
        "general": lambda r: moving(r, 3, 5, 1),
        "gate": gate_alone,
        "shift": lambda r: shift_alone(r, 5, 1, free=1),
        "ends": lambda r: shift_alone(r, 4, 1),
        "wide": lambda r: shift_alone(r, 4, 2),
        "beyond": lambda r: shift_alone(r, 2, 3),
        "sharpening": sharpening_alone,
        "all, wide": lambda r: moving(r, 2, 4, 2),
        "float32": lambda r: in_float32(moving(r, 2, 4, 1)),
    },
    facets=(
        Facet("the gate", 2, ("gate",)),
        Facet("the shift", 2, ("shift",)),
        Facet("ends, one row too far", 2, ("ends",)),
        Facet("ends, further", 2, ("wide", "beyond")),
        Facet("the sharpening", 2, ("sharpening",)),
        Facet("all in order", 2, ("general", "all, wide", "float32")),
    ),
    mistakes=MOVE_MISTAKES,
    words=WORDS,
)
