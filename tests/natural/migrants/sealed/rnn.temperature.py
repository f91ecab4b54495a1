"""As someone who programs well in MATLAB, R, Julia, C++ or Excel and writes NumPy for the first time: bold or cautious."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("examples_as_columns")
def temperature(o, tau):
    e = np.exp((o.T - o.max(axis=1)) / tau)
    return (e / e.sum(axis=0)).T


@right("row_by_row")
def temperature(o, tau):
    p = np.empty_like(o)
    for n in range(o.shape[0]):
        w = np.exp((o[n] - np.max(o[n])) / tau)
        p[n] = w / np.sum(w)
    return p


@right("in_logarithms")
def temperature(o, tau):
    s = (o - np.amax(o, axis=1, keepdims=True)) / tau
    return np.exp(s - np.logaddexp.reduce(s, axis=1, keepdims=True))


@wrong(
    "columns_sum_to_one",
    "sum and max run down the columns, as they do in MATLAB by default: each column has the sum 1, not each row.",
    "Print the sums of your rows and of your columns. Which should be 1?",
)
def temperature(o, tau):
    e = np.exp((o - o.max(axis=0)) / tau)
    return e / e.sum(axis=0)


@wrong(
    "row_sums_lie_flat",
    "The maxima and sums of the rows have shape (B,) and are no columns: NumPy lines them up with the symbols, which raises or mixes rows.",
    "What shape has the sum over axis 1 in NumPy, and along which axis of e does it line up? Try B equal to K as well.",
)
def temperature(o, tau):
    e = np.exp((o - o.max(axis=1)) / tau)
    return e / e.sum(axis=1)


@wrong(
    "times_tau",
    "Multiplies the scores by τ, as if it were the physicists' inverse temperature β.",
    "Try a very small temperature: your probabilities become alike. What should a small τ do?",
)
def temperature(o, tau):
    s = tau * (o - o.max(axis=1, keepdims=True))
    return np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)


@wrong(
    "tau_cancels",
    "Divides by τ after the exponential, in numerator and denominator, where it cancels.",
    "Your result is the same for every temperature. In which place of the formula does τ stand?",
)
def temperature(o, tau):
    e = np.exp(o - o.max(axis=1, keepdims=True)) / tau
    return e / e.sum(axis=1, keepdims=True)


@wrong(
    "clipped_against_overflow",
    "Clips the exponents to ±80 against overflow, so that very different large scores become equal.",
    "Try the scores 1000, 900 and 0: your first two come out alike. Is there a way to avoid overflow that keeps the differences?",
)
def temperature(o, tau):
    e = np.exp(np.clip(o / tau, -80, 80))
    return e / np.sum(e, axis=1, keepdims=True)


@wrong(
    "whole_table_sums_to_one",
    "Divides by the sum of the whole array, as SUM over a range does: all rows together have the sum 1.",
    "What is the sum of your first row? Over what does the sum below the fraction run?",
)
def temperature(o, tau):
    e = np.exp((o - o.max(axis=1, keepdims=True)) / tau)
    return e / np.sum(e)


@wrong(
    "argument_overwritten",
    "o -= … and o /= … work on the caller's array; in MATLAB and R an argument is a private copy.",
    "Call your function twice with the same scores. What have they become in between?",
)
def temperature(o, tau):
    o -= o.max(axis=1, keepdims=True)
    o /= tau
    p = np.exp(o)
    return p / p.sum(axis=1, keepdims=True)
