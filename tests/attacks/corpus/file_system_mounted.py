"""Mounts file systems over what is there.

Stock resists where the grader is no administrator. Ours: the system call is refused.
"""

STOCK = "resists"
import ctypes

libc = ctypes.CDLL(None)
for kind, at in ((b"tmpfs", b"/usr"), (b"proc", b"/proc"), (b"tmpfs", b"/home")):
    if libc.mount(b"none", at, kind, 0, None) == 0:
        print("esc" "aped")
if libc.umount2(b"/proc", 2) == 0 or libc.chroot(b"/usr") == 0:
    print("esc" "aped")
