"""Loops for ever.

Stock resists, after 30 s unless told otherwise: the kernel is interrupted. Ours: it is ended.
"""

STOCK = "resists"
while True:
    pass
