"""Reads the hidden tests from the gradebook.

Stock: gradebook.db can be read by the kernel. Ours: there is no such file.
"""

STOCK = "leaks"
import sqlite3

for row in sqlite3.connect("file:../../../gradebook.db?mode=ro", uri=True).execute("select source from source_cell"):
    print(row)
