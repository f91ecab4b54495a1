"""Starts 120 processes, and waits.

Stock: as many as the user may have. Ours: what is allowed, here 48.
"""

STOCK = "harms"
import os
import time

try:
    for _ in range(120):
        if os.fork() == 0:
            time.sleep(5)
            os._exit(0)
    print("esc" "aped")
finally:
    time.sleep(2)
