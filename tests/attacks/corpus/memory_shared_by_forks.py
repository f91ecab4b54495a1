"""Takes 400 MB in five processes, each of which has shared its 80 MB with a child of its own: no byte is private.

Stock: as much as there is. Ours: what processes share is counted once, and not left out.
"""

STOCK = "harms"
import os
import time

pipes = []
for _ in range(5):
    readable, writable = os.pipe()
    if os.fork() == 0:
        kept = bytearray(b"x") * (80 * 2**20)
        if os.fork():
            os.write(writable, b".")
        time.sleep(5)
        os._exit(0)
    pipes.append(readable)
for readable in pipes:
    os.read(readable, 1)
time.sleep(0.7)
print("esc" "aped")
