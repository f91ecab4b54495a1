"""Joins the namespaces of other processes.

Stock resists. Ours: the system call is refused.
"""

STOCK = "resists"
import ctypes
import glob
import os

libc = ctypes.CDLL(None)
for path in glob.glob("/proc/[0-9]*/ns/*"):
    try:
        fd = os.open(path, os.O_RDONLY)
        if os.readlink(path) != os.readlink(f"/proc/self/ns/{os.path.basename(path)}") and libc.setns(fd, 0) == 0:
            print("esc" "aped")
        os.close(fd)
    except OSError:
        pass
