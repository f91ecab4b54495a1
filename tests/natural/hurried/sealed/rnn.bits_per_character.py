"""As students at two in the morning: the two easy points, done last and without looking."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("log2_of_e")
def bits_per_character(nll):
    L = nll
    # bpc = np.log2(L) ???
    bpc = L * np.log2(np.e)
    return float(bpc)


@wrong(
    "log2_of_two",
    "Divides by np.log2(2), which is 1, so nothing is converted.",
    "What number do you divide by? Print it, and compare with the ln 2 of the formula.",
)
def bits_per_character(nll):
    return float(nll / np.log2(2))


@wrong(
    "rounded_for_printing",
    "The rounding to two places was for a print line and was left in the returned value.",
    "Your answer is close, but some digits are missing. Is there something in your return line that belongs to a print?",
)
def bits_per_character(nll):
    bpc = round(float(nll / np.log(2)), 2)
    # print(f"bpc = {bpc}")
    return bpc


@wrong(
    "two_to_the_power",
    "Already half-way into the next exercise: the bits are raised to a power of two, which is a perplexity.",
    "Stop after the formula of this exercise. What did you do with the number of bits once you had it, and does the task ask for that?",
)
def bits_per_character(nll):
    bits = nll / np.log(2.0)
    return float(2.0**bits)


@wrong(
    "test_value_left_in",
    "The argument is overwritten by a value for trying out, so the answer is always the same.",
    "Call your function with two different losses. Why is the answer the same?",
)
def bits_per_character(nll):
    nll = 1.5  # should give 2.16
    return float(nll / np.log(2.0))
