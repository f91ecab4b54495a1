"""Shows a script that calls itself a PNG, one that calls itself SVG in a PNG's place, and MIME types with markup.

Stock: the types' names stand in the page. Ours: an image is one by its first bytes.
"""

STOCK = "resists"
PAGE = True
import base64

from IPython.display import display

script = base64.b64encode(b"<script>alert(1)</script>").decode()
display({"image/png": script, "text/plain": "x"}, raw=True)
display({"image/jpeg": script + '"><script>alert(2)</script>', "text/plain": "x"}, raw=True)
display({'image/png" onerror="alert(3)': script, "text/plain": "x"}, raw=True)
