"""Writes formulas that paint over the page: raised, moved back, in boxes of any size.

Stock: they stand in the page, which is not looked at for them. Ours: what moves does nothing.
"""

STOCK = "resists"
PAGE = True
import json


def notebook(nb):
    nb["cells"][-1]["source"] = (
        r"$\raise 40em{\bbox[white,40em]{\text{all points}}}$ $\hspace{-300px} x$ $\rule{900em}{900em}$ "
        r"$$\begin{array}{c} a \\[-99em] b \end{array}$$ $\kern-99em x$ $\llap{x}$ $\mspace {-999mu} x$ ${a \above 999pt b}$"
    )
    return json.dumps(nb).encode()
