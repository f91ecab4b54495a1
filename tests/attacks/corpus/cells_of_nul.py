"""Puts NUL, half surrogates and byte order marks into an answer.

Stock: what cannot be compiled or stored costs its points, or all of them. Ours: its own alone.
"""

STOCK = "harms"
import json


def notebook(nb):
    nb["cells"][1]["source"] = "mean = '\0\ud800\ufeff'\n\0"
    return json.dumps(nb).encode()
