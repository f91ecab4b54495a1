"""Starts 120 threads, and waits.

Stock: as many as the user may have. Ours: what is allowed, here 48.
"""

STOCK = "harms"
import threading
import time

try:
    for _ in range(120):
        threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
    print("esc" "aped")
finally:
    time.sleep(2)
