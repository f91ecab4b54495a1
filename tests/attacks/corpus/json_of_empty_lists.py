"""Hands in fifteen megabytes of empty lists, of which each takes twenty times its bytes.

Stock: it takes minutes, and a gigabyte. Ours: they are not read.
"""

STOCK = "batch"
DEPENDS = "on the machine's speed"
import json


def notebook(nb):
    nb["cells"][0]["metadata"]["more"] = 0
    return json.dumps(nb).replace('"more": 0', f'"more": [{"[]," * 5_000_000}[]]').encode()


LOST = True
