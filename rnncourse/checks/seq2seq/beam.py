"""A beam search with a small decoder, and division by a power of the length; and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.checks.seq2seq.draws import stirred, telling
from rnncourse.shapes import H_, H_H, K_H, Count, Ints, Natural, NotNegative, checked


def next_state(state: Array, last: int, E: Array, W_hh: Array) -> Array:
    """From the symbol said last."""
    new: Array = np.tanh(E[last] + W_hh @ state)
    return new


def log_softmax(o: Array) -> Array:
    """Of one step."""
    z = o - o.max()
    log_y: Array = z - np.log(np.exp(z).sum())
    return log_y


@checked
def beam(
    s: H_, E: K_H, W_hh: H_H, W_ho: K_H, start: Natural, end: Natural, steps: Count, width: Count, a: NotNegative
) -> tuple[Ints, Ints, Array]:
    r"""Beam search by log p, then an order by log p over a power of the length.

    .. math:: s_t = \tanh(E_{y_{t-1}} + W_{hh}\, s_{t-1}), \qquad o_t = W_{ho}\, s_t, \qquad
       \frac{\log p}{n^{a}}

    Returns y (W, steps), n (W,) and score (W,).
    """
    require(width <= len(E), f"width: expected at most {len(E)}, got {width}")
    require(max(start, end) < len(E), f"start, end: expected numbers from 0 to {len(E) - 1}, got {start}, {end}")
    beams: list[tuple[list[int], Any, Array]] = [([start], s.dtype.type(0), s)]
    for _ in range(steps):
        found = []
        for said, log_p, state in beams:
            if len(said) > 1 and said[-1] == end:
                found.append((said, log_p, state))
                continue
            new = next_state(state, said[-1], E, W_hh)
            log_y = log_softmax(W_ho @ new)
            for k in range(len(E)):
                found.append(([*said, k], log_p + log_y[k], new))
        found.sort(key=lambda one: -one[1])
        beams = found[:width]
    answers = [said[1:] for said, _, _ in beams]
    n = np.array([len(answer) for answer in answers])
    log_p = np.array([one[1] for one in beams])
    score = log_p / n**a
    order = np.argsort(-score)
    y = np.full((len(beams), steps), end)
    for i, answer in enumerate(answers):
        y[i, : len(answer)] = answer
    return y[order], n[order], score[order].astype(s.dtype)


sign(globals(), "beam")

P = beam
NEW, OUTPUTS, MORE, FOUND = (
    "next_state(state, said[-1], E, W_hh)",
    "log_softmax(W_ho @ new)",
    "log_p + log_y[k]",
    "found.append(([*said, k], log_p + log_y[k], new))",
)
COMPLETE, KEPT, SORTED, CUT = (
    "if len(said) > 1 and said[-1] == end:",
    "found.append((said, log_p, state))",
    "found.sort(key=lambda one: -one[1])",
    "beams = found[:width]",
)
FIRST, STEPS, SCORE, ORDER = (
    "[([start], s.dtype.type(0), s)]",
    "range(steps)",
    "log_p / n**a",
    "np.argsort(-score)",
)
LENGTHS, FILL, RETURN = (
    "np.array([len(answer) for answer in answers])",
    "np.full((len(beams), steps), end)",
    "return y[order], n[order], score[order].astype(s.dtype)",
)


def small(
    s: float, E: tuple[float, ...], w: float, o: tuple[float, ...], steps: int, a: float, width: int = 2
) -> dict[str, Any]:
    """A decoder of one unit, for what hints ask to try: symbol 0 begins, the last one ends."""
    return {
        "s": [s],
        "E": [[one] for one in E],
        "W_hh": [[w]],
        "W_ho": [[one] for one in o],
        "start": 0,
        "end": len(E) - 1,
        "steps": steps,
        "width": width,
        "a": a,
    }


def told(look: dict[str, Any], ask: str = "Follow it by hand.") -> str:
    """The same in words."""
    s, E, w, o = (", ".join(f"{one:g}" for one in np.ravel(look[name])) for name in ("s", "E", "W_hh", "W_ho"))
    others = ", ".join(f"{name} = {look[name]:g}" for name in ("start", "end", "steps", "width", "a"))
    return f"Take s = {s}, W_hh = {w}, E with the rows {E}. W_ho has {o}. Let {others}. {ask}"


def seen_of(answer: Any) -> list[float]:
    """How many symbols the first two answers have, and their scores."""
    return [*answer[1][:2], *answer[2][:2]]


def ranked_of(answer: Any) -> list[float]:
    """How many symbols the first three answers have, and the scores of two."""
    return [*answer[1][:3], *answer[2][:2]]


def symbols_of(answer: Any) -> list[int]:
    """The first symbols of the first two answers."""
    return [*answer[0][0][:2], *answer[0][1][:3]]


SEEN = "How many symbols have both answers, and which scores?"
LOOK = small(-1, (-2, 0, 1), 0.5, (2, -1, 1), 4, 0.5)
SOON = small(-1, (2, -2, -1), 0.5, (0, 1, 3), 2, 0.0)
STATES = small(1, (-2, -1, 1), 0.5, (1, -1, 3), 3, 0.0)
LONG = small(1, (1, 0, 2), -2, (-2, 2, 1), 4, 1.0)
RULED = small(-0.5, (-2, 2, 0), 2, (-2, 3, 1), 2, 0.5)
RANKED = small(-1, (2, 0, -1), 2, (-2, -1, 3), 4, 1.0, width=3)
START = {**small(1, (-1, 2, -2, 0), 2, (2, -2, 1, 3), 2, 0.0), "start": 2}
UNITS: dict[str, Any] = {
    "s": [1, -1],
    "E": [[1, 0], [0, 0.5], [2, 1]],
    "W_hh": [[0, 1], [0, 0]],
    "W_ho": [[1, 0], [0, 1.5], [1, 1]],
    "start": 1,
    "end": 2,
    "steps": 1,
    "width": 2,
    "a": 0.0,
}
BEAM_MISTAKES = (
    Mistake(
        "B1",
        "each beginning is continued by its best symbol alone",
        "A beginning has two likely continuations. Can both be kept, with you?",
        "All continuations of all beginnings compete. How many of each do you put into the contest?",
        {
            "": edit(
                P,
                "for k in range(len(E)):",
                "for k in range(len(E)) if len(said) == 1 else [int(log_y.argmax())]:",
            ),
            "all but the best of a beginning dropped": edit(
                P,
                SORTED,
                "best = {}\n        for one in sorted(found, key=lambda one: -one[1]):\n"
                "            if len(one[0]) == 2:\n"
                "                best[tuple(one[0])] = one\n"
                "            else:\n"
                "                best.setdefault(tuple(one[0][:-1]), one)\n"
                "        found = sorted(best.values(), key=lambda one: -one[1])",
            ),
        },
        test=told(LOOK, SEEN),
        tries=(trial(seen_of, **LOOK),),
    ),
    Mistake(
        "B1w",
        "another number of beginnings is kept",
        "How many beginnings are there after two steps, for width 2?",
        "Of all continuations together, as many are kept as the width says.",
        {
            "one more": edit(P, CUT, "beams = found[: width + 1]")
            + edit(P, RETURN, "order = order[:width]\n    " + RETURN),
            "one": edit(P, CUT, "beams = found[:1] if len(found[0][0]) > 2 else found[:width]"),
            "all": edit(P, CUT, "beams = found") + edit(P, RETURN, "order = order[:width]\n    " + RETURN),
            "one less, later": edit(
                P, CUT, "beams = found[: max(width - 1, 1)] if len(found[-1][0]) > 2 else found[:width]"
            ),
        },
        test=told(LOOK, SEEN),
        tries=(trial(seen_of, **LOOK),),
    ),
    Mistake(
        "B1c",
        "the same beginning several times",
        "Are all rows of your y different from each other?",
        "Before the first step nothing has been said. How many different beginnings are there?",
        edit(P, FIRST, "[([start], s.dtype.type(0), s)] * width"),
        test=told(LOOK, SEEN),
        tries=(trial(seen_of, **LOOK),),
    ),
    Mistake(
        "B2",
        "the state of another beginning",
        "A beginning is kept, and was made of the second best one. Which state goes with it into the next step?",
        "Each continuation takes along the state that its own beginning led to.",
        {
            "by place": edit(
                P, CUT, "beams = [(one[0], one[1], found_by_place[i]) for i, one in enumerate(found[:width])]"
            )
            + edit(P, "found = []", "found, found_by_place = [], []")
            + edit(P, OUTPUTS, f"{OUTPUTS}\n            found_by_place += [new] * len(E)"),
            "of the best": edit(P, CUT, "beams = [(one[0], one[1], found[0][2]) for one in found[:width]]"),
            "the one made last": edit(P, CUT, "beams = [(one[0], one[1], new) for one in found[:width]]"),
            "before the step": edit(P, FOUND, "found.append(([*said, k], log_p + log_y[k], state))"),
            "always the first": edit(P, NEW, "next_state(s, said[-1], E, W_hh)"),
        },
        test=told(STATES, SEEN),
        tries=(trial(seen_of, **STATES),),
    ),
    Mistake(
        "B3",
        "what is complete goes on",
        "A beginning has said the end symbol. What is added to its logarithms at the next step?",
        "What has ended takes part in the contest as it is. Which of your lines asks whether it has?",
        {
            "": edit(P, COMPLETE, "if False:"),
            "cut at the end": edit(P, COMPLETE, "if False:")
            + edit(
                P,
                "answers = [said[1:] for said, _, _ in beams]",
                "answers = [said[1:] for said, _, _ in beams]\n"
                "    answers = [one[: one.index(end) + 1] if end in one else one for one in answers]",
            ),
            "with ends alone": edit(
                P,
                KEPT,
                "log_y = log_softmax(W_ho @ next_state(state, end, E, W_hh))\n"
                "                found.append((said, log_p + log_y[end], state))",
            ),
        },
        test=told(LOOK, SEEN),
        tries=(trial(seen_of, **LOOK),),
    ),
    Mistake(
        "B3d",
        "what is complete leaves the contest",
        "An answer is complete after one symbol. Is it still there at the end, with you?",
        "What has ended keeps its place as long as its logarithms are large enough.",
        {
            "lost": edit(P, KEPT, "pass"),
            "when another one is longer": edit(P, KEPT, "found.append((said, log_p - 1, state))"),
        },
        test=told(LOOK, SEEN),
        tries=(trial(seen_of, **LOOK),),
    ),
    Mistake(
        "B3k",
        "what is complete keeps its place whatever comes",
        "An answer is complete, and likelier beginnings come, as many as the width. Which of them are kept, with you?",
        "What is complete takes part in the contest, and may lose it. What does yours do to the width?",
        edit(
            P,
            SORTED,
            "longest = max(len(one[0]) for one in found)\n"
            "        found.sort(key=lambda one: (len(one[0]) == longest, -one[1]))",
        ),
        test=told(LOOK, SEEN),
        tries=(trial(seen_of, **LOOK),),
    ),
    Mistake(
        "B3s",
        "the search stops too soon",
        "The best beginning is complete, and others are not. What happens to them, with you?",
        "Beginnings that are not complete may still become answers. When does your loop end?",
        {
            "when the best is complete": edit(P, CUT, f"{CUT}\n        if beams[0][0][-1] == end:\n            break"),
            "when one is complete": edit(
                P, CUT, f"{CUT}\n        if any(one[0][-1] == end for one in beams):\n            break"
            ),
        },
        test=told(SOON, SEEN),
        tries=(trial(seen_of, **SOON),),
    ),
    Mistake(
        "B4",
        "other numbers than sums of log-probabilities",
        "What does your score become with each symbol: larger, or smaller?",
        "The probability of a sentence is a product, its logarithm a sum. What do you add up?",
        {
            "of the last step alone": edit(P, FOUND, "found.append(([*said, k], log_y[k], new))"),
            "outputs": edit(P, OUTPUTS, "W_ho @ new"),
            "probabilities": edit(P, OUTPUTS, "np.exp(log_softmax(W_ho @ new))"),
            "base 2": edit(P, OUTPUTS, "log_softmax(W_ho @ new) / np.log(2)"),
            "turned round": edit(P, SORTED, "found.sort(key=lambda one: one[1])"),
            "products": edit(P, FOUND, "found.append(([*said, k], (log_p or -1) * log_y[k], new))"),
            "probabilities of answers": edit(P, SCORE, "np.exp(log_p) / n**a"),
            "means of two": edit(P, FOUND, "found.append(([*said, k], (log_p + log_y[k]) / 2, new))"),
        },
        test=told(LOOK, SEEN),
        tries=(trial(seen_of, **LOOK),),
    ),
    Mistake(
        "B5",
        "divided by another number",
        "An answer has three symbols and log p = -3. What is its score for a = 1, and for a = 0?",
        "The division is by a power of the number of symbols said. Which number, and which power?",
        {
            "not at all": edit(P, SCORE, "log_p"),
            "n times a": edit(P, SCORE, "log_p / np.maximum(n * a, 1e-9)"),
            "the mean": edit(P, SCORE, "log_p / n"),
            "all steps": edit(P, SCORE, "log_p / steps**a"),
            "multiplied": edit(P, SCORE, "log_p * n**a"),
            "without the end": edit(P, SCORE, "log_p / np.maximum(n - 1, 1) ** a"),
            "with the start": edit(P, SCORE, "log_p / (n + 1) ** a"),
            "five more": edit(P, SCORE, "log_p / ((5 + n) / 6) ** a"),
            "powers of log p": edit(P, SCORE, "-((-log_p) ** a) / n"),
            "a root of it": edit(P, SCORE, "log_p / n ** (a / 2)"),
            "the length subtracted": edit(P, SCORE, "log_p + a * n"),
        },
        test=told(LOOK, SEEN),
        tries=(trial(seen_of, **LOOK),),
    ),
    Mistake(
        "B5d",
        "divided on the way",
        "How are beginnings ranked on the way: by log p, or by log p over a power of n?",
        "The task divides at the end, and only there.",
        {
            "": edit(P, SORTED, "found.sort(key=lambda one: -one[1] / (len(one[0]) - 1) ** a)"),
            "the sum itself": edit(
                P, FOUND, "found.append(([*said, k], (log_p * (len(said) - 1) ** a + log_y[k]) / len(said) ** a, new))"
            )
            + edit(P, SCORE, "log_p"),
        },
        test=told(LOOK, SEEN),
        tries=(trial(seen_of, **LOOK),),
    ),
    Mistake(
        "B5o",
        "in another order at the end",
        "Is your first score the largest?",
        "After the division the order may be another one. By which number are your answers sorted?",
        {
            "by log p": edit(P, ORDER, "np.arange(len(score))"),
            "the worst first": edit(P, ORDER, "np.argsort(score)"),
            "by length": edit(P, ORDER, "np.argsort(n, kind='stable')"),
            "the longest first": edit(P, ORDER, "np.argsort(-n, kind='stable')"),
            "scores alone": edit(P, RETURN, "return y, n, score[order].astype(s.dtype)"),
        },
        test=told(RANKED, "How many symbols have the three answers? Which scores have the first two?"),
        tries=(trial(ranked_of, **RANKED),),
    ),
    Mistake(
        "B6",
        "another number of symbols",
        "An answer is a symbol and the end. What is its n?",
        "What was said counts, the end among it; the start symbol was only read.",
        {
            "without the end": edit(
                P, RETURN, "n = n - np.array([answer[-1] == end for answer in answers])\n    " + RETURN
            ),
            "with the start": edit(P, RETURN, "n = n + 1\n    " + RETURN),
            "all steps": edit(P, RETURN, "n = np.full(len(beams), steps)\n    " + RETURN),
            "without the end, in the score too": edit(
                P, LENGTHS, "np.array([sum(k != end for k in answer) for answer in answers])"
            )
            + edit(P, SCORE, "log_p / np.maximum(n, 1) ** a"),
            "ends not counted": edit(P, RETURN, "n = (y != end).sum(axis=1)\n    " + RETURN),
        },
        test=told(LOOK, SEEN),
        tries=(trial(seen_of, **LOOK),),
    ),
    Mistake(
        "B6y",
        "symbols with the start, or filled up otherwise",
        "Which symbol is the first of each row? And which ones stand behind the end?",
        "Rows have what was said, and behind the first end there are ends.",
        {
            "the start first": edit(
                P, RETURN, "y = np.concatenate([np.full((len(beams), 1), start), y[:, :-1]], axis=1)\n    " + RETURN
            ),
            "zeros": edit(P, FILL, "np.zeros((len(beams), steps), int)"),
            "minus one": edit(P, FILL, "np.full((len(beams), steps), -1)"),
            "the start": edit(P, FILL, "np.full((len(beams), steps), start)"),
            "turned round": edit(P, RETURN, "y = y[:, ::-1]\n    " + RETURN),
            "the last symbol": edit(
                P, FILL, "np.array([[([k for k in one if k != end] or [start])[-1]] * steps for one in answers])"
            ),
        },
        test=told(LONG, "Print two symbols of the first answer, then three of the second."),
        tries=(trial(symbols_of, **LONG),),
    ),
    Mistake(
        "B7",
        "the decoder is made otherwise",
        "What does your decoder make of the first state and the start symbol? Compute one step by hand.",
        "New state from the symbol said last and the state before; outputs from the new state. What differs in yours?",
        {
            "no tanh": edit(next_state, "np.tanh(E[last] + W_hh @ state)", "E[last] + W_hh @ state"),
            "transposed": edit(next_state, "W_hh @ state", "W_hh.T @ state"),
            "no embedding": edit(next_state, "E[last] + W_hh @ state", "W_hh @ state"),
            "no state": edit(next_state, "E[last] + W_hh @ state", "E[last] + 0 * state"),
            "outputs of the state before": edit(P, OUTPUTS, "log_softmax(W_ho @ state)"),
            "the next symbol's row": edit(next_state, "E[last]", "E[(last + 1) % len(E)]"),
            "tanh of the state alone": edit(
                next_state, "np.tanh(E[last] + W_hh @ state)", "E[last] + np.tanh(W_hh @ state)"
            ),
            "outputs squashed": edit(P, OUTPUTS, "log_softmax(np.tanh(W_ho @ new))"),
        },
        test="Take two units, W_hh with the rows (0, 1) and (0, 0), the state (1, -1), and one step. E has the rows "
        "(1, 0), (0, 0.5), (2, 1), and W_ho (1, 0), (0, 1.5), (1, 1). Let start = 1, end = 2, width = 2, a = 0. "
        + SEEN,
        tries=(trial(seen_of, **UNITS),),
    ),
    Mistake(
        "B8",
        "another start",
        "What does your decoder read first, and from which state?",
        "Both are given: the first state, and the symbol that is read before anything has been said.",
        {
            "zeros": edit(P, FIRST, "[([start], s.dtype.type(0), 0 * s)]"),
            "the end symbol": edit(P, FIRST, "[([end], s.dtype.type(0), s)]"),
            "symbol 0": edit(P, NEW, "next_state(state, said[-1] if len(said) > 1 else 0, E, W_hh)"),
            "symbol 1": edit(P, NEW, "next_state(state, said[-1] if len(said) > 1 else 1, E, W_hh)"),
            "no symbol": edit(P, NEW, "next_state(state, said[-1], E * (len(said) > 1), W_hh)"),
            "the last symbol": edit(P, NEW, "next_state(state, said[-1] if len(said) > 1 else -1, E, W_hh)"),
            "the start at every step": edit(P, NEW, "next_state(state, start, E, W_hh)"),
            "as if the start had been said before": edit(
                P, FIRST, "[([start], s.dtype.type(0), next_state(s, start, E, W_hh))]"
            ),
        },
        test=told(START, SEEN),
        tries=(trial(seen_of, **START),),
    ),
    Mistake(
        "B9",
        "another number of steps",
        "How many symbols has your longest answer, for two steps?",
        "In each step every beginning that goes on gets one symbol more.",
        {
            "one less": edit(P, STEPS, "range(max(steps - 1, 1))"),
            "one more": edit(P, STEPS, "range(steps + 1)")
            + edit(P, "y[i, : len(answer)] = answer", "y[i, : len(answer)] = answer[:steps]"),
            "as long as there are symbols": edit(P, STEPS, "range(min(steps, 3))"),
        },
        test=told(LOOK, SEEN),
        tries=(trial(seen_of, **LOOK),),
    ),
    Mistake(
        "B10",
        "a symbol is ruled out, or an end forced",
        "May the first symbol be the end? May the start symbol be said? What becomes of an answer without end?",
        "All symbols are candidates at all steps, and an answer may come to no end.",
        {
            "no end at first": edit(P, FOUND, "if k != end or len(said) > 1:\n                    " + FOUND),
            "no start": edit(P, FOUND, "if k != start:\n                    " + FOUND),
            "no symbol twice": edit(P, FOUND, "if len(said) == 1 or k != said[-1]:\n                    " + FOUND),
            "an end at the last step": edit(
                P,
                "answers = [said[1:] for said, _, _ in beams]",
                "answers = [said[1:-1] + [end] for said, _, _ in beams]",
            ),
            "answers without end last": edit(
                P, ORDER, "np.lexsort((-score, [answer[-1] != end for answer in answers]))"
            ),
        },
        test=told(RULED, "Print two symbols of both answers."),
        tries=(trial(symbols_of, **RULED),),
    ),
)


def decoder(r: Generator, K: int, H: int, steps: int, width: int, a: float, size: float = 1.0) -> tuple[Any, ...]:
    """A decoder of random weights whose search has no two ways that are nearly as good."""
    while True:
        start, end = (int(k) for k in r.permutation(K)[:2])
        s, E, W_hh, W_ho = r.normal(size=H), r.normal(size=(K, H)), r.normal(size=(H, H)), r.normal(size=(K, H)) * size
        given = (s, E, W_hh, W_ho, start, end, steps, width, a)
        y, _, score = beam(*given)
        near = [beam(*stirred(r, given, 0, 4))[0] for _ in range(4)]
        clear = width == 1 or np.diff(-score).min() > 2e-2
        if clear and all((y == other).all() for other in near):
            return given


def turned(r: Generator, given: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same decoder with its units in another order, and some of them turned round: its answers stay."""
    s, E, W_hh, W_ho, *others = given
    order, signs = r.permutation(len(s)), r.choice((-1.0, 1.0), size=len(s))
    s, E, W_ho = ((one * signs)[..., order] for one in (s, E, W_ho))
    return s, E, (W_hh * signs * signs[:, None])[order][:, order], W_ho, *others


beam_exercise = Exercise(
    name="seq2seq.beam",
    task="Beam search (eq-seq2seq-beam) with a decoder whose states are tanh(E[last] + W_hh s) and whose outputs are "
    "W_ho s: at each step every beginning goes on with each symbol, what has said `end` stays as it is, and the "
    "`width` largest sums of log-probabilities are kept. At the end they are put in order by log p / n^a, n symbols "
    "with the end. Return, the best first, the symbols, filled up with `end`, the numbers n, and log p / n^a. Keep the "
    "dtype; NumPy only.",
    arguments=(
        Value("s", "H", "the first state"),
        Value("E", "K H", "a row a symbol"),
        Value("W_hh", "H H"),
        Value("W_ho", "K H"),
        Value("start", None, "what is read first"),
        Value("end", None, "what ends an answer"),
        Value("steps", None, "symbols at most"),
        Value("width", None, "beginnings that are kept, at most K"),
        Value("a", None, "power of the length, at least 0"),
    ),
    outputs=(
        Value("y", "W steps", "symbols of the answers, the best first", integers=True),
        Value("n", "W", "how many symbols each has", integers=True),
        Value("score", "W", "log p / n^a"),
    ),
    reference=beam,
    probe="E",
    cases={
        "general": telling("beam/general", lambda r: decoder(r, 5, 3, 5, 3, float(r.uniform(0.7, 1.1)))),
        "one beginning": telling("beam/one beginning", lambda r: decoder(r, 4, 3, 5, 1, float(r.uniform(0.5, 1.0)))),
        "one, five symbols": telling(
            "beam/one, five symbols", lambda r: decoder(r, 5, 3, 6, 1, float(r.uniform(0.5, 1.0)), 0.7)
        ),
        "a is 0": telling("beam/a is 0", lambda r: decoder(r, 4, 4, 4, 3, 0.0)),
        "wide": lambda r: turned(
            r, telling("beam/wide", lambda r: decoder(r, 4, 2, 6, 4, float(r.uniform(0.6, 1.2)), 1.5))(r)
        ),
        "short": telling("beam/short", lambda r: decoder(r, 5, 4, 3, 4, float(r.uniform(0.9, 1.2)))),
        "float32": telling("beam/float32", lambda r: in_float32(decoder(r, 4, 3, 4, 2, 1.0))),
    },
    facets=(
        Facet("one beginning", 2, ("one beginning", "one, five symbols"), ("y", "n")),
        Facet("symbols", 3, ("general", "a is 0", "wide", "short", "float32"), ("y",)),
        Facet("lengths", 2, ("general", "a is 0", "wide", "short", "float32"), ("n",)),
        Facet("scores", 3, (), ("score",)),
    ),
    mistakes=BEAM_MISTAKES,
    words={"W": "answer", "steps": "step", "K": "symbol"},
)
