"""One unit at a time, with the energy after each update; and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.hopfield.draws import EXACT, WORDS, couplings, even, states
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import B_, B_N, N_, N_N, Ints, checked


def energy(s: B_N, W: N_N, theta: N_) -> B_:
    """The energy of each state."""
    E: Array = -0.5 * ((s @ W) * s).sum(axis=1) + s @ theta
    return E


@checked
def downhill(s: B_N, W: N_N, theta: N_, order: Ints) -> tuple[Array, Array]:
    r"""One unit after the other, each in the state as it is by then; and the energy, at first and after each.

    .. math:: s_i \leftarrow \operatorname{update}\Bigl( \sum_{j} w_{ij} s_j - \theta_i,\; s_i \Bigr), \qquad
       i = i_1, \dots, i_n

    Returns s (B, N) and E (n + 1, B).
    """
    now = s.copy()
    E = [energy(now, W, theta)]
    for i in order:
        f = now @ W[i] - theta[i]
        now[:, i] = np.where(f > 0, 1, np.where(f < 0, -1, now[:, i]))
        E.append(energy(now, W, theta))
    return now, np.stack(E)


sign(globals(), "downhill")

FIELD, FOLLOW = "now @ W[i] - theta[i]", "np.where(f > 0, 1, np.where(f < 0, -1, now[:, i]))"
PAIRS, RETURNED, LOOP = "-0.5 * ((s @ W) * s).sum(axis=1)", "return now, np.stack(E)", "for i in order:"
AFTER = "        E.append(energy(now, W, theta))"
DOWNHILL_MISTAKES = (
    Mistake(
        "D1",
        "fields of the states that were given",
        "The second unit updates after the first has changed. Which state of the first does its field see, with you?",
        "Whoever comes later hears the new state. From which array are your fields computed?",
        {
            "": edit(downhill, FIELD, "s @ W[i] - theta[i]"),
            "all fields first": edit(downhill, LOOP, "fields = s @ W - theta\n    for i in order:")
            + edit(downhill, FIELD, "fields[:, i]"),
        },
        test="Take N = 2 with w = -1, both units on, and the order 0, 1: should both switch off?",
    ),
    Mistake(
        "D2",
        "a tie that does not keep the state",
        "A unit has the field 0. What is it before its update, and what is it after, with you?",
        "There are three cases: above 0, below 0, and 0 itself. Which of yours takes in the last?",
        {
            "switched on": edit(downhill, "np.where(f > 0, 1,", "np.where(f >= 0, 1,"),
            "switched off": edit(downhill, FOLLOW, "np.where(f > 0, 1, -1)"),
            "set to 0": edit(downhill, FOLLOW, "np.sign(f)"),
            "turned round": edit(downhill, "-1, now[:, i]))", "-1, -now[:, i]))"),
        },
        test="Take all couplings and thresholds 0, one state of both signs, and update all units.",
    ),
    Mistake(
        "D3",
        "thresholds in the field",
        "Set all couplings to 0. Which state has a unit with θ = 1 after its update? And with θ = -1?",
        "A unit has to hear more than its threshold. How does yours enter its field?",
        {
            "added": edit(downhill, "now @ W[i] - theta[i]", "now @ W[i] + theta[i]"),
            "left out": edit(downhill, "now @ W[i] - theta[i]", "now @ W[i]"),
            "that of unit 0": edit(downhill, "theta[i]", "theta[0]"),
            "doubled": edit(downhill, "now @ W[i] - theta[i]", "2 * (now @ W[i]) - theta[i] * 4"),
            "halved": edit(downhill, "now @ W[i] - theta[i]", "now @ W[i] - 0.5 * theta[i]"),
            "times the state": edit(downhill, "- theta[i]", "- theta[i] * now[:, i]"),
        },
        test="Take w = 1, θ = (1.5, 0.75) and the order 1, 0. Start once from both on, once from both off.",
    ),
    Mistake(
        "D4",
        "thresholds in the energy",
        "All couplings are 0, and unit 0 has θ = 1. Which of its states has the lower energy with you?",
        "The energy has a term for each threshold. Compare its sign and its factor with the task's.",
        {
            "minus": edit(energy, "+ s @ theta", "- s @ theta"),
            "left out": edit(energy, " + s @ theta", ""),
            "halved": edit(energy, "+ s @ theta", "+ 0.5 * (s @ theta)"),
            "halved and minus": edit(energy, "+ s @ theta", "- 0.5 * (s @ theta)"),
            "doubled": edit(energy, "+ s @ theta", "+ 2 * (s @ theta)"),
            "without the states": edit(energy, "s @ theta", "theta.sum()"),
        },
        test="Take no couplings, θ = (1, 0) and the states (1, 1) and (-1, 1). Compute E by hand.",
    ),
    Mistake(
        "D5",
        "each pair counted otherwise than once",
        "Two units that agree, coupled by 1, no thresholds: what is E? How often does the double sum meet the pair?",
        "The sum goes over i and over j, so it meets each pair twice. What makes up for that?",
        {
            "twice": edit(energy, "-0.5 *", "-1.0 *"),
            "half": edit(energy, "-0.5 *", "-0.25 *"),
            "half of one triangle": edit(energy, "(s @ W)", "(s @ np.triu(W))"),
            "four times": edit(energy, "-0.5 *", "-2.0 *"),
        },
        test="Take N = 2 with w = 1, θ = 0 and both units on.",
    ),
    Mistake(
        "D6",
        "the sign of the coupling term",
        "Two units agree, and their coupling is positive. Is that high or low in energy? And with you?",
        "Updates lead downhill. Print your energies along the way: which way do they go?",
        {
            "": edit(energy, "-0.5 *", "0.5 *"),
            "of the whole energy": edit(energy, PAIRS, "0.5 * ((s @ W) * s).sum(axis=1)")
            + edit(energy, "+ s @ theta", "- s @ theta"),
        },
        test="Take N = 2 with w = 1, θ = 0 and both units on.",
    ),
    Mistake(
        "D7",
        "units in another order",
        "Print the number of the unit at each of your updates. Is that the list you were given?",
        "The order is given: a unit may come twice in it, or never.",
        {
            "sorted": edit(downhill, LOOP, "for i in np.sort(order):"),
            "turned round": edit(downhill, LOOP, "for i in order[::-1]:"),
            "one after the other": edit(downhill, LOOP, "for i in np.arange(len(order)) % len(theta):"),
            "counted from 1": edit(downhill, LOOP, "for i in order - 1:"),
            "always the first": edit(downhill, LOOP, "for i in order[:1].repeat(len(order)):"),
            "by rank": edit(downhill, LOOP, "for i in np.argsort(order, kind='stable') % len(theta):"),
        },
        test="Take three uncoupled units, θ = (-1, 1, 1), all off, and the order 2, 0, 0. Print each state.",
    ),
    Mistake(
        "D7o",
        "each unit updated once",
        "How many energies come back if a unit occurs twice in the order? How many should?",
        "A unit that comes twice updates twice, and each time there is an energy.",
        {
            "": edit(downhill, LOOP, "for i in dict.fromkeys(order.tolist()):"),
            "all units": edit(downhill, LOOP, "for i in range(len(theta)):"),
            "sorted": edit(downhill, LOOP, "for i in np.unique(order):"),
        },
        test="Take two units and the order 0, 1, 0, 1, 0.",
    ),
    Mistake(
        "D8",
        "energies too few, or too many",
        "How many energies are asked for after n updates? How many do you return?",
        "One energy before anything happens, and one after each update: count them for n = 1.",
        {
            "the first left out": edit(downhill, RETURNED, "return now, np.stack(E[1:])"),
            "the last left out": edit(downhill, RETURNED, "return now, np.stack(E[:-1])"),
            "the last alone": edit(downhill, RETURNED, "return now, E[-1]"),
            "both ends": edit(downhill, RETURNED, "return now, np.stack([E[0], E[-1]])"),
        },
        test="Take an order of three updates.",
    ),
    Mistake(
        "D8l",
        "energies of other moments",
        "Which state had the network when your second energy was computed?",
        "An energy belongs to the state of its own moment. Is yours computed before, after, or at the end?",
        {
            "all of the end": edit(downhill, RETURNED, "return now, np.stack([E[-1]] * len(E))"),
            "all of the start": edit(downhill, RETURNED, "return now, np.stack([E[0]] * len(E))"),
            "before each update": edit(downhill, RETURNED, "return now, np.stack([E[0], *E[:-1]])"),
            "turned round": edit(downhill, RETURNED, "return now, np.stack(E[::-1])"),
        },
        test="Take two uncoupled units that both switch, and write down all three energies by hand.",
    ),
    Mistake(
        "D8d",
        "changes of the energy",
        "What is the first of your energies? What is the energy of the states that were given?",
        "Asked for is the energy itself, not what each update has changed in it.",
        {
            "since the start": edit(downhill, RETURNED, "return now, np.stack(E) - E[0]"),
            "since the update before": edit(
                downhill, RETURNED, "return now, np.diff(np.stack(E), axis=0, prepend=E[0][None])"
            ),
        },
        test="Take all thresholds 0, one coupling, and an update that changes nothing.",
    ),
    Mistake(
        "D9",
        "examples and updates exchanged",
        "Along which axis of E do the updates stand in the task?",
        "Compare the shape of your E with that of the task, for three updates of two states.",
        edit(downhill, RETURNED, "return now, np.stack(E, axis=1)"),
        test="Take two states and three updates.",
    ),
    Mistake(
        "D10",
        "a mean in the energy",
        "Is your energy a sum over units, for each example by itself?",
        "Double the number of units. Does E grow as the sum does?",
        {
            "by units": edit(energy, PAIRS, "-0.5 * ((s @ W) * s).mean(axis=1)")
            + edit(energy, "s @ theta", "(s * theta).mean(axis=1)"),
            "by units, couplings alone": edit(energy, PAIRS, "-0.5 * ((s @ W) * s).mean(axis=1)"),
            "over the examples": edit(downhill, RETURNED, "return now, np.stack([e.mean() + 0 * e for e in E])"),
        },
        test="Take two different states of two units, w = 1 and θ = 0, and compute both energies by hand.",
    ),
    Mistake(
        "D11",
        "up in place of down",
        "A unit has a positive field. In which state is it after its update, in the task and with you?",
        "A unit follows its field. Which comparison do you make, and what do you write?",
        {
            "against the field": edit(downhill, FOLLOW, "np.where(f > 0, -1, np.where(f < 0, 1, now[:, i]))"),
            "flipped where the field is negative": edit(downhill, FOLLOW, "np.where(f < 0, -now[:, i], now[:, i])"),
            "flipped where the field is positive": edit(downhill, FOLLOW, "np.where(f > 0, -now[:, i], now[:, i])"),
            "flipped where field and state agree": edit(
                downhill, FOLLOW, "np.where(f * now[:, i] > 0, -now[:, i], now[:, i])"
            ),
            "switched on alone": edit(downhill, FOLLOW, "np.where(f > 0, 1, now[:, i])"),
            "switched off alone": edit(downhill, FOLLOW, "np.where(f < 0, -1, now[:, i])"),
            "flipped always": edit(downhill, FOLLOW, "-now[:, i]"),
        },
        test="Take one unit on, one off and no couplings. Try θ = (-1, -1), then θ = (1, 1).",
    ),
    Mistake(
        "D12",
        "states that are not ±1",
        "Which numbers does your s have after an update? Which may it have?",
        "A field says which of two states a unit takes. It is not the state itself.",
        {
            "0 for off": edit(downhill, "np.where(f < 0, -1,", "np.where(f < 0, 0,"),
            "the field": edit(downhill, FOLLOW, "f"),
            "tanh": edit(downhill, FOLLOW, "np.tanh(f)"),
        },
        test="Take no couplings, θ = 3 and a unit that is on, and print its new state.",
    ),
    Mistake(
        "D13",
        "one decision for all examples",
        "Does the last example follow its own field, or that of another one?",
        "Each row of s is a network of its own. How many fields has one update?",
        {
            "of the first": edit(
                downhill, "f = now @ W[i] - theta[i]", "f = now[:1] @ W[i] - theta[i] + 0 * now[:, i]"
            ),
            "of their sum": edit(
                downhill, "f = now @ W[i] - theta[i]", "f = (now @ W[i] - theta[i]).sum() + 0 * now[:, i]"
            ),
        },
        test="Take three examples, two with a positive field and one with a negative one.",
    ),
    Mistake(
        "D14",
        "other states returned",
        "Which states do you return: those after the last update?",
        "Follow the array that you return through your loop.",
        {
            "the given ones": edit(downhill, RETURNED, "return s.copy(), np.stack(E)"),
            "all but the last update": edit(downhill, "now = s.copy()", "now = before = s.copy()")
            + edit(downhill, "        f = now", "        before = now.copy()\n        f = now")
            + edit(downhill, RETURNED, "return before, np.stack(E)"),
        },
        test="Take one update that changes a unit: what comes back?",
    ),
    Mistake(
        "D15",
        "all units updated each time",
        "How many units may change in one update? How many change with you?",
        "An update is one unit's. Which entries of the state does your line write?",
        edit(downhill, "f = now @ W[i] - theta[i]", "f = now @ W - theta")
        + edit(
            downhill,
            "now[:, i] = np.where(f > 0, 1, np.where(f < 0, -1, now[:, i]))",
            "now = np.where(f > 0, 1, np.where(f < 0, -1, now))",
        ),
        test="Take no couplings, θ = (1, 1), both units on, and the order 0.",
    ),
)


def drawn(r: Generator, B: int, N: int, n: int, thresholds: bool = True) -> tuple[Array, Array, Array, Ints]:
    """Without ties: units an even number, thresholds even. Some unit comes twice, and one never."""
    while True:
        order = np.append(r.permutation(N)[1:], r.integers(0, N, max(n - N + 1, 0)))[:n]
        order = r.permutation(order)
        s, W, theta = states(r, B, N), couplings(r, N), even(r, N) * thresholds
        if telling(s, W, theta, order):
            return s, W, theta, order


def telling(s: Array, W: Array, theta: Array, order: Ints) -> bool:
    """Do old fields, and units in other orders, end elsewhere?"""
    N, n = len(theta), len(order)
    end = run(s, W, theta, order)
    orders = [
        np.sort(order),
        order[::-1],
        np.arange(n) % N,
        order - 1,
        order[:1].repeat(n),
        np.argsort(order, kind="stable") % N,
    ]
    orders.append(order[:-1])
    if len(set(order)) < n:
        orders.append(np.array(list(dict.fromkeys(order))))
    others = [run(s, W, theta, one) for one in orders]
    others.append(s.copy())
    f = (s @ W - theta)[:, order]
    others[-1][:, order] = np.where(f == 0, s[:, order], np.sign(f))
    if any((other == end).all() for other in others):
        return False
    alone = [run_one_way(s, W, theta, order, way) for way in (1.0, -1.0)]
    E = energy(end, W, theta)
    return all((energy(other, W, theta) != E).any() for other in alone)


def run(s: Array, W: Array, theta: Array, order: Any) -> Array:
    """Where it ends."""
    s = s.copy()
    for i in order:
        f = s @ W[i] - theta[i]
        s[:, i] = np.where(f == 0, s[:, i], np.sign(f))
    return s


def run_one_way(s: Array, W: Array, theta: Array, order: Any, way: float) -> Array:
    """Where it ends if units are switched on alone, or off alone."""
    s = s.copy()
    for i in order:
        s[:, i] = np.where(way * (s @ W[i] - theta[i]) > 0, way, s[:, i])
    return s


def one_update(r: Generator, B: int, N: int) -> tuple[Array, Array, Array, Ints]:
    """That changes a unit in some states alone, switched on here and off there."""
    while True:
        s, W, theta, i = states(r, B, N), couplings(r, N), even(r, N), int(r.integers(1, N))
        moves = run(s, W, theta, [i])[:, i] - s[:, i]
        plain, half = (np.sign(s @ W[i] - by * theta[i]) for by in (0, 0.5))
        if set(moves) == {-2, 0, 2} and (plain != half).any():
            return s, W, theta, np.array([i])


def tied(r: Generator) -> tuple[Array, Array, Array, Ints]:
    """Units an odd number: fields may be 0. Each way to break a tie ends elsewhere."""
    while True:
        s, W, theta, order = states(r, 6, 5), couplings(r, 5, most=1), np.zeros(5), r.permutation(5)
        ends = [run(s, W, theta, order)]
        for broken in (1.0, -1.0, 0.0, None):
            now = s.copy()
            for i in order:
                f = now @ W[i]
                now[:, i] = np.where(f == 0, -now[:, i] if broken is None else broken, np.sign(f))
            ends.append(now)
        now = s.copy()
        for _ in order:
            now = np.where(now @ W == 0, now, np.sign(now @ W))
        ends.append(now)
        ends += [run_one_way(s, W, theta, order, way) for way in (1.0, -1.0)]
        if len({end.tobytes() for end in ends}) == len(ends) and telling(s, W, theta, order):
            return s, W, theta, order


downhill_exercise = Exercise(
    name="hopfield.downhill",
    task="One unit after the other, in the order given, looks at its field (eq-hopfield-field) and follows it at once "
    "(eq-hopfield-asynchronous); at a tie it keeps its state. Return the states after the last update, and the "
    "energies (eq-hopfield-energy), first those of the states that were given, then those after each update. Keep the "
    "dtype; NumPy only.",
    arguments=(
        Value("s", "B N", "states of +1 and -1"),
        Value("W", "N N", "couplings, symmetric with a zero diagonal"),
        Value("theta", "N", "thresholds"),
        Value("order", "n", "units in the order of their updates", integers=True),
    ),
    outputs=(
        Value("s", "B N", "after the last update", tolerance=EXACT, own=True),
        Value("E", "M B", "at first, and after each update", tolerance=EXACT),
    ),
    reference=downhill,
    cases={
        "general": lambda r: drawn(r, 7, 6, 9),
        "no thresholds": lambda r: drawn(r, 6, 4, 6, thresholds=False),
        "one update": lambda r: one_update(r, 8, 4),
        "ties": tied,
        "square": lambda r: drawn(r, 8, 8, 7),
        "float32": lambda r: in_float32(drawn(r, 6, 6, 8)),
    },
    facets=(
        Facet("states", 4, ("general", "no thresholds", "one update", "square", "float32"), ("s",)),
        Facet("ties", 2, ("ties",), ("s",)),
        Facet("E without thresholds", 3, ("no thresholds",), ("E",)),
        Facet("E with thresholds", 3, ("general", "one update", "square", "float32"), ("E",)),
    ),
    mistakes=DOWNHILL_MISTAKES,
    words={**WORDS, "M": "moment"},
)
