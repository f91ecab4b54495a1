"""Shows HTML with a script, a frame, a form and a handler, for whoever opens the feedback.

Stock: it stands in the page as it is. Ours: of what is shown only text and images stay.
"""

STOCK = "harms"
PAGE = True
from IPython.display import HTML, display

display(HTML("<script>alert(1)</script><img src=x onerror=alert(2)><iframe src='https://example.org'></iframe>"))
display(HTML("<form action='https://example.org'><input name=password></form><body onload=alert(3)>"))
