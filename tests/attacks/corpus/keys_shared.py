"""Puts a key into a ring of the kernel's that all of a user's processes share.

Stock: the next student reads it. Ours: the system call is refused.
"""

STOCK = "harms"
DEPENDS = "on the kernel"
import ctypes
import os

number = {"x86_64": 248, "aarch64": 217}[os.uname().machine]
if ctypes.CDLL(None).syscall(number, b"user", b"answers", b"5", 1, -4) > 0:
    print("esc" "aped")
