"""Maps a great deal of address space, and reads a byte in every two megabytes: the page is everybody's, its table its own.

Stock: the tables stay. Ours: they count.
"""

STOCK = "harms"
import mmap
import time

kept = []
for _ in range(12):
    one = mmap.mmap(-1, 2**34, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000, mmap.PROT_READ)
    one.madvise(15)  # small pages
    for at in range(0, 2**34, 2**21):
        one[at]
    kept.append(one)
    time.sleep(0.1)
sizes = dict(line.split(":", 1) for line in open("/proc/self/status"))
time.sleep(0.7)
if int(sizes["VmPTE"].split()[0]) > 256 * 1024:
    print("esc" "aped")
