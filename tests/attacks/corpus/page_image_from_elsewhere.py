"""Shows an image of another host, which learns who looks at the feedback and when.

Stock: the page asks for it. Ours: no image of another host is shown.
"""

STOCK = "harms"
PAGE = True
from IPython.display import HTML, Image, Markdown, display

display(Image(url="https://example.org/pixel.png"), Markdown("![](https://example.org/pixel.png)"))
