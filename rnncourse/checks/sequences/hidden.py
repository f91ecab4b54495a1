"""The forward algorithm of a hidden Markov model, with symbols that were not recorded; and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import S_, S_K, S_S, Ints, checked


@checked
def hmm_gaps(y: Ints, pi: S_, A: S_S, E: S_K) -> tuple[Array, Array, float]:
    r"""Predictions and filtered states of one sequence; a step that was not recorded moves the state alone.

    .. math:: a_0 = \pi, \qquad a_t(j) = \sum_i q_{t-1}(i)\, A_{ij}, \qquad p_t(k) = \sum_j a_t(j)\, E_{jk}, \qquad
       q_t(j) \propto a_t(j)\, E_{j,y_t}

    Source: Rabiner (1989), section V.A, scaled at each step. Returns p (T, K), q (T, S) and bits a symbol.
    """
    require(isinstance(y, np.ndarray) and y.ndim == 1 and y.dtype.kind == "i", "y: expected integers of shape (T,)")
    a, p, q = pi, [], []
    for t in range(len(y)):
        p.append(a @ E)
        seen = E[:, y[t]] if y[t] >= 0 else np.ones_like(a)
        joint = a * seen
        q.append(joint / joint.sum())
        a = q[-1] @ A
    return np.stack(p), np.stack(q), symbol_bits(np.stack(p), y)


def symbol_bits(p: Array, y: Ints) -> float:
    """Mean bits of the symbols that were recorded."""
    recorded = y >= 0
    came = p[recorded, y[recorded]]
    return float(np.mean(-np.log2(came)))


sign(globals(), "hmm_gaps")

G = hmm_gaps
START, SEEN, JOINT, SCALED, MOVED, PREDICTED = (
    "a, p, q = pi, [], []",
    "E[:, y[t]] if y[t] >= 0 else np.ones_like(a)",
    "joint = a * seen",
    "q.append(joint / joint.sum())",
    "a = q[-1] @ A",
    "p.append(a @ E)",
)
BACK = "return np.stack(p), np.stack(q), symbol_bits(np.stack(p), y)"
MEAN = "np.mean(-np.log2(came))"
HMM_MISTAKES = (
    Mistake(
        "S60",
        "transitions the wrong way round",
        "State 0 is always followed by state 1. Where in A does that 1 stand, and do you sum over its row or "
        "its column?",
        "The first index of A is where the state comes from, the second where it goes.",
        {
            "": edit(G, MOVED, "a = A @ q[-1]"),
            "scaled": edit(G, MOVED, "a = A @ q[-1] / (A @ q[-1]).sum()"),
        },
        test="Take A with the rows (0, 1) and (0.5, 0.5). Start in state 0, with three gaps before a symbol.",
    ),
    Mistake(
        "S61",
        "another start",
        "What is the probability of the first symbol, before anything was seen? Is it what you have in the "
        "first row of p?",
        "At step 0 the states have the probabilities that are given, and have not moved yet.",
        {
            "moved once": edit(G, START, "a, p, q = pi @ A, [], []"),
            "all states alike": edit(G, START, "a, p, q = np.full_like(pi, 1 / len(pi)), [], []"),
            "state 0 for sure": edit(G, START, "a, p, q = np.eye(len(pi), dtype=pi.dtype)[0], [], []"),
            "the first row of A": edit(G, START, "a, p, q = A[0], [], []"),
            "where A leads in the end": edit(G, START, "a, p, q = pi @ np.linalg.matrix_power(A, 200), [], []"),
        },
        test="Take T = 1, so that A has nothing to do.",
    ),
    Mistake(
        "S61e",
        "the first symbol tells nothing",
        "Change the first symbol. Does your first row of q notice?",
        "Each recorded symbol changes what is known of the state at its own step, at step 0 too.",
        edit(G, JOINT, "joint = a * seen if t else a"),
        test="Take T = 1, and let only state 1 show symbol 0.",
    ),
    Mistake(
        "S62",
        "the state does not move in a gap as it should",
        "There are two gaps in a row. How often has the state moved between the symbols around them? And with you?",
        "A step is a step: what was not recorded happened all the same.",
        {
            "stands still": edit(G, MOVED, "a = q[-1] @ A if y[t] >= 0 else q[-1]"),
            "moves into no gap": edit(G, MOVED, "a = q[-1] @ A if y[min(t + 1, len(y) - 1)] >= 0 else q[-1]"),
            "starts anew": edit(G, MOVED, "a = q[-1] @ A if y[t] >= 0 else pi"),
            "starts anew behind it": edit(G, MOVED, "a = (q[-1] if y[t] >= 0 else pi) @ A"),
            "knows nothing": edit(G, MOVED, "a = q[-1] @ A if y[t] >= 0 else np.full_like(pi, 1 / len(pi))"),
            "moves twice": edit(G, MOVED, "a = q[-1] @ A if y[t] >= 0 else q[-1] @ A @ A"),
            "moves once for all gaps": edit(G, MOVED, "a = q[-1] if y[t] < 0 and t and y[t - 1] < 0 else q[-1] @ A"),
        },
        test="Take A with the rows (0, 1) and (1, 0): the state changes at each step. Put in gaps of one and two.",
    ),
    Mistake(
        "S63",
        "a gap taken for a symbol",
        "Change a column of E. Does your row of q at a gap that nothing precedes change? Should it?",
        "Where nothing was recorded, no column of E says anything about the state.",
        {
            "the last one": edit(G, SEEN, "E[:, y[t]]"),
            "the last one, and it pays": edit(G, SEEN, "E[:, y[t]]")
            + edit(symbol_bits, "recorded = y >= 0", "recorded = np.arange(len(y))"),
            "symbol 0": edit(G, SEEN, "E[:, max(y[t], 0)]"),
            "the one before": edit(G, SEEN, "E[:, y[max(t - 1, 0)] if y[t] < 0 else y[t]]"),
            "the likeliest": edit(G, SEEN, "E[:, y[t] if y[t] >= 0 else p[-1].argmax()]"),
            "what is expected": edit(G, SEEN, "E[:, y[t]] if y[t] >= 0 else E @ p[-1]"),
            "the largest of each state": edit(G, SEEN, "E[:, y[t]] if y[t] >= 0 else E.max(axis=1)"),
        },
        test="Begin with a gap: q of step 0 is what was given as the start.",
    ),
    Mistake(
        "S63b",
        "gaps among the bits",
        "How many terms has your mean, and how many symbols were recorded?",
        "Only a symbol that was recorded has a cost.",
        {
            "the last symbol there": edit(symbol_bits, "recorded = y >= 0", "recorded = np.arange(len(y))"),
            "symbol 0 there": edit(
                symbol_bits, "recorded = y >= 0", "y = np.maximum(y, 0)\n    recorded = np.arange(len(y))"
            ),
            "for nothing": edit(symbol_bits, MEAN, "-np.log2(came).sum() / len(y)"),
        },
        test="Put a gap behind the last symbol: do your bits change?",
    ),
    Mistake(
        "S63c",
        "gaps cut out",
        "How many rows have your p and q, and how many steps has y?",
        "A gap is a step too: it has its rows in p and q, and the state moves.",
        {
            "before it begins": edit(G, START, "y = y[y >= 0]\n    a, p, q = pi, [], []"),
            "at the end": edit(G, BACK, "return np.stack(p)[y >= 0], np.stack(q)[y >= 0], symbol_bits(np.stack(p), y)"),
        },
        test="Take three steps, the middle one a gap, and print the shapes.",
    ),
    Mistake(
        "S64",
        "one way in place of all",
        "State 2 can be reached from several states. Do all of them add to its probability with you?",
        "The sum over i is a sum: no state is left out because another one is likelier.",
        {
            "the likeliest way": edit(G, MOVED, "a = (q[-1][:, None] * A).max(axis=0)"),
            "the likeliest way, scaled": edit(
                G, MOVED, "a = (q[-1][:, None] * A).max(axis=0)\n        a = a / a.sum()"
            ),
            "from the likeliest state": edit(G, MOVED, "a = A[q[-1].argmax()]"),
            "the likeliest state shows": edit(G, PREDICTED, "p.append(E[a.argmax()])"),
            "the likeliest state is sure": edit(G, SCALED, "q.append(np.eye(len(a), dtype=a.dtype)[joint.argmax()])"),
        },
        test="Take q = (0.6, 0.4) and A with the rows (0.5, 0.5) and (0.4, 0.6). State 0 comes next with 0.46.",
    ),
    Mistake(
        "S65",
        "not scaled, or only at the end",
        "Print the sums of the rows of p and of q, along a thousand symbols. Are all of them 1?",
        "What is carried on should sum to 1 at each step, and not only what is returned.",
        {
            "never": edit(G, SCALED, "q.append(joint)"),
            "at the end": edit(G, SCALED, "q.append(joint)")
            + edit(
                G,
                BACK,
                "p, q = (np.stack(r) for r in (p, q))\n"
                "    p, q = (r / r.sum(axis=1, keepdims=True) for r in (p, q))\n    return p, q, symbol_bits(p, y)",
            ),
            "by the largest": edit(G, SCALED, "q.append(joint / joint.max())"),
            "q alone": edit(G, MOVED, "a = joint @ A"),
            "only where a symbol came, by its emission": edit(G, SCALED, "q.append(joint / seen.sum())"),
        },
        test="Take a thousand symbols of twelve kinds, and print the last rows.",
    ),
    Mistake(
        "S66",
        "the symbol used otherwise",
        "What is multiplied by what when a symbol is seen? Take one step by hand, with two states.",
        "After a symbol each state keeps its probability, times that of showing this symbol.",
        {
            "never": edit(G, JOINT, "joint = a"),
            "the symbol before": edit(G, SEEN, "E[:, y[max(t - 1, 0)]] if y[t] >= 0 else np.ones_like(a)"),
            "the next one": edit(G, SEEN, "E[:, y[min(t + 1, len(y) - 1)]] if y[t] >= 0 else np.ones_like(a)"),
            "added": edit(G, JOINT, "joint = a + seen"),
            "alone": edit(G, JOINT, "joint = seen"),
            "twice": edit(G, JOINT, "joint = a * seen**2"),
            "after the move": edit(G, SCALED, "q.append(a)")
            + edit(G, MOVED, "a = (q[-1] @ A) * seen\n        a = a / a.sum()"),
            "by a softmax": edit(G, SCALED, "q.append(np.exp(joint) / np.exp(joint).sum())"),
            "not carried on": edit(G, MOVED, "a = a @ A"),
        },
        test="Take two states, two symbols and two steps. Write down p and q of both steps.",
    ),
    Mistake(
        "S67",
        "p knows its own symbol, or comes from another step",
        "On which symbols does the second row of p depend, and how often has the state moved there?",
        "A prediction is made before its symbol is seen, from states that have moved up to this step.",
        {
            "after the symbol": edit(G, PREDICTED, "pass")
            + edit(G, MOVED, "p.append(q[-1] @ E)\n        a = q[-1] @ A"),
            "of the next step": edit(G, PREDICTED, "pass") + edit(G, MOVED, "a = q[-1] @ A\n        p.append(a @ E)"),
            "before the move": edit(G, PREDICTED, "p.append((q[-1] if q else pi) @ E)"),
            "moved twice": edit(G, PREDICTED, "p.append(a @ A @ E)"),
            "of the start": edit(G, PREDICTED, "p.append(pi @ E)"),
            "all states alike": edit(G, PREDICTED, "p.append(E.mean(axis=0))"),
        },
        test="Take T = 2: which numbers should the second row of p hang on?",
    ),
    Mistake(
        "S68",
        "q of another moment",
        "Which is the first row of q that the symbol at step 1 changes? Does A change the row of step 0?",
        "q at step t has seen the symbol of step t, and the state has not moved on yet.",
        {
            "before the symbol": edit(
                G,
                START,
                "a, p, q, before = pi, [], [], []",
            )
            + edit(G, PREDICTED, "before.append(a)\n        p.append(a @ E)")
            + edit(G, BACK, "return np.stack(p), np.stack(before), symbol_bits(np.stack(p), y)"),
            "after the move": edit(G, BACK, "return np.stack(p), np.stack(q) @ A, symbol_bits(np.stack(p), y)"),
            "turned round": edit(G, BACK, "return np.stack(p), np.stack(q)[::-1], symbol_bits(np.stack(p), y)"),
        },
        test="Take T = 1: q is the start, times a column of E, scaled.",
    ),
    Mistake(
        "S69",
        "another logarithm",
        "What does your logarithm make of one half? And what should a symbol cost that had probability one half?",
        "The logarithm of the task has base 2. Which has yours?",
        {
            "natural": edit(symbol_bits, MEAN, "np.mean(-np.log(came))"),
            "base 10": edit(symbol_bits, MEAN, "np.mean(-np.log10(came))"),
            "base K": edit(symbol_bits, MEAN, "np.mean(-np.log(came)) / np.log(p.shape[1])"),
            "multiplied": edit(symbol_bits, MEAN, "np.mean(-np.log(came)) * np.log(2)"),
        },
        test="Take E with four equal columns: each symbol costs 2 bits.",
    ),
    Mistake(
        "S69m",
        "another mean, or none",
        "Put the sequence behind itself: should your bits double? Compute those of two symbols by hand.",
        "It is one mean, of one logarithm for each symbol.",
        {
            "sum": edit(symbol_bits, MEAN, "np.sum(-np.log2(came))"),
            "after the logarithm": edit(symbol_bits, MEAN, "-np.log2(np.mean(came))"),
            "the sign": edit(symbol_bits, MEAN, "np.mean(np.log2(came))"),
            "without the first": edit(symbol_bits, MEAN, "np.sum(-np.log2(came[1:])) / max(len(came) - 1, 1)"),
            "the last one": edit(symbol_bits, MEAN, "-np.log2(came[-1])"),
            "perplexity": edit(symbol_bits, MEAN, "2 ** np.mean(-np.log2(came))"),
        },
        test="Take T = 3 and write down p of each symbol that came.",
    ),
    Mistake(
        "S69u",
        "a product of all probabilities",
        "What is the product of a thousand probabilities of 0.05, in NumPy? And its logarithm?",
        "Logarithms of single probabilities stay of ordinary size, and can be added.",
        edit(symbol_bits, MEAN, "-np.log2(np.prod(came)) / len(came)"),
        test="Take a thousand symbols of twelve kinds, and print the product.",
    ),
    Mistake(
        "S69p",
        "bits of something else than the symbol that came",
        "Whose probability do you look up at step t: that of the symbol that came at this very step?",
        "Each prediction pays for one symbol: the one that came.",
        {
            "the likeliest": edit(symbol_bits, "p[recorded, y[recorded]]", "p[recorded].max(axis=1)"),
            "entropy": edit(symbol_bits, MEAN, "np.mean(-(p * np.log2(p)).sum(axis=1))"),
            "not that one": edit(symbol_bits, MEAN, "np.mean(-np.log2(1 - came))"),
            "wrong guesses": edit(symbol_bits, MEAN, "np.mean(p[recorded].argmax(axis=1) != y[recorded])"),
        },
        test="Take one symbol that is quite unlikely: what does it cost?",
    ),
)


def model(r: Generator, S: int, K: int) -> tuple[Array, Array, Array]:
    """A start that prefers the last state, transitions and emissions, none of them small."""
    pi = np.arange(1.0, S + 1) + r.uniform(0, 0.4, S)
    A, E = r.uniform(0.1, 0.4, (S, S)) + r.permuted(np.eye(S), axis=1), r.uniform(0.1, 0.6, (S, K))
    E[:, :S] += np.eye(S)[:, :K]
    return pi / pi.sum(), A / A.sum(axis=1, keepdims=True), E / E.sum(axis=1, keepdims=True)


def observed(r: Generator, T: int, S: int, K: int, gaps: tuple[int, ...] = ()) -> tuple[Any, ...]:
    """Symbols, none of which is that of the step before, nor the first or the last one beside a gap."""
    y = [int(r.integers(0, K - 1))]
    while len(y) < T:
        new = int(r.integers(0, K))
        if new != y[-1]:
            y.append(new)
    symbols = np.array(y)
    symbols[list(gaps)] = -1
    return (symbols, *model(r, S, K))


def telling(r: Generator, T: int, S: int, K: int, gaps: tuple[int, ...] = ()) -> tuple[Any, ...]:
    """Of such draws one in which every step's likeliest state and symbol stand out, and are not the same all along."""
    while True:
        given = observed(r, T, S, K, gaps)
        p, q, _ = hmm_gaps(*given)
        clear = all(np.diff(np.sort(a, axis=1), axis=1)[:, -1].min() > 0.004 for a in (p, q))
        if clear and (T < 3 or len({*q.argmax(axis=1).tolist()}) > 1):
            return given


hmm_exercise = Exercise(
    name="sequences.hmm_gaps",
    task="The forward algorithm of a hidden Markov model along one sequence of symbols, of which some were not "
    "recorded (-1): for each step the probability of each symbol given those before it, and of each state given "
    "those up to it; and the mean of -log2 p over the symbols that were recorded. At a gap the state moves, and "
    "nothing is learnt. Long sequences must not underflow. NumPy only.",
    arguments=(
        Value("y", "T", "symbols 0 to K-1, whole numbers; -1 where none was recorded"),
        Value("pi", "S", "probabilities of the state at step 0"),
        Value("A", "S S", "A[i, j]: of state j after state i"),
        Value("E", "S K", "E[j, k]: of symbol k in state j"),
    ),
    outputs=(
        Value("p", "T K", "before each step, the probability of each symbol"),
        Value("q", "T S", "after each step, the probability of each state"),
        Value("bits", "", "what a recorded symbol costs, in the mean"),
    ),
    reference=hmm_gaps,
    probe="pi",
    cases={
        "general": lambda r: telling(r, 11, 3, 4, (2, 5, 6)),
        "no gaps": lambda r: telling(r, 6, 3, 3),
        "one step": lambda r: telling(r, 1, 2, 3),
        "gaps first": lambda r: telling(r, 6, 2, 4, (0, 1)),
        "long": lambda r: observed(r, 260, 2, 20, (7, 8, 111)),
        "float32": lambda r: in_float32(telling(r, 7, 3, 5, (3,))),
    },
    facets=(
        Facet("p, no gaps", 2, ("no gaps", "one step"), ("p",)),
        Facet("q, no gaps", 2, ("no gaps", "one step"), ("q",)),
        Facet("p, gaps", 2, ("general", "gaps first", "float32"), ("p",)),
        Facet("q, gaps", 2, ("general", "gaps first", "float32"), ("q",)),
        Facet("bits", 2, ("general", "no gaps", "one step", "gaps first", "float32"), ("bits",)),
        Facet("long", 2, ("long",)),
    ),
    mistakes=HMM_MISTAKES,
    words={"S": "state", "K": "symbol"},
)
