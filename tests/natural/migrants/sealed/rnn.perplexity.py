"""As someone who programs well in MATLAB, R, C++, JavaScript or Excel and writes NumPy for the first time: a whole text."""
import math

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("running_totals")
def perplexity(nll_sums, counts):
    total = 0.0
    n = 0
    for j in range(len(counts)):
        total += float(nll_sums[j])
        n += int(counts[j])
    return math.exp(total / n)


@right("weighted_average")
def perplexity(nll_sums, counts):
    return float(np.exp(np.average(nll_sums / counts, weights=counts)))


@right("product_of_factors")
def perplexity(nll_sums, counts):
    # exp of a sum is a product
    return float(np.prod(np.exp(nll_sums / counts.sum())))


@wrong(
    "average_of_averages",
    "Averages the parts' mean losses without weights, as AVERAGE over a column would.",
    "A part of ten symbols counts as much as one of a thousand in your average. Whose mean is asked for?",
)
def perplexity(nll_sums, counts):
    return float(np.exp(np.mean(nll_sums / counts)))


@wrong(
    "average_of_perplexities",
    "Computes a perplexity for each part and takes their weighted mean; exp and mean do not commute.",
    "Does exp of a mean equal the mean of exp? Which of the two stands in the formula?",
)
def perplexity(nll_sums, counts):
    pp = np.exp(nll_sums / counts)
    return float((pp * counts).sum() / counts.sum())


@wrong(
    "base_two",
    "Raises 2 to the mean loss, but the losses are in nats.",
    "In which unit are the losses, and which base belongs to that unit?",
)
def perplexity(nll_sums, counts):
    return float(2.0 ** (nll_sums.sum() / counts.sum()))


@wrong(
    "mean_over_sum",
    "Takes the mean of the sums, which divides by the number of parts once too often.",
    "Cut the same text into twice as many parts: your perplexity changes. What do you divide by that the formula does not?",
)
def perplexity(nll_sums, counts):
    return float(np.exp(nll_sums.mean() / counts.sum()))


@wrong(
    "starts_at_one",
    "The loop counts parts from 1 as in R, and so leaves out the first.",
    "Which index has the first element of an array in Python? Try a text with a single part.",
)
def perplexity(nll_sums, counts):
    S, n = 0.0, 0
    for j in range(1, len(nll_sums)):
        S += nll_sums[j]
        n += counts[j]
    return float(np.exp(S / max(n, 1)))


@wrong(
    "one_for_each_part",
    "Divides element by element and returns an array with a perplexity for each part.",
    "How many numbers should describe the whole text, and how many do you return?",
)
def perplexity(nll_sums, counts):
    return np.exp(nll_sums / counts)


@wrong(
    "float_added_to_integers",
    "The accumulator is made with zeros_like(counts) and has integers; adding floats to it in place raises.",
    "Read the error's last line: from which dtype to which can NumPy not cast? Look at how you made the accumulator.",
)
def perplexity(nll_sums, counts):
    acc = np.zeros_like(counts[:1])
    for s in nll_sums:
        acc += s
    return float(np.exp(acc[0] / np.sum(counts)))
