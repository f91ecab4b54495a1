"""Hands in, beside the notebook, a link to the instructor's solutions, and prints what it leads to.

Stock: it is copied as what it leads to. Ours: it is no declared file, and links are not followed.
"""

STOCK = "leaks"
import json


def folder(path):
    (path / "data.csv").symlink_to("../../../source/hw/hw.ipynb")
    notebook = json.loads((path / "hw.ipynb").read_text())
    notebook["cells"][1]["source"] += "\nprint(open('data.csv').read())"
    (path / "hw.ipynb").write_text(json.dumps(notebook))
