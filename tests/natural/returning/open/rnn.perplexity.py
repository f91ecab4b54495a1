import numpy as np


def perplexity_1(nll_sums, counts):
    per_part = np.exp(nll_sums / counts)
    return float(np.average(per_part, weights=counts))


def perplexity_2(nll_sums, counts):
    n = 0
    mean = 0.0
    for s, c in zip(nll_sums, counts):
        n += 1
        mean += (s / c - mean) / n
    return float(np.exp(mean))


def perplexity_8(nll_sums, counts):
    nll_sums /= counts.sum()
    return float(np.exp(nll_sums.sum()))


def perplexity_10(nll_sums, counts):
    rates = [s / n for s, n in zip(nll_sums, counts)]
    return float(2 ** np.mean(rates))


def perplexity_11(nll_sums, counts, _seen=[]):
    _seen.extend(zip(nll_sums, counts))
    S = sum(s for s, _ in _seen)
    N = sum(n for _, n in _seen)
    return float(np.exp(S / N))


def perplexity_b(nll_sums, counts):
    return float(np.prod(np.exp(nll_sums / counts) ** (counts / counts.sum())))


RIGHT = {
    "weighted_geometric_mean_of_perplexities": perplexity_b,
}
WRONG = {
    "statistician_weighted_mean_of_perplexities": (
        perplexity_1,
        "Averages the perplexities of the parts, weighted by their length, instead of averaging the losses first.",
        "Your weights are right. Which quantity is averaged in eq-rnn-perplexity, and when does the exponential come?",
    ),
    "jax_running_mean_of_rates_subtle": (
        perplexity_2,
        "Averages the loss per symbol over the parts without regard to their lengths.",
        "Parts of equal length are right. Should a part of ten symbols count as much as one of a thousand?",
    ),
    "c_programmer_divides_in_place_subtle": (
        perplexity_8,
        "Divides the caller's array of sums in place.",
        "The number is right the first time. Look at nll_sums after your call.",
    ),
    "two_slips_double": (
        perplexity_10,
        "Averages the rates without weights and raises 2 instead of e.",
        "Start with one part: which base? Then parts of different lengths: what are the weights?",
    ),
    "tired_mutable_default": (
        perplexity_11,
        "Collects the parts in a mutable default argument, so that a later call includes the parts of earlier calls.",
        "The first call is right. What is in your list when the second call begins?",
    ),
}
