"""Reads the environments and command lines of all processes from /proc.

Stock: they are the same user's. Ours: there are none but its own.
"""

STOCK = "leaks"
import glob

for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
    try:
        print(open(path).read())
    except OSError:
        pass
