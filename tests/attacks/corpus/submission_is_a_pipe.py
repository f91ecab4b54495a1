"""Hands in a pipe in the place of a notebook: who opens it waits for ever.

Stock: it waits. Ours: it is no file, and said.
"""

STOCK = "batch"
NOTHING = True
import os


def folder(path):
    (path / "hw.ipynb").unlink()
    os.mkfifo(path / "hw.ipynb")
