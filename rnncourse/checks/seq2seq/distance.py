"""How far what was said is from what was wanted: edit distance, symbol error rate; and what goes wrong there."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import expect_ids, expect_lengths, sign
from rnncourse.checks.engine import Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value
from rnncourse.checks.seq2seq.draws import telling
from rnncourse.rules import ids
from rnncourse.shapes import Ints, T_B_ids, checked

S_B_ids = Annotated[Ints, ids("S B")]


def changes(u: Ints, y: Ints) -> int:
    """The least number of insertions, deletions and replacements that make the second of the first."""
    rows, columns = len(u), len(y)
    d = np.zeros((rows + 1, columns + 1), int)
    d[:, 0] = np.arange(rows + 1)
    d[0, :] = np.arange(columns + 1)
    for i in range(1, rows + 1):
        for j in range(1, columns + 1):
            deleted, inserted = d[i - 1, j] + 1, d[i, j - 1] + 1
            replaced = d[i - 1, j - 1] + int(u[i - 1] != y[j - 1])
            d[i, j] = min(deleted, inserted, replaced)
    return int(d[rows, columns])


@checked
def edit_distance(said: T_B_ids, n: Ints, y: S_B_ids, m: Ints) -> tuple[Ints, float, float]:
    r"""The edit distance of each example, the symbol error rate, and the share that is right as a whole.

    .. math:: d_{i,j} = \min \bigl( d_{i-1,j} + 1,\ d_{i,j-1} + 1,\ d_{i-1,j-1} + [\,u_i \ne y_j\,] \bigr)

    Returns d (B,), rate and exact.
    """
    B = said.shape[1]
    expect_ids("n", n, (B,), below=len(said) + 1)
    expect_lengths(m, *y.shape)
    d = np.zeros(B, int)
    for b in range(B):
        d[b] = changes(said[: n[b], b], y[: m[b], b])
    rate = d.sum() / m.sum()
    exact = (d == 0).mean()
    return d, float(rate), float(exact)


sign(globals(), "edit_distance")

P = edit_distance
CUT, RATE, EXACT = "changes(said[: n[b], b], y[: m[b], b])", "d.sum() / m.sum()", "(d == 0).mean()"
LEAST, DELETED, INSERTED, REPLACED = (
    "min(deleted, inserted, replaced)",
    "deleted, inserted = d[i - 1, j] + 1,",
    "d[i, j - 1] + 1",
    "int(u[i - 1] != y[j - 1])",
)
COLUMN, ROW, LAST = "d[:, 0] = np.arange(rows + 1)", "d[0, :] = np.arange(columns + 1)", "return int(d[rows, columns])"


def given(said: list[int], wanted: list[int], *more: tuple[list[int], list[int]]) -> dict[str, Any]:
    """A batch of such pairs, with nines behind what was said, and eights behind targets."""
    pairs = [(said, wanted), *more]
    T, S = (max(1, *(len(pair[k]) for pair in pairs)) for k in (0, 1))
    columns = [[[*pair[k], *[9 - k] * (size - len(pair[k]))] for pair in pairs] for k, size in ((0, T), (1, S))]
    u, y = ([list(row) for row in zip(*column, strict=True)] for column in columns)
    return {"said": u, "n": [len(a) for a, _ in pairs], "y": y, "m": [len(b) for _, b in pairs]}


def distance(answer: Any) -> Any:
    """Of the first example."""
    return answer[0][0]


def rate_of(answer: Any) -> Any:
    """The error rate."""
    return answer[1]


def exact_of(answer: Any) -> Any:
    """The share that is right as a whole."""
    return answer[2]


DISTANCE_MISTAKES = (
    Mistake(
        "E1",
        "compared place by place",
        "The first symbol is left out, and all others are right. How many changes is that, and how many do you count?",
        "Behind a symbol that is left out, everything moves. How does your comparison move with it?",
        {
            "": edit(
                changes,
                LAST,
                "same = min(rows, columns)\n    return int((u[:same] != y[:same]).sum()) + abs(rows - columns)",
            ),
            "as far as both go": edit(
                changes, LAST, "same = min(rows, columns)\n    return int((u[:same] != y[:same]).sum())"
            ),
            "whatever is nearer": edit(
                changes,
                LAST,
                "same = min(rows, columns)\n    ends = [int((a[:same] != b[:same]).sum()) "
                "for a, b in ((u, y), (u[::-1], y[::-1]))]\n    return min(ends) + abs(rows - columns)",
            ),
        },
        test="Let 2, 3, 4, 5, 9 be said for 1, 2, 3, 4, 5. How many changes are needed?",
        tries=(trial(distance, **given([2, 3, 4, 5, 9], [1, 2, 3, 4, 5])),),
    ),
    Mistake(
        "E2",
        "a replacement costs something else",
        "One symbol of three is another one. How many changes make it right?",
        "A symbol in the place of another is one change. What does it add in your table?",
        {
            "two": edit(changes, REPLACED, "2 * int(u[i - 1] != y[j - 1])"),
            "is not known": edit(changes, LEAST, "replaced if u[i - 1] == y[j - 1] else min(deleted, inserted)"),
            "nothing": edit(changes, REPLACED, "0"),
            "one always": edit(changes, REPLACED, "1"),
            "turned round": edit(changes, REPLACED, "int(u[i - 1] == y[j - 1])"),
            "a half": edit(changes, "np.zeros((rows + 1, columns + 1), int)", "np.zeros((rows + 1, columns + 1))")
            + edit(changes, REPLACED, "0.5 * (u[i - 1] != y[j - 1])"),
            "how far apart": edit(changes, REPLACED, "abs(int(u[i - 1]) - int(y[j - 1]))"),
        },
        test="Let 1, 5, 3 be said for 1, 2, 3, and fill in the table by hand. How many changes are needed?",
        tries=(trial(distance, **given([1, 5, 3], [1, 2, 3])),),
    ),
    Mistake(
        "E3",
        "one of the three changes is missing",
        "A symbol too many, one too few, another one: which of the three does your minimum know?",
        "Three neighbours of a place in the table lead to it. How many does yours look at?",
        {
            "no deletion": edit(changes, LEAST, "min(inserted, replaced)"),
            "no insertion": edit(changes, LEAST, "min(deleted, replaced)"),
            "replacements alone": edit(changes, LEAST, "replaced"),
        },
        test="Let 1, 7, 2, 3, 4 be said for 1, 2, 3, 8, 4. How many changes are needed?",
        tries=(trial(distance, **given([1, 7, 2, 3, 4], [1, 2, 3, 8, 4])),),
    ),
    Mistake(
        "E4",
        "the edge of the table",
        "Nothing is said, or nothing right at first. What stands in the first row and the first column of your table?",
        "To make three symbols of nothing takes three changes.",
        {
            "zeros": edit(changes, COLUMN, "pass") + edit(changes, ROW, "pass"),
            "zeros above": edit(changes, ROW, "pass"),
            "zeros on the left": edit(changes, COLUMN, "pass"),
            "from one": edit(changes, COLUMN, "d[1:, 0] = np.arange(rows)")
            + edit(changes, ROW, "d[0, 1:] = np.arange(columns)"),
            "ones": edit(changes, COLUMN, "d[1:, 0] = 1") + edit(changes, ROW, "d[0, 1:] = 1"),
        },
        test="Let 8, 9, 1, 2 be said for 1, 2, 5, 6, 7. How many changes are needed? Fill in the edge by hand first.",
        tries=(trial(distance, **given([8, 9, 1, 2], [1, 2, 5, 6, 7])),),
    ),
    Mistake(
        "E5",
        "other symbols are compared",
        "For the first two symbols of each, which two does your comparison take?",
        "The table has a row and a column more than there are symbols. Which symbol belongs to row i?",
        {
            "the first of what was said": edit(changes, REPLACED, "int(u[i % rows] != y[j - 1])"),
            "the first of the target": edit(changes, REPLACED, "int(u[i - 1] != y[j % columns])"),
            "one before": edit(changes, REPLACED, "int(u[i - 2] != y[j - 2])"),
        },
        test="Let 1, 2 be said for 1, 2, 3. How many changes are needed? Print each pair that you compare.",
        tries=(trial(distance, **given([1, 2], [1, 2, 3])),),
    ),
    Mistake(
        "E6",
        "a swap of neighbours as one change",
        "Two neighbours are exchanged. How many changes of the three kinds are needed?",
        "The task knows three kinds of changes. Which further one do you allow?",
        edit(
            changes,
            "d[i, j] = min(deleted, inserted, replaced)",
            "d[i, j] = min(deleted, inserted, replaced)\n"
            "            if i > 1 and j > 1 and u[i - 1] == y[j - 2] and u[i - 2] == y[j - 1]:\n"
            "                d[i, j] = min(d[i, j], d[i - 2, j - 2] + 1)",
        ),
        test="Let 2, 1 be said for 1, 2. How many changes are needed?",
        tries=(trial(distance, **given([2, 1], [1, 2])),),
    ),
    Mistake(
        "E7",
        "the order does not count",
        "What was said has all the right symbols, in another order. Is it right?",
        "Changes are made to a sequence. What do you compare in its place?",
        {
            "symbols counted": edit(
                changes,
                LAST,
                "kinds = np.union1d(u, y)\n    more = [int((u == k).sum()) - int((y == k).sum()) for k in kinds]\n"
                "    return max(sum(max(k, 0) for k in more), sum(max(-k, 0) for k in more))",
            ),
            "sets": edit(changes, LAST, "return len(set(u.tolist()) ^ set(y.tolist()))"),
            "target symbols not said": edit(changes, LAST, "return sum(int(k not in u) for k in y)"),
            "sorted": edit(
                changes,
                "rows, columns = len(u), len(y)",
                "rows, columns, u, y = len(u), len(y), np.sort(u), np.sort(y)",
            ),
        },
        test="Let 3, 1, 2 be said for 1, 2, 3. How many changes are needed?",
        tries=(trial(distance, **given([3, 1, 2], [1, 2, 3])),),
    ),
    Mistake(
        "E8",
        "padding is compared too",
        "Change what stands behind a sequence. Does its distance change?",
        "Each side has a length of its own. How much of each do you hand to your comparison?",
        {
            "of both": edit(P, CUT, "changes(said[:, b], y[:, b])"),
            "of what was said": edit(P, CUT, "changes(said[:, b], y[: m[b], b])"),
            "of the target": edit(P, CUT, "changes(said[: n[b], b], y[:, b])"),
            "both as long as the target": edit(P, CUT, "changes(said[: m[b], b], y[: m[b], b])"),
            "both as long as what was said": edit(P, CUT, "changes(said[: n[b], b], y[: n[b], b])"),
            "lengths exchanged": edit(P, CUT, "changes(said[: m[b], b], y[: n[b], b])"),
            "both as long as the shorter": edit(P, CUT, "changes(said[: min(n[b], m[b]), b], y[: min(n[b], m[b]), b])"),
        },
        test="Take two examples: 4 said for 2, 3, 4, and 1, 2, 3 said for 3. How many changes needs each?",
        tries=(trial(lambda a: a[0], **given([4], [2, 3, 4], ([1, 2, 3], [3]))),),
    ),
    Mistake(
        "E8l",
        "lengths of another example",
        "Change the length of one example after the other. Whose distance changes?",
        "Each example has two lengths of its own. Which of them meets which column?",
        {
            "of the first": edit(P, CUT, "changes(said[: n[0], b], y[: m[0], b])"),
            "one symbol more": edit(P, CUT, "changes(said[: n[b] + 1, b], y[: m[b] + 1, b])"),
            "without the first": edit(P, CUT, "changes(said[1 : n[b], b], y[1 : m[b], b])"),
        },
        test="Take two examples: 6, 2 said for 1, 3, and 5, 4, 4 said for 5. How many changes needs each?",
        tries=(trial(lambda a: a[0], **given([6, 2], [1, 3], ([5, 4, 4], [5]))),),
    ),
    Mistake(
        "E11",
        "the last symbols do not count",
        "Only the last symbols of two sentences differ. How far apart are they, with you?",
        "The first cell of a table belongs to two empty beginnings. In which cell are both sentences whole?",
        {
            "cut off": edit(P, CUT, "changes(said[: max(n[b] - 1, 0), b], y[: m[b] - 1, b])"),
            "in a table for all": edit(P, CUT, "changes(said[: n[b] - 1 if n[b] else len(said), b], y[: m[b] - 1, b])"),
            "of what was said": edit(P, CUT, "changes(said[: max(n[b] - 1, 0), b], y[: m[b], b])"),
            "of the target": edit(P, CUT, "changes(said[: n[b], b], y[: m[b] - 1, b])"),
        },
        test="Let 1, 2, 3 be said for 1, 2, 4, and 1, 2 for 1, 2, 3. How many changes needs each?",
        tries=(trial(lambda a: a[0], **given([1, 2, 3], [1, 2, 4], ([1, 2], [1, 2, 3]))),),
    ),
    Mistake(
        "E9",
        "another mean of the changes",
        "One target has one symbol, and another ten. How much does each symbol count in your rate?",
        "All changes of the batch, divided by all symbols of its targets. What do you divide, and when?",
        {
            "of the rates": edit(P, RATE, "(d / m).mean()"),
            "by examples": edit(P, RATE, "d.mean()"),
            "the number": edit(P, RATE, "d.sum()"),
            "by what was said": edit(P, RATE, "d.sum() / max(n.sum(), 1)"),
            "by the longer": edit(P, RATE, "d.sum() / np.maximum(n, m).sum()"),
            "by both": edit(P, RATE, "d.sum() / (n + m).sum()"),
            "by all places": edit(P, RATE, "d.sum() / y.size"),
            "by the longest": edit(P, RATE, "d.sum() / (m.max() * B)"),
            "of the rates, by the longer": edit(P, RATE, "(d / np.maximum(n, m)).mean()"),
            "one less": edit(P, RATE, "1 - d.sum() / m.sum()"),
            "at most one": edit(P, RATE, "min(d.sum() / m.sum(), 1.0)"),
        },
        test="Take six ones said for 8, 8, and four sixes said for 7, and compute the rate by hand.",
        tries=(
            trial(
                rate_of,
                **given([1, 1, 1, 1, 1, 1], [8, 8], ([6, 6, 6, 6], [7])),
            ),
        ),
    ),
    Mistake(
        "E10",
        "another share that is right",
        "An answer has one symbol wrong. Does it count as right as a whole?",
        "Right as a whole are answers that need no change. Which ones do you count?",
        {
            "of symbols": edit(P, EXACT, "max(1 - d.sum() / m.sum(), 0.0)"),
            "one less the rate": edit(P, EXACT, "1 - d.sum() / m.sum()"),
            "one change is forgiven": edit(P, EXACT, "(d <= 1).mean()"),
            "of the right length": edit(P, EXACT, "(n == m).mean()"),
            "that are wrong": edit(P, EXACT, "(d > 0).mean()"),
            "the number": edit(P, EXACT, "1.0 * (d == 0).sum()"),
            "beginnings too": edit(
                P,
                EXACT,
                "np.mean([(said[: min(n[b], m[b]), b] == y[: min(n[b], m[b]), b]).all() for b in range(B)])",
            ),
            "what begins with the target": edit(
                P, EXACT, "np.mean([n[b] >= m[b] and (said[: m[b], b] == y[: m[b], b]).all() for b in range(B)])"
            ),
            "any order": edit(P, EXACT, "np.mean([sorted(said[: n[b], b]) == sorted(y[: m[b], b]) for b in range(B)])"),
        },
        test="Take four answers to 1, 2, 3: that one, 1, 2, then 1, 2, 3, 4, and 3, 2, 1. Which share is right?",
        tries=(
            trial(
                exact_of,
                **given([1, 2, 3], [1, 2, 3], ([1, 2], [1, 2, 3]), ([1, 2, 3, 4], [1, 2, 3]), ([3, 2, 1], [1, 2, 3])),
            ),
        ),
    ),
    Mistake(
        "E10a",
        "all or none",
        "Which numbers can your share become with two examples? And with four?",
        "Each example is right or wrong by itself. What do you ask of all of them together?",
        {
            "are all right": edit(P, EXACT, "1.0 * (d == 0).all()"),
            "is any right": edit(P, EXACT, "1.0 * (d == 0).any()"),
        },
        test="Take two answers to 1, 2, 3: that one, and 1, 2. Which share is right?",
        tries=(trial(exact_of, **given([1, 2, 3], [1, 2, 3], ([1, 2], [1, 2, 3]))),),
    ),
    Mistake(
        "E10w",
        "padding decides what is right",
        "Two answers are right, of which one has other padding than its target. Do you count both?",
        "Only what is real can be right or wrong.",
        {
            "of both": edit(
                P,
                EXACT,
                "both = min(len(said), len(y))\n    exact = (said[:both] == y[:both]).all(axis=0).mean()",
            ),
        },
        test="Let 1 be said for 1, with a 9 behind one and a 7 behind the other. Which share is right?",
        tries=(trial(exact_of, said=[[1], [9]], n=[1], y=[[1], [7]], m=[1]),),
    ),
)


def answers(r: Generator, made: tuple[str, ...], K: int = 6, nothing: bool = False) -> tuple[Any, ...]:
    """Targets, and what was said for them: a letter an example says what was done to it."""
    while True:
        pairs = [altered(r, kinds, K) for kinds in made]
        if nothing:
            pairs.append(([], altered(r, "", K)[1]))
        order = r.permutation(len(pairs))
        pairs = [pairs[b] for b in order]
        alike = [b for b, i in enumerate(order) if i < len(made) and made[i] == "p"]
        T, S = max(len(a) for a, _ in pairs) + 1, max(len(b) for _, b in pairs) + 1
        if T == S:
            T += 1
        said, y = r.integers(0, K, (T, len(pairs))), r.integers(0, K, (S, len(pairs)))
        n, m = np.array([len(a) for a, _ in pairs]), np.array([len(b) for _, b in pairs])
        for b, (a, want) in enumerate(pairs):
            said[: len(a), b], y[: len(want), b] = a, want
        both = min(T, S)
        for b in alike:
            said[m[b] : both, b] = y[m[b] : both, b]
        if shares_differ(said, n, y, m):
            return said, n, y, m


def altered(r: Generator, kinds: str, K: int) -> tuple[list[int], list[int]]:
    """A target, and the same with symbols deleted (d), inserted (i), replaced (r), exchanged (x).

    The last one may be another (l); p alters nothing: padding will be alike too.
    """
    want = [int(k) for k in r.integers(0, K, int(r.integers(4, 7)))]
    said = list(want)
    for kind in kinds:
        at = int(r.integers(0, max(len(said) - 1, 1)))
        if kind == "d":
            del said[at]
        elif kind == "D":
            del said[:2]
        elif kind == "i":
            said.insert(at, int(r.integers(0, K)))
        elif kind == "e":
            said.append(int(r.integers(0, K)))
        elif kind == "b":
            said.pop()
        elif kind == "r":
            said[at] = (said[at] + int(r.integers(2, K - 1))) % K
        elif kind == "l":
            said[-1] = (said[-1] + int(r.integers(2, K - 1))) % K
        elif kind == "x":
            said[at : at + 2] = said[at : at + 2][::-1]
        elif kind == "m":
            said += [int(k) for k in r.integers(0, K, 6)]
    return said, want


def shares_differ(said: Ints, n: Ints, y: Ints, m: Ints) -> bool:
    """Is the share that is right another one by each of the usual slips, and is no padding like what is real?"""
    d, rate, exact = edit_distance(said, n, y, m)
    B, k = len(n), np.minimum(n, m)
    begun = np.mean([(said[: k[b], b] == y[: k[b], b]).all() for b in range(B)])
    longer = np.mean([n[b] >= m[b] and (said[: m[b], b] == y[: m[b], b]).all() for b in range(B)])
    bag = np.mean([sorted(said[: n[b], b]) == sorted(y[: m[b], b]) for b in range(B)])
    T = min(len(said), len(y))
    padded = np.mean([(said[:T, b] == y[:T, b]).all() for b in range(B)])
    others = [begun, longer, bag, padded, (d <= 1).mean(), (n == m).mean(), (d > 0).mean(), max(1 - rate, 0)]
    rates = [(d / m).mean(), d.mean(), d.sum() / np.maximum(n, m).sum(), (d / np.maximum(n, m)).mean(), 1 - rate]
    rates += [d.sum() / max(n.sum(), 1)]
    away = min(abs(one - exact) for one in others) > 1e-3 and min(abs(one - rate) for one in rates) > 1e-3
    return bool(away and 0 < exact < 1)


distance_exercise = Exercise(
    name="seq2seq.edit_distance",
    task="Compare what a decoder said with what was wanted: for each example the edit distance, the least number of "
    "symbols inserted, deleted or replaced; all changes of the batch divided by all symbols of its targets; and the "
    "share of the examples that are right as a whole. Both sides have lengths of their own; padding is no part of "
    "either, and nothing may have been said at all. NumPy only.",
    arguments=(
        Value("said", "T B", "whole numbers, what was said", integers=True),
        Value("n", "B", "symbols said, from 0 to T", integers=True),
        Value("y", "S B", "whole numbers, the targets", integers=True),
        Value("m", "B", "symbols of the targets, from 1 to S", integers=True),
    ),
    outputs=(
        Value("d", "B", "edit distances", integers=True),
        Value("rate", "", "changes by symbols of the targets"),
        Value("exact", "", "share that is right as a whole"),
    ),
    reference=edit_distance,
    probe="y",
    cases={
        "general": telling("edit_distance/general", lambda r: answers(r, ("D", "ir", "x", "", "p", "rl", "e", "b"))),
        "nothing said": telling(
            "edit_distance/nothing said",
            lambda r: answers(r, ("", "ir", "x", "rl", "e", "b", "D", "iDe"), nothing=True),
        ),
        "far too much": telling(
            "edit_distance/far too much", lambda r: answers(r, ("mm", "m", "mmm", "", "x", "emm", "l"))
        ),
    },
    facets=(
        Facet("distances", 4, ("general", "far too much"), ("d",)),
        Facet("nothing said", 1, ("nothing said",), ("d",)),
        Facet("error rate", 2, (), ("rate",)),
        Facet("right as a whole", 2, (), ("exact",)),
    ),
    mistakes=DISTANCE_MISTAKES,
    words={"T": "symbol", "S": "symbol"},
)
