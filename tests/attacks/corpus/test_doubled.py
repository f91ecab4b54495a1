"""Hands in the test cell twice, with an easier second one.

Stock: one bad notebook is an error, and its honest answers get nothing. Ours: tests are the instructor's.
"""

STOCK = "harms"
import copy
import json


def notebook(nb):
    nb["cells"].append(copy.deepcopy(nb["cells"][2]) | {"source": "pass", "id": "again"})
    return json.dumps(nb).encode()
