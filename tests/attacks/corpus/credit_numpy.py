"""Partial credit as NumPy's number, which shows itself as np.float64(-3.0).

Stock: what it cannot read gets all points. Ours: a number like any other, within the points.
"""

STOCK = "gains"
CELL = "vowels"
import numpy


def vowels(text):
    return numpy.float64(14.0)
