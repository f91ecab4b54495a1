"""Prints 60 MB.

Stock: all of it is stored and shown. Ours: the beginning.
"""

STOCK = "harms"
for _ in range(60):
    print("x" * 2**20)
