"""A modern network that fills in what is not known: softmax, update and energy, and what goes wrong there."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.hopfield.draws import WORDS
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import B_, B_N, B_P, P_N, Count, Ints, Positive, checked


def weights(h: B_N, xi: P_N, beta: float) -> B_P:
    """Softmax over the patterns."""
    z = beta * (h @ xi.T)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p: Array = e / e.sum(axis=1, keepdims=True)
    return p


def energy(h: B_N, xi: P_N, beta: float) -> B_:
    """The energy of each state."""
    z = beta * (h @ xi.T)
    top = z.max(axis=1)
    lse = top + np.log(np.exp(z - top[:, None]).sum(axis=1))
    E: Array = -lse / beta + 0.5 * (h * h).sum(axis=1)
    return E


@checked
def complete(h: B_N, known: Ints, xi: P_N, beta: Positive, steps: Count) -> tuple[B_N, B_P, Array]:
    r"""Updates of the entries that are not known.

    .. math:: p_\mu = \frac{\exp(\beta\, \xi^\mu \cdot h)}{\sum_\nu \exp(\beta\, \xi^\nu \cdot h)}, \qquad
       h_i' = \begin{cases} h_i & i \text{ is known} \\ \sum_\mu p_\mu\, \xi_i^\mu & \text{else} \end{cases}

    Returns h (B, N), the weights of the last update p (B, P), and E (steps + 1, B).
    """
    now, E = h.copy(), [energy(h, xi, beta)]
    for _ in range(steps):
        p = weights(now, xi, beta)
        now = np.where(known == 1, now, p @ xi)
        E.append(energy(now, xi, beta))
    return now, p, np.stack(E)


sign(globals(), "complete")

MOVED, RETURNED = "np.where(known == 1, now, p @ xi)", "return now, p, np.stack(E)"
LOOK, SHARES, EXP = (
    "p = weights(now, xi, beta)",
    "e / e.sum(axis=1, keepdims=True)",
    "np.exp(z - z.max(axis=1, keepdims=True))",
)
SCORES, LSE, SQUARE = (
    "z = beta * (h @ xi.T)",
    "top + np.log(np.exp(z - top[:, None]).sum(axis=1))",
    "0.5 * (h * h).sum(axis=1)",
)
COMPLETE_MISTAKES = (
    Mistake(
        "M1",
        "known entries moved",
        "Compare the known entries of your h with those that were given. Are they the same?",
        "Which entries does an update write? What does it do with a known one?",
        {
            "all": edit(complete, MOVED, "p @ xi"),
            "the known ones alone": edit(complete, "known == 1", "known == 0"),
            "set to 0": edit(complete, MOVED, "np.where(known == 1, 0, p @ xi)"),
            "half of the way": edit(complete, MOVED, "np.where(known == 1, (now + p @ xi) / 2, p @ xi)"),
            "added": edit(complete, MOVED, "np.where(known == 1, now, 0) + p @ xi"),
        },
        test="Take one pattern, (1, 2), the state (5, 0), and the first entry known: one update should give (5, 2).",
    ),
    Mistake(
        "M2",
        "unknown entries updated otherwise",
        "One pattern alone is stored. What should an unknown entry be after one update, and what is it with you?",
        "An unknown entry becomes the weighted sum, and nothing else is left of what it was.",
        {
            "added to the old": edit(complete, MOVED, "np.where(known == 1, now, now + p @ xi)"),
            "half of the way": edit(complete, MOVED, "np.where(known == 1, now, (now + p @ xi) / 2)"),
            "signs": edit(complete, MOVED, "np.where(known == 1, now, np.sign(p @ xi))"),
            "tanh": edit(complete, MOVED, "np.where(known == 1, now, np.tanh(p @ xi))"),
            "divided by the patterns": edit(complete, MOVED, "np.where(known == 1, now, p @ xi / len(xi))"),
            "times β": edit(complete, MOVED, "np.where(known == 1, now, beta * (p @ xi))"),
        },
        test="Take two patterns, both (1, 2), β = 0.5, the state (1, 7), and the first entry known.",
    ),
    Mistake(
        "M2b",
        "the best pattern alone",
        "With a very small β, all patterns weigh about the same. What should come out, and what does with you?",
        "The weights are soft: each pattern has a share in the sum.",
        {
            "in the update": edit(complete, MOVED, "np.where(known == 1, now, xi[p.argmax(axis=1)])"),
            "in the weights": edit(weights, SHARES, "(e == e.max(axis=1, keepdims=True)).astype(e.dtype)"),
        },
        test="Take β = 0.001 and two patterns, (1, 0) and (1, 4), and look at the weights and the unknown entry.",
    ),
    Mistake(
        "M3",
        "unknown entries left out of the weights",
        "Change an unknown entry of the state that is given. Does your first p notice? Should it?",
        "The weights are computed from the whole state. Which entries enter your scores?",
        {
            "known ones alone": edit(complete, LOOK, "p = weights(now * (known == 1), xi, beta)"),
            "unknown ones alone": edit(complete, LOOK, "p = weights(now * (known == 0), xi, beta)"),
            "always those given": edit(complete, LOOK, "p = weights(np.where(known == 1, now, h), xi, beta)"),
        },
        test="Take two updates, print the state before each, and compute both weights by hand from it.",
    ),
    Mistake(
        "M4",
        "β in the weights",
        "Double β. Do your weights become sharper, as much as in the task?",
        "β multiplies the scores before they are exponentials. Where is it in yours?",
        {
            "left out": edit(weights, SCORES, "z = h @ xi.T"),
            "divided by": edit(weights, SCORES, "z = h @ xi.T / beta"),
            "over √N": edit(weights, SCORES, "z = beta * (h @ xi.T) / np.sqrt(len(h[0])).astype(h.dtype)"),
            "over N": edit(weights, SCORES, "z = beta * (h @ xi.T) / len(h[0])"),
            "halved": edit(weights, SCORES, "z = 0.5 * beta * (h @ xi.T)"),
            "squared": edit(weights, SCORES, "z = beta**2 * (h @ xi.T)"),
            "after the exponential": edit(weights, SCORES, "z = h @ xi.T")
            + edit(weights, EXP, "beta * np.exp(z - z.max(axis=1, keepdims=True))"),
        },
        test="Take the patterns (1, 0) and (0, 0), the state (1, 0) and β = 2: the weights should be 0.88 and 0.12.",
    ),
    Mistake(
        "M5",
        "another likeness",
        "What does your score become when a pattern is doubled? And in the task?",
        "The score of a pattern is its product with the state, times β. What else do you do?",
        {
            "cosines": edit(
                weights,
                SCORES,
                "z = beta * (h @ xi.T) / np.sqrt((xi * xi).sum(axis=1)) / np.sqrt((h * h).sum(axis=1, keepdims=True))",
            ),
            "distances": edit(weights, SCORES, "z = -beta * ((h[:, None] - xi) ** 2).sum(axis=2)"),
            "half of the distances": edit(weights, SCORES, "z = -0.5 * beta * ((h[:, None] - xi) ** 2).sum(axis=2)"),
            "sizes": edit(weights, SCORES, "z = beta * np.abs(h @ xi.T)"),
            "squares": edit(weights, SCORES, "z = beta * (h @ xi.T) ** 2"),
            "unlikeness": edit(weights, SCORES, "z = -beta * (h @ xi.T)"),
        },
        test="Take the patterns (1, 0), (3, 0) and (-2, 0), the state (1, 1), β = 1, and print all scores.",
    ),
    Mistake(
        "M6",
        "weights that do not sum to 1 over the patterns",
        "What is the sum of each row of your p?",
        "Which axis counts the patterns, and over which is your sum?",
        {
            "over the examples": edit(weights, SHARES, "e / e.sum(axis=0, keepdims=True)"),
            "over all": edit(weights, SHARES, "e / e.sum()"),
            "not divided": edit(weights, SHARES, "e"),
            "divided by their number": edit(weights, SHARES, "e / len(xi)"),
            "without exponentials": edit(weights, SHARES, "z / z.sum(axis=1, keepdims=True)"),
            "by their length": edit(weights, SHARES, "e / np.sqrt((e * e).sum(axis=1, keepdims=True))"),
        },
        test="Take patterns of one entry, 0, 1 and 2, the states 1 and 2, β = 1. Add up your weights.",
    ),
    Mistake(
        "M7",
        "numbers too large for an exponential",
        "How large is β times a score at most? What is its exponential in your numbers?",
        "Weights stay as they are if all scores lose the same number. Which number makes them harmless?",
        {
            "in the weights": edit(weights, EXP, "np.exp(z)"),
            "in the energy": edit(energy, LSE, "np.log(np.exp(z).sum(axis=1))"),
            "in both": edit(weights, EXP, "np.exp(z)") + edit(energy, LSE, "np.log(np.exp(z).sum(axis=1))"),
            "below in the energy": edit(energy, LSE, "np.log(np.exp(z - z.max()).sum(axis=1)) + z.max()"),
            "below in the weights": edit(weights, EXP, "np.exp(z - z.max())"),
        },
        test="Take two states, one of them ten times as long, with β = 1000, and print what each line gives.",
    ),
    Mistake(
        "M8",
        "the logarithm in the energy",
        "Store one pattern alone. Then the logarithm's term is minus the product of pattern and state. Is it with you?",
        "Compare sign, factor and sum with those of the task.",
        {
            "plus": edit(energy, "-lse / beta", "lse / beta"),
            "without 1/β": edit(energy, "-lse / beta", "-lse"),
            "times β": edit(energy, "-lse / beta", "-lse * beta"),
            "left out": edit(energy, "-lse / beta +", ""),
            "of base 2": edit(energy, LSE, "top + np.log2(np.exp(z - top[:, None]).sum(axis=1))"),
            "of the mean": edit(energy, LSE, "top + np.log(np.exp(z - top[:, None]).mean(axis=1))"),
            "the largest alone": edit(energy, LSE, "top"),
            "without β in the scores": edit(energy, SCORES, "z = h @ xi.T"),
            "the largest not put back": edit(energy, LSE, "np.log(np.exp(z - top[:, None]).sum(axis=1))"),
        },
        test="Take two patterns of zeros, a state of zeros, β = 2: E should be -0.35. Then one pattern, 3, and h = 1.",
    ),
    Mistake(
        "M8w",
        "the mean score in place of the logarithm",
        "Store two equal patterns. Should your energy notice that there are two?",
        "Weights times scores, added up, is not the logarithm of the sum of exponentials.",
        edit(energy, LSE, "(np.exp(z - top[:, None]) / np.exp(z - top[:, None]).sum(axis=1)[:, None] * z).sum(axis=1)"),
        test="Take two patterns of zeros, a state of zeros and β = 2: E should be -0.35.",
    ),
    Mistake(
        "M9",
        "the square in the energy",
        "Take patterns of zeros. By how much does E grow when a state of length 1 becomes one of length 2?",
        "Compare factor and sum with those of the task: which entries enter it?",
        {
            "not halved": edit(energy, SQUARE, "(h * h).sum(axis=1)"),
            "left out": edit(energy, SQUARE, "0"),
            "minus": edit(energy, "+ 0.5 * (h * h)", "- 0.5 * (h * h)"),
            "the length": edit(energy, SQUARE, "0.5 * np.sqrt((h * h).sum(axis=1))"),
            "the mean": edit(energy, SQUARE, "0.5 * (h * h).mean(axis=1)"),
            "of all examples": edit(energy, SQUARE, "0.5 * (h * h).sum()"),
            "over β": edit(energy, SQUARE, "0.5 * (h * h).sum(axis=1) / beta"),
        },
        test="Take one pattern of zeros, β = 2 and the states (1, 0) and (3, 4): E should be 0.5 and 12.5.",
    ),
    Mistake(
        "D8",
        "energies too few, or too many",
        "How many energies are asked for after one update? How many do you return?",
        "One energy before anything happens, and one after each update.",
        {
            "the first left out": edit(complete, RETURNED, "return now, p, np.stack(E[1:])"),
            "the last left out": edit(complete, RETURNED, "return now, p, np.stack(E[:-1])"),
            "the last alone": edit(complete, RETURNED, "return now, p, E[-1]"),
        },
        test="Take steps = 1.",
    ),
    Mistake(
        "D8l",
        "energies of other moments",
        "Which state had the network when your second energy was computed?",
        "An energy belongs to the state of its own moment.",
        {
            "before each update": edit(complete, RETURNED, "return now, p, np.stack([E[0], *E[:-1]])"),
            "turned round": edit(complete, RETURNED, "return now, p, np.stack(E[::-1])"),
            "of the weighted sums": edit(
                complete, "        E.append(energy(now, xi, beta))", "        E.append(energy(p @ xi, xi, beta))"
            ),
            "without the known entries": edit(
                complete,
                "        E.append(energy(now, xi, beta))",
                "        E.append(energy(now * (known == 0), xi, beta))",
            ),
        },
        test="Take one update, and compute both energies by hand, from the state given and the state returned.",
    ),
    Mistake(
        "M10",
        "weights of another moment",
        "Which state are the weights that you return computed from: that before the last update, or that after it?",
        "Asked for are the weights that the last update used.",
        {
            "after the last update": edit(complete, RETURNED, "return now, weights(now, xi, beta), np.stack(E)"),
            "of the first update": edit(complete, RETURNED, "return now, weights(h, xi, beta), np.stack(E)"),
        },
        test="Take steps = 2, and print state and weights in each pass.",
    ),
    Mistake(
        "M11",
        "another number of updates",
        "How often does your loop go round for steps = 2?",
        "Every update starts from the state that the one before has left.",
        {
            "one more": edit(complete, "range(steps)", "range(steps + 1)"),
            "one alone": edit(complete, "range(steps)", "range(1)"),
        },
        test="Compare steps = 2 with two calls of steps = 1, the second from the result of the first.",
    ),
    Mistake(
        "M12",
        "one example's weights for all",
        "Does the last example have its own weights with you?",
        "Each row of h is a state of its own.",
        {
            "of the first": edit(complete, LOOK, "p = weights(now[:1] + 0 * now, xi, beta)"),
            "of the mean": edit(complete, LOOK, "p = weights(now.mean(axis=0) + 0 * now, xi, beta)"),
            "mask of the first": edit(complete, "known == 1", "known[:1] == 1"),
        },
        test="Take two states that are known in different entries, and compare with a call for the second alone.",
    ),
)


def hidden(r: Generator, B: int, N: int, P: int, beta: float, steps: int) -> tuple[Array, Ints, Array, float, int]:
    """States near patterns; in each, some entries are known and some are not."""
    xi = r.normal(size=(P, N))
    h = 0.7 * xi[r.integers(0, P, B)] + 0.6 * r.normal(size=(B, N))
    known = np.argsort(np.argsort(r.random((B, N)), axis=1), axis=1) < r.integers(1, N - 1, (B, 1))
    known[0] = np.roll(known[-1], 1)
    return h, known.astype(int), xi, beta, steps


def nothing_known(r: Generator) -> tuple[Array, Ints, Array, float, int]:
    """All entries may move."""
    while True:
        h, known, xi, beta, steps = hidden(r, 3, 4, 3, float(r.uniform(0.3, 0.6)), 2)
        if (h @ xi.T).min() < -1:
            return h, 0 * known, xi, beta, steps


def sharp(r: Generator) -> tuple[Array, Ints, Array, float, int]:
    """With a large β: the best pattern leads by far, and one state is much longer than the others."""
    while True:
        h, known, xi, _, steps = hidden(r, 3, 5, 4, 1.0, 1)
        h[0] *= 20
        first, then = (now @ xi.T for now in (h, complete(h, known, xi, 1000.0, 1)[0]))
        gaps = [np.diff(np.sort(z, axis=1)[:, -2:]).min() for z in (first, then)]
        if min(gaps) < 0.2 or min(first.max(axis=1)) < 1 or (first.argmax(axis=1) != then.argmax(axis=1)).any():
            continue
        near = -((h[:, None] - xi) ** 2).sum(axis=2)
        cosines = first / np.sqrt((xi * xi).sum(axis=1))
        seen = [(now * known) @ xi.T for now in (h, h[:1] + 0 * h)] + [(h * (1 - known)) @ xi.T]
        others = [near, cosines, np.abs(first), *seen, h[:1] @ xi.T + 0 * first, h.mean(axis=0) @ xi.T + 0 * first]
        if all((other.argmax(axis=1) != first.argmax(axis=1)).any() for other in others):
            return h, known, xi, 1000.0, steps


complete_exercise = Exercise(
    name="hopfield.complete",
    task="A modern Hopfield network fills in what is not known: the weights of the patterns are a softmax of beta "
    "times their products with the whole state; an update (eq-hopfield-attend) moves the unknown entries alone, to the "
    "weighted sum of the patterns; known ones stay. Return the state after the last update, the weights that it used, "
    "and the energies (minus the logarithm of the sum of exponentials over beta, plus half of the square of h), of the "
    "state that was given and after each update. beta may be large. Keep the dtype; NumPy only.",
    arguments=(
        Value("h", "B N", "states, of any numbers"),
        Value("known", "B N", "1 where an entry is known, else 0", integers=True),
        Value("xi", "P N", "patterns, of any numbers, one a row"),
        Value("beta", None, "how sharp the weights are, above 0"),
        Value("steps", None, "updates"),
    ),
    outputs=(
        Value("h", "B N", "after the last update", own=True),
        Value("p", "B P", "weights of the last update"),
        Value("E", "M B", "at first, and after each update"),
    ),
    reference=complete,
    cases={
        "general": lambda r: hidden(r, 4, 6, 5, float(r.uniform(0.5, 0.8)), 3),
        "nothing known": nothing_known,
        "one update": lambda r: hidden(r, 3, 5, 2, float(r.uniform(1.3, 1.9)), 1),
        "large β": sharp,
        "square": lambda r: hidden(r, 4, 4, 4, float(r.uniform(0.4, 0.6)), 2),
        "float32": lambda r: in_float32(hidden(r, 3, 5, 4, float(r.uniform(0.5, 0.8)), 2)),
    },
    facets=(
        Facet("state, nothing known", 2, ("nothing known",), ("h",)),
        Facet("known entries stay", 3, ("general", "one update", "square", "float32"), ("h",)),
        Facet("weights", 1, ("general", "nothing known", "one update", "square", "float32"), ("p",)),
        Facet("energies", 3, ("general", "nothing known", "one update", "square", "float32"), ("E",)),
        Facet("large β", 1, ("large β",)),
    ),
    mistakes=COMPLETE_MISTAKES,
    words={**WORDS, "N": "entry", "M": "moment"},
)
