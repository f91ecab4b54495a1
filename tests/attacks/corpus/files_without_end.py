"""Makes 20 000 empty files, which take no place and yet memory of the kernel's.

Stock: as many as there can be. Ours: they are in a file system of the submission's own, gone with it.
"""

STOCK = "harms"
import os

for i in range(20_000):
    os.close(os.open(f"empty-{i}", os.O_CREAT))
print("esc" "aped")
