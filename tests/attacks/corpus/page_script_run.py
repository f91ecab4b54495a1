"""Shows JavaScript, which pages run.

Stock: it stands in the page as a script. Ours: it is neither text nor an image.
"""

STOCK = "harms"
PAGE = True
from IPython.display import Javascript, display

display(Javascript("alert(1)"))
