"""Writes Markdown that is made for parsers that look back: brackets and stars without an end.

Stock: the page takes minutes. Ours: it takes seconds.
"""

STOCK = "resists"
PAGE = True
import json


def notebook(nb):
    nb["cells"][-1]["source"] = "[" * 3_000 + "\n\n" + "*a **b " * 1_000 + "\n\n" + "> " * 200 + "x\n\n" + "`" * 2_000
    return json.dumps(nb).encode()
