"""How tight the units of stored patterns hold, and how many patterns the crosstalk allows."""

from __future__ import annotations

import math

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.hopfield.draws import EXACT, WORDS, even, odd, states
from rnncourse.checks.mistakes import Mistake, edit
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import N_, N_N, P_N, Ints, Probability, checked

MOST = 2000  # patterns that are tried


@checked
def stability(xi: P_N, W: N_N, theta: N_, q: Probability) -> tuple[Array, Ints, int]:
    r"""Aligned fields, how many units of each pattern turn round, and how many random patterns a share q allows.

    .. math:: \gamma_i^\mu = \xi_i^\mu \Bigl( \sum_j w_{ij}\, \xi_j^\mu - \theta_i \Bigr)

    Returns gamma (P, N), turned (P,) and P_max.
    """
    f = xi @ W.T - theta
    gamma = xi * f
    turned = (gamma < 0).sum(axis=1)
    N, P_max = xi.shape[1], 0
    for P in range(1, MOST):
        share = 0.5 * math.erfc(math.sqrt(N / (2 * P)))
        if share > q:
            break
        P_max = P
    return gamma, turned, P_max


sign(globals(), "stability")

ALIGNED, TURNED, ROOT = "gamma = xi * f", "(gamma < 0).sum(axis=1)", "math.sqrt(N / (2 * P))"
SHARE, RETURNED = "0.5 * math.erfc(math.sqrt(N / (2 * P)))", "return gamma, turned, P_max"
STABILITY_MISTAKES = (
    Mistake(
        "S1",
        "fields that are not aligned",
        "A unit that should be off has a negative field. Does it hold? Which sign has your γ for it?",
        "What the unit should be stands as a factor before the field. Where is it in your line?",
        {
            "": edit(stability, ALIGNED, "gamma = f"),
            "their sizes": edit(stability, ALIGNED, "gamma = np.abs(f)"),
            "turned round": edit(stability, ALIGNED, "gamma = -xi * f"),
        },
        test="Take no couplings, θ = (1, 1) and the pattern (1, -1), and write down both numbers.",
    ),
    Mistake(
        "S1o",
        "aligned with another unit or pattern",
        "Your γ of unit 0 in pattern 0: the field of which unit, and times which entry of which pattern?",
        "Field and factor belong to the same unit of the same pattern.",
        {
            "with the first pattern": edit(stability, ALIGNED, "gamma = xi[0] * f"),
            "with the pattern before": edit(stability, ALIGNED, "gamma = np.roll(xi, 1, axis=0) * f"),
            "with the unit before": edit(stability, ALIGNED, "gamma = np.roll(xi, 1, axis=1) * f"),
        },
        test="Take no couplings, θ = (1, 2), and the patterns (1, -1) and (-1, -1), and write down all four numbers.",
    ),
    Mistake(
        "D3",
        "thresholds in the field",
        "Set all couplings to 0. A unit that should be on has θ = 1: what is its γ?",
        "A unit has to hear more than its threshold. Compare sign and factor with the task's.",
        {
            "added": edit(stability, "- theta", "+ theta"),
            "left out": edit(stability, "xi @ W.T - theta", "xi @ W.T"),
            "halved": edit(stability, "- theta", "- 0.5 * theta"),
            "doubled": edit(stability, "- theta", "- 2 * theta"),
        },
        test="Take no couplings, θ = (1, 1) and the pattern (1, 1), and write down both numbers.",
    ),
    Mistake(
        "S2",
        "thresholds that are not aligned",
        "A unit should be off, and has θ = 1. Does its threshold help it to stay off? What says your γ?",
        "The factor stands before a bracket. Which terms are within, and which with you?",
        {
            "": edit(stability, "f = xi @ W.T - theta", "f = xi @ W.T")
            + edit(stability, ALIGNED, "gamma = xi * f - theta"),
            "and added": edit(stability, "f = xi @ W.T - theta", "f = xi @ W.T")
            + edit(stability, ALIGNED, "gamma = xi * f + theta"),
        },
        test="Take no couplings, θ = (1, 1) and the pattern (1, -1), and write down both numbers.",
    ),
    Mistake(
        "C2",
        "couplings read the other way",
        "Unit 0 hears unit 1, and unit 1 hears nobody. Which entry of W is not 0?",
        "The sum goes over the second index of W. Over which does yours go?",
        {
            "": edit(stability, "xi @ W.T", "xi @ W"),
            "made symmetric": edit(stability, "xi @ W.T", "xi @ (W + W.T) / 2"),
        },
        test="Take the pattern (1, -1), one entry of W that is not 0, and no thresholds.",
    ),
    Mistake(
        "C3",
        "the coupling of a unit with itself left out",
        "Does an entry on the diagonal of W change your γ?",
        "The sum goes over all j, i itself among them.",
        {
            "": edit(stability, "xi @ W.T", "xi @ (W - np.diag(np.diag(W))).T"),
            "taken away twice": edit(stability, "xi @ W.T", "xi @ (W - 2 * np.diag(np.diag(W))).T"),
        },
        test="Take one unit with w = 1, no threshold, and the pattern (1).",
    ),
    Mistake(
        "S3",
        "divided by something",
        "Double all couplings and thresholds. By which factor does γ grow, and yours?",
        "Is there a division in the formula of γ?",
        {
            "by the units": edit(stability, ALIGNED, "gamma = xi * f / xi.shape[1]"),
            "by the patterns": edit(stability, ALIGNED, "gamma = xi * f / len(xi)"),
            "by the couplings": edit(stability, ALIGNED, "gamma = xi * f / np.sqrt((W**2).sum(axis=1))"),
            "signs alone": edit(stability, ALIGNED, "gamma = np.sign(xi * f)"),
            "by the largest": edit(stability, ALIGNED, "gamma = xi * f / np.abs(f).max()"),
            "squashed": edit(stability, ALIGNED, "gamma = np.tanh(xi * f)"),
        },
        test="Take two patterns of two units with w = 3, all on, without thresholds: γ should be 3 for all.",
    ),
    Mistake(
        "S4",
        "ties counted as turned round",
        "A unit has the aligned field 0. Does its first update change it?",
        "Where the field is 0 a unit keeps its state. On which side of your comparison is 0?",
        {
            "": edit(stability, "gamma < 0", "gamma <= 0"),
            "as half": edit(stability, TURNED, "(gamma < 0).sum(axis=1) + ((gamma == 0).sum(axis=1) + 1) // 2"),
        },
        test="Take all couplings and thresholds 0: how many units are turned round?",
    ),
    Mistake(
        "S5",
        "something else is counted",
        "A pattern whose units all hold: which number belongs to it, and which do you return?",
        "Count, in each pattern, the units with a negative aligned field.",
        {
            "those that hold": edit(stability, "gamma < 0", "gamma > 0"),
            "negative fields": edit(stability, TURNED, "(f < 0).sum(axis=1)"),
            "units that should be off": edit(stability, TURNED, "(xi < 0).sum(axis=1)"),
            "whether any": edit(stability, TURNED, "(gamma < 0).any(axis=1).astype(int)"),
            "the smallest": edit(stability, TURNED, "gamma.argmin(axis=1)"),
            "of all patterns": edit(stability, TURNED, "(gamma < 0).sum(axis=1) * 0 + (gamma < 0).sum()"),
            "twice": edit(stability, TURNED, "2 * (gamma < 0).sum(axis=1)"),
        },
        test="Take no couplings, θ = (1, -1, -1), the patterns (1, 1, -1) and (-1, 1, 1). Count by hand in γ.",
    ),
    Mistake(
        "S5a",
        "counted along the other axis",
        "Does each of your counts belong to a pattern, or to a unit?",
        "Which axis is summed over: that of patterns, or that of units?",
        edit(stability, "sum(axis=1)", "sum(axis=0)"),
        test="Take two patterns of three units: how many counts are there?",
    ),
    Mistake(
        "S6",
        "one pattern too many, or too few",
        "Put your P_max into the estimate, and then one more. Which of the two shares is at most q?",
        "The largest number that is still allowed is asked for. Where does your search stop?",
        {
            "one more": edit(stability, RETURNED, "return gamma, turned, P_max + 1"),
            "one less": edit(stability, RETURNED, "return gamma, turned, max(P_max - 1, 0)"),
            "the others alone": edit(stability, ROOT, "math.sqrt(N / (2 * max(P - 1, 1e-9)))"),
            "at least one": edit(stability, "P_max = xi.shape[1], 0", "P_max = xi.shape[1], 1"),
        },
        test="Take N = 8, once q = 0.1 and once a millionth. Print the estimates for P_max and P_max + 1.",
    ),
    Mistake(
        "S7",
        "another estimate",
        "Compute your estimate for N = 8 and P = 2, and that of the task by hand. Do they agree?",
        "Compare factor by factor: what is before erfc, what is under the root, and is there a root?",
        {
            "without the half": edit(stability, "0.5 * math.erfc", "math.erfc"),
            "without the 2 below": edit(stability, ROOT, "math.sqrt(N / P)"),
            "without the root": edit(stability, ROOT, "(N / (2 * P))"),
            "a root of 2 too few": edit(stability, ROOT, "(math.sqrt(N / P) / 2)"),
            "2 above": edit(stability, ROOT, "math.sqrt(2 * N / P)"),
            "erf": edit(stability, "0.5 * math.erfc(", "0.5 - 0.5 * math.erf(0.5 * "),
            "the bell": edit(stability, SHARE, "math.exp(-N / (2 * P)) / 2"),
        },
        test="For N = 8, P = 2 the estimate is 0.023, as a table of the normal distribution says.",
    ),
    Mistake(
        "S7r",
        "units and patterns exchanged in the estimate",
        "Does your estimate grow with the number of patterns? Does it fall with the number of units?",
        "More patterns make more crosstalk.",
        edit(stability, ROOT, "math.sqrt(P / (2 * N))"),
        test="Print the estimate for 10 units, and for 1 and 5 patterns.",
    ),
    Mistake(
        "S8",
        "a rule of thumb in place of the estimate",
        "Does your P_max change with q?",
        "The task has an estimate and a bound for it. Try one P after the other.",
        {
            "0.138 N": edit(stability, RETURNED, "return gamma, turned, int(0.138 * N)"),
            "0.14 N": edit(stability, RETURNED, "return gamma, turned, round(0.14 * N)"),
            "N / (2 ln N)": edit(stability, RETURNED, "return gamma, turned, int(N / (2 * math.log(N)))"),
            "N / (4 ln N)": edit(stability, RETURNED, "return gamma, turned, int(N / (4 * math.log(N)))"),
            "all that there are": edit(stability, RETURNED, "return gamma, turned, len(xi)"),
        },
        test="Take N = 100, once with q = 0.001 and once with q = 0.1.",
    ),
    Mistake(
        "S8b",
        "a bound on P that the task does not have",
        "May P_max be larger than the number of units, or of the patterns that you were given?",
        "It hangs on N and q alone. Where does your search end if q is large?",
        {
            "the units": edit(stability, RETURNED, "return gamma, turned, min(P_max, N)"),
            "the units, less one": edit(stability, RETURNED, "return gamma, turned, min(P_max, N - 1)"),
            "the patterns": edit(stability, RETURNED, "return gamma, turned, min(P_max, len(xi))"),
        },
        test="Take N = 4 and q = 0.24, and print the estimate for P from 1 to 9.",
    ),
    Mistake(
        "S9",
        "the estimate for patterns in place of units",
        "What is P in your estimate, and what is N? Print both for patterns of known sizes.",
        "N is the number of units, which stand in the columns of xi.",
        {
            "N from the rows": edit(stability, "N, P_max = xi.shape[1], 0", "N, P_max = len(xi), 0"),
            "N from all entries": edit(stability, "N, P_max = xi.shape[1], 0", "N, P_max = xi.size, 0"),
            "whole patterns": edit(stability, SHARE, "1 - (1 - 0.5 * math.erfc(math.sqrt(N / (2 * P)))) ** N"),
            "a share of units, times N": edit(stability, SHARE, "N * 0.5 * math.erfc(math.sqrt(N / (2 * P)))"),
        },
        test="Take two patterns of eight units and q = 0.03. For P = 2 the estimate should be 0.023.",
    ),
)


def allowed(N: int, P: int) -> float:
    """A share that allows just so many patterns, and is far from the next ones."""
    return 0.5 * math.erfc(math.sqrt(N / (2 * (P + 0.5))))


def held(r: Generator, P: int, N: int, most: tuple[int, int]) -> tuple[Array, Array, Array, float]:
    """Of any couplings; some units hold, and some do not, in each pattern another number. No ties: N is odd."""
    while True:
        xi, W, theta = states(r, P, N), odd(r, N, N), even(r, N)
        turned = stability(xi, W, theta, 0.0)[1]
        if len(set(turned)) > 1 and turned.min() > 0 and turned.max() < N and telling(xi, W, theta, turned):
            return xi, W, theta, allowed(N, int(r.integers(*most)))


def telling(xi: Array, W: Array, theta: Array, turned: Ints) -> bool:
    """Do other counts come out otherwise?"""
    f = xi @ W.T - theta
    gamma = xi * f
    others = [(gamma > 0).sum(axis=1), (f < 0).sum(axis=1), (xi < 0).sum(axis=1), gamma.argmin(axis=1)]
    fields = [xi @ W - theta, xi @ W.T, xi @ W.T + theta, xi @ W.T - theta / 2, xi @ W.T - 2 * theta]
    others += [(xi * field < 0).sum(axis=1) for field in fields]
    return all((other != turned).any() for other in others)


def hebb(r: Generator, P: int, N: int, q: float) -> tuple[Array, Array, Array, float]:
    """Hebb's rule of an odd number of patterns, in 16 units or 8: without thresholds and without ties."""
    while True:
        xi = states(r, P, N)
        W = xi.T @ xi / N * (1 - np.eye(N))
        turned = stability(xi, W, np.zeros(N), q)[1]
        if turned.any() and len(set(turned)) > 1:
            return xi, W, np.zeros(N), q


def tied(r: Generator) -> tuple[Array, Array, Array, float]:
    """Some aligned fields are 0, and some negative."""
    while True:
        xi, W = states(r, 4, 6), odd(r, 6, 6, most=1)
        gamma, turned, _ = stability(xi, W, np.zeros(6), 0.0)
        D = np.diag(np.diag(W))
        others = [xi @ other.T * xi for other in (W.T, (W + W.T) / 2, W - D, W - 2 * D)] + [xi[0] * (xi @ W.T)]
        others += [np.roll(xi, 1, axis=k) * (xi @ W.T) for k in (0, 1)]
        if not all(((other < 0).sum(axis=1) != turned).any() for other in others):
            continue
        if (gamma == 0).any(axis=1).all() and (gamma < 0).any(axis=1).all():
            return xi, W, np.zeros(6), allowed(6, 9)


stability_exercise = Exercise(
    name="hopfield.stability",
    task="Aligned fields of patterns: the field of each unit (eq-hopfield-field) times what the unit should be. How "
    "many units of each pattern the first update turns round; at a tie a unit keeps its state. And the largest number "
    "P of random patterns for which the estimate of eq-hopfield-crosstalk, with as many units as there are here, is at "
    "most q; 0 if one pattern is too many. W need not be symmetric. Keep the dtype; NumPy and math only.",
    arguments=(
        Value("xi", "P N", "patterns of +1 and -1, one a row"),
        Value("W", "N N", "couplings, of any kind"),
        Value("theta", "N", "thresholds"),
        Value("q", None, "the share of units that may be turned round, below 1/4"),
    ),
    outputs=(
        Value("gamma", "P N", "aligned fields", tolerance=EXACT),
        Value("turned", "P", "units that the first update turns round", integers=True),
        Value("P_max", "", "the largest number of patterns", integers=True),
    ),
    reference=stability,
    cases={
        "general": lambda r: held(r, 4, 13, (21, 26)),
        "Hebb": lambda r: hebb(r, 5, 16, allowed(16, int(r.integers(4, 9)))),
        "one pattern too many": lambda r: hebb(r, 3, 8, float(r.uniform(1e-4, 1e-3))),
        "ties": tied,
        "square": lambda r: held(r, 7, 7, (10, 14)),
        "float32": lambda r: in_float32(held(r, 3, 9, (3, 6))),
    },
    facets=(
        Facet("γ without thresholds", 2, ("Hebb", "one pattern too many", "ties"), ("gamma",)),
        Facet("γ with thresholds", 2, ("general", "square", "float32"), ("gamma",)),
        Facet(
            "units turned round",
            3,
            ("general", "Hebb", "one pattern too many", "square", "float32"),
            ("turned",),
        ),
        Facet("ties hold", 1, ("ties",), ("turned",)),
        Facet("P_max", 2, (), ("P_max",)),
    ),
    mistakes=STABILITY_MISTAKES,
    words=WORDS,
)
