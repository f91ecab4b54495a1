"""Hands in a notebook of version 3.

Stock resists by giving nothing: it converts what it must not. Ours: unreadable, and said.
"""

STOCK = "harms"
LOST = True
import json


def notebook(nb):
    cells = [{"cell_type": "code", "language": "python", "input": c["source"], "metadata": c["metadata"]} for c in nb["cells"]]
    return json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}).encode()
