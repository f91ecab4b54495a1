"""Writes 60 MB to stderr, through Python and past it.

Stock: all of it is stored and shown. Ours: the beginning.
"""

STOCK = "harms"
import os
import sys

for _ in range(30):
    sys.stderr.write("x" * 2**20)
    os.write(2, b"y" * 2**20)
