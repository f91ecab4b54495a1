"""Returns generators, iterators and views without end in the place of values.

Stock resists: they are not equal to numbers. Ours: they stay where they are.
"""

STOCK = "resists"
import itertools


def mean(xs):
    return itertools.repeat(5)
