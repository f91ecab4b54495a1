"""Hands in the notebook without a test cell.

Stock: the cell's points are gone, whatever the answer; the rest is graded. Ours: it is put back.
"""

STOCK = "resists"
import json


def notebook(nb):
    del nb["cells"][2]
    return json.dumps(nb).encode()
