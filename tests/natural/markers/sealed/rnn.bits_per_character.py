"""As teaching assistants who have marked hundreds of these: one line, and still."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("times_log2_e")
def bits_per_character(nll):
    return float(nll * np.log2(np.e))


@wrong(
    "log2_of_the_loss",
    "Takes the base-2 logarithm of the loss, which is itself a logarithm already.",
    "A loss of 1 nat gives 0 bits with yours, as if nothing had been uncertain. The loss is a logarithm already; what changes between two bases?",
)
def bits_per_character(nll):
    return float(np.log2(nll))


@wrong(
    "times_ln_2",
    "Multiplies by ln 2 instead of dividing, the conversion from bits to nats.",
    "A nat is more than a bit, so the number in bits has to be the larger one. Yours is smaller.",
)
def bits_per_character(nll):
    return nll * np.log(2)


@wrong(
    "log2_of_two",
    "Reads ln 2 as the logarithm to base 2 of 2, which is 1, so the loss comes back unchanged.",
    "You return what you were given. Print the number that you divide by: which base does ln have?",
)
def bits_per_character(nll):
    return float(nll / np.log2(2))


@wrong(
    "rounded_for_the_report",
    "Rounds to two decimals, because bits per character are printed like that.",
    "Yours is right to two decimals and no further. Round when you print, not where others calculate on.",
)
def bits_per_character(nll):
    bpc = nll / np.log(2)
    return float(round(bpc, 2))
