"""Writes links in Markdown that run scripts, in all the ways in which such a link can be spelt.

Stock: some of them stand in the page. Ours: none does.
"""

STOCK = "harms"
PAGE = True
import json

TEXT = """
[1](javascript:alert(1)) [2](JaVaScRiPt:alert(2)) [3](javascript&#58;alert(3)) [4](javascript&colon;alert(4))
[5](&#106;avascript:alert(5)) [6](<javascript:alert(6)>) [7](java%0ascript:alert(7)) [8](\x01javascript:alert(8))
[9](data:text/html;base64,PHNjcmlwdD5hbGVydCg5KTwvc2NyaXB0Pg==) [10](vbscript:alert(10)) <javascript:alert(11)>
![12](data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=) [13]: javascript:alert(13)

[14][a] ![15][a] [16](data:image/svg+xml,<svg/onload=alert(16)>) [17](java&Tab;script:alert(17)) [18](java&NewLine;script:x)

[a]: javascript:alert(14) "title\\" onmouseover=alert(14) x=\\""
"""


def notebook(nb):
    nb["cells"][-1]["source"] = TEXT
    return json.dumps(nb).encode()
