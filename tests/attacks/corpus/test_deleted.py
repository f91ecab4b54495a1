"""Hands in the notebook without a test cell.

Stock: an error, and its honest answers get nothing. Ours: it is put back.
"""

STOCK = "harms"
import json


def notebook(nb):
    del nb["cells"][2]
    return json.dumps(nb).encode()
