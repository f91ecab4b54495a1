"""Reaches files through /proc/PID/root and /proc/PID/cwd of every process.

Stock: they are the same user's. Ours: they lead to its own jail.
"""

STOCK = "leaks"
DEPENDS = "on ptrace_scope"
import glob
import os

for process in glob.glob("/proc/[0-9]*"):
    if process != f"/proc/{os.getpid()}":
        for place in ("cwd", "root"):
            for path in glob.glob(f"{process}/{place}/source/hw/*.ipynb"):
                try:
                    print(open(path).read())
                except OSError:
                    pass
