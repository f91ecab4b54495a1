import math

import numpy as np


def bits_per_character_1(nll):
    ln2 = np.log(2.0)
    return nll * ln2


def bits_per_character_2(nll):
    return nll / math.log10(2)


def bits_per_character_3(nll):
    return float(np.log2(nll))


def bits_per_character_5(nll):
    return 1.44 * nll


def bits_per_character_7(nll):
    return float(round(nll / np.log(2), 2))


def bits_per_character_a(nll):
    return nll * math.log2(math.e)


def bits_per_character_c(nll):
    ln2 = sum(1 / (k * 2**k) for k in range(1, 60))
    return nll / ln2


RIGHT = {
    "log2_of_e": bits_per_character_a,
    "series_for_ln_2": bits_per_character_c,
}
WRONG = {
    "tired_multiplies": (
        bits_per_character_1,
        "Multiplies by ln 2 instead of dividing.",
        "A nat is more than a bit. Should the number of bits be larger or smaller than that of nats?",
    ),
    "engineer_decimal_logarithm": (
        bits_per_character_2,
        "Divides by the decimal logarithm of 2.",
        "Nats belong to the natural logarithm: which logarithm of 2 do you take?",
    ),
    "assistant_log2_of_the_loss": (
        bits_per_character_3,
        "Takes the binary logarithm of the loss instead of changing its unit.",
        "The loss is a logarithm already. Twice as many nats should be twice as many bits.",
    ),
    "engineer_three_digits_subtle": (
        bits_per_character_5,
        "Uses 1.44 for 1/ln 2, which is right to three digits only.",
        "Nearly: how many digits has your constant?",
    ),
    "reporter_rounds_subtle": (
        bits_per_character_7,
        "Rounds the result to two decimals.",
        "The value is right to two decimals: leave rounding to whoever prints it.",
    ),
}
