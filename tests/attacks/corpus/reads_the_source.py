"""Reads the instructor's solutions two folders up.

Stock: the course is on the same disk, for the same user. Ours: nothing of the course is in the jail.
"""

STOCK = "leaks"
import glob

for path in [*glob.glob("../../../source/*/*.ipynb"), *glob.glob("/**/source/hw/*.ipynb")]:
    print(open(path).read())
