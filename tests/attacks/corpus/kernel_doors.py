"""Opens doors of the kernel's through which others have escaped: bpf, io_uring, userfaultfd, perf, open by handle.

Stock: what the machine leaves open. Ours: the system calls are refused.
"""

STOCK = "harms"
DEPENDS = "on the kernel"
import ctypes
import os

libc = ctypes.CDLL(None)
x86 = os.uname().machine == "x86_64"
nothing = ctypes.create_string_buffer(256)
calls = {
    "bpf": (321 if x86 else 280, 0, nothing, 128),
    "io_uring": (425, 4, nothing),
    "userfaultfd": (323 if x86 else 282, 1),
    "perf": (298 if x86 else 241, nothing, 0, -1, -1, 0),
    "handle": (304 if x86 else 265, -100, nothing, 0),
    "kexec": (246 if x86 else 104, 0, 0, 0, 0),
    "module": (175 if x86 else 105, nothing, 0, b""),
}
for name, call in calls.items():
    if libc.syscall(*call) >= 0:
        print("esc" "aped", name)
