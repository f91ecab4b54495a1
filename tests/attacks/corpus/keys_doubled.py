"""Writes JSON in which the list of cells, and a cell's source, stand twice.

Stock resists: the last one counts, as everywhere. Ours: the same.
"""

STOCK = "resists"
import json


def notebook(nb):
    text = json.dumps(nb)
    return text.replace('{"nbformat"', '{"cells": [{"source": 3}], "nbformat"', 1).replace(
        '"source": "def mean', '"source": "mean = 5", "source": "def mean', 1
    ).encode()
