"""Hands in a folder that is a link to another student's.

Stock: it is followed, and the neighbour's answers count. Ours: a link is not followed, and said.
"""

STOCK = "gains"
NOTHING = True
import shutil


def folder(path):
    shutil.rmtree(path)
    path.symlink_to("../alice/hw")
