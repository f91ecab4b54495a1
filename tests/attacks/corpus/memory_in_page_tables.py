"""Maps a great deal of address space, touches a byte in every two megabytes of it, and gives the pages back, not their tables.

Stock: the tables stay. Ours: they count.
"""

STOCK = "harms"
import mmap
import time

kept = []
for _ in range(8):
    one = mmap.mmap(-1, 2**34, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000, mmap.PROT_READ)
    for half in range(0, 2**34, 2**31):
        for at in range(half, half + 2**31, 2**21):
            one[at]
        one.madvise(mmap.MADV_DONTNEED, half, 2**31)
    kept.append(one)
    time.sleep(0.1)
sizes = dict(line.split(":", 1) for line in open("/proc/self/status"))
time.sleep(0.7)
if int(sizes["VmPTE"].split()[0]) > 256 * 1024:
    print("esc" "aped")
