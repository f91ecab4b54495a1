"""Fills shared memory without a file, then lets go of its pages, or of all of the mapping but one page: nobody holds it.

Stock: as much as there is. Ours: a shared mapping is short, and counts as full for as long as one page of it is mapped.
"""

STOCK = "harms"
import mmap
import time

kept = []
for _ in range(25):
    one = mmap.mmap(-1, 2**24)
    for at in range(0, 2**24, 4096):
        one[at] = 1
    one.madvise(mmap.MADV_DONTNEED)
    kept.append(one)
time.sleep(0.7)
large = mmap.mmap(-1, 400 * 2**20)
for at in range(0, 400 * 2**20, 4096):
    large[at] = 1
print("esc" "aped")
