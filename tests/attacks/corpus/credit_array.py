"""Partial credit as an array of one number.

Stock: what it cannot read gets all points. Ours: it has to be worth no more than its number.
"""

STOCK = "gains"
CELL = "vowels"
import numpy


def vowels(text):
    return numpy.array([14.0])
