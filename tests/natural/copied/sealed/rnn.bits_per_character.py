"""As a student who remembers a line of a training script: nats to bits."""
import math

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("times_log2_of_e")
def f(nll):
    return float(nll) * math.log2(math.e)


@right("over_log1p_of_one")
def f(nll):
    return float(np.divide(nll, np.log1p(1.0)))


@right("by_way_of_base_ten")
def f(nll):
    bans = nll * math.log10(math.e)
    return float(bans / math.log10(2))


@wrong(
    "multiplied",
    "Multiplies by ln 2, the change from bits to nats.",
    "A bit is smaller than a nat. Should the number of bits be larger or smaller than the number of nats?",
)
def f(nll):
    return float(nll * np.log(2.0))


@wrong(
    "logarithm_of_the_loss",
    "Takes the base-2 logarithm of the loss, which is a logarithm already.",
    "What does your function give for a loss of 1 nat, and what for 0? The logarithm was taken when the loss was computed.",
)
def f(nll):
    return float(np.log2(nll))


@wrong(
    "perplexity_line_of_the_script",
    "Copies the line that turns a loss into a perplexity, 2 ** loss.",
    "A perfect model has a loss of 0. How many bits does it need with your function?",
)
def f(nll):
    return float(2.0 ** nll)


@wrong(
    "log2_in_the_divisor",
    "Divides by np.log2(2), which is 1, so the loss stays in nats.",
    "Print the number by which you divide. In which base is the logarithm in the formula?",
)
def f(nll):
    return float(nll / np.log2(2.0))


@wrong(
    "rounded_as_in_the_tables",
    "Rounds to two decimals, as results are printed in papers.",
    "Call it with two losses that differ by 0.001. What should a function return that others will compute with?",
)
def f(nll):
    return round(float(nll) / math.log(2), 2)


@wrong(
    "constant_from_memory",
    "Divides by 0.69, a rounded ln 2.",
    "You are off by half a per cent, always in the same direction. Where does the constant in your line come from?",
)
def f(nll):
    return float(nll) / 0.69


@wrong(
    "formatted_for_the_log",
    "Returns the text that the training script prints, not a number.",
    "Try to add 1 to what you return. What is its type?",
)
def f(nll):
    return f"{nll / math.log(2):.3f} bpc"
