import math

import numpy as np


def bits_per_character_mia(nll):
    ln2 = 2 * np.arctanh(1 / 3)
    return float(nll / ln2)


def bits_per_character_karim(nll):
    return nll * np.log(2)


def bits_per_character_hanna(nll):
    return np.log2(nll)


def bits_per_character_greta(nll):
    return 2 ** (nll / np.log(2))


def bits_per_character_ivan(nll):
    return float(math.ceil(nll / math.log(2)))


RIGHT = {
    'arctanh_series_constant': bits_per_character_mia,
}

WRONG = {
    'times_ln2': (
        bits_per_character_karim,
        'The loss is multiplied by ln 2 instead of divided.',
        'Is a bit more or less than a nat? A fair coin costs 1 bit and 0.693 nats.',
    ),
    'log2_of_loss': (
        bits_per_character_hanna,
        'The logarithm to base 2 of the loss is taken, although the loss is a logarithm already.',
        'What do you return for a loss of 1 nat? Is a change of the base a logarithm or a factor?',
    ),
    'perplexity_instead': (
        bits_per_character_greta,
        'The perplexity is returned, not the number of bits.',
        'A loss of 0 nats needs how many bits? And what do you return for it?',
    ),
    'whole_bits': (
        bits_per_character_ivan,
        'The result is rounded up to a whole number of bits.',
        'The ideal coder needs this many bits on average. Must an average be a whole number?',
    ),
}
