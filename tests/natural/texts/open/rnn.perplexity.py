import functools
import math

import numpy as np

from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("plain")
def perplexity(nll_sums, counts):
    return np.exp(np.sum(nll_sums) / np.sum(counts))


@right("weighted_mean")
def perplexity(nll_sums, counts):
    return float(np.exp(np.average(nll_sums / counts, weights=counts)))


@right("bits")
def perplexity(nll_sums, counts):
    bits = nll_sums.sum() / np.log(2)
    return 2 ** (bits / counts.sum())


@right("geometric_mean_of_parts")
def perplexity(nll_sums, counts):
    share = counts / counts.sum()
    parts = np.exp(nll_sums / counts)
    return np.prod(parts**share)


@right("reduce_pairs")
def perplexity(nll_sums, counts):
    s, n = functools.reduce(lambda a, b: (a[0] + b[0], a[1] + b[1]), zip(nll_sums.tolist(), counts.tolist()))
    return math.exp(s / n)


@right("incremental")
def perplexity(nll_sums, counts):
    mean, n = 0.0, 0
    for s, c in zip(nll_sums, counts):
        n += c
        mean += (s / c - mean) * c / n
    return np.exp(mean)


# ---------------------------------------------------------------- wrong

@wrong("mean_of_perplexities", "The mean of the parts' perplexities.", "Add up losses and counts first; a mean of perplexities is something else.")
def perplexity(nll_sums, counts):
    return np.exp(nll_sums / counts).mean()


@wrong("weighted_perplexities", "Perplexities averaged with the counts as weights.", "Average the losses, not the perplexities.")
def perplexity(nll_sums, counts):
    return np.average(np.exp(nll_sums / counts), weights=counts)


@wrong("base_2", "2 to the power of nats.", "The losses are in nats: e, not 2.")
def perplexity(nll_sums, counts):
    return 2 ** (nll_sums.sum() / counts.sum())


@wrong("minus", "exp of minus the mean: the mean probability.", "Below 1: the sign in the exponent.")
def perplexity(nll_sums, counts):
    return np.exp(-nll_sums.sum() / counts.sum())


@wrong("sums_averaged", "The sums are taken for means: exp of their mean.", "The S_j are sums; divide by the symbols.")
def perplexity(nll_sums, counts):
    return np.exp(nll_sums.mean())


@wrong("division_outside", "The division stands outside exp.", "exp of the quotient, not the quotient of exp.")
def perplexity(nll_sums, counts):
    return np.exp(nll_sums.sum()) / counts.sum()


@wrong("inverted", "The fraction is upside down.", "The fraction is upside down.")
def perplexity(nll_sums, counts):
    return np.exp(counts.sum() / nll_sums.sum())


@wrong("sum_of_quotients", "exp of the sum of the parts' means.", "A sum of quotients is not the quotient of the sums.")
def perplexity(nll_sums, counts):
    return np.exp((nll_sums / counts).sum())


@wrong("median", "The median of perplexities.", "A median does not add up.")
def perplexity(nll_sums, counts):
    return np.median(np.exp(nll_sums / counts))


@wrong("bits_first", "The losses are converted to bits, but then e is the base.", "Bits need base 2, nats need base e.")
def perplexity(nll_sums, counts):
    return np.exp(nll_sums.sum() / np.log(2) / counts.sum())


@wrong("mean_of_means_base_2", "Two mistakes: mean of means, base 2.", "Add up first; and the base is e.")
def perplexity(nll_sums, counts):
    return 2 ** np.mean(nll_sums / counts)


@wrong("math_exp_of_array", "math.exp of an array.", "TypeError: math.exp takes one number.")
def perplexity(nll_sums, counts):
    return np.mean([math.exp(nll_sums / counts)])


@wrong("none", "No return.", "Nothing is returned.")
def perplexity(nll_sums, counts):
    np.exp(nll_sums.sum() / counts.sum())
