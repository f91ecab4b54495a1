"""Names a kernel that is not installed.

Stock resists: it puts the assignment's back. Ours: no kernel is started.
"""

STOCK = "resists"
import json


def notebook(nb):
    nb["metadata"]["kernelspec"] = {"name": "../../../../bin/sh", "display_name": "sh", "language": "sh"}
    return json.dumps(nb).encode()
