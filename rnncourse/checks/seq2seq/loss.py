"""A cross entropy without padding, smoothed, its gradient, and the share said right; and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import T_B_K, Ints, Probability, T_B_ids_K, T_lengths, checked


def smoothed(y: Ints, K: int, epsilon: float) -> Array:
    """The target of each step: most of it on one symbol, and a little on all."""
    q: Array = (1 - epsilon) * np.eye(K)[y] + epsilon / K
    return q


def log_softmax(o: Array) -> Array:
    """Over the symbols; nothing overflows."""
    z = o - o.max(axis=2, keepdims=True)
    log_p: Array = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    return log_p


def mask(T: int, lengths: Ints) -> Array:
    """Which steps are real."""
    real: Array = np.arange(T)[:, None] < lengths
    return real


@checked
def smoothed_loss(o: T_B_K, y: T_B_ids_K, lengths: T_lengths, epsilon: Probability) -> tuple[float, T_B_K, float]:
    r"""Masked cross-entropy with label smoothing, its gradient, and the share of real symbols that are right.

    .. math:: q_{t,k} = (1 - \varepsilon)\,[\,k = y_t\,] + \frac{\varepsilon}{K}, \qquad
       L = -\frac{1}{\sum_b n_b} \sum_b \sum_{t \le n_b} \sum_k q_{t,k} \log \hat y_{t,k}

    Returns L, do (T, B, K) and the share.
    """
    real = mask(len(o), lengths)
    q = smoothed(y, o.shape[2], epsilon)
    log_p = log_softmax(o)
    cost = -(q * log_p).sum(axis=2)
    N = lengths.sum()
    L = (cost * real).sum() / N
    do = (np.exp(log_p) - q) * real[:, :, None] / N
    hit = o.argmax(axis=2) == y
    right = (hit * real).sum() / N
    return float(L), do.astype(o.dtype), float(right)


sign(globals(), "smoothed_loss")

P = smoothed_loss
LOSS, GRADIENT, SHARE = (
    "(cost * real).sum() / N",
    "(np.exp(log_p) - q) * real[:, :, None] / N",
    "(hit * real).sum() / N",
)
COST, HIT, REAL, SMOOTH = (
    "-(q * log_p).sum(axis=2)",
    "o.argmax(axis=2) == y",
    "np.arange(T)[:, None] < lengths",
    "(1 - epsilon) * np.eye(K)[y] + epsilon / K",
)
Z, LOG = "o - o.max(axis=2, keepdims=True)", "z - np.log(np.exp(z).sum(axis=2, keepdims=True))"
PROBABILITIES = "(np.exp(log_p) - q)"
NAIVE = "np.log(np.exp(o) / np.exp(o).sum(axis=2, keepdims=True))"
CHOSEN = f"np.where(real[:, :, None], {PROBABILITIES} / N, 0)"
# What hints ask to try: outputs of log 3 and 0, so that the softmax is 3/4 and 1/4.
THREE = float(np.log(3))
ONE: dict[str, Any] = {"o": [[[THREE, 0]]], "y": [[0]], "lengths": [1], "epsilon": 0.0}
FIFTH: dict[str, Any] = {**ONE, "epsilon": 0.2}
PADDED: dict[str, Any] = {**ONE, "o": [[[THREE, 0]], [[0, 9]]], "y": [[0], [0]]}
UNEQUAL: dict[str, Any] = {
    "o": [[[THREE, 0], [0, THREE]], [[THREE, 0], [5, 0]], [[THREE, 0], [0, 5]]],
    "y": [[0, 0], [0, 0], [0, 0]],
    "lengths": [3, 1],
    "epsilon": 0.0,
}
THREE_AND_ONE = (
    "Take examples of 3 steps and 1. Outputs are log 3 and 0 in the longer, 0 and log 3 in the other. Padding has 5 "
    "and 0, then 0 and 5. Symbol 0 is right. "
)
EVEN = f"Let ε = 0. {THREE_AND_ONE}"
BIG: dict[str, Any] = {**ONE, "o": [[[1000, 0]], [[0, 1]]], "y": [[1], [1]], "lengths": [2]}


def loss(answer: Any) -> Any:
    """L."""
    return answer[0]


def gradient(answer: Any) -> Any:
    """The gradient of the first step of the first example."""
    return answer[1][0, 0]


def share(answer: Any) -> Any:
    """The share that is right."""
    return answer[2]


LOSS_MISTAKES = (
    Mistake(
        "S5",
        "padding in the loss",
        "Make the padding of one example other numbers. Does your loss change? May it?",
        "Which steps do you add up, and how many do you count?",
        {
            "": edit(P, LOSS, "cost.mean()"),
            "summed, not counted": edit(P, LOSS, "cost.sum() / N"),
            "as zeros of the loss and the share": edit(P, LOSS, "cost.mean()") + edit(P, SHARE, "hit.mean()"),
            "everywhere": edit(P, "real = mask(len(o), lengths)", "real = np.ones(y.shape, bool)")
            + edit(P, "N = lengths.sum()", "N = y.size"),
        },
        test="Let ε = 0. Take one real step of outputs log 3 and 0, and one of padding, 0 and 9. Symbol 0 is right in "
        "both. What is the loss?",
        tries=(
            trial(
                lambda a, b: bool(abs(a[0] - b[0]) > 1e-9), {"o": [[[THREE, 0]], [[7, 0]]], "y": [[0], [1]]}, **PADDED
            ),
            trial(loss, **PADDED),
        ),
    ),
    Mistake(
        "S6",
        "padding left out of the sum alone",
        "Above the line you have left the padding out. By how many steps do you divide?",
        "The mean is over the steps that are there. How many are they?",
        {
            "all steps": edit(P, "N = lengths.sum()", "N = y.size"),
            "in the loss": edit(P, LOSS, "(cost * real).mean()"),
            "in loss and gradient": edit(P, LOSS, "(cost * real).mean()")
            + edit(P, GRADIENT, f"{PROBABILITIES} * real[:, :, None] / y.size"),
            "in the gradient": edit(P, GRADIENT, f"{PROBABILITIES} * real[:, :, None] / y.size"),
        },
        test=EVEN + "What are the loss and the first number of its gradient?",
        tries=(trial(lambda a: [a[0], a[1][0, 0, 0]], **UNEQUAL),),
    ),
    Mistake(
        "S6a",
        "the share divided by another number",
        "Of which steps is your share: of those that are there, or of all?",
        "Both numbers of a quotient leave the padding out.",
        {
            "all steps": edit(P, SHARE, "(hit * real).mean()"),
            "padding counted as right": edit(P, SHARE, "(hit | ~real).mean()"),
            "padding judged": edit(P, SHARE, "hit.mean()"),
            "hits of padding too": edit(P, SHARE, "hit.sum() / N"),
            "the number": edit(P, SHARE, "(hit * real).sum()"),
            "of those that are wrong": edit(P, SHARE, "(~hit * real).sum() / N"),
        },
        test="Take two examples of 3 steps and 1, the second step of the longer wrong, the last of padding too. "
        "Which share is right?",
        tries=(trial(share, **{**UNEQUAL, "o": [[[THREE, 0], [1, 0]], [[0, 1], [5, 0]], [[1, 0], [0, 5]]]}),),
    ),
    Mistake(
        "S6s",
        "a share of sentences",
        "A sentence has one wrong symbol of ten. What does it add to your share?",
        "You share out sentences. What does the task count?",
        {
            "by examples": edit(P, SHARE, "((hit * real).sum(axis=0) / lengths).mean()"),
            "whole sentences": edit(P, SHARE, "(hit | ~real).all(axis=0).mean()"),
        },
        test="Take two examples of 3 steps and 1, the second step of the longer wrong, the last of padding too. "
        "Which share is right?",
        tries=(trial(share, **{**UNEQUAL, "o": [[[THREE, 0], [1, 0]], [[0, 1], [5, 0]], [[1, 0], [0, 5]]]}),),
    ),
    Mistake(
        "S7",
        "each example weighs the same",
        "A sentence of one symbol and one of three: how much does each symbol count?",
        "What is the unit of your mean: a symbol, or a sentence?",
        {
            "": edit(P, LOSS, "((cost * real).sum(axis=0) / lengths).mean()"),
            "in the gradient too": edit(P, LOSS, "((cost * real).sum(axis=0) / lengths).mean()")
            + edit(P, GRADIENT, f"{PROBABILITIES} * real[:, :, None] / (lengths * len(lengths))[:, None]"),
            "in the gradient": edit(
                P, GRADIENT, f"{PROBABILITIES} * real[:, :, None] / (lengths * len(lengths))[:, None]"
            ),
        },
        test=EVEN + "What are the loss and the gradient of the shorter one's first output?",
        tries=(trial(lambda a: [a[0], a[1][0, 1, 0]], **UNEQUAL),),
    ),
    Mistake(
        "S7s",
        "a sum, or a mean over examples or steps",
        "Three real steps have the losses 1, 2 and 6. What do you return?",
        "It is the mean over all symbols of the batch that are real.",
        {
            "the sum": edit(P, LOSS, "(cost * real).sum()"),
            "the sum, and its gradient": edit(P, LOSS, "(cost * real).sum()")
            + edit(P, GRADIENT, f"{PROBABILITIES} * real[:, :, None]"),
            "over examples": edit(P, LOSS, "(cost * real).sum() / len(lengths)"),
            "over examples, and its gradient": edit(P, LOSS, "(cost * real).sum() / len(lengths)")
            + edit(P, GRADIENT, f"{PROBABILITIES} * real[:, :, None] / len(lengths)"),
            "over steps": edit(P, LOSS, "(cost * real).sum() / len(o)"),
            "over the longest": edit(P, LOSS, "(cost * real).sum() / (lengths.max() * len(lengths))"),
        },
        test=EVEN + "Write down the loss of each step. What do you return?",
        tries=(trial(loss, **UNEQUAL),),
    ),
    Mistake(
        "S8",
        "outputs masked instead of losses",
        "You set the outputs of padding to something. What is the loss of a step whose outputs are all alike?",
        "A row of equal outputs still has a loss, and a gradient. What has to become 0?",
        {
            "zero": edit(
                P, "real = mask(len(o), lengths)", "real = mask(len(o), lengths)\n    o = o * real[:, :, None]"
            )
            + edit(P, LOSS, "cost.sum() / N"),
            "zero, the mean of all": edit(
                P, "real = mask(len(o), lengths)", "real = mask(len(o), lengths)\n    o = o * real[:, :, None]"
            )
            + edit(P, LOSS, "cost.mean()"),
        },
        test="Let ε = 0. Take one real step of outputs log 3 and 0, and one of padding, 0 and 9. Symbol 0 is right in "
        "both. What is the loss?",
        tries=(trial(loss, **PADDED),),
    ),
    Mistake(
        "S22",
        "another line between what is real and padding",
        "An example has two real steps. How many of its steps have a gradient with you?",
        "Steps count from 0. Which is the last one that is real?",
        {
            "one more": edit(mask, REAL, "np.arange(T)[:, None] <= lengths"),
            "one less": edit(mask, REAL, "np.arange(T)[:, None] < np.maximum(lengths - 1, 1)"),
            "turned round": edit(mask, REAL, "np.arange(T)[:, None] >= lengths"),
            "without the first": edit(mask, REAL, "(np.arange(T)[:, None] < lengths) & (np.arange(T)[:, None] > 0)"),
            "from the end": edit(mask, REAL, "np.arange(T)[::-1, None] < lengths"),
        },
        test=EVEN
        + "Has the last step of the longer a gradient, and each of the shorter? Write 1 for yes, and 0 for no.",
        tries=(trial(lambda a: [there := np.abs(a[1]).max(axis=2) > 0, [there[2, 0], *there[:, 1]]][1], **UNEQUAL),),
    ),
    Mistake(
        "S10l",
        "one length for all examples",
        "Change the length of one example after the other. Does your loss change each time?",
        "Each example has a length of its own. Which of them meets which column in your lines?",
        {
            "of the first": edit(mask, REAL, "np.arange(T)[:, None] < lengths[:1] + 0 * lengths"),
            "the longest": edit(mask, REAL, "np.arange(T)[:, None] < lengths.max() + 0 * lengths"),
            "the shortest": edit(mask, REAL, "np.arange(T)[:, None] < lengths.min() + 0 * lengths"),
            "turned round": edit(mask, REAL, "np.arange(T)[:, None] < lengths[::-1]"),
        },
        test=EVEN + "In how many steps of each is your gradient other than 0?",
        tries=(trial(lambda a: (np.abs(a[1]).max(axis=2) > 0).sum(axis=0), **UNEQUAL),),
    ),
    Mistake(
        "L1",
        "no smoothing, or in one place alone",
        "Change ε. What changes in your answer: the loss, its gradient, or nothing?",
        "The target of a step is q, in the loss and in the gradient.",
        {
            "none": edit(smoothed, SMOOTH, "np.eye(K)[y]"),
            "in the loss alone": edit(P, GRADIENT, "(np.exp(log_p) - np.eye(o.shape[2])[y]) * real[:, :, None] / N"),
            "in the gradient alone": edit(P, COST, "-(np.eye(o.shape[2])[y] * log_p).sum(axis=2)"),
        },
        test="Take ε = 0.2, one step, and a softmax of 3/4 and 1/4, the first one right. What are the loss and "
        "the first number of its gradient?",
        tries=(trial(lambda a: [a[0], a[1][0, 0, 0]], **FIFTH),),
    ),
    Mistake(
        "L2",
        "ε spread in another way",
        "Add up the target of one step. Which number has the right symbol, and which the others?",
        "ε is spread over all K symbols, the right one among them.",
        {
            "over the others alone": edit(
                smoothed, SMOOTH, "(1 - epsilon) * np.eye(K)[y] + epsilon / (K - 1) * (1 - np.eye(K)[y])"
            ),
            "the right one gets no share": edit(
                smoothed, SMOOTH, "(1 - epsilon) * np.eye(K)[y] + epsilon / K * (1 - np.eye(K)[y])"
            ),
            "over K - 1": edit(smoothed, SMOOTH, "(1 - epsilon) * np.eye(K)[y] + epsilon / (K - 1)"),
            "nothing taken away": edit(smoothed, SMOOTH, "np.eye(K)[y] + epsilon / K"),
            "ε to each": edit(smoothed, SMOOTH, "(1 - epsilon) * np.eye(K)[y] + epsilon"),
            "nothing spread": edit(smoothed, SMOOTH, "(1 - epsilon) * np.eye(K)[y]"),
            "exchanged": edit(smoothed, SMOOTH, "epsilon * np.eye(K)[y] + (1 - epsilon) / K"),
            "over K + 1": edit(smoothed, SMOOTH, "(1 - epsilon) * np.eye(K)[y] + epsilon / (K + 1)"),
        },
        test="Take ε = 0.2, one step, and a softmax of 3/4 and 1/4, the first one right. What are the loss and "
        "the first number of its gradient?",
        tries=(trial(lambda a: [a[0], a[1][0, 0, 0]], **FIFTH),),
    ),
    Mistake(
        "L2p",
        "the softmax smoothed, and not the target",
        "What becomes smooth: what the decoder says, or what it should have said?",
        "The probabilities stay as they are. Which of your two factors holds ε?",
        edit(
            P, "log_p = log_softmax(o)", "log_p = np.log((1 - epsilon) * np.exp(log_softmax(o)) + epsilon / o.shape[2])"
        )
        + edit(P, "smoothed(y, o.shape[2], epsilon)", "smoothed(y, o.shape[2], 0.0)"),
        test="Take ε = 0.2, one step, and a softmax of 3/4 and 1/4, the first one right. Compute the loss by hand.",
        tries=(trial(loss, **FIFTH),),
    ),
    Mistake(
        "R13",
        "a softmax over another axis",
        "Take exponentials of your logarithms. Over which axis do they sum to 1?",
        "The softmax is over the symbols of one step of one example.",
        {
            "steps": edit(log_softmax, LOG, "z - np.log(np.exp(z).sum(axis=0, keepdims=True))"),
            "examples": edit(log_softmax, LOG, "z - np.log(np.exp(z).sum(axis=1, keepdims=True))"),
            "steps, the largest too": edit(log_softmax, Z, "o - o.max(axis=0, keepdims=True)")
            + edit(log_softmax, LOG, "z - np.log(np.exp(z).sum(axis=0, keepdims=True))"),
            "examples, the largest too": edit(log_softmax, Z, "o - o.max(axis=1, keepdims=True)")
            + edit(log_softmax, LOG, "z - np.log(np.exp(z).sum(axis=1, keepdims=True))"),
            "everything": edit(log_softmax, LOG, "z - np.log(np.exp(z).sum())"),
            "no sum": edit(log_softmax, LOG, "z"),
            "twice": edit(
                log_softmax, Z, "np.exp(o - o.max(axis=2, keepdims=True))\n    z = z / z.sum(axis=2, keepdims=True)"
            ),
        },
        test="Let ε = 0. Take two examples of three equal steps, each with a softmax of 3/4 on the right symbol. What "
        "is the loss?",
        tries=(
            trial(
                loss,
                **{**ONE, "o": [[[THREE, 0]] * 2] * 3, "y": [[0, 0]] * 3, "lengths": [3, 3]},
            ),
        ),
    ),
    Mistake(
        "L3",
        "an exponential, or a logarithm, of what is too large",
        "An output is a thousand. What is its exponential, in NumPy? And the logarithm of a probability of 0?",
        "All outputs of a step may lose the same number. Does that change their softmax?",
        {
            "": edit(log_softmax, Z, "o"),
            "the logarithm of the softmax": edit(
                log_softmax, LOG, "np.log(np.exp(z) / np.exp(z).sum(axis=2, keepdims=True))"
            ),
            "nothing subtracted": edit(log_softmax, LOG, NAIVE),
            "nothing subtracted, real steps chosen": edit(log_softmax, LOG, NAIVE) + edit(P, GRADIENT, CHOSEN),
            "nothing subtracted, the best probability": edit(log_softmax, LOG, NAIVE)
            + edit(P, GRADIENT, CHOSEN)
            + edit(P, HIT, "np.exp(log_p).argmax(axis=2) == y"),
            "outputs cut off": edit(log_softmax, Z, "np.clip(o, -50, 50)"),
        },
        test="Let ε = 0. Take a step of outputs 1000 and 0, and one of 0 and 1, the second right in both. What is the "
        "loss?",
        tries=(trial(loss, **BIG),),
    ),
    Mistake(
        "L3c",
        "the logarithm comes to an end",
        "What is the smallest logarithm that your lines can give? Of which outputs should it be smaller?",
        "The logarithm of a softmax can be written without the softmax itself. What is it, of outputs alone?",
        {
            "a small number added": edit(
                log_softmax, LOG, "np.log(np.exp(z) / np.exp(z).sum(axis=2, keepdims=True) + 1e-8)"
            ),
            "cut off": edit(
                log_softmax, LOG, "np.log(np.maximum(np.exp(z) / np.exp(z).sum(axis=2, keepdims=True), 1e-15))"
            ),
            "cut off at 1e-7 in the loss": edit(P, COST, "-(q * np.maximum(log_p, np.log(1e-7))).sum(axis=2)"),
            "cut off at 1e-8 in the loss": edit(P, COST, "-(q * np.maximum(log_p, np.log(1e-8))).sum(axis=2)"),
            "cut off at 1e-12 in the loss": edit(P, COST, "-(q * np.maximum(log_p, np.log(1e-12))).sum(axis=2)"),
        },
        test="Let ε = 0. Take a step of outputs 1000 and 0, and one of 0 and 1, the second right in both. What is the "
        "loss?",
        tries=(trial(loss, **BIG),),
    ),
    Mistake(
        "L3u",
        "the largest of all outputs subtracted",
        "Which number do you subtract from the outputs of a step? Is it one of that step?",
        "A step with small outputs stands beside one with large ones. What is left of its exponentials?",
        {
            "of everything": edit(log_softmax, Z, "o - o.max()"),
            "of each example": edit(log_softmax, Z, "o - o.max(axis=(0, 2), keepdims=True)"),
        },
        test="Let ε = 0. Take a step of outputs 1000 and 0, and one of 0 and 1, the second right in both. What is the "
        "loss?",
        tries=(trial(loss, **BIG),),
    ),
    Mistake(
        "L4",
        "sign or logarithm of the loss",
        "A step has the probability 1/2 on its symbol. Which loss has it, in nats, and which sign?",
        "It is minus a natural logarithm. What do you do to it?",
        {
            "minus": edit(P, COST, "(q * log_p).sum(axis=2)"),
            "base 2": edit(P, COST, "-(q * log_p).sum(axis=2) / np.log(2)"),
            "base 10": edit(P, COST, "-(q * log_p).sum(axis=2) / np.log(10)"),
            "perplexity": edit(P, LOSS, "np.exp((cost * real).sum() / N)"),
            "of probabilities": edit(P, COST, "-(q * np.exp(log_p)).sum(axis=2)"),
            "squares": edit(P, COST, "((q - np.exp(log_p)) ** 2).sum(axis=2)"),
            "the mean over symbols": edit(P, COST, "-(q * log_p).mean(axis=2)"),
            "less the entropy of the target": edit(
                P, COST, "(q * (np.log(np.maximum(q, 1e-300)) - log_p)).sum(axis=2)"
            ),
        },
        test="Take ε = 0.2, one step, and a softmax of 3/4 and 1/4, the first one right. Compute the loss by hand.",
        tries=(trial(loss, **FIFTH),),
    ),
    Mistake(
        "L5",
        "another gradient",
        "Make one output of a real step a little larger. By how much does the loss change, by your gradient?",
        "The gradient before a softmax is a difference of two distributions, over the number of symbols. Which two?",
        {
            "turned round": edit(P, PROBABILITIES, "(q - np.exp(log_p))"),
            "not divided": edit(P, GRADIENT, f"{PROBABILITIES} * real[:, :, None]"),
            "of the logarithms": edit(P, PROBABILITIES, "(log_p - q)"),
            "without the softmax": edit(P, PROBABILITIES, "(o - q)"),
            "of the probabilities": edit(P, PROBABILITIES, "(-q / np.exp(log_p))"),
            "times the slope": edit(P, PROBABILITIES, "((np.exp(log_p) - q) * np.exp(log_p) * (1 - np.exp(log_p)))"),
            "by examples": edit(P, GRADIENT, f"{PROBABILITIES} * real[:, :, None] / len(lengths)"),
            "by steps": edit(P, GRADIENT, f"{PROBABILITIES} * real[:, :, None] / len(o)"),
        },
        test=f"Let ε = 0.2. {THREE_AND_ONE}What is the gradient of the first step of the longer?",
        tries=(trial(gradient, **{**UNEQUAL, "epsilon": 0.2}),),
    ),
    Mistake(
        "L5p",
        "a gradient on padding",
        "Which gradient has a step of padding? Does the loss change when its outputs do?",
        "What is not in the loss has no gradient. Which factor is missing?",
        {
            "": edit(P, GRADIENT, f"{PROBABILITIES} / N"),
            "all steps counted": edit(P, GRADIENT, f"{PROBABILITIES} / y.size"),
        },
        test="Take one real step, and one of padding behind it. What is the gradient of both outputs of padding?",
        tries=(trial(lambda a: a[1][1, 0], **PADDED),),
    ),
    Mistake(
        "L6",
        "another hit",
        "Which symbol would the decoder say at a step? Along which axis do you look for the largest output?",
        "It says the symbol with the largest output, and that is right or wrong.",
        {
            "the smallest": edit(P, HIT, "o.argmin(axis=2) == y"),
            "among the examples": edit(P, HIT, "o.argmax(axis=1)[:, :1] == y"),
            "the probability": edit(P, HIT, "np.take_along_axis(np.exp(log_p), y[:, :, None], axis=2)[:, :, 0]"),
            "more than one half": edit(
                P, HIT, "np.take_along_axis(np.exp(log_p), y[:, :, None], axis=2)[:, :, 0] > 0.5"
            ),
            "among the two best": edit(
                P, HIT, "(np.argsort(-o, axis=2, kind='stable')[:, :, :2] == y[:, :, None]).any(axis=2)"
            ),
        },
        test="Take three steps with the outputs 0.9, 1 and 0: symbol 1 is right twice, then symbol 0. Which share?",
        tries=(trial(share, **{**ONE, "o": [[[0.9, 1, 0]]] * 3, "y": [[1], [1], [0]], "lengths": [3]}),),
    ),
)


def scored(
    r: Generator, lengths: tuple[int, ...], T: int, K: int, epsilon: float, size: float = 1.0
) -> tuple[Any, ...]:
    """Outputs and targets; of the real steps some are right by far, some by little, and some are wrong.

    Each example has another share of hits than the others, and padding another one than what is real.
    """
    B = len(lengths)
    while True:
        o = r.normal(size=(T, B, K)) * 1.5
        n = r.permutation(lengths)
        best = np.argsort(-o, axis=2, kind="stable")
        rank = np.where(r.random((T, B)) < 0.6, 0, r.integers(1, K, (T, B)))
        y = np.take_along_axis(best, rank[:, :, None], axis=2)[:, :, 0]
        if told_apart(o, y, n):
            return o * size, y, n, epsilon


def told_apart(o: Array, y: Ints, n: Ints) -> bool:
    """Do the usual slips of the share give another number? Are no two outputs of a step nearly equal?"""
    T = len(o)
    real, hit = np.arange(T)[:, None] < n, o.argmax(axis=2) == y
    right = (hit * real).sum() / n.sum()
    p = np.exp(o) / np.exp(o).sum(axis=2, keepdims=True)
    there = np.take_along_axis(p, y[:, :, None], axis=2)[:, :, 0]
    two = (np.argsort(-o, axis=2)[:, :, :2] == y[:, :, None]).any(axis=2)
    shifted = [np.arange(T)[:, None] <= n, np.arange(T)[:, None] < np.maximum(n - 1, 1), ~real, real[::-1]]
    shifted += [np.arange(T)[:, None] < m + 0 * n for m in (n[0], n.max(), n.min())]
    shifted += [np.arange(T)[:, None] < n[::-1], real & (np.arange(T)[:, None] > 0)]
    if (n == n[0]).all():
        shifted = shifted[1:2] + shifted[-1:]
        shares = [(hit | ~real).all(axis=0).mean(), (~hit * real).sum() / n.sum()]
    else:
        shares = [(hit * real).mean(), (hit | ~real).mean(), hit.mean(), hit.sum() / n.sum()]
        shares += [((hit * real).sum(axis=0) / n).mean(), (hit | ~real).all(axis=0).mean()]
        shares += [(~hit * real).sum() / n.sum()]
    shares += [(one * hit).sum() / n.sum() for one in shifted]
    shares += [(other * real).sum() / n.sum() for other in (o.argmin(axis=2) == y, there > 0.5, two)]
    shares += [((o.argmax(axis=1)[:, :1] == y) * real).sum() / n.sum()]
    gaps = np.diff(np.sort(o, axis=2)[:, :, -2:]).min()
    return bool(min(abs(one - right) for one in shares) > 1e-3 and gaps > 0.04 and 0 < right < 1)


loss_exercise = Exercise(
    name="seq2seq.smoothed_loss",
    task="The mean cross-entropy of the real symbols of a batch (eq-seq2seq-loss), in nats, with label smoothing: the "
    "target of a step has 1 - epsilon on its symbol, and epsilon spread evenly over all K. Return it, its gradient "
    "with respect to the outputs before the softmax, 0 on padding, and the share of the real symbols that have the "
    "largest output. Padding may be any numbers, and outputs may be large. NumPy only.",
    arguments=(
        Value("o", "T B K", "outputs before the softmax"),
        Value("y", "T B", "whole numbers from 0 to K-1, padding too", integers=True),
        Value("lengths", "B", "real steps of each example, from 1 to T", integers=True),
        Value("epsilon", None, "how much is spread, from 0 to 1"),
    ),
    outputs=(
        Value("L", "", "the loss"),
        Value("do", "T B K", "its gradient"),
        Value("right", "", "share of the real symbols"),
    ),
    reference=smoothed_loss,
    cases={
        "general": lambda r: scored(r, (4, 2, 5), 6, 4, float(r.uniform(0.1, 0.3))),
        "ε is 0": lambda r: scored(r, (3, 5, 1), 5, 4, 0.0),
        "large ε": lambda r: scored(r, (2, 4), 5, 5, float(r.uniform(0.6, 0.9))),
        "large outputs": lambda r: scored(r, (3, 2, 4), 5, 4, float(r.uniform(0.1, 0.3)), 1000.0),
        "float32": lambda r: in_float32(scored(r, (3, 4, 2), 5, 3, float(r.uniform(0.1, 0.3)))),
    },
    facets=(
        Facet("loss, ε is 0", 2, ("ε is 0",), ("L",)),
        Facet("loss, smoothed", 2, ("general", "large ε", "float32"), ("L",)),
        Facet("gradient", 3, ("general", "ε is 0", "large ε", "float32"), ("do",)),
        Facet("share", 1, ("general", "ε is 0", "large ε", "float32"), ("right",)),
        Facet("large outputs", 2, ("large outputs",)),
    ),
    mistakes=LOSS_MISTAKES,
)
