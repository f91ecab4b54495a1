"""A whole number with 400 digits, which no float holds.

Stock: less than nothing gets all points. Ours: nothing, and no error of the grader's.
"""

STOCK = "gains"
CELL = "vowels"


def vowels(text):
    return 10**400
