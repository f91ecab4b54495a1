"""The small project: four memories recall the same corrupted patterns."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.hopfield.draws import EXACT, WORDS, states
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value
from rnncourse.shapes import B_N, N_N, P_N, Count, Ints, Positive, checked


def closest(xi: P_N, s: B_N) -> B_N:
    """The pattern with the largest overlap."""
    m = s @ xi.T
    found: Array = xi[m.argmax(axis=1)]
    return found


def hebbian(xi: P_N) -> N_N:
    """By Hebb's rule."""
    W = xi.T @ xi / xi.shape[1]
    np.fill_diagonal(W, 0)
    return W


def projection(xi: P_N) -> N_N:
    """Onto the span of the patterns."""
    W = np.linalg.pinv(xi) @ xi
    np.fill_diagonal(W, 0)
    return W


def run(s: B_N, W: N_N, sweeps: int) -> B_N:
    """One unit at a time, in sweeps."""
    s = s.copy()
    for _ in range(sweeps):
        for i in range(len(W)):
            f = s @ W[i]
            s[:, i] = np.where(f > 0, 1, np.where(f < 0, -1, s[:, i]))
    return s


def softly(xi: P_N, s: B_N, beta: float) -> B_N:
    """One update of a modern network, and signs."""
    z = beta * (s @ xi.T)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return np.sign(p @ xi)


@checked
def memories(xi: P_N, s: B_N, which: Ints, beta: Positive, sweeps: Count) -> tuple[Array, Array, Array, Array, Array]:
    """What four memories make of corrupted patterns, and the share that each recalls without a fault.

    Returns nearest, hebb, projected and modern (B, N) and R (4,).
    """
    nearest = closest(xi, s)
    hebb = run(s, hebbian(xi), sweeps)
    projected = run(s, projection(xi), sweeps)
    modern = softly(xi, s, beta)
    shares = []
    for end in (nearest, hebb, projected, modern):
        right = (end == xi[which]).all(axis=1)
        shares.append(right.mean())
    return nearest, hebb, projected, modern, np.array(shares)


sign(globals(), "memories")

FOLLOW, RIGHT = "np.where(f > 0, 1, np.where(f < 0, -1, s[:, i]))", "(end == xi[which]).all(axis=1)"
CHOSEN, SOFT, ENDS = "xi[m.argmax(axis=1)]", "z = beta * (s @ xi.T)", "(nearest, hebb, projected, modern):"
PROJECT_MISTAKES = (
    Mistake(
        "Q1",
        "another nearest neighbour",
        "Hand in a stored pattern itself: which one comes back as its nearest neighbour?",
        "The largest overlap wins, its sign included. Which pattern does your line take?",
        {
            "the least alike": edit(closest, "m.argmax", "m.argmin"),
            "by the size of the overlap": edit(closest, "m.argmax", "np.abs(m).argmax"),
            "the first": edit(closest, CHOSEN, "xi[0 * m.argmax(axis=1)]"),
            "that of the first example": edit(closest, CHOSEN, "xi[m.argmax(axis=1)[:1].repeat(len(s))]"),
            "along the wrong axis": edit(closest, CHOSEN, "xi[m.argmax(axis=0).repeat(len(s))[: len(s)] % len(xi)]"),
            "the second": edit(closest, CHOSEN, "xi[np.argsort(m, axis=1, kind='stable')[:, -2]]"),
            "the right one without looking": edit(memories, "nearest = closest(xi, s)", "nearest = xi[which]"),
        },
        test="Take the patterns (1, 1, 1) and (1, -1, -1), the states (-1, -1, -1) and (1, 1, 1); print all overlaps.",
    ),
    Mistake(
        "Q1o",
        "with the sign of the overlap",
        "Which pattern comes back for the opposite of a stored one? Is it one of those that are stored?",
        "The answer is always one of the stored patterns, as it stands.",
        edit(
            closest,
            CHOSEN,
            "xi[np.abs(m).argmax(axis=1)] * np.sign(np.take_along_axis(m, np.abs(m).argmax(axis=1)[:, None], 1))",
        ),
        test="Take one pattern, and its opposite as the state.",
    ),
    Mistake(
        "H3",
        "units coupled to themselves",
        "What stands on the diagonals of your two matrices when recall begins?",
        "A unit that hears itself keeps its faults. In which of the two matrices is it so?",
        {
            "Hebb": edit(hebbian, "np.fill_diagonal(W, 0)", "pass"),
            "projection": edit(projection, "np.fill_diagonal(W, 0)", "pass"),
            "both": edit(hebbian, "np.fill_diagonal(W, 0)", "pass")
            + edit(projection, "np.fill_diagonal(W, 0)", "pass"),
            "ones": edit(hebbian, "np.fill_diagonal(W, 0)", "np.fill_diagonal(W, 1)")
            + edit(projection, "np.fill_diagonal(W, 0)", "np.fill_diagonal(W, 1)"),
        },
        test="Print the diagonals of both matrices as recall meets them.",
    ),
    Mistake(
        "Q2",
        "another matrix for Hebb's rule",
        "Store one pattern of two units that differ. Which sign has their coupling with you?",
        "Every pattern counts once, with its own product of units.",
        {
            "the first pattern alone": edit(hebbian, "xi.T @ xi", "xi[:1].T @ xi[:1]"),
            "the last pattern alone": edit(hebbian, "xi.T @ xi", "xi[-1:].T @ xi[-1:]"),
            "patterns of 0 and 1": edit(hebbian, "xi.T @ xi", "((xi + 1) / 2).T @ ((xi + 1) / 2)"),
            "the sum of the patterns": edit(hebbian, "xi.T @ xi", "np.outer(xi.sum(axis=0), xi.sum(axis=0))"),
            "turned round": edit(hebbian, "xi.T @ xi", "-xi.T @ xi"),
            "the corrupted ones": edit(memories, "hebbian(xi)", "hebbian(s)"),
            "one half": edit(hebbian, "np.fill_diagonal(W, 0)", "W = np.triu(W, 1)"),
        },
        test="Take the patterns (1, -1, 1) and (-1, 1, 1), and add up each coupling by hand.",
    ),
    Mistake(
        "Q3",
        "another matrix for the projection",
        "Multiply your projection, before its diagonal goes, by a stored pattern. Does the pattern come back?",
        "A projection leaves the stored patterns as they are. Which product of Ξ and its pseudo-inverse does that?",
        {
            "Hebb's": edit(projection, "np.linalg.pinv(xi) @ xi", "xi.T @ xi / xi.shape[1]"),
            "what is left": edit(projection, "np.linalg.pinv(xi) @ xi", "np.eye(len(xi.T)) - np.linalg.pinv(xi) @ xi"),
            "squares of the weights": edit(
                projection, "np.linalg.pinv(xi) @ xi", "np.linalg.pinv(xi) @ np.linalg.pinv(xi).T"
            ),
            "of the corrupted ones": edit(memories, "projection(xi)", "projection(s)"),
            "without the mean": edit(
                projection, "np.linalg.pinv(xi) @ xi", "np.linalg.pinv(xi - xi.mean(axis=0)) @ (xi - xi.mean(axis=0))"
            ),
        },
        test="Multiply W, before its diagonal goes, by each pattern, and compare.",
    ),
    Mistake(
        "Q3u",
        "another start for the projection",
        "What does a sweep of your projection network start from: the corrupted states?",
        "All four memories get the same corrupted states.",
        {
            "where Hebb ended": edit(memories, "run(s, projection(xi), sweeps)", "run(hebb, projection(xi), sweeps)"),
            "from the nearest": edit(
                memories, "run(s, projection(xi), sweeps)", "run(nearest, projection(xi), sweeps)"
            ),
        },
        test="Print the first state that each of your two networks starts from, beside s.",
    ),
    Mistake(
        "B2",
        "all units at once",
        "When the second unit updates, does it hear the new state of the first?",
        "Each update uses the newest states. How many units does one of your lines write?",
        edit(
            run,
            "f = s @ W[i]",
            "old = s.copy() if i == 0 else old\n            f = old @ W[i]",
        ),
        test="Take one pattern, (1, -1), the state (1, 1) and one sweep: should both units switch off?",
    ),
    Mistake(
        "B2o",
        "units in another order",
        "Which unit updates first in your sweep, and which last?",
        "The task has the units in the order of their numbers.",
        {
            "from the last": edit(run, "range(len(W))", "reversed(range(len(W)))"),
            "the last left out": edit(run, "range(len(W))", "range(len(W) - 1)"),
            "the first left out": edit(run, "range(len(W))", "range(1, len(W))"),
        },
        test="Print the number of the unit at each update of a sweep.",
    ),
    Mistake(
        "B1",
        "another number of sweeps",
        "How many updates does your recall make, for N units and two sweeps?",
        "A sweep is one update of every unit; their number is given.",
        {
            "one": edit(run, "range(sweeps)", "range(1)"),
            "one less": edit(run, "range(sweeps)", "range(sweeps - 1)"),
            "one update each": edit(run, "for i in range(len(W)):", "for i in range(min(sweeps, len(W))):"),
            "none": edit(run, "range(sweeps)", "range(0)"),
        },
        test="Count the updates, and compare with N times the sweeps.",
    ),
    Mistake(
        "D2",
        "a tie that does not keep the state",
        "A unit has the field 0. What is it before its update, and what is it after, with you?",
        "There are three cases: above 0, below 0, and 0 itself. Which of yours takes in the last?",
        {
            "switched on": edit(run, "np.where(f > 0, 1,", "np.where(f >= 0, 1,"),
            "switched off": edit(run, FOLLOW, "np.where(f > 0, 1, -1)"),
            "set to 0": edit(run, FOLLOW, "np.sign(f)"),
        },
        test="Take two patterns, (1, 1) and (1, -1): Hebb's matrix is zero, and each state should stay.",
    ),
    Mistake(
        "Q4",
        "the softmax of the modern network",
        "Print your weights: do they sum to 1 over the patterns, and how sharp are they?",
        "The scores are β times the products. What else happens to them with you?",
        {
            "overlaps": edit(softly, SOFT, "z = beta * (s @ xi.T) / xi.shape[1]"),
            "over √N": edit(softly, SOFT, "z = beta * (s @ xi.T) / np.sqrt(xi.shape[1]).astype(xi.dtype)"),
            "without exponentials": edit(softly, "p @ xi", "z @ xi"),
            "sizes": edit(softly, SOFT, "z = beta * np.abs(s @ xi.T)"),
            "turned round": edit(softly, SOFT, "z = -beta * (s @ xi.T)"),
        },
        test="Take patterns (1, 1, 1, 1) and (1, 1, 1, -1), the first as state. With β = 0.5 weights are .73 and .27.",
    ),
    Mistake(
        "Q4n",
        "the best pattern alone, as if β were large",
        "With a small β, does your modern network still give a stored pattern?",
        "All patterns have their share in the sum; the signs come after it.",
        {
            "": edit(memories, "softly(xi, s, beta)", "closest(xi, s)"),
            "without β": edit(softly, SOFT, "z = s @ xi.T"),
            "by β": edit(softly, SOFT, "z = (s @ xi.T) / beta"),
            "all but the best": edit(softly, "p @ xi", "(p * (p < p.max(axis=1, keepdims=True))) @ xi"),
        },
        test="Take the patterns (-1, 1, 1), (1, -1, 1), (1, 1, -1), the first as the state. What comes of β = 0.001?",
    ),
    Mistake(
        "Q5",
        "no signs at the end of the modern network",
        "Which numbers has your modern answer? Which may it have?",
        "What comes back is a state of +1 and -1.",
        {
            "": edit(softly, "np.sign(p @ xi)", "p @ xi"),
            "of 0 and 1": edit(softly, "np.sign(p @ xi)", "(p @ xi > 0).astype(xi.dtype)"),
        },
        test="Print one row of your modern answer.",
    ),
    Mistake(
        "Q6",
        "more than one update of the modern network",
        "How often do you compute the weights of the patterns?",
        "The modern network makes one update, and the sweeps are for the other two.",
        {
            "two": edit(memories, "softly(xi, s, beta)", "softly(xi, softly(xi, s, beta), beta)"),
            "as many as sweeps": edit(
                softly,
                "return np.sign(p @ xi)",
                "for _ in range(3):\n        z = beta * (p @ xi @ xi.T)\n"
                "        e = np.exp(z - z.max(axis=1, keepdims=True))\n        p = e / e.sum(axis=1, keepdims=True)\n"
                "    return np.sign(p @ xi)",
            ),
        },
        test="Print the weights each time you compute them.",
    ),
    Mistake(
        "Q7",
        "compared with another state",
        "With which state is what comes back compared in your R?",
        "Before it was corrupted, row b was the pattern whose number is given.",
        {
            "any stored pattern": edit(memories, RIGHT, "(end @ xi.T == xi.shape[1]).any(axis=1)"),
            "the corrupted one": edit(memories, RIGHT, "(end == s).all(axis=1)"),
            "the nearest": edit(memories, RIGHT, "(end == nearest).all(axis=1)"),
            "patterns in their order": edit(memories, RIGHT, "(end == xi[np.arange(len(s)) % len(xi)]).all(axis=1)"),
            "or the opposite": edit(memories, RIGHT, "(np.abs((end * xi[which]).sum(axis=1)) == xi.shape[1])"),
            "the first pattern": edit(memories, RIGHT, "(end == xi[0]).all(axis=1)"),
        },
        test="Print, row by row, what the nearest neighbour gives, what it should be, and whether it counts.",
    ),
    Mistake(
        "Q8",
        "another share",
        "All rows come back but for one unit in each. Which R should there be, and which is yours?",
        "R counts rows without a fault, and has a number for each memory.",
        {
            "of units": edit(memories, RIGHT, "(end == xi[which])"),
            "overlaps": edit(memories, RIGHT, "(end * xi[which]).mean(axis=1)"),
            "nearly right": edit(memories, RIGHT, "((end != xi[which]).sum(axis=1) <= 1)"),
            "that failed": edit(memories, RIGHT, "(end != xi[which]).any(axis=1)"),
            "counted": edit(memories, "right.mean()", "1.0 * right.sum()"),
            "better than before": edit(
                memories, RIGHT, "((end == xi[which]).sum(axis=1) > (s == xi[which]).sum(axis=1))"
            ),
        },
        test="Print which rows of Hebb's answer are right without a fault, and count by hand.",
    ),
    Mistake(
        "Q9",
        "memories in another order",
        "To which memory does the first number of R belong, in the task and with you?",
        "R has the order of the list in the task.",
        {
            "turned round": edit(memories, ENDS, "(modern, projected, hebb, nearest):"),
            "Hebb first": edit(memories, ENDS, "(hebb, projected, modern, nearest):"),
            "sorted": edit(memories, "np.array(shares)", "np.array(sorted(shares))"),
        },
        test="Print R beside the four names.",
    ),
)


FOUR = (24, 2079, 2397, 5147, 5166, 5531)
FIVE = (12, 25, 26, 47, 54, 68, 77, 95, 112, 117)
"""Seeds of contests of four patterns and of five in which the usual slips end elsewhere: searching takes long."""


def contest(r: Generator, P: int, B: int, flips: int, beta: float) -> tuple[Array, Array, Ints, float, int]:
    """Corrupted patterns; the first is nearly the opposite of one."""
    N = 16
    xi, which = states(r, P, N), r.integers(0, P, B)
    ranks = r.random((B, N)).argsort(axis=1).argsort(axis=1)
    s = np.where(ranks < flips, -xi[which], xi[which])
    s[0] = -s[0]
    return xi, s, which, beta, 2


def four(r: Generator) -> tuple[Array, Array, Ints, float, int]:
    """One of these, or the opposite of it: what happens there happens here, but for ties."""
    xi, s, which, beta, sweeps = contest(np.random.default_rng(int(r.choice(FOUR))), 4, 12, 4, 0.11)
    g = states(r, 1)
    return xi * g, s * g, which, beta, sweeps


def five(r: Generator) -> tuple[Array, Array, Ints, float, int]:
    """With an odd number of patterns there are no ties: some units are read the other way round."""
    xi, s, which, beta, sweeps = contest(np.random.default_rng(int(r.choice(FIVE))), 5, 9, 3, 0.13)
    g = states(r, 16)
    return xi * g, s * g, which, beta, sweeps


def telling(xi: Array, s: Array, which: Ints, beta: float, sweeps: int) -> bool:
    """Is all decided by far, and do the usual slips end elsewhere?"""
    if np.linalg.svd(xi, compute_uv=False)[-1] < 1:
        return False
    m = np.sort(s @ xi.T, axis=1)
    if (m[:, -1] == m[:, -2]).any():
        return False
    z = beta * (s @ xi.T)
    p = np.exp(z - z.max(axis=1, keepdims=True))
    if np.abs(p / p.sum(axis=1, keepdims=True) @ xi).min() < 1e-3 or not clear(s, projection(xi), sweeps):
        return False
    *ends, R = memories(xi, s, which, beta, sweeps)
    if len({end.tobytes() for end in ends}) < 4 or len(set(R.tolist())) < 3 or R.max() == R.min():
        return False
    m = s @ xi.T
    best = np.abs(m).argmax(axis=1)
    by_size = xi[best] == xi[which]
    signed = xi[best] * np.sign(m[np.arange(len(s)), best])[:, None] == xi[which]
    if by_size.all(axis=1).mean() == R[0] or signed.all(axis=1).mean() != R[0]:
        return False
    own = [hebbian(xi), projection(xi)]
    for W, end in zip(own, ends[1:3], strict=True):
        ways = [run(s, W, 1), run(s[:, ::-1], W[::-1, ::-1], sweeps)[:, ::-1], run(s, W, sweeps + 1)]
        if (ways[0] == end).all() or (ways[1] == end).all() or (ways[2] != end).any():
            return False
    return len(xi) % 2 == 1 or broken(s, own[0], sweeps)


def broken(s: Array, W: Array, sweeps: int) -> bool:
    """Does each way to break a tie end elsewhere?"""
    ends = [run(s, W, sweeps)]
    for other in (1.0, -1.0, 0.0):
        now = s.copy()
        for _ in range(sweeps):
            for i in range(len(W)):
                f = now @ W[i]
                now[:, i] = np.where(f == 0, other, np.sign(f))
        ends.append(now)
    return len({end.tobytes() for end in ends}) == len(ends)


def clear(s: Array, W: Array, sweeps: int) -> bool:
    """Is no field on the way near 0?"""
    s = s.copy()
    for _ in range(sweeps + 1):
        for i in range(len(W)):
            f = s @ W[i]
            if np.abs(f).min() < 1e-3:
                return False
            s[:, i] = np.sign(f)
    return True


project_exercise = Exercise(
    name="hopfield.memories",
    task="Four memories recall corrupted patterns: the stored pattern with the largest overlap; a network by Hebb's "
    "rule (eq-hopfield-hebb); one by the projection (eq-hopfield-pseudo-inverse), both with a zero diagonal, without "
    "thresholds, in sweeps over the units 0 to N-1, one at a time, at a tie as it was; and the signs after one update "
    "of a modern network, with a softmax of beta times the products. Return what each makes of the states, and for "
    "each the share of rows that are the right pattern without a fault. NumPy only.",
    arguments=(
        Value("xi", "P N", "patterns of +1 and -1, one a row"),
        Value("s", "B N", "corrupted ones"),
        Value("which", "B", "the number of the pattern that each was", integers=True),
        Value("beta", None, "how sharp the modern network's weights are"),
        Value("sweeps", None, "of the two networks with couplings"),
    ),
    outputs=(
        Value("nearest", "B N", "the nearest stored pattern", tolerance=EXACT),
        Value("hebb", "B N", "after recall by Hebb's rule", tolerance=EXACT),
        Value("projection", "B N", "after recall by the projection", tolerance=EXACT),
        Value("modern", "B N", "after one update of the modern network", tolerance=EXACT),
        Value("R", "C", "share that each recalls, in this order", tolerance=EXACT),
    ),
    reference=memories,
    cases={
        "general": four,
        "more patterns": five,
    },
    facets=(
        Facet("nearest neighbour", 1, (), ("nearest",)),
        Facet("Hebb's rule", 2, (), ("hebb",)),
        Facet("projection", 3, (), ("projection",)),
        Facet("modern network", 2, (), ("modern",)),
        Facet("share recalled", 1, (), ("R",)),
    ),
    mistakes=PROJECT_MISTAKES,
    words={**WORDS, "C": "memory"},
)
