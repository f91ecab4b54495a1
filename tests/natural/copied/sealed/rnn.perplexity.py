"""As a student who copies an evaluation loop: the perplexity of a whole text."""
import math

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("exact_sums")
def f(nll_sums, counts):
    return math.exp(math.fsum(nll_sums.tolist()) / sum(counts.tolist()))


@right("product_of_shares")
def f(nll_sums, counts):
    N = np.sum(counts, dtype=np.float64)
    return float(np.prod(np.exp(np.asarray(nll_sums, dtype=np.float64) / N)))


@right("two_to_the_bits")
def f(nll_sums, counts):
    total, n = 0.0, 0
    for S, m in zip(nll_sums, counts):
        total, n = total + float(S), n + int(m)
    bits = total / n / math.log(2)
    return 2.0 ** bits


@wrong(
    "mean_of_perplexities",
    "Computes a perplexity for each part and averages them.",
    "Take one part of 1000 symbols and one of 1: how much should the short one matter, and how much does it with you?",
)
def f(nll_sums, counts):
    return float(np.mean(np.exp(nll_sums / counts)))


@wrong(
    "mean_of_batch_losses",
    "Averages the mean losses of the parts with equal weights, as a training loop with equal batches does.",
    "Your line is right when all parts have the same length. What happens when they have not?",
)
def f(nll_sums, counts):
    losses = [s / n for s, n in zip(nll_sums, counts)]
    return float(np.exp(sum(losses) / len(losses)))


@wrong(
    "multiplied_by_the_length_again",
    "Takes the sums for means and multiplies each by its count, like total_loss += len(data) * loss.",
    "Is S_j a sum or a mean? Follow the unit, nats or nats a symbol, through your line.",
)
def f(nll_sums, counts):
    total_loss = 0.0
    for loss, n in zip(nll_sums, counts):
        total_loss += n * loss
    with np.errstate(over="ignore"):
        return float(np.exp(total_loss / counts.sum()))


@wrong(
    "two_to_the_nats",
    "Raises 2 to the loss, as with losses in bits, though these are in nats.",
    "A model that guesses among 50 equal symbols has the perplexity 50. In which unit are the losses, and which base belongs to it?",
)
def f(nll_sums, counts):
    return float(2 ** (nll_sums.sum() / counts.sum()))


@wrong(
    "end_of_sentence_counted",
    "Counts one symbol more for each part, the end-of-sentence symbol of the n-gram lecture.",
    "Cut a text into more parts without changing any loss: the perplexity should stay. What moves in your version?",
)
def f(nll_sums, counts):
    N = (counts + 1).sum()  # +1 for </s>
    return float(np.exp(nll_sums.sum() / N))


@wrong(
    "product_of_probabilities",
    "Multiplies the probabilities of the parts and takes the N-th root; the product of a long text underflows to 0.",
    "Try a text of 10,000 symbols. How small is the probability of the whole text, and can a float hold it?",
)
def f(nll_sums, counts):
    p = np.prod(np.exp(-nll_sums))
    with np.errstate(divide="ignore"):
        return float(np.float64(p) ** (-1.0 / counts.sum()))


@wrong(
    "one_for_each_part",
    "Returns a perplexity for every part, an array, as the log of the script shows it.",
    "How many numbers do you return, and to what does perplexity belong according to the task?",
)
def f(nll_sums, counts):
    return np.exp(nll_sums / counts)
