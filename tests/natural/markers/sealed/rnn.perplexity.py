"""As teaching assistants who have marked hundreds of these: sums, means, and means of means."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("base_two")
def perplexity(nll_sums, counts):
    n = 0
    bits = 0.0
    for S_j, n_j in zip(nll_sums, counts):
        bits += S_j / np.log(2.0)
        n += n_j
    return float(2.0 ** (bits / n))


@wrong(
    "mean_of_the_part_means",
    "Takes each part's mean loss and then the plain mean of these, so a short part counts as much as a long one.",
    "With parts of equal length you are right, with unequal ones not. How much should a part of 10 symbols count beside one of 1000?",
)
def perplexity(nll_sums, counts):
    return float(np.exp(np.mean(nll_sums / counts)))


@wrong(
    "fraction_outside_exp",
    "Takes exp of the sum and divides by the number of symbols afterwards.",
    "Give every symbol the loss 0: the perplexity should be 1, yours is 1/n. Does the fraction stand inside or outside of exp?",
)
def perplexity(nll_sums, counts):
    return float(np.exp(np.sum(nll_sums)) / np.sum(counts))


@wrong(
    "one_for_each_part",
    "Returns the perplexity of each part, an array, because nothing was summed.",
    "You return J numbers; the perplexity belongs to the whole text. What has become of the two sums of the formula?",
)
def perplexity(nll_sums, counts):
    return np.exp(nll_sums / counts)


@wrong(
    "sums_weighted_again",
    "Takes the sums for means and weights them with the counts once more.",
    "Your numbers are huge: each part's length comes in twice. Is S_j a sum or a mean?",
)
def perplexity(nll_sums, counts):
    return float(np.exp(np.average(nll_sums, weights=counts)))
