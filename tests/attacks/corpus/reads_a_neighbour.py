"""Reads what another student has handed in.

Stock: it lies in the next folder. Ours: no other submission is in the jail.
"""

STOCK = "leaks"
import glob

for path in glob.glob("../../../submitted/alice/*/*") + glob.glob("../../alice/*/*"):
    print(open(path).read())
