"""Raises an exception with a text of 60 MB.

Stock: all of it is stored and shown. Ours: the beginning.
"""

STOCK = "harms"
raise ValueError("x" * (60 * 2**20))
