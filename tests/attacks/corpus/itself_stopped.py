"""Stops itself.

Stock: the kernel answers nobody any more. Ours: after the cell's time it is ended.
"""

STOCK = "harms"
import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)
