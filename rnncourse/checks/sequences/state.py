"""A state that holds what was last written, beside a window that has to have seen it; and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value
from rnncourse.shapes import B_, T_B, Count, T_B_ids, checked


@checked
def hold(x: T_B, w: T_B_ids, h0: B_, L: Count) -> tuple[Array, Array, float]:
    r"""What a cell of memory holds, what a window of L steps says of it, and how often the window is right.

    .. math:: h_t = \begin{cases} x_t & w_t = 1 \\ h_{t-1} & w_t = 0 \end{cases}

    Returns h, g (T, B) and a share.
    """
    h, states, windows = h0, [], []
    for t in range(len(x)):
        h = np.where(w[t] == 1, x[t], h)
        states.append(h)
        windows.append(last_written(x, w, t, L))
    return np.stack(states), np.stack(windows), share(np.stack(windows), np.stack(states))


def last_written(x: Array, w: Array, t: int, L: int) -> Array:
    """The newest number that was taken over within L steps; 0 where there was none."""
    g = np.zeros_like(x[t])
    for u in range(max(t - L + 1, 0), t + 1):
        g = np.where(w[u] == 1, x[u], g)
    return g


def share(g: Array, h: Array) -> float:
    """How often both are the same."""
    return float(np.mean(g == h))


sign(globals(), "hold")

H = hold
START, STATE, KEEP = "h, states, windows = h0, [], []", "h = np.where(w[t] == 1, x[t], h)", "states.append(h)"
NONE, REACH, NEWEST = (
    "g = np.zeros_like(x[t])",
    "range(max(t - L + 1, 0), t + 1)",
    "g = np.where(w[u] == 1, x[u], g)",
)
HOLD_MISTAKES = (
    Mistake(
        "S80",
        "what it held before is not used",
        "Nothing is written at the first steps. What does the cell hold there, and where does that come from?",
        "Before the first step the cell holds h0.",
        {
            "zero": edit(H, START, "h, states, windows = np.zeros_like(h0), [], []"),
            "the first number": edit(H, START, "h, states, windows = x[0], [], []"),
            "the last number": edit(H, START, "h, states, windows = x[-1], [], []"),
            "one for all": edit(H, START, "h, states, windows = np.full_like(h0, h0[0]), [], []"),
        },
        test="Take two examples with different h0, and commands that are all 0.",
    ),
    Mistake(
        "S81",
        "the command read otherwise",
        "Which numbers does the command let through, in each example? May anything change where it is 0?",
        "A 1 takes the number over, a 0 keeps what is there. Nothing is added or mixed.",
        {
            "turned round": edit(H, STATE, "h = np.where(w[t] == 0, x[t], h)"),
            "always": edit(H, STATE, "h = x[t]"),
            "never": edit(H, STATE, "h = h * 1"),
            "added": edit(H, STATE, "h = h + w[t].astype(x.dtype) * x[t]"),
            "zero where it is 0": edit(H, STATE, "h = np.where(w[t] == 1, x[t], 0 * h)"),
            "the first one alone": edit(H, STATE, "h = np.where((w[t] == 1) & (h == h0), x[t], h)"),
            "of any example": edit(H, STATE, "h = x[t] if w[t].any() else h"),
            "of all examples": edit(H, STATE, "h = x[t] if w[t].all() else h"),
            "of the first example": edit(H, STATE, "h = x[t] if w[t, 0] else h"),
            "a half of each": edit(H, STATE, "h = np.where(w[t] == 1, (x[t] + h) / 2, h)"),
        },
        test="Take two examples of x = 1, 2, 3, 4 with h0 = 5. Commands are 0, 1, 0, 1 and 1, 0, 0, 1.",
    ),
    Mistake(
        "S82",
        "the state is not carried",
        "A number was written three steps ago, and nothing since. What do you hold, and what did you hold a step ago?",
        "What is kept is what the step before held, and not what another step held or saw.",
        {
            "h0 each time": edit(H, STATE, "h = np.where(w[t] == 1, x[t], h0)"),
            "the number before": edit(H, STATE, "h = np.where(w[t] == 1, x[t], x[t - 1] if t else h0)"),
            "two steps back": edit(H, STATE, "h = np.where(w[t] == 1, x[t], states[t - 2] if t > 1 else h0)"),
        },
        test="Take h0 = 5, x = 1, 2, 3, 4 and the commands 0, 1, 0, 0.",
    ),
    Mistake(
        "S83",
        "one step late or early",
        "A number is written at step t. Is it in h at that very step, with you?",
        "h at step t has seen the command of step t, and takes its number from the same step.",
        {
            "late": edit(H, STATE, f"before = h\n        {STATE}") + edit(H, KEEP, "states.append(before)"),
            "the number before": edit(H, STATE, "h = np.where(w[t] == 1, x[t - 1] if t else h0, h)"),
            "the command before": edit(H, STATE, "h = np.where(w[t - 1] == 1, x[t], h) if t else h"),
            "the next command": edit(H, STATE, "h = np.where(w[min(t + 1, len(w) - 1)] == 1, x[t], h)"),
        },
        test="Take h0 = 5, x = 1, 2, 3 and the commands 0, 1, 0.",
    ),
    Mistake(
        "S84",
        "a window of another length",
        "With L = 1, which steps does your window see at step t? How many are there for L = 3?",
        "L steps, the newest of them step t.",
        {
            "one more": edit(last_written, REACH, "range(max(t - L, 0), t + 1)"),
            "one less": edit(last_written, REACH, "range(max(t - L + 2, 0), t + 1)"),
            "without the newest": edit(last_written, REACH, "range(max(t - L + 1, 0), t)"),
            "the L steps before": edit(last_written, REACH, "range(max(t - L, 0), t)"),
            "one step ahead": edit(last_written, REACH, "range(max(t - L + 2, 0), min(t + 2, len(x)))"),
            "in blocks": edit(last_written, REACH, "range(t // L * L, t + 1)"),
            "to both sides": edit(last_written, REACH, "range(max(t - L // 2, 0), min(t + L // 2 + 1, len(x)))"),
            "all that come": edit(last_written, REACH, "range(max(t - L + 1, 0), len(x))"),
        },
        test="Take one number written at step 1, L = 2 and four steps. Then g holds it at steps 1 and 2.",
    ),
    Mistake(
        "S85",
        "the window at the beginning",
        "Step 0 has no steps before it. What does your window see there?",
        "At the beginning the window sees the steps that there are, and no other.",
        {
            "nothing until it is full": edit(last_written, REACH, "range(t - L + 1 if t >= L - 1 else t + 1, t + 1)"),
            "round the end": edit(last_written, REACH, "range(t - L + 1, t + 1)")
            + edit(
                last_written,
                NEWEST,
                "g = np.where(w[u % len(w)] == 1, x[u % len(w)], g)",
            ),
            "the first L steps": edit(last_written, REACH, "range(max(t - L + 1, 0), min(max(t + 1, L), len(x)))"),
        },
        test="Take L = 3 and five steps. Write one number, at step 0, then at 2, then at 4: when is it in g?",
    ),
    Mistake(
        "S86",
        "the window knows more than it sees",
        "In its L steps nothing was written. What can it say, by the task? And with you?",
        "A window has no state: what came before its steps, or before the first, is not known to it.",
        {
            "h0": edit(
                H,
                "last_written(x, w, t, L)",
                "np.where(w[max(t - L + 1, 0) : t + 1].any(axis=0), last_written(x, w, t, L), h0)",
            ),
            "h0 at the beginning": edit(
                H,
                "windows.append(last_written(x, w, t, L))",
                "seen = w[max(t - L + 1, 0) : t + 1].any(axis=0) | (t >= L - 1)\n"
                "        windows.append(np.where(seen, last_written(x, w, t, L), h0))",
            ),
            "its own answer before": edit(
                H,
                "windows.append(last_written(x, w, t, L))",
                "seen = w[max(t - L + 1, 0) : t + 1].any(axis=0)\n"
                "        windows.append(np.where(seen, last_written(x, w, t, L), windows[-1] if windows else 0 * h0))",
            ),
            "its oldest number": edit(last_written, NONE, "g = x[max(t - L + 1, 0)]"),
            "its newest number": edit(last_written, NONE, "g = x[t]"),
        },
        test="Take L = 2 and four steps, with no number written, and with one written at step 0.",
    ),
    Mistake(
        "S87",
        "another number of the window",
        "Two numbers were written within the window. Which of them do you give?",
        "What counts is what was written last.",
        {
            "the first": edit(last_written, NEWEST, "g = np.where((w[u] == 1) & (g == 0), x[u], g)"),
            "the sum": edit(last_written, NEWEST, "g = g + np.where(w[u] == 1, x[u], 0 * g)"),
            "the mean of all steps": edit(
                last_written, NEWEST, "g = g + np.where(w[u] == 1, x[u], 0 * g) / min(L, t + 1)"
            ),
            "the largest": edit(last_written, NEWEST, "g = np.where((w[u] == 1) & ((x[u] > g) | (g == 0)), x[u], g)"),
            "the newest, written or not": edit(last_written, NEWEST, "g = x[u]"),
            "where nothing is written": edit(last_written, NEWEST, "g = np.where(w[u] == 0, x[u], g)"),
            "zero where it ends unwritten": edit(last_written, NEWEST, "g = np.where(w[u] == 1, x[u], 0 * g)"),
        },
        test="Take L = 3, x = 2, 1, 3 and the commands 1, 1, 0: g is 2, 1, 1.",
    ),
    Mistake(
        "S88",
        "another share",
        "g and h are equal in five of eight numbers, of four steps and two examples. What is the share?",
        "It is a number from 0 to 1: of all numbers, steps and examples together, those that are equal.",
        {
            "a count": edit(share, "np.mean(g == h)", "np.sum(g == h)"),
            "those that are not": edit(share, "np.mean(g == h)", "np.mean(g != h)"),
            "a step": edit(share, "np.mean(g == h)", "np.sum(g == h) / len(g)"),
            "an example": edit(share, "np.mean(g == h)", "np.sum(g == h) / g.shape[1]"),
            "all examples at once": edit(share, "np.mean(g == h)", "np.mean((g == h).all(axis=1))"),
            "per cent": edit(share, "np.mean(g == h)", "100 * np.mean(g == h)"),
            "of the last step": edit(share, "np.mean(g == h)", "np.mean(g[-1] == h[-1])"),
            "where the window says something": edit(share, "np.mean(g == h)", "np.mean((g == h)[g != 0])"),
            "without the first step": edit(share, "np.mean(g == h)", "np.mean((g == h)[1:])"),
            "distance": edit(share, "np.mean(g == h)", "np.mean(np.abs(g - h))"),
        },
        test="Take L = 1 and two examples with the commands 1, 0, 0, 1 and 1, 1, 1, 0. The share is 5/8.",
    ),
)

NEVER_AT_FIRST = ("001100010", "010000011", "000110100")
AT_ONCE = "110000100"


def written(r: Generator, T: int, L: int, *patterns: str) -> tuple[Any, ...]:
    """Commands by patterns, the examples in any order; distinct numbers of either sign."""
    w = np.array([[int(c) for c in p[:T]] for p in r.permutation(patterns)]).T
    x, h0 = r.normal(size=w.shape), r.normal(size=w.shape[1])
    return x + np.sign(x), w, h0 + np.sign(h0), L


hold_exercise = Exercise(
    name="sequences.hold",
    task="Run a cell of memory: h_t is x_t where the command w_t is 1, else what it held before, h0 before step 0. "
    "Beside it the answer of a window that sees x and w of the last L steps, step t among them, and not h0: the "
    "number taken over last within them, 0 where none was. Return h, g and the share of all numbers of g that are "
    "equal to h. NumPy only.",
    arguments=(
        Value("x", "T B", "numbers, none of them 0"),
        Value("w", "T B", "commands, whole numbers 0 and 1"),
        Value("h0", "B", "what is held before the first step"),
        Value("L", None, "how many steps the window sees"),
    ),
    outputs=(
        Value("h", "T B", "what is held"),
        Value("g", "T B", "what the window says"),
        Value("share", "", "how often they are the same"),
    ),
    reference=hold,
    probe="h0",
    cases={
        "general": lambda r: written(r, 9, 3, *NEVER_AT_FIRST[:2], AT_ONCE),
        "one example": lambda r: written(r, 9, 2, NEVER_AT_FIRST[0]),
        "one step": lambda r: written(r, 9, 1, *NEVER_AT_FIRST[1:]),
        "a long window": lambda r: written(r, 9, 6, *NEVER_AT_FIRST[1:], AT_ONCE),
        "float32": lambda r: (
            (a := written(r, 9, 2, *NEVER_AT_FIRST))[0].astype(np.float32),
            a[1],
            a[2].astype(np.float32),
            a[3],
        ),
    },
    facets=(
        Facet("h", 2, (), ("h",)),
        Facet("g", 3, (), ("g",)),
        Facet("share", 1, (), ("share",)),
    ),
    mistakes=HOLD_MISTAKES,
)
