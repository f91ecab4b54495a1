"""Hands in ten thousand cells.

Stock: it looks at each, and the class waits. Ours: unreadable from 2 000, and said.
"""

STOCK = "harms"
LOST = True
import json


def notebook(nb):
    own = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": "1"}
    nb["cells"][1:1] = [own | {"id": f"own-{i}"} for i in range(10_000)]
    return json.dumps(nb).encode()
