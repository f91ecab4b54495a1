"""Recurses in C until the stack is full.

Stock: the kernel is dead, and the honest answers get nothing. Ours: another process runs the cells before it again.
"""

STOCK = "harms"
import sys

sys.setrecursionlimit(10**8)
nested = []
for _ in range(10**6):
    nested = [nested]
repr(nested)
