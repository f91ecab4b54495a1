"""Puts a link to another student's graded notebook where its own will be written.

Stock: nbgrader writes through it. Ours: the trusted process writes no file at a student's word.
"""

STOCK = "harms"
import os

os.chmod("../../alice/hw/hw.ipynb", 0o644)
os.remove("hw.ipynb")
os.symlink("../../alice/hw/hw.ipynb", "hw.ipynb")
