"""Reads the notebook beside it, into which nbgrader has put the hidden tests back.

Stock: it is the working folder. Ours: there is none.
"""

STOCK = "leaks"
import pathlib

for path in pathlib.Path().glob("*.ipynb"):
    print(path.read_text())
