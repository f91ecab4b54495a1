"""Hands in a notebook of 40 MB.

Stock: it is copied, stored and shown. Ours: unreadable from 16 MB, and said.
"""

STOCK = "harms"
LOST = True
import json


def notebook(nb):
    nb["cells"][1]["source"] += "\n#" + "x" * (40 * 2**20)
    return json.dumps(nb).encode()
