"""Starts 60 threads.

Stock: as many as the user may have. Ours: what is allowed, here 48.
"""

STOCK = "harms"
import threading
import time

threading.stack_size(2**16)
try:
    for _ in range(60):
        threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
    print("esc" "aped")
except (OSError, RuntimeError):
    time.sleep(2)  # so that what was started is not in the way of the next cell
    raise
