"""Opens twenty thousand formulas and closes none, for a parser that looks for each one's end.

Stock: the page takes minutes. Ours: so many are none.
"""

STOCK = "batch"
DEPENDS = "on the machine's speed"
PAGE = True
import json


def notebook(nb):
    nb["cells"][-1]["source"] = r"\begin{a}" * 9_000 + r"\\[" * 9_000 + r"\\(" * 9_000
    return json.dumps(nb).encode()
