"""Thirty cells that each take nearly all of a cell's time.

Stock: it has a limit for cells alone, and the class waits. Ours: the notebook has one too, which costs its own points.
"""

STOCK = "harms"
LOST = True
TOTAL = 2
import json


def notebook(nb):
    slow = {"cell_type": "code", "metadata": {}, "source": "import time\ntime.sleep(0.7)", "outputs": []}
    slow["execution_count"] = None
    nb["cells"][1:1] = [slow | {"id": f"slow-{i}"} for i in range(30)]
    nb["cells"].append(slow | {"id": "last", "source": "print('esc' 'aped')"})
    return json.dumps(nb).encode()
