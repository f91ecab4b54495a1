"""Calls what the kernel has by number alone: mseal, statmount, landlock, what comes after them.

Stock: what the kernel has. Ours: what nobody has looked at does not exist.
"""

STOCK = "harms"
DEPENDS = "on the kernel"
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
nothing = ctypes.create_string_buffer(256)
found = []
for number in range(434, 500):
    if number in (434, 436, 437, 439, 441, 449, 452, 454, 455, 456):  # what honest code may call
        continue
    ctypes.set_errno(0)
    if libc.syscall(number, 0, nothing, 0, 0, 0, 0) >= 0 or ctypes.get_errno() not in (1, 38):
        found.append(number)
if found:
    print("esc" "aped", found)
