"""Hands in a notebook with bytes that are no UTF-8.

Stock: an error, and the student is left out. Ours: unreadable, and said.
"""

STOCK = "harms"
LOST = True
import json


def notebook(nb):
    return json.dumps(nb).encode().replace(b"return 0", b"return '\xff\xfe\xc0'")
