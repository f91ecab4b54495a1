import math

import numpy as np


class _Unit:
    def __init__(self, base):
        self.nats = math.log(base)

    def __rtruediv__(self, value):
        return value / self.nats


def bits_per_character_ines(nll):
    return nll * math.log2(math.e)


def bits_per_character_sven(nll):
    bit = _Unit(2)
    return nll / bit


def bits_per_character_quynh(nll):
    return nll / math.log10(2)


def bits_per_character_ben(nll):
    return nll / 0.693


def bits_per_character_emil(nll):
    return nll / np.log1p(2)


def bits_per_character_gustav(nll):
    return nll / math.log(2) / 8


def bits_per_character_malik(nll):
    return -nll * np.log2(np.e)


RIGHT = {
    'log2_of_e': bits_per_character_ines,
    'class_of_units': bits_per_character_sven,
}

WRONG = {
    'log10': (
        bits_per_character_quynh,
        'ln 2 is replaced by the logarithm of 2 to base 10.',
        'Check with ln 2 nats, which are one bit. To which base is your logarithm?',
    ),
    'three_digits': (
        bits_per_character_ben,
        'ln 2 is typed in as 0.693, which is good to three or four digits only.',
        'Almost. How many digits of your constant are right?',
    ),
    'log1p': (
        bits_per_character_emil,
        'np.log1p(2) is ln 3.',
        'Print your divisor. What does log1p add to its argument?',
    ),
    'byte': (
        bits_per_character_gustav,
        'The loss is divided by 8 as well, which would be bytes.',
        'Check with ln 2 nats, which are one bit. Which factor too many do you have?',
    ),
    'negated': (
        bits_per_character_malik,
        'The loss is taken for a log-likelihood and its sign is turned.',
        'Can a number of bits be negative? Read what nll stands for.',
    ),
}
