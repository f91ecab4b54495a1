"""Prints marks that turn the direction of writing, so that 0 of 3 reads as 3 of 0.

Stock: they stand in the page. Ours: they are taken out of what is shown.
"""

STOCK = "harms"
PAGE = True
print("\u202e3 fo 0\u202c \u20663 fo 0\u2069")
