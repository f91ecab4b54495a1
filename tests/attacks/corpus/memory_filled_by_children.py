"""Takes 400 MB in five processes, each of which stays below the limit.

Stock: as much as there is. Ours: all processes together are looked at.
"""

STOCK = "harms"
import os
import time

pipes = []
for _ in range(5):
    readable, writable = os.pipe()
    if os.fork() == 0:
        kept = bytearray(b"x") * (80 * 2**20)
        os.write(writable, b".")
        time.sleep(5)
        os._exit(0)
    pipes.append(readable)
for readable in pipes:
    os.read(readable, 1)
time.sleep(0.7)
print("esc" "aped")
