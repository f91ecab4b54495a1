"""Overwrites what the next student has handed in.

Stock: the folder can be written. Ours: there is no such folder.
"""

STOCK = "harms"
import glob

for path in glob.glob("../../../submitted/zoe/hw/hw.ipynb"):
    with open(path, "w") as file:
        file.write("{}")
