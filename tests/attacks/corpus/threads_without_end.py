"""Starts 120 threads.

Stock: as many as the user may have. Ours: what is allowed, here 48.
"""

STOCK = "harms"
import threading
import time

for _ in range(120):
    threading.Thread(target=time.sleep, args=(3,), daemon=True).start()
print("esc" "aped")
