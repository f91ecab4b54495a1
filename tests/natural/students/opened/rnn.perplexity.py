import math

import numpy as np


def perplexity_mia(nll_sums, counts):
    return math.exp(math.fsum(nll_sums) / int(np.sum(counts)))


def perplexity_sven(nll_sums, counts):
    total = 0.0
    for s, n in zip(nll_sums, counts):
        total += s / n
    return np.exp(total / len(counts))


def perplexity_lars(nll_sums, counts):
    return float(np.exp(np.mean(nll_sums)))


def perplexity_cem(nll_sums, counts):
    w = counts / counts.sum()
    return np.exp(np.sum(w * nll_sums))


def perplexity_emil(nll_sums, counts):
    pp = np.exp(nll_sums / counts)
    return np.average(pp, weights=counts)


def perplexity_deniz(nll_sums, counts):
    n = np.array([c - 1 if c > 1 else 1 for c in counts])
    return np.exp(nll_sums.sum() / n.sum())


RIGHT = {
    'math_fsum': perplexity_mia,
}

WRONG = {
    'mean_of_means': (
        perplexity_sven,
        'The mean losses of the parts are averaged without regard to their lengths.',
        'A part of 10 symbols and one of 10,000: how much does each count in your result?',
    ),
    'per_part_not_symbol': (
        perplexity_lars,
        'The total loss is divided by the number of parts instead of the number of symbols.',
        'In which unit is your exponent, nats a symbol or nats a part?',
    ),
    'sums_taken_as_means': (
        perplexity_cem,
        'The summed losses are taken for means and weighted by the counts once more.',
        'nll_sums are already sums over the symbols of a part. What does your multiplication by counts do to a single part?',
    ),
    'weighted_perplexities': (
        perplexity_emil,
        'The perplexities of the parts are averaged with the lengths as weights.',
        'Your weights are right, but what is it that they weigh? Look where exp stands in the formula.',
    ),
    'minus_first_symbol': (
        perplexity_deniz,
        'One symbol is subtracted from every count, as if the first one of a part had not been scored.',
        'For a single part, is your exponent its sum over its count? What do the counts count?',
    ),
}
