"""How far a stored pattern attracts: units turned round, recall until nothing changes, and what has come back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.hopfield.draws import EXACT, WORDS, couplings, even, states
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value
from rnncourse.shapes import N_, N_N, P_N, Ints, checked

SWEEPS = 60  # more than any recall takes


def sweep(s: Array, W: Array, theta: Array) -> Array:
    """All units, one after the other."""
    s = s.copy()
    for i in range(len(theta)):
        f = s @ W[i] - theta[i]
        s[..., i] = np.where(f > 0, 1, np.where(f < 0, -1, s[..., i]))
    return s


@checked
def basin(xi: P_N, W: N_N, theta: N_, turned: Ints) -> tuple[Array, Array, Ints]:
    r"""What comes back of patterns of which some units were turned round.

    .. math:: m = \frac1N \sum_i \xi_i^\mu\, s_i

    Returns the overlaps m (K, P), the share R (K,) that came back, and how many ends are spurious (K,).
    """
    N = len(theta)
    probe = np.where(turned[:, None] == 1, -xi, xi)
    s = probe
    for _ in range(SWEEPS):
        before, s = s, sweep(s, W, theta)
        if (s == before).all():
            break
    m = (s * xi).sum(axis=2) / N
    back = m == 1
    R = back.mean(axis=1)
    known = np.concatenate([xi, -xi])
    stored = (s @ known.T == N).any(axis=2)
    spurious = (~stored).sum(axis=1)
    return m, R, spurious


sign(globals(), "basin")

FOLLOW = "np.where(f > 0, 1, np.where(f < 0, -1, s[..., i]))"
PROBE, RUN, OVERLAP = "np.where(turned[:, None] == 1, -xi, xi)", "range(SWEEPS)", "(s * xi).sum(axis=2) / N"
BACK, SHARE, KNOWN = "m == 1", "back.mean(axis=1)", "np.concatenate([xi, -xi])"
COUNT = "(~stored).sum(axis=1)"
BASIN_MISTAKES = (
    Mistake(
        "B1",
        "recall that stops too early",
        "Make one more sweep from where your recall ends. Does anything change?",
        "After how many sweeps do you stop, and who says that nothing changes by then?",
        {
            "after one sweep": edit(basin, RUN, "range(1)"),
            "after none": edit(basin, RUN, "range(0)"),
        },
        test="Print after each sweep how many units have changed in it: the last number should be 0.",
    ),
    Mistake(
        "B2",
        "all units at once",
        "When the second unit updates, does it hear the new state of the first?",
        "Each update uses the newest states. How many units does one of your lines write?",
        edit(
            sweep,
            "f = s @ W[i] - theta[i]",
            "old = s.copy() if i == 0 else old\n        f = old @ W[i] - theta[i]",
        ),
        test="Take N = 2 with w = -1 and the pattern (1, 1), nothing turned round: where does recall end?",
    ),
    Mistake(
        "B2o",
        "units in another order",
        "Which unit updates first in your sweep, and which last?",
        "The task has the units in the order of their numbers.",
        {
            "from the last": edit(sweep, "range(len(theta))", "reversed(range(len(theta)))"),
            "even ones first": edit(sweep, "range(len(theta))", "[*range(0, len(theta), 2), *range(1, len(theta), 2)]"),
        },
        test="Take three units, all on, with w = -1 between units 1 and 2 alone: which of them switches off?",
    ),
    Mistake(
        "B2l",
        "units that never update",
        "Which units does your sweep leave out? Count its updates.",
        "Every unit updates in a sweep, whether its probe has turned it round or not.",
        {
            "the last": edit(sweep, "range(len(theta))", "range(len(theta) - 1)"),
            "the first": edit(sweep, "range(len(theta))", "range(1, len(theta))"),
            "those that were not turned round": edit(
                basin, "sweep(s, W, theta)", "np.where(turned[:, None] == 1, sweep(s, W, theta), s)"
            ),
            "those that were turned round": edit(
                basin, "sweep(s, W, theta)", "np.where(turned[:, None] == 1, s, sweep(s, W, theta))"
            ),
        },
        test="Take no couplings, a pattern of ones, unit 0 turned round; once all thresholds 1, once all -1.",
    ),
    Mistake(
        "D2",
        "a tie that does not keep the state",
        "A unit has the field 0. What is it before its update, and what is it after, with you?",
        "There are three cases: above 0, below 0, and 0 itself. Which of yours takes in the last?",
        {
            "switched on": edit(sweep, "np.where(f > 0, 1,", "np.where(f >= 0, 1,"),
            "switched off": edit(sweep, FOLLOW, "np.where(f > 0, 1, -1)"),
            "set to 0": edit(sweep, FOLLOW, "np.sign(f)"),
        },
        test="Take all couplings and thresholds 0: each probe should stay as it is.",
    ),
    Mistake(
        "D3",
        "thresholds in the field",
        "Set all couplings to 0. In which state does a unit with θ = 1 end? And with θ = -1?",
        "A unit has to hear more than its threshold. How does yours enter its field?",
        {
            "added": edit(sweep, "- theta[i]", "+ theta[i]"),
            "left out": edit(sweep, "s @ W[i] - theta[i]", "s @ W[i]"),
            "times the state": edit(sweep, "- theta[i]", "- theta[i] * s[..., i]"),
        },
        test="Take no couplings, θ = (1, 1), the pattern (1, 1), nothing turned round, and print the end.",
    ),
    Mistake(
        "B3",
        "other units turned round",
        "Print the start of a probe beside its pattern. Which units differ, and which should?",
        "A 1 turns a unit round, whichever state it has. What makes a 0?",
        {
            "none": edit(basin, PROBE, "np.where(turned[:, None] == 1, xi, xi)"),
            "the others": edit(basin, "turned[:, None] == 1", "turned[:, None] == 0"),
            "switched off": edit(basin, "== 1, -xi, xi)", "== 1, -1, xi)"),
            "switched on": edit(basin, "== 1, -xi, xi)", "== 1, 1, xi)"),
            "set to 0": edit(basin, "== 1, -xi, xi)", "== 1, 0, xi)"),
            "probes of the first": edit(basin, "turned[:, None] == 1", "turned[:1, None] + 0 * turned[:, None] == 1"),
        },
        test="Take no couplings, no thresholds, the pattern (1, -1, 1); turn unit 0 round, then unit 1, then all.",
    ),
    Mistake(
        "B3p",
        "probes of one pattern alone",
        "How many starts are there, for K probes and P patterns? From which pattern does each come?",
        "Each probe is made of each pattern.",
        {
            "of the first": edit(basin, "== 1, -xi, xi)", "== 1, -xi[:1], xi[:1]) + 0 * xi"),
            "of the last": edit(basin, "== 1, -xi, xi)", "== 1, -xi[-1:], xi[-1:]) + 0 * xi"),
        },
        test="Take no couplings and no thresholds, two different patterns, and nothing turned round: m should be 1.",
    ),
    Mistake(
        "B4",
        "another overlap",
        "Recall ends at the opposite of its pattern. What is m there, in the task and with you?",
        "Compare factor and sign: 1 for the same, -1 for the opposite.",
        {
            "its size": edit(basin, OVERLAP, "np.abs((s * xi).sum(axis=2)) / N"),
            "not divided": edit(basin, OVERLAP, "(s * xi).sum(axis=2)") + edit(basin, BACK, "m == N"),
            "share of right units": edit(basin, OVERLAP, "(s == xi).mean(axis=2).astype(xi.dtype)"),
            "share of wrong units": edit(basin, OVERLAP, "(s != xi).mean(axis=2).astype(xi.dtype)")
            + edit(basin, BACK, "m == 0"),
            "divided by the patterns": edit(basin, OVERLAP, "(s * xi).sum(axis=2) / len(xi)")
            + edit(basin, BACK, "m == N / len(xi)"),
        },
        test="Take no couplings and no thresholds, and a probe that turns all units round: the end is the opposite.",
    ),
    Mistake(
        "B4s",
        "overlap with another state",
        "Between which two states is your overlap? Is one of them the pattern before anything was turned round?",
        "Compared is where recall ends with where its pattern was.",
        {
            "of the start": edit(basin, OVERLAP, "(probe * xi).sum(axis=2) / N"),
            "of end and start": edit(basin, OVERLAP, "(s * probe).sum(axis=2) / N"),
            "with the first pattern": edit(basin, OVERLAP, "(s * xi[0]).sum(axis=2) / N"),
            "with the nearest pattern": edit(basin, OVERLAP, "(s @ xi.T).max(axis=2) / N"),
            "with all, the mean": edit(basin, OVERLAP, "(s @ xi.T).mean(axis=2) / N"),
        },
        test="Take two patterns and a probe whose recall ends elsewhere; print start, end and pattern.",
    ),
    Mistake(
        "B5",
        "what counts as come back",
        "Which ends count in your R: those without a fault, or more?",
        "A pattern came back if every unit is right. Look at the condition in your line.",
        {
            "nearly": edit(basin, BACK, "m >= 0.5"),
            "more right than wrong": edit(basin, BACK, "m > 0"),
            "the opposite too": edit(basin, BACK, "np.abs(m) == 1"),
            "any pattern": edit(basin, BACK, "(s @ xi.T == N).any(axis=2)"),
            "any pattern, any opposite": edit(basin, BACK, "np.abs(s @ xi.T).max(axis=2) == N"),
            "better than before": edit(basin, BACK, "m > (probe * xi).sum(axis=2) / N"),
            "not worse than before": edit(basin, BACK, "m >= (probe * xi).sum(axis=2) / N"),
            "whatever stays": edit(basin, BACK, "(s == probe).all(axis=2)"),
        },
        test="Print m of a probe beside its R: R should be the share of ones.",
    ),
    Mistake(
        "B6",
        "another share",
        "All P patterns come back from a probe. Which R should it have, and which has yours?",
        "R has a number for each probe, between 0 and 1: over what is the mean?",
        {
            "the count": edit(basin, SHARE, "1.0 * back.sum(axis=1)"),
            "that failed": edit(basin, SHARE, "1 - back.mean(axis=1)"),
            "the mean overlap": edit(basin, SHARE, "m.mean(axis=1)"),
            "of all": edit(basin, SHARE, "(back.mean() + 0 * m[:, 0])"),
            "all or nothing": edit(basin, SHARE, "1.0 * back.all(axis=1)"),
            "one at least": edit(basin, SHARE, "1.0 * back.any(axis=1)"),
            "of the probes": edit(basin, SHARE, "back.mean(axis=0)"),
        },
        test="Print which patterns come back from each probe, and count by hand.",
    ),
    Mistake(
        "B7",
        "what counts as spurious",
        "Recall ends at another stored pattern. Is that end spurious, in the task and with you? And an opposite?",
        "Two kinds of state are known: the patterns, and their opposites. Compare each end with all of them.",
        {
            "whatever did not come back": edit(basin, COUNT, "(~back).sum(axis=1)"),
            "opposites too": edit(basin, KNOWN, "xi"),
            "other patterns too": edit(basin, COUNT, "(np.abs(m) < 1).sum(axis=1)"),
            "those that are known": edit(basin, COUNT, "stored.sum(axis=1)"),
            "opposites alone": edit(basin, KNOWN, "-xi"),
            "what stays near no pattern": edit(basin, "s @ known.T == N", "s @ known.T > 0.5 * N"),
        },
        test="Print for each end its overlaps with all patterns: 1 and -1 are known states.",
    ),
    Mistake(
        "B8",
        "another count of spurious ends",
        "How many spurious ends has a probe at most, and what is the largest of your numbers?",
        "Asked for is a count, for each probe by itself. The same end counts as often as it is reached.",
        {
            "of all probes": edit(basin, COUNT, "(~stored).sum(axis=1) * 0 + (~stored).sum()"),
            "whether any": edit(basin, COUNT, "(~stored).any(axis=1).astype(int)"),
            "by pattern": edit(basin, COUNT, "(~stored).sum(axis=0)"),
        },
        test="Print for each probe and pattern whether the end is spurious, and count by hand.",
    ),
)


def probes(r: Generator, xi: Array) -> Ints:
    """Few units, some, half of them, nearly all, and those that lead from pattern 0 to pattern 1."""
    N = xi.shape[1]
    turned = [r.permutation(N) < d for d in (1, N // 4, N // 2, N - 1)]
    return np.array([*turned, xi[0] != xi[1]]).astype(int)


def results(s: Array, xi: Array) -> tuple[bytes, ...]:
    """What the exercise would return of these ends."""
    N = xi.shape[1]
    m = (s * xi).sum(axis=2) / N
    spurious = (np.abs(s @ xi.T).max(axis=2) < N).sum(axis=1)
    return m.tobytes(), (m == 1).mean(axis=1).tobytes(), spurious.tobytes()


def others(xi: Array, W: Array, theta: Array, turned: Ints) -> Iterator[tuple[bytes, ...]]:
    """Recall that stops early, in other orders, with units left out, with other thresholds, and all at once."""
    N, start = len(theta), np.where(turned[:, None] == 1, -xi, xi)
    yield results(sweep(start, W, theta), xi)
    s = start
    for _ in range(SWEEPS):
        f = s @ W - theta
        s = np.where(f == 0, s, np.sign(f))
    yield results(s, xi)
    orders = [[*range(N)][::-1], [*range(0, N, 2), *range(1, N, 2)], [*range(N - 1)], [*range(1, N)]]
    for order, by in [*((order, 1) for order in orders), *(([*range(N)], by) for by in (0, -1) if theta.any())]:
        s = start.copy()
        for i in order * 6:
            f = s @ W[i] - by * theta[i]
            s[..., i] = np.where(f == 0, s[..., i], np.sign(f))
        yield results(s, xi)


def telling(xi: Array, W: Array, theta: Array, turned: Ints, asked: int) -> bool:
    """Do other ways of recall give other numbers: other overlaps, or all of what is asked for?"""
    start = np.where(turned[:, None] == 1, -xi, xi)
    s = start
    for _ in range(6):
        s = sweep(s, W, theta)
    if (sweep(s, W, theta) != s).any():
        return False
    right = results(s, xi)
    return all(a != b for other in others(xi, W, theta, turned) for a, b in zip(other[:asked], right, strict=False))


def rough(xi: Array, W: Array, theta: Array, turned: Ints) -> bool:
    """Ends of all kinds, each probe with its own."""
    N = len(theta)
    m, R, spurious = basin(xi, W, theta, turned)
    s = np.where(turned[:, None] == 1, -xi, xi)
    start = (s * xi).sum(axis=2) / N
    kinds = (m == 1).any() and (m == -1).any() and ((m >= 0.5) & (m < 1)).any()
    shares = len(set(R)) > 2 and len(set(spurious)) > 2
    return bool(kinds and shares and (m < start).any() and ((m > start) & (m < 1)).any())


HEBB = (25, 27, 55, 105, 155, 199, 216, 237, 246, 304, 318, 320, 342, 367, 444, 465, 491, 504, 522, 587)
BIASED = (38, 416, 448, 513, 591, 672, 685, 693, 811, 821, 833, 846, 947, 1096, 1203, 1227, 1243, 1269, 1286, 1468)
"""Seeds of networks, without thresholds and with them, in which other ways of recall show: searching takes long."""


def network(r: Generator, P: int, N: int, biased: bool = False) -> tuple[Array, Array, Array, Ints]:
    """Random patterns by Hebb's rule, an odd number in an even number of units: no ties."""
    xi = states(r, P, N)
    W, theta = xi.T @ xi / N * (1 - np.eye(N)), even(r, N) * (16 / N) if biased else np.zeros(N)
    return xi, W, theta, probes(r, xi)


def hebb(r: Generator) -> tuple[Array, Array, Array, Ints]:
    """One of these, some of its units read the other way round: what happens there happens here."""
    return mirrored(r, *network(np.random.default_rng(int(r.choice(HEBB))), 5, 16))


def thresholds(r: Generator) -> tuple[Array, Array, Array, Ints]:
    """The same with thresholds."""
    return mirrored(r, *network(np.random.default_rng(int(r.choice(BIASED))), 3, 8, biased=True))


def mirrored(r: Generator, xi: Array, W: Array, theta: Array, turned: Ints) -> tuple[Array, Array, Array, Ints]:
    """Units read the other way round, in patterns, couplings and thresholds."""
    g = states(r, len(theta))
    return xi * g, W * np.outer(g, g) + 0.0, theta * g + 0.0, turned


def tied(r: Generator) -> tuple[Array, Array, Array, Ints]:
    """Units an odd number: each way to break a tie ends elsewhere."""
    while True:
        xi, W = states(r, 3, 7), couplings(r, 7, most=1)
        turned = probes(r, xi)
        if not telling(xi, W, np.zeros(7), turned, 1):
            continue
        s = np.where(turned[:, None] == 1, -xi, xi)
        m = [basin(xi, W, np.zeros(7), turned)[0]]
        for broken in (1.0, -1.0, 0.0):
            now = s.copy()
            for i in [*range(7)] * SWEEPS:
                f = now @ W[i]
                now[..., i] = np.where(f == 0, broken, np.sign(f))
            m.append((now * xi).sum(axis=2) / 7)
        if all((other != m[0]).any() for other in m[1:]):
            return xi, W, np.zeros(7), turned


basin_exercise = Exercise(
    name="hopfield.basin",
    task="Turn the units of each pattern round that a probe names, and recall: sweeps over the units 0 to N-1, one at "
    "a time (eq-hopfield-asynchronous), at a tie a unit keeps its state, until a sweep changes nothing. Return the "
    "overlap (eq-hopfield-overlap) of each end with the pattern it came from; for each probe the share of patterns "
    "that came back without a fault; and how many of its ends are neither a stored pattern nor the opposite of one. "
    "NumPy only.",
    arguments=(
        Value("xi", "P N", "patterns of +1 and -1, one a row"),
        Value("W", "N N", "couplings, symmetric with a zero diagonal"),
        Value("theta", "N", "thresholds"),
        Value("turned", "K N", "1 where a probe turns a unit round, else 0", integers=True),
    ),
    outputs=(
        Value("m", "K P", "overlap of the end with its pattern", tolerance=EXACT),
        Value("R", "K", "share of patterns that came back", tolerance=EXACT),
        Value("spurious", "K", "ends that are no pattern and no opposite", integers=True),
    ),
    reference=basin,
    cases={
        "general": hebb,
        "thresholds": thresholds,
        "ties": tied,
    },
    facets=(
        Facet("m without thresholds", 2, ("general",), ("m",)),
        Facet("m with thresholds", 3, ("thresholds",), ("m",)),
        Facet("ties", 1, ("ties",), ("m",)),
        Facet("R", 3, ("general", "thresholds"), ("R",)),
        Facet("spurious ends", 2, ("general", "thresholds"), ("spurious",)),
    ),
    mistakes=BASIN_MISTAKES,
    words=WORDS,
)
