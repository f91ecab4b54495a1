"""Makes a system call of the x32 table: unshare, with the bit that makes it another number.

Stock resists where the kernel knows no x32. Ours: the process is ended.
"""

STOCK = "resists"
import ctypes

if ctypes.CDLL(None).syscall(0x40000000 | 272, 0x10000000) == 0:
    print("esc" "aped")
