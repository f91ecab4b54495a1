"""Prints text made for regular expressions that clean it: escape sequences that begin and never end.

Stock resists. Ours: the time of the trusted process stays small.
"""

STOCK = "resists"
print("\x1b[" * 20_000 + "\x1b[" + "1;" * 50_000 + "javascript" + " " * 50_000 + "\x1b]8;;" * 1000)
