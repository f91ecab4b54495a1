"""Writes NaN, Infinity and 1e999 into the JSON.

Stock resists. Ours: the result is JSON all the same.
"""

STOCK = "resists"
import json


def notebook(nb):
    nb["metadata"]["x"] = [float("nan"), float("inf"), float("-inf")]
    nb["cells"][1]["metadata"]["x"] = float("nan")
    return json.dumps(nb).replace('"outputs": []', '"outputs": [], "execution_count": 1e999', 1).encode()
