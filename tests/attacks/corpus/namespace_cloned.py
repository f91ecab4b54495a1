"""Makes a user namespace through clone and clone3, which a filter overlooks easily.

Stock: a kernel may where the machine allows it. Ours: clone is refused with that flag, clone3 does not exist.
"""

STOCK = "harms"
DEPENDS = "on user namespaces"
import ctypes
import os
import struct

libc = ctypes.CDLL(None, use_errno=True)
arguments = ctypes.create_string_buffer(struct.pack("8Q", 0x10000000, 0, 0, 0, 17, 0, 0, 0))
calls = [(435, ctypes.byref(arguments), 64), ({"x86_64": 56, "aarch64": 220}[os.uname().machine], 0x10000000 | 17, 0, 0, 0, 0)]
for call in calls:
    child = libc.syscall(*call)
    if child == 0:
        os._exit(0)
    if child > 0:
        os.waitpid(child, 0)
        print("esc" "aped")
