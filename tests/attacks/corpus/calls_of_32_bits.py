"""Makes a system call of the 32-bit table, whose numbers a filter may not know.

Stock: the kernel may answer. Ours: the process is ended.
"""

STOCK = "harms"
DEPENDS = "on the kernel"
import ctypes
import mmap
import os

if os.uname().machine == "x86_64":
    code = b"\x53\xb8\x14\x00\x00\x00\xcd\x80\x5b\xc3"  # push rbx; mov eax, 20 (getpid); int 0x80; pop rbx; ret
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    if call() == os.getpid():
        print("esc" "aped")
