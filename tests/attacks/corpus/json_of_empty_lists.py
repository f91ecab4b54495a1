"""Hands in fifteen megabytes of empty lists, of which each takes twenty times its bytes.

Stock: a gigabyte, for each who looks. Ours: they are not read.
"""

STOCK = "resists"
import json


def notebook(nb):
    nb["cells"][0]["metadata"]["more"] = 0
    return json.dumps(nb).replace('"more": 0', f'"more": [{"[]," * 5_000_000}[]]').encode()


LOST = True
