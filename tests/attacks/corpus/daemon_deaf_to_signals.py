"""Leaves a process that forks away from its parent twice and ignores every signal that can be ignored.

Stock: nobody looks for it. Ours: the first process of its namespace takes it along.
"""

STOCK = "harms"
import os
import signal
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 32):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        os.closerange(0, 256)
        time.sleep(20)
    os._exit(0)
