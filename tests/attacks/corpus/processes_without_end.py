"""Starts 60 processes.

Stock: as many as the user may have. Ours: what is allowed, here 48.
"""

STOCK = "harms"
import os
import time

try:
    for _ in range(60):
        if os.fork() == 0:
            time.sleep(5)
            os._exit(0)
    print("esc" "aped")
except (OSError, RuntimeError):
    time.sleep(2)  # so that what was started is not in the way of the next cell
    raise
