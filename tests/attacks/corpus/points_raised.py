"""Raises the points of its tests in the metadata.

Stock resists: it takes them from the gradebook. Ours: metadata are the instructor's.
"""

STOCK = "resists"
import json


def notebook(nb):
    for cell in nb["cells"]:
        if "points" in cell["metadata"]["nbgrader"]:
            cell["metadata"]["nbgrader"]["points"] = 1e9
    return json.dumps(nb).encode()
