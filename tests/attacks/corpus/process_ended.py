"""Ends its process at once, to see who minds.

Stock: the kernel is dead, and the honest answers get nothing. Ours: another process runs the cells before it again.
"""

STOCK = "harms"
import os

os._exit(0)
