"""Prints codes that terminals obey: titles, links, a cursor that goes back over what is there.

Stock: some of them stand in the page. Ours: of escape sequences colours stay.
"""

STOCK = "harms"
PAGE = True
print("\x1b]0;title\x07\x1b]8;;https://example.org\x07link\x1b]8;;\x07\x1b[2J\x1b[H\x1b[9999A\x9b31m0 points\r3 points\x08\x08")
