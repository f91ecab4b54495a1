"""Makes time stand still, so that no deadline comes, and sleeps.

Stock resists: its clock is in another process. Ours too.
"""

STOCK = "resists"
import time

sleep, time.monotonic, time.time, time.perf_counter = time.sleep, lambda: 0.0, lambda: 0.0, lambda: 0.0
for _ in range(20):
    sleep(1)
