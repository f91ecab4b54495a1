import math

import numpy as np


def perplexity_3(nll_sums, counts):
    df = counts.sum() - len(counts)
    return float(np.exp(nll_sums.sum() / df))


def perplexity_4(nll_sums, counts):
    bits = np.sum(nll_sums) / np.sum(counts)
    return float(2**bits)


def perplexity_5(nll_sums, counts):
    total, n = 0.0, 0
    for j in range(len(counts)):
        total += nll_sums[j]
        n += counts[j]
    return float(np.exp(total // n))


def perplexity_6(nll_sums, counts):
    x = nll_sums / counts
    m = x.max()
    log_mean = m + np.log(np.exp(x - m).mean())
    return float(np.exp(log_mean))


def perplexity_7(nll_sums, counts):
    n = counts[0]
    return float(np.exp(nll_sums.sum() / (n * len(nll_sums))))


def perplexity_9(nll_sums, counts):
    rates = nll_sums / counts
    w = 1.0 / counts
    return float(np.exp((w * rates).sum() / w.sum()))


def perplexity_a(nll_sums, counts):
    N, m = 0, 0.0
    for s, n in zip(nll_sums, counts):
        N += n
        m += (s / n - m) * n / N
    return math.exp(m)


def perplexity_c(nll_sums, counts):
    return math.exp(math.fsum(nll_sums.tolist()) / sum(counts.tolist()))


RIGHT = {
    "running_weighted_mean": perplexity_a,
    "plain_python_fsum": perplexity_c,
}
WRONG = {
    "statistician_degrees_of_freedom": (
        perplexity_3,
        "Subtracts one symbol per part from the counts.",
        "counts is already the number of symbols that were scored: what do you divide by for one part?",
    ),
    "information_theorist_base_two": (
        perplexity_4,
        "Raises 2 instead of e to a mean loss that is in nats.",
        "In which unit are the sums, and which base belongs to it?",
    ),
    "fortran_integer_division": (
        perplexity_5,
        "Divides with //, which cuts the mean loss to a whole number.",
        "Your mean loss is always a whole number: look at the division.",
    ),
    "numerics_logsumexp_of_parts": (
        perplexity_6,
        "Takes the unweighted mean of the parts' perplexities, by way of log-sum-exp.",
        "For one part it is right. What you compute is a mean of perplexities; the page says what a text has instead.",
    ),
    "tired_all_parts_as_long_as_the_first_subtle": (
        perplexity_7,
        "Takes every part to be as long as the first one.",
        "Parts of equal length are right. Whose length do you use for the last part?",
    ),
    "statistician_inverse_variance_weights_subtle": (
        perplexity_9,
        "Weights the losses per symbol by 1/n instead of n, so that short parts count most.",
        "Equal lengths are right. Which part weighs more in your mean, the long one or the short one?",
    ),
}
