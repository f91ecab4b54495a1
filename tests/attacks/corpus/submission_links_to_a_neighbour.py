"""Hands in a link to another student's notebook.

Stock: it is followed, and the neighbour's answers count. Ours: a link is not followed, and said.
"""

STOCK = "gains"
NOTHING = True


def folder(path):
    (path / "hw.ipynb").unlink()
    (path / "hw.ipynb").symlink_to("../../alice/hw/hw.ipynb")
