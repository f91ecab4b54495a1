"""Shows 3 000 outputs of 10 000 characters.

Stock: all of it is stored and shown. Ours: the beginning.
"""

STOCK = "harms"
from IPython.display import display


class Page:
    def __repr__(self):
        return "x" * 10_000


for _ in range(3_000):
    display(Page())
