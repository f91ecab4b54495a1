"""Crashes the interpreter by reading address 0.

Stock: the kernel is dead, and the honest answers get nothing. Ours: another process runs the cells before it again.
"""

STOCK = "harms"
import ctypes

ctypes.string_at(0)
