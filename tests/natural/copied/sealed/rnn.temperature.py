"""As a student who copies a sampling function from a tutorial or from an assistant: probabilities at a temperature."""
import math

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("in_logarithms_to_the_end")
def f(o, tau):
    logits = (o - np.max(o, axis=1, keepdims=True)) / float(tau)
    return np.exp(logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True)))


@right("against_every_other_symbol")
def f(o, tau):
    with np.errstate(over="ignore"):
        ratios = np.exp((o[:, None, :] - o[:, :, None]) / float(tau))  # p_j / p_k
        return 1 / ratios.sum(axis=2)


@right("row_by_row_in_columns")
def f(o, tau):
    p = np.empty_like(o)
    for b, row in enumerate(o):
        top = max(row.tolist())
        w = [math.exp((s - top) / tau) for s in row.tolist()]
        p[b] = np.array(w) / math.fsum(w)
    return p


@wrong(
    "inverse_temperature",
    "Multiplies by τ, the β of the text it was copied from, instead of dividing.",
    "Does your function become bolder or more even when τ grows? Compare with the sentence below the formula.",
)
def f(o, tau):
    s = o * tau
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@wrong(
    "after_the_softmax",
    "Divides the probabilities by τ and normalises again, which undoes the division.",
    "Call it with τ = 0.1 and τ = 10 and compare. At which place must τ come in to have an effect?",
)
def f(o, tau):
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    p = p / tau
    return p / p.sum(axis=-1, keepdims=True)


@wrong(
    "log_of_probabilities_with_epsilon",
    "Goes by way of log(softmax + 1e-7), as in a text generation script; the epsilon gives unlikely symbols far too much.",
    "Compare the smallest probabilities at a high temperature. Which constant in your code is not in the formula, and why does it need one at all?",
)
def f(o, tau):
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    preds = e / e.sum(axis=-1, keepdims=True)
    preds = np.log(preds + 1e-7) / tau
    exp_preds = np.exp(preds)
    return exp_preds / np.sum(exp_preds, axis=-1, keepdims=True)


@wrong(
    "one_sum_for_the_batch",
    "Divides by the sum over the whole array, as in code for a single vector.",
    "Add up each row of your result. Over which numbers does the sum in the formula run?",
)
def f(o, tau):
    y = (o - np.max(o)) / tau
    return np.exp(y) / np.sum(np.exp(y))


@wrong(
    "maximum_before_the_division",
    "Takes the maximum of o away from o/τ: the exponent of the largest score is not 0, and overflows or underflows.",
    "Print the largest exponent of each row for τ = 0.5 and scores of 1000. Which maximum belongs to what you exponentiate?",
)
def f(o, tau):
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        e = np.exp(o / tau - o.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)


@wrong(
    "energies_of_the_physics_lecture",
    "Uses exp(-E/T), with the scores as energies, so that the symbol with the highest score is the least likely.",
    "Which symbol of a row gets the largest probability with you, and what is its score?",
)
def f(o, tau):
    e = np.exp(-(o - o.min(axis=-1, keepdims=True)) / tau)
    return e / e.sum(axis=-1, keepdims=True)


@wrong(
    "axes_dropped",
    "Takes maximum and sum along the rows without keeping the axis, so (B,) meets (B, K).",
    "Print the shape of the maximum that you take away, and of the array you take it from. How does NumPy line these two up?",
)
def f(o, tau):
    o = o / tau
    e = np.exp(o - o.max(axis=1))
    return e / e.sum(axis=1)
