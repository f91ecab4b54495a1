from functools import reduce
import math

import numpy as np


def perplexity_rosa(nll_sums, counts):
    per_symbol = nll_sums / counts
    return np.exp(np.average(per_symbol, weights=counts))


def perplexity_nils(nll_sums, counts):
    S, N = reduce(lambda a, c: (a[0] + c[0], a[1] + c[1]), zip(nll_sums, counts), (0.0, 0))
    return math.e ** (S / N)


def perplexity_wim(nll_sums, counts):
    return np.mean(np.exp(nll_sums / counts))


def perplexity_kira(nll_sums, counts):
    h = sum(nll_sums) / sum(counts)
    return 2 ** h


def perplexity_ben(nll_sums, counts):
    total_nll = nll_sums.sum()
    total_n = counts.sum()
    return np.exp(total_nll // total_n)


def perplexity_ivan(nll_sums, counts):
    avg = nll_sums[0] / counts[0]
    for j in range(1, len(nll_sums)):
        avg = (avg + nll_sums[j] / counts[j]) / 2
    return np.exp(avg)


RIGHT = {
    'weighted_average_of_means': perplexity_rosa,
    'reduce_pairs': perplexity_nils,
}

WRONG = {
    'mean_of_perplexities': (
        perplexity_wim,
        'The perplexity of every part is computed and the perplexities are averaged.',
        'The text says what a whole text does not have a mean of. Where does your average stand, before exp or after it?',
    ),
    'base_two': (
        perplexity_kira,
        '2 is raised to the mean loss although the loss is in nats.',
        'To which base was the logarithm in the losses? Check with a loss of ln 10 a symbol: how many equally probable symbols are that?',
    ),
    'floor_division': (
        perplexity_ben,
        'The total loss is divided with //, which cuts off the fraction before exp.',
        'Try losses of 1.9 nats a symbol. Which operator do you divide with?',
    ),
    'running_average': (
        perplexity_ivan,
        'A running average is halved at every part, so that later parts weigh more, and lengths are ignored.',
        'Exchange two parts: does your result change? It should not.',
    ),
}
