"""Calls the function it is given without end, with all kinds of arguments, the largest included.

Stock: the cell is stopped after its time. Ours too, and the trusted process keeps its time and memory.
"""

STOCK = "resists"
CELL = "slope"
import numpy


def slope(f, x):
    values = [10**900, "x" * 10**5, numpy.zeros(10**6), [[]], float("nan"), None, f, object()]
    while True:
        for value in values:
            try:
                f(value)
            except Exception:
                pass
