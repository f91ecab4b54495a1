"""Gives all cells the same id.

Stock resists: it renames them. Ours: an answer is found by its grade_id.
"""

STOCK = "resists"
import json


def notebook(nb):
    for cell in nb["cells"]:
        cell["id"] = "same"
    return json.dumps(nb).encode()
