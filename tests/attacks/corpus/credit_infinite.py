"""Partial credit beyond every bound: minus infinity here.

Stock: less than nothing gets all points. Ours: nothing.
"""

STOCK = "gains"
CELL = "vowels"


def vowels(text):
    return float("inf")
