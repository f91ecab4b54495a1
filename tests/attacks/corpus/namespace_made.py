"""Makes a user namespace, in which it has every privilege again.

Stock: a kernel may where the machine allows it. Ours: the system call is refused.
"""

STOCK = "harms"
DEPENDS = "on user namespaces"
import ctypes

if ctypes.CDLL(None).unshare(0x10000000) == 0:
    print("esc" "aped")
