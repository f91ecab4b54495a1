"""Hands in a link to the instructor's notebook in the place of one.

Stock: it is followed, and the solution is the answer. Ours: a link is not followed, and said.
"""

STOCK = "gains"
NOTHING = True


def folder(path):
    (path / "hw.ipynb").unlink()
    (path / "hw.ipynb").symlink_to("../../../source/hw/hw.ipynb")
