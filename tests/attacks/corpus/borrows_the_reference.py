"""Hands in the library's own function.

Stock resists as long as the test is the course's grade(). Ours: the same rule holds across the wall.
"""

STOCK = "resists"
CELL = "cell"
from rnncourse.rnn import cell
