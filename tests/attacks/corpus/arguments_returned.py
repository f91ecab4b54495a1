"""Returns what it was given, in all ways: the function, the array, itself.

Stock resists. Ours: what was lent comes back as nothing.
"""

STOCK = "resists"
CELL = "slope"


def slope(f, x):
    slope.kept = f
    return [f, x, slope, [f]]
