"""Delayed values and their products in a stated order, the features of NVAR; and what goes wrong there."""

from __future__ import annotations

import itertools
from typing import Annotated, Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.checks.reservoir.draws import signed
from rnncourse.rules import whole
from rnncourse.shapes import T_B_F, Count, checked

Degree = Annotated[int, whole(1)]


def delays(x: T_B_F, k: int, apart: int) -> Array:
    """The delayed values of each step, side by side, the oldest first, (steps, B, kF)."""
    first = (k - 1) * apart
    order = [(k - 1 - j) * apart for j in range(k)]
    parts = [x[first - d : len(x) - d] for d in order]
    return np.concatenate(parts, axis=2)


def products(v: Array, p: int) -> list[Array]:
    """All products of p entries, each once, ordered by the first factor, then by the next."""
    n = v.shape[2]
    chosen = list(itertools.combinations_with_replacement(range(n), p))
    return [np.prod([v[..., i] for i in one], axis=0) for one in chosen]


@checked
def nvar(x: T_B_F, k: Count, apart: Count, degree: Degree) -> Array:
    r"""Delayed values of a series and their products, and a 1.

    .. math:: v_t = [ x_{t - (k-1)\, \text{apart}}; \dots; x_{t - \text{apart}}; x_t ], \qquad
       [ v_t;\ (v_i v_j)_{i \le j};\ (v_i v_j v_l)_{i \le j \le l};\ 1 ]

    Returns (steps, B, features).
    """
    require(len(x) > (k - 1) * apart, f"x: expected more than {(k - 1) * apart} steps, got {len(x)}")
    v = delays(x, k, apart)
    columns = products(v, 1)
    for p in range(2, degree + 1):
        columns += products(v, p)
    one = np.ones_like(v[..., 0])
    Phi = np.stack([*columns, one], axis=2)
    return Phi


sign(globals(), "nvar")

FIRST, ORDER = "first = (k - 1) * apart", "[(k - 1 - j) * apart for j in range(k)]"
PARTS, BESIDE = "[x[first - d : len(x) - d] for d in order]", "np.concatenate(parts, axis=2)"
CHOSEN = "list(itertools.combinations_with_replacement(range(n), p))"
PRODUCT = "np.prod([v[..., i] for i in one], axis=0)"
DEGREES, STACKED, V = "range(2, degree + 1)", "np.stack([*columns, one], axis=2)", "v = delays(x, k, apart)"


def series(*values: Any, **others: Any) -> dict[str, Any]:
    """One sequence of these values, numbers or rows of them; two values, next to each other, and no products."""
    rows = [[np.atleast_1d(value).tolist()] for value in values]
    return {"x": rows, "k": 2, "apart": 1, "degree": 1, **others}


COUNTED = series(1, 2, 3, 4, 5, k=2, apart=3)  # 1, 4 and 2, 5
PAIR = series((2, 3), k=1, degree=2)  # 2, 3, 4, 6, 9, 1
LONGER = series(2, 3, 5, 7, degree=2)


def row(w: Any) -> Any:
    """The first features, five at most."""
    return w[0, 0, :5]


NVAR_MISTAKES = (
    Mistake(
        "N1",
        "delayed values in another order",
        "Take steps of two features, (1, 2) and (3, 4), and k = 2. With which two numbers does your row begin?",
        "The oldest value comes first, the newest last, and the features of one step stay together.",
        {
            "the newest first": edit(delays, ORDER, "[j * apart for j in range(k)]"),
            "the newest first, the rest after it": edit(
                delays, ORDER, "[0, *((k - 1 - j) * apart for j in range(k - 1))]"
            ),
            "feature by feature": edit(delays, BESIDE, "np.stack(parts, axis=3).reshape(*parts[0].shape[:2], -1)"),
            "feature by feature, the newest first": edit(
                delays, BESIDE, "np.stack(parts[::-1], axis=3).reshape(*parts[0].shape[:2], -1)"
            ),
            "turned round": edit(delays, BESIDE, "np.concatenate(parts, axis=2)[..., ::-1]"),
        },
        test="Take two steps of two features, (1, 2) and (3, 4), k = 2 and degree 1. Which five features come?",
        tries=(trial(row, **series((1, 2), (3, 4))),),
    ),
    Mistake(
        "N2",
        "values from other steps",
        "Take k = 2 and three steps apart. Which steps do your two values come from?",
        "The newest value is that of the step itself, and between two neighbours lie `apart` steps.",
        {
            "next to each other": edit(delays, ORDER, "[k - 1 - j for j in range(k)]"),
            "next to each other, from the first on": edit(delays, ORDER, "[k - 1 - j for j in range(k)]")
            + edit(delays, FIRST, "first = k - 1"),
            "one step too far": edit(delays, PARTS, "[x[max(first - d - 1, 0) : len(x) - d - 1] for d in order]"),
            "without the newest": edit(delays, ORDER, "[(k - j) * apart for j in range(k)]")
            + edit(delays, FIRST, "first = k * apart"),
            "apart plus one": edit(delays, ORDER, "[(k - 1 - j) * (apart + 1) for j in range(k)]")
            + edit(delays, FIRST, "first = (k - 1) * (apart + 1)"),
            "k and apart exchanged": edit(delays, ORDER, "[(apart - 1 - j) * k for j in range(apart)]")
            + edit(delays, FIRST, "first = (apart - 1) * k"),
        },
        test="Take the series 1, 2, 3, 4, 5, k = 2, three steps apart, degree 1. How many rows come, and "
        "what are the first two features of the first one?",
        tries=(trial(lambda w: [len(w), *w[0, 0, :2]], **COUNTED),),
    ),
    Mistake(
        "N2k",
        "one value too many, or too few",
        "How many values does a row have for k = 2? Does the present one count among them?",
        "k counts all values, the newest as well.",
        {
            "one more": edit(delays, FIRST, "k = k + 1\n    first = (k - 1) * apart"),
            "one less": edit(delays, FIRST, "k = max(k - 1, 1)\n    first = (k - 1) * apart"),
        },
        test="Take the series 1, 2, 3, k = 2, degree 1. How many features has a row, the 1 included?",
        tries=(trial(lambda w: w.shape[2], **series(1, 2, 3)),),
    ),
    Mistake(
        "N2r",
        "other steps in the rows",
        "How many rows come from five steps with k = 2, three steps apart? Of which step is your first?",
        "A row is there for each step for which all values are there, up to the last step.",
        {
            "zeros before the start": edit(
                delays,
                PARTS,
                "[np.concatenate([0 * x[:d], x[: len(x) - d]]) for d in order]",
            ),
            "from the end": edit(delays, PARTS, "[np.roll(x, d, axis=0) for d in order]"),
            "the first value again": edit(
                delays,
                PARTS,
                "[np.concatenate([x[:1]] * d + [x[: len(x) - d]]) for d in order]",
            ),
            "the last left out": edit(delays, BESIDE, "np.concatenate(parts, axis=2)[:-1]"),
            "the first left out": edit(delays, BESIDE, "np.concatenate(parts, axis=2)[1:]"),
            "the last first": edit(delays, BESIDE, "np.concatenate(parts, axis=2)[::-1]"),
            "every so many": edit(delays, BESIDE, "np.concatenate(parts, axis=2)[::apart]"),
        },
        test="Take the series 1, 2, 3, 4, 5, 6, 7, 8, k = 2, three steps apart, degree 1. How many rows come, and "
        "what are the first two features of the first one?",
        tries=(
            trial(
                lambda w: [len(w), *w[0, 0, :2]],
                **series(1, 2, 3, 4, 5, 6, 7, 8, k=2, apart=3),
            ),
        ),
    ),
    Mistake(
        "N3",
        "pairs left out, or there twice",
        "How many products of two have three entries? How many have yours?",
        "Each pair counts once; an entry with itself is a pair, too.",
        {
            "without squares": edit(
                products, CHOSEN, "[(i,) for i in range(n)] if p == 1 else list(itertools.combinations(range(n), p))"
            ),
            "squares alone": edit(products, CHOSEN, "[(i,) * p for i in range(n)]"),
            "both orders": edit(products, CHOSEN, "list(itertools.product(range(n), repeat=p))"),
            "both orders, without squares": edit(products, CHOSEN, "list(itertools.permutations(range(n), p))"),
            "not across the values": edit(
                nvar,
                "columns += products(v, p)",
                "columns += [c for j in range(k) for c in products(v[..., j * x.shape[2] : (j + 1) * x.shape[2]], p)]",
            ),
            "of the newest alone": edit(
                nvar, "columns += products(v, p)", "columns += products(v[..., -x.shape[2] :], p)"
            ),
        },
        test="Take the values 2 and 3 of a series of one feature, k = 2 and degree 2. How many features "
        "come? What are the third, the fourth and the fifth?",
        tries=(trial(lambda w: [w.shape[2], *w[0, 0, 2:5]], **series(2, 3, degree=2)),),
    ),
    Mistake(
        "N3o",
        "products in another order",
        "The entries are 2, 3 and 5. Which product is your third one: 10 or 9?",
        "Sorted by the first factor, then by the second.",
        {
            "by the second factor": edit(
                products,
                CHOSEN,
                "sorted(itertools.combinations_with_replacement(range(n), p), key=lambda one: one[::-1])",
            ),
            "squares first": edit(
                products,
                CHOSEN,
                "sorted(itertools.combinations_with_replacement(range(n), p), key=lambda one: one[0] != one[-1])",
            ),
            "squares last": edit(
                products,
                CHOSEN,
                "sorted(itertools.combinations_with_replacement(range(n), p), key=lambda one: one[0] == one[-1])",
            ),
            "turned round": edit(
                products,
                CHOSEN,
                "list(itertools.combinations_with_replacement(range(n), p))[:: 1 if p == 1 else -1]",
            ),
        },
        test="Take one step of three features, 2, 3 and 5, k = 1 and degree 2. What are the fourth to the eighth "
        "feature?",
        tries=(trial(lambda w: w[0, 0, 3:8], **series((2, 3, 5), k=1, degree=2)),),
    ),
    Mistake(
        "N4",
        "another degree",
        "How many features come from one value 2 for the degrees 1, 2 and 3? Which are they?",
        "A degree has its own products, and all of the lower ones.",
        {
            "always 2": edit(nvar, DEGREES, "range(2, 3)"),
            "the highest alone": edit(nvar, DEGREES, "range(max(2, degree), degree + 1)"),
            "one less": edit(nvar, DEGREES, "range(2, degree)"),
            "one more": edit(nvar, DEGREES, "range(2, degree + 2)"),
            "2 at most": edit(nvar, DEGREES, "range(2, min(degree, 2) + 1)"),
            "the highest first": edit(nvar, DEGREES, "range(degree, 1, -1)"),
            "the values twice": edit(nvar, DEGREES, "range(1, degree + 1)"),
            "the highest in place of the values": edit(nvar, "products(v, 1)", "[]"),
        },
        test="Take a single value 2 with k = 1. What are the second and the third feature for degree 3? "
        "How many features come for degree 3, and how many for degree 1?",
        tries=(
            trial(
                lambda v, w: [*v[0, 0, 1:3], v.shape[2], w.shape[2]],
                {"degree": 1},
                **series(2, k=1, degree=3),
            ),
        ),
    ),
    Mistake(
        "N4t",
        "products of three that are not all there",
        "How many products of three have two entries? How many have yours?",
        "An entry may stand in a product once, twice, or three times.",
        {
            "cubes alone": edit(
                products,
                CHOSEN,
                "[(i,) * 3 for i in range(n)] if p == 3 else "
                "list(itertools.combinations_with_replacement(range(n), p))",
            ),
            "all different": edit(
                products,
                CHOSEN,
                "list(itertools.combinations(range(n), p)) if p == 3 else "
                "list(itertools.combinations_with_replacement(range(n), p))",
            ),
            "the first two the same": edit(
                products,
                CHOSEN,
                "[(i, i, j) for i in range(n) for j in range(i, n)] if p == 3 else "
                "list(itertools.combinations_with_replacement(range(n), p))",
            ),
            "twice": edit(
                products,
                CHOSEN,
                "[(i, j, m) for i in range(n) for j in range(i, n) for m in range(i, n)] if p == 3 else "
                "list(itertools.combinations_with_replacement(range(n), p))",
            ),
            "a value times a square": edit(
                products,
                CHOSEN,
                "[(i, j, j) for i in range(n) for j in range(n)] if p == 3 else "
                "list(itertools.combinations_with_replacement(range(n), p))",
            ),
        },
        test="Take one step of two features, 2 and 3, k = 1 and degree 3. How many features come? What are the "
        "sixth to the ninth?",
        tries=(trial(lambda w: [w.shape[2], *w[0, 0, 5:9]], **series((2, 3), k=1, degree=3)),),
    ),
    Mistake(
        "N5",
        "the constant elsewhere, or not there",
        "What is the last feature of each row with you? And in the task?",
        "One feature is the same for all steps. How often is it there, and where?",
        {
            "first": edit(nvar, STACKED, "np.stack([one, *columns], axis=2)"),
            "left out": edit(nvar, STACKED, "np.stack(columns, axis=2)"),
            "zero": edit(nvar, STACKED, "np.stack([*columns, 0 * one], axis=2)"),
            "among the entries": edit(
                nvar,
                "columns = products(v, 1)",
                "v = np.concatenate([v, np.ones_like(v[..., :1])], axis=2)\n    columns = products(v, 1)",
            )
            + edit(nvar, STACKED, "np.stack(columns, axis=2)"),
        },
        test="Take one step of two features, 2 and 3, k = 1 and degree 2. How many features come? Which is the first, "
        "and which is the last?",
        tries=(trial(lambda w: [w.shape[2], w[0, 0, 0], w[0, 0, -1]], **PAIR),),
    ),
    Mistake(
        "N6",
        "something else than products",
        "What do you make of the entries 2 and 3: 5, 6 or 2.5?",
        "Multiply the entries themselves.",
        {
            "sums": edit(products, PRODUCT, "np.sum([v[..., i] for i in one], axis=0)"),
            "means": edit(products, PRODUCT, "np.mean([v[..., i] for i in one], axis=0)"),
            "sizes": edit(
                products, PRODUCT, "np.abs(np.prod([v[..., i] for i in one], axis=0)) if p > 1 else v[..., one[0]]"
            ),
            "of what lies off the mean": edit(
                products, PRODUCT, "np.prod([v[..., i] - (p > 1) * v[..., i].mean() for i in one], axis=0)"
            ),
            "over their number": edit(products, PRODUCT, "np.prod([v[..., i] for i in one], axis=0) / p"),
        },
        test="Take one step of two features, 2 and -3, k = 1 and degree 2. What are the first five features?",
        tries=(trial(row, **series((2, -3), k=1, degree=2)),),
    ),
    Mistake(
        "N7",
        "examples mixed",
        "Take two sequences that have nothing to do with each other. Which of your features know both?",
        "Each sequence has rows of its own: on which axis do the values stand side by side?",
        {
            "the axes exchanged": edit(nvar, STACKED, "np.stack([*columns, one], axis=2).swapaxes(0, 1)"),
            "one after the other": edit(
                nvar, STACKED, "np.stack([*columns, one], axis=2).reshape(-1, 1, len(columns) + 1)"
            ),
            "the first alone": edit(nvar, STACKED, "np.stack([*columns, one], axis=2)[:, :1]"),
            "the first for all": edit(nvar, STACKED, "np.stack([*columns, one], axis=2)[:, :1] + 0 * v[..., :1]"),
            "features first": edit(nvar, STACKED, "np.stack([*columns, one], axis=0)"),
            "side by side": edit(nvar, V, "v = delays(x.reshape(len(x), 1, -1), k, apart)"),
            "turned round": edit(
                nvar,
                V,
                "v = np.concatenate([delays(x[:, [n]], k, apart) for n in reversed(range(x.shape[1]))], axis=1)",
            ),
        },
        test="Take three steps of two sequences, one with the value 2, one with 3. Use k = 2 and degree 2. Which shape "
        "has the answer, and what is the first feature of the last sequence?",
        tries=(
            trial(
                lambda w: [*w.shape, w[0, -1, 0]],
                **{"x": [[[2], [3]]] * 3, "k": 2, "apart": 1, "degree": 2},
            ),
        ),
    ),
)


def walk(r: Generator, T: int, B: int, F: int, *settings: int) -> tuple[Any, ...]:
    """Numbers of either sign, none near 0 or in size near another one."""
    while True:
        x = signed(r, 0.4, 1.6, T, B, F)
        sizes = np.sort(np.abs(x).ravel())
        if np.diff(sizes).min() > 1e-5:
            return (x, *settings)


nvar_exercise = Exercise(
    name="reservoir.nvar",
    task="The features of nonlinear vector autoregression: k values of a series, so many steps apart, the oldest "
    "first; all products of two, of degree 3 of three, each once, sorted by the first factor, then the next; and a "
    "1. For all steps for which all values are there. Keep the dtype; NumPy and itertools only.",
    arguments=(
        Value("x", "T B F", "series"),
        Value("k", None, "how many values"),
        Value("apart", None, "steps from one value to the next"),
        Value("degree", None, "how many factors a product has at most, 1 to 3"),
    ),
    outputs=(Value("Phi", "S B P", "features"),),
    reference=nvar,
    cases={
        "general": lambda r: walk(r, 8, 2, 2, 3, 2, 2),
        "values": lambda r: walk(r, 9, 3, 2, 3, 2, 1),
        "one value": lambda r: walk(r, 4, 2, 3, 1, 3, 2),
        "third degree": lambda r: walk(r, 5, 2, 2, 2, 2, 3),
        "float32": lambda r: in_float32(walk(r, 7, 2, 2, 2, 3, 2)),
    },
    facets=(
        Facet("values", 2, ("values",)),
        Facet("one value", 1, ("one value",)),
        Facet("products", 2, ("general", "float32")),
        Facet("degree 3", 1, ("third degree",)),
    ),
    mistakes=NVAR_MISTAKES,
    words={"S": "step", "P": "feature"},
)
