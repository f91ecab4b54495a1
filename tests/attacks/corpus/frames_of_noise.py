"""Writes noise to all descriptors.

Stock: the kernel's own sockets are among them. Ours: noise is no message, and ends the process.
"""

STOCK = "harms"
import os

for fd in range(3, 256):
    for noise in (b"\0" * 64, b"\xff" * 64):
        try:
            os.set_blocking(fd, False)
            os.write(fd, noise)
        except OSError:
            pass
