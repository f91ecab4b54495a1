"""Gives metadata, ids, sources and outputs types that nobody expects.

Stock: an error, and its honest answers get nothing. Ours: what cannot be read is left out.
"""

STOCK = "harms"
import json


def notebook(nb):
    nb["cells"] += [7, None, [], {"cell_type": "code", "metadata": "none", "source": {"a": 1}, "outputs": 3}]
    nb["cells"] += [{"cell_type": ["code"], "source": [1, "x", None]}, {"metadata": {"nbgrader": [1]}, "cell_type": "code"}]
    nb["cells"][0]["metadata"]["nbgrader"]["grade_id"] = ["setup"]
    nb["metadata"] = []
    return json.dumps(nb).encode()
