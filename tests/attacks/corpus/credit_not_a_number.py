"""Partial credit that is not a number.

Stock: nan is not at least 0, and gets all points. Ours: nothing.
"""

STOCK = "gains"
CELL = "vowels"


def vowels(text):
    return float("nan")
