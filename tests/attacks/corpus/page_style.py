"""Shows a style sheet that hides the deductions and paints points over them.

Stock: it stands in the page as it is. Ours: of what is shown only text and images stay.
"""

STOCK = "harms"
PAGE = True
from IPython.display import HTML, display

display(HTML("<style>body * {visibility: hidden} body::before {content: '12 / 12'; position: fixed}</style>"))
