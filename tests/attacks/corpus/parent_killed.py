"""Kills its parent.

Stock: that is nbgrader, and the batch ends. Ours: it is the first process of its namespace, which nothing within kills.
"""

STOCK = "batch"
import os
import signal

if os.getppid():
    os.kill(os.getppid(), signal.SIGKILL)
