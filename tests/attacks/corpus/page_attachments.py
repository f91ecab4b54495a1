"""Attaches HTML to an answer in Markdown, and calls it an image.

Stock: it stands in the page as data. Ours: what is attached is left out.
"""

STOCK = "harms"
PAGE = True
import base64
import json


def notebook(nb):
    data = base64.b64encode(b"<script>alert(1)</script>").decode()
    nb["cells"][-1]["attachments"] = {"a.svg": {"image/svg+xml": data}, "b.png": {"text/html": data, "image/png": data}}
    nb["cells"][-1]["source"] = "![](attachment:a.svg) ![](attachment:b.png)"
    return json.dumps(nb).encode()
