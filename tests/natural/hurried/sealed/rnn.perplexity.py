"""As students at two in the morning: one number for a whole text, with a loop that was faster to copy than to think about."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("loop_with_two_totals")
def perplexity(nll_sums, counts):
    S = 0.0
    n = 0
    for j in range(len(nll_sums)):
        S += float(nll_sums[j])
        n += int(counts[j])
    # pp = np.exp(S) / n
    pp = np.exp(S / n)
    return float(pp)


@wrong(
    "totals_reset_in_loop",
    "The lines that set the totals to zero stand inside the loop, so only the last part counts.",
    "Change the first part: does the answer change? See how often your totals are set to zero.",
)
def perplexity(nll_sums, counts):
    for j in range(len(nll_sums)):
        S, n = 0.0, 0
        S += nll_sums[j]
        n += counts[j]
    return float(np.exp(S / n))


@wrong(
    "last_count_only",
    "The losses are summed over all parts, but the division is by counts[j], the count of the last part.",
    "With one part your function is right, with two it is too large. Which number of symbols belongs to the sum of all losses, and what is j after the loop?",
)
def perplexity(nll_sums, counts):
    total = 0.0
    for j in range(len(nll_sums)):
        total += nll_sums[j]
    return float(np.exp(total / counts[j]))


@wrong(
    "ln_2_copied_along",
    "The division by ln 2 was copied from the exercise before, but the exponential stays one of base e.",
    "Base and unit must go together: exp undoes the natural logarithm. In which unit are the losses at the moment when you take exp?",
)
def perplexity(nll_sums, counts):
    nll = nll_sums.sum() / counts.sum()
    bpc = nll / np.log(2.0)
    return float(np.exp(bpc))


@wrong(
    "nothing_returned",
    "The result was printed instead of returned, and when the print was taken out nothing was left: the function gives None.",
    "Write r = perplexity(...) and look at type(r). What does a Python function give back that ends without saying so?",
)
def perplexity(nll_sums, counts):
    S = nll_sums.sum()
    n = counts.sum()
    pp = float(np.exp(S / n))
    # print(pp)
