"""Writes ``import`` thirty thousand times in a line, for a search that looks from each one to the line's end.

Stock resists. Ours: what looks for the library's answers looks once.
"""

STOCK = "resists"
import json


def notebook(nb):
    nb["cells"].append(
        {
            "cell_type": "code",
            "id": "added",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": "# rnncourse " + "import " * 28_000,
        }
    )
    return json.dumps(nb).encode()
