"""Takes a lease on a file that all students read, watches it, and locks it: whoever opens or locks it waits.

Stock: they are the same user's. Ours: the calls are refused.
"""

STOCK = "harms"
import ctypes
import fcntl
import os

import numpy

libc = ctypes.CDLL(None)
descriptor = os.open(numpy.__file__, os.O_RDONLY)
found = []
for name, command, value in (("lease", 1024, fcntl.F_RDLCK), ("notice", 1026, 1), ("wide pipe", 1031, 2**20)):
    try:
        fcntl.fcntl(descriptor if name != "wide pipe" else os.pipe()[1], command, value)
        found.append(name)
    except OSError:
        pass
try:
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    found.append("lock")
except OSError:
    pass
if libc.inotify_init1(0) >= 0:
    found.append("inotify")
if found:
    print("esc" "aped", found)
