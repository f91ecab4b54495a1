"""Reads and writes all descriptors that it has inherited.

Stock resists: a kernel inherits few. Ours: what is open leads to no one but the process that waits for its answers.
"""

STOCK = "resists"
import os
import select

for fd in range(3, 256):
    try:
        if os.path.realpath(f"/proc/self/fd/{fd}").startswith("/") and select.select([fd], [], [], 0)[0]:
            print(fd, os.pread(fd, 10**5, 0))
    except (OSError, ValueError):
        pass
