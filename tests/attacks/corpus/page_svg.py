"""Shows an SVG with a script.

Stock: it stands in the page as it is. Ours: an SVG is no image here.
"""

STOCK = "harms"
PAGE = True
from IPython.display import SVG, display

display(SVG('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'))
