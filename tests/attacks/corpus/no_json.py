"""Hands in something that is no notebook: a ZIP that would unpack to gigabytes.

Stock: an error, and the student is left out. Ours: unreadable, and said; nothing is unpacked.
"""

STOCK = "harms"
LOST = True
import io
import zipfile


def notebook(nb):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("hw.ipynb", bytes(2**26))
    return packed.getvalue()
