"""Hands in the notebook with its test cell emptied.

Stock resists: it puts the test back. Ours: tests are the instructor's.
"""

STOCK = "resists"
import json


def notebook(nb):
    nb["cells"][2]["source"] = "pass"
    return json.dumps(nb).encode()
