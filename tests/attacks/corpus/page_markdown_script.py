"""Writes an answer in Markdown with scripts, handlers, frames and styles.

Stock: they stand in the page as they are. Ours: no HTML of a student's counts.
"""

STOCK = "harms"
PAGE = True
import json

TEXT = """
<script>alert(1)</script>
<img src=x onerror=alert(2)>
<iframe src="https://example.org"></iframe> <style>* {display: none}</style>
<svg/onload=alert(3)> <a href="x" onclick="alert(4)">x</a> <<script>alert(5)</script>
"""


def notebook(nb):
    nb["cells"][-1]["source"] = TEXT
    return json.dumps(nb).encode()
