"""As someone who programs well in R, Julia, C++, JavaScript or Excel and writes NumPy for the first time: in bits."""
import math

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("times_log2_of_e")
def bits_per_character(nll):
    return float(nll) * math.log2(math.e)


@right("change_of_base_over_ten")
def bits_per_character(nll):
    # as in a spreadsheet, where LOG has base 10
    return float(nll * math.log10(math.e) / math.log10(2))


@right("nats_of_one_bit")
def bits_per_character(nll):
    half = np.array([0.5, 0.5])
    nats_of_one_bit = -np.sum(half * np.log(half))
    return float(np.divide(nll, nats_of_one_bit))


@wrong(
    "multiplied",
    "Multiplies by ln 2 instead of dividing: nats from bits.",
    "A bit is the smaller unit. Should the number of bits be larger or smaller than the number of nats?",
)
def bits_per_character(nll):
    return float(nll * np.log(2))


@wrong(
    "log_of_excel",
    "LOG in Excel has base 10; the student takes math.log10(2) for ln 2.",
    "What is ln 2, roughly? Print the number that you divide by.",
)
def bits_per_character(nll):
    return float(nll / math.log10(2))


@wrong(
    "log2_of_the_loss",
    "Takes the logarithm of base 2 of the loss itself, as 'with the logarithm of base 2' may be read.",
    "The loss is already a logarithm. What is left to do is a change of its unit; look at the formula again.",
)
def bits_per_character(nll):
    return float(np.log2(nll))


@wrong(
    "double_slash",
    "Uses // as the division sign, which rounds down to a whole number.",
    "Your answers are all whole numbers. What does the operator that you use do in Python?",
)
def bits_per_character(nll):
    return float(nll // np.log(2))


@wrong(
    "constant_by_heart",
    "Divides by 0.69, the constant as remembered, which is off by half a per cent.",
    "You are close, but every result is off by the same small share. How many digits has your constant?",
)
def bits_per_character(nll):
    LN2 = 0.69
    return nll / LN2


@wrong(
    "base_as_second_argument",
    "Calls np.log(x, 2) as log(x, base) in R; NumPy's second argument is an output array, so it raises.",
    "Read what the second argument of np.log is: unlike in R, it is not the base.",
)
def bits_per_character(nll):
    return float(np.log(np.exp(nll), 2))


@wrong(
    "perplexity_instead",
    "Raises 2 to the loss: turns a loss into a perplexity, and one of base 2, instead of changing the unit.",
    "A loss of 0 nats should be 0 bits. What does your function return for 0?",
)
def bits_per_character(nll):
    return float(2**nll)
