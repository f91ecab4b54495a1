"""Writes formulas that the page's typesetter makes links of that run scripts.

Stock: they stand in the page. Ours: none does.
"""

STOCK = "harms"
PAGE = True
import json


def notebook(nb):
    nb["cells"][-1]["source"] = (
        r"$\href{javascript:alert(1)}{x}$ $$\href {JAVASCRIPT:alert(2)}{x}$$ $\href{javascript&#58;alert(3)}{x}$ "
        r"\(\href{javascript:alert(4)}{x}\) \\[\href{vbscript:alert(5)}{x}\\] $\href{java&#115;cript:alert(6)}{x}$"
    )
    return json.dumps(nb).encode()
