"""Raises errors whose names, texts and tracebacks are HTML, in a cell and when the check calls it.

Stock resists: they are shown as text. Ours: the same, in the check's report too.
"""

STOCK = "resists"
PAGE = True
CELL = "cell"
Markup = type("<script>alert(1)</script>", (Exception,), {})


def cell(*arguments):
    raise Markup("<script>alert(2)</script> `<img src=x onerror=alert(3)>`")


get_ipython()._showtraceback = lambda kind, value, lines: print("<script>alert(4)</script>")
raise Markup("<script>alert(5)</script>")
