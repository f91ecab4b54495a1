"""Attaches to every process as a debugger, to write what it likes into it.

Stock: they are the same user's. Ours: the system call is refused, and there is no other process.
"""

STOCK = "harms"
DEPENDS = "on ptrace_scope"
import ctypes
import os

libc = ctypes.CDLL(None)
for process in [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]:
    if libc.ptrace(16, process, 0, 0) == 0:
        os.waitpid(process, 0x40000000)
        libc.ptrace(17, process, 0, 0)
        print("esc" "aped")
if libc.ptrace(0, 0, 0, 0) == 0:
    print("esc" "aped")
