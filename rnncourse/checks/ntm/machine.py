"""What the controller tells each head, and what goes wrong there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, instead, trial
from rnncourse.checks.nested import Value
from rnncourse.checks.ntm.memory import WORDS, noticed
from rnncourse.shapes import B_P, Count, checked


@checked
def head_numbers(p: B_P, J: Count, D: Count) -> tuple[Array, ...]:
    r"""From one row of numbers to what J heads need, each head's numbers together.

    .. math:: p = (\hat k, \hat\beta, \hat g, \hat s, \hat\gamma, \hat e, \hat a)_0, (\hat k, \hat\beta, \dots)_1, \dots

    On the page the pieces of all heads lie together, in another order. Returns k, beta, g, s, gamma, e, a.
    """
    k, beta, g, s, gamma, e, a = pieces(p, J, D)
    k = np.tanh(k)
    beta = softplus(beta)
    g = sigmoid(g)
    s = softmax(s)
    gamma = 1 + softplus(gamma)
    e = sigmoid(e)
    a = np.tanh(a)
    return k, beta[:, :, 0], g[:, :, 0], s, gamma[:, :, 0], e, a


def pieces(p: Array, J: int, D: int) -> list[Array]:
    """Head by head, cut in the order of the task."""
    p = p.reshape(len(p), J, -1)
    C = p.shape[2] - 3 * D - 3
    lengths = [D, 1, 1, C, 1, D, D]
    return np.split(p, np.cumsum(lengths)[:-1], axis=2)


def softplus(z: Array) -> Array:
    """log(1 + e^z), for any z."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def sigmoid(z: Array) -> Array:
    """The logistic function."""
    return np.exp(-np.logaddexp(0, -z))


def softmax(z: Array) -> Array:
    """Over the shifts."""
    q = np.exp(z - z.max(axis=2, keepdims=True))
    return q / q.sum(axis=2, keepdims=True)


sign(globals(), "head_numbers")


def piece_by_piece(p: Array, J: int, D: int) -> list[Array]:
    """The keys of all heads, then their strengths, and so on."""
    C = p.shape[1] // J - 3 * D - 3
    lengths = [J * n for n in (D, 1, 1, C, 1, D, D)]
    return [piece.reshape(len(p), J, -1) for piece in np.split(p, np.cumsum(lengths)[:-1], axis=1)]


F = head_numbers
RESHAPED, LENGTHS, SPLIT = (
    "p.reshape(len(p), J, -1)",
    "[D, 1, 1, C, 1, D, D]",
    "np.split(p, np.cumsum(lengths)[:-1], axis=2)",
)
NAMES = "k, beta, g, s, gamma, e, a = pieces(p, J, D)"
RETURNED = "return k, beta[:, :, 0], g[:, :, 0], s, gamma[:, :, 0], e, a"


# What hints ask to try: heads of one column and three shifts, or of two columns, all numbers of p 0 or as said.
def numbered(start: float, by: float, B: int = 1, J: int = 1) -> dict[str, Any]:
    """Numbers in a row, for heads of one column and three shifts."""
    return {"p": (start + by * np.arange(B * J * 9)).reshape(B, -1), "J": J, "D": 1}


def vectors(strength: float = 0, gate: float = 0, shifts: Sequence[float] = (0, 0, 0)) -> dict[str, Any]:
    """One head of two columns, with 2 and -2 in each of its three vectors."""
    return {"p": [[2, -2, strength, gate, *shifts, strength, 2, -2, 2, -2]], "J": 1, "D": 2}


ZEROS, TWO_HEADS = numbered(0, 0), numbered(0, 0, J=2)
SECOND = {"p": [[0] * 9 + [2] * 9]}


HEAD_MISTAKES = (
    Mistake(
        "N80",
        "the numbers of all heads piece by piece",
        "With two heads, where in p do the numbers of head 1 begin? Are they in one piece?",
        "All numbers of one head stand together. What is cut first: heads, or pieces?",
        {
            "": instead(pieces, piece_by_piece),
        },
        test="Take two heads, D = 1, C = 3, with p = 0, 1, 2 and so on. Which strengths have the heads?",
        tries=(trial(lambda a: a[1][0], **numbered(0, 1, J=2)),),
    ),
    Mistake(
        "N80r",
        "heads and numbers exchanged in the reshape",
        "Number the entries of p from 0 on. Which of them does your head 0 get?",
        "A reshape keeps the order in memory. What comes first there: a head, or a number of each head?",
        {
            "": edit(pieces, RESHAPED, "p.reshape(len(p), -1, J).swapaxes(1, 2)"),
            "examples too": edit(pieces, RESHAPED, "p.reshape(J, len(p), -1).swapaxes(0, 1)"),
        },
        test="Take two examples, two heads, D = 1, C = 3 and p = 0, 1, 2 and so on. Which strengths come out?",
        tries=(trial(lambda a: np.ravel(a[1]), **numbered(0, 1, 2, 2)),),
    ),
    Mistake(
        "N80h",
        "the heads in another order, or one of them for all",
        "Change the numbers of the last head in p. Which head of your answer changes?",
        "Head 0 comes first, and each head has its own numbers.",
        {
            "turned round": edit(pieces, RESHAPED, f"{RESHAPED}[:, ::-1]"),
            "the first": edit(pieces, RESHAPED, "(q := p.reshape(len(p), J, -1))[:, :1] + 0 * q"),
            "the last": edit(pieces, RESHAPED, "(q := p.reshape(len(p), J, -1))[:, -1:] + 0 * q"),
            "the mean": edit(
                pieces,
                RESHAPED,
                "(q := p.reshape(len(p), J, -1)).mean(axis=1, keepdims=True) + 0 * q",
            ),
        },
        test="Take two heads, D = 1, C = 3. Let p be 0 for the first and 2 for the other. Which strengths have they?",
        tries=(
            trial(lambda a, b: noticed(a[1][0], b[1][0]), SECOND, **TWO_HEADS),
            trial(lambda a: a[1][0], **{**TWO_HEADS, **SECOND}),
        ),
    ),
    Mistake(
        "N20",
        "a piece begins one off",
        "Add up the lengths of your pieces up to each of them. Where does the table say that it begins?",
        "A piece that is one too long or too short moves all that come after it.",
        {
            "one early": edit(
                pieces,
                SPLIT,
                "np.split(np.roll(p, 1, axis=2), np.cumsum(lengths)[:-1], axis=2)",
            ),
            "one late": edit(
                pieces,
                SPLIT,
                "np.split(np.roll(p, -1, axis=2), np.cumsum(lengths)[:-1], axis=2)",
            ),
            "too few shifts": edit(pieces, "3 * D - 3", "3 * D - 4"),
            "too many shifts": edit(pieces, "3 * D - 3", "3 * D - 2"),
        },
        test="Take one head, one column and three shifts, with p = 0, 1, 2 and so on. What are β and γ?",
        tries=(trial(lambda a: [a[1][0, 0], a[4][0, 0]], **numbered(0, 1)),),
    ),
    Mistake(
        "N81",
        "pieces in another order",
        "In which order do the pieces of one head stand in p? Compare with your names, one by one.",
        "The table of the task goes from the first number to the last.",
        {
            "gate and strength": edit(F, NAMES, "k, g, beta, s, gamma, e, a = pieces(p, J, D)"),
            "erase and added vector": edit(F, NAMES, "k, beta, g, s, gamma, a, e = pieces(p, J, D)"),
            "strength and sharpening": edit(F, NAMES, "k, gamma, g, s, beta, e, a = pieces(p, J, D)"),
            "gate and sharpening": edit(F, NAMES, "k, beta, gamma, s, g, e, a = pieces(p, J, D)"),
            "key and added vector": edit(F, NAMES, "a, beta, g, s, gamma, e, k = pieces(p, J, D)"),
            "key and erase vector": edit(F, NAMES, "e, beta, g, s, gamma, k, a = pieces(p, J, D)"),
            "sharpening before the shifts": edit(pieces, LENGTHS, "[D, 1, 1, 1, C, D, D]")
            + edit(F, NAMES, "k, beta, g, gamma, s, e, a = pieces(p, J, D)"),
            "as on the page": edit(pieces, LENGTHS, "[D, D, D, 1, 1, 1, C]")
            + edit(F, NAMES, "k, a, e, g, beta, gamma, s = pieces(p, J, D)"),
            "vectors first": edit(pieces, LENGTHS, "[D, D, D, 1, 1, C, 1]")
            + edit(F, NAMES, "k, e, a, beta, g, s, gamma = pieces(p, J, D)"),
            "vectors before the scalars": edit(pieces, LENGTHS, "[D, 1, 1, D, D, C, 1]")
            + edit(F, NAMES, "k, beta, g, e, a, s, gamma = pieces(p, J, D)"),
        },
        test="Take one head, one column and three shifts, with p = 0, 0.1, 0.2 and so on. What are k, β, g, γ and e?",
        tries=(trial(lambda a: [np.ravel(a[n])[0] for n in (0, 1, 2, 4, 5)], **numbered(0, 0.1)),),
    ),
    Mistake(
        "N82",
        "keys in another range",
        "With 2 and -2 in p, what should a key be? What is yours, and can it be negative?",
        "Compare your function for keys with the table's. Between which bounds does each lie?",
        {
            "as they come": edit(F, "k = np.tanh(k)", "k = k"),
            "logistic": edit(F, "k = np.tanh(k)", "k = sigmoid(k)"),
            "of length one": edit(F, "k = np.tanh(k)", "k = k / np.linalg.norm(k, axis=2, keepdims=True)"),
        },
        test="Take 2 and -2 in p for a key. What is it?",
        tries=(trial(lambda a: a[0][0, 0], **vectors()),),
    ),
    Mistake(
        "N82a",
        "added vectors in another range",
        "With 2 and -2 in p, what should an added vector be? What is yours, and can it be negative?",
        "Compare your function for added vectors with the table's. Between which bounds does each lie?",
        {
            "as they come": edit(F, "a = np.tanh(a)", "a = a"),
            "logistic": edit(F, "a = np.tanh(a)", "a = sigmoid(a)"),
            "none below zero": edit(F, "a = np.tanh(a)", "a = np.maximum(a, 0)"),
        },
        test="Take 2 and -2 in p for an added vector. What is it?",
        tries=(trial(lambda a: a[6][0, 0], **vectors()),),
    ),
    Mistake(
        "N82b",
        "keys and added vectors in another range",
        "With 2 and -2 in p, what should k and a be? What are they with you, and can they be negative?",
        "The table has one function for keys and added vectors. Which?",
        {
            "both as they come": edit(F, "k = np.tanh(k)", "k = k") + edit(F, "a = np.tanh(a)", "a = a"),
            "both logistic": edit(F, "k = np.tanh(k)", "k = sigmoid(k)") + edit(F, "a = np.tanh(a)", "a = sigmoid(a)"),
            "cut off": edit(F, "k = np.tanh(k)", "k = np.clip(k, -1, 1)")
            + edit(F, "a = np.tanh(a)", "a = np.clip(a, -1, 1)"),
        },
        test="Take 2 and -2 in p for a key and for an added vector. What are they?",
        tries=(trial(lambda a: np.ravel([a[0], a[6]]), **vectors()),),
    ),
    Mistake(
        "N13",
        "gates or erase vectors leave their range",
        "Can your gate, or your erase vector, be negative or above 1? May erasing turn a sign round?",
        "The table has one function for gates and erase vectors. What comes out of it for a very negative number?",
        {
            "erase as it comes": edit(F, "e = sigmoid(e)", "e = e"),
            "gate as it comes": edit(F, "g = sigmoid(g)", "g = g"),
            "erase by tanh": edit(F, "e = sigmoid(e)", "e = np.tanh(e)"),
            "gate by tanh": edit(F, "g = sigmoid(g)", "g = np.tanh(g)"),
            "both by tanh": edit(F, "e = sigmoid(e)", "e = np.tanh(e)") + edit(F, "g = sigmoid(g)", "g = np.tanh(g)"),
            "by softplus": edit(F, "e = sigmoid(e)", "e = softplus(e)"),
        },
        test="Take p = 0. What are g and e?",
        tries=(
            trial(
                lambda a: bool(min(a[2].min(), a[5].min()) >= 0 and max(a[2].max(), a[5].max()) <= 1),
                **vectors(gate=-2),
            ),
            trial(lambda a: [a[2][0, 0], a[5][0, 0, 0]], **ZEROS),
        ),
    ),
    Mistake(
        "N13f",
        "another function for gates or erase vectors",
        "With 2 in p, what should a gate or an erase vector be, and what is it with you? With -2?",
        "The table has one function for gates and erase vectors, for each number by itself. Compare it with yours.",
        {
            "erase by softmax": edit(F, "e = sigmoid(e)", "e = softmax(e)"),
            "both cut off": edit(F, "e = sigmoid(e)", "e = np.clip(e, 0, 1)")
            + edit(F, "g = sigmoid(g)", "g = np.clip(g, 0, 1)"),
            "both turned round": edit(sigmoid, "-z)", "z)"),
            "gate open or shut": edit(F, "g = sigmoid(g)", "g = (g > 0).astype(p.dtype)"),
            "erase by tanh, moved": edit(F, "e = sigmoid(e)", "e = (1 + np.tanh(e)) / 2"),
            "both by tanh, moved": edit(F, "e = sigmoid(e)", "e = (1 + np.tanh(e)) / 2")
            + edit(F, "g = sigmoid(g)", "g = (1 + np.tanh(g)) / 2"),
            "erase by tanh, none below zero": edit(F, "e = sigmoid(e)", "e = np.maximum(np.tanh(e), 0)"),
        },
        test="Take 2 in p for a gate, and 2 and -2 for an erase vector. What are they?",
        tries=(trial(lambda a: [a[2][0, 0], *a[5][0, 0]], **vectors(gate=2)),),
    ),
    Mistake(
        "N83",
        "the key strength by another function",
        "With 0 in p, what is your key strength? With a large negative number?",
        "softplus is a smooth way from any number to a positive one. Compare yours with its formula.",
        {
            "as it comes": edit(F, "beta = softplus(beta)", "beta = beta"),
            "exponential": edit(F, "beta = softplus(beta)", "beta = np.exp(beta)"),
            "none below zero": edit(F, "beta = softplus(beta)", "beta = np.maximum(beta, 0)"),
            "its size": edit(F, "beta = softplus(beta)", "beta = np.abs(beta)"),
            "logistic": edit(F, "beta = softplus(beta)", "beta = sigmoid(beta)"),
            "one more": edit(F, "beta = softplus(beta)", "beta = 1 + softplus(beta)"),
            "tanh": edit(F, "beta = softplus(beta)", "beta = np.tanh(beta)"),
            "square": edit(F, "beta = softplus(beta)", "beta = beta**2"),
        },
        test="Take p = 0. What is the key strength?",
        tries=(trial(lambda a: a[1][0, 0], **ZEROS),),
    ),
    Mistake(
        "N4",
        "γ may be below 1, or grows in another way",
        "What is the smallest γ that can come out? And with 0 in p?",
        "A weighting is never to be blurred by its sharpening. Which number must γ not go below?",
        {
            "no 1": edit(F, "gamma = 1 + softplus(gamma)", "gamma = softplus(gamma)"),
            "as it comes": edit(F, "gamma = 1 + softplus(gamma)", "gamma = gamma"),
            "1 and as it comes": edit(F, "gamma = 1 + softplus(gamma)", "gamma = 1 + gamma"),
            "1 inside": edit(F, "gamma = 1 + softplus(gamma)", "gamma = softplus(1 + gamma)"),
            "1 and exponential": edit(F, "gamma = 1 + softplus(gamma)", "gamma = 1 + np.exp(gamma)"),
            "1 and none below zero": edit(F, "gamma = 1 + softplus(gamma)", "gamma = 1 + np.maximum(gamma, 0)"),
            "at least 1": edit(
                F,
                "gamma = 1 + softplus(gamma)",
                "gamma = np.maximum(softplus(gamma), 1)",
            ),
            "1 and logistic": edit(F, "gamma = 1 + softplus(gamma)", "gamma = 1 + sigmoid(gamma)"),
            "1 and its size": edit(F, "gamma = 1 + softplus(gamma)", "gamma = 1 + np.abs(gamma)"),
            "1 subtracted": edit(F, "gamma = 1 + softplus(gamma)", "gamma = softplus(gamma) - 1"),
        },
        test="Take p = 0. What is γ? Then take a large negative number.",
        tries=(trial(lambda a: a[4][0, 0], **ZEROS),),
    ),
    Mistake(
        "N83s",
        "another softplus, for strength and sharpening",
        "With 0 in p, what does your softplus give? What with 2?",
        "Write the formula of softplus beside yours, and follow one number through both.",
        {
            "to base 2": edit(
                softplus,
                "np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))",
                "(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))) / float(np.log(2))",
            ),
            "log of the exponential alone": edit(softplus, "np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))", "z"),
            "the sign turned": edit(softplus, "np.maximum(z, 0)", "np.maximum(-z, 0)"),
            "no logarithm": edit(
                softplus,
                "np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))",
                "1 + np.exp(z)",
            ),
            "exponentials": edit(softplus, "np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))", "np.exp(z)"),
            "none below zero": edit(softplus, " + np.log1p(np.exp(-np.abs(z)))", ""),
        },
        test="Take 0 in p for a key strength, and then 2. What does it become?",
        tries=(trial(lambda a, b: [a[1][0, 0], b[1][0, 0]], vectors(strength=2), **vectors()),),
    ),
    Mistake(
        "N84",
        "a large number overflows",
        "What is the exponential of a thousand, in NumPy? And its logarithm afterwards?",
        "Two of the functions can be written so that only exponentials of negative numbers are needed.",
        {
            "softplus": edit(
                softplus,
                "np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))",
                "np.log(1 + np.exp(z))",
            ),
            "softmax": edit(softmax, "np.exp(z - z.max(axis=2, keepdims=True))", "np.exp(z)"),
            "strength": edit(F, "beta = softplus(beta)", "beta = np.log(1 + np.exp(beta))"),
            "sharpening": edit(F, "1 + softplus(gamma)", "1 + np.log(1 + np.exp(gamma))"),
            "both": edit(
                softplus,
                "np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))",
                "np.log(1 + np.exp(z))",
            )
            + edit(softmax, "np.exp(z - z.max(axis=2, keepdims=True))", "np.exp(z)"),
            "logistic": edit(sigmoid, "np.exp(-np.logaddexp(0, -z))", "np.exp(z) / (1 + np.exp(z))"),
            "all three": edit(
                softplus,
                "np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))",
                "np.log(1 + np.exp(z))",
            )
            + edit(softmax, "np.exp(z - z.max(axis=2, keepdims=True))", "np.exp(z)")
            + edit(sigmoid, "np.exp(-np.logaddexp(0, -z))", "np.exp(z) / (1 + np.exp(z))"),
            "softmax and logistic": edit(softmax, "np.exp(z - z.max(axis=2, keepdims=True))", "np.exp(z)")
            + edit(sigmoid, "np.exp(-np.logaddexp(0, -z))", "np.exp(z) / (1 + np.exp(z))"),
        },
        test="Fill p with 1000, for one head with three shifts. What are β, g, each shift and γ?",
        tries=(trial(lambda a: [a[1][0, 0], a[2][0, 0], a[3][0, 0, 0], a[4][0, 0]], **numbered(1000, 0)),),
    ),
    Mistake(
        "N54u",
        "the largest shift of all heads subtracted",
        "What do you subtract before the exponential? Where all shifts of a head are small, what is left of them?",
        "Any number may be subtracted from all shifts of a head. Which one keeps the best of them from vanishing?",
        {
            "of everything": edit(softmax, "z.max(axis=2, keepdims=True)", "z.max()"),
            "of each example": edit(
                softmax,
                "z.max(axis=2, keepdims=True)",
                "z.max(axis=(1, 2), keepdims=True)",
            ),
        },
        test="Take two heads, C = 3, 1000 in p for one and -1000 for the other. What are the shifts of the other?",
        tries=(trial(lambda a: a[3][0, 1], **{**TWO_HEADS, "p": [[1000] * 9 + [-1000] * 9]}),),
    ),
    Mistake(
        "N11",
        "shifts that do not sum to 1",
        "Do the shifts of each head sum to 1? What do you divide by?",
        "First the exponential of each number, then each divided by their sum.",
        {
            "logistic": edit(F, "s = softmax(s)", "s = sigmoid(s)"),
            "as they come": edit(F, "s = softmax(s)", "s = s"),
            "exponentials alone": edit(softmax, "q / q.sum(axis=2, keepdims=True)", "q"),
        },
        test="Take p = 0 and three shifts for one head, and add up what comes out.",
        tries=(trial(lambda a: a[3].sum(), **ZEROS),),
    ),
    Mistake(
        "N11f",
        "shares of the shifts by another function",
        "Two of the numbers for shifts are 2 and 1. By which factor should these shifts differ, and do they?",
        "softmax takes the numbers as they come, of either sign: exponentials, and each divided by their sum.",
        {
            "softplus inside": edit(F, "s = softmax(s)", "s = softmax(softplus(s))"),
            "tanh inside": edit(F, "s = softmax(s)", "s = softmax(np.tanh(s))"),
            "logistic inside": edit(F, "s = softmax(s)", "s = softmax(sigmoid(s))"),
            "logistic, divided": edit(
                F,
                "s = softmax(s)",
                "s = sigmoid(s) / sigmoid(s).sum(axis=2, keepdims=True)",
            ),
            "softplus, divided": edit(
                F,
                "s = softmax(s)",
                "s = softplus(s) / softplus(s).sum(axis=2, keepdims=True)",
            ),
            "as they come, divided": edit(F, "s = softmax(s)", "s = s / s.sum(axis=2, keepdims=True)"),
            "the largest alone": edit(
                F,
                "s = softmax(s)",
                "s = (s == s.max(axis=2, keepdims=True)).astype(p.dtype)",
            ),
            "turned round": edit(F, "s = softmax(s)", "s = softmax(-s)"),
            "twice": edit(F, "s = softmax(s)", "s = softmax(softmax(s))"),
        },
        test="Take 2, 1 and 0 in p for the shifts of one head. What do they become?",
        tries=(
            trial(lambda a: a[3][0, 0, 0] / a[3][0, 0, 1], **vectors(shifts=(2, 1, 0))),
            trial(lambda a: a[3][0, 0], **vectors(shifts=(2, 1, 0))),
        ),
    ),
    Mistake(
        "N85",
        "shares over another axis",
        "Over what do your shifts sum to 1: over the shifts of one head, or over more?",
        "Each head of each example has shifts of its own.",
        {
            "heads": edit(softmax, "q.sum(axis=2, keepdims=True)", "q.sum(axis=1, keepdims=True)"),
            "heads and shifts": edit(
                softmax,
                "q.sum(axis=2, keepdims=True)",
                "q.sum(axis=(1, 2), keepdims=True)",
            ),
            "examples": edit(softmax, "q.sum(axis=2, keepdims=True)", "q.sum(axis=0, keepdims=True)"),
            "heads, the largest too": edit(softmax, "z.max(axis=2", "z.max(axis=1")
            + edit(softmax, "q.sum(axis=2", "q.sum(axis=1"),
            "heads and shifts, the largest too": edit(softmax, "z.max(axis=2", "z.max(axis=(1, 2)")
            + edit(softmax, "q.sum(axis=2", "q.sum(axis=(1, 2)"),
            "examples, the largest too": edit(softmax, "z.max(axis=2", "z.max(axis=0")
            + edit(softmax, "q.sum(axis=2", "q.sum(axis=0"),
        },
        test="Take p = 0 and two heads with three shifts, and add up the shifts of each.",
        tries=(trial(lambda a: a[3][0].sum(axis=1), **TWO_HEADS),),
    ),
    Mistake(
        "N86",
        "an axis too many, or the shape of one long row",
        "How many axes should a strength have: one for examples, one for heads, and any other?",
        "The table says how many numbers each piece has. One number needs no axis of its own.",
        {
            "scalars": edit(F, RETURNED, "return k, beta, g, s, gamma, e, a"),
            "vectors in a row": edit(
                F,
                RETURNED,
                "return *(q.reshape(len(p), -1) for q in (k, beta, g, s, gamma, e, a)),",
            ),
            "heads first": edit(
                F,
                RETURNED,
                "return *(q.swapaxes(0, 1) for q in (k, beta[:, :, 0], g[:, :, 0], s, gamma[:, :, 0], e, a)),",
            ),
        },
        test="Take one example, two heads and one column. How many axes have k and β, and how long is the first of k?",
        tries=(trial(lambda a: [np.ndim(a[0]), np.ndim(a[1]), len(a[0])], **TWO_HEADS),),
    ),
)


def told(r: Generator, B: int, J: int, D: int, C: int) -> tuple[Array, int, int]:
    """Numbers of either sign, for J heads."""
    p = r.uniform(0.2, 1, size=(B, J * (3 * D + 3 + C))) * r.choice((-1, 1), size=(B, J * (3 * D + 3 + C)))
    return 1.5 * p, J, D


def large(r: Generator) -> tuple[Array, int, int]:
    """Numbers near a thousand: of strength, gate, shifts and sharpening both signs."""
    p, J, D = told(r, 2, 2, 2, 3)
    p = np.sign(p) * r.uniform(750, 1000, size=p.shape)
    heads = p.reshape(2, 2, -1)
    for n in range(D, D + 6):  # all before the erase vector: in each head of an example another sign
        heads[:, :, n] = np.abs(heads[:, :, n]) * np.array([[1, -1], [-1, 1]])
    heads[:, :, D + 2 : D + 5] = heads[:, :, D + 2, None] + r.uniform(0.3, 2, size=(2, 2, 3))  # none has all
    heads[:, :, D + 6] = np.abs(heads[:, :, D + 6])
    heads[:, 0, D + 7] = np.abs(heads[:, 0, D + 7])  # one erase vector all large, one of both signs
    for head, n in ((1, D + 7), (0, 0), (0, -1)):  # and a negative number of a key and of an added vector
        heads[:, head, n] = -np.abs(heads[:, head, n])
    return p, J, D


heads_exercise = Exercise(
    name="ntm.head_numbers",
    task="From one row of numbers an example to what J heads need (eq-ntm-activations), with all numbers of a head "
    "together: key (D), strength, gate, shifts (C), sharpening, erase vector (D), added vector (D). C follows from the "
    "length of p. Numbers can be large: nothing becomes infinite or NaN. Keep the dtype; NumPy only.",
    arguments=(
        Value("p", "B P", "what the controller gives: P = J (3D + 3 + C)"),
        Value("J", None, "how many heads"),
        Value("D", None, "how many columns the memory has"),
    ),
    outputs=(
        Value("k", "B J D", "keys"),
        Value("beta", "B J", "key strengths"),
        Value("g", "B J", "gates"),
        Value("s", "B J C", "shifts"),
        Value("gamma", "B J", "sharpening"),
        Value("e", "B J D", "erase vectors"),
        Value("a", "B J D", "added vectors"),
    ),
    reference=head_numbers,
    cases={
        "general": lambda r: told(r, 2, 3, 2, 3),
        "one head": lambda r: told(r, 3, 1, 3, 5),
        "one column": lambda r: told(r, 2, 2, 1, 3),
        "large": large,
        "float32": lambda r: ((g := told(r, 2, 2, 3, 3))[0].astype(np.float32), *g[1:]),
    },
    facets=(
        Facet("one head", 1, ("one head",)),
        Facet("k and a", 1, ("general", "one column", "float32"), ("k", "a")),
        Facet("g and e", 1, ("general", "one column", "float32"), ("g", "e")),
        Facet("β and γ", 1, ("general", "one column", "float32"), ("beta", "gamma")),
        Facet("shifts", 1, ("general", "one column", "float32"), ("s",)),
        Facet("large numbers", 1, ("large",)),
    ),
    mistakes=HEAD_MISTAKES,
    words=WORDS,
)
