"""A small project: three models of bits, one chosen on validation and scored once; and what goes wrong there."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value
from rnncourse.shapes import S_, S_S, Count, Ints, checked

S_2 = Annotated[Array, "S 2"]


@checked
def choose(
    train: Ints, valid: Ints, test: Ints, K: Count, L: Count, pi: S_, A: S_S, E: S_2
) -> tuple[Array, int, float]:
    r"""Bits of a line, of counts and of hidden states on validation; the best of them, and its bits on the test.

    Returns bits (3,), the number of the best and a float.
    """
    start = max(K, L)
    require(isinstance(train, np.ndarray) and train.dtype.kind == "i", "train: expected an array of integers (N,)")
    require(min(map(len, (train, valid, test))) > start, f"valid: expected more than {start} bits in each record")
    weights, counts = line(train, K), table(train, L)
    on_valid = by_line(valid, weights, K), by_counts(valid, counts, L), by_states(valid, pi, A, E)
    on_test = by_line(test, weights, K), by_counts(test, counts, L), by_states(test, pi, A, E)
    bits = np.array([cost(p, valid, start) for p in on_valid])
    best = int(bits.argmin())
    return bits, best, cost(on_test[best], test, start)


def rows(s: Ints, K: int) -> Array:
    """K past bits, newest first, and a 1, for each step that has them."""
    past = [s[K - k : len(s) - k] for k in range(1, K + 1)]
    return np.stack([*past, np.ones(len(s) - K)], axis=1).astype(float)


def line(s: Ints, K: int) -> Array:
    """Its weights by least squares."""
    solution: Array = np.linalg.lstsq(rows(s, K), s[K:].astype(float), rcond=None)[0]
    return solution


def by_line(s: Ints, w: Array, K: int) -> Array:
    """What the line says of each step from K on, kept within bounds."""
    r = rows(s, K) @ w
    return np.clip(r, 0.02, 0.98)


def table(s: Ints, L: int) -> dict[tuple[int, ...], Array]:
    """How often each bit came after L bits."""
    counts: dict[tuple[int, ...], Array] = {}
    for t in range(L, len(s)):
        context = tuple(s[t - L : t].tolist())
        counts.setdefault(context, np.zeros(2))[s[t]] += 1
    return counts


def by_counts(s: Ints, counts: dict[tuple[int, ...], Array], L: int) -> Array:
    """What the counts say of each step from L on."""
    said = []
    for t in range(L, len(s)):
        N = counts.get(tuple(s[t - L : t].tolist()), np.zeros(2))
        said.append((N[1] + 0.5) / (N.sum() + 1))
    return np.array(said)


def by_states(s: Ints, pi: Array, A: Array, E: Array) -> Array:
    """What the hidden states say of each step from 0 on, before it is seen."""
    a, said = pi, []
    for bit in s:
        said.append(a @ E[:, 1])
        q = a * E[:, bit]
        a = q / q.sum() @ A
    return np.array(said)


def cost(p: Array, s: Ints, start: int) -> float:
    """Mean bits of the steps from the start on, of predictions that end where the record ends."""
    came = s[start:]
    p = p[len(p) - len(came) :]
    true = np.where(came == 1, p, 1 - p)
    return float(np.mean(-np.log2(true)))


sign(globals(), "choose")

C = choose
ON_VALID = "by_line(valid, weights, K), by_counts(valid, counts, L), by_states(valid, pi, A, E)"
FITTED, BEST, BACK = (
    "weights, counts = line(train, K), table(train, L)",
    "best = int(bits.argmin())",
    "return bits, best, cost(on_test[best], test, start)",
)
BITS = "bits = np.array([cost(p, valid, start) for p in on_valid])"
CLIP, SMOOTH, TRUE, MEAN = (
    "np.clip(r, 0.02, 0.98)",
    "(N[1] + 0.5) / (N.sum() + 1)",
    "true = np.where(came == 1, p, 1 - p)",
    "np.mean(-np.log2(true))",
)
STATES, SAID, MOVED = "a, said = pi, []", "said.append(a @ E[:, 1])", "a = q / q.sum() @ A"
CHOOSE_MISTAKES = (
    Mistake(
        "S100",
        "chosen by something else than the validation score",
        "Where in your three scores stands the one of the model that you return? Did the test have a say?",
        "The model with the smallest score on validation is chosen, before the test is looked at.",
        {
            "by the test": edit(C, BEST, "best = int(np.argmin([cost(p, test, start) for p in on_test]))"),
            "by training": edit(
                C,
                BEST,
                "best = int(np.argmin([cost(p, train, start) for p in "
                "(by_line(train, weights, K), by_counts(train, counts, L), by_states(train, pi, A, E))]))",
            ),
            "the largest": edit(C, BEST, "best = int(bits.argmax())"),
            "the first": edit(C, BEST, "best = 0"),
            "the last": edit(C, BEST, "best = 2"),
            "the middle one": edit(C, BEST, "best = int(np.argsort(bits)[1])"),
            "counted from 1": edit(C, BACK, "return bits, best + 1, cost(on_test[best], test, start)"),
        },
        test="Print your three scores and the number beside them.",
    ),
    Mistake(
        "S101",
        "another last score",
        "Which model is scored at the end, and on which record? Is it the one whose number you return?",
        "The model that was chosen is scored on the test, once, and no other.",
        {
            "of validation": edit(C, BACK, "return bits, best, float(bits[best])"),
            "the smallest of the test": edit(C, BACK, "return bits, best, min(cost(p, test, start) for p in on_test)"),
            "the mean of all": edit(
                C, BACK, "return bits, best, float(np.mean([cost(p, test, start) for p in on_test]))"
            ),
            "of the line": edit(C, BACK, "return bits, best, cost(on_test[0], test, start)"),
            "of the states": edit(C, BACK, "return bits, best, cost(on_test[2], test, start)"),
            "of training": edit(
                C,
                BACK,
                "on_train = by_line(train, weights, K), by_counts(train, counts, L), by_states(train, pi, A, E)\n"
                "    return bits, best, cost(on_train[best], train, start)",
            ),
            "of the second best": edit(C, BACK, "return bits, best, cost(on_test[np.argsort(bits)[1]], test, start)"),
        },
        test="Score all three on the test in a cell of your own, and compare with what you return.",
    ),
    Mistake(
        "S102",
        "fitted or counted in other records",
        "Change the last bits of the validation record, or of the test. Do weights or counts change?",
        "Weights and counts come from the training record, each record's past from that record.",
        {
            "validation, too": edit(
                C,
                FITTED,
                "both = np.concatenate([train, valid])\n    weights, counts = line(both, K), table(both, L)",
            ),
            "validation alone": edit(C, FITTED, "weights, counts = line(valid, K), table(valid, L)"),
            "everything": edit(
                C,
                FITTED,
                "both = np.concatenate([train, valid, test])\n    weights, counts = line(both, K), table(both, L)",
            ),
            "validation, too, before the test": edit(
                C,
                "on_test = ",
                "both = np.concatenate([train, valid])\n"
                "    weights, counts = line(both, K), table(both, L)\n    on_test = ",
            ),
        },
        test="Take a validation record of ones alone: do the weights notice?",
    ),
    Mistake(
        "S103",
        "the scores go over other steps",
        "How many bits does each of your scores go over, for K = 3 and L = 1? Are they the same bits?",
        "From step max(K, L) on, for all three models and both records.",
        {
            "each by its own": edit(
                C,
                BITS,
                "bits = np.array([cost(p, valid, len(valid) - len(p)) for p in on_valid])",
            )
            + edit(C, BACK, "return bits, best, cost(on_test[best], test, len(test) - len(on_test[best]))"),
            "the states from step 0": edit(
                C,
                BITS,
                "bits = np.array([cost(p, valid, start if len(p) < len(valid) else 0) for p in on_valid])",
            ),
            "one later": edit(C, "start = max(K, L)", "start = max(K, L) + 1"),
            "one left out at the end": edit(
                C, BITS, "bits = np.array([cost(p[:-1], valid[:-1], start) for p in on_valid])"
            ),
            "the test from its own": edit(
                C, BACK, "return bits, best, cost(on_test[best], test, len(test) - len(on_test[best]))"
            ),
        },
        test="Take K = 3 and L = 1, and print how many bits each score goes over.",
    ),
    Mistake(
        "S104",
        "another score",
        "A model says 0.5, 0.25 and 0.9 of the bits 1, 0 and 1. What does it score, by the task and with you?",
        "A 1 pays for the probability of a 1, a 0 for that of a 0. The score is their mean, in bits.",
        {
            "natural": edit(cost, MEAN, "np.mean(-np.log(true))"),
            "sum": edit(cost, MEAN, "np.sum(-np.log2(true))"),
            "the sign": edit(cost, MEAN, "np.mean(np.log2(true))"),
            "of a 1, always": edit(cost, TRUE, "true = p"),
            "turned round": edit(cost, TRUE, "true = np.where(came == 0, p, 1 - p)"),
            "ones alone": edit(cost, MEAN, "np.mean(-np.log2(p) * came)"),
            "squares": edit(cost, MEAN, "np.mean((p - came) ** 2)"),
            "wrong guesses": edit(cost, MEAN, "np.mean((p > 0.5) != (came == 1))"),
            "after the logarithm": edit(cost, MEAN, "-np.log2(np.mean(true))"),
            "perplexity": edit(cost, MEAN, "2 ** np.mean(-np.log2(true))"),
            "one step off": edit(cost, "came = s[start:]", "came = np.roll(s, 1)[start:]"),
        },
        test="Compute it by hand: the bits are 1, 0.415 and 0.152.",
    ),
    Mistake(
        "S105",
        "what the line says is kept in other bounds",
        "The line says -0.1, 0.6 and 1.2. What becomes of each, by the task and with you?",
        "What is outside the bounds becomes the bound; what is inside stays.",
        {
            "none": edit(by_line, CLIP, "r"),
            "close to 0 and 1": edit(by_line, CLIP, "np.clip(r, 1e-6, 1 - 1e-6)"),
            "other ones": edit(by_line, CLIP, "np.clip(r, 0.05, 0.95)"),
            "a sigmoid": edit(by_line, CLIP, "1 / (1 + np.exp(-r))"),
            "sure at once": edit(by_line, CLIP, "np.where(r > 0.5, 0.98, 0.02)"),
            "squeezed": edit(by_line, CLIP, "0.02 + 0.96 * np.clip(r, 0, 1)"),
            "below alone": edit(by_line, CLIP, "np.maximum(r, 0.02)"),
            "above alone": edit(by_line, CLIP, "np.minimum(r, 0.98)"),
        },
        test="Print the smallest and the largest number that your line says of the validation record.",
    ),
    Mistake(
        "S106",
        "another line",
        "How many weights has your line? Which of them multiplies the newest bit, in the fit and in the prediction?",
        "K past bits and a constant, in one order everywhere, by least squares.",
        {
            "no constant": edit(line, "rows(s, K), s[K:]", "rows(s, K) * (np.arange(K + 1) < K), s[K:]"),
            "turned round in the prediction": edit(
                by_line, "rows(s, K) @ w", "rows(s, K) @ np.append(w[:K][::-1], w[K])"
            ),
            "constant left out of the prediction": edit(by_line, "rows(s, K) @ w", "rows(s, K)[:, :K] @ w[:K]"),
            "the newest bit alone": edit(
                line, "rows(s, K), s[K:]", "rows(s, K) * np.isin(np.arange(K + 1), [0, K]), s[K:]"
            ),
            "one bit later": edit(line, "s[K:].astype(float)", "np.roll(s, -1)[K:].astype(float)"),
            "signs for bits": edit(line, "s[K:].astype(float)", "2.0 * s[K:] - 1"),
        },
        test="Take the training record 0, 0, 1, 1 again and again: with K = 2 its line makes no error.",
    ),
    Mistake(
        "S107",
        "counts used otherwise",
        "A context that never came: what do you say of a 1? And after one 1, and no 0?",
        "To each of the two counts the same is added, before the share is taken.",
        {
            "nothing added": edit(by_counts, SMOOTH, "N[1] / N.sum() if N.sum() else 0.5"),
            "one added": edit(by_counts, SMOOTH, "(N[1] + 1) / (N.sum() + 2)"),
            "above alone": edit(by_counts, SMOOTH, "(N[1] + 0.5) / max(N.sum(), 1)"),
            "two below": edit(by_counts, SMOOTH, "(N[1] + 0.5) / (N.sum() + 2)"),
            "a half below": edit(by_counts, SMOOTH, "(N[1] + 0.5) / (N.sum() + 0.5)"),
            "below alone": edit(by_counts, SMOOTH, "N[1] / (N.sum() + 1)"),
            "of a 0": edit(by_counts, SMOOTH, "(N[0] + 0.5) / (N.sum() + 1)"),
            "where nothing was counted": edit(by_counts, SMOOTH, "(N[1] if N.sum() else 0.5) / max(N.sum(), 1)"),
        },
        test="Take a training record of ones alone and L = 1: what is said after a 0?",
    ),
    Mistake(
        "S108",
        "another context",
        "Which bits are the context of step t? Is their order the same where you count and where you look up?",
        "The L bits directly before, in their order.",
        {
            "turned round in one place": edit(
                by_counts, "tuple(s[t - L : t].tolist())", "tuple(s[t - L : t].tolist()[::-1])"
            ),
            "how many ones": edit(table, "tuple(s[t - L : t].tolist())", "(int(s[t - L : t].sum()),)")
            + edit(by_counts, "tuple(s[t - L : t].tolist())", "(int(s[t - L : t].sum()),)"),
            "one shorter": edit(table, "s[t - L : t]", "s[t - L + 1 : t]")
            + edit(by_counts, "s[t - L : t]", "s[t - L + 1 : t]"),
            "one longer": edit(table, "s[t - L : t]", "s[max(t - L - 1, 0) : t]")
            + edit(by_counts, "s[t - L : t]", "s[max(t - L - 1, 0) : t]"),
            "none": edit(table, "s[t - L : t]", "s[:0]") + edit(by_counts, "s[t - L : t]", "s[:0]"),
            "with the bit itself": edit(table, "s[t - L : t]", "s[t - L + 1 : t + 1]")
            + edit(by_counts, "s[t - L : t]", "s[t - L + 1 : t + 1]"),
        },
        test="Take L = 2 and a record in which 0, 1 and 1, 0 go on differently.",
    ),
    Mistake(
        "S109",
        "hidden states used otherwise",
        "What do the states say of step 0, and what of step 1 after a 1? Compute both by hand, with two states.",
        "A prediction comes before its bit; then the bit changes the states; then they move.",
        {
            "after the bit": edit(by_states, SAID, "q = a * E[:, bit]\n        said.append(q / q.sum() @ E[:, 1])"),
            "transitions the wrong way": edit(by_states, MOVED, "a = A @ (q / q.sum())\n        a = a / a.sum()"),
            "transitions the wrong way, not scaled": edit(by_states, MOVED, "a = A @ (q / q.sum())"),
            "moved first": edit(by_states, STATES, "a, said = pi @ A, []"),
            "all states alike": edit(by_states, STATES, "a, said = np.full(len(pi), 1 / len(pi)), []"),
            "nothing learnt": edit(by_states, MOVED, "a = a @ A"),
            "not moved": edit(by_states, MOVED, "a = q / q.sum()"),
            "of a 0": edit(by_states, SAID, "said.append(a @ E[:, 0])"),
            "the likeliest state": edit(by_states, SAID, "said.append(E[a.argmax(), 1])"),
            "before the move": edit(by_states, SAID, "said.append((a if not said else q / q.sum()) @ E[:, 1])"),
        },
        test="Take T = 2 bits and S = 2, and write down what is said of each.",
    ),
    Mistake(
        "S109b",
        "hidden states that begin later",
        "From which step of a record do your hidden states read? Have they seen its first bits when the score begins?",
        "They start at step 0 of each record, though the score begins later.",
        {
            "where the score begins": edit(
                C,
                "by_states(valid, pi, A, E)",
                "by_states(valid[start:], pi, A, E)",
            )
            + edit(C, "by_states(test, pi, A, E)", "by_states(test[start:], pi, A, E)"),
            "on validation": edit(C, "by_states(valid, pi, A, E)", "by_states(valid[start:], pi, A, E)"),
        },
        test="Change the first bit of the validation record: the score of the states should change.",
    ),
)


def hidden(r: Generator, S: int) -> tuple[Array, Array, Array]:
    """Sticky states that differ in how often they show a 1; no two of them alike."""
    A = np.full((S, S), 0.1 / (S - 1)) + r.uniform(0, 0.06, (S, S))
    A[np.arange(S), np.arange(S)] = 0.9
    E = np.linspace(0.1, 0.9, S) + r.uniform(-0.05, 0.05, S)
    pi = r.uniform(0.2, 1, S)
    return pi / pi.sum(), A / A.sum(axis=1, keepdims=True), np.stack([1 - E, E], axis=1)


def record(r: Generator, kind: str, n: int, model: tuple[Array, Array, Array]) -> Ints:
    """Bits in which a line, a table, or hidden states are right."""
    pi, A, E = model
    s, z = [int(bit) for bit in r.integers(0, 2, 3)], int(r.choice(len(pi), p=pi))
    while len(s) < n + 3:
        if kind == "states":
            z = int(r.choice(len(pi), p=A[z]))
            p = E[z, 1]
        elif kind == "line":
            p = 0.5 + 0.5 * s[-1] - 0.5 * s[-3]
        else:
            p = (0.06, 0.9, 0.88, 0.1)[2 * s[-2] + s[-1]]
        s.append(int(r.random() < p))
    return np.array(s[3:])


def drawn(r: Generator, kind: str, K: int, L: int, sizes: tuple[int, int, int]) -> tuple[Any, ...]:
    """Three records of one kind."""
    model = hidden(r, 3)
    return *(record(r, kind, n, model) for n in sizes), K, L, *model


TELLING = {
    "states": (6, 23, 29, 48, 53, 61, 75, 112, 113, 149, 165, 171, 174, 190, 192, 196, 205, 216, 248, 252),
    "line": (3, 5, 6, 7, 16, 17, 27, 29, 34, 35, 39, 40, 45, 46, 50, 53, 59, 63, 65, 70),
    "counts": (3, 4, 6, 11, 12, 15, 18, 20, 21, 22, 26, 28, 29, 31, 37, 38, 41, 45, 47, 51),
}
"""Seeds of records that :func:`tells` likes: few do, and searching takes long."""
SIZES: dict[str, tuple[int, int, tuple[int, int, int]]] = {
    "states": (3, 2, (50, 24, 20)),
    "line": (3, 1, (60, 22, 20)),
    "counts": (1, 2, (60, 22, 20)),
}


def contested(r: Generator, kind: str) -> tuple[Any, ...]:
    """One of these."""
    return drawn(np.random.default_rng(int(r.choice(TELLING[kind]))), kind, *SIZES[kind])


def tells(given: tuple[Any, ...], kind: str) -> bool:
    """Is the choice clear, and another one by other records; does each model do what it does in no other way?"""
    train, valid, test, K, L, *model = given
    if any(len({*s[max(K, L) :].tolist()}) < 2 for s in (train, valid, test)):
        return False
    bits, best, _ = choose(*given)
    wanted = ("line", "counts", "states").index(kind)
    if best != wanted or np.diff(np.sort(bits))[0] < 0.02 or np.linalg.matrix_rank(rows(train, K)) < K + 1:
        return False
    r = rows(valid, K) @ line(train, K)
    if min(np.abs(r - bound).min() for bound in (0.02, 0.98, 0.5)) < 1e-3:
        return False
    whole = cost(by_states(valid, *model), valid, 0)  # where the score of the states begins changes no choice
    if int(np.argmin([*bits[:2], whole])) != best:
        return False
    if kind == "states" and any(preferred(given, s) in (best, -1) for s in (train, test)):
        return False
    return all(telling(kind, s, train, K, L) for s in (valid, test))


def preferred(given: tuple[Any, ...], s: Ints) -> int:
    """Which model is the best of another record, if one is clearly."""
    train, _, test, *others = given
    bits, best, _ = choose(train, s, test, *others)
    return best if np.diff(np.sort(bits))[0] > 0.01 else -1


def telling(kind: str, s: Ints, train: Ints, K: int, L: int) -> bool:
    """Where the line wins it leaves its bounds on both sides; where counts win, the order in a context counts."""
    r, counts = rows(s, K) @ line(train, K), table(train, L)
    turned = {context[::-1]: N for context, N in counts.items()}
    other = abs(cost(by_counts(s, counts, L), s, L) - cost(by_counts(s, turned, L), s, L))
    if kind == "counts":
        return other > 1e-3
    return kind == "states" or bool((r < 0.02).any() and (r > 0.98).any() and (abs(r - 0.5) < 0.4).sum() > 2)


choose_exercise = Exercise(
    name="sequences.choose",
    task="Score three models of bits on a validation record, in mean bits from step max(K, L) on: a line through "
    "the last K bits by least squares, kept within 0.02 and 0.98; counts after the last L bits, (N_1 + 1/2) / (N_0 "
    "+ N_1 + 1); hidden states that are given. The first two are fitted to the training record. Choose the best, "
    "and score it alone on the test. NumPy only.",
    arguments=(
        Value("train", "N", "bits, whole numbers"),
        Value("valid", "V", "bits"),
        Value("test", "Q", "bits"),
        Value("K", None, "past bits of the line"),
        Value("L", None, "past bits that are counted"),
        Value("pi", "S", "probabilities of the state at step 0 of a record"),
        Value("A", "S S", "A[i, j]: of state j after state i"),
        Value("E", "S 2", "of a 0 and of a 1 in each state"),
    ),
    outputs=(
        Value("bits", "3", "scores on validation: line, counts, states"),
        Value("best", "", "the number of the model chosen: 0, 1 or 2", integers=True),
        Value("test_bits", "", "its score on the test"),
    ),
    reference=choose,
    probe="pi",
    cases={
        "states win": lambda r: contested(r, "states"),
        "the line wins": lambda r: contested(r, "line"),
        "counts win": lambda r: contested(r, "counts"),
    },
    facets=(
        Facet("scores on validation", 4, (), ("bits",)),
        Facet("the choice by them", 2, (), ("bits", "best")),
        Facet("score on the test", 3, (), ("best", "test_bits")),
    ),
    mistakes=CHOOSE_MISTAKES,
    words={"S": "state", "3": "model", "N": "step", "V": "step", "Q": "step"},
)
