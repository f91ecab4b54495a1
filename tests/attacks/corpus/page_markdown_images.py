"""Writes an answer in Markdown with an image of another host, which learns who grades and when.

Stock: the page asks for it. Ours: it does not.
"""

STOCK = "harms"
PAGE = True
import json


def notebook(nb):
    nb["cells"][-1]["source"] = "![](https://example.org/a.png) ![x][y] ![](//example.org/b.png)\n\n[y]: http://example.org/c.png"
    return json.dumps(nb).encode()
