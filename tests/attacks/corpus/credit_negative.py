"""An answer so wrong that its partial credit is negative.

Stock: less than nothing is strange, and gets all points. Ours: nothing.
"""

STOCK = "gains"
CELL = "vowels"


def vowels(text):
    return 10**9
