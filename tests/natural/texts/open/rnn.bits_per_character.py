import math
from fractions import Fraction

import numpy as np

from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()

right("divide")(lambda nll: nll / np.log(2))
right("times_log2_e")(lambda nll: nll * np.log2(np.e))


@right("constant")
def bits_per_character(nll):
    return nll * 1.4426950408889634


class Bits:
    ln2 = np.log(2)

    def __call__(self, nll):
        return np.divide(nll, self.ln2)


right("class")(Bits())


@right("float128_borderline")
def bits_per_character(nll):
    return np.longdouble(nll) / np.log(np.longdouble(2))


# ---------------------------------------------------------------- wrong

@wrong("times", "Multiplied by ln 2.", "Divide by ln 2: a bit is less than a nat, so there are more bits.")
def bits_per_character(nll):
    return nll * np.log(2)


@wrong("log2_of_nll", "log2 of the loss itself.", "The loss is a logarithm already; change its base, do not take another.")
def bits_per_character(nll):
    return np.log2(nll)


@wrong("divided_by_2", "Divided by 2 instead of ln 2.", "Divide by ln 2, not by 2.")
def bits_per_character(nll):
    return nll / 2


@wrong("exp_first", "exp of the loss divided by ln 2.", "No exp: only divide by ln 2.")
def bits_per_character(nll):
    return np.exp(nll) / np.log(2)


@wrong("minus", "A minus too many.", "Bits are positive: nll is the negative log-likelihood already.")
def bits_per_character(nll):
    return -nll / np.log(2)


@wrong("rounded", "Rounded to two digits.", "Do not round.")
def bits_per_character(nll):
    return round(nll / np.log(2), 2)


@wrong("whole_bits", "Floor division: whole bits only.", "`//` throws the fraction away.")
def bits_per_character(nll):
    return nll // np.log(2)


@wrong("bytes", "Divided by 8 as well (bytes).", "Bits, not bytes.")
def bits_per_character(nll):
    return nll / np.log(2) / 8


@wrong("prints", "print instead of return.", "Nothing is returned.")
def bits_per_character(nll):
    print(nll / np.log(2))


@wrong("library", "The library's function.", "Write it yourself.")
def bits_per_character(nll):
    from rnncourse.rnn import bits_per_character as theirs

    return theirs(nll)


