"""Hands in a folder with the notebook's name.

Stock: an error, and the student is left out. Ours: it is no file, and said.
"""

STOCK = "harms"
NOTHING = True


def folder(path):
    (path / "hw.ipynb").unlink()
    (path / "hw.ipynb").mkdir()
    (path / "hw.ipynb" / "hw.ipynb").touch()
