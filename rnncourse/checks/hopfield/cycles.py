"""All units at once until a state comes back: when the cycle begins, how long it is, and its mean."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.hopfield.draws import EXACT, WORDS, couplings, even, odd
from rnncourse.checks.mistakes import Mistake, edit, instead
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import B_N, N_, N_N, Ints, checked

LONGEST = 40  # updates; of five units there are 32 states


def together(s: Array, W: Array, theta: Array) -> Array:
    """All units of one state at once."""
    f = W @ s - theta
    return np.where(f > 0, 1, np.where(f < 0, -1, s))


@checked
def find_cycle(s: B_N, W: N_N, theta: N_) -> tuple[Ints, Ints, Array]:
    r"""Of each state: after how many updates of all units its cycle begins, how many states it has, and their mean.

    .. math:: s^{(t)} = s^{(t - \ell)}

    Returns start (B,), length (B,) and mean (B, N).
    """
    start, length, mean = [], [], []
    for first in s:
        path, back = [first], 0
        for _ in range(LONGEST):
            now = together(path[-1], W, theta)
            met = [n for n, old in enumerate(path) if (now == old).all()]
            if met:
                back = met[0]
                break
            path.append(now)
        cycle = path[back:]
        start.append(back)
        length.append(len(cycle))
        mean.append(np.mean(cycle, axis=0))
    return np.array(start), np.array(length), np.array(mean, s.dtype)


sign(globals(), "find_cycle")


def one_at_a_time(s: Array, W: Array, theta: Array) -> Array:
    """A sweep, each unit in the newest state."""
    s = s.copy()
    for i in range(len(s)):
        f = W[i] @ s - theta[i]
        s[i] = 1 if f > 0 else -1 if f < 0 else s[i]
    return s


def two_back(s: Array, W: Array, theta: Array) -> tuple[Ints, Ints, Array]:
    """Each state is compared with the two before it alone."""
    start, length, mean = [], [], []
    for first in s:
        path = [first, together(first, W, theta)]
        while len(path) < LONGEST and not (path[-1] == path[-2]).all():
            now = together(path[-1], W, theta)
            if (now == path[-2]).all():
                break
            path.append(now)
        fixed = (path[-1] == path[-2]).all()
        start.append(len(path) - 2)
        length.append(1 if fixed else 2)
        mean.append(path[-1] if fixed else (path[-1] + path[-2]) / 2)
    return np.array(start), np.array(length), np.array(mean, s.dtype)


FIELD, FOLLOW = "W @ s - theta", "np.where(f > 0, 1, np.where(f < 0, -1, s))"
SAME, MEAN, RETURNED = "(now == old).all()", "np.mean(cycle, axis=0)", "return np.array(start), np.array(length),"
CYCLE_MISTAKES = (
    Mistake(
        "C1",
        "one unit after the other",
        "When the second unit updates, does it see the old state of the first, or the new one?",
        "All units decide from the same state. In which line do you write the new one?",
        {
            "in a sweep": instead(together, one_at_a_time),
            "the first that wants to": edit(
                together,
                FOLLOW,
                "np.where((np.cumsum(f * s < 0) == 1) & (f * s < 0), -s, s)",
            ),
            "the one that wants to most": edit(
                together, FOLLOW, "np.where((np.arange(len(s)) == np.argmin(f * s)) & (f * s < 0), -s, s)"
            ),
        },
        test="Take N = 2 with both couplings -1, no thresholds, both units on: should both switch off?",
    ),
    Mistake(
        "C2",
        "couplings read the other way",
        "Unit 0 hears unit 1, and unit 1 hears nobody. Which entry of W is not 0?",
        "The sum goes over the second index of W. Over which does yours go?",
        {
            "": edit(together, "W @ s", "s @ W"),
            "made symmetric": edit(together, "W @ s", "(W + W.T) / 2 @ s"),
        },
        test="Take two units that differ, one entry of W that is not 0, and no thresholds.",
    ),
    Mistake(
        "D2",
        "a tie that does not keep the state",
        "A unit has the field 0. What is it before the update, and what is it after, with you?",
        "There are three cases: above 0, below 0, and 0 itself. Which of yours takes in the last?",
        {
            "switched on": edit(together, "np.where(f > 0, 1,", "np.where(f >= 0, 1,"),
            "switched off": edit(together, FOLLOW, "np.where(f > 0, 1, -1)"),
            "set to 0": edit(together, FOLLOW, "np.sign(f)"),
            "turned round": edit(together, "-1, s))", "-1, -s))"),
        },
        test="Take all couplings and thresholds 0, and a state of both signs: it should be a fixed point.",
    ),
    Mistake(
        "D3",
        "thresholds in the field",
        "Set all couplings to 0. In which state does a unit with θ = 1 end? And with θ = -1?",
        "A unit has to hear more than its threshold. How does yours enter its field?",
        {
            "added": edit(together, "- theta", "+ theta"),
            "left out": edit(together, "W @ s - theta", "W @ s"),
            "doubled": edit(together, "- theta", "- 4 * theta"),
            "times the state": edit(together, "- theta", "- theta * s"),
        },
        test="Take w = 1, θ = (1.5, 0.75), once from both on and once from both off. Follow it by hand.",
    ),
    Mistake(
        "C3",
        "the coupling of a unit with itself left out",
        "Does an entry on the diagonal of W change your answer?",
        "The sum goes over all j, i itself among them. What do you do with the diagonal?",
        {
            "": edit(together, "W @ s", "W @ s - np.diag(W) * s"),
            "turned round": edit(together, "W @ s", "W @ s - 2 * np.diag(W) * s"),
        },
        test="Take one unit with w = -1 and no threshold: how long is its cycle?",
    ),
    Mistake(
        "C4",
        "another moment as the start",
        "The state that is given is a fixed point. Which start should there be, and which do you return?",
        "Write the states down with their numbers, from 0 on. Which is the first that comes again later?",
        {
            "one later": edit(find_cycle, "start.append(back)", "start.append(back + 1)"),
            "when it is noticed": edit(find_cycle, "start.append(back)", "start.append(len(path))"),
            "the last new state": edit(find_cycle, "start.append(back)", "start.append(len(path) - 1)"),
            "the second round": edit(find_cycle, "start.append(back)", "start.append(back + len(cycle))"),
            "one earlier": edit(find_cycle, "start.append(back)", "start.append(max(back - 1, 0))"),
            "never": edit(find_cycle, "start.append(back)", "start.append(0)"),
        },
        test="Take a cycle of two as it is, and a fixed point reached by a single update. Print both starts.",
    ),
    Mistake(
        "C5",
        "another length",
        "How long is the cycle of a fixed point, by the task and with you?",
        "How many different states does the network go through for ever?",
        {
            "one more": edit(find_cycle, "length.append(len(cycle))", "length.append(len(cycle) + 1)"),
            "one less": edit(find_cycle, "length.append(len(cycle))", "length.append(len(cycle) - 1)"),
            "of the whole path": edit(find_cycle, "length.append(len(cycle))", "length.append(len(path))"),
            "of the way to it": edit(find_cycle, "length.append(len(cycle))", "length.append(back)"),
            "until it is noticed": edit(find_cycle, "length.append(len(cycle))", "length.append(len(path) + 1)"),
            "a fixed point as 0": edit(
                find_cycle, "length.append(len(cycle))", "length.append(len(cycle) if len(cycle) > 1 else 0)"
            ),
        },
        test="Take a fixed point as it is, and one that is reached by a single update, and count by hand.",
    ),
    Mistake(
        "C6",
        "cycles of two at most",
        "With how many earlier states do you compare a new one?",
        "Where W is not symmetric, a state may come back after more than two updates.",
        {
            "the two before": instead(find_cycle, two_back),
            "counted so": edit(find_cycle, "length.append(len(cycle))", "length.append(min(len(cycle), 2))"),
        },
        test="Take three units in a ring, each hearing the one before it alone, and one of them on.",
    ),
    Mistake(
        "C7",
        "a mean over other states",
        "Which states are in your mean? Are those before the cycle among them?",
        "Each state of the cycle counts once, and no other.",
        {
            "the whole path": edit(find_cycle, MEAN, "np.mean(path, axis=0)"),
            "one of them twice": edit(find_cycle, MEAN, "np.mean([*cycle, now], axis=0)"),
            "without its first": edit(find_cycle, MEAN, "np.mean(cycle[1:] or cycle, axis=0)"),
            "from one earlier": edit(find_cycle, MEAN, "np.mean(path[max(back - 1, 0) :], axis=0)"),
            "the way to it": edit(find_cycle, MEAN, "np.mean(path[:back] or cycle, axis=0)"),
            "both ends": edit(find_cycle, MEAN, "(cycle[0] + path[0]) / 2"),
        },
        test="Take a cycle of two as it is, and a fixed point reached by a single update. Compute both means.",
    ),
    Mistake(
        "C7s",
        "no mean of the cycle",
        "A unit is on in one state of its cycle of two, and off in the other. Which number should there be for it?",
        "All states of the cycle have the same say.",
        {
            "its last state": edit(find_cycle, MEAN, "cycle[-1]"),
            "its first state": edit(find_cycle, MEAN, "cycle[0]"),
            "the sum": edit(find_cycle, MEAN, "np.sum(cycle, axis=0)"),
            "signs": edit(find_cycle, MEAN, "np.sign(np.mean(cycle, axis=0))"),
            "share that is on": edit(find_cycle, MEAN, "(np.mean(cycle, axis=0) + 1) / 2"),
            "of its size": edit(find_cycle, MEAN, "np.abs(np.mean(cycle, axis=0))"),
        },
        test="Take three units in a ring, each hearing the one before it, one on. How long is each on?",
    ),
    Mistake(
        "C8",
        "different states taken for the same",
        "When are two states the same to you: if every unit agrees, or something less?",
        "What is compared in your line: all units, some, their sum?",
        {
            "by their sums": edit(find_cycle, SAME, "(now.sum() == old.sum())"),
            "by one unit": edit(find_cycle, SAME, "(now == old).any()"),
            "by the first unit": edit(find_cycle, SAME, "(now[0] == old[0])"),
            "by most units": edit(find_cycle, SAME, "((now == old).mean() > 0.5)"),
        },
        test="Take a ring of five units, each hearing the one before it, one on. Print what counts as the same.",
    ),
    Mistake(
        "C9",
        "one way for all examples",
        "Is each example's start its own, or do all wait for the last one?",
        "Each row is a network of its own: one may be in its cycle long before another.",
        {
            "the latest start": edit(
                find_cycle, RETURNED, "return 0 * np.array(start) + max(start), np.array(length),"
            ),
            "the longest cycle": edit(
                find_cycle, RETURNED, "return np.array(start), 0 * np.array(length) + max(length),"
            ),
            "the first example": edit(find_cycle, "for first in s:", "for first in s[:1].repeat(len(s), axis=0):"),
        },
        test="Take two units with w = -1, a third alone with θ = 1. The states are (1, -1, -1) and (1, 1, 1).",
    ),
    Mistake(
        "D12",
        "states that are not ±1",
        "Which numbers have your states after an update? Which may they have?",
        "A field says which of two states a unit takes.",
        {
            "0 for off": edit(together, "np.where(f < 0, -1,", "np.where(f < 0, 0,"),
        },
        test="Take no couplings, θ = 1 and a unit that is on, and print its new state.",
    ),
    Mistake(
        "D11",
        "up in place of down",
        "A unit has a positive field. In which state is it after the update, in the task and with you?",
        "A unit follows its field. Which comparison do you make, and what do you write?",
        {
            "against the field": edit(together, FOLLOW, "np.where(f > 0, -1, np.where(f < 0, 1, s))"),
            "flipped where the field is negative": edit(together, FOLLOW, "np.where(f < 0, -s, s)"),
            "switched on alone": edit(together, FOLLOW, "np.where(f > 0, 1, s)"),
            "switched off alone": edit(together, FOLLOW, "np.where(f < 0, -1, s)"),
        },
        test="Take no couplings, θ = (1, -1), once both units on and once both off.",
    ),
)


def every(N: int) -> Array:
    """All states."""
    return np.array(list(itertools.product((-1.0, 1.0), repeat=N)))


def chosen(
    r: Generator, B: int, draw: Callable[[], tuple[Array, Array]], kinds: tuple[Callable[[int], bool], ...]
) -> tuple[Array, Array, Array]:
    """A network with states whose lengths are of these kinds, one after the other; B states in all.

    Other thresholds, and other diagonals, bring other lengths.
    """
    while True:
        W, theta = draw()
        s, n = every(len(theta)), B // len(kinds)
        start, length = ways(s, W, theta)
        order = r.permutation(len(s))
        rows = [[k for k in order if kind(int(length[k]))][:n] for kind in kinds]
        taken = [k for row in zip(*rows, strict=False) for k in row]
        if len(taken) < B or not start[taken].max() > 1 > start[taken].min():
            continue
        if len(kinds) == 1 and len(set(length[taken])) > 1:
            continue
        others = [*((W, by * theta) for by in (-1, 0, 4)), (W - np.diag(theta), 0 * theta)]
        if np.diag(W).any():
            others += [(W - by * np.diag(np.diag(W)), theta) for by in (1, 2)] + [(W.T, theta), ((W + W.T) / 2, theta)]
        elsewhere = [np.array(ways(s, *other))[:, taken] != (start[taken], length[taken]) for other in others]
        if len(kinds) == 1 and not np.diag(W).any():
            return s[taken], W, theta
        if not all(differ.any(axis=1).all() for differ in elsewhere):
            continue
        if not np.diag(W).any() or uneven(s[taken], W, theta):
            return s[taken], W, theta


def moved(s: Array, W: Array, theta: Array) -> Iterator[tuple[Ints, Ints, Array]]:
    """What comes of other ways to update."""
    for name in cycle_exercise.forms:
        if name.startswith(("C1 ", "D11 ", "D12 ")):
            yield cycle_exercise.variant(name)(s, W, theta)


def uneven(s: Array, W: Array, theta: Array) -> bool:
    """Other lengths come of other ways to update; and some unit is on for longer than off, but not always."""
    _, length, mean = find_cycle(s, W, theta)
    whole = np.isin(np.abs(mean), (0, 1)).all()
    return bool(not whole and all((other[1] != length).any() for other in moved(s, W, theta)))


def ways(s: Array, W: Array, theta: Array) -> tuple[Ints, Ints]:
    """Start and length of all states, which have a number each."""
    f, digits = s @ W.T - theta, 2 ** np.arange(len(theta))[::-1]
    after = (np.where(f == 0, s, np.sign(f)) > 0) @ digits
    start, length = np.zeros(len(s), int), np.zeros(len(s), int)
    for k in range(len(s)):
        path: dict[int, int] = {}
        now = k
        while now not in path:
            path[now] = len(path)
            now = int(after[now])
        start[k], length[k] = path[now], len(path) - path[now]
    return start, length


def symmetric(r: Generator, N: int) -> Callable[[], tuple[Array, Array]]:
    """Without ties, as N is even."""
    return lambda: (couplings(r, N), even(r, N))


def unsymmetric(r: Generator, N: int) -> Callable[[], tuple[Array, Array]]:
    """Without ties, as N is odd, and every unit hears itself too."""
    return lambda: (odd(r, N, N), even(r, N))


def fixed(length: int) -> bool:
    """Ends in a fixed point."""
    return length == 1


def two(length: int) -> bool:
    """Ends in a cycle of two."""
    return length == 2


def longer(length: int) -> bool:
    """Ends in a longer cycle."""
    return length > 2


def tied(r: Generator) -> tuple[Array, Array, Array]:
    """Fields may be 0, and each way to break a tie shows; all end in fixed points, at once or after one update."""
    while True:
        W, theta = couplings(r, 5, most=1), np.zeros(5)
        s = every(5)
        (start, length), f, order = ways(s, W, theta), s @ W, r.permutation(32)
        after = np.where(f == 0, s, np.sign(f))
        moves = (start == 1) & (after.sum(axis=1) != s.sum(axis=1))
        none, one = ([k for k in order if length[k] == 1 and kind[k]] for kind in (start == 0, moves))
        taken = [*none[:2], *one[:4]]
        if len(taken) < 6:
            continue
        s, f, start = s[taken], f[taken], start[taken]
        broken = [np.where(f == 0, other, np.sign(f)).tobytes() for other in (s, -s, 1.0, -1.0, 0.0)]
        if len(set(broken)) < len(broken):
            continue
        if all((other[0] != start).any() or (other[1] != 1).any() for other in moved(s, W, theta)):
            return s, W, theta


def of_both(r: Generator, B: int, N: int) -> tuple[Array, Array, Array]:
    """Fixed points and cycles of two."""
    return chosen(r, B, symmetric(r, N), (fixed, two))


cycle_exercise = Exercise(
    name="hopfield.find_cycle",
    task="All units at once (eq-hopfield-synchronous), at a tie each keeps its state, until a state comes back. For "
    "each of B states: start, the first number of updates after which the state belongs to the cycle (0: the given one "
    "does); length, the number of different states of the cycle; and the mean state over it. W may be unsymmetric, "
    "with entries on the diagonal. Keep the dtype; NumPy only.",
    arguments=(
        Value("s", "B N", "states of +1 and -1"),
        Value("W", "N N", "couplings, of any kind"),
        Value("theta", "N", "thresholds"),
    ),
    outputs=(
        Value("start", "B", "updates before the cycle", integers=True),
        Value("length", "B", "of the cycle", integers=True),
        Value("mean", "B N", "state over the cycle", tolerance=EXACT),
    ),
    reference=find_cycle,
    cases={
        "general": lambda r: of_both(r, 8, 6),
        "fixed points": lambda r: chosen(r, 4, symmetric(r, 6), (fixed,)),
        "cycles of two": lambda r: chosen(r, 4, symmetric(r, 4), (two,)),
        "unsymmetric": lambda r: chosen(r, 6, unsymmetric(r, 5), (longer,)),
        "ties": tied,
        "square": lambda r: of_both(r, 6, 6),
        "float32": lambda r: in_float32(of_both(r, 4, 6)),
    },
    facets=(
        Facet(
            "start",
            3,
            ("general", "fixed points", "cycles of two", "unsymmetric", "square", "float32"),
            ("start",),
        ),
        Facet(
            "lengths 1 and 2",
            2,
            ("general", "fixed points", "cycles of two", "square", "float32"),
            ("length",),
        ),
        Facet("longer cycles", 2, ("unsymmetric",), ("length",)),
        Facet(
            "mean",
            2,
            ("general", "fixed points", "cycles of two", "unsymmetric", "square", "float32"),
            ("mean",),
        ),
        Facet("ties", 1, ("ties",)),
    ),
    mistakes=CYCLE_MISTAKES,
    words=WORDS,
)
