"""Gives pages to pipes: they belong to no process then.

Stock: as much as pipes hold. Ours: there is no such call.
"""

STOCK = "harms"
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
page = ctypes.create_string_buffer(4096)
_, writable = os.pipe()
piece = (ctypes.c_void_p * 2)(ctypes.addressof(page), 4096)
if libc.vmsplice(writable, piece, 1, 0) > 0:
    print("esc" "aped")
